package central_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	_ "modernc.org/sqlite" // to damage and to lock files

	"guitai/pos"
	"guitai/store/central"
)

func TestOpen_MakesAFileForThisUserAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "relay #1?.db")
	c := open(t, path)
	paired(t, c, "", "T1")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + suffix)
		if err != nil {
			t.Error(err)
		} else if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("relay.db%s is %v", suffix, info.Mode())
		}
	}
}

// Programs that start together on a database that nobody has made yet.
func testOpenAtOnce(t *testing.T, url string) {
	var wg sync.WaitGroup
	for n := range 6 {
		wg.Go(func() {
			c, err := central.Open(t.Context(), url)
			if err != nil {
				t.Error(err)
				return
			}
			_, err = c.AddTill(t.Context(), "", fmt.Sprint("T", n), hash(fmt.Sprint(n)), noon.Add(1), noon)
			if err != nil {
				t.Error(err)
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	tills, err := open(t, url).Tills(t.Context())
	if err != nil || len(tills) != 6 || tills[0].Shop != tills[5].Shop || tills[5].Position != 5 {
		t.Errorf("%+v %v", tills, err)
	}
}

func TestOpen_RefusesWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	strangers := map[string]func(path string) error{
		"text.db": func(path string) error { return os.WriteFile(path, bytes.Repeat([]byte("shopping list\n"), 50), 0o600) },
		"short":   func(path string) error { return os.WriteFile(path, []byte("x"), 0o600) },
		"other.db": func(path string) error {
			return do(path, `CREATE TABLE note (text)`)
		},
		"ledger.db": func(path string) error {
			return do(path, `PRAGMA application_id = 1196704073; CREATE TABLE note (text)`)
		},
		"logged.db": func(path string) error {
			return do(path, `PRAGMA journal_mode = WAL; CREATE TABLE note (text)`)
		},
	}
	for name, make := range strangers {
		path := filepath.Join(dir, name)
		must(t, make(path))
		before, err := os.ReadFile(path)
		must(t, err)
		c, err := central.Open(t.Context(), path)
		wantCode(t, err, pos.CodeInvalid)
		if c != nil {
			t.Errorf("%s was opened", name)
		}
		after, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(before, after) {
			t.Errorf("%s was changed: %v", name, err)
		}
	}
	for _, url := range []string{"", ":memory:", "mysql://root:secret@host/db", "file:///x", "http://x"} {
		_, err := central.Open(t.Context(), url)
		wantCode(t, err, pos.CodeInvalid)
		if strings.Contains(err.Error(), "secret") {
			t.Error(err)
		}
	}
	newer := filepath.Join(dir, "newer.db")
	must(t, open(t, newer).Close())
	must(t, do(newer, `INSERT INTO schema_version VALUES (9999, 1)`))
	_, err := central.Open(t.Context(), newer)
	wantCode(t, err, pos.CodeInvalid)
}

func TestOpen_SaysWhatIsWrongWithTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := central.Open(t.Context(), dir)
	if err == nil || strings.Contains(err.Error(), dir) {
		t.Errorf("a folder: %v", err)
	}
	damaged := filepath.Join(dir, "damaged.db")
	c := open(t, damaged)
	till := paired(t, c, "", "T1")
	keepAll(t, c, till.ID, 0, 300, func(*pos.RelayRequest) {})
	must(t, c.Close())
	must(t, do(damaged, `PRAGMA wal_checkpoint(TRUNCATE)`))
	raw, err := os.ReadFile(damaged)
	must(t, err)
	for i := 100; i < len(raw); i++ { // all but the first lines of the first page
		raw[i] = 0xa5
	}
	must(t, os.WriteFile(damaged, raw, 0o600))
	_, err = central.Open(t.Context(), damaged)
	wantCode(t, err, pos.CodeCorrupt)
}

// A full disk refuses what is to be written and loses nothing that was.
func TestFull(t *testing.T) {
	t.Parallel()
	path := freshFile(t)
	c := open(t, path)
	till := paired(t, c, "", "T1")
	keepAll(t, c, till.ID, 0, 100, func(*pos.RelayRequest) {})
	must(t, c.LimitPages(t.Context()))
	var full error
	n := 100
	for ; full == nil && n < 5000; n++ {
		r := notice(n)
		r.Body = bytes.Repeat([]byte("x"), 32<<10)
		_, _, full = c.Keep(t.Context(), till.ID, r)
	}
	wantCode(t, full, pos.CodeFull)
	if _, err := c.TillByToken(t.Context(), hash(till.ID), noon); err != nil {
		t.Errorf("a full disk locks the till out: %v", err)
	}
	if got := mailbox(t, c, noon.Add(1e12), 5000); len(got[till.ID]) != n-1 {
		t.Errorf("%d of %d are there", len(got[till.ID]), n-1)
	}
}

// do runs statements on a file behind the program's back.
func do(path, text string) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // a test's
	_, err = db.Exec(text)
	return err
}
