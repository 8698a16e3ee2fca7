package checkout

import (
	"time"

	"guitai/pos"
)

// newRecovery makes another recovery code the one that counts. Of the code nothing is kept here, and nothing of it is in a snapshot: the
// screen that made it shows it once this says that it counts.
func (t *Till) newRecovery(c pos.NewRecovery, by pos.Person) {
	if t.cfg.Recovery == nil || t.staff.changes {
		t.coded(pos.CodeConflict)
		return
	}
	t.staff.changes = true
	at, name := t.cfg.Clock.Now(), by.Name
	t.kids.Go(func() {
		state, err := t.cfg.Recovery.SetRecovery(t.book, c.Code, name, at)
		t.box.put(recoveryMade{state, err})
	})
}

// coded tells the screens what became of a code.
func (t *Till) coded(code pos.Code) {
	t.staff.recovery.N++
	t.staff.recovery.Code, t.dirty = code, true
}

// recoveryMade is what became of a code that was to count.
type recoveryMade struct {
	state pos.RecoveryState
	err   error
}

func (e recoveryMade) handle(t *Till) {
	t.staff.changes = false
	t.staff.touched = time.Now()
	code := pos.CodeOf(e.err)
	if code == pos.CodeNone {
		t.ledgerFine()
		t.staff.recovery.RecoveryState = e.state
	} else if code != pos.CodeInvalid {
		t.ledgerTrouble("make recovery code", e.err)
	}
	t.coded(code)
}

// recoverPIN gives an owner who forgot the PIN another, once the recovery code is proven. It is for the lock alone: who is signed in has
// a PIN.
func (t *Till) recoverPIN(c pos.Recover) {
	switch {
	case t.staff.proving != nil:
	case !t.manned() || t.cfg.Recovery == nil:
		t.answer(pos.Proof{Person: c.Person, Code: pos.CodeNotFound})
	case !t.locked():
		t.answer(pos.Proof{Person: c.Person, Code: pos.CodeForbidden})
	default:
		t.staff.asks++
		n, at := t.staff.asks, t.cfg.Clock.Now()
		t.staff.proving, t.dirty = &proving{n: n}, true
		t.kids.Go(func() {
			p, err := t.cfg.Recovery.Recover(t.book, c.Recovering, at)
			p.ID = c.Person
			t.box.put(recovered{n, p, err})
		})
	}
}

// recovered is what trying a recovery code brought.
type recovered struct {
	n   uint64
	who pos.Person // with an error the ID and Wait
	err error
}

func (e recovered) handle(t *Till) {
	d := t.staff.proving
	if d == nil || d.n != e.n || t.work.Err() != nil { // the till stops: nobody waits for it
		return
	}
	t.staff.proving = nil
	t.readPeople()
	code := pos.CodeOf(e.err)
	if code != pos.CodeNone {
		if code != pos.CodeWrongPIN && code != pos.CodePINWait && code != pos.CodeNotFound && code != pos.CodeInvalid {
			t.ledgerTrouble("recover", e.err)
		}
		t.cfg.Log.Warn("recovery code", "person", int64(e.who.ID), "code", code)
		t.answer(pos.Proof{Person: e.who.ID, Code: code, Until: e.who.Wait})
		return
	}
	who, here := t.person(e.who.ID)
	if !here {
		t.answer(pos.Proof{Person: e.who.ID, Code: pos.CodeNotFound})
		return
	}
	t.cfg.Log.Warn("a new PIN by the recovery code", "person", who.Name)
	t.staff.who, t.staff.touched, t.staff.grants = who, time.Now(), nil
	t.coded(pos.CodeNone)
	t.answer(pos.Proof{Person: who.ID})
}
