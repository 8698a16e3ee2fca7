package checkout_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
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

func TestPhone_IsSentBesideSlowQuestions(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		wx.slow = map[pos.EffectKind]time.Duration{pos.DoQuery: 9 * time.Second}
		c := open(t, newBook(), wx)
		defer c.close()
		for range 6 { // more than may be asked about at once
			c.sellCola()
			c.do(pos.Park{})
		}
		c.wait(4 * time.Second) // all of them are being asked about
		asked := time.Now()
		k := c.mustOrder(mini("R1"))
		if d := time.Since(asked); d > 100*time.Millisecond {
			t.Errorf("the phone waited %v", d)
		}
		asked = time.Now()
		c.sellCola()
		if d := time.Since(asked); d > 200*time.Millisecond {
			t.Errorf("the counter waited %v", d)
		}
		wx.pay(k.OutTradeNo)
		if s := c.wait(time.Minute); s.Last == 0 || s.Pay == nil {
			t.Errorf("%+v", s)
		}
	})
}

func TestPhone_AProductCodeHoldsWhileItMayBePaid(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx)
		defer func() { c.close() }()
		first := c.mustOrder(product("o1 1 300"))
		if wx.composed[0].ProductID != cola.Barcode() || wx.composed[0].Tender != pos.TenderNative {
			t.Errorf("%+v", wx.composed[0])
		}
		if k := c.mustOrder(product("o1 1 300")); k != first {
			t.Errorf("scanned twice: %+v and %+v", k, first)
		}
		c.close()
		c = open(t, b, wx)
		if k := c.mustOrder(product("o1 1 300")); k != first || wx.count(pos.DoOrder) != 1 {
			t.Errorf("scanned after a restart: %+v and %+v", k, first)
		}
		if k := c.mustOrder(product("o2 1 300")); k.OutTradeNo == first.OutTradeNo {
			t.Error("another payer got the same order")
		}
		c.do(pos.EndPhoneOrder{Payment: 1})
		if k := c.mustOrder(product("o1 1 300")); k.OutTradeNo == first.OutTradeNo { // the first is closing: nobody is to pay it any more
			t.Errorf("%+v", k)
		}
		if _, err := c.till.PhoneOrder(t.Context(), "o1 1 300"); pos.CodeOf(err) != pos.CodeNotFound {
			t.Error(err)
		}
	})
}

func TestPhone_WhatNobodyPaysEndsQuietly(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx)
		defer func() { c.close() }()
		k := c.mustOrder(mini("R1"))
		c.wait(5*time.Minute + time.Second)
		if k, err := c.order(mini("R1")); err != nil || k.State != pos.Closing || k.PrepayID != "" {
			t.Errorf("closing: %+v %v", k, err)
		}
		c.wait(2 * time.Minute)
		if _, err := c.order(mini("R1")); pos.CodeOf(err) != pos.CodeExpired {
			t.Errorf("closed: %v", err)
		}
		s := c.snap()
		if b.sales[1].State != pos.SaleAbandoned || s.Message.Kind == pos.MsgAlarm || len(s.Pending) != 0 {
			t.Errorf("%+v %+v", b.sales[1], s)
		}
		if k, err := c.till.PhoneOrder(t.Context(), "R1"); err != nil || k.State != pos.Closed || k.PrepayID != "" {
			t.Errorf("%+v %v", k, err)
		}
		wx.mu.Lock() // and is paid after all
		wx.orders[k.OutTradeNo].state, wx.orders[k.OutTradeNo].trans = pos.SigPaid, "42late"
		wx.mu.Unlock()
		c.do(pos.ScanText{Text: k.OutTradeNo})
		if s := c.wait(time.Second); s.Excepted != 1 || s.Exceptions[0].Reason != pos.ExceptAfterEnd || s.Message.Kind != pos.MsgAlarm {
			t.Errorf("%+v", s)
		}
		if k, err := c.order(mini("R1")); err != nil || k.State != pos.Exception || k.PrepayID != "" {
			t.Errorf("money is there and settles nothing: %+v %v", k, err)
		}
	})
}

// Paid in its last seconds, and WeChat does not answer: to say that nobody paid would have the customer pay again under another reference.
func TestPhone_AnOrderThatMayBePaidIsNotCalledExpired(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx)
		defer c.close()
		k := c.mustOrder(mini("R1"))
		c.wait(5*time.Minute - time.Second)
		wx.mu.Lock()
		wx.faulty = func(pos.EffectKind) (bool, bool) { return false, true }
		wx.mu.Unlock()
		wx.pay(k.OutTradeNo)
		c.wait(10 * time.Minute)
		if again, err := c.order(mini("R1")); err != nil || again.State != pos.Closing || again.OutTradeNo != k.OutTradeNo || again.PrepayID != "" {
			t.Errorf("it may be paid, and the phone heard %+v %v", again, err)
		}
		wx.mu.Lock()
		wx.faulty = nil
		wx.mu.Unlock()
		c.wait(2 * time.Hour)
		if again, err := c.order(mini("R1")); err != nil || again.State != pos.Paid || len(b.sales) != 1 {
			t.Errorf("%+v %v", again, err)
		}
		c.audit()
	})
}

// WeChat was silent for as long as the order lived: no phone has anything to pay it by, and the reference is at its end.
func TestPhone_AnOrderThatNobodyCouldPayIsExpired(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		wx.answers = func(string) *pos.Signal { return &pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeNoAnswer} }
		c := open(t, b, wx)
		defer c.close()
		if _, err := c.order(mini("R1")); pos.CodeOf(err) != pos.CodeNoAnswer {
			t.Fatal(err)
		}
		c.wait(7 * time.Minute)
		if _, err := c.order(mini("R1")); pos.CodeOf(err) != pos.CodeExpired {
			t.Errorf("%v: whoever asks would repeat it for ever", err)
		}
	})
}

func TestPhone_IsNeverOnTheCounter(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		wx.minAge = 5 * time.Minute
		c := open(t, b, wx)
		defer func() { c.close() }()
		c.do(pos.AddItem{Item: 1}, pos.PayCash{})
		k := c.mustOrder(mini("R1"))
		if s := c.do(pos.Unpark{Payment: 2}); s.Message.ID != "phone-stays" || s.Pay != nil || !s.Cart.Empty() {
			t.Errorf("%+v", s)
		}
		if s := c.do(pos.EndPhoneOrder{Payment: 2}); s.Message.ID != "phone-ended" || s.Pending[0].State != pos.Closing {
			t.Fatalf("%+v", s)
		}
		c.close()
		c = open(t, b, wx)
		if s := c.snap(); !s.Cart.Empty() || s.Pay != nil || len(s.Pending) != 1 {
			t.Fatalf("after a restart: %+v", s)
		}
		wx.pay(k.OutTradeNo) // in the password dialog when it was ended
		s := c.wait(30 * time.Second)
		if b.sales[2].State != pos.SaleClosed || s.Message.ID != "phone-paid" || s.Done != nil {
			t.Errorf("%+v %+v", b.sales[2], s)
		}
		c.audit()
		c.do(pos.AddItem{Item: 1}, pos.PayCash{}, pos.DismissDone{})
		k = c.mustOrder(mini("R2"))
		wx.pay(k.OutTradeNo)
		if s = c.wait(10 * time.Second); s.Last != 4 {
			t.Fatalf("%+v", s)
		}
		c.do(pos.ReprintLast{})
		if s := c.snap(); s.Message.Args[0] != b.sales[3].Receipt.String() {
			t.Errorf("the customer at the counter gets %v, not %s", s.Message.Args, b.sales[3].Receipt)
		}
	})
}

// After the commit of an order answered with an error nobody knows whether it is in the books: it is, and the phone asks again.
func TestPhone_AnUnknownCommitIsTakenUp(t *testing.T) {
	for _, restart := range []bool{false, true} {
		in(t, func(t *testing.T) {
			b, wx := newBook(), newWeChat()
			c := open(t, b, wx)
			defer func() { c.close() }()
			b.lies = pos.E(pos.CodeFull, "begin sale", nil)
			if _, err := c.order(mini("R1")); pos.CodeOf(err) != pos.CodeFull {
				t.Fatal(err)
			}
			if s := c.snap(); s.Message.ID != "ledger-trouble" || wx.count(pos.DoOrder) != 0 {
				t.Errorf("%+v", s.Message)
			}
			b.lies = nil
			if restart {
				c.close()
				c = open(t, b, wx)
				if s := c.snap(); !s.Cart.Empty() || len(s.Pending) != 1 {
					t.Fatalf("%+v", s)
				}
			}
			k := c.mustOrder(mini("R1"))
			wx.pay(k.OutTradeNo)
			if c.wait(10 * time.Second); len(b.sales) != 1 || b.sales[1].State != pos.SaleClosed {
				t.Errorf("%+v", b.sales)
			}
			c.audit()
		})
	}
}

func TestPhone_Refusals(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx)
		defer func() { c.close() }()
		empty, dear, app, old, many := mini("A"), mini("B"), mini("C"), mini("D"), mini("E")
		empty.Lines = nil
		dear.Lines[0].Price = pos.MaxAmount
		app.Tender = pos.TenderApp // of a mini-program
		old.API = pos.APIv1
		many.Lines[0].Quantity = -1
		v1 := mini("F")
		v1.Origin, v1.Tender, v1.API = pos.OriginApp, pos.TenderApp, pos.APIv1
		counter := mini("G")
		counter.Origin = pos.OriginCounter
		for i, o := range []pos.PhoneOrder{empty, dear, app, old, many, mini(""), counter, v1} {
			want := pos.CodeInvalid
			if o.Ref == "F" {
				want = pos.CodeConfig
			}
			if _, err := c.order(o); pos.CodeOf(err) != want {
				t.Errorf("%d: %v", i, err)
			}
		}
		wx.impossible = pos.E(pos.CodeConfig, "compose", nil)
		if _, err := c.order(mini("H")); pos.CodeOf(err) != pos.CodeConfig {
			t.Error(err)
		}
		wx.impossible = nil
		if len(b.sales) != 0 {
			t.Fatalf("%+v", b.sales)
		}

		no := map[string]pos.Signal{
			"refused":  {Kind: pos.SigRefused, Code: pos.CodeRefused, Detail: "NOTENOUGH"},
			"rejected": {Kind: pos.SigRejected, Code: pos.CodeConfig, Detail: "APPID_NOT_EXIST"},
			"silent":   {Kind: pos.SigUncertain, Code: pos.CodeNoAnswer},
			"empty":    {Kind: pos.SigOrdered},
		}
		want := map[string]pos.Code{"refused": pos.CodeRefused, "rejected": pos.CodeConfig, "silent": pos.CodeNoAnswer, "empty": pos.CodeBadAnswer}
		for ref, s := range no {
			wx.mu.Lock()
			wx.answers = func(string) *pos.Signal { return &s }
			wx.mu.Unlock()
			for range 2 {
				if _, err := c.order(mini(ref)); pos.CodeOf(err) != want[ref] {
					t.Errorf("%s: %v", ref, err)
				}
			}
			wx.mu.Lock()
			wx.answers = nil
			wx.mu.Unlock()
		}
		c.mustOrder(mini("silent")) // it is watched whatever the caller did
		if len(b.sales) != len(no) {
			t.Errorf("%d sales", len(b.sales))
		}
		for _, p := range b.list(func(p pos.Payment) bool { return p.State.OnGlass() }) {
			c.do(pos.EndPhoneOrder{Payment: p.ID})
		}
		if s := c.wait(2 * time.Hour); len(s.Pending) != 0 || s.Message.Kind == pos.MsgAlarm {
			t.Errorf("%+v", s)
		}
	})
}

func TestPhone_WithoutWeChatAndWithoutAShift(t *testing.T) {
	in(t, func(t *testing.T) {
		c := open(t, newBook(), nil)
		if _, err := c.order(mini("R1")); pos.CodeOf(err) != pos.CodeSecret {
			t.Error(err)
		}
		c.close()
		b := newBook()
		c = open(t, b, newWeChat(), func(cfg *checkout.Config) { cfg.ShiftsRequired = true })
		if _, err := c.order(mini("R1")); pos.CodeOf(err) != pos.CodeShift {
			t.Error(err)
		}
		c.do(pos.OpenShift{Count: pos.DrawerCount{Other: 10000}})
		c.mustOrder(mini("R1"))
		c.close()
		if _, err := c.order(mini("R2")); pos.CodeOf(err) != pos.CodeNoAnswer {
			t.Errorf("after the till stopped: %v", err)
		}
	})
}

// A lock keeps hands off and nothing else.
func TestPhone_ALockedTillTakesOrders(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		hireCrew(b)
		c := open(t, b, wx)
		defer c.close()
		k := c.mustOrder(mini("R1"))
		if s := c.do(pos.EndPhoneOrder{Payment: 1}); s.Message.ID != "locked" || !s.Staff.Locked || len(s.Pending) != 1 || s.Pending[0].State != pos.Waiting {
			t.Errorf("%+v", s)
		}
		wx.pay(k.OutTradeNo)
		if c.wait(10 * time.Second); b.sales[1].State != pos.SaleClosed || b.sales[1].Cashier != "" {
			t.Errorf("%+v", b.sales[1])
		}
	})
}

func TestPhone_AtMostSoManyAtOnce(t *testing.T) {
	in(t, func(t *testing.T) {
		b := newBook()
		c := open(t, b, newWeChat())
		defer c.close()
		var all sync.WaitGroup
		for i := range pos.MaxPhoneOrders {
			all.Go(func() { c.mustOrder(mini(strconv.Itoa(i))) })
		}
		all.Wait()
		if _, err := c.order(mini("one more")); pos.CodeOf(err) != pos.CodeTooMany {
			t.Error(err)
		}
		c.mustOrder(mini("7")) // one of them
		if len(b.sales) != pos.MaxPhoneOrders {
			t.Errorf("%d sales", len(b.sales))
		}
	})
}

// Whoever waits when the till stops is told, and the order goes on.
func TestPhone_StopWhileSomebodyWaits(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		wx.slow = map[pos.EffectKind]time.Duration{pos.DoOrder: 8 * time.Second}
		c := open(t, b, wx)
		told := make(chan error, 1)
		go func() {
			_, err := c.order(mini("R1"))
			told <- err
		}()
		c.wait(time.Second)
		c.close()
		if err := <-told; pos.CodeOf(err) != pos.CodeNoAnswer {
			t.Error(err)
		}
		wx.slow = nil
		c = open(t, b, wx)
		defer c.close()
		c.mustOrder(mini("R1"))
		if len(b.sales) != 1 {
			t.Errorf("%+v", b.sales)
		}
	})
}

// Money of a wrong amount, and twice, is an exception as for any payment.
func TestPhone_MoneyThatDoesNotFit(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx := newBook(), newWeChat()
		c := open(t, b, wx, func(cfg *checkout.Config) { cfg.AutoRefund = false })
		defer c.close()
		k := c.mustOrder(mini("R1"))
		wx.mu.Lock()
		wx.orders[k.OutTradeNo].amount--
		wx.mu.Unlock()
		wx.pay(k.OutTradeNo)
		if s := c.wait(5 * time.Second); s.Excepted != 1 || s.Exceptions[0].Reason != pos.ExceptAmount || b.sales[1].State != pos.SaleAbandoned || s.Message.ID != "exception" {
			t.Errorf("%+v %+v", s, b.sales[1])
		}
		k = c.mustOrder(mini("R2"))
		wx.pay(k.OutTradeNo)
		c.wait(5 * time.Second)
		wx.mu.Lock()
		wx.orders[k.OutTradeNo].trans = "42other"
		wx.mu.Unlock()
		n := pos.Notice{OutTradeNo: k.OutTradeNo, Success: true, Trade: pos.Trade{TransactionID: "42other", Amount: 1350, Currency: pos.Currency}}
		wx.verify = func([]byte) (pos.Notice, error) { return n, nil }
		c.till.Notice(t.Context(), []byte("x"))
		if s := c.wait(5 * time.Second); s.Excepted != 2 || s.Exceptions[1].Reason != pos.ExceptTwice || !s.Exceptions[1].Second {
			t.Errorf("%+v", s.Exceptions)
		}
	})
}
