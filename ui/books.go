package ui

import (
	"context"

	"guitai/pos"
	"guitai/ui/takings"
	"guitai/ui/widgets"
)

// mayLook reports whether the one at the till may see what a deed is for, and whether nothing more urgent stands in front; if
// not it says why.
func (s *Shell) mayLook(d pos.Deed) bool {
	if s.snap.Pay != nil && s.snap.Done == nil {
		s.say(pos.Message{Kind: pos.MsgWarn, ID: "busy-paying"})
		return false
	}
	if !s.snap.Staff.May(d) {
		what, _, todo := s.w.Trouble(pos.CodeForbidden)
		s.sell.Say(widgets.Warning, what+" · "+todo)
		return false
	}
	if s.snap.Done != nil {
		s.dismiss()
	}
	s.sell.Leave()
	return true
}

// openTakings shows what the shop took.
func (s *Shell) openTakings() {
	s.closeSheet()
	if !s.mayLook(pos.DeedTakings) {
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
