package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"guitai/pos"
)

// File names inside the data folder.
const (
	File      = "ledger.db"
	BackupDir = "backups"
)

// ErrNewer is why a ledger made by a newer version of this program is refused. It comes with CodeInvalid.
var ErrNewer = errors.New("the ledger was made by a newer version of this program; nothing was changed; start that version")

// errReadOnly is why a store opened for reading refuses to write.
var errReadOnly = errors.New("the ledger was opened for reading only")

// Options say which ledger to open and for whom.
type Options struct {
	Dir   string    // the data folder; the ledger is [File] in it
	Shop  pos.Shop  // who sells: receipt numbers, business days, and Practice, which must be what the ledger was made for
	Clock pos.Clock // stamps what the caller has no time for; nil is the system's clock
}

// Store is an open ledger. It is safe for concurrent use. It implements [pos.Ledger], [pos.Catalogue], [pos.Outbox] and
// [pos.Reports].
type Store struct {
	dir   string
	shop  pos.Shop
	clock pos.Clock
	epoch int

	readers *readers
	writer  *writer // nil when opened for reading only
}

var (
	_ pos.Ledger    = (*Store)(nil)
	_ pos.Catalogue = (*Store)(nil)
	_ pos.Outbox    = (*Store)(nil)
	_ pos.Reports   = (*Store)(nil)
)

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

// Path is the ledger's file.
func (s *Store) Path() string { return filepath.Join(s.dir, File) }

// Close waits for the write under way and closes the file. Nothing may be called afterwards.
func (s *Store) Close() error {
	errs := []error{s.readers.close()}
	if s.writer != nil {
		errs = append(errs, s.writer.close()) // last, so that it moves the log into the file
	}
	return fail("close ledger", errors.Join(errs...))
}

func (s *Store) day(t time.Time) pos.Day { return s.shop.Calendar.DayOf(t) }

// handle runs statements: on the writer, inside a read transaction or on any reader.
type handle interface {
	stmt(ctx context.Context, query string) (*sql.Stmt, error)
}

// one reads the first row into dest; sql.ErrNoRows when there is none.
func one(ctx context.Context, h handle, query string, args []any, dest ...any) error {
	st, err := h.stmt(ctx, query)
	if err != nil {
		return err
	}
	return st.QueryRowContext(ctx, args...).Scan(dest...)
}

// each calls f for every row. f scans.
func each(ctx context.Context, h handle, query string, args []any, f func(*sql.Rows) error) error {
	st, err := h.stmt(ctx, query)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // its error is in rows.Err
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// readers is the pool of connections that cannot write.
type readers struct {
	db    *sql.DB
	mu    sync.Mutex
	stmts map[string]*sql.Stmt
}

func (r *readers) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if st, ok := r.stmts[query]; ok {
		return st, nil
	}
	st, err := r.db.PrepareContext(ctx, query)
	if err == nil {
		r.stmts[query] = st
	}
	return st, err
}

func (r *readers) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, st := range r.stmts {
		_ = st.Close() // closing the pool tells what matters
	}
	return r.db.Close()
}

// view is one read transaction: everything in it is of the same moment.
type view struct {
	tx *sql.Tx
	r  *readers
}

func (v view) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	st, err := v.r.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return v.tx.StmtContext(ctx, st), nil
}

// view runs f in one read transaction.
func (s *Store) view(ctx context.Context, op string, f func(view) error) error {
	tx, err := s.readers.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fail(op, err)
	}
	defer func() { _ = tx.Rollback() }() // it read only
	return fail(op, f(view{tx, s.readers}))
}

// writer is the one connection that writes. Its statements are prepared on it once.
type writer struct {
	db    *sql.DB
	mu    sync.Mutex // held for a whole transaction
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func (w *writer) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if st, ok := w.stmts[query]; ok {
		return st, nil
	}
	st, err := w.conn.PrepareContext(ctx, query)
	if err == nil {
		w.stmts[query] = st
	}
	return st, err
}

func (w *writer) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, st := range w.stmts {
		_ = st.Close()
	}
	return errors.Join(w.conn.Close(), w.db.Close())
}

const (
	sqlBegin    = `BEGIN IMMEDIATE`
	sqlCommit   = `COMMIT`
	sqlRollback = `ROLLBACK`
)

// tx is one write transaction. Its methods stand in the files of their nouns.
type tx struct {
	*writer
	s   *Store
	ctx context.Context // never done: a write that has begun is finished or rolled back by its own errors
}

func (t *tx) one(query string, args []any, dest ...any) error {
	return one(t.ctx, t, query, args, dest...)
}

func (t *tx) exec(query string, args ...any) (sql.Result, error) {
	st, err := t.stmt(t.ctx, query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(t.ctx, args...)
}

// write runs f in one transaction and commits it, unless f fails.
func (s *Store) write(ctx context.Context, op string, f func(*tx) error) error {
	if s.writer == nil {
		return pos.E(pos.CodeReadOnly, op, errReadOnly)
	}
	s.writer.mu.Lock()
	defer s.writer.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return fail(op, err)
	}
	t := &tx{writer: s.writer, s: s, ctx: context.WithoutCancel(ctx)}
	if _, err := t.exec(sqlBegin); err != nil {
		return fail(op, err)
	}
	done := false
	defer func() {
		if !done { // also when f panics. A failed commit may have ended the transaction itself, so this may fail too.
			_, _ = t.exec(sqlRollback)
		}
	}()
	if err := f(t); err != nil {
		return fail(op, err)
	}
	if _, err := t.exec(sqlCommit); err != nil {
		return fail(op, err)
	}
	done = true
	return nil
}

// The database has no time type: an instant is milliseconds since 1970 UTC, NULL for none.
func ms(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// instant scans what ms wrote.
type instant struct{ t *time.Time }

func (i instant) Scan(v any) error {
	switch n := v.(type) {
	case nil:
		*i.t = time.Time{}
	case int64:
		*i.t = time.UnixMilli(n).UTC()
	default:
		return errors.New("an instant is a whole number")
	}
	return nil
}

// whole is t as it will be read back.
func whole(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return time.UnixMilli(t.UnixMilli()).UTC()
}
