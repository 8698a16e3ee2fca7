package store_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"guitai/pos"
)

var errEnough = errors.New("enough")

func TestEachLine_SharesTheDiscountToTheFen(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	l := newLife(t, 3, shanghai, noon)
	for range 120 {
		l.act()
	}
	span := pos.Span{From: 20261101, To: 20270131}
	discounts, returned := map[pos.ReceiptNo]pos.Fen{}, map[pos.ReceiptNo]int{}
	all := map[pos.ReceiptNo][]pos.Line{}
	var last pos.LineRow
	err := l.s.EachLine(ctx, span, func(r pos.LineRow) error {
		if r.Receipt == last.Receipt && r.N != last.N+1 || r.Receipt != last.Receipt && r.N != 1 || r.Day != r.Receipt.Day || r.Day < last.Day {
			t.Errorf("%+v after %+v", r, last)
		}
		if r.Share.Net < 0 || r.Share.Net != r.Line.Net()-r.Share.Whole || r.Share.Tax != pos.Tax(r.Share.Net, r.Line.TaxRate) {
			t.Errorf("%+v off a line of %s", r.Share, r.Line.Net())
		}
		discounts[r.Receipt] += r.Share.Whole + r.Line.Off()
		returned[r.Receipt] += r.Returned
		all[r.Receipt] = append(all[r.Receipt], r.Line)
		last = r
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	pieces := 0
	for _, k := range l.everySale() {
		s := k.hit.Sale
		rec, err := l.s.Record(ctx, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, back := range pos.Returned(rec.Refunds) {
			n += back
		}
		if pieces += n; returned[s.Receipt] != n || len(s.Lines) > 0 && discounts[s.Receipt] != s.Discount+s.Rounding || !reflect.DeepEqual(all[s.Receipt], s.Lines) {
			t.Errorf("%s: %s of %s off, %d of %d back\n%+v\n%+v", s.Receipt, discounts[s.Receipt], s.Discount, returned[s.Receipt], n, all[s.Receipt], s.Lines)
		}
		delete(all, s.Receipt)
	}
	if len(all) != 0 || pieces == 0 {
		t.Errorf("lines of no sale: %v; %d pieces back", all, pieces)
	}
}

// What giving every piece back comes to and what the lines show must be the same money.
func TestEachLine_SaysWhatGivingEachLineBackComesTo(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	sl := sale(5)
	sl.Discount = 777
	out, err := s.SellCash(context.Background(), sl, cash(no(1), sl, 5000))
	if err != nil {
		t.Fatal(err)
	}
	var back []pos.Refund
	err = s.EachLine(context.Background(), pos.Span{From: 20261120, To: 20261120}, func(r pos.LineRow) error {
		lines, amount, err := pos.PriceLines(out.Sale.Sale, back, map[int]int{r.N: r.Line.Quantity})
		if err != nil || amount != r.Share.Net {
			t.Errorf("line %d: %s and %s, %v", r.N, amount, r.Share.Net, err)
		}
		back = append(back, pos.Refund{State: pos.RefundDone, Lines: lines})
		return nil
	})
	if err != nil || len(back) != 5 {
		t.Fatal(len(back), err)
	}
}

// What a sale's row says of tax and exchange is what its record says, and its lines; and what was taken in exchange is no money that
// went back.
func TestEachSale_HasTheTaxOfItsLinesAndWhatCameBackForIt(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	first := sale(1)
	first.Lines[0].Quantity, first.Lines[0].TaxRate = 3, 13_00
	first.Gross = pos.Cart{Lines: first.Lines}.Gross()
	sold := mustTake(t, s, first, cash(no(1), first, first.Net())).Sale
	back, worth, err := pos.PriceLines(sold.Sale, nil, map[int]int{1: 1})
	if err != nil {
		t.Fatal(err)
	}
	c := pos.Cart{Lines: sale(4).Lines, Cut: pos.Cut{Kind: pos.CutAmount, N: 111}, Credits: []pos.Credit{{
		Number: no(9), Sale: sold.Sale.ID, Payment: sold.Payments[0].ID, Lines: back, Goods: "旧货", Amount: worth, Reason: "尺寸不合", Approver: "李强",
	}}}
	for i := range c.Lines {
		c.Lines[i].TaxRate = []int{0, 9_00, 13_00, 6_00}[i]
		c.Lines[i].Cut = pos.Cut{Kind: pos.CutPercent, N: int64(7_00 * i)}
	}
	c.Lines[3].Weight, c.Lines[3].Unit, c.Lines[1].Cut = 535, "斤", pos.Cut{}
	c.Lines[0].Cut = pos.Cut{Kind: pos.CutTo, N: 100}
	c = c.Priced(nil, pos.ShopTime{Day: 20261120})
	next := pos.Sale{State: pos.SaleOpen, Lines: c.Lines, Gross: c.Gross(), Discount: c.Off(), Credits: c.Credits, Cashier: "王芳", OpenedAt: noon}
	next.Rounding = pos.RoundYuan.Of(next.Due())
	p := cash(no(2), next, next.Due())
	p.Asked = next.Due()
	mustTake(t, s, next, p)
	mustVerify(t, s)

	span := pos.Span{From: 20261120, To: 20261120}
	lines := map[pos.ReceiptNo]pos.Fen{}
	if err := s.EachLine(ctx, span, func(r pos.LineRow) error { lines[r.Receipt] += r.Share.Tax; return nil }); err != nil {
		t.Fatal(err)
	}
	n := 0
	err = s.EachSale(ctx, span, func(r pos.SaleRow) error {
		rec, err := s.Record(ctx, r.Sale.ID)
		var tax pos.Fen
		for _, share := range rec.Sale.Shares() {
			tax += share.Tax
		}
		if err != nil || tax == 0 || r.Tax != tax || lines[r.Sale.Receipt] != tax || r.Credit != rec.Sale.Credit() || (r.Credit != 0) != (n == 1) {
			t.Errorf("%s: tax %s of %s, by line %s; exchange %s of %s, %v", r.Sale.Receipt, r.Tax, tax, lines[r.Sale.Receipt], r.Credit, rec.Sale.Credit(), err)
		}
		n++
		return nil
	})
	if err != nil || n != 2 {
		t.Fatal(n, err)
	}
	err = s.EachPayment(ctx, span, func(r pos.PaymentRow) error {
		if r.Refunded != 0 {
			t.Errorf("%s of %s went back as money", r.Refunded, r.Payment.OutTradeNo)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEachLink_GivesTheChainWhole(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := busyDay(t, dir)
	prev, n := pos.Link{Hash: pos.ChainStart}, 0
	err := s.EachLink(ctx, func(l pos.Link) error {
		if l.Seq != prev.Seq+1 || l.PrevHash != prev.Hash || l.Sum() != l.Hash {
			t.Errorf("%+v after %+v", l, prev)
		}
		prev, n = l, n+1
		return nil
	})
	if err != nil || n != 10 {
		t.Fatalf("%d links, %v", n, err)
	}
}

// A sale goes on while rows are read, and is not among them.
func TestEach_ReadsOneMomentAndStopsWhenTold(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := busyDay(t, dir)
	span := pos.Span{From: 20261120, To: 20261120}
	streams := map[string]func(ctx context.Context, f func() error) error{
		"lines": func(ctx context.Context, f func() error) error {
			return s.EachLine(ctx, span, func(pos.LineRow) error { return f() })
		},
		"journal": func(ctx context.Context, f func() error) error {
			return s.EachLink(ctx, func(pos.Link) error { return f() })
		},
	}
	i := 100
	for name, each := range streams {
		t.Run(name, func(t *testing.T) {
			count := func() (n int) {
				if err := each(ctx, func() error { n++; return nil }); err != nil {
					t.Fatal(err)
				}
				return n
			}
			before, n := count(), 0
			err := each(ctx, func() error {
				if n++; n == 1 {
					i++
					sl := sale(2)
					_, err := s.SellCash(ctx, sl, cash(no(i), sl, 5000))
					return err
				}
				return nil
			})
			if err != nil || n != before || count() <= before {
				t.Errorf("%d rows of %d, %v", n, before, err)
			}
			n = 0
			if err := each(ctx, func() error { n++; return errEnough }); err != errEnough || n != 1 { //nolint:errorlint // as it was given
				t.Errorf("%d rows, %v", n, err)
			}
			stop, cancel := context.WithCancel(ctx)
			n = 0
			err = each(stop, func() error { n++; cancel(); return nil })
			if !errors.Is(err, context.Canceled) || n != 1 {
				t.Errorf("%d rows after it was cancelled, %v", n, err)
			}
		})
	}
	mustVerify(t, s)
}
