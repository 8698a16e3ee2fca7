package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"guitai/pos"
)

// settingRecovery is what the recovery code is proven with, and how it was tried: a [recovery] as JSON. Missing for none.
const settingRecovery = "recovery"

// recovery is the recovery code as the ledger keeps it.
type recovery struct {
	Proof string `json:"proof"`
	Made  int64  `json:"made"` // ms
	Wrong int    `json:"wrong,omitempty"`
	Wait  int64  `json:"wait,omitempty"` // ms
}

func (r recovery) state() pos.RecoveryState {
	var s pos.RecoveryState
	if r.Proof != "" {
		s.Made = time.UnixMilli(r.Made)
	}
	if r.Wait != 0 {
		s.Wait = time.UnixMilli(r.Wait)
	}
	return s
}

// readRecovery reads it; zero for none.
func readRecovery(ctx context.Context, h handle) (r recovery, err error) {
	var value string
	switch err := one(ctx, h, sqlSetting, []any{settingRecovery}, &value); {
	case errors.Is(err, sql.ErrNoRows):
		return r, nil
	case err != nil:
		return r, fmt.Errorf("setting %s: %w", settingRecovery, err)
	}
	if err := json.Unmarshal([]byte(value), &r); err != nil || r.Proof == "" || r.Wrong < 0 || r.Wait != 0 && r.Wrong == 0 {
		return recovery{}, pos.E(pos.CodeCorrupt, "read recovery code", errProof)
	}
	return r, nil
}

func (t *tx) putRecovery(r recovery) error {
	value, err := json.Marshal(r)
	if err == nil {
		_, err = t.exec(sqlPutSetting, settingRecovery, string(value))
	}
	return err
}

// makeRecovery keeps what a code is proven with and puts on record that there is another one.
func (t *tx) makeRecovery(secret, by string, at time.Time) (recovery, error) {
	r := recovery{Proof: secret, Made: at.UnixMilli()}
	if err := t.putRecovery(r); err != nil {
		return r, err
	}
	_, err := t.bookStaff(saidCode, by, secret, at)
	return r, err
}

// Recovery implements [pos.Recoverer].
func (s *Store) Recovery(ctx context.Context) (state pos.RecoveryState, err error) {
	err = s.read(ctx, "read recovery code", func(h handle) error {
		r, err := readRecovery(ctx, h)
		state = r.state()
		return err
	})
	return state, err
}

// SetRecovery implements [pos.Recoverer].
func (s *Store) SetRecovery(ctx context.Context, code pos.RecoveryCode, by string, at time.Time) (pos.RecoveryState, error) {
	code, err := pos.ReadRecoveryCode(string(code))
	if err != nil {
		return pos.RecoveryState{}, err
	}
	secret := proof(pos.PIN(code))
	var r recovery
	err = s.write(ctx, "make recovery code", func(t *tx) error {
		r, err = t.makeRecovery(secret, by, whole(s.moment(at)))
		return err
	})
	if err != nil {
		return pos.RecoveryState{}, err
	}
	return r.state(), nil
}

// Recover implements [pos.Recoverer]. As with a PIN, a try is counted before it is looked at.
func (s *Store) Recover(ctx context.Context, r pos.Recovering, at time.Time) (pos.Person, error) {
	const op = "recover"
	code, err := pos.ReadRecoveryCode(string(r.Code))
	if err != nil {
		return pos.Person{}, err
	}
	next, err := pos.ReadRecoveryCode(string(r.Next))
	if err != nil {
		return pos.Person{}, err
	}
	if err := r.PIN.Check(); err != nil {
		return pos.Person{}, err
	}
	select {
	case s.proving <- struct{}{}:
		defer func() { <-s.proving }()
	case <-ctx.Done():
		return pos.Person{}, fail(op, ctx.Err())
	}
	at = whole(s.moment(at))
	kept, err := s.tryRecovery(ctx, r.Person, at)
	if err != nil {
		return pos.Person{ID: r.Person, Wait: kept.state().Wait}, err
	}
	right, err := proves(pos.PIN(code), kept.Proof)
	if err != nil {
		return pos.Person{}, pos.E(pos.CodeCorrupt, op, err)
	}
	ctx = context.WithoutCancel(ctx) // what was tried is answered
	if !right {
		err = s.write(ctx, op, func(t *tx) error {
			_, err := t.bookStaff(fmt.Sprintf("%s (%d wrong in a row)", saidNoCode, kept.Wrong), "", "", at)
			return err
		})
		if err == nil {
			err = pos.E(pos.CodeWrongPIN, op, nil)
		}
		return pos.Person{ID: r.Person, Wait: kept.state().Wait}, err
	}
	pin, another := proof(r.PIN), proof(pos.PIN(next))
	var e employee
	err = s.write(ctx, op, func(t *tx) error {
		now, err := readRecovery(t.ctx, t)
		if err != nil {
			return err
		}
		if now.Proof != kept.Proof { // another was made meanwhile
			return pos.E(pos.CodeWrongPIN, op, nil)
		}
		if e, err = ownerHere(t, r.Person); err != nil {
			return err
		}
		if _, err := t.bookStaff(said(saidUsed, e.Person, ""), "", "", at); err != nil {
			return err
		}
		if _, err := t.exec(sqlSetPIN, pin, int64(r.Person)); err != nil {
			return err
		}
		if _, err := t.bookStaff(said(saidPIN, e.Person, "by the recovery code"), e.Name, pin, at); err != nil {
			return err
		}
		_, err = t.makeRecovery(another, e.Name, at)
		return err
	})
	if err != nil {
		return pos.Person{ID: r.Person}, err
	}
	e.Wait = time.Time{}
	return e.Person, nil
}

// ownerHere is an owner who works here.
func ownerHere(t *tx, id pos.StaffID) (employee, error) {
	e, err := person(t.ctx, t, id)
	if err == nil && (!e.Active || e.Role != pos.RoleOwner) {
		err = pos.E(pos.CodeNotFound, "recover", errors.New("this person is no owner here"))
	}
	return e, err
}

// tryRecovery counts a try, unless it has to be waited.
func (s *Store) tryRecovery(ctx context.Context, id pos.StaffID, at time.Time) (r recovery, err error) {
	const op = "recover"
	waits := false
	err = s.write(ctx, op, func(t *tx) error {
		if _, err := ownerHere(t, id); err != nil {
			return err
		}
		if r, err = readRecovery(t.ctx, t); err != nil {
			return err
		}
		if r.Proof == "" {
			return pos.E(pos.CodeNotFound, op, errors.New("there is no recovery code"))
		}
		if waits = r.Wait > at.UnixMilli(); waits {
			// What is longer than the rule makes it was begun under a clock that was ahead.
			if most := at.Add(pos.PINWait(r.Wrong)).UnixMilli(); r.Wait > most {
				r.Wait = most
				return t.putRecovery(r)
			}
			return nil
		}
		r.Wrong++
		if r.Wait = 0; pos.PINWait(r.Wrong) > 0 {
			r.Wait = at.Add(pos.PINWait(r.Wrong)).UnixMilli()
		}
		return t.putRecovery(r)
	})
	if err == nil && waits {
		err = pos.E(pos.CodePINWait, op, nil)
	}
	return r, err
}
