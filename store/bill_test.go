package store_test

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

const billDay = pos.Day(20261120)

var nextMorning = noon.AddDate(0, 0, 1).Add(-2 * time.Hour)

// billItems reads what of the books belongs to a bill.
func billItems(tb testing.TB, s *store.Store, day pos.Day) (all []pos.BillItem) {
	tb.Helper()
	err := s.EachBillItem(context.Background(), day, func(i *pos.BillItem) error {
		all = append(all, *i)
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return all
}

// summary is a match of a trade bill in which everything agrees.
func summary(sha byte, fee pos.Mille) pos.BillSummary {
	sum := make([]byte, 64)
	for i := range sum {
		sum[i] = sha
	}
	return pos.BillSummary{Kind: pos.BillTrade, Day: billDay, MchID: "1900000109", Header: "ALL", SHA256: string(sum), Fee: fee}
}

func mustKeep(tb testing.TB, s *store.Store, r pos.BillResult) pos.BillSummary {
	tb.Helper()
	b, err := s.KeepBill(context.Background(), r, "会计", nextMorning)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// booked sums the postings to an account over every entry of a kind.
func booked(tb testing.TB, dir string, kind pos.EntryKind, account pos.Account) (sum, n int64) {
	tb.Helper()
	db := raw(tb, dir)
	err := db.QueryRow(`SELECT coalesce(sum(p.fen), 0), count(*) FROM posting p JOIN journal j ON j.seq = p.seq WHERE j.kind = ? AND p.account = ?`, string(kind), string(account)).Scan(&sum, &n)
	if err != nil {
		tb.Fatal(err)
	}
	return sum, n
}

// lacks is a finding that we have and the bill has not, holds the other way round.
func lacks(i pos.BillItem) pos.Finding {
	return pos.Finding{Bill: pos.BillTrade, Day: billDay, Class: pos.FindOurs, Cause: pos.CauseMissing, Action: pos.FindAsk, Ours: &i}
}

func withFindings(b pos.BillSummary, list ...pos.Finding) pos.BillResult {
	for _, f := range list {
		switch f.Class {
		case pos.FindOurs:
			b.OursOnly++
			b.OnlyOurs -= f.Difference()
			b.Ours.Add(*f.Ours)
		case pos.FindTheirs:
			b.TheirsOnly++
			b.OnlyTheirs += f.Difference()
			b.Theirs.Add(*f.Theirs)
		case pos.FindMatch, pos.FindDiffer:
		}
	}
	return pos.BillResult{Summary: b, Findings: list}
}

func TestEachBillItem_TellsWhatWeChatsBillShouldHave(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	ctx := context.Background()
	_, p1 := sold(t, s, 1, 1)                    // a sale
	x := excepted(t, s, 2)                       // money without its sale
	_, p3 := sold(t, s, 3, 1)                    // a sale, and a refund of some of it
	r := mustRefund(t, s, refund(1, p3, 100))    // … that WeChat took on
	mustLearn(t, s, r.Refund, pos.RefProcessing) // and has not proven
	sl := sale(1)                                // cash is none of WeChat's business
	if _, err := s.SellCash(ctx, sl, cash(no(4), sl, 5000)); err != nil {
		t.Fatal(err)
	}
	mustBegin(t, s, no(5), 1) // nobody paid
	got := map[string]string{}
	for _, i := range billItems(t, s, billDay) {
		got[string(i.Kind)+" "+i.OutTradeNo+i.OutRefundNo] = i.State
		if i.Currency != pos.Currency || i.TransactionID == "" || i.Amount <= 0 || pos.BillDay(i.At) != billDay {
			t.Errorf("%+v", i)
		}
	}
	want := map[string]string{
		"payment " + no(1): "paid", "payment " + x.OutTradeNo: "exception", "payment " + no(3): "paid", "refund " + no(3) + refundNo(1): "accepted",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if all := billItems(t, s, billDay.Add(1)); len(all) != 0 {
		t.Errorf("the day after: %+v", all)
	}
	for name, row := range map[string]pos.BillItem{
		"by order":            {Kind: pos.BillPayment, OutTradeNo: no(1), TransactionID: p1.TransactionID},
		"nobody paid":         {Kind: pos.BillPayment, OutTradeNo: no(5), TransactionID: "42"},
		"a refund":            {Kind: pos.BillRefund, OutTradeNo: no(3), OutRefundNo: refundNo(1)},
		"a refund by its id":  {Kind: pos.BillRefund, OutTradeNo: no(3), RefundID: "50000" + refundNo(1)},
		"a reversal":          {Kind: pos.BillReversal, OutTradeNo: no(1)},
		"!another's money":    {Kind: pos.BillPayment, OutTradeNo: no(1), TransactionID: "43"},
		"!an unknown order":   {Kind: pos.BillPayment, OutTradeNo: no(99)},
		"!cash":               {Kind: pos.BillPayment, OutTradeNo: no(4)},
		"!an unknown refund":  {Kind: pos.BillRefund, OutTradeNo: no(3), OutRefundNo: "other"},
		"!an unknown refund2": {Kind: pos.BillRefund, OutTradeNo: no(1), RefundID: "50000" + refundNo(1)},
	} {
		i, err := s.FindBillItem(ctx, row)
		if name[0] == '!' {
			if pos.CodeOf(err) != pos.CodeNotFound {
				t.Errorf("%s: found %+v, %v", name, i, err)
			}
		} else if err != nil || i.OutTradeNo != row.OutTradeNo || i.Kind != row.Kind {
			t.Errorf("%s: %+v, %v", name, i, err)
		}
	}
}

func TestEachBillItem_GoesByBeijingsDayWhateverTheShops(t *testing.T) {
	s := mustOpen(t, t.TempDir()) // days begin at four in the morning
	late := func(i int, paidAt time.Time) {
		t.Helper()
		_, p := mustBegin(t, s, no(i), 1)
		sig := paid("42000000"+no(i)[20:], p.Asked, true)
		sig.Trade.PaidAt = paidAt
		mustApply(t, s, change(p, sig, noon))
	}
	midnight := time.Date(2026, 11, 21, 0, 0, 0, 0, shanghai)
	late(1, midnight.Add(-time.Second))
	late(2, midnight) // still the business day before
	late(3, midnight.AddDate(0, 0, -1).Add(-time.Second))
	for day, want := range map[pos.Day]string{20261119: no(3), 20261120: no(1), 20261121: no(2)} {
		if all := billItems(t, s, day); len(all) != 1 || all[0].OutTradeNo != want {
			t.Errorf("%s: %+v", day, all)
		}
	}
}

func TestKeepBill_BooksFeesOnceAndCorrectionsAsTheDifference(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	sold(t, s, 1, 1)
	ctx := context.Background()
	for i, c := range []struct {
		name string
		fee  pos.Mille
		sha  byte
		sum  int64
		n    int64
	}{
		{"first", 8100_499, 'a', 8100, 1},
		{"the same again", 8100_499, 'a', 8100, 1},
		{"the same figures in another file", 8100_499, 'b', 8100, 1},
		{"a corrected one", 8100_500, 'c', 8101, 2},
		{"one with less", 100, 'd', 0, 3},
		{"and back", 8100_499, 'a', 8100, 4},
	} {
		b := mustKeep(t, s, pos.BillResult{Summary: summary(c.sha, c.fee)})
		sum, n := booked(t, dir, pos.EntryFees, pos.WeChatFees)
		if sum != c.sum || n != c.n {
			t.Errorf("%d %s: fees %d in %d entries", i, c.name, sum, n)
		}
		if owed, _ := booked(t, dir, pos.EntryFees, pos.WeChatReceivable); owed != -sum {
			t.Errorf("%s: WeChat owes %d", c.name, owed)
		}
		if b.Fee != c.fee || b.ID == 0 {
			t.Errorf("%s: %+v", c.name, b)
		}
	}
	mustVerify(t, s)
	if all, err := s.Bills(ctx, 10); err != nil || len(all) != 1 || all[0].SHA256[0] != 'a' || all[0].ReadBy != "会计" || !all[0].Booked {
		t.Errorf("%+v %v", all, err)
	}
}

func TestKeepBill_BooksAPayoutOnceByItsNumber(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	b := summary('f', 5000)
	b.Kind, b.Header = pos.BillFund, "FUND"
	b.Payouts = []pos.Payout{{Number: "P1", At: noon, Amount: 100_00, Line: 2}, {Number: "P2", At: noon, Amount: 5, Line: 3}}
	for range 2 {
		mustKeep(t, s, pos.BillResult{Summary: b})
	}
	other := b // the same payout on another day's bill is the same payout
	other.Day, other.SHA256 = billDay.Add(1), summary('g', 0).SHA256
	mustKeep(t, s, pos.BillResult{Summary: other})
	if sum, n := booked(t, dir, pos.EntryPayout, pos.Bank); sum != 10005 || n != 2 {
		t.Errorf("%d in %d", sum, n)
	}
	if sum, _ := booked(t, dir, pos.EntryFees, pos.WeChatFees); sum != 0 {
		t.Error("the fund flow's fees were booked beside the trade bill's")
	}
	wrong := b
	wrong.SHA256, wrong.Payouts = summary('h', 0).SHA256, []pos.Payout{{Number: "P1", Amount: 7}, {Number: "P3", Amount: 8}}
	if _, err := s.KeepBill(context.Background(), pos.BillResult{Summary: wrong}, "", nextMorning); pos.CodeOf(err) != pos.CodeConflict {
		t.Errorf("a payout of another amount: %v", err)
	}
	if sum, n := booked(t, dir, pos.EntryPayout, pos.Bank); sum != 10005 || n != 2 {
		t.Errorf("half of a bill was booked: %d in %d", sum, n)
	}
	mustVerify(t, s)
}

func TestKeepBill_WhatDoesNotAddUpOrIsNotWholeBooksNothing(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	bad := summary('a', 5000)
	bad.OnlyOurs = 1
	if _, err := s.KeepBill(context.Background(), pos.BillResult{Summary: bad}, "", nextMorning); pos.CodeOf(err) != pos.CodeInvalid {
		t.Errorf("%v", err)
	}
	part := summary('a', 5000)
	part.Header = "SUCCESS"
	if b := mustKeep(t, s, pos.BillResult{Summary: part}); b.ID != 0 {
		t.Errorf("%+v", b)
	}
	if sum, n := booked(t, dir, pos.EntryFees, pos.WeChatFees); sum != 0 || n != 0 {
		t.Errorf("fees %d in %d", sum, n)
	}
	if all, err := s.Bills(context.Background(), 10); err != nil || len(all) != 0 {
		t.Errorf("%+v %v", all, err)
	}
}

func TestKeepBill_FindingsComeStayAndGo(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	_, p := sold(t, s, 1, 1)
	_, q := sold(t, s, 2, 1)
	item := func(p pos.Payment) pos.BillItem {
		return pos.BillItem{Kind: pos.BillPayment, OutTradeNo: p.OutTradeNo, TransactionID: p.TransactionID, Amount: p.Amount, Settlement: p.Settlement, Currency: pos.Currency, State: "paid", At: p.PaidAt}
	}
	stand := func() []pos.Finding {
		t.Helper()
		all, err := s.Findings(ctx, billDay, false)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	b := mustKeep(t, s, withFindings(summary('a', 0), lacks(item(p)), lacks(item(q))))
	first := stand()
	if b.Open != 2 || len(first) != 2 || first[0].FoundAt.IsZero() || first[0].Ours.Amount != p.Amount {
		t.Fatalf("%d open, %+v", b.Open, first)
	}
	if _, err := s.DecideFinding(ctx, first[0].ID, pos.FindingDecision{Action: pos.FindNote, By: "会计"}); pos.CodeOf(err) != pos.CodeInvalid {
		t.Errorf("a note without a reason: %v", err)
	}
	if _, err := s.DecideFinding(ctx, 99, pos.FindingDecision{Action: pos.FindAsk, By: "会计"}); pos.CodeOf(err) != pos.CodeNotFound {
		t.Errorf("of no finding: %v", err)
	}
	for _, d := range []pos.FindingDecision{{Action: pos.FindAsk, By: "会计"}, {Action: pos.FindNote, By: "店长", Reason: "跨日"}} {
		if _, err := s.DecideFinding(ctx, first[0].ID, d); err != nil {
			t.Fatal(err)
		}
	}
	b = mustKeep(t, s, withFindings(summary('b', 0), lacks(item(p)), lacks(item(q)))) // read again, the same: as it was, decisions and all
	again := stand()
	if b.Open != 1 || len(again) != 2 || again[0].ID != first[0].ID || len(again[0].Decisions) != 2 || again[0].Decisions[1].Reason != "跨日" || again[0].Open() || !again[1].Open() {
		t.Fatalf("%d open, %+v", b.Open, again)
	}
	mustKeep(t, s, withFindings(summary('c', 0), lacks(item(q)))) // one has gone
	if left := stand(); len(left) != 1 || left[0].ID != first[1].ID {
		t.Errorf("%+v", left)
	}

	// The next day's bill has the other: nobody needs to look any more, and the day itself read again does not bring it back.
	next := summary('d', 0)
	next.Day, next.Match, next.CrossDay = billDay.Add(1), 1, 1
	mine, theirs := item(q), item(q)
	theirs.State, theirs.Line = "SUCCESS", 2
	mustKeep(t, s, pos.BillResult{Summary: next, Findings: []pos.Finding{{
		Bill: pos.BillTrade, Day: next.Day, Class: pos.FindMatch, Cause: pos.CauseCrossDay, Action: pos.FindNote, Ours: &mine, Theirs: &theirs,
	}}})
	if left := stand(); len(left) != 0 {
		t.Errorf("%+v", left)
	}
	all, err := s.Findings(ctx, 0, true)
	if err != nil || len(all) != 3 || all[1].ResolvedBy != next.Day || all[0].ResolvedBy != billDay {
		t.Errorf("%+v %v", all, err)
	}
	for i, want := range map[string]pos.Day{q.OutTradeNo: next.Day, p.OutTradeNo: 0} {
		if seen, err := s.SeenOnBill(ctx, pos.BillItem{Kind: pos.BillPayment, OutTradeNo: i, TransactionID: q.TransactionID}); err != nil || seen != want {
			t.Errorf("%s seen on %v, %v", i, seen, err)
		}
	}
	mustVerify(t, s)
}

func TestKeepBill_ARowThatTheBillHasTwiceIsTwoFindings(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, t.TempDir())
	i := pos.BillItem{Kind: pos.BillPayment, OutTradeNo: no(77), TransactionID: "4200000077", Amount: 777, Currency: pos.Currency, State: "SUCCESS", At: noon, Line: 5}
	j := i
	j.Line = 6
	var two []pos.Finding
	for _, x := range []*pos.BillItem{&i, &j} {
		two = append(two, pos.Finding{Bill: pos.BillTrade, Day: billDay, Class: pos.FindTheirs, Cause: pos.CauseUnknown, Action: pos.FindBook, Theirs: x})
	}
	for range 2 {
		if b := mustKeep(t, s, withFindings(summary('a', 0), two...)); b.Open != 2 {
			t.Errorf("%d open", b.Open)
		}
	}
	mustVerify(t, s)
}

func TestPrintBill_QueuesTheListAsItStands(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	if _, err := s.PrintBill(ctx, 1, "会计", noon); pos.CodeOf(err) != pos.CodeNotFound {
		t.Errorf("%v", err)
	}
	b := mustKeep(t, s, withFindings(summary('a', 0), lacks(pos.BillItem{Kind: pos.BillPayment, OutTradeNo: no(1), Amount: 5, Currency: pos.Currency})))
	job, err := s.PrintBill(ctx, b.ID, "会计", noon)
	if err != nil {
		t.Fatal(err)
	}
	j, err := s.NextJob(ctx)
	if err != nil || j.ID != job || j.Document != pos.DocBill || len(j.Facts) == 0 {
		t.Errorf("%+v %v", j, err)
	}
	mustVerify(t, s)
}

// billedDay is a busy day with a bill, a correction of it, payouts, findings and decisions.
func billedDay(tb testing.TB, dir string) *store.Store {
	tb.Helper()
	s := busyDay(tb, dir)
	theirs := pos.BillItem{Kind: pos.BillPayment, OutTradeNo: no(77), TransactionID: "4200000077", Amount: 777, Settlement: 777, Currency: pos.Currency, State: "SUCCESS", At: noon, Line: 5}
	mustKeep(tb, s, withFindings(summary('a', 6000), lacks(pos.BillItem{Kind: pos.BillPayment, OutTradeNo: no(10), Amount: 5, Currency: pos.Currency, State: "paid"})))
	mustKeep(tb, s, withFindings(summary('b', 7000), pos.Finding{Bill: pos.BillTrade, Day: billDay, Class: pos.FindTheirs, Cause: pos.CauseUnknown, Action: pos.FindBook, Theirs: &theirs}))
	fund := summary('c', 7000)
	fund.Kind, fund.Header, fund.Payouts = pos.BillFund, "FUND", []pos.Payout{{Number: "P1", At: noon, Amount: 300, Line: 2}}
	mustKeep(tb, s, pos.BillResult{Summary: fund})
	all, err := s.Findings(context.Background(), 0, true)
	if err != nil || len(all) != 2 {
		tb.Fatal(all, err)
	}
	for range 2 {
		if _, err := s.DecideFinding(context.Background(), all[1].ID, pos.FindingDecision{Action: pos.FindBook, By: "店长", Reason: "是本店的"}); err != nil {
			tb.Fatal(err)
		}
	}
	return s
}

func TestVerify_NamesEveryTamperingWithBills(t *testing.T) {
	t.Parallel()
	source := t.TempDir()
	s := billedDay(t, source)
	mustVerify(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	image, err := os.ReadFile(filepath.Join(source, store.File))
	if err != nil {
		t.Fatal(err)
	}
	tamperEach(t, image, map[string][]string{
		"fee":                  {`UPDATE bill SET fee = fee + 1000 WHERE id = 2`},
		"fee, also in words":   {`UPDATE bill SET fee = 9000, summary = json_set(summary, '$.fee_mille', 9000) WHERE id = 2`},
		"fee of the first":     {`UPDATE bill SET fee = 9000, summary = json_set(summary, '$.fee_mille', 9000) WHERE id = 1`},
		"figures":              {`UPDATE bill SET summary = json_set(summary, '$.only_ours_fen', 1) WHERE id = 2`},
		"day":                  {`UPDATE bill SET day = 20261119 WHERE id = 2`},
		"sha256":               {`UPDATE bill SET sha256 = replace(sha256, 'b', 'z') WHERE id = 2`},
		"who read it":          {`UPDATE bill SET read_by = '别人' WHERE id = 2`},
		"when it was read":     {`UPDATE bill SET read_at = read_at + 1 WHERE id = 2`},
		"payout of the bill":   {`UPDATE bill SET summary = json_set(summary, '$.payouts[0].amount_fen', 301) WHERE id = 3`},
		"payout not booked":    {`UPDATE bill SET summary = json_set(summary, '$.payouts[0].number', 'P2') WHERE id = 3`},
		"bill gone":            {`DELETE FROM bill WHERE id = 1`},
		"entry fen":            {`UPDATE bill_entry SET fen = fen + 1 WHERE kind = 'fees'`},
		"entry gone":           {`DELETE FROM bill_entry WHERE kind = 'fees'`},
		"entry number":         {`UPDATE bill_entry SET number = 'P9' WHERE kind = 'payout'`},
		"entry day":            {`UPDATE bill_entry SET day = 20261119 WHERE kind = 'payout'`},
		"entry of another":     {`UPDATE bill_entry SET bill = 3 WHERE kind = 'fees'`},
		"entry as a payout":    {`UPDATE bill_entry SET kind = 'payout', number = 'X' || entry WHERE kind = 'fees'`},
		"finding class":        {`UPDATE finding SET class = 'differs' WHERE id = 2`},
		"finding number":       {`UPDATE finding SET out_trade_no = 'X' WHERE id = 2`},
		"finding body":         {`UPDATE finding SET body = json_set(body, '$.theirs.amount_fen', 1) WHERE id = 2`},
		"finding of another":   {`UPDATE finding SET bill = 3 WHERE id = 2`},
		"finding without bill": {`UPDATE finding SET bill = 9 WHERE id = 2`},
		"finding day":          {`UPDATE finding SET day = 20261119 WHERE id = 2`},
		"decision gone":        {`DELETE FROM finding_decision WHERE n = 1`},
		"nothing":              nil,
	})
}

func TestBills_AreAppendOnly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := billedDay(t, dir)
	_ = s.Close()
	db := raw(t, dir)
	for _, st := range []string{
		`UPDATE bill SET fee = 0`, `DELETE FROM bill`, `UPDATE bill_entry SET fen = 1`, `DELETE FROM bill_entry`,
		`DELETE FROM finding`, `UPDATE finding SET body = '{}'`, `UPDATE finding SET resolved_at = NULL, resolved_by = NULL WHERE resolved_at IS NOT NULL`,
		`UPDATE finding_decision SET reason = 'x'`, `DELETE FROM finding_decision`,
	} {
		if _, err := db.Exec(st); err == nil {
			t.Errorf("%s went through", st)
		}
	}
}
