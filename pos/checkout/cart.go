package checkout

import (
	"cmp"
	"errors"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
)

type command struct{ c pos.Command }

func (e command) handle(t *Till) {
	t.dirty = true
	t.taken++
	t.order(e.c)
}

// carryOut does what a command says. by is whose leave it is done by: who is at the till, or who allowed it; the zero value
// without staff, when the names that are typed count.
func (t *Till) carryOut(c pos.Command, by pos.Person) {
	if t.twice(c) {
		return
	}
	if !looks(c) {
		t.shift.closed, t.shift.unsigned = nil, nil
	}
	if t.shift.counted != nil && t.sells(c) {
		t.say(pos.MsgWarn, "close-under-way")
		return
	}
	switch c := c.(type) {
	case pos.Look:
		if by.ID != t.staff.who.ID {
			t.grant(c.Deed, by)
		}
	case pos.RefundSale:
		if t.manned() {
			c.Approver = by.Name
		}
		t.refundSale(c)
	case pos.DecideException:
		if t.manned() {
			c.By = by.Name
		}
		t.decide(c)
	case pos.AskBilled:
		if t.manned() {
			c.By = by.Name
		}
		t.askBilled(c)
	case pos.NewItem:
		t.newItem(c, by)
	case pos.CutLine, pos.CutCart, pos.SetPrice, pos.SetQuantity:
		t.reduce(c, by)
	case pos.Exchange:
		if t.manned() {
			c.Approver = by.Name
		}
		t.exchange(c)
	case pos.ReturnCart:
		if t.manned() {
			c.Approver = by.Name
		}
		t.returnCart(c)
	case pos.AddPerson:
		t.addPerson(c, by)
	case pos.ChangePerson:
		t.changePerson(c, by)
	case pos.SetPIN:
		t.setPIN(c, by)
	case pos.NewRecovery:
		t.newRecovery(c, by)
	case pos.OpenDrawer:
		t.openDrawer(c, by)
	case pos.MoveCash:
		t.moveCash(c, by)
	case pos.OpenShift:
		t.openShift(c, by)
	case pos.OpenToCount:
		t.openToCount(c, by)
	case pos.CountDrawer:
		t.countDrawer(c)
	case pos.LeaveClose:
		t.leaveClose()
	case pos.CloseShift:
		t.closeShift(c, by)
	case pos.PrintX:
		t.printX()
	case pos.PrintZ:
		t.printZ(c.Z)
	default:
		if !t.printing(c) {
			t.serve(c)
		}
	}
}

// looks reports whether a command leaves everything as it is on screen.
func looks(c pos.Command) bool {
	switch c.(type) {
	case pos.Look, pos.PrintX, pos.PrintZ, pos.AskNow,
		pos.RetryPrint, pos.ReprintJob, pos.ConfirmPrint, pos.CancelPrint, pos.PrintPending, pos.PrintExceptions, pos.PrintLabels:
		return true
	}
	return false
}

// serve does what a command says that is about the customer at the counter.
func (t *Till) serve(c pos.Command) {
	switch c := c.(type) {
	case pos.ScanText:
		t.scan(c.Text)
	case pos.PayWeChat:
		t.payWeChat(c.Part)
	case pos.PayCash:
		t.payHand(pos.TenderCash, c.Tendered, c.Part)
	case pos.PayOther:
		t.payOther(c)
	case pos.GiveBack:
		t.giveUp()
	case pos.HoldCart:
		t.hold(c.Name)
	case pos.RecallCart:
		t.recall(c.ID)
	case pos.DropHeld:
		t.dropHeld(c.ID)
	case pos.ChargeCode:
		t.chargeCode(c.Code)
	case pos.Park:
		t.park()
	case pos.Unpark:
		t.unpark(c.Payment)
	case pos.EndPhoneOrder:
		t.endPhone(c.Payment)
	case pos.LeaveCode, pos.DismissPay:
		t.leavePay()
	case pos.AskNow:
		t.askNow()
	case pos.NewCode:
		t.newCode()
	case pos.DismissDone:
		t.dismissDone()
	case pos.ReprintLast:
		t.reprint(cmp.Or(t.lastHere, t.last))
	case pos.Reprint:
		t.reprint(c.Sale)
	default:
		t.change(c)
	}
}

// change does what a command says that is about the cart.
func (t *Till) change(c pos.Command) {
	switch c := c.(type) {
	case pos.AddItem:
		t.addByID(c.Item)
	case pos.AddPriced:
		t.addPriced(c)
	case pos.AddWeighed:
		t.addWeighed(c)
	case pos.DismissWant:
		t.question = nil
	case pos.SelectLine:
		t.cart = t.cart.Select(c.Line)
	case pos.SetQuantity:
		t.setQuantity(c)
	case pos.RemoveLine:
		t.edit(t.cart.Remove(c.Line))
	case pos.CutLine:
		t.edit(t.cart.SetCut(c.Line, c.Cut))
	case pos.CutCart:
		t.edit(t.cart.SetCartCut(c.Cut))
	case pos.SetPrice:
		t.edit(t.cart.SetPrice(c.Line, c.Price))
	case pos.SetNote:
		t.setNote(c)
	case pos.SetMember:
		cart := t.cart
		cart.Member = c.On
		t.edit(cart, nil)
	case pos.DropCredit:
		t.dropCredit(c.N)
	case pos.ClearCart:
		t.clearCart()
	case pos.Undo:
		t.undoCart()
	}
}

// scan decides what a text means here and now.
func (t *Till) scan(text string) {
	s := pos.Classify(text)
	if t.pay != 0 || t.tender != nil {
		s = s.Paying()
	}
	switch s.Kind {
	case pos.ScanQuantity:
		t.dismissDone()
		t.times = s.Quantity
	case pos.ScanGoods, pos.ScanInStore:
		if s.Quantity > 0 {
			t.times = s.Quantity
		}
		t.addScanned(s)
	case pos.ScanBadQuantity:
		t.times = 0
		t.say(pos.MsgWarn, "quantity-invalid")
	case pos.ScanBadCheck:
		t.say(pos.MsgWarn, "bad-check", s.Code)
	case pos.ScanWeChat:
		if t.pay != 0 || t.tender != nil {
			t.chargeCode(s.Payment)
		} else {
			t.say(pos.MsgWarn, "payment-code-in-cart")
		}
	case pos.ScanAlipay:
		t.alipayCode()
	case pos.ScanOrder:
		t.findOrder(s.Code)
	case pos.ScanTransaction:
		t.findTransaction(s.Code)
	case pos.ScanReceipt:
		t.say(pos.MsgInfo, "receipt-scanned", s.Code)
	default:
		t.times = 0
		t.say(pos.MsgWarn, "unknown-code", pos.Mask(text))
	}
}

// fixed reports whether the cart must stay as it is: money is being asked for it, or parts of it were paid. It says so.
func (t *Till) fixed() bool {
	switch {
	case t.onGlass() || t.tender != nil:
		t.say(pos.MsgWarn, "code-on-glass")
	case t.cashTry != nil && (t.cashTry.p.Part || len(t.cashTry.sale.Owed) > 0) && !t.handSettled(): // nobody knows whether it was paid, or it was
	case len(t.parts) > 0:
		t.say(pos.MsgWarn, "parts-paid", (t.cart.Due() - t.toPay()).String())
	case t.goodsUnknown(), !t.orderSettled():
	default:
		return false
	}
	return true
}

// edit makes a changed cart the cart, with every discount worked out anew, unless a code is on the glass, parts of it are paid or the
// change was refused. It is the one place where a cart changes. A sale that money was
// asked for is given up on disk first: from then on money for it is an exception, whatever happens to this program. A cart that is
// emptied, at once or line by line, is a void; a line that is taken out of others is a correction.
func (t *Till) edit(c pos.Cart, err error) bool {
	if t.fixed() {
		return false
	}
	if err != nil {
		t.refused(err)
		return false
	}
	t.dismissDone()
	c = t.priced(c)
	if !c.Same(t.cart) {
		asked := t.sale
		if !t.abandon() {
			return false
		}
		if t.cart.Empty() {
			t.most = 0
		}
		t.most = max(t.most, t.cart.Total())
		switch {
		case asked != nil && c.Total() < t.cart.Total(): // that somebody wants more is no reason to ask questions
			t.void("given-up", t.cart.Total(), asked.ID)
		case asked == nil && len(c.Lines) == 0 && len(t.cart.Lines) > 0: // line by line, too
			t.void("cleared", t.most, 0)
		}
		t.show(0)
		t.undo = append(t.undo, t.cart)
		if len(t.undo) > maxUndo {
			t.undo = t.undo[1:]
		}
	}
	t.cart = c
	if t.message.Kind != pos.MsgAlarm {
		t.message = pos.Message{N: t.message.N}
	}
	return true
}

// refused says why a cart refused a change.
func (t *Till) refused(err error) {
	switch {
	case errors.Is(err, pos.ErrTooMuch):
		t.say(pos.MsgWarn, "cart-too-much")
	case errors.Is(err, pos.ErrTooLong):
		t.say(pos.MsgWarn, "cart-too-long")
	case errors.Is(err, pos.ErrCut):
		t.say(pos.MsgWarn, "cut-invalid")
	case errors.Is(err, pos.ErrPrice):
		t.say(pos.MsgWarn, "price-invalid")
	case errors.Is(err, pos.ErrNoLine):
		t.say(pos.MsgWarn, "no-line")
	default:
		t.say(pos.MsgWarn, "quantity-invalid")
	}
}

// maxNote is the longest note of a line, in characters.
const maxNote = 40

// setNote puts words on a line, on one line of paper.
func (t *Till) setNote(c pos.SetNote) {
	note := strings.Join(strings.Fields(c.Note), " ")
	if utf8.RuneCountInString(note) > maxNote || !utf8.ValidString(note) || strings.ContainsFunc(note, unicode.IsControl) {
		t.say(pos.MsgWarn, "note-invalid", strconv.Itoa(maxNote))
		return
	}
	t.edit(t.cart.SetNote(c.Line, note))
}

// clearCart empties the cart.
func (t *Till) clearCart() {
	t.times, t.question = 0, nil
	if !t.cart.Same(pos.Cart{}) {
		t.edit(pos.Cart{}, nil)
	}
}

func (t *Till) undoCart() {
	if len(t.undo) == 0 {
		t.say(pos.MsgInfo, "undo-nothing")
		return
	}
	back, rest := t.undo[len(t.undo)-1], t.undo[:len(t.undo)-1]
	if t.edit(back, nil) {
		t.undo = rest
	}
}

// abandon gives up the open sale, if there is one.
func (t *Till) abandon() bool {
	if t.sale == nil {
		return true
	}
	if err := t.cfg.Ledger.AbandonSale(t.book, t.sale.ID); err != nil {
		t.ledgerTrouble("abandon sale", err)
		return false
	}
	t.ledgerFine()
	t.sale, t.newest, t.parts = nil, 0, nil
	return true
}

func (t *Till) dismissDone() {
	if t.done != nil {
		t.done, t.dirty = nil, true
	}
}

// reprint prints a sale's receipt again; who wanted it goes on record with it.
func (t *Till) reprint(id pos.SaleID) {
	rec, err := pos.SaleRecord{}, error(pos.E(pos.CodeNotFound, "reprint", nil))
	if id != 0 {
		rec, err = t.cfg.Ledger.Record(t.book, id)
	}
	switch {
	case pos.CodeOf(err) == pos.CodeNotFound || err == nil && rec.Sale.State != pos.SaleClosed:
		t.say(pos.MsgInfo, "nothing-to-reprint")
		return
	case err == nil:
		_, err = t.cfg.Ledger.Reprint(t.book, id, t.name(), t.cfg.Clock.Now())
	}
	if err != nil {
		t.ledgerTrouble("reprint", err)
		return
	}
	t.say(pos.MsgInfo, "reprint-queued", rec.Sale.Receipt.String())
	t.cfg.Poke()
}
