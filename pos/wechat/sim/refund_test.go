package sim

import (
	"errors"
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"
)

const refundNo = "R-S001T1-000001-1"

// refundRequest is a good refund of the order of orderRequest, unsigned.
func refundRequest(changes map[string]string) map[string]string {
	return with(map[string]string{
		"appid": PracticeAppID, "mch_id": PracticeMchID, "nonce_str": "abc", "out_trade_no": "S001T1-000001", "out_refund_no": refundNo,
		"total_fee": "1350", "refund_fee": "1350",
	}, changes)
}

// paid is a simulator with the order of orderRequest paid, and its transaction_id.
func paid(t *testing.T, opts Options, act Act) (s *Sim, id string) {
	t.Helper()
	s = newSim(t, opts)
	_, code := ordered(t, s, nil)
	o, err := s.Pay(code, act)
	if err != nil {
		t.Fatal(err)
	}
	return s, o.Payments[0].TransactionID
}

func refundState(t *testing.T, s *Sim, number string) string {
	t.Helper()
	f := numberRequest("")
	delete(f, "out_trade_no")
	f["out_refund_no"] = number
	answer := call(t, s, "/pay/refundquery", f)
	return answer["refund_status_0"] + answer["err_code"]
}

func TestRefund_IsAcceptedThenSucceedsAndTheOrderIsRefund(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, id := paid(t, Options{}, Act{Kind: PayNow})
		answer := call(t, s, pathRefund, refundRequest(map[string]string{"refund_fee": "350", "refund_desc": "退货"}))
		for name, value := range map[string]string{
			"result_code": "SUCCESS", "transaction_id": id, "out_trade_no": "S001T1-000001", "out_refund_no": refundNo, "refund_fee": "350",
			"total_fee": "1350", "fee_type": "CNY", "cash_fee": "1350", "cash_refund_fee": "350", "coupon_refund_fee": "0", "coupon_refund_count": "0",
		} {
			if answer[name] != value {
				t.Errorf("%s is %q, want %q", name, answer[name], value)
			}
		}
		if len(answer["refund_id"]) != 29 {
			t.Errorf("refund_id %q", answer["refund_id"])
		}
		if got := refundState(t, s, refundNo); got != RefundProcessing {
			t.Errorf("at once %s", got)
		}
		q := call(t, s, "/pay/orderquery", numberRequest("S001T1-000001"))
		if q["trade_state"] != StateRefund || q["transaction_id"] != id || q["total_fee"] != "1350" {
			t.Errorf("query %v", q)
		}
		if m := s.Money(); len(m) != 1 || m[0].Refunding != 350 || m[0].Refunded != 0 || m[0].GivenBack != 0 {
			t.Errorf("money %+v", m)
		}
		bubble.Sleep(5 * time.Second)
		if got := refundState(t, s, refundNo); got != RefundSuccess {
			t.Errorf("after 5 s %s", got)
		}
		m := s.Money()[0]
		if m.TransactionID != id || m.TotalFee != 1350 || m.Refunding != 0 || m.Refunded != 350 || m.GivenBack != 350 || m.Reversed {
			t.Errorf("money %+v", m)
		}
	})
}

func TestRefund_TerseQueryTellsTheStateOnly(t *testing.T) {
	s, _ := paid(t, Options{TerseRefund: true}, Act{Kind: PayNow})
	call(t, s, pathRefund, refundRequest(nil))
	if q := call(t, s, "/pay/orderquery", numberRequest("S001T1-000001")); q["trade_state"] != StateRefund || q["transaction_id"] != "" {
		t.Errorf("query %v", q)
	}
}

func TestRefund_Table(t *testing.T) {
	cases := []struct {
		name   string
		change map[string]string
		code   string
	}{
		{"by number", nil, ""},
		{"one fen", map[string]string{"refund_fee": "1"}, ""},
		{"with everything", map[string]string{
			"refund_fee_type": "CNY", "refund_desc": "退货", "refund_account": "REFUND_SOURCE_RECHARGE_FUNDS",
			"notify_url": "https://notify.invalid/refund", "op_user_id": PracticeMchID,
		}, ""},
		{"no refund number", map[string]string{"out_refund_no": ""}, codeLack},
		{"no order", map[string]string{"out_trade_no": ""}, codeLack},
		{"no total", map[string]string{"total_fee": ""}, codeLack},
		{"no fee", map[string]string{"refund_fee": ""}, codeLack},
		{"nothing", map[string]string{"refund_fee": "0"}, codeParam},
		{"less than nothing", map[string]string{"refund_fee": "-5"}, codeParam},
		{"too much", map[string]string{"refund_fee": "1351"}, codeRequest},
		{"another total", map[string]string{"total_fee": "1351"}, codeRefundSum},
		{"another currency", map[string]string{"refund_fee_type": "HKD"}, codeParam},
		{"another account", map[string]string{"refund_account": "MINE"}, codeParam},
		{"a notify_url with a query", map[string]string{"notify_url": "https://notify.invalid/?a=1"}, codeParam},
		{"a long refund number", map[string]string{"out_refund_no": fmt.Sprintf("%065d", 1)}, codeParam},
		{"a long reason", map[string]string{"refund_desc": fmt.Sprintf("%081d", 1)}, codeParam},
		{"no such order", map[string]string{"out_trade_no": "S001T1-000009"}, codeOrderNotExist},
		{"not a transaction_id", map[string]string{"transaction_id": "x"}, codeBadTrade},
		{"no such transaction", map[string]string{"transaction_id": "4200000000000000000000000000"}, codeOrderNotExist},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, _ := paid(t, Options{}, Act{Kind: PayNow})
			answer := call(t, s, pathRefund, refundRequest(c.change))
			if answer["err_code"] != c.code {
				t.Errorf("err_code %q (%s), want %q", answer["err_code"], answer["err_code_des"], c.code)
			}
			if made := len(get(t, s, "S001T1-000001").Refunds) == 1; made != (c.code == "") {
				t.Errorf("refunded: %v", made)
			}
			if lastCall(s).Unknown != nil || lastCall(s).OutRefundNo != c.change["out_refund_no"] && c.change["out_refund_no"] != "" {
				t.Errorf("logged %+v", lastCall(s))
			}
		})
	}
	t.Run("an unpaid order", func(t *testing.T) {
		s := newSim(t, Options{})
		ordered(t, s, nil)
		if answer := call(t, s, pathRefund, refundRequest(nil)); answer["err_code"] != codeOrderNotExist {
			t.Errorf("answer %v", answer)
		}
	})
	t.Run("a reversed order", func(t *testing.T) {
		s := newSim(t, Options{ReverseMinAge: -1})
		charge(t, s, PayNow)
		call(t, s, pathReverse, numberRequest(microNo))
		if answer := call(t, s, pathRefund, refundRequest(map[string]string{"out_trade_no": microNo})); answer["err_code"] != codeRequest {
			t.Errorf("answer %v", answer)
		}
	})
	t.Run("a year and a day later", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, _ := paid(t, Options{}, Act{Kind: PayNow})
			bubble.Sleep(366 * 24 * time.Hour)
			if answer := call(t, s, pathRefund, refundRequest(nil)); answer["err_code"] != codeOverdue {
				t.Errorf("answer %v", answer)
			}
		})
	})
}

func TestRefund_ANumberIsOneRefund(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, id := paid(t, Options{}, Act{Kind: PayNow})
		first := call(t, s, pathRefund, refundRequest(map[string]string{"refund_fee": "350"}))
		bubble.Sleep(time.Minute)
		for name, c := range map[string]struct {
			change map[string]string
			code   string
		}{
			"the same":              {nil, ""},
			"the same, by transfer": {map[string]string{"transaction_id": id, "out_trade_no": ""}, ""},
			"another amount":        {map[string]string{"refund_fee": "351"}, codeRefundSum},
			"another total":         {map[string]string{"total_fee": "1351"}, codeRefundSum},
			"another notify_url":    {map[string]string{"notify_url": "https://notify.invalid/x"}, codeRequest},
			"another reason":        {map[string]string{"refund_desc": "x"}, codeRequest},
		} {
			again := call(t, s, pathRefund, refundRequest(with(map[string]string{"refund_fee": "350", "nonce_str": "fresh"}, c.change)))
			if again["err_code"] != c.code || c.code == "" && again["refund_id"] != first["refund_id"] {
				t.Errorf("%s: %v", name, again)
			}
		}
		if o := get(t, s, "S001T1-000001"); len(o.Refunds) != 1 || o.GivenBack != 350 {
			t.Errorf("order %+v", o)
		}
	})
}

func TestRefund_NeverMoreThanWasPaidAndAtMostFifty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := paid(t, Options{}, Act{Kind: PayNow})
		try := func(n, fee int) string {
			return call(t, s, pathRefund, refundRequest(map[string]string{"out_refund_no": "R" + strconv.Itoa(n), "refund_fee": strconv.Itoa(fee)}))["err_code"]
		}
		if err := s.ScriptRefund("R0", RefundAct{End: RefundClosed}); err != nil {
			t.Fatal(err)
		}
		if got := try(0, 1350); got != "" {
			t.Errorf("all of it: %s", got)
		}
		if got := try(1, 1); got != codeRequest {
			t.Errorf("one fen more: %s", got)
		}
		bubble.Sleep(time.Minute) // nothing went back, so all of it can be asked for again
		for n := 1; n < mostRefunds; n++ {
			if got := try(n, 20); got != "" {
				t.Fatalf("refund %d: %s", n, got)
			}
		}
		if got := try(mostRefunds, 1); got != codeRequest {
			t.Errorf("one refund too many: %s", got)
		}
		bubble.Sleep(time.Minute)
		if o := get(t, s, "S001T1-000001"); o.GivenBack != 980 || len(o.Refunds) != mostRefunds {
			t.Errorf("%d given back in %d refunds", o.GivenBack, len(o.Refunds))
		}
	})
}

func TestRefund_OfCouponsAddsUp(t *testing.T) {
	s, _ := paid(t, Options{RefundAfter: -1}, Act{Kind: PayCoupon, Coupons: []Coupon{{"7", CouponNoCash, 100}, {"8", CouponCash, 50}}})
	var cash, settlement int64
	for n, fee := range []string{"333", "1", "1016"} {
		answer := call(t, s, pathRefund, refundRequest(map[string]string{"out_refund_no": fmt.Sprint("R", n), "refund_fee": fee}))
		c, _ := strconv.ParseInt(answer["cash_refund_fee"], 10, 64)
		v, _ := strconv.ParseInt(answer["settlement_refund_fee"], 10, 64)
		k, _ := strconv.ParseInt(answer["coupon_refund_fee"], 10, 64)
		if fen(c+k) != fee {
			t.Errorf("%s: cash %d and coupons %d", fee, c, k)
		}
		cash, settlement = cash+c, settlement+v
	}
	if cash != 1200 || settlement != 1250 {
		t.Errorf("cash %d, settlement %d; want 1200 and 1250", cash, settlement)
	}
	q := call(t, s, "/pay/refundquery", numberRequest("S001T1-000001"))
	if q["coupon_refund_fee_2"] == "" || q["coupon_type_2_0"] != CouponNoCash || q["coupon_refund_id_2_0"] != "7" {
		t.Errorf("query %v", q)
	}
}

func TestRefund_EndsAsTold(t *testing.T) {
	cases := []struct {
		name, fault string
		act         *RefundAct
		early, late string // after 10 s and after 2 days
	}{
		{"by itself", "", nil, RefundSuccess, RefundSuccess},
		{"script: change", "", &RefundAct{End: RefundChange}, RefundChange, RefundChange},
		{"script: close", "", &RefundAct{End: RefundClosed}, RefundClosed, RefundClosed},
		{"script: an hour", "", &RefundAct{After: time.Hour}, RefundProcessing, RefundSuccess},
		{"script: never", "", &RefundAct{End: RefundProcessing}, RefundProcessing, RefundProcessing},
		{"fault: change", "refund-change", nil, RefundChange, RefundChange},
		{"fault: close", "refund-close", nil, RefundClosed, RefundClosed},
		{"fault: slow", "refund-slow", nil, RefundProcessing, RefundSuccess},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, _ := paid(t, Options{}, Act{Kind: PayNow})
				if c.act != nil {
					if err := s.ScriptRefund("", *c.act); err != nil {
						t.Fatal(err)
					}
				}
				if c.fault != "" {
					setFault(t, s, c.fault)
				}
				call(t, s, pathRefund, refundRequest(nil))
				bubble.Sleep(10 * time.Second)
				if got := refundState(t, s, refundNo); got != c.early {
					t.Errorf("early %s, want %s", got, c.early)
				}
				bubble.Sleep(48 * time.Hour)
				if got := refundState(t, s, refundNo); got != c.late {
					t.Errorf("late %s, want %s", got, c.late)
				}
				if back := get(t, s, "S001T1-000001").GivenBack; (back == 1350) != (c.late == RefundSuccess) {
					t.Errorf("%d given back", back)
				}
			})
		})
	}
}

func TestRefund_RefusingFaults(t *testing.T) {
	for name, want := range refusingFaults {
		if want.path != pathRefund {
			continue
		}
		s, _ := paid(t, Options{}, Act{Kind: PayNow})
		setFault(t, s, name)
		if got := tradeState(t, s, "S001T1-000001"); got != StateSuccess {
			t.Errorf("%s met a query", name)
		}
		if answer := call(t, s, pathRefund, refundRequest(nil)); answer["err_code"] != want.code {
			t.Errorf("%s: %v", name, answer)
		}
		if made := len(get(t, s, "S001T1-000001").Refunds) == 1; made != want.acted {
			t.Errorf("%s: refunded %v", name, made)
		}
		if answer := call(t, s, pathRefund, refundRequest(nil)); answer["result_code"] != codeSuccess {
			t.Errorf("%s, again: %v", name, answer)
		}
	}
}

func TestVendorRefund_AndAPersonWhoEndsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, id := paid(t, Options{}, Act{Kind: PayNow})
		part, err := s.VendorRefund(id, 350, RefundAct{End: RefundChange})
		if err != nil || part.Source != FromVendor || part.State != RefundProcessing {
			t.Fatalf("%+v, %v", part, err)
		}
		bubble.Sleep(time.Minute)
		if got := refundState(t, s, part.OutRefundNo); got != RefundChange {
			t.Errorf("it came to %s", got)
		}
		if done, err := s.EndRefund(part.RefundID, RefundSuccess); err != nil || done.State != RefundSuccess {
			t.Errorf("%+v, %v", done, err)
		}
		if _, err := s.EndRefund(part.RefundID, RefundClosed); !errors.Is(err, ErrBadRefund) {
			t.Errorf("ended twice: %v", err)
		}
		rest, err := s.VendorRefund("S001T1-000001", 0, RefundAct{})
		if err != nil || rest.Fee != 1000 {
			t.Errorf("the rest: %+v, %v", rest, err)
		}
		bubble.Sleep(time.Minute)
		if _, err := s.VendorRefund(id, 0, RefundAct{}); !errors.Is(err, ErrBadRefund) {
			t.Errorf("nothing left: %v", err)
		}
		if _, err := s.VendorRefund(id, -1, RefundAct{}); !errors.Is(err, ErrBadRefund) {
			t.Errorf("a negative one: %v", err)
		}
		if _, err := s.VendorRefund("S001T1-000009", 0, RefundAct{}); !errors.Is(err, ErrNoOrder) {
			t.Errorf("no order: %v", err)
		}
		q := call(t, s, "/pay/refundquery", numberRequest("S001T1-000001"))
		if q["refund_count"] != "2" || q["refund_channel_0"] != "OTHER_BANKCARD" || q["refund_channel_1"] != "ORIGINAL" {
			t.Errorf("query %v", q)
		}
		if o := get(t, s, "S001T1-000001"); o.GivenBack != 1350 || o.State != StateRefund {
			t.Errorf("order %+v", o)
		}
	})
}

func TestRefund_OfOneOfTwoPayments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, first := paid(t, Options{}, Act{Kind: PayTwice})
		bubble.Sleep(time.Minute)
		second := get(t, s, "S001T1-000001").Payments[1].TransactionID
		if answer := call(t, s, pathRefund, refundRequest(nil)); answer["transaction_id"] != second {
			t.Errorf("by number, the last: %v", answer)
		}
		other := refundRequest(map[string]string{"transaction_id": first, "out_refund_no": "R2", "refund_fee": "1"})
		if answer := call(t, s, pathRefund, other); answer["transaction_id"] != first {
			t.Errorf("by transaction: %v", answer)
		}
		bubble.Sleep(time.Minute)
		if m := s.Money(); len(m) != 2 || m[0].TransactionID != first || m[0].GivenBack != 1 || m[1].GivenBack != 1350 {
			t.Errorf("money %+v", m)
		}
		if q := call(t, s, "/pay/refundquery", numberRequest("S001T1-000001")); q["total_refund_count"] != "1" || q["transaction_id"] != second {
			t.Errorf("query %v", q)
		}
		if o := get(t, s, "S001T1-000001"); o.Taken != 2700 || o.GivenBack != 1351 {
			t.Errorf("%d taken, %d given back", o.Taken, o.GivenBack)
		}
	})
}
