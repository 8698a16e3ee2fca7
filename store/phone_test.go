package store_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/store"
)

// phoneOrder is an order of a customer's phone that is about to be written down.
func phoneOrder(no string, origin pos.Origin, ref string) (pos.Sale, pos.Payment) {
	sl := sale(1)
	sl.Cashier, sl.Parked, sl.Origin, sl.Ref = "", true, origin, ref
	p := native(no, sl)
	p.Tender = map[pos.Origin]pos.Tender{pos.OriginProduct: pos.TenderNative, pos.OriginMini: pos.TenderJSAPI, pos.OriginApp: pos.TenderApp}[origin]
	return sl, p
}

func TestBeginSale_APhonesOrderIsPutAsideInTheSameTransaction(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	sl, p := phoneOrder(no(1), pos.OriginApp, "R1")
	p.API = pos.APIv1
	got, stored, err := s.BeginSale(ctx, sl, p)
	if err != nil || !got.Parked || got.Origin != pos.OriginApp || got.Ref != "R1" || stored.API != pos.APIv1 {
		t.Fatalf("%+v %+v %v", got, stored, err)
	}
	again, same, err := s.BeginSale(ctx, sl, p) // the answer was lost
	if err != nil || again.ID != got.ID || !again.Parked || same.ID != stored.ID {
		t.Fatalf("%+v %+v %v", again, same, err)
	}
	if err := s.ParkSale(ctx, got.ID, false); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()

	s = mustOpen(t, dir)
	open, err := s.OpenSales(ctx)
	if err != nil || len(open) != 1 || !open[0].Sale.Parked || open[0].Sale.Origin != pos.OriginApp || open[0].Payments[0].API != pos.APIv1 {
		t.Fatalf("%+v %v", open, err)
	}
	p = mustApply(t, s, change(stored, pos.Signal{Kind: pos.SigOrdered, Source: pos.ByReply, PrepayID: "wx20261120"}, noon)).Payment
	if p.PrepayID != "wx20261120" || p.State != pos.Waiting {
		t.Fatalf("%+v", p)
	}
	found, err := s.PhoneSale(ctx, "R1")
	if err != nil || found.Sale.ID != got.ID || len(found.Sale.Lines) != 1 || len(found.Payments) != 1 || found.Payments[0].PrepayID != "wx20261120" {
		t.Errorf("%+v %v", found, err)
	}
	out := mustApply(t, s, change(p, paid("4200000001", p.Asked, true), noon))
	if out.Sale == nil || out.Sale.Sale.Origin != pos.OriginApp || out.Sale.Sale.Parked {
		t.Errorf("%+v", out.Sale)
	}
	found, err = s.PhoneSale(ctx, "R1")
	if err != nil || found.Sale.State != pos.SaleClosed || found.Sale.Receipt.Seq != 1 || found.Payments[0].State != pos.Paid {
		t.Errorf("once paid: %+v %v", found, err)
	}
	mustVerify(t, s)
}

func TestBeginSale_ANumberOfAPhoneIsOneOrderForEver(t *testing.T) {
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	begin := func(n int, origin pos.Origin, ref string) error {
		sl, p := phoneOrder(no(n), origin, ref)
		_, _, err := s.BeginSale(ctx, sl, p)
		return err
	}
	for i, c := range []struct {
		origin pos.Origin
		ref    string
		want   pos.Code
	}{
		{pos.OriginMini, "R1", pos.CodeNone},
		{pos.OriginMini, "R1", pos.CodeConflict},
		{pos.OriginApp, "R1", pos.CodeConflict},
		{pos.OriginApp, "R2", pos.CodeNone},
		{pos.OriginProduct, "R1", pos.CodeNone},
		{pos.OriginProduct, "R1", pos.CodeNone}, // the first may be closing: the till knows
		{pos.OriginMini, "", pos.CodeInvalid},
	} {
		if err := begin(i+1, c.origin, c.ref); pos.CodeOf(err) != c.want {
			t.Errorf("%d: %v", i, err)
		}
	}
	if _, err := s.PhoneSale(ctx, "R3"); pos.CodeOf(err) != pos.CodeNotFound {
		t.Error(err)
	}
	first, err := s.PhoneSale(ctx, "R1")
	if err != nil || first.Sale.Origin != pos.OriginMini {
		t.Errorf("%+v %v", first, err)
	}
	if err := s.AbandonSale(ctx, first.Sale.ID); err != nil {
		t.Fatal(err)
	}
	if err := begin(20, pos.OriginMini, "R1"); pos.CodeOf(err) != pos.CodeConflict {
		t.Errorf("a number was handed out again: %v", err)
	}
	sl, p := phoneOrder(no(21), pos.OriginMini, "R4")
	sl.Parked = false // the till would put it on the counter after a crash
	if _, _, err := s.BeginSale(ctx, sl, p); pos.CodeOf(err) != pos.CodeInvalid {
		t.Error(err)
	}
	sl, p = phoneOrder(no(5), pos.OriginMini, "R4") // the number of an order with another reference
	if _, _, err := s.BeginSale(ctx, sl, p); pos.CodeOf(err) != pos.CodeConflict {
		t.Error(err)
	}
	open, err := s.OpenSales(ctx)
	if err != nil || len(open) != 3 {
		t.Fatalf("%d %v", len(open), err)
	}
	if _, err := s.SellCash(ctx, open[0].Sale, cash(no(30), open[0].Sale, 10000)); pos.CodeOf(err) != pos.CodeInvalid {
		t.Errorf("a phone's order was paid in cash: %v", err)
	}
	mustVerify(t, s)
}

// An order of the retired interface that a restored ledger does not know belongs to no phone that anybody remembers.
func TestAdopt_AnOrderOfTheRetiredInterface(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	p, err := s.Adopt(context.Background(), pos.Payment{OutTradeNo: no(1), Tender: pos.TenderApp, API: pos.APIv1},
		pos.Signal{Kind: pos.SigPaid, Source: pos.ByNotify, Trade: pos.Trade{TransactionID: "77", Amount: 950, Currency: pos.Currency}}, noon)
	if err != nil || p.API != pos.APIv1 || p.State != pos.Exception {
		t.Errorf("%+v %v", p, err)
	}
	mustVerify(t, s)
}

func TestMigrate_ASixthLedgerTakesOrdersOfPhones(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	unpackLedger(t, dir, "ledger-0006.db.gz")
	tables := map[string]string{}
	for _, q := range []string{
		`SELECT id, state, gross, discount, cashier, opened_at, shop, till, day, epoch, seq, shift, closed_at, entry, payment, job, parked, hour FROM sale ORDER BY id`,
		`SELECT id, sale, out_trade_no, tender, state, day, asked, opened_at, expires_at, cashier, code_url, paying, cause, detail, amount, settlement, currency, transaction_id,
			evidence, paid_at, tendered, reason, may_exist, closing_since, close_from, declined, may_reverse, reversed, asks, closes, version FROM payment ORDER BY id`,
		`SELECT * FROM journal ORDER BY seq`, `SELECT * FROM print_job ORDER BY id`, `SELECT * FROM day_total ORDER BY day, account`,
	} {
		db := raw(t, dir)
		if tables[q] = rowsOf(t, db, q); strings.Count(tables[q], "\n") < 13 {
			t.Fatalf("%s\n%s", q, tables[q])
		}
		_ = db.Close()
	}
	s, c := clocked(t, dir)
	mustVerify(t, s)
	db := raw(t, dir)
	for q, want := range tables {
		if got := rowsOf(t, db, q); got != want {
			t.Errorf("%s\n got %s want %s", q, got, want)
		}
	}
	if got := rowsOf(t, db, `SELECT count(*) FROM sale WHERE origin <> '' OR ref <> ''`) + rowsOf(t, db, `SELECT count(*) FROM payment WHERE api <> '' OR prepay_id <> ''`); got != "0\n0\n" {
		t.Error(got)
	}
	files, err := filepath.Glob(filepath.Join(dir, store.BackupDir, "before-0007-*.db"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
	kept := t.TempDir()
	copyOf(t, files[0], filepath.Join(kept, store.File))
	for q, want := range tables {
		if got := rowsOf(t, raw(t, kept), q); got != want {
			t.Errorf("the backup has %s", got)
		}
	}

	c.now = noon.AddDate(0, 0, 4)
	open, err := s.OpenSales(ctx)
	if err != nil || len(open) != 2 || !open[0].Sale.Parked || open[1].Sale.Parked || open[0].Sale.Origin != pos.OriginCounter {
		t.Fatalf("%+v %v", open, err)
	}
	if err := s.ParkSale(ctx, open[0].Sale.ID, false); err != nil { // a cashier's comes back, as ever
		t.Fatal(err)
	}
	if got := rowsOf(t, db, `SELECT count(*) FROM sale WHERE parked = 1`); got != "0\n" {
		t.Error(got)
	}
	sl, p := phoneOrder(no(8001), pos.OriginMini, "R1")
	if _, p, err = s.BeginSale(ctx, sl, p); err != nil {
		t.Fatal(err)
	}
	mustApply(t, s, change(p, paid("4200008001", p.Asked, true), c.now))
	mustVerify(t, s)
}
