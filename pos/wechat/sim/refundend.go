package sim

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// slowRefund is how long a refund takes under refund-slow.
const slowRefund = 24 * time.Hour

// ErrBadRefund is a refund that the merchant platform would not take.
var ErrBadRefund = errors.New("no such refund can be made")

// RefundAct is how an accepted refund goes on.
type RefundAct struct {
	End   string        // the state it ends in; empty is RefundSuccess, RefundProcessing never ends by itself
	After time.Duration // how long it takes, scaled; 0 means Options.RefundAfter
}

func (a RefundAct) check() error {
	ends := []string{"", RefundSuccess, RefundChange, RefundClosed, RefundProcessing}
	if !slices.Contains(ends, a.End) || a.After < 0 {
		return fmt.Errorf("%w: end %q after %v", ErrBadAct, a.End, a.After)
	}
	return nil
}

// ScriptRefund tells how a coming refund goes on: the one with this out_refund_no, or the next that has no script of its own
// when it is empty. Scripts queue up.
func (s *Sim) ScriptRefund(outRefundNo string, act RefundAct) error {
	if err := act.check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endings[outRefundNo] = append(s.endings[outRefundNo], act)
	return nil
}

// endingOf decides how a new refund goes on: by script, by fault, or well.
func (s *Sim) endingOf(r *refund) RefundAct {
	for _, name := range []string{r.OutRefundNo, ""} {
		if queue := s.endings[name]; len(queue) > 0 {
			s.endings[name] = queue[1:]
			return queue[0]
		}
	}
	switch s.takeLocked(func(f Fault) bool { return slices.Contains(refundEndFaults, f.Name) }).Name {
	case FaultRefundChange:
		return RefundAct{End: RefundChange}
	case FaultRefundClose:
		return RefundAct{End: RefundClosed}
	case FaultRefundSlow:
		return RefundAct{After: slowRefund}
	}
	return RefundAct{}
}

// startRefund takes a refund in and lets it go on. Call with s.mu held.
func (s *Sim) startRefund(r *refund, act RefundAct) {
	if act.End == "" {
		act.End = RefundSuccess
	}
	if act.After == 0 {
		act.After = max(0, s.opts.RefundAfter)
	}
	o := r.order
	o.Refunds = append(o.Refunds, r)
	s.indexRefund(r)
	s.note(o, EventRefundAsked)
	if act.End == RefundProcessing {
		return
	}
	wait := s.scaled(act.After)
	r.End, r.Due = act.End, s.now().Add(wait)
	if wait == 0 {
		s.endRefund(r, r.End)
		return
	}
	s.armRefund(r, wait)
}

func (s *Sim) indexRefund(r *refund) {
	s.byRefund[orderKey{r.order.Request["mch_id"], r.OutRefundNo}] = r
	s.refundByID[r.RefundID] = r
}

func (s *Sim) armRefund(r *refund, wait time.Duration) {
	s.after(wait, func() {
		if r.State == RefundProcessing {
			s.endRefund(r, r.End)
		}
	})
}

// endRefund moves a refund to its end and tells the merchant. Call with s.mu held.
func (s *Sim) endRefund(r *refund, state string) {
	r.Settled = r.State == RefundChange
	r.State, r.Ended = state, s.now()
	s.note(r.order, EventRefundEnded)
	s.sendRefundNotice(r)
}

// EndRefund ends a refund now that is PROCESSING, or settles one in the merchant platform that came to CHANGE. The refund is
// named by refund_id or out_refund_no.
func (s *Sim) EndRefund(what, state string) (Refund, error) {
	if err := (RefundAct{End: state}).check(); err != nil || state == "" || state == RefundProcessing {
		return Refund{}, fmt.Errorf("%w: end %q", ErrBadAct, state)
	}
	s.mu.Lock()
	r, err := s.findRefund(what)
	if err == nil && r.State != RefundProcessing && r.State != RefundChange {
		err = fmt.Errorf("%w: it ended as %s", ErrBadRefund, r.State)
	}
	if err != nil {
		s.mu.Unlock()
		return Refund{}, err
	}
	s.endRefund(r, state)
	public := r.Refund
	s.mu.Unlock()
	return public, s.flush()
}

// findRefund looks a refund up by refund_id or out_refund_no. Call with s.mu held.
func (s *Sim) findRefund(what string) (*refund, error) {
	if r := s.refundByID[what]; r != nil {
		return r, nil
	}
	for _, m := range s.opts.Merchants {
		if r := s.byRefund[orderKey{m.MchID, what}]; r != nil {
			return r, nil
		}
	}
	return nil, fmt.Errorf("%w: no refund has this number", ErrNoOrder)
}

// VendorRefund is a refund that a person starts in the merchant platform (商户平台), of the payment with this transaction_id or
// of the last payment of this out_trade_no. A fee of 0 is all that is left. The notice goes to the order's own notify_url, as
// the platform knows no other.
func (s *Sim) VendorRefund(what string, fee int64, act RefundAct) (Refund, error) {
	if err := act.check(); err != nil {
		return Refund{}, err
	}
	s.mu.Lock()
	r, err := s.vendorRefund(what, fee)
	if err != nil {
		s.mu.Unlock()
		return Refund{}, err
	}
	s.startRefund(r, act)
	public := r.Refund
	s.mu.Unlock()
	return public, s.flush()
}

func (s *Sim) vendorRefund(what string, fee int64) (*refund, error) {
	o := s.byTrade[what]
	if o == nil {
		var err error
		if o, err = s.find(what); err != nil {
			return nil, err
		}
	}
	if len(o.Payments) == 0 {
		return nil, fmt.Errorf("%w: the order is not paid", ErrBadRefund)
	}
	p := o.payment(what)
	if fee == 0 {
		fee = p.TotalFee
		for _, r := range o.Refunds {
			if r.TransactionID == p.TransactionID && r.live() {
				fee -= r.Fee
			}
		}
	}
	if fee < 1 {
		return nil, fmt.Errorf("%w: nothing is left to refund", ErrBadRefund)
	}
	s.serial++
	number := fmt.Sprintf("VP%s%08d", stamp(s.now()), s.serial%1e8)
	r, no := s.newRefund(o, p, fee, number, FromVendor)
	if no != nil {
		return nil, fmt.Errorf("%w: %s", ErrBadRefund, no.text)
	}
	r.Request = map[string]string{
		"out_refund_no": number, "refund_fee": fen(fee), "total_fee": fen(p.TotalFee), "notify_url": o.Request["notify_url"],
	}
	return r, nil
}
