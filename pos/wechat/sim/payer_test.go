package sim

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"
)

// whats are the events of an order in short.
func whats(o Order) []string {
	var list []string
	for _, e := range o.Events {
		list = append(list, e.What)
	}
	return list
}

func has(o Order, what string) bool {
	for _, w := range whats(o) {
		if w == what {
			return true
		}
	}
	return false
}

func get(t *testing.T, s *Sim, number string) Order {
	t.Helper()
	o, err := s.Order(number)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestPay_TypingAPasswordIsUserpaying(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		number, code := ordered(t, s, nil)
		if _, err := s.Pay(code, Act{Kind: PayNow, ScanAfter: 4 * time.Second, TypeFor: 6 * time.Second}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []struct {
			after time.Duration
			state string
		}{{3 * time.Second, StateNotPay}, {2 * time.Second, StateTyping}, {4 * time.Second, StateTyping}, {2 * time.Second, StateSuccess}} {
			bubble.Sleep(want.after)
			if got := tradeState(t, s, number); got != want.state {
				t.Errorf("%s, want %s", got, want.state)
			}
		}
	})
}

func TestPay_WrongPasswordThenPaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		number, code := ordered(t, s, nil)
		if _, err := s.Pay(code, Act{Kind: WrongPassword}); err != nil {
			t.Fatal(err)
		}
		if got := tradeState(t, s, number); got != StateTyping {
			t.Errorf("meanwhile %s", got)
		}
		bubble.Sleep(4 * time.Second)
		if got := tradeState(t, s, number); got != StateSuccess {
			t.Errorf("in the end %s", got)
		}
		if o := get(t, s, number); !has(o, EventWrong) || len(o.Payments) != 1 {
			t.Errorf("events %v, %d payments", whats(o), len(o.Payments))
		}
	})
}

func TestPay_WalkAwayLeavesTheOrderOpenToTheSamePayerOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		number, code := ordered(t, s, nil)
		if _, err := s.Pay(code, Act{Kind: WalkAway}); err != nil {
			t.Fatal(err)
		}
		if got := tradeState(t, s, number); got != StateTyping {
			t.Errorf("looking: %s", got)
		}
		bubble.Sleep(6 * time.Second)
		if got := tradeState(t, s, number); got != StateNotPay {
			t.Errorf("gone: %s", got)
		}
		if _, err := s.Pay(code, Act{Kind: PayNow, OpenID: "oSomebodyElse"}); !errors.Is(err, ErrOtherPayer) {
			t.Errorf("another payer: %v", err)
		}
		if _, err := s.Pay(code, Act{Kind: PayNow}); err != nil {
			t.Errorf("the same payer: %v", err)
		}
	})
}

func TestPay_WhoTypesAtTheExpiryMayFinishSecondsAfter(t *testing.T) {
	cases := []struct {
		name  string
		types time.Duration
		grace time.Duration
		state string
		event string
	}{
		{"within the grace", 12 * time.Second, 0, StateSuccess, EventPaid},
		{"after it", 17 * time.Second, 0, StateClosed, EventTooLate},
		{"without grace", 7 * time.Second, -1, StateClosed, EventTooLate},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSim(t, Options{Grace: c.grace})
				number, code := ordered(t, s, map[string]string{"time_expire": stamp(time.Now().Add(time.Minute))})
				bubble.Sleep(55 * time.Second)
				if _, err := s.Pay(code, Act{Kind: PayNow, TypeFor: c.types}); err != nil {
					t.Fatal(err)
				}
				bubble.Sleep(2 * time.Minute)
				if o := get(t, s, number); o.State != c.state || !has(o, c.event) {
					t.Errorf("%s with events %v", o.State, whats(o))
				}
			})
		})
	}
}

func TestPay_WhoTypesWhileTheOrderIsClosedCannotFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		number, code := ordered(t, s, nil)
		if _, err := s.Pay(code, Act{Kind: PayNow, TypeFor: 5 * time.Second}); err != nil {
			t.Fatal(err)
		}
		call(t, s, "/pay/closeorder", numberRequest(number))
		bubble.Sleep(6 * time.Second)
		if o := get(t, s, number); o.State != StateClosed || !has(o, EventTooLate) {
			t.Errorf("%s with events %v", o.State, whats(o))
		}
	})
}

func TestPay_LateSucceedsAlthoughClosedWasAnswered(t *testing.T) {
	closeIt := func(t *testing.T, s *Sim, n string) { call(t, s, "/pay/closeorder", numberRequest(n)) }
	cases := []struct {
		name        string
		beforeClose bool
		close       func(*testing.T, *Sim, string)
	}{
		{"the payer waits for closeorder", true, closeIt},
		{"the payer comes after closeorder", false, closeIt},
		{"the payer waits for the expiry", true, func(*testing.T, *Sim, string) { bubble.Sleep(3 * time.Minute) }},
		{"the payer comes after the expiry", false, func(*testing.T, *Sim, string) { bubble.Sleep(3 * time.Minute) }},
		{"the payer waits for an expiry that comes early", true, func(t *testing.T, s *Sim, n string) {
			pay(LetExpire)(t, s, n)
			bubble.Sleep(time.Minute)
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSim(t, Options{})
				number, _ := ordered(t, s, map[string]string{"time_expire": stamp(time.Now().Add(2 * time.Minute))})
				late := func() { pay(PayLate)(t, s, number) }
				if c.beforeClose {
					late()
				}
				c.close(t, s, number)
				if got := tradeState(t, s, number); got != StateClosed {
					t.Fatalf("closed: %s", got)
				}
				if !c.beforeClose {
					late()
				}
				bubble.Sleep(3 * time.Second)
				if got := tradeState(t, s, number); got != StateSuccess {
					t.Errorf("late: %s", got)
				}
				bubble.Sleep(10 * time.Minute)
				if n := len(get(t, s, number).Payments); n != 1 {
					t.Errorf("%d payments", n)
				}
			})
		})
	}
}

func TestPay_TwiceIsTwoTransactionsOfOneOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		number, code := ordered(t, s, nil)
		o, err := s.Pay(code, Act{Kind: PayTwice})
		if err != nil || len(o.Payments) != 1 {
			t.Fatalf("%v, %d payments at once", err, len(o.Payments))
		}
		bubble.Sleep(3 * time.Second)
		both := get(t, s, number).Payments
		if len(both) != 2 || both[0].TransactionID == both[1].TransactionID {
			t.Fatalf("payments %+v", both)
		}
		if got := call(t, s, "/pay/orderquery", numberRequest(number))["transaction_id"]; got != both[1].TransactionID {
			t.Errorf("a query by number answers %s, want the latest", got)
		}
		for _, p := range both {
			f := numberRequest("")
			f["transaction_id"] = p.TransactionID
			if got := call(t, s, "/pay/orderquery", with(f, nil))["transaction_id"]; got != p.TransactionID {
				t.Errorf("a query by transaction answers %s, want %s", got, p.TransactionID)
			}
		}
		if len(s.Deliveries()) != 2 {
			t.Errorf("%d notices", len(s.Deliveries()))
		}
		if o, err := s.Pay(number, Act{Kind: PayTwice}); err != nil || len(o.Payments) != 3 {
			t.Errorf("again on the paid order: %v, %d payments", err, len(o.Payments))
		}
		if _, err := s.Pay(number, Act{Kind: PayNow}); !errors.Is(err, ErrOrderPaid) {
			t.Errorf("paying a paid order: %v", err)
		}
		if _, err := s.Pay(number, Act{Kind: PayLate}); !errors.Is(err, ErrOrderPaid) {
			t.Errorf("paying a paid order late: %v", err)
		}
	})
}

func TestPay_Amounts(t *testing.T) {
	cases := []struct {
		name  string
		total string
		act   Act
		want  map[string]string
	}{
		{"another amount", "1350", Act{Kind: OtherAmount}, map[string]string{"total_fee": "1349", "cash_fee": "1349", "fee_type": "CNY"}},
		{"another amount of one fen", "1", Act{Kind: OtherAmount}, map[string]string{"total_fee": "2"}},
		{"a named amount", "1350", Act{Kind: OtherAmount, Amount: 99}, map[string]string{"total_fee": "99"}},
		{"another currency", "1350", Act{Kind: OtherCurrency}, map[string]string{"total_fee": "1350", "fee_type": "HKD", "cash_fee_type": "HKD"}},
		{"a named currency", "1350", Act{Kind: OtherCurrency, Currency: "USD"}, map[string]string{"fee_type": "USD"}},
		{"a coupon", "1350", Act{Kind: PayCoupon}, map[string]string{
			"total_fee": "1350", "cash_fee": "1250", "settlement_total_fee": "1250", "coupon_fee": "100", "coupon_count": "1",
			"coupon_id_0": "1000099999", "coupon_type_0": "NO_CASH", "coupon_fee_0": "100",
		}},
		{"two coupons, one prepaid", "1350", Act{Kind: PayCoupon, Coupons: []Coupon{{"c1", CouponCash, 200}, {"c2", CouponNoCash, 50}}}, map[string]string{
			"cash_fee": "1100", "settlement_total_fee": "1300", "coupon_fee": "250", "coupon_count": "2", "coupon_id_1": "c2", "coupon_fee_1": "50",
		}},
		{"coupons beyond the amount", "100", Act{Kind: PayCoupon, Coupons: []Coupon{{"c1", CouponCash, 90}, {"c2", CouponCash, 90}, {"c3", CouponCash, 90}}}, map[string]string{
			"cash_fee": "0", "coupon_fee": "100", "coupon_count": "2", "coupon_fee_1": "10",
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSim(t, Options{})
			number, code := ordered(t, s, map[string]string{"total_fee": c.total})
			if _, err := s.Pay(code, c.act); err != nil {
				t.Fatal(err)
			}
			answer := call(t, s, "/pay/orderquery", numberRequest(number))
			for name, value := range c.want {
				if answer[name] != value {
					t.Errorf("%s is %q, want %q", name, answer[name], value)
				}
			}
			if (answer["promotion_detail"] != "") != (c.act.Kind == PayCoupon) {
				t.Errorf("promotion_detail %q", answer["promotion_detail"])
			}
		})
	}
}

func TestPay_RefusesWhatCannotBe(t *testing.T) {
	s := newSim(t, Options{})
	number, _ := ordered(t, s, nil)
	cases := map[string]struct {
		what string
		act  Act
		want error
	}{
		"unknown number":  {"S001T1-999999", Act{Kind: PayNow}, ErrNoOrder},
		"unknown code":    {"weixin://wxpay/bizpayurl?pr=nothing", Act{Kind: PayNow}, ErrNoOrder},
		"unknown act":     {number, Act{Kind: "steal"}, ErrBadAct},
		"negative time":   {number, Act{Kind: PayNow, TypeFor: -1}, ErrBadAct},
		"negative amount": {number, Act{Kind: OtherAmount, Amount: -1}, ErrBadAct},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := s.Pay(c.what, c.act); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestScript_PaysTheOrderItNamesOrElseTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		for _, step := range []struct{ number, kind string }{{"", PayNow}, {"", WalkAway}, {"S001T1-000002", OtherAmount}} {
			if err := s.Script(step.number, Act{Kind: step.kind, ScanAfter: time.Second}); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Script("", Act{Kind: "steal"}); !errors.Is(err, ErrBadAct) {
			t.Errorf("a bad script: %v", err)
		}
		want := map[string]string{"S001T1-000001": EventPaid, "S001T1-000002": EventPaid, "S001T1-000003": EventWalked, "S001T1-000004": EventOrdered}
		for number := range 4 {
			ordered(t, s, map[string]string{"out_trade_no": "S001T1-00000" + string(rune('1'+number))})
			bubble.Sleep(10 * time.Second)
		}
		for number, last := range want {
			o := get(t, s, number)
			if w := whats(o); w[len(w)-1] != last {
				t.Errorf("%s: %v, want %s last", number, w, last)
			}
		}
		if p := get(t, s, "S001T1-000002").Payments; p[0].TotalFee != 1349 {
			t.Errorf("the script by number paid %d", p[0].TotalFee)
		}
	})
}

func TestScript_ScansTheCodeThatStandsOnTheGlassThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{Scale: 10})
		if err := s.Script("", Act{Kind: PayNow, ScanAfter: time.Minute}); err != nil {
			t.Fatal(err)
		}
		number, _ := ordered(t, s, nil)
		ordered(t, s, nil)
		bubble.Sleep(5 * time.Second)
		if got := tradeState(t, s, number); got != StateNotPay {
			t.Errorf("too early: %s", got)
		}
		bubble.Sleep(2 * time.Second) // a minute at scale 10 is 6 s
		if got := tradeState(t, s, number); got != StateSuccess {
			t.Errorf("%s, events %v", got, whats(get(t, s, number)))
		}
	})
}

func TestPay_ADelayedPayerWhoIsRefusedIsAnEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		number, code := ordered(t, s, nil)
		if _, err := s.Pay(code, Act{Kind: PayNow, ScanAfter: time.Second}); err != nil {
			t.Fatal(err)
		}
		ordered(t, s, nil) // the code dies before it is scanned
		bubble.Sleep(2 * time.Second)
		if o := get(t, s, number); !has(o, EventRefused) || len(o.Payments) != 0 {
			t.Errorf("events %v", whats(o))
		}
	})
}

func TestPay_FromManyAtOnceIsOnePayment(t *testing.T) {
	s := newSim(t, Options{})
	number, code := ordered(t, s, nil)
	results := make(chan error)
	for range 20 {
		go func() {
			_, err := s.Pay(code, Act{Kind: PayNow})
			results <- err
		}()
	}
	paid := 0
	for range 20 {
		if err := <-results; err == nil {
			paid++
		} else if !errors.Is(err, ErrOrderPaid) {
			t.Error(err)
		}
	}
	if n := len(get(t, s, number).Payments); paid != 1 || n != 1 {
		t.Errorf("%d payers succeeded, %d payments", paid, n)
	}
}
