package checkout_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/checkout"
)

// jiao is a shop that takes Alipay and cards outside, and drops the fen of cash.
func jiao(cfg *checkout.Config) {
	cfg.Rules.Rounding, cfg.Rules.Others = pos.RoundJiao, []string{"支付宝", "银行卡"}
}

// oddCart comes to 13.53.
var oddCart = []pos.Command{scanCola, scanCola, pos.AddItem{Item: 2}, pos.AddItem{Item: 5}, pos.AddPriced{Item: 5, Price: 3}}

// A sale is paid in any order of tenders and closes once; only cash that closes it is rounded.
func TestParts_AnyOrderClosesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx, jiao)
		defer c.close()
		s := c.do(oddCart...)
		if s.Due != 1353 || s.CashDue != 1350 {
			t.Fatalf("due %s, cash %s", s.Due, s.CashDue)
		}
		s = c.do(pos.PayCash{Tendered: 1000, Part: 500})
		if s.Due != 853 || s.CashDue != 850 || len(s.Parts) != 1 || s.Parts[0].Amount != 500 || s.Message.ID != "part-paid" || len(c.tenders) != 1 || b.drawer != 500 {
			t.Fatalf("due %s, parts %+v, said %q, drawer %s", s.Due, s.Parts, s.Message.ID, b.drawer)
		}
		c.do(pos.PayWeChat{Part: 200})
		if s = c.wait(100 * time.Millisecond); s.Pay == nil || s.Pay.Amount != 200 {
			t.Fatalf("pay %+v", s.Pay)
		}
		wx.pay(s.Pay.OutTradeNo)
		if s = c.wait(3 * time.Second); s.Due != 653 || s.Pay != nil || len(s.Parts) != 2 || s.Done != nil {
			t.Fatalf("due %s, pay %+v, parts %+v", s.Due, s.Pay, s.Parts)
		}
		if s = c.do(pos.PayOther{Name: "银行卡", Part: 300}); s.Due != 353 || len(s.Parts) != 3 {
			t.Fatalf("due %s, said %q", s.Due, s.Message.ID)
		}
		s = c.do(pos.PayCash{Tendered: 400})
		if s.Done == nil || s.Done.Amount != 350 || s.Done.Net != 1350 || s.Done.Change != 50 || s.Done.Parts != 1000 || s.Done.Told != 300 || len(s.Parts) != 0 || !s.Cart.Empty() || s.Due != 0 {
			t.Fatalf("done %+v, said %q", s.Done, s.Message.ID)
		}
		if sale := b.sales[1]; sale.Rounding != 3 || sale.Net() != 1350 || b.drawer != 850 {
			t.Errorf("the book has %+v, drawer %s", sale, b.drawer)
		}
		c.audit()
	})
}

// A part that is no less than what is due is all of it, also of a cash amount that is rounded.
func TestParts_OfAllIsTheWhole(t *testing.T) {
	for name, give := range map[string]pos.Command{
		"cash, what is due": pos.PayCash{Part: 1353}, "cash, rounded": pos.PayCash{Part: 1350}, "cash, more": pos.PayCash{Part: 5000, Tendered: 2000},
		"other": pos.PayOther{Name: "支付宝", Part: 1353}, "other, more": pos.PayOther{Name: "支付宝", Part: 9999},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBook()
				c := open(t, b, nil, jiao)
				defer c.close()
				s := c.do(append(oddCart, give)...)
				if s.Done == nil || b.payments[1].Part {
					t.Errorf("done %+v, said %q, %+v", s.Done, s.Message.ID, b.payments)
				}
			})
		})
	}
}

func TestParts_Refused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, newBook(), newWeChat(), jiao)
		defer c.close()
		c.do(oddCart...)
		for _, x := range []struct {
			give pos.Command
			says string
		}{
			{pos.PayCash{Part: -1}, "part-invalid"},
			{pos.PayWeChat{Part: -1}, "part-invalid"},
			{pos.PayOther{Name: "支付宝", Part: -1}, "part-invalid"},
			{pos.PayOther{Name: "储值卡"}, "tender-unknown"},
			{pos.PayCash{Part: 500, Tendered: 400}, "tendered-too-little"},
			{pos.PayCash{Part: 500, Tendered: 500 + 100_001}, "tendered-too-much"},
			{pos.GiveBack{}, "no-parts"},
		} {
			if s := c.do(x.give); s.Message.ID != x.says || len(s.Parts) != 0 || s.Due != 1353 || s.Pay != nil {
				t.Errorf("%+v: said %q", x.give, s.Message.ID)
			}
		}
	})
}

// What is asked for part by part comes back to the front after the program stopped, wherever it stopped.
func TestParts_ComeBackAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx, jiao)
		c.do(append(oddCart, pos.CutCart{Cut: pos.Cut{Kind: pos.CutPercent, N: 1000}}, pos.PayCash{Part: 500})...) // 12.18
		s := c.snap()
		c.close()
		c = open(t, b, wx, jiao)
		again := c.snap()
		if again.Due != s.Due || again.Due != 718 || len(again.Parts) != 1 || !again.Cart.Priced(nil, pos.ShopTime{}).Same(again.Cart) || again.Message.ID != "recovered-parts" {
			t.Fatalf("due %s after %s, parts %+v, said %q", again.Due, s.Due, again.Parts, again.Message.ID)
		}
		c.do(pos.PayWeChat{Part: 300})
		s = c.wait(100 * time.Millisecond)
		no := s.Pay.OutTradeNo
		c.close()
		wx.pay(no) // nobody is there
		bubble.Sleep(24 * time.Hour)
		c = open(t, b, wx, jiao)
		defer c.close()
		if s = c.wait(time.Second); s.Due != 418 || len(s.Parts) != 2 {
			t.Fatalf("due %s, parts %+v, said %q", s.Due, s.Parts, s.Message.ID)
		}
		if s = c.do(pos.PayOther{Name: "支付宝"}); s.Done == nil || s.Done.Net != 1218 {
			t.Errorf("done %+v", s.Done)
		}
		c.audit()
	})
}

// The alarm that a sale is open since before the start is false once it is paid: over the next, empty cart it would have money asked for.
func TestParts_NothingIsOpenOnceItIsPaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx, jiao)
		c.do(append(oddCart, pos.PayCash{Part: 500}, pos.PayWeChat{})...)
		no := c.wait(100 * time.Millisecond).Pay.OutTradeNo
		c.close()
		c = open(t, b, wx, jiao)
		defer c.close()
		if s := c.snap(); s.Message.ID != "recovered-parts" {
			t.Fatalf("said %q", s.Message.ID)
		}
		wx.pay(no)
		if s := c.wait(10 * time.Second); s.Last == 0 || len(s.Parts) != 0 || s.Message.ID == "recovered-parts" {
			t.Errorf("last %d, parts %+v, and it still says %q", s.Last, s.Parts, s.Message.ID)
		}
		c.audit()
	})
}

// An order that left the glass is paid while its sale still stands: a part counts when it still fits, the whole only when nothing else
// came in between. Nothing is ever too much.
func TestParts_LateMoney(t *testing.T) {
	for _, x := range []struct {
		name       string
		late, then pos.Fen // parts; 0 is the whole
		counts     bool
	}{
		{"a part, nothing else", 500, 0, true},
		{"a part that still fits", 500, 300, true},
		{"a part that is all that is left", 500, 853, true},
		{"a part that is more than is left", 500, 1000, false},
		{"the whole, after a part", 0, 300, false},
	} {
		t.Run(x.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, wx := newBook(), newWeChat()
				wx.minAge = time.Hour // WeChat refuses to close it
				c := open(t, b, wx, jiao, func(cfg *checkout.Config) { cfg.AutoRefund = false })
				defer c.close()
				c.do(append(oddCart, pos.PayWeChat{Part: x.late})...)
				no := c.wait(100 * time.Millisecond).Pay.OutTradeNo
				c.do(pos.LeaveCode{})
				if x.then != 0 {
					c.do(pos.PayCash{Part: x.then})
					c.wait(10 * time.Second)
				}
				if !wx.pay(no) {
					t.Fatal("it was closed")
				}
				c.do(pos.AskNow{})
				s := c.wait(time.Second)
				if counts := len(s.Exceptions) == 0; counts != x.counts {
					t.Errorf("exceptions %+v, due %s, done %+v", s.Exceptions, s.Due, s.Done)
				}
				if s.Due < 0 {
					t.Errorf("%s is due", s.Due)
				}
				c.audit()
			})
		})
	}
}

// A part comes in late while cash for the whole is about to be taken: the cash is not booked.
func TestParts_LateWhileCashWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx, jiao)
		defer c.close()
		c.do(append(oddCart, pos.PayWeChat{Part: 500})...)
		no := c.wait(100 * time.Millisecond).Pay.OutTradeNo
		wx.delay = time.Second
		wx.pay(no)
		c.do(pos.PayCash{Tendered: 2000})
		s := c.wait(10 * time.Second)
		if s.Due != 853 || s.Message.ID != "part-before-cash" || s.Done != nil || b.drawer != 0 {
			t.Errorf("due %s, said %q, done %+v, drawer %s", s.Due, s.Message.ID, s.Done, b.drawer)
		}
		c.audit()
	})
}

// Giving up hands back what was taken by hand and sends back what came by WeChat; the goods stay.
func TestGiveBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx, jiao)
		defer c.close()
		c.do(append(oddCart, pos.PayCash{Part: 500}, pos.PayOther{Name: "支付宝", Part: 100}, pos.PayWeChat{Part: 200})...)
		wx.pay(c.wait(100 * time.Millisecond).Pay.OutTradeNo)
		c.wait(3 * time.Second)
		c.do(pos.PayWeChat{})
		if s := c.wait(100 * time.Millisecond); s.Pay == nil || s.Pay.Amount != 553 {
			t.Fatalf("pay %+v", s.Pay)
		}
		if s := c.do(pos.ClearCart{}); s.Message.ID != "code-on-glass" || s.Cart.Empty() {
			t.Errorf("said %q", s.Message.ID)
		}
		s := c.do(pos.GiveBack{})
		if s.Pay != nil || len(s.Parts) != 0 || s.Due != 1353 || s.Message.ID != "parts-given-back" || s.Message.Args[0] != "5.00" || s.Message.Args[1] != "1.00" || s.Message.Args[2] != "2.00" {
			t.Fatalf("pay %+v, due %s, said %q %v", s.Pay, s.Due, s.Message.ID, s.Message.Args)
		}
		if b.drawer != 0 || len(s.Exceptions) != 1 || s.Exceptions[0].Reason != pos.ExceptPart {
			t.Errorf("drawer %s, exceptions %+v", b.drawer, s.Exceptions)
		}
		if f, _ := b.papers[0].(pos.GivenBackFacts); len(b.papers) != 1 || !f.Itself || len(f.Parts) != 3 || f.By != "" {
			t.Errorf("papers %+v", b.papers)
		}
		if s = c.do(pos.GiveBack{}); s.Message.ID != "no-parts" || len(b.papers) != 1 {
			t.Errorf("said %q", s.Message.ID)
		}
		c.wait(2 * time.Minute) // it goes back by itself
		wx.settle(pos.RefSuccess)
		if s = c.wait(time.Minute); s.Excepted != 0 {
			t.Errorf("exceptions %+v", s.Exceptions)
		}
		if s = c.do(pos.PayCash{}); s.Done == nil || s.Done.Amount != 1350 {
			t.Errorf("done %+v, said %q", s.Done, s.Message.ID)
		}
		c.audit()
	})
}

// A commit that answered with an error is neither done twice nor lost, whatever is done next.
func TestParts_NothingTwiceAfterAnError(t *testing.T) {
	pay := map[string]pos.Command{
		"a part in cash": pos.PayCash{Part: 500}, "a part outside": pos.PayOther{Name: "支付宝", Part: 500},
		"all in cash": pos.PayCash{}, "all outside": pos.PayOther{Name: "支付宝"},
	}
	next := map[string]pos.Command{
		"the same": nil, "a scan": scanCola, "another part": pos.PayCash{Part: 200}, "the rest outside": pos.PayOther{Name: "银行卡"}, "the rest in cash": pos.PayCash{},
		"WeChat": pos.PayWeChat{}, "clear": pos.ClearCart{}, "hold": pos.HoldCart{}, "give back": pos.GiveBack{},
	}
	for _, booked := range []bool{true, false} {
		for p, give := range pay {
			for n, then := range next {
				name := p + ", then " + n
				if booked {
					name += ", though it is in the books"
				}
				t.Run(name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						b, wx := newBook(), newWeChat()
						c := open(t, b, wx, jiao)
						c.do(oddCart...)
						err := pos.E(pos.CodeFull, "write", errors.New("disk"))
						if booked {
							b.lies = err
						} else {
							b.trouble = err
						}
						if s := c.do(give); s.Message.ID != "ledger-trouble" || s.Done != nil {
							t.Fatalf("said %q", s.Message.ID)
						}
						b.lies, b.trouble = nil, nil
						if then == nil {
							then = give
						}
						c.do(then)
						c.wait(time.Second)
						c.close()
						c = open(t, b, wx, jiao)
						defer c.close()
						c.wait(time.Second)
						c.audit()
						sum := pos.Fen(0)
						for _, p := range b.payments {
							if p.State == pos.Paid && p.Tender == pos.TenderCash {
								sum += p.Amount
							}
						}
						if sum != b.drawer {
							t.Errorf("%s in the drawer, %s was taken", b.drawer, sum)
						}
					})
				})
			}
		}
	}
}

// The drawer is not counted between two parts of a sale.
func TestParts_NoCountInBetween(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, newBook(), nil)
		defer c.close()
		count := pos.CountDrawer{Count: pos.DrawerCount{Other: 100}}
		if s := c.do(scanCola, pos.PayCash{Part: 100}, count); s.Message.ID != "count-not-now" || s.Shift.Counted != nil {
			t.Fatalf("said %q, counted %+v", s.Message.ID, s.Shift.Counted)
		}
		if s := c.do(pos.GiveBack{}, pos.CountDrawer{}); s.Shift.Counted == nil {
			t.Errorf("said %q", s.Message.ID)
		}
	})
}
