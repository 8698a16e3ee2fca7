package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/acme/autocert"
)

// shelf is an autocert.Cache in memory.
type shelf struct {
	mu    sync.Mutex
	items map[string][]byte
}

func (s *shelf) Get(_ context.Context, key string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.items[key]
	if !ok {
		return nil, autocert.ErrCacheMiss
	}
	return v, nil
}

func (s *shelf) Put(_ context.Context, key string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.items == nil {
		s.items = map[string][]byte{}
	}
	s.items[key] = value
	return nil
}

func (s *shelf) Delete(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.items, key)
	return nil
}

const testHost = "pay.example.cn"

// acmeHost is a host of the name that gets its certificate from a CA: its ports 443 and 80, on loopback.
type acmeHost struct {
	certs       *acmeCerts
	https, http string
}

func newACMEHost(t *testing.T, ca *authority, cache autocert.Cache, now func() time.Time) *acmeHost {
	t.Helper()
	own := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(own, ca.own(), 0o600); err != nil {
		t.Fatal(err)
	}
	set := settings{host: testHost, acmeDirectory: ca.directory(), acmeCA: own, baseURL: "https://" + testHost}
	certs, err := newACME(t.Context(), set, cache, slog.New(slog.DiscardHandler), now)
	if err != nil {
		t.Fatal(err)
	}
	h := &acmeHost{certs: certs}
	plain := httptest.NewServer(certs.port80(set.baseURL))
	t.Cleanup(plain.Close)
	h.http = plain.Listener.Addr().String()
	secure := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") }))
	listener := tls.NewListener(secure.Listener, tlsConfig(certs.certificate, true))
	secure.Listener = listener
	secure.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	secure.Start()
	t.Cleanup(secure.Close)
	h.https = listener.Addr().String()
	return h
}

// visit is a client of the world: it looks up the name, and trusts the CA.
func (h *acmeHost) visit(t *testing.T, ca *authority, name string) (*x509.Certificate, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), longEnough)
	defer cancel()
	dialer := tls.Dialer{Config: &tls.Config{ServerName: name, RootCAs: ca.roots()}}
	conn, err := dialer.DialContext(ctx, "tcp", h.https)
	if err != nil {
		return nil, err
	}
	defer conn.Close() //nolint:errcheck // nothing was written
	return conn.(*tls.Conn).ConnectionState().PeerCertificates[0], nil
}

func TestACME_EitherChallengeGetsACertificateThatAClientBelieves(t *testing.T) {
	for _, c := range []struct {
		name         string
		offers       []string
		closed       string // a port that the world does not reach
		want         string
		wantAttempts int
	}{
		{"tls-alpn-01", []string{"tls-alpn-01"}, "", "tls-alpn-01 ok", 1},
		{"http-01", []string{"http-01"}, "", "http-01 ok", 1},
		{"port 443 is forwarded elsewhere", []string{"tls-alpn-01", "http-01"}, "443", "tls-alpn-01 failed, http-01 ok", 2},
		{"port 80 is closed", []string{"http-01", "tls-alpn-01"}, "80", "tls-alpn-01 ok", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			ca := newAuthority(t, c.offers...)
			h := newACMEHost(t, ca, &shelf{}, time.Now)
			ca.https, ca.http = h.https, h.http
			if c.closed == "443" {
				ca.https = h.http // something else is there
			}
			if c.closed == "80" {
				ca.http = "127.0.0.1:1"
			}
			cert, err := h.visit(t, ca, testHost)
			if err != nil {
				t.Fatal(err)
			}
			issued, asked := ca.count()
			if issued != 1 || strings.Join(asked, ", ") != c.want || !slices.Equal(cert.DNSNames, []string{testHost}) {
				t.Errorf("issued %d, asked %q, for %q", issued, asked, cert.DNSNames)
			}
			if until := h.certs.expires(); !until.Equal(cert.NotAfter) {
				t.Errorf("expires %v, want %v", until, cert.NotAfter)
			}
			if _, err := h.visit(t, ca, testHost); err != nil {
				t.Error(err)
			}
			if again, _ := ca.count(); again != 1 {
				t.Errorf("the second visit got another certificate")
			}
		})
	}
}

func TestACME_TwoRelaysOfOneDatabaseShareACertificateAndItsProof(t *testing.T) {
	for _, challenge := range []string{"tls-alpn-01", "http-01"} {
		t.Run(challenge, func(t *testing.T) {
			ca := newAuthority(t, challenge)
			cache := &shelf{}
			a, b := newACMEHost(t, ca, cache, time.Now), newACMEHost(t, ca, cache, time.Now)
			ca.https, ca.http = b.https, b.http // the balancer sends the CA to the other one
			first, err := a.visit(t, ca, testHost)
			if err != nil {
				t.Fatal(err)
			}
			second, err := b.visit(t, ca, testHost)
			if err != nil {
				t.Fatal(err)
			}
			if issued, _ := ca.count(); issued != 1 || !first.Equal(second) {
				t.Errorf("%d certificates for two relays", issued)
			}
		})
	}
}

func TestACME_OthersNamesAreRefusedWithoutAskingTheCA(t *testing.T) {
	ca := newAuthority(t, "http-01")
	h := newACMEHost(t, ca, &shelf{}, time.Now)
	ca.http = h.http
	for _, name := range []string{"other.example.cn", "pay.example.cn.evil.test", "localhost"} {
		if _, err := h.visit(t, ca, name); err == nil {
			t.Errorf("%s was served", name)
		}
	}
	if ca.attempts != 0 {
		t.Errorf("the CA was asked %d times", ca.attempts)
	}
	hello := &tls.ClientHelloInfo{} // no SNI
	if cert, err := h.certs.certificate(hello); err != nil || cert == nil {
		t.Errorf("without a name: %v", err)
	}
}

// TestACME_AFailureIsNotRepeatedAtEveryHandshake: a public CA takes five failures in an hour, and strangers knock all day.
func TestACME_AFailureIsNotRepeatedAtEveryHandshake(t *testing.T) {
	ca := newAuthority(t, "http-01")
	ca.down = true
	clock := time.Now()
	var mu sync.Mutex
	now := func() time.Time { mu.Lock(); defer mu.Unlock(); return clock }
	h := newACMEHost(t, ca, &shelf{}, now)
	ca.http = h.http
	for range 20 {
		if _, err := h.visit(t, ca, testHost); err == nil {
			t.Fatal("served without a certificate")
		}
	}
	if ca.attempts != 1 {
		t.Errorf("the CA was asked %d times, want once", ca.attempts)
	}
	for i, wait := range []time.Duration{2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute, 32 * time.Minute, time.Hour, time.Hour} {
		if got := h.certs.retry.Sub(now()); got != wait {
			t.Errorf("after failure %d: again in %v, want %v", i+1, got, wait)
		}
		mu.Lock()
		clock = clock.Add(wait)
		mu.Unlock()
		h.certs.failed(io.ErrUnexpectedEOF)
	}
}

func TestACME_Port80SendsBrowsersToHTTPSAndTellsNobodyElseAnything(t *testing.T) {
	ca := newAuthority(t, "http-01")
	h := newACMEHost(t, ca, &shelf{}, time.Now)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, c := range []struct {
		method, host, path string
		status             int
		location           string
	}{
		{"GET", testHost, "/healthz?x=1", http.StatusMovedPermanently, "https://pay.example.cn/healthz?x=1"},
		{"GET", testHost + ":80", "/", http.StatusMovedPermanently, "https://pay.example.cn/"},
		{"POST", testHost, "/n/abc", http.StatusBadRequest, ""}, // a notice in the clear is not passed on
		{"GET", "evil.example", "/", http.StatusBadRequest, ""},
		{"GET", testHost, "/.well-known/acme-challenge/nothing", http.StatusNotFound, ""},
		{"GET", "evil.example", "/.well-known/acme-challenge/nothing", http.StatusForbidden, ""},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, "http://"+h.http+c.path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = c.host
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != c.status || resp.Header.Get("Location") != c.location {
			t.Errorf("%s %s%s: %d %q", c.method, c.host, c.path, resp.StatusCode, resp.Header.Get("Location"))
		}
	}
}
