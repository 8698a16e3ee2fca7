package display

import (
	"fmt"
	"strconv"
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
	Rest   What = "rest"   // a part was paid: what is still to be paid
	Paid   What = "paid"
	Booked What = "booked" // paid outside, on the cashier's word: the display says nothing of money that came
	Change What = "change" // paid in cash
	Back   What = "back"   // goods that came back were worth more: what the customer gets
	Test   What = "test"   // somebody wants to see whether it works
)

// Frame is what the display shows. The zero Frame is an idle display.
type Frame struct {
	What     What
	Name     string // of the line just scanned, as the shop has it
	Quantity int
	Price    pos.Fen // per piece, or of what is weighed per unit
	Weight   string  // of what is weighed, in the unit of its price: "0.535kg"; "" for pieces
	Amount   pos.Fen // of that line, less what is taken off it
	Total    pos.Fen // still to be paid for the cart, negative when it goes back; or what was paid
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
		*f = done(*s.Done)
	case s.Pay != nil && aboutMoney(*s.Pay) != Idle:
		f.What, f.Total = aboutMoney(*s.Pay), s.Pay.Amount
	case now.newest >= 0:
		l := s.Cart.Lines[now.newest]
		*f = Frame{What: Goods, Name: l.Name, Quantity: l.Quantity, Price: l.Price, Amount: l.Net(), Total: s.Due}
		switch {
		case l.Weight != 0:
			f.Weight = weight(l)
		case l.Label != 0: // nobody knows at which price it was weighed
			f.Price = l.Label
		}
		if len(s.Parts) > 0 { // its goods stay as they are, and the customer waits to hear what is left
			*f = Frame{What: Rest, Total: s.Due, Amount: s.Cart.Due()}
		}
	}
	return now
}

// done is what is shown of a sale that was just paid.
func done(d pos.Done) Frame {
	_, outside := d.Tender.Other()
	switch {
	case d.Owed > 0:
		return Frame{What: Back, Total: d.Owed}
	case outside:
		return Frame{What: Booked, Total: d.Amount}
	case d.Tender == pos.TenderCash:
		return Frame{What: Change, Total: d.Amount, Tendered: d.Amount + d.Change, Change: d.Change}
	}
	return Frame{What: Paid, Total: d.Amount}
}

// weight writes a weight in the unit of its price, as far as the display has letters for it.
func weight(l pos.Line) string {
	grams := pos.GramsOf(l.Unit)
	switch grams {
	case 1, 100:
		return strconv.Itoa(l.Weight) + "g"
	case 1000:
		return fmt.Sprintf("%d.%03dkg", l.Weight/1000, l.Weight%1000)
	}
	thousandths := l.Weight * 1000 / grams // both units divide a thousand
	return fmt.Sprintf("%d.%03d", thousandths/1000, thousandths%1000)
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
