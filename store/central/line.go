package central

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"guitai/pos"
)

// Present implements [pos.Central]. It also notes that the tills were seen. Without tills the relay has gone.
func (c *Central) Present(ctx context.Context, relay string, tills []string, until time.Time) error {
	const op = "say who is connected"
	if !plain(relay) {
		return invalid(op, "a relay has a name")
	}
	minute := time.Now().Truncate(time.Minute)
	return c.write(ctx, op, func(t *tx) error {
		if len(tills) == 0 {
			_, err := t.exec(`DELETE FROM relay WHERE id = $1`, relay)
			return err
		}
		if _, err := t.exec(`INSERT INTO relay (id, present) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET present = excluded.present`,
			relay, millis(until)); err != nil {
			return err
		}
		// Nearly all of them were there before: only what differs is written.
		gone := map[string]bool{}
		if err := t.each(`SELECT till FROM stream WHERE relay = $1`, []any{relay}, func(scan func(...any) error) error {
			var till string
			err := scan(&till)
			gone[till] = true
			return err
		}); err != nil {
			return err
		}
		for _, till := range tills {
			if _, there := gone[till]; !there {
				if _, err := t.exec(`INSERT INTO stream (relay, till) VALUES ($1, $2)`, relay, till); err != nil {
					return err
				}
			}
			gone[till] = false
		}
		for till, is := range gone {
			if !is {
				continue
			}
			if _, err := t.exec(`DELETE FROM stream WHERE relay = $1 AND till = $2`, relay, till); err != nil {
				return err
			}
		}
		return t.seen(slices.Sorted(slices.Values(tills)), minute)
	})
}

// Connected implements [pos.Central].
func (c *Central) Connected(ctx context.Context, tills []string, now time.Time) (map[string]string, error) {
	at := map[string]string{}
	// Of two relays the one that said so last: the till has just gone over to it.
	err := c.pool.reader(ctx).eachOf(`SELECT s.till, r.id FROM relay r JOIN stream s ON s.relay = r.id
		WHERE r.present > $1 AND s.till IN (?) ORDER BY r.present, r.id`, []any{millis(now)}, list(tills), func(scan func(...any) error) error {
		var till, relay string
		err := scan(&till, &relay)
		at[till] = relay
		return err
	})
	return at, c.fail("find connections", err)
}

// Ask implements [pos.Central]. The same ID again is no second request. CodeNotFound: there is no such till.
func (c *Central) Ask(ctx context.Context, till string, r pos.RelayRequest, deadline time.Time) error {
	const op = "ask another relay"
	if !plain(r.ID) {
		return invalid(op, "a request has an id")
	}
	body, err := json.Marshal(r)
	if err != nil {
		return c.fail(op, err)
	}
	return c.write(ctx, op, func(t *tx) error {
		_, err := t.exec(`INSERT INTO ask (id, till, request, deadline) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`,
			r.ID, till, body, millis(deadline))
		return err
	})
}

// Asked implements [pos.Central]. With nothing there, which is nearly always, it only looks.
func (c *Central) Asked(ctx context.Context, tills []string, now time.Time) (map[string][]pos.RelayRequest, error) {
	const op = "take what another relay asks"
	wanted := make(map[string]bool, len(tills))
	for _, till := range tills {
		wanted[till] = true
	}
	var ids []string
	err := c.pool.reader(ctx).each(`SELECT id, till FROM ask WHERE deadline > $1 ORDER BY id`, []any{millis(now)}, func(scan func(...any) error) error {
		var id, till string
		err := scan(&id, &till)
		if wanted[till] {
			ids = append(ids, id)
		}
		return err
	})
	if err != nil || len(ids) == 0 {
		return nil, c.fail(op, err)
	}
	var taken map[string][]pos.RelayRequest
	err = c.write(ctx, op, func(t *tx) error {
		taken = map[string][]pos.RelayRequest{}
		return t.eachOf(`DELETE FROM ask WHERE id IN (?) RETURNING till, request`, nil, list(ids), func(scan func(...any) error) error {
			var till string
			var body []byte
			if err := scan(&till, &body); err != nil {
				return err
			}
			var r pos.RelayRequest
			err := json.Unmarshal(body, &r)
			taken[till] = append(taken[till], r)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return taken, nil
}

// Reply implements [pos.Central]. The first answer holds.
func (c *Central) Reply(ctx context.Context, a pos.RelayAnswer, at time.Time) error {
	const op = "answer another relay"
	if !plain(a.ID) || a.ContentType != "" && !plain(a.ContentType) {
		return invalid(op, "an answer has an id, and a type that can be printed")
	}
	return c.write(ctx, op, func(t *tx) error {
		_, err := t.exec(`INSERT INTO reply (id, status, type, body, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING`,
			a.ID, a.Status, a.ContentType, filled(a.Body), millis(at))
		return err
	})
}

// Replies implements [pos.Central]. With nothing there it only looks.
func (c *Central) Replies(ctx context.Context, ids []string) ([]pos.RelayAnswer, error) {
	const op = "take answers"
	var there []string
	err := c.pool.reader(ctx).eachOf(`SELECT id FROM reply WHERE id IN (?)`, nil, list(ids), func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		there = append(there, id)
		return err
	})
	if err != nil || len(there) == 0 {
		return nil, c.fail(op, err)
	}
	slices.Sort(there)
	var answers []pos.RelayAnswer
	err = c.write(ctx, op, func(t *tx) error {
		answers = nil
		return t.eachOf(`DELETE FROM reply WHERE id IN (?) RETURNING id, status, type, body`, nil, list(there), func(scan func(...any) error) error {
			var a pos.RelayAnswer
			err := scan(&a.ID, &a.Status, &a.ContentType, &a.Body)
			answers = append(answers, a)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return answers, nil
}
