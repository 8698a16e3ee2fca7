package store

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"guitai/pos"
)

// blanks are ledgers as they are made, each of them once. To make one takes every migration, and most tests only want some new one.
var blanks struct {
	sync.Mutex
	all map[newOf]func() ([]byte, error)
}

// newOf is all that goes into a new ledger.
type newOf struct {
	shop pos.Shop
	at   time.Time
}

// Blank puts a new ledger where [Open] would make it, so that it finds one: the very bytes that it would make, which a test of its own
// compares. A folder that has anything in it is left alone; so is who wants the system's clock.
func Blank(tb testing.TB, o Options) {
	tb.Helper()
	if all, err := os.ReadDir(o.Dir); err == nil && len(all) > 0 || o.Clock == nil {
		return
	}
	k := newOf{o.Shop, o.Clock.Now()}
	blanks.Lock()
	get := blanks.all[k]
	if get == nil {
		get = sync.OnceValues(func() ([]byte, error) { return newLedger(k) })
		if blanks.all == nil {
			blanks.all = map[newOf]func() ([]byte, error){}
		}
		blanks.all[k] = get
	}
	blanks.Unlock()

	image, err := get()
	if err == nil {
		err = os.MkdirAll(o.Dir, 0o700)
	}
	temp := filepath.Join(o.Dir, File+".new") // as Open does: it may be a program that a test kills
	if err == nil {
		err = os.WriteFile(temp, image, 0o600)
	}
	if err == nil {
		err = os.Rename(temp, filepath.Join(o.Dir, File))
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// newLedger makes a ledger and returns its file.
func newLedger(k newOf) (image []byte, err error) {
	dir, err := os.MkdirTemp("", "blank-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := newStore(Options{Dir: dir, Shop: k.shop, Clock: frozen(k.at)})
	if err != nil {
		return nil, err
	}
	if err := s.create(context.Background(), migrations); err != nil {
		return nil, err
	}
	return os.ReadFile(s.Path())
}

type frozen time.Time

func (f frozen) Now() time.Time { return time.Time(f) }

// What a test gets instead of a new ledger is one, byte for byte, before it is used and after it was opened and closed.
func TestBlank_IsWhatOpenMakes(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	opened := func(o Options) []byte {
		t.Helper()
		s, err := Open(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		image, err := os.ReadFile(s.Path())
		if err != nil {
			t.Fatal(err)
		}
		return image
	}
	real := practice("").Shop
	real.ID, real.Till, real.Practice, real.Calendar.Starts = "S002", "T9", false, 4*time.Hour
	seen := map[string]bool{}
	for _, k := range []newOf{{practice("").Shop, faultDay}, {practice("").Shop, faultDay.Add(time.Millisecond)}, {real, faultDay}} {
		o := Options{Dir: t.TempDir(), Shop: k.shop, Clock: frozen(k.at)}
		want := opened(o)
		o.Dir = filepath.Join(t.TempDir(), "new")
		Blank(t, o)
		if !bytes.Equal(opened(o), want) {
			t.Errorf("%+v is another ledger", k)
		}
		Blank(t, o) // it is there
		if !bytes.Equal(opened(o), want) || seen[string(want)] {
			t.Errorf("%+v was made anew, or is not its own", k)
		}
		seen[string(want)] = true
	}
}
