package checkout

import (
	"slices"
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
	open, err := t.cfg.Ledger.LastOpen(t.book)
	if err != nil {
		return err
	}
	if t.last, err = t.cfg.Ledger.LastClosed(t.book); err != nil {
		return err
	}
	t.countExceptions()
	if t.items, err = t.cfg.Catalogue.Revision(t.book); err != nil {
		return err
	}
	t.lookAgain = time.Now().Add(catalogueTick)
	for _, p := range live {
		t.watched(p)
	}
	t.resumeSale(open)
	for _, id := range t.ids() {
		w := t.watches[id]
		if w.p.State.OnGlass() && (id != t.pay || !t.mayCall(w)) { // what nobody can ask about must not be paid
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

// resumeSale puts the newest open sale back: its cart, and its payment if one may still be paid.
func (t *Till) resumeSale(open *pos.OpenSale) {
	if open == nil {
		return
	}
	sale := open.Sale
	t.sale = &sale
	anyLive := false
	for _, p := range open.Payments {
		if p.State.Live() || !anyLive { // the newest that may still be paid, else the newest
			t.newest = p.ID
		}
		anyLive = anyLive || p.State.Live()
	}
	if !anyLive && t.cfg.Clock.Now().Sub(sale.OpenedAt) > staleCart {
		t.abandon()
		return
	}
	t.cart = pos.Cart{Lines: slices.Clone(sale.Lines), Selected: max(0, len(sale.Lines)-1)}
	if w := t.watches[t.newest]; w != nil && w.p.State.OnGlass() {
		t.pay = t.newest
	}
	if anyLive {
		t.say(pos.MsgInfo, "recovered", sale.Net().String())
	}
}
