package sound

import (
	"slices"
	"strings"

	"guitai/pos"
)

// Kind is what a cue is about.
type Kind int

// What can be heard, the least important first.
const (
	Scan      Kind = iota // goods came into the cart
	Unknown               // what was scanned, or asked for, was refused
	Phone                 // a customer's phone paid its order while somebody at the counter was being served
	Booked                // money was taken outside, on the cashier's word: nothing that sounds like a proof
	Attention             // something needs a person: an alarm, money without its sale, a printer in trouble
	Paid                  // a sale was paid, or a part of it
)

// Cue is something to be heard.
type Cue struct {
	Kind   Kind
	Tender pos.Tender // of Paid
	Amount pos.Fen    // of Paid
	Change pos.Fen    // of Paid, for cash: what the customer gets back
}

// refusals are the messages that answer a scan or a key with a no.
var refusals = []string{
	"unknown-code", "bad-check", "in-store-code", "quantity-invalid", "payment-code-in-cart", "payment-code-off", "payment-code-busy",
	"alipay-code", "code-on-glass", "cart-too-much", "cart-too-long", "order-unknown", "close-under-way", "no-shift", "shift-close-first",
	"busy-paying", "tendered-too-little", "tendered-too-much", "wechat-off",
	"alipay-code-other", "plu-unknown", "label-empty", "not-weighed", "item-retired", "item-invalid", "want-dropped", "price-fixed", "price-invalid", "weight-invalid",
	"cut-invalid", "note-invalid", "no-line", "parts-paid", "parts-stay", "part-invalid", "tender-unknown", "credit-gone",
}

// Cues tells what is heard when next follows prev, at most one of a kind and the least important first. Every snapshot goes
// through it, in order; the first one, which has none before it, is silent.
func Cues(prev, next pos.Snapshot) []Cue {
	if prev.Seq == 0 {
		return nil
	}
	var cues []Cue
	message := next.Message
	if message.N == prev.Message.N {
		message = pos.Message{}
	}
	if grew(prev, next) && !broughtBack(message.ID) {
		cues = append(cues, Cue{Kind: Scan})
	}
	if message.Kind == pos.MsgWarn && slices.Contains(refusals, message.ID) {
		cues = append(cues, Cue{Kind: Unknown})
	}
	paid, ok := paidSince(prev, next, message)
	if ok && paid.Kind != Paid {
		cues = append(cues, paid)
	}
	if message.Kind == pos.MsgAlarm || newException(prev, next) || troubled(next, message) && !troubled(prev, pos.Message{}) {
		cues = append(cues, Cue{Kind: Attention})
	}
	if ok && paid.Kind == Paid {
		cues = append(cues, paid)
	}
	return cues
}

// grew reports whether goods came into the cart. The cart of a new sale is compared with nothing.
func grew(prev, next pos.Snapshot) bool {
	before := map[pos.Line]int{}
	if !newlyDone(prev, next) {
		for _, l := range prev.Cart.Lines {
			before[goods(l)] += l.Quantity
		}
	}
	for _, l := range next.Cart.Lines {
		if before[goods(l)] -= l.Quantity; before[goods(l)] < 0 {
			return true
		}
	}
	return false
}

// goods is what a line is of, whatever is taken off it.
func goods(l pos.Line) pos.Line {
	return pos.Line{Item: l.Item, Barcode: l.Barcode, Name: l.Name, Weight: l.Weight, Label: l.Label}
}

// broughtBack reports whether a message says that the cart is one of before, which nobody scanned.
func broughtBack(id string) bool {
	return id == "unparked" || strings.HasPrefix(id, "recover") || strings.HasPrefix(id, "recalled")
}

func newException(prev, next pos.Snapshot) bool {
	return slices.ContainsFunc(next.Exceptions, func(x pos.ExceptionCase) bool {
		return !slices.ContainsFunc(prev.Exceptions, func(y pos.ExceptionCase) bool { return x.ID == y.ID })
	})
}

// troubled reports whether anything that should be on paper is not. The second job that waits for the same roll is no news.
func troubled(s pos.Snapshot, message pos.Message) bool {
	return message.ID == "printer-trouble" || s.Health.Printer.Light == pos.LightBad || slices.ContainsFunc(s.Prints, pos.PrintView.Open)
}

func newlyDone(prev, next pos.Snapshot) bool {
	return next.Done != nil && (prev.Done == nil || prev.Done.Sale != next.Done.Sale)
}

// paidSince is the sale that was paid: in front of the cashier, or put aside and paid meanwhile.
func paidSince(prev, next pos.Snapshot, message pos.Message) (Cue, bool) {
	if newlyDone(prev, next) {
		return taken(next.Done.Tender, next.Done.Amount, next.Done.Change), true
	}
	if part, ok := newPart(prev, next); ok && !broughtBack(message.ID) {
		return taken(part.Tender, part.Amount, 0), true
	}
	if message.ID == "phone-paid" && len(message.Args) > 0 {
		amount, _ := pos.ParseYuan(message.Args[0]) // none: the tone alone
		return paidByPhone(prev, next, amount), true
	}
	if next.Last == prev.Last {
		return Cue{}, false
	}
	tender := pos.TenderNative
	switch message.ID {
	case "exception-settled": // a person put old money where it belongs: nobody stands there who paid it
		return Cue{}, false
	case "cash-booked":
		tender = pos.TenderCash
		fallthrough
	case "parked-paid":
		if len(message.Args) > 0 {
			if amount, err := pos.ParseYuan(message.Args[0]); err == nil {
				return Cue{Kind: Paid, Tender: tender, Amount: amount}, true
			}
		}
	}
	// Another message may have come over it at once. A payment of a parked sale, or of a phone, that is watched no more is the one, unless there are two.
	gone := slices.DeleteFunc(slices.Clone(prev.Pending), func(p pos.PendingView) bool {
		return !p.Parked && p.Origin == pos.OriginCounter || slices.ContainsFunc(next.Pending, func(q pos.PendingView) bool { return p.Payment == q.Payment })
	})
	if len(gone) == 1 {
		if gone[0].Origin != pos.OriginCounter {
			return paidByPhone(prev, next, gone[0].Amount), true
		}
		return Cue{Kind: Paid, Tender: gone[0].Tender, Amount: gone[0].Amount}, true
	}
	// Paid, its panel closed and the next sale begun between two snapshots.
	if prev.Pay != nil && len(gone) == 0 {
		return Cue{Kind: Paid, Tender: prev.Pay.Tender, Amount: prev.Pay.Amount}, true
	}
	return Cue{Kind: Paid}, !prev.Cart.Empty() // nobody knows how much: the chime alone
}

// taken is money in front of the cashier. Of what is taken outside only the cashier knows: neither the chime, which a customer may take for
// the till's own word, nor an amount is heard.
func taken(tender pos.Tender, amount, change pos.Fen) Cue {
	if _, outside := tender.Other(); outside {
		return Cue{Kind: Booked}
	}
	return Cue{Kind: Paid, Tender: tender, Amount: amount, Change: change}
}

// newPart is the newest part of the sale in front of the cashier that was just paid.
func newPart(prev, next pos.Snapshot) (pos.PartView, bool) {
	for _, p := range slices.Backward(next.Parts) {
		if !slices.ContainsFunc(prev.Parts, func(q pos.PartView) bool { return p.Payment == q.Payment }) {
			return p, true
		}
	}
	return pos.PartView{}, false
}

// paidByPhone is a phone's order that was paid. With nobody at the counter it is said as any payment. While a customer stands there it has
// a tone of its own and no amount: the cashier waits for that one's money, and would take the chime, or an amount, for it.
func paidByPhone(prev, next pos.Snapshot, amount pos.Fen) Cue {
	if prev.Pay != nil || next.Pay != nil || !prev.Cart.Empty() || !next.Cart.Empty() {
		return Cue{Kind: Phone}
	}
	return Cue{Kind: Paid, Tender: pos.TenderJSAPI, Amount: amount}
}
