//go:build e2e

package main

import (
	"crypto/md5"
	"fmt"
	"strings"
	"testing"

	"guitai/pos/wechat/sim"
)

// productText is the text of a printed product code (Native mode 1), signed with the practice key: whoever printed it, it was not the till.
func productText(product string) string {
	text := "appid=" + sim.PracticeAppID + "&mch_id=" + sim.PracticeMchID + "&nonce_str=printed&product_id=" + product + "&time_stamp=1700000000"
	return "weixin://wxpay/bizpayurl?" + text + fmt.Sprintf("&sign=%X", md5.Sum([]byte(text+"&key="+testKey)))
}

// The five ways in which a customer's phone pays, each from WeChat over the relay to the window: paired in the settings, paid, booked once,
// printed once, at our prices. The till cannot ask WeChat about an order meanwhile: only the notice can tell it.
func TestE2E_Phones(t *testing.T) {
	w := newRelayed(t)
	w.open()
	w.settings()
	line := w.keeper("add", "--shop", w.shop, "T1")
	w.pair(line)
	key := w.phoneKey()
	w.shoot("phone-key")
	w.leave()
	if code := w.till.end(t); code != 0 {
		t.Errorf("SIGTERM: exit %d\n%s", code, w.till.out)
	}
	row := w.row(w.shop)
	if conf := w.config(); !strings.Contains(conf, w.network.url()) || !strings.Contains(conf, row.NotifyURL) {
		t.Errorf("config.toml has not what the relay gave:\n%s", conf)
	}
	w.simulate("--callback", row.CallbackURL, "--prepay", row.PrepayURL, "--phone-key", "file:"+w.data+"/phone_key")
	w.open() // it is paired still
	w.settings()
	w.eventually("the line stands after a start", w.lineGreen)
	w.leave()
	w.blind()

	prices := []sim.BasketItem{{Code: "6901234567892", Quantity: 2}, {Code: "10001", Quantity: 1}}
	t.Run("Native mode 2", func(t *testing.T) {
		w.t = t
		code, number := w.glass()
		w.pay(code)
		t.Logf("from the payment to green: %v", w.green())
		w.booked(number, "wechat-native", "notify", "300")
		w.told(number)
	})
	t.Run("Native mode 1", func(t *testing.T) {
		w.t = t
		calm := w.waits()
		number := w.scan(productText("6901234567892"), sim.WalkAway)
		w.eventually("the order is on the screen", func() bool { return w.waits() != calm })
		if again := w.scan(productText("6901234567892"), sim.PayNow); again != number {
			t.Errorf("the same payer scanned twice and got %s and %s", number, again)
		}
		w.booked(number, "wechat-native", "notify", "300")
		w.told(number)
		w.ofPhone(number)
		w.eventually("the screen waits for nothing", func() bool { return w.waits() == calm })
	})
	for _, c := range []struct {
		name, path, tender string
		more               map[string]any
	}{
		{"mini-program", "/sim/mini", "wechat-jsapi", nil},
		{"mini-program with a login code", "/sim/mini", "wechat-jsapi", map[string]any{"login": true}},
		{"app", "/sim/app", "wechat-app", nil},
		{"app of the retired interface", "/sim/app", "wechat-app", map[string]any{"v1": true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.t = t
			calm := w.waits()
			body := map[string]any{"ref": strings.ReplaceAll(c.name, " ", "-"), "items": prices, "order_only": true}
			for name, value := range c.more {
				body[name] = value
			}
			var waits struct {
				Order sim.ShopOrder `json:"shop_order"`
			}
			if err := w.tell(c.path, body, &waits); err != nil {
				t.Fatal(err)
			}
			o := waits.Order
			if o.Amount != 800 || o.State != "waiting" {
				t.Errorf("%+v", o)
			}
			w.eventually("the order is on the screen", func() bool { return w.waits() != calm })
			w.shoot("phone-order")
			w.post("/sim/inside", map[string]any{"way": o.Way, "ref": o.Ref})
			w.booked(o.OutTradeNo, c.tender, "notify", "800")
			w.eventually("the screen waits for nothing", func() bool { return w.waits() == calm })
			w.shoot("phone-paid")
			w.told(o.OutTradeNo)
			w.ofPhone(o.OutTradeNo)
		})
	}
	w.t = t
	w.ledger("verify") // while the till is open
	if titles := w.titles(); strings.Contains(titles, key) || strings.Contains(titles, w.token()) {
		t.Errorf("a secret is in a window's title: %q", titles)
	}
	if code := w.till.end(t); code != 0 {
		t.Errorf("SIGTERM: exit %d\n%s", code, w.till.out)
	}
	w.ledger("verify")
	if rows := w.payments(); len(rows) != 6 {
		t.Errorf("%d payments in the books", len(rows))
	}
	if n := len(w.receipts()); n != 6 {
		t.Errorf("%d receipts", n)
	}
	for _, o := range w.orders() {
		if len(o.Payments) != 1 || o.Payments[0].TotalFee != o.TotalFee {
			t.Errorf("WeChat has %+v", o)
		}
	}
	w.noSecrets()
	w.kept(key, w.token())
}

// ofPhone makes sure that an order's receipt says where the cashier's name stands that a phone ordered it.
func (w *relayed) ofPhone(number string) {
	w.t.Helper()
	for _, paper := range w.receipts() {
		if strings.Contains(paper, number) && !strings.Contains(paper, "手机下单") {
			w.t.Errorf("the receipt says nothing of a phone:\n%s", paper)
		}
	}
}

// scan is a payer who scans a product code and acts on what WeChat shows; it returns the number of the order.
func (w *relayed) scan(text, act string) string {
	w.t.Helper()
	var done struct{ Order sim.Order }
	if err := w.tell("/sim/scan-product", map[string]any{"text": text, "act": act}, &done); err != nil {
		w.t.Fatal(err)
	}
	if done.Order.TotalFee != 300 {
		w.t.Errorf("%+v", done.Order)
	}
	return done.Order.OutTradeNo
}
