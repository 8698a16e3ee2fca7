package relay

import (
	"encoding/json"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"guitai/pos"
)

const (
	contentJSON = "application/json; charset=utf-8"
	contentXML  = "text/xml; charset=utf-8"

	pathNotice   = "/n/"
	pathCallback = "/m/"
	pathPrepay   = "/p/"
	pathHealth   = "/healthz"
	pathPage     = "/pair"

	maxPath = 200 // bytes of a path after the shop's route
)

// ServeHTTP answers WeChat, the shop's own mini-program or app, and the tills. Paths are taken as they come: there is no other spelling of one.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.door.enter() {
		problem(w, http.StatusServiceUnavailable, "stopping", "the relay does not run")
		return
	}
	defer s.door.leave()
	defer s.rescue(w)
	path := r.URL.Path
	if r.URL.RawPath != "" {
		s.nowhere(w)
		return
	}
	if len(path) > 3 {
		switch path[:3] {
		case pathNotice:
			s.outside(w, r, pos.RelayNotice, path[3:])
			return
		case pathCallback:
			s.outside(w, r, pos.RelayCallback, path[3:])
			return
		case pathPrepay:
			s.outside(w, r, pos.RelayPrepay, path[3:])
			return
		}
	}
	switch path {
	case PathStream:
		s.forTill(w, r, http.MethodGet, true, s.stream)
	case PathAnswer:
		s.forTill(w, r, http.MethodPost, false, without(s.answers))
	case PathToken:
		s.forTill(w, r, http.MethodPost, false, without(s.rotate))
	case PathKey:
		s.forTill(w, r, http.MethodPost, false, without(s.key))
	case PathTill:
		s.forTill(w, r, http.MethodGet, true, without(func(w http.ResponseWriter, _ *http.Request, till pos.RelayTill) { writeJSON(w, s.paired(till)) }))
	case PathPair:
		if method(w, r, http.MethodPost) {
			s.pair(w, r)
		}
	case pathHealth:
		s.healthz(w)
	case pathPage:
		if method(w, r, http.MethodGet) {
			s.page(w)
		}
	default:
		s.nowhere(w)
	}
}

// forTill answers a till, once its token is known. connects: the token is looked up even when the till is connected.
func (s *Server) forTill(w http.ResponseWriter, r *http.Request, verb string, connects bool, do func(http.ResponseWriter, *http.Request, pos.RelayTill, pos.TokenHash)) {
	if !method(w, r, verb) {
		return
	}
	if s.routing.Load() == nil {
		problem(w, http.StatusServiceUnavailable, "unavailable", "the relay's database does not answer yet: try again")
		return
	}
	if till, token, ok := s.authorize(w, r, connects); ok {
		do(w, r, till, token)
	}
}

func without(do func(http.ResponseWriter, *http.Request, pos.RelayTill)) func(http.ResponseWriter, *http.Request, pos.RelayTill, pos.TokenHash) {
	return func(w http.ResponseWriter, r *http.Request, till pos.RelayTill, _ pos.TokenHash) { do(w, r, till) }
}

// outside is a request of WeChat's or of a shop's own server. The cheap looks come first: an unknown route costs neither a query nor memory.
func (s *Server) outside(w http.ResponseWriter, r *http.Request, kind pos.RelayKind, rest string) {
	began := time.Now()
	name, path := rest, ""
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		name, path = rest[:i], rest[i:]
	}
	routes := s.routing.Load()
	if routes == nil {
		s.refuse(w, kind, http.StatusServiceUnavailable, Unavailable, began)
		return
	}
	to := routes.routes[name]
	switch {
	case to == nil || to.Whole != (kind != pos.RelayNotice) || len(to.Tills) == 0 || !goodPath(kind, path):
		s.nowhere(w)
	case r.Method != http.MethodPost && (kind == pos.RelayNotice || r.Method != http.MethodGet):
		w.Header().Set("Allow", http.MethodPost)
		s.refuse(w, kind, http.StatusMethodNotAllowed, Malformed, began)
	case r.ContentLength > MaxBody:
		s.refuse(w, kind, http.StatusRequestEntityTooLarge, TooLarge, began)
	case !to.bucket.take(began, s.cfg.Limits.Rate, s.cfg.Limits.Burst):
		w.Header().Set("Retry-After", "1")
		s.refuse(w, kind, http.StatusTooManyRequests, Limited, began)
	case kind == pos.RelayNotice && strings.HasPrefix(r.Header.Get(headerSignature), probe):
		s.finish(w, to, kind, failed(http.StatusUnauthorized, "signature", Probe), began)
	default:
		size := r.ContentLength
		if size < 0 {
			size = MaxBody
		}
		if !s.load.take(size, s.cfg.Limits) {
			w.Header().Set("Retry-After", "1")
			s.refuse(w, kind, http.StatusServiceUnavailable, Unavailable, began)
			return
		}
		defer s.load.give(size)
		if kind == pos.RelayNotice {
			s.notice(w, r, to, began)
		} else {
			s.waitFor(w, r, to, kind, path, began)
		}
	}
}

// goodPath tells whether what stands after a route can be meant. A callback's may be empty or anything of a prepay's.
func goodPath(kind pos.RelayKind, path string) bool {
	if kind == pos.RelayNotice {
		return path == ""
	}
	if len(path) > maxPath || strings.Contains(path, "//") {
		return false
	}
	for part := range strings.SplitSeq(path, "/") {
		if part == "." || part == ".." {
			return false
		}
	}
	return !strings.ContainsFunc(path, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune("/-._~*@:", r)
	})
}

var (
	nowhereBody = []byte(`{"error":"not-found","message":"there is nothing here"}`)
	jsonHeader  = []string{contentJSON}
)

// nowhere is 404. It allocates nothing of its own: it is what a flood meets.
func (s *Server) nowhere(w http.ResponseWriter) {
	w.Header()["Content-Type"] = jsonHeader
	w.WriteHeader(http.StatusNotFound)
	w.Write(nowhereBody) //nolint:errcheck // the caller is gone
	s.cfg.Metrics.handled("", UnknownRoute, 0)
}

// refuse turns a request from outside away before it was read. It is counted and not logged: there may be many.
func (s *Server) refuse(w http.ResponseWriter, kind pos.RelayKind, status int, outcome Outcome, began time.Time) {
	write(w, failed(status, http.StatusText(status), outcome))
	s.cfg.Metrics.handled(kind, outcome, time.Since(began))
}

// finish answers a request from outside, counts and logs it.
func (s *Server) finish(w http.ResponseWriter, to *route, kind pos.RelayKind, r reply, began time.Time) {
	if r.outcome == Unavailable {
		w.Header().Set("Retry-After", "5")
	}
	// The body may be a till's, and whoever has a till is not for that to have pages under the relay's name.
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	write(w, r)
	took := time.Since(began)
	s.cfg.Metrics.handled(kind, r.outcome, took)
	s.log.Info("request", "route", to.short(), "kind", kind, "outcome", r.outcome, "status", r.status, "ms", took.Milliseconds())
}

func write(w http.ResponseWriter, r reply) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	switch {
	case r.contentType != "":
		h.Set("Content-Type", r.contentType)
	case len(r.body) > 0:
		h.Set("Content-Type", "text/plain; charset=utf-8")
	}
	w.WriteHeader(r.status)
	if len(r.body) > 0 && r.status != http.StatusNoContent && r.status != http.StatusNotModified {
		w.Write(r.body) //nolint:errcheck // whoever asked is gone, and asks again
	}
}

// problem answers a till.
func problem(w http.ResponseWriter, status int, code, message string) {
	data, err := json.Marshal(struct {
		Error   string `json:"error"`
		Message string `json:"message"`
	}{code, message})
	if err != nil {
		panic(err) // two strings
	}
	write(w, reply{status: status, contentType: contentJSON, body: data})
}

func tooMany(w http.ResponseWriter, seconds int) {
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	problem(w, http.StatusTooManyRequests, "too-many", "too many tries: later")
}

func writeJSON(w http.ResponseWriter, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // structs of plain fields
	}
	w.Header().Set("Cache-Control", "no-store")
	write(w, reply{status: http.StatusOK, contentType: contentJSON, body: data})
}

func method(w http.ResponseWriter, r *http.Request, verb string) bool {
	if r.Method == verb {
		return true
	}
	w.Header().Set("Allow", verb)
	problem(w, http.StatusMethodNotAllowed, "method", "only "+verb)
	return false
}

// rescue ends a request that panicked, and not the process. The value is not logged: it may hold part of a body.
func (s *Server) rescue(w http.ResponseWriter) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler {
		panic(v)
	}
	s.log.Error("a request panicked", "stack", string(debug.Stack()))
	problem(w, http.StatusInternalServerError, "internal", "a fault of the relay: try again")
}

func (s *Server) healthz(w http.ResponseWriter) {
	if !s.health.good() {
		problem(w, http.StatusServiceUnavailable, "unavailable", "the database does not answer")
		return
	}
	write(w, reply{status: http.StatusOK, contentType: contentJSON, body: []byte(`{"status":"ok"}`)})
}
