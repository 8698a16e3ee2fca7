package store_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/store"
)

// firstLedger puts a ledger into dir as the first version of the schema left it: five closed sales, exceptions that are open,
// returned, second and foreign, live payments, a print queue that has moved on. It proved itself to the program of that time.
func firstLedger(tb testing.TB, dir string) {
	tb.Helper()
	unpackLedger(tb, dir, "ledger-0001.db.gz")
}

// firstTables are the rows of a ledger as the first schema has them.
func firstTables(tb testing.TB, db *sql.DB) map[string]string {
	tb.Helper()
	all := map[string]string{}
	for table, columns := range map[string]string{
		"setting": "*", "item": "id, position, name, price, category, unit, pinyin, plu, cost, tax_rate, search", "item_barcode": "*", "journal": "*", "posting": "*", "chain": "*", "day_total": "*",
		"shift":     "id, day, number, opened_at, closed_at",
		"sale_line": "sale, n, item, barcode, name, unit, category, price, quantity, tax_rate", "payment_request": "*", "payment_event": "*", "print_queue": "*", "notice": "*",
		"payment": `id, sale, out_trade_no, tender, state, day, asked, opened_at, expires_at, cashier, code_url, paying, cause, detail, amount, settlement,
			currency, transaction_id, evidence, paid_at, tendered, reason, may_exist, closing_since, close_from, asks, closes, version`,
		"sale":      "id, state, gross, discount, cashier, opened_at, shop, till, day, epoch, seq, shift, closed_at, entry, payment, job",
		"exception": "id, payment, second, at, day, reason, amount, settlement, currency, transaction_id, paid_at, entry, returned_at, returned_entry",
		"print_job": "id, sale, document, copy, state, bytes, tries, cause, queued_at",
	} {
		from := table
		if table == "day_total" { // without what a later schema adds
			from = `(SELECT * FROM day_total WHERE account NOT GLOB 'hour:*' AND account NOT GLOB 'cashier:*')`
		}
		if all[table] = rowsOf(tb, db, `SELECT `+columns+` FROM `+from+` ORDER BY 1, 2`); all[table] == "" {
			tb.Errorf("there is nothing in %s", table)
		}
	}
	return all
}

func wantTables(tb testing.TB, got, want map[string]string) {
	tb.Helper()
	for table, rows := range want {
		if got[table] != rows {
			tb.Errorf("%s\n got %s want %s", table, got[table], rows)
		}
	}
}

func TestMigrate_AFirstLedgerKeepsEveryRowAndGoesOn(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	firstLedger(t, dir)
	db := raw(t, dir)
	before := firstTables(t, db)
	if got := rowsOf(t, db, `PRAGMA integrity_check`) + rowsOf(t, db, `PRAGMA foreign_key_check`) + rowsOf(t, db, `PRAGMA user_version`); got != "ok\n1\n" {
		t.Fatal(got)
	}
	_ = db.Close()

	s := mustOpen(t, dir)
	v := mustVerify(t, s)
	if v.Sales != 5 || v.Payments != 11 {
		t.Errorf("%+v", v)
	}
	if err := s.Sound(ctx); err != nil {
		t.Error(err)
	}
	db = raw(t, dir)
	wantTables(t, firstTables(t, db), before)
	if got := rowsOf(t, db, `PRAGMA foreign_key_check`) + rowsOf(t, db, `SELECT user_version > 1 FROM pragma_user_version`); got != "1\n" {
		t.Error(got)
	}
	for i, query := range []string{
		`SELECT count(*) FROM sqlite_schema WHERE name GLOB '*_new'`,
		`SELECT count(*) FROM sqlite_schema WHERE sql GLOB '*_new*'`,
	} {
		if got := rowsOf(t, db, query); got != "0\n" {
			t.Errorf("%d: something of the migration is left: %s", i, got)
		}
	}
	want := "1|open|hold|1\n2|open|hold|1\n3|returned||\n4|open|hold|1\n5|open|hold|1\n"
	if got := rowsOf(t, db, `SELECT id, state, action, decided_at = at FROM exception ORDER BY id`); got != want {
		t.Errorf("exceptions %s", got)
	}
	all, err := s.Exceptions(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all { // somebody may have given it back elsewhere long ago
		if d := x.Decided; d.Action != pos.ActHold || d.By != "" || d.Reason == "" || !d.At.Equal(x.At) || !x.RefundAt.IsZero() {
			t.Errorf("%+v", x)
		}
	}

	files, err := filepath.Glob(filepath.Join(dir, store.BackupDir, "before-0002-*.db"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
	kept := t.TempDir()
	if err := os.Rename(files[0], filepath.Join(kept, store.File)); err != nil {
		t.Fatal(err)
	}
	old := raw(t, kept)
	wantTables(t, firstTables(t, old), before)
	if got := rowsOf(t, old, `PRAGMA integrity_check`) + rowsOf(t, old, `PRAGMA user_version`); got != "ok\n1\n" {
		t.Error(got)
	}
	_ = old.Close()
	mustVerify(t, mustOpen(t, kept)) // and it is brought up to date once more

	// The till goes on where the first version stopped.
	live, err := s.Live(ctx)
	if err != nil || len(live) != 2 || live[1].State != pos.Closing {
		t.Fatalf("%+v %v", live, err)
	}
	if n, err := s.RecoverJobs(ctx); err != nil || n != 1 {
		t.Error(n, err)
	}
	if job, err := s.NextJob(ctx); err != nil || job == nil || job.ID != 3 {
		t.Errorf("%+v %v", job, err)
	}
	sl := sale(1)
	out, err := s.SellCash(ctx, sl, cash(no(50), sl, 300))
	if err != nil || out.Sale.Sale.Receipt.Seq != 5 {
		t.Fatalf("%+v %v", out, err)
	}
	p, err := s.Payment(ctx, no(10))
	if err != nil {
		t.Fatal(err)
	}
	mustLearn(t, s, mustRefund(t, s, refund(1, p, 100)).Refund, pos.RefSuccess)
	x := exceptionOf(t, s, no(11))
	mustLearn(t, s, mustRefund(t, s, refundOf(2, x, x.Amount)).Refund, pos.RefSuccess)
	mustApply(t, s, change(live[1], paid("4200000088", live[1].Asked, false), noon))
	mustVerify(t, s)
}

// A ledger that missed several versions needs no more room than one that missed one: what stood between two steps nobody goes back to.
func TestMigrate_OneBackupIsEnoughForSeveralSteps(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	firstLedger(t, dir)
	if err := mustOpen(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	all, err := filepath.Glob(filepath.Join(dir, store.BackupDir, "*"))
	if err != nil || len(all) != 1 || !strings.HasPrefix(filepath.Base(all[0]), "before-0002-") {
		t.Fatalf("backups %v %v", all, err)
	}
	kept := t.TempDir()
	copyOf(t, all[0], filepath.Join(kept, store.File))
	db := raw(t, kept)
	if got := rowsOf(t, db, `PRAGMA integrity_check`) + rowsOf(t, db, `PRAGMA user_version`); got != "ok\n1\n" {
		t.Errorf("the backup is %s", got)
	}
	_ = db.Close()
	mustVerify(t, mustOpen(t, kept))
}

func TestMigrate_RefusesALedgerWhoseRowsNameNothing(t *testing.T) {
	dir := t.TempDir()
	firstLedger(t, dir)
	tamper(t, dir, `UPDATE payment_request SET payment = 999 WHERE payment = 4`)
	_, err := store.Open(context.Background(), options(dir))
	wantCode(t, err, pos.CodeCorrupt)
	if got := rowsOf(t, raw(t, dir), `PRAGMA user_version`); got != "1\n" {
		t.Errorf("version %s", got)
	}
}

// What is watched is found without reading what is at its end.
func TestPlans_UseTheirIndexes(t *testing.T) {
	dir := t.TempDir()
	busyDay(t, dir)
	db := raw(t, dir)
	for index, query := range store.Watched() {
		if plan := rowsOf(t, db, `EXPLAIN QUERY PLAN `+strings.ReplaceAll(query, "?", "1")); !strings.Contains(plan, index) {
			t.Errorf("%s is not used for\n%s\n%s", index, query, plan)
		} else if strings.Contains(plan, "SCAN print_job\n") || strings.Contains(plan, "SCAN j\n") {
			t.Errorf("every job is read for\n%s\n%s", query, plan)
		}
	}
}
