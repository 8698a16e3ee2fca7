package relay

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"guitai/pos"
)

// Paces of a request that somebody waits for and that cannot be kept.
const (
	tryEvery   = 75 * time.Millisecond // look for a till, or for the answer by way of another relay
	askEvery   = 300 * time.Millisecond
	tillWithin = time.Second // a till that is just connecting again may come; later it would not have the time to answer
)

// waitFor is a callback or prepay request: a callback to the first till of the shop that is connected here, else anywhere, what a ref belongs
// to always to the same till.
func (s *Server) waitFor(w http.ResponseWriter, r *http.Request, to *route, kind pos.RelayKind, path string, began time.Time) {
	body, fail := s.readBody(w, r)
	if fail != nil {
		s.finish(w, to, kind, *fail, began)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), Wait)
	defer cancel()
	request := pos.RelayRequest{
		Kind: kind, Method: r.Method, Path: path, Query: r.URL.RawQuery, Header: passedOn(r.Header), Body: body,
		ReceivedAt: s.cfg.Clock.Now().UTC().Truncate(time.Millisecond),
	}
	a := s.seek(ctx, to, request)
	switch {
	case a != nil:
		s.finish(w, to, kind, fromTill(*a), began)
	case kind == pos.RelayCallback:
		s.finish(w, to, kind, reply{http.StatusOK, contentXML, []byte(callbackOffline), Offline}, began)
	default:
		s.finish(w, to, kind, reply{http.StatusServiceUnavailable, contentJSON, []byte(prepayOffline), Offline}, began)
	}
}

// What a payer reads when no till answers. The first is not signed: the relay has no key.
const (
	callbackOffline = "<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[商家收银台暂时不在线，请稍后再扫]]></return_msg></xml>"
	prepayOffline   = `{"error":"till-offline","message":"商家收银台暂时不在线，请稍后再试"}`
)

// seek looks for a till and waits for its answer, until ctx ends; nil for none. A request that may have reached a till goes to no other.
func (s *Server) seek(ctx context.Context, to *route, r pos.RelayRequest) *pos.RelayAnswer {
	deadline, _ := ctx.Deadline()
	tills := answerers(to, r.Kind)
	giveUp := time.Now().Add(tillWithin)
	var asked time.Time
	for {
		for _, till := range tills {
			r.ID, r.Within = s.newID(till), time.Until(deadline)
			f := s.hub.ask(till, r)
			if f == nil {
				continue
			}
			a, unsent := s.await(ctx, f)
			if !unsent {
				return a
			}
		}
		if now := time.Now(); now.Sub(asked) >= askEvery {
			asked = now
			if till := s.elsewhere(ctx, tills); till != "" {
				return s.askElsewhere(ctx, till, r, deadline)
			}
		}
		if !time.Now().Before(giveUp) || !sleep(ctx, tryEvery) {
			return nil
		}
	}
}

// answerers are the tills that may answer. A ref is the same order for ever in the books of the till that has it, and of no other: while that
// one is away, another would say of a paid order that there is none, and take the same ref as a second order.
func answerers(to *route, kind pos.RelayKind) []string {
	if kind == pos.RelayPrepay {
		return to.Tills[:min(1, len(to.Tills))]
	}
	return to.Tills
}

// await waits for the answer of a till that is connected here; unsent: its stream ended before the request was on it.
func (s *Server) await(ctx context.Context, f *flight) (a *pos.RelayAnswer, unsent bool) {
	defer s.hub.end(f, reply{})
	select {
	case <-f.done:
	case <-ctx.Done():
	}
	if a := s.hub.answerOf(f); a != nil {
		return a, false
	}
	return nil, ctx.Err() == nil && s.hub.unsent(f)
}

// elsewhere is the first of these tills that is connected to another relay.
func (s *Server) elsewhere(ctx context.Context, tills []string) string {
	where, err := s.cfg.Central.Connected(ctx, tills, s.cfg.Clock.Now())
	if err != nil {
		s.log.Warn("who is connected", "err", err)
		return ""
	}
	for _, till := range tills {
		if relay, ok := where[till]; ok && relay != s.cfg.Name {
			return till
		}
	}
	return ""
}

// askElsewhere leaves the request for the relay that has the till, and waits for the answer there.
func (s *Server) askElsewhere(ctx context.Context, till string, r pos.RelayRequest, deadline time.Time) *pos.RelayAnswer {
	r.ID, r.Within = s.newID(till), time.Until(deadline)
	// The deadline is a record that other machines read: it goes by the clock for records.
	if err := s.cfg.Central.Ask(ctx, till, r, s.cfg.Clock.Now().Add(r.Within)); err != nil {
		s.log.Warn("ask another relay", "err", err)
		return nil
	}
	for sleep(ctx, tryEvery) {
		answers, err := s.cfg.Central.Replies(ctx, []string{r.ID})
		if err != nil {
			if ctx.Err() == nil {
				s.log.Warn("read the answer of another relay", "err", err)
			}
			continue
		}
		if len(answers) > 0 {
			return &answers[0]
		}
	}
	return nil
}

// newID names a request that cannot be kept. It says which till may answer it.
func (s *Server) newID(till string) string {
	return till + "~" + base64.RawURLEncoding.EncodeToString(randomBytes(s.cfg.Random, 16))
}

// ownID tells whether an id is of a request that cannot be kept, to this till.
func ownID(till, id string) bool { return strings.HasPrefix(id, till+"~") }

// replyID is the name by which one relay leaves a till's answer for another. It begins with the till, so that no till can answer for another.
func replyID(till, id string) string {
	if ownID(till, id) {
		return id
	}
	return till + "!" + id
}

// collect fetches the answers that tills gave to another relay than the one their stream is at, as happens behind a balancer. It costs
// nothing while tills answer at once.
func (s *Server) collect(ctx context.Context) {
	waiting := s.hub.waiting(time.Now().Add(-tryEvery))
	if len(waiting) == 0 {
		return
	}
	ids := make([]string, 0, len(waiting))
	for id := range waiting {
		ids = append(ids, id)
	}
	ctx, cancel := context.WithTimeout(ctx, queryLimit)
	defer cancel()
	answers, err := s.cfg.Central.Replies(ctx, ids)
	if err != nil {
		if ctx.Err() == nil {
			s.log.Warn("read the answers of other relays", "code", pos.CodeOf(err), "err", err)
		}
		return
	}
	for _, a := range answers {
		key := waiting[a.ID]
		a.ID = key.id
		s.hub.answer(key.till, a)
	}
}

// passDown hands the requests that other relays left to the tills they are for.
func (s *Server) passDown(asked map[string][]pos.RelayRequest) {
	now := s.cfg.Clock.Now()
	for till, requests := range asked {
		for _, r := range requests {
			// By the clocks of two machines; what it was when it was left is the most it can be.
			if r.Within = min(r.Within, r.ReceivedAt.Add(Wait).Sub(now)); r.Within <= 0 {
				continue
			}
			data, err := json.Marshal(r)
			if err != nil {
				continue // cannot be
			}
			s.hub.pass(till, &parcel{data: data, until: time.Now().Add(r.Within)})
		}
	}
}

// pass queues a request whose answer is another relay's.
func (h *hub) pass(till string, p *parcel) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if l := h.lines[till]; l != nil {
		h.push(l, p)
	}
}

// sleep waits; false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
