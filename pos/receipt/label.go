package receipt

import (
	"errors"
	"fmt"

	"guitai/pos"
)

// Limits of price labels: of one, and of all in a job, so that a slip of the finger does not use up the roll.
const (
	maxLabelCopies = 20
	maxLabels      = 500
)

// ErrLabels is why labels are not made out, with CodeInvalid.
var ErrLabels = errors.New("there are 1 to 20 of each label and at most 500 in all")

// Labels makes out price labels for the shelf (价签), each a paper of its own as often as wanted: what the rules on marked prices want
// (明码标价和禁止价格欺诈规定, 2022), which is the name, the price, as large as it goes, and what it is for; then that for members if they have their
// own, and the barcode. A label that is printed again is not marked: it proves nothing, and it hangs before customers. In
// practice mode it says so. A code to pay by has the code, and in the place of a price that it is the one shown when paying: the paper
// hangs there when the price has changed. CodeInvalid with [ErrLabels]; CodePrinter for a price that is none.
func Labels(f pos.LabelFacts, shop pos.Shop, o Options) (Doc, error) {
	b := newBuilder(shop, o)
	n := 0
	for _, l := range f.Labels {
		if n += l.Copies; l.Copies < 1 || l.Copies > maxLabelCopies || n > maxLabels {
			return Doc{}, pos.E(pos.CodeInvalid, "make out labels", fmt.Errorf("%w: %d of %q", ErrLabels, l.Copies, l.Name))
		}
		if l.Price < 0 || l.Price > pos.MaxAmount || l.Member < 0 || l.Member > pos.MaxAmount {
			return Doc{}, pos.E(pos.CodePrinter, "make out labels", fmt.Errorf("%w: %v, for members %v", ErrSum, l.Price, l.Member))
		}
		for range l.Copies {
			b.label(l)
		}
	}
	if n == 0 {
		return Doc{}, pos.E(pos.CodeInvalid, "make out labels", ErrLabels)
	}
	return b.doc, nil
}

func (b *builder) label(l pos.Label) {
	if b.shop.Practice {
		b.marks([]string{b.w.Practice})
	}
	b.add(Text{Text: l.Name, Align: Centre, Bold: true, Double: columns(clean(l.Name)) <= b.o.Paper.Columns()})
	if l.QR != "" {
		b.add(QR{Content: l.QR})
		b.add(Text{Text: b.w.Slip.ScanToPay, Align: Centre, Bold: true, Double: columns(b.w.Slip.ScanToPay) <= b.o.Paper.Columns()/2})
		b.centre(b.w.Slip.PriceThen)
		b.add(Cut{})
		return
	}
	if l.Asked {
		b.add(Text{Text: b.w.Slip.Asked, Align: Centre, Bold: true, Double: true})
	} else {
		b.labelPrice(l)
	}
	if l.Barcode != "" {
		b.add(Barcode{Content: clean(l.Barcode)})
	}
	b.add(Cut{})
}

// labelPrice is what goods cost: the price, what it is for, and that for members.
func (b *builder) labelPrice(l pos.Label) {
	b.add(Large{Amount: "￥" + l.Price.String()})
	unit := clean(l.Unit)
	if unit == "" {
		unit = b.w.Slip.Piece
	}
	b.centre(b.w.Slip.per(unit))
	if l.Member != 0 && l.Member != l.Price {
		b.due(b.w.Slip.Member, l.Member)
	}
}
