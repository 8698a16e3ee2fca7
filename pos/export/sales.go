package export

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"guitai/pos"
)

// Sales writes every closed sale of the span, in the order that users rely on. zone is the shop's. The rows are held
// against the totals of their days: CodeCorrupt if they cannot come to those. An error of the writer comes back as it is.
func Sales(ctx context.Context, w io.Writer, f Format, books pos.Reports, span pos.Span, zone *time.Location) (Identity, error) {
	// The till may close a sale while we read, so the sum is held between the totals before and after: for days that are
	// over they are the same.
	atLeast, err := books.Takings(ctx, span)
	if err != nil {
		return Identity{}, err
	}
	id, err := writeSales(ctx, w, f, books, span, zone)
	if err != nil {
		return id, err
	}
	atMost, err := books.Takings(ctx, span)
	if err != nil {
		return id, err
	}
	low, high := Sum(atLeast), Sum(atMost)
	if id.Rows < low.Sales || id.Rows > high.Sales || id.Payments < low.Net || id.Payments > high.Net {
		return id, pos.E(pos.CodeCorrupt, "export sales",
			fmt.Errorf("%d sales of %v in all, but their days' totals say %d sales of %v", id.Rows, id.Payments, high.Sales, high.Net))
	}
	return id, nil
}

func writeSales(ctx context.Context, w io.Writer, f Format, books pos.Reports, span pos.Span, zone *time.Location) (Identity, error) {
	var id Identity
	t, err := newTable(w, f, saleColumns(zone))
	if err != nil {
		return Identity{}, err
	}
	err = books.EachSale(ctx, span, func(r pos.SaleRow) error {
		id.Rows++
		id.Payments += r.Sale.Net() // a sale closes only when it is paid in full
		return t.write(r)
	})
	if err == nil {
		err = t.end()
	}
	return id, err
}

func saleColumns(zone *time.Location) []column[pos.SaleRow] {
	type row = pos.SaleRow
	return []column[row]{
		text("day", func(r row) string { return r.Day.String() }),
		text("closed_at", func(r row) string { return instant(r.Sale.ClosedAt, zone) }),
		text("receipt_no", func(r row) string { return r.Sale.Receipt.String() }),
		text("state", func(r row) string { return string(r.Sale.State) }),
		count("lines", func(r row) int { return r.Lines }),
		fen("gross", func(r row) pos.Fen { return r.Sale.Gross }),
		fen("discount", func(r row) pos.Fen { return r.Sale.Discount }),
		fen("net", func(r row) pos.Fen { return r.Sale.Net() }),
		text("tenders", tenders),
		text("cashier", func(r row) string { return r.Sale.Cashier }),
		ordinal("shift", func(r row) int { return r.Shift }),
	}
}

func tenders(r pos.SaleRow) string {
	names := make([]string, len(r.Tenders))
	for i, t := range r.Tenders {
		names[i] = string(t)
	}
	return strings.Join(names, "+")
}
