package central

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"
)

// tx is a transaction, or the readers outside of one. The text of a statement is the same for both engines; of those there are few,
// so they are prepared once.
type tx struct {
	ctx  context.Context
	stmt func(ctx context.Context, text string) (statement, error)
	raw  func(ctx context.Context, text string, args ...any) (sql.Result, error) // for a migration: several statements, not kept
}

// statement is a prepared statement, or on PostgreSQL, whose driver keeps those itself, the text.
type statement interface {
	ExecContext(ctx context.Context, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, args ...any) (*sql.Rows, error)
}

// exec runs a statement and returns how many rows it touched.
func (t *tx) exec(text string, args ...any) (int64, error) {
	s, err := t.stmt(t.ctx, text)
	if err != nil {
		return 0, err
	}
	res, err := s.ExecContext(t.ctx, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// each calls f for every row.
func (t *tx) each(text string, args []any, f func(scan func(...any) error) error) (err error) {
	s, err := t.stmt(t.ctx, text)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(t.ctx, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// one reads one row; sql.ErrNoRows when there is none.
func (t *tx) one(text string, args []any, to ...any) error {
	return t.row(text, args, func(scan func(...any) error) error { return scan(to...) })
}

// row calls f for one row; sql.ErrNoRows when there is none.
func (t *tx) row(text string, args []any, f func(scan func(...any) error) error) error {
	found := false
	err := t.each(text, args, func(scan func(...any) error) error {
		found = true
		return f(scan)
	})
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

// eachOf is each for a statement with a list: text has one "(?)" in place of as many parameters as all has values, after those of args.
func (t *tx) eachOf(text string, args []any, all []any, f func(scan func(...any) error) error) error {
	return inParts(text, args, all, func(text string, args []any) error { return t.each(text, args, f) })
}

// execOf is exec for a statement with a list.
func (t *tx) execOf(text string, args []any, all []any) (n int64, err error) {
	err = inParts(text, args, all, func(text string, args []any) error {
		more, err := t.exec(text, args...)
		n += more
		return err
	})
	return n, err
}

// inParts cuts a list in parts, of sizes that are few.
func inParts(text string, args []any, all []any, run func(text string, args []any) error) error {
	for len(all) > 0 {
		n := 1
		for n < listMost && n < len(all) {
			n *= 8
		}
		part := args[:len(args):len(args)]
		for i := range n {
			part = append(part, all[min(i, len(all)-1)]) // the last one again until the list is full
		}
		if err := run(strings.Replace(text, "(?)", parameters(len(args)+1, n), 1), part); err != nil {
			return err
		}
		all = all[min(n, len(all)):]
	}
	return nil
}

const listMost = 512

// list makes parameters of values.
func list[T any](all []T) []any {
	values := make([]any, len(all))
	for i, one := range all {
		values[i] = one
	}
	return values
}

// parameters is "($3, $4)" for 3 and 2.
func parameters(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i == 0 {
			b.WriteString("($")
		} else {
			b.WriteString(", $")
		}
		b.WriteString(strconv.Itoa(from + i))
	}
	b.WriteByte(')')
	return b.String()
}

// pool is a way to the database.
type pool interface {
	// reader is for looking outside a transaction: each statement sees what was committed when it began.
	reader(ctx context.Context) *tx
	// transaction runs f in a transaction, and commits it unless f fails.
	transaction(ctx context.Context, f func(*tx) error) error
	// keep stores a batch of notices, sorted by till and hash, in one commit, and fills in which were known and taken.
	keep(ctx context.Context, batch []*keeping) error
	close() error
}

// statements are those of one connection, or of a pool of them.
type statements struct {
	from interface {
		PrepareContext(ctx context.Context, text string) (*sql.Stmt, error)
	}
	mu   sync.Mutex
	kept map[string]*sql.Stmt
}

func newStatements(from interface {
	PrepareContext(ctx context.Context, text string) (*sql.Stmt, error)
},
) *statements {
	return &statements{from: from, kept: map[string]*sql.Stmt{}}
}

func (s *statements) get(ctx context.Context, text string) (statement, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept := s.kept[text]; kept != nil {
		return kept, nil
	}
	made, err := s.from.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s.kept[text] = made
	return made, nil
}

func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, kept := range s.kept {
		errs = append(errs, kept.Close())
	}
	s.kept = map[string]*sql.Stmt{}
	return errors.Join(errs...)
}

// write runs f in a transaction. One that another got in the way of runs again, so f must begin anew each time.
func (c *Central) write(ctx context.Context, op string, f func(*tx) error) error {
	return c.again(ctx, op, func() error { return c.pool.transaction(ctx, f) })
}

// again runs a transaction again that another got in the way of.
func (c *Central) again(ctx context.Context, op string, transaction func() error) error {
	var err error
	for n := range 6 {
		err = transaction()
		if err == nil || !c.engine.again(err) {
			break
		}
		select {
		case <-time.After(time.Duration(1+n*n) * 4 * time.Millisecond):
		case <-ctx.Done():
			return c.fail(op, errors.Join(ctx.Err(), err))
		}
	}
	return c.fail(op, err)
}

// change is write for what every relay has to hear of: tills, routes and keys. Who changes these is alone at it until it is committed.
func (c *Central) change(ctx context.Context, op string, f func(*tx) error) error {
	return c.write(ctx, op, func(t *tx) error {
		if _, err := t.exec(`UPDATE revision SET n = n + 1 WHERE id = 1`); err != nil {
			return err
		}
		return f(t)
	})
}
