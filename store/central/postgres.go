package central

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"guitai/pos"
)

//go:embed migration/postgres/*.sql
var postgresSchema embed.FS

// driverName is what github.com/jackc/pgx/v5/stdlib registers itself as. The till has this room in it for practice and takes no PostgreSQL,
// so the driver is for the programs to import that do.
const driverName = "pgx"

const poolMost = 16 // connections of one relay

// openLock is the name under which programs that migrate wait for each other.
const openLock = applicationID

// gresEngine is PostgreSQL's own. secrets is what stands in the URL and must stand nowhere else.
type gresEngine struct{ secrets []string }

type gres struct{ db *sql.DB }

func openPostgres(ctx context.Context, dsn string) (*Central, error) {
	if !slices.Contains(sql.Drivers(), driverName) {
		return nil, invalid(opOpen, "this program takes no PostgreSQL")
	}
	dsn, secrets, err := session(dsn)
	if err != nil {
		return nil, err
	}
	e := gresEngine{secrets}
	db, err := sql.Open(driverName, dsn)
	if err != nil {
		return nil, invalid(opOpen, errURL)
	}
	db.SetMaxOpenConns(poolMost)
	db.SetMaxIdleConns(poolMost)
	db.SetConnMaxIdleTime(5 * time.Minute)
	g := &gres{db}
	if err := g.admit(ctx); err != nil {
		_ = db.Close() // the first error is the one to tell
		if _, coded := errors.AsType[*pos.Error](err); !coded && stateOf(err) == "" && e.code(err) == pos.CodeInternal {
			return nil, invalid(opOpen, errURL) // the driver's text has what it could not read in it
		}
		return nil, failed(e, opOpen, err)
	}
	return &Central{engine: e, pool: g}, nil
}

const errURL = "the database's URL cannot be used; check its form, its parameters, and the files that it names"

// session adds to a URL what a session of ours must be, and finds what is secret in it. It looks only behind the question mark: what
// stands before it may name several hosts.
func session(dsn string) (_ string, secrets []string, _ error) {
	front, query, _ := strings.Cut(dsn, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", nil, invalid(opOpen, errURL)
	}
	_, rest, _ := strings.Cut(front, "://")
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		if _, password, ok := strings.Cut(rest[:at], ":"); ok {
			secrets = append(secrets, password)
		}
	}
	secrets = append(secrets, values.Get("password"), values.Get("sslpassword"))
	for _, s := range secrets {
		if plain, err := url.PathUnescape(s); err == nil {
			secrets = append(secrets, plain)
		}
	}
	secrets = slices.DeleteFunc(secrets, func(s string) bool { return s == "" })
	if values.Get("synchronous_commit") != "remote_apply" { // which is more
		values.Set("synchronous_commit", "on")
	}
	for name, value := range map[string]string{
		"application_name": "guitai relay",
		"connect_timeout":  "5",
		// A relay whose machine is gone must not hold a lock until the network notices.
		"idle_in_transaction_session_timeout": "30000",
	} {
		if !values.Has(name) {
			values.Set(name, value)
		}
	}
	return front + "?" + strings.ReplaceAll(values.Encode(), "+", "%20"), secrets, nil
}

// admit refuses a server that does not keep what it says it has.
func (g *gres) admit(ctx context.Context) error {
	for _, p := range []struct{ name, want, why string }{
		{"synchronous_commit", "on remote_apply", "the session does not commit synchronously"},
		{"fsync", "on", "the server runs with fsync off: what it says it has is gone when the power is"},
		{"server_encoding", "UTF8", "the database is not in UTF-8"},
	} {
		var got string
		if err := g.db.QueryRowContext(ctx, "SHOW "+p.name).Scan(&got); err != nil {
			return err
		}
		if !slices.Contains(strings.Fields(p.want), got) {
			return invalid(opOpen, fmt.Sprintf("%s (%s = %s); nothing was changed", p.why, p.name, got))
		}
	}
	return nil
}

// textStatement is a statement whose preparation is the driver's business.
type textStatement struct {
	on interface {
		ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error)
		QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
	}
	text string
}

func (s textStatement) ExecContext(ctx context.Context, args ...any) (sql.Result, error) {
	return s.on.ExecContext(ctx, s.text, args...)
}

func (s textStatement) QueryContext(ctx context.Context, args ...any) (*sql.Rows, error) {
	return s.on.QueryContext(ctx, s.text, args...)
}

func (g *gres) reader(ctx context.Context) *tx {
	return &tx{ctx, func(_ context.Context, text string) (statement, error) { return textStatement{g.db, text}, nil }, g.db.ExecContext}
}

func (g *gres) transaction(ctx context.Context, f func(*tx) error) error {
	t, err := g.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return err
	}
	defer func() { _ = t.Rollback() }() // after a commit it does nothing
	if err := f(&tx{ctx, func(_ context.Context, text string) (statement, error) { return textStatement{t, text}, nil }, t.ExecContext}); err != nil {
		return err
	}
	return t.Commit()
}

// keep inserts all with one statement, which is a transaction by itself: once to the server and back. What was known is looked at after it.
func (g *gres) keep(ctx context.Context, batch []*keeping) error {
	n := len(batch)
	tills, at := make([]int64, n), make([]int64, n)
	ids, methods := make([]string, n), make([]string, n)
	hashes, paths, queries, headers, bodies := make([][]byte, n), make([][]byte, n), make([][]byte, n), make([][]byte, n), make([][]byte, n)
	for i, k := range batch {
		tills[i], hashes[i], ids[i], methods[i], at[i] = k.till, k.hash[:], k.r.ID, k.r.Method, k.r.ReceivedAt.UnixMilli()
		paths[i], queries[i], headers[i], bodies[i] = []byte(k.r.Path), []byte(k.r.Query), k.header, filled(k.r.Body)
	}
	t := g.reader(ctx)
	fresh, err := t.keys(`INSERT INTO notice (till, hash, id, method, path, query, header, body, received_at, again_at)
		SELECT n.till, n.hash, n.id, n.method, n.path, n.query, n.header, n.body, n.at, n.at
		FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::text[], $5::bytea[], $6::bytea[], $7::bytea[], $8::bytea[], $9::bigint[])
			AS n (till, hash, id, method, path, query, header, body, at)
		ON CONFLICT (till, hash) DO NOTHING RETURNING till, hash`, tills, hashes, ids, methods, paths, queries, headers, bodies, at)
	if err != nil {
		return err
	}
	var known []*keeping
	tills, hashes = tills[:0], hashes[:0]
	for _, k := range batch {
		name := noticeKey{k.till, k.hash}
		k.known, k.taken = !fresh[name], false
		delete(fresh, name) // the same again in this batch is known
		if k.known {
			known, tills, hashes = append(known, k), append(tills, k.till), append(hashes, k.hash[:])
		}
	}
	if len(known) == 0 {
		return nil
	}
	taken, err := t.keys(`SELECT n.till, n.hash FROM unnest($1::bigint[], $2::bytea[]) AS k (till, hash)
		JOIN notice n ON n.till = k.till AND n.hash = k.hash WHERE n.status <> 0`, tills, hashes)
	for _, k := range known {
		k.taken = taken[noticeKey{k.till, k.hash}]
	}
	return err
}

// noticeKey is the key of a notice.
type noticeKey struct {
	till int64
	hash noticeHash
}

// keys runs a statement that returns keys of notices.
func (t *tx) keys(text string, args ...any) (map[noticeKey]bool, error) {
	keys := map[noticeKey]bool{}
	err := t.each(text, args, func(scan func(...any) error) error {
		var till int64
		var hash []byte
		if err := scan(&till, &hash); err != nil {
			return err
		}
		keys[noticeKey{till, noticeHash(hash)}] = true
		return nil
	})
	return keys, err
}

func (g *gres) close() error { return g.db.Close() }

func (gresEngine) schema() (fs.FS, error) { return fs.Sub(postgresSchema, "migration/postgres") }

func (gresEngine) lock(t *tx) error {
	_, err := t.exec(`SELECT pg_advisory_xact_lock($1)`, openLock)
	return err
}

// cleaned is an error without secrets in its text.
type cleaned struct {
	text string
	err  error
}

func (e *cleaned) Error() string { return e.text }
func (e *cleaned) Unwrap() error { return e.err }

func (e gresEngine) clean(err error) error {
	text := err.Error()
	for _, s := range e.secrets {
		text = strings.ReplaceAll(text, s, "…")
	}
	return &cleaned{text, err}
}

// again: two transactions waited for each other, and the server ended this one.
func (gresEngine) again(err error) bool {
	state := stateOf(err)
	return state == "40001" || state == "40P01"
}

// stateOf is the server's five characters for an error; "" when it is not the server's.
func stateOf(err error) string {
	var e interface {
		error
		SQLState() string
	}
	if errors.As(err, &e) {
		return e.SQLState()
	}
	return ""
}

// states tells what the server's errors mean, by their first characters.
//
// https://www.postgresql.org/docs/current/errcodes-appendix.html
var states = []struct {
	prefix string
	code   pos.Code
}{
	{"08", pos.CodeUnreachable},    // connection
	{"57P0", pos.CodeUnreachable},  // the server ends, or does not take connections yet
	{"57014", pos.CodeUnreachable}, // cancelled: it took too long
	{"25P03", pos.CodeUnreachable}, // likewise
	{"53300", pos.CodeUnreachable}, // too many connections
	{"53100", pos.CodeFull},
	{"25006", pos.CodeReadOnly}, // a standby
	{"42501", pos.CodeReadOnly}, // this user may not
	{"28", pos.CodeInvalid},     // it does not let this user in
	{"3D000", pos.CodeInvalid},  // there is no such database
	{"42P07", pos.CodeInvalid},  // somebody else's tables have our names
	{"23503", pos.CodeNotFound}, // foreign key
	{"23505", pos.CodeConflict}, // unique
	{"22", pos.CodeInvalid},     // data
	{"23", pos.CodeInvalid},
	{"XX001", pos.CodeCorrupt},
	{"XX002", pos.CodeCorrupt},
}

func (gresEngine) code(err error) pos.Code {
	if state := stateOf(err); state != "" {
		for _, s := range states {
			if strings.HasPrefix(state, s.prefix) {
				return s.code
			}
		}
		return pos.CodeInternal
	}
	if lineBroken(err) {
		return pos.CodeUnreachable
	}
	return pos.CodeInternal
}

// lineBroken reports whether the way to the server is what went wrong.
func lineBroken(err error) bool {
	for _, is := range []error{
		context.DeadlineExceeded, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, driver.ErrBadConn, sql.ErrConnDone, sql.ErrTxDone,
	} {
		if errors.Is(err, is) {
			return true
		}
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return true
	}
	var network net.Error
	var retry interface { // the driver's, of a connection that was dead before anything was sent
		error
		SafeToRetry() bool
	}
	return errors.As(err, &network) || errors.As(err, &retry) && retry.SafeToRetry()
}
