package store_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

const alipay = pos.Tender("other:支付宝")

// part is a payment by hand for a part of a sale.
func part(n int, s pos.Sale, tender pos.Tender, asked pos.Fen) pos.Payment {
	p := cash(no(n), s, asked+50)
	p.Tender, p.Asked, p.Part = tender, asked, true
	return p
}

func mustTake(tb testing.TB, s *store.Store, sl pos.Sale, p pos.Payment) pos.Settled {
	tb.Helper()
	out, err := s.SellCash(context.Background(), sl, p)
	if err != nil {
		tb.Fatal(err)
	}
	if again, err := s.SellCash(context.Background(), sl, p); err != nil || !reflect.DeepEqual(again, out) {
		tb.Fatalf("repeated\n%+v %v, first\n%+v", again, err, out)
	}
	return out
}

func openSaleOf(tb testing.TB, s *store.Store, id pos.SaleID) pos.OpenSale {
	tb.Helper()
	all, err := s.OpenSales(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	for _, o := range all {
		if o.Sale.ID == id {
			return o
		}
	}
	tb.Fatalf("sale %d is not open", id)
	return pos.OpenSale{}
}

func takingsOf(tb testing.TB, s *store.Store, day pos.Day) pos.DayTakings {
	tb.Helper()
	all, err := s.Takings(context.Background(), pos.Span{From: day, To: day})
	if err != nil {
		tb.Fatal(err)
	}
	return all[0]
}

func TestPart_ThreeTendersSettleOneSaleOnce(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	sl := sale(5) // 300 + 602 + 906 + 303 + 608 = 2719
	first := mustTake(t, s, sl, part(1, sl, alipay, 1000))
	if first.Sale != nil || first.Job != 0 || first.Payment.State != pos.Paid || first.Payment.Evidence != pos.ByCashier || first.Payment.Tendered != 1000 {
		t.Fatalf("%+v", first)
	}
	o := openSaleOf(t, s, first.Payment.Sale)
	if o.Sale.Paid != 1000 || o.Sale.Due() != 1719 || !reflect.DeepEqual(o.Payments, []pos.Payment{first.Payment}) {
		t.Fatalf("%+v", o)
	}
	sl = o.Sale
	q := native(no(2), sl)
	q.Asked, q.Part = 700, true
	q, err := s.AddPayment(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	pay := change(q, paid("4200000001", 700, true), noon.Add(time.Second))
	second := mustApply(t, s, pay)
	if again := mustApply(t, s, pay); second.Sale != nil || !reflect.DeepEqual(again, second) {
		t.Fatalf("%+v, again %+v", second, again)
	}
	mustVerify(t, s)
	rows, err := s.PendingRows(ctx)
	if err != nil || len(rows) != 2 || rows[0].Next != "finish" || rows[1].Payment.OutTradeNo != no(2) {
		t.Fatalf("%+v %v", rows, err)
	}
	x, err := s.XReport(ctx, noon)
	if err != nil || len(x.Open) != 2 || x.Open[0] != (pos.OpenItem{Kind: "part", Name: no(1), Amount: 1000, Since: noon.UnixMilli()}) {
		t.Fatalf("%+v %v", x.Open, err)
	}
	if d := takingsOf(t, s, 20261120); d.Sales != 0 || len(d.Tenders) != 0 {
		t.Fatalf("a part is no sale yet: %+v", d)
	}
	wantCode(t, s.AbandonSale(ctx, sl.ID), pos.CodeConflict)

	sl = openSaleOf(t, s, sl.ID).Sale
	closing := cash(no(3), sl, 2000)
	closing.Asked = sl.Due() - 9 // the fen are dropped
	sl.Rounding = 9
	last := mustTake(t, s, sl, closing)
	if last.Sale == nil || last.Sale.Sale.Net() != 2710 || last.Sale.Sale.Paid != 1700 || len(last.Sale.Payments) != 3 {
		t.Fatalf("%+v", last)
	}
	if rec, err := s.Record(ctx, sl.ID); err != nil || !reflect.DeepEqual(rec, *last.Sale) {
		t.Fatalf("%+v %v, told %+v", rec, err, last.Sale)
	}
	want := []pos.TenderTakings{{Tender: "cash", Count: 1, Fen: 1010}, {Tender: alipay, Count: 1, Fen: 1000}, {Tender: "wechat-native", Count: 1, Fen: 700}}
	d := takingsOf(t, s, 20261120)
	if d.Net != 2710 || d.Rounding != 9 || !reflect.DeepEqual(d.Tenders, want) {
		t.Errorf("%+v", d)
	}
	if x, err = s.XReport(ctx, noon); err != nil || !reflect.DeepEqual(x.Tenders, want) || x.Net != 2710 || x.Rounding != 9 || x.Cash.Expected != 1010 || len(x.Open) != 0 {
		t.Errorf("%+v %v", x, err)
	}
	err = s.EachSale(ctx, pos.Span{From: 20261120, To: 20261120}, func(r pos.SaleRow) error {
		if !reflect.DeepEqual(r.Tenders, []pos.Tender{alipay, pos.TenderNative, pos.TenderCash}) || r.Sale.Net() != 2710 {
			t.Errorf("%+v", r)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	sum := pos.Fen(0)
	err = s.EachPayment(ctx, pos.Span{From: 20261120, To: 20261120}, func(r pos.PaymentRow) error {
		sum += r.Payment.Amount
		if r.Receipt != last.Sale.Sale.Receipt || r.Shift != 1 || r.Payment.State != pos.Paid || r.Payment.Part != (r.Payment.ID != last.Payment.ID) {
			t.Errorf("%+v", r)
		}
		return nil
	})
	if err != nil || sum != 2710 {
		t.Errorf("%s %v", sum, err)
	}
	hits, _, err := s.FindSales(ctx, pos.SaleQuery{Tender: alipay, Amount: 2710, Order: no(1)})
	if err != nil || len(hits) != 1 || hits[0].Tender != pos.TenderCash {
		t.Errorf("%+v %v", hits, err)
	}
	mustVerify(t, s)
}

func TestPart_WhatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	sl := sale(1) // 300
	for name, p := range map[string]pos.Payment{
		"nothing":            part(1, sl, pos.TenderCash, 0),
		"more than is due":   part(1, sl, pos.TenderCash, 301),
		"goods are no money": part(1, sl, pos.TenderExchange, 100),
		"WeChat proves":      part(1, sl, pos.TenderNative, 100),
	} {
		if _, err := s.SellCash(ctx, sl, p); pos.CodeOf(err) != pos.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	rounded := sl
	rounded.Rounding = 1
	_, err := s.SellCash(ctx, rounded, part(1, sl, pos.TenderCash, 100)) // only what closes it is rounded
	wantCode(t, err, pos.CodeInvalid)
	other := part(1, sl, alipay, 299)
	other.Part = false
	_, err = s.SellCash(ctx, rounded, other) // only cash is rounded
	wantCode(t, err, pos.CodeInvalid)
	q := native(no(1), sl)
	q.Asked = 299
	_, _, err = s.BeginSale(ctx, sl, q) // no part, and not all
	wantCode(t, err, pos.CodeInvalid)
	if v := mustVerify(t, s); v.Payments != 0 {
		t.Errorf("%+v", v)
	}
}

// A part of yesterday: the drawer has it from the day it came, the sale's tenders are those of the day that closed it.
func TestPart_OverTheEndOfADay(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, c := clocked(t, t.TempDir())
	sl := sale(2) // 902
	p := mustTake(t, s, sl, part(1, sl, pos.TenderCash, 400)).Payment
	c.now = noon.Add(24 * time.Hour)
	o := openSaleOf(t, s, p.Sale)
	closing := cash(no(2), o.Sale, 502)
	closing.Asked = 502
	out := mustTake(t, s, o.Sale, closing)
	if out.Sale.Sale.Receipt.Day != 20261121 {
		t.Fatalf("%+v", out.Sale.Sale.Receipt)
	}
	z, err := s.ZReport(ctx, 1)
	if err != nil || z.Sales != 0 || z.Cash.Parts != 400 || z.Cash.Expected != 400 || len(z.Open) != 1 {
		t.Errorf("%+v %v", z, err)
	}
	x, err := s.XReport(ctx, c.now)
	want := []pos.TenderTakings{{Tender: "cash", Count: 2, Fen: 902}}
	if err != nil || !reflect.DeepEqual(x.Tenders, want) || x.Cash.Start != 400 || x.Cash.Sales != 502 || x.Cash.Expected != 902 {
		t.Errorf("%+v %v", x, err)
	}
	if a, b := takingsOf(t, s, 20261120), takingsOf(t, s, 20261121); a.Net != 0 || len(a.Tenders) != 0 || b.Net != 902 || !reflect.DeepEqual(b.Tenders, want) {
		t.Errorf("%+v %+v", a, b)
	}
	for day, amount := range map[pos.Day]pos.Fen{20261120: 400, 20261121: 502} {
		err := s.EachPayment(ctx, pos.Span{From: day, To: day}, func(r pos.PaymentRow) error {
			if r.Day != day || r.Payment.Amount != amount || r.Receipt != out.Sale.Sale.Receipt {
				t.Errorf("%s: %+v", day, r)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	mustVerify(t, s)
}

func TestGiveBack_EveryPartGoesTheWayItCame(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s, c := clocked(t, dir)
	sl := sale(5)
	id := mustTake(t, s, sl, part(1, sl, pos.TenderCash, 500)).Payment.Sale
	sl = openSaleOf(t, s, id).Sale
	mustTake(t, s, sl, part(2, sl, alipay, 600))
	q := native(no(3), sl)
	q.Asked, q.Part = 700, true
	q, err := s.AddPayment(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	mustApply(t, s, change(q, paid("4200000001", 700, true), noon))
	c.now = noon.Add(24 * time.Hour)
	back, err := s.GiveBack(ctx, id, "王芳", c.now, true)
	if err != nil || len(back) != 3 || back[0].State != pos.Refunded || back[1].State != pos.Refunded || back[2].State != pos.Exception || back[2].Reason != pos.ExceptPart {
		t.Fatalf("%+v %v", back, err)
	}
	if again, err := s.GiveBack(ctx, id, "王芳", c.now.Add(time.Minute), true); err != nil || !reflect.DeepEqual(again, back) {
		t.Fatalf("again %+v %v", again, err)
	}
	mustVerify(t, s)
	x := exceptionOf(t, s, no(3))
	if x.State != pos.ExceptionOpen || x.Amount != 700 || !x.RefundAt.IsZero() || x.Proposed(true) != pos.ActRefund || !x.Reason.RefundsItself(x.Currency) {
		t.Fatalf("%+v", x)
	}
	if _, _, err := s.Decide(ctx, x.ID, pos.Decision{Action: pos.ActSettle, By: "店长", Reason: "x"}); pos.CodeOf(err) != pos.CodeConflict {
		t.Errorf("a part settled a sale: %v", err)
	}
	if has, err := s.Drawer(ctx); err != nil || has != 0 {
		t.Errorf("%s in the drawer, %v", has, err)
	}
	if rows, err := s.PendingRows(ctx); err != nil || len(rows) != 1 || rows[0].Next != "decide" {
		t.Errorf("%+v %v", rows, err)
	}
	var amount, refunded pos.Fen
	err = s.EachPayment(ctx, pos.Span{From: 20261120, To: 20261120}, func(r pos.PaymentRow) error {
		amount, refunded = amount+r.Payment.Amount, refunded+r.Refunded
		if r.Receipt.Seq != 0 {
			t.Errorf("%+v", r)
		}
		return nil
	})
	if err != nil || amount != 1800 || refunded != 1100 {
		t.Errorf("%s came, %s went back, %v", amount, refunded, err)
	}
	mustLearn(t, s, mustRefund(t, s, refundOf(1, x, x.Amount)).Refund, pos.RefSuccess)
	if p := mustPayment(t, s, no(3)); p.State != pos.Refunded {
		t.Errorf("%+v", p)
	}
	if got := rowsOf(t, raw(t, dir), `SELECT account, sum(fen) FROM posting GROUP BY account HAVING sum(fen) <> 0`); got != "" {
		t.Errorf("left in the books: %s", got)
	}
	for day, in := range map[int]pos.Fen{1: 500} {
		if z, err := s.ZReport(ctx, day); err != nil || z.Cash.Parts != in {
			t.Errorf("%+v %v", z.Cash, err)
		}
	}
	if x, err := s.XReport(ctx, c.now); err != nil || x.Cash.Parts != -500 || x.Cash.Expected != 0 || x.Arrived != 700 {
		t.Errorf("%+v %v", x, err)
	}
	mustVerify(t, s)
}

func TestGiveBack_OfWhatIsNotOpen(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	_, err := s.GiveBack(ctx, 9, "王芳", noon, true)
	wantCode(t, err, pos.CodeConflict)
	sl := sale(1)
	out := mustTake(t, s, sl, cash(no(1), sl, 300))
	_, err = s.GiveBack(ctx, out.Payment.Sale, "王芳", noon, true)
	wantCode(t, err, pos.CodeConflict)
	open, _ := mustBegin(t, s, no(2), 1)
	for range 2 {
		if back, err := s.GiveBack(ctx, open.ID, "王芳", noon, true); err != nil || back != nil {
			t.Errorf("%+v %v", back, err)
		}
	}
	mustVerify(t, s)
}

func TestOther_SettlesASaleAloneAndGoesBackOutside(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	sl := sale(2) // 902
	p := cash(no(1), sl, 0)
	p.Tender = alipay
	out := mustTake(t, s, sl, p)
	if out.Sale == nil || out.Payment.Evidence != pos.ByCashier || out.Payment.Change() != 0 {
		t.Fatalf("%+v", out)
	}
	for i, tender := range []pos.Tender{"", pos.TenderCash} { // the way it came, or in cash
		r := pos.Refund{OutRefundNo: fmt.Sprint("R", i), Payment: out.Payment.ID, Tender: tender, Amount: 100, Reason: "不要了", Cashier: "王芳", Approver: "店长", AskedAt: noon}
		got := mustRefund(t, s, r)
		if got.Refund.State != pos.RefundDone || got.Job == 0 {
			t.Errorf("%+v", got)
		}
	}
	d := takingsOf(t, s, 20261120)
	if d.Refunded != 200 || d.Refunds != 2 || !reflect.DeepEqual(d.Tenders, []pos.TenderTakings{{Tender: alipay, Count: 1, Fen: 902}}) {
		t.Errorf("%+v", d)
	}
	x, err := s.XReport(ctx, noon)
	if err != nil || !reflect.DeepEqual(x.Returned, []pos.TenderTakings{{Tender: "cash", Count: 1, Fen: 100}, {Tender: alipay, Count: 1, Fen: 100}}) || x.Cash.Expected != -100 {
		t.Errorf("%+v %v", x, err)
	}
	mustVerify(t, s)
}

// How a discount on the whole is meant is there again after a restart, as long as the sale is open; it is no part of what is sold.
func TestSale_KeepsHowItsDiscountIsMeant(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	var want []pos.Cut
	for i, cut := range []pos.Cut{{}, {Kind: pos.CutPercent, N: 10_00}, {Kind: pos.CutTo, N: 100}} {
		sl := sale(2)
		sl.Lines[i%2].Note = "少冰"
		sl.Cut, sl.Discount = cut, cut.Of(sl.Gross)
		if got, _, err := s.BeginSale(ctx, sl, native(no(i), sl)); err != nil || got.Cut != cut {
			t.Fatalf("%+v %v", got, err)
		}
		want = append(want, cut)
	}
	sl := sale(1)
	sl.Cut = pos.Cut{Kind: pos.CutPercent, N: 100_01}
	_, _, err := s.BeginSale(ctx, sl, native(no(9), sl))
	wantCode(t, err, pos.CodeInvalid)
	_ = s.Close()
	s = mustOpen(t, dir)
	for i, cut := range want {
		open := openSaleOf(t, s, pos.SaleID(i+1)).Sale
		if open.Cut != cut || open.Lines[i%2].Note != "少冰" {
			t.Errorf("%+v, want %+v", open, cut)
		}
		if out := mustTake(t, s, open, cash(no(10+i), open, 5000)); out.Sale.Sale.Cut != (pos.Cut{}) {
			t.Errorf("%+v", out.Sale.Sale)
		}
	}
	mustVerify(t, s)
}
