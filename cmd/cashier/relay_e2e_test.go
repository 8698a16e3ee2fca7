//go:build e2e

package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guitai/assets/shop"
	"guitai/pos/wechat/sim"
)

// Programs killed, the network cut, notices doubled, overtaken and sent to the wrong till: whatever happens between WeChat and the till, every
// order is in the books and on paper, once.
func TestE2E_Relay(t *testing.T) {
	w := newRelayed(t)
	w.simulate("--clock-scale", "300") // repeats of notices come within seconds
	w.open()
	w.settings()
	w.pair(w.keeper("add", "--shop", w.shop, "T1"))
	w.leave()
	for _, c := range []struct {
		name string
		run  func(*relayed)
	}{
		{"the till is dead, and the relay dies with its notice", tillDead},
		{"the relay dies with a code on the glass", relayDead},
		{"the network is cut", networkCut},
		{"the network says nothing", networkMute},
		{"the network is slow", networkSlow},
		{"notices come twice", noticesTwice},
		{"a notice overtakes another", noticesOvertaken},
		{"something holds streams back", streamsHeld},
		{"the till is revoked", revoked},
		{"WeChat repeats for a day", repeatedForADay},
		{"a notice comes to the wrong till", wrongTill},
	} {
		began := time.Now() // no test of its own: the next begins where this one ends, with the same programs
		c.run(w)
		t.Logf("%v: %s", time.Since(began).Round(time.Millisecond), c.name)
	}
}

// once makes sure that every payment that WeChat took is in the books, and each once.
func (w *relayed) once() {
	w.t.Helper()
	w.ledger("verify")
	numbers := map[string]int{}
	for _, r := range w.payments() {
		numbers[r["out_trade_no"]]++
		if r["state"] != "paid" {
			w.t.Errorf("%v", r)
		}
	}
	for _, o := range w.orders() {
		if len(o.Payments) != 1 || numbers[o.OutTradeNo] != 1 || w.printed(o.OutTradeNo) != 1 {
			w.t.Errorf("%s: %d payments, %d in the books, %d on paper", o.OutTradeNo, len(o.Payments), numbers[o.OutTradeNo], w.printed(o.OutTradeNo))
		}
	}
	w.noSecrets()
	w.kept(w.token())
}

// see ends blind.
func (w *relayed) see() {
	w.post("/sim/faults", map[string]any{"fault": "http-502=0@orderquery"})
}

// lineRed reports whether the settings show the line as bad.
func (w *relayed) lineRed() bool { return w.coloured("24x60+322+170", 0, 1) }

// badgeRed reports whether the line on top says that the relay is not reached: its badge is the only one that is red, unless the till was blind.
func (w *relayed) badgeRed() bool { return w.coloured(topLine, 0, 1) }

// empty waits until the relay keeps nothing for the till.
func (w *relayed) empty() {
	w.t.Helper()
	w.eventually("the relay's notices are with the till", func() bool { return w.row(w.shop).Waiting == 0 })
}

func tillDead(w *relayed) {
	code, number := w.glass()
	w.blind()
	w.till.kill()
	w.pay(code)
	w.told(number)
	if n := w.row(w.shop).Waiting; n != 1 {
		w.t.Errorf("the relay keeps %d notices", n)
	}
	w.relay.kill()
	w.serve()
	w.open()
	w.booked(number, "wechat-native", "notify", "300")
	w.empty()
	w.see()
}

func relayDead(w *relayed) {
	code, number := w.glass()
	w.relay.kill()
	w.eventually("the badge says that the relay is gone", w.badgeRed)
	w.shoot("relay-gone")
	w.pay(code)
	w.t.Logf("from the payment to green without the relay: %v", w.green())
	w.booked(number, "wechat-native", "poll", "300")
	w.serve()
	w.eventually("the badge says that the relay is back", func() bool { return !w.badgeRed() })
	w.told(number)
	w.empty()
	w.booked(number, "wechat-native", "poll", "300")
}

func networkCut(w *relayed) {
	code, number := w.glass()
	w.network.turn(netCut, 0)
	w.eventually("the badge says that the relay is not reached", w.badgeRed)
	w.pay(code)
	w.t.Logf("from the payment to green: %v", w.green())
	w.booked(number, "wechat-native", "poll", "300")
	w.told(number) // the relay keeps it
	w.network.turn(netPass, 0)
	w.empty()
	w.eventually("the badge says that the relay is back", func() bool { return !w.badgeRed() })
	w.booked(number, "wechat-native", "poll", "300")
}

// Nothing arrives and nothing breaks, so the till believes its stream. The relay keeps the notice, and dies with it.
func networkMute(w *relayed) {
	code, number := w.glass()
	w.network.turn(netMute, 0)
	w.pay(code)
	w.told(number)
	if n := w.row(w.shop).Waiting; n != 1 {
		w.t.Errorf("the relay keeps %d notices", n)
	}
	w.relay.kill()
	w.serve()
	w.t.Logf("from the relay's answer to green: %v", w.green())
	w.booked(number, "wechat-native", "poll", "300")
	w.network.turn(netPass, 0)
	w.empty()
	w.booked(number, "wechat-native", "poll", "300")
}

func networkSlow(w *relayed) {
	w.network.turn(netDelay, 700*time.Millisecond) // one way
	code, number := w.glass()
	w.blind()
	w.pay(code)
	w.t.Logf("from the payment to green: %v", w.green())
	w.booked(number, "wechat-native", "notify", "300")
	w.told(number)
	if n := w.notices(number); len(n) != 1 || len(n[0].Attempts) != 1 {
		w.t.Errorf("the relay did not wait: %+v", n)
	}
	w.network.turn(netPass, 0)
	w.see()
}

func noticesTwice(w *relayed) {
	w.post("/sim/faults", map[string]any{"fault": "notice-duplicate=1"})
	code, number := w.glass()
	w.blind()
	w.pay(code)
	w.booked(number, "wechat-native", "notify", "300")
	w.told(number)
	if n := w.notices(number); len(n) != 2 {
		w.t.Errorf("%+v", n)
	}
	w.see()
}

func noticesOvertaken(w *relayed) {
	first, one := w.glass()
	w.keys("", "F6")
	w.eventually("the sale is put aside", func() bool { return w.qr() == "" })
	second, two := w.glass()
	w.blind()
	w.post("/sim/faults", map[string]any{"fault": "notice-reordered=1"})
	w.pay(first)
	w.pay(second)
	w.booked(two, "wechat-native", "notify", "300")
	w.booked(one, "wechat-native", "notify", "300")
	w.told(one)
	w.told(two)
	if a, b := w.notices(one), w.notices(two); !a[0].Attempts[0].At.After(b[0].Attempts[0].At) {
		w.t.Errorf("not overtaken: %+v %+v", a, b)
	}
	w.see()
}

// streamsHeld has something between the till and the relay that passes an answer on when it has all of it, as some virus scanners do. A stream
// has no end.
func streamsHeld(w *relayed) {
	var polls atomic.Int64
	holder := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		out := r.Clone(r.Context())
		out.RequestURI, out.URL.Scheme, out.URL.Host = "", "http", strings.TrimPrefix(w.base, "http://")
		res, err := http.DefaultTransport.RoundTrip(out)
		if err != nil {
			rw.WriteHeader(http.StatusBadGateway)
			return
		}
		defer res.Body.Close()
		whole, err := io.ReadAll(res.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		if r.URL.Query().Has("wait") {
			polls.Add(1)
		}
		maps.Copy(rw.Header(), res.Header)
		rw.WriteHeader(res.StatusCode)
		_, _ = rw.Write(whole)
	}))
	w.t.Cleanup(holder.Close)
	w.network.lead(holder.Listener.Addr().String())
	defer w.network.lead(strings.TrimPrefix(w.base, "http://"))
	w.eventually("the till polls the relay", func() bool { return polls.Load() > 0 })
	code, number := w.glass()
	w.blind()
	w.pay(code)
	w.t.Logf("from the payment to green by long-poll: %v", w.green())
	w.booked(number, "wechat-native", "notify", "300")
	w.told(number)
	w.see()
}

func revoked(w *relayed) {
	w.eventually("no badge is red", func() bool { return !w.badgeRed() }) // a till that was blind may say for a while that WeChat does not answer
	w.keeper("revoke", w.shop+"/T1")
	w.eventually("the badge says that the relay does not know the till", w.badgeRed)
	code, number := w.glass()
	w.pay(code)
	w.booked(number, "wechat-native", "poll", "300")
	w.settings()
	w.eventually("the settings say so too", w.lineRed)
	w.shoot("revoked")
	w.keys("", "F8", "F4")
	w.eventually("the relay is out of config.toml", func() bool { return !strings.Contains(w.config(), w.network.url()) })
	w.pair(w.keeper("add", "--shop", w.shop, "T1"))
	w.leave()
	code, number = w.glass()
	w.blind()
	w.pay(code)
	w.booked(number, "wechat-native", "notify", "300")
	w.see()
}

// repeatedForADay has the relay away for the first twelve of the sixteen times that WeChat sends a notice in 24 h 4 min.
func repeatedForADay(w *relayed) {
	w.once()
	w.simulate("--clock-scale", "3000")
	code, number := w.glass()
	w.relay.kill()
	w.blind()
	w.pay(code)
	w.eventually("WeChat has tried for six hours", func() bool { n := w.notices(number); return len(n) == 1 && len(n[0].Attempts) >= 12 })
	w.serve()
	w.booked(number, "wechat-native", "notify", "300")
	w.told(number)
	if n := w.notices(number); len(n) != 1 || len(n[0].Attempts) < 13 {
		w.t.Errorf("%+v", n)
	}
	w.empty()
	w.see()
}

// wrongTill sends the notice of one till's order, signed by WeChat, down another till's route.
func wrongTill(w *relayed) {
	var paid sim.Order
	for _, o := range w.orders() {
		paid = o
	}
	if a := send(w.t, w.row(w.shop).NotifyURL, paid); !strings.Contains(a, "SUCCESS") {
		w.t.Errorf("its own till answers %q to it", a)
	}
	if code := w.till.end(w.t); code != 0 {
		w.t.Errorf("SIGTERM: exit %d\n%s", code, w.till.out)
	}
	w.once()

	other := *w
	other.world = &world{t: w.t, bin: w.bin, sim: w.sim, data: w.data + "-other"}
	other.shop = "Harbour Street"
	other.fill(strings.Replace(w.config(), `"T1"`, `"T2"`, 1))
	goods := filepath.Join(other.data, "goods.csv")
	other.write(goods, shop.ItemsCSV)
	other.ledger("import", "items", goods)
	other.open()
	other.settings()
	other.pair(w.keeper("add", "--shop", other.shop, "T2"))
	if a := send(w.t, other.row(other.shop).NotifyURL, paid); !strings.Contains(a, "FAIL") {
		w.t.Errorf("the wrong till answers %q to it", a)
	}
	if other.empty(); len(other.payments()) > 0 {
		w.t.Errorf("the wrong till has %v", other.payments())
	}
	other.till.end(w.t)
	other.ledger("verify")
}

// send posts the notice of a payment as WeChat does, and returns the answer.
func send(t *testing.T, to string, o sim.Order) string {
	t.Helper()
	f := map[string]string{
		"return_code": "SUCCESS", "result_code": "SUCCESS", "appid": sim.PracticeAppID, "mch_id": sim.PracticeMchID, "nonce_str": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
		"openid": "oPracticeCustomer00000000001", "trade_type": "NATIVE", "bank_type": "OTHERS", "total_fee": fmt.Sprint(o.TotalFee), "fee_type": "CNY",
		"cash_fee": fmt.Sprint(o.TotalFee), "transaction_id": o.Payments[0].TransactionID, "out_trade_no": o.OutTradeNo, "time_end": time.Now().In(beijing).Format("20060102150405"), "is_subscribe": "N",
	}
	var text, xml strings.Builder
	for _, name := range slices.Sorted(maps.Keys(f)) {
		fmt.Fprintf(&text, "%s=%s&", name, f[name])
		fmt.Fprintf(&xml, "<%s>%s</%s>", name, f[name], name)
	}
	sign := hmac.New(sha256.New, []byte(testKey))
	fmt.Fprintf(sign, "%skey=%s", text.String(), testKey)
	res, err := http.Post(to, "text/xml", strings.NewReader(fmt.Sprintf("<xml>%s<sign>%X</sign></xml>", xml.String(), sign.Sum(nil))))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}
