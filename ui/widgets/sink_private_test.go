package widgets

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
)

// safe is a pad that asks for a PIN after a while.
type safe struct {
	pad
	secret bool
}

func (p *safe) Private() bool { return p.secret }

func TestSink_WhereAPINIsTypedQuickDigitsAreTyping(t *testing.T) {
	for _, c := range []struct {
		name  string
		typed string
		gap   time.Duration
		scan  bool
	}{
		{"four digits at any pace", "4826\n", time.Millisecond, false},
		{"six digits of a quick hand", "482617\n", 30 * time.Millisecond, false},
		{"eight digits that the window heard of at once", "48261735\n", 0, false},
		{"slowly", "482617\n", 400 * time.Millisecond, false},
		{"a scan, which is longer than any PIN", "6901028028412\n", 2 * time.Millisecond, true},
		{"a payment code", "134567890123456789\n", 5 * time.Millisecond, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, p := &fingers{at: time.Unix(1, 0)}, &safe{secret: true}
			s := NewSink(f.now)
			s.mods = func() fyne.KeyModifier { return 0 }
			s.Point(p)
			for _, r := range strings.TrimSuffix(c.typed, "\n") {
				f.send(s, string(r), c.gap)
				if kept := string(s.run.chars); strings.ContainsAny(kept, "0123456789") {
					t.Fatalf("the sink keeps %q", kept)
				}
			}
			f.send(s, "\n", c.gap)
			if c.scan != (len(p.scans) == 1) || c.scan == (len(p.pressed) == 1) {
				t.Errorf("scans %q, keys %v", p.scans, p.pressed)
			}
			if c.scan && (p.scans[0] != "" || p.text != "") {
				t.Errorf("of the scan is known %q, and %q stays", p.scans[0], p.text)
			}
			if len(s.run.chars) != 0 {
				t.Error("the burst is not forgotten")
			}
		})
	}
}

// The first digit of a scan may choose somebody from a list, and what follows would be his PIN.
func TestSink_AScanThatBeganBeforeThePINIsAScan(t *testing.T) {
	f, p := &fingers{at: time.Unix(1, 0)}, &safe{}
	s := NewSink(f.now)
	s.mods = func() fyne.KeyModifier { return 0 }
	s.Point(p)
	f.send(s, "2", time.Millisecond)
	p.secret = true
	f.send(s, "0123452\n", time.Millisecond)
	if len(p.scans) != 1 || p.scans[0] != "" || len(p.pressed) != 0 {
		t.Errorf("scans %q, keys %v", p.scans, p.pressed)
	}
	p.scans, p.secret = nil, false
	f.at = f.at.Add(time.Second)
	f.send(s, "6901028028412\n", time.Millisecond)
	if len(p.scans) != 1 || p.scans[0] != "6901028028412" {
		t.Errorf("the scan after it came as %q", p.scans)
	}
}
