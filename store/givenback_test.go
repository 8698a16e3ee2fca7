package store_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

// givenBackPapers are the papers of what was given back, as they would be printed.
func givenBackPapers(tb testing.TB, dir string) (all []pos.GivenBackFacts) {
	tb.Helper()
	db := raw(tb, dir)
	rows, err := db.Query(`SELECT facts FROM print_job WHERE document = 'given-back' AND copy = 0 AND state = 'queued' ORDER BY id`)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var body []byte
		var f pos.GivenBackFacts
		if err := rows.Scan(&body); err != nil {
			tb.Fatal(err)
		}
		if err := json.Unmarshal(body, &f); err != nil {
			tb.Fatal(err)
		}
		all = append(all, f)
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return all
}

func TestGiveBack_QueuesOnePaperOfWhatIsHandedBack(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	wechat := func(n int, of pos.SaleID, amount pos.Fen) {
		q := native(no(n), pos.Sale{ID: of})
		q.Asked, q.Part = amount, true
		q, err := s.AddPayment(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		mustApply(t, s, change(q, paid("4200"+no(n), amount, true), noon))
	}
	sl := sale(5)
	id := mustTake(t, s, sl, part(1, sl, pos.TenderCash, 500)).Payment.Sale
	wechat(2, id, 700)
	sl = openSaleOf(t, s, id).Sale
	mustTake(t, s, sl, part(3, sl, alipay, 600))
	for range 2 {
		if _, err := s.GiveBack(ctx, id, "王芳", noon.Add(time.Second), false); err != nil {
			t.Fatal(err)
		}
	}
	want := []pos.GivenBackFacts{{Sale: id, At: noon.Add(time.Second).UTC(), By: "王芳", Parts: []pos.BackPart{
		{OutTradeNo: no(1), Tender: pos.TenderCash, Amount: 500}, {OutTradeNo: no(2), Tender: pos.TenderNative, Amount: 700}, {OutTradeNo: no(3), Tender: alipay, Amount: 600},
	}}}
	if got := givenBackPapers(t, dir); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	j, err := s.NextJob(ctx)
	if err != nil || j == nil || j.Document != pos.DocGivenBack || j.Sale != 0 {
		t.Fatalf("%+v %v", j, err)
	}
	all, err := s.Prints(ctx, 1)
	if err != nil || len(all) != 0 {
		t.Errorf("what is queued without trouble is listed: %+v %v", all, err)
	}
	for _, state := range []pos.PrintState{pos.PrintSending, pos.PrintUnconfirmed} {
		if err := s.MarkJob(ctx, j.ID, state, 1, pos.CodeNone, ""); err != nil {
			t.Fatal(err)
		}
	}
	if all, err = s.Prints(ctx, 1); err != nil || len(all) != 1 || all[0].Title != no(1) {
		t.Errorf("%+v %v", all, err)
	}
	if _, err := s.ReprintJob(ctx, j.ID, false, "王芳", noon); err != nil {
		t.Error(err)
	}

	// What WeChat alone took is on its own way: nobody hands anything over.
	sl = sale(1)
	begun, q := mustBegin(t, s, no(4), 1)
	if err := s.AbandonSale(ctx, begun.ID); err != nil || q.ID == 0 {
		t.Fatal(err)
	}
	id = mustTake(t, s, sl, part(5, sl, pos.TenderCash, 100)).Payment.Sale
	wechat(6, id, 100)
	if _, err := s.GiveBack(ctx, id, "", noon, true); err != nil {
		t.Fatal(err)
	}
	if got := givenBackPapers(t, dir); len(got) != 1 || !got[0].Itself || got[0].By != "" || len(got[0].Parts) != 2 {
		t.Errorf("%+v", got)
	}
	mustVerify(t, s)
}

// The eighth version gave parts back without a paper. Theirs stays without one, and the next has one.
func TestMigrate_WhatWasGivenBackBeforeNeedsNoPaper(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	unpackLedger(t, dir, "ledger-0008.db.gz") // the busy counter of this package
	const jobs = `SELECT id, sale, document, copy, state, bytes, tries, cause, queued_at, refund, z, facts, first, other, ahead, code FROM print_job ORDER BY id`
	const parts = `SELECT payment, sale, n, shift, day, at, entry, back_at, back_by, back_entry FROM sale_part ORDER BY payment`
	db := raw(t, dir)
	before := rowsOf(t, db, jobs) + rowsOf(t, db, parts) + rowsOf(t, db, `SELECT * FROM journal ORDER BY seq`)
	_ = db.Close()
	s := mustOpen(t, dir)
	db = raw(t, dir)
	if after := rowsOf(t, db, jobs) + rowsOf(t, db, parts) + rowsOf(t, db, `SELECT * FROM journal ORDER BY seq`); after != before {
		t.Errorf("got\n%s\nwant\n%s", after, before)
	}
	if got := rowsOf(t, db, `SELECT payment, back_job FROM sale_part WHERE back_job IS NOT NULL ORDER BY payment`); got != "6|0\n7|0\n" {
		t.Errorf("without a paper: %s", got)
	}
	if left := rowsOf(t, db, `SELECT name FROM sqlite_schema WHERE name GLOB '*_new*' OR sql GLOB '*_new *'`); left != "" {
		t.Errorf("something of the migration is left: %s", left)
	}
	if kept, err := filepath.Glob(filepath.Join(dir, store.BackupDir, "before-0009-*")); err != nil || len(kept) != 1 {
		t.Errorf("%v %v", kept, err)
	}
	mustVerify(t, s)
	if _, err := s.GiveBack(ctx, 3, "王芳", noon, true); err != nil {
		t.Fatal(err)
	}
	if got := givenBackPapers(t, dir); len(got) != 1 || got[0].Sale != 3 || len(got[0].Parts) != 1 || got[0].Parts[0].Amount != 100 {
		t.Errorf("%+v", got)
	}
	if _, err := db.Exec(`UPDATE sale_part SET back_job = 1 WHERE payment = 6`); err == nil {
		t.Error("what went back was given another paper")
	}
	mustVerify(t, s)
}
