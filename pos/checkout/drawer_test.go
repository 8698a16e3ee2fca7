package checkout_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
)

// A drawer that opens without a line in the books is what the line is for.
func TestDrawer_OpensOnlyWhenThatIsOnRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		c.signIn(people.manager, managerPIN)
		if s := c.do(pos.OpenDrawer{Reason: "  "}); s.Message.ID != "drawer-needs-reason" || c.kicks != 0 {
			t.Errorf("said %q", s.Message.ID)
		}
		c.book.fail(pos.E(pos.CodeFull, "note", nil))
		if s := c.do(pos.OpenDrawer{Reason: "换零钱"}); s.Message.ID != "ledger-trouble" || c.kicks != 0 {
			t.Errorf("said %q, opened %d times", s.Message.ID, c.kicks)
		}
		c.book.fail(nil)
		s := c.do(pos.OpenDrawer{Reason: " 换零钱 "})
		notes := c.book.noted(pos.EntryDrawer)
		if c.kicks != 1 || len(notes) != 1 || s.Message.ID != "drawer-opened" {
			t.Fatalf("opened %d times, noted %v, said %q", c.kicks, notes, s.Message.ID)
		}
		if h := notes[0]; h.By != "李强" || h.Approver != "李强" || h.Reason != "换零钱" || h.At.IsZero() {
			t.Errorf("%+v", h)
		}
	})
}

// The drawer opens for whoever begins to count it, when that is on record; never while a customer is being served.
func TestDrawer_OpensToBeCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		c.signIn(people.cashier, cashierPIN)
		c.book.fail(pos.E(pos.CodeFull, "note", nil))
		if s := c.do(pos.OpenToCount{Reason: "清点钱箱"}); s.Message.ID != "ledger-trouble" || c.kicks != 0 {
			t.Errorf("said %q, opened %d times", s.Message.ID, c.kicks)
		}
		c.book.fail(nil)
		c.do(pos.OpenToCount{Reason: "清点钱箱"})
		if h := c.book.noted(pos.EntryDrawer); c.kicks != 1 || len(h) != 1 || h[0].By != "王芳" || h[0].Reason != "清点钱箱" {
			t.Errorf("opened %d times, noted %+v", c.kicks, h)
		}
		c.sellCola()
		if c.do(pos.OpenToCount{Reason: "清点钱箱"}); c.kicks != 1 || len(c.book.noted(pos.EntryDrawer)) != 1 {
			t.Error("it opens in front of a customer who pays")
		}
	})
}

func TestDrawer_NoneToOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, newWeChat(), func(cfg *checkout.Config) { cfg.OpenDrawer = nil })
		defer c.close()
		if s := c.do(pos.OpenDrawer{Reason: "换零钱"}); s.Message.ID != "no-drawer" || len(b.notes) != 0 {
			t.Errorf("said %q, noted %v", s.Message.ID, b.notes)
		}
		if s := c.do(pos.MoveCash{Kind: pos.CashIn, Amount: 100, Reason: "零钱"}); s.Message.ID != "cash-moved" {
			t.Errorf("said %q", s.Message.ID)
		}
	})
}

// The disk answers with an error although the movement is in the books: it is not booked a second time, whether that is seen at
// once or when somebody tries again.
func TestCash_ThatWasBookedIsNotBookedAgain(t *testing.T) {
	for _, blind := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b := newBook()
			sellOnce(b)
			c := open(t, b, newWeChat())
			defer c.close()
			trouble := pos.E(pos.CodeInternal, "commit", errors.New("disk I/O error"))
			wish := pos.MoveCash{Kind: pos.CashDrop, Amount: 100, Reason: "存银行"}
			b.mu.Lock()
			if b.lies = trouble; blind {
				b.booked = func() { b.blind = trouble }
			}
			b.mu.Unlock()
			s := c.do(wish)
			b.mu.Lock()
			b.lies, b.blind, b.booked = nil, nil, nil
			b.mu.Unlock()
			if seen := s.Message.ID == "cash-moved"; seen == blind || c.kicks != map[bool]int{true: 0, false: 1}[blind] {
				t.Errorf("blind %t: said %q, opened %d times", blind, s.Message.ID, c.kicks)
			}
			if blind {
				s = c.do(wish)
			}
			if len(b.cash) != 1 || b.drawer != 200 || s.Message.ID != "cash-moved" || c.kicks != 1 {
				t.Errorf("blind %t: %d movements, %s in the drawer, said %q", blind, len(b.cash), b.drawer, s.Message.ID)
			}
			if c.do(wish); len(b.cash) != 2 { // and now it is a second one
				t.Errorf("blind %t: %d movements", blind, len(b.cash))
			}
		})
	}
}

func TestVoid_IsOnRecordWithWhoAndHowMuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		c.signIn(people.cashier, cashierPIN)
		voids := func() []pos.Happening { return c.book.noted(pos.EntryVoid) }
		if c.do(pos.ClearCart{}); len(voids()) != 0 {
			t.Error("an empty cart that is cleared is no void")
		}
		c.do(scanCola, scanCola, pos.ClearCart{})
		if v := voids(); len(v) != 1 || v[0].By != "王芳" || v[0].Sale != 0 || v[0].Reason != "cleared 6.00" {
			t.Errorf("%+v", v)
		}
		// More on a cart that money was asked for is no void; less is.
		c.sellCola()
		c.do(pos.LeaveCode{}, scanCola)
		if len(voids()) != 1 {
			t.Errorf("%+v", voids())
		}
		c.do(pos.PayWeChat{})
		c.wait(time.Second)
		c.do(pos.LeaveCode{}, pos.SetQuantity{N: 1})
		if v := voids(); len(v) != 2 || v[1].Sale == 0 || v[1].Reason != "given-up 6.00" || c.book.sales[v[1].Sale].State != pos.SaleAbandoned {
			t.Errorf("%+v", v)
		}
		c.do(pos.PayWeChat{})
		c.wait(time.Second)
		c.do(pos.LeaveCode{}, pos.ClearCart{})
		if v := voids(); len(v) != 3 || v[2].Reason != "given-up 3.00" {
			t.Errorf("%+v", v)
		}
		c.do(pos.Undo{}, pos.AddItem{Item: chips.ID}, pos.RemoveLine{}) // nobody was asked for this one, and a line that is taken out of others is a correction
		if len(voids()) != 3 || len(c.snap().Cart.Lines) != 1 {
			t.Errorf("%+v", voids())
		}
		// Emptied line by line it is cleared all the same, of the most that was in it; and so piece by piece, backwards.
		c.do(pos.RemoveLine{})
		if v := voids(); len(v) != 4 || v[3].Sale != 0 || v[3].Reason != "cleared 10.50" {
			t.Errorf("%+v", v)
		}
		c.do(scanCola, pos.PayCash{}, scanCola, pos.Undo{})
		if v := voids(); len(v) != 5 || v[4].Reason != "cleared 3.00" {
			t.Errorf("%+v", v)
		}
	})
}

// A cashier whose cart cannot be cleared cannot serve: it is cleared, and the void is owed.
func TestVoid_ThatCannotBeWrittenIsOwed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, newWeChat())
		c.do(scanCola)
		b.fail(pos.E(pos.CodeFull, "note", errors.New("full")))
		s := c.do(pos.ClearCart{})
		if !s.Cart.Empty() || s.Message.ID != "ledger-trouble" || s.Health.Ledger.Light != pos.LightBad {
			t.Errorf("cart %+v, said %q", s.Cart, s.Message.ID)
		}
		at := time.Now()
		c.do(scanCola, pos.ClearCart{})
		c.wait(time.Minute)
		b.fail(nil)
		s = c.wait(6 * time.Second)
		v := b.noted(pos.EntryVoid)
		if len(v) != 2 || v[0].At.After(at) || s.Health.Ledger.Light != pos.LightOK {
			t.Errorf("%+v, %+v", v, s.Health.Ledger)
		}
		// What is owed when the till stops is written then.
		b.fail(pos.E(pos.CodeFull, "note", nil))
		c.do(scanCola, pos.ClearCart{})
		b.fail(nil)
		c.close()
		if len(b.noted(pos.EntryVoid)) != 3 {
			t.Errorf("%+v", b.noted(pos.EntryVoid))
		}
	})
}

func TestReprint_NamesWhoWantedIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		c.signIn(people.cashier, cashierPIN)
		if s := c.do(pos.Reprint{Sale: 99}); s.Message.ID != "nothing-to-reprint" {
			t.Errorf("said %q", s.Message.ID)
		}
		if s := c.do(pos.ReprintLast{}); s.Message.ID != "nothing-to-reprint" {
			t.Errorf("said %q", s.Message.ID)
		}
		s := c.do(pos.Reprint{Sale: 1})
		if s.Message.ID != "reprint-queued" || len(c.book.reprints) != 1 || c.book.reprints[0] != "王芳" {
			t.Errorf("said %q, %v", s.Message.ID, c.book.reprints)
		}
		c.do(scanCola, pos.PayWeChat{}) // an open sale has no receipt
		c.wait(time.Second)
		if s := c.do(pos.Reprint{Sale: 2}); s.Message.ID != "nothing-to-reprint" || len(c.book.reprints) != 1 {
			t.Errorf("said %q", s.Message.ID)
		}
		c.book.fail(pos.E(pos.CodeFull, "reprint", nil))
		if s := c.do(pos.Reprint{Sale: 1}); s.Message.ID != "ledger-trouble" || len(c.book.reprints) != 1 {
			t.Errorf("said %q", s.Message.ID)
		}
	})
}
