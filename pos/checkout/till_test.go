package checkout_test

import (
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
)

func in(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

func TestSale_FromBarcodeToPaid(t *testing.T) {
	in(t, func(t *testing.T) {
		c := open(t, newBook(), newWeChat())
		defer c.close()
		pay := c.sellCola()
		if pay.Phase != pos.PayWaiting || pay.Amount != 300 || pay.CodeURL == "" {
			t.Fatalf("%+v", pay)
		}
		c.wait(20 * time.Second)
		c.wx.pay(pay.OutTradeNo)
		s := c.wait(3 * time.Second)
		if s.Done == nil || s.Done.Amount != 300 || s.Done.Receipt.Seq != 1 || !s.Cart.Empty() || s.Pay != nil {
			t.Fatalf("%+v", s)
		}
		if p, _ := c.book.Payment(t.Context(), pay.OutTradeNo); p.Evidence != pos.ByPoll {
			t.Errorf("proved by %q", p.Evidence)
		}
		if !slices.Equal(c.tenders, []pos.Tender{pos.TenderNative}) {
			t.Errorf("the drawer heard of %v", c.tenders)
		}
		if s = c.wait(7 * time.Second); s.Done != nil {
			t.Error("success closes itself")
		}
		before := c.wx.count(pos.DoQuery)
		c.wait(time.Hour)
		if after := c.wx.count(pos.DoQuery); after != before {
			t.Errorf("asked %d times about a paid order", after-before)
		}
		c.audit()
	})
}

func TestSale_Cash(t *testing.T) {
	in(t, func(t *testing.T) {
		c := open(t, newBook(), nil) // WeChat is off: cash goes on
		defer c.close()
		s := c.do(pos.ScanText{Text: "3*"}, pos.ScanText{Text: "6901234567892"}, pos.PayWeChat{})
		if s.Message.ID != "wechat-off" || s.Health.WeChat.Light != pos.LightOff {
			t.Errorf("%+v", s.Message)
		}
		if s = c.do(pos.PayCash{Tendered: 899}); s.Message.ID != "tendered-too-little" || s.Done != nil {
			t.Errorf("%+v", s.Message)
		}
		if s = c.do(pos.PayCash{Tendered: 900 + 100_001}); s.Message.ID != "tendered-too-much" || s.Done != nil {
			t.Errorf("%+v", s.Message)
		}
		s = c.do(pos.PayCash{Tendered: 2000})
		if s.Done == nil || s.Done.Amount != 900 || s.Done.Change != 1100 || s.Done.Tender != pos.TenderCash {
			t.Fatalf("%+v", s.Done)
		}
		if s = c.do(pos.PayCash{}); s.Message.ID != "nothing-to-pay" {
			t.Errorf("%+v", s.Message)
		}
		if !slices.Equal(c.tenders, []pos.Tender{pos.TenderCash}) || c.kicks != 0 {
			t.Errorf("the drawer heard of %v, and opened %d times without a sale", c.tenders, c.kicks)
		}
	})
}

func TestCart_Commands(t *testing.T) {
	in(t, func(t *testing.T) {
		c := open(t, newBook(), newWeChat())
		defer c.close()
		s := c.do(pos.ScanText{Text: "6901234567892"}, pos.AddItem{Item: 2}, pos.SetQuantity{Line: 1, N: 4}, pos.SelectLine{Line: 0})
		if s.Cart.Total() != 3300 || s.Cart.Selected != 0 || s.Taken != 4 {
			t.Fatalf("%+v", s.Cart)
		}
		if s = c.do(pos.ClearCart{}); !s.Cart.Empty() || !s.CanUndo {
			t.Fatalf("%+v", s)
		}
		if s = c.do(pos.Undo{}); s.Cart.Total() != 3300 {
			t.Fatalf("%+v", s.Cart)
		}
		if s = c.do(pos.RemoveLine{Line: 0}, pos.Undo{}, pos.Undo{}); s.Cart.Total() != 1050 {
			t.Fatalf("%+v", s.Cart)
		}
		for text, id := range map[string]string{
			"4006381333931": "unknown-code", "6901234567890": "bad-check", "134567890123456789": "payment-code-in-cart",
			"281234567890123456": "alipay-code", "2099999001257": "in-store-code", "260001200012340560": "alipay-code", "S001-T1-20261120-0001": "receipt-scanned", "0*": "quantity-invalid", "0*6901234567892": "quantity-invalid",
		} {
			if s = c.do(pos.ScanText{Text: text}); s.Message.ID != id {
				t.Errorf("%s: %q, want %q", text, s.Message.ID, id)
			}
			if strings.Contains(strings.Join(s.Message.Args, ""), "134567890123456789") {
				t.Error("a payment code must not be shown")
			}
		}
		if s = c.do(pos.SetQuantity{Line: 0, N: 0}); s.Message.ID != "quantity-invalid" || s.Cart.Total() != 1050 {
			t.Errorf("%+v", s.Message)
		}
		if s = c.do(pos.ClearCart{}, pos.ScanText{Text: "00"}, pos.PayWeChat{}); s.Message.ID != "nothing-to-pay" {
			t.Errorf("%+v: a sale of nothing has no QR", s.Message)
		}
	})
}

func TestPay_GoodsNeverChangeAnAmountOnTheGlass(t *testing.T) {
	in(t, func(t *testing.T) {
		c := open(t, newBook(), newWeChat())
		defer c.close()
		pay := c.sellCola()
		s := c.do(pos.ScanText{Text: "2112345015002"}, pos.AddItem{Item: 2}, pos.ClearCart{}, pos.Undo{})
		if s.Message.ID != "code-on-glass" || s.Cart.Total() != 300 || s.Pay.Amount != 300 {
			t.Fatalf("%+v", s)
		}
		c.wx.pay(pay.OutTradeNo)
		if s = c.wait(3 * time.Second); s.Done == nil {
			t.Fatal("paid")
		}
		c.audit()
	})
}

func TestPay_CancelFreesTheCartAndClosesAtWeChat(t *testing.T) {
	in(t, func(t *testing.T) {
		c := open(t, newBook(), newWeChat())
		defer c.close()
		pay := c.sellCola()
		s := c.do(pos.LeaveCode{})
		if s.Pay != nil || s.Cart.Total() != 300 || len(s.Pending) != 1 {
			t.Fatalf("%+v", s)
		}
		if s = c.wait(time.Second); len(s.Pending) != 0 {
			t.Errorf("WeChat closed it, still watched: %+v", s.Pending)
		}
		if p, _ := c.book.Payment(t.Context(), pay.OutTradeNo); p.State != pos.Closed {
			t.Errorf("%s", p.State)
		}
		if s = c.do(pos.PayWeChat{}); s.Pay == nil {
			t.Fatal("a second try follows at once")
		}
		again := c.wait(time.Second).Pay
		if again.OutTradeNo == pay.OutTradeNo || again.Phase != pos.PayWaiting {
			t.Fatalf("%+v", again)
		}
		if len(c.book.sales) != 1 {
			t.Error("the same cart is the same sale")
		}
	})
}

func TestPay_TooYoungToCloseIsAskedAgainFromFiveMinutes(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		wx.minAge = 5 * time.Minute
		c := open(t, newBook(), wx)
		defer c.close()
		pay := c.sellCola()
		created := time.Now()
		c.wait(20 * time.Second)
		c.do(pos.LeaveCode{})
		c.wait(4 * time.Minute)
		if n := wx.count(pos.DoClose); n != 1 {
			t.Errorf("asked to close %d times before it is old enough", n)
		}
		s := c.wait(2 * time.Minute)
		if len(s.Pending) != 0 || wx.count(pos.DoClose) < 2 {
			t.Fatalf("%+v after %d closes", s.Pending, wx.count(pos.DoClose))
		}
		if age := wx.at[pos.DoClose][1].Sub(created); age > pos.CloseAge+15*time.Second {
			t.Errorf("asked again at age %s", age)
		}
		if p, _ := c.book.Payment(t.Context(), pay.OutTradeNo); p.State != pos.Closed {
			t.Errorf("%s", p.State)
		}
	})
}

func TestPay_CashAfterAQRWaitsForWeChatsWord(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		wx.delay = 400 * time.Millisecond
		c := open(t, newBook(), wx)
		defer c.close()
		c.do(pos.ScanText{Text: "6901234567892"}, pos.PayWeChat{})
		pay := c.wait(time.Second).Pay
		s := c.do(pos.PayCash{Tendered: 500})
		if s.Done != nil || s.Pay == nil || s.Pay.Phase != pos.PayChecking || s.Pay.CodeURL != "" {
			t.Fatalf("the old order is asked about first: %+v", s.Pay)
		}
		if s = c.wait(2 * time.Second); s.Done == nil || s.Done.Change != 200 {
			t.Fatalf("%+v", s)
		}
		if wx.pay(pay.OutTradeNo) {
			t.Error("the old code can still be paid")
		}
		c.audit()
	})
}

func TestPay_CashIsNotTakenWhenTheQRWasPaidMeanwhile(t *testing.T) {
	in(t, func(t *testing.T) {
		c := open(t, newBook(), newWeChat())
		defer c.close()
		pay := c.sellCola()
		c.wx.pay(pay.OutTradeNo)
		s := c.do(pos.PayCash{Tendered: 500})
		s = c.wait(2 * time.Second)
		if s.Done == nil || s.Done.Tender != pos.TenderNative || s.Message.ID != "cash-not-needed" {
			t.Fatalf("%+v", s)
		}
		c.audit()
	})
}

func TestPay_CashWithoutNetworkGoesOnAndLateMoneyIsAnException(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		pay := c.sellCola()
		wx.mu.Lock()
		wx.faulty = func(pos.EffectKind) (bool, bool) { return false, true }
		wx.mu.Unlock()
		c.do(pos.PayCash{})
		s := c.wait(4 * time.Second)
		if s.Done == nil || len(s.Pending) != 1 {
			t.Fatalf("cash is the way out: %+v", s)
		}
		wx.pay(pay.OutTradeNo)
		wx.mu.Lock()
		wx.faulty = nil
		wx.mu.Unlock()
		s = c.wait(2 * time.Minute)
		if s.Excepted != 1 || s.Message.ID != "exception-auto" || s.Exceptions[0].Reason != pos.ExceptTwice {
			t.Fatalf("%d exceptions, %+v", s.Excepted, s.Message)
		}
		c.audit()
	})
}

func TestPay_PaidSecondsAfterCancel(t *testing.T) {
	for _, tt := range []struct {
		name   string
		then   []pos.Command
		closed bool
	}{
		{"the cart still stands", nil, true},
		{"the cart changed", []pos.Command{pos.AddItem{Item: 2}}, false},
		{"the cart was cleared", []pos.Command{pos.ClearCart{}}, false},
		{"cleared and brought back", []pos.Command{pos.ClearCart{}, pos.Undo{}}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in(t, func(t *testing.T) {
				wx := newWeChat()
				wx.minAge = 5 * time.Minute
				c := open(t, newBook(), wx)
				defer c.close()
				pay := c.sellCola()
				c.do(pos.LeaveCode{})
				c.do(tt.then...)
				wx.pay(pay.OutTradeNo)
				s := c.wait(30 * time.Second)
				if tt.closed != (s.Done != nil || s.Last != 0) || tt.closed == (s.Excepted == 1) {
					t.Errorf("%+v", s)
				}
				if tt.closed && !s.Cart.Empty() {
					t.Error("the sale is settled, so the cart is empty")
				}
				c.audit()
			})
		})
	}
}

func TestPay_ExpiryIsADisplayEvent(t *testing.T) {
	in(t, func(t *testing.T) {
		c := open(t, newBook(), newWeChat())
		defer c.close()
		pay := c.sellCola()
		s := c.wait(5 * time.Minute)
		if s.Pay == nil || s.Pay.Phase != pos.PayExpired || s.Pay.CodeURL != "" {
			t.Fatalf("%+v", s.Pay)
		}
		c.wx.pay(pay.OutTradeNo) // finished inside the password dialog
		if s = c.wait(5 * time.Second); s.Done == nil || !s.Done.Late {
			t.Fatalf("%+v", s)
		}
		c.audit()
	})
}

func TestPay_NewCodeKeepsTheOrder(t *testing.T) {
	in(t, func(t *testing.T) {
		c := open(t, newBook(), newWeChat())
		defer c.close()
		pay := c.sellCola()
		s := c.do(pos.NewCode{})
		if s.Pay.CodeURL != "" || s.Pay.Phase != pos.PayFetching || !s.Pay.Shown {
			t.Errorf("the old code must leave the glass: %+v", s.Pay)
		}
		s = c.wait(time.Second)
		if s.Pay.OutTradeNo != pay.OutTradeNo || s.Pay.CodeURL == pay.CodeURL || s.Pay.Phase != pos.PayWaiting {
			t.Fatalf("%+v", s.Pay)
		}
		s = c.wait(5 * time.Minute) // expired: a new code is a new order, after the old one was closed
		s = c.do(pos.NewCode{})
		s = c.wait(6 * time.Second)
		if s.Pay == nil || s.Pay.OutTradeNo == pay.OutTradeNo || s.Pay.Phase != pos.PayWaiting {
			t.Fatalf("%+v", s.Pay)
		}
		if c.wx.pay(pay.OutTradeNo) {
			t.Error("two codes of one sale can be paid")
		}
	})
}

func TestPay_NoAnswerIsNotFailed(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		lost := 3
		wx.faulty = func(k pos.EffectKind) (bool, bool) {
			if k == pos.DoOrder && lost > 0 {
				lost--
				return true, true
			}
			return true, false
		}
		c := open(t, newBook(), wx)
		defer c.close()
		pay := c.sellCola()
		if pay.Phase != pos.PayFetching || pay.Cause != pos.CodeNoAnswer || pay.Shown {
			t.Fatalf("%+v", pay)
		}
		s := c.wait(10 * time.Second)
		if s.Pay.Phase != pos.PayWaiting || s.Pay.OutTradeNo != pay.OutTradeNo || len(wx.orders) != 1 {
			t.Fatalf("the same order is sent again: %+v", s.Pay)
		}
		if s.Pay.Cause != pos.CodeNone || s.Health.WeChat.Light != pos.LightOK {
			t.Errorf("%+v", s.Pay)
		}
	})
}

func TestNetworkGone_NoBusyLoop(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		c.sellCola()
		wx.mu.Lock()
		wx.faulty = func(pos.EffectKind) (bool, bool) { return false, true }
		wx.mu.Unlock()
		c.do(pos.LeaveCode{}, pos.ClearCart{})
		c.wait(24 * time.Hour)
		if n := wx.count(pos.DoQuery) + wx.count(pos.DoClose); n > 280 {
			t.Errorf("%d calls in a day without network", n)
		}
		wx.mu.Lock()
		wx.faulty = nil
		wx.mu.Unlock()
		if s := c.wait(2 * time.Hour); len(s.Pending) != 0 {
			t.Errorf("WeChat is back, the order is at its end: %+v", s.Pending)
		}
	})
}

// TestAnyDay_TheBooksAreWhatWeChatTook runs random days: commands, faults, payers and restarts in any order. The judge
// compares the book with WeChat's.
func TestAnyDay_TheBooksAreWhatWeChatTook(t *testing.T) {
	for seed := range uint64(60) {
		in(t, func(t *testing.T) {
			r := mathrand.New(mathrand.NewPCG(seed, 7))
			b, wx := newBook(), newWeChat()
			wx.minAge = time.Duration(r.IntN(2)) * 5 * time.Minute
			stormy, storm := true, mathrand.New(mathrand.NewPCG(seed, 8)) // used by the callers of wx, one at a time
			wx.faulty = func(pos.EffectKind) (bool, bool) {
				if !stormy {
					return true, false
				}
				return storm.IntN(6) > 0, storm.IntN(5) == 0
			}
			c := open(t, b, wx)
			commands := []pos.Command{
				pos.ScanText{Text: "6901234567892"},
				pos.AddItem{Item: 2},
				pos.PayWeChat{},
				pos.PayWeChat{},
				pos.PayWeChat{},
				pos.PayCash{},
				pos.LeaveCode{},
				pos.NewCode{},
				pos.AskNow{},
				pos.ClearCart{},
				pos.Undo{},
				pos.DismissPay{},
			}
			for range 120 {
				switch k := r.IntN(20); {
				case k < 12:
					c.do(commands[r.IntN(len(commands))])
				case k < 15:
					for _, p := range b.list(func(pos.Payment) bool { return r.IntN(4) == 0 }) {
						wx.pay(p.OutTradeNo)
					}
				case k == 15:
					c.close()
					c = open(t, b, wx)
				default:
					c.wait(time.Duration(r.IntN(90)) * time.Second)
				}
			}
			wx.mu.Lock()
			stormy = false
			wx.mu.Unlock()
			c.do(pos.DismissPay{})
			s := c.wait(6 * time.Hour)
			if len(s.Pending) != 0 {
				t.Errorf("seed %d: still pending: %+v", seed, s.Pending)
			}
			c.audit()
			c.close()
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		})
	}
}

func TestHealth_TheLineIsProvenBeforeTheFirstCustomer(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		down := true
		wx.faulty = func(pos.EffectKind) (bool, bool) { return !down, down }
		c := open(t, newBook(), wx)
		defer c.close()
		if s := c.wait(time.Second); s.Health.WeChat.Light != pos.LightBad || s.Health.WeChat.Cause != pos.CodeNoAnswer {
			t.Fatalf("%+v", s.Health.WeChat)
		}
		wx.mu.Lock()
		down = false
		wx.mu.Unlock()
		if s := c.wait(time.Minute); s.Health.WeChat.Light != pos.LightOK {
			t.Errorf("%+v", s.Health.WeChat)
		}
		before := wx.count(pos.DoQuery)
		c.wait(24 * time.Hour)
		if n := wx.count(pos.DoQuery) - before; n != 0 {
			t.Errorf("an idle till on a good line asked %d times", n)
		}
	})
}

func TestPay_AnOldAnswerDoesNotLetCashGoAhead(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		wx.minAge = 5 * time.Minute
		c := open(t, newBook(), wx)
		defer c.close()
		pay := c.sellCola()
		c.do(pos.LeaveCode{})
		c.wait(45 * time.Second) // asked about, refused to close; the next question is half a minute away
		wx.pay(pay.OutTradeNo)   // the customer finishes in the password dialog
		c.do(pos.PayCash{Tendered: 500})
		s := c.wait(time.Second)
		if s.Done == nil || s.Done.Tender != pos.TenderNative || s.Message.ID != "cash-not-needed" {
			t.Fatalf("cash was taken for a paid sale: %+v %+v", s.Done, s.Message)
		}
		c.audit()
	})
}

func TestPay_AnOlderOrderMaySettleWhenTheNewestEnded(t *testing.T) {
	for _, restart := range []bool{false, true} {
		in(t, func(t *testing.T) {
			b, wx := newBook(), newWeChat()
			wx.minAge = 5 * time.Minute
			c := open(t, b, wx)
			first := c.sellCola()
			c.do(pos.LeaveCode{}, pos.PayWeChat{})
			second := c.wait(time.Second).Pay
			wx.mu.Lock()
			wx.orders[second.OutTradeNo].state = pos.SigClosed
			wx.mu.Unlock()
			if s := c.wait(3 * time.Second); s.Pay == nil || s.Pay.Phase != pos.PayEnded {
				t.Fatalf("%+v", s.Pay)
			}
			if restart {
				c.close()
				c = open(t, b, wx)
			}
			defer func() { c.close() }()
			wx.pay(first.OutTradeNo)
			c.do(pos.AskNow{})
			if s := c.wait(time.Minute); s.Last == 0 && s.Done == nil || s.Excepted != 0 {
				t.Errorf("restart %v: nothing else is asked for the sale, so this has paid it: %+v", restart, s)
			}
			c.audit()
		})
	}
}

func TestPay_NothingIsSentAfterCancel(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		wx.faulty = func(k pos.EffectKind) (bool, bool) { return false, k == pos.DoOrder }
		c := open(t, newBook(), wx)
		defer c.close()
		c.sellCola()
		c.do(pos.LeaveCode{})
		before := wx.count(pos.DoOrder)
		c.wait(time.Hour)
		if n := wx.count(pos.DoOrder); n != before {
			t.Errorf("the order was sent %d times after it was cancelled", n-before)
		}
	})
}
