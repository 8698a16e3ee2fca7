package checkout

import (
	"cmp"
	"errors"
	"strconv"

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
	case pos.AddPerson:
		t.addPerson(c, by)
	case pos.ChangePerson:
		t.changePerson(c, by)
	case pos.SetPIN:
		t.setPIN(c, by)
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
	case pos.AddItem:
		t.addByID(c.Item)
	case pos.SelectLine:
		t.cart = t.cart.Select(c.Line)
	case pos.SetQuantity:
		t.edit(t.cart.SetQuantity(c.Line, c.N))
	case pos.RemoveLine:
		t.edit(t.cart.Remove(c.Line))
	case pos.ClearCart:
		t.clearCart()
	case pos.Undo:
		t.undoCart()
	case pos.PayWeChat:
		t.payWeChat()
	case pos.PayCash:
		t.payCash(c.Tendered)
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
		t.say(pos.MsgWarn, "alipay-code")
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

func (t *Till) addScanned(s pos.Scan) {
	it, err := t.cfg.Catalogue.Item(t.book, s.Codes()...)
	switch {
	case pos.CodeOf(err) == pos.CodeNotFound && s.Collides():
		t.say(pos.MsgWarn, "alipay-code")
	case pos.CodeOf(err) == pos.CodeNotFound && s.Kind == pos.ScanInStore:
		t.say(pos.MsgWarn, "in-store-code", s.Code)
	case pos.CodeOf(err) == pos.CodeNotFound:
		t.say(pos.MsgWarn, "unknown-code", pos.Mask(s.Code))
	case err != nil:
		t.ledgerTrouble("find item", err)
	default:
		t.add(it, s.Code)
	}
}

func (t *Till) addByID(id pos.ItemID) {
	it, err := t.cfg.Catalogue.ItemByID(t.book, id)
	switch {
	case pos.CodeOf(err) == pos.CodeNotFound:
		t.say(pos.MsgWarn, "unknown-code", strconv.FormatInt(int64(id), 10))
	case err != nil:
		t.ledgerTrouble("find item", err)
	default:
		t.add(it, "")
	}
}

func (t *Till) add(it pos.Item, barcode string) {
	n := max(1, t.times)
	if t.edit(t.cart.Add(it, barcode, n)) {
		t.times = 0
	}
}

// edit makes a changed cart the cart, unless a code is on the glass or the change was refused. A sale that money was
// asked for is given up on disk first: from then on money for it is an exception, whatever happens to this program. A cart that is
// emptied, at once or line by line, is a void; a line that is taken out of others is a correction.
func (t *Till) edit(c pos.Cart, err error) bool {
	switch {
	case t.onGlass() || t.tender != nil:
		t.say(pos.MsgWarn, "code-on-glass")
		return false
	case errors.Is(err, pos.ErrTooMuch):
		t.say(pos.MsgWarn, "cart-too-much")
		return false
	case errors.Is(err, pos.ErrTooLong):
		t.say(pos.MsgWarn, "cart-too-long")
		return false
	case err != nil:
		t.say(pos.MsgWarn, "quantity-invalid")
		return false
	}
	t.dismissDone()
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
		case asked == nil && c.Empty(): // line by line, too
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

// clearCart empties the cart.
func (t *Till) clearCart() {
	t.times = 0
	if !t.cart.Empty() {
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
	t.sale, t.newest = nil, 0
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
