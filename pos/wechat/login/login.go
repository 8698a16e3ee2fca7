// Package login turns the code that a mini-program got from wx.login into the payer's openid (小程序登录, auth.code2Session). [Client]
// implements pos.Login.
//
// The call has the mini-program's AppSecret in its address, as WeChat wants it, so no error of this package has an address in it and no
// redirect is followed. What comes with the openid, the session_key above all, is thrown away: nothing here needs it.
package login

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/wechat"
)

const (
	// CallTime is the most that a call takes. Somebody waits who waits three seconds in all.
	CallTime = 5 * time.Second
	// connectTime is the most that a connection takes, and again its TLS handshake.
	connectTime = 3 * time.Second
	// maxBody bytes are many times what WeChat answers.
	maxBody = 16 << 10
)

// Config says whose logins are asked about, and where.
type Config struct {
	BaseURL string        // https, or http to loopback; a path prefix is allowed
	AppID   string        // appid of the mini-program
	Secret  wechat.APIKey // its AppSecret

	// Transport carries the call. nil: the system's roots, TLS 1.2 or later, the proxy of the environment.
	Transport http.RoundTripper
}

// Reasons a configuration is refused. Each comes with CodeConfig and says nothing of the values.
var (
	ErrURL    = errors.New("a base URL is https, or http to loopback, without user, query or fragment")
	ErrAppID  = errors.New("appid is 1 to 32 letters and digits")
	ErrSecret = errors.New("the AppSecret is 1 to 128 visible characters")
)

// Client asks WeChat about logins. It holds nothing that has to be closed. Safe for concurrent use.
type Client struct {
	base, appID string
	secret      wechat.APIKey
	line        http.Client
}

var _ pos.Login = (*Client)(nil)

// New checks the configuration and makes a client. It does not connect. CodeConfig.
func New(config Config) (*Client, error) {
	const op = "set up logins"
	u, err := url.Parse(config.BaseURL)
	switch secret := config.Secret.Reveal(); {
	case err != nil, u.Host == "", u.User != nil, strings.ContainsAny(config.BaseURL, "?#"),
		u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		return nil, pos.E(pos.CodeConfig, op, ErrURL)
	case !visible(config.AppID, 32) || strings.ContainsFunc(config.AppID, notAlphanumeric):
		return nil, pos.E(pos.CodeConfig, op, ErrAppID)
	case !visible(secret, 128):
		return nil, pos.E(pos.CodeConfig, op, ErrSecret)
	}
	transport := config.Transport
	if transport == nil {
		transport = &http.Transport{
			Proxy:       http.ProxyFromEnvironment,
			DialContext: (&net.Dialer{Timeout: connectTime}).DialContext, TLSHandshakeTimeout: connectTime,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, MaxResponseHeaderBytes: 32 << 10,
			// A code works once. On a connection that was kept and has died the transport would send it again by itself.
			DisableKeepAlives: true,
		}
	}
	return &Client{
		base: strings.TrimRight(u.String(), "/"), appID: config.AppID, secret: config.Secret,
		line: http.Client{Transport: transport, Timeout: CallTime, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // the address has the secret in it
		}},
	}, nil
}

// session is what WeChat answers, as far as it is wanted.
type session struct {
	OpenID  string `json:"openid"`
	ErrCode int64  `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
}

// OpenID asks WeChat who logged in. CodeInvalid: the code is used up, too old or none, or WeChat has blocked it. CodeConfig: appid or
// AppSecret is wrong. Else uncertain, with its cause: CodeTooMany, CodeServerFault, CodeNoAnswer, CodeUnreachable, CodeCaptive,
// CodeBadAnswer, CodeUncertain. Not safe to repeat: a code works once, also when its answer was lost.
func (c *Client) OpenID(ctx context.Context, loginCode string) (string, error) {
	if !visible(loginCode, 128) {
		return "", fault(pos.CodeInvalid, "the login code is 1 to 128 visible characters")
	}
	query := url.Values{"appid": {c.appID}, "secret": {c.secret.Reveal()}, "js_code": {loginCode}, "grant_type": {"authorization_code"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/sns/jscode2session?"+query.Encode(), http.NoBody)
	if err != nil {
		return "", fault(pos.CodeInternal, "the request cannot be made")
	}
	resp, err := c.line.Do(req)
	if err != nil {
		code, why := cause(err)
		return "", fault(code, c.hide(why, loginCode))
	}
	defer func() { _ = resp.Body.Close() }() // only read
	if resp.StatusCode != http.StatusOK {
		return "", fault(statusCode(resp.StatusCode), fmt.Sprintf("HTTP %d", resp.StatusCode))
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	var s session
	switch {
	case err != nil:
		return "", fault(pos.CodeNoAnswer, "the answer broke off")
	case len(body) > maxBody, json.Unmarshal(body, &s) != nil:
		return "", fault(pos.CodeBadAnswer, "the answer is not JSON of the documented form")
	case s.ErrCode != 0:
		return "", fault(errorCode(s.ErrCode), c.hide(fmt.Sprintf("errcode %d: %s", s.ErrCode, s.ErrMsg), loginCode))
	case !openID(s.OpenID):
		return "", fault(pos.CodeBadAnswer, "the openid is missing or makes no sense")
	}
	return s.OpenID, nil
}

// errorCode is what an errcode means.
func errorCode(n int64) pos.Code {
	switch n {
	case 40029, // js_code无效: none, too old, or of another app
		40163, // code已使用
		40226: // 高风险等级用户，小程序登录拦截
		return pos.CodeInvalid
	case 40013, 41002, // appid无效, appid缺失
		40125, 41004: // appsecret无效, appsecret缺失
		return pos.CodeConfig
	case 45011: // API调用太频繁
		return pos.CodeTooMany
	case -1: // 系统繁忙
		return pos.CodeServerFault
	}
	return pos.CodeUncertain
}

// statusCode is what an answer other than HTTP 200 means.
func statusCode(status int) pos.Code {
	switch {
	case status/100 == 3, status == http.StatusNetworkAuthenticationRequired:
		return pos.CodeCaptive
	case status >= 500:
		return pos.CodeServerFault
	case status == http.StatusTooManyRequests:
		return pos.CodeTooMany
	}
	return pos.CodeBadAnswer
}

// cause is why there is no answer, without the address.
func cause(err error) (pos.Code, string) {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	code, why := pos.CodeNoAnswer, err.Error()
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "dial" {
		code = pos.CodeUnreachable
	}
	if strings.Contains(why, "@") || strings.Contains(why, "://") { // a proxy with its password
		why = "the connection was not made"
	}
	return code, why
}

// hide makes the words of others fit for a log: one line, at most 200 bytes, neither the secret nor the code.
func (c *Client) hide(words, loginCode string) string {
	for _, s := range []string{c.secret.Reveal(), loginCode} {
		words = strings.ReplaceAll(strings.ReplaceAll(words, s, "[hidden]"), url.QueryEscape(s), "[hidden]")
	}
	words = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(words, ""), func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
	for i := range words {
		if i > 200 {
			return words[:i]
		}
	}
	return words
}

func fault(code pos.Code, why string) error { return pos.E(code, "log in", errors.New(why)) }

// openID tells whether a text can be an openid.
func openID(s string) bool {
	return visible(s, 128) && !strings.ContainsFunc(s, func(r rune) bool { return notAlphanumeric(r) && r != '_' && r != '-' })
}

// visible tells whether s has from one to most visible characters of ASCII.
func visible(s string, most int) bool {
	return s != "" && len(s) <= most && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

func notAlphanumeric(r rune) bool { return (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z') }

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
