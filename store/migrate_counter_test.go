package store_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

// said is what a ledger says of itself, as text.
func said(tb testing.TB, s *store.Store, span pos.Span) string {
	tb.Helper()
	ctx := context.Background()
	var b strings.Builder
	must := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	must(s.EachSale(ctx, span, func(r pos.SaleRow) error {
		l := r.Sale
		fmt.Fprintln(&b, "sale", r.Day, l.ID, l.State, l.Gross, l.Discount, l.Net(), l.Cashier, l.Receipt, l.Shift, l.ClosedAt.UnixMilli(), l.Origin, l.Ref, r.Lines, r.Tenders, r.Shift)
		rec, err := s.Record(ctx, l.ID)
		for i, k := range rec.Sale.Lines {
			fmt.Fprintln(&b, " line", i, k.Item, k.Barcode, k.Name, k.Unit, k.Category, k.Price, k.Quantity, k.TaxRate, k.Amount())
		}
		for _, p := range rec.Payments {
			fmt.Fprintln(&b, " paid", p.ID, p.OutTradeNo, p.Tender, p.State, p.Amount, p.Settlement, p.Tendered, p.TransactionID, p.Evidence)
		}
		for _, f := range rec.Refunds {
			fmt.Fprintln(&b, " back", f.ID, f.OutRefundNo, f.Payment, f.Tender, f.State, f.Amount, f.Settlement, f.Lines, f.Reason, f.Approver)
		}
		return err
	}))
	must(s.EachPayment(ctx, span, func(r pos.PaymentRow) error {
		p := r.Payment
		fmt.Fprintln(&b, "payment", r.Day, p.ID, p.Sale, p.OutTradeNo, p.Tender, p.State, p.Asked, p.Amount, p.TransactionID, p.Evidence, p.PaidAt.UnixMilli(), r.Receipt, r.Shift, r.Refunded)
		return nil
	}))
	must(s.EachRefund(ctx, span, func(r pos.RefundRow) error {
		f := r.Refund
		fmt.Fprintln(&b, "refund", r.Day, f.ID, f.OutRefundNo, f.Payment, f.Sale, f.Exception, f.Tender, f.State, f.Amount, f.Total, f.Lines, r.Receipt)
		return nil
	}))
	must(s.EachLine(ctx, span, func(r pos.LineRow) error {
		fmt.Fprintln(&b, "row", r.Day, r.Receipt, r.N, r.Line.Amount(), r.Share.Whole, r.Returned, r.Cashier, r.Shift)
		return nil
	}))
	days, err := s.Takings(ctx, span)
	must(err)
	for _, d := range days {
		if d.Sales > 0 || d.Refunds > 0 || d.Excepted > 0 {
			fmt.Fprintln(&b, "day", d.Day, d.Sales, d.Gross, d.Discount, d.Net, d.Refunds, d.Refunded, d.Tenders, d.Excepted)
		}
	}
	month, err := s.Month(ctx, 202611, 20)
	must(err)
	fmt.Fprintln(&b, "month", month.Top, month.Cashiers)
	rows, err := s.PendingRows(ctx)
	must(err)
	for _, r := range rows {
		fmt.Fprintln(&b, "pending", r.Payment.OutTradeNo, r.Payment.State, r.Payment.Amount, r.Next, r.Refund != nil)
	}
	for z := 1; ; z++ {
		r, err := s.ZReport(ctx, z)
		if err != nil {
			break
		}
		fmt.Fprintln(&b, "z", r.Z, r.Day, r.Sales, r.Gross, r.Net, r.Tenders, r.Refunded, r.Cash.Expected, r.From, r.To, r.Head)
	}
	return b.String()
}

// A ledger of version 0.5.0: sales in cash and by WeChat over days, discounts, gifts, refunds in every state, exceptions, shifts that closed
// by themselves and by hand, a phone's order and another one open. That version said what it says in ledger-0007.txt.
func TestMigrate_AnOlderLedgerSaysTheSameAndGoesOn(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	unpackLedger(t, dir, "ledger-0007.db.gz")
	f, err := os.Open(filepath.Join("testdata", "ledger-0007.txt.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	want, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	const rows = `SELECT * FROM journal ORDER BY seq`
	const totals = `SELECT * FROM day_total ORDER BY day, account`
	db := raw(t, dir)
	journal, sums := rowsOf(t, db, rows), rowsOf(t, db, totals)
	_ = db.Close()

	c := &clock{time.Date(2026, 12, 1, 12, 0, 0, 0, shanghai)}
	s, err := store.Open(ctx, store.Options{Dir: dir, Shop: shop(), Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	mustVerify(t, s)
	got, old := strings.Split(said(t, s, pos.Span{From: 20261101, To: 20261231}), "\n"), strings.Split(string(want), "\n")
	if len(got) != len(old) {
		t.Errorf("%d lines and not %d", len(got), len(old))
	}
	for i := range min(len(got), len(old)) {
		if got[i] != old[i] {
			t.Fatalf("line %d\n got %s\nwant %s", i, got[i], old[i])
		}
	}
	db = raw(t, dir)
	if rowsOf(t, db, rows) != journal || rowsOf(t, db, totals) != sums {
		t.Error("the journal or its totals are not what they were")
	}
	if left := rowsOf(t, db, `SELECT name FROM sqlite_schema WHERE name GLOB '*_new*' OR sql GLOB '*_new *'`); left != "" {
		t.Errorf("something of the migration is left: %s", left)
	}
	kept, err := filepath.Glob(filepath.Join(dir, store.BackupDir, "before-0008-*"))
	if err != nil || len(kept) != 1 {
		t.Errorf("%v %v", kept, err)
	}

	// What was open goes on, and the new things can be done to old sales.
	phone := mustPayment(t, s, "S001-T1-261120999999999991")
	sig := paid("4299", phone.Asked, true)
	sig.Trade.PaidAt = c.now
	if out := mustApply(t, s, change(phone, sig, c.now)); out.Sale == nil || out.Sale.Sale.Ref != "ref-1" {
		t.Errorf("%+v", out)
	}
	waiting := mustPayment(t, s, "S001-T1-261120999999999992")
	open := openSaleOf(t, s, waiting.Sale).Sale
	p := part(7000, open, alipay, open.Due()-1)
	p.OpenedAt = c.now
	mustTake(t, s, open, p)
	sl := sale(3)
	var rec pos.SaleRecord
	hits, _, err := s.FindSales(ctx, pos.SaleQuery{Tender: pos.TenderCash, Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hits {
		if rec = mustRecord(t, s, h.Sale.ID); pos.Refundable(rec.Payments[0], rec.Refunds) > 100 && rec.Sale.Lines[0].Price > 0 && len(rec.Refunds) == 0 && h.Sale.Discount == 0 {
			break
		}
	}
	sl.Credits = []pos.Credit{credit(1, rec, 1)}
	closing := cash(no(7001), sl, 100000)
	closing.Asked, closing.OpenedAt = sl.Due(), c.now
	if out := mustTake(t, s, sl, closing); out.Sale == nil || out.Sale.Sale.Receipt.Day != 20261201 {
		t.Errorf("%+v", out)
	}
	if _, err := s.GiveBack(ctx, open.ID, "王芳", c.now, true); err != nil {
		t.Error(err)
	}
	mustVerify(t, s)
}
