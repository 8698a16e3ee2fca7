package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"guitai/pos"
)

const (
	sqlProvenBillEntries = `SELECT e.entry, e.kind, e.day, e.number, e.fen, b.day, b.kind, b.fee, b.summary, b.read_at, b.read_by, j.body
		FROM bill_entry e JOIN bill b ON b.id = e.bill JOIN journal j ON j.seq = e.entry ORDER BY e.entry`
	sqlProvenBills = `SELECT b.id, b.kind, b.day, b.sha256, b.fee, b.summary,
			b.id = (SELECT max(n.id) FROM bill n WHERE n.day = b.day AND n.kind = b.kind),
			(SELECT coalesce(sum(e.fen), 0) FROM bill_entry e WHERE e.day = b.day AND e.kind = 'fees')
		FROM bill b ORDER BY b.id`
	sqlProvenPayout   = `SELECT count(*) FROM bill_entry WHERE kind = 'payout' AND number = ? AND fen = ?`
	sqlProvenFindings = `SELECT id, kind, day, class, mark, item, theirs, out_trade_no, transaction_id, refund_no, body FROM finding ORDER BY id`
)

// bills makes the entries of fees and payouts again from what the bills said, and holds the findings to what they say themselves.
func (c *verifier) bills() error {
	if err := c.billEntries(); err != nil {
		return err
	}
	var payouts []pos.Payout
	err := c.each(sqlProvenBills, func(rows *sql.Rows) error {
		var id int64
		var kind pos.BillKind
		var day pos.Day
		var sum, body string
		var fee pos.Mille
		var newest bool
		var booked pos.Fen
		if err := rows.Scan(&id, &kind, &day, &sum, &fee, &body, &newest, &booked); err != nil {
			return err
		}
		where := fmt.Sprintf("bill %d (%s %s)", id, kind, day)
		var b pos.BillSummary
		if err := json.Unmarshal([]byte(body), &b); err != nil {
			c.fault(where, "cannot be read: %v", err)
			return nil
		}
		if b.Kind != kind || b.Day != day || b.SHA256 != sum || b.Fee != fee {
			c.fault(where, "says something else than it is kept as")
		}
		if !b.Balanced() {
			c.fault(where, "its figures do not add up")
		}
		if kind == pos.BillTrade && newest && booked != fee.Fen() {
			c.fault(where, "has fees of %s, and %s are booked", fee.Fen(), booked)
		}
		payouts = append(payouts, b.Payouts...)
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range payouts {
		var n int
		if err := one(c.ctx, c, sqlProvenPayout, []any{p.Number, int64(p.Amount)}, &n); err != nil {
			return err
		}
		if n != 1 && p.Amount != 0 {
			c.fault("payout "+p.Number, "is on a bill and was not booked")
		}
	}
	return c.findings()
}

func (c *verifier) billEntries() error {
	kinds := map[pos.EntryKind]int{}
	err := c.each(sqlProvenBillEntries, func(rows *sql.Rows) error {
		var seq int64
		var kind pos.EntryKind
		var day, billDay pos.Day
		var number, body, by string
		var fen pos.Fen
		var billKind pos.BillKind
		var fee pos.Mille
		var at time.Time
		var l pos.Link
		if err := rows.Scan(&seq, &kind, &day, &number, &fen, &billDay, &billKind, &fee, &body, instant{&at}, &by, &l.Body); err != nil {
			return err
		}
		where := fmt.Sprintf("entry %d", seq)
		kinds[kind]++
		want, ok := pos.FeesEntry(day, fen, by, fee.String(), at, 0)
		right := billKind == pos.BillTrade
		if kind == pos.EntryPayout {
			want, ok = pos.PayoutEntry(day, pos.Payout{Number: number, Amount: fen}, by, at, 0)
			right = billKind == pos.BillFund
		}
		if !ok || !right || day != billDay {
			c.fault(where, "is not of the bill that it was booked from")
		}
		c.compareAnyDay(where, l, want)
		return nil
	})
	if err != nil {
		return err
	}
	for _, kind := range []pos.EntryKind{pos.EntryFees, pos.EntryPayout} {
		if c.kinds[kind] != kinds[kind] {
			c.fault("journal", "has %d entries of %s for %d", c.kinds[kind], kind, kinds[kind])
		}
	}
	return nil
}

// findings holds the columns that findings are found by to what they say.
func (c *verifier) findings() error {
	return c.each(sqlProvenFindings, func(rows *sql.Rows) error {
		var id int64
		var kind, class, mark, item, order, trans, refund, body string
		var day pos.Day
		var theirs bool
		if err := rows.Scan(&id, &kind, &day, &class, &mark, &item, &theirs, &order, &trans, &refund, &body); err != nil {
			return err
		}
		var f pos.Finding
		err := json.Unmarshal([]byte(body), &f)
		i := f.Item()
		if err != nil || string(f.Bill) != kind || f.Day != day || string(f.Class) != class || strings.SplitN(mark, markNth, 2)[0] != markOf(f) || string(i.Kind) != item ||
			(f.Theirs != nil) != theirs || i.OutTradeNo != order || i.TransactionID != trans || refundNumber(i) != refund {
			c.fault(fmt.Sprintf("finding %d", id), "says something else than it is kept as")
		}
		return nil
	})
}
