package widgets

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"guitai/pos"
)

// desk is a pad that may take slow scans, hold characters, or count what a digit would open.
type desk struct {
	pad
	slow, hold bool
	typed      int
}

func (d *desk) SlowScan(code string) bool { return d.slow && (pos.Certain(code) || code == "KNOWN1") }
func (d *desk) Holds() bool               { return d.hold }
func (d *desk) Typed(r rune)              { d.typed++; d.pad.Typed(r) }

// watch is the alarms of a sink under the clock of the fingers.
type watch struct {
	f   *fingers
	due time.Time
	do  func()
}

func (w *watch) after(d time.Duration, do func()) (stop func()) {
	w.due, w.do = w.f.at.Add(d), do
	return func() { w.do = nil }
}

// pass lets time go by; an alarm that is due by then goes off in its time.
func (w *watch) pass(d time.Duration) {
	end := w.f.at.Add(d)
	for w.do != nil && !w.due.After(end) {
		do := w.do
		w.f.at, w.do = w.due, nil
		do()
	}
	w.f.at = end
}

// newDesk is a sink over a desk, with its clock and its alarms.
func newDesk(rule Rule) (*Sink, *desk, *watch) {
	w := &watch{f: &fingers{at: time.Unix(1, 0)}}
	s, d := NewSink(w.f.now), &desk{}
	s.mods = func() fyne.KeyModifier { return 0 }
	s.Timer(w.after)
	s.SetRule(rule)
	s.Point(d)
	return s, d, w
}

// send types with time going by between the characters; a newline is Enter, a tab is Tab.
func (w *watch) send(to fyne.Focusable, text string, gap time.Duration) {
	for _, r := range text {
		w.pass(gap)
		switch r {
		case '\n':
			to.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		case '\t':
			to.TypedKey(&fyne.KeyEvent{Name: fyne.KeyTab})
		default:
			to.TypedRune(r)
		}
	}
}

func TestSink_TheTableOfPaces(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name  string
		rule  Rule
		typed string
		gap   time.Duration
		slow  bool          // text is typed
		pause time.Duration // before the Enter that follows
		scan  string        // "" for typing
	}{
		{name: "a prefix is taken off", rule: Rule{Prefix: "]C1"}, typed: "]C16901234567892\n", gap: ms, scan: "6901234567892"},
		{name: "also through an input method", rule: Rule{Prefix: "]C1"}, typed: "】Ｃ１6901234567892\n", gap: ms, scan: "6901234567892"},
		{name: "a code without the prefix", rule: Rule{Prefix: "]C1"}, typed: "6901234567892\n", gap: ms, scan: "6901234567892"},
		{name: "Tab at the end", rule: Rule{Suffix: EndsInTab}, typed: "6901234567892\t", gap: ms, scan: "6901234567892"},
		{name: "Enter although Tab was said", rule: Rule{Suffix: EndsInTab}, typed: "6901234567892\n", gap: ms, scan: "6901234567892"},
		{name: "silence at the end", rule: Rule{Suffix: EndsInSilence}, typed: "6901234567892", gap: ms, pause: 100 * ms, scan: "6901234567892"},
		{name: "less than silence, then Enter", rule: Rule{Suffix: EndsInSilence}, typed: "6901234567892", gap: ms, pause: 50 * ms, scan: "6901234567892"},
		{name: "silence where a key is said", typed: "6901234567892", gap: ms, pause: 400 * ms},
		{name: "a short number, then silence", rule: Rule{Suffix: EndsInSilence}, typed: "10000", gap: ms, pause: 200 * ms},
		{name: "an amount, then silence", rule: Rule{Suffix: EndsInSilence}, typed: "1000.50", gap: ms, pause: 200 * ms},
		{name: "an input method's words, then silence", rule: Rule{Suffix: EndsInSilence}, typed: "农夫山泉矿泉水", gap: 0, pause: 200 * ms},
		{name: "fingers, then silence", rule: Rule{Suffix: EndsInSilence}, typed: "123456", gap: 50 * ms, slow: true, pause: 200 * ms},
		{name: "40 ms and silence, check digit", rule: Rule{Suffix: EndsInSilence}, typed: "6901234567892", gap: 40 * ms, slow: true, pause: 200 * ms, scan: "6901234567892"},
		{name: "40 ms, check digit", typed: "6901234567892\n", gap: 40 * ms, slow: true, scan: "6901234567892"},
		{name: "40 ms, EAN-8", typed: "96385074\n", gap: 40 * ms, slow: true, scan: "96385074"},
		{name: "40 ms, EAN-8 in a field of money", typed: "96385074\n", gap: 40 * ms},
		{name: "40 ms, known", typed: "KNOWN1\n", gap: 40 * ms, slow: true, scan: "KNOWN1"},
		{name: "40 ms, a receipt", typed: "S001-T1-20261120-0001\n", gap: 40 * ms, slow: true, scan: "S001-T1-20261120-0001"},
		{name: "40 ms, a payment code", typed: "134567890123456789\n", gap: 40 * ms, slow: true, scan: "134567890123456789"},
		{name: "40 ms, no check digit", typed: "6901234567893\n", gap: 40 * ms, slow: true},
		{name: "40 ms, nobody's word", typed: "coffee\n", gap: 40 * ms, slow: true},
		{name: "40 ms and Tab, which is not how it ends", typed: "6901234567892\t", gap: 40 * ms, slow: true},
		{name: "90 ms is a person", typed: "6901234567892\n", gap: 90 * ms, slow: true},
		{name: "90 ms where the shop says so", rule: Rule{Gap: 120 * ms}, typed: "6901234567892\n", gap: 90 * ms, slow: true, scan: "6901234567892"},
		{name: "40 ms where the shop says 30", rule: Rule{Gap: 30 * ms}, typed: "6901234567892\n", gap: 40 * ms, slow: true},
		{name: "16 ms where the shop says 30", rule: Rule{Gap: 30 * ms}, typed: "6901234567892\n", gap: 16 * ms, scan: "6901234567892"},
		{name: "an Enter that the window hears of late", typed: "6901234567892", gap: 2 * ms, pause: 250 * ms, scan: "6901234567892"},
		{name: "a second later", typed: "6901234567892", gap: 2 * ms, pause: time.Second},
		{name: "fingers, and Enter late", typed: "123456", gap: 30 * ms, pause: 250 * ms},
		{name: "somebody leans on a key", typed: strings.Repeat("1", 140) + "\n", gap: 30 * ms, slow: true},
	} {
		for _, hold := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, held %v", c.name, hold), func(t *testing.T) {
				s, d, w := newDesk(c.rule)
				d.slow, d.hold = c.slow, hold
				w.send(s, c.typed, c.gap)
				if c.pause > 0 {
					w.send(s, "\n", c.pause)
				}
				enter := len(d.pressed)
				if c.scan == "" {
					if len(d.scans) != 0 || d.text != strings.Trim(c.typed, "\n\t") || enter != 1 {
						t.Errorf("typed %q, scans %q, keys %v", d.text, d.scans, d.pressed)
					}
					return
				}
				if len(d.scans) != 1 || d.scans[0] != c.scan || d.text != "" {
					t.Errorf("scans %q with %q left", d.scans, d.text)
				}
				if hold && d.typed != 0 && c.gap < 50*ms && c.pause < 200*ms {
					t.Errorf("%d characters of it were typed first", d.typed)
				}
				if late := c.rule.Suffix == EndsInSilence && c.pause >= 100*ms; enter > 0 && !late {
					t.Errorf("the scan's Enter pressed %v", d.pressed)
				}
			})
		}
	}
}

func TestSink_WhatIsHeldIsNotLost(t *testing.T) {
	s, d, w := newDesk(Rule{})
	d.hold = true
	w.send(s, "4", time.Second)
	if d.text != "" {
		t.Fatal("it was not held")
	}
	w.pass(burstGap + 10*time.Millisecond)
	if d.text != "4" {
		t.Fatalf("after a pause %q", d.text)
	}
	w.send(s, "26", 30*time.Millisecond)
	s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF4})
	if d.text != "426" || len(d.pressed) != 1 {
		t.Fatalf("before a key %q, %v", d.text, d.pressed)
	}
	w.send(s, "7", time.Second)
	s.TypedShortcut(&fyne.ShortcutUndo{})
	if d.text != "4267" {
		t.Fatalf("before a shortcut %q", d.text)
	}
	w.send(s, "8", time.Second)
	w.f.at = w.f.at.Add(250 * time.Millisecond) // the window draws, and the alarm comes late
	do := w.do
	w.do = nil
	do()
	if d.text != "4267" {
		t.Fatal("a late alarm decides without hearing of the keys that stand in line")
	}
	w.pass(time.Second)
	if d.text != "42678" {
		t.Fatalf("%q", d.text)
	}
}

// A window that draws right after the first characters of a scan hears of the others late. The check digit tells that they belong together.
func TestSink_APauseAfterTheFirstCharactersDoesNotAlterACode(t *testing.T) {
	test.NewTempApp(t)
	for _, n := range []int{1, 2} {
		for _, in := range []string{"screen", "held", "entry"} {
			s, d, w := newDesk(Rule{})
			d.hold = in == "held"
			var to fyne.Focusable = s
			e := NewEntry(s)
			e.SetText("beer")
			if in == "entry" {
				to = e
			}
			const code = "6901234567892"
			w.send(to, code[:n], 2*time.Millisecond)
			w.pass(150 * time.Millisecond)
			w.send(to, code[n:]+"\n", 2*time.Millisecond)
			if len(d.scans) != 1 || d.scans[0] != code || d.text != "" || e.Text != "beer" {
				t.Errorf("%s, %d: scans %q, %q and %q left", in, n, d.scans, d.text, e.Text)
			}
		}
	}
}

// A window that is very busy hears of a scan in several parts.
func TestSink_PartsOfACodeAreTheCode(t *testing.T) {
	test.NewTempApp(t)
	for _, c := range []struct {
		parts string // a space is a pause
		gap   time.Duration
		pause time.Duration
		scan  bool
	}{
		{"690123 4567892", 2 * time.Millisecond, 700 * time.Millisecond, true},
		{"69 0123456 7892", 2 * time.Millisecond, 500 * time.Millisecond, true},
		{"69012345678 92", 2 * time.Millisecond, 400 * time.Millisecond, true},
		{"690123 4567893", 2 * time.Millisecond, 700 * time.Millisecond, false}, // no check digit: the rest is read as it came
		{"690123 4567892", 25 * time.Millisecond, 400 * time.Millisecond, false},
		{"6 9 0 1", 2 * time.Millisecond, 300 * time.Millisecond, false},
		{"9 6 3 8 5 0 7 4", 2 * time.Millisecond, 200 * time.Millisecond, false}, // fingers in a field of money
		{"96 38 50 74", 30 * time.Millisecond, 200 * time.Millisecond, false},
	} {
		for _, entry := range []bool{false, true} {
			s, d, w := newDesk(Rule{})
			var to fyne.Focusable = s
			e := NewEntry(s)
			e.SetText("tea")
			if entry {
				to = e
			}
			for i, part := range strings.Fields(c.parts) {
				if i > 0 {
					w.pass(c.pause)
				}
				w.send(to, part, c.gap)
			}
			w.send(to, "\n", c.gap)
			code := strings.ReplaceAll(c.parts, " ", "")
			if got := len(d.scans) == 1 && d.scans[0] == code && d.text == "" && e.Text == "tea"; got != c.scan {
				t.Errorf("%q: scans %q, %q and %q left", c.parts, d.scans, d.text, e.Text)
			}
		}
	}
}

func TestEntry_AScanLeavesItAsItWas(t *testing.T) {
	test.NewTempApp(t)
	for _, rule := range []Rule{{}, {Suffix: EndsInTab}, {Suffix: EndsInSilence}} {
		for _, gap := range []time.Duration{0, time.Millisecond, 16 * time.Millisecond, 40 * time.Millisecond} {
			s, d, w := newDesk(rule)
			d.slow = true
			e := NewEntry(s)
			e.SetText("矿泉水")
			e.CursorColumn = 1
			end := map[string]string{"": "\n", EndsInTab: "\t", EndsInSilence: ""}[rule.Suffix]
			w.pass(time.Second)
			w.send(e, "6901234567892"+end, gap)
			w.pass(time.Second)
			if len(d.scans) != 1 || d.scans[0] != "6901234567892" || e.Text != "矿泉水" || e.CursorColumn != 1 || len(d.pressed) != 0 {
				t.Errorf("%+v at %v: scans %q, %q left at %d, keys %v", rule, gap, d.scans, e.Text, e.CursorColumn, d.pressed)
			}
			e.Scans = true
			w.send(e, "6901234567892"+end, gap)
			w.pass(time.Second)
			if len(d.scans) != 1 || !strings.Contains(e.Text, "6901234567892") {
				t.Errorf("%+v at %v: a field for codes says %q", rule, gap, e.Text)
			}
		}
	}
}

func TestSink_ASlowScanIsNoPIN(t *testing.T) {
	for _, gap := range []time.Duration{40 * time.Millisecond, 2 * time.Millisecond} {
		f, p := &fingers{at: time.Unix(1, 0)}, &safe{secret: true}
		s := NewSink(f.now)
		s.mods = func() fyne.KeyModifier { return 0 }
		s.Point(p)
		f.send(s, "6901028028412\n", gap)
		if len(p.scans) != 1 || p.scans[0] != "" || len(p.pressed) != 0 {
			t.Errorf("%v: scans %q, keys %v", gap, p.scans, p.pressed)
		}
	}
}
