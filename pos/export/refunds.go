package export

import (
	"context"
	"strconv"
	"strings"
	"time"

	"guitai/pos"
)

// refundColumns are those of every refund that was asked for, in the order that users rely on.
func refundColumns() []column[pos.RefundRow] {
	type row = pos.RefundRow
	amount := func(r *row) pos.Fen { return r.Refund.Amount }
	return []column[row]{
		day("day", func(r *row) pos.Day { return r.Day }),
		moment("asked_at", func(r *row) time.Time { return r.Refund.AskedAt }),
		moment("done_at", func(r *row) time.Time { return r.Refund.DoneAt }),
		text("receipt_no", func(r *row) string { return r.Receipt.String() }),
		text("out_trade_no", func(r *row) string { return r.Refund.OutTradeNo }),
		text("out_refund_no", func(r *row) string { return r.Refund.OutRefundNo }),
		text("transaction_id", func(r *row) string { return r.Refund.TransactionID }),
		text("refund_id", func(r *row) string { return r.Refund.RefundID }),
		text("tender", func(r *row) string { return string(r.Refund.Tender) }),
		text("state", func(r *row) string { return string(r.Refund.State) }),
		fen("amount", amount),
		yuan("amount", amount),
		fen("total", func(r *row) pos.Fen { return r.Refund.Total }),
		text("lines", refundLines),
		text("reason", func(r *row) string { return r.Refund.Reason }),
		text("cashier", func(r *row) string { return r.Refund.Cashier }),
		text("approver", func(r *row) string { return r.Refund.Approver }),
		text("origin", origin),
		text("cause", func(r *row) string { return string(r.Refund.Cause) }),
		fen("settlement", func(r *row) pos.Fen { return r.Refund.Settlement }),
		text("kind", refundKind),
		text("goods", refundGoods),
	}
}

// refundSums: what went back, what is on its way and what did not go back come to all that was asked for.
type refundSums struct {
	back, onWay, not pos.Fen
}

func (a *refundSums) add(r *pos.RefundRow) (pos.Day, error) {
	switch s := r.Refund.State; {
	case s == pos.RefundDone:
		a.back += r.Refund.Amount
	case s.Live():
		a.onWay += r.Refund.Amount
	default:
		a.not += r.Refund.Amount
	}
	return r.Day, nil
}

func (a *refundSums) end(_ context.Context, s *pos.ExportSummary) error {
	s.Sum = a.back + a.onWay + a.not
	s.Identities = []pos.Identity{identity(
		plus(pos.FigureBack, a.back), plus(pos.FigureOnTheWay, a.onWay), plus(pos.FigureNotBack, a.not), plus(pos.FigureRefSum, s.Sum),
	)}
	return nil
}

// refundLines is what goods went back: the lines of the sale and the pieces of each, as "1x2;3x1".
func refundLines(r *pos.RefundRow) string {
	parts := make([]string, len(r.Refund.Lines))
	for i, l := range r.Refund.Lines {
		parts[i] = strconv.Itoa(l.N) + "x" + strconv.Itoa(l.Quantity)
	}
	return strings.Join(parts, ";")
}

// refundKind is what a refund is: of a sale, of the whole of one on its own day (void), in exchange for other goods, of goods that came
// back without a receipt, or of money that came without its sale.
func refundKind(r *pos.RefundRow) string {
	f := r.Refund
	switch {
	case f.Exception != 0:
		return "exception"
	case f.Void:
		return "void"
	case f.Tender == pos.TenderExchange:
		return "exchange"
	case len(f.Goods) > 0:
		return "no-receipt"
	}
	return "refund"
}

// refundGoods is what came back without a receipt, as "2x可口可乐;1x苹果".
func refundGoods(r *pos.RefundRow) string {
	parts := make([]string, len(r.Refund.Goods))
	for i, l := range r.Refund.Goods {
		parts[i] = strconv.Itoa(l.Quantity) + "x" + l.Name
	}
	return strings.Join(parts, ";")
}

// origin is who made the refund: this till, or somebody in the merchant platform.
func origin(r *pos.RefundRow) string {
	if r.Refund.Portal {
		return "platform"
	}
	return "ours"
}
