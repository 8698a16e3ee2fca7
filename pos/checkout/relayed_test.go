package checkout_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/checkout"
)

var (
	lineFine = pos.Part{Light: pos.LightOK}
	lineDown = pos.Part{Light: pos.LightBad, Cause: pos.CodeRelay}
)

func (c *counter) relay(p pos.Part) pos.Snapshot {
	c.till.RelayHealth(p)
	return c.snap()
}

func TestTakeNotice_ByTheVerdict(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		pay := c.sellCola()
		notice := pos.Notice{OutTradeNo: pay.OutTradeNo, Success: true, Trade: pos.Trade{TransactionID: "42" + pay.OutTradeNo, Amount: 300, Currency: "CNY"}}
		wx.verify = func(body []byte) (pos.Notice, error) {
			n := notice
			switch string(body) {
			case "forged":
				return n, pos.E(pos.CodeBadSign, "read notice", errors.New("sign"))
			case "foreign":
				return n, pos.E(pos.CodeNotOurs, "read notice", nil)
			case "noise":
				return n, pos.E(pos.CodeBadAnswer, "read notice", nil)
			case "failed":
				n.Success = false
			case "less":
				n.Trade.Amount = 1
			case "unknown":
				n.OutTradeNo = "S001-T2-261120XXXXXXXXXXXX"
			}
			return n, nil
		}
		full := pos.E(pos.CodeFull, "commit", nil)
		for _, tt := range []struct {
			body   string
			book   error
			status int
			live   string
		}{
			{"forged", nil, 401, "false forged"},
			{"foreign", nil, 403, "false foreign"},
			{"noise", nil, 422, "false broken"},
			{"unknown", nil, 404, "false unknown"},
			{"less", nil, 503, "false later"},
			{"failed", nil, 200, "true asks"},
			{"good", full, 503, "false broken"},
			{"good", nil, 200, "true settles"},
			{"good", nil, 200, "true replay"},
		} {
			c.book.fail(tt.book)
			live := c.till.TakeNotice(t.Context(), pos.RelayRequest{ID: "1", Body: []byte(tt.body)})
			if live.ID != "1" || live.Status != tt.status || string(live.Body) != tt.live || live.ContentType == "" {
				t.Errorf("%s live: %d %q, want %q", tt.body, live.Status, live.Body, tt.live)
			}
			stored := c.till.TakeNotice(t.Context(), pos.RelayRequest{ID: "2", Body: []byte(tt.body), Stored: true})
			if stored.ID != "2" || stored.Status != tt.status || stored.Body != nil {
				t.Errorf("%s stored: %d, want %d", tt.body, stored.Status, tt.status)
			}
			c.book.fail(nil)
		}
		if p, _ := c.book.Payment(t.Context(), pay.OutTradeNo); p.Evidence != pos.ByNotify {
			t.Errorf("proved by %q", p.Evidence)
		}
	})
}

func TestTakeNotice_WhatTheTillCannotJudgeNowComesAgain(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		wx.verify = func([]byte) (pos.Notice, error) { return pos.Notice{}, nil }
		hold := make(chan struct{})
		stuck := false // set and read between synctest.Waits
		c := open(t, newBook(), wx, func(cfg *checkout.Config) {
			show := cfg.Publish
			cfg.Publish = func(s pos.Snapshot) {
				show(s)
				if stuck {
					<-hold
				}
			}
		})
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		synctest.Wait()
		stuck = true
		c.till.Post(pos.ScanText{Text: "6901234567892"})
		synctest.Wait()
		if a := c.till.TakeNotice(ended, pos.RelayRequest{Stored: true}); a.Status != http.StatusServiceUnavailable {
			t.Errorf("busy: %d", a.Status)
		}
		close(hold)
		c.close()
		if a := c.till.TakeNotice(t.Context(), pos.RelayRequest{Stored: true}); a.Status != http.StatusServiceUnavailable {
			t.Errorf("stopped: %d", a.Status)
		}
		if a := c.till.TakeNotice(t.Context(), pos.RelayRequest{}); a.Status != http.StatusServiceUnavailable || string(a.Body) != "false stopping" {
			t.Errorf("stopped, live: %d %s", a.Status, a.Body)
		}
		off := open(t, newBook(), nil)
		defer off.close()
		for _, stored := range []bool{true, false} {
			if a := off.till.TakeNotice(t.Context(), pos.RelayRequest{Stored: stored}); a.Status != http.StatusServiceUnavailable {
				t.Errorf("without keys: %d", a.Status)
			}
		}
	})
}

func TestRelayHealth_PollingRelaxesAndComesBackAtOnce(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		if s := c.snap(); s.Health.Relay.Light != pos.LightOff {
			t.Errorf("without a relay: %q", s.Health.Relay.Light)
		}
		if s := c.relay(lineFine); s.Health.Relay != lineFine {
			t.Errorf("%+v", s.Health.Relay)
		}
		c.sellCola()
		before := wx.count(pos.DoQuery)
		c.wait(60 * time.Second)
		if n := wx.count(pos.DoQuery) - before; n < 5 || n > 6 { // by the table it is 15 and 10
			t.Errorf("%d queries in the first minute with the relay", n)
		}
		c.wait(3 * time.Second)
		before = wx.count(pos.DoQuery)
		c.relay(lineDown)
		c.wait(100 * time.Millisecond)
		if n := wx.count(pos.DoQuery) - before; n != 1 {
			t.Errorf("%d queries when the line was lost", n)
		}
		c.relay(pos.Part{Light: pos.LightBusy})
		c.wait(30 * time.Second)
		if n := wx.count(pos.DoQuery) - before; n < 10 || n > 11 {
			t.Errorf("%d queries in half a minute without the relay", n)
		}
		before = wx.count(pos.DoQuery)
		c.relay(lineFine)
		if c.wait(100 * time.Millisecond); wx.count(pos.DoQuery)-before > 1 {
			t.Error("a line that is back is no reason to ask")
		}
	})
}

func TestRelayHealth_WhatAPersonAskedAndTheFirstAnswerDoNotWait(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		c.relay(lineFine)
		c.sellCola()
		before := wx.count(pos.DoQuery)
		c.do(pos.AskNow{})
		c.wait(100 * time.Millisecond)
		if n := wx.count(pos.DoQuery) - before; n != 1 {
			t.Errorf("asked %d times", n)
		}
		wx.mu.Lock()
		wx.faulty = func(pos.EffectKind) (bool, bool) { return false, true } // WeChat's line is bad: the table again
		before = wx.calls[pos.DoQuery]
		wx.mu.Unlock()
		c.wait(40 * time.Second)
		if n := wx.count(pos.DoQuery) - before; n < 10 {
			t.Errorf("%d queries while WeChat does not answer", n)
		}
	})
}

func TestRelayHealth_LeavesPaymentCodesAndClosedOrdersAlone(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := withCode(charge{answer: pos.SigPaying, then: pos.SigPaying})
		c := open(t, newBook(), wx)
		defer c.close()
		c.relay(lineFine)
		c.sellCola()
		c.do(scanCode())
		if s := c.wait(time.Second); s.Pay == nil || s.Pay.Tender != pos.TenderCode {
			t.Fatalf("%+v", s.Pay)
		}
		c.wait(8 * time.Second) // the QR that was on the glass is closed by now
		before := wx.count(pos.DoQuery)
		c.wait(31 * time.Second)
		if n := wx.count(pos.DoQuery) - before; n < 5 {
			t.Errorf("%d queries of a payment code", n)
		}
	})
	in(t, func(t *testing.T) {
		wx := newWeChat()
		wx.minAge = 5 * time.Minute
		c := open(t, newBook(), wx)
		defer c.close()
		c.relay(lineFine)
		c.sellCola()
		c.do(pos.LeaveCode{})
		before := wx.count(pos.DoQuery)
		c.wait(6500 * time.Millisecond)
		if n := wx.count(pos.DoQuery) - before; n < 3 {
			t.Errorf("%d queries of an order that left the glass", n)
		}
	})
}

func TestRelayHealth_ALostNoticeCostsTenSeconds(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		c.relay(lineFine)
		pay := c.sellCola()
		c.wait(10100 * time.Millisecond) // it was asked about a moment ago: the worst
		wx.pay(pay.OutTradeNo)
		if s := c.wait(pos.RelaxedPoll + 100*time.Millisecond); s.Done == nil {
			t.Error("not found by asking")
		}
		c.audit()
	})
}

func TestRelayHealth_TheRelayDiesRightAfterThePayment(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		c.relay(lineFine)
		pay := c.sellCola()
		c.wait(10100 * time.Millisecond)
		wx.pay(pay.OutTradeNo)
		c.relay(lineDown)
		if s := c.wait(100 * time.Millisecond); s.Done == nil {
			t.Error("the order must be asked about as soon as the line is lost")
		}
		if p, _ := c.book.Payment(t.Context(), pay.OutTradeNo); p.Evidence != pos.ByPoll {
			t.Errorf("proved by %q", p.Evidence)
		}
		c.audit()
	})
}

func TestRelayHealth_ANoticeSettlesWhileRelaxed(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		c.relay(lineFine)
		pay := c.sellCola()
		wx.verify = func([]byte) (pos.Notice, error) {
			return pos.Notice{OutTradeNo: pay.OutTradeNo, Success: true, Trade: pos.Trade{TransactionID: "42" + pay.OutTradeNo, Amount: 300, Currency: "CNY"}}, nil
		}
		wx.pay(pay.OutTradeNo)
		queries := wx.count(pos.DoQuery)
		c.till.TakeNotice(t.Context(), pos.RelayRequest{})
		if s := c.snap(); s.Done == nil {
			t.Error("paid by notice, and not shown")
		}
		if wx.count(pos.DoQuery) != queries {
			t.Error("WeChat was asked although it had said so")
		}
		if !slices.Contains(c.book.notices, pos.NoticeSettles) {
			t.Errorf("%v", c.book.notices)
		}
		c.audit()
	})
}
