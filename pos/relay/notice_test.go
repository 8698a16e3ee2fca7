package relay

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/relay/relaytest"
)

// wechat signs notices as WeChat does.
type wechat struct {
	key    *rsa.PrivateKey
	serial string
}

var testKeys = sync.OnceValue(func() [2]*rsa.PrivateKey {
	var keys [2]*rsa.PrivateKey
	for i := range keys {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		keys[i] = k
	}
	return keys
})

func newWeChat() *wechat { return &wechat{testKeys()[0], "PUB_KEY_ID_0114232134912410000000000000"} }

func (c *wechat) pem() []byte {
	der, err := x509.MarshalPKIXPublicKey(&c.key.PublicKey)
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

// sign makes the headers of a notice.
func (c *wechat) sign(body string, at time.Time) http.Header {
	stamp, nonce := fmt.Sprint(at.Unix()), "593BEC0C930BF1AFEB40B4A08C8FB242"
	sum := sha256.Sum256([]byte(stamp + "\n" + nonce + "\n" + body + "\n"))
	sig, err := rsa.SignPKCS1v15(nil, c.key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return http.Header{
		"Content-Type": {"application/json"}, headerTimestamp: {stamp}, headerNonce: {nonce}, headerSerial: {c.serial},
		headerSignature: {base64.StdEncoding.EncodeToString(sig)},
	}
}

func v3Body(id string) string {
	return `{"id":"` + id + `","resource":{"ciphertext":"abc"}}`
}

func keep(t *testing.T, c *relaytest.Central, shop string, w *wechat) {
	t.Helper()
	if err := c.PutKey(t.Context(), pos.RelayKey{Shop: shop, ID: w.serial, PEM: w.pem()}, time.Now()); err != nil {
		t.Fatal(err)
	}
}

// TestNotice_StorePath is the table of what becomes of a notice when no till is there.
func TestNotice_StorePath(t *testing.T) {
	wx := newWeChat()
	other := &wechat{testKeys()[1], wx.serial}
	stranger := &wechat{testKeys()[1], "PUB_KEY_ID_9"}
	const v1 = "?sign_type=MD5&sign=ABC&trade_state=0&out_trade_no=1"
	body := v3Body("EV-2018022511223320873")
	changed := func(h http.Header, name, value string) http.Header { h.Set(name, value); return h }
	now := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // where a bubble's time begins
	for _, tt := range []struct {
		name   string
		keys   bool
		query  string
		header http.Header
		body   string
		status int
		answer string
		id     string // begins with; empty: not kept
	}{
		{"v2", false, "", nil, v2Notice, 200, v2Success, "2="},
		{"v2 with keys uploaded", true, "", nil, v2Notice, 200, v2Success, "2="},
		{"v2 with a byte order mark", false, "", nil, "\ufeff \n<xml/>", 200, v2Success, "2="},
		{"v1", false, v1, nil, "<xml><OpenId>o</OpenId></xml>", 200, "success", "1="},
		{"v1 without a body", false, v1, nil, "", 200, "success", "1="},
		{"v3 unjudged", false, "", wx.sign(body, now), body, 200, "", "3="},
		{"v3 unjudged, old", false, "", wx.sign(body, now.Add(-time.Hour)), body, 200, "", "3="},
		{"v3 genuine", true, "", wx.sign(body, now), body, 200, "", "3-EV-2018022511223320873"},
		{"v3 genuine, strange id", true, "", wx.sign(v3Body("a/../b"), now), v3Body("a/../b"), 200, "", "3="},
		{"v3 genuine, long id", true, "", wx.sign(v3Body(strings.Repeat("a", 65)), now), v3Body(strings.Repeat("a", 65)), 200, "", "3="},
		{"v3 of 299 s ago", true, "", wx.sign(body, now.Add(-299*time.Second)), body, 200, "", "3-"},
		{"v3 of 300 s ago", true, "", wx.sign(body, now.Add(-300*time.Second)), body, 401, `{"code":"FAIL","message":"signature"}`, ""},
		{"v3 of 300 s ahead", true, "", wx.sign(body, now.Add(300*time.Second)), body, 401, `{"code":"FAIL","message":"signature"}`, ""},
		{"v3 signed by another key", true, "", other.sign(body, now), body, 401, `{"code":"FAIL","message":"signature"}`, ""},
		{"v3 body changed", true, "", wx.sign(body, now), body + " ", 401, `{"code":"FAIL","message":"signature"}`, ""},
		{"v3 nonce changed", true, "", changed(wx.sign(body, now), headerNonce, "x"), body, 401, `{"code":"FAIL","message":"signature"}`, ""},
		{"v3 time is none", true, "", changed(wx.sign(body, now), headerTimestamp, "now"), body, 401, `{"code":"FAIL","message":"signature"}`, ""},
		{"v3 time overflows", true, "", changed(wx.sign(body, now), headerTimestamp, "9223372036854775807"), body, 401, `{"code":"FAIL","message":"signature"}`, ""},
		{"v3 signature is no base64", true, "", changed(wx.sign(body, now), headerSignature, "%%%"), body, 401, `{"code":"FAIL","message":"signature"}`, ""},
		{"v3 unknown serial", true, "", stranger.sign(body, now), body, 401, `{"code":"FAIL","message":"unknown serial"}`, ""},
		{"v3 no serial", true, "", changed(wx.sign(body, now), headerSerial, ""), body, 401, `{"code":"FAIL","message":"unknown serial"}`, ""},
		{"probe", true, "", changed(wx.sign(body, now), headerSignature, "WECHATPAY/SIGNTEST/abc"), body, 401, `{"code":"FAIL","message":"signature"}`, ""},
		{"probe without keys", false, "", changed(wx.sign(body, now), headerSignature, "WECHATPAY/SIGNTEST/abc"), body, 401, `{"code":"FAIL","message":"signature"}`, ""},
		{"empty", false, "", nil, "", 400, `{"code":"FAIL","message":"not a notice"}`, ""},
		{"JSON without a signature", false, "", nil, body, 400, `{"code":"FAIL","message":"not a notice"}`, ""},
		{"a form", false, "", nil, "a=b", 400, `{"code":"FAIL","message":"not a notice"}`, ""},
		{"query without sign", false, "?a=b", nil, "", 400, `{"code":"FAIL","message":"not a notice"}`, ""},
		{"largest", false, "", nil, "<" + strings.Repeat("x", MaxBody-1), 200, v2Success, "2="},
		{"too large", false, "", nil, "<" + strings.Repeat("x", MaxBody), 413, `{"code":"FAIL","message":"Request Entity Too Large"}`, ""},
		{"query too long", false, v1 + "&x=" + strings.Repeat("x", maxQuery), nil, "", 414, `{"code":"FAIL","message":"query too long"}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				central := relaytest.NewCentral()
				till, _ := addTill(t, central, "", "T1")
				if tt.keys {
					keep(t, central, till.Shop, wx)
				}
				w := newWorld(t, central)
				for range 2 { // the second time it is known, and one copy is kept all the same
					got := w.do("POST", "/n/"+till.Route+tt.query, tt.header, tt.body)
					if got.status != tt.status || got.body != tt.answer {
						t.Fatalf("%d %s", got.status, got.body)
					}
				}
				kept := central.Kept()
				switch {
				case tt.id == "" && len(kept) > 0:
					t.Errorf("kept %+v", kept)
				case tt.id == "":
				case len(kept) != 1 || !strings.HasPrefix(kept[0].Request.ID, tt.id) || string(kept[0].Request.Body) != tt.body ||
					"?"+kept[0].Request.Query != tt.query && tt.query != "":
					t.Errorf("kept %d, %+v", len(kept), kept)
				}
			})
		})
	}
}

func TestNotice_TooLargeWithoutALength(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, _ := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		req, err := http.NewRequest("POST", w.base+"/n/"+till.Route, struct{ *strings.Reader }{strings.NewReader("<" + strings.Repeat("x", MaxBody))})
		if err != nil {
			t.Fatal(err)
		}
		res, err := w.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close() //nolint:errcheck // not read
		if res.StatusCode != 413 || len(central.Kept()) != 0 {
			t.Error(res.Status)
		}
	})
}

func TestNotice_OnlyPost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, _ := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		for _, verb := range []string{"GET", "PUT", "DELETE", "PATCH", "OPTIONS"} {
			if got := w.do(verb, "/n/"+till.Route, nil, ""); got.status != 405 || got.header.Get("Allow") != "POST" {
				t.Errorf("%s: %d", verb, got.status)
			}
		}
	})
}

func TestNotice_NotKept_IsUnavailable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, _ := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		central.FailWith(func(op string) error { return errors.New("no database") })
		if got := w.do("POST", "/n/"+till.Route, nil, v2Notice); got.status != 503 || got.header.Get("Retry-After") == "" {
			t.Errorf("%+v", got)
		}
		bubble.Sleep(time.Minute)
		if got := w.do("GET", "/healthz", nil, ""); got.status != 503 {
			t.Errorf("healthz %d", got.status)
		}
		central.FailWith(nil)
		bubble.Sleep(time.Second)
		if got := w.do("GET", "/healthz", nil, ""); got.status != 200 {
			t.Errorf("healthz %d", got.status)
		}
		if got := w.do("POST", "/n/"+till.Route, nil, v2Notice); got.status != 200 {
			t.Errorf("%+v", got)
		}
	})
}

// A database that does not answer at all must not hold WeChat's post longer than WeChat waits.
func TestNotice_DatabaseHangs_IsUnavailableWithinFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := &hanging{Central: relaytest.NewCentral()}
		till, token := addTill(t, central.Central, "", "T1")
		w := newWorld(t, central.Central, func(c *Config) { c.Central = central })
		w.connect(token)
		began := time.Now()
		if got := w.do("POST", "/n/"+till.Route, nil, v2Notice); got.status != 503 {
			t.Errorf("%+v", got)
		}
		if took := time.Since(began); took > 4600*time.Millisecond {
			t.Errorf("took %v", took)
		}
	})
}

func TestNotice_TheSameTwiceAtOnce_IsOneToTheTill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		s := w.connect(token)
		first := w.later("POST", "/n/"+till.Route, nil, v2Notice)
		r := s.take(t)
		var same []<-chan result
		for range 5 {
			same = append(same, w.later("POST", "/n/"+till.Route, nil, v2Notice))
		}
		s.none(t, time.Second)
		w.answer(token, ok2(r.ID))
		for _, c := range append(same, first) {
			if got := <-c; got.status != 200 || got.body != "<xml>till</xml>" {
				t.Errorf("%+v", got)
			}
		}
		s.none(t, time.Minute)
		if len(central.Kept()) != 0 {
			t.Error("kept")
		}
	})
}

func TestNotice_TheSameTwiceAtOnce_WhileItIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, _ := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		central.FailWith(func(op string) error {
			if op == "Keep" {
				bubble.Sleep(time.Second)
			}
			return nil
		})
		a, b := w.later("POST", "/n/"+till.Route, nil, v2Notice), w.later("POST", "/n/"+till.Route, nil, v2Notice)
		for _, c := range []<-chan result{a, b} {
			if got := <-c; got.status != 200 || got.body != v2Success {
				t.Errorf("%+v", got)
			}
		}
		if central.Calls("Keep") != 1 || len(central.Kept()) != 1 {
			t.Errorf("%d calls", central.Calls("Keep"))
		}
	})
}

func TestNotice_AnswerWhileItIsKept_TakesItOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		s := w.connect(token)
		central.FailWith(func(op string) error {
			if op == "Keep" {
				bubble.Sleep(time.Second)
			}
			return nil
		})
		posted := w.later("POST", "/n/"+till.Route, nil, v2Notice)
		r := s.take(t)
		bubble.Sleep(Wait + 500*time.Millisecond)
		w.answer(token, ok2(r.ID))
		if got := <-posted; got.status != 200 || got.body != v2Success {
			t.Errorf("%+v", got)
		}
		synctest.Wait()
		if kept := central.Kept(); len(kept) != 1 || kept[0].Outcome != 200 {
			t.Errorf("%+v", kept)
		}
		s.none(t, time.Minute)
	})
}

func TestNotice_StreamBreaks_KeptAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		s := w.connect(token)
		began := time.Now()
		posted := w.later("POST", "/n/"+till.Route, nil, v2Notice)
		r := s.take(t)
		bubble.Sleep(time.Second)
		s.cancel()
		if got := <-posted; got.status != 200 || got.body != v2Success || time.Since(began) != time.Second {
			t.Errorf("after %v: %+v", time.Since(began), got)
		}
		s = w.connect(token)
		if again := s.take(t); again.ID != r.ID || !again.Stored {
			t.Errorf("%+v", again)
		}
	})
}

// The caller hangs up, and what was begun is ended all the same.
func TestNotice_CallerGone_KeptAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		w.connect(token)
		client := *w.client
		client.Timeout = time.Second
		if _, err := client.Post(w.base+"/n/"+till.Route, "text/xml", strings.NewReader(v2Notice)); err == nil {
			t.Fatal("was answered")
		}
		bubble.Sleep(Wait)
		if len(central.Kept()) != 1 {
			t.Error("not kept")
		}
	})
}

func TestNotice_TillRefusesOrFails_GoesBackAsItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		s := w.connect(token)
		for _, tt := range []struct {
			answer pos.RelayAnswer
			status int
			body   string
		}{
			{pos.RelayAnswer{Status: 401, ContentType: "text/plain", Body: []byte("no")}, 200, "no"}, // v2 says no in the body
			{pos.RelayAnswer{Status: 500}, 500, ""},
			{pos.RelayAnswer{Status: 204, Body: []byte("204 has none")}, 204, ""},
			{pos.RelayAnswer{Status: 200, ContentType: "a\r\nSet-Cookie: b", Body: []byte("x")}, 200, "x"},
			{pos.RelayAnswer{Status: 100}, 500, `{"code":"FAIL","message":"try again"}`},
			{pos.RelayAnswer{Status: -1}, 500, ""},
			{pos.RelayAnswer{Status: 99999}, 500, ""},
			{pos.RelayAnswer{Status: 200, Body: make([]byte, MaxBody+1)}, 500, `{"code":"FAIL","message":"try again"}`},
		} {
			posted := w.later("POST", "/n/"+till.Route, nil, v2Notice)
			tt.answer.ID = s.take(t).ID
			w.answer(token, tt.answer)
			if got := <-posted; got.status != tt.status || got.body != tt.body || got.header.Get("Set-Cookie") != "" {
				t.Errorf("%d: %+v", tt.answer.Status, got)
			}
			bubble.Sleep(time.Second)
		}
		body := v3Body("EV1")
		posted := w.later("POST", "/n/"+till.Route, newWeChat().sign(body, time.Now()), body)
		w.answer(token, pos.RelayAnswer{ID: s.take(t).ID, Status: 401, ContentType: "application/json", Body: []byte("{}")})
		if got := <-posted; got.status != 401 || got.body != "{}" { // v3 by the status
			t.Errorf("v3: %+v", got)
		}
		if len(central.Kept()) != 0 {
			t.Error("kept")
		}
	})
}

func TestNotice_ManyInAnyOrder_EachIsTakenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		const n = 400
		for i := range n {
			if got := w.do("POST", "/n/"+till.Route, nil, fmt.Sprintf("<xml>%d</xml>", i)); got.status != 200 {
				t.Fatal(got)
			}
			if i%10 == 9 {
				bubble.Sleep(time.Second) // the bucket
			}
		}
		s := w.connect(token)
		began := time.Now()
		seen := map[string]int{}
		var hands []pos.RelayAnswer
		for len(seen) < n {
			r := s.take(t)
			seen[r.ID]++
			if hands = append(hands, ok2(r.ID)); len(hands) == 7 || len(seen) == n {
				for i := range hands { // the last first
					w.answer(token, hands[len(hands)-1-i])
				}
				hands = nil
			} else if len(s.requests) == 0 {
				w.answer(token, hands...)
				hands = nil
			}
		}
		for id, times := range seen {
			if times != 1 {
				t.Errorf("%s came %d times", id, times)
			}
		}
		for _, k := range central.Kept() {
			if k.Outcome != 200 {
				t.Errorf("%s: %d", k.Request.ID, k.Outcome)
			}
		}
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// The mailbox is a set: of notices that were handed down together one is not answered, those after it are. It comes again.
func TestNotice_OneUnanswered_IsNotLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		for i := range 3 {
			w.do("POST", "/n/"+till.Route, nil, fmt.Sprintf("<xml>%d</xml>", i))
			bubble.Sleep(time.Second) // each was received at its own time
		}
		s := w.connect(token)
		first, second, third := s.take(t), s.take(t), s.take(t)
		if got := w.answer(token, ok2(second.ID), ok2(third.ID)); got.status != 204 {
			t.Fatal(got)
		}
		again := s.take(t)
		for again.Attempt == 0 { // what was handed down while the till was connecting comes twice
			again = s.take(t)
		}
		if again.ID != first.ID {
			t.Fatalf("%+v", again)
		}
		w.answer(token, ok2(again.ID))
		s.none(t, time.Hour)
	})
}
