package relay

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"guitai/pos"
)

// Paces of [Server.Run].
const (
	sweepEvery   = 150 * time.Millisecond // the mailbox and what other relays ask, for all tills that are connected here
	sweepMost    = 256                    // notices of one sweep, beyond what the tills have in their hands
	sweepCap     = 2048
	presentEvery = 10 * time.Second       // that this relay says who is connected here; at once when it changes
	presentRest  = 500 * time.Millisecond // but not more often than this
	presentFor   = 25 * time.Second       // how long that holds: a relay that was killed has no tills after it
	pruneEvery   = 10 * time.Minute
	queryLimit   = 5 * time.Second
	healthyFor   = 5 * time.Second // since the database answered
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

// Config of a [Server].
type Config struct {
	Central pos.Central
	BaseURL string    // https://pay.example.cn, as WeChat and the tills reach it
	Clock   pos.Clock // for records and signatures; the system's when nil
	Log     *slog.Logger
	Name    string       // of this process among the relays on one database; random when empty
	Random  randomSource // of tokens and ids; the system's when nil
	Limits  Limits
	Metrics Metrics
	// TrustedProxies are the addresses whose X-Forwarded-For is believed. None: the peer is who connects. It matters for the limits on pairing only.
	TrustedProxies []netip.Prefix
}

type randomSource = interface{ Read(p []byte) (int, error) }

// Server is the relay as an http.Handler. It answers 503 until [Server.Run] has read the routes, and after Run has ended. Safe for concurrent use.
type Server struct {
	cfg     Config
	log     *slog.Logger
	tag     string // of this process, in the ids it makes
	hub     *hub
	routing atomic.Pointer[routing]
	looking sync.Mutex
	health  health
	posts   atomic.Int64 // from outside, under way

	pairing   tries
	strangers tries // with a token that is none
	wanted    struct {
		sync.Mutex
		shops map[string]bool // asked for keys
	}

	door door
}

// NewServer makes a relay. It does nothing before [Server.Run].
func NewServer(c Config) *Server {
	if c.Clock == nil {
		c.Clock = systemClock{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	tag := base64.RawURLEncoding.EncodeToString(randomBytes(c.Random, 6))
	if c.Name == "" {
		c.Name = "relay-" + tag
	}
	c.Limits = c.Limits.orDefault()
	s := &Server{
		cfg: c, log: c.Log, tag: tag, hub: newHub(), door: door{empty: make(chan struct{})},
		pairing:   tries{each: c.Limits.Pairing, all: 12 * c.Limits.Pairing},
		strangers: tries{each: 60, all: 6000},
	}
	s.wanted.shops = map[string]bool{}
	return s
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

// HTTPServer is an http.Server for a relay: clients that are slow to ask or to read are cut off, streams live as long as they are read.
func HTTPServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 20 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
	}
}

// Run does what happens by itself, until ctx ends: routes, sweeps, presence, pruning. Then every stream is told to go, notices under way are
// kept, and Run returns when no request is left. End ctx before or while http.Server.Shutdown runs, which waits for the streams. Run once.
func (s *Server) Run(ctx context.Context) error {
	s.log.Info("relay runs", "relay", s.cfg.Name)
	s.door.open()
	var wg sync.WaitGroup
	every := func(d time.Duration, do func(context.Context)) {
		wg.Go(func() {
			for do(ctx); sleep(ctx, d); do(ctx) {
			}
		})
	}
	every(lookEvery, func(ctx context.Context) {
		if err := s.look(ctx); err != nil && ctx.Err() == nil {
			s.health.read(false)
			s.log.Warn("read routes", "code", pos.CodeOf(err), "err", err)
		}
	})
	every(sweepEvery, s.sweep)
	every(presentRest, s.present)
	every(pruneEvery, func(ctx context.Context) {
		if err := s.cfg.Central.Prune(ctx, s.cfg.Clock.Now()); err != nil && ctx.Err() == nil {
			s.log.Warn("prune", "code", pos.CodeOf(err), "err", err)
		}
	})
	<-ctx.Done()
	s.hub.close()
	<-s.door.close()
	wg.Wait()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), queryLimit)
	defer cancel()
	if err := s.cfg.Central.Present(last, s.cfg.Name, nil, s.cfg.Clock.Now()); err != nil {
		s.log.Warn("take back presence", "code", pos.CodeOf(err), "err", err)
	}
	s.log.Info("relay ended", "relay", s.cfg.Name)
	return nil
}

// sweep reads the mailbox of every till that is connected here, and what other relays left for them: two queries, however many tills.
func (s *Server) sweep(ctx context.Context) {
	now := time.Now()
	s.hub.tick(now)
	all := s.hub.tills()
	if len(all) == 0 {
		s.health.swept()
		return
	}
	ctx, cancel := context.WithTimeout(ctx, queryLimit)
	defer cancel()
	asked, err := s.cfg.Central.Asked(ctx, all, s.cfg.Clock.Now())
	if err != nil {
		s.sweepFailed(ctx, err)
		return
	}
	s.passDown(asked)
	if tills, hands := s.hub.due(now); len(tills) > 0 {
		most := min(sweepMost+hands, sweepCap)
		box, err := s.cfg.Central.Mailbox(ctx, tills, s.cfg.Clock.Now(), most)
		if err != nil {
			s.sweepFailed(ctx, err)
			return
		}
		rows, sent := 0, 0
		for _, requests := range box {
			rows += len(requests)
		}
		for till, requests := range box {
			sent += s.hub.hand(till, requests, rows >= most, time.Now())
		}
		s.cfg.Metrics.delivered(sent)
	}
	s.health.swept()
}

func (s *Server) sweepFailed(ctx context.Context, err error) {
	if ctx.Err() == nil || pos.CodeOf(err) != pos.CodeInternal {
		s.log.Warn("sweep", "code", pos.CodeOf(err), "err", err)
	}
}

// present says who is connected here, when that changed and every now and then.
func (s *Server) present(ctx context.Context) {
	tills, yes := s.hub.present(s.health.presentDue())
	if !yes {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, queryLimit)
	defer cancel()
	err := s.cfg.Central.Present(ctx, s.cfg.Name, tills, s.cfg.Clock.Now().Add(presentFor))
	s.health.wrote(err == nil)
	if err != nil {
		s.hub.presenceUnknown()
		s.log.Warn("say who is connected", "code", pos.CodeOf(err), "err", err)
	}
}

// presenceUnknown lets presence be told again.
func (h *hub) presenceUnknown() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.changed = true
}

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
		if s.posts.Add(1) > int64(s.cfg.Limits.InFlight) {
			s.posts.Add(-1)
			w.Header().Set("Retry-After", "1")
			s.refuse(w, kind, http.StatusServiceUnavailable, Unavailable, began)
			return
		}
		defer s.posts.Add(-1)
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
