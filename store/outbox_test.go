package store_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

func TestOutbox_JobsInOrderAndNeverTwice(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	if j, err := s.NextJob(ctx); err != nil || j != nil {
		t.Fatal(j, err)
	}
	for i := range 2 {
		sl := sale(1)
		_, err := s.SellCash(ctx, sl, cash(no(i), sl, 300))
		must(err)
	}
	j, err := s.NextJob(ctx)
	if err != nil || j == nil || !reflect.DeepEqual(*j, pos.PrintJob{ID: 1, Document: pos.DocSale, Sale: 1, State: pos.PrintQueued, QueuedAt: noon.UTC()}) {
		t.Fatalf("%+v %v", j, err)
	}
	must(s.StoreBytes(ctx, 1, []byte("receipt")))
	if j, _ := s.NextJob(ctx); string(j.Bytes) != "receipt" {
		t.Fatalf("%+v", j)
	}
	must(s.MarkJob(ctx, 1, pos.PrintSending, 1, pos.CodeNone, ""))
	if n, err := s.RecoverJobs(ctx); err != nil || n != 1 { // the program stopped here
		t.Fatal(n, err)
	}
	if n, err := s.RecoverJobs(ctx); err != nil || n != 0 {
		t.Fatal(n, err)
	}
	if j, _ := s.NextJob(ctx); j == nil || j.ID != 2 { // what may be on paper is not sent again
		t.Fatalf("%+v", j)
	}
	must(s.StoreBytes(ctx, 2, []byte("receipt")))
	must(s.MarkJob(ctx, 2, pos.PrintDone, 1, pos.CodeNone, ""))
	for want := 1; want <= 2; want++ {
		id, err := s.Reprint(ctx, 1, "王芳", noon)
		must(err)
		j, err := s.NextJob(ctx)
		if err != nil || j.ID != id || j.Document != pos.DocReprint || j.Copy != want {
			t.Fatalf("%+v %v", j, err)
		}
		must(s.MarkJob(ctx, id, pos.PrintSending, 1, pos.CodeNone, ""))
		must(s.MarkJob(ctx, id, pos.PrintFailed, 1, pos.CodePaper, "paper"))
	}
	got := rowsOf(t, raw(t, dir), `SELECT id, copy, state, bytes IS NULL, tries, cause FROM print_job ORDER BY id`)
	if want := "1|0|unconfirmed|0|1|\n2|0|printed|1|1|\n3|1|failed|1|1|paper\n4|2|failed|1|1|paper\n"; got != want {
		t.Errorf("got %s", got)
	}
	wantCode(t, s.MarkJob(ctx, 99, pos.PrintDone, 1, pos.CodeNone, ""), pos.CodeNotFound)
	wantCode(t, s.StoreBytes(ctx, 99, nil), pos.CodeNotFound)
	_, err = s.Reprint(ctx, 99, "王芳", noon)
	wantCode(t, err, pos.CodeNotFound)
	open, _ := mustBegin(t, s, no(9), 1)
	_, err = s.Reprint(ctx, open.ID, "王芳", noon)
	wantCode(t, err, pos.CodeNotFound)
	mustVerify(t, s)
}

func TestKeepNotice_TheSameBodyOnlyCounts(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	long := bytes.Repeat([]byte("x"), store.MaxNotice+1)
	for i, n := range []struct {
		body []byte
		v    pos.Verdict
	}{{[]byte("a"), pos.NoticeSettles}, {[]byte("a"), pos.NoticeReplay}, {[]byte("b"), pos.NoticeForged}, {nil, pos.NoticeBroken}, {long, pos.NoticeBroken}} {
		if err := s.KeepNotice(ctx, noon.Add(time.Duration(i)*time.Second), n.body, no(1), n.v); err != nil {
			t.Fatal(err)
		}
	}
	got := rowsOf(t, raw(t, dir), `SELECT size, length(body), verdict, count, last_at - first_at FROM notice ORDER BY id`)
	if want := "1|1|settles|2|1000\n1|1|forged|1|0\n0|0|broken|1|0\n65537|65536|broken|1|0\n"; got != want {
		t.Errorf("got %s", got)
	}
	mustVerify(t, s)
}

func TestReports(t *testing.T) {
	ctx := context.Background()
	s := busyDay(t, t.TempDir())
	span := pos.Span{From: 20261119, To: 20261121}
	days, err := s.Takings(ctx, span)
	if err != nil || len(days) != 3 {
		t.Fatal(days, err)
	}
	want := pos.DayTakings{
		Day: 20261120, Sales: 4, Gross: 3912, Discount: 30, Net: 3882, Excepted: 907,
		Tenders: []pos.TenderTakings{{Tender: pos.TenderCash, Count: 3, Fen: 2980}, {Tender: pos.TenderNative, Count: 1, Fen: 902}},
	}
	if !reflect.DeepEqual(days[1], want) {
		t.Errorf("got %+v\nwant %+v", days[1], want)
	}
	if !reflect.DeepEqual(days[0], pos.DayTakings{Day: 20261119}) {
		t.Errorf("an empty day: %+v", days[0])
	}
	if none, err := s.Takings(ctx, pos.Span{From: 20261121, To: 20261119}); err != nil || len(none) != 0 {
		t.Error(none, err)
	}

	var net, sum pos.Fen
	var sales int
	err = s.EachSale(ctx, span, func(r pos.SaleRow) error {
		sales++
		net += r.Sale.Net()
		if r.Sale.Receipt.Seq != sales || r.Shift != 1 || r.Lines == 0 || len(r.Tenders) != 1 || r.Day != 20261120 {
			t.Errorf("%+v", r)
		}
		return nil
	})
	if err != nil || sales != 4 || net != want.Net {
		t.Errorf("%d sales of %s %v", sales, net, err)
	}
	states := map[pos.State]int{}
	err = s.EachPayment(ctx, span, func(r pos.PaymentRow) error {
		states[r.Payment.State]++
		sum += r.Payment.Amount
		if (r.Payment.State == pos.Paid) != (r.Receipt.Seq > 0 && r.Shift == 1) || (r.Payment.State == pos.Refunded) != (r.Refunded == 6) {
			t.Errorf("%+v", r)
		}
		return nil
	})
	if err != nil || !reflect.DeepEqual(states, map[pos.State]int{pos.Paid: 4, pos.Exception: 2, pos.Refunded: 1, pos.Opened: 1}) || sum != want.Net+5+6+902 {
		t.Errorf("%v %s %v", states, sum, err)
	}
	stop := errors.New("enough")
	if err := s.EachPayment(ctx, span, func(pos.PaymentRow) error { return stop }); err != stop { //nolint:errorlint // the very error
		t.Errorf("got %v", err)
	}
	pending, err := s.PendingRows(ctx)
	if err != nil || len(pending) != 3 {
		t.Errorf("%+v %v", pending, err)
	}
	rec, err := s.SaleByReceipt(ctx, pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Epoch: 1, Seq: 4})
	if err != nil || rec.Sale.ID != 4 || rec.Nth != 4 || len(rec.Payments) != 1 {
		t.Errorf("%+v %v", rec, err)
	}
	if tail, err := s.SaleByReceipt(ctx, pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Seq: 4}); err != nil || tail.Sale.ID != 4 {
		t.Errorf("by its last digits: %+v %v", tail.Sale, err)
	}
	_, err = s.SaleByReceipt(ctx, pos.ReceiptNo{Shop: "S001", Till: "T1", Day: 20261120, Seq: 99})
	wantCode(t, err, pos.CodeNotFound)
	_, err = s.SaleByReceipt(ctx, pos.ReceiptNo{Shop: "S001", Till: "T2", Day: 20261120, Epoch: 1, Seq: 4})
	wantCode(t, err, pos.CodeNotFound)
	_, err = s.Record(ctx, 99)
	wantCode(t, err, pos.CodeNotFound)
	_, err = s.Payment(ctx, "none")
	wantCode(t, err, pos.CodeNotFound)
}

func TestBackup_IsAWholeLedger(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir, other := t.TempDir(), t.TempDir()
	s := busyDay(t, dir)
	for range 2 { // the second one replaces the first
		if err := s.Backup(ctx, filepath.Join(other, store.File)); err != nil {
			t.Fatal(err)
		}
	}
	r, err := store.OpenReadOnly(ctx, options(dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Backup(ctx, filepath.Join(dir, store.BackupDir, "by hand.db")); err != nil {
		t.Fatal(err)
	}
	wantCode(t, s.Backup(ctx, s.Path()), pos.CodeInvalid)
	_ = r.Close()
	b := mustOpen(t, other)
	if v, w := mustVerify(t, s), mustVerify(t, b); !reflect.DeepEqual(v, w) {
		t.Errorf("the ledger has %+v, its backup %+v", v, w)
	}
}
