package checkout

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"guitai/pos"
)

// shift is the turn at the drawer as the books have it.
type shift struct {
	current *pos.Shift
	counted *pos.Counted     // its close is under way
	left    int64            // the count that was left without closing: the books still have it
	closed  *pos.ShiftReport // the Z report just made
	since   time.Time        // when it was counted, in this run

	unsigned *pos.UnsignedFloat // a float that was refused without a signature
	day      pos.Day            // that the view was made for
	again    time.Time          // when the books are read again after that failed; zero otherwise
}

// readShift reads the turn at the drawer anew. A count that the books have no longer is void, which is said: the drawer moved
// since, or another shift is open.
func (t *Till) readShift() {
	if err := t.loadShift(); err != nil {
		t.ledgerTrouble("read shift", err)
		t.shift.again = time.Now().Add(retryLedger)
	}
}

func (t *Till) loadShift() error {
	if t.cfg.Shifts == nil {
		return nil
	}
	current, err := t.cfg.Shifts.Shift(t.book)
	if err != nil {
		return err
	}
	var counted *pos.Counted
	if current != nil {
		if counted, err = t.cfg.Shifts.LastCount(t.book); err != nil {
			return err
		}
	}
	if counted != nil && counted.ID <= t.shift.left {
		counted = nil
	}
	s := &t.shift
	if s.counted != nil && counted == nil {
		t.say(pos.MsgAlarm, "count-void")
	}
	s.current, s.counted, s.again, t.dirty = current, counted, time.Time{}, true
	return nil
}

// shiftMoved reads the turn at the drawer again after a commit, where that can have changed it: a sale in a shift of today
// leaves it as it is.
func (t *Till) shiftMoved() {
	if s := &t.shift; s.current == nil || s.counted != nil || s.current.Day != t.today() {
		t.readShift()
	}
}

func (t *Till) today() pos.Day { return t.cfg.Shop.Calendar.DayOf(t.cfg.Clock.Now()) }

// tickShift notices that the business day has ended.
func (t *Till) tickShift(now time.Time) {
	if at := t.shift.again; !at.IsZero() && !now.Before(at) {
		t.readShift()
	}
	if day := t.today(); day != t.shift.day {
		t.shift.day, t.dirty = day, true
	}
}

// needsShift reports whether nothing is sold before a person opened a shift of today, or closed yesterday's. A shift that opened
// by itself, for money that came late, was opened by nobody before its float is counted. A clock that is set over the end of the day,
// either way, ends the shift as the night does: a sale would have the books close it with nobody counting.
func (t *Till) needsShift() bool {
	s := t.shift.current
	return t.cfg.ShiftsRequired && t.cfg.Shifts != nil && (s == nil || s.Day != t.today() || !s.Float)
}

// unopened says so.
func (t *Till) unopened() bool {
	switch {
	case !t.needsShift():
		return false
	case t.shift.current != nil && t.shift.current.Day != t.today():
		t.say(pos.MsgWarn, "shift-close-first", t.shift.current.Day.String())
	default:
		t.say(pos.MsgWarn, "no-shift")
	}
	return true
}

// sells reports whether a command goes on with a sale or moves what is in the drawer: none of it is done between a count and
// the close, or the count would be of another drawer.
func (t *Till) sells(c pos.Command) bool {
	switch c := c.(type) {
	case pos.ScanText, pos.AddItem, pos.SetQuantity, pos.RemoveLine, pos.ClearCart, pos.Undo,
		pos.AddPriced, pos.AddWeighed, pos.NewItem, pos.CutLine, pos.CutCart, pos.SetPrice, pos.SetNote, pos.SetMember, pos.RecallCart,
		pos.PayWeChat, pos.PayCash, pos.PayOther, pos.GiveBack, pos.Exchange, pos.ReturnCart,
		pos.ChargeCode, pos.NewCode, pos.Unpark, pos.OpenShift, pos.MoveCash:
		return true
	case pos.DecideException:
		return c.Action == pos.ActCash
	}
	return false
}

// twice reports whether a command of the close was pressed twice, which does it once: a count that is the count of a moment ago, and a
// close of what has just been closed.
func (t *Till) twice(c pos.Command) bool {
	switch c := c.(type) {
	case pos.CountDrawer:
		return t.shift.counted != nil && time.Since(t.shift.since) < doublePress && reflect.DeepEqual(c.Count, t.shift.counted.Count)
	case pos.CloseShift:
		return t.shift.counted == nil && t.shift.closed != nil
	}
	return false
}

// needsSign reports whether somebody who may sign has to allow the close.
func (t *Till) needsSign() bool {
	c := t.shift.counted
	return c != nil && (max(c.Variance(), -c.Variance()) > t.cfg.VarianceLimit || t.undecided() > 0)
}

// undecided counts the exceptions that nobody decided.
func (t *Till) undecided() (n int) {
	for _, x := range t.inbox.cases {
		if x.State == pos.ExceptionOpen {
			n++
		}
	}
	return n
}

// floatMisses is what a float lacks of what the books have in the drawer, when that is more than the limit; else 0, as without staff. Such
// a float is a drawer that is short without a close, and is signed for like one.
func (t *Till) floatMisses(c pos.OpenShift) (pos.Fen, error) {
	if !t.manned() || t.cfg.Shifts == nil {
		return 0, nil
	}
	sum, err := c.Count.Sum()
	if err != nil {
		return 0, nil // no float at all, which is refused as such
	}
	has, err := t.cfg.Shifts.Drawer(t.book)
	if err != nil || has-sum <= t.cfg.VarianceLimit || t.shift.current != nil && t.shift.current.Float {
		return 0, err
	}
	return has - sum, nil
}

// openShift opens a shift with a float, by leave of somebody.
func (t *Till) openShift(c pos.OpenShift, by pos.Person) {
	s := t.shift.current
	sum, err := c.Count.Sum()
	switch {
	case t.cfg.Shifts == nil:
		return
	case err != nil:
		t.say(pos.MsgWarn, "count-invalid")
		return
	case s != nil && s.Day != t.today() && t.cfg.ShiftsRequired:
		t.say(pos.MsgWarn, "shift-close-first", s.Day.String())
		return
	case s != nil && s.Day == t.today() && s.Float:
		t.say(pos.MsgInfo, "shift-is-open")
		return
	}
	missing, err := t.floatMisses(c)
	if err != nil {
		t.ledgerTrouble("read drawer", err)
		return
	}
	signer := ""
	if missing > 0 {
		signer = by.Name
	}
	_, err = t.cfg.Shifts.OpenShift(t.book, c.Count, t.name(), signer, t.cfg.Clock.Now())
	t.readShift()
	code := pos.CodeOf(err)
	if s := t.shift.current; code != pos.CodeConflict && code != pos.CodeInvalid && s != nil && s.Day == t.today() && s.Float {
		code = pos.CodeNone // whatever the disk answered, the float is in the books
	}
	switch code {
	case pos.CodeNone:
		t.ledgerFine()
		t.say(pos.MsgInfo, "shift-opened", sum.String())
	case pos.CodeConflict:
		if s := t.shift.current; s != nil && s.Day != t.today() {
			t.say(pos.MsgWarn, "shift-close-first", s.Day.String())
		} else {
			t.say(pos.MsgInfo, "shift-is-open")
		}
	case pos.CodeInvalid:
		t.say(pos.MsgWarn, "count-invalid")
	default:
		t.ledgerTrouble("open shift", err)
	}
}

// countDrawer begins the close. A customer who is paying is let finish first: what is counted must hold still.
func (t *Till) countDrawer(c pos.CountDrawer) {
	switch _, err := c.Count.Sum(); {
	case t.cfg.Shifts == nil || t.shift.current == nil:
		t.say(pos.MsgWarn, "shift-none")
		return
	case t.onGlass() || t.tender != nil || len(t.parts) > 0:
		t.say(pos.MsgWarn, "count-not-now")
		return
	case err != nil:
		t.say(pos.MsgWarn, "count-invalid")
		return
	}
	got, err := t.cfg.Shifts.CountDrawer(t.book, c.Count, t.name(), t.cfg.Clock.Now())
	switch pos.CodeOf(err) {
	case pos.CodeNone:
		t.ledgerFine()
		t.dismissDone()
		t.shift.counted, t.shift.since, t.dirty = &got, time.Now(), true
		t.cfg.Log.Info("drawer counted", "count", got.ID, "variance_fen", int64(got.Variance()))
	case pos.CodeConflict:
		t.readShift()
		t.say(pos.MsgWarn, "shift-none")
	case pos.CodeInvalid:
		t.say(pos.MsgWarn, "count-invalid")
	default: // it may be in the books all the same
		t.ledgerTrouble("count drawer", err)
		t.readShift()
	}
}

// leaveClose goes back to selling. The count stays on record.
func (t *Till) leaveClose() {
	if c := t.shift.counted; c != nil {
		t.shift.left, t.shift.counted, t.dirty = c.ID, nil, true
	}
}

// closeShift closes the shift that was counted, by leave of somebody.
func (t *Till) closeShift(c pos.CloseShift, by pos.Person) {
	count, reason := t.shift.counted, strings.TrimSpace(c.Reason)
	switch {
	case count == nil:
		t.say(pos.MsgWarn, "count-first")
		return
	case count.Variance() != 0 && reason == "":
		t.say(pos.MsgWarn, "close-needs-reason", count.Variance().String())
		return
	case c.Keep < 0 || c.Keep > count.Sum:
		t.say(pos.MsgWarn, "close-keep", count.Sum.String())
		return
	}
	want := pos.ShiftClose{Count: count.ID, Reason: reason, Keep: c.Keep, By: t.name(), At: t.cfg.Clock.Now(), Open: t.openItems()}
	if t.needsSign() || by.ID != t.staff.who.ID {
		want.Signer = by.Name
	}
	z, err := t.cfg.Shifts.CloseShift(t.book, want)
	switch pos.CodeOf(err) {
	case pos.CodeNone:
		t.ledgerFine()
		t.shiftClosed(z)
	case pos.CodeConflict:
		t.shift.left, t.shift.counted = count.ID, nil
		t.readShift()
		t.say(pos.MsgAlarm, "count-void")
	case pos.CodeInvalid:
		t.cfg.Log.Error("close shift", "err", err)
		t.say(pos.MsgWarn, "close-refused")
	default:
		t.ledgerTrouble("close shift", err)
		t.closedAfterAll(count.Shift)
	}
}

// closedAfterAll finds out whether a close that answered with an error is in the books.
func (t *Till) closedAfterAll(id int64) {
	current, err := t.cfg.Shifts.Shift(t.book)
	if err != nil || current != nil && current.ID == id {
		return // it is open, or nobody knows: closing it again tells
	}
	n, err := t.cfg.Shifts.LastZ(t.book)
	if err != nil {
		return
	}
	if z, err := t.cfg.Shifts.ZReport(t.book, n); err == nil {
		t.shiftClosed(z)
	}
}

// shiftClosed shows a Z report that is in the books.
func (t *Till) shiftClosed(z pos.ShiftReport) {
	t.cfg.Log.Info("shift closed", "z", z.Z, "variance_fen", int64(z.Cash.Variance))
	t.shift.counted = nil
	t.readShift()
	t.shift.closed, t.dirty = &z, true
	t.say(pos.MsgInfo, "shift-closed", z.ZNo())
	t.cfg.Poke()
	if t.cfg.ShiftClosed != nil {
		t.cfg.ShiftClosed(z)
	}
}

// openItems are what is not at its end, by name: parked sales, payments, held carts, exceptions nobody decided, and refunds. A cart that was
// brought back is at the counter, and not among them.
func (t *Till) openItems() []pos.OpenItem {
	var items []pos.OpenItem
	add := func(kind, name string, amount pos.Fen, since time.Time) {
		items = append(items, pos.OpenItem{Kind: kind, Name: name, Amount: amount, Since: since.UnixMilli()})
	}
	for _, id := range t.ids() {
		p := t.watches[id].p
		switch aside := t.parked[p.Sale]; {
		case !p.State.Live():
		case aside != nil && aside.newest == id:
			add("parked", p.OutTradeNo, p.Asked, p.OpenedAt)
		default:
			add("payment", p.OutTradeNo, p.Asked, p.OpenedAt)
		}
	}
	for _, h := range t.held.list {
		add("held", h.Name, h.Cart.Due(), h.At)
	}
	for _, x := range t.inbox.cases {
		if x.State == pos.ExceptionOpen {
			add("exception", x.OutTradeNo, x.Amount, x.At)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(t.refunds)) {
		if r := t.refunds[id].r; r.State.Live() {
			add("refund", r.OutRefundNo, r.Amount, r.AskedAt)
		}
	}
	return items
}

// printX prints how the shift stands.
func (t *Till) printX() {
	if t.cfg.Shifts == nil {
		return
	}
	switch _, err := t.cfg.Shifts.PrintX(t.book, t.cfg.Clock.Now(), t.name()); {
	case pos.CodeOf(err) == pos.CodeNotFound:
		t.say(pos.MsgWarn, "shift-none")
	case err != nil:
		t.ledgerTrouble("print X report", err)
	default:
		t.ledgerFine()
		t.say(pos.MsgInfo, "x-queued")
		t.cfg.Poke()
	}
}

// printZ prints a Z report again.
func (t *Till) printZ(z int) {
	if t.cfg.Shifts == nil {
		return
	}
	r, err := t.cfg.Shifts.ZReport(t.book, z)
	if err == nil {
		_, err = t.cfg.Shifts.PrintZ(t.book, z, t.cfg.Clock.Now(), t.name())
	}
	switch {
	case pos.CodeOf(err) == pos.CodeNotFound:
		t.say(pos.MsgWarn, "z-unknown", strconv.Itoa(z))
	case err != nil:
		t.ledgerTrouble("print Z report", err)
	default:
		t.ledgerFine()
		t.say(pos.MsgInfo, "z-queued", r.ZNo())
		t.cfg.Poke()
	}
}

// shiftView is the turn at the drawer, for the screens.
func (t *Till) shiftView() pos.ShiftView {
	v := pos.ShiftView{
		Current: t.shift.current, Required: t.cfg.ShiftsRequired, Counted: t.shift.counted, NeedsSign: t.needsSign(),
		Open: t.openItems(), Closed: t.shift.closed, Unsigned: t.shift.unsigned,
	}
	if t.needsShift() {
		v.Blocked = pos.CodeShift
	}
	return v
}
