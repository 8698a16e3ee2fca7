package pos

import (
	"errors"
	"slices"
)

// MaxQuantity is the most pieces one line may have.
const MaxQuantity = 9999

// MaxLines is the most lines one cart may have.
const MaxLines = 500

// Line is one line of a cart or a sale: what, how many, at which price. Name and price are copies, so a later change of
// the catalogue changes no sale. It is comparable: two equal lines are the same sale.
type Line struct {
	Item     ItemID // 0: sold without being in the catalogue
	Barcode  string // as it was scanned, or the item's main one
	Name     string
	Unit     string
	Category string
	Price    Fen // of one piece; of what is weighed, of one [Line.Unit] by [GramsOf]
	Quantity int
	TaxRate  int // 1/100 of a percent

	Weight int // g of one piece; 0: it is not weighed
	Label  Fen // what the label on one piece says it comes to: that is what counts, nothing is worked out again. 0: there is none
	List   Fen // the catalogue's price, where the cashier gave another one; 0: Price is the catalogue's
	Member Fen // the price for members; 0: they pay the same

	Deal    string // the promotion that takes something off, as it is called; "" for none
	DealOff Fen    // what it takes off this line
	Cut     Cut    // the cashier's own discount on this line
	CutOff  Fen    // what that takes off, after the promotion
	Note    string // a person's words, on paper under the name
}

// Each is what one piece comes to before discounts: what its label says, else its weight at its price, rounded half up, else its price.
func (l Line) Each() Fen {
	switch {
	case l.Label != 0:
		return l.Label
	case l.Weight != 0:
		g := Fen(GramsOf(l.Unit))
		return (l.Price*Fen(l.Weight)*2 + g) / (2 * g)
	}
	return l.Price
}

// Amount is what all pieces come to before discounts.
func (l Line) Amount() Fen { return l.Each().Times(l.Quantity) }

// Off is what is taken off the line: its promotion and its own discount.
func (l Line) Off() Fen { return l.DealOff + l.CutOff }

// Net is what the line comes to, before what is taken off the whole sale.
func (l Line) Net() Fen { return l.Amount() - l.Off() }

// Cart is what the cashier is building. It is a value: every change returns a new cart and leaves the old one as it was,
// which makes undo a matter of keeping the old one. The zero Cart is empty and ready.
//
// A change leaves discounts as they were; [Cart.Priced] works them out again, and must before the cart is shown or sold.
type Cart struct {
	Lines    []Line // never changed in place
	Selected int    // index of the line that quantity and remove act on; meaningless when empty

	Member  bool     // the customer is a member
	Cut     Cut      // the cashier's discount on the whole
	CutOff  Fen      // what that takes off, after what is taken off the lines
	Credits []Credit // goods of earlier sales that come back and count towards this one (换货); never changed in place
}

// Reasons a cart refuses a change. Each comes with CodeInvalid.
var (
	ErrQuantity = errors.New("a quantity is a whole number from 1 to 9999")
	ErrTooMuch  = errors.New("the sale would come to more than 1,000,000.00")
	ErrTooLong  = errors.New("a sale has at most 500 lines")
	ErrNoLine   = errors.New("no such line")
	ErrPrice    = errors.New("a price is between 0 and 1,000,000.00, and a printed label's stands")
)

// Empty reports whether there is nothing in the cart.
func (c Cart) Empty() bool { return len(c.Lines) == 0 && len(c.Credits) == 0 }

// Gross is the sum of the lines before discounts.
func (c Cart) Gross() Fen {
	var t Fen
	for _, l := range c.Lines {
		t += l.Amount()
	}
	return t
}

// Off is all that is taken off Gross: from the lines and from the whole.
func (c Cart) Off() Fen {
	t := c.CutOff
	for _, l := range c.Lines {
		t += l.Off()
	}
	return t
}

// Credit is what goods that come back count for.
func (c Cart) Credit() Fen {
	var t Fen
	for _, r := range c.Credits {
		t += r.Amount
	}
	return t
}

// Total is what the goods come to, less discounts: what the customer owes for them. What comes back in exchange is not taken off.
func (c Cart) Total() Fen { return c.Gross() - c.Off() }

// Due is Total less what comes back in exchange; negative when the customer is owed something.
func (c Cart) Due() Fen { return c.Total() - c.Credit() }

// Pieces is the number of pieces in all lines.
func (c Cart) Pieces() int {
	n := 0
	for _, l := range c.Lines {
		n += l.Quantity
	}
	return n
}

// Same reports whether both carts would make the same sale; the selection does not matter.
func (c Cart) Same(d Cart) bool {
	return slices.Equal(c.Lines, d.Lines) && c.Cut == d.Cut && c.CutOff == d.CutOff && c.Member == d.Member && slices.EqualFunc(c.Credits, d.Credits, Credit.same)
}

// Newest is the line that a customer's display shows: the one that was just added or became more, compared with the cart as it was
// drawn before; newest is what was shown of that. What cannot be told, and what became less, leaves the same line shown as long as
// it is there, then the last one. It is -1 for an empty cart.
func (c Cart) Newest(before Cart, newest int) int {
	same := func(k, l Line) bool {
		return k.Item == l.Item && k.Price == l.Price && k.Name == l.Name && k.Weight == l.Weight && k.Label == l.Label
	}
	quantity := func(in Cart, l Line) int { // two bags that weigh the same are two lines
		n := 0
		for _, k := range in.Lines {
			if same(k, l) {
				n += k.Quantity
			}
		}
		return n
	}
	at := -1
	for i, l := range c.Lines {
		if quantity(c, l) > quantity(before, l) && (at < 0 || at != c.Selected) {
			at = i
		}
	}
	if at < 0 && newest >= 0 && newest < len(before.Lines) {
		was := before.Lines[newest]
		at = slices.IndexFunc(c.Lines, func(k Line) bool { return same(k, was) })
	}
	if at < 0 {
		at = len(c.Lines) - 1
	}
	return at
}

// Add puts n pieces of an item into the cart: on its line if there is one at the same price, else on a new one. The line
// becomes the selected one. barcode is what was scanned; empty takes the item's main one.
func (c Cart) Add(it Item, barcode string, n int) (Cart, error) {
	return c.AddLine(LineOf(it, barcode), n)
}

// LineOf is a line of one piece of an item. barcode is what was scanned; empty takes the item's main one.
func LineOf(it Item, barcode string) Line {
	if barcode == "" {
		barcode = it.Barcode()
	}
	return Line{
		Item: it.ID, Barcode: barcode, Name: it.Name, Unit: it.Unit, Category: it.Category, Price: it.Price, Quantity: 1, TaxRate: it.TaxRate, Member: it.Member,
	}
}

// AddLine puts n pieces of l into the cart; l.Quantity does not matter. They join the line that already has the same goods as they come
// from the shelf, unless they were weighed or labelled: each of those is a line of its own. A line with a discount of its own takes in no
// more: what was allowed, was for the pieces that it had. The line becomes the selected one.
func (c Cart) AddLine(l Line, n int) (Cart, error) {
	if n < 1 || n > MaxQuantity {
		return c, E(CodeInvalid, "add item", ErrQuantity)
	}
	if l.Weight == 0 && l.Label == 0 {
		i := slices.IndexFunc(c.Lines, func(k Line) bool {
			return k.Item == l.Item && k.Item != 0 && k.Price == l.Price && k.List == l.List && k.Name == l.Name && k.Weight == 0 && k.Label == 0 && k.Note == l.Note && k.Cut == (Cut{})
		})
		if i >= 0 {
			return c.change(i, c.Lines[i].Quantity+n, "add item")
		}
	}
	if len(c.Lines) >= MaxLines {
		return c, E(CodeInvalid, "add item", ErrTooLong)
	}
	l.Quantity = n
	d := c.agreed()
	d.Lines, d.Selected = append(slices.Clip(slices.Clone(c.Lines)), l), len(c.Lines)
	if d.Gross() > MaxAmount {
		return c, E(CodeInvalid, "add item", ErrTooMuch)
	}
	return d, nil
}

// SetCut gives line i a discount of its own; the zero Cut takes it away. CodeInvalid.
func (c Cart) SetCut(i int, cut Cut) (Cart, error) {
	if err := cut.Check(); err != nil {
		return c, err
	}
	return c.with(i, "set discount", func(l *Line) { l.Cut = cut })
}

// SetCartCut gives the whole a discount; the zero Cut takes it away. CodeInvalid.
func (c Cart) SetCartCut(cut Cut) (Cart, error) {
	if err := cut.Check(); err != nil {
		return c, err
	}
	c.Cut = cut
	return c, nil
}

// SetPrice gives line i another price per piece, or per unit of weight. What has a printed label keeps that: CodeInvalid.
func (c Cart) SetPrice(i int, price Fen) (Cart, error) {
	if price < 0 || price > MaxAmount || i >= 0 && i < len(c.Lines) && c.Lines[i].Label != 0 {
		return c, E(CodeInvalid, "set price", ErrPrice)
	}
	return c.with(i, "set price", func(l *Line) {
		if l.List == 0 && l.Price != price {
			l.List = l.Price
		}
		if l.Price = price; l.List == price {
			l.List = 0
		}
	})
}

// SetNote puts a person's words on line i.
func (c Cart) SetNote(i int, note string) (Cart, error) {
	return c.with(i, "set note", func(l *Line) { l.Note = note })
}

func (c Cart) with(i int, op string, change func(*Line)) (Cart, error) {
	if i < 0 || i >= len(c.Lines) {
		return c, E(CodeInvalid, op, ErrNoLine)
	}
	d := c
	d.Lines, d.Selected = slices.Clone(c.Lines), i
	change(&d.Lines[i])
	if d.Gross() > MaxAmount {
		return c, E(CodeInvalid, op, ErrTooMuch)
	}
	return d, nil
}

// SetQuantity makes line i n pieces.
func (c Cart) SetQuantity(i, n int) (Cart, error) {
	if i < 0 || i >= len(c.Lines) {
		return c, E(CodeInvalid, "set quantity", ErrNoLine)
	}
	return c.change(i, n, "set quantity")
}

// agreed is the cart before more goods come into it: a price for the whole that was agreed on was for what is there, so from then on it is
// what it takes off.
func (c Cart) agreed() Cart {
	if c.Cut.Kind == CutTo {
		c.Cut = amountCut(c.CutOff)
	}
	return c
}

// amountCut is a discount of so much; none of nothing.
func amountCut(off Fen) Cut {
	if off <= 0 {
		return Cut{}
	}
	return Cut{CutAmount, int64(off)}
}

// Remove takes line i out; the line that moves into its place is selected, or the last one. With the last line goes what was meant for this
// customer's goods: a discount on the whole and the members' prices are not the next one's.
func (c Cart) Remove(i int) (Cart, error) {
	if i < 0 || i >= len(c.Lines) {
		return c, E(CodeInvalid, "remove line", ErrNoLine)
	}
	d := c
	d.Lines, d.Selected = slices.Delete(slices.Clone(c.Lines), i, i+1), i
	if d.Selected >= len(d.Lines) {
		d.Selected = max(0, len(d.Lines)-1)
	}
	if len(d.Lines) == 0 {
		d.Cut, d.CutOff, d.Member = Cut{}, 0, d.Member && len(d.Credits) > 0
	}
	return d, nil
}

// Select makes line i the one that quantity and remove act on; out of range it is held at the nearest line.
func (c Cart) Select(i int) Cart {
	c.Selected = max(0, min(i, len(c.Lines)-1))
	return c
}

func (c Cart) change(i, n int, op string) (Cart, error) {
	if n < 1 || n > MaxQuantity {
		return c, E(CodeInvalid, op, ErrQuantity)
	}
	if n > c.Lines[i].Quantity {
		c = c.agreed()
	}
	return c.with(i, op, func(l *Line) {
		if n > l.Quantity && l.Cut.Kind == CutTo {
			l.Cut = amountCut(l.CutOff)
		}
		l.Quantity = n
	})
}
