package storefront

import (
	"errors"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

func TestCallback_TheItemAtTodaysPrice(t *testing.T) {
	w := newWorld(nil)
	line := pos.Line{Item: 1, Barcode: cola, Name: "可口可乐 330ml", Price: 300, Quantity: 1, TaxRate: 1300}
	for _, c := range []struct {
		product string
		want    pos.Line
	}{
		{cola, line},
		{"6901939000000", func() pos.Line { l := line; l.Barcode = "6901939000000"; return l }()},
		{"item-1", line},
		{"item-4", pos.Line{Item: 4, Barcode: "含中文", Name: "茶", Price: 1200, Quantity: 1}},
	} {
		if got := w.scan(t, testPayer, c.product); got != "pay "+testID {
			t.Errorf("%s: %q", c.product, got)
		}
		o := w.desk.orders[len(w.desk.orders)-1]
		if o.Origin != pos.OriginProduct || o.Tender != pos.TenderNative || o.API != pos.APIShop || o.OpenID != testPayer || o.ProductID != c.product ||
			len(o.Lines) != 1 || o.Lines[0] != c.want || !wordy(o.Ref, 64, 64) {
			t.Errorf("%s: %+v", c.product, o)
		}
	}
}

// The same payer, code and item are the same ref; anything else is another one.
func TestCallback_TheRefIsPayerItemAndPrice(t *testing.T) {
	w := newWorld(nil)
	ref := func(payer, product string) string {
		w.scan(t, payer, product)
		return w.desk.orders[len(w.desk.orders)-1].Ref
	}
	first := ref("o1", cola)
	if ref("o1", cola) != first || len(w.desk.kept) != 1 {
		t.Error("the same scan is another order")
	}
	seen := map[string]string{first: "first"}
	for name, make := range map[string]func() string{
		"another payer":   func() string { return ref("o2", cola) },
		"another product": func() string { return ref("o1", "6924743915848") },
		"split elsewhere": func() string { return ref("o", "1"+cola) },
		"another price":   func() string { w.shelf.items[0].Price = 301; return ref("o1", cola) },
		"another name":    func() string { w.shelf.items[0].Price, w.shelf.items[0].Name = 300, "可乐"; return ref("o1", cola) },
	} {
		got := make()
		if name == "split elsewhere" { // no such item: nothing was ordered
			continue
		}
		if old, ok := seen[got]; ok {
			t.Errorf("%s has the ref of %s", name, old)
		}
		seen[got] = name
		w.shelf.items[0].Price, w.shelf.items[0].Name = 300, "可口可乐 330ml"
	}
}

func TestCallback_RefusalsAreWordsForThePayer(t *testing.T) {
	for _, c := range []struct {
		name, product string
		desk          error
		change        func(*pos.PhoneTicket)
		want          pos.Code
	}{
		{"unknown", "6900000000000", nil, nil, pos.CodeNotFound},
		{"an item that is gone", "item-99", nil, nil, pos.CodeNotFound},
		{"a number that is none", "item-0x1", nil, nil, pos.CodeNotFound},
		{"no price", "88", nil, nil, pos.CodeInvalid},
		{"no shift", cola, pos.E(pos.CodeShift, "x", nil), nil, pos.CodeShift},
		{"too many", cola, pos.E(pos.CodeTooMany, "x", nil), nil, pos.CodeTooMany},
		{"not set up", cola, pos.E(pos.CodeConfig, "x", nil), nil, pos.CodeConfig},
		{"no key", cola, pos.E(pos.CodeSecret, "x", nil), nil, pos.CodeConfig},
		{"rejected", cola, pos.E(pos.CodeRejected, "x", nil), nil, pos.CodeConfig},
		{"refused", cola, pos.E(pos.CodeRefused, "x", nil), nil, pos.CodeRefused},
		{"no answer", cola, pos.E(pos.CodeNoAnswer, "x", nil), nil, pos.CodeUncertain},
		{"WeChat's fault", cola, pos.E(pos.CodeServerFault, "x", nil), nil, pos.CodeUncertain},
		{"conflict", cola, pos.E(pos.CodeConflict, "x", nil), nil, pos.CodeUncertain},
		{"disk full", cola, pos.E(pos.CodeFull, "x", nil), nil, pos.CodeUncertain},
		{"something else", cola, errors.New("x"), nil, pos.CodeUncertain},
		{"no prepay_id yet", cola, nil, func(t *pos.PhoneTicket) { t.PrepayID, t.State = "", pos.Opened }, pos.CodeUncertain},
		{"ended already", cola, nil, func(t *pos.PhoneTicket) { t.State = pos.Closing }, pos.CodeUncertain},
		{"another amount", cola, nil, func(t *pos.PhoneTicket) { t.Amount++ }, pos.CodeUncertain},
	} {
		w := newWorld(nil)
		w.desk.err, w.desk.change = c.desk, c.change
		if got := w.scan(t, testPayer, c.product); got != "no say "+string(c.want) {
			t.Errorf("%s: %q, want %s", c.name, got, c.want)
		}
	}
	silent := newWorld(func(c *Config) { c.Say = nil })
	if got := silent.scan(t, testPayer, "88"); got != "no " {
		t.Errorf("without words: %q", got)
	}
}

func TestCallback_UnprovenIsAnsweredUnsigned(t *testing.T) {
	for name, w := range map[string]*world{"a bad signature": newWorld(nil), "no WeChat Pay": newWorld(func(c *Config) { c.Signer = nil })} {
		got := w.scan(t, "bad", cola)
		if !strings.HasPrefix(got, "<xml><return_code>FAIL</return_code><return_msg>") || strings.Contains(got, "sign>") || len(w.desk.orders) != 0 {
			t.Errorf("%s: %q, %d orders", name, got, len(w.desk.orders))
		}
	}
}

func TestCallback_NobodyWaitsLongerThanTheRelay(t *testing.T) {
	w := newWorld(nil)
	r := pos.RelayRequest{Kind: pos.RelayCallback, Body: []byte(testPayer + " " + cola), Within: time.Nanosecond}
	if a := w.Handle(t.Context(), r); string(a.Body) != "no say uncertain" {
		t.Errorf("%q", a.Body)
	}
}
