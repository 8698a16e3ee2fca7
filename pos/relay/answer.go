package relay

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"guitai/pos"
)

// Bounds of POST /v1/answer.
const (
	maxAnswers     = 100
	maxAnswersBody = 1 << 20
)

// answers is POST /v1/answer. A till answers what was handed to it and nothing else: an answer counts under the till's name only.
func (s *Server) answers(w http.ResponseWriter, r *http.Request, till pos.RelayTill) {
	var in Answers
	if !readJSON(w, r, maxAnswersBody, &in) {
		return
	}
	if len(in.Answers) > maxAnswers {
		problem(w, http.StatusBadRequest, "too-many", "at most 100 answers at once")
		return
	}
	s.cfg.Metrics.answered(len(in.Answers))
	var keep []pos.RelayAnswer
	failed := false
	leave := func(a pos.RelayAnswer) {
		if !s.mayLeave(till.ID) {
			return // more than anybody asked it for
		}
		if len(a.Body) > MaxBody {
			a.Status, a.ContentType, a.Body = http.StatusInternalServerError, "", nil
		}
		if err := s.cfg.Central.Reply(r.Context(), a, s.cfg.Clock.Now()); err != nil {
			s.log.Warn("answer for another relay not left", "code", pos.CodeOf(err), "err", err)
			failed = true
		}
	}
	for _, a := range in.Answers {
		if !plainID(a.ID) {
			continue // none of ours
		}
		if a.Status < 100 || a.Status > 999 {
			a.Status = http.StatusInternalServerError
		}
		here, stored := s.hub.answer(till.ID, a), s.hub.has(till.ID, a.ID)
		switch {
		case !here && ownID(till.ID, a.ID):
			leave(a)
		case stored:
			keep = append(keep, a)
		case !here:
			keep = append(keep, a) // handed down by another relay, which may be waiting for it too
			a.ID = replyID(till.ID, a.ID)
			leave(a)
		}
	}
	if len(keep) > 0 {
		if err := s.note(r.Context(), till.ID, keep); err != nil {
			s.log.Warn("answers not noted", "code", pos.CodeOf(err), "err", err)
			failed = true
		}
	}
	if failed {
		problem(w, http.StatusServiceUnavailable, "unavailable", "the relay's database does not answer: repeat it")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func plainID(id string) bool {
	return id != "" && len(id) <= 200 && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' })
}

// has tells whether a till has a stored notice in its hands.
func (h *hub) has(till, id string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.lines[till]
	if l == nil {
		return false
	}
	_, ok := l.stored[id]
	return ok
}

// note writes down what a till said to notices of the mailbox, and hands it the next when it has none left.
func (s *Server) note(ctx context.Context, till string, answers []pos.RelayAnswer) error {
	ctx, cancel := context.WithTimeout(ctx, queryLimit)
	defer cancel()
	now := s.cfg.Clock.Now()
	outcomes := make([]pos.NoticeOutcome, 0, len(answers))
	for _, a := range answers {
		o := pos.NoticeOutcome{ID: a.ID, Status: a.Status}
		if a.Status < 200 || (a.Status >= 300 && a.Status < 400) || a.Status >= 500 {
			o.Again = now.Add(Redeliver << min(s.hub.attempts(till, a.ID), 5)) // at most five minutes
		}
		outcomes = append(outcomes, o)
	}
	if err := s.cfg.Central.Answered(ctx, till, outcomes, now); err != nil {
		return err
	}
	if s.hub.settled(till, outcomes, time.Now()) {
		s.fetch(ctx, till)
	}
	return nil
}

// readJSON reads a body; when that fails, it has answered.
func readJSON(w http.ResponseWriter, r *http.Request, most int64, into any) bool {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			problem(w, http.StatusRequestEntityTooLarge, "too-large", "the body is too large")
			return false
		}
		problem(w, http.StatusBadRequest, "cut-off", "the body was cut off")
		return false
	}
	if err := json.Unmarshal(data, into); err != nil {
		problem(w, http.StatusBadRequest, "bad-json", "the body is not what it should be")
		return false
	}
	return true
}
