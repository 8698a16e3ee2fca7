package apiv2

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/pos/wechat"
)

// Every call meets the same ladder up to result_code.
func TestLadder_EveryRungOfEveryCall(t *testing.T) {
	foreign := testMerchant()
	foreign.Key = wechat.NewAPIKey(strings.Repeat("k", 32))
	weak := testMerchant()
	weak.SignType = wechat.MD5
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(signed(trade)))
	_ = z.Close()

	type rung struct {
		name string
		host host
		kind pos.SignalKind
		code pos.Code
	}
	rungs := []rung{
		{"HTML 502", reply(502, "<html><body>502 Bad Gateway</body></html>"), pos.SigUncertain, pos.CodeServerFault},
		{"a good answer with 500", reply(500, signed(trade)), pos.SigUncertain, pos.CodeServerFault},
		{"log-in page asked for", reply(511, ""), pos.SigUncertain, pos.CodeCaptive},
		{"HTML page", reply(200, "\xEF\xBB\xBF\r\n<!doctype HTML><title>Log in</title>"), pos.SigUncertain, pos.CodeCaptive},
		{"404", reply(404, "not here"), pos.SigUncertain, pos.CodeBadAnswer},
		{"429", reply(429, ""), pos.SigUncertain, pos.CodeTooMany},
		{"redirect", reply(302, signed(trade)), pos.SigUncertain, pos.CodeBadAnswer},
		{"HTML 200", reply(200, "<html><body>Log in to the hotel's network</body></html>"), pos.SigUncertain, pos.CodeCaptive},
		{"nothing", reply(200, ""), pos.SigUncertain, pos.CodeBadAnswer},
		{"truncated", reply(200, signed(trade)[:300]), pos.SigUncertain, pos.CodeBadAnswer},
		{"connection lost in the body", lost, pos.SigUncertain, pos.CodeNoAnswer},
		{"gzip nobody asked for", reply(200, zipped.String()), pos.SigUncertain, pos.CodeBadAnswer},
		{"too large", reply(200, strings.Replace(signed(trade), "<xml>", "<xml>"+strings.Repeat(" ", 64<<10), 1)), pos.SigUncertain, pos.CodeBadAnswer},
		{"XXE", reply(200, `<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]>`+signed(trade)), pos.SigUncertain, pos.CodeBadAnswer},
		{"no return_code", reply(200, signed(trade.with("return_code", "-"))), pos.SigUncertain, pos.CodeBadAnswer},
		{"odd return_code", reply(200, signed(trade.with("return_code", "success"))), pos.SigUncertain, pos.CodeBadAnswer},
		{"rejected", reply(200, unsigned(fields{"return_code", "FAIL", "return_msg", "XML格式错误"})), pos.SigRejected, pos.CodeRejected},
		{"rejected for the key", reply(200, unsigned(fields{"return_code", "FAIL", "return_msg", "签名错误"})), pos.SigRejected, pos.CodeConfig},
		{"busy", reply(200, unsigned(fields{"return_code", "FAIL", "return_msg", "系统繁忙"})), pos.SigUncertain, pos.CodeServerFault},
		{"no sign", reply(200, unsigned(trade)), pos.SigUncertain, pos.CodeBadSign},
		{"another key", reply(200, signedBy(foreign, trade)), pos.SigUncertain, pos.CodeBadSign},
		{"MD5 where HMAC-SHA256 is set", reply(200, signedBy(weak, trade.with("sign_type", "MD5"))), pos.SigUncertain, pos.CodeBadSign},
		{"changed after signing", reply(200, strings.Replace(signed(trade), "1350", "1351", 1)), pos.SigUncertain, pos.CodeBadSign},
		{"unsigned refusal", reply(200, unsigned(failed("NOTENOUGH", "余额不足"))), pos.SigUncertain, pos.CodeBadSign},
		{"unsigned ORDERNOTEXIST", reply(200, unsigned(failed("ORDERNOTEXIST", ""))), pos.SigUncertain, pos.CodeBadSign},
		{"unsigned ORDERCLOSED", reply(200, unsigned(failed("ORDERCLOSED", ""))), pos.SigUncertain, pos.CodeBadSign},
		{"another merchant", reply(200, signed(trade.with("mch_id", "1900000108"))), pos.SigUncertain, pos.CodeNotOurs},
		{"another app", reply(200, signed(trade.with("appid", "wx7777777777777777"))), pos.SigUncertain, pos.CodeNotOurs},
		{"no merchant", reply(200, signed(trade.with("mch_id", "-"))), pos.SigUncertain, pos.CodeNotOurs},
		{"another order", reply(200, signed(trade.with("out_trade_no", "S001-T1-261120ZZZZZZZZZZZZ"))), pos.SigUncertain, pos.CodeNotOurs},
		{"another order's refusal", reply(200, signed(failed("ORDERNOTEXIST", "").with("out_trade_no", "S001-T1-261120ZZZZZZZZZZZZ"))), pos.SigUncertain, pos.CodeNotOurs},
		{"no result_code", reply(200, signed(trade.with("result_code", "-"))), pos.SigUncertain, pos.CodeBadAnswer},
		{"odd result_code", reply(200, signed(trade.with("result_code", "OK"))), pos.SigUncertain, pos.CodeBadAnswer},
	}
	for _, r := range rungs {
		t.Run(r.name, func(t *testing.T) {
			c, _ := newClient(t, r.host, nil)
			for to, s := range map[pos.EffectKind]pos.Signal{
				pos.DoOrder:   c.Prepay(t.Context(), testNo, composed(t, c, testOrder())),
				pos.DoQuery:   c.Query(t.Context(), testNo),
				pos.DoClose:   c.Close(t.Context(), testNo),
				pos.DoCharge:  c.Charge(t.Context(), testNo, composedCharge(t, c), testCode),
				pos.DoReverse: c.Reverse(t.Context(), testNo),
			} {
				if s.Kind != r.kind || s.Code != r.code || s.To != to {
					t.Errorf("%s: got %s %q to %s, want %s %q", to, s.Kind, s.Code, s.To, r.kind, r.code)
				}
				if s.Trade != (pos.Trade{}) || s.CodeURL != "" || s.Source != pos.ByNobody {
					t.Errorf("%s: an unproven answer brings %+v", to, s)
				}
			}
			if strings.HasPrefix(r.name, "another order") { // refunds are told apart by other numbers
				return
			}
			found, all := c.Refunds(t.Context(), testNo)
			if len(found) != 0 {
				t.Errorf("an unproven answer brings %+v", found)
			}
			kinds := map[pos.SignalKind]pos.RefundSignalKind{pos.SigUncertain: pos.RefUncertain, pos.SigRejected: pos.RefRejected}
			for name, s := range map[string]pos.RefundSignal{
				"refund": c.Refund(t.Context(), testRefundNo, composedRefund(t, c)),
				"follow": c.QueryRefund(t.Context(), testRefundNo, 450),
				"all":    all,
			} {
				if s.Kind != kinds[r.kind] || s.Code != r.code {
					t.Errorf("%s: got %s %q, want %s %q", name, s.Kind, s.Code, kinds[r.kind], r.code)
				}
				if s.Amount != 0 || s.RefundID != "" || s.OutRefundNo != "" || s.Source != pos.ByNobody {
					t.Errorf("%s: an unproven answer brings %+v", name, s)
				}
			}
			if _, known := c.Skew(); known && (r.code == pos.CodeBadSign || r.kind == pos.SigRejected) {
				t.Error("the clock is set by an answer that is not verified")
			}
		})
	}
}

func TestPrepay_Answers(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer fields
		want   pos.Signal
	}{
		{"ordered", ordered, pos.Signal{Kind: pos.SigOrdered, CodeURL: "weixin://wxpay/bizpayurl?pr=AbCdEfG", PrepayID: "wx20261120", Source: pos.ByReply}},
		{"ordered, with the number", ordered.with("out_trade_no", testNo, "device_info", "T1"), pos.Signal{Kind: pos.SigOrdered, CodeURL: "weixin://wxpay/bizpayurl?pr=AbCdEfG", PrepayID: "wx20261120", Source: pos.ByReply}},
		{"no code_url", ordered.with("code_url", "-"), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeBadAnswer, Detail: "code_url"}},
		{"code_url elsewhere", ordered.with("code_url", "https://evil.invalid/"), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeBadAnswer, Detail: "code_url"}},
		{"code_url too long", ordered.with("code_url", "weixin://"+strings.Repeat("x", 248)), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeBadAnswer, Detail: "code_url"}},
		{"code_url with a line", ordered.with("code_url", "weixin://a\nb"), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeBadAnswer, Detail: "code_url"}},
		{"refused", failed("NOTENOUGH", "余额不足"), pos.Signal{Kind: pos.SigRefused, Code: pos.CodeRefused, Detail: "NOTENOUGH: 余额不足", Source: pos.ByReply}},
		{"refused for the settings", failed("NOAUTH", ""), pos.Signal{Kind: pos.SigRefused, Code: pos.CodeConfig, Detail: "NOAUTH", Source: pos.ByReply}},
		{"paid already", failed("ORDERPAID", "该订单已支付"), pos.Signal{Kind: pos.SigHint, Detail: "ORDERPAID: 该订单已支付", Source: pos.ByReply}},
		{"number used", failed("OUT_TRADE_NO_USED", "商户订单号重复"), pos.Signal{Kind: pos.SigNumberUsed, Code: pos.CodeNumberUsed, Detail: "OUT_TRADE_NO_USED: 商户订单号重复", Source: pos.ByReply}},
		{"system error", failed("SYSTEMERROR", "系统超时"), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeServerFault, Detail: "SYSTEMERROR: 系统超时"}},
		{"unknown code", failed("BRAND_NEW", "?"), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeUncertain, Detail: "BRAND_NEW: ?"}},
		{"long words", failed("NOAUTH", strings.Repeat("商", 100)), pos.Signal{Kind: pos.SigRefused, Code: pos.CodeConfig, Detail: "NOAUTH: " + strings.Repeat("商", 64), Source: pos.ByReply}},
		{"words with lines and our key", failed("NOAUTH", "a\r\nb \u202e"+testKey), pos.Signal{Kind: pos.SigRefused, Code: pos.CodeConfig, Detail: "NOAUTH: a b [hidden]", Source: pos.ByReply}},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, _ := newClient(t, reply(200, signed(c.answer)), nil)
			c.want.To = pos.DoOrder
			if got := client.Prepay(t.Context(), testNo, composed(t, client, testOrder())); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestQuery_Answers(t *testing.T) {
	bad := pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeBadAnswer, Detail: "total_fee, fee_type or transaction_id"}
	abroad := paidTrade
	abroad.Currency = "USD"
	state := func(s, words string) fields {
		return good.with("out_trade_no", testNo, "trade_state", s, "trade_state_desc", words)
	}
	for _, c := range []struct {
		name   string
		answer fields
		want   pos.Signal
	}{
		{"paid", trade, pos.Signal{Kind: pos.SigPaid, Trade: paidTrade}},
		{"paid, no fee_type", trade.with("fee_type", "-"), pos.Signal{Kind: pos.SigPaid, Trade: paidTrade}},
		{"paid in another currency", trade.with("fee_type", "USD"), pos.Signal{Kind: pos.SigPaid, Trade: abroad}},
		{"paid, odd currency", trade.with("fee_type", "yuan"), bad},
		{"paid, no amount", trade.with("total_fee", "-"), bad},
		{"paid, empty amount", trade.with("total_fee", ""), bad},
		{"paid, amount 0", trade.with("total_fee", "0"), bad},
		{"paid, negative amount", trade.with("total_fee", "-1350"), bad},
		{"paid, amount in yuan", trade.with("total_fee", "13.50"), bad},
		{"paid, amount with a sign", trade.with("total_fee", "+1350"), bad},
		{"paid, amount with space", trade.with("total_fee", " 1350"), bad},
		{"paid, amount that overflows", trade.with("total_fee", "18446744073709552966"), bad},
		{"paid, amount in other digits", trade.with("total_fee", "１３５０"), bad},
		{"paid, no transaction", trade.with("transaction_id", "-"), bad},
		{"paid, odd transaction", trade.with("transaction_id", "42 00'--"), bad},
		{"not paid", state("NOTPAY", "订单未支付"), pos.Signal{Kind: pos.SigUnpaid, Detail: "NOTPAY: 订单未支付"}},
		{"typing", state("USERPAYING", ""), pos.Signal{Kind: pos.SigPaying, Detail: "USERPAYING"}},
		{"accepted", state("ACCEPT", ""), pos.Signal{Kind: pos.SigPaying, Detail: "ACCEPT"}},
		{"closed", state("CLOSED", "订单已关闭"), pos.Signal{Kind: pos.SigClosed, Detail: "CLOSED: 订单已关闭"}},
		{"revoked", state("REVOKED", ""), pos.Signal{Kind: pos.SigRevoked, Detail: "REVOKED"}},
		{"failed", state("PAYERROR", "银行返回失败"), pos.Signal{Kind: pos.SigPayError, Code: pos.CodeRefused, Detail: "PAYERROR: 银行返回失败"}},
		{"refunding", trade.with("trade_state", "REFUND", "trade_state_desc", ""), pos.Signal{Kind: pos.SigReturning, Trade: paidTrade, Detail: "REFUND"}},
		{"unknown state", state("SOMETHING", ""), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeBadAnswer, Detail: "trade_state SOMETHING"}},
		{"no state", state("-", ""), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeBadAnswer, Detail: "trade_state"}},
		{"no number", trade.with("out_trade_no", "-"), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeNotOurs}},
		{"no such order", failed("ORDERNOTEXIST", "order not exist"), pos.Signal{Kind: pos.SigNotExist, Detail: "ORDERNOTEXIST: order not exist"}},
		{"no such order, other spelling", failed("ORDER_NOT_EXIST", ""), pos.Signal{Kind: pos.SigNotExist, Detail: "ORDER_NOT_EXIST"}},
		{"throttled", failed("FREQUENCY_LIMITED", ""), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeTooMany, Detail: "FREQUENCY_LIMITED"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, _ := newClient(t, reply(200, signed(c.answer)), nil)
			c.want.To = pos.DoQuery
			if got := client.Query(t.Context(), testNo); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// Money is booked even when WeChat forgets to say when it moved; the time is then ours.
func TestQuery_WithoutTimeEndTakesTheClock(t *testing.T) {
	client, _ := newClient(t, reply(200, signed(trade.with("time_end", "2026-11-20"))), nil)
	at := paidTrade.PaidAt.AddDate(0, 0, 1)
	client.clock = fixedClock(at)
	s := client.Query(t.Context(), testNo)
	if s.Kind != pos.SigPaid || !s.Trade.PaidAt.Equal(at) {
		t.Errorf("got %s paid at %v, want paid at %v", s.Kind, s.Trade.PaidAt, at)
	}
}

func TestQuery_ReturningTellsWhatItKnows(t *testing.T) {
	client, _ := newClient(t, reply(200, signed(good.with("out_trade_no", testNo, "trade_state", "REFUND"))), nil)
	s := client.Query(t.Context(), testNo)
	if s.Kind != pos.SigReturning || s.Trade.Amount != 0 || s.Trade.TransactionID != "" || s.Trade.Currency != pos.Currency {
		t.Errorf("got %+v", s)
	}
}

func TestClose_Answers(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer fields
		want   pos.Signal
	}{
		{"closed", good, pos.Signal{Kind: pos.SigCloseDone}},
		{"closed before", failed("ORDERCLOSED", "订单已关闭"), pos.Signal{Kind: pos.SigCloseDone, Detail: "ORDERCLOSED: 订单已关闭"}},
		{"paid", failed("ORDERPAID", ""), pos.Signal{Kind: pos.SigHint, Detail: "ORDERPAID"}},
		{"never made", failed("ORDERNOTEXIST", ""), pos.Signal{Kind: pos.SigNotExist, Detail: "ORDERNOTEXIST"}},
		{"system error", failed("SYSTEMERROR", ""), pos.Signal{Kind: pos.SigUncertain, Code: pos.CodeServerFault, Detail: "SYSTEMERROR"}},
		{"too young", failed("PARAM_ERROR", "订单生成后5分钟内不能关单"), pos.Signal{Kind: pos.SigCloseDenied, Code: pos.CodeRefused, Detail: "PARAM_ERROR: 订单生成后5分钟内不能关单"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, _ := newClient(t, reply(200, signed(c.answer)), nil)
			c.want.To = pos.DoClose
			if got := client.Close(t.Context(), testNo); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestCalls_WhatIsSent(t *testing.T) {
	for _, kind := range []wechat.SignType{wechat.MD5, wechat.HMACSHA256} {
		n := &network{hosts: map[string]host{"pay.invalid": reply(200, "")}}
		m := testMerchant()
		m.SignType = kind
		c, err := New(Config{Merchant: m, BaseURL: testBase + "/proxy/wx/", NotifyURL: "https://notify.invalid/", Transport: n})
		if err != nil {
			t.Fatal(err)
		}
		request := composed(t, c, testOrder())
		c.Prepay(t.Context(), testNo, request)
		c.Prepay(t.Context(), testNo, request)
		c.Query(t.Context(), testNo)
		c.Close(t.Context(), testNo)
		nonces := map[string]bool{}
		paths := []string{"unifiedorder", "unifiedorder", "orderquery", "closeorder"}
		if len(n.calls) != len(paths) {
			t.Fatalf("%d calls, want %d", len(n.calls), len(paths))
		}
		for i, path := range paths {
			got := n.calls[i]
			if want := testBase + "/proxy/wx/pay/" + path; got.url != want {
				t.Errorf("posted to %s, want %s", got.url, want)
			}
			if got.contentType != "application/xml; charset=utf-8" {
				t.Errorf("%s: Content-Type %q", path, got.contentType)
			}
			d := newDocument()
			if err := d.read([]byte(got.body)); err != nil || !c.signer.verify(d) {
				t.Errorf("%s: %v, or its signature does not verify", path, err)
			}
			if !d.is("appid", m.AppID) || !d.is("mch_id", m.MchID) || !d.is("out_trade_no", testNo) || !d.is("sign_type", string(kind)) {
				t.Errorf("%s: the common fields are wrong", path)
			}
			nonce := string(d.get("nonce_str"))
			if nonces[nonce] || !wechat.Wordy(nonce, 32, 32, "") {
				t.Errorf("%s: nonce %q is odd or used before", path, nonce)
			}
			nonces[nonce] = true
			d.release()
			if strings.Contains(got.body, testKey) {
				t.Errorf("%s: the key is in the request", path)
			}
		}
		// The identical re-order: byte for byte the stored request, but for nonce_str and sign at its end.
		head := strings.TrimSuffix(string(request), rootClose)
		for _, got := range n.calls[:2] {
			tail, found := strings.CutPrefix(got.body, head)
			if !found || !strings.HasPrefix(tail, "<nonce_str>") || strings.Count(tail, "</") != 3 {
				t.Errorf("sent %s\nstored %s", got.body, request)
			}
		}
	}
}

func TestPrepay_SendsNothingItShouldNot(t *testing.T) {
	c, n := newClient(t, reply(200, signed(ordered)), nil)
	request := string(composed(t, c, testOrder()))
	change := func(from, to string) string {
		if !strings.Contains(request, from) {
			t.Fatalf("%q is not in the request", from)
		}
		return strings.Replace(request, from, to, 1)
	}
	for name, x := range map[string]struct {
		no, request string
		code        pos.Code
	}{
		"another number":         {"S001-T1-261120ZZZZZZZZZZZZ", request, pos.CodeInternal},
		"no request":             {testNo, "", pos.CodeInternal},
		"damaged":                {testNo, request[:len(request)-3], pos.CodeInternal},
		"white space at its end": {testNo, request + "\n", pos.CodeInternal},
		"with a nonce":           {testNo, change("<out_trade_no>", "<nonce_str>x</nonce_str><out_trade_no>"), pos.CodeInternal},
		"with a sign":            {testNo, change("<out_trade_no>", "<sign>x</sign><out_trade_no>"), pos.CodeInternal},
		"not Native":             {testNo, change("NATIVE", "JSAPI"), pos.CodeInternal},
		"another merchant":       {testNo, change("1900000109", "1900000108"), pos.CodeConfig},
		"another app":            {testNo, change("wx8888888888888888", "wx8888888888888889"), pos.CodeConfig},
		"another sign type":      {testNo, change("HMAC-SHA256", "MD5"), pos.CodeConfig},
	} {
		s := c.Prepay(t.Context(), x.no, []byte(x.request))
		if s.Kind != pos.SigRejected || s.Code != x.code || s.To != pos.DoOrder {
			t.Errorf("%s: got %s %q, want %s %q", name, s.Kind, s.Code, pos.SigRejected, x.code)
		}
	}
	for _, no := range []string{"", "12345", strings.Repeat("1", 33), "a<b>cdef", "订单号12345"} {
		for to, s := range map[pos.EffectKind]pos.Signal{pos.DoQuery: c.Query(t.Context(), no), pos.DoClose: c.Close(t.Context(), no)} {
			if s.Kind != pos.SigUncertain || s.Code != pos.CodeInvalid || s.To != to {
				t.Errorf("%s of %q: got %s %q", to, no, s.Kind, s.Code)
			}
		}
	}
	if len(n.calls) != 0 {
		t.Errorf("%d requests left all the same", len(n.calls))
	}
}

func TestCalls_WithoutRandomnessNothingIsSent(t *testing.T) {
	c, n := newClient(t, reply(200, signed(trade)), reply(200, signed(trade)))
	c.random = failing{}
	if s := c.Query(t.Context(), testNo); s.Kind != pos.SigUncertain || s.Code != pos.CodeInternal || len(n.calls) != 0 {
		t.Errorf("got %s %q after %d requests", s.Kind, s.Code, len(n.calls))
	}
}

func TestCalls_CallerGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c, n := newClient(t, func(req *http.Request, _ []byte) (*http.Response, error) {
		cancel()
		<-req.Context().Done()
		return nil, req.Context().Err()
	}, reply(200, signed(trade)))
	if s := c.Query(ctx, testNo); s.Kind != pos.SigUncertain || s.Code != pos.CodeNoAnswer {
		t.Errorf("got %s %q", s.Kind, s.Code)
	}
	if len(n.calls) != 1 {
		t.Errorf("%d requests: the backup host was asked for somebody who has left", len(n.calls))
	}
}
