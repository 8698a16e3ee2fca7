package store_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

func TestRefund_OfAnException(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	x := excepted(t, s, 1)
	if x.State != pos.ExceptionOpen || x.Reason != pos.ExceptLate || x.Asked != 300 || x.Amount != 300 || x.TransactionID != "4200000001" {
		t.Fatalf("%+v", x)
	}
	at := noon.Add(time.Minute)
	x, err := s.ScheduleRefund(ctx, x.ID, at, pos.Decision{Action: pos.ActRefund, At: noon})
	if err != nil || !x.RefundAt.Equal(at) {
		t.Fatalf("%+v %v", x, err)
	}
	if x, err = s.ScheduleRefund(ctx, x.ID, time.Time{}, pos.Decision{Action: pos.ActHold, By: "王芳", Reason: "顾客还在", At: noon}); err != nil || !x.RefundAt.IsZero() {
		t.Fatalf("%+v %v", x, err)
	}
	if got := exceptionOf(t, s, no(1)); !reflect.DeepEqual(got, x) {
		t.Fatalf("%+v, told %+v", got, x)
	}
	out := mustRefund(t, s, refundOf(1, x, 300))
	if out.Exception == nil || out.Exception.State != pos.ExceptionGiving || out.Exception.Decided.Action != pos.ActRefund {
		t.Fatalf("%+v", out)
	}
	_, err = s.BeginRefund(ctx, refundOf(2, x, 300))
	wantCode(t, err, pos.CodeConflict)
	_, _, err = s.Decide(ctx, x.ID, pos.Decision{Action: pos.ActCash, By: "王芳"})
	wantCode(t, err, pos.CodeConflict)
	mustVerify(t, s)
	if n, err := s.Undecided(ctx); err != nil || n != 0 {
		t.Errorf("undecided %d %v", n, err)
	}

	closed := mustLearn(t, s, out.Refund, pos.RefClose) // nothing went back: a person looks at it again
	if closed.Exception.State != pos.ExceptionOpen || closed.Payment.State != pos.Exception || closed.Job != 0 {
		t.Fatalf("%+v", closed)
	}
	mustVerify(t, s)
	second := mustRefund(t, s, refundOf(2, x, 300)).Refund
	second = mustLearn(t, s, second, pos.RefTaken).Refund
	mustVerify(t, s)
	done := mustLearn(t, s, second, pos.RefSuccess)
	if done.Exception.State != pos.ExceptionReturned || done.Payment.State != pos.Refunded || done.Payment.Version != 4-1 || done.Exception.Refund.OutRefundNo != refundNo(2) {
		t.Fatalf("%+v", done)
	}
	if got := rowsOf(t, raw(t, dir), `SELECT kind, json_extract(body, '$.out_refund_no') FROM journal WHERE seq > 2`); got != "exception-returned|"+refundNo(2)+"\n" {
		t.Errorf("%s", got)
	}
	if all, err := s.Exceptions(ctx); err != nil || len(all) != 0 {
		t.Errorf("%+v %v", all, err)
	}
	mustVerify(t, s)
}

func TestRefund_OfASecondTransactionLeavesItsPayment(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	rec, p := sold(t, s, 1, 1)
	mustApply(t, s, change(p, paid("4200000099", 300, false), noon))
	x := exceptionOf(t, s, no(1))
	if !x.Second || x.TransactionID != "4200000099" {
		t.Fatalf("%+v", x)
	}
	if got, err := s.PaymentByTransaction(ctx, "4200000099"); err != nil || got.ID != p.ID {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := s.PaymentByTransaction(ctx, "4200000001"); err != nil || got.ID != p.ID {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := s.PaymentByTransaction(ctx, ""); pos.CodeOf(err) != pos.CodeNotFound {
		t.Error(err)
	}
	r := mustRefund(t, s, refundOf(1, x, 300)).Refund
	rows := func() string {
		var b strings.Builder
		err := s.EachPayment(ctx, pos.Span{From: 20261120, To: 20261120}, func(r pos.PaymentRow) error {
			fmt.Fprintln(&b, r.Payment.OutTradeNo == no(1), r.Payment.TransactionID, r.Payment.State, r.Payment.Asked, r.Payment.Amount, r.Refunded, r.Payment.Evidence, r.Receipt)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	own := "true 4200000001 paid 3.00 3.00 0.00 poll S001-T1-20261120-0001\n"
	if got := rows(); got != own+"true 4200000099 exception 0.00 3.00 0.00 poll \n" {
		t.Errorf("%s", got)
	}
	done := mustLearn(t, s, r, pos.RefSuccess)
	if done.Payment.State != pos.Paid || done.Exception.State != pos.ExceptionReturned {
		t.Fatalf("%+v", done)
	}
	if got := rows(); got != own+"true 4200000099 refunded 0.00 3.00 3.00 poll \n" {
		t.Errorf("%s", got)
	}
	if got, err := s.Record(ctx, rec.Sale.ID); err != nil || len(got.Refunds) != 0 || pos.Refundable(got.Payments[0], got.Refunds) != 300 {
		t.Errorf("%+v %v", got, err)
	}
	mustVerify(t, s)
}

func TestFoundRefund(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	_, p := sold(t, s, 1, 1)
	found := func(i int, p pos.PaymentID, amount pos.Fen, state pos.RefundState) (pos.RefundSettled, error) {
		r := pos.Refund{OutRefundNo: fmt.Sprintf("portal|%d@x", i), Payment: p, Amount: amount, State: state, RefundID: fmt.Sprint("R", i)}
		return s.FoundRefund(ctx, r, pos.RefundSignal{Kind: pos.RefSuccess, Source: pos.ByPoll, RefundID: r.RefundID}, noon.Add(time.Hour))
	}
	must := func(out pos.RefundSettled, err error) pos.RefundSettled {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		mustVerify(t, s)
		return out
	}
	out := must(found(1, p.ID, 100, pos.RefundDone))
	if r := out.Refund; !r.Portal || r.State != pos.RefundDone || r.Settlement != 100 || r.TransactionID != p.TransactionID || out.Job != 0 {
		t.Fatalf("%+v", out)
	}
	_, err := found(1, p.ID, 100, pos.RefundDone)
	wantCode(t, err, pos.CodeReplay)
	_, err = found(2, p.ID, 301, pos.RefundDone)
	wantCode(t, err, pos.CodeInvalid)
	r := must(found(3, p.ID, 50, pos.RefundAccepted)).Refund
	mustLearn(t, s, r, pos.RefSuccess)
	mustVerify(t, s)
	_, waiting := mustBegin(t, s, no(2), 1)
	_, err = found(4, waiting.ID, 1, pos.RefundDone)
	wantCode(t, err, pos.CodeConflict)

	x := excepted(t, s, 3) // in two parts; between them a person decides
	out = must(found(5, x.Payment, 100, pos.RefundDone))
	if out.Exception == nil || out.Exception.State != pos.ExceptionOpen {
		t.Fatalf("%+v", out)
	}
	day, err := s.Takings(ctx, pos.Span{From: 20261120, To: 20261120})
	if err != nil || day[0].Excepted != 200 || day[0].Refunded != 150 {
		t.Errorf("%+v %v", day, err)
	}
	out = must(found(6, x.Payment, 200, pos.RefundDone))
	if out.Exception.State != pos.ExceptionReturned || out.Payment.State != pos.Refunded {
		t.Fatalf("%+v", out)
	}

	x = excepted(t, s, 4)
	must(found(7, x.Payment, 100, pos.RefundDone))
	if _, x, err = s.Decide(ctx, x.ID, pos.Decision{Action: pos.ActNote, By: "店长", Reason: "平台已退"}); err != nil || x.State != pos.ExceptionNoted {
		t.Fatalf("%+v %v", x, err)
	}
	mustVerify(t, s)
	out = must(found(8, x.Payment, 200, pos.RefundDone)) // and here is the proof of what was noted
	if out.Exception.State != pos.ExceptionNoted || out.Payment.State != pos.Refunded {
		t.Fatalf("%+v", out)
	}

	x = excepted(t, s, 5)
	if _, x, err = s.Decide(ctx, x.ID, pos.Decision{Action: pos.ActCash, By: "店长", Reason: "退现金"}); err != nil || x.State != pos.ExceptionCash {
		t.Fatalf("%+v %v", x, err)
	}
	mustVerify(t, s)
	if got := rowsOf(t, raw(t, dir), `SELECT sum(fen) FROM posting WHERE account = 'wechat:exceptions'`); got != "0\n" {
		t.Errorf("owed %s", got)
	}
	must(found(9, x.Payment, 300, pos.RefundDone)) // it is gone twice, and the second time is the shop's: 1.50 and 3.00 went back of sales
	if got := rowsOf(t, raw(t, dir), `SELECT account, sum(fen) FROM posting WHERE account IN ('wechat:exceptions', 'sales:returns') GROUP BY account ORDER BY account`); got != "sales:returns|450\nwechat:exceptions|0\n" {
		t.Errorf("owed %s", got)
	}
}

func TestRefund_DoneAfterWeChatUndidThePaymentIsNotBookedTwice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	x := excepted(t, s, 1)
	r := mustRefund(t, s, refundOf(1, x, 300)).Refund
	p := mustPayment(t, s, no(1))
	if out := mustApply(t, s, change(p, pos.Signal{Kind: pos.SigRevoked, Source: pos.ByPoll}, noon)); out.Payment.State != pos.Refunded {
		t.Fatalf("%+v", out)
	}
	mustVerify(t, s)
	if done := mustLearn(t, s, r, pos.RefSuccess); done.Exception.State != pos.ExceptionReturned {
		t.Fatalf("%+v", done)
	}
	if got := rowsOf(t, raw(t, dir), `SELECT sum(fen) FROM posting WHERE account = 'wechat:exceptions'`); got != "0\n" {
		t.Errorf("owed %s", got)
	}
	mustVerify(t, s)
}
