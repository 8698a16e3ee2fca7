package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"guitai/pos"
)

// Between two attempts to get a certificate that failed. A public CA takes five failures of a name in an hour and then none for a while.
const (
	acmeRetry    = 2 * time.Minute
	acmeRetryMax = time.Hour
)

// acmeTimeout is for one request to the CA.
const acmeTimeout = 30 * time.Second

// acmeCerts gets and renews the certificate of one name, by RFC 8555 (tls-alpn-01, http-01). What it makes lies in the database, so that
// relays which share one share the certificate, and each can answer the CA's question to any of them. Safe for concurrent use.
type acmeCerts struct {
	manager *autocert.Manager
	host    string
	log     *slog.Logger
	now     func() time.Time

	mu       sync.Mutex
	until    time.Time // when the certificate in use expires; zero: there is none yet
	failures int
	retry    time.Time
	failure  error
}

// newACME sets it up; nothing is asked yet. Requests to the CA end with ctx.
func newACME(ctx context.Context, set settings, cache autocert.Cache, log *slog.Logger, now func() time.Time) (*acmeCerts, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if set.acmeCA != "" {
		roots, err := rootsWith(set.acmeCA)
		if err != nil {
			return nil, usage("bad-acme-ca", set.acmeCA, err)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	}
	directory := orElse(set.acmeDirectory, acme.LetsEncryptURL)
	a := &acmeCerts{host: set.host, log: log, now: now}
	a.manager = &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      cache,
		HostPolicy: autocert.HostWhitelist(set.host),
		Email:      set.acmeEmail,
		Client: &acme.Client{
			DirectoryURL: directory,
			UserAgent:    "guitai-relay",
			HTTPClient:   &http.Client{Transport: untilDone{ctx, transport}, Timeout: acmeTimeout},
		},
	}
	return a, nil
}

// rootsWith are the system's CAs and those of a file.
func rootsWith(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(text) {
		return nil, errors.New("there is no certificate in it")
	}
	return roots, nil
}

// untilDone makes no request any more once ctx ended: the manager asks the CA in the background, and has no other stop.
type untilDone struct {
	ctx  context.Context
	next http.RoundTripper
}

func (t untilDone) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := t.ctx.Err(); err != nil {
		return nil, err
	}
	return t.next.RoundTrip(r)
}

// errOtherName is a handshake for a name that is not ours: scanners, mostly.
var errOtherName = errors.New("no such name here")

// certificate is tls.Config.GetCertificate. The first one for the name waits until the CA has made it.
func (a *acmeCerts) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if slices.Equal(hello.SupportedProtos, []string{acme.ALPNProto}) {
		return a.manager.GetCertificate(hello) // the CA's question
	}
	switch hello.ServerName {
	case a.host:
	case "": // a client without SNI can only mean us
		named := *hello
		named.ServerName = a.host
		hello = &named
	default:
		return nil, errOtherName
	}
	if err := a.refusal(); err != nil {
		return nil, err
	}
	cert, err := a.manager.GetCertificate(hello)
	if err != nil {
		a.failed(err)
		return nil, err
	}
	a.have(cert)
	return cert, nil
}

// refusal is the last failure, while it is too early to ask the CA again.
func (a *acmeCerts) refusal() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.until.IsZero() && a.now().Before(a.retry) {
		return a.failure
	}
	return nil
}

// failed notes a failure, once for all the handshakes that waited for the same attempt.
func (a *acmeCerts) failed(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	if now.Before(a.retry) {
		return
	}
	wait := min(acmeRetry<<min(a.failures, 10), acmeRetryMax)
	a.failures++
	a.failure, a.retry = fmt.Errorf("get a certificate for %s: %w", a.host, err), now.Add(wait)
	a.log.Error("no certificate: the name must lead to this host, and ports 80 or 443 of it be open to the world; tills ask WeChat meanwhile",
		"host", a.host, "again", a.retry, "error", err)
}

func (a *acmeCerts) have(cert *tls.Certificate) {
	leaf := cert.Leaf
	if leaf == nil {
		var err error
		if leaf, err = x509.ParseCertificate(cert.Certificate[0]); err != nil {
			return // it would not have been served
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.until.Equal(leaf.NotAfter) {
		a.log.Info("certificate in use", "host", a.host, "expires", leaf.NotAfter)
	}
	a.until, a.failures, a.retry, a.failure = leaf.NotAfter, 0, time.Time{}, nil
}

// expires is when the certificate in use does; zero when there is none.
func (a *acmeCerts) expires() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.until
}

// fetch gets the certificate before anybody asks for it, and tries again until it is there or ctx ends.
func (a *acmeCerts) fetch(ctx context.Context) {
	hello := &tls.ClientHelloInfo{
		ServerName:       a.host,
		SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256},
		SupportedCurves:  []tls.CurveID{tls.CurveP256},
		CipherSuites:     []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
	}
	for ctx.Err() == nil {
		done := make(chan error, 1)
		// The manager cannot be interrupted while it waits for the CA; what is left of that ends at its next request, see [untilDone].
		go func() {
			_, err := a.certificate(hello)
			done <- err
		}()
		select {
		case <-ctx.Done():
			return
		case err := <-done:
			if err == nil {
				return
			}
		}
		a.mu.Lock()
		wait := a.retry.Sub(a.now())
		a.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-time.After(max(wait, time.Second)):
		}
	}
}

// port80 answers the CA, and sends everybody else to https.
func (a *acmeCerts) port80(base string) http.Handler {
	return a.manager.HTTPHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if host != a.host || r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "https only", http.StatusBadRequest)
			return
		}
		http.Redirect(w, r, base+r.URL.RequestURI(), http.StatusMovedPermanently)
	}))
}

// blobs is where a Central keeps certificates, for autocert. Their names begin with acme/.
type blobs struct{ central pos.Central }

const acmePrefix = "acme/"

func (b blobs) Get(ctx context.Context, key string) ([]byte, error) {
	value, err := b.central.Blob(ctx, acmePrefix+key)
	if pos.CodeOf(err) == pos.CodeNotFound {
		return nil, autocert.ErrCacheMiss
	}
	return value, err
}

func (b blobs) Put(ctx context.Context, key string, value []byte) error {
	return b.central.PutBlob(ctx, acmePrefix+key, value)
}

func (b blobs) Delete(ctx context.Context, key string) error {
	if err := b.central.DeleteBlob(ctx, acmePrefix+key); pos.CodeOf(err) != pos.CodeNotFound {
		return err
	}
	return nil
}
