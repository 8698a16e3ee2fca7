package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"sync/atomic"
)

// file asks SQLite about pages, indexes and references. SQLite forgets CHECKs on a connection that cannot write, so what
// they say is said again in verifyQueries.
func (c *verifier) file() error {
	err := c.each(`PRAGMA integrity_check(20)`, func(rows *sql.Rows) error {
		var answer string
		if err := rows.Scan(&answer); err != nil {
			return err
		}
		if answer != "ok" {
			c.fault("file", "%s", answer)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.each(`PRAGMA foreign_key_check`, func(rows *sql.Rows) error {
		var table, parent string
		var id sql.NullInt64
		var key int
		if err := rows.Scan(&table, &id, &parent, &key); err != nil {
			return err
		}
		c.fault(fmt.Sprintf("%s %d", table, id.Int64), "names a %s that is not there", parent)
		return nil
	})
}

const sqlSchema = `SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1`

// schema compares tables, indexes and triggers with those that the migrations make: a trigger that is gone let somebody
// change what is append-only.
func (c *verifier) schema() error {
	want, err := madeSchema(c.ctx)
	if err != nil {
		return err
	}
	err = c.each(sqlSchema, func(rows *sql.Rows) error {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return err
		}
		if w, ok := want[name]; !ok || w != text {
			c.fault(name, "is not as this program made it")
		}
		delete(want, name)
		return nil
	})
	for name := range want {
		c.fault(name, "is gone")
	}
	return err
}

// made is what madeSchema found the first time; never changed once it is there.
var made atomic.Pointer[map[string]string]

// madeSchema is schemaOf, found once: it is the same for as long as the program runs, and making it is half the work of proving a small
// ledger.
func madeSchema(ctx context.Context) (map[string]string, error) {
	if m := made.Load(); m != nil {
		return maps.Clone(*m), nil
	}
	m, err := schemaOf(ctx)
	if err != nil {
		return nil, err
	}
	made.Store(&m)
	return maps.Clone(m), nil
}

// schemaOf is what the migrations make of an empty database.
func schemaOf(ctx context.Context) (map[string]string, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }() // it holds nothing
	db.SetMaxOpenConns(1)
	all, err := readMigrations(migrations)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if _, err := db.ExecContext(ctx, m.sql); err != nil {
			return nil, err
		}
	}
	rows, err := db.QueryContext(ctx, sqlSchema)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	want := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, err
		}
		want[name] = text
	}
	return want, rows.Err()
}
