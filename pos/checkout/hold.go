package checkout

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guitai/pos"
)

// maxHoldName is the longest name of a cart that is put aside, in characters.
const maxHoldName = 20

// held is the carts that were put aside. A cart that is brought back stays in the books as it was held until its sale is on disk, it is held
// again, or it has left the counter for good. So whatever happens to this program meanwhile, it is among the held ones again. What a crash
// does lose is what no cart is spared of which no money was asked for: changes since it came back, and the cart itself once a sale of it was
// opened and given up for a change. After Esc alone the sale is still open, and the next start puts it back on the counter.
type held struct {
	list     []pos.Held // all but those that follow; replaced whole, since snapshots share it
	recalled int64      // the one that the cart at the counter was; 0 for none
	leaving  []int64    // those that are to be dropped
	try      *pos.Held  // one whose commit failed when it was put aside; without a cart once that is nobody's at the counter any more
	again    time.Time  // when what is left undone is tried; zero for nothing
}

// undoCleared is how long a cart that was brought back and cleared stays in the books, so that what Undo brings back is safe from a crash, too.
const undoCleared = time.Minute

// readHeld reads the carts that were put aside.
func (t *Till) readHeld() error {
	if t.cfg.Holds == nil {
		return nil
	}
	all, err := t.cfg.Holds.HeldCarts(t.book)
	if err != nil {
		return err
	}
	h := &t.held
	if i := slices.IndexFunc(all, func(o pos.Held) bool { return h.try != nil && o.At.Equal(h.try.At) && o.Name == h.try.Name }); i >= 0 {
		t.heldAfterAll(all[i])
	}
	h.try = nil
	h.list = slices.DeleteFunc(all, func(o pos.Held) bool { return o.ID == h.recalled || slices.Contains(h.leaving, o.ID) })
	t.dirty = true
	return nil
}

// hold puts the cart aside without asking for money. A sale that money was asked for is given up first, as with any other change.
func (t *Till) hold(name string) {
	name = strings.Join(strings.Fields(name), " ")
	switch {
	case t.cfg.Holds == nil:
		t.say(pos.MsgWarn, "hold-off")
		return
	case t.onGlass() || t.tender != nil:
		t.say(pos.MsgWarn, "code-on-glass")
		return
	case !t.handSettled(), t.goodsUnknown():
		return
	case len(t.parts) > 0:
		t.say(pos.MsgWarn, "parts-stay")
		return
	case t.cart.Empty():
		t.say(pos.MsgInfo, "nothing-to-hold")
		return
	case utf8.RuneCountInString(name) > maxHoldName || !utf8.ValidString(name):
		t.say(pos.MsgWarn, "hold-name", strconv.Itoa(maxHoldName))
		return
	case t.heldUnknown(), !t.abandon():
		return
	}
	h := pos.Held{ID: t.held.recalled, Name: name, At: t.cfg.Clock.Now().Truncate(time.Millisecond), Cashier: t.name(), Cart: t.cart}
	got, err := t.cfg.Holds.HoldCart(t.book, h)
	if err != nil {
		t.ledgerTrouble("hold cart", err)
		t.held.try = &h
		t.settleHeld()
		return
	}
	t.ledgerFine()
	t.held.list = append(slices.Clip(t.held.list), got)
	t.putAside(got)
}

// keepCart puts the cart at the counter aside when the program is stopped, so that it is not scanned again, nor gone without a trace. A sale that
// is on disk is put back on the counter by itself, and a cart that was brought back is still held as it was. One of which it is not known
// whether it was paid, or its goods were given money for, is not kept: it would be that twice.
func (t *Till) keepCart() {
	if !t.handSettled() || t.goodsUnknown() {
		return
	}
	if t.cfg.Holds == nil || t.cart.Empty() || t.sale != nil || t.tender != nil || t.held.try != nil || t.held.recalled != 0 {
		return
	}
	h := pos.Held{At: t.cfg.Clock.Now().Truncate(time.Millisecond), Cashier: t.name(), Cart: t.cart}
	if _, err := t.cfg.Holds.HoldCart(t.book, h); err != nil {
		t.ledgerTrouble("hold the cart of a till that stops", err)
	}
}

// putAside makes room for the next customer once a cart is on disk.
func (t *Till) putAside(h pos.Held) {
	t.held.recalled = 0 // it is another one by now
	t.dismissDone()
	t.emptied()
	t.show(0)
	t.say(pos.MsgInfo, "held", t.heldName(h), strconv.Itoa(h.Cart.Pieces()))
}

// heldName is what a cart goes by that was put aside.
func (t *Till) heldName(h pos.Held) string {
	if h.Name != "" {
		return h.Name
	}
	return h.At.In(t.cfg.Shop.Calendar.Zone).Format("15:04")
}

// recall brings a cart back, when nobody else is at the counter. Prices of lines stay those that the customer was told, which is said where
// the catalogue has others by now; promotions are those of now; what cannot come back in exchange any more is taken out.
func (t *Till) recall(id int64) {
	switch {
	case t.cfg.Holds == nil:
		t.say(pos.MsgWarn, "hold-off")
		return
	case !t.cart.Empty() || t.pay != 0 || t.tender != nil:
		t.say(pos.MsgWarn, "cart-not-empty")
		return
	case !t.handSettled():
		return
	}
	h, ok := t.take(id)
	if !ok {
		return
	}
	t.dismissDone()
	t.emptied()
	t.held.recalled = id
	was := h.Cart.Due()
	cart, gone := t.creditsLeft(h.Cart)
	t.cart = t.priced(cart)
	t.cart.Selected = max(0, len(t.cart.Lines)-1)
	t.most = t.cart.Total()
	name, now := t.heldName(h), t.cart.Due()
	switch other := t.otherPrice(t.cart); {
	case gone > 0:
		t.say(pos.MsgAlarm, "recalled-credit-gone", name, gone.String(), now.String())
	case other != "":
		t.mention(pos.MsgWarn, "recalled-other-price", name, other, now.String())
	case now != was:
		t.mention(pos.MsgWarn, "recalled-changed", name, was.String(), now.String())
	default:
		t.mention(pos.MsgInfo, "recalled", name, now.String())
	}
}

// otherPrice is the first item of a cart that the catalogue has at another price, "" for none. What the cashier was asked for, or gave
// himself, is no such price.
func (t *Till) otherPrice(c pos.Cart) string {
	for _, l := range c.Lines {
		if l.Item == 0 || l.Label != 0 || l.List != 0 {
			continue
		}
		if it, err := t.cfg.Catalogue.ItemByID(t.book, l.Item); err == nil && !it.Open && it.Price != l.Price {
			return it.Name
		}
	}
	return ""
}

// take takes a cart off the list of those that were put aside. Of two that ask for it one gets it.
func (t *Till) take(id int64) (pos.Held, bool) {
	i := slices.IndexFunc(t.held.list, func(o pos.Held) bool { return o.ID == id })
	if i < 0 {
		t.say(pos.MsgInfo, "held-gone")
		return pos.Held{}, false
	}
	h := t.held.list[i]
	t.held.list = slices.Delete(slices.Clone(t.held.list), i, i+1)
	return h, true
}

// dropHeld throws a cart away that was put aside: a void, as clearing it would be. What the disk does not take now is tried again; were the
// program to stop before, the cart would be among the held ones again.
func (t *Till) dropHeld(id int64) {
	if t.cfg.Holds == nil {
		t.say(pos.MsgWarn, "hold-off")
		return
	}
	h, ok := t.take(id)
	if !ok {
		return
	}
	t.void("held-dropped", h.Cart.Total(), 0)
	t.held.leaving = append(t.held.leaving, id)
	t.settleHeld()
	if t.held.again.IsZero() { // else the trouble is on screen
		t.say(pos.MsgInfo, "held-dropped", t.heldName(h))
	}
}

// unrecall ends the held cart that the cart at the counter was, which has left it other than by a sale or by being held again. Where it
// did end with one of these the books have nothing to drop, which is no error.
func (t *Till) unrecall() {
	if t.held.try != nil {
		t.held.try.Cart = pos.Cart{}
	}
	if t.held.recalled != 0 {
		t.held.leaving, t.held.again = append(t.held.leaving, t.held.recalled), time.Now()
		t.held.recalled = 0
	}
}

// tickHeld does what was left undone, and notices a cart that was brought back and cleared.
func (t *Till) tickHeld(now time.Time) {
	switch h := &t.held; {
	case !h.again.IsZero() && !now.Before(h.again):
		t.settleHeld()
	case h.again.IsZero() && h.recalled != 0 && t.cart.Empty():
		h.again = now.Add(undoCleared)
	}
}
