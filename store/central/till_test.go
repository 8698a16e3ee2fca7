package central_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store/central"
)

func testAddTill(t *testing.T, url string) {
	c := open(t, url)
	a, err := c.AddTill(t.Context(), "东门店", "一号", hash("1"), noon.Add(time.Minute), noon)
	must(t, err)
	if a.ID == "" || len(a.Route) != 26 || len(a.ShopPath) != 26 || a.Route == a.ShopPath || a.ShopName != "东门店" || a.Name != "一号" || a.Position != 0 ||
		!a.AddedAt.Equal(noon) || !a.PairedAt.IsZero() || a.Route != strings.ToLower(a.Route) {
		t.Errorf("%+v", a)
	}
	_, err = c.AddTill(t.Context(), "东门店", "一号", hash("2"), noon.Add(time.Minute), noon)
	wantCode(t, err, pos.CodeConflict)
	b, err := c.AddTill(t.Context(), "东门店", "二号", hash("2"), noon.Add(time.Minute), noon)
	must(t, err)
	other, err := c.AddTill(t.Context(), "西门店", "一号", hash("3"), noon.Add(time.Minute), noon)
	must(t, err)
	if b.Shop != a.Shop || b.Position != 1 || b.ShopPath != a.ShopPath || other.Shop == a.Shop || other.Position != 0 {
		t.Errorf("%+v %+v", b, other)
	}
	_, err = c.AddTill(t.Context(), "西门店", "二号", hash("3"), noon.Add(time.Minute), noon)
	wantCode(t, err, pos.CodeConflict) // the same code twice would pair either
	tills, err := c.Tills(t.Context())
	must(t, err)
	if len(tills) != 3 || tills[0] != a || tills[1] != b || tills[2] != other {
		t.Errorf("%+v", tills)
	}
}

func testFirstShop(t *testing.T, url string) {
	c := open(t, url)
	a, b := paired(t, c, "", "T1"), paired(t, c, "", "T2")
	named := paired(t, c, "second", "T1")
	if a.Shop != b.Shop || a.ShopName != "" || named.Shop == a.Shop {
		t.Errorf("%+v %+v %+v", a, b, named)
	}
	if again := paired(t, c, "", "T3"); again.Shop != a.Shop || again.Position != 2 {
		t.Errorf("%+v", again)
	}
}

func testRevoke(t *testing.T, url string) {
	c := open(t, url)
	till := paired(t, c, "", "T1")
	must(t, c.OfferToken(t.Context(), till.ID, hash("offered"), noon))
	_, err := c.RenewCode(t.Context(), till.ID, hash("renewed"), noon.Add(time.Hour), noon)
	must(t, err)
	must(t, c.RevokeTill(t.Context(), till.ID, noon.Add(time.Minute)))
	must(t, c.RevokeTill(t.Context(), till.ID, noon.Add(time.Hour)))
	wantCode(t, c.RevokeTill(t.Context(), "nobody", noon), pos.CodeNotFound)
	for _, token := range []string{till.ID, "offered"} {
		_, err := c.TillByToken(t.Context(), hash(token), noon)
		wantCode(t, err, pos.CodeNotFound)
	}
	_, err = c.Pair(t.Context(), hash("renewed"), hash("x"), noon)
	wantCode(t, err, pos.CodeNotFound)
	_, err = c.RenewCode(t.Context(), till.ID, hash("renewed"), noon.Add(time.Hour), noon)
	wantCode(t, err, pos.CodeNotFound)
	wantCode(t, c.OfferToken(t.Context(), till.ID, hash("offered"), noon), pos.CodeNotFound)
	routes, err := c.Routes(t.Context())
	if err != nil || len(routes) != 0 {
		t.Errorf("%v %v", routes, err)
	}
	second, err := c.AddTill(t.Context(), "", "T1", hash("new"), noon.Add(time.Hour), noon)
	must(t, err)
	tills, err := c.Tills(t.Context())
	must(t, err)
	if len(tills) != 2 || !tills[0].RevokedAt.Equal(noon.Add(time.Minute)) || !tills[1].RevokedAt.IsZero() || second.Route == till.Route || second.ID == till.ID {
		t.Errorf("%+v", tills)
	}
}

func testPair(t *testing.T, url string) {
	c := open(t, url)
	till, err := c.AddTill(t.Context(), "", "T1", hash("code"), noon.Add(10*time.Minute), noon)
	must(t, err)
	for _, tt := range []struct {
		code string
		at   time.Time
	}{{"cod", noon}, {"", noon}, {"code", noon.Add(10 * time.Minute)}} {
		_, err := c.Pair(t.Context(), hash(tt.code), hash("token"), tt.at)
		wantCode(t, err, pos.CodeNotFound)
	}
	got, err := c.Pair(t.Context(), hash("code"), hash("token"), noon.Add(9*time.Minute))
	must(t, err)
	if got.ID != till.ID || !got.PairedAt.Equal(noon.Add(9*time.Minute)) || !got.TokenAt.Equal(got.PairedAt) {
		t.Errorf("%+v", got)
	}
	_, err = c.Pair(t.Context(), hash("code"), hash("other"), noon)
	wantCode(t, err, pos.CodeNotFound)

	// Paired again: the token that it has works until then.
	_, err = c.RenewCode(t.Context(), till.ID, hash("code 2"), noon.Add(time.Hour), noon)
	must(t, err)
	_, err = c.TillByToken(t.Context(), hash("token"), noon)
	must(t, err)
	must(t, c.OfferToken(t.Context(), till.ID, hash("offered"), noon)) // to whoever has the old token
	_, err = c.Pair(t.Context(), hash("code 2"), hash("token 2"), noon)
	must(t, err)
	_, err = c.TillByToken(t.Context(), hash("token"), noon)
	wantCode(t, err, pos.CodeNotFound)
	_, err = c.TillByToken(t.Context(), hash("offered"), noon)
	wantCode(t, err, pos.CodeNotFound)
	_, err = c.TillByToken(t.Context(), hash("token 2"), noon)
	must(t, err)
	_, err = c.RenewCode(t.Context(), "nobody", hash("code 3"), noon.Add(time.Hour), noon)
	wantCode(t, err, pos.CodeNotFound)
}

func testPairAtOnce(t *testing.T, url string) {
	first, second := open(t, url), open(t, url) // two programs
	for round := range 10 {
		code := hash(fmt.Sprint("code", round))
		_, err := first.AddTill(t.Context(), "", fmt.Sprint("T", round), code, noon.Add(time.Minute), noon)
		must(t, err)
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() {
				c := first
				if i%2 == 1 {
					c = second
				}
				_, errs[i] = c.Pair(t.Context(), code, hash(fmt.Sprint("token", round, i)), noon)
			})
		}
		wg.Wait()
		won := 0
		for i, err := range errs {
			_, known := first.TillByToken(t.Context(), hash(fmt.Sprint("token", round, i)), noon)
			if err == nil {
				won++
				must(t, known)
				continue
			}
			wantCode(t, err, pos.CodeNotFound)
			wantCode(t, known, pos.CodeNotFound)
		}
		if won != 1 {
			t.Errorf("%d got a token for one code: %v", won, errs)
		}
	}
}

func testOffer(t *testing.T, url string) {
	c, other := open(t, url), open(t, url)
	till := paired(t, c, "", "T1")
	works := func(c *central.Central, token string, want pos.Code) {
		t.Helper()
		got, err := c.TillByToken(t.Context(), hash(token), noon)
		wantCode(t, err, want)
		if err == nil && got.ID != till.ID {
			t.Errorf("%+v", got)
		}
	}
	must(t, c.OfferToken(t.Context(), till.ID, hash("b"), noon.Add(time.Hour)))
	must(t, c.OfferToken(t.Context(), till.ID, hash("c"), noon.Add(2*time.Hour)))
	works(c, "b", pos.CodeNotFound)
	works(c, till.ID, pos.CodeNone)
	before, err := c.Revision(t.Context())
	must(t, err)
	works(other, "c", pos.CodeNone) // from now on
	works(c, till.ID, pos.CodeNotFound)
	works(c, "c", pos.CodeNone)
	after, err := c.Revision(t.Context())
	must(t, err)
	if after <= before {
		t.Error("a relay that has the old token's stream does not hear that it is over")
	}
	got, err := c.TillByToken(t.Context(), hash("c"), noon)
	if err != nil || !got.TokenAt.Equal(noon.Add(2*time.Hour)) {
		t.Errorf("%+v %v", got, err)
	}
	unpaired, err := c.AddTill(t.Context(), "", "T2", hash("code"), noon.Add(time.Minute), noon)
	must(t, err)
	wantCode(t, c.OfferToken(t.Context(), unpaired.ID, hash("d"), noon), pos.CodeNotFound)
	wantCode(t, c.OfferToken(t.Context(), "nobody", hash("d"), noon), pos.CodeNotFound)
}

func testSeen(t *testing.T, url string) {
	c := open(t, url)
	till := paired(t, c, "", "T1")
	for _, tt := range []struct{ at, want time.Time }{
		{noon.Add(90 * time.Second), noon.Add(time.Minute)},
		{noon.Add(119 * time.Second), noon.Add(time.Minute)},
		{noon, noon.Add(time.Minute)}, // never backwards
		{noon.Add(2 * time.Minute), noon.Add(2 * time.Minute)},
	} {
		_, err := c.TillByToken(t.Context(), hash(till.ID), tt.at)
		must(t, err)
		tills, err := c.Tills(t.Context())
		must(t, err)
		if !tills[0].SeenAt.Equal(tt.want) {
			t.Errorf("seen at %v, not %v", tills[0].SeenAt, tt.want)
		}
	}
	// All of them come back at once, as after a restart: each is seen, in its own minute.
	more := make([]pos.RelayTill, 40)
	for i := range more {
		more[i] = paired(t, c, "", fmt.Sprint("T", i+2))
	}
	var coming sync.WaitGroup
	for i, k := range more {
		coming.Go(func() {
			if _, err := c.TillByToken(t.Context(), hash(k.ID), noon.Add(time.Duration(1+i%2)*time.Minute)); err != nil {
				t.Error(err)
			}
		})
	}
	coming.Wait()
	all, err := c.Tills(t.Context())
	must(t, err)
	for i, k := range all[1:] {
		if want := noon.Add(time.Duration(1+i%2) * time.Minute); !k.SeenAt.Equal(want) {
			t.Errorf("%s of many was seen at %v, not %v", k.Name, k.SeenAt, want)
		}
	}
	must(t, c.Present(t.Context(), "r1", []string{till.ID}, time.Now().Add(time.Minute)))
	tills, err := c.Tills(t.Context())
	must(t, err)
	if time.Since(tills[0].SeenAt) > 2*time.Minute {
		t.Errorf("its stream is there now, and it was seen at %v", tills[0].SeenAt)
	}
}

func testRoutes(t *testing.T, url string) {
	c := open(t, url)
	unpaired, err := c.AddTill(t.Context(), "甲", "T9", hash("nobody came"), noon.Add(time.Hour), noon) // the first of the shop
	must(t, err)
	a, b, other := paired(t, c, "甲", "T1"), paired(t, c, "甲", "T2"), paired(t, c, "乙", "T1")
	must(t, c.RevokeTill(t.Context(), a.ID, noon))
	d := paired(t, c, "甲", "T0")
	want := map[string]string{
		b.Route: b.ID, d.Route: d.ID, other.Route: other.ID, unpaired.Route: unpaired.ID,
		a.ShopPath: b.ID + " " + d.ID + " " + unpaired.ID + " whole", other.ShopPath: other.ID + " whole",
	}
	routes, err := c.Routes(t.Context())
	must(t, err)
	for _, r := range routes {
		got := strings.Join(r.Tills, " ")
		if r.Whole {
			got += " whole"
		}
		if want[r.Route] != got || r.Shop != a.Shop && r.Shop != other.Shop {
			t.Errorf("%+v", r)
		}
		delete(want, r.Route)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

func testRevision(t *testing.T, url string) {
	c, other := open(t, url), open(t, url)
	var last int64
	till := pos.RelayTill{}
	for _, tt := range []struct {
		name  string
		do    func() error
		grows bool
	}{
		{"add", func() error { till = paired(t, c, "", "T1"); return nil }, true},
		{"token used", func() error { _, err := c.TillByToken(t.Context(), hash(till.ID), noon); return err }, false},
		{"key", func() error {
			return c.PutKey(t.Context(), pos.RelayKey{Shop: till.Shop, ID: "k", PEM: []byte("p")}, noon)
		}, true},
		{"key again", func() error {
			return c.PutKey(t.Context(), pos.RelayKey{Shop: till.Shop, ID: "k", PEM: []byte("p")}, noon)
		}, false},
		{"notice", func() error { keep(t, c, till.ID, notice(1)); return nil }, false},
		{"present", func() error { return c.Present(t.Context(), "r", []string{till.ID}, noon) }, false},
		{"no such code", func() error { _, _ = c.Pair(t.Context(), hash("no"), hash("t"), noon); return nil }, false},
		{"revoke", func() error { return c.RevokeTill(t.Context(), till.ID, noon) }, true},
	} {
		must(t, tt.do())
		n, err := other.Revision(t.Context())
		must(t, err)
		if (n > last) != tt.grows || n < last {
			t.Errorf("%s: revision %d after %d", tt.name, n, last)
		}
		last = n
	}
}

func testKeys(t *testing.T, url string) {
	c := open(t, url)
	a, b := paired(t, c, "甲", "T1"), paired(t, c, "乙", "T1")
	must(t, c.PutKey(t.Context(), pos.RelayKey{Shop: b.Shop, ID: "PUB_KEY_ID_1", PEM: []byte("theirs")}, noon))
	for n := range 10 {
		must(t, c.PutKey(t.Context(), pos.RelayKey{Shop: a.Shop, ID: fmt.Sprint("PUB_KEY_ID_", n), PEM: []byte("pem")}, noon.Add(time.Duration(n)*time.Second)))
	}
	must(t, c.PutKey(t.Context(), pos.RelayKey{Shop: a.Shop, ID: "PUB_KEY_ID_2", PEM: []byte("pem")}, noon.Add(time.Hour))) // the same: no change
	must(t, c.PutKey(t.Context(), pos.RelayKey{Shop: a.Shop, ID: "PUB_KEY_ID_3", PEM: []byte("changed")}, noon.Add(time.Hour)))
	must(t, c.PutKey(t.Context(), pos.RelayKey{Shop: a.Shop, ID: "late", PEM: []byte("pem")}, noon)) // what was just put is kept
	keys, err := c.Keys(t.Context())
	must(t, err)
	var got []string
	for _, k := range keys {
		switch {
		case k.Shop == b.Shop && bytes.Equal(k.PEM, []byte("theirs")):
			got = append(got, "theirs")
		case k.Shop == a.Shop:
			got = append(got, strings.TrimPrefix(k.ID, "PUB_KEY_ID_"))
		}
		if k.ID == "PUB_KEY_ID_3" && string(k.PEM) != "changed" {
			t.Errorf("%s: %s", k.ID, k.PEM)
		}
	}
	if want := "late 4 5 6 7 8 9 3 theirs"; strings.Join(got, " ") != want {
		t.Errorf("%v, not %s", got, want)
	}
	wantCode(t, c.PutKey(t.Context(), pos.RelayKey{Shop: "nobody", ID: "k", PEM: []byte("p")}, noon), pos.CodeNotFound)
}
