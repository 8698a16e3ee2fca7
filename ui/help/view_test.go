package help

import (
	"image/color"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"guitai/assets/fonts"
	"guitai/assets/guide"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

type look struct {
	fyne.Theme
	regular, bold fyne.Resource
}

func (l look) Font(s fyne.TextStyle) fyne.Resource {
	if s.Bold {
		return l.bold
	}
	return l.regular
}

func (l look) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	if strings.HasPrefix(string(n), "guitai-") {
		n = theme.ColorNameForeground
	}
	return l.Theme.Color(n, v)
}

func dress(t *testing.T) fyne.App {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look{theme.DefaultTheme(), fyne.NewStaticResource("r.ttf", fonts.Regular()), fyne.NewStaticResource("b.ttf", fonts.Bold())})
	return app
}

// slack is what rounding each word on its own may come to in a line; the page leaves more to its bar.
const slack = 6

// Every page of the guide in both languages is drawn within the room there is, in both sizes: no line is wider, none lies upon another.
func TestProse_EveryPageFits(t *testing.T) {
	dress(t)
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		for _, page := range guide.Pages(lang) {
			for _, width := range []float32{600, 840} {
				p := newProse()
				p.set(Parse(page.Text, nil))
				p.fit(width)
				last := float32(-1)
				for i, top := range p.tops {
					if top < last {
						t.Errorf("%s %s: block %d lies upon the one before", page.ID, lang, i)
					}
					last = top
				}
				for _, o := range p.things {
					x, ok := o.(*canvas.Text)
					if !ok {
						continue
					}
					if right := x.Position().X + x.Size().Width; right > width+slack {
						t.Errorf("%s %s at %v: %q reaches to %v", page.ID, lang, width, x.Text, right)
					}
					if bottom := x.Position().Y + x.Size().Height; bottom > p.height {
						t.Errorf("%s %s: %q is below the end", page.ID, lang, x.Text)
					}
				}
			}
		}
	}
}

func TestProse_LinesBreakWhereTheyMay(t *testing.T) {
	dress(t)
	pen := newPen()
	const size = widgets.SizeBody
	for _, c := range []struct {
		text  string
		width float32
		want  []string
	}{
		{"one two", 1000, []string{"one two"}},
		{"one two", pen.width("one tw", size, false), []string{"one ", "two"}},
		{"扫码，好了", pen.width("扫码", size, false) + 2, []string{"扫", "码，", "好了"}},
		{"按“确定”", pen.width("按“", size, false) + 2, []string{"按", "“确", "定”"}},
		{"", 100, []string{""}},
	} {
		var got []string
		for _, l := range pen.lines([]Span{{Words: c.text}}, c.width, size) {
			s := ""
			for _, x := range l {
				s += x.Words
			}
			got = append(got, s)
		}
		if strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%q in %v: %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestView_KeysAndFingersMoveThePage(t *testing.T) {
	app := dress(t)
	closed := 0
	var v *View
	v = New(Config{Words: i18n.For(i18n.English), Pages: pages, Close: func() { closed++; v.Close() }, Changed: func() {}})
	win := app.NewWindow("")
	win.SetContent(v.Object())
	win.Resize(fyne.NewSize(1024, 500))
	v.Open(KeysPage)
	press := func(k fyne.KeyName) bool { return v.Pressed(widgets.Key{Name: k}) }
	if v.page.height <= v.scroll.Size().Height {
		t.Fatalf("the page of keys needs no scrolling: %v", v.page.height)
	}
	press(fyne.KeyPageDown)
	if y := v.scroll.Offset.Y; y < 100 {
		t.Errorf("PgDn moved to %v", y)
	}
	press(fyne.KeyEnd)
	if y, want := v.scroll.Offset.Y, v.page.height-v.scroll.Size().Height; y < want-1 || y > want+1 {
		t.Errorf("End is at %v, want %v", y, want)
	}
	press(fyne.KeyPageUp)
	press(fyne.KeyHome)
	press(fyne.KeyDown)
	if id, _, _ := v.p.Shown(); id != "selling" || v.scroll.Offset.Y != 0 {
		t.Errorf("Down shows %s", id)
	}
	v.Typed('x')
	press(fyne.KeyBackspace)
	v.Typed('s')
	press(fyne.KeyEscape)
	if closed != 0 || v.p.Looked() != "" {
		t.Error("Esc closes while something is looked for")
	}
	press(fyne.KeyEscape)
	if closed != 1 || v.IsOpen() {
		t.Error("Esc does not close")
	}
	if press(fyne.KeyF9) || v.Pressed(widgets.Key{Name: fyne.KeyUp, Ctrl: true}) {
		t.Error("a key that is none of the guide's is taken")
	}
}
