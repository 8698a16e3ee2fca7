package relay

import (
	"time"

	"guitai/pos"
)

// Outcome is what became of a request from outside.
type Outcome string

const (
	Forwarded    Outcome = "forwarded"     // a till answered it, whatever it said
	Stored       Outcome = "stored"        // it is in the mailbox and was answered with success
	Known        Outcome = "known"         // likewise, and it was there before
	Offline      Outcome = "offline"       // it cannot be kept, and no till answered
	Unavailable  Outcome = "unavailable"   // 503: the database does not answer, too much at once, or the relay is stopping
	Probe        Outcome = "probe"         // WeChat tried whether signatures are looked at
	Forged       Outcome = "forged"        // a wrong or stale signature
	UnknownKey   Outcome = "unknown-key"   // signed by a key the shop has not uploaded
	UnknownRoute Outcome = "unknown-route" // leads nowhere
	Limited      Outcome = "limited"       // 429
	TooLarge     Outcome = "too-large"     // more than [MaxBody]
	Malformed    Outcome = "malformed"     // no form of a notice that there is, or the caller went away
)

// Metrics hears of what happens. Each may be nil; none may block. Called from many goroutines.
type Metrics struct {
	// Handled is a request from outside that was answered; kind is empty when it did not get so far as to have one.
	Handled func(kind pos.RelayKind, outcome Outcome, took time.Duration)
	// Bytes is what came in by requests from outside, and what went down to tills.
	Bytes func(in, out int)
	// Delivered is how many stored notices were handed to tills.
	Delivered func(notices int)
	// Answered is how many answers came from tills.
	Answered func(answers int)
	// Unauthorized is a token or pairing code that is none.
	Unauthorized func()
}

func (m Metrics) handled(kind pos.RelayKind, outcome Outcome, took time.Duration) {
	if m.Handled != nil {
		m.Handled(kind, outcome, took)
	}
}

func (m Metrics) bytes(in, out int) {
	if m.Bytes != nil {
		m.Bytes(in, out)
	}
}

func (m Metrics) delivered(n int) {
	if m.Delivered != nil && n > 0 {
		m.Delivered(n)
	}
}

func (m Metrics) answered(n int) {
	if m.Answered != nil && n > 0 {
		m.Answered(n)
	}
}

func (m Metrics) unauthorized() {
	if m.Unauthorized != nil {
		m.Unauthorized()
	}
}

// Stats is how the server stands now.
type Stats struct {
	Tills    int           // connected here
	Streams  int           // of them
	Waiting  int           // requests from outside that wait for a till
	Queued   int           // bytes on their way down
	SweepAge time.Duration // since the mailbox was last read without an error
	LookAge  time.Duration // likewise routes and keys; both are negative before the first time
}

// Stats looks. Safe for concurrent use; cheap.
func (s *Server) Stats() Stats {
	h := s.hub
	h.mu.Lock()
	st := Stats{Tills: len(h.lines), Waiting: len(h.flights), Queued: h.bytes}
	for _, l := range h.lines {
		st.Streams += len(l.streams)
	}
	h.mu.Unlock()
	st.SweepAge, st.LookAge = s.health.ages()
	return st
}
