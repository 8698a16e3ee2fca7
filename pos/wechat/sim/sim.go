package sim

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// beijing is the zone of every S14 time of API v2.
var beijing = time.FixedZone("CST", 8*60*60)

// stampLayout is yyyyMMddHHmmss.
const stampLayout = "20060102150405"

// RetriesNow is how long WeChat waits before each repeat of a notice that was not answered SUCCESS: 15 repeats, 24 h 4 min.
// The first delivery is immediate.
func RetriesNow() []time.Duration {
	const s, m, h = time.Second, time.Minute, time.Hour
	return []time.Duration{15 * s, 15 * s, 30 * s, 3 * m, 10 * m, 20 * m, 30 * m, 30 * m, 30 * m, 60 * m, 3 * h, 3 * h, 3 * h, 6 * h, 6 * h}
}

// RetriesOld is the schedule of the older documentation: 9 repeats, 3 h 4 min.
func RetriesOld() []time.Duration {
	const s = time.Second
	return []time.Duration{15 * s, 15 * s, 30 * s, 180 * s, 1800 * s, 1800 * s, 1800 * s, 1800 * s, 3600 * s}
}

// Options are the account and the temper of the simulated service. The zero value is the practice merchant with the
// documented behaviour. Fields for further calls (refund, micropay, reverse, API v3) are added beside these.
type Options struct {
	// Merchants known; none means the practice merchant.
	Merchants []Merchant
	// Prefixes are paths under which the whole API answers as well; nil means /api and /api2.
	Prefixes []string

	// CloseMinAge refuses closeorder on younger orders; 0 lets any order be closed. The older documentation says 5 minutes.
	CloseMinAge time.Duration
	// DefaultLife is the life of an order without time_expire; 0 means 7 days.
	DefaultLife time.Duration
	// Grace is how long after its expiry a payer who was typing before it may still finish; 0 means 10 s, negative none.
	Grace time.Duration
	// ClosedAfter is how long after its expiry an unpaid order is reported CLOSED; until then it is NOTPAY. 0 means 1 minute,
	// negative that it stays NOTPAY until closeorder.
	ClosedAfter time.Duration

	// Retries is the schedule of notices; nil means RetriesNow.
	Retries []time.Duration
	// NoticeTimeout is how long a notice waits for its answer, unscaled; 0 means 5 s.
	NoticeTimeout time.Duration
	// Transport sends the notices; nil means a plain one without proxies.
	Transport http.RoundTripper

	// Scale makes waiting shorter by this factor; 0 means 1. See the package documentation.
	Scale float64
	// Skew is how far WeChat's clock is ahead of ours.
	Skew time.Duration
	// ExtraFields are added, signed, to every signed reply and notice: fields that WeChat may introduce one day.
	ExtraFields map[string]string

	// AnyHost lets the page and the JSON API answer to any Host, not only loopback. For a bench on a private network.
	AnyHost bool
	// Lang is the language of the page, zh-CN or en; empty follows the browser, Chinese first.
	Lang string
}

// withDefaults replaces zero values by what they mean.
func (o Options) withDefaults() (Options, error) {
	if len(o.Merchants) == 0 {
		o.Merchants = []Merchant{Practice()}
	}
	if err := merchants(o.Merchants).check(); err != nil {
		return o, err
	}
	if o.Prefixes == nil {
		o.Prefixes = []string{"/api", "/api2"}
	}
	for _, p := range o.Prefixes {
		if !strings.HasPrefix(p, "/") || strings.HasSuffix(p, "/") {
			return o, fmt.Errorf("prefix %q: it begins with / and does not end with it", p)
		}
	}
	if o.Scale < 0 {
		return o, errors.New("scale: it cannot be negative")
	}
	if o.Scale == 0 {
		o.Scale = 1
	}
	if o.Lang != "" && o.Lang != langZh && o.Lang != langEn {
		return o, fmt.Errorf("lang %q: zh-CN or en", o.Lang)
	}
	orDefault(&o.DefaultLife, 7*24*time.Hour)
	orDefault(&o.Grace, 10*time.Second)
	orDefault(&o.ClosedAfter, time.Minute)
	orDefault(&o.NoticeTimeout, 5*time.Second)
	if o.Retries == nil {
		o.Retries = RetriesNow()
	}
	o.ExtraFields = maps.Clone(o.ExtraFields)
	return o, nil
}

func orDefault(d *time.Duration, def time.Duration) {
	if *d == 0 {
		*d = def
	}
}

// Sim is the simulated service. All its methods are safe for concurrent use. Close it when done.
type Sim struct {
	opts   Options
	ctx    context.Context // ends at Close: every wait and every notice watches it
	cancel context.CancelFunc
	wg     sync.WaitGroup // goroutines and requests being answered
	notify *http.Client
	page   http.Handler
	token  string // what a form of the page must carry

	mu         sync.Mutex
	closed     bool
	skew       time.Duration
	orders     []*order // in the order of arrival
	byNumber   map[orderKey]*order
	byCode     map[string]*order
	byTrade    map[string]*order // transaction_id
	scripts    map[string][]Act  // by out_trade_no; "" is any next order
	faults     []Fault
	calls      []Call
	deliveries []*Delivery
	held       []chan struct{} // notices that wait for another to overtake them
	serial     int64           // makes transaction ids and deliveries unique
}

// New makes a simulator. It starts no goroutine until there is something to wait for. The only errors are of the options.
func New(opts Options) (*Sim, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("simulator options: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Sim{
		opts: opts, ctx: ctx, cancel: cancel, skew: opts.Skew, token: rand.Text(),
		byNumber: make(map[orderKey]*order), byCode: make(map[string]*order), byTrade: make(map[string]*order),
		scripts: make(map[string][]Act),
	}
	transport := opts.Transport
	if transport == nil {
		transport = &http.Transport{DisableKeepAlives: true}
	}
	s.notify = &http.Client{
		Transport:     transport,
		Timeout:       opts.NoticeTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	s.page = s.routes()
	return s, nil
}

// Close ends every wait, notice and hanging answer, and returns when all goroutines and requests of the simulator have
// ended. Afterwards requests are answered 503. It may be called again.
func (s *Sim) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	s.wg.Wait()
}

// SetSkew sets how far WeChat's clock is ahead of ours from now on.
func (s *Sim) SetSkew(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.skew = d
}

// now is WeChat's time. Call with s.mu held.
func (s *Sim) now() time.Time { return time.Now().Add(s.skew).In(beijing) }

// scaled is how long a wait of d takes.
func (s *Sim) scaled(d time.Duration) time.Duration {
	return time.Duration(float64(d) / s.opts.Scale)
}

// spawn runs f in a goroutine that Close waits for; after Close it does nothing. Call with s.mu held.
func (s *Sim) spawn(f func()) {
	if !s.closed {
		s.wg.Go(f)
	}
}

// later runs f, with s.mu held, when the scaled d has passed, unless the simulator is closed before. Call with s.mu held.
func (s *Sim) later(d time.Duration, f func()) {
	s.spawn(func() {
		if s.wait(s.scaled(d), nil) {
			s.mu.Lock()
			defer s.mu.Unlock()
			f()
		}
	})
}

// wait returns true when d has passed or early is closed, false when the simulator is closed before.
func (s *Sim) wait(d time.Duration, early <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-early:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// ServeHTTP answers the API, the page and the JSON API.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		http.Error(w, "the simulator is closed", http.StatusServiceUnavailable)
		return
	}
	s.wg.Add(1)
	w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
	s.mu.Unlock()
	defer s.wg.Done()

	prefix, path := s.splitPrefix(r.URL.Path)
	if act, ok := calls[path]; ok {
		s.serveCall(w, r, prefix, path, act)
		return
	}
	s.page.ServeHTTP(w, r)
}

// splitPrefix takes the longest of the configured prefixes off a path.
func (s *Sim) splitPrefix(path string) (prefix, rest string) {
	for _, p := range s.opts.Prefixes {
		if len(p) > len(prefix) && strings.HasPrefix(path, p+"/") {
			prefix = p
		}
	}
	return prefix, path[len(prefix):]
}

// Call is one API request as the simulator saw it.
type Call struct {
	At         time.Time `json:"at"`
	Host       string    `json:"host"`
	Prefix     string    `json:"prefix,omitempty"`
	Path       string    `json:"path"`
	OutTradeNo string    `json:"out_trade_no,omitempty"`
	// Code is what was decided: SUCCESS, or the error code, also where the answer itself carries none (SIGNERROR). Empty when
	// a fault kept the request from being acted on.
	Code string `json:"code,omitempty"`
	// Fault is the name of the fault that met the request.
	Fault string `json:"fault,omitempty"`
	// Unknown are names of request fields that the documentation does not have. The service ignores them; a test should not.
	Unknown []string `json:"unknown,omitempty"`
}

// logLimit bounds the logs of calls and deliveries, which a practice till left running all week would fill.
const logLimit = 1000

// Calls returns the latest API requests, oldest first, at most 1000.
func (s *Sim) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

func (s *Sim) logCall(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.At = s.now()
	s.calls = append(s.calls, c)
	if len(s.calls) > logLimit {
		s.calls = slices.Delete(s.calls, 0, len(s.calls)-logLimit)
	}
}
