package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"guitai/pos"
)

// Signals of evidence that only the ledger itself writes: what people decided, and what follows from refunds.
const (
	sigDecided  pos.SignalKind = "decided:" // followed by the action
	sigRefunded pos.SignalKind = "refunded"
)

const (
	sqlDecide = `UPDATE exception SET state = ?, refund_at = ?, action = ?, decided_by = ?, decided_why = ?, decided_at = ?, decided_entry = ? WHERE id = ?`

	sqlAddDecisionEvent = `INSERT INTO payment_event (payment, n, at, source, signal, from_state, to_state, transaction_id, amount, settlement, code, detail)
		SELECT ?1, coalesce(max(n), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, '', ?10 FROM payment_event WHERE payment = ?1`
)

// ScheduleRefund implements [pos.Returns]. CodeConflict when the exception is not open, CodeInvalid when it cannot be
// refunded. Safe to repeat.
func (s *Store) ScheduleRefund(ctx context.Context, id pos.ExceptionID, at time.Time, d pos.Decision) (pos.ExceptionCase, error) {
	var out pos.ExceptionCase
	err := s.write(ctx, "schedule refund", func(t *tx) error {
		x, err := t.held(id)
		if err != nil {
			return err
		}
		d = t.decision(d, x)
		out = x.ExceptionCase
		switch {
		case x.State != pos.ExceptionOpen:
			return conflict("schedule refund", "the exception is "+string(x.State))
		case !at.IsZero() && !x.Allowed(pos.ActRefund):
			return invalid("schedule refund", "this money cannot be given back through WeChat")
		case x.RefundAt.Equal(whole(at)) && x.Decided == d:
			return nil
		}
		out.RefundAt, out.Decided = whole(at), d
		return t.decide(x, pos.ExceptionOpen, out.RefundAt, d, nil)
	})
	if err != nil {
		return pos.ExceptionCase{}, err
	}
	return out, nil
}

// Decide implements [pos.Returns]. Repeating the very same decision is answered as it was the first time. Of money that went
// back in part the rest is decided. CodeInvalid when the action makes no sense for the exception.
func (s *Store) Decide(ctx context.Context, id pos.ExceptionID, d pos.Decision) (pos.Settled, pos.ExceptionCase, error) {
	var out pos.Settled
	var after *held
	err := s.write(ctx, "decide exception", func(t *tx) error {
		x, err := t.held(id)
		if err != nil {
			return err
		}
		p, err := paymentBy(t.ctx, t, sqlPaymentByID, int64(x.Payment))
		if err != nil {
			return err
		}
		d = t.decision(d, x)
		if x.State == decidedState[d.Action] && x.Decided == d {
			out, after = pos.Settled{Payment: p}, x
			if d.Action == pos.ActSettle {
				var rec pos.SaleRecord
				if rec, err = record(t.ctx, t, p.Sale); err == nil {
					out, err = t.settledBy(p, rec)
				}
			}
			return err
		}
		if err := mayDecide(x, d); err != nil {
			return err
		}
		if d.Action == pos.ActSettle {
			out, err = t.settle(x, p, d)
		} else {
			out, err = pos.Settled{Payment: p}, t.writeOff(x, p, d)
		}
		if err == nil {
			after, err = t.held(id)
		}
		return err
	})
	if err != nil {
		return pos.Settled{}, pos.ExceptionCase{}, err
	}
	return out, after.ExceptionCase, nil
}

// decidedState is where an action leads.
var decidedState = map[pos.Action]pos.ExceptionState{
	pos.ActSettle: pos.ExceptionSettled, pos.ActCash: pos.ExceptionCash, pos.ActNote: pos.ExceptionNoted,
}

// decision is d as it will be read back. The time is the commit's unless it brings one.
func (t *tx) decision(d pos.Decision, x *held) pos.Decision {
	if d.At.IsZero() {
		if d.At = t.s.clock.Now(); x.Decided.Action == d.Action && x.Decided.By == d.By && x.Decided.Reason == d.Reason {
			d.At = x.Decided.At
		}
	}
	d.At = whole(d.At)
	return d
}

func mayDecide(x *held, d pos.Decision) error {
	const op = "decide exception"
	switch {
	case decidedState[d.Action] == "":
		return invalid(op, string(d.Action)+" ends no exception")
	case x.State != pos.ExceptionOpen:
		return conflict(op, "the exception is "+string(x.State))
	case d.Action == pos.ActSettle && !x.Allowed(d.Action):
		return conflict(op, "this money does not settle the sale")
	case !x.Allowed(d.Action):
		return invalid(op, "this cannot be done with such money")
	}
	return nil
}

// settle closes the sale of an exception with its money.
func (t *tx) settle(x *held, p pos.Payment, d pos.Decision) (pos.Settled, error) {
	none := pos.Settled{}
	sale, err := t.sale(p.Sale)
	switch {
	case err != nil:
		return none, err
	case sale.State == pos.SaleClosed:
		return none, conflict("decide exception", "the sale was settled")
	case sale.Due() != x.Amount || p.State != pos.Exception || x.Reason == pos.ExceptPart:
		return none, conflict("decide exception", "the sale is not what was paid")
	}
	version := p.Version
	p.State, p.Reason, p.Version = pos.Paid, pos.ExceptNone, version+1
	var entry int64
	out, err := t.close(sale, p, false, t.s.booked(d.At), func(s pos.Sale, parts []pos.PartOf, at time.Time, day pos.Day) (e pos.Entry) {
		return pos.SettledEntry(s, p, parts, d, at, day)
	}, func(day pos.Day, seq int64) error {
		entry = seq
		return t.storePayment(p, version, day)
	})
	if err != nil {
		return none, err
	}
	if err := t.decide(x, pos.ExceptionSettled, time.Time{}, d, entry); err != nil {
		return none, err
	}
	out.Payment.Request = p.Request
	return out, nil
}

// writeOff ends an exception whose money went back outside WeChat's refund.
func (t *tx) writeOff(x *held, p pos.Payment, d pos.Decision) error {
	var entry any
	day := t.s.day(t.s.booked(d.At))
	if e, ok := pos.DecidedEntry(x.rest(), d, d.At, day); ok && x.entry != 0 {
		if d.Action == pos.ActCash {
			if err := t.cashLeaves(day, d.At); err != nil {
				return err
			}
		}
		seq, err := t.book(e)
		if err != nil {
			return err
		}
		entry = seq
	}
	return t.decide(x, decidedState[d.Action], time.Time{}, d, entry)
}

// rest is the exception as if only what is left of its money had come.
func (x *held) rest() pos.ExceptionCase {
	c := x.ExceptionCase
	c.Amount, c.Settlement = x.left()
	c.Returned = 0
	return c
}

// decideOpen notes a decision that does not end an exception.
func (t *tx) decideOpen(x *held, state pos.ExceptionState, d pos.Decision) error {
	d.At = whole(d.At)
	return t.decide(x, state, time.Time{}, d, nil)
}

// decide writes a decision down, with its line of evidence. The payment is stored before.
func (t *tx) decide(x *held, state pos.ExceptionState, refundAt time.Time, d pos.Decision, entry any) error {
	p, err := paymentBy(t.ctx, t, sqlPaymentByID, int64(x.Payment))
	if err != nil {
		return err
	}
	_, err = t.exec(sqlDecide, string(state), ms(refundAt), string(d.Action), d.By, d.Reason, ms(d.At), entry, int64(x.ID))
	if err != nil {
		return err
	}
	from := p.State
	source := pos.ByNobody
	if d.By != "" {
		source = pos.ByCashier
	}
	if state == pos.ExceptionSettled {
		from = pos.Exception
	}
	detail := d.Reason
	if d.By != "" {
		detail = d.By + ": " + d.Reason
	}
	_, err = t.exec(sqlAddDecisionEvent, int64(p.ID), ms(d.At), string(source), string(sigDecided)+string(d.Action), string(from), string(p.State),
		x.TransactionID, int64(x.Amount), int64(x.Settlement), detail)
	return err
}

// maxAdopted is as much as one sale can come to; WeChat itself takes no more in one payment.
const maxAdopted = pos.Fen(100_000_000)

// Adopt implements [pos.Returns]. What somebody is already giving back is ExceptReturning instead. CodeConflict when the ledger
// knows the order or the transaction, CodeInvalid when the signal is not about money.
func (s *Store) Adopt(ctx context.Context, p pos.Payment, sig pos.Signal, at time.Time) (pos.Payment, error) {
	err := s.write(ctx, "adopt order", func(t *tx) (err error) {
		p, err = t.adopt(p, sig, s.booked(at))
		return err
	})
	if err != nil {
		return pos.Payment{}, err
	}
	return p, nil
}

func (t *tx) adopt(p pos.Payment, s pos.Signal, at time.Time) (pos.Payment, error) {
	const op = "adopt order"
	trade := s.Trade
	if s.Kind != pos.SigPaid && s.Kind != pos.SigReturning || s.Source == pos.ByNobody || p.Tender.Handed() || trade.Amount < 0 || trade.Amount > maxAdopted {
		return p, invalid(op, "only money that WeChat speaks of is adopted")
	}
	stored, err := paymentBy(t.ctx, t, sqlPaymentByNo, p.OutTradeNo)
	switch {
	case err == nil:
		sale, err := t.sale(stored.Sale)
		if err == nil && (len(sale.Lines) > 0 || stored.TransactionID != trade.TransactionID || stored.Amount != trade.Amount) {
			err = conflict(op, "the ledger knows this order")
		}
		return stored, err
	case !errors.Is(err, sql.ErrNoRows):
		return p, err
	}
	if trade.TransactionID != "" {
		for _, query := range []string{sqlPaymentByTransID, sqlPaymentOfTrans} {
			var known int64
			if err := t.one(query, []any{trade.TransactionID}, &known); !errors.Is(err, sql.ErrNoRows) {
				return p, errors.Join(err, conflict(op, "the ledger knows this transaction"))
			}
		}
	}
	if p.OpenedAt.IsZero() {
		p.OpenedAt = at
	}
	p.State, p.Reason, p.Asked, p.Amount, p.Settlement, p.Currency = pos.Exception, pos.ExceptUnknown, trade.Amount, trade.Amount, trade.ToShop(), trade.Currency
	p.TransactionID, p.PaidAt, p.Evidence = trade.TransactionID, trade.PaidAt, s.Source
	if s.Kind == pos.SigReturning {
		p.Reason = pos.ExceptReturning
	}
	sale, err := t.addSale(pos.Sale{Gross: trade.Amount, Cashier: p.Cashier, OpenedAt: p.OpenedAt})
	if err != nil {
		return p, err
	}
	p.Sale, p.Part = sale.ID, false
	if _, err := t.exec(sqlAbandonSale, int64(p.Sale)); err != nil {
		return p, err
	}
	day := t.s.day(at)
	p.ID = 0
	if p, err = t.addPayment(p, day); err != nil {
		return p, err
	}
	if err := t.except(p, at, day); err != nil {
		return p, err
	}
	return p, t.addEvent(p, s, pos.Opened, at)
}
