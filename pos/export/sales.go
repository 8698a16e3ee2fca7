package export

import (
	"context"
	"fmt"
	"strings"
	"time"

	"guitai/pos"
)

// saleColumns are those of every closed sale, in the order that users rely on.
func saleColumns() []column[pos.SaleRow] {
	type row = pos.SaleRow
	columns := []column[row]{
		day("day", func(r *row) pos.Day { return r.Day }),
		moment("closed_at", func(r *row) time.Time { return r.Sale.ClosedAt }),
		text("receipt_no", func(r *row) string { return r.Sale.Receipt.String() }),
		text("state", func(r *row) string { return string(r.Sale.State) }),
		number("lines", func(r *row) int { return r.Lines }),
		fen("gross", func(r *row) pos.Fen { return r.Sale.Gross }),
		fen("discount", func(r *row) pos.Fen { return r.Sale.Discount }),
		fen("net", func(r *row) pos.Fen { return r.Sale.Net() }),
		text("tenders", tenders),
		text("cashier", func(r *row) string { return r.Sale.Cashier }),
		ordinal("shift", func(r *row) int { return r.Shift }),
	}
	columns = append(columns, both("rounding", func(r *row) pos.Fen { return r.Sale.Rounding })...)
	columns = append(columns, both("tax", func(r *row) pos.Fen { return r.Tax })...)
	return append(columns, fen("exchange", func(r *row) pos.Fen { return r.Credit }))
}

func tenders(r *pos.SaleRow) string {
	if len(r.Tenders) == 1 {
		return string(r.Tenders[0])
	}
	names := make([]string, len(r.Tenders))
	for i, t := range r.Tenders {
		names[i] = string(t)
	}
	return strings.Join(names, "+")
}

// saleSums: a sale closes only when it is paid in full, so what their payments came to, with what goods that came back counted for, is
// their net; gross - discount - rounding = net; and that is what the totals of the days say.
type saleSums struct {
	books    pos.Reports
	before   pos.DayTakings
	span     pos.Span
	all      pos.DayTakings
	exchange pos.Fen
}

func (a *saleSums) begin(ctx context.Context) (err error) {
	a.before, err = takings(ctx, a.books, a.span)
	return err
}

// takings is what the totals of some days say.
func takings(ctx context.Context, books pos.Reports, span pos.Span) (pos.DayTakings, error) {
	days, err := books.Takings(ctx, span)
	return Sum(days), err
}

func (a *saleSums) add(r *pos.SaleRow) (pos.Day, error) {
	a.all.Sales++
	a.all.Gross += r.Sale.Gross
	a.all.Discount += r.Sale.Discount
	a.all.Rounding += r.Sale.Rounding
	a.exchange += r.Credit
	a.all.Net += r.Sale.Net()
	return r.Day, nil
}

func (a *saleSums) end(ctx context.Context, s *pos.ExportSummary) error {
	s.Sum = a.all.Net
	paid := kept(a.all.Net, 0)
	if a.exchange != 0 {
		paid = identity(plus(pos.FigurePayments, a.all.Net-a.exchange), plus(pos.FigureExchange, a.exchange), plus(pos.FigureNet, a.all.Net))
	}
	s.Identities = []pos.Identity{paid, netOf(a.all)}
	return between(ctx, "export sales", a.books, a.span, a.before, a.all)
}

func netOf(d pos.DayTakings) pos.Identity {
	if d.Rounding == 0 {
		return identity(plus(pos.FigureGross, d.Gross), minus(pos.FigureDiscount, d.Discount), plus(pos.FigureNet, d.Net))
	}
	return identity(plus(pos.FigureGross, d.Gross), minus(pos.FigureDiscount, d.Discount), minus(pos.FigureRounding, d.Rounding), plus(pos.FigureNet, d.Net))
}

// between holds the sum of rows against the totals of their days. The till may close a sale while we read, so it is held between the
// totals before and after: for days that are over they are the same.
func between(ctx context.Context, op string, books pos.Reports, span pos.Span, low, got pos.DayTakings) error {
	high, err := takings(ctx, books, span)
	if err != nil {
		return err
	}
	if got.Sales < low.Sales || got.Sales > high.Sales || got.Net < low.Net || got.Net > high.Net || got.Gross < low.Gross || got.Gross > high.Gross {
		return pos.E(pos.CodeCorrupt, op,
			fmt.Errorf("%d sales of %v in all, but their days' totals say %d sales of %v", got.Sales, got.Net, high.Sales, high.Net))
	}
	return nil
}
