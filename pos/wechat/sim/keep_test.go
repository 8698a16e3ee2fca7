package sim

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"
)

// killed is a second simulator as it starts after the first one was killed now: from a copy of its file.
func killed(t *testing.T, file string, opts Options) *Sim {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	opts.State = filepath.Join(t.TempDir(), "state")
	if err := os.WriteFile(opts.State, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return newSim(t, opts)
}

// truth is what a judge sees of a simulator.
func truth(t *testing.T, s *Sim) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"orders": s.Orders(), "money": s.Money(), "codes": s.Codes(), "notices": s.Deliveries()})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// After every answer, whatever it was, a kill loses nothing that the answer told.
func TestState_SurvivesAKillAfterEveryAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := Options{State: filepath.Join(t.TempDir(), "state"), ReverseMinAge: -1}
		s := newSim(t, opts)
		same := func(after string) {
			t.Helper()
			other := killed(t, opts.State, Options{ReverseMinAge: -1})
			if got, want := truth(t, other), truth(t, s); got != want {
				t.Errorf("after %s:\n%s\nwant\n%s", after, got, want)
			}
			other.Close()
		}
		same("nothing")
		number, _ := ordered(t, s, nil)
		same("an order")
		_, code := ordered(t, s, nil)
		same("a new code")
		if _, err := s.Pay(code, Act{Kind: PayNow}); err != nil {
			t.Fatal(err)
		}
		same("a payment")
		call(t, s, pathRefund, refundRequest(map[string]string{"refund_fee": "350", "notify_url": "https://notify.invalid/r"}))
		same("a refund")
		if _, err := s.VendorRefund(number, 0, RefundAct{End: RefundProcessing}); err != nil {
			t.Fatal(err)
		}
		same("a refund in the platform")
		bubble.Sleep(time.Minute)
		call(t, s, "/pay/refundquery", numberRequest(number))
		same("the end of a refund")
		shown, err := s.ShowCode(Act{Kind: CodePassword})
		if err != nil {
			t.Fatal(err)
		}
		same("a payment code")
		call(t, s, pathMicroPay, microRequest(map[string]string{"auth_code": shown.Code}))
		same("a micropay")
		call(t, s, pathReverse, numberRequest(microNo))
		same("a reversal")
		call(t, s, pathReverse, numberRequest("S001T1-000999"))
		same("the reversal of a number that never came")
		other, _ := ordered(t, s, map[string]string{"out_trade_no": "S001T1-000003"})
		call(t, s, "/pay/closeorder", numberRequest(other))
		same("a close")
	})
}

// What was going to happen happens also when the simulator was away meanwhile.
func TestState_PayersRefundsAndNoticesGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &shop{answer: func(try int, w http.ResponseWriter, r *http.Request) {
			if try == 1 {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			_, _ = w.Write([]byte(answerOK))
		}}
		opts := Options{State: filepath.Join(t.TempDir(), "state"), Transport: InProcess(h)}
		s := newSim(t, opts)
		_, code := ordered(t, s, toShop)
		if _, err := s.Pay(code, Act{Kind: PayNow}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // the first try has failed
		call(t, s, pathRefund, refundRequest(nil))
		charge(t, s, CodePassword)
		late, _ := ordered(t, s, map[string]string{"out_trade_no": "S001T1-000005"})
		if _, err := s.Pay(late, Act{Kind: PayLate}); err != nil {
			t.Fatal(err)
		}
		slow, slowCode := ordered(t, s, map[string]string{"out_trade_no": "S001T1-000006"})
		if _, err := s.Pay(slowCode, Act{Kind: PayNow, ScanAfter: 30 * time.Second, TypeFor: 5 * time.Second}); err != nil {
			t.Fatal(err)
		}
		s.Close()
		bubble.Sleep(10 * time.Second)
		s = newSim(t, opts)
		synctest.Wait()
		if got := tradeState(t, s, microNo); got != StateSuccess {
			t.Errorf("the password: %s", got)
		}
		if got := refundState(t, s, refundNo); got != RefundSuccess {
			t.Errorf("the refund: %s", got)
		}
		if got := tradeState(t, s, slow); got != StateNotPay {
			t.Errorf("the slow payer came early: %s", got)
		}
		call(t, s, "/pay/closeorder", numberRequest(late))
		bubble.Sleep(26 * time.Second)
		if got := tradeState(t, s, late); got != StateSuccess {
			t.Errorf("the late payer: %s", got)
		}
		if got := tradeState(t, s, slow); got != StateSuccess {
			t.Errorf("the slow payer: %s", got)
		}
		if d := s.Deliveries()[0]; d.State != DeliveryDone || len(d.Attempts) != 2 || len(h.times()) != 2 || h.texts()[0] != h.texts()[1] {
			t.Errorf("the notice: %+v, %d came", d, len(h.times()))
		}
		if got := h.pauses()[0]; got != 15*time.Second {
			t.Errorf("the second try after %v", got)
		}
		if _, err := s.Pay(code, Act{Kind: PayNow}); !errors.Is(err, ErrOrderPaid) {
			t.Errorf("the old code_url: %v", err)
		}
	})
}

func TestState_ANumberedThingIsNeverNumberedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := Options{State: filepath.Join(t.TempDir(), "state")}
		seen := make(map[string]bool)
		for range 3 {
			s := newSim(t, opts)
			for range 3 {
				number := "S001T1-" + nonce()[:8]
				o, err := s.Pay(func() string { _, c := ordered(t, s, map[string]string{"out_trade_no": number}); return c }(), Act{Kind: PayNow})
				if err != nil {
					t.Fatal(err)
				}
				refund, err := s.VendorRefund(number, 1, RefundAct{})
				if err != nil {
					t.Fatal(err)
				}
				for _, id := range []string{o.Payments[0].TransactionID, refund.RefundID, refund.OutRefundNo} {
					if seen[id] {
						t.Errorf("%s was given twice", id)
					}
					seen[id] = true
				}
			}
			s.Close()
		}
	})
}

// A file that ends anywhere, as a killed process or a full disk leaves it, opens with what was whole.
func TestState_ATornEndIsLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := Options{State: filepath.Join(t.TempDir(), "state")}
		s := newSim(t, opts)
		ordered(t, s, nil)
		before, err := os.ReadFile(opts.State)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Pay("S001T1-000001", Act{Kind: PayNow}); err != nil {
			t.Fatal(err)
		}
		s.Close()
		after, err := os.ReadFile(opts.State)
		if err != nil {
			t.Fatal(err)
		}
		for n := len(before); n < len(after); n += 7 {
			if err := os.WriteFile(opts.State, after[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := New(opts)
			if err != nil {
				t.Fatalf("%d bytes: %v", n, err)
			}
			if orders := s.Orders(); len(orders) != 1 || len(orders[0].Payments) > 1 {
				t.Errorf("%d bytes: %+v", n, orders)
			}
			s.Close()
		}
	})
}

func TestState_RefusesDamageAndCompany(t *testing.T) {
	opts := Options{State: filepath.Join(t.TempDir(), "state")}
	s := newSim(t, opts)
	ordered(t, s, nil)
	ordered(t, s, nil)
	if other, err := New(opts); !errors.Is(err, ErrStateInUse) {
		t.Errorf("a second simulator: %v", err)
		other.Close()
	}
	s.Close()
	text, err := os.ReadFile(opts.State)
	if err != nil {
		t.Fatal(err)
	}
	damaged := strings.Replace(string(text), "1350", "1351", 1)
	if err := os.WriteFile(opts.State, []byte(damaged), 0o600); err != nil {
		t.Fatal(err)
	}
	if other, err := New(opts); !errors.Is(err, ErrStateDamaged) {
		t.Errorf("damage: %v", err)
		other.Close()
	}
	if left, err := os.ReadFile(opts.State); err != nil || string(left) != damaged {
		t.Errorf("a damaged file was changed: %v", err)
	}
	if _, err := New(Options{State: filepath.Join(t.TempDir(), "nowhere", "state")}); err == nil {
		t.Error("a folder that does not exist")
	}
}

func TestState_StartsFromTheLastOfEachAlone(t *testing.T) {
	opts := Options{State: filepath.Join(t.TempDir(), "state")}
	s := newSim(t, opts)
	for range 20 {
		ordered(t, s, nil)
	}
	want := truth(t, s)
	s.Close()
	long, _ := os.ReadFile(opts.State)
	s = newSim(t, opts)
	short, _ := os.ReadFile(opts.State)
	if n := strings.Count(string(short), "\n"); n != 1 || len(long) <= 10*len(short) {
		t.Errorf("%d lines, %d bytes of %d", n, len(short), len(long))
	}
	if got := truth(t, s); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if info, err := os.Stat(opts.State); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// What cannot be written is not told.
func TestState_WithoutRoomNothingIsTold(t *testing.T) {
	s := newSim(t, Options{State: filepath.Join(t.TempDir(), "state")})
	if err := s.journal.file.Close(); err != nil { // every write fails from here on
		t.Fatal(err)
	}
	for range 2 {
		if status, text, err := send(t, s, http.MethodPost, apiHost+"/pay/unifiedorder", encode(orderRequest(nil))); err != nil || status != http.StatusServiceUnavailable {
			t.Errorf("status %d, %v: %s", status, err, text)
		}
	}
	if _, err := s.ShowCode(Act{Kind: PayNow}); err == nil {
		t.Error("a code was shown")
	}
	if _, err := s.Order("S001T1-000001"); err == nil {
		t.Error("an order was told of")
	}
}

func FuzzReadJournal(f *testing.F) {
	opts := Options{State: filepath.Join(f.TempDir(), "state"), RefundAfter: -1}
	s, err := New(opts)
	if err != nil {
		f.Fatal(err)
	}
	for _, kind := range []string{CodePassword, CodeDecline} {
		if _, err := s.ShowCode(Act{Kind: kind}); err != nil {
			f.Fatal(err)
		}
	}
	s.Close()
	text, err := os.ReadFile(opts.State)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("00000000 {}\n"))
	f.Add([]byte(`0ff03a6b {"order":{"Request":{"mch_id":"1","out_trade_no":"abcdef"},"Total":1}}` + "\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := readJournal(text)
		if err != nil && !errors.Is(err, ErrStateDamaged) {
			t.Errorf("error %v", err)
		}
		for _, r := range list {
			if r == (record{}) {
				t.Error("an empty record")
			}
		}
	})
}

func BenchmarkUnifiedOrder(b *testing.B) {
	for name, opts := range map[string]Options{"memory": {}, "state": {State: filepath.Join(b.TempDir(), "state")}} {
		b.Run(name, func(b *testing.B) {
			s, err := New(opts)
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			client := &http.Client{Transport: s.RoundTripper()}
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					resp, err := client.Post(apiHost+"/pay/unifiedorder", "text/xml", body(orderRequest(map[string]string{"out_trade_no": nonce()})))
					if err != nil {
						b.Error(err)
						return
					}
					_ = resp.Body.Close()
				}
			})
		})
	}
}
