package store

import (
	"context"
	"database/sql"

	"guitai/pos"
)

func init() { pinWork = 64 } // the real work is measured where it is tested

// SearchDays makes a search look through so few days first.
func (s *Store) SearchDays(days int) { s.firstDays = days }

// StepAgain runs one of the migrations once more, on a ledger from which somebody took what it brings.
func (s *Store) StepAgain(ctx context.Context, title string) error {
	all, err := readMigrations(migrations)
	if err != nil {
		return err
	}
	newest := len(all)
	for _, m := range all {
		if m.title() == title {
			m.version = newest
			return s.step(ctx, m)
		}
	}
	return invalid("migrate ledger", "there is no such migration")
}

// Watched is the questions that the till asks all day, by the index that answers each.
func Watched() map[string]string {
	return map[string]string{
		"payment_live":          sqlLivePayments,
		"payment_transaction":   sqlPaymentByTrans,
		"exception_unended":     sqlUnended,
		"exception_day":         sqlExcepted,
		"exception_transaction": sqlPaymentOfTrans,
		"exception_first":       sqlFirstHeld,
		"refund_live":           sqlLiveRefunds,
		"refund_payment":        sqlRefundsOf,
		"refund_exception":      sqlExceptionRefunds,
		"refund_number":         sqlRefundByNo,
		"refund_day":            sqlRefundsOfDay,
		"print_job_refund":      sqlRefundJob,
		"sale_open":             sqlOpenSales,
		"sale_ref":              sqlPhoneSale,
		"shift_open":            sqlOpenTurn,
		"shift_z":               sqlNextZ,
		"print_job_z":           sqlFirstZJob,
		"print_job_copy":        sqlNextCopy,
		"print_job_ahead":       sqlNextJob,
		"INDEX print_job_ahead": sqlRecoverAhead,
		"print_job_open":        sqlPrints,
		"refund_refund_id":      `SELECT id FROM refund f WHERE f.refund_id = ? AND f.refund_id <> ''`,
	}
}

// EachPaymentSlowly is EachPayment as one plain query, every row from every table: what the quick one must come to.
func (s *Store) EachPaymentSlowly(ctx context.Context, span pos.Span, f func(pos.PaymentRow)) error {
	const query = `SELECT ` + paymentColumns + `, k.day,
			(SELECT coalesce(sum(f.amount), 0) FROM refund f WHERE f.payment = p.id AND f.transaction_id = coalesce(x.transaction_id, p.transaction_id) AND f.state = 'done'),
			coalesce(s.shop, ''), coalesce(s.till, ''), coalesce(s.day, 0), coalesce(s.epoch, 0), coalesce(s.seq, 0), coalesce(h.number, 0),
			s.payment IS p.id, k.exception, CASE x.state WHEN 'returned' THEN 'refunded' ELSE 'exception' END, coalesce(x.amount, 0), coalesce(x.settlement, 0),
			coalesce(x.currency, ''), coalesce(x.transaction_id, ''), x.paid_at,
			coalesce((SELECT e.source FROM payment_event e WHERE e.payment = x.payment AND e.transaction_id = x.transaction_id ORDER BY e.n LIMIT 1), '')
		FROM (SELECT day, id, 0 AS exception FROM payment WHERE day BETWEEN ?1 AND ?2 AND tender <> 'cash' AND state <> 'paid'
			UNION ALL SELECT day, payment, 0 FROM sale WHERE day BETWEEN ?1 AND ?2
			UNION ALL SELECT day, payment, id FROM exception WHERE day BETWEEN ?1 AND ?2 AND second = 1) AS k
		JOIN payment p ON p.id = k.id JOIN sale s ON s.id = p.sale LEFT JOIN shift h ON h.id = s.shift
		LEFT JOIN exception x ON x.id = k.exception ORDER BY k.day, k.id, k.exception`
	return s.view(ctx, "list payments", func(v handle) error {
		return each(ctx, v, query, []any{int64(span.From), int64(span.To)}, func(rows *sql.Rows) error {
			var r pos.PaymentRow
			var own, second pos.Payment
			var settled bool
			var exception int64
			no := &r.Receipt
			err := rows.Scan(append(paymentFields(&own), &r.Day, &r.Refunded, &no.Shop, &no.Till, &no.Day, &no.Epoch, &no.Seq, &r.Shift, &settled,
				&exception, &second.State, &second.Amount, &second.Settlement, &second.Currency, &second.TransactionID, instant{&second.PaidAt}, &second.Evidence)...)
			r.Payment = pos.Payment{
				ID: own.ID, Sale: own.Sale, OutTradeNo: own.OutTradeNo, Tender: own.Tender, State: own.State, Asked: own.Asked, Cashier: own.Cashier,
				Amount: own.Amount, Settlement: own.Settlement, Currency: own.Currency, TransactionID: own.TransactionID, Evidence: own.Evidence, PaidAt: own.PaidAt,
			}
			if exception != 0 {
				second.ID, second.Sale, second.OutTradeNo, second.Tender, second.Cashier = own.ID, own.Sale, own.OutTradeNo, own.Tender, own.Cashier
				r.Payment, settled = second, false
			}
			if !settled {
				*no = pos.ReceiptNo{}
			}
			if r.Refunded = min(r.Refunded, r.Payment.Amount); r.Payment.State == pos.Refunded {
				r.Refunded = r.Payment.Amount
			}
			f(r)
			return err
		})
	})
}
