package store

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"guitai/pos"
)

const (
	sqlAllShifts = `SELECT ` + shiftColumns + `, coalesce(h.float_entry, 0), coalesce(h.float_count, ''), coalesce(h.closed_by, ''), coalesce(h.last_seq, 0),
		coalesce(h.report, ''), coalesce(h.report_hash, '') FROM shift h ORDER BY h.id`
	sqlRangeDrawer  = `SELECT coalesce(sum(fen), 0) FROM posting WHERE account = 'cash:drawer' AND seq BETWEEN ? AND ?`
	sqlShiftCounts  = `SELECT ` + countColumns + `, c.head FROM drawer_count c WHERE c.shift = ? ORDER BY c.n`
	sqlAllMovements = `SELECT m.id, m.kind, m.amount, m.reason, m.by, m.approver, m.at, m.shift, h.day, m.entry, coalesce(h.last_seq, 0), j.body, coalesce(p.document, ''), coalesce(p.facts, '')
		FROM cash_movement m JOIN shift h ON h.id = m.shift JOIN journal j ON j.seq = m.entry LEFT JOIN print_job p ON p.id = m.job ORDER BY m.id`
	sqlAllXJobs = `SELECT id, facts FROM print_job WHERE document = 'x' ORDER BY id`
	sqlAllZJobs = `SELECT p.id, p.facts, h.report, j.hash FROM print_job p LEFT JOIN shift h ON h.z = p.z LEFT JOIN journal j ON j.seq = h.last_seq WHERE p.z IS NOT NULL ORDER BY p.id`
)

// spell is a row of the table shift as Verify reads it.
type spell struct {
	turn
	start      pos.Fen // in the drawer when its range begins, by the postings
	floatEntry int64
	floatCount []byte
	closedBy   string
	last       int64
	report     []byte
	hash       string
}

// shifts proves every shift from the journal: ranges that follow each other, what opened each, the float that was counted, every
// count, and every Z report made again from its entries, with its hash in the entry that ended the shift.
func (c *verifier) shifts() error {
	kinds := map[pos.EntryKind]int{}
	var before spell // the shift before
	var has pos.Fen  // in the drawer when the range begins
	from := map[int64]spell{}
	z := 0
	err := c.each(sqlAllShifts, func(rows *sql.Rows) error {
		var s spell
		err := rows.Scan(append(shiftFields(&s.turn), &s.floatEntry, &s.floatCount, &s.closedBy, &s.last, &s.report, &s.hash)...)
		if err != nil {
			return err
		}
		where := fmt.Sprintf("shift %d", s.ID)
		switch {
		case s.first != before.last+1 || before.ID != 0 && before.last == 0:
			c.fault(where, "does not begin where the one before it ends")
		case s.opened < s.first || s.last != 0 && s.last < s.opened || s.last > int64(c.verdict.Entries):
			c.fault(where, "covers entries %d to %d, and was opened with entry %d", s.first, s.last, s.opened)
		}
		if s.Z == 0 && s.last != 0 && z > 0 {
			c.fault(where, "has no report, and an earlier one has")
		}
		if err := c.opening(where, s, has, kinds); err != nil {
			return err
		}
		newest, err := c.counts(s, has)
		if err != nil {
			return err
		}
		if s.Z != 0 {
			z++
			kinds[pos.EntryShiftClosed]++
			if s.Z != z {
				c.fault(where, "its report is number %d and should be %d", s.Z, z)
			}
			if err := c.zReport(where, s, newest, has); err != nil {
				return err
			}
		}
		s.start = has
		from[s.first], before = spell{turn: s.turn, start: has}, s
		moved, err := c.moved(s.first, s.last)
		has += moved
		return err
	})
	if err != nil {
		return err
	}
	if err := c.movements(kinds); err != nil {
		return err
	}
	for _, kind := range []pos.EntryKind{pos.EntryShiftOpened, pos.EntryShiftClosed, pos.EntryCashIn, pos.EntryCashDrop, pos.EntryCashPaidOut} {
		if c.kinds[kind] != kinds[kind] {
			c.fault("journal", "has %d entries of %s for %d", c.kinds[kind], kind, kinds[kind])
		}
	}
	if err := c.zJobs(); err != nil {
		return err
	}
	return c.xJobs(from)
}

// moved is what the entries of a range did to the drawer.
func (c *verifier) moved(from, to int64) (fen pos.Fen, err error) {
	err = one(c.ctx, c, sqlRangeDrawer, []any{from, to}, &fen)
	return fen, err
}

// entry reads an entry of the journal; ok is false, and the fault told, when there is no such entry.
func (c *verifier) entry(where string, seq int64) (l pos.Link, e pos.Entry, ok bool, err error) {
	err = one(c.ctx, c, sqlLink, []any{seq}, &l.Seq, &l.Epoch, &l.Kind, &l.Body, &l.PrevHash, &l.Hash)
	if errors.Is(err, sql.ErrNoRows) {
		c.fault(where, "names entry %d, which is not there", seq)
		return l, e, false, nil
	}
	if err == nil {
		if e, err = l.Entry(); err != nil {
			c.fault(where, "its entry cannot be read: %v", err)
			return l, e, false, nil
		}
	}
	return l, e, err == nil, err
}

// opening checks what opened a shift, and its float.
func (c *verifier) opening(where string, s spell, has pos.Fen, kinds map[pos.EntryKind]int) error {
	_, e, ok, err := c.entry(where, s.opened)
	if err != nil || !ok {
		return err
	}
	if e.At != s.OpenedAt.UnixMilli() || e.Day != s.Day {
		c.fault(where, "was opened at another time than the entry that opened it")
	}
	switch {
	case s.floatEntry == s.opened && opener(e) != s.OpenedBy, s.floatEntry != s.opened && s.OpenedBy != "":
		c.fault(where, "was not opened by whom it says")
	}
	if s.floatEntry == 0 {
		return nil
	}
	kinds[pos.EntryShiftOpened]++
	var count pos.DrawerCount
	if err := json.Unmarshal(s.floatCount, &count); err != nil {
		c.fault(where, "its float cannot be read: %v", err)
		return nil
	}
	l, e, ok, err := c.entry(where, s.floatEntry)
	if err != nil || !ok {
		return err
	}
	sum, err := count.Sum()
	if err != nil {
		c.fault(where, "its float is no count")
		return nil
	}
	moved, err := c.moved(s.first, s.floatEntry-1)
	if err == nil {
		c.compare(where+" float", l, pos.FloatEntry(s.ID, has+moved, sum, opener(e), e.By, time.UnixMilli(e.At), s.Day))
	}
	return err
}

// opener is who counted the float of an entry: who it is by, unless that is who signed for him.
func opener(e pos.Entry) string {
	if e.Cashier != "" {
		return e.Cashier
	}
	return e.By
}

// counts checks every count of a shift and returns the newest.
func (c *verifier) counts(s spell, has pos.Fen) (newest pos.Counted, err error) {
	err = c.each(sqlShiftCounts, func(rows *sql.Rows) error {
		var n pos.Counted
		var count []byte
		var head int64
		if err := rows.Scan(append(countFields(&n, &count), &head)...); err != nil {
			return err
		}
		where := fmt.Sprintf("count %d", n.ID)
		if err := json.Unmarshal(count, &n.Count); err != nil {
			c.fault(where, "cannot be read: %v", err)
		}
		if sum, err := n.Count.Sum(); err != nil || sum != n.Sum {
			c.fault(where, "comes to %s and says %s", sum, n.Sum)
		}
		if n.Nth != newest.Nth+1 {
			c.fault(where, "is number %d of its shift and should be %d", n.Nth, newest.Nth+1)
		}
		if head < s.opened || s.last != 0 && head >= s.last {
			c.fault(where, "was not made in its shift")
		}
		moved, err := c.moved(s.first, head)
		if err == nil && has+moved != n.Expected {
			c.fault(where, "expected %s in the drawer, and the journal had %s", n.Expected, has+moved)
		}
		newest = n
		return err
	}, s.ID)
	return newest, err
}

// zReport makes a Z report again from its range and compares, and holds the entry of the close to it. newest is the shift's last
// count.
func (c *verifier) zReport(where string, s spell, newest pos.Counted, has pos.Fen) error {
	var r pos.ShiftReport
	if err := json.Unmarshal(s.report, &r); err != nil {
		c.fault(where, "its report cannot be read: %v", err)
		return nil
	}
	if digest(s.report) != s.hash {
		c.fault(where, "its report was changed: its hash is not that of what it says")
	}
	l, e, ok, err := c.entry(where, s.last)
	if err != nil || !ok {
		return err
	}
	c.compare(where+" closed", l, pos.ClosedEntry(s.ID, r, s.hash, e.Day))
	want, ok, err := c.made(where, s.turn, has, r, s.last-1)
	if err != nil || !ok {
		return err
	}
	want.Z, want.At, want.ClosedBy, want.Signer, want.Head = s.Z, s.ClosedAt.UnixMilli(), s.closedBy, r.Signer, l.PrevHash
	want.Cash.Counts, want.Cash.Reason, want.Cash.Kept, want.Cash.ToSafe = newest.Nth, r.Cash.Reason, r.Cash.Kept, r.Cash.ToSafe
	if r.Cash.Counted != nil {
		want.Cash.Counted, want.Cash.Count, want.Cash.Variance = &newest.Sum, &newest.Count, newest.Sum-want.Cash.Expected
	} else {
		want.Cash.Kept = want.Cash.Expected
	}
	if !sameReport(r, want) {
		c.fault(where, "its report says something else than its entries in the journal")
	}
	if err := r.Check(); err != nil {
		c.fault(where, "the figures of its report do not add up")
	}
	after, err := c.moved(s.first, s.last)
	if err == nil && has+after != r.Cash.Kept {
		c.fault(where, "left %s in the drawer, and its report says %s", has+after, r.Cash.Kept)
	}
	return err
}

// made makes a shift's report again from its first entry to another one. Of r it takes what nobody can make again: what was not at
// its end then. ok is false, and the fault told, when the entries do not make one.
func (c *verifier) made(where string, s turn, has pos.Fen, r pos.ShiftReport, to int64) (want pos.ShiftReport, ok bool, err error) {
	want = pos.ShiftReport{
		Day: s.Day, Number: s.Number, OpenedAt: s.OpenedAt.UnixMilli(), OpenedBy: s.OpenedBy, At: r.At, Open: r.Open, From: s.first, To: to,
	}
	l, _, ok, err := c.entry(where, to)
	if err != nil || !ok {
		return want, ok, err
	}
	if want.Head = l.Hash; l.Epoch > 1 {
		want.Epoch = l.Epoch
	}
	if want.Shop, want.Till, err = owner(c.ctx, c); err != nil {
		return want, false, err
	}
	err = addRange(c.ctx, c, &want, s.opened)
	if pos.CodeOf(err) == pos.CodeCorrupt {
		c.fault(where, "%v", err)
		return want, false, nil
	}
	want.Begin(has)
	return want, err == nil, err
}

// sameReport compares reports by what they say: a field that a later version added is in neither.
func sameReport(a, b pos.ShiftReport) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// movements checks the entry and the slip of all cash that moved without a sale.
func (c *verifier) movements(kinds map[pos.EntryKind]int) error {
	return c.each(sqlAllMovements, func(rows *sql.Rows) error {
		var m, slip pos.CashMovement
		var day pos.Day
		var entry, last int64
		var l pos.Link
		var document pos.Document
		var facts []byte
		err := rows.Scan(&m.ID, &m.Kind, &m.Amount, &m.Reason, &m.By, &m.Approver, instant{&m.At}, &m.Shift, &day, &entry, &last, &l.Body, &document, &facts)
		if err != nil {
			return err
		}
		where := fmt.Sprintf("movement %d", m.ID)
		kinds[pos.EntryKind(m.Kind)]++
		c.compare(where, l, pos.CashEntry(m, day))
		if last != 0 && entry >= last {
			c.fault(where, "is not of its shift")
		}
		if err := json.Unmarshal(facts, &slip); err != nil || document != pos.DocCash || !reflect.DeepEqual(slip, m) {
			c.fault(where, "its slip says something else")
		}
		return nil
	})
}

// zJobs checks that what is printed of a Z report is what was frozen.
func (c *verifier) zJobs() error {
	return c.each(sqlAllZJobs, func(rows *sql.Rows) error {
		var id int64
		var facts, report []byte
		var hash sql.NullString
		if err := rows.Scan(&id, &facts, &report, &hash); err != nil {
			return err
		}
		if want, err := zFacts(report, hash.String); err != nil || !bytes.Equal(facts, want) {
			c.fault(fmt.Sprintf("job %d", id), "does not print the Z report as it was frozen")
		}
		return nil
	})
}

// xJobs checks that what is printed of how a shift stood is how it stood. from has the shifts by their first entry.
func (c *verifier) xJobs(from map[int64]spell) error {
	return c.each(sqlAllXJobs, func(rows *sql.Rows) error {
		var id int64
		var facts []byte
		if err := rows.Scan(&id, &facts); err != nil {
			return err
		}
		where := fmt.Sprintf("job %d", id)
		var p pos.ShiftPaper
		s, known := from[0], false
		err := json.Unmarshal(facts, &p)
		if err == nil {
			s, known = from[p.Report.From]
		}
		if !known || p.Report.To < s.opened-1 {
			c.fault(where, "prints no shift as it stood")
			return nil
		}
		want, ok, err := c.made(where, s.turn, s.start, p.Report, p.Report.To)
		if want.ClosedBy = p.Report.ClosedBy; err == nil && ok && !sameReport(p.Report, want) {
			c.fault(where, "prints something else than the entries of its shift say")
		}
		return err
	})
}
