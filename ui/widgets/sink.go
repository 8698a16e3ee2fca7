package widgets

import (
	"slices"
	"time"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// How a scanner is told from fingers. A keyboard-wedge scanner sends its characters 1 to 20 ms apart, slow wireless ones
// up to 40; people stay above 30 and are seldom even.
const (
	burstGap   = 60 * time.Millisecond // a longer pause begins something new
	burstMean  = 35 * time.Millisecond // a scan is faster than this on average
	burstLeast = 6                     // characters that a scan has at least

	// A window that is busy drawing hears of a scan late, and then of the rest at once: one such pause does not end a burst
	// that no fingers can have begun.
	burstStall   = 300 * time.Millisecond // the longest such pause
	burstMachine = 15 * time.Millisecond  // faster than any fingers on average
	burstBegun   = 3                      // characters that tell the pace

	secretMost = 8 // characters of the longest PIN: what comes at a scan's pace and is longer is a scan also where a PIN is typed
)

// Key is a key with the modifiers held down with it.
type Key struct {
	Name  fyne.KeyName
	Ctrl  bool // or Command on a Mac
	Shift bool
}

// Keys is the screen in front, as the sink sees it. It is asked in this order for every key: a scan goes to Scanned; every
// other character to Typed, every other key to Pressed.
type Keys interface {
	// Scanned takes a whole scan, its Enter taken off. back is how many of the characters were given to Typed before the
	// pace showed that they were a scan: they are to be taken back first.
	Scanned(code string, back int)
	// Typed takes one character.
	Typed(r rune)
	// Pressed takes a key that is no character. It reports whether it meant something.
	Pressed(k Key) bool
}

// Private is for screens that ask for what nobody else may learn. While Private is true, the sink keeps no character, only how
// many came and how fast: digits typed by a quick hand, and the Enter behind them, are typing, however much they look like a
// scan. What cannot be a PIN, because it is too long or began before the question, is a scan that nothing is known of:
// Scanned gets no code.
type Private interface{ Private() bool }

// hidden stands for a character that is not kept.
const hidden = '·'

// Sink is where all keys of a window go, wherever the focus is. It tells a scanner's burst from typing by its pace, so a
// scan is a scan in every state of every screen, and the Enter that ends it never presses anything.
type Sink struct {
	widget.BaseWidget
	keys  Keys
	now   func() time.Time
	mods  func() fyne.KeyModifier
	burst []rune
	first time.Time
	last  time.Time
	stall bool // the burst has had its pause
}

// NewSink makes a sink. now is the clock that the pace is measured by.
func NewSink(now func() time.Time) *Sink {
	s := &Sink{now: now, mods: func() fyne.KeyModifier {
		if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
			return d.CurrentKeyModifiers()
		}
		return 0
	}}
	s.ExtendBaseWidget(s)
	return s
}

// Point names the screen that gets the keys from now on.
func (s *Sink) Point(k Keys) {
	s.keys = k
	s.burst = s.burst[:0]
}

// Attach makes the window's keys come here also when nothing has the focus.
func (s *Sink) Attach(w fyne.Window) {
	c := w.Canvas()
	c.SetOnTypedRune(s.TypedRune)
	c.SetOnTypedKey(s.TypedKey)
	for _, k := range []fyne.KeyName{fyne.KeyDelete, fyne.KeyP, fyne.KeyE, fyne.KeyH, fyne.KeyD, fyne.KeyF, fyne.KeyJ, fyne.KeyO, fyne.KeyS, fyne.KeyBackspace} {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault}, s.TypedShortcut)
	}
	c.AddShortcut(&fyne.ShortcutUndo{}, s.TypedShortcut)
	c.AddShortcut(&fyne.ShortcutPaste{}, s.TypedShortcut)
}

// private reports whether what is typed is nobody's business.
func (s *Sink) private() bool {
	p, ok := s.keys.(Private)
	return ok && p.Private()
}

// note adds a character to the burst, or begins a new one.
func (s *Sink) note(r rune) {
	if s.private() {
		r = hidden
	}
	t := s.now()
	if gap := t.Sub(s.last); len(s.burst) > 0 && gap > burstGap {
		if s.stalled(gap) {
			s.stall = true
			s.first = s.first.Add(gap) // the pause is not the scanner's
		} else {
			s.burst = s.burst[:0]
		}
	}
	if len(s.burst) == 0 {
		s.first, s.stall = t, false
	}
	s.burst = append(s.burst, r)
	s.last = t
}

// stalled reports whether a pause in the burst is this window's own.
func (s *Sink) stalled(gap time.Duration) bool {
	n := len(s.burst)
	return !s.stall && gap <= burstStall && n >= burstBegun && s.last.Sub(s.first) <= burstMachine*time.Duration(n-1)
}

// take ends the burst and returns it if it was a scan.
func (s *Sink) take() (string, bool) {
	n := len(s.burst)
	code, least := string(s.burst), burstLeast
	if n > 0 && s.burst[0] == hidden {
		least = secretMost + 1
	}
	fast := n >= least && s.now().Sub(s.last) <= burstGap && s.last.Sub(s.first) <= burstMean*time.Duration(n-1)
	secret := slices.Contains(s.burst, hidden)
	s.burst = s.burst[:0]
	if secret {
		return "", fast
	}
	return code, fast && !amountLike(code)
}

// amountLike reports whether the text is an amount of money: nothing that is scanned has a point between digits only.
func amountLike(code string) bool {
	point := false
	for _, r := range code {
		if r == '.' {
			point = true
		} else if !unicode.IsDigit(r) {
			return false
		}
	}
	return point
}

// TypedRune is for Fyne.
func (s *Sink) TypedRune(r rune) {
	s.note(r)
	if s.keys != nil {
		s.keys.Typed(r)
	}
}

// TypedKey is for Fyne.
func (s *Sink) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeyTab:
		n := len(s.burst)
		if code, ok := s.take(); ok {
			if s.keys != nil {
				s.keys.Scanned(code, n)
			}
			return
		}
	}
	s.press(Key{Name: e.Name, Shift: s.mods()&fyne.KeyModifierShift != 0})
}

// TypedShortcut is for Fyne.
func (s *Sink) TypedShortcut(sc fyne.Shortcut) {
	switch c := sc.(type) {
	case *fyne.ShortcutUndo:
		s.press(Key{Name: fyne.KeyZ, Ctrl: true})
	case *fyne.ShortcutPaste:
		if c.Clipboard == nil || s.private() {
			return
		}
		for _, r := range c.Clipboard.Content() {
			if s.keys != nil && unicode.IsPrint(r) {
				s.keys.Typed(r)
			}
		}
	case *desktop.CustomShortcut:
		if c.Modifier&fyne.KeyModifierShortcutDefault != 0 {
			s.press(Key{Name: c.KeyName, Ctrl: true, Shift: c.Modifier&fyne.KeyModifierShift != 0})
		}
	}
}

func (s *Sink) press(k Key) bool {
	switch k.Name {
	case "", desktop.KeyShiftLeft, desktop.KeyShiftRight, desktop.KeyControlLeft, desktop.KeyControlRight,
		desktop.KeyAltLeft, desktop.KeyAltRight, desktop.KeyCapsLock:
		return false
	}
	if len(k.Name) == 1 && !k.Ctrl || k.Name == fyne.KeySpace && !k.Ctrl {
		return false // it comes again as a character
	}
	s.burst = s.burst[:0]
	return s.keys != nil && s.keys.Pressed(k)
}

// AcceptsTab keeps Tab from wandering off: it is a key of the screen.
func (s *Sink) AcceptsTab() bool { return true }

// FocusGained is for Fyne.
func (s *Sink) FocusGained() {}

// FocusLost is for Fyne.
func (s *Sink) FocusLost() {}

// CreateRenderer is for Fyne. The sink is not seen.
func (s *Sink) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(nil))
}
