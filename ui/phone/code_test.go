package phone

import (
	"context"
	"errors"
	"image/color"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"guitai/assets/fonts"
	"guitai/pos/i18n"
)

// wallet is a customer who has payment codes, too.
type wallet struct {
	customer
	codes []string // given one after the other
	asked []CodeKind
}

func (w *wallet) ShowCode(_ context.Context, k CodeKind) (string, error) {
	w.asked = append(w.asked, k)
	if w.err != nil {
		return "", w.err
	}
	code := w.codes[0]
	w.codes = w.codes[1:]
	return code, nil
}

const code1, code2 = "134501234567890123", "134598765432109876"

// counter is a phone under a till's scanner, and work that is done when it is told to.
type counter struct {
	*Presenter
	scanned []string
	later   []func()
}

func under(w *wallet) *counter {
	c := &counter{}
	c.Presenter = NewPresenter(Config{
		Words: i18n.For(i18n.English), Phone: w, Changed: func() {}, Scan: func(code string) { c.scanned = append(c.scanned, code) },
		Go: func(work func(context.Context) func()) {
			c.later = append(c.later, func() { work(context.Background())() })
		},
	})
	return c
}

func (c *counter) work() {
	for _, f := range c.later {
		f()
	}
	c.later = nil
}

func TestShowCode_TheTillScansAFreshCode(t *testing.T) {
	w := &wallet{codes: []string{code1, code2}}
	c := under(w)
	c.Turn(true)
	if m := c.CodeModel(); !m.Front || m.Shown || m.Code != "" || m.State != "Press F9 at the till, then choose what the customer does" {
		t.Errorf("%+v", m)
	}
	c.Again()
	c.ShowCode(CodeDecline)
	if m := c.CodeModel(); !m.Busy || len(c.scanned) != 0 {
		t.Errorf("%+v, scanned %q", m, c.scanned)
	}
	c.ShowCode(CodePay) // while the first is still coming
	c.work()
	if m := c.CodeModel(); m.Busy || !m.Shown || m.Code != "1345 0123 4567 8901 23" || m.Does != "No password" || m.Bad {
		t.Errorf("%+v", m)
	}
	c.Again()
	c.ShowCode(CodePay)
	c.work()
	if want := []string{code1, code1, code2}; !slices.Equal(c.scanned, want) {
		t.Errorf("scanned %q, want %q", c.scanned, want)
	}
	if want := []CodeKind{CodeDecline, CodePay}; !slices.Equal(w.asked, want) {
		t.Errorf("asked for %q, want %q", w.asked, want)
	}
}

func TestShowCode_WithoutACodeNothingIsScanned(t *testing.T) {
	w := &wallet{codes: []string{code1}}
	c := under(w)
	c.ShowCode(CodePay)
	c.work()
	w.err = errors.New("it has stopped")
	c.ShowCode(CodePay)
	c.work()
	c.Again()
	if m := c.CodeModel(); !m.Bad || m.Shown || m.Code != "" {
		t.Errorf("%+v", m)
	}
	if !slices.Equal(c.scanned, []string{code1}) {
		t.Errorf("scanned %q", c.scanned)
	}
}

func TestShowCode_NotEveryPhoneCan(t *testing.T) {
	c := under(&wallet{})
	c.cfg.Scan = nil
	without := on(&customer{})
	for name, p := range map[string]*Presenter{"no scanner": c.Presenter, "no codes": without} {
		p.Turn(true)
		p.ShowCode(CodePay)
		if p.CanShow() || p.CodeModel().Front || p.CodeModel().Busy {
			t.Errorf("%s: it shows codes", name)
		}
	}
	if len(c.later) != 0 {
		t.Error("it asked for a code")
	}
}

func TestCodeLabel_EveryKindHasOne(t *testing.T) {
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		seen := map[string]bool{}
		p := NewPresenter(Config{Words: i18n.For(lang)})
		for _, k := range CodeKinds {
			l := p.CodeLabel(k)
			if l == "" || strings.Contains(l, "phone.") || seen[l] {
				t.Errorf("%s: %s is %q", lang, k, l)
			}
			seen[l] = true
		}
	}
}

// typeface is Fyne's own theme in the till's own letters, so that sizes are those of the real window.
type typeface struct {
	fyne.Theme
	regular, bold fyne.Resource
}

func (f typeface) Font(s fyne.TextStyle) fyne.Resource {
	if s.Bold {
		return f.bold
	}
	return f.regular
}

// Color has one for the till's own names, too.
func (f typeface) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	if strings.HasPrefix(string(n), "guitai-") {
		n = theme.ColorNameForeground
	}
	return f.Theme.Color(n, v)
}

func newApp(t *testing.T) fyne.App {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(typeface{
		theme.DefaultTheme(), fyne.NewStaticResource("regular.ttf", fonts.Regular()), fyne.NewStaticResource("bold.ttf", fonts.Bold()),
	})
	return app
}

func TestView_TurnsAndScans(t *testing.T) {
	newApp(t)
	w := &wallet{codes: []string{code1}}
	var scanned []string
	v := New(Config{
		Words: i18n.For(i18n.English), Phone: w, Scan: func(code string) { scanned = append(scanned, code) },
		Go: func(work func(context.Context) func()) { work(context.Background())() },
	})
	if !v.frontAll.Visible() || v.backUp.Visible() {
		t.Error("it does not begin with the till's code")
	}
	v.shows.Tapped(nil)
	if v.frontAll.Visible() || !v.backUp.Visible() || !v.again.Disabled() {
		t.Error("it does not turn")
	}
	v.back.buttons[slices.Index(CodeKinds, CodeNotEnough)].Tapped(nil)
	if !slices.Equal(scanned, []string{code1}) || !slices.Equal(w.asked, []CodeKind{CodeNotEnough}) || v.again.Disabled() {
		t.Errorf("scanned %q after %q", scanned, w.asked)
	}
	if v.back.amount.Words() != "1345 0123 4567 8901 23" {
		t.Errorf("it shows %q", v.back.amount.Words())
	}
}
