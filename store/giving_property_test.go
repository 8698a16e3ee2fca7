package store_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

// TestProperty_EveryFenThatWeChatTookIsInOneRow lets random things happen to orders, refunds and exceptions, and holds the
// ledger to its own proofs and to a list of what WeChat took.
func TestProperty_EveryFenThatWeChatTookIsInOneRow(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := &world{t: t, s: mustOpen(t, t.TempDir()), r: rand.New(rand.NewPCG(seed, 11)), at: noon, took: map[string]pos.Fen{}}
			for i := range 300 {
				w.at = w.at.Add(time.Duration(w.r.IntN(600)) * time.Second)
				w.act()
				if i%50 == 49 {
					mustVerify(t, w.s)
					w.judge()
				}
			}
			if w.refunds < 5 || len(w.took) < 10 || w.decided < 3 || w.givenBack < 3 || w.seconds < 3 {
				t.Errorf("only %d refunds, %d payments, %d decisions; in rows %d and %d", w.refunds, len(w.took), w.decided, w.givenBack, w.seconds)
			}
		})
	}
}

type world struct {
	t       *testing.T
	s       *store.Store
	r       *rand.Rand
	at      time.Time
	n       int
	numbers []string
	took    map[string]pos.Fen // by transaction
	refunds int
	decided int

	givenBack, seconds int // rows that the export was held to
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) next() int { w.n++; return w.n }

func (w *world) act() {
	w.t.Helper()
	ctx := context.Background()
	switch k := w.r.IntN(10); {
	case k == 0 || len(w.numbers) == 0:
		sl := sale(1 + w.r.IntN(3))
		p := native(no(w.next()), sl)
		if w.r.IntN(2) == 0 {
			p.Tender = pos.TenderCode
		}
		sl, p, err := w.s.BeginSale(ctx, sl, p)
		w.must(err)
		w.numbers = append(w.numbers, p.OutTradeNo)
		if w.r.IntN(3) == 0 {
			w.must(w.s.AbandonSale(ctx, sl.ID))
		}
	case k < 5:
		w.signal()
	case k == 5:
		w.begin()
	case k == 6 || k == 7:
		w.follow()
	case k == 8:
		w.decide()
	default:
		w.find()
	}
}

// signal lets WeChat or the till say something about an order.
func (w *world) signal() {
	w.t.Helper()
	ctx := context.Background()
	p := mustPayment(w.t, w.s, w.numbers[w.r.IntN(len(w.numbers))])
	rec, err := w.s.Record(ctx, p.Sale)
	w.must(err)
	sig := pos.Signal{Kind: pos.Signals[w.r.IntN(len(pos.Signals))], Source: pos.ByPoll, Stands: rec.Sale.State == pos.SaleOpen, Settled: rec.Sale.State == pos.SaleClosed}
	if w.r.IntN(3) == 0 {
		sig.Kind = pos.SigPaid
	}
	if sig.Kind == pos.SigPaid || sig.Kind == pos.SigReturning {
		sig.Trade = pos.Trade{TransactionID: "42" + p.OutTradeNo, Amount: p.Asked, Currency: pos.Currency, PaidAt: w.at}
		if w.r.IntN(6) == 0 && sig.Kind == pos.SigPaid {
			sig.Trade.TransactionID += "b"
			sig.Trade.Amount -= 50
		}
		if known, ok := w.took[sig.Trade.TransactionID]; ok {
			sig.Trade.Amount = known
		} else if w.r.IntN(5) == 0 {
			sig.Trade.Amount++
		}
		if sig.Kind == pos.SigReturning && p.State != pos.Paid && p.TransactionID != "" {
			return // WeChat speaks of the transaction that paid
		}
	}
	c := change(p, sig, w.at)
	out := mustApply(w.t, w.s, c)
	if id := out.Payment.TransactionID; id != "" {
		w.took[id] = out.Payment.Amount
	}
	if c.Second {
		w.took[sig.Trade.TransactionID] = sig.Trade.Amount
	}
}

// pick draws orders until one will do, but not for ever.
func (w *world) pick(will func(pos.Payment) bool) pos.Payment {
	w.t.Helper()
	var p pos.Payment
	for range 12 {
		if p = mustPayment(w.t, w.s, w.numbers[w.r.IntN(len(w.numbers))]); will(p) {
			break
		}
	}
	return p
}

// begin asks for a refund of a sale or of an exception, of any amount.
func (w *world) begin() {
	w.t.Helper()
	ctx := context.Background()
	all, err := w.s.Exceptions(ctx)
	w.must(err)
	if len(all) > 0 && w.r.IntN(2) == 0 {
		x := all[w.r.IntN(len(all))]
		_, err := w.s.BeginRefund(ctx, refundOf(w.next(), x, max(1, x.Amount/pos.Fen(1+w.r.IntN(2)))))
		w.begun(err)
		return
	}
	p := w.pick(func(p pos.Payment) bool { return p.State == pos.Paid })
	r := refund(w.next(), p, pos.Fen(1+w.r.IntN(300)))
	if w.r.IntN(4) == 0 {
		r.Tender, r.Request = pos.TenderCash, nil
	}
	_, err = w.s.BeginRefund(ctx, r)
	w.begun(err)
}

func (w *world) begun(err error) {
	w.t.Helper()
	switch pos.CodeOf(err) {
	case pos.CodeNone:
		w.refunds++
	case pos.CodeInvalid, pos.CodeConflict: // more than is left, or not paid
	default:
		w.t.Fatal(err)
	}
}

// gone is what WeChat says went back or is going back of a transaction.
func gone(all []pos.Refund, transaction string) (sum pos.Fen) {
	for _, r := range all {
		if r.TransactionID == transaction && r.State.Counts() && r.State != pos.RefundAsked {
			sum += r.Amount
		}
	}
	return sum
}

// follow lets WeChat say something about a refund. It never gives back more than it took.
func (w *world) follow() {
	w.t.Helper()
	ctx := context.Background()
	var all []pos.Refund
	w.pick(func(p pos.Payment) bool {
		var err error
		all, err = w.s.RefundsOf(ctx, p.ID)
		w.must(err)
		return len(all) > 0
	})
	if len(all) == 0 {
		return
	}
	r := all[w.r.IntN(len(all))]
	c := learned(r, pos.RefundSignal{Kind: pos.RefundSignals[w.r.IntN(len(pos.RefundSignals))], To: pos.DoFollow, Source: pos.ByPoll}, w.at)
	before := r.State.Counts() && r.State != pos.RefundAsked
	after := c.To.State.Counts() && c.To.State != pos.RefundAsked
	if after && !before && gone(all, r.TransactionID)+r.Amount > r.Total || r.Tender == pos.TenderCash {
		return
	}
	_, err := w.s.ApplyRefund(ctx, c)
	w.must(err)
}

// decide ends an exception by a person.
func (w *world) decide() {
	w.t.Helper()
	ctx := context.Background()
	all, err := w.s.Exceptions(ctx)
	w.must(err)
	if len(all) == 0 {
		return
	}
	x := all[w.r.IntN(len(all))]
	a := []pos.Action{pos.ActSettle, pos.ActCash, pos.ActNote, pos.ActHold}[w.r.IntN(4)]
	if a == pos.ActHold {
		_, err = w.s.ScheduleRefund(ctx, x.ID, time.Time{}, pos.Decision{Action: a, By: "王芳", At: w.at})
	} else {
		_, _, err = w.s.Decide(ctx, x.ID, pos.Decision{Action: a, By: "王芳", Reason: "x", At: w.at})
	}
	switch pos.CodeOf(err) {
	case pos.CodeNone:
		w.decided++
	case pos.CodeInvalid, pos.CodeConflict:
	default:
		w.t.Fatal(err)
	}
}

// find lets somebody refund in the merchant platform.
func (w *world) find() {
	w.t.Helper()
	ctx := context.Background()
	p := mustPayment(w.t, w.s, w.numbers[w.r.IntN(len(w.numbers))])
	all, err := w.s.RefundsOf(ctx, p.ID)
	w.must(err)
	left := p.Amount - gone(all, p.TransactionID)
	if left <= 0 || p.State == pos.Reversing {
		return
	}
	amount := 1 + pos.Fen(w.r.IntN(int(left)))
	number := fmt.Sprintf("portal-%d", w.next())
	state := []pos.RefundState{pos.RefundAccepted, pos.RefundDone, pos.RefundStuck, pos.RefundClosed}[w.r.IntN(4)]
	_, err = w.s.FoundRefund(ctx, pos.Refund{OutRefundNo: number, Payment: p.ID, Amount: amount, State: state, RefundID: number},
		pos.RefundSignal{Kind: pos.RefSuccess, Source: pos.ByPoll, RefundID: number}, w.at)
	w.must(err)
}

// judge compares the export with what WeChat took.
func (w *world) judge() {
	w.t.Helper()
	ctx := context.Background()
	got := map[string]pos.Fen{}
	var net, tenders pos.Fen
	span := pos.Span{From: 20261120, To: shop().Calendar.DayOf(w.at)}
	w.must(w.s.EachPayment(ctx, span, func(r pos.PaymentRow) error {
		if id := r.Payment.TransactionID; id != "" {
			if _, twice := got[id]; twice {
				w.t.Errorf("%s is in two rows", id)
			}
			got[id] = r.Payment.Amount
		}
		if r.Refunded < 0 || r.Refunded > r.Payment.Amount {
			w.t.Errorf("%s of %s went back", r.Refunded, r.Payment.Amount)
		}
		return nil
	}))
	if !maps.Equal(got, w.took) {
		w.t.Errorf("the ledger has\n%v\nWeChat took\n%v", got, w.took)
	}
	for _, r := range sameRows(w.t, w.s, span) {
		if r.Refunded > 0 {
			w.givenBack++
		}
		if r.Payment.TransactionID == "42"+r.Payment.OutTradeNo+"b" {
			w.seconds++
		}
	}
	days, err := w.s.Takings(ctx, span)
	w.must(err)
	for _, d := range days {
		net += d.Net
		for _, x := range d.Tenders {
			tenders += x.Fen
		}
	}
	if net != tenders {
		w.t.Errorf("sales come to %s and tenders to %s", net, tenders)
	}
}
