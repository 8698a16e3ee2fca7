package export

import (
	"context"
	"strconv"
	"time"

	"guitai/pos"
)

// lineColumns are those of every line of a closed sale.
func lineColumns() []column[pos.LineRow] {
	type row = pos.LineRow
	whole := func(r *row) pos.Fen { return r.Share.Whole - r.Share.Rounding }
	net := func(r *row) pos.Fen { return r.Share.Net }
	columns := []column[row]{
		day("day", func(r *row) pos.Day { return r.Day }),
		moment("closed_at", func(r *row) time.Time { return r.ClosedAt }),
		text("receipt_no", func(r *row) string { return r.Receipt.String() }),
		ordinal("line", func(r *row) int { return r.N }),
		text("item", func(r *row) string {
			if r.Line.Item == 0 {
				return ""
			}
			return strconv.FormatInt(int64(r.Line.Item), 10)
		}),
		text("barcode", func(r *row) string { return r.Line.Barcode }),
		text("name", func(r *row) string { return r.Line.Name }),
		text("category", func(r *row) string { return r.Line.Category }),
		text("unit", func(r *row) string { return r.Line.Unit }),
	}
	columns = append(columns, both("price", func(r *row) pos.Fen { return r.Line.Price })...)
	columns = append(columns,
		number("quantity", func(r *row) int { return r.Line.Quantity }),
		number("returned", func(r *row) int { return r.Returned }),
		fen("gross", func(r *row) pos.Fen { return r.Line.Amount() }),
		fen("discount", func(r *row) pos.Fen { return r.Line.Off() + whole(r) }),
	)
	columns = append(columns, both("net", net)...)
	columns = append(columns,
		percent("tax_percent", func(r *row) int { return r.Line.TaxRate }),
		text("cashier", func(r *row) string { return r.Cashier }),
		ordinal("shift", func(r *row) int { return r.Shift }),
		ordinal("weight_g", func(r *row) int { return r.Line.Weight }),
	)
	columns = append(columns, where(func(r *row) bool { return r.Line.Label != 0 }, both("label", func(r *row) pos.Fen { return r.Line.Label })...)...)
	columns = append(columns, where(func(r *row) bool { return r.Line.List != 0 }, both("list_price", func(r *row) pos.Fen { return r.Line.List })...)...)
	columns = append(columns,
		text("promotion", func(r *row) string { return r.Line.Deal }),
		fen("promotion_off", func(r *row) pos.Fen { return r.Line.DealOff }),
		text("discount_kind", func(r *row) string { return string(r.Line.Cut.Kind) }),
		fen("line_off", func(r *row) pos.Fen { return r.Line.CutOff }),
		fen("whole_off", whole),
	)
	columns = append(columns, both("tax", func(r *row) pos.Fen { return r.Share.Tax })...)
	columns = append(columns, text("note", func(r *row) string { return r.Line.Note }))
	return append(columns, both("rounding", func(r *row) pos.Fen { return r.Share.Rounding })...)
}

// lineSums: gross of the lines - discount - rounding = net, each of which is that of their sales, and the net by the totals of the days. A
// line's discount is its promotion, its own, and its share of what came off the whole; its share of the rounding stands apart.
type lineSums struct {
	books  pos.Reports
	before pos.DayTakings
	span   pos.Span
	last   pos.ReceiptNo
	all    pos.DayTakings
}

func (a *lineSums) begin(ctx context.Context) (err error) {
	a.before, err = takings(ctx, a.books, a.span)
	return err
}

func (a *lineSums) add(r *pos.LineRow) (pos.Day, error) {
	if r.Receipt != a.last { // they come sale by sale
		a.last = r.Receipt
		a.all.Sales++
	}
	a.all.Gross += r.Line.Amount()
	a.all.Discount += r.Line.Off() + r.Share.Whole - r.Share.Rounding
	a.all.Rounding += r.Share.Rounding
	a.all.Net += r.Share.Net
	return r.Day, nil
}

func (a *lineSums) end(ctx context.Context, s *pos.ExportSummary) error {
	s.Sum = a.all.Net
	s.Identities = []pos.Identity{netOf(a.all)}
	return between(ctx, "export lines", a.books, a.span, a.before, a.all)
}
