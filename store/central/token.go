package central

import (
	"context"
	"maps"
	"slices"
	"time"

	"guitai/pos"
)

// RenewCode implements [pos.Central]. A revoked till is not found.
func (c *Central) RenewCode(ctx context.Context, till string, code pos.TokenHash, expires, at time.Time) (pos.RelayTill, error) {
	const op = "renew pairing code"
	if code == (pos.TokenHash{}) || !expires.After(at) {
		return pos.RelayTill{}, invalid(op, "a pairing code must work for a time")
	}
	var renewed pos.RelayTill
	err := c.change(ctx, op, func(t *tx) error {
		n, err := t.exec(`UPDATE till SET code = $1, code_until = $2 WHERE id = $3 AND revoked_at = 0`, code[:], millis(expires), till)
		if err == nil && n == 0 {
			err = notFound(op, "there is no such till")
		}
		if err != nil {
			return err
		}
		renewed, err = t.till(till)
		return err
	})
	if err != nil {
		return pos.RelayTill{}, err
	}
	return renewed, nil
}

// Pair implements [pos.Central]. Of two who come with the same code one gets it.
func (c *Central) Pair(ctx context.Context, code, token pos.TokenHash, at time.Time) (pos.RelayTill, error) {
	const op = "pair till"
	if token == (pos.TokenHash{}) {
		return pos.RelayTill{}, invalid(op, "a token is needed")
	}
	var paired pos.RelayTill
	err := c.change(ctx, op, func(t *tx) error {
		var id string
		if err := t.one(`SELECT id FROM till WHERE code = $1 AND code_until > $2 AND revoked_at = 0`, []any{code[:], millis(at)}, &id); err != nil {
			return err
		}
		if _, err := t.exec(`UPDATE till SET code = NULL, code_until = 0, token = $1, token_at = $2, offered = NULL, offered_at = 0, paired_at = $2
			WHERE id = $3`, token[:], millis(at), id); err != nil {
			return err
		}
		var err error
		paired, err = t.till(id)
		return err
	})
	if err != nil {
		return pos.RelayTill{}, err
	}
	return paired, nil
}

// TillByToken implements [pos.Central]. That the till was seen is noted once a minute, and when it cannot be noted, the till is let in
// all the same.
func (c *Central) TillByToken(ctx context.Context, token pos.TokenHash, at time.Time) (pos.RelayTill, error) {
	const op = "find till"
	var till pos.RelayTill
	offered := 0
	find := func(t *tx) error {
		return t.row(`SELECT `+tillColumns+`, CASE WHEN t.offered = $1 THEN 1 ELSE 0 END FROM till t JOIN shop s ON s.id = t.shop
			WHERE (t.token = $1 OR t.offered = $1) AND t.revoked_at = 0`, []any{token[:]}, func(scan func(...any) error) (err error) {
			till, err = scanTill(scan, &offered)
			return err
		})
	}
	if err := find(c.pool.reader(ctx)); err != nil {
		return pos.RelayTill{}, c.fail(op, err)
	}
	if offered == 1 {
		err := c.change(ctx, op, func(t *tx) error {
			if _, err := t.exec(`UPDATE till SET token = offered, token_at = offered_at, offered = NULL, offered_at = 0
				WHERE id = $1 AND offered = $2 AND revoked_at = 0`, till.ID, token[:]); err != nil {
				return err
			}
			return find(t) // it may be revoked by now, or offered another
		})
		if err != nil {
			return pos.RelayTill{}, err
		}
	}
	if minute := at.Truncate(time.Minute); minute.After(till.SeenAt) {
		if c.seen(ctx, till.ID, minute) == nil {
			till.SeenAt = minute.UTC()
		}
	}
	return till, nil
}

// seeing is a till that is to be noted as seen, on its way through the group.
type seeing struct {
	till   string
	minute time.Time
	done   chan error // takes one
}

// seen notes that a till was connected. When a relay comes back all its tills do, at once: they share commits, or what they wait for would
// hold up notices.
func (c *Central) seen(ctx context.Context, till string, minute time.Time) error {
	s := &seeing{till, minute, make(chan error, 1)}
	if err := c.see.add(ctx, s); err != nil {
		return err
	}
	select {
	case err := <-s.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Central) seenBatch(batch []*seeing) {
	ctx, cancel := context.WithTimeout(c.base, commitWithin)
	defer cancel()
	tills := map[time.Time][]string{}
	for _, s := range batch {
		tills[s.minute] = append(tills[s.minute], s.till)
	}
	err := c.write(ctx, "note till", func(t *tx) error {
		for _, minute := range slices.SortedFunc(maps.Keys(tills), time.Time.Compare) {
			if err := t.seen(slices.Sorted(slices.Values(tills[minute])), minute); err != nil {
				return err
			}
		}
		return nil
	})
	for _, s := range batch {
		s.done <- err
	}
}

func (t *tx) seen(tills []string, minute time.Time) error {
	_, err := t.execOf(`UPDATE till SET seen_at = $1 WHERE seen_at < $1 AND id IN (?)`, []any{millis(minute)}, list(tills))
	return err
}

// OfferToken implements [pos.Central]. CodeNotFound for a till that is not known, not paired or revoked.
func (c *Central) OfferToken(ctx context.Context, till string, token pos.TokenHash, at time.Time) error {
	const op = "offer token"
	if token == (pos.TokenHash{}) || millis(at) <= 0 {
		return invalid(op, "a token is needed")
	}
	return c.change(ctx, op, func(t *tx) error {
		n, err := t.exec(`UPDATE till SET offered = $1, offered_at = $2 WHERE id = $3 AND token IS NOT NULL AND revoked_at = 0`,
			token[:], millis(at), till)
		if err == nil && n == 0 {
			err = notFound(op, "there is no such till, or it is not paired")
		}
		return err
	})
}
