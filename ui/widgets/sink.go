package widgets

import (
	"strings"
	"time"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"guitai/pos"
)

// Key is a key with the modifiers held down with it.
type Key struct {
	Name  fyne.KeyName
	Ctrl  bool // or Command on a Mac
	Alt   bool
	Shift bool
}

// Keys is the screen in front, as the sink sees it. It is asked in this order for every key: a scan goes to Scanned; every
// other character to Typed, every other key to Pressed.
type Keys interface {
	// Scanned takes a whole scan in ASCII, its prefix and its Enter taken off. back is how many of the characters were given to
	// Typed before the pace showed that they were a scan: they are to be taken back first.
	Scanned(code string, back int)
	// Typed takes one character.
	Typed(r rune)
	// Pressed takes a key that is no character. It reports whether it meant something.
	Pressed(k Key) bool
}

// Slow is for screens that take scans also from a scanner that is as slow as quick fingers. SlowScan is asked about a run that had no
// pause, took more than 35 ms a character, and ended as the shop's scanner ends its codes; it must not wait. Screens without it take no
// such scans.
type Slow interface{ SlowScan(code string) bool }

// Holder is for screens on which a character does something that cannot be taken back: it opens a form, or stands in a field that takes only
// some. While Holds is true a character reaches Typed only once it is known to be none of a scan, at most one pause later.
type Holder interface{ Holds() bool }

// Acting is for screens on which some characters are keys, as + and - are while nothing is typed. A character that Acts waits as on a
// [Holder]: a code may begin with it.
type Acting interface{ Acts(r rune) bool }

// Private is for screens that ask for what nobody else may learn. While Private is true, the sink keeps no character, only how
// many came and how fast: digits typed by a quick hand, and the Enter behind them, are typing, however much they look like a
// scan. What cannot be a PIN, because it is too long or began before the question, is a scan that nothing is known of:
// Scanned gets no code.
type Private interface{ Private() bool }

// hidden stands for a character that is not kept.
const hidden = '·'

// Sink is where all keys of a window go, wherever the focus is. It tells a scanner's burst from typing by its pace, so a
// scan is a scan in every state of every screen, and the Enter that ends it never presses anything:
//
//	a run of characters without a pause (Rule.Gap) | ended by               | is
//	shorter than 6                                 | anything               | typing
//	digits with a point between them               | anything               | typing: an amount
//	nothing of it ASCII                            | anything               | typing: a name that an input method hands over at once
//	6 and more, up to 35 ms each                   | Enter, Tab             | a scan, on every screen
//	6 and more, up to 35 ms each                   | 100 ms of silence      | a scan, where the scanner sends no key
//	6 and more, up to 15 ms each                   | Enter 0.3 s later      | a scan: the window was busy, not the scanner
//	parts up to 1 s apart, up to 35 ms each        | Enter, Tab             | a scan, if together they prove themselves and no fingers typed one
//	6 and more, slower                             | as the scanner ends it | a scan, if [Slow] says so: where text is typed, and the check digit holds or the code is known
//	6 and more, slower                             | as the scanner ends it | typing, where an amount, a count or a PIN is typed
//	keys of the screen ([Acting]), then a scan     | as above               | the keys, and a scan, if what is behind them proves itself
//	of a PIN, up to 8                              | anything               | typing
//	of a PIN, 9 and more                           | Enter, Tab, silence    | a scan that nothing is kept of
//
// Nothing is left out because it came before: two pieces of the same goods are two scans.
type Sink struct {
	widget.BaseWidget
	keys  Keys
	rule  Rule
	now   func() time.Time
	after func(d time.Duration, f func()) (stop func())
	mods  func() fyne.KeyModifier
	run   run
	took  time.Duration // from the first to the last character of the newest scan
	stop  func()        // of the alarm at the end of a pause; nil for none

	// OnFocus hears that the keyboard went to the sink or to a field of its. May be nil.
	OnFocus func()
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

// Timer gives the sink alarms, which come on the goroutine that draws. Without, nothing is held, and silence ends no code.
func (s *Sink) Timer(after func(d time.Duration, f func()) (stop func())) { s.after = after }

// SetRule says how the shop's scanner sends from now on.
func (s *Sink) SetRule(r Rule) {
	s.Settle()
	s.rule = r
	s.rule.Prefix = pos.ASCII(r.Prefix)
}

// Point names the screen that gets the keys from now on.
func (s *Sink) Point(k Keys) {
	s.keys = k
	s.forget()
}

// Attach makes the window's keys come here also when nothing has the focus.
func (s *Sink) Attach(w fyne.Window) {
	c := w.Canvas()
	c.SetOnTypedRune(s.TypedRune)
	c.SetOnTypedKey(s.TypedKey)
	for _, sc := range shortcuts() {
		c.AddShortcut(sc, s.TypedShortcut)
	}
}

// private reports whether what is typed is nobody's business.
func (s *Sink) private() bool {
	p, ok := s.keys.(Private)
	return ok && p.Private()
}

// note adds a character to the run, or begins a new one.
func (s *Sink) note(r rune, at *Entry) {
	if s.private() {
		s.deliver()
		r = hidden
	}
	t, n := s.now(), len(s.run.chars)
	gap := t.Sub(s.run.last)
	switch {
	case n == 0 || at != s.run.at:
		s.begin(t, at, nil)
	case gap <= s.rule.gap():
	case s.run.stalled(gap):
		s.run.stall = true
		s.run.first = s.run.first.Add(gap) // the pause is not the scanner's
	case s.run.begins(gap):
		s.deliver()
		old := s.run
		s.begin(t, at, &old)
	default:
		s.begin(t, at, nil)
	}
	s.run.last = t
	if len(s.run.chars) >= burstMost {
		s.deliver()
		return
	}
	s.run.chars = append(s.run.chars, r)
	if s.rule.Suffix == EndsInSilence {
		s.await()
	}
}

// begin begins a run.
func (s *Sink) begin(t time.Time, at *Entry, begun *run) {
	s.deliver()
	s.run = run{first: t, at: at, begun: begun}
	if at != nil {
		s.run.before = text{at.Text, at.CursorColumn}
	}
}

// forget ends the run, whatever it was.
func (s *Sink) forget() {
	s.rest()
	s.run = run{}
}

// await calls paused once no character has come for a while.
func (s *Sink) await() {
	if s.after == nil {
		return
	}
	s.rest()
	d := s.rule.pause()
	due := s.now().Add(d)
	s.stop = s.after(d, func() { s.paused(due) })
}

// rest calls the alarm off.
func (s *Sink) rest() {
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
}

// paused is when no character came for so long that the run has ended. An alarm that was due long ago says that the window was busy:
// the rest of the run may stand in line, and gets its time to be heard of.
func (s *Sink) paused(due time.Time) {
	s.stop = nil
	switch {
	case s.now().Sub(due) > lateness:
		s.await()
	case s.rule.Suffix == EndsInSilence && s.end(""):
	default:
		s.deliver()
	}
}

// deliver gives the screen the characters that were held.
func (s *Sink) deliver() {
	if s.run.at != nil || s.run.told >= len(s.run.chars) {
		return
	}
	held := s.run.chars[s.run.told:]
	s.run.told = len(s.run.chars)
	s.rest()
	for _, r := range held {
		if s.keys != nil && r != hidden {
			s.keys.Typed(r)
		}
	}
}

// Settle gives the screen at once what is held back from it.
func (s *Sink) Settle() { s.deliver() }

// holds reports whether the character that was noted last waits: from the first of a run on, or not at all.
func (s *Sink) holds() bool {
	if s.after == nil || s.run.told > 0 || s.run.chars[0] == hidden || s.private() {
		return false
	}
	if len(s.run.chars) > 1 {
		return true
	}
	h, ok := s.keys.(Holder)
	return ok && h.Holds() || s.acts(s.run.chars[0])
}

// acts reports whether the screen takes a character for a key.
func (s *Sink) acts(r rune) bool {
	a, ok := s.keys.(Acting)
	return ok && a.Acts(r)
}

// end ends the run by a key, or by a pause, which is "". It reports whether the run was a scan; then it went to the screen, and the key
// belongs to it.
func (s *Sink) end(key fyne.KeyName) bool {
	s.act()
	r := s.run
	code, back, ok := s.scan(key)
	if !ok || r.at != nil && r.at.Scans {
		s.deliver()
		s.forget()
		return false
	}
	s.forget()
	s.took = r.last.Sub(r.first)
	if r.at != nil {
		r.at.put(back.before)
	}
	if s.keys != nil {
		s.keys.Scanned(code, back.told)
	}
	return true
}

// act gives the screen the keys that stand before a code that proves itself: a window that was busy hears a finger's + and the scanner's
// code in one breath. Before any other code they may belong to it.
func (s *Sink) act() {
	r := &s.run
	if r.at != nil || r.told > 0 || pos.Certain(s.read(r.chars)) {
		return
	}
	n := 0
	for n < len(r.chars) && !unicode.IsDigit(r.chars[n]) && s.acts(r.chars[n]) {
		n++
	}
	if n == 0 || !pos.Certain(s.read(r.chars[n:])) {
		return
	}
	keys := r.chars[:n]
	r.chars = r.chars[n:]
	for _, k := range keys {
		s.keys.Typed(k)
	}
}

// Took is how long the characters of the newest scan were in coming, for people who set a scanner up.
func (s *Sink) Took() time.Duration { return s.took }

// scan reads the run as a scan, if it was one. back is what to take back.
func (s *Sink) scan(key fyne.KeyName) (code string, back run, ok bool) {
	r := s.run
	if len(r.chars) == 0 || len(r.chars) >= burstMost { // a key that somebody leans on
		return "", r, false
	}
	if pause := s.now().Sub(r.last); key != "" && pause > s.rule.gap() &&
		(len(r.chars) < burstLeast || pause > burstStall || !r.within(burstMachine)) {
		return "", r, false
	}
	if r.secret() {
		return "", r, r.secretScan()
	}
	code = s.read(r.chars)
	if !pos.Certain(code) {
		if code, all, ok := r.whole(s.read); ok {
			return code, all, true
		}
	}
	switch {
	case len(r.chars) < burstLeast || amountLike(code) || composed(code):
		return "", r, false
	case r.within(burstMean):
		return code, r, true
	}
	slow, can := s.keys.(Slow)
	return code, r, can && s.rule.ends(key) && slow.SlowScan(code)
}

// read is the code that the characters are.
func (s *Sink) read(chars []rune) string {
	return strings.TrimPrefix(pos.ASCII(string(chars)), s.rule.Prefix)
}

// TypedRune is for Fyne.
func (s *Sink) TypedRune(r rune) {
	s.note(r, nil)
	if s.holds() {
		s.await()
		return
	}
	s.run.told = len(s.run.chars)
	if s.keys != nil {
		s.keys.Typed(r)
	}
}

// TypedKey is for Fyne.
func (s *Sink) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeyTab:
		if s.end(e.Name) {
			return
		}
	}
	s.press(Key{Name: e.Name, Shift: s.shifted()})
}

// shifted reports whether Shift is held: Fyne makes no shortcut of Shift alone.
func (s *Sink) shifted() bool { return s.mods()&fyne.KeyModifierShift != 0 }

// TypedShortcut is for Fyne.
func (s *Sink) TypedShortcut(sc fyne.Shortcut) {
	if k, ok := keyOf(sc); ok {
		s.press(k)
		return
	}
	c, ok := sc.(*fyne.ShortcutPaste)
	if !ok || c.Clipboard == nil || s.private() {
		return
	}
	s.deliver()
	for _, r := range c.Clipboard.Content() {
		if s.keys != nil && unicode.IsPrint(r) {
			s.keys.Typed(r)
		}
	}
}

func (s *Sink) press(k Key) bool {
	switch k.Name {
	case "", desktop.KeyShiftLeft, desktop.KeyShiftRight, desktop.KeyControlLeft, desktop.KeyControlRight,
		desktop.KeyAltLeft, desktop.KeyAltRight, desktop.KeyCapsLock:
		return false
	}
	if k.alone() && (len(k.Name) == 1 || k.Name == fyne.KeySpace) {
		return false // it comes again as a character
	}
	s.deliver()
	s.forget()
	return s.keys != nil && s.keys.Pressed(k)
}

// AcceptsTab keeps Tab from wandering off: it is a key of the screen.
func (s *Sink) AcceptsTab() bool { return true }

// FocusGained is for Fyne.
func (s *Sink) FocusGained() { s.focused() }

func (s *Sink) focused() {
	if s.OnFocus != nil {
		s.OnFocus()
	}
}

// FocusLost is for Fyne.
func (s *Sink) FocusLost() {}

// CreateRenderer is for Fyne. The sink is not seen.
func (s *Sink) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(nil))
}
