package settings

import (
	"context"
	"image/color"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"guitai/assets/fonts"
	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// typeface is Fyne's own theme in the till's own letters.
type typeface struct {
	fyne.Theme
	regular fyne.Resource
}

func (f typeface) Font(fyne.TextStyle) fyne.Resource { return f.regular }

// Color has one for the till's own names, too.
func (f typeface) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	if strings.HasPrefix(string(n), "guitai-") {
		n = theme.ColorNameForeground
	}
	return f.Theme.Color(n, v)
}

// hands is the page in a window, and a person with a keyboard. It is the screen in front.
type hands struct {
	*View
	d      *desk
	window fyne.Window
	left   int
	at     time.Time
	hold   bool // work that is begun is not done before the test says so
	held   []func()
}

func newHands(t *testing.T, change func(*desk)) *hands {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(typeface{theme.DefaultTheme(), fyne.NewStaticResource("regular.ttf", fonts.Regular())})
	h := &hands{d: &desk{c: shopConfig()}, at: time.Unix(0, 0)}
	return openHands(t, app, h, h.d, change)
}

func openHands(t *testing.T, app fyne.App, h *hands, on Desk, change func(*desk)) *hands {
	t.Helper()
	if change != nil {
		change(h.d)
	}
	h.d.file = h.d.c
	sink := widgets.NewSink(func() time.Time { return h.at })
	sink.Point(h)
	h.window = app.NewWindow("")
	h.View = New(Config{
		Health: func() pos.Part { return pos.Part{} }, Copy: func(string) {},
		Words: i18n.For(i18n.English), Desk: on, Problem: func(_ *i18n.Words, e *config.Error) string { return string(e.Problem) },
		Allow: func(_ pos.Deed, _ string, then func(string)) { then("") }, Give: func(_ pos.Command, _ string, then func()) { then() },
		Go: func(f func(context.Context) func()) {
			work := func() {
				if then := f(context.Background()); then != nil {
					then()
				}
			}
			if h.hold {
				h.held = append(h.held, work)
				return
			}
			work()
		},
		After: func(_ time.Duration, f func()) func() { f(); return func() {} }, Changed: func() {},
	}, sink, nil, func() { h.left++ })
	h.window.SetContent(widgets.Over(widgets.Unseen(sink), h.Object()))
	h.window.Resize(fyne.NewSize(1366, 700))
	sink.Attach(h.window)
	h.Focus()
	return h
}

// Scanned is for the sink.
func (h *hands) Scanned(code string, _ int) { h.View.Scanned(Scan{Text: code}) }

// press presses keys, a second apart; one letter is a character.
func (h *hands) press(keys ...string) {
	for _, k := range keys {
		h.at = h.at.Add(time.Second)
		o := h.window.Canvas().Focused()
		ctrl, held := strings.CutPrefix(k, "ctrl+")
		switch {
		case held:
			o.(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyName(ctrl), Modifier: fyne.KeyModifierShortcutDefault})
		case len(k) == 1:
			o.TypedRune(rune(k[0]))
		default:
			o.TypedKey(&fyne.KeyEvent{Name: fyne.KeyName(k)})
		}
	}
}

func (h *hands) typed(text string) {
	for _, r := range text {
		h.at = h.at.Add(time.Second)
		h.window.Canvas().Focused().TypedRune(r)
	}
}

// sees reports whether words are drawn.
func (h *hands) sees(words string) bool {
	return slices.ContainsFunc(drawn(h.all), func(s string) bool { return strings.Contains(s, words) })
}

func drawn(o fyne.CanvasObject) (all []string) {
	if !o.Visible() {
		return nil
	}
	switch x := o.(type) {
	case *canvas.Text:
		return []string{x.Text}
	case *fyne.Container:
		for _, c := range x.Objects {
			all = append(all, drawn(c)...)
		}
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(x).Objects() {
			all = append(all, drawn(c)...)
		}
	}
	return all
}

func TestView_ByKeysAlone(t *testing.T) {
	h := newHands(t, func(d *desk) { d.devices = []Device{{"usb:///dev/usb/lp0", "XP-58"}} })
	h.press("Right", "Right")
	if h.p.Text(FieldKind) != KindUSB || !h.sees("A USB cable straight to this computer") || h.sees("Wi-Fi") {
		t.Fatalf("the printer is by %s: %q", h.p.Text(FieldKind), drawn(h.all))
	}
	h.press("F3")
	if h.p.Text(FieldAddress) != "/dev/usb/lp0" || !h.sees("✓ XP-58") {
		t.Errorf("F3 takes %q", h.p.Text(FieldAddress))
	}
	h.press("Down", "Down", "Down", "Right")
	if h.p.At() != FieldPaper || h.p.Text(FieldPaper) != "58" {
		t.Errorf("at %s, paper %s", h.p.At(), h.p.Text(FieldPaper))
	}
	h.press("ctrl+S")
	if len(h.d.saved) != 1 || h.d.saved[0].Printer.URL != "usb:///dev/usb/lp0" || !h.sees("Saved, and in force") {
		t.Errorf("saved %v", h.d.saved)
	}
	h.press("Escape", "Escape")
	if h.left != 1 {
		t.Errorf("left %d times", h.left)
	}
}

func TestView_TextOfSeveralLines(t *testing.T) {
	h := newHands(t, nil)
	h.press("Next", "Right", "Down")
	h.typed("Tel 1")
	h.press("Return")
	h.typed("Road 2")
	if got := h.p.Text(FieldHeader); got != "Tel 1\nRoad 2" {
		t.Errorf("the header is %q", got)
	}
	h.press("Up", "Down", "Down")
	if h.p.At() != FieldFooter {
		t.Errorf("at %s after the last line", h.p.At())
	}
	h.press("Tab")
	h.typed("https://x/{shop}")
	h.press("Tab")
	if !h.sees("⚠ format") {
		t.Errorf("a fault is not shown: %q", drawn(h.all))
	}
}

func TestView_ScansShowOnTheirPart(t *testing.T) {
	h := newHands(t, nil)
	h.press("Next", "Next", "Next", "Right", "Down")
	h.typed("]")
	for _, r := range "6901028240413" {
		h.at = h.at.Add(5 * time.Millisecond)
		h.window.Canvas().Focused().TypedRune(r)
	}
	h.at = h.at.Add(5 * time.Millisecond)
	h.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if v := h.p.LastScan(); v == nil || !strings.HasSuffix(v.Code, "6901028240413") || !h.sees("Scan 1") {
		t.Errorf("%+v", v)
	}
	if got := h.p.Text(FieldPrefix); strings.Contains(got, "69") {
		t.Errorf("the scan stays in the field: %q", got)
	}
}

func TestView_TappedAndAsked(t *testing.T) {
	h := newHands(t, nil)
	test.Tap(h.tabs[PartSound])
	volume := h.forms[PartSound].inputs[FieldVolume]
	h.press("Right", "Right", "Right")
	if h.p.Text(FieldVolume) != "90" || h.window.Canvas().Focused() != fyne.Focusable(volume.steps) {
		t.Errorf("the volume is %s", h.p.Text(FieldVolume))
	}
	h.press("Escape", "Escape")
	if h.p.Asked() != AskLeave || !h.sees("The changes are not saved") || h.left != 0 {
		t.Fatal("leaves without a word")
	}
	h.press("Escape")
	if h.sees("The changes are not saved") {
		t.Error("the question stays")
	}
	h.press("Escape", "F4")
	if h.left != 1 || len(h.d.saved) != 0 {
		t.Errorf("left %d times, saved %v", h.left, h.d.saved)
	}
}

func TestView_DroppedFileIsTheLogo(t *testing.T) {
	h := newHands(t, nil)
	h.Dropped("/home/shop/logo.png")
	if h.p.Part() != PartReceipt || h.p.Text(FieldLogo) != "/home/shop/logo.png" || !h.p.Dirty() {
		t.Errorf("%s, %q", h.p.Part(), h.p.Text(FieldLogo))
	}
}

func TestView_LettersOfTheTestPage(t *testing.T) {
	h := newHands(t, func(d *desk) { d.found, d.ok = Printer{"epson", "full", "native", 80}, true })
	h.press("F6")
	if !h.sees("Find the family") {
		t.Fatalf("not asked: %q", drawn(h.all))
	}
	h.press("a", "b", "Return")
	if h.p.Text(FieldProfile) != "epson" || !h.sees("✓ Found: Epson, 80 mm paper") {
		t.Errorf("found %s: %q", h.p.Text(FieldProfile), drawn(h.all))
	}
}
