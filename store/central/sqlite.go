package central

import (
	"context"
	"database/sql"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"guitai/pos"
)

const (
	busyTimeout = 5 * time.Second // how long a write waits for another program on the same file
	readerCount = 4
)

//go:embed migration/sqlite/*.sql
var sqliteSchema embed.FS

const applicationID = 0x47545252 // "GTRR"

// liteEngine is SQLite's own.
type liteEngine struct{}

// lite is the ways to a file: one writer, who takes the file's lock at the beginning of a transaction, and some readers, whom it does
// not hold up.
type lite struct {
	db, readers *sql.DB
	conn        *sql.Conn
	turn        chan struct{} // holds one while the writer is at work
	own, theirs *statements
}

func openSQLite(ctx context.Context, path string) (*Central, error) {
	err := makeFile(path)
	if err == nil {
		err = stranger(path)
	}
	if err != nil {
		return nil, failed(liteEngine{}, opOpen, err)
	}
	// Two programs that make the same file get in each other's way where SQLite does not wait by itself: at the change to a log.
	for end := time.Now().Add(busyTimeout); ; {
		l, err := newLite(ctx, path)
		if err == nil {
			return &Central{engine: liteEngine{}, pool: l}, nil
		}
		if !(liteEngine{}).again(err) || time.Now().After(end) {
			return nil, failed(liteEngine{}, opOpen, err)
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return nil, failed(liteEngine{}, opOpen, ctx.Err())
		}
	}
}

// makeFile makes an empty file for this user alone, and its folder. Their names are on disk before anything is in the file.
func makeFile(path string) error {
	dir := filepath.Dir(path)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return bare(err)
		}
		if err := syncDir(filepath.Dir(dir)); err != nil {
			return err
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return bare(err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return syncDir(dir)
}

// stranger looks at a file before SQLite opens it for writing, which alone would change it. What cannot be told here, admit tells.
func stranger(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return bare(err)
	}
	defer f.Close() //nolint:errcheck // it was read
	head := make([]byte, 100)
	switch n, err := io.ReadFull(f, head); {
	case n == 0:
		return nil // new, or a program was killed while it made it
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return bare(err)
	case n < len(head) || !strings.HasPrefix(string(head), "SQLite format 3\x00"):
		return invalid(opOpen, "the file is no database of SQLite; nothing was changed")
	}
	id, logged := binary.BigEndian.Uint32(head[68:]), head[18] == 2
	_, err = os.Stat(path + "-journal")
	if id != applicationID && (id != 0 || !logged && errors.Is(err, fs.ErrNotExist)) {
		return invalid(opOpen, errStranger)
	}
	return nil
}

const errStranger = "the file is another program's; nothing was changed"

// bare is a file's error without its path.
func bare(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("%s: %w", e.Op, e.Err)
	}
	return err
}

func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // it has no such call, and keeps names in its log
	}
	d, err := os.Open(dir)
	if err != nil {
		return bare(err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// dsn names the file for the driver. The pragmas reach every connection this way.
func dsn(path, options string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	p := filepath.ToSlash(abs)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/…
	}
	return (&url.URL{Scheme: "file", Path: p}).String() +
		fmt.Sprintf("?_dqs=0&_defensive=1&_error_rc=1&_pragma=busy_timeout(%d)&_pragma=trusted_schema(0)", busyTimeout.Milliseconds()) +
		"&_pragma=foreign_keys(1)&_pragma=synchronous(FULL)&_pragma=fullfsync(1)&_pragma=checkpoint_fullfsync(1)" + options, nil
}

const (
	writerOptions = "&mode=rw&_pragma=journal_mode(WAL)&_pragma=wal_autocheckpoint(4000)&_pragma=journal_size_limit(67108864)"
	readerOptions = "&mode=ro&_query_only=1"
)

func newLite(ctx context.Context, path string) (_ *lite, err error) {
	l := &lite{turn: make(chan struct{}, 1)}
	defer func() {
		if err != nil {
			_ = l.close() // the first error is the one to tell
		}
	}()
	name, err := dsn(path, writerOptions)
	if err != nil {
		return nil, err
	}
	if l.db, err = sql.Open("sqlite", name); err != nil {
		return nil, err
	}
	l.db.SetMaxOpenConns(1)
	if l.conn, err = l.db.Conn(ctx); err != nil {
		return nil, err
	}
	l.own = newStatements(l.conn)
	if err := l.admit(ctx); err != nil {
		return nil, err
	}
	if name, err = dsn(path, readerOptions); err != nil {
		return nil, err
	}
	if l.readers, err = sql.Open("sqlite", name); err != nil {
		return nil, err
	}
	l.readers.SetMaxOpenConns(readerCount)
	l.readers.SetMaxIdleConns(readerCount)
	l.theirs = newStatements(l.readers)
	return l, nil
}

// admit refuses a stranger's database, and a build of SQLite that does not do what is relied on. Where a file cannot be opened for writing,
// SQLite quietly opens it for reading: it is found out here.
func (l *lite) admit(ctx context.Context) error {
	for _, p := range []struct{ query, want string }{
		{`PRAGMA synchronous`, "2"},
		{`PRAGMA fullfsync`, "1"},
		{`PRAGMA checkpoint_fullfsync`, "1"},
		{`PRAGMA foreign_keys`, "1"},
		{`PRAGMA encoding`, "UTF-8"},
		{`PRAGMA journal_mode`, "wal"},
	} {
		var got string
		if err := l.conn.QueryRowContext(ctx, p.query).Scan(&got); err != nil {
			return err
		}
		if got != p.want {
			return fmt.Errorf("%s is %s, not %s", p.query, got, p.want)
		}
	}
	return l.transaction(ctx, func(t *tx) error {
		var id, tables int
		if err := t.one(`PRAGMA application_id`, nil, &id); err != nil {
			return err
		}
		if err := t.one(`SELECT count(*) FROM sqlite_schema`, nil, &tables); err != nil {
			return err
		}
		if id != applicationID && (id != 0 || tables != 0) {
			return invalid(opOpen, errStranger)
		}
		return nil
	})
}

func (l *lite) reader(ctx context.Context) *tx { return &tx{ctx, l.theirs.get, l.readers.ExecContext} }

func (l *lite) transaction(ctx context.Context, f func(*tx) error) error {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	begin := &tx{ctx, l.own.get, l.conn.ExecContext} // here it may have to wait for another program
	if _, err := begin.exec(`BEGIN IMMEDIATE`); err != nil {
		return err
	}
	// From here on nothing waits for anybody, so each statement runs to its end: the driver would start a goroutine for each that may be
	// cancelled. And who began ends it, one way or the other.
	t := &tx{context.WithoutCancel(ctx), l.own.get, l.conn.ExecContext}
	err := f(t)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		if _, err = t.exec(`COMMIT`); err == nil {
			return nil
		}
	}
	_, _ = t.exec(`ROLLBACK`) // fails where SQLite has rolled back by itself, as for a full disk
	return err
}

// keep inserts row by row. A statement of many rows costs more than theirs: in case it fails half way SQLite notes what each page was like,
// in a temporary file, and the driver looks for each parameter among the names of all.
func (l *lite) keep(ctx context.Context, batch []*keeping) error {
	return l.transaction(ctx, func(t *tx) error {
		for _, k := range batch {
			at := k.r.ReceivedAt.UnixMilli()
			n, err := t.exec(`INSERT INTO notice (till, hash, id, method, path, query, header, body, received_at, again_at)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT (till, hash) DO NOTHING`,
				k.till, k.hash[:], k.r.ID, k.r.Method, []byte(k.r.Path), []byte(k.r.Query), k.header, filled(k.r.Body), at)
			if err != nil {
				return err
			}
			k.known, k.taken = n == 0, false
			if !k.known {
				continue
			}
			if err := t.one(`SELECT status <> 0 FROM notice WHERE till = $1 AND hash = $2`, []any{k.till, k.hash[:]}, &k.taken); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l *lite) close() error {
	var errs []error
	if l.theirs != nil {
		errs = append(errs, l.theirs.close())
	}
	if l.readers != nil {
		errs = append(errs, l.readers.Close())
	}
	if l.own != nil {
		errs = append(errs, l.own.close())
	}
	if l.conn != nil {
		errs = append(errs, l.conn.Close())
	}
	if l.db != nil {
		errs = append(errs, l.db.Close())
	}
	return errors.Join(errs...)
}

func (liteEngine) schema() (fs.FS, error) { return fs.Sub(sqliteSchema, "migration/sqlite") }
func (liteEngine) lock(*tx) error         { return nil } // the transaction itself is
func (liteEngine) clean(err error) error  { return err }
func (liteEngine) again(err error) bool   { return isBusy(err) }
func isBusy(err error) bool {
	c := liteCode(err) & 0xff
	return c == sqlite3.SQLITE_BUSY || c == sqlite3.SQLITE_LOCKED
}

func liteCode(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()
	}
	return 0
}

// code goes by SQLite's result codes, never by words.
func (liteEngine) code(err error) pos.Code {
	code := liteCode(err)
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return pos.CodeNotFound
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return pos.CodeConflict
	case sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS:
		return pos.CodeCorrupt
	}
	switch code & 0xff { // the upper bits say more than we ask
	case sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_TOOBIG:
		return pos.CodeInvalid
	case sqlite3.SQLITE_FULL:
		return pos.CodeFull
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
		return pos.CodeReadOnly
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return pos.CodeCorrupt
	}
	return pos.CodeInternal
}
