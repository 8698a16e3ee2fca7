package relay

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"guitai/pos"
)

// keepLimit is how long the mailbox may take. With [Wait] before it WeChat still has the answer within its five seconds.
const keepLimit = 1500 * time.Millisecond

const maxQuery = 4 << 10 // bytes

// generation is which of WeChat's interfaces a notice is of. They differ in what success looks like.
type generation string

const (
	gen1 generation = "v1" // everything in the query, with sign; answered by a word
	gen2 generation = "v2" // XML
	gen3 generation = "v3" // JSON, signed in the headers
)

// success is the answer to a notice that is on disk here.
func (g generation) success() (status int, contentType string, body []byte) {
	switch g {
	case gen1:
		return http.StatusOK, "text/plain; charset=utf-8", []byte("success")
	case gen2:
		return http.StatusOK, contentXML, []byte("<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>")
	default:
		return http.StatusOK, "", nil
	}
}

// failed is the answer to a notice that is to come again, or should not have come.
func failed(status int, words string, outcome Outcome) reply {
	return reply{status, contentJSON, []byte(`{"code":"FAIL","message":"` + words + `"}`), outcome}
}

// shape tells a notice's generation by its looks; false for what is none.
func shape(r *http.Request, body []byte) (generation, bool) {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(body, []byte("\ufeff")), " \t\r\n")
	begins := func(c byte) bool { return len(trimmed) > 0 && trimmed[0] == c }
	switch {
	case r.Header.Get(headerSignature) != "" && begins('{'):
		return gen3, true
	case r.URL.RawQuery != "" && hasSign(r.URL.RawQuery):
		return gen1, true
	case begins('<'):
		return gen2, true
	default:
		return "", false
	}
}

func hasSign(query string) bool {
	q, err := url.ParseQuery(query)
	return err == nil && q.Get("sign") != ""
}

// noticeID names a notice so that its repetition has the same name. WeChat's own id counts only once its signature is verified: else somebody
// could take the place of a notice before it comes.
func noticeID(g generation, v verdict, query string, body []byte) string {
	if g == gen3 && (v == genuine || v == stale) {
		var named struct {
			ID string `json:"id"`
		}
		if json.Unmarshal(body, &named) == nil && len(named.ID) <= maxKeyID && validKeyID(named.ID) {
			return "3-" + named.ID
		}
	}
	sum := sha256.New()
	io.WriteString(sum, query) //nolint:errcheck // a hash takes everything
	sum.Write([]byte{0})       //nolint:errcheck // likewise
	sum.Write(body)            //nolint:errcheck // likewise
	return string(g[1:]) + "=" + hex.EncodeToString(sum.Sum(nil))
}

// notice is POST /n/ROUTE: forward and wait, else keep.
func (s *Server) notice(w http.ResponseWriter, r *http.Request, to *route, began time.Time) {
	body, fail := s.readBody(w, r)
	if fail != nil {
		s.finish(w, to, pos.RelayNotice, *fail, began)
		return
	}
	g, ok := shape(r, body)
	if !ok {
		s.finish(w, to, pos.RelayNotice, failed(http.StatusBadRequest, "not a notice", Malformed), began)
		return
	}
	now := s.cfg.Clock.Now()
	v := unjudged
	if g == gen3 {
		v = s.routing.Load().keys[to.Shop].judge(r.Header, body, now)
	}
	till := to.Tills[0]
	f, first := s.hub.take(till, noticeID(g, v, r.URL.RawQuery, body))
	if !first {
		select {
		case <-f.over:
			s.finish(w, to, pos.RelayNotice, f.reply, began)
		case <-r.Context().Done():
			s.cfg.Metrics.handled(pos.RelayNotice, Malformed, time.Since(began))
		}
		return
	}
	request := pos.RelayRequest{
		ID: f.key.id, Kind: pos.RelayNotice, Method: r.Method, Query: r.URL.RawQuery, Header: passedOn(r.Header), Body: body,
		ReceivedAt: now.UTC().Truncate(time.Millisecond),
	}
	result := failed(http.StatusInternalServerError, "try again", Unavailable) // should carry panic
	defer func() { s.lateAnswer(context.WithoutCancel(r.Context()), f, result) }()
	// Whoever posts it may hang up: then WeChat repeats, and what was begun is ended all the same.
	result = s.carry(context.WithoutCancel(r.Context()), to, f, request, g, v)
	s.finish(w, to, pos.RelayNotice, result, began)
}

// carry forwards a notice and waits, and keeps it when no answer comes.
func (s *Server) carry(ctx context.Context, to *route, f *flight, r pos.RelayRequest, g generation, v verdict) reply {
	forward := r
	forward.Within = Wait
	if s.hub.send(f, forward) {
		timer := time.NewTimer(Wait)
		defer timer.Stop()
		select {
		case <-f.done:
		case <-timer.C:
		}
		if a := s.hub.answerOf(f); a != nil {
			return g.passOn(*a)
		}
	}
	switch v {
	case forged, stale:
		return failed(http.StatusUnauthorized, "signature", Forged)
	case unknownKey:
		s.wantKeys(to.Shop)
		return failed(http.StatusUnauthorized, "unknown serial", UnknownKey)
	}
	if !s.mayKeep(to, r) {
		return failed(http.StatusServiceUnavailable, "try again", Unavailable)
	}
	ctx, cancel := context.WithTimeout(ctx, keepLimit)
	defer cancel()
	r.Stored = true
	known, taken, err := s.cfg.Central.Keep(ctx, f.key.till, r)
	s.health.kept(err)
	if err != nil {
		s.log.Error("notice not kept", "route", to.short(), "code", pos.CodeOf(err), "err", err)
		return failed(http.StatusServiceUnavailable, "try again", Unavailable)
	}
	if !taken {
		s.hub.kept(f, r, time.Now())
	}
	status, contentType, body := g.success()
	outcome := Stored
	if known {
		outcome = Known
	}
	return reply{status, contentType, body, outcome}
}

// lateAnswer ends a flight. An answer that came while the notice was being kept takes it out of the mailbox again.
func (s *Server) lateAnswer(ctx context.Context, f *flight, result reply) {
	a := s.hub.end(f, result)
	if a == nil || (result.outcome != Stored && result.outcome != Known) {
		return
	}
	if err := s.note(ctx, f.key.till, []pos.RelayAnswer{*a}); err != nil {
		s.log.Warn("late answer not noted: the notice will be handed down again", "code", pos.CodeOf(err), "err", err)
	}
}

// passOn is a till's answer to a notice as WeChat wants it: the older interfaces say no in the body, with 200. The till's status says what becomes
// of a copy here.
func (g generation) passOn(a pos.RelayAnswer) reply {
	r := fromTill(a)
	if g != gen3 && len(a.Body) > 0 && r.status >= 300 && r.status == a.Status {
		r.status = http.StatusOK
	}
	return r
}

// fromTill is a till's answer as it goes out.
func fromTill(a pos.RelayAnswer) reply {
	if a.Status < 200 || a.Status > 599 || len(a.Body) > MaxBody {
		return failed(http.StatusInternalServerError, "try again", Forwarded)
	}
	if !plainType(a.ContentType) {
		a.ContentType = ""
	}
	return reply{a.Status, a.ContentType, a.Body, Forwarded}
}

// plainType tells whether a till's content type can go into a header as it is.
func plainType(t string) bool {
	return len(t) <= 128 && !strings.ContainsFunc(t, func(r rune) bool { return r < ' ' || r > '~' })
}

// readBody reads at most [MaxBody].
func (s *Server) readBody(w http.ResponseWriter, r *http.Request) ([]byte, *reply) {
	if len(r.URL.RawQuery) > maxQuery {
		fail := failed(http.StatusRequestURITooLong, "query too long", TooLarge)
		return nil, &fail
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	s.cfg.Metrics.bytes(len(body), 0)
	if err == nil {
		return body, nil
	}
	fail := failed(http.StatusBadRequest, "body cut off", Malformed)
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		fail = failed(http.StatusRequestEntityTooLarge, "too large", TooLarge)
	}
	return nil, &fail
}

// Bounds of the headers that are passed on.
const (
	maxHeaders     = 16
	maxHeaderName  = 64
	maxHeaderValue = 2 << 10
)

// passedOn are the headers that mean something to a till.
func passedOn(h http.Header) map[string]string {
	out := map[string]string{}
	for name, values := range h {
		if name != "Content-Type" && !strings.HasPrefix(name, "Wechatpay-") && !strings.HasPrefix(name, "Guitai-") {
			continue
		}
		if len(values) == 0 || len(values[0]) > maxHeaderValue || len(name) > maxHeaderName {
			continue
		}
		out[name] = values[0]
	}
	for name := range out {
		if len(out) <= maxHeaders {
			break
		}
		if name != "Content-Type" && name != headerTimestamp && name != headerNonce && name != headerSignature && name != headerSerial {
			delete(out, name) // which ones is no matter: nobody honest sends so many
		}
	}
	return out
}
