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
		if r.Discount < 0 || r.Discount > r.Line.Amount() {
			t.Errorf("%s off a line of %s", r.Discount, r.Line.Amount())
		}
		discounts[r.Receipt] += r.Discount
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
		if pieces += n; returned[s.Receipt] != n || len(s.Lines) > 0 && discounts[s.Receipt] != s.Discount || !reflect.DeepEqual(all[s.Receipt], s.Lines) {
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
		if err != nil || amount != r.Line.Amount()-r.Discount {
			t.Errorf("line %d: %s and %s, %v", r.N, amount, r.Line.Amount()-r.Discount, err)
		}
		back = append(back, pos.Refund{State: pos.RefundDone, Lines: lines})
		return nil
	})
	if err != nil || len(back) != 5 {
		t.Fatal(len(back), err)
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
