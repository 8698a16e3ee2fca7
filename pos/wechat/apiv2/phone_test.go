package apiv2

import (
	"bytes"
	"encoding/hex"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/wechat"
)

const (
	miniApp   = "wx1111111111111111"
	phoneApp  = "wx2222222222222222"
	testPayer = "oUpF8uMEb4qRXf22hE3X68TekukE"
	prepayID  = "wx201410272009395522657a690389285100"
)

// phoneClient has three apps.
func phoneClient(t testing.TB, h host, change func(*Config)) (*Client, *network) {
	t.Helper()
	n := &network{hosts: map[string]host{"pay.invalid": h}}
	config := Config{
		Merchant: testMerchant(), MiniAppID: miniApp, AppAppID: phoneApp, BaseURL: testBase, NotifyURL: "https://notify.invalid/",
		DeviceInfo: "T1", Transport: n, Practice: true,
	}
	if change != nil {
		change(&config)
	}
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c, n
}

func orderOf(tender pos.Tender, openID, productID string) pos.Order {
	o := testOrder()
	o.Tender, o.OpenID, o.ProductID = tender, openID, productID
	return o
}

type stillClock struct{ at time.Time }

func (c stillClock) Now() time.Time { return c.at }

// The published second signatures and product code, made by the methods that make ours.
func TestPhone_PublishedVectors(t *testing.T) {
	// Both published nonces of 32 hex digits can come out of a random source; the others are signed by signValues alone.
	for _, v := range vectors(t) {
		s := newSigner(wechat.Merchant{Key: wechat.NewAPIKey(v.Key), SignType: v.SignType})
		if got := s.signValues(v.Fields); got != v.Expected {
			t.Errorf("%s: %s, want %s", v.ID, got, v.Expected)
		}
		nonce := v.Fields["noncestr"] + v.Fields["nonce_str"]
		raw, err := hex.DecodeString(nonce)
		if err != nil || len(raw) != 16 || v.ID != "app-resign-v2" && v.ID != "native1-link" {
			continue
		}
		at, _ := strconv.ParseInt(v.Fields["timestamp"]+v.Fields["time_stamp"], 10, 64)
		client, err := New(Config{
			Merchant: wechat.Merchant{
				AppID: v.Fields["appid"], MchID: v.Fields["partnerid"] + v.Fields["mch_id"], Key: wechat.NewAPIKey(v.Key), SignType: v.SignType,
			},
			BaseURL: testBase, NotifyURL: "https://notify.invalid/", Clock: stillClock{time.Unix(at, 0)}, Random: bytes.NewReader(raw),
		})
		if err != nil {
			t.Fatal(err)
		}
		// Ours are in upper case, the published nonces in lower: the signature is of the text that is in it.
		switch v.ID {
		case "app-resign-v2":
			got, err := client.SignPhone(pos.TenderApp, v.Fields["prepayid"])
			want := map[string]string{}
			for name, value := range v.Fields {
				want[name] = value
			}
			want["noncestr"] = strings.ToUpper(nonce)
			want["sign"] = s.signValues(want)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("got  %v, %v\nwant %v", got, err, want)
			}
		case "native1-link":
			got, err := client.ProductCode(v.Fields["product_id"])
			u, errURL := url.Parse(got)
			if err != nil || errURL != nil || u.Scheme+"://"+u.Host+u.Path != "weixin://wxpay/bizpayurl" {
				t.Fatalf("%s, %v, %v", got, err, errURL)
			}
			want := map[string]string{}
			for name, value := range v.Fields {
				want[name] = value
			}
			want["nonce_str"] = strings.ToUpper(nonce)
			want["sign"] = s.signValues(want)
			for name, value := range want {
				if u.Query().Get(name) != value {
					t.Errorf("%s: %q, want %q", name, u.Query().Get(name), value)
				}
			}
			if len(u.Query()) != len(want) {
				t.Errorf("more than wanted: %s", got)
			}
		}
	}
}

func TestSignPhone_TheAppsOwnParameters(t *testing.T) {
	for _, kind := range []wechat.SignType{wechat.MD5, wechat.HMACSHA256} {
		for _, own := range []bool{true, false} {
			client, _ := phoneClient(t, nil, func(c *Config) {
				c.Merchant.SignType, c.Clock = kind, stillClock{time.Unix(1490840662, 999)}
				if !own {
					c.MiniAppID, c.AppAppID = "", ""
				}
			})
			mini, app := miniApp, phoneApp
			if !own {
				mini, app = testMerchant().AppID, testMerchant().AppID
			}
			for tender, want := range map[pos.Tender]map[string]string{
				pos.TenderJSAPI: {"appId": mini, "timeStamp": "1490840662", "package": "prepay_id=" + prepayID, "signType": string(kind)},
				pos.TenderApp:   {"appid": app, "partnerid": "1900000109", "prepayid": prepayID, "package": "Sign=WXPay", "timestamp": "1490840662"},
			} {
				got, err := client.SignPhone(tender, prepayID)
				if err != nil {
					t.Fatal(err)
				}
				nonce, sign := "nonceStr", "paySign"
				if tender == pos.TenderApp {
					nonce, sign = "noncestr", "sign"
				}
				if !regexp.MustCompile(`^[0-9A-F]{32}$`).MatchString(got[nonce]) {
					t.Errorf("%s %q", nonce, got[nonce])
				}
				want[nonce], want[sign] = got[nonce], got[sign]
				if !reflect.DeepEqual(got, want) {
					t.Errorf("got  %v\nwant %v", got, want)
				}
				// Verified as a document, by the code that verifies WeChat's own.
				m := testMerchant()
				m.SignType = kind
				fields := map[string]string{}
				for name, value := range got {
					if name != sign {
						fields[name] = value
					}
				}
				if !newSigner(m).verify(documentOf(t, fields, got[sign])) {
					t.Errorf("%s by %s does not verify: %v", tender, kind, got)
				}
				if again, _ := client.SignPhone(tender, prepayID); again[nonce] == got[nonce] {
					t.Error("the same nonce twice")
				}
			}
		}
	}
}

func TestSignPhone_Refuses(t *testing.T) {
	client, _ := phoneClient(t, nil, nil)
	for _, c := range []struct {
		tender pos.Tender
		id     string
	}{
		{pos.TenderNative, prepayID},
		{pos.TenderCode, prepayID},
		{pos.TenderCash, prepayID},
		{"", prepayID},
		{pos.TenderJSAPI, ""},
		{pos.TenderApp, ""},
		{pos.TenderJSAPI, "a&b=c"},
		{pos.TenderApp, strings.Repeat("a", 65)},
	} {
		if got, err := client.SignPhone(c.tender, c.id); pos.CodeOf(err) != pos.CodeInvalid || got != nil {
			t.Errorf("%q %q: %v, %v", c.tender, c.id, got, err)
		}
	}
	for _, id := range []string{"", "可乐", "a b", strings.Repeat("1", 33), "a&b"} {
		if got, err := client.ProductCode(id); pos.CodeOf(err) != pos.CodeInvalid || got != "" {
			t.Errorf("%q: %q, %v", id, got, err)
		}
	}
	broken, _ := phoneClient(t, nil, func(c *Config) { c.Random = failing{} })
	if _, err := broken.SignPhone(pos.TenderApp, prepayID); pos.CodeOf(err) != pos.CodeInternal {
		t.Errorf("without randomness: %v", err)
	}
	if _, err := broken.ProductCode("1"); pos.CodeOf(err) != pos.CodeInternal {
		t.Errorf("without randomness: %v", err)
	}
}

func TestCompose_OrdersOfPhones(t *testing.T) {
	client, _ := phoneClient(t, nil, nil)
	native := valuesOf(t, composed(t, client, testOrder()))
	for _, c := range []struct {
		name    string
		o       pos.Order
		changed map[string]string // beside a code on the glass; "" takes out
	}{
		{"a code on the glass", orderOf(pos.TenderNative, "", ""), nil},
		{"a product code", orderOf(pos.TenderNative, testPayer, "item-7"), map[string]string{"openid": testPayer, "product_id": "item-7"}},
		{"a mini-program", orderOf(pos.TenderJSAPI, testPayer, ""), map[string]string{
			"openid": testPayer, "product_id": "", "trade_type": "JSAPI", "appid": miniApp,
		}},
		{"an app", orderOf(pos.TenderApp, "", ""), map[string]string{"product_id": "", "trade_type": "APP", "appid": phoneApp}},
		{"an app has no openid", orderOf(pos.TenderApp, testPayer, "x"), map[string]string{"product_id": "", "trade_type": "APP", "appid": phoneApp}},
	} {
		want := map[string]string{}
		for name, value := range native {
			want[name] = value
		}
		for name, value := range c.changed {
			if want[name] = value; value == "" {
				delete(want, name)
			}
		}
		if got := valuesOf(t, composed(t, client, c.o)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %v\nwant %v", c.name, got, want)
		}
		if !client.Ours(composed(t, client, c.o)) {
			t.Errorf("%s: not ours", c.name)
		}
	}
	for name, o := range map[string]pos.Order{
		"a mini-program without openid": orderOf(pos.TenderJSAPI, "", ""),
		"an openid with markup":         orderOf(pos.TenderJSAPI, "o<a>", ""),
		"a long openid":                 orderOf(pos.TenderJSAPI, strings.Repeat("o", 129), ""),
		"a scan with an odd openid":     orderOf(pos.TenderNative, "o b", "1"),
		"a product code of Chinese":     orderOf(pos.TenderNative, testPayer, "可乐"),
		"cash":                          orderOf(pos.TenderCash, "", ""),
		"a payment code":                orderOf(pos.TenderCode, "", ""),
	} {
		if b, err := client.Compose(o); pos.CodeOf(err) != pos.CodeInvalid || b != nil {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
	// A charge knows nothing of all that.
	b, err := client.ComposeCharge(orderOf(pos.TenderCode, testPayer, "1"))
	if err != nil {
		t.Fatal(err)
	}
	if got := valuesOf(t, b); got["openid"] != "" || got["product_id"] != "" || got["trade_type"] != "" || got["notify_url"] != "" || got["appid"] != testMerchant().AppID {
		t.Errorf("a charge: %v", got)
	}
}

func TestPrepay_OfPhones(t *testing.T) {
	jsapi := ordered.with("appid", miniApp, "trade_type", "JSAPI", "code_url", "-", "prepay_id", prepayID)
	app := jsapi.with("appid", phoneApp, "trade_type", "APP")
	code := ordered.with("prepay_id", prepayID)
	const url = "weixin://wxpay/bizpayurl?pr=AbCdEfG"
	for _, c := range []struct {
		name   string
		o      pos.Order
		answer fields
		want   pos.Signal
	}{
		{"a mini-program", orderOf(pos.TenderJSAPI, testPayer, ""), jsapi, pos.Signal{Kind: pos.SigOrdered, PrepayID: prepayID}},
		{"an app", orderOf(pos.TenderApp, "", ""), app, pos.Signal{Kind: pos.SigOrdered, PrepayID: prepayID}},
		{"a product code", orderOf(pos.TenderNative, testPayer, "1"), code, pos.Signal{Kind: pos.SigOrdered, PrepayID: prepayID, CodeURL: url}},
		{"a code on the glass", testOrder(), code, pos.Signal{Kind: pos.SigOrdered, PrepayID: prepayID, CodeURL: url}},
		{"a code on the glass without prepay_id", testOrder(), code.with("prepay_id", "-"), pos.Signal{Kind: pos.SigOrdered, CodeURL: url}},
		{"a code_url that a phone does not need", orderOf(pos.TenderApp, "", ""), app.with("code_url", url), pos.Signal{Kind: pos.SigOrdered, PrepayID: prepayID}},
		{"a product code without prepay_id", orderOf(pos.TenderNative, testPayer, "1"), code.with("prepay_id", "-"), uncertain(pos.CodeBadAnswer, "prepay_id")},
		{"a product code without code_url", orderOf(pos.TenderNative, testPayer, "1"), code.with("code_url", "-"), uncertain(pos.CodeBadAnswer, "code_url")},
		{"a mini-program without prepay_id", orderOf(pos.TenderJSAPI, testPayer, ""), jsapi.with("prepay_id", "-"), uncertain(pos.CodeBadAnswer, "prepay_id")},
		{"a prepay_id that is none", orderOf(pos.TenderJSAPI, testPayer, ""), jsapi.with("prepay_id", "a&b"), uncertain(pos.CodeBadAnswer, "prepay_id")},
		{"the answer of the app's order", orderOf(pos.TenderJSAPI, testPayer, ""), app, uncertain(pos.CodeNotOurs, "appid")},
		{"the answer of another trade_type", orderOf(pos.TenderJSAPI, testPayer, ""), jsapi.with("trade_type", "APP"), uncertain(pos.CodeNotOurs, "trade_type")},
		{"the answer of another's app", orderOf(pos.TenderJSAPI, testPayer, ""), jsapi.with("appid", "wx7777777777777777"), uncertain(pos.CodeNotOurs, "")},
	} {
		client, n := phoneClient(t, reply(http.StatusOK, signed(c.answer)), nil)
		got := client.Prepay(t.Context(), testNo, composed(t, client, c.o))
		c.want.To = pos.DoOrder
		if c.want.Kind == pos.SigOrdered {
			c.want.Source = pos.ByReply
		}
		if got != c.want || len(n.calls) != 1 || n.calls[0].url != testBase+"/pay/unifiedorder" {
			t.Errorf("%s:\ngot  %+v\nwant %+v\n%d calls", c.name, got, c.want, len(n.calls))
		}
	}
}

// A stored request that is not as it was composed is not sent.
func TestPrepay_OfPhonesStored(t *testing.T) {
	client, n := phoneClient(t, nil, nil)
	jsapi := string(composed(t, client, orderOf(pos.TenderJSAPI, testPayer, "")))
	app := string(composed(t, client, orderOf(pos.TenderApp, "", "")))
	for _, c := range []struct {
		name, request string
		code          pos.Code
	}{
		{"a mini-program of another app", strings.Replace(jsapi, miniApp, phoneApp, 1), pos.CodeConfig},
		{"an app of another's", strings.Replace(app, phoneApp, "wx7777777777777777", 1), pos.CodeConfig},
		{"a mini-program without openid", strings.Replace(jsapi, "<openid>"+testPayer+"</openid>", "", 1), pos.CodeInternal},
		{"an odd openid", strings.Replace(jsapi, testPayer, "o b", 1), pos.CodeInternal},
		{"an app with an openid", strings.Replace(app, "<out_trade_no>", "<openid>"+testPayer+"</openid><out_trade_no>", 1), pos.CodeInternal},
		{"another number", strings.Replace(app, testNo, testNo[:20], 1), pos.CodeInternal},
		{"MWEB", strings.Replace(app, ">APP<", ">MWEB<", 1), pos.CodeInternal},
		{"no trade_type", strings.Replace(app, "<trade_type>APP</trade_type>", "", 1), pos.CodeInternal},
		{"no document", "", pos.CodeInternal},
	} {
		want := pos.Signal{Kind: pos.SigRejected, To: pos.DoOrder, Code: c.code}
		if got := client.Prepay(t.Context(), testNo, []byte(c.request)); got != want || len(n.calls) != 0 {
			t.Errorf("%s: %+v, %d calls", c.name, got, len(n.calls))
		}
	}
}

// What is asked is asked with the main appid; what is answered and posted may be of any of ours, and of nobody else's.
func TestApps_AnyOfOursAndNothingElse(t *testing.T) {
	for app, ours := range map[string]bool{testMerchant().AppID: true, miniApp: true, phoneApp: true, "wx7777777777777777": false, "": false} {
		client, n := phoneClient(t, reply(http.StatusOK, signed(trade.with("appid", app))), nil)
		if got := client.Query(t.Context(), testNo); (got.Kind == pos.SigPaid) != ours || !ours && got.Code != pos.CodeNotOurs {
			t.Errorf("query answered by %q: %+v", app, got)
		}
		if asked := valuesOf(t, []byte(n.calls[0].body))["appid"]; asked != testMerchant().AppID {
			t.Errorf("asked with %q", asked)
		}
		closing, _ := phoneClient(t, reply(http.StatusOK, signed(good.with("appid", app))), nil)
		if got := closing.Close(t.Context(), testNo); (got.Kind == pos.SigCloseDone) != ours {
			t.Errorf("close answered by %q: %+v", app, got)
		}
		if _, err := client.ReadNotice([]byte(signed(notice.with("appid", app)))); (err == nil) != ours || !ours && pos.CodeOf(err) != pos.CodeNotOurs {
			t.Errorf("notice of %q: %v", app, err)
		}
		taken := good.with("appid", app, "out_refund_no", testRefundNo, "transaction_id", paidTrade.TransactionID, "refund_fee", "450", "total_fee", "1350",
			"refund_id", "50000203702017072601461713166")
		refunding, _ := phoneClient(t, reply(http.StatusOK, signed(taken)), nil)
		if got := refunding.Refund(t.Context(), testRefundNo, composedRefund(t, refunding)); (got.Kind == pos.RefTaken) != ours {
			t.Errorf("refund answered by %q: %+v", app, got)
		}
		request := composed(t, client, orderOf(pos.TenderApp, "", ""))
		if got := client.Ours(bytes.Replace(request, []byte(phoneApp), []byte(app), 1)); got != ours {
			t.Errorf("a request of %q is ours: %v", app, got)
		}
	}
	plain, _ := newClient(t, nil, nil)
	if _, err := plain.ReadNotice([]byte(signed(notice.with("appid", miniApp)))); pos.CodeOf(err) != pos.CodeNotOurs {
		t.Errorf("an app that was not set up: %v", err)
	}
	for _, bad := range []string{"wx<a>", strings.Repeat("w", 33)} {
		for _, config := range []Config{{MiniAppID: bad}, {AppAppID: bad}} {
			config.Merchant, config.BaseURL, config.NotifyURL = testMerchant(), testBase, "https://notify.invalid/"
			if _, err := New(config); pos.CodeOf(err) != pos.CodeConfig {
				t.Errorf("%q is taken for an appid", bad)
			}
		}
	}
}

func TestSetNotifyURL_FromTheNextOrderOn(t *testing.T) {
	client, _ := phoneClient(t, nil, nil)
	before := composed(t, client, testOrder())
	for _, bad := range []string{"", "relay.example", "ftp://relay.example/", "https://u:p@relay.example/", "https://relay.example/?a=1", "https://relay.example/" + strings.Repeat("n", 256)} {
		if err := client.SetNotifyURL(bad); pos.CodeOf(err) != pos.CodeConfig {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if again := composed(t, client, testOrder()); !bytes.Equal(again, before) {
		t.Error("a URL that was refused changed the order")
	}
	const relay = "https://relay.example/n/abc"
	if err := client.SetNotifyURL(relay); err != nil {
		t.Fatal(err)
	}
	if got := valuesOf(t, composed(t, client, testOrder()))["notify_url"]; got != relay {
		t.Errorf("order: %s", got)
	}
	if got := valuesOf(t, composedRefund(t, client))["notify_url"]; got != relay {
		t.Errorf("refund: %s", got)
	}
	var both sync.WaitGroup
	for _, u := range []string{relay, "https://other.example/n/def"} {
		both.Go(func() {
			for range 100 {
				if err := client.SetNotifyURL(u); err != nil {
					t.Error(err)
				}
				if _, err := client.Compose(testOrder()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	both.Wait()
}
