package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"
)

// The published package, its signature, and the signature over it, which is recomputed: the printed one is no SHA-1.
func TestV1_Vectors(t *testing.T) {
	const text = "bank_type=WX&body=%E6%94%AF%E4%BB%98%E6%B5%8B%E8%AF%95&fee_type=1&input_charset=UTF-8&notify_url=http%3A%2F%2Fweixin.qq.com&" +
		"out_trade_no=7240b65810859cbf2a8d9f76a638c0a3&partner=1900000109&spbill_create_ip=196.168.1.1&total_fee=1&sign=7F77B507B755B3262884291517E380F8"
	p, err := readPackage(text)
	if err != nil || p["body"] != "支付测试" || !signed(p, "8934e7d15453e97507ef794cf7b0519d", signMD5) {
		t.Errorf("%v, %v", p, err)
	}
	a := V1Account{PaySignKey: "L8LrMqqeGRxST5reouB0K66CaYAWpqhAVsq7ggKkxHCOastWksvuX1uvmvQclxaHoYd3ElNBrNO2DHnnzgfVG9Qs473M3DTOZug5er46FhuGofumV8H2FVR9qkjSlC5K"}
	for want, f := range map[string]map[string]string{
		"8893870b9004ead28691b60db97a8d2c80dbfdc6": {
			"appid": "wxd930ea5d5a258f4f", "noncestr": "e7d161ac8d8a76529d39d9f5b4249ccb", "package": text, "timestamp": "1399514976", "traceid": "test_1399514976",
		},
		"b81b200eea70a965d0ea135228b1b949a9ddb731": {
			"appid": "wxd930ea5d5a258f4f", "noncestr": "e7d161ac8d8a76529d39d9f5b4249ccb", "package": "Sign=WXPay", "partnerid": "1900000109",
			"prepayid": "1101000000140429eb40476f8896f4c9", "timestamp": "1399514976",
		},
	} {
		if got := a.sha1(f); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestV1_PackagesThatAreWrittenWrong(t *testing.T) {
	for name, text := range map[string]string{
		"a plus for a blank":    "a=x+y&sign=1",
		"small hex digits":      "a=%e6&sign=1",
		"escaped for nothing":   "a=%41&sign=1",
		"not escaped":           "a=http://x&sign=1",
		"not sorted":            "b=1&a=2&sign=1",
		"a name twice":          "a=1&a=2&sign=1",
		"no sign":               "a=1",
		"the sign in the midst": "a=1&sign=1&z=2",
		"no value":              "a&sign=1",
		"nothing":               "",
	} {
		if p, err := readPackage(text); !errors.Is(err, errPackage) {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
	if p, err := readPackage("a=x%20y%7Cz~-_.&b=%E5%8F%AF&sign=1"); err != nil || p["a"] != "x y|z~-_." || p["b"] != "可" {
		t.Errorf("%v, %v", p, err)
	}
}

// v1Package is a good package; changes replace fields before it is signed, "" removes one.
func v1Package(changes map[string]string) string {
	return writePackage(with(map[string]string{
		"bank_type": "WX", "body": "柜台 可乐", "fee_type": "1", "input_charset": "UTF-8", "notify_url": "http://shop.example/n/1",
		"out_trade_no": "S001T1-000001", "partner": PracticeV1PartnerID, "spbill_create_ip": "127.0.0.1", "total_fee": "600",
	}, changes), PracticeV1PartnerKey)
}

func writePackage(f map[string]string, key string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(f)) {
		b.WriteString(name + "=" + escape3986(f[name]) + "&")
	}
	return b.String() + "sign=" + signature(f, key, signMD5)
}

// v1Call makes a signed call; changes replace fields after that.
func v1Call(t *testing.T, s *Sim, path, token string, f map[string]string, changes map[string]any) map[string]any {
	t.Helper()
	f = with(f, map[string]string{"appid": PracticeV1AppID})
	body := map[string]any{"sign_method": "sha1", "app_signature": PracticeV1().sha1(f)}
	for name, value := range f {
		body[name] = value
	}
	maps.Copy(body, changes)
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return v1Ask(t, s, http.MethodPost, path+"?access_token="+url.QueryEscape(token), text)
}

func v1Ask(t *testing.T, s *Sim, method, path string, body []byte) map[string]any {
	t.Helper()
	status, text, err := send(t, s, method, "https://api.weixin.qq.com"+path, body)
	if err != nil {
		return map[string]any{"error": err}
	}
	var answer map[string]any
	if err := json.Unmarshal(text, &answer); err != nil || status != http.StatusOK {
		t.Fatalf("%s: %d %s %v", path, status, text, err)
	}
	return answer
}

func v1TokenURL(changes map[string]string) string {
	q := url.Values{}
	for name, value := range with(map[string]string{"grant_type": "client_credential", "appid": PracticeV1AppID, "secret": PracticeV1Secret}, changes) {
		q.Set(name, value)
	}
	return "/cgi-bin/token?" + q.Encode()
}

func v1Fresh(t *testing.T, s *Sim) string {
	t.Helper()
	token, _ := v1Ask(t, s, http.MethodGet, v1TokenURL(nil), nil)["access_token"].(string)
	if token == "" {
		t.Fatal("no token")
	}
	return token
}

func v1Order(text string) map[string]string {
	return map[string]string{"traceid": "t1", "noncestr": "n1", "timestamp": "1399514976", "package": text}
}

func wantErr(t *testing.T, name string, answer map[string]any, code float64) {
	t.Helper()
	if answer["errcode"] != code {
		t.Errorf("%s: %v, want errcode %v", name, answer, code)
	}
}

func TestV1Token_LivesTwoHoursAndIsGivenTwoHundredTimesADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		ask := func(changes map[string]string) map[string]any {
			return v1Ask(t, s, http.MethodGet, v1TokenURL(changes), nil)
		}
		wantErr(t, "grant type", ask(map[string]string{"grant_type": "authorization_code"}), 40002)
		wantErr(t, "appid", ask(map[string]string{"appid": PracticeAppID}), 40013)
		wantErr(t, "secret", ask(map[string]string{"secret": "x"}), 40125)
		answer := ask(nil)
		first, _ := answer["access_token"].(string)
		if first == "" || answer["expires_in"] != 7200.0 {
			t.Fatalf("%v", answer)
		}
		use := func(token string) map[string]any {
			return v1Call(t, s, pathV1Prepay, token, v1Order(v1Package(nil)), nil)
		}
		wantErr(t, "good", use(first), 0)
		wantErr(t, "none", use(""), 41001)
		wantErr(t, "unknown", use("x"), 40001)
		second := v1Fresh(t, s)
		wantErr(t, "replaced", use(first), 40001)
		bubble.Sleep(7200*time.Second - time.Nanosecond)
		wantErr(t, "just in time", use(second), 0)
		bubble.Sleep(time.Second)
		wantErr(t, "expired", use(second), 42001)
		for range v1TokenQuota - 2 {
			v1Fresh(t, s)
		}
		wantErr(t, "the 201st", ask(nil), 45009)
		bubble.Sleep(24 * time.Hour)
		v1Fresh(t, s)
	})
}

func TestV1Prepay_HoldsEveryFieldAgainstTheDocumentation(t *testing.T) {
	s := newSim(t, Options{})
	token := v1Fresh(t, s)
	call := func(text string, changes map[string]any) map[string]any {
		return v1Call(t, s, pathV1Prepay, token, v1Order(text), changes)
	}
	for name, c := range map[string]struct {
		text    string
		changes map[string]any
		code    float64
	}{
		"a wrong signature":      {v1Package(nil), map[string]any{"app_signature": strings.Repeat("0", 40)}, 49004},
		"a changed package":      {v1Package(nil), map[string]any{"package": v1Package(map[string]string{"total_fee": "1"})}, 49004},
		"another app":            {v1Package(nil), map[string]any{"appid": PracticeAppID}, 49001},
		"another sign method":    {v1Package(nil), map[string]any{"sign_method": "md5"}, 47001},
		"a list for a text":      {v1Package(nil), map[string]any{"traceid": []int{1}}, 47001},
		"another key":            {writePackage(map[string]string{"partner": PracticeV1PartnerID}, otherKey), nil, 49101},
		"another partner":        {v1Package(map[string]string{"partner": "1900000109"}), nil, 49101},
		"no body":                {v1Package(map[string]string{"body": ""}), nil, 49101},
		"a body too long":        {v1Package(map[string]string{"body": strings.Repeat("柜", 43)}), nil, 49101},
		"no amount":              {v1Package(map[string]string{"total_fee": "0"}), nil, 49101},
		"another bank":           {v1Package(map[string]string{"bank_type": "ICBC"}), nil, 49101},
		"another currency":       {v1Package(map[string]string{"fee_type": "2"}), nil, 49101},
		"GBK":                    {v1Package(map[string]string{"input_charset": "GBK"}), nil, 49101},
		"sums that do not agree": {v1Package(map[string]string{"product_fee": "500", "transport_fee": "99"}), nil, 49101},
		"an address with query":  {v1Package(map[string]string{"notify_url": "http://shop.example/?a=1"}), nil, 49101},
		"good":                   {v1Package(map[string]string{"product_fee": "500", "transport_fee": "100", "out_trade_no": "S001T1-000002"}), nil, 0},
	} {
		wantErr(t, name, call(c.text, c.changes), c.code)
	}
	wantErr(t, "no JSON", v1Ask(t, s, http.MethodPost, pathV1Prepay+"?access_token="+token, []byte("<xml></xml>")), 47001)
	first := call(v1Package(nil), nil)
	id, _ := first["prepayid"].(string)
	if len(id) != 32 || first["errcode"] != 0.0 {
		t.Fatalf("%v", first)
	}
	if again := call(v1Package(nil), nil); again["prepayid"] != id {
		t.Errorf("again: %v", again)
	}
	wantErr(t, "another amount under the number", call(v1Package(map[string]string{"total_fee": "601"}), nil), 49102)
}

// v1Till is a till of the retired interface, in process.
type v1Till struct {
	t    *testing.T
	sim  *Sim
	mu   sync.Mutex
	at   []time.Time
	got  []url.Values
	says func(try int) string
}

func (h *v1Till) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if strings.HasPrefix(r.URL.Path, "/n/") {
		h.notice(w, r, body)
		return
	}
	var asked struct{ Ref string }
	if err := json.Unmarshal(body, &asked); err != nil || r.URL.Path != "/p/shop1/app-v1" {
		h.t.Errorf("%s %s", r.URL.Path, body)
	}
	number := "PHONE-" + asked.Ref
	answer := v1Call(h.t, h.sim, pathV1Prepay, v1Fresh(h.t, h.sim), v1Order(v1Package(map[string]string{"out_trade_no": number})), nil)
	id, _ := answer["prepayid"].(string)
	writeJSON(w, http.StatusOK, map[string]any{"ref": asked.Ref, "out_trade_no": number, "amount_fen": 600, "state": "waiting", "pay": v1Pay(id)})
}

func v1Pay(prepayID string) map[string]any {
	f := map[string]string{
		"appid": PracticeV1AppID, "partnerid": PracticeV1PartnerID, "prepayid": prepayID, "package": "Sign=WXPay", "noncestr": "n1", "timestamp": "1399514976",
	}
	out := map[string]any{"sign": PracticeV1().sha1(f)}
	for name, value := range f {
		out[name] = value
	}
	return out
}

func (h *v1Till) notice(w http.ResponseWriter, r *http.Request, body []byte) {
	q := r.URL.Query()
	h.mu.Lock()
	h.at = append(h.at, time.Now())
	h.got = append(h.got, q)
	try := len(h.at)
	h.mu.Unlock()
	flat := map[string]string{}
	for name := range q {
		flat[name] = q.Get(name)
	}
	f, err := readXML(body)
	if err != nil {
		h.t.Errorf("%s", body)
	}
	signer := map[string]string{"appid": f["AppId"], "openid": f["OpenId"], "issubscribe": f["IsSubscribe"], "timestamp": f["TimeStamp"], "noncestr": f["NonceStr"]}
	good := signed(flat, PracticeV1PartnerKey, signMD5) && q.Get("partner") == PracticeV1PartnerID && f["AppSignature"] == PracticeV1().sha1(signer) &&
		q.Get("total_fee") == "600"
	answer := "success"
	if h.says != nil {
		answer = h.says(try)
	}
	if !good {
		answer = "fail"
	}
	_, _ = io.WriteString(w, answer)
}

func newV1Till(t *testing.T) (*Sim, *v1Till) {
	t.Helper()
	h := &v1Till{t: t}
	h.sim = newSim(t, Options{Transport: InProcess(signing(h)), Shop: Shop{PrepayURL: "https://relay.example/p/shop1", Key: shopKey}})
	return h.sim, h
}

func TestV1_FromTheBasketToTheNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, till := newV1Till(t)
		o, paid, err := s.App(Basket{Ref: "A1", Items: someItems()}, true, Act{Kind: PayNow})
		if err != nil || paid.State != StateSuccess || paid.TradeType != tradeApp || paid.MchID != PracticeV1PartnerID || paid.AppID != PracticeV1AppID {
			t.Fatalf("%+v, %+v, %v", o, paid, err)
		}
		synctest.Wait()
		q := till.got[0]
		want := []string{
			"attach", "bank_billno", "bank_type", "discount", "fee_type", "input_charset", "notify_id", "out_trade_no", "partner", "product_fee", "service_version",
			"sign", "sign_type", "time_end", "total_fee", "trade_mode", "trade_state", "transaction_id", "transport_fee",
		}
		if got := slices.Sorted(maps.Keys(q)); !slices.Equal(got, want) {
			t.Errorf("the notice has %v", got)
		}
		if q.Get("transaction_id") != paid.Payments[0].TransactionID || q.Get("trade_state") != "0" || q.Get("out_trade_no") != o.OutTradeNo {
			t.Errorf("the notice says %v", q)
		}
		if d := s.Deliveries(); len(d) != 1 || d[0].State != DeliveryDone || d[0].Attempts[0].Answer != "success" {
			t.Errorf("deliveries %+v", d)
		}
		if rows, err := s.BillRows(PracticeV1PartnerID, paid.Payments[0].TimeEnd.Format("20060102")); err != nil || len(rows) != 1 || rows[0].TradeType != tradeApp {
			t.Errorf("bill %+v, %v", rows, err)
		}
	})
}

func TestV1Notice_ComesAgainUntilSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, till := newV1Till(t)
		till.says = func(int) string { return "fail" }
		if _, _, err := s.App(Basket{Items: someItems()}, true, Act{Kind: PayNow}); err != nil {
			t.Fatal(err)
		}
		bubble.Sleep(25 * time.Hour)
		if d := s.Deliveries()[0]; len(till.at) != 16 || d.State != DeliveryGivenUp || d.Attempts[0].Answer != "fail" || till.at[15].Sub(till.at[0]) != 24*time.Hour+4*time.Minute {
			t.Errorf("%d tries, %s", len(till.at), d.State)
		}
		for i, q := range till.got {
			if q.Encode() != till.got[0].Encode() {
				t.Errorf("repetition %d says something else", i)
			}
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s, till := newV1Till(t)
		till.says = func(try int) string { return map[bool]string{true: "SUCCESS", false: "success"}[try == 1] }
		if _, _, err := s.App(Basket{Items: someItems()}, true, Act{Kind: PayNow}); err != nil {
			t.Fatal(err)
		}
		bubble.Sleep(time.Hour)
		if len(till.at) != 2 {
			t.Errorf("%d tries: only success in small letters ends them", len(till.at))
		}
	})
}

func TestV1Notice_Faults(t *testing.T) {
	for _, c := range []struct{ fault, want string }{
		{"notice-forged", "forged-sign fail, forged-merchant fail, forged-amount fail, notice success"},
		{"notice-duplicate", "notice success, notice success"},
		{"notice-lost", "notice "},
		{"bad-sign=1@notify", "notice fail success"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, _ := newV1Till(t)
			setFault(t, s, c.fault)
			if _, _, err := s.App(Basket{Items: someItems()}, true, Act{Kind: PayNow}); err != nil {
				t.Fatal(err)
			}
			bubble.Sleep(time.Minute)
			var got []string
			for _, d := range s.Deliveries() {
				text := d.Kind + " "
				for i, a := range d.Attempts {
					if i > 0 {
						text += " "
					}
					text += a.Answer
				}
				got = append(got, text)
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("%s: %v", c.fault, got)
			}
		})
	}
}

func TestV1Inside_RefusesWhatTheShopSignedWrong(t *testing.T) {
	s, _ := newV1Till(t)
	o, err := s.Ask(WayAppV1, Basket{Items: someItems()})
	if err != nil {
		t.Fatal(err)
	}
	v2 := call(t, s, "/pay/unifiedorder", insideOrder(tradeApp, "S001T1-000009"))["prepay_id"]
	for name, c := range map[string]struct {
		change map[string]any
		words  string
	}{
		"another package":     {map[string]any{"package": "Sign=WXpay"}, wordsBadSign},
		"another nonce":       {map[string]any{"noncestr": "n2"}, wordsBadSign},
		"signed by MD5":       {map[string]any{"sign": strings.Repeat("0", 32)}, wordsBadSign},
		"another app":         {map[string]any{"appid": PracticeAppAppID}, "appid、partnerid与prepayid不匹配"},
		"another partner":     {map[string]any{"partnerid": PracticeMchID}, "appid、partnerid与prepayid不匹配"},
		"an order of API v2":  {map[string]any{"prepayid": v2}, "appid、partnerid与prepayid不匹配"},
		"an unknown prepayid": {map[string]any{"prepayid": ""}, wordsBadOrder},
	} {
		bent := o
		bent.Pay = maps.Clone(o.Pay)
		maps.Copy(bent.Pay, c.change)
		if _, err := s.PayInside(bent, Act{Kind: PayNow}); wordsOf(err) != c.words {
			t.Errorf("%s: %v", name, err)
		}
	}
	o.Pay["sign"] = strings.ToUpper(o.Pay["sign"].(string)) // as one of the two examples prints it
	if paid, err := s.PayInside(o, Act{Kind: PayNow}); err != nil || paid.State != StateSuccess {
		t.Errorf("%+v, %v", paid, err)
	}
}

func TestV1Query_AndDeliverNotify(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newV1Till(t)
		o, err := s.Ask(WayAppV1, Basket{Ref: "A1", Items: someItems()})
		if err != nil {
			t.Fatal(err)
		}
		token := v1Fresh(t, s)
		query := func(number string) map[string]any {
			t.Helper()
			f := map[string]string{"timestamp": "1399514976", "package": writeQuery(number, PracticeV1PartnerKey)}
			answer := v1Call(t, s, pathV1Query, token, f, nil)
			wantErr(t, "query", answer, 0)
			return answer["order_info"].(map[string]any)
		}
		if got := query("S001T1-unknown"); got["ret_code"] != v1NotExist || got["trade_state"] != nil {
			t.Errorf("unknown: %v", got)
		}
		if got := query(o.OutTradeNo); got["ret_code"] != "0" || got["trade_state"] != v1Unpaid || got["transaction_id"] != nil {
			t.Errorf("unpaid: %v", got)
		}
		paid, err := s.PayInside(o, Act{Kind: PayNow})
		if err != nil {
			t.Fatal(err)
		}
		id, openID := paid.Payments[0].TransactionID, paid.Payments[0].OpenID
		if got := query(o.OutTradeNo); got["trade_state"] != "0" || got["transaction_id"] != id || got["total_fee"] != "600" || got["is_refund"] != "false" {
			t.Errorf("paid: %v", got)
		}
		if _, err := s.VendorRefund(o.OutTradeNo, 0, RefundAct{}); err != nil {
			t.Fatal(err)
		}
		if got := query(o.OutTradeNo); got["is_refund"] != "true" {
			t.Errorf("refunded: %v", got)
		}
		f := map[string]string{"timestamp": "1399514976", "package": writeQuery(o.OutTradeNo, otherKey)}
		wantErr(t, "another key", v1Call(t, s, pathV1Query, token, f, nil), 49101)

		deliver := map[string]string{
			"openid": openID, "transid": id, "out_trade_no": o.OutTradeNo, "deliver_timestamp": "1399514976", "deliver_status": "1", "deliver_msg": "ok",
		}
		wantErr(t, "deliver", v1Call(t, s, pathV1Deliver, token, deliver, nil), 0)
		wantErr(t, "another trade", v1Call(t, s, pathV1Deliver, token, with(deliver, map[string]string{"transid": "x"}), nil), 49103)
		wantErr(t, "another status", v1Call(t, s, pathV1Deliver, token, with(deliver, map[string]string{"deliver_status": "2"}), nil), 47001)
		if known := get(t, s, o.OutTradeNo); !slices.ContainsFunc(known.Events, func(e Event) bool { return e.What == EventDelivered }) {
			t.Errorf("events %v", known.Events)
		}
		bubble.Sleep(8 * 24 * time.Hour)
		if _, err := s.Ask(WayAppV1, Basket{Ref: "A2", Items: someItems()}); err != nil {
			t.Fatal(err)
		}
		bubble.Sleep(8 * 24 * time.Hour)
		token = v1Fresh(t, s)
		if got := query("PHONE-A2"); got["trade_state"] != v1Ended {
			t.Errorf("after its end: %v", got)
		}
	})
}

func writeQuery(number, key string) string {
	f := map[string]string{"out_trade_no": number, "partner": PracticeV1PartnerID}
	return "out_trade_no=" + number + "&partner=" + PracticeV1PartnerID + "&sign=" + signature(f, key, signMD5)
}

func TestV1_Faults(t *testing.T) {
	s := newSim(t, Options{})
	token := v1Fresh(t, s)
	prepay := func() map[string]any { return v1Call(t, s, pathV1Prepay, token, v1Order(v1Package(nil)), nil) }
	for fault, code := range map[string]float64{FaultV1BadToken: 40001, FaultV1OldToken: 42001, FaultV1Busy: -1} {
		setFault(t, s, fault)
		wantErr(t, fault, prepay(), code)
		if n := len(s.Orders()); n != 0 {
			t.Errorf("%s: %d orders", fault, n)
		}
	}
	setFault(t, s, FaultV1Quota)
	wantErr(t, FaultV1Quota, v1Ask(t, s, http.MethodGet, v1TokenURL(nil), nil), 45009)
	setFault(t, s, FaultV1Lost)
	if got := prepay(); got["error"] == nil || len(s.Orders()) != 1 {
		t.Errorf("lost: %v, %d orders", got, len(s.Orders()))
	}
}

func TestV1_SurvivesARestart(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state")
	s, err := New(Options{State: state})
	if err != nil {
		t.Fatal(err)
	}
	token := v1Fresh(t, s)
	first := v1Call(t, s, pathV1Prepay, token, v1Order(v1Package(nil)), nil)
	s.Close()
	s = newSim(t, Options{State: state})
	again := v1Call(t, s, pathV1Prepay, token, v1Order(v1Package(nil)), nil)
	if again["prepayid"] != first["prepayid"] || first["prepayid"] == nil {
		t.Errorf("%v, then %v", first, again)
	}
	if s.v1.Given != 1 {
		t.Errorf("%d tokens of today", s.v1.Given)
	}
}

func TestNew_RefusesAV1AccountThatIsNone(t *testing.T) {
	bad := PracticeV1()
	bad.PaySignKey = "short"
	if s, err := New(Options{V1: bad}); err == nil {
		s.Close()
		t.Error("taken")
	}
}

// The path of orderquery is that of API v2 as well.
func TestV1Query_LeavesAPIv2Alone(t *testing.T) {
	s := newSim(t, Options{})
	number, _ := ordered(t, s, nil)
	if got := tradeState(t, s, number); got != StateNotPay {
		t.Errorf("%s", got)
	}
	status, text, err := send(t, s, http.MethodPost, "https://api.mch.weixin.qq.com/pay/orderquery?access_token=x", encode(numberRequest(number)))
	if err != nil || status != http.StatusOK || !bytes.Contains(text, []byte(`"errcode":40001`)) {
		t.Errorf("%d %s %v", status, text, err)
	}
}
