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
	o := store.Options{Dir: dir, Shop: shop(), Clock: c}
	store.Blank(tb, o)
	s, err := store.Open(context.Background(), o)
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
	h, err := s.OpenShift(context.Background(), c, "王芳", "", at)
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

// Somebody signs for a float that misses what the last close left, and both are on record.
func TestShift_AFloatThatIsSignedFor(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s, _ := clocked(t, dir)
	mustMove(t, s, pos.CashIn, 30000, noon)
	if fen, err := s.Drawer(ctx); err != nil || fen != 30000 {
		t.Fatalf("%s in the drawer: %v", fen, err)
	}
	n := mustCount(t, s, yuan(300), noon)
	mustClose(t, s, pos.ShiftClose{Count: n.ID, Keep: 30000, By: "李强", At: noon})
	h, err := s.OpenShift(ctx, yuan(100), "王芳", "李强", noon)
	if err != nil || h.OpenedBy != "王芳" {
		t.Fatalf("%+v %v", h, err)
	}
	if fen, err := s.Drawer(ctx); err != nil || fen != 10000 {
		t.Errorf("%s in the drawer: %v", fen, err)
	}
	got := rowsOf(t, raw(t, dir), `SELECT body ->> '$.by', body ->> '$.cashier' FROM journal WHERE kind = 'shift-opened'`)
	if got != "李强|王芳\n" {
		t.Errorf("on record is %q", got)
	}
	mustVerify(t, s)
}

// The first cash of a day may be a refund, or an exception that is handed back: it leaves today's drawer, and yesterday's shift, which
// nobody closed, says nothing of it. While none is open it opens none.
func TestShift_CashThatIsGivenBackEndsYesterdays(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, c := clocked(t, t.TempDir())
	a := mustCash(t, s, 1, sale(2), noon)
	b := mustCash(t, s, 2, sale(2), noon)
	x := excepted(t, s, 3)
	give := []func(){
		func() {
			r := refund(1, a.Payment, 100)
			r.AskedAt = c.now
			mustRefund(t, s, r)
		},
		func() {
			if _, _, err := s.Decide(ctx, x.ID, pos.Decision{Action: pos.ActCash, By: "店长", Reason: "退现金", At: c.now}); err != nil {
				t.Fatal(err)
			}
		},
	}
	for i, back := range give {
		c.now = noon.AddDate(0, 0, i+1)
		back()
		z, err := s.ZReport(ctx, i+1)
		if err != nil || z.Day != pos.Day(20261120+i) || z.Cash.HandedBack != 0 || i == 0 && z.Cash.Refunds != 0 {
			t.Errorf("%+v %v", z, err)
		}
		x, err := s.XReport(ctx, c.now)
		if err != nil || x.Day != pos.Day(20261121+i) || x.Cash.Refunds+x.Cash.HandedBack == 0 || len(x.Late) != 0 {
			t.Errorf("%+v %v", x, err)
		}
	}
	n := mustCount(t, s, yuan(100), c.now)
	mustClose(t, s, pos.ShiftClose{Count: n.ID, Reason: "找错", By: "王芳", At: c.now})
	r := refund(2, b.Payment, 100)
	r.AskedAt = c.now
	mustRefund(t, s, r)
	if h, err := s.Shift(ctx); h != nil || err != nil {
		t.Errorf("%+v %v", h, err)
	}
	mustVerify(t, s)
}

func TestShift_ADayFromFloatToZ(t *testing.T) {
	t.Parallel()
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
	for _, kind := range []pos.EntryKind{pos.EntryDrawer, pos.EntryVoid, pos.EntryCut, pos.EntryPrice} {
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
		if err := s.MarkJob(ctx, job.ID, pos.PrintDone, 1, pos.CodeNone, ""); err != nil {
			t.Fatal(err)
		}
	}
	var paper pos.ShiftPaper
	if err := json.Unmarshal(job.Facts, &paper); err != nil || !reflect.DeepEqual(paper.Report, z) || len(paper.Entry) != 64 || job.Sale != 0 {
		t.Errorf("%+v %v", paper, err)
	}
	mustVerify(t, s)
}

func TestShift_OpensByItselfAndOneOfYesterdayClosesByItself(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, c := clocked(t, t.TempDir())
	mustCash(t, s, 1, sale(1), noon)
	h, err := s.Shift(ctx)
	if err != nil || h == nil || h.Float || h.OpenedBy != "" {
		t.Fatalf("%+v %v", h, err)
	}
	mustCount(t, s, yuan(3), noon) // and left
	c.now = noon.AddDate(0, 0, 1)
	_, err = s.OpenShift(ctx, yuan(100), "王芳", "", c.now) // yesterday's is somebody's to count
	wantCode(t, err, pos.CodeConflict)
	mustCash(t, s, 2, sale(2), c.now)
	r, err := s.ZReport(ctx, 1)
	if err != nil || r.Day != 20261120 || r.Sales != 1 || r.ClosedBy != "" || r.Cash.Counted != nil || r.Cash.Counts != 1 || r.Cash.Kept != 300 || r.At != c.now.UnixMilli() {
		t.Fatalf("%+v %v", r, err)
	}
	if n, err := s.LastCount(ctx); err != nil || n != nil {
		t.Errorf("yesterday's count stands: %+v %v", n, err)
	}
	jobs := func() (all []pos.PrintJob) {
		t.Helper()
		for {
			j, err := s.NextJob(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if j == nil {
				return all
			}
			all = append(all, *j)
			if err := s.MarkJob(ctx, j.ID, pos.PrintDone, 1, pos.CodeNone, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	if all := jobs(); len(all) != 2 || all[0].Document != pos.DocSale || all[1].Document != pos.DocSale {
		t.Errorf("an uncounted close prints nothing: %+v", all)
	}
	for range 2 {
		if _, err := s.PrintZ(ctx, 1, c.now, "王芳"); err != nil {
			t.Fatal(err)
		}
	}
	if all := jobs(); len(all) != 2 || all[0].Copy != 0 || all[1].Copy != 1 || all[1].Document != pos.DocZ {
		t.Errorf("%+v", all)
	}
	x, err := s.XReport(ctx, c.now)
	if err != nil || x.Reprints != 1 || x.Cash.Start != 300 || x.From != r.To+2 {
		t.Errorf("%+v %v", x, err)
	}
	_, err = s.PrintZ(ctx, 2, c.now, "王芳")
	wantCode(t, err, pos.CodeNotFound)
	_, err = s.ZReport(ctx, 2)
	wantCode(t, err, pos.CodeNotFound)

	// The clock goes back a day, and forward again: nothing is lost, each opens and closes in its turn.
	c.now = noon
	mustCash(t, s, 3, sale(1), c.now)
	c.now = noon.AddDate(0, 0, 1)
	mustCash(t, s, 4, sale(1), c.now)
	h, err = s.Shift(ctx)
	if err != nil || h.Number != 2 || h.Day != 20261121 {
		t.Errorf("%+v %v", h, err)
	}
	if r, err = s.ZReport(ctx, 3); err != nil || r.Day != 20261120 || r.Number != 2 || r.Sales != 1 {
		t.Errorf("%+v %v", r, err)
	}
	mustVerify(t, s)
}

func TestShift_MoneyThatSettlesASaleTheNextDayClosesYesterdays(t *testing.T) {
	ctx := context.Background()
	s, c := clocked(t, t.TempDir())
	x := excepted(t, s, 1)
	mustCash(t, s, 2, sale(1), noon)
	c.now = noon.AddDate(0, 0, 1)
	out, _, err := s.Decide(ctx, x.ID, pos.Decision{Action: pos.ActSettle, By: "店长", Reason: "货已拿走", At: c.now})
	if err != nil || out.Sale.Sale.Shift != 2 {
		t.Fatalf("%+v %v", out, err)
	}
	if r, err := s.ZReport(ctx, 1); err != nil || r.Sales != 1 || r.Arrived != x.Amount || r.WentBack != 0 {
		t.Errorf("%+v %v", r, err)
	}
	if r, err := s.XReport(ctx, c.now); err != nil || r.Sales != 1 || r.Net != x.Amount || r.WentBack != x.Amount || r.Arrived != 0 || len(r.Late) != 0 {
		t.Errorf("%+v %v", r, err)
	}
	mustVerify(t, s)
}

func TestShift_WhatIsBookedBetweenTwoIsLateOnTheNext(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	rec, p := sold(t, s, 1, 2)
	r := mustLearn(t, s, mustRefund(t, s, refund(1, p, 100)).Refund, pos.RefTaken).Refund
	n := mustCount(t, s, yuan(0), noon)
	mustClose(t, s, pos.ShiftClose{Count: n.ID, By: "王芳", At: noon})
	_, err := s.CountDrawer(ctx, yuan(0), "王芳", noon)
	wantCode(t, err, pos.CodeConflict)
	mustLearn(t, s, r, pos.RefClose)
	mustApply(t, s, change(p, paid("4200000099", rec.Sale.Net(), false), noon)) // paid twice
	if _, err := s.Reprint(ctx, rec.Sale.ID, "王芳", noon); err != nil {
		t.Fatal(err)
	}
	mustOpenShift(t, s, yuan(10), noon)
	z, err := s.XReport(ctx, noon)
	if err != nil || len(z.Late) != 2 || z.Reprints != 1 || z.Refunds != -1 || z.Refunded != -100 || z.Arrived != rec.Sale.Net() {
		t.Fatalf("%+v %v", z, err)
	}
	if f := z.Late[0]; f.Kind != pos.EntryRefundClosed || f.Name != refundNo(1) || f.Amount != 100 {
		t.Errorf("%+v", f)
	}
	if f := z.Late[1]; f.Kind != pos.EntryException || f.Name != no(1) || f.Amount != rec.Sale.Net() {
		t.Errorf("%+v", f)
	}
	mustVerify(t, s)
}

// What is handed back between two shifts, of a sale that was not at its end at the close, is on the report of the next.
func TestShift_PartsThatGoBackBetweenTwoAreLateOnTheNext(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	sl := sale(1)
	first, err := s.SellCash(ctx, sl, pos.Payment{OutTradeNo: no(1), Tender: pos.TenderCash, Asked: 20, Tendered: 20, Part: true})
	if err != nil {
		t.Fatal(err)
	}
	sl.ID = first.Payment.Sale
	if _, err := s.SellCash(ctx, sl, pos.Payment{OutTradeNo: no(2), Tender: "other:Alipay", Asked: 10, Part: true}); err != nil {
		t.Fatal(err)
	}
	n := mustCount(t, s, yuan(0), noon)
	z := mustClose(t, s, pos.ShiftClose{Count: n.ID, By: "王芳", Signer: "店长", Reason: "没有点到", At: noon})
	if _, err := s.GiveBack(ctx, sl.ID, "王芳", noon, true); err != nil {
		t.Fatal(err)
	}
	mustOpenShift(t, s, yuan(10), noon)
	x, err := s.XReport(ctx, noon)
	if err != nil || len(x.Late) != 2 || x.Cash.Parts != -20 || x.Cash.Start != z.Cash.Kept {
		t.Fatalf("%+v %v", x, err)
	}
	for i, amount := range []pos.Fen{20, 10} {
		if f := x.Late[i]; f.Kind != pos.EntryPartBack || f.Name != no(i+1) || f.Amount != amount {
			t.Errorf("%+v", f)
		}
	}
	mustVerify(t, s)
}

func TestCloseShift_RefusesWhatWasNotCountedAsItIs(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	refused := func(c pos.ShiftClose, want pos.Code) {
		t.Helper()
		c.At = noon
		_, err := s.CloseShift(ctx, c)
		wantCode(t, err, want)
	}
	refused(pos.ShiftClose{}, pos.CodeConflict) // none is open
	mustOpenShift(t, s, yuan(100), noon)
	_, err := s.OpenShift(ctx, yuan(100), "王芳", "", noon)
	wantCode(t, err, pos.CodeConflict)
	refused(pos.ShiftClose{}, pos.CodeConflict) // not counted
	a := mustCount(t, s, yuan(90), noon)
	b := mustCount(t, s, yuan(101), noon)
	refused(pos.ShiftClose{Count: a.ID, Reason: "x"}, pos.CodeConflict) // not the newest
	refused(pos.ShiftClose{Count: b.ID, Reason: "  "}, pos.CodeInvalid)
	refused(pos.ShiftClose{Count: b.ID, Reason: "x", Keep: 10101}, pos.CodeInvalid)
	refused(pos.ShiftClose{Count: b.ID, Reason: "x", Keep: -1}, pos.CodeInvalid)
	sold(t, s, 1, 1) // not in the drawer
	if n, err := s.LastCount(ctx); err != nil || !reflect.DeepEqual(n, &b) {
		t.Fatalf("%+v %v", n, err)
	}
	mustCash(t, s, 2, sale(1), noon) // a sale in between
	if n, err := s.LastCount(ctx); err != nil || n != nil {
		t.Fatalf("%+v %v", n, err)
	}
	refused(pos.ShiftClose{Count: b.ID, Reason: "x"}, pos.CodeConflict)
	n := mustCount(t, s, yuan(103), noon)
	r := mustClose(t, s, pos.ShiftClose{Count: n.ID, Keep: 10300, By: "王芳", At: noon})
	if r.Cash.Counts != 3 || r.Cash.Variance != 0 || r.Cash.ToSafe != 0 || r.Cash.Float != 10000 {
		t.Errorf("%+v", r.Cash)
	}
	refused(pos.ShiftClose{Count: n.ID}, pos.CodeConflict) // it is closed
	mustVerify(t, s)
}

func TestCount_RefusesWhatNobodyCanHold(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	bad := []pos.DrawerCount{
		{Other: -1},
		{Pieces: []pos.Pieces{{Fen: 300, N: 1}}},
		{Pieces: []pos.Pieces{{Fen: 100, N: 0}}},
		{Pieces: []pos.Pieces{{Fen: 100, N: 1}, {Fen: 100, N: 1}}},
		{Pieces: []pos.Pieces{{Fen: 10000, N: 99999}}},
	}
	for _, c := range bad {
		_, err := s.OpenShift(ctx, c, "王芳", "", noon)
		wantCode(t, err, pos.CodeInvalid)
	}
	mustOpenShift(t, s, yuan(1), noon)
	for _, c := range bad {
		_, err := s.CountDrawer(ctx, c, "王芳", noon)
		wantCode(t, err, pos.CodeInvalid)
	}
	for _, m := range []pos.CashMovement{
		{Kind: "gift", Amount: 1, Reason: "x"},
		{Kind: pos.CashIn, Amount: 0, Reason: "x"},
		{Kind: pos.CashIn, Amount: pos.MaxAmount + 1, Reason: "x"},
		{Kind: pos.CashIn, Amount: 1, Reason: " "},
		{Kind: pos.CashDrop, Amount: 101, Reason: "x"},
		{Kind: pos.CashPaidOut, Amount: 101, Reason: "x"},
	} {
		_, err := s.MoveCash(ctx, m)
		wantCode(t, err, pos.CodeInvalid)
	}
	if v := mustVerify(t, s); v.Entries != 2 {
		t.Errorf("%+v", v)
	}
}

func TestMoveCash_OpensAShiftAndHasASlip(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	m := mustMove(t, s, pos.CashIn, 5000, noon)
	mustMove(t, s, pos.CashDrop, 5000, noon.Add(time.Minute)) // all of it
	j, err := s.NextJob(ctx)
	if err != nil || j == nil || j.Document != pos.DocCash || j.Sale != 0 {
		t.Fatalf("%+v %v", j, err)
	}
	var slip pos.CashMovement
	if err := json.Unmarshal(j.Facts, &slip); err != nil || slip != m || m.ID != 1 || m.Shift != 1 || !m.At.Equal(noon) {
		t.Errorf("%+v %v, want %+v", slip, err, m)
	}
	want := "cash-in|1|店长|王芳|换零钱|cash:drawer 5000 cash:safe -5000\ncash-drop|1|店长|王芳|换零钱|cash:safe 5000 cash:drawer -5000\n"
	got := rowsOf(t, raw(t, dir), `SELECT kind, body ->> '$.shift', body ->> '$.by', body ->> '$.cashier', body ->> '$.note',
		(SELECT group_concat(account || ' ' || fen, ' ') FROM posting p WHERE p.seq = j.seq) FROM journal j WHERE seq > 1 ORDER BY seq`)
	if got != want {
		t.Error(got)
	}
	mustVerify(t, s)
}

func TestRestore_AShiftGoesOnInItsNewEpochAndItsReportSaysSo(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	from, to := t.TempDir(), t.TempDir()
	s := busyShifts(t, from)
	file := from + "/b.db"
	if err := s.Backup(ctx, file); err != nil {
		t.Fatal(err)
	}
	c := &clock{noon.AddDate(0, 0, 2)}
	if _, err := store.Restore(ctx, file, store.Options{Dir: to, Shop: shop(), Clock: c}); err != nil {
		t.Fatal(err)
	}
	r, err := store.Open(ctx, store.Options{Dir: to, Shop: shop(), Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if j, err := r.NextJob(ctx); err != nil || j != nil {
		t.Errorf("%+v is printed again %v", j, err)
	}
	n, err := r.LastCount(ctx)
	if err != nil || n == nil {
		t.Fatal(n, err)
	}
	z := mustClose(t, r, pos.ShiftClose{Count: n.ID, By: "王芳", At: c.now})
	if z.Z != 4 || z.Epoch != 2 {
		t.Errorf("%+v", z)
	}
	mustVerify(t, r)
}
