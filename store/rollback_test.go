package store

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A crash while the file was still written by way of a rollback journal leaves one that only a writer may finish: the ledger
// must open all the same.
func TestOpen_FinishesAnInterruptedRollback(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	from, to := t.TempDir(), t.TempDir()
	s, err := Open(ctx, practice(from))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	w, err := openWriter(ctx, filepath.Join(from, File), "&mode=rw&_pragma=journal_mode(DELETE)&_pragma=cache_size(2)")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.close() }()
	for _, query := range []string{"BEGIN IMMEDIATE", "CREATE TABLE stranger (body TEXT)"} {
		if err := run(ctx, w, query); err != nil {
			t.Fatal(err)
		}
	}
	for range 200 { // more than the cache holds, so that pages reach the file before the commit
		if err := run(ctx, w, "INSERT INTO stranger VALUES ('"+strings.Repeat("x", 4000)+"')"); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{File, File + "-journal"} { // the power goes
		if err := copyFile(ctx, filepath.Join(from, name), filepath.Join(to, name)); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(filepath.Join(to, File+"-journal")); err != nil || info.Size() == 0 {
		t.Fatalf("no journal was left: %v", err)
	}
	s, err = Open(ctx, practice(to))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	v, err := s.Verify(ctx)
	if err != nil || !v.OK() {
		t.Errorf("%v %v", v.Faults, err)
	}
	var n int
	if err := one(ctx, s.writer, "SELECT count(*) FROM sqlite_schema WHERE name = 'stranger'", nil, &n); err != nil || n != 0 {
		t.Errorf("what was interrupted is there: %d %v", n, err)
	}
}
