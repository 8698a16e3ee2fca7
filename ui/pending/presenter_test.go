package pending

import (
	"slices"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

type bench struct {
	*Presenter
	posted []pos.Command
	closed int
}

func newBench() *bench {
	b := &bench{}
	b.Presenter = NewPresenter(Config{
		Words: i18n.For(i18n.English), Zone: time.UTC, Post: func(c pos.Command) { b.posted = append(b.posted, c) },
		Close: func() { b.closed++ }, Changed: func() {},
	})
	return b
}

func some() pos.Snapshot {
	return pos.Snapshot{
		Pending: []pos.PendingView{
			{Payment: 1, OutTradeNo: "CLOSING", Amount: 1350, State: pos.Closing, NextAsk: noon},
			{Payment: 2, OutTradeNo: "PARKED", Amount: 880, State: pos.Waiting, Parked: true, Cause: pos.CodeNoAnswer},
			{Payment: 3, OutTradeNo: "REVERSING", Amount: 500, State: pos.Reversing, Cause: pos.CodeExpired},
		},
		Refunds: []pos.Refund{
			{OutRefundNo: "GOING", Amount: 300, State: pos.RefundAccepted, AskedAt: noon},
			{OutRefundNo: "STUCK", Amount: 200, State: pos.RefundStuck, Cause: pos.CodeServerFault},
		},
	}
}

func TestPresenter_SaysOfEachWhatHappensNext(t *testing.T) {
	w := i18n.For(i18n.English)
	b := newBench()
	b.Show(some())
	for i, want := range []Row{
		{Amount: "¥8.80", State: "Put aside · Waiting for payment · No answer from WeChat", Next: w.T("next.parked"), No: "Order PARKED", Parked: true, Chosen: true},
		{Amount: "¥13.50", State: "Closing, still being checked", Next: w.T("next.closing"), No: "Order CLOSING", When: "asks again at 12:00:00"},
		{Amount: "¥5.00", State: "Reversing, still being checked", Next: w.T("next.reversing"), No: "Order REVERSING"},
		{Amount: "¥3.00", State: "Accepted by WeChat, on its way", Next: w.T("giving.accepted.todo"), No: "Refund GOING", When: "asked at 12:00"},
		{Amount: "¥2.00", State: "The customer's account does not take it · WeChat has a fault on its side", Next: w.T("giving.stuck.todo"), No: "Refund STUCK", Bad: true},
	} {
		if got := b.Row(i); got != want {
			t.Errorf("row %d: %+v, want %+v", i, got, want)
		}
	}
	if b.Len() != 5 || b.Row(5) != (Row{}) {
		t.Errorf("%d rows", b.Len())
	}
}

func TestPresenter_EnterBringsBackWhatWasPutAsideAndAsksAboutTheRest(t *testing.T) {
	b := newBench()
	b.Show(some())
	b.Enter()
	if !slices.Equal(b.posted, []pos.Command{pos.Unpark{Payment: 2}}) || b.closed != 1 {
		t.Errorf("posted %v, closed %d times", b.posted, b.closed)
	}
	b.posted = nil
	b.Move(1)
	b.Enter()
	b.Move(-1)
	b.Ask()
	if !slices.Equal(b.posted, []pos.Command{pos.AskNow{}, pos.AskNow{}}) || b.closed != 1 {
		t.Errorf("posted %v, closed %d times", b.posted, b.closed)
	}
}

func TestPresenter_TheChoiceFollowsItsPayment(t *testing.T) {
	b := newBench()
	b.Show(some())
	b.Move(9)
	if b.At() != 4 {
		t.Fatalf("at %d", b.At())
	}
	b.Move(-1)
	s := some()
	s.Pending = s.Pending[:1]
	b.Show(s)
	if got := b.Row(b.At()); got.No != "Refund GOING" || !got.Chosen {
		t.Errorf("%+v", got)
	}
	b.Show(pos.Snapshot{})
	b.Enter()
	b.Move(1)
	if b.At() != 0 || b.Parked() || len(b.posted) != 0 {
		t.Errorf("of nothing: at %d, posted %v", b.At(), b.posted)
	}
}
