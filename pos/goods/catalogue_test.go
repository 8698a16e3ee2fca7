package goods

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"guitai/pos"
	"guitai/pos/bubble"
)

// stall is a shop's catalogue in memory. Its own Find says that it was asked.
type stall struct {
	pos.Catalogue // what is not asked for here

	mu       sync.Mutex
	items    []pos.Item
	revision uint64
	since    map[uint64][]pos.ItemID // by the revision that changed them
	forgets  bool                    // it does not know what changed
	fails    error
	asked    int // how often its own Find was
	read     int // how often the whole was read
	gate     chan struct{}
}

func newStall(items ...pos.Item) *stall {
	return &stall{items: items, revision: 1, since: map[uint64][]pos.ItemID{}}
}

// save changes an item, or adds it.
func (s *stall) save(it pos.Item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items = slices.Clone(s.items)
	if i := slices.IndexFunc(s.items, func(old pos.Item) bool { return old.ID == it.ID }); i >= 0 {
		s.items[i] = it
	} else {
		s.items = append(s.items, it)
	}
	s.revision++
	s.since[s.revision] = append(s.since[s.revision], it.ID)
}

func (s *stall) Revision(context.Context) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.revision, s.fails
}

func (s *stall) Find(_ context.Context, text string, limit int) ([]pos.Item, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	return s.byID(scan(s.items, text, limit)), nil
}

func (s *stall) byID(ids []pos.ItemID) (all []pos.Item) {
	for _, id := range ids {
		if i := slices.IndexFunc(s.items, func(it pos.Item) bool { return it.ID == id }); i >= 0 {
			all = append(all, s.items[i])
		}
	}
	return all
}

func (s *stall) EachItem(ctx context.Context, f func(pos.Item) error) error {
	s.mu.Lock()
	items, gate := s.items, s.gate
	s.read++
	s.mu.Unlock()
	for _, it := range items {
		if gate != nil {
			select {
			case <-gate:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if err := f(it); err != nil {
			return err
		}
	}
	return nil
}

func (s *stall) ItemsByID(_ context.Context, ids []pos.ItemID) ([]pos.Item, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byID(ids), nil
}

func (s *stall) ItemsSince(_ context.Context, revision uint64, limit int) ([]pos.Item, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []pos.ItemID
	for r := revision + 1; r <= s.revision; r++ {
		for _, id := range s.since[r] {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	if s.forgets || len(ids) > limit {
		return nil, false, nil
	}
	return s.byID(ids), true, nil
}

func (s *stall) counts() (asked, read int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked, s.read
}

// running starts a catalogue of a stall in a bubble, and ends it with the test.
func running(t *testing.T, s *stall) *Catalogue {
	t.Helper()
	c := New(s, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(t.Context())
	var over sync.WaitGroup
	over.Go(func() { c.Run(ctx) })
	t.Cleanup(func() { stop(); over.Wait() })
	return c
}

func mustFind(t *testing.T, c pos.Catalogue, text string) string {
	t.Helper()
	items, err := c.Find(t.Context(), text, 10)
	if err != nil {
		t.Fatal(err)
	}
	s := ""
	for _, it := range items {
		s += fmt.Sprintf("%d%s ", it.ID, it.Name)
	}
	return s
}

func TestCatalogue_AsksTheShopUntilTheIndexIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStall(counter("水", "果汁")...)
		s.gate = make(chan struct{})
		c := running(t, s)
		synctest.Wait()
		if got := mustFind(t, c, "水"); got != "1水 " {
			t.Errorf("found %q", got)
		}
		if asked, read := s.counts(); asked != 1 || read != 1 {
			t.Errorf("the shop was asked %d times and read %d times", asked, read)
		}
		close(s.gate)
		synctest.Wait()
		if got := mustFind(t, c, "guozhi"); got != "2果汁 " {
			t.Errorf("found %q", got)
		}
		if asked, _ := s.counts(); asked != 1 {
			t.Errorf("the shop was asked %d times, with an index", asked)
		}
	})
}

func TestCatalogue_FollowsWhatChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStall(counter("水", "果汁", "矿泉水", "面包")...)
		c := running(t, s)
		synctest.Wait()
		check := func(text, want string) {
			t.Helper()
			before, _ := s.counts()
			if got := mustFind(t, c, text); got != want { // the change is news
				t.Errorf("at once: %q, want %q", got, want)
			}
			synctest.Wait()
			if got := mustFind(t, c, text); got != want {
				t.Errorf("by the index: %q, want %q", got, want)
			}
			if asked, _ := s.counts(); asked != before { // which finds less
				t.Errorf("the shop was asked %d times about %q", asked-before, text)
			}
		}
		s.save(pos.Item{ID: 1, Name: "纯净水", Price: 2}) // another name
		check("水", "1纯净水 3矿泉水 ")
		s.save(pos.Item{ID: 9, Name: "水果"}) // a new one
		check("水", "9水果 1纯净水 3矿泉水 ")
		s.save(pos.Item{ID: 3, Name: "矿泉水", Retired: true})
		check("水", "9水果 1纯净水 ")
		s.save(pos.Item{ID: 3, Name: "矿泉水"}) // back again, in its old place
		check("水", "9水果 1纯净水 3矿泉水 ")
		s.save(pos.Item{ID: 2, Name: "水"})
		check("水", "2水 9水果 1纯净水 3矿泉水 ")
		s.save(pos.Item{ID: 4, Name: "可乐"})
		check("kele", "4可乐 ")
		if _, read := s.counts(); read != 1 {
			t.Errorf("the whole catalogue was read %d times for five changes", read)
		}
	})
}

func TestCatalogue_BuildsAnewWhenItIsNotKnownWhatChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStall(counter("水")...)
		s.forgets = true
		c := running(t, s)
		synctest.Wait()
		s.save(pos.Item{ID: 2, Name: "水果"})
		bubble.Sleep(2 * lookEvery) // nobody searches
		if got := mustFind(t, c, "shuiguo"); got != "2水果 " {
			t.Errorf("found %q", got)
		}
		if asked, read := s.counts(); asked != 0 || read != 2 {
			t.Errorf("the shop was asked %d times and read %d times", asked, read)
		}
	})
}

func TestCatalogue_SeesWhatChangedWhileItWasRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStall(counter("水", "果汁")...)
		s.gate = make(chan struct{})
		c := running(t, s)
		synctest.Wait()
		s.save(pos.Item{ID: 1, Name: "酒"}) // what is read is still the water
		s.save(pos.Item{ID: 3, Name: "茶"})
		close(s.gate)
		synctest.Wait()
		for text, want := range map[string]string{"水": "", "jiu": "1酒 ", "cha": "3茶 ", "guo": "2果汁 "} {
			if got := mustFind(t, c, text); got != want {
				t.Errorf("%s: %q, want %q", text, got, want)
			}
		}
		if asked, read := s.counts(); asked != 0 || read != 1 {
			t.Errorf("the shop was asked %d times and read %d times", asked, read)
		}
	})
}

func TestCatalogue_ADiskThatFailsIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStall(counter("水")...)
		s.fails = pos.E(pos.CodeInternal, "read", errors.New("disk"))
		c := running(t, s)
		synctest.Wait()
		if got := mustFind(t, c, "水"); got != "1水 " {
			t.Errorf("found %q", got)
		}
		s.mu.Lock()
		s.fails = nil
		s.mu.Unlock()
		bubble.Sleep(lookEvery)
		if got := mustFind(t, c, "shui"); got != "1水 " || !c.Ready() {
			t.Errorf("found %q", got)
		}
	})
}

// TestCatalogue_ManyAtOnce has people search while others change goods and indexes are built: nothing that stands there all the time is
// ever missed, nothing retired for good is ever found. It is for the race detector, too.
func TestCatalogue_ManyAtOnce(t *testing.T) {
	items := counter("常在的水", "下架的水", "变的茶")
	items[1].Retired = true
	s := newStall(items...)
	c := New(s, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(t.Context())
	var runs, work sync.WaitGroup
	runs.Go(func() { c.Run(ctx) })
	work.Go(func() {
		for i := range 300 {
			s.mu.Lock()
			s.forgets = i%7 == 0
			s.mu.Unlock()
			s.save(pos.Item{ID: 3, Name: fmt.Sprintf("变的茶%d", i)})
			s.save(pos.Item{ID: pos.ItemID(10 + i%20), Name: "来去的水", Retired: i%2 == 0})
		}
	})
	for range 3 {
		work.Go(func() {
			for range 300 {
				got, err := c.Find(ctx, "水", 100)
				has := func(id pos.ItemID) bool {
					return slices.ContainsFunc(got, func(it pos.Item) bool { return it.ID == id || id == 0 && it.Retired })
				}
				if err != nil || !has(1) || has(2) || has(0) {
					t.Errorf("found %v %v", got, err)
					return
				}
			}
		})
	}
	work.Wait()
	stop()
	runs.Wait()
}
