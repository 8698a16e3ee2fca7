package central

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
)

const tillColumns = `t.id, t.shop, s.name, t.name, t.position, t.route, s.route, t.added_at, t.paired_at, t.token_at, t.seen_at, t.revoked_at`

func scanTill(scan func(...any) error, more ...any) (pos.RelayTill, error) {
	var t pos.RelayTill
	var added, paired, token, seen, revoked int64
	err := scan(append([]any{
		&t.ID, &t.Shop, &t.ShopName, &t.Name, &t.Position, &t.Route, &t.ShopPath, &added, &paired, &token, &seen, &revoked,
	}, more...)...)
	t.AddedAt, t.PairedAt, t.TokenAt, t.SeenAt, t.RevokedAt = instant(added), instant(paired), instant(token), instant(seen), instant(revoked)
	return t, err
}

// till reads a till that is not revoked.
func (t *tx) till(id string) (till pos.RelayTill, err error) {
	err = t.row(`SELECT `+tillColumns+` FROM till t JOIN shop s ON s.id = t.shop WHERE t.id = $1 AND t.revoked_at = 0`, []any{id},
		func(scan func(...any) error) error {
			till, err = scanTill(scan)
			return err
		})
	return till, err
}

// AddTill implements [pos.Central]. A till's or shop's name is at most 64 characters that can be printed; CodeInvalid. The name "" is the
// first shop whatever that is called, and when there is none yet, it makes one without a name.
func (c *Central) AddTill(ctx context.Context, shop, name string, code pos.TokenHash, expires, at time.Time) (pos.RelayTill, error) {
	const op = "add till"
	if name == "" || !printable(name) || !printable(shop) {
		return pos.RelayTill{}, invalid(op, "a till needs a name, of at most 64 characters that can be printed; so is its shop's")
	}
	if code == (pos.TokenHash{}) || !expires.After(at) || at.UnixMilli() <= 0 {
		return pos.RelayTill{}, invalid(op, "a pairing code must work for a time")
	}
	var added pos.RelayTill
	err := c.change(ctx, op, func(t *tx) error {
		shopID, err := t.shop(shop, at)
		if err != nil {
			return err
		}
		var taken, position int
		if err := t.one(`SELECT count(*) FROM till WHERE shop = $1 AND name = $2 AND revoked_at = 0`, []any{shopID, name}, &taken); err != nil {
			return err
		}
		if taken > 0 {
			return conflict(op, "the shop has a till of that name; revoke it, or choose another name")
		}
		if err := t.one(`SELECT COALESCE(max(position) + 1, 0) FROM till WHERE shop = $1`, []any{shopID}, &position); err != nil {
			return err
		}
		id := newID()
		if _, err := t.exec(`INSERT INTO till (id, shop, name, position, route, code, code_until, added_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, id, shopID, name, position, newID(), code[:], millis(expires), millis(at)); err != nil {
			return err
		}
		added, err = t.till(id)
		return err
	})
	if err != nil {
		return pos.RelayTill{}, err
	}
	return added, nil
}

// shop finds the shop of that name, or makes it.
func (t *tx) shop(name string, at time.Time) (id string, err error) {
	find := `SELECT id FROM shop WHERE name = $1`
	args := []any{name}
	if name == "" {
		find, args = `SELECT id FROM shop ORDER BY number LIMIT 1`, nil
	}
	if err = t.one(find, args, &id); !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	id = newID()
	var number int
	if err := t.one(`SELECT COALESCE(max(number) + 1, 0) FROM shop`, nil, &number); err != nil {
		return "", err
	}
	_, err = t.exec(`INSERT INTO shop (id, number, name, route, added_at) VALUES ($1, $2, $3, $4, $5)`, id, number, name, newID(), millis(at))
	return id, err
}

func printable(name string) bool {
	return utf8.ValidString(name) && utf8.RuneCountInString(name) <= 64 && strings.TrimSpace(name) == name &&
		!strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
}

// Tills implements [pos.Central].
func (c *Central) Tills(ctx context.Context) ([]pos.RelayTill, error) {
	var tills []pos.RelayTill
	err := c.pool.reader(ctx).each(`SELECT `+tillColumns+`, COALESCE(w.n, 0) FROM till t JOIN shop s ON s.id = t.shop
		LEFT JOIN (SELECT till, count(*) AS n FROM notice WHERE status = 0 GROUP BY till) w ON w.till = t.number
		ORDER BY s.number, t.position`, nil, func(scan func(...any) error) error {
		var waiting int
		till, err := scanTill(scan, &waiting)
		till.Waiting = waiting
		tills = append(tills, till)
		return err
	})
	return tills, c.fail("list tills", err)
}

// RevokeTill implements [pos.Central]. Its name is free for another till.
func (c *Central) RevokeTill(ctx context.Context, till string, at time.Time) error {
	const op = "revoke till"
	return c.change(ctx, op, func(t *tx) error {
		var revoked int64
		if err := t.one(`SELECT revoked_at FROM till WHERE id = $1`, []any{till}, &revoked); err != nil || revoked != 0 {
			return err
		}
		_, err := t.exec(`UPDATE till SET revoked_at = $1, code = NULL, code_until = 0, token = NULL, token_at = 0, offered = NULL, offered_at = 0
			WHERE id = $2`, max(1, millis(at)), till)
		return err
	})
}

// Revision implements [pos.Central].
func (c *Central) Revision(ctx context.Context) (n int64, err error) {
	err = c.pool.reader(ctx).one(`SELECT n FROM revision WHERE id = 1`, nil, &n)
	return n, c.fail("read revision", err)
}

// Routes implements [pos.Central]. A till that nobody has paired yet comes after those that are: it answers nothing.
func (c *Central) Routes(ctx context.Context) ([]pos.RelayRoute, error) {
	var own, whole []pos.RelayRoute
	err := c.pool.reader(ctx).each(`SELECT t.id, t.route, s.id, s.route FROM till t JOIN shop s ON s.id = t.shop
		WHERE t.revoked_at = 0 ORDER BY s.number, CASE WHEN t.paired_at = 0 THEN 1 ELSE 0 END, t.position`, nil, func(scan func(...any) error) error {
		var till, route, shop, shopRoute string
		if err := scan(&till, &route, &shop, &shopRoute); err != nil {
			return err
		}
		own = append(own, pos.RelayRoute{Route: route, Shop: shop, Tills: []string{till}})
		if n := len(whole); n == 0 || whole[n-1].Shop != shop {
			whole = append(whole, pos.RelayRoute{Route: shopRoute, Shop: shop, Whole: true})
		}
		last := &whole[len(whole)-1]
		last.Tills = append(last.Tills, till)
		return nil
	})
	return append(own, whole...), c.fail("read routes", err)
}
