package relay

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"guitai/pos"
)

const (
	callWithin  = 10 * time.Second // of any call that does not wait for something to happen
	maxReply    = 64 << 10         // bytes of any answer but a poll's
	tokenLength = 43
)

// clientHTTP calls the relay. There are no redirects: a token is for one host. One request at a time on a connection, so that a stream that is
// stuck holds up no answer.
func clientHTTP(t http.RoundTripper) *http.Client {
	if t == nil {
		dialer := net.Dialer{Timeout: callWithin, KeepAlive: Heartbeat}
		var only http.Protocols
		only.SetHTTP1(true)
		t = &http.Transport{
			Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, TLSHandshakeTimeout: callWithin, Protocols: &only,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, MaxIdleConnsPerHost: posters + 1, IdleConnTimeout: 90 * time.Second,
			MaxResponseHeaderBytes: 64 << 10, DisableCompression: true, // what packs a stream holds it back
		}
	}
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (c *Client) currentToken() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.token
}

// get begins a GET and returns its answer when that is 200.
func (c *Client) get(ctx context.Context, path string) (*http.Response, error) {
	return send(ctx, c.http, http.MethodGet, c.base+path, c.currentToken(), nil)
}

// call makes a call with the till's token. in and out are JSON, nil for none; an answer is read up to most bytes.
func (c *Client) call(ctx context.Context, method, path string, in, out any, most int64) error {
	return exchange(ctx, c.http, method, c.base+path, c.currentToken(), in, out, most)
}

func exchange(ctx context.Context, client *http.Client, method, address, token string, in, out any, most int64) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	res, err := send(ctx, client, method, address, token, body)
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // read as far as it matters
	data, err := io.ReadAll(io.LimitReader(res.Body, most+1))
	switch {
	case err != nil:
		return broke(err)
	case int64(len(data)) > most:
		return broke(errors.New("the answer is too long"))
	case out == nil:
		return nil
	}
	if err := json.Unmarshal(data, out); err != nil {
		return broke(fmt.Errorf("something else than a relay answers: %w", err))
	}
	return nil
}

// send sends a request; anything but 2xx is an error.
func send(ctx context.Context, client *http.Client, method, address, token string, body []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, broke(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != nil {
		req.Header.Set("Content-Type", contentJSON)
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, broke(err)
	}
	if res.StatusCode/100 == 2 {
		return res, nil
	}
	defer res.Body.Close() //nolint:errcheck // nothing more to read
	return nil, refusal(res)
}

// refusal is what an answer means that is not 2xx.
func refusal(res *http.Response) *lineError {
	var said struct {
		Error   string `json:"error"`
		Message string `json:"message"`
	}
	if data, err := io.ReadAll(io.LimitReader(res.Body, 4<<10)); err == nil {
		_ = json.Unmarshal(data, &said) // whoever answers in other words said nothing that matters
	}
	e := broke(&refused{res.StatusCode, said.Error, said.Message})
	switch res.StatusCode {
	case http.StatusUnauthorized:
		e.code, e.after = pos.CodeRelayToken, retryToken
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && s > 0 {
			e.after = min(time.Duration(min(s, 3600))*time.Second, retryMost)
		}
	}
	return e
}

// refused is an answer of the relay, or of something in its place, that is not 2xx.
type refused struct {
	status         int
	code, sentence string
}

func (r *refused) Error() string {
	if r.code == "" {
		return fmt.Sprintf("HTTP %d", r.status)
	}
	return fmt.Sprintf("HTTP %d %.40q: %.200q", r.status, r.code, r.sentence)
}

// statusOf is the HTTP status of an error, 0 when there was no answer.
func statusOf(err error) int {
	if r, ok := errors.AsType[*refused](err); ok {
		return r.status
	}
	return 0
}

func asLine(err error) *lineError {
	if e, ok := errors.AsType[*lineError](err); ok {
		return e
	}
	return broke(err)
}

// Who asks the relay who this till is: the connection test. CodeRelay, CodeRelayToken. Safe to repeat.
func (c *Client) Who(ctx context.Context) (Paired, error) {
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	var who Paired
	if err := c.call(ctx, http.MethodGet, PathTill, nil, &who, maxReply); err != nil {
		return Paired{}, pos.E(asLine(err).code, "ask the relay", err)
	}
	who.Token = ""
	return who, nil
}

// Pair takes what a person pasted ([ParsePairing]) to the relay in exchange for a token. The code is used up then, so what is returned has to be
// kept. CodeInvalid: it is no pairing text. CodePairing: the relay does not know the code, or it was used, or is too old. CodeTooMany: too many
// tries from here. CodeRelay: no answer; whether the code is used up nobody knows. client is http.Client's, nil for one as [Client] has it.
func Pair(ctx context.Context, client *http.Client, text string) (Paired, error) {
	const op = "pair with the relay"
	base, code, err := ParsePairing(text)
	if err != nil {
		return Paired{}, err
	}
	if client == nil {
		client = clientHTTP(nil)
		defer client.CloseIdleConnections()
	}
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	var got Paired
	err = exchange(ctx, client, http.MethodPost, base+PathPair, "", PairRequest{Code: code}, &got, maxReply)
	switch {
	case statusOf(err) == http.StatusNotFound:
		return Paired{}, pos.E(pos.CodePairing, op, err)
	case statusOf(err) == http.StatusTooManyRequests:
		return Paired{}, pos.E(pos.CodeTooMany, op, err)
	case err != nil:
		return Paired{}, pos.E(pos.CodeRelay, op, err)
	case len(got.Token) != tokenLength || got.NotifyURL == "":
		return Paired{}, pos.E(pos.CodeRelay, op, errors.New("something else than a relay answers"))
	}
	return got, nil
}

// rotate takes another token: asked for with the old one, kept, and only then used. Both work until then, so that whatever happens in between
// leaves the till with one that works. It is used at once, because another offer would take the place of one that was not.
func (c *Client) rotate(ctx context.Context) {
	if c.cfg.SaveToken == nil {
		return
	}
	if !c.rotated.IsZero() && time.Since(c.rotated) < rotateAgain {
		return
	}
	c.rotated = time.Now()
	call, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	var offered Token
	if err := c.call(call, http.MethodPost, PathToken, nil, &offered, maxReply); err != nil {
		c.log.Warn("ask the relay for another token", "err", short(err))
		return
	}
	if len(offered.Token) != tokenLength {
		c.log.Warn("the relay offers something that is no token")
		return
	}
	save, cancel := context.WithTimeout(context.WithoutCancel(ctx), callWithin/2) // the line may break meanwhile: what was offered is kept
	defer cancel()
	if err := c.cfg.SaveToken(save, offered.Token); err != nil {
		c.log.Error("the relay's new token is not kept: going on with the old one", "err", err)
		return
	}
	c.mu.Lock()
	c.token = offered.Token
	c.mu.Unlock()
	_, err := c.Who(ctx)
	c.log.Info("the relay's token was changed", "err", short(err))
}

// uploadKeys hands the relay the public keys that verify v3 notices: once, and whenever it asks.
func (c *Client) uploadKeys(ctx context.Context, asked bool) {
	if c.keysUp && !asked {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 3*callWithin)
	defer cancel()
	for _, k := range c.cfg.Keys {
		if err := c.call(ctx, http.MethodPost, PathKey, k, nil, maxReply); err != nil {
			if c.mayLog() {
				c.log.Warn("hand WeChat Pay's public key to the relay", "key", k.ID, "err", short(err))
			}
			return
		}
	}
	c.keysUp = true
}
