package checkout

import (
	"time"

	"guitai/pos"
)

// lookForRefunds asks WeChat for every refund of an order: what somebody made in the merchant platform is found so. x is the
// exception that wants to know, 0 for none.
func (t *Till) lookForRefunds(outTradeNo string, x pos.ExceptionID) {
	if t.work.Err() != nil || outTradeNo == "" || t.inbox.looks[outTradeNo] || len(t.inbox.looks) >= maxCalls {
		if look := t.inbox.portal[x]; look != nil {
			look.busy, look.at = false, time.Now().Add(retryLedger)
		}
		return
	}
	t.inbox.looks[outTradeNo] = true
	t.kids.Go(func() {
		found, s := t.cfg.Refunder.Refunds(t.work, outTradeNo)
		t.box.put(refundsFound{outTradeNo, x, found, s})
	})
}

type refundsFound struct {
	outTradeNo string
	exception  pos.ExceptionID
	found      []pos.RefundSignal
	s          pos.RefundSignal
}

func (e refundsFound) handle(t *Till) {
	t.dirty = true
	delete(t.inbox.looks, e.outTradeNo)
	if look := t.inbox.portal[e.exception]; look != nil {
		look.busy = false
		look.at = time.Now().Add(t.cfg.Jitter(pos.FollowAfter(pos.Refund{State: pos.RefundAccepted, Asks: look.asks})))
		look.asks++
	}
	p, err := t.cfg.Ledger.Payment(t.book, e.outTradeNo)
	if err != nil {
		return
	}
	if p = t.learn(p, e.found); p.State == pos.Exception && p.Amount == 0 {
		return // what went back of money that nobody knows is not booked before it is known
	}
	for _, s := range e.found {
		t.foundRefund(p, e.exception, s)
	}
	if len(e.found) > 0 {
		t.readInbox()
		if t.sale != nil && t.sale.ID == p.Sale {
			t.rereadSale()
		}
	}
}

// learn tells an exception of unknown money what the answer about its refunds says of it.
func (t *Till) learn(p pos.Payment, found []pos.RefundSignal) pos.Payment {
	if p.State != pos.Exception || p.Amount != 0 {
		return p
	}
	for _, s := range found {
		if s.Total <= 0 || s.TransactionID == "" {
			continue
		}
		if w, err := t.find(p.OutTradeNo); err == nil && w != nil {
			trade := pos.Trade{TransactionID: s.TransactionID, Amount: s.Total, Currency: pos.Currency}
			t.apply(w, pos.Signal{Kind: pos.SigReturning, Source: pos.ByPoll, Trade: trade})
			p = w.p
			t.release(w)
		}
		break
	}
	return p
}

// foundRefund takes a refund that WeChat tells of: one of ours goes on, another's is written down.
func (t *Till) foundRefund(p pos.Payment, x pos.ExceptionID, s pos.RefundSignal) {
	if known, err := t.cfg.Returns.Refund(t.book, s.OutRefundNo); err == nil {
		if known.State != pos.RefundDone {
			t.applyRefund(t.watchRefund(known), pos.RefundSignal{Kind: pos.RefHint, Source: s.Source})
		}
		return
	} else if pos.CodeOf(err) != pos.CodeNotFound {
		t.ledgerTrouble("find refund", err)
		return
	}
	if x == 0 {
		for _, c := range t.inbox.cases {
			if c.Payment == p.ID && !c.Second {
				x = c.ID
			}
		}
	}
	now := t.cfg.Clock.Now()
	r, _ := pos.StepRefund(pos.Refund{
		OutRefundNo: s.OutRefundNo, Payment: p.ID, Sale: p.Sale, OutTradeNo: p.OutTradeNo, TransactionID: p.TransactionID,
		Exception: x, Tender: p.Tender, Portal: true, State: pos.RefundAsked, Amount: s.Amount, Total: p.Amount, AskedAt: now,
		MayExist: true,
	}, s, now)
	got, err := t.cfg.Returns.FoundRefund(t.book, r, s, now)
	switch code := pos.CodeOf(err); {
	case code == pos.CodeReplay:
		return
	case err != nil:
		t.ledgerTrouble("book found refund", err)
		return
	}
	t.cfg.Log.Info("refund found", "no", s.OutRefundNo, "pay", p.OutTradeNo, "fen", int64(s.Amount), "state", got.Refund.State)
	if got.Refund.State.Live() {
		t.scheduleRefund(t.watchRefund(got.Refund), []pos.Effect{{Kind: pos.DoFollow, After: pos.FollowAfter(got.Refund)}})
	}
	t.tellRefund(got.Refund, "")
}
