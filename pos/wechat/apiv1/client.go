package apiv1

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"guitai/pos"
	"guitai/pos/wechat"
)

// How long things may take. Somebody waits with the app in hand.
const (
	callTime    = 10 * time.Second
	connectTime = 4 * time.Second
	maxBody     = 64 << 10 // bytes of an answer
)

// Config is an account of the retired interface, and what every order of it carries.
type Config struct {
	AppID      string        // appid of the app
	AppSecret  wechat.APIKey // for the access_token
	PartnerID  string        // partner, 商户号
	PartnerKey wechat.APIKey // 32 characters
	PaySignKey wechat.APIKey // 128 characters; also called appkey

	BaseURL        string // https://api.weixin.qq.com, or http to loopback; a path prefix is allowed
	NotifyURL      string // notify_url without a query: WeChat appends its own
	SpbillCreateIP string // the payer's address as far as anybody knows it; empty sends 127.0.0.1

	// Tokens keeps the access_token through a restart, since the day has few of them; nil keeps it in memory.
	Tokens TokenStore

	// Transport carries every call. nil: the system's roots, TLS 1.2 or later, the proxy of the environment.
	Transport http.RoundTripper
	Clock     pos.Clock // nil: the system's
	Random    io.Reader // for nonces; nil: crypto/rand
}

// Reasons a configuration is refused. Each comes with CodeConfig and says nothing of the values.
var (
	ErrAppID      = errors.New("appid is 1 to 32 letters and digits")
	ErrAppSecret  = errors.New("the AppSecret is 1 to 128 visible characters")
	ErrPartner    = errors.New("the partner id is 1 to 32 digits")
	ErrPartnerKey = errors.New("the partnerKey is 32 visible characters")
	ErrPaySignKey = errors.New("the paySignKey is 128 visible characters")
	ErrURL        = errors.New("a base URL is https, or http to loopback, without user, query or fragment")
	ErrNotifyURL  = errors.New("notify_url is an absolute http or https URL of at most 255 bytes without a query")
	ErrIP         = errors.New("spbill_create_ip is an IP address")
)

// Client is an account's connection to WeChat. See the package comment for what its answers prove.
type Client struct {
	config Config
	base   string
	line   http.Client
	notify atomic.Pointer[string]
	trip   atomic.Int64 // of the last answered call, in nanoseconds

	mu     sync.Mutex
	random io.Reader // under mu

	tokens tokens
}

var (
	_ pos.Gateway = (*Client)(nil)
	_ pos.Notices = (*Client)(nil)
)

// New checks the configuration and makes a client. It does not connect. CodeConfig.
func New(c Config) (*Client, error) {
	const op = "set up the retired interface"
	if c.SpbillCreateIP == "" {
		c.SpbillCreateIP = "127.0.0.1"
	}
	ip, badIP := netip.ParseAddr(c.SpbillCreateIP)
	base, err := url.Parse(c.BaseURL)
	for _, check := range []struct {
		bad bool
		err error
	}{
		{!wechat.Wordy(c.AppID, 1, 32, ""), ErrAppID},
		{!visible(c.AppSecret.Reveal(), 1, 128), ErrAppSecret},
		{!wechat.Wordy(c.PartnerID, 1, 32, "") || strings.Trim(c.PartnerID, "0123456789") != "", ErrPartner},
		{!visible(c.PartnerKey.Reveal(), 32, 32), ErrPartnerKey},
		{!visible(c.PaySignKey.Reveal(), 128, 128), ErrPaySignKey},
		{badIP != nil || ip.Zone() != "", ErrIP},
		{err != nil || base.Host == "" || base.User != nil || base.Opaque != "" || strings.ContainsAny(c.BaseURL, "?#") ||
			base.Scheme != "https" && (base.Scheme != "http" || !loopback(base.Hostname())), ErrURL},
	} {
		if check.bad {
			return nil, pos.E(pos.CodeConfig, op, check.err)
		}
	}
	if c.Clock == nil {
		c.Clock = systemClock{}
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Tokens == nil {
		c.Tokens = new(memory)
	}
	transport := c.Transport
	if transport == nil {
		transport = &http.Transport{
			Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: connectTime}).DialContext, TLSHandshakeTimeout: connectTime,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, MaxResponseHeaderBytes: 32 << 10, IdleConnTimeout: 90 * time.Second,
		}
	}
	client := &Client{config: c, base: strings.TrimRight(base.String(), "/"), random: c.Random}
	client.line = http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // the address has a secret or a token in it
	}}
	client.tokens.turn = make(chan struct{}, 1)
	return client, client.SetNotifyURL(c.NotifyURL)
}

// SetNotifyURL changes what orders made from now on carry; those that are composed stay as they are. CodeConfig.
func (c *Client) SetNotifyURL(notifyURL string) error {
	u, err := url.Parse(notifyURL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || strings.ContainsAny(notifyURL, "?#") ||
		len(notifyURL) > 255 || notifyURL != wechat.Clean(notifyURL) {
		return pos.E(pos.CodeConfig, "set notify_url", ErrNotifyURL)
	}
	c.notify.Store(&notifyURL)
	return nil
}

// CloseIdleConnections lets go of connections that are kept for the next call. The client stays usable.
func (c *Client) CloseIdleConnections() { c.line.CloseIdleConnections() }

// Skew is not measured here: the shop's own interface does.
func (c *Client) Skew() (time.Duration, bool) { return 0, false }

// RoundTrip is how long the last answered call took, 0 before the first.
func (c *Client) RoundTrip() time.Duration { return time.Duration(c.trip.Load()) }

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func visible(s string, shortest, longest int) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return len(s) >= shortest && len(s) <= longest
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// nonce is 128 random bits in hex (noncestr).
func (c *Client) nonce() (string, error) {
	var raw [16]byte
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := io.ReadFull(c.random, raw[:])
	return hex.EncodeToString(raw[:]), err
}

// failure is a call without an answer of the documented form.
type failure struct {
	code   pos.Code
	detail string // never an address, a token or a secret
}

// do sends a request and reads what is answered with HTTP 200, at most [maxBody] bytes.
func (c *Client) do(ctx context.Context, method, pathAndQuery string, body io.Reader) ([]byte, *failure) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, c.base+pathAndQuery, body)
	if err != nil {
		return nil, &failure{pos.CodeInternal, "the request cannot be made"}
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
		req.Header["Idempotency-Key"] = nil // never sent: any call here may be repeated, and this tells the transport
	}
	began := time.Now()
	resp, err := c.line.Do(req)
	if err != nil {
		return nil, c.unanswered(err)
	}
	defer func() { _ = resp.Body.Close() }() // only read
	switch status := resp.StatusCode; {
	case status/100 == 3, status == http.StatusNetworkAuthenticationRequired:
		return nil, &failure{pos.CodeCaptive, resp.Status}
	case status >= 500:
		return nil, &failure{pos.CodeServerFault, resp.Status}
	case status == http.StatusTooManyRequests:
		return nil, &failure{pos.CodeTooMany, resp.Status}
	case status != http.StatusOK:
		return nil, &failure{pos.CodeBadAnswer, resp.Status}
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, &failure{pos.CodeNoAnswer, "the answer broke off"}
	case len(text) > maxBody:
		return nil, &failure{pos.CodeBadAnswer, "the answer has no end"}
	}
	c.trip.Store(int64(time.Since(began)))
	return text, nil
}

// unanswered is why there is no answer. The error of the transport has the address in it, and that a secret.
func (c *Client) unanswered(err error) *failure {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	f := &failure{pos.CodeNoAnswer, c.tell(err.Error())}
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "dial" {
		f.code = pos.CodeUnreachable
	}
	if strings.Contains(f.detail, "@") || strings.Contains(f.detail, "://") { // a proxy with its password
		f.detail = "the connection was not made"
	}
	return f
}

// tell makes the words of others fit for screen and ledger: one line, at most 200 bytes, no secret of the account.
func (c *Client) tell(words string) string {
	for _, key := range []wechat.APIKey{c.config.AppSecret, c.config.PartnerKey, c.config.PaySignKey} {
		words = strings.ReplaceAll(words, key.Reveal(), "[hidden]")
	}
	return wechat.Cut(wechat.Clean(words), 200)
}
