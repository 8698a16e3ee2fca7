package apiv1

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"time"

	"guitai/pos"
)

// The access_token's life, and how many a day has (获取access_token). Of its life the last minutes are not used: a call that begins in time
// must also arrive in time.
const (
	TokenLife  = 7200 * time.Second
	TokenQuota = 200
	tokenSpare = 5 * time.Minute
	// tokenRest is how long nothing is asked after a token that was fresh was not taken. It is the account that is not taken then, and the
	// day's tokens must last for the day: without one nothing is known of any payment.
	tokenRest = 8 * time.Minute
)

// Token is an access_token, and how many were fetched on its day. It is worth as much as a secret while it lives.
type Token struct {
	AppID   string    `json:"appid"` // whose it is
	Value   string    `json:"access_token"`
	Until   time.Time `json:"until"`
	Day     string    `json:"day"` // yyyyMMdd in UTC+8
	Fetched int       `json:"fetched"`
}

// TokenStore keeps the token. Safe for concurrent use.
type TokenStore interface {
	// LoadToken returns what was saved last, the zero Token for nothing.
	LoadToken(ctx context.Context) (Token, error)
	// SaveToken replaces it.
	SaveToken(ctx context.Context, t Token) error
}

// memory keeps a token as long as the program runs.
type memory struct {
	mu sync.Mutex
	t  Token
}

func (m *memory) LoadToken(context.Context) (Token, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.t, nil
}

func (m *memory) SaveToken(_ context.Context, t Token) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.t = t
	return nil
}

// tokens is the token in hand. turn lets one call at a time fetch another: each new one ends the one before.
type tokens struct {
	turn chan struct{}
	now  Token // by whoever has the turn
	read bool

	refused   string // a token that was fresh and was not taken
	refusedAt time.Time
}

// token returns a token that still lives. not is one that WeChat did not take: another is fetched, unless somebody else has done so already.
func (c *Client) token(ctx context.Context, not string) (string, *failure) {
	select {
	case c.tokens.turn <- struct{}{}:
		defer func() { <-c.tokens.turn }()
	case <-ctx.Done():
		return "", &failure{pos.CodeNoAnswer, "no access_token in time"}
	}
	t := &c.tokens
	if !t.read {
		kept, err := c.config.Tokens.LoadToken(ctx)
		if err == nil && kept.AppID == c.config.AppID { // else it is fetched anew, and the day has one less
			t.now = kept
		}
		t.read = true
	}
	t.now.AppID = c.config.AppID
	now := c.config.Clock.Now()
	if t.now.Value != "" && t.now.Value == t.refused && now.Sub(t.refusedAt).Abs() < tokenRest {
		return "", &failure{pos.CodeConfig, "a fresh access_token was not taken"}
	}
	if left := t.now.Until.Sub(now); t.now.Value != "" && t.now.Value != not && left > tokenSpare && left <= TokenLife {
		return t.now.Value, nil
	}
	if day := now.In(beijing).Format("20060102"); t.now.Day != day {
		t.now.Day, t.now.Fetched = day, 0
	}
	if t.now.Fetched >= TokenQuota {
		return "", &failure{pos.CodeTooMany, "the day's access_tokens are used up"}
	}
	return c.fetchToken(ctx, now)
}

// refuse notes that a token which had just been fetched was not taken.
func (c *Client) refuse(token string) {
	c.tokens.turn <- struct{}{}
	defer func() { <-c.tokens.turn }()
	c.tokens.refused, c.tokens.refusedAt = token, c.config.Clock.Now()
}

// fetchToken asks for a token. It is counted before it is asked for: an answer that is lost counts at WeChat as well.
func (c *Client) fetchToken(ctx context.Context, now time.Time) (string, *failure) {
	t := &c.tokens
	t.now.Fetched++
	q := url.Values{"grant_type": {"client_credential"}, "appid": {c.config.AppID}, "secret": {c.config.AppSecret.Reveal()}}
	text, f := c.do(ctx, http.MethodGet, "/cgi-bin/token?"+q.Encode(), nil)
	var answer struct {
		Token   string `json:"access_token"`
		Expires int    `json:"expires_in"` // seconds
		complaint
	}
	switch {
	case f != nil:
	case json.Unmarshal(text, &answer) != nil:
		f = &failure{pos.CodeBadAnswer, "access_token"}
	case answer.Code != 0:
		f = &failure{tokenCode(answer.Code), c.tell(answer.String())}
	case !visible(answer.Token, 1, 512) || answer.Expires <= 0:
		f = &failure{pos.CodeBadAnswer, "access_token or expires_in"}
	}
	if f != nil {
		_ = c.config.Tokens.SaveToken(ctx, t.now) // the count; without it a restart counts anew, and WeChat keeps its own
		return "", f
	}
	t.now.Value, t.now.Until = answer.Token, now.Add(min(time.Duration(answer.Expires)*time.Second, TokenLife))
	_ = c.config.Tokens.SaveToken(ctx, t.now) // what is not kept is fetched again after a restart
	return answer.Token, nil
}

// tokenCode is what an errcode of the token's call means.
func tokenCode(n int) pos.Code {
	switch n {
	case 40001, 40013, 40125, 41002, 41004, 40002: // AppSecret or appid is wrong
		return pos.CodeConfig
	case 45009, 45011: // 接口调用超过限制
		return pos.CodeTooMany
	case -1: // 系统繁忙
		return pos.CodeServerFault
	}
	return pos.CodeBadAnswer
}
