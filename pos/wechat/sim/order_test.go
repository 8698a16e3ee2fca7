package sim

import (
	"bytes"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"
)

func TestRequest_RefusedBeforeTheSignatureIsUnsignedAndBare(t *testing.T) {
	good := encode(orderRequest(nil))
	cases := []struct {
		name, method string
		body         []byte
		code, text   string
	}{
		{"GET", http.MethodGet, nil, codeMethod, "请使用post方法"},
		{"empty", http.MethodPost, nil, codeEmpty, "post数据为空"},
		{"not XML", http.MethodPost, []byte("a=1&b=2"), codeXML, "XML格式错误"},
		{"DOCTYPE", http.MethodPost, append([]byte("<!DOCTYPE xml>"), good...), codeXML, "XML格式错误"},
		{"too long", http.MethodPost, bytes.Repeat([]byte(" "), maxBody+1), codeXML, "XML格式错误"},
		{"GBK", http.MethodPost, []byte("<xml><body>\xb9\xf1</body></xml>"), codeUTF8, "编码格式错误,请使用UTF-8编码格式"},
		{"no appid", http.MethodPost, encode(orderRequest(map[string]string{"appid": ""})), codeLack, "缺少参数appid"},
		{"no mch_id", http.MethodPost, encode(orderRequest(map[string]string{"mch_id": ""})), codeLack, "缺少参数mch_id"},
		{"no nonce_str", http.MethodPost, encode(orderRequest(map[string]string{"nonce_str": ""})), codeLack, "缺少参数nonce_str"},
		{"no sign", http.MethodPost, encode(with(orderRequest(nil), map[string]string{"sign": " "})), codeSign, "签名错误"},
		{"unknown mch_id", http.MethodPost, encode(orderRequest(map[string]string{"mch_id": "1"})), codeMchID, "商户号不存在"},
		{"wrong sign", http.MethodPost, encode(with(orderRequest(nil), map[string]string{"sign": strings.Repeat("0", 32)})), codeSign, "签名错误"},
		{"lower-case sign", http.MethodPost, encode(with(orderRequest(nil), map[string]string{"sign": strings.ToLower(signature(orderRequest(nil), PracticeKey, signMD5))})), codeSign, "签名错误"},
		{"HMAC sign without saying so", http.MethodPost, encode(with(orderRequest(nil), map[string]string{"sign": signature(orderRequest(nil), PracticeKey, signHMAC)})), codeSign, "签名错误"},
		{"unknown sign_type", http.MethodPost, encode(orderRequest(map[string]string{"sign_type": "SHA1"})), codeSign, "签名错误"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSim(t, Options{})
			status, text, err := send(t, s, c.method, "https://api.mch.weixin.qq.com/pay/unifiedorder", c.body)
			if err != nil || status != http.StatusOK {
				t.Fatalf("status %d, %v", status, err)
			}
			answer, err := readXML(text)
			if err != nil {
				t.Fatal(err)
			}
			if len(answer) != 2 || answer["return_code"] != "FAIL" || answer["return_msg"] != c.text {
				t.Errorf("answer %v, want FAIL %q and nothing else", answer, c.text)
			}
			if got := lastCall(s).Code; got != c.code {
				t.Errorf("decided %q, want %q", got, c.code)
			}
			if n := len(s.Orders()); n != 0 {
				t.Errorf("%d orders made", n)
			}
		})
	}
}

func TestUnifiedOrder_FieldTable(t *testing.T) {
	now := time.Now()
	at := func(d time.Duration) string { return stamp(now.Add(d)) }
	cases := []struct {
		name   string
		change map[string]string
		code   string // "" is accepted
	}{
		{"good", nil, ""},
		{"HMAC-SHA256", map[string]string{"sign_type": signHMAC}, ""},
		{"body of 127 bytes", map[string]string{"body": strings.Repeat("a", 127)}, ""},
		{"body of 128 bytes", map[string]string{"body": strings.Repeat("a", 128)}, codeParam},
		{"body of 43 Chinese characters", map[string]string{"body": strings.Repeat("柜", 43)}, codeParam},
		{"no body", map[string]string{"body": ""}, codeLack},
		{"detail of 6000 bytes", map[string]string{"detail": strings.Repeat("a", 6000)}, ""},
		{"detail of 6001 bytes", map[string]string{"detail": strings.Repeat("a", 6001)}, codeParam},
		{"detail that should be JSON", map[string]string{"detail": "可乐", "version": "1.0"}, codeParam},
		{"detail that is JSON", map[string]string{"detail": `{"cost_price":1,"goods_detail":[]}`, "version": "1.0"}, ""},
		{"attach of 127 bytes", map[string]string{"attach": strings.Repeat("a", 127)}, ""},
		{"attach of 128 bytes", map[string]string{"attach": strings.Repeat("a", 128)}, codeParam},
		{"out_trade_no of 5", map[string]string{"out_trade_no": "12345"}, codeParam},
		{"out_trade_no of 6", map[string]string{"out_trade_no": "123456"}, ""},
		{"out_trade_no of 32", map[string]string{"out_trade_no": strings.Repeat("1", 32)}, ""},
		{"out_trade_no of 33", map[string]string{"out_trade_no": strings.Repeat("1", 33)}, codeParam},
		{"out_trade_no with every sign", map[string]string{"out_trade_no": "aZ09_-*|@"}, ""},
		{"out_trade_no with a dot", map[string]string{"out_trade_no": "S001.T1"}, codeParam},
		{"no out_trade_no", map[string]string{"out_trade_no": ""}, codeLack},
		{"no product_id for NATIVE", map[string]string{"product_id": ""}, codeLack},
		{"product_id of 33 bytes", map[string]string{"product_id": strings.Repeat("1", 33)}, codeParam},
		{"total_fee 1", map[string]string{"total_fee": "1"}, ""},
		{"total_fee 0", map[string]string{"total_fee": "0"}, codeParam},
		{"total_fee negative", map[string]string{"total_fee": "-1"}, codeParam},
		{"total_fee in yuan", map[string]string{"total_fee": "13.50"}, codeParam},
		{"total_fee with a leading zero", map[string]string{"total_fee": "01"}, codeParam},
		{"total_fee beyond measure", map[string]string{"total_fee": "99999999999"}, codeParam},
		{"no total_fee", map[string]string{"total_fee": ""}, codeLack},
		{"fee_type USD", map[string]string{"fee_type": "USD"}, codeParam},
		{"fee_type CNY", map[string]string{"fee_type": "CNY"}, ""},
		{"IPv6", map[string]string{"spbill_create_ip": "::1"}, ""},
		{"no IP", map[string]string{"spbill_create_ip": ""}, codeLack},
		{"host name as IP", map[string]string{"spbill_create_ip": "localhost"}, codeParam},
		{"notify_url with a query", map[string]string{"notify_url": "https://notify.invalid/?a=1"}, codeParam},
		{"notify_url of another scheme", map[string]string{"notify_url": "ftp://notify.invalid/"}, codeParam},
		{"notify_url without host", map[string]string{"notify_url": "/wx"}, codeParam},
		{"notify_url of 257 bytes", map[string]string{"notify_url": "https://notify.invalid/" + strings.Repeat("a", 234)}, codeParam},
		{"no notify_url", map[string]string{"notify_url": ""}, codeLack},
		{"no trade_type", map[string]string{"trade_type": ""}, codeLack},
		{"unknown trade_type", map[string]string{"trade_type": "CASH"}, codeParam},
		{"JSAPI", map[string]string{"trade_type": "JSAPI", "openid": "oSomebody", "product_id": ""}, ""},
		{"JSAPI without openid", map[string]string{"trade_type": "JSAPI"}, codeLack},
		{"JSAPI with an openid of another app", map[string]string{"trade_type": "JSAPI", "openid": OpenID("wx1111111111111111", "a")}, codeParam},
		{"JSAPI with an openid of this app", map[string]string{"trade_type": "JSAPI", "openid": OpenID(PracticeAppID, "a")}, ""},
		{"APP", map[string]string{"trade_type": "APP", "product_id": ""}, ""},
		{"NATIVE with an openid of another app", map[string]string{"openid": OpenID("wx1111111111111111", "a")}, codeParam},
		{"H5", map[string]string{"trade_type": "MWEB"}, codeNoAuth},
		{"time_start not a time", map[string]string{"time_start": "2026-11-20"}, codeParam},
		{"time_start in month 13", map[string]string{"time_start": "20261320000000"}, codeParam},
		{"time_expire not a time", map[string]string{"time_expire": "tomorrow"}, codeParam},
		{"five minutes", map[string]string{"time_start": at(0), "time_expire": at(5 * time.Minute)}, ""},
		{"one minute", map[string]string{"time_start": at(0), "time_expire": at(time.Minute)}, ""},
		{"59 seconds", map[string]string{"time_start": at(0), "time_expire": at(59 * time.Second)}, codeParam},
		{"expired already", map[string]string{"time_start": at(-10 * time.Minute), "time_expire": at(-5 * time.Minute)}, codeParam},
		{"no_credit", map[string]string{"limit_pay": "no_credit"}, ""},
		{"another limit_pay", map[string]string{"limit_pay": "no_debit"}, codeParam},
		{"receipt Y", map[string]string{"receipt": "Y"}, ""},
		{"receipt true", map[string]string{"receipt": "true"}, codeParam},
		{"profit_sharing X", map[string]string{"profit_sharing": "X"}, codeParam},
		{"scene_info", map[string]string{"scene_info": `{"store_info":{"id":"S001","name":"柜台便利店"}}`}, ""},
		{"scene_info not JSON", map[string]string{"scene_info": "S001"}, codeParam},
		{"goods_tag of 33 bytes", map[string]string{"goods_tag": strings.Repeat("a", 33)}, codeParam},
		{"device_info of 33 bytes", map[string]string{"device_info": strings.Repeat("a", 33)}, codeParam},
		{"nonce_str of 33 bytes", map[string]string{"nonce_str": strings.Repeat("a", 33)}, codeParam},
		{"an unknown appid", map[string]string{"appid": "wx0000000000000000"}, codeAppID},
		{"the appid of another merchant", map[string]string{"appid": "wx1111111111111111"}, codeMismatch},
	}
	other := Merchant{AppID: "wx1111111111111111", MchID: "1900000110", Key: strings.Repeat("k", 32)}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSim(t, Options{Merchants: []Merchant{Practice(), other}})
			answer := call(t, s, "/pay/unifiedorder", orderRequest(c.change))
			if got := answer["err_code"]; got != c.code {
				t.Fatalf("err_code %q (%s), want %q", got, answer["err_code_des"], c.code)
			}
			made := 1
			if c.code != "" {
				made = 0
			}
			if n := len(s.Orders()); n != made {
				t.Errorf("%d orders, want %d", n, made)
			}
		})
	}
}

func TestUnifiedOrder_ReplyHasEveryDocumentedField(t *testing.T) {
	s := newSim(t, Options{ExtraFields: map[string]string{"new_field": "of tomorrow"}})
	answer := call(t, s, "/pay/unifiedorder", orderRequest(nil))
	want := map[string]string{
		"return_code": "SUCCESS", "return_msg": "OK", "result_code": "SUCCESS", "trade_type": "NATIVE", "device_info": "T1", "new_field": "of tomorrow",
	}
	for name, value := range want {
		if answer[name] != value {
			t.Errorf("%s is %q, want %q", name, answer[name], value)
		}
	}
	if !strings.HasPrefix(answer["code_url"], "weixin://wxpay/bizpayurl?pr=") || len(answer["code_url"]) > 64 {
		t.Errorf("code_url %q", answer["code_url"])
	}
	if len(answer["prepay_id"]) != 36 || answer["nonce_str"] == "" {
		t.Errorf("prepay_id %q, nonce_str %q", answer["prepay_id"], answer["nonce_str"])
	}
}

func TestUnifiedOrder_MerchantMayInsistOnASignType(t *testing.T) {
	m := Practice()
	m.SignType = signHMAC
	s := newSim(t, Options{Merchants: []Merchant{m}})
	if answer := call(t, s, "/pay/unifiedorder", orderRequest(nil)); answer["return_msg"] != "签名错误" {
		t.Errorf("MD5: %v", answer)
	}
	if answer := call(t, s, "/pay/unifiedorder", orderRequest(map[string]string{"sign_type": signHMAC})); answer["code_url"] == "" {
		t.Errorf("HMAC: %v", answer)
	}
}

func TestUnifiedOrder_AnswersUnderEveryPrefix(t *testing.T) {
	s := newSim(t, Options{Prefixes: []string{"/sandboxnew", "/sandboxnew/deep"}})
	for _, prefix := range []string{"", "/sandboxnew", "/sandboxnew/deep"} {
		if answer := call(t, s, prefix+"/pay/unifiedorder", orderRequest(nil)); answer["code_url"] == "" {
			t.Errorf("under %q: %v", prefix, answer)
		}
		if got := lastCall(s).Prefix; got != prefix {
			t.Errorf("saw prefix %q, want %q", got, prefix)
		}
	}
}

func TestUnifiedOrder_UnknownFieldsAreIgnoredButSeen(t *testing.T) {
	s := newSim(t, Options{})
	ordered(t, s, map[string]string{"tota_fee": "1"})
	if got := lastCall(s).Unknown; len(got) != 1 || got[0] != "tota_fee" {
		t.Errorf("unknown fields %v", got)
	}
}

func TestUnifiedOrder_AgainWithTheSameParametersRenewsTheCode(t *testing.T) {
	s := newSim(t, Options{})
	first := call(t, s, "/pay/unifiedorder", orderRequest(nil))
	second := call(t, s, "/pay/unifiedorder", orderRequest(map[string]string{"nonce_str": "another"}))
	if first["prepay_id"] != second["prepay_id"] || first["code_url"] == second["code_url"] {
		t.Fatalf("first %v\nsecond %v", first, second)
	}
	if _, err := s.Pay(first["code_url"], Act{Kind: PayNow}); !errors.Is(err, ErrCodeDead) {
		t.Errorf("the old code: %v, want ErrCodeDead", err)
	}
	if o, err := s.Pay(second["code_url"], Act{Kind: PayNow}); err != nil || o.State != StateSuccess {
		t.Errorf("the new code: %v, %s", err, o.State)
	}
	if n := len(s.Orders()); n != 1 {
		t.Errorf("%d orders", n)
	}
}

func TestUnifiedOrder_AgainIsRefusedWhenItCannotBeTheSame(t *testing.T) {
	cases := []struct {
		name   string
		before func(*testing.T, *Sim, string)
		change map[string]string
		code   string
	}{
		{"another amount", nil, map[string]string{"total_fee": "1351"}, codeUsed},
		{"another body", nil, map[string]string{"body": "别的"}, codeUsed},
		{"another field", nil, map[string]string{"goods_tag": "x"}, codeUsed},
		{"closed", func(t *testing.T, s *Sim, n string) { call(t, s, "/pay/closeorder", numberRequest(n)) }, nil, codeClosed},
		{"paid", pay(PayNow), nil, codePaid},
		{"paid and another amount", pay(PayNow), map[string]string{"total_fee": "1"}, codePaid},
		{"expired", pay(LetExpire), nil, codeClosed},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSim(t, Options{})
			number, _ := ordered(t, s, nil)
			if c.before != nil {
				c.before(t, s, number)
			}
			if answer := call(t, s, "/pay/unifiedorder", orderRequest(c.change)); answer["err_code"] != c.code {
				t.Errorf("err_code %q, want %q", answer["err_code"], c.code)
			}
		})
	}
}

func pay(kind string) func(*testing.T, *Sim, string) {
	return func(t *testing.T, s *Sim, number string) {
		t.Helper()
		if _, err := s.Pay(number, Act{Kind: kind}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOrder_ExpiresByTimeExpireAndIsClosedAMinuteLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		now := time.Now()
		number, code := ordered(t, s, map[string]string{"time_start": stamp(now), "time_expire": stamp(now.Add(2 * time.Minute))})
		bubble.Sleep(2*time.Minute - time.Second)
		if got := tradeState(t, s, number); got != StateNotPay {
			t.Errorf("before: %s", got)
		}
		bubble.Sleep(time.Second)
		if _, err := s.Pay(code, Act{Kind: PayNow}); !errors.Is(err, ErrExpired) {
			t.Errorf("paying at the expiry: %v", err)
		}
		if got := tradeState(t, s, number); got != StateNotPay {
			t.Errorf("at the expiry: %s", got)
		}
		bubble.Sleep(time.Minute)
		if got := tradeState(t, s, number); got != StateClosed {
			t.Errorf("a minute after: %s", got)
		}
	})
}

func TestOrder_WithoutTimeExpireLivesSevenDaysButItsCodeTwoHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{ClosedAfter: -1})
		number, code := ordered(t, s, nil)
		bubble.Sleep(2 * time.Hour)
		if _, err := s.Pay(code, Act{Kind: PayNow}); !errors.Is(err, ErrCodeDead) {
			t.Errorf("a code of two hours: %v", err)
		}
		bubble.Sleep(7*24*time.Hour - 2*time.Hour - time.Second)
		_, code = ordered(t, s, nil) // renews the code of the living order
		bubble.Sleep(time.Second)
		if _, err := s.Pay(code, Act{Kind: PayNow}); !errors.Is(err, ErrExpired) {
			t.Errorf("after seven days: %v", err)
		}
		bubble.Sleep(30 * 24 * time.Hour)
		if got := tradeState(t, s, number); got != StateNotPay {
			t.Errorf("with ClosedAfter never: %s", got)
		}
	})
}

func TestOrderQuery_GuaranteesNothingButTheStateOfAnUnpaidOrder(t *testing.T) {
	s := newSim(t, Options{})
	number, _ := ordered(t, s, nil)
	answer := call(t, s, "/pay/orderquery", numberRequest(number))
	for name := range answer {
		switch name {
		case "return_code", "return_msg", "appid", "mch_id", "nonce_str", "sign", "result_code", "out_trade_no", "attach", "trade_state", "trade_state_desc":
		default:
			t.Errorf("an unpaid order has %s", name)
		}
	}
	if answer["trade_state"] != StateNotPay || answer["attach"] != "till=T1" {
		t.Errorf("answer %v", answer)
	}
}

func TestOrderQuery_PaidHasEveryDocumentedField(t *testing.T) {
	s := newSim(t, Options{})
	number, _ := ordered(t, s, map[string]string{"sign_type": signHMAC})
	before := time.Now().Truncate(time.Second)
	pay(PayNow)(t, s, number)
	after := time.Now()
	request := numberRequest(number)
	request["sign_type"] = signHMAC
	answer := call(t, s, "/pay/orderquery", request)
	want := map[string]string{
		"result_code": "SUCCESS", "trade_state": "SUCCESS", "device_info": "T1", "openid": practiceOpenID, "is_subscribe": "N",
		"trade_type": "NATIVE", "bank_type": "OTHERS", "total_fee": "1350", "fee_type": "CNY", "cash_fee": "1350", "cash_fee_type": "CNY",
		"out_trade_no": number, "attach": "till=T1", "trade_state_desc": "支付成功",
	}
	for name, value := range want {
		if answer[name] != value {
			t.Errorf("%s is %q, want %q", name, answer[name], value)
		}
	}
	if !regexp.MustCompile(`^\d{28}$`).MatchString(answer["transaction_id"]) {
		t.Errorf("transaction_id %q", answer["transaction_id"])
	}
	end, err := time.ParseInLocation(stampLayout, answer["time_end"], beijing)
	if err != nil || end.Before(before) || end.After(after) {
		t.Errorf("time_end %q is not now in Beijing", answer["time_end"])
	}
	delete(request, "out_trade_no")
	request["transaction_id"] = answer["transaction_id"]
	if again := call(t, s, "/pay/orderquery", request); again["out_trade_no"] != number {
		t.Errorf("by transaction_id: %v", again)
	}
}

func TestOrderQuery_Refusals(t *testing.T) {
	s := newSim(t, Options{})
	cases := map[string]struct{ number, code string }{
		"unknown":   {"S001T1-999999", codeOrderNotExist},
		"no number": {"", codeLack},
		"too long":  {strings.Repeat("1", 33), codeParam},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if answer := call(t, s, "/pay/orderquery", with(numberRequest(c.number), nil)); answer["err_code"] != c.code {
				t.Errorf("err_code %q, want %q", answer["err_code"], c.code)
			}
		})
	}
}

func TestOrders_OfAnotherMerchantDoNotExist(t *testing.T) {
	other := Merchant{AppID: "wx1111111111111111", MchID: "1900000110", Key: PracticeKey}
	s := newSim(t, Options{Merchants: []Merchant{Practice(), other}})
	number, _ := ordered(t, s, nil)
	stranger := with(numberRequest(number), map[string]string{"appid": other.AppID, "mch_id": other.MchID})
	for _, path := range []string{"/pay/orderquery", "/pay/closeorder"} {
		if answer := call(t, s, path, stranger); answer["err_code"] != codeOrderNotExist {
			t.Errorf("%s: %v", path, answer)
		}
	}
	if answer := call(t, s, "/pay/unifiedorder", orderRequest(map[string]string{"appid": other.AppID, "mch_id": other.MchID})); answer["code_url"] == "" {
		t.Errorf("the same number of another merchant: %v", answer)
	}
	if _, err := s.Order(number); !errors.Is(err, ErrNoOrder) {
		t.Errorf("a number two merchants use: %v", err)
	}
}
