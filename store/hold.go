package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"guitai/pos"
)

const (
	sqlHoldCart  = `INSERT INTO held_cart (name, at, cashier, cart) VALUES (?, ?, ?, ?)`
	sqlHeldCarts = `SELECT id, name, at, cashier, cart FROM held_cart ORDER BY id`
	sqlDropHeld  = `DELETE FROM held_cart WHERE id = ?`
)

// maxHeldName is the longest name of a held cart, in characters.
const maxHeldName = 40

// HoldCart implements [pos.Holds]. CodeInvalid for an empty cart, or one that no sale could be made of. Not safe to repeat: each call keeps
// one more. The number is a new one also when the cart was held before.
func (s *Store) HoldCart(ctx context.Context, h pos.Held) (pos.Held, error) {
	const op = "hold cart"
	if h.Name = strings.TrimSpace(h.Name); utf8.RuneCountInString(h.Name) > maxHeldName {
		return pos.Held{}, invalid(op, "a held cart's name has at most 40 characters")
	}
	body, err := json.Marshal(h.Cart)
	if err != nil {
		return pos.Held{}, fail(op, err)
	}
	if cart, err := readCart(body); err != nil || cart.Empty() { // what goes in must come out
		return pos.Held{}, invalid(op, "there is nothing in the cart that could be sold")
	}
	h.At = whole(s.moment(h.At))
	err = s.write(ctx, op, func(t *tx) error {
		if err := t.dropHeld(h.ID); err != nil {
			return err
		}
		res, err := t.exec(sqlHoldCart, h.Name, ms(h.At), h.Cashier, string(body))
		if err != nil {
			return err
		}
		h.ID, err = res.LastInsertId()
		return err
	})
	if err != nil {
		return pos.Held{}, err
	}
	return h, nil
}

// HeldCarts implements [pos.Holds].
func (s *Store) HeldCarts(ctx context.Context) (all []pos.Held, err error) {
	err = s.read(ctx, "read held carts", func(h handle) error {
		return each(ctx, h, sqlHeldCarts, nil, func(rows *sql.Rows) error {
			var c pos.Held
			var body []byte
			if err := rows.Scan(&c.ID, &c.Name, instant{&c.At}, &c.Cashier, &body); err != nil {
				return err
			}
			if c.Cart, err = readCart(body); err != nil {
				return pos.E(pos.CodeCorrupt, "read held cart", err)
			}
			all = append(all, c)
			return nil
		})
	})
	return all, err
}

// DropHeld implements [pos.Holds].
func (s *Store) DropHeld(ctx context.Context, id int64) error {
	return s.write(ctx, "drop held cart", func(t *tx) error { return t.dropHeld(id) })
}

// dropHeld forgets a cart that was put aside, if there is one.
func (t *tx) dropHeld(id int64) error {
	if id == 0 {
		return nil
	}
	_, err := t.exec(sqlDropHeld, id)
	return err
}

var errCart = errors.New("the cart has lines that no sale can have")

// readCart reads a cart that was put aside.
func readCart(body []byte) (c pos.Cart, err error) {
	if err := json.Unmarshal(body, &c); err != nil {
		return pos.Cart{}, err
	}
	if len(c.Lines) > 0 && !checkLines(c.Lines) || c.Cut.Check() != nil || c.CutOff < 0 || c.Off() > c.Gross() {
		return pos.Cart{}, errCart
	}
	return c, nil
}
