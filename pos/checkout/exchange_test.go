package checkout_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
)

// splitSale sells what comes to 13.53 for 5.00 by WeChat, 3.00 outside and the rest in cash: 5.50 of 5.53.
func splitSale(c *counter) pos.SaleID {
	c.t.Helper()
	c.do(append(oddCart, pos.PayWeChat{Part: 500})...)
	c.wx.pay(c.wait(100 * time.Millisecond).Pay.OutTradeNo)
	c.wait(3 * time.Second)
	s := c.do(pos.PayOther{Name: "支付宝", Part: 300}, pos.PayCash{})
	if s.Done == nil || s.Done.Net != 1350 {
		c.t.Fatalf("done %+v, said %q", s.Done, s.Message.ID)
	}
	return s.Done.Sale
}

// backBy is what is on its way back or is back, by how it goes.
func (b *book) backBy(state ...pos.RefundState) map[pos.Tender]pos.Fen {
	b.mu.Lock()
	defer b.mu.Unlock()
	by := map[pos.Tender]pos.Fen{}
	for _, r := range b.refunds {
		if r.State.Counts() && (len(state) == 0 || slices.Contains(state, r.State)) {
			by[r.Tender] += r.Amount
		}
	}
	return by
}

// What was paid in parts goes back in parts: WeChat first, then what was taken outside, then cash; each the way it came.
func TestRefund_OfASplitSale(t *testing.T) {
	alipay := pos.OtherTender("支付宝")
	for _, x := range []struct {
		name string
		give pos.RefundSale
		by   map[pos.Tender]pos.Fen
		says string
	}{
		{"a little", pos.RefundSale{Amount: 200}, map[pos.Tender]pos.Fen{pos.TenderNative: 200}, "refund-asked"},
		{"goods", pos.RefundSale{Pieces: map[int]int{2: 1}}, map[pos.Tender]pos.Fen{pos.TenderNative: 500, pos.TenderCash: 248}, "refund-split"},
		{"goods, outside", pos.RefundSale{Pieces: map[int]int{2: 1}, Outside: true}, map[pos.Tender]pos.Fen{pos.TenderNative: 500, alipay: 248}, "refund-split"},
		{"all of it", pos.RefundSale{Amount: 1350, Outside: true}, map[pos.Tender]pos.Fen{pos.TenderNative: 500, alipay: 300, pos.TenderCash: 550}, "refund-split"},
		{"a void", pos.RefundSale{Void: true}, map[pos.Tender]pos.Fen{pos.TenderNative: 500, pos.TenderCash: 850}, "refund-split"},
		{"too much", pos.RefundSale{Amount: 1351}, map[pos.Tender]pos.Fen{}, "refund-too-much"},
		{"more goods than were sold", pos.RefundSale{Pieces: map[int]int{2: 2}}, map[pos.Tender]pos.Fen{}, "refund-too-much"},
	} {
		t.Run(x.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBook()
				c := open(t, b, newWeChat(), jiao)
				defer c.close()
				x.give.Sale, x.give.Reason, x.give.Approver = splitSale(c), "不想要了", "李强"
				s := c.do(x.give)
				by := b.backBy()
				if len(by) != len(x.by) || s.Message.ID != x.says {
					t.Fatalf("back %v, said %q %v", by, s.Message.ID, s.Message.Args)
				}
				for k, n := range x.by {
					if by[k] != n {
						t.Errorf("%s by %s, want %s", by[k], k, n)
					}
				}
				if x.give.Void {
					if s = c.do(x.give); s.Message.ID != "refund-too-much" {
						t.Errorf("void again: said %q", s.Message.ID)
					}
				}
			})
		})
	}
}

// A sale is void on its own day, with what is left of it.
func TestVoid_OnlyToday(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, nil)
		defer c.close()
		s := c.do(scanCola, scanCola, pos.PayCash{})
		id := s.Done.Sale
		c.do(pos.RefundSale{Sale: id, Amount: 100, Reason: "让利", Approver: "李强"})
		if s = c.do(pos.RefundSale{Sale: id, Void: true, Reason: "打错", Approver: "李强"}); s.Message.ID != "refund-cash" || b.drawer != 0 || b.refunds[1].Amount != 500 || b.refunds[1].Lines[0].Quantity != 2 {
			t.Errorf("said %q, drawer %s, %+v", s.Message.ID, b.drawer, b.refunds)
		}
		id = c.do(scanCola, pos.PayCash{}).Done.Sale
		b.mu.Lock()
		sale := b.sales[id]
		sale.ClosedAt = time.Now().Add(-24 * time.Hour)
		b.sales[id] = sale
		b.mu.Unlock()
		if s = c.do(pos.RefundSale{Sale: id, Void: true, Reason: "打错", Approver: "李强"}); s.Message.ID != "void-not-today" || len(b.refunds) != 2 {
			t.Errorf("said %q", s.Message.ID)
		}
	})
}

// Goods that come back count towards others: the customer pays the difference, nothing, or gets it.
func TestExchange(t *testing.T) {
	for _, x := range []struct {
		name    string
		goods   []pos.Command
		pieces  map[int]int // of two cola and chips, sold for cash
		due     pos.Fen
		owed    pos.Fen
		credits int
		drawer  pos.Fen
	}{
		{"for dearer ones", []pos.Command{pos.AddItem{Item: 2}}, map[int]int{1: 1}, 450, 0, 1, 1350 + 450},
		{"for the same", []pos.Command{scanCola}, map[int]int{1: 1}, 0, 0, 1, 1350},
		{"for cheaper ones", []pos.Command{scanCola}, map[int]int{2: 1}, -450, 450, 1, 900},
		{"all for one", []pos.Command{scanCola}, map[int]int{1: 2, 2: 1}, -1050, 1050, 1, 300},
		{"for what costs nothing", []pos.Command{pos.AddItem{Item: 3}}, map[int]int{1: 1}, -300, 300, 0, 1050},
	} {
		t.Run(x.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBook()
				c := open(t, b, nil)
				defer c.close()
				id := c.do(scanCola, scanCola, pos.AddItem{Item: 2}, pos.PayCash{}).Done.Sale
				give := pos.Exchange{Sale: id, Pieces: x.pieces, Reason: "换货", Approver: "李强"}
				s := c.do(append(x.goods, give)...)
				if s.Due != x.due || s.Message.ID != "exchange-added" || len(b.refunds) != 0 {
					t.Fatalf("due %s, said %q", s.Due, s.Message.ID)
				}
				if s = c.do(give); x.pieces[2] == 1 && s.Message.ID != "exchange-not-possible" {
					t.Errorf("the same again: said %q", s.Message.ID)
				} else if s.Due != x.due {
					c.do(pos.Undo{})
				}
				s = c.do(pos.PayCash{})
				if s.Done == nil || s.Done.Amount != max(0, x.due) || s.Done.Owed != x.owed || s.Done.Online != 0 || b.drawer != x.drawer {
					t.Fatalf("done %+v, said %q, drawer %s", s.Done, s.Message.ID, b.drawer)
				}
				sale := b.sales[s.Done.Sale]
				if len(sale.Credits) != x.credits || sale.Net() != sale.Credit()+max(0, x.due) {
					t.Errorf("the sale is %+v", sale)
				}
				var back pos.Fen
				for _, r := range b.refunds {
					back += r.Amount
					if r.State != pos.RefundDone {
						t.Errorf("%+v", r)
					}
				}
				if back != sale.Credit()+x.owed {
					t.Errorf("%s came back", back)
				}
			})
		})
	}
}

// What comes back of a split sale counts as one, and what is owed goes back the way it was paid.
func TestExchange_OfASplitSale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, newWeChat(), jiao)
		defer c.close()
		id := splitSale(c)
		back := pos.Exchange{Sale: id, Pieces: map[int]int{2: 1}, Reason: "换货", Approver: "李强"} // 7.48: 5.00 of WeChat's, 2.48 of Alipay's
		s := c.do(scanCola, back)
		if s.Due != 300-748 || len(s.Cart.Credits) != 2 {
			t.Fatalf("due %s, %+v", s.Due, s.Cart.Credits)
		}
		if s = c.do(pos.DropCredit{N: 1}); s.Due != 300 || len(s.Cart.Credits) != 0 { // they belong together
			t.Fatalf("due %s, %+v", s.Due, s.Cart.Credits)
		}
		if s = c.do(back); s.OwedOnline != 200 { // before anything is handed out it is known that this is not
			t.Errorf("%s of 4.48 goes back through WeChat, want 2.00", s.OwedOnline)
		}
		s = c.do(pos.PayCash{})
		by := b.backBy()
		if s.Done == nil || s.Done.Owed != 448 || s.Done.Online != 200 || s.OwedOnline != 0 || by[pos.TenderExchange] != 300 || by[pos.TenderCash] != 248 || by[pos.TenderNative] != 200 {
			t.Errorf("done %+v, said %q, back %v", s.Done, s.Message.ID, by)
		}
		c.wait(time.Minute)
		c.wx.settle(pos.RefSuccess)
		c.wait(time.Minute)
		if by = b.backBy(pos.RefundDone); by[pos.TenderNative] != 200 {
			t.Errorf("back %v", by)
		}
		c.audit()
	})
}

// What comes back counts while its sale is open, ends with it, and is void when it is given up.
func TestExchange_ThroughWeChatAndAParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, newWeChat())
		id := c.do(scanCola, pos.PayCash{}).Done.Sale
		back := pos.Exchange{Sale: id, Pieces: map[int]int{1: 1}, Reason: "换货", Approver: "李强"}
		c.do(pos.AddItem{Item: 2}, back, pos.PayWeChat{})
		s := c.wait(100 * time.Millisecond)
		if s.Pay == nil || s.Pay.Amount != 450 || len(b.refunds) != 1 || b.refunds[0].State != pos.RefundAsked {
			t.Fatalf("pay %+v, %+v", s.Pay, b.refunds)
		}
		s = c.do(pos.LeaveCode{}, scanCola) // given up: what came back for it is free again
		if s.Due != 750 || b.refunds[0].State != pos.RefundClosed {
			t.Fatalf("due %s, %+v", s.Due, b.refunds)
		}
		c.do(pos.PayWeChat{Part: 200})
		c.wx.pay(c.wait(100 * time.Millisecond).Pay.OutTradeNo)
		c.wait(3 * time.Second)
		c.close()
		c = open(t, b, c.wx)
		defer c.close()
		if s = c.snap(); s.Due != 550 || len(s.Cart.Credits) != 1 {
			t.Fatalf("due %s, %+v", s.Due, s.Cart.Credits)
		}
		if c.wx.count(pos.DoRefund) != 0 {
			t.Error("WeChat was asked to give back what counts towards a sale")
		}
		s = c.do(pos.GiveBack{})
		if s.Due != 750 || b.refunds[1].State != pos.RefundClosed {
			t.Fatalf("due %s, %+v", s.Due, b.refunds)
		}
		if s = c.do(pos.PayCash{}); s.Done == nil || s.Done.Amount != 750 || b.refunds[2].State != pos.RefundDone {
			t.Errorf("done %+v, said %q", s.Done, s.Message.ID)
		}
		c.audit()
	})
}

// A held cart keeps what comes back; what went back meanwhile is taken out when it is recalled.
func TestExchange_Held(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, nil)
		defer c.close()
		id := c.do(scanCola, pos.PayCash{}).Done.Sale
		back := pos.Exchange{Sale: id, Pieces: map[int]int{1: 1}, Reason: "换货", Approver: "李强"}
		c.do(pos.AddItem{Item: 2}, back, pos.HoldCart{})
		if s := c.do(pos.RecallCart{ID: 1}); s.Due != 450 || s.Message.ID != "recalled" {
			t.Fatalf("due %s, said %q", s.Due, s.Message.ID)
		}
		c.do(pos.HoldCart{}, pos.RefundSale{Sale: id, Amount: 300, Reason: "退货", Approver: "李强"})
		if s := c.do(pos.RecallCart{ID: 2}); s.Due != 750 || s.Message.ID != "recalled-credit-gone" {
			t.Fatalf("due %s, said %q", s.Due, s.Message.ID)
		}
		// Or while it is in the cart: the books refuse it, and nothing is taken.
		id = c.do(pos.ClearCart{}, scanCola, pos.PayCash{}).Done.Sale
		back.Sale = id
		c.do(pos.AddItem{Item: 2}, back, pos.RefundSale{Sale: id, Amount: 300, Reason: "退货", Approver: "李强"})
		s := c.do(pos.PayCash{})
		if s.Done != nil || s.Message.ID != "credit-gone" {
			t.Fatalf("done %+v, said %q", s.Done, s.Message.ID)
		}
		if s = c.do(pos.DropCredit{}, pos.PayCash{}); s.Done == nil || s.Done.Amount != 750 {
			t.Errorf("done %+v, said %q", s.Done, s.Message.ID)
		}
	})
}

// What is owed is given once, whatever the disk says.
func TestExchange_OwedOnceAfterAnError(t *testing.T) {
	for _, booked := range []bool{true, false} {
		for _, later := range []time.Duration{0, 2 * time.Minute} {
			synctest.Test(t, func(t *testing.T) {
				b := newBook()
				c := open(t, b, nil)
				defer c.close()
				id := c.do(pos.AddItem{Item: 2}, pos.PayCash{}).Done.Sale
				c.do(scanCola, pos.Exchange{Sale: id, Pieces: map[int]int{1: 1}, Reason: "换货", Approver: "李强"})
				if err := pos.E(pos.CodeFull, "write", errors.New("disk")); booked {
					b.lies = err
				} else {
					b.trouble = err
				}
				if s := c.do(pos.PayCash{}); s.Done != nil || s.Message.ID != "ledger-trouble" {
					t.Fatalf("done %+v, said %q", s.Done, s.Message.ID)
				}
				b.lies, b.trouble = nil, nil
				c.wait(later)
				s := c.do(pos.PayCash{})
				if s.Done == nil || s.Done.Owed != 450 || b.drawer != 300 || len(b.refunds) != 2 {
					t.Errorf("done %+v, said %q, drawer %s, %+v", s.Done, s.Message.ID, b.drawer, b.refunds)
				}
			})
		}
	}
}

// Goods without a receipt are paid out in cash, once.
func TestReturnCart(t *testing.T) {
	for _, trouble := range []string{"none", "booked", "not booked"} {
		t.Run(trouble, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBook()
				b.drawer = 1000
				c := open(t, b, newWeChat(), func(cfg *checkout.Config) { cfg.AutoRefund = false })
				defer c.close()
				give := pos.ReturnCart{Reason: "没带小票", Approver: "李强"}
				if s := c.do(give); s.Message.ID != "return-nothing" {
					t.Errorf("said %q", s.Message.ID)
				}
				c.do(scanCola, scanCola, pos.CutCart{Cut: pos.Cut{Kind: pos.CutAmount, N: 100}})
				if s := c.do(pos.ReturnCart{Reason: "没带小票"}); s.Message.ID != "refund-needs-words" {
					t.Errorf("said %q", s.Message.ID)
				}
				switch err := pos.E(pos.CodeFull, "write", errors.New("disk")); trouble {
				case "booked":
					b.lies = err
				case "not booked":
					b.trouble = err
				}
				s := c.do(give)
				if trouble != "none" {
					if s.Cart.Empty() {
						t.Fatal("the cart is gone, and nobody knows")
					}
					b.lies, b.trouble = nil, nil
					s = c.do(give)
				}
				if !s.Cart.Empty() || s.Message.ID != "refund-cash" || b.drawer != 500 || len(b.refunds) != 1 || len(b.refunds[0].Goods) != 1 {
					t.Errorf("%+v, said %q, drawer %s, %+v", s.Cart, s.Message.ID, b.drawer, b.refunds)
				}
			})
		})
	}
}
