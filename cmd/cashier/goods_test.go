package main

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/goods"
	"guitai/store"
)

// The till finds by what only the index knows, once it has come up, and follows what is changed in the books.
func TestEngine_FindsGoodsByTheIndex(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Shop: testShop, Clock: systemClock{}})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close() //nolint:errcheck // the test is over
		save := func(items ...pos.Item) {
			t.Helper()
			if _, _, err := s.ImportItems(t.Context(), items); err != nil {
				t.Fatal(err)
			}
		}
		save(pos.Item{Name: "可口可乐 330ml", PLU: "1", Price: 300}, pos.Item{Name: "重庆小面", PLU: "2", Price: 900}, pos.Item{Name: "水", PLU: "3", Price: 100})
		e := &engine{store: s, log: slog.New(slog.DiscardHandler), goods: goods.New(s, slog.New(slog.DiscardHandler))}
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { e.findGoods(ctx) })
		find := func(text, want string) {
			t.Helper()
			items, err := e.goods.Find(t.Context(), text, 10)
			got := ""
			for _, it := range items {
				got += it.Name + "|" + it.Price.String() + " "
			}
			if err != nil || got != want {
				t.Errorf("%s: %q %v, want %q", text, got, err, want)
			}
		}
		find("可乐", "可口可乐 330ml|3.00 ") // the books themselves answer
		find("kekoukele", "")
		bubble.Sleep(2 * goodsAfter)
		find("kekoukele", "可口可乐 330ml|3.00 ")
		find("kkkl", "可口可乐 330ml|3.00 ")
		find("cqxm", "重庆小面|9.00 ")

		save(pos.Item{Name: "可口可乐 330ml", PLU: "1", Price: 350}, pos.Item{Name: "绿茶", PLU: "4", Price: 400})
		find("绿", "绿茶|4.00 ") // at once
		synctest.Wait()
		find("lvcha", "绿茶|4.00 ")
		find("kele", "可口可乐 330ml|3.50 ")
		if it, err := e.goods.Item(t.Context(), "3"); err != nil || it.Name != "水" { // what is scanned is asked of the books
			t.Errorf("%v %v", it, err)
		}
		stop()
		running.Wait()
	})
}
