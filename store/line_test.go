package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"guitai/pos"
)

// anyLine is a line with everything that a line can have, by chance.
func anyLine(r *rand.Rand) pos.Line {
	units := []string{"", "瓶", "斤", "市斤", "500g", "500克", "两", "100g", "100克", "g", "克", "kg", "公斤", "KG"}
	l := pos.Line{
		Item: pos.ItemID(r.IntN(9)), Barcode: "69", Name: "商品'", Unit: units[r.IntN(len(units))], Category: "杂", Price: pos.Fen(r.IntN(5000)),
		Quantity: 1 + r.IntN(9), TaxRate: r.IntN(10001),
	}
	switch r.IntN(4) {
	case 0:
		l.Weight, l.Quantity = 1+r.IntN(9000), 1+r.IntN(2)
	case 1:
		l.Weight, l.Label = r.IntN(3000), pos.Fen(r.IntN(9000))
	}
	if r.IntN(3) == 0 {
		l.List, l.Member, l.Note = pos.Fen(r.IntN(6000)), pos.Fen(r.IntN(4000)), "少\"冰\x00'"
	}
	if r.IntN(2) == 0 {
		l.Deal, l.DealOff = "第二件半价", pos.Fen(r.Int64N(int64(l.Amount())+1))
	}
	if r.IntN(2) == 0 {
		l.Cut = pos.Cut{Kind: []pos.CutKind{pos.CutAmount, pos.CutPercent, pos.CutTo}[r.IntN(3)], N: 1 + r.Int64N(9000)}
		l.CutOff = l.Cut.Of(l.Amount() - l.DealOff)
	}
	return l
}

// What SQL makes of a line is what Go does, for every line, and what is read back is what was written.
func TestLine_ComesToTheSameInSQL(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, err := Open(ctx, practice(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	r := rand.New(rand.NewPCG(8, 8))
	for i := range 150 {
		sale := pos.Sale{}
		for range 1 + r.IntN(8) {
			sale.Lines = append(sale.Lines, anyLine(r))
		}
		c := pos.Cart{Lines: sale.Lines}
		sale.Gross, sale.Discount, sale.Member = c.Gross(), c.Off(), r.IntN(2) == 0
		if net := sale.Net(); net > 0 {
			sale.Discount += pos.Fen(r.Int64N(int64(net)))
		}
		sale.Rounding = pos.RoundJiao.Of(sale.Due())
		due := sale.Net()
		out, err := s.SellCash(ctx, sale, pos.Payment{OutTradeNo: fmt.Sprintf("L%d", i), Tender: pos.TenderCash, Asked: due, Tendered: due})
		if err != nil {
			t.Fatal(err)
		}
		got := out.Sale.Sale
		if rec, err := s.Record(ctx, got.ID); err != nil || !reflect.DeepEqual(rec, *out.Sale) || !reflect.DeepEqual(rec.Sale.Lines, sale.Lines) {
			t.Fatalf("%v\n got %+v\nwant %+v", err, rec.Sale, got)
		}
		for n, l := range sale.Lines {
			var amount, net pos.Fen
			err := one(ctx, s.writer, `SELECT `+lineAmount+`, `+lineNet+` FROM sale_line l WHERE l.sale = ? AND l.n = ?`, []any{int64(got.ID), n + 1}, &amount, &net)
			if err != nil || amount != l.Amount() || net != l.Net() {
				t.Fatalf("%+v comes to %s and %s in SQL, %v; in Go %s and %s", l, amount, net, err, l.Amount(), l.Net())
			}
		}
	}
	mustBeSound(t, s, 150)
}
