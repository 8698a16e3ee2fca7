package store_test

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"guitai/store"
)

// TestBackup_ThatFillsTheDiskLeavesTheOldOneAndTheTillSells runs out of space in the middle of a copy, at every size that a copy
// may have got to: a program of its own may write no file longer than that.
func TestBackup_ThatFillsTheDiskLeavesTheOldOneAndTheTillSells(t *testing.T) {
	if dir := os.Getenv("STORE_TEST_BACKUP"); dir != "" {
		backUpWithin(t, dir)
		return
	}
	dir := t.TempDir()
	s, _ := timed(t, dir)
	if _, err := s.AutoBackup(context.Background(), store.Keep{}); err != nil {
		t.Fatal(err)
	}
	size := s.Size()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, store.BackupDir)
	before := filesIn(t, folder)
	for limit := int64(4096); limit < size; limit += size / 6 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestBackup_ThatFillsTheDisk", "-test.v")
		cmd.Env = append(os.Environ(), "STORE_TEST_BACKUP="+dir, "STORE_TEST_LIMIT="+time.Duration(limit).String())
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "refused, and sold") {
			t.Fatalf("at %d bytes: %v\n%s", limit, err, out)
		}
		if got := filesIn(t, folder); got != before {
			t.Errorf("at %d bytes it left %s", limit, got)
		}
	}
	if v := mustVerify(t, mustOpen(t, dir)); v.Sales < 4 {
		t.Errorf("%+v", v)
	}
}

// TestMigrate_ThatFillsTheDiskChangesNothing runs out of space while an old ledger is backed up and brought up to date, at every size.
func TestMigrate_ThatFillsTheDiskChangesNothing(t *testing.T) {
	if dir := os.Getenv("STORE_TEST_MIGRATE"); dir != "" {
		within(t, func() {
			s, err := store.Open(context.Background(), store.Options{Dir: dir, Shop: shop(), Clock: &clock{noon}})
			if err == nil {
				_ = s.Close()
				t.Fatal("it went through")
			}
			t.Log("refused:", err)
		})
		return
	}
	dir := t.TempDir()
	firstLedger(t, dir)
	before, err := os.ReadFile(filepath.Join(dir, store.File))
	if err != nil {
		t.Fatal(err)
	}
	steps := 0
	for limit := 4096; limit < 2*len(before); limit += 16 << 10 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestMigrate_ThatFillsTheDisk", "-test.v")
		cmd.Env = append(os.Environ(), "STORE_TEST_MIGRATE="+dir, "STORE_TEST_LIMIT="+time.Duration(limit).String())
		out, err := cmd.CombinedOutput()
		if strings.Contains(string(out), "it went through") {
			break
		}
		if err != nil || !strings.Contains(string(out), "refused:") {
			t.Fatalf("at %d bytes: %v\n%s", limit, err, out)
		}
		if strings.Contains(string(out), "refused: migrate ledger") { // the backup fitted
			steps++
		}
		db := raw(t, dir)
		version := rowsOf(t, db, `PRAGMA user_version`)
		_ = db.Close()
		if got := filesIn(t, filepath.Join(dir, store.BackupDir)); version == "1\n" && got != "" {
			t.Errorf("at %d bytes it left %s", limit, got)
		}
	}
	if steps == 0 {
		t.Error("no step ran out of space: the test does not reach them")
	}
	mustVerify(t, mustOpen(t, dir))
}

// backUpWithin backs up with a limit on the length of files, then without one sells.
func backUpWithin(t *testing.T, dir string) {
	s, err := store.Open(context.Background(), store.Options{Dir: dir, Shop: shop(), Clock: &clock{noon.AddDate(0, 0, 2)}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	within(t, func() {
		made, err := s.AutoBackup(context.Background(), store.Keep{})
		if err == nil {
			t.Fatalf("made %s", made)
		}
	})
	v, err := s.Verify(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	sold(t, s, 100+v.Sales, 1)
	t.Log("refused, and sold")
}

// within calls f while this program may write no file longer than it was told.
func within(t *testing.T, f func()) {
	t.Helper()
	limit, err := time.ParseDuration(os.Getenv("STORE_TEST_LIMIT"))
	if err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ) // the write fails instead
	var old unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: uint64(limit), Max: old.Max}); err != nil {
		t.Fatal(err)
	}
	f()
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
}
