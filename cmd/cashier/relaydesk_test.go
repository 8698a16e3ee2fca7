//go:build !windowless

package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/relay"
)

// realDesk is the settings of a till that is no practice till, beside a relay.
func realDesk(t *testing.T) (*settingsDesk, *relayShop) {
	t.Helper()
	s := openRelayShop(t)
	s.engine.stop()
	// A practice ledger is not opened as a real one.
	s.folder = config.Folder(t.TempDir())
	if err := s.folder.Make(); err != nil {
		t.Fatal(err)
	}
	if _, err := config.WriteSecretFile(string(s.folder), "api_key", "PracticeKeyOnlyNotForRealMoney00"); err != nil {
		t.Fatal(err)
	}
	key, err := config.ParseSecret("file:api_key")
	if err != nil {
		t.Fatal(err)
	}
	c := config.Default()
	c.Shop, c.WeChat, c.Printer.URL = s.config.Shop, s.config.WeChat, "none:"
	c.WeChat.APIKey, c.WeChat.NotifyURL = key, config.Default().WeChat.NotifyURL
	if err := config.Save(s.folder.ConfigFile(), c); err != nil {
		t.Fatal(err)
	}
	if s.config, err = config.Load(s.folder.ConfigFile()); err != nil {
		t.Fatal(err)
	}
	s.shown = &seen{news: make(chan struct{}, 1)}
	if s.engine, err = openEngine(t.Context(), s.config, s.folder, false, s.wx.log, s.shown.show); err != nil {
		t.Fatal(err)
	}
	d, err := newSettingsDesk(&session{folder: s.folder, base: config.Default(), engine: s.engine, log: s.wx.log})
	if err != nil {
		t.Fatal(err)
	}
	d.file = s.folder.ConfigFile()
	d.e.relay.resolver.Keyring = noKeyring{}
	return d, s
}

func (s *relayShop) pairingText() string {
	s.t.Helper()
	code := relay.NewCode(nil)
	tills, err := s.central.Tills(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.central.RenewCode(s.t.Context(), tills[0].ID, relay.HashToken(code), time.Now().Add(time.Minute), time.Now()); err != nil {
		s.t.Fatal(err)
	}
	return relay.PairingText("http://"+s.addr, code)
}

func TestRelayDesk_PairsAndUnpairsWithoutARestart(t *testing.T) {
	d, s := realDesk(t)
	if info, err := d.RelayInfo(t.Context()); err != nil || info.URL != "" {
		t.Errorf("before: %+v %v", info, err)
	}
	text := s.pairingText()
	info, err := d.Pair(t.Context(), text, "李强")
	if err != nil || !strings.HasPrefix(info.NotifyURL, "http://"+s.addr+"/n/") || info.URL != "http://"+s.addr {
		t.Fatalf("%+v %v", info, err)
	}
	s.shown.until(t, "connected", relayIs(pos.LightOK))
	if asked, err := d.RelayInfo(t.Context()); err != nil || asked != info {
		t.Errorf("%+v %v", asked, err)
	}
	saved, err := config.Load(d.file)
	if err != nil || saved.WeChat.NotifyURL != info.NotifyURL || saved.Relay.URL != info.URL || saved.Relay.Token.String() != "file:relay_token" {
		t.Errorf("%+v %v", saved.Relay, err)
	}
	if stat, err := os.Stat(string(s.folder) + "/relay_token"); err != nil || stat.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", stat, err)
	}
	if request, err := s.engine.signer.(pos.Gateway).Compose(order()); err != nil || !strings.Contains(string(request), info.NotifyURL) {
		t.Errorf("the next order has another notify_url: %s %v", request, err)
	}
	if _, err := d.Pair(t.Context(), text, ""); pos.CodeOf(err) != pos.CodePairing {
		t.Errorf("a code that was used: %v", err)
	}
	if again, err := d.Pair(t.Context(), s.pairingText(), ""); err != nil || again != info { // another token in the same place
		t.Errorf("paired again: %+v %v", again, err)
	}
	if _, err := d.RelayInfo(t.Context()); err != nil {
		t.Errorf("with the new token: %v", err)
	}
	if err := d.Unpair(t.Context(), "李强"); err != nil {
		t.Fatal(err)
	}
	s.shown.until(t, "without a relay", relayIs(pos.LightOff))
	saved, err = config.Load(d.file)
	if err != nil || saved.Relay.URL != "" || saved.WeChat.NotifyURL != "https://notify.invalid/" {
		t.Errorf("%+v %v", saved.Relay, err)
	}
	if err := d.Unpair(t.Context(), ""); err != nil {
		t.Errorf("again: %v", err)
	}
}

func TestRelayDesk_NothingChangesWhenPairingFails(t *testing.T) {
	d, s := realDesk(t)
	before, err := os.ReadFile(d.file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Pair(t.Context(), "hello", ""); !errors.As(err, new(*config.Error)) {
		t.Error(err)
	}
	if _, err := d.Pair(t.Context(), relay.PairingText("http://127.0.0.1:1", relay.NewCode(nil)), ""); pos.CodeOf(err) != pos.CodeRelay {
		t.Error(err)
	}
	text := s.pairingText()
	theirs := append([]byte("# a note\n"), before...)
	theirs = append(theirs, "\n[sound]\nvolume = 3\n"...)
	if err := os.WriteFile(d.file, theirs, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Pair(t.Context(), text, ""); err == nil {
		t.Error("over somebody else's settings")
	}
	if err := os.WriteFile(d.file, before, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Pair(t.Context(), text, ""); err != nil {
		t.Errorf("the code was used up for nothing: %v", err)
	}
}

func TestRelayDesk_APhoneKeyIsInForceAtOnce(t *testing.T) {
	d, s := realDesk(t)
	was := d.e.relay.shop.Load()
	key, err := d.NewPhoneKey(t.Context(), "李强")
	if err != nil || len(key) != 43 {
		t.Fatalf("%q %v", key, err)
	}
	saved, err := config.Load(d.file)
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := saved.Phone.Key.Resolve(t.Context(), config.Resolver{Dir: string(s.folder)}); err != nil || kept != key {
		t.Errorf("kept %v", err)
	}
	now := d.e.relay.shop.Load()
	if now == was {
		t.Error("the key is not in force")
	}
	other, err := d.NewPhoneKey(t.Context(), "")
	if err != nil || other == key || d.e.relay.shop.Load() == now {
		t.Errorf("another: %v", err)
	}
}

func TestRelayDesk_PracticeHasItsOwn(t *testing.T) {
	d, _ := openDesk(t)
	info, err := d.RelayInfo(t.Context())
	if err != nil || info.CallbackURL == "" || info.PrepayURL == "" {
		t.Errorf("%+v %v", info, err)
	}
	if _, err := d.Pair(t.Context(), relay.PairingText("https://pay.example.cn", relay.NewCode(nil)), ""); pos.CodeOf(err) != pos.CodeMode {
		t.Error(err)
	}
	if err := d.Unpair(t.Context(), ""); pos.CodeOf(err) != pos.CodeMode {
		t.Error(err)
	}
	if _, err := d.NewPhoneKey(t.Context(), ""); pos.CodeOf(err) != pos.CodeMode {
		t.Error(err)
	}
}

// noKeyring is a machine without one.
type noKeyring struct{}

func (noKeyring) Get(context.Context, string, string) (string, error) { return "", config.ErrNoSecret }
func (noKeyring) Set(context.Context, string, string, string) error   { return errors.New("none here") }

// order is one of a bottle of cola.
func order() pos.Order {
	now := time.Now()
	return pos.Order{
		OutTradeNo: "S001-T1-261120AAAAAAAAAAAA", Amount: 300, OpenedAt: now, ExpiresAt: now.Add(5 * time.Minute),
		Sale: pos.Sale{Lines: []pos.Line{{Item: 1, Name: "可口可乐", Price: 300, Quantity: 1}}},
	}
}
