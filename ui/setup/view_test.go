package setup

import (
	"image/color"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"guitai/assets/fonts"
	"guitai/pos/config"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

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

// counter is the screen in a window, and a person with a keyboard.
type counter struct {
	*Setup
	do        chan func()
	practised int
	done      []config.Config
	spoken    []string
	folder    config.Folder
}

func newCounter(t *testing.T, lang string) *counter {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(typeface{
		theme.DefaultTheme(), fyne.NewStaticResource("regular.ttf", fonts.Regular()), fyne.NewStaticResource("bold.ttf", fonts.Bold()),
	})
	c := &counter{do: make(chan func(), 1), folder: config.Folder(filepath.Join(t.TempDir(), "till"))}
	c.Setup = New(Options{
		Folder: c.folder, Lang: lang, Resolver: config.Resolver{Keyring: &ring{}},
		OnPractice: func() { c.practised++ },
		OnDone:     func(saved config.Config) { c.done = append(c.done, saved) },
		OnLanguage: func(lang string) { c.spoken = append(c.spoken, lang) },
		Do:         func(f func()) { c.do <- f },
	})
	w := test.NewTempWindow(t, c.Content())
	w.SetPadded(false)
	w.Resize(fyne.NewSize(1024, 700))
	c.Attach(w)
	t.Cleanup(c.Close)
	return c
}

// press sends keys as the window would: to what has the focus, else to the window.
func (c *counter) press(names ...fyne.KeyName) {
	for _, name := range names {
		k := &fyne.KeyEvent{Name: name}
		if f := c.window.Canvas().Focused(); f != nil {
			f.TypedKey(k)
		} else {
			c.window.Canvas().OnTypedKey()(k)
		}
	}
}

func (c *counter) typed(text string) {
	for _, r := range text {
		if f := c.window.Canvas().Focused(); f != nil {
			f.TypedRune(r)
		} else {
			c.window.Canvas().OnTypedRune()(r)
		}
	}
}

func TestSetup_FitsTheSmallestScreen(t *testing.T) {
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		for _, printer := range Choices(FieldPrinter) {
			c := newCounter(t, lang)
			welcome := c.Content().MinSize()
			c.press(fyne.KeyF2)
			c.p.Set(FieldPrinter, printer)
			c.press(fyne.KeyF9) // with every field complaining
			form := c.Content().MinSize()
			for name, size := range map[string]fyne.Size{"welcome": welcome, "form": form} {
				if size.Width > 1024 || size.Height > 700 {
					t.Errorf("%s, %s, printer %s: needs %v", lang, name, printer, size)
				}
			}
		}
	}
}

func TestSetup_AKeyboardIsEnough(t *testing.T) {
	c := newCounter(t, i18n.Chinese)
	c.press(fyne.KeyReturn)
	if c.practised != 1 {
		t.Fatalf("Enter practised %d times", c.practised)
	}
	c.press(fyne.KeyTab, fyne.KeyEnter)
	// At the pace of a scanner, so the longer ones come as scans, and the others as typing.
	for _, text := range []string{"柜台", "s001", "t1", " ", "wx8888888888888888", "1900000109", aKey} {
		c.typed(text)
		c.press(fyne.KeyReturn)
	}
	if c.p.At() != FieldPrinter {
		t.Fatalf("at %s", c.p.At())
	}
	c.press(fyne.KeyRight, fyne.KeyTab)
	c.typed("10.0.0.9")
	c.press(fyne.KeyDown, fyne.KeyRight, fyne.KeyReturn)
	(<-c.do)()
	if len(c.done) != 1 {
		words, _ := c.p.Notice()
		t.Fatalf("not saved: %s", words)
	}
	got := c.done[0]
	if got.Shop.Name != "柜台" || got.Shop.ID != "S001" || got.Shop.Till != "T1" || got.Shop.Language != i18n.English ||
		got.WeChat.AppID != "wx8888888888888888" || got.WeChat.MchID != "1900000109" || got.Printer.URL != "tcp://10.0.0.9:9100" || got.Printer.Paper != 58 {
		t.Errorf("saved %+v %+v", got.Shop, got.Printer)
	}
	if text := c.inputs[FieldAPIKey].entry.Text; text != "" {
		t.Error("the screen still holds the key")
	}
}

func TestSetup_EscGoesBackAndTheFormRemembers(t *testing.T) {
	c := newCounter(t, i18n.English)
	c.press(fyne.KeyF2)
	c.typed("Shop")
	c.press(fyne.KeyTab)
	c.typed("s-1")
	c.press(fyne.KeyEscape)
	if c.form.Visible() || !c.welcome.Visible() {
		t.Fatal("Esc did not go back")
	}
	c.press(fyne.KeyF2)
	if c.inputs[FieldName].entry.Text != "Shop" || c.p.At() != FieldID {
		t.Errorf("%q at %s", c.inputs[FieldName].entry.Text, c.p.At())
	}
	if words := c.inputs[FieldID].note.Words(); words != "⚠ Must be 1 to 8 of A-Z 0-9" {
		t.Errorf("under the id: %q", words)
	}
}

func TestSetup_ALanguageIsSwitchedWithoutLosingWordsOrPlace(t *testing.T) {
	c := newCounter(t, i18n.Chinese)
	c.press(fyne.KeyF2)
	c.typed("店")
	c.press(fyne.KeyTab)
	c.typed("S1")
	c.press(fyne.KeyF3)
	if got := c.inputs[FieldName].label.Words(); got != "Shop name" || len(c.spoken) != 1 {
		t.Errorf("label %q, spoken %v", got, c.spoken)
	}
	c.typed("2")
	if c.inputs[FieldName].entry.Text != "店" || c.p.Text(FieldID) != "S12" {
		t.Errorf("%q, %q", c.inputs[FieldName].entry.Text, c.p.Text(FieldID))
	}
}

func TestSetup_TypingFindsItsFieldAfterAClickBesideIt(t *testing.T) {
	c := newCounter(t, i18n.English)
	c.press(fyne.KeyF2)
	c.window.Canvas().Unfocus()
	c.typed("Shop")
	if c.p.Text(FieldName) != "Shop" {
		t.Errorf("%q", c.p.Text(FieldName))
	}
	c.window.Canvas().Focus(c.inputs[FieldMchID].entry)
	c.press(fyne.KeyTab)
	if c.p.At() != FieldAPIKey {
		t.Errorf("Tab from the clicked field went to %s", c.p.At())
	}
}

func TestSetup_WhatIsTypedFastReplacesWhatIsSelected(t *testing.T) {
	for _, field := range []Field{FieldMchID, FieldAPIKey} {
		c := newCounter(t, i18n.Chinese)
		c.p.Begin()
		c.p.Enter(field)
		c.focus()
		entry := c.inputs[field].entry
		for _, r := range "1111111111" {
			entry.TypedRune(r)
		}
		entry.TypedShortcut(&fyne.ShortcutSelectAll{})
		for _, r := range "2222222222" {
			entry.TypedRune(r)
		}
		entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		if got := c.p.Text(field); got != "2222222222" || c.p.At() == field {
			t.Errorf("%s: %q, and the keyboard is at %s", field, got, c.p.At())
		}
	}
}

func TestSetup_ExamplesAreMarkedAsSuch(t *testing.T) {
	c := newCounter(t, i18n.English)
	c.p.Begin()
	for _, field := range []Field{FieldName, FieldID, FieldTill, FieldAppID, FieldMchID} {
		if e := c.inputs[field].entry; !strings.HasPrefix(e.PlaceHolder, "e.g. ") {
			t.Errorf("%s: %q", field, e.PlaceHolder)
		}
	}
	if e := c.inputs[FieldAPIKey].entry; e.PlaceHolder != "" {
		t.Errorf("the key's: %q", e.PlaceHolder)
	}
}

func TestSetup_TheKeyIsDottedUntilShown(t *testing.T) {
	c := newCounter(t, i18n.English)
	c.press(fyne.KeyF2)
	entry := c.inputs[FieldAPIKey].entry
	if !entry.Password {
		t.Fatal("the key is shown from the start")
	}
	test.Tap(c.show)
	if entry.Password || c.show.Label() != "Hide" {
		t.Errorf("dotted %v, the button says %q", entry.Password, c.show.Label())
	}
	c.press(fyne.KeyTab)
	if !entry.Password || c.show.Label() != "Show" {
		t.Errorf("left, dotted %v, the button says %q", entry.Password, c.show.Label())
	}
}

func TestSetup_ChoicesAreTappedAndTurned(t *testing.T) {
	c := newCounter(t, i18n.English)
	c.press(fyne.KeyF2)
	printer := c.inputs[FieldPrinter].choice
	test.Tap(printer.Buttons()[1])
	if c.p.Text(FieldPrinter) != PrinterNetwork || !c.inputs[FieldAddress].object.Visible() || c.window.Canvas().Focused() != fyne.Focusable(printer) {
		t.Errorf("tapped: %s", c.p.Text(FieldPrinter))
	}
	if got := printer.Buttons()[1].Label(); got != "✓ Network" {
		t.Errorf("the chosen one says %q", got)
	}
	c.press(fyne.KeyLeft)
	if c.p.Text(FieldPrinter) != PrinterNone || c.inputs[FieldAddress].object.Visible() {
		t.Errorf("turned: %s", c.p.Text(FieldPrinter))
	}
	c.typed(" ")
	if c.p.Text(FieldPrinter) != PrinterNetwork {
		t.Errorf("space: %s", c.p.Text(FieldPrinter))
	}
	var _ widgets.Keys = c.Setup
}
