package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"guitai/pos"
)

const (
	sqlLinesOfDay = `SELECT s.id, s.gross, s.discount, s.rounding, s.shop, s.till, s.day, s.epoch, s.seq, s.closed_at, s.cashier, h.number,
			l.n, ` + lineColumns + `,
			coalesce((SELECT sum(g.quantity) FROM refund f JOIN refund_line g ON g.refund = f.id AND g.n = l.n
				WHERE f.payment = s.payment AND f.state <> 'closed' AND f.state <> 'refused'), 0)
			+ coalesce((SELECT sum(g.quantity) FROM sale_part q CROSS JOIN refund f ON f.payment = q.payment JOIN refund_line g ON g.refund = f.id AND g.n = l.n
				WHERE q.sale = s.id AND f.state <> 'closed' AND f.state <> 'refused'), 0)
		FROM sale s INDEXED BY sale_receipt CROSS JOIN shift h ON h.id = s.shift CROSS JOIN sale_line l ON l.sale = s.id
		WHERE s.day BETWEEN ? AND ? ORDER BY s.day, s.epoch, s.seq, l.n`
)

// EachLine implements [pos.Exports]. It reads one moment of the ledger, row by row. f must not ask the store: it holds one of few
// connections.
func (s *Store) EachLine(ctx context.Context, span pos.Span, f func(pos.LineRow) error) error {
	var stop error
	err := s.view(ctx, "list lines", func(v handle) error {
		var sold pos.Sale // whose lines these are: what each has of the whole is known once all are
		var held []pos.LineRow
		flush := func() error {
			for i, share := range sold.Shares() {
				held[i].Share = share
				if stop = f(held[i]); stop != nil {
					return stop
				}
			}
			held = held[:0]
			return nil
		}
		err := each(ctx, v, sqlLinesOfDay, []any{int64(span.From), int64(span.To)}, func(rows *sql.Rows) error {
			var r pos.LineRow
			var of pos.Sale
			no, l := &r.Receipt, &r.Line
			fields := append([]any{
				&of.ID, &of.Gross, &of.Discount, &of.Rounding, &no.Shop, &no.Till, &no.Day, &no.Epoch, &no.Seq, instant{&r.ClosedAt}, &r.Cashier, &r.Shift, &r.N,
			}, lineFields(l)...)
			err := rows.Scan(append(fields, &r.Returned)...)
			if err != nil {
				return err
			}
			if of.ID != sold.ID {
				if err := flush(); err != nil {
					return err
				}
				sold = of
			}
			r.Day = no.Day
			sold.Lines, held = append(sold.Lines, r.Line), append(held, r)
			return nil
		})
		if err != nil {
			return err
		}
		return flush()
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
