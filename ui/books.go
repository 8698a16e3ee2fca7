package ui

import (
	"context"

	"guitai/pos"
	"guitai/ui/takings"
)

// mayLook reports whether the one at the till may see what a deed is for, and whether nothing more urgent stands in front; if
// not it says why. Somebody who may is asked to allow it, and then again is called.
func (s *Shell) mayLook(d pos.Deed, again func()) bool {
	if s.snap.Pay != nil && s.snap.Done == nil {
		s.say(pos.Message{Kind: pos.MsgWarn, ID: "busy-paying"})
		return false
	}
	if !s.sees(s.snap.Staff, d) {
		s.give(pos.Look{Deed: d}, "", func() { s.let = d; again() })
		return false
	}
	if s.snap.Done != nil {
		s.dismiss()
	}
	s.sell.Leave()
	return true
}

// sees reports whether the one at the till may see what a deed is for, or was let.
func (s *Shell) sees(v pos.StaffView, d pos.Deed) bool { return v.May(d) || s.let == d }

// openTakings shows what the shop took.
func (s *Shell) openTakings() {
	s.closeSheet()
	if !s.mayLook(pos.DeedTakings, s.openTakings) {
		return
	}
	cfg := takings.Config{
		Words: s.w, Shop: s.cfg.Shop, Figures: s.cfg.Overview, Now: s.now, Go: s.bg.run, Inbox: s.openInbox, Pending: s.openPending,
		Changed: func() {},
	}
	if s.cfg.SaveReport != nil {
		w := s.w
		cfg.Save = func(ctx context.Context, r takings.Report) (string, error) { return s.cfg.SaveReport(ctx, r, w) }
	}
	v := takings.New(cfg, s.closePage)
	h := &sheet{name: "takings", deed: pos.DeedTakings, keys: v.Pressed, typed: v.Typed, update: func() { v.Show(s.snap) }}
	s.openPage(h, v.Object())
	v.Show(s.snap)
}
