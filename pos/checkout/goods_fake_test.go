package checkout_test

import (
	"context"
	"slices"
	"time"

	"guitai/pos"
)

// shelf is a catalogue of a few things, and what was made at the till.
type shelf struct{ b *book }

var (
	cola   = pos.Item{ID: 1, Barcodes: []string{"6901234567892"}, Name: "可口可乐 330ml", Price: 300, Category: "饮料", Member: 280}
	chips  = pos.Item{ID: 2, Barcodes: []string{"2112345015002"}, Name: "乐事薯片", Price: 750, Category: "零食"}
	free   = pos.Item{ID: 3, Barcodes: []string{"00"}, Name: "塑料袋", Price: 0}
	apples = pos.Item{ID: 4, Barcodes: []string{"A4"}, Name: "红富士苹果", Price: 1298, Unit: "kg", PLU: "12", Weighed: true}
	repair = pos.Item{ID: 5, Barcodes: []string{"A5"}, Name: "修理费", Price: 2000, Open: true}
	oldie  = pos.Item{ID: 6, Barcodes: []string{"A6"}, Name: "旧款雨伞", Price: 1500, Retired: true}
	buns   = pos.Item{ID: 7, Barcodes: []string{"A7"}, Name: "鲜肉包", Price: 250, PLU: "77"}
	catch  = pos.Item{ID: 8, Barcodes: []string{"A8"}, Name: "时价海鲜", Unit: "kg", PLU: "88", Weighed: true, Open: true}
)

func (s shelf) all() []pos.Item {
	all := []pos.Item{cola, chips, free, apples, repair, oldie, buns, catch}
	if s.b != nil {
		s.b.mu.Lock()
		defer s.b.mu.Unlock()
		all = append(all, s.b.items...)
	}
	return all
}

func (s shelf) Item(_ context.Context, codes ...string) (pos.Item, error) {
	for _, it := range s.all() {
		for _, code := range codes {
			if slices.Contains(it.Barcodes, code) || it.PLU != "" && it.PLU == code {
				return it, nil
			}
		}
	}
	return pos.Item{}, pos.E(pos.CodeNotFound, "item", nil)
}

func (s shelf) ItemByID(_ context.Context, id pos.ItemID) (pos.Item, error) {
	if all := s.all(); id >= 1 && int(id) <= len(all) {
		return all[id-1], nil
	}
	return pos.Item{}, pos.E(pos.CodeNotFound, "item", nil)
}

func (shelf) Find(context.Context, string, int) ([]pos.Item, error)       { return nil, nil }
func (shelf) Categories(context.Context) ([]string, error)                { return nil, nil }
func (shelf) InCategory(context.Context, string, int) ([]pos.Item, error) { return nil, nil }

func (s shelf) Revision(context.Context) (uint64, error) {
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	return 1 + s.b.rev, nil
}

func (shelf) Items(context.Context, pos.ItemQuery) ([]pos.Item, int, error) { return nil, 0, nil }

func (s shelf) SaveItem(_ context.Context, it pos.Item, by string, _ time.Time) (pos.Item, error) {
	n := pos.ItemID(len(s.all()) + 1)
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	if s.b.trouble != nil {
		return it, s.b.trouble
	}
	it.ID = n
	s.b.items, s.b.saved = append(s.b.items, it), append(s.b.saved, by)
	s.b.rev++
	return it, s.b.lies
}

func (shelf) Prices(context.Context, pos.ItemID, int) ([]pos.PriceChange, error) { return nil, nil }
func (shelf) PlanImport(context.Context, string) (pos.ImportPlan, error) {
	return pos.ImportPlan{}, nil
}
func (shelf) Import(context.Context, pos.ImportPlan, string, time.Time) error { return nil }

func (s shelf) Deals(context.Context) ([]pos.Deal, error) {
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	return s.b.deals, s.b.blind
}

func (s shelf) SaveDeals(_ context.Context, deals []pos.Deal, _ string, _ time.Time) ([]pos.Deal, error) {
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	s.b.deals = deals
	s.b.rev++
	return deals, nil
}

func (b *book) HoldCart(_ context.Context, h pos.Held) (pos.Held, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble != nil {
		return h, b.trouble
	}
	b.dropHeld(h.ID)
	b.holds++
	h.ID = b.holds
	b.held = append(b.held, h)
	return h, b.lies
}

func (b *book) HeldCarts(context.Context) ([]pos.Held, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.held), b.blind
}

func (b *book) DropHeld(_ context.Context, id int64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble != nil {
		return b.trouble
	}
	b.dropHeld(id)
	return b.lies
}

// dropHeld forgets a held cart, as every write does that comes in its place; the caller holds the lock.
func (b *book) dropHeld(id int64) {
	b.held = slices.DeleteFunc(slices.Clone(b.held), func(h pos.Held) bool { return h.ID == id })
}
