package checkout

import (
	"time"

	"guitai/pos"
)

// publish hands out the till as it is now.
func (t *Till) publish() {
	t.readPrints()
	t.seq++
	s := pos.Snapshot{
		Seq: t.seq, Taken: t.taken, Cart: t.cart, Due: t.toPay(), CashDue: t.toPayCash(), OwedOnline: t.owedOnline(), Parts: t.parts, Times: t.times, Want: t.question, Held: t.held.list, Rules: t.rules, CanUndo: len(t.undo) > 0, Done: t.done, Last: t.last,
		Message: t.message, Health: t.health, Items: t.items,
		Excepted: len(t.inbox.cases), Exceptions: t.inbox.cases, Refunds: t.openRefunds(),
		CanCharge: t.canCharge(), CanRefund: t.canRefund(), Staff: t.staffView(), Shift: t.shiftView(),
		Prints: t.prints.list, HasOther: t.hasOther(),
	}
	if g, ok := t.cfg.Gateway.(interface{ RoundTrip() time.Duration }); ok {
		s.Health.RoundTrip = g.RoundTrip()
	}
	for _, id := range t.ids() {
		w := t.watches[id]
		if id == t.pay || !w.p.State.Live() {
			continue
		}
		v := pos.PendingView{
			Payment: id, OutTradeNo: w.p.OutTradeNo, Amount: w.p.Asked, State: w.p.State, Cause: w.p.Cause,
			OpenedAt: w.p.OpenedAt, ExpiresAt: w.p.ExpiresAt, NextAsk: t.nextAsk(w), Tender: w.p.Tender, Parked: t.parked[w.p.Sale] != nil && t.parked[w.p.Sale].newest == id,
		}
		if aside := t.phoneOf(w.p.Sale); aside != nil {
			v.Origin = aside.sale.Origin
			v.Goods, v.Pieces = firstGoods(aside.sale)
		}
		s.Pending = append(s.Pending, v)
	}
	s.Pay = t.payView()
	t.cfg.Publish(s)
}

func (t *Till) nextAsk(w *watch) time.Time {
	at, ok := w.due[pos.DoQuery]
	if !ok {
		return time.Time{}
	}
	return t.cfg.Clock.Now().Add(time.Until(at))
}

// payView is the payment in front of the cashier, in the words of the pay screen.
func (t *Till) payView() *pos.PayView {
	w := t.watches[t.pay]
	if t.tender != nil {
		v := &pos.PayView{Tender: t.tender.by, Phase: pos.PayChecking, Amount: t.amountOf(t.tender), Asking: true, Shown: true}
		if w != nil {
			v.Payment, v.OutTradeNo, v.Cause = w.p.ID, w.p.OutTradeNo, w.p.Cause
		}
		return v
	}
	if w == nil {
		return nil
	}
	v := &pos.PayView{
		Payment: w.p.ID, OutTradeNo: w.p.OutTradeNo, Tender: w.p.Tender, Amount: w.p.Asked, ExpiresAt: w.p.ExpiresAt,
		Life: w.p.ExpiresAt.Sub(w.p.OpenedAt), Cause: w.p.Cause, Detail: w.p.Detail, Asking: w.busy, Shown: w.shown,
	}
	code := w.p.Tender == pos.TenderCode
	if code {
		v.Life = pos.CodeWait
	}
	switch w.p.State {
	case pos.Opened:
		v.Phase = pos.PayFetching
		if code {
			v.Phase = pos.PayCharging
		}
	case pos.Waiting:
		if v.Phase = pos.PayCharging; code {
			if w.p.Paying {
				v.Phase = pos.PayPaying
			}
			break
		}
		v.Phase, v.CodeURL = pos.PayWaiting, w.p.CodeURL
		w.shown, v.Shown = true, true
		if w.p.Paying {
			v.Phase = pos.PayPaying
		}
	case pos.Closing:
		v.Phase = pos.PayExpired
		if w.p.CodeURL == "" {
			v.Phase = pos.PayFailed
		}
	case pos.Reversing:
		if v.Phase = pos.PayUndoing; w.p.Declined { // WeChat said no; that it is taken back as well is nobody's worry
			v.Phase = pos.PayRefused
		}
	case pos.Refused:
		v.Phase = pos.PayRefused
	default:
		v.Phase = pos.PayEnded
	}
	return v
}
