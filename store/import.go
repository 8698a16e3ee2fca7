package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
)

const (
	sqlBarcodeItem  = `SELECT item FROM item_barcode WHERE barcode = ?`
	sqlPLUItem      = `SELECT id FROM item WHERE plu = ? AND plu <> ''`
	sqlCountItems   = `SELECT count(*), coalesce(max(position), 0) FROM item`
	sqlAddItem      = `INSERT INTO item (position, name, price, category, unit, pinyin, plu, cost, tax_rate, search) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlStoreItem    = `UPDATE item SET name = ?, price = ?, category = ?, unit = ?, pinyin = ?, plu = ?, cost = ?, tax_rate = ?, search = ? WHERE id = ?`
	sqlMoveItem     = `UPDATE item SET position = ? WHERE id = ?`
	sqlAddBarcode   = `INSERT INTO item_barcode (barcode, item, position) VALUES (?, ?, ?)`
	sqlDropBarcodes = `DELETE FROM item_barcode WHERE item = ?`
)

// RowError is one bad row of an import.
type RowError struct {
	Line int // in the file, from 1; of [Store.ImportItems] the number of the item
	Why  string
}

func (e RowError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Why) }

// ImportError is every bad row of an import. It comes with CodeInvalid.
type ImportError struct{ Rows []RowError }

func (e *ImportError) Error() string {
	const most = 20 // the rest is in Rows
	var b strings.Builder
	for i, r := range e.Rows {
		if i == most {
			fmt.Fprintf(&b, "\nand %d more", len(e.Rows)-most)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(r.Error())
	}
	return b.String()
}

func (e *ImportError) add(line int, format string, args ...any) {
	e.Rows = append(e.Rows, RowError{line, fmt.Sprintf(format, args...)})
}

// err is nil when every row was good.
func (e *ImportError) err() error {
	if len(e.Rows) == 0 {
		return nil
	}
	slices.SortStableFunc(e.Rows, func(a, b RowError) int { return a.Line - b.Line })
	return pos.E(pos.CodeInvalid, "import items", e)
}

// row is one item to import and where it stood.
type row struct {
	pos.Item
	line int
}

// ImportItems adds items and updates those of which a barcode, or for want of one the PLU, is known: all of them in one
// transaction, or none. An updated item keeps barcodes that its row does not name. A list that names every item sets the
// order of the catalogue; a shorter one leaves it and adds new items at its end. CodeInvalid with an [ImportError]. Safe
// to repeat.
func (s *Store) ImportItems(ctx context.Context, list []pos.Item) (added, updated int, err error) {
	rows := make([]row, len(list))
	for i, it := range list {
		rows[i] = row{it, i + 1}
	}
	return s.importRows(ctx, rows, allColumns)
}

func (s *Store) importRows(ctx context.Context, rows []row, has columns) (added, updated int, err error) {
	bad := &ImportError{}
	checkRows(rows, bad)
	if err := bad.err(); err != nil {
		return 0, 0, err
	}
	if len(rows) == 0 {
		return 0, 0, nil
	}
	err = s.write(ctx, "import items", func(t *tx) error {
		added, updated = 0, 0
		ids, err := t.match(rows, bad)
		if err != nil {
			return err
		}
		if err := bad.err(); err != nil {
			return err
		}
		var count, last int
		if err := t.one(sqlCountItems, nil, &count, &last); err != nil {
			return err
		}
		for _, id := range ids {
			if id != 0 {
				updated++
			}
		}
		added = len(rows) - updated
		// Codes move between items within one import, so the old ones go before the new ones come.
		old := make([]pos.Item, len(rows))
		for i, id := range ids {
			if id == 0 {
				continue
			}
			if old[i], err = t.takeApart(id); err != nil {
				return err
			}
		}
		for i, r := range rows {
			it := r.Item
			if it.ID = ids[i]; it.ID != 0 {
				it = has.merge(old[i], it)
			}
			last++
			if err := t.storeItem(it, last); err != nil {
				return err
			}
		}
		if updated == count && added+updated == len(rows) {
			if err := t.order(rows, last); err != nil {
				return err
			}
		}
		return t.bumpRevision()
	})
	if err != nil {
		return 0, 0, err
	}
	return added, updated, nil
}

// checkRows checks each row by itself and that no code stands twice.
func checkRows(rows []row, bad *ImportError) {
	barcodes, plus := map[string]int{}, map[string]int{}
	for _, r := range rows {
		if why := checkItem(r.Item); why != "" {
			bad.add(r.line, "%s", why)
			continue
		}
		for _, b := range r.Barcodes {
			if first, ok := barcodes[b]; ok {
				bad.add(r.line, "barcode %s stands on line %d too", b, first)
			}
			barcodes[b] = r.line
		}
		if first, ok := plus[r.PLU]; ok && r.PLU != "" {
			bad.add(r.line, "PLU %s stands on line %d too", r.PLU, first)
		}
		plus[r.PLU] = r.line
	}
}

// checkItem says what is wrong with an item, "" for nothing.
func checkItem(it pos.Item) string {
	switch {
	case strings.TrimSpace(it.Name) == "":
		return "the name is missing"
	case it.Price < 0 || it.Price > pos.MaxAmount:
		return "the price is not between 0 and " + pos.MaxAmount.String()
	case it.Cost < 0 || it.Cost > pos.MaxAmount:
		return "the cost is not between 0 and " + pos.MaxAmount.String()
	case it.TaxRate < 0 || it.TaxRate > 10000:
		return "the tax is not between 0 and 100 percent"
	case len(it.Barcodes) == 0 && it.PLU == "":
		return "an item needs a barcode or a PLU, or nobody can sell it"
	}
	for _, text := range []string{it.Name, it.Category, it.Unit, it.Pinyin} {
		if !utf8.ValidString(text) || utf8.RuneCountInString(text) > 200 || strings.ContainsFunc(text, unicode.IsControl) {
			return "a text is longer than 200 characters or has characters that cannot be printed"
		}
	}
	codes := it.Barcodes
	if it.PLU != "" {
		codes = append(slices.Clone(codes), it.PLU)
	}
	for _, c := range codes {
		if why := checkCode(c); why != "" {
			return why
		}
	}
	return ""
}

// checkCode says why the till could not scan a code, "" when it can.
func checkCode(code string) string {
	scan := pos.Classify(code)
	mantissa, exponent, e := strings.Cut(strings.ToUpper(code), "E+")
	_, errM := strconv.ParseFloat(mantissa, 64) // only whether it is a number: nothing is computed with it
	_, errE := strconv.Atoi(exponent)
	switch {
	case e && errM == nil && errE == nil:
		return "code " + code + " was shortened by a spreadsheet: format its column as text"
	case scan.Kind == pos.ScanBadCheck:
		return "code " + code + " has a wrong check digit"
	case !scan.Goods():
		return "code " + strconv.Quote(code) + " is not one that a till can scan as goods"
	case scan.Code != code || strings.Contains(code, ";"):
		return "code " + strconv.Quote(code) + " is not written in plain characters"
	}
	return ""
}

// match finds the item that each row updates, 0 for a new one.
func (t *tx) match(rows []row, bad *ImportError) ([]pos.ItemID, error) {
	ids := make([]pos.ItemID, len(rows))
	lines := map[pos.ItemID]int{}
	for i, r := range rows {
		for _, b := range r.Barcodes {
			id, err := t.itemID(sqlBarcodeItem, b)
			switch {
			case err != nil:
				return nil, err
			case id != 0 && ids[i] != 0 && id != ids[i]:
				bad.add(r.line, "barcode %s belongs to another item than the row's other barcodes", b)
			case id != 0:
				ids[i] = id
			}
		}
		id, err := t.itemID(sqlPLUItem, r.PLU)
		switch {
		case err != nil:
			return nil, err
		case ids[i] == 0 && len(r.Barcodes) == 0:
			ids[i] = id
		}
		if first, ok := lines[ids[i]]; ok && ids[i] != 0 {
			bad.add(r.line, "it is the same item as line %d", first)
		}
		lines[ids[i]] = r.line
	}
	return ids, t.checkPLUs(rows, lines, bad)
}

// checkPLUs refuses a PLU that belongs to an item which the import does not touch.
func (t *tx) checkPLUs(rows []row, touched map[pos.ItemID]int, bad *ImportError) error {
	for _, r := range rows {
		id, err := t.itemID(sqlPLUItem, r.PLU)
		if err != nil {
			return err
		}
		if _, ok := touched[id]; id != 0 && !ok {
			bad.add(r.line, "PLU %s belongs to an item that is not in this list", r.PLU)
		}
	}
	return nil
}

func (t *tx) itemID(query, code string) (id pos.ItemID, err error) {
	if code == "" {
		return 0, nil
	}
	err = t.one(query, []any{code}, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// takeApart reads an item and frees its codes for whoever has them in the new list.
func (t *tx) takeApart(id pos.ItemID) (pos.Item, error) {
	it, err := item(t.ctx, t, sqlItemByID, int64(id))
	if err != nil {
		return it, err
	}
	if _, err = t.exec(sqlDropBarcodes, int64(id)); err != nil {
		return it, err
	}
	free := it
	free.PLU = ""
	return it, t.updateItem(free)
}

// storeItem writes an item with its codes; a new one, without number, at the given position.
func (t *tx) storeItem(it pos.Item, position int) error {
	if it.ID != 0 {
		if err := t.updateItem(it); err != nil {
			return err
		}
	} else {
		res, err := t.exec(sqlAddItem, position, it.Name, int64(it.Price), it.Category, it.Unit, it.Pinyin, it.PLU, int64(it.Cost), it.TaxRate, searchText(it))
		if err != nil {
			return err
		}
		id, err := res.LastInsertId()
		if err != nil {
			return err
		}
		it.ID = pos.ItemID(id)
	}
	for i, b := range it.Barcodes {
		if _, err := t.exec(sqlAddBarcode, b, int64(it.ID), i+1); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) updateItem(it pos.Item) error {
	_, err := t.exec(sqlStoreItem, it.Name, int64(it.Price), it.Category, it.Unit, it.Pinyin, it.PLU, int64(it.Cost), it.TaxRate, searchText(it), int64(it.ID))
	return err
}

// order gives the items the order of a list that names all of them.
func (t *tx) order(rows []row, last int) error {
	for i, r := range rows {
		code, query := r.PLU, sqlPLUItem
		if len(r.Barcodes) > 0 {
			code, query = r.Barcodes[0], sqlBarcodeItem
		}
		id, err := t.itemID(query, code)
		if err != nil {
			return err
		}
		if _, err := t.exec(sqlMoveItem, last+i+1, int64(id)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) bumpRevision() error {
	n, err := settingNumber(t.ctx, t, settingRevision)
	if err != nil {
		return err
	}
	_, err = t.exec(sqlPutSetting, settingRevision, strconv.Itoa(n+1))
	return err
}
