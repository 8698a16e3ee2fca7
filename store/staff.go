package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"guitai/pos"
)

const (
	personColumns = `id, name, role, active, wait`

	sqlPeople     = `SELECT ` + personColumns + ` FROM staff ORDER BY active DESC, name, id`
	sqlPerson     = `SELECT ` + personColumns + `, pin, wrong FROM staff WHERE id = ?`
	sqlNextPerson = `SELECT coalesce(max(id), 0) + 1 FROM staff`
	sqlNamesake   = `SELECT EXISTS (SELECT 1 FROM staff WHERE name = ? AND active = 1 AND id <> ?)`
	sqlOwners     = `SELECT count(*) FROM staff WHERE active = 1 AND role = 'owner' AND id <> ?`
	sqlAddPerson  = `INSERT INTO staff (id, name, role, active, pin, wrong) VALUES (?, ?, ?, 1, ?, 0)`
	sqlSetPerson  = `UPDATE staff SET name = ?, role = ?, active = ? WHERE id = ?`
	sqlSetPIN     = `UPDATE staff SET pin = ?, wrong = 0, wait = NULL WHERE id = ?`
	sqlSetWrong   = `UPDATE staff SET wrong = ?, wait = ? WHERE id = ?`
)

// What the journal says of staff, so that the list can be made again from it: each note begins with the word, the person's number and
// a colon.
const (
	saidAdded   = "added"
	saidChanged = "changed"
	saidPIN     = "PIN set"
	saidRefused = "PIN refused"
	saidCode    = "recovery code made"
	saidUsed    = "recovery code used"
	saidNoCode  = "recovery code refused"
)

// said is the note of an entry about a person.
func said(word string, p pos.Person, more string) string {
	return strings.TrimSpace(fmt.Sprintf("%s %d: %q %s", word, p.ID, p.Name, more))
}

// standing of a person in a note: "(manager)", "(manager, left)".
func roleNote(p pos.Person) string {
	if !p.Active {
		return "(" + string(p.Role) + ", left)"
	}
	return "(" + string(p.Role) + ")"
}

// saysStaff reports whether a note reads like one of the ledger's own about staff.
func saysStaff(note string) bool {
	return slices.ContainsFunc([]string{saidAdded, saidChanged, saidPIN, saidRefused, saidCode, saidUsed, saidNoCode}, func(word string) bool { return note == word || strings.HasPrefix(note, word+" ") })
}

var errLeft = errors.New("this person has left")

// employee is a person with what the PIN is proven with.
type employee struct {
	pos.Person
	pin   string
	wrong int
}

func personFields(p *pos.Person) []any {
	return []any{&p.ID, &p.Name, &p.Role, &p.Active, instant{&p.Wait}}
}

func person(ctx context.Context, h handle, id pos.StaffID) (e employee, err error) {
	err = one(ctx, h, sqlPerson, []any{int64(id)}, append(personFields(&e.Person), &e.pin, &e.wrong)...)
	if errors.Is(err, sql.ErrNoRows) {
		err = pos.E(pos.CodeNotFound, "find person", errors.New("there is no such person"))
	}
	return e, err
}

// People implements [pos.Staff].
func (s *Store) People(ctx context.Context) (all []pos.Person, err error) {
	err = s.read(ctx, "read staff", func(h handle) error {
		return each(ctx, h, sqlPeople, nil, func(rows *sql.Rows) error {
			var p pos.Person
			err := rows.Scan(personFields(&p)...)
			all = append(all, p)
			return err
		})
	})
	return all, err
}

// Prove implements [pos.Staff]. A try is counted before it is looked at, and the count forgotten when the PIN is right: neither a till
// that is killed meanwhile, nor a disk that is full, nor another try at the same moment gives one that does not count. The work is
// done outside the writer, so that nobody's sale waits for it, one PIN at a time.
//
// A wait goes by the clock. One that is set back makes none longer than it was; who may set it forward can shorten one, and needs
// no PIN to read the file either.
func (s *Store) Prove(ctx context.Context, id pos.StaffID, pin pos.PIN, at time.Time) (pos.Person, error) {
	const op = "prove PIN"
	select { // 64 MiB for each would be too much for a till
	case s.proving <- struct{}{}:
		defer func() { <-s.proving }()
	case <-ctx.Done():
		return pos.Person{}, fail(op, ctx.Err())
	}
	at = whole(s.moment(at))
	e, err := s.tryPIN(ctx, id, at)
	if err != nil {
		return e.Person, err
	}
	right, err := proves(pin, e.pin)
	if err != nil {
		return e.Person, pos.E(pos.CodeCorrupt, op, err)
	}
	ctx = context.WithoutCancel(ctx) // what was tried is answered
	if !right {
		if wait := pos.PINWait(e.wrong); wait > 0 {
			err = s.write(ctx, op, func(t *tx) error {
				_, err := t.bookStaff(said(saidRefused, e.Person, fmt.Sprintf("(%d wrong in a row)", e.wrong)), "", "", at)
				return err
			})
		}
		if err == nil {
			err = pos.E(pos.CodeWrongPIN, op, nil)
		}
		return e.Person, err
	}
	err = s.write(ctx, op, func(t *tx) error {
		now, err := person(t.ctx, t, id)
		switch {
		case err != nil:
			return err
		case !now.Active:
			return pos.E(pos.CodeNotFound, op, errLeft)
		case now.pin != e.pin: // it was changed meanwhile, and its wrong ones were forgotten
			return pos.E(pos.CodeWrongPIN, op, nil)
		}
		_, err = t.exec(sqlSetWrong, 0, nil, int64(id))
		return err
	})
	e.Wait = time.Time{}
	return e.Person, err
}

// tryPIN counts a try, unless the person has to wait. The person comes with the wait that the try begins if it is wrong.
func (s *Store) tryPIN(ctx context.Context, id pos.StaffID, at time.Time) (e employee, err error) {
	const op = "prove PIN"
	waits := false
	err = s.write(ctx, op, func(t *tx) error {
		if e, err = person(t.ctx, t, id); err != nil {
			return err
		}
		if !e.Active {
			return pos.E(pos.CodeNotFound, op, errLeft)
		}
		if waits = e.Wait.After(at); waits {
			// What is longer than the rule makes it was begun under a clock that was ahead.
			if most := at.Add(pos.PINWait(e.wrong)); e.Wait.After(most) {
				e.Wait = most
				_, err := t.exec(sqlSetWrong, e.wrong, ms(most), int64(id))
				return err
			}
			return nil
		}
		e.wrong++
		if e.Wait = (time.Time{}); pos.PINWait(e.wrong) > 0 {
			e.Wait = whole(at.Add(pos.PINWait(e.wrong)))
		}
		_, err := t.exec(sqlSetWrong, e.wrong, ms(e.Wait), int64(id))
		return err
	})
	if err == nil && waits {
		err = pos.E(pos.CodePINWait, op, nil)
	}
	return e, err
}

// AddPerson implements [pos.Staff].
func (s *Store) AddPerson(ctx context.Context, name string, role pos.Role, pin pos.PIN, by string, at time.Time) (pos.Person, error) {
	const op = "add person"
	p := pos.Person{Role: role, Active: true}
	var err error
	if p.Name, err = pos.CleanName(name); err != nil {
		return pos.Person{}, err
	}
	if err := pin.Check(); err != nil {
		return pos.Person{}, err
	}
	secret := proof(pin)
	err = s.write(ctx, op, func(t *tx) error {
		if err := t.mayBe(op, p); err != nil {
			return err
		}
		if err := t.one(sqlNextPerson, nil, &p.ID); err != nil {
			return err
		}
		if _, err := t.exec(sqlAddPerson, int64(p.ID), p.Name, string(p.Role), secret); err != nil {
			return err
		}
		_, err := t.bookStaff(said(saidAdded, p, roleNote(p)), by, secret, s.moment(at))
		return err
	})
	if err != nil {
		return pos.Person{}, err
	}
	return p, nil
}

// ChangePerson implements [pos.Staff]. What changes nothing is not written.
func (s *Store) ChangePerson(ctx context.Context, p pos.Person, by string, at time.Time) (pos.Person, error) {
	const op = "change person"
	name, err := pos.CleanName(p.Name)
	if err != nil {
		return pos.Person{}, err
	}
	p.Name = name
	err = s.write(ctx, op, func(t *tx) error {
		was, err := person(t.ctx, t, p.ID)
		if err != nil {
			return err
		}
		if p.Wait = was.Wait; p == was.Person {
			return nil
		}
		if err := t.mayBe(op, p); err != nil {
			return err
		}
		if _, err := t.exec(sqlSetPerson, p.Name, string(p.Role), p.Active, int64(p.ID)); err != nil {
			return err
		}
		more := roleNote(p)
		if was.Name != p.Name {
			more += fmt.Sprintf(", was %q", was.Name)
		}
		_, err = t.bookStaff(said(saidChanged, p, more), by, "", s.moment(at))
		return err
	})
	if err != nil {
		return pos.Person{}, err
	}
	return p, nil
}

// mayBe refuses a person as he would be: an unknown role, a name that somebody else has, nobody left who is an owner.
func (t *tx) mayBe(op string, p pos.Person) error {
	if !slices.Contains(pos.Roles, p.Role) {
		return pos.E(pos.CodeInvalid, op, pos.ErrRole)
	}
	var taken bool
	if err := t.one(sqlNamesake, []any{p.Name, int64(p.ID)}, &taken); err != nil {
		return err
	}
	if taken && p.Active {
		return pos.E(pos.CodeInvalid, op, pos.ErrTaken)
	}
	if p.Active && p.Role == pos.RoleOwner {
		return nil
	}
	var owners int
	if err := t.one(sqlOwners, []any{int64(p.ID)}, &owners); err != nil {
		return err
	}
	if owners == 0 {
		return pos.E(pos.CodeInvalid, op, pos.ErrNoOwner)
	}
	return nil
}

// SetPIN implements [pos.Staff].
func (s *Store) SetPIN(ctx context.Context, id pos.StaffID, pin pos.PIN, by string, at time.Time) error {
	if err := pin.Check(); err != nil {
		return err
	}
	secret := proof(pin)
	return s.write(ctx, "set PIN", func(t *tx) error {
		e, err := person(t.ctx, t, id)
		if err != nil {
			return err
		}
		if _, err := t.exec(sqlSetPIN, secret, int64(id)); err != nil {
			return err
		}
		_, err = t.bookStaff(said(saidPIN, e.Person, ""), by, secret, s.moment(at))
		return err
	})
}

// bookStaff writes an entry about staff. secret is what a PIN is proven with now, empty when that did not change: the entry has its
// hash, which tells nobody anything without its salt.
func (t *tx) bookStaff(note, by, secret string, at time.Time) (int64, error) {
	at = t.s.booked(at)
	e := pos.Entry{Kind: pos.EntryStaff, At: at.UnixMilli(), Day: t.s.day(at), By: by, Note: note, Postings: []pos.Posting{}}
	if secret != "" {
		e.Document = digest([]byte(secret))
	}
	return t.book(e)
}
