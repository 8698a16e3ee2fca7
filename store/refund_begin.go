package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"time"

	"guitai/pos"
)

// signals of evidence that only the ledger itself writes.
const (
	refBegun pos.RefundSignalKind = "begun"  // the refund is on disk
	refCash  pos.RefundSignalKind = "handed" // out of the drawer
	refLate  pos.RefundSignalKind = "booked" // it was done before anybody knew what it was part of
)

// BeginRefunds implements [pos.Returns]. A payment's numbers, the transaction's whole and the time it was asked for are filled
// in when they are missing; what is given must be theirs. Repeating it with the same orders is answered with the refunds as they
// stand now.
func (s *Store) BeginRefunds(ctx context.Context, all []pos.Refund) ([]pos.RefundSettled, error) {
	out := make([]pos.RefundSettled, len(all))
	err := s.write(ctx, "begin refund", func(t *tx) (err error) {
		for i := 0; i < len(all) && err == nil; i++ {
			out[i], err = t.beginRefund(all[i])
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// BeginRefund is [Store.BeginRefunds] for one.
func (s *Store) BeginRefund(ctx context.Context, r pos.Refund) (pos.RefundSettled, error) {
	out, err := s.BeginRefunds(ctx, []pos.Refund{r})
	if err != nil {
		return pos.RefundSettled{}, err
	}
	return out[0], nil
}

func (t *tx) beginRefund(r pos.Refund) (out pos.RefundSettled, err error) {
	const op = "begin refund"
	if r.Payment == 0 {
		return t.returnLoose(r)
	}
	p, err := paymentBy(t.ctx, t, sqlPaymentByID, int64(r.Payment))
	if errors.Is(err, sql.ErrNoRows) {
		return out, conflict(op, "there is no such payment")
	}
	if err != nil {
		return out, err
	}
	var x *held
	if r.Exception != 0 {
		if x, err = t.held(r.Exception); err != nil {
			return out, err
		}
	}
	stored, err := refundBy(t.ctx, t, sqlRefundByNo, r.OutRefundNo)
	known := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return out, err
	}
	if r.AskedAt.IsZero() {
		if r.AskedAt = t.s.clock.Now(); known {
			r.AskedAt = stored.AskedAt
		}
	}
	if r, err = complete(r, p, x); err != nil {
		return out, err
	}
	if known {
		if !reflect.DeepEqual(refundOrder(stored), refundOrder(r)) {
			return out, conflict(op, "this refund number belongs to another refund")
		}
		return t.refundOutcome(stored)
	}
	at, signal := t.s.booked(r.AskedAt), pos.RefundSignal{Kind: refBegun}
	if err := t.mayBegin(r, p, x, at); err != nil {
		return out, err
	}
	if r.Tender.Handed() {
		if r, signal, err = t.hand(r, at); err != nil {
			return out, err
		}
	}
	if r, err = t.addRefund(refundAsStored(r), t.s.day(at)); err != nil {
		return out, err
	}
	if x != nil {
		d := pos.Decision{Action: pos.ActRefund, By: r.Approver, Reason: r.Reason, At: r.AskedAt}
		if err := t.decideOpen(x, pos.ExceptionGiving, d); err != nil {
			return out, err
		}
	}
	return t.refundMoved("", r, p, x, signal, at)
}

// hand makes a refund done that a person gives out: from the drawer, or outside.
func (t *tx) hand(r pos.Refund, at time.Time) (pos.Refund, pos.RefundSignal, error) {
	r.State, r.Settlement, r.DoneAt = pos.RefundDone, r.Amount, at
	signal := pos.RefundSignal{Kind: refCash, Source: pos.ByCashier}
	if r.Tender != pos.TenderCash {
		return r, signal, nil
	}
	return r, signal, t.cashLeaves(t.s.day(at), at)
}

// returnLoose takes goods back without a receipt and gives cash out for them.
func (t *tx) returnLoose(r pos.Refund) (out pos.RefundSettled, err error) {
	const op = "begin refund"
	stored, err := refundBy(t.ctx, t, sqlRefundByNo, r.OutRefundNo)
	known := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return out, err
	}
	if r.AskedAt.IsZero() {
		if r.AskedAt = t.s.clock.Now(); known {
			r.AskedAt = stored.AskedAt
		}
	}
	if r.Tender == "" {
		r.Tender = pos.TenderCash
	}
	if r.Total == 0 {
		r.Total = r.Amount
	}
	r.State, r.Settlement, r.DoneAt = pos.RefundAsked, 0, time.Time{} // it is done with this very write, whatever the caller says
	if known {
		if !reflect.DeepEqual(refundOrder(stored), refundOrder(r)) {
			return out, conflict(op, "this refund number belongs to another refund")
		}
		return t.refundOutcome(stored)
	}
	var worth pos.Fen
	for _, l := range r.Goods {
		worth += l.Net()
	}
	switch {
	case r.Sale != 0 || r.Exception != 0 || r.For != 0 || r.TransactionID != "" || r.OutTradeNo != "" || r.Portal || r.Void || len(r.Request) > 0 || len(r.Lines) > 0 || r.Tender != pos.TenderCash:
		return out, invalid(op, "goods without a receipt are of no sale, and cash is given for them")
	case !checkLines(r.Goods) || r.Amount <= 0 || r.Amount > worth || r.Amount > pos.MaxAmount || r.Total != r.Amount:
		return out, invalid(op, "no more is given for goods than they cost")
	}
	if err := t.dropHeld(r.Held); err != nil { // the cart that they were: they are not sold as well
		return out, err
	}
	r.Held = 0
	at := t.s.booked(r.AskedAt)
	r, signal, err := t.hand(r, at)
	if err != nil {
		return out, err
	}
	if r, err = t.addRefund(refundAsStored(r), t.s.day(at)); err != nil {
		return out, err
	}
	return t.refundMoved("", r, pos.Payment{}, nil, signal, at)
}

// complete fills in what a refund takes from its payment or exception, and refuses what contradicts them.
func complete(r pos.Refund, p pos.Payment, x *held) (pos.Refund, error) {
	want := pos.Refund{Sale: p.Sale, OutTradeNo: p.OutTradeNo, TransactionID: p.TransactionID, Total: p.Amount, Tender: p.Tender, State: pos.RefundAsked}
	if x != nil {
		if x.Payment != p.ID {
			return r, invalid("begin refund", "the exception is of another payment")
		}
		want.TransactionID, want.Total = x.TransactionID, x.Amount
	}
	if r.Tender.Handed() && r.Tender != "" || r.Tender == "" && p.Tender.Handed() { // it is done with this very write, whatever the caller says
		r.State, r.Settlement, r.DoneAt = pos.RefundAsked, 0, time.Time{}
	}
	set := func(have, want any) bool { return reflect.ValueOf(have).IsZero() || have == want }
	if !set(r.Sale, want.Sale) || !set(r.OutTradeNo, want.OutTradeNo) || !set(r.TransactionID, want.TransactionID) || !set(r.Total, want.Total) || !set(r.State, want.State) {
		return r, invalid("begin refund", "the refund names another payment's money")
	}
	r.Sale, r.OutTradeNo, r.TransactionID, r.Total, r.State = want.Sale, want.OutTradeNo, want.TransactionID, want.Total, want.State
	if r.Tender == "" {
		r.Tender = want.Tender
	}
	if r.Tender != want.Tender && (r.Tender != pos.TenderCash || x != nil) || r.For != 0 || len(r.Goods) > 0 || r.Held != 0 {
		return r, invalid("begin refund", "money goes back the way it came, or for a sale in cash")
	}
	return r, nil
}

const sqlSaleEnd = `SELECT state, coalesce(day, 0) FROM sale WHERE id = ?`

// mayBegin holds a refund to what is left.
func (t *tx) mayBegin(r pos.Refund, p pos.Payment, x *held, at time.Time) error {
	const op = "begin refund"
	switch {
	case r.Portal || r.Settlement != 0 || !r.DoneAt.IsZero() || r.RefundID != "":
		return invalid(op, "a refund that begins is not done")
	case r.Amount <= 0 || (len(r.Request) > 0) == r.Tender.Handed():
		return invalid(op, "a refund gives something back, and through WeChat with the exact request that will be sent")
	case x == nil && p.State != pos.Paid:
		return conflict(op, "the payment is "+string(p.State)+": it settled no sale")
	case x != nil && x.State != pos.ExceptionOpen:
		return conflict(op, "the exception is "+string(x.State))
	case x != nil && !x.Allowed(pos.ActRefund):
		return invalid(op, "this money cannot be given back through WeChat")
	case x != nil && len(r.Lines) > 0:
		return invalid(op, "an exception has no goods")
	}
	if x == nil {
		var state pos.SaleState
		var day pos.Day
		if err := t.one(sqlSaleEnd, []any{int64(p.Sale)}, &state, &day); err != nil {
			return err
		}
		switch {
		case state != pos.SaleClosed:
			return conflict(op, "the sale is not closed: what was paid of it is given back with it")
		case r.Void && day != t.s.day(at):
			return conflict(op, "a sale is void on its own day only")
		}
	} else if r.Void {
		return invalid(op, "an exception is no sale")
	}
	var gone pos.Fen
	var n int
	if err := t.one(sqlRefundSum, []any{int64(p.ID), r.TransactionID}, &gone, &n); err != nil {
		return err
	}
	if r.Amount > r.Total-gone {
		return invalid(op, fmt.Sprintf("%s is more than the %s that is left of the payment", r.Amount, r.Total-gone))
	}
	if n >= pos.MaxRefunds {
		return invalid(op, fmt.Sprintf("an order is refunded at most %d times", pos.MaxRefunds))
	}
	if len(r.Lines) == 0 {
		return nil
	}
	return t.mayReturn(r)
}

// mayReturn holds a refund's lines to what was sold and not given back yet.
func (t *tx) mayReturn(r pos.Refund) error {
	const op = "begin refund"
	sale, err := t.sale(r.Sale)
	if err != nil {
		return err
	}
	earlier, err := refunds(t.ctx, t, sqlSaleRefunds, int64(r.Sale))
	if err != nil {
		return err
	}
	back := pos.Returned(earlier)
	var sum pos.Fen
	for _, l := range r.Lines {
		if l.N < 1 || l.N > len(sale.Lines) || l.Quantity < 1 || l.Amount < 0 {
			return invalid(op, "there is no such line")
		}
		if back[l.N] += l.Quantity; back[l.N] > sale.Lines[l.N-1].Quantity {
			return invalid(op, fmt.Sprintf("more pieces of line %d than were sold", l.N))
		}
		sum += l.Amount
	}
	if sum != r.Amount {
		return invalid(op, "the lines do not make the amount")
	}
	return nil
}
