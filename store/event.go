package store

import (
	"context"
	"database/sql"
	"slices"
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
	sqlEvidence = `SELECT payment, at, source, signal, from_state, to_state, transaction_id, amount, settlement, code, detail FROM (
			SELECT payment, at, source, signal, from_state, to_state, transaction_id, amount, settlement, code, detail, 0 AS refund, n
			FROM payment_event WHERE payment = ?1
			UNION ALL SELECT f.payment, e.at, e.source, 'refund:' || e.signal, e.from_state, e.to_state, f.transaction_id, f.amount, e.settlement, e.code,
				trim(f.out_refund_no || ' ' || e.detail), f.id, e.n
			FROM refund f JOIN refund_event e ON e.refund = f.id WHERE f.payment = ?1)
		ORDER BY refund, n`
)

// Evidence implements [pos.Reports]. A line about a refund carries its number, then what was said, as its detail; its signal
// is the refund's after "refund:", its states are the refund's, its amount is what the refund asks for. A decision's signal is
// its action after "decided:", its detail who decided and why.
func (s *Store) Evidence(ctx context.Context, id pos.PaymentID) ([]pos.PaymentEvent, error) {
	var all []pos.PaymentEvent
	err := s.view(ctx, "read evidence", func(v handle) error {
		return each(ctx, v, sqlEvidence, []any{int64(id)}, func(rows *sql.Rows) error {
			var e pos.PaymentEvent
			err := rows.Scan(&e.Payment, instant{&e.At}, &e.Source, &e.Signal, &e.From, &e.To, &e.TransactionID, &e.Amount, &e.Settlement, &e.Code, &e.Detail)
			all = append(all, e)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b pos.PaymentEvent) int { return a.At.Compare(b.At) })
	return all, nil
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
