package checkout

import (
	"time"

	"guitai/pos"
)

// tender is a way of paying that waits until WeChat was asked about the sale's older codes and asked to end them.
type tender struct {
	cash     bool
	code     pos.PaymentCode // the customer's own; empty for our QR and for cash
	tendered pos.Fen
	began    time.Time // an older order must have been asked about after this
	deadline time.Time // then it goes ahead; the older orders stay watched
}

func (t *Till) payWeChat() {
	switch {
	case t.cfg.Gateway == nil:
		t.say(pos.MsgWarn, "wechat-off", string(t.cfg.OffCause))
	case t.onGlass() || t.tender != nil:
		// the code is there, or on its way
	case t.unopened():
	case t.cart.Empty() || t.cart.Total() == 0:
		t.say(pos.MsgInfo, "nothing-to-pay")
	default:
		t.dismissDone()
		t.begin(&tender{deadline: time.Now().Add(checkCode)})
	}
}

// chargeCode charges the customer's own payment code. One attempt at a time: whatever is scanned while one is under way is
// not charged.
func (t *Till) chargeCode(code pos.PaymentCode) {
	w := t.watches[t.pay]
	switch {
	case t.unopened():
	case t.cfg.Gateway == nil:
		t.say(pos.MsgWarn, "wechat-off", string(t.cfg.OffCause))
	case t.cfg.Charger == nil:
		t.say(pos.MsgWarn, "payment-code-off", string(t.cfg.ChargeOff))
	case t.tender != nil, w != nil && w.p.Tender == pos.TenderCode && w.p.State.OnGlass():
		t.say(pos.MsgWarn, "payment-code-busy")
	case t.cart.Empty() || t.cart.Total() == 0:
		t.say(pos.MsgInfo, "nothing-to-pay")
	default:
		t.dismissDone()
		if t.onGlass() && !t.apply(w, pos.Signal{Kind: pos.SigCancel}) { // our code leaves the glass before theirs is charged
			return
		}
		t.begin(&tender{code: code, deadline: time.Now().Add(checkCode)})
	}
}

func (t *Till) payCash(tendered pos.Fen) {
	due := t.cart.Total()
	switch {
	case t.tender != nil:
		t.say(pos.MsgWarn, "busy-paying")
	case t.cart.Empty():
		t.say(pos.MsgInfo, "nothing-to-pay")
	case tendered != 0 && tendered < due:
		t.say(pos.MsgWarn, "tendered-too-little", due.String())
	case tendered > due+maxOverpay:
		t.say(pos.MsgWarn, "tendered-too-much", (due + maxOverpay).String())
	case t.unopened():
	default:
		if tendered == 0 {
			tendered = due
		}
		t.dismissDone()
		if w := t.watches[t.pay]; w != nil && w.p.State.OnGlass() {
			if !t.apply(w, pos.Signal{Kind: pos.SigCancel}) { // the code leaves the glass before the cash is booked
				return
			}
		}
		t.begin(&tender{cash: true, tendered: tendered, deadline: time.Now().Add(checkCash)})
	}
}

// kind is the tender it will be.
func (d tender) kind() pos.Tender {
	switch {
	case d.cash:
		return pos.TenderCash
	case d.code != "":
		return pos.TenderCode
	}
	return pos.TenderNative
}

// begin starts a tender, at once if no older order of the sale is open.
func (t *Till) begin(d *tender) {
	t.tender, t.dirty = d, true
	d.began = time.Now()
	for _, w := range t.older() {
		t.schedule(w, []pos.Effect{{Kind: pos.DoQuery}})
		if !w.closeTried && w.p.State == pos.Closing { // what is being reversed has its own time
			t.schedule(w, []pos.Effect{{Kind: pos.DoClose}})
		}
	}
	t.tryTender()
}

// older returns the sale's orders that left the glass and whose end WeChat can be asked about. A charge that WeChat refused
// holds nothing up.
func (t *Till) older() []*watch {
	var ws []*watch
	for _, id := range t.ids() {
		if w := t.watches[id]; t.sale != nil && w.p.Sale == t.sale.ID && w.p.State.Left() && !w.p.Declined && t.cfg.Gateway != nil && !w.foreign {
			ws = append(ws, w)
		}
	}
	return ws
}

// tryTender goes on with a waiting tender once every older order was asked about and asked to close, or time is up.
func (t *Till) tryTender() {
	d := t.tender
	if d == nil {
		return
	}
	for _, w := range t.older() {
		checked := w.closeTried && !w.queried.Before(d.began)
		asked := d.cash || w.closeSent || w.p.State == pos.Reversing // cash needs no WeChat; a reversal has its own time
		if !checked && (time.Now().Before(d.deadline) || !asked) {
			return
		}
	}
	t.tender, t.dirty = nil, true
	if t.cart.Empty() {
		return
	}
	switch {
	case d.cash:
		t.sellCash(d.tendered)
	case t.cashSettled():
		t.openOrder(d.code)
	}
}

// draft is the sale that the cart makes.
func (t *Till) draft(now time.Time) pos.Sale {
	if t.sale != nil {
		return *t.sale
	}
	return pos.Sale{State: pos.SaleOpen, Lines: t.cart.Lines, Gross: t.cart.Total(), Cashier: t.name(), OpenedAt: now}
}

// chargeLife is how long a charge may take until its first answer: WeChat tries the customer's cards one after another.
const chargeLife = time.Minute

// compose builds a payment with its exact request.
func (t *Till) compose(sale pos.Sale, no string, charge bool, now time.Time) (p pos.Payment, err error) {
	p = pos.Payment{
		Sale: sale.ID, OutTradeNo: no, Tender: pos.TenderNative, State: pos.Opened, Asked: sale.Net(),
		OpenedAt: now, ExpiresAt: now.Add(t.cfg.Life), Cashier: t.name(),
	}
	order := t.orderOf(sale, p)
	if !charge {
		p.Request, err = t.cfg.Gateway.Compose(order)
		return p, err
	}
	p.Tender, p.ExpiresAt = pos.TenderCode, now.Add(chargeLife)
	p.Request, err = t.cfg.Charger.ComposeCharge(order)
	return p, err
}

// openOrder writes the sale and its order down, then lets it be sent: with code the charge of the customer's payment code.
func (t *Till) openOrder(code pos.PaymentCode) {
	now := t.cfg.Clock.Now()
	sale := t.draft(now)
	no, err := pos.NewOutTradeNo(t.cfg.Shop, t.cfg.Shop.Calendar.DayOf(now), t.cfg.Random)
	if err != nil {
		t.ledgerTrouble("mint number", err)
		return
	}
	p, err := t.compose(sale, no, code != "", now)
	if err != nil {
		t.cfg.Log.Error("compose order", "err", err)
		t.say(pos.MsgAlarm, "order-impossible")
		return
	}
	if t.sale == nil {
		sale, p, err = t.cfg.Ledger.BeginSale(t.book, sale, p)
	} else {
		p, err = t.cfg.Ledger.AddPayment(t.book, p)
	}
	if err != nil {
		t.ledgerTrouble("open order", err)
		if pos.CodeOf(err) == pos.CodeConflict && t.sale != nil {
			t.rereadSale()
		}
		return
	}
	t.ledgerFine()
	t.sale, t.newest = &sale, p.ID
	w := t.watched(p)
	t.show(p.ID)
	if code == "" {
		t.schedule(w, []pos.Effect{{Kind: pos.DoOrder}})
		return
	}
	w.code, w.shown = code, true
	t.schedule(w, []pos.Effect{{Kind: pos.DoCharge}})
}

// cashSettled finds out whether a cash sale whose commit failed is in the books after all, before something else is asked
// for the same cart. It reports whether the way is free; else the sale is shown, or the trouble.
func (t *Till) cashSettled() bool {
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
		t.ledgerTrouble("find cash sale", err)
		return false
	}
	rec, err := t.cfg.Ledger.Record(t.book, p.Sale)
	if err != nil {
		t.ledgerTrouble("read sale", err)
		return false
	}
	if !(pos.Cart{Lines: rec.Sale.Lines}).Same(t.cart) { // the counter has gone on to other goods
		t.cashTry, t.last, t.lastHere = nil, p.Sale, 0
		t.say(pos.MsgAlarm, "cash-booked", p.Amount.String(), rec.Sale.Receipt.String())
		t.cfg.Poke()
		return true
	}
	t.settledBy(p, rec, false)
	return false
}

// cashTry is a cash sale whose commit answered with an error: it may be in the books all the same. Trying again with the
// same cart is the same sale under the same number, unless a sale was written down for that cart meanwhile.
type cashTry struct {
	sale pos.Sale
	p    pos.Payment
}

func (t *Till) sellCash(tendered pos.Fen) {
	now := t.cfg.Clock.Now()
	sale := t.draft(now)
	try := t.cashTry
	if try == nil || try.sale.ID != sale.ID || !(pos.Cart{Lines: try.sale.Lines}).Same(t.cart) {
		no, err := pos.NewOutTradeNo(t.cfg.Shop, t.cfg.Shop.Calendar.DayOf(now), t.cfg.Random)
		if err != nil {
			t.ledgerTrouble("mint number", err)
			return
		}
		try = &cashTry{sale, pos.Payment{
			Sale: sale.ID, OutTradeNo: no, Tender: pos.TenderCash, State: pos.Paid, Asked: sale.Net(), Amount: sale.Net(),
			Currency: pos.Currency, OpenedAt: now, ExpiresAt: now, PaidAt: now, Evidence: pos.ByCashier, Tendered: tendered,
			Cashier: t.name(),
		}}
	}
	t.cashTry = try
	got, err := t.cfg.Ledger.SellCash(t.book, try.sale, try.p)
	switch {
	case err == nil:
		t.ledgerFine()
		t.settledBy(got.Payment, *got.Sale, false)
	case pos.CodeOf(err) == pos.CodeConflict && t.sale != nil:
		t.ledgerTrouble("sell for cash", err)
		t.cashTry = nil
		t.rereadSale()
	default:
		t.ledgerTrouble("sell for cash", err)
	}
}

// settledBy shows a sale that was just settled and makes room for the next.
func (t *Till) settledBy(p pos.Payment, rec pos.SaleRecord, late bool) {
	defer t.shiftMoved()
	if _, aside := t.parked[rec.Sale.ID]; aside {
		delete(t.parked, rec.Sale.ID)
		t.leaveOthers(rec.Sale.ID)
		t.cfg.Poke()
		if rec.Sale.Origin != pos.OriginCounter { // whose receipt is printed again at the counter is still who stood there last
			t.mention(pos.MsgInfo, "phone-paid", p.Amount.String(), rec.Sale.Receipt.String())
			if t.lastHere == 0 {
				t.lastHere = t.last
			}
			t.last = rec.Sale.ID
			return
		}
		t.say(pos.MsgInfo, "parked-paid", p.Amount.String(), rec.Sale.Receipt.String())
		t.last, t.lastHere = rec.Sale.ID, 0
		return
	}
	defer t.leaveOthers(rec.Sale.ID)
	switch {
	case late && t.tender != nil && t.tender.cash:
		t.say(pos.MsgAlarm, "cash-not-needed", p.Amount.String())
	case late:
		t.say(pos.MsgInfo, "paid-late", p.Amount.String(), rec.Sale.Receipt.String())
	}
	t.done = &pos.Done{
		Sale: rec.Sale.ID, Receipt: rec.Sale.Receipt, Nth: rec.Nth, Tender: p.Tender, Amount: p.Amount, Change: p.Change(),
		Print: pos.PrintQueued, At: t.cfg.Clock.Now(), Late: late,
	}
	t.doneOff = time.Now().Add(doneFor)
	t.last, t.lastHere = rec.Sale.ID, 0
	t.cart, t.undo, t.times, t.sale, t.newest, t.tender, t.cashTry = pos.Cart{}, nil, 0, nil, 0, nil, nil
	t.show(0)
	t.cfg.Drawer(p.Tender) // before its paper
	t.cfg.Poke()
}

// leaveOthers takes what else was asked for a sale that is settled off the glass.
func (t *Till) leaveOthers(sale pos.SaleID) {
	for _, id := range t.ids() {
		if w := t.watches[id]; w != nil && w.p.Sale == sale && w.p.State.OnGlass() {
			t.apply(w, pos.Signal{Kind: pos.SigCancel})
		}
	}
}

// leavePay goes back to selling: an open code leaves the glass and is closed at WeChat; the cart keeps its items.
func (t *Till) leavePay() {
	t.tender = nil
	if w := t.watches[t.pay]; w != nil && w.p.State.OnGlass() && !t.apply(w, pos.Signal{Kind: pos.SigCancel}) {
		return // it could not be written down; the code stays where it is
	}
	t.show(0)
}

// askNow asks WeChat at once about everything that is open; the answer counts as a person's question.
func (t *Till) askNow() {
	for _, id := range t.ids() {
		w := t.watches[id]
		w.asked = true
		t.apply(w, pos.Signal{Kind: pos.SigAsk, Source: pos.ByQuery})
	}
}

// newCode fetches a fresh QR: for the same order while it lives, else under a new number.
func (t *Till) newCode() {
	if w := t.watches[t.pay]; w != nil && w.p.State.OnGlass() {
		if w.p.Tender == pos.TenderNative {
			t.apply(w, pos.Signal{Kind: pos.SigNewCode})
		}
		return
	}
	t.payWeChat()
}
