package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"guitai/pos"
)

const (
	// A value costs more on its way out of the database than all that the database does to find it, so a row comes as one text: its
	// cells in the order of [rowText.payment], with a mark that no text should have between them.
	sqlPaymentsOfDay = `SELECT concat_ws(char(31), k.day, k.id, k.exception, k.epoch, k.seq, coalesce(h.number, 0), p.sale, p.asked, p.amount, p.settlement, p.part,
			coalesce((SELECT sum(f.amount) FROM refund f WHERE f.payment = p.id AND f.transaction_id = p.transaction_id AND f.state = 'done' AND f.tender <> 'exchange'), 0),
			coalesce(p.paid_at, 'none'), k.shop, k.till, p.out_trade_no, p.tender, p.state, p.cashier, p.currency, p.transaction_id, p.evidence)
		FROM (SELECT o.day AS day, o.id AS id, 0 AS exception, 0 AS epoch, 0 AS seq, '' AS shop, '' AS till, s.shift AS shift
				FROM payment o CROSS JOIN sale s ON s.id = o.sale WHERE o.day BETWEEN ?1 AND ?2 AND (o.tender <> 'cash' OR o.part = 1) AND o.state <> 'paid'
			UNION ALL SELECT day, payment, 0, epoch, seq, shop, till, shift FROM sale WHERE day BETWEEN ?1 AND ?2
			UNION ALL SELECT q.day, q.payment, -1, 0, 0, '', '', NULL FROM sale_part q CROSS JOIN payment o ON o.id = q.payment
				WHERE q.day BETWEEN ?1 AND ?2 AND o.state = 'paid'
			UNION ALL SELECT day, payment, id, 0, 0, '', '', NULL FROM exception WHERE day BETWEEN ?1 AND ?2 AND second = 1 ORDER BY 1, 2, 3 LIMIT -1) AS k
		CROSS JOIN payment p ON p.id = k.id LEFT JOIN shift h ON h.id = k.shift ORDER BY k.day, k.id, k.exception`
	// One row cell by cell; ?2 is the exception with the money of a second transaction, 0 for the payment's own, -1 for a part of a sale, whose
	// receipt may be of a later day than the row.
	sqlPaymentRow = `SELECT p.id, p.sale, p.out_trade_no, p.tender, p.part, p.cashier, coalesce(h.number, 0),
			x.id IS NULL AND (s.payment IS p.id OR p.state = 'paid' AND EXISTS (SELECT 1 FROM sale_part q WHERE q.payment = p.id)),
			coalesce(s.shop, ''), coalesce(s.till, ''), coalesce(s.day, 0), coalesce(s.epoch, 0), coalesce(s.seq, 0),
			(SELECT coalesce(sum(f.amount), 0) FROM refund f
				WHERE f.payment = p.id AND f.transaction_id = coalesce(x.transaction_id, p.transaction_id) AND f.state = 'done' AND f.tender <> 'exchange'),
			CASE WHEN x.id IS NULL THEN p.state WHEN x.state = 'returned' THEN 'refunded' ELSE 'exception' END, iif(x.id IS NULL, p.asked, 0),
			coalesce(x.amount, p.amount), coalesce(x.settlement, p.settlement), coalesce(x.currency, p.currency), coalesce(x.transaction_id, p.transaction_id), iif(x.id IS NULL, p.paid_at, x.paid_at),
			iif(x.id IS NULL, p.evidence,
				coalesce((SELECT e.source FROM payment_event e WHERE e.payment = x.payment AND e.transaction_id = x.transaction_id ORDER BY e.n LIMIT 1), ''))
		FROM payment p JOIN sale s ON s.id = p.sale LEFT JOIN shift h ON h.id = s.shift LEFT JOIN exception x ON x.id = ?2 WHERE p.id = ?1`
)

// EachPayment implements [pos.Reports]. What was taken in exchange for goods that come back did not go back as money. Money of a second transaction for an order is a row of its own under that order's
// number, on the day it came. It reads one moment of the ledger, row by row. f must not ask the store: it holds one of few
// connections.
func (s *Store) EachPayment(ctx context.Context, span pos.Span, f func(pos.PaymentRow) error) error {
	var stop error
	err := s.view(ctx, "list payments", func(v handle) error {
		var row string
		return each(ctx, v, sqlPaymentsOfDay, []any{int64(span.From), int64(span.To)}, func(rows *sql.Rows) error {
			if err := rows.Scan(&row); err != nil {
				return err
			}
			r, exception, whole := paymentOf(row)
			if exception != 0 || !whole {
				if err := cellByCell(ctx, v, &r, exception); err != nil {
					return err
				}
			}
			if r.Refunded = min(r.Refunded, r.Payment.Amount); r.Payment.State == pos.Refunded {
				r.Refunded = r.Payment.Amount
			}
			stop = f(r)
			return stop
		})
	})
	if stop != nil {
		return stop // the caller's own error, as it gave it
	}
	return err
}

// paymentOf reads a row of [sqlPaymentsOfDay]. Day and number are right in any case; the rest is when it is whole: none of the texts
// has a mark of its own. Of the money of a second transaction, exception is where it stands.
func paymentOf(row string) (r pos.PaymentRow, exception int64, whole bool) {
	t := rowText{row}
	p, no := &r.Payment, &r.Receipt
	r.Day, p.ID, exception = pos.Day(t.number()), pos.PaymentID(t.number()), t.number()
	no.Epoch, no.Seq, r.Shift = int(t.number()), int(t.number()), int(t.number())
	p.Sale, p.Asked, p.Amount = pos.SaleID(t.number()), pos.Fen(t.number()), pos.Fen(t.number())
	p.Settlement, p.Part, r.Refunded = pos.Fen(t.number()), t.number() == 1, pos.Fen(t.number())
	if at := t.text(); at != "none" {
		n, _ := strconv.ParseInt(at, 10, 64) // a whole number: the table is strict
		p.PaidAt = time.UnixMilli(n).UTC()
	}
	no.Shop, no.Till = t.text(), t.text()
	p.OutTradeNo, p.Tender, p.State, p.Cashier = t.text(), pos.Tender(t.text()), pos.State(t.text()), t.text()
	p.Currency, p.TransactionID = t.text(), t.text()
	p.Evidence = pos.Evidence(t.rest)
	if no.Seq != 0 {
		no.Day = r.Day
	}
	return r, exception, strings.IndexByte(t.rest, rowMark) < 0
}

// cellByCell reads a row again that could not be read as one text.
func cellByCell(ctx context.Context, v handle, r *pos.PaymentRow, exception int64) error {
	var settled bool
	id := r.Payment.ID
	*r = pos.PaymentRow{Day: r.Day}
	p, no := &r.Payment, &r.Receipt
	err := one(ctx, v, sqlPaymentRow, []any{int64(id), exception}, &p.ID, &p.Sale, &p.OutTradeNo, &p.Tender, &p.Part, &p.Cashier, &r.Shift, &settled,
		&no.Shop, &no.Till, &no.Day, &no.Epoch, &no.Seq, &r.Refunded, &p.State, &p.Asked,
		&p.Amount, &p.Settlement, &p.Currency, &p.TransactionID, instant{&p.PaidAt}, &p.Evidence)
	if !settled { // other money paid for the sale
		*no = pos.ReceiptNo{}
	}
	if errors.Is(err, sql.ErrNoRows) {
		return pos.E(pos.CodeCorrupt, "list payments", errors.New("a payment without its sale"))
	}
	return err
}

// rowMark stands between the cells of a row: the unit separator, char(31).
const rowMark = 31

// rowText is what is left of a row.
type rowText struct{ rest string }

func (t *rowText) text() (cell string) {
	if i := strings.IndexByte(t.rest, rowMark); i >= 0 {
		cell, t.rest = t.rest[:i], t.rest[i+1:]
	}
	return cell
}

// number reads a whole number as the database writes it.
func (t *rowText) number() (n int64) {
	i, sign := 0, int64(1)
	if strings.HasPrefix(t.rest, "-") {
		i, sign = 1, -1
	}
	for ; i < len(t.rest) && t.rest[i] != rowMark; i++ {
		n = n*10 + int64(t.rest[i]-'0')
	}
	t.rest = t.rest[min(i+1, len(t.rest)):]
	return n * sign
}
