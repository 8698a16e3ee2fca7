package central

import (
	"context"
	"crypto/rand"
	"io/fs"
	"strings"
	"sync"
	"time"

	"guitai/pos"
)

// commitWithin is how long a batch of notices may take before the callers are told that it failed. WeChat waits five seconds in all.
const commitWithin = 10 * time.Second

// Central is what a relay keeps. It is safe for concurrent use and implements [pos.Central].
//
// Beside what the methods of [pos.Central] tell: a call whose ctx ended may have been written all the same, and to repeat it is safe.
type Central struct {
	engine engine
	pool   pool

	base   context.Context // of what no caller's context bounds
	cancel context.CancelFunc
	keep   *group[*keeping]
	answer *group[*answering]
	see    *group[*seeing]

	numbers sync.Map // till's id -> its number, an int64

	closing sync.Once
	closed  error
}

var _ pos.Central = (*Central)(nil)

// engine is what differs between SQLite and PostgreSQL, which have the same SQL.
type engine interface {
	// code says what kind of trouble an error of the driver is.
	code(err error) pos.Code
	// clean is the error without what must not be told.
	clean(err error) error
	// lock lets only one program at a time migrate, until the transaction ends.
	lock(t *tx) error
	// schema holds the numbered migrations.
	schema() (fs.FS, error)
	// again reports whether a transaction that failed with err did nothing and may just be tried once more.
	again(err error) bool
}

// Open opens what the relay keeps in a file of SQLite, or in PostgreSQL when url begins with postgres:// or postgresql://, and brings it
// to this program's schema. A file that is not there is made, with mode 0600, and so is its folder. Any number of programs may have
// it open, and start at once.
//
// PostgreSQL needs its driver: a program that takes such a URL imports github.com/jackc/pgx/v5/stdlib. The session commits
// synchronously whatever the URL or the server's settings say, and a server that runs with fsync off is refused.
//
// CodeInvalid: the URL makes no sense, it is another program's file, a newer version's, or the server refuses the user; CodeReadOnly,
// CodeFull, CodeUnreachable, CodeCorrupt (the file is damaged), CodeInternal. No error has the URL or its password in it.
func Open(ctx context.Context, url string) (*Central, error) {
	var c *Central
	var err error
	switch {
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		c, err = openPostgres(ctx, url)
	case url == "", strings.Contains(url, "://"), strings.HasPrefix(url, ":"), strings.ContainsAny(url, "\x00\n"):
		return nil, invalid(opOpen, "the database is a file or begins with postgres://")
	default:
		c, err = openSQLite(ctx, url)
	}
	if err != nil {
		return nil, err
	}
	if err := c.migrate(ctx); err != nil {
		_ = c.pool.close() // the first error is the one to tell
		return nil, err
	}
	c.base, c.cancel = context.WithCancel(context.WithoutCancel(ctx))
	c.keep = newGroup(c.keepBatch)
	c.answer = newGroup(c.answerBatch)
	c.see = newGroup(c.seenBatch)
	return c, nil
}

const opOpen = "open relay database"

// Close ends the work under way, which is still committed, and closes the database. Methods called afterwards fail with CodeInternal.
// Safe to repeat.
func (c *Central) Close() error {
	c.closing.Do(func() {
		c.keep.close()
		c.answer.close()
		c.see.close()
		c.closed = c.fail("close relay database", c.pool.close())
		c.cancel()
	})
	return c.closed
}

// newID is a name that nobody guesses: 128 random bits and more, in lower case.
func newID() string { return strings.ToLower(rand.Text()) }

// millis and instant turn an instant into what is stored and back; 0 is never.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// filled is b for a column that is never NULL.
func filled(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
