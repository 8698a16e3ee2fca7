package export

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"guitai/pos"
)

// RefundIdentity is by what a reader can tell that an export of refunds is whole: its three sums come to that of the amount
// column.
type RefundIdentity struct {
	Rows     int
	Back     pos.Fen // proven to have gone back
	OnTheWay pos.Fen // asked for, and no end is known
	Not      pos.Fen // closed or refused: nothing went back
}

// Sum is that of the amount column.
func (i RefundIdentity) Sum() pos.Fen { return i.Back + i.OnTheWay + i.Not }

// Refunds writes every refund that was asked for in the span, in the order that users rely on. zone is the shop's. Errors
// are as of [Payments].
func Refunds(ctx context.Context, w io.Writer, f Format, books pos.Reports, span pos.Span, zone *time.Location) (RefundIdentity, error) {
	var id RefundIdentity
	t, err := newTable(w, f, refundColumns(zone))
	if err != nil {
		return RefundIdentity{}, err
	}
	err = books.EachRefund(ctx, span, func(r pos.RefundRow) error {
		id.Rows++
		switch s := r.Refund.State; {
		case s == pos.RefundDone:
			id.Back += r.Refund.Amount
		case s.Live():
			id.OnTheWay += r.Refund.Amount
		default:
			id.Not += r.Refund.Amount
		}
		return t.write(r)
	})
	if err == nil {
		err = t.end()
	}
	return id, err
}

func refundColumns(zone *time.Location) []column[pos.RefundRow] {
	type row = pos.RefundRow
	amount := func(r row) pos.Fen { return r.Refund.Amount }
	return []column[row]{
		text("day", func(r row) string { return r.Day.String() }),
		text("asked_at", func(r row) string { return instant(r.Refund.AskedAt, zone) }),
		text("done_at", func(r row) string { return instant(r.Refund.DoneAt, zone) }),
		text("receipt_no", func(r row) string { return r.Receipt.String() }),
		text("out_trade_no", func(r row) string { return r.Refund.OutTradeNo }),
		text("out_refund_no", func(r row) string { return r.Refund.OutRefundNo }),
		text("transaction_id", func(r row) string { return r.Refund.TransactionID }),
		text("refund_id", func(r row) string { return r.Refund.RefundID }),
		text("tender", func(r row) string { return string(r.Refund.Tender) }),
		text("state", func(r row) string { return string(r.Refund.State) }),
		fen("amount", amount),
		yuan("amount", amount),
		fen("total", func(r row) pos.Fen { return r.Refund.Total }),
		text("lines", refundLines),
		text("reason", func(r row) string { return r.Refund.Reason }),
		text("cashier", func(r row) string { return r.Refund.Cashier }),
		text("approver", func(r row) string { return r.Refund.Approver }),
		text("origin", origin),
		text("cause", func(r row) string { return string(r.Refund.Cause) }),
		fen("settlement", func(r row) pos.Fen { return r.Refund.Settlement }),
	}
}

// refundLines is what goods went back: the lines of the sale and the pieces of each, as "1x2;3x1".
func refundLines(r pos.RefundRow) string {
	parts := make([]string, len(r.Refund.Lines))
	for i, l := range r.Refund.Lines {
		parts[i] = strconv.Itoa(l.N) + "x" + strconv.Itoa(l.Quantity)
	}
	return strings.Join(parts, ";")
}

// origin is who made the refund: this till, or somebody in the merchant platform.
func origin(r pos.RefundRow) string {
	if r.Refund.Portal {
		return "platform"
	}
	return "ours"
}
