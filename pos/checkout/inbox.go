package checkout

import (
	"slices"
	"strings"
	"time"

	"guitai/pos"
)

// inbox is the exceptions that have not ended, and when each refunds itself.
type inbox struct {
	cases  []pos.ExceptionCase
	due    map[pos.ExceptionID]time.Time // of the automatic refund
	portal map[pos.ExceptionID]*portal   // somebody else gives it back: WeChat is asked what became of that
	looks  map[string]bool               // orders whose refunds are being asked for, by out_trade_no
	again  time.Time                     // when a reading or scheduling that failed is tried again
}

// portal is a look for refunds that were made in the merchant platform.
type portal struct {
	at   time.Time
	asks int
	busy bool
}

func newInbox() inbox {
	return inbox{due: map[pos.ExceptionID]time.Time{}, portal: map[pos.ExceptionID]*portal{}, looks: map[string]bool{}}
}

// readInbox reads the exceptions anew and sets those that give themselves back on their way.
func (t *Till) readInbox() {
	b := &t.inbox
	b.again = time.Time{}
	if t.cfg.Returns == nil {
		return
	}
	cases, err := t.cfg.Returns.Exceptions(t.book)
	if err != nil {
		t.ledgerTrouble("read exceptions", err)
		b.again = time.Now().Add(retryLedger)
		return
	}
	t.dirty = true
	for i, x := range cases {
		if t.refundsItself(x) {
			cases[i] = t.announce(x)
		}
		if !t.cfg.AutoRefund {
			cases[i].RefundAt = time.Time{} // the shop has turned it off since
		}
	}
	b.cases = cases
	due, looks := map[pos.ExceptionID]time.Time{}, map[pos.ExceptionID]*portal{}
	for _, x := range cases {
		if x.State == pos.ExceptionOpen && !x.RefundAt.IsZero() && t.cfg.AutoRefund {
			at, known := b.due[x.ID]
			if !known { // also after a restart a person gets the time to stop it
				at = time.Now().Add(pos.AutoRefundAfter)
			}
			due[x.ID] = at
		}
		if x.State == pos.ExceptionOpen && x.Reason == pos.ExceptReturning {
			look := b.portal[x.ID]
			if look == nil {
				look = &portal{at: time.Now()}
			}
			looks[x.ID] = look
		}
	}
	b.due, b.portal = due, looks
}

// autoWithin is how long after an exception was learned of it may be set on its way back by itself: what is older, somebody
// may have dealt with outside the till.
const autoWithin = 24 * time.Hour

// refundsItself reports whether an exception is to be given back without a person, and nobody has said anything yet.
func (t *Till) refundsItself(x pos.ExceptionCase) bool {
	return t.cfg.AutoRefund && t.canRefund() == pos.CodeNone && x.State == pos.ExceptionOpen && x.RefundAt.IsZero() && x.Refund == nil &&
		x.Decided == (pos.Decision{}) && t.cfg.Clock.Now().Sub(x.At) < autoWithin && x.Reason.RefundsItself(x.Currency) && !t.fromBackup(x.Payment) &&
		x.Allowed(pos.ActRefund) && t.ours(x.OutTradeNo)
}

// ours reports whether an order was made for the merchant that this till speaks for, and by an interface that gives money
// back: the retired one cannot.
func (t *Till) ours(outTradeNo string) bool {
	p, err := t.cfg.Ledger.Payment(t.book, outTradeNo)
	return err == nil && p.API == pos.APIShop && !t.foreign(p.API, p.Request)
}

// retired reports whether an exception's order was made by the retired interface.
func (t *Till) retired(x pos.ExceptionCase) bool {
	p, err := t.cfg.Ledger.Payment(t.book, x.OutTradeNo)
	return err == nil && p.API == pos.APIv1
}

// givesItselfBack reports whether the exception of a payment is on its way to be refunded without a person.
func (t *Till) givesItselfBack(p pos.PaymentID, second bool) bool {
	return slices.ContainsFunc(t.inbox.cases, func(x pos.ExceptionCase) bool {
		return x.Payment == p && x.Second == second && !x.RefundAt.IsZero()
	})
}

// announce writes down when an exception refunds itself.
func (t *Till) announce(x pos.ExceptionCase) pos.ExceptionCase {
	now := t.cfg.Clock.Now()
	next, err := t.cfg.Returns.ScheduleRefund(t.book, x.ID, now.Add(pos.AutoRefundAfter), pos.Decision{Action: pos.ActRefund, At: now})
	if err != nil {
		t.ledgerTrouble("schedule refund", err)
		t.inbox.again = time.Now().Add(retryLedger)
		return x
	}
	return next
}

func (t *Till) nextOfInbox() time.Time {
	next := t.inbox.again
	sooner := func(at time.Time) {
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	if try := t.refundTry; try != nil && try.unknown {
		sooner(try.again)
	}
	for _, at := range t.inbox.due {
		sooner(at)
	}
	for _, look := range t.inbox.portal {
		if !look.busy && t.cfg.Refunder != nil {
			sooner(look.at)
		}
	}
	return next
}

// tickInbox gives back what nobody stopped, and looks for what others gave back.
func (t *Till) tickInbox(now time.Time) {
	if again := t.inbox.again; !again.IsZero() && !now.Before(again) {
		t.readInbox()
	}
	for _, x := range t.inbox.cases {
		if at, ok := t.inbox.due[x.ID]; ok && !now.Before(at) {
			t.inbox.due[x.ID] = now.Add(pos.AutoRefundAfter) // in case it cannot be written down, or not be asked for now
			if t.canRefund() == pos.CodeNone && t.ours(x.OutTradeNo) {
				t.makeSure(x)
			}
		}
		if look := t.inbox.portal[x.ID]; look != nil && !look.busy && !now.Before(look.at) && t.cfg.Refunder != nil {
			if !t.ours(x.OutTradeNo) {
				look.at = now.Add(time.Hour)
				continue
			}
			look.busy = true
			t.lookForRefunds(x.OutTradeNo, x.ID)
		}
	}
}

// makeSure asks WeChat about an exception's money once more before the till gives it back by itself: a reversal or somebody
// in the merchant platform may have been faster.
func (t *Till) makeSure(x pos.ExceptionCase) {
	if t.work.Err() != nil {
		return
	}
	t.kids.Go(func() {
		s := pos.Signal{}
		if t.cfg.Finder != nil && x.TransactionID != "" { // an order that was paid twice is known by one of its transactions
			_, s = t.cfg.Finder.QueryTransaction(t.work, x.TransactionID)
		} else {
			s = t.cfg.Gateway.Query(t.work, x.OutTradeNo)
		}
		s.To, s.Source = pos.DoQuery, pos.ByPoll
		t.box.put(sure{x.ID, s})
	})
}

type sure struct {
	id pos.ExceptionID
	s  pos.Signal
}

func (e sure) handle(t *Till) {
	t.dirty = true
	t.judgeHealth(e.s)
	for _, x := range t.inbox.cases {
		if x.ID != e.id || x.State != pos.ExceptionOpen || t.inbox.due[x.ID].IsZero() {
			continue // or a person was faster
		}
		switch {
		case e.s.Kind == pos.SigPaid && e.s.Trade.TransactionID == x.TransactionID:
			t.giveBack(x, "", "", "")
		case e.s.Kind == pos.SigReturning: // somebody is at it in the merchant platform: from here on a person decides
			t.holdBack(x, string(pos.ExceptReturning))
			t.readInbox()
			t.lookForRefunds(x.OutTradeNo, x.ID)
		case e.s.Kind == pos.SigUncertain || e.s.Kind == pos.SigRejected:
			// asked again in a minute
		default: // REVOKED ends it; anything else contradicts what WeChat said before: an alarm, and a person decides
			t.holdBack(x, string(e.s.Kind))
			if w, err := t.find(x.OutTradeNo); err == nil && w != nil && !x.Second {
				t.apply(w, e.s)
				t.release(w)
			}
			t.readInbox()
		}
		return
	}
}

// holdBack stops an automatic refund on the till's own account.
func (t *Till) holdBack(x pos.ExceptionCase, reason string) {
	d := pos.Decision{Action: pos.ActHold, Reason: reason, At: t.cfg.Clock.Now()}
	if _, err := t.cfg.Returns.ScheduleRefund(t.book, x.ID, time.Time{}, d); err != nil {
		t.ledgerTrouble("stop refund", err)
	}
}

// giveBack refunds an exception's money: all of it, under a number of its own. by and cashier are empty when the till does it by
// itself.
func (t *Till) giveBack(x pos.ExceptionCase, by, cashier, reason string) {
	if reason == "" {
		reason = string(x.Reason)
	}
	t.beginRefunds(pos.Refund{
		Payment: x.Payment, Sale: x.Sale, OutTradeNo: x.OutTradeNo, TransactionID: x.TransactionID, Exception: x.ID, Tender: x.Tender,
		State: pos.RefundAsked, Amount: x.Left(), Total: x.Amount, Reason: reason, Approver: by, Cashier: cashier,
	})
}

// decide does what a person wants done about an exception.
func (t *Till) decide(c pos.DecideException) {
	if c.Action == pos.ActCash && t.unopened() {
		return
	}
	by, reason := strings.TrimSpace(c.By), strings.TrimSpace(c.Reason)
	var x *pos.ExceptionCase
	for i := range t.inbox.cases {
		if t.inbox.cases[i].ID == c.ID {
			x = &t.inbox.cases[i]
		}
	}
	plain := c.Action == pos.ActRefund || c.Action == pos.ActHold // needs no reason
	switch {
	case x == nil || !x.Allowed(c.Action):
		t.say(pos.MsgWarn, "exception-not-now")
		return
	case by == "" || (reason == "" && !plain):
		t.say(pos.MsgWarn, "refund-needs-words")
		return
	}
	d := pos.Decision{Action: c.Action, By: by, Reason: reason, At: t.cfg.Clock.Now()}
	switch c.Action {
	case pos.ActRefund:
		if t.retired(*x) {
			t.say(pos.MsgWarn, "refund-retired")
			return
		}
		if code := t.canRefund(); code != pos.CodeNone {
			t.say(pos.MsgWarn, "refund-not-possible", string(code))
			return
		}
		if !t.ours(x.OutTradeNo) {
			t.say(pos.MsgWarn, "refund-not-possible", string(pos.CodeNotOurs))
			return
		}
		t.giveBack(*x, by, t.name(), reason)
	case pos.ActHold:
		switch _, err := t.cfg.Returns.ScheduleRefund(t.book, x.ID, time.Time{}, d); {
		case pos.CodeOf(err) == pos.CodeConflict: // its refund has just begun
			t.say(pos.MsgWarn, "exception-not-now")
			t.readInbox()
			return
		case err != nil:
			t.ledgerTrouble("stop refund", err)
			return
		}
		t.say(pos.MsgInfo, "exception-held", x.Amount.String())
	default:
		t.end(*x, d)
	}
	t.readInbox()
}

// end ends an exception by a person's word.
func (t *Till) end(x pos.ExceptionCase, d pos.Decision) {
	got, _, err := t.cfg.Returns.Decide(t.book, x.ID, d)
	switch code := pos.CodeOf(err); {
	case code == pos.CodeConflict || code == pos.CodeInvalid:
		t.cfg.Log.Warn("decide exception", "err", err)
		t.say(pos.MsgWarn, "exception-not-now")
		return
	case err != nil:
		t.ledgerTrouble("decide exception", err)
		return
	}
	t.ledgerFine()
	if w := t.watches[x.Payment]; w != nil && got.Payment.ID == x.Payment {
		w.p = got.Payment
	}
	amount := x.Amount.String()
	switch d.Action {
	case pos.ActCash:
		t.say(pos.MsgInfo, "exception-cash", amount)
		t.cfg.Drawer(pos.TenderCash)
		t.shiftMoved()
	case pos.ActNote:
		t.say(pos.MsgInfo, "exception-noted", amount)
	case pos.ActSettle:
		if got.Sale == nil {
			return
		}
		if sale := got.Sale.Sale.ID; t.parked[sale] != nil || t.sale != nil && t.sale.ID == sale {
			t.settledBy(got.Payment, *got.Sale, true)
		} else {
			t.last, t.lastHere = got.Sale.Sale.ID, 0
			t.cfg.Poke()
			t.shiftMoved()
		}
		t.say(pos.MsgInfo, "exception-settled", amount, got.Sale.Sale.Receipt.String())
	}
}
