package checkout

import (
	"time"

	"guitai/pos"
)

// resume reads what an earlier run left: every payment whose end is not known is asked about, and the sale that was
// being paid comes back on screen.
func (t *Till) resume() error {
	live, err := t.cfg.Ledger.Live(t.book)
	if err != nil {
		return err
	}
	open, err := t.cfg.Ledger.OpenSales(t.book)
	if err != nil {
		return err
	}
	if t.last, err = t.cfg.Ledger.LastClosed(t.book); err != nil {
		return err
	}
	if err := t.resumeRecheck(); err != nil {
		return err
	}
	if err := t.resumeReturns(); err != nil {
		return err
	}
	if t.items, err = t.cfg.Catalogue.Revision(t.book); err != nil {
		return err
	}
	if err := t.readDeals(); err != nil { // at other prices than the shop's nothing is sold
		return err
	}
	if err := t.readHeld(); err != nil {
		return err
	}
	if err := t.resumeShift(); err != nil {
		return err
	}
	t.lookAgain = time.Now().Add(catalogueTick)
	for _, p := range live {
		t.watched(p)
	}
	t.resumeSales(open)
	for _, id := range t.ids() {
		w := t.watches[id]
		wanted := id == t.pay || t.stands(w.p) && t.parked[w.p.Sale] != nil
		if w.p.State.OnGlass() && (!wanted || !t.mayCall(w)) { // what nobody can ask about must not be paid
			t.apply(w, pos.Signal{Kind: pos.SigCancel})
		}
		if w.foreign {
			w.p.Cause = pos.CodeConfig
		}
		t.apply(w, pos.Signal{Kind: pos.SigStart})
	}
	t.dirty = true
	return nil
}

// resumeShift reads who works here and how the drawer stands. Staff that is set up has to sign in; a close that was under way
// goes on.
func (t *Till) resumeShift() error {
	t.staff.touched, t.shift.day = time.Now(), t.today()
	if err := t.loadPeople(); err != nil {
		return err
	}
	if err := t.loadShift(); err != nil {
		return err
	}
	switch c := t.shift.counted; {
	case c == nil:
	case t.cfg.Clock.Now().Sub(c.At).Abs() > staleCount:
		t.leaveClose()
	default:
		t.say(pos.MsgInfo, "close-resumed")
	}
	return nil
}

// resumeSale puts the newest open sale back: its cart, and its payment if one may still be paid.
func (t *Till) resumeSale(open *pos.OpenSale) {
	sale := open.Sale
	t.sale = &sale
	var anyLive bool
	t.newest, anyLive = newestOf(open.Payments)
	t.parts = partsOf(open.Payments)
	if !anyLive && sale.Paid == 0 && t.cfg.Clock.Now().Sub(sale.OpenedAt) > staleCart {
		t.abandon()
		return
	}
	t.cart = cartOf(sale)
	if w := t.watches[t.newest]; w != nil && w.p.State.OnGlass() {
		t.pay = t.newest
	}
	switch {
	case sale.Paid != 0:
		t.say(pos.MsgAlarm, "recovered-parts", sale.Paid.String(), sale.Due().String())
	case anyLive:
		t.say(pos.MsgInfo, "recovered", sale.Due().String())
	}
}
