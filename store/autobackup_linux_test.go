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

// backUpWithin backs up with a limit on the length of files, then without one sells.
func backUpWithin(t *testing.T, dir string) {
	limit, err := time.ParseDuration(os.Getenv("STORE_TEST_LIMIT"))
	if err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ) // the write fails instead
	s, err := store.Open(context.Background(), store.Options{Dir: dir, Shop: shop(), Clock: &clock{noon.AddDate(0, 0, 2)}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var old unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: uint64(limit), Max: old.Max}); err != nil {
		t.Fatal(err)
	}
	made, err := s.AutoBackup(context.Background(), store.Keep{})
	if err == nil {
		t.Fatalf("made %s", made)
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	v, err := s.Verify(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	sold(t, s, 100+v.Sales, 1)
	t.Log("refused, and sold")
}
