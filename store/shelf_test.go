package store_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"guitai/pos"
	"guitai/store"
)

func shelfOf(t *testing.T, s *store.Store) (all []pos.Item) {
	t.Helper()
	err := s.EachItem(t.Context(), func(it pos.Item) error {
		all = append(all, it)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func shopOf(n int) []pos.Item {
	list := make([]pos.Item, n)
	for i := range list {
		list[i] = pos.Item{Name: fmt.Sprintf("商品 %d", i), Barcodes: []string{fmt.Sprintf("G%d", i), fmt.Sprintf("H%d", i)}, Price: 300}
	}
	return list
}

func mustImport(t *testing.T, s *store.Store, list ...pos.Item) {
	t.Helper()
	if _, _, err := s.ImportItems(t.Context(), list); err != nil {
		t.Fatal(err)
	}
}

func TestShelf_EachItemInTheShopsOrder(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	if got := shelfOf(t, s); got != nil {
		t.Errorf("an empty shop has %v", got)
	}
	for _, n := range []int{500, 1234} { // a whole part, and some more
		list := shopOf(n)
		slices.Reverse(list)
		mustImport(t, s, list...) // names all items, so it sets the order
		got := shelfOf(t, s)
		if len(got) != n {
			t.Fatalf("%d items of %d", len(got), n)
		}
		for i, it := range got {
			want := list[i]
			if want.ID = it.ID; it.ID == 0 || !reflect.DeepEqual(it, want) {
				t.Fatalf("%d-th: %+v, want %+v", i, it, want)
			}
		}
	}
	stop := errors.New("enough")
	n := 0
	if err := s.EachItem(t.Context(), func(pos.Item) error { n++; return stop }); !errors.Is(err, stop) || n != 1 {
		t.Errorf("%v after %d items", err, n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := s.EachItem(ctx, func(pos.Item) error { cancel(); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestShelf_ItemsByIDInTheirOrder(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	mustImport(t, s, shopOf(9)...)
	got, err := s.ItemsByID(t.Context(), []pos.ItemID{7, 99, 2, 5})
	if err != nil || names(got) != "商品 6|商品 1|商品 4" {
		t.Errorf("%s %v", names(got), err)
	}
	if got, err := s.ItemsByID(t.Context(), nil); err != nil || got != nil {
		t.Errorf("%v %v", got, err)
	}
}

func TestShelf_ItemsSince(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	list := shopOf(20)
	mustImport(t, s, list...)
	begin, err := s.Revision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	since := func(revision uint64, limit int) string {
		t.Helper()
		items, ok, err := s.ItemsSince(t.Context(), revision, limit)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return "unknown"
		}
		return names(items)
	}
	check := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	check("nothing changed", since(begin, 10), "")
	list[3].Price, list[3].Name = 400, "贵了"
	mustImport(t, s, list[3])
	mustImport(t, s, list[5], pos.Item{Name: "新的", Barcodes: []string{"N"}, Price: 1})
	check("two imports", since(begin, 10), "贵了|商品 5|新的")
	check("one", since(begin+1, 10), "商品 5|新的")
	check("the same again", since(begin+2, 10), "")
	check("more than is wanted", since(begin, 2), "unknown")
	check("from the future", since(begin+9, 10), "unknown")
	if _, _, err := s.ImportItems(t.Context(), []pos.Item{{Name: "bad", Price: -1, PLU: "1"}}); err == nil {
		t.Fatal("a bad item was imported")
	}
	check("what failed changes nothing", since(begin, 10), "贵了|商品 5|新的")

	mustImport(t, s, append(list, pos.Item{Name: "新的", Barcodes: []string{"N"}, Price: 1})...) // a new order of all
	check("all of them", since(begin+2, 100), "unknown")
	mustImport(t, s, list[3])
	check("after that", since(begin+3, 10), "贵了")
	check("before that", since(begin+2, 10), "unknown")

	other := mustOpen(t, dir) // another program, such as ledger import
	mustImport(t, other, list[4])
	check("somebody else changed something", since(begin+4, 10), "unknown")
	mustImport(t, s, list[6])
	check("somebody else came between", since(begin+4, 10), "unknown")
	check("since then", since(begin+5, 10), "商品 6")
}
