package goods

import (
	"cmp"
	"slices"

	"guitai/pos"
)

// shelf is an index and what has changed since it was built. It is never changed itself.
type shelf struct {
	base     *Index
	built    uint64 // the catalogue's revision that the index is of, at the earliest
	revision uint64 // the one that both are of

	fresh  *Index       // the items that changed or came, as they are
	orders []int        // where they stand among the others
	gone   map[int]bool // numbers of what is in the index as it was
}

// with is the shelf with the items that have changed since its index was built; what it knew of others that had is dropped.
func (s *shelf) with(changed []pos.Item, revision uint64) *shelf {
	d := &shelf{base: s.base, built: s.built, revision: revision}
	if len(changed) == 0 {
		return d
	}
	ids := make(map[pos.ItemID]int, len(changed)) // to where they stand
	for i, it := range changed {
		ids[it.ID] = s.base.Len() + i // what is new is put at the end of the list
	}
	d.gone = map[int]bool{}
	for n, id := range s.base.ids {
		if _, ok := ids[id]; ok {
			ids[id], d.gone[n] = n, true
		}
	}
	sorted := slices.SortedFunc(slices.Values(changed), func(a, b pos.Item) int { return cmp.Compare(ids[a.ID], ids[b.ID]) })
	b := NewBuilder()
	for _, it := range sorted {
		if !it.Retired {
			b.Add(it)
			d.orders = append(d.orders, ids[it.ID])
		}
	}
	d.fresh = b.Index()
	return d
}

// find returns up to limit items that match, best first.
func (s *shelf) find(text string, limit int) []pos.ItemID {
	type hit struct {
		rank rank
		at   int
		id   pos.ItemID
	}
	q := parse(text)
	var hits []hit
	s.base.find(&q, limit, func(n int) bool { return s.gone[n] }, func(r rank, n int) { hits = append(hits, hit{r, n, s.base.ids[n]}) })
	if s.fresh != nil {
		s.fresh.find(&q, limit, nil, func(r rank, n int) { hits = append(hits, hit{r, s.orders[n], s.fresh.ids[n]}) })
		slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.at, b.at)) })
	}
	hits = hits[:min(len(hits), max(0, limit))]
	ids := make([]pos.ItemID, len(hits))
	for i, h := range hits {
		ids[i] = h.id
	}
	return ids
}
