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

// untold is an order that WeChat says is being refunded, without saying what of.
func untold(tb testing.TB, s *store.Store, i int) pos.ExceptionCase {
	tb.Helper()
	_, p := mustBegin(tb, s, no(i), 1)
	mustApply(tb, s, change(p, pos.Signal{Kind: pos.SigReturning, To: pos.DoQuery, Source: pos.ByPoll, Trade: pos.Trade{Currency: pos.Currency}}, noon))
	return exceptionOf(tb, s, no(i))
}

// portal is a refund that somebody made in the merchant platform.
func portal(tb testing.TB, s *store.Store, number string, p pos.PaymentID, amount, settlement pos.Fen, state pos.RefundState) pos.RefundSettled {
	tb.Helper()
	out, err := s.FoundRefund(context.Background(), pos.Refund{OutRefundNo: number, Payment: p, Amount: amount, State: state, RefundID: "R" + number},
		pos.RefundSignal{Kind: pos.RefSuccess, Source: pos.ByPoll, RefundID: "R" + number, Settlement: settlement}, noon.Add(time.Hour))
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// told is the query that says at last what was paid.
func told(trans string, amount, settlement pos.Fen) pos.Signal {
	return pos.Signal{Kind: pos.SigReturning, To: pos.DoQuery, Source: pos.ByPoll, Trade: pos.Trade{
		TransactionID: trans, Amount: amount, Settlement: settlement, Currency: pos.Currency, PaidAt: noon,
	}}
}

const balances = `SELECT account, sum(fen) FROM posting GROUP BY account ORDER BY account`

func TestFoundRefund_OfAnUnknownAmountLeavesItOpen(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, t.TempDir())
	x := untold(t, s, 1)
	for i, amount := range []pos.Fen{1, 299} { // for all that anybody knows
		out := portal(t, s, fmt.Sprint("P", i), x.Payment, amount, 0, pos.RefundDone)
		if out.Exception.State != pos.ExceptionOpen || out.Payment.State != pos.Exception {
			t.Fatalf("%+v %+v", out.Exception, out.Payment)
		}
		if v := mustVerify(t, s); v.Entries != 1 {
			t.Errorf("%+v", v)
		}
	}
	day, err := s.Takings(context.Background(), pos.Span{From: 20261120, To: 20261120})
	if err != nil || day[0].Excepted != 0 {
		t.Errorf("%+v %v", day, err)
	}
}

func TestApply_LearnsWhatAnExceptionIsOf(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	x := untold(t, s, 1)
	watched := portal(t, s, "P1", x.Payment, 80, 0, pos.RefundAccepted).Refund
	portal(t, s, "P2", x.Payment, 100, 90, pos.RefundDone)
	c := change(mustPayment(t, s, no(1)), told("4200000001", 300, 270), noon.AddDate(0, 0, 3))
	out := mustApply(t, s, c)
	if p := out.Payment; p.State != pos.Exception || p.Reason != pos.ExceptReturning || p.Amount != 300 || p.Settlement != 270 || p.TransactionID != "4200000001" {
		t.Fatalf("%+v", p)
	}
	if again := mustApply(t, s, c); !reflect.DeepEqual(again, out) {
		t.Errorf("again %+v, first %+v", again, out)
	}
	mustVerify(t, s)
	x = exceptionOf(t, s, no(1))
	if x.Amount != 300 || x.Returned != 100 || x.State != pos.ExceptionGiving {
		t.Fatalf("%+v", x)
	}
	db := raw(t, dir)
	if got := rowsOf(t, db, `SELECT seq, kind, json_extract(body, '$.day') FROM journal WHERE seq > 1 ORDER BY seq`); got != "2|exception|20261123\n3|exception-returned|20261123\n" {
		t.Errorf("%s", got)
	}
	if got := rowsOf(t, db, `SELECT day FROM exception UNION ALL SELECT day FROM payment`); got != "20261120\n20261120\n" {
		t.Errorf("%s", got)
	}
	if got := rowsOf(t, db, balances); got != "wechat:coupons|20\nwechat:exceptions|-200\nwechat:receivable|180\n" {
		t.Errorf("%s", got)
	}
	// Whoever had the refund in hand reads it again and goes on.
	_, err := s.ApplyRefund(ctx, learned(watched, pos.RefundSignal{Kind: pos.RefSuccess, Source: pos.ByPoll}, noon))
	wantCode(t, err, pos.CodeConflict)
	if watched, err = s.Refund(ctx, "P1"); err != nil || watched.Total != 300 || watched.TransactionID != "4200000001" {
		t.Fatalf("%+v %v", watched, err)
	}
	mustLearn(t, s, watched, pos.RefClose)
	x = exceptionOf(t, s, no(1))
	r := refundOf(1, x, x.Left()) // the rest that they left is ours to give back
	_, err = s.BeginRefund(ctx, refundOf(2, x, x.Left()+1))
	wantCode(t, err, pos.CodeInvalid)
	done := mustLearn(t, s, mustRefund(t, s, r).Refund, pos.RefSuccess)
	if done.Refund.Total != 300 || done.Exception.State != pos.ExceptionReturned || done.Payment.State != pos.Refunded {
		t.Fatalf("%+v", done)
	}
	mustVerify(t, s)

	change := change(done.Payment, told("4200000001", 300, 270), noon) // and what is known does not change
	change.To.Amount = 200
	_, err = s.Apply(ctx, change)
	wantCode(t, err, pos.CodeInvalid)
}

func TestApply_LearnsThatAllOfItWentBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	x := untold(t, s, 1)
	portal(t, s, "P1", x.Payment, 300, 0, pos.RefundDone)
	c := change(mustPayment(t, s, no(1)), told("4200000001", 300, 0), noon)
	out := mustApply(t, s, c)
	if out.Payment.State != pos.Refunded || out.Payment.Amount != 300 {
		t.Fatalf("%+v", out.Payment)
	}
	if again := mustApply(t, s, c); !reflect.DeepEqual(again, out) {
		t.Errorf("again %+v, first %+v", again, out)
	}
	if all, err := s.Exceptions(context.Background()); err != nil || len(all) != 0 {
		t.Errorf("%+v %v", all, err)
	}
	if got := rowsOf(t, raw(t, dir), balances); got != "wechat:exceptions|0\nwechat:receivable|0\n" {
		t.Errorf("%s", got)
	}
	mustVerify(t, s)
}

func TestApply_LearnsWhatSomebodyNoted(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	for i, back := range []pos.Fen{0, 100, 300} {
		x := untold(t, s, i+1)
		if back > 0 {
			portal(t, s, fmt.Sprint("P", i), x.Payment, back, 0, pos.RefundDone)
		}
		if _, _, err := s.Decide(ctx, x.ID, pos.Decision{Action: pos.ActNote, By: "店长", Reason: "平台已退", At: noon}); err != nil {
			t.Fatal(err)
		}
		mustVerify(t, s)
		out := mustApply(t, s, change(mustPayment(t, s, no(i+1)), told(fmt.Sprint("420000000", i), 300, 280), noon.Add(time.Hour)))
		if want := map[bool]pos.State{true: pos.Refunded, false: pos.Exception}[back == 300]; out.Payment.State != want {
			t.Errorf("%s back: %s", back, out.Payment.State)
		}
		mustVerify(t, s)
	}
	if got := rowsOf(t, raw(t, dir), `SELECT sum(fen) FROM posting WHERE account = 'wechat:exceptions'`); got != "0\n" {
		t.Errorf("%s", got)
	}
}

func TestApply_RefusesToLearnLessThanWentBack(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	x := untold(t, s, 1)
	portal(t, s, "P1", x.Payment, 200, 0, pos.RefundDone)
	portal(t, s, "P2", x.Payment, 101, 0, pos.RefundAccepted)
	_, err := s.Apply(ctx, change(mustPayment(t, s, no(1)), told("4200000001", 300, 0), noon))
	wantCode(t, err, pos.CodeConflict)
	sold(t, s, 2, 1)
	_, err = s.Apply(ctx, change(mustPayment(t, s, no(1)), told("4200000002", 400, 0), noon)) // another payment's
	if err == nil {
		t.Error("one transaction is booked twice")
	}
	mustVerify(t, s)
}

// Part of a coupon's money went back in the merchant platform; the rest is a person's.
func TestDecide_TheRestOfAPartlyReturnedException(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, tt := range []struct {
		action pos.Action
		want   string
	}{
		{pos.ActNote, "wechat:coupons|0\nwechat:exceptions|0\nwechat:receivable|0\n"},
		{pos.ActCash, "cash:drawer|-702\nwechat:coupons|87\nwechat:exceptions|0\nwechat:receivable|615\n"},
		{pos.ActRefund, "wechat:coupons|0\nwechat:exceptions|0\nwechat:receivable|0\n"},
	} {
		dir := t.TempDir()
		s := mustOpen(t, dir)
		_, p := mustBegin(t, s, no(1), 1)
		p = mustApply(t, s, change(p, withCoupon("4200000001", 802, 702, false), noon)).Payment
		out := portal(t, s, "P1", p.ID, 100, 87, pos.RefundDone)
		x := exceptionOf(t, s, no(1))
		if x.State != pos.ExceptionOpen || x.Returned != 100 || x.Left() != 702 || !reflect.DeepEqual(*out.Exception, x) || !x.Allowed(tt.action) || x.Allowed(pos.ActSettle) {
			t.Fatalf("%+v", x)
		}
		if tt.action == pos.ActRefund {
			r := mustRefund(t, s, refundOf(1, x, x.Left())).Refund
			if r.Total != 802 || r.Amount != 702 {
				t.Fatalf("%+v", r)
			}
			if _, err := s.ApplyRefund(ctx, learned(r, pos.RefundSignal{Kind: pos.RefSuccess, Source: pos.ByPoll, Settlement: 615}, noon)); err != nil {
				t.Fatal(err)
			}
		} else if _, _, err := s.Decide(ctx, x.ID, pos.Decision{Action: tt.action, By: "店长", Reason: "x", At: noon}); err != nil {
			t.Fatal(err)
		}
		if got := rowsOf(t, raw(t, dir), balances); got != tt.want {
			t.Errorf("%s\n got %s want %s", tt.action, got, tt.want)
		}
		mustVerify(t, s)
	}
}
