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

// BeginRefund implements [pos.Returns]. The payment's numbers, the transaction's whole and the time it was asked for are filled
// in when they are missing; what is given must be theirs. Repeating it with the same order is answered with the refund as it
// stands now.
func (s *Store) BeginRefund(ctx context.Context, r pos.Refund) (pos.RefundSettled, error) {
	var out pos.RefundSettled
	err := s.write(ctx, "begin refund", func(t *tx) (err error) {
		out, err = t.beginRefund(r)
		return err
	})
	if err != nil {
		return pos.RefundSettled{}, err
	}
	return out, nil
}

func (t *tx) beginRefund(r pos.Refund) (out pos.RefundSettled, err error) {
	const op = "begin refund"
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
	if err := t.mayBegin(r, p, x); err != nil {
		return out, err
	}
	at, signal := t.s.booked(r.AskedAt), pos.RefundSignal{Kind: refBegun}
	if r.Tender == pos.TenderCash {
		r.State, r.Settlement, r.DoneAt = pos.RefundDone, r.Amount, at
		signal = pos.RefundSignal{Kind: refCash, Source: pos.ByCashier}
		if err := t.cashLeaves(t.s.day(at), at); err != nil {
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

// complete fills in what a refund takes from its payment or exception, and refuses what contradicts them.
func complete(r pos.Refund, p pos.Payment, x *held) (pos.Refund, error) {
	want := pos.Refund{Sale: p.Sale, OutTradeNo: p.OutTradeNo, TransactionID: p.TransactionID, Total: p.Amount, Tender: p.Tender, State: pos.RefundAsked}
	if x != nil {
		if x.Payment != p.ID {
			return r, invalid("begin refund", "the exception is of another payment")
		}
		want.TransactionID, want.Total = x.TransactionID, x.Amount
	}
	if r.Tender == pos.TenderCash { // it is done with this very write, whatever the caller says
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
	if r.Tender != want.Tender && (r.Tender != pos.TenderCash || x != nil) {
		return r, invalid("begin refund", "money goes back the way it came, or for a sale in cash")
	}
	return r, nil
}

// mayBegin holds a refund to what is left.
func (t *tx) mayBegin(r pos.Refund, p pos.Payment, x *held) error {
	const op = "begin refund"
	switch {
	case r.Portal || r.Settlement != 0 || !r.DoneAt.IsZero() || r.RefundID != "":
		return invalid(op, "a refund that begins is not done")
	case r.Amount <= 0 || (len(r.Request) > 0) == (r.Tender == pos.TenderCash):
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
