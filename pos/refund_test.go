package pos_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

func refundIn(s pos.RefundState) pos.Refund {
	return pos.Refund{
		ID: 5, OutRefundNo: "S001-T1-261120RRRRRRRRRRRR", Payment: 7, Tender: pos.TenderNative, State: s, Amount: 500, Total: 1350,
		AskedAt: noon, Asks: 1, Version: 3,
	}
}

func refundSignal(k pos.RefundSignalKind) pos.RefundSignal {
	s := pos.RefundSignal{Kind: k, To: pos.DoFollow, Source: pos.ByPoll}
	switch k {
	case pos.RefTaken, pos.RefRefused, pos.RefLater:
		s.To = pos.DoRefund
	case pos.RefUncertain, pos.RefRejected:
		s.Code = pos.CodeNoAnswer
	case pos.RefHint, pos.RefAsk, pos.RefStart:
		s.To = ""
	}
	return s
}

func TestStepRefund_EveryCellOfTheTable(t *testing.T) {
	all := tables(t, "refund.go")
	if len(all) != 1 || len(all[0]) != len(pos.RefundSignals) {
		t.Fatalf("%d tables; the first has %d signals, the package %d", len(all), len(all[0]), len(pos.RefundSignals))
	}
	for _, kind := range pos.RefundSignals {
		for _, state := range pos.RefundStates {
			cell, ok := all[0][string(kind)][string(state)]
			if !ok {
				t.Fatalf("no cell for %s x %s", kind, state)
			}
			if cell == "A" {
				continue // TestStepRefund_Refused
			}
			t.Run(string(kind)+" in "+string(state), func(t *testing.T) {
				r, effects := pos.StepRefund(refundIn(state), refundSignal(kind), noon)
				got := "="
				if r.State != state {
					got = strings.ToUpper(string(r.State[:1])) + string(r.State[1:])
				}
				for _, e := range effects {
					got += " " + string(e.Kind) + ":" + e.After.String()
				}
				want := strings.NewReplacer(":P", ":"+pos.FollowAfter(r).String(), ":R", ":"+pos.SendAfter(r).String(), ":0", ":0s").Replace(cell)
				if got != want {
					t.Errorf("got %q, want %q", got, want)
				}
				if r.OutRefundNo != refundIn(state).OutRefundNo || r.Amount != 500 || r.Version != 3 {
					t.Error("StepRefund changed what is not its to change")
				}
				if r.State == pos.RefundDone && state != pos.RefundDone && (r.Settlement != 500 || r.DoneAt.IsZero()) {
					t.Errorf("done without what is known of it: %+v", r)
				}
			})
		}
	}
}

func TestStepRefund_Refused(t *testing.T) {
	no := pos.RefundSignal{Kind: pos.RefRefused, To: pos.DoRefund, Code: pos.CodeRefused}
	r, effects := pos.StepRefund(refundIn(pos.RefundAsked), no, noon)
	if r.State != pos.RefundRefused || len(effects) != 1 || effects[0].Kind != pos.DoFollow {
		t.Errorf("the first send: %s %v", r.State, effects)
	}
	again := refundIn(pos.RefundAsked)
	again, _ = pos.StepRefund(again, pos.RefundSignal{Kind: pos.RefUncertain, To: pos.DoRefund, Code: pos.CodeNoAnswer}, noon)
	again, effects = pos.StepRefund(again, no, noon)
	if again.State != pos.RefundAsked || len(effects) != 1 || effects[0] != (pos.Effect{Kind: pos.DoFollow}) {
		t.Errorf("after a send without answer: %s %v", again.State, effects)
	}
	again, _ = pos.StepRefund(again, pos.RefundSignal{Kind: pos.RefNotExist, To: pos.DoFollow}, noon)
	if again, _ = pos.StepRefund(again, no, noon); again.State != pos.RefundRefused {
		t.Errorf("WeChat has none and refuses: %s", again.State)
	}
}

// A refund that is live always has something coming, and no order of answers makes one that went back anything else.
func TestStepRefund_AnyOrderOfSignals(t *testing.T) {
	for seed := range uint64(2000) {
		rng := rand.New(rand.NewPCG(seed, 2))
		r := refundIn(pos.RefundAsked)
		for i := range 50 {
			s := refundSignal(pos.RefundSignals[rng.IntN(len(pos.RefundSignals))])
			before := r
			var effects []pos.Effect
			r, effects = pos.StepRefund(r, s, noon.Add(time.Duration(i)*time.Minute))
			if before.State == pos.RefundDone && r.State != pos.RefundDone {
				t.Fatalf("seed %d: left done for %s by %s", seed, r.State, s.Kind)
			}
			if r.State == pos.RefundDone && before.State != pos.RefundDone && s.Kind != pos.RefSuccess {
				t.Fatalf("seed %d: done by %s", seed, s.Kind)
			}
			if r.State.Live() && len(effects) == 0 {
				t.Fatalf("seed %d: %s in %s leads nowhere", seed, s.Kind, before.State)
			}
			for _, e := range effects {
				if e.After < 0 || e.After > time.Hour {
					t.Fatalf("seed %d: %+v", seed, e)
				}
			}
		}
	}
}

// However a sale is given back, in any pieces and any order, all of it is exactly what was paid, and never more.
func TestPriceLines_AllPiecesAreTheNet(t *testing.T) {
	for seed := range uint64(500) {
		rng := rand.New(rand.NewPCG(seed, 3))
		var s pos.Sale
		left := map[int]int{}
		pieces := 0
		for n := range 1 + rng.IntN(6) {
			l := pos.Line{Price: pos.Fen(rng.IntN(5000)), Quantity: 1 + rng.IntN(5)}
			s.Lines = append(s.Lines, l)
			s.Gross += l.Amount()
			left[n+1] = l.Quantity
			pieces += l.Quantity
		}
		s.Discount = pos.Fen(rng.Int64N(int64(s.Gross) + 1))
		var refunds []pos.Refund
		var back pos.Fen
		for pieces > 0 {
			n := 1 + rng.IntN(len(s.Lines))
			if left[n] == 0 {
				continue
			}
			q := 1 + rng.IntN(left[n])
			lines, amount, err := pos.PriceLines(s, refunds, map[int]int{n: q})
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if amount < 0 || lines[0].Amount != amount {
				t.Fatalf("seed %d: %d for %+v", seed, amount, lines)
			}
			if _, _, err := pos.PriceLines(s, refunds, map[int]int{n: left[n] + 1}); err == nil {
				t.Fatalf("seed %d: more pieces than there are", seed)
			}
			refunds = append(refunds, pos.Refund{State: pos.RefundDone, Amount: amount, Lines: lines})
			back += amount
			left[n] -= q
			pieces -= q
		}
		if back != s.Net() {
			t.Fatalf("seed %d: %d went back of %d", seed, back, s.Net())
		}
	}
}

func TestRefundable(t *testing.T) {
	p := pos.Payment{ID: 1, State: pos.Paid, Amount: 1000, TransactionID: "t"}
	refunds := []pos.Refund{
		{Payment: 1, TransactionID: "t", State: pos.RefundDone, Amount: 100},
		{Payment: 1, TransactionID: "t", State: pos.RefundAsked, Amount: 200},
		{Payment: 1, TransactionID: "t", State: pos.RefundStuck, Amount: 50},
		{Payment: 1, TransactionID: "t", State: pos.RefundClosed, Amount: 400},
		{Payment: 1, TransactionID: "t", State: pos.RefundRefused, Amount: 400},
		{Payment: 1, TransactionID: "second", State: pos.RefundDone, Amount: 1000},
	}
	if got := pos.Refundable(p, refunds); got != 650 {
		t.Errorf("%d", got)
	}
	if p.State = pos.Exception; pos.Refundable(p, nil) != 0 {
		t.Error("an exception is no sale's money")
	}
}

func TestExceptionCase_Rules(t *testing.T) {
	x := pos.ExceptionCase{
		State: pos.ExceptionOpen, Reason: pos.ExceptLate, Asked: 300, Amount: 300, Currency: "CNY", TransactionID: "t",
	}
	change := func(f func(*pos.ExceptionCase)) pos.ExceptionCase { y := x; f(&y); return y }
	for _, tt := range []struct {
		name     string
		x        pos.ExceptionCase
		proposed pos.Action // when this till can refund
		itself   bool
		settle   bool
		refund   bool
	}{
		{"late", x, pos.ActRefund, true, true, true},
		{"twice", change(func(x *pos.ExceptionCase) { x.Reason = pos.ExceptTwice }), pos.ActRefund, true, false, true},
		{"another amount", change(func(x *pos.ExceptionCase) { x.Reason, x.Amount = pos.ExceptAmount, 299 }), pos.ActRefund, true, false, true},
		{"another currency", change(func(x *pos.ExceptionCase) { x.Reason, x.Currency = pos.ExceptCurrency, "HKD" }), pos.ActNote, false, false, false},
		{"somebody gives it back", change(func(x *pos.ExceptionCase) { x.Reason = pos.ExceptReturning }), pos.ActWait, false, false, false},
		{"unknown order", change(func(x *pos.ExceptionCase) { x.Reason = pos.ExceptUnknown }), pos.ActSettle, false, true, true},
		{"a second transaction", change(func(x *pos.ExceptionCase) { x.Second, x.Reason = true, pos.ExceptTwice }), pos.ActRefund, true, false, true},
		{"on its way", change(func(x *pos.ExceptionCase) { x.State = pos.ExceptionGiving }), pos.ActWait, true, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.x.Proposed(true); got != tt.proposed {
				t.Errorf("proposed %s, want %s", got, tt.proposed)
			}
			if got := tt.x.Reason.RefundsItself(tt.x.Currency); got != tt.itself {
				t.Errorf("refunds itself: %t", got)
			}
			if got := tt.x.Allowed(pos.ActSettle); got != tt.settle {
				t.Errorf("settle: %t", got)
			}
			if got := tt.x.Allowed(pos.ActRefund); got != tt.refund {
				t.Errorf("refund: %t", got)
			}
		})
	}
	if x.Proposed(false) != pos.ActNote {
		t.Error("without the certificate the merchant platform is what is left")
	}
}

func TestRefundEntry_SumsAndMoves(t *testing.T) {
	r := refundIn(pos.RefundAccepted)
	taken, ok := pos.RefundEntry(r, false, noon, 20261120)
	if !ok || !taken.Balanced() || taken.Kind != pos.EntryRefundTaken {
		t.Fatalf("%+v %t", taken, ok)
	}
	r.Cashier, r.Approver = "李明", "王芳"
	if both, _ := pos.RefundEntry(r, false, noon, 20261120); both.By != "王芳" || both.Cashier != "李明" {
		t.Errorf("the entry names %q and %q, and not who allowed it and who was at the till", both.By, both.Cashier)
	}
	r.State, r.Settlement = pos.RefundDone, 450 // the rest was a coupon's
	done, ok := pos.RefundEntry(r, true, noon, 20261120)
	if !ok || !done.Balanced() {
		t.Fatalf("%+v %t", done, ok)
	}
	sums := map[pos.Account]pos.Fen{}
	for _, p := range append(taken.Postings, done.Postings...) {
		sums[p.Account] += p.Fen
	}
	want := map[pos.Account]pos.Fen{pos.SalesReturns: 500, pos.WeChatRefunding: 0, pos.WeChatReceivable: -450, pos.WeChatCoupons: -50}
	for a, fen := range want {
		if sums[a] != fen {
			t.Errorf("%s: %d, want %d", a, sums[a], fen)
		}
	}
	r.State = pos.RefundClosed
	closed, ok := pos.RefundEntry(r, true, noon, 20261120)
	if !ok || !closed.Balanced() || closed.Postings[0].Fen != -taken.Postings[1].Fen {
		t.Errorf("%+v", closed)
	}
	if _, ok := pos.RefundEntry(r, false, noon, 20261120); ok {
		t.Error("nothing was booked, so nothing is taken back")
	}
	r.Tender, r.State = pos.TenderCash, pos.RefundDone
	if cash, ok := pos.RefundEntry(r, false, noon, 20261120); !ok || !cash.Balanced() || cash.Kind != pos.EntryRefundCash {
		t.Errorf("%+v", cash)
	}
	r.Exception = 1
	if _, ok := pos.RefundEntry(r, false, noon, 20261120); ok {
		t.Error("an exception's refund is booked by ReturnedEntry")
	}
}

func TestClassify_TheCustomersBill(t *testing.T) {
	no := "S001-T1-261120" + "7K2M9QX4TB8W"
	for text, want := range map[string]pos.ScanKind{
		no:                             pos.ScanOrder,
		strings.ToLower(no):            pos.ScanOrder,
		" " + no + " ":                 pos.ScanOrder,
		no[:len(no)-1]:                 pos.ScanGoods,
		no + "0":                       pos.ScanGoods,
		"4200001234567890123456789012": pos.ScanTransaction,
		"４２００００１２３４５６７８９０１２３４５６７８９０１２": pos.ScanTransaction,
		"420000123456789012345678901": pos.ScanGoods,
		"S001-T1-20261120-0001":       pos.ScanReceipt,
	} {
		if got := pos.Classify(text); got.Kind != want {
			t.Errorf("%q is %d, want %d", text, got.Kind, want)
		}
	}
}
