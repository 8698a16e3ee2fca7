package store

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

func TestKeepBill_ADiskThatFailsBooksNothingAndTheNextTryAll(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, err := Open(ctx, practice(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	b := pos.BillSummary{Kind: pos.BillTrade, Day: 20261120, Header: "ALL", SHA256: strings.Repeat("a", 64), Fee: 7000}
	i := pos.BillItem{Kind: pos.BillPayment, OutTradeNo: "S001-T1-X", TransactionID: "42", Amount: 5, Currency: pos.Currency, State: "SUCCESS"}
	r := pos.BillResult{Summary: b, Findings: []pos.Finding{{Bill: pos.BillTrade, Day: b.Day, Class: pos.FindTheirs, Cause: pos.CauseUnknown, Action: pos.FindBook, Theirs: &i}}}
	r.Summary.Theirs.Add(i)
	r.Summary.TheirsOnly, r.Summary.OnlyTheirs = 1, 5

	sound, broken := s.writer.seal, errors.New("disk I/O error")
	s.writer.seal = func() error { return broken }
	if _, err := s.KeepBill(ctx, r, "", time.Now()); !errors.Is(err, broken) {
		t.Fatalf("%v", err)
	}
	s.writer.seal = sound
	count := func() (n int) {
		t.Helper()
		if err := one(ctx, s.writer, `SELECT (SELECT count(*) FROM bill) + (SELECT count(*) FROM bill_entry) + (SELECT count(*) FROM finding) + (SELECT count(*) FROM journal WHERE kind = 'fees')`, nil, &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := count(); n != 0 {
		t.Errorf("%d rows of a bill that was not kept", n)
	}
	kept, err := s.KeepBill(ctx, r, "", time.Now())
	if err != nil || kept.ID == 0 || count() != 4 {
		t.Errorf("%+v %v, %d rows", kept, err, count())
	}
	mustBeSound(t, s, 0)
}
