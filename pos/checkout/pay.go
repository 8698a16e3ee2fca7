package checkout

import (
	"cmp"
	"slices"
	"time"

	"guitai/pos"
)

// tender is a way of paying that waits until WeChat was asked about the sale's older codes and asked to end them.
type tender struct {
	by       pos.Tender
	code     pos.PaymentCode // the customer's own, of TenderCode
	part     pos.Fen         // of what is due; 0: all of it
	tendered pos.Fen         // cash
	cashier  string          // who takes it, whoever is at the till when it goes ahead
	began    time.Time       // an older order must have been asked about after this
	deadline time.Time       // then it goes ahead; the older orders stay watched
}

// amountOf is what a tender is to bring, as things stand now.
func (t *Till) amountOf(d *tender) pos.Fen {
	switch {
	case d.part != 0:
		return d.part
	case d.by == pos.TenderCash:
		return max(0, t.toPayCash()) // who is owed something gives nothing
	}
	return t.toPay()
}

func (t *Till) payWeChat(part pos.Fen) {
	switch {
	case t.cfg.Gateway == nil:
		t.say(pos.MsgWarn, "wechat-off", string(t.cfg.OffCause))
	case t.onGlass() || t.tender != nil:
		// the code is there, or on its way
	case t.unopened(), t.goodsUnknown():
	case len(t.cart.Lines) == 0 || t.toPay() <= 0:
		t.nothingToPay()
	case part < 0:
		t.say(pos.MsgWarn, "part-invalid", t.toPay().String())
	default:
		t.dismissDone()
		t.begin(&tender{by: pos.TenderNative, part: t.partOf(part, t.toPay()), deadline: time.Now().Add(checkCode)})
	}
}

// partOf is a part of what is due; 0 is all of it, which a part that is no less is.
func (t *Till) partOf(part, due pos.Fen) pos.Fen {
	if part >= due {
		return 0
	}
	return part
}

// shownPart is the part that the payment in front of the cashier is for; 0 is all of what is due.
func (t *Till) shownPart() pos.Fen {
	if w := t.watches[t.pay]; w != nil && w.p.Part {
		return t.partOf(w.p.Asked, t.toPay())
	}
	return 0
}

// nothingToPay says that nobody has to pay anything: there are no goods, or what comes back is worth as much.
func (t *Till) nothingToPay() {
	if len(t.cart.Lines) > 0 && t.cart.Credit() > 0 {
		t.say(pos.MsgInfo, "exchange-even")
		return
	}
	t.say(pos.MsgInfo, "nothing-to-pay")
}

// chargeCode charges the customer's own payment code for what is on the glass, else for what is due. One attempt at a time: whatever is
// scanned while one is under way is not charged.
func (t *Till) chargeCode(code pos.PaymentCode) {
	w := t.watches[t.pay]
	switch {
	case t.unopened(), t.goodsUnknown():
	case t.cfg.Gateway == nil:
		t.say(pos.MsgWarn, "wechat-off", string(t.cfg.OffCause))
	case t.cfg.Charger == nil:
		t.say(pos.MsgWarn, "payment-code-off", string(t.cfg.ChargeOff))
	case t.tender != nil, w != nil && w.p.Tender == pos.TenderCode && w.p.State.OnGlass():
		t.say(pos.MsgWarn, "payment-code-busy")
	case len(t.cart.Lines) == 0 || t.toPay() <= 0:
		t.nothingToPay()
	default:
		part := t.shownPart()
		t.dismissDone()
		if t.onGlass() && !t.apply(w, pos.Signal{Kind: pos.SigCancel}) { // our code leaves the glass before theirs is charged
			return
		}
		t.begin(&tender{by: pos.TenderCode, code: code, part: part, deadline: time.Now().Add(checkCode)})
	}
}

// payOther settles what is due by a tender of the shop's that is taken outside.
func (t *Till) payOther(c pos.PayOther) {
	if !slices.Contains(t.rules.Others, c.Name) {
		t.say(pos.MsgWarn, "tender-unknown", c.Name)
		return
	}
	t.payHand(pos.OtherTender(c.Name), 0, c.Part)
}

// payHand settles what is due, or a part of it, by a tender that a person's word is all the proof of.
func (t *Till) payHand(by pos.Tender, tendered, part pos.Fen) {
	cash := by == pos.TenderCash
	d := &tender{by: by, tendered: tendered, deadline: time.Now().Add(checkCash)}
	due := t.amountOf(d)
	if part > 0 {
		d.part = t.partOf(part, min(due, t.toPay())) // all of what is due closes the sale, and what closes it in cash is rounded
	}
	amount := t.amountOf(d)
	switch {
	case t.tender != nil:
		t.say(pos.MsgWarn, "busy-paying")
	case len(t.cart.Lines) == 0 || !cash && due <= 0:
		t.nothingToPay()
	case part < 0:
		t.say(pos.MsgWarn, "part-invalid", due.String())
	case cash && tendered != 0 && tendered < amount:
		t.say(pos.MsgWarn, "tendered-too-little", amount.String())
	case cash && tendered > amount+maxOverpay:
		t.say(pos.MsgWarn, "tendered-too-much", (amount + maxOverpay).String())
	case t.unopened(), t.goodsUnknown():
	default:
		if d.tendered == 0 {
			d.tendered = amount
		}
		t.dismissDone()
		if w := t.watches[t.pay]; w != nil && w.p.State.OnGlass() {
			if !t.apply(w, pos.Signal{Kind: pos.SigCancel}) { // the code leaves the glass before the money is booked
				return
			}
		}
		t.begin(d)
	}
}

// begin starts a tender, at once if no older order of the sale is open.
func (t *Till) begin(d *tender) {
	t.tender, t.question, t.dirty = d, nil, true
	if t.held.try != nil {
		t.settleHeld()
	}
	if t.held.try != nil || !t.orderSettled() { // nobody knows whether it was put aside, or asked for, and it would be sold as well
		t.tender = nil
		return
	}
	d.began, d.cashier = time.Now(), t.name()
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
		asked := d.by.Handed() || w.closeSent || w.p.State == pos.Reversing // cash needs no WeChat; a reversal has its own time
		if !checked && (time.Now().Before(d.deadline) || !asked) {
			return
		}
	}
	t.tender, t.dirty = nil, true
	if len(t.cart.Lines) == 0 {
		return
	}
	switch {
	case d.by.Handed():
		t.sellHand(d)
	case t.handSettled():
		t.openOrder(d)
	}
}

// draft is the sale that the cart makes, by whoever takes the money for it.
func (t *Till) draft(d *tender, now time.Time) (pos.Sale, error) {
	if t.sale != nil {
		return *t.sale, nil
	}
	credits, err := t.numbered(t.cart.Credits, now)
	return pos.Sale{
		State: pos.SaleOpen, Lines: t.cart.Lines, Gross: t.cart.Gross(), Discount: t.cart.Off(), Cut: t.cart.Cut, Member: t.cart.Member, Credits: credits,
		Cashier: d.cashier, OpenedAt: now, Held: t.held.recalled,
	}, err
}

// refusedCredits reports, and says, that a new sale was refused for what comes back with it: it came back already.
func (t *Till) refusedCredits(s pos.Sale, err error) bool {
	code := pos.CodeOf(err)
	if s.ID != 0 || len(s.Credits)+len(s.Owed) == 0 || code != pos.CodeInvalid && code != pos.CodeConflict {
		return false
	}
	t.cfg.Log.Warn("exchange", "err", err)
	back := s.Credit()
	for _, r := range s.Owed {
		back += r.Amount
	}
	t.say(pos.MsgWarn, "credit-gone", back.String())
	return true
}

// chargeLife is how long a charge may take until its first answer: WeChat tries the customer's cards one after another.
const chargeLife = time.Minute

// compose builds a payment with its exact request.
func (t *Till) compose(sale pos.Sale, no string, d *tender, now time.Time) (p pos.Payment, err error) {
	p = pos.Payment{
		Sale: sale.ID, OutTradeNo: no, Tender: d.by, State: pos.Opened, Asked: t.amountOf(d), Part: d.part != 0,
		OpenedAt: now, ExpiresAt: now.Add(t.cfg.Life), Cashier: d.cashier,
	}
	if d.by == pos.TenderCode {
		p.Tender = pos.TenderNative // what the order is composed from; the charge says itself what it is
	}
	order := t.orderOf(sale, p)
	if d.by != pos.TenderCode {
		p.Request, err = t.cfg.Gateway.Compose(order)
		return p, err
	}
	p.Tender, p.ExpiresAt = pos.TenderCode, now.Add(chargeLife)
	p.Request, err = t.cfg.Charger.ComposeCharge(order)
	return p, err
}

// openOrder writes the sale and its order down, then lets it be sent: of a payment code the charge.
func (t *Till) openOrder(d *tender) {
	now := t.cfg.Clock.Now()
	sale, err := t.draft(d, now)
	no, again := pos.NewOutTradeNo(t.cfg.Shop, t.cfg.Shop.Calendar.DayOf(now), t.cfg.Random)
	if err = cmp.Or(err, again); err != nil {
		t.ledgerTrouble("mint number", err)
		return
	}
	p, err := t.compose(sale, no, d, now)
	if err != nil {
		t.cfg.Log.Error("compose order", "err", err)
		t.say(pos.MsgAlarm, "order-impossible")
		return
	}
	asked := sale
	if t.sale == nil {
		sale, p, err = t.cfg.Ledger.BeginSale(t.book, sale, p)
	} else {
		p, err = t.cfg.Ledger.AddPayment(t.book, p)
	}
	if err != nil {
		if t.refusedCredits(asked, err) {
			return
		}
		t.ledgerTrouble("open order", err)
		switch {
		case t.sale == nil:
			t.orderTry = &orderTry{no, time.Now().Add(retryLedger)}
		case pos.CodeOf(err) == pos.CodeConflict:
			t.rereadSale()
		}
		return
	}
	t.ledgerFine()
	t.sale, t.newest, t.held.recalled = &sale, p.ID, 0
	w := t.watched(p)
	t.show(p.ID)
	if d.code == "" {
		t.schedule(w, []pos.Effect{{Kind: pos.DoOrder}})
		return
	}
	w.code, w.shown = d.code, true
	t.schedule(w, []pos.Effect{{Kind: pos.DoCharge}})
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
	if t.message.ID == "recovered-parts" { // nothing of it is open any more, and an alarm stays until it is taken back
		t.message = pos.Message{N: t.message.N}
	}
	switch {
	case late && (t.tender != nil && t.tender.by.Handed() || t.cashTry != nil && t.cashTry.p.OutTradeNo != p.OutTradeNo): // or its commit failed
		t.say(pos.MsgAlarm, "cash-not-needed", p.Amount.String())
	case late:
		t.say(pos.MsgInfo, "paid-late", p.Amount.String(), rec.Sale.Receipt.String())
	}
	t.done = &pos.Done{
		Sale: rec.Sale.ID, Receipt: rec.Sale.Receipt, Nth: rec.Nth, Tender: p.Tender, Amount: p.Amount, Net: rec.Sale.Net(), Change: p.Change(),
		Parts: rec.Sale.Paid, Told: toldOf(rec.Payments, p.ID), Print: pos.PrintQueued, At: t.cfg.Clock.Now(), Late: late,
	}
	t.doneOff = time.Now().Add(doneFor)
	t.last, t.lastHere = rec.Sale.ID, 0
	t.emptied()
	t.tender = nil
	t.show(0)
	t.cfg.Drawer(p.Tender) // before its paper
	t.cfg.Poke()
}

// toldOf is what parts of a sale took outside before the payment that closed it.
func toldOf(payments []pos.Payment, closing pos.PaymentID) (told pos.Fen) {
	for _, p := range payments {
		if _, outside := p.Tender.Other(); outside && p.ID != closing && p.Part && p.State == pos.Paid {
			told += p.Amount
		}
	}
	return told
}

// emptied makes room for the next customer.
func (t *Till) emptied() {
	t.unrecall()
	t.cart, t.undo, t.times, t.question = pos.Cart{}, nil, 0, nil
	t.sale, t.newest, t.parts, t.cashTry = nil, 0, nil, nil
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
	t.payWeChat(t.shownPart())
}
