package goods

import (
	"math/rand/v2"
	"slices"
	"testing"

	"guitai/pos"
)

// What is found beside an index that has become old is what an index of the catalogue as it is would find.
func TestShelf_WithWhatChangedIsLikeAllAnew(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 11))
		items := make([]pos.Item, r.IntN(60))
		for i := range items {
			items[i] = anyItem(r, i+1)
			items[i].Retired = false // what was retired when the index was built has no place in it, and comes back at the end
		}
		s := &shelf{base: build(items), built: 1, revision: 1}
		changed := map[pos.ItemID]bool{}
		for step := range uint64(4) {
			for range r.IntN(6) {
				id := 1 + r.IntN(len(items)+1)
				it := anyItem(r, id)
				if id > len(items) {
					items = append(items, it)
				}
				items[id-1] = it
				changed[it.ID] = true
			}
			var news []pos.Item
			for _, it := range items {
				if changed[it.ID] {
					news = append(news, it)
				}
			}
			s = s.with(news, 2+step)
			for range 60 {
				q, limit := anyQuery(r, items), 1+r.IntN(50)
				if got, want := s.find(q, limit), scan(items, q, limit); !slices.Equal(got, want) {
					t.Fatalf("seed %d: find(%q, %d) = %v, want %v", seed, q, limit, got, want)
				}
			}
		}
	}
}
