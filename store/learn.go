package store

import (
	"time"

	"guitai/pos"
)

const (
	sqlTellException = `UPDATE exception SET amount = ?, settlement = ?, currency = ?, transaction_id = ?, paid_at = ?, entry = ?, told_at = ?, decided_entry = ?
		WHERE id = ?`
	// The version tells whoever has such a refund in hand to read it again.
	sqlTellRefunds = `UPDATE refund SET transaction_id = ?, total = ?, version = version + 1 WHERE exception = ?`
)

// learns reports whether a step brings what was not known of an exception's money: its amount and its transaction.
func learns(from, to pos.Payment) bool {
	return from.State == pos.Exception && from.Amount == 0 && from.TransactionID == "" &&
		to.State == pos.Exception && to.Reason == from.Reason && to.Amount > 0 && to.TransactionID != ""
}

// returned is p with all of its money gone back.
func returned(p pos.Payment) pos.Payment {
	p.State = pos.Refunded
	return p
}

// learn books the money of an exception whose amount is known only now, and with it what the books could not say meanwhile:
// the refunds of it that are done, and that a person noted it as refunded in the merchant platform. The exception stays on its
// day, the entries are of the day they are made on. p is told to be Refunded when all of it is back.
func (t *tx) learn(p pos.Payment, at time.Time, day pos.Day) (pos.Payment, error) {
	x, err := t.heldOf(p.ID, false, "")
	if err != nil {
		return p, err
	}
	known, err := refunds(t.ctx, t, sqlExceptionRefunds, int64(x.ID))
	if err != nil {
		return p, err
	}
	if err := fits(p.Amount, known); err != nil {
		return p, err
	}
	entry, err := t.bookException(p, at, day)
	if err != nil {
		return p, err
	}
	x.Amount, x.Settlement, x.Currency, x.TransactionID = p.Amount, p.Settlement, p.Currency, p.TransactionID
	var last, decided any
	for _, r := range known {
		if entry == nil || r.State != pos.RefundDone {
			continue
		}
		r.TransactionID, r.Total = p.TransactionID, p.Amount
		e, _ := returnedBy(p, x, r, at, day)
		if last, err = t.book(e); err != nil {
			return p, err
		}
		_, err = t.exec(sqlAddRefundEvent, int64(r.ID), ms(at), string(pos.ByNobody), string(refLate), string(r.State), string(r.State), "", int64(r.Settlement), "", "", last)
		if err != nil {
			return p, err
		}
	}
	if e, ok := pos.DecidedEntry(x.rest(), x.Decided, x.Decided.At, day); ok && entry != nil && x.State == pos.ExceptionNoted {
		if decided, err = t.book(e); err != nil {
			return p, err
		}
	}
	_, err = t.exec(sqlTellException, int64(p.Amount), int64(p.Settlement), p.Currency, p.TransactionID, ms(p.PaidAt), entry, ms(at), decided, int64(x.ID))
	if err != nil {
		return p, err
	}
	if _, err := t.exec(sqlTellRefunds, p.TransactionID, int64(p.Amount), int64(x.ID)); err != nil || x.Left() > 0 {
		return p, err
	}
	return returned(p), t.returned(x, last, at)
}

// fits refuses an amount that is less than what went back of it.
func fits(amount pos.Fen, known []pos.Refund) error {
	left := amount
	for _, r := range known {
		if r.State.Counts() {
			left -= r.Amount
		}
		if left < 0 || r.Amount > amount {
			return conflict("apply step", "more went back than WeChat says was paid")
		}
	}
	return nil
}
