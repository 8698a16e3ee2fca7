package sim

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"
)

// productText is a printed product code; changes replace fields after the signature, "" removes one.
func productText(product, signType string, changes map[string]string) string {
	f := map[string]string{
		"appid": PracticeAppID, "mch_id": PracticeMchID, "product_id": product, "time_stamp": "1415949957", "nonce_str": "f6808210402125e30663234f94c87a8c",
	}
	f["sign"] = signature(f, PracticeKey, signType)
	q := url.Values{}
	for name, value := range with(f, changes) {
		q.Set(name, value)
	}
	return productPrefix + q.Encode()
}

// counterOf is a merchant's callback address, in process: it makes the order of a product and answers as told.
type counterOf struct {
	t    *testing.T
	sim  *Sim
	mu   sync.Mutex
	got  []map[string]string
	fee  string
	bend func(reply map[string]string) // before it is signed
	key  string                        // signs the reply
	wait time.Duration
	code int
	raw  string // instead of everything
}

func (c *counterOf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the payer is gone
	}
	f, err := readXML(body)
	if err != nil {
		c.t.Errorf("the callback is not XML: %s", body)
		return
	}
	c.mu.Lock()
	c.got = append(c.got, f)
	wait, code, raw := c.wait, c.code, c.raw
	c.mu.Unlock()
	time.Sleep(wait) // virtual
	reply := map[string]string{"return_code": "SUCCESS", "appid": PracticeAppID, "mch_id": PracticeMchID, "nonce_str": "n", "result_code": "SUCCESS"}
	if !signed(f, PracticeKey, signMD5) || f["mch_id"] != PracticeMchID {
		_, _ = w.Write(writeXML([]field{{"return_code", "FAIL"}, {"return_msg", "签名失败"}}))
		return
	}
	order := orderRequest(map[string]string{
		"out_trade_no": "P-" + f["product_id"], "product_id": f["product_id"], "openid": f["openid"], "total_fee": c.fee,
		"notify_url": "https://notify.invalid/wx",
	})
	reply["prepay_id"] = call(c.t, c.sim, "/pay/unifiedorder", order)["prepay_id"]
	if c.bend != nil {
		c.bend(reply)
	}
	var list []field
	for _, name := range slices.Sorted(maps.Keys(reply)) {
		list = append(list, field{name, reply[name]})
	}
	list = append(list, field{"sign", signature(reply, c.key, signMD5)})
	if code != 0 {
		w.WriteHeader(code)
	}
	if raw != "" {
		_, _ = io.WriteString(w, raw)
		return
	}
	_, _ = w.Write(writeXML(list))
}

func newCounter(t *testing.T) (*Sim, *counterOf) {
	t.Helper()
	c := &counterOf{t: t, fee: "300", key: PracticeKey}
	s := newSim(t, Options{Transport: InProcess(c), Shop: Shop{CallbackURL: "https://shop.example/m/1"}})
	c.sim = s
	return s, c
}

func TestScanProduct_AsksTheShopAndPays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := newCounter(t)
		o, err := s.ScanProduct(productText("cola", signMD5, nil), Act{Kind: PayNow})
		if err != nil || o.State != StateSuccess || o.TotalFee != 300 || o.TradeType != tradeNative {
			t.Fatalf("%+v, %v", o, err)
		}
		f := c.got[0]
		want := []string{"appid", "is_subscribe", "mch_id", "nonce_str", "openid", "product_id", "sign"}
		if got := slices.Sorted(maps.Keys(f)); !slices.Equal(got, want) {
			t.Errorf("the callback has %v", got)
		}
		if f["openid"] != practiceOpenID || f["product_id"] != "cola" || f["is_subscribe"] != "N" || o.Payments[0].OpenID != practiceOpenID {
			t.Errorf("callback %v", f)
		}
		log := s.Callbacks()
		if len(log) != 1 || log[0].Kind != CallbackTrue || log[0].Answer != "SUCCESS" || log[0].PrepayID != o.PrepayID {
			t.Errorf("log %+v", log)
		}
	})
}

func TestScanProduct_VectorOfTheDocumentation(t *testing.T) {
	f := map[string]string{
		"appid": "wx2421b1c4370ec43b", "mch_id": "10000100", "nonce_str": "f6808210402125e30663234f94c87a8c", "product_id": "1", "time_stamp": "1415949957",
	}
	if got := signature(f, "192006250b4c09247ec02edce69f6a2d", signMD5); got != "62C618B41B3C5F9050AB94C0580DDA8E" {
		t.Errorf("sign %s", got)
	}
}

func TestScanProduct_RefusesCodesThatAreNotTheMerchants(t *testing.T) {
	s, c := newCounter(t)
	good := productText("cola", signMD5, nil)
	for name, text := range map[string]string{
		"another text":        "https://example.com/",
		"a code of an order":  "weixin://wxpay/bizpayurl?pr=abcdefg",
		"a changed product":   productText("cola", signMD5, map[string]string{"product_id": "beer"}),
		"no product":          productText("cola", signMD5, map[string]string{"product_id": ""}),
		"another sign type":   productText("cola", signHMAC, nil),
		"no sign":             productText("cola", signMD5, map[string]string{"sign": ""}),
		"a field too many":    good + "&price=1",
		"a field twice":       good + "&product_id=beer",
		"another merchant":    productText("cola", signMD5, map[string]string{"mch_id": "1900000110"}),
		"an odd product":      productText("可乐", signMD5, nil),
		"a product too long":  productText("123456789012345678901234567890123", signMD5, nil),
		"a time that is none": productText("cola", signMD5, map[string]string{"time_stamp": "now"}),
	} {
		if _, err := s.ScanProduct(text, Act{Kind: PayNow}); !errors.Is(err, ErrBadProduct) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(c.got) != 0 {
		t.Errorf("the shop was asked %d times", len(c.got))
	}
}

func TestScanProduct_TellsThePayerWhyNot(t *testing.T) {
	reply := func(name, value string) func(*counterOf) {
		return func(c *counterOf) { c.bend = func(f map[string]string) { f[name] = value } }
	}
	for name, c := range map[string]struct {
		set   func(*counterOf)
		err   error
		words string
	}{
		"late":    {func(c *counterOf) { c.wait = 6 * time.Second }, ErrShopSilent, wordsSilent},
		"not 200": {func(c *counterOf) { c.code = http.StatusBadGateway }, ErrShopSilent, wordsSilent},
		"not XML": {func(c *counterOf) { c.raw = "success" }, ErrShopAnswer, "商户返回的数据格式错误"},
		"return FAIL": {func(c *counterOf) {
			c.raw = `<xml><return_code>FAIL</return_code><return_msg>店已打烊</return_msg></xml>`
		}, ErrShopAnswer, "店已打烊"},
		"result FAIL": {func(c *counterOf) {
			c.bend = func(f map[string]string) { f["result_code"], f["err_code_des"] = "FAIL", "商品已下架" }
		}, ErrShopRefused, "商品已下架"},
		"forged":               {func(c *counterOf) { c.key = otherKey }, ErrShopAnswer, "商户返回的签名错误"},
		"another appid":        {reply("appid", PracticeMiniAppID), ErrShopAnswer, "商户返回的appid或mch_id不匹配"},
		"no nonce":             {reply("nonce_str", ""), ErrShopAnswer, "商户返回的数据缺少参数nonce_str"},
		"no prepay_id":         {reply("prepay_id", ""), ErrShopAnswer, "商户返回的数据缺少参数prepay_id"},
		"an unknown prepay_id": {reply("prepay_id", "wx0"), ErrShopAnswer, "商户返回的prepay_id无效"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, shop := newCounter(t)
			c.set(shop)
			_, err := s.ScanProduct(productText("cola", signMD5, nil), Act{Kind: PayNow})
			no, ok := errors.AsType[*Refused](err)
			if !ok || !errors.Is(err, c.err) || no.Words != c.words {
				t.Errorf("%s: %v", name, err)
			}
			if m := s.Money(); len(m) != 0 {
				t.Errorf("%s: paid %v", name, m)
			}
			bubble.Sleep(shop.wait) // virtual: a late shop comes to its end
		})
	}
}

func TestScanProduct_OrderOfAnotherProductIsNotPaid(t *testing.T) {
	s, shop := newCounter(t)
	other := call(t, s, "/pay/unifiedorder", orderRequest(map[string]string{"product_id": "beer", "total_fee": "1"}))["prepay_id"]
	inside := call(t, s, "/pay/unifiedorder", orderRequest(map[string]string{"out_trade_no": "APP-000001", "product_id": "cola", "trade_type": "APP"}))["prepay_id"]
	for name, id := range map[string]string{"another product": other, "an order of the app": inside} {
		shop.bend = func(f map[string]string) { f["prepay_id"] = id }
		if _, err := s.ScanProduct(productText("cola", signMD5, nil), Act{Kind: PayNow}); !errors.Is(err, ErrShopAnswer) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestScanProduct_OrderOfAPayerIsForThatPayer(t *testing.T) {
	s, _ := newCounter(t)
	wang := OpenID(PracticeAppID, "wang")
	o, err := s.ScanProduct(productText("cola", signMD5, nil), Act{Kind: WalkAway, OpenID: wang, TypeFor: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Pay(o.CodeURL, Act{Kind: PayNow, OpenID: OpenID(PracticeAppID, "li")}); !errors.Is(err, ErrOtherPayer) {
		t.Errorf("another payer: %v", err)
	}
	if o, err = s.Pay(o.CodeURL, Act{Kind: PayNow}); err != nil || o.Payments[0].OpenID != wang {
		t.Errorf("whom it was made for: %+v, %v", o, err)
	}
}

func TestScanProduct_Faults(t *testing.T) {
	kinds := func(s *Sim) (list []string) {
		for _, c := range s.Callbacks() {
			list = append(list, c.Kind+" "+c.Answer)
		}
		slices.Sort(list)
		return list
	}
	scan := func(s *Sim) error {
		_, err := s.ScanProduct(productText("cola", signMD5, nil), Act{Kind: PayNow})
		return err
	}
	for _, c := range []struct {
		fault string
		err   error
		want  []string
	}{
		{"callback-duplicate", nil, []string{"callback SUCCESS", "duplicate SUCCESS"}},
		{"callback-forged", nil, []string{"callback SUCCESS", "forged-merchant FAIL", "forged-sign FAIL"}},
		{"callback-forged=1@sign", nil, []string{"callback SUCCESS", "forged-sign FAIL"}},
		{"callback-late", ErrShopSilent, []string{"late SUCCESS"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, shop := newCounter(t)
			if c.fault == "callback-duplicate" {
				shop.wait = time.Second // else the first would have paid before the second asks
			}
			f, err := ParseFault(c.fault)
			if err != nil || s.SetFault(f) != nil {
				t.Fatal(err)
			}
			if err := scan(s); !errors.Is(err, c.err) {
				t.Errorf("%s: %v", c.fault, err)
			}
			bubble.Sleep(time.Minute)
			if got := kinds(s); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", c.fault, got, c.want)
			}
		})
	}
}

func TestScanProduct_NeedsACallbackAddress(t *testing.T) {
	s := newSim(t, Options{})
	if _, err := s.ScanProduct(productText("cola", signMD5, nil), Act{Kind: PayNow}); !errors.Is(err, ErrNoCallback) {
		t.Errorf("no address: %v", err)
	}
	if err := s.SetShop(Shop{CallbackURL: "shop.example"}); !errors.Is(err, ErrBadShop) {
		t.Errorf("a bad address: %v", err)
	}
}

func TestScanProduct_OverTheAPI(t *testing.T) {
	s, shop := newCounter(t)
	status, text, err := sendJSON(t, s, "/sim/scan-product", `{"text":"`+productText("cola", signMD5, nil)+`"}`)
	if err != nil || status != http.StatusOK || !bytes.Contains(text, []byte(`"state":"SUCCESS"`)) {
		t.Errorf("%d %s %v", status, text, err)
	}
	shop.raw = `<xml><return_code>FAIL</return_code><return_msg>店已打烊</return_msg></xml>`
	status, text, err = sendJSON(t, s, "/sim/scan-product", `{"text":"`+productText("beer", signMD5, nil)+`","act":"walk-away"}`)
	if err != nil || status != http.StatusConflict || !bytes.Contains(text, []byte(`"error":"shop-answer"`)) || !bytes.Contains(text, []byte(`"words":"店已打烊"`)) {
		t.Errorf("%d %s %v", status, text, err)
	}
}
