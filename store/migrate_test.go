package store

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"guitai/pos"
)

// grown is this program's migrations and one more.
func grown(tb testing.TB, next string) fs.FS {
	tb.Helper()
	names, err := fs.Glob(migrations, "migration/*.sql")
	if err != nil {
		tb.Fatal(err)
	}
	files := fstest.MapFS{fmt.Sprintf("migration/%04d_more.sql", len(names)+1): {Data: []byte(next)}}
	for _, name := range names {
		body, err := migrations.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: body}
	}
	return files
}

func practice(dir string) Options {
	return Options{Dir: dir, Shop: pos.Shop{ID: "S001", Till: "T1", Practice: true, Calendar: pos.Calendar{Zone: time.UTC}}}
}

func TestMigrate_BacksUpFirst(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s, err := Open(ctx, practice(dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.KeepNotice(ctx, time.Now(), []byte("x"), "", pos.NoticeBroken); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	if files, _ := os.ReadDir(filepath.Join(dir, BackupDir)); len(files) != 0 {
		t.Fatalf("a backup of nothing: %v", files)
	}
	s, err = open(ctx, practice(dir), grown(t, `CREATE TABLE more (a INTEGER) STRICT; INSERT INTO more SELECT count FROM notice;`))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var n, version int
	if err := one(ctx, s.writer, `SELECT a FROM more`, nil, &n); err != nil || n != 1 {
		t.Errorf("%d %v", n, err)
	}
	newest, err := newestVersion(migrations)
	if err != nil {
		t.Fatal(err)
	}
	if version, err = schemaVersion(ctx, s.writer); err != nil || version != newest+1 {
		t.Errorf("version %d %v", version, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, BackupDir, fmt.Sprintf("before-%04d-*.db", newest+1)))
	if err != nil || len(files) != 1 {
		t.Fatalf("backups %v %v", files, err)
	}
	restored := t.TempDir()
	body, err := os.ReadFile(files[0])
	if err == nil {
		err = os.WriteFile(filepath.Join(restored, File), body, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	old, err := Open(ctx, practice(restored)) // the program before opens what was backed up
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = old.Close() }()
	if v, err := old.Verify(ctx); err != nil || !v.OK() {
		t.Errorf("%v %v", v, err)
	}
}

func TestMigrate_FailsWhole(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s, err := Open(ctx, practice(dir))
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	if _, err := open(ctx, practice(dir), grown(t, `CREATE TABLE more (a INTEGER) STRICT; INSERT INTO nowhere VALUES (1);`)); err == nil {
		t.Fatal("a broken migration went through")
	}
	if left, err := os.ReadDir(filepath.Join(dir, BackupDir)); err != nil || len(left) != 0 {
		t.Errorf("every start that fails leaves one more copy of the same books: %v %v", left, err)
	}
	s, err = Open(ctx, practice(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if v, err := s.Verify(ctx); err != nil || !v.OK() {
		t.Errorf("half a migration is left: %v %v", v, err)
	}
}

func TestReadMigrations_CountFromOne(t *testing.T) {
	if _, err := readMigrations(fstest.MapFS{"migration/0002_x.sql": {}}); err == nil {
		t.Error("a gap went through")
	}
}

func TestOpen_StaleTemporaryFileIsNoObstacle(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, File+".new"), []byte("half a ledger"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(context.Background(), practice(dir))
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
}

func TestWriter_PragmasHoldOnEveryConnection(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, practice(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	conns := make([]*session, readerCount)
	for i := range conns { // held at once, so each is another connection
		if conns[i], err = s.readers.take(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range conns {
		if err := assertPragmas(ctx, c, readerPragmas); err != nil {
			t.Error(err)
		}
		if _, err := c.conn.ExecContext(ctx, `DELETE FROM setting`); codeOf(err) != pos.CodeReadOnly {
			t.Errorf("a reader wrote: %v", err)
		}
		s.readers.free <- c
	}
	if err := assertPragmas(ctx, s.writer, []struct{ query, want string }{{`PRAGMA synchronous`, "1"}}); err == nil {
		t.Error("a pragma that does not hold is not noticed")
	}
}
