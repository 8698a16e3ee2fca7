package checkout

import (
	"strings"

	"guitai/pos"
)

// closedSale reads a sale that money may go back of, or says why there is none.
func (t *Till) closedSale(id pos.SaleID) (pos.SaleRecord, bool) {
	rec, err := t.cfg.Ledger.Record(t.book, id)
	switch {
	case pos.CodeOf(err) == pos.CodeNotFound:
		t.say(pos.MsgWarn, "refund-not-possible", string(pos.CodeNotFound))
	case err != nil:
		t.ledgerTrouble("read sale", err)
	case rec.Sale.State != pos.SaleClosed || len(rec.Payments) == 0:
		t.say(pos.MsgWarn, "refund-not-possible", string(pos.CodeConflict))
	default:
		return rec, true
	}
	return rec, false
}

// refundSale gives back part or all of a closed sale, the way it was paid. What was paid in parts goes back in parts: WeChat's first.
func (t *Till) refundSale(c pos.RefundSale) {
	reason, approver := strings.TrimSpace(c.Reason), strings.TrimSpace(c.Approver)
	if reason == "" || approver == "" || t.cfg.Returns == nil {
		t.say(pos.MsgWarn, "refund-needs-words")
		return
	}
	rec, ok := t.closedSale(c.Sale)
	if !ok {
		return
	}
	left := leftIn(rec, nil)
	if c.Void {
		if c, ok = t.voided(c, rec, left); !ok {
			return
		}
	}
	lines, amount, err := []pos.RefundLine(nil), c.Amount, error(nil)
	if len(c.Pieces) > 0 {
		var worth pos.Fen
		lines, worth, err = pos.PriceLines(rec.Sale, rec.Refunds, c.Pieces)
		if amount = worth; c.Void { // what was given back by amount before is not given back again with its goods
			amount = left
		}
	}
	if err != nil || amount <= 0 || amount > left {
		if rec.Sale.Credit() > 0 {
			t.say(pos.MsgWarn, "refund-exchanged", left.String())
			return
		}
		t.say(pos.MsgWarn, "refund-too-much", left.String())
		return
	}
	shares := spread(rec, nil, amount)
	all := make([]pos.Refund, 0, len(shares))
	for i, g := range shares {
		if !t.mayGoBack(g.p) {
			return
		}
		r := refundOf(g.p, c.Sale, g.amount, c.Outside)
		r.Reason, r.Approver, r.Cashier, r.Void = reason, approver, t.name(), c.Void
		if i == 0 && len(lines) > 0 {
			r.Lines = scaled(lines, g.amount)
		}
		all = append(all, r)
	}
	if t.beginRefunds(all...) {
		t.tellBegun(all)
		if cash, _, _ := byWay(all); cash > 0 {
			t.cfg.Drawer(pos.TenderCash)
		}
	}
}

// voided is a void as the refund that it is: of all that is left, on the sale's own day.
func (t *Till) voided(c pos.RefundSale, rec pos.SaleRecord, left pos.Fen) (pos.RefundSale, bool) {
	switch {
	case t.cfg.Shop.Calendar.DayOf(rec.Sale.ClosedAt) != t.today():
		t.say(pos.MsgWarn, "void-not-today", rec.Sale.Receipt.String())
		return c, false
	case rec.Sale.Credit() > 0: // what came back for it cannot be handed out again
		t.say(pos.MsgWarn, "refund-exchanged", left.String())
		return c, false
	}
	gone := pos.Returned(rec.Refunds)
	c.Pieces, c.Amount = map[int]int{}, left
	for i, l := range rec.Sale.Lines {
		if n := l.Quantity - gone[i+1]; n > 0 {
			c.Pieces[i+1] = n
		}
	}
	return c, true
}

// mayGoBack reports whether money of a payment can go back now, and says why not.
func (t *Till) mayGoBack(p pos.Payment) bool {
	if p.API == pos.APIv1 {
		t.say(pos.MsgWarn, "refund-retired")
		return false
	}
	if order, err := t.cfg.Ledger.Payment(t.book, p.OutTradeNo); err != nil || t.foreign(order.API, order.Request) {
		t.say(pos.MsgWarn, "refund-not-possible", string(pos.CodeNotOurs))
		return false
	}
	switch code := t.canRefund(); {
	case p.Tender.WeChat() && code != pos.CodeNone:
		t.say(pos.MsgWarn, "refund-not-possible", string(code))
		return false
	case p.Tender.Handed() && t.unopened():
		return false
	case p.Tender.Handed() && t.shift.counted != nil:
		t.say(pos.MsgWarn, "close-under-way")
		return false
	}
	return true
}

// refundOf is a refund of a payment, the way it came; what was taken outside goes back in cash unless it is given back outside as well.
func refundOf(p pos.Payment, sale pos.SaleID, amount pos.Fen, outside bool) pos.Refund {
	r := pos.Refund{
		Payment: p.ID, Sale: sale, OutTradeNo: p.OutTradeNo, TransactionID: p.TransactionID, Tender: p.Tender,
		State: pos.RefundAsked, Amount: amount, Total: p.Amount,
	}
	if p.Tender.Handed() {
		r.State, r.Settlement = pos.RefundDone, amount
		if !outside {
			r.Tender = pos.TenderCash
		}
	}
	return r
}

// byWay is what of some refunds goes back which way.
func byWay(all []pos.Refund) (cash, outside, online pos.Fen) {
	for _, r := range all {
		switch {
		case r.Tender == pos.TenderCash:
			cash += r.Amount
		case r.Tender.WeChat():
			online += r.Amount
		default:
			outside += r.Amount
		}
	}
	return cash, outside, online
}

// tellBegun says of refunds that are in the books what went back which way.
func (t *Till) tellBegun(all []pos.Refund) {
	cash, outside, online := byWay(all)
	switch sum := cash + outside + online; sum {
	case cash:
		t.say(pos.MsgInfo, "refund-cash", sum.String())
	case online:
		t.say(pos.MsgInfo, "refund-asked", sum.String())
	case outside:
		t.say(pos.MsgInfo, "refund-outside", sum.String())
	default:
		t.say(pos.MsgInfo, "refund-split", sum.String(), cash.String(), outside.String(), online.String())
	}
}
