package checkout

import (
	"fmt"

	"guitai/pos"
)

// ready is the cart before more goods come into it. A percentage off the whole that somebody else allowed was for what was there: from then on
// it is what it takes off. Who may give one himself goes on giving it.
func (t *Till) ready() pos.Cart {
	c := t.cart
	if c.Cut.Kind == pos.CutPercent && !t.may(t.staff.who, pos.DeedDiscount) {
		if c.Cut = (pos.Cut{}); c.CutOff > 0 {
			c.Cut = pos.Cut{Kind: pos.CutAmount, N: int64(c.CutOff)}
		}
	}
	return c
}

// setQuantity makes a line so many pieces.
func (t *Till) setQuantity(c pos.SetQuantity) {
	cart := t.cart
	if c.Line >= 0 && c.Line < len(cart.Lines) && c.N > cart.Lines[c.Line].Quantity {
		cart = t.ready()
	}
	t.edit(cart.SetQuantity(c.Line, c.N))
}

// reduce does what a command says that lets goods go at less than the shop asks, by leave of somebody, and puts on record who that was. What
// is taken away again, or changed nothing, is on no record; nor is anything without staff, when there is nobody to name.
func (t *Till) reduce(c pos.Command, by pos.Person) {
	deed, was := t.deedOf(c), t.cart
	t.change(c)
	if deed != pos.DeedSell && !t.cart.Same(was) {
		t.allowed(c, was, by)
	}
}

// allowed puts on record who let a line or the whole of a cart go at less than the shop asks. The sale is on paper with its discounts; this
// says by whose leave.
func (t *Till) allowed(c pos.Command, was pos.Cart, by pos.Person) {
	if !t.manned() {
		return
	}
	h := pos.Happening{Kind: pos.EntryCut, By: t.name(), Approver: by.Name, At: t.cfg.Clock.Now()}
	line := func(i int, what string) string {
		before, after := was.Lines[i], t.cart.Lines[i]
		return fmt.Sprintf("%s %s -> %s, %d x %s", what, before.Net(), after.Net(), after.Quantity, after.Name)
	}
	switch c := c.(type) {
	case pos.CutLine:
		h.Reason = line(c.Line, "line")
	case pos.CutCart:
		h.Reason = fmt.Sprintf("whole %s -> %s", was.Total(), t.cart.Total())
	case pos.SetQuantity:
		h.Reason = line(c.Line, "more")
	case pos.SetPrice:
		l := t.cart.Lines[c.Line]
		h.Kind, h.Reason = pos.EntryPrice, fmt.Sprintf("price %s -> %s, %d x %s", was.Lines[c.Line].Price, l.Price, l.Quantity, l.Name)
	case pos.NewItem:
		h.Kind, h.Reason = pos.EntryPrice, fmt.Sprintf("once %s, %s", c.Item.Price, c.Item.Name)
	}
	t.record(h)
}
