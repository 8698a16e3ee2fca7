package relay

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
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
	pruneEvery   = time.Minute            // answers between relays are gone after one, and may be large
	queryLimit   = 5 * time.Second
	healthyFor   = 5 * time.Second  // since the database answered
	unkeptFor    = 30 * time.Second // that a notice which could not be kept makes the relay ill, unless another was
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
	hub     *hub
	routing atomic.Pointer[routing]
	looking sync.Mutex
	health  health
	load    load

	pairing   tries
	strangers tries // with a token that is none
	warned    bucket
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
	if c.Name == "" {
		c.Name = "relay-" + NewCode(c.Random)[:8]
	}
	c.Limits = c.Limits.orDefault()
	s := &Server{
		cfg: c, log: c.Log, hub: newHub(), door: door{empty: make(chan struct{})},
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
			if s.mayWarn() {
				s.log.Warn("read routes", "code", pos.CodeOf(err), "err", err)
			}
		}
	})
	every(sweepEvery, s.sweep)
	every(tryEvery, s.collect)
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
	if (ctx.Err() == nil || pos.CodeOf(err) != pos.CodeInternal) && s.mayWarn() {
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
		if s.mayWarn() {
			s.log.Warn("say who is connected", "code", pos.CodeOf(err), "err", err)
		}
	}
}

// mayWarn tells whether one more line may be logged of what fails by itself several times a second while the database does not answer: twenty at
// once, then one in five seconds.
func (s *Server) mayWarn() bool { return s.warned.take(time.Now(), 0.2, 20) }

// presenceUnknown lets presence be told again.
func (h *hub) presenceUnknown() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.changed = true
}
