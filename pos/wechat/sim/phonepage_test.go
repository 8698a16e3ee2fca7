package sim

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// see is a page in English; it fails when a part is missing.
func see(t *testing.T, s *Sim, path string, parts ...string) string {
	t.Helper()
	resp, page := visit(t, s, http.MethodGet, path+"?lang=en", "", nil)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d", path, resp.StatusCode)
	}
	for _, part := range parts {
		if !strings.Contains(page, part) {
			t.Errorf("%s lacks %q", path, part)
		}
	}
	return page
}

func TestPhonePage_OrdersPaysAndOrdersAgain(t *testing.T) {
	s, till := newTill(t)
	for _, path := range []string{pathMini, pathApp} {
		see(t, s, path, "可口可乐 330ml", `name="n-6901234567892"`, "Nothing was ordered yet", `<a href="/?lang=en">`)
		form := url.Values{"do": {"order"}, "from": {path}, "n-6901234567892": {"2"}, "n-10001": {"0"}, "codes": {"10002*3 6991348010209"}, "lang": {langEn}}
		if to := pressOn(t, s, path, form).Header.Get("Location"); to != path+"?lang=en" {
			t.Fatalf("leads to %q", to)
		}
		o := s.ShopOrders()[0]
		if want := (WayMini == o.Way) == (path == pathMini); !want || len(o.Items) != 3 || o.Items[1] != (BasketItem{"10002", 3}) || o.Items[2].Quantity != 1 {
			t.Errorf("%s: ordered %+v", path, o)
		}
		see(t, s, path, "￥6.00", o.Ref, o.OutTradeNo, "Pay ￥6.00", `value="wrong-password"`, `value="walk-away"`)
		asked := len(till.got)
		pressOn(t, s, path, url.Values{"way": {o.Way}, "ref": {o.Ref}, "again": {"1"}})
		if len(till.got) != asked+1 || till.got[asked]["ref"] != o.Ref {
			t.Errorf("%s: not asked again: %v", path, till.got)
		}
		pressOn(t, s, path, url.Values{"do": {"pay"}, "way": {o.Way}, "ref": {o.Ref}, "act": {PayNow}})
		if page := see(t, s, path, "paid"); strings.Contains(page, "Pay ￥6.00") {
			t.Errorf("%s still offers a paid order", path)
		}
	}
}

func TestPhonePage_SaysWhatWentWrong(t *testing.T) {
	s, till := newTill(t)
	till.fail = http.StatusServiceUnavailable
	form := func() url.Values {
		return url.Values{"do": {"order"}, "from": {pathMini}, "codes": {"10002"}, "lang": {langEn}}
	}
	to := pressOn(t, s, pathMini, form()).Header.Get("Location")
	if to != "/mini?lang=en&problem=shop-refused" {
		t.Errorf("leads to %q", to)
	}
	see(t, s, pathMini, "收银台没有连上，请到柜台付款", "not ordered", "Order again, same number")
	till.fail = 0
	till.bend = func(pay map[string]any) { pay["paySign"] = "x" }
	pressOn(t, s, pathMini, form())
	o := s.ShopOrders()[0]
	pressOn(t, s, pathMini, url.Values{"do": {"pay"}, "way": {o.Way}, "ref": {o.Ref}, "act": {PayNow}})
	see(t, s, pathMini, wordsBadSign)
	for name, bad := range map[string]url.Values{
		"nothing":       {"do": {"order"}, "from": {pathMini}},
		"not a number":  {"do": {"order"}, "from": {pathMini}, "codes": {"10002*x"}},
		"none of it":    {"do": {"order"}, "from": {pathMini}, "codes": {"10002*0"}},
		"unknown order": {"do": {"pay"}, "way": {WayMini}, "ref": {"none"}, "act": {PayNow}},
	} {
		if to := pressOn(t, s, pathMini, bad).Header.Get("Location"); !strings.Contains(to, "problem=") {
			t.Errorf("%s leads to %q", name, to)
		}
	}
	see(t, newSim(t, Options{}), pathMini, "knows no till yet")
}

func TestPage_ScansAProductCode(t *testing.T) {
	s, shop := newCounter(t)
	press(t, s, url.Values{"do": {"scan"}, "text": {" " + productText("cola", signMD5, nil) + "\n"}, "act": {PayNow}})
	if m := s.Money(); len(m) != 1 || m[0].TotalFee != 300 {
		t.Errorf("paid %v", m)
	}
	shop.raw = `<xml><return_code>FAIL</return_code><return_msg>店已打烊</return_msg></xml>`
	press(t, s, url.Values{"do": {"scan"}, "text": {productText("beer", signMD5, nil)}, "act": {PayNow}})
	see(t, s, "/", "店已打烊")
}
