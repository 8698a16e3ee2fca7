package receipt

import (
	"fmt"

	"guitai/pos"
)

// Exceptions makes out the slip of money without its sale (异常款清单), for whoever decides: what came in, under which numbers, and
// what becomes of it if nobody does anything. Money of another currency is named with it and is no part of the sum.
func Exceptions(f pos.ExceptionsFacts, shop pos.Shop, o Options) (Doc, error) {
	b := newBuilder(shop, o)
	w := b.w.Slip
	marks := b.shiftMarks()
	b.marks(marks)
	b.title()
	b.add(Text{Text: w.Exceptions, Align: Centre, Bold: true, Double: true})
	b.pair(b.w.Till+" "+shop.ID+"-"+shop.Till, f.By)
	b.add(Text{Text: b.w.Time + " " + b.clock(f.At)})
	if shop.MchID != "" {
		b.field(b.w.MchID, shop.MchID)
	}
	b.rule()
	var sum pos.Fen
	n := 0
	for _, c := range f.Cases {
		b.exception(c)
		if ours(c.Currency) {
			sum += c.Amount
			n++
		}
	}
	switch {
	case len(f.Cases) == 0:
		b.add(Text{Text: w.NoExceptions, Align: Centre, Bold: true})
	case f.More > 0: // a sum of a part would be taken for the whole
		b.add(Text{Text: fmt.Sprintf(w.More, f.More), Bold: true})
	default:
		b.counted(w.Sum, b.w.Shift.times(n), sum)
	}
	b.rule()
	b.sign(b.w.Shift.Signature)
	b.marks(reversed(marks))
	b.add(Cut{})
	return b.doc, nil
}

// ours reports whether a currency is the shop's; WeChat leaves it out where it is.
func ours(currency string) bool { return currency == "" || currency == pos.Currency }

func (b *builder) exception(c pos.ExceptionFact) {
	w := b.w.Slip
	kind, known := b.w.Exceptions[c.Kind]
	if !known {
		kind = string(c.Kind)
	}
	b.add(Text{Text: kind, Bold: true})
	label := b.w.Amount
	if !ours(c.Currency) {
		label += " " + c.Currency
	}
	b.sum(" "+label, c.Amount)
	b.under(b.clock(c.At))
	for _, number := range []string{c.OutTradeNo, c.TransactionID} {
		if number != "" {
			b.under(number)
		}
	}
	if c.RefundAt.IsZero() {
		b.under(w.Waits)
	} else {
		b.under(w.RefundsAt + " " + b.clock(c.RefundAt))
	}
}
