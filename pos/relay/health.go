package relay

import (
	"sync"
	"time"

	"guitai/pos"
)

// health is when the database last answered. It is looked at by whoever likes, and costs no query. Safe for concurrent use.
type health struct {
	mu        sync.Mutex
	readAt    time.Time
	sweptAt   time.Time
	wroteAt   time.Time
	unread    bool      // the last read failed
	unwritten bool      // the last write failed
	unkeptAt  time.Time // when a notice could not be kept; zero: the last one was
}

// kept is what became of a notice for the mailbox. That there is no such till says nothing of the database.
func (h *health) kept(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch pos.CodeOf(err) {
	case pos.CodeNone:
		h.unkeptAt = time.Time{}
	case pos.CodeNotFound, pos.CodeInvalid, pos.CodeConflict:
	default:
		h.unkeptAt = time.Now()
	}
}

func (h *health) read(ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.unread = !ok; ok {
		h.readAt = time.Now()
	}
}

func (h *health) wrote(ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.unwritten = !ok; ok {
		h.wroteAt = time.Now()
	}
}

func (h *health) swept() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sweptAt = time.Now()
}

// presentDue tells whether presence is to be said though nothing changed.
func (h *health) presentDue() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Since(h.wroteAt) >= presentEvery
}

// good tells whether the database answers, to reads and to writes, and took the last notice.
func (h *health) good() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	kept := h.unkeptAt.IsZero() || time.Since(h.unkeptAt) >= unkeptFor
	return kept && !h.unread && !h.unwritten && !h.readAt.IsZero() && time.Since(h.readAt) < healthyFor
}

func (h *health) ages() (sweep, look time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return age(h.sweptAt), age(h.readAt)
}

func age(t time.Time) time.Duration {
	if t.IsZero() {
		return -1
	}
	return time.Since(t)
}

// door counts who is inside, and can be waited on. The zero door is shut.
type door struct {
	mu     sync.Mutex
	opened bool
	shut   bool
	inside int
	empty  chan struct{} // closed: shut and nobody inside
}

func (d *door) open() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opened = true
}

func (d *door) enter() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.opened || d.shut {
		return false
	}
	d.inside++
	return true
}

func (d *door) leave() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.inside--; d.inside == 0 && d.shut {
		close(d.empty)
	}
}

// close lets nobody in any more; the channel is closed when the last one left.
func (d *door) close() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.shut = true; d.inside == 0 {
		close(d.empty)
	}
	return d.empty
}
