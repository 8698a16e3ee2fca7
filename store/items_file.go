package store

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
)

// column is one column of an items file.
type column int

const (
	colBarcode column = iota
	colName
	colPrice
	colMember
	colCategory
	colUnit
	colPinyin
	colPLU
	colCost
	colTax
	colWeighed
	colOpen
	colRetired
	colColour
	columnCount
)

// columnHeads are the headers of an items file, in the order in which one is written: in English, and in Chinese.
var columnHeads = [columnCount][2]string{
	colBarcode: {"barcode", "条码"}, colName: {"name", "品名"}, colPrice: {"price_yuan", "售价"}, colMember: {"member_yuan", "会员价"},
	colCategory: {"category", "分类"}, colUnit: {"unit", "单位"}, colPinyin: {"pinyin", "拼音"}, colPLU: {"plu", "店内码"},
	colCost: {"cost_yuan", "进价"}, colTax: {"tax", "税率"}, colWeighed: {"weighed", "称重"}, colOpen: {"open", "时价"},
	colRetired: {"retired", "下架"}, colColour: {"colour", "颜色"},
}

// columnOf finds a column by its header, in either language.
func columnOf(name string) (column, bool) {
	i := slices.IndexFunc(columnHeads[:], func(h [2]string) bool { return h[0] == name || h[1] == name })
	return column(i), i >= 0
}

// columns is the set of columns that a file has.
type columns [columnCount]bool

// allColumns are those of a list of whole items.
func allColumns() (all columns) {
	for i := range all {
		all[i] = true
	}
	return all
}

// merge is an old item as a row changes it: columns that the file does not have stay as they were.
func (has columns) merge(old, it pos.Item) pos.Item {
	it.ID, it.Photo = old.ID, old.Photo
	for _, b := range old.Barcodes {
		if !slices.Contains(it.Barcodes, b) {
			it.Barcodes = append(slices.Clip(it.Barcodes), b)
		}
	}
	for col, keep := range map[column]func(){
		colMember: func() { it.Member = old.Member }, colCategory: func() { it.Category = old.Category }, colUnit: func() { it.Unit = old.Unit },
		colPinyin: func() { it.Pinyin = old.Pinyin }, colPLU: func() { it.PLU = old.PLU }, colCost: func() { it.Cost = old.Cost },
		colTax: func() { it.TaxRate = old.TaxRate }, colWeighed: func() { it.Weighed = old.Weighed }, colOpen: func() { it.Open = old.Open },
		colRetired: func() { it.Retired = old.Retired }, colColour: func() { it.Colour = old.Colour },
	} {
		if !has[col] {
			keep()
		}
	}
	return it
}

// ItemsFile is a list of items as it was read from a file.
type ItemsFile struct {
	rows []row
	has  columns
	sum  string // SHA-256 of the file, in hex; empty when it was no file
}

// Items returns the items of the file in its order.
func (f ItemsFile) Items() []pos.Item {
	list := make([]pos.Item, len(f.rows))
	for i, r := range f.rows {
		list[i] = r.Item
	}
	return list
}

// maxItemsFile is the largest items file that is read: more than a million items.
const maxItemsFile = 256 << 20

// ReadItemsFile reads an items file, CSV or XLSX, by what is in it and not by its name. CodeInvalid with [pos.ItemFaults] that name every
// bad row; CodeNotFound, CodeReadOnly when it cannot be opened.
func ReadItemsFile(path string) (ItemsFile, error) {
	const op = "read items"
	file, err := os.Open(path)
	if err != nil {
		return ItemsFile{}, fail(op, err)
	}
	defer func() { _ = file.Close() }() // it was only read
	body, err := io.ReadAll(io.LimitReader(file, maxItemsFile+1))
	if err != nil {
		return ItemsFile{}, fail(op, err)
	}
	var f ItemsFile
	switch {
	case len(body) > maxItemsFile || bytes.HasPrefix(body, []byte("\xd0\xcf\x11\xe0")): // the second is a workbook of before 2007
		err = (&itemFaults{}).only(pos.ItemFault{Line: 1, ID: "not-items", What: "this is no items file: save it as CSV or XLSX"})
	case bytes.HasPrefix(body, []byte("PK\x03\x04")):
		f, err = readWorkbook(body)
	default:
		f, err = ReadItems(bytes.NewReader(body))
	}
	sum := sha256.Sum256(body)
	f.sum = hex.EncodeToString(sum[:])
	return f, err
}

// ReadItems reads items as CSV in UTF-8, with or without a byte order mark: a header row with the columns barcode 条码, name 品名,
// price_yuan 售价, and optionally member_yuan 会员价, category 分类, unit 单位, pinyin 拼音, plu 店内码, cost_yuan 进价, tax 税率 (percent),
// weighed 称重, open 时价, retired 下架 (yes or no), colour 颜色, in any order. Several barcodes are separated by ";". CodeInvalid with
// [pos.ItemFaults] that name every bad row.
func ReadItems(r io.Reader) (ItemsFile, error) {
	in := bufio.NewReader(r)
	if mark, err := in.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = in.Discard(3)
	}
	c := csv.NewReader(in)
	c.FieldsPerRecord = -1
	c.ReuseRecord = true
	t := &itemTable{}
	for {
		record, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if parse, ok := errors.AsType[*csv.ParseError](err); ok {
			t.bad.add(pos.ItemFault{Line: parse.StartLine, ID: "csv", What: parse.Err.Error()})
			break // what follows a broken quote cannot be told apart
		}
		if err != nil {
			return ItemsFile{}, fail("read items", err)
		}
		line, _ := c.FieldPos(0)
		if !t.add(line, record) {
			break
		}
	}
	return t.file()
}

// itemTable becomes the items of a file, row by row.
type itemTable struct {
	started bool
	places  [columnCount]int
	width   int
	has     columns
	rows    []row
	bad     itemFaults
}

// add takes the next row, the first as the header. It is false when the rest cannot be read.
func (t *itemTable) add(line int, record []string) bool {
	switch {
	case !t.started:
		t.started, t.width = true, len(record)
		t.header(record)
		return len(t.bad.all) == 0
	case blank(record):
		return true
	}
	if it, why := t.item(record); why.ID != "" {
		why.Line = line
		t.bad.add(why)
	} else {
		t.rows = append(t.rows, row{it, line})
	}
	return true
}

// file ends the reading.
func (t *itemTable) file() (ItemsFile, error) {
	switch {
	case !t.started:
		t.bad.add(pos.ItemFault{Line: 1, ID: "no-header", What: "there is no header row"})
	case len(t.rows) == 0 && len(t.bad.all) == 0:
		t.bad.add(pos.ItemFault{Line: 2, ID: "empty", What: "there are no items"})
	}
	checkRows(t.rows, &t.bad)
	if err := t.bad.err(); err != nil {
		return ItemsFile{}, err
	}
	return ItemsFile{rows: t.rows, has: t.has}, nil
}

// header finds the place of each column.
func (t *itemTable) header(record []string) {
	fault := func(id, what string, args ...string) {
		t.bad.add(pos.ItemFault{Line: 1, ID: id, What: what, Args: args})
	}
	for i, name := range record {
		if !utf8.ValidString(name) {
			fault("not-utf8", "the file is not UTF-8: save it as \"CSV UTF-8\"")
			return
		}
		name = strings.ToLower(strings.TrimSpace(name))
		col, ok := columnOf(name)
		switch {
		case name == "":
		case !ok:
			fault("column-unknown", "column "+quoted(name)+" is not known", name)
		case t.has[col]:
			fault("column-twice", "column "+quoted(name)+" stands twice", name)
		default:
			t.places[col], t.has[col] = i, true
		}
	}
	missing := func(col column) {
		name := columnHeads[col][0] + " (" + columnHeads[col][1] + ")"
		fault("column-missing", "column "+name+" is missing", name)
	}
	for _, col := range []column{colName, colPrice} {
		if !t.has[col] {
			missing(col)
		}
	}
	if !t.has[colBarcode] && !t.has[colPLU] {
		missing(colBarcode)
	}
	for col := range t.places {
		if !t.has[col] {
			t.places[col] = -1
		}
	}
}

// item reads one record; why says what is wrong with it.
func (t *itemTable) item(record []string) (it pos.Item, why pos.ItemFault) {
	if len(record) > t.width && !blank(record[t.width:]) {
		return it, pos.ItemFault{ID: "cells", What: "there are more cells than columns"}
	}
	cell := func(c column) string {
		if t.places[c] < 0 || t.places[c] >= len(record) {
			return ""
		}
		return disarmed(strings.TrimSpace(record[t.places[c]]))
	}
	it = pos.Item{Name: cell(colName), Category: cell(colCategory), Unit: cell(colUnit), Pinyin: strings.ToLower(cell(colPinyin)), PLU: cell(colPLU)}
	for _, b := range codesOf(cell(colBarcode)) {
		if !slices.Contains(it.Barcodes, b) {
			it.Barcodes = append(it.Barcodes, b)
		}
	}
	for c := range columnCount {
		if text := cell(c); slices.Contains(brokenCells, text) {
			return it, pos.ItemFault{ID: "cell-broken", Args: []string{text}, What: "a cell says " + text + ": its formula does not work in the spreadsheet"}
		}
	}
	money := func(c column, id, name string, to *pos.Fen, needed bool) {
		text := cell(c)
		if text == "" && !needed || why.ID != "" {
			return
		}
		var err error
		if *to, err = pos.ParseYuan(text); err != nil {
			why = pos.ItemFault{ID: id, Args: []string{text}, What: "the " + name + " " + quoted(text) + " is not an amount in yuan with at most two decimals"}
		}
	}
	money(colPrice, "price", "price", &it.Price, !yesNo[strings.ToLower(cell(colOpen))]) // an open price is asked for at the counter
	money(colMember, "member", "members' price", &it.Member, false)
	money(colCost, "cost", "cost", &it.Cost, false)
	if tax := strings.TrimSpace(strings.TrimSuffix(cell(colTax), "%")); tax != "" && why.ID == "" {
		rate, err := pos.ParseYuan(tax) // a percentage with at most two decimals is read by the same rule
		if err != nil || rate > 10000 {
			why = pos.ItemFault{ID: "tax", Args: []string{tax}, What: "the tax " + quoted(tax) + " is not a percentage with at most two decimals"}
		}
		it.TaxRate = int(rate)
	}
	for _, f := range []struct {
		col column
		to  *bool
	}{{colWeighed, &it.Weighed}, {colOpen, &it.Open}, {colRetired, &it.Retired}} {
		text := cell(f.col)
		yes, ok := yesNo[strings.ToLower(text)]
		if *f.to = yes; !ok && why.ID == "" {
			why = pos.ItemFault{ID: "yes-no", Args: []string{text}, What: quoted(text) + " is neither yes nor no"}
		}
	}
	if it.Colour = strings.ToLower(cell(colColour)); colourNames[it.Colour] != "" {
		it.Colour = colourNames[it.Colour]
	}
	return it, why
}

// brokenCells are what spreadsheets write where a formula came to nothing. Nobody's goods are called that.
var brokenCells = []string{"#VALUE!", "#N/A", "#REF!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"}

// codesOf parts a cell of barcodes. A semicolon of either width always parts; a blank or a comma only what is barcodes of goods on all of its
// sides, since other codes may have one in them.
func codesOf(cell string) (codes []string) {
	for part := range strings.FieldsFuncSeq(cell, func(r rune) bool { return r == ';' || r == '；' }) {
		pieces := strings.FieldsFunc(part, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",，、", r) })
		if slices.ContainsFunc(pieces, func(s string) bool { return len(s) < 8 || !digitsOnly(s) }) {
			pieces = []string{strings.TrimSpace(part)}
		}
		codes = append(codes, pieces...)
	}
	return slices.DeleteFunc(codes, func(s string) bool { return s == "" })
}

// yesNo is what the columns that are yes or no may say.
var yesNo = map[string]bool{
	"": false, "no": false, "n": false, "0": false, "false": false, "否": false, "不": false, "yes": true, "y": true, "1": true, "true": true, "是": true, "√": true,
}

// colourNames are the colours of tiles in Chinese.
var colourNames = map[string]string{
	"红": "red", "橙": "orange", "黄": "yellow", "绿": "green", "青": "teal", "蓝": "blue", "紫": "purple", "灰": "grey",
}

func quoted(s string) string { return "\"" + s + "\"" }

func blank(record []string) bool {
	return !slices.ContainsFunc(record, func(s string) bool { return strings.TrimSpace(s) != "" })
}

// formula tells of a text what a spreadsheet would take for a formula.
func formula(s string) bool { return s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) }

// armed is a text as a cell that no spreadsheet takes for a formula, disarmed is that text again.
func armed(s string) string {
	if formula(s) {
		return "'" + s
	}
	return s
}

func disarmed(s string) string {
	if t, ok := strings.CutPrefix(s, "'"); ok && formula(t) {
		return t
	}
	return s
}

// WriteItems writes items as a CSV file that [ReadItems] reads back as they are, in UTF-8 with a byte order mark. Photos are not in it.
func WriteItems(w io.Writer, items []pos.Item) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	head := make([]string, columnCount)
	for i, h := range columnHeads {
		head[i] = h[0]
	}
	if err := c.Write(head); err != nil {
		return err
	}
	for _, it := range items {
		if err := c.Write(itemRecord(it)); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// itemRecord is an item as a row of a file, in the order of columnHeads.
func itemRecord(it pos.Item) []string {
	amount := func(f pos.Fen) string {
		if f == 0 {
			return ""
		}
		return f.String()
	}
	yes := func(b bool) string {
		if b {
			return "yes"
		}
		return ""
	}
	tax := ""
	if it.TaxRate != 0 {
		tax = strconv.Itoa(it.TaxRate / 100)
		if it.TaxRate%100 != 0 {
			tax = pos.Fen(it.TaxRate).String() // both have two decimals
		}
	}
	record := []string{
		colBarcode: strings.Join(it.Barcodes, ";"), colName: it.Name, colPrice: it.Price.String(), colMember: amount(it.Member), colCategory: it.Category,
		colUnit: it.Unit, colPinyin: it.Pinyin, colPLU: it.PLU, colCost: amount(it.Cost), colTax: tax, colWeighed: yes(it.Weighed), colOpen: yes(it.Open),
		colRetired: yes(it.Retired), colColour: it.Colour,
	}
	for i := range record {
		record[i] = armed(record[i])
	}
	return record
}
