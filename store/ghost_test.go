package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"guitai/pos"
)

// crashed copies the ledger as a crash at this moment would leave it, and opens it as the next start would.
func crashed(t *testing.T, s *Store) *Store {
	t.Helper()
	dir := t.TempDir()
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(s.Path() + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, File+suffix), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	after, err := Open(context.Background(), practice(dir))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = after.Close() })
	return after
}

// haunt leaves in s's log what a commit of sale i leaves there when the disk took its pages and failed to make them durable.
// The pages are those that SQLite itself makes of that sale in a copy: the log goes on in both from the same page.
func haunt(t *testing.T, s *Store, i int) {
	t.Helper()
	twin := crashed(t, s)
	sl, p := cashSale(i)
	if _, err := twin.SellCash(context.Background(), sl, p); err != nil {
		t.Fatal(err)
	}
	ghost, err := os.ReadFile(twin.Path() + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.OpenFile(s.Path()+"-wal", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	before := make([]byte, len(ghost))
	if _, err := log.ReadAt(before, 0); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(before, ghost) {
		t.Fatal("the sale left nothing in the log")
	}
	if _, err := log.WriteAt(ghost, 0); err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestWrite_ACommitThatFailedStaysUndoneAfterACrash(t *testing.T) {
	t.Parallel()
	for name, failures := range map[string]int{"the disk fails once": 1, "and again when it is buried": 2, "and before the next write": 3} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			s, err := Open(ctx, practice(t.TempDir()))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			sl, p := cashSale(0)
			if _, err := s.SellCash(ctx, sl, p); err != nil {
				t.Fatal(err)
			}
			commit, left := s.writer.seal, failures
			s.writer.seal = func() error {
				if left == 0 {
					return commit()
				}
				if err := run(ctx, s.writer, sqlRollback); err != nil { // as SQLite does by itself
					t.Error(err)
				}
				if left == failures {
					haunt(t, s, 1)
					mustBeSound(t, crashed(t, s), 2) // the sale that fails would count: this is what is to be prevented
				}
				left--
				return syscall.EIO
			}
			sell := func(i int) error {
				sl, p := cashSale(i)
				_, err := s.SellCash(ctx, sl, p)
				return err
			}
			if err := sell(1); !errors.Is(err, syscall.EIO) {
				t.Fatalf("%v", err)
			}
			mustBeSound(t, s, 1)
			for range failures - 2 { // nothing is written before the burial
				if err := sell(2); !errors.Is(err, syscall.EIO) {
					t.Fatalf("%v", err)
				}
			}
			if failures > 1 {
				if err := sell(2); err != nil {
					t.Fatal(err)
				}
			}
			after := crashed(t, s)
			if _, err := after.Payment(ctx, "S001-T1-1"); pos.CodeOf(err) != pos.CodeNotFound {
				t.Errorf("the sale that failed is back: %v", err)
			}
			for i := 1; i < 3; i++ { // repeated, and whatever else there is to sell
				if err := sell(i); err != nil {
					t.Fatal(err)
				}
			}
			mustBeSound(t, s, 3)
			mustBeSound(t, crashed(t, s), 3)
			if n, err := setting(ctx, s.writer, settingFailed); err != nil || n != "1" {
				t.Errorf("counted %q %v", n, err)
			}
		})
	}
}
