package checkout_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
)

const custCode = "134512345678901234" // what the customer's phone shows

func scanCode() pos.Command { return pos.ScanText{Text: custCode} }

func withCode(c charge) *wechat {
	wx := newWeChat()
	wx.codes = map[string]*charge{custCode: &c}
	return wx
}

// The customer's own code is charged only after our QR left the glass, was asked about and was asked to close.
func TestCode_TheQRLeavesTheGlassFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := withCode(charge{answer: pos.SigPaid, then: pos.SigPaid})
		wx.minAge = 5 * time.Minute // WeChat does not close it yet: the charge goes ahead, the old order stays watched
		c := open(t, newBook(), wx)
		defer c.close()
		qr := c.sellCola()
		s := c.do(scanCode())
		if s.Pay == nil || s.Pay.CodeURL != "" {
			t.Fatalf("the QR is still on the glass: %+v", s.Pay)
		}
		c.do(scanCode()) // the scanner reads it twice
		s = c.wait(time.Second)
		if s.Done == nil || s.Done.Tender != pos.TenderCode || len(wx.charged) != 1 {
			t.Fatalf("%+v, charged %v", s.Done, wx.charged)
		}
		if p, _ := c.book.Payment(t.Context(), wx.charged[0]); p.Evidence != pos.ByReply || string(p.Request) == "" {
			t.Errorf("proved by %q", p.Evidence)
		}
		if asked := wx.at[pos.DoClose]; len(asked) == 0 || !asked[0].Before(wx.at[pos.DoCharge][0]) {
			t.Error("the QR's order was not asked to close before the charge")
		}
		wx.pay(qr.OutTradeNo) // the customer had scanned the QR all the same
		s = c.wait(time.Minute)
		if len(s.Exceptions) != 1 || s.Exceptions[0].Reason != pos.ExceptTwice || s.Exceptions[0].OutTradeNo != qr.OutTradeNo {
			t.Errorf("money of the old code: %+v", s.Exceptions)
		}
		c.audit()
	})
}

func TestCode_WhatBecomesOfIt(t *testing.T) {
	for _, tt := range []struct {
		name     string
		charge   charge
		lost     bool // the answer to the charge is lost
		after    time.Duration
		paid     bool
		phase    pos.PayPhase
		state    pos.State
		reversed bool
	}{
		{name: "at once", charge: charge{answer: pos.SigPaid, then: pos.SigPaid}, after: time.Second, paid: true, state: pos.Paid},
		{name: "the password is typed", charge: charge{answer: pos.SigPaying, then: pos.SigPaying}, after: 20 * time.Second, phase: pos.PayPaying, state: pos.Waiting},
		{name: "nobody types it", charge: charge{answer: pos.SigPaying, then: pos.SigPaying}, after: 90 * time.Second, phase: pos.PayEnded, state: pos.Closed, reversed: true},
		{name: "the answer is lost, it was paid", charge: charge{answer: pos.SigPaid, then: pos.SigPaid}, lost: true, after: 10 * time.Second, paid: true, state: pos.Paid},
		{name: "the answer is lost, nothing was taken", charge: charge{answer: pos.SigUncertain, then: pos.SigUnpaid}, lost: true, after: 90 * time.Second, phase: pos.PayEnded, state: pos.Closed, reversed: true},
		{name: "refused", charge: charge{answer: pos.SigRefused, then: pos.SigNotExist}, after: 10 * time.Second, phase: pos.PayRefused, state: pos.Refused},
		{name: "refused, and the order is there", charge: charge{answer: pos.SigRefused, then: pos.SigUnpaid}, after: 40 * time.Second, phase: pos.PayRefused, state: pos.Refused, reversed: true},
		{name: "again and again", charge: charge{answer: pos.SigPaying, then: pos.SigPaying, recall: 3}, after: 3 * time.Minute, phase: pos.PayEnded, state: pos.Closed, reversed: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wx := withCode(tt.charge)
				wx.faulty = func(kind pos.EffectKind) (bool, bool) { return true, tt.lost && kind == pos.DoCharge }
				c := open(t, newBook(), wx)
				defer c.close()
				c.sellCola()
				c.do(scanCode())
				s := c.wait(tt.after)
				no := wx.charged[0]
				p, err := c.book.Payment(t.Context(), no)
				if err != nil || p.State != tt.state {
					t.Fatalf("%s, want %s (%v)", p.State, tt.state, err)
				}
				if sold := p.State == pos.Paid; sold != tt.paid {
					t.Errorf("paid %t", sold)
				}
				if !tt.paid && (s.Pay == nil || s.Pay.Phase != tt.phase || s.Cart.Empty()) {
					t.Errorf("on screen: %+v", s.Pay)
				}
				if got := wx.count(pos.DoReverse) > 0; got != tt.reversed {
					t.Errorf("reversed: %t", got)
				}
				if n := wx.count(pos.DoCharge); n != 1 {
					t.Errorf("charged %d times", n)
				}
				if at := wx.at[pos.DoReverse]; tt.reversed && at[0].Sub(p.OpenedAt) < pos.ReverseAge {
					t.Errorf("reversed at age %s", at[0].Sub(p.OpenedAt))
				}
			})
		})
	}
}

// Money that is seen after a cancel settles the sale while WeChat was not asked to reverse it; afterwards it goes back.
func TestCode_PaidWhileItIsCancelled(t *testing.T) {
	for _, tt := range []struct {
		name string
		wait time.Duration // from the cancel to the customer's password
		want pos.State
	}{
		{"before the reverse", 3 * time.Second, pos.Paid},
		{"after it", time.Minute, pos.Closed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wx := withCode(charge{answer: pos.SigPaying, then: pos.SigPaying})
				c := open(t, newBook(), wx)
				defer c.close()
				c.sellCola()
				c.do(scanCode())
				c.wait(time.Second)
				c.do(pos.LeaveCode{})
				c.wait(tt.wait)
				wx.mu.Lock()
				if o := wx.orders[wx.charged[0]]; o.state == pos.SigPaying {
					o.state = pos.SigPaid
				}
				wx.mu.Unlock()
				c.wait(2 * time.Minute)
				if p, _ := c.book.Payment(t.Context(), wx.charged[0]); p.State != tt.want {
					t.Errorf("%s, want %s", p.State, tt.want)
				}
			})
		})
	}
}

// After a crash the code is gone and the charge is never repeated: WeChat is asked, then the order is reversed.
func TestCode_RestartAsksAndReverses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := withCode(charge{answer: pos.SigPaying, then: pos.SigPaying})
		b := newBook()
		c := open(t, b, wx)
		c.sellCola()
		c.do(scanCode())
		c.wait(2 * time.Second)
		c.close()
		c = open(t, b, wx)
		defer c.close()
		if s := c.snap(); s.Pay == nil || s.Pay.Tender != pos.TenderCode {
			t.Fatalf("on screen after the restart: %+v", s.Pay)
		}
		c.wait(2 * time.Minute)
		if p, _ := b.Payment(t.Context(), wx.charged[0]); p.State != pos.Closed || wx.count(pos.DoCharge) != 1 || wx.count(pos.DoReverse) == 0 {
			t.Errorf("%s, %d charges, %d reverses", p.State, wx.count(pos.DoCharge), wx.count(pos.DoReverse))
		}
	})
}

func TestCode_NeedsTheCertificate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := withCode(charge{answer: pos.SigPaid, then: pos.SigPaid})
		wx.cert = pos.CodeSecret
		c := open(t, newBook(), wx)
		defer c.close()
		c.sellCola()
		if s := c.do(scanCode()); s.Message.ID != "payment-code-off" || s.Pay == nil || s.Pay.CodeURL == "" || s.CanCharge != pos.CodeSecret {
			t.Errorf("%+v", s.Message)
		}
	})
}

// A payment that hangs is put aside; the next customer is served, and its sale is settled when it is paid after all.
func TestPark(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		b := newBook()
		c := open(t, b, wx)
		first := c.sellCola()
		s := c.do(pos.Park{})
		if !s.Cart.Empty() || s.Pay != nil || len(s.Pending) != 1 || !s.Pending[0].Parked {
			t.Fatalf("parked: %+v", s)
		}
		second := c.sellCola()
		if second.OutTradeNo == first.OutTradeNo {
			t.Fatal("the next customer got the parked order")
		}
		c.close() // and the power goes
		c = open(t, b, wx)
		defer c.close()
		if s := c.snap(); s.Pay == nil || s.Pay.OutTradeNo != second.OutTradeNo || len(s.Pending) != 1 || !s.Pending[0].Parked {
			t.Fatalf("after the restart: %+v", s)
		}
		wx.pay(first.OutTradeNo)
		s = c.wait(10 * time.Second)
		if s.Pay == nil || s.Cart.Empty() || s.Last == 0 || !slices.Contains(c.seen, "parked-paid") || len(c.tenders) > 0 {
			t.Errorf("the parked sale was paid: %+v, said %v", s, c.seen)
		}
		c.audit()
		c.do(pos.Park{})
		s = c.wait(10 * time.Minute) // nobody pays the second one
		if !slices.Contains(c.seen, "parked-unpaid") || len(s.Pending) != 0 {
			t.Errorf("pending %+v, said %v", s.Pending, c.seen)
		}
		c.audit()
	})
}

func TestPark_BroughtBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		first := c.sellCola()
		s := c.do(pos.Park{})
		id := s.Pending[0].Payment
		c.do(pos.ScanText{Text: "6901234567892"})
		if s = c.do(pos.Unpark{Payment: id}); s.Message.ID != "cart-not-empty" {
			t.Errorf("said %q", s.Message.ID)
		}
		c.do(pos.ClearCart{})
		s = c.do(pos.Unpark{Payment: id})
		if s.Pay == nil || s.Pay.OutTradeNo != first.OutTradeNo || s.Pay.CodeURL == "" || s.Cart.Total() != 300 {
			t.Fatalf("brought back: %+v", s.Pay)
		}
		wx.pay(first.OutTradeNo)
		if s = c.wait(5 * time.Second); s.Done == nil {
			t.Error("not settled")
		}
		c.audit()
	})
}

// WeChat said that it was reversed; minutes later it is paid all the same. No notice tells of a payment code's money.
func TestCode_PaidAfterItWasReversed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := withCode(charge{answer: pos.SigPaying, then: pos.SigPaying})
		c := open(t, newBook(), wx)
		defer c.close()
		c.sellCola()
		c.do(scanCode())
		c.wait(time.Second)
		c.do(pos.LeaveCode{})
		c.wait(time.Minute)
		if p, _ := c.book.Payment(t.Context(), wx.charged[0]); p.State != pos.Closed {
			t.Fatalf("it is %s", p.State)
		}
		wx.mu.Lock()
		wx.orders[wx.charged[0]].state = pos.SigPaid
		wx.mu.Unlock()
		s := c.wait(pos.LateLook + time.Minute)
		if len(s.Exceptions) != 1 || s.Exceptions[0].Reason != pos.ExceptAfterEnd {
			t.Errorf("%+v", s.Exceptions)
		}
		n := wx.count(pos.DoQuery)
		c.wait(48 * time.Hour)
		if more := wx.count(pos.DoQuery) - n; more > 20 {
			t.Errorf("asked %d times more", more)
		}
	})
}
