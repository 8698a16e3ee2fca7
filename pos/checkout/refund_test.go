package checkout_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
)

// late makes a payment that arrives after its cart was cleared.
func (c *counter) late() pos.PayView {
	c.t.Helper()
	pay := c.sellCola()
	c.wx.minAge = 5 * time.Minute
	c.do(pos.LeaveCode{})
	c.wait(time.Second)
	c.do(pos.ClearCart{})
	c.wx.pay(pay.OutTradeNo)
	for range 60 {
		if s := c.wait(time.Second); len(s.Exceptions) > 0 {
			return pay
		}
	}
	c.t.Fatal("the money was not seen")
	return pay
}

func TestException_RefundsItselfAfterAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		pay := c.late()
		x := c.snap().Exceptions[0]
		if x.RefundAt.IsZero() || x.Decided.Action != pos.ActRefund || x.Decided.By != "" {
			t.Fatalf("not on its way: %+v", x)
		}
		if c.wait(50 * time.Second); wx.count(pos.DoRefund) != 0 {
			t.Fatal("a person has a minute to stop it")
		}
		s := c.wait(15 * time.Second)
		if wx.count(pos.DoRefund) != 1 || s.Exceptions[0].State != pos.ExceptionGiving {
			t.Fatalf("%d refunds, %+v", wx.count(pos.DoRefund), s.Exceptions)
		}
		wx.settle(pos.RefSuccess)
		s = c.wait(2 * time.Minute)
		p, _ := c.book.Payment(t.Context(), pay.OutTradeNo)
		if len(s.Exceptions) != 0 || p.State != pos.Refunded || len(wx.refunds) != 1 {
			t.Errorf("%+v, %s, %d refunds", s.Exceptions, p.State, len(wx.refunds))
		}
		n := wx.count(pos.DoFollow)
		if c.wait(24 * time.Hour); wx.count(pos.DoFollow) != n {
			t.Error("a refund that is done is asked about for ever")
		}
	})
}

func TestException_StoppedAndDecided(t *testing.T) {
	for _, tt := range []struct {
		action pos.Action
		state  pos.State
		sale   pos.SaleState
	}{
		{pos.ActCash, pos.Exception, pos.SaleAbandoned},
		{pos.ActNote, pos.Exception, pos.SaleAbandoned},
		{pos.ActSettle, pos.Paid, pos.SaleClosed},
		{pos.ActRefund, pos.Refunded, pos.SaleAbandoned},
	} {
		t.Run(string(tt.action), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wx := newWeChat()
				c := open(t, newBook(), wx)
				defer c.close()
				pay := c.late()
				id := c.snap().Exceptions[0].ID
				if s := c.do(pos.DecideException{ID: id, Action: pos.ActHold}); s.Message.ID != "refund-needs-words" {
					t.Errorf("nobody decided: %q", s.Message.ID)
				}
				c.do(pos.DecideException{ID: id, Action: pos.ActHold, By: "王芳"})
				if s := c.wait(time.Hour); wx.count(pos.DoRefund) != 0 || len(s.Exceptions) != 1 {
					t.Fatal("it was stopped")
				}
				if tt.action != pos.ActRefund {
					if s := c.do(pos.DecideException{ID: id, Action: tt.action, By: "王芳"}); s.Message.ID != "refund-needs-words" {
						t.Errorf("no reason: %q", s.Message.ID)
					}
				}
				c.do(pos.DecideException{ID: id, Action: tt.action, By: "王芳", Reason: "顾客回来拿走了商品"})
				c.wait(time.Second)
				wx.settle(pos.RefSuccess)
				s := c.wait(5 * time.Minute)
				p, _ := c.book.Payment(t.Context(), pay.OutTradeNo)
				if len(s.Exceptions) != 0 || p.State != tt.state || c.book.sales[p.Sale].State != tt.sale {
					t.Errorf("%+v, payment %s, sale %s", s.Exceptions, p.State, c.book.sales[p.Sale].State)
				}
			})
		})
	}
}

// Whatever WeChat answers or does not answer to a refund, its number never changes and the money goes back once.
func TestRefund_OneNumberForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		b := newBook()
		c := open(t, b, wx)
		pay := c.sellCola()
		wx.pay(pay.OutTradeNo)
		s := c.wait(5 * time.Second)
		n := 0
		wx.faulty = func(kind pos.EffectKind) (bool, bool) {
			if kind == pos.DoRefund || kind == pos.DoFollow {
				n++
				return n%3 != 1, n%2 == 1 // some never arrive, some answers are lost
			}
			return true, false
		}
		c.do(pos.RefundSale{Sale: s.Last, Amount: 100, Reason: "少了一瓶", Approver: "店长"})
		c.wait(3 * time.Second)
		c.close() // in the middle of it
		c = open(t, b, wx)
		defer c.close()
		c.wait(10 * time.Minute)
		wx.settle(pos.RefSuccess)
		s = c.wait(2 * time.Hour)
		if len(wx.refunds) != 1 || len(b.refunds) != 1 || b.refunds[0].State != pos.RefundDone || len(s.Refunds) != 0 {
			t.Errorf("WeChat has %d, the book %+v", len(wx.refunds), b.refunds)
		}
	})
}

func TestRefund_Refusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		pay := c.sellCola()
		wx.pay(pay.OutTradeNo)
		sale := c.wait(5 * time.Second).Last
		for _, tt := range []struct {
			c    pos.RefundSale
			said string
		}{
			{pos.RefundSale{Sale: sale, Amount: 301, Reason: "r", Approver: "a"}, "refund-too-much"},
			{pos.RefundSale{Sale: sale, Amount: 0, Reason: "r", Approver: "a"}, "refund-too-much"},
			{pos.RefundSale{Sale: sale, Amount: 100, Reason: " ", Approver: "a"}, "refund-needs-words"},
			{pos.RefundSale{Sale: sale, Amount: 100, Reason: "r"}, "refund-needs-words"},
			{pos.RefundSale{Sale: sale, Pieces: map[int]int{1: 2}, Reason: "r", Approver: "a"}, "refund-too-much"},
			{pos.RefundSale{Sale: sale, Pieces: map[int]int{2: 1}, Reason: "r", Approver: "a"}, "refund-too-much"},
		} {
			if s := c.do(tt.c); s.Message.ID != tt.said {
				t.Errorf("%+v: said %q, want %q", tt.c, s.Message.ID, tt.said)
			}
		}
		wx.cert = pos.CodeSecret
		if s := c.do(pos.RefundSale{Sale: sale, Amount: 100, Reason: "r", Approver: "a"}); s.Message.ID != "refund-not-possible" {
			t.Errorf("said %q", s.Message.ID)
		}
		if len(c.book.refunds) != 0 {
			t.Error("a refused refund was written down")
		}
	})
}

// A refund whose commit answered with an error keeps its number when it is asked for again.
func TestRefund_AFailedCommitIsNoSecondRefund(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		pay := c.sellCola()
		wx.pay(pay.OutTradeNo)
		sale := c.wait(5 * time.Second).Last
		wish := pos.RefundSale{Sale: sale, Amount: 100, Reason: "r", Approver: "a"}
		c.book.lies = pos.E(pos.CodeInternal, "commit", nil)
		if s := c.do(wish); s.Message.ID != "ledger-trouble" {
			t.Fatalf("said %q", s.Message.ID)
		}
		c.book.lies = nil
		c.do(wish)
		c.wait(time.Second)
		if len(c.book.refunds) != 1 || len(wx.refunds) != 1 {
			t.Errorf("%d in the book, %d at WeChat", len(c.book.refunds), len(wx.refunds))
		}
	})
}

func TestRefund_TooSmallABalanceIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		wx.poor = true
		c := open(t, newBook(), wx)
		defer c.close()
		c.late()
		c.wait(3 * time.Minute)
		if s := c.snap(); len(s.Exceptions) != 1 || s.Exceptions[0].Refund == nil || s.Exceptions[0].Refund.Cause != pos.CodeRefused {
			t.Fatalf("%+v", s.Exceptions)
		}
		wx.mu.Lock()
		wx.poor = false
		wx.mu.Unlock()
		c.wait(time.Hour)
		wx.settle(pos.RefSuccess)
		if s := c.wait(2 * time.Hour); len(s.Exceptions) != 0 || len(wx.refunds) != 1 {
			t.Errorf("%+v", s.Exceptions)
		}
	})
}

// Somebody refunded the money in the merchant platform: the till finds that out.
func TestRefund_FoundInThePlatform(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		pay := c.sellCola()
		wx.mu.Lock()
		o := wx.orders[pay.OutTradeNo]
		o.state, o.trans = pos.SigReturning, "42"+pay.OutTradeNo
		wx.refunds = append(wx.refunds, &refundAt{no: "PLATFORM-1", order: o.trans, amount: o.amount, state: pos.RefProcessing})
		wx.mu.Unlock()
		c.wait(time.Minute)
		wx.settle(pos.RefSuccess)
		s := c.wait(time.Hour)
		if len(s.Exceptions) != 0 || len(c.book.refunds) != 1 || !c.book.refunds[0].Portal || c.book.refunds[0].State != pos.RefundDone {
			t.Errorf("%+v, %+v", s.Exceptions, c.book.refunds)
		}
		if wx.count(pos.DoRefund) != 0 {
			t.Error("refunded by us as well")
		}
	})
}

// The number on the customer's WeChat bill finds the order.
func TestFind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		pay := c.sellCola()
		c.do(pos.Park{})
		wx.pay(pay.OutTradeNo)
		c.do(pos.ScanText{Text: pay.OutTradeNo})
		if c.wait(time.Second); !slices.Contains(c.seen, "order-live") || !slices.Contains(c.seen, "parked-paid") {
			t.Errorf("said %v", c.seen)
		}
		if p, _ := c.book.Payment(t.Context(), pay.OutTradeNo); p.Evidence != pos.ByQuery {
			t.Errorf("proved by %q", p.Evidence)
		}
		if s := c.do(pos.ScanText{Text: pay.OutTradeNo}); s.Message.ID != "order-paid" {
			t.Errorf("said %q", s.Message.ID)
		}
		// Ours, paid, and not in this ledger: it was restored from a backup.
		const lost, trans = "S001-T1-261120AAAAAAAAAAAA", "4200001234567890123456789012"
		wx.mu.Lock()
		wx.orders[lost] = &order{amount: 777, state: pos.SigPaid, trans: trans, expires: time.Now().Add(time.Hour)}
		wx.mu.Unlock()
		c.do(pos.ScanText{Text: trans})
		s := c.wait(time.Second)
		if len(s.Exceptions) != 1 || s.Exceptions[0].Reason != pos.ExceptUnknown || s.Exceptions[0].Amount != 777 {
			t.Fatalf("%+v", s.Exceptions)
		}
		if s = c.wait(time.Hour); len(s.Exceptions) != 1 || wx.count(pos.DoRefund) != 0 {
			t.Error("a sale that happened refunds itself")
		}
		if s = c.do(pos.ScanText{Text: "S001-T1-261120BBBBBBBBBBBB"}); s.Message.ID != "order-asking" {
			t.Errorf("said %q", s.Message.ID)
		}
		if s = c.wait(time.Second); s.Message.ID != "order-unknown" {
			t.Errorf("said %q", s.Message.ID)
		}
	})
}
