package receipt

import (
	"fmt"

	"guitai/pos"
)

// Bill makes out what a match with WeChat's bill found (对账单): the figures of both sides, and every difference with its numbers,
// so that it can be looked for at WeChat and in the books. A summary that does not add up is refused with CodePrinter.
func Bill(f pos.BillFacts, shop pos.Shop, o Options) (Doc, error) {
	s := f.Summary
	if s.Kind == pos.BillTrade && !s.Balanced() {
		return Doc{}, pos.E(pos.CodePrinter, "make out bill", fmt.Errorf("%w: bill of %v", ErrSum, s.Day))
	}
	b := newBuilder(shop, o)
	w := b.w.Bill
	marks := b.shiftMarks()
	b.marks(marks)
	b.title()
	b.add(Text{Text: w.Title, Align: Centre, Bold: true, Double: true})
	b.pair(b.w.Till+" "+f.Shop+"-"+f.Till, s.Day.String())
	if s.MchID != "" {
		b.field(b.w.MchID, s.MchID)
	}
	b.pair(b.w.Time+" "+b.clock(f.At), f.By)
	b.rule()
	b.billFigures(s)
	for i, x := range f.Findings {
		if i == 0 {
			b.add(Text{Text: w.Findings, Bold: true})
		}
		b.finding(x)
	}
	if f.More > 0 {
		b.add(Text{Text: fmt.Sprintf(w.More, f.More)})
	}
	if len(f.Findings) > 0 {
		b.rule()
	} else if s.Clean() {
		b.add(Text{Text: w.Clean, Align: Centre, Bold: true})
	}
	b.sign(b.w.Shift.Signature)
	b.marks(reversed(marks))
	b.add(Cut{})
	return b.doc, nil
}

func (b *builder) billFigures(s pos.BillSummary) {
	w := b.w.Bill
	n := b.w.Shift.times
	if s.Kind == pos.BillTrade {
		b.counted(w.Theirs, n(s.Theirs.Payments), s.Theirs.Paid)
		b.counted(" "+b.w.GivenBack, n(s.Theirs.Refunds), -s.Theirs.Back)
		b.counted(w.Ours, n(s.Ours.Payments), s.Ours.Paid)
		b.counted(" "+b.w.GivenBack, n(s.Ours.Refunds), -s.Ours.Back)
		b.pair(w.Match, n(s.Match))
		for _, row := range []struct {
			label string
			n     int
			f     pos.Fen
		}{{w.OursOnly, s.OursOnly, s.OnlyOurs}, {w.TheirsOnly, s.TheirsOnly, s.OnlyTheirs}, {w.Differs, s.Differs, s.Differ}} {
			if row.n > 0 {
				b.counted(row.label, n(row.n), row.f)
			}
		}
	}
	b.pair(w.Fee, s.Fee.String())
	for _, p := range s.Payouts {
		b.sum(w.Payout, p.Amount)
		b.under(p.Number)
	}
	for _, t := range s.Others {
		prefix := t.Prefix
		if prefix == "" {
			prefix = w.Elsewhere
		}
		b.counted(w.Others+" "+prefix, n(t.Payments+t.Refunds), t.Net())
	}
	b.rule()
}

// finding is one difference: what, both amounts, the numbers, what is proposed or was decided.
func (b *builder) finding(x pos.Finding) {
	w := b.w.Bill
	item := x.Item()
	head := w.Classes[x.Class]
	if cause := w.Causes[x.Cause]; cause != "" {
		head += " · " + cause
	}
	b.pair(head, w.Kinds[item.Kind])
	if x.Theirs != nil {
		b.sum(" "+w.AtWeChat, x.Theirs.Amount)
	}
	if x.Ours != nil {
		b.sum(" "+w.InBooks, x.Ours.Amount)
	}
	for _, number := range []string{item.OutTradeNo, item.OutRefundNo, item.TransactionID} {
		if number != "" {
			b.under(number)
		}
	}
	if !item.At.IsZero() {
		b.under(b.clock(item.At))
	}
	switch d := len(x.Decisions); {
	case d > 0:
		last := x.Decisions[d-1]
		b.under(w.Decided + " " + w.Actions[last.Action] + " " + last.By)
		if last.Reason != "" {
			b.under(last.Reason)
		}
	case !x.Resolved.IsZero():
		b.under(w.Resolved)
	case x.Action != "":
		b.under(w.Proposed + " " + w.Actions[x.Action])
	}
}
