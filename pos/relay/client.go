package relay

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"guitai/pos"
)

// Paces of [Client.Run].
const (
	retryFirst  = 500 * time.Millisecond // after which a line that broke is tried again; doubles …
	retryLast   = 30 * time.Second       // … up to this
	retryToken  = 10 * time.Minute       // a person has to pair the till again, so there is no hurry
	retryMost   = 5 * time.Minute        // however long a relay that is too busy asks for
	steadyAfter = 5 * time.Second        // a line that held so long broke for the first time
	helloWithin = 10 * time.Second       // the relay says hello at once; a stream without it is held back somewhere
	streamAgain = 30 * time.Minute       // after which a till that polls tries a stream again
	rotateAgain = time.Hour              // before a relay that asks for it is asked for a token once more
	fineEvery   = time.Second            // that a line which stands is said to stand, whatever the relay sends
)

// ClientConfig of a [Client].
type ClientConfig struct {
	URL   string // of the relay: https, or http to this machine; a path prefix is allowed
	Token string
	// SaveToken keeps a token that takes the place of Token. It returns after the token is on disk, or with an error: then the old one is gone
	// on with. Optional: nil never takes another.
	SaveToken func(ctx context.Context, token string) error
	// Keys are WeChat Pay's public keys, by which the relay verifies v3 notices. They are uploaded once, and when the relay asks for them.
	Keys []Key
	// Transport carries every call; nil: the system's roots, TLS 1.2 or later, the proxy of the environment.
	Transport http.RoundTripper
	Log       *slog.Logger // optional
}

// Client is the till's end of the relay. Safe for concurrent use; Run runs once.
type Client struct {
	cfg  ClientConfig
	log  *slog.Logger
	base string
	http *http.Client

	mu    sync.Mutex
	token string

	desk   *clientDesk
	report func(pos.Part)
	okAt   time.Time // when the line last was known to be fine; only on Run's goroutine
	saidAt time.Time // when that was last reported; zero: something else was, since
	noise  bucket    // lines of the log that the relay can cause as often as it likes

	// Of what the relay asks for in its hello, which is done one at a time.
	keysUp  bool      // they were uploaded since the start
	rotated time.Time // when it last was tried to take another token
}

var _ pos.Inbox = (*Client)(nil)

// NewClient makes a till's end. It does not connect. CodeConfig when the address is none that may be called.
func NewClient(c ClientConfig) (*Client, error) {
	base, err := relayAddress(c.URL)
	if err != nil {
		return nil, pos.E(pos.CodeConfig, "set up the relay", err)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Client{cfg: c, log: c.Log, base: base, token: c.Token, http: clientHTTP(c.Transport)}, nil
}

// relayAddress checks a relay's address and takes the slash off its end.
func relayAddress(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || u.Opaque != "" || strings.ContainsAny(text, "?#"):
		return "", errors.New("a relay's address is https://HOST, with a path at most")
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		return "", errors.New("a relay is called by https, or by http on this machine")
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// lineError is a line that could not be had, or broke.
type lineError struct {
	code  pos.Code
	after time.Duration // not to be tried again before this; 0: the back-off says
	err   error
}

func (e *lineError) Error() string { return e.err.Error() }
func (e *lineError) Unwrap() error { return e.err }

func broke(err error) *lineError { return &lineError{code: pos.CodeRelay, err: err} }

// errHeld is a stream that stands and brings nothing: something between the till and the relay holds it back.
var errHeld = errors.New("the stream brings nothing")

// Run implements [pos.Inbox]: it keeps a stream, or polls where a stream does not get through, and tries again for as long as ctx lets it. When
// ctx ends no new request is taken; those under way are finished and answered, which takes a few seconds at most. The error is ctx's.
func (c *Client) Run(ctx context.Context, handle func(context.Context, pos.RelayRequest) pos.RelayAnswer, health func(pos.Part)) error {
	c.report = health
	health(pos.Part{Light: pos.LightBusy})
	c.desk = newClientDesk(ctx, c, handle)
	defer c.http.CloseIdleConnections()
	defer c.desk.close()
	var (
		polling   bool
		tryStream time.Time     // while polling
		rest      = streamAgain // doubles while streams do not get through
		wait      = retryFirst
	)
	for ctx.Err() == nil {
		if polling && !time.Now().Before(tryStream) {
			polling = false
		}
		began := time.Now()
		var was *lineError
		if polling {
			was = c.poll(ctx, tryStream)
		} else {
			was = c.stream(ctx)
		}
		held := time.Since(began)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case was == nil: // polled until it was time to try a stream
			continue
		case errors.Is(was, errHeld):
			c.bad(was.code)
			c.log.Warn("the relay's stream is held back: polling instead", "for", rest)
			polling, tryStream, rest = true, time.Now().Add(rest), min(2*rest, 12*streamAgain)
			continue
		case polling:
			polling = false // it is the line that is bad, not the stream
		case held > time.Minute:
			rest = streamAgain
		}
		c.bad(was.code)
		if held >= steadyAfter && c.okAt.After(began) {
			wait = retryFirst
		}
		c.log.Warn("line to the relay", "code", was.code, "err", short(was.err), "again", max(wait, was.after))
		if !sleep(ctx, max(spread(wait), was.after)) {
			return ctx.Err()
		}
		wait = min(2*wait, retryLast)
	}
	return ctx.Err()
}

// spread gives a delay a half to either side, so that tills that lost the relay together do not come back together.
func spread(d time.Duration) time.Duration { return d/2 + rand.N(d) }

// fine says that the line stands. It says so now and then: each report is work for the till, and how often the relay is heard is the relay's choice.
func (c *Client) fine() {
	c.okAt = time.Now()
	if !c.saidAt.IsZero() && c.okAt.Sub(c.saidAt) < fineEvery {
		return
	}
	c.saidAt = c.okAt
	c.report(pos.Part{Light: pos.LightOK, At: c.okAt})
}

// bad says that the line does not stand.
func (c *Client) bad(code pos.Code) {
	c.saidAt = time.Time{}
	c.report(pos.Part{Light: pos.LightBad, Cause: code, At: c.okAt})
}

// mayLog tells whether one more line may be logged of those that the relay can cause as often as it likes: twenty at once, then one a minute.
func (c *Client) mayLog() bool { return c.noise.take(time.Now(), 1.0/60, 20) }

// short is what an error says, as far as it may go to the log: some have in them what the relay sent.
func short(err error) string {
	if err == nil {
		return ""
	}
	return fmt.Sprintf("%.300s", err.Error())
}
