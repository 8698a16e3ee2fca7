package ui

import (
	"crypto/rand"

	"guitai/pos"
	"guitai/ui/shift"
	"guitai/ui/staff"
)

// openStaff lists the people of the till.
func (s *Shell) openStaff() {
	v := staff.New(staff.Config{
		Words: s.w, People: s.cfg.People, Give: s.give, Go: s.bg.run, Changed: s.present,
		Code: func() pos.RecoveryCode { return s.code.New(s.snap.Staff) }, When: s.codeMade,
	})
	h := &sheet{
		name: "staff", keys: v.Pressed, typed: v.Typed, scanned: v.Scanned, private: v.Private, update: func() { v.Show(s.snap) },
	}
	s.open(h, staff.Width, s.w.T("menu.staff"), v.Object())
	v.Show(s.snap)
}

// openShift shows how the turn at the drawer stands.
func (s *Shell) openShift() { s.shiftSheet("shift", s.w.T("menu.shift"), func(*shift.View) {}) }

// openDrawer asks why the drawer is to be opened without a sale.
func (s *Shell) openDrawer() { s.shiftSheet("drawer", s.w.T("menu.drawer"), (*shift.View).Drawer) }

func (s *Shell) shiftSheet(name, title string, start func(*shift.View)) {
	if s.snap.Done != nil {
		s.dismiss()
	}
	s.sell.Leave()
	v := shift.New(shift.Config{
		Words: s.w, Books: s.cfg.Shifts, Now: s.now, Give: s.give, Go: s.bg.run, Close: s.closeSheet, Changed: s.present,
		Look: func(then func()) { s.look(pos.DeedTakings, then) },
	})
	h := &sheet{name: name, keys: v.Pressed, typed: v.Typed, scanned: v.Scanned, number: v.Number, update: func() { v.Show(s.snap) }}
	s.open(h, shift.Width, title, v.Object())
	v.Show(s.snap)
	start(v)
}

// codeMade is when the recovery code that counts was made; "" for none.
func (s *Shell) codeMade() string {
	made := s.snap.Staff.Recovery.Made
	if made.IsZero() {
		return ""
	}
	if z := s.cfg.Shop.Calendar.Zone; z != nil {
		made = made.In(z)
	}
	return s.w.Date(made)
}

// newRecovery makes a recovery code of the system's random numbers, unless the shell was given another way.
func (s *Shell) newRecovery() (pos.RecoveryCode, error) {
	if s.cfg.MakeRecovery != nil {
		return s.cfg.MakeRecovery()
	}
	return pos.NewRecoveryCode(rand.Reader)
}

// recoverPIN has the recovery code tried that an owner at the lock has typed, with the next one.
func (s *Shell) recoverPIN(r pos.Recovering) {
	r.Next = s.code.New(s.snap.Staff)
	s.post(pos.Recover{Recovering: r})
}
