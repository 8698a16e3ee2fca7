package relay

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/relay/relaytest"
)

// longEnough is how long a test waits for what other goroutines, other programs and the system bring. It is no measure of anything, and a
// test that works waits for a small part of it: it is for a machine that does much beside.
const longEnough = 2 * time.Minute

// running starts a relay without an http.Server, outside a bubble. It ends with the test.
func running(tb testing.TB, c *relaytest.Central, change ...func(*Config)) *Server {
	tb.Helper()
	cfg := Config{Central: c, BaseURL: "https://pay.example.cn"}
	for _, f := range change {
		f(&cfg)
	}
	s := NewServer(cfg)
	s.door.open()
	if err := s.look(context.Background()); err != nil { // what Run does first
		tb.Fatal(err)
	}
	return s
}

// discard is a ResponseWriter that keeps the status and nothing else.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }

func TestHostile_AnUnknownRouteCostsNothing(t *testing.T) {
	central := relaytest.NewCentral()
	addTill(t, central, "", "T1")
	s := running(t, central)
	calls := central.Calls("Revision") + central.Calls("Routes") + central.Calls("Keys") + central.Calls("TillByToken")
	requests := make([]*http.Request, 10000)
	for i := range requests {
		requests[i] = httptest.NewRequest("POST", fmt.Sprintf("/n/%032x", i), strings.NewReader(v2Notice))
	}
	w := &discard{header: http.Header{}}
	i := 0
	if n := testing.AllocsPerRun(1000, func() {
		s.ServeHTTP(w, requests[i])
		i++
	}); n > 1 {
		t.Errorf("%v allocations for an unknown route", n)
	}
	before := heap()
	for range 20 {
		for _, r := range requests {
			s.ServeHTTP(w, r)
			if w.status != 404 {
				t.Fatal(w.status)
			}
		}
	}
	if after := heap(); after > before+1<<20 {
		t.Errorf("200,000 unknown routes: the heap grew from %d to %d", before, after)
	}
	if n := central.Calls("Revision") + central.Calls("Routes") + central.Calls("Keys") + central.Calls("TillByToken"); n != calls {
		t.Errorf("%d calls of the database", n-calls)
	}
	runtime.KeepAlive(requests)
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A flood of genuine-looking posts to one known route, with large bodies, while its till does not answer.
func TestHostile_AFloodOfOneRoute_MemoryFlat(t *testing.T) {
	central := relaytest.NewCentral()
	till, _ := addTill(t, central, "", "T1")
	central.FailWith(func(op string) error {
		if op == "Keep" {
			return io.ErrUnexpectedEOF // what is kept is the database's matter
		}
		return nil
	})
	s := running(t, central)
	body := "<" + strings.Repeat("x", MaxBody-1)
	before := heap()
	limited, statuses := 0, map[int]int{}
	for i := range 3000 {
		w := &discard{header: http.Header{}}
		r := httptest.NewRequest("POST", "/n/"+till.Route, strings.NewReader(body))
		r.Header.Set("Wechatpay-Nonce", fmt.Sprint(i))
		s.ServeHTTP(w, r)
		if statuses[w.status]++; w.status == 429 {
			limited++
			if w.header.Get("Retry-After") == "" {
				t.Fatal("429 without Retry-After")
			}
		}
	}
	if after := heap(); after > before+2<<20 {
		t.Errorf("the heap grew from %d to %d", before, after)
	}
	if statuses[503] < 100 || statuses[503] > 400 || limited < 2500 {
		t.Errorf("%v", statuses)
	}
}

func TestHostile_PathTricks(t *testing.T) {
	central := relaytest.NewCentral()
	till, token := addTill(t, central, "", "T1")
	s := running(t, central)
	route, shop := till.Route, till.ShopPath
	for _, path := range []string{
		"/", "//", "/n", "/n/", "/n//", "/n//" + route, "//n/" + route, "/n/" + route + "/", "/n/" + route + "/x", "/n/./" + route,
		"/n/x/../" + route, "/n/" + route + "/..", "/N/" + route, "/n/" + strings.ToUpper(route), "/n/%74" + route[1:], "/%6e/" + route,
		"/n%2f" + route, "/n/" + route + "%2f", "/n/" + route + "%00", "/n/" + route + "%20", "/n/" + route + ";x", "/n/" + route[:10], "/n/" + route + "0",
		"/n/" + shop, "/m/" + route, "/p/" + route, "/p/" + route + "/jsapi", "/m/" + shop + "/../x", "/p/" + shop + "//jsapi", "/p/" + shop + "/./jsapi",
		"/p/" + shop + "/a/../jsapi", "/p/" + shop + "/..", "/p/" + shop + "/%2e%2e/x", "/p/" + shop + "/a%2fb", "/p/" + shop + "/a%20b",
		"/p/" + shop + "/" + strings.Repeat("a", maxPath), "/p/" + shop + "/柜台", "/n/" + strings.Repeat("a", 100000), "/p/" + strings.Repeat("/", 10000),
		"/v1", "/v1/", "/v1/stream/", "/v1/../v1/till", "//v1/till", "/V1/till", "/v1/till%2f", "/healthz/", "/pair/", "/metrics", "/.git/config", "/debug/pprof/",
	} {
		u := &url.URL{Path: path}
		if p, err := url.PathUnescape(path); err == nil {
			u.Path, u.RawPath = p, path
			if p == path {
				u.RawPath = ""
			}
		}
		r := httptest.NewRequest("POST", "/", strings.NewReader(v2Notice))
		r.URL = u
		r.Header.Set("Authorization", "Bearer "+token)
		w := &discard{header: http.Header{}}
		s.ServeHTTP(w, r)
		if w.status != 404 {
			t.Errorf("%.80q: %d", path, w.status)
		}
	}
	if len(central.Kept()) != 0 || central.Calls("Ask") != 0 {
		t.Error("something came through")
	}
	for _, path := range []string{"", "/", "/jsapi", "/order/A-1._~*@:9", "/" + strings.Repeat("a", maxPath-1)} {
		if !goodPath(pos.RelayPrepay, path) {
			t.Errorf("%q is refused", path)
		}
	}
}

// Over a real connection: the path as it stands in the request line.
func TestHostile_RequestLines(t *testing.T) {
	central := relaytest.NewCentral()
	till, _ := addTill(t, central, "", "T1")
	s := running(t, central)
	hs := httptest.NewUnstartedServer(s)
	hs.Config = HTTPServer(s)
	hs.Config.ErrorLog = nil
	hs.Start()
	defer hs.Close()
	for line, want := range map[string]string{
		"POST /n/" + till.Route + " HTTP/1.1":                  "200",
		"POST http://other.test/n/" + till.Route + " HTTP/1.1": "200",
		"POST /n/%74" + till.Route[1:] + " HTTP/1.1":           "404",
		"POST //n/" + till.Route + " HTTP/1.1":                 "404",
		"POST /n/../n/" + till.Route + " HTTP/1.1":             "404",
		"POST * HTTP/1.1":                                       "404",
		"OPTIONS * HTTP/1.1":                                    "200", // net/http's own
		"CONNECT pay.example.cn:443 HTTP/1.1":                   "404",
		"POST /n/" + strings.Repeat("a", 40000) + " HTTP/1.1":   "431",
		"GET /n/" + till.Route + " HTTP/1.1":                    "405",
		"POST /n/" + till.Route + " HTTP/3.7":                   "505",
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03":          "400",
		"POST /n/" + till.Route + "\x00 HTTP/1.1":               "400",
		"POST /n/" + till.Route + "?sign=\xff\xfe&x= HTTP/1.1":  "200",
		"POST /n/" + till.Route + "?sign=%zz;a=b&sign HTTP/1.1": "200", // a v2 notice by its body
	} {
		conn, err := net.Dial("tcp", hs.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "%s\r\nHost: x\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", line, len(v2Notice), v2Notice) //nolint:errcheck // it may be cut
		_ = conn.SetReadDeadline(time.Now().Add(longEnough))
		status, err := bufio.NewReader(conn).ReadString('\n')
		if err != nil || !strings.Contains(status, " "+want+" ") {
			t.Errorf("%.60q: %q %v", line, status, err)
		}
		conn.Close() //nolint:errcheck // read as far as needed
	}
}

func TestHostile_Headers(t *testing.T) {
	h := http.Header{"Content-Type": {"application/json"}, "Cookie": {"a"}, "Authorization": {"b"}, "X-Forwarded-For": {"c"}, "Wechatpay-Empty": {}}
	for i := range 1000 {
		h.Set(fmt.Sprintf("Wechatpay-Junk-%d", i), strings.Repeat("x", 100))
		h.Set(fmt.Sprintf("Guitai-Junk-%d", i), "x")
	}
	for _, name := range []string{headerNonce, headerSerial, headerSignature, headerTimestamp} {
		h.Set(name, "v")
	}
	h.Set("Guitai-Huge", strings.Repeat("x", maxHeaderValue+1))
	out := passedOn(h)
	if len(out) != maxHeaders || out["Content-Type"] == "" || out[headerSignature] == "" || out[headerTimestamp] == "" || out[headerNonce] == "" || out[headerSerial] == "" {
		t.Errorf("%d: %v", len(out), out)
	}
	for name := range out {
		if name == "Cookie" || name == "Authorization" || name == "X-Forwarded-For" || name == "Guitai-Huge" {
			t.Errorf("%s is passed on", name)
		}
	}
}

// Callers that are slow to send are cut; a stream that is silent by nature is not.
func TestHostile_SlowCallersAreCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		s := w.connect(token)
		dial := w.client.Transport.(*http.Transport).DialContext
		for name, tt := range map[string]struct {
			begin string
			most  time.Duration
		}{
			"nothing":            {"", 10 * time.Second},
			"half a header":      {"POST /n/" + till.Route + " HTTP/1.1\r\nHost: x\r\nX-", 6 * time.Second},
			"half a body":        {"POST /n/" + till.Route + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n<xml", 11 * time.Second},
			"a body in a stream": {"GET /v1/stream HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n<xml", 11 * time.Second},
		} {
			conn, err := dial(t.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			if _, err := io.WriteString(conn, tt.begin); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadAll(conn); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took > tt.most {
				t.Errorf("%s: %v", name, took)
			}
		}
		bubble.Sleep(10 * time.Minute)
		select {
		case <-s.closed:
			t.Error("the stream was cut")
		default:
		}
		if len(central.Kept()) != 0 {
			t.Error("half a notice was kept")
		}
	})
}

func TestHostile_TooManyAtOnce(t *testing.T) {
	for name, most := range map[string]Limits{"in number": {InFlight: 3}, "in size": {Bytes: 3000}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				central := relaytest.NewCentral()
				till, token := addTill(t, central, "", "T1")
				w := newWorld(t, central, func(c *Config) { c.Limits = most })
				w.connect(token)
				var posted []<-chan result
				for i := range 3 {
					posted = append(posted, w.later("POST", "/n/"+till.Route, nil, fmt.Sprintf("<xml>%0900d", i)))
				}
				synctest.Wait()
				again := v2Notice + strings.Repeat(" ", 900)
				if got := w.do("POST", "/n/"+till.Route, nil, again); got.status != 503 || got.header.Get("Retry-After") == "" {
					t.Errorf("%+v", got)
				}
				for _, p := range posted {
					if got := <-p; got.status != 200 {
						t.Errorf("%+v", got)
					}
				}
				if got := w.do("POST", "/n/"+till.Route, nil, again); got.status != 200 {
					t.Errorf("%+v", got)
				}
			})
		})
	}
}

func TestHostile_WrongTokens_AreLookedUpAFewTimesAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		_, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		w.connect(token)
		before := central.Calls("TillByToken")
		limited := 0
		for range 1000 {
			if got := w.do("GET", PathTill, bearer(newToken(nil)), ""); got.status == 429 {
				limited++
			}
		}
		if n := central.Calls("TillByToken") - before; n > 70 || limited < 900 {
			t.Errorf("%d look-ups, %d refused", n, limited)
		}
		if got := w.answer(token); got.status != 204 { // who is connected is not held up by them
			t.Errorf("%+v", got)
		}
	})
}

func TestTries_MemoryIsBounded(t *testing.T) {
	now := time.Now()
	v := tries{each: 5, all: 1e9}
	for i := range 100_000 {
		v.allow(now, netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}), 32))
	}
	if len(v.of) > maxAddresses {
		t.Errorf("%d addresses", len(v.of))
	}
	v.allow(now.Add(3*time.Minute), netip.Prefix{})
	if len(v.of) > 1 {
		t.Errorf("%d addresses after three minutes", len(v.of))
	}
}

func TestPanic_EndsTheRequestAndNotTheProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		central.FailWith(func(op string) error {
			if op == "Keep" {
				panic("secret of a body")
			}
			return nil
		})
		if got := w.do("POST", "/n/"+till.Route, nil, v2Notice); got.status != 500 {
			t.Errorf("%+v", got)
		}
		central.FailWith(nil)
		if got := w.do("POST", "/n/"+till.Route, nil, v2Notice); got.status != 200 {
			t.Errorf("%+v", got)
		}
		if logs := w.logs.String(); !strings.Contains(logs, "panicked") || strings.Contains(logs, "secret of a body") {
			t.Error(logs)
		}
		_ = token
	})
}

func TestLogs_SayNothingOfPayments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		till, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		s := w.connect(token)
		w.do("POST", "/n/"+till.Route+"?sign=QUERYSIGN&openid=QUERYOPENID", nil, v2Notice)
		w.answer(token, pos.RelayAnswer{ID: s.take(t).ID, Status: 500, Body: []byte("ANSWERBODY")})
		w.do("GET", "/p/"+till.ShopPath+"/order/ORDERREF", http.Header{"Guitai-Sign": {"HEADERSIGN"}}, "")
		w.do("POST", PathPair, nil, `{"code":"ABCDEFGH12345678"}`)
		logs := w.logs.String()
		if !strings.Contains(logs, `"outcome":"stored"`) || !strings.Contains(logs, `"route":"`+till.Route[:6]+`"`) {
			t.Errorf("says too little:\n%s", logs)
		}
		for _, secret := range []string{"S001T1X", "oUpF8uMuAJO", "QUERYSIGN", "QUERYOPENID", "ANSWERBODY", "ORDERREF", "HEADERSIGN", token, till.Route, till.ShopPath, "ABCDEFGH12345678"} {
			if strings.Contains(logs, secret) {
				t.Errorf("%s is in the log", secret)
			}
		}
	})
}

func FuzzServer(f *testing.F) {
	central := relaytest.NewCentral()
	code, token := NewCode(nil), newToken(nil)
	till, err := central.AddTill(context.Background(), "", "T1", HashToken(code), time.Now().Add(time.Hour), time.Now())
	if err != nil {
		f.Fatal(err)
	}
	if _, err := central.Pair(context.Background(), HashToken(code), HashToken(token), time.Now()); err != nil {
		f.Fatal(err)
	}
	s := running(f, central, func(c *Config) { c.Limits = Limits{Rate: 1e9, Burst: 1e9, Calls: 1e9, Pairing: 1e9} })
	f.Add("POST", "/n/ROUTE", "", "Content-Type", "text/xml", []byte(v2Notice), false)
	f.Add("POST", "/n/ROUTE", "sign=1", "Wechatpay-Signature", "abc", []byte(`{"id":"EV1"}`), false)
	f.Add("POST", "/n/ROUTE", "", "Wechatpay-Signature", "WECHATPAY/SIGNTEST/x", []byte(`{}`), false)
	f.Add("POST", "/m/SHOP", "", "X-Forwarded-For", "1.2.3.4", []byte("<xml/>"), false)
	f.Add("GET", "/p/SHOP/order/1", "a=%00", "Guitai-Sign", "x", []byte{}, false)
	f.Add("POST", "/v1/answer", "", "Content-Type", "application/json", []byte(`{"answers":[{"id":"x","status":200,"body":"eA=="}]}`), true)
	f.Add("GET", "/v1/stream", "wait=0", "Accept", "text/event-stream", []byte{}, true)
	f.Add("POST", "/v1/pair", "", "Content-Type", "application/json", []byte(`{"code":"ABCD"}`), false)
	f.Add("POST", "/v1/key", "", "Content-Type", "application/json", []byte(`{"id":"PUB_KEY_ID_1","pem":"-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----"}`), true)
	f.Add("POST", "/v1/token", "", "", "", []byte{}, true)
	f.Add("GET", "/v1/till", "", "", "", []byte{}, true)
	f.Add("GET", "/%2e%2e/healthz", "", "", "", []byte{}, false)
	f.Fuzz(func(t *testing.T, method, path, query, name, value string, body []byte, authorized bool) {
		path = strings.Replace(strings.Replace(path, "ROUTE", till.Route, 1), "SHOP", till.ShopPath, 1)
		if strings.HasPrefix(path, "/m/"+till.ShopPath) || strings.HasPrefix(path, "/p/"+till.ShopPath) || strings.HasPrefix(path, PathStream) && query != "wait=0" {
			path += "//" // they wait by the clock, which a fuzzer has no time for
		}
		r, err := http.NewRequest(method, "http://relay.test/", strings.NewReader(string(body)))
		if err != nil {
			t.Skip()
		}
		r.URL = &url.URL{Path: path, RawQuery: query}
		if p, err := url.PathUnescape(path); err == nil && p != path {
			r.URL.Path, r.URL.RawPath = p, path
		}
		r.Header[http.CanonicalHeaderKey(name)] = []string{value}
		if authorized {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		r.RemoteAddr = value
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code == http.StatusInternalServerError {
			t.Fatalf("%s %q: a fault", method, path)
		}
		if w.Code < 200 || w.Code > 599 {
			t.Fatalf("%s %q: %d", method, path, w.Code)
		}
		s.hub.tick(time.Now().Add(time.Hour)) // a till that polled is gone, or the next notice would wait for it
		if st := s.Stats(); st.Tills != 0 || st.Waiting != 0 || s.load.requests.Load() != 0 || s.load.bytes.Load() != 0 {
			t.Fatalf("%s %q: left behind %+v", method, path, st)
		}
	})
}
