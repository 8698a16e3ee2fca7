package central

import "context"

// LimitPages lets the file grow no further, as on a disk that is full.
func (c *Central) LimitPages(ctx context.Context) error {
	return c.write(ctx, "limit", func(t *tx) error {
		_, err := t.raw(ctx, `PRAGMA max_page_count = 1`) // SQLite takes the size it has
		return err
	})
}

// Setting is one of PostgreSQL's, as the relay's session has it.
func (c *Central) Setting(ctx context.Context, name string) (value string, err error) {
	err = c.pool.reader(ctx).one("SHOW "+name, nil, &value)
	return value, err
}
