package checkout

import (
	"slices"
	"strings"
	"time"

	"guitai/pos"
)

// exchange puts goods of an earlier sale into the cart as what the customer brings back: they count towards what is due. Nothing is on
// disk before money is asked for.
func (t *Till) exchange(c pos.Exchange) {
	reason, approver := strings.TrimSpace(c.Reason), strings.TrimSpace(c.Approver)
	if reason == "" || approver == "" || t.cfg.Returns == nil {
		t.say(pos.MsgWarn, "refund-needs-words")
		return
	}
	rec, ok := t.closedSale(c.Sale)
	if !ok || t.fixed() {
		return
	}
	made, err := creditsOf(rec, t.cart.Credits, c.Pieces)
	if err == nil && len(made) > 0 && rec.Sale.Credit() > 0 { // what goods paid for it cannot count as money did
		if _, worth, _ := pos.PriceLines(rec.Sale, append(slices.Clip(rec.Refunds), asRefunds(c.Sale, t.cart.Credits)...), c.Pieces); worth > (pos.Cart{Credits: made}).Credit() {
			t.say(pos.MsgWarn, "refund-exchanged", leftIn(rec, t.cart.Credits).String())
			return
		}
	}
	if err != nil || len(made) == 0 {
		t.say(pos.MsgWarn, "exchange-not-possible", leftIn(rec, t.cart.Credits).String())
		return
	}
	for i := range made {
		made[i].Reason, made[i].Approver = reason, approver
	}
	cart := t.cart
	cart.Credits = append(slices.Clip(cart.Credits), made...)
	if t.edit(cart, nil) {
		t.say(pos.MsgInfo, "exchange-added", pos.Cart{Credits: made}.Credit().String())
	}
}

// creditsOf is what giving back pieces of a sale counts for, beside what counts already. Each payment of the sale has one: the goods
// stand at the first.
func creditsOf(rec pos.SaleRecord, already []pos.Credit, pieces map[int]int) ([]pos.Credit, error) {
	lines, worth, err := pos.PriceLines(rec.Sale, append(slices.Clip(rec.Refunds), asRefunds(rec.Sale.ID, already)...), pieces)
	if err != nil {
		return nil, err
	}
	var made []pos.Credit
	for _, g := range spread(rec, already, worth) {
		made = append(made, pos.Credit{
			Sale: rec.Sale.ID, Receipt: rec.Sale.Receipt.String(), Payment: g.p.ID, Goods: rec.Sale.Lines[lines[0].N-1].Name, Amount: g.amount,
		})
	}
	if len(made) > 0 {
		made[0].Lines = scaled(lines, made[0].Amount)
	}
	return made, nil
}

// asRefunds is what the cart has of a sale in exchange, as the refunds that it will be.
func asRefunds(sale pos.SaleID, credits []pos.Credit) (all []pos.Refund) {
	for _, c := range credits {
		if c.Sale == sale {
			all = append(all, pos.Refund{Payment: c.Payment, State: pos.RefundDone, Amount: c.Amount, Lines: c.Lines})
		}
	}
	return all
}

// share is what goes back of one payment.
type share struct {
	p      pos.Payment
	amount pos.Fen
}

// spread shares an amount over what is left of a sale's payments: WeChat's first, then those that were taken outside, then cash. What
// there is no money for has no share.
func spread(rec pos.SaleRecord, already []pos.Credit, amount pos.Fen) (all []share) {
	for _, mine := range []func(pos.Tender) bool{
		pos.Tender.WeChat,
		func(x pos.Tender) bool { return x.Handed() && x != pos.TenderCash },
		func(x pos.Tender) bool { return x == pos.TenderCash },
	} {
		for _, p := range rec.Payments {
			if !mine(p.Tender) {
				continue
			}
			left := pos.Refundable(p, rec.Refunds)
			for _, c := range already {
				if c.Payment == p.ID {
					left -= c.Amount
				}
			}
			if take := min(left, amount); take > 0 {
				all = append(all, share{p, take})
				amount -= take
			}
		}
	}
	return all
}

// leftIn is what of a sale's money can still go back.
func leftIn(rec pos.SaleRecord, already []pos.Credit) (left pos.Fen) {
	for _, g := range spread(rec, already, pos.MaxAmount) {
		left += g.amount
	}
	return left
}

// scaled is the lines of a refund that gives back less than they come to: the rest goes another way. Together they are the amount, to the
// fen.
func scaled(lines []pos.RefundLine, amount pos.Fen) []pos.RefundLine {
	var worth, upTo, given pos.Fen
	for _, l := range lines {
		worth += l.Amount
	}
	if worth == amount || worth == 0 {
		return lines
	}
	lines = slices.Clone(lines)
	for i, l := range lines {
		upTo += l.Amount
		lines[i].Amount = pos.Fen(int64(amount)*int64(upTo)/int64(worth)) - given
		given += lines[i].Amount
	}
	return lines
}

// dropCredit takes goods that come back out of the cart again, all that came with them.
func (t *Till) dropCredit(n int) {
	from, to, ok := creditGroup(t.cart.Credits, n)
	if !ok {
		t.say(pos.MsgWarn, "no-line")
		return
	}
	cart := t.cart
	cart.Credits = slices.Delete(slices.Clone(cart.Credits), from, to)
	t.edit(cart, nil)
}

// creditGroup is the credits that one exchange made, of which the n-th (from 0) is one: the goods stand at the first.
func creditGroup(all []pos.Credit, n int) (from, to int, ok bool) {
	if n < 0 || n >= len(all) {
		return 0, 0, false
	}
	for from = n; from > 0 && len(all[from].Lines) == 0; from-- {
	}
	for to = from + 1; to < len(all) && len(all[to].Lines) == 0; to++ {
	}
	return from, to, true
}

// creditsLeft is a cart without what cannot come back in exchange any more, and what that had counted for.
func (t *Till) creditsLeft(c pos.Cart) (_ pos.Cart, gone pos.Fen) {
	var kept []pos.Credit
	for n := 0; n < len(c.Credits); {
		from, to, _ := creditGroup(c.Credits, n)
		group := c.Credits[from:to]
		if rec, err := t.cfg.Ledger.Record(t.book, group[0].Sale); err == nil && stillThere(rec, kept, group) {
			kept = append(kept, group...)
		} else {
			gone += pos.Cart{Credits: group}.Credit()
		}
		n = to
	}
	c.Credits = kept
	return c, gone
}

// stillThere reports whether goods can come back as they were put into a cart.
func stillThere(rec pos.SaleRecord, kept, group []pos.Credit) bool {
	back := pos.Returned(append(slices.Clip(rec.Refunds), asRefunds(rec.Sale.ID, kept)...))
	for _, c := range group {
		for _, l := range c.Lines {
			if l.N > len(rec.Sale.Lines) || back[l.N]+l.Quantity > rec.Sale.Lines[l.N-1].Quantity {
				return false
			}
		}
		has := pos.Fen(0)
		for _, g := range spread(rec, kept, pos.MaxAmount) {
			if g.p.ID == c.Payment {
				has = g.amount
			}
		}
		if c.Amount > has {
			return false
		}
	}
	return true
}

// numbered gives what comes back with a sale the numbers of the refunds that it will be; each sale's are its own.
func (t *Till) numbered(credits []pos.Credit, now time.Time) ([]pos.Credit, error) {
	all := slices.Clone(credits)
	for i := range all {
		no, err := pos.NewOutTradeNo(t.cfg.Shop, t.cfg.Shop.Calendar.DayOf(now), t.cfg.Random)
		if err != nil {
			return nil, err
		}
		all[i].Refund, all[i].Number = 0, no
	}
	return all, nil
}

// excess is the refunds of what goods that come back are worth more than those the customer takes, and the payments that they are of; none when
// nothing is owed, or a sale cannot be read. The last that came into the cart goes back first.
func (t *Till) excess() (all []pos.Refund, of []pos.Payment) {
	left := -t.toPay()
	for n := len(t.cart.Credits) - 1; left > 0 && n >= 0; n-- {
		c := t.cart.Credits[n]
		rec, ok := t.closedSale(c.Sale)
		i := slices.IndexFunc(rec.Payments, func(p pos.Payment) bool { return p.ID == c.Payment })
		if !ok || i < 0 {
			return nil, nil
		}
		r := refundOf(rec.Payments[i], rec.Sale.ID, min(c.Amount, left), false)
		r.Reason, r.Approver, r.Cashier = c.Reason, c.Approver, t.name()
		if r.Amount == c.Amount {
			r.Lines = c.Lines
		}
		all, of = append(all, r), append(of, rec.Payments[i])
		left -= r.Amount
	}
	return all, of
}

// owedOnline is what of that will go back through WeChat; 0 when nothing is owed. Where the books cannot be read nothing goes back either, and
// that is said when it is tried.
func (t *Till) owedOnline() (sum pos.Fen) {
	for n, left := len(t.cart.Credits)-1, -t.toPay(); left > 0 && n >= 0; n-- {
		c := t.cart.Credits[n]
		rec, err := t.cfg.Ledger.Record(t.book, c.Sale)
		if err != nil {
			return 0
		}
		if slices.ContainsFunc(rec.Payments, func(p pos.Payment) bool { return p.ID == c.Payment && p.Tender.WeChat() }) {
			sum += min(c.Amount, left)
		}
		left -= c.Amount
	}
	return sum
}

// owing is a new sale, with nothing to pay, whose customer gets back what goods that come back are worth beyond it. It is not ok, and says so,
// when that cannot go back.
func (t *Till) owing(sale pos.Sale, now time.Time) (_ pos.Sale, ok bool) {
	owed, of := t.excess()
	if len(owed) == 0 || slices.ContainsFunc(of, func(p pos.Payment) bool { return !t.mayGoBack(p) }) {
		return sale, false
	}
	for _, r := range owed {
		sale.Credits = without(sale.Credits, r.Amount)
	}
	sale.Owed, ok = t.minted(owed, now)
	return sale, ok
}

// without takes an amount off the last that comes back.
func without(credits []pos.Credit, amount pos.Fen) []pos.Credit {
	all := slices.Clone(credits)
	last := &all[len(all)-1]
	if last.Amount -= amount; last.Amount == 0 {
		return all[:len(all)-1]
	}
	if len(last.Lines) > 0 {
		last.Lines = scaled(last.Lines, last.Amount)
	}
	return all
}

// gaveOwed takes up what goes back with an exchange that is in the books, and tells its own customer, once: it is what to hand over.
func (t *Till) gaveOwed(sale pos.SaleID, all []pos.RefundSettled) {
	var back []pos.Refund
	for _, g := range all {
		t.begun(g)
		back = append(back, g.Refund)
	}
	cash, outside, online := byWay(back)
	owed := cash + outside + online
	if owed == 0 {
		return
	}
	if t.done != nil && t.done.Sale == sale {
		done := *t.done
		done.Owed, done.Online = owed, online
		t.done = &done
	}
	t.say(pos.MsgAlarm, "exchange-owed", owed.String(), cash.String(), online.String())
}

// returnCart takes the goods in the cart back without a receipt, and gives their price out in cash.
func (t *Till) returnCart(c pos.ReturnCart) {
	reason, approver := strings.TrimSpace(c.Reason), strings.TrimSpace(c.Approver)
	switch {
	case reason == "" || approver == "" || t.cfg.Returns == nil:
		t.say(pos.MsgWarn, "refund-needs-words")
		return
	case t.fixed(), !t.handSettled(), t.heldUnknown(), t.unopened():
		return
	case len(t.cart.Credits) > 0:
		t.say(pos.MsgWarn, "return-exchange")
		return
	case t.cart.Total() <= 0:
		t.say(pos.MsgInfo, "return-nothing")
		return
	case !t.abandon():
		return
	}
	amount := t.cart.Total()
	r := pos.Refund{
		Tender: pos.TenderCash, State: pos.RefundDone, Amount: amount, Total: amount, Settlement: amount, Goods: slices.Clone(t.cart.Lines),
		Reason: reason, Approver: approver, Cashier: t.name(), Held: t.held.recalled,
	}
	if t.beginRefunds(r) {
		t.say(pos.MsgInfo, "refund-cash", amount.String())
		t.cfg.Drawer(pos.TenderCash)
	}
}
