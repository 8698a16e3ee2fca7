package central

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"time"

	"guitai/pos"
)

// keysOfShop is how many keys of WeChat Pay a shop may have: the old and the new one, of a few generations.
const keysOfShop = 8

// PutKey implements [pos.Central]. CodeNotFound: there is no such shop. CodeInvalid: without an id, or larger than 64 KiB.
func (c *Central) PutKey(ctx context.Context, k pos.RelayKey, at time.Time) error {
	const op = "store key"
	if !plain(k.ID) || len(k.PEM) == 0 || len(k.PEM) > 64<<10 || millis(at) <= 0 {
		return invalid(op, "a key has an id and a text")
	}
	same := func(t *tx) (bool, error) {
		var pem []byte
		err := t.one(`SELECT pem FROM wechat_key WHERE shop = $1 AND id = $2`, []any{k.Shop, k.ID}, &pem)
		if errors.Is(err, sql.ErrNoRows) {
			return false, nil
		}
		return bytes.Equal(pem, k.PEM), err
	}
	if known, err := same(c.pool.reader(ctx)); known || err != nil {
		return c.fail(op, err)
	}
	return c.change(ctx, op, func(t *tx) error {
		if _, err := t.exec(`INSERT INTO wechat_key (shop, id, pem, put_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (shop, id) DO UPDATE SET pem = excluded.pem, put_at = excluded.put_at`, k.Shop, k.ID, k.PEM, millis(at)); err != nil {
			return err
		}
		_, err := t.exec(`DELETE FROM wechat_key WHERE shop = $1 AND id NOT IN (SELECT id FROM wechat_key WHERE shop = $1
			ORDER BY CASE WHEN id = $2 THEN 0 ELSE 1 END, put_at DESC, id LIMIT $3)`, k.Shop, k.ID, keysOfShop)
		return err
	})
}

// Keys implements [pos.Central].
func (c *Central) Keys(ctx context.Context) ([]pos.RelayKey, error) {
	var keys []pos.RelayKey
	err := c.pool.reader(ctx).each(`SELECT k.shop, k.id, k.pem FROM wechat_key k JOIN shop s ON s.id = k.shop ORDER BY s.number, k.put_at, k.id`, nil,
		func(scan func(...any) error) error {
			var k pos.RelayKey
			err := scan(&k.Shop, &k.ID, &k.PEM)
			keys = append(keys, k)
			return err
		})
	return keys, c.fail("read keys", err)
}
