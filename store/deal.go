package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"guitai/pos"
)

const (
	sqlDeals     = `SELECT id, body FROM deal ORDER BY position`
	sqlKnownDeal = `SELECT count(*) FROM deal WHERE id = ?`
	sqlDropDeals = `DELETE FROM deal`
	sqlAddDeal   = `INSERT INTO deal (id, position, body, by, at) VALUES (nullif(?, 0), ?, ?, ?, ?)`
)

// maxDeals is how many promotions a shop has at most: every line of every cart is held to each.
const maxDeals = 500

// Deals implements [pos.Goods].
func (s *Store) Deals(ctx context.Context) (all []pos.Deal, err error) {
	err = s.read(ctx, "read promotions", func(h handle) error {
		all, err = deals(ctx, h)
		return err
	})
	return all, err
}

func deals(ctx context.Context, h handle) (all []pos.Deal, err error) {
	err = each(ctx, h, sqlDeals, nil, func(rows *sql.Rows) error {
		var id int64
		var body []byte
		if err := rows.Scan(&id, &body); err != nil {
			return err
		}
		d, err := readDeal(id, body)
		if err != nil {
			return pos.E(pos.CodeCorrupt, "read promotions", err)
		}
		all = append(all, d)
		return nil
	})
	return all, err
}

func readDeal(id int64, body []byte) (d pos.Deal, err error) {
	if err := json.Unmarshal(body, &d); err != nil {
		return d, err
	}
	d.ID = pos.DealID(id)
	return d, d.Check()
}

// SaveDeals implements [pos.Goods]. A promotion with a number keeps it, one without gets the next. The catalogue's revision grows, so that
// a till that is open notices. CodeInvalid with [pos.ErrDeal]; CodeConflict when a promotion with a number is not there any more. Safe to
// repeat with what it returned.
func (s *Store) SaveDeals(ctx context.Context, list []pos.Deal, by string, at time.Time) (saved []pos.Deal, err error) {
	const op = "save promotions"
	if len(list) > maxDeals {
		return nil, invalid(op, "there are at most 500 promotions")
	}
	seen := map[pos.DealID]bool{}
	for _, d := range list {
		if err := d.Check(); err != nil {
			return nil, err
		}
		if d.ID != 0 && seen[d.ID] {
			return nil, pos.E(pos.CodeInvalid, op, errors.New("a promotion stands twice in the list"))
		}
		seen[d.ID] = true
	}
	err = s.write(ctx, op, func(t *tx) error {
		for _, d := range list {
			var known int
			if err := t.one(sqlKnownDeal, []any{int64(d.ID)}, &known); err != nil {
				return err
			}
			if d.ID != 0 && known == 0 {
				return conflict(op, "the list of promotions has changed")
			}
		}
		if _, err := t.exec(sqlDropDeals); err != nil {
			return err
		}
		for i, d := range list {
			id := d.ID
			d.ID = 0
			body, err := json.Marshal(d)
			if err != nil {
				return err
			}
			if _, err := t.exec(sqlAddDeal, int64(id), i+1, string(body), by, ms(whole(s.moment(at)))); err != nil {
				return err
			}
		}
		if err := t.bumpRevision(); err != nil {
			return err
		}
		saved, err = deals(t.ctx, t)
		return err
	})
	if err != nil {
		return nil, err
	}
	return saved, nil
}
