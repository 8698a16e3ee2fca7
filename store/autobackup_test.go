package store_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

// timed opens a ledger with three sales and a clock to turn.
func timed(tb testing.TB, dir string) (*store.Store, *clock) {
	tb.Helper()
	c := &clock{noon}
	o := store.Options{Dir: dir, Shop: shop(), Clock: c}
	store.Blank(tb, o)
	s, err := store.Open(context.Background(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	for i := range 3 {
		sold(tb, s, i, 1)
	}
	return s, c
}

func TestAutoBackup_KeepsTheNewestDaysAndOneOfEachMonthBefore(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s, c := timed(t, dir)
	for range 34 { // every third day from 20 November to 27 February
		if _, err := s.AutoBackup(ctx, store.Keep{Days: 3, Months: 3}); err != nil {
			t.Fatal(err)
		}
		c.now = c.now.Add(3 * 24 * time.Hour)
	}
	got := filesIn(t, filepath.Join(dir, store.BackupDir))
	if want := "auto-20261229.db auto-20270131.db auto-20270221.db auto-20270224.db auto-20270227.db"; got != want {
		t.Errorf("kept %s, want %s", got, want)
	}
}

func TestShiftBackup_IsNamedByItsZAndKeptByItsOwnCount(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s, c := timed(t, dir)
	if _, err := s.AutoBackup(ctx, store.Keep{Days: 1}); err != nil {
		t.Fatal(err)
	}
	for z := 1; z <= 4; z++ {
		c.now = c.now.Add(time.Hour)
		if made, err := s.ShiftBackup(ctx, z, store.Keep{Days: 1, Shifts: 2}); err != nil || filepath.Base(made) != "shift-Z000"+string(rune('0'+z))+".db" {
			t.Fatalf("%s %v", made, err)
		}
	}
	if got, want := filesIn(t, filepath.Join(dir, store.BackupDir)), "auto-20261120.db shift-Z0003.db shift-Z0004.db"; got != want {
		t.Errorf("kept %s, want %s", got, want)
	}
	all, err := s.Backups(ctx)
	if err != nil || len(all) != 3 || filepath.Base(all[0].Path) != "shift-Z0004.db" || all[0].Bytes == 0 {
		t.Errorf("%+v %v", all, err)
	}
	if v, err := s.Vitals(ctx); err != nil || !v.BackupAt.Equal(c.now) {
		t.Errorf("%+v %v", v, err)
	}
}

// spoil changes a sale behind the ledger's back: the file stays whole, its books do not.
func spoil(tb testing.TB, dir string) {
	tb.Helper()
	tamper(tb, dir, `UPDATE sale SET discount = 1 WHERE id = 2`)
}

func TestBackup_OfBooksThatDoNotProveThemselvesReplacesNothing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s, c := timed(t, dir)
	good, err := s.AutoBackup(ctx, store.Keep{Days: 1})
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	spoil(t, dir)
	wantCode(t, s.Backup(ctx, good), pos.CodeCorrupt)
	for range 2 {
		c.now = c.now.Add(25 * time.Hour)
		_, err = s.AutoBackup(ctx, store.Keep{Days: 1})
		wantCode(t, err, pos.CodeCorrupt)
		if !strings.Contains(err.Error(), "sale 2") {
			t.Errorf("it does not say what is wrong: %v", err)
		}
	}
	if got, want := filesIn(t, filepath.Join(dir, store.BackupDir)), "auto-20261120.db unproven-20261122.db"; got != want {
		t.Errorf("kept %s, want %s", got, want)
	}
	if after, err := os.ReadFile(good); err != nil || string(after) != string(before) {
		t.Errorf("the good backup was touched: %v", err)
	}
	if all, err := s.Backups(ctx); err != nil || len(all) != 1 || all[0].Path != good {
		t.Errorf("%+v %v", all, err)
	}
}

func TestBackup_StoppedOnTheWayLeavesWhatWasThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, c := timed(t, dir)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.AutoBackup(ctx, store.Keep{}); err == nil {
		t.Error("made a backup although told to stop")
	}
	folder := filepath.Join(dir, store.BackupDir)
	if got := filesIn(t, folder); got != "" {
		t.Errorf("left %s", got)
	}
	// A program that was killed in the middle left this; nobody comes back to its name.
	half := filepath.Join(folder, "auto-20261101.db.new")
	if err := os.WriteFile(half, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	old := noon.AddDate(0, 0, -19)
	if err := os.Chtimes(half, old, old); err != nil {
		t.Fatal(err)
	}
	c.now = noon.Add(time.Hour)
	if _, err := s.AutoBackup(context.Background(), store.Keep{}); err != nil {
		t.Fatal(err)
	}
	if got := filesIn(t, folder); got != "auto-20261120.db" {
		t.Errorf("left %s", got)
	}
}

func TestCopyBackup_IsReadBackAndKeptByTheRule(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir, place := t.TempDir(), t.TempDir()
	s, c := timed(t, dir)
	for i := range 3 {
		made, err := s.AutoBackup(ctx, store.Keep{Days: 3})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second one replaces the first
			if err := s.CopyBackup(ctx, made, place, store.Keep{Days: 2}); err != nil {
				t.Fatalf("copy %d: %v", i, err)
			}
		}
		c.now = c.now.Add(24 * time.Hour)
	}
	folder := filepath.Join(place, "S001-T1-practice")
	if got, want := filesIn(t, folder), "auto-20261121.db auto-20261122.db"; got != want {
		t.Errorf("kept %s, want %s", got, want)
	}
	restored := t.TempDir()
	copyOf(t, filepath.Join(folder, "auto-20261122.db"), filepath.Join(restored, store.File))
	if v := mustVerify(t, mustOpen(t, restored)); v.Sales != 3 {
		t.Errorf("%+v", v)
	}
	all, err := s.Backups(ctx)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, s.CopyBackup(ctx, all[0].Path, filepath.Join(place, "unplugged"), store.Keep{}), pos.CodeNotFound)
	wantCode(t, s.CopyBackup(ctx, all[0].Path, all[0].Path, store.Keep{}), pos.CodeInvalid)
	wantCode(t, s.CopyBackup(ctx, filepath.Join(place, "no backup.db"), place, store.Keep{}), pos.CodeNotFound)
}

func TestBackup_WhileTheTillSellsHoldsNobodyUp(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s, _ := timed(t, dir)
	stop, done := make(chan struct{}), make(chan error)
	go func() {
		for {
			select {
			case <-stop:
				close(done)
				return
			default:
			}
			if err := s.Backup(ctx, filepath.Join(dir, "copy.db")); err != nil {
				done <- err
				return
			}
		}
	}()
	for i := range 40 {
		sold(t, s, 10+i, 1)
	}
	close(stop)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if v := mustVerify(t, s); v.Sales != 43 {
		t.Errorf("%+v", v)
	}
}
