package sim

import (
	"slices"
	"time"
)

// plan is something a payer is going to do. It is data, not a closure, so that a simulator with Options.State takes it up
// again after a restart.
type plan struct {
	Due  time.Time // on WeChat's clock
	What string
	Act  Act
	Code string `json:",omitempty"` // planScan: the code_url; empty means the one on the glass then
}

// What a plan is about.
const (
	planScan   = "scan"   // hold the phone to the code
	planTyped  = "typed"  // the end of the password dialog
	planSecond = "second" // pay once more
	planLate   = "late"   // the money that comes after the end
	planDecide = "decide" // the end of a micropay's work
)

// plan makes a payer do something when the scaled d has passed. Call with s.mu held.
func (s *Sim) plan(o *order, d time.Duration, p plan) {
	wait := s.scaled(d)
	p.Due = s.now().Add(wait)
	o.Plans = append(o.Plans, &p)
	s.touch(o)
	s.arm(o, &p, wait)
}

// arm waits for a plan's time. Call with s.mu held.
func (s *Sim) arm(o *order, p *plan, wait time.Duration) {
	s.after(wait, func() {
		o.Plans = slices.DeleteFunc(o.Plans, func(q *plan) bool { return q == p })
		s.touch(o)
		s.carryOut(o, p)
	})
}

// carryOut does what was planned. Call with s.mu held.
func (s *Sim) carryOut(o *order, p *plan) {
	switch p.What {
	case planScan:
		code := p.Code
		if code == "" {
			code = o.Code
		}
		if s.scan(o, code, p.Act) != nil {
			s.note(o, EventRefused)
		}
	case planTyped:
		o.Typing--
		if s.finishTyping(o, p.Act) != nil {
			s.note(o, EventTooLate)
		}
	case planSecond:
		s.record(o, p.Act)
	case planLate:
		if !s.holdsMoney(o) {
			s.record(o, p.Act)
		}
	case planDecide:
		o.Typing--
		s.decide(o, p.Act)
	}
}

// holdsMoney says whether an order has a payment that no reversal gave back.
func (s *Sim) holdsMoney(o *order) bool {
	return slices.ContainsFunc(o.Payments, func(p Payment) bool { return p.Reversed.IsZero() })
}
