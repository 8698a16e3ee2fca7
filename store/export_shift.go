package store

import (
	"context"
	"database/sql"

	"guitai/pos"
)

const sqlShiftsOfDay = `SELECT id, day, number, opened_at, closed_at FROM shift WHERE day BETWEEN ? AND ? AND closed_at IS NOT NULL ORDER BY day, number`

// EachShift implements [pos.Exports]. It reads one moment of the ledger, row by row. f must not ask the store: it holds one of few
// connections.
func (s *Store) EachShift(ctx context.Context, span pos.Span, f func(pos.ShiftRow) error) error {
	var stop error
	err := s.view(ctx, "list shifts", func(v handle) error {
		return each(ctx, v, sqlShiftsOfDay, []any{int64(span.From), int64(span.To)}, func(rows *sql.Rows) error {
			var r pos.ShiftRow
			h := &r.Shift
			if err := rows.Scan(&h.ID, &h.Day, &h.Number, instant{&h.OpenedAt}, instant{&h.ClosedAt}); err != nil {
				return err
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
