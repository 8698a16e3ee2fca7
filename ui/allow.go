package ui

import (
	"reflect"
	"time"

	"guitai/pos"
)

// give hands a command to the till if the one who is there may give it; else somebody who may is asked, in place, and the
// command goes with his PIN. what says in words what is asked for, "" is the name of the deed. then is called once it is
// allowed, at once or later; it may be nil. Every command of every screen comes through here.
func (s *Shell) give(c pos.Command, what string, then func()) {
	if s.copies(c) {
		return
	}
	deed := s.deedOf(c)
	if s.snap.Staff.May(deed) || s.snap.Staff.Locked { // nobody is there to ask; what the till still does by itself it does
		if _, look := c.(pos.Look); !look {
			s.post(c)
		}
		if then != nil {
			then()
		}
		return
	}
	if what == "" {
		what = s.w.Deed(deed)
	}
	s.approve.Ask(c, what, deed, s.snap.Staff, then)
	s.focus()
}

// copyRest is how long the same receipt is not asked for again: a hand that strikes the key twice, or leans on it, means one.
const copyRest = 3 * time.Second

// copies reports whether a command asks for the receipt that was just asked for.
func (s *Shell) copies(c pos.Command) bool {
	switch c.(type) {
	case pos.ReprintLast, pos.Reprint:
	default:
		return false
	}
	now := s.cfg.Now()
	if c == s.copied && now.Sub(s.copying) < copyRest {
		return true
	}
	s.copied, s.copying = c, now
	return false
}

// deedOf is what somebody must be allowed to do for a command as things stand: a close may have to be signed for, and a float that
// misses something.
func (s *Shell) deedOf(c pos.Command) pos.Deed {
	switch c := c.(type) {
	case pos.CloseShift:
		if s.snap.Shift.NeedsSign {
			return pos.DeedSign
		}
	case pos.OpenShift:
		if u := s.snap.Shift.Unsigned; u != nil && reflect.DeepEqual(u.Count, c.Count) {
			return pos.DeedSign
		}
	case pos.SetQuantity:
		return pos.DeedToSet(s.snap.Cart, c)
	case pos.ReprintJob:
		for _, v := range s.snap.Prints {
			if v.Job.ID == c.Job {
				return pos.DeedToReprint(v.Job.Document)
			}
		}
	}
	return pos.DeedOf(c)
}

// post hands a command to the till as it is.
func (s *Shell) post(c pos.Command) {
	s.posted++
	s.told = s.cfg.Now()
	switch c.(type) {
	case pos.Lock, pos.OpenShift: // a float that misses something has to be signed for
		s.mayAsk()
	}
	s.send(c)
}

// presentEvery is how often the till is told that somebody is there.
const presentEvery = time.Minute

// present tells the till now and then that somebody works at the window although no command comes: who counts the drawer for a
// quarter of an hour is not locked out over it.
func (s *Shell) present() {
	if v := s.snap.Staff; !s.drawing && len(v.People) > 0 && !v.Locked && s.cfg.Now().Sub(s.told) >= presentEvery {
		s.post(pos.Look{Deed: pos.DeedSell})
	}
}

// look opens something that not everybody may see.
func (s *Shell) look(d pos.Deed, open func()) { s.give(pos.Look{Deed: d}, "", open) }

// allow asks for leave for a deed where the one at the till may not do it himself, and calls then with the name of whose leave it is done
// by; "" without staff. What somebody was let look at is no leave to do more.
func (s *Shell) allow(d pos.Deed, what string, then func(by string)) {
	if s.snap.Staff.Locked {
		return
	}
	s.give(pos.Look{Deed: d}, what, func() {
		v := s.snap.Staff
		if v.May(d) {
			then(v.Who.Name)
			return
		}
		for _, x := range v.People {
			if x.ID == v.Answer.Person {
				then(x.Name)
				return
			}
		}
	})
}

// lockUp locks the window, for a pause or for the next cashier. Without staff there is nobody to unlock it: then it is
// explained how there is.
func (s *Shell) lockUp() {
	s.closeSheet()
	if len(s.snap.Staff.People) == 0 {
		s.openStaff()
		return
	}
	s.post(pos.Lock{})
}

// Private is for the sink: whether a PIN is being typed, or may be.
func (s *Shell) Private() bool {
	switch {
	case s.ahead.asks:
		return true
	case s.snap.Staff.Locked:
		return s.lock.Private()
	case s.approve.IsOpen():
		return s.approve.Private()
	}
	return !s.helping() && s.sheet != nil && s.sheet.private != nil && s.sheet.private()
}
