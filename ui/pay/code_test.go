package pay

import (
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

func charging(phase pos.PayPhase) *pos.PayView {
	v := view(phase)
	v.Tender, v.CodeURL = pos.TenderCode, ""
	return v
}

func TestPresenter_TheCustomersOwnCodeIsOfferedOnlyBesideACode(t *testing.T) {
	w := i18n.For(i18n.English)
	for _, c := range []struct {
		name  string
		view  *pos.PayView
		can   pos.Code
		offer bool
	}{
		{"waiting", view(pos.PayWaiting), pos.CodeNone, true},
		{"without a certificate", view(pos.PayWaiting), pos.CodeSecret, false},
		{"the customer types the password", view(pos.PayPaying), pos.CodeNone, false},
		{"expired", view(pos.PayExpired), pos.CodeNone, false},
		{"a code is charged already", charging(pos.PayCharging), pos.CodeNone, false},
	} {
		b := newBench()
		b.Show(pos.Snapshot{Pay: c.view, CanCharge: c.can})
		if got := b.Model().Own; (got == w.T("pay.own")) != c.offer {
			t.Errorf("%s: %q", c.name, got)
		}
	}
	b := newBench()
	b.Show(pos.Snapshot{Pay: view(pos.PayWaiting), CanCharge: pos.CodeSecret})
	b.Show(pos.Snapshot{Pay: view(pos.PayWaiting)})
	if b.Model().Own == "" || b.drawn != 2 {
		t.Errorf("the certificate came, and it is not offered; drawn %d times", b.drawn)
	}
}

func TestPresenter_AChargedCode(t *testing.T) {
	w := i18n.For(i18n.English)
	for _, phase := range []pos.PayPhase{pos.PayCharging, pos.PayPaying} {
		b := newBench()
		v := charging(phase)
		v.ExpiresAt, v.Life = noon.Add(31*time.Second), pos.CodeWait
		b.Show(pos.Snapshot{Pay: v})
		m := b.Model()
		if m.Code != "" || m.MayRenew || !m.MayPark || !m.MayAsk || m.Title != w.Tender(pos.TenderCode) || m.Tip != w.T("pay.proof") && phase == pos.PayCharging {
			t.Errorf("%s: %+v", phase, m)
		}
		if (m.State == w.T("pay.password")) != (phase == pos.PayPaying) || m.Left != "00:31 left" || m.Share < 0.68 || m.Share > 0.69 {
			t.Errorf("%s: %q, %q of %v", phase, m.State, m.Left, m.Share)
		}
		v.ExpiresAt = noon.Add(4 * time.Minute) // of the order, before WeChat answered
		if m := b.Model(); m.Left != "" {
			t.Errorf("%s: counts %q", phase, m.Left)
		}
		b.Escape()
		if m := b.Model(); !m.Asking || m.Question != w.T("pay.cancel.code") || m.Leaving != w.T("pay.cancel.code.money") || m.Stay != w.T("ask.back") {
			t.Errorf("%s: asked %+v", phase, m)
		}
		b.Enter()
		if !slices.Equal(b.posted, []pos.Command{pos.LeaveCode{}}) {
			t.Errorf("%s: posted %v", phase, b.posted)
		}
	}
}

func TestPresenter_WhatIsReversedHoldsUpNobody(t *testing.T) {
	w := i18n.For(i18n.English)
	b := newBench()
	v := charging(pos.PayUndoing)
	v.Cause = pos.CodeNoAnswer
	b.Show(pos.Snapshot{Pay: v})
	m := b.Model()
	if m.Ended || !m.Leaves || m.MayPark || !m.MayRenew || m.What == "" || m.Money == "" || m.Do != "" || m.Todo != w.T("phase.undoing.todo") {
		t.Errorf("%+v", m)
	}
	b.Escape()
	if !slices.Equal(b.posted, []pos.Command{pos.DismissPay{}}) || b.Model().Asking {
		t.Errorf("posted %v", b.posted)
	}
}

func TestPresenter_ARefusedCodeSaysWhatTheCustomerDoes(t *testing.T) {
	w := i18n.For(i18n.English)
	for _, c := range []struct {
		cause        pos.Code
		detail, what string
		do           string
	}{
		{pos.CodeRefused, "AUTHCODEEXPIRE: 二维码已过期", w.T("code.expired"), w.T("code.expired.todo")},
		{pos.CodeRefused, "NOTENOUGH: 余额不足", w.T("code.not-enough"), w.T("code.not-enough.todo")},
		{pos.CodeRefused, "BANKERROR: x", w.T("code.other"), w.T("code.other.todo")},
		{pos.CodeConfig, "APPID_NOT_EXIST: x", w.T("trouble.config.what"), w.T("trouble.config.todo")},
	} {
		b := newBench()
		v := charging(pos.PayRefused)
		v.Cause, v.Detail = c.cause, c.detail
		b.Show(pos.Snapshot{Pay: v})
		m := b.Model()
		if m.What != c.what || m.Do != c.do || m.Money != w.T("pay.refused.money") || m.Todo != w.T("pay.refused.todo") || m.Fresh != w.T("pay.key.show") || !m.MayRenew {
			t.Errorf("%s: %+v", c.detail, m)
		}
	}
}

func TestPresenter_ParksWhatMayStillBePaid(t *testing.T) {
	for phase, may := range map[pos.PayPhase]bool{
		pos.PayWaiting: true, pos.PayPaying: true, pos.PayCharging: true, pos.PayExpired: true, pos.PayChecking: false, pos.PayFetching: false,
		pos.PayUndoing: false, pos.PayFailed: false, pos.PayRefused: false, pos.PayEnded: false,
	} {
		b := newBench()
		b.Show(pos.Snapshot{Pay: view(phase)})
		b.Park()
		if (len(b.posted) == 1 && b.posted[0] == pos.Park{}) != may {
			t.Errorf("%s: posted %v", phase, b.posted)
		}
	}
}

func TestPresenter_TheCustomersProofIsAskedForWhenThereIsDoubt(t *testing.T) {
	w := i18n.For(i18n.English)
	b := newBench()
	b.Show(pos.Snapshot{Pay: view(pos.PayWaiting)})
	if got := b.Model().Tip; got != w.T("pay.album") {
		t.Errorf("without doubt: %q", got)
	}
	b.Ask()
	if got := b.Model().Tip; got != w.T("pay.proof") {
		t.Errorf("after F5: %q", got)
	}
	for _, r := range "4200" {
		b.Typed(r)
	}
	if got := b.Model().Tip; got != w.T("pay.typed", "4200") {
		t.Errorf("typing: %q", got)
	}
	b.Backspace()
	b.Enter()
	if b.posted[len(b.posted)-1] != (pos.ScanText{Text: "420"}) {
		t.Errorf("posted %v", b.posted)
	}
	next := view(pos.PayWaiting)
	next.Payment = 8
	b.Typed('9')
	b.Show(pos.Snapshot{Pay: next})
	if got := b.Model().Tip; got != w.T("pay.album") {
		t.Errorf("the next payment: %q", got)
	}
}

func TestPresenter_ShowsNoPaymentCodeThatIsTyped(t *testing.T) {
	b := newBench()
	b.Show(pos.Snapshot{Pay: view(pos.PayWaiting)})
	code := "134567890123456789"
	for i, r := range code {
		b.Typed(r)
		if i >= 4 && strings.Contains(b.Model().Tip, code[:5]) {
			t.Fatalf("after %d digits it says %q", i+1, b.Model().Tip)
		}
	}
	if !strings.Contains(b.Model().Tip, "6789") {
		t.Errorf("it says %q", b.Model().Tip)
	}
}
