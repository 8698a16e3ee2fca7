package store

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"guitai/pos"
)

// column is one column of an items file.
type column int

const (
	colBarcode column = iota
	colName
	colPrice
	colCategory
	colUnit
	colPinyin
	colPLU
	colCost
	colTax
	columnCount
)

// columnNames are the headers an items file may have, in English and Chinese.
var columnNames = map[string]column{
	"barcode": colBarcode, "条码": colBarcode,
	"name": colName, "品名": colName,
	"price_yuan": colPrice, "售价": colPrice,
	"category": colCategory, "分类": colCategory,
	"unit": colUnit, "单位": colUnit,
	"pinyin": colPinyin, "拼音": colPinyin,
	"plu": colPLU, "店内码": colPLU,
	"cost_yuan": colCost, "进价": colCost,
	"tax": colTax, "税率": colTax,
}

// columns is the set of columns that a file has.
type columns [columnCount]bool

var allColumns = columns{true, true, true, true, true, true, true, true, true}

// merge is an old item as a row changes it: columns that the file does not have stay as they were.
func (has columns) merge(old, it pos.Item) pos.Item {
	for _, b := range old.Barcodes {
		if !slices.Contains(it.Barcodes, b) {
			it.Barcodes = append(slices.Clip(it.Barcodes), b)
		}
	}
	if !has[colCategory] {
		it.Category = old.Category
	}
	if !has[colUnit] {
		it.Unit = old.Unit
	}
	if !has[colPinyin] {
		it.Pinyin = old.Pinyin
	}
	if !has[colPLU] {
		it.PLU = old.PLU
	}
	if !has[colCost] {
		it.Cost = old.Cost
	}
	if !has[colTax] {
		it.TaxRate = old.TaxRate
	}
	return it
}

// ItemsFile is a list of items as it was read from a CSV file.
type ItemsFile struct {
	rows []row
	has  columns
}

// Items returns the items of the file in its order.
func (f ItemsFile) Items() []pos.Item {
	list := make([]pos.Item, len(f.rows))
	for i, r := range f.rows {
		list[i] = r.Item
	}
	return list
}

// ReadItems reads an items file: CSV in UTF-8, with or without a byte order mark, a header row with the columns barcode
// 条码, name 品名, price_yuan 售价, and optionally category 分类, unit 单位, pinyin 拼音, plu 店内码, cost_yuan 进价, tax 税率 (percent),
// in any order. Several barcodes are separated by ";". CodeInvalid with an [ImportError] that names every bad row.
func ReadItems(r io.Reader) (ItemsFile, error) {
	in := bufio.NewReader(r)
	if mark, err := in.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = in.Discard(3)
	}
	c := csv.NewReader(in)
	c.FieldsPerRecord = -1
	c.ReuseRecord = true
	bad := &ImportError{}
	header, err := c.Read()
	if err != nil {
		bad.add(1, "there is no header row")
		return ItemsFile{}, bad.err()
	}
	places, has := readHeader(header, bad)
	if err := bad.err(); err != nil {
		return ItemsFile{}, err
	}
	f := ItemsFile{has: has}
	for {
		record, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if parse, ok := errors.AsType[*csv.ParseError](err); ok {
			bad.add(parse.StartLine, "%v", parse.Err)
			break // what follows a broken quote cannot be told apart
		}
		if err != nil {
			return ItemsFile{}, fail("read items", err)
		}
		line, _ := c.FieldPos(0)
		if blank(record) {
			continue
		}
		if it, why := readItem(record, places, len(header)); why != "" {
			bad.add(line, "%s", why)
		} else {
			f.rows = append(f.rows, row{it, line})
		}
	}
	if len(f.rows) == 0 && len(bad.Rows) == 0 {
		bad.add(2, "there are no items")
	}
	checkRows(f.rows, bad)
	if err := bad.err(); err != nil {
		return ItemsFile{}, err
	}
	return f, nil
}

// ImportFile does what [Store.ImportItems] does with a file. Columns that the file does not have leave items as they are.
func (s *Store) ImportFile(ctx context.Context, f ItemsFile) (added, updated int, err error) {
	return s.importRows(ctx, f.rows, f.has)
}

// readHeader finds the place of each column.
func readHeader(header []string, bad *ImportError) (places [columnCount]int, has columns) {
	for i, name := range header {
		if !utf8.ValidString(name) {
			bad.add(1, "the file is not UTF-8: save it as \"CSV UTF-8\"")
			return places, has
		}
		name = strings.ToLower(strings.TrimSpace(name))
		col, ok := columnNames[name]
		switch {
		case name == "":
		case !ok:
			bad.add(1, "column %q is not known", name)
		case has[col]:
			bad.add(1, "column %q stands twice", name)
		default:
			places[col], has[col] = i, true
		}
	}
	for _, need := range []struct {
		col  column
		name string
	}{{colName, "name (品名)"}, {colPrice, "price_yuan (售价)"}} {
		if !has[need.col] {
			bad.add(1, "column %s is missing", need.name)
		}
	}
	if !has[colBarcode] && !has[colPLU] {
		bad.add(1, "column barcode (条码) is missing")
	}
	for col := range places {
		if !has[col] {
			places[col] = -1
		}
	}
	return places, has
}

// readItem reads one record; why says what is wrong with it.
func readItem(record []string, places [columnCount]int, width int) (it pos.Item, why string) {
	if len(record) > width && !blank(record[width:]) {
		return it, "there are more cells than columns"
	}
	cell := func(c column) string {
		if places[c] < 0 || places[c] >= len(record) {
			return ""
		}
		return strings.TrimSpace(record[places[c]])
	}
	it = pos.Item{Name: cell(colName), Category: cell(colCategory), Unit: cell(colUnit), Pinyin: strings.ToLower(cell(colPinyin)), PLU: cell(colPLU)}
	for b := range strings.SplitSeq(cell(colBarcode), ";") {
		b = strings.TrimSpace(b)
		if b != "" && !slices.Contains(it.Barcodes, b) {
			it.Barcodes = append(it.Barcodes, b)
		}
	}
	var err error
	if it.Price, err = pos.ParseYuan(cell(colPrice)); err != nil {
		return it, "the price " + quoted(cell(colPrice)) + " is not an amount in yuan with at most two decimals"
	}
	if cost := cell(colCost); cost != "" {
		if it.Cost, err = pos.ParseYuan(cost); err != nil {
			return it, "the cost " + quoted(cost) + " is not an amount in yuan with at most two decimals"
		}
	}
	if tax := strings.TrimSpace(strings.TrimSuffix(cell(colTax), "%")); tax != "" {
		rate, err := pos.ParseYuan(tax) // a percentage with at most two decimals is read by the same rule
		if err != nil || rate > 10000 {
			return it, "the tax " + quoted(tax) + " is not a percentage with at most two decimals"
		}
		it.TaxRate = int(rate)
	}
	return it, ""
}

func quoted(s string) string { return "\"" + s + "\"" }

func blank(record []string) bool {
	return !slices.ContainsFunc(record, func(s string) bool { return strings.TrimSpace(s) != "" })
}
