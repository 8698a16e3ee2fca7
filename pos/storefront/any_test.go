package storefront

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guitai/pos"
)

// Whatever the cart, the order is of today's prices and nothing that the request says.
func TestPrepay_AnyCart(t *testing.T) {
	r := rand.New(rand.NewPCG(2026, 11))
	w := newWorld(nil)
	w.nonces.most = 1 << 20
	w.shelf.items = nil
	for i := range 40 {
		w.shelf.items = append(w.shelf.items, pos.Item{
			ID: pos.ItemID(i + 1), Barcodes: []string{strconv.Itoa(6900000000000 + i), strconv.Itoa(6800000000000 + i)}, Name: "货" + strconv.Itoa(i), PLU: strconv.Itoa(1000 + i),
		})
	}
	for n := range 500 {
		for i := range w.shelf.items { // every request on a day of its own
			w.shelf.items[i].Price = 1 + pos.Fen(r.IntN(5000))
		}
		var items []map[string]any
		var want pos.Fen
		pieces := map[pos.ItemID]int{}
		for range 1 + r.IntN(100) {
			it := w.shelf.items[r.IntN(len(w.shelf.items))]
			code := []string{it.Barcodes[0], it.Barcodes[1], it.PLU, "item-" + strconv.Itoa(int(it.ID))}[r.IntN(4)]
			q := 1 + r.IntN(9)
			items = append(items, map[string]any{"code": code, "quantity": q})
			want += it.Price * pos.Fen(q)
			pieces[it.ID] += q
		}
		body, err := json.Marshal(map[string]any{"ref": "r" + strconv.Itoa(n), "openid": testPayer, "items": items})
		if err != nil {
			t.Fatal(err)
		}
		status, got := w.ask(t, "POST", "/jsapi", string(body))
		if status != 200 || got["amount_fen"] != float64(want) {
			t.Fatalf("%d %v, want %d of %s", status, got, want, body)
		}
		for _, l := range w.desk.orders[n].Lines {
			if l.Quantity != pieces[l.Item] {
				t.Fatalf("%+v, want %d pieces", l, pieces[l.Item])
			}
		}
	}
}

// Whatever comes, nothing is ordered that is not signed, and the answer has one of the documented forms.
func FuzzHandle(f *testing.F) {
	f.Add(true, "POST", "/jsapi", "", testPayer+" "+cola, "", "", "", false)
	f.Add(true, "POST", "", "", "bad "+cola, "", "", "", false)
	f.Add(false, "POST", "/jsapi", "", twoColas, "1795845600", "nonce-0123456789", "", true)
	f.Add(false, "POST", "/app", "", strings.Replace(twoColas, `"openid":"`+testPayer+`",`, "", 1), "1795845600", "nonce-0123456789", "", true)
	f.Add(false, "POST", "/jsapi", "", loggedIn("a", "b"), "1795845600", "nonce-0123456789", "", true)
	f.Add(false, "GET", "/order/a", "", "", "1795845600", "nonce-0123456789", "", true)
	f.Add(false, "GET", "/order/a", "x=1", "", "1795845000", "nonce-0123456789", "0", false)
	f.Fuzz(func(t *testing.T, scanned bool, method, path, query, body, seconds, nonce, signature string, sign bool) {
		w := newWorld(nil)
		r := pos.RelayRequest{ID: "x", Kind: pos.RelayPrepay, Method: method, Path: path, Query: query, Body: []byte(body), ReceivedAt: testNow}
		if scanned {
			r.Kind = pos.RelayCallback
		}
		r.Header = map[string]string{headerTime: seconds, headerNonce: nonce, headerSignature: signature}
		right := Sign(testKey, method, path, seconds, nonce, r.Body)
		if sign {
			r.Header[headerSignature] = right
		}
		a := w.Handle(t.Context(), r)
		if a.ID != "x" || a.ContentType == "" || strings.Contains(string(a.Body), testKey) || strings.Contains(w.log.String(), testKey) {
			t.Fatalf("%+v", a)
		}
		for _, o := range w.desk.orders {
			var sum pos.Fen
			for _, l := range o.Lines {
				sum += l.Amount()
			}
			if sum < 1 || sum > pos.MaxAmount || len(o.Lines) == 0 || o.Ref == "" {
				t.Fatalf("%+v", o)
			}
		}
		if scanned {
			if a.Status != 200 || strings.HasPrefix(body, "bad ") && len(w.desk.orders) > 0 {
				t.Fatalf("%d, %d orders", a.Status, len(w.desk.orders))
			}
			return
		}
		if len(w.desk.orders) > 0 && r.Header[headerSignature] != right {
			t.Fatal("ordered without a signature")
		}
		var told map[string]any
		if err := json.Unmarshal(a.Body, &told); err != nil || !slices.Contains([]int{200, 400, 401, 404, 405, 409, 410, 422, 429, 503}, a.Status) {
			t.Fatalf("%d %s, %v", a.Status, a.Body, err)
		}
		if _, refused := told["error"]; refused == (a.Status == 200) || a.Status == 200 && fmt.Sprint(told["state"]) == "" {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
	})
}
