package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"guitai/pos"
)

const (
	sqlAddMovement = `INSERT INTO cash_movement (id, shift, kind, amount, reason, by, approver, at, entry, job) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlNextMove    = `SELECT coalesce(max(id), 0) + 1 FROM cash_movement`

	countColumns = `c.id, c.shift, c.n, c.at, c.by, c.count, c.sum, c.expected`
	sqlAddCount  = `INSERT INTO drawer_count (shift, n, at, by, count, sum, expected, head) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	sqlLastCount = `SELECT ` + countColumns + ` FROM drawer_count c WHERE c.shift = ? ORDER BY c.n DESC LIMIT 1`
)

// MoveCash implements [pos.Shifts]. CodeInvalid without a reason.
func (s *Store) MoveCash(ctx context.Context, m pos.CashMovement) (pos.CashMovement, error) {
	const op = "move cash"
	err := s.write(ctx, op, func(t *tx) error {
		m.Reason = strings.TrimSpace(m.Reason)
		if !slices.Contains(pos.CashKinds, m.Kind) || m.Amount <= 0 || m.Amount > pos.MaxAmount || m.Reason == "" {
			return invalid(op, "cash moves for a reason, into the drawer or out of it, by at most 1,000,000.00")
		}
		m.At = s.booked(s.moment(m.At))
		day := s.day(m.At)
		has, err := drawer(t.ctx, t)
		if err != nil {
			return err
		}
		if m.Kind != pos.CashIn && m.Amount > has {
			return invalid(op, "there is not that much in the drawer")
		}
		if m.Shift, err = t.shift(day, m.At); err != nil {
			return err
		}
		if err := t.one(sqlNextMove, nil, &m.ID); err != nil {
			return err
		}
		entry, err := t.book(pos.CashEntry(m, day))
		if err != nil {
			return err
		}
		facts, err := json.Marshal(m)
		if err != nil {
			return err
		}
		job, err := t.queueFacts(pos.DocCash, facts, 0, m.At)
		if err != nil {
			return err
		}
		_, err = t.exec(sqlAddMovement, m.ID, m.Shift, string(m.Kind), int64(m.Amount), m.Reason, m.By, m.Approver, ms(m.At), entry, job)
		return err
	})
	if err != nil {
		return pos.CashMovement{}, err
	}
	return m, nil
}

// moment is the caller's time, or now when it brings none.
func (s *Store) moment(at time.Time) time.Time {
	if at.IsZero() {
		return s.clock.Now()
	}
	return at
}

// CountDrawer implements [pos.Shifts]. Nothing is booked: a count says what is there, the close what is done about it.
func (s *Store) CountDrawer(ctx context.Context, c pos.DrawerCount, by string, at time.Time) (pos.Counted, error) {
	const op = "count drawer"
	var out pos.Counted
	err := s.write(ctx, op, func(t *tx) error {
		sum, err := c.Sum()
		if err != nil {
			return err
		}
		open, err := t.currentShift()
		switch {
		case err != nil:
			return err
		case open.id == 0:
			return conflict(op, "no shift is open")
		}
		last, err := lastCount(t.ctx, t, open.id)
		if err != nil {
			return err
		}
		out = pos.Counted{Shift: open.id, At: s.booked(s.moment(at)), By: by, Count: c, Sum: sum, Nth: last.Nth + 1}
		if out.Expected, err = drawer(t.ctx, t); err != nil {
			return err
		}
		head, err := t.end()
		if err != nil {
			return err
		}
		count, err := json.Marshal(c)
		if err != nil {
			return err
		}
		res, err := t.exec(sqlAddCount, out.Shift, out.Nth, ms(out.At), out.By, string(count), int64(out.Sum), int64(out.Expected), head.seq)
		if err != nil {
			return err
		}
		out.ID, err = res.LastInsertId()
		return err
	})
	if err != nil {
		return pos.Counted{}, err
	}
	return out, nil
}

// LastCount implements [pos.Shifts]. What moved and came to nothing did not move the drawer.
func (s *Store) LastCount(ctx context.Context) (*pos.Counted, error) {
	var c pos.Counted
	err := s.view(ctx, "read count", func(v handle) error {
		var open openShift
		err := one(ctx, v, sqlOpenShift, nil, &open.id, &open.day)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err == nil {
			c, err = standing(ctx, v, open.id)
		}
		return err
	})
	if err != nil || c.ID == 0 {
		return nil, err
	}
	return &c, nil
}

// standing is a shift's newest count, the zero one when there is none or the drawer moved since.
func standing(ctx context.Context, h handle, shift int64) (pos.Counted, error) {
	c, err := lastCount(ctx, h, shift)
	if err != nil || c.ID == 0 {
		return pos.Counted{}, err
	}
	if has, err := drawer(ctx, h); err != nil || has != c.Expected {
		return pos.Counted{}, err
	}
	return c, nil
}

// lastCount is a shift's newest count, the zero one for none.
func lastCount(ctx context.Context, h handle, shift int64) (c pos.Counted, err error) {
	var count []byte
	err = one(ctx, h, sqlLastCount, []any{shift}, countFields(&c, &count)...)
	if errors.Is(err, sql.ErrNoRows) {
		return pos.Counted{}, nil
	}
	if err == nil {
		err = json.Unmarshal(count, &c.Count)
	}
	return c, err
}

func countFields(c *pos.Counted, count *[]byte) []any {
	return []any{&c.ID, &c.Shift, &c.Nth, instant{&c.At}, &c.By, count, &c.Sum, &c.Expected}
}

// Note implements [pos.Shifts]. CodeInvalid for what is not a happening without money, or says what only the ledger says.
func (s *Store) Note(ctx context.Context, h pos.Happening) error {
	const op = "note"
	return s.write(ctx, op, func(t *tx) error {
		switch {
		case !slices.Contains([]pos.EntryKind{pos.EntryDrawer, pos.EntryVoid, pos.EntryStaff, pos.EntryCut, pos.EntryPrice}, h.Kind):
			return invalid(op, string(h.Kind)+" is nothing that is only noted")
		case h.Kind == pos.EntryStaff && saysStaff(h.Reason):
			return invalid(op, "who works here is written down when it changes")
		}
		h.At = s.booked(s.moment(h.At))
		_, err := t.book(pos.NoteEntry(h, s.day(h.At)))
		return err
	})
}
