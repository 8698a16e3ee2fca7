package sim

import (
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"
)

const answerOK = `<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>`

// shop is a merchant's notify_url: it remembers what came and answers by script.
type shop struct {
	mu     sync.Mutex
	at     []time.Time
	bodies []string
	answer func(try int, w http.ResponseWriter, r *http.Request)
}

func (h *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	h.at = append(h.at, time.Now())
	h.bodies = append(h.bodies, string(body))
	try := len(h.at)
	h.mu.Unlock()
	if h.answer == nil {
		_, _ = io.WriteString(w, answerOK)
		return
	}
	h.answer(try, w, r)
}

// notices are the notices that came, parsed; one that cannot be is nil.
func (h *shop) notices() []map[string]string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []map[string]string
	for _, b := range h.bodies {
		f, _ := readXML([]byte(b))
		list = append(list, f)
	}
	return list
}

// pauses are the times between notices.
func (h *shop) pauses() []time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []time.Duration
	for i := 1; i < len(h.at); i++ {
		list = append(list, h.at[i].Sub(h.at[i-1]))
	}
	return list
}

// texts are the notices as they came, times when.
func (h *shop) texts() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.bodies)
}

func (h *shop) times() []time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.at)
}

var toShop = map[string]string{"notify_url": "https://shop.example/wx/notify"}

func respond(status int, text string) func(int, http.ResponseWriter, *http.Request) {
	return func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

func TestNotice_IsSignedAndSaysWhatWasPaid(t *testing.T) {
	for _, signType := range []string{"", signHMAC} {
		t.Run("sign_type "+signType, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &shop{}
				s := newSim(t, Options{Transport: InProcess(h), ExtraFields: map[string]string{"tomorrow": "1"}})
				number, code := ordered(t, s, with(toShop, map[string]string{"sign_type": signType}))
				if _, err := s.Pay(code, Act{Kind: PayCoupon}); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				list := h.notices()
				if len(list) != 1 {
					t.Fatalf("%d notices", len(list))
				}
				n := list[0]
				if !signed(n, PracticeKey, signType) {
					t.Error("not signed")
				}
				want := map[string]string{
					"return_code": "SUCCESS", "result_code": "SUCCESS", "appid": PracticeAppID, "mch_id": PracticeMchID, "out_trade_no": number,
					"total_fee": "1350", "cash_fee": "1250", "coupon_fee": "100", "fee_type": "CNY", "trade_type": "NATIVE", "attach": "till=T1", "tomorrow": "1",
				}
				for name, value := range want {
					if n[name] != value {
						t.Errorf("%s is %q, want %q", name, n[name], value)
					}
				}
				if p := get(t, s, number).Payments[0]; n["transaction_id"] != p.TransactionID || n["time_end"] != stamp(p.TimeEnd) {
					t.Errorf("transaction %s at %s", n["transaction_id"], n["time_end"])
				}
				d := s.Deliveries()
				if len(d) != 1 || d[0].State != DeliveryDone || len(d[0].Attempts) != 1 || d[0].Attempts[0].Answer != "SUCCESS" {
					t.Errorf("log %+v", d)
				}
			})
		})
	}
}

func TestNotice_IsRepeatedBySchedule(t *testing.T) {
	cases := []struct {
		name    string
		retries []time.Duration
		tries   int
		all     time.Duration
	}{
		{"now", RetriesNow(), 16, 24*time.Hour + 4*time.Minute},
		{"old", RetriesOld(), 10, 3*time.Hour + 4*time.Minute},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &shop{answer: respond(http.StatusOK, `<xml><return_code>FAIL</return_code></xml>`)}
				s := newSim(t, Options{Transport: InProcess(h), Retries: c.retries})
				_, code := ordered(t, s, toShop)
				start := time.Now()
				if _, err := s.Pay(code, Act{Kind: PayNow}); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if d := s.Deliveries()[0]; d.State != DeliveryWaiting || !d.Next.Equal(start.Add(15*time.Second)) {
					t.Errorf("after the first: %s, next %v", d.State, d.Next)
				}
				bubble.Sleep(100 * time.Hour)
				if got := h.pauses(); !slices.Equal(got, c.retries) {
					t.Errorf("pauses %v", got)
				}
				came := h.times()
				if first := came[0].Sub(start); first != 0 {
					t.Errorf("the first after %v", first)
				}
				if last := came[len(came)-1].Sub(start); last != c.all || len(came) != c.tries {
					t.Errorf("%d tries in %v, want %d in %v", len(came), last, c.tries, c.all)
				}
				if d := s.Deliveries()[0]; d.State != DeliveryGivenUp || len(d.Attempts) != c.tries || d.Attempts[0].Answer != "FAIL" {
					t.Errorf("log %+v", d)
				}
				texts := h.texts()
				first := texts[0]
				if slices.ContainsFunc(texts, func(b string) bool { return b != first }) {
					t.Error("a repeat says something else")
				}
			})
		})
	}
}

func TestNotice_StopsAtSuccessAndScales(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &shop{answer: func(try int, w http.ResponseWriter, _ *http.Request) {
			if try < 4 {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			_, _ = io.WriteString(w, answerOK)
		}}
		s := newSim(t, Options{Transport: InProcess(h), Scale: 15})
		_, code := ordered(t, s, toShop)
		if _, err := s.Pay(code, Act{Kind: PayNow}); err != nil {
			t.Fatal(err)
		}
		bubble.Sleep(100 * time.Hour)
		if got, want := h.pauses(), []time.Duration{time.Second, time.Second, 2 * time.Second}; !slices.Equal(got, want) {
			t.Errorf("pauses %v, want %v", got, want)
		}
		if d := s.Deliveries()[0]; d.State != DeliveryDone || d.Attempts[0].Status != 500 {
			t.Errorf("log %+v", d)
		}
	})
}

func TestNotice_IsRepeatedUnlessProperlyAnswered(t *testing.T) {
	cases := map[string]func(int, http.ResponseWriter, *http.Request){
		"500 with SUCCESS": respond(http.StatusInternalServerError, answerOK),
		"not XML":          respond(http.StatusOK, "success"),
		"a redirect": func(_ int, w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		},
		"no answer in 5 s": func(_ int, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"dropped":          func(int, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
	for name, answer := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &shop{answer: answer}
				s := newSim(t, Options{Transport: InProcess(h)})
				_, code := ordered(t, s, toShop)
				if _, err := s.Pay(code, Act{Kind: PayNow}); err != nil {
					t.Fatal(err)
				}
				bubble.Sleep(21 * time.Second)
				if d := s.Deliveries()[0]; len(d.Attempts) < 1 || len(h.times()) != 2 || d.State != DeliveryWaiting {
					t.Errorf("%d tries, log %+v", len(h.times()), d)
				}
			})
		})
	}
}

func TestNotice_ToAnInvalidHostIsLoggedOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &shop{}
		s := newSim(t, Options{Transport: InProcess(h)})
		_, code := ordered(t, s, nil)
		if _, err := s.Pay(code, Act{Kind: PayNow}); err != nil {
			t.Fatal(err)
		}
		bubble.Sleep(time.Hour)
		if d := s.Deliveries(); len(d) != 1 || d[0].State != DeliveryUndeliverable || len(h.times()) != 0 {
			t.Errorf("%d came, log %+v", len(h.times()), d)
		}
	})
}

// payWithFault pays one order under a fault and returns the simulator once d has passed.
func payWithFault(t *testing.T, h *shop, fault string, d time.Duration) *Sim {
	t.Helper()
	s := newSim(t, Options{Transport: InProcess(h)})
	setFault(t, s, fault)
	_, code := ordered(t, s, toShop)
	if _, err := s.Pay(code, Act{Kind: PayNow}); err != nil {
		t.Fatal(err)
	}
	bubble.Sleep(d)
	return s
}

func setFault(t *testing.T, s *Sim, text string) {
	t.Helper()
	f, err := ParseFault(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetFault(f); err != nil {
		t.Fatal(err)
	}
}

func TestNoticeFault_Duplicate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &shop{}
		payWithFault(t, h, "notice-duplicate=1", time.Second)
		if came := h.texts(); len(came) != 2 || came[0] != came[1] || h.pauses()[0] != 0 {
			t.Errorf("%d came, pauses %v", len(came), h.pauses())
		}
	})
}

func TestNoticeFault_Late(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &shop{}
		s := payWithFault(t, h, "notice-late=1", 59*time.Second)
		if len(h.texts()) != 0 || s.Deliveries()[0].State != DeliveryWaiting {
			t.Errorf("%d came early", len(h.texts()))
		}
		bubble.Sleep(2 * time.Second)
		if len(h.texts()) != 1 {
			t.Errorf("%d came", len(h.texts()))
		}
	})
}

func TestNoticeFault_Lost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &shop{}
		s := payWithFault(t, h, "notice-lost=1", 48*time.Hour)
		if len(h.texts()) != 0 || s.Deliveries()[0].State != DeliveryLost {
			t.Errorf("%d came, log %+v", len(h.texts()), s.Deliveries())
		}
	})
}

func TestNoticeFault_Reordered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &shop{}
		s := payWithFault(t, h, "notice-reordered=1", 20*time.Second)
		if len(h.texts()) != 0 {
			t.Fatalf("%d came before being overtaken", len(h.texts()))
		}
		_, code := ordered(t, s, with(toShop, map[string]string{"out_trade_no": "S001T1-000002"}))
		if _, err := s.Pay(code, Act{Kind: PayNow}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		list := h.notices()
		if len(list) != 2 || list[0]["out_trade_no"] != "S001T1-000002" || list[1]["out_trade_no"] != "S001T1-000001" {
			t.Errorf("came %v", list)
		}
	})
}

func TestNoticeFault_ReorderedIsSentWhenNothingOvertakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &shop{}
		payWithFault(t, h, "notice-reordered=1", 61*time.Second)
		if len(h.texts()) != 1 {
			t.Errorf("%d came", len(h.texts()))
		}
	})
}

func TestNoticeFault_ForgedComesBeforeTheTrueOne(t *testing.T) {
	cases := map[string][]string{
		"notice-forged=1":          {NoticeForgedSign, NoticeForgedMerchant, NoticeForgedAmount, NoticeTrue},
		"notice-forged=1@sign":     {NoticeForgedSign, NoticeTrue},
		"notice-forged=1@merchant": {NoticeForgedMerchant, NoticeTrue},
		"notice-forged=1@amount":   {NoticeForgedAmount, NoticeTrue},
	}
	for fault, kinds := range cases {
		t.Run(fault, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &shop{}
				s := payWithFault(t, h, fault, time.Second)
				list, log := h.notices(), s.Deliveries()
				if len(list) != len(kinds) || len(log) != len(kinds) {
					t.Fatalf("%d came, %d in the log", len(list), len(log))
				}
				for i, kind := range kinds {
					n := list[i]
					ours, sameMerchant, sameAmount := signed(n, PracticeKey, signMD5), n["mch_id"] == PracticeMchID, n["total_fee"] == "1350"
					if ours != (kind == NoticeTrue || kind == NoticeForgedAmount) || sameMerchant != (kind != NoticeForgedMerchant) ||
						sameAmount != (kind != NoticeForgedAmount) || log[i].Kind != kind {
						t.Errorf("%s: signed %v, merchant %v, amount %v, logged as %s", kind, ours, sameMerchant, sameAmount, log[i].Kind)
					}
					if kind == NoticeForgedMerchant && !signed(n, otherKey, signMD5) {
						t.Error("the other merchant's notice is not signed by their key")
					}
				}
			})
		})
	}
}

func TestNoticeFault_SpoiledNoticesAreRepeatedWhole(t *testing.T) {
	spoiled := map[string]func(map[string]string) bool{
		"bad-sign=1@notify":  func(n map[string]string) bool { return n != nil && !signed(n, PracticeKey, signMD5) },
		"truncated=1@notify": func(n map[string]string) bool { return n == nil },
		"xxe=1@notify":       func(n map[string]string) bool { return n == nil },
	}
	for fault, isSpoiled := range spoiled {
		t.Run(fault, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &shop{answer: func(try int, w http.ResponseWriter, _ *http.Request) {
					if try > 1 {
						_, _ = io.WriteString(w, answerOK)
					}
				}}
				payWithFault(t, h, fault, time.Minute)
				list := h.notices()
				if len(list) != 2 || !isSpoiled(list[0]) || !signed(list[1], PracticeKey, signMD5) {
					t.Errorf("came %v", list)
				}
			})
		})
	}
}
