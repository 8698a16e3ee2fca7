package store

import (
	"time"

	"guitai/pos"
)

const (
	sqlOpenShift   = `SELECT id, day FROM shift WHERE closed_at IS NULL`
	sqlCloseShift  = `UPDATE shift SET closed_at = ? WHERE id = ?`
	sqlBeginShift  = `INSERT INTO shift (day, number, opened_at) SELECT ?1, coalesce(max(number), 0) + 1, ?2 FROM shift WHERE day = ?1`
	sqlShiftNumber = `SELECT number FROM shift WHERE id = ?`
)

// shift returns the shift that a sale closing now belongs to. A shift opens with its first sale and does not reach over
// the end of the business day.
func (t *tx) shift(day pos.Day, at time.Time) (id int64, err error) {
	open, err := t.currentShift()
	switch {
	case err != nil:
		return 0, err
	case open.id != 0 && open.day == day:
		return open.id, nil
	case open.id != 0:
		if _, err := t.exec(sqlCloseShift, ms(at), open.id); err != nil {
			return 0, err
		}
	}
	t.known.shift = openShift{}
	res, err := t.exec(sqlBeginShift, int64(day), ms(at))
	if err != nil {
		return 0, err
	}
	if id, err = res.LastInsertId(); err == nil {
		t.known.shift = openShift{id, day}
	}
	return id, err
}
