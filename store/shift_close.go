package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"guitai/pos"
)

const (
	// The entries of a range, each with the tender of the payment that it names.
	sqlRange = `SELECT j.seq, j.body, coalesce(p.tender, '') FROM journal j LEFT JOIN payment p ON p.id = CAST(j.body ->> '$.payment' AS INTEGER)
		WHERE j.seq BETWEEN ? AND ? ORDER BY j.seq`
	sqlNextZ      = `SELECT coalesce(max(z), 0) + 1 FROM shift WHERE z IS NOT NULL`
	sqlCloseShift = `UPDATE shift SET closed_at = ?, closed_by = ?, last_seq = ?, z = ?, report = ?, report_hash = ? WHERE id = ?`
	sqlReport     = `SELECT h.report, j.hash FROM shift h JOIN journal j ON j.seq = h.last_seq WHERE h.z = ?`
	sqlLastZ      = `SELECT coalesce(max(z), 0) FROM shift WHERE z IS NOT NULL`
	sqlFirstZJob  = `SELECT id FROM print_job WHERE z = ? AND copy = 0`

	sqlOpenParked     = `SELECT p.out_trade_no, p.asked, p.opened_at, s.parked FROM payment p JOIN sale s ON s.id = p.sale WHERE ` + live + ` ORDER BY p.id`
	sqlOpenExceptions = `SELECT p.out_trade_no, x.amount, x.at` + fromException + `WHERE ` + unended + ` AND x.state = 'open' ORDER BY x.id`
	sqlOpenParts      = `SELECT p.out_trade_no, p.amount, q.at ` + openPart
	sqlOpenRefunds    = `SELECT f.out_refund_no, f.amount, f.asked_at FROM refund f WHERE ` + liveRefund + ` ORDER BY f.id`
)

var errNoShift = errors.New("no shift is open")

// report makes the report of a shift as it stands with entry to, the last of the journal: all that the books say of it.
func (s *Store) report(ctx context.Context, h handle, open turn, to link, at time.Time) (r pos.ShiftReport, err error) {
	r = pos.ShiftReport{
		Shop: s.shop.ID, Till: s.shop.Till, Day: open.Day, Number: open.Number, OpenedAt: open.OpenedAt.UnixMilli(), At: at.UnixMilli(),
		OpenedBy: open.OpenedBy, From: open.first, To: to.seq, Head: to.hash,
	}
	if s.epoch > 1 {
		r.Epoch = s.epoch
	}
	if err := addRange(ctx, h, &r, open.opened); err != nil {
		return r, err
	}
	has, err := drawer(ctx, h)
	if err != nil {
		return r, err
	}
	r.Begin(has - r.Cash.Moved())
	if r.Open, err = openItems(ctx, h); err != nil {
		return r, err
	}
	return r, r.Check()
}

// addRange counts the entries of a report's range.
func addRange(ctx context.Context, h handle, r *pos.ShiftReport, opened int64) error {
	return each(ctx, h, sqlRange, []any{r.From, r.To}, func(rows *sql.Rows) error {
		var l pos.Link
		var tender pos.Tender
		if err := rows.Scan(&l.Seq, &l.Body, &tender); err != nil {
			return err
		}
		e, err := l.Entry()
		if err != nil {
			return err
		}
		return r.Add(l.Seq, e, tender, opened)
	})
}

// openItems is what is not at its end: payments that are put aside or watched, parts of sales that are still open, exceptions that nobody
// decided, refunds.
func openItems(ctx context.Context, h handle) (all []pos.OpenItem, err error) {
	for _, list := range []struct{ kind, query string }{{"payment", sqlOpenParked}, {"part", sqlOpenParts}, {"exception", sqlOpenExceptions}, {"refund", sqlOpenRefunds}} {
		err := each(ctx, h, list.query, nil, func(rows *sql.Rows) error {
			i, parked := pos.OpenItem{Kind: list.kind}, false
			dest := []any{&i.Name, &i.Amount, &i.Since}
			if list.kind == "payment" {
				dest = append(dest, &parked)
			}
			err := rows.Scan(dest...)
			if parked {
				i.Kind = "parked"
			}
			all = append(all, i)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// XReport implements [pos.Shifts].
func (s *Store) XReport(ctx context.Context, at time.Time) (r pos.ShiftReport, err error) {
	err = s.view(ctx, "make X report", func(v handle) (err error) {
		r, err = s.xReport(ctx, v, at)
		return err
	})
	return r, err
}

func (s *Store) xReport(ctx context.Context, h handle, at time.Time) (pos.ShiftReport, error) {
	var open turn
	err := one(ctx, h, sqlOpenTurn, nil, shiftFields(&open)...)
	if errors.Is(err, sql.ErrNoRows) {
		return pos.ShiftReport{}, pos.E(pos.CodeNotFound, "make X report", errNoShift)
	}
	if err != nil {
		return pos.ShiftReport{}, err
	}
	var head link
	if err := one(ctx, h, sqlHead, nil, &head.seq, &head.hash); err != nil {
		return pos.ShiftReport{}, err
	}
	return s.report(ctx, h, open, head, whole(s.moment(at)))
}

// closeByItself ends the open shift without anybody: its report is numbered and frozen, nobody counted, nothing is moved.
func (t *tx) closeByItself(at time.Time) error {
	open, err := t.openTurn()
	if err != nil {
		return err
	}
	head, err := t.end()
	if err != nil {
		return err
	}
	r, err := t.s.report(t.ctx, t, open, head, at)
	if err != nil {
		return err
	}
	last, err := lastCount(t.ctx, t, open.ID)
	if err != nil {
		return err
	}
	r.Cash.Counts, r.Cash.Kept = last.Nth, r.Cash.Expected // a count that was left: it closed nothing
	_, err = t.freeze(open, r)
	return err
}

// CloseShift implements [pos.Shifts]. A signer who is not needed may be named all the same: who has to sign is not the ledger's to
// know. c.Open nil lists what is not at its end by the books.
func (s *Store) CloseShift(ctx context.Context, c pos.ShiftClose) (pos.ShiftReport, error) {
	const op = "close shift"
	var r pos.ShiftReport
	err := s.write(ctx, op, func(t *tx) error {
		at := s.booked(s.moment(c.At))
		open, err := t.openTurn()
		if errors.Is(err, sql.ErrNoRows) {
			return conflict(op, "no shift is open")
		}
		if err != nil {
			return err
		}
		counted, err := standing(t.ctx, t, open.ID)
		if err != nil {
			return err
		}
		c.Reason = strings.TrimSpace(c.Reason)
		switch {
		case counted.ID == 0 || counted.ID != c.Count:
			return conflict(op, "the drawer moved or was counted again since")
		case counted.Variance() != 0 && c.Reason == "":
			return invalid(op, "a difference needs a reason")
		case c.Keep < 0 || c.Keep > counted.Sum:
			return invalid(op, "no more stays in the drawer than was counted")
		}
		head, err := t.end()
		if err != nil {
			return err
		}
		if r, err = s.report(t.ctx, t, open, head, at); err != nil {
			return err
		}
		r.ClosedBy, r.Signer = c.By, c.Signer
		if c.Open != nil {
			r.Open = c.Open
		}
		cash := &r.Cash
		cash.Counted, cash.Count, cash.Counts, cash.Variance = &counted.Sum, &counted.Count, counted.Nth, counted.Variance()
		cash.Reason, cash.Kept, cash.ToSafe = c.Reason, c.Keep, counted.Sum-c.Keep
		if r, err = t.freeze(open, r); err != nil {
			return err
		}
		_, err = t.queueZ(r.Z, at)
		return err
	})
	if err != nil {
		return pos.ShiftReport{}, err
	}
	return r, nil
}

// freeze ends a shift with its report: the next number, the JSON that never changes again, and the entry that carries its hash.
func (t *tx) freeze(open turn, r pos.ShiftReport) (pos.ShiftReport, error) {
	if err := t.one(sqlNextZ, nil, &r.Z); err != nil {
		return r, err
	}
	if err := r.Check(); err != nil {
		return r, err
	}
	body, err := json.Marshal(r)
	if err != nil {
		return r, err
	}
	at := time.UnixMilli(r.At)
	sum := digest(body)
	entry, err := t.book(pos.ClosedEntry(open.ID, r, sum, t.s.day(at)))
	if err != nil {
		return r, err
	}
	t.known.shift = openShift{}
	_, err = t.exec(sqlCloseShift, ms(at), r.ClosedBy, entry, r.Z, string(body), sum, open.ID)
	return r, err
}

// digest is the SHA-256 of a document, in hex.
func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// ZReport implements [pos.Shifts].
func (s *Store) ZReport(ctx context.Context, z int) (r pos.ShiftReport, err error) {
	err = s.read(ctx, "read Z report", func(h handle) error {
		var body []byte
		var hash string
		if err := one(ctx, h, sqlReport, []any{z}, &body, &hash); err != nil {
			return err
		}
		return json.Unmarshal(body, &r)
	})
	return r, err
}

// LastZ implements [pos.Shifts].
func (s *Store) LastZ(ctx context.Context) (z int, err error) {
	err = s.read(ctx, "read last Z report", func(h handle) error { return one(ctx, h, sqlLastZ, nil, &z) })
	return z, err
}

// PrintX implements [pos.Shifts]. The paper says how the shift stood when it was asked for, whenever it is printed. It is not put on
// record who had it printed, only on the paper.
func (s *Store) PrintX(ctx context.Context, at time.Time, by string) (job int64, err error) {
	err = s.write(ctx, "print X report", func(t *tx) error {
		at := s.booked(s.moment(at))
		r, err := s.xReport(t.ctx, t, at)
		if err != nil {
			return err
		}
		r.ClosedBy = by
		body, err := json.Marshal(pos.ShiftPaper{Report: r})
		if err != nil {
			return err
		}
		job, err = t.queueFacts(pos.DocX, body, 0, at)
		return err
	})
	return job, err
}

// PrintZ implements [pos.Shifts]. The first paper of a report that froze by itself is no copy; every other one is on record as a
// reprint.
func (s *Store) PrintZ(ctx context.Context, z int, at time.Time, by string) (job int64, err error) {
	const op = "print Z report"
	err = s.write(ctx, op, func(t *tx) error {
		at := s.booked(s.moment(at))
		var first int64
		err := t.one(sqlFirstZJob, []any{z}, &first)
		if errors.Is(err, sql.ErrNoRows) {
			job, err = t.queueZ(z, at)
			return err
		}
		if err == nil {
			job, err = t.queueCopy(first, false, at)
		}
		if err != nil {
			return err
		}
		_, err = t.book(pos.Entry{Kind: pos.EntryReprint, At: at.UnixMilli(), Day: s.day(at), Z: z, By: by, Postings: []pos.Posting{}})
		return err
	})
	return job, err
}

// queueZ adds the first print job of a frozen report: its JSON byte for byte, and the hash of the entry that closed the shift.
func (t *tx) queueZ(z int, at time.Time) (job int64, err error) {
	var report []byte
	var hash string
	err = t.one(sqlReport, []any{z}, &report, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, pos.E(pos.CodeNotFound, "print Z report", errors.New("there is no such Z report"))
	}
	if err != nil {
		return 0, err
	}
	facts, err := zFacts(report, hash)
	if err != nil {
		return 0, err
	}
	return t.queueFacts(pos.DocZ, facts, z, at)
}

// zFacts is a [pos.ShiftPaper] of a report as it was stored.
func zFacts(report []byte, entry string) ([]byte, error) {
	return json.Marshal(struct {
		Report json.RawMessage `json:"report"`
		Entry  string          `json:"entry_hash"`
	}{report, entry})
}
