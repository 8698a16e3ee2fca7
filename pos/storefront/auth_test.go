package storefront

import (
	"maps"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

func TestPrepay_Signature(t *testing.T) {
	type changing struct {
		name   string
		change func(*pos.RelayRequest)
		code   string
	}
	for _, c := range []changing{
		{"no headers", func(r *pos.RelayRequest) { r.Header = nil }, "signature"},
		{"no signature", func(r *pos.RelayRequest) { delete(r.Header, headerSignature) }, "signature"},
		{"upper case", func(r *pos.RelayRequest) { r.Header[headerSignature] = strings.ToUpper(r.Header[headerSignature]) }, "signature"},
		{"another body", func(r *pos.RelayRequest) { r.Body = []byte(strings.Replace(string(r.Body), ":2}", ":3}", 1)) }, "signature"},
		{"another path", func(r *pos.RelayRequest) { r.Path = "/app" }, "signature"},
		{"another method", func(r *pos.RelayRequest) { r.Method = "PUT" }, "signature"},
		{"another time", func(r *pos.RelayRequest) { r.Header[headerTime] = "1795845601" }, "signature"},
		{"another nonce", func(r *pos.RelayRequest) { r.Header[headerNonce] += "x" }, "signature"},
		{"another key", func(r *pos.RelayRequest) {
			r.Header[headerSignature] = Sign("another", r.Method, r.Path, r.Header[headerTime], r.Header[headerNonce], r.Body)
		}, "signature"},
		{"a time that is none", func(r *pos.RelayRequest) { resign(r, "now", r.Header[headerNonce]) }, "signature"},
		{"a short nonce", func(r *pos.RelayRequest) { resign(r, r.Header[headerTime], strings.Repeat("n", 15)) }, "signature"},
		{"a long nonce", func(r *pos.RelayRequest) { resign(r, r.Header[headerTime], strings.Repeat("n", 65)) }, "signature"},
		{"an odd nonce", func(r *pos.RelayRequest) { resign(r, r.Header[headerTime], strings.Repeat("n ", 10)) }, "signature"},
		{"301 s old", func(r *pos.RelayRequest) { resign(r, "1795845299", r.Header[headerNonce]) }, "time"},
		{"301 s ahead", func(r *pos.RelayRequest) { resign(r, "1795845901", r.Header[headerNonce]) }, "time"},
		{"long ago", func(r *pos.RelayRequest) { resign(r, "-9223372036854775808", r.Header[headerNonce]) }, "time"},
		{"300 s old", func(r *pos.RelayRequest) { resign(r, "1795845300", r.Header[headerNonce]) }, ""},
		{"300 s ahead", func(r *pos.RelayRequest) { resign(r, "1795845900", r.Header[headerNonce]) }, ""},
		{"by the till's clock, when the relay tells none", func(r *pos.RelayRequest) { r.ReceivedAt = time.Time{} }, ""},
	} {
		w := newWorld(nil)
		r := w.asks("POST", "/jsapi", twoColas)
		c.change(&r)
		a := w.Handle(t.Context(), r)
		if c.code == "" {
			if a.Status != 200 {
				t.Errorf("%s: %d %s", c.name, a.Status, a.Body)
			}
			continue
		}
		refused(t, c.name, a, 401, c.code)
		if len(w.desk.orders) != 0 {
			t.Errorf("%s: ordered all the same", c.name)
		}
	}
	// The till's clock may be wrong: only the relay's counts.
	w := newWorld(nil)
	r := w.asks("POST", "/jsapi", twoColas)
	w.clock.move(72 * time.Hour)
	if a := w.Handle(t.Context(), r); a.Status != 200 {
		t.Errorf("a till three days ahead: %d %s", a.Status, a.Body)
	}
}

func resign(r *pos.RelayRequest, seconds, nonce string) {
	r.Header[headerTime], r.Header[headerNonce] = seconds, nonce
	r.Header[headerSignature] = Sign(testKey, r.Method, r.Path, seconds, nonce, r.Body)
}

// The example of the package comment, byte by byte; its signatures were made with openssl.
func TestPrepay_TheDocumentedExample(t *testing.T) {
	w := newWorld(nil)
	body := `{"ref":"order-20261128-0001","openid":"oUpF8uMEb4qRXf22hE3X68TekukE","items":[{"code":"6901939621608","quantity":2}]}`
	post := pos.RelayRequest{
		Kind: pos.RelayPrepay, Method: "POST", Path: "/jsapi", Body: []byte(body), ReceivedAt: time.Unix(1795845600, 0), Within: 3 * time.Second,
		Header: map[string]string{
			"Guitai-Time": "1795845600", "Guitai-Nonce": "q3vK9dX2mT7wZ1aB",
			"Guitai-Signature": "fd578e8c3a2404099bd252e536d91396d2560bfc2637f6036a7cb2a913c4ef8d",
		},
	}
	if status, got := read200(t, w.Handle(t.Context(), post)); status != 200 || got["ref"] != "order-20261128-0001" || len(body) != 117 {
		t.Errorf("%d %v", status, got)
	}
	get := pos.RelayRequest{
		Kind: pos.RelayPrepay, Method: "GET", Path: "/order/order-20261128-0001", ReceivedAt: time.Unix(1795845660, 0), Within: 3 * time.Second,
		Header: map[string]string{
			"Guitai-Time": "1795845660", "Guitai-Nonce": "q3vK9dX2mT7wZ1aC",
			"Guitai-Signature": "af1d053177470fe1aa93a57d7727b27abc9f50568fd7cff91047b9612b0a7d5f",
		},
	}
	if status, got := read200(t, w.Handle(t.Context(), get)); status != 200 || got["state"] != "waiting" {
		t.Errorf("%d %v", status, got)
	}
}

// Whoever took the relay over has no key, and the shop's server must see that: an order is not paid because the relay says so.
func TestPrepay_AnswersAreSigned(t *testing.T) {
	w := newWorld(nil)
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", "/jsapi", twoColas, 200},
		{"GET", "/order/order-1", "", 200},
		{"GET", "/order/nobodys", "", 404},
		{"POST", "/jsapi", "{}", 400},
	} {
		r := w.asks(c.method, c.path, c.body)
		a := w.Handle(t.Context(), r)
		if a.Status != c.status || len(a.Body) < 81 {
			t.Fatalf("%s %s: %d %s", c.method, c.path, a.Status, a.Body)
		}
		told, seal := string(a.Body[:len(a.Body)-80])+"}", string(a.Body[len(a.Body)-80:])
		if want := `,"signature":"` + SignAnswer(testKey, r.Header[headerNonce], []byte(told)) + `"}`; seal != want {
			t.Errorf("%s %s: %s, want %s", c.method, c.path, seal, want)
		}
		if a := SignAnswer(testKey, r.Header[headerNonce]+"x", []byte(told)); strings.Contains(seal, a) {
			t.Error("the answer would do for another request")
		}
	}
	forged := w.asks("GET", "/order/order-1", "")
	forged.Header[headerSignature] = strings.Repeat("0", 64)
	if a := w.Handle(t.Context(), forged); strings.Contains(string(a.Body), `"signature":"`) {
		t.Errorf("something was signed for whoever has no key: %s", a.Body)
	}
	// As made with: printf 'ANSWER\nq3vK9dX2mT7wZ1aC\n{"ref":"order-20261128-0001","state":"paid"}' | openssl dgst -sha256 -hmac example-shop-key-0123456789abcdef
	if got := SignAnswer("example-shop-key-0123456789abcdef", "q3vK9dX2mT7wZ1aC", []byte(`{"ref":"order-20261128-0001","state":"paid"}`)); got != "94b3dd50561a7546521764215028235f6336a558ce37d4ca602c646a250db67f" {
		t.Error(got)
	}
}

func TestPrepay_ANonceOnce(t *testing.T) {
	w := newWorld(nil)
	r := w.asks("POST", "/jsapi", twoColas)
	forged := r
	forged.Header = maps.Clone(r.Header)
	forged.Header[headerSignature] = strings.Repeat("0", 64)
	refused(t, "forged", w.Handle(t.Context(), forged), 401, "signature") // and the nonce is not spent by it
	if a := w.Handle(t.Context(), r); a.Status != 200 {
		t.Fatalf("first: %d %s", a.Status, a.Body)
	}
	refused(t, "replayed", w.Handle(t.Context(), r), 401, "nonce")
	w.clock.move(2*window - time.Second)
	refused(t, "replayed late", w.Handle(t.Context(), r), 401, "nonce")
}

func TestPrepay_NoncesAreBounded(t *testing.T) {
	w := newWorld(nil)
	w.nonces.most = 3
	for range 3 {
		if status, _ := w.ask(t, "GET", "/order/a", ""); status != 404 {
			t.Fatal(status)
		}
	}
	refused(t, "one too many", w.Handle(t.Context(), w.asks("GET", "/order/a", "")), 429, "too-many")
	w.clock.move(2 * window)
	if status, _ := w.ask(t, "GET", "/order/a", ""); status != 404 {
		t.Errorf("later: %d", status)
	}
	if len(w.nonces.byKey) != 1 || len(w.nonces.queue) != 1 {
		t.Errorf("remembers %d nonces, %d of them in turn", len(w.nonces.byKey), len(w.nonces.queue))
	}
}
