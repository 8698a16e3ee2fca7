package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

func copyOf(tb testing.TB, from, to string) {
	tb.Helper()
	body, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, body, 0o600)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// afterBackup is a folder whose ledger went on after a backup: the backup has a live payment and a receipt to print that the
// ledger has settled and printed.
func afterBackup(tb testing.TB) (dir, backup string) {
	tb.Helper()
	ctx := context.Background()
	dir, backup = tb.TempDir(), filepath.Join(tb.TempDir(), "yesterday.db")
	s := mustOpen(tb, dir)
	sold(tb, s, 1, 1)
	x := excepted(tb, s, 2)
	if _, err := s.ScheduleRefund(ctx, x.ID, noon.Add(time.Minute), pos.Decision{Action: pos.ActRefund, At: noon}); err != nil {
		tb.Fatal(err)
	}
	sl, p := mustBegin(tb, s, no(3), 1)
	if err := s.Backup(ctx, backup); err != nil {
		tb.Fatal(err)
	}
	mustApply(tb, s, change(p, paid("4200000003", sl.Net(), true), noon)) // receipt 2
	sold(tb, s, 4, 2)                                                     // receipt 3
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	return dir, backup
}

func TestRestore_BeginsANewEpochAndKeepsTheOldLedger(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir, backup := afterBackup(t)
	out, err := store.Restore(ctx, backup, store.Options{Dir: dir, Shop: shop(), Clock: &clock{noon.Add(time.Hour)}})
	if err != nil || out.Epoch != 2 || out.Entries != 3 || out.Aside != filepath.Join(dir, store.BackupDir, "before-R2.db") {
		t.Fatalf("%+v %v", out, err)
	}
	kept := t.TempDir()
	copyOf(t, out.Aside, filepath.Join(kept, store.File))
	if v := mustVerify(t, mustOpen(t, kept)); v.Sales != 3 {
		t.Errorf("what was replaced has %+v", v)
	}

	s := mustOpen(t, dir)
	if v := mustVerify(t, s); v.Sales != 1 || v.Entries != 4 {
		t.Errorf("%+v", v)
	}
	if got := rowsOf(t, raw(t, dir), `SELECT epoch, kind FROM journal WHERE seq = 4`); got != "2|ledger-restored\n" {
		t.Errorf("%s", got)
	}
	live, err := s.Live(ctx)
	if err != nil || len(live) != 1 || live[0].OutTradeNo != no(3) {
		t.Fatalf("live %+v %v", live, err)
	}
	if job, err := s.NextJob(ctx); err != nil || job != nil {
		t.Errorf("a receipt that may be printed long ago is printed again: %+v %v", job, err)
	}
	if x := exceptionOf(t, s, no(2)); !x.RefundAt.IsZero() {
		t.Errorf("it refunds itself, perhaps a second time: %+v", x)
	}
	settled := mustApply(t, s, change(live[0], paid("4200000003", 300, true), noon.Add(2*time.Hour)))
	if got := settled.Sale.Sale.Receipt.String(); got != "S001-T1-20261120-R2-0001" || settled.Sale.Nth != 2 {
		t.Errorf("receipt %s, the day's %d", got, settled.Sale.Nth)
	}
	// Both sides of the restore have a 0001 today: the last digits alone are no receipt.
	tail := pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Seq: 1}
	_, err = s.SaleByReceipt(ctx, tail)
	wantCode(t, err, pos.CodeConflict)
	for tail.Epoch = 1; tail.Epoch <= 2; tail.Epoch++ {
		if rec, err := s.SaleByReceipt(ctx, tail); err != nil || rec.Sale.Receipt.Epoch != tail.Epoch {
			t.Errorf("of epoch %d: %+v %v", tail.Epoch, rec.Sale.Receipt, err)
		}
	}
	// The order that only the lost part of the ledger knew comes as a notice.
	sig := paid("4200000004", 902, false)
	sig.Source = pos.ByNotify
	if p, err := s.Adopt(ctx, pos.Payment{OutTradeNo: no(4), Tender: pos.TenderNative}, sig, noon); err != nil || p.Reason != pos.ExceptUnknown {
		t.Errorf("%+v %v", p, err)
	}
	if job, err := s.NextJob(ctx); err != nil || job == nil || job.Sale != settled.Sale.Sale.ID {
		t.Errorf("%+v %v", job, err)
	}
	mustVerify(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	out, err = store.Restore(ctx, backup, store.Options{Dir: dir, Shop: shop(), Clock: &clock{noon}}) // the same backup once more
	if err != nil || out.Epoch != 3 {
		t.Fatalf("%+v %v", out, err)
	}
	if err := os.WriteFile(filepath.Join(dir, store.File), []byte("a ledger that nobody can read"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err = store.Restore(ctx, backup, store.Options{Dir: dir, Shop: shop(), Clock: &clock{noon}}); err != nil || out.Epoch != 4 {
		t.Fatalf("%+v %v", out, err) // epoch 3 is known by the name of what it replaced
	}
	mustVerify(t, mustOpen(t, dir))
}

func TestRestore_IntoAnEmptyFolderAndOfACopiedOne(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	from, dir := t.TempDir(), t.TempDir()
	s := mustOpen(t, from)
	sold(t, s, 1, 1) // in the log, not yet in the file
	copied := t.TempDir()
	for _, suffix := range []string{"", "-wal"} {
		copyOf(t, filepath.Join(from, store.File+suffix), filepath.Join(copied, store.File+suffix))
	}
	out, err := store.Restore(ctx, filepath.Join(copied, store.File), store.Options{Dir: dir, Shop: shop(), Clock: &clock{noon}})
	if err != nil || out.Aside != "" || out.Epoch != 2 {
		t.Fatalf("%+v %v", out, err)
	}
	if v := mustVerify(t, mustOpen(t, dir)); v.Sales != 1 {
		t.Errorf("%+v", v)
	}
}

func TestRestore_RefusesAndLeavesTheLedgerAlone(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir, backup := afterBackup(t)
	before, err := os.ReadFile(filepath.Join(dir, store.File))
	if err != nil {
		t.Fatal(err)
	}
	try := func(file string, f func(*store.Options)) error {
		o := store.Options{Dir: dir, Shop: shop(), Clock: &clock{noon}}
		f(&o)
		_, err := store.Restore(ctx, file, o)
		return err
	}
	as := func(*store.Options) {}
	release, err := store.Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, try(backup, as), pos.CodeInUse) // a till runs
	release()
	wantCode(t, try(filepath.Join(dir, "none"), as), pos.CodeNotFound)
	wantCode(t, try(filepath.Join(dir, store.File), as), pos.CodeInvalid)
	wantCode(t, try(backup, func(o *store.Options) { o.Shop.Practice = false }), pos.CodeMode)
	err = try(backup, func(o *store.Options) { o.Shop.Till = "T2" })
	wantCode(t, err, pos.CodeMode)
	if owner, ok := errors.AsType[*store.OwnerError](err); !ok || owner.Till != "T1" {
		t.Errorf("%v", err)
	}
	noise := filepath.Join(t.TempDir(), "noise.db")
	if err := os.WriteFile(noise, []byte(strings.Repeat("noise", 5000)), 0o600); err != nil {
		t.Fatal(err)
	}
	wantCode(t, try(noise, as), pos.CodeCorrupt)
	forged := t.TempDir()
	copyOf(t, backup, filepath.Join(forged, store.File))
	tamper(t, forged, `UPDATE sale SET gross = gross + 1 WHERE id = 1`)
	wantCode(t, try(filepath.Join(forged, store.File), as), pos.CodeCorrupt)

	after, err := os.ReadFile(filepath.Join(dir, store.File))
	if err != nil || string(after) != string(before) {
		t.Errorf("the ledger was touched: %v", err)
	}
	if v := mustVerify(t, mustOpen(t, dir)); v.Sales != 3 {
		t.Errorf("%+v", v)
	}
	if files, err := filepath.Glob(filepath.Join(dir, "restore*")); err != nil || len(files) != 0 {
		t.Errorf("left behind: %v %v", files, err)
	}
}

// The power may go at any of the renames; the next start finishes what began.
func TestRestore_StoppedHalfwayIsFinishedAtTheNextStart(t *testing.T) {
	t.Parallel()
	for name, moved := range map[string][]string{
		"before anything moved": nil,
		"after the ledger did":  {""},
		"and its log":           {"", "-wal"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, backup := afterBackup(t)
			elsewhere := t.TempDir()
			out, err := store.Restore(context.Background(), backup, store.Options{Dir: elsewhere, Shop: shop(), Clock: &clock{noon}})
			if err != nil {
				t.Fatal(err)
			}
			ledger := filepath.Join(dir, store.File)
			copyOf(t, filepath.Join(elsewhere, store.File), ledger+".restored-R2")
			if err := os.WriteFile(ledger+"-wal", []byte("the log of the old one"), 0o600); err != nil {
				t.Fatal(err)
			}
			aside := filepath.Join(dir, store.BackupDir, "before-R2.db")
			for _, suffix := range moved {
				if err := os.Rename(ledger+suffix, aside+suffix); err != nil {
					t.Fatal(err)
				}
			}
			s := mustOpen(t, dir)
			if v := mustVerify(t, s); v.Sales != 1 || out.Epoch != 2 {
				t.Errorf("%+v", v)
			}
			if log, err := os.ReadFile(aside + "-wal"); err != nil || string(log) != "the log of the old one" {
				t.Errorf("the old log: %q %v", log, err)
			}
			if files, err := filepath.Glob(filepath.Join(dir, "*.restored-*")); err != nil || len(files) != 0 {
				t.Errorf("left behind: %v %v", files, err)
			}
		})
	}
}

func TestAutoBackup(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	c := &clock{noon}
	o := store.Options{Dir: dir, Shop: shop(), Clock: c}
	store.Blank(t, o)
	s, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if v, err := s.Vitals(ctx); err != nil || !v.BackupAt.IsZero() || v.DiskFree <= 0 {
		t.Errorf("%+v %v", v, err)
	}
	sold(t, s, 1, 1)
	made := func() string {
		t.Helper()
		file, err := s.AutoBackup(ctx, store.Keep{Days: 3})
		if err != nil {
			t.Fatal(err)
		}
		return filepath.Base(file)
	}
	if got := made(); got != "auto-20261120.db" {
		t.Errorf("made %s", got)
	}
	if v, err := s.Vitals(ctx); err != nil || !v.BackupAt.Equal(noon) {
		t.Errorf("%+v %v", v, err)
	}
	c.now = noon.Add(24*time.Hour - time.Second)
	if got := made(); got != "." {
		t.Errorf("made %s before it was due", got)
	}
	for range 4 {
		c.now = c.now.Add(24 * time.Hour)
		made()
	}
	if got, want := filesIn(t, filepath.Join(dir, store.BackupDir)), "auto-20261123.db auto-20261124.db auto-20261125.db"; got != want {
		t.Errorf("kept %s, want %s", got, want)
	}
	c.now = noon.AddDate(-1, 0, 0) // the clock went back a year: what is there is of the future
	if got := made(); got != "auto-20251120.db" {
		t.Errorf("made %s", got)
	}
	if got, want := filesIn(t, filepath.Join(dir, store.BackupDir)), "auto-20251120.db auto-20261124.db auto-20261125.db"; got != want {
		t.Errorf("kept %s, want %s", got, want)
	}
	restored := t.TempDir()
	copyOf(t, filepath.Join(dir, store.BackupDir, "auto-20251120.db"), filepath.Join(restored, store.File))
	if v := mustVerify(t, mustOpen(t, restored)); v.Sales != 1 {
		t.Errorf("%+v", v)
	}
}

func filesIn(tb testing.TB, folder string) string {
	tb.Helper()
	files, err := os.ReadDir(folder)
	if err != nil {
		tb.Fatal(err)
	}
	var all []string
	for _, f := range files {
		all = append(all, f.Name())
	}
	return strings.Join(all, " ")
}

// The clock may be a year off and be put right again. Receipts are numbered by the day that the clock says, each day without a
// gap and no number twice, and the journal keeps the order in which things were booked.
func TestClock_SetBackAYearAndForthAgain(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	c := &clock{noon}
	o := store.Options{Dir: dir, Shop: shop(), Clock: c}
	store.Blank(t, o)
	s, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var got []string
	for i, at := range []time.Time{noon, noon.AddDate(-1, 0, 0), noon.AddDate(-1, 0, 0).Add(time.Minute), noon.Add(time.Minute), noon.AddDate(-1, 0, 0), noon.Add(time.Hour)} {
		c.now = at
		sl := sale(1)
		p := cash(no(i), sl, 300)
		p.OpenedAt = time.Time{}
		out, err := s.SellCash(ctx, sl, p)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.TrimPrefix(out.Sale.Sale.Receipt.String(), "S001-T1-"))
		if id, err := s.LastClosed(ctx); err != nil || id != out.Sale.Sale.ID {
			t.Errorf("the last sale is %d %v", id, err)
		}
	}
	if want := "20261120-0001 20251120-0001 20251120-0002 20261120-0002 20251120-0003 20261120-0003"; strings.Join(got, " ") != want {
		t.Errorf("got %s", got)
	}
	if got := rowsOf(t, raw(t, dir), `SELECT json_extract(body, '$.day') FROM journal WHERE kind = 'sale' ORDER BY seq`); got != "20261120\n20251120\n20251120\n20261120\n20251120\n20261120\n" {
		t.Errorf("booked on %s", got)
	}
	days, err := s.Takings(ctx, pos.Span{From: 20251120, To: 20251120})
	if err != nil || days[0].Sales != 3 || days[0].Net != 900 {
		t.Errorf("%+v %v", days, err)
	}
	p, err := s.Payment(ctx, no(0)) // a refund is booked on the day that it is asked for, whatever that is
	if err != nil {
		t.Fatal(err)
	}
	r := refund(1, p, 100)
	r.AskedAt = noon.AddDate(-1, 0, 0)
	mustRefund(t, s, r)
	mustVerify(t, s)
}
