package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"guitai/pos"
)

const (
	sqlTotals        = `SELECT day, account, fen, n FROM day_total WHERE day BETWEEN ? AND ?`
	sqlExcepted      = `SELECT day, sum(amount) FROM exception WHERE day BETWEEN ? AND ? AND returned_at IS NULL AND currency = 'CNY' GROUP BY day`
	sqlPaymentsOfDay = `SELECT ` + paymentColumns + `, p.day, CASE WHEN p.state = 'refunded' THEN p.amount ELSE 0 END,
			coalesce(s.shop, ''), coalesce(s.till, ''), coalesce(s.day, 0), coalesce(s.epoch, 0), coalesce(s.seq, 0), coalesce(h.number, 0),
			s.payment IS p.id
		FROM (SELECT day, id FROM payment WHERE day BETWEEN ?1 AND ?2 AND tender <> 'cash' AND state <> 'paid'
			UNION ALL SELECT day, payment FROM sale WHERE day BETWEEN ?1 AND ?2 ORDER BY 1, 2 LIMIT -1) AS k
		CROSS JOIN payment p ON p.id = k.id JOIN sale s ON s.id = p.sale LEFT JOIN shift h ON h.id = s.shift ORDER BY k.day, k.id`
	sqlSalesOfDay = `SELECT ` + saleColumns + `, h.number, (SELECT count(*) FROM sale_line l WHERE l.sale = s.id),
			(SELECT p.tender FROM payment p WHERE p.id = s.payment)
		FROM sale s JOIN shift h ON h.id = s.shift WHERE s.day BETWEEN ? AND ? ORDER BY s.day, s.epoch, s.seq`
	sqlPendingPayments   = `SELECT ` + paymentColumns + ` FROM payment p WHERE ` + live + ` ORDER BY p.id`
	sqlPendingExceptions = `SELECT ` + paymentColumns + `, x.reason, x.amount, x.settlement, x.currency, x.transaction_id, x.paid_at
		FROM exception x JOIN payment p ON p.id = x.payment WHERE x.returned_at IS NULL ORDER BY x.id`
)

// Takings implements [pos.Reports]. It costs the same however many sales a day has.
func (s *Store) Takings(ctx context.Context, span pos.Span) ([]pos.DayTakings, error) {
	var all []pos.DayTakings
	at := map[pos.Day]int{}
	for d := span.From; d <= span.To; d = d.Next() {
		if d.Next() <= d {
			return nil, invalid("read takings", "there is no such day")
		}
		at[d] = len(all)
		all = append(all, pos.DayTakings{Day: d})
	}
	days := []any{int64(span.From), int64(span.To)}
	err := s.view(ctx, "read takings", func(v handle) error {
		err := each(ctx, v, sqlTotals, days, func(rows *sql.Rows) error {
			var day pos.Day
			var account string
			var fen pos.Fen
			var n int
			if err := rows.Scan(&day, &account, &fen, &n); err != nil {
				return err
			}
			if i, ok := at[day]; ok {
				addTotal(&all[i], account, fen, n)
			}
			return nil
		})
		if err != nil {
			return err
		}
		return each(ctx, v, sqlExcepted, days, func(rows *sql.Rows) error {
			var day pos.Day
			var fen pos.Fen
			if err := rows.Scan(&day, &fen); err != nil {
				return err
			}
			if i, ok := at[day]; ok {
				all[i].Excepted = fen
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].Net = all[i].Gross - all[i].Discount
		slices.SortFunc(all[i].Tenders, func(a, b pos.TenderTakings) int { return strings.Compare(string(a.Tender), string(b.Tender)) })
	}
	return all, nil
}

func addTotal(d *pos.DayTakings, account string, fen pos.Fen, n int) {
	switch tender, ok := strings.CutPrefix(account, tenderPrefix); {
	case ok:
		d.Tenders = append(d.Tenders, pos.TenderTakings{Tender: pos.Tender(tender), Count: n, Fen: fen})
	case account == string(pos.Sales):
		d.Sales, d.Gross = n, -fen
	case account == string(pos.DiscountGiven):
		d.Discount = fen
	}
}

// EachPayment implements [pos.Reports]. It reads one moment of the ledger, row by row. f must not ask the
// store: it holds one of few connections.
func (s *Store) EachPayment(ctx context.Context, span pos.Span, f func(pos.PaymentRow) error) error {
	var stop error
	err := s.view(ctx, "list payments", func(v handle) error {
		return each(ctx, v, sqlPaymentsOfDay, []any{int64(span.From), int64(span.To)}, func(rows *sql.Rows) error {
			var r pos.PaymentRow
			var settled bool
			no := &r.Receipt
			fields := append(paymentFields(&r.Payment), &r.Day, &r.Refunded, &no.Shop, &no.Till, &no.Day, &no.Epoch, &no.Seq, &r.Shift, &settled)
			if err := rows.Scan(fields...); err != nil {
				return err
			}
			if !settled { // other money paid for the sale
				*no = pos.ReceiptNo{}
			}
			stop = f(r)
			return stop
		})
	})
	if stop != nil {
		return stop // the caller's own error, as it gave it
	}
	return err
}

// EachSale implements [pos.Reports]. It reads one moment of the ledger, row by row. f must not ask the
// store: it holds one of few connections.
func (s *Store) EachSale(ctx context.Context, span pos.Span, f func(pos.SaleRow) error) error {
	var stop error
	err := s.view(ctx, "list sales", func(v handle) error {
		return each(ctx, v, sqlSalesOfDay, []any{int64(span.From), int64(span.To)}, func(rows *sql.Rows) error {
			var r pos.SaleRow
			var tender pos.Tender
			if err := rows.Scan(append(saleFields(&r.Sale), &r.Shift, &r.Lines, &tender)...); err != nil {
				return err
			}
			r.Day, r.Tenders = r.Sale.Receipt.Day, []pos.Tender{tender}
			stop = f(r)
			return stop
		})
	})
	if stop != nil {
		return stop // the caller's own error, as it gave it
	}
	return err
}

// PendingRows implements [pos.Reports]. An exception of a second transaction is its payment's row with that
// transaction's money.
func (s *Store) PendingRows(ctx context.Context) ([]pos.PendingRow, error) {
	var all []pos.PendingRow
	err := s.view(ctx, "list pending", func(v handle) error {
		err := each(ctx, v, sqlPendingPayments, nil, func(rows *sql.Rows) error {
			r := pos.PendingRow{Next: "ask"}
			if err := rows.Scan(paymentFields(&r.Payment)...); err != nil {
				return err
			}
			if r.Payment.State == pos.Closing {
				r.Next = "close"
			}
			all = append(all, r)
			return nil
		})
		if err != nil {
			return err
		}
		return each(ctx, v, sqlPendingExceptions, nil, func(rows *sql.Rows) error {
			r := pos.PendingRow{Next: "decide"}
			p, x := &r.Payment, pos.Payment{}
			if err := rows.Scan(append(paymentFields(p), &x.Reason, &x.Amount, &x.Settlement, &x.Currency, &x.TransactionID, instant{&x.PaidAt})...); err != nil {
				return err
			}
			p.State, p.Reason, p.Amount, p.Settlement = pos.Exception, x.Reason, x.Amount, x.Settlement
			p.Currency, p.TransactionID, p.PaidAt = x.Currency, x.TransactionID, x.PaidAt
			all = append(all, r)
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b pos.PendingRow) int { return a.Payment.OpenedAt.Compare(b.Payment.OpenedAt) })
	return all, nil
}

// SaleByReceipt implements [pos.Reports].
func (s *Store) SaleByReceipt(ctx context.Context, no pos.ReceiptNo) (pos.SaleRecord, error) {
	var rec pos.SaleRecord
	err := s.view(ctx, "find receipt", func(v handle) error {
		var id pos.SaleID
		err := one(ctx, v, sqlSaleByNo, []any{int64(no.Day), no.Epoch, no.Seq, no.Shop, no.Till}, &id)
		if errors.Is(err, sql.ErrNoRows) {
			return pos.E(pos.CodeNotFound, "find receipt", errors.New("no sale has this receipt number"))
		}
		if err != nil {
			return err
		}
		rec, err = record(ctx, v, id)
		return err
	})
	return rec, err
}
