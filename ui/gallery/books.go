package main

import (
	"context"
	"time"

	"guitai/pos"
)

const someOrder, otherOrder = "S001-T1-2611207K2M9QX4TB8W", "S001-T1-261120ZZ40PAQ7N1CD"

// watched has a payment of each kind that is watched without being in front.
func watched(now time.Time) []pos.PendingView {
	return []pos.PendingView{
		{Payment: 5, OutTradeNo: someOrder, Amount: 1350, State: pos.Closing, OpenedAt: now, NextAsk: now.Add(12 * time.Second), Tender: pos.TenderNative},
		{Payment: 6, OutTradeNo: otherOrder, Amount: 880, State: pos.Reversing, Cause: pos.CodeNoAnswer, OpenedAt: now, NextAsk: now.Add(time.Minute), Tender: pos.TenderCode},
		{Payment: 7, OutTradeNo: "S001-T1-261120M3KX0TT5P2HR", Amount: 2650, State: pos.Waiting, OpenedAt: now, NextAsk: now.Add(3 * time.Second), Parked: true},
	}
}

// refunds has one on its way and one that needs a person.
func refunds(now time.Time) []pos.Refund {
	return []pos.Refund{
		{ID: 1, OutRefundNo: "S001-T1-261120R9C7WQ2ZK4MD", State: pos.RefundAccepted, Amount: 600, AskedAt: now.Add(-4 * time.Minute)},
		{ID: 2, OutRefundNo: "S001-T1-261120RH8TNA61VXE0", State: pos.RefundStuck, Amount: 13800, AskedAt: now.Add(-2 * time.Hour)},
	}
}

// cases has an exception of each kind.
func cases(now time.Time) []pos.ExceptionCase {
	var all []pos.ExceptionCase
	for i, why := range []pos.ExceptionKind{
		pos.ExceptTwice, pos.ExceptLate, pos.ExceptAmount, pos.ExceptCurrency, pos.ExceptAfterEnd, pos.ExceptReturning, pos.ExceptUnknown,
		pos.ExceptReversed, pos.ExceptUndone,
	} {
		x := pos.ExceptionCase{
			ID: pos.ExceptionID(i + 1), Payment: pos.PaymentID(i + 1), OutTradeNo: someOrder, Tender: pos.TenderNative, Second: why == pos.ExceptTwice,
			Reason: why, Asked: 1350, Amount: 1350, Currency: pos.Currency, TransactionID: "4200002468202611201234567890",
			At: now.Add(-time.Duration(i*i*9) * time.Minute), PaidAt: now.Add(-time.Duration(i*i*9) * time.Minute), State: pos.ExceptionOpen,
		}
		switch why {
		case pos.ExceptTwice:
			x.RefundAt = now.Add(42 * time.Second)
		case pos.ExceptLate:
			x.State = pos.ExceptionGiving
			x.Refund = &pos.Refund{State: pos.RefundStuck, Amount: 1350}
			x.Decided = pos.Decision{Action: pos.ActRefund, By: "王芳", At: now}
		case pos.ExceptAmount:
			x.Amount = 135
			x.Refund = &pos.Refund{State: pos.RefundClosed, Amount: 135}
		case pos.ExceptCurrency:
			x.Amount, x.Currency = 190, "USD"
		case pos.ExceptReturning:
			x.Amount = 0
		}
		all = append(all, x)
	}
	return all
}

// books is what the window reads from the ledger.
type books struct{ pos.Reports }

func (books) Evidence(context.Context, pos.PaymentID) ([]pos.PaymentEvent, error) {
	at := func(d time.Duration) time.Time { return shownAt.Add(d) }
	return []pos.PaymentEvent{
		{At: at(-9 * time.Minute), From: "", To: pos.Opened},
		{At: at(-9*time.Minute + time.Second), Source: pos.ByReply, From: pos.Opened, To: pos.Waiting},
		{At: at(-4 * time.Minute), From: pos.Waiting, To: pos.Closing},
		{At: at(-3 * time.Minute), Source: pos.ByPoll, From: pos.Closing, To: pos.Closing, Code: pos.CodeNoAnswer},
		{At: at(-2 * time.Minute), Source: pos.ByNotify, From: pos.Closing, To: pos.Exception, Amount: 1350, TransactionID: "4200002468202611201234567890"},
		{At: at(-90 * time.Second), Signal: "decided:refund", From: pos.Exception, To: pos.Exception, Detail: "王芳: 多付的钱"},
		{At: at(-80 * time.Second), Source: pos.ByReply, Signal: "refund:taken", From: "asked", To: "accepted", Amount: 1350},
	}, nil
}

func (books) SaleByReceipt(_ context.Context, no pos.ReceiptNo) (pos.SaleRecord, error) {
	if no.Seq != 42 {
		return pos.SaleRecord{}, pos.E(pos.CodeNotFound, "find sale", nil)
	}
	lines := cartOf(2, 0, 0, 1, 0, 0, 0, 0, 3, 1).Lines
	s := pos.Sale{ID: 1, State: pos.SaleClosed, Lines: lines, Receipt: no, ClosedAt: shownAt.Add(-2 * time.Hour)}
	for _, l := range lines {
		s.Gross += l.Amount()
	}
	p := pos.Payment{ID: 1, Sale: 1, State: pos.Paid, Tender: pos.TenderNative, Asked: s.Net(), Amount: s.Net(), Currency: pos.Currency, TransactionID: "4200002468", PaidAt: s.ClosedAt}
	done := pos.Refund{ID: 1, Payment: 1, TransactionID: p.TransactionID, Amount: 1350, State: pos.RefundDone, Lines: []pos.RefundLine{{N: 3, Quantity: 1, Amount: 750}, {N: 2, Quantity: 1, Amount: 600}}}
	return pos.SaleRecord{Sale: s, Payments: []pos.Payment{p}, Nth: 42, Refunds: []pos.Refund{done}}, nil
}
