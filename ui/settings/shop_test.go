package settings

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/i18n"
)

// shops is a desk that has the shop's settings, too.
type shops struct {
	*relays
	pending   []string
	restarted []string
	asked     []config.Config
	checks    []Check
	copyErr   error
	taken     Field
	takenErr  error
}

func (d *shops) Pending() []string { return d.pending }
func (d *shops) Restart(by string) { d.restarted = append(d.restarted, by) }
func (d *shops) CheckWeChat(_ context.Context, c config.Config) []Check {
	d.asked = append(d.asked, c)
	return d.checks
}
func (d *shops) CheckCopy(context.Context, config.Config) error { return d.copyErr }
func (d *shops) TakePEM(context.Context, string) (Field, string, error) {
	return d.taken, "apiclient.pem", d.takenErr
}

func newShopBench(change func(*desk), practice bool) *bench {
	b := &bench{d: &desk{c: shopConfig()}}
	if change != nil {
		change(b.d)
	}
	b.d.file = b.d.c
	b.relays = &relays{desk: b.d}
	b.shops = &shops{relays: b.relays}
	b.practice = practice
	b.open(nil)
	return b
}

// elsewhere are the keys that no field is for: the books go by them, or pairing and the till make them.
var elsewhere = []string{"shop.id", "shop.till", "relay.url", "relay.token", "phone.key"}

func TestPage_HasAFieldForEveryKeyOfTheSettings(t *testing.T) {
	var asked []string
	for _, part := range Parts {
		for _, f := range order(part) {
			asked = append(asked, string(f))
		}
	}
	for _, key := range config.KeyNames() {
		if strings.HasPrefix(key, "keys.") || slices.Contains(elsewhere, key) {
			continue
		}
		if !slices.Contains(asked, key) {
			t.Errorf("nobody can set %s in the window", key)
		}
	}
	for f, w := range ways {
		if !slices.Contains(config.KeyNames(), string(f)) || !slices.Contains(wayOrder, f) {
			t.Errorf("%s is no setting, or stands nowhere", f)
		}
		c := config.Default()
		if w.at(&c) == nil {
			t.Errorf("%s is kept nowhere", f)
		}
	}
}

func TestWays_SayAndTakeEveryKindOfValue(t *testing.T) {
	b := newShopBench(nil, false)
	for _, c := range []struct {
		f             Field
		set, get, key string
	}{
		{FieldName, " 兴隆便利店 ", "兴隆便利店", ""},
		{FieldDayStarts, "330", "330", "05:30"},
		{FieldAutoLock, "0s", "0s", "0s"},
		{FieldVariance, "２０", "20.00", "20.00"},
		{FieldVariance, "-", "-", "-"},
		{FieldExpires, "15", "15", "15"},
		{FieldAutoRefund, off, off, off},
		{FieldLimitPay, "no_credit", "no_credit", "no_credit"},
		{FieldMonths, "6", "6", "6"},
		{FieldClientKey, "secrets/key.pem", "secrets/key.pem", "secrets/key.pem"},
		{FieldClientKey, "keyring:guitai/key", "keyring:guitai/key", "keyring:guitai/key"},
		{FieldAppID, " wx８888888888888888", "wx8888888888888888", "wx8888888888888888"},
	} {
		b.Set(c.f, c.set)
		b.Left(c.f)
		if got := b.Text(c.f); got != c.get {
			t.Errorf("%s: %q after %q, want %q", c.f, got, c.set, c.get)
		}
		if got := b.says(c.f); c.key != "" && got != c.key {
			t.Errorf("%s is shown as %q, want %q", c.f, got, c.key)
		}
	}
	got := b.Presenter.d.config()
	if got.Shop.DayStarts != 330 || got.Staff.AutoLock != 0 || got.WeChat.ClientKey.String() != "keyring:guitai/key" || got.Shop.VarianceLimit != 20_00 {
		t.Errorf("%+v %+v", got.Shop, got.Staff)
	}
	if b.Problem(FieldVariance) == "" {
		t.Error("a limit that is no amount is taken without a word")
	}
	b.Save()
	if len(b.d.saved) != 0 || b.At() != FieldVariance {
		t.Errorf("saved %d, at %s", len(b.d.saved), b.At())
	}
}

func (b *bench) says(f Field) string { return b.Presenter.d.shown(f) }

const typedKey = "8934e7d15453e97507ef794cf7b0519d"

func TestSecret_IsTypedOnceAndNeverShownAgain(t *testing.T) {
	b := newShopBench(func(d *desk) {
		d.keeps = func(c *config.Config) {
			for _, s := range c.Secrets() {
				if s.Key == "wechat.api_key" && s.Given() {
					*s.Secret, _ = config.ParseSecret("keyring:guitai/api_key-1900000109")
				}
			}
		}
	}, false)
	b.Turn(PartWeChat)
	b.Set(FieldAPIKey, typedKey[:31])
	b.Left(FieldAPIKey)
	if got := b.Problem(FieldAPIKey); got != "32 letters or digits" {
		t.Errorf("a key that is too short: %q", got)
	}
	b.Set(FieldAPIKey, typedKey[:31]+"ｄ")
	b.Left(FieldAPIKey)
	if got := b.Problem(FieldAPIKey); got != "" || !b.Dirty() {
		t.Errorf("%q, changed %v", got, b.Dirty())
	}
	b.Try(ActWeChat)
	b.work()
	if got, err := b.shops.asked[0].WeChat.APIKey.Resolve(t.Context(), config.Resolver{}); err != nil || got != typedKey {
		t.Errorf("tried with %q, %v", got, err)
	}
	b.Save()
	b.work()
	if len(b.d.saved) != 1 || b.Dirty() || b.Text(FieldAPIKey) != "" {
		t.Errorf("saved %d, changed %v, the field says %q", len(b.d.saved), b.Dirty(), b.Text(FieldAPIKey))
	}
	if got := b.Kept(FieldAPIKey); got != "Kept (keyring:guitai/api_key-1900000109); type another to replace it" {
		t.Error(got)
	}
	b.Set(FieldAPIKey, typedKey)
	if d := b.Close(); d != nil && d.d.typed[FieldAPIKey] != "" {
		t.Error("a key that was typed and not saved is kept in memory")
	}
}

func TestSecret_OneThatIsNotNeededCanBeRemoved(t *testing.T) {
	b := newShopBench(func(d *desk) { d.c.Phone.MiniSecret, _ = config.ParseSecret("file:x") }, false)
	b.Turn(PartPhone)
	b.Set(FieldMiniSecret, "-")
	b.Set(FieldAPIKey, "-")
	if b.Problem(FieldMiniSecret) != "" {
		t.Error(b.Problem(FieldMiniSecret))
	}
	c := b.Presenter.d.config()
	if !c.Phone.MiniSecret.IsZero() || c.WeChat.APIKey.IsZero() || b.Presenter.problems[FieldAPIKey] == nil {
		t.Errorf("%v %v", c.Phone.MiniSecret, c.WeChat.APIKey)
	}
}

func TestMerchant_StaysWhilePaymentsAreWatched(t *testing.T) {
	b := newShopBench(nil, false)
	b.openPayments = 1
	b.Turn(PartWeChat)
	b.Set(FieldMchID, "1900000110")
	b.Save()
	b.work()
	words, trouble := b.Notice()
	if len(b.d.saved) != 0 || !trouble || !strings.Contains(words, "still open") {
		t.Errorf("saved %d; %q", len(b.d.saved), words)
	}
	b.Set(FieldMchID, "1900000109")
	b.Set(FieldGoodsTag, "A")
	b.Save()
	b.work()
	if len(b.d.saved) != 1 {
		t.Error("what is not about the merchant has to wait, too")
	}
	b.openPayments = 0
	b.Set(FieldMchID, "1900000110")
	b.Save()
	b.work()
	if len(b.d.saved) != 2 {
		t.Error(b.Notice())
	}
}

func TestRestart_IsOfferedForWhatWaitsForIt(t *testing.T) {
	b := newShopBench(nil, false)
	if slices.Contains(b.Acts(), ActRestart) {
		t.Error("offered for nothing")
	}
	b.shops.pending = []string{"shop.name"}
	b.Set(FieldName, "兴隆")
	if !slices.Contains(b.Acts(), ActRestart) {
		t.Error("not offered")
	}
	b.Try(ActRestart)
	if b.Asked() != AskLeave || len(b.shops.restarted) != 0 {
		t.Errorf("asked %v, restarted %v", b.Asked(), b.shops.restarted)
	}
	b.Confirm()
	b.work()
	if words, _ := b.Notice(); words != "Saved. Some of it needs a restart: F9" {
		t.Error(words)
	}
	b.Try(ActRestart)
	if !slices.Equal(b.shops.restarted, []string{"李强"}) {
		t.Errorf("restarted by %v", b.shops.restarted)
	}
}

func TestCheckWeChat_SaysOfEachThingWhatIsAndWhatToDo(t *testing.T) {
	b := newShopBench(nil, false)
	b.Turn(PartWeChat)
	b.shops.checks = []Check{
		{ID: "settings.wechat.answers", Args: []any{"1900000109", 41}},
		{State: CheckNote, ID: "settings.wechat.no-cert"},
		{State: CheckBad, Err: pos.E(pos.CodeClock, "look", nil)},
	}
	b.Try(ActWeChat)
	b.work()
	_, busy, a := b.Trial()
	if busy || a.Good || len(a.Checks) != 3 || a.Checks[0].Words != "WeChat knows merchant 1900000109, and the key is right (41 ms)" ||
		a.Checks[1].Todo == "" || a.Checks[2].State != CheckBad || a.Checks[2].Words == "" || a.Checks[2].Todo == "" {
		t.Errorf("%+v", a)
	}
	b.shops.checks = b.shops.checks[:2]
	b.Try(ActWeChat)
	b.work()
	if _, _, a := b.Trial(); !a.Good || a.Words != "WeChat is ready" {
		t.Errorf("%+v", a)
	}
}

func TestDropped_AFileOfTheMerchantGoesWhereItBelongs(t *testing.T) {
	b := newShopBench(nil, false)
	b.Turn(PartWeChat)
	b.shops.taken = FieldClientCert
	b.Dropped("/downloads/apiclient_cert.pem")
	b.work()
	if b.Text(FieldClientCert) != "apiclient.pem" || !b.Dirty() {
		t.Error(b.Text(FieldClientCert))
	}
	b.shops.takenErr = &Fault{ID: "settings.take.not-pem", Args: []any{"x"}, Err: errors.New("no")}
	b.Dropped("/x")
	b.work()
	if _, _, a := b.Trial(); a.Good || !strings.Contains(a.Words, "no certificate or key") {
		t.Errorf("%+v", a)
	}
	b.shops.takenErr, b.shops.taken = nil, FieldClientKey
	b.Turn(PartOldAPIs)
	b.Dropped("/downloads/apiclient_key.pem")
	b.work()
	if b.Text(FieldMerchantKey) != "apiclient.pem" || b.Presenter.d.c.WeChat.MerchantKey.String() != "file:apiclient.pem" {
		t.Error(b.Text(FieldMerchantKey))
	}
	b.Turn(PartDrawer)
	b.Dropped("/pictures/logo.png")
	if b.Part() != PartReceipt || b.Text(FieldLogo) != "/pictures/logo.png" {
		t.Error("what is dropped elsewhere is the logo")
	}
}

func TestPractice_AsksNothingAboutTheShopsOwnWeChat(t *testing.T) {
	b := newShopBench(nil, true)
	if got := b.Parts(); slices.Contains(got, PartWeChat) || slices.Contains(got, PartOldAPIs) || !slices.Contains(got, PartShop) {
		t.Errorf("%v", got)
	}
	for _, part := range b.Parts() {
		b.Turn(part)
		for _, f := range b.Fields() {
			if secretField(f) || strings.HasSuffix(string(f), "_url") || f == FieldName {
				t.Errorf("practice asks for %s", f)
			}
		}
	}
}

func TestCopyTo_IsTried(t *testing.T) {
	b := newShopBench(func(d *desk) { d.c.Backup.CopyTo = "/media/x" }, false)
	b.Turn(PartBackup)
	b.shops.copyErr = &Fault{ID: "settings.copy.nowhere", Args: []any{"/media/x"}}
	b.Try(ActCopyTo)
	b.work()
	if _, _, a := b.Trial(); a.Good || !strings.Contains(a.Words, "/media/x") {
		t.Errorf("%+v", a)
	}
	b.shops.copyErr = nil
	b.Try(ActCopyTo)
	b.work()
	if _, _, a := b.Trial(); !a.Good {
		t.Errorf("%+v", a)
	}
}

func TestShopParts_HaveWordsInBothLanguages(t *testing.T) {
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		w := i18n.For(lang)
		for f, x := range ways {
			for _, v := range x.choices {
				id := "settings." + string(f) + "." + v
				if v == "" {
					id += "none"
				}
				if v != on && v != off && !w.Has(id) {
					t.Errorf("%s: no words for %s", lang, id)
				}
			}
		}
		for _, part := range []Part{PartShop, PartWeChat, PartOrders, PartBackup, PartOldAPIs} {
			if !w.Has("settings.idle." + string(part)) {
				t.Errorf("%s: nothing is said about %s", lang, part)
			}
		}
	}
}
