package sim

import (
	"bytes"
	"encoding/json"
	"image"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	qrcode "github.com/skip2/go-qrcode"
)

// visit makes a request as a browser on this machine would.
func visit(t *testing.T, s *Sim, method, path, body string, header map[string]string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:8088"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		if name == "Host" {
			req.Host = value
		} else {
			req.Header.Set(name, value)
		}
	}
	resp, err := s.RoundTripper().RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(text)
}

var formHeader = map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://127.0.0.1:8088", "Sec-Fetch-Site": "same-origin"}

// press posts a form of the page with the token the page carries.
func press(t *testing.T, s *Sim, values url.Values) *http.Response {
	t.Helper()
	return pressOn(t, s, "/", values)
}

// pressOn is press on another page.
func pressOn(t *testing.T, s *Sim, path string, values url.Values) *http.Response {
	t.Helper()
	_, page := visit(t, s, http.MethodGet, path, "", nil)
	values.Set("token", regexp.MustCompile(`name="token" value="([^"]+)"`).FindStringSubmatch(page)[1])
	resp, _ := visit(t, s, http.MethodPost, path, values.Encode(), formHeader)
	return resp
}

func TestPage_ShowsTheOpenOrderWithItsCodeAndEveryButton(t *testing.T) {
	s := newSim(t, Options{})
	number, code := ordered(t, s, map[string]string{"scene_info": `{"store_info":{"name":"柜台便利店"}}`, "body": `可乐 <b>"3"</b>`})
	_, page := visit(t, s, http.MethodGet, "/", "", nil)
	for _, want := range []string{number, "￥13.50", "柜台便利店", "可乐 &lt;b&gt;", "等待付款", `value="` + code + `"`, "有效至"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, a := range Acts() {
		if !strings.Contains(page, `name="act" value="`+a.Name+`"`) {
			t.Errorf("no button for %s", a.Name)
		}
	}
	for _, f := range Faults() {
		if !strings.Contains(page, `value="`+f.Name+`=1"`) || !strings.Contains(page, f.Zh) {
			t.Errorf("no button for %s", f.Name)
		}
	}
	if !bytes.Equal(drawn(t, page), modules(t, code)) {
		t.Error("the code drawn is not the code_url")
	}
}

// drawn reads the modules of the page's code back from its path.
func drawn(t *testing.T, page string) []byte {
	t.Helper()
	n := len(regexp.MustCompile(`M\d+ \d+h1v1h-1z`).FindAllString(page, -1))
	path := regexp.MustCompile(`<path d="([^"]+)"`).FindStringSubmatch(page)
	if n == 0 || path == nil {
		t.Fatal("no code on the page")
	}
	return []byte(path[1])
}

// modules is the same path made from an image of the code, drawn by another way than the page's.
func modules(t *testing.T, text string) []byte {
	t.Helper()
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		t.Fatal(err)
	}
	img := code.Image(-1) // one pixel per module
	var path strings.Builder
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if isDark(img, x, y) {
				path.WriteString("M" + itoa(x) + " " + itoa(y) + "h1v1h-1z")
			}
		}
	}
	return []byte(path.String())
}

func isDark(img image.Image, x, y int) bool {
	r, _, _, _ := img.At(x, y).RGBA()
	return r < 0x8000
}

func itoa(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}

func TestPage_Languages(t *testing.T) {
	cases := []struct{ name, option, query, accept, want string }{
		{"nothing said", "", "", "", langZh},
		{"a browser in English", "", "", "en-GB,en;q=0.9,zh;q=0.1", langEn},
		{"a browser in Chinese", "", "", "zh-CN,en;q=0.5", langZh},
		{"a browser in French then English", "", "", "fr,en;q=0.5", langEn},
		{"asked by link", "", "?lang=en", "zh-CN", langEn},
		{"an option before the browser", langEn, "", "zh-CN", langEn},
		{"a link before the option", langEn, "?lang=zh-CN", "", langZh},
		{"a language that is not there", "", "?lang=fr", "", langZh},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSim(t, Options{Lang: c.option})
			_, page := visit(t, s, http.MethodGet, "/"+c.query, "", map[string]string{"Accept-Language": c.accept})
			if !strings.Contains(page, `<html lang="`+c.want+`">`) || !strings.Contains(page, words[c.want]["title"]) {
				t.Errorf("not in %s", c.want)
			}
		})
	}
}

func TestWords_AreCompleteInBothLanguages(t *testing.T) {
	for id := range words[langZh] {
		if words[langEn][id] == "" {
			t.Errorf("%s is missing in English", id)
		}
	}
	for id := range words[langEn] {
		if words[langZh][id] == "" {
			t.Errorf("%s is missing in Chinese", id)
		}
	}
	ids := []string{
		StateNotPay, StateTyping, StateSuccess, StateClosed, StateRefund, StateRevoked, StatePayError, NoticeTrue, NoticeRefund,
		"refund-" + RefundProcessing, "refund-" + RefundSuccess, "refund-" + RefundClosed, "refund-" + RefundChange, NoticeForgedSign, NoticeForgedMerchant, NoticeForgedAmount,
		DeliveryWaiting, DeliveryDone, DeliveryGivenUp, DeliveryUndeliverable, DeliveryLost,
	}
	for _, c := range errorCodes {
		ids = append(ids, c.code)
	}
	for _, m := range regexp.MustCompile(`\.T\.(\w+)|index \.T "([^"]+)"`).FindAllStringSubmatch(sharedText+pageText+phoneText, -1) {
		ids = append(ids, m[1]+m[2])
	}
	for _, id := range ids {
		if words[langEn][id] == "" {
			t.Errorf("%s has no words", id)
		}
	}
	for _, a := range slices.Concat(Acts(), CodeActs(), Faults()) {
		if a.En == "" || a.Zh == "" {
			t.Errorf("%s has no words", a.Name)
		}
	}
}

func TestPage_AButtonPaysAndThePageTellsIt(t *testing.T) {
	s := newSim(t, Options{})
	number, code := ordered(t, s, nil)
	resp := press(t, s, url.Values{"do": {"pay"}, "order": {code}, "act": {PayNow}, "lang": {langEn}})
	if to := resp.Header.Get("Location"); resp.StatusCode != http.StatusSeeOther || to != "/?lang=en" {
		t.Errorf("status %d to %q", resp.StatusCode, to)
	}
	if o := get(t, s, number); o.State != StateSuccess {
		t.Fatalf("state %s", o.State)
	}
	_, page := visit(t, s, http.MethodGet, "/?lang=en", "", nil)
	for _, want := range []string{"✓ paid", get(t, s, number).Payments[0].TransactionID, "undeliverable", `value="pay-twice"`, "Nothing to pay yet"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	resp = press(t, s, url.Values{"do": {"pay"}, "order": {code}, "act": {PayNow}, "lang": {langEn}})
	_, page = visit(t, s, http.MethodGet, resp.Header.Get("Location"), "", nil)
	if !strings.Contains(page, "The order is already paid") {
		t.Error("a refused payer is not told")
	}
}

func TestPage_AnExpiredOrderIsNoLongerToPay(t *testing.T) {
	s := newSim(t, Options{})
	_, code := ordered(t, s, nil)
	press(t, s, url.Values{"do": {"pay"}, "order": {code}, "act": {LetExpire}})
	_, page := visit(t, s, http.MethodGet, "/?lang=en", "", nil)
	if strings.Contains(page, `value="pay"`+">Pay") || !strings.Contains(page, "The order has expired") || !strings.Contains(page, "Nothing to pay yet") {
		t.Error("the page still offers it, or does not say why not")
	}
	if !strings.Contains(page, `name="act" value="pay-late"`) {
		t.Error("no button for money that comes late")
	}
}

func TestPage_FaultsAreSwitched(t *testing.T) {
	s := newSim(t, Options{})
	press(t, s, url.Values{"do": {"fault"}, "fault": {"no-answer=1"}})
	press(t, s, url.Values{"do": {"fault"}, "fault": {"bad-sign=always"}})
	setFault(t, s, "host-down=always@api2")
	_, page := visit(t, s, http.MethodGet, "/?lang=en", "", nil)
	for _, want := range []string{"on · 1 left", "on · Always", "Always @api2", `value="host-down=0@api2"`, `value="no-answer=0"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	press(t, s, url.Values{"do": {"fault"}, "fault": {"no-answer=0"}})
	if n := len(s.ActiveFaults()); n != 2 {
		t.Errorf("%d faults", n)
	}
	press(t, s, url.Values{"do": {"clear"}})
	if n := len(s.ActiveFaults()); n != 0 {
		t.Errorf("%d faults after clearing", n)
	}
	if resp := press(t, s, url.Values{"do": {"dance"}}); !strings.Contains(resp.Header.Get("Location"), "problem=bad-act") {
		t.Errorf("an unknown button leads to %q", resp.Header.Get("Location"))
	}
}

func TestPage_IsClosedToOtherSites(t *testing.T) {
	s := newSim(t, Options{})
	number, code := ordered(t, s, nil)
	form := url.Values{"do": {"pay"}, "order": {code}, "act": {PayNow}}
	withToken := url.Values{"do": {"pay"}, "order": {code}, "act": {PayNow}, "token": {s.token}}.Encode()
	jsonHeader := map[string]string{"Content-Type": "application/json"}
	jsonPay := `{"order":"` + number + `"}`
	plus := func(base map[string]string, name, value string) map[string]string {
		return with(base, map[string]string{name: value})
	}
	cases := []struct {
		name, method, path, body string
		header                   map[string]string
		status                   int
	}{
		{"a name that points here", http.MethodGet, "/", "", map[string]string{"Host": "evil.example"}, http.StatusForbidden},
		{"the API by such a name", http.MethodGet, "/sim/orders", "", map[string]string{"Host": "evil.example:8088"}, http.StatusForbidden},
		{"no token", http.MethodPost, "/", form.Encode(), formHeader, http.StatusForbidden},
		{"wrong token", http.MethodPost, "/", form.Encode() + "&token=x", formHeader, http.StatusForbidden},
		{"token in the address", http.MethodPost, "/?token=" + s.token, form.Encode(), formHeader, http.StatusForbidden},
		{"another site's form", http.MethodPost, "/", withToken, plus(formHeader, "Sec-Fetch-Site", "cross-site"), http.StatusForbidden},
		{"another site's script", http.MethodPost, "/sim/pay", jsonPay, plus(jsonHeader, "Origin", "https://evil.example"), http.StatusForbidden},
		{"JSON from a form", http.MethodPost, "/sim/pay", jsonPay, map[string]string{"Content-Type": "text/plain"}, http.StatusUnsupportedMediaType},
		{"an unknown page", http.MethodGet, "/wp-admin", "", nil, http.StatusNotFound},
		{"localhost", http.MethodGet, "/", "", map[string]string{"Host": "localhost:8088"}, http.StatusOK},
		{"IPv6 loopback", http.MethodGet, "/", "", map[string]string{"Host": "[::1]:8088"}, http.StatusOK},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			resp, text := visit(t, s, c.method, c.path, c.body, c.header)
			if resp.StatusCode != c.status {
				t.Errorf("status %d, want %d: %.100s", resp.StatusCode, c.status, text)
			}
		})
	}
	if o := get(t, s, number); o.State != StateNotPay {
		t.Errorf("somebody paid: %s", o.State)
	}
	open := newSim(t, Options{AnyHost: true})
	if resp, _ := visit(t, open, http.MethodGet, "/", "", map[string]string{"Host": "192.168.1.20:8088"}); resp.StatusCode != http.StatusOK {
		t.Errorf("AnyHost: status %d", resp.StatusCode)
	}
}

func TestPage_NeverShowsAKey(t *testing.T) {
	s := newSim(t, Options{})
	number, _ := ordered(t, s, nil)
	pay(PayNow)(t, s, number)
	for _, path := range []string{"/", "/sim/orders", "/sim/calls", "/sim/deliveries", "/sim/faults"} {
		if _, text := visit(t, s, http.MethodGet, path, "", nil); strings.Contains(text, PracticeKey) || len(text) < 20 {
			t.Errorf("%s: %.200s", path, text)
		}
	}
}

func TestPage_ShowsAPaymentCodeAndWhatBecameOfIt(t *testing.T) {
	s := newSim(t, Options{RefundAfter: -1})
	_, page := visit(t, s, http.MethodGet, "/?lang=en", "", nil)
	if !strings.Contains(page, "Show my payment code") || strings.Contains(page, "digits\"") {
		t.Error("no button, or a code that nobody showed")
	}
	for _, a := range CodeActs() {
		if !strings.Contains(page, `name="act" value="`+a.Name+`"`) || a.En == "" || a.Zh == "" {
			t.Errorf("no button or no words for %s", a.Name)
		}
	}
	press(t, s, url.Values{"do": {"code"}, "act": {CodePassword}})
	code := s.Codes()[0].Code
	_, page = visit(t, s, http.MethodGet, "/?lang=en", "", nil)
	for _, want := range []string{
		"<span>" + code[:4] + "</span> <span>" + code[4:8] + "</span> <span>" + code[8:12] + "</span> <span>" + code[12:16] + "</span> <span>" + code[16:] + "</span>",
		"when charged: Type the password", "Another code",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if !bytes.Equal(drawn(t, page), modules(t, code)) {
		t.Error("the code drawn is not the payment code")
	}
	call(t, s, pathMicroPay, microRequest(map[string]string{"auth_code": code}))
	_, page = visit(t, s, http.MethodGet, "/?lang=en", "", nil)
	if strings.Contains(page, code[4:8]+"</span>") || !strings.Contains(page, "typing the password") {
		t.Error("the used code is still there, or the order is not")
	}
	charge := microRequest(map[string]string{"out_trade_no": "S001T1-000102", "auth_code": "130000000000000000"})
	call(t, s, pathMicroPay, charge)
	press(t, s, url.Values{"do": {"refund"}, "order": {"S001T1-000102"}})
	_, page = visit(t, s, http.MethodGet, "/?lang=en", "", nil)
	for _, want := range []string{"payment code", "Refund ￥13.50 · arrived", "given back ￥13.50"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if resp := press(t, s, url.Values{"do": {"refund"}, "order": {"S001T1-000102"}}); !strings.Contains(resp.Header.Get("Location"), "bad-refund") {
		t.Errorf("refunded twice: %s", resp.Header.Get("Location"))
	}
}

func TestPage_LinksTheBillsThatAreThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := twoDays(t, Options{}) // until ten in the morning of the third day
		pays(t, s, "S001T1-000009", 100, "糖", Act{Kind: PayNow})
		_, page := visit(t, s, http.MethodGet, "/?lang=en", "", nil)
		for _, want := range []string{"/sim/bill?day=20000101", "/sim/fundflow?day=20000101", "/sim/bill?day=20000102", "2000-01-02", "trade bill"} {
			if !strings.Contains(page, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		for _, path := range []string{"/sim/bill?day=20000102", "/sim/fundflow?day=20000101"} {
			if resp, text := visit(t, s, http.MethodGet, path, "", nil); resp.StatusCode != http.StatusOK || !strings.HasSuffix(text, "\n") {
				t.Errorf("%s: %d %s", path, resp.StatusCode, text)
			}
		}
		if strings.Contains(page, "day=20000103") {
			t.Error("today's bill is not made yet")
		}
		until(t, "2000-01-12 12:00:00")
		if _, page = visit(t, s, http.MethodGet, "/?lang=en", "", nil); strings.Contains(page, "/sim/bill?day=2000010") {
			t.Error("bills of last week are still there")
		}
	})
}
