package storefront

import (
	"strings"
	"sync"
	"testing"
	"time"

	"guitai/pos"
)

func loggedIn(ref, code string) string {
	return strings.Replace(strings.Replace(twoColas, `"openid":"`+testPayer+`"`, `"login_code":"`+code+`"`, 1), "order-1", ref, 1)
}

// WeChat takes a login code once; the request that brought it may be repeated.
func TestLogin_ARepeatedRequestFindsItsOrder(t *testing.T) {
	w := newWorld(nil)
	_, first := w.ask(t, "POST", "/jsapi", loggedIn("a", "code-1"))
	w.clock.move(loginLife - time.Second)
	_, again := w.ask(t, "POST", "/jsapi", loggedIn("a", "code-1"))
	if first["out_trade_no"] == nil || first["out_trade_no"] != again["out_trade_no"] || len(w.door.asked) != 1 {
		t.Errorf("%v\n%v\nasked %v", first, again, w.door.asked)
	}
	for _, o := range w.desk.orders {
		if o.OpenID != testPayer {
			t.Errorf("openid %q", o.OpenID)
		}
	}
	refused(t, "the same code for another order", w.Handle(t.Context(), w.asks("POST", "/jsapi", loggedIn("b", "code-1"))), 400, "login-code")
	if status, _ := w.ask(t, "POST", "/jsapi", loggedIn("a", "code-2")); status != 200 {
		t.Errorf("a new code for the same order: %d", status)
	}
	w.clock.move(loginLife)
	refused(t, "too late", w.Handle(t.Context(), w.asks("POST", "/jsapi", loggedIn("a", "code-1"))), 400, "login-code")
	if strings.Contains(w.log.String(), testPayer) || strings.Contains(w.log.String(), "code-1") {
		t.Errorf("the log tells too much: %s", w.log.String())
	}
}

func TestLogin_Errors(t *testing.T) {
	for _, c := range []struct {
		code   pos.Code
		status int
		want   string
	}{
		{pos.CodeInvalid, 400, "login-code"},
		{pos.CodeTooMany, 429, "too-many"},
		{pos.CodeConfig, 503, "not-set-up"},
		{pos.CodeSecret, 503, "not-set-up"},
		{pos.CodeServerFault, 503, "uncertain"},
		{pos.CodeNoAnswer, 503, "uncertain"},
	} {
		w := newWorld(nil)
		w.door.err = pos.E(c.code, "log in", nil)
		refused(t, string(c.code), w.Handle(t.Context(), w.asks("POST", "/jsapi", loggedIn("a", "x"))), c.status, c.want)
		if len(w.desk.orders) != 0 {
			t.Errorf("%s: ordered all the same", c.code)
		}
		w.door.err = nil
		if status, _ := w.ask(t, "POST", "/jsapi", loggedIn("a", "y")); status != 200 { // what went wrong is not remembered
			t.Errorf("%s: then %d", c.code, status)
		}
	}
}

// Requests that come together ask once.
func TestLogin_Together(t *testing.T) {
	w := newWorld(nil)
	w.door.wait = make(chan struct{})
	var all sync.WaitGroup
	for range 8 {
		r := w.asks("POST", "/jsapi", loggedIn("a", "code"))
		all.Go(func() {
			if a := w.Handle(t.Context(), r); a.Status != 200 {
				t.Errorf("%d %s", a.Status, a.Body)
			}
		})
	}
	close(w.door.wait)
	all.Wait()
	if len(w.door.asked) != 1 || len(w.desk.kept) != 1 {
		t.Errorf("asked %v, %d orders", w.door.asked, len(w.desk.kept))
	}
}

func TestLogin_MemoryIsBounded(t *testing.T) {
	w := newWorld(nil)
	w.logins.byRequest.most = 2
	for _, code := range []string{"1", "2", "3"} {
		if status, _ := w.ask(t, "POST", "/jsapi", loggedIn("a", code)); status != 200 {
			t.Errorf("%s: %d", code, status)
		}
	}
	if n := len(w.logins.byRequest.byKey); n != 2 || len(w.logins.byRequest.queue) != 2 {
		t.Errorf("remembers %d", n)
	}
	if status, _ := w.ask(t, "POST", "/jsapi", loggedIn("a", "3")); status != 200 {
		t.Error("the newest was forgotten")
	}
	refused(t, "the oldest", w.Handle(t.Context(), w.asks("POST", "/jsapi", loggedIn("a", "1"))), 400, "login-code")
}
