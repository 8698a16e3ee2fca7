package display

import (
	"strings"

	"guitai/pos"
)

// What says what a display is about.
type What string

// What a display can be about.
const (
	Idle   What = ""       // nobody is served, or the till is locked
	Goods  What = "goods"  // the line just scanned, and what all of it comes to
	Due    What = "due"    // what is to be paid, before a code or the customer's answer is there
	Scan   What = "scan"   // a code is on the glass
	Paying What = "paying" // the customer is typing the password
	Unsure What = "unsure" // nobody knows yet: never "paid", never "failed"
	Paid   What = "paid"
	Change What = "change" // paid in cash
	Test   What = "test"   // somebody wants to see whether it works
)

// Frame is what the display shows. The zero Frame is an idle display.
type Frame struct {
	What     What
	Name     string // of the line just scanned, as the shop has it
	Quantity int
	Price    pos.Fen // per piece
	Amount   pos.Fen // of that line
	Total    pos.Fen // of the cart, or what was paid
	Tendered pos.Fen // cash only
	Change   pos.Fen // cash only
}

// Shown is a frame, and the cart that its line was found in. The zero Shown is a display nothing was shown on.
type Shown struct {
	Frame
	cart   pos.Cart
	newest int // line of cart
}

// Next is what is shown of a snapshot, after what was shown before it. It is a pure function.
func Next(before Shown, s pos.Snapshot) Shown {
	now := Shown{cart: s.Cart, newest: s.Cart.Newest(before.cart, before.newest)}
	f := &now.Frame
	switch {
	case s.Staff.Locked: // nothing of anybody's while nobody is there
	case s.Done != nil:
		f.What, f.Total = Paid, s.Done.Amount
		if s.Done.Tender == pos.TenderCash {
			f.What, f.Tendered, f.Change = Change, s.Done.Amount+s.Done.Change, s.Done.Change
		}
	case s.Pay != nil && aboutMoney(*s.Pay) != Idle:
		f.What, f.Total = aboutMoney(*s.Pay), s.Pay.Amount
	case now.newest >= 0:
		l := s.Cart.Lines[now.newest]
		*f = Frame{What: Goods, Name: l.Name, Quantity: l.Quantity, Price: l.Price, Amount: l.Amount(), Total: s.Cart.Total()}
	}
	return now
}

// aboutMoney says what a customer may be told of a payment; Idle for one that is over without having taken anything, which leaves the
// goods on the display.
func aboutMoney(v pos.PayView) What {
	switch v.Phase {
	case pos.PayWaiting:
		return Scan
	case pos.PayPaying:
		return Paying
	case pos.PayCharging, pos.PayUndoing, pos.PayExpired:
		return Unsure
	case pos.PayChecking, pos.PayFetching:
		if v.Shown {
			return Unsure
		}
		return Due
	case pos.PayFailed, pos.PayRefused, pos.PayEnded:
	}
	return Idle
}

// ascii leaves what such a display can show: printable ASCII, with single spaces. Anything else would be garbage on it, so it is
// nothing.
func ascii(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case r >= ' ' && r <= '~':
			return r
		case r == '\t' || r == '\n' || r == '\u3000':
			return ' '
		}
		return -1
	}, s)), " ")
}

// allASCII reports whether a display can show all of a text.
func allASCII(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}
