package checkout

import (
	"slices"
	"strings"
	"time"

	"guitai/pos"
)

// openDrawer opens the drawer without a sale. Who and why is on record before it opens: a drawer that opens without a line in
// the books is what the line is for.
func (t *Till) openDrawer(c pos.OpenDrawer, by pos.Person) {
	reason := strings.TrimSpace(c.Reason)
	switch {
	case !t.hasDrawer():
		t.say(pos.MsgWarn, "no-drawer")
		return
	case reason == "":
		t.say(pos.MsgWarn, "drawer-needs-reason")
		return
	}
	if t.openNoted(reason, by) {
		t.say(pos.MsgInfo, "drawer-opened", reason)
	}
}

// hasDrawer reports whether there is a drawer that the till can open, as things are set now.
func (t *Till) hasDrawer() bool {
	return t.cfg.OpenDrawer != nil && (t.cfg.HasDrawer == nil || t.cfg.HasDrawer())
}

// openNoted opens the drawer once it is on record who did it and why, and by whose leave. It reports whether it did.
func (t *Till) openNoted(reason string, by pos.Person) bool {
	h := pos.Happening{Kind: pos.EntryDrawer, By: t.name(), Approver: by.Name, Reason: reason, At: t.cfg.Clock.Now()}
	if err := t.note(h); err != nil {
		t.ledgerTrouble("note drawer", err)
		return false
	}
	t.ledgerFine()
	t.cfg.OpenDrawer()
	return true
}

// openToCount opens the drawer for whoever begins to count it, by leave of somebody: on record, as any opening without a sale, before it
// opens. Where nothing can be opened, or a customer is being served, it stays shut; what is counted then is refused, which says why.
func (t *Till) openToCount(c pos.OpenToCount, by pos.Person) {
	if t.hasDrawer() && !t.onGlass() && t.tender == nil {
		t.openNoted(strings.TrimSpace(c.Reason), by)
	}
}

// moveCash puts cash into the drawer or takes it out, without a sale.
func (t *Till) moveCash(c pos.MoveCash, by pos.Person) {
	reason := strings.TrimSpace(c.Reason)
	switch {
	case t.cfg.Shifts == nil:
		return
	case t.unopened(): // a movement opens a shift as a sale does, and here a person has to
		return
	case c.Amount <= 0 || c.Amount > pos.MaxAmount || !slices.Contains(pos.CashKinds, c.Kind):
		t.say(pos.MsgWarn, "cash-amount")
		return
	case reason == "":
		t.say(pos.MsgWarn, "cash-needs-reason")
		return
	}
	m := pos.CashMovement{Kind: c.Kind, Amount: c.Amount, Reason: reason, By: t.name(), Approver: by.Name, At: t.cfg.Clock.Now()}
	before, err := t.movedAs(m.Kind)
	if err != nil {
		t.ledgerTrouble("move cash", err)
		return
	}
	if try := t.cashDoubt; try == nil || !try.same(m) || before != try.before+m.Amount { // else it was booked the first time
		t.cashDoubt = &cashDoubt{m, before}
		if _, err = t.cfg.Shifts.MoveCash(t.book, m); err != nil && !t.movedAfterAll(before+m.Amount, err) {
			return
		}
	}
	t.cashDoubt = nil
	t.cfg.Log.Info("cash", "kind", m.Kind, "fen", int64(m.Amount))
	t.ledgerFine()
	t.readShift()
	t.cfg.Poke()
	t.kick()
	t.say(pos.MsgInfo, "cash-moved", string(c.Kind), c.Amount.String())
}

// cashDoubt is a movement of cash whose commit answered with an error: it may be in the books all the same. The same wish again is
// that same movement when the books have it.
type cashDoubt struct {
	m      pos.CashMovement
	before pos.Fen // what had moved in the shift as that kind
}

func (d cashDoubt) same(m pos.CashMovement) bool {
	return d.m.Kind == m.Kind && d.m.Amount == m.Amount && d.m.Reason == m.Reason
}

// movedAs is how much the books have moved as one kind in the open shift.
func (t *Till) movedAs(k pos.CashKind) (pos.Fen, error) {
	x, err := t.cfg.Shifts.XReport(t.book, t.cfg.Clock.Now())
	switch {
	case pos.CodeOf(err) == pos.CodeNotFound: // no shift is open yet
		return 0, nil
	case err != nil:
		return 0, err
	}
	switch k {
	case pos.CashIn:
		return x.Cash.In, nil
	case pos.CashDrop:
		return x.Cash.Dropped, nil
	}
	return x.Cash.PaidOut, nil
}

// movedAfterAll reports whether a movement that answered with an error is in the books, which then have sum; if not, it says why.
func (t *Till) movedAfterAll(sum pos.Fen, err error) bool {
	m := t.cashDoubt.m
	if code := pos.CodeOf(err); code == pos.CodeInvalid || code == pos.CodeConflict {
		t.cashDoubt = nil
		t.say(pos.MsgWarn, "cash-not-there", m.Amount.String())
		return false
	}
	if now, again := t.movedAs(m.Kind); again == nil && now == sum {
		return true
	}
	t.ledgerTrouble("move cash", err)
	t.shiftMoved()
	return false
}

// kick opens the drawer for something that is on record already.
func (t *Till) kick() {
	if t.hasDrawer() {
		t.cfg.OpenDrawer()
	}
}

// note puts something without money on record.
func (t *Till) note(h pos.Happening) error {
	if t.cfg.Shifts == nil {
		return nil
	}
	return t.cfg.Shifts.Note(t.book, h)
}

// maxOwed is how many voids wait to be written; with more the disk has been bad for a whole day.
const maxOwed = 1000

// void puts on record that goods were taken off the counter unpaid. It is the one thing that is done first and written then: it
// moves no money, the cart never was on disk, and a cashier whose cart cannot be cleared cannot serve. What cannot be written
// now is owed, and written as soon as the books take it; a write whose outcome nobody knows may so be in them twice.
func (t *Till) void(why string, amount pos.Fen, sale pos.SaleID) {
	h := pos.Happening{
		Kind: pos.EntryVoid, By: t.name(), Approver: t.name(), Reason: why + " " + amount.String(), Sale: sale, At: t.cfg.Clock.Now(),
	}
	t.record(h)
}

// record puts something without money on record, now or as soon as the books take it.
func (t *Till) record(h pos.Happening) {
	if len(t.owed) < maxOwed {
		t.owed = append(t.owed, h)
	}
	t.writeOwed()
}

// writeOwed writes down what could not be written when it happened.
func (t *Till) writeOwed() {
	t.owedAt = time.Time{}
	for len(t.owed) > 0 {
		if err := t.note(t.owed[0]); err != nil {
			t.ledgerTrouble("note void", err)
			t.owedAt = time.Now().Add(retryLedger)
			return
		}
		t.ledgerFine()
		t.owed = t.owed[1:]
	}
	t.owed = nil
}
