package receipt

import (
	"errors"

	"guitai/pos"
)

// ErrEnded is why a payment whose end is known gets no pending slip, with CodeInvalid.
var ErrEnded = errors.New("the payment's end is known")

// Pending makes out the slip for a customer who says to have paid while nobody knows: what was asked, under which number,
// and that this paper proves nothing. CodeInvalid when the payment's end was known: then there is something better to
// print.
func Pending(f pos.PendingFacts, shop pos.Shop, o Options) (Doc, error) {
	if !f.State.Live() {
		return Doc{}, pos.E(pos.CodeInvalid, "make out pending slip", ErrEnded)
	}
	b := newBuilder(shop, o)
	marks := []string{b.w.Pending, b.w.NotProof}
	if shop.Practice {
		marks = append(marks, b.w.Practice)
	}
	marks = append(marks, b.reprintMarks()...)
	b.marks(marks)
	b.letterhead()
	cashier := ""
	if f.Cashier != "" {
		cashier = b.w.Cashier + " " + f.Cashier
	}
	b.pair(b.w.Till+" "+shop.Till, cashier)
	b.add(Text{Text: b.w.Time + " " + b.clock(f.At)})
	b.rule()
	b.add(Text{Text: b.w.Asked})
	b.due("", f.Asked)
	b.rule()
	if shop.MchID != "" {
		b.field(b.w.MchID, shop.MchID)
	}
	b.field(b.w.OutTradeNo, f.OutTradeNo)
	b.field(b.w.Status, b.w.Pending)
	b.centre(b.w.Wait)
	if f.State == pos.Reversing {
		b.centre(b.w.Undoing)
	}
	b.marks(reversed(marks))
	b.add(Cut{})
	return b.doc, nil
}
