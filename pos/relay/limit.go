package relay

import (
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Limits of what is taken from outside. A zero means the default.
type Limits struct {
	Rate     float64 // posts a second to one route; 20
	Burst    float64 // posts at once to one route; 100
	InFlight int     // requests from outside at once; 8,192
	Bytes    int64   // of their bodies; 128 MB
	Calls    float64 // calls of one till a second; 500, and ten seconds of them at once
	Kept     float64 // bytes of notices of one route that go into the mailbox at once, and again every day; 64 MB for a Rate of 20, and so on
	Pairing  float64 // tries with a pairing code a minute and address; 5. Twelve times that from all of them
}

func (l Limits) orDefault() Limits {
	l.Rate = orDefault(l.Rate, 20)
	l.Burst = orDefault(l.Burst, 100)
	l.InFlight = orDefault(l.InFlight, 8192)
	l.Bytes = orDefault(l.Bytes, 128<<20)
	l.Calls = orDefault(l.Calls, 500)
	l.Kept = orDefault(l.Kept, l.Rate*(3.2*(1<<20)))
	l.Pairing = orDefault(l.Pairing, 5)
	return l
}

func orDefault[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}

// load is what is under way of requests from outside. Safe for concurrent use.
type load struct{ requests, bytes atomic.Int64 }

// take makes room for a request whose body has at most so many bytes; false when there is none. Give it back.
func (l *load) take(bytes int64, most Limits) bool {
	requests, all := l.requests.Add(1), l.bytes.Add(bytes)
	if requests > int64(most.InFlight) || all > most.Bytes {
		l.give(bytes)
		return false
	}
	return true
}

func (l *load) give(bytes int64) {
	l.requests.Add(-1)
	l.bytes.Add(-bytes)
}

// bucket is a token bucket. It begins full. Safe for concurrent use.
type bucket struct {
	mu    sync.Mutex
	level float64
	at    time.Time
}

// take takes one of burst, which fill up again by rate a second; false when there is none.
func (b *bucket) take(now time.Time, rate, burst float64) bool {
	return b.takeMany(1, now, rate, burst)
}

// takeMany is take of n.
func (b *bucket) takeMany(n float64, now time.Time, rate, burst float64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fill(now, rate, burst)
	if b.level < n {
		return false
	}
	b.level -= n
	return true
}

func (b *bucket) fill(now time.Time, rate, burst float64) {
	if b.at.IsZero() {
		b.level = burst
	} else {
		b.level = min(burst, b.level+max(0, now.Sub(b.at).Seconds())*rate)
	}
	b.at = now
}

// tries counts what addresses may do a few times a minute: pairing, and showing a token that is none. Its memory is bounded: an address is kept
// only while it is not back at full, and of more than maxAddresses all are forgotten. Safe for concurrent use.
type tries struct {
	each float64 // a minute and address
	all  float64 // a minute

	mu    sync.Mutex
	total bucket
	of    map[netip.Prefix]*bucket
	swept time.Time
}

const maxAddresses = 4096

// allow takes one try of an address.
func (t *tries) allow(now time.Time, from netip.Prefix) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of == nil || len(t.of) >= maxAddresses {
		t.of = map[netip.Prefix]*bucket{}
	}
	if now.Sub(t.swept) >= time.Minute {
		t.swept = now
		for a, b := range t.of {
			if b.fill(now, t.each/60, t.each); b.level >= t.each {
				delete(t.of, a)
			}
		}
	}
	b := t.of[from]
	if b == nil {
		b = &bucket{}
	}
	if !b.take(now, t.each/60, t.each) {
		return false // and takes nothing from the others
	}
	if !t.total.take(now, t.all/60, t.all) {
		return false
	}
	t.of[from] = b
	return true
}

// spent tells whether an address has no try left, without taking one.
func (t *tries) spent(now time.Time, from netip.Prefix) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.of[from]
	if b == nil {
		return false
	}
	b.fill(now, t.each/60, t.each)
	return b.level < 1
}

// peer is who sent a request: the address of its connection or, behind proxies that the configuration trusts, the last one before them. Of IPv6
// it is the network, since a caller has all of it.
func (s *Server) peer(r *http.Request) netip.Prefix {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Prefix{}
	}
	addr := at.Addr().Unmap()
	for hops := strings.Join(r.Header.Values("X-Forwarded-For"), ","); hops != "" && s.trusted(addr); {
		i := strings.LastIndexByte(hops, ',')
		before, err := netip.ParseAddr(strings.TrimSpace(hops[i+1:]))
		if err != nil {
			break
		}
		addr, hops = before.Unmap().WithZone(""), hops[:max(i, 0)]
	}
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	p, _ := addr.WithZone("").Prefix(bits) // fails for no address of these
	return p
}

func (s *Server) trusted(addr netip.Addr) bool {
	for _, p := range s.cfg.TrustedProxies {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
