package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"guitai/pos"
	"guitai/ui/reconcile"
)

// bills are WeChat's bills that are not there: "" a month with differences, "watched" one that all agrees, "empty" none yet, "no-key" a till
// that cannot fetch, "broken" bills that are not believed, "long" one that never ends.
type bills struct{ state string }

const (
	found   = pos.Day(20261119) // the day with one difference of each kind
	decided = pos.Day(20261117) // a day whose differences were looked at
)

func (b bills) CanFetch() pos.Code {
	if b.state == "no-key" {
		return pos.CodeSecret
	}
	return pos.CodeNone
}

func (b bills) Bills(context.Context, int) (all []pos.BillSummary, err error) {
	if b.state == "empty" || b.state == "no-key" {
		return nil, nil
	}
	for i := range 24 {
		d := found.Add(-i)
		n := 180 + (i*37)%60
		sums := pos.BillSums{Payments: n, Paid: pos.Fen(n*1873 + i*311), Refunds: 2 + i%3, Back: pos.Fen(2550 + i*100)}
		s := pos.BillSummary{
			ID: int64(100 - i), Kind: pos.BillTrade, Day: d, Header: "ALL", Rows: n + sums.Refunds, Match: n + sums.Refunds, Ours: sums, Theirs: sums,
			Fee: pos.Mille(n*1873*6 + 230), Booked: true, ReadAt: shownAt,
		}
		if b.state != "watched" {
			spoil(&s)
		}
		all = append(all, s)
		if i == 0 {
			all = append(all, pos.BillSummary{
				ID: 99, Kind: pos.BillFund, Day: d, Header: "FUND", Rows: 31, Fee: s.Fee, Booked: true,
				Payouts: []pos.Payout{{Number: "1", At: d19(9, 12, 5), Amount: 337_240}},
			})
		}
	}
	return all, nil
}

// spoil makes the days that are looked at differ.
func spoil(s *pos.BillSummary) {
	switch s.Day {
	case found:
		all := differences()
		s.Others = []pos.OtherTill{{Prefix: "S001-T2-", BillSums: pos.BillSums{Payments: 88, Paid: 164_010}}}
		s.CrossDay, s.Open = 1, len(all)
		for _, f := range all {
			switch f.Class {
			case pos.FindOurs:
				s.OursOnly++
				s.OnlyOurs -= f.Difference()
				s.Ours.Add(*f.Ours)
			case pos.FindTheirs:
				s.TheirsOnly++
				s.OnlyTheirs += f.Difference()
				s.Theirs.Add(*f.Theirs)
			case pos.FindDiffer:
				s.Differs++
				s.Differ += f.Difference()
				s.Ours.Add(*f.Ours)
				s.Theirs.Add(*f.Theirs)
			case pos.FindMatch:
			}
		}
	case decided:
		s.TheirsOnly, s.OnlyTheirs = 1, 1350
		s.Theirs.Paid += 1350
	}
}

func d19(hour, minute, second int) time.Time {
	return time.Date(2026, 11, 19, hour, minute, second, 0, pos.BillZone)
}

// differences are one of each class and cause.
func differences() (all []pos.Finding) {
	item := func(no string, amount pos.Fen, state string, at time.Time) *pos.BillItem {
		return &pos.BillItem{
			Kind: pos.BillPayment, OutTradeNo: "S001-T1-261119" + no, TransactionID: "4200002468202611191234567890", Amount: amount, Settlement: amount,
			Currency: pos.Currency, State: state, At: at,
		}
	}
	add := func(class pos.FindingClass, cause pos.FindingCause, action pos.FindingAction, ours, theirs *pos.BillItem) {
		all = append(all, pos.Finding{
			ID: int64(len(all) + 1), Bill: pos.BillTrade, Day: found, Class: class, Cause: cause, Action: action, Ours: ours, Theirs: theirs, FoundAt: shownAt,
		})
	}
	coupon, foreign, fee := item("QX0CPN55VWAB", 2000, "SUCCESS", d19(11, 20, 1)), item("USD1R4ZK8MPT", 190, "SUCCESS", d19(12, 2, 2)), item("FEE2K9ZK8MPT", 9900, "SUCCESS", d19(13, 2, 2))
	coupon.Settlement, foreign.Currency, fee.Fee = 1700, "USD", 990_000
	back := item("R9C7WQ2ZK4MD", 600, "SUCCESS", d19(14, 41, 8))
	back.Kind, back.OutRefundNo, back.RefundID = pos.BillRefund, "S001-T1-261119R9C7WQ2ZK4MD", "50000407012026111912345678901"
	ourFee := *fee
	ourFee.State, ourFee.Fee = string(pos.Paid), 594_00
	add(pos.FindTheirs, pos.CauseUnknown, pos.FindBook, nil, item("7K2M9QX4TB8W", 1350, "SUCCESS", d19(9, 4, 22)))
	add(pos.FindDiffer, pos.CauseAmount, pos.FindAsk, item("ZZ40PAQ7N1CD", 880, string(pos.Paid), d19(10, 12, 1)), item("ZZ40PAQ7N1CD", 8800, "SUCCESS", d19(10, 12, 0)))
	add(pos.FindDiffer, pos.CauseState, pos.FindAsk, item("M3KX0TT5P2HR", 2650, string(pos.Closed), time.Time{}), item("M3KX0TT5P2HR", 2650, "SUCCESS", d19(10, 40, 18)))
	add(pos.FindDiffer, pos.CauseCoupon, pos.FindNote, item("QX0CPN55VWAB", 2000, string(pos.Paid), d19(11, 20, 1)), coupon)
	add(pos.FindDiffer, pos.CauseCurrency, pos.FindNote, item("USD1R4ZK8MPT", 190, string(pos.Exception), d19(12, 2, 2)), foreign)
	add(pos.FindDiffer, pos.CauseFee, pos.FindNote, &ourFee, fee)
	add(pos.FindTheirs, pos.CauseUnknown, pos.FindAsk, nil, back)
	add(pos.FindOurs, pos.CauseMissing, pos.FindAsk, item("N0TTHERE4SJE", 450, string(pos.Paid), d19(15, 8, 9)), nil)
	add(pos.FindOurs, pos.CauseCrossDay, pos.FindNote, item("M1DN1GHT2C7Y", 720, string(pos.Paid), d19(23, 58, 40)), nil)
	return all
}

func (b bills) Findings(_ context.Context, d pos.Day, _ bool) ([]pos.Finding, error) {
	switch {
	case b.state == "watched" || b.state == "empty" || b.state == "no-key":
	case d == found:
		return differences(), nil
	case d == decided:
		f := differences()[0]
		f.Day = d
		f.Decisions = []pos.FindingDecision{
			{Action: pos.FindAsk, By: "李明", At: shownAt.Add(-50 * time.Hour)},
			{Action: pos.FindBook, By: "王芳", Reason: "恢复备份前的销售", At: shownAt.Add(-49 * time.Hour)},
		}
		return []pos.Finding{f}, nil
	}
	return nil, nil
}

func (b bills) Fetch(ctx context.Context, d pos.Day, _ string, progress func(pos.BillProgress)) (pos.BillResult, error) {
	switch b.state {
	case "long":
		progress(pos.BillProgress{Rows: 8192, Read: 1_200_000, Size: 3_000_000})
		<-ctx.Done()
		return pos.BillResult{}, ctx.Err()
	case "broken":
		return pos.BillResult{}, pos.E(pos.CodeUnreachable, "fetch bill", nil)
	}
	return pos.BillResult{Summary: pos.BillSummary{ID: 100, Kind: pos.BillTrade, Day: d}}, nil
}

func (b bills) ReconcileFile(ctx context.Context, path string, d pos.Day, _ string, _ func(pos.BillProgress)) (pos.BillResult, error) {
	if b.state == "long" {
		<-ctx.Done()
		return pos.BillResult{}, ctx.Err()
	}
	if b.state == "no-key" {
		return pos.BillResult{Summary: pos.BillSummary{Kind: pos.BillTrade, Day: found, Header: "SUCCESS", Rows: 181, TheirsOnly: 2}}, nil
	}
	return pos.BillResult{}, pos.E(pos.CodeInvalid, "read bill", &pos.BillError{ID: "sum", Line: 131, Args: []string{"应结订单总金额", "3371.10", "3368.40"}})
}

func (b bills) Reconcile(context.Context, io.Reader, pos.Day, string, func(pos.BillProgress)) (pos.BillResult, error) {
	return pos.BillResult{}, nil
}

func (bills) PrintBill(context.Context, int64, string) error { return nil }

func (bills) Export(context.Context, io.Writer, pos.Day, string) error { return nil }

func (bills) Decide(_ context.Context, id int64, d pos.FindingDecision) (pos.Finding, error) {
	all := differences()
	i := slices.IndexFunc(all, func(f pos.Finding) bool { return f.ID == id })
	if i < 0 {
		return pos.Finding{}, errors.New("no such finding")
	}
	d.At = shownAt
	all[i].Decisions = append(all[i].Decisions, d)
	return all[i], nil
}

func saveFindings(_ context.Context, d pos.Day) (string, error) {
	return "exports/findings-" + d.String() + ".xlsx", nil
}

func billFiles(context.Context) (all []reconcile.File) {
	for i, name := range []string{"1230000109All2026-11-19.csv", "1230000109All2026-11-18.csv.gz", "资金账单-20261118.csv", "items.csv", "notes.txt"} {
		all = append(all, reconcile.File{Path: "/home/shop/Downloads/" + name, Size: int64(91_000 - i*17_000), At: shownAt.Add(-time.Duration(i*7) * time.Hour)})
	}
	return all
}
