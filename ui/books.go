package ui

import (
	"context"

	"guitai/pos"
	"guitai/ui/sales"
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

// openSales finds closed sales, today's at first.
func (s *Shell) openSales() { s.openSale("") }

// openSale finds the closed sales that a text names.
func (s *Shell) openSale(text string) {
	s.closeSheet()
	if !s.mayLook(pos.DeedSell, func() { s.openSale(text) }) {
		return
	}
	v := sales.New(sales.Config{
		Words: s.w, Shop: s.cfg.Shop, Finder: s.cfg.Finder, Now: s.now, Post: s.cfg.Post, Go: s.bg.run, Changed: func() {},
		Refund: func(no pos.ReceiptNo) { s.openRefundOf(no.String()) },
	}, s.closePage)
	h := &sheet{
		name: "sales", deed: pos.DeedSell, keys: v.Pressed, typed: v.Typed, scanned: v.Scanned, said: v.Say,
		update: func() { v.Show(s.snap) },
	}
	s.openPage(h, v.Object())
	v.Open(s.snap, text)
}

// findScanned opens the sale of a receipt that was scanned while nothing is being sold: somebody has come back with it. With goods
// in the cart it is a slip of the hand, and the till says so. It reports whether it did.
func (s *Shell) findScanned(code string) bool {
	if pos.Classify(code).Kind != pos.ScanReceipt || !s.snap.Cart.Empty() || s.snap.Pay != nil || s.cash.IsOpen() || s.snap.Staff.Locked {
		return false
	}
	s.openSale(code)
	return true
}
