package main

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"guitai/pos/wechat/sim"
)

// wireFault is one way in which a call goes wrong.
type wireFault struct {
	name string
	do   func(w *wire, c *call) said
}

var (
	noRoute   = &wireFault{"no-route", func(w *wire, c *call) said { c.travel(); return said{err: errNoLine} }}
	blackHole = &wireFault{"black-hole", func(w *wire, c *call) said { c.sleep(time.Minute, 2*time.Minute); return said{err: errReset} }}
)

// wireFaults are the ways in which a call goes wrong, one as likely as another. What is not honest must move nothing.
var wireFaults = []*wireFault{
	noRoute,
	blackHole,
	{"request-lost", func(w *wire, c *call) said { c.travel(); return said{err: errReset} }},
	{"answer-lost", func(w *wire, c *call) said { w.deliver(c); return said{err: errReset} }},
	{"answer-hangs", func(w *wire, c *call) said {
		w.deliver(c)
		c.sleep(time.Minute, 2*time.Minute)
		return said{err: errReset}
	}},
	{"answer-slow", func(w *wire, c *call) said { a := w.deliver(c); c.sleep(time.Second, 9*time.Second); return a }},
	{"request-slow", func(w *wire, c *call) said { c.sleep(3*time.Second, 40*time.Second); return w.deliver(c) }},
	{"request-twice", func(w *wire, c *call) said { c.travel(); w.act(c); return w.deliver(c) }},
	{"gateway-502", func(w *wire, c *call) said { c.travel(); return page(http.StatusBadGateway, "<html>502</html>") }},
	{"gateway-502-acted", func(w *wire, c *call) said { w.deliver(c); return page(http.StatusBadGateway, "<html>502</html>") }},
	{"busy-429", func(w *wire, c *call) said { c.travel(); return page(http.StatusTooManyRequests, "slow down") }},
	{"portal-200", func(w *wire, c *call) said {
		c.travel()
		return page(http.StatusOK, "<html><body>请登录 Wi-Fi</body></html>")
	}},
	{"portal-302", func(w *wire, c *call) said { c.travel(); return page(http.StatusFound, "") }},
	{"empty", func(w *wire, c *call) said { w.deliver(c); return page(http.StatusOK, "") }},
	{"garbled", tamper(func(w *wire, c *call, b []byte) []byte {
		for range 8 {
			b[c.r.IntN(len(b))] = byte(c.r.IntN(256))
		}
		return b
	})},
	{"cut", tamper(func(w *wire, c *call, b []byte) []byte { return b[:c.r.IntN(len(b))] })},
	{"sign-wrong", tamper(func(w *wire, c *call, b []byte) []byte {
		f := fields(b)
		f["sign"] = strings.Repeat("A", len(f["sign"]))
		return document(f)
	})},
	{"sign-missing", tamper(func(w *wire, c *call, b []byte) []byte { f := lie(w, c, b); delete(f, "sign"); return document(f) })},
	{"edited", tamper(func(w *wire, c *call, b []byte) []byte { return document(lie(w, c, b)) })},
	{"field-added", tamper(func(w *wire, c *call, b []byte) []byte {
		return bytes.Replace(b, []byte("</xml>"), []byte("<promotion_tag><![CDATA[x]]></promotion_tag></xml>"), 1)
	})},
	{"other-merchant", tamper(func(w *wire, c *call, b []byte) []byte {
		f := lie(w, c, b)
		f["mch_id"], f["appid"] = "1900009999", "wx9999999999999999"
		return w.seal(f)
	})},
	{"other-order", func(w *wire, c *call) said { // an honest answer, but to another question
		a := w.deliver(c)
		w.mu.Lock()
		defer w.mu.Unlock()
		if c.path == "/pay/orderquery" && w.paid != nil && field(w.paid, "out_trade_no") != c.no {
			return said{status: http.StatusOK, header: http.Header{}, body: w.paid}
		}
		return a
	}},
	{"unsigned-fail", func(w *wire, c *call) said {
		c.travel()
		words := []string{"签名错误", "系统繁忙,请稍后再试", "appid不存在", "mch_id不存在", "OK"}[c.r.IntN(5)]
		return page(http.StatusOK, string(document(map[string]string{"return_code": "FAIL", "return_msg": words})))
	}},
	{"unsigned-not-exist", func(w *wire, c *call) said {
		c.travel()
		return page(http.StatusOK, string(document(map[string]string{"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "ORDERNOTEXIST"})))
	}},
	// What follows is WeChat itself on a bad day: signed.
	{"systemerror", func(w *wire, c *call) said { c.travel(); return w.refusal(c, "SYSTEMERROR") }},
	{"systemerror-acted", func(w *wire, c *call) said { w.deliver(c); return w.refusal(c, "SYSTEMERROR") }},
	{"frequency", func(w *wire, c *call) said { c.travel(); return w.refusal(c, "FREQUENCY_LIMITED") }},
	{"not-exist-yet", func(w *wire, c *call) said { // an order that was just made is not known everywhere at once
		a := w.deliver(c)
		if c.path == "/pay/orderquery" && field(a.body, "trade_state") == sim.StateNotPay && w.l.clock.wrongBy() == 0 && w.l.judge.youngerThan(c.no, 90*time.Second) {
			return w.refusal(c, "ORDERNOTEXIST")
		}
		return a
	}},
	{"stale", func(w *wire, c *call) said { // a replica that has not heard of the payment yet
		a := w.deliver(c)
		w.mu.Lock()
		defer w.mu.Unlock()
		if old := w.old[c.no]; c.path == "/pay/orderquery" && old != nil && field(a.body, "trade_state") == sim.StateNotPay {
			a.body, a.honest = old, true
		}
		return a
	}},
	{"close-denied", func(w *wire, c *call) said {
		if c.path == "/pay/closeorder" {
			c.travel()
			return w.refusal(c, sim.CodeCloseTooEarly)
		}
		return w.deliver(c)
	}},
}

func page(status int, text string) said {
	return said{status: status, header: http.Header{}, body: []byte(text)}
}

// tamper makes a fault out of what somebody does to WeChat's answer on the way.
func tamper(change func(w *wire, c *call, body []byte) []byte) func(w *wire, c *call) said {
	return func(w *wire, c *call) said {
		a := w.deliver(c)
		if a.err != nil || len(a.body) == 0 {
			return a
		}
		before := a.body
		a.body = change(w, c, bytes.Clone(before))
		a.honest = a.honest && maps.Equal(fields(before), fields(a.body))
		a.bent = !bytes.Equal(before, a.body)
		return a
	}
}

// lie is what somebody on the line would like the till to hear.
func lie(w *wire, c *call, body []byte) map[string]string {
	f := fields(body)
	f["return_code"], f["result_code"] = "SUCCESS", "SUCCESS"
	delete(f, "err_code")
	switch c.path {
	case "/pay/unifiedorder":
		f["code_url"], f["trade_type"], f["prepay_id"] = "weixin://wxpay/bizpayurl?pr=thief", "NATIVE", "wx0"
	case "/pay/orderquery":
		f["out_trade_no"] = c.no
		if f["trade_state"] == sim.StateSuccess || c.r.IntN(3) == 0 {
			f["trade_state"] = sim.StateClosed
			break
		}
		f["trade_state"], f["trade_type"] = sim.StateSuccess, "NATIVE"
		f["total_fee"], f["fee_type"], f["cash_fee"] = w.l.judge.askedFor(c.no), "CNY", w.l.judge.askedFor(c.no)
		f["transaction_id"], f["bank_type"], f["openid"] = fmt.Sprintf("4999%024d", c.r.Uint32()), "OTHERS", "o"
		f["time_end"] = time.Now().Format("20060102150405")
	}
	return f
}

// refusal is a signed FAIL.
func (w *wire) refusal(c *call, code string) said {
	f := map[string]string{
		"return_code": "SUCCESS", "return_msg": "OK", "result_code": "FAIL", "err_code": code, "err_code_des": "x", "nonce_str": "n",
		"appid": sim.PracticeAppID, "mch_id": sim.PracticeMchID,
	}
	return said{status: http.StatusOK, header: http.Header{}, body: w.seal(f), honest: true}
}

// noticeFault is one way in which a notice goes wrong.
type noticeFault struct {
	name string
	do   func(w *wire, r *rand.Rand, body []byte) (*http.Response, error)
}

var noticeFaults = []noticeFault{
	{"notice-lost-once", func(w *wire, r *rand.Rand, body []byte) (*http.Response, error) { return nil, errReset }},
	{"notice-answer-lost", func(w *wire, r *rand.Rand, body []byte) (*http.Response, error) {
		w.post(body, true) //nolint:errcheck // nobody hears it
		return nil, errReset
	}},
	{"notice-twice", func(w *wire, r *rand.Rand, body []byte) (*http.Response, error) {
		w.post(body, true) //nolint:errcheck // the second answer counts
		return w.post(body, true)
	}},
	{"notice-overtaken", func(w *wire, r *rand.Rand, body []byte) (*http.Response, error) {
		w.flights.Go(func() {
			time.Sleep(time.Duration(r.Int64N(int64(3 * time.Minute))))
			w.post(body, true) //nolint:errcheck // WeChat no longer waits
		})
		return nil, errReset
	}},
	{"notice-forged-first", func(w *wire, r *rand.Rand, body []byte) (*http.Response, error) {
		w.forge(r, body)
		return w.post(body, true)
	}},
}

// forgeries are documents that somebody posts to the till's listener. None of them is WeChat's notice of a payment.
var forgeries = []struct {
	name string
	make func(w *wire, r *rand.Rand, true map[string]string) []byte
}{
	{"sign-wrong", func(w *wire, r *rand.Rand, f map[string]string) []byte {
		f["sign"] = strings.Repeat("0", len(f["sign"]))
		return document(f)
	}},
	{"sign-missing", func(w *wire, r *rand.Rand, f map[string]string) []byte { delete(f, "sign"); return document(f) }},
	{"sign-by-another", func(w *wire, r *rand.Rand, f map[string]string) []byte {
		f["sign"] = sign(f, "AnotherKeyThanTheTillHas00000000", w.l.temper.signType)
		return document(f)
	}},
	{"amount-edited", func(w *wire, r *rand.Rand, f map[string]string) []byte { f["total_fee"] += "0"; return document(f) }},
	{"number-edited", func(w *wire, r *rand.Rand, f map[string]string) []byte {
		f["out_trade_no"] = w.l.judge.anyLive(f["out_trade_no"])
		f["transaction_id"] = fmt.Sprintf("4999%024d", r.Uint32())
		f["total_fee"] = w.l.judge.askedFor(f["out_trade_no"])
		return document(f)
	}},
	{"field-added", func(w *wire, r *rand.Rand, f map[string]string) []byte { f["promotion_tag"] = "x"; return document(f) }},
	{"other-merchant", func(w *wire, r *rand.Rand, f map[string]string) []byte {
		f["appid"], f["mch_id"] = "wx9999999999999999", "1900009999"
		f["sign"] = sign(f, "AnotherShopsPracticeKeyForNotice", w.l.temper.signType)
		return document(f)
	}},
	{"other-merchant-our-key", func(w *wire, r *rand.Rand, f map[string]string) []byte { f["mch_id"] = "1900009999"; return w.seal(f) }},
	{"number-of-another-shop", func(w *wire, r *rand.Rand, f map[string]string) []byte {
		f["out_trade_no"] = fmt.Sprintf("S002-T9-991231%012d", r.Uint32())
		f["transaction_id"] = fmt.Sprintf("4999%024d", r.Uint32())
		return w.seal(f)
	}},
	{"cut", func(w *wire, r *rand.Rand, f map[string]string) []byte { b := document(f); return b[:r.IntN(len(b))] }},
	{"huge", func(w *wire, r *rand.Rand, f map[string]string) []byte {
		f["attach"] = strings.Repeat("x", 80<<10)
		return w.seal(f)
	}},
	{"entity", func(w *wire, r *rand.Rand, f map[string]string) []byte {
		return append([]byte(`<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]>`), document(f)...)
	}},
	{"noise", func(w *wire, r *rand.Rand, f map[string]string) []byte { return []byte{0, 1, 2, 0xff, '<'} }},
}

// forge posts a false notice made from a true one. It must not be accepted.
func (w *wire) forge(r *rand.Rand, body []byte) {
	if field(body, "sign") == "" {
		return
	}
	f := forgeries[r.IntN(len(forgeries))]
	w.l.tally.add("fault forged "+f.name, 1)
	w.post(f.make(w, r, fields(body)), false) //nolint:errcheck // the judge has seen the answer
}
