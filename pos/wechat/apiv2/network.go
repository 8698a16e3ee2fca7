package apiv2

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"guitai/pos"
)

// trace sees how far a call got. Safe for concurrent use: dialling goes on behind a call that was given up.
type trace struct {
	mu               sync.Mutex
	asked, connected bool
	looking, found   string       // names that were looked up
	addresses        []netip.Addr // of found
}

func newTrace() *trace { return &trace{} }

func (t *trace) watch(ctx context.Context) context.Context {
	note := func(f func()) {
		t.mu.Lock()
		defer t.mu.Unlock()
		f()
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:  func(string) { note(func() { t.asked = true }) },
		GotConn:  func(httptrace.GotConnInfo) { note(func() { t.connected = true }) },
		DNSStart: func(i httptrace.DNSStartInfo) { note(func() { t.looking = i.Host }) },
		DNSDone: func(i httptrace.DNSDoneInfo) {
			note(func() {
				t.found, t.addresses = t.looking, nil
				for _, a := range i.Addrs {
					if ip, ok := netip.AddrFromSlice(a.IP); ok {
						t.addresses = append(t.addresses, ip.Unmap())
					}
				}
			})
		},
	})
}

// unsent reports whether a failed call is proven to have sent nothing: no connection was ever handed to it. A transport that
// does not say so is believed by its error.
func (t *trace) unsent(err error) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.asked {
		return !t.connected
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// misled reports whether a name led to nothing but addresses that no server of WeChat can have.
func (t *trace) misled(host string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.found == host && len(t.addresses) > 0 && !slices.ContainsFunc(t.addresses, func(a netip.Addr) bool {
		return !a.IsPrivate() && !a.IsLoopback() && !a.IsUnspecified() && !a.IsLinkLocalUnicast()
	})
}

// failure is a call that sent nothing, as far as it is known why.
type failure struct {
	host string
	way  *trace
	err  error
}

// explain finds out why nothing could be sent. It only chooses words: whatever it finds, the money is uncertain.
func (c *Client) explain(ctx context.Context, a *answer) {
	if a.failure == nil {
		return
	}
	a.code = c.diagnose(a.failure)
	switch a.code {
	case pos.CodeUnreachable, pos.CodeIntercepted, pos.CodeDNS:
		if c.portal(ctx, a.failure.host) {
			a.code = pos.CodeCaptive
		}
	}
}

func (c *Client) diagnose(f *failure) pos.Code {
	if code := c.certificateTrouble(f); code != pos.CodeNone {
		return code
	}
	has4, has6 := c.reach()
	name, isName := errors.AsType[*net.DNSError](f.err)
	switch {
	case loopback(f.host):
		return pos.CodeUnreachable
	case !has4 && !has6:
		return pos.CodeOffline
	case noRoute(f.err) && has6 && !has4, isName && name.IsNotFound && has6 && !has4:
		return pos.CodeIPv6
	case noRoute(f.err):
		return pos.CodeOffline
	case isName && strings.TrimSuffix(name.Name, ".") == f.host, wechats(f.host) && f.way.misled(f.host):
		return pos.CodeDNS
	}
	return pos.CodeUnreachable
}

// noRoute reports whether the system itself says that it knows no way there. The numbers are those of Windows, which has its
// own: WSAEADDRNOTAVAIL, WSAENETDOWN and WSAENETUNREACH.
func noRoute(err error) bool {
	number, ok := errors.AsType[syscall.Errno](err)
	return ok && slices.Contains([]syscall.Errno{
		syscall.ENETUNREACH, syscall.ENETDOWN, syscall.EADDRNOTAVAIL, 10049, 10050, 10051,
	}, number)
}

// reach tells for which kinds of address this machine has one of its own beyond itself and its cable.
func (c *Client) reach() (has4, has6 bool) {
	list, err := c.addresses()
	if err != nil {
		return true, true // then nothing is known, and nothing claimed
	}
	for _, a := range list {
		prefix, err := netip.ParsePrefix(a.String())
		if err != nil {
			continue
		}
		switch ip := prefix.Addr().Unmap(); {
		case !ip.IsGlobalUnicast():
		case ip.Is4():
			has4 = true
		default:
			has6 = true
		}
	}
	return has4, has6
}

// certificateTrouble tells why a server's certificate was not accepted, CodeNone when that is not what happened. The
// certificate is WeChat's own when it would hold at another time: then the clock is wrong, unless WeChat's clock says otherwise.
func (c *Client) certificateTrouble(f *failure) pos.Code {
	refused, ok := errors.AsType[*tls.CertificateVerificationError](f.err)
	if !ok || len(refused.UnverifiedCertificates) == 0 {
		return pos.CodeNone
	}
	if _, ok := errors.AsType[x509.SystemRootsError](f.err); ok {
		return pos.CodeNone // the fault is this machine's
	}
	invalid, ok := errors.AsType[x509.CertificateInvalidError](f.err)
	if !ok || invalid.Reason != x509.Expired {
		return pos.CodeIntercepted
	}
	leaf := refused.UnverifiedCertificates[0]
	others := x509.NewCertPool()
	for _, other := range refused.UnverifiedCertificates[1:] {
		others.AddCert(other)
	}
	_, err := leaf.Verify(x509.VerifyOptions{
		DNSName: f.host, Roots: c.lines.roots, Intermediates: others,
		CurrentTime: leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2),
	})
	if err != nil {
		return pos.CodeIntercepted
	}
	if _, known := c.Skew(); known && (c.now().Before(leaf.NotBefore) || c.now().After(leaf.NotAfter)) {
		return pos.CodeUnreachable // by WeChat's own clock it does not hold either
	}
	return pos.CodeClock
}

// wechats reports whether a host is one of WeChat's own, whose addresses are public and which answers on port 80 as well.
func wechats(host string) bool { return strings.HasSuffix(host, ".weixin.qq.com") }

// Limits of the look at what answers in WeChat's place.
const (
	portalTime = 2 * time.Second
	portalKeep = 10 * time.Second // how long what was seen counts
)

// seen is what the last look found. Safe for concurrent use.
type seen struct {
	mu     sync.Mutex
	at     time.Time
	portal bool
}

// portal reports whether a log-in page answers in WeChat's place. Networks that want people to log in redirect what is not
// encrypted, so WeChat's host is asked for its front page; nothing of ours is in the question.
func (c *Client) portal(ctx context.Context, host string) bool {
	if c.lines.web.Transport == nil || !wechats(host) || ctx.Err() != nil {
		return false
	}
	c.seen.mu.Lock()
	defer c.seen.mu.Unlock()
	if !c.seen.at.IsZero() && time.Since(c.seen.at) < portalKeep {
		return c.seen.portal
	}
	c.seen.portal = c.look(ctx, host)
	c.seen.at = time.Now()
	return c.seen.portal
}

func (c *Client) look(ctx context.Context, host string) bool {
	ctx, cancel := context.WithTimeout(ctx, portalTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+host+"/", nil)
	if err != nil {
		return false
	}
	resp, err := c.lines.web.Do(req)
	if err != nil {
		return false
	}
	defer func() { _ = resp.Body.Close() }() // nothing more is wanted of it
	switch {
	case resp.StatusCode == http.StatusNetworkAuthenticationRequired:
		return true
	case resp.StatusCode/100 == 3:
		to, err := url.Parse(resp.Header.Get("Location"))
		return err == nil && to.Host != "" && !wechats(to.Hostname())
	case resp.StatusCode != http.StatusOK:
		return false
	}
	page, _ := io.ReadAll(io.LimitReader(resp.Body, 512)) // what came is enough
	return isPage(page)
}

// isPage reports whether a body is a web page.
func isPage(body []byte) bool {
	start := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(body[:min(len(body), 256)], []byte("\xEF\xBB\xBF"))))
	return bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html"))
}
