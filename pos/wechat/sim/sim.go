package sim

import (
	"context"
	"crypto/rand"
	"fmt"
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
	byPrepay   map[string]*order      // prepay_id
	byTrade    map[string]*order      // transaction_id
	byRefund   map[orderKey]*refund   // out_refund_no
	refundByID map[string]*refund     // refund_id
	codes      map[string]*payCode    // auth_code, shown or used
	shown      []*payCode             // in the order they were shown
	endings    map[string][]RefundAct // by out_refund_no; "" is the next one
	scripts    map[string][]Act       // by out_trade_no; "" is any next order
	faults     []Fault
	calls      []Call
	deliveries []*Delivery
	let        NoticeCount // of deliveries that are no longer kept
	planted    []*Difference
	shop       Shop
	callbacks  []Callback
	shopOrders []*ShopOrder
	logins     map[string]*loginCode
	v1         *v1Tokens
	scanned    string          // what the phone said of the last product code, for the page
	held       []chan struct{} // notices that wait for another to overtake them
	serial     int64           // makes transaction ids and deliveries unique
	changed    changes         // what the journal does not have yet

	journal *journal // nil without Options.State
}

// New makes a simulator. It starts no goroutine until there is something to wait for. The only errors are of the options.
func New(opts Options) (*Sim, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("simulator options: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Sim{
		opts: opts, ctx: ctx, cancel: cancel, skew: opts.Skew, shop: opts.Shop.withDefaults(), token: rand.Text(),
		byNumber: make(map[orderKey]*order), byCode: make(map[string]*order), byPrepay: make(map[string]*order), byTrade: make(map[string]*order),
		scripts: make(map[string][]Act), byRefund: make(map[orderKey]*refund), refundByID: make(map[string]*refund),
		codes: make(map[string]*payCode), endings: make(map[string][]RefundAct), logins: make(map[string]*loginCode), v1: &v1Tokens{}, changed: newChanges(),
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
	if err := s.openState(); err != nil {
		cancel()
		return nil, fmt.Errorf("simulator state: %w", err)
	}
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
	s.closeState()
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

// after runs f, with s.mu held, when d has passed, unless the simulator is closed before. Call with s.mu held.
func (s *Sim) after(d time.Duration, f func()) {
	s.spawn(func() {
		if s.wait(d, nil) {
			s.mu.Lock()
			f()
			s.mu.Unlock()
			_ = s.flush() // the next request says that the state cannot be kept
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

	if err := s.flush(); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	prefix, path := s.splitPrefix(r.URL.Path)
	if bills[path] != nil {
		s.serveBill(w, r, prefix, path)
		return
	}
	if isV1(path, r) {
		s.serveV1(w, r, prefix, path)
		return
	}
	if path == pathSession {
		s.serveSession(w, r, prefix)
		return
	}
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
	// OutRefundNo is there for refunds.
	OutRefundNo string `json:"out_refund_no,omitempty"`
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
