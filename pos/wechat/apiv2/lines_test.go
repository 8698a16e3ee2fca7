package apiv2

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
)

// answerTo answers every call as WeChat would.
func answerTo(path string) string {
	switch path[strings.LastIndex(path, "/")+1:] {
	case "unifiedorder":
		return signed(ordered)
	case "orderquery":
		return signed(trade)
	case "micropay":
		return signed(charged)
	case "reverse":
		return signed(good.with("recall", "N"))
	case "refund":
		return signed(taken)
	case "refundquery":
		return signed(followed)
	}
	return signed(good)
}

// The certificate is shown to /secapi and to nobody else, on connections of their own, and whichever authorities a server
// names. The server's own certificate is always checked.
func TestCertificate_IsShownToSecapiAlone(t *testing.T) {
	ours, other := newAuthority(t), newAuthority(t)
	cert := ours.issue(t, "1900000109", -time.Hour, time.Hour)
	for name, asks := range map[string]*tls.Config{
		"verifies":           {ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: ours.pool()},
		"names no authority": {ClientAuth: tls.RequestClientCert},
		"names another":      {ClientAuth: tls.RequestClientCert, ClientCAs: other.pool()},
		"TLS 1.2":            {ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: ours.pool(), MaxVersion: tls.VersionTLS12},
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			seen := map[string]map[bool]string{} // by connection: with and without certificate, the last path
			address := secure(t, ours.issue(t, wechatHost, -time.Hour, time.Hour), asks, func(w http.ResponseWriter, r *http.Request) {
				with := len(r.TLS.PeerCertificates) == 1
				if with != strings.HasPrefix(r.URL.Path, "/secapi/") {
					t.Errorf("%s: certificate shown is %v", r.URL.Path, with)
				}
				if with && r.TLS.PeerCertificates[0].Subject.CommonName != "1900000109" {
					t.Errorf("shown %s", r.TLS.PeerCertificates[0].Subject)
				}
				mu.Lock()
				if seen[r.RemoteAddr] == nil {
					seen[r.RemoteAddr] = map[bool]string{}
				}
				seen[r.RemoteAddr][with] = r.URL.Path
				mu.Unlock()
				_, _ = io.WriteString(w, answerTo(r.URL.Path))
			})
			client := place{tls: address, roots: ours.pool(), cert: cert}.client(t)
			if client.CanRefund() != pos.CodeNone {
				t.Errorf("cannot refund: %q", client.CanRefund())
			}
			for range 3 {
				got := []any{
					client.Prepay(t.Context(), testNo, composed(t, client, testOrder())).Kind, pos.SigOrdered,
					client.Reverse(t.Context(), testNo).Kind, pos.SigReversed,
					client.Query(t.Context(), testNo).Kind, pos.SigPaid,
					client.Refund(t.Context(), testRefundNo, composedRefund(t, client)).Kind, pos.RefTaken,
					client.QueryRefund(t.Context(), testRefundNo, 450).Kind, pos.RefSuccess,
					client.Charge(t.Context(), testNo, composedCharge(t, client), testCode).Kind, pos.SigPaid,
					client.Close(t.Context(), testNo).Kind, pos.SigCloseDone,
				}
				for i := 0; i < len(got); i += 2 {
					if got[i] != got[i+1] {
						t.Errorf("call %d: got %v, want %v", i/2, got[i], got[i+1])
					}
				}
			}
			for connection, with := range seen {
				if len(with) != 1 {
					t.Errorf("connection %s carried %v", connection, with)
				}
			}
			if len(seen) != 5 { // one of each kind, kept, and three charges
				t.Errorf("%d connections", len(seen))
			}
		})
	}
	strict := secure(t, other.issue(t, wechatHost, -time.Hour, time.Hour), &tls.Config{ClientAuth: tls.RequestClientCert},
		func(_ http.ResponseWriter, r *http.Request) {
			t.Errorf("%s reached a server nobody trusts", r.URL.Path)
		})
	client := place{tls: strict, roots: ours.pool(), cert: cert}.client(t)
	if s := client.Reverse(t.Context(), testNo); s.Kind != pos.SigUncertain || s.Code != pos.CodeIntercepted {
		t.Errorf("got %+v", s)
	}
	if s := client.Refund(t.Context(), testRefundNo, composedRefund(t, client)); s.Kind != pos.RefUncertain || s.Code != pos.CodeIntercepted {
		t.Errorf("got %+v", s)
	}
}

// A server that wants a certificate of somebody else takes nothing: that is uncertain and no refusal.
func TestCertificate_OfSomebodyElse(t *testing.T) {
	ours, other := newAuthority(t), newAuthority(t)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		address := secure(t, ours.issue(t, wechatHost, -time.Hour, time.Hour),
			&tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: other.pool(), MaxVersion: version},
			func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s was served", r.URL.Path) })
		client := place{tls: address, roots: ours.pool(), cert: ours.issue(t, "1900000109", -time.Hour, time.Hour)}.client(t)
		s := client.Refund(t.Context(), testRefundNo, composedRefund(t, client))
		if s.Kind != pos.RefUncertain || (s.Code != pos.CodeNoAnswer && s.Code != pos.CodeUnreachable) {
			t.Errorf("TLS %x: got %+v", version, s)
		}
	}
}

// What a till really uses checks servers against the system's roots and speaks no old TLS, on every line.
func TestLines_TrustNobodyByDefault(t *testing.T) {
	client, err := New(Config{
		Merchant: testMerchant(), BaseURL: "https://" + wechatHost, NotifyURL: "https://notify.invalid/",
		Cert: newAuthority(t).issue(t, "1900000109", -time.Hour, time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range []*http.Client{&client.lines.plain, &client.lines.secret, &client.lines.once, &client.lines.web} {
		c := line.Transport.(*http.Transport).TLSClientConfig
		if c.InsecureSkipVerify || c.RootCAs != nil || c.MinVersion < tls.VersionTLS12 || c.VerifyPeerCertificate != nil || (c.GetClientCertificate != nil) != (i == 1) {
			t.Errorf("line %d: %+v", i, c)
		}
		if line.CheckRedirect(nil, nil) != http.ErrUseLastResponse {
			t.Errorf("line %d follows redirects", i)
		}
	}
	if client.lines.roots != nil {
		t.Error("roots of our own")
	}
}

// Over http to loopback there is no certificate to show: practice needs none, and one that is there does no harm.
func TestPractice_WithoutCertificate(t *testing.T) {
	address := plainServer(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, answerTo(r.URL.Path)) })
	for name, config := range map[string]Config{
		"practice":           {Practice: true},
		"with a certificate": {Cert: newAuthority(t).issue(t, "1900000109", -time.Hour, time.Hour)},
	} {
		config.Merchant, config.BaseURL, config.NotifyURL = testMerchant(), "http://"+address+"/api", "https://notify.invalid/"
		client, err := New(config)
		if err != nil {
			t.Fatal(err)
		}
		if s := client.Refund(t.Context(), testRefundNo, composedRefund(t, client)); s.Kind != pos.RefTaken || client.CanRefund() != pos.CodeNone {
			t.Errorf("%s: got %+v, %q", name, s, client.CanRefund())
		}
		if s := client.Reverse(t.Context(), testNo); s.Kind != pos.SigReversed {
			t.Errorf("%s: got %+v", name, s)
		}
		client.CloseIdleConnections()
	}
}

// A host that failed where the other one answered is not asked first for a while, then it is again.
func TestHostOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var firstDown, spareDown atomic.Bool
		host := func(down *atomic.Bool) host {
			return func(req *http.Request, body []byte) (*http.Response, error) {
				if down.Load() {
					return nil, reset
				}
				return reply(200, signed(trade))(req, body)
			}
		}
		client, n := newClient(t, host(&firstDown), host(&spareDown))
		asks := func(what string, want ...string) {
			t.Helper()
			n.calls = nil
			client.Query(t.Context(), testNo)
			var got []string
			for _, c := range n.calls {
				got = append(got, strings.TrimPrefix(strings.TrimSuffix(c.url, ".invalid/pay/orderquery"), "https://"))
			}
			if strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("%s: asked %v, want %v", what, got, want)
			}
		}
		asks("all well", "pay")
		firstDown.Store(true)
		asks("first fails", "pay", "spare")
		asks("at once again", "spare")
		bubble.Sleep(29 * time.Second)
		asks("still", "spare")
		bubble.Sleep(time.Second)
		asks("after half a minute", "pay", "spare")
		spareDown.Store(true)
		asks("both fail", "spare", "pay")
		asks("no news in that", "spare", "pay")
		firstDown.Store(false)
		asks("the backup fails, too", "spare", "pay")
		asks("ours answered", "pay")
		asks("and is first", "pay")
		spareDown.Store(false)
		firstDown.Store(true)
		asks("again", "pay", "spare")
		firstDown.Store(false)
		asks("the backup stays first", "spare")
		bubble.Sleep(sticky)
		asks("then ours", "pay")
	})
}

// A caller who gives up says nothing about a host.
func TestHostOrder_CallersWhoLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, n := newClient(t, silent, reply(200, signed(trade)))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		client.Query(ctx, testNo)
		if client.order.backupFirst() || len(n.calls) != 1 {
			t.Error("the backup is first because somebody left")
		}
	})
}

func TestRoundTrip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		takes := func(d time.Duration, body string) host {
			return func(req *http.Request, b []byte) (*http.Response, error) {
				time.Sleep(d)
				return reply(200, body)(req, b)
			}
		}
		client, n := newClient(t, takes(80*time.Millisecond, signed(trade)), nil)
		if client.RoundTrip() != 0 {
			t.Error("known before the first answer")
		}
		client.Query(t.Context(), testNo)
		if got := client.RoundTrip(); got != 80*time.Millisecond {
			t.Errorf("took %v", got)
		}
		for name, h := range map[string]host{
			"unsigned": takes(time.Second, unsigned(trade)), "502": reply(502, ""), "lost": fails(reset), "a page": takes(time.Second, "<html>"),
		} {
			n.hosts["pay.invalid"] = h
			client.Query(t.Context(), testNo)
			if got := client.RoundTrip(); got != 80*time.Millisecond {
				t.Errorf("%s: took %v", name, got)
			}
		}
		n.hosts["pay.invalid"] = takes(300*time.Millisecond, signed(failed("REFUNDNOTEXIST", "")))
		client.QueryRefund(t.Context(), testRefundNo, 450)
		if got := client.RoundTrip(); got != 300*time.Millisecond {
			t.Errorf("took %v", got)
		}
	})
}
