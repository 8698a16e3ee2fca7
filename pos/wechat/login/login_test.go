package login

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/wechat"
)

const (
	testApp    = "wx1111111111111111"
	testSecret = "0123456789abcdef0123456789+/=&%@"
	testCode   = "0a3Xy+Zw/w3"
	testPayer  = "oUpF8uMEb4qRXf22hE3X68TekukE"
)

// line is a RoundTripper that answers one thing and remembers what it was asked.
type line struct {
	answer func(*http.Request) (*http.Response, error)

	mu    sync.Mutex
	asked []*http.Request
}

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	l.asked = append(l.asked, r)
	l.mu.Unlock()
	return l.answer(r)
}

func says(status int, body string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: http.Header{"Location": {"https://elsewhere.invalid/"}}, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
}

func fails(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

func newClient(t testing.TB, answer func(*http.Request) (*http.Response, error)) (*Client, *line) {
	t.Helper()
	l := &line{answer: answer}
	c, err := New(Config{BaseURL: "https://api.weixin.qq.com/", AppID: testApp, Secret: wechat.NewAPIKey(testSecret), Transport: l})
	if err != nil {
		t.Fatal(err)
	}
	return c, l
}

// silent looks for a secret in what an error says.
func silent(t *testing.T, name string, err error) {
	t.Helper()
	for _, text := range []string{fmt.Sprint(err), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err)} {
		for _, s := range []string{testSecret, url.QueryEscape(testSecret), testSecret[:16], testCode, url.QueryEscape(testCode), "jscode2session"} {
			if strings.Contains(text, s) {
				t.Errorf("%s: the error tells %q: %s", name, s, text)
			}
		}
	}
}

func TestOpenID_AsksAsDocumented(t *testing.T) {
	c, l := newClient(t, says(200, `{"session_key":"HyVFkGl5F5OQWJZZaNzBBg==","openid":"`+testPayer+`","unionid":"u","new":{"a":[1]}}`))
	got, err := c.OpenID(t.Context(), testCode)
	if err != nil || got != testPayer {
		t.Fatalf("%q, %v", got, err)
	}
	r := l.asked[0]
	want := url.Values{"appid": {testApp}, "secret": {testSecret}, "js_code": {testCode}, "grant_type": {"authorization_code"}}
	if r.Method != "GET" || r.URL.Scheme+"://"+r.URL.Host+r.URL.Path != "https://api.weixin.qq.com/sns/jscode2session" || r.URL.Query().Encode() != want.Encode() || len(l.asked) != 1 {
		t.Errorf("asked %s, %d times", r.URL, len(l.asked))
	}
}

func TestOpenID_Answers(t *testing.T) {
	errcode := func(n int) func(*http.Request) (*http.Response, error) {
		return says(200, `{"errcode":`+strconv.Itoa(n)+`,"errmsg":"words of `+testSecret+` and `+testCode+`,\r\n rid: 6f"}`)
	}
	for _, c := range []struct {
		name   string
		answer func(*http.Request) (*http.Response, error)
		want   pos.Code
	}{
		{"errcode 0 with an openid", says(200, `{"errcode":0,"errmsg":"ok","openid":"`+testPayer+`"}`), pos.CodeNone},
		{"no such code", errcode(40029), pos.CodeInvalid},
		{"used up", errcode(40163), pos.CodeInvalid},
		{"blocked", errcode(40226), pos.CodeInvalid},
		{"too often", errcode(45011), pos.CodeTooMany},
		{"busy", errcode(-1), pos.CodeServerFault},
		{"wrong appid", errcode(40013), pos.CodeConfig},
		{"wrong secret", errcode(40125), pos.CodeConfig},
		{"no appid", errcode(41002), pos.CodeConfig},
		{"no secret", errcode(41004), pos.CodeConfig},
		{"never heard of", errcode(99999), pos.CodeUncertain},
		{"an errcode beside an openid", says(200, `{"errcode":40029,"openid":"`+testPayer+`"}`), pos.CodeInvalid},
		{"no openid", says(200, `{}`), pos.CodeBadAnswer},
		{"an openid with markup", says(200, `{"openid":"o<b>"}`), pos.CodeBadAnswer},
		{"a long openid", says(200, `{"openid":"`+strings.Repeat("o", 129)+`"}`), pos.CodeBadAnswer},
		{"an openid that is a number", says(200, `{"openid":1}`), pos.CodeBadAnswer},
		{"nothing", says(200, ""), pos.CodeBadAnswer},
		{"a page", says(200, "<html>"), pos.CodeBadAnswer},
		{"too much", says(200, `{"openid":"`+testPayer+`","x":"`+strings.Repeat("x", maxBody)+`"}`), pos.CodeBadAnswer},
		{"a redirect", says(302, ""), pos.CodeCaptive},
		{"a log-in page", says(511, ""), pos.CodeCaptive},
		{"HTTP 500", says(500, ""), pos.CodeServerFault},
		{"HTTP 429", says(429, ""), pos.CodeTooMany},
		{"HTTP 404", says(404, ""), pos.CodeBadAnswer},
		{"no connection", fails(&net.OpError{Op: "dial", Net: "tcp", Err: errors.New("refused")}), pos.CodeUnreachable},
		{"a lost connection", fails(io.ErrUnexpectedEOF), pos.CodeNoAnswer},
		{"a proxy's password", fails(errors.New("proxyconnect http://user:" + testSecret + "@proxy")), pos.CodeNoAnswer},
		{"an answer that breaks off", func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(io.MultiReader(strings.NewReader("{"), broken{}))}, nil
		}, pos.CodeNoAnswer},
	} {
		client, l := newClient(t, c.answer)
		got, err := client.OpenID(t.Context(), testCode)
		if pos.CodeOf(err) != c.want || (got == testPayer) != (c.want == pos.CodeNone) || got != "" && err != nil || len(l.asked) != 1 {
			t.Errorf("%s: %q, %v (%s), asked %d times, want %s", c.name, got, err, pos.CodeOf(err), len(l.asked), c.want)
		}
		if err != nil {
			silent(t, c.name, err)
			if strings.ContainsAny(err.Error(), "\r\n") || len(err.Error()) > 220 {
				t.Errorf("%s: %q", c.name, err)
			}
		}
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("lost") }

func TestOpenID_ACodeThatIsNone(t *testing.T) {
	c, l := newClient(t, says(200, "{}"))
	for _, code := range []string{"", "a b", "码", "a\n", strings.Repeat("a", 129)} {
		if _, err := c.OpenID(t.Context(), code); pos.CodeOf(err) != pos.CodeInvalid {
			t.Errorf("%q: %v", code, err)
		}
	}
	if len(l.asked) != 0 {
		t.Errorf("asked %d times", len(l.asked))
	}
}

func TestOpenID_NobodyWaitsLong(t *testing.T) {
	never := func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	synctest.Test(t, func(t *testing.T) {
		c, _ := newClient(t, never)
		for want, within := range map[time.Duration]time.Duration{CallTime: time.Hour, 2 * time.Second: 2 * time.Second} {
			ctx, cancel := context.WithTimeout(t.Context(), within)
			began := time.Now()
			_, err := c.OpenID(ctx, testCode)
			cancel()
			if pos.CodeOf(err) != pos.CodeNoAnswer || time.Since(began) != want {
				t.Errorf("%v after %v", err, time.Since(began))
			}
			silent(t, "silence", err)
		}
	})
}

// Over real sockets: no redirect takes the secret along, and no error of the network tells the address.
func TestOpenID_OverSockets(t *testing.T) {
	elsewhere := 0
	mux := http.NewServeMux()
	mux.HandleFunc("/moved/sns/jscode2session", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/else", http.StatusFound) })
	mux.HandleFunc("/else", func(http.ResponseWriter, *http.Request) { elsewhere++ })
	mux.HandleFunc("/good/sns/jscode2session", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("secret") == testSecret && r.URL.Query().Get("js_code") == testCode {
			_, _ = io.WriteString(w, `{"openid":"`+testPayer+`"}`)
		}
	})
	mux.HandleFunc("/lost/sns/jscode2session", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	server := httptest.NewServer(mux)
	defer server.Close()
	ask := func(base string) (string, error) {
		c, err := New(Config{BaseURL: base, AppID: testApp, Secret: wechat.NewAPIKey(testSecret)})
		if err != nil {
			t.Fatal(err)
		}
		return c.OpenID(t.Context(), testCode)
	}
	if got, err := ask(server.URL + "/good"); err != nil || got != testPayer {
		t.Errorf("%q, %v", got, err)
	}
	for path, want := range map[string]pos.Code{"/moved": pos.CodeCaptive, "/lost": pos.CodeNoAnswer} {
		_, err := ask(server.URL + path)
		if pos.CodeOf(err) != want || elsewhere != 0 {
			t.Errorf("%s: %v, followed %d times", path, err, elsewhere)
		}
		silent(t, path, err)
	}
	_, err := ask("http://127.0.0.1:1") // a free port would be one only until the system gives it to another program
	if pos.CodeOf(err) != pos.CodeUnreachable {
		t.Errorf("nobody there: %v (%s)", err, pos.CodeOf(err))
	}
	silent(t, "nobody there", err)
}

func TestNew_Refuses(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"no URL":             func(c *Config) { c.BaseURL = "" },
		"in the clear":       func(c *Config) { c.BaseURL = "http://api.weixin.qq.com" },
		"a user":             func(c *Config) { c.BaseURL = "https://u:p@api.weixin.qq.com" },
		"a query":            func(c *Config) { c.BaseURL = "https://api.weixin.qq.com/?a" },
		"no appid":           func(c *Config) { c.AppID = "" },
		"an odd appid":       func(c *Config) { c.AppID = "wx&a" },
		"a long appid":       func(c *Config) { c.AppID = strings.Repeat("w", 33) },
		"no secret":          func(c *Config) { c.Secret = wechat.APIKey{} },
		"a secret of lines":  func(c *Config) { c.Secret = wechat.NewAPIKey("a\nb") },
		"a secret too large": func(c *Config) { c.Secret = wechat.NewAPIKey(strings.Repeat("s", 129)) },
	} {
		config := Config{BaseURL: "http://127.0.0.1:1/x", AppID: testApp, Secret: wechat.NewAPIKey(testSecret)}
		if _, err := New(config); err != nil {
			t.Fatal(err)
		}
		change(&config)
		if c, err := New(config); pos.CodeOf(err) != pos.CodeConfig || c != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	c, _ := newClient(t, nil)
	if text := fmt.Sprintf("%+v %#v", c, *c); strings.Contains(text, testSecret) {
		t.Error("a client that is printed shows its secret")
	}
}
