package store_test

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

// clocked opens a ledger with a clock that the test moves.
func clocked(tb testing.TB, dir string) (*store.Store, *clock) {
	tb.Helper()
	c := &clock{noon}
	s, err := store.Open(context.Background(), store.Options{Dir: dir, Shop: shop(), Clock: c})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s, c
}

// yuan is a count that comes to whole yuan.
func yuan(n int) pos.DrawerCount { return pos.DrawerCount{Other: pos.Fen(n) * 100} }

func mustCash(tb testing.TB, s *store.Store, i int, sl pos.Sale, at time.Time) pos.Settled {
	tb.Helper()
	p := cash(no(i), sl, 10000)
	p.OpenedAt, p.PaidAt = at, at
	out, err := s.SellCash(context.Background(), sl, p)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func mustMove(tb testing.TB, s *store.Store, kind pos.CashKind, amount pos.Fen, at time.Time) pos.CashMovement {
	tb.Helper()
	m, err := s.MoveCash(context.Background(), pos.CashMovement{Kind: kind, Amount: amount, Reason: "换零钱", By: "王芳", Approver: "店长", At: at})
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func mustCount(tb testing.TB, s *store.Store, c pos.DrawerCount, at time.Time) pos.Counted {
	tb.Helper()
	n, err := s.CountDrawer(context.Background(), c, "王芳", at)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

func mustOpenShift(tb testing.TB, s *store.Store, c pos.DrawerCount, at time.Time) pos.Shift {
	tb.Helper()
	h, err := s.OpenShift(context.Background(), c, "王芳", at)
	if err != nil {
		tb.Fatal(err)
	}
	return h
}

func mustClose(tb testing.TB, s *store.Store, c pos.ShiftClose) pos.ShiftReport {
	tb.Helper()
	r, err := s.CloseShift(context.Background(), c)
	if err != nil {
		tb.Fatal(err)
	}
	if err := r.Check(); err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestShift_ADayFromFloatToZ(t *testing.T) {
	ctx := context.Background()
	s, c := clocked(t, t.TempDir())
	h := mustOpenShift(t, s, pos.DrawerCount{Pieces: []pos.Pieces{{Fen: 10000, N: 2}, {Fen: 100, N: 30}}}, noon)
	if want := (pos.Shift{ID: 1, Day: 20261120, Number: 1, OpenedAt: noon.UTC(), OpenedBy: "王芳", Float: true}); h != want {
		t.Fatalf("%+v", h)
	}
	sl := sale(2)
	sl.Discount = 100
	a := mustCash(t, s, 1, sl, noon.Add(time.Minute))
	_, p := sold(t, s, 2, 3)
	mustRefund(t, s, refund(1, a.Payment, 200))
	mustLearn(t, s, mustRefund(t, s, refund(2, p, 300)).Refund, pos.RefTaken)
	x := excepted(t, s, 3)
	if _, _, err := s.Decide(ctx, x.ID, pos.Decision{Action: pos.ActCash, By: "店长", Reason: "退现金", At: noon}); err != nil {
		t.Fatal(err)
	}
	mustMove(t, s, pos.CashIn, 5000, noon)
	mustMove(t, s, pos.CashDrop, 10000, noon)
	mustMove(t, s, pos.CashPaidOut, 1234, noon)
	for _, kind := range []pos.EntryKind{pos.EntryDrawer, pos.EntryVoid} {
		if err := s.Note(ctx, pos.Happening{Kind: kind, By: "王芳", Approver: "店长", Reason: "换零钱", At: noon}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Reprint(ctx, a.Sale.Sale.ID, "王芳", noon); err != nil {
		t.Fatal(err)
	}
	refunded := pos.Fen(200 + 300)
	drawer := 23000 + sl.Net() - 200 - x.Amount + 5000 - 10000 - 1234

	c.now = noon.Add(8 * time.Hour)
	r, err := s.XReport(ctx, c.now)
	if err != nil {
		t.Fatal(err)
	}
	if r.Sales != 2 || r.Gross != sl.Gross+p.Amount || r.Discount != 100 || r.Refunds != 2 || r.Refunded != refunded || r.Arrived != x.Amount || r.WentBack != x.Amount ||
		r.Drawer != 1 || r.Voids != 1 || r.Reprints != 1 || r.First != "S001-T1-20261120-0001" || r.Last != "S001-T1-20261120-0002" || r.From != 1 || len(r.Late) != 0 {
		t.Errorf("%+v", r)
	}
	if want := (pos.CashReport{Float: 23000, Sales: sl.Net(), Refunds: 200, HandedBack: x.Amount, In: 5000, Dropped: 10000, PaidOut: 1234, Expected: drawer}); !reflect.DeepEqual(r.Cash, want) {
		t.Errorf("%+v", r.Cash)
	}
	if want := []pos.TenderTakings{{Tender: pos.TenderCash, Count: 1, Fen: sl.Net()}, {Tender: pos.TenderNative, Count: 1, Fen: p.Amount}}; !reflect.DeepEqual(r.Tenders, want) {
		t.Errorf("%+v", r.Tenders)
	}
	if want := []pos.OpenItem{{Kind: "refund", Name: refundNo(2), Amount: 300, Since: noon.Add(time.Hour).UnixMilli()}}; !reflect.DeepEqual(r.Open, want) {
		t.Errorf("%+v", r.Open)
	}

	n := mustCount(t, s, pos.DrawerCount{Other: drawer - 150}, c.now)
	if n.Expected != drawer || n.Variance() != -150 || n.Nth != 1 {
		t.Errorf("%+v", n)
	}
	z := mustClose(t, s, pos.ShiftClose{Count: n.ID, Reason: "找错钱", Keep: 2000, By: "王芳", Signer: "店长", At: c.now})
	if z.Z != 1 || z.Cash.Variance != -150 || z.Cash.Kept != 2000 || z.Cash.ToSafe != drawer-150-2000 || z.ClosedBy != "王芳" || z.Signer != "店长" {
		t.Errorf("%+v", z)
	}
	if again, err := s.ZReport(ctx, 1); err != nil || !reflect.DeepEqual(again, z) {
		t.Errorf("%+v %v, closed with\n%+v", again, err, z)
	}
	if open, err := s.Shift(ctx); err != nil || open != nil {
		t.Errorf("%+v %v", open, err)
	}
	var job *pos.PrintJob
	for job == nil || job.Document != pos.DocZ {
		if job, err = s.NextJob(ctx); err != nil || job == nil {
			t.Fatalf("%+v %v", job, err)
		}
		if err := s.MarkJob(ctx, job.ID, pos.PrintDone, 1, ""); err != nil {
			t.Fatal(err)
		}
	}
	var paper pos.ShiftPaper
	if err := json.Unmarshal(job.Facts, &paper); err != nil || !reflect.DeepEqual(paper.Report, z) || len(paper.Entry) != 64 || job.Sale != 0 {
		t.Errorf("%+v %v", paper, err)
	}
	mustVerify(t, s)
}
