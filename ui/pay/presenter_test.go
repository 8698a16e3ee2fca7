package pay

import (
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

type bench struct {
	*Presenter
	posted []pos.Command
	drawn  int
	cash   int
	now    time.Time
}

func newBench() *bench {
	b := &bench{now: noon}
	b.Presenter = NewPresenter(Config{
		Words: i18n.For(i18n.English), Post: func(c pos.Command) { b.posted = append(b.posted, c) },
		Now: func() time.Time { return b.now }, Cash: func() { b.cash++ }, Changed: func() { b.drawn++ },
	})
	return b
}

func view(phase pos.PayPhase) *pos.PayView {
	v := &pos.PayView{Payment: 7, Phase: phase, Amount: 1350, Shown: phase != pos.PayFetching && phase != pos.PayFailed, ExpiresAt: noon.Add(5 * time.Minute), Life: 5 * time.Minute}
	if phase == pos.PayWaiting || phase == pos.PayPaying {
		v.CodeURL = "weixin://wxpay/bizpayurl?pr=x"
	}
	return v
}

func TestPresenter_KeysByPhase(t *testing.T) {
	leave, dismiss := []pos.Command{pos.LeaveCode{}}, []pos.Command{pos.DismissPay{}}
	for _, c := range []struct {
		phase  pos.PayPhase
		escape []pos.Command // after Esc and Enter
		asks   bool
		renews bool
	}{
		{pos.PayChecking, leave, true, false},
		{pos.PayFetching, leave, true, false},
		{pos.PayWaiting, leave, true, true},
		{pos.PayPaying, leave, true, false},
		{pos.PayExpired, leave, true, true},
		{pos.PayFailed, dismiss, false, true},
		{pos.PayRefused, dismiss, false, true},
		{pos.PayEnded, dismiss, false, true},
		{pos.PayCharging, leave, true, false},
		{pos.PayUndoing, dismiss, false, true},
	} {
		t.Run(string(c.phase), func(t *testing.T) {
			b := newBench()
			b.Show(pos.Snapshot{Pay: view(c.phase)})
			b.Enter()
			if len(b.posted) != 0 {
				t.Fatalf("Enter alone posted %v", b.posted)
			}
			b.Escape()
			if b.Model().Asking != c.asks {
				t.Errorf("asks %v", b.Model().Asking)
			}
			b.Enter()
			if !slices.Equal(b.posted, c.escape) {
				t.Errorf("posted %v", b.posted)
			}
			b.posted = nil
			b.Renew()
			if (len(b.posted) == 1) != c.renews {
				t.Errorf("a new code: posted %v", b.posted)
			}
			m := b.Model()
			if m.State == "" || m.Todo == "" || m.Title == "" || m.Amount != "¥13.50" {
				t.Errorf("%+v", m)
			}
		})
	}
}

func TestPresenter_EscTwiceIsBackAtTheCode(t *testing.T) {
	b := newBench()
	b.Show(pos.Snapshot{Pay: view(pos.PayWaiting)})
	b.Escape()
	b.Escape()
	b.Enter()
	if len(b.posted) != 0 || b.Model().Asking {
		t.Errorf("posted %v", b.posted)
	}
}

func TestPresenter_TheQuestionDiesWithItsPayment(t *testing.T) {
	for name, next := range map[string]pos.Snapshot{
		"another payment": {Pay: func() *pos.PayView { v := view(pos.PayWaiting); v.Payment = 8; return v }()},
		"refused":         {Pay: view(pos.PayRefused)},
		"paid":            {Done: &pos.Done{}},
	} {
		b := newBench()
		b.Show(pos.Snapshot{Pay: view(pos.PayWaiting)})
		b.Escape()
		b.Show(next)
		b.Enter()
		if len(b.posted) != 0 {
			t.Errorf("%s: Enter posted %v", name, b.posted)
		}
	}
	b := newBench()
	b.Show(pos.Snapshot{Pay: view(pos.PayWaiting)})
	b.Escape()
	b.Show(pos.Snapshot{Pay: view(pos.PayPaying)})
	if !b.Model().Asking {
		t.Error("the customer typing the password took the question away")
	}
	b.Ask()
	if b.Model().Asking || !slices.Equal(b.posted, []pos.Command{pos.AskNow{}}) {
		t.Errorf("posted %v", b.posted)
	}
}

func TestPresenter_CountdownOnlyInTheLastThird(t *testing.T) {
	b := newBench()
	b.Show(pos.Snapshot{Pay: view(pos.PayWaiting)})
	for _, c := range []struct {
		after time.Duration
		left  string
	}{
		{0, ""},
		{3*time.Minute + 19*time.Second, ""},
		{3*time.Minute + 20*time.Second, "01:40 left"},
		{4 * time.Minute, "01:00 left"},
		{5*time.Minute - time.Millisecond, "00:01 left"},
		{6 * time.Minute, "00:00 left"},
	} {
		b.now = noon.Add(c.after)
		if m := b.Model(); m.Left != c.left {
			t.Errorf("after %v: %q", c.after, m.Left)
		}
	}
	b.Show(pos.Snapshot{Pay: view(pos.PayExpired)})
	if m := b.Model(); m.Left != "" {
		t.Errorf("without a code: %q", m.Left)
	}
}

func TestPresenter_TroubleHasThreeParts(t *testing.T) {
	b := newBench()
	v := view(pos.PayWaiting)
	v.Cause = pos.CodeNoAnswer
	b.Show(pos.Snapshot{Pay: v})
	if m := b.Model(); m.What == "" || m.Money == "" || m.Do == "" {
		t.Errorf("%+v", m)
	}
}

func TestPresenter_WhatNobodyCanPayIsNotToldAsUncertain(t *testing.T) {
	for _, phase := range []pos.PayPhase{pos.PayFailed, pos.PayEnded} {
		b := newBench()
		v := view(phase)
		v.Cause = pos.CodeNoAnswer
		b.Show(pos.Snapshot{Pay: v})
		if m := b.Model(); m.What == "" || m.Money != "" || m.Do != "" || m.Todo == "" {
			t.Errorf("%s: %+v", phase, m)
		}
	}
}

func TestPresenter_TypedCharactersConfirmNothing(t *testing.T) {
	b := newBench()
	b.Show(pos.Snapshot{Pay: view(pos.PayWaiting)})
	b.Escape()
	for _, r := range "6901028028412" {
		b.Typed(r)
	}
	b.Enter() // of a scanner that is slow about it
	if want := []pos.Command{pos.ScanText{Text: "6901028028412"}}; !slices.Equal(b.posted, want) {
		t.Fatalf("posted %v", b.posted)
	}
	b.Typed('1')
	b.Forget()
	b.Enter()
	if len(b.posted) != 2 || b.posted[1] != (pos.LeaveCode{}) {
		t.Errorf("posted %v", b.posted)
	}
}

func TestPresenter_LeavingSaysWhatTheTillKnows(t *testing.T) {
	w := i18n.For(i18n.English)
	none, unsure, never := w.T("pay.cancel.money"), w.T("pay.cancel.unsure"), w.T("pay.cancel.no-code")
	for _, c := range []struct {
		phase  pos.PayPhase
		cause  pos.Code
		shown  bool
		leave  string
		noCode bool
	}{
		{pos.PayWaiting, pos.CodeNone, true, none, false},
		{pos.PayWaiting, pos.CodeNoAnswer, true, unsure, false},
		{pos.PayPaying, pos.CodeNone, true, unsure, false},
		{pos.PayExpired, pos.CodeExpired, true, unsure, false},
		{pos.PayChecking, pos.CodeNone, true, unsure, false},
		{pos.PayFetching, pos.CodeNone, true, unsure, false}, // a new code for one that was out
		{pos.PayFetching, pos.CodeNone, false, never, true},
		{pos.PayFetching, pos.CodeUnreachable, false, never, true},
	} {
		b := newBench()
		v := view(c.phase)
		v.Cause, v.Shown, v.Detail = c.cause, c.shown, "EOF"
		b.Show(pos.Snapshot{Pay: v})
		m := b.Model()
		stay := w.T("ask.back")
		if v.CodeURL != "" {
			stay = w.T("pay.cancel.no")
		}
		if m.Leaving != c.leave || m.Stay != stay || m.NoCode != c.noCode || m.Detail != "" {
			t.Errorf("%s %q shown %v: %+v", c.phase, c.cause, c.shown, m)
		}
		b.Ask()
		if (len(b.posted) == 0) != c.noCode {
			t.Errorf("%s: asking posted %v", c.phase, b.posted)
		}
	}
}

func TestPresenter_WithoutACodeCashIsSafe(t *testing.T) {
	w := i18n.For(i18n.English)
	for _, cause := range []pos.Code{pos.CodeUnreachable, pos.CodeNoAnswer, pos.CodeServerFault} {
		b := newBench()
		v := view(pos.PayFetching)
		v.Cause = cause
		b.Show(pos.Snapshot{Pay: v})
		if m := b.Model(); m.Money != w.T("pay.no-code") || m.Do != w.T("pay.no-code.todo") {
			t.Errorf("%s: %+v", cause, m)
		}
		v = view(pos.PayWaiting)
		v.Cause = cause
		b.Show(pos.Snapshot{Pay: v})
		if m := b.Model(); m.Do == w.T("pay.no-code.todo") || strings.Contains(m.Do, "cash works") {
			t.Errorf("%s with a code out: %+v", cause, m)
		}
	}
}

func TestPresenter_DetailOnlyOfARefusal(t *testing.T) {
	for _, phase := range []pos.PayPhase{pos.PayRefused, pos.PayFailed} {
		b := newBench()
		v := view(phase)
		v.Cause, v.Detail = pos.CodeConfig, "APPID_NOT_EXIST"
		b.Show(pos.Snapshot{Pay: v})
		if m := b.Model(); m.Detail != v.Detail {
			t.Errorf("%s: %+v", phase, m)
		}
	}
}

func TestPresenter_DrawsOnlyNews(t *testing.T) {
	b := newBench()
	b.Show(pos.Snapshot{Pay: view(pos.PayWaiting)})
	b.Show(pos.Snapshot{Seq: 2, Pay: view(pos.PayWaiting)})
	if b.drawn != 1 {
		t.Errorf("drawn %d times", b.drawn)
	}
}

func TestPresenter_Paid(t *testing.T) {
	receipt := pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Epoch: 1, Seq: 42}
	for _, c := range []struct {
		name string
		done pos.Done
		want Done
	}{
		{
			"by code",
			pos.Done{Nth: 128, Receipt: receipt, Tender: pos.TenderNative, Amount: 1350, Print: pos.PrintSending},
			Done{Title: "Paid", Amount: "¥13.50", Line: "WeChat Pay · No. 128 today · ends 0042", Print: "Receipt is printing…"},
		},
		{
			"in cash, no paper",
			pos.Done{Nth: 1, Receipt: receipt, Tender: pos.TenderCash, Amount: 1350, Change: 650, Print: pos.PrintFailed},
			Done{Title: "Paid", Amount: "¥13.50", Line: "Cash · No. 1 today · ends 0042", Change: "Change ¥6.50", Print: "Receipt did not print. Press Ctrl+R", Failed: true},
		},
		{
			"late",
			pos.Done{Nth: 2, Receipt: receipt, Tender: pos.TenderNative, Amount: 1, Late: true, Print: pos.PrintDone},
			Done{Title: "Paid (it came late)", Amount: "¥0.01", Line: "WeChat Pay · No. 2 today · ends 0042", Print: "Receipt printed"},
		},
		{
			"the last of parts: all that was received",
			pos.Done{Nth: 3, Receipt: receipt, Tender: pos.TenderCash, Amount: 350, Net: 1350, Parts: 1000, Print: pos.PrintDone},
			Done{Title: "Paid", Amount: "¥13.50", Line: "Last: Cash ¥3.50 · No. 3 today · ends 0042", Change: "Change ¥0.00", Print: "Receipt printed"},
		},
		{
			"the rest after parts was rounded away",
			pos.Done{Nth: 3, Receipt: receipt, Tender: pos.TenderCash, Net: 1350, Parts: 1350, Print: pos.PrintDone},
			Done{Title: "Paid", Amount: "¥13.50", Line: "Cash · No. 3 today · ends 0042", Change: "Change ¥0.00", Print: "Receipt printed"},
		},
		{
			"an exchange for something dearer: what was received is the difference",
			pos.Done{Nth: 3, Receipt: receipt, Tender: pos.TenderCash, Amount: 70, Net: 344, Print: pos.PrintDone},
			Done{Title: "Paid", Amount: "¥0.70", Line: "Cash · No. 3 today · ends 0042", Change: "Change ¥0.00", Print: "Receipt printed"},
		},
		{
			"an exchange for something dearer, in parts",
			pos.Done{Nth: 3, Receipt: receipt, Tender: pos.TenderNative, Amount: 70, Net: 344, Parts: 100, Print: pos.PrintDone},
			Done{Title: "Paid", Amount: "¥1.70", Line: "Last: WeChat Pay ¥0.70 · No. 3 today · ends 0042", Print: "Receipt printed"},
		},
		{
			"an exchange, owed in cash",
			pos.Done{Nth: 3, Receipt: receipt, Tender: pos.TenderCash, Net: 200, Owed: 400, Print: pos.PrintDone},
			Done{Title: "Exchanged", Line: "Exchange · No. 3 today · ends 0042", Change: "Give ¥4.00 back", Print: "Receipt printed"},
		},
		{
			"an exchange, owed by WeChat: nobody hands that out",
			pos.Done{Nth: 3, Receipt: receipt, Tender: pos.TenderCash, Net: 200, Owed: 400, Online: 400, Print: pos.PrintDone},
			Done{Title: "Exchanged", Line: "Exchange · No. 3 today · ends 0042", Change: "¥4.00 back by WeChat", Print: "Receipt printed"},
		},
		{
			"an exchange that comes out even: nothing moves",
			pos.Done{Nth: 3, Receipt: receipt, Tender: pos.TenderCash, Net: 200, Print: pos.PrintDone},
			Done{Title: "Exchanged", Line: "Exchange · No. 3 today · ends 0042", Change: "Nothing to take", Print: "Receipt printed"},
		},
		{
			"an exchange, owed both ways",
			pos.Done{Nth: 3, Receipt: receipt, Tender: pos.TenderCash, Net: 200, Owed: 400, Online: 150, Print: pos.PrintDone},
			Done{Title: "Exchanged", Line: "Exchange · No. 3 today · ends 0042", Change: "Cash ¥2.50, WeChat ¥1.50", Print: "Receipt printed"},
		},
	} {
		b := newBench()
		b.Show(pos.Snapshot{Done: &c.done})
		if got, ok := b.Done(); !ok || got != c.want {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	if _, ok := newBench().Done(); ok {
		t.Error("paid without a payment")
	}
}
