package widgets

import (
	"slices"
	"time"
	"unicode"

	"fyne.io/fyne/v2"

	"guitai/pos"
)

// How a scanner is told from fingers. A keyboard-wedge scanner sends its characters 1 to 20 ms apart, slow wireless ones
// up to 40; people stay above 30 and are seldom even.
const (
	burstGap   = 60 * time.Millisecond // a longer pause begins something new, where the shop has set none
	burstMean  = 35 * time.Millisecond // faster on average is a scan
	burstLeast = 6                     // characters that a scan has at least

	// A window that is busy drawing hears of a scan late, and then of the rest at once: one such pause does not end a burst
	// that no fingers can have begun.
	burstStall   = 300 * time.Millisecond // the longest such pause
	burstMachine = 15 * time.Millisecond  // faster than any fingers on average
	burstBegun   = 3                      // characters that tell the pace
	burstApart   = time.Second            // the longest pause between parts that only together have a check digit that holds
	burstParts   = 4                      // of one code, at most

	silence   = 100 * time.Millisecond // ends a code of a scanner that sends nothing after it
	lateness  = 30 * time.Millisecond  // an alarm that comes later than this says that the window was busy
	burstMost = 128                    // characters of what may still become a scan

	secretMost = 8 // characters of the longest PIN: what comes without a pause and is longer is a scan also where a PIN is typed
)

// The ways a scanner ends a code.
const (
	EndsInEnter   = "enter"
	EndsInTab     = "tab"
	EndsInSilence = "none"
)

// Rule is how the shop's scanner sends. The zero value is a scanner that nobody has set up: no prefix, Enter at the end.
type Rule struct {
	Prefix string        // what it sends before each code; taken off
	Suffix string        // EndsInEnter ("" too), EndsInTab or EndsInSilence
	Gap    time.Duration // the longest pause within a code; 0 is 60 ms
}

func (r Rule) gap() time.Duration {
	if r.Gap <= 0 {
		return burstGap
	}
	return r.Gap
}

// ends reports whether a key, or with "" a pause, is how this scanner ends a code.
func (r Rule) ends(key fyne.KeyName) bool {
	switch r.Suffix {
	case EndsInTab:
		return key == fyne.KeyTab
	case EndsInSilence:
		return key == ""
	}
	return key == fyne.KeyReturn || key == fyne.KeyEnter
}

// pause is after how long without a character a run has ended.
func (r Rule) pause() time.Duration {
	d := r.gap() + 5*time.Millisecond
	if r.Suffix == EndsInSilence {
		d = max(d, silence)
	}
	return d
}

// run is characters without a pause between them.
type run struct {
	chars       []rune
	first, last time.Time
	stall       bool   // it has had the pause that is the window's own
	told        int    // characters that the screen has had; the rest is held
	at          *Entry // the field that has them; nil for the screen
	before      text   // what that field said
	begun       *run   // what came before a pause that may be the window's own: perhaps its beginning
}

// text is what an entry says, and where its cursor is.
type text struct {
	words  string
	column int
}

// within reports whether it came faster than this on average.
func (r *run) within(mean time.Duration) bool {
	return r.last.Sub(r.first) <= mean*time.Duration(len(r.chars)-1)
}

func (r *run) secret() bool { return slices.Contains(r.chars, hidden) }

// stalled reports whether a pause in the run is this window's own.
func (r *run) stalled(gap time.Duration) bool {
	return !r.stall && gap <= burstStall && r.machine()
}

// begins reports whether this run may be the beginning of the next one.
func (r *run) begins(gap time.Duration) bool {
	return len(r.chars) > 0 && gap <= burstApart && r.within(burstMean) && !r.secret()
}

// machine reports whether no fingers can have typed it.
func (r *run) machine() bool { return len(r.chars) >= burstBegun && r.within(burstMachine) }

// whole puts the parts of a code together that pauses of the window have torn apart: what is left of the last part alone is no code, but all of
// them are one that proves itself, and one of them at least no fingers typed. ok is false when there is no such code.
func (r *run) whole(read func([]rune) string) (code string, all run, ok bool) {
	all, machine := *r, r.machine()
	for b, n := r.begun, 1; b != nil && n < burstParts; b, n = b.begun, n+1 {
		all.chars = append(b.chars[:len(b.chars):len(b.chars)], all.chars...)
		all.before, all.told = b.before, all.told+b.told
		machine = machine || b.machine()
		if code := read(all.chars); machine && len(all.chars) >= burstLeast && pos.Certain(code) {
			return code, all, true
		}
	}
	return "", *r, false
}

// secretScan reports whether what came while a PIN was asked for cannot be one: it is too long, or began before the question at a scan's pace.
func (r *run) secretScan() bool {
	n := len(r.chars)
	if r.chars[0] == hidden {
		return n > secretMost
	}
	return n >= burstLeast && r.within(burstMean) || n > secretMost
}

// composed reports whether a code has no character that a scanner sends: words that an input method made, and handed over at once.
func composed(code string) bool {
	for _, r := range code {
		if r < 0x80 {
			return false
		}
	}
	return true
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
