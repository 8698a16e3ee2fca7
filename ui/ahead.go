package ui

import (
	"time"

	"guitai/ui/widgets"
)

// aheadMost is how long keys wait for the till. It answers within milliseconds; when it does not (a disk that hangs), keys
// go on acting on what the screen shows, and the till decides what they are worth. A machine that is merely busy is waited for: there a
// key that acts on what it is not meant for is one that the cashier has to press again.
const aheadMost = 2 * time.Second

// ahead keeps the keys that came faster than the till answered. A scan and the F8 that follows it are one movement of the
// hand: F8 must find the cart that the scan made, not the one of a millisecond ago. It belongs to the goroutine that draws.
type ahead struct {
	keys   []early
	stop   func() // of the alarm that ends the waiting
	waived uint64 // the answers up to this command are no longer waited for
	asks   bool   // the answer may be a question for a PIN: what is typed meanwhile may be one
}

// early is a key that came before its turn.
type early struct {
	do   func()
	past bool // it is of no use to a question for a PIN: it is for what comes after
}

// aheadKeys is how many keys wait at most. More come only from a till that hangs, and from nobody who looks at it.
const aheadKeys = 500

// behind reports whether the screen has not yet seen what the commands it posted brought about.
func (s *Shell) behind() bool { return s.posted > max(s.snap.Taken, s.ahead.waived) }

// checking reports whether a PIN is being looked at, which takes a while on purpose.
func (s *Shell) checking() bool {
	switch {
	case s.snap.Staff.Locked:
		return s.lock.Checking()
	case s.code.IsOpen():
		return false
	}
	return s.approve.Checking()
}

// inTurn does what a key means, now or once the till has answered. done is false when it has to wait. Who presses a function key while his PIN
// is being looked at means the till behind it, and is heard there once he is let in. All else is the PIN typed again, and nothing: an Enter
// that nobody can tell from that books no money.
func (s *Shell) inTurn(past bool, key func()) (done bool) {
	checking := s.checking()
	if !s.behind() && (len(s.ahead.keys) == 0 || checking) && !(past && checking) {
		key()
		return true
	}
	if len(s.ahead.keys) < aheadKeys {
		s.ahead.keys = append(s.ahead.keys, early{key, past})
	}
	s.hurry()
	return false
}

// hurry sees to it that keys do not wait for ever.
func (s *Shell) hurry() {
	if s.ahead.stop == nil {
		s.ahead.stop = s.bg.after(aheadMost, func() {
			s.ahead.stop = nil
			s.waive()
		})
	}
}

// waive lets the keys act on what the screen shows. Not where a PIN may be asked for: whoever pressed F12 goes on to type his
// PIN, and no digit of it may reach what stands there until the lock falls. Those wait as long as the till takes.
func (s *Shell) waive() {
	if s.ahead.asks {
		return
	}
	s.ahead.waived = s.posted
	s.catchUp()
}

// mayAsk notes that a command, or a key that waits for its turn, may lead to a question for a PIN.
func (s *Shell) mayAsk() {
	if len(s.snap.Staff.People) > 0 && !s.guarded() {
		s.ahead.asks = true
	}
}

// settle forgets that a PIN may be asked for, once the till has answered and no key waits.
func (s *Shell) settle() {
	if len(s.ahead.keys) == 0 && !s.behind() {
		s.ahead.asks = false
	}
}

// catchUp does the keys that waited, in order, until one of them makes the till work again.
func (s *Shell) catchUp() {
	var later []early
	for len(s.ahead.keys) > 0 && !s.behind() {
		key := s.ahead.keys[0]
		s.ahead.keys = s.ahead.keys[1:]
		if key.past && s.checking() {
			later = append(later, key)
			continue
		}
		key.do()
	}
	s.ahead.keys = append(later, s.ahead.keys...)
	switch {
	case len(s.ahead.keys) > 0:
		s.hurry()
	case s.ahead.stop != nil:
		s.ahead.stop()
		s.ahead.stop = nil
	}
	s.settle()
}

// tailMost is how long a PIN that is being typed when its question goes away is still the PIN.
const tailMost = time.Second

// pinned notes that a character went to whoever asks for a PIN.
func (s *Shell) pinned() {
	if s.front().(widgets.Private).Private() {
		s.tail = s.cfg.Now()
	}
}

// pinTail reports whether a character is the rest of a PIN whose question has just gone: who was impatient typed it again, and was let in
// by the first one meanwhile. It is nobody's business, least of all that of the field that stands there now.
func (s *Shell) pinTail() bool {
	if s.tail.IsZero() || s.cfg.Now().Sub(s.tail) > tailMost {
		s.tail = time.Time{}
		return false
	}
	return true
}
