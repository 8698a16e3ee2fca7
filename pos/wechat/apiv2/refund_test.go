package apiv2

import (
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

const (
	testRefundNo    = "S001-T1-261120RFNDHJKMNPQR"
	testTransaction = "4200000015202611200000000001"
	testRefundID    = "50000203702026112001461713166"
)

func testRefund() pos.RefundOrder {
	return pos.RefundOrder{OutRefundNo: testRefundNo, TransactionID: testTransaction, Total: 1350, Amount: 450, Reason: "退货"}
}

func composedRefund(t testing.TB, c *Client) []byte {
	t.Helper()
	b, err := c.ComposeRefund(testRefund())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var (
	taken = good.with("transaction_id", testTransaction, "out_trade_no", testNo, "out_refund_no", testRefundNo, "refund_id", testRefundID,
		"refund_fee", "450", "settlement_refund_fee", "440", "total_fee", "1350", "fee_type", "CNY", "cash_fee", "1350", "coupon_refund_count", "0")
	followed = good.with("transaction_id", testTransaction, "out_trade_no", testNo, "total_fee", "1350", "refund_fee", "450", "refund_count", "1",
		"total_refund_count", "1", "out_refund_no_0", testRefundNo, "refund_id_0", testRefundID, "refund_channel_0", "ORIGINAL", "refund_fee_0", "450",
		"settlement_refund_fee_0", "440", "coupon_refund_id_0_0", "x", "refund_status_0", "SUCCESS", "refund_recv_accout_0", "支付用户零钱",
		"refund_success_time_0", "2026-11-20 15:20:03")
)

func TestComposeRefund(t *testing.T) {
	client, _ := newClient(t, nil, nil)
	o := testRefund()
	o.Reason = strings.Repeat("退", 30) + "\r\n😀"
	b, err := client.ComposeRefund(o)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"appid": "wx8888888888888888", "mch_id": "1900000109", "notify_url": "https://notify.invalid/", "out_refund_no": testRefundNo,
		"refund_desc": strings.Repeat("退", 26), "refund_fee": "450", "refund_fee_type": "CNY", "sign_type": "HMAC-SHA256", "total_fee": "1350",
		"transaction_id": testTransaction,
	}
	if got := valuesOf(t, b); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	o.Reason = " \n"
	if b, err = client.ComposeRefund(o); err != nil || strings.Contains(string(b), "refund_desc") {
		t.Errorf("no reason: %s, %v", b, err)
	}
	for name, c := range map[string]struct {
		change func(*pos.RefundOrder)
		why    error
	}{
		"no number":        {func(o *pos.RefundOrder) { o.OutRefundNo = "" }, ErrOutRefundNo},
		"long number":      {func(o *pos.RefundOrder) { o.OutRefundNo = strings.Repeat("1", 65) }, ErrOutRefundNo},
		"number with XML":  {func(o *pos.RefundOrder) { o.OutRefundNo = "a<b>" }, ErrOutRefundNo},
		"no transaction":   {func(o *pos.RefundOrder) { o.TransactionID = "" }, ErrTransactionID},
		"long transaction": {func(o *pos.RefundOrder) { o.TransactionID = strings.Repeat("4", 33) }, ErrTransactionID},
		"nothing":          {func(o *pos.RefundOrder) { o.Amount = 0 }, ErrRefundAmount},
		"less":             {func(o *pos.RefundOrder) { o.Amount = -1 }, ErrRefundAmount},
		"more than all":    {func(o *pos.RefundOrder) { o.Amount = 1351 }, ErrRefundAmount},
		"too much":         {func(o *pos.RefundOrder) { o.Total = pos.MaxAmount + 1 }, ErrRefundAmount},
	} {
		o := testRefund()
		c.change(&o)
		if _, err := client.ComposeRefund(o); pos.CodeOf(err) != pos.CodeInvalid || !errors.Is(err, c.why) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRefund_Answers(t *testing.T) {
	bad := func(code pos.Code, detail string) pos.RefundSignal {
		return pos.RefundSignal{Kind: pos.RefUncertain, Code: code, Detail: detail}
	}
	whole := pos.RefundSignal{Kind: pos.RefTaken, Source: pos.ByReply, OutRefundNo: testRefundNo, RefundID: testRefundID, Amount: 450, Settlement: 440}
	plain := whole
	plain.Settlement, plain.RefundID = 0, ""
	no := func(kind pos.RefundSignalKind, code pos.Code, detail string) pos.RefundSignal {
		return pos.RefundSignal{Kind: kind, Code: code, Detail: detail, Source: pos.ByReply}
	}
	for _, c := range []struct {
		name   string
		answer fields
		want   pos.RefundSignal
	}{
		{"taken", taken, whole},
		{"taken, no coupon, no id", taken.with("settlement_refund_fee", "-", "refund_id", "-"), plain},
		{"another amount", taken.with("refund_fee", "451"), bad(pos.CodeNotOurs, "refund_fee")},
		{"another total", taken.with("total_fee", "1351"), bad(pos.CodeNotOurs, "total_fee")},
		{"another refund", taken.with("out_refund_no", "S001-T1-261120ZZZZZZZZZZZZ"), bad(pos.CodeNotOurs, "")},
		{"another transaction", taken.with("transaction_id", "4200000015202611200000000002"), bad(pos.CodeNotOurs, "")},
		{"another refund's refusal", failed("TRADE_OVERDUE", "").with("out_refund_no", "S001-T1-261120ZZZZZZZZZZZZ"), bad(pos.CodeNotOurs, "")},
		{"no amount", taken.with("refund_fee", "-"), bad(pos.CodeBadAnswer, "refund_fee")},
		{"no total", taken.with("total_fee", "-"), bad(pos.CodeBadAnswer, "total_fee")},
		{"no number", taken.with("out_refund_no", "-"), bad(pos.CodeBadAnswer, "out_refund_no")},
		{"an answer to a query", trade, bad(pos.CodeBadAnswer, "out_refund_no")},
		{"an answer to closeorder", good, bad(pos.CodeBadAnswer, "out_refund_no")},
		{"once more", failed("BIZERR_NEED_RETRY", "重试"), bad(pos.CodeServerFault, "BIZERR_NEED_RETRY: 重试")},
		{"balance", failed("NOTENOUGH", "商户余额不足"), no(pos.RefLater, pos.CodeRefused, "NOTENOUGH: 商户余额不足")},
		{"too fast", failed("FREQUENCY_LIMITED", ""), no(pos.RefLater, pos.CodeTooMany, "FREQUENCY_LIMITED")},
		{"too old", failed("TRADE_OVERDUE", ""), no(pos.RefRefused, pos.CodeRefused, "TRADE_OVERDUE")},
		{"balance, in words", failed("ERROR", "余额不足"), no(pos.RefLater, pos.CodeRefused, "ERROR: 余额不足")},
		{"certificate", failed("CERT_ERROR", ""), pos.RefundSignal{Kind: pos.RefRejected, Code: pos.CodeConfig, Detail: "CERT_ERROR"}},
		{"unknown code", failed("BRAND_NEW", ""), bad(pos.CodeUncertain, "BRAND_NEW")},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, n := newClient(t, reply(200, signed(c.answer)), nil)
			c.want.To = pos.DoRefund
			if got := client.Refund(t.Context(), testRefundNo, composedRefund(t, client)); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
			if len(n.calls) != 1 || n.calls[0].url != testBase+"/secapi/pay/refund" {
				t.Errorf("sent %d times", len(n.calls))
			}
		})
	}
}

// The first host may have taken the refund on before it fell silent: then the second one's no proves nothing.
func TestRefund_RefusalAfterAnUnknownTry(t *testing.T) {
	for _, answer := range []string{
		signed(failed("TRADE_OVERDUE", "")), signed(failed("NOTENOUGH", "")), signed(failed("CERT_ERROR", "")),
		unsigned(fields{"return_code", "FAIL", "return_msg", "签名错误"}),
	} {
		for acted, first := range map[bool]host{false: fails(refusedDial), true: fails(reset)} {
			client, n := newClient(t, first, reply(200, answer))
			s := client.Refund(t.Context(), testRefundNo, composedRefund(t, client))
			if (s.Kind == pos.RefUncertain && s.Code == pos.CodeNoAnswer) != acted || len(n.calls) != 2 {
				t.Errorf("acted %v: got %s %q after %d", acted, s.Kind, s.Code, len(n.calls))
			}
		}
	}
}

func TestRefund_SendsNothingItShouldNot(t *testing.T) {
	client, n := newClient(t, reply(200, signed(taken)), nil)
	request := string(composedRefund(t, client))
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
		"another number":    {"R2", request, pos.CodeInternal},
		"nothing":           {testRefundNo, "", pos.CodeInternal},
		"damaged":           {testRefundNo, request[:len(request)-2], pos.CodeInternal},
		"an order":          {testRefundNo, string(composed(t, client, testOrder())), pos.CodeInternal},
		"no amount":         {testRefundNo, change("<refund_fee>450</refund_fee>", ""), pos.CodeInternal},
		"more than all":     {testRefundNo, change("<refund_fee>450<", "<refund_fee>1351<"), pos.CodeInternal},
		"amount in yuan":    {testRefundNo, change("<refund_fee>450<", "<refund_fee>4.50<"), pos.CodeInternal},
		"no transaction":    {testRefundNo, change("<transaction_id>"+testTransaction+"</transaction_id>", ""), pos.CodeInternal},
		"with a sign":       {testRefundNo, change("<total_fee>", "<sign>x</sign><total_fee>"), pos.CodeInternal},
		"another merchant":  {testRefundNo, change("1900000109", "1900000108"), pos.CodeConfig},
		"another sign type": {testRefundNo, change("HMAC-SHA256", "MD5"), pos.CodeConfig},
	} {
		s := client.Refund(t.Context(), x.no, []byte(x.request))
		if s.Kind != pos.RefRejected || s.Code != x.code || s.To != pos.DoRefund {
			t.Errorf("%s: got %s %q, want %q", name, s.Kind, s.Code, x.code)
		}
	}
	client.config.Practice = false // and there is no certificate
	if s := client.Refund(t.Context(), testRefundNo, []byte(request)); s.Kind != pos.RefRejected || s.Code != pos.CodeSecret {
		t.Errorf("without certificate: %+v", s)
	}
	if s := client.Reverse(t.Context(), testNo); s.Kind != pos.SigRejected || s.Code != pos.CodeSecret || s.To != pos.DoReverse {
		t.Errorf("without certificate: %+v", s)
	}
	if client.CanRefund() != pos.CodeSecret {
		t.Errorf("without certificate: %q", client.CanRefund())
	}
	client.config.NoCert = pos.CodeConfig
	if client.CanRefund() != pos.CodeConfig {
		t.Errorf("with a certificate that does not load: %q", client.CanRefund())
	}
	for _, no := range []string{"", strings.Repeat("1", 65), "a<b>", "退款"} {
		if s := client.QueryRefund(t.Context(), no, 1); s.Kind != pos.RefUncertain || s.Code != pos.CodeInvalid || s.To != pos.DoFollow {
			t.Errorf("query of %q: %+v", no, s)
		}
	}
	if _, s := client.Refunds(t.Context(), "a<b>cdef"); s.Kind != pos.RefUncertain || s.Code != pos.CodeInvalid || s.To != pos.DoFollow {
		t.Errorf("all of an odd number: %+v", s)
	}
	if len(n.calls) != 0 {
		t.Errorf("%d requests left all the same", len(n.calls))
	}
}

func TestQueryRefund_Answers(t *testing.T) {
	bad := func(code pos.Code, detail string) pos.RefundSignal {
		return pos.RefundSignal{Kind: pos.RefUncertain, Code: code, Detail: detail}
	}
	of := func(kind pos.RefundSignalKind, code pos.Code, detail string) pos.RefundSignal {
		return pos.RefundSignal{Kind: kind, Code: code, Detail: detail, OutRefundNo: testRefundNo, RefundID: testRefundID, Amount: 450, Settlement: 440}
	}
	back := of(pos.RefSuccess, pos.CodeNone, "")
	back.At = time.Date(2026, 11, 20, 7, 20, 3, 0, time.UTC)
	odd := of(pos.RefUncertain, pos.CodeBadAnswer, "refund_status FAIL")
	second := followed.with("refund_count", "2", "out_refund_no_0", "OTHER", "out_refund_no_1", testRefundNo, "refund_id_1", testRefundID,
		"refund_fee_1", "450", "settlement_refund_fee_1", "440", "refund_status_1", "PROCESSING")
	for _, c := range []struct {
		name   string
		answer fields
		want   pos.RefundSignal
	}{
		{"back", followed, back},
		{"back, no time", followed.with("refund_success_time_0", "20261120152003"), of(pos.RefSuccess, pos.CodeNone, "")},
		{"on its way", followed.with("refund_status_0", "PROCESSING", "refund_success_time_0", ""), of(pos.RefProcessing, pos.CodeNone, "")},
		{"stuck", followed.with("refund_status_0", "CHANGE"), of(pos.RefChange, pos.CodeRefused, "CHANGE")},
		{"closed", followed.with("refund_status_0", "REFUNDCLOSE"), of(pos.RefClose, pos.CodeRefused, "REFUNDCLOSE")},
		{"in the second place", second, of(pos.RefProcessing, pos.CodeNone, "")},
		{"twice", second.with("out_refund_no_0", testRefundNo), bad(pos.CodeBadAnswer, "out_refund_no")},
		{"odd state", followed.with("refund_status_0", "FAIL"), odd},
		{"another amount", followed.with("refund_fee_0", "451"), bad(pos.CodeNotOurs, "refund_fee")},
		{"another refund", followed.with("out_refund_no_0", "OTHER"), bad(pos.CodeNotOurs, "out_refund_no")},
		{"none", followed.with("out_refund_no_0", "-"), bad(pos.CodeNotOurs, "out_refund_no")},
		{"an answer to refund", taken, bad(pos.CodeNotOurs, "out_refund_no")},
		{"no such refund", failed("REFUNDNOTEXIST", ""), pos.RefundSignal{Kind: pos.RefNotExist, Detail: "REFUNDNOTEXIST"}},
		{"no such order", failed("ORDERNOTEXIST", ""), bad(pos.CodeRefused, "ORDERNOTEXIST")},
		{"system error", failed("SYSTEMERROR", ""), bad(pos.CodeServerFault, "SYSTEMERROR")},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, n := newClient(t, reply(200, signed(c.answer)), nil)
			c.want.To = pos.DoFollow
			if got := client.QueryRefund(t.Context(), testRefundNo, 450); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
			if len(n.calls) != 1 || n.calls[0].url != testBase+"/pay/refundquery" || !strings.Contains(n.calls[0].body, "<out_refund_no>"+testRefundNo) {
				t.Errorf("sent %+v", n.calls)
			}
		})
	}
	client, _ := newClient(t, reply(200, signed(followed.with("refund_fee_0", "4.50"))), nil)
	if s := client.QueryRefund(t.Context(), testRefundNo, 450); s.Kind != pos.RefUncertain || s.Code != pos.CodeBadAnswer || s.Amount != 0 {
		t.Errorf("amount in yuan: %+v", s)
	}
}

// pages answers like WeChat: at most ten refunds from offset on. from0 says that each page counts from 0.
func pages(n int, from0, total bool, bend func(fields, int) fields) host {
	return func(_ *http.Request, body []byte) (*http.Response, error) {
		d := newDocument()
		defer d.release()
		if err := d.read(body); err != nil {
			return nil, err
		}
		offset, err := strconv.Atoi(string(d.get("offset")))
		if err != nil {
			return nil, err
		}
		f := good.with("out_trade_no", testNo, "transaction_id", testTransaction, "total_fee", "1350")
		count := min(n-offset, 10)
		if count <= 0 {
			return reply(200, signed(failed("REFUNDNOTEXIST", "")))(nil, nil)
		}
		for i := range count {
			k := strconv.Itoa(offset + i)
			if from0 {
				k = strconv.Itoa(i)
			}
			f = f.with("out_refund_no_"+k, "R"+strconv.Itoa(offset+i), "refund_fee_"+k, strconv.Itoa(offset+i+1), "refund_status_"+k, "SUCCESS",
				"refund_id_"+k, "5"+strconv.Itoa(offset+i), "refund_success_time_"+k, "2026-11-20 15:20:03")
		}
		f = f.with("refund_count", strconv.Itoa(count))
		if total {
			f = f.with("total_refund_count", strconv.Itoa(n))
		}
		if bend != nil {
			f = bend(f, offset)
		}
		return reply(200, signed(f))(nil, nil)
	}
}

func TestRefunds_AllPages(t *testing.T) {
	for _, n := range []int{1, 9, 10, 11, 25, 50} {
		for _, from0 := range []bool{true, false} {
			for _, total := range []bool{true, false} {
				if !total && n%10 == 0 {
					continue // then only a page of nothing would tell
				}
				client, net := newClient(t, pages(n, from0, total, nil), nil)
				all, s := client.Refunds(t.Context(), testNo)
				if s.Kind != pos.RefSuccess || s.To != pos.DoFollow || len(all) != n || len(net.calls) != (n+9)/10 {
					t.Fatalf("%d refunds: got %d after %d calls, %+v", n, len(all), len(net.calls), s)
				}
				for i, r := range all {
					if r.OutRefundNo != "R"+strconv.Itoa(i) || r.Amount != pos.Fen(i+1) || r.Kind != pos.RefSuccess || r.To != pos.DoFollow || r.At.IsZero() {
						t.Errorf("refund %d of %d: %+v", i, n, r)
					}
				}
			}
		}
	}
}

func TestRefunds_WhatDoesNotFitIsUncertain(t *testing.T) {
	on := func(page int, more ...string) func(fields, int) fields {
		return func(f fields, offset int) fields {
			if offset == page {
				return f.with(more...)
			}
			return f
		}
	}
	for name, c := range map[string]struct {
		bend func(fields, int) fields
		kind pos.RefundSignalKind
		code pos.Code
	}{
		"another order":         {on(0, "out_trade_no", "S001-T1-261120ZZZZZZZZZZZZ"), pos.RefUncertain, pos.CodeNotOurs},
		"no order":              {on(10, "out_trade_no", "-"), pos.RefUncertain, pos.CodeNotOurs},
		"count too small":       {on(0, "refund_count", "9"), pos.RefUncertain, pos.CodeBadAnswer},
		"no count":              {on(0, "refund_count", "-"), pos.RefUncertain, pos.CodeBadAnswer},
		"odd total":             {on(0, "total_refund_count", "x"), pos.RefUncertain, pos.CodeBadAnswer},
		"total too small":       {on(0, "total_refund_count", "3"), pos.RefUncertain, pos.CodeBadAnswer},
		"one moved":             {on(10, "out_refund_no_0", "R9"), pos.RefUncertain, pos.CodeBadAnswer},
		"odd number":            {on(0, "out_refund_no_3", "' OR 1=1"), pos.RefUncertain, pos.CodeBadAnswer},
		"no amount":             {on(0, "refund_fee_3", "-"), pos.RefUncertain, pos.CodeBadAnswer},
		"second page fails":     {on(10, "result_code", "FAIL", "err_code", "SYSTEMERROR"), pos.RefUncertain, pos.CodeServerFault},
		"second page denies it": {on(10, "result_code", "FAIL", "err_code", "REFUNDNOTEXIST"), pos.RefUncertain, pos.CodeBadAnswer},
		"none":                  {on(0, "result_code", "FAIL", "err_code", "REFUNDNOTEXIST"), pos.RefNotExist, pos.CodeNone},
	} {
		client, _ := newClient(t, pages(12, true, true, c.bend), nil)
		all, s := client.Refunds(t.Context(), testNo)
		if s.Kind != c.kind || s.Code != c.code || all != nil {
			t.Errorf("%s: got %d and %+v, want %s %q", name, len(all), s, c.kind, c.code)
		}
	}
	// A service that always has more must not keep us for ever.
	n := 0
	client, _ := newClient(t, func(*http.Request, []byte) (*http.Response, error) {
		n++
		return reply(200, signed(good.with("out_trade_no", testNo, "refund_count", "1", "total_refund_count", "100000",
			"out_refund_no_0", "R"+strconv.Itoa(n), "refund_fee_0", "1", "refund_status_0", "SUCCESS")))(nil, nil)
	}, nil)
	if all, s := client.Refunds(t.Context(), testNo); s.Kind != pos.RefUncertain || all != nil || n > 200 {
		t.Errorf("endless: %d, %+v after %d calls", len(all), s, n)
	}
	// A refund in a state nobody knows is told as what it is, beside the others.
	client, _ = newClient(t, pages(2, true, true, on(0, "refund_status_1", "NOTSURE")), nil)
	if all, s := client.Refunds(t.Context(), testNo); s.Kind != pos.RefSuccess || len(all) != 2 || all[1].Kind != pos.RefUncertain || all[1].Amount != 2 {
		t.Errorf("odd state: %+v, %+v", all, s)
	}
}

func TestQueryTransaction(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer string
		no     string
		kind   pos.SignalKind
		code   pos.Code
	}{
		{"paid", signed(trade), testNo, pos.SigPaid, pos.CodeNone},
		{"refunding", signed(trade.with("trade_state", "REFUND")), testNo, pos.SigReturning, pos.CodeNone},
		{"not of this system", signed(trade.with("out_trade_no", "20150806125346")), "20150806125346", pos.SigPaid, pos.CodeNone},
		{"another transaction", signed(trade.with("transaction_id", "4200000015202611200000000002")), "", pos.SigUncertain, pos.CodeNotOurs},
		{"no transaction", signed(trade.with("transaction_id", "-")), "", pos.SigUncertain, pos.CodeNotOurs},
		{"no number", signed(trade.with("out_trade_no", "-")), "", pos.SigUncertain, pos.CodeNotOurs},
		{"odd number", signed(trade.with("out_trade_no", "' OR 1=1")), "", pos.SigUncertain, pos.CodeNotOurs},
		{"odd money", signed(trade.with("total_fee", "x")), "", pos.SigUncertain, pos.CodeBadAnswer},
		{"unsigned", unsigned(trade), "", pos.SigUncertain, pos.CodeBadSign},
		{"another merchant", signed(trade.with("mch_id", "1900000108")), "", pos.SigUncertain, pos.CodeNotOurs},
		{"unknown", signed(failed("ORDERNOTEXIST", "").with("out_trade_no", testNo)), "", pos.SigNotExist, pos.CodeNone},
	} {
		client, n := newClient(t, reply(200, c.answer), nil)
		no, s := client.QueryTransaction(t.Context(), testTransaction)
		if no != c.no || s.Kind != c.kind || s.Code != c.code || s.To != pos.DoQuery {
			t.Errorf("%s: got %q %+v", c.name, no, s)
		}
		if len(n.calls) != 1 || n.calls[0].url != testBase+"/pay/orderquery" || strings.Contains(n.calls[0].body, "out_trade_no") {
			t.Errorf("%s: sent %+v", c.name, n.calls)
		}
	}
	client, n := newClient(t, nil, nil)
	if no, s := client.QueryTransaction(t.Context(), "42<>"); no != "" || s.Code != pos.CodeInvalid || len(n.calls) != 0 {
		t.Errorf("odd number: %q %+v", no, s)
	}
}
