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
// the catalogue changes no sale.
type Line struct {
	Item     ItemID
	Barcode  string // as it was scanned, or the item's main one
	Name     string
	Unit     string
	Category string
	Price    Fen // per piece
	Quantity int
	TaxRate  int // 1/100 of a percent
}

// Amount is price times quantity.
func (l Line) Amount() Fen { return l.Price.Times(l.Quantity) }

// Cart is what the cashier is building. It is a value: every change returns a new cart and leaves the old one as it was,
// which makes undo a matter of keeping the old one. The zero Cart is empty and ready.
type Cart struct {
	Lines    []Line // never changed in place
	Selected int    // index of the line that quantity and remove act on; meaningless when empty
}

// Reasons a cart refuses a change. Each comes with CodeInvalid.
var (
	ErrQuantity = errors.New("a quantity is a whole number from 1 to 9999")
	ErrTooMuch  = errors.New("the sale would come to more than 1,000,000.00")
	ErrTooLong  = errors.New("a sale has at most 500 lines")
	ErrNoLine   = errors.New("no such line")
)

// Empty reports whether there is nothing in the cart.
func (c Cart) Empty() bool { return len(c.Lines) == 0 }

// Total is the sum of the lines.
func (c Cart) Total() Fen {
	var t Fen
	for _, l := range c.Lines {
		t += l.Amount()
	}
	return t
}

// Pieces is the number of pieces in all lines.
func (c Cart) Pieces() int {
	n := 0
	for _, l := range c.Lines {
		n += l.Quantity
	}
	return n
}

// Same reports whether both carts would make the same sale; the selection does not matter.
func (c Cart) Same(d Cart) bool { return slices.Equal(c.Lines, d.Lines) }

// Newest is the line that a customer's display shows: the one that was just added or became more, compared with the cart as it was
// drawn before; newest is what was shown of that. What cannot be told, and what became less, leaves the same line shown as long as
// it is there, then the last one. It is -1 for an empty cart.
func (c Cart) Newest(before Cart, newest int) int {
	quantity := func(in Cart, l Line) int {
		i := slices.IndexFunc(in.Lines, func(k Line) bool { return k.Item == l.Item && k.Price == l.Price && k.Name == l.Name })
		if i < 0 {
			return 0
		}
		return in.Lines[i].Quantity
	}
	at := -1
	for i, l := range c.Lines {
		if l.Quantity > quantity(before, l) && (at < 0 || at != c.Selected) {
			at = i
		}
	}
	if at < 0 && newest >= 0 && newest < len(before.Lines) {
		was := before.Lines[newest]
		at = slices.IndexFunc(c.Lines, func(k Line) bool { return k.Item == was.Item && k.Price == was.Price && k.Name == was.Name })
	}
	if at < 0 {
		at = len(c.Lines) - 1
	}
	return at
}

// Add puts n pieces of an item into the cart: on its line if there is one at the same price, else on a new one. The line
// becomes the selected one. barcode is what was scanned; empty takes the item's main one.
func (c Cart) Add(it Item, barcode string, n int) (Cart, error) {
	if n < 1 || n > MaxQuantity {
		return c, E(CodeInvalid, "add item", ErrQuantity)
	}
	if barcode == "" {
		barcode = it.Barcode()
	}
	i := slices.IndexFunc(c.Lines, func(l Line) bool { return l.Item == it.ID && l.Price == it.Price && l.Name == it.Name })
	if i >= 0 {
		return c.change(i, c.Lines[i].Quantity+n, "add item")
	}
	if len(c.Lines) >= MaxLines {
		return c, E(CodeInvalid, "add item", ErrTooLong)
	}
	d := Cart{Lines: append(slices.Clip(slices.Clone(c.Lines)), Line{
		Item: it.ID, Barcode: barcode, Name: it.Name, Unit: it.Unit, Category: it.Category,
		Price: it.Price, Quantity: n, TaxRate: it.TaxRate,
	}), Selected: len(c.Lines)}
	if d.Total() > MaxAmount {
		return c, E(CodeInvalid, "add item", ErrTooMuch)
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

// Remove takes line i out; the line that moves into its place is selected, or the last one.
func (c Cart) Remove(i int) (Cart, error) {
	if i < 0 || i >= len(c.Lines) {
		return c, E(CodeInvalid, "remove line", ErrNoLine)
	}
	d := Cart{Lines: slices.Delete(slices.Clone(c.Lines), i, i+1), Selected: i}
	if d.Selected >= len(d.Lines) {
		d.Selected = max(0, len(d.Lines)-1)
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
	d := Cart{Lines: slices.Clone(c.Lines), Selected: i}
	d.Lines[i].Quantity = n
	if d.Total() > MaxAmount {
		return c, E(CodeInvalid, op, ErrTooMuch)
	}
	return d, nil
}
