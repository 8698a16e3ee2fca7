package relay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/relay/relaytest"
)

// road leads to whichever relay stands at its end just now; none refuses the connection.
type road struct {
	mu    sync.Mutex
	dial  func(context.Context, string, string) (net.Conn, error)
	dials int
}

func (r *road) to(dial func(context.Context, string, string) (net.Conn, error)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dial = dial
}

func (r *road) transport() *http.Transport {
	return &http.Transport{DialTLSContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		r.mu.Lock()
		dial := r.dial
		r.dials++
		r.mu.Unlock()
		if dial == nil {
			return nil, errors.New("connection refused")
		}
		return dial(ctx, network, addr)
	}, DisableCompression: true}
}

func (r *road) tried() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.dials
}

func (w *world) road() *road {
	return &road{dial: w.client.Transport.(*http.Transport).DialContext}
}

// script serves a handler in a relay's place, until the test ends.
func script(t *testing.T, h http.HandlerFunc) *road {
	t.Helper()
	l := newPipeListener()
	var under sync.WaitGroup
	hs := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		under.Add(1)
		defer under.Done()
		h(w, r)
	})}
	served := make(chan struct{})
	go func() { defer close(served); _ = hs.Serve(l) }()
	t.Cleanup(func() { _ = hs.Close(); <-served; under.Wait() })
	return &road{dial: l.dial}
}

// till is a client at work, with what it was told.
type testTill struct {
	t      *testing.T
	client *Client
	stop   func()

	mu       sync.Mutex
	lights   []pos.Part
	requests []pos.RelayRequest
}

type handler = func(context.Context, pos.RelayRequest) pos.RelayAnswer

func fine(_ context.Context, r pos.RelayRequest) pos.RelayAnswer { return ok2(r.ID) }

func startTill(t *testing.T, r *road, token string, handle handler, change ...func(*ClientConfig)) *testTill {
	t.Helper()
	transport := r.transport()
	cfg := ClientConfig{URL: "https://relay.test", Token: token, Transport: transport}
	for _, f := range change {
		f(&cfg)
	}
	c, err := NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	till := &testTill{t: t, client: c}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() {
		ran <- c.Run(ctx, func(ctx context.Context, r pos.RelayRequest) pos.RelayAnswer {
			till.mu.Lock()
			till.requests = append(till.requests, r)
			till.mu.Unlock()
			return handle(ctx, r)
		}, func(p pos.Part) {
			till.mu.Lock()
			defer till.mu.Unlock()
			if n := len(till.lights); n == 0 || till.lights[n-1].Light != p.Light || till.lights[n-1].Cause != p.Cause {
				till.lights = append(till.lights, p)
			}
		})
	}()
	var once sync.Once
	till.stop = func() {
		once.Do(func() {
			cancel()
			if err := <-ran; !errors.Is(err, context.Canceled) {
				t.Errorf("run: %v", err)
			}
			transport.CloseIdleConnections()
		})
	}
	t.Cleanup(till.stop)
	synctest.Wait()
	return till
}

// line is every light there was, in words.
func (x *testTill) line() string {
	synctest.Wait()
	x.mu.Lock()
	defer x.mu.Unlock()
	var all []string
	for _, p := range x.lights {
		all = append(all, strings.TrimSuffix(string(p.Light)+":"+string(p.Cause), ":"))
	}
	return strings.Join(all, " ")
}

func (x *testTill) got() []pos.RelayRequest {
	synctest.Wait()
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]pos.RelayRequest(nil), x.requests...)
}

func (w *world) post(route, body string) result {
	w.t.Helper()
	return w.do(http.MethodPost, pathNotice+route, http.Header{"Content-Type": {"text/xml"}}, body)
}

func TestClient_ANoticeGoesDownAndItsAnswerBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		row, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		till := startTill(t, w.road(), token, fine)
		bubble.Sleep(time.Second)
		if got := till.line(); got != "busy ok" {
			t.Fatal(got)
		}
		began := time.Now()
		if r := w.post(row.Route, v2Notice); r.status != 200 || r.body != "<xml>till</xml>" {
			t.Errorf("%+v", r)
		}
		if took := time.Since(began); took > 10*time.Millisecond {
			t.Errorf("it took %s", took)
		}
		if got := till.got(); len(got) != 1 || got[0].Stored || got[0].Kind != pos.RelayNotice || string(got[0].Body) != v2Notice {
			t.Errorf("%+v", got)
		}
		till.stop()
		if n := len(central.Kept()); n != 0 {
			t.Errorf("%d kept", n)
		}
	})
}

func TestClient_ARefusalIsInTheWordsOfItsInterface(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		row, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		startTill(t, w.road(), token, func(context.Context, pos.RelayRequest) pos.RelayAnswer {
			return pos.RelayAnswer{Status: 401, ContentType: "text/xml", Body: []byte("<xml>FAIL</xml>")}
		})
		bubble.Sleep(time.Second)
		if r := w.post(row.Route, v2Notice); r.status != 200 || r.body != "<xml>FAIL</xml>" {
			t.Errorf("v2: %+v", r)
		}
		v3 := http.Header{headerSignature: {"x"}, headerTimestamp: {"1"}, headerNonce: {"n"}, headerSerial: {"s"}}
		if r := w.do(http.MethodPost, pathNotice+row.Route, v3, "{}"); r.status != 401 {
			t.Errorf("v3: %+v", r)
		}
	})
}

func TestClient_TheRelayDiesAndComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		row, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		road := w.road()
		till := startTill(t, road, token, fine)
		bubble.Sleep(10 * time.Second)
		w.stop()
		synctest.Wait()
		if got := till.line(); got != "busy ok bad:relay" {
			t.Fatal(got)
		}
		road.to(nil)
		before := road.tried()
		bubble.Sleep(10 * time.Minute)
		if n := road.tried() - before; n < 20 || n > 50 {
			t.Errorf("tried %d times in ten minutes", n)
		}
		w = newWorld(t, central)
		bubble.Sleep(time.Second)
		if r := w.post(row.Route, v2Notice); r.body != v2Success { // while the till is still away
			t.Errorf("%+v", r)
		}
		road.to(w.road().dial)
		bubble.Sleep(retryLast + retryLast/2)
		if got := till.line(); got != "busy ok bad:relay ok" {
			t.Fatal(got)
		}
		got := till.got()
		if len(got) != 1 || !got[0].Stored {
			t.Errorf("%+v", got)
		}
		if kept := central.Kept(); len(kept) != 1 || kept[0].Outcome != 200 {
			t.Errorf("%+v", kept)
		}
	})
}

func TestClient_AnUnknownTokenIsTriedAgainSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		w := newWorld(t, central)
		bubble.Sleep(time.Second)
		var asked atomic.Int32
		road := script(t, func(out http.ResponseWriter, r *http.Request) { asked.Add(1); w.server.ServeHTTP(out, r) })
		till := startTill(t, road, newToken(nil), fine)
		bubble.Sleep(time.Hour)
		if got := till.line(); got != "busy bad:relay-token" {
			t.Error(got)
		}
		if n := asked.Load(); n < 6 || n > 8 {
			t.Errorf("asked %d times in an hour", n)
		}
	})
}

func TestClient_AHeldBackStreamIsPolledInstead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		row, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		bubble.Sleep(time.Second)
		var streams atomic.Int32
		var open atomic.Bool
		road := script(t, func(out http.ResponseWriter, r *http.Request) {
			if r.URL.Path == PathStream && r.URL.RawQuery == "" {
				streams.Add(1)
				if !open.Load() { // a proxy that waits for the end of the answer
					out.WriteHeader(200)
					<-r.Context().Done()
					return
				}
			}
			w.server.ServeHTTP(out, r)
		})
		till := startTill(t, road, token, fine)
		bubble.Sleep(helloWithin + time.Second)
		if got := till.line(); got != "busy bad:relay ok" {
			t.Fatal(got)
		}
		began := time.Now()
		if r := w.post(row.Route, v2Notice); r.body != "<xml>till</xml>" || time.Since(began) > 100*time.Millisecond {
			t.Errorf("%+v after %s", r, time.Since(began))
		}
		bubble.Sleep(20 * time.Minute)
		if n := streams.Load(); n != 1 {
			t.Errorf("%d streams were tried in twenty minutes", n)
		}
		open.Store(true)
		bubble.Sleep(11 * time.Minute)
		if n := streams.Load(); n != 2 {
			t.Errorf("%d streams were tried in half an hour", n)
		}
		if r := w.post(row.Route, v2Notice+" "); r.body != "<xml>till</xml>" {
			t.Errorf("%+v", r)
		}
	})
}

// events writes a stream as a relay does.
func events(out http.ResponseWriter, texts ...string) {
	out.Header().Set("Content-Type", "text/event-stream")
	for _, s := range texts {
		fmt.Fprint(out, s)
	}
	out.(http.Flusher).Flush()
}

const helloEvent = "event: hello\ndata: {\"relay\":\"r\",\"heartbeat_ms\":15000}\n\n"

func requestEvent(r pos.RelayRequest) string {
	data, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return "event: request\ndata: " + string(data) + "\n\n"
}

func TestClient_ASilentStreamIsCutAndTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var streams []time.Duration
		began := time.Now()
		road := script(t, func(out http.ResponseWriter, r *http.Request) {
			streams = append(streams, time.Since(began))
			events(out, helloEvent)
			time.Sleep(15 * time.Second)
			events(out, ":\n\n")
			<-r.Context().Done()
		})
		till := startTill(t, road, "t", fine)
		bubble.Sleep(54 * time.Second)
		if got := till.line(); got != "busy ok" {
			t.Error(got)
		}
		bubble.Sleep(2500 * time.Millisecond)
		if got := till.line(); got != "busy ok bad:relay ok" {
			t.Error(got)
		}
		till.stop()
		if len(streams) != 2 || streams[1] < 55*time.Second || streams[1] > 57*time.Second {
			t.Errorf("%v", streams)
		}
	})
}

func TestClient_SomebodyWhoWaitsIsNotBehindAFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		row, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		bubble.Sleep(time.Second)
		release := make(chan struct{})
		var most, now atomic.Int32
		till := startTill(t, w.road(), token, func(ctx context.Context, r pos.RelayRequest) pos.RelayAnswer {
			if r.Kind == pos.RelayNotice {
				if n := now.Add(1); n > most.Load() {
					most.Store(n)
				}
				defer now.Add(-1)
				<-release
			}
			return ok2(r.ID)
		})
		var flood []<-chan result
		for i := range 20 {
			flood = append(flood, w.later(http.MethodPost, pathNotice+row.Route, nil, fmt.Sprintf("<xml>%d</xml>", i)))
		}
		synctest.Wait()
		began := time.Now()
		if r := w.do(http.MethodPost, pathCallback+row.ShopPath, nil, "<xml/>"); r.body != "<xml>till</xml>" || time.Since(began) > 10*time.Millisecond {
			t.Errorf("%+v after %s", r, time.Since(began))
		}
		if most.Load() != noticesAtOnce {
			t.Errorf("%d notices at once", most.Load())
		}
		close(release)
		for _, r := range flood {
			if got := <-r; got.status != 200 {
				t.Errorf("%+v", got)
			}
		}
		till.stop()
	})
}

func TestClient_TheSameRequestTwiceIsHandledOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var answers atomic.Int32
		road := script(t, func(out http.ResponseWriter, r *http.Request) {
			if r.URL.Path == PathAnswer {
				answers.Add(1)
				out.WriteHeader(http.StatusNoContent)
				return
			}
			same := requestEvent(pos.RelayRequest{ID: "n1", Kind: pos.RelayNotice, Stored: true})
			events(out, helloEvent, same, same, same)
			<-r.Context().Done()
		})
		till := startTill(t, road, "t", func(_ context.Context, r pos.RelayRequest) pos.RelayAnswer {
			time.Sleep(time.Second)
			return pos.RelayAnswer{Status: 200}
		})
		bubble.Sleep(5 * time.Second)
		if n := len(till.got()); n != 1 || answers.Load() != 1 {
			t.Errorf("handled %d times, answered %d times", n, answers.Load())
		}
	})
}

func TestClient_AnswersAreSentUntilTheyArrive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var took []string
		began := time.Now()
		road := script(t, func(out http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path != PathAnswer:
				events(out, helloEvent, requestEvent(pos.RelayRequest{ID: "stored", Kind: pos.RelayNotice, Stored: true}),
					requestEvent(pos.RelayRequest{ID: "waits", Kind: pos.RelayCallback, Within: 3 * time.Second}))
				<-r.Context().Done()
			case time.Since(began) < 20*time.Second:
				out.WriteHeader(http.StatusBadGateway)
			default:
				var a Answers
				_ = json.NewDecoder(r.Body).Decode(&a)
				mu.Lock()
				defer mu.Unlock()
				for _, x := range a.Answers {
					took = append(took, x.ID)
				}
				out.WriteHeader(http.StatusNoContent)
			}
		})
		startTill(t, road, "t", func(ctx context.Context, r pos.RelayRequest) pos.RelayAnswer {
			if end, ok := ctx.Deadline(); !ok || r.ID == "waits" && time.Until(end) > 3*time.Second {
				t.Errorf("%s has until %v", r.ID, end)
			}
			return pos.RelayAnswer{Status: 200}
		})
		bubble.Sleep(35 * time.Second)
		mu.Lock()
		defer mu.Unlock()
		if strings.Join(took, " ") != "stored" { // nobody waits for the other any more
			t.Errorf("%v", took)
		}
	})
}

func TestClient_StoppingFinishesAndAnswersWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		row, token := addTill(t, central, "", "T1")
		w := newWorld(t, central)
		bubble.Sleep(time.Second)
		till := startTill(t, w.road(), token, func(ctx context.Context, r pos.RelayRequest) pos.RelayAnswer {
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
				t.Error("cut off")
			}
			return ok2(r.ID)
		})
		reply := w.later(http.MethodPost, pathNotice+row.Route, nil, v2Notice)
		synctest.Wait()
		began := time.Now()
		till.stop()
		if took := time.Since(began); took < time.Second || took > 1100*time.Millisecond {
			t.Errorf("stopping took %s", took)
		}
		if r := <-reply; r.status != 200 { // the relay kept it as soon as the stream was gone
			t.Errorf("%+v", r)
		}
		if kept := central.Kept(); len(kept) != 1 || kept[0].Outcome != 200 { // and heard of it all the same
			t.Errorf("%+v", kept)
		}
	})
}

func TestClient_TakesAnotherTokenOnlyOnceItIsKept(t *testing.T) {
	for _, keeps := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			central := relaytest.NewCentral()
			old := newToken(nil)
			code := NewCode(nil)
			long := time.Now().Add(-TokenAge - time.Hour)
			if _, err := central.AddTill(t.Context(), "", "T1", HashToken(code), long.Add(time.Hour), long); err != nil {
				t.Fatal(err)
			}
			if _, err := central.Pair(t.Context(), HashToken(code), HashToken(old), long); err != nil {
				t.Fatal(err)
			}
			w := newWorld(t, central)
			bubble.Sleep(time.Second)
			saved, saves := "", 0
			till := startTill(t, w.road(), old, fine, func(c *ClientConfig) {
				c.SaveToken = func(_ context.Context, token string) error {
					if saves++; !keeps {
						return errors.New("disk full")
					}
					if _, err := central.TillByToken(t.Context(), HashToken(old), time.Now()); err != nil {
						t.Errorf("the old token must work until the new one is kept: %v", err)
					}
					saved = token
					return nil
				}
			})
			bubble.Sleep(30 * time.Minute)
			if saves != 1 {
				t.Errorf("saved %d times", saves)
			}
			if keeps && (till.client.currentToken() != saved || saved == old || saved == "") {
				t.Error("the new token is not used")
			}
			if !keeps && till.client.currentToken() != old {
				t.Error("the old token is given up")
			}
			if _, err := till.client.Who(t.Context()); err != nil {
				t.Error(err)
			}
			if got := till.line(); !strings.HasSuffix(got, "ok") {
				t.Error(got)
			}
		})
	}
}

func TestClient_KeysAreUploadedOnceAndWhenAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var keys atomic.Int32
		road := script(t, func(out http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case PathKey:
				keys.Add(1)
				out.WriteHeader(http.StatusNoContent)
			default:
				events(out, helloEvent)
				time.Sleep(10 * time.Second)
				events(out, helloEvent)
				time.Sleep(10 * time.Second)
				events(out, "event: hello\ndata: {\"keys\":true,\"heartbeat_ms\":15000}\n\n")
				<-r.Context().Done()
			}
		})
		startTill(t, road, "t", fine, func(c *ClientConfig) { c.Keys = []Key{{ID: "a", PEM: "x"}, {ID: "b", PEM: "y"}} })
		bubble.Sleep(15 * time.Second)
		if keys.Load() != 2 {
			t.Errorf("%d", keys.Load())
		}
		bubble.Sleep(10 * time.Second)
		if keys.Load() != 4 {
			t.Errorf("%d after being asked", keys.Load())
		}
	})
}

func TestPairAndWho(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		central := relaytest.NewCentral()
		code := NewCode(nil)
		if _, err := central.AddTill(t.Context(), "柜台", "T1", HashToken(code), time.Now().Add(CodeLife), time.Now()); err != nil {
			t.Fatal(err)
		}
		w := newWorld(t, central)
		bubble.Sleep(time.Second)
		transport := w.road().transport()
		defer transport.CloseIdleConnections()
		client := &http.Client{Transport: transport}
		text := PairingText("https://relay.test", code)
		got, err := Pair(t.Context(), client, text)
		if err != nil || got.Name != "T1" || got.Shop != "柜台" || !strings.HasPrefix(got.NotifyURL, "https://pay.example.cn/n/") {
			t.Fatalf("%+v %v", got, err)
		}
		if _, err := Pair(t.Context(), client, text); pos.CodeOf(err) != pos.CodePairing {
			t.Errorf("a code works once: %v", err)
		}
		if _, err := Pair(t.Context(), client, "hello"); pos.CodeOf(err) != pos.CodeInvalid {
			t.Error(err)
		}
		var last error
		for range 200 {
			if _, last = Pair(t.Context(), client, text); pos.CodeOf(last) == pos.CodeTooMany {
				break
			}
		}
		if pos.CodeOf(last) != pos.CodeTooMany {
			t.Errorf("guessing goes on: %v", last)
		}
		c, err := NewClient(ClientConfig{URL: "https://relay.test/", Token: got.Token, Transport: transport})
		if err != nil {
			t.Fatal(err)
		}
		who, err := c.Who(t.Context())
		if err != nil || who.Token != "" || who.NotifyURL != got.NotifyURL || who.CallbackURL != got.CallbackURL {
			t.Errorf("%+v %v", who, err)
		}
		c.token = newToken(nil)
		if _, err := c.Who(t.Context()); pos.CodeOf(err) != pos.CodeRelayToken {
			t.Error(err)
		}
	})
}

func TestClient_SomethingElseAnswers(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"a page": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "<html>log in to the hotel's network</html>")
		},
		"a long one": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("x", 3*maxEvent)) },
		"elsewhere": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/elsewhere" {
				panic("the token goes to another place")
			}
			http.Redirect(w, r, "https://evil.test/elsewhere", http.StatusTemporaryRedirect)
		},
		"a line without end": func(w http.ResponseWriter, _ *http.Request) {
			events(w, helloEvent, "data: ", strings.Repeat("x", 2*maxEvent))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				road := script(t, h)
				till := startTill(t, road, newToken(nil), fine)
				if _, err := till.client.Who(t.Context()); pos.CodeOf(err) != pos.CodeRelay {
					t.Error(err)
				}
				bubble.Sleep(5 * time.Second)
				if got := till.line(); !strings.Contains(got, "bad:relay") {
					t.Error(got)
				}
			})
		})
	}
}

func TestNewClient_Addresses(t *testing.T) {
	for address, good := range map[string]bool{
		"https://pay.example.cn": true, "https://pay.example.cn/relay/": true, "http://127.0.0.1:8080": true, "http://localhost": true,
		"http://pay.example.cn": false, "https://": false, "": false, "https://u@pay.example.cn": false, "https://pay.example.cn/?a": false, "ftp://127.0.0.1": false,
	} {
		if _, err := NewClient(ClientConfig{URL: address}); (err == nil) != good || !good && pos.CodeOf(err) != pos.CodeConfig {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestEventReader(t *testing.T) {
	in := newEventReader(strings.NewReader(": hi\n\nevent: a\r\ndata: 1\r\ndata:2\r\n\r\nid: 7\n\ndata: x\n: note\n\nevent: cut off\n"))
	for _, want := range []string{"|", "a|1\n2", "|x"} {
		name, data, err := in.next()
		if got := name + "|" + string(data); got != want || err != nil {
			t.Errorf("%q %v, want %q", got, err, want)
		}
	}
	if _, _, err := in.next(); err == nil {
		t.Error("an event that was cut off is none")
	}
}

func FuzzEventReader(f *testing.F) {
	f.Add([]byte(helloEvent + ":\n\nevent: request\ndata: {}\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		in := newEventReader(strings.NewReader(string(b)))
		for {
			_, data, err := in.next()
			if err != nil {
				return
			}
			if len(data) > maxEvent+1 {
				t.Fatal(len(data))
			}
		}
	})
}
