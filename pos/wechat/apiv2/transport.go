package apiv2

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"guitai/pos"
)

// How long things may take. A person stands at the till.
const (
	// CallTime is the most that a call takes, both hosts together.
	CallTime = 10 * time.Second
	// firstTime is the most that the first host gets when there is a second.
	firstTime = 6 * time.Second
	// connectTime is the most that a connection takes, and again its TLS handshake.
	connectTime = 4 * time.Second
)

const contentType = "application/xml; charset=utf-8"

func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: connectTime, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    connectTime,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 32 << 10,
		DisableCompression:     true, // answers are small, and a limit on bytes should mean bytes
	}
}

// answer is what came of a call: a body, or the reason there is none.
type answer struct {
	body           []byte
	date           string // the Date header
	sent, received time.Time
	code           pos.Code // CodeNone when there is a body
	detail         string
	again          bool // worth a try on the other host
	acted          bool // WeChat may have acted on an earlier try of this call
}

// left reports whether a byte may have reached WeChat.
func (a answer) left() bool { return a.code != pos.CodeUnreachable && a.code != pos.CodeInternal }

// exchange posts a composed request, at most once to each host, each time with a nonce of its own.
func (c *Client) exchange(ctx context.Context, path string, request []byte) answer {
	ctx, cancel := context.WithTimeout(ctx, CallTime)
	defer cancel()
	if c.backup == "" {
		return c.post(ctx, c.base+path, request)
	}
	first := c.postFor(ctx, firstTime, c.base+path, request)
	if !first.again || ctx.Err() != nil {
		return first
	}
	second := c.post(ctx, c.backup+path, request)
	if !second.left() { // then the first try is what we know
		return first
	}
	second.acted = first.left()
	return second
}

func (c *Client) postFor(ctx context.Context, d time.Duration, to string, request []byte) answer {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return c.post(ctx, to, request)
}

// post signs and sends a request to one host.
func (c *Client) post(ctx context.Context, to string, request []byte) answer {
	sealed, err := c.seal(request)
	if err != nil {
		return answer{code: pos.CodeInternal, detail: err.Error()}
	}
	var asked, connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(sealed))
	if err != nil {
		return answer{code: pos.CodeInternal, detail: err.Error()}
	}
	req.Header.Set("Content-Type", contentType)
	// Never sent; it tells the transport that the request may go again when an idle connection turns out to be dead.
	req.Header["Idempotency-Key"] = nil
	a := answer{sent: c.clock.Now()}
	resp, err := c.http.Do(req)
	if err != nil {
		a.code, a.detail, a.again = pos.CodeNoAnswer, reason(err), true
		if (asked.Load() && !connected.Load()) || neverConnected(err) {
			a.code = pos.CodeUnreachable
		}
		return a
	}
	defer func() { _ = resp.Body.Close() }() // nothing more is wanted of it
	a.received, a.date = c.clock.Now(), resp.Header.Get("Date")
	if resp.StatusCode != http.StatusOK {
		a.detail = "HTTP " + strconv.Itoa(resp.StatusCode)
		switch {
		case resp.StatusCode >= 500:
			a.code, a.again = pos.CodeServerFault, true
		case resp.StatusCode == http.StatusTooManyRequests:
			a.code = pos.CodeTooMany
		default:
			a.code = pos.CodeBadAnswer
		}
		return a
	}
	a.body, err = io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		a.code, a.detail, a.again = pos.CodeNoAnswer, reason(err), true
	}
	return a
}

// neverConnected reports whether an error proves that no connection was made, for transports that do not say so.
func neverConnected(err error) bool {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// reason is a transport's error for the person who sets the shop up, without the URL. A text with an "@" may be about a
// proxy and its password, so it is not told.
func reason(err error) string {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	if text := err.Error(); !strings.Contains(text, "@") {
		return text
	}
	return "the connection was not made"
}

// seal gives a composed request a fresh nonce_str and its sign.
func (c *Client) seal(request []byte) ([]byte, error) {
	nonce, err := c.nonce()
	if err != nil {
		return nil, err
	}
	d := newDocument()
	defer d.release()
	if err := d.read(request); err != nil {
		return nil, err
	}
	return c.signer.seal(make([]byte, 0, len(request)+160), request, d, nonce[:])
}

// nonce is 128 random bits in hex (nonce_str, 随机字符串).
func (c *Client) nonce() (nonce [32]byte, err error) {
	var raw [16]byte
	c.mu.Lock()
	_, err = io.ReadFull(c.random, raw[:])
	c.mu.Unlock()
	appendHex(nonce[:0], raw[:])
	return nonce, err
}
