package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"guitai/pos"
)

// Business days that are looked through for a bill's calendar day: from two before, since shops lie in any zone and their days begin
// at any hour, to a week after, for what was booked late. What was booked later still is found by its number.
const (
	billDaysBefore = 2
	billDaysAfter  = 7
)

const (
	// The sales of these days come in the order of their receipts, which is that of time but for what was booked late.
	sqlBillSales = `SELECT p.id, p.out_trade_no, p.transaction_id, p.amount, p.settlement, p.currency, p.state, coalesce(p.paid_at, s.closed_at)
		FROM sale s CROSS JOIN payment p ON p.id = s.payment
		WHERE s.day BETWEEN ?1 AND ?2 AND p.tender GLOB 'wechat-*' AND coalesce(p.paid_at, s.closed_at) >= ?3 AND coalesce(p.paid_at, s.closed_at) < ?4
		ORDER BY s.day, s.epoch, s.seq`
	// What paid a part of a sale, open or closed.
	sqlBillParts = `SELECT p.id, p.out_trade_no, p.transaction_id, p.amount, p.settlement, p.currency, p.state, coalesce(p.paid_at, q.at)
		FROM sale_part q CROSS JOIN payment p ON p.id = q.payment
		WHERE q.day BETWEEN ?1 AND ?2 AND p.tender GLOB 'wechat-*' AND p.state = 'paid' AND coalesce(p.paid_at, q.at) >= ?3 AND coalesce(p.paid_at, q.at) < ?4
		ORDER BY q.day, q.entry`
	// One that settled its sale within these days is there already.
	sqlBillExceptions = `SELECT p.id, p.out_trade_no, x.transaction_id, x.amount, x.settlement, x.currency,
			CASE x.state WHEN 'returned' THEN 'refunded' WHEN 'settled' THEN 'paid' ELSE 'exception' END, coalesce(x.paid_at, x.at)
		FROM exception x CROSS JOIN payment p ON p.id = x.payment LEFT JOIN sale s ON s.id = p.sale
		WHERE x.day BETWEEN ?1 AND ?2 AND coalesce(x.paid_at, x.at) >= ?3 AND coalesce(x.paid_at, x.at) < ?4
			AND NOT (x.state = 'settled' AND s.day IS NOT NULL AND s.day BETWEEN ?1 AND ?2)
		ORDER BY x.day, x.id`
	sqlBillReversals = `SELECT p.id, p.out_trade_no, x.transaction_id, x.amount, x.settlement, x.currency, 'refunded', x.returned_at
		FROM exception x CROSS JOIN payment p ON p.id = x.payment
		WHERE x.day BETWEEN ?1 AND ?2 AND x.returned_at >= ?3 AND x.returned_at < ?4 AND x.state = 'returned' AND p.tender = 'wechat-code'
			AND NOT EXISTS (SELECT 1 FROM refund f WHERE f.exception = x.id AND f.state = 'done')
		ORDER BY x.day, x.id`
	sqlBillRefunds = `SELECT f.id, p.out_trade_no, f.transaction_id, f.out_refund_no, f.refund_id, f.amount, f.settlement, f.state, f.asked_at
		FROM refund f CROSS JOIN payment p ON p.id = f.payment
		WHERE f.day BETWEEN ?1 AND ?2 AND f.tender GLOB 'wechat-*' AND (f.state = 'accepted' OR f.state = 'stuck' OR f.state = 'done') AND f.asked_at >= ?3 AND f.asked_at < ?4
		ORDER BY f.day, f.id`

	sqlBillPayment = `SELECT p.id, p.out_trade_no, p.transaction_id, p.amount, p.settlement, p.currency, p.state, coalesce(p.paid_at, s.closed_at)
		FROM payment p JOIN sale s ON s.id = p.sale WHERE p.out_trade_no = ? AND p.tender GLOB 'wechat-*'`
	sqlBillSecond = `SELECT p.id, p.out_trade_no, x.transaction_id, x.amount, x.settlement, x.currency,
			CASE x.state WHEN 'returned' THEN 'refunded' ELSE 'exception' END, coalesce(x.paid_at, x.at)
		FROM payment p JOIN exception x ON x.payment = p.id WHERE p.out_trade_no = ? AND x.second = 1 AND x.transaction_id = ?`
	sqlBillReversal = `SELECT p.id, p.out_trade_no, p.transaction_id, p.amount, p.settlement, p.currency, p.state, x.returned_at
		FROM payment p LEFT JOIN exception x ON x.payment = p.id AND x.second = 0 WHERE p.out_trade_no = ? AND p.tender GLOB 'wechat-*'`
	sqlBillRefund = `SELECT f.id, p.out_trade_no, f.transaction_id, f.out_refund_no, f.refund_id, f.amount, f.settlement, f.state, f.asked_at
		FROM refund f JOIN payment p ON p.id = f.payment WHERE f.out_refund_no = ? AND f.tender GLOB 'wechat-*'`
	sqlBillRefundByID = `SELECT f.id, p.out_trade_no, f.transaction_id, f.out_refund_no, f.refund_id, f.amount, f.settlement, f.state, f.asked_at
		FROM payment p JOIN refund f ON f.payment = p.id WHERE p.out_trade_no = ? AND f.refund_id = ? AND f.tender GLOB 'wechat-*'`

	sqlSeenOnBill = `SELECT day FROM finding WHERE out_trade_no = ?1 AND item = ?2 AND theirs = 1 AND resolved_at IS NULL
		AND CASE ?2 WHEN 'payment' THEN ?3 = '' OR transaction_id = ?3 WHEN 'refund' THEN refund_no = ?4 OR refund_no = ?5 ELSE 1 END ORDER BY day DESC LIMIT 1`
)

func scanBillPayment(rows scanner, i *pos.BillItem) error {
	return rows.Scan(&i.Payment, &i.OutTradeNo, &i.TransactionID, &i.Amount, &i.Settlement, &i.Currency, &i.State, instant{&i.At})
}

func scanBillRefund(rows scanner, i *pos.BillItem) error {
	i.Kind, i.Currency = pos.BillRefund, pos.Currency
	return rows.Scan(&i.Refund, &i.OutTradeNo, &i.TransactionID, &i.OutRefundNo, &i.RefundID, &i.Amount, &i.Settlement, &i.State, instant{&i.At})
}

// scanner is a row.
type scanner interface{ Scan(dest ...any) error }

// billStream is one kind of our money, in the order of its query.
type billStream struct {
	kind pos.BillItemKind
	rows *sql.Rows
	scan func(scanner, *pos.BillItem) error
	item pos.BillItem
	more bool
}

func (b *billStream) next() error {
	if b.more = b.rows.Next(); !b.more {
		return b.rows.Err()
	}
	b.item = pos.BillItem{Kind: b.kind}
	return b.scan(b.rows, &b.item)
}

// EachBillItem implements [pos.BillBook]. The kinds are read beside each other, the one with the earliest next item first.
func (s *Store) EachBillItem(ctx context.Context, day pos.Day, f func(*pos.BillItem) error) error {
	var stop error
	err := s.view(ctx, "list bill items", func(v handle) error {
		streams, err := billStreams(ctx, v, day)
		defer func() {
			for _, b := range streams {
				_ = b.rows.Close() // its error is in rows.Err
			}
		}()
		if err != nil {
			return err
		}
		for {
			var first *billStream
			for _, b := range streams {
				if b.more && (first == nil || b.item.At.Before(first.item.At)) {
					first = b
				}
			}
			if first == nil {
				return nil
			}
			if stop = f(&first.item); stop != nil {
				return stop
			}
			if err := first.next(); err != nil {
				return err
			}
		}
	})
	if stop != nil {
		return stop // the caller's own error, as it gave it
	}
	return err
}

func billStreams(ctx context.Context, v handle, day pos.Day) (streams []*billStream, err error) {
	from, to := pos.BillSpan(day)
	args := []any{int64(day.Add(-billDaysBefore)), int64(day.Add(billDaysAfter)), from.UnixMilli(), to.UnixMilli()}
	for _, k := range []struct {
		query string
		kind  pos.BillItemKind
		scan  func(scanner, *pos.BillItem) error
	}{
		{sqlBillSales, pos.BillPayment, scanBillPayment},
		{sqlBillParts, pos.BillPayment, scanBillPayment},
		{sqlBillExceptions, pos.BillPayment, scanBillPayment},
		{sqlBillReversals, pos.BillReversal, scanBillPayment},
		{sqlBillRefunds, pos.BillRefund, scanBillRefund},
	} {
		st, err := v.stmt(ctx, k.query)
		if err != nil {
			return streams, err
		}
		rows, err := st.QueryContext(ctx, args...)
		if err != nil {
			return streams, err
		}
		b := &billStream{kind: k.kind, rows: rows, scan: k.scan}
		streams = append(streams, b)
		if err := b.next(); err != nil {
			return streams, err
		}
	}
	return streams, nil
}

// FindBillItem implements [pos.BillBook]. What never was money has amount 0 and no time; a refund that was refused or closed is found
// too.
func (s *Store) FindBillItem(ctx context.Context, row pos.BillItem) (pos.BillItem, error) {
	const op = "find bill item"
	i := pos.BillItem{Kind: row.Kind}
	err := s.view(ctx, op, func(v handle) error {
		switch row.Kind {
		case pos.BillRefund:
			err := oneItem(ctx, v, sqlBillRefund, []any{row.OutRefundNo}, scanBillRefund, &i)
			if errors.Is(err, sql.ErrNoRows) && row.RefundID != "" {
				err = oneItem(ctx, v, sqlBillRefundByID, []any{row.OutTradeNo, row.RefundID}, scanBillRefund, &i)
			}
			return err
		case pos.BillReversal:
			return oneItem(ctx, v, sqlBillReversal, []any{row.OutTradeNo}, scanBillPayment, &i)
		case pos.BillPayment:
		}
		err := oneItem(ctx, v, sqlBillPayment, []any{row.OutTradeNo}, scanBillPayment, &i)
		if err == nil && i.TransactionID != "" && row.TransactionID != "" && i.TransactionID != row.TransactionID {
			err = oneItem(ctx, v, sqlBillSecond, []any{row.OutTradeNo, row.TransactionID}, scanBillPayment, &i)
		}
		return err
	})
	if err != nil {
		return pos.BillItem{}, err
	}
	if i.Amount == 0 && i.Kind == pos.BillPayment {
		i.At = time.Time{} // of nothing
	}
	return i, nil
}

func oneItem(ctx context.Context, v handle, query string, args []any, scan func(scanner, *pos.BillItem) error, i *pos.BillItem) error {
	st, err := v.stmt(ctx, query)
	if err != nil {
		return err
	}
	return scan(st.QueryRowContext(ctx, args...), i)
}

// SeenOnBill implements [pos.BillBook].
func (s *Store) SeenOnBill(ctx context.Context, i pos.BillItem) (day pos.Day, err error) {
	err = s.read(ctx, "find bill item", func(h handle) error {
		err := one(ctx, h, sqlSeenOnBill, []any{i.OutTradeNo, string(i.Kind), i.TransactionID, i.OutRefundNo, i.RefundID}, &day)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return day, err
}
