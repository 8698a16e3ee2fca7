package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

// TestWalk_WhateverIsSaidTheLedgerProvesItself says anything about anything in any order, as WeChat would never do: money for
// orders that are being given back, amounts that come late, refunds that go through after they were closed. The ledger refuses
// what it must by a conflict, and proves itself at every step.
func TestWalk_WhateverIsSaidTheLedgerProvesItself(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := &babel{t: t, s: mustOpen(t, t.TempDir()), r: rand.New(rand.NewPCG(seed, 7)), at: noon}
			for i := range 80 {
				w.at = w.at.Add(time.Duration(w.r.IntN(7200)) * time.Second)
				what, err := w.act()
				if err != nil && pos.CodeOf(err) != pos.CodeConflict {
					t.Fatalf("%s: %v", what, err)
				}
				w.said = append(w.said, what)
				if i%4 != 3 {
					continue
				}
				v, err := w.s.Verify(context.Background())
				if err != nil || !v.OK() {
					t.Fatalf("after %q: %v %v", w.said[max(0, len(w.said)-4):], v.Faults, err)
				}
			}
		})
	}
}

type babel struct {
	t       *testing.T
	s       *store.Store
	r       *rand.Rand
	at      time.Time
	n       int
	trans   int
	numbers []string
	said    []string
}

func (w *babel) act() (string, error) {
	w.n++
	if len(w.numbers) == 0 {
		return w.begin()
	}
	switch w.r.IntN(12) {
	case 0:
		return w.begin()
	case 1, 2, 3, 4, 5:
		return w.tell()
	case 6, 7:
		return w.give()
	case 8:
		return w.refund()
	case 9, 10:
		return w.follow()
	}
	return w.find()
}

func (w *babel) any() pos.Payment {
	w.t.Helper()
	return mustPayment(w.t, w.s, w.numbers[w.r.IntN(len(w.numbers))])
}

// begin asks for money, often in two ways, and sometimes gives the sale up.
func (w *babel) begin() (string, error) {
	ctx := context.Background()
	sl, p := mustBegin(w.t, w.s, no(w.n), 1+w.r.IntN(2))
	w.numbers = append(w.numbers, p.OutTradeNo)
	if w.r.IntN(2) == 0 {
		p = native(no(1000+w.n), sl)
		p.Tender = pos.TenderCode
		if _, err := w.s.AddPayment(ctx, p); err != nil {
			return "add payment", err
		}
		w.numbers = append(w.numbers, p.OutTradeNo)
	}
	if w.r.IntN(3) == 0 {
		return "abandon", w.s.AbandonSale(ctx, sl.ID)
	}
	return "park", w.s.ParkSale(ctx, sl.ID, w.r.IntN(2) == 0)
}

// tell says anything about an order, mostly that it was paid.
func (w *babel) tell() (string, error) {
	ctx := context.Background()
	p := w.any()
	sig := pos.Signal{Kind: pos.Signals[w.r.IntN(len(pos.Signals))], To: pos.DoQuery, Source: pos.ByPoll}
	switch w.r.IntN(4) {
	case 0, 1:
		sig.Kind = pos.SigPaid
	case 2:
		sig.Kind = pos.SigReturning
	}
	if sig.Kind == pos.SigPaid || sig.Kind == pos.SigReturning {
		w.trans++
		sig.Trade = pos.Trade{TransactionID: fmt.Sprint("42", w.trans), Amount: p.Asked, Currency: pos.Currency, PaidAt: w.at}
		switch k := w.r.IntN(6); {
		case k == 0:
			sig.Trade.Amount++
		case k == 1:
			sig.Trade.Currency = "USD"
		case k == 2:
			sig.Trade.Settlement = sig.Trade.Amount - 7
		case k < 5 && sig.Kind == pos.SigReturning:
			sig.Trade = pos.Trade{Currency: pos.Currency}
		}
	}
	rec, err := w.s.Record(ctx, p.Sale)
	if err != nil {
		return "read sale", err
	}
	sig.Stands = rec.Sale.State == pos.SaleOpen
	c := change(p, sig, w.at)
	_, err = w.s.Apply(ctx, c)
	return fmt.Sprintf("%s is %s: %s to %s", p.OutTradeNo, sig.Kind, c.From.State, c.To.State), err
}

// give does anything with an exception, whether it makes sense or not.
func (w *babel) give() (string, error) {
	ctx := context.Background()
	all, err := w.s.Exceptions(ctx)
	if err != nil || len(all) == 0 {
		return "nothing to give", err
	}
	x := all[w.r.IntN(len(all))]
	a := []pos.Action{pos.ActSettle, pos.ActCash, pos.ActNote, pos.ActRefund, pos.ActRefund}[w.r.IntN(5)]
	if a == pos.ActRefund {
		r := refundOf(w.n, x, max(1, x.Left()/pos.Fen(1+w.r.IntN(2))))
		r.AskedAt = w.at
		_, err = w.s.BeginRefund(ctx, r)
	} else {
		_, _, err = w.s.Decide(ctx, x.ID, pos.Decision{Action: a, By: "店长", Reason: "x", At: w.at})
	}
	if ok := x.Allowed(a); !ok && err == nil || ok && pos.CodeOf(err) == pos.CodeInvalid {
		w.t.Errorf("%s of %+v is allowed: %t, and %v", a, x, ok, err)
	}
	return fmt.Sprintf("exception %d: %s", x.ID, a), unlessInvalid(err)
}

// refund gives back of an order, whatever it is.
func (w *babel) refund() (string, error) {
	p := w.any()
	r := refund(w.n, p, 1+pos.Fen(w.r.IntN(400)))
	r.AskedAt = w.at
	if w.r.IntN(4) == 0 {
		r.Tender, r.Request = pos.TenderCash, nil
	}
	_, err := w.s.BeginRefund(context.Background(), r)
	return fmt.Sprintf("refund %s of %s", r.Amount, p.OutTradeNo), unlessInvalid(err)
}

// unlessInvalid is the error of something that need not make sense.
func unlessInvalid(err error) error {
	if pos.CodeOf(err) == pos.CodeInvalid {
		return nil
	}
	return err
}

// follow says anything about a refund, of an ended one seldom. It gives back no more than came.
func (w *babel) follow() (string, error) {
	ctx := context.Background()
	p := w.any()
	all, err := w.s.RefundsOf(ctx, p.ID)
	if err != nil || len(all) == 0 {
		return "no refund", err
	}
	r := all[w.r.IntN(len(all))]
	sig := pos.RefundSignal{Kind: pos.RefundSignals[w.r.IntN(len(pos.RefundSignals))], To: pos.DoFollow, Source: pos.ByPoll, RefundID: "50" + r.OutRefundNo}
	c := learned(r, sig, w.at)
	more := c.To.State.Counts() && (!r.State.Counts() || r.State == pos.RefundAsked) && gone(all, r.TransactionID)+r.Amount > r.Total
	if !r.State.Live() && w.r.IntN(3) > 0 || r.TransactionID != "" && more || r.Tender == pos.TenderCash {
		return "nothing about a refund", nil
	}
	_, err = w.s.ApplyRefund(ctx, c)
	return fmt.Sprintf("refund %s of %s is %s: %s to %s", r.OutRefundNo, p.OutTradeNo, sig.Kind, r.State, c.To.State), err
}

// find is a refund in the merchant platform, of any order.
func (w *babel) find() (string, error) {
	ctx := context.Background()
	p := w.any()
	all, err := w.s.RefundsOf(ctx, p.ID)
	if err != nil {
		return "read refunds", err
	}
	amount := 1 + pos.Fen(w.r.IntN(300))
	if p.Amount > 0 {
		if amount = min(amount, p.Amount-gone(all, p.TransactionID)); amount <= 0 {
			return "nothing left", nil
		}
	}
	state := []pos.RefundState{pos.RefundAccepted, pos.RefundDone, pos.RefundStuck, pos.RefundClosed}[w.r.IntN(4)]
	number := fmt.Sprint("portal", w.n)
	_, err = w.s.FoundRefund(ctx, pos.Refund{OutRefundNo: number, Payment: p.ID, State: state, Amount: amount},
		pos.RefundSignal{Kind: pos.RefSuccess, Source: pos.ByPoll, RefundID: "51" + number, Amount: amount}, w.at)
	return fmt.Sprintf("found %s of %s: %s", amount, p.OutTradeNo, state), err
}
