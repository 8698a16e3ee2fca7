package sim

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"
)

// billRequest is a good downloadbill of a day, unsigned.
func billRequest(day string, changes map[string]string) map[string]string {
	return with(map[string]string{
		"appid": PracticeAppID, "mch_id": PracticeMchID, "nonce_str": "abc", "bill_date": day, "bill_type": BillAll,
	}, changes)
}

func fundRequest(day string, changes map[string]string) map[string]string {
	return with(map[string]string{
		"appid": PracticeAppID, "mch_id": PracticeMchID, "nonce_str": "abc", "bill_date": day, "account_type": "Basic", "sign_type": signHMAC,
	}, changes)
}

// fetchBill posts a call for a bill and returns the answer as it came.
func fetchBill(t *testing.T, s *Sim, path string, f map[string]string) []byte {
	t.Helper()
	status, text, err := send(t, s, http.MethodPost, "https://api.mch.weixin.qq.com"+path, encode(f))
	if err != nil || status != http.StatusOK {
		t.Fatalf("%s: status %d, %v", path, status, err)
	}
	return text
}

// billTrouble is the error_code and return_msg of an answer that is no bill.
func billTrouble(t *testing.T, text []byte) string {
	t.Helper()
	f, err := readXML(text)
	if err != nil || f["return_code"] != "FAIL" || f["sign"] != "" || len(f) != 3 {
		t.Fatalf("%v: %.300s", err, text)
	}
	return f["error_code"] + " " + f["return_msg"]
}

// until lets the time come to a moment of Beijing's clock.
func until(t *testing.T, at string) {
	t.Helper()
	to, err := time.ParseInLocation("2006-01-02 15:04:05", at, beijing)
	if err != nil {
		t.Fatal(err)
	}
	bubble.Sleep(time.Until(to))
}

// pays makes a paid order.
func pays(t *testing.T, s *Sim, number string, fen int64, body string, act Act) Payment {
	t.Helper()
	_, code := ordered(t, s, map[string]string{"out_trade_no": number, "total_fee": strconv.FormatInt(fen, 10), "body": body, "product_id": number})
	o, err := s.Pay(code, act)
	if err != nil {
		t.Fatal(err)
	}
	return o.Payments[0]
}

// twoDays are the sales that the golden bills are of. In a bubble the time begins at 08:00 of 1 January 2000 in Beijing.
func twoDays(t *testing.T, opts Options) *Sim {
	t.Helper()
	opts.ReverseMinAge = -1
	s := newSim(t, opts)
	until(t, "2000-01-01 09:00:00")
	pays(t, s, "S001T1-000001", 1350, "可乐, `大`瓶 \"冰\"", Act{Kind: PayNow})
	until(t, "2000-01-01 09:00:01")
	pays(t, s, "S001T1-000002", 2000, "薯片", Act{Kind: PayCoupon, Coupons: []Coupon{{"1", CouponNoCash, 300}, {"2", CouponCash, 500}}})
	until(t, "2000-01-01 09:00:02")
	micro := call(t, s, pathMicroPay, microRequest(map[string]string{"out_trade_no": "S001T1-000003", "total_fee": "500", "auth_code": "134567890123456799"}))
	if micro["result_code"] != "SUCCESS" {
		t.Fatal(micro)
	}
	until(t, "2000-01-01 09:00:30")
	call(t, s, pathReverse, numberRequest("S001T1-000003"))
	call(t, s, "/pay/unifiedorder", orderRequest(map[string]string{"out_trade_no": "S001T1-000004"})) // never paid: in no bill
	until(t, "2000-01-01 23:59:59")
	call(t, s, pathRefund, refundRequest(map[string]string{"out_trade_no": "S001T1-000002", "out_refund_no": "R1", "total_fee": "2000", "refund_fee": "1000", "refund_desc": "退一半"}))
	until(t, "2000-01-02 00:00:00")
	pays(t, s, "S001T1-000005", 1, "糖", Act{Kind: PayNow})
	call(t, s, pathRefund, refundRequest(map[string]string{"out_refund_no": "R2", "refund_fee": "1350", "refund_account": "REFUND_SOURCE_RECHARGE_FUNDS"}))
	until(t, "2000-01-03 10:00:00")
	return s
}

const head = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,"

// golden replaces what is made up by the simulator in a readable bill.
func golden(s *Sim, text string) string {
	for _, m := range s.Money() {
		text = strings.ReplaceAll(text, "5"+m.TransactionID, "REVERSAL-"+m.OutTradeNo)
		text = strings.ReplaceAll(text, m.TransactionID, "TRANS-"+m.OutTradeNo)
	}
	for _, o := range s.Orders() {
		for _, r := range o.Refunds {
			text = strings.ReplaceAll(text, r.RefundID, "REFUND-"+r.OutRefundNo)
		}
	}
	return strings.NewReplacer(PracticeAppID, "APP", PracticeMchID, "MCH", practiceOpenID, "PAYER").Replace(text)
}

func TestBill_HasWhatHappenedOnItsDayInWeChatsForm(t *testing.T) {
	const (
		sums  = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n"
		pay1  = "`2000-01-01 09:00:00,`APP,`MCH,`0,`T1,`TRANS-S001T1-000001,`S001T1-000001,`PAYER,`NATIVE,`SUCCESS,`OTHERS,`CNY,`13.50,`0.00,"
		pay2  = "`2000-01-01 09:00:01,`APP,`MCH,`0,`T1,`TRANS-S001T1-000002,`S001T1-000002,`PAYER,`NATIVE,`SUCCESS,`OTHERS,`CNY,`17.00,`5.00,"
		pay3  = "`2000-01-01 09:00:02,`APP,`MCH,`0,`T1,`TRANS-S001T1-000003,`S001T1-000003,`PAYER,`MICROPAY,`SUCCESS,`OTHERS,`CNY,`5.00,`0.00,"
		back3 = "`2000-01-01 09:00:30,`APP,`MCH,`0,`T1,`TRANS-S001T1-000003,`S001T1-000003,`PAYER,`MICROPAY,`REVOKED,`OTHERS,`CNY,`0.00,`0.00,"
		back2 = "`2000-01-01 23:59:59,`APP,`MCH,`0,`T1,`TRANS-S001T1-000002,`S001T1-000002,`PAYER,`NATIVE,`REFUND,`OTHERS,`CNY,`0.00,`0.00,"
		back1 = "`2000-01-02 00:00:00,`APP,`MCH,`0,`T1,`TRANS-S001T1-000001,`S001T1-000001,`PAYER,`NATIVE,`REFUND,`OTHERS,`CNY,`0.00,`0.00,"
		none  = "`0,`0,`0.00,`0.00,`,`,"
		goods = "`可乐, `大`瓶 \"冰\",`till=T1,"
	)
	for _, c := range []struct{ day, kind, want string }{
		{"20000101", BillAll, head + "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\n" +
			pay1 + none + goods + "`0.08100,`0.60%,`13.50,`0.00,`\n" +
			pay2 + none + "`薯片,`till=T1,`0.10200,`0.60%,`20.00,`0.00,`\n" +
			pay3 + none + "`柜台-可乐等3件,`till=T1,`0.03000,`0.60%,`5.00,`0.00,`\n" +
			back3 + "`REVERSAL-S001T1-000003,`0,`5.00,`0.00,`ORIGINAL,`SUCCESS,`柜台-可乐等3件,`till=T1,`-0.03000,`0.60%,`0.00,`5.00,`\n" +
			back2 + "`REFUND-R1,`R1,`8.50,`2.50,`ORIGINAL,`SUCCESS,`薯片,`till=T1,`-0.05100,`0.60%,`0.00,`10.00,`\n" +
			sums + "`5,`35.50,`13.50,`2.50,`0.13200,`38.50,`15.00\n"},
		{"20000101", BillSuccess, head + "商品名称,商户数据包,手续费,费率,订单金额,费率备注\n" +
			pay1 + goods + "`0.08100,`0.60%,`13.50,`\n" +
			pay2 + "`薯片,`till=T1,`0.10200,`0.60%,`20.00,`\n" +
			pay3 + "`柜台-可乐等3件,`till=T1,`0.03000,`0.60%,`5.00,`\n" +
			sums + "`3,`35.50,`0.00,`0.00,`0.21300,`38.50,`0.00\n"},
		{"20000101", BillRefund, head + "退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\n" +
			back3 + "`2000-01-01 09:00:30,`2000-01-01 09:00:30,`REVERSAL-S001T1-000003,`0,`5.00,`0.00,`ORIGINAL,`SUCCESS,`柜台-可乐等3件,`till=T1,`-0.03000,`0.60%,`0.00,`5.00,`\n" +
			back2 + "`2000-01-01 23:59:59,`2000-01-02 00:00:04,`REFUND-R1,`R1,`8.50,`2.50,`ORIGINAL,`SUCCESS,`薯片,`till=T1,`-0.05100,`0.60%,`0.00,`10.00,`\n" +
			sums + "`2,`0.00,`13.50,`2.50,`-0.08100,`0.00,`15.00\n"},
		{"20000102", BillAll, head + "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\n" +
			"`2000-01-02 00:00:00,`APP,`MCH,`0,`T1,`TRANS-S001T1-000005,`S001T1-000005,`PAYER,`NATIVE,`SUCCESS,`OTHERS,`CNY,`0.01,`0.00," + none + "`糖,`till=T1,`0.00006,`0.60%,`0.01,`0.00,`\n" +
			sums + "`1,`0.01,`0.00,`0.00,`0.00006,`0.01,`0.00\n"},
		{"20000102", BillRechargeRefund, head + "退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,返还手续费,费率,订单金额,申请退款金额,费率备注\n" +
			back1 + "`2000-01-02 00:00:00,`2000-01-02 00:00:05,`REFUND-R2,`R2,`13.50,`0.00,`ORIGINAL,`SUCCESS," + goods + "`0.08100,`0.60%,`0.00,`13.50,`\n" +
			sums + "`1,`0.00,`13.50,`0.00,`-0.08100,`0.00,`13.50\n"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := twoDays(t, Options{})
			got := golden(s, string(fetchBill(t, s, pathBill, billRequest(c.day, map[string]string{"bill_type": c.kind}))))
			if got != c.want {
				t.Errorf("%s %s:\n%s\nwant\n%s", c.day, c.kind, got, c.want)
			}
		})
	}
}

func TestBill_OfAnOldAccountHasOtherNamesAndFiveSums(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := twoDays(t, Options{Bill: BillOptions{Old: true, BOM: true, CRLF: true, Rate: 38}})
		lines := strings.Split(golden(s, string(fetchBill(t, s, pathBill, billRequest("20000101", nil)))), "\r\n")
		for i, want := range map[int]string{
			0: "\uFEFF交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额,代金券或立减优惠金额," +
				"微信退款单号,商户退款单号,退款金额,代金券或立减优惠退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率",
			2: "`2000-01-01 09：00：01,`APP,`MCH,`0,`T1,`TRANS-S001T1-000002,`S001T1-000002,`PAYER,`NATIVE,`SUCCESS,`OTHERS,`CNY,`20.00,`8.00," +
				"`0,`0,`0.00,`0.00,`,`,`薯片,`till=T1,`0.06460,`0.38%",
			5: "`2000-01-01 23：59：59,`APP,`MCH,`0,`T1,`TRANS-S001T1-000002,`S001T1-000002,`PAYER,`NATIVE,`REFUND,`OTHERS,`CNY,`0.00,`0.00," +
				"`REFUND-R1,`R1,`10.00,`4.00,`ORIGINAL,`SUCCESS,`薯片,`till=T1,`-0.03230,`0.38%",
			6: "总交易单数,总交易额,总退款金额,总代金券或立减优惠退款金额,手续费总金额",
			7: "`5,`38.50,`15.00,`4.00,`0.08360",
			8: "",
		} {
			if len(lines) != 9 || lines[i] != want {
				t.Errorf("line %d of %d:\n%s\nwant\n%s", i, len(lines), lines[i], want)
			}
		}
	})
}

func TestBill_IsThereFromTenOfTheNextDayForThreeMonths(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		now := newSim(t, Options{Bill: BillOptions{Now: true}})
		for _, s := range []*Sim{s, now} {
			pays(t, s, "S001T1-000001", 1350, "可乐", Act{Kind: PayNow})
		}
		const creating, none, bad = "20002 Bill Creating", "20002 No Bill Exist", "20001 invalid bill_date"
		for _, c := range []struct{ at, day, says, saysNow string }{
			{"2000-01-01 12:00:00", "20000101", creating, ""},
			{"2000-01-01 12:00:00", "20000102", bad, bad},
			{"2000-01-01 12:00:00", "19991231", none, none}, // ready, and nothing happened
			{"2000-01-02 09:59:59", "20000101", creating, ""},
			{"2000-01-02 10:00:00", "20000101", "", ""},
			{"2000-01-02 10:00:00", "20000102", creating, none},
			{"2000-01-02 10:00:00", "2000-01-01", bad, bad},
			{"2000-01-02 10:00:00", "", bad, bad},
			{"2000-04-01 23:59:59", "20000101", "", ""},
			{"2000-04-02 00:00:00", "20000101", none, none},
		} {
			until(t, c.at)
			for i, want := range []string{c.says, c.saysNow} {
				text := fetchBill(t, []*Sim{s, now}[i], pathBill, billRequest(c.day, nil))
				if want == "" {
					if !bytes.HasPrefix(text, []byte("交易时间,")) {
						t.Errorf("%s at %s: %s", c.day, c.at, text)
					}
				} else if got := billTrouble(t, text); got != want {
					t.Errorf("%s at %s: %s, want %s", c.day, c.at, got, want)
				}
			}
		}
	})
}

// A refund is told as it stood when the bill was made; one that was closed by then gave nothing back and is not there.
func TestBill_TellsOfRefundsAsTheyStoodWhenItWasMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		for i, act := range []RefundAct{{After: time.Minute}, {After: 30 * time.Hour}, {End: RefundClosed, After: time.Minute}, {End: RefundClosed, After: 30 * time.Hour}, {End: RefundChange}} {
			number := fmt.Sprintf("S001T1-00000%d", i)
			pays(t, s, number, 1350, "可乐", Act{Kind: PayNow})
			if err := s.ScriptRefund("R"+number, act); err != nil {
				t.Fatal(err)
			}
			call(t, s, pathRefund, refundRequest(map[string]string{"out_trade_no": number, "out_refund_no": "R" + number}))
		}
		for _, at := range []string{"2000-01-02 10:00:00", "2000-01-05 10:00:00"} {
			until(t, at)
			rows, err := s.BillRows("", "20000101")
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, r := range rows {
				if r.back() {
					got[r.OutRefundNo] = r.RefundState
				}
			}
			if len(rows) != 9 || len(got) != 4 || got["RS001T1-000000"] != RefundSuccess || got["RS001T1-000001"] != RefundProcessing ||
				got["RS001T1-000003"] != RefundProcessing || got["RS001T1-000004"] != RefundChange {
				t.Errorf("at %s: %v of %d rows", at, got, len(rows))
			}
		}
	})
}

func TestBill_Refusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{Bill: BillOptions{Now: true}, RequireCert: true})
		const today = "20000101"
		pays(t, s, "S001T1-000001", 1350, "可乐", Act{Kind: PayNow})
		for _, c := range []struct {
			name, path string
			f          map[string]string
			want       string
		}{
			{"type", pathBill, billRequest(today, map[string]string{"bill_type": "EVERYTHING"}), "20001 invalid bill_type"},
			{"packing", pathBill, billRequest(today, map[string]string{"tar_type": "ZIP"}), "20001 invalid tar_type"},
			{"signature", pathBill, billRequest(today, map[string]string{"sign": strings.Repeat("0", 32)}), "20001 签名错误"},
			{"merchant", pathBill, billRequest(today, map[string]string{"mch_id": "1"}), "20001 商户号不存在"},
			{"app", pathBill, billRequest(today, map[string]string{"appid": "wx1"}), "20001 appid不存在"},
			{"no refunds", pathBill, billRequest(today, map[string]string{"bill_type": BillRefund}), "20002 No Bill Exist"},
			{"no certificate", pathFundFlow, fundRequest(today, nil), "20001 证书验证失败"},
		} {
			if got := billTrouble(t, fetchBill(t, s, c.path, c.f)); got != c.want {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
		}
		open := newSim(t, Options{Bill: BillOptions{Now: true}, Merchants: []Merchant{{AppID: PracticeAppID, MchID: PracticeMchID, Key: PracticeKey, SignType: signMD5}}})
		pays(t, open, "S001T1-000001", 1350, "可乐", Act{Kind: PayNow})
		for name, c := range map[string]struct {
			changes map[string]string
			want    string
		}{
			"MD5":       {map[string]string{"sign_type": "MD5"}, "20001 签名类型错误: 仅支持HMAC-SHA256"},
			"none":      {map[string]string{"sign_type": ""}, "20001 签名类型错误: 仅支持HMAC-SHA256"},
			"account":   {map[string]string{"account_type": "Savings"}, "20001 invalid account_type"},
			"operation": {map[string]string{"account_type": "Operation"}, "20002 No Bill Exist"},
			"fees":      {map[string]string{"account_type": "Fees"}, "20002 No Bill Exist"},
			"wrong":     {map[string]string{"sign": strings.Repeat("0", 64)}, "20001 签名错误"},
		} {
			if got := billTrouble(t, fetchBill(t, open, pathFundFlow, fundRequest(today, c.changes))); got != c.want {
				t.Errorf("fund flow, %s: %s, want %s", name, got, c.want)
			}
		}
		// An account set to MD5 takes HMAC-SHA256 here all the same, and a fund flow with the certificate.
		if text := fetchBill(t, open, pathFundFlow, fundRequest(today, nil)); !bytes.HasPrefix(text, []byte("记账时间,")) {
			t.Errorf("%s", text)
		}
		for _, call := range append(s.Calls(), open.Calls()...) {
			if len(call.Unknown) > 0 {
				t.Errorf("%s: unknown %v", call.Path, call.Unknown)
			}
		}
	})
}

func unpack(t *testing.T, file []byte) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatalf("%v: %.200q", err, file)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestBill_PackedIsTheSameFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := twoDays(t, Options{Bill: BillOptions{BOM: true, CRLF: true}})
		for path, f := range map[string]map[string]string{pathBill: billRequest("20000101", nil), pathFundFlow: fundRequest("20000101", nil)} {
			plain := string(fetchBill(t, s, path, f))
			packed := unpack(t, fetchBill(t, s, path, with(f, map[string]string{"tar_type": "GZIP"})))
			if plain != packed || len(plain) < 200 {
				t.Errorf("%s: %d bytes plain, %d packed", path, len(plain), len(packed))
			}
		}
	})
}

func TestFundFlow_BalanceRunsAndFeesAddUpToTheTradeBill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := twoDays(t, Options{Bill: BillOptions{Payouts: true}})
		want := "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额（元）,账户结余（元）,资金变更提交申请人,备注,业务凭证号\n" +
			"`2000-01-01 09:00:00,`TRANS-S001T1-000001,`FLOW,`交易,`交易,`收入,`13.50,`13.50,`system,`,`S001T1-000001\n" +
			"`2000-01-01 09:00:00,`TRANS-S001T1-000001,`FLOW,`扣除交易手续费,`扣除交易手续费,`支出,`0.08,`13.42,`system,`,`S001T1-000001\n" +
			"`2000-01-01 09:00:01,`TRANS-S001T1-000002,`FLOW,`交易,`交易,`收入,`17.00,`30.42,`system,`,`S001T1-000002\n" +
			"`2000-01-01 09:00:01,`TRANS-S001T1-000002,`FLOW,`扣除交易手续费,`扣除交易手续费,`支出,`0.10,`30.32,`system,`,`S001T1-000002\n" +
			"`2000-01-01 09:00:02,`TRANS-S001T1-000003,`FLOW,`交易,`交易,`收入,`5.00,`35.32,`system,`,`S001T1-000003\n" +
			"`2000-01-01 09:00:02,`TRANS-S001T1-000003,`FLOW,`扣除交易手续费,`扣除交易手续费,`支出,`0.03,`35.29,`system,`,`S001T1-000003\n" +
			"`2000-01-01 09:00:30,`REVERSAL-S001T1-000003,`FLOW,`退款,`退款,`支出,`5.00,`30.29,`system,`撤销,`S001T1-000003\n" +
			"`2000-01-01 09:00:30,`REVERSAL-S001T1-000003,`FLOW,`退回交易手续费,`退回交易手续费,`收入,`0.03,`30.32,`system,`,`S001T1-000003\n" +
			"`2000-01-01 23:59:59,`REFUND-R1,`FLOW,`退款,`退款,`支出,`8.50,`21.82,`system,`退一半,`R1\n" +
			"`2000-01-01 23:59:59,`REFUND-R1,`FLOW,`退回交易手续费,`退回交易手续费,`收入,`0.05,`21.87,`system,`,`R1\n" +
			"资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\n`10,`5,`35.58,`5,`13.71\n"
		rows, err := s.FundRows("", "20000101")
		if err != nil {
			t.Fatal(err)
		}
		got := golden(s, string(fetchBill(t, s, pathFundFlow, fundRequest("20000101", nil))))
		seen := map[string]bool{}
		for _, r := range rows {
			if len(r.Flow) != 28 || seen[r.Flow] {
				t.Errorf("flow number %q", r.Flow)
			}
			seen[r.Flow] = true
			got = strings.ReplaceAll(got, r.Flow, "FLOW")
		}
		if got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		rows, err = s.FundRows("", "20000102")
		if err != nil || len(rows) != 4 {
			t.Fatalf("%+v, %v", rows, err)
		}
		// What was there at midnight goes to the bank in the morning; the refund has emptied part of it.
		if last := rows[3]; last.Kind != FundPayout || last.Amount != -846 || last.Balance != 0 || !last.At.Equal(time.Date(2000, 1, 2, 4, 0, 0, 0, beijing)) {
			t.Errorf("payout %+v", last)
		}
	})
}

// TestFundFlow_AgreesWithTheTradeBill holds the two bills of random days against each other.
func TestFundFlow_AgreesWithTheTradeBill(t *testing.T) {
	for seed := range uint64(3) {
		synctest.Test(t, func(t *testing.T) {
			d := newDay(t, seed)
			d.s.opts.Bill = BillOptions{Rate: 38}
			for range 150 {
				d.step()
				bubble.Sleep(time.Duration(d.r.IntN(3600)) * time.Second)
			}
			balance, days, sum := int64(0), 0, int64(0)
			first := time.Date(2000, 1, 1, 0, 0, 0, 0, beijing)
			for at := first; at.Before(time.Now()); at = at.AddDate(0, 0, 1) {
				day := at.Format("20060102")
				rows, err := d.s.BillRows("", day)
				if err != nil {
					t.Fatal(err)
				}
				funds, err := d.s.FundRows("", day)
				if err != nil {
					t.Fatal(err)
				}
				trade, fee := int64(0), int64(0)
				for _, r := range rows {
					trade, fee = trade+r.Settlement-r.Refund, fee+r.Fee
				}
				for _, f := range funds {
					if balance += f.Amount; f.Balance != balance {
						t.Fatalf("%s: balance %d after %+v, want %d", day, f.Balance, f, balance)
					}
				}
				days++
				sum += trade - roundMille(fee)
			}
			if balance != sum || days < 3 || sum == 0 {
				t.Errorf("seed %d: %d on the balance, %d by the trade bills of %d days", seed, balance, sum, days)
			}
		})
	}
}

func TestBill_PlantedDifferencesStayAndAreKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := Options{State: filepath.Join(t.TempDir(), "state")}
		s := twoDays(t, opts)
		text := func(day string) string { return golden(s, string(fetchBill(t, s, pathBill, billRequest(day, nil)))) }
		honest := text("20000101")
		for _, d := range []Difference{
			{Day: "20000101", Kind: WrongLacks},
			{Day: "20000101", Kind: WrongAmount, Row: "S001T1-000002"},
			{Day: "20000101", Kind: WrongFee, Row: "R1", Is: 0},
			{Day: "20000101", Kind: WrongForeign, Row: "S001T1-999999", Is: 777},
			{Day: "20000102", Kind: WrongForeign},
		} {
			if _, err := s.Plant(d); err != nil {
				t.Fatal(err)
			}
		}
		for _, d := range []Difference{
			{Day: "20000101", Kind: "colour"},
			{Day: "20000103", Kind: WrongLacks},
			{Day: "20000101", Kind: WrongFee, Row: "nobody"},
			{Day: "yesterday", Kind: WrongForeign},
			{Day: "20000101", Kind: WrongForeign, Is: -1},
		} {
			if got, err := s.Plant(d); !errors.Is(err, ErrBadDifference) {
				t.Errorf("%+v planted as %+v: %v", d, got, err)
			}
		}
		wrong, other := text("20000101"), text("20000102")
		planted := s.Planted()
		s.Close()
		s = newSim(t, opts)
		if text("20000101") != wrong || text("20000102") != other || fmt.Sprint(s.Planted()) != fmt.Sprint(planted) {
			t.Error("a restart changed what was planted")
		}
		for _, line := range []string{
			"`S001T1-999999,`PAYER,`NATIVE,`SUCCESS,`OTHERS,`CNY,`7.77,", "`CNY,`18.00,`5.00,", ",`0.10800,`0.60%,`21.00,", ",`-0.04100,`0.60%,`0.00,`10.00",
			"`5,`30.77,`13.50,`2.50,`0.11362,`33.77,`15.00\n",
		} {
			if !strings.Contains(wrong, line) || strings.Contains(honest, line) {
				t.Errorf("%q is not in\n%s", line, wrong)
			}
		}
		if strings.Contains(wrong, "S001T1-000001") || !strings.Contains(honest, "S001T1-000001") || !strings.Contains(other, "`8.88,") {
			t.Errorf("%s\n%s", wrong, other)
		}
		// The truth does not change.
		rows, err := s.BillRows(PracticeMchID, "20000101")
		if err != nil || len(rows) != 5 || rows[0].OutTradeNo != "S001T1-000001" || rows[1].Total != 2000 {
			t.Errorf("%+v, %v", rows, err)
		}
		if len(planted) != 5 || planted[0].Was != 1350 || planted[0].Is != 0 || planted[0].OutTradeNo != "S001T1-000001" ||
			planted[1].Was != 2000 || planted[1].Is != 2100 || planted[2].OutRefundNo != "R1" || planted[2].Is != planted[2].Was+1000 {
			t.Errorf("%+v", planted)
		}
	})
}

func TestBill_FaultsPlantOnceAndSpoilOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := twoDays(t, Options{})
		fetch := func(fault string) (string, error) {
			t.Helper()
			if fault != "" {
				f, err := ParseFault(fault)
				if err == nil {
					err = s.SetFault(f)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			status, text, err := send(t, s, http.MethodPost, apiHost+pathBill, encode(billRequest("20000101", map[string]string{"tar_type": "GZIP"})))
			if err == nil && status != http.StatusOK {
				t.Fatalf("%s: status %d", fault, status)
			}
			return string(text), err
		}
		whole, err := fetch("")
		if err != nil {
			t.Fatal(err)
		}
		honest := unpack(t, []byte(whole))
		spoiled := map[string]func(string, error) bool{
			FaultBillSummary: func(text string, err error) bool {
				got := unpack(t, []byte(text))
				return err == nil && got == strings.Replace(honest, "`5,`35.50,", "`5,`35.51,", 1)
			},
			FaultBillCut: func(text string, err error) bool {
				return err == nil && unpack(t, []byte(text)) == honest[:len(honest)*2/3]
			},
			FaultBillPacking: func(text string, err error) bool {
				z, _ := gzip.NewReader(strings.NewReader(text))
				_, bad := io.ReadAll(z)
				return err == nil && errors.Is(bad, gzip.ErrChecksum)
			},
			FaultBillDrop:     func(text string, err error) bool { return err != nil && text == whole[:len(whole)/2] },
			FaultBillPage:     func(text string, err error) bool { return err == nil && strings.HasPrefix(text, "<!DOCTYPE html>") },
			FaultBillCreating: func(text string, err error) bool { return billTrouble(t, []byte(text)) == "20002 Bill Creating" },
			FaultSystemError:  func(text string, err error) bool { return billTrouble(t, []byte(text)) == "20100 SYSTEMERROR" },
			FaultTruncated:    func(text string, err error) bool { return err == nil && text == whole[:len(whole)*2/3] },
			FaultArrivesLate:  func(_ string, err error) bool { return err != nil },
		}
		for name, good := range spoiled {
			if text, err := fetch(name); !good(text, err) {
				t.Errorf("%s: %v, %.300q", name, err, text)
			}
			if text, err := fetch(""); err != nil || text != whole {
				t.Errorf("after %s: %v, %.300q", name, err, text)
			}
		}
		for i, name := range []string{FaultBillLacks, FaultBillAmount, FaultBillFee, FaultBillForeign} {
			first, err := fetch(name + "=always")
			if err != nil {
				t.Fatal(err)
			}
			again, err := fetch("")
			if planted := s.Planted(); err != nil || first != again || len(planted) != i+1 || planted[i].Kind != plantingFaults[name] {
				t.Errorf("%s: %v, planted %+v", name, err, planted)
			}
			honest = unpack(t, []byte(again))
		}
		if !strings.Contains(honest, "`5,`31.88,") { // 13.50 is gone, 1.00 and 8.88 are more
			t.Errorf("%s", honest)
		}
		for _, bad := range []string{"bill-page=1@orderquery", "bill-fee=1@downloadfundflow", "refund-retry=1@downloadbill", "bill-drop=1@notify"} {
			if f, err := ParseFault(bad); !errors.Is(err, ErrBadFault) {
				t.Errorf("%s: %+v, %v", bad, f, err)
			}
		}
		// Faults of bills meet nothing else.
		s.ClearFaults()
		if err := s.SetFault(Fault{Name: FaultBillPage, Count: Always}); err != nil {
			t.Fatal(err)
		}
		if got := tradeState(t, s, "S001T1-000001"); got != StateRefund {
			t.Errorf("a query said %s", got)
		}
	})
}

func TestAPI_BillsAndTheirTruth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{Bill: BillOptions{Now: true}})
		const day = "20000101"
		pays(t, s, "S001T1-000001", 1350, "可乐", Act{Kind: PayNow})
		pays(t, s, "S001T1-000002", 450, "可乐", Act{Kind: PayNow})
		get := func(path string) (int, string) {
			status, text, err := send(t, s, http.MethodGet, "http://127.0.0.1"+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			return status, string(text)
		}
		if status, text := apiPost(t, s, "/sim/differences", `{"day":"`+day+`","kind":"lacks-row","row":"S001T1-000002"}`); status != http.StatusOK || !strings.Contains(text, `"was":450,"is":0`) {
			t.Errorf("%d %s", status, text)
		}
		if status, text := apiPost(t, s, "/sim/differences", `{"day":"`+day+`","kind":"lacks-row","row":"S001T1-000003"}`); status != http.StatusBadRequest || !strings.Contains(text, "bad-difference") {
			t.Errorf("%d %s", status, text)
		}
		for path, want := range map[string]string{
			"/sim/bill?day=" + day: "`1,`13.50,", "/sim/bill?type=SUCCESS&day=" + day: "`1,`13.50,", "/sim/fundflow?day=" + day: "`18.00,",
			"/sim/differences": `"transaction_id":"42`, "/sim/fund-rows?day=" + day: `"balance":1342`,
		} {
			if status, text := get(path); status != http.StatusOK || !strings.Contains(text, want) {
				t.Errorf("%s: %d %s", path, status, text)
			}
		}
		for path, status := range map[string]int{
			"/sim/bill?day=" + day + "&type=REFUND": http.StatusNotFound, "/sim/bill?day=today": http.StatusBadRequest,
			"/sim/bill-rows?day=today": http.StatusBadRequest, "/sim/fundflow?account=Mine&day=" + day: http.StatusBadRequest,
		} {
			if got, text := get(path); got != status {
				t.Errorf("%s: %d %s, want %d", path, got, text, status)
			}
		}
		var truth struct{ Rows []BillRow }
		if _, text := get("/sim/bill-rows?day=" + day); json.Unmarshal([]byte(text), &truth) != nil || len(truth.Rows) != 2 || truth.Rows[1].Total != 450 || truth.Rows[1].Fee != 2700 {
			t.Errorf("%s", text)
		}
	})
}

// apiPost is a POST to the JSON API.
func apiPost(t *testing.T, s *Sim, path, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.RoundTripper().RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// BenchmarkBill is the bill of a day with 10,000 orders among 300,000.
func BenchmarkBill(b *testing.B) {
	s, err := New(Options{Bill: BillOptions{Now: true}})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	at := s.now()
	for i := range 300_000 {
		f := map[string]string{"appid": PracticeAppID, "mch_id": PracticeMchID, "out_trade_no": fmt.Sprintf("S001-T1-%08d", i), "body": "可口可乐 330ml等3件", "attach": "S001/T1"}
		paid := at.AddDate(0, 0, -(i % 30))
		s.orders = append(s.orders, &order{Request: f, Total: 1350, Created: paid, Payments: []Payment{{
			TransactionID: fmt.Sprintf("4200000000202611%012d", i), OpenID: practiceOpenID, BankType: "OTHERS", FeeType: "CNY",
			TotalFee: 1350, CashFee: 1350, SettlementFee: 1350, TimeEnd: paid,
		}}})
	}
	day := at.Format("20060102")
	for name, make := range map[string]func() ([]byte, *refusal){
		"trade": func() ([]byte, *refusal) { return s.billOf(PracticeMchID, day, BillAll, "") },
		"fund":  func() ([]byte, *refusal) { return s.fundFlowOf(PracticeMchID, day, "Basic", "") },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				text, no := make()
				if no != nil || bytes.Count(text, []byte("\n")) < 10_000 {
					b.Fatalf("%v, %d bytes", no, len(text))
				}
			}
		})
	}
}
