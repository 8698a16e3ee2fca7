package central

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"guitai/pos"
)

// keeping is a call of Keep on its way through the group.
type keeping struct {
	till         int64 // its number
	hash         noticeHash
	r            pos.RelayRequest
	header       []byte
	known, taken bool
	done         chan error // takes one
}

// noticeHash stands for a notice's id in the key: the first half of its SHA-256, in which no two ids meet.
type noticeHash [16]byte

func hashOf(id string) noticeHash {
	sum := sha256.Sum256([]byte(id))
	return noticeHash(sum[:16])
}

// Keep implements [pos.Central]. Callers share commits, and each comes back after its own. CodeNotFound: there is no such till. CodeInvalid:
// the request is no notice, or its ID or ReceivedAt is missing. When ctx ends first, r.Body must not be written to, as it may be on its
// way still.
func (c *Central) Keep(ctx context.Context, till string, r pos.RelayRequest) (known, taken bool, err error) {
	const op = "keep notice"
	if r.Kind != pos.RelayNotice || !plain(r.ID) || !plain(till) || r.ReceivedAt.UnixMilli() <= 0 || len(r.Method) > 16 {
		return false, false, invalid(op, "only a notice with an id and the time when it was received can be kept")
	}
	k := &keeping{hash: hashOf(r.ID), r: r, done: make(chan error, 1)}
	if k.till, err = c.number(ctx, till); err != nil {
		return false, false, c.fail(op, err)
	}
	if k.header, err = json.Marshal(r.Header); err != nil {
		return false, false, c.fail(op, err)
	}
	if err := c.keep.add(ctx, k); err != nil {
		return false, false, c.fail(op, err)
	}
	select {
	case err := <-k.done:
		return k.known, k.taken, c.fail(op, err)
	case <-ctx.Done():
		return false, false, c.fail(op, ctx.Err())
	}
}

// plain reports whether a name can be printed and stored by every engine.
func plain(id string) bool {
	return id != "" && len(id) <= 256 && !strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r > '~' })
}

// number finds a till's number, which it has for ever; sql.ErrNoRows when there is no such till.
func (c *Central) number(ctx context.Context, till string) (int64, error) {
	if n, ok := c.numbers.Load(till); ok {
		return n.(int64), nil
	}
	var n int64
	if err := c.pool.reader(ctx).one(`SELECT number FROM till WHERE id = $1`, []any{till}, &n); err != nil {
		return 0, err
	}
	c.numbers.Store(strings.Clone(till), n)
	return n, nil
}

func (c *Central) keepBatch(batch []*keeping) {
	ctx, cancel := context.WithTimeout(c.base, commitWithin)
	defer cancel()
	slices.SortStableFunc(batch, func(a, b *keeping) int { // always in this order, so that two relays do not wait for each other
		return cmp.Or(cmp.Compare(a.till, b.till), bytes.Compare(a.hash[:], b.hash[:]))
	})
	err := c.again(ctx, "keep notice", func() error { return c.pool.keep(ctx, batch) })
	if err != nil && len(batch) > 1 && ofOne(err) { // one bad notice must not refuse the others
		for i := range batch {
			c.keepBatch(batch[i : i+1 : i+1])
		}
		return
	}
	for _, k := range batch {
		k.done <- err
	}
}

// Mailbox implements [pos.Central]. Those that are due longest come first, and where limit cannot hold all, each till gets its share:
// a till that does not take what it has does not hold up the others.
func (c *Central) Mailbox(ctx context.Context, tills []string, now time.Time, limit int) (map[string][]pos.RelayRequest, error) {
	const op = "read mailbox"
	if tills != nil && len(tills) == 0 || limit <= 0 {
		return nil, nil
	}
	t := c.pool.reader(ctx)
	due, err := t.due(tills, now)
	if err != nil {
		return nil, c.fail(op, err)
	}
	found := map[string][]pos.RelayRequest{}
	for i, d := range due {
		share := (limit + len(due) - i - 1) / (len(due) - i)
		if share == 0 {
			break
		}
		requests, err := t.waiting(d.number, now, share)
		if err != nil {
			return nil, c.fail(op, err)
		}
		limit -= len(requests)
		if len(requests) > 0 {
			found[d.till] = requests
		}
	}
	return found, nil
}

// dueTill is a till that has something due.
type dueTill struct {
	number int64
	till   string
}

// due lists the tills that have something due, longest first. It goes from till to till through the index of what waits, so it
// costs by how many tills have something waiting, not by how much; an empty mailbox is one look.
func (t *tx) due(tills []string, now time.Time) ([]dueTill, error) {
	wanted := make(map[string]bool, len(tills))
	for _, till := range tills {
		wanted[till] = true
	}
	var due []dueTill
	err := t.each(`WITH RECURSIVE w (till) AS (
			SELECT min(till) FROM notice WHERE status = 0
			UNION ALL SELECT (SELECT min(n.till) FROM notice n WHERE n.status = 0 AND n.till > w.till) FROM w WHERE w.till IS NOT NULL),
		f (till, at) AS (SELECT w.till, (SELECT min(n.again_at) FROM notice n WHERE n.status = 0 AND n.till = w.till) FROM w WHERE w.till IS NOT NULL)
		SELECT t.number, t.id FROM f JOIN till t ON t.number = f.till WHERE f.at <= $1 ORDER BY f.at, f.till`, []any{millis(now)},
		func(scan func(...any) error) error {
			var d dueTill
			err := scan(&d.number, &d.till)
			if tills == nil || wanted[d.till] {
				due = append(due, d)
			}
			return err
		})
	return due, err
}

func (t *tx) waiting(till int64, now time.Time, limit int) ([]pos.RelayRequest, error) {
	var requests []pos.RelayRequest
	err := t.each(`SELECT id, method, path, query, header, body, received_at, attempt FROM notice
		WHERE till = $1 AND status = 0 AND again_at <= $2 ORDER BY again_at, id LIMIT $3`, []any{till, millis(now), limit}, func(scan func(...any) error) error {
		r := pos.RelayRequest{Kind: pos.RelayNotice, Stored: true}
		var path, query, header []byte
		var at int64
		if err := scan(&r.ID, &r.Method, &path, &query, &header, &r.Body, &at, &r.Attempt); err != nil {
			return err
		}
		r.Path, r.Query, r.ReceivedAt = string(path), string(query), instant(at)
		if err := json.Unmarshal(header, &r.Header); err != nil {
			return fmt.Errorf("header of a notice: %w", err)
		}
		requests = append(requests, r)
		return nil
	})
	return requests, err
}

// answering is a call of Answered on its way through the group.
type answering struct {
	till     int64 // its number
	outcomes []pos.NoticeOutcome
	at       time.Time
	done     chan error // takes one
}

// Answered implements [pos.Central]. The first answer that ends a notice holds. Of a notice that was taken only its name is kept, of one
// that was refused all. An outcome that ends nothing counts as an attempt, also with status 0: a relay that hands a notice down may
// defer it that way until it is to be handed down again. CodeInvalid: a status that HTTP does not have.
func (c *Central) Answered(ctx context.Context, till string, outcomes []pos.NoticeOutcome, at time.Time) error {
	const op = "note answers"
	for _, o := range outcomes {
		if o.Status < 0 || o.Status > 999 || !plain(o.ID) {
			return invalid(op, "an answer has an id and a status of HTTP")
		}
	}
	if len(outcomes) == 0 {
		return nil
	}
	number, err := c.number(ctx, till)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil // it has no notices either
	case err != nil:
		return c.fail(op, err)
	}
	a := &answering{number, outcomes, at, make(chan error, 1)}
	if err := c.answer.add(ctx, a); err != nil {
		return c.fail(op, err)
	}
	select {
	case err := <-a.done:
		return err
	case <-ctx.Done():
		return c.fail(op, ctx.Err())
	}
}

func (c *Central) answerBatch(batch []*answering) {
	ctx, cancel := context.WithTimeout(c.base, commitWithin)
	defer cancel()
	slices.SortStableFunc(batch, func(a, b *answering) int { return cmp.Compare(a.till, b.till) })
	err := c.write(ctx, "note answers", func(t *tx) error {
		for _, a := range batch {
			if err := t.answered(a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil && len(batch) > 1 && ofOne(err) {
		for i := range batch {
			c.answerBatch(batch[i : i+1 : i+1])
		}
		return
	}
	for _, a := range batch {
		a.done <- err
	}
}

// verdict is what several notices have in common that were answered together.
type verdict struct {
	status int   // 0: later
	again  int64 // of later
}

func (t *tx) answered(a *answering) error {
	groups := map[verdict][]noticeHash{}
	for _, o := range a.outcomes {
		v := verdict{status: o.Status}
		if c := o.Status / 100; c != 2 && c != 4 {
			v = verdict{again: millis(o.Again)}
		}
		groups[v] = append(groups[v], hashOf(o.ID))
	}
	order := slices.SortedFunc(maps.Keys(groups), func(a, b verdict) int { return cmp.Or(a.status-b.status, cmp.Compare(a.again, b.again)) })
	for _, v := range order {
		sorted := slices.SortedFunc(slices.Values(groups[v]), func(a, b noticeHash) int { return bytes.Compare(a[:], b[:]) })
		hashes := make([]any, 0, len(sorted))
		for _, hash := range slices.Compact(sorted) {
			hashes = append(hashes, hash[:])
		}
		var err error
		switch v.status / 100 {
		case 2:
			_, err = t.execOf(`UPDATE notice SET status = $1, answered_at = $2, query = $4, header = $4, body = $4
				WHERE till = $3 AND status = 0 AND hash IN (?)`, []any{v.status, max(1, millis(a.at)), a.till, []byte{}}, hashes)
		case 4:
			_, err = t.execOf(`UPDATE notice SET status = $1, answered_at = $2 WHERE till = $3 AND status = 0 AND hash IN (?)`,
				[]any{v.status, max(1, millis(a.at)), a.till}, hashes)
		default:
			_, err = t.execOf(`UPDATE notice SET again_at = $1, attempt = attempt + 1 WHERE till = $2 AND status = 0 AND hash IN (?)`,
				[]any{v.again, a.till}, hashes)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pruneAtOnce is how many notices go in one transaction: no other write has to wait long for it.
const pruneAtOnce = 125

// replyKept is how long an answer waits to be fetched: longer than any relay waits for it.
const replyKept = time.Minute

// Prune implements [pos.Central]. Notices go a few at a time, so it is more than one transaction; when it fails half way, the rest is
// for the next time.
func (c *Central) Prune(ctx context.Context, now time.Time) error {
	const op = "prune"
	for {
		var n int64
		err := c.write(ctx, op, func(t *tx) (err error) {
			n, err = t.exec(`DELETE FROM notice WHERE (till, hash) IN (SELECT till, hash FROM notice WHERE received_at < $1 ORDER BY received_at LIMIT $2)`,
				millis(now.Add(-pos.KeepNotices)), pruneAtOnce)
			return err
		})
		if err != nil {
			return err
		}
		if n < pruneAtOnce {
			break
		}
	}
	return c.write(ctx, op, func(t *tx) error {
		for _, one := range []struct {
			text string
			at   time.Time
		}{
			{`DELETE FROM reply WHERE at < $1`, now.Add(-replyKept)},
			{`DELETE FROM ask WHERE deadline <= $1`, now},
			{`DELETE FROM relay WHERE present <= $1`, now}, // and its streams with it
			{`UPDATE till SET code = NULL, code_until = 0 WHERE code IS NOT NULL AND code_until <= $1`, now},
		} {
			if _, err := t.exec(one.text, millis(one.at)); err != nil {
				return err
			}
		}
		return nil
	})
}
