package checkout_test

import (
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
)

// oldApp is an order of an app of 2014.
func oldApp(ref string) pos.PhoneOrder {
	return pos.PhoneOrder{Origin: pos.OriginApp, Tender: pos.TenderApp, API: pos.APIv1, Ref: ref, Lines: phoneLines(1)}
}

func TestV1_AnOrderIsAskedAboutByTheInterfaceThatMadeIt(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx, old := newBook(), newWeChat(), newWeChat()
		with := func(cfg *checkout.Config) { cfg.V1 = old }
		c := open(t, b, wx, with)
		defer func() { c.close() }()
		asked := wx.count(pos.DoQuery)
		k := c.mustOrder(oldApp("R1"))
		old.mu.Lock()
		old.faulty = func(pos.EffectKind) (bool, bool) { return false, true } // its line goes down: that of the shop does not
		old.mu.Unlock()
		if s := c.wait(20 * time.Second); s.Health.WeChat.Light != pos.LightOK {
			t.Errorf("%+v", s.Health.WeChat)
		}
		old.mu.Lock()
		old.faulty = nil
		old.mu.Unlock()
		if wx.count(pos.DoOrder) != 0 || wx.count(pos.DoQuery) != asked || old.count(pos.DoOrder) != 1 || old.count(pos.DoQuery) == 0 {
			t.Errorf("the shop's own was asked: %v, the retired one: %v", wx.calls, old.calls)
		}
		if _, err := c.order(oldApp("R1")); err != nil {
			t.Error(err)
		}
		shop := oldApp("R1")
		shop.API = pos.APIShop
		if _, err := c.order(shop); pos.CodeOf(err) != pos.CodeConflict {
			t.Error(err)
		}

		// What the shop's own keys signed is of no order of the retired interface, nor the other way round.
		n := pos.Notice{OutTradeNo: k.OutTradeNo, Success: true, Trade: pos.Trade{TransactionID: "42x", Amount: k.Amount, Currency: pos.Currency}}
		wx.verify = func([]byte) (pos.Notice, error) { return n, nil }
		c.till.Notice(t.Context(), []byte("x"))
		if v := b.notices[len(b.notices)-1]; v != pos.NoticeUnknown || b.sales[1].State != pos.SaleOpen {
			t.Fatalf("%s, the sale is %s", v, b.sales[1].State)
		}

		c.close()
		c = open(t, b, wx) // somebody took the account out of the settings
		if s := c.wait(time.Minute); len(s.Pending) != 1 || s.Pending[0].Cause != pos.CodeConfig || s.Pending[0].State != pos.Closing || wx.count(pos.DoClose) != 0 {
			t.Errorf("%+v", s.Pending)
		}
		c.close()
		c = open(t, b, wx, with)
		old.pay(k.OutTradeNo)
		if c.wait(time.Hour); b.sales[1].State != pos.SaleClosed {
			t.Errorf("%+v", b.sales[1])
		}
	})
}

func TestV1_NothingIsRefundedThroughWeChat(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx, old := newBook(), newWeChat(), newWeChat()
		c := open(t, b, wx, func(cfg *checkout.Config) { cfg.V1 = old })
		defer func() { c.close() }()
		k := c.mustOrder(oldApp("R1"))
		old.pay(k.OutTradeNo)
		c.wait(5 * time.Second)
		s := c.do(pos.RefundSale{Sale: 1, Amount: 100, Reason: "包装破损", Approver: "李强"})
		if s.Message.ID != "refund-retired" || len(b.refunds) != 0 {
			t.Errorf("%+v", s.Message)
		}

		k = c.mustOrder(oldApp("R2")) // paid with another amount: an exception that does not give itself back
		old.mu.Lock()
		old.orders[k.OutTradeNo].amount--
		old.mu.Unlock()
		old.pay(k.OutTradeNo)
		if s = c.wait(5 * time.Second); s.Excepted != 1 || !s.Exceptions[0].RefundAt.IsZero() || s.Message.ID != "exception" {
			t.Fatalf("%+v %+v", s.Message, s.Exceptions)
		}
		s = c.wait(5 * time.Minute)
		if s.Excepted != 1 || !s.Exceptions[0].RefundAt.IsZero() || len(b.refunds) != 0 {
			t.Fatalf("%+v", s.Exceptions)
		}
		s = c.do(pos.DecideException{ID: s.Exceptions[0].ID, Action: pos.ActRefund, By: "李强"})
		if s.Message.ID != "refund-retired" || len(b.refunds) != 0 || len(wx.refunds) != 0 {
			t.Errorf("%+v", s.Message)
		}
		s = c.do(pos.DecideException{ID: s.Exceptions[0].ID, Action: pos.ActNote, By: "李强", Reason: "旧平台已退"})
		if s.Excepted != 0 {
			t.Errorf("%+v", s.Exceptions)
		}
	})
}

// oldNotices reads the notices of the retired interface.
type oldNotices struct{ n pos.Notice }

func (o oldNotices) ReadNotice(body []byte) (pos.Notice, error) {
	if string(body) != "sign=A&out_trade_no=1\n<xml/>" {
		return pos.Notice{}, pos.E(pos.CodeBadSign, "read notice", nil)
	}
	return o.n, nil
}

func (oldNotices) Reply(ok bool, _ string) (string, []byte) {
	if ok {
		return "text/plain", []byte("success")
	}
	return "text/plain", []byte("fail")
}

func TestV1_ItsNoticesComeInTheQuery(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx, old := newBook(), newWeChat(), newWeChat()
		notices := &oldNotices{}
		c := open(t, b, wx, func(cfg *checkout.Config) { cfg.V1, cfg.V1Notices = old, notices })
		defer c.close()
		k := c.mustOrder(oldApp("R1"))
		shop := c.mustOrder(mini("R2"))
		r := pos.RelayRequest{ID: "1", Kind: pos.RelayNotice, Query: "sign=A&out_trade_no=1", Body: []byte("<xml/>")}
		notices.n = pos.Notice{OutTradeNo: shop.OutTradeNo, Success: true, Trade: pos.Trade{TransactionID: "42y", Amount: shop.Amount, Currency: pos.Currency}}
		if a := c.till.TakeNotice(t.Context(), r); a.Status != 404 || string(a.Body) != "fail" || b.sales[2].State != pos.SaleOpen {
			t.Errorf("%d %s: it is of no order of that interface", a.Status, a.Body)
		}
		old.pay(k.OutTradeNo)
		notices.n = pos.Notice{OutTradeNo: k.OutTradeNo, Success: true, Trade: pos.Trade{TransactionID: "42" + k.OutTradeNo, Amount: k.Amount, Currency: pos.Currency}}
		if a := c.till.TakeNotice(t.Context(), r); a.Status != 200 || string(a.Body) != "success" || b.sales[1].State != pos.SaleClosed {
			t.Errorf("%d %s, the sale is %s", a.Status, a.Body, b.sales[1].State)
		}
		r.Body = nil
		if a := c.till.TakeNotice(t.Context(), r); a.Status != 401 || string(a.Body) != "fail" {
			t.Errorf("forged: %d %s", a.Status, a.Body)
		}
		c.audit()
	})
}

// The books were restored from a backup that is older than the order, and its notice is all that will ever tell of it: the relay says it once.
func TestV1_MoneyOfLostBooksIsAnException(t *testing.T) {
	in(t, func(t *testing.T) {
		b, wx, old := newBook(), newWeChat(), newWeChat()
		notices := &oldNotices{}
		c := open(t, b, wx, func(cfg *checkout.Config) { cfg.V1, cfg.V1Notices = old, notices })
		defer c.close()
		r := pos.RelayRequest{ID: "1", Kind: pos.RelayNotice, Stored: true, Query: "sign=A&out_trade_no=1", Body: []byte("<xml/>")}
		notices.n = pos.Notice{OutTradeNo: "S001-T1-261120LOST0000001", Success: true, Trade: pos.Trade{TransactionID: "42lost", Amount: 950, Currency: pos.Currency}}
		a := c.till.TakeNotice(t.Context(), r)
		s := c.snap()
		if a.Status != 200 || s.Excepted != 1 || s.Exceptions[0].Reason != pos.ExceptUnknown || s.Exceptions[0].Amount != 950 || s.Message.Kind != pos.MsgAlarm {
			t.Fatalf("%d %+v %+v", a.Status, s.Message, s.Exceptions)
		}
		if p := b.payments[1]; p.API != pos.APIv1 || p.Tender != pos.TenderApp {
			t.Errorf("%+v", p)
		}
		if s = c.do(pos.DecideException{ID: s.Exceptions[0].ID, Action: pos.ActRefund, By: "李强"}); s.Message.ID != "refund-retired" {
			t.Errorf("%+v", s.Message)
		}
		if a = c.till.TakeNotice(t.Context(), r); a.Status != 200 || c.snap().Excepted != 1 {
			t.Errorf("again: %d", a.Status)
		}
		notices.n.OutTradeNo = "S001-T2-261120LOST0000001" // another till's
		notices.n.Trade.TransactionID = "42other"
		if a = c.till.TakeNotice(t.Context(), r); a.Status != 404 || c.snap().Excepted != 1 {
			t.Errorf("of another till: %d", a.Status)
		}
	})
}

// Our clock is half an hour ahead: by it the order would still be payable for as long after we called it ended.
func TestV1_AnOrderEndsByWeChatsClock(t *testing.T) {
	in(t, func(t *testing.T) {
		wx, old := newWeChat(), newWeChat()
		wx.skew = 30 * time.Minute
		c := open(t, newBook(), wx, func(cfg *checkout.Config) { cfg.V1 = old })
		defer c.close()
		now := time.Now()
		k := c.mustOrder(oldApp("R1"))
		if o := old.composed[0]; !o.OpenedAt.Equal(now.Add(-30*time.Minute)) || !o.ExpiresAt.Equal(k.ExpiresAt.Add(-30*time.Minute)) {
			t.Errorf("at %v: from %v to %v", now, o.OpenedAt, o.ExpiresAt)
		}
	})
}
