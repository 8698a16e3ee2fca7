package checkout

import (
	"time"

	"guitai/pos"
)

// What is here has one question: a commit answered with an error, so what was written may be on disk all the same, or not. Until the books were
// asked nothing else becomes of the goods and the money it is about; the same wish meanwhile is the same write under the same number.

// cashTry is money that was taken by hand and whose commit answered with an error: it may be in the books all the same. The same wish
// for the same cart is the same payment under the same number; before any other, the books are asked.
type cashTry struct {
	cart pos.Cart
	sale pos.Sale
	p    pos.Payment
}

// same reports whether a tender is the one that was tried.
func (c *cashTry) same(t *Till, sale pos.SaleID, p pos.Payment) bool {
	return c.sale.ID == sale && c.cart.Same(t.cart) && c.p.Tender == p.Tender && c.p.Part == p.Part && c.p.Asked == p.Asked && c.p.Tendered == p.Tendered
}

// handSettled finds out whether money that was taken by hand and whose commit failed is in the books after all, before something else is
// asked for or done with the same cart, and likewise of an order whose commit failed ([Till.orderSettled]). It reports whether the way is free;
// else what was found is shown, or the trouble.
func (t *Till) handSettled() bool {
	if !t.orderSettled() {
		return false
	}
	try := t.cashTry
	if try == nil {
		return true
	}
	p, err := t.cfg.Ledger.Payment(t.book, try.p.OutTradeNo)
	switch {
	case pos.CodeOf(err) == pos.CodeNotFound:
		t.cashTry = nil
		return true
	case err != nil:
		t.ledgerTrouble("find payment", err)
		return false
	}
	if p.Part {
		t.tookPart(p, false)
		return false
	}
	rec, err := t.cfg.Ledger.Record(t.book, p.Sale)
	if err != nil {
		t.ledgerTrouble("read sale", err)
		return false
	}
	var owed []pos.RefundSettled
	for _, asked := range try.sale.Owed { // with the sale, as it was written down
		r, err := t.cfg.Returns.Refund(t.book, asked.OutRefundNo)
		if err != nil {
			t.ledgerTrouble("find refund", err)
			return false
		}
		owed = append(owed, pos.RefundSettled{Refund: r})
	}
	if !try.cart.Same(t.cart) { // the counter has gone on to other goods
		t.cashTry, t.last, t.lastHere = nil, p.Sale, 0
		t.say(pos.MsgAlarm, "cash-booked", p.Amount.String(), rec.Sale.Receipt.String())
		t.gaveOwed(p.Sale, owed)
		t.cfg.Poke()
		return true
	}
	t.settledBy(p, rec, false)
	t.gaveOwed(p.Sale, owed)
	return false
}

// orderTry is the first order of a sale whose commit answered with an error: both may be in the books all the same, and at the counter again
// after a restart.
type orderTry struct {
	no    string
	again time.Time // when the books are asked, if nothing else makes that necessary before
}

// orderSettled gives such a sale up if it is in the books, before anything else becomes of its goods: nobody was asked for its money. It reports
// whether the way is free; else the trouble is on screen.
func (t *Till) orderSettled() bool {
	try := t.orderTry
	if try == nil {
		return true
	}
	p, err := t.cfg.Ledger.Payment(t.book, try.no)
	there := pos.CodeOf(err) != pos.CodeNotFound
	if there && err == nil {
		err = t.cfg.Ledger.AbandonSale(t.book, p.Sale)
	}
	if there && err != nil {
		t.ledgerTrouble("give up sale", err)
		try.again = time.Now().Add(retryLedger)
		return false
	}
	t.ledgerFine()
	if there {
		t.held.recalled = 0 // it ended with the sale
	}
	if t.orderTry = nil; there && p.State.OnGlass() {
		t.apply(t.watched(p), pos.Signal{Kind: pos.SigCancel})
	}
	return true
}

// refundTry is the refunds of one wish whose commit answered with an error: all of them may be in the books all the same. The same wish
// within a while is the same refunds.
type refundTry struct {
	all     []pos.Refund
	unknown bool      // whether it is in the books
	again   time.Time // when the books are asked, while it is unknown
	until   time.Time
}

// sameWish is how long an identical wish after a failed commit is that same refund.
const sameWish = time.Minute

// settleTry finds out whether refunds whose commit failed are in the books, and takes them up if they are. It reports whether that
// is known now.
func (t *Till) settleTry() bool {
	try := t.refundTry
	var all []pos.Refund
	for _, asked := range try.all {
		r, err := t.cfg.Returns.Refund(t.book, asked.OutRefundNo)
		switch {
		case pos.CodeOf(err) == pos.CodeNotFound: // and none of the others
			t.refundTry = nil
			return true
		case err != nil:
			t.ledgerTrouble("find refund", err)
			try.again = time.Now().Add(retryLedger)
			return false
		}
		all = append(all, r)
	}
	try.unknown = false
	t.tellBegun(all)
	for _, r := range all {
		t.begun(pos.RefundSettled{Refund: r})
	}
	if cash, _, _ := byWay(all); cash > 0 {
		t.cfg.Drawer(pos.TenderCash)
	}
	t.cfg.Poke()               // their papers may be waiting
	if len(all[0].Goods) > 0 { // they have left the counter: the same again are another's
		t.refundTry = nil
	}
	return true
}

// goodsUnknown reports whether it was not known until now whether money was given for the goods at the counter, and either it was or nobody
// knows yet. The trouble, or what was found, is on screen.
func (t *Till) goodsUnknown() bool {
	try := t.refundTry
	if try == nil || !try.unknown || len(try.all[0].Goods) == 0 {
		return false
	}
	return !t.settleTry() || t.cart.Empty()
}

// settleHeld finds out what became of a cart whose commit answered with an error, and drops those that are to be dropped. What fails is tried
// again in a moment.
func (t *Till) settleHeld() {
	h := &t.held
	h.again = time.Time{}
	trouble := func(op string, err error) {
		t.ledgerTrouble(op, err)
		h.again = time.Now().Add(retryLedger)
	}
	if h.try != nil {
		if err := t.readHeld(); err != nil {
			trouble("read held carts", err)
			return
		}
	}
	if t.cart.Empty() {
		t.unrecall()
	}
	for ; len(h.leaving) > 0; h.leaving = h.leaving[1:] {
		if err := t.cfg.Holds.DropHeld(t.book, h.leaving[0]); err != nil {
			trouble("drop held cart", err)
			return
		}
		t.ledgerFine()
	}
	h.again, h.leaving = time.Time{}, nil
}

// heldUnknown reports whether it was not known until now whether the cart is put aside already, and either it is or nobody knows yet.
func (t *Till) heldUnknown() bool {
	if t.held.try == nil {
		return false
	}
	t.settleHeld()
	return t.held.try != nil || t.cart.Empty()
}

// heldAfterAll takes up a cart that is in the books although the answer was an error: it is put aside, unless the cashier went on with it.
// Then it is the one that the cart at the counter was.
func (t *Till) heldAfterAll(h pos.Held) {
	switch try := t.held.try; {
	case try.Cart.Empty() || t.sale != nil:
		t.held.leaving = append(t.held.leaving, h.ID)
	case try.Cart.Same(t.cart) && t.tender == nil && t.cashTry == nil:
		t.putAside(h)
	default:
		t.held.recalled = h.ID
	}
}

// settleDoubt reads a payment whose commit answered with an error, and goes on with what is on disk.
func (t *Till) settleDoubt(w *watch) {
	w.doubt = false
	was := w.p
	if !t.reload(w) {
		w.doubt, w.held = true, time.Now().Add(retryLedger)
		return
	}
	t.dirty = true
	if w.p.Version == was.Version {
		w.p = was // nothing was written: what is known beside the disk still holds
		return
	}
	if w.p.State.Live() {
		t.apply(w, pos.Signal{Kind: pos.SigStart})
	} else {
		clear(w.due)
		t.passOn(w.p)
		t.release(w)
	}
}

// reload reads a payment that the ledger has in another version.
func (t *Till) reload(w *watch) bool {
	p, err := t.cfg.Ledger.Payment(t.book, w.p.OutTradeNo)
	if err != nil {
		t.ledgerTrouble("read payment", err)
		return false
	}
	w.p = p
	if t.sale != nil && t.sale.ID == p.Sale {
		t.rereadSale()
	}
	if t.sale != nil && t.sale.ID == p.Sale && p.Part && p.State == pos.Paid {
		t.tookPart(p, true)
	}
	t.rereadParked(p.Sale)
	if p.State == pos.Exception {
		t.readInbox()
	}
	return true
}

// rereadSale looks what became of the open sale in the ledger. A commit whose outcome was unknown may have closed it.
func (t *Till) rereadSale() {
	rec, err := t.cfg.Ledger.Record(t.book, t.sale.ID)
	switch {
	case err != nil:
		t.ledgerTrouble("read sale", err)
	case rec.Sale.State == pos.SaleClosed && len(rec.Payments) > 0:
		t.settledBy(rec.Payments[len(rec.Payments)-1], rec, true)
	case rec.Sale.State == pos.SaleAbandoned && len(t.parts) > 0: // that answered with an error, and was done
		t.gaveBack()
	case rec.Sale.State == pos.SaleAbandoned:
		t.sale, t.newest, t.parts = nil, 0, nil
	case rec.Sale.State == pos.SaleOpen:
		t.partsGone(rec.Payments)
	}
}
