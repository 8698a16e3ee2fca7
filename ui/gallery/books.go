package main

import (
	"context"
	"slices"
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

// crew are who works at the till of the gallery.
var crew = []pos.Person{
	{ID: 2, Name: "李明", Role: pos.RoleCashier, Active: true},
	{ID: 3, Name: "王芳", Role: pos.RoleManager, Active: true},
	{ID: 4, Name: "赵小燕", Role: pos.RoleCashier, Active: true},
	{ID: 1, Name: "陈刚", Role: pos.RoleOwner, Active: true},
}

// everybody is also who has left; nobody was ever there in the state that has no staff.
type everybody struct{ state string }

func (e everybody) People(context.Context) ([]pos.Person, error) {
	if e.state == "no-staff" {
		return nil, nil
	}
	return append(slices.Clone(crew), pos.Person{ID: 5, Name: "Alexandra Johnson", Role: pos.RoleCashier}), nil
}

// drawer is what somebody counted.
var drawer = pos.DrawerCount{Pieces: []pos.Pieces{{Fen: 100_00, N: 3}, {Fen: 20_00, N: 4}, {Fen: 10_00, N: 7}, {Fen: 5_00, N: 9}, {Fen: 1_00, N: 31}, {Fen: 50, N: 12}, {Fen: 10, N: 23}}}

// shiftReport is a shift with something in every line.
func shiftReport(z int) pos.ShiftReport {
	r := pos.ShiftReport{
		Z: z, Shop: "S001", Till: "T1", Day: 20261120, Number: 1, OpenedAt: shownAt.Add(-7 * time.Hour).UnixMilli(), At: shownAt.UnixMilli(), OpenedBy: "李明",
		First: "S001-T1-20261120-0001", Last: "S001-T1-20261120-0128", Sales: 128, Gross: 315820, Discount: 1779, Rounding: 41, Net: 314000,
		Tenders: []pos.TenderTakings{
			{Tender: pos.TenderNative, Count: 81, Fen: 201050},
			{Tender: pos.TenderCode, Count: 20, Fen: 49580},
			{Tender: pos.OtherTender("支付宝"), Count: 9, Fen: 30000},
			{Tender: pos.TenderCash, Count: 27, Fen: 33370},
		},
		Refunds: 2, Refunded: 1350, Returned: []pos.TenderTakings{{Tender: pos.TenderNative, Count: 1, Fen: 750}, {Tender: pos.TenderCash, Count: 1, Fen: 600}},
		Cash:    pos.CashReport{Start: 0, Float: 20000, Sales: 31370, Parts: 2000, Refunds: 600, In: 5000, Dropped: 3000, PaidOut: 1200, Expected: 53570},
		Arrived: 1350, WentBack: 1350, Drawer: 2, Reprints: 3, Voids: 4,
		Late: []pos.LateFact{{Seq: 812, Kind: pos.EntryRefundDone, At: shownAt.Add(-9 * time.Hour).UnixMilli(), Name: "S001-T1-261119R9C7WQ2ZK4MD", Amount: 600}},
		Open: openItems(), From: 801, To: 1043, Head: "9f2c4be1a07d5588e3b1c64f20de9a7733c1f0a4b85d62e9174cd03fa6b8e215",
	}
	if z > 0 {
		counted := pos.Fen(53200)
		r.ClosedBy, r.Signer = "李明", "王芳"
		r.Cash.Counted, r.Cash.Count, r.Cash.Counts, r.Cash.Variance, r.Cash.Reason = &counted, &drawer, 2, -370, "找错钱"
		r.Cash.Kept, r.Cash.ToSafe = 20000, 33200
	}
	return r
}

// openItems has something of each kind that is not at its end.
func openItems() []pos.OpenItem {
	at := func(d time.Duration) int64 { return shownAt.Add(-d).UnixMilli() }
	return []pos.OpenItem{
		{Kind: "parked", Name: otherOrder, Amount: 2650, Since: at(9 * time.Minute)},
		{Kind: "payment", Name: someOrder, Amount: 1350, Since: at(12 * time.Minute)},
		{Kind: "exception", Name: someOrder, Amount: 880, Since: at(3 * time.Hour)},
		{Kind: "refund", Name: "S001-T1-261120R9C7WQ2ZK4MD", Amount: 13800, Since: at(4 * time.Hour)},
	}
}

func (books) XReport(context.Context, time.Time) (pos.ShiftReport, error) { return shiftReport(0), nil }

func (books) LastZ(context.Context) (int, error) { return 34, nil }

func (books) ZReport(_ context.Context, z int) (pos.ShiftReport, error) {
	r := shiftReport(z)
	r.Day, r.Net, r.Gross = r.Day.Add(z-35), r.Net+pos.Fen(z*4170), r.Gross+pos.Fen(z*4170)
	r.Tenders[0].Fen += pos.Fen(z * 4170)
	switch {
	case z%7 == 0:
		r.Cash.Variance = 100
	case z%4 != 0:
		r.Cash.Variance = 0
	}
	counted := r.Cash.Expected + r.Cash.Variance
	r.Cash.Counted, r.Cash.ToSafe = &counted, counted-r.Cash.Kept
	return r, nil
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
