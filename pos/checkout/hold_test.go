package checkout_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
)

// Carts are put aside and come back in any order, across a restart; one recall wins.
func TestHold_AndRecall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, nil)
		s := c.do(scanCola, pos.CutCart{Cut: pos.Cut{Kind: pos.CutPercent, N: 1000}}, pos.HoldCart{Name: " 红衣 阿姨 "})
		if !s.Cart.Empty() || len(s.Held) != 1 || s.Held[0].Name != "红衣 阿姨" || s.Message.ID != "held" || s.CanUndo || len(b.noted(pos.EntryVoid)) != 0 {
			t.Fatalf("held %+v, said %q", s.Held, s.Message.ID)
		}
		s = c.do(pos.AddItem{Item: 2}, pos.HoldCart{})
		if len(s.Held) != 2 || s.Message.Args[0] != s.Held[1].At.Format("15:04") {
			t.Fatalf("held %+v, said %v", s.Held, s.Message.Args)
		}
		c.close()
		c = open(t, b, nil)
		defer c.close()
		if s = c.snap(); len(s.Held) != 2 {
			t.Fatalf("held %+v", s.Held)
		}
		first := s.Held[0].ID
		if s = c.do(scanCola, pos.RecallCart{ID: first}); s.Message.ID != "cart-not-empty" || len(s.Held) != 2 {
			t.Errorf("said %q", s.Message.ID)
		}
		s = c.do(pos.ClearCart{}, pos.RecallCart{ID: first})
		if s.Due != 270 || len(s.Held) != 1 || s.Message.ID != "recalled" || s.Cart.Cut.Kind != pos.CutPercent {
			t.Fatalf("due %s, held %+v, said %q", s.Due, s.Held, s.Message.ID)
		}
		if s = c.do(pos.ClearCart{}, pos.RecallCart{ID: first}); !s.Cart.Empty() || s.Message.ID != "held-gone" {
			t.Errorf("%+v, said %q", s.Cart, s.Message.ID)
		}
		voids := len(b.noted(pos.EntryVoid))
		if s = c.do(pos.DropHeld{ID: s.Held[0].ID}); len(s.Held) != 0 || s.Message.ID != "held-dropped" || len(b.noted(pos.EntryVoid)) != voids+1 {
			t.Errorf("held %+v, said %q", s.Held, s.Message.ID)
		}
		if s = c.do(pos.HoldCart{}); s.Message.ID != "nothing-to-hold" {
			t.Errorf("said %q", s.Message.ID)
		}
	})
}

// The prices of a held cart are those that the customer was told; promotions are those of now. Both are said.
func TestRecall_AfterPricesChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		b.items = []pos.Item{{ID: 9, Name: "雨衣", Barcodes: []string{"A9"}, Price: 1200}}
		b.deals = []pos.Deal{{ID: 1, Name: "九折", Kind: pos.DealCut, Items: []pos.ItemID{1}, Percent: 10_00}}
		c := open(t, b, nil)
		defer c.close()
		c.do(scanCola, pos.HoldCart{}, pos.ScanText{Text: "A9"}, pos.HoldCart{})
		b.mu.Lock()
		b.items[0].Price, b.deals = 1500, nil
		b.rev++
		b.mu.Unlock()
		s := c.wait(4 * time.Second)
		cola, coat := s.Held[0].ID, s.Held[1].ID
		if s = c.do(pos.RecallCart{ID: cola}); s.Due != 300 || s.Message.ID != "recalled-changed" || s.Message.Args[1] != "2.70" || s.Message.Args[2] != "3.00" {
			t.Errorf("due %s, said %q %v", s.Due, s.Message.ID, s.Message.Args)
		}
		if s = c.do(pos.ClearCart{}, pos.RecallCart{ID: coat}); s.Due != 1200 || s.Message.ID != "recalled-other-price" || s.Message.Args[1] != "雨衣" {
			t.Errorf("due %s, said %q %v", s.Due, s.Message.ID, s.Message.Args)
		}
	})
}

// A cart that money was asked for is put aside as any other; late money for it is an exception.
func TestHold_GivesUpWhatWasAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx)
		defer c.close()
		v := c.sellCola()
		s := c.do(pos.LeaveCode{}, pos.HoldCart{})
		if !s.Cart.Empty() || len(s.Held) != 1 || b.sales[1].State != pos.SaleAbandoned {
			t.Fatalf("held %+v, sale %s", s.Held, b.sales[1].State)
		}
		wx.pay(v.OutTradeNo)
		if s = c.wait(5 * time.Second); s.Excepted != 1 && wx.orders[v.OutTradeNo].state == pos.SigPaid {
			t.Errorf("exceptions %+v", s.Exceptions)
		}
		c.audit()
	})
}

// After an error of the disk a cart is neither lost nor there twice: what the books have is read again, at once or as soon as they can be.
func TestHold_AfterAnError(t *testing.T) {
	for _, booked := range []bool{true, false} {
		for _, blind := range []bool{true, false} {
			t.Run(fmt.Sprintf("booked %t, blind %t", booked, blind), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { holdAfterAnError(t, booked, blind) })
			})
		}
	}
}

func holdAfterAnError(t *testing.T, booked, blind bool) {
	b := newBook()
	c := open(t, b, nil)
	defer c.close()
	set := func(err error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.lies, b.trouble, b.blind = nil, err, nil; booked {
			b.lies, b.trouble = err, nil
		}
		if blind {
			b.blind = err
		}
	}
	disk := pos.E(pos.CodeFull, "write", errors.New("disk"))
	c.do(scanCola)
	set(disk)
	s := c.do(pos.HoldCart{})
	if known := booked && !blind; s.Cart.Empty() != known {
		t.Fatalf("%+v, said %q", s.Cart, s.Message.ID)
	}
	set(nil)
	if s = c.wait(10 * time.Second); s.Cart.Empty() != booked || len(s.Held) != len(b.held) {
		t.Fatalf("%+v, held %+v", s.Cart, s.Held)
	}
	if !booked {
		s = c.do(pos.HoldCart{})
	}
	if len(b.held) != 1 || len(s.Held) != 1 || !s.Cart.Empty() {
		t.Fatalf("%d held, %+v", len(b.held), s.Cart)
	}
	set(disk)
	s = c.do(pos.RecallCart{ID: s.Held[0].ID}) // which writes nothing
	if s.Due != 300 || len(s.Held) != 0 || len(b.held) != 1 {
		t.Fatalf("due %s, held %+v", s.Due, s.Held)
	}
	set(nil)
	if s = c.do(pos.PayCash{}); s.Done == nil || len(s.Held) != 0 || len(b.held) != 0 {
		t.Errorf("done %+v, held %+v", s.Done, b.held)
	}
}
