package relay

import (
	"errors"
	"sync"
	"time"

	"guitai/pos"
)

// Bounds of what waits in memory for a till that is slow to read.
const (
	maxQueue    = 256       // requests of one till
	maxQueued   = 1 << 20   // bytes of one till
	maxAllBytes = 256 << 20 // bytes of all tills
	window      = 32        // stored notices of one till that were handed down and not answered
)

const (
	maxStreams = 2               // of one token; one more closes the oldest
	linger     = 3 * time.Second // that a till which polls counts as connected between two polls
	answered   = 5 * time.Second // that an answered notice is remembered, since a sweep may just have read it
)

// hub is the tills that are connected to this process and the requests under way. Everything in it is guarded by mu, also the fields of line,
// stream, parcel and flight. It does no I/O.
type hub struct {
	mu      sync.Mutex
	lines   map[string]*line // by till
	tokens  map[pos.TokenHash]*line
	flights map[flightKey]*flight
	bytes   int  // queued, of all tills
	changed bool // who is connected, since presence was told last
	closing bool
}

func newHub() *hub {
	return &hub{lines: map[string]*line{}, tokens: map[pos.TokenHash]*line{}, flights: map[flightKey]*flight{}}
}

// line is a connected till: its streams, what waits to go down, and what went down and was not answered.
type line struct {
	till    pos.RelayTill
	streams []*stream // oldest first; the newest is the one that is written to
	tokens  map[pos.TokenHash]bool
	queue   []*parcel
	bytes   int
	flights map[string]*flight
	stored  map[string]handed // notices of the mailbox that were handed down
	looked  time.Time         // when the mailbox was last read for it
	more    bool              // the mailbox has more than was taken
	until   time.Time         // without a stream: when it ends
}

// handed is a stored notice that a till has in its hands.
type handed struct {
	at       time.Time
	attempt  int
	answered bool
}

// stream is one connection of a till, or one of its polls.
type stream struct {
	line  *line
	till  string // RelayTill.ID
	token pos.TokenHash
	wake  chan struct{} // there may be something to write
	gone  chan struct{} // closed: it is to end
	ended bool          // gone is closed
	hello bool          // something in the hello changed
}

// parcel is a request on its way down.
type parcel struct {
	data    []byte    // a [pos.RelayRequest]
	until   time.Time // nobody waits after that; zero: it is a stored notice
	written bool      // to a stream
}

type flightKey struct{ till, id string }

// flight is a request that somebody outside waits for.
type flight struct {
	key    flightKey
	parcel *parcel
	at     time.Time     // when it was sent
	done   chan struct{} // closed: answered, or broken
	ended  bool          // done is closed
	answer *pos.RelayAnswer

	over  chan struct{} // closed: reply is there, for others who sent the same
	reply reply
}

// reply is what the outside gets.
type reply struct {
	status      int
	contentType string
	body        []byte
	outcome     Outcome
}

var errClosing = errors.New("the relay is stopping")

// join adds a stream of a till. fresh tells that the till was not connected here. After a third stream of a token the oldest ends.
func (h *hub) join(till pos.RelayTill, token pos.TokenHash) (st *stream, fresh bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closing {
		return nil, false, errClosing
	}
	l := h.lines[till.ID]
	if l == nil {
		fresh = true
		l = &line{tokens: map[pos.TokenHash]bool{}, flights: map[string]*flight{}, stored: map[string]handed{}}
		h.lines[till.ID] = l
		h.changed = true
	}
	l.till, l.until = till, time.Time{}
	l.tokens[token], h.tokens[token] = true, l
	st = &stream{line: l, till: till.ID, token: token, wake: make(chan struct{}, 1), gone: make(chan struct{})}
	l.streams = append(l.streams, st)
	of := 0
	for i := len(l.streams) - 1; i >= 0; i-- {
		if l.streams[i].token != token {
			continue
		}
		if of++; of > maxStreams {
			l.streams[i].end()
		}
	}
	st.poke()
	return st, fresh, nil
}

// leave removes a stream that ended. A till that polls stays connected for a moment: its next poll is on its way.
func (h *hub) leave(st *stream, polls bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := st.line
	for i := range l.streams {
		if l.streams[i] == st {
			l.streams = append(l.streams[:i:i], l.streams[i+1:]...)
			break
		}
	}
	if h.lines[l.till.ID] != l {
		return // it was cut
	}
	switch {
	case len(l.streams) > 0:
		l.newest().poke()
	case polls && !st.ended:
		l.until = time.Now().Add(linger)
	default:
		h.drop(l)
	}
}

// drop ends a line. Whoever waits for a notice hears of it at once; whoever waits for an answer that can still come, not: the till may have
// the request, and answers by another connection.
func (h *hub) drop(l *line) {
	delete(h.lines, l.till.ID)
	for token := range l.tokens {
		if h.tokens[token] == l {
			delete(h.tokens, token)
		}
	}
	for _, st := range l.streams {
		st.end()
	}
	for _, f := range l.flights {
		if f.isNotice() || !f.parcel.written {
			f.end()
		}
	}
	h.bytes -= l.bytes
	l.queue, l.bytes = nil, 0
	h.changed = true
}

// cut ends the streams of a till that used this token, which is none any more.
func (h *hub) cut(till string, token pos.TokenHash) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.lines[till]
	if l == nil {
		return
	}
	delete(l.tokens, token)
	if h.tokens[token] == l {
		delete(h.tokens, token)
	}
	if len(l.tokens) == 0 {
		h.drop(l)
		return
	}
	for _, st := range l.streams {
		if st.token == token {
			st.end()
		}
	}
}

// close ends every line and takes no other.
func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closing = true
	for _, l := range h.lines {
		h.drop(l)
	}
	for _, f := range h.flights {
		f.end()
	}
}

// doubtful are the connected tills that are revoked or have another token than when they came.
func (h *hub) doubtful(tills []pos.RelayTill) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	good := map[string]bool{}
	for _, t := range tills {
		if l := h.lines[t.ID]; l != nil {
			good[t.ID] = t.RevokedAt.IsZero() && t.TokenAt.Equal(l.till.TokenAt)
		}
	}
	var who []string
	for id := range h.lines {
		if !good[id] {
			who = append(who, id)
		}
	}
	return who
}

// byToken is the till of a token that has a stream here.
func (h *hub) byToken(token pos.TokenHash) (till pos.RelayTill, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if l := h.tokens[token]; l != nil {
		return l.till, true
	}
	return pos.RelayTill{}, false
}

// tokensOf are the tokens by which a till is connected.
func (h *hub) tokensOf(till string) []pos.TokenHash {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.lines[till]
	if l == nil {
		return nil
	}
	tokens := make([]pos.TokenHash, 0, len(l.tokens))
	for t := range l.tokens {
		tokens = append(tokens, t)
	}
	return tokens
}

// refresh says what the relay knows of a till now, and lets its streams say hello again.
func (h *hub) refresh(till pos.RelayTill, hello bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if l := h.lines[till.ID]; l != nil {
		l.till = till
		l.helloAgain(hello)
	}
}

// helloAgain lets the connected tills of a shop hear hello again.
func (h *hub) helloAgain(shop string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, l := range h.lines {
		l.helloAgain(l.till.Shop == shop)
	}
}

func (l *line) helloAgain(yes bool) {
	for _, st := range l.streams {
		if yes {
			st.hello = true
			st.poke()
		}
	}
}

func (l *line) newest() *stream { return l.streams[len(l.streams)-1] }

func (st *stream) poke() {
	select {
	case st.wake <- struct{}{}:
	default:
	}
}

func (st *stream) end() {
	if !st.ended {
		st.ended = true
		close(st.gone)
	}
}

// next is what a stream is to write now: at most max requests, and whether to say hello again. The older of two streams gets nothing.
func (h *hub) next(st *stream, most int) (out [][]byte, hello bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := st.line
	hello, st.hello = st.hello, false
	if st.ended || len(l.streams) == 0 || l.newest() != st {
		return nil, hello
	}
	now := time.Now()
	for len(l.queue) > 0 && len(out) < most {
		p := l.queue[0]
		l.queue[0] = nil
		l.queue = l.queue[1:]
		l.bytes -= len(p.data)
		h.bytes -= len(p.data)
		if !p.until.IsZero() && !now.Before(p.until) {
			continue
		}
		p.written = true
		out = append(out, p.data)
	}
	if len(l.queue) == 0 {
		l.queue = nil // and its array
	}
	return out, hello
}

// push queues a parcel; false when there is no room.
func (h *hub) push(l *line, p *parcel) bool {
	if h.closing || len(l.queue) >= maxQueue || l.bytes+len(p.data) > maxQueued || h.bytes+len(p.data) > maxAllBytes {
		return false
	}
	l.queue = append(l.queue, p)
	l.bytes += len(p.data)
	h.bytes += len(p.data)
	if len(l.streams) > 0 {
		l.newest().poke()
	}
	return true
}

// tick forgets what is over: lines that nobody polls any more, and answers.
func (h *hub) tick(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, l := range h.lines {
		if len(l.streams) == 0 && !l.until.IsZero() && now.After(l.until) {
			h.drop(l)
			continue
		}
		for id, m := range l.stored {
			if m.answered && now.Sub(m.at) > answered {
				delete(l.stored, id)
			}
		}
	}
}

// present returns who is connected, when that changed since it was told last or anyway is set.
func (h *hub) present(anyway bool) ([]string, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.changed && !anyway {
		return nil, false
	}
	h.changed = false
	return h.connected(), true
}

func (h *hub) connected() []string {
	tills := make([]string, 0, len(h.lines))
	for id := range h.lines {
		tills = append(tills, id)
	}
	return tills
}

// busy tells whether any till is connected.
func (h *hub) busy() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.lines) > 0
}

// tills are the connected tills.
func (h *hub) tills() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.connected()
}
