package apiv2

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"sync"
	"time"
)

// lines are the ways to WeChat. Each has connections of its own, so that none that showed the client certificate is ever used
// for a call that must not show it, nor the other way round.
type lines struct {
	plain  http.Client // the calls that anybody may repeat
	secret http.Client // /secapi and the fund-flow bill: with the merchant's certificate
	once   http.Client // micropay: a new connection for each call
	web    http.Client // the look at what answers in WeChat's place; without a Transport there is none
	roots  *x509.CertPool
}

func newLines(config Config) lines {
	if t := config.Transport; t != nil {
		return lines{plain: via(t), secret: via(t), once: via(t)}
	}
	return dialled(&net.Dialer{Timeout: connectTime, KeepAlive: 30 * time.Second}, &tls.Config{MinVersion: tls.VersionTLS12}, config.Cert)
}

// dialled makes lines of real connections. security is not changed.
func dialled(dialer *net.Dialer, security *tls.Config, cert *tls.Certificate) lines {
	plain, once, secret, web := newTransport(dialer, security), newTransport(dialer, security), newTransport(dialer, security), newTransport(dialer, security)
	// An idle connection that WeChat has closed in the meantime would leave us not knowing whether the charge arrived, and
	// nobody may send it again.
	once.DisableKeepAlives, web.DisableKeepAlives = true, true
	if cert != nil {
		secret.TLSClientConfig = security.Clone()
		// Always this one: a server's list of authorities must not make us come without.
		secret.TLSClientConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return cert, nil }
	}
	return lines{via(plain), via(secret), via(once), via(web), security.RootCAs}
}

func newTransport(dialer *net.Dialer, security *tls.Config) *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    connectTime,
		TLSClientConfig:        security.Clone(),
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 32 << 10,
		DisableCompression:     true, // answers are small, and a limit on bytes should mean bytes
	}
}

func via(t http.RoundTripper) http.Client {
	return http.Client{
		Transport: t,
		// A payment call that is redirected somewhere is not answered.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (l *lines) closeIdle() {
	l.plain.CloseIdleConnections()
	l.secret.CloseIdleConnections()
}

// hostOrder is which host is asked first: ours is, but for a while after it failed where the other one answered. Safe for
// concurrent use.
type hostOrder struct {
	mu      sync.Mutex
	swapped time.Time // until when the backup is first
}

// sticky is how long the host that answered stays first.
const sticky = 30 * time.Second

func (o *hostOrder) backupFirst() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return time.Now().Before(o.swapped)
}

// learn takes in that the second host answered where the first did not.
func (o *hostOrder) learn(backupWasFirst bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.swapped = time.Time{}
	if !backupWasFirst {
		o.swapped = time.Now().Add(sticky)
	}
}
