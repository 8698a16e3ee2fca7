package ui

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"guitai/pos"
	"guitai/pos/i18n"
)

// books is what the window reads from the ledger.
type books struct{ pos.Reports }

func (books) Evidence(context.Context, pos.PaymentID) ([]pos.PaymentEvent, error) {
	return []pos.PaymentEvent{{At: noon, Source: pos.ByNotify, From: pos.Closing, To: pos.Exception, Amount: 300}}, nil
}

func (books) SaleByReceipt(_ context.Context, no pos.ReceiptNo) (pos.SaleRecord, error) {
	return pos.SaleRecord{
		Sale:     pos.Sale{ID: 5, State: pos.SaleClosed, Lines: oneCoke().Lines, Gross: 300, Receipt: no},
		Payments: []pos.Payment{{ID: 5, State: pos.Paid, Tender: pos.TenderCash, Amount: 300}},
	}, nil
}

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// ctrl presses a key with Ctrl.
func (c *counter) ctrl(k fyne.KeyName) {
	c.at = c.at.Add(time.Second)
	c.win.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault})
}

// types sends characters as a person does.
func (c *counter) types(words string) {
	for _, r := range words {
		c.at = c.at.Add(time.Second)
		c.win.Canvas().Focused().TypedRune(r)
	}
	c.sink.Settle()
}

func (c *counter) says(words string) bool {
	return strings.Contains(strings.Join(said(c.win.Content()), "\n"), words)
}

// until draws what comes until the window says so.
func (c *counter) until(words string) {
	c.t.Helper()
	c.work(func() bool { return c.says(words) })
}

func lateMoney() pos.ExceptionCase {
	return pos.ExceptionCase{
		ID: 3, Payment: 7, OutTradeNo: "S001-T1-X", Reason: pos.ExceptLate, Asked: 300, Amount: 300, Currency: pos.Currency, TransactionID: "42",
		At: noon, State: pos.ExceptionOpen,
	}
}

func english(cfg *Config) { cfg.Lang, cfg.Reports = i18n.English, books{} }

func TestInbox_DecidesByKeysAlone(t *testing.T) {
	c := newCounter(t, english)
	auto := lateMoney()
	auto.RefundAt = c.at.Add(42 * time.Second)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke(), Exceptions: []pos.ExceptionCase{auto}, Excepted: 1, Staff: signedIn(wang)})
	c.ctrl(fyne.KeyE)
	c.until("WeChat's notice")
	c.at = auto.RefundAt.Add(-30 * time.Second)
	c.tick()
	if !c.says("refunds itself in 00:30") {
		t.Errorf("it says %q", said(c.win.Content()))
	}
	c.types("3")
	c.key(fyne.KeyReturn)
	c.types("急")
	c.key(fyne.KeyReturn)
	c.expect(pos.DecideException{ID: 3, Action: pos.ActCash, By: "王芳", Reason: "急"})
	c.show(pos.Snapshot{Seq: 2, Cart: oneCoke()})
	if !c.says("No exceptions") {
		t.Errorf("it says %q", said(c.win.Content()))
	}
	c.key(fyne.KeyEscape)
	if c.sheet != nil {
		t.Error("Esc does not close it")
	}
}

func TestInbox_EscGoesBackOneStep(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Exceptions: []pos.ExceptionCase{lateMoney()}, Excepted: 1})
	test.Tap(c.header.odd)
	c.key(fyne.KeyReturn, fyne.KeyEscape)
	if c.sheet == nil || c.sheet.name != "inbox" {
		t.Fatal("Esc on the question closed the list")
	}
	c.ctrl(fyne.KeyE)
	if c.sheet != nil {
		t.Error("Ctrl+E does not close what it opened")
	}
	c.ctrl(fyne.KeyE)
	c.scan("6901028028412")
	if c.sheet != nil {
		t.Error("goods were scanned, and the list stays")
	}
	c.expect(pos.ScanText{Text: "6901028028412"})
}

func TestRefund_ByKeysAlone(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke(), Staff: signedIn(wang)})
	c.key(fyne.KeyF7)
	c.types("42")
	c.key(fyne.KeyReturn)
	c.until("S001-T1-20261120-0042")
	c.key(fyne.KeyF4, fyne.KeyReturn, fyne.KeyDown, fyne.KeyReturn)
	want := []pos.Command{pos.RefundSale{Sale: 5, Pieces: map[int]int{1: 1}, Reason: "Faulty goods", Approver: "王芳"}}
	if !reflect.DeepEqual(c.posted, want) || c.sheet != nil {
		t.Errorf("posted %+v", c.posted)
	}
}

func TestRefund_TakesScansForItself(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke()})
	c.key(fyne.KeyF7)
	c.scan("S001-T1-20261120-0042")
	c.until("paid ¥3.00")
	c.key(fyne.KeyEscape, fyne.KeyEscape)
	c.expect()
	if c.sheet != nil {
		t.Error("two times Esc do not close it")
	}
}

func TestRefund_WaitsForThePaymentInFront(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke(), Pay: waiting()})
	c.key(fyne.KeyF7)
	if c.sheet != nil || !c.says("A payment is open. Finish it first") {
		t.Errorf("it says %q", said(c.win.Content()))
	}
	c.show(pos.Snapshot{Seq: 2, Done: &pos.Done{Sale: 1}})
	c.key(fyne.KeyF7)
	if c.sheet == nil || c.sheet.name != "refund" {
		t.Error("not over the paid panel")
	}
	c.expect(pos.DismissDone{})
}

func TestPay_ParksAndPendingBringsBack(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke(), Pay: waiting()})
	c.key(fyne.KeyF6)
	c.expect(pos.Park{})
	c.show(pos.Snapshot{
		Seq: 2, Pending: []pos.PendingView{{Payment: 1, OutTradeNo: "A", Amount: 300, State: pos.Waiting, Parked: true}, {Payment: 2, OutTradeNo: "B", State: pos.Closing}},
		Refunds: []pos.Refund{{OutRefundNo: "R", Amount: 100, State: pos.RefundStuck}},
	})
	if got := c.header.pending.Words(); got != "… Pending 3" {
		t.Errorf("the badge says %q", got)
	}
	test.Tap(c.header.pending)
	for _, want := range []string{"Put aside · Waiting for payment", "Closing, still being checked", "The customer's account does not take it", "Bring it back"} {
		if !c.says(want) {
			t.Errorf("%q is not among %q", want, said(c.sheets.Object()))
		}
	}
	c.key(fyne.KeyDown, fyne.KeyReturn, fyne.KeyUp, fyne.KeyReturn)
	c.expect(pos.AskNow{}, pos.Unpark{Payment: 1})
	if c.sheet != nil {
		t.Error("the list stays over what was brought back")
	}
}

func TestHealth_ByKeyAndAlwaysOfNow(t *testing.T) {
	c := newCounter(t, english)
	bad := pos.Health{WeChat: pos.Part{Light: pos.LightBad, Cause: pos.CodeOffline}}
	c.show(pos.Snapshot{Seq: 1, Health: bad})
	if got := c.header.wechat.Words(); got != "× WeChat: no network" {
		t.Errorf("the badge says %q", got)
	}
	c.ctrl(fyne.KeyH)
	if !c.says("not working · This computer has no network") {
		t.Errorf("it says %q", said(c.sheets.Object()))
	}
	c.show(pos.Snapshot{Seq: 2, Health: pos.Health{WeChat: pos.Part{Light: pos.LightOK}}})
	if c.says("no network") {
		t.Error("it stays although the network came back")
	}
	c.ctrl(fyne.KeyH)
	if c.sheet != nil {
		t.Error("Ctrl+H does not close what it opened")
	}
}

func TestToast_SaysWhatNobodyWaitedForAndTakesNoKeys(t *testing.T) {
	var heard []pos.MessageKind
	c := newCounter(t, func(cfg *Config) {
		english(cfg)
		cfg.Chime = func(k pos.MessageKind) { heard = append(heard, k) }
	})
	paid := pos.Message{N: 1, Kind: pos.MsgInfo, ID: "parked-paid", Args: []string{"13.50", "R-0043"}}
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke(), Message: paid})
	if got := c.toasts.Words(); !slices.Equal(got, []string{"The ¥13.50 put aside was paid, receipt R-0043"}) {
		t.Errorf("the corner says %q", got)
	}
	c.show(pos.Snapshot{Seq: 2, Cart: oneCoke(), Message: paid})
	if len(c.toasts.Words()) != 1 {
		t.Error("the same message twice")
	}
	c.scan("6901028028412")
	c.key(fyne.KeyF9)
	c.expect(pos.ScanText{Text: "6901028028412"}, pos.PayWeChat{})

	stuck := pos.Message{N: 2, Kind: pos.MsgAlarm, ID: "refund-stuck", Args: []string{"6.00", "R1"}}
	c.show(pos.Snapshot{Seq: 3, Cart: oneCoke(), Message: stuck})
	if got := c.toasts.Words(); len(got) != 1 {
		t.Errorf("what stays in its line is in the corner, too: %q", got)
	}
	c.show(pos.Snapshot{Seq: 4, Cart: oneCoke(), Message: pos.Message{N: 3, Kind: pos.MsgWarn, ID: "unknown-code", Args: []string{"1"}}})
	if len(c.toasts.Words()) != 1 || !slices.Equal(heard, []pos.MessageKind{pos.MsgInfo, pos.MsgAlarm}) {
		t.Errorf("the corner says %q, heard %q", c.toasts.Words(), heard)
	}
}

// What stays until somebody acts is said once: in its line, and in the corner as well only while a sheet, or a page without a line, covers that.
func TestToast_AnAlarmIsSaidWhereItIsSeen(t *testing.T) {
	c := newCounter(t, english)
	words := "¥13.50 without its sale refunds itself within 60 s. Ctrl+E stops it"
	alarm := pos.Message{N: 1, Kind: pos.MsgAlarm, ID: "exception-auto", Args: []string{"13.50", "60"}}
	times := func(all []string) (n int) {
		for _, s := range all {
			if s == words {
				n++
			}
		}
		return n
	}
	c.show(pos.Snapshot{Seq: 1, Message: alarm})
	if n := times(said(c.win.Content())); n != 1 || len(c.toasts.Words()) != 0 {
		t.Errorf("it is said %d times, in the corner %q", n, c.toasts.Words())
	}
	c.ctrl(fyne.KeyB)
	c.key(fyne.KeyTab) // to the exports, which have no line
	alarm.N = 3
	c.show(pos.Snapshot{Seq: 3, Message: alarm})
	if got := c.toasts.Words(); !slices.Equal(got, []string{words}) {
		t.Errorf("on a page without a line the corner says %q", got)
	}
	c.key(fyne.KeyEscape)
	c.build() // and the corner is empty
	c.ctrl(fyne.KeyE)
	alarm.N = 4
	c.show(pos.Snapshot{Seq: 4, Message: alarm})
	if got := c.toasts.Words(); !slices.Equal(got, []string{words}) || times(said(c.sell.Left())) != 1 {
		t.Errorf("behind a sheet it is said %q, and %q in its line", got, said(c.sell.Left()))
	}
}

func TestToasts_TheOldestGivesWay(t *testing.T) {
	c := newCounter(t, english)
	c.toasts.Say(0, "one")
	c.toasts.Say(0, "two")
	away := c.toasts.Say(0, "three")
	if got := c.toasts.Words(); !slices.Equal(got, []string{"two", "three"}) {
		t.Errorf("the corner says %q", got)
	}
	away()
	away()
	if got := c.toasts.Words(); !slices.Equal(got, []string{"two"}) {
		t.Errorf("the corner says %q", got)
	}
}

func TestToast_OverASheetWhateverIsSaid(t *testing.T) {
	c := newCounter(t, english)
	held := pos.Message{N: 1, Kind: pos.MsgInfo, ID: "exception-held", Args: []string{"13.50"}}
	c.ctrl(fyne.KeyE)
	c.show(pos.Snapshot{Seq: 1, Message: held})
	if got := c.toasts.Words(); !slices.Equal(got, []string{"Stopped: ¥13.50 waits for a person"}) {
		t.Errorf("the corner says %q", got)
	}
	if slices.ContainsFunc(said(c.sell.Left()), func(s string) bool { return strings.Contains(s, "Stopped") }) {
		t.Error("it is said behind the sheet, too")
	}
	c.key(fyne.KeyEscape)
	held.N = 2
	c.show(pos.Snapshot{Seq: 2, Message: held})
	if got := c.toasts.Words(); len(got) != 1 {
		t.Errorf("without a sheet the corner says %q", got)
	}
}

// The sheet of print jobs answers by itself; what could not be done is said over it.
func TestToast_NotOfWhatTheSheetAnswers(t *testing.T) {
	c := newCounter(t, english)
	c.ctrl(fyne.KeyR)
	c.show(pos.Snapshot{Seq: 1, Message: pos.Message{N: 1, Kind: pos.MsgInfo, ID: "print-again", Args: []string{"sale", "R-0042"}}})
	if got := c.toasts.Words(); len(got) != 0 || c.says("Sent to the printer again") {
		t.Errorf("it is said besides: %q", got)
	}
	c.show(pos.Snapshot{Seq: 2, Message: pos.Message{N: 2, Kind: pos.MsgWarn, ID: "print-busy", Args: []string{"sale", "R-0042"}}})
	if got := c.toasts.Words(); len(got) != 1 {
		t.Errorf("the corner says %q", got)
	}
}

func TestToast_IsHeardOnceInWhateverLanguage(t *testing.T) {
	heard := 0
	c := newCounter(t, func(cfg *Config) { english(cfg); cfg.Chime = func(pos.MessageKind) { heard++ } })
	c.show(pos.Snapshot{Seq: 1, Message: pos.Message{N: 1, Kind: pos.MsgInfo, ID: "parked-paid", Args: []string{"1.00", "R"}}})
	c.switchLanguage()
	if heard != 1 || len(c.toasts.Words()) != 0 {
		t.Errorf("heard %d times, %q", heard, c.toasts.Words())
	}
}

// What warned of money that refunds itself is behind us once it is going back or was stopped.
func TestMessages_TheAlarmEndsWithWhatItWarnedOf(t *testing.T) {
	c := newCounter(t, english)
	auto := lateMoney()
	auto.RefundAt = c.at.Add(time.Minute)
	warn := pos.Message{N: 1, Kind: pos.MsgAlarm, ID: "exception-auto", Args: []string{"3.00", "60"}}
	words := "¥3.00 without its sale refunds itself"
	c.show(pos.Snapshot{Seq: 1, Message: warn}) // the list may come a moment later
	c.show(pos.Snapshot{Seq: 2, Message: warn, Exceptions: []pos.ExceptionCase{auto}, Cart: oneCoke()})
	if n := strings.Count(strings.Join(said(c.sell.Left()), "\n"), words); n != 1 {
		t.Fatalf("it is said %d times", n)
	}
	auto.RefundAt = time.Time{}
	c.show(pos.Snapshot{Seq: 3, Message: warn, Exceptions: []pos.ExceptionCase{auto}, Cart: oneCoke()})
	if strings.Contains(strings.Join(said(c.sell.Left()), "\n"), words) {
		t.Error("it stays although it was stopped")
	}
}

// A refusal of something because of the payment in front is behind us when that payment goes on.
func TestMessages_ARefusalEndsWithThePaymentItWasAbout(t *testing.T) {
	c := newCounter(t, english)
	busy := pos.Message{N: 1, Kind: pos.MsgWarn, ID: "payment-code-busy"}
	words := "A payment code is being charged already"
	pay := pos.PayView{OutTradeNo: "S001-T1-1", Amount: 300, Phase: pos.PayPaying, Tender: pos.TenderCode}
	ended := pay
	ended.Phase = pos.PayEnded
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke(), Pay: &pay})
	c.show(pos.Snapshot{Seq: 2, Cart: oneCoke(), Pay: &pay, Message: busy})
	c.show(pos.Snapshot{Seq: 3, Cart: oneCoke(), Pay: &pay, Message: busy})
	if !strings.Contains(strings.Join(said(c.pay.Left()), "\n"), words) {
		t.Fatalf("it is not said while the code is charged: %q", said(c.pay.Left()))
	}
	c.show(pos.Snapshot{Seq: 4, Cart: oneCoke(), Pay: &ended, Message: busy})
	if strings.Contains(strings.Join(said(c.pay.Left()), "\n"), words) {
		t.Error("it stays although nothing is charged any more")
	}
	busy.N = 2
	c.show(pos.Snapshot{Seq: 5, Cart: oneCoke(), Pay: &pay, Message: busy})
	c.show(pos.Snapshot{Seq: 6, Cart: oneCoke(), Message: busy})
	if strings.Contains(strings.Join(said(c.sell.Left()), "\n"), words) {
		t.Error("it stays although the payment was left")
	}
}

// A customer who shows the number of another sale has not paid this one.
func TestMessages_AnotherSalesProofIsNotThisOnes(t *testing.T) {
	c := newCounter(t, english)
	paid := pos.Message{N: 1, Kind: pos.MsgInfo, ID: "order-paid", Args: []string{"3.00", "S001-T1-20261120-0006"}}
	pay := pos.PayView{OutTradeNo: "S001-T1-1", Amount: 300, Phase: pos.PayWaiting, CodeURL: "weixin://wxpay/x"}
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke(), Pay: &pay})
	c.show(pos.Snapshot{Seq: 2, Cart: oneCoke(), Pay: &pay, Message: paid})
	if words := strings.Join(said(c.pay.Left()), "\n"); !strings.Contains(words, "Not this sale: that number is receipt S001-T1-20261120-0006") || strings.Contains(words, "Found") {
		t.Errorf("%q", words)
	}
	paid.N = 2
	c.show(pos.Snapshot{Seq: 3, Message: paid})
	if words := strings.Join(said(c.sell.Left()), "\n"); !strings.Contains(words, "Found: ¥3.00 is paid, receipt S001-T1-20261120-0006") {
		t.Errorf("without a payment in front: %q", words)
	}
}

func TestHeader_WhatIsOnlyNiceToKnowGivesWayToTrouble(t *testing.T) {
	c := newCounter(t, english)
	c.win.Resize(fyne.NewSize(1024, 768))
	bad := pos.Snapshot{Seq: 1, Excepted: 12, Staff: signedIn(wang), Health: pos.Health{
		WeChat: pos.Part{Light: pos.LightBad, Cause: pos.CodeUnreachable}, Printer: pos.Part{Light: pos.LightBad, Cause: pos.CodePrinter},
		Ledger: pos.Part{Light: pos.LightBad, Cause: pos.CodeFull}, Skew: 3 * time.Minute,
	}}
	c.show(bad)
	if w := c.header.row.MinSize().Width; w > c.header.row.Size().Width {
		t.Errorf("the header asks for %v of %v", w, c.header.row.Size().Width)
	}
	c.win.Resize(fyne.NewSize(1366, 768))
	if !c.says("王芳") || !c.says("柜台便利店 · T1") {
		t.Errorf("with more room it says %q", said(c.header.all))
	}
	c.win.Resize(fyne.NewSize(1024, 768))
	if c.says("柜台便利店 · T1") || !c.says("Clock off 03:00") || c.header.row.MinSize().Width > c.header.row.Size().Width {
		t.Errorf("it says %q", said(c.header.all))
	}
	c.show(pos.Snapshot{Seq: 2, Staff: signedIn(wang)})
	if !c.says("王芳") || !c.says("柜台便利店 · T1") {
		t.Errorf("without trouble it says %q", said(c.header.all))
	}
}
