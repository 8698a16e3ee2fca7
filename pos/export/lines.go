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
	net := func(r *row) pos.Fen { return r.Line.Amount() - r.Discount }
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
		fen("discount", func(r *row) pos.Fen { return r.Discount }),
	)
	columns = append(columns, both("net", net)...)
	return append(columns,
		percent("tax_percent", func(r *row) int { return r.Line.TaxRate }),
		text("cashier", func(r *row) string { return r.Cashier }),
		ordinal("shift", func(r *row) int { return r.Shift }),
	)
}

// lineSums: gross of the lines - discount = net, which is that of their sales by the totals of the days.
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
	a.all.Discount += r.Discount
	a.all.Net += r.Line.Amount() - r.Discount
	return r.Day, nil
}

func (a *lineSums) end(ctx context.Context, s *pos.ExportSummary) error {
	s.Sum = a.all.Net
	s.Identities = []pos.Identity{netOf(a.all)}
	return between(ctx, "export lines", a.books, a.span, a.before, a.all)
}
