package sim

import (
	"bytes"
	"crypto/rand"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The practice account of the retired interface for apps (2014). Its keys are published here on purpose, like PracticeKey.
const (
	PracticeV1AppID      = "wx8888888888880003"
	PracticeV1Secret     = "practice0secret0of0the0v1app0000" // AppSecret
	PracticeV1PartnerID  = "1900000108"
	PracticeV1PartnerKey = "PracticePartnerKeyNotRealMoney00" // partnerKey: the package and the notices, MD5
	PracticeV1PaySignKey = "PracticePaySignKeyOnlyNotForRealMoney000000000000000000000000000" +
		"0000000000000000000000000000000000000000000000000000000000000000" // paySignKey (appkey), 128 characters: everything else, SHA-1
)

// V1Account is an account of the retired interface: opened before October 2014, by an app.
type V1Account struct{ AppID, Secret, PartnerID, PartnerKey, PaySignKey string }

// PracticeV1 is the account that a simulator without Options.V1 knows.
func PracticeV1() V1Account {
	return V1Account{PracticeV1AppID, PracticeV1Secret, PracticeV1PartnerID, PracticeV1PartnerKey, PracticeV1PaySignKey}
}

func (a V1Account) check() error {
	if a.AppID == "" || a.PartnerID == "" || a.Secret == "" || len(a.PartnerKey) != 32 || len(a.PaySignKey) != 128 {
		return errors.New("v1 account: appid, secret and partner id are needed, a partner key has 32 bytes, a paySignKey 128")
	}
	return nil
}

// v1Tokens is the access_token of the v1 account, and how many were given out on a day. Guarded by Sim.mu.
type v1Tokens struct {
	Token   string
	Expires time.Time
	Day     string // yyyyMMdd in UTC+8
	Given   int
}

const (
	v1TokenLife  = 7200 * time.Second
	v1TokenQuota = 200 // a day
)

// The errcodes of the retired interface. The last three have no documented number.
const (
	errV1Credential = 40001 // a token that is unknown, or that a newer one replaced
	errV1NoToken    = 41001
	errV1Expired    = 42001
	errV1Quota      = 45009
	errV1Format     = 47001
	errV1OtherApp   = 49001
	errV1Signature  = 49004
	errV1Package    = 49101
	errV1Repeated   = 49102
	errV1NoTrade    = 49103
)

const (
	pathV1Token   = "/cgi-bin/token"
	pathV1Prepay  = "/pay/genprepay"
	pathV1Query   = "/pay/orderquery" // also of API v2: it is this one with an access_token
	pathV1Deliver = "/pay/delivernotify"
)

// v1Action answers the JSON of one call, with s.mu held.
type v1Action func(*Sim, v1Request) (any, *apiError)

var v1Calls = map[string]v1Action{
	pathV1Prepay:  (*Sim).v1Prepay,
	pathV1Query:   (*Sim).v1Query,
	pathV1Deliver: (*Sim).v1Deliver,
}

// isV1 says whether a request is one of the retired interface.
func isV1(path string, r *http.Request) bool {
	return path == pathV1Token || path == pathV1Prepay || path == pathV1Deliver || path == pathV1Query && r.URL.Query().Has("access_token")
}

// v1Request is the body of a call: names in small letters and values as text, as they are signed.
type v1Request map[string]string

// serveV1 answers a request of the retired interface, as well as the fault in force lets it.
func (s *Sim) serveV1(w http.ResponseWriter, r *http.Request, prefix, path string) {
	log := Call{Host: r.Host, Prefix: prefix, Path: path}
	log.Fault = s.take(func(f Fault) bool {
		return strings.HasPrefix(f.Name, "v1-") && (f.Name != FaultV1Quota || path == pathV1Token) &&
			(f.Name != FaultV1BadToken && f.Name != FaultV1OldToken || path != pathV1Token)
	}).Name
	var answer any
	no := apiErrors[log.Fault]
	if no == nil {
		answer, no = s.actV1(r, path, &log)
	}
	log.Code = codeSuccess
	if no != nil {
		answer, log.Code = no, no.name()
	}
	s.logCall(log)
	if err := s.flush(); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	if log.Fault == FaultV1Lost {
		panic(http.ErrAbortHandler)
	}
	writeAPI(w, answer)
}

func (s *Sim) actV1(r *http.Request, path string, log *Call) (any, *apiError) {
	if path == pathV1Token {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.v1Token(r.URL.Query())
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if r.Method != http.MethodPost || err != nil || len(body) > maxBody {
		return nil, &apiError{errV1Format, "data format error"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if no := s.checkToken(r.URL.Query().Get("access_token")); no != nil {
		return nil, no
	}
	req, no := s.readV1(body)
	if no != nil {
		return nil, no
	}
	log.OutTradeNo = req["out_trade_no"]
	if p, err := readPackage(req["package"]); err == nil {
		log.OutTradeNo = p["out_trade_no"]
	}
	return v1Calls[path](s, req)
}

// v1Token is GET /cgi-bin/token. A new token ends the one before.
func (s *Sim) v1Token(q url.Values) (any, *apiError) {
	a, now := s.opts.V1, s.now()
	switch {
	case q.Get("grant_type") != "client_credential":
		return nil, &apiError{errGrantType, "invalid grant_type"}
	case q.Get("appid") != a.AppID:
		return nil, &apiError{errAppID, "invalid appid"}
	case !sameText(q.Get("secret"), a.Secret):
		return nil, &apiError{errAppSecret, "invalid appsecret"}
	}
	t := s.v1
	if day := now.Format("20060102"); t.Day != day {
		t.Day, t.Given = day, 0
	}
	if t.Given >= v1TokenQuota {
		return nil, &apiError{errV1Quota, "reach max api daily quota limit"}
	}
	t.Given++
	t.Token, t.Expires = "V1_"+rand.Text()+rand.Text(), now.Add(v1TokenLife)
	s.mark(t)
	return map[string]any{"access_token": t.Token, "expires_in": int(v1TokenLife / time.Second)}, nil
}

func (s *Sim) checkToken(token string) *apiError {
	switch {
	case token == "":
		return &apiError{errV1NoToken, "access_token missing"}
	case s.v1.Token == "" || !sameText(token, s.v1.Token):
		return &apiError{errV1Credential, "invalid credential"}
	case !s.now().Before(s.v1.Expires):
		return &apiError{errV1Expired, "access_token expired"}
	}
	return nil
}

// readV1 reads the body of a call and proves app_signature, in which every field takes part but itself and sign_method.
func (s *Sim) readV1(body []byte) (v1Request, *apiError) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var raw map[string]any
	if err := d.Decode(&raw); err != nil || d.More() {
		return nil, &apiError{errV1Format, "data format error"}
	}
	req := v1Request{}
	for name, value := range raw {
		switch value := value.(type) {
		case string:
			req[name] = value
		case json.Number:
			req[name] = value.String()
		default:
			return nil, &apiError{errV1Format, "data format error"}
		}
	}
	switch {
	case req["appid"] != s.opts.V1.AppID:
		return nil, &apiError{errV1OtherApp, "not same appid with appid of access_token"}
	case req["sign_method"] != "sha1":
		return nil, &apiError{errV1Format, "sign_method is sha1"}
	}
	signed := maps.Clone(req)
	delete(signed, "app_signature")
	delete(signed, "sign_method")
	if !sameText(req["app_signature"], s.opts.V1.sha1(signed)) {
		return nil, &apiError{errV1Signature, "not match signature"}
	}
	return req, nil
}

// sha1 is the signature by paySignKey: SHA-1 over name=value joined by &, sorted by name in small letters, with the key among them as
// appkey. Nothing is escaped. Lower-case hexadecimal.
func (a V1Account) sha1(fields map[string]string) string {
	all := maps.Clone(fields)
	all["appkey"] = a.PaySignKey
	parts := make([]string, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		parts = append(parts, strings.ToLower(name)+"="+all[name])
	}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "&")))
	return hex.EncodeToString(sum[:])
}

// errPackage is a package that is not written as it must be.
var errPackage = errors.New("not sorted name=value, escaped by RFC 3986, with the sign at the end")

// readPackage reads name=value&…&sign=…: sorted by name, each value escaped by RFC 3986 (%20 and no +, large hexadecimal digits).
func readPackage(text string) (map[string]string, error) {
	f := map[string]string{}
	last := ""
	for part := range strings.SplitSeq(text, "&") {
		name, escaped, ok := strings.Cut(part, "=")
		value, err := url.PathUnescape(escaped)
		if !ok || err != nil || escape3986(value) != escaped || f["sign"] != "" || name != "sign" && name <= last {
			return nil, fmt.Errorf("%w: at %q", errPackage, part)
		}
		f[name] = value
		last = name
	}
	if f["sign"] == "" {
		return nil, fmt.Errorf("%w: no sign", errPackage)
	}
	return f, nil
}

// escape3986 escapes every byte but the unreserved ones of RFC 3986.
func escape3986(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || strings.IndexByte("-_.~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
