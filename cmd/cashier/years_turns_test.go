package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// A till that goes round and round, because something is due that it never does, stops the time of its life: a virtual clock goes on
// only when everybody sleeps. So no bound in virtual time is ever reached, and nobody who waits in that life wakes up to look. Its
// turns are counted instead: in each of them the till asks for the time of day, or reads or writes the books.

// mostTurns is how often a till may do that in one virtual minute. The busiest minute of thirty lives needed 1440.
const mostTurns = 50_000

// turns counts them, minute by minute.
type turns struct {
	mu    sync.Mutex
	since time.Time // the minute began
	n     int
}

// tillClock is the wrong clock as the till reads it, and nobody else.
type tillClock struct{ l *life }

func (c tillClock) Now() time.Time {
	c.l.turn()
	return c.l.clock.Now()
}

// turn counts one turn of the till. A till that goes round is told to stop, which ends the life; one that does not even hear that can be
// ended by nobody but the whole program. Call it without the judge's lock.
func (l *life) turn() {
	l.turns.mu.Lock()
	now := time.Now()
	if now.Sub(l.turns.since) >= time.Minute {
		l.turns.since, l.turns.n = now, 0
	}
	l.turns.n++
	n := l.turns.n
	l.turns.mu.Unlock()
	switch n {
	case mostTurns:
		l.judge.fault("I6", "the till goes round and round: %d turns in less than a minute; %s", n, l.judge.unended())
		l.mu.Lock()
		l.stop()
		l.mu.Unlock()
	case 2 * mostTurns:
		panic(fmt.Sprintf("judge I6 (seed %d, after %s): the till goes round and round and does not stop when it is told to: %d turns in less than a minute; %s",
			l.seed, now.Sub(l.began), n, l.judge.unended()))
	}
}

// unended lists what has not come to its end: by the books, and by the screen, where the two differ.
func (j *judge) unended() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var b strings.Builder
	b.WriteString("not at its end:")
	for _, no := range slices.Sorted(maps.Keys(j.live)) {
		d := j.live[no]
		fmt.Fprintf(&b, " payment %s of sale %d, %s in the books since version %d, last asked about %s ago;", no, d.p.Sale, d.p.State, d.p.Version, time.Since(d.asked))
	}
	for _, no := range slices.Sorted(maps.Keys(j.refunds)) {
		if r := j.refunds[no]; r.State.Live() {
			fmt.Fprintf(&b, " refund %s, %s in the books;", no, r.State)
		}
	}
	if v := j.screen.Pay; v != nil {
		fmt.Fprintf(&b, " on the screen %q %s;", v.OutTradeNo, v.Phase)
	}
	for _, p := range j.screen.Pending {
		fmt.Fprintf(&b, " beside it %s %s;", p.OutTradeNo, p.State)
	}
	if t := j.screen.Shift.Current; t != nil {
		fmt.Fprintf(&b, " shift %d of %s, counted %v, is open;", t.ID, t.Day, j.screen.Shift.Counted != nil)
	}
	return strings.TrimRight(b.String(), ";")
}
