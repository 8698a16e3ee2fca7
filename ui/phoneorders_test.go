package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"guitai/pos"
)

func phoneOrder() pos.PendingView {
	return pos.PendingView{
		Payment: 5, OutTradeNo: "MINI", Amount: 1350, State: pos.Waiting, Origin: pos.OriginMini, Goods: "可口可乐", Pieces: 3, OpenedAt: noon, ExpiresAt: noon.Add(5 * time.Minute),
	}
}

func TestHeader_TheRelayIsThereOnlyWhereThereIsOneAndGivesWayFirst(t *testing.T) {
	c := newCounter(t, english)
	c.win.Resize(fyne.NewSize(1366, 768))
	ok := pos.Part{Light: pos.LightOK}
	health := pos.Health{WeChat: ok, Printer: ok}
	c.show(pos.Snapshot{Seq: 1, Health: health})
	if c.header.relay.Visible() {
		t.Error("a till without a relay shows one")
	}
	health.Relay = ok
	c.show(pos.Snapshot{Seq: 2, Health: health})
	if got := c.header.relay.Words(); !c.header.relay.Visible() || got != "● Relay" {
		t.Errorf("%q, seen: %v", got, c.header.relay.Visible())
	}
	health.Relay = pos.Part{Light: pos.LightBad, Cause: pos.CodeRelay}
	c.show(pos.Snapshot{Seq: 3, Health: health})
	if got := c.header.relay.Words(); got != "× Relay" {
		t.Errorf("%q", got)
	}
	tight := float32(0)
	for width := float32(1366); width > 700 && tight == 0; width -= 10 {
		c.win.Resize(fyne.NewSize(width, 768))
		if !c.header.relay.Visible() {
			tight = width
		}
	}
	if tight == 0 {
		t.Fatal("it gives way at no width")
	}
	for _, o := range c.header.gives[1:] {
		if !o.Visible() && o != fyne.CanvasObject(c.header.cashier) {
			t.Errorf("at %v something else gave way, too", tight)
		}
	}
	c.win.Resize(fyne.NewSize(1366, 768))
	if !c.header.relay.Visible() {
		t.Error("it does not come back")
	}
	c.ctrl(fyne.KeyH)
	if !c.says("The relay is not reached") {
		t.Error("the health panel does not say why")
	}
}

// The date gives way before the switch of the language does: with carts on hold the smaller window has room for it all the same.
func TestHeader_TheDateGivesWayBeforeTheLanguage(t *testing.T) {
	c := newCounter(t, english)
	c.win.Resize(fyne.NewSize(1366, 768))
	c.show(pos.Snapshot{Seq: 1, Health: pos.Health{WeChat: pos.Part{Light: pos.LightOK}}, Held: []pos.Held{{ID: 1}}})
	long, short := c.header.clockLong, c.header.clockShort
	if got := c.header.clock.Words(); !strings.HasSuffix(got, long) || len(short) != len("15:04") || !strings.HasSuffix(long, short) {
		t.Fatalf("the clock says %q, %q or %q", got, long, short)
	}
	given := func() bool { return !c.header.gives[1].Visible() }
	for width := float32(1366); width > 700 && !given(); width -= 10 {
		c.win.Resize(fyne.NewSize(width, 768))
		if got := c.header.clock.Words(); given() && strings.HasSuffix(got, long) {
			t.Errorf("at %v the language gave way to %q", width, got)
		}
	}
	if !given() {
		t.Error("it gives way at no width")
	}
	c.win.Resize(fyne.NewSize(1366, 768))
	if got := c.header.clock.Words(); given() || !strings.HasSuffix(got, long) {
		t.Errorf("it does not come back: %q", got)
	}
}

func TestPhoneOrders_AreSeenWhileSellingAndMoveNothing(t *testing.T) {
	c := newCounter(t, english)
	c.win.Resize(fyne.NewSize(1024, 768))
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke()})
	where := func() (at []fyne.Position) {
		for _, o := range []fyne.CanvasObject{c.sell.Left(), c.sell.Right(), c.header.all} {
			at = append(at, fyne.CurrentApp().Driver().AbsolutePositionForObject(o))
		}
		return at
	}
	before := where()
	ending := phoneOrder()
	ending.Payment, ending.State = 6, pos.Closing
	c.show(pos.Snapshot{Seq: 2, Cart: oneCoke(), Pending: []pos.PendingView{phoneOrder(), ending}})
	if !c.says("Phone orders 1") {
		t.Error("the selling screen does not say that a phone may still pay")
	}
	if got := c.header.pending.Words(); got != "… Pending 2 · phone 1" {
		t.Errorf("the header says %q", got)
	}
	for i, at := range where() {
		if at != before[i] {
			t.Errorf("zone %d moved from %v to %v", i, before[i], at)
		}
	}
	c.show(pos.Snapshot{Seq: 3, Cart: oneCoke(), Pending: []pos.PendingView{ending}})
	if c.says("Phone orders") || c.header.pending.Words() != "… Pending 1" {
		t.Errorf("it stays: %q", c.header.pending.Words())
	}
}

func TestPhoneOrders_AreEndedWithTheKeyboard(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke(), Pending: []pos.PendingView{phoneOrder()}})
	c.ctrl(fyne.KeyK)
	c.key(fyne.KeyDelete)
	if !c.says("End this phone order?") {
		t.Fatal("it is not asked first")
	}
	c.key(fyne.KeyEscape)
	if c.sheet == nil || c.says("End this phone order?") {
		t.Fatal("Esc does not go back to the list")
	}
	c.key(fyne.KeyDelete, fyne.KeyReturn)
	c.expect(pos.EndPhoneOrder{Payment: 5})
	c.ctrl(fyne.KeyK)
	if c.sheet != nil {
		t.Error("Ctrl+K does not close what it opened")
	}
}

func TestPhoneOrders_ComeInTheCornerAndTakeNoKeys(t *testing.T) {
	c := newCounter(t, english)
	pay := waiting()
	c.show(pos.Snapshot{Seq: 1, Pay: pay})
	first, second := phoneOrder(), phoneOrder() // as dear as each other
	second.Payment, second.Goods = 6, "雪碧"
	came := func(goods string) pos.Message {
		return pos.Message{N: c.snap.Message.N + 1, Kind: pos.MsgInfo, ID: "phone-order", Args: []string{"13.50", goods, "3"}}
	}
	c.show(pos.Snapshot{Seq: 2, Pay: pay, Pending: []pos.PendingView{first}, Message: came("可口可乐")})
	c.show(pos.Snapshot{Seq: 3, Pay: pay, Pending: []pos.PendingView{first, second}, Message: came("雪碧")})
	if got := c.toasts.Words(); len(got) != 2 || !strings.Contains(got[0], "可口可乐") || !strings.Contains(got[1], "雪碧") {
		t.Errorf("the corner says %q", got)
	}
	c.show(pos.Snapshot{Seq: 4, Pay: pay, Pending: []pos.PendingView{first}, Message: pos.Message{N: 3, Kind: pos.MsgInfo, ID: "phone-paid", Args: []string{"13.50", "R-0043"}}})
	got := c.toasts.Words()
	if len(got) != 2 || !strings.Contains(got[0], "可口可乐") || !strings.Contains(got[1], "13.50") || !strings.Contains(got[1], "R-0043") {
		t.Fatalf("of the order that was paid the corner says %q", got)
	}
	if words := said(c.pay.Left()); slices.Contains(words, got[1]) {
		t.Error("it is said where the customer's own payment is waited for, too")
	}
	c.key(fyne.KeyF5)
	c.expect(pos.AskNow{})
}
