package checkout_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"guitai/pos"
)

// The book's part about money going back, and WeChat's. The real ones have tests of their own; these hold the same promises.

func (b *book) Exceptions(context.Context) ([]pos.ExceptionCase, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var open []pos.ExceptionCase
	for _, x := range b.exceptions {
		if !x.State.Ended() {
			open = append(open, *x)
		}
	}
	return open, nil
}

// except adds money without its sale; the caller holds the lock.
func (b *book) except(p pos.Payment, second bool, t pos.Trade) {
	x := &pos.ExceptionCase{
		ID: pos.ExceptionID(len(b.exceptions) + 1), Payment: p.ID, Sale: p.Sale, OutTradeNo: p.OutTradeNo, Tender: p.Tender, Second: second,
		Reason: p.Reason, Asked: p.Asked, Amount: p.Amount, Settlement: p.Settlement, Currency: p.Currency, TransactionID: p.TransactionID,
		At: time.Now(), State: pos.ExceptionOpen,
	}
	if second {
		x.Reason, x.Amount, x.Settlement, x.Currency, x.TransactionID = pos.ExceptTwice, t.Amount, t.ToShop(), t.Currency, t.TransactionID
	}
	b.exceptions = append(b.exceptions, x)
}

func (b *book) ScheduleRefund(_ context.Context, id pos.ExceptionID, at time.Time, d pos.Decision) (pos.ExceptionCase, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble != nil {
		return pos.ExceptionCase{}, b.trouble
	}
	x := b.exceptions[id-1]
	x.RefundAt, x.Decided = at, d
	return *x, nil
}

func (b *book) Decide(_ context.Context, id pos.ExceptionID, d pos.Decision) (pos.Settled, pos.ExceptionCase, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	x := b.exceptions[id-1]
	if x.State != pos.ExceptionOpen {
		return pos.Settled{}, *x, pos.E(pos.CodeConflict, "decide", nil)
	}
	var got pos.Settled
	if d.Action == pos.ActCash {
		b.move(-x.Left())
	}
	x.Decided = d
	x.State = map[pos.Action]pos.ExceptionState{pos.ActCash: pos.ExceptionCash, pos.ActNote: pos.ExceptionNoted, pos.ActSettle: pos.ExceptionSettled}[d.Action]
	if d.Action == pos.ActSettle {
		p := b.payments[x.Payment]
		p.State, p.Reason = pos.Paid, ""
		p.Version++
		b.payments[p.ID] = p
		got = pos.Settled{Payment: p, Sale: b.close(p)}
	}
	return got, *x, nil
}

func (b *book) BeginRefunds(_ context.Context, all []pos.Refund) (out []pos.RefundSettled, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	out, err = b.beginRefunds(all)
	switch {
	case err != nil:
		return nil, err
	case b.lies != nil:
		return nil, b.lies
	}
	b.wrote()
	return out, nil
}

// beginRefunds is all of them, or none; the caller holds the lock.
func (b *book) beginRefunds(all []pos.Refund) (out []pos.RefundSettled, err error) {
	was, drawer, moves := slices.Clone(b.refunds), b.drawer, b.moves
	for i := 0; i < len(all) && err == nil; i++ {
		var got pos.RefundSettled
		got, err = b.beginRefund(all[i])
		out = append(out, got)
	}
	if err != nil {
		b.refunds, b.drawer, b.moves = was, drawer, moves
		return nil, err
	}
	return out, nil
}

// beginRefund is one of them; the caller holds the lock.
func (b *book) beginRefund(r pos.Refund) (pos.RefundSettled, error) {
	if b.trouble != nil {
		return pos.RefundSettled{}, b.trouble
	}
	for _, known := range b.refunds {
		if known.OutRefundNo == r.OutRefundNo {
			return pos.RefundSettled{Refund: known, Payment: b.payments[r.Payment]}, nil
		}
	}
	if err := b.mayBegin(r); err != nil {
		return pos.RefundSettled{}, err
	}
	b.dropHeld(r.Held)
	r.ID, r.Version, r.Held = pos.RefundID(len(b.refunds)+1), 1, 0
	b.refunds = append(b.refunds, r)
	if r.Tender == pos.TenderCash {
		b.move(-r.Amount)
	}
	if r.Exception != 0 {
		x := b.exceptions[r.Exception-1]
		x.State, x.Refund = pos.ExceptionGiving, &r
	}
	return pos.RefundSettled{Refund: r, Payment: b.payments[r.Payment]}, nil
}

// mayBegin refuses a refund of a sale that gives back what is not there; the caller holds the lock.
func (b *book) mayBegin(r pos.Refund) error {
	var sum pos.Fen
	p := b.payments[r.Payment]
	switch {
	case r.Exception != 0 || r.Portal:
		return nil
	case r.Payment == 0:
		for _, l := range r.Goods {
			sum += l.Net()
		}
		if r.Amount <= 0 || r.Amount > sum || r.Tender != pos.TenderCash || r.Sale != 0 {
			return pos.E(pos.CodeInvalid, "begin refund", fmt.Errorf("%s for goods of %s", r.Amount, sum))
		}
		return nil
	case r.Amount <= 0 || r.Amount > pos.Refundable(p, b.refunds) || r.Tender != p.Tender && r.Tender != pos.TenderCash || b.sales[p.Sale].State != pos.SaleClosed:
		return pos.E(pos.CodeInvalid, "begin refund", fmt.Errorf("%s of %s", r.Amount, p.Amount))
	case len(r.Lines) == 0:
		return nil
	}
	var of []pos.Refund
	for _, o := range b.refunds {
		if o.Sale == r.Sale && o.Exception == 0 {
			of = append(of, o)
		}
	}
	back := pos.Returned(of)
	for _, l := range r.Lines {
		if back[l.N]+l.Quantity > b.sales[r.Sale].Lines[l.N-1].Quantity {
			return pos.E(pos.CodeInvalid, "begin refund", fmt.Errorf("line %d", l.N))
		}
		sum += l.Amount
	}
	if sum != r.Amount {
		return pos.E(pos.CodeInvalid, "begin refund", fmt.Errorf("lines make %s, not %s", sum, r.Amount))
	}
	return nil
}

func (b *book) ApplyRefund(_ context.Context, c pos.RefundChange) (pos.RefundSettled, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble != nil {
		return pos.RefundSettled{}, b.trouble
	}
	if b.refunds[c.From.ID-1].Version != c.From.Version {
		return pos.RefundSettled{}, pos.E(pos.CodeConflict, "apply refund", nil)
	}
	r := c.To
	r.Version++
	b.refunds[r.ID-1] = r
	got := pos.RefundSettled{Refund: r, Payment: b.payments[r.Payment]}
	if r.Exception != 0 {
		x := b.exceptions[r.Exception-1]
		x.Refund = &r
		switch r.State {
		case pos.RefundDone:
			x.State = pos.ExceptionReturned
			if !x.Second {
				p := b.payments[x.Payment]
				p.State = pos.Refunded
				p.Version++
				b.payments[p.ID] = p
				got.Payment = p
			}
		case pos.RefundClosed, pos.RefundRefused:
			x.State, x.RefundAt = pos.ExceptionOpen, time.Time{}
		}
		y := *x
		got.Exception = &y
	}
	return got, nil
}

func (b *book) LiveRefunds(context.Context) ([]pos.Refund, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(b.refunds), func(r pos.Refund) bool { return !r.State.Live() }), nil
}

func (b *book) Refund(_ context.Context, no string) (pos.Refund, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.refunds {
		if r.OutRefundNo == no {
			return r, nil
		}
	}
	return pos.Refund{}, pos.E(pos.CodeNotFound, "refund", nil)
}

func (b *book) RefundsOf(_ context.Context, p pos.PaymentID) ([]pos.Refund, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(b.refunds), func(r pos.Refund) bool { return r.Payment != p }), nil
}

func (b *book) FoundRefund(ctx context.Context, r pos.Refund, s pos.RefundSignal, at time.Time) (pos.RefundSettled, error) {
	if _, err := b.Refund(ctx, r.OutRefundNo); err == nil {
		return pos.RefundSettled{}, pos.E(pos.CodeReplay, "found refund", nil)
	}
	b.mu.Lock()
	if p := b.payments[r.Payment]; p.Part && p.State == pos.Paid && b.sales[p.Sale].State == pos.SaleOpen { // the sale has that much more to be paid
		s := b.sales[p.Sale]
		s.Paid -= p.Amount
		b.sales[p.Sale] = s
		p.State, p.Reason = pos.Exception, pos.ExceptPart
		p.Version++
		b.payments[p.ID] = p
		b.except(p, false, pos.Trade{})
		r.Exception = pos.ExceptionID(len(b.exceptions))
	}
	b.mu.Unlock()
	state := r.State
	r.State = pos.RefundAsked
	got, err := b.BeginRefunds(ctx, []pos.Refund{r})
	if err != nil {
		return pos.RefundSettled{}, err
	}
	to := got[0].Refund
	to.State = state
	return b.ApplyRefund(ctx, pos.RefundChange{From: got[0].Refund, To: to, Signal: s, At: at})
}

func (b *book) Adopt(_ context.Context, p pos.Payment, _ pos.Signal, _ time.Time) (pos.Payment, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.trouble != nil {
		return p, b.trouble
	}
	s := pos.Sale{ID: pos.SaleID(len(b.sales) + 1), State: pos.SaleAbandoned, Gross: p.Amount}
	b.sales[s.ID] = s
	p.Sale = s.ID
	p = b.keep(p)
	b.except(p, false, pos.Trade{})
	return p, nil
}

func (b *book) PaymentByTransaction(_ context.Context, id string) (pos.Payment, error) {
	for _, p := range b.list(func(p pos.Payment) bool { return p.TransactionID == id }) {
		return p, nil
	}
	return pos.Payment{}, pos.E(pos.CodeNotFound, "payment", nil)
}

// charge is what WeChat does with a customer's payment code.
type charge struct {
	answer pos.SignalKind // of the charge itself
	then   pos.SignalKind // what a query finds
	recall int            // how often a reverse answers "again"
}

func (g *wechat) ComposeCharge(o pos.Order) ([]byte, error) { return g.Compose(o) }

func (g *wechat) Charge(ctx context.Context, no string, request []byte, code pos.PaymentCode) pos.Signal {
	return g.exchange(ctx, pos.DoCharge, func() pos.Signal {
		c := g.codes[string(code)]
		if c == nil {
			return pos.Signal{Kind: pos.SigRefused, Code: pos.CodeRefused, Detail: "AUTH_CODE_INVALID"}
		}
		var amount pos.Fen
		fmt.Sscan(string(request), &amount)
		g.charged = append(g.charged, no)
		g.orders[no] = &order{amount: amount, state: c.then, created: time.Now(), expires: time.Now().Add(time.Hour), trans: "42" + no, charge: c}
		return g.tell(c.answer, g.orders[no])
	})
}

func (g *wechat) tell(kind pos.SignalKind, o *order) pos.Signal {
	return pos.Signal{Kind: kind, Trade: pos.Trade{TransactionID: o.trans, Amount: o.amount, Currency: pos.Currency, PaidAt: time.Now()}}
}

func (g *wechat) Reverse(ctx context.Context, no string) pos.Signal {
	return g.exchange(ctx, pos.DoReverse, func() pos.Signal {
		o := g.orders[no]
		switch {
		case o == nil:
			return pos.Signal{Kind: pos.SigReversed}
		case o.charge.recall > 0:
			o.charge.recall--
			return pos.Signal{Kind: pos.SigRecall}
		}
		o.state = pos.SigRevoked
		return pos.Signal{Kind: pos.SigReversed}
	})
}

// refundAt is a refund as WeChat has it.
type refundAt struct {
	no, order string
	amount    pos.Fen
	state     pos.RefundSignalKind
}

func (g *wechat) ComposeRefund(o pos.RefundOrder) ([]byte, error) {
	return fmt.Appendf(nil, "%s %d %d", o.TransactionID, o.Total, o.Amount), nil
}

func (g *wechat) Refund(ctx context.Context, no string, request []byte) pos.RefundSignal {
	var trans string
	var total, amount pos.Fen
	fmt.Sscan(string(request), &trans, &total, &amount)
	s := g.exchange(ctx, pos.DoRefund, func() pos.Signal {
		for _, r := range g.refunds {
			if r.no == no {
				return pos.Signal{Kind: pos.SigCloseDone}
			}
		}
		if g.poor {
			return pos.Signal{Kind: pos.SigRefused}
		}
		g.refunds = append(g.refunds, &refundAt{no: no, order: trans, amount: amount, state: pos.RefProcessing})
		return pos.Signal{Kind: pos.SigCloseDone}
	})
	switch s.Kind {
	case pos.SigCloseDone:
		return pos.RefundSignal{Kind: pos.RefTaken}
	case pos.SigRefused:
		return pos.RefundSignal{Kind: pos.RefLater, Code: pos.CodeRefused}
	}
	return pos.RefundSignal{Kind: pos.RefUncertain, Code: s.Code}
}

func (g *wechat) QueryRefund(ctx context.Context, no string, amount pos.Fen) pos.RefundSignal {
	got := pos.RefundSignal{Kind: pos.RefNotExist}
	s := g.exchange(ctx, pos.DoFollow, func() pos.Signal {
		for _, r := range g.refunds {
			if r.no == no {
				got = pos.RefundSignal{Kind: r.state, OutRefundNo: no, RefundID: "50" + no, Amount: r.amount, At: time.Now()}
			}
		}
		return pos.Signal{Kind: pos.SigUnpaid}
	})
	if s.Kind == pos.SigUncertain {
		return pos.RefundSignal{Kind: pos.RefUncertain, Code: s.Code}
	}
	return got
}

func (g *wechat) Refunds(ctx context.Context, outTradeNo string) ([]pos.RefundSignal, pos.RefundSignal) {
	var all []pos.RefundSignal
	g.exchange(ctx, pos.DoFollow, func() pos.Signal {
		for _, r := range g.refunds {
			if r.order == "42"+outTradeNo {
				all = append(all, pos.RefundSignal{Kind: r.state, OutRefundNo: r.no, Amount: r.amount, At: time.Now()})
			}
		}
		return pos.Signal{Kind: pos.SigUnpaid}
	})
	if len(all) == 0 {
		return nil, pos.RefundSignal{Kind: pos.RefNotExist}
	}
	return all, pos.RefundSignal{Kind: pos.RefSuccess}
}

func (g *wechat) CanRefund() pos.Code { return g.cert }

func (g *wechat) QueryTransaction(ctx context.Context, id string) (string, pos.Signal) {
	no := g.paidBy(id)
	if no == "" {
		return "", pos.Signal{Kind: pos.SigNotExist}
	}
	s := g.Query(ctx, no)
	s.Trade.TransactionID = id
	return no, s
}

// paidBy is the order that a transaction paid; "" for none. An order may have been paid by more than one.
func (g *wechat) paidBy(id string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	for no, o := range g.orders {
		if o.trans == id || "42"+no == id {
			return no
		}
	}
	return ""
}

// settle makes every refund arrive.
func (g *wechat) settle(state pos.RefundSignalKind) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range g.refunds {
		r.state = state
	}
}
