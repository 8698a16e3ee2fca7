package store

import (
	"context"
	"encoding/json"
	"sync"

	"guitai/pos"
)

const (
	sqlItemsAfter = `SELECT ` + itemColumns + ` FROM item i WHERE (i.position, i.id) > (?, ?) ORDER BY i.position, i.id LIMIT ?`
	sqlItemPlace  = `SELECT position FROM item WHERE id = ?`
	sqlItemsByID  = `SELECT ` + itemColumns + ` FROM json_each(?) AS k CROSS JOIN item i ON i.id = k.value ORDER BY k.key`

	// shelfPart is how many items are read at once: a reader is back in a few milliseconds.
	shelfPart = 500
)

// EachItem implements [pos.Shelf]. A reader is taken for [shelfPart] items at a time, so that whoever sells or looks something up
// meanwhile has one, too.
func (s *Store) EachItem(ctx context.Context, f func(pos.Item) error) error {
	const op = "read catalogue"
	for place, last := -1, pos.ItemID(0); ; {
		var part []pos.Item
		err := s.read(ctx, op, func(h handle) (err error) {
			if part, err = items(ctx, h, sqlItemsAfter, place, int64(last), shelfPart); err != nil || len(part) == 0 {
				return err
			}
			last = part[len(part)-1].ID
			return one(ctx, h, sqlItemPlace, []any{int64(last)}, &place)
		})
		if err != nil {
			return err
		}
		for _, it := range part {
			if err := f(it); err != nil {
				return err
			}
		}
		if len(part) < shelfPart {
			return nil
		}
	}
}

// ItemsByID implements [pos.Shelf].
func (s *Store) ItemsByID(ctx context.Context, ids []pos.ItemID) ([]pos.Item, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fail("read items", err)
	}
	return s.items(ctx, "read items", sqlItemsByID, string(list))
}

// ItemsSince implements [pos.Shelf]. It knows what this program changed since it opened the ledger, as long as that is not very much, and
// nobody else did.
func (s *Store) ItemsSince(ctx context.Context, revision uint64, limit int) ([]pos.Item, bool, error) {
	now, err := s.Revision(ctx)
	if err != nil {
		return nil, false, err
	}
	ids, ok := s.changes.since(revision, now)
	if !ok || len(ids) > limit {
		return nil, false, nil
	}
	items, err := s.ItemsByID(ctx, ids)
	return items, err == nil, err
}

// changesMost is how many changed items are remembered.
const changesMost = 4096

// changes remembers which items were changed by which revision of the catalogue. Safe for concurrent use.
type changes struct {
	mu   sync.Mutex
	last uint64 // the newest revision that was made here
	each []changedItem
	from uint64 // what is remembered is all that was changed since this revision; meaningless before there is a last
}

// changedItem is an item that a revision changed.
type changedItem struct {
	revision uint64
	id       pos.ItemID
}

// note remembers what a transaction changed that was committed.
func (c *changes) note(t *tx) {
	if t.revision == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last != t.revision-1 || c.last == 0 { // the first, or somebody else came between
		c.each, c.from = nil, t.revision-1
	}
	c.last = t.revision
	if t.reordered || len(t.touched) == 0 || len(t.touched) > changesMost {
		c.each, c.from = nil, t.revision
		return
	}
	for _, id := range t.touched {
		c.each = append(c.each, changedItem{t.revision, id})
	}
	for len(c.each) > changesMost {
		c.from = c.each[0].revision
		c.each = c.each[1:]
	}
}

// since are the items changed since a revision, each once. It is not ok when they are not known, or now is not the newest revision here.
func (c *changes) since(revision, now uint64) (ids []pos.ItemID, ok bool) {
	if revision == now {
		return nil, true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last != now || revision < c.from || revision > now {
		return nil, false
	}
	seen := map[pos.ItemID]bool{}
	for _, x := range c.each {
		if x.revision > revision && !seen[x.id] {
			seen[x.id] = true
			ids = append(ids, x.id)
		}
	}
	return ids, true
}
