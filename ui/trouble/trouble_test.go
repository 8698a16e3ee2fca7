package trouble

import (
	"image/color"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"guitai/assets/fonts"
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

func newApp(t *testing.T) fyne.App {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(typeface{
		theme.DefaultTheme(), fyne.NewStaticResource("regular.ttf", fonts.Regular()), fyne.NewStaticResource("bold.ttf", fonts.Bold()),
	})
	return app
}

// person is somebody before the window. left says whether it was closed.
type person struct {
	*frame
	left bool
}

// quitting is an app that remembers that it was told to quit.
type quitting struct {
	fyne.App
	quit func()
}

func (q quitting) Quit() { q.quit() }

func before(t *testing.T, lang string, p page) *person {
	t.Helper()
	w := &person{}
	w.frame = newFrame(quitting{newApp(t), func() { w.left = true }}, lang, p)
	return w
}

func (p *person) key(names ...fyne.KeyName) {
	for _, n := range names {
		if len(n) == 1 {
			p.sink.TypedRune(rune(n[0]))
		} else {
			p.sink.TypedKey(&fyne.KeyEvent{Name: n})
		}
	}
}

// scan is what a scanner types: as fast as a loop, with an Enter behind it.
func (p *person) scan(code string) {
	for _, r := range code {
		p.sink.TypedRune(r)
	}
	p.sink.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
}

func walk(o fyne.CanvasObject, see func(fyne.CanvasObject)) {
	see(o)
	switch c := o.(type) {
	case *fyne.Container:
		for _, o := range c.Objects {
			walk(o, see)
		}
	case fyne.Widget:
		for _, o := range test.WidgetRenderer(c).Objects() {
			walk(o, see)
		}
	}
}

func (p *person) texts() (all []string) {
	walk(p.root, func(o fyne.CanvasObject) {
		if t, ok := o.(*widgets.Text); ok && t.Words() != "" {
			all = append(all, t.Words())
		}
	})
	return all
}

func (p *person) tap(label string) bool {
	var found *widgets.Button
	walk(p.root, func(o fyne.CanvasObject) {
		if b, ok := o.(*widgets.Button); ok && b.Label() == label {
			found = b
		}
	})
	if found != nil {
		found.Tapped(nil)
	}
	return found != nil
}

func (p *person) reads(t *testing.T, words ...string) {
	t.Helper()
	all := p.texts()
	for _, w := range words {
		if !slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, w) }) {
			t.Errorf("it does not say %q, but %q", w, all)
		}
	}
}

var question = Question{Folder: "/srv/till", Shop: "S001", Till: "T1"}

func TestAsk_KeysAndWhatTheyAnswer(t *testing.T) {
	const enter, esc, tab = fyne.KeyReturn, fyne.KeyEscape, fyne.KeyTab
	for name, c := range map[string]struct {
		keys []fyne.KeyName
		want Answer
		left bool // by itself
	}{
		"an Enter by chance answers nothing":  {[]fyne.KeyName{enter, enter}, Left, false},
		"a digit alone answers nothing":       {[]fyne.KeyName{"1"}, Left, false},
		"1 and Enter":                         {[]fyne.KeyName{"1", enter}, Moved, true},
		"Tab and Enter":                       {[]fyne.KeyName{tab, enter}, Moved, true},
		"Tab twice leads to how":              {[]fyne.KeyName{tab, tab, enter}, Second, false},
		"Tab goes round":                      {[]fyne.KeyName{tab, tab, tab, enter}, Moved, true},
		"2 and Enter, then close":             {[]fyne.KeyName{"2", enter, enter}, Second, true},
		"2, thought better of, then 1":        {[]fyne.KeyName{"2", enter, esc, "1", enter}, Moved, true},
		"Esc":                                 {[]fyne.KeyName{"1", esc}, Left, true},
		"Esc twice from how":                  {[]fyne.KeyName{"2", enter, esc, esc}, Left, true},
		"the arrows":                          {[]fyne.KeyName{fyne.KeyRight, fyne.KeyLeft, fyne.KeyEnter}, Moved, true},
		"digits mean nothing while how is up": {[]fyne.KeyName{"2", enter, "1", enter}, Second, true},
	} {
		t.Run(name, func(t *testing.T) {
			a := &asked{q: question}
			p := before(t, i18n.English, a)
			p.key(c.keys...)
			if got := a.said(); got != c.want || p.left != c.left {
				t.Errorf("said %d, left %v; want %d, %v", got, p.left, c.want, c.left)
			}
		})
	}
}

func TestAsk_AScanAnswersNothing(t *testing.T) {
	a := &asked{q: question}
	p := before(t, i18n.English, a)
	p.scan("6901212121211")
	if a.chosen != Left || p.left {
		t.Error("a barcode has answered")
	}
	p.key(fyne.KeyReturn)
	if p.left {
		t.Error("an Enter after a scan has answered")
	}
}

func TestAsk_ButtonsAnswerAtOnce(t *testing.T) {
	a := &asked{q: question}
	p := before(t, i18n.English, a)
	if !p.tap("Show how") || !a.how || p.left {
		t.Fatal("it does not show how")
	}
	p.reads(t, "How to open a second till", "/srv/till", "S001", "not T1", "same receipt numbers", "Nothing was changed")
	if !p.tap("Back") || a.how || !p.tap("Go on here") || a.said() != Moved || !p.left {
		t.Errorf("said %d, left %v", a.said(), p.left)
	}
}

func TestAsk_SpeaksBothLanguages(t *testing.T) {
	p := before(t, i18n.Chinese, &asked{q: Question{Folder: "/srv/till", Unread: true}})
	p.reads(t, "这台收银台是搬到这里的吗？", "认不出", "/srv/till", "同样的小票号")
	p.key(keyLanguage)
	p.reads(t, "Was this till moved here?", "cannot be told", "/srv/till", "same receipt numbers")
}

func report(w *i18n.Words) Report {
	r := Report{What: "what " + w.Lang(), Money: "the money", Todo: "the way out"}
	for _, d := range strings.Fields("one two three four five six seven") {
		r.Detail = append(r.Detail, "fault "+d)
	}
	return r
}

func TestTell_SaysWhatMoneyAndTodo(t *testing.T) {
	p := before(t, i18n.Chinese, telling{report})
	p.reads(t, "what zh-CN", "the money", "the way out", "fault one", "fault five", "…")
	if slices.Contains(p.texts(), "fault six") {
		t.Error("more faults than there is room for")
	}
	if !p.tap("English") {
		t.Error("no way to the other language")
	}
	p.reads(t, "what en")
}

func TestTell_Closes(t *testing.T) {
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeyEscape} {
		p := before(t, i18n.English, telling{report})
		p.scan("6901234567892")
		p.key("1", fyne.KeyTab)
		if p.left {
			t.Error("it closed by itself")
		}
		if p.key(key); !p.left {
			t.Errorf("%s does not close it", key)
		}
	}
	if p := before(t, i18n.English, telling{report}); !p.tap("Close") || !p.left {
		t.Error("the button does not close it")
	}
}

func TestPages_FitTheSmallestScreen(t *testing.T) {
	long := Question{Folder: "/home/wang/.local/share/" + strings.Repeat("a-long-folder-name/", 6), Shop: "S0000001", Till: "T001"}
	how := &asked{q: long}
	how.how = true
	words := strings.Repeat("long words ", 30)
	wordy := func(*i18n.Words) Report {
		return Report{What: words, Money: words, Todo: words, Detail: slices.Repeat([]string{words}, shownDetail)}
	}
	for name, p := range map[string]page{"ask": &asked{q: long}, "how": how, "tell": telling{wordy}} {
		for _, lang := range []string{i18n.Chinese, i18n.English} {
			f := before(t, lang, p)
			f.win.Resize(fyne.NewSize(windowWidth, windowHeight))
			card := p.build(f.frame)
			card.Resize(fyne.NewSize(cardWidth, windowHeight))
			if m := card.MinSize(); m.Height > windowHeight-58 || m.Width > cardWidth {
				t.Errorf("%s in %s needs %v", name, lang, m)
			}
			if m := f.win.Content().MinSize(); m.Width > windowWidth || m.Height > windowHeight {
				t.Errorf("%s in %s makes the window %v", name, lang, m)
			}
		}
	}
}
