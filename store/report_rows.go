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
			(SELECT p.tender FROM payment p WHERE p.id = s.payment),
			coalesce((SELECT sum(f.amount) FROM sale_credit c CROSS JOIN refund f ON f.id = c.refund WHERE c.sale = s.id AND f.state <> 'closed'), 0),
			CASE WHEN EXISTS (SELECT 1 FROM sale_line l WHERE l.sale = s.id AND l.tax_rate > 0)
				THEN (SELECT group_concat(l.tax_rate || char(31) || ` + lineNet + `, char(31) ORDER BY l.n) FROM sale_line l WHERE l.sale = s.id) ELSE '' END,
			coalesce((SELECT group_concat(p.tender, char(31) ORDER BY q.n) FROM sale_part q JOIN payment p ON p.id = q.payment WHERE q.sale = s.id AND p.state = 'paid'), '')
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
			var taxed, parts string
			if err := rows.Scan(append(saleFields(&r.Sale), &r.Shift, &r.Lines, &tender, &r.Credit, &taxed, &parts)...); err != nil {
				return err
			}
			r.Day, r.Tenders = r.Sale.Receipt.Day, settledWith(r.Credit != 0, parts, tender)
			r.Tax = taxOf(r.Sale, taxed)
			stop = f(r)
			return stop
		})
	})
	if stop != nil {
		return stop // the caller's own error, as it gave it
	}
	return err
}

// taxOf is the tax that a sale includes; lines are the rate of each and what it comes to before what is taken off the whole.
func taxOf(s pos.Sale, lines string) (tax pos.Fen) {
	net := s.Net()
	s.Lines, s.Gross, s.Rounding = nil, 0, 0
	for row := (rowText{lines}); row.rest != ""; {
		l := pos.Line{TaxRate: int(row.number()), Price: pos.Fen(row.number()), Quantity: 1}
		s.Lines, s.Gross = append(s.Lines, l), s.Gross+l.Price
	}
	s.Discount = s.Gross - net
	for _, share := range s.Shares() {
		tax += share.Tax
	}
	return tax
}

// settledWith are the tenders of a sale in the order of settling, each once: goods that came back, its parts, and the one that closed it.
func settledWith(exchange bool, parts string, closing pos.Tender) (all []pos.Tender) {
	if exchange {
		all = append(all, pos.TenderExchange)
	}
	for _, t := range append(split(parts), string(closing)) {
		if !slices.Contains(all, pos.Tender(t)) {
			all = append(all, pos.Tender(t))
		}
	}
	return all
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
			if err = refundDetail(ctx, v, &r.Refund); err != nil {
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
	nextFinish  = "finish"
)

// Parts of sales that are still open.
const (
	openPart        = `FROM sale o CROSS JOIN sale_part q ON q.sale = o.id CROSS JOIN payment p ON p.id = q.payment WHERE o.state = 'open' AND p.state = 'paid' ORDER BY q.entry`
	sqlPendingParts = `SELECT ` + paymentColumns + ` ` + openPart
)

// PendingRows implements [pos.Reports]. A part of a sale that is still open is its payment's row. An exception is its payment's row with the exception's money, and with its refund while
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
		err = each(ctx, v, sqlPendingParts, nil, func(rows *sql.Rows) error {
			r := pos.PendingRow{Next: nextFinish}
			err := rows.Scan(paymentFields(&r.Payment)...)
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
