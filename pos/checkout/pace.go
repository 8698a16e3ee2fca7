package checkout

import (
	"math/rand/v2"
	"time"
)

// jitter spreads delays of five seconds and more by a fifth to either side, so that tills that lost the network together
// do not come back together.
func jitter(d time.Duration) time.Duration {
	if d < 5*time.Second {
		return d
	}
	return d - d/5 + rand.N(2*d/5)
}

// nextOf is when something is due for a watch; zero for never, and while a call is under way.
func (t *Till) nextOf(w *watch) time.Time {
	var next time.Time
	if !w.busy && t.mayCall(w) {
		for _, at := range w.due {
			if next.IsZero() || at.Before(next) {
				next = at
			}
		}
		next = t.paced(next)
	}
	if w.doubt && (next.IsZero() || w.held.Before(next)) {
		next = w.held
	}
	if w.p.State.OnGlass() {
		expire := t.expiry(w)
		if expire.Before(w.held) {
			expire = w.held
		}
		if next.IsZero() || expire.Before(next) {
			next = expire
		}
	}
	return next
}

// expiry is when a payment leaves the glass. It is reckoned once: a clock that is set back afterwards keeps no code on the
// glass for a year.
func (t *Till) expiry(w *watch) time.Time {
	if !w.endsOf.Equal(w.p.ExpiresAt) {
		left := min(w.p.ExpiresAt.Sub(t.cfg.Clock.Now()), max(t.cfg.Life, chargeLife))
		w.ends, w.endsOf = time.Now().Add(left), w.p.ExpiresAt
	}
	return w.ends
}

func (t *Till) mayCall(w *watch) bool {
	if t.gatewayOf(w.p.API) == nil || w.foreign {
		return false
	}
	return t.calls < maxCalls || w.p.ID == t.pay || t.hasty(w) && t.prepays < maxPrepays
}

// lane is what counts the calls that a payment's next one is among.
func (t *Till) lane(w *watch) *int {
	if t.hasty(w) && t.prepays < maxPrepays {
		return &t.prepays
	}
	return &t.calls
}

// pace lets calls leave one after another, a millisecond apart, in the order of their payments: what is due at the same
// moment, at start above all, is no burst, and happens in the same order every time.
func (t *Till) pace(now time.Time) bool {
	if now.Before(t.nextCall) {
		return false
	}
	t.nextCall = now.Add(time.Millisecond)
	return true
}

// paced is when a call that is due may leave.
func (t *Till) paced(due time.Time) time.Time {
	if due.IsZero() || due.After(t.nextCall) {
		return due
	}
	return t.nextCall
}
