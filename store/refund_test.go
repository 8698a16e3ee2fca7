package store_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

func refundNo(i int) string { return fmt.Sprintf("S001-T1-261120R%011d", i) }

// refund is one of a payment as the till asks for it.
func refund(i int, p pos.Payment, amount pos.Fen) pos.Refund {
	r := pos.Refund{
		OutRefundNo: refundNo(i), Payment: p.ID, Sale: p.Sale, OutTradeNo: p.OutTradeNo, TransactionID: p.TransactionID, Tender: p.Tender, State: pos.RefundAsked,
		Amount: amount, Total: p.Amount, Reason: "坏了", Cashier: "王芳", Approver: "店长", AskedAt: noon.Add(time.Hour),
	}
	if p.Tender != pos.TenderCash {
		r.Request = []byte("<refund>" + refundNo(i) + "</refund>")
	}
	return r
}

// refundOf is a refund that gives back an exception.
func refundOf(i int, x pos.ExceptionCase, amount pos.Fen) pos.Refund {
	return pos.Refund{
		OutRefundNo: refundNo(i), Payment: x.Payment, Exception: x.ID, Tender: x.Tender, Amount: amount, Reason: string(x.Reason),
		Request: []byte("<refund/>"), AskedAt: noon.Add(time.Minute),
	}
}

func mustRefund(tb testing.TB, s *store.Store, r pos.Refund) pos.RefundSettled {
	tb.Helper()
	out, err := s.BeginRefund(context.Background(), r)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// learned steps a refund by a signal as the till does.
func learned(r pos.Refund, s pos.RefundSignal, at time.Time) pos.RefundChange {
	to, _ := pos.StepRefund(r, s, at)
	return pos.RefundChange{From: r, To: to, Signal: s, At: at}
}

func mustLearn(tb testing.TB, s *store.Store, r pos.Refund, kind pos.RefundSignalKind) pos.RefundSettled {
	tb.Helper()
	out, err := s.ApplyRefund(context.Background(), learned(r, pos.RefundSignal{Kind: kind, To: pos.DoFollow, Source: pos.ByPoll, RefundID: "50000" + r.OutRefundNo}, noon.Add(2*time.Hour)))
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// sold is a sale of n lines paid by QR.
func sold(tb testing.TB, s *store.Store, i, n int) (pos.SaleRecord, pos.Payment) {
	tb.Helper()
	sl, p := mustBegin(tb, s, no(i), n)
	out := mustApply(tb, s, change(p, paid(fmt.Sprintf("42000000%02d", i), sl.Net(), true), noon))
	return *out.Sale, out.Payment
}

// excepted is an order that was paid after its sale was abandoned.
func excepted(tb testing.TB, s *store.Store, i int) pos.ExceptionCase {
	tb.Helper()
	ctx := context.Background()
	sl, p := mustBegin(tb, s, no(i), 1)
	if err := s.AbandonSale(ctx, sl.ID); err != nil {
		tb.Fatal(err)
	}
	mustApply(tb, s, change(p, paid(fmt.Sprintf("42000000%02d", i), sl.Net(), false), noon))
	return exceptionOf(tb, s, no(i))
}

func exceptionOf(tb testing.TB, s *store.Store, number string) pos.ExceptionCase {
	tb.Helper()
	all, err := s.Exceptions(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	for _, x := range all {
		if x.OutTradeNo == number {
			return x
		}
	}
	tb.Fatalf("no exception of %s in %+v", number, all)
	return pos.ExceptionCase{}
}

func TestRefund_OfASaleInTwoParts(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	rec, p := sold(t, s, 1, 2) // 9.02: 3.00 and 2 × 3.01
	lines, amount, err := pos.PriceLines(rec.Sale, nil, map[int]int{2: 1})
	if err != nil || amount != 301 {
		t.Fatal(lines, amount, err)
	}
	r := refund(1, p, amount)
	r.Lines = lines
	first := mustRefund(t, s, r)
	if first.Refund.ID == 0 || first.Refund.Version != 1 || first.Job != 0 || first.Exception != nil || !reflect.DeepEqual(first.Payment, p) {
		t.Fatalf("%+v", first)
	}
	if again := mustRefund(t, s, r); !reflect.DeepEqual(again, first) {
		t.Fatalf("again\n%+v, first\n%+v", again, first)
	}
	other := r
	other.Amount, other.Lines = 100, nil
	_, err = s.BeginRefund(ctx, other)
	wantCode(t, err, pos.CodeConflict)
	if v := mustVerify(t, s); v.Entries != 2 { // nothing is booked before WeChat takes it on
		t.Fatalf("%+v", v)
	}
	taken := mustLearn(t, s, first.Refund, pos.RefTaken)
	if taken.Refund.State != pos.RefundAccepted || taken.Job != 2 {
		t.Fatalf("%+v", taken)
	}
	job, err := s.NextJob(ctx)
	if err != nil || job == nil {
		t.Fatal(job, err)
	}
	if err := s.MarkJob(ctx, job.ID, pos.PrintDone, 1, pos.CodeNone, ""); err != nil {
		t.Fatal(err)
	}
	if job, err = s.NextJob(ctx); err != nil || job == nil || job.Document != pos.DocRefund || job.Refund != 1 || job.Sale != rec.Sale.ID {
		t.Fatalf("%+v %v", job, err)
	}
	mustVerify(t, s)
	rows, err := s.PendingRows(ctx)
	if err != nil || len(rows) != 1 || rows[0].Next != "refund" || rows[0].Refund == nil || rows[0].Refund.Request != nil || rows[0].Payment.ID != p.ID {
		t.Fatalf("%+v %v", rows, err)
	}
	done := mustLearn(t, s, taken.Refund, pos.RefSuccess)
	if done.Refund.State != pos.RefundDone || done.Job != taken.Job || done.Refund.Settlement != 301 {
		t.Fatalf("%+v", done)
	}
	rest := mustRefund(t, s, refund(2, p, p.Amount-301)).Refund
	rest = mustLearn(t, s, rest, pos.RefChange).Refund // booked as accepted; a person must act
	if rows, err := s.PendingRows(ctx); err != nil || len(rows) != 1 || rows[0].Next != "act" {
		t.Fatalf("%+v %v", rows, err)
	}
	mustVerify(t, s)
	rest = mustLearn(t, s, rest, pos.RefSuccess).Refund
	mustLearn(t, s, rest, pos.RefSuccess) // a replay
	_, err = s.BeginRefund(ctx, refund(3, p, 1))
	wantCode(t, err, pos.CodeInvalid)

	for query, want := range map[string]string{
		`SELECT kind, json_extract(body, '$.out_refund_no') FROM journal WHERE seq > 2 ORDER BY seq`: "refund-accepted|" + refundNo(1) + "\nrefund-done|" + refundNo(1) +
			"\nrefund-accepted|" + refundNo(2) + "\nrefund-done|" + refundNo(2) + "\n",
		`SELECT account, sum(fen) FROM posting GROUP BY account`:                            "sales|-902\nsales:returns|902\nwechat:receivable|0\nwechat:refunding|0\n",
		`SELECT count(*) FROM print_job WHERE document = 'refund'`:                          "2\n",
		`SELECT signal, from_state, to_state FROM refund_event WHERE refund = 1 ORDER BY n`: "begun||asked\ntaken|asked|accepted\nsuccess|accepted|done\n",
	} {
		if got := rowsOf(t, raw(t, dir), query); got != want {
			t.Errorf("%s\n got %s want %s", query, got, want)
		}
	}
	got, err := s.Record(ctx, rec.Sale.ID)
	if err != nil || len(got.Refunds) != 2 || !reflect.DeepEqual(got.Refunds[0].Lines, lines) || got.Refunds[0].Request != nil {
		t.Errorf("%+v %v", got.Refunds, err)
	}
	if left := pos.Refundable(got.Payments[0], got.Refunds); left != 0 {
		t.Errorf("%s is left", left)
	}
	day, err := s.Takings(ctx, pos.Span{From: 20261120, To: 20261120})
	if err != nil || day[0].Refunded != 902 || day[0].Refunds != 2 || day[0].Net != 902 || day[0].Tenders[0].Fen != 902 {
		t.Errorf("%+v %v", day, err)
	}
	var each []pos.RefundRow
	if err := s.EachRefund(ctx, pos.Span{From: 20261120, To: 20261120}, func(r pos.RefundRow) error { each = append(each, r); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(each) != 2 || each[0].Receipt != rec.Sale.Receipt || !reflect.DeepEqual(each[0].Refund, got.Refunds[0]) || each[1].Day != 20261120 {
		t.Errorf("%+v", each)
	}
	err = s.EachPayment(ctx, pos.Span{From: 20261120, To: 20261120}, func(r pos.PaymentRow) error {
		if r.Refunded != 902 || r.Payment.State != pos.Paid {
			t.Errorf("%+v", r)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	events, err := s.Evidence(ctx, p.ID)
	var said []string
	for _, e := range events {
		said = append(said, string(e.Signal))
	}
	if err != nil || strings.Join(said, " ") != "paid refund:begun refund:begun refund:taken refund:success refund:change refund:success" {
		t.Errorf("%v %v", said, err)
	}
	mustVerify(t, s)
}

func TestRefund_RefusesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	_, p := sold(t, s, 1, 2)
	_, waiting := mustBegin(t, s, no(2), 1)
	x := excepted(t, s, 3)
	for name, c := range map[string]struct {
		code pos.Code
		f    func(*pos.Refund)
	}{
		"more than was paid":         {pos.CodeInvalid, func(r *pos.Refund) { r.Amount = p.Amount + 1 }},
		"nothing":                    {pos.CodeInvalid, func(r *pos.Refund) { r.Amount = 0 }},
		"less than nothing":          {pos.CodeInvalid, func(r *pos.Refund) { r.Amount = -1 }},
		"no request":                 {pos.CodeInvalid, func(r *pos.Refund) { r.Request = nil }},
		"another total":              {pos.CodeInvalid, func(r *pos.Refund) { r.Total++ }},
		"another transaction":        {pos.CodeInvalid, func(r *pos.Refund) { r.TransactionID = "1" }},
		"another tender":             {pos.CodeInvalid, func(r *pos.Refund) { r.Tender = pos.TenderCode }},
		"done already":               {pos.CodeInvalid, func(r *pos.Refund) { r.State = pos.RefundDone }},
		"a portal's":                 {pos.CodeInvalid, func(r *pos.Refund) { r.Portal = true }},
		"no such line":               {pos.CodeInvalid, func(r *pos.Refund) { r.Lines = []pos.RefundLine{{N: 9, Quantity: 1, Amount: 301}} }},
		"more pieces":                {pos.CodeInvalid, func(r *pos.Refund) { r.Lines = []pos.RefundLine{{N: 2, Quantity: 3, Amount: 301}} }},
		"lines of another sum":       {pos.CodeInvalid, func(r *pos.Refund) { r.Lines = []pos.RefundLine{{N: 2, Quantity: 1, Amount: 300}} }},
		"no such payment":            {pos.CodeConflict, func(r *pos.Refund) { r.Payment = 99 }},
		"an exception of another":    {pos.CodeInvalid, func(r *pos.Refund) { r.Exception = x.ID }},
		"no such exception":          {pos.CodeConflict, func(r *pos.Refund) { r.Exception = 99 }},
		"a payment that is not paid": {pos.CodeConflict, func(r *pos.Refund) { *r = refund(1, waiting, 301); r.Total = 0 }},
		"an exception's as a sale's": {pos.CodeConflict, func(r *pos.Refund) { *r = refundOf(1, x, 300); r.Exception = 0 }},
		"an exception's with goods": {pos.CodeInvalid, func(r *pos.Refund) {
			*r = refundOf(1, x, 300)
			r.Lines = []pos.RefundLine{{N: 1, Quantity: 1, Amount: 300}}
		}},
		"an exception's in cash":    {pos.CodeInvalid, func(r *pos.Refund) { *r = refundOf(1, x, 300); r.Tender, r.Request = pos.TenderCash, nil }},
		"more than an exception is": {pos.CodeInvalid, func(r *pos.Refund) { *r = refundOf(1, x, 301) }},
	} {
		t.Run(name, func(t *testing.T) {
			r := refund(1, p, 301)
			c.f(&r)
			_, err := s.BeginRefund(ctx, r)
			wantCode(t, err, c.code)
		})
	}
	if all, err := s.LiveRefunds(ctx); err != nil || len(all) != 0 {
		t.Errorf("%+v %v", all, err)
	}
	mustVerify(t, s)
}

func TestRefund_FiftyOfOneOrderAndNoMore(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	_, p := sold(t, s, 1, 1)
	for i := range pos.MaxRefunds {
		r := mustRefund(t, s, refund(i, p, 1)).Refund
		if i == 0 { // one that WeChat closed counts no more
			mustLearn(t, s, r, pos.RefClose)
		}
	}
	mustRefund(t, s, refund(60, p, 1))
	_, err := s.BeginRefund(ctx, refund(61, p, 1))
	wantCode(t, err, pos.CodeInvalid)
	if live, err := s.LiveRefunds(ctx); err != nil || len(live) != pos.MaxRefunds || live[0].OutRefundNo != refundNo(1) || string(live[0].Request) == "" {
		t.Errorf("%d %v", len(live), err)
	}
	mustVerify(t, s)
}

func TestRefund_InCashIsDoneAtOnce(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	sl := sale(1)
	out, err := s.SellCash(ctx, sl, cash(no(1), sl, 1000))
	if err != nil {
		t.Fatal(err)
	}
	_, wechat := sold(t, s, 2, 1)
	r := refund(1, out.Payment, 200)
	first := mustRefund(t, s, r)
	if first.Refund.State != pos.RefundDone || first.Job == 0 || first.Refund.Settlement != 200 || !first.Refund.DoneAt.Equal(r.AskedAt) {
		t.Fatalf("%+v", first)
	}
	if again := mustRefund(t, s, r); !reflect.DeepEqual(again, first) {
		t.Fatalf("again %+v", again)
	}
	w := refund(2, wechat, 300) // a WeChat sale out of the drawer
	w.Tender, w.Request = pos.TenderCash, nil
	mustRefund(t, s, w)
	_, err = s.BeginRefund(ctx, refund(3, wechat, 1))
	wantCode(t, err, pos.CodeInvalid)
	if got := rowsOf(t, raw(t, dir), `SELECT account, sum(fen) FROM posting GROUP BY account`); got != "cash:drawer|-200\nsales|-600\nsales:returns|500\nwechat:receivable|300\n" {
		t.Errorf("%s", got)
	}
	mustVerify(t, s)
}

func TestRefund_ThatIsClosedGivesTheBooksBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	_, p := sold(t, s, 1, 1)
	r := mustRefund(t, s, refund(1, p, 300)).Refund
	r = mustLearn(t, s, r, pos.RefTaken).Refund
	r = mustLearn(t, s, r, pos.RefClose).Refund
	if r.State != pos.RefundClosed {
		t.Fatalf("%+v", r)
	}
	if got := rowsOf(t, raw(t, dir), `SELECT account, sum(fen) FROM posting WHERE account <> 'sales' GROUP BY account`); got != "sales:returns|0\nwechat:receivable|300\nwechat:refunding|0\n" {
		t.Errorf("%s", got)
	}
	again := mustRefund(t, s, refund(2, p, 300)).Refund // a new number is allowed now
	mustLearn(t, s, again, pos.RefRefused)
	mustVerify(t, s)
	mustLearn(t, s, r, pos.RefSuccess) // WeChat changes its mind: what went back is booked
	if got := rowsOf(t, raw(t, dir), `SELECT account, sum(fen) FROM posting WHERE account <> 'sales' GROUP BY account`); got != "sales:returns|300\nwechat:receivable|0\nwechat:refunding|0\n" {
		t.Errorf("%s", got)
	}
	mustVerify(t, s)
}

func TestRefund_CompareAndSwap(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	_, p := sold(t, s, 1, 1)
	r := mustRefund(t, s, refund(1, p, 300)).Refund
	c := learned(r, pos.RefundSignal{Kind: pos.RefTaken, To: pos.DoRefund, Source: pos.ByReply, RefundID: "5"}, noon)
	first, err := s.ApplyRefund(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.ApplyRefund(ctx, c); err != nil || !reflect.DeepEqual(again, first) {
		t.Fatalf("again\n%+v %v, first\n%+v", again, err, first)
	}
	_, err = s.ApplyRefund(ctx, learned(r, pos.RefundSignal{Kind: pos.RefSuccess, Source: pos.ByPoll}, noon))
	wantCode(t, err, pos.CodeConflict)
	quiet := learned(first.Refund, pos.RefundSignal{Kind: pos.RefAsk}, noon)
	if out, err := s.ApplyRefund(ctx, quiet); err != nil || out.Refund.Version != first.Refund.Version {
		t.Fatalf("%+v %v", out, err)
	}
	for name, f := range map[string]func(*pos.Refund){
		"amount":     func(r *pos.Refund) { r.Amount = 1 },
		"payment":    func(r *pos.Refund) { r.Payment = 9 },
		"number":     func(r *pos.Refund) { r.OutRefundNo = "x" },
		"asked":      func(r *pos.Refund) { r.State = pos.RefundAsked },
		"settlement": func(r *pos.Refund) { r.Settlement = 301; r.State = pos.RefundDone },
		"too early":  func(r *pos.Refund) { r.Settlement = 1 },
	} {
		forged := learned(first.Refund, pos.RefundSignal{Kind: pos.RefProcessing, Source: pos.ByPoll}, noon)
		f(&forged.To)
		if _, err := s.ApplyRefund(ctx, forged); pos.CodeOf(err) != pos.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = s.ApplyRefund(ctx, pos.RefundChange{From: pos.Refund{ID: 99}, To: r})
	wantCode(t, err, pos.CodeConflict)
	if _, err := s.Refund(ctx, "none"); pos.CodeOf(err) != pos.CodeNotFound {
		t.Error(err)
	}
	if got, err := s.Refund(ctx, r.OutRefundNo); err != nil || !reflect.DeepEqual(got, first.Refund) {
		t.Errorf("%+v %v", got, err)
	}
	mustVerify(t, s)
}
