package apiv2

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"guitai/pos"
)

// How long things may take. A person stands at the till.
const (
	// CallTime is the most that a call takes, both hosts together, but for a charge.
	CallTime = 10 * time.Second
	// ChargeTime is the most that a charge takes: WeChat tries the customer's cards one after another before it answers.
	ChargeTime = 35 * time.Second
	// firstTime is the most that the first host gets when there is a second.
	firstTime = 6 * time.Second
	// connectTime is the most that a connection takes, and again its TLS handshake.
	connectTime = 4 * time.Second
)

const contentType = "application/xml; charset=utf-8"

// answer is what came of a call: a body, or the reason there is none.
type answer struct {
	body           []byte
	date           string    // the Date header
	sent, received time.Time // by the till's clock
	began          time.Time // by the runtime's
	took           time.Duration
	code           pos.Code // CodeNone when there is a body
	detail         string
	again          bool // worth a try on the other host
	unsent         bool // proven: not a byte of the request left this machine
	failure        *failure
	acted          bool // WeChat may have acted on an earlier try of this call
}

// exchange posts a composed request, at most once to each host, each time with a nonce of its own.
func (c *Client) exchange(ctx context.Context, line *http.Client, path string, request []byte) answer {
	ctx, cancel := context.WithTimeout(ctx, CallTime)
	defer cancel()
	a := c.either(ctx, func(base string, first bool) answer {
		if !first {
			return c.post(ctx, line, base+path, request, true)
		}
		ctx, cancel := context.WithTimeout(ctx, firstTime)
		defer cancel()
		return c.post(ctx, line, base+path, request, true)
	})
	c.explain(ctx, &a)
	return a
}

// either tries one host, and then the other where that is worth it. first says that there is another.
func (c *Client) either(ctx context.Context, try func(base string, first bool) answer) answer {
	if c.backup == "" {
		return try(c.base, false)
	}
	one, other := c.base, c.backup
	swapped := c.order.backupFirst()
	if swapped {
		one, other = other, one
	}
	first := try(one, true)
	if !first.again || ctx.Err() != nil {
		return first
	}
	second := try(other, false)
	if second.unsent { // then the first try is what we know
		return first
	}
	if !second.again {
		c.order.learn(swapped)
	}
	second.acted = !first.unsent
	return second
}

// post signs and sends a request to one host and reads its answer. Only with repeatable may the transport send it again by itself,
// when an idle connection turns out to be dead.
func (c *Client) post(ctx context.Context, line *http.Client, to string, request []byte, repeatable bool) answer {
	resp, a := c.ask(ctx, line, c.signer, to, request, repeatable)
	if resp == nil {
		return a
	}
	defer func() { _ = resp.Body.Close() }() // nothing more is wanted of it
	var err error
	a.body, err = io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	a.took = time.Since(a.began)
	switch {
	case err != nil:
		a.code, a.detail, a.again = pos.CodeNoAnswer, reason(err), true
	case isPage(a.body):
		a.code, a.detail = pos.CodeCaptive, "HTML"
	}
	return a
}

// ask signs and sends a request to one host. The caller reads and closes what it answers with HTTP 200; else resp is nil and the answer
// says why. repeatable is as of post.
func (c *Client) ask(
	ctx context.Context, line *http.Client, by *signer, to string, request []byte, repeatable bool,
) (resp *http.Response, a answer) {
	sealed, err := c.seal(request, by)
	if err != nil {
		return nil, answer{code: pos.CodeInternal, detail: err.Error(), unsent: true}
	}
	way := newTrace()
	req, err := http.NewRequestWithContext(way.watch(ctx), http.MethodPost, to, bytes.NewReader(sealed))
	if err != nil {
		return nil, answer{code: pos.CodeInternal, detail: err.Error(), unsent: true}
	}
	req.Header.Set("Content-Type", contentType)
	if repeatable {
		req.Header["Idempotency-Key"] = nil // never sent; it tells the transport
	} else {
		req.GetBody = nil
	}
	a = answer{sent: c.clock.Now(), began: time.Now()}
	resp, err = line.Do(req)
	if err != nil {
		a.code, a.detail, a.again = pos.CodeNoAnswer, reason(err), true
		if a.unsent = way.unsent(err); a.unsent {
			a.code, a.failure = pos.CodeUnreachable, &failure{req.URL.Hostname(), way, err}
		}
		return nil, a
	}
	a.received, a.date = c.clock.Now(), resp.Header.Get("Date")
	if resp.StatusCode != http.StatusOK {
		a.detail = "HTTP " + strconv.Itoa(resp.StatusCode)
		a.code, a.again = refusalOf(resp)
		_ = resp.Body.Close() // nothing more is wanted of it
		return nil, a
	}
	return resp, a
}

// refusalOf is what an answer other than HTTP 200 means, and whether the other host is worth a try.
func refusalOf(resp *http.Response) (code pos.Code, again bool) {
	switch status := resp.StatusCode; {
	case status == http.StatusNetworkAuthenticationRequired, status/100 == 3 && resp.Header.Get("Location") != "":
		return pos.CodeCaptive, false
	case status >= 500:
		return pos.CodeServerFault, true
	case status == http.StatusTooManyRequests:
		return pos.CodeTooMany, false
	}
	return pos.CodeBadAnswer, false
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
func (c *Client) seal(request []byte, by *signer) ([]byte, error) {
	nonce, err := c.nonce()
	if err != nil {
		return nil, err
	}
	d := newDocument()
	defer d.release()
	if err := d.read(request); err != nil {
		return nil, err
	}
	return by.seal(make([]byte, 0, len(request)+160), request, d, nonce[:])
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
