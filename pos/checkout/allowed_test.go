package checkout_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
)

// What a manager let go at less than the shop asks is for the pieces that were there: a cashier sells no more of it by himself, by no way
// there is, and who allowed what is on record.
func TestAllowed_NoMoreThanWasAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		c.signIn(people.cashier, cashierPIN)
		allow := func(cmd pos.Command) pos.Snapshot {
			c.do(pos.Approved{Command: cmd, By: people.manager, PIN: managerPIN})
			return c.wait(time.Second)
		}
		_, _, manager := people.of(pos.RoleManager)
		c.do(scanCola)
		if s := allow(pos.CutLine{Cut: pos.Cut{Kind: pos.CutTo, N: 100}}); s.Due != 100 {
			t.Fatalf("due %s, said %q", s.Due, s.Message.ID)
		}
		if s := c.do(pos.SetQuantity{N: 5}); s.Due != 100 || s.Message.ID != "forbidden" {
			t.Fatalf("due %s, said %q", s.Due, s.Message.ID)
		}
		if s := c.do(scanCola); s.Due != 400 || len(s.Cart.Lines) != 2 {
			t.Fatalf("due %s, %+v", s.Due, s.Cart.Lines)
		}
		if s := c.do(pos.RemoveLine{Line: 1}, pos.ScanText{Text: "3*6901234567892"}); s.Due != 1000 {
			t.Fatalf("due %s, %+v", s.Due, s.Cart.Lines)
		}
		if s := c.do(pos.RemoveLine{Line: 1}, pos.SetNote{Note: "碰坏"}, scanCola, pos.RemoveLine{}, pos.Undo{}); s.Due != 400 {
			t.Fatalf("due %s, %+v", s.Due, s.Cart.Lines)
		}
		if s := allow(pos.SetQuantity{N: 2}); s.Due != 700 { // two more at full price: the line comes to 4.00, and 2.00 stay off
			t.Fatalf("due %s, %+v", s.Due, s.Cart.Lines)
		}
		if s := allow(pos.SetPrice{Line: 1, Price: 50}); s.Due != 450 {
			t.Fatalf("due %s, said %q", s.Due, s.Message.ID)
		}
		if s := c.do(pos.SetQuantity{Line: 1, N: 9}); s.Due != 450 || s.Message.ID != "forbidden" {
			t.Fatalf("due %s, said %q", s.Due, s.Message.ID)
		}
		if s := c.do(pos.SetQuantity{Line: 0, N: 1}); s.Message.ID == "forbidden" || s.Cart.Lines[0].Quantity != 1 { // fewer is nobody's leave
			t.Fatalf("said %q", s.Message.ID)
		}
		var says []string
		for _, h := range append(c.book.noted(pos.EntryCut), c.book.noted(pos.EntryPrice)...) {
			if says = append(says, h.Reason); h.Approver != manager || h.By == manager {
				t.Errorf("%+v", h)
			}
		}
		want := []string{"line 3.00 -> 1.00, 1 x 可口可乐", "more 1.00 -> 4.00, 2 x 可口可乐", "price 3.00 -> 0.50, 1 x 可口可乐"}
		if len(says) != len(want) {
			t.Fatalf("on record %q", says)
		}
		for i := range want {
			if says[i][:13] != want[i][:13] {
				t.Errorf("on record %q, want %q", says[i], want[i])
			}
		}
	})
}

// A percentage off the whole that a manager allowed was for what was in the cart; one that he gives himself is for all that he sells.
func TestAllowed_PercentOffTheWholeIsForWhatWasThere(t *testing.T) {
	for _, more := range []pos.Command{scanCola, pos.AddItem{Item: 2}, pos.SetQuantity{N: 9}, pos.AddPriced{Item: 5, Price: 9900}, pos.AddWeighed{Item: 4, Weight: 900}} {
		synctest.Test(t, func(t *testing.T) {
			c, people := manned(t)
			defer c.close()
			c.signIn(people.cashier, cashierPIN)
			c.do(scanCola, pos.Approved{Command: pos.CutCart{Cut: pos.Cut{Kind: pos.CutPercent, N: 50_00}}, By: people.manager, PIN: managerPIN})
			if s := c.wait(time.Second); s.Due != 150 {
				t.Fatalf("due %s, said %q", s.Due, s.Message.ID)
			}
			if s := c.do(more); s.Due != s.Cart.Gross()-150 || s.Cart.Gross() == 300 {
				t.Errorf("%+v: %s is due for %s", more, s.Due, s.Cart.Gross())
			}
			if s := c.do(pos.Undo{}); s.Due != 150 || s.Cart.Cut.Kind != pos.CutPercent {
				t.Errorf("%+v, undone: %s is due, %+v", more, s.Due, s.Cart.Cut)
			}
			c.do(pos.ClearCart{}, pos.Lock{})
			c.signIn(people.manager, managerPIN)
			if s := c.do(scanCola, pos.CutCart{Cut: pos.Cut{Kind: pos.CutPercent, N: 50_00}}, more); s.Due != s.Cart.Gross()/2 {
				t.Errorf("%+v: %s is due for %s", more, s.Due, s.Cart.Gross())
			}
		})
	}
}

// A discount on the whole that a manager gave goes with the customer it was for, also when the cart is emptied line by line.
func TestAllowed_NotForTheNextCustomer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, newBook(), nil)
		defer c.close()
		c.do(scanCola, pos.SetMember{On: true}, pos.CutCart{Cut: tenOff}, pos.RemoveLine{})
		if s := c.do(scanCola); s.Due != 300 {
			t.Errorf("due %s, %+v", s.Due, s.Cart)
		}
		if s := c.do(pos.Undo{}, pos.Undo{}); s.Due != 252 {
			t.Errorf("due %s, %+v", s.Due, s.Cart)
		}
	})
}

// Of cash that is rounded up, a part between what is due and what is taken is all of it.
func TestParts_OfAllRoundedUp(t *testing.T) {
	for _, part := range []pos.Fen{1356, 1358} {
		synctest.Test(t, func(t *testing.T) {
			b := newBook()
			c := open(t, b, nil, jiao)
			defer c.close()
			rules := c.snap().Rules
			rules.Rounding = pos.RoundHalf
			c.till.SetRules(rules)
			s := c.do(append(oddCart, pos.AddPriced{Item: 5, Price: 3}, pos.PayCash{Part: part})...)
			if s.Done == nil || s.Done.Amount != 1360 || b.payments[1].Part {
				t.Errorf("part %s: done %+v, said %q", part, s.Done, s.Message.ID)
			}
		})
	}
}

// Parts went back although the disk said it failed: who takes other money next hears what to hand back before anything else.
func TestGiveBack_BookedAfterAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, newWeChat(), jiao)
		defer c.close()
		c.do(append(oddCart, pos.PayCash{Part: 500})...)
		b.lies = pos.E(pos.CodeFull, "write", errors.New("disk"))
		if s := c.do(pos.GiveBack{}); s.Message.ID != "ledger-trouble" || len(s.Parts) != 1 {
			t.Fatalf("said %q, %+v", s.Message.ID, s.Parts)
		}
		b.lies = nil
		s := c.do(pos.PayCash{})
		if s.Done != nil || s.Message.ID != "parts-given-back" || s.Message.Args[0] != "5.00" || s.Due != 1353 || len(s.Parts) != 0 {
			t.Fatalf("said %q %v, due %s, parts %+v", s.Message.ID, s.Message.Args, s.Due, s.Parts)
		}
		if s = c.do(pos.PayCash{}); s.Done == nil || s.Done.Amount != 1350 || b.drawer != 1350 {
			t.Errorf("done %+v, said %q, drawer %s", s.Done, s.Message.ID, b.drawer)
		}
		c.audit()
	})
}

// While nobody knows whether what is owed went back, the cart stays as it is: with other goods in it, what went back would count again.
func TestExchange_OwedOnceThoughTheCartChanges(t *testing.T) {
	for name, change := range map[string][]pos.Command{
		"more goods": {pos.AddItem{Item: 2}, pos.AddItem{Item: 2}},
		"held":       {pos.HoldCart{}, pos.HoldCart{}, pos.RecallCart{ID: 1}, pos.AddItem{Item: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBook()
				c := open(t, b, newWeChat())
				defer c.close()
				id := c.do(pos.AddItem{Item: 2}, pos.AddItem{Item: 2}, pos.PayCash{}).Done.Sale // 15.00, of which 7.50 come back
				c.do(scanCola, pos.Exchange{Sale: id, Pieces: map[int]int{1: 1}, Reason: "换货", Approver: "李强"})
				b.lies = pos.E(pos.CodeFull, "write", errors.New("disk"))
				c.do(pos.PayCash{})
				b.lies = nil
				s := c.do(change...)
				if s.Due != 750 {
					t.Fatalf("due %s: what went back counts again; said %q, %+v", s.Due, s.Message.ID, s.Cart.Credits)
				}
				if s = c.do(pos.PayCash{}); s.Done == nil || b.drawer != 1500-450+750 {
					t.Errorf("done %+v, said %q, drawer %s", s.Done, s.Message.ID, b.drawer)
				}
				c.audit()
			})
		})
	}
}

// Goods that other goods paid for count in an exchange for no less than they cost without a word.
func TestExchange_OfAnExchange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, nil)
		defer c.close()
		id := c.do(scanCola, pos.PayCash{}).Done.Sale
		id = c.do(pos.AddItem{Item: 2}, pos.Exchange{Sale: id, Pieces: map[int]int{1: 1}, Reason: "换货", Approver: "李强"}, pos.PayCash{}).Done.Sale
		s := c.do(pos.AddItem{Item: 2}, pos.Exchange{Sale: id, Pieces: map[int]int{1: 1}, Reason: "换货", Approver: "李强"})
		if len(s.Cart.Credits) != 0 || s.Message.ID != "refund-exchanged" || s.Message.Args[0] != "4.50" {
			t.Errorf("%+v, said %q %v", s.Cart.Credits, s.Message.ID, s.Message.Args)
		}
	})
}

// Where refunds do not work by themselves nobody promises the customer that WeChat's part comes back by itself.
func TestGiveBack_PromisesNothingThatWillNotCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx, jiao, func(cfg *checkout.Config) { cfg.AutoRefund = false })
		defer c.close()
		c.do(append(oddCart, pos.PayCash{Part: 100}, pos.PayWeChat{Part: 200})...)
		wx.pay(c.wait(100 * time.Millisecond).Pay.OutTradeNo)
		c.wait(3 * time.Second)
		if s := c.do(pos.GiveBack{}); s.Message.ID != "parts-given-back-held" || s.Message.Args[2] != "2.00" || s.Excepted != 1 {
			t.Errorf("said %q %v", s.Message.ID, s.Message.Args)
		}
		if f, _ := b.papers[0].(pos.GivenBackFacts); f.Itself || len(f.Parts) != 2 {
			t.Errorf("the paper promises it: %+v", f)
		}
		if s := c.wait(time.Hour); s.Excepted != 1 || wx.count(pos.DoRefund) != 0 {
			t.Errorf("exceptions %+v", s.Exceptions)
		}
		c.audit()
	})
}
