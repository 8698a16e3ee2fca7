package widgets

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// pad records what a screen is told, keeping a text the way screens do.
type pad struct {
	text    string
	scans   []string
	pressed []Key
}

func (p *pad) Scanned(code string, back int) {
	p.text = string([]rune(p.text)[:len([]rune(p.text))-back])
	p.scans = append(p.scans, code)
}
func (p *pad) Typed(r rune)       { p.text += string(r) }
func (p *pad) Pressed(k Key) bool { p.pressed = append(p.pressed, k); return true }

// fingers types at a pace of its own clock.
type fingers struct{ at time.Time }

func (f *fingers) now() time.Time { return f.at }

func (f *fingers) send(to fyne.Focusable, text string, gap time.Duration) {
	for _, r := range text {
		f.at = f.at.Add(gap)
		if r == '\n' {
			to.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		} else {
			if r >= '0' && r <= '9' {
				to.TypedKey(&fyne.KeyEvent{Name: fyne.KeyName(r)}) // Fyne tells a digit's key before its character
			}
			to.TypedRune(r)
		}
	}
}

func TestSink_TellsScansFromTyping(t *testing.T) {
	for _, c := range []struct {
		name  string
		typed string
		gap   time.Duration
		scan  string // "" for typing
	}{
		{"a fast scanner", "6901028028412\n", time.Millisecond, "6901028028412"},
		{"repeated digits at 1 ms", "6901028000000\n", time.Millisecond, "6901028000000"},
		{"all digits the same", "1111111111111\n", time.Millisecond, "1111111111111"},
		{"no pause at all", "6901028028412\n", 0, "6901028028412"},
		{"a slow wireless scanner", "6901028028412\n", 30 * time.Millisecond, "6901028028412"},
		{"full-width digits of an input method", "６９０１０２８０２８４１２\n", time.Millisecond, "6901028028412"},
		{"a receipt through an input method", "Ｓ００１—Ｔ１－20261120-0001\n", time.Millisecond, "S001-T1-20261120-0001"},
		{"letters of a shop code", "ABC-1234\n", 2 * time.Millisecond, "ABC-1234"},
		{"a payment code", "134567890123456789\n", 5 * time.Millisecond, "134567890123456789"},
		{"typing", "6901028028412\n", 90 * time.Millisecond, ""},
		{"a quick typist", "6901028028412\n", 45 * time.Millisecond, ""},
		{"a short number at any pace", "1000\n", time.Millisecond, ""},
		{"an amount at any pace", "1000.50\n", time.Millisecond, ""},
		{"a name that an input method hands over at once", "农夫山泉矿泉水\n", time.Millisecond, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, p := &fingers{at: time.Unix(1, 0)}, &pad{}
			s := NewSink(f.now)
			s.mods = func() fyne.KeyModifier { return 0 }
			s.Point(p)
			f.send(s, c.typed, c.gap)
			if c.scan == "" {
				if len(p.scans) != 0 || p.text != strings.TrimSuffix(c.typed, "\n") || len(p.pressed) != 1 || p.pressed[0].Name != fyne.KeyReturn {
					t.Errorf("typed %q, scans %q, keys %v", p.text, p.scans, p.pressed)
				}
				return
			}
			if len(p.scans) != 1 || p.scans[0] != c.scan || p.text != "" {
				t.Errorf("scans %q with %q left, want %q", p.scans, p.text, c.scan)
			}
			if len(p.pressed) != 0 {
				t.Errorf("the scan's Enter pressed %v", p.pressed)
			}
		})
	}
}

func TestSink_ScanAfterTypingLeavesTheTyping(t *testing.T) {
	f, p := &fingers{at: time.Unix(1, 0)}, &pad{}
	s := NewSink(f.now)
	s.mods = func() fyne.KeyModifier { return 0 }
	s.Point(p)
	f.send(s, "12", 200*time.Millisecond)
	f.at = f.at.Add(time.Second)
	f.send(s, "6901028028412\n", time.Millisecond)
	if p.text != "12" || len(p.scans) != 1 || p.scans[0] != "6901028028412" {
		t.Errorf("%q, scans %q", p.text, p.scans)
	}
}

// A window that draws for a tenth of a second in the middle of a scan hears of the rest late.
func TestSink_APauseOfTheWindowDoesNotSplitAScan(t *testing.T) {
	for _, c := range []struct {
		name   string
		before string
		gap    time.Duration // between the characters
		pause  time.Duration
		scan   string
		left   string
	}{
		{"after five characters", "42000", 3 * time.Millisecond, 120 * time.Millisecond, "4200069010280", ""},
		{"too long a pause", "42000", 3 * time.Millisecond, 400 * time.Millisecond, "69010280", "42000"},
		{"fingers, then a scan", "42000", 40 * time.Millisecond, 120 * time.Millisecond, "69010280", "42000"},
		{"two characters tell no pace", "42", 3 * time.Millisecond, 120 * time.Millisecond, "69010280", "42"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, p := &fingers{at: time.Unix(1, 0)}, &pad{}
			s := NewSink(f.now)
			s.mods = func() fyne.KeyModifier { return 0 }
			s.Point(p)
			f.send(s, c.before, c.gap)
			f.at = f.at.Add(c.pause)
			f.send(s, "69010280\n", 3*time.Millisecond)
			if len(p.scans) != 1 || p.scans[0] != c.scan || p.text != c.left {
				t.Errorf("scans %q with %q left", p.scans, p.text)
			}
		})
	}
}

func TestSink_TwoScansInARow(t *testing.T) {
	f, p := &fingers{at: time.Unix(1, 0)}, &pad{}
	s := NewSink(f.now)
	s.mods = func() fyne.KeyModifier { return 0 }
	s.Point(p)
	f.send(s, "6901028028412\n6901028028412\n", time.Millisecond)
	if len(p.scans) != 2 {
		t.Errorf("scans %q", p.scans)
	}
}

func TestSink_StaleEnterIsAKey(t *testing.T) {
	f, p := &fingers{at: time.Unix(1, 0)}, &pad{}
	s := NewSink(f.now)
	s.mods = func() fyne.KeyModifier { return 0 }
	s.Point(p)
	f.send(s, "6901028028412", time.Millisecond)
	f.at = f.at.Add(time.Second)
	f.send(s, "\n", 0)
	if len(p.scans) != 0 || len(p.pressed) != 1 {
		t.Errorf("scans %q, keys %v", p.scans, p.pressed)
	}
}

// TestWindow_KeysReachTheScreenWhereverTheFocusIs goes by Fyne's own rules for keys: the focused widget gets them, else the
// canvas.
func TestWindow_KeysReachTheScreenWhereverTheFocusIs(t *testing.T) {
	test.NewTempApp(t)
	for _, focus := range []string{"nothing", "sink", "entry", "entry with text", "behind an open layer"} {
		t.Run(focus, func(t *testing.T) {
			f, p := &fingers{at: time.Unix(1, 0)}, &pad{}
			s := NewSink(f.now)
			s.mods = func() fyne.KeyModifier { return 0 }
			s.Point(p)
			field := NewField(s, "F2", "")
			list := NewList(40, func() Row { panic("no rows") })
			layer := NewLayer(Sheet(200, NewButton("OK", "Enter", Primary, func() { t.Error("a button was pressed") }), nil))
			w := test.NewTempWindow(t, Over(s, Rows(0, nil, field, list), layer.Object()))
			s.Attach(w)
			c := w.Canvas()
			switch focus {
			case "sink":
				c.Focus(s)
			case "entry":
				field.Open()
			case "entry with text":
				field.Set("雪碧")
				field.Open()
			case "behind an open layer":
				layer.Open()
			}
			to := c.Focused()
			if to == nil {
				to = onCanvas{c}
			}
			before := field.words
			f.send(to, "6901028028412\n", time.Millisecond)
			if len(p.scans) != 1 || p.scans[0] != "6901028028412" {
				t.Fatalf("scans %q", p.scans)
			}
			if field.words != before {
				t.Errorf("the scan left %q in the field", field.words)
			}
			for _, k := range []fyne.KeyName{fyne.KeyF9, fyne.KeyF8, fyne.KeyEscape, fyne.KeyF10, fyne.KeyUp, fyne.KeyDown, fyne.KeyTab} {
				p.pressed = nil
				f.at = f.at.Add(time.Second)
				to.TypedKey(&fyne.KeyEvent{Name: k})
				if len(p.pressed) != 1 || p.pressed[0].Name != k {
					t.Errorf("%s told the screen %v", k, p.pressed)
				}
			}
			p.pressed = nil
			type shortcuts interface{ TypedShortcut(fyne.Shortcut) }
			keys, ok := to.(shortcuts)
			if !ok {
				t.Fatal("shortcuts go nowhere")
			}
			keys.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyDelete, Modifier: fyne.KeyModifierShortcutDefault})
			if focus != "entry with text" {
				keys.TypedShortcut(&fyne.ShortcutUndo{})
				if len(p.pressed) != 2 || p.pressed[1] != (Key{Name: fyne.KeyZ, Ctrl: true}) {
					t.Errorf("Ctrl+Z told the screen %v", p.pressed)
				}
			}
			if len(p.pressed) == 0 || p.pressed[0] != (Key{Name: fyne.KeyDelete, Ctrl: true}) {
				t.Errorf("Ctrl+Del told the screen %v", p.pressed)
			}
		})
	}
}

// onCanvas sends keys the way Fyne does when nothing has the focus.
type onCanvas struct{ c fyne.Canvas }

func (o onCanvas) FocusGained()              {}
func (o onCanvas) FocusLost()                {}
func (o onCanvas) TypedRune(r rune)          { o.c.OnTypedRune()(r) }
func (o onCanvas) TypedKey(e *fyne.KeyEvent) { o.c.OnTypedKey()(e) }
func (o onCanvas) TypedShortcut(s fyne.Shortcut) {
	o.c.(fyne.Shortcutable).TypedShortcut(s)
}

func TestField_TypingInItIsHeard(t *testing.T) {
	test.NewTempApp(t)
	f, p := &fingers{at: time.Unix(1, 0)}, &pad{}
	s := NewSink(f.now)
	s.Point(p)
	field := NewField(s, "F2", "hint")
	var heard []string
	field.OnChanged = func(text string) { heard = append(heard, text) }
	w := test.NewTempWindow(t, Over(s, field))
	field.Open()
	f.send(w.Canvas().Focused(), "雪碧", 200*time.Millisecond)
	if strings.Join(heard, "|") != "雪|雪碧" {
		t.Errorf("heard %q", heard)
	}
	w.Canvas().Focus(s)
	if field.Focused() {
		t.Error("the field thinks it still has the keyboard")
	}
}

// counter is a screen on which + and - are keys.
type counter struct {
	pad
	acted string
}

func (c *counter) Acts(r rune) bool { return c.text == "" && strings.ContainsRune("+-", r) }

func (c *counter) Typed(r rune) {
	if c.Acts(r) {
		c.acted += string(r)
		return
	}
	c.pad.Typed(r)
}

// A busy window hears what a finger pressed and what the scanner sent right after it at once.
func TestSink_KeysBeforeACodeInOneBreath(t *testing.T) {
	for _, c := range []struct{ name, typed, acted, scan string }{
		{"goods", "++-6901234567892\n", "++-", "6901234567892"},
		{"several pieces", "+2*6901234567892\n", "+", "2*6901234567892"},
		{"a shop's own code may begin so", "-ABC1234\n", "", "-ABC1234"},
		{"goods alone", "6901234567892\n", "", "6901234567892"},
		{"a digit that does not check", "+6901234567893\n", "", "+6901234567893"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, p := &fingers{at: time.Unix(1, 0)}, &counter{}
			s := NewSink(f.now)
			s.mods = func() fyne.KeyModifier { return 0 }
			s.Timer(func(time.Duration, func()) func() { return func() {} })
			s.Point(p)
			f.send(s, c.typed, time.Millisecond)
			if p.acted != c.acted || len(p.scans) != 1 || p.scans[0] != c.scan || p.text != "" || len(p.pressed) != 0 {
				t.Errorf("keys %q, scans %q, typed %q, pressed %v", p.acted, p.scans, p.text, p.pressed)
			}
		})
	}
}
