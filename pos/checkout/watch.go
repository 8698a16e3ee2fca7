package checkout

import (
	"slices"
	"strconv"
	"time"

	"guitai/pos"
)

// watch is a payment that the till follows: the payment as last stored, and what is due for it.
type watch struct {
	p     pos.Payment
	code  pos.PaymentCode // the customer's own, until it was charged; nowhere on disk
	due   map[pos.EffectKind]time.Time
	busy  bool      // a call is under way
	asked bool      // a person asked: the next query is evidence "query", not "poll"
	doubt bool      // a commit answered with an error: what is on disk is not known before it was read again
	held  time.Time // the ledger could not be written: no new step by the clock before this

	// Since it left the glass: when the last query that was answered had been sent, and whether WeChat was asked to close it.
	queried    time.Time
	closeTried bool      // and answered
	closeSent  bool      // that is, the question left
	ends       time.Time // when its time on our screen runs out, by a clock that nobody sets
	endsOf     time.Time // the ExpiresAt that was reckoned from
	shown      bool      // a code of it was on the glass
	foreign    bool      // made for another merchant: nobody here may ask about it

	waiters []phoneWaiter // for the prepay_id of a phone's order
}

// watched starts (or goes on) following a payment.
func (t *Till) watched(p pos.Payment) *watch {
	w := t.watches[p.ID]
	if w == nil {
		w = &watch{p: p, due: map[pos.EffectKind]time.Time{}, shown: p.CodeURL != "" || p.PrepayID != "" || p.MayExist}
		w.foreign = t.foreign(p.API, p.Request)
		t.watches[p.ID] = w
	}
	return w
}

// foreign reports whether a request was made for another merchant, so that nobody here may ask about it. An order that was
// adopted has none: it is ours. So is none of an interface that is not set up any more.
func (t *Till) foreign(api pos.API, request []byte) bool {
	g := t.gatewayOf(api)
	if g == nil {
		return api != pos.APIShop
	}
	return len(request) > 0 && !g.Ours(request)
}

// follow puts the effects of a step on the watch; while the relay's line is healthy it is not in a hurry.
func (t *Till) follow(w *watch, effects []pos.Effect) {
	for _, e := range effects {
		e.After = t.cfg.Jitter(e.After)
		if t.health.Relay.Light == pos.LightOK {
			e = pos.Relaxed(w.p, e)
		}
		t.due(w, e)
	}
}

// schedule puts effects on the watch as they are.
func (t *Till) schedule(w *watch, effects []pos.Effect) {
	for _, e := range effects {
		e.After = t.cfg.Jitter(e.After)
		t.due(w, e)
	}
}

// due puts one effect on the watch; of two dates for the same call the earlier one counts.
func (t *Till) due(w *watch, e pos.Effect) {
	if e.Kind == pos.DoAlarm {
		t.cfg.Log.Error("WeChat contradicts itself", "pay", w.p)
		t.say(pos.MsgAlarm, "alarm", w.p.OutTradeNo)
		return
	}
	at := time.Now().Add(e.After)
	if old, ok := w.due[e.Kind]; !ok || at.Before(old) {
		w.due[e.Kind] = at
	}
}

// advance does what is due for a watch.
func (t *Till) advance(w *watch, now time.Time) {
	if w.doubt && !now.Before(w.held) {
		t.settleDoubt(w)
	}
	if w.p.State.OnGlass() && !now.Before(t.expiry(w)) && !now.Before(w.held) {
		t.apply(w, pos.Signal{Kind: pos.SigExpire})
	}
	if w.busy || !t.mayCall(w) {
		return
	}
	// Asking comes before closing, and sending before both: each may make the next unnecessary. But what another tender of the
	// sale waits for is closed first.
	order := []pos.EffectKind{pos.DoOrder, pos.DoCharge, pos.DoQuery, pos.DoReverse, pos.DoClose}
	if t.tender != nil && t.sale != nil && w.p.Sale == t.sale.ID && w.p.State == pos.Closing && !w.closeSent {
		order = []pos.EffectKind{pos.DoClose, pos.DoQuery}
	}
	for _, kind := range order {
		if at, ok := w.due[kind]; ok && !now.Before(at) && t.pace(now) {
			delete(w.due, kind)
			t.call(w, kind)
			return
		}
	}
}

// call talks to WeChat in a child goroutine, which holds no state and answers with a signal.
func (t *Till) call(w *watch, kind pos.EffectKind) {
	if t.work.Err() != nil {
		return
	}
	if kind == pos.DoReverse {
		switch {
		case t.cfg.Charger == nil: // the certificate is gone: WeChat goes on being asked what became of it
			t.apply(w, pos.Signal{Kind: pos.SigRejected, To: kind, Code: t.cfg.ChargeOff})
			return
		case !w.p.MayReverse: // on disk before the call leaves: money that is seen from then on is on its way back
			t.apply(w, pos.Signal{Kind: pos.SigReverseNow})
			return
		}
	}
	w.closeSent = w.closeSent || (kind == pos.DoClose && w.p.State == pos.Closing)
	w.busy = true
	lane := t.lane(w)
	*lane++
	t.dirty = true
	p, source, code := w.p, pos.ByPoll, w.code
	switch {
	case kind == pos.DoOrder:
		source = pos.ByReply
	case kind == pos.DoCharge:
		source, w.code = pos.ByReply, "" // once, whatever becomes of it
	case kind == pos.DoQuery && w.asked:
		source, w.asked = pos.ByQuery, false
	}
	sent := time.Now()
	t.kids.Go(func() {
		s := t.ask(kind, p, code)
		s.To, s.Source = kind, source
		t.box.put(answer{p.ID, p.API, lane, sent, s})
	})
}

func (t *Till) ask(kind pos.EffectKind, p pos.Payment, code pos.PaymentCode) pos.Signal {
	g := t.gatewayOf(p.API)
	switch kind {
	case pos.DoOrder:
		return g.Prepay(t.work, p.OutTradeNo, p.Request)
	case pos.DoCharge:
		return t.cfg.Charger.Charge(t.work, p.OutTradeNo, p.Request, code)
	case pos.DoReverse:
		return t.cfg.Charger.Reverse(t.work, p.OutTradeNo)
	case pos.DoClose:
		return g.Close(t.work, p.OutTradeNo)
	}
	return g.Query(t.work, p.OutTradeNo)
}

// answer is what a call brought back.
type answer struct {
	id   pos.PaymentID
	api  pos.API
	lane *int // the calls that it was among
	sent time.Time
	s    pos.Signal
}

func (e answer) handle(t *Till) {
	*e.lane--
	t.dirty = true
	if e.api == pos.APIShop { // the light is of the shop's own line
		t.judgeHealth(e.s)
	}
	w := t.watches[e.id]
	if w == nil {
		return
	}
	w.busy = false
	if e.s.To == pos.DoQuery {
		w.queried = e.sent
	}
	w.closeTried = w.closeTried || (w.p.State.Left() && (e.s.To == pos.DoClose || e.s.To == pos.DoReverse))
	t.apply(w, e.s)
}

// apply feeds a signal to the rule, stores what it decided, and only then acts on it. It reports whether what had to be
// on disk is; if not, the trouble is on screen and the truth will be learned again.
func (t *Till) apply(w *watch, s pos.Signal) bool {
	for range 2 { // a second time when somebody was faster: read again, decide again
		if t.phoneOf(w.p.Sale) == nil {
			s.PrepayID = "" // nobody pays by it, and every sale would write it
		}
		if s.Kind == pos.SigPaid {
			s.Stands = t.stands(w.p)
			s.Settled = !s.Stands && t.settled(w.p)
		}
		now := t.cfg.Clock.Now()
		next, effects := pos.Step(w.p, s, now)
		change := pos.Change{From: w.p, To: next, Signal: s, At: now, Second: pos.SecondTransaction(w.p, s)}
		if !material(w.p, next) && !alarms(effects) { // an alarm is evidence, also when it changes nothing
			w.p = next
			t.follow(w, effects)
			t.release(w)
			return true
		}
		got, err := t.cfg.Ledger.Apply(t.book, change)
		if pos.CodeOf(err) == pos.CodeConflict {
			if t.reload(w) {
				continue
			}
			break
		}
		if err != nil {
			t.ledgerTrouble("store payment", err)
			w.doubt = true
			if w.p.State == pos.Opened && s.Kind == pos.SigOrdered { // nobody has seen that code: fetch another
				t.schedule(w, []pos.Effect{{Kind: pos.DoOrder, After: retryLedger}})
			}
			break
		}
		t.ledgerFine()
		t.stepped(w, change, got, effects)
		return true
	}
	w.held = time.Now().Add(retryLedger)
	t.schedule(w, []pos.Effect{{Kind: pos.DoQuery, After: retryLedger}})
	return false
}

func alarms(effects []pos.Effect) bool {
	return slices.ContainsFunc(effects, func(e pos.Effect) bool { return e.Kind == pos.DoAlarm })
}

// stepped acts on a change that is on disk.
func (t *Till) stepped(w *watch, c pos.Change, got pos.Settled, effects []pos.Effect) {
	t.dirty = true
	t.cfg.Log.Info("payment", "pay", c.From.OutTradeNo, "from", c.From.State, "signal", c.Signal.Kind, "by", c.Signal.Source,
		"to", c.To.State, "code", c.Signal.Code, "detail", c.Signal.Detail)
	w.p = got.Payment
	switch {
	case !w.p.State.Live():
		clear(w.due)
		t.passOn(w.p)
	case !w.p.State.OnGlass():
		delete(w.due, pos.DoOrder) // nobody wants its code any more
		delete(w.due, pos.DoCharge)
		w.code = ""
	}
	if !c.From.State.Left() && w.p.State.Left() {
		w.closeTried, w.closeSent = false, false
	}
	t.follow(w, effects)
	switch {
	case got.Sale != nil:
		t.settledBy(w.p, *got.Sale, c.From.State.Left())
	case w.p.Part && w.p.State == pos.Paid && c.From.State != pos.Paid:
		t.tookPart(w.p, c.From.State.Left())
	}
	if c.Second || (w.p.State == pos.Exception && c.From.State != pos.Exception) {
		t.readInbox()
		reason, amount := w.p.Reason, w.p.Amount
		if c.Second {
			reason, amount = pos.ExceptTwice, c.Signal.Trade.Amount
		}
		if t.givesItselfBack(w.p.ID, c.Second) {
			t.say(pos.MsgAlarm, "exception-auto", amount.String(), strconv.Itoa(int(pos.AutoRefundAfter/time.Second)))
		} else {
			t.say(pos.MsgAlarm, "exception", amount.String(), string(reason), w.p.OutTradeNo)
		}
		if w.p.ID == t.pay {
			t.show(0)
		}
	}
	t.release(w)
}

// show puts a payment in front of the cashier; 0 goes back to selling.
func (t *Till) show(id pos.PaymentID) {
	old := t.watches[t.pay]
	t.pay, t.dirty = id, true
	if old != nil {
		t.release(old)
	}
}

// passOn lets an older order of the sale be the one that settles it, when the newest ended without money: nothing else is
// being asked for the sale then.
func (t *Till) passOn(ended pos.Payment) {
	newest := &t.newest
	aside := t.parked[ended.Sale]
	switch {
	case ended.State == pos.Paid, ended.State == pos.Exception && aside == nil:
		return
	case aside != nil:
		newest = &aside.newest
	case t.sale == nil || t.sale.ID != ended.Sale:
		return
	}
	if ended.ID != *newest {
		return
	}
	for _, id := range t.ids() {
		if p := t.watches[id].p; p.Sale == ended.Sale && p.State.Live() {
			*newest = id
		}
	}
	if aside != nil && *newest == ended.ID {
		t.unpaid(aside, ended)
	}
}

// release stops following a payment that is at its end, unless it is in front of the cashier.
func (t *Till) release(w *watch) {
	t.tellPhones(w)
	if !w.p.State.Live() && !w.busy && len(w.due) == 0 && w.p.ID != t.pay {
		delete(t.watches, w.p.ID)
		t.dirty = true
	}
}

// material reports whether a step changed anything that must be on disk. Counters and the last answer's words need not:
// they are learned again.
func material(a, b pos.Payment) bool {
	return a.State != b.State || a.CodeURL != b.CodeURL || a.PrepayID != b.PrepayID || a.TransactionID != b.TransactionID || a.Amount != b.Amount ||
		a.MayExist != b.MayExist || a.Declined != b.Declined || a.MayReverse != b.MayReverse || a.Reversed != b.Reversed || !a.CloseFrom.Equal(b.CloseFrom) || a.Reason != b.Reason ||
		(a.Cause != b.Cause && b.Cause != pos.CodeNone)
}

// stands reports whether money for p settles its sale, or a part of it: the sale is open and is what the cart is, or was put aside as it
// was, p is the last order made for it, and it is what is due, or a part of no more than that.
func (t *Till) stands(p pos.Payment) bool {
	if aside := t.parked[p.Sale]; aside != nil {
		return aside.newest == p.ID && p.Asked == aside.sale.Due()
	}
	if try := t.cashTry; try != nil && try.p.Part && try.sale.ID == p.Sale { // whether that was booked decides what is due
		t.handSettled()
	}
	if t.sale == nil || t.sale.ID != p.Sale || t.newest != p.ID {
		return false
	}
	due := t.sale.Due()
	return p.Asked == due || p.Part && p.Asked < due
}

// settled reports whether the sale of p was settled by other money.
func (t *Till) settled(p pos.Payment) bool {
	if t.parked[p.Sale] != nil || t.sale != nil && t.sale.ID == p.Sale {
		return false
	}
	rec, err := t.cfg.Ledger.Record(t.book, p.Sale)
	return err == nil && rec.Sale.State == pos.SaleClosed
}

// onGlass reports whether a payment is in front of the customer.
func (t *Till) onGlass() bool {
	w := t.watches[t.pay]
	return w != nil && w.p.State.OnGlass()
}

// ids returns the watched payments in order, so that nothing depends on the order of a map.
func (t *Till) ids() []pos.PaymentID {
	ids := make([]pos.PaymentID, 0, len(t.watches))
	for id := range t.watches {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
