package store

import (
	"database/sql"
	"fmt"
	"time"

	"guitai/pos"
)

// What the refunds of an exception had given back before an entry: only those that the journal has.
const backBefore = `(SELECT coalesce(sum(f.%s), 0) FROM refund f JOIN refund_event e ON e.refund = f.id
	WHERE f.exception = x.id AND e.to_state = 'done' AND e.entry < coalesce(x.%s, 9223372036854775807))`

var sqlProvenExceptions = `SELECT ` + heldColumns + `, ` + paymentColumns + `, p.day, x.day, x.told_at, x.returned_at, coalesce(a.body, ''), coalesce(b.body, ''), coalesce(d.body, ''),
		` + fmt.Sprintf(backBefore, "amount", "returned_entry") + `, ` + fmt.Sprintf(backBefore, "settlement", "returned_entry") + `,
		` + fmt.Sprintf(backBefore, "amount", "decided_entry") + `, ` + fmt.Sprintf(backBefore, "settlement", "decided_entry") + `,
		EXISTS (SELECT 1 FROM refund f JOIN refund_event e ON e.refund = f.id WHERE f.exception = x.id AND e.entry = x.returned_entry),
		(SELECT count(*) FROM refund f WHERE f.exception = x.id AND (f.state = 'asked' OR f.state = 'accepted' OR f.state = 'stuck')),
		(SELECT coalesce(sum(f.amount), 0) FROM refund f WHERE f.exception = x.id AND f.state = 'done'),
		(SELECT coalesce(sum(o.fen), 0) FROM posting o WHERE o.account = 'wechat:exceptions' AND o.seq IN (SELECT x.entry UNION SELECT x.decided_entry
			UNION SELECT x.returned_entry UNION SELECT e.entry FROM refund f JOIN refund_event e ON e.refund = f.id WHERE f.exception = x.id))
	FROM exception x JOIN payment p ON p.id = x.payment LEFT JOIN journal a ON a.seq = x.entry LEFT JOIN journal b ON b.seq = x.returned_entry
	LEFT JOIN journal d ON d.seq = x.decided_entry ORDER BY x.id`

// proven is an exception as Verify reads it.
type proven struct {
	held
	payment             pos.Payment
	paid, day           pos.Day // that the payment, and the exception, were booked on
	toldAt, returnedAt  time.Time
	came, gone, settled pos.Link // what its entries say: that it came, that it went back, what was decided
	before, beforeNet   pos.Fen  // that refunds had given back before the whole was
	until, untilNet     pos.Fen  // and before it was decided
	byRefund            bool     // the entry of the return is a refund's
	live                int
	back                pos.Fen
	owed                pos.Fen // what all its entries together post to the exceptions' account
}

// exceptions makes the entries of every exception again and compares, and holds its state to them.
func (c *verifier) exceptions() error {
	kinds := map[pos.EntryKind]int{}
	var owed pos.Fen
	err := c.each(sqlProvenExceptions, func(rows *sql.Rows) error {
		var x proven
		fields := append(append(heldFields(&x.held), paymentFields(&x.payment)...), &x.paid, &x.day, instant{&x.toldAt}, instant{&x.returnedAt}, &x.came.Body, &x.gone.Body, &x.settled.Body,
			&x.before, &x.beforeNet, &x.until, &x.untilNet, &x.byRefund, &x.live, &x.back, &x.owed)
		if err := rows.Scan(fields...); err != nil {
			return err
		}
		owed += x.owed
		c.exception(&x, kinds)
		return nil
	})
	if err != nil {
		return err
	}
	for _, kind := range []pos.EntryKind{pos.EntryException, pos.EntryHanded, pos.EntryNoted} {
		if c.kinds[kind] != kinds[kind] {
			c.fault("journal", "has %d entries of %s for %d", c.kinds[kind], kind, kinds[kind])
		}
	}
	c.kinds[pos.EntryReversed] -= kinds[pos.EntryReversed] // the others are refunds'
	if c.balance[pos.WeChatExceptions] != owed {
		c.fault("journal", "owes %s for exceptions, and they come to %s", -c.balance[pos.WeChatExceptions], -owed)
	}
	return nil
}

func (c *verifier) exception(x *proven, kinds map[pos.EntryKind]int) {
	where := fmt.Sprintf("exception %d", x.ID)
	if !x.Second {
		c.firstException(where, x)
	}
	at, compare := x.At, c.compare
	if !x.toldAt.IsZero() { // its day is the one it came on, its entry's the one its amount was learned on
		at, compare = x.toldAt, c.compareAnyDay
	}
	want, ok := pos.ExceptionEntry(x.money(x.payment, x.Amount, x.Settlement), at, x.day)
	switch {
	case ok != (len(x.came.Body) > 0):
		c.fault(where, "money of the shop's currency has an entry, other money has none")
	case ok:
		kinds[pos.EntryException]++
		compare(where, x.came, want)
	}
	c.exceptionBack(where, x, kinds)
	c.exceptionDecided(where, x, kinds)
	c.exceptionState(where, x)
}

// exceptionBack checks the entry of the money's return.
func (c *verifier) exceptionBack(where string, x *proven, kinds map[pos.EntryKind]int) {
	if len(x.gone.Body) == 0 || x.byRefund {
		return
	}
	kinds[pos.EntryReversed]++
	x.Returned, x.net = x.before, x.beforeNet
	amount, settlement := x.left()
	want, _ := x.undone(x.payment, amount, settlement, x.returnedAt, x.day)
	c.compareAnyDay(where+" returned", x.gone, want)
}

// exceptionDecided checks the entry of what a person did with the money. That of a sale it settled is checked with the sale.
func (c *verifier) exceptionDecided(where string, x *proven, kinds map[pos.EntryKind]int) {
	written := x.State == pos.ExceptionCash || x.State == pos.ExceptionNoted
	x.Returned, x.net = x.until, x.untilNet
	want, ok := pos.DecidedEntry(x.rest(), x.Decided, x.Decided.At, x.day)
	booked := len(x.settled.Body) > 0
	switch {
	case !written && (x.State == pos.ExceptionSettled) != booked, written && (ok && x.entry != 0) != booked:
		c.fault(where, "is %s and its decision is not in the journal as it should", x.State)
	case written && booked:
		kinds[want.Kind]++
		c.compareAnyDay(where+" decided", x.settled, want)
	}
	if ends := decidedState[x.Decided.Action]; x.State.Ended() && x.State != pos.ExceptionReturned && ends != x.State || !x.State.Ended() && ends != "" {
		c.fault(where, "is %s, and what was decided is %q", x.State, x.Decided.Action)
	}
}

// exceptionState holds the state to the refunds and to what the entries leave owed.
func (c *verifier) exceptionState(where string, x *proven) {
	left := -x.owed
	due := pos.Fen(0)
	switch {
	case !x.State.Ended():
		if x.entry != 0 {
			due = x.Amount - x.back
		}
		if (x.State == pos.ExceptionGiving) != (x.live > 0) {
			c.fault(where, "is %s with %d refunds on their way", x.State, x.live)
		}
		if !x.returnedAt.IsZero() {
			c.fault(where, "is %s and is said to be back", x.State)
		}
	case x.State == pos.ExceptionReturned:
		if x.returnedAt.IsZero() {
			c.fault(where, "is back since nobody knows when")
		}
		if x.back < x.Amount && (x.byRefund || x.entry != 0 && len(x.gone.Body) == 0) {
			c.fault(where, "is said to be back, and %s of %s is", x.back, x.Amount)
		}
	}
	if left != due {
		c.fault(where, "is %s, and the books owe %s for it and not %s", x.State, left, due)
	}
}

// firstException checks a payment's own exception against the payment.
func (c *verifier) firstException(where string, x *proven) {
	p := x.payment
	want, reason := pos.Exception, x.Reason
	switch {
	case x.State == pos.ExceptionSettled:
		want, reason = pos.Paid, pos.ExceptNone
	case !x.returnedAt.IsZero():
		want = pos.Refunded
	}
	if p.State != want {
		c.fault(where, "its payment %d is %s and should be %s", p.ID, p.State, want)
	}
	if p.Amount != x.Amount || p.Settlement != x.Settlement || p.Currency != x.Currency || p.TransactionID != x.TransactionID || p.Reason != reason {
		c.fault(where, "its payment %d says something else", p.ID)
	}
	if want != pos.Paid && x.paid != x.day && x.Reason != pos.ExceptPart { // a part was booked on the day it came
		c.fault(where, "its payment %d was booked on %s", p.ID, x.paid)
	}
}

const (
	sqlProvenRefunds = `SELECT ` + refundColumns + ` FROM refund f LEFT JOIN payment q ON q.id = f.payment LEFT JOIN refund_request b ON b.refund = f.id ORDER BY f.id`
	sqlProvenEvents  = `SELECT e.refund, e.n, e.at, e.from_state, e.to_state, e.settlement, e.signal, coalesce(e.entry, 0), coalesce(j.body, '') FROM refund_event e
		LEFT JOIN journal j ON j.seq = e.entry ORDER BY e.refund, e.n`
	sqlVerifiedPayment = `SELECT ` + paymentColumns + ` FROM payment p WHERE p.id = ?`
)

// told is one row of refund_event as the check needs it.
type told struct {
	refund     pos.RefundID
	n          int
	at         time.Time
	from, to   pos.RefundState
	settlement pos.Fen
	signal     pos.RefundSignalKind
	entry      pos.Link
}

// refunds follows every refund through its evidence, the two tables side by side, and makes its entries again.
func (c *verifier) refunds() error {
	side, err := c.cursor(sqlProvenEvents)
	if err != nil {
		return err
	}
	defer side.close()
	var e told
	next := func() (bool, error) {
		return side.next(&e.refund, &e.n, instant{&e.at}, &e.from, &e.to, &e.settlement, &e.signal, &e.entry.Seq, &e.entry.Body)
	}
	more, err := next()
	if err != nil {
		return err
	}
	kinds := map[pos.EntryKind]int{}
	err = c.each(sqlProvenRefunds, func(rows *sql.Rows) error {
		var r pos.Refund
		if err := rows.Scan(refundFields(&r)...); err != nil {
			return err
		}
		where := fmt.Sprintf("refund %d", r.ID)
		state, n, done := pos.RefundState(""), 0, false
		for ; more && e.refund <= r.ID; more, err = next() {
			if n++; e.refund != r.ID || e.n != n {
				c.fault(where, "a line of its evidence is missing")
			}
			if e.from != state {
				c.fault(where, "its evidence goes on from %q where it was %q", e.from, state)
			}
			if err := c.refundEntry(where, r, e, kinds); err != nil {
				return err
			}
			state = e.to
			done = done || state == pos.RefundDone && len(e.entry.Body) > 0
		}
		if err == nil && r.State == pos.RefundDone && r.Exception != 0 && !done {
			err = c.refundUnbooked(where, r)
		}
		if err == nil && state != r.State {
			c.fault(where, "is %s and its evidence says %q", r.State, state)
		}
		return err
	})
	if err != nil {
		return err
	}
	if more {
		c.fault(fmt.Sprintf("evidence of refund %d", e.refund), "has no refund")
	}
	for _, kind := range []pos.EntryKind{pos.EntryRefundTaken, pos.EntryRefundDone, pos.EntryRefundClosed, pos.EntryRefundCash, pos.EntryRefundOther, pos.EntryExchange, pos.EntryReversed} {
		if c.kinds[kind] != kinds[kind] {
			c.fault("journal", "has %d entries of %s for %d", c.kinds[kind], kind, kinds[kind])
		}
	}
	return nil
}

// refundEntry checks the entry that one line of a refund's evidence made.
func (c *verifier) refundEntry(where string, r pos.Refund, e told, kinds map[pos.EntryKind]int) error {
	booked := len(e.entry.Body) > 0
	if late := r.Exception != 0 && e.signal == refLate && e.to == pos.RefundDone; e.from == e.to && !late {
		if booked {
			c.fault(where, "booked something without having moved")
		}
		return nil
	}
	at := r
	at.State = e.to
	if e.to != pos.RefundDone {
		at.Settlement = 0
	} else if e.settlement != r.Settlement {
		c.fault(where, "its evidence says that %s came off the shop and not %s", e.settlement, r.Settlement)
	}
	var want pos.Entry
	var ok bool
	switch {
	case r.Exception == 0:
		want, ok = pos.RefundEntry(at, taken(e.from), e.at, 0)
	case booked: // whether it should be, the balances prove
		var p pos.Payment
		var x held
		if err := one(c.ctx, c, sqlVerifiedPayment, []any{int64(r.Payment)}, paymentFields(&p)...); err != nil {
			return err
		}
		if err := one(c.ctx, c, sqlHeld, []any{int64(r.Exception)}, heldFields(&x)...); err != nil {
			return err
		}
		if x.spent() && e.entry.Seq > x.decided {
			want, ok = spentBy(at, taken(e.from), e.at, 0)
		} else if e.to == pos.RefundDone {
			want, ok = returnedBy(p, &x, at, e.at, 0)
		}
	}
	if ok != booked {
		c.fault(where, "what it booked on its way to %s is not what it should", e.to)
		return nil
	}
	if ok {
		kinds[want.Kind]++
		// An entry made before the books knew who is at the till names only who allowed it.
		if got, err := e.entry.Entry(); err == nil && got.Cashier == "" && got.By == r.Approver {
			want.By, want.Cashier = r.Approver, ""
		}
		c.compareAnyDay(where, e.entry, want)
	}
	return nil
}

// refundUnbooked checks an exception's refund that is done and booked nothing.
func (c *verifier) refundUnbooked(where string, r pos.Refund) error {
	var x held
	err := one(c.ctx, c, sqlHeld, []any{int64(r.Exception)}, heldFields(&x)...)
	if err == nil && x.spent() {
		c.fault(where, "gave back money that was spent, and is not in the journal")
	}
	return err
}

// balances checks that what is on its way back is what the refunds say.
func (c *verifier) balances() error {
	var on pos.Fen
	err := one(c.ctx, c, `SELECT coalesce(sum(f.amount), 0) FROM refund f WHERE (f.exception IS NULL OR `+spentException+`) AND f.state IN ('accepted', 'stuck')`, nil, &on)
	if err == nil && c.balance[pos.WeChatRefunding] != -on {
		c.fault("journal", "has %s on its way back, and the refunds come to %s", -c.balance[pos.WeChatRefunding], on)
	}
	return err
}
