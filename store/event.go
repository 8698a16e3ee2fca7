package store

import (
	"context"
	"database/sql"
	"time"

	"guitai/pos"
)

const (
	sqlAddEvent = `INSERT INTO payment_event (payment, n, at, source, signal, from_state, to_state, transaction_id, amount, settlement, code, detail)
		SELECT ?1, coalesce(max(n), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 FROM payment_event WHERE payment = ?1`
	sqlAddFirstEvent = `INSERT INTO payment_event (payment, n, at, source, signal, from_state, to_state, transaction_id, amount, settlement, code, detail)
		VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlKnownEvent = `SELECT EXISTS (SELECT 1 FROM payment_event WHERE payment = ? AND source = ? AND signal = ? AND to_state = ?
		AND transaction_id = ? AND amount = ? AND settlement = ? AND code = ?)`
	sqlEvents = `SELECT payment, at, source, signal, from_state, to_state, transaction_id, amount, settlement, code, detail FROM payment_event
		WHERE payment = ? ORDER BY n`
)

// Events returns the evidence of a payment in order: who said what, when.
func (s *Store) Events(ctx context.Context, id pos.PaymentID) ([]pos.PaymentEvent, error) {
	var all []pos.PaymentEvent
	err := s.read(ctx, "read evidence", func(h handle) error {
		return each(ctx, h, sqlEvents, []any{int64(id)}, func(rows *sql.Rows) error {
			var e pos.PaymentEvent
			err := rows.Scan(&e.Payment, instant{&e.At}, &e.Source, &e.Signal, &e.From, &e.To, &e.TransactionID, &e.Amount, &e.Settlement, &e.Code, &e.Detail)
			all = append(all, e)
			return err
		})
	})
	return all, err
}

// addEvent writes a line of evidence. p is the payment as the signal left it.
func (t *tx) addEvent(p pos.Payment, s pos.Signal, from pos.State, at time.Time) error {
	query := sqlAddEvent
	if from == "" { // cash: it is paid from its first moment
		query = sqlAddFirstEvent
	}
	_, err := t.exec(query, int64(p.ID), ms(at), string(s.Source), string(s.Kind), string(from), string(p.State),
		s.Trade.TransactionID, int64(s.Trade.Amount), int64(s.Trade.ToShop()), string(s.Code), s.Detail)
	return err
}

// tells reports whether a signal says anything that the evidence does not have. A change of state always does, an unpaid
// order seen again or a wish of the till that changed nothing never; anything else the first time it is said.
func (t *tx) tells(p pos.Payment, s pos.Signal, from pos.State) (bool, error) {
	if p.State != from {
		return true, nil
	}
	switch s.Kind {
	case pos.SigUnpaid, pos.SigOrdered, pos.SigAsk, pos.SigStart, pos.SigCancel, pos.SigExpire, pos.SigNewCode:
		return false, nil
	}
	var known bool
	err := t.one(sqlKnownEvent, []any{
		int64(p.ID), string(s.Source), string(s.Kind), string(p.State),
		s.Trade.TransactionID, int64(s.Trade.Amount), int64(s.Trade.ToShop()), string(s.Code),
	}, &known)
	return !known, err
}
