package ui

import "time"

// aheadMost is how long keys wait for the till. It answers within milliseconds; when it does not (a disk that hangs), keys
// go on acting on what the screen shows, and the till decides what they are worth.
const aheadMost = 400 * time.Millisecond

// ahead keeps the keys that came faster than the till answered. A scan and the F8 that follows it are one movement of the
// hand: F8 must find the cart that the scan made, not the one of a millisecond ago. It belongs to the goroutine that draws.
type ahead struct {
	keys   []func()
	stop   func() // of the alarm that ends the waiting
	waived uint64 // the answers up to this command are no longer waited for
}

// behind reports whether the screen has not yet seen what the commands it posted brought about.
func (s *Shell) behind() bool { return s.posted > max(s.snap.Taken, s.ahead.waived) }

// inTurn does what a key means, now or once the till has answered. done is false when it has to wait.
func (s *Shell) inTurn(key func()) (done bool) {
	if len(s.ahead.keys) == 0 && !s.behind() {
		key()
		return true
	}
	s.ahead.keys = append(s.ahead.keys, key)
	if s.ahead.stop == nil {
		s.ahead.stop = s.bg.after(aheadMost, func() {
			s.ahead.stop = nil
			s.ahead.waived = s.posted
			s.catchUp()
		})
	}
	return false
}

// catchUp does the keys that waited, in order, until one of them makes the till work again.
func (s *Shell) catchUp() {
	for len(s.ahead.keys) > 0 && !s.behind() {
		key := s.ahead.keys[0]
		s.ahead.keys = s.ahead.keys[1:]
		key()
	}
	if len(s.ahead.keys) == 0 && s.ahead.stop != nil {
		s.ahead.stop()
		s.ahead.stop = nil
	}
}
