package checkout

import (
	"slices"
	"time"

	"guitai/pos"
)

// sellHand writes down what was taken by hand: with it the sale is closed, unless it is a part. What the customer of an exchange is owed is
// given with it.
func (t *Till) sellHand(d *tender) {
	now := t.cfg.Clock.Now()
	sale, err := t.draft(d, now)
	if err != nil {
		t.ledgerTrouble("mint number", err)
		return
	}
	amount := t.amountOf(d)
	if d.part == 0 && d.by == pos.TenderCash {
		sale.Rounding = t.rules.Rounding.Of(t.toPay())
	}
	p := pos.Payment{
		Sale: sale.ID, Tender: d.by, State: pos.Paid, Asked: amount, Amount: amount, Part: d.part != 0,
		Currency: pos.Currency, OpenedAt: now, ExpiresAt: now, PaidAt: now, Evidence: pos.ByCashier, Tendered: d.tendered, Cashier: d.cashier,
	}
	if t.cashTry != nil && !t.cashTry.same(t, sale.ID, p) && !t.handSettled() {
		return
	}
	if t.cashTry == nil {
		if t.toPay() < 0 {
			var ok bool
			if sale, ok = t.owing(sale, now); !ok {
				return
			}
		}
		no, err := pos.NewOutTradeNo(t.cfg.Shop, t.cfg.Shop.Calendar.DayOf(now), t.cfg.Random)
		if err != nil {
			t.ledgerTrouble("mint number", err)
			return
		}
		p.OutTradeNo = no
		t.cashTry = &cashTry{t.cart, sale, p}
	}
	try := t.cashTry
	got, err := t.cfg.Ledger.SellCash(t.book, try.sale, try.p)
	switch {
	case err == nil && got.Sale == nil:
		t.ledgerFine()
		t.tookPart(got.Payment, false)
	case err == nil:
		t.ledgerFine()
		t.held.recalled = 0
		t.settledBy(got.Payment, *got.Sale, false)
		t.gaveOwed(got.Sale.Sale.ID, got.Owed)
	case t.refusedCredits(try.sale, err):
		t.cashTry = nil
	case pos.CodeOf(err) == pos.CodeConflict && t.sale != nil:
		t.ledgerTrouble("take money by hand", err)
		t.cashTry = nil
		t.rereadSale()
	default:
		t.ledgerTrouble("take money by hand", err)
	}
}

// tookPart shows that a part of the sale was paid, which leaves it open: from here on its goods stay as they are until it is closed or
// given back. What another tender was about to take was reckoned without that part, so it is left. late tells that nobody waited for it.
func (t *Till) tookPart(p pos.Payment, late bool) {
	sale := pos.Sale{ID: p.Sale}
	switch {
	case t.sale != nil && t.sale.ID == p.Sale:
		sale = *t.sale
	case t.cashTry != nil:
		sale = t.cashTry.sale
		sale.ID = p.Sale
	}
	if slices.ContainsFunc(t.parts, func(v pos.PartView) bool { return v.Payment == p.ID }) {
		return
	}
	sale.Paid += p.Amount
	waited := t.tender
	t.sale, t.tender, t.cashTry, t.question, t.held.recalled = &sale, nil, nil, nil, 0
	t.parts = append(slices.Clip(t.parts), pos.PartView{Payment: p.ID, Tender: p.Tender, Amount: p.Amount})
	if w := t.watches[t.pay]; w == nil || !w.p.State.OnGlass() {
		t.show(0)
	}
	left := t.toPay().String()
	switch {
	case waited != nil && waited.by.Handed():
		t.say(pos.MsgAlarm, "part-before-cash", p.Amount.String(), left)
	case late:
		t.say(pos.MsgAlarm, "part-late", p.Amount.String(), left)
	default:
		t.say(pos.MsgInfo, "part-paid", p.Amount.String(), left)
	}
	t.cfg.Drawer(p.Tender)
	t.shiftMoved()
}

// partsGone takes parts of the open sale away that are not paid any more: somebody gives them back in the merchant platform. paid are those
// that are. What was being asked for was reckoned with them, so it leaves the glass.
func (t *Till) partsGone(paid []pos.Payment) {
	var kept []pos.PartView
	var gone pos.Fen
	for _, v := range t.parts {
		if slices.ContainsFunc(paid, func(p pos.Payment) bool { return p.ID == v.Payment }) {
			kept = append(kept, v)
		} else {
			gone += v.Amount
		}
	}
	if gone == 0 {
		return
	}
	sale := *t.sale
	sale.Paid -= gone
	t.sale, t.parts, t.tender, t.dirty = &sale, kept, nil, true
	if w := t.watches[t.pay]; w != nil && w.p.State.OnGlass() {
		t.apply(w, pos.Signal{Kind: pos.SigCancel}) // if that fails, its money is no longer what is due, and so an exception
	}
	t.show(0)
	t.say(pos.MsgAlarm, "part-gone", gone.String(), t.toPay().String())
}

// partsOf lists what of a sale's payments paid parts of it.
func partsOf(payments []pos.Payment) (parts []pos.PartView) {
	for _, p := range payments {
		if p.Part && p.State == pos.Paid {
			parts = append(parts, pos.PartView{Payment: p.ID, Tender: p.Tender, Amount: p.Amount})
		}
	}
	return parts
}

// giveUp gives a sale up of which parts were paid: what was taken by hand is handed back now, what WeChat took becomes an exception, which
// goes back by itself. The cart stays.
func (t *Till) giveUp() {
	switch {
	case t.tender != nil:
		t.say(pos.MsgWarn, "busy-paying")
		return
	case !t.handSettled():
		return
	case len(t.parts) == 0 || t.sale == nil:
		t.say(pos.MsgInfo, "no-parts")
		return
	case t.unopened():
		return
	}
	if w := t.watches[t.pay]; w != nil && w.p.State.OnGlass() && !t.apply(w, pos.Signal{Kind: pos.SigCancel}) {
		return // it could not be written down; the code stays where it is
	}
	if t.sale == nil { // the books know more than we did
		return
	}
	at := t.cfg.Clock.Now().Truncate(time.Millisecond)
	if _, err := t.cfg.Ledger.GiveBack(t.book, t.sale.ID, t.name(), at, t.partsGoThemselves()); err != nil {
		t.ledgerTrouble("give parts back", err)
		if pos.CodeOf(err) == pos.CodeConflict {
			t.rereadSale()
		}
		return
	}
	t.ledgerFine()
	t.gaveBack()
}

// partsGoThemselves reports whether WeChat's parts of the sale, once it is given up, are refunded without a person: what the paper may
// promise. Of what nobody knows it says no.
func (t *Till) partsGoThemselves() bool {
	if !t.cfg.AutoRefund || t.cfg.Returns == nil || t.canRefund() != pos.CodeNone {
		return false
	}
	rec, err := t.cfg.Ledger.Record(t.book, t.sale.ID)
	return err == nil && !slices.ContainsFunc(rec.Payments, func(p pos.Payment) bool {
		return p.Part && p.State == pos.Paid && p.Tender.WeChat() && (t.fromBackup(p.ID) || !t.ours(p.OutTradeNo))
	})
}

// gaveBack says which way the parts of a sale go back that was given up, and makes its cart one that nobody has paid for.
func (t *Till) gaveBack() {
	t.readInbox()
	var cash, outside, online pos.Fen
	byItself := true
	for _, v := range t.parts {
		switch {
		case v.Tender == pos.TenderCash:
			cash += v.Amount
		case v.Tender.WeChat():
			online += v.Amount
			byItself = byItself && t.givesItselfBack(v.Payment, false)
		default:
			outside += v.Amount
		}
	}
	t.sale, t.newest, t.parts = nil, 0, nil
	t.show(0)
	if byItself {
		t.say(pos.MsgAlarm, "parts-given-back", cash.String(), outside.String(), online.String())
	} else { // refunds are off, or do not work: nobody promises what will not come
		t.say(pos.MsgAlarm, "parts-given-back-held", cash.String(), outside.String(), online.String())
	}
	if cash > 0 {
		t.cfg.Drawer(pos.TenderCash)
	}
	t.shiftMoved()
}
