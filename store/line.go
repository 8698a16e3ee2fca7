package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"guitai/pos"
)

// What both a sale's lines and goods that came back without a receipt have, in the order of lineFields.
const (
	lineColumns = `l.item, l.barcode, l.name, l.unit, l.category, l.price, l.quantity, l.tax_rate, l.more`
	lineNames   = `item, barcode, name, unit, category, price, quantity, tax_rate, more`

	// lineGrams is [pos.GramsOf] in SQL, lineAmount is [pos.Line.Amount], lineNet is [pos.Line.Net]; a test holds them to that. They are
	// no columns: what an old line comes to is worked out as a new one's is.
	lineGrams = `(CASE l.unit WHEN '斤' THEN 500 WHEN '市斤' THEN 500 WHEN '500g' THEN 500 WHEN '500克' THEN 500 WHEN '两' THEN 50
		WHEN '100g' THEN 100 WHEN '100克' THEN 100 WHEN 'g' THEN 1 WHEN '克' THEN 1 ELSE 1000 END)`
	lineAmount = `(CASE WHEN l.more IS NULL THEN l.price ELSE coalesce(l.more ->> '$.label',
		(l.price * (l.more ->> '$.weight') * 2 + ` + lineGrams + `) / (2 * ` + lineGrams + `), l.price) END * l.quantity)`
	lineOff = `(CASE WHEN l.more IS NULL THEN 0 ELSE coalesce(l.more ->> '$.deal_off', 0) + coalesce(l.more ->> '$.cut_off', 0) END)`
	lineNet = `(` + lineAmount + ` - ` + lineOff + `)`

	sqlAddLine     = `INSERT INTO sale_line (sale, n, ` + lineNames + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlSaleCut     = `SELECT coalesce(more ->> '$.whole', '{}') FROM sale_line WHERE sale = ? AND n = 1`
	sqlSaleLines   = `SELECT ` + lineColumns + ` FROM sale_line l WHERE l.sale = ? ORDER BY l.n`
	sqlAddGoods    = `INSERT INTO refund_goods (refund, n, ` + lineNames + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlRefundGoods = `SELECT ` + lineColumns + ` FROM refund_goods l WHERE l.refund = ? ORDER BY l.n`
)

// lineMore is what few lines have.
type lineMore struct {
	Weight  int     `json:"weight,omitempty"`
	Label   pos.Fen `json:"label,omitempty"`
	List    pos.Fen `json:"list,omitempty"`
	Member  pos.Fen `json:"member,omitempty"`
	Deal    string  `json:"deal,omitempty"`
	DealOff pos.Fen `json:"deal_off,omitempty"`
	Cut     pos.Cut `json:"cut,omitzero"`
	CutOff  pos.Fen `json:"cut_off,omitempty"`
	Note    string  `json:"note,omitempty"`

	// With the first line of a sale alone: how what is taken off the whole is meant. It is needed only until the sale is closed.
	Whole pos.Cut `json:"whole,omitzero"`
}

func lineFields(l *pos.Line) []any {
	return []any{&l.Item, &l.Barcode, &l.Name, &l.Unit, &l.Category, &l.Price, &l.Quantity, &l.TaxRate, moreOf{l: l}}
}

// moreOf scans what value wrote.
type moreOf struct {
	l     *pos.Line
	whole pos.Cut // to be written, not read: see cutOf
}

func (m moreOf) Scan(v any) error {
	var more lineMore
	if v != nil {
		text, ok := v.(string)
		if !ok {
			return errors.New("what else a line has is a text")
		}
		if err := json.Unmarshal([]byte(text), &more); err != nil {
			return pos.E(pos.CodeCorrupt, "read line", err)
		}
	}
	l := m.l
	l.Weight, l.Label, l.List, l.Member, l.Deal, l.DealOff, l.Cut, l.CutOff, l.Note = more.Weight, more.Label, more.List, more.Member, more.Deal, more.DealOff, more.Cut, more.CutOff, more.Note
	return nil
}

// value is what a line has of it, nil for nothing.
func (m moreOf) value() (any, error) {
	l := m.l
	more := lineMore{l.Weight, l.Label, l.List, l.Member, l.Deal, l.DealOff, l.Cut, l.CutOff, l.Note, m.whole}
	if more == (lineMore{}) {
		return nil, nil
	}
	text, err := json.Marshal(more)
	return string(text), err
}

// addLines stores lines by one of the two inserts, of a sale or of a refund. whole is the discount on the whole of an open sale.
func (t *tx) addLines(query string, of int64, lines []pos.Line, whole pos.Cut) error {
	for i, l := range lines {
		more, err := moreOf{&l, whole}.value()
		if err != nil {
			return err
		}
		whole = pos.Cut{}
		if _, err := t.exec(query, of, i+1, int64(l.Item), l.Barcode, l.Name, l.Unit, l.Category, int64(l.Price), l.Quantity, l.TaxRate, more); err != nil {
			return err
		}
	}
	return nil
}

// cutOf reads how what is taken off the whole of a sale is meant.
func cutOf(ctx context.Context, h handle, sale pos.SaleID) (cut pos.Cut, err error) {
	var text []byte
	switch err = one(ctx, h, sqlSaleCut, []any{int64(sale)}, &text); {
	case errors.Is(err, sql.ErrNoRows):
		return cut, nil // without lines: an order that was adopted
	case err != nil:
		return cut, err
	}
	if err = json.Unmarshal(text, &cut); err == nil {
		err = cut.Check()
	}
	if err != nil {
		return cut, pos.E(pos.CodeCorrupt, "read discount", err)
	}
	return cut, nil
}

// linesBy reads lines by one of the two selects.
func linesBy(ctx context.Context, h handle, query string, of int64) (all []pos.Line, err error) {
	err = each(ctx, h, query, []any{of}, func(rows *sql.Rows) error {
		var l pos.Line
		err := rows.Scan(lineFields(&l)...)
		all = append(all, l)
		return err
	})
	return all, err
}

// maxWeight is the most that one piece may weigh, in g: what it comes to is reckoned without overflow.
const maxWeight = 100_000_000

// checkLines says whether lines are such that a sale can have them.
func checkLines(lines []pos.Line) bool {
	if len(lines) == 0 || len(lines) > pos.MaxLines {
		return false
	}
	for _, l := range lines {
		switch {
		case l.Quantity < 1 || l.Quantity > pos.MaxQuantity || l.Price < 0 || l.Price > pos.MaxAmount || l.Weight < 0 || l.Weight > maxWeight,
			l.Label < 0 || l.Label > pos.MaxAmount || l.List < 0 || l.Member < 0,
			l.Each() > pos.MaxAmount || l.DealOff < 0 || l.CutOff < 0 || l.Off() > l.Amount(), l.Cut.Check() != nil:
			return false
		}
	}
	return true
}
