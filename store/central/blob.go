package central

import (
	"context"

	"guitai/pos"
)

// Blob implements [pos.Central].
func (c *Central) Blob(ctx context.Context, name string) (value []byte, err error) {
	if err := c.pool.reader(ctx).one(`SELECT value FROM blob WHERE name = $1`, []any{name}, &value); err != nil {
		return nil, c.fail("read blob", err)
	}
	return value, nil
}

// PutBlob implements [pos.Central]. CodeInvalid: a name that cannot be printed.
func (c *Central) PutBlob(ctx context.Context, name string, value []byte) error {
	const op = "store blob"
	if !plain(name) {
		return invalid(op, "a name is 1 to 256 ASCII characters that can be printed")
	}
	return c.write(ctx, op, func(t *tx) error {
		_, err := t.exec(`INSERT INTO blob (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, filled(value))
		return err
	})
}

// DeleteBlob implements [pos.Central].
func (c *Central) DeleteBlob(ctx context.Context, name string) error {
	const op = "delete blob"
	return c.write(ctx, op, func(t *tx) error {
		n, err := t.exec(`DELETE FROM blob WHERE name = $1`, name)
		if err == nil && n == 0 {
			err = pos.E(pos.CodeNotFound, op, nil)
		}
		return err
	})
}
