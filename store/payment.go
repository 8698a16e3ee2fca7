package store

import (
	"context"
	"database/sql"
	"errors"
	"reflect"

	"guitai/pos"
)

// paymentColumns are what paymentFields scans, all but the request.
const paymentColumns = `p.id, p.sale, p.out_trade_no, p.tender, p.state, p.asked, p.opened_at, p.expires_at, p.cashier,
	p.api, p.prepay_id, p.code_url, p.paying, p.cause, p.detail, p.amount, p.settlement, p.currency, p.transaction_id, p.evidence, p.paid_at, p.tendered,
	p.reason, p.may_exist, p.closing_since, p.close_from, p.declined, p.may_reverse, p.reversed, p.asks, p.closes, p.version, p.part`

func paymentFields(p *pos.Payment) []any {
	return []any{
		&p.ID, &p.Sale, &p.OutTradeNo, &p.Tender, &p.State, &p.Asked,
		instant{&p.OpenedAt},
		instant{&p.ExpiresAt},
		&p.Cashier,
		&p.API, &p.PrepayID, &p.CodeURL, &p.Paying, &p.Cause, &p.Detail, &p.Amount, &p.Settlement, &p.Currency, &p.TransactionID, &p.Evidence,
		instant{&p.PaidAt},
		&p.Tendered,
		&p.Reason, &p.MayExist,
		instant{&p.ClosingSince},
		instant{&p.CloseFrom},
		&p.Declined, &p.MayReverse, &p.Reversed, &p.Asks, &p.Closes, &p.Version, &p.Part,
	}
}

const (
	fromPayment = ` FROM payment p LEFT JOIN payment_request r ON r.payment = p.id `

	live = `(p.state = 'opened' OR p.state = 'waiting' OR p.state = 'closing' OR p.state = 'reversing')` // as the index payment_live has it

	sqlKnownOrder       = `SELECT id FROM payment WHERE out_trade_no = ?`
	sqlPaymentByNo      = `SELECT ` + paymentColumns + `, r.body` + fromPayment + `WHERE p.out_trade_no = ?`
	sqlPaymentByID      = `SELECT ` + paymentColumns + `, r.body` + fromPayment + `WHERE p.id = ?`
	sqlPaymentByTrans   = `SELECT ` + paymentColumns + `, r.body` + fromPayment + `WHERE p.transaction_id = ? AND p.transaction_id <> ''`
	sqlPaymentByTransID = `SELECT id FROM payment WHERE transaction_id = ? AND transaction_id <> ''`
	sqlLivePayments     = `SELECT ` + paymentColumns + `, r.body` + fromPayment + `WHERE ` + live + ` ORDER BY p.id`
	// Of an open sale: cash that is no part closes its sale at once.
	sqlSalePayments = `SELECT ` + paymentColumns + `, r.body` + fromPayment + `WHERE p.sale = ? AND ` + ofIndex + ` ORDER BY p.id`
	ofIndex         = `(p.tender <> 'cash' OR p.part = 1)` // as the indexes payment_sale and payment_day have it

	// Those that settled a sale: its parts, then the one that closed it.
	settling        = `(SELECT payment AS id, n FROM sale_part WHERE sale = ?1 UNION ALL SELECT payment, 9223372036854775807 FROM sale WHERE id = ?1 AND payment IS NOT NULL)`
	sqlTookPayments = `SELECT ` + paymentColumns + `, r.body FROM ` + settling + ` AS k CROSS JOIN payment p ON p.id = k.id
		LEFT JOIN payment_request r ON r.payment = p.id WHERE p.state = 'paid' ORDER BY k.n`
	sqlNextPaymentID = `SELECT coalesce(max(id), 0) + 1 FROM payment`
	sqlAddRequest    = `INSERT INTO payment_request (payment, body) VALUES (?, ?)`
	sqlAddPayment    = `INSERT INTO payment (id, sale, out_trade_no, tender, state, day, asked, opened_at, expires_at, cashier, api, prepay_id, code_url,
		paying, cause, detail, amount, settlement, currency, transaction_id, evidence, paid_at, tendered, reason, may_exist, closing_since, close_from,
		declined, may_reverse, reversed, asks, closes, version, part) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlStorePayment = `UPDATE payment SET state = ?, expires_at = ?, prepay_id = ?, code_url = ?, paying = ?, cause = ?, detail = ?, amount = ?, settlement = ?, currency = ?,
		transaction_id = ?, evidence = ?, paid_at = ?, reason = ?, may_exist = ?, closing_since = ?, close_from = ?,
		declined = ?, may_reverse = ?, reversed = ?, asks = ?, closes = ?,
		version = version + 1, day = coalesce(?, day) WHERE id = ? AND version = ?`
)

// Payment implements [pos.Ledger].
func (s *Store) Payment(ctx context.Context, outTradeNo string) (pos.Payment, error) {
	var p pos.Payment
	err := s.read(ctx, "read payment", func(h handle) (err error) {
		p, err = paymentBy(ctx, h, sqlPaymentByNo, outTradeNo)
		return err
	})
	return p, err
}

// Live implements [pos.Ledger].
func (s *Store) Live(ctx context.Context) ([]pos.Payment, error) {
	var all []pos.Payment
	err := s.read(ctx, "read live payments", func(h handle) (err error) {
		all, err = payments(ctx, h, sqlLivePayments)
		return err
	})
	return all, err
}

func paymentBy(ctx context.Context, h handle, query string, arg any) (p pos.Payment, err error) {
	err = one(ctx, h, query, []any{arg}, append(paymentFields(&p), &p.Request)...)
	return p, err
}

func payments(ctx context.Context, h handle, query string, args ...any) (all []pos.Payment, err error) {
	err = each(ctx, h, query, args, func(rows *sql.Rows) error {
		var p pos.Payment
		if err := rows.Scan(append(paymentFields(&p), &p.Request)...); err != nil {
			return err
		}
		all = append(all, p)
		return nil
	})
	return all, err
}

// addPayment stores a new payment of a business day. p.ID 0 takes the next number.
func (t *tx) addPayment(p pos.Payment, day pos.Day) (pos.Payment, error) {
	if !p.Tender.Handed() && len(p.Request) == 0 && p.State != pos.Exception { // an exception from the first was adopted
		return p, invalid("add payment", "an order is stored with the exact request that will be sent")
	}
	p = asStored(p)
	p.Version = 1
	if p.ID == 0 {
		var err error
		if p.ID, err = t.nextPayment(); err != nil {
			return p, err
		}
	}
	_, err := t.exec(sqlAddPayment, int64(p.ID), int64(p.Sale), p.OutTradeNo, string(p.Tender), string(p.State), int64(day), int64(p.Asked),
		ms(p.OpenedAt), ms(p.ExpiresAt), p.Cashier, string(p.API), p.PrepayID, p.CodeURL, p.Paying, string(p.Cause), p.Detail, int64(p.Amount), int64(p.Settlement), p.Currency,
		p.TransactionID, string(p.Evidence), ms(p.PaidAt), int64(p.Tendered), string(p.Reason), p.MayExist, ms(p.ClosingSince),
		ms(p.CloseFrom), p.Declined, p.MayReverse, p.Reversed, p.Asks, p.Closes, p.Version, p.Part)
	if err != nil {
		return p, err
	}
	if len(p.Request) > 0 {
		_, err = t.exec(sqlAddRequest, int64(p.ID), p.Request)
	}
	return p, err
}

// storePayment writes what a step changed. day is the business day its money was booked on, 0 to leave it.
func (t *tx) storePayment(p pos.Payment, version int64, day pos.Day) error {
	var booked any
	if day != 0 {
		booked = int64(day)
	}
	res, err := t.exec(sqlStorePayment, string(p.State), ms(p.ExpiresAt), p.PrepayID, p.CodeURL, p.Paying, string(p.Cause), p.Detail, int64(p.Amount),
		int64(p.Settlement), p.Currency, p.TransactionID, string(p.Evidence), ms(p.PaidAt), string(p.Reason), p.MayExist, ms(p.ClosingSince), ms(p.CloseFrom),
		p.Declined, p.MayReverse, p.Reversed, p.Asks, p.Closes, booked, int64(p.ID), version)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, conflict("store payment", "the payment has changed"))
	}
	return nil
}

// asStored is p as it will be read back: instants lose what is finer than a millisecond.
func asStored(p pos.Payment) pos.Payment {
	p.OpenedAt, p.ExpiresAt, p.PaidAt = whole(p.OpenedAt), whole(p.ExpiresAt), whole(p.PaidAt)
	p.ClosingSince, p.CloseFrom = whole(p.ClosingSince), whole(p.CloseFrom)
	return p
}

// samePayment compares everything but number and version.
func samePayment(a, b pos.Payment) bool {
	a, b = asStored(a), asStored(b)
	a.ID, a.Version, b.ID, b.Version = 0, 0, 0, 0
	if len(a.Request) == 0 && len(b.Request) == 0 {
		a.Request, b.Request = nil, nil
	}
	return reflect.DeepEqual(a, b)
}
