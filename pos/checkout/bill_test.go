package checkout_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
)

// billedOrder is a payment that WeChat's bill has and this ledger does not know.
func billedOrder() pos.BillItem {
	return pos.BillItem{
		Kind: pos.BillPayment, OutTradeNo: "S001-T1-261119AAAAAAAAAAAA", TransactionID: "4200001234567890123456789012", Amount: 777, Settlement: 700,
		Currency: pos.Currency, State: "SUCCESS", At: time.Date(2026, 11, 19, 8, 0, 0, 0, time.UTC),
	}
}

func TestAskBilled_WithKeysOnlyWhatWeChatSignsIsBooked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		i := billedOrder()
		ask := pos.AskBilled{Item: i, Book: true, By: "店长", Reason: "账单上有"}
		c.do(ask)
		if s := c.wait(time.Second); s.Message.ID != "order-unknown" || len(s.Exceptions) != 0 {
			t.Fatalf("WeChat knows nothing of it, and the bill alone booked it: %q %+v", s.Message.ID, s.Exceptions)
		}
		wx.mu.Lock() // the bill was wrong about the amount
		wx.orders[i.OutTradeNo] = &order{amount: 500, state: pos.SigPaid, trans: i.TransactionID, expires: time.Now().Add(time.Hour)}
		wx.mu.Unlock()
		c.do(ask)
		s := c.wait(time.Second)
		if len(s.Exceptions) != 1 || s.Exceptions[0].Amount != 500 || s.Exceptions[0].Reason != pos.ExceptUnknown {
			t.Fatalf("%+v", s.Exceptions)
		}
		if s = c.wait(48 * time.Hour); len(s.Exceptions) != 1 || wx.count(pos.DoRefund) != 0 {
			t.Error("it was given back without a person")
		}
	})
}

func TestAskBilled_WithoutKeysAPersonsWordBooksAnExceptionThatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, newBook(), nil)
		defer c.close()
		i := billedOrder()
		for name, ask := range map[string]pos.AskBilled{
			"only asked about": {Item: i, By: "店长", Reason: "账单上有"},
			"nobody":           {Item: i, Book: true, Reason: "账单上有"},
			"no reason":        {Item: i, Book: true, By: "店长"},
		} {
			if s := c.do(ask); len(s.Exceptions) != 0 {
				t.Fatalf("%s: booked", name)
			}
		}
		foreign := i
		foreign.OutTradeNo = "S001-T2-261119AAAAAAAAAAAA"
		if s := c.do(pos.AskBilled{Item: foreign, Book: true, By: "店长", Reason: "x"}); s.Message.ID != "bill-not-ours" || len(s.Exceptions) != 0 {
			t.Errorf("another till's: %q", s.Message.ID)
		}
		s := c.do(pos.AskBilled{Item: i, Book: true, By: "店长", Reason: "账单上有"})
		if s.Message.ID != "bill-booked" || len(s.Exceptions) != 1 {
			t.Fatalf("%q %+v", s.Message.ID, s.Exceptions)
		}
		x := s.Exceptions[0]
		if x.Amount != 777 || x.Settlement != 700 || x.Reason != pos.ExceptUnknown || x.TransactionID != i.TransactionID || x.Decided.By != "店长" || !x.RefundAt.IsZero() {
			t.Errorf("%+v", x)
		}
		if p, err := c.book.Payment(t.Context(), i.OutTradeNo); err != nil || p.Evidence != pos.ByBill || p.State != pos.Exception {
			t.Errorf("%+v %v", p, err)
		}
	})
}

func TestAskBilled_ARefundIsLookedForAtItsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		pay := c.sellCola()
		wx.pay(pay.OutTradeNo)
		c.wait(10 * time.Second)
		wx.mu.Lock()
		wx.refunds = append(wx.refunds, &refundAt{no: "PLATFORM-1", order: "42" + pay.OutTradeNo, amount: 100, state: pos.RefSuccess})
		wx.mu.Unlock()
		c.do(pos.AskBilled{Item: pos.BillItem{Kind: pos.BillRefund, OutTradeNo: pay.OutTradeNo, OutRefundNo: "PLATFORM-1", Amount: 100}})
		c.wait(time.Second)
		if len(c.book.refunds) != 1 || !c.book.refunds[0].Portal || c.book.refunds[0].State != pos.RefundDone {
			t.Errorf("%+v", c.book.refunds)
		}
	})
}

func TestBilled_IsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, newBook(), nil)
		defer c.close()
		c.till.Billed(20261119, 0, nil)
		c.wait(time.Millisecond)
		c.till.Billed(20261119, 3, nil)
		c.wait(time.Millisecond)
		c.till.Billed(20261119, 0, pos.E(pos.CodeInvalid, "read bill", nil))
		c.wait(time.Millisecond)
		for _, id := range []string{"bill-clean", "bill-differs", "bill-trouble"} {
			if !slices.Contains(c.seen, id) {
				t.Errorf("%s was not said: %v", id, c.seen)
			}
		}
	})
}

// Whatever a screen lets people do: what is given in somebody's name is done only by leave of that very person.
func TestPostBy_OnlyWhoIsThereOrJustAllowedIt(t *testing.T) {
	ask := pos.AskBilled{Item: pos.BillItem{Kind: pos.BillPayment, OutTradeNo: "S001-T1-261119BILLED000001"}, Book: true, Reason: "账单上有"}
	synctest.Test(t, func(t *testing.T) {
		c, people := manned(t)
		defer c.close()
		refused := func(when string, by string) {
			t.Helper()
			before := c.wx.count(pos.DoQuery)
			if err := c.till.Leave(t.Context(), by, pos.DeedDecide); pos.CodeOf(err) != pos.CodeForbidden {
				t.Errorf("%s: leave of %s: %v", when, by, err)
			}
			c.till.PostBy(ask, by)
			if s := c.wait(5 * time.Second); c.wx.count(pos.DoQuery) != before || s.Message.ID != "forbidden" || s.Message.Args[0] != string(pos.DeedDecide) {
				t.Errorf("%s, in the name of %s: said %+v", when, by, s.Message)
			}
		}
		done := func(when string, by string) {
			t.Helper()
			before := c.wx.count(pos.DoQuery)
			if err := c.till.Leave(t.Context(), by, pos.DeedDecide); err != nil {
				t.Errorf("%s: leave of %s: %v", when, by, err)
			}
			c.till.PostBy(ask, by)
			if c.wait(5 * time.Second); c.wx.count(pos.DoQuery) == before {
				t.Errorf("%s, in the name of %s: not done", when, by)
			}
		}
		_, _, cashier := people.of(pos.RoleCashier)
		_, _, manager := people.of(pos.RoleManager)
		_, _, owner := people.of(pos.RoleOwner)
		allow := func(d pos.Deed) {
			c.do(pos.Approved{Command: pos.Look{Deed: d}, By: people.manager, PIN: managerPIN})
			c.wait(time.Second)
		}

		c.wait(time.Minute)
		refused("locked", manager)
		c.signIn(people.cashier, cashierPIN)
		refused("a cashier alone", cashier)
		refused("a cashier alone", manager)
		allow(pos.DeedBooks)
		refused("let in to look at the books", manager)
		allow(pos.DeedDecide)
		refused("allowed by another", owner)
		refused("allowed by the manager", cashier)
		done("allowed by the manager", manager)
		c.wait(time.Minute)
		refused("a minute later", manager)
		allow(pos.DeedDecide)
		c.do(pos.Lock{})
		refused("locked since", manager)
		c.signIn(people.cashier, cashierPIN)
		refused("unlocked again", manager)
		c.signIn(people.manager, managerPIN)
		done("the manager is there", manager)
		refused("the manager is there", cashier)
	})
	synctest.Test(t, func(t *testing.T) {
		c := open(t, newBook(), newWeChat())
		if err := c.till.Leave(t.Context(), "会计", pos.DeedDecide); err != nil {
			t.Errorf("without staff: %v", err)
		}
		stopped, cancel := context.WithCancel(t.Context())
		c.close()
		cancel()
		if err := c.till.Leave(stopped, "会计", pos.DeedDecide); !errors.Is(err, context.Canceled) {
			t.Errorf("of a till that has stopped: %v", err)
		}
	})
}
