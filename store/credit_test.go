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

// credit is pieces of the first line of a sale that come back for another.
func credit(n int, rec pos.SaleRecord, pieces int) pos.Credit {
	lines, amount, err := pos.PriceLines(rec.Sale, rec.Refunds, map[int]int{1: pieces})
	if err != nil {
		panic(err)
	}
	return pos.Credit{
		Number: fmt.Sprint("X", n), Sale: rec.Sale.ID, Receipt: rec.Sale.Receipt.String(), Payment: rec.Payments[0].ID, Lines: lines, Goods: rec.Sale.Lines[0].Name,
		Amount: amount, Reason: "换大号", Approver: "店长",
	}
}

func mustRecord(tb testing.TB, s *store.Store, id pos.SaleID) pos.SaleRecord {
	tb.Helper()
	rec, err := s.Record(context.Background(), id)
	if err != nil {
		tb.Fatal(err)
	}
	return rec
}

// soldByWeChat is a closed sale of a line of three pieces of 2.00.
func soldByWeChat(tb testing.TB, s *store.Store, n int) pos.SaleRecord {
	tb.Helper()
	sl := sale(1)
	sl.Lines[0].Price, sl.Lines[0].Quantity, sl.Gross = 200, 3, 600
	sl, p, err := s.BeginSale(context.Background(), sl, native(no(n), sl))
	if err != nil {
		tb.Fatal(err)
	}
	return *mustApply(tb, s, change(p, paid(fmt.Sprint("42", n), 600, true), noon)).Sale
}

// What an exchange gives back is of the shift that its sale opens, not of the time before it.
func TestExchange_OwedIsOfTheShiftOfItsSale(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	old := soldByWeChat(t, s, 1)
	n := mustCount(t, s, yuan(0), noon)
	mustClose(t, s, pos.ShiftClose{Count: n.ID, By: "王芳", At: noon})
	sl := sale(1)
	c := credit(1, old, 3) // 600
	c.Lines[0].Amount, c.Amount = sl.Net(), sl.Net()
	sl.Credits = []pos.Credit{c}
	sl.Owed = []pos.Refund{{OutRefundNo: "B1", Payment: old.Payments[0].ID, Amount: 600 - sl.Net(), Tender: pos.TenderCash, Reason: "换", AskedAt: noon}}
	p := pos.Payment{OutTradeNo: no(2), Tender: pos.TenderCash}
	got, err := s.SellCash(ctx, sl, p)
	if err != nil || got.Sale == nil || len(got.Owed) != 1 || got.Owed[0].Refund.State != pos.RefundDone || got.Owed[0].Job == 0 || got.Owed[0].Job == got.Job {
		t.Fatalf("%+v %v", got, err)
	}
	if again, err := s.SellCash(ctx, sl, p); err != nil || !reflect.DeepEqual(again, got) {
		t.Errorf("again\n%+v %v, first\n%+v", again, err, got)
	}
	if x, err := s.XReport(ctx, noon); err != nil || x.Sales != 1 || x.Cash.Refunds != 600-sl.Net() || len(x.Late) != 0 {
		t.Errorf("%+v %v", x, err)
	}
	for name, change := range map[string]func(*pos.Sale, *pos.Payment){
		"money is taken as well":   func(_ *pos.Sale, p *pos.Payment) { p.Asked, p.Tendered = 1, 1 },
		"of no earlier sale":       func(s *pos.Sale, _ *pos.Payment) { s.Owed[0].Payment, s.Owed[0].Goods = 0, sale(1).Lines },
		"more than is left":        func(s *pos.Sale, _ *pos.Payment) { s.Owed[0].Amount = 1 },
		"the same number, another": func(s *pos.Sale, p *pos.Payment) { p.OutTradeNo = no(2); s.Owed[0].OutRefundNo = "B9" },
	} {
		bad, q := sl, pos.Payment{OutTradeNo: no(3), Tender: pos.TenderCash}
		bad.Owed = []pos.Refund{sl.Owed[0]}
		bad.Owed[0].OutRefundNo, bad.Credits = "B2", nil
		change(&bad, &q)
		if got, err := s.SellCash(ctx, bad, q); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
	open := sl
	open.Owed = nil
	if _, _, err := s.BeginSale(ctx, sl, native(no(4), open)); pos.CodeOf(err) != pos.CodeInvalid {
		t.Errorf("an order for what is owed: %v", err)
	}
	mustVerify(t, s)
}

func TestExchange_CountsTowardsTheSaleThatCloses(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	old := soldByWeChat(t, s, 1)
	sl := sale(2) // 902
	sl.Credits = []pos.Credit{credit(1, old, 2)}
	q := native(no(2), sl)
	q.Asked = 502
	begin := func() (pos.Sale, pos.Payment) {
		t.Helper()
		open, p, err := s.BeginSale(ctx, sl, q)
		if err != nil {
			t.Fatal(err)
		}
		return open, p
	}
	open, p := begin()
	if again, p2 := begin(); !reflect.DeepEqual(again, open) || !reflect.DeepEqual(p2, p) {
		t.Fatalf("repeated %+v, first %+v", again, open)
	}
	if got := openSaleOf(t, s, open.ID).Sale; !reflect.DeepEqual(got, open) || got.Due() != 502 || got.Credits[0].Refund == 0 || got.Credits[0].Receipt != old.Sale.Receipt.String() {
		t.Fatalf("%+v, told %+v", got, open)
	}
	// It is on disk with the sale: neither of the two pieces can be given back any more.
	now := mustRecord(t, s, old.Sale.ID)
	if pos.Returned(now.Refunds)[1] != 2 || pos.Refundable(now.Payments[0], now.Refunds) != 200 || now.Refunds[0].For != open.ID {
		t.Fatalf("%+v", now.Refunds)
	}
	_, err := s.BeginRefund(ctx, pos.Refund{
		OutRefundNo: "R1", Payment: old.Payments[0].ID, Amount: 400, Lines: []pos.RefundLine{{N: 1, Quantity: 2, Amount: 400}}, Request: []byte("<r/>"), AskedAt: noon,
	})
	wantCode(t, err, pos.CodeInvalid)
	if live, err := s.LiveRefunds(ctx); err != nil || len(live) != 0 {
		t.Errorf("there is nothing to send: %+v %v", live, err)
	}
	if d := takingsOf(t, s, 20261120); d.Refunds != 0 {
		t.Errorf("nothing is booked yet: %+v", d)
	}
	mustVerify(t, s)

	pay := change(p, paid("4202", 502, true), noon.Add(time.Minute))
	out := mustApply(t, s, pay)
	if again := mustApply(t, s, pay); out.Sale == nil || !reflect.DeepEqual(again, out) {
		t.Fatalf("again\n%+v, first\n%+v", again, out)
	}
	if rec := mustRecord(t, s, open.ID); !reflect.DeepEqual(rec, *out.Sale) || rec.Sale.Credit() != 400 || rec.Sale.Due() != 0+502 {
		t.Errorf("%+v, told %+v", rec.Sale, out.Sale.Sale)
	}
	back, err := s.Refund(ctx, "X1")
	if err != nil || back.State != pos.RefundDone || back.Settlement != 400 || back.For != open.ID || back.Tender != pos.TenderExchange {
		t.Errorf("%+v %v", back, err)
	}
	d := takingsOf(t, s, 20261120)
	want := []pos.TenderTakings{{Tender: "exchange", Count: 1, Fen: 400}, {Tender: "wechat-native", Count: 2, Fen: 1102}}
	if d.Net != 1502 || d.Refunded != 400 || !reflect.DeepEqual(d.Tenders, want) {
		t.Errorf("%+v", d)
	}
	x, err := s.XReport(ctx, noon)
	if err != nil || !reflect.DeepEqual(x.Tenders, want) || !reflect.DeepEqual(x.Returned, []pos.TenderTakings{{Tender: "exchange", Count: 1, Fen: 400}}) {
		t.Errorf("%+v %v", x, err)
	}
	err = s.EachSale(ctx, pos.Span{From: 20261120, To: 20261120}, func(r pos.SaleRow) error {
		if r.Sale.ID == open.ID && !reflect.DeepEqual(r.Tenders, []pos.Tender{pos.TenderExchange, pos.TenderNative}) {
			t.Errorf("%+v", r)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	err = s.EachRefund(ctx, pos.Span{From: 20261120, To: 20261120}, func(r pos.RefundRow) error {
		n++
		if r.Receipt != old.Sale.Receipt || r.Refund.For != open.ID || len(r.Refund.Lines) != 1 {
			t.Errorf("%+v", r)
		}
		return nil
	})
	if err != nil || n != 1 {
		t.Error(n, err)
	}
	if got := rowsOf(t, raw(t, dir), `SELECT count(*) FROM print_job WHERE document = 'refund'`); got != "0\n" {
		t.Errorf("the new receipt says it: %s", got)
	}
	if hits, _, err := s.FindSales(ctx, pos.SaleQuery{Order: "X1"}); err != nil || len(hits) != 2 {
		t.Errorf("%+v %v", hits, err)
	}
	mustVerify(t, s)
}

func TestExchange_ForTheSameMoneyClosesWithNothing(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, t.TempDir())
	old := soldByWeChat(t, s, 1)
	sl := sale(1)
	sl.Lines[0].Price, sl.Gross = 600, 600
	sl.Credits = []pos.Credit{credit(1, old, 3)}
	p := cash(no(2), sl, 0)
	p.Asked = 0
	out := mustTake(t, s, sl, p)
	if out.Sale == nil || out.Sale.Sale.Credit() != 600 || out.Payment.Amount != 0 {
		t.Fatalf("%+v", out)
	}
	mustVerify(t, s)
}

func TestExchange_IsVoidWhenItsSaleIsGivenUp(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, end := range map[string]func(*store.Store, pos.SaleID) error{
		"abandoned": func(s *store.Store, id pos.SaleID) error { return s.AbandonSale(ctx, id) },
		"given back": func(s *store.Store, id pos.SaleID) error {
			_, err := s.GiveBack(ctx, id, "王芳", noon, true)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := mustOpen(t, t.TempDir())
			old := soldByWeChat(t, s, 1)
			sl := sale(2)
			sl.Credits = []pos.Credit{credit(1, old, 1)}
			p := part(2, sl, pos.TenderCash, 100)
			if name == "abandoned" {
				q := native(no(3), sl)
				q.Asked -= 200
				open, _, err := s.BeginSale(ctx, sl, q)
				if err != nil {
					t.Fatal(err)
				}
				p.Sale = open.ID
			} else {
				p = mustTake(t, s, sl, p).Payment
			}
			for range 2 {
				if err := end(s, p.Sale); err != nil {
					t.Fatal(err)
				}
			}
			if r, err := s.Refund(ctx, "X1"); err != nil || r.State != pos.RefundClosed {
				t.Errorf("%+v %v", r, err)
			}
			now := mustRecord(t, s, old.Sale.ID)
			if len(pos.Returned(now.Refunds)) != 0 || pos.Refundable(now.Payments[0], now.Refunds) != 600 {
				t.Errorf("%+v", now)
			}
			mustVerify(t, s)
			sl.Credits = []pos.Credit{credit(2, now, 3)} // and they can come back once more
			closing := cash(no(4), sl, 302)
			closing.Asked = 302
			mustTake(t, s, sl, closing)
			mustVerify(t, s)
		})
	}
}

func TestExchange_RefusesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	old := soldByWeChat(t, s, 1)
	for name, c := range map[string]struct {
		change func(*pos.Sale)
		code   pos.Code
	}{
		"more than is bought":   {func(s *pos.Sale) { s.Credits[0].Amount, s.Credits[0].Lines = 903, nil }, pos.CodeInvalid},
		"more than was paid":    {func(s *pos.Sale) { s.Credits[0].Amount, s.Credits[0].Lines = 601, nil }, pos.CodeInvalid},
		"lines that do not sum": {func(s *pos.Sale) { s.Credits[0].Amount-- }, pos.CodeInvalid},
		"for nothing":           {func(s *pos.Sale) { s.Credits[0].Amount, s.Credits[0].Lines = 0, nil }, pos.CodeInvalid},
		"of another sale":       {func(s *pos.Sale) { s.Credits[0].Sale++ }, pos.CodeConflict},
		"of no payment":         {func(s *pos.Sale) { s.Credits[0].Payment = 99 }, pos.CodeConflict},
		"twice":                 {func(s *pos.Sale) { s.Credits = append(s.Credits, s.Credits[0]) }, pos.CodeConflict},
		"the same goods twice": {func(s *pos.Sale) {
			again := s.Credits[0]
			again.Number = "X2"
			s.Credits = append(s.Credits, again)
		}, pos.CodeInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			sl := sale(2)
			sl.Credits = []pos.Credit{credit(1, old, 2)}
			c.change(&sl)
			p := cash(no(2), sl, 5000)
			p.Asked = sl.Due()
			_, err := s.SellCash(ctx, sl, p)
			wantCode(t, err, c.code)
		})
	}
	if v := mustVerify(t, s); v.Sales != 1 || v.Payments != 1 {
		t.Errorf("%+v", v)
	}
}

func TestReturn_WithoutAReceipt(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	goods := lines(2)
	goods[0].Unit, goods[0].Price, goods[0].Weight = "斤", 1280, 750
	goods[1].Note = "开过封"
	c := pos.Cart{Lines: goods}
	r := pos.Refund{
		OutRefundNo: "L1", Tender: pos.TenderCash, Amount: c.Total() - 20, Goods: goods, Reason: "没有小票", Cashier: "王芳", Approver: "店长", AskedAt: noon,
		State: pos.RefundDone, Settlement: c.Total() - 20, Total: c.Total() - 20, // as the till has it
	}
	out := mustRefund(t, s, r)
	if again := mustRefund(t, s, r); !reflect.DeepEqual(again, out) || out.Job == 0 || out.Refund.State != pos.RefundDone || out.Payment.ID != 0 {
		t.Fatalf("%+v, first %+v", again, out)
	}
	got, err := s.Refund(ctx, "L1")
	if err != nil || !reflect.DeepEqual(got, out.Refund) || !reflect.DeepEqual(got.Goods, goods) {
		t.Fatalf("%+v %v", got, err)
	}
	d := takingsOf(t, s, 20261120)
	if d.Refunded != r.Amount || d.Refunds != 1 {
		t.Errorf("%+v", d)
	}
	if has, err := s.Drawer(ctx); err != nil || has != -r.Amount {
		t.Errorf("%s %v", has, err)
	}
	err = s.EachRefund(ctx, pos.Span{From: 20261120, To: 20261120}, func(row pos.RefundRow) error {
		if row.Receipt != (pos.ReceiptNo{}) || !reflect.DeepEqual(row.Refund, got) {
			t.Errorf("%+v", row)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	job, err := s.NextJob(ctx)
	if err != nil || job == nil || job.Document != pos.DocRefund || job.Sale != 0 || job.Refund != got.ID || len(job.Facts) == 0 {
		t.Fatalf("%+v %v", job, err)
	}
	mustMark(t, s, job, pos.PrintSending)
	mustMark(t, s, job, pos.PrintUnconfirmed)
	if all, err := s.Prints(ctx, 5); err != nil || len(all) != 1 || all[0].Title != "L1" {
		t.Errorf("%+v %v", all, err)
	}
	if _, err := s.ReprintJob(ctx, job.ID, false, "王芳", noon); err != nil {
		t.Error(err)
	}
	mustVerify(t, s)
	for name, change := range map[string]func(*pos.Refund){
		"more than they cost": func(r *pos.Refund) { r.Amount, r.Total = c.Total()+1, c.Total()+1 },
		"nothing":             func(r *pos.Refund) { r.Goods = nil },
		"through WeChat":      func(r *pos.Refund) { r.Tender, r.Request = pos.TenderNative, []byte("<r/>") },
		"of a sale":           func(r *pos.Refund) { r.Sale = 1 },
		"void":                func(r *pos.Refund) { r.Void = true },
	} {
		bad := r
		bad.OutRefundNo = "L2"
		change(&bad)
		if _, err := s.BeginRefund(ctx, bad); pos.CodeOf(err) != pos.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	r.Amount, r.Total = 1, 1
	_, err = s.BeginRefund(ctx, r)
	wantCode(t, err, pos.CodeConflict)
}

func mustMark(tb testing.TB, s *store.Store, j *pos.PrintJob, state pos.PrintState) {
	tb.Helper()
	if err := s.MarkJob(context.Background(), j.ID, state, j.Tries+1, "", ""); err != nil {
		tb.Fatal(err)
	}
}

// A sale that several payments settled goes back payment by payment: no more of each than it took, no more pieces than were sold.
func TestRefund_OfASaleOfParts(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, c := clocked(t, t.TempDir())
	sl := sale(1)
	sl.Lines[0].Price, sl.Lines[0].Quantity, sl.Gross = 500, 2, 1000
	first := mustTake(t, s, sl, part(1, sl, alipay, 300)).Payment
	open := openSaleOf(t, s, first.Sale).Sale
	_, err := s.BeginRefund(ctx, pos.Refund{OutRefundNo: "R0", Payment: first.ID, Amount: 100, Reason: "?", AskedAt: noon})
	wantCode(t, err, pos.CodeConflict) // not before the sale is closed
	closing := cash(no(2), open, 700)
	closing.Asked = 700
	rec := *mustTake(t, s, open, closing).Sale
	refund := func(no string, p pos.Payment, tender pos.Tender, amount pos.Fen, lines ...pos.RefundLine) error {
		_, err := s.BeginRefund(ctx, pos.Refund{OutRefundNo: no, Payment: p.ID, Tender: tender, Amount: amount, Lines: lines, Reason: "不要了", AskedAt: noon, Void: no == "V"})
		return err
	}
	if err := refund("R1", rec.Payments[0], alipay, 300, pos.RefundLine{N: 1, Quantity: 1, Amount: 300}); err != nil {
		t.Fatal(err)
	}
	if err := refund("R2", rec.Payments[1], pos.TenderCash, 200); err != nil { // the rest of that piece
		t.Fatal(err)
	}
	wantCode(t, refund("R3", rec.Payments[0], alipay, 1), pos.CodeInvalid)
	wantCode(t, refund("R4", rec.Payments[1], pos.TenderCash, 500, pos.RefundLine{N: 1, Quantity: 2, Amount: 500}), pos.CodeInvalid)
	now := mustRecord(t, s, rec.Sale.ID)
	if len(now.Refunds) != 2 || pos.Returned(now.Refunds)[1] != 1 || pos.Refundable(now.Payments[1], now.Refunds) != 500 {
		t.Errorf("%+v", now.Refunds)
	}
	hits, _, err := s.FindSales(ctx, pos.SaleQuery{})
	if err != nil || hits[0].Refunded != 500 {
		t.Errorf("%+v %v", hits, err)
	}
	err = s.EachLine(ctx, pos.Span{From: 20261120, To: 20261120}, func(r pos.LineRow) error {
		if r.Returned != 1 {
			t.Errorf("%+v", r)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := refund("V", rec.Payments[1], pos.TenderCash, 500, pos.RefundLine{N: 1, Quantity: 1, Amount: 500}); err != nil {
		t.Fatal(err)
	}
	if r, err := s.Refund(ctx, "V"); err != nil || !r.Void {
		t.Errorf("%+v %v", r, err)
	}
	mustVerify(t, s)
	one := mustTake(t, s, sale(1), cash(no(3), sale(1), 300)).Payment
	c.now = noon.Add(24 * time.Hour)
	_, err = s.BeginRefund(ctx, pos.Refund{OutRefundNo: "V2", Payment: one.ID, Amount: 300, Reason: "?", Void: true, AskedAt: c.now})
	wantCode(t, err, pos.CodeConflict) // its day is over
}

// Somebody gives a part back in the merchant platform while the sale is open: the sale has that much more to be paid.
func TestFoundRefund_OfAPartMakesItAnException(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	sl := sale(2) // 902
	q := native(no(1), sl)
	q.Asked, q.Part = 400, true
	sl, q, err := s.BeginSale(ctx, sl, q)
	if err != nil {
		t.Fatal(err)
	}
	q = mustApply(t, s, change(q, paid("4201", 400, true), noon)).Payment
	out, err := s.FoundRefund(ctx, pos.Refund{OutRefundNo: "P1", Payment: q.ID, Amount: 400, State: pos.RefundDone, TransactionID: "4201", Total: 400},
		pos.RefundSignal{Kind: pos.RefSuccess, Source: pos.ByPoll, RefundID: "50", At: noon}, noon)
	if err != nil || out.Exception == nil || out.Exception.Reason != pos.ExceptPart || out.Payment.State != pos.Refunded {
		t.Fatalf("%+v %v", out, err)
	}
	o := openSaleOf(t, s, sl.ID)
	if o.Sale.Due() != 902 || o.Sale.Paid != 0 {
		t.Fatalf("%+v", o)
	}
	mustVerify(t, s)
	done := mustTake(t, s, o.Sale, cash(no(2), o.Sale, 1000))
	if done.Sale == nil || len(done.Sale.Payments) != 1 {
		t.Fatalf("%+v", done)
	}
	mustVerify(t, s)
}
