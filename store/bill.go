package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"guitai/pos"
)

const (
	sqlNewestBill = `SELECT id, summary FROM bill WHERE day = ? AND kind = ? ORDER BY id DESC LIMIT 1`
	sqlAddBill    = `INSERT INTO bill (kind, day, sha256, fee, summary, read_at, read_by) VALUES (?, ?, ?, ?, ?, ?, ?)`
	sqlBills      = `SELECT b.id, b.summary, b.read_at, b.read_by,
			(SELECT count(*) FROM finding f WHERE f.day = b.day AND f.kind = b.kind AND ` + unlooked + `),
			EXISTS (SELECT 1 FROM bill_entry e WHERE e.day = b.day AND e.kind = CASE b.kind WHEN 'trade' THEN 'fees' ELSE 'payout' END)
		FROM bill b WHERE b.id IN (SELECT max(id) FROM bill GROUP BY day, kind) AND (?1 = 0 OR b.id = ?1) ORDER BY b.day DESC, b.kind DESC LIMIT ?2`
	sqlBillByID = `SELECT kind, day FROM bill WHERE id = ?`

	// unlooked is a finding that nobody looked at and nothing made go away.
	unlooked = `f.class <> 'match' AND f.resolved_at IS NULL AND NOT EXISTS (SELECT 1 FROM finding_decision d WHERE d.finding = f.id)`

	sqlFeesBooked   = `SELECT coalesce(sum(fen), 0) FROM bill_entry WHERE day = ? AND kind = 'fees'`
	sqlPayoutBooked = `SELECT fen FROM bill_entry WHERE kind = 'payout' AND number = ?`
	sqlAddBillEntry = `INSERT INTO bill_entry (entry, bill, day, kind, number, fen) VALUES (?, ?, ?, ?, ?, ?)`

	sqlStandingMarks  = `SELECT id, mark FROM finding WHERE day = ? AND kind = ? AND resolved_at IS NULL`
	sqlAddFinding     = `INSERT INTO finding (bill, kind, day, class, mark, item, theirs, out_trade_no, transaction_id, refund_no, body, found_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlResolveFinding = `UPDATE finding SET resolved_at = ?, resolved_by = ? WHERE id = ?`
	// What another day's books lacked a bill for is on this one.
	sqlResolveOther = `UPDATE finding SET resolved_at = ?1, resolved_by = ?2 WHERE out_trade_no = ?3 AND item = ?4 AND class = 'ours-only' AND kind = 'trade' AND day <> ?2
		AND resolved_at IS NULL AND CASE ?4 WHEN 'payment' THEN transaction_id = '' OR transaction_id = ?5 WHEN 'refund' THEN refund_no = ?6 OR refund_no = ?7 ELSE 1 END`

	sqlFindings = `SELECT f.id, f.body, f.found_at, f.resolved_at, coalesce(f.resolved_by, 0) FROM finding f
		WHERE (?1 = 0 OR f.day = ?1) AND (?2 OR f.class <> 'match' AND f.resolved_at IS NULL) ORDER BY f.day, f.kind DESC, f.id`
	sqlFindingByID   = `SELECT f.id, f.body, f.found_at, f.resolved_at, coalesce(f.resolved_by, 0) FROM finding f WHERE f.id = ?`
	sqlDecisionsOf   = `SELECT action, by, reason, at FROM finding_decision WHERE finding = ? ORDER BY n`
	sqlAddFindingDec = `INSERT INTO finding_decision (finding, n, action, by, reason, at)
		SELECT ?1, coalesce(max(n), 0) + 1, ?2, ?3, ?4, ?5 FROM finding_decision WHERE finding = ?1`
)

var _ pos.BillBook = (*Store)(nil)

// keptWhole is the header of a trade bill that is kept: one of payments or refunds alone has not all fees, and says nothing about
// what is not on it.
const keptWhole = "ALL"

// KeepBill implements [pos.BillBook]. A trade bill of payments or refunds alone is not kept; it comes back as it is. CodeInvalid when
// the summary's own figures do not add up.
func (s *Store) KeepBill(ctx context.Context, r pos.BillResult, by string, at time.Time) (pos.BillSummary, error) {
	const op = "keep bill"
	if r.Summary.Kind == pos.BillTrade && r.Summary.Header != keptWhole {
		return r.Summary, nil
	}
	if !r.Summary.Balanced() || r.Summary.Day == 0 {
		return pos.BillSummary{}, invalid(op, "the figures of the match do not add up")
	}
	var id int64
	err := s.write(ctx, op, func(t *tx) (err error) {
		at := s.booked(at)
		if id, err = t.addBill(r.Summary, by, at); err != nil {
			return err
		}
		if err := t.keepFindings(id, r, at); err != nil {
			return err
		}
		if r.Summary.Kind == pos.BillTrade {
			return t.bookFees(id, r.Summary, by, at)
		}
		return t.bookPayouts(id, r.Summary, by, at)
	})
	if err != nil {
		return pos.BillSummary{}, err
	}
	kept, err := s.bills(ctx, id, 1)
	if err != nil || len(kept) == 0 {
		return pos.BillSummary{}, errors.Join(err, fail(op, errIf(err == nil, sql.ErrNoRows)))
	}
	return kept[0], nil
}

func errIf(yes bool, err error) error {
	if yes {
		return err
	}
	return nil
}

// billBody is a summary as it is stored: what it said, without who read it when.
func billBody(b pos.BillSummary) (string, error) {
	b.ID, b.ReadAt, b.ReadBy, b.Booked, b.Open = 0, time.Time{}, "", false, 0
	body, err := json.Marshal(b)
	return string(body), err
}

// addBill stores what a bill said, unless the newest reading of the day said the same.
func (t *tx) addBill(b pos.BillSummary, by string, at time.Time) (id int64, err error) {
	body, err := billBody(b)
	if err != nil {
		return 0, err
	}
	var before string
	err = t.one(sqlNewestBill, []any{int64(b.Day), string(b.Kind)}, &id, &before)
	switch {
	case err == nil && before == body:
		return id, nil
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return 0, err
	}
	res, err := t.exec(sqlAddBill, string(b.Kind), int64(b.Day), b.SHA256, int64(b.Fee), body, ms(at), by)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// bookFees books what the day's fees come to more, or less, than was booked before.
func (t *tx) bookFees(bill int64, b pos.BillSummary, by string, at time.Time) error {
	var before pos.Fen
	if err := t.one(sqlFeesBooked, []any{int64(b.Day)}, &before); err != nil {
		return err
	}
	fen := b.Fee.Fen() - before
	e, ok := pos.FeesEntry(b.Day, fen, by, b.Fee.String(), at, t.s.day(at))
	if !ok {
		return nil
	}
	return t.bookBill(bill, b.Day, e, "", fen)
}

// bookPayouts books what was paid out, each payout once.
func (t *tx) bookPayouts(bill int64, b pos.BillSummary, by string, at time.Time) error {
	for _, p := range b.Payouts {
		var before pos.Fen
		err := t.one(sqlPayoutBooked, []any{p.Number}, &before)
		switch {
		case err == nil && before == p.Amount:
			continue
		case err == nil:
			return conflict("keep bill", "payout "+p.Number+" was booked with another amount")
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		e, ok := pos.PayoutEntry(b.Day, p, by, at, t.s.day(at))
		if !ok {
			continue
		}
		if err := t.bookBill(bill, b.Day, e, p.Number, p.Amount); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) bookBill(bill int64, day pos.Day, e pos.Entry, number string, fen pos.Fen) error {
	seq, err := t.book(e)
	if err == nil {
		_, err = t.exec(sqlAddBillEntry, seq, bill, int64(day), string(e.Kind), number, int64(fen))
	}
	return err
}

// markOf tells a finding from every other of its bill and day, however often it is found.
func markOf(f pos.Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s|%s", f.Class, f.Cause)
	for _, i := range []*pos.BillItem{f.Ours, f.Theirs} {
		if i == nil {
			b.WriteString("|-")
			continue
		}
		fmt.Fprintf(&b, "|%s|%s|%s|%s|%s|%d|%d|%s|%s", i.Kind, i.OutTradeNo, i.TransactionID, i.OutRefundNo, i.RefundID, i.Amount, i.Settlement, i.Currency, i.State)
		if f.Cause == pos.CauseFee {
			fmt.Fprintf(&b, "|%d", i.Fee)
		}
	}
	return b.String()
}

// markNth parts a mark from its number where a bill has the very same thing more than once.
const markNth = "\n" // no number has it

// keepFindings stores what is new and resolves what has gone.
func (t *tx) keepFindings(bill int64, r pos.BillResult, at time.Time) error {
	b := r.Summary
	before := map[string]int64{}
	err := each(t.ctx, t, sqlStandingMarks, []any{int64(b.Day), string(b.Kind)}, func(rows *sql.Rows) error {
		var id int64
		var mark string
		err := rows.Scan(&id, &mark)
		before[mark] = id
		return err
	})
	if err != nil {
		return err
	}
	same := map[string]int{}
	for _, f := range r.Findings {
		mark := markOf(f)
		if same[mark]++; same[mark] > 1 { // a bill may have a row twice
			mark += markNth + strconv.Itoa(same[mark])
		}
		if _, known := before[mark]; known {
			delete(before, mark)
			continue
		}
		if err := t.addFinding(bill, b, f, mark, at); err != nil {
			return err
		}
	}
	for _, id := range before {
		if _, err := t.exec(sqlResolveFinding, ms(at), int64(b.Day), id); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) addFinding(bill int64, b pos.BillSummary, f pos.Finding, mark string, at time.Time) error {
	f.ID, f.FoundAt, f.Resolved, f.ResolvedBy, f.Decisions, f.Bill, f.Day = 0, time.Time{}, time.Time{}, 0, nil, b.Kind, b.Day
	body, err := json.Marshal(f)
	if err != nil {
		return err
	}
	i := f.Item()
	theirs := 0
	if f.Theirs != nil {
		theirs = 1
		if _, err := t.exec(sqlResolveOther, ms(at), int64(b.Day), i.OutTradeNo, string(i.Kind), i.TransactionID, i.OutRefundNo, i.RefundID); err != nil {
			return err
		}
	}
	_, err = t.exec(sqlAddFinding, bill, string(b.Kind), int64(b.Day), string(f.Class), mark, string(i.Kind), theirs, i.OutTradeNo, i.TransactionID,
		refundNumber(i), string(body), ms(at))
	return err
}

func refundNumber(i pos.BillItem) string {
	if i.Kind != pos.BillRefund {
		return ""
	}
	if i.OutRefundNo == "" {
		return i.RefundID
	}
	return i.OutRefundNo
}

// Bills implements [pos.BillBook].
func (s *Store) Bills(ctx context.Context, limit int) ([]pos.BillSummary, error) {
	return s.bills(ctx, 0, limit)
}

func (s *Store) bills(ctx context.Context, id int64, limit int) (all []pos.BillSummary, err error) {
	err = s.read(ctx, "list bills", func(h handle) error {
		return each(ctx, h, sqlBills, []any{id, limit}, func(rows *sql.Rows) error {
			var b pos.BillSummary
			var number int64
			var body, by string
			var at time.Time
			var open int
			var booked bool
			if err := rows.Scan(&number, &body, instant{&at}, &by, &open, &booked); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(body), &b); err != nil {
				return pos.E(pos.CodeCorrupt, "list bills", err)
			}
			b.ID, b.ReadAt, b.ReadBy, b.Open, b.Booked = number, at, by, open, booked
			all = append(all, b)
			return nil
		})
	})
	return all, err
}

// Findings implements [pos.BillBook].
func (s *Store) Findings(ctx context.Context, day pos.Day, all bool) (list []pos.Finding, err error) {
	err = s.view(ctx, "list findings", func(v handle) error {
		err := each(ctx, v, sqlFindings, []any{int64(day), all}, func(rows *sql.Rows) error {
			f, err := scanFinding(rows)
			list = append(list, f)
			return err
		})
		if err != nil {
			return err
		}
		for i := range list {
			if list[i].Decisions, err = decisionsOf(ctx, v, list[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

func scanFinding(row scanner) (f pos.Finding, err error) {
	var id int64
	var body string
	var found, resolved time.Time
	var by pos.Day
	if err := row.Scan(&id, &body, instant{&found}, instant{&resolved}, &by); err != nil {
		return f, err
	}
	if err := json.Unmarshal([]byte(body), &f); err != nil {
		return f, pos.E(pos.CodeCorrupt, "read finding", err)
	}
	f.ID, f.FoundAt, f.Resolved, f.ResolvedBy = id, found, resolved, by
	return f, nil
}

func decisionsOf(ctx context.Context, h handle, finding int64) (all []pos.FindingDecision, err error) {
	err = each(ctx, h, sqlDecisionsOf, []any{finding}, func(rows *sql.Rows) error {
		var d pos.FindingDecision
		err := rows.Scan(&d.Action, &d.By, &d.Reason, instant{&d.At})
		all = append(all, d)
		return err
	})
	return all, err
}

// DecideFinding implements [pos.BillBook].
func (s *Store) DecideFinding(ctx context.Context, id int64, d pos.FindingDecision) (f pos.Finding, err error) {
	const op = "decide finding"
	err = s.write(ctx, op, func(t *tx) error {
		st, err := t.stmt(t.ctx, sqlFindingByID)
		if err != nil {
			return err
		}
		if f, err = scanFinding(st.QueryRowContext(t.ctx, id)); err != nil {
			return err
		}
		switch d.Action {
		case pos.FindBook, pos.FindAsk, pos.FindRefund:
		case pos.FindNote:
			if strings.TrimSpace(d.Reason) == "" {
				return invalid(op, "a note says why")
			}
		default:
			return invalid(op, "there is no such action")
		}
		if d.At.IsZero() {
			d.At = s.clock.Now()
		}
		if _, err := t.exec(sqlAddFindingDec, id, string(d.Action), d.By, d.Reason, ms(d.At)); err != nil {
			return err
		}
		f.Decisions, err = decisionsOf(t.ctx, t, id)
		return err
	})
	return f, err
}

// PrintBill implements [pos.BillBook]. Not safe to repeat: each call is a paper of its own.
func (s *Store) PrintBill(ctx context.Context, id int64, by string, at time.Time) (job int64, err error) {
	const op = "print bill"
	kept, err := s.bills(ctx, id, 1)
	if err != nil {
		return 0, err
	}
	if len(kept) == 0 {
		return 0, pos.E(pos.CodeNotFound, op, errors.New("there is no such bill, or a newer reading of it"))
	}
	b := kept[0]
	list, err := s.Findings(ctx, b.Day, false)
	if err != nil {
		return 0, err
	}
	list = slices.DeleteFunc(list, func(f pos.Finding) bool { return f.Bill != b.Kind })
	more := max(0, len(list)-pos.MaxPrinted)
	facts, err := json.Marshal(pos.BillFacts{
		Shop: s.shop.ID, Till: s.shop.Till, Summary: b, Findings: list[:len(list)-more], More: more, By: by, At: whole(at),
	})
	if err != nil {
		return 0, fail(op, err)
	}
	err = s.write(ctx, op, func(t *tx) error {
		job, err = t.queueFacts(pos.DocBill, facts, 0, s.booked(at))
		return err
	})
	return job, err
}
