package storefront

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

func TestPrepay_AnOrder(t *testing.T) {
	w := newWorld(nil)
	for _, c := range []struct {
		path, ref, payer, by string
		origin               pos.Origin
		tender               pos.Tender
		api                  pos.API
	}{
		{"/jsapi", "a", testPayer, "v2", pos.OriginMini, pos.TenderJSAPI, pos.APIShop},
		{"/app", "b", "", "v2", pos.OriginApp, pos.TenderApp, pos.APIShop},
		{"/app-v1", "c", "", "v1", pos.OriginApp, pos.TenderApp, pos.APIv1},
	} {
		body := strings.Replace(twoColas, "order-1", c.ref, 1)
		if c.payer == "" {
			body = strings.Replace(body, `"openid":"`+testPayer+`",`, "", 1)
		}
		status, got := w.ask(t, "POST", c.path, body)
		o := w.desk.orders[len(w.desk.orders)-1]
		want := pos.PhoneOrder{Origin: c.origin, Tender: c.tender, API: c.api, Ref: c.ref, OpenID: c.payer}
		lines := o.Lines
		o.Lines = nil
		if fmt.Sprintf("%+v", o) != fmt.Sprintf("%+v", want) || len(lines) != 1 || lines[0].Quantity != 2 || lines[0].Price != 300 || lines[0].Barcode != cola {
			t.Errorf("%s: %+v %+v", c.path, o, lines)
		}
		pay, _ := got["pay"].(map[string]any)
		if status != 200 || got["ref"] != c.ref || got["amount_fen"] != 600.0 || got["state"] != "waiting" || got["out_trade_no"] != w.desk.kept[c.ref].OutTradeNo ||
			got["expires_at"] != testNow.Add(5*time.Minute).UTC().Format(time.RFC3339) || len(got) != 6 ||
			pay["by"] != c.by || pay["tender"] != string(c.tender) || pay["package"] != "prepay_id="+testID {
			t.Errorf("%s: %d %v", c.path, status, got)
		}
	}
	if strings.Contains(w.log.String(), testPayer) || strings.Contains(w.log.String(), testKey) || strings.Contains(w.log.String(), testID) {
		t.Errorf("the log tells too much: %s", w.log.String())
	}
}

func TestPrepay_RepeatedIsTheSameOrder(t *testing.T) {
	w := newWorld(nil)
	_, first := w.ask(t, "POST", "/jsapi", twoColas)
	_, again := w.ask(t, "POST", "/jsapi", twoColas)
	if fmt.Sprint(first) != fmt.Sprint(again) || len(w.desk.kept) != 1 {
		t.Errorf("%v\n%v", first, again)
	}
	// Two lines of one item are its pieces: the same cart.
	split := strings.Replace(twoColas, `{"code":"`+cola+`","quantity":2}`, `{"code":"`+cola+`","quantity":1},{"code":"6901939000000","quantity":1}`, 1)
	if status, _ := w.ask(t, "POST", "/jsapi", split); status != 200 {
		t.Errorf("the same pieces on two lines: %d", status)
	}
	w.shelf.items[0].Price = 350
	if status, got := w.ask(t, "POST", "/jsapi", twoColas); status != 200 || got["amount_fen"] != 600.0 || got["pay"] == nil {
		t.Errorf("the same ref after a change of price: %d %v", status, got)
	}
	refused(t, "other items", w.Handle(t.Context(), w.asks("POST", "/jsapi", strings.Replace(twoColas, ":2}", ":3}", 1))), 409, "conflict")
}

func TestPrepay_States(t *testing.T) {
	receipt := pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261128, Epoch: 1, Seq: 7}
	for _, c := range []struct {
		state      pos.State
		status     int
		told, code string
		get        string
	}{
		{pos.Waiting, 200, "waiting", "", "waiting"},
		{pos.Paid, 200, "paid", "", "paid"},
		{pos.Exception, 200, "exception", "", "exception"},
		{pos.Refunded, 200, "refunded", "", "refunded"},
		{pos.Closing, 200, "closing", "", "closing"}, // it may have been paid at the last moment: a new ref might be paid twice
		{pos.Reversing, 200, "closing", "", "closing"},
		{pos.Closed, 410, "", "expired", "closed"},
		{pos.Refused, 422, "", "refused", "refused"},
	} {
		w := newWorld(nil)
		w.desk.change = func(t *pos.PhoneTicket) {
			if t.State = c.state; c.state == pos.Paid {
				t.Receipt = receipt
			}
		}
		a := w.Handle(t.Context(), w.asks("POST", "/jsapi", twoColas))
		if c.status != 200 {
			refused(t, string(c.state), a, c.status, c.code)
		} else if status, got := read200(t, a); status != 200 || got["state"] != c.told || (got["pay"] != nil) != (c.state == pos.Waiting) ||
			(got["receipt"] == "S001-T1-20261128-0007") != (c.state == pos.Paid) || (got["expires_at"] != nil) != (c.state == pos.Waiting) {
			t.Errorf("%s: %d %v", c.state, status, got)
		}
		status, got := w.ask(t, "GET", "/order/order-1", "")
		if status != 200 || got["state"] != c.get || got["pay"] != nil || got["amount_fen"] != 600.0 || got["ref"] != "order-1" {
			t.Errorf("%s asked about: %d %v", c.state, status, got)
		}
	}
	if len(pos.States) != 9 {
		t.Error("a state has no row here (opened is in the errors)")
	}
}

// The goods of an order were taken out of the catalogue: its ref is still that order, which may be paid.
func TestPrepay_ARefOfGoodsThatAreGoneIsStillAnOrder(t *testing.T) {
	w := newWorld(nil)
	if status, _ := w.ask(t, "POST", "/jsapi", twoColas); status != 200 {
		t.Fatal(status)
	}
	w.shelf.items = nil
	refused(t, "the same ref", w.Handle(t.Context(), w.asks("POST", "/jsapi", twoColas)), 409, "conflict")
	refused(t, "another ref", w.Handle(t.Context(), w.asks("POST", "/jsapi", strings.Replace(twoColas, "order-1", "order-2", 1))), 404, "unknown-item")
}

func TestPrepay_Order(t *testing.T) {
	w := newWorld(nil)
	refused(t, "unknown", w.Handle(t.Context(), w.asks("GET", "/order/nobodys", "")), 404, "unknown-ref")
	refused(t, "no ref", w.Handle(t.Context(), w.asks("GET", "/order/", "")), 400, "invalid")
	refused(t, "an odd ref", w.Handle(t.Context(), w.asks("GET", "/order/a/../b", "")), 400, "invalid")
	refused(t, "posted", w.Handle(t.Context(), w.asks("POST", "/order/a", "")), 405, "method")
	w.desk.err = pos.E(pos.CodeInternal, "x", nil)
	refused(t, "a fault", w.Handle(t.Context(), w.asks("GET", "/order/a", "")), 503, "uncertain")
}

func TestPrepay_ErrorsOfTheTill(t *testing.T) {
	for _, c := range []struct {
		code   pos.Code
		status int
		want   string
	}{
		{pos.CodeConflict, 409, "conflict"},
		{pos.CodeExpired, 410, "expired"},
		{pos.CodeInvalid, 400, "invalid"},
		{pos.CodeShift, 503, "no-shift"},
		{pos.CodeConfig, 503, "not-set-up"},
		{pos.CodeSecret, 503, "not-set-up"},
		{pos.CodeRejected, 503, "not-set-up"},
		{pos.CodeTooMany, 429, "too-many"},
		{pos.CodeRefused, 422, "refused"},
		{pos.CodeUncertain, 503, "uncertain"},
		{pos.CodeNoAnswer, 503, "uncertain"},
		{pos.CodeUnreachable, 503, "uncertain"},
		{pos.CodeBadSign, 503, "uncertain"},
		{pos.CodeOffline, 503, "uncertain"},
		{pos.CodeFull, 503, "uncertain"},
		{pos.CodeInternal, 503, "uncertain"},
	} {
		w := newWorld(nil)
		w.desk.err = pos.E(c.code, "order by phone", nil)
		a := w.Handle(t.Context(), w.asks("POST", "/jsapi", twoColas))
		refused(t, string(c.code), a, c.status, c.want)
		if c.want == "uncertain" && !strings.Contains(string(a.Body), "same ref") {
			t.Errorf("%s does not say what to do: %s", c.code, a.Body)
		}
	}
	opened := newWorld(nil)
	opened.desk.change = func(t *pos.PhoneTicket) { t.State, t.PrepayID = pos.Opened, "" }
	refused(t, "no prepay_id", opened.Handle(t.Context(), opened.asks("POST", "/jsapi", twoColas)), 503, "uncertain")
}

func TestPrepay_NotSetUp(t *testing.T) {
	app := strings.Replace(twoColas, `"openid":"`+testPayer+`",`, "", 1)
	login := strings.Replace(twoColas, `"openid":"`+testPayer+`"`, `"login_code":"c"`, 1)
	for name, c := range map[string]struct {
		path, body string
		change     func(*Config)
	}{
		"no shop key":        {"/jsapi", twoColas, func(c *Config) { c.Key = "" }},
		"no WeChat Pay":      {"/jsapi", twoColas, func(c *Config) { c.Signer = nil }},
		"no old interface":   {"/app-v1", app, func(c *Config) { c.V1 = nil }},
		"no logins":          {"/jsapi", login, func(c *Config) { c.Login = nil }},
		"a login's own word": {"/jsapi", login, func(c *Config) { c.Login = &door{err: pos.E(pos.CodeConfig, "x", nil)} }},
	} {
		w := newWorld(c.change)
		refused(t, name, w.Handle(t.Context(), w.asks("POST", c.path, c.body)), 503, "not-set-up")
		if len(w.desk.orders) != 0 {
			t.Errorf("%s: ordered all the same", name)
		}
	}
	w := newWorld(func(c *Config) { c.Signer = nil })
	if status, _ := w.ask(t, "POST", "/app-v1", app); status != 200 {
		t.Errorf("the old interface alone: %d", status)
	}
}

func TestPrepay_BadRequests(t *testing.T) {
	many := strings.Repeat(`{"code":"1","quantity":1},`, 101)
	for _, c := range []struct {
		name, path, body string
		status           int
		code             string
	}{
		{"nothing", "/jsapi", "", 400, "invalid"},
		{"no JSON", "/jsapi", "ref=1", 400, "invalid"},
		{"a list", "/jsapi", "[]", 400, "invalid"},
		{"two objects", "/jsapi", twoColas + twoColas, 400, "invalid"},
		{"not UTF-8", "/jsapi", strings.Replace(twoColas, cola, "\xff", 1), 400, "invalid"},
		{"a price", "/jsapi", strings.Replace(twoColas, `"quantity":2`, `"quantity":2,"price":1`, 1), 400, "invalid"},
		{"a field more", "/jsapi", strings.Replace(twoColas, "{", `{"amount":1,`, 1), 400, "invalid"},
		{"no ref", "/jsapi", strings.Replace(twoColas, "order-1", "", 1), 400, "invalid"},
		{"a long ref", "/jsapi", strings.Replace(twoColas, "order-1", strings.Repeat("r", 65), 1), 400, "invalid"},
		{"an odd ref", "/jsapi", strings.Replace(twoColas, "order-1", "a b", 1), 400, "invalid"},
		{"no openid", "/jsapi", strings.Replace(twoColas, testPayer, "", 1), 400, "invalid"},
		{"an odd openid", "/jsapi", strings.Replace(twoColas, testPayer, "<a>", 1), 400, "invalid"},
		{"a long openid", "/jsapi", strings.Replace(twoColas, testPayer, strings.Repeat("o", 129), 1), 400, "invalid"},
		{"both", "/jsapi", strings.Replace(twoColas, "{", `{"login_code":"c",`, 1), 400, "invalid"},
		{"a login code with a space", "/jsapi", strings.Replace(twoColas, `"openid":"`+testPayer+`"`, `"login_code":"a b"`, 1), 400, "invalid"},
		{"an app with an openid", "/app", twoColas, 400, "invalid"},
		{"no items", "/jsapi", `{"ref":"1","openid":"o","items":[]}`, 400, "invalid"},
		{"101 items", "/jsapi", `{"ref":"1","openid":"o","items":[` + strings.TrimSuffix(many, ",") + `]}`, 400, "invalid"},
		{"no code", "/jsapi", strings.Replace(twoColas, cola, "", 1), 400, "invalid"},
		{"a long code", "/jsapi", strings.Replace(twoColas, cola, strings.Repeat("1", 65), 1), 400, "invalid"},
		{"a code of control characters", "/jsapi", strings.Replace(twoColas, cola, `\u0000`, 1), 400, "invalid"},
		{"quantity 0", "/jsapi", strings.Replace(twoColas, `:2}`, `:0}`, 1), 400, "invalid"},
		{"quantity -1", "/jsapi", strings.Replace(twoColas, `:2}`, `:-1}`, 1), 400, "invalid"},
		{"quantity 10000", "/jsapi", strings.Replace(twoColas, `:2}`, `:10000}`, 1), 400, "invalid"},
		{"quantity 1.5", "/jsapi", strings.Replace(twoColas, `:2}`, `:1.5}`, 1), 400, "invalid"},
		{"quantity as text", "/jsapi", strings.Replace(twoColas, `:2}`, `:"2"}`, 1), 400, "invalid"},
		{"too much money", "/jsapi", strings.Replace(twoColas, cola, "6900000000005", 1), 400, "invalid"},
		{"an unknown item", "/jsapi", strings.Replace(twoColas, cola, "6900000000001", 1), 404, "unknown-item"},
		{"an item without a price", "/jsapi", strings.Replace(twoColas, cola, "88", 1), 422, "no-price"},
		{"another path", "/h5", twoColas, 404, "not-found"},
		{"no path", "", twoColas, 404, "not-found"},
		{"a path with a slash", "/jsapi/", twoColas, 404, "not-found"},
		{"a large body", "/jsapi", strings.Repeat(" ", maxBody) + twoColas, 400, "invalid"},
	} {
		w := newWorld(nil)
		a := w.Handle(t.Context(), w.asks("POST", c.path, c.body))
		refused(t, c.name, a, c.status, c.code)
		if len(w.desk.orders) != 0 {
			t.Errorf("%s: ordered all the same", c.name)
		}
		if c.code == "unknown-item" && !strings.Contains(string(a.Body), "6900000000001") {
			t.Errorf("%s is not named: %s", c.name, a.Body)
		}
	}
	w := newWorld(nil)
	refused(t, "GET", w.Handle(t.Context(), w.asks("GET", "/jsapi", "")), 405, "method")
	asked := w.asks("POST", "/jsapi", twoColas)
	asked.Query = "a=1"
	refused(t, "a query", w.Handle(t.Context(), asked), 400, "invalid")
	w.shelf.err = pos.E(pos.CodeCorrupt, "find item", nil)
	refused(t, "no catalogue", w.Handle(t.Context(), w.asks("POST", "/jsapi", twoColas)), 503, "uncertain")
}
