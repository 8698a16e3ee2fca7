package checkout

import (
	"maps"
	"slices"
	"time"

	"guitai/pos"
)

// refundWatch is a refund that the till follows.
type refundWatch struct {
	r     pos.Refund
	due   map[pos.EffectKind]time.Time
	busy  bool
	asked bool // a person asked: the next answer is evidence "query"

	foreign bool // made at another merchant: nobody here may ask about it
}

func (t *Till) canCharge() pos.Code {
	switch {
	case t.cfg.Gateway == nil:
		return t.cfg.OffCause
	case t.cfg.Charger == nil:
		return t.cfg.ChargeOff
	}
	return pos.CodeNone
}

func (t *Till) canRefund() pos.Code {
	switch {
	case t.cfg.Gateway == nil:
		return t.cfg.OffCause
	case t.cfg.Refunder == nil || t.cfg.Returns == nil:
		return pos.CodeConfig
	}
	return t.cfg.Refunder.CanRefund()
}

// resumeReturns reads which refunds and exceptions an earlier run left.
func (t *Till) resumeReturns() error {
	if t.cfg.Returns == nil {
		return nil
	}
	live, err := t.cfg.Returns.LiveRefunds(t.book)
	if err != nil {
		return err
	}
	for _, r := range live {
		if r.Tender.Handed() { // goods that count towards an open sale end with that
			continue
		}
		w := t.watchRefund(r)
		t.applyRefund(w, pos.RefundSignal{Kind: pos.RefStart})
	}
	t.readInbox()
	return nil
}

func (t *Till) watchRefund(r pos.Refund) *refundWatch {
	w := t.refunds[r.ID]
	if w == nil {
		w = &refundWatch{due: map[pos.EffectKind]time.Time{}, foreign: t.foreign(pos.APIShop, r.Request)}
		t.refunds[r.ID] = w
	}
	w.r = r
	return w
}

// openRefunds are the refunds of sales that are not at their end.
func (t *Till) openRefunds() []pos.Refund {
	var open []pos.Refund
	for _, id := range slices.Sorted(maps.Keys(t.refunds)) {
		if r := t.refunds[id].r; r.State.Live() && r.Exception == 0 {
			r.Request = nil
			open = append(open, r)
		}
	}
	return open
}

// beginRefunds mints the numbers of refunds and writes them down, all of them or none; only then may they be sent. The same refunds asked
// for again after a commit whose outcome is not known keep their numbers.
func (t *Till) beginRefunds(all ...pos.Refund) bool {
	if try := t.refundTry; try != nil {
		doubted := try.unknown
		if doubted && !t.settleTry() {
			return false // the trouble is on screen; nothing more is given back before this is known
		}
		if inBooks := !try.unknown; inBooks && (doubted || slices.EqualFunc(try.all, all, sameRefund) && time.Now().Before(try.until)) {
			t.tellBegun(try.all)
			return false
		}
	}
	all, ok := t.minted(all, t.cfg.Clock.Now())
	if !ok {
		return false
	}
	got, err := t.cfg.Returns.BeginRefunds(t.book, all)
	switch code := pos.CodeOf(err); {
	case code == pos.CodeInvalid || code == pos.CodeConflict:
		t.refundTry = nil
		t.cfg.Log.Warn("refund", "err", err)
		t.say(pos.MsgWarn, "refund-not-possible", string(code))
		t.readInbox()
		return false
	case err != nil:
		at := time.Now()
		t.refundTry = &refundTry{all: all, unknown: true, again: at.Add(retryLedger), until: at.Add(sameWish)}
		t.ledgerTrouble("begin refund", err)
		return false
	}
	t.refundTry = nil
	t.ledgerFine()
	for _, g := range got {
		t.begun(g)
	}
	return true
}

// minted is refunds that are asked for now, with their numbers and requests. It is not ok, and says so, when one cannot be expressed.
func (t *Till) minted(all []pos.Refund, now time.Time) (_ []pos.Refund, ok bool) {
	all = slices.Clone(all)
	for i, r := range all {
		if r.AskedAt = now; r.State == pos.RefundDone {
			r.DoneAt = now
		}
		var err error
		if all[i], err = t.number(r, now); err != nil {
			t.cfg.Log.Error("compose refund", "err", err)
			t.say(pos.MsgAlarm, "refund-not-possible", string(pos.CodeOf(err)))
			return nil, false
		}
	}
	return all, true
}

// number mints the refund's number and builds its exact request.
func (t *Till) number(r pos.Refund, now time.Time) (_ pos.Refund, err error) {
	if r.OutRefundNo, err = pos.NewOutTradeNo(t.cfg.Shop, t.cfg.Shop.Calendar.DayOf(now), t.cfg.Random); err != nil || r.Tender.Handed() {
		return r, err
	}
	r.Request, err = t.cfg.Refunder.ComposeRefund(pos.RefundOrder{
		OutRefundNo: r.OutRefundNo, TransactionID: r.TransactionID, Total: r.Total, Amount: r.Amount, Reason: r.Reason,
	})
	return r, err
}

// begun takes up a refund that is on disk.
func (t *Till) begun(got pos.RefundSettled) {
	r := got.Refund
	t.cfg.Log.Info("refund", "no", r.OutRefundNo, "pay", r.OutTradeNo, "fen", int64(r.Amount), "state", got.Refund.State)
	if got.Job != 0 {
		t.cfg.Poke()
	}
	if r.Exception != 0 {
		t.readInbox()
	}
	if r.Tender == pos.TenderCash {
		t.shiftMoved()
	}
	if len(r.Goods) > 0 && slices.Equal(r.Goods, t.cart.Lines) && t.sale == nil { // what came back without a receipt is not to be sold
		t.held.recalled = 0
		t.emptied()
		t.show(0)
	}
	if got.Refund.State.Live() {
		t.scheduleRefund(t.watchRefund(got.Refund), []pos.Effect{{Kind: pos.DoRefund, After: t.apart(r.Payment)}})
	}
	t.dirty = true
}

// sameRefund reports whether two wishes are the same refund, number and time aside.
func sameRefund(a, b pos.Refund) bool {
	return a.Payment == b.Payment && a.TransactionID == b.TransactionID && a.Exception == b.Exception && a.Amount == b.Amount &&
		a.Tender == b.Tender && slices.Equal(a.Lines, b.Lines) && a.Reason == b.Reason && a.Approver == b.Approver && slices.Equal(a.Goods, b.Goods)
}

// apart is how long the next refund of a payment has to wait for WeChat's flow control; that time is then taken.
func (t *Till) apart(p pos.PaymentID) time.Duration {
	at := time.Now()
	if last, ok := t.lastRefund[p]; ok && last.Add(pos.RefundApart).After(at) {
		at = last.Add(pos.RefundApart)
	}
	t.lastRefund[p] = at
	return time.Until(at)
}

func (t *Till) scheduleRefund(w *refundWatch, effects []pos.Effect) {
	now := time.Now()
	for _, e := range effects {
		if e.Kind == pos.DoAlarm {
			t.cfg.Log.Error("WeChat contradicts itself", "refund", w.r.OutRefundNo)
			t.say(pos.MsgAlarm, "alarm", w.r.OutRefundNo)
			continue
		}
		at := now.Add(t.cfg.Jitter(e.After))
		if old, ok := w.due[e.Kind]; !ok || at.Before(old) {
			w.due[e.Kind] = at
		}
	}
}

func (t *Till) nextOfRefund(w *refundWatch) (next time.Time) {
	if w.busy || w.foreign || t.cfg.Refunder == nil {
		return next
	}
	for _, at := range w.due {
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	return t.paced(next)
}

// tickReturns does what is due for refunds and exceptions.
func (t *Till) tickReturns(now time.Time) {
	if try := t.refundTry; try != nil && try.unknown && !now.Before(try.again) {
		t.settleTry()
	}
	for _, id := range slices.Sorted(maps.Keys(t.refunds)) {
		w := t.refunds[id]
		if w.busy || w.foreign || t.cfg.Refunder == nil {
			continue
		}
		// Asking comes before sending: it may make that unnecessary.
		for _, kind := range []pos.EffectKind{pos.DoFollow, pos.DoRefund} {
			if at, ok := w.due[kind]; ok && !now.Before(at) && t.pace(now) {
				delete(w.due, kind)
				t.callRefund(w, kind)
				break
			}
		}
	}
	t.tickInbox(now)
}

func (t *Till) callRefund(w *refundWatch, kind pos.EffectKind) {
	if t.work.Err() != nil {
		return
	}
	w.busy, t.dirty = true, true
	source := pos.ByPoll
	switch {
	case kind == pos.DoRefund:
		source = pos.ByReply
		if now := time.Now(); t.lastRefund[w.r.Payment].Before(now) {
			t.lastRefund[w.r.Payment] = now
		}
	case w.asked:
		source, w.asked = pos.ByQuery, false
	}
	r := w.r
	t.kids.Go(func() {
		var s pos.RefundSignal
		if kind == pos.DoRefund {
			s = t.cfg.Refunder.Refund(t.work, r.OutRefundNo, r.Request)
		} else {
			s = t.cfg.Refunder.QueryRefund(t.work, r.OutRefundNo, r.Amount)
		}
		s.To, s.Source = kind, source
		t.box.put(refundAnswer{r.ID, s})
	})
}

type refundAnswer struct {
	id pos.RefundID
	s  pos.RefundSignal
}

func (e refundAnswer) handle(t *Till) {
	t.dirty = true
	if e.s.Code != pos.CodeSecret {
		t.judgeLine(e.s.Kind != pos.RefUncertain && e.s.Kind != pos.RefRejected, e.s.Code)
	}
	if w := t.refunds[e.id]; w != nil {
		w.busy = false
		t.applyRefund(w, e.s)
	}
}

// applyRefund feeds a signal to the rule, stores what it decided, and only then acts on it.
func (t *Till) applyRefund(w *refundWatch, s pos.RefundSignal) bool {
	now := t.cfg.Clock.Now()
	next, effects := pos.StepRefund(w.r, s, now)
	if !materialRefund(w.r, next) && !alarms(effects) {
		w.r = next
		t.scheduleRefund(w, effects)
		t.releaseRefund(w)
		return true
	}
	got, err := t.cfg.Returns.ApplyRefund(t.book, pos.RefundChange{From: w.r, To: next, Signal: s, At: now})
	if err != nil {
		if pos.CodeOf(err) == pos.CodeConflict {
			if r, err := t.cfg.Returns.Refund(t.book, w.r.OutRefundNo); err == nil {
				from := w.r.State
				w.r = r
				t.tellRefund(r, from)
				t.readInbox()
			}
		} else {
			t.ledgerTrouble("store refund", err)
		}
		t.scheduleRefund(w, []pos.Effect{{Kind: pos.DoFollow, After: retryLedger}})
		return false
	}
	t.ledgerFine()
	t.dirty = true
	from := w.r.State
	w.r = got.Refund
	t.cfg.Log.Info("refund", "no", w.r.OutRefundNo, "from", from, "signal", s.Kind, "to", w.r.State, "code", s.Code, "detail", s.Detail)
	if !w.r.State.Live() {
		clear(w.due)
	}
	if pw := t.watches[got.Payment.ID]; pw != nil && got.Payment.ID != 0 {
		pw.p = got.Payment
	}
	if got.Job != 0 {
		t.cfg.Poke()
	}
	t.scheduleRefund(w, effects)
	t.tellRefund(w.r, from)
	if got.Exception != nil {
		t.readInbox()
	}
	t.releaseRefund(w)
	return true
}

// tellRefund says what became of a refund, once per state.
func (t *Till) tellRefund(r pos.Refund, from pos.RefundState) {
	if r.State == from {
		return
	}
	amount := r.Amount.String()
	switch r.State {
	case pos.RefundDone:
		t.mention(pos.MsgInfo, "refund-done", amount, r.OutTradeNo)
	case pos.RefundStuck:
		t.say(pos.MsgAlarm, "refund-stuck", amount, r.OutRefundNo)
	case pos.RefundClosed:
		t.say(pos.MsgAlarm, "refund-closed", amount, r.OutRefundNo)
	case pos.RefundRefused:
		t.say(pos.MsgAlarm, "refund-refused", amount, string(r.Cause))
	}
}

func (t *Till) releaseRefund(w *refundWatch) {
	if !w.r.State.Live() && !w.busy && len(w.due) == 0 {
		delete(t.refunds, w.r.ID)
		t.dirty = true
	}
}

// materialRefund reports whether a step changed anything that must be on disk.
func materialRefund(a, b pos.Refund) bool {
	return a.State != b.State || a.MayExist != b.MayExist || a.RefundID != b.RefundID || (a.Cause != b.Cause && b.Cause != pos.CodeNone)
}

// refundHint takes a notice that says that something happened to a refund: it authenticates nothing, so WeChat is asked.
// Of a refund that this ledger does not know yet WeChat shall say it again.
func (t *Till) refundHint(outTradeNo, outRefundNo string) pos.Verdict {
	if t.cfg.Returns == nil || t.cfg.Refunder == nil {
		return pos.NoticeLater
	}
	r, err := t.cfg.Returns.Refund(t.book, outRefundNo)
	switch {
	case err == nil:
		if !t.applyRefund(t.watchRefund(r), pos.RefundSignal{Kind: pos.RefHint, Source: pos.ByNotify}) || !r.State.Live() && r.State != pos.RefundDone {
			return pos.NoticeLater // one question follows and no more
		}
		return pos.NoticeAsks
	case pos.CodeOf(err) == pos.CodeNotFound:
		t.lookForRefunds(outTradeNo, 0)
	default:
		t.ledgerTrouble("find refund", err)
	}
	return pos.NoticeLater
}
