package central

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"
)

// migrate brings the database to this program's schema, all steps in one transaction. Programs that start together do it one after
// another, and the others then find it done.
func (c *Central) migrate(ctx context.Context) error {
	files, err := c.engine.schema()
	if err != nil {
		return c.fail(opOpen, err)
	}
	steps, err := readSteps(files)
	if err != nil {
		return c.fail(opOpen, err)
	}
	return c.write(ctx, opOpen, func(t *tx) error {
		if err := c.engine.lock(t); err != nil {
			return err
		}
		if _, err := t.exec(`CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, at BIGINT NOT NULL)`); err != nil {
			return err
		}
		var version int
		if err := t.one(`SELECT COALESCE(max(version), 0) FROM schema_version`, nil, &version); err != nil {
			return err
		}
		if version > len(steps) {
			return invalid(opOpen, "the database was made by a newer version of this program; nothing was changed; start that version")
		}
		for n := version; n < len(steps); n++ {
			if _, err := t.raw(t.ctx, steps[n]); err != nil {
				return fmt.Errorf("migration %d: %w", n+1, err)
			}
			if _, err := t.exec(`INSERT INTO schema_version (version, at) VALUES ($1, $2)`, n+1, time.Now().UnixMilli()); err != nil {
				return err
			}
		}
		return nil
	})
}

// readSteps reads the numbered migrations in order. They count from 1 without gaps.
func readSteps(files fs.FS) ([]string, error) {
	names, err := fs.Glob(files, "*.sql") // sorted
	if err != nil {
		return nil, err
	}
	var steps []string
	for i, name := range names {
		number, _, _ := strings.Cut(name, "_")
		if n, err := strconv.Atoi(number); err != nil || n != i+1 {
			return nil, fmt.Errorf("migration %s is not number %d", name, i+1)
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		steps = append(steps, string(body))
	}
	if len(steps) == 0 {
		return nil, errors.New("there are no migrations")
	}
	return steps, nil
}
