package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"guitai/pos"
)

// Two programs that write one ledger in turn: what each remembers of the books is the other's past.
func TestBooks_AreForgottenWhenAnotherProgramWrote(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	a, b := mustOpen(t, dir), mustOpen(t, dir)
	stores := []interface {
		SellCash(context.Context, pos.Sale, pos.Payment) (pos.Settled, error)
	}{a, a, b, b, a, b, a}
	for i, s := range stores {
		sl := sale(1)
		p := cash(no(i), sl, 300)
		p.PaidAt = noon.Add(time.Duration(i/3) * 24 * time.Hour) // the shift moves on under one that does not look
		out, err := s.SellCash(ctx, sl, p)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(out.Sale.Sale.ID, out.Payment.ID, out.Job, out.Sale.Sale.Receipt.Seq, out.Sale.Sale.Shift, out.Sale.Nth),
			fmt.Sprint(i+1, i+1, i+1, i%3+1, i/3+1, i%3+1); got != want {
			t.Errorf("sale %d is %s, want %s", i+1, got, want)
		}
	}
	if v := mustVerify(t, a); v.Sales != len(stores) {
		t.Errorf("%+v", v)
	}
}

// A write that is refused halfway took numbers that nobody got.
func TestBooks_ForgetWhatWasNotCommitted(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	for i := range 3 {
		sl := sale(1)
		low := cash(no(i), sl, 1)
		_, err := s.SellCash(ctx, sl, low)
		wantCode(t, err, pos.CodeInvalid)
		bad := cash("not a number!", sl, 300) // refused by the table, after the journal had it
		if _, err := s.SellCash(ctx, sl, bad); err == nil {
			t.Fatal("sold")
		}
		out, err := s.SellCash(ctx, sl, cash(no(i), sl, 300))
		if err != nil || out.Sale.Sale.ID != pos.SaleID(i+1) || out.Payment.ID != pos.PaymentID(i+1) || out.Job != int64(i+1) || out.Sale.Sale.Receipt.Seq != i+1 {
			t.Fatalf("%+v %v", out, err)
		}
	}
	mustVerify(t, s)
}

func TestEachPayment_GoesByDayAndNumber(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	_, late := mustBegin(t, s, no(1), 1) // opened first, paid on the next day
	sl := sale(1)
	for i, days := range []int{1, 0, 1} {
		p := cash(no(10+i), sl, 300)
		p.PaidAt = noon.Add(time.Duration(days) * 24 * time.Hour)
		if _, err := s.SellCash(ctx, sl, p); err != nil {
			t.Fatal(err)
		}
	}
	mustBegin(t, s, no(2), 1)
	mustApply(t, s, change(late, paid("4200000001", late.Asked, true), noon.Add(24*time.Hour)))
	var got []string
	list := func(span pos.Span) []string {
		got = nil
		if err := s.EachPayment(ctx, span, func(r pos.PaymentRow) error {
			got = append(got, fmt.Sprint(int(r.Day)%100, " ", r.Payment.ID, " ", r.Payment.Tender))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return got
	}
	want := []string{"20 3 cash", "20 5 wechat-native", "21 1 wechat-native", "21 2 cash", "21 4 cash"}
	if got := list(pos.Span{From: 20261120, To: 20261121}); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := list(pos.Span{From: 20261121, To: 20261122}); !slices.Equal(got, want[2:]) {
		t.Errorf("got %q", got)
	}
	mustVerify(t, s)
}

// A receipt number stands beside the money that paid for the sale, and beside no other order of it.
func TestEachPayment_NamesTheReceiptOfWhatItSettled(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	sl, ended := mustBegin(t, s, no(1), 1) // its code is closed, another one is paid late, the sale is paid in cash
	late, err := s.AddPayment(ctx, native(no(2), sl))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SellCash(ctx, sl, cash(no(3), sl, 300)); err != nil {
		t.Fatal(err)
	}
	mustApply(t, s, change(ended, pos.Signal{Kind: pos.SigClosed, Source: pos.ByPoll}, noon))
	sig := paid("4200000001", late.Asked, false)
	sig.Settled = true
	mustApply(t, s, change(late, sig, noon))
	_, p := mustBegin(t, s, no(4), 1)
	mustApply(t, s, change(p, paid("4200000002", p.Asked, true), noon))
	var got []string
	err = s.EachPayment(ctx, pos.Span{From: 20261120, To: 20261120}, func(r pos.PaymentRow) error {
		got = append(got, fmt.Sprint(r.Payment.ID, " ", r.Payment.State, " ", r.Receipt))
		return nil
	})
	want := []string{"1 closed ", "2 exception ", "3 paid S001-T1-20261120-0001", "4 paid S001-T1-20261120-0002"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q %v", got, err)
	}
}
