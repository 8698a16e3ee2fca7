package checkout_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

func TestNotice_SettlesAsksOrIsRefused(t *testing.T) {
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
			case "less":
				n.Trade.Amount = 1
			case "unknown":
				n.OutTradeNo = "S001-T2-261120XXXXXXXXXXXX" // another till's
			}
			return n, nil
		}
		post := func(body string) string {
			_, reply := c.till.Notice(t.Context(), []byte(body))
			return string(reply)
		}
		for body, want := range map[string]string{
			"forged": "false forged", "foreign": "false foreign", "unknown": "false unknown", "less": "false later",
		} {
			if got := post(body); got != want {
				t.Errorf("%s: %q, want %q", body, got, want)
			}
		}
		if s := c.wait(time.Second); s.Done != nil || s.Pay == nil {
			t.Fatal("none of these is money")
		}
		wx.pay(pay.OutTradeNo)
		if got := post("good"); got != "true settles" {
			t.Fatal(got)
		}
		if s := c.snap(); s.Done == nil {
			t.Fatal("settled before WeChat is answered")
		}
		if p, _ := c.book.Payment(t.Context(), pay.OutTradeNo); p.Evidence != pos.ByNotify {
			t.Errorf("proved by %q", p.Evidence)
		}
		if got := post("good"); got != "true replay" {
			t.Errorf("again: %q", got)
		}
		notice.Trade.TransactionID = "another"
		if got := post("good"); got != "true settles" || len(c.book.exceptions) != 1 {
			t.Errorf("a second transaction: %q, %d", got, len(c.book.exceptions))
		}
		c.book.fail(pos.E(pos.CodeFull, "commit", nil))
		if got := post("good"); got != "false broken" {
			t.Errorf("what cannot be written must not be accepted: %q", got)
		}
		c.book.fail(nil)
		c.audit()
	})
}

func TestServeHTTP(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		wx.verify = func([]byte) (pos.Notice, error) { return pos.Notice{}, pos.E(pos.CodeBadSign, "read", nil) }
		c := open(t, newBook(), wx)
		defer c.close()
		for _, tt := range []struct {
			method, body string
			want         int
		}{{"POST", "x", 200}, {"GET", "", 405}, {"POST", strings.Repeat("x", 65<<10), 413}} {
			w := httptest.NewRecorder()
			c.till.ServeHTTP(w, httptest.NewRequest(tt.method, "/", strings.NewReader(tt.body)))
			if w.Code != tt.want {
				t.Errorf("%s of %d bytes: %d, want %d", tt.method, len(tt.body), w.Code, tt.want)
			}
		}
		var _ http.Handler = c.till
	})
}

func TestNotice_AFloodOfForgeriesDoesNotFillTheDisk(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		wx.verify = func([]byte) (pos.Notice, error) { return pos.Notice{}, pos.E(pos.CodeBadSign, "read", nil) }
		c := open(t, newBook(), wx)
		defer c.close()
		for range 500 {
			c.till.Notice(t.Context(), []byte("x"))
		}
		if n := len(c.book.notices); n > 70 {
			t.Errorf("%d forgeries were kept", n)
		}
	})
}

func TestNotice_ForAnOrderAtItsEndIsSaidAgain(t *testing.T) {
	in(t, func(t *testing.T) {
		wx := newWeChat()
		c := open(t, newBook(), wx)
		defer c.close()
		pay := c.sellCola()
		c.do(pos.LeaveCode{})
		c.wait(2 * time.Second)
		wx.verify = func([]byte) (pos.Notice, error) {
			return pos.Notice{OutTradeNo: pay.OutTradeNo, Success: true, Trade: pos.Trade{TransactionID: "t", Amount: 1, Currency: "CNY"}}, nil
		}
		if _, reply := c.till.Notice(t.Context(), []byte("less")); string(reply) != "false later" {
			t.Errorf("%s", reply)
		}
	})
}
