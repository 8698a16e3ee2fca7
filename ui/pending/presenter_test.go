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
	now    time.Time
}

func newBench() *bench {
	b := &bench{now: noon}
	b.Presenter = NewPresenter(Config{
		Words: i18n.For(i18n.English), Zone: time.UTC, Post: func(c pos.Command) { b.posted = append(b.posted, c) },
		Close: func() { b.closed++ }, Changed: func() {}, Now: func() time.Time { return b.now },
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

// byPhone is what phones ordered: one of two kinds of goods, one whose time is over, one that is being closed; and a sale that was put aside.
func byPhone() pos.Snapshot {
	return pos.Snapshot{Pending: []pos.PendingView{
		{
			Payment: 4, OutTradeNo: "ENDING", Amount: 300, State: pos.Closing, Origin: pos.OriginApp, Goods: "Coke", Pieces: 1, OpenedAt: noon.Add(-time.Hour),
			ExpiresAt: noon.Add(-55 * time.Minute), NextAsk: noon, Parked: true,
		},
		{
			Payment: 5, OutTradeNo: "MINI", Amount: 1350, State: pos.Waiting, Origin: pos.OriginMini, Goods: "Coke", Pieces: 3, OpenedAt: noon.Add(-time.Minute),
			ExpiresAt: noon.Add(4 * time.Minute), NextAsk: noon.Add(time.Second), Parked: true,
		},
		{Payment: 6, OutTradeNo: "CODE", Amount: 300, State: pos.Opened, Origin: pos.OriginProduct, Pieces: 2, OpenedAt: noon.Add(-5 * time.Minute), ExpiresAt: noon},
		{Payment: 2, OutTradeNo: "PARKED", Amount: 880, State: pos.Waiting, Parked: true},
	}}
}

func TestPresenter_SaysWhatPhonesOrderedAndHowLongTheyMayPay(t *testing.T) {
	b := newBench()
	b.Show(byPhone())
	for i, want := range []Row{
		{Amount: "¥8.80", State: "Put aside · Waiting for payment", Next: "Asking on; once paid it is booked and prints", No: "Order PARKED", Parked: true},
		{
			Amount: "¥13.50", State: "Phone order · Waiting for payment", Next: "Coke, 3 pieces in all", No: "Mini-program · ordered 11:59 · MINI", When: "04:00 left to pay",
			Phone: true, Chosen: true,
		},
		{
			Amount: "¥3.00", State: "Phone order · Ordered, answer awaited", Next: "2 pieces", No: "Product code · ordered 11:55 · CODE", When: "its time to pay is over",
			Phone: true,
		},
		{
			Amount: "¥3.00", State: "Phone order · Closing, still being checked", No: "App · ordered 11:00 · ENDING", When: "asks again at 12:00:00",
			Next: "WeChat is asked to close it; money that still comes is booked or goes back",
		},
	} {
		b.Choose(1)
		if got := b.Row(i); got != want {
			t.Errorf("row %d: %+v, want %+v", i, got, want)
		}
	}
	b.now = noon.Add(3*time.Minute + 30*time.Second)
	if got := b.Row(1).When; got != "00:30 left to pay" || !b.Counting() {
		t.Errorf("%q", got)
	}
}

func TestPresenter_APhonesOrderIsEndedOnceItIsConfirmedAndNeverBroughtBack(t *testing.T) {
	b := newBench()
	b.Show(byPhone())
	b.Choose(1)
	if b.Parked() || !b.MayEnd() || b.MaySlip() {
		t.Errorf("back %v, end %v, slip %v", b.Parked(), b.MayEnd(), b.MaySlip())
	}
	b.End()
	if title, means := b.Ending(); title != "End this phone order? ¥13.50, Coke, 3 pieces in all" || means == "" {
		t.Errorf("%q, %q", title, means)
	}
	b.Move(1)
	b.Ask()
	b.Slip()
	if b.At() != 1 || len(b.posted) != 0 {
		t.Errorf("under the question: at %d, posted %v", b.At(), b.posted)
	}
	if !b.Escape() || b.Escape() {
		t.Error("Esc does not take the question back, once")
	}
	b.End()
	b.Enter()
	if !slices.Equal(b.posted, []pos.Command{pos.EndPhoneOrder{Payment: 5}}) || b.closed != 0 {
		t.Errorf("posted %v, closed %d times", b.posted, b.closed)
	}
	b.posted = nil
	for _, i := range []int{0, 3} { // a cashier's, and one that is ending
		b.Choose(i)
		b.End()
		if title, _ := b.Ending(); title != "" {
			t.Errorf("entry %d: %q", i, title)
		}
	}
}

func TestPresenter_TheQuestionGoesWithItsOrder(t *testing.T) {
	b := newBench()
	b.Show(byPhone())
	b.Choose(1)
	b.End()
	s := byPhone()
	s.Pending[1].State = pos.Closing
	b.Show(s)
	if title, _ := b.Ending(); title != "" || b.Escape() {
		t.Errorf("still asked: %q", title)
	}
	b.Enter()
	if !slices.Equal(b.posted, []pos.Command{pos.AskNow{}}) {
		t.Errorf("posted %v", b.posted)
	}
}
