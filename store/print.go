package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"guitai/pos"
)

const (
	sqlQueueJob       = `INSERT INTO print_job (id, sale, document, copy, state, tries, cause, queued_at) VALUES (?, ?, 'sale', 0, 'queued', 0, '', ?)`
	sqlQueueRefundJob = `INSERT INTO print_job (id, sale, document, copy, state, tries, cause, queued_at, refund, facts) VALUES (?, nullif(?, 0), 'refund', 0, 'queued', 0, '', ?, ?, ?)`

	sqlQueueFactsJob = `INSERT INTO print_job (id, document, copy, state, tries, cause, queued_at, z, facts) VALUES (?, ?, 0, 'queued', 0, '', ?, nullif(?, 0), ?)`
	sqlQueueCopy     = `INSERT INTO print_job (id, sale, document, copy, state, tries, cause, queued_at, refund, z, facts, first, other, ahead)
		SELECT ?1, sale, CASE document WHEN 'sale' THEN 'reprint' ELSE document END, ?2, 'queued', 0, '', ?3, refund, z, facts, id, ?4, ?4 FROM print_job WHERE id = ?5`

	sqlNextJobID = `SELECT coalesce(max(id), 0) + 1 FROM print_job`
	sqlSaleJob   = `SELECT job FROM sale WHERE id = ?`
	sqlNextCopy  = `SELECT coalesce(max(copy), 0) + 1 FROM print_job WHERE first = ?`

	aheadJob     = `ahead = 1 AND (state = 'queued' OR state = 'sending')` // as the index print_job_ahead has it
	sqlNextAhead = `SELECT id FROM print_job WHERE ` + aheadJob + ` AND state = 'queued' AND other = coalesce(?1, other) ORDER BY id LIMIT 1`
	sqlNextJob   = `SELECT id, document, coalesce(sale, 0), copy, state, bytes, tries, cause, queued_at, coalesce(refund, 0), CAST(facts AS BLOB), other, code
		FROM print_job WHERE id = coalesce((` + sqlNextAhead + `), (SELECT id FROM print_job
			WHERE coalesce(?1, 0) = 0 AND id >= (SELECT first FROM print_queue) AND state = 'queued' AND ahead = 0 ORDER BY id LIMIT 1))`
	sqlSetBytes = `UPDATE print_job SET bytes = ? WHERE id = ? AND (state = 'queued' OR state = 'sending')`

	// The number of tries tells whose word this is: a person who takes a job in hand counts one more, and what was read before is stale. A
	// try begins once: of two printers that read the same job while the settings changed, one sends it.
	sqlMarkJob = `UPDATE print_job SET state = ?1, tries = ?2, code = CASE WHEN ?1 IN ('printed', 'cancelled') THEN '' ELSE ?3 END, cause = ?4,
			bytes = CASE WHEN ?1 IN ('printed', 'cancelled') THEN NULL ELSE bytes END
		WHERE id = ?5 AND (state = 'queued' AND (?2 = tries + 1 OR ?2 = tries AND ?1 IN ('queued', 'failed', 'cancelled'))
			OR state = 'sending' AND ?1 <> 'sending' AND (?2 = tries OR ?2 = tries - 1 AND ?1 = 'queued')
			OR state = ?1 AND ?1 <> 'sending' AND tries = ?2)`
	sqlJobState     = `SELECT state FROM print_job WHERE id = ?`
	sqlRecover      = `UPDATE print_job SET state = 'unconfirmed' WHERE id >= (SELECT first FROM print_queue) AND state = 'sending' AND ahead = 0`
	sqlRecoverAhead = `UPDATE print_job SET state = 'unconfirmed' WHERE ` + aheadJob + ` AND state = 'sending'`
	sqlTidyQueue    = `UPDATE print_queue SET first = coalesce(
			(SELECT j.id FROM print_job j WHERE j.id >= print_queue.first AND (j.state = 'queued' OR j.state = 'sending') AND j.ahead = 0 ORDER BY j.id LIMIT 1),
			(SELECT max(j.id) + 1 FROM print_job j), print_queue.first)`
	sqlMoveQueue = `UPDATE print_queue SET first = coalesce(
			(SELECT j.id FROM print_job j WHERE j.id >= ?1 AND (j.state = 'queued' OR j.state = 'sending') AND j.ahead = 0 ORDER BY j.id LIMIT 1),
			(SELECT max(j.id) + 1 FROM print_job j))
		WHERE first = ?1`
)

// queue adds the print job of a sale's receipt under the number that nextJob gave.
func (t *tx) queue(id int64, sale pos.SaleID, at time.Time) error {
	_, err := t.exec(sqlQueueJob, id, int64(sale), ms(at))
	return err
}

// queueFacts adds the print job of a document that is not of a sale: facts is what it says, as JSON. z is the number of a Z report,
// 0 for any other document.
func (t *tx) queueFacts(doc pos.Document, facts []byte, z int, at time.Time) (job int64, err error) {
	if job, err = t.nextJob(); err != nil {
		return 0, err
	}
	_, err = t.exec(sqlQueueFactsJob, job, string(doc), ms(at), z, string(facts))
	return job, err
}

// queueCopy adds one more copy of a job that is no copy itself: the same document, about the same.
func (t *tx) queueCopy(first int64, other bool, at time.Time) (job int64, err error) {
	var nth int
	if err := t.one(sqlNextCopy, []any{first}, &nth); err != nil {
		return 0, err
	}
	if job, err = t.nextJob(); err != nil {
		return 0, err
	}
	_, err = t.exec(sqlQueueCopy, job, nth, ms(at), other, first)
	return job, err
}

// Reprint implements [pos.Ledger]. CodeNotFound when there is no such closed sale. Not safe to repeat: each call is a
// copy of its own.
func (s *Store) Reprint(ctx context.Context, id pos.SaleID, by string, at time.Time) (job int64, err error) {
	err = s.write(ctx, "reprint", func(t *tx) error {
		sale, err := t.sale(id)
		if errors.Is(err, sql.ErrNoRows) || err == nil && sale.State != pos.SaleClosed {
			return pos.E(pos.CodeNotFound, "reprint", errors.New("there is no such closed sale"))
		}
		if err != nil {
			return err
		}
		var first int64
		if err := t.one(sqlSaleJob, []any{int64(id)}, &first); err != nil {
			return err
		}
		at = s.booked(at)
		_, err = t.book(pos.Entry{
			Kind: pos.EntryReprint, At: at.UnixMilli(), Day: s.day(at), Sale: id, Receipt: sale.Receipt.String(), By: by, Postings: []pos.Posting{},
		})
		if err != nil {
			return err
		}
		job, err = t.queueCopy(first, false, at)
		return err
	})
	return job, err
}

// NextJob implements [pos.Outbox].
func (s *Store) NextJob(ctx context.Context) (*pos.PrintJob, error) { return s.next(ctx, nil) }

// NextJobOf implements [pos.Outbox].
func (s *Store) NextJobOf(ctx context.Context, other bool) (*pos.PrintJob, error) {
	return s.next(ctx, other)
}

// next finds the next job of a printer, nil for of either.
func (s *Store) next(ctx context.Context, printer any) (*pos.PrintJob, error) {
	var j pos.PrintJob
	err := s.read(ctx, "read print job", func(h handle) error {
		return one(ctx, h, sqlNextJob, []any{printer}, &j.ID, &j.Document, &j.Sale, &j.Copy, &j.State, &j.Bytes, &j.Tries, &j.Cause,
			instant{&j.QueuedAt}, &j.Refund, &j.Facts, &j.Other, &j.Code)
	})
	switch {
	case err == nil:
		return &j, nil
	case pos.CodeOf(err) == pos.CodeNotFound:
		return nil, nil
	}
	return nil, err
}

// StoreBytes implements [pos.Outbox]. A job that is not to be sent any more keeps none: whoever marks it will hear. CodeNotFound.
// Safe to repeat.
func (s *Store) StoreBytes(ctx context.Context, id int64, rendered []byte) error {
	return s.write(ctx, "store print bytes", func(t *tx) error {
		err := t.changeJob("store print bytes", id, sqlSetBytes, rendered, id)
		if pos.CodeOf(err) == pos.CodeConflict {
			return nil
		}
		return err
	})
}

// MarkJob implements [pos.Outbox]. What is on paper, or will never be, needs its bytes no more: they can be rendered
// again from the sale or the facts. CodeNotFound, CodeConflict. Safe to repeat, but for
// PrintSending.
//
// A try begins with one more in tries; its outcome, and what becomes of a job without a try, come with the number as it is. What a
// person does with a job counts one, so that a spool which read it before cannot begin, and does not say what is no longer so.
func (s *Store) MarkJob(ctx context.Context, id int64, state pos.PrintState, tries int, code pos.Code, cause string) error {
	return s.write(ctx, "mark print job", func(t *tx) error {
		if err := t.changeJob("mark print job", id, sqlMarkJob, string(state), tries, string(code), cause, id); err != nil {
			return err
		}
		if state == pos.PrintQueued || state == pos.PrintSending {
			return nil
		}
		return t.moveQueue(id)
	})
}

// moveQueue lets the queue go on behind a job that waits in it no longer.
func (t *tx) moveQueue(id int64) error {
	_, err := t.exec(sqlMoveQueue, id)
	return err
}

// changeJob changes one job. When it is not as the change wants it, it is left as it is: CodeConflict; CodeNotFound without one.
func (t *tx) changeJob(op string, id int64, query string, args ...any) error {
	res, err := t.exec(query, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	var state pos.PrintState
	err = t.one(sqlJobState, []any{id}, &state)
	if errors.Is(err, sql.ErrNoRows) {
		return pos.E(pos.CodeNotFound, op, errors.New("there is no such print job"))
	}
	if err != nil {
		return err
	}
	return conflict(op, "the print job is "+string(state)+" by now")
}

// RecoverJobs implements [pos.Outbox]. Call it before anything is sent; what is being sent after the first call is a spool's of this
// program, and stays so however often it is called again.
func (s *Store) RecoverJobs(ctx context.Context) (n int, err error) {
	err = s.write(ctx, "recover print jobs", func(t *tx) error {
		if s.recovered.Load() {
			return nil
		}
		for _, query := range []string{sqlRecover, sqlRecoverAhead} {
			res, err := t.exec(query)
			if err != nil {
				return err
			}
			rows, err := res.RowsAffected()
			if err != nil {
				return err
			}
			n += int(rows)
		}
		_, err := t.exec(sqlTidyQueue) // else it would begin for ever at the one that was being sent
		return err
	})
	if err != nil {
		return 0, err
	}
	s.recovered.Store(true)
	return n, nil
}
