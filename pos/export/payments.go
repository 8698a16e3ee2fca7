package export

import (
	"context"
	"io"
	"time"

	"guitai/pos"
)

// Payments writes every order of the span, in the order that users rely on. Money of a second transaction for an order is a
// row of its own, for which nothing was asked. zone is the shop's. An error of the writer
// comes back as it is, so that a closed pipe can be told; others are those of [pos.Reports].
func Payments(ctx context.Context, w io.Writer, f Format, books pos.Reports, span pos.Span, zone *time.Location) (Identity, error) {
	var id Identity
	t, err := newTable(w, f, paymentColumns(zone))
	if err != nil {
		return Identity{}, err
	}
	err = books.EachPayment(ctx, span, func(r pos.PaymentRow) error {
		id.Rows++
		if currency(r) == pos.Currency {
			id.Payments += r.Payment.Amount
			id.Refunds += r.Refunded
		} else {
			id.Foreign++
		}
		return t.write(r)
	})
	if err == nil {
		err = t.end()
	}
	return id, err
}

func paymentColumns(zone *time.Location) []column[pos.PaymentRow] {
	type row = pos.PaymentRow
	amount := func(r row) pos.Fen { return r.Payment.Amount }
	return []column[row]{
		text("day", func(r row) string { return r.Day.String() }),
		text("paid_at", func(r row) string { return instant(r.Payment.PaidAt, zone) }),
		text("receipt_no", func(r row) string { return r.Receipt.String() }),
		text("out_trade_no", func(r row) string { return r.Payment.OutTradeNo }),
		text("transaction_id", func(r row) string { return r.Payment.TransactionID }),
		text("tender", func(r row) string { return string(r.Payment.Tender) }),
		text("state", state),
		fen("amount", amount),
		yuan("amount", amount),
		fen("refunded", func(r row) pos.Fen { return r.Refunded }),
		text("evidence", func(r row) string { return string(r.Payment.Evidence) }),
		text("cashier", func(r row) string { return r.Payment.Cashier }),
		ordinal("shift", func(r row) int { return r.Shift }),
		fen("asked", func(r row) pos.Fen { return r.Payment.Asked }),
		text("currency", currency),
	}
}

// state is the payment's state in the words of the export, of which some are coarser than [pos.State] and one is finer.
func state(r pos.PaymentRow) string {
	switch all := r.Refunded > 0 && r.Refunded >= r.Payment.Amount; r.Payment.State {
	case pos.Opened, pos.Waiting, pos.Reversing:
		return "waiting"
	case pos.Paid, pos.Exception: // an exception stays one until all of it is back
		if all {
			return string(pos.Refunded)
		}
		if r.Refunded > 0 && r.Payment.State == pos.Paid {
			return "partly-refunded"
		}
	}
	return string(r.Payment.State)
}

// currency is that of the money taken, or of what was asked while nothing was.
func currency(r pos.PaymentRow) string {
	if r.Payment.Currency == "" {
		return pos.Currency
	}
	return r.Payment.Currency
}

// instant is RFC 3339 with the offset of the shop's clock, also where that is zero.
func instant(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2006-01-02T15:04:05-07:00")
}
