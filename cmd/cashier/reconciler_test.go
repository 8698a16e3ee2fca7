package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/reconcile"
	"guitai/store"
)

// statement is a Biller that answers with what the test gives it.
type statement struct {
	trade map[pos.Day]string
	err   map[pos.Day]error
	asked []string
}

func (s *statement) TradeBill(_ context.Context, day pos.Day) (io.ReadCloser, error) {
	s.asked = append(s.asked, "trade "+day.String())
	if err := s.err[day]; err != nil {
		return nil, err
	}
	if text, ok := s.trade[day]; ok {
		return io.NopCloser(strings.NewReader(text)), nil
	}
	return nil, pos.E(pos.CodeNotFound, "fetch bill", nil)
}

func (s *statement) FundFlow(_ context.Context, day pos.Day) (io.ReadCloser, error) {
	s.asked = append(s.asked, "fund "+day.String())
	return nil, pos.E(pos.CodeSecret, "fetch bill", nil)
}

// tellTale hears what the till is told.
type tellTale struct {
	barred string   // who may do nothing
	asked  []string // who was asked about, for what
	posted []pos.Command
	names  []string // whose they are
	billed []string
}

func (t *tellTale) Leave(_ context.Context, by string, d pos.Deed) error {
	t.asked = append(t.asked, by+" "+string(d))
	if by == t.barred {
		return pos.E(pos.CodeForbidden, "ask for leave", nil)
	}
	return nil
}

func (t *tellTale) PostBy(c pos.Command, by string) {
	t.posted, t.names = append(t.posted, c), append(t.names, by)
}

func (t *tellTale) Billed(day pos.Day, differs int, err error) {
	t.billed = append(t.billed, fmt.Sprintf("%s %d %s", day, differs, pos.CodeOf(err)))
}

// dayBill is a bill of one payment that the books do not know.
func dayBill(day pos.Day) string {
	return "交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易状态,货币种类,应结订单金额,微信退款单号,商户退款单号,退款金额,退款状态,商品名称,手续费,费率,订单金额,申请退款金额\n" +
		"`" + day.String() + " 12:00:00,`wx,`1900000109,`4200000000000000000000000001,`S001-T1-261119AAAAAAAAAAAA,`SUCCESS,`CNY,`7.77,`,`,`0.00,`,`可乐,`0.04662,`0.60%,`7.77,`0.00\n" +
		"总交易单数,应结订单总金额,手续费总金额\n`1,`7.77,`0.05\n"
}

func newReconciler(t *testing.T, biller pos.Biller, now func() time.Time) (*reconciler, *store.Store, *tellTale) {
	t.Helper()
	shop := pos.Shop{Name: "柜台便利店", ID: "S001", Till: "T1", MchID: "1900000109", Calendar: pos.Calendar{Zone: pos.BillZone, Starts: 4 * time.Hour}}
	books, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Shop: shop})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = books.Close() })
	tale := &tellTale{}
	return &reconciler{
		shop: shop, lang: "en", books: books, cases: books.Exceptions, biller: biller, till: tale, poke: func() {}, dir: t.TempDir(), free: func() int64 { return -1 },
		log: slog.New(slog.DiscardHandler), now: now,
	}, books, tale
}

func TestReconciler_FetchesYesterdayOnceFromTenOClockOn(t *testing.T) {
	yesterday := pos.Day(20261119)
	clock := time.Date(2026, 11, 20, 9, 59, 0, 0, pos.BillZone)
	bills := &statement{trade: map[pos.Day]string{yesterday: dayBill(yesterday)}, err: map[pos.Day]error{}}
	r, books, tale := newReconciler(t, bills, func() time.Time { return clock })
	tried := map[errand]*attempt{}
	turn := func() time.Duration { return r.errands(t.Context(), tried) }

	turn()
	if slices.Contains(bills.asked, "trade "+yesterday.String()) {
		t.Errorf("asked before there is one: %v", bills.asked)
	}
	clock = clock.Add(2 * time.Minute)
	bills.err[yesterday] = pos.E(pos.CodeNotYet, "fetch bill", nil)
	wait := turn()
	if wait < time.Minute || wait > 10*time.Minute || len(tale.billed) != 0 {
		t.Errorf("still being made: again in %v, told %v", wait, tale.billed)
	}
	asked := len(bills.asked)
	if turn(); len(bills.asked) != asked {
		t.Error("asked again before its time")
	}
	delete(bills.err, yesterday)
	clock = clock.Add(10 * time.Minute)
	turn()
	if want := "2026-11-19 1 "; len(tale.billed) != 1 || tale.billed[0] != want {
		t.Errorf("told %q, want %q", tale.billed, want)
	}
	kept, err := books.Bills(t.Context(), 10)
	if err != nil || len(kept) == 0 || kept[0].Day != yesterday || kept[0].Open != 1 || kept[0].Fee != 4662 {
		t.Errorf("%+v %v", kept, err)
	}
	asked = len(bills.asked)
	clock = clock.Add(time.Hour)
	if turn(); len(bills.asked) != asked {
		t.Errorf("asked again: %v", bills.asked[asked:])
	}
	tried = map[errand]*attempt{} // the till was started anew: what is kept is not fetched again
	if turn(); slices.Contains(bills.asked[asked:], "trade "+yesterday.String()) {
		t.Error("what is kept was fetched again")
	}
	if v, err := books.Verify(t.Context()); err != nil || !v.OK() {
		t.Errorf("%+v %v", v, err)
	}
}

func TestReconciler_ARefusedBillIsToldOnce(t *testing.T) {
	yesterday := pos.Day(20261119)
	clock := time.Date(2026, 11, 20, 11, 0, 0, 0, pos.BillZone)
	bills := &statement{trade: map[pos.Day]string{yesterday: strings.TrimSuffix(dayBill(yesterday), "`1,`7.77,`0.05\n")}}
	r, books, tale := newReconciler(t, bills, func() time.Time { return clock })
	tried := map[errand]*attempt{}
	for range 3 {
		r.errands(t.Context(), tried)
		clock = clock.Add(time.Hour)
	}
	if len(tale.billed) != 1 || tale.billed[0] != "2026-11-19 0 invalid" {
		t.Errorf("%q", tale.billed)
	}
	if kept, err := books.Bills(t.Context(), 10); err != nil || len(kept) != 0 {
		t.Errorf("%+v %v", kept, err)
	}
}

func TestReconciler_ADecisionGoesOnRecordAndToTheTill(t *testing.T) {
	day := pos.Day(20261119)
	r, books, tale := newReconciler(t, nil, time.Now)
	if r.CanFetch() == pos.CodeNone {
		t.Error("fetches without keys")
	}
	if _, err := r.Fetch(t.Context(), day, "会计", nil); pos.CodeOf(err) != pos.CodeSecret {
		t.Errorf("%v", err)
	}
	var seen pos.BillProgress
	m, err := r.Reconcile(t.Context(), strings.NewReader(dayBill(day)), 0, "会计", func(p pos.BillProgress) { seen = p })
	if err != nil || len(m.Findings) != 1 || m.Findings[0].ID == 0 || m.Findings[0].Action != pos.FindBook || seen.Rows != 1 || seen.Read == 0 {
		t.Fatalf("%+v %+v %v", m, seen, err)
	}
	id := m.Findings[0].ID
	if _, err := r.Decide(t.Context(), id, pos.FindingDecision{Action: pos.FindRefund, By: "店长"}); pos.CodeOf(err) != pos.CodeConflict {
		t.Errorf("a refund of what is not in the books: %v", err)
	}
	f, err := r.Decide(t.Context(), id, pos.FindingDecision{Action: pos.FindBook, By: "店长", Reason: "是本店的"})
	if err != nil || len(f.Decisions) != 1 || f.Open() {
		t.Errorf("%+v %v", f, err)
	}
	if want := []string{"店长 decide", "店长 decide"}; !slices.Equal(tale.asked, want) {
		t.Errorf("asked for %q, want %q", tale.asked, want)
	}
	if len(tale.posted) != 1 || tale.names[0] != "店长" {
		t.Fatalf("%+v %q", tale.posted, tale.names)
	}
	if c, ok := tale.posted[0].(pos.AskBilled); !ok || !c.Book || c.By != "店长" || c.Item.Amount != 777 {
		t.Errorf("%+v", tale.posted[0])
	}
	tale.barred = "王芳"
	if _, err := r.Decide(t.Context(), id, pos.FindingDecision{Action: pos.FindNote, By: "王芳", Reason: "x"}); pos.CodeOf(err) != pos.CodeForbidden {
		t.Errorf("who may not: %v", err)
	}
	if all, err := books.Findings(t.Context(), day, true); err != nil || len(all) != 1 || len(all[0].Decisions) != 1 {
		t.Errorf("what was not allowed stands on record: %+v %v", all, err)
	}
	if _, err := r.Decide(t.Context(), 99, pos.FindingDecision{Action: pos.FindNote, Reason: "x"}); pos.CodeOf(err) != pos.CodeNotFound {
		t.Errorf("%v", err)
	}
	var out bytes.Buffer
	if err := r.Export(t.Context(), &out, day, "csv"); err != nil || !strings.Contains(out.String(), "theirs-only,unknown,book") || !strings.Contains(out.String(), "是本店的") {
		t.Errorf("%s %v", out.String(), err)
	}
	if err := r.Export(t.Context(), &out, day.Add(1), "csv"); pos.CodeOf(err) != pos.CodeNotFound {
		t.Errorf("%v", err)
	}
	if err := r.PrintBill(t.Context(), m.Summary.ID, "会计"); err != nil {
		t.Error(err)
	}
	if _, err := r.ReconcileFile(t.Context(), "/nonexistent", 0, "", nil); err == nil {
		t.Error("a file that is not there")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Reconcile(ctx, strings.NewReader(dayBill(day)), 0, "", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// slowBill comes in pieces; before the last it looks what is going on.
type slowBill struct {
	pieces []string
	last   func()
	end    error // instead of a proper end
}

func (b *slowBill) Read(p []byte) (int, error) {
	if len(b.pieces) == 0 {
		return 0, cmp.Or(b.end, io.EOF)
	}
	if len(b.pieces) == 1 && b.last != nil {
		b.last()
	}
	n := copy(p, b.pieces[0])
	if b.pieces[0] = b.pieces[0][n:]; b.pieces[0] == "" {
		b.pieces = b.pieces[1:]
	}
	return n, nil
}

func (b *slowBill) Close() error { return nil }

func (b *slowBill) TradeBill(context.Context, pos.Day) (io.ReadCloser, error) { return b, nil }

func (b *slowBill) FundFlow(context.Context, pos.Day) (io.ReadCloser, error) {
	return nil, pos.E(pos.CodeSecret, "fetch bill", nil)
}

// watchedBooks tells whether the books are being read. They have one payment.
type watchedBooks struct {
	pos.BillBook
	reading bool
}

func (w *watchedBooks) EachBillItem(_ context.Context, day pos.Day, f func(*pos.BillItem) error) error {
	w.reading = true
	defer func() { w.reading = false }()
	_, evening := pos.BillSpan(day)
	return f(&pos.BillItem{ // all of the bill comes before it
		Kind: pos.BillPayment, OutTradeNo: "S001-T1-261119BBBBBBBBBBBB", Amount: 100, Settlement: 100, Currency: pos.Currency, State: string(pos.Paid),
		At: evening.Add(-time.Hour),
	})
}

// The books are read as of one moment, and as long as that lasts their log cannot be emptied.
func TestReconciler_ASlowLineHoldsNoMomentOfTheBooks(t *testing.T) {
	day := pos.Day(20261119)
	text := dayBill(day)
	half := strings.Index(text, "总交易单数")
	bill := &slowBill{pieces: []string{text[:half], text[half:]}}
	r, books, _ := newReconciler(t, bill, time.Now)
	watched := &watchedBooks{BillBook: books}
	r.books = watched
	held, files := false, 0
	bill.last = func() {
		held = watched.reading
		files = len(filesIn(t, r.dir))
	}
	m, err := r.Fetch(t.Context(), day, "会计", nil)
	if err != nil || m.Summary.Rows != 1 || m.Summary.ID == 0 {
		t.Fatalf("%+v %v", m, err)
	}
	if held || files != 1 {
		t.Errorf("while it comes: the books are held %t, %d files", held, files)
	}
	if left := filesIn(t, r.dir); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
}

func TestReconciler_ADownloadThatEndsBadlyLeavesNothing(t *testing.T) {
	day := pos.Day(20261119)
	for name, c := range map[string]struct {
		end  error
		free int64
		stop bool
		want pos.Code
	}{
		"the line broke":    {end: pos.E(pos.CodeNoAnswer, "fetch bill", nil), free: -1, want: pos.CodeNoAnswer},
		"no room":           {free: downloadRoom, want: pos.CodeFull},
		"too little of one": {end: io.ErrUnexpectedEOF, free: -1, want: pos.CodeInternal},
		"called off":        {free: -1, stop: true, want: pos.CodeInternal},
	} {
		r, books, _ := newReconciler(t, &slowBill{pieces: []string{dayBill(day)}, end: c.end}, time.Now)
		r.free = func() int64 { return c.free }
		ctx, cancel := context.WithCancel(t.Context())
		if c.stop {
			cancel()
		}
		if _, err := r.Fetch(ctx, day, "", nil); err == nil || pos.CodeOf(err) != c.want {
			t.Errorf("%s: %v, code %s", name, err, pos.CodeOf(err))
		}
		cancel()
		if left := filesIn(t, r.dir); len(left) != 0 {
			t.Errorf("%s: it left %v", name, left)
		}
		if kept, err := books.Bills(t.Context(), 10); err != nil || len(kept) != 0 {
			t.Errorf("%s: %+v %v", name, kept, err)
		}
	}
}

func filesIn(t *testing.T, dir string) []os.DirEntry {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The books of a backup know nothing of the days after it: what was sold on them is on WeChat's bills, if anybody fetches those.
func TestReconciler_AfterAHolidayOrARestoreNoDayIsLeftOut(t *testing.T) {
	last, sold := pos.Day(20261105), pos.Day(20261107)
	clock := time.Date(2026, 11, 20, 11, 0, 0, 0, pos.BillZone)
	bills := &statement{trade: map[pos.Day]string{sold: dayBill(sold)}}
	r, books, tale := newReconciler(t, bills, func() time.Time { return clock })
	if _, err := r.Reconcile(t.Context(), reconcile.Empty(), last, "", nil); err != nil {
		t.Fatal(err)
	}
	r.errands(t.Context(), map[errand]*attempt{})
	for d := last.Next(); d < 20261120; d = d.Next() {
		for _, kind := range []string{"trade ", "fund "} {
			if !slices.Contains(bills.asked, kind+d.String()) {
				t.Errorf("%s%s was not asked for", kind, d)
			}
		}
	}
	if slices.Contains(bills.asked, "trade "+last.String()) || slices.Contains(bills.asked, "trade "+last.Add(-1).String()) {
		t.Errorf("asked again for what was kept, or for what was before: %q", bills.asked)
	}
	if found, err := books.Findings(t.Context(), 0, false); err != nil || len(found) != 1 || found[0].Day != sold || found[0].Action != pos.FindBook {
		t.Errorf("%+v %v", found, err)
	}
	if want := []string{"2026-11-07 1 "}; !slices.Equal(tale.billed, want) {
		t.Errorf("told %q, want %q", tale.billed, want)
	}
	bills.asked = nil
	r.errands(t.Context(), map[errand]*attempt{}) // started anew
	if slices.ContainsFunc(bills.asked, func(s string) bool { return strings.HasPrefix(s, "trade") }) {
		t.Errorf("days without trade are asked for at every start: %q", bills.asked)
	}
}

func TestReconciler_GoodNewsDoesNotCoverBad(t *testing.T) {
	clock := time.Date(2026, 11, 20, 11, 0, 0, 0, pos.BillZone)
	differs, agrees := pos.Day(20261118), pos.Day(20261119)
	other := strings.ReplaceAll(dayBill(agrees), "S001-T1-", "S001-T2-") // of another till: it agrees with these books
	bills := &statement{trade: map[pos.Day]string{differs: dayBill(differs), agrees: other}}
	r, _, tale := newReconciler(t, bills, func() time.Time { return clock })
	if _, err := r.Reconcile(t.Context(), reconcile.Empty(), differs.Add(-1), "", nil); err != nil {
		t.Fatal(err)
	}
	r.errands(t.Context(), map[errand]*attempt{})
	if want := []string{"2026-11-18 1 "}; !slices.Equal(tale.billed, want) {
		t.Errorf("told %q, want %q", tale.billed, want)
	}
	delete(bills.trade, differs)
	bills.trade[agrees.Next()] = strings.ReplaceAll(other, agrees.String(), agrees.Next().String())
	clock = clock.AddDate(0, 0, 1)
	r.errands(t.Context(), map[errand]*attempt{})
	if want := "2026-11-20 0 "; len(tale.billed) != 2 || tale.billed[1] != want {
		t.Errorf("told %q, want %q last", tale.billed, want)
	}
}
