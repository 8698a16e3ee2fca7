//go:build !windowless

package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io/fs"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/wechat/sim"
	"guitai/ui/settings"
)

const newKey = "0123456789abcdef0123456789ABCDEF"

// everything is all that is in a folder, as one text.
func everything(t *testing.T, dir string, but ...string) string {
	t.Helper()
	var all bytes.Buffer
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || slices.Contains(but, e.Name()) {
			return err
		}
		data, err := os.ReadFile(path)
		all.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func TestSave_ASecretThatWasTypedIsKeptOutsideOfTheSettings(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere") // no keyring: a file then
	d, folder := openDesk(t)
	var log bytes.Buffer
	d.e.log = slog.New(slog.NewTextHandler(&log, nil))
	was := d.Config()
	now := was
	now.Phone.MiniSecret = config.GivenSecret(newKey)
	if err := d.Save(t.Context(), was, now, "李强"); err != nil {
		t.Fatal(err)
	}
	kept := d.Config().Phone.MiniSecret
	if kept.String() != "file:phone_mini_secret" {
		t.Fatalf("kept as %s", kept)
	}
	if got, err := kept.Resolve(t.Context(), config.Resolver{Dir: string(folder)}); err != nil || got != newKey {
		t.Errorf("%q, %v", got, err)
	}
	if strings.Contains(everything(t, string(folder), "phone_mini_secret"), newKey) || strings.Contains(log.String(), newKey) {
		t.Error("the secret is somewhere else, too")
	}

	const other = "ffffffffffffffffffffffffffffffff"
	if err := os.WriteFile(folder.ConfigFile(), []byte("[sound]\nvolume = 10\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	was = d.Config()
	now = was
	now.Phone.MiniSecret = config.GivenSecret(other)
	if err := d.Save(t.Context(), was, now, "李强"); !errors.Is(err, config.ErrChanged) {
		t.Fatal(err)
	}
	if got, err := kept.Resolve(t.Context(), config.Resolver{Dir: string(folder)}); err != nil || got != newKey {
		t.Errorf("after a save that came to nothing it is %q, %v", got, err)
	}
}

func TestPending_NamesWhatWaitsForANewStart(t *testing.T) {
	d, _ := openDesk(t)
	if got := d.Pending(); len(got) != 0 {
		t.Fatalf("at the start %v", got)
	}
	was := d.Config()
	now := was
	now.Shop.Shifts, now.Sound.Volume, now.WeChat.OrderExpires = "required", 20, 10*time.Minute
	if err := d.Save(t.Context(), was, now, ""); err != nil {
		t.Fatal(err)
	}
	if got := d.Pending(); !slices.Equal(got, []string{"shop.shifts", "wechat.order_expires"}) {
		t.Errorf("%v", got)
	}
	was, now = d.Config(), d.Config()
	now.Shop.Shifts, now.WeChat.OrderExpires = "auto", 5*time.Minute
	if err := d.Save(t.Context(), was, now, ""); err != nil {
		t.Fatal(err)
	}
	if got := d.Pending(); len(got) != 0 {
		t.Errorf("as it was before: %v", got)
	}
	asked := ""
	d.restart = func(by string) { asked = by }
	if d.Restart("李强"); asked != "李强" {
		t.Error("no new start")
	}
}

func TestCheckWeChat_ProvesMerchantAndKey(t *testing.T) {
	d, folder := openDesk(t)
	c := d.Config()
	checks := d.CheckWeChat(t.Context(), c)
	if len(checks) != 3 || checks[0].ID != "settings.wechat.answers" || checks[1].ID != "settings.wechat.no-cert" || checks[2].ID != "settings.wechat.clock" {
		t.Errorf("%+v", checks)
	}
	wrong := c
	wrong.WeChat.APIKey = config.GivenSecret(newKey)
	if got := d.CheckWeChat(t.Context(), wrong); got[0].State != settings.CheckBad || pos.CodeOf(got[0].Err) == pos.CodeInternal {
		t.Errorf("a wrong key: %+v", got)
	}
	absent := c
	absent.WeChat.BaseURL, absent.WeChat.BackupURL = "http://127.0.0.1:1", ""
	if got := d.CheckWeChat(t.Context(), absent); got[0].State != settings.CheckBad || pos.CodeOf(got[0].Err) == pos.CodeInternal {
		t.Errorf("nobody there: %+v", got)
	}
	none := c
	none.WeChat.APIKey, _ = config.ParseSecret("file:nothing")
	if got := d.CheckWeChat(t.Context(), none); got[0].State != settings.CheckBad || got[0].Err == nil {
		t.Errorf("no key: %+v", got)
	}
	cert, key := pair(t, time.Now().Add(400*24*time.Hour))
	for name, data := range map[string][]byte{"cert.pem": cert, "key.pem": key} {
		if err := os.WriteFile(filepath.Join(string(folder), name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	with := c
	with.WeChat.ClientCert = "cert.pem"
	with.WeChat.ClientKey, _ = config.ParseSecret("file:key.pem")
	if got := d.CheckWeChat(t.Context(), with); len(got) != 3 || got[1].ID != "settings.wechat.cert" {
		t.Errorf("%+v", got)
	}
	cert, _ = pair(t, time.Now().Add(400*24*time.Hour))
	if err := os.WriteFile(filepath.Join(string(folder), "cert.pem"), cert, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := d.CheckWeChat(t.Context(), with); len(got) != 3 || got[1].State != settings.CheckBad || got[1].Err == nil {
		t.Errorf("a certificate of another key: %+v", got)
	}
	if c.WeChat.MchID != sim.PracticeMchID {
		t.Error("not the practice merchant")
	}
}

// pair is a certificate with its key, as the merchant platform gives them out.
func pair(t *testing.T, ends time.Time) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	x := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "1900000109"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: ends}
	der, err := x509.CreateCertificate(rand.Reader, x, x, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
}

func TestTakePEM_KeepsAFileForItsOwnerAloneAndRefusesOthers(t *testing.T) {
	d, folder := openDesk(t)
	cert, key := pair(t, time.Now().Add(time.Hour))
	from := t.TempDir()
	for name, c := range map[string]struct {
		data []byte
		want settings.Field
	}{
		"a.pem": {cert, settings.FieldClientCert}, "b.pem": {key, settings.FieldClientKey}, "c.txt": {[]byte("hello"), ""}, "d.pem": {nil, ""},
		"e.pem": {bytes.Repeat([]byte("x"), maxPEM+1), ""}, "f.pem": {[]byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), ""},
	} {
		path := filepath.Join(from, name)
		if err := os.WriteFile(path, c.data, 0o644); err != nil {
			t.Fatal(err)
		}
		field, at, err := d.TakePEM(t.Context(), path)
		if field != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s is for %q: %v", name, field, err)
		}
		if c.want == "" {
			continue
		}
		info, err := os.Stat(filepath.Join(string(folder), at))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", at, info, err)
		}
	}
	if _, _, err := d.TakePEM(t.Context(), filepath.Join(from, "nothing")); err == nil {
		t.Error("a file that is not there is taken")
	}
}

func TestCheckCopy_WritesAndTakesAway(t *testing.T) {
	d, _ := openDesk(t)
	c := d.Config()
	c.Backup.CopyTo = t.TempDir()
	if err := d.CheckCopy(t.Context(), c); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(c.Backup.CopyTo); len(left) != 0 {
		t.Errorf("left %v", left)
	}
	c.Backup.CopyTo = filepath.Join(c.Backup.CopyTo, "nothing")
	var fault *settings.Fault
	if err := d.CheckCopy(t.Context(), c); !errors.As(err, &fault) || fault.ID != "settings.copy.nowhere" {
		t.Error(err)
	}
}
