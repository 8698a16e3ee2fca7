package main

import (
	"errors"
	"slices"

	"guitai/pos"
	"guitai/pos/wechat/sim"
)

// refunded judges a step of a refund that was committed: never more goes back than was taken, and nothing is given back, or
// not given back, without WeChat's word.
func (j *judge) refunded(by string, got pos.RefundSettled) {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := got.Refund
	old, known := j.refunds[r.OutRefundNo]
	if known && old.Version == r.Version {
		return // said before
	}
	j.refunds[r.OutRefundNo] = r
	j.wrote("refund "+by, int64(r.ID), pos.State(r.State))
	j.trace("refund %s of %s, %d fen: %s by %s", r.OutRefundNo, r.OutTradeNo, r.Amount, r.State, by)
	if known && (old.Amount != r.Amount || old.TransactionID != r.TransactionID || old.OutTradeNo != r.OutTradeNo) {
		j.fault("I9", "refund %s was rewritten", r.OutRefundNo)
	}
	j.notTooMuch(r)
	if r.State != old.State {
		j.l.tally.add("refund "+string(r.State), 1)
		j.refundIsTrue(r)
	}
	if d := j.orders[r.OutTradeNo]; d != nil && got.Payment.OutTradeNo == r.OutTradeNo && got.Payment.Version > 0 {
		d.p = got.Payment // an exception's payment is Refunded with it
	}
	if r.Tender == pos.TenderCash && r.State == pos.RefundDone && old.State != pos.RefundDone {
		j.sums["cash:drawer"] -= r.Amount
	}
	if got.Exception != nil {
		j.caseIs(*got.Exception)
	}
}

// notTooMuch is I9: what goes back of a payment is at most what it took.
func (j *judge) notTooMuch(r pos.Refund) {
	var sum pos.Fen
	for _, o := range j.refunds {
		if o.State != pos.RefundClosed && o.State != pos.RefundRefused && o.OutTradeNo == r.OutTradeNo && o.TransactionID == r.TransactionID {
			sum += o.Amount
		}
	}
	if sum > r.Total {
		j.fault("I9", "%d fen go back of %s, which took %d", sum, r.OutTradeNo, r.Total)
	}
}

// refundIsTrue holds a refund's state against WeChat's.
func (j *judge) refundIsTrue(r pos.Refund) {
	if r.Tender == pos.TenderCash {
		return
	}
	o, err := j.l.sim.Order(r.OutTradeNo)
	if err != nil {
		j.fault("I9", "refund %s is of %s, which WeChat does not know", r.OutRefundNo, r.OutTradeNo)
		return
	}
	i := slices.IndexFunc(o.Refunds, func(x sim.Refund) bool { return x.OutRefundNo == r.OutRefundNo })
	want := map[pos.RefundState]string{pos.RefundDone: sim.RefundSuccess, pos.RefundClosed: sim.RefundClosed, pos.RefundStuck: sim.RefundChange}[r.State]
	switch {
	case r.State == pos.RefundRefused && i >= 0:
		j.fault("I9", "refund %s is refused in the books; WeChat has it as %s", r.OutRefundNo, o.Refunds[i].State)
	case want == "":
	case i < 0:
		j.fault("I9", "refund %s is %s in the books; WeChat never had it", r.OutRefundNo, r.State)
	case o.Refunds[i].State != want && !(r.State == pos.RefundStuck && o.Refunds[i].State == sim.RefundSuccess):
		j.fault("I9", "refund %s is %s in the books and %s at WeChat", r.OutRefundNo, r.State, o.Refunds[i].State)
	case o.Refunds[i].Fee != int64(r.Amount):
		j.fault("I9", "refund %s is %d fen in the books and %d at WeChat", r.OutRefundNo, r.Amount, o.Refunds[i].Fee)
	}
}

// caseIs notes how an exception stands. Call with j.mu held.
func (j *judge) caseIs(x pos.ExceptionCase) {
	if !x.State.Ended() || j.endedCases[x.ID] {
		return
	}
	j.endedCases[x.ID] = true
	j.exceptions--
	j.l.tally.add("exception "+string(x.State), 1)
	if x.Currency == "CNY" {
		j.sums["wechat:exceptions"] += x.Amount
	}
}

// decided judges a person's word about an exception.
func (j *judge) decided(got pos.Settled, x pos.ExceptionCase) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.endedCases[x.ID] {
		return
	}
	j.caseIs(x)
	if d := j.orders[x.OutTradeNo]; d != nil && got.Payment.OutTradeNo == x.OutTradeNo {
		d.p = got.Payment
	}
	switch x.State {
	case pos.ExceptionCash:
		j.sums["cash:drawer"] -= x.Amount
	case pos.ExceptionNoted:
		if x.Currency == "CNY" {
			j.sums["wechat:receivable"] -= x.Settlement
			j.sums["wechat:coupons"] -= x.Amount - x.Settlement
		}
	case pos.ExceptionSettled:
		if got.Sale == nil {
			j.fault("I8", "the exception of %s settled nothing", x.OutTradeNo)
			return
		}
		if a := j.sales[got.Sale.Sale.ID]; a != nil && a.state == pos.SaleAbandoned {
			a.state = pos.SaleOpen // a person says that it stands after all
		}
		j.settle(got)
		j.unshown = 0
	}
}

// endRefunds lets the merchant platform end what is not at its end, as a person would.
func (l *life) endRefunds() {
	for _, o := range l.sim.Orders() {
		for _, r := range o.Refunds {
			if r.State == sim.RefundProcessing || r.State == sim.RefundChange {
				if _, err := l.sim.EndRefund(r.RefundID, sim.RefundSuccess); err != nil && !errors.Is(err, sim.ErrNoOrder) {
					l.t.Logf("end refund: %v", err)
				}
			}
		}
	}
}

// reconcileRefunds holds all that went back at WeChat against the books.
func (j *judge) reconcileRefunds() {
	for no, r := range j.refunds {
		if r.State != pos.RefundDone && r.State != pos.RefundClosed && r.State != pos.RefundRefused {
			j.fault("I9", "refund %s is still %s (%s %s)", no, r.State, r.Cause, r.Detail)
		}
	}
	for _, o := range j.l.sim.Orders() {
		for _, r := range o.Refunds {
			ours, known := j.refunds[r.OutRefundNo]
			switch {
			case !known && r.Source != sim.FromVendor:
				j.fault("I9", "WeChat has a refund %s of %s that the books never had", r.OutRefundNo, o.OutTradeNo)
			case known && r.State == sim.RefundSuccess && ours.State != pos.RefundDone:
				j.fault("I9", "WeChat gave back %d fen by %s, which is %s in the books", r.Fee, r.OutRefundNo, ours.State)
			}
		}
	}
	for _, x := range j.screen.Exceptions {
		if j.l.temper.giveBack && x.State == pos.ExceptionOpen && !x.RefundAt.IsZero() {
			j.fault("I9", "the exception of %s should have refunded itself", x.OutTradeNo)
		}
	}
}
