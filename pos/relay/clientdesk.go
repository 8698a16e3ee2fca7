package relay

import (
	"context"
	"net/http"
	"sync"
	"time"

	"guitai/pos"
)

// Bounds of what a till works on.
const (
	noticesAtOnce = 8
	waitersAtOnce = 16  // callbacks and prepay requests, which a flood of notices must not hold up
	mostUnderWay  = 256 // of either kind, with those that wait for their turn; what is dropped comes again, or was given up
	posters       = 3   // answers on their way at once: one that is stuck holds up none
	mostAnswers   = 4096

	handleWithin = 30 * time.Second       // of a stored notice, for which nobody waits
	lastAnswers  = 2 * time.Second        // that answers get when the till stops
	answerFirst  = 200 * time.Millisecond // after which an answer that did not arrive is sent again; doubles …
	answerLast   = 10 * time.Second       // … up to this
)

// clientDesk is the requests under way and the answers on their way back. Its goroutines end in close.
type clientDesk struct {
	c      *Client
	handle func(context.Context, pos.RelayRequest) pos.RelayAnswer
	ctx    context.Context // what handlers get: a request that was taken is finished, also when the till stops
	run    context.Context // ends when no new request is taken
	kids   sync.WaitGroup
	seats  map[bool]chan struct{} // by whether somebody waits and the request is not a notice

	mu       sync.Mutex
	underWay map[string]bool
	count    map[bool]int
	working  bool // on something the relay asked for in its hello

	posting  sync.WaitGroup
	send     context.Context
	stopSend context.CancelFunc
	answers  []clientAnswer // those somebody waits for are sent first
	some     chan struct{}  // there may be answers
	closing  bool           // nothing is added any more
}

// clientAnswer is an answer on its way back.
type clientAnswer struct {
	pos.RelayAnswer
	until time.Time // nobody waits for it after that; zero: it is a notice's, and is sent until it arrives
}

func newClientDesk(ctx context.Context, c *Client, handle func(context.Context, pos.RelayRequest) pos.RelayAnswer) *clientDesk {
	d := &clientDesk{
		c: c, handle: handle, run: ctx, ctx: context.WithoutCancel(ctx), underWay: map[string]bool{}, count: map[bool]int{},
		seats: map[bool]chan struct{}{false: make(chan struct{}, noticesAtOnce), true: make(chan struct{}, waitersAtOnce)},
		some:  make(chan struct{}, posters),
	}
	d.send, d.stopSend = context.WithCancel(d.ctx)
	for range posters {
		d.posting.Go(d.post)
	}
	return d
}

// take has a request handled. The same one again, while it is under way, is the same.
func (d *clientDesk) take(r pos.RelayRequest) {
	waits := r.Kind != pos.RelayNotice
	arrived := time.Now()
	d.mu.Lock()
	if d.underWay[r.ID] || d.count[waits] >= mostUnderWay || d.run.Err() != nil {
		d.mu.Unlock()
		return
	}
	d.underWay[r.ID] = true
	d.count[waits]++
	d.mu.Unlock()
	d.kids.Go(func() {
		defer func() {
			d.mu.Lock()
			defer d.mu.Unlock()
			delete(d.underWay, r.ID)
			d.count[waits]--
		}()
		within := handleWithin
		if r.Within > 0 {
			within = min(r.Within, handleWithin)
		}
		ctx, cancel := context.WithDeadline(d.ctx, arrived.Add(within))
		defer cancel()
		select {
		case d.seats[waits] <- struct{}{}:
			defer func() { <-d.seats[waits] }()
		case <-ctx.Done():
			return
		case <-d.run.Done(): // it had not begun: it comes again
			return
		}
		a := d.handle(ctx, r)
		a.ID = r.ID
		d.c.log.Debug("relayed", "kind", r.Kind, "stored", r.Stored, "attempt", r.Attempt, "status", a.Status, "took", time.Since(arrived))
		answer := clientAnswer{RelayAnswer: a}
		if waits {
			answer.until = arrived.Add(within)
		}
		d.put(answer)
	})
}

// work does something that takes calls of its own beside the stream, one at a time.
func (d *clientDesk) work(do func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.working || d.run.Err() != nil {
		return
	}
	d.working = true
	d.kids.Go(func() {
		do()
		d.mu.Lock()
		defer d.mu.Unlock()
		d.working = false
	})
}

// put lets answers be sent. There are never so many that memory matters: what is dropped is a notice's, which comes again.
func (d *clientDesk) put(answers ...clientAnswer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range answers {
		switch {
		case !a.until.IsZero():
			d.answers = append([]clientAnswer{a}, d.answers...)
		case len(d.answers) < mostAnswers:
			d.answers = append(d.answers, a)
		}
	}
	d.poke()
}

func (d *clientDesk) poke() {
	select {
	case d.some <- struct{}{}:
	default:
	}
}

// batch takes answers that are still worth sending; last: there are none and will be none.
func (d *clientDesk) batch() (out []clientAnswer, last bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now, size := time.Now(), 0
	for len(d.answers) > 0 && len(out) < maxAnswers {
		a := d.answers[0]
		if size += 2*len(a.Body) + 512; size > maxAnswersBody && len(out) > 0 {
			break
		}
		d.answers = d.answers[1:]
		if a.until.IsZero() || now.Before(a.until) {
			out = append(out, a)
		}
	}
	if len(d.answers) > 0 {
		d.poke() // another of the posters
	}
	return out, d.closing && len(out) == 0
}

// post sends answers as they come, all that are there at once, until the desk is closed.
func (d *clientDesk) post() {
	wait, strange := answerFirst, 0
	for {
		batch, last := d.batch()
		switch {
		case last:
			return
		case len(batch) == 0:
			select {
			case <-d.some:
			case <-d.send.Done():
				return
			}
			continue
		}
		err := d.deliver(batch)
		if err == nil {
			wait, strange = answerFirst, 0
			continue
		}
		status := statusOf(err)
		if status == http.StatusUnauthorized { // the token may just have been changed
			strange++
		}
		if strange > 3 || status/100 == 4 && status != http.StatusUnauthorized && status != http.StatusTooManyRequests {
			if d.c.mayLog() {
				d.c.log.Error("the relay does not take answers", "answers", len(batch), "err", short(err)) // nor will it
			}
			continue
		}
		d.c.log.Debug("answers not delivered", "answers", len(batch), "err", err)
		if !sleep(d.send, spread(wait)) {
			return
		}
		wait = min(2*wait, answerLast)
		d.put(batch...)
	}
}

func (d *clientDesk) deliver(batch []clientAnswer) error {
	ctx, cancel := context.WithTimeout(d.send, callWithin)
	defer cancel()
	body := Answers{Answers: make([]pos.RelayAnswer, len(batch))}
	for i, a := range batch {
		body.Answers[i] = a.RelayAnswer
	}
	return d.c.call(ctx, http.MethodPost, PathAnswer, body, nil, maxReply)
}

// close waits for what is under way and lets its answers leave, for a moment.
func (d *clientDesk) close() {
	d.kids.Wait()
	d.mu.Lock()
	d.closing = true
	d.mu.Unlock()
	for range posters {
		d.poke()
	}
	stop := time.AfterFunc(lastAnswers, d.stopSend)
	d.posting.Wait()
	stop.Stop()
	d.stopSend()
}
