package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"guitai/pos"
)

const (
	sqlLinesOfDay = `SELECT s.id, s.gross, s.discount, s.shop, s.till, s.day, s.epoch, s.seq, s.closed_at, s.cashier, h.number,
			l.n, l.item, l.barcode, l.name, l.unit, l.category, l.price, l.quantity, l.tax_rate,
			coalesce((SELECT sum(g.quantity) FROM refund f JOIN refund_line g ON g.refund = f.id AND g.n = l.n
				WHERE f.payment = s.payment AND f.state <> 'closed' AND f.state <> 'refused'), 0)
		FROM sale s INDEXED BY sale_receipt CROSS JOIN shift h ON h.id = s.shift CROSS JOIN sale_line l ON l.sale = s.id
		WHERE s.day BETWEEN ? AND ? ORDER BY s.day, s.epoch, s.seq, l.n`
)

// EachLine implements [pos.Exports]. It reads one moment of the ledger, row by row. f must not ask the store: it holds one of few
// connections.
func (s *Store) EachLine(ctx context.Context, span pos.Span, f func(pos.LineRow) error) error {
	var stop error
	err := s.view(ctx, "list lines", func(v handle) error {
		var sold pos.Sale // whose lines these are
		var upTo pos.Fen  // of its gross, the lines so far
		return each(ctx, v, sqlLinesOfDay, []any{int64(span.From), int64(span.To)}, func(rows *sql.Rows) error {
			var r pos.LineRow
			var of pos.Sale
			no, l := &r.Receipt, &r.Line
			err := rows.Scan(&of.ID, &of.Gross, &of.Discount, &no.Shop, &no.Till, &no.Day, &no.Epoch, &no.Seq, instant{&r.ClosedAt}, &r.Cashier, &r.Shift,
				&r.N, &l.Item, &l.Barcode, &l.Name, &l.Unit, &l.Category, &l.Price, &l.Quantity, &l.TaxRate, &r.Returned)
			if err != nil {
				return err
			}
			if of.ID != sold.ID {
				sold, upTo = of, 0
			}
			before := pos.ShareDiscount(sold, upTo)
			upTo += l.Amount()
			r.Day, r.Discount = no.Day, pos.ShareDiscount(sold, upTo)-before
			stop = f(r)
			return stop
		})
	})
	if stop != nil {
		return stop // the caller's own error, as it gave it
	}
	return err
}

// EachLink implements [pos.Exports]. It reads one moment of the ledger, row by row. f must not ask the store: it holds one of few
// connections.
func (s *Store) EachLink(ctx context.Context, f func(pos.Link) error) error {
	var stop error
	err := s.view(ctx, "list journal", func(v handle) error {
		return each(ctx, v, sqlAllLinks, nil, func(rows *sql.Rows) error {
			var l pos.Link
			if err := rows.Scan(&l.Seq, &l.Epoch, &l.Kind, &l.Body, &l.PrevHash, &l.Hash); err != nil {
				return err
			}
			stop = f(l)
			return stop
		})
	})
	if stop != nil {
		return stop // the caller's own error, as it gave it
	}
	return err
}

const sqlShiftsOfDay = `SELECT ` + shiftColumns + `, coalesce(h.report, ''), coalesce(h.report_hash, '') FROM shift h
	WHERE h.day BETWEEN ? AND ? AND h.closed_at IS NOT NULL ORDER BY h.day, h.number`

// EachShift implements [pos.Exports]. It reads one moment of the ledger, row by row. f must not ask the store: it holds one of few
// connections.
func (s *Store) EachShift(ctx context.Context, span pos.Span, f func(pos.ShiftRow) error) error {
	var stop error
	err := s.view(ctx, "list shifts", func(v handle) error {
		return each(ctx, v, sqlShiftsOfDay, []any{int64(span.From), int64(span.To)}, func(rows *sql.Rows) error {
			var turn turn
			var r pos.ShiftRow
			var report []byte
			if err := rows.Scan(append(shiftFields(&turn), &report, &r.Hash)...); err != nil {
				return err
			}
			if r.Shift = turn.Shift; r.Shift.Z != 0 {
				if err := json.Unmarshal(report, &r.Report); err != nil {
					return pos.E(pos.CodeCorrupt, "list shifts", fmt.Errorf("the Z report %d: %w", r.Shift.Z, err))
				}
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
