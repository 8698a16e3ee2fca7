package pos

import "time"

// The poll table. A payment on the glass is asked about every 2 s for its first half minute, every 3 s to two minutes,
// then every 5 s until it leaves the glass. One that left it is asked about with back-off, up to once an hour, until
// WeChat itself ends it. The till adds jitter to delays of five seconds and more, and asks less while a relay tells it ([Relaxed]).
var (
	glassPolls = []struct {
		until, every time.Duration // age of the order
	}{
		{30 * time.Second, 2 * time.Second},
		{2 * time.Minute, 3 * time.Second},
		{1 << 62, 5 * time.Second},
	}
	closingPolls = []time.Duration{
		time.Second, 2 * time.Second, 3 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second,
		time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 40 * time.Minute, time.Hour,
	}
	resends = []time.Duration{time.Second, 2 * time.Second, 3 * time.Second, 5 * time.Second, 8 * time.Second, 10 * time.Second}
	closes  = []time.Duration{
		10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour,
	}
	// recall=Y is asked again every 5 to 10 s, ten times; then it is parked and asked ever less often.
	reverses = []time.Duration{
		5 * time.Second, 5 * time.Second, 5 * time.Second, 8 * time.Second, 8 * time.Second, 10 * time.Second, 10 * time.Second,
		10 * time.Second, 10 * time.Second, 10 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour,
	}
)

// PollAfter is how long to wait before the next query of a live payment.
func PollAfter(p Payment, now time.Time) time.Duration {
	if p.State.Left() {
		return closingPolls[min(p.Asks, len(closingPolls)-1)]
	}
	if p.Tender == TenderCode {
		return codePoll
	}
	age := now.Sub(p.OpenedAt)
	for _, row := range glassPolls {
		if age < row.until {
			return row.every
		}
	}
	return glassPolls[len(glassPolls)-1].every
}

// RelaxedPoll is how often a payment on the glass is asked about while the relay's line is healthy: the notice comes in a second, and one that
// is lost costs this much and no more.
const RelaxedPoll = 10 * time.Second

// Relaxed is an effect of [Step] as it is put on the clock while the relay's line is healthy: the table's next query of a payment on the glass,
// for which a notice comes, waits [RelaxedPoll]. Everything else keeps its time: what is due at once, what a person asked, a customer's
// payment code (no notice tells of its money), what left the glass, and whatever WeChat did not answer well the last time.
func Relaxed(p Payment, e Effect) Effect {
	if e.Kind != DoQuery || e.After == 0 || !p.Announced() || p.Cause != CodeNone {
		return e
	}
	e.After = max(e.After, RelaxedPoll)
	return e
}

// Announced reports whether a payment is on the glass and of a kind of which WeChat sends a notice when it is paid.
func (p Payment) Announced() bool {
	return p.State.OnGlass() && p.Tender != TenderCode && p.Tender != TenderCash
}

// codePoll is how often a charged payment code is asked about (付款码支付: every 5 s).
const codePoll = 5 * time.Second

// ReverseAfter is how long to wait before WeChat is asked (again) to reverse a payment code's order.
func ReverseAfter(p Payment, now time.Time) time.Duration {
	if p.Closes > 0 {
		return reverses[min(p.Closes-1, len(reverses)-1)]
	}
	return max(0, min(ReverseAge, ReverseAge-now.Sub(p.OpenedAt))) // a clock that was set back must not put it off
}

// ResendAfter is how long to wait before the stored request of a payment without a code is sent again.
func ResendAfter(p Payment) time.Duration {
	return resends[max(0, min(p.Asks-1, len(resends)-1))]
}

// CloseAfter is how long to wait before WeChat is asked (again) to close a payment that left the glass. When WeChat
// refused because the order was too young, it is not asked again before the order is old enough.
func CloseAfter(p Payment, now time.Time) time.Duration {
	wait := min(Grace, Grace-now.Sub(p.ClosingSince)) // a clock that was set back must not put it off
	if p.Closes > 0 {
		wait = closes[min(p.Closes-1, len(closes)-1)]
	}
	return max(0, wait, min(CloseAge, p.CloseFrom.Sub(now)))
}
