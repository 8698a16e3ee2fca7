package apiv2

import (
	"reflect"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/pos/wechat"
)

func TestReadNotice_Verified(t *testing.T) {
	abroad := paidTrade
	abroad.Currency = "USD"
	plain := paidTrade
	plain.Settlement = 0
	asks := func(detail string) pos.Notice { return pos.Notice{OutTradeNo: testNo, Detail: detail} }
	const lacks, other = "total_fee, fee_type, transaction_id or time_end is missing or makes no sense", "not a notice of a payment"
	for _, c := range []struct {
		name string
		body fields
		want pos.Notice
	}{
		{"paid", notice, pos.Notice{OutTradeNo: testNo, Success: true, Trade: paidTrade}},
		{"paid, no fee_type", notice.with("fee_type", "-"), pos.Notice{OutTradeNo: testNo, Success: true, Trade: paidTrade}},
		{"paid, another currency", notice.with("fee_type", "USD"), pos.Notice{OutTradeNo: testNo, Success: true, Trade: abroad}},
		{"paid, no coupon", notice.with("settlement_total_fee", "-"), pos.Notice{OutTradeNo: testNo, Success: true, Trade: plain}},
		{"paid, fields of tomorrow", notice.with("coupon_type", "CASH", "coupon_id_17", "x", "zzz", "新"), pos.Notice{OutTradeNo: testNo, Success: true, Trade: paidTrade}},
		{"failed", notice.with("result_code", "FAIL", "err_code", "SYSTEMERROR", "err_code_des", "系统\r\n错误"), asks("SYSTEMERROR: 系统 错误")},
		{"no amount", notice.with("total_fee", "-"), asks(lacks)},
		{"amount in yuan", notice.with("total_fee", "13.50"), asks(lacks)},
		{"no transaction", notice.with("transaction_id", "-"), asks(lacks)},
		{"no time", notice.with("time_end", "-"), asks(lacks)},
		{"an answer to a query", trade, asks(other)},
		{"an answer to a query for money that goes back", trade.with("trade_state", "REFUND", "trade_type", "NATIVE"), asks(other)},
		{"an answer to a refund", notice.with("refund_id", "50000203702017072601461713166", "refund_fee", "1350"), asks(other)},
		{"an answer to an order", ordered.with("out_trade_no", testNo), asks(lacks)},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, kind := range []wechat.SignType{wechat.MD5, wechat.HMACSHA256} {
				m := testMerchant()
				m.SignType = kind
				client, err := New(Config{Merchant: m, BaseURL: testBase, NotifyURL: "https://notify.invalid/"})
				if err != nil {
					t.Fatal(err)
				}
				got, err := client.ReadNotice([]byte(signedBy(m, c.body)))
				if err != nil || !reflect.DeepEqual(got, c.want) {
					t.Errorf("%s: got  %+v, %v\nwant %+v", kind, got, err, c.want)
				}
			}
		})
	}
}

func TestReadNotice_Refused(t *testing.T) {
	foreign, weak := testMerchant(), testMerchant()
	foreign.Key = wechat.NewAPIKey(strings.Repeat("k", 32))
	weak.SignType = wechat.MD5
	client, _ := newClient(t, nil, nil)
	ourOrder, err := client.seal(composed(t, client, testOrder()), client.signer)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, body string
		code       pos.Code
		verdict    pos.Verdict
	}{
		{"nothing", "", pos.CodeBadAnswer, pos.NoticeBroken},
		{"not XML", "hello", pos.CodeBadAnswer, pos.NoticeBroken},
		{"XXE", `<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + signed(notice), pos.CodeBadAnswer, pos.NoticeBroken},
		{"amount twice", strings.Replace(signed(notice), "</xml>", "<total_fee>1</total_fee></xml>", 1), pos.CodeBadAnswer, pos.NoticeBroken},
		{"too large", strings.Replace(signed(notice), "<xml>", "<xml>"+strings.Repeat(" ", 64<<10), 1), pos.CodeBadAnswer, pos.NoticeBroken},
		{"return_code FAIL", signed(notice.with("return_code", "FAIL")), pos.CodeBadAnswer, pos.NoticeBroken},
		{"no return_code", signed(notice.with("return_code", "-")), pos.CodeBadAnswer, pos.NoticeBroken},
		{"our own order, reflected", string(ourOrder), pos.CodeBadAnswer, pos.NoticeBroken},
		{"no result_code", signed(notice.with("result_code", "-")), pos.CodeBadAnswer, pos.NoticeBroken},
		{"no number", signed(notice.with("out_trade_no", "-")), pos.CodeBadAnswer, pos.NoticeBroken},
		{"odd number", signed(notice.with("out_trade_no", "' OR 1=1 --")), pos.CodeBadAnswer, pos.NoticeBroken},
		{"no sign", unsigned(notice), pos.CodeBadSign, pos.NoticeForged},
		{"another key", signedBy(foreign, notice), pos.CodeBadSign, pos.NoticeForged},
		{"another sign type", signedBy(weak, notice), pos.CodeBadSign, pos.NoticeForged},
		{"another amount", strings.Replace(signed(notice), "<total_fee><![CDATA[1350]]>", "<total_fee><![CDATA[1]]>", 1), pos.CodeBadSign, pos.NoticeForged},
		{"another merchant", signed(notice.with("mch_id", "1900000108")), pos.CodeNotOurs, pos.NoticeForeign},
		{"another app", signed(notice.with("appid", "wx7777777777777777")), pos.CodeNotOurs, pos.NoticeForeign},
	} {
		got, err := client.ReadNotice([]byte(c.body))
		if pos.CodeOf(err) != c.code || got != (pos.Notice{}) || pos.VerdictOf(err) != c.verdict {
			t.Errorf("%s: got %+v, %v, want %s", c.name, got, err, c.code)
		}
		if err != nil && (strings.Contains(err.Error(), testNo) || strings.Contains(err.Error(), "passwd")) {
			t.Errorf("%s: the error tells what was in it: %v", c.name, err)
		}
	}
}

func TestReply_IsWhatWeChatReads(t *testing.T) {
	client, _ := newClient(t, nil, nil)
	for _, c := range []struct {
		ok         bool
		reason     string
		code, text string
	}{
		{true, "ignored", "SUCCESS", "OK"},
		{false, "unknown order", "FAIL", "unknown order"},
		{false, "a <b> & \x00 c]]>", "FAIL", "a <b> & c]]>"},
		{false, strings.Repeat("错", 100), "FAIL", strings.Repeat("错", 42)},
	} {
		mime, body := client.Reply(c.ok, c.reason)
		got := valuesOf(t, body)
		if mime != "application/xml; charset=utf-8" || got["return_code"] != c.code || got["return_msg"] != c.text || len(got) != 2 {
			t.Errorf("%v %q: %s %q", c.ok, c.reason, mime, got)
		}
	}
}
