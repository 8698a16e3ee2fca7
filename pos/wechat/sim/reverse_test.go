package sim

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"
)

// A reversal of every kind of micropay: the money is where it belongs, and the order stays REVOKED.
func TestReverse_EveryAct(t *testing.T) {
	for _, about := range CodeActs() {
		t.Run(about.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSim(t, Options{})
				request := microRequest(map[string]string{"auth_code": codeFor(t, about.Name)})
				_, _, _ = send(t, s, http.MethodPost, apiHost+pathMicroPay, encode(request)) // what is answered has its own test
				bubble.Sleep(20 * time.Second)
				answer := call(t, s, pathReverse, numberRequest(microNo))
				absent := about.Name == CodeExpired || about.Name == CodeInvalid || about.Name == CodeUsed
				if answer["recall"] != "N" || absent != (answer["err_code"] == codeOrderNotExist) || !absent && answer["result_code"] != codeSuccess {
					t.Errorf("answer %v", answer)
				}
				if got := tradeState(t, s, microNo); got != StateRevoked {
					t.Errorf("state %s", got)
				}
				bubble.Sleep(time.Hour)
				o := get(t, s, microNo)
				want := StateRevoked
				if about.Name == PayLate {
					want = StateSuccess
				}
				if o.State != want || (o.Taken == o.GivenBack) != (want == StateRevoked) {
					t.Errorf("%s, %d taken, %d given back", o.State, o.Taken, o.GivenBack)
				}
				if answer := call(t, s, pathReverse, numberRequest(microNo)); answer["result_code"] != codeSuccess || answer["recall"] != "N" {
					t.Errorf("again %v", answer)
				}
				if o := get(t, s, microNo); o.State != StateRevoked || o.Taken != o.GivenBack {
					t.Errorf("again: %s, %d taken, %d given back", o.State, o.Taken, o.GivenBack)
				}
				if answer := call(t, s, pathMicroPay, request); answer["err_code"] != codeReversed {
					t.Errorf("charged again: %v", answer)
				}
			})
		})
	}
}

func TestReverse_NotBeforeFifteenSeconds(t *testing.T) {
	for name, c := range map[string]struct {
		opts Options
		wait time.Duration
		code string
	}{
		"14 s":            {Options{}, 14 * time.Second, CodeReverseTooEarly},
		"15 s":            {Options{}, 15 * time.Second, ""},
		"none":            {Options{ReverseMinAge: -1}, 0, ""},
		"a minute, early": {Options{ReverseMinAge: time.Minute}, 59 * time.Second, CodeReverseTooEarly},
		"scaled":          {Options{Scale: 15}, time.Second, ""},
		"7 days":          {Options{}, 7 * 24 * time.Hour, ""},
		"8 days":          {Options{}, 8 * 24 * time.Hour, codeReverseLate},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSim(t, c.opts)
				charge(t, s, PayNow)
				bubble.Sleep(c.wait)
				answer := call(t, s, pathReverse, numberRequest(microNo))
				recall := "N"
				if c.code == CodeReverseTooEarly {
					recall = "Y"
				}
				if answer["err_code"] != c.code || answer["recall"] != recall {
					t.Errorf("answer %v, want %q", answer, c.code)
				}
				if done := get(t, s, microNo).State == StateRevoked; done != (c.code == "") {
					t.Errorf("reversed: %v", done)
				}
			})
		})
	}
}

func TestReverse_Refusals(t *testing.T) {
	s := newSim(t, Options{ReverseMinAge: -1})
	scanned, code := ordered(t, s, nil)
	if _, err := s.Pay(code, Act{Kind: PayNow}); err != nil {
		t.Fatal(err)
	}
	id := charge(t, s, PayNow)["transaction_id"]
	if _, err := s.VendorRefund(microNo, 1, RefundAct{}); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		change map[string]string
		code   string
		recall string
	}{
		"nothing named":                  {map[string]string{"out_trade_no": ""}, codeLack, ""},
		"not a transaction_id":           {map[string]string{"transaction_id": "42"}, codeBadTrade, ""},
		"another transaction_id":         {map[string]string{"transaction_id": "4200000000000000000000000000"}, codeOrderNotExist, "N"},
		"a long number":                  {map[string]string{"out_trade_no": "012345678901234567890123456789012"}, codeParam, ""},
		"a scanned order":                {map[string]string{"out_trade_no": scanned}, codeRequest, "N"},
		"refunded":                       {nil, codeTrade, "N"},
		"refunded, by its transaction":   {map[string]string{"transaction_id": id}, codeTrade, "N"},
		"an unknown number, not arrived": {map[string]string{"out_trade_no": "S001T1-000199"}, codeOrderNotExist, "N"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if answer := call(t, s, pathReverse, with(numberRequest(microNo), c.change)); answer["err_code"] != c.code || answer["recall"] != c.recall {
				t.Errorf("answer %v, want %q", answer, c.code)
			}
		})
	}
	if o := get(t, s, microNo); o.State != StateRefund || o.GivenBack != 0 {
		t.Errorf("%s, %d given back", o.State, o.GivenBack)
	}
}

func TestReverse_OfANumberThatNeverArrivedKillsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		setFault(t, s, "arrives-late=1@micropay")
		if _, text, err := send(t, s, http.MethodPost, apiHost+pathMicroPay, encode(microRequest(nil))); err == nil {
			t.Fatalf("answered %s", text)
		}
		if answer := call(t, s, "/pay/orderquery", numberRequest(microNo)); answer["err_code"] != codeOrderNotExist {
			t.Errorf("query %v", answer)
		}
		if answer := call(t, s, pathReverse, numberRequest(microNo)); answer["err_code"] != codeOrderNotExist || answer["recall"] != "N" {
			t.Errorf("reverse %v", answer)
		}
		bubble.Sleep(time.Minute)
		if c := lastCall(s); c.Path != pathMicroPay || c.Code != codeReversed || c.Fault != FaultArrivesLate {
			t.Errorf("it arrived as %+v", c)
		}
		if state := tradeState(t, s, microNo); state != StateRevoked || len(s.Money()) != 0 {
			t.Errorf("%s, %d payments", state, len(s.Money()))
		}
	})
}

func TestReverse_RecallIsAskedForAsOftenAsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{ReverseMinAge: -1})
		setFault(t, s, "recall=2")
		c, err := s.ShowCode(Act{Kind: PayNow, Recalls: 1})
		if err != nil {
			t.Fatal(err)
		}
		call(t, s, pathMicroPay, microRequest(map[string]string{"auth_code": c.Code}))
		for i, want := range []string{"Y", "Y", "Y", "N"} {
			if answer := call(t, s, pathReverse, numberRequest(microNo)); answer["recall"] != want {
				t.Errorf("try %d: %v", i+1, answer)
			}
			if done := get(t, s, microNo).State == StateRevoked; done != (want == "N") {
				t.Errorf("try %d: reversed %v", i+1, done)
			}
		}
	})
}

func TestReverse_ThenPaidAfterAll(t *testing.T) {
	s := newSim(t, Options{ReverseMinAge: -1})
	charge(t, s, CodeNever)
	call(t, s, pathReverse, numberRequest(microNo))
	if _, err := s.Pay(microNo, Act{Kind: PayLate}); err != nil {
		t.Fatal(err)
	}
	if o := get(t, s, microNo); o.State != StateSuccess || o.Taken != 1350 || o.GivenBack != 0 {
		t.Errorf("order %+v", o)
	}
	refund := refundRequest(map[string]string{"out_trade_no": microNo})
	if answer := call(t, s, pathRefund, refund); answer["result_code"] != codeSuccess {
		t.Errorf("its refund: %v", answer)
	}
}
