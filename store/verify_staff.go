package store

import (
	"database/sql"
	"fmt"
	"strings"

	"guitai/pos"
)

const (
	sqlStaffEntries = `SELECT body FROM journal WHERE kind = 'staff' ORDER BY seq`
	sqlAllStaff     = `SELECT ` + personColumns + `, pin, wrong FROM staff ORDER BY id`
)

// staff makes the list of people again from the journal: who was added, as what, what was changed, which PIN was set. How many wrong
// ones were tried since is not in it.
func (c *verifier) staff() error {
	noted, secrets := map[pos.StaffID]string{}, map[pos.StaffID]string{} // what was said of each last; what proves the PIN
	added, code := 0, ""
	err := c.each(sqlStaffEntries, func(rows *sql.Rows) error {
		var l pos.Link
		if err := rows.Scan(&l.Body); err != nil {
			return err
		}
		e, err := l.Entry()
		if err != nil {
			return nil // told already
		}
		if e.Note == saidCode {
			code = e.Document
		}
		for _, word := range []string{saidAdded, saidChanged, saidPIN} {
			var id pos.StaffID
			rest, ok := strings.CutPrefix(e.Note, word+" ")
			if _, err := fmt.Sscanf(rest, "%d:", &id); !ok || err != nil {
				continue
			}
			if word != saidPIN {
				noted[id] = e.Note
			}
			if word != saidChanged {
				secrets[id] = e.Document
			}
			if word == saidAdded {
				added++
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	people := 0
	err = c.each(sqlAllStaff, func(rows *sql.Rows) error {
		var e employee
		if err := rows.Scan(append(personFields(&e.Person), &e.pin, &e.wrong)...); err != nil {
			return err
		}
		people++
		where := fmt.Sprintf("person %d", e.ID)
		rest, ok := strings.CutPrefix(noted[e.ID], said(saidChanged, e.Person, roleNote(e.Person)))
		if noted[e.ID] != said(saidAdded, e.Person, roleNote(e.Person)) && (!ok || rest != "" && !strings.HasPrefix(rest, ", was ")) {
			c.fault(where, "is not as the journal says")
		}
		if secrets[e.ID] != digest([]byte(e.pin)) {
			c.fault(where, "the PIN was not set by way of the journal")
		}
		if e.wrong < 0 || !e.Wait.IsZero() && e.wrong == 0 {
			c.fault(where, "contradicts itself")
		}
		return nil
	})
	if err == nil {
		err = c.recovery(code)
	}
	if err == nil && people != added {
		c.fault("journal", "added %d people, and there are %d", added, people)
	}
	return err
}

// recovery holds the recovery code against the journal: what it is proven with is what was put on record last.
func (c *verifier) recovery(code string) error {
	r, err := readRecovery(c.ctx, c)
	switch {
	case pos.CodeOf(err) == pos.CodeCorrupt:
		c.fault("recovery code", "cannot be read")
		return nil
	case err != nil:
		return err
	case r.Proof == "" && code != "":
		c.fault("recovery code", "is missing")
	case r.Proof != "" && digest([]byte(r.Proof)) != code:
		c.fault("recovery code", "was not made by way of the journal")
	}
	return nil
}
