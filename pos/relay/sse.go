package relay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"guitai/pos"
)

// Times of a stream.
const (
	writeLimit   = 10 * time.Second // a till that does not read so long is cut
	recheckEvery = 5 * time.Minute  // that a stream's token is looked up again: another process may have revoked it, or it grew old
	pollBatch    = 64               // requests in one answer of a long-poll
)

// stream is GET /v1/stream.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, till pos.RelayTill, token pos.TokenHash) {
	rc := http.NewResponseController(w)
	// The deadlines of the server are for requests that end. These fail where there is no connection below, as in a test.
	_ = rc.SetReadDeadline(time.Time{})
	_ = rc.SetWriteDeadline(time.Time{})
	wait, polls, ok := pollWait(r)
	if !ok {
		problem(w, http.StatusBadRequest, "bad-wait", "wait is a number of seconds")
		return
	}
	st, fresh, err := s.hub.join(till, token)
	if err != nil {
		problem(w, http.StatusServiceUnavailable, "stopping", "the relay is stopping: connect again")
		return
	}
	defer s.hub.leave(st, polls)
	// Was it revoked between the look at its token and here, then nobody saw a stream of it.
	if s.routing.Load().tills[till.ID] == nil {
		if still, _ := s.recheck(r.Context(), till.ID); !still {
			problem(w, http.StatusUnauthorized, "token", "this token is not known")
			return
		}
	}
	if polls {
		s.poll(w, r, rc, st, wait, fresh)
		return
	}
	s.log.Info("till connected", "till", till.ID)
	why := s.events(w, r, rc, st)
	s.log.Info("till disconnected", "till", till.ID, "why", why)
}

// pollWait reads ?wait=; no wait is a stream.
func pollWait(r *http.Request) (wait time.Duration, polls, ok bool) {
	if r.URL.RawQuery == "" {
		return 0, false, true
	}
	text := r.URL.Query().Get("wait")
	if text == "" {
		return 0, false, true
	}
	seconds, err := strconv.Atoi(text)
	if err != nil || seconds < 0 {
		return 0, false, false
	}
	return min(time.Duration(min(seconds, 3600))*time.Second, LongPoll), true, true
}

// hello is what the relay says first.
func (s *Server) hello(st *stream) Hello {
	till := s.hub.tillOf(st)
	now := s.cfg.Clock.Now()
	return Hello{
		Relay: s.cfg.Name, Now: now.UTC(), HeartbeatMS: Heartbeat.Milliseconds(), Keys: s.keysWanted(till.Shop),
		Rotate: !till.TokenAt.IsZero() && now.Sub(till.TokenAt) >= TokenAge,
	}
}

func (h *hub) tillOf(st *stream) pos.RelayTill {
	h.mu.Lock()
	defer h.mu.Unlock()
	return st.line.till
}

// events writes a stream until the till or the relay ends it, and says why it ended.
func (s *Server) events(w http.ResponseWriter, r *http.Request, rc *http.ResponseController, st *stream) string {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // or nginx holds the events back
	out := &eventWriter{w: w, rc: rc, bytes: s.cfg.Metrics.bytes}
	if out.hello(s.hello(st)) != nil {
		return "write"
	}
	s.hub.regrip(st.till) // then the sweep hands down what waits, at once
	beat := time.NewTicker(Heartbeat)
	defer beat.Stop()
	again := time.NewTicker(recheckEvery + rand.N(time.Minute)) // so that they do not all come at once
	defer again.Stop()
	for {
		var err error
		select {
		case <-r.Context().Done():
			return "till left"
		case <-st.gone:
			return "closed"
		case <-st.wake:
			err = s.drain(out, st)
		case <-beat.C:
			err = out.beat()
		case <-again.C:
			if still, _ := s.recheck(r.Context(), st.till); !still {
				return "revoked"
			}
		}
		if err != nil {
			return "write"
		}
	}
}

// drain writes all that waits.
func (s *Server) drain(out *eventWriter, st *stream) error {
	for {
		requests, hello := s.hub.next(st, 1)
		if hello {
			if err := out.hello(s.hello(st)); err != nil {
				return err
			}
		}
		if len(requests) == 0 {
			return out.flush()
		}
		if err := out.event(EventRequest, requests[0]); err != nil {
			return err
		}
	}
}

// eventWriter writes Server-Sent Events. Every write has its own deadline.
type eventWriter struct {
	w     http.ResponseWriter
	rc    *http.ResponseController
	bytes func(in, out int)
	buf   bytes.Buffer
}

func (e *eventWriter) hello(h Hello) error {
	data, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if err := e.event(EventHello, data); err != nil {
		return err
	}
	return e.flush()
}

// event writes an event whose data is JSON, which has no line break.
func (e *eventWriter) event(name string, data []byte) error {
	e.buf.Reset()
	e.buf.WriteString("event: ")
	e.buf.WriteString(name)
	e.buf.WriteString("\ndata: ")
	e.buf.Write(data)
	e.buf.WriteString("\n\n")
	return e.write()
}

func (e *eventWriter) beat() error {
	e.buf.Reset()
	e.buf.WriteString(":\n\n")
	if err := e.write(); err != nil {
		return err
	}
	return e.flush()
}

func (e *eventWriter) write() error {
	_ = e.rc.SetWriteDeadline(time.Now().Add(writeLimit)) // as above
	n, err := e.w.Write(e.buf.Bytes())
	e.bytes(0, n)
	if e.buf.Cap() > 4<<10 {
		e.buf = bytes.Buffer{} // streams are many, and large requests few
	}
	return err
}

func (e *eventWriter) flush() error {
	err := e.rc.Flush()
	_ = e.rc.SetWriteDeadline(time.Time{}) // HTTP/2 ends a stream when its deadline passes, whether or not it writes
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

// poll answers a long-poll: at once when there is something, else after wait.
func (s *Server) poll(w http.ResponseWriter, r *http.Request, rc *http.ResponseController, st *stream, wait time.Duration, fresh bool) {
	if fresh || s.hub.idle(st) {
		s.fetch(r.Context(), st.till)
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	var requests [][]byte
	for hello, over := false, false; len(requests) == 0 && !hello && !over; {
		select {
		case <-r.Context().Done():
			return
		case <-st.gone:
			over = true
		case <-timer.C:
			over = true
			requests, _ = s.hub.next(st, pollBatch)
		case <-st.wake:
			requests, hello = s.hub.next(st, pollBatch)
		}
	}
	head, err := json.Marshal(s.hello(st))
	if err != nil {
		panic(err) // a struct of plain fields
	}
	body := bytes.NewBuffer(head[:len(head)-1]) // without its brace: the rest of a Batch follows, encoded already
	if len(requests) > 0 {
		body.WriteString(`,"requests":[`)
		body.Write(bytes.Join(requests, []byte{','}))
		body.WriteByte(']')
	}
	body.WriteByte('}')
	_ = rc.SetWriteDeadline(time.Now().Add(writeLimit)) // as above
	w.Header().Set("Content-Type", contentJSON)
	w.Header().Set("Cache-Control", "no-store")
	n, _ := w.Write(body.Bytes()) // a till that is gone asks again; stored notices come again
	s.cfg.Metrics.bytes(0, n)
}

// idle tells whether a till has nothing in its hands, and the mailbox may have more.
func (h *hub) idle(st *stream) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return st.line.more && st.line.unanswered(time.Now()) == 0
}

// fetch hands a till what waits in its mailbox, as far as it goes.
func (s *Server) fetch(ctx context.Context, till string) {
	ctx, cancel := context.WithTimeout(ctx, queryLimit)
	defer cancel()
	box, err := s.cfg.Central.Mailbox(ctx, []string{till}, s.cfg.Clock.Now(), window)
	if err != nil {
		if ctx.Err() == nil {
			s.log.Warn("read mailbox", "till", till, "code", pos.CodeOf(err), "err", err)
		}
		return // the sweep does it
	}
	s.cfg.Metrics.delivered(s.hub.hand(till, box[till], len(box[till]) == window, time.Now()))
}
