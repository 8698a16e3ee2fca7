package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"guitai/pos"
)

// maxFaults is how many faults Verify lists; a ledger with more is no better known by more lines.
const maxFaults = 200

// Fault is one thing that the ledger should be and is not.
type Fault struct {
	Where string // the noun and its number: "sale 12", "entry 40", "day 2026-11-20"
	What  string
}

func (f Fault) String() string { return f.Where + ": " + f.What }

// Verdict is what Verify found. Not more than 200 faults are listed.
type Verdict struct {
	Entries  int // of the journal
	Sales    int // closed ones
	Payments int
	Faults   []Fault
}

// OK reports whether the ledger proves itself.
func (v Verdict) OK() bool { return len(v.Faults) == 0 }

// verifier collects what one pass over the ledger finds.
type verifier struct {
	ctx context.Context
	handle
	verdict Verdict
	totals  map[totalKey]totalSum
	kinds   map[pos.EntryKind]int
	balance map[pos.Account]pos.Fen // of the whole journal
	opened  string                  // what the entry that opens the journal says of whose the ledger is
}

type totalKey struct {
	day     pos.Day
	account string
}

type totalSum struct {
	fen pos.Fen
	n   int
}

// Verify proves the ledger at one moment, from the file's pages up: SQLite's own checks and the schema; the hash chain
// without gaps; postings that equal their entries and sum to zero; the totals of every day and month computed again; every closed
// sale with one receipt number, one entry that says what the sale and its payment say, lines that make its sum and one
// print job; every exception and every refund with the entries that its rows lead to, and the balances of what is owed and of
// what is on its way back; evidence that leads to the state of every payment and refund; every shift with its range of the journal, its float,
// its counts and its Z report, which is made again and compared; cash that moved without a sale; who works here. It streams, so memory does
// not grow with the ledger, and the till may go on meanwhile. What only describes (the name on a line, a cashier, a
// category) is not proven by sums and hashes.
//
// A fault is an answer, not an error: an error means that Verify could not finish. CodeCorrupt when the file is so damaged
// that it cannot be read on.
func (s *Store) Verify(ctx context.Context) (Verdict, error) {
	var verdict Verdict
	err := s.view(ctx, "verify ledger", func(v handle) error {
		c := &verifier{ctx: ctx, handle: v, totals: map[totalKey]totalSum{}, kinds: map[pos.EntryKind]int{}, balance: map[pos.Account]pos.Fen{}}
		for _, check := range []func() error{
			c.file, c.schema, c.journal, c.owner, c.dayTotals, c.closedSales, c.parts, c.givenBack, c.saleTotals, c.monthItems, c.exceptions, c.refunds, c.balances, c.evidence,
			c.shifts, c.staff, c.notices, c.catalogue, c.counter, c.bills, c.statements,
		} {
			if err := check(); err != nil {
				verdict = c.verdict
				return err
			}
		}
		verdict = c.verdict
		return nil
	})
	return verdict, err
}

func (c *verifier) fault(where string, format string, args ...any) {
	if len(c.verdict.Faults) < maxFaults {
		c.verdict.Faults = append(c.verdict.Faults, Fault{where, fmt.Sprintf(format, args...)})
	}
}

func (c *verifier) each(query string, f func(*sql.Rows) error, args ...any) error {
	return each(c.ctx, c, query, args, f)
}

const (
	sqlAllLinks    = `SELECT seq, epoch, kind, body, prev_hash, hash FROM journal ORDER BY seq`
	sqlAllPostings = `SELECT seq, account, fen FROM posting ORDER BY seq, n`
)

// posted is one row of the table posting.
type posted struct {
	seq int64
	pos.Posting
}

// journal walks the chain and its postings side by side.
func (c *verifier) journal() error {
	side, err := c.cursor(sqlAllPostings)
	if err != nil {
		return err
	}
	defer side.close()
	prev := pos.Link{Hash: pos.ChainStart}
	var next posted
	more, err := side.next(&next.seq, &next.Account, &next.Fen)
	if err != nil {
		return err
	}
	err = c.each(sqlAllLinks, func(rows *sql.Rows) error {
		var l pos.Link
		if err := rows.Scan(&l.Seq, &l.Epoch, &l.Kind, &l.Body, &l.PrevHash, &l.Hash); err != nil {
			return err
		}
		for more && next.seq < l.Seq {
			c.fault(fmt.Sprintf("posting of entry %d", next.seq), "has no entry")
			if more, err = side.next(&next.seq, &next.Account, &next.Fen); err != nil {
				return err
			}
		}
		var mine []pos.Posting
		for more && next.seq == l.Seq {
			mine = append(mine, next.Posting)
			if more, err = side.next(&next.seq, &next.Account, &next.Fen); err != nil {
				return err
			}
		}
		c.link(prev, l, mine)
		prev = l
		return nil
	})
	if err != nil {
		return err
	}
	if more {
		c.fault(fmt.Sprintf("posting of entry %d", next.seq), "has no entry")
	}
	return c.head(prev)
}

// link checks one entry against the one before it and its postings, and adds it to the totals.
func (c *verifier) link(prev, l pos.Link, mine []pos.Posting) {
	c.verdict.Entries++
	where := fmt.Sprintf("entry %d", l.Seq)
	if l.Seq != prev.Seq+1 {
		c.fault(where, "follows entry %d", prev.Seq)
	}
	if l.PrevHash != prev.Hash {
		c.fault(where, "does not carry the hash of the entry before it")
	}
	if l.Sum() != l.Hash {
		c.fault(where, "was changed: its hash is not that of what it says")
	}
	if l.Epoch < prev.Epoch {
		c.fault(where, "is of an earlier epoch than the entry before it")
	}
	e, err := l.Entry()
	if err != nil {
		c.fault(where, "cannot be read: %v", err)
		return
	}
	if (l.Seq == 1) != (l.Kind == pos.EntryOpened) {
		c.fault(where, "a ledger begins with the entry that opens it, once")
	}
	if e.Kind != l.Kind {
		c.fault(where, "is a %s and says it is a %s", l.Kind, e.Kind)
	}
	if !e.Balanced() {
		c.fault(where, "its postings do not sum to zero")
	}
	if !slices.Equal(e.Postings, mine) {
		c.fault(where, "its postings are not those in the books")
	}
	c.kinds[e.Kind]++
	if e.Kind == pos.EntryOpened {
		c.opened = e.Note
	}
	for _, p := range e.Postings {
		c.balance[p.Account] += p.Fen
		if e.Kind == pos.EntrySale && p.Account == pos.Sales {
			continue // counted below, with sales of nothing
		}
		c.count(e.Day, string(p.Account), p.Fen)
	}
	if e.Kind == pos.EntrySale {
		var gross pos.Fen
		for _, p := range e.Postings {
			if p.Account == pos.Sales {
				gross += p.Fen
			}
		}
		c.count(e.Day, string(pos.Sales), gross)
	}
}

func (c *verifier) count(day pos.Day, account string, fen pos.Fen) {
	k := totalKey{day, account}
	t := c.totals[k]
	c.totals[k] = totalSum{t.fen + fen, t.n + 1}
}

// head checks that the journal ends where it says.
func (c *verifier) head(last pos.Link) error {
	var seq int64
	var hash string
	err := one(c.ctx, c, sqlHead, nil, &seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		c.fault("journal", "its end is not recorded")
		return nil
	}
	if err == nil && (seq != last.Seq || hash != last.Hash) {
		c.fault("journal", "ends with entry %d and should end with entry %d", last.Seq, seq)
	}
	var epoch int
	if err == nil {
		epoch, err = settingNumber(c.ctx, c, settingEpoch)
	}
	if err == nil && epoch < last.Epoch {
		c.fault("journal", "is of epoch %d and the ledger of epoch %d", last.Epoch, epoch)
	}
	return err
}

const (
	// What closed a sale counts on the day it did, which is the payment's; its parts and what came back for it count on that day, too.
	sqlTenderSums = `SELECT day, 'tender:' || tender, sum(amount), count(*) FROM (
			SELECT day, tender, amount FROM payment p WHERE state = 'paid' AND (part = 0 OR NOT EXISTS (SELECT 1 FROM sale_part q WHERE q.payment = p.id))
			UNION ALL SELECT s.day, p.tender, p.amount FROM sale_part q JOIN payment p ON p.id = q.payment AND p.state = 'paid' JOIN sale s ON s.id = q.sale AND s.state = 'closed'
			UNION ALL SELECT s.day, f.tender, f.amount FROM sale_credit c JOIN refund f ON f.id = c.refund AND f.state = 'done' JOIN sale s ON s.id = c.sale AND s.state = 'closed')
		GROUP BY day, tender`
	sqlAllTotals = `SELECT day, account, fen, n FROM day_total WHERE NOT ` + ofSales + ` ORDER BY day, account`
)

// dayTotals compares the totals kept with those the journal and the payments give.
func (c *verifier) dayTotals() error {
	scan := func(rows *sql.Rows, f func(totalKey, totalSum)) error {
		var k totalKey
		var t totalSum
		err := rows.Scan(&k.day, &k.account, &t.fen, &t.n)
		f(k, t)
		return err
	}
	err := c.each(sqlTenderSums, func(rows *sql.Rows) error {
		return scan(rows, func(k totalKey, t totalSum) { c.totals[k] = t })
	})
	if err != nil {
		return err
	}
	err = c.each(sqlAllTotals, func(rows *sql.Rows) error {
		return scan(rows, func(k totalKey, t totalSum) { c.sameTotal(k, t, c.totals) })
	})
	c.missingTotals(c.totals)
	return err
}

// sameTotal compares a total that is kept with the one that should be, and takes it out.
func (c *verifier) sameTotal(k totalKey, kept totalSum, totals map[totalKey]totalSum) {
	if want := totals[k]; want != kept {
		c.fault("day "+k.day.String(), "the total of %s is %s in %d and should be %s in %d", k.account, kept.fen, kept.n, want.fen, want.n)
	}
	delete(totals, k)
}

// missingTotals are those that should be kept and are not.
func (c *verifier) missingTotals(totals map[totalKey]totalSum) {
	for k, t := range totals {
		c.fault("day "+k.day.String(), "the total of %s is missing and should be %s in %d", k.account, t.fen, t.n)
	}
}

const sqlProvenSales = `SELECT ` + saleColumns + `, ` + paymentColumns + `, p.day, j.body, coalesce(x.decided_by, ''), coalesce(x.decided_why, ''), x.id IS NOT NULL,
	EXISTS (SELECT 1 FROM sale_part q WHERE q.sale = s.id) OR EXISTS (SELECT 1 FROM sale_credit c WHERE c.sale = s.id)
	FROM sale s JOIN payment p ON p.id = s.payment AND p.state = 'paid' JOIN journal j ON j.seq = s.entry
	LEFT JOIN exception x ON x.payment = p.id AND x.second = 0 ORDER BY s.id`

// closedSales makes the entry of every closed sale again from the sale and its payment and compares.
func (c *verifier) closedSales() error {
	err := c.each(sqlProvenSales, func(rows *sql.Rows) error {
		var s pos.Sale
		var p pos.Payment
		var day pos.Day
		var l pos.Link
		var d pos.Decision
		var decided, before bool
		fields := append(saleFields(&s), paymentFields(&p)...)
		if err := rows.Scan(append(fields, &day, &l.Body, &d.By, &d.Reason, &decided, &before)...); err != nil {
			return err
		}
		c.verdict.Sales++
		where := fmt.Sprintf("sale %d (%s)", s.ID, s.Receipt)
		var parts []pos.PartOf
		var sum pos.Fen
		if before {
			var err error
			if parts, sum, err = c.settledBefore(s.ID); err != nil {
				return err
			}
		}
		if p.Amount+sum != s.Net() {
			c.fault(where, "comes to %s and %s was taken", s.Net(), p.Amount+sum)
		}
		if day != s.Receipt.Day {
			c.fault(fmt.Sprintf("payment %d", p.ID), "was booked on %s and its sale on %s", day, s.Receipt.Day)
		}
		want := pos.SaleEntry(s, p, parts, s.ClosedAt, s.Receipt.Day)
		if decided {
			want = pos.SettledEntry(s, p, parts, d, s.ClosedAt, s.Receipt.Day)
		}
		c.compare(where, l, want)
		return nil
	})
	if err == nil && c.kinds[pos.EntrySale] != c.verdict.Sales {
		c.fault("journal", "has %d entries of sales for %d closed sales", c.kinds[pos.EntrySale], c.verdict.Sales)
	}
	return err
}

// compare checks that an entry says what the rows it was made from say.
func (c *verifier) compare(where string, l pos.Link, want pos.Entry) {
	if got, err := l.Entry(); err != nil || !reflect.DeepEqual(got, want) {
		c.fault(where, "its entry in the journal says something else")
	}
}

// compareAnyDay is compare for an entry whose day no row keeps.
func (c *verifier) compareAnyDay(where string, l pos.Link, want pos.Entry) {
	if got, err := l.Entry(); err == nil {
		want.Day = got.Day
	}
	c.compare(where, l, want)
}
