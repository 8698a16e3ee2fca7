package checkout

import (
	"cmp"
	"slices"

	"guitai/pos"
)

// SetRules tells the till that the shop goes by other rules from now on. What was asked for already stays as it was asked. Safe for
// concurrent use.
func (t *Till) SetRules(r pos.Rules) { t.box.put(ruled{r}) }

type ruled struct{ r pos.Rules }

func (e ruled) handle(t *Till) {
	t.setRules(e.r)
	t.reprice()
	t.dirty = true
}

func (t *Till) setRules(r pos.Rules) {
	r.Rounding = cmp.Or(r.Rounding, pos.RoundNone)
	r.Member = cmp.Or(r.Member, "会员价")
	t.rules = r
	t.setDeals(t.list)
}

// setDeals puts the members' own prices before the shop's list: a line has one promotion, the first that takes something off.
func (t *Till) setDeals(list []pos.Deal) {
	t.list = list
	t.deals = append([]pos.Deal{pos.MemberDeal(t.rules.Member)}, list...)
}

// readDeals reads the shop's promotions.
func (t *Till) readDeals() error {
	if t.cfg.Goods == nil {
		return nil
	}
	list, err := t.cfg.Goods.Deals(t.book)
	if err == nil {
		t.setDeals(list)
	}
	return err
}

// priced is the cart with every discount worked out by the promotions as they run now.
func (t *Till) priced(c pos.Cart) pos.Cart {
	return c.Priced(t.deals, t.cfg.Shop.Calendar.At(t.cfg.Clock.Now()))
}

// reprice works out the cart in front of the cashier anew, unless money was asked for it.
func (t *Till) reprice() {
	if t.sale == nil && t.tender == nil && t.cashTry == nil && (t.refundTry == nil || len(t.refundTry.all[0].Goods) == 0) {
		t.cart = t.priced(t.cart)
	}
}

// toPay is what is still to be paid for the cart; negative when the customer is owed something.
func (t *Till) toPay() pos.Fen {
	if t.sale == nil {
		return t.cart.Due()
	}
	return t.cart.Due() - t.sale.Paid
}

// toPayCash is the same in cash, rounded as the shop rounds.
func (t *Till) toPayCash() pos.Fen {
	due := t.toPay()
	return due - t.rules.Rounding.Of(due)
}

// cartOf is the cart that an open sale was. What was taken off the whole comes back as an amount where a program before 0.6.1 did not write
// down how it was meant.
func cartOf(s pos.Sale) pos.Cart {
	off := s.Discount - s.OffLines()
	c := pos.Cart{Lines: slices.Clone(s.Lines), Selected: max(0, len(s.Lines)-1), Member: s.Member, Cut: s.Cut, CutOff: off, Credits: s.Credits}
	if off > 0 && s.Cut == (pos.Cut{}) {
		c.Cut = pos.Cut{Kind: pos.CutAmount, N: int64(off)}
	}
	return c
}
