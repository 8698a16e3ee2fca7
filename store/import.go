package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
)

const (
	sqlBarcodeItem = `SELECT item FROM item_barcode WHERE barcode = ?`
	sqlPLUItem     = `SELECT id FROM item WHERE plu = ? AND plu <> ''`
	sqlCountItems  = `SELECT count(*), coalesce(max(position), 0) FROM item`
	sqlAddItem     = `INSERT INTO item (position, name, price, category, unit, pinyin, plu, cost, tax_rate, search, member, weighed, open, retired, colour, photo)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlStoreItem = `UPDATE item SET name = ?, price = ?, category = ?, unit = ?, pinyin = ?, plu = ?, cost = ?, tax_rate = ?, search = ?,
		member = ?, weighed = ?, open = ?, retired = ?, colour = ?, photo = ? WHERE id = ?`
	sqlMoveItem     = `UPDATE item SET position = ? WHERE id = ?`
	sqlAddBarcode   = `INSERT INTO item_barcode (barcode, item, position) VALUES (?, ?, ?)`
	sqlDropBarcodes = `DELETE FROM item_barcode WHERE item = ?`
)

// itemFaults collects what is wrong with the rows of a file, or with an item.
type itemFaults struct{ all pos.ItemFaults }

func (b *itemFaults) add(f pos.ItemFault) { b.all = append(b.all, f) }

// at adds a fault of a row.
func (b *itemFaults) at(line int, f pos.ItemFault) {
	f.Line = line
	b.add(f)
}

// err is nil when there is none.
func (b *itemFaults) err() error {
	if len(b.all) == 0 {
		return nil
	}
	slices.SortStableFunc(b.all, func(x, y pos.ItemFault) int { return x.Line - y.Line })
	return pos.E(pos.CodeInvalid, "import items", b.all)
}

// only is the error of one fault that makes all others meaningless.
func (b *itemFaults) only(f pos.ItemFault) error {
	b.all = pos.ItemFaults{f}
	return b.err()
}

// row is one item to import and where it stood.
type row struct {
	pos.Item
	line int
}

// ImportItems adds items and updates those of which a barcode, or for want of one the PLU, is known: all of them in one
// transaction, or none. An updated item keeps barcodes that its row does not name, and its photo. A list that names every item sets the
// order of the catalogue; a shorter one leaves it and adds new items at its end. What stays as it was counts as neither added nor updated,
// as in [Store.PlanImport]. CodeInvalid with [pos.ItemFaults], whose lines are the numbers of the items. Safe to repeat.
func (s *Store) ImportItems(ctx context.Context, list []pos.Item) (added, updated int, err error) {
	rows := make([]row, len(list))
	for i, it := range list {
		rows[i] = row{it, i + 1}
	}
	return s.importRows(ctx, rows, allColumns(), priced{at: s.clock.Now(), source: sourceImport}, nil)
}

// ImportFile does what [Store.ImportItems] does with a file. Columns that the file does not have leave items as they are.
func (s *Store) ImportFile(ctx context.Context, f ItemsFile) (added, updated int, err error) {
	return s.importRows(ctx, f.rows, f.has, priced{at: s.clock.Now(), source: sourceImport}, nil)
}

// importRows does it. may looks at the ledger before anything is written; nil is always.
func (s *Store) importRows(ctx context.Context, rows []row, has columns, by priced, may func(*tx) error) (added, updated int, err error) {
	bad := &itemFaults{}
	checkRows(rows, bad)
	if err := bad.err(); err != nil {
		return 0, 0, err
	}
	if len(rows) == 0 {
		return 0, 0, nil
	}
	err = s.write(ctx, "import items", func(t *tx) error {
		known := 0
		added, updated = 0, 0
		if may != nil {
			if err := may(t); err != nil {
				return err
			}
		}
		ids, err := match(t.ctx, t, rows, bad)
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
				known++
			}
		}
		added = len(rows) - known
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
				if it = has.merge(old[i], it); !sameItem(old[i], it) {
					updated++
				}
			}
			last++
			if it, err = t.storeItem(it, last); err != nil {
				return err
			}
			if err := t.notePrice(old[i], it, by); err != nil {
				return err
			}
		}
		if known == count {
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
func checkRows(rows []row, bad *itemFaults) {
	barcodes, plus := map[string]int{}, map[string]int{}
	twice := func(r row, id, name, code string, first int) {
		bad.at(r.line, pos.ItemFault{ID: id, Args: []string{code, strconv.Itoa(first)}, What: fmt.Sprintf("%s %s stands on line %d too", name, code, first)})
	}
	for _, r := range rows {
		if why := checkItem(r.Item); why.ID != "" {
			bad.at(r.line, why)
			continue
		}
		for _, b := range r.Barcodes {
			if first, ok := barcodes[b]; ok {
				twice(r, "code-twice", "barcode", b, first)
			}
			barcodes[b] = r.line
		}
		if first, ok := plus[r.PLU]; ok && r.PLU != "" {
			twice(r, "plu-twice", "PLU", r.PLU, first)
		}
		plus[r.PLU] = r.line
	}
}

// checkItem says what is wrong with an item; without an ID, nothing is.
func checkItem(it pos.Item) pos.ItemFault {
	money := func(f pos.Fen) bool { return f < 0 || f > pos.MaxAmount }
	between := " is not between 0 and " + pos.MaxAmount.String()
	switch {
	case strings.TrimSpace(it.Name) == "":
		return pos.ItemFault{ID: "name", What: "the name is missing"}
	case money(it.Price):
		return pos.ItemFault{ID: "price", Args: []string{it.Price.String()}, What: "the price" + between}
	case money(it.Member):
		return pos.ItemFault{ID: "member", Args: []string{it.Member.String()}, What: "the members' price" + between}
	case money(it.Cost):
		return pos.ItemFault{ID: "cost", Args: []string{it.Cost.String()}, What: "the cost" + between}
	case it.TaxRate < 0 || it.TaxRate > 10000:
		return pos.ItemFault{ID: "tax", Args: []string{strconv.Itoa(it.TaxRate)}, What: "the tax is not between 0 and 100 percent"}
	case it.Colour != "" && !slices.Contains(pos.TileColours, it.Colour):
		return pos.ItemFault{ID: "colour", Args: []string{it.Colour}, What: "the colour " + quoted(it.Colour) + " is none that a tile can have"}
	case it.Photo != "" && (!filepath.IsLocal(it.Photo) || strings.ContainsAny(it.Photo, `/\`)):
		return pos.ItemFault{ID: "photo", Args: []string{it.Photo}, What: "the photo is not a file's name"}
	case it.Weighed && !weighs(it.Unit):
		return pos.ItemFault{ID: "weighed-unit", Args: []string{it.Unit}, What: "what is sold by weight has a weight as its unit, and " + quoted(it.Unit) + " is none"}
	case len(it.Barcodes) == 0 && it.PLU == "":
		return pos.ItemFault{ID: "no-code", What: "an item needs a barcode or a PLU, or nobody can sell it"}
	}
	for _, text := range []string{it.Name, it.Category, it.Unit, it.Pinyin, it.Photo} {
		if !utf8.ValidString(text) || utf8.RuneCountInString(text) > 200 || strings.ContainsFunc(text, unicode.IsControl) {
			return pos.ItemFault{ID: "text", Args: []string{strings.ToValidUTF8(text, "?")}, What: "a text is longer than 200 characters or has characters that cannot be printed"}
		}
	}
	codes := it.Barcodes
	if it.PLU != "" {
		codes = append(slices.Clone(codes), it.PLU)
	}
	for _, c := range codes {
		if why := checkCode(c); why.ID != "" {
			return why
		}
	}
	return pos.ItemFault{}
}

// weighs reports whether a unit is a weight; none is a kilogram.
func weighs(unit string) bool {
	return pos.GramsOf(unit) != pos.GramsOf("") || slices.Contains([]string{"", "kg", "公斤", "千克", "1000g", "1000克"}, strings.ToLower(unit))
}

// checkCode says why the till could not scan a code.
func checkCode(code string) pos.ItemFault {
	scan := pos.Classify(code)
	mantissa, exponent, e := strings.Cut(strings.ToUpper(code), "E+")
	_, errM := strconv.ParseFloat(mantissa, 64) // only whether it is a number: nothing is computed with it
	_, errE := strconv.Atoi(exponent)
	fault := func(id, what string) pos.ItemFault { return pos.ItemFault{ID: id, Args: []string{code}, What: what} }
	switch {
	case e && errM == nil && errE == nil:
		return fault("code-spreadsheet", "code "+code+" was shortened by a spreadsheet: format its column as text")
	case scan.Kind == pos.ScanBadCheck:
		return fault("code-check", "code "+code+" has a wrong check digit")
	case !scan.Goods():
		return fault("code-goods", "code "+strconv.Quote(code)+" is not one that a till can scan as goods")
	case scan.Code != code || strings.Contains(code, ";"):
		return fault("code-plain", "code "+strconv.Quote(code)+" is not written in plain characters")
	}
	return pos.ItemFault{}
}

// match finds the item that each row updates, 0 for a new one.
func match(ctx context.Context, h handle, rows []row, bad *itemFaults) ([]pos.ItemID, error) {
	ids := make([]pos.ItemID, len(rows))
	lines := map[pos.ItemID]int{}
	for i, r := range rows {
		for _, b := range r.Barcodes {
			id, err := itemID(ctx, h, sqlBarcodeItem, b)
			switch {
			case err != nil:
				return nil, err
			case id != 0 && ids[i] != 0 && id != ids[i]:
				bad.at(r.line, pos.ItemFault{ID: "code-split", Args: []string{b}, What: "barcode " + b + " belongs to another item than the row's other barcodes"})
			case id != 0:
				ids[i] = id
			}
		}
		id, err := itemID(ctx, h, sqlPLUItem, r.PLU)
		switch {
		case err != nil:
			return nil, err
		case ids[i] == 0 && len(r.Barcodes) == 0:
			ids[i] = id
		}
		if first, ok := lines[ids[i]]; ok && ids[i] != 0 {
			bad.at(r.line, pos.ItemFault{ID: "same-item", Args: []string{strconv.Itoa(first)}, What: fmt.Sprintf("it is the same item as line %d", first)})
		}
		lines[ids[i]] = r.line
	}
	return ids, checkPLUs(ctx, h, rows, lines, bad)
}

// checkPLUs refuses a PLU that belongs to an item which the import does not touch.
func checkPLUs(ctx context.Context, h handle, rows []row, touched map[pos.ItemID]int, bad *itemFaults) error {
	for _, r := range rows {
		id, err := itemID(ctx, h, sqlPLUItem, r.PLU)
		if err != nil {
			return err
		}
		if _, ok := touched[id]; id == 0 || ok {
			continue
		}
		other, err := item(ctx, h, sqlItemByID, int64(id))
		if err != nil {
			return err
		}
		bad.at(r.line, pos.ItemFault{ID: "plu-taken", Args: []string{r.PLU, other.Name}, What: "PLU " + r.PLU + " belongs to an item that is not in this list"})
	}
	return nil
}

// itemID finds the item of a code by one of the two queries, 0 for none.
func itemID(ctx context.Context, h handle, query, code string) (id pos.ItemID, err error) {
	if code == "" {
		return 0, nil
	}
	err = one(ctx, h, query, []any{code}, &id)
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

// storeItem writes an item with its codes; a new one, without number, at the given position. It is returned with its number.
func (t *tx) storeItem(it pos.Item, position int) (pos.Item, error) {
	if it.ID != 0 {
		if err := t.updateItem(it); err != nil {
			return it, err
		}
	} else {
		res, err := t.exec(sqlAddItem, position, it.Name, int64(it.Price), it.Category, it.Unit, it.Pinyin, it.PLU, int64(it.Cost), it.TaxRate, searchText(it),
			int64(it.Member), it.Weighed, it.Open, it.Retired, it.Colour, it.Photo)
		if err != nil {
			return it, err
		}
		id, err := res.LastInsertId()
		if err != nil {
			return it, err
		}
		it.ID = pos.ItemID(id)
	}
	t.touched = append(t.touched, it.ID)
	for i, b := range it.Barcodes {
		if _, err := t.exec(sqlAddBarcode, b, int64(it.ID), i+1); err != nil {
			return it, err
		}
	}
	return it, nil
}

func (t *tx) updateItem(it pos.Item) error {
	_, err := t.exec(sqlStoreItem, it.Name, int64(it.Price), it.Category, it.Unit, it.Pinyin, it.PLU, int64(it.Cost), it.TaxRate, searchText(it),
		int64(it.Member), it.Weighed, it.Open, it.Retired, it.Colour, it.Photo, int64(it.ID))
	return err
}

// order gives the items the order of a list that names all of them.
func (t *tx) order(rows []row, last int) error {
	t.reordered = true
	for i, r := range rows {
		code, query := r.PLU, sqlPLUItem
		if len(r.Barcodes) > 0 {
			code, query = r.Barcodes[0], sqlBarcodeItem
		}
		id, err := itemID(t.ctx, t, query, code)
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
	t.revision = uint64(n + 1)
	_, err = t.exec(sqlPutSetting, settingRevision, strconv.Itoa(n+1))
	return err
}
