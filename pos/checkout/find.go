package checkout

import (
	"strings"
	"time"

	"guitai/pos"
)

// findOrder looks for an order by the number on the customer's WeChat bill (商户单号), and asks WeChat about it.
func (t *Till) findOrder(no string) {
	w, err := t.find(no)
	switch {
	case err != nil:
		t.ledgerTrouble("find payment", err)
	case w != nil:
		t.tellOrder(w)
	case !strings.HasPrefix(no, t.cfg.Shop.OrderPrefix()) || t.cfg.Gateway == nil || t.cfg.Returns == nil:
		t.say(pos.MsgWarn, "order-unknown", no)
	default: // ours by its form, but not in this ledger: it may have been restored
		t.say(pos.MsgInfo, "order-asking", no)
		t.kids.Go(func() { t.box.put(foundOrder{asked: no, no: no, s: t.cfg.Gateway.Query(t.work, no)}) })
	}
}

// findTransaction looks for an order by WeChat's own number for the trade (交易单号).
func (t *Till) findTransaction(id string) {
	if t.cfg.Returns != nil {
		p, err := t.cfg.Returns.PaymentByTransaction(t.book, id)
		if err == nil {
			if p.TransactionID != id { // the order was paid twice, and this is the other money
				t.tellSecond(id)
				return
			}
			t.tellOrder(t.watched(p))
			return
		}
		if pos.CodeOf(err) != pos.CodeNotFound {
			t.ledgerTrouble("find payment", err)
			return
		}
	}
	if t.cfg.Finder == nil {
		t.say(pos.MsgWarn, "order-unknown", id)
		return
	}
	t.say(pos.MsgInfo, "order-asking", id)
	t.kids.Go(func() {
		no, s := t.cfg.Finder.QueryTransaction(t.work, id)
		t.box.put(foundOrder{asked: id, no: no, s: s})
	})
}

// tellSecond says what is known of a second transaction of an order.
func (t *Till) tellSecond(id string) {
	for _, x := range t.inbox.cases {
		if x.TransactionID == id {
			t.say(pos.MsgWarn, "order-exception", x.Amount.String())
			return
		}
	}
	t.say(pos.MsgInfo, "order-ended", id)
}

// tellOrder says what is known of an order, and asks WeChat about it unless it is paid.
func (t *Till) tellOrder(w *watch) {
	defer t.release(w)
	p := w.p
	switch {
	case p.State == pos.Paid:
		receipt := ""
		if rec, err := t.cfg.Ledger.Record(t.book, p.Sale); err == nil {
			receipt = rec.Sale.Receipt.String()
		}
		t.say(pos.MsgInfo, "order-paid", p.Amount.String(), receipt)
		return
	case p.State.Live():
		t.say(pos.MsgInfo, "order-live", p.OutTradeNo)
	case p.State == pos.Exception:
		t.say(pos.MsgWarn, "order-exception", p.Amount.String())
	default:
		t.say(pos.MsgInfo, "order-ended", p.OutTradeNo)
	}
	w.asked = true
	t.apply(w, pos.Signal{Kind: pos.SigAsk, Source: pos.ByQuery})
}

// foundOrder is WeChat's answer about an order that this ledger was asked for and does not know.
type foundOrder struct {
	asked string // what was scanned
	no    string // out_trade_no; empty when there was no verified answer that names one
	s     pos.Signal
}

func (e foundOrder) handle(t *Till) {
	t.dirty = true
	t.judgeHealth(e.s)
	e.s.Source = pos.ByQuery
	if e.s.Kind == pos.SigUncertain || e.s.Kind == pos.SigRejected {
		t.say(pos.MsgWarn, "order-no-answer", e.asked)
		return
	}
	if e.no == "" {
		t.say(pos.MsgWarn, "order-unknown", e.asked)
		return
	}
	w, err := t.find(e.no)
	switch {
	case err != nil:
		t.ledgerTrouble("find payment", err)
	case w != nil:
		e.s.To = pos.DoQuery
		t.apply(w, e.s)
		t.tellOrder(w)
	case (e.s.Kind == pos.SigPaid || e.s.Kind == pos.SigReturning) && strings.HasPrefix(e.no, t.cfg.Shop.OrderPrefix()):
		t.adopt(pos.APIShop, e.no, e.s)
	default:
		t.say(pos.MsgWarn, "order-unknown", e.asked)
	}
}

// adopted is money of an order that this ledger does not know, as it is written down.
func adopted(api pos.API, no string, s pos.Signal, now time.Time) pos.Payment {
	p := pos.Payment{
		OutTradeNo: no, Tender: pos.TenderNative, State: pos.Exception, Asked: s.Trade.Amount, OpenedAt: s.Trade.PaidAt, ExpiresAt: s.Trade.PaidAt,
		Amount: s.Trade.Amount, Settlement: s.Trade.ToShop(), Currency: s.Trade.Currency, TransactionID: s.Trade.TransactionID,
		Evidence: s.Source, PaidAt: s.Trade.PaidAt, Reason: pos.ExceptUnknown, MayExist: true,
	}
	if p.API = api; api == pos.APIv1 { // whose orders are of apps
		p.Tender = pos.TenderApp
	}
	if s.Kind == pos.SigReturning {
		p.Reason = pos.ExceptReturning
	}
	if p.OpenedAt.IsZero() {
		p.OpenedAt, p.ExpiresAt = now, now
	}
	return p
}

// adopt writes down money that WeChat signed for our shop and till and this ledger does not know. It reports whether it is
// on disk.
func (t *Till) adopt(api pos.API, no string, s pos.Signal) bool {
	if t.cfg.Returns == nil || s.Trade.Amount <= 0 || s.Trade.TransactionID == "" {
		return false
	}
	now := t.cfg.Clock.Now()
	p := adopted(api, no, s, now)
	if _, err := t.cfg.Returns.Adopt(t.book, p, s, now); err != nil {
		t.ledgerTrouble("adopt order", err)
		return false
	}
	t.cfg.Log.Warn("an order that this ledger did not know", "no", no, "fen", int64(p.Amount))
	t.readInbox()
	if t.cfg.Refunder != nil && api == pos.APIShop {
		t.lookForRefunds(no, 0) // the lost books may have known of some
	}
	t.say(pos.MsgAlarm, "order-adopted", p.Amount.String())
	return true
}
