package checkout

import (
	"time"

	"guitai/pos"
)

// staff is who may be at the till, and who is.
type staff struct {
	people   []pos.Person // the active ones; replaced whole, since snapshots share it
	who      pos.Person   // zero without staff, and while locked
	proving  *proving     // a PIN is being looked at; nil for none
	asks     uint64       // counts the PINs, so that the answer about one that was called off is known
	answer   pos.Proof
	grants   map[pos.Deed]grant
	changes  bool      // people are being changed
	touched  time.Time // when somebody last did something here
	recovery pos.RecoveryView
	again    time.Time // when people are read again after that failed; zero otherwise
}

// proving is what the till wants of a child goroutine that looks at a PIN.
type proving struct {
	n    uint64
	what pos.Command // to be carried out by leave of whose PIN it is; nil to sign in, or to get a new PIN
}

// grant is somebody's word that he allows a deed to the one at the till, proven with his PIN.
type grant struct {
	by pos.StaffID
	at time.Time
}

// grantLife is how long a word counts: what was allowed is done with it, or not at all.
const grantLife = time.Minute

// manned reports whether staff is set up. Without, everybody may do everything, and names are typed.
func (t *Till) manned() bool { return len(t.staff.people) > 0 }

func (t *Till) locked() bool { return t.manned() && t.staff.who.ID == 0 }

// name is who is at the till, for the records; empty without staff.
func (t *Till) name() string { return t.staff.who.Name }

// may reports whether by leave of somebody a deed may be done. Without staff nobody has to be asked.
func (t *Till) may(by pos.Person, d pos.Deed) bool { return !t.manned() || by.Role.May(d) }

// grant notes that somebody allows a deed to the one at the till.
func (t *Till) grant(d pos.Deed, by pos.Person) {
	if t.staff.grants == nil {
		t.staff.grants = map[pos.Deed]grant{}
	}
	t.staff.grants[d] = grant{by.ID, time.Now()}
}

// leave finds somebody by whose name a deed is to be done: the one at the till, or who has just allowed it. Without staff it is the zero
// value, and the names that are typed count.
func (t *Till) leave(name string, d pos.Deed) (by pos.Person, may bool) {
	if !t.manned() {
		return by, true
	}
	if t.locked() {
		return by, false
	}
	by = t.staff.who
	if g, ok := t.staff.grants[d]; ok && by.Name != name && time.Since(g.at) < grantLife {
		by, _ = t.person(g.by) // as of now
	}
	return by, by.Name == name && by.Role.May(d)
}

// named is a command that is given in somebody's name.
type named struct {
	c  pos.Command
	by string
}

func (e named) handle(t *Till) {
	if t.work.Err() != nil { // the till is stopping: nobody would see what came of it
		return
	}
	t.dirty = true
	by, may := t.leave(e.by, t.deedOf(e.c))
	if !may {
		t.say(pos.MsgWarn, "forbidden", string(t.deedOf(e.c)))
		return
	}
	t.carryOut(e.c, by)
}

// leaveAsked asks whether somebody may do a deed.
type leaveAsked struct {
	by     string
	deed   pos.Deed
	answer chan<- bool // with room for one
}

func (e leaveAsked) handle(t *Till) {
	_, may := t.leave(e.by, e.deed)
	e.answer <- may
}

// deedOf is what somebody must be allowed to do to give a command here and now.
func (t *Till) deedOf(c pos.Command) pos.Deed {
	switch c := c.(type) {
	case pos.CloseShift:
		if t.needsSign() {
			return pos.DeedSign
		}
	case pos.OpenShift:
		if missing, err := t.floatMisses(c); err == nil && missing > 0 { // opening it would tell of the error
			return pos.DeedSign
		}
	case pos.SetQuantity:
		return pos.DeedToSet(t.cart, c)
	case pos.ReprintJob:
		if v, ok := t.listed(c.Job); ok {
			return pos.DeedToReprint(v.Job.Document)
		}
	}
	return pos.DeedOf(c)
}

// order takes a command from a screen. Whatever the screen let people do, here is decided who may.
//
//	           | without staff  | signed in                               | locked
//	SignIn     | CodeNotFound   | proves, then changes who is at the till | proves, then unlocks
//	Lock       | says so        | locks                                   | nothing
//	Approved   | CodeNotFound   | proves, then does it by that leave      | CodeForbidden
//	Recover    | CodeNotFound   | CodeForbidden                           | proves the code, then unlocks with the new PIN
//	any other  | does it        | does it if he may, else says so         | says so
func (t *Till) order(c pos.Command) {
	switch c := c.(type) {
	case pos.SignIn:
		t.signIn(c)
		return
	case pos.Approved:
		t.approved(c)
		return
	case pos.Recover:
		t.recoverPIN(c)
		return
	}
	if t.locked() {
		if _, ok := c.(pos.Lock); !ok {
			t.say(pos.MsgWarn, "locked")
		}
		return
	}
	t.staff.touched = time.Now()
	if _, lock := c.(pos.Lock); lock {
		if t.manned() {
			t.lock("by hand")
		} else {
			t.say(pos.MsgInfo, "no-staff")
		}
		return
	}
	if deed := t.deedOf(c); !t.may(t.staff.who, deed) {
		t.refuse(c, deed)
		return
	}
	t.carryOut(c, t.staff.who)
}

// refuse says that the one at the till may not do this by himself.
func (t *Till) refuse(c pos.Command, deed pos.Deed) {
	if o, ok := c.(pos.OpenShift); ok {
		if missing, err := t.floatMisses(o); err == nil {
			t.shift.unsigned = &pos.UnsignedFloat{Count: o.Count, Missing: missing}
		}
	}
	t.say(pos.MsgWarn, "forbidden", string(deed))
}

// lock asks for a PIN before anything else is done. What is open goes on: only hands are kept off. A PIN that is being looked
// at is no longer wanted, so that nobody is signed in behind a lock and nothing is done that was asked for before it.
func (t *Till) lock(why string) {
	t.cfg.Log.Info("locked", "person", t.staff.who.Name, "why", why)
	t.staff.who, t.times, t.question = pos.Person{}, 0, nil
	t.staff.proving, t.staff.grants, t.shift.unsigned = nil, nil, nil
	t.readPeople()
	t.dirty = true
}

// nextOfStaff is when the till locks itself, or people are read again; zero for never.
func (t *Till) nextOfStaff() time.Time {
	next := t.staff.again
	if t.cfg.AutoLock <= 0 || !t.manned() || t.locked() || t.attended() {
		return next
	}
	if at := t.staff.touched.Add(t.cfg.AutoLock); next.IsZero() || at.Before(next) {
		next = at
	}
	return next
}

// tickStaff locks a till that nobody used for a while.
func (t *Till) tickStaff(now time.Time) {
	if t.attended() {
		t.staff.touched = now
	}
	if at := t.staff.again; !at.IsZero() && !now.Before(at) {
		t.readPeople()
	}
	if t.cfg.AutoLock > 0 && t.manned() && !t.locked() && !now.Before(t.staff.touched.Add(t.cfg.AutoLock)) {
		t.lock("nobody was there")
	}
}

// attended reports whether somebody is at the till although no command comes: a customer is paying, or a PIN is worked on.
func (t *Till) attended() bool {
	w := t.watches[t.pay]
	return t.tender != nil || t.staff.proving != nil || t.staff.changes ||
		w != nil && (w.p.State.OnGlass() || w.p.State == pos.Reversing)
}

// signIn makes somebody the one at the till, once the PIN is proven. One PIN is looked at at a time: what is pressed twice
// happens once.
func (t *Till) signIn(c pos.SignIn) {
	switch {
	case t.staff.proving != nil:
	case !t.manned():
		t.answer(pos.Proof{Person: c.Person, Code: pos.CodeNotFound})
	default:
		t.prove(c.Person, c.PIN, nil)
	}
}

// approved does what the one at the till may not do by himself, once somebody who may has proven that he allows it.
func (t *Till) approved(c pos.Approved) {
	switch {
	case t.staff.proving != nil:
		return
	case !t.manned():
		t.answer(pos.Proof{Person: c.By, Code: pos.CodeNotFound})
		return
	case t.locked():
		t.say(pos.MsgWarn, "locked")
		t.answer(pos.Proof{Person: c.By, Code: pos.CodeForbidden})
		return
	}
	t.staff.touched = time.Now()
	if !t.approvable(c.Command) {
		t.answer(pos.Proof{Person: c.By, Code: pos.CodeInvalid})
		return
	}
	t.prove(c.By, c.PIN, c.Command)
}

// approvable reports whether a command is one that somebody may have to allow. What everybody may do is not done a tenth of a
// second late, by then perhaps to another cart; and who is at the till is nothing to be allowed.
func (t *Till) approvable(c pos.Command) bool {
	switch c.(type) {
	case nil, pos.SignIn, pos.Lock, pos.Approved, pos.Recover:
		return false
	case pos.CloseShift: // of a difference over the limit
		return true
	}
	return !pos.RoleCashier.May(t.deedOf(c))
}

// prove has a PIN looked at in a child goroutine: that takes a tenth of a second on purpose, which nothing waits for. The PIN
// is kept nowhere but there.
func (t *Till) prove(id pos.StaffID, pin pos.PIN, what pos.Command) {
	t.staff.asks++
	n, at := t.staff.asks, t.cfg.Clock.Now()
	t.staff.proving, t.dirty = &proving{n, what}, true
	t.kids.Go(func() {
		p, err := t.cfg.Staff.Prove(t.book, id, pin, at)
		p.ID = id
		t.box.put(proven{n, p, err})
	})
}

// answer tells the screens what became of a PIN.
func (t *Till) answer(p pos.Proof) {
	p.N = t.staff.answer.N + 1
	t.staff.answer, t.dirty = p, true
}

// proven is what looking at a PIN brought.
type proven struct {
	n   uint64
	who pos.Person // with an error the ID and Wait
	err error
}

func (e proven) handle(t *Till) {
	d := t.staff.proving
	if d == nil || d.n != e.n || t.work.Err() != nil { // the till was locked meanwhile, or stops: nobody waits for it
		return
	}
	t.staff.proving = nil
	t.readPeople() // also for how long it has to be waited now
	code := pos.CodeOf(e.err)
	if code != pos.CodeNone {
		if code != pos.CodeWrongPIN && code != pos.CodePINWait && code != pos.CodeNotFound {
			t.ledgerTrouble("prove PIN", e.err)
		}
		t.cfg.Log.Warn("PIN", "person", int64(e.who.ID), "code", code)
		t.answer(pos.Proof{Person: e.who.ID, Code: code, Until: e.who.Wait})
		return
	}
	who, here := t.person(e.who.ID) // as of now, not as of when the PIN was asked for
	switch {
	case !here:
		t.answer(pos.Proof{Person: e.who.ID, Code: pos.CodeNotFound})
	case d.what == nil:
		t.cfg.Log.Info("signed in", "person", who.Name, "role", who.Role)
		t.staff.who, t.staff.touched, t.staff.grants = who, time.Now(), nil
		t.answer(pos.Proof{Person: who.ID})
	case t.locked(): // who wanted it has left himself
		t.answer(pos.Proof{Person: who.ID, Code: pos.CodeForbidden})
	case !who.Role.May(t.deedOf(d.what)):
		t.answer(pos.Proof{Person: who.ID, Code: pos.CodeForbidden})
	default:
		t.staff.touched = time.Now()
		t.answer(pos.Proof{Person: who.ID})
		t.carryOut(d.what, who)
	}
}

// person finds somebody among the active.
func (t *Till) person(id pos.StaffID) (pos.Person, bool) {
	for _, p := range t.staff.people {
		if p.ID == id {
			return p, true
		}
	}
	return pos.Person{}, false
}

// readPeople reads who works here. Who was let go while at the till is at it no longer.
func (t *Till) readPeople() {
	if err := t.loadPeople(); err != nil {
		t.ledgerTrouble("read people", err)
		t.staff.again = time.Now().Add(retryLedger)
	}
}

func (t *Till) loadPeople() error {
	t.staff.again = time.Time{}
	if t.cfg.Staff == nil {
		return nil
	}
	all, err := t.cfg.Staff.People(t.book)
	if err != nil {
		return err
	}
	if t.cfg.Recovery != nil {
		if t.staff.recovery.RecoveryState, err = t.cfg.Recovery.Recovery(t.book); err != nil {
			return err
		}
	}
	var active []pos.Person
	for _, p := range all {
		if p.Active {
			active = append(active, p)
		}
	}
	t.staff.people, t.dirty = active, true
	t.staff.who, _ = t.person(t.staff.who.ID)
	return nil
}

// staffView is who is at the till, for the screens.
func (t *Till) staffView() pos.StaffView {
	s := t.staff
	return pos.StaffView{People: s.people, Who: s.who, Locked: t.locked(), Proving: s.proving != nil, Answer: s.answer, Recovery: s.recovery}
}
