package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"reflect"
	"time"

	"guitai/pos"
)

const (
	sqlAddRefundEvent = `INSERT INTO refund_event (refund, n, at, source, signal, from_state, to_state, refund_id, settlement, code, detail, entry)
		SELECT ?1, coalesce(max(n), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 FROM refund_event WHERE refund = ?1`
	sqlKnownRefundEvent = `SELECT EXISTS (SELECT 1 FROM refund_event WHERE refund = ? AND source = ? AND signal = ? AND to_state = ? AND refund_id = ? AND code = ?)`
)

// ApplyRefund implements [pos.Returns]. Repeating the very same change after a write whose outcome was unknown is answered as
// it was the first time. A change that says nothing new is not written and keeps the version.
//
// Paper is queued for refunds of sales that this till asked for: nobody stands at the counter for the others.
func (s *Store) ApplyRefund(ctx context.Context, c pos.RefundChange) (pos.RefundSettled, error) {
	var out pos.RefundSettled
	err := s.write(ctx, "apply refund", func(t *tx) (err error) {
		out, err = t.applyRefund(c)
		return err
	})
	if err != nil {
		return pos.RefundSettled{}, err
	}
	return out, nil
}

func (t *tx) applyRefund(c pos.RefundChange) (out pos.RefundSettled, err error) {
	stored, err := refundBy(t.ctx, t, sqlRefundByID, int64(c.From.ID))
	if errors.Is(err, sql.ErrNoRows) {
		return out, conflict("apply refund", "there is no such refund")
	}
	if err != nil {
		return out, err
	}
	to := refundAsStored(c.To)
	if to.ID, to.Version = stored.ID, stored.Version+1; len(to.Request) == 0 {
		to.Request = stored.Request
	}
	if to.State == pos.RefundDone && to.DoneAt.IsZero() {
		to.DoneAt = whole(c.At)
	}
	switch {
	case stored.Version == c.From.Version:
	case stored.Version == c.From.Version+1 && sameRefund(stored, to):
		return t.refundOutcome(stored)
	default:
		return out, conflict("apply refund", "the refund has changed since it was read")
	}
	if err := lawfulRefund(stored, to); err != nil {
		return out, err
	}
	tells, err := t.refundTells(to, c.Signal, stored.State)
	if err != nil {
		return out, err
	}
	if !tells && sameRefund(stored, to) {
		return t.refundOutcome(stored)
	}
	if err := t.storeRefund(to, stored.Version); err != nil {
		return out, err
	}
	if !tells {
		return t.refundOutcome(to)
	}
	p, x, err := t.moneyOf(to)
	if err != nil {
		return out, err
	}
	return t.refundMoved(stored.State, to, p, x, c.Signal, t.s.booked(c.At))
}

// storeRefund writes what a step changed.
func (t *tx) storeRefund(r pos.Refund, version int64) error {
	res, err := t.exec(sqlStoreRefund, string(r.State), int64(r.Settlement), ms(r.DoneAt), r.RefundID, string(r.Cause), r.Detail, r.MayExist,
		r.Asks, r.Sends, int64(r.ID), version)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, conflict("apply refund", "the refund has changed"))
	}
	return nil
}

// lawfulRefund refuses what no step can decide.
func lawfulRefund(from, to pos.Refund) error {
	switch {
	case !reflect.DeepEqual(refundOrder(from), refundOrder(to)):
		return invalid("apply refund", "a refund is never rewritten")
	case from.Tender == pos.TenderExchange:
		return invalid("apply refund", "goods in exchange go with the sale they count towards")
	case from.State == pos.RefundDone && (to.State != pos.RefundDone || to.Settlement != from.Settlement || !to.DoneAt.Equal(from.DoneAt)),
		to.State == pos.RefundAsked && from.State != pos.RefundAsked:
		return invalid("apply refund", "a refund does not go from "+string(from.State)+" to "+string(to.State))
	case to.Settlement < 0 || to.Settlement > to.Amount || to.State != pos.RefundDone && (to.Settlement != 0 || !to.DoneAt.IsZero()):
		return invalid("apply refund", "what came off the shop is known once the money is back, and is no more than the refund")
	}
	return nil
}

// refundTells reports whether a signal says anything that the evidence does not have.
func (t *tx) refundTells(r pos.Refund, s pos.RefundSignal, from pos.RefundState) (bool, error) {
	if r.State != from {
		return true, nil
	}
	switch s.Kind {
	case pos.RefHint, pos.RefAsk, pos.RefStart:
		return false, nil
	}
	var known bool
	err := t.one(sqlKnownRefundEvent, []any{int64(r.ID), string(s.Source), string(s.Kind), string(r.State), s.RefundID, string(s.Code)}, &known)
	return !known, err
}

// moneyOf reads the payment of a refund, and the exception that it gives back, nil for none.
func (t *tx) moneyOf(r pos.Refund) (p pos.Payment, x *held, err error) {
	if r.Payment == 0 { // goods that came back without a receipt
		return p, nil, nil
	}
	if p, err = paymentBy(t.ctx, t, sqlPaymentByID, int64(r.Payment)); err == nil && r.Exception != 0 {
		x, err = t.held(r.Exception)
	}
	return p, x, err
}

// refundOutcome is what brought a refund where it stands.
func (t *tx) refundOutcome(r pos.Refund) (out pos.RefundSettled, err error) {
	out.Refund = r
	p, x, err := t.moneyOf(r)
	if err != nil {
		return out, err
	}
	out.Payment = p
	if x != nil {
		out.Exception = &x.ExceptionCase
	}
	if err = t.one(sqlRefundJob, []any{int64(r.ID)}, &out.Job); errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return out, err
}

// refundMoved writes what a refund's row leads to: the entry, the evidence, the exception and its payment, the paper. r is
// stored as it is now; from is where it came from, empty for nowhere.
func (t *tx) refundMoved(from pos.RefundState, r pos.Refund, p pos.Payment, x *held, s pos.RefundSignal, at time.Time) (out pos.RefundSettled, err error) {
	day := t.s.day(at)
	var e pos.Entry
	books := false
	switch {
	case from == r.State:
	case x == nil:
		e, books = pos.RefundEntry(r, taken(from), at, day)
	case x.spent():
		e, books = spentBy(r, taken(from), at, day)
	case r.State == pos.RefundDone && x.owes():
		e, books = returnedBy(p, x, r, at, day)
	}
	var entry any
	if books {
		if entry, err = t.book(e); err != nil {
			return out, err
		}
	}
	if err := t.addRefundEvent(r, s, from, entry, at); err != nil {
		return out, err
	}
	if x != nil {
		if err := t.refundOf(x, p, r, s, entry, at); err != nil {
			return out, err
		}
	} else if err := t.refundPaper(r, at); err != nil {
		return out, err
	}
	return t.refundOutcome(r)
}

// addRefundEvent writes a line of evidence with the entry that it made, nil for none. r is the refund as the signal left it.
func (t *tx) addRefundEvent(r pos.Refund, s pos.RefundSignal, from pos.RefundState, entry any, at time.Time) error {
	off := max(0, s.Settlement)
	if r.State == pos.RefundDone && from != r.State {
		off = r.Settlement // which is all of it when WeChat does not say
	}
	_, err := t.exec(sqlAddRefundEvent, int64(r.ID), ms(at), string(s.Source), string(s.Kind), string(from), string(r.State), s.RefundID,
		int64(off), string(s.Code), s.Detail, entry)
	return err
}

// taken reports whether the acceptance of a refund in this state is in the books.
func taken(s pos.RefundState) bool { return s == pos.RefundAccepted || s == pos.RefundStuck }

// refundPaper queues the customer's paper once, when the money is on its way.
func (t *tx) refundPaper(r pos.Refund, at time.Time) error {
	if r.Portal || r.State != pos.RefundAccepted && r.State != pos.RefundDone {
		return nil
	}
	var job int64
	if err := t.one(sqlRefundJob, []any{int64(r.ID)}, &job); !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	job, err := t.nextJob()
	if err != nil {
		return err
	}
	var facts any
	if r.Sale == 0 { // nothing else says what it is about
		body, err := refundFacts(r)
		if err != nil {
			return err
		}
		facts = string(body)
	}
	_, err = t.exec(sqlQueueRefundJob, job, int64(r.Sale), ms(at), int64(r.ID), facts)
	return err
}

// refundFacts is what the paper of goods that came back without a receipt brings with it: the refund itself.
func refundFacts(r pos.Refund) ([]byte, error) { return json.Marshal(r) }

// FoundRefund implements [pos.Returns]. Whether it gives back the sale's money or an exception's follows from its transaction
// when it does not say. CodeConflict when the payment took no money, or not of that transaction.
func (s *Store) FoundRefund(ctx context.Context, r pos.Refund, sig pos.RefundSignal, at time.Time) (pos.RefundSettled, error) {
	var out pos.RefundSettled
	err := s.write(ctx, "store found refund", func(t *tx) (err error) {
		out, err = t.foundRefund(r, sig, whole(at))
		return err
	})
	if err != nil {
		return pos.RefundSettled{}, err
	}
	return out, nil
}

func (t *tx) foundRefund(r pos.Refund, s pos.RefundSignal, at time.Time) (out pos.RefundSettled, err error) {
	const op = "store found refund"
	if _, err := refundBy(t.ctx, t, sqlRefundByNo, r.OutRefundNo); err == nil {
		return out, pos.E(pos.CodeReplay, op, errors.New("the refund is known"))
	} else if !errors.Is(err, sql.ErrNoRows) {
		return out, err
	}
	p, err := paymentBy(t.ctx, t, sqlPaymentByID, int64(r.Payment))
	if errors.Is(err, sql.ErrNoRows) {
		return out, conflict(op, "there is no such payment")
	}
	if err != nil {
		return out, err
	}
	x, err := t.foundOf(r, p)
	if err == nil && x == nil {
		x, p, err = t.foundPart(p, t.s.booked(at))
	}
	if err != nil {
		return out, err
	}
	r.Portal, r.Request, r.Lines, r.For, r.Goods, r.Void = true, nil, nil, 0, nil, false
	r.Sale, r.OutTradeNo, r.Tender, r.TransactionID, r.Exception = p.Sale, p.OutTradeNo, p.Tender, p.TransactionID, 0
	total := p.Amount
	if x != nil {
		r.Exception, r.TransactionID, total = x.ID, x.TransactionID, x.Amount
	}
	if total > 0 {
		r.Total = total
	} else {
		r.Total = max(r.Total, r.Amount)
	}
	if r.AskedAt.IsZero() {
		r.AskedAt = at
	}
	switch {
	case r.Amount <= 0 || r.Amount > r.Total || p.Tender.Handed():
		return out, invalid(op, "a refund gives back something of what WeChat took")
	case r.State == pos.RefundAsked || r.State == pos.RefundRefused:
		return out, invalid(op, "a refund that WeChat tells of is more than asked for")
	case r.State != pos.RefundDone:
		r.Settlement, r.DoneAt = 0, time.Time{}
	default:
		if r.Settlement <= 0 || r.Settlement > r.Amount {
			r.Settlement = s.ToShop(r.Amount)
		}
		if r.DoneAt.IsZero() {
			r.DoneAt = at
		}
	}
	at = t.s.booked(at)
	if r, err = t.addRefund(refundAsStored(r), t.s.day(at)); err != nil {
		return out, err
	}
	return t.refundMoved("", r, p, x, s, at)
}

// foundOf tells which money a refund that was found gives back: nil for the sale's.
func (t *tx) foundOf(r pos.Refund, p pos.Payment) (*held, error) {
	const op = "store found refund"
	if r.Exception != 0 {
		x, err := t.held(r.Exception)
		switch {
		case err != nil:
			return nil, err
		case x.Payment != p.ID || r.TransactionID != "" && r.TransactionID != x.TransactionID:
			return nil, conflict(op, "the exception is of other money")
		case x.State == pos.ExceptionSettled:
			return nil, nil // it is the sale's by now
		}
		return x, nil
	}
	own := r.TransactionID == "" || r.TransactionID == p.TransactionID
	if own && p.State == pos.Paid {
		return nil, nil
	}
	x, err := t.heldOf(p.ID, !own, r.TransactionID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, conflict(op, "the payment took no such money")
	}
	return x, err
}

// foundPart makes money that paid a part of a sale which is still open an exception, since somebody is giving it back: the sale has that
// much more to be paid, and the refund is the exception's. nil for any other money.
func (t *tx) foundPart(p pos.Payment, at time.Time) (*held, pos.Payment, error) {
	sale, err := t.sale(p.Sale)
	if err != nil || sale.State != pos.SaleOpen {
		return nil, p, err
	}
	if err := t.partBack(p, "", at, 0); err != nil {
		return nil, p, err
	}
	if p, err = paymentBy(t.ctx, t, sqlPaymentByID, int64(p.ID)); err != nil {
		return nil, p, err
	}
	x, err := t.heldOf(p.ID, false, "")
	return x, p, err
}
