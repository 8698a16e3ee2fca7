package reconcile

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"guitai/pos"
)

// fund reads a fund-flow bill: the day's fees, to hold against the trade bill's, and what was paid out to the bank.
func fund(ctx context.Context, b *reader, books Books, o Options) (pos.BillResult, error) {
	s := pos.BillSummary{Kind: pos.BillFund, Day: o.Day, MchID: o.Shop.MchID, Header: b.header.name}
	var fees int
	seen := map[string]bool{}
	for {
		err := b.record()
		if errors.Is(err, errDone) {
			break
		}
		if err != nil {
			return pos.BillResult{}, err
		}
		if b.rows%progressEvery == 0 {
			if err := ctx.Err(); err != nil {
				return pos.BillResult{}, err
			}
			if o.Progress != nil {
				o.Progress(b.rows)
			}
		}
		f, err := b.flow()
		if err != nil {
			return pos.BillResult{}, err
		}
		if day := pos.BillDay(f.at); s.Day == 0 {
			s.Day = day
		} else if s.Day != day {
			return pos.BillResult{}, b.at("day", day.String(), s.Day.String())
		}
		switch {
		case f.fee:
			fees++
			s.Fee -= pos.Mille(f.amount) * 1000
		case f.payout:
			if seen[f.number] {
				return pos.BillResult{}, b.at("twice", f.number)
			}
			seen[f.number] = true
			// What the bank sends back (提现退票) comes in again under a number of its own.
			s.Payouts = append(s.Payouts, pos.Payout{Number: f.number, At: f.at, Amount: -f.amount, Line: b.line})
		}
	}
	if s.Day == 0 {
		return pos.BillResult{}, refuse(&pos.BillError{ID: "no-day"})
	}
	s.Rows, s.SHA256 = b.rows, b.sha()
	return heldAgainst(ctx, s, fees, books)
}

// flow is one movement of the balance; amount is positive for what came in.
type flow struct {
	number      string
	at          time.Time
	amount      pos.Fen
	fee, payout bool
}

func (b *reader) flow() (flow, error) {
	var f flow
	sec, ok := b.clock.read(b.field(colFundTime))
	if !ok {
		return f, b.at("time", string(b.field(colFundTime)))
	}
	f.at = time.Unix(sec, 0).UTC()
	if f.number = string(b.field(colFundNumber)); !number(b.field(colFundNumber)) {
		return f, b.at("number", f.number)
	}
	amount, ok := fens(b.field(colFundAmount))
	if !ok || amount < 0 {
		return f, b.at("money", nameOf(colFundAmount), string(b.field(colFundAmount)))
	}
	switch string(b.field(colFundWay)) {
	case "收入":
		f.amount = amount
		b.sums[sumIncomes]++
		b.sums[sumIncome] += int64(amount)
	case "支出":
		f.amount = -amount
		b.sums[sumExpenses]++
		b.sums[sumExpense] += int64(amount)
	default:
		return f, b.at("state", string(b.field(colFundWay)))
	}
	of := func(word string) bool {
		return bytes.Contains(b.field(colFundName), []byte(word)) || bytes.Contains(b.field(colFundType), []byte(word))
	}
	f.fee = of("手续费")
	f.payout = !f.fee && of("提现")
	return f, nil
}

// heldAgainst says whether the day's trade bill, if it was kept, has the same fees, and whether payouts are this till's alone.
func heldAgainst(ctx context.Context, s pos.BillSummary, fees int, books Books) (pos.BillResult, error) {
	r := pos.BillResult{Summary: s}
	kept, err := books.Bills(ctx, keptBills)
	if err != nil {
		return pos.BillResult{}, err
	}
	shared := false
	for _, k := range kept {
		shared = shared || k.Kind == pos.BillTrade && len(k.Others) > 0
	}
	i := slices.IndexFunc(kept, func(k pos.BillSummary) bool { return k.Kind == pos.BillTrade && k.Day == s.Day })
	if i >= 0 {
		trade := kept[i].Fee
		for _, o := range kept[i].Others {
			trade += o.Fee
		}
		// Here every fee is in whole fen, there it may have five decimals.
		if off := trade - s.Fee; off > pos.Mille(500*fees) || -off > pos.Mille(500*fees) {
			r.Summary.Differs++
			r.Findings = append(r.Findings, pos.Finding{
				Bill: pos.BillFund, Day: s.Day, Class: pos.FindDiffer, Cause: pos.CauseFee, Action: pos.FindNote,
				Ours: &pos.BillItem{Fee: trade}, Theirs: &pos.BillItem{Fee: s.Fee},
			})
		} else {
			r.Summary.Match++
		}
	}
	for _, p := range s.Payouts {
		if !shared {
			r.Summary.Match++
			continue
		}
		r.Summary.TheirsOnly++
		r.Findings = append(r.Findings, pos.Finding{
			Bill: pos.BillFund, Day: s.Day, Class: pos.FindTheirs, Cause: pos.CauseShared, Action: pos.FindNote,
			Theirs: &pos.BillItem{TransactionID: p.Number, Amount: p.Amount, Settlement: p.Amount, Currency: pos.Currency, At: p.At, Line: p.Line},
		})
	}
	if shared {
		r.Summary.Payouts = nil // nobody's to book
	}
	return r, nil
}

// keptBills is how many kept bills are looked at.
const keptBills = 200
