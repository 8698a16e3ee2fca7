package checkout_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
)

var errDisk = pos.E(pos.CodeFull, "write", errors.New("disk"))

// badSales is a book of which the sales by hand answer with an error while there is one, booked or not.
type badSales struct {
	*book
	err    error
	booked bool
}

func (b *badSales) SellCash(ctx context.Context, s pos.Sale, p pos.Payment) (pos.Settled, error) {
	if b.err != nil && !b.booked {
		return pos.Settled{}, b.err
	}
	got, err := b.book.SellCash(ctx, s, p)
	if b.err != nil {
		return pos.Settled{}, b.err
	}
	return got, err
}

// badRefunds is a book of which the n-th write of a refund from now on, from 1, answers with an error, booked or not.
type badRefunds struct {
	*book
	n      int
	booked bool
}

func (b *badRefunds) BeginRefunds(ctx context.Context, all []pos.Refund) ([]pos.RefundSettled, error) {
	b.n--
	if b.n == 0 && !b.booked {
		return nil, errDisk
	}
	got, err := b.book.BeginRefunds(ctx, all)
	if b.n == 0 {
		return nil, errDisk
	}
	return got, err
}

// What goes back for an exchange goes back with its sale or not at all. It is told to its own customer, and not to the next one.
func TestExchange_OwedIsNotTheNextCustomers(t *testing.T) {
	for _, booked := range []bool{true, false} {
		for _, then := range []pos.Command{pos.ClearCart{}, pos.HoldCart{}, pos.DropCredit{}, scanCola, pos.PayCash{}} {
			synctest.Test(t, func(t *testing.T) {
				b := &badSales{book: newBook(), booked: booked}
				c := open(t, b.book, nil, func(cfg *checkout.Config) { cfg.Ledger = b })
				defer c.close()
				id := c.do(pos.AddItem{Item: 2}, pos.PayCash{}).Done.Sale
				c.do(scanCola, pos.Exchange{Sale: id, Pieces: map[int]int{1: 1}, Reason: "换货", Approver: "李强"})
				b.err = errDisk
				s := c.do(pos.PayCash{})
				b.err = nil
				if s.Done != nil || slices.Contains(c.seen, "exchange-owed") || !booked && (b.drawer != 750 || len(b.refunds) != 0) {
					t.Fatalf("done %+v, said %q, drawer %s", s.Done, c.seen, b.drawer)
				}
				s = c.do(then)
				_, pays := then.(pos.PayCash)
				if told := booked || pays; told != (s.Done != nil && s.Done.Owed == 450 && s.Message.ID == "exchange-owed" && b.drawer == 300 && len(b.refunds) == 2) {
					t.Fatalf("%T, booked %t: done %+v, said %q, drawer %s", then, booked, s.Done, c.seen, b.drawer)
				}
				said := len(c.seen)
				s = c.do(pos.ClearCart{}, scanCola, pos.PayCash{})
				if s.Done == nil || s.Done.Owed != 0 || slices.Contains(c.seen[said:], "exchange-owed") {
					t.Errorf("%T: done %+v, said %q", then, s.Done, c.seen[said:])
				}
			})
		}
	}
}

// Wherever the power goes, money went back for an exchange with its sale in the books, or neither did.
func TestExchange_OwedAndSoldAreOneWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx, jiao)
		defer func() { c.close() }()
		id := splitSale(c)
		c.do(scanCola, pos.HoldCart{}, pos.RecallCart{ID: 1}, pos.Exchange{Sale: id, Pieces: map[int]int{2: 1}, Reason: "换货", Approver: "李强"})
		was := b.drawer
		b.dies = true
		c.do(pos.PayCash{})
		c = c.crash()
		s := c.wait(2 * time.Minute) // what goes back through WeChat is sent
		wx.settle(pos.RefSuccess)
		c.wait(time.Hour)
		by := b.backBy(pos.RefundDone)
		if b.sales[2].State != pos.SaleClosed || by[pos.TenderExchange] != 300 || by[pos.TenderCash] != 248 || by[pos.TenderNative] != 200 || b.drawer != was-248 {
			t.Errorf("%+v, back %v, drawer %s after %s", b.sales, by, b.drawer, was)
		}
		if len(s.Held) != 0 || !s.Cart.Empty() {
			t.Errorf("what was sold is held %+v, at the counter %+v", s.Held, s.Cart)
		}
		c.audit()
	})
}

// Goods that money was given for are held no more, wherever the power goes.
func TestReturnCart_EndsTheHeldCart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		b.drawer = 1000
		c := open(t, b, nil)
		defer func() { c.close() }()
		c.do(scanCola, pos.HoldCart{}, pos.RecallCart{ID: 1})
		b.dies = true
		c.do(pos.ReturnCart{Reason: "没带小票", Approver: "李强"})
		c = c.crash()
		if s := c.snap(); b.drawer != 700 || len(b.refunds) != 1 || len(s.Held) != 0 {
			t.Errorf("drawer %s, %d refunds, held %+v", b.drawer, len(b.refunds), s.Held)
		}
	})
}

// While nobody knows whether money was given for the goods at the counter, they are neither put aside nor sold.
func TestReturnCart_NothingElseWhileUnknown(t *testing.T) {
	for _, booked := range []bool{true, false} {
		for _, then := range []pos.Command{pos.HoldCart{}, pos.PayCash{}, pos.PayWeChat{}, scanCola, pos.ClearCart{}} {
			synctest.Test(t, func(t *testing.T) {
				b := newBook()
				b.drawer = 1000
				c := open(t, b, newWeChat())
				defer c.close()
				c.do(scanCola)
				b.disk(booked)
				c.do(pos.ReturnCart{Reason: "没带小票", Approver: "李强"})
				b.mended()
				s := c.do(then)
				if !booked {
					if len(b.refunds) != 0 || s.Message.ID == "refund-cash" {
						t.Errorf("%T: %+v, said %q", then, b.refunds, c.seen)
					}
					return
				}
				if len(b.refunds) != 1 || b.drawer != 700 || len(b.sales)+len(s.Held)+len(s.Cart.Lines) != 0 || s.Message.ID != "refund-cash" {
					t.Errorf("%T: %d sales, held %+v, at the counter %+v, drawer %s, said %q", then, len(b.sales), s.Held, s.Cart.Lines, b.drawer, c.seen)
				}
			})
		}
	}
}

// The next customer brings back the same without a receipt: that is another return, however soon after a disk that failed.
func TestReturnCart_TheSameOfAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		b.drawer = 1000
		c := open(t, b, nil)
		defer c.close()
		give := pos.ReturnCart{Reason: "没带小票", Approver: "李强"}
		c.do(scanCola)
		b.disk(true)
		c.do(give)
		b.mended()
		if s := c.wait(10 * time.Second); !s.Cart.Empty() || s.Message.ID != "refund-cash" {
			t.Fatalf("at the counter %+v, said %q", s.Cart, c.seen)
		}
		if s := c.do(scanCola, give); !s.Cart.Empty() || len(b.refunds) != 2 || b.drawer != 400 {
			t.Errorf("at the counter %+v, %d refunds, drawer %s, said %q", s.Cart.Lines, len(b.refunds), b.drawer, c.seen)
		}
	})
}

// Goods that were given money for leave the counter, though their price changed before that was known.
func TestReturnCart_AnotherPriceWhileUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		b.drawer = 1000
		c := open(t, b, nil)
		defer c.close()
		c.do(scanCola, scanCola)
		b.disk(true)
		c.do(pos.ReturnCart{Reason: "没带小票", Approver: "李强"})
		b.mended()
		b.mu.Lock()
		b.deals, b.rev = []pos.Deal{{ID: 1, Name: "两件五元", Kind: pos.DealBundle, Items: []pos.ItemID{1}, N: 2, Price: 500}}, b.rev+1
		b.mu.Unlock()
		if s := c.wait(10 * time.Second); !s.Cart.Empty() || len(b.refunds) != 1 {
			t.Errorf("at the counter %+v, %d refunds, said %q", s.Cart.Lines, len(b.refunds), c.seen)
		}
	})
}

// The disk's answer to a cart that was put aside was an error, and its goods were sold or taken back all the same: wherever the power goes they
// are not held as well.
func TestHold_InDoubtAndSold(t *testing.T) {
	for name, then := range map[string]pos.Command{
		"cash": pos.PayCash{}, "outside": pos.PayOther{Name: "支付宝"}, "WeChat": pos.PayWeChat{}, "a part": pos.PayCash{Part: 100},
		"returned": pos.ReturnCart{Reason: "没带小票", Approver: "李强"},
	} {
		for _, booked := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, booked %t", name, booked), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					b := newBook()
					b.drawer = 1000
					c := open(t, b, newWeChat(), jiao)
					defer func() { c.close() }()
					c.do(scanCola)
					b.disk(booked)
					b.mu.Lock()
					b.blind = errDisk
					b.mu.Unlock()
					c.do(pos.HoldCart{Name: "阿姨"})
					b.mended()
					b.dies = true
					c.do(then)
					c = c.crash()
					s := c.snap()
					if n := c.places(s) + len(b.refunds); n != 1 {
						t.Errorf("in %d places: at the counter %+v, held %+v, sales %+v, %d refunds, said %q", n, s.Cart.Lines, s.Held, b.sales, len(b.refunds), c.seen)
					}
				})
			})
		}
	}
}

// The disk's answer to a sale that was asked for was an error, and the same goods were sold in another way: after a restart they are not at the
// counter to be paid again, and what came back for them is not held by the sale that nobody knows.
func TestOrder_InDoubtAndSoldOtherwise(t *testing.T) {
	for name, then := range map[string][]pos.Command{
		"cash": {pos.PayCash{}}, "outside": {pos.PayOther{Name: "支付宝"}}, "the same again": {pos.PayWeChat{}}, "more": {scanCola, pos.PayCash{}},
		"cleared": {pos.ClearCart{}}, "held": {pos.HoldCart{}}, "a part": {pos.PayCash{Part: 100}, pos.PayCash{}},
	} {
		for _, stops := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, stops %t", name, stops), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					b := newBook()
					c := open(t, b, newWeChat(), jiao)
					defer func() { c.close() }()
					id := c.do(pos.AddItem{Item: 7}, pos.PayCash{}).Done.Sale
					c.do(scanCola, pos.Exchange{Sale: id, Pieces: map[int]int{1: 1}, Reason: "换货", Approver: "李强"})
					b.disk(true)
					if s := c.do(pos.PayWeChat{}); s.Message.ID != "ledger-trouble" || len(b.sales) != 2 {
						t.Fatalf("said %q, sales %+v", s.Message.ID, b.sales)
					}
					b.mended()
					s := c.do(then...)
					if slices.Contains(c.seen, "credit-gone") {
						t.Fatalf("said %q", c.seen)
					}
					if n := c.places(s); n != 1 && name != "cleared" && name != "held" {
						t.Errorf("in %d places before the restart, at the counter %+v", n, s.Cart.Lines)
					}
					if stops {
						c.close()
						c = open(t, b, c.wx, jiao)
					} else {
						c = c.crash()
					}
					s = c.snap()
					if n := c.places(s); n > 1 || name == "cleared" && n != 0 || name != "cleared" && n != 1 {
						t.Errorf("in %d places: at the counter %+v, held %+v, sales %+v, said %q", n, s.Cart.Lines, s.Held, b.sales, c.seen)
					}
				})
			})
		}
	}
}

// A till that is stopped finds out whether a sale whose commit failed is in the books, and puts the cart aside if it is not.
func TestStopped_AfterASaleThatFailed(t *testing.T) {
	for _, booked := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			b := newBook()
			c := open(t, b, nil)
			defer func() { c.close() }()
			c.do(scanCola)
			b.disk(booked)
			c.do(pos.PayCash{})
			b.mended()
			c.close()
			c = open(t, b, nil)
			if s := c.snap(); len(s.Held)+len(b.sales) != 1 || (len(b.sales) == 1) != booked {
				t.Errorf("booked %t: held %+v, sales %+v", booked, s.Held, b.sales)
			}
		})
	}
}

// Nothing is handed out for goods that came back meanwhile: the sale that they count towards will not close.
func TestExchange_NothingOwedForWhatCameBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, nil)
		defer c.close()
		id := c.do(pos.AddItem{Item: 2}, pos.AddItem{Item: 2}, pos.ScanText{Text: "5*6901234567892"}, pos.PayCash{}).Done.Sale // 30.00
		c.do(scanCola, pos.Exchange{Sale: id, Pieces: map[int]int{1: 2}, Reason: "换货", Approver: "李强"})
		c.do(pos.RefundSale{Sale: id, Pieces: map[int]int{1: 1}, Reason: "退货", Approver: "李强"})
		was := b.drawer
		if s := c.do(pos.PayCash{}); s.Done != nil || s.Message.ID != "credit-gone" || b.drawer != was || len(b.refunds) != 1 {
			t.Errorf("done %+v, said %q, drawer %s after %s, %+v", s.Done, s.Message.ID, b.drawer, was, b.refunds)
		}
	})
}

// Who takes another note after an error of the disk gets the change of that note, unless the books have the first.
func TestCash_AnotherNoteAfterAnError(t *testing.T) {
	for _, booked := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			b := newBook()
			c := open(t, b, nil)
			defer c.close()
			c.do(scanCola)
			if booked {
				b.lies = errDisk
			} else {
				b.trouble = errDisk
			}
			c.do(pos.PayCash{Tendered: 500})
			b.lies, b.trouble = nil, nil
			s := c.do(pos.PayCash{Tendered: 5000})
			want := pos.Fen(4700)
			if booked {
				want = 200
			}
			if s.Done == nil || s.Done.Change != want || b.drawer != 300 || b.payments[1].Change() != want {
				t.Errorf("booked %t: done %+v, drawer %s, said %q", booked, s.Done, b.drawer, s.Message.ID)
			}
		})
	}
}

// A sale of which nobody knows whether a part was paid by hand is not put aside: what is due for it is not known.
func TestParts_NotParkedWhileUnknown(t *testing.T) {
	for _, booked := range []bool{true, false} {
		for _, give := range []pos.Command{pos.PayCash{Part: 500}, pos.PayCash{}} {
			synctest.Test(t, func(t *testing.T) {
				b, wx := &badSales{book: newBook(), booked: booked}, newWeChat()
				wx.minAge = 5 * time.Minute
				c := open(t, b.book, wx, jiao, func(cfg *checkout.Config) { cfg.Ledger = b })
				defer c.close()
				c.do(append(oddCart, pos.PayWeChat{})...)
				no := c.wait(100 * time.Millisecond).Pay.OutTradeNo
				b.err = errDisk
				c.do(give)
				c.wait(4 * time.Second)
				b.err = nil
				s := c.do(pos.Park{})
				if booked && len(s.Pending) > 0 && s.Pending[0].Parked {
					t.Fatalf("%+v: parked, said %q", give, s.Message.ID)
				}
				wx.pay(no)
				c.wait(time.Hour)
				wx.settle(pos.RefSuccess)
				s = c.wait(time.Hour)
				if len(s.Pending) != 0 {
					t.Errorf("pending %+v", s.Pending)
				}
				c.audit()
				if err := b.recount(s.Parts); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// Cash was taken and the disk failed; then the customer's earlier code turns out to be paid: the cash is to be given back.
func TestCash_NotNeededAfterAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := &badSales{book: newBook()}, newWeChat()
		wx.minAge = 5 * time.Minute
		c := open(t, b.book, wx, jiao, func(cfg *checkout.Config) { cfg.Ledger = b })
		defer c.close()
		no := c.sellCola().OutTradeNo
		b.err = errDisk
		c.do(pos.PayCash{Tendered: 500})
		c.wait(4 * time.Second)
		b.err = nil
		wx.pay(no)
		c.wait(10 * time.Second)
		if !slices.Contains(c.seen, "cash-not-needed") {
			t.Errorf("said %q", c.seen)
		}
		c.audit()
	})
}

// All of what somebody wants back begins, or none of it: what is begun by half is goods that are gone and money that is not.
func TestRefund_OfASplitSaleBeginsWholeOrNot(t *testing.T) {
	for _, booked := range []bool{true, false} {
		for n := range 3 {
			synctest.Test(t, func(t *testing.T) {
				b := &badRefunds{book: newBook(), booked: booked}
				c := open(t, b.book, newWeChat(), jiao, func(cfg *checkout.Config) { cfg.Returns = b })
				defer c.close()
				give := pos.RefundSale{Sale: splitSale(c), Pieces: map[int]int{1: 2, 2: 1}, Reason: "不想要了", Approver: "李强"}
				b.n = n + 1
				c.do(give)
				b.n = 0
				by := b.backBy()
				if sum := by[pos.TenderNative] + by[pos.TenderCash]; sum != 0 && sum != 1347 {
					t.Errorf("commit %d, booked %t: %v is on its way", n, booked, by)
				}
				s := c.wait(time.Minute)
				if by = b.backBy(); len(by) == 0 {
					s = c.do(give)
					by = b.backBy()
				}
				if by[pos.TenderNative] != 500 || by[pos.TenderCash] != 847 || s.Message.ID != "refund-split" {
					t.Errorf("commit %d, booked %t: back %v, said %q %v", n, booked, by, s.Message.ID, s.Message.Args)
				}
			})
		}
	}
}

// A part that somebody gives back in the merchant platform while its sale is open is to be paid again: the till goes on with what is due then.
func TestParts_OneIsRefundedInThePlatform(t *testing.T) {
	for _, then := range []pos.Command{pos.PayCash{}, pos.PayWeChat{}, pos.GiveBack{}} {
		synctest.Test(t, func(t *testing.T) {
			b, wx := newBook(), newWeChat()
			c := open(t, b, wx, jiao)
			defer c.close()
			c.do(append(oddCart, pos.PayOther{Name: "支付宝", Part: 300}, pos.PayWeChat{Part: 500})...)
			no := c.wait(100 * time.Millisecond).Pay.OutTradeNo
			wx.pay(no)
			c.wait(3 * time.Second)
			c.do(pos.PayWeChat{}) // for what was due until now
			c.wait(time.Second)
			wx.mu.Lock()
			wx.refunds = append(wx.refunds, &refundAt{no: "portal1", order: "42" + no, amount: 500, state: pos.RefSuccess})
			wx.mu.Unlock()
			wx.verify = func([]byte) (pos.Notice, error) {
				return pos.Notice{Refund: true, OutTradeNo: no, OutRefundNo: "portal1"}, nil
			}
			c.till.Notice(t.Context(), []byte("x"))
			s := c.wait(time.Second)
			if s.Due != 1053 || len(s.Parts) != 1 || s.Pay != nil || !slices.Contains(c.seen, "part-gone") {
				t.Fatalf("due %s, parts %+v, pay %+v, said %q", s.Due, s.Parts, s.Pay, c.seen)
			}
			c.do(then)
			s = c.wait(3 * time.Second)
			switch then.(type) {
			case pos.PayCash:
				if s.Done == nil || s.Done.Amount != 1050 {
					t.Errorf("done %+v, said %q", s.Done, s.Message.ID)
				}
			case pos.PayWeChat:
				if s.Pay == nil || s.Pay.Amount != 1053 {
					t.Errorf("pay %+v, said %q", s.Pay, s.Message.ID)
				}
			default:
				if s.Message.ID != "parts-given-back" || s.Message.Args[1] != "3.00" || s.Message.Args[2] != "0.00" {
					t.Errorf("said %q %v", s.Message.ID, s.Message.Args)
				}
			}
			c.audit()
		})
	}
}

// Money that waits for WeChat's word about an older code is whose it was when it was taken, also when the till is locked meanwhile.
func TestCash_IsWhoseItWasThoughTheTillIsLocked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		c.signIn(people.cashier, cashierPIN)
		who := c.snap().Staff.Who.Name
		c.sellCola()
		c.wx.mu.Lock()
		c.wx.delay = 2 * time.Second
		c.wx.mu.Unlock()
		c.do(pos.PayCash{}, pos.Lock{})
		c.signIn(people.manager, managerPIN)
		s := c.wait(10 * time.Second)
		if s.Done == nil && c.book.drawer == 0 {
			t.Fatalf("said %q", c.seen)
		}
		for _, p := range c.book.list(func(p pos.Payment) bool { return p.Tender == pos.TenderCash && p.Cashier != who }) {
			if p.Sale != 1 { // that one was sold before
				t.Errorf("%s is put down to %q, and %q took it", p.Amount, p.Cashier, who)
			}
		}
	})
}

// Goods that money may have been given for are not charged to a customer's own code either.
func TestReturnCart_NoCodeIsChargedWhileUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		b.drawer = 1000
		c := open(t, b, newWeChat())
		defer c.close()
		c.do(scanCola)
		b.disk(true)
		c.do(pos.ReturnCart{Reason: "没带小票", Approver: "李强"})
		b.mended()
		c.do(pos.ChargeCode{Code: "134567890123456789"})
		if s := c.wait(10 * time.Second); len(b.sales) != 0 || len(b.refunds) != 1 || !s.Cart.Empty() {
			t.Errorf("%d sales, %d refunds, at the counter %+v, said %q", len(b.sales), len(b.refunds), s.Cart.Lines, c.seen)
		}
	})
}

// A return that is found in the books is told before another refund begins: a message is never written over by the next.
func TestReturnCart_ToldBeforeAnotherRefund(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		b.drawer = 5000
		c := open(t, b, newWeChat())
		defer c.close()
		id := c.do(pos.AddItem{Item: 2}, pos.PayCash{}).Done.Sale
		c.do(scanCola)
		b.disk(true)
		c.do(pos.ReturnCart{Reason: "没带小票", Approver: "李强"})
		b.mended()
		refund := pos.RefundSale{Sale: id, Amount: 100, Reason: "退货", Approver: "李强"}
		if s := c.do(refund); len(b.refunds) != 1 || s.Message.ID != "refund-cash" || s.Message.Args[0] != "3.00" {
			t.Fatalf("%d refunds, said %q %v", len(b.refunds), s.Message.ID, s.Message.Args)
		}
		if s := c.do(refund); len(b.refunds) != 2 || s.Message.ID != "refund-cash" || s.Message.Args[0] != "1.00" {
			t.Errorf("%d refunds, said %q %v", len(b.refunds), s.Message.ID, s.Message.Args)
		}
	})
}

// A recalled cart whose order's commit failed and landed is held no more; a till that is stopped puts it aside again.
func TestStopped_ARecalledCartInDoubt(t *testing.T) {
	for _, booked := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			b := newBook()
			c := open(t, b, newWeChat())
			defer func() { c.close() }()
			c.do(scanCola, pos.HoldCart{})
			c.do(pos.RecallCart{ID: c.snap().Held[0].ID})
			b.disk(booked)
			c.do(pos.PayWeChat{})
			b.mended()
			c.wait(10 * time.Second)
			c.close()
			c = open(t, b, c.wx)
			if s := c.snap(); len(s.Held) != 1 || !s.Cart.Empty() {
				t.Errorf("booked %t: held %+v, at the counter %+v", booked, s.Held, s.Cart.Lines)
			}
		})
	}
}
