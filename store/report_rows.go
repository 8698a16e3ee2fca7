package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"guitai/pos"
)

const (
	sqlSalesOfDay = `SELECT ` + saleColumns + `, h.number, (SELECT count(*) FROM sale_line l WHERE l.sale = s.id),
			(SELECT p.tender FROM payment p WHERE p.id = s.payment)
		FROM sale s JOIN shift h ON h.id = s.shift WHERE s.day BETWEEN ? AND ? ORDER BY s.day, s.epoch, s.seq`
	sqlPendingPayments   = `SELECT ` + paymentColumns + ` FROM payment p WHERE ` + live + ` ORDER BY p.id`
	sqlPendingExceptions = `SELECT ` + heldColumns + fromException + `WHERE ` + unended + ` ORDER BY x.id`
	sqlPendingRefunds    = `SELECT ` + refundColumns + fromRefund + `WHERE ` + liveRefund + `
		AND (f.exception IS NULL OR ` + spentException + `) ORDER BY f.id`
	sqlShownPayment = `SELECT ` + paymentColumns + ` FROM payment p WHERE p.id = ?`
)

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

// EachRefund implements [pos.Reports]. It reads one moment of the ledger, row by row. f must not ask the store: it holds one
// of few connections.
func (s *Store) EachRefund(ctx context.Context, span pos.Span, f func(pos.RefundRow) error) error {
	var stop error
	err := s.view(ctx, "list refunds", func(v handle) error {
		return each(ctx, v, sqlRefundsOfDay, []any{int64(span.From), int64(span.To)}, func(rows *sql.Rows) (err error) {
			var r pos.RefundRow
			no := &r.Receipt
			if err := rows.Scan(append(refundFields(&r.Refund), &r.Day, &no.Shop, &no.Till, &no.Day, &no.Epoch, &no.Seq)...); err != nil {
				return err
			}
			if r.Refund.Lines, err = refundLines(ctx, v, r.Refund.ID); err != nil {
				return err
			}
			if r.Refund.Request = nil; r.Refund.Exception != 0 {
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

// What happens next with something that is not at its end.
const (
	nextClose   = "close"
	nextAsk     = "ask"
	nextReverse = "reverse"
	nextDecide  = "decide"
	nextRefund  = "refund"
	nextAct     = "act"
)

// PendingRows implements [pos.Reports]. An exception is its payment's row with the exception's money, and with its refund while
// one is on its way.
func (s *Store) PendingRows(ctx context.Context) ([]pos.PendingRow, error) {
	var all []pos.PendingRow
	err := s.view(ctx, "list pending", func(v handle) error {
		err := each(ctx, v, sqlPendingPayments, nil, func(rows *sql.Rows) error {
			r := pos.PendingRow{Next: nextAsk}
			err := rows.Scan(paymentFields(&r.Payment)...)
			switch r.Payment.State {
			case pos.Closing:
				r.Next = nextClose
			case pos.Reversing:
				r.Next = nextReverse
			}
			all = append(all, r)
			return err
		})
		if err != nil {
			return err
		}
		cases, err := heldBy(ctx, v, sqlPendingExceptions)
		if err != nil {
			return err
		}
		for _, x := range cases {
			r, err := pendingException(ctx, v, x)
			if err != nil {
				return err
			}
			all = append(all, r)
		}
		back, err := refunds(ctx, v, sqlPendingRefunds)
		for _, f := range unsent(back) {
			r := pos.PendingRow{Refund: &f, Next: nextOf(f)}
			if err == nil {
				err = one(ctx, v, sqlShownPayment, []any{int64(f.Payment)}, paymentFields(&r.Payment)...)
			}
			all = append(all, r)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	since := func(r pos.PendingRow) time.Time {
		if r.Refund != nil && r.Refund.Exception == 0 { // of a sale: asked for long after the payment
			return r.Refund.AskedAt
		}
		return r.Payment.OpenedAt
	}
	slices.SortStableFunc(all, func(a, b pos.PendingRow) int { return since(a).Compare(since(b)) })
	return all, nil
}

// pendingException is the row of an exception that has not ended.
func pendingException(ctx context.Context, v handle, x *held) (pos.PendingRow, error) {
	r := pos.PendingRow{Next: nextDecide}
	p := &r.Payment
	if err := one(ctx, v, sqlShownPayment, []any{int64(x.Payment)}, paymentFields(p)...); err != nil {
		return r, err
	}
	p.State, p.Reason, p.Amount, p.Settlement = pos.Exception, x.Reason, x.Amount, x.Settlement
	p.Currency, p.TransactionID, p.PaidAt = x.Currency, x.TransactionID, x.PaidAt
	switch {
	case x.State == pos.ExceptionGiving && x.Refund != nil:
		r.Refund, r.Next = x.Refund, nextOf(*x.Refund)
	case !x.RefundAt.IsZero():
		r.Next = nextRefund
	}
	return r, nil
}

func nextOf(r pos.Refund) string {
	if r.State == pos.RefundStuck {
		return nextAct
	}
	return nextRefund
}
