package store

import (
	"context"
	"database/sql"
	"reflect"

	"guitai/pos"
)

// refundColumns are what refundFields scans, with the request and without the lines.
const refundColumns = `f.id, f.out_refund_no, coalesce(f.payment, 0), coalesce(q.sale, 0), coalesce(q.out_trade_no, ''), f.transaction_id, coalesce(f.exception, 0), f.tender, f.portal,
	f.state, f.amount, f.total, f.settlement, f.reason, f.cashier, f.approver, f.asked_at, f.done_at, f.refund_id, f.cause, f.detail, f.may_exist,
	f.asks, f.sends, f.version, coalesce(f.for_sale, 0), f.void, b.body`

func refundFields(r *pos.Refund) []any {
	return []any{
		&r.ID, &r.OutRefundNo, &r.Payment, &r.Sale, &r.OutTradeNo, &r.TransactionID, &r.Exception, &r.Tender, &r.Portal,
		&r.State, &r.Amount, &r.Total, &r.Settlement, &r.Reason, &r.Cashier, &r.Approver,
		instant{&r.AskedAt},
		instant{&r.DoneAt},
		&r.RefundID, &r.Cause, &r.Detail, &r.MayExist,
		&r.Asks, &r.Sends, &r.Version, &r.For, &r.Void, &r.Request,
	}
}

const (
	fromRefund = ` FROM refund f LEFT JOIN payment q ON q.id = f.payment LEFT JOIN refund_request b ON b.refund = f.id `

	// spentException is held.spent in SQL, for a refund.
	spentException = `(SELECT x.state FROM exception x WHERE x.id = f.exception) IN ('settled', 'cash')`

	liveRefund = `(f.state = 'asked' OR f.state = 'accepted' OR f.state = 'stuck') AND f.tender <> 'exchange'` // as the index refund_live has it

	sqlRefundByNo  = `SELECT ` + refundColumns + fromRefund + `WHERE f.out_refund_no = ?`
	sqlRefundByID  = `SELECT ` + refundColumns + fromRefund + `WHERE f.id = ?`
	sqlLiveRefunds = `SELECT ` + refundColumns + fromRefund + `WHERE ` + liveRefund + ` ORDER BY f.id`
	sqlRefundsOf   = `SELECT ` + refundColumns + fromRefund + `WHERE f.payment = ? ORDER BY f.id`
	sqlSaleRefunds = `SELECT ` + refundColumns + fromRefund + `WHERE f.payment IN (SELECT payment FROM sale WHERE id = ?1 UNION ALL SELECT payment FROM sale_part WHERE sale = ?1)
		AND (f.exception IS NULL OR f.state <> 'closed' AND f.state <> 'refused' AND 'settled' = (SELECT x.state FROM exception x WHERE x.id = f.exception)) ORDER BY f.id`
	sqlExceptionRefunds = `SELECT ` + refundColumns + fromRefund + `WHERE f.exception = ? ORDER BY f.id`
	sqlRefundsOfDay     = `SELECT ` + refundColumns + `, f.day, coalesce(s.shop, ''), coalesce(s.till, ''), coalesce(s.day, 0), coalesce(s.epoch, 0), coalesce(s.seq, 0)` +
		fromRefund + `LEFT JOIN sale s ON s.id = q.sale WHERE f.day BETWEEN ? AND ? ORDER BY f.day, f.id`
	sqlRefundLines = `SELECT n, quantity, amount FROM refund_line WHERE refund = ? ORDER BY n`
	sqlRefundJob   = `SELECT id FROM print_job WHERE refund = ? AND copy = 0`
	sqlRefundSum   = `SELECT coalesce(sum(amount), 0), count(*) FROM refund WHERE payment = ? AND transaction_id = ? AND state NOT IN ('closed', 'refused')`

	sqlAddRefund = `INSERT INTO refund (out_refund_no, payment, exception, transaction_id, tender, portal, state, day, amount, total, settlement, reason,
		cashier, approver, asked_at, done_at, refund_id, cause, detail, may_exist, asks, sends, for_sale, void, version)
		VALUES (?, nullif(?, 0), nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, 1)`
	sqlAddRefundRequest = `INSERT INTO refund_request (refund, body) VALUES (?, ?)`
	sqlAddRefundLine    = `INSERT INTO refund_line (refund, n, quantity, amount) VALUES (?, ?, ?, ?)`
	sqlStoreRefund      = `UPDATE refund SET state = ?, settlement = ?, done_at = ?, refund_id = ?, cause = ?, detail = ?, may_exist = ?, asks = ?, sends = ?,
		version = version + 1 WHERE id = ? AND version = ?`
)

// LiveRefunds implements [pos.Returns].
func (s *Store) LiveRefunds(ctx context.Context) ([]pos.Refund, error) {
	return s.refunds(ctx, "read live refunds", sqlLiveRefunds)
}

// RefundsOf implements [pos.Returns].
func (s *Store) RefundsOf(ctx context.Context, p pos.PaymentID) ([]pos.Refund, error) {
	return s.refunds(ctx, "read refunds", sqlRefundsOf, int64(p))
}

func (s *Store) refunds(ctx context.Context, op, query string, args ...any) (all []pos.Refund, err error) {
	err = s.view(ctx, op, func(v handle) error {
		all, err = refunds(ctx, v, query, args...)
		return err
	})
	return all, err
}

// Refund implements [pos.Returns].
func (s *Store) Refund(ctx context.Context, outRefundNo string) (r pos.Refund, err error) {
	err = s.view(ctx, "read refund", func(v handle) error {
		r, err = refundBy(ctx, v, sqlRefundByNo, outRefundNo)
		return err
	})
	return r, err
}

// refundBy finds one refund; sql.ErrNoRows when there is none.
func refundBy(ctx context.Context, h handle, query string, arg any) (pos.Refund, error) {
	all, err := refunds(ctx, h, query, arg)
	if err == nil && len(all) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return pos.Refund{}, err
	}
	return all[0], nil
}

func refunds(ctx context.Context, h handle, query string, args ...any) ([]pos.Refund, error) {
	var all []pos.Refund
	err := each(ctx, h, query, args, func(rows *sql.Rows) error {
		var r pos.Refund
		err := rows.Scan(refundFields(&r)...)
		all = append(all, r)
		return err
	})
	for i := range all {
		if err == nil {
			err = refundDetail(ctx, h, &all[i])
		}
	}
	return all, err
}

// refundDetail reads what came back with a refund: lines of its sale, or goods without a receipt.
func refundDetail(ctx context.Context, h handle, r *pos.Refund) (err error) {
	if r.Lines, err = refundLines(ctx, h, r.ID); err == nil && r.Payment == 0 {
		r.Goods, err = linesBy(ctx, h, sqlRefundGoods, int64(r.ID))
	}
	return err
}

func refundLines(ctx context.Context, h handle, id pos.RefundID) (lines []pos.RefundLine, err error) {
	err = each(ctx, h, sqlRefundLines, []any{int64(id)}, func(rows *sql.Rows) error {
		var l pos.RefundLine
		err := rows.Scan(&l.N, &l.Quantity, &l.Amount)
		lines = append(lines, l)
		return err
	})
	return lines, err
}

// unsent is refunds without their requests, for what only shows them.
func unsent(all []pos.Refund) []pos.Refund {
	for i := range all {
		all[i].Request = nil
	}
	return all
}

// addRefund stores a new refund of a business day with its request and lines.
func (t *tx) addRefund(r pos.Refund, day pos.Day) (pos.Refund, error) {
	r.Version = 1
	res, err := t.exec(sqlAddRefund, r.OutRefundNo, int64(r.Payment), int64(r.Exception), r.TransactionID, string(r.Tender), r.Portal, string(r.State),
		int64(day), int64(r.Amount), int64(r.Total), int64(r.Settlement), r.Reason, r.Cashier, r.Approver, ms(r.AskedAt), ms(r.DoneAt),
		r.RefundID, string(r.Cause), r.Detail, r.MayExist, r.Asks, r.Sends, int64(r.For), r.Void)
	if err != nil {
		return r, err
	}
	id, err := res.LastInsertId()
	if err != nil {
		return r, err
	}
	r.ID = pos.RefundID(id)
	if len(r.Request) > 0 {
		if _, err := t.exec(sqlAddRefundRequest, id, r.Request); err != nil {
			return r, err
		}
	}
	for _, l := range r.Lines {
		if _, err := t.exec(sqlAddRefundLine, id, l.N, l.Quantity, int64(l.Amount)); err != nil {
			return r, err
		}
	}
	return r, t.addLines(sqlAddGoods, id, r.Goods, pos.Cut{})
}

// refundAsStored is r as it will be read back.
func refundAsStored(r pos.Refund) pos.Refund {
	r.AskedAt, r.DoneAt = whole(r.AskedAt), whole(r.DoneAt)
	if len(r.Lines) == 0 {
		r.Lines = nil
	}
	if len(r.Request) == 0 {
		r.Request = nil
	}
	if len(r.Goods) == 0 {
		r.Goods = nil
	}
	return r
}

// sameRefund compares everything but number and version.
func sameRefund(a, b pos.Refund) bool {
	a, b = refundAsStored(a), refundAsStored(b)
	a.ID, a.Version, b.ID, b.Version = 0, 0, 0, 0
	return reflect.DeepEqual(a, b)
}

// refundOrder is of r what was decided when it was asked for and never changes.
func refundOrder(r pos.Refund) pos.Refund {
	return refundAsStored(pos.Refund{
		OutRefundNo: r.OutRefundNo, Payment: r.Payment, Sale: r.Sale, OutTradeNo: r.OutTradeNo, TransactionID: r.TransactionID, Exception: r.Exception,
		Tender: r.Tender, Portal: r.Portal, Amount: r.Amount, Total: r.Total, Lines: r.Lines, Reason: r.Reason, Cashier: r.Cashier, Approver: r.Approver,
		Request: r.Request, AskedAt: r.AskedAt, For: r.For, Goods: r.Goods, Void: r.Void,
	})
}
