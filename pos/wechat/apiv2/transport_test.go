package apiv2

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
)

type fixedClock time.Time

func (c fixedClock) Now() time.Time { return time.Time(c) }

var (
	refusedDial = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	noSuchHost  = &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "pay.invalid"}}
	reset       = &net.OpError{Op: "read", Net: "tcp", Err: errors.New("connection reset by peer")}
)

// Which host is asked, what the till hears, and how long it takes, in virtual time.
func TestFailover(t *testing.T) {
	const s = time.Second
	paid, paidHost := pos.SigPaid, reply(200, signed(trade))
	for _, c := range []struct {
		name         string
		first, spare host
		kind         pos.SignalKind
		code         pos.Code
		calls        int
		takes        time.Duration
	}{
		{"first answers", paidHost, paidHost, paid, "", 1, 0},
		{"first refuses the connection", fails(refusedDial), paidHost, paid, "", 2, 0},
		{"first is unknown to DNS", fails(noSuchHost), paidHost, paid, "", 2, 0},
		{"first drops the connection", fails(reset), paidHost, paid, "", 2, 0},
		{"first drops it in the body", lost, paidHost, paid, "", 2, 0},
		{"first answers 502", reply(502, "<html>"), paidHost, paid, "", 2, 0},
		{"first is silent", silent, paidHost, paid, "", 2, 6 * s},
		{"first stops in the body", slow, paidHost, paid, "", 2, 6 * s},
		{"first has no such order", reply(200, signed(failed("ORDERNOTEXIST", ""))), paidHost, pos.SigNotExist, "", 1, 0},
		{"first answers SYSTEMERROR", reply(200, signed(failed("SYSTEMERROR", ""))), paidHost, pos.SigUncertain, pos.CodeServerFault, 1, 0},
		{"first signs wrongly", reply(200, unsigned(trade)), paidHost, pos.SigUncertain, pos.CodeBadSign, 1, 0},
		{"first answers 404", reply(404, ""), paidHost, pos.SigUncertain, pos.CodeBadAnswer, 1, 0},
		{"first answers 429", reply(429, ""), paidHost, pos.SigUncertain, pos.CodeTooMany, 1, 0},
		{"first rejects", reply(200, unsigned(fields{"return_code", "FAIL"})), paidHost, pos.SigRejected, pos.CodeRejected, 1, 0},
		{"both refuse the connection", fails(refusedDial), fails(noSuchHost), pos.SigUncertain, pos.CodeUnreachable, 2, 0},
		{"first 502, second refuses the connection", reply(502, ""), fails(refusedDial), pos.SigUncertain, pos.CodeServerFault, 2, 0},
		{"first drops, second refuses the connection", fails(reset), fails(refusedDial), pos.SigUncertain, pos.CodeNoAnswer, 2, 0},
		{"first refuses the connection, second drops", fails(refusedDial), fails(reset), pos.SigUncertain, pos.CodeNoAnswer, 2, 0},
		{"first refuses the connection, second 503", fails(refusedDial), reply(503, ""), pos.SigUncertain, pos.CodeServerFault, 2, 0},
		{"both silent", silent, silent, pos.SigUncertain, pos.CodeNoAnswer, 2, 10 * s},
		{"first refuses the connection, second silent", fails(refusedDial), silent, pos.SigUncertain, pos.CodeNoAnswer, 2, 10 * s},
		{"both stop in the body", slow, slow, pos.SigUncertain, pos.CodeNoAnswer, 2, 10 * s},
		{"only one, silent", silent, nil, pos.SigUncertain, pos.CodeNoAnswer, 1, 10 * s},
		{"only one, 502", reply(502, ""), nil, pos.SigUncertain, pos.CodeServerFault, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, n := newClient(t, c.first, c.spare)
				start := time.Now()
				got := client.Query(t.Context(), testNo)
				if took := time.Since(start); took != c.takes {
					t.Errorf("took %v, want %v", took, c.takes)
				}
				if got.Kind != c.kind || got.Code != c.code {
					t.Errorf("got %s %q, want %s %q", got.Kind, got.Code, c.kind, c.code)
				}
				if len(n.calls) != c.calls {
					t.Fatalf("%d requests, want %d", len(n.calls), c.calls)
				}
				if c.calls == 2 && (!strings.HasPrefix(n.calls[1].url, testSpare+"/pay/orderquery") || n.calls[0].body == n.calls[1].body) {
					t.Error("the second try goes to the first host, or uses its nonce again")
				}
			})
		})
	}
}

// The first host may have made the order before it fell silent: then the second one's no proves nothing.
func TestFailover_RefusalAfterAnUnknownTry(t *testing.T) {
	no := reply(200, signed(failed("NOTENOUGH", "余额不足")))
	for _, c := range []struct {
		name  string
		first host
		kind  pos.SignalKind
		code  pos.Code
	}{
		{"nothing had left", fails(refusedDial), pos.SigRefused, pos.CodeRefused},
		{"dropped", fails(reset), pos.SigUncertain, pos.CodeNoAnswer},
		{"502", reply(502, ""), pos.SigUncertain, pos.CodeNoAnswer},
	} {
		client, n := newClient(t, c.first, no)
		got := client.Prepay(t.Context(), testNo, composed(t, client, testOrder()))
		if got.Kind != c.kind || got.Code != c.code || got.Detail != "NOTENOUGH: 余额不足" || len(n.calls) != 2 {
			t.Errorf("%s: got %+v after %d requests, want %s %q", c.name, got, len(n.calls), c.kind, c.code)
		}
		if c.kind == pos.SigUncertain && got.Source != pos.ByNobody {
			t.Errorf("%s: proven by %s", c.name, got.Source)
		}
	}
}

// What a transport says is told, but for what may be a proxy's password.
func TestTransport_ReasonTellsNoSecret(t *testing.T) {
	for text, want := range map[string]string{
		"connection refused": "connection refused",
		`invalid proxy address "http://me:secret@proxy:99999"`: "the connection was not made",
	} {
		client, _ := newClient(t, fails(errors.New(text)), nil)
		if got := client.Query(t.Context(), testNo).Detail; got != want {
			t.Errorf("%s: told %q, want %q", text, got, want)
		}
	}
}

// Real sockets, with the transport the till really uses.
func TestTransport_RealSockets(t *testing.T) {
	quiet := log.New(io.Discard, "", 0) // they complain about handshakes that fail on purpose
	good := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.Header.Get("Accept-Encoding") != "" || len(r.Header.Values("Idempotency-Key")) != 0 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		_, _ = w.Write([]byte(signed(trade)))
	}))
	defer good.Close()
	cut := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer cut.Close()
	untrusted := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(signed(trade)))
	}))
	untrusted.Config.ErrorLog = quiet
	untrusted.StartTLS()
	defer untrusted.Close()
	old := httptest.NewUnstartedServer(http.NotFoundHandler())
	old.Config.ErrorLog = quiet
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	old.StartTLS()
	defer old.Close()
	var away *httptest.Server
	redirects := 0
	away = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		redirects++
		http.Redirect(w, r, good.URL+r.URL.Path, http.StatusTemporaryRedirect)
	}))
	defer away.Close()

	for _, c := range []struct {
		name, url string
		kind      pos.SignalKind
		code      pos.Code
	}{
		{"answers", good.URL, pos.SigPaid, pos.CodeNone},
		{"answers behind a prefix", good.URL + "/a/b", pos.SigPaid, pos.CodeNone},
		{"drops the connection", cut.URL, pos.SigUncertain, pos.CodeNoAnswer},
		{"nobody listens", "http://" + nobody, pos.SigUncertain, pos.CodeUnreachable},
		{"certificate nobody knows", untrusted.URL, pos.SigUncertain, pos.CodeIntercepted},
		{"TLS of the last century", old.URL, pos.SigUncertain, pos.CodeUnreachable},
		{"redirects", away.URL, pos.SigUncertain, pos.CodeCaptive},
		{"no such host", "https://nobody.invalid", pos.SigUncertain, pos.CodeDNS},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, err := New(Config{Merchant: testMerchant(), BaseURL: c.url, NotifyURL: "https://notify.invalid/"})
			if err != nil {
				t.Fatal(err)
			}
			defer client.CloseIdleConnections()
			client.addresses = addressesOf(nil) // wherever the test runs
			s := client.Query(t.Context(), testNo)
			if s.Kind != c.kind || s.Code != c.code {
				t.Errorf("got %s %q (%s), want %s %q", s.Kind, s.Code, s.Detail, c.kind, c.code)
			}
			if strings.Contains(s.Detail, "/pay/orderquery") {
				t.Errorf("the detail tells the URL: %s", s.Detail)
			}
		})
	}
	if redirects != 1 {
		t.Errorf("the redirecting host was asked %d times", redirects)
	}
}

// An idle connection that the other side has closed costs no call, also without a backup host.
func TestTransport_DeadIdleConnection(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(signed(trade)))
	}))
	defer server.Close()
	client, err := New(Config{Merchant: testMerchant(), BaseURL: server.URL, NotifyURL: "https://notify.invalid/"})
	if err != nil {
		t.Fatal(err)
	}
	defer client.CloseIdleConnections()
	for i := range 5 {
		if s := client.Query(t.Context(), testNo); s.Kind != pos.SigPaid {
			t.Fatalf("call %d: %s %q (%s)", i, s.Kind, s.Code, s.Detail)
		}
		server.CloseClientConnections()
	}
}

func TestSkew(t *testing.T) {
	dated := func(date string) host {
		return func(*http.Request, []byte) (*http.Response, error) {
			resp, _ := reply(200, signed(trade))(nil, nil)
			resp.Header.Set("Date", date)
			return resp, nil
		}
	}
	theirs := time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)
	date := theirs.Format(http.TimeFormat)
	client, n := newClient(t, dated(date), nil)
	if _, known := client.Skew(); known {
		t.Error("the skew is known before the first answer")
	}
	ask := func(ours time.Time) time.Duration {
		client.clock = fixedClock(ours)
		client.Query(t.Context(), testNo)
		ahead, known := client.Skew()
		if !known {
			t.Fatal("the skew is not known")
		}
		return ahead
	}
	// Written at 07:00:00.x, so our 07:10:00.3 is between 599.3 s and 600.3 s ahead.
	if got := ask(theirs.Add(10*time.Minute + 300*time.Millisecond)); got != 10*time.Minute-200*time.Millisecond {
		t.Errorf("ahead by %v", got)
	}
	// An answer that fits what is known changes nothing: the second's fraction must not make the clock jump.
	if got := ask(theirs.Add(10*time.Minute + 700*time.Millisecond)); got != 10*time.Minute-200*time.Millisecond {
		t.Errorf("ahead by %v after an answer that fits", got)
	}
	// One that does not fit counts: somebody has set the clock.
	if got := ask(theirs.Add(-time.Hour)); got != -time.Hour-500*time.Millisecond {
		t.Errorf("ahead by %v after the clock was set", got)
	}
	for name, h := range map[string]host{
		"no date":  dated(""),
		"odd date": dated("yesterday"),
		"unsigned": func(*http.Request, []byte) (*http.Response, error) {
			resp, _ := reply(200, unsigned(trade))(nil, nil)
			resp.Header.Set("Date", date)
			return resp, nil
		},
	} {
		n.hosts["pay.invalid"] = h
		if got := ask(theirs); got != -time.Hour-500*time.Millisecond {
			t.Errorf("%s: moved to %v", name, got)
		}
	}
}

// A long way there and back widens the range; half of it is the best guess.
func TestSkew_SlowAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := newClient(t, func(*http.Request, []byte) (*http.Response, error) {
			time.Sleep(4 * time.Second)
			resp, _ := reply(200, signed(trade))(nil, nil)
			resp.Header.Set("Date", time.Now().UTC().Format(http.TimeFormat)) // written at the end of the way
			return resp, nil
		}, nil)
		client.Query(t.Context(), testNo)
		if ahead, known := client.Skew(); !known || ahead < -2500*time.Millisecond || ahead > 0 {
			t.Errorf("ahead by %v", ahead)
		}
	})
}

func TestSkew_RefusesNonsense(t *testing.T) {
	at := time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)
	for name, received := range map[string]time.Time{"back in time": at.Add(-time.Second), "too long": at.Add(time.Minute)} {
		var s skew
		if s.measure(at.Format(http.TimeFormat), at, received); s.known {
			t.Errorf("%s: measured %v", name, s.ahead)
		}
	}
}

func TestClient_ConcurrentUse(t *testing.T) {
	client, _ := newClient(t, func(_ *http.Request, body []byte) (*http.Response, error) {
		if bytes.Contains(body, []byte("trade_type")) {
			return reply(200, signed(ordered))(nil, nil)
		}
		return reply(200, signed(trade))(nil, nil)
	}, nil)
	request := composed(t, client, testOrder())
	done := make(chan bool)
	for range 8 {
		go func() {
			good := true
			for range 20 {
				good = good && client.Query(context.Background(), testNo).Kind == pos.SigPaid
				good = good && client.Prepay(context.Background(), testNo, request).Kind == pos.SigOrdered
				_, err := client.ReadNotice([]byte(sampleNotice))
				good = good && err == nil
				client.Skew()
			}
			done <- good
		}()
	}
	for range 8 {
		if !<-done {
			t.Error("a call among many went wrong")
		}
	}
}
