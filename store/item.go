package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"guitai/pos"
)

// separator stands between barcodes as they are read and between the fields of the search column. No field contains it.
const separator = "\x1f"

const itemColumns = `i.id, i.name, i.price, i.category, i.unit, i.pinyin, i.plu, i.cost, i.tax_rate,
	i.member, i.weighed, i.open, i.retired, i.colour, i.photo,
	(SELECT coalesce(group_concat(b.barcode, char(31) ORDER BY b.position), '') FROM item_barcode b WHERE b.item = i.id)`

const (
	sqlItemByCode = `SELECT ` + itemColumns + ` FROM (
			SELECT item AS id, 1 AS rank FROM item_barcode WHERE barcode = ?1
			UNION ALL SELECT item, 2 FROM item_barcode WHERE barcode = ?2
			UNION ALL SELECT id, 3 FROM item WHERE plu = ?1 AND plu <> ''
			UNION ALL SELECT id, 4 FROM item WHERE plu = ?2 AND plu <> ''
			ORDER BY rank LIMIT 1) AS hit JOIN item i ON i.id = hit.id`
	sqlItemByID = `SELECT ` + itemColumns + ` FROM item i WHERE i.id = ?`
	sqlFind     = `SELECT ` + itemColumns + ` FROM (
			SELECT id, position, CASE WHEN instr(search, char(31) || ?1 || char(31)) THEN 1 WHEN instr(search, char(31) || ?1) THEN 2 ELSE 3 END AS rank
			FROM item WHERE instr(search, ?1) AND retired = 0 ORDER BY rank, position LIMIT ?2) AS hit
		JOIN item i ON i.id = hit.id ORDER BY hit.rank, hit.position`
	sqlCategories = `SELECT category FROM item WHERE category <> '' AND retired = 0 GROUP BY category ORDER BY min(position)`
	sqlInAll      = `SELECT ` + itemColumns + ` FROM item i WHERE i.retired = 0 ORDER BY i.position LIMIT ?`
	sqlInCategory = `SELECT ` + itemColumns + ` FROM item i WHERE i.category = ? AND i.retired = 0 ORDER BY i.position LIMIT ?`
)

// Item implements [pos.Catalogue]. What is not sold any more is found by its codes all the same. A barcode goes before a PLU, an earlier code before a later one.
func (s *Store) Item(ctx context.Context, codes ...string) (pos.Item, error) {
	for len(codes) > 0 {
		second := codes[min(1, len(codes)-1)]
		it, err := s.item(ctx, "find item", sqlItemByCode, codes[0], second)
		if pos.CodeOf(err) != pos.CodeNotFound {
			return it, err
		}
		codes = codes[min(2, len(codes)):]
	}
	return pos.Item{}, pos.E(pos.CodeNotFound, "find item", errors.New("no item has this code"))
}

// ItemByID implements [pos.Catalogue].
func (s *Store) ItemByID(ctx context.Context, id pos.ItemID) (pos.Item, error) {
	return s.item(ctx, "read item", sqlItemByID, int64(id))
}

func (s *Store) item(ctx context.Context, op, query string, args ...any) (it pos.Item, err error) {
	err = s.read(ctx, op, func(h handle) error {
		it, err = item(ctx, h, query, args...)
		return err
	})
	return it, err
}

func (s *Store) items(ctx context.Context, op, query string, args ...any) (all []pos.Item, err error) {
	err = s.read(ctx, op, func(h handle) error {
		all, err = items(ctx, h, query, args...)
		return err
	})
	return all, err
}

// Find implements [pos.Catalogue]. A whole field goes before the beginning of one, that before any other place; then the
// order of the shop's list decides. Case does not matter. It looks at every item: some milliseconds per 10,000 items.
func (s *Store) Find(ctx context.Context, text string, limit int) ([]pos.Item, error) {
	text = strings.ToLower(strings.TrimSpace(strings.ReplaceAll(text, separator, "")))
	if text == "" || limit < 1 {
		return nil, nil
	}
	return s.items(ctx, "find items", sqlFind, text, limit)
}

// Categories implements [pos.Catalogue].
func (s *Store) Categories(ctx context.Context) ([]string, error) {
	var all []string
	err := s.read(ctx, "list categories", func(h handle) error {
		return each(ctx, h, sqlCategories, nil, func(rows *sql.Rows) error {
			var c string
			err := rows.Scan(&c)
			all = append(all, c)
			return err
		})
	})
	return all, err
}

// InCategory implements [pos.Catalogue].
func (s *Store) InCategory(ctx context.Context, category string, limit int) ([]pos.Item, error) {
	if category == "" {
		return s.items(ctx, "list items", sqlInAll, limit)
	}
	return s.items(ctx, "list items", sqlInCategory, category, limit)
}

// Revision implements [pos.Catalogue].
func (s *Store) Revision(ctx context.Context) (uint64, error) {
	n := 0
	err := s.read(ctx, "read catalogue revision", func(h handle) (err error) {
		n, err = settingNumber(ctx, h, settingRevision)
		return err
	})
	return uint64(max(0, n)), err
}

func item(ctx context.Context, h handle, query string, args ...any) (pos.Item, error) {
	var it pos.Item
	var barcodes string
	err := one(ctx, h, query, args, itemFields(&it, &barcodes)...)
	it.Barcodes = split(barcodes)
	return it, err
}

func items(ctx context.Context, h handle, query string, args ...any) (all []pos.Item, err error) {
	err = each(ctx, h, query, args, func(rows *sql.Rows) error {
		var it pos.Item
		var barcodes string
		err := rows.Scan(itemFields(&it, &barcodes)...)
		it.Barcodes = split(barcodes)
		all = append(all, it)
		return err
	})
	return all, err
}

func itemFields(it *pos.Item, barcodes *string) []any {
	return []any{&it.ID, &it.Name, &it.Price, &it.Category, &it.Unit, &it.Pinyin, &it.PLU, &it.Cost, &it.TaxRate, &it.Member, &it.Weighed, &it.Open, &it.Retired, &it.Colour, &it.Photo, barcodes}
}

func split(barcodes string) []string {
	if barcodes == "" {
		return nil
	}
	return strings.Split(barcodes, separator)
}

// searchText is the search column of an item.
func searchText(it pos.Item) string {
	fields := append([]string{it.Name, it.Pinyin, it.PLU}, it.Barcodes...)
	return strings.ToLower(separator + strings.Join(fields, separator) + separator)
}
