//go:build !windowless

package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/ui/settings"
)

var _ settings.ShopDesk = (*settingsDesk)(nil)

// liveSections are in force as soon as they are saved; of the others that is so for liveKeys alone.
var (
	liveSections = []string{"printer", "receipt", "scanner", "display", "sound", "relay", "phone", "tenders", "barcodes", "keys"}
	liveKeys     = []string{"wechat.notify_url"}
)

// Pending implements [settings.ShopDesk].
func (d *settingsDesk) Pending() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	keys := slices.DeleteFunc(config.Differences(d.e.config, d.now), func(key string) bool {
		section, _, _ := strings.Cut(key, ".")
		return slices.Contains(liveSections, section) || slices.Contains(liveKeys, key)
	})
	for _, key := range d.replaced { // another value in the same place
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// Restart implements [settings.ShopDesk].
func (d *settingsDesk) Restart(by string) { d.restart(by) }

// secretName is what a secret of the settings is kept as. The v2 key is named after the merchant, as the first set-up names it: another
// merchant's key does not take its place.
func secretName(key string, c *config.Config) string {
	if key == "wechat.api_key" {
		return "api_key-" + c.WeChat.MchID
	}
	return strings.ReplaceAll(key, ".", "_")
}

// keepSecrets stores the secrets that were typed and puts their places into the settings. back undoes what it replaced.
func (d *settingsDesk) keepSecrets(ctx context.Context, was config.Config, now *config.Config) (stored []string, back func(), err error) {
	resolver := config.Resolver{Dir: string(d.e.folder)}
	var undo []func()
	back = func() {
		for _, f := range undo {
			f()
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 4*secretTime)
	defer cancel()
	former := map[string]config.Secret{}
	for _, s := range was.Secrets() {
		former[s.Key] = *s.Secret
	}
	for _, s := range now.Secrets() {
		if !s.Given() || s.Equal(former[s.Key]) { // of practice, which is stored nowhere
			continue
		}
		name := secretName(s.Key, now)
		value, err := s.Resolve(ctx, resolver)
		if err != nil {
			return stored, back, err
		}
		old, _ := former[s.Key].Resolve(ctx, resolver) // there may be none
		place, err := resolver.Store(ctx, name, value)
		if err != nil {
			return stored, back, err
		}
		if old != "" && place.Equal(former[s.Key]) {
			undo = append(undo, func() {
				ctx, cancel := context.WithTimeout(context.Background(), secretTime)
				defer cancel()
				if _, err := resolver.Store(ctx, name, old); err != nil {
					d.e.log.Error("the former secret was not put back", "key", s.Key, "err", err)
				}
			})
		}
		*s.Secret = place
		stored = append(stored, s.Key)
	}
	return stored, back, nil
}

// certSoon is from when on a certificate that runs out is told.
const certSoon = 30 * 24 * time.Hour

// CheckWeChat implements [settings.ShopDesk].
func (d *settingsDesk) CheckWeChat(ctx context.Context, c config.Config) []settings.Check {
	resolver := config.Resolver{Dir: string(d.e.folder)}
	gateway, off, err := gatewayOf(ctx, c, resolver, false, d.e.log)
	if err != nil {
		return []settings.Check{{State: settings.CheckBad, Err: checkError(off, err)}, d.checkCertificate(ctx, c, resolver)}
	}
	defer gateway.CloseIdleConnections()
	var checks []settings.Check
	switch answer := gateway.Query(ctx, c.Shop.ID+"-"+c.Shop.Till+"-TEST"+rand.Text()[:12]); {
	case answer.Kind == pos.SigNotExist:
		checks = append(checks, settings.Check{ID: "settings.wechat.answers", Args: []any{c.WeChat.MchID, gateway.RoundTrip().Milliseconds()}})
	case answer.Code != pos.CodeNone:
		checks = append(checks, settings.Check{State: settings.CheckBad, Err: pos.E(answer.Code, "ask WeChat", errors.New(answer.Detail))})
	default:
		checks = append(checks, settings.Check{State: settings.CheckBad, ID: "settings.wechat.odd", Args: []any{string(answer.Kind), answer.Detail}})
	}
	checks = append(checks, d.checkCertificate(ctx, c, resolver))
	switch ahead, known := gateway.Skew(); {
	case !known:
	case ahead.Abs() >= pos.SkewLimit:
		checks = append(checks, settings.Check{State: settings.CheckBad, Err: pos.E(pos.CodeClock, "look at the clock", nil)})
	default:
		checks = append(checks, settings.Check{ID: "settings.wechat.clock", Args: []any{ahead.Abs().Round(time.Second).Seconds()}})
	}
	return checks
}

// checkError prefers what names the setting over a code.
func checkError(code pos.Code, err error) error {
	var setting *config.Error
	if errors.As(err, &setting) {
		return err
	}
	return pos.E(code, "set up WeChat Pay", err)
}

// checkCertificate looks at the merchant's client certificate, which refunds and payment codes need.
func (d *settingsDesk) checkCertificate(ctx context.Context, c config.Config, r config.Resolver) settings.Check {
	if c.WeChat.ClientCert == "" && c.WeChat.ClientKey.IsZero() {
		return settings.Check{State: settings.CheckNote, ID: "settings.wechat.no-cert"}
	}
	cert, code, err := certificateOf(ctx, c, r)
	if err != nil {
		return settings.Check{State: settings.CheckBad, Err: checkError(code, err)}
	}
	ends := cert.Leaf.NotAfter.In(c.Shop.Location()).Format(time.DateOnly)
	if time.Until(cert.Leaf.NotAfter) < certSoon {
		return settings.Check{State: settings.CheckBad, ID: "settings.wechat.cert-soon", Args: []any{ends}}
	}
	return settings.Check{ID: "settings.wechat.cert", Args: []any{ends}}
}

// CheckCopy implements [settings.ShopDesk].
func (d *settingsDesk) CheckCopy(_ context.Context, c config.Config) error {
	dir := config.Resolver{Dir: string(d.e.folder)}.Path(c.Backup.CopyTo)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return &settings.Fault{ID: "settings.copy.nowhere", Args: []any{dir}, Err: err}
	}
	file, err := os.CreateTemp(dir, ".guitai-*.tmp")
	if err != nil {
		return &settings.Fault{ID: "settings.copy.unwritable", Args: []any{pathErr(err)}, Err: err}
	}
	_, err = file.WriteString("guitai\n")
	err = errors.Join(err, file.Sync(), file.Close(), os.Remove(file.Name()))
	if err != nil {
		return &settings.Fault{ID: "settings.copy.unwritable", Args: []any{pathErr(err)}, Err: err}
	}
	return nil
}

// pathErr is the system's words without the path, which is told already.
func pathErr(err error) error {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Err
	}
	return err
}

// maxPEM bytes are far more than a certificate with its chain.
const maxPEM = 64 << 10

// TakePEM implements [settings.ShopDesk].
func (d *settingsDesk) TakePEM(_ context.Context, path string) (settings.Field, string, error) {
	wrong := func(err error) (settings.Field, string, error) {
		return "", "", &settings.Fault{ID: "settings.take.not-pem", Args: []any{filepath.Base(path)}, Err: err}
	}
	file, err := os.Open(path)
	if err != nil {
		return wrong(err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(file, maxPEM+1))
	if err != nil || len(data) > maxPEM {
		return wrong(err)
	}
	block, _ := pem.Decode(bytes.TrimPrefix(data, []byte("\ufeff")))
	if block == nil {
		return wrong(nil)
	}
	field, name := settings.Field(""), ""
	switch {
	case block.Type == "CERTIFICATE":
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return wrong(err)
		}
		field, name = settings.FieldClientCert, "apiclient_cert.pem"
	case strings.HasSuffix(block.Type, "PRIVATE KEY"):
		field, name = settings.FieldClientKey, "apiclient_key.pem"
	case block.Type == "PUBLIC KEY":
		field, name = settings.FieldPublicKey, "wechatpay_public_key.pem"
	default:
		return wrong(nil)
	}
	if _, err := config.WriteSecretFile(string(d.e.folder), name, string(data)); err != nil {
		return "", "", diskError("keep "+name, err)
	}
	d.e.log.Info("a file of the merchant platform was taken", "for", string(field))
	return field, name, nil
}
