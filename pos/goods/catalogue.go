package goods

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"guitai/pos"
)

const (
	// lookEvery is how often the catalogue is asked whether it has changed, when nobody searches.
	lookEvery = 5 * time.Second
	// freshMost is how many changed items are kept beside an index before a new one is built.
	freshMost = 1000
)

// Shop is what a [Catalogue] searches.
type Shop interface {
	pos.Catalogue
	pos.Shelf
}

// Catalogue is a catalogue whose Find is answered from memory: by an index of the whole, and of what changed since it was built. While
// there is none, or more has changed than is kept beside one, the catalogue itself is asked, which finds less and takes longer. Everything
// else is asked of the catalogue. Safe for concurrent use.
type Catalogue struct {
	pos.Catalogue
	shop Shop
	log  *slog.Logger
	now  atomic.Pointer[shelf]
	poke chan struct{} // somebody found the index out of date
}

// New makes a catalogue without an index; Run builds it.
func New(shop Shop, log *slog.Logger) *Catalogue {
	return &Catalogue{Catalogue: shop, shop: shop, log: log, poke: make(chan struct{}, 1)}
}

// Find implements [pos.Catalogue]. It finds what the package says. The items are as they are now. It never waits for an index to be built; what
// changed since is read by the search that finds it out of date, so that goods just saved are found by pinyin as well.
func (c *Catalogue) Find(ctx context.Context, text string, limit int) ([]pos.Item, error) {
	s := c.now.Load()
	if s == nil {
		return c.shop.Find(ctx, text, limit)
	}
	revision, err := c.shop.Revision(ctx)
	if err != nil {
		return nil, err
	}
	if revision != s.revision {
		select {
		case c.poke <- struct{}{}:
		default:
		}
		changed, ok, err := c.shop.ItemsSince(ctx, s.built, freshMost)
		if err != nil {
			return nil, err
		}
		if !ok {
			return c.shop.Find(ctx, text, limit)
		}
		next := s.with(changed, revision)
		c.now.CompareAndSwap(s, next)
		s = next
	}
	ids := s.find(text, limit)
	if len(ids) == 0 {
		return nil, nil
	}
	items, err := c.shop.ItemsByID(ctx, ids)
	return slices.DeleteFunc(items, func(it pos.Item) bool { return it.Retired }), err // one may have been retired just now
}

// Ready reports whether there is an index for the catalogue as it was when it was last looked at.
func (c *Catalogue) Ready() bool { return c.now.Load() != nil }

// Run builds the index and keeps it true to the catalogue, until ctx ends.
func (c *Catalogue) Run(ctx context.Context) {
	timer := time.NewTimer(lookEvery)
	defer timer.Stop()
	for {
		if err := c.look(ctx); err != nil && ctx.Err() == nil {
			c.log.Error("search index", "err", err) // searches ask the catalogue itself; it is tried again
		}
		timer.Reset(lookEvery)
		select {
		case <-ctx.Done():
			return
		case <-c.poke:
		case <-timer.C:
		}
	}
}

// look makes the index that of the catalogue as it is. When a whole one was built, and the catalogue changed meanwhile, it looks again.
func (c *Catalogue) look(ctx context.Context) error {
	for built := false; ; built = true {
		revision, err := c.shop.Revision(ctx)
		s := c.now.Load()
		if err != nil || s != nil && s.revision == revision {
			return err
		}
		if s != nil {
			changed, ok, err := c.shop.ItemsSince(ctx, s.built, freshMost)
			if err != nil {
				return err
			}
			if ok {
				c.now.Store(s.with(changed, revision))
				return nil
			}
		}
		if built { // somebody changes more than can be followed: not one index after another
			return nil
		}
		if err := c.build(ctx, revision); err != nil {
			return err
		}
	}
}

// build reads the whole catalogue, as of a revision or later.
func (c *Catalogue) build(ctx context.Context, revision uint64) error {
	began := time.Now()
	b := NewBuilder()
	err := c.shop.EachItem(ctx, func(it pos.Item) error {
		b.Add(it)
		return nil
	})
	if err != nil {
		return err
	}
	s := &shelf{base: b.Index(), built: revision, revision: revision}
	c.log.Info("search index", "items", s.base.Len(), "revision", revision, "took", time.Since(began).Round(time.Millisecond))
	c.now.Store(s)
	return nil
}
