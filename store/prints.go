package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"guitai/pos"
)

// maxOpenPrints is how many open jobs are listed, the newest: a printer that was away for a week is one trouble, not a thousand.
const maxOpenPrints = 100

// lookBack is among how many of the newest jobs those are looked for that printed last.
const lookBack = 1000

const (
	openJob = `(state = 'unconfirmed' OR state = 'failed' OR code <> '')` // as the index print_job_open has it

	sqlPrints = `SELECT j.id, j.document, coalesce(j.sale, 0), j.copy, j.state, j.tries, j.cause, j.queued_at, coalesce(j.refund, 0), j.other, j.code,
			coalesce(s.shop, ''), coalesce(s.till, ''), coalesce(s.day, 0), coalesce(s.epoch, 0), coalesce(s.seq, 0),
			CASE j.document WHEN 'pending' THEN j.facts ->> '$.out_trade_no' WHEN 'label' THEN coalesce(j.facts ->> '$.labels[0].name', '')
				WHEN 'given-back' THEN coalesce(j.facts ->> '$.parts[0].out_trade_no', '') WHEN 'refund' THEN coalesce(j.facts ->> '$.OutRefundNo', '') ELSE '' END,
			coalesce(j.z, 0), CASE WHEN j.z IS NULL THEN 0 ELSE coalesce(j.facts ->> '$.report.epoch', 0) END
		FROM print_job j LEFT JOIN sale s ON s.id = j.sale WHERE j.id IN (
			SELECT id FROM (SELECT id FROM print_job WHERE ` + openJob + ` ORDER BY id DESC LIMIT ?1)
			UNION SELECT id FROM (SELECT id FROM print_job WHERE id > (SELECT max(id) FROM print_job) - ?2 AND state = 'printed' ORDER BY id DESC LIMIT ?3))
		ORDER BY j.id DESC`

	// queued_at is from when on the spool counts how long it waits.
	sqlRetryJob = `UPDATE print_job SET state = 'queued', tries = tries + 1, code = '', cause = '', bytes = NULL, queued_at = ?1, other = ?2, ahead = 1
		WHERE id = ?3 AND (state = 'queued' OR state = 'failed')`
	sqlJobToReprint = `SELECT coalesce(first, id), document, coalesce(sale, 0), coalesce(refund, 0), coalesce(z, 0) FROM print_job WHERE id = ?`
	sqlSupersede    = `UPDATE print_job SET state = 'superseded', code = '', bytes = NULL WHERE id = ? AND state = 'unconfirmed'`
	sqlEndJob       = `UPDATE print_job SET state = ?1, code = '', cause = ?2, bytes = NULL
		WHERE id = ?3 AND (state = 'unconfirmed' OR ?1 = 'cancelled' AND (state = 'queued' OR state = 'failed'))`
)

// Prints implements [pos.Prints]. Of the open ones it lists the newest hundred. It reads as much from a small ledger as from one with
// a million jobs.
func (s *Store) Prints(ctx context.Context, recent int) (all []pos.PrintView, err error) {
	err = s.read(ctx, "list print jobs", func(h handle) error {
		return each(ctx, h, sqlPrints, []any{maxOpenPrints, lookBack, recent}, func(rows *sql.Rows) error {
			var v pos.PrintView
			var z pos.ShiftReport
			j, no := &v.Job, &v.Receipt
			err := rows.Scan(&j.ID, &j.Document, &j.Sale, &j.Copy, &j.State, &j.Tries, &j.Cause, instant{&j.QueuedAt}, &j.Refund, &j.Other, &j.Code,
				&no.Shop, &no.Till, &no.Day, &no.Epoch, &no.Seq, &v.Title, &z.Z, &z.Epoch)
			if z.Z > 0 {
				v.Title = z.ZNo()
			}
			all = append(all, v)
			return err
		})
	})
	return all, err
}

// RetryJob implements [pos.Prints]. It is sent before what is queued in turn, and rendered anew: nothing of it is on paper, and what
// the printer is like may have been set since. CodeConflict, CodeNotFound. Safe to repeat.
func (s *Store) RetryJob(ctx context.Context, id int64, other bool, at time.Time) error {
	const op = "retry print job"
	return s.write(ctx, op, func(t *tx) error {
		if err := t.changeJob(op, id, sqlRetryJob, ms(s.moment(at)), other, id); err != nil {
			return err
		}
		return t.moveQueue(id)
	})
}

// ReprintJob implements [pos.Prints]. CodeConflict, CodeNotFound. Not safe to repeat, and refused when it is repeated: the job is
// superseded then.
func (s *Store) ReprintJob(ctx context.Context, id int64, other bool, by string, at time.Time) (job int64, err error) {
	const op = "reprint job"
	err = s.write(ctx, op, func(t *tx) error {
		if err := t.changeJob(op, id, sqlSupersede, id); err != nil {
			return err
		}
		at := s.booked(s.moment(at))
		e := pos.Entry{Kind: pos.EntryReprint, At: at.UnixMilli(), Day: s.day(at), By: by, Postings: []pos.Posting{}}
		var first int64
		var refund pos.RefundID
		var doc pos.Document
		if err := t.one(sqlJobToReprint, []any{id}, &first, &doc, &e.Sale, &refund, &e.Z); err != nil {
			return err
		}
		switch {
		case e.Sale != 0:
			if err := t.nameReceipt(&e, refund); err != nil {
				return err
			}
		case e.Z == 0:
			e.Note = fmt.Sprintf("%s, job %d", doc, first)
		}
		if _, err := t.book(e); err != nil {
			return err
		}
		job, err = t.queueCopy(first, other, at)
		return err
	})
	if err != nil {
		return 0, err
	}
	return job, nil
}

// nameReceipt says in the entry of a reprint which receipt it was, and of which refund of it.
func (t *tx) nameReceipt(e *pos.Entry, refund pos.RefundID) error {
	sale, err := t.sale(e.Sale)
	if err != nil {
		return err
	}
	e.Receipt = sale.Receipt.String()
	if refund != 0 {
		r, err := refundBy(t.ctx, t, sqlRefundByID, int64(refund))
		if err != nil {
			return err
		}
		e.Refund = r.OutRefundNo
	}
	return nil
}

// EndJob implements [pos.Prints]. Who said so is kept with the job, as its cause, and is no entry of the journal: the receipt can be had
// at any time, so nothing came of it, and a printer that jams at noon would fill the books. CodeConflict, CodeNotFound, CodeInvalid for
// any other state. Safe to repeat: the first word counts.
func (s *Store) EndJob(ctx context.Context, id int64, state pos.PrintState, by string) error {
	const op = "end print job"
	if state != pos.PrintDone && state != pos.PrintCancelled {
		return invalid(op, "a person ends a print job as printed or cancelled")
	}
	return s.write(ctx, op, func(t *tx) error {
		err := t.changeJob(op, id, sqlEndJob, string(state), by, id)
		if pos.CodeOf(err) == pos.CodeConflict {
			var now pos.PrintState
			if e := t.one(sqlJobState, []any{id}, &now); e == nil && now == state {
				return nil
			}
		}
		if err != nil {
			return err
		}
		return t.moveQueue(id)
	})
}

// QueuePaper implements [pos.Prints]. CodeInvalid for facts that are not the document's. Not safe to repeat: each call is a paper of
// its own.
func (s *Store) QueuePaper(ctx context.Context, doc pos.Document, facts any, at time.Time) (job int64, err error) {
	const op = "queue paper"
	fits := false
	switch f := facts.(type) {
	case pos.PendingFacts:
		fits = doc == pos.DocPending && f.OutTradeNo != ""
	case pos.ExceptionsFacts:
		fits = doc == pos.DocExceptions && len(f.Cases) > 0
	case pos.LabelFacts:
		fits = doc == pos.DocLabel && len(f.Labels) > 0 && !slices.ContainsFunc(f.Labels, func(l pos.Label) bool {
			return l.Name == "" || l.Price < 0 || l.Copies < 1 || l.Copies > pos.MaxLabelCopies
		})
	}
	if !fits {
		return 0, invalid(op, "these are not the facts of such a paper")
	}
	body, err := json.Marshal(facts)
	if err != nil {
		return 0, fail(op, err)
	}
	err = s.write(ctx, op, func(t *tx) error {
		job, err = t.queueFacts(doc, body, 0, s.booked(s.moment(at)))
		return err
	})
	if err != nil {
		return 0, err
	}
	return job, nil
}
