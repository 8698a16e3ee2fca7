package relay

import (
	"encoding/json"
	"time"

	"guitai/pos"
)

// isNotice tells notices from what cannot be kept, whose ids are of our making.
func (f *flight) isNotice() bool { return f.over != nil }

func (f *flight) end() {
	if !f.ended {
		f.ended = true
		close(f.done)
	}
}

// take begins the flight of a notice, or finds the one under way: the same notice twice at once is one to the till.
func (h *hub) take(till, id string) (f *flight, first bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	key := flightKey{till, id}
	if f := h.flights[key]; f != nil {
		return f, false
	}
	f = &flight{key: key, done: make(chan struct{}), over: make(chan struct{})}
	h.flights[key] = f
	return f, true
}

// send hands a flight's request to its till, if that is connected here and reads.
func (h *hub) send(f *flight, r pos.RelayRequest) bool {
	data, err := json.Marshal(r)
	if err != nil {
		return false // cannot be: it has nothing that does not encode
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.lines[f.key.till]
	if l == nil {
		return false
	}
	p := &parcel{data: data, until: time.Now().Add(r.Within)}
	if !h.push(l, p) {
		return false
	}
	f.parcel, f.at = p, time.Now()
	l.flights[f.key.id], h.flights[f.key] = f, f
	return true
}

// ask begins the flight of a request that cannot be kept, to a till that is connected here; nil when it is not.
func (h *hub) ask(till string, r pos.RelayRequest) *flight {
	f := &flight{key: flightKey{till, r.ID}, done: make(chan struct{})}
	if !h.send(f, r) {
		return nil
	}
	return f
}

// answerOf is the till's answer, nil when there is none.
func (h *hub) answerOf(f *flight) *pos.RelayAnswer {
	h.mu.Lock()
	defer h.mu.Unlock()
	return f.answer
}

// end forgets a flight and tells everybody who waits for the same what came of it. It returns an answer that may have come meanwhile.
func (h *hub) end(f *flight, r reply) *pos.RelayAnswer {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.flights[f.key] == f {
		delete(h.flights, f.key)
	}
	if l := h.lines[f.key.till]; l != nil && l.flights[f.key.id] == f {
		delete(l.flights, f.key.id)
	}
	f.end()
	if f.isNotice() {
		f.reply = r
		close(f.over)
	}
	return f.answer
}

// waiting are the requests that were handed down before this and not answered, by the name an answer has between relays.
func (h *hub) waiting(since time.Time) map[string]flightKey {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out map[string]flightKey
	for key, f := range h.flights {
		if f.ended || f.parcel == nil || !f.parcel.written || f.at.After(since) {
			continue
		}
		if out == nil {
			out = map[string]flightKey{}
		}
		out[replyID(key.till, key.id)] = key
	}
	return out
}

// unsent tells whether a request never reached a stream, so that another till may be asked.
func (h *hub) unsent(f *flight) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !f.parcel.written
}

// answer notes what a till said. It returns false for an id that nobody here waits for.
func (h *hub) answer(till string, a pos.RelayAnswer) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	f := h.flights[flightKey{till, a.ID}]
	if f == nil || f.answer != nil {
		return false
	}
	f.answer = &a
	f.end()
	return true
}

// kept says that the notice of a flight is in the mailbox. Was it handed down already, then it is only noted; else it goes down now.
func (h *hub) kept(f *flight, r pos.RelayRequest, now time.Time) {
	data, err := json.Marshal(r)
	if err != nil {
		return // as above
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.lines[f.key.till]
	if l == nil || f.answer != nil {
		return
	}
	if _, known := l.stored[r.ID]; known {
		return
	}
	if l.flights[f.key.id] == f && l.carries(f.key.id) {
		l.stored[r.ID] = handed{at: now}
		return
	}
	if l.unanswered(now) < window && h.push(l, &parcel{data: data}) {
		l.stored[r.ID] = handed{at: now}
	}
}

// carries reports whether a notice went down this line and its flight is not over.
func (l *line) carries(id string) bool {
	f := l.flights[id]
	return f != nil && f.parcel != nil && f.parcel.written
}

// unanswered is how many stored notices a till has in its hands.
func (l *line) unanswered(now time.Time) int {
	n := 0
	for _, m := range l.stored {
		if !m.answered && now.Sub(m.at) < Redeliver {
			n++
		}
	}
	return n
}

// due are the tills whose mailbox is to be read: those that have nothing in their hands and, once a second, those that have little; with how
// much all of them have. Who has more than could be handed over at once is asked after by its answers.
func (h *hub) due(now time.Time) (tills []string, hands int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, l := range h.lines {
		n := l.unanswered(now)
		rested := now.Sub(l.looked) >= time.Second
		if (n == 0 && !l.more) || (rested && n < window) {
			if n > 0 || l.more {
				l.looked = now
			}
			tills = append(tills, id)
			hands += n
		}
	}
	return tills, hands
}

// hand hands stored notices to a till that is connected here: not again before [Redeliver] while it has them, nor what it just answered, nor
// what is under way to it: kept a moment ago, which kept has yet to note.
func (h *hub) hand(till string, requests []pos.RelayRequest, more bool, now time.Time) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.lines[till]
	if l == nil {
		return 0
	}
	l.more, l.looked = more, now
	sent, have := 0, l.unanswered(now)
	for _, r := range requests {
		m, known := l.stored[r.ID]
		if known && (m.answered || now.Sub(m.at) < Redeliver) || l.carries(r.ID) {
			continue
		}
		if have >= window {
			l.more = true
			break
		}
		if known {
			m.attempt++
		}
		r.Attempt, r.Stored, r.Within = max(r.Attempt, m.attempt), true, 0
		data, err := json.Marshal(r)
		if err != nil {
			continue // as above
		}
		if !h.push(l, &parcel{data: data}) {
			l.more = true
			break
		}
		l.stored[r.ID] = handed{at: now, attempt: r.Attempt}
		sent++
		have++
	}
	return sent
}

// attempts is how often a stored notice was handed to a till before.
func (h *hub) attempts(till, id string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if l := h.lines[till]; l != nil {
		return l.stored[id].attempt
	}
	return 0
}

// settled notes that outcomes are on record. It returns whether the till's hands are empty and its mailbox is not.
func (h *hub) settled(till string, outcomes []pos.NoticeOutcome, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.lines[till]
	if l == nil {
		return false
	}
	for _, o := range outcomes {
		if m, ok := l.stored[o.ID]; ok {
			l.stored[o.ID] = handed{at: now, attempt: m.attempt, answered: true}
		}
	}
	return l.more && l.unanswered(now) == 0
}

// regrip lets a till that connected anew have everything again: what it had in its hands may be lost with its old connection.
func (h *hub) regrip(till string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if l := h.lines[till]; l != nil {
		clear(l.stored)
		l.more = false
	}
}
