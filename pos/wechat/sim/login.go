package sim

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strings"
	"time"
)

// pathSession turns a login code into an openid (auth.code2Session).
const pathSession = "/sns/jscode2session"

// loginLife is how long a login code works.
const loginLife = 5 * time.Minute

// The errcodes of api.weixin.qq.com.
const (
	errBusy       = -1
	errGrantType  = 40002
	errAppID      = 40013
	errLoginCode  = 40029
	errAppSecret  = 40125
	errCodeUsed   = 40163
	errNoCode     = 41008
	errTooOften   = 45011
	wordsTooOften = "api minute-quota reach limit  mustslower  retry next minute"
)

// loginCode is a code that a mini-program got from wx.login. Guarded by Sim.mu.
type loginCode struct {
	Code    string
	AppID   string
	OpenID  string
	Expires time.Time
	Used    bool `json:",omitempty"`
}

// LoginCode is a mini-program that calls wx.login: a code which its server can turn into the openid, once, for five minutes. Empty
// arguments mean the shop's mini-program and the practice customer. ErrNoApp.
func (s *Sim) LoginCode(appID, openID string) (string, error) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return "", ErrStopped
	}
	if appID == "" {
		appID = s.shop.MiniAppID
	}
	if openID == "" {
		openID = s.customerAt(appID)
	}
	if !merchants(s.opts.Merchants).knowsAppID(appID) {
		s.mu.Unlock()
		return "", ErrNoApp
	}
	c := &loginCode{Code: "0" + rand.Text() + "simu", AppID: appID, OpenID: openID, Expires: s.now().Add(loginLife)}
	s.keepLogin(c)
	s.mark(c)
	s.mu.Unlock()
	return c.Code, s.flush()
}

// keepLogin takes a code in and lets those go that nobody can ask about any more. Call with s.mu held.
func (s *Sim) keepLogin(c *loginCode) {
	if len(s.logins) >= logLimit {
		for code, old := range s.logins {
			if s.now().After(old.Expires) {
				delete(s.logins, code)
			}
		}
	}
	s.logins[c.Code] = c
}

// serveSession is GET /sns/jscode2session.
func (s *Sim) serveSession(w http.ResponseWriter, r *http.Request, prefix string) {
	log := Call{Host: r.Host, Prefix: prefix, Path: pathSession}
	fault := s.take(func(f Fault) bool { return strings.HasPrefix(f.Name, "login-") })
	log.Fault = fault.Name
	openID, no := "", apiErrors[fault.Name]
	if no == nil {
		openID, no = s.session(r)
	}
	log.Code = codeSuccess
	if no != nil {
		log.Code = no.name()
	}
	s.logCall(log)
	if err := s.flush(); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	switch {
	case fault.Name == FaultLoginLost:
		panic(http.ErrAbortHandler)
	case no != nil:
		writeAPI(w, no)
		return
	}
	writeAPI(w, map[string]string{"openid": openID, "session_key": sessionKey()})
}

// session uses a login code up.
func (s *Sim) session(r *http.Request) (openID string, no *apiError) {
	q := r.URL.Query()
	s.mu.Lock()
	defer s.mu.Unlock()
	known := merchants(s.opts.Merchants)
	switch m, ok := known.byAppID(q.Get("appid")); {
	case !ok:
		return "", &apiError{errAppID, "invalid appid"}
	case m.Secret == "" || !sameText(q.Get("secret"), m.Secret):
		return "", &apiError{errAppSecret, "invalid appsecret"}
	case q.Get("grant_type") != "authorization_code":
		return "", &apiError{errGrantType, "invalid grant_type"}
	case q.Get("js_code") == "":
		return "", &apiError{errNoCode, "missing code"}
	}
	c := s.logins[q.Get("js_code")]
	switch {
	case c == nil, c.AppID != q.Get("appid"), !s.now().Before(c.Expires):
		return "", &apiError{errLoginCode, "invalid code"}
	case c.Used:
		return "", &apiError{errCodeUsed, "code been used"}
	}
	c.Used = true
	s.mark(c)
	return c.OpenID, nil
}

// sessionKey is a key that nobody needs to pay.
func sessionKey() string { return base64.StdEncoding.EncodeToString([]byte(rand.Text()[:16])) }
