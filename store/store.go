package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
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

// OwnerError is why a ledger is not opened for writing for another shop or till than it was made for: receipt numbers count
// per shop and till, so another one's would begin in the middle. It comes with CodeMode.
type OwnerError struct{ Shop, Till string } // whose the ledger is

func (e *OwnerError) Error() string {
	return fmt.Sprintf("this ledger belongs to shop %s till %s; nothing was changed; set shop and till back to these, or give the new till a data folder of its own",
		e.Shop, e.Till)
}

// errReadOnly is why a store opened for reading refuses to write.
var errReadOnly = errors.New("the ledger was opened for reading only")

var errClosed = errors.New("the ledger is closed")

// Options say which ledger to open and for whom.
type Options struct {
	Dir string // the data folder; the ledger is [File] in it
	// Shop is who sells: business days, and ID, Till and Practice, which must be what the ledger was made for. Without ID and
	// Till an existing ledger is opened as its own.
	Shop  pos.Shop
	Clock pos.Clock // stamps what the caller has no time for; nil is the system's clock
	From  string    // for [Restore]: another data folder of the same till, whose epochs are used up, too; empty: none
}

// Store is an open ledger. It is safe for concurrent use. It implements [pos.Ledger], [pos.Returns], [pos.Staff],
// [pos.Shifts], [pos.Holds], [pos.Goods], [pos.Outbox], [pos.Prints], [pos.Overview], [pos.SaleFinder] and [pos.Exports].
type Store struct {
	dir   string
	from  string // of Options
	shop  pos.Shop
	clock pos.Clock
	epoch int

	readers *readers
	writer  *writer       // nil when opened for reading only
	proving chan struct{} // holds one while a PIN is looked at

	recovered atomic.Bool // what the program before was printing is looked after
	changes   changes     // of the catalogue
	firstDays int         // that a search looks through first; 0 is the usual, tests take fewer

	closing sync.Once
	closed  error
}

var (
	_ pos.Ledger    = (*Store)(nil)
	_ pos.Returns   = (*Store)(nil)
	_ pos.Staff     = (*Store)(nil)
	_ pos.Recoverer = (*Store)(nil)
	_ pos.Shifts    = (*Store)(nil)
	_ pos.Catalogue = (*Store)(nil)
	_ pos.Shelf     = (*Store)(nil)
	_ pos.Outbox    = (*Store)(nil)
	_ pos.Prints    = (*Store)(nil)
	_ pos.Reports   = (*Store)(nil)

	_ pos.Overview   = (*Store)(nil)
	_ pos.SaleFinder = (*Store)(nil)
	_ pos.Exports    = (*Store)(nil)
	_ pos.Holds      = (*Store)(nil)
	_ pos.Goods      = (*Store)(nil)
)

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

// Path is the ledger's file.
func (s *Store) Path() string { return filepath.Join(s.dir, File) }

// Close waits for what is under way and closes the file. Whatever is called afterwards fails. Safe to repeat.
func (s *Store) Close() error {
	s.closing.Do(func() { s.closed = s.close() })
	return s.closed
}

func (s *Store) close() error {
	errs := []error{s.readers.close()}
	if s.writer != nil {
		errs = append(errs, s.writer.close()) // last, so that it moves the log into the file
	}
	return fail("close ledger", errors.Join(errs...))
}

func (s *Store) day(t time.Time) pos.Day { return s.shop.Calendar.DayOf(t) }

// booked is when the caller's moment is put into the books: at that moment, unless its business day has ended by the store's
// clock. What is tried again on a later day, after a full disk, is booked on that day: an ended one never changes.
func (s *Store) booked(at time.Time) time.Time {
	if now := s.clock.Now(); s.day(now) > s.day(at) {
		return whole(now)
	}
	return whole(at)
}

// handle prepares statements: on the writer or on a reader.
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
		if err := ctx.Err(); err != nil { // the driver notices too, but not at once
			return err
		}
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// session is one connection with its statements, prepared on it once.
type session struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func (c *session) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if st, ok := c.stmts[query]; ok {
		return st, nil
	}
	st, err := c.conn.PrepareContext(ctx, query)
	if err == nil {
		c.stmts[query] = st
	}
	return st, err
}

func (c *session) close() error {
	for _, st := range c.stmts {
		_ = st.Close() // closing the connection tells what matters
	}
	return c.conn.Close()
}

// readers is the pool of connections that cannot write. A connection is taken for one question and given back. Nothing
// waits for a second one while it holds one, so they cannot wait for each other.
type readers struct {
	db   *sql.DB
	free chan *session // as many as there are
	done chan struct{} // closed when the pool is
}

// take waits for a free connection.
func (r *readers) take(ctx context.Context) (*session, error) {
	select {
	case c := <-r.free:
		return c, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-r.done:
		return nil, errClosed
	}
}

func (r *readers) close() error {
	close(r.done)
	var errs []error
	for range cap(r.free) { // waits for every question under way
		if c := <-r.free; c != nil {
			errs = append(errs, c.close())
		}
	}
	return errors.Join(append(errs, r.db.Close())...)
}

// read runs f on a connection that cannot write. For one statement that is one moment of the ledger.
func (s *Store) read(ctx context.Context, op string, f func(handle) error) error {
	c, err := s.readers.take(ctx)
	if err != nil {
		return fail(op, err)
	}
	defer func() { s.readers.free <- c }()
	return fail(op, f(c))
}

// view runs f in one read transaction: everything in it is of the same moment.
func (s *Store) view(ctx context.Context, op string, f func(handle) error) error {
	return s.read(ctx, op, func(h handle) error {
		// A BEGIN that is cancelled may have taken effect all the same, and the connection would be of that moment for ever.
		whole := context.WithoutCancel(ctx)
		if err := run(whole, h, sqlBeginRead); err != nil {
			return err
		}
		defer func() { _ = run(whole, h, sqlRollback) }() // it read only
		return f(h)
	})
}

func run(ctx context.Context, h handle, query string) error {
	st, err := h.stmt(ctx, query)
	if err == nil {
		_, err = st.ExecContext(ctx)
	}
	return err
}

// writer is the one connection that writes.
type writer struct {
	session
	db *sql.DB
	mu sync.Mutex // held for a whole transaction

	kept  books        // what the last commit left
	seal  func() error // commits; tests put a disk's troubles in its place
	ghost bool         // a commit failed and is not buried yet
}

func (w *writer) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return errors.Join(w.session.close(), w.db.Close())
}

const (
	sqlBegin     = `BEGIN IMMEDIATE`
	sqlBeginRead = `BEGIN`
	sqlCommit    = `COMMIT`
	sqlRollback  = `ROLLBACK`
)

// tx is one write transaction. Its methods stand in the files of their nouns.
type tx struct {
	*writer
	s     *Store
	known books           // as of this transaction
	ctx   context.Context // never done: a write that has begun is finished or rolled back by its own errors

	revision  uint64       // the one that the catalogue gets; 0: it stays as it is
	touched   []pos.ItemID // what changed in it
	reordered bool         // all of it did
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

// write runs f in one transaction and commits it, unless f fails. When the commit fails, what it may have left in the log
// is buried before anything else is written.
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
	if err := t.bury(); err != nil {
		return fail(op, err)
	}
	err := t.transact(func() error {
		if err := t.takeBooks(); err != nil {
			return err
		}
		return f(t)
	})
	if err != nil {
		_ = t.bury() // if this fails too, the next write does it first
		return fail(op, err)
	}
	t.keepBooks()
	s.changes.note(t)
	return nil
}

// transact runs f in one transaction.
func (t *tx) transact(f func() error) error {
	if _, err := t.exec(sqlBegin); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // also when f panics. A failed commit may have ended the transaction itself, so this may fail too.
			_, _ = t.exec(sqlRollback)
		}
	}()
	if err := f(); err != nil {
		return err
	}
	if err := t.seal(); err != nil {
		t.ghost = true
		return err
	}
	done = true
	return nil
}

// bury makes sure that a commit which failed stays undone.
//
// A commit appends its pages to the log and has them made durable. When that last step fails, SQLite forgets the pages, and
// the caller hears that nothing was booked; but they stand in the log, complete, and are no different from a commit that
// lasted: a program that starts after a crash would count them, and the sale that was told to have failed would be back. Only
// what is appended next takes their place: it begins where they began, and what is left of them no longer follows from the
// page before it, so SQLite reads no further. So the smallest possible write is made at once, and until one was made nothing
// else is written.
func (t *tx) bury() error {
	if !t.ghost {
		return nil
	}
	err := t.transact(func() error {
		_, err := t.exec(sqlCountFailed)
		return err
	})
	if err == nil {
		t.ghost = false
	}
	return err
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
