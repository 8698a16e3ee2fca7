package sim

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"
)

const (
	apiHost    = "https://api.mch.weixin.qq.com"
	microNo    = "S001T1-000101"
	payingCode = "134567890123456700" // ends in 00: pays at once
)

// microRequest is a good micropay, unsigned; changes replace fields, "" removes one.
func microRequest(changes map[string]string) map[string]string {
	return with(map[string]string{
		"appid": PracticeAppID, "mch_id": PracticeMchID, "nonce_str": "abc", "body": "柜台-可乐等3件", "out_trade_no": microNo,
		"total_fee": "1350", "spbill_create_ip": "127.0.0.1", "auth_code": payingCode, "device_info": "T1", "attach": "till=T1",
	}, changes)
}

// codeFor is a payment code nobody showed whose owner does what kind says.
func codeFor(t *testing.T, kind string) string {
	t.Helper()
	i := slices.IndexFunc(CodeActs(), func(a About) bool { return a.Name == kind })
	if i < 0 {
		t.Fatalf("%q is no act of a code", kind)
	}
	return fmt.Sprintf("1345678901234567%02d", i)
}

func charge(t *testing.T, s *Sim, kind string) map[string]string {
	t.Helper()
	return call(t, s, pathMicroPay, microRequest(map[string]string{"auth_code": codeFor(t, kind)}))
}

func TestMicroPay_PaidHasEveryDocumentedFieldAndNoNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &shop{}
		s := newSim(t, Options{Transport: InProcess(h)})
		answer := call(t, s, pathMicroPay, microRequest(nil))
		for name, value := range map[string]string{
			"result_code": "SUCCESS", "trade_type": "MICROPAY", "out_trade_no": microNo, "total_fee": "1350", "cash_fee": "1350", "fee_type": "CNY",
			"cash_fee_type": "CNY", "is_subscribe": "N", "bank_type": "OTHERS", "attach": "till=T1", "device_info": "T1", "openid": practiceOpenID,
		} {
			if answer[name] != value {
				t.Errorf("%s is %q, want %q", name, answer[name], value)
			}
		}
		if len(answer["transaction_id"]) != 28 || len(answer["time_end"]) != 14 {
			t.Errorf("transaction %q at %q", answer["transaction_id"], answer["time_end"])
		}
		if q := call(t, s, "/pay/orderquery", numberRequest(microNo)); q["trade_state"] != StateSuccess || q["trade_type"] != "MICROPAY" || q["transaction_id"] != answer["transaction_id"] {
			t.Errorf("query %v", q)
		}
		bubble.Sleep(time.Hour)
		if len(h.times()) != 0 || len(s.Deliveries()) != 0 {
			t.Error("a notice was sent")
		}
	})
}

// Every act: what is answered, the state right after, the state a minute later, and what was taken.
func TestMicroPay_EveryAct(t *testing.T) {
	const none = codeOrderNotExist
	cases := map[string]struct {
		code       string // err_code; "-" is no answer at all
		now, later string // trade_state, or err_code of the query
		taken      int64
	}{
		PayNow:           {"", StateSuccess, StateSuccess, 1350},
		PayCoupon:        {"", StateSuccess, StateSuccess, 1350},
		OtherAmount:      {"", StateSuccess, StateSuccess, 1349},
		OtherCurrency:    {"", StateSuccess, StateSuccess, 1350},
		PayTwice:         {"", StateSuccess, StateSuccess, 2700},
		CodePassword:     {codeTyping, StateTyping, StateSuccess, 1350},
		CodeDecline:      {codeTyping, StateTyping, StateNotPay, 0},
		CodePayError:     {codeTyping, StateTyping, StatePayError, 0},
		CodeNever:        {codeTyping, StateTyping, StateTyping, 0},
		PayLate:          {codeTyping, StateTyping, StateTyping, 0},
		CodeNotEnough:    {codeNotEnough, StateNotPay, StateNotPay, 0},
		CodeNoCard:       {codeNoCard, StateNotPay, StateNotPay, 0},
		CodeTradeError:   {codeTrade, StateNotPay, StateNotPay, 0},
		CodeRuleLimit:    {codeRule, StateNotPay, StateNotPay, 0},
		CodeExpired:      {codeExpired, none, none, 0},
		CodeInvalid:      {codeInvalid, none, none, 0},
		CodeUsed:         {codeAuthError, none, none, 0},
		CodeSystemPaid:   {codeSystem, StateSuccess, StateSuccess, 1350},
		CodeSystemUnpaid: {codeSystem, StateNotPay, StateNotPay, 0},
		CodeBankPaid:     {codeBank, StateSuccess, StateSuccess, 1350},
		CodeBankUnpaid:   {codeBank, StateNotPay, StateNotPay, 0},
		CodeSilentPaid:   {"-", StateSuccess, StateSuccess, 1350},
		CodeSilentUnpaid: {"-", StateNotPay, StateNotPay, 0},
	}
	for _, about := range CodeActs() {
		c, ok := cases[about.Name]
		if !ok {
			t.Errorf("%s has no case", about.Name)
			continue
		}
		t.Run(about.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSim(t, Options{})
				request := microRequest(map[string]string{"auth_code": codeFor(t, about.Name)})
				if c.code == "-" {
					if _, text, err := send(t, s, http.MethodPost, apiHost+pathMicroPay, encode(request)); err == nil {
						t.Errorf("answered %s", text)
					}
				} else if answer := call(t, s, pathMicroPay, request); answer["err_code"] != c.code {
					t.Errorf("err_code %q, want %q", answer["err_code"], c.code)
				}
				state := func() string {
					q := call(t, s, "/pay/orderquery", numberRequest(microNo))
					return q["trade_state"] + q["err_code"]
				}
				if got := state(); got != c.now {
					t.Errorf("now %s, want %s", got, c.now)
				}
				bubble.Sleep(time.Minute)
				if got := state(); got != c.later {
					t.Errorf("later %s, want %s", got, c.later)
				}
				if o := get(t, s, microNo); o.Taken != c.taken || o.TradeType != "MICROPAY" || o.AuthCode != request["auth_code"] {
					t.Errorf("order %+v, want %d taken", o, c.taken)
				}
			})
		})
	}
}

func TestMicroPay_FieldTable(t *testing.T) {
	cases := []struct {
		name   string
		change map[string]string
		code   string
	}{
		{"no body", map[string]string{"body": ""}, codeLack},
		{"no number", map[string]string{"out_trade_no": ""}, codeLack},
		{"no fee", map[string]string{"total_fee": ""}, codeLack},
		{"no address", map[string]string{"spbill_create_ip": ""}, codeLack},
		{"no code", map[string]string{"auth_code": ""}, codeLack},
		{"fee of nothing", map[string]string{"total_fee": "0"}, codeParam},
		{"fee in yuan", map[string]string{"total_fee": "13.50"}, codeParam},
		{"short number", map[string]string{"out_trade_no": "1"}, codeParam},
		{"long code", map[string]string{"auth_code": fmt.Sprintf("%0129d", 1)}, codeParam},
		{"deposit X", map[string]string{"deposit": "X"}, codeParam},
		{"too short a life", map[string]string{"time_expire": "20200101000000"}, codeParam},
		{"a code of Alipay", map[string]string{"auth_code": "281234567890123456"}, codeInvalid},
		{"prefix 16", map[string]string{"auth_code": "161234567890123400"}, codeInvalid},
		{"17 digits", map[string]string{"auth_code": "13456789012345670"}, codeInvalid},
		{"19 digits", map[string]string{"auth_code": "1345678901234567000"}, codeInvalid},
		{"letters", map[string]string{"auth_code": "13456789012345670x"}, codeInvalid},
		{"a line after it", map[string]string{"auth_code": payingCode + "\n"}, codeInvalid},
		{"prefix 10", map[string]string{"auth_code": "100000000000000000"}, ""},
		{"prefix 15, Hong Kong", map[string]string{"auth_code": "150000000000000000"}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSim(t, Options{})
			if answer := call(t, s, pathMicroPay, microRequest(c.change)); answer["err_code"] != c.code {
				t.Errorf("err_code %q (%s), want %q", answer["err_code"], answer["err_code_des"], c.code)
			}
			if made := len(s.Orders()) == 1; made != (c.code == "") {
				t.Errorf("made an order: %v", made)
			}
			if lastCall(s).Unknown != nil {
				t.Errorf("unknown fields %v", lastCall(s).Unknown)
			}
		})
	}
}

func TestMicroPay_ANumberIsChargedOnce(t *testing.T) {
	other := map[string]string{"auth_code": "130000000000000000"}
	cases := []struct {
		name, kind string
		change     map[string]string
		code       string
	}{
		{"paid, the same again", PayNow, nil, codePaid},
		{"paid, with another code", PayNow, other, codePaid},
		{"typing, the same again", CodeNever, nil, codeTyping},
		{"typing, with another code", CodeNever, other, codeUsed},
		{"failed, the same again", CodeNotEnough, nil, codeAuthError},
		{"failed, with another code", CodeNotEnough, other, codeUsed},
		{"failed, with another amount", CodeNotEnough, map[string]string{"total_fee": "1"}, codeUsed},
		{"a refused code, with another code", CodeExpired, other, codeUsed},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSim(t, Options{})
			charge(t, s, c.kind)
			change := with(map[string]string{"auth_code": codeFor(t, c.kind)}, c.change)
			if answer := call(t, s, pathMicroPay, microRequest(change)); answer["err_code"] != c.code {
				t.Errorf("err_code %q, want %q", answer["err_code"], c.code)
			}
			if n := len(s.Money()); n > 1 {
				t.Errorf("%d payments", n)
			}
		})
	}
	t.Run("the number of a scanned order", func(t *testing.T) {
		s := newSim(t, Options{})
		ordered(t, s, map[string]string{"out_trade_no": microNo})
		if answer := call(t, s, pathMicroPay, microRequest(nil)); answer["err_code"] != codeUsed {
			t.Errorf("err_code %q", answer["err_code"])
		}
	})
	t.Run("an order to scan under the number of a micropay", func(t *testing.T) {
		s := newSim(t, Options{})
		charge(t, s, CodeNever)
		if answer := call(t, s, "/pay/unifiedorder", orderRequest(map[string]string{"out_trade_no": microNo})); answer["err_code"] != codeUsed {
			t.Errorf("err_code %q", answer["err_code"])
		}
		if _, err := s.Pay(microNo, Act{Kind: PayNow}); !errors.Is(err, ErrNotScanned) {
			t.Errorf("scanned: %v", err)
		}
	})
}

func TestShowCode_WorksOnceForAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		show := func(act Act) string {
			t.Helper()
			c, err := s.ShowCode(act)
			if err != nil || !authCode.MatchString(c.Code) || time.Until(c.Expires) != time.Minute {
				t.Fatalf("%+v, %v", c, err)
			}
			return c.Code
		}
		try := func(number, code string) string {
			return call(t, s, pathMicroPay, microRequest(map[string]string{"out_trade_no": number, "auth_code": code}))["err_code"]
		}
		code := show(Act{Kind: PayNow})
		if got := try("S001T1-000201", code); got != "" {
			t.Errorf("first: %s", got)
		}
		if got := try("S001T1-000202", code); got != codeAuthError {
			t.Errorf("used: %s", got)
		}
		if got := s.Codes(); len(got) != 1 || got[0].UsedBy != "S001T1-000201" || got[0].Act != PayNow {
			t.Errorf("codes %+v", got)
		}
		code = show(Act{Kind: CodeNotEnough})
		if got := try("S001T1-000203", code); got != codeNotEnough {
			t.Errorf("scripted: %s", got)
		}
		code = show(Act{Kind: PayNow})
		bubble.Sleep(time.Minute)
		if got := try("S001T1-000204", code); got != codeExpired {
			t.Errorf("out of date: %s", got)
		}
		if _, err := s.ShowCode(Act{Kind: LetExpire}); !errors.Is(err, ErrNotForCodes) {
			t.Errorf("expire: %v", err)
		}
		if _, err := s.ShowCode(Act{Kind: "steal"}); !errors.Is(err, ErrBadAct) {
			t.Errorf("steal: %v", err)
		}
		if _, err := s.Pay("S001T1-000201", Act{Kind: CodePassword}); !errors.Is(err, ErrBadAct) {
			t.Errorf("scanned with the act of a code: %v", err)
		}
	})
}

func TestScript_TellsAMicropayWhatToDo(t *testing.T) {
	s := newSim(t, Options{})
	for number, kind := range map[string]string{microNo: CodeBankUnpaid, "": CodeRuleLimit} {
		if err := s.Script(number, Act{Kind: kind}); err != nil {
			t.Fatal(err)
		}
	}
	ordered(t, s, nil) // an act of a code is not for it
	if got := call(t, s, pathMicroPay, microRequest(nil))["err_code"]; got != codeBank {
		t.Errorf("by number: %s", got)
	}
	next := microRequest(map[string]string{"out_trade_no": "S001T1-000102", "auth_code": "130000000000000000"})
	if got := call(t, s, pathMicroPay, next)["err_code"]; got != codeRule {
		t.Errorf("the next: %s", got)
	}
}

// While WeChat works on a charge the order is USERPAYING; a reversal that comes meanwhile wins.
func TestMicroPay_TakesItsTime(t *testing.T) {
	for _, reversed := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := newSim(t, Options{ReverseMinAge: -1})
			c, err := s.ShowCode(Act{Kind: PayNow, ScanAfter: 6 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			got := make(chan string, 1)
			go func() {
				got <- call(t, s, pathMicroPay, microRequest(map[string]string{"auth_code": c.Code}))["err_code"]
			}()
			bubble.Sleep(3 * time.Second)
			if state := tradeState(t, s, microNo); state != StateTyping {
				t.Errorf("meanwhile %s", state)
			}
			want := ""
			if reversed {
				want = codeReversed
				if answer := call(t, s, pathReverse, numberRequest(microNo)); answer["recall"] != "N" {
					t.Errorf("reverse %v", answer)
				}
			}
			if code := <-got; code != want || time.Since(start) != 6*time.Second {
				t.Errorf("%q after %v, want %q", code, time.Since(start), want)
			}
			if taken := get(t, s, microNo).Taken; (taken == 0) != reversed {
				t.Errorf("%d taken", taken)
			}
		})
	}
}

func TestMicroPay_ClosesByExpiryAndNotByCloseOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		call(t, s, pathMicroPay, microRequest(map[string]string{
			"auth_code": codeFor(t, CodeNotEnough), "time_expire": stamp(time.Now().Add(2 * time.Minute)),
		}))
		if answer := call(t, s, "/pay/closeorder", numberRequest(microNo)); answer["err_code"] != CodeOnlyReverse {
			t.Errorf("close: %v", answer)
		}
		bubble.Sleep(4 * time.Minute)
		if state := tradeState(t, s, microNo); state != StateClosed {
			t.Errorf("after its life %s", state)
		}
		again := microRequest(map[string]string{"auth_code": codeFor(t, CodeNotEnough)})
		again["time_expire"] = get(t, s, microNo).Expires.Format(stampLayout)
		if answer := call(t, s, pathMicroPay, again); answer["err_code"] != codeClosed {
			t.Errorf("again: %v", answer)
		}
	})
}
