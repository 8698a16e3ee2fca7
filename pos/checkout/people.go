package checkout

import (
	"errors"
	"time"

	"guitai/pos"
)

// staffChange changes who works here in the books, by leave of somebody.
type staffChange func(by string, at time.Time) (pos.Person, error)

// changeStaff runs a change in a child goroutine, since what a PIN is proven with takes time to make, and says done when it is
// in the books.
func (t *Till) changeStaff(by pos.Person, change staffChange, done func(who pos.Person)) {
	if t.staff.changes || t.cfg.Staff == nil {
		t.say(pos.MsgInfo, "staff-busy")
		return
	}
	t.staff.changes = true
	at, name := t.cfg.Clock.Now(), by.Name
	t.kids.Go(func() {
		p, err := change(name, at)
		t.box.put(staffChanged{p, err, done})
	})
}

func (t *Till) addPerson(c pos.AddPerson, by pos.Person) {
	first := !t.manned()
	t.changeStaff(by, func(by string, at time.Time) (pos.Person, error) {
		return t.cfg.Staff.AddPerson(t.book, c.Name, c.Role, c.PIN, by, at)
	}, func(who pos.Person) {
		t.say(pos.MsgInfo, "staff-added", who.Name)
		if first && c.Recovery != "" {
			t.newRecovery(pos.NewRecovery{Code: c.Recovery}, who)
		}
	})
}

func (t *Till) changePerson(c pos.ChangePerson, by pos.Person) {
	t.changeStaff(by, func(by string, at time.Time) (pos.Person, error) {
		return t.cfg.Staff.ChangePerson(t.book, c.Person, by, at)
	}, func(who pos.Person) { t.say(pos.MsgInfo, "staff-changed", who.Name) })
}

func (t *Till) setPIN(c pos.SetPIN, by pos.Person) {
	t.changeStaff(by, func(by string, at time.Time) (pos.Person, error) {
		return pos.Person{ID: c.Person}, t.cfg.Staff.SetPIN(t.book, c.Person, c.PIN, by, at)
	}, func(who pos.Person) { t.say(pos.MsgInfo, "staff-pin", who.Name) })
}

// staffChanged is what became of a change of people.
type staffChanged struct {
	who  pos.Person
	err  error
	done func(who pos.Person)
}

// handle shows it. The first person, who is an owner, is at the till from then on: whoever sets up a lock is not locked out.
func (e staffChanged) handle(t *Till) {
	t.staff.changes = false
	first := !t.manned()
	t.readPeople()
	if e.err != nil {
		t.tellStaff(e.err)
		return
	}
	t.ledgerFine()
	if first {
		t.staff.who, _ = t.person(e.who.ID)
	}
	t.staff.touched = time.Now()
	if who, here := t.person(e.who.ID); here {
		e.who = who
	}
	e.done(e.who)
}

// tellStaff says why a change of people was refused, or that nobody knows whether it was made.
func (t *Till) tellStaff(err error) {
	code := pos.CodeOf(err)
	switch {
	case errors.Is(err, pos.ErrName):
		t.say(pos.MsgWarn, "staff-name")
	case errors.Is(err, pos.ErrTaken):
		t.say(pos.MsgWarn, "staff-taken")
	case errors.Is(err, pos.ErrRole):
		t.say(pos.MsgWarn, "staff-role")
	case errors.Is(err, pos.ErrNoOwner):
		t.say(pos.MsgWarn, "staff-no-owner")
	case errors.Is(err, pos.ErrPIN):
		t.say(pos.MsgWarn, "staff-pin-form")
	case errors.Is(err, pos.ErrEasyPIN):
		t.say(pos.MsgWarn, "staff-pin-easy")
	case code == pos.CodeNotFound, code == pos.CodeInvalid, code == pos.CodeConflict:
		t.say(pos.MsgWarn, "staff-refused")
	default:
		t.ledgerTrouble("change staff", err)
	}
}
