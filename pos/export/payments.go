package export

import (
	"context"
	"time"

	"guitai/pos"
)

// paymentColumns are those of every order, in the order that users rely on. Money of a second transaction for an order is a row of
// its own, for which nothing was asked.
func paymentColumns() []column[pos.PaymentRow] {
	type row = pos.PaymentRow
	amount := func(r *row) pos.Fen { return r.Payment.Amount }
	return []column[row]{
		day("day", func(r *row) pos.Day { return r.Day }),
		moment("paid_at", func(r *row) time.Time { return r.Payment.PaidAt }),
		text("receipt_no", func(r *row) string { return r.Receipt.String() }),
		text("out_trade_no", func(r *row) string { return r.Payment.OutTradeNo }),
		text("transaction_id", func(r *row) string { return r.Payment.TransactionID }),
		text("tender", func(r *row) string { return string(r.Payment.Tender) }),
		text("state", state),
		fen("amount", amount),
		yuan("amount", amount),
		fen("refunded", func(r *row) pos.Fen { return r.Refunded }),
		text("evidence", func(r *row) string { return string(r.Payment.Evidence) }),
		text("cashier", func(r *row) string { return r.Payment.Cashier }),
		ordinal("shift", func(r *row) int { return r.Shift }),
		fen("asked", func(r *row) pos.Fen { return r.Payment.Asked }),
		text("currency", currency),
		text("part", func(r *row) string { return yes(r.Payment.Part) }),
	}
}

// paymentSums: payments - refunds = net.
type paymentSums struct {
	taken, back pos.Fen
	foreign     int
}

func (p *paymentSums) add(r *pos.PaymentRow) (pos.Day, error) {
	if currency(r) == pos.Currency {
		p.taken += r.Payment.Amount
		p.back += r.Refunded
	} else {
		p.foreign++
	}
	return r.Day, nil
}

func (p *paymentSums) end(_ context.Context, s *pos.ExportSummary) error {
	s.Sum, s.Foreign = p.taken, p.foreign
	s.Identities = []pos.Identity{kept(p.taken, p.back)}
	return nil
}

// yes is a yes or nothing.
func yes(is bool) string {
	if is {
		return "yes"
	}
	return ""
}

// kept is what stayed with the shop.
func kept(taken, back pos.Fen) pos.Identity {
	return identity(plus(pos.FigurePayments, taken), minus(pos.FigureRefunds, back), plus(pos.FigureNet, taken-back))
}

// state is the payment's state in the words of the export, of which some are coarser than [pos.State] and one is finer.
func state(r *pos.PaymentRow) string {
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
func currency(r *pos.PaymentRow) string {
	if r.Payment.Currency == "" {
		return pos.Currency
	}
	return r.Payment.Currency
}
