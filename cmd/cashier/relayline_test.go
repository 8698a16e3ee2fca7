package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/relay"
	"guitai/pos/wechat/sim"
	"guitai/store/central"
)

// seen is what a till publishes, to be waited for.
type seen struct {
	mu   sync.Mutex
	last pos.Snapshot
	news chan struct{}
}

func (s *seen) show(snap pos.Snapshot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = snap
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// until waits for a snapshot of a kind. These are real sockets, so there is a limit.
func (s *seen) until(t *testing.T, what string, is func(pos.Snapshot) bool) pos.Snapshot {
	t.Helper()
	limit := time.After(longEnough)
	for {
		s.mu.Lock()
		snap := s.last
		s.mu.Unlock()
		if is(snap) {
			return snap
		}
		select {
		case <-s.news:
		case <-limit:
			t.Fatalf("no till that is %s: relay %+v, pay %+v", what, snap.Health.Relay, snap.Pay)
		}
	}
}

func relayIs(l pos.Light) func(pos.Snapshot) bool {
	return func(s pos.Snapshot) bool { return s.Health.Relay.Light == l }
}

// relayShop is a till, its relay on a port and a file of its own, and WeChat.
type relayShop struct {
	t       *testing.T
	wx      *practice
	folder  config.Folder
	config  config.Config
	central *central.Central
	addr    string
	down    func() // of the relay
	engine  *engine
	shown   *seen
}

func openRelayShop(t *testing.T) *relayShop {
	t.Helper()
	s := &relayShop{t: t, folder: config.Folder(t.TempDir())}
	if err := s.folder.Make(); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	var err error
	if s.wx, err = openPractice(s.folder, "zh-CN", log); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.wx.close)
	if s.config, _, err = s.wx.config(s.folder, "zh-CN"); err != nil {
		t.Fatal(err)
	}
	if s.central, err = central.Open(t.Context(), filepath.Join(t.TempDir(), "relay.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.central.Close() })
	p := practiceRelay{central: s.central, token: newSecret()}
	till, err := p.pair(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.addr = "127.0.0.1:0"
	s.up()
	t.Cleanup(func() { s.down() })
	s.config.Relay.URL, s.config.Relay.Token = "http://"+s.addr, config.GivenSecret(p.token)
	s.config.WeChat.NotifyURL = s.config.Relay.URL + "/n/" + till.Route
	s.open()
	t.Cleanup(func() { s.engine.stop() })
	return s
}

// up starts the relay.
func (s *relayShop) up() {
	s.t.Helper()
	ready := make(chan struct{})
	var server *relay.Server
	var l *listener
	listenAgain(s.t, func() (err error) {
		l, err = listen(s.addr, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-ready; server.ServeHTTP(w, r) }), slog.New(slog.DiscardHandler))
		return err
	})
	s.addr = l.addr
	server = relay.NewServer(relay.Config{Central: s.central, BaseURL: "http://" + s.addr})
	close(ready)
	ctx, cancel := context.WithCancel(context.Background())
	gone := make(chan struct{})
	go func() { defer close(gone); server.Run(ctx) }()
	s.down = sync.OnceFunc(func() { cancel(); <-gone; l.stop() })
}

// open starts the till.
func (s *relayShop) open() {
	s.t.Helper()
	var err error
	s.shown = &seen{news: make(chan struct{}, 1)}
	if s.engine, err = openEngine(s.t.Context(), s.config, s.folder, true, slog.New(slog.DiscardHandler), s.shown.show); err != nil {
		s.t.Fatal(err)
	}
}

func (s *relayShop) ask() *pos.PayView {
	s.t.Helper()
	s.engine.till.Post(pos.ScanText{Text: "6901234567892"})
	s.engine.till.Post(pos.PayWeChat{})
	return s.shown.until(s.t, "showing a code", func(x pos.Snapshot) bool { return x.Pay != nil && x.Pay.CodeURL != "" }).Pay
}

// blind keeps the till from hearing of a payment but by notice: on a busy machine it may ask before the notice is there.
func (s *relayShop) blind() {
	s.t.Helper()
	if err := s.wx.sim.SetFault(sim.Fault{Name: sim.FaultHTTP502, Path: "orderquery", Count: sim.Always}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *relayShop) pays(v *pos.PayView) {
	s.t.Helper()
	if _, err := s.wx.sim.Pay(v.CodeURL, sim.Act{Kind: "pay"}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *relayShop) paid(v *pos.PayView) pos.Payment {
	s.t.Helper()
	s.shown.until(s.t, "paid", func(x pos.Snapshot) bool { return x.Done != nil })
	p, err := s.engine.store.Payment(s.t.Context(), v.OutTradeNo)
	if err != nil || p.State != pos.Paid {
		s.t.Fatalf("%+v %v", p, err)
	}
	return p
}

// How long that takes is said and not judged: it is the machine that takes it.
func TestRelay_PaidByNotice(t *testing.T) {
	s := openRelayShop(t)
	s.shown.until(t, "connected", relayIs(pos.LightOK))
	s.blind()
	v := s.ask()
	began := time.Now()
	s.pays(v)
	p := s.paid(v)
	t.Logf("paid %s after the payer", time.Since(began))
	if p.Evidence != pos.ByNotify {
		t.Errorf("proved by %q", p.Evidence)
	}
}

func TestRelay_DiesAndComesBack(t *testing.T) {
	s := openRelayShop(t)
	s.shown.until(t, "connected", relayIs(pos.LightOK))
	s.down()
	s.shown.until(t, "without its relay", relayIs(pos.LightBad))
	v := s.ask()
	s.pays(v)
	if p := s.paid(v); p.Evidence != pos.ByPoll {
		t.Errorf("proved by %q without a relay", p.Evidence)
	}
	s.up()
	s.shown.until(t, "connected again", relayIs(pos.LightOK))
	s.engine.till.Post(pos.DismissDone{})
	s.shown.until(t, "free", func(x pos.Snapshot) bool { return x.Done == nil })
	s.blind()
	v = s.ask()
	s.pays(v)
	if p := s.paid(v); p.Evidence != pos.ByNotify {
		t.Errorf("proved by %q with the relay back", p.Evidence)
	}
}

func TestRelay_ANoticeWaitsForTheTill(t *testing.T) {
	s := openRelayShop(t)
	s.shown.until(t, "connected", relayIs(pos.LightOK))
	v := s.ask()
	s.engine.stop()
	s.pays(v)
	waiting := func(n int) func() bool {
		return func() bool {
			tills, err := s.central.Tills(t.Context())
			return err == nil && len(tills) == 1 && tills[0].Waiting == n
		}
	}
	limit := time.Now().Add(longEnough)
	wait := func(what string, is func() bool) {
		t.Helper()
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for !is() {
			if time.Now().After(limit) {
				t.Fatal(what)
			}
			<-tick.C
		}
	}
	wait("the notice is not kept", waiting(1))
	s.open()
	s.shown.until(t, "connected", relayIs(pos.LightOK))
	wait("the notice was not taken", waiting(0))
	p, err := s.engine.store.Payment(t.Context(), v.OutTradeNo)
	if err != nil || p.State != pos.Paid {
		t.Errorf("%+v %v", p, err)
	}
}

func TestRelay_WithoutItsTokenIsSaidAndKeepsNobodyFromSelling(t *testing.T) {
	s := openRelayShop(t)
	s.engine.stop()
	token, err := config.ParseSecret("file:nowhere")
	if err != nil {
		t.Fatal(err)
	}
	s.config.Relay.Token = token
	s.open()
	if part := s.shown.until(t, "without a token", relayIs(pos.LightBad)).Health.Relay; part.Cause != pos.CodeSecret {
		t.Errorf("%+v", part)
	}
	v := s.ask()
	s.pays(v)
	if p := s.paid(v); p.Evidence != pos.ByPoll {
		t.Errorf("proved by %q", p.Evidence)
	}
}

func TestPractice_HasARelayAndGoesOnWithout(t *testing.T) {
	folder := config.Folder(t.TempDir())
	if err := folder.Make(); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	for range 2 { // the second time with what the first left
		p, err := openPractice(folder, "zh-CN", log)
		if err != nil {
			t.Fatal(err)
		}
		c, _, err := p.config(folder, "zh-CN")
		if err != nil || c.Relay.URL == "" {
			t.Errorf("%+v %v", c.Relay, err)
		}
		s := &relayShop{t: t, wx: p, folder: folder, config: c}
		s.open()
		s.shown.until(t, "connected", relayIs(pos.LightOK))
		s.blind()
		v := s.ask()
		s.pays(v)
		if got := s.paid(v); got.Evidence != pos.ByNotify {
			t.Errorf("proved by %q", got.Evidence)
		}
		s.engine.stop()
		p.close()
	}
	bad := config.Folder(t.TempDir())
	if err := config.Folder(filepath.Join(string(bad), "relay-practice.db")).Make(); err != nil { // a folder where the file should be
		t.Fatal(err)
	}
	p, err := openPractice(bad, "zh-CN", log)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	if c, _, err := p.config(bad, "zh-CN"); err != nil || c.Relay.URL != "" || c.WeChat.NotifyURL != config.Default().WeChat.NotifyURL {
		t.Errorf("%+v %v", c.Relay, err)
	}
}

// What customers' own phones can do goes the whole way in practice: WeChat, the relay, the till, the books.
func TestPractice_PhonesPay(t *testing.T) {
	folder := config.Folder(t.TempDir())
	if err := folder.Make(); err != nil {
		t.Fatal(err)
	}
	p, err := openPractice(folder, "zh-CN", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	c, _, err := p.config(folder, "zh-CN")
	if err != nil {
		t.Fatal(err)
	}
	s := &relayShop{t: t, wx: p, folder: folder, config: c}
	s.open()
	defer s.engine.stop()
	s.shown.until(t, "connected", relayIs(pos.LightOK))
	s.blind()
	item, err := s.engine.store.Item(t.Context(), "6901234567892")
	if err != nil {
		t.Fatal(err)
	}
	code, err := s.engine.codes(item)
	if err != nil {
		t.Fatal(err)
	}
	pay, goods := sim.Act{Kind: "pay"}, []sim.BasketItem{{Code: item.Barcode(), Quantity: 2}}
	for _, tt := range []struct {
		name   string
		tender pos.Tender
		fen    pos.Fen
		do     func() (sim.Order, error)
	}{
		{"a product code", pos.TenderNative, 300, func() (sim.Order, error) { return p.sim.ScanProduct(code, pay) }},
		{"the mini-program", pos.TenderJSAPI, 600, func() (sim.Order, error) {
			_, o, err := p.sim.Mini(sim.Basket{Items: goods}, pay)
			return o, err
		}},
		{"the mini-program, by a login", pos.TenderJSAPI, 600, func() (sim.Order, error) {
			_, o, err := p.sim.Mini(sim.Basket{Items: goods, Login: true}, pay)
			return o, err
		}},
		{"the app", pos.TenderApp, 600, func() (sim.Order, error) {
			_, o, err := p.sim.App(sim.Basket{Items: goods}, false, pay)
			return o, err
		}},
	} {
		o, err := tt.do()
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		s.shown.until(t, "paid by "+tt.name, func(x pos.Snapshot) bool {
			got, err := s.engine.store.Payment(t.Context(), o.OutTradeNo)
			return err == nil && got.State == pos.Paid
		})
		got, err := s.engine.store.Payment(t.Context(), o.OutTradeNo)
		if err != nil || got.Tender != tt.tender || got.Amount != tt.fen || got.Evidence != pos.ByNotify {
			t.Errorf("%s: %s of %s proved by %q, %v", tt.name, got.Amount, got.Tender, got.Evidence, err)
		}
	}
}

// The relay can tell a v3 notice from a forgery only by the key that the till has given it.
func TestRelay_GetsThePublicKeyOfTheSettings(t *testing.T) {
	s := openRelayShop(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	if err := os.WriteFile(filepath.Join(string(s.folder), "wechat.pem"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	c := s.config
	c.WeChat.PublicKeyID, c.WeChat.PublicKey = "PUB_KEY_ID_0114232134912410000000000000", "wechat.pem"
	if err := s.engine.relay.apply(c); err != nil {
		t.Fatal(err)
	}
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for until := time.Now().Add(longEnough); ; {
		keys, err := s.central.Keys(t.Context())
		if err == nil && len(keys) == 1 && keys[0].ID == c.WeChat.PublicKeyID && bytes.Equal(bytes.TrimSpace(keys[0].PEM), bytes.TrimSpace(text)) {
			return
		}
		if <-look.C; time.Now().After(until) {
			t.Fatalf("%v, %v", keys, err)
		}
	}
}
