package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"guitai/pos"
)

// shiftColumns are what shiftFields scans.
const shiftColumns = `h.id, h.day, h.number, h.opened_at, h.opened_by, h.float_entry IS NOT NULL, h.closed_at, coalesce(h.z, 0), h.first_seq, h.opened_seq`

// turn is a shift with what only the ledger needs to know of it.
type turn struct {
	pos.Shift
	first  int64 // entry of the journal that its range begins with
	opened int64 // first entry that was made while it was open
}

func shiftFields(s *turn) []any {
	return []any{
		&s.ID, &s.Day, &s.Number,
		instant{&s.OpenedAt},
		&s.OpenedBy, &s.Float,
		instant{&s.ClosedAt},
		&s.Z, &s.first, &s.opened,
	}
}

const (
	sqlOpenShift  = `SELECT id, day FROM shift WHERE closed_at IS NULL`
	sqlOpenTurn   = `SELECT ` + shiftColumns + ` FROM shift h WHERE h.closed_at IS NULL`
	sqlBeginShift = `INSERT INTO shift (day, number, opened_at, opened_by, first_seq, opened_seq)
		SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, coalesce((SELECT last_seq FROM shift ORDER BY id DESC LIMIT 1), 0) + 1, ?4 FROM shift WHERE day = ?1`
	sqlFloat = `UPDATE shift SET float_entry = ?, float_count = ? WHERE id = ?`

	sqlKept   = `SELECT last_seq, report ->> '$.cash.kept_fen' FROM shift WHERE z IS NOT NULL ORDER BY z DESC LIMIT 1`
	sqlSince  = `SELECT coalesce(sum(fen), 0) FROM posting WHERE account = 'cash:drawer' AND seq > ?`
	sqlDrawer = `SELECT coalesce(sum(fen), 0) FROM day_total WHERE account = 'cash:drawer'`
)

// Shift implements [pos.Shifts].
func (s *Store) Shift(ctx context.Context) (*pos.Shift, error) {
	var open turn
	err := s.read(ctx, "read shift", func(h handle) error { return one(ctx, h, sqlOpenTurn, nil, shiftFields(&open)...) })
	switch {
	case err == nil:
		return &open.Shift, nil
	case pos.CodeOf(err) == pos.CodeNotFound:
		return nil, nil
	}
	return nil, err
}

// Drawer implements [pos.Shifts].
func (s *Store) Drawer(ctx context.Context) (fen pos.Fen, err error) {
	err = s.view(ctx, "read drawer", func(v handle) (err error) {
		fen, err = drawer(ctx, v)
		return err
	})
	return fen, err
}

// drawer is what the books have in the drawer: what the last close left in it and what moved since, so that it costs the same
// however old the ledger is. Before the first Z report it is the sum of all days.
func drawer(ctx context.Context, h handle) (fen pos.Fen, err error) {
	var last int64
	var kept pos.Fen
	err = one(ctx, h, sqlKept, nil, &last, &kept)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = one(ctx, h, sqlDrawer, nil, &fen)
	case err == nil:
		err = one(ctx, h, sqlSince, []any{last}, &fen)
	}
	return kept + fen, err
}

// shift returns the shift that what is booked now belongs to: a sale, cash that moves. One that nobody opened opens by itself, and
// one of another business day closes by itself, with a report that nobody counted for and that prints when somebody asks for it.
func (t *tx) shift(day pos.Day, at time.Time) (id int64, err error) {
	open, err := t.currentShift()
	switch {
	case err != nil:
		return 0, err
	case open.id != 0 && open.day == day:
		return open.id, nil
	case open.id != 0:
		if err := t.closeByItself(at); err != nil {
			return 0, err
		}
	}
	return t.beginShift(day, "", at)
}

// cashLeaves ends a shift of another business day before cash is given out of the drawer, as a sale would: it is not of the drawer that
// was yesterday's. It opens none while none is open: what is given back then belongs to the next one, which lists it.
func (t *tx) cashLeaves(day pos.Day, at time.Time) error {
	open, err := t.currentShift()
	if err != nil || open.id == 0 || open.day == day {
		return err
	}
	_, err = t.shift(day, at)
	return err
}

// beginShift opens a shift while none is open. by is empty when it opens by itself.
func (t *tx) beginShift(day pos.Day, by string, at time.Time) (id int64, err error) {
	head, err := t.end()
	if err != nil {
		return 0, err
	}
	t.known.shift = openShift{}
	res, err := t.exec(sqlBeginShift, int64(day), ms(at), by, head.seq+1)
	if err != nil {
		return 0, err
	}
	if id, err = res.LastInsertId(); err == nil {
		t.known.shift = openShift{id, day}
	}
	return id, err
}

// openTurn reads the open shift. sql.ErrNoRows when none is open.
func (t *tx) openTurn() (open turn, err error) {
	err = t.one(sqlOpenTurn, nil, shiftFields(&open)...)
	return open, err
}

// OpenShift implements [pos.Shifts].
func (s *Store) OpenShift(ctx context.Context, c pos.DrawerCount, by, signer string, at time.Time) (pos.Shift, error) {
	const op = "open shift"
	var out turn
	err := s.write(ctx, op, func(t *tx) error {
		sum, err := c.Sum()
		if err != nil {
			return err
		}
		at = s.booked(at)
		day := s.day(at)
		open, err := t.openTurn()
		switch {
		case errors.Is(err, sql.ErrNoRows):
			if _, err := t.beginShift(day, by, at); err != nil {
				return err
			}
			if open, err = t.openTurn(); err != nil {
				return err
			}
		case err != nil:
			return err
		case open.Day != day:
			return conflict(op, "the shift of "+open.Day.String()+" is open")
		case open.Float:
			return conflict(op, "a shift is open, and its float was counted")
		}
		if err := t.countFloat(open.ID, c, sum, by, signer, at, day); err != nil {
			return err
		}
		out, err = t.openTurn()
		return err
	})
	if err != nil {
		return pos.Shift{}, err
	}
	return out.Shift, nil
}

// countFloat books a float that comes to sum.
func (t *tx) countFloat(shift int64, c pos.DrawerCount, sum pos.Fen, by, signer string, at time.Time, day pos.Day) error {
	has, err := drawer(t.ctx, t)
	if err != nil {
		return err
	}
	count, err := json.Marshal(c)
	if err != nil {
		return err
	}
	entry, err := t.book(pos.FloatEntry(shift, has, sum, by, signer, at, day))
	if err != nil {
		return err
	}
	_, err = t.exec(sqlFloat, entry, string(count), shift)
	return err
}
