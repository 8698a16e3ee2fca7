package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"guitai/pos"
)

// Apply implements [pos.Ledger]. Repeating the very same change after a write whose outcome was unknown is answered as it
// was the first time. A change that says nothing new is not written and keeps the version.
func (s *Store) Apply(ctx context.Context, c pos.Change) (pos.Settled, error) {
	var out pos.Settled
	err := s.write(ctx, "apply step", func(t *tx) (err error) {
		out, err = t.apply(c)
		return err
	})
	if err != nil {
		return pos.Settled{}, err
	}
	return out, nil
}

func (t *tx) apply(c pos.Change) (pos.Settled, error) {
	none := pos.Settled{}
	stored, err := paymentBy(t.ctx, t, sqlPaymentByID, int64(c.From.ID))
	if errors.Is(err, sql.ErrNoRows) {
		return none, conflict("apply step", "there is no such payment")
	}
	if err != nil {
		return none, err
	}
	to := asStored(c.To)
	to.ID, to.Version = stored.ID, stored.Version+1
	switch {
	case stored.Version == c.From.Version:
	case stored.Version == c.From.Version+1 && (samePayment(stored, to) || learns(c.From, to) && samePayment(stored, returned(to))):
		return t.applied(stored, c)
	default:
		return none, conflict("apply step", "the payment has changed since it was read")
	}
	if err := lawful(stored, to); err != nil {
		return none, err
	}
	tells, err := t.tells(to, c.Signal, stored.State)
	if err != nil {
		return none, err
	}
	if !tells && !c.Second && samePayment(stored, to) {
		return pos.Settled{Payment: stored}, nil
	}
	return t.step(stored, to, c, tells)
}

// applied answers a change that is in the books already.
func (t *tx) applied(stored pos.Payment, c pos.Change) (pos.Settled, error) {
	if c.Second {
		known := false
		if err := t.one(sqlSecondKnown, []any{int64(stored.ID), c.Signal.Trade.TransactionID}, &known); err != nil {
			return pos.Settled{}, err
		}
		if !known {
			return pos.Settled{}, conflict("apply step", "the payment has changed since it was read")
		}
	}
	if c.From.State == pos.Paid || stored.State != pos.Paid {
		return pos.Settled{Payment: stored}, nil
	}
	rec, err := record(t.ctx, t, stored.Sale)
	if err != nil {
		return pos.Settled{}, err
	}
	return t.settledBy(stored, rec)
}

// lawful refuses what no step can decide, because booking it would book money twice or lose it.
func lawful(from, to pos.Payment) error {
	switch {
	case to.State == pos.Paid && from.State != pos.Paid && !from.State.Live(),
		from.State == pos.Paid && to.State != pos.Paid,
		from.State == pos.Refunded && to.State != pos.Refunded,
		from.State == pos.Exception && to.State != pos.Exception && to.State != pos.Refunded,
		to.State == pos.Refunded && from.State != pos.Exception && from.State != pos.Refunded && (from.State != pos.Reversing || from.Amount == 0),
		to.State == pos.Reversing && to.Tender != pos.TenderCode:
		return invalid("apply step", "a payment does not go from "+string(from.State)+" to "+string(to.State))
	case from.Sale != to.Sale || from.OutTradeNo != to.OutTradeNo || from.Tender != to.Tender || from.Asked != to.Asked || from.API != to.API || from.Part != to.Part:
		return invalid("apply step", "an order is never rewritten")
	case from.State == pos.Reversing && from.Amount > 0 && (to.TransactionID != from.TransactionID || to.Amount != from.Amount || !to.State.Took() && to.State != pos.Refunded && to.State != pos.Reversing),
		(from.State.Took() || from.State == pos.Refunded) && (to.TransactionID != from.TransactionID || to.Amount != from.Amount || to.Settlement != from.Settlement || to.Reason != from.Reason) && !learns(from, to):
		return invalid("apply step", "money that is in the books does not change")
	case to.Settlement < 0 || to.Settlement > to.Amount:
		return invalid("apply step", "the shop gets no less than nothing and no more than was taken")
	}
	return nil
}

// step writes one change: the payment, its evidence and, when money came or went, the books.
func (t *tx) step(stored, to pos.Payment, c pos.Change, tells bool) (out pos.Settled, err error) {
	at := t.s.booked(c.At)
	day := t.s.day(at)
	out.Payment = to
	if c.Second {
		known, err := t.exceptSecond(to, c.Signal.Trade, at, day)
		if err != nil {
			return out, err
		}
		if known && samePayment(stored, to) {
			return pos.Settled{Payment: stored}, nil
		}
		tells = tells || !known
	}
	var booked pos.Day // the payment's own day moves when its money comes
	switch {
	case to.State == pos.Paid && stored.State != pos.Paid:
		booked = day
		if out, err = t.settleBy(to, at, day); err != nil {
			return out, err
		}
	case to.State == pos.Exception && stored.State != pos.Exception:
		booked = day
		err = t.except(to, at, day)
	case learns(stored, to):
		tells = true
		to, err = t.learn(to, at, day)
		out.Payment = to
	case to.State == pos.Refunded && stored.State != pos.Refunded:
		if stored.State == pos.Reversing { // seen and gone before it was booked: it came and went, all the same
			booked = day
			if err := t.except(to, at, day); err != nil {
				return out, err
			}
		}
		err = t.giveBack(to, at, day)
	}
	if err != nil {
		return out, err
	}
	if err := t.storePayment(to, stored.Version, booked); err != nil {
		return out, err
	}
	if tells {
		err = t.addEvent(to, c.Signal, stored.State, at)
	}
	return out, err
}

// settleBy books money that an open sale needs: all that is due closes it, a part leaves it open.
func (t *tx) settleBy(p pos.Payment, at time.Time, day pos.Day) (out pos.Settled, err error) {
	sale, err := t.openSale(p.Sale)
	if err != nil {
		return out, err
	}
	switch due := sale.Due(); {
	case p.Amount == due:
		return t.close(sale, p, false, at, saleEntry(p), func(pos.Day, int64) error { return nil })
	case p.Part && p.Amount < due:
		return pos.Settled{Payment: p}, t.bookPart(p, at, day)
	}
	return out, invalid("apply step", "the payment is not what the sale needs")
}
