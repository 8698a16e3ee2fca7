package checkout_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"guitai/pos"
)

// phoneLines is a cart of a mini-program: n colas and a bag of chips.
func phoneLines(n int) []pos.Line {
	return []pos.Line{
		{Item: cola.ID, Barcode: cola.Barcode(), Name: cola.Name, Price: cola.Price, Quantity: n},
		{Item: chips.ID, Barcode: chips.Barcode(), Name: chips.Name, Price: chips.Price, Quantity: 1},
	}
}

// mini is an order of the mini-program.
func mini(ref string) pos.PhoneOrder {
	return pos.PhoneOrder{Origin: pos.OriginMini, Tender: pos.TenderJSAPI, Ref: ref, OpenID: "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", Lines: phoneLines(2)}
}

// product is an order of a product code.
func product(ref string) pos.PhoneOrder {
	return pos.PhoneOrder{Origin: pos.OriginProduct, Tender: pos.TenderNative, Ref: ref, OpenID: "o1", ProductID: cola.Barcode(), Lines: phoneLines(1)[:1]}
}

// order orders by phone and waits for the answer, ten seconds at most.
func (c *counter) order(o pos.PhoneOrder) (pos.PhoneTicket, error) {
	ctx, cancel := context.WithTimeout(c.t.Context(), 10*time.Second)
	defer cancel()
	return c.till.OrderByPhone(ctx, o)
}

func (c *counter) mustOrder(o pos.PhoneOrder) pos.PhoneTicket {
	c.t.Helper()
	k, err := c.order(o)
	if err != nil || k.PrepayID == "" || k.State != pos.Waiting {
		c.t.Fatalf("%+v %v", k, err)
	}
	return k
}

func TestPhone_FromOrderToPaid(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx)
		defer func() { c.close() }()
		c.do(pos.AddItem{Item: 2})
		k := c.mustOrder(mini("R1"))
		s := c.snap()
		if k.Amount != 1350 || k.PrepayID != "wx"+k.OutTradeNo+".1" || k.ExpiresAt.IsZero() {
			t.Errorf("%+v", k)
		}
		if s.Message.ID != "phone-order" || s.Message.Args[1] != cola.Name || s.Message.Args[2] != "3" {
			t.Errorf("%+v", s.Message)
		}
		if len(s.Pending) != 1 || s.Pending[0].Origin != pos.OriginMini || s.Pending[0].Goods != cola.Name || s.Pending[0].Pieces != 3 || s.Pending[0].Tender != pos.TenderJSAPI {
			t.Fatalf("%+v", s.Pending)
		}
		if o := wx.composed[len(wx.composed)-1]; o.OpenID != mini("").OpenID || o.Tender != pos.TenderJSAPI || o.Sale.Origin != pos.OriginMini || o.Amount != 1350 {
			t.Errorf("composed %+v", o)
		}
		if p := b.payments[1]; p.Cashier != "" || b.sales[1].Cashier != "" || !b.sales[1].Parked {
			t.Errorf("%+v %+v", p, b.sales[1])
		}
		if s.Pay != nil || len(s.Cart.Lines) != 1 {
			t.Errorf("the counter was disturbed: %+v", s)
		}

		wx.pay(k.OutTradeNo)
		s = c.wait(5 * time.Second)
		if s.Message.ID != "phone-paid" || s.Done != nil || len(s.Cart.Lines) != 1 || len(s.Pending) != 0 || s.Last != 1 || c.pokes != 1 || len(c.tenders) != 0 {
			t.Errorf("%+v, %d pokes, drawer %v", s, c.pokes, c.tenders)
		}
		for _, ask := range []func() (pos.PhoneTicket, error){
			func() (pos.PhoneTicket, error) { return c.till.PhoneOrder(t.Context(), "R1") },
			func() (pos.PhoneTicket, error) { return c.order(mini("R1")) },
		} {
			if k, err := ask(); err != nil || k.State != pos.Paid || k.Receipt.Seq != 1 || k.PrepayID != "" {
				t.Errorf("%+v %v", k, err)
			}
		}
		if _, err := c.till.PhoneOrder(t.Context(), "R2"); pos.CodeOf(err) != pos.CodeNotFound {
			t.Error(err)
		}
		c.audit()
	})
}

func TestPhone_OneOrderForEachReference(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx)
		defer func() { c.close() }()
		var both sync.WaitGroup
		tickets := make([]pos.PhoneTicket, 5)
		for i := range tickets {
			both.Go(func() { tickets[i] = c.mustOrder(mini("R1")) })
		}
		both.Wait()
		for _, k := range tickets {
			if k != tickets[0] {
				t.Errorf("%+v and %+v", k, tickets[0])
			}
		}
		if len(b.sales) != 1 || wx.count(pos.DoOrder) != 1 {
			t.Fatalf("%d sales, ordered %d times", len(b.sales), wx.count(pos.DoOrder))
		}
		dearer := mini("R1")
		dearer.Lines[0].Price++ // the price went up meanwhile: what it costs is as it was ordered
		more, app := mini("R1"), mini("R1")
		more.Lines = phoneLines(3)
		app.Origin, app.Tender = pos.OriginApp, pos.TenderApp
		if k := c.mustOrder(dearer); k != tickets[0] {
			t.Errorf("%+v", k)
		}
		for _, o := range []pos.PhoneOrder{more, app} {
			if _, err := c.order(o); pos.CodeOf(err) != pos.CodeConflict {
				t.Errorf("%+v: %v", o, err)
			}
		}

		c.close()
		c = open(t, b, wx)
		if s := c.snap(); s.Pay != nil || !s.Cart.Empty() || len(s.Pending) != 1 || s.Pending[0].Goods != cola.Name {
			t.Fatalf("after a restart: %+v", s)
		}
		if k := c.mustOrder(mini("R1")); k != tickets[0] || wx.count(pos.DoOrder) != 1 {
			t.Errorf("%+v, ordered %d times", k, wx.count(pos.DoOrder))
		}
	})
}

// onePhone leaves an order of a mini-program in the book, after what is there, that may be paid.
func onePhone(b *book) {
	now := time.Now()
	id := pos.SaleID(len(b.sales) + 1)
	s := pos.Sale{ID: id, State: pos.SaleOpen, Lines: phoneLines(2), Gross: 1350, OpenedAt: now, Parked: true, Origin: pos.OriginMini, Ref: "R1"}
	b.sales[id] = s
	pid := pos.PaymentID(len(b.payments) + 1)
	b.payments[pid] = pos.Payment{
		ID: pid, Sale: id, OutTradeNo: "S001-T1-261120PHONE0000001", Tender: pos.TenderJSAPI, State: pos.Waiting, Asked: 1350, Request: []byte("1350 0"),
		OpenedAt: now, ExpiresAt: now.Add(5 * time.Minute), PrepayID: "wx1", MayExist: true, Version: 1,
	}
}
