package store_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

func TestDecide_SettlesTheSaleAfterAll(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	x := excepted(t, s, 1)
	d := pos.Decision{Action: pos.ActSettle, By: "店长", Reason: "货已拿走", At: noon.Add(24 * time.Hour)}
	out, after, err := s.Decide(ctx, x.ID, d)
	if err != nil || after.State != pos.ExceptionSettled || out.Payment.State != pos.Paid || out.Sale == nil || out.Job != 1 ||
		out.Sale.Sale.Receipt.String() != "S001-T1-20261121-0001" || out.Sale.Sale.State != pos.SaleClosed {
		t.Fatalf("%+v %+v %v", out, after, err)
	}
	if after.Decided.By != d.By || after.Decided.Reason != d.Reason || !after.Decided.At.Equal(d.At) {
		t.Errorf("%+v", after.Decided)
	}
	again, afterAgain, err := s.Decide(ctx, x.ID, d)
	if err != nil || !reflect.DeepEqual(again, out) || !reflect.DeepEqual(afterAgain, after) {
		t.Fatalf("again\n%+v %v, first\n%+v", again, err, out)
	}
	d.Reason = "另外的原因"
	_, _, err = s.Decide(ctx, x.ID, d)
	wantCode(t, err, pos.CodeConflict)
	if got := rowsOf(t, raw(t, dir), `SELECT account, sum(fen) FROM posting GROUP BY account`); got != "sales|-300\nwechat:exceptions|0\nwechat:receivable|300\n" {
		t.Errorf("%s", got)
	}
	days, err := s.Takings(ctx, pos.Span{From: 20261120, To: 20261121})
	if err != nil || days[0].Excepted != 0 || days[0].Sales != 0 || days[1].Net != 300 || days[1].Tenders[0].Fen != 300 {
		t.Errorf("%+v %v", days, err)
	}
	if id, err := s.LastClosed(ctx); err != nil || id != x.Sale {
		t.Errorf("%d %v", id, err)
	}
	mustVerify(t, s)
	r := mustRefund(t, s, refund(1, out.Payment, 300)).Refund // it is a sale like any other now
	mustLearn(t, s, r, pos.RefSuccess)
	mustVerify(t, s)
}

func TestDecide_RefusesWhatMakesNoSense(t *testing.T) {
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	_, p := mustBegin(t, s, no(1), 1)
	mustApply(t, s, change(p, paid("4200000001", 999, true), noon)) // another amount
	amount := exceptionOf(t, s, no(1))
	sl, p := mustBegin(t, s, no(2), 1)
	if _, err := s.SellCash(ctx, sl, cash(no(3), sl, 300)); err != nil {
		t.Fatal(err)
	}
	late := paid("4200000002", 300, false)
	mustApply(t, s, change(p, late, noon)) // late by Step's word, and its sale was settled
	settled := exceptionOf(t, s, no(2))
	_, p = mustBegin(t, s, no(4), 1)
	dollars := paid("4200000004", 300, true)
	dollars.Trade.Currency = "USD"
	mustApply(t, s, change(p, dollars, noon))
	foreign := exceptionOf(t, s, no(4))
	for name, c := range map[string]struct {
		x    pos.ExceptionID
		a    pos.Action
		code pos.Code
	}{
		"settle another amount": {amount.ID, pos.ActSettle, pos.CodeConflict},
		"settle a settled sale": {settled.ID, pos.ActSettle, pos.CodeConflict},
		"cash for dollars":      {foreign.ID, pos.ActCash, pos.CodeInvalid},
		"a refund":              {amount.ID, pos.ActRefund, pos.CodeInvalid},
		"a hold":                {amount.ID, pos.ActHold, pos.CodeInvalid},
		"nothing":               {amount.ID, "", pos.CodeInvalid},
		"no such exception":     {99, pos.ActNote, pos.CodeConflict},
	} {
		if _, _, err := s.Decide(ctx, c.x, pos.Decision{Action: c.a, By: "x"}); pos.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.ScheduleRefund(ctx, foreign.ID, noon, pos.Decision{}); pos.CodeOf(err) != pos.CodeInvalid {
		t.Error(err)
	}
	v := mustVerify(t, s)
	_, x, err := s.Decide(ctx, foreign.ID, pos.Decision{Action: pos.ActNote, By: "店长", Reason: "平台已退"})
	if err != nil || x.State != pos.ExceptionNoted {
		t.Fatalf("%+v %v", x, err)
	}
	if _, err := s.ScheduleRefund(ctx, foreign.ID, time.Time{}, pos.Decision{}); pos.CodeOf(err) != pos.CodeConflict {
		t.Error(err)
	}
	if w := mustVerify(t, s); w.Entries != v.Entries {
		t.Errorf("dollars were booked: %+v", w)
	}
	if left, err := s.Exceptions(ctx); err != nil || len(left) != 2 {
		t.Errorf("%+v %v", left, err)
	}
	if n, err := s.Undecided(ctx); err != nil || n != 2 {
		t.Errorf("%d %v", n, err)
	}
}

func TestAdopt(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	p := pos.Payment{OutTradeNo: no(1), Tender: pos.TenderNative, OpenedAt: noon.Add(-time.Hour)}
	sig := paid("4200000001", 1350, false)
	sig.Source = pos.ByNotify
	first, err := s.Adopt(ctx, p, sig, noon)
	if err != nil || first.State != pos.Exception || first.Reason != pos.ExceptUnknown || first.Asked != 1350 || first.ID == 0 {
		t.Fatalf("%+v %v", first, err)
	}
	if again, err := s.Adopt(ctx, p, sig, noon.Add(time.Hour)); err != nil || !reflect.DeepEqual(again, first) {
		t.Fatalf("again %+v %v", again, err)
	}
	mustVerify(t, s)
	sig.Trade.Amount++
	_, err = s.Adopt(ctx, p, sig, noon)
	wantCode(t, err, pos.CodeConflict)
	sig.Trade.Amount--
	other := p
	other.OutTradeNo = no(2)
	_, err = s.Adopt(ctx, other, sig, noon) // the same money under another number
	wantCode(t, err, pos.CodeConflict)
	_, err = s.Adopt(ctx, other, pos.Signal{Kind: pos.SigUnpaid, Source: pos.ByPoll}, noon)
	wantCode(t, err, pos.CodeInvalid)
	sold(t, s, 3, 1)
	known := p
	known.OutTradeNo = no(3)
	_, err = s.Adopt(ctx, known, paid("4200000003", 300, false), noon)
	wantCode(t, err, pos.CodeConflict)
	if live, err := s.Live(ctx); err != nil || len(live) != 0 {
		t.Errorf("%+v %v", live, err)
	}
	x := exceptionOf(t, s, no(1))
	if x.Proposed(true) != pos.ActSettle {
		t.Errorf("%+v", x)
	}
	out, _, err := s.Decide(ctx, x.ID, pos.Decision{Action: pos.ActSettle, By: "店长", Reason: "账本是恢复的"})
	if err != nil || out.Sale.Sale.Net() != 1350 || len(out.Sale.Sale.Lines) != 0 {
		t.Fatalf("%+v %v", out, err)
	}
	mustVerify(t, s)
	gone, err := s.Adopt(ctx, pos.Payment{OutTradeNo: no(5), Tender: pos.TenderCode}, pos.Signal{Kind: pos.SigReturning, Source: pos.ByPoll}, noon)
	if err != nil || gone.Reason != pos.ExceptReturning {
		t.Fatalf("%+v %v", gone, err)
	}
	mustVerify(t, s)
}

// code is an order for the customer's own payment code.
func code(i int, s pos.Sale) pos.Payment {
	p := native(no(i), s)
	p.Tender = pos.TenderCode
	return p
}

func TestApply_Reversing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	begin := func(t *testing.T) (*store.Store, func(pos.Signal) pos.Settled, string) {
		dir := t.TempDir()
		s := mustOpen(t, dir)
		sl, p, err := s.BeginSale(ctx, sale(1), code(1, sale(1)))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.AbandonSale(ctx, sl.ID); err != nil {
			t.Fatal(err)
		}
		step := func(sig pos.Signal) pos.Settled {
			t.Helper()
			if p, err = s.Payment(ctx, no(1)); err != nil {
				t.Fatal(err)
			}
			out := mustApply(t, s, change(p, sig, noon.Add(time.Minute)))
			mustVerify(t, s)
			return out
		}
		step(pos.Signal{Kind: pos.SigUncertain, To: pos.DoCharge, Code: pos.CodeNoAnswer})
		step(pos.Signal{Kind: pos.SigCancel})
		out := step(pos.Signal{Kind: pos.SigReverseNow})
		if out.Payment.State != pos.Reversing || !out.Payment.MayReverse {
			t.Fatalf("%+v", out)
		}
		if live, err := s.Live(ctx); err != nil || len(live) != 1 || !reflect.DeepEqual(live[0], out.Payment) {
			t.Fatalf("%+v %v, want %+v", live, err, out.Payment)
		}
		if rows, err := s.PendingRows(ctx); err != nil || len(rows) != 1 || rows[0].Next != "reverse" {
			t.Fatalf("%+v %v", rows, err)
		}
		return s, step, dir
	}
	t.Run("nothing was taken", func(t *testing.T) {
		_, step, dir := begin(t)
		step(pos.Signal{Kind: pos.SigReversed, To: pos.DoReverse, Source: pos.ByReply})
		if out := step(pos.Signal{Kind: pos.SigUnpaid, To: pos.DoQuery, Source: pos.ByPoll}); out.Payment.State != pos.Closed {
			t.Fatalf("%+v", out)
		}
		if got := rowsOf(t, raw(t, dir), `SELECT count(*) FROM exception`); got != "0\n" {
			t.Error(got)
		}
	})
	t.Run("it was paid and goes back", func(t *testing.T) {
		_, step, dir := begin(t)
		if out := step(paid("4200000001", 300, false)); out.Payment.State != pos.Reversing || out.Payment.Amount != 300 {
			t.Fatalf("%+v", out)
		}
		if out := step(pos.Signal{Kind: pos.SigRevoked, To: pos.DoQuery, Source: pos.ByPoll}); out.Payment.State != pos.Refunded || out.Payment.Reason != pos.ExceptReversed {
			t.Fatalf("%+v", out)
		}
		for query, want := range map[string]string{
			`SELECT kind FROM journal WHERE seq > 1 ORDER BY seq`:    "exception\nexception-returned\n",
			`SELECT account, sum(fen) FROM posting GROUP BY account`: "wechat:exceptions|0\nwechat:receivable|0\n",
			`SELECT state, reason, amount FROM exception`:            "returned|reversed|300\n",
		} {
			if got := rowsOf(t, raw(t, dir), query); got != want {
				t.Errorf("%s: %s", query, got)
			}
		}
	})
	t.Run("it was paid and does not go back", func(t *testing.T) {
		_, step, _ := begin(t)
		step(paid("4200000001", 300, false))
		step(pos.Signal{Kind: pos.SigReversed, To: pos.DoReverse, Source: pos.ByReply})
		if out := step(pos.Signal{Kind: pos.SigUnpaid, To: pos.DoQuery, Source: pos.ByPoll}); out.Payment.State != pos.Exception || out.Payment.Reason != pos.ExceptUndone {
			t.Fatalf("%+v", out)
		}
	})
	t.Run("what was seen is not changed", func(t *testing.T) {
		s, step, _ := begin(t)
		out := step(paid("4200000001", 300, false))
		for name, f := range map[string]func(*pos.Payment){
			"amount":      func(p *pos.Payment) { p.Amount, p.Settlement = 200, 200 },
			"transaction": func(p *pos.Payment) { p.TransactionID = "1" },
			"closed":      func(p *pos.Payment) { p.State = pos.Closed },
		} {
			to := out.Payment
			f(&to)
			_, err := s.Apply(ctx, pos.Change{From: out.Payment, To: to, Signal: pos.Signal{Kind: pos.SigClosed}, At: noon})
			if pos.CodeOf(err) != pos.CodeInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	t.Run("a QR is never reversed", func(t *testing.T) {
		s := mustOpen(t, t.TempDir())
		_, p := mustBegin(t, s, no(1), 1)
		to := p
		to.State = pos.Reversing
		_, err := s.Apply(ctx, pos.Change{From: p, To: to, Signal: pos.Signal{Kind: pos.SigCancel}, At: noon})
		wantCode(t, err, pos.CodeInvalid)
	})
}
