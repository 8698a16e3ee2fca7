package store

import (
	"bytes"
	"math/big"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"guitai/pos"
)

// maxUnpacked is how large the parts of a workbook may be, unpacked: what claims to be more is no list of goods.
const maxUnpacked = 1 << 30

// readWorkbook reads the first sheet of an XLSX workbook that has anything on it.
func readWorkbook(body []byte) (ItemsFile, error) {
	t := &itemTable{}
	book, err := excelize.OpenReader(bytes.NewReader(body), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: 16 << 20})
	if err != nil {
		return ItemsFile{}, t.bad.only(pos.ItemFault{Line: 1, ID: "not-items", What: "this is no workbook that can be read: save it as CSV or XLSX"})
	}
	defer func() { _ = book.Close() }() // it was only read
	for _, sheet := range book.GetSheetList() {
		if err := readSheet(book, sheet, t); err != nil {
			return ItemsFile{}, t.bad.only(pos.ItemFault{Line: 1, ID: "not-items", What: "the sheet " + quoted(sheet) + " cannot be read"})
		}
		if t.started {
			break
		}
	}
	return t.file()
}

// readSheet reads a sheet row by row, each cell as it is kept and as it is shown.
func readSheet(book *excelize.File, sheet string, t *itemTable) error {
	kept, err := book.Rows(sheet)
	if err != nil {
		return err
	}
	defer func() { _ = kept.Close() }()
	shown, err := book.Rows(sheet)
	if err != nil {
		return err
	}
	defer func() { _ = shown.Close() }()
	for line := 1; kept.Next() && shown.Next(); line++ {
		raw, err := kept.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return err
		}
		seen, err := shown.Columns()
		if err != nil {
			return err
		}
		if !t.started && blank(raw) {
			continue // above the header
		}
		record := make([]string, len(raw))
		for i := range raw {
			view := ""
			if i < len(seen) {
				view = seen[i]
			}
			record[i] = cellText(raw[i], view, t.started && slices.Contains(t.money(), i))
		}
		if !t.add(line, record) {
			return nil
		}
	}
	return kept.Error()
}

// money are the places of the columns that hold amounts.
func (t *itemTable) money() []int {
	return []int{t.places[colPrice], t.places[colMember], t.places[colCost]}
}

// cellText is what a person means by a cell. A workbook keeps numbers as what is nearest in binary, so an amount may be a hair beside
// itself; it keeps a percentage as a fraction, and a code with zeros in front as a number that is only shown with them.
func cellText(raw, shown string, money bool) string {
	raw, shown = strings.TrimSpace(raw), strings.TrimSpace(shown)
	switch {
	case raw == shown:
	case strings.HasSuffix(shown, "%"), digitsOnly(shown) && strings.HasPrefix(shown, "0"):
		return shown
	}
	if !money && !strings.ContainsAny(raw, "eE") { // a code, or a number that is no amount
		return raw
	}
	n, ok := new(big.Rat).SetString(raw)
	if !ok || strings.Contains(raw, "/") {
		return raw
	}
	if !money {
		if n.IsInt() {
			return n.Num().String()
		}
		return raw
	}
	return nearestFen(n, raw)
}

// nearestFen writes an amount that is less than a thousandth of a fen beside a whole one as that; any other as it stands.
func nearestFen(yuan *big.Rat, raw string) string {
	fen := new(big.Rat).Mul(yuan, big.NewRat(100, 1))
	doubled := new(big.Int).Mul(fen.Num(), big.NewInt(2))
	whole := new(big.Int).Div(doubled.Add(doubled, fen.Denom()), new(big.Int).Mul(fen.Denom(), big.NewInt(2)))
	off := new(big.Rat).Sub(fen, new(big.Rat).SetInt(whole))
	if off.Abs(off).Cmp(big.NewRat(1, 1000)) > 0 || whole.Sign() < 0 || !whole.IsInt64() {
		return raw
	}
	return pos.Fen(whole.Int64()).String()
}

func digitsOnly(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}
