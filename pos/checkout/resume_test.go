package checkout_test

import (
	"errors"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
)

func TestRestart_PaidWhileTheTillWasOff(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx)
		pay := c.sellCola()
		c.close()
		wx.pay(pay.OutTradeNo)
		bubble.Sleep(20 * time.Minute)
		c = open(t, b, wx)
		defer c.close()
		s := c.wait(2 * time.Second)
		if s.Done == nil || s.Done.Sale != 1 || !s.Cart.Empty() {
			t.Fatalf("%+v", s)
		}
		c.audit()
	})
}

func TestRestart_TheQRComesBack(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx)
		pay := c.sellCola()
		c.close()
		c = open(t, b, wx)
		defer c.close()
		s := c.wait(time.Second)
		if s.Pay == nil || s.Pay.CodeURL != pay.CodeURL || s.Cart.Total() != 300 || s.Message.ID != "recovered" {
			t.Fatalf("%+v", s)
		}
	})
}

func TestRestart_ACancelledOrderStaysOffTheGlass(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx)
		pay := c.sellCola()
		wx.mu.Lock()
		wx.delay = time.Hour // WeChat answers nothing before the till stops
		wx.mu.Unlock()
		if s := c.do(pos.LeaveCode{}); s.Pay != nil {
			t.Fatalf("cancelled: %+v", s.Pay)
		}
		if p, err := b.Payment(t.Context(), pay.OutTradeNo); err != nil || p.State != pos.Closing {
			t.Errorf("it is off the screen, and on disk it is %s: %v", p.State, err)
		}
		b.fail(pos.E(pos.CodeFull, "commit", nil)) // the power goes: nothing that comes after the cancel reaches the disk
		c.close()
		b.fail(nil)
		c = open(t, b, wx)
		defer c.close()
		s := c.wait(time.Second)
		if s.Pay != nil || s.Cart.Total() != 300 {
			t.Errorf("what was cancelled is on the glass again: %+v", s.Pay)
		}
		if len(s.Pending) != 1 || s.Pending[0].OutTradeNo != pay.OutTradeNo || s.Pending[0].State != pos.Closing {
			t.Errorf("nobody follows it to its end: %+v", s.Pending)
		}
	})
}

func TestRestart_OrderWrittenButNeverSent(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		wx.delay = time.Hour // nothing arrives before the till stops
		c := open(t, b, wx)
		c.do(pos.ScanText{Text: "6901234567892"}, pos.PayWeChat{})
		c.close()
		wx.delay = 50 * time.Millisecond
		c = open(t, b, wx)
		defer c.close()
		s := c.wait(5 * time.Second)
		if s.Pay == nil || s.Pay.Phase != pos.PayWaiting || len(wx.orders) != 1 {
			t.Fatalf("the stored request is sent: %+v", s.Pay)
		}
	})
}

func TestLedgerTrouble_NothingLeavesAndNothingIsLost(t *testing.T) {
	in(t, func(t *testing.T) {
		c := open(t, newBook(), newWeChat())
		defer c.close()
		full := pos.E(pos.CodeFull, "commit", nil)
		c.book.fail(full)
		s := c.do(pos.ScanText{Text: "6901234567892"}, pos.PayWeChat{})
		if s = c.wait(time.Second); s.Message.ID != "ledger-trouble" || s.Pay != nil || s.Cart.Total() != 300 || c.wx.count(pos.DoOrder) != 0 {
			t.Fatalf("write, then act: %+v", s)
		}
		if s = c.do(pos.PayCash{}); s.Done != nil || s.Cart.Total() != 300 {
			t.Fatal("no sale without its book")
		}
		c.book.fail(nil)
		c.do(pos.PayWeChat{})
		pay := c.wait(time.Second).Pay
		c.book.fail(full)
		c.wx.pay(pay.OutTradeNo)
		if s = c.wait(20 * time.Second); s.Done != nil || s.Health.Ledger.Light != pos.LightBad {
			t.Fatalf("not shown paid before it is durable: %+v", s)
		}
		before := c.wx.count(pos.DoQuery)
		c.wait(10 * time.Minute) // it expires meanwhile
		if n := c.wx.count(pos.DoQuery) - before; n > 200 {
			t.Errorf("asked %d times in ten minutes", n)
		}
		c.book.fail(nil)
		if s = c.wait(time.Minute); s.Done == nil && s.Last == 0 {
			t.Fatalf("space is back, the truth is learned again: %+v", s)
		}
		c.audit()
	})
}

func TestRestart_WithoutTheKeyNoCodeStaysOnTheGlass(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx)
		c.sellCola()
		c.close()
		c = open(t, b, nil)
		defer c.close()
		if s := c.snap(); s.Pay != nil && s.Pay.CodeURL != "" || len(s.Pending)+len(b.list(func(p pos.Payment) bool { return p.State == pos.Closing })) == 0 {
			t.Errorf("%+v", s)
		}
		if s := c.do(pos.PayCash{}); s.Done == nil {
			t.Errorf("cash goes on, and waits for nobody: %+v", s)
		}
	})
}

func TestRestart_OrdersOfAnotherMerchantAreNotAskedAbout(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx)
		c.sellCola()
		c.close()
		wx.foreign = true
		before := wx.count(pos.DoQuery)
		c = open(t, b, wx)
		defer c.close()
		s := c.wait(24 * time.Hour)
		if live := b.list(func(p pos.Payment) bool { return p.State == pos.Closing }); len(live) != 1 {
			t.Errorf("nobody has proven its end: %+v", s.Pending)
		}
		if n := wx.count(pos.DoQuery) - before; n > 1 { // the line is tried once
			t.Errorf("asked %d times", n)
		}
	})
}

func TestCash_TryingAgainAfterAnUnknownCommitIsNoSecondSale(t *testing.T) {
	in(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, newWeChat())
		defer c.close()
		c.do(pos.ScanText{Text: "6901234567892"})
		b.mu.Lock()
		b.lies = pos.E(pos.CodeInternal, "commit", errors.New("EIO"))
		b.mu.Unlock()
		if s := c.do(pos.PayCash{}); s.Done != nil {
			t.Fatal("not proven")
		}
		b.mu.Lock()
		b.lies = nil
		b.mu.Unlock()
		s := c.do(pos.PayCash{})
		if s.Done == nil || len(b.sales) != 1 || len(b.payments) != 1 {
			t.Errorf("%d sales, %d payments: %+v", len(b.sales), len(b.payments), s.Message)
		}
	})
}

func TestPay_AnUnknownCommitOfAPaidSaleIsFoundOut(t *testing.T) {
	in(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, newWeChat())
		defer c.close()
		pay := c.sellCola()
		b.mu.Lock()
		b.lies = pos.E(pos.CodeInternal, "commit", errors.New("EIO"))
		b.mu.Unlock()
		c.wx.pay(pay.OutTradeNo)
		c.wait(3 * time.Second)
		b.mu.Lock()
		b.lies = nil
		b.mu.Unlock()
		if s := c.wait(20 * time.Second); s.Last == 0 || !s.Cart.Empty() {
			t.Errorf("%+v", s)
		}
		c.audit()
	})
}

func TestCash_ATryOfBeforeTheOrderIsNotTakenUpAfterIt(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		wx.minAge = 5 * time.Minute
		c := open(t, b, wx)
		b.fail(pos.E(pos.CodeFull, "commit", nil))
		c.do(pos.ScanText{Text: "6901234567892"}, pos.PayCash{}) // refused: the disk is full
		b.fail(nil)
		c.do(pos.PayWeChat{}) // now the sale is on disk, with an order
		pay := c.wait(time.Second).Pay
		c.do(pos.LeaveCode{})
		c.do(pos.PayCash{})
		if s := c.wait(4 * time.Second); s.Done == nil || s.Done.Tender != pos.TenderCash {
			t.Fatalf("%+v", s)
		}
		if len(b.sales) != 1 || b.sales[1].State != pos.SaleClosed {
			t.Errorf("the cash settled another sale than the one on disk: %+v", b.sales)
		}
		c.close()
		wx.pay(pay.OutTradeNo) // WeChat had not closed it yet
		c = open(t, b, wx)
		defer c.close()
		if s := c.wait(2 * time.Minute); s.Excepted != 1 || s.Done != nil {
			t.Errorf("late money settled the cart a second time: %+v", s)
		}
		c.audit()
	})
}

// Money was asked for a cart with everything on it that a cashier can put there, and the power goes, or it stood aside: it comes back as it was, and
// more goods are reckoned as they would have been.
func TestRestart_ACartIsAsItWas(t *testing.T) {
	for _, cut := range []pos.Cut{{}, {Kind: pos.CutPercent, N: 10_00}, {Kind: pos.CutAmount, N: 120}, {Kind: pos.CutTo, N: 3000}} {
		for name, do := range map[string][]pos.Command{"a crash": nil, "put aside": {pos.Park{}}, "put aside, a crash": {pos.Park{}}} {
			in(t, func(t *testing.T) {
				b := newBook()
				c := open(t, b, newWeChat(), jiao)
				defer func() { c.close() }()
				id := c.do(scanCola, pos.PayCash{}).Done.Sale
				before := c.do(
					scanCola, pos.AddWeighed{Item: 4, Weight: 750}, pos.AddPriced{Item: 5, Price: 2500}, pos.AddItem{Item: 2}, pos.SetMember{On: true},
					pos.SetNote{Line: 0, Note: "少冰"}, pos.CutLine{Line: 1, Cut: pos.Cut{Kind: pos.CutPercent, N: 5_00}}, pos.SetPrice{Line: 3, Price: 700},
					pos.Exchange{Sale: id, Pieces: map[int]int{1: 1}, Reason: "换货", Approver: "李强"}, pos.CutCart{Cut: cut},
				)
				c.do(pos.PayWeChat{})
				c.wait(time.Second)
				c.do(do...)
				if name != "put aside" {
					c = c.crash()
					c.wait(time.Second)
				}
				s := c.snap()
				if len(do) > 0 {
					s = c.do(pos.Unpark{Payment: s.Pending[0].Payment})
				}
				if !s.Cart.Same(before.Cart) || s.Due != before.Due || s.Cart.Cut != cut || s.Cart.Credits[0].Approver != "李强" || s.Cart.Lines[0].Note != "少冰" || !s.Cart.Member {
					t.Fatalf("%s, %+v: due %s, it was %s:\n%+v\n%+v", name, cut, s.Due, before.Due, s.Cart, before.Cart)
				}
				if cut.Kind == pos.CutPercent {
					off := s.Cart.CutOff
					s = c.do(pos.LeaveCode{}, pos.AddPriced{Item: 5, Price: 1000})
					if s.Cart.CutOff != off+100 {
						t.Errorf("%s: %s off, before the goods for 10.00 it was %s", name, s.Cart.CutOff, off)
					}
				}
			})
		}
	}
}
