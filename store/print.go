package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"guitai/pos"
)

const (
	sqlQueueJob       = `INSERT INTO print_job (id, sale, document, copy, state, tries, cause, queued_at) VALUES (?, ?, ?, ?, 'queued', 0, '', ?)`
	sqlQueueRefundJob = `INSERT INTO print_job (id, sale, document, copy, state, tries, cause, queued_at, refund) VALUES (?, ?, 'refund', 0, 'queued', 0, '', ?, ?)`

	sqlQueueFactsJob = `INSERT INTO print_job (id, document, copy, state, tries, cause, queued_at, z, facts) VALUES (?, ?, ?, 'queued', 0, '', ?, nullif(?, 0), ?)`

	sqlNextJobID = `SELECT coalesce(max(id), 0) + 1 FROM print_job`
	sqlSaleJob   = `SELECT job FROM sale WHERE id = ?`
	sqlNextCopy  = `SELECT coalesce(max(copy), 0) + 1 FROM print_job WHERE sale = ? AND copy > 0`
	sqlNextJob   = `SELECT id, document, coalesce(sale, 0), copy, state, bytes, tries, cause, queued_at, coalesce(refund, 0), CAST(facts AS BLOB) FROM print_job
		WHERE id >= (SELECT first FROM print_queue) AND state = 'queued' ORDER BY id LIMIT 1`
	sqlSetBytes  = `UPDATE print_job SET bytes = ? WHERE id = ?`
	sqlMarkJob   = `UPDATE print_job SET state = ?1, tries = ?2, cause = ?3, bytes = CASE WHEN ?1 IN ('printed', 'cancelled') THEN NULL ELSE bytes END WHERE id = ?4`
	sqlRecover   = `UPDATE print_job SET state = 'unconfirmed' WHERE id >= (SELECT first FROM print_queue) AND state = 'sending'`
	sqlMoveQueue = `UPDATE print_queue SET first = coalesce(
			(SELECT j.id FROM print_job j WHERE j.id >= min(first, ?1) AND (j.state = 'queued' OR j.state = 'sending') ORDER BY j.id LIMIT 1),
			(SELECT max(j.id) + 1 FROM print_job j))
		WHERE first = ?1 OR first > ?1 AND ?2`
)

// queue adds a print job under the number that nextJob gave.
func (t *tx) queue(id int64, sale pos.SaleID, doc pos.Document, nth int, at time.Time) error {
	_, err := t.exec(sqlQueueJob, id, int64(sale), string(doc), nth, ms(at))
	return err
}

// queueFacts adds the print job of a document that is not of a sale: facts is what it says, as JSON. z is the number of a Z report,
// 0 for any other document, and nth its copy.
func (t *tx) queueFacts(doc pos.Document, facts []byte, z, nth int, at time.Time) (job int64, err error) {
	if job, err = t.nextJob(); err != nil {
		return 0, err
	}
	_, err = t.exec(sqlQueueFactsJob, job, string(doc), nth, ms(at), z, string(facts))
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
		var nth int
		if err := t.one(sqlNextCopy, []any{int64(id)}, &nth); err != nil {
			return err
		}
		if job, err = t.nextJob(); err != nil {
			return err
		}
		at = s.booked(at)
		_, err = t.book(pos.Entry{
			Kind: pos.EntryReprint, At: at.UnixMilli(), Day: s.day(at), Sale: id, Receipt: sale.Receipt.String(), By: by, Postings: []pos.Posting{},
		})
		if err != nil {
			return err
		}
		return t.queue(job, id, pos.DocReprint, nth, at)
	})
	return job, err
}

// NextJob implements [pos.Outbox].
func (s *Store) NextJob(ctx context.Context) (*pos.PrintJob, error) {
	var j pos.PrintJob
	err := s.read(ctx, "read print job", func(h handle) error {
		return one(ctx, h, sqlNextJob, nil, &j.ID, &j.Document, &j.Sale, &j.Copy, &j.State, &j.Bytes, &j.Tries, &j.Cause, instant{&j.QueuedAt}, &j.Refund, &j.Facts)
	})
	switch {
	case err == nil:
		return &j, nil
	case pos.CodeOf(err) == pos.CodeNotFound:
		return nil, nil
	}
	return nil, err
}

// NextJobOf implements [pos.Outbox].
func (s *Store) NextJobOf(ctx context.Context, other bool) (*pos.PrintJob, error) {
	if other {
		return nil, nil
	}
	return s.NextJob(ctx)
}

// StoreBytes implements [pos.Outbox]. CodeNotFound. Safe to repeat.
func (s *Store) StoreBytes(ctx context.Context, id int64, rendered []byte) error {
	return s.write(ctx, "store print bytes", func(t *tx) error {
		return t.changeJob("store print bytes", sqlSetBytes, rendered, id)
	})
}

// MarkJob implements [pos.Outbox]. What is on paper, or will never be, needs its bytes no more: they can be rendered
// again from the sale or the facts. CodeNotFound. Safe to repeat.
func (s *Store) MarkJob(ctx context.Context, id int64, state pos.PrintState, tries int, _ pos.Code, cause string) error {
	return s.write(ctx, "mark print job", func(t *tx) error {
		if err := t.changeJob("mark print job", sqlMarkJob, string(state), tries, cause, id); err != nil {
			return err
		}
		waits := state == pos.PrintQueued || state == pos.PrintSending
		_, err := t.exec(sqlMoveQueue, id, waits)
		return err
	})
}

func (t *tx) changeJob(op, query string, args ...any) error {
	res, err := t.exec(query, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, pos.E(pos.CodeNotFound, op, errors.New("there is no such print job")))
	}
	return nil
}

// RecoverJobs implements [pos.Outbox]. Call it once at start, before the spool runs.
func (s *Store) RecoverJobs(ctx context.Context) (n int, err error) {
	err = s.write(ctx, "recover print jobs", func(t *tx) error {
		res, err := t.exec(sqlRecover)
		if err != nil {
			return err
		}
		rows, err := res.RowsAffected()
		n = int(rows)
		return err
	})
	return n, err
}
