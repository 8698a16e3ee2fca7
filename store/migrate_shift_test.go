package store_test

import (
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

// unpackLedger puts a ledger of testdata into dir.
func unpackLedger(tb testing.TB, dir, name string) {
	tb.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	body, err := io.ReadAll(z)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, store.File), body, 0o600)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// secondLedger puts a ledger into dir as the second version of the schema left it: money that went back in every way, sales of three
// days in five shifts, because the clock went back a day and forward again, the last of them open, a refund that was proven while none
// of its day was, reprints without an entry, a print queue that has moved on. It proved itself to the program of that time.
func secondLedger(tb testing.TB, dir string) {
	tb.Helper()
	unpackLedger(tb, dir, "ledger-0002.db.gz")
}

func TestMigrate_ASecondLedgerKeepsItsShiftsAndClosesTheOpenOneWithAReport(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	secondLedger(t, dir)
	kept := map[string]string{}
	for _, query := range []string{
		`SELECT id, day, number, opened_at, closed_at FROM shift ORDER BY id`,
		`SELECT id, sale, document, copy, state, bytes, tries, cause, queued_at, refund FROM print_job ORDER BY id`,
		`SELECT * FROM journal ORDER BY seq`, `SELECT * FROM posting ORDER BY seq, n`,
		`SELECT * FROM day_total WHERE account NOT GLOB 'hour:*' AND account NOT GLOB 'cashier:*' ORDER BY day, account`,
		`SELECT id, state, gross, discount, cashier, opened_at, shop, till, day, epoch, seq, shift, closed_at, entry, payment, job, parked FROM sale ORDER BY id`,
	} {
		db := raw(t, dir)
		kept[query] = rowsOf(t, db, query)
		_ = db.Close()
	}
	s, c := clocked(t, dir)
	mustVerify(t, s)
	db := raw(t, dir)
	for query, want := range kept {
		if got := rowsOf(t, db, query); got != want {
			t.Errorf("%s\n got %s want %s", query, got, want)
		}
	}
	want := "1|1|2|24|\n2|25|25|29|\n3|30|30|30|\n4|31|31|33|\n5|34|34||\n"
	if got := rowsOf(t, db, `SELECT id, first_seq, opened_seq, last_seq, z FROM shift ORDER BY id`); got != want {
		t.Errorf("ranges %s", got)
	}
	if n, err := s.LastZ(ctx); err != nil || n != 0 {
		t.Error(n, err)
	}

	// The shift that was open is closed as any other: what was in the drawer from before is what it starts with.
	c.now = noon.AddDate(0, 0, 2)
	h := mustOpenShift(t, s, yuan(100), c.now)
	if h.ID != 5 || h.OpenedBy != "" || !h.Float {
		t.Errorf("%+v", h)
	}
	n := mustCount(t, s, yuan(100), c.now)
	r := mustClose(t, s, pos.ShiftClose{Count: n.ID, Keep: 0, By: "王芳", At: c.now})
	if r.Z != 1 || r.Sales != 2 || r.From != 34 || r.Cash.Start+r.Cash.Sales+r.Cash.Float != 10000 || r.Cash.Start <= 0 || len(r.Late) != 0 || len(r.Open) == 0 {
		t.Errorf("%+v", r)
	}
	mustVerify(t, s)
	mustCash(t, s, 200, sale(1), c.now.Add(time.Hour))
	mustVerify(t, s)
}

func TestMigrate_AClosedSecondLedgerGoesOnFromItsLastEntry(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secondLedger(t, dir)
	tamper(t, dir, `UPDATE shift SET closed_at = 1795312900000 WHERE closed_at IS NULL`)
	s, c := clocked(t, dir)
	mustVerify(t, s)
	c.now = noon.AddDate(0, 0, 3)
	mustCash(t, s, 200, sale(1), c.now)
	if got := rowsOf(t, raw(t, dir), `SELECT id, first_seq, opened_seq, last_seq FROM shift WHERE id > 4 ORDER BY id`); got != "5|34|34|35\n6|36|36|\n" {
		t.Error(got)
	}
	mustVerify(t, s)
}
