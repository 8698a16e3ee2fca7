package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos/bubble"
)

const shopKey = "practice-shop-key"

// tillOf is a till as the shop's server sees it, in process: it makes the order of a ref and signs for the phone, as bend has it.
type tillOf struct {
	t    *testing.T
	sim  *Sim
	mu   sync.Mutex
	got  []map[string]any
	bend func(pay map[string]any) // after it is signed
	more func(order map[string]string)
	fail int
}

func (h *tillOf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	way := strings.TrimPrefix(r.URL.Path, "/p/shop1/")
	if r.Method == http.MethodGet {
		h.standing(w, r)
		return
	}
	want := shopSignature(shopKey, r.Method, "/"+way, r.Header.Get("Guitai-Time"), r.Header.Get("Guitai-Nonce"), body)
	at, err := strconv.ParseInt(r.Header.Get("Guitai-Time"), 10, 64)
	if err != nil || time.Since(time.Unix(at, 0)).Abs() > time.Minute || r.Header.Get("Guitai-Nonce") == "" || r.Header.Get("Guitai-Signature") != want {
		h.t.Errorf("not signed: %v", r.Header)
	}
	var asked map[string]any
	if err := json.Unmarshal(body, &asked); err != nil {
		h.t.Errorf("%s: %v", body, err)
	}
	h.mu.Lock()
	h.got = append(h.got, asked)
	h.mu.Unlock()
	if h.fail != 0 {
		w.WriteHeader(h.fail)
		_, _ = io.WriteString(w, `{"error":"no-till","message":"收银台没有连上，请到柜台付款"}`)
		return
	}
	ref := asked["ref"].(string)
	f := with(insideOrder(map[string]string{"jsapi": tradeJSAPI, "app": tradeApp}[way], "PHONE-"+ref), map[string]string{"total_fee": "600"})
	if code, ok := asked["login_code"].(string); ok {
		f["openid"] = h.login(code)
	} else if openID, ok := asked["openid"].(string); ok {
		f["openid"] = openID
	}
	if h.more != nil {
		h.more(f)
	}
	pay := signPay(f, call(h.t, h.sim, "/pay/unifiedorder", f)["prepay_id"])
	if h.bend != nil {
		h.bend(pay)
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"ref": ref, "out_trade_no": f["out_trade_no"], "amount_fen": 600, "expires_at": time.Now().Add(time.Hour), "state": "waiting", "pay": pay,
	})
}

// standing is GET /order/REF.
func (h *tillOf) standing(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/p/shop1")
	if r.Header.Get("Guitai-Signature") != shopSignature(shopKey, "GET", path, r.Header.Get("Guitai-Time"), r.Header.Get("Guitai-Nonce"), nil) {
		h.t.Errorf("not signed: %v", r.Header)
	}
	ref := strings.TrimPrefix(path, "/order/")
	writeJSON(w, http.StatusOK, map[string]any{"ref": ref, "out_trade_no": "PHONE-" + ref, "amount_fen": 600, "state": "paid", "receipt": "S001-T1-20261128-0001"})
}

// signPay signs for the phone.
func signPay(f map[string]string, prepayID string) map[string]any {
	kind := f["sign_type"]
	if kind == "" {
		kind = signMD5
	}
	pay := map[string]string{
		"appid": f["appid"], "partnerid": f["mch_id"], "prepayid": prepayID, "package": "Sign=WXPay", "noncestr": "n1", "timestamp": "1490840662",
	}
	sign := "sign"
	if f["trade_type"] == tradeJSAPI {
		pay = map[string]string{"appId": f["appid"], "timeStamp": "1490840662", "nonceStr": "n1", "package": "prepay_id=" + prepayID, "signType": kind}
		sign = "paySign"
	}
	pay[sign] = signature(pay, PracticeKey, kind)
	out := map[string]any{}
	for name, value := range pay {
		out[name] = value
	}
	return out
}

// login is the till asking WeChat for the openid of a login code.
func (h *tillOf) login(code string) string {
	answer := session(h.t, h.sim, map[string]string{"js_code": code})
	openID, _ := answer["openid"].(string)
	return openID
}

// session asks for the openid of a login code; changes replace what is asked with.
func session(t *testing.T, s *Sim, changes map[string]string) map[string]any {
	t.Helper()
	q := url.Values{}
	for name, value := range with(map[string]string{"appid": PracticeMiniAppID, "secret": PracticeMiniSecret, "grant_type": "authorization_code"}, changes) {
		q.Set(name, value)
	}
	status, text, err := send(t, s, http.MethodGet, "https://api.weixin.qq.com/sns/jscode2session?"+q.Encode(), nil)
	if err != nil {
		return map[string]any{"error": err}
	}
	var answer map[string]any
	if err := json.Unmarshal(text, &answer); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s %v", status, text, err)
	}
	return answer
}

func newTill(t *testing.T) (*Sim, *tillOf) {
	t.Helper()
	h := &tillOf{t: t}
	h.sim = newSim(t, Options{Transport: InProcess(signing(h)), Shop: Shop{PrepayURL: "https://relay.example/p/shop1", Key: shopKey}})
	return h.sim, h
}

func someItems() []BasketItem { return []BasketItem{{"6901234567892", 2}} }

func TestSecondSigning_Vectors(t *testing.T) {
	const key = "192006250b4c09247ec02edce69f6a2d"
	for name, v := range map[string]struct {
		kind, want string
		fields     map[string]string
	}{
		"mini-program, MD5": {signMD5, "D0A2E335DBAC08C785FBED6DD0506271", map[string]string{
			"appId": "appId_value", "timeStamp": "123456789", "nonceStr": "nonceStr_value", "package": "prepay_id=asdfasdfasdf", "signType": "MD5",
		}},
		"mini-program, HMAC": {signHMAC, "2EEE091A46642BD580DFEAC61218AF98A0FD8891F0FED470DDAB53E499807D7A", map[string]string{
			"appId": "wxd678efh567hg6787", "timeStamp": "1490840662", "nonceStr": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
			"package": "prepay_id=wx2017033010242291fcfe0db70013231072", "signType": "HMAC-SHA256",
		}},
		"app": {signMD5, "5D072367671D5598B65829D2EB113643", map[string]string{
			"appid": "wxd930ea5d5a258f4f", "partnerid": "1900000109", "prepayid": "1101000000140415649af9fc314aa427", "package": "Sign=WXPay",
			"noncestr": "1101000000140429eb40476f8896f4c9", "timestamp": "1398746574",
		}},
	} {
		if got := signature(v.fields, key, v.kind); got != v.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestInside_OrdersAndPays(t *testing.T) {
	for _, kind := range []string{signMD5, signHMAC} {
		s, till := newTill(t)
		till.more = func(f map[string]string) { f["sign_type"] = kind }
		o, paid, err := s.Mini(Basket{Items: someItems()}, Act{Kind: PayNow})
		if err != nil || paid.State != StateSuccess || paid.TradeType != tradeJSAPI || paid.TotalFee != 600 || o.Amount != 600 {
			t.Fatalf("mini: %+v, %+v, %v", o, paid, err)
		}
		if got := till.got[0]; got["openid"] != OpenID(PracticeMiniAppID, practiceCustomer) || got["ref"] != o.Ref || got["login_code"] != nil {
			t.Errorf("the till was asked %v", got)
		}
		_, paid, err = s.App(Basket{Items: someItems()}, false, Act{Kind: PayNow})
		if err != nil || paid.State != StateSuccess || paid.TradeType != tradeApp || paid.AppID != PracticeAppAppID {
			t.Errorf("app: %+v, %v", paid, err)
		}
		if got := till.got[1]; got["openid"] != nil {
			t.Errorf("the till was asked %v", got)
		}
	}
}

func TestInside_LoginCodeIsThePayers(t *testing.T) {
	s, till := newTill(t)
	wang := OpenID(PracticeMiniAppID, "wang")
	_, paid, err := s.Mini(Basket{Items: someItems(), OpenID: wang, Login: true}, Act{Kind: PayNow})
	if err != nil || paid.Payments[0].OpenID != wang {
		t.Errorf("%+v, %v", paid, err)
	}
	if till.got[0]["openid"] != nil {
		t.Errorf("the till was told %v", till.got[0])
	}
	_, _, err = s.Mini(Basket{Items: someItems(), OpenID: wang}, Act{Kind: PayNow, OpenID: OpenID(PracticeMiniAppID, "li")})
	if no, ok := errors.AsType[*Refused](err); !ok || !errors.Is(err, ErrOtherPayer) || no.Words != wordsPayer {
		t.Errorf("another payer: %v", err)
	}
}

func TestInside_RepeatsAreTheSameOrder(t *testing.T) {
	s, _ := newTill(t)
	first, _, err := s.Mini(Basket{Ref: "A1", Items: someItems()}, Act{Kind: WalkAway, TypeFor: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	again, paid, err := s.Mini(Basket{Ref: "A1", Items: someItems()}, Act{Kind: PayNow})
	if err != nil || again.OutTradeNo != first.OutTradeNo || len(paid.Payments) != 1 {
		t.Errorf("%+v, %+v, %v", again, paid, err)
	}
	if list := s.ShopOrders(); len(list) != 1 {
		t.Errorf("%d orders of the shop", len(list))
	}
}

func TestInside_RefusesWhatTheShopSignedWrong(t *testing.T) {
	set := func(name string, value any) func(map[string]any) {
		return func(pay map[string]any) { pay[name] = value }
	}
	without := func(name string) func(map[string]any) { return func(pay map[string]any) { delete(pay, name) } }
	for name, c := range map[string]struct {
		way   string
		bend  func(map[string]any)
		words string
	}{
		"a number for a time":     {WayMini, set("timeStamp", 1490840662), "parameter error: parameter.timeStamp should be String instead of Number;"},
		"no package":              {WayMini, without("package"), "parameter error: parameter.package should be String instead of Undefined;"},
		"milliseconds":            {WayMini, set("timeStamp", "1490840662000"), "调用支付JSAPI缺少参数：timeStamp或nonceStr有误"},
		"an empty prepay_id":      {WayMini, set("package", "prepay_id="), wordsNoPrepay},
		"a bare prepay_id":        {WayMini, set("package", "wx0"), wordsNoPrepay},
		"an appid in small":       {WayMini, set("appid", PracticeMiniAppID), wordsNoPrepay},
		"another appid":           {WayMini, set("appId", PracticeAppID), "appId与prepay_id不匹配"},
		"a wrong signature":       {WayMini, set("paySign", strings.Repeat("0", 32)), wordsBadSign},
		"another nonce":           {WayMini, set("nonceStr", "n2"), wordsBadSign},
		"another sign type":       {WayMini, set("signType", signHMAC), wordsBadSign},
		"app: no prepayid":        {WayApp, set("prepayid", ""), wordsBadOrder},
		"app: no sign":            {WayApp, without("sign"), "parameter error: parameter.sign should be String instead of Undefined;"},
		"app: another app":        {WayApp, set("appid", PracticeMiniAppID), "appid、partnerid与prepayid不匹配"},
		"app: another merchant":   {WayApp, set("partnerid", "1900000110"), "appid、partnerid与prepayid不匹配"},
		"app: another package":    {WayApp, set("package", "sign=WXPay"), wordsBadSign},
		"app: a wrong signature":  {WayApp, set("sign", strings.Repeat("0", 32)), wordsBadSign},
		"app: a small signature":  {WayApp, func(pay map[string]any) { pay["sign"] = strings.ToLower(pay["sign"].(string)) }, wordsBadSign},
		"app: time not in digits": {WayApp, set("timestamp", "now"), wordsBadOrder},
	} {
		s, till := newTill(t)
		till.bend = c.bend
		_, _, err := s.askAndPay(c.way, Basket{Items: someItems()}, Act{Kind: PayNow})
		no, ok := errors.AsType[*Refused](err)
		if !ok || !errors.Is(err, ErrBadPay) || no.Words != c.words {
			t.Errorf("%s: %v", name, err)
		}
		if m := s.Money(); len(m) != 0 {
			t.Errorf("%s: paid %v", name, m)
		}
		if list := s.ShopOrders(); list[0].Trouble != c.words {
			t.Errorf("%s: the phone says %q", name, list[0].Trouble)
		}
	}
}

func TestInside_OrdersOfAnotherKindAreNotPaid(t *testing.T) {
	s, till := newTill(t)
	till.more = func(f map[string]string) {
		if f["trade_type"] == tradeJSAPI {
			f["trade_type"] = tradeApp // signed for a mini-program all the same
		}
	}
	till.bend = func(pay map[string]any) {
		clear(pay)
		maps.Copy(pay, signPay(insideOrder(tradeJSAPI, "x"), s.Orders()[0].PrepayID))
	}
	_, _, err := s.Mini(Basket{Items: someItems()}, Act{Kind: PayNow})
	if no, ok := errors.AsType[*Refused](err); !ok || no.Words != wordsBadScene {
		t.Errorf("%v", err)
	}
}

func TestInside_EndsWithThePrepayIDAndTheOrder(t *testing.T) {
	for name, c := range map[string]struct {
		wait  time.Duration
		close bool
		life  time.Duration
		words string
	}{
		"a prepay_id of two hours": {2 * time.Hour, false, 0, wordsNoPrepay},
		"just before":              {2*time.Hour - time.Second, false, 0, ""},
		"an order that expired":    {10 * time.Minute, false, 10 * time.Minute, "订单已过期，请重新下单"},
		"an order that was closed": {time.Minute, true, 0, "订单已关闭，请重新下单"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, till := newTill(t)
			till.more = func(f map[string]string) {
				if c.life != 0 {
					f["time_expire"] = stamp(time.Now().Add(c.life))
				}
			}
			o, err := s.Ask(WayApp, Basket{Items: someItems()})
			if err != nil {
				t.Fatal(err)
			}
			bubble.Sleep(c.wait)
			if c.close {
				call(t, s, "/pay/closeorder", with(numberRequest(o.OutTradeNo), map[string]string{"appid": PracticeAppAppID}))
			}
			_, err = s.PayInside(o, Act{Kind: PayNow})
			if wordsOf(err) != c.words {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := s.PayInside(o, Act{Kind: PayNow}); c.words == "" && wordsOf(err) != "该订单已支付" {
				t.Errorf("%s: paid again: %v", name, err)
			}
		})
	}
}

func TestInside_TellsWhyTheShopRefuses(t *testing.T) {
	s, till := newTill(t)
	till.fail = http.StatusServiceUnavailable
	o, err := s.Ask(WayMini, Basket{Ref: "A1", Items: someItems()})
	if !errors.Is(err, ErrShopRefused) || wordsOf(err) != "收银台没有连上，请到柜台付款" || o.Ref != "A1" {
		t.Errorf("%+v, %v", o, err)
	}
	till.fail = 0
	if _, paid, err := s.Mini(o.Basket, Act{Kind: PayNow}); err != nil || paid.State != StateSuccess {
		t.Errorf("again: %+v, %v", paid, err)
	}
	if _, err := s.Ask(WayMini, Basket{}); !errors.Is(err, ErrBadBasket) {
		t.Errorf("an empty basket: %v", err)
	}
	if _, err := newSim(t, Options{}).Ask(WayMini, Basket{Items: someItems()}); !errors.Is(err, ErrNoShop) {
		t.Errorf("no address: %v", err)
	}
}

func TestInside_SurvivesARestart(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state")
	till := &tillOf{t: t}
	open := func() *Sim {
		s, err := New(Options{State: state, Transport: InProcess(signing(till)), Shop: Shop{PrepayURL: "https://relay.example/p/shop1", Key: shopKey}})
		if err != nil {
			t.Fatal(err)
		}
		till.sim = s
		return s
	}
	s := open()
	o, err := s.Ask(WayMini, Basket{Ref: "A1", Items: someItems()})
	if err != nil {
		t.Fatal(err)
	}
	code, err := s.LoginCode("", "")
	if err != nil {
		t.Fatal(err)
	}
	used, err := s.LoginCode("", "")
	if err != nil || till.login(used) == "" {
		t.Fatal(err)
	}
	s.Close()
	s = open()
	defer s.Close()
	kept, err := s.ShopOrder(WayMini, "A1")
	if err != nil || kept.OutTradeNo != o.OutTradeNo {
		t.Fatalf("%+v, %v", kept, err)
	}
	if paid, err := s.PayInside(kept, Act{Kind: PayNow}); err != nil || paid.State != StateSuccess {
		t.Errorf("%+v, %v", paid, err)
	}
	if till.login(code) == "" {
		t.Error("the login code is forgotten")
	}
	if got := session(t, s, map[string]string{"js_code": used}); got["errcode"] != 40163.0 {
		t.Errorf("the used code: %v", got)
	}
}

func TestLogin_ACodeWorksOnceForFiveMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{})
		code := func() string {
			c, err := s.LoginCode("", "")
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		first := code()
		want := func(name string, errcode float64, changes map[string]string) {
			t.Helper()
			if got := session(t, s, changes); got["errcode"] != errcode {
				t.Errorf("%s: %v", name, got)
			}
		}
		want("another appid", 40013, map[string]string{"js_code": first, "appid": "wx0"})
		want("another secret", 40125, map[string]string{"js_code": first, "secret": "x"})
		want("an appid without a secret", 40125, map[string]string{"js_code": first, "appid": PracticeAppID})
		want("another grant", 40002, map[string]string{"js_code": first, "grant_type": "client_credential"})
		want("no code", 41008, nil)
		want("an unknown code", 40029, map[string]string{"js_code": "0abc"})
		for _, f := range []struct {
			name string
			code float64
		}{{FaultLoginBusy, -1}, {FaultLoginTooMany, 45011}} {
			if err := s.SetFault(Fault{Name: f.name, Count: 1}); err != nil {
				t.Fatal(err)
			}
			want(f.name, f.code, map[string]string{"js_code": first})
		}
		got := session(t, s, map[string]string{"js_code": first})
		if got["openid"] != OpenID(PracticeMiniAppID, practiceCustomer) || got["session_key"] == "" || got["errcode"] != nil {
			t.Errorf("%v", got)
		}
		want("a used code", 40163, map[string]string{"js_code": first})
		late, lost := code(), code()
		if err := s.SetFault(Fault{Name: FaultLoginLost, Count: 1}); err != nil {
			t.Fatal(err)
		}
		if got := session(t, s, map[string]string{"js_code": lost}); got["error"] == nil {
			t.Errorf("lost: %v", got)
		}
		want("a code whose answer was lost", 40163, map[string]string{"js_code": lost})
		bubble.Sleep(5 * time.Minute)
		want("a code of five minutes", 40029, map[string]string{"js_code": late})
	})
}

func TestInside_OverTheAPI(t *testing.T) {
	s, till := newTill(t)
	post := func(path, body string, status int, parts ...string) {
		t.Helper()
		got, text, err := sendJSON(t, s, path, body)
		if err != nil || got != status {
			t.Errorf("%s: %d %s %v", path, got, text, err)
		}
		for _, part := range parts {
			if !bytes.Contains(text, []byte(part)) {
				t.Errorf("%s: no %s in %s", path, part, text)
			}
		}
	}
	items := `"items":[{"code":"6901234567892","quantity":2}]`
	post("/sim/login-code", `{}`, http.StatusOK, `"code":"0`)
	post("/sim/mini", `{"ref":"A1",`+items+`,"login":true,"order_only":true}`, http.StatusOK, `"ref":"A1"`, `"state":"waiting"`)
	post("/sim/inside", `{"way":"jsapi","ref":"A1","pay":{"package":"x"}}`, http.StatusConflict, `"error":"bad-pay"`, `"words":"parameter error`)
	post("/sim/inside", `{"way":"jsapi","ref":"A1"}`, http.StatusOK, `"state":"SUCCESS"`)
	post("/sim/shop-order", `{"way":"jsapi","ref":"A1"}`, http.StatusOK, `"state":"paid"`)
	post("/sim/shop-order", `{"way":"jsapi","ref":"A2"}`, http.StatusNotFound, `"no-order"`)
	post("/sim/inside", `{"way":"jsapi","ref":"A2"}`, http.StatusNotFound, `"no-order"`)
	post("/sim/app", `{`+items+`,"act":"walk-away"}`, http.StatusOK, `"state":"USERPAYING"`)
	post("/sim/app", `{"items":[]}`, http.StatusBadRequest, `"bad-basket"`)
	till.fail = http.StatusServiceUnavailable
	post("/sim/mini", `{`+items+`}`, http.StatusConflict, `"shop-refused"`, `"words":"收银台没有连上`)
}

// signing is a till that signs what it tells the shop's server, as a real one does.
func signing(till http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/p/") {
			till.ServeHTTP(w, r)
			return
		}
		said := httptest.NewRecorder()
		till.ServeHTTP(said, r)
		w.WriteHeader(said.Code)
		text := bytes.TrimSpace(said.Body.Bytes())
		if open, ok := bytes.CutSuffix(text, []byte("}")); ok && said.Code == http.StatusOK {
			text = fmt.Appendf(nil, `%s,"signature":"%s"}`, open, answerSignature(shopKey, r.Header.Get("Guitai-Nonce"), text))
		}
		_, _ = w.Write(text)
	})
}

// Whoever passes answers on has no key: what it says of an order is not believed.
func TestInside_AnAnswerThatIsNotSignedIsNotBelieved(t *testing.T) {
	answer := []byte(`{"ref":"A1","state":"paid"}`)

	seal := func(key, nonce string) []byte {
		return fmt.Appendf(nil, `%s,"signature":"%s"}`, answer[:len(answer)-1], answerSignature(key, nonce, answer))
	}
	if told, err := unsealed(shopKey, "n1", seal(shopKey, "n1")); err != nil || !bytes.Equal(told, answer) {
		t.Errorf("%s, %v", told, err)
	}
	for name, text := range map[string][]byte{
		"nothing signed": answer, "another key": seal("k", "n1"), "another request": seal(shopKey, "n2"), "nothing": nil,
		"changed": bytes.Replace(seal(shopKey, "n1"), []byte("paid"), []byte("PAID"), 1),
	} {
		if told, err := unsealed(shopKey, "n1", text); !errors.Is(err, errUnsigned) {
			t.Errorf("%s: %s, %v", name, told, err)
		}
	}
}
