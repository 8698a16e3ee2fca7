package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"guitai/pos"
)

// sigGivenUp is evidence that only the ledger itself writes: the sale that a payment settled a part of was given up.
const sigGivenUp pos.SignalKind = "given-up"

const (
	sqlAddPart = `INSERT INTO sale_part (payment, sale, n, shift, day, at, entry)
		SELECT ?1, ?2, coalesce(max(n), 0) + 1, ?3, ?4, ?5, ?6 FROM sale_part WHERE sale = ?2`
	sqlIsPart    = `SELECT count(*) FROM sale_part WHERE payment = ?`
	sqlSalePaid  = `SELECT coalesce(sum(p.amount), 0) FROM sale_part q CROSS JOIN payment p ON p.id = q.payment WHERE q.sale = ? AND p.state = 'paid'`
	sqlSaleParts = `SELECT ` + paymentColumns + `, r.body FROM sale_part q CROSS JOIN payment p ON p.id = q.payment LEFT JOIN payment_request r ON r.payment = p.id
		WHERE q.sale = ? ORDER BY q.n`
	sqlPartBack = `UPDATE sale_part SET back_at = ?, back_by = ?, back_entry = ?, back_job = nullif(?, 0) WHERE payment = ? AND back_at IS NULL`
)

// bookPart books a payment that settled a part of an open sale. Its row exists.
func (t *tx) bookPart(p pos.Payment, at time.Time, day pos.Day) error {
	shift, err := t.shift(day, at)
	if err != nil {
		return err
	}
	entry, err := t.book(pos.PartEntry(p, at, day))
	if err != nil {
		return err
	}
	_, err = t.exec(sqlAddPart, int64(p.ID), int64(p.Sale), shift, int64(day), ms(at), entry)
	return err
}

// partPayments are the payments that settled parts of a sale, in their order, those that went back included.
func partPayments(ctx context.Context, h handle, sale pos.SaleID) ([]pos.Payment, error) {
	return payments(ctx, h, sqlSaleParts, int64(sale))
}

// GiveBack implements [pos.Ledger]. Of a sale that was given up it answers what went back, however often it is asked.
func (s *Store) GiveBack(ctx context.Context, id pos.SaleID, by string, at time.Time, itself bool) (back []pos.Payment, err error) {
	const op = "give back"
	err = s.write(ctx, op, func(t *tx) error {
		sale, err := t.sale(id)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return conflict(op, "there is no such sale")
		case err != nil:
			return err
		case sale.State == pos.SaleClosed:
			return conflict(op, "the sale is closed")
		case sale.State == pos.SaleOpen:
			if err := t.giveUp(sale, pos.GivenBackFacts{Sale: sale.ID, By: by, At: s.booked(s.moment(at)), Itself: itself}); err != nil {
				return err
			}
		}
		back, err = partPayments(t.ctx, t, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return back, nil
}

// giveUp ends an open sale: its parts go back, its credits are void. facts have all but the parts.
func (t *tx) giveUp(sale pos.Sale, facts pos.GivenBackFacts) error {
	parts, err := partPayments(t.ctx, t, facts.Sale)
	if err != nil {
		return err
	}
	parts = slices.DeleteFunc(parts, func(p pos.Payment) bool { return p.State != pos.Paid }) // it went back before
	job, err := t.queueGivenBack(facts, parts)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if err := t.partBack(p, facts.By, facts.At, job); err != nil {
			return err
		}
	}
	return t.abandon(sale, facts.At)
}

// queueGivenBack queues the paper that says what of a sale's parts is handed back; 0 when nothing is, since what WeChat took is on its own
// way.
func (t *tx) queueGivenBack(facts pos.GivenBackFacts, parts []pos.Payment) (job int64, err error) {
	handed := false
	for _, p := range parts {
		handed = handed || p.Tender.Handed()
		facts.Parts = append(facts.Parts, pos.BackPart{OutTradeNo: p.OutTradeNo, Tender: p.Tender, Amount: p.Amount})
	}
	if !handed {
		return 0, nil
	}
	body, err := json.Marshal(facts)
	if err != nil {
		return 0, err
	}
	return t.queueFacts(pos.DocGivenBack, body, 0, facts.At)
}

// partBack gives a part back: what was taken by hand goes the way it came, what WeChat took becomes an exception. job is the paper that
// says so, 0 for none.
func (t *tx) partBack(p pos.Payment, by string, at time.Time, job int64) error {
	day := t.s.day(at)
	source := pos.ByNobody
	if by != "" {
		source = pos.ByCashier
	}
	sig := pos.Signal{Kind: sigGivenUp, Source: source, Trade: pos.Trade{TransactionID: p.TransactionID, Amount: p.Amount, Settlement: p.Settlement}, Detail: by}
	var entry any
	p.Reason = pos.ExceptPart
	if p.Tender.Handed() {
		p.State = pos.Refunded
		if p.Tender == pos.TenderCash {
			if err := t.cashLeaves(day, at); err != nil {
				return err
			}
		}
		seq, err := t.book(pos.PartBackEntry(p, by, at, day))
		if err != nil {
			return err
		}
		entry = seq
	} else {
		p.State = pos.Exception
		if err := t.except(p, at, day); err != nil {
			return err
		}
	}
	if err := t.storePayment(p, p.Version, 0); err != nil { // on its day: what came, came then
		return err
	}
	if _, err := t.exec(sqlPartBack, ms(at), by, entry, job, int64(p.ID)); err != nil {
		return err
	}
	return t.addEvent(p, sig, pos.Paid, at)
}

// abandon marks an open sale as given up, and its credits as void.
func (t *tx) abandon(sale pos.Sale, at time.Time) error {
	if _, err := t.endCredits(sale, pos.RefundClosed, at); err != nil {
		return err
	}
	_, err := t.exec(sqlAbandonSale, int64(sale.ID))
	return err
}
