package store_test

import (
	"context"
	"testing"

	"guitai/pos"
	"guitai/store"
)

func TestRestored_TellsOfTheLastRestoreUntilPeopleKnow(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir, backup := afterBackup(t)
	s := mustOpen(t, dir)
	if r, err := s.Restored(ctx); err != nil || r != (pos.Restoration{}) {
		t.Errorf("of books that never were: %+v %v", r, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for epoch := 2; epoch <= 3; epoch++ {
		done, err := store.Restore(ctx, backup, store.Options{Dir: dir, Shop: shop(), Clock: &clock{noon}})
		if err != nil {
			t.Fatal(err)
		}
		s := mustOpen(t, dir)
		r, err := s.Restored(ctx)
		if err != nil || r.Epoch != epoch || int64(r.Entries) != done.Entries || r.Told || r.Newest != 3 || r.Left != 2 {
			t.Errorf("%+v %v, after %+v", r, err, done)
		}
		for range 2 {
			if err := s.RestoreTold(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = mustOpen(t, dir)
		if r, err := s.Restored(ctx); err != nil || !r.Told || r.Epoch != epoch || r.Left != 2 {
			t.Errorf("of one that people know of: %+v %v", r, err)
		}
		mustVerify(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
