package ui

import (
	"guitai/pos"
	"guitai/ui/discount"
	"guitai/ui/held"
	"guitai/ui/note"
	"guitai/ui/tenders"
	"guitai/ui/want"
)

// act does what leads from selling, or from an open payment, to a screen of its own. It reports whether it knows the action.
func (s *Shell) act(a pos.KeyAction) bool {
	switch a {
	case pos.KeyDiscount:
		s.openDiscount(discount.Line)
	case pos.KeyCartDiscount:
		s.openDiscount(discount.Whole)
	case pos.KeyPrice:
		s.openDiscount(discount.Price)
	case pos.KeyNote:
		s.openNote()
	case pos.KeyRecall:
		s.openHeld()
	case pos.KeyTenders:
		s.openTenders(false)
	case pos.KeySplit:
		s.openTenders(true)
	case pos.KeyRefund:
		s.openRefund()
	default:
		return false
	}
	return true
}

// lined reports whether there is a line to do something with; else it says that there is none.
func (s *Shell) lined() bool {
	if len(s.snap.Cart.Lines) == 0 {
		s.say(pos.Message{Kind: pos.MsgWarn, ID: "nothing-to-pay"})
		return false
	}
	s.sell.Leave()
	return true
}

// openDiscount takes something off the chosen line or the whole, or sells the line at another price.
func (s *Shell) openDiscount(what discount.What) {
	if !s.lined() {
		return
	}
	v := discount.New(discount.Config{Words: s.w, Post: s.cfg.Post, Give: s.give, Close: s.closeSheet, Changed: func() {}})
	h := &sheet{name: "discount", keys: v.Pressed, does: v.Does, typed: v.Typed, number: v.Number, update: func() { v.Show(s.snap) }}
	s.open(h, discount.Width, s.w.T("discount.title"), v.Object())
	v.Show(s.snap)
	v.Open(what, s.sell.Chosen())
}

// openNote writes something on the chosen line.
func (s *Shell) openNote() {
	if !s.lined() {
		return
	}
	v := note.New(note.Config{Words: s.w, Post: s.cfg.Post, Close: s.closeSheet, Changed: func() {}})
	h := &sheet{name: "note", keys: v.Pressed, typed: v.Typed, update: func() { v.Show(s.snap) }}
	s.open(h, note.Width, s.w.T("note.title"), v.Object())
	v.Show(s.snap)
	v.Open(s.sell.Chosen())
}

// openHeld lists the carts that were put aside.
func (s *Shell) openHeld() {
	if s.snap.Pay != nil && s.snap.Done == nil {
		s.say(pos.Message{Kind: pos.MsgWarn, ID: "busy-paying"})
		return
	}
	s.sell.Leave()
	v := held.New(held.Config{Words: s.w, Zone: s.now().Location(), Post: s.cfg.Post, Close: s.closeSheet, Now: s.cfg.Now, Changed: func() {}})
	h := &sheet{name: "held", keys: v.Pressed, update: func() { v.Show(s.snap) }}
	s.open(h, held.Width, s.w.T("held.title"), v.Object())
	v.Show(s.snap)
}

// openTenders takes what is due by what the shop takes outside, or in parts.
func (s *Shell) openTenders(split bool) {
	if s.snap.Done != nil || s.snap.Cart.Empty() {
		s.say(pos.Message{Kind: pos.MsgWarn, ID: "nothing-to-pay"})
		return
	}
	s.cash.Close()
	s.sell.Leave()
	v := tenders.New(tenders.Config{Words: s.w, Post: s.cfg.Post, Cash: s.cash.OpenFor, Close: s.closeSheet, Changed: func() {}})
	h := &sheet{name: "tenders", keys: v.Pressed, does: v.Does, typed: v.Typed, number: v.Number, update: func() { v.Show(s.snap) }}
	s.open(h, tenders.Width, s.w.T("outside.title"), v.Object())
	v.Show(s.snap)
	v.Open(split)
}

// wants opens what the till has to know, once for each question, and puts it away when it is answered. A question that gave way to a
// scan, or to another sheet, is the till's to forget.
func (s *Shell) wants() {
	w := s.snap.Want
	switch {
	case w == nil || s.snap.Staff.Locked || s.snap.Pay != nil:
		s.wanted = 0
		if s.sheet != nil && s.sheet.name == "want" {
			s.closeSheet()
		}
		return
	case w.N == s.wanted:
		return
	}
	s.wanted = w.N
	s.closePage()
	s.sell.Leave()
	v := want.New(want.Config{
		Words: s.w, Post: s.cfg.Post, Give: s.give, Categories: s.cfg.Catalogue.Categories, Go: s.bg.run, Changed: s.chooseInput,
	})
	v.Open(*w)
	h := &sheet{name: "want", keys: v.Pressed, typed: v.Typed, number: v.Number}
	h.leave = func() {
		s.closeSheet()
		v.Leave()
	}
	s.open(h, want.Width, v.Title(), v.Object())
}
