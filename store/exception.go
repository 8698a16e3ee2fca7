package store

import (
	"context"
	"time"

	"guitai/pos"
)

const (
	sqlAddException = `INSERT INTO exception (payment, second, at, day, reason, amount, settlement, currency, transaction_id, paid_at, entry)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlFirstException  = `SELECT coalesce(entry, 0) FROM exception WHERE payment = ? AND second = 0`
	sqlSecondKnown     = `SELECT EXISTS (SELECT 1 FROM exception WHERE payment = ? AND second = 1 AND transaction_id = ?)`
	sqlReturnException = `UPDATE exception SET returned_at = ?, returned_entry = ? WHERE payment = ? AND second = 0`
	sqlUndecided       = `SELECT count(*) FROM exception WHERE returned_at IS NULL`
)

// Undecided implements [pos.Ledger].
func (s *Store) Undecided(ctx context.Context) (n int, err error) {
	err = s.read(ctx, "count exceptions", func(h handle) error { return one(ctx, h, sqlUndecided, nil, &n) })
	return n, err
}

// except books a payment's own money as an exception.
func (t *tx) except(p pos.Payment, at time.Time, day pos.Day) error {
	entry, err := t.bookException(p, at, day)
	if err != nil {
		return err
	}
	return t.addException(p, false, at, day, entry)
}

// exceptSecond books the money of a second transaction for a payment. known is true when that is in the books already.
func (t *tx) exceptSecond(p pos.Payment, trade pos.Trade, at time.Time, day pos.Day) (known bool, err error) {
	if trade.TransactionID == "" || trade.TransactionID == p.TransactionID {
		return false, invalid("book second payment", "a second payment has a transaction of its own")
	}
	if err := t.one(sqlSecondKnown, []any{int64(p.ID), trade.TransactionID}, &known); err != nil || known {
		return known, err
	}
	p.Reason, p.Amount, p.Settlement, p.Currency, p.TransactionID, p.PaidAt = pos.ExceptTwice, trade.Amount, trade.ToShop(), trade.Currency, trade.TransactionID, trade.PaidAt
	entry, err := t.bookException(p, at, day)
	if err != nil {
		return false, err
	}
	return false, t.addException(p, true, at, day, entry)
}

// bookException returns the number of the entry, nil when the money has no posting.
func (t *tx) bookException(p pos.Payment, at time.Time, day pos.Day) (any, error) {
	e, ok := pos.ExceptionEntry(p, at, day)
	if !ok {
		return nil, nil
	}
	return t.book(e)
}

func (t *tx) addException(p pos.Payment, second bool, at time.Time, day pos.Day, entry any) error {
	_, err := t.exec(sqlAddException, int64(p.ID), second, ms(at), int64(day), string(p.Reason), int64(p.Amount), int64(p.Settlement), p.Currency,
		p.TransactionID, ms(p.PaidAt), entry)
	return err
}

// giveBack takes an exception's money out of the books: it is proven to have gone back.
func (t *tx) giveBack(p pos.Payment, at time.Time, day pos.Day) error {
	var booked int64
	if err := t.one(sqlFirstException, []any{int64(p.ID)}, &booked); err != nil {
		return err
	}
	var entry any
	if booked != 0 {
		e, ok := pos.ReturnedEntry(p, at, day)
		if !ok {
			return invalid("book return", "money that is in the books has an amount")
		}
		seq, err := t.book(e)
		if err != nil {
			return err
		}
		entry = seq
	}
	_, err := t.exec(sqlReturnException, ms(at), entry, int64(p.ID))
	return err
}
