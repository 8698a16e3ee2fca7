package sim

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"
)

// seen is what a client saw of a faulty unifiedorder.
type seen struct {
	status int
	text   string
	err    error
	took   time.Duration
}

func TestFault_EachDoesWhatItSays(t *testing.T) {
	fields := func(t *testing.T, got seen) map[string]string {
		t.Helper()
		f, err := readXML([]byte(got.text))
		if got.err != nil || err != nil {
			t.Fatalf("%v, %v: %s", got.err, err, got.text)
		}
		return f
	}
	lost := func(t *testing.T, got seen) {
		t.Helper()
		if got.err == nil || got.took != 0 {
			t.Errorf("answered %q after %v, %v; want a dropped connection", got.text, got.took, got.err)
		}
	}
	gateway := func(t *testing.T, got seen) {
		t.Helper()
		if got.status != http.StatusBadGateway || !strings.Contains(got.text, "<html>") {
			t.Errorf("status %d, %q", got.status, got.text)
		}
	}
	systemError := func(t *testing.T, got seen) {
		t.Helper()
		if f := fields(t, got); f["err_code"] != codeSystem || !signed(f, PracticeKey, signMD5) {
			t.Errorf("answer %v", f)
		}
	}
	cases := map[string]struct {
		acts bool
		want func(*testing.T, seen)
	}{
		FaultHostDown:         {false, lost},
		FaultNotActedLost:     {false, lost},
		FaultHTTP502:          {false, gateway},
		FaultHTTP502Acted:     {true, gateway},
		FaultSystemError:      {false, systemError},
		FaultSystemErrorActed: {true, systemError},
		FaultAnswerLost:       {true, lost},
		FaultUnsignedFail: {false, func(t *testing.T, got seen) {
			if f := fields(t, got); f["return_code"] != "FAIL" || f["sign"] != "" {
				t.Errorf("answer %v", f)
			}
		}},
		FaultNoAnswer: {true, func(t *testing.T, got seen) {
			if got.err == nil || got.took != 10*time.Second {
				t.Errorf("%v after %v, want the client's own timeout", got.err, got.took)
			}
		}},
		FaultSlowBody: {true, func(t *testing.T, got seen) {
			if got.err == nil || got.took != 10*time.Second || got.status != 0 && len(got.text) > 11 {
				t.Errorf("%d bytes, %v after %v", len(got.text), got.err, got.took)
			}
		}},
		FaultBadSign: {true, func(t *testing.T, got seen) {
			if f := fields(t, got); f["code_url"] == "" || len(f["sign"]) != 32 || signed(f, PracticeKey, signMD5) {
				t.Errorf("answer %v", f)
			}
		}},
		FaultTruncated: {true, func(t *testing.T, got seen) {
			if _, err := readXML([]byte(got.text)); got.err != nil || err == nil {
				t.Errorf("%v: %s", got.err, got.text)
			}
		}},
		FaultXXE: {true, func(t *testing.T, got seen) {
			if !strings.Contains(got.text, "<!DOCTYPE") || !strings.Contains(got.text, "&x;") {
				t.Errorf("answer %s", got.text)
			}
		}},
	}
	for _, about := range Faults() {
		c, ok := cases[about.Name]
		if !ok {
			if (Fault{Name: about.Name}).EveryCall() && about.Name != FaultArrivesLate {
				t.Errorf("%s has no case here", about.Name)
			}
			continue
		}
		t.Run(about.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSim(t, Options{})
				setFault(t, s, about.Name)
				start := time.Now()
				status, text, err := send(t, s, http.MethodPost, "https://api.mch.weixin.qq.com/pay/unifiedorder", encode(orderRequest(nil)))
				c.want(t, seen{status, string(text), err, time.Since(start)})
				if acted := len(s.Orders()) == 1; acted != c.acts {
					t.Errorf("acted %v, want %v", acted, c.acts)
				}
				if got := lastCall(s); got.Fault != about.Name || (got.Code == codeSuccess) != c.acts {
					t.Errorf("logged %+v", got)
				}
				if answer := call(t, s, "/pay/unifiedorder", orderRequest(nil)); answer["code_url"] == "" {
					t.Errorf("the second time: %v", answer)
				}
			})
		})
	}
}

func TestFault_CloseTooEarlyMeetsCloseOrderOnly(t *testing.T) {
	s := newSim(t, Options{})
	setFault(t, s, "close-too-early=1")
	number, _ := ordered(t, s, nil)
	if answer := call(t, s, "/pay/closeorder", numberRequest(number)); answer["err_code"] != CodeCloseTooEarly {
		t.Errorf("first: %v", answer)
	}
	if got := tradeState(t, s, number); got != StateNotPay {
		t.Errorf("closed all the same: %s", got)
	}
	if answer := call(t, s, "/pay/closeorder", numberRequest(number)); answer["result_code"] != "SUCCESS" {
		t.Errorf("second: %v", answer)
	}
}

func TestFault_HostDownIsOneHostOfTwo(t *testing.T) {
	cases := []struct {
		fault, url string
		down       bool
	}{
		{"host-down=always", "https://api.mch.weixin.qq.com/pay/orderquery", true},
		{"host-down=always", "https://api2.mch.weixin.qq.com/pay/orderquery", false},
		{"host-down=always", "http://127.0.0.1:8088/api/pay/orderquery", true},
		{"host-down=always", "http://127.0.0.1:8088/api2/pay/orderquery", false},
		{"host-down=always@api2", "https://api.mch.weixin.qq.com/pay/orderquery", false},
		{"host-down=always@api2", "https://api2.mch.weixin.qq.com/pay/orderquery", true},
		{"host-down=always@/api2", "http://127.0.0.1:8088/api2/pay/orderquery", true},
		{"host-down=always@api.mch.weixin.qq.com", "https://api.mch.weixin.qq.com/pay/orderquery", true},
		{"host-down=always@127.0.0.1", "http://127.0.0.1:8088/pay/orderquery", true},
		{"host-down=always@127.0.0.2", "http://127.0.0.1:8088/pay/orderquery", false},
	}
	for _, c := range cases {
		t.Run(c.fault+" "+c.url, func(t *testing.T) {
			s := newSim(t, Options{})
			setFault(t, s, c.fault)
			_, _, err := send(t, s, http.MethodPost, c.url, encode(numberRequest("S001T1-000001")))
			if (err != nil) != c.down {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestFault_CountsAndPaths(t *testing.T) {
	s := newSim(t, Options{})
	setFault(t, s, "systemerror=2@orderquery")
	setFault(t, s, "bad-sign=always@/pay/closeorder")
	number, _ := ordered(t, s, nil)
	for i, want := range []string{codeSystem, codeSystem, ""} {
		if got := call(t, s, "/pay/orderquery", numberRequest(number))["err_code"]; got != want {
			t.Errorf("query %d: %q, want %q", i, got, want)
		}
	}
	if got := s.ActiveFaults(); !slices.Equal(got, []Fault{{FaultBadSign, Always, "/pay/closeorder"}}) {
		t.Errorf("in force: %v", got)
	}
	setFault(t, s, "bad-sign=0@/pay/closeorder")
	if got := s.ActiveFaults(); len(got) != 0 {
		t.Errorf("turned off: %v", got)
	}
	setFault(t, s, "truncated")
	s.ClearFaults()
	if got := s.ActiveFaults(); len(got) != 0 {
		t.Errorf("cleared: %v", got)
	}
}

func TestParseFault(t *testing.T) {
	good := map[string]Fault{
		"no-answer":                    {FaultNoAnswer, 1, ""},
		"no-answer=3":                  {FaultNoAnswer, 3, ""},
		"no-answer=0":                  {FaultNoAnswer, 0, ""},
		"no-answer=always@orderquery":  {FaultNoAnswer, Always, "orderquery"},
		"answer-lost=1@/pay/orderquer": {},
		"bad-sign=1@notify":            {FaultBadSign, 1, "notify"},
		"no-answer=1@notify":           {},
		"notice-forged=2@amount":       {FaultNoticeForged, 2, "amount"},
		"notice-forged=2@orderquery":   {},
		"notice-late=1@orderquery":     {},
		"host-down=always@x.example":   {FaultHostDown, Always, "x.example"},
		"no-answer=-1":                 {},
		"answer-lost=1@refund":         {FaultAnswerLost, 1, "refund"},
		"answer-lost=1@micropay":       {FaultAnswerLost, 1, "micropay"},
		"answer-lost=1@reverse":        {FaultAnswerLost, 1, "reverse"},
		"answer-lost=1@refundquery":    {FaultAnswerLost, 1, "refundquery"},
		"refund-retry=1@refund":        {FaultRefundRetry, 1, "refund"},
		"refund-retry=1@orderquery":    {},
		"close-too-early=1@closeorder": {FaultCloseTooEarly, 1, "closeorder"},
		"close-too-early=1@reverse":    {},
		"recall=2@reverse":             {FaultRecall, 2, "reverse"},
		"recall=2@refund":              {},
		"refund-change=1@refund":       {FaultRefundChange, 1, "refund"},
		"refund-close=1@notify":        {},
		"paid-twice=1@micropay":        {},
		"no-answer=often":              {},
		"no-such":                      {},
		"":                             {},
	}
	for text, want := range good {
		t.Run(text, func(t *testing.T) {
			f, err := ParseFault(text)
			if want.Name == "" {
				if !errors.Is(err, ErrBadFault) {
					t.Errorf("read %+v, %v; want ErrBadFault", f, err)
				}
				return
			}
			if err != nil || f != want {
				t.Errorf("read %+v, %v", f, err)
			}
			if again, err := ParseFault(f.String()); err != nil || again != f {
				t.Errorf("%q reads back as %+v, %v", f, again, err)
			}
		})
	}
}

func TestClose_LetsAHangingAnswerGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		setFault(t, s, "no-answer")
		start := time.Now()
		ended := make(chan error, 1)
		go func() {
			_, _, err := send(t, s, http.MethodPost, "https://api.mch.weixin.qq.com/pay/unifiedorder", encode(orderRequest(nil)))
			ended <- err
		}()
		synctest.Wait()
		s.Close()
		if err := <-ended; err == nil || time.Since(start) != 0 {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

func TestFault_ArrivesLateIsActedOnWhenTheClientIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		setFault(t, s, FaultArrivesLate)
		if _, text, err := send(t, s, http.MethodPost, apiHost+"/pay/unifiedorder", encode(orderRequest(nil))); err == nil {
			t.Errorf("answered %s", text)
		}
		bubble.Sleep(19 * time.Second)
		if n := len(s.Orders()); n != 0 {
			t.Errorf("%d orders already", n)
		}
		bubble.Sleep(2 * time.Second)
		if n := len(s.Orders()); n != 1 || lastCall(s).Code != codeSuccess || lastCall(s).Fault != FaultArrivesLate {
			t.Errorf("%d orders, logged %+v", n, lastCall(s))
		}
	})
}

func TestFault_PaidTwiceTakesTheMoneyTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := paid(t, Options{}, Act{Kind: PayNow})
		setFault(t, s, FaultPaidTwice)
		charge(t, s, PayNow)
		bubble.Sleep(time.Minute)
		if o := get(t, s, microNo); o.Taken != 2700 || o.Payments[0].TransactionID == o.Payments[1].TransactionID {
			t.Errorf("%d taken: %+v", o.Taken, o.Payments)
		}
		if o := get(t, s, "S001T1-000001"); o.Taken != 1350 {
			t.Errorf("the one before: %d taken", o.Taken)
		}
		if len(s.ActiveFaults()) != 0 {
			t.Error("it is still in force")
		}
	})
}
