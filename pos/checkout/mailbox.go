package checkout

import "sync"

// mailbox takes what others want of the till. Putting never blocks, so neither a screen nor a network answer ever waits
// for a commit. Safe for concurrent use.
type mailbox struct {
	mu     sync.Mutex
	queue  []event
	wake   chan struct{} // holds one token while the queue is not empty
	closed bool
}

// event is what can arrive: a command, an answer, a notice, news of a print job.
type event interface{ handle(t *Till) }

func newMailbox() *mailbox { return &mailbox{wake: make(chan struct{}, 1)} }

// put adds an event; false means that the till has stopped and nobody will read it.
func (m *mailbox) put(e event) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	m.queue = append(m.queue, e)
	select {
	case m.wake <- struct{}{}:
	default:
	}
	return true
}

// take returns everything that has arrived, in order.
func (m *mailbox) take() []event {
	m.mu.Lock()
	defer m.mu.Unlock()
	q := m.queue
	m.queue = nil
	return q
}

// close refuses everything from now on and returns what is left.
func (m *mailbox) close() []event {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	q := m.queue
	m.queue = nil
	return q
}
