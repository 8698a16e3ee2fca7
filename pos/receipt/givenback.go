package receipt

import (
	"fmt"

	"guitai/pos"
)

// GivenBack makes out the paper of a sale that was given up after parts of it were paid (退还单): what goes back, which way each part
// does, and what a person hands over now, which the customer signs for. The shop keeps it. It proves no payment: the sale never closed.
// CodePrinter for parts that are no money, or when nothing is handed over.
func GivenBack(f pos.GivenBackFacts, shop pos.Shop, o Options) (Doc, error) {
	cash, outside, online := f.Sums()
	for _, p := range f.Parts {
		if p.Amount <= 0 {
			return Doc{}, pos.E(pos.CodePrinter, "make out given-back paper", fmt.Errorf("%w: a part of %v", ErrSum, p.Amount))
		}
	}
	if cash+outside <= 0 {
		return Doc{}, pos.E(pos.CodePrinter, "make out given-back paper", fmt.Errorf("%w: nothing is handed over", ErrSum))
	}
	b := newBuilder(shop, o)
	w := b.w.Slip
	marks := b.saleMarks()
	b.marks(marks)
	b.title()
	b.add(Text{Text: w.GivenBack, Align: Centre, Bold: true, Double: true}, Text{Text: w.GivenUp, Align: Centre})
	cashier := ""
	if f.By != "" {
		cashier = b.w.Cashier + " " + f.By
	}
	b.pair(b.w.Till+" "+shop.ID+"-"+shop.Till, cashier)
	b.add(Text{Text: b.w.Time + " " + b.clock(f.At)})
	b.rule()
	for _, p := range f.Parts {
		b.sum(b.w.tender(p.Tender), p.Amount)
		b.under(p.OutTradeNo)
		b.under(w.back(p.Tender, f.Itself))
	}
	b.sum(b.w.Sum, cash+outside+online)
	b.rule()
	if cash > 0 {
		b.due(w.HandCash, cash)
	}
	if outside > 0 {
		b.due(w.HandOutside, outside)
	}
	if online > 0 {
		b.sum(b.w.WeChat, online)
	}
	const room = "________________"
	b.add(Feed{Lines: 1}, Text{Text: b.w.Signature + " " + room})
	b.marks(reversed(marks))
	b.add(Cut{})
	return b.doc, nil
}

// back says which way a part goes back.
func (w SlipWords) back(t pos.Tender, itself bool) string {
	switch {
	case t == pos.TenderCash:
		return w.BackCash
	case !t.WeChat():
		return w.BackOutside
	case itself:
		return w.BackItself
	}
	return w.BackHeld
}
