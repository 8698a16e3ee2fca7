package relay

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/relay/relaytest"
)

func TestPair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		w := newWorld(t, central, func(c *Config) { c.Limits.Pairing = 100 })
		code := NewCode(nil)
		till, err := central.AddTill(t.Context(), "柜台便利店", "T1", HashToken(code), time.Now().Add(CodeLife), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		try := func(code string) (result, Paired) {
			t.Helper()
			body, err := json.Marshal(PairRequest{Code: code})
			if err != nil {
				t.Fatal(err)
			}
			got := w.do("POST", PathPair, nil, string(body))
			var p Paired
			_ = json.Unmarshal([]byte(got.body), &p) // an error's body leaves it empty
			return got, p
		}
		for _, wrong := range []string{"", NewCode(nil), code[:15], code + "0", "柜台", strings.Repeat("A", 4000)} {
			if got, p := try(wrong); got.status != 404 || p.Token != "" || !strings.Contains(got.body, `"error":"code"`) {
				t.Errorf("%q: %+v", wrong, got)
			}
		}
		got, p := try(strings.ToLower(code[:4]) + "-" + code[4:8] + " " + code[8:])
		want := Paired{
			Token: p.Token, Till: till.ID, Name: "T1", Shop: "柜台便利店", NotifyURL: "https://pay.example.cn/n/" + till.Route,
			CallbackURL: "https://pay.example.cn/m/" + till.ShopPath, PrepayURL: "https://pay.example.cn/p/" + till.ShopPath,
		}
		if got.status != 200 || len(p.Token) != 43 || p != want || got.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%+v", got)
		}
		// Its route leads somewhere as soon as the answer is there.
		if got := w.do("POST", "/n/"+till.Route, nil, v2Notice); got.status != 200 {
			t.Errorf("route: %+v", got)
		}
		if got, _ := try(code); got.status != 404 {
			t.Errorf("the code works twice: %+v", got)
		}
		want.Token = ""
		who := w.do("GET", PathTill, bearer(p.Token), "")
		var me Paired
		if err := json.Unmarshal([]byte(who.body), &me); err != nil || who.status != 200 || me != want {
			t.Errorf("who am I: %+v", who)
		}
		// Too old.
		late := NewCode(nil)
		if _, err := central.RenewCode(t.Context(), till.ID, HashToken(late), time.Now().Add(CodeLife), time.Now()); err != nil {
			t.Fatal(err)
		}
		bubble.Sleep(CodeLife)
		if got, _ := try(late); got.status != 404 {
			t.Errorf("an old code: %+v", got)
		}
		for _, bad := range []string{"", "{", "[]", `{"code":1}`} {
			if got := w.do("POST", PathPair, nil, bad); got.status != 400 {
				t.Errorf("%q: %+v", bad, got)
			}
		}
		if got := w.do("POST", PathPair, nil, `{"code":"`+strings.Repeat("A", 5000)+`"}`); got.status != 413 {
			t.Errorf("long: %+v", got)
		}
		if got := w.do("GET", PathPair, nil, ""); got.status != 405 {
			t.Errorf("GET: %+v", got)
		}
		central.FailWith(func(string) error { return errors.New("no database") })
		if got, _ := try(NewCode(nil)); got.status != 503 {
			t.Errorf("no database: %+v", got)
		}
	})
}

func TestPair_FiveTriesAMinuteAndAddress_SixtyInAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		s := running(t, central, func(c *Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} })
		try := func(peer, forwarded string) int {
			r := httptest.NewRequest("POST", PathPair, strings.NewReader(`{"code":"`+NewCode(nil)+`"}`))
			r.RemoteAddr = peer
			if forwarded != "" {
				r.Header.Set("X-Forwarded-For", forwarded)
			}
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code == 429 && w.Header().Get("Retry-After") == "" {
				t.Error("429 without Retry-After")
			}
			return w.Code
		}
		passed := func(n int, peer, forwarded string) (passed int) {
			for range n {
				if try(peer, forwarded) == 404 {
					passed++
				}
			}
			return passed
		}
		for i, tt := range []struct{ peer, forwarded string }{
			{"192.0.2.1:1000", ""},
			{"[2001:db8::1]:1", ""},
			{"10.0.0.1:1", "192.0.2.7"},              // by our proxy
			{"10.0.0.1:1", "1.2.3.4, 192.0.2.8"},     // who claims to be a proxy himself
			{"10.0.0.1:1", "192.0.2.9, 10.1.1.1"},    // by two of our proxies
			{"[::ffff:192.0.2.10]:1", "203.0.113.1"}, // no proxy of ours
		} {
			if n := passed(10, tt.peer, tt.forwarded); n != 5 {
				t.Errorf("%d %s: %d tries", i, tt.peer, n)
			}
		}
		for _, same := range []struct{ peer, forwarded string }{
			{"192.0.2.1:2000", "5.6.7.8"}, {"[2001:db8::ffff]:1", ""}, {"10.9.9.9:1", "192.0.2.7"}, {"10.0.0.1:1", "9.9.9.9, 192.0.2.8"}, {"192.0.2.10:7", ""},
		} {
			if n := passed(3, same.peer, same.forwarded); n != 0 {
				t.Errorf("%s is another address", same.peer)
			}
		}
		all := 0
		for i := range 250 {
			all += passed(1, fmt.Sprintf("198.51.100.%d:1", i), "")
		}
		if all != 30 {
			t.Errorf("%d more of sixty", all)
		}
		bubble.Sleep(time.Minute)
		if n := passed(10, "192.0.2.1:1", ""); n != 5 {
			t.Errorf("%d tries a minute later", n)
		}
	})
}

func TestKey(t *testing.T) {
	public := func(key any) string {
		der, err := x509.MarshalPKIXPublicKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	}
	good := testKeys()[0]
	template := &x509.Certificate{SerialNumber: big.NewInt(77), Subject: pkix.Name{CommonName: "Tenpay.com"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &good.PublicKey, good)
	if err != nil {
		t.Fatal(err)
	}
	certificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	short := &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 1023), E: 65537}
	long := &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 9000), E: 65537}
	private := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(good)}))
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		for name, tt := range map[string]struct {
			id, pem string
			status  int
		}{
			"public key":    {"PUB_KEY_ID_01", public(&good.PublicKey), 204},
			"again":         {"PUB_KEY_ID_01", public(&good.PublicKey), 204},
			"certificate":   {"4D", certificate, 204},
			"with spaces":   {"4D", "\n" + certificate + "\n \n", 204},
			"no id":         {"", certificate, 400},
			"id with space": {"4 D", certificate, 400},
			"long id":       {strings.Repeat("A", 65), certificate, 400},
			"1024 bits":     {"A", public(short), 400},
			"9001 bits":     {"A", public(long), 400},
			"of a curve":    {"A", public(&curve.PublicKey), 400},
			"private key":   {"A", private, 400},
			"two":           {"A", certificate + certificate, 400},
			"no PEM":        {"A", "hello", 400},
			"empty":         {"A", "", 400},
			"garbage inside": {
				"A", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", 400,
			},
			"huge": {"A", strings.Repeat("A", 40<<10), 413},
		} {
			body, err := json.Marshal(Key{ID: tt.id, PEM: tt.pem})
			if err != nil {
				t.Fatal(err)
			}
			if got := w.do("POST", PathKey, bearer(token), string(body)); got.status != tt.status || strings.Contains(got.body, "PRIVATE KEY-----") {
				t.Errorf("%s: %+v", name, got)
			}
		}
		keys, err := central.Keys(t.Context())
		if err != nil || len(keys) != 2 || keys[0].Shop != till.Shop {
			t.Errorf("%d keys, %v", len(keys), err)
		}
	})
}

func TestAnswer_BadBodies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		_, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		many := make([]pos.RelayAnswer, maxAnswers+1)
		tooMany, err := json.Marshal(Answers{Answers: many})
		if err != nil {
			t.Fatal(err)
		}
		for body, status := range map[string]int{
			"": 400, "{": 400, "[]": 400, `{"answers":{}}`: 400, "{}": 204, `{"answers":[]}`: 204, `{"answers":[{}]}`: 204,
			`{"answers":[{"id":"a\u0000b","status":200}]}`:        204, // none of ours
			`{"answers":[{"id":"unknown","status":200}]}`:         204,
			`{"answers":[{"id":"unknown","status":-7}]}`:          204,
			`{"answers":[{"id":"x","body":"%%"}]}`:                400,
			string(tooMany):                                       400,
			`{"a":"` + strings.Repeat("x", maxAnswersBody) + `"}`: 413,
		} {
			if got := w.do("POST", PathAnswer, bearer(token), body); got.status != status {
				t.Errorf("%.40s: %+v", body, got)
			}
		}
		central.FailWith(func(op string) error {
			if op == "Answered" {
				return errors.New("no database")
			}
			return nil
		})
		if got := w.answer(token, ok2("unknown")); got.status != 503 { // to be repeated
			t.Errorf("%+v", got)
		}
	})
}

func TestPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, relaytest.NewCentral())
		got := w.do("GET", "/pair", nil, "")
		if got.status != 200 || !strings.Contains(got.body, "设置 › 中转站") || !strings.Contains(got.body, "Settings › Relay") ||
			got.header.Get("Strict-Transport-Security") == "" || !strings.Contains(got.header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%+v", got)
		}
	})
}

func TestServer_BeforeAndAfterRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		ask := func(s *Server, method, path string) int {
			r := httptest.NewRequest(method, path, strings.NewReader(v2Notice))
			r.Header.Set("Authorization", "Bearer "+token)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			return w.Code
		}
		all := func(s *Server) {
			t.Helper()
			for _, what := range [][2]string{{"POST", "/n/" + till.Route}, {"GET", PathStream}, {"GET", PathTill}, {"GET", "/healthz"}} {
				if got := ask(s, what[0], what[1]); got != 503 {
					t.Errorf("%v: %d", what, got)
				}
			}
		}
		all(NewServer(Config{Central: central}))
		// The database does not answer when it starts: 503, never 404, and it comes to itself.
		central.FailWith(func(string) error { return errors.New("no database") })
		w := newWorld(t, central)
		all(w.server)
		central.FailWith(nil)
		bubble.Sleep(time.Second)
		if got := ask(w.server, "POST", "/n/"+till.Route); got != 200 {
			t.Errorf("%d", got)
		}
		w.stop()
		all(w.server)
	})
}
