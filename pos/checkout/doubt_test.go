package checkout_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
)

// Cases of doubt that a sceptical reading of this package found: commits whose outcome is not known, questions that are lost,
// people and machines that are at the same money together.

// a charge that WeChat refused is asked about once; "the customer is typing the password" must not be the last word.
func TestDoubt_RefusedChargeThatIsPaidAfterAll(t *testing.T) {
	for _, lostVerify := range []bool{false, true} {
		t.Run("", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wx := withCode(charge{answer: pos.SigRefused, then: pos.SigPaying})
				c := open(t, newBook(), wx)
				defer c.close()
				c.sellCola()
				c.do(scanCode())
				c.wait(time.Second)
				if lostVerify {
					wx.mu.Lock()
					wx.faulty = func(k pos.EffectKind) (bool, bool) { return true, k == pos.DoQuery }
					wx.mu.Unlock()
				}
				c.wait(10 * time.Second)
				wx.mu.Lock()
				wx.faulty = nil
				wx.mu.Unlock()
				wx.mu.Lock()
				wx.orders[wx.charged[0]].state = pos.SigPaid // the customer chose another card and typed the password
				wx.mu.Unlock()
				c.wait(24 * time.Hour)
				p, _ := c.book.Payment(t.Context(), wx.charged[0])
				if !p.State.Took() && p.State != pos.Refunded {
					t.Errorf("lostVerify=%t: WeChat took the money; the book says %s, reverses %d", lostVerify, p.State, wx.count(pos.DoReverse))
				}
			})
		})
	}
}

// the program stops within the five seconds before a refused charge is verified.
func TestDoubt_RefusedChargeAndRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := withCode(charge{answer: pos.SigRefused, then: pos.SigPaid})
		b := newBook()
		c := open(t, b, wx)
		c.sellCola()
		c.do(scanCode())
		c.wait(time.Second)
		c.close()
		c = open(t, b, wx)
		defer c.close()
		c.wait(24 * time.Hour)
		p, _ := b.Payment(t.Context(), wx.charged[0])
		if !p.State.Took() {
			t.Errorf("WeChat took the money; the book says %s", p.State)
		}
	})
}

// WeChat answers in three seconds; the payment code is charged before the QR's order was asked to close.
func TestDoubt_ChargedBeforeTheQRWasAskedToClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := withCode(charge{answer: pos.SigPaid, then: pos.SigPaid})
		c := open(t, newBook(), wx)
		defer c.close()
		c.sellCola()
		wx.mu.Lock()
		wx.delay = 3 * time.Second
		wx.mu.Unlock()
		c.wait(2500 * time.Millisecond) // a poll is under way
		c.do(scanCode())
		c.wait(time.Minute)
		if len(wx.at[pos.DoCharge]) == 0 {
			t.Fatal("not charged")
		}
		if len(wx.at[pos.DoClose]) == 0 || !wx.at[pos.DoClose][0].Before(wx.at[pos.DoCharge][0]) {
			t.Errorf("charged at %v, asked to close at %v", wx.at[pos.DoCharge], wx.at[pos.DoClose])
		}
	})
}

// a payment code was paid while it was being reversed and the client certificate is gone after a restart.
func TestDoubt_ReversingWithoutCertificateIsNeverBooked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := withCode(charge{answer: pos.SigPaying, then: pos.SigPaying, recall: 1000000})
		b := newBook()
		c := open(t, b, wx)
		c.sellCola()
		c.do(scanCode())
		c.wait(time.Second)
		c.do(pos.LeaveCode{})
		c.wait(time.Minute)
		c.close()
		wx.mu.Lock()
		wx.cert = pos.CodeSecret
		wx.mu.Unlock()
		wx.mu.Lock()
		wx.orders[wx.charged[0]].state = pos.SigPaid
		wx.mu.Unlock()
		c = open(t, b, wx)
		defer c.close()
		s := c.wait(60 * 24 * time.Hour)
		p, _ := b.Payment(t.Context(), wx.charged[0])
		if p.State == pos.Reversing {
			t.Errorf("after 60 days the money (%s) is %s, in no account, exceptions %d, shown as %+v", p.Amount, p.State, len(s.Exceptions), s.Pending)
		}
	})
}

// WeChat said recall=N, one query lags and says SUCCESS, then it is REVOKED for good.
func TestDoubt_UndoneIsRefundedWithoutAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := withCode(charge{answer: pos.SigPaying, then: pos.SigPaying})
		c := open(t, newBook(), wx)
		defer c.close()
		c.sellCola()
		c.do(scanCode())
		c.wait(time.Second)
		c.do(pos.LeaveCode{})
		asked := 0
		wx.mu.Lock()
		wx.faulty = func(k pos.EffectKind) (bool, bool) {
			if o := wx.orders[wx.charged[0]]; k == pos.DoQuery && wx.calls[pos.DoReverse] > 0 {
				if asked++; asked == 1 {
					o.state = pos.SigPaid // a replica that is behind
				} else {
					o.state = pos.SigRevoked
				}
			}
			return true, false
		}
		wx.mu.Unlock()
		s := c.wait(3 * time.Minute)
		if wx.count(pos.DoRefund) > 0 || len(s.Exceptions) > 0 {
			t.Errorf("a refund was asked for of money that the reversal gave back; inbox %+v", s.Exceptions)
		}
	})
}

// a notice about a refund made in the portal is taken, the one question about it is lost.
func TestDoubt_PortalRefundNoticeIsTakenAndForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		b := newBook()
		c := open(t, b, wx)
		defer c.close()
		pay := c.sellCola()
		wx.pay(pay.OutTradeNo)
		c.wait(5 * time.Second)
		wx.mu.Lock()
		wx.refunds = append(wx.refunds, &refundAt{no: "portal1", order: "42" + pay.OutTradeNo, amount: 150, state: pos.RefSuccess})
		wx.mu.Unlock()
		wx.verify = func([]byte) (pos.Notice, error) {
			return pos.Notice{Refund: true, OutTradeNo: pay.OutTradeNo, OutRefundNo: "portal1"}, nil
		}
		wx.faulty = func(k pos.EffectKind) (bool, bool) { return k != pos.DoFollow, k == pos.DoFollow } // no network just then
		_, reply := c.till.Notice(t.Context(), []byte("x"))
		c.wait(time.Second)
		wx.mu.Lock()
		wx.faulty = nil
		wx.mu.Unlock()
		c.wait(24 * time.Hour)
		if string(reply[:4]) == "true" && len(b.refunds) == 0 {
			t.Errorf("WeChat was told %q, so it does not say it again, and the refund is not in the book", reply)
		}
	})
}

// a late payment's commit was done although it answered an error (the notice brought it); the next query conflicts.
func TestDoubt_ExceptionAfterAnUnknownCommitIsNotInTheInbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		b := newBook()
		c := open(t, b, wx)
		defer c.close()
		pay := c.sellCola()
		wx.minAge = 5 * time.Minute
		c.do(pos.LeaveCode{})
		c.wait(time.Second)
		c.do(pos.ClearCart{})
		wx.pay(pay.OutTradeNo)
		b.mu.Lock()
		b.lies = pos.E(pos.CodeInternal, "commit", errors.New("disk I/O error"))
		b.mu.Unlock()
		wx.verify = func([]byte) (pos.Notice, error) {
			return pos.Notice{OutTradeNo: pay.OutTradeNo, Success: true, Trade: pos.Trade{TransactionID: "42" + pay.OutTradeNo, Amount: 300, Currency: pos.Currency, PaidAt: time.Now()}}, nil
		}
		c.till.Notice(t.Context(), []byte("x"))
		b.mu.Lock()
		b.lies = nil
		b.mu.Unlock()
		s := c.wait(24 * time.Hour)
		if p, _ := b.Payment(t.Context(), pay.OutTradeNo); p.State == pos.Exception && len(s.Exceptions) == 0 {
			t.Errorf("the book has an exception, nobody sees it and nobody gives it back (refunds %d)", wx.count(pos.DoRefund))
		}
	})
}

// BeginRefund was done although it answered an error; the person asks again in other words; the next start sends the first.
func TestDoubt_RefundOfUnknownOutcomeIsDoubledByOtherWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		b := newBook()
		c := open(t, b, wx)
		c.do(pos.ScanText{Text: "3*6901234567892"}, pos.PayWeChat{})
		pay := *c.wait(100 * time.Millisecond).Pay
		wx.pay(pay.OutTradeNo)
		s := c.wait(5 * time.Second)
		b.mu.Lock()
		b.lies = pos.E(pos.CodeInternal, "commit", errors.New("disk I/O error"))
		b.mu.Unlock()
		c.do(pos.RefundSale{Sale: s.Last, Amount: 300, Reason: "少了一瓶", Approver: "店长"})
		b.mu.Lock()
		b.lies = nil
		b.mu.Unlock()
		c.do(pos.RefundSale{Sale: s.Last, Amount: 300, Reason: "少一瓶", Approver: "店长"})
		c.wait(10 * time.Minute)
		wx.settle(pos.RefSuccess)
		c.wait(2 * time.Hour)
		c.close()
		c = open(t, b, wx)
		defer c.close()
		c.wait(time.Hour)
		if len(wx.refunds) != 1 {
			t.Errorf("the customer got %d refunds for one bottle", len(wx.refunds))
		}
	})
}

// a parked sale comes back as the cart after a restart when nothing newer was paid for.
func TestDoubt_ParkedSaleIsTheCartAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		b := newBook()
		c := open(t, b, wx)
		first := c.sellCola()
		c.do(pos.Park{})
		c.close()
		c = open(t, b, wx)
		defer c.close()
		s := c.snap()
		if len(s.Pending) != 1 || !s.Pending[0].Parked || !s.Cart.Empty() {
			t.Errorf("it was put aside: pay %v, pending %+v, cart %+v", s.Pay != nil, s.Pending, s.Cart)
		}
		c.do(pos.LeaveCode{}, pos.ClearCart{}) // the cashier begins with the next customer
		wx.pay(first.OutTradeNo)
		c.wait(5 * time.Minute)
		if sale := b.sales[1]; sale.State != pos.SaleClosed && wx.count(pos.DoRefund) > 0 {
			t.Errorf("the parked customer has paid and the goods; the sale is %s and the money goes back by itself", sale.State)
		}
	})
}

// settling a sale by an exception's money while another order of that sale is in front of the customer.
func TestDoubt_SettledByAnExceptionLeavesTheNewQROpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		first := c.sellCola()
		wx.minAge = 5 * time.Minute
		c.do(pos.LeaveCode{})
		c.wait(2 * time.Second)
		c.do(pos.PayWeChat{})
		s := c.wait(6 * time.Second)
		if s.Pay == nil || s.Pay.OutTradeNo == first.OutTradeNo {
			t.Fatalf("%+v", s.Pay)
		}
		second := s.Pay.OutTradeNo
		wx.pay(first.OutTradeNo)
		for range 60 {
			if s = c.wait(time.Second); len(s.Exceptions) > 0 {
				break
			}
		}
		c.do(pos.DecideException{ID: s.Exceptions[0].ID, Action: pos.ActSettle, By: "店长", Reason: "付过了"})
		s = c.wait(time.Second)
		p, _ := c.book.Payment(t.Context(), second)
		if p.State.OnGlass() {
			t.Errorf("the sale is settled, and its other order is still %s; pay %v", p.State, s.Pay != nil)
		}
	})
}

// an adopted order is never asked about: its request is not there, so it counts as another merchant's.
func TestDoubt_AutoRefundTurnedOffStillFires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		b := newBook()
		c := open(t, b, wx)
		c.late()
		c.close() // within the minute; the shop turns automatic refunds off
		c = openWith(t, b, wx, false)
		defer c.close()
		c.wait(5 * time.Minute)
		if n := wx.count(pos.DoRefund); n > 0 {
			t.Errorf("automatic refunds are off, and %d was sent", n)
		}
	})
}

// the shop changed its merchant; refunds and exceptions of the old one are asked about, and given back, at the new one.
func TestDoubt_RefundsOfAnotherMerchant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		b := newBook()
		c := open(t, b, wx)
		pay := c.sellCola()
		wx.pay(pay.OutTradeNo)
		s := c.wait(5 * time.Second)
		c.do(pos.RefundSale{Sale: s.Last, Amount: 100, Reason: "少了一瓶", Approver: "店长"})
		c.wait(10 * time.Second)
		c.late()
		c.close()
		other := newWeChat()
		other.foreign = true
		c = open(t, b, other)
		defer c.close()
		c.wait(24 * time.Hour)
		if n := other.count(pos.DoFollow); n > 0 {
			t.Errorf("asked the new merchant %d times about the old one's refund", n)
		}
		if n := other.count(pos.DoRefund); n > 0 {
			t.Errorf("asked the new merchant %d times to give back the old one's money", n)
		}
		alarms := 0
		for _, id := range c.seen {
			if id == "alarm" {
				alarms++
			}
		}
		if alarms > 0 {
			t.Errorf("%d alarms in a day", alarms)
		}
	})
}

// a refund that WeChat has and this book thinks was refused is found and not taken in.
func TestDoubt_RefusedRefundThatWeChatHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		b := newBook()
		c := open(t, b, wx)
		defer c.close()
		pay := c.sellCola()
		wx.pay(pay.OutTradeNo)
		s := c.wait(5 * time.Second)
		c.do(pos.RefundSale{Sale: s.Last, Amount: 100, Reason: "少了一瓶", Approver: "店长"})
		c.wait(time.Second)
		b.mu.Lock()
		no := b.refunds[0].OutRefundNo
		b.mu.Unlock()
		c.wait(10 * time.Second)
		_ = no
		// two refunds of one payment in the same moment: the second must wait a minute
		c.till.Post(pos.RefundSale{Sale: s.Last, Amount: 50, Reason: "a", Approver: "店长"})
		c.till.Post(pos.RefundSale{Sale: s.Last, Amount: 60, Reason: "b", Approver: "店长"})
		c.wait(10 * time.Minute)
		at := wx.at[pos.DoRefund]
		for i := 1; i < len(at); i++ {
			if d := at[i].Sub(at[i-1]); d < pos.RefundApart {
				t.Errorf("refunds %d and %d of one payment were sent %s apart", i-1, i, d)
			}
		}
	})
}

// a parked sale whose money was another amount stays parked for ever.
func TestDoubt_ParkedSaleWithAnException(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		b := newBook()
		c := open(t, b, wx)
		defer c.close()
		pay := c.sellCola()
		c.do(pos.Park{})
		wx.mu.Lock()
		wx.orders[pay.OutTradeNo].amount = 299
		wx.mu.Unlock()
		wx.pay(pay.OutTradeNo)
		c.wait(24 * time.Hour)
		if b.sales[1].State == pos.SaleOpen {
			t.Errorf("the parked sale is %s after a day, with nothing live; said %v", b.sales[1].State, c.seen)
		}
	})
}

// settling a parked sale by an older order's exception: the parked one must know.
func TestDoubt_ParkedSaleSettledByAnException(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		b := newBook()
		c := open(t, b, wx)
		defer c.close()
		first := c.sellCola()
		wx.minAge = 5 * time.Minute
		c.do(pos.LeaveCode{})
		c.wait(2 * time.Second)
		c.do(pos.PayWeChat{})
		s := c.wait(6 * time.Second)
		second := s.Pay.OutTradeNo
		c.do(pos.Park{})
		wx.pay(first.OutTradeNo)
		for range 60 {
			if s = c.wait(time.Second); len(s.Exceptions) > 0 {
				break
			}
		}
		c.do(pos.DecideException{ID: s.Exceptions[0].ID, Action: pos.ActSettle, By: "店长", Reason: "付过了"})
		s = c.wait(time.Second)
		for _, p := range s.Pending {
			if p.OutTradeNo == second && p.Parked {
				t.Errorf("the sale is settled and is still shown as parked: %+v", p)
			}
		}
		s = c.do(pos.Unpark{Payment: s.Pending[0].Payment})
		if !s.Cart.Empty() {
			t.Errorf("a settled sale came back to the counter as a cart of %s", s.Cart.Total())
		}
	})
}

type setBack struct{ by *atomic.Int64 }

func (c setBack) Now() time.Time { return time.Now().Add(-time.Duration(c.by.Load())) }

// the clock is set back a year while a customer's payment code waits for the password.
func TestDoubt_ClockSetBackAYearNeverReverses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var by atomic.Int64
		wx := withCode(charge{answer: pos.SigPaying, then: pos.SigPaying})
		b := newBook()
		c := &counter{t: t, book: b, wx: wx, over: make(chan error, 1)}
		c.till = checkout.New(checkout.Config{
			Shop: pos.Shop{ID: "S001", Till: "T1", Calendar: pos.Calendar{Zone: time.UTC}}, Ledger: b, Returns: b, Catalogue: shelf{newBook()}, Clock: setBack{&by},
			Random: rand.Reader, Life: 5 * time.Minute, Log: slog.New(slog.DiscardHandler), Publish: c.show, Poke: func() {},
			Jitter: func(d time.Duration) time.Duration { return d }, Gateway: wx, Refunder: wx, Finder: wx, Charger: wx,
		})
		ctx, cancel := context.WithCancel(t.Context())
		c.stop = cancel
		go func() { c.over <- c.till.Run(ctx) }()
		defer c.close()
		c.wait(60 * time.Millisecond)
		c.sellCola()
		c.do(scanCode())
		c.wait(2 * time.Second)
		by.Store(int64(365 * 24 * time.Hour))
		n := wx.count(pos.DoQuery)
		c.wait(time.Hour)
		if wx.count(pos.DoReverse) == 0 {
			t.Errorf("not reversed within an hour; asked %d times", wx.count(pos.DoQuery)-n)
		}
	})
}

// The certificate is there and has expired: CodeConfig, not CodeSecret.
func TestDoubt_ReversingWithExpiredCertificate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := withCode(charge{answer: pos.SigPaying, then: pos.SigPaying, recall: 1000000})
		b := newBook()
		c := open(t, b, wx)
		c.sellCola()
		c.do(scanCode())
		c.wait(time.Second)
		c.do(pos.LeaveCode{})
		c.wait(time.Minute)
		c.close()
		wx.mu.Lock()
		wx.cert = pos.CodeConfig
		wx.mu.Unlock()
		wx.mu.Lock()
		wx.orders[wx.charged[0]].state = pos.SigPaid
		wx.mu.Unlock()
		c = open(t, b, wx)
		defer c.close()
		c.wait(60 * 24 * time.Hour)
		if p, _ := b.Payment(t.Context(), wx.charged[0]); p.State == pos.Reversing {
			t.Errorf("after 60 days %s of real money is %s", p.Amount, p.State)
		}
	})
}

// Refused (no card that works), NOTPAY a moment later, and then the customer pays with another card in the open dialog.
func TestDoubt_RefusedThenNotPayThenPaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := withCode(charge{answer: pos.SigRefused, then: pos.SigUnpaid})
		b := newBook()
		c := open(t, b, wx)
		defer c.close()
		c.sellCola()
		c.do(scanCode())
		c.wait(10 * time.Second)
		wx.mu.Lock()
		if o := wx.orders[wx.charged[0]]; o.state == pos.SigUnpaid {
			o.state = pos.SigPaid
		}
		wx.mu.Unlock()
		c.wait(24 * time.Hour)
		wx.mu.Lock()
		state := wx.orders[wx.charged[0]].state
		wx.mu.Unlock()
		if p, _ := b.Payment(t.Context(), wx.charged[0]); state == pos.SigPaid && !p.State.Took() {
			t.Errorf("WeChat took it, the book says %s, reverses %d", p.State, wx.count(pos.DoReverse))
		}
	})
}

// One order paid by two transactions after its cart was cleared: both must go back.
func TestDoubt_BothTransactionsGoBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		b := newBook()
		c := open(t, b, wx)
		defer c.close()
		pay := c.late()
		wx.mu.Lock()
		wx.orders[pay.OutTradeNo].trans = "43" + pay.OutTradeNo // WeChat's query names the newest transaction of an order
		wx.mu.Unlock()
		wx.verify = func([]byte) (pos.Notice, error) {
			return pos.Notice{OutTradeNo: pay.OutTradeNo, Success: true, Trade: pos.Trade{TransactionID: "43" + pay.OutTradeNo, Amount: 300, Currency: pos.Currency, PaidAt: time.Now()}}, nil
		}
		c.till.Notice(t.Context(), []byte("x"))
		c.wait(5 * time.Minute)
		c.wait(time.Hour)
		alarms := 0
		for _, id := range c.seen {
			if id == "alarm" {
				alarms++
			}
		}
		if n := wx.count(pos.DoRefund); n != 2 || alarms > 2 {
			t.Errorf("%d refunds sent for two transactions, %d alarms, %d queries; inbox %d", n, alarms, wx.count(pos.DoQuery), len(c.snap().Exceptions))
		}
	})
}

// openWith is open with automatic refunds on or off.
func openWith(t *testing.T, b *book, wx *wechat, auto bool) *counter {
	t.Helper()
	c := &counter{t: t, book: b, wx: wx, over: make(chan error, 1)}
	cfg := checkout.Config{
		Shop:   pos.Shop{Name: "柜台便利店", ID: "S001", Till: "T1", Calendar: pos.Calendar{Zone: time.UTC}},
		Ledger: b, Returns: b, AutoRefund: auto, Catalogue: shelf{newBook()}, Clock: now{}, Random: rand.Reader, Life: 5 * time.Minute,
		Log: slog.New(slog.DiscardHandler), Publish: c.show, Poke: func() {}, Jitter: func(d time.Duration) time.Duration { return d },
	}
	if wx != nil {
		cfg.Gateway, cfg.Notices, cfg.Refunder, cfg.Finder = wx, wx, wx, wx
		if cfg.ChargeOff = wx.cert; wx.cert == pos.CodeNone {
			cfg.Charger = wx
		}
	} else {
		cfg.OffCause = pos.CodeSecret
	}
	c.till = checkout.New(cfg)
	ctx, cancel := context.WithCancel(t.Context())
	c.stop = cancel
	go func() { c.over <- c.till.Run(ctx) }()
	c.wait(60 * time.Millisecond) // the line has been tried
	return c
}

// A cash sale was booked although its commit answered with an error; then the cashier asks for a QR for the same cart.
func TestDoubt_CashThatWasBookedIsNotAskedForAgain(t *testing.T) {
	for _, booked := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			wx := newWeChat()
			b := newBook()
			c := open(t, b, wx)
			defer c.close()
			c.do(pos.ScanText{Text: "6901234567892"})
			trouble := pos.E(pos.CodeInternal, "commit", errors.New("disk I/O error"))
			b.mu.Lock()
			if booked {
				b.lies = trouble
			} else {
				b.trouble = trouble
			}
			b.mu.Unlock()
			c.do(pos.PayCash{})
			b.mu.Lock()
			b.lies, b.trouble = nil, nil
			b.mu.Unlock()
			c.do(pos.PayWeChat{})
			s := c.wait(time.Second)
			if shown := s.Pay != nil; shown == booked || (s.Done != nil) != booked {
				t.Errorf("booked %t: pay %+v, done %+v", booked, s.Pay, s.Done)
			}
			c.audit()
		})
	}
}

// A refund whose commit answered with an error is looked for by itself: nobody has to ask for another one first.
func TestDoubt_ARefundThatWasBookedIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		b := newBook()
		c := open(t, b, wx)
		defer c.close()
		pay := c.sellCola()
		wx.pay(pay.OutTradeNo)
		s := c.wait(5 * time.Second)
		b.mu.Lock()
		b.lies = pos.E(pos.CodeInternal, "commit", errors.New("disk I/O error"))
		b.mu.Unlock()
		c.do(pos.RefundSale{Sale: s.Last, Amount: 100, Reason: "少了一瓶", Approver: "店长"})
		b.mu.Lock()
		b.lies = nil
		b.mu.Unlock()
		if c.wait(time.Minute); wx.count(pos.DoRefund) != 1 || len(wx.refunds) != 1 {
			t.Errorf("sent %d times, WeChat has %d", wx.count(pos.DoRefund), len(wx.refunds))
		}
	})
}

// A booked cash sale that its cashier believes failed must not swallow the next customer's cart.
func TestDoubt_CashThatWasBookedLeavesTheNextCartAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		b := newBook()
		c := open(t, b, wx)
		defer c.close()
		c.do(pos.ScanText{Text: "6901234567892"})
		b.mu.Lock()
		b.lies = pos.E(pos.CodeInternal, "commit", errors.New("disk I/O error"))
		b.mu.Unlock()
		c.do(pos.PayCash{})
		b.mu.Lock()
		b.lies = nil
		b.mu.Unlock()
		c.do(pos.ClearCart{}, pos.ScanText{Text: chips.Barcode()}, pos.PayWeChat{})
		if s := c.wait(time.Second); s.Pay == nil || s.Pay.Amount != chips.Price {
			t.Errorf("pay %+v, done %+v", s.Pay, s.Done)
		}
		c.audit()
	})
}

// The sale on the counter may be older than a parked one: after a restart each is where it was.
func TestDoubt_TheCounterIsOlderThanWhatIsParked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		b := newBook()
		c := open(t, b, wx)
		first := c.sellCola()
		id := c.do(pos.Park{}).Pending[0].Payment
		second := c.sellCola()
		c.do(pos.Park{}, pos.Unpark{Payment: id})
		c.close()
		c = open(t, b, wx)
		defer c.close()
		s := c.snap()
		if s.Pay == nil || s.Pay.OutTradeNo != first.OutTradeNo || len(s.Pending) != 1 || s.Pending[0].OutTradeNo != second.OutTradeNo || !s.Pending[0].Parked {
			t.Errorf("pay %+v, pending %+v", s.Pay, s.Pending)
		}
	})
}

// What another merchant's customer is being given back cannot be asked about here, and is not tried without end.
func TestDoubt_AnotherMerchantsRefundIsNotLookedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		b := newBook()
		c := open(t, b, wx)
		pay := c.sellCola()
		wx.mu.Lock()
		o := wx.orders[pay.OutTradeNo]
		o.state, o.trans = pos.SigReturning, "42"+pay.OutTradeNo
		wx.mu.Unlock()
		if s := c.wait(time.Minute); len(s.Exceptions) != 1 {
			t.Fatalf("%+v", s.Exceptions)
		}
		c.close()
		other := newWeChat()
		other.foreign = true
		c = open(t, b, other)
		defer c.close()
		if c.wait(6 * time.Hour); other.count(pos.DoFollow) > 0 {
			t.Errorf("asked %d times", other.count(pos.DoFollow))
		}
	})
}
