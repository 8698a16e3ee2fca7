package checkout

import (
	"strconv"
	"time"

	"guitai/pos"
)

// Timings of the questions that a restored ledger asks: one after another, and never in the way of a customer.
const (
	recheckFirst = 15 * time.Second // after the start
	recheckPace  = 2 * time.Second
	recheckAgain = time.Minute // after no answer, or while the books cannot be read
)

// recheck is how far a restored ledger has got with asking WeChat what became of its orders after the backup was made.
type recheck struct {
	newest pos.PaymentID // the backup's; exceptions of it and of older ones never refund themselves
	at     time.Time     // of the next question; zero when there is none
	busy   bool
}

// resumeRecheck looks whether the ledger was restored and is not done with asking. The first till that starts on it says so: whoever
// wanted it sees that it worked, and whoever did not, that it happened.
func (t *Till) resumeRecheck() error {
	if t.cfg.Rechecks == nil {
		return nil
	}
	r, err := t.cfg.Rechecks.Restored(t.book)
	if err != nil {
		return err
	}
	t.recheck.newest = r.Newest
	asks := r.Left > 0 && t.cfg.Gateway != nil
	if asks {
		t.recheck.at = time.Now().Add(recheckFirst)
	}
	told := []string{strconv.Itoa(r.Entries), strconv.Itoa(r.Epoch)}
	switch {
	case r == (pos.Restoration{}), r.Told && !asks:
		return nil
	case r.Told:
		t.mention(pos.MsgInfo, "restored-asking", strconv.Itoa(r.Left))
		return nil
	case asks:
		t.mention(pos.MsgWarn, "restored-first", append(told, strconv.Itoa(r.Left))...)
	default:
		t.mention(pos.MsgWarn, "restored", told...)
	}
	if err := t.cfg.Rechecks.RestoreTold(t.book); err != nil { // then it is said once more
		t.cfg.Log.Error("note who was told", "err", err)
	}
	return nil
}

// fromBackup reports whether a payment is one that a restored ledger brought along: what became of it after the backup, the lost
// books knew. So its money is never given back without a person.
func (t *Till) fromBackup(id pos.PaymentID) bool { return id <= t.recheck.newest }

// tickRecheck asks about the next order when nobody is being served.
func (t *Till) tickRecheck(now time.Time) {
	r := &t.recheck
	if r.busy || r.at.IsZero() || now.Before(r.at) || t.work.Err() != nil {
		return
	}
	r.at = now.Add(recheckPace)
	if t.pay != 0 || t.tender != nil || t.health.WeChat.Light == pos.LightBad {
		return
	}
	p, err := t.cfg.Rechecks.NextRecheck(t.book)
	switch {
	case err != nil:
		t.cfg.Log.Error("ask after a restore", "err", err)
		r.at = now.Add(recheckAgain)
		return
	case p == nil:
		r.at = time.Time{}
		t.mention(pos.MsgInfo, "restored-asked")
		return
	}
	if order, err := t.cfg.Ledger.Payment(t.book, p.OutTradeNo); err != nil || t.foreign(order.API, order.Request) {
		t.checked(*p, err)
		return
	}
	r.busy = true
	t.kids.Go(func() {
		e := recheckAnswer{p: *p, s: t.gatewayOf(p.API).Query(t.work, p.OutTradeNo)}
		if e.s.Kind == pos.SigReturning && t.cfg.Refunder != nil && p.API == pos.APIShop {
			e.refunds, e.about = t.cfg.Refunder.Refunds(t.work, p.OutTradeNo)
		}
		t.box.put(e)
	})
}

// recheckAnswer is what WeChat says of an order of the backup, with its refunds if there are any.
type recheckAnswer struct {
	p       pos.Payment
	s       pos.Signal
	refunds []pos.RefundSignal
	about   pos.RefundSignal
}

func (e recheckAnswer) handle(t *Till) {
	t.dirty = true
	r := &t.recheck
	r.busy = false
	if e.p.API == pos.APIShop {
		t.judgeHealth(e.s)
	}
	unsure := e.s.Kind == pos.SigUncertain || e.s.Kind == pos.SigRejected
	if e.s.Kind == pos.SigReturning && (e.about.Kind == pos.RefUncertain || e.about.Kind == pos.RefRejected) {
		unsure = true
	}
	if unsure {
		r.at = time.Now().Add(recheckAgain)
		return
	}
	w, err := t.find(e.p.OutTradeNo)
	if err != nil || w == nil {
		t.checked(e.p, err)
		return
	}
	if e.s.Kind == pos.SigReturning && w.p.State.Took() { // the money is in the books; what went back of it may not be
		t.release(w)
		refundsFound{outTradeNo: e.p.OutTradeNo, found: e.refunds, s: e.about}.handle(t)
		t.checked(e.p, nil)
		return
	}
	fine := true
	if tellsMore(w.p, e.s) {
		e.s.To, e.s.Source = pos.DoQuery, pos.ByPoll
		fine = t.apply(w, e.s)
	}
	t.release(w)
	if !fine {
		r.at = time.Now().Add(recheckAgain)
		return
	}
	t.checked(e.p, nil)
}

// tellsMore reports whether an answer about an order at its end is news, or a contradiction that a person must see: an order
// that was paid stays so, one that was closed or refused stays without money, and so does one that WeChat no longer keeps.
func tellsMore(p pos.Payment, s pos.Signal) bool {
	switch {
	case p.State.Live():
		return true
	case p.State.Took():
		return s.Kind != pos.SigPaid || s.Trade.TransactionID != p.TransactionID
	case p.State == pos.Refunded:
		return s.Kind == pos.SigPaid
	}
	return s.Kind == pos.SigPaid || s.Kind == pos.SigReturning
}

// checked notes that WeChat was asked about an order.
func (t *Till) checked(p pos.Payment, err error) {
	if err == nil {
		err = t.cfg.Rechecks.Rechecked(t.book, p.ID)
	}
	if err != nil {
		t.cfg.Log.Error("ask after a restore", "pay", p.OutTradeNo, "err", err)
		t.recheck.at = time.Now().Add(recheckAgain)
	}
}
