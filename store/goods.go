package store

import (
	"context"
	"database/sql"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"guitai/pos"
)

// Where a price comes from.
const (
	sourceEdit   = "edit"
	sourceImport = "import"
)

// itemsPage is how many items a query returns that does not say.
const itemsPage = 100

const (
	sqlItemsWhere = ` FROM item i WHERE (?1 = '' OR instr(i.search, ?1)) AND (?2 = '' OR i.category = ?2) AND (?3 OR i.retired = 0)
		AND (?4 IS NULL OR EXISTS (SELECT 1 FROM price_change c WHERE c.item = i.id AND c.at >= ?4))`
	sqlItems      = `SELECT ` + itemColumns + sqlItemsWhere + ` ORDER BY i.position, i.id LIMIT ?5 OFFSET ?6`
	sqlItemsCount = `SELECT count(*)` + sqlItemsWhere
	sqlAddPrice   = `INSERT INTO price_change (item, n, at, by, source, price_from, price_to, member_from, member_to)
		SELECT ?1, coalesce(max(n), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM price_change WHERE item = ?1`
	sqlPrices = `SELECT at, by, price_from, price_to, member_from, member_to, source FROM price_change WHERE item = ? ORDER BY n DESC LIMIT ?`
)

// Items implements [pos.Goods].
func (s *Store) Items(ctx context.Context, q pos.ItemQuery) (list []pos.Item, total int, err error) {
	const op = "list items"
	if q.Offset < 0 || q.Limit < 0 {
		return nil, 0, invalid(op, "there are no such items")
	}
	if q.Limit == 0 {
		q.Limit = itemsPage
	}
	text := strings.ToLower(strings.TrimSpace(strings.ReplaceAll(q.Text, separator, "")))
	args := []any{text, q.Category, q.Retired, ms(q.Repriced)}
	err = s.view(ctx, op, func(v handle) error {
		if err := one(ctx, v, sqlItemsCount, args, &total); err != nil {
			return err
		}
		list, err = items(ctx, v, sqlItems, append(args, q.Limit, q.Offset)...)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return list, total, nil
}

// priced is who gave an item its price, when and how.
type priced struct {
	by     string
	at     time.Time
	source string
}

// notePrice puts a price on record that an item was given; was is the zero item for a new one.
func (t *tx) notePrice(was, is pos.Item, by priced) error {
	if was.ID != 0 && was.Price == is.Price && was.Member == is.Member {
		return nil
	}
	_, err := t.exec(sqlAddPrice, int64(is.ID), ms(whole(by.at)), by.by, by.source, int64(was.Price), int64(is.Price), int64(was.Member), int64(is.Member))
	return err
}

// Prices implements [pos.Goods].
func (s *Store) Prices(ctx context.Context, id pos.ItemID, limit int) (all []pos.PriceChange, err error) {
	err = s.read(ctx, "read prices", func(h handle) error {
		return each(ctx, h, sqlPrices, []any{int64(id), max(0, limit)}, func(rows *sql.Rows) error {
			var c pos.PriceChange
			err := rows.Scan(instant{&c.At}, &c.By, &c.From, &c.To, &c.MemberFrom, &c.MemberTo, &c.Source)
			all = append(all, c)
			return err
		})
	})
	return all, err
}

// SaveItem implements [pos.Goods]. Texts lose the spaces around them. CodeNotFound when there is no such item. Safe to repeat for an item
// with a number: what changes nothing is not written.
func (s *Store) SaveItem(ctx context.Context, it pos.Item, by string, at time.Time) (pos.Item, error) {
	const op = "save item"
	it = trimmed(it)
	bad := &itemFaults{}
	if why := checkItem(it); why.ID != "" {
		return pos.Item{}, bad.only(why)
	}
	err := s.write(ctx, op, func(t *tx) error {
		if err := t.codesFree(it, bad); err != nil {
			return err
		}
		if err := bad.err(); err != nil {
			return err
		}
		var was pos.Item
		var err error
		if it.ID != 0 {
			was, err = item(t.ctx, t, sqlItemByID, int64(it.ID))
			switch {
			case errors.Is(err, sql.ErrNoRows):
				return pos.E(pos.CodeNotFound, op, errors.New("there is no such item"))
			case err != nil || reflect.DeepEqual(was, it):
				return err
			}
			if _, err := t.takeApart(it.ID); err != nil {
				return err
			}
		}
		var count, last int
		if err := t.one(sqlCountItems, nil, &count, &last); err != nil {
			return err
		}
		if it, err = t.storeItem(it, last+1); err != nil {
			return err
		}
		if err := t.notePrice(was, it, priced{by, s.moment(at), sourceEdit}); err != nil {
			return err
		}
		return t.bumpRevision()
	})
	if err != nil {
		return pos.Item{}, err
	}
	return it, nil
}

// trimmed is an item as it is stored.
func trimmed(it pos.Item) pos.Item {
	for _, text := range []*string{&it.Name, &it.Category, &it.Unit, &it.Pinyin, &it.PLU} {
		*text = strings.TrimSpace(*text)
	}
	it.Pinyin = strings.ToLower(it.Pinyin)
	var codes []string
	for _, b := range it.Barcodes {
		if b = strings.TrimSpace(b); b != "" && !slices.Contains(codes, b) {
			codes = append(codes, b)
		}
	}
	it.Barcodes = codes
	return it
}

// codesFree refuses codes that another item has.
func (t *tx) codesFree(it pos.Item, bad *itemFaults) error {
	look := func(query, id, name, code string) error {
		other, err := itemID(t.ctx, t, query, code)
		if err != nil || other == 0 || other == it.ID {
			return err
		}
		has, err := item(t.ctx, t, sqlItemByID, int64(other))
		bad.add(pos.ItemFault{ID: id, Args: []string{code, has.Name}, What: name + " " + code + " belongs to " + quoted(has.Name)})
		return err
	}
	for _, b := range it.Barcodes {
		if err := look(sqlBarcodeItem, "code-taken", "barcode", b); err != nil {
			return err
		}
	}
	return look(sqlPLUItem, "plu-taken", "PLU", it.PLU)
}

// PlanImport implements [pos.Goods]. It works on a ledger that was opened for reading, too.
func (s *Store) PlanImport(ctx context.Context, path string) (pos.ImportPlan, error) {
	f, err := ReadItemsFile(path)
	if err != nil {
		return pos.ImportPlan{}, err
	}
	plan := pos.ImportPlan{Path: path, SHA256: f.sum}
	err = s.view(ctx, "plan import", func(v handle) error {
		revision, err := settingNumber(ctx, v, settingRevision)
		if err != nil {
			return err
		}
		plan.Revision = uint64(max(0, revision))
		bad := &itemFaults{}
		ids, err := match(ctx, v, f.rows, bad)
		if err != nil {
			return err
		}
		if err := bad.err(); err != nil {
			return err
		}
		for i, r := range f.rows {
			if ids[i] == 0 {
				plan.New = append(plan.New, r.Item)
				continue
			}
			was, err := item(ctx, v, sqlItemByID, int64(ids[i]))
			if err != nil {
				return err
			}
			if is := f.has.merge(was, r.Item); sameItem(was, is) {
				plan.Same++
			} else {
				plan.Changed = append(plan.Changed, pos.ItemChange{From: was, To: is})
			}
		}
		return nil
	})
	if err != nil {
		return pos.ImportPlan{}, err
	}
	return plan, nil
}

// sameItem compares two items; which of its barcodes is the main one matters, the order of the others does not.
func sameItem(a, b pos.Item) bool {
	if a.Barcode() != b.Barcode() {
		return false
	}
	a.Barcodes, b.Barcodes = slices.Sorted(slices.Values(a.Barcodes)), slices.Sorted(slices.Values(b.Barcodes))
	return reflect.DeepEqual(a, b)
}

// Import implements [pos.Goods]. The file is read again and must be the one that was planned, and nobody may have changed the catalogue
// since: CodeConflict.
func (s *Store) Import(ctx context.Context, plan pos.ImportPlan, by string, at time.Time) error {
	const op = "import items"
	f, err := ReadItemsFile(plan.Path)
	if err != nil {
		return err
	}
	if f.sum != plan.SHA256 {
		return conflict(op, "the file has changed since it was looked at")
	}
	_, _, err = s.importRows(ctx, f.rows, f.has, priced{by, s.moment(at), sourceImport}, func(t *tx) error {
		revision, err := settingNumber(t.ctx, t, settingRevision)
		if err == nil && uint64(max(0, revision)) != plan.Revision {
			err = conflict(op, "the catalogue has changed since the file was looked at")
		}
		return err
	})
	return err
}
