package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"guitai/pos"
)

// Signals of evidence of goods in exchange, which only the ledger itself writes.
const (
	refExchanged pos.RefundSignalKind = "exchanged" // the sale they count towards was closed
	refGivenUp   pos.RefundSignalKind = "given-up"  // it was given up
)

const (
	sqlAddCredit   = `INSERT INTO sale_credit (sale, n, refund, goods) VALUES (?, ?, ?, ?)`
	sqlSaleCredits = `SELECT f.id, f.out_refund_no, q.sale, f.payment, c.goods, f.amount, f.reason, f.approver,
			coalesce(o.shop, ''), coalesce(o.till, ''), coalesce(o.day, 0), coalesce(o.epoch, 0), coalesce(o.seq, 0)
		FROM sale_credit c CROSS JOIN refund f ON f.id = c.refund CROSS JOIN payment q ON q.id = f.payment CROSS JOIN sale o ON o.id = q.sale
		WHERE c.sale = ? AND f.state <> 'closed' ORDER BY c.n`
)

// credits are what counts towards a sale: none of those that became void.
func credits(ctx context.Context, h handle, sale pos.SaleID) (all []pos.Credit, err error) {
	err = each(ctx, h, sqlSaleCredits, []any{int64(sale)}, func(rows *sql.Rows) error {
		var c pos.Credit
		var no pos.ReceiptNo
		err := rows.Scan(&c.Refund, &c.Number, &c.Sale, &c.Payment, &c.Goods, &c.Amount, &c.Reason, &c.Approver, &no.Shop, &no.Till, &no.Day, &no.Epoch, &no.Seq)
		c.Receipt = no.String()
		all = append(all, c)
		return err
	})
	for i := range all {
		if err == nil {
			all[i].Lines, err = refundLines(ctx, h, all[i].Refund)
		}
	}
	return all, err
}

// addCredits writes down the goods that count towards a new sale as refunds of their own sales, so that they cannot be given back
// twice, and returns them as they are stored.
func (t *tx) addCredits(s pos.Sale) ([]pos.Credit, error) {
	const op = "begin exchange"
	for i, c := range s.Credits {
		p, err := paymentBy(t.ctx, t, sqlPaymentByID, int64(c.Payment))
		if errors.Is(err, sql.ErrNoRows) || err == nil && c.Sale != 0 && c.Sale != p.Sale {
			return nil, conflict(op, "there is no such payment")
		}
		if err != nil {
			return nil, err
		}
		r := pos.Refund{
			OutRefundNo: c.Number, Payment: p.ID, Sale: p.Sale, OutTradeNo: p.OutTradeNo, TransactionID: p.TransactionID, Total: p.Amount, Tender: pos.TenderExchange,
			For: s.ID, State: pos.RefundAsked, Amount: c.Amount, Lines: c.Lines, Reason: c.Reason, Cashier: s.Cashier, Approver: c.Approver, AskedAt: s.OpenedAt,
		}
		if _, err := refundBy(t.ctx, t, sqlRefundByNo, c.Number); !errors.Is(err, sql.ErrNoRows) {
			return nil, errors.Join(err, conflict(op, "this refund number belongs to another refund"))
		}
		at := t.s.booked(r.AskedAt)
		if err := t.mayBegin(r, p, nil, at); err != nil {
			return nil, err
		}
		if r, err = t.addRefund(refundAsStored(r), t.s.day(at)); err != nil {
			return nil, err
		}
		if err := t.addRefundEvent(r, pos.RefundSignal{Kind: refBegun}, "", nil, at); err != nil {
			return nil, err
		}
		if _, err := t.exec(sqlAddCredit, int64(s.ID), i+1, int64(r.ID), c.Goods); err != nil {
			return nil, err
		}
	}
	return credits(t.ctx, t, s.ID)
}

// endCredits ends the refunds that count towards an open sale: done, each with its entry, when it closes; closed when it is given up.
// What they settled of it is returned.
func (t *tx) endCredits(s pos.Sale, state pos.RefundState, at time.Time) (parts []pos.PartOf, err error) {
	at = whole(at)
	day := t.s.day(at)
	for _, c := range s.Credits {
		r, err := refundBy(t.ctx, t, sqlRefundByID, int64(c.Refund))
		if err != nil {
			return nil, err
		}
		from, version, sig := r.State, r.Version, pos.RefundSignal{Kind: refGivenUp}
		r.State = state
		var entry any
		if state == pos.RefundDone {
			r.Settlement, r.DoneAt = r.Amount, at
			sig = pos.RefundSignal{Kind: refExchanged, Source: pos.ByCashier}
			e, ok := pos.RefundEntry(r, false, at, day)
			if !ok {
				return nil, invalid("end exchange", "goods that came back are booked once")
			}
			if entry, err = t.book(e); err != nil {
				return nil, err
			}
			parts = append(parts, pos.PartOf{Tender: r.Tender, Fen: r.Amount})
		}
		if err := t.storeRefund(r, version); err != nil {
			return nil, err
		}
		if err := t.addRefundEvent(r, sig, from, entry, at); err != nil {
			return nil, err
		}
	}
	return parts, nil
}
