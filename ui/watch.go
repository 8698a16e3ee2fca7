package ui

import (
	"guitai/pos"
	"guitai/ui/health"
	"guitai/ui/inbox"
	"guitai/ui/pending"
	"guitai/ui/refund"
)

// openPending lists what is watched without being in front.
func (s *Shell) openPending() {
	v := pending.New(pending.Config{
		Words: s.w, Zone: s.now().Location(), Post: s.cfg.Post, Close: s.closeSheet, Now: s.cfg.Now, Changed: func() {},
	})
	h := &sheet{name: "pending", keys: v.Pressed, tick: v.Tick, update: func() { v.Show(s.snap) }}
	s.open(h, pending.Width, s.w.T("pending.title"), v.Object())
	v.Show(s.snap)
}

// openInbox lists the exceptions.
func (s *Shell) openInbox() {
	evidence, _ := s.cfg.Reports.(inbox.Evidence)
	v := inbox.New(inbox.Config{
		Words: s.w, Zone: s.now().Location(), Evidence: evidence, Post: s.cfg.Post, Give: s.give, Now: s.cfg.Now,
		Go: s.bg.run, Changed: func() {},
	})
	h := &sheet{name: "inbox", keys: v.Pressed, typed: v.Typed, tick: v.Tick, update: func() { v.Show(s.snap) }}
	s.open(h, inbox.Width, s.w.T("inbox.title"), v.Object())
	v.Show(s.snap)
}

// openHealth says how every part of the till is.
func (s *Shell) openHealth() {
	v := health.New(s.w, s.openPrints)
	draw := func() { v.Show(health.Rows(s.w, s.snap.Health, s.now()), openPrints(s.snap)) }
	h := &sheet{name: "health", update: draw}
	draw()
	s.open(h, health.Width, s.w.T("menu.health"), v.Object())
}

// openRefund gives back a sale, unless a payment is in front, which comes first.
func (s *Shell) openRefund() { s.openRefundOf("") }

// openRefundOf does so for the sale of a receipt; "" asks which.
func (s *Shell) openRefundOf(receipt string) {
	if s.snap.Pay != nil && s.snap.Done == nil {
		s.say(pos.Message{Kind: pos.MsgWarn, ID: "busy-paying"})
		return
	}
	if s.snap.Done != nil {
		s.dismiss()
	}
	s.sell.Leave()
	v := refund.New(refund.Config{
		Words: s.w, Shop: s.cfg.Shop, Sales: s.cfg.Reports, Give: s.give, Now: s.now, Go: s.bg.run,
		Close: s.closeSheet, Changed: func() {},
	})
	h := &sheet{name: "refund", keys: v.Pressed, typed: v.Typed, scanned: v.Scanned, number: v.Number, update: func() { v.Show(s.snap) }}
	s.open(h, refund.Width, s.w.T("refund.title"), v.Object())
	v.Show(s.snap)
	if receipt != "" {
		v.Scanned(receipt, 0)
	}
}
