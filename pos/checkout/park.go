package checkout

import "guitai/pos"

// parked is an open sale that was put aside with its payment: still watched, still wanted, and out of the way of the next
// customer.
type parked struct {
	sale   pos.Sale
	newest pos.PaymentID
}

// park puts the open payment in front of the cashier aside.
func (t *Till) park() {
	w := t.watches[t.pay]
	if w == nil || t.sale == nil || t.tender != nil || !w.p.State.Live() || w.p.Sale != t.sale.ID {
		return
	}
	if w.p.Part || len(t.parts) > 0 || t.livePart() { // it would come to its end with nobody there to take the rest
		t.say(pos.MsgWarn, "parts-stay")
		return
	}
	if !t.handSettled() { // it was paid by hand, or a part of it, or nobody knows
		return
	}
	if err := t.cfg.Ledger.ParkSale(t.book, t.sale.ID, true); err != nil { // after a restart it must not be the next cart
		t.ledgerTrouble("park sale", err)
		return
	}
	t.ledgerFine()
	t.parked[t.sale.ID] = &parked{*t.sale, t.newest}
	t.emptied()
	t.show(0)
	t.say(pos.MsgInfo, "parked", w.p.Asked.String())
}

// livePart reports whether an order for a part of the sale may still be paid.
func (t *Till) livePart() bool {
	for _, w := range t.watches {
		if t.sale != nil && w.p.Sale == t.sale.ID && w.p.Part && w.p.State.Live() {
			return true
		}
	}
	return false
}

// unpark brings a parked sale back to the counter. A phone's order is paid by that phone and by nothing else.
func (t *Till) unpark(id pos.PaymentID) {
	w := t.watches[id]
	if w == nil || t.parked[w.p.Sale] == nil {
		return // it came to its end meanwhile, which was said
	}
	if t.phoneOf(w.p.Sale) != nil {
		t.say(pos.MsgWarn, "phone-stays")
		return
	}
	if !t.cart.Empty() || t.pay != 0 || t.tender != nil {
		t.say(pos.MsgWarn, "cart-not-empty")
		return
	}
	if err := t.cfg.Ledger.ParkSale(t.book, w.p.Sale, false); err != nil {
		t.ledgerTrouble("bring sale back", err)
		return
	}
	t.ledgerFine()
	t.dismissDone()
	t.unrecall() // a cart that was cleared a moment ago
	aside := t.parked[w.p.Sale]
	delete(t.parked, w.p.Sale)
	sale := aside.sale
	t.sale, t.newest, t.undo = &sale, aside.newest, nil
	t.cart = cartOf(sale)
	if front := t.watches[t.newest]; front != nil && front.p.State.OnGlass() {
		t.show(t.newest)
	}
	t.say(pos.MsgInfo, "unparked", sale.Due().String())
}

// unpaid gives up a parked sale whose last order ended without money. The cashier must hear of it: the goods may be gone. Those of a
// phone's order are where they were.
func (t *Till) unpaid(aside *parked, p pos.Payment) {
	if err := t.cfg.Ledger.AbandonSale(t.book, aside.sale.ID); err != nil {
		t.ledgerTrouble("abandon sale", err) // it stays open, without money; the next start gives it up
	}
	delete(t.parked, aside.sale.ID)
	if aside.sale.Origin != pos.OriginCounter {
		return
	}
	t.say(pos.MsgAlarm, "parked-unpaid", p.Asked.String(), p.OutTradeNo)
}

// rereadParked looks what became of a parked sale in the ledger.
func (t *Till) rereadParked(id pos.SaleID) {
	if t.parked[id] == nil {
		return
	}
	rec, err := t.cfg.Ledger.Record(t.book, id)
	switch {
	case err != nil:
		t.ledgerTrouble("read sale", err)
	case rec.Sale.State == pos.SaleClosed && len(rec.Payments) > 0:
		t.settledBy(rec.Payments[len(rec.Payments)-1], rec, true)
	case rec.Sale.State == pos.SaleAbandoned:
		delete(t.parked, id)
	}
}

// resumeSales puts the newest sale that was not parked back on the counter and aside what was put aside. Any other open sale
// is one whose first commit answered with an error: nobody was asked for its money.
func (t *Till) resumeSales(open []pos.OpenSale) {
	front := -1
	for i, o := range open {
		if !o.Sale.Parked && (front < 0 || o.Sale.Paid != 0 || open[front].Sale.Paid == 0) { // of which parts were paid before any other
			front = i
		}
	}
	for i, o := range open {
		if i == front {
			t.resumeSale(&open[i])
			continue
		}
		newest, live := newestOf(o.Payments)
		if o.Sale.Paid != 0 { // nobody drops that without a word: it comes to the front when the other is done
			t.cfg.Log.Error("another open sale of which parts were paid", "sale", int64(o.Sale.ID))
			continue
		}
		if !live || !o.Sale.Parked {
			if err := t.cfg.Ledger.AbandonSale(t.book, o.Sale.ID); err != nil {
				t.ledgerTrouble("abandon sale", err)
			}
			continue
		}
		t.parked[o.Sale.ID] = &parked{o.Sale, newest}
	}
}

// newestOf is the order that settles a sale: the newest that may still be paid, else the newest.
func newestOf(payments []pos.Payment) (newest pos.PaymentID, live bool) {
	for _, p := range payments {
		if p.State.Live() || !live {
			newest = p.ID
		}
		live = live || p.State.Live()
	}
	return newest, live
}
