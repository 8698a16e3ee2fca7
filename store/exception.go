package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"guitai/pos"
)

// heldColumns are what heldFields scans.
const heldColumns = `x.id, x.payment, p.sale, p.out_trade_no, p.tender, x.second, x.reason, p.asked, x.amount, x.settlement, x.currency,
	x.transaction_id, x.at, x.paid_at, x.state, x.refund_at, x.action, x.decided_by, x.decided_why, x.decided_at, coalesce(x.entry, 0), coalesce(x.decided_entry, 0)`

// held is an exception with what only the ledger needs to know of it.
type held struct {
	pos.ExceptionCase
	entry   int64   // that booked it; 0 for money without posting
	decided int64   // the entry of what was decided; 0 for none
	net     pos.Fen // of Returned, what came off the shop
	live    int     // refunds on their way
}

func heldFields(x *held) []any {
	return []any{
		&x.ID, &x.Payment, &x.Sale, &x.OutTradeNo, &x.Tender, &x.Second, &x.Reason, &x.Asked, &x.Amount, &x.Settlement, &x.Currency,
		&x.TransactionID,
		instant{&x.At},
		instant{&x.PaidAt},
		&x.State,
		instant{&x.RefundAt},
		&x.Decided.Action, &x.Decided.By, &x.Decided.Reason,
		instant{&x.Decided.At},
		&x.entry, &x.decided,
	}
}

const (
	fromException = ` FROM exception x JOIN payment p ON p.id = x.payment `

	unended = `(x.state = 'open' OR x.state = 'refunding')` // as the index exception_unended has it

	sqlAddException = `INSERT INTO exception (payment, second, at, day, reason, amount, settlement, currency, transaction_id, paid_at, entry, state,
		action, decided_by, decided_why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', '', '', '')`
	sqlSecondKnown     = `SELECT EXISTS (SELECT 1 FROM exception WHERE payment = ? AND second = 1 AND transaction_id = ?)`
	sqlHeld            = `SELECT ` + heldColumns + fromException + `WHERE x.id = ?`
	sqlFirstHeld       = `SELECT ` + heldColumns + fromException + `WHERE x.payment = ? AND x.second = 0`
	sqlSecondHeld      = `SELECT ` + heldColumns + fromException + `WHERE x.payment = ? AND x.second = 1 AND x.transaction_id = ?`
	sqlUnended         = `SELECT ` + heldColumns + fromException + `WHERE ` + unended + ` ORDER BY x.id`
	sqlUndecided       = `SELECT count(*) FROM exception x WHERE x.state = 'open'`
	sqlMoveException   = `UPDATE exception SET state = ?, refund_at = NULL WHERE id = ?`
	sqlReturnException = `UPDATE exception SET returned_at = coalesce(returned_at, ?), returned_entry = coalesce(returned_entry, ?), refund_at = NULL WHERE id = ?`
	sqlPaymentOfTrans  = `SELECT payment FROM exception WHERE transaction_id = ? AND transaction_id <> '' ORDER BY id LIMIT 1`
)

// Undecided implements [pos.Ledger].
func (s *Store) Undecided(ctx context.Context) (n int, err error) {
	err = s.read(ctx, "count exceptions", func(h handle) error { return one(ctx, h, sqlUndecided, nil, &n) })
	return n, err
}

// Exceptions implements [pos.Returns].
func (s *Store) Exceptions(ctx context.Context) (all []pos.ExceptionCase, err error) {
	err = s.view(ctx, "read exceptions", func(v handle) error {
		list, err := heldBy(ctx, v, sqlUnended)
		for _, x := range list {
			all = append(all, x.ExceptionCase)
		}
		return err
	})
	return all, err
}

// PaymentByTransaction implements [pos.Returns].
func (s *Store) PaymentByTransaction(ctx context.Context, transactionID string) (p pos.Payment, err error) {
	if transactionID == "" {
		return p, pos.E(pos.CodeNotFound, "find payment", nil)
	}
	err = s.view(ctx, "find payment", func(v handle) error {
		p, err = paymentBy(ctx, v, sqlPaymentByTrans, transactionID)
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		var id int64
		if err := one(ctx, v, sqlPaymentOfTrans, []any{transactionID}, &id); err != nil {
			return err
		}
		p, err = paymentBy(ctx, v, sqlPaymentByID, id)
		return err
	})
	return p, err
}

// heldBy reads exceptions with their refunds.
func heldBy(ctx context.Context, h handle, query string, args ...any) ([]*held, error) {
	var all []*held
	err := each(ctx, h, query, args, func(rows *sql.Rows) error {
		x := &held{}
		all = append(all, x)
		return rows.Scan(heldFields(x)...)
	})
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		list, err := refunds(ctx, h, sqlExceptionRefunds, int64(x.ID))
		if err != nil {
			return nil, err
		}
		for _, r := range unsent(list) {
			switch {
			case r.State == pos.RefundDone:
				x.Returned += r.Amount
				x.net += r.Settlement
			case r.State.Live():
				x.live++
			}
			x.Refund = &r
		}
	}
	return all, nil
}

// held reads an exception. CodeConflict when there is none.
func (t *tx) held(id pos.ExceptionID) (*held, error) {
	all, err := heldBy(t.ctx, t, sqlHeld, int64(id))
	if err == nil && len(all) == 0 {
		err = conflict("read exception", "there is no such exception")
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// heldOf reads the exception of a payment's own money, or of its money of another transaction. sql.ErrNoRows.
func (t *tx) heldOf(p pos.PaymentID, second bool, transactionID string) (*held, error) {
	query, args := sqlFirstHeld, []any{int64(p)}
	if second {
		query, args = sqlSecondHeld, []any{int64(p), transactionID}
	}
	all, err := heldBy(t.ctx, t, query, args...)
	if err == nil && len(all) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// owes reports whether a proof that its money went back is to be booked: not when it has no posting, and not when the books
// say already that WeChat gave it back.
func (x *held) owes() bool { return x.entry != 0 && (!x.State.Ended() || x.spent()) }

// spent reports whether the money is no longer owed to anybody: it settled its sale, or the shop handed as much back from the
// drawer. What WeChat gives back of it all the same is the shop's.
func (x *held) spent() bool { return x.State == pos.ExceptionSettled || x.State == pos.ExceptionCash }

// left is what of the money is not proven to have gone back: all of it, and what of that the shop got.
func (x *held) left() (amount, settlement pos.Fen) {
	amount = max(0, x.Left())
	return amount, min(amount, max(0, x.Settlement-x.net))
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

// giveBack takes what is left of an exception's money out of the books: WeChat itself undid the payment.
func (t *tx) giveBack(p pos.Payment, at time.Time, day pos.Day) error {
	x, err := t.heldOf(p.ID, false, "")
	if err != nil {
		return err
	}
	var entry any
	if amount, settlement := x.left(); x.owes() && amount > 0 {
		e, ok := x.undone(p, amount, settlement, at, day)
		if !ok {
			return invalid("book return", "money that is in the books has an amount")
		}
		if entry, err = t.book(e); err != nil {
			return err
		}
	}
	return t.returned(x, entry, at)
}

// undone is the entry of what WeChat gave back without a refund.
func (x *held) undone(p pos.Payment, amount, settlement pos.Fen, at time.Time, day pos.Day) (pos.Entry, bool) {
	e, ok := pos.ReturnedEntry(x.money(p, amount, settlement), at, day)
	for i := range e.Postings {
		if x.spent() && e.Postings[i].Account == pos.WeChatExceptions {
			e.Postings[i].Account = pos.SalesReturns
		}
	}
	return e, ok
}

// spentBy is the entry of a refund whose exception's money was spent before it moved: the refund of a sale.
func spentBy(r pos.Refund, accepted bool, at time.Time, day pos.Day) (pos.Entry, bool) {
	r.Exception = 0
	return pos.RefundEntry(r, accepted, at, day)
}

// returned marks an exception whose money is proven to be back. What a person decided of it before stands.
func (t *tx) returned(x *held, entry any, at time.Time) error {
	if _, err := t.exec(sqlReturnException, ms(at), entry, int64(x.ID)); err != nil || x.State.Ended() {
		return err
	}
	_, err := t.exec(sqlMoveException, string(pos.ExceptionReturned), int64(x.ID))
	return err
}

// money is the payment as if only this part of the exception's money had been paid, which is how entries are made of it.
func (x *held) money(p pos.Payment, amount, settlement pos.Fen) pos.Payment {
	p.Reason, p.Amount, p.Settlement, p.Currency, p.TransactionID = x.Reason, amount, settlement, x.Currency, x.TransactionID
	return p
}

// returnedBy is the entry of an exception's refund that is proven.
func returnedBy(p pos.Payment, x *held, r pos.Refund, at time.Time, day pos.Day) (pos.Entry, bool) {
	e, ok := pos.ReturnedEntry(x.money(p, r.Amount, r.Settlement), at, day)
	e.Refund = r.OutRefundNo
	e.Allowed(r.Cashier, r.Approver)
	return e, ok
}

// refundOf moves an exception, and its payment, on to what its refund came to. x is as it was before.
func (t *tx) refundOf(x *held, p pos.Payment, r pos.Refund, s pos.RefundSignal, entry any, at time.Time) error {
	now, err := t.held(x.ID)
	if err != nil {
		return err
	}
	if now.State == pos.ExceptionReturned || now.State == pos.ExceptionSettled {
		return nil // it was known to be back, or it is the sale's refund
	}
	if r.State == pos.RefundDone && now.Amount > 0 && now.Left() <= 0 { // of an unknown amount nobody knows what is left
		if err := t.returned(now, entry, at); err != nil || now.Second || p.State != pos.Exception {
			return err
		}
		from := p.State
		p.State = pos.Refunded
		if err := t.storePayment(p, p.Version, 0); err != nil {
			return err
		}
		sig := pos.Signal{Kind: sigRefunded, Source: s.Source, Trade: pos.Trade{TransactionID: r.TransactionID}, Detail: r.OutRefundNo}
		return t.addEvent(p, sig, from, at)
	}
	state := pos.ExceptionOpen
	if now.live > 0 {
		state = pos.ExceptionGiving
	}
	if now.State.Ended() || now.State == state {
		return nil
	}
	_, err = t.exec(sqlMoveException, string(state), int64(x.ID))
	return err
}
