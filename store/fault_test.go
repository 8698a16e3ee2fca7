package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"guitai/pos"
)

func cashSale(i int) (pos.Sale, pos.Payment) {
	l := []pos.Line{{Name: "可口可乐", Price: 300, Quantity: 2}}
	return pos.Sale{Lines: l, Gross: 600}, pos.Payment{OutTradeNo: fmt.Sprintf("S001-T1-%d", i), Tender: pos.TenderCash, Asked: 600, Tendered: 600}
}

func mustBeSound(t *testing.T, s *Store, sales int) {
	t.Helper()
	v, err := s.Verify(context.Background())
	if err != nil || !v.OK() || v.Sales != sales {
		t.Fatalf("%+v %v, want %d sales", v, err, sales)
	}
}

func TestFullDisk_RefusesAndRecovers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, err := Open(ctx, practice(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var pages, most int
	if err := one(ctx, s.writer, `PRAGMA page_count`, nil, &pages); err != nil {
		t.Fatal(err)
	}
	if err := one(ctx, s.writer, fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+2), nil, &most); err != nil {
		t.Fatal(err)
	}
	sold := 0
	for err = nil; err == nil; sold++ {
		sl, p := cashSale(sold)
		_, err = s.SellCash(ctx, sl, p)
	}
	sold-- // the last one was refused
	if pos.CodeOf(err) != pos.CodeFull {
		t.Fatalf("%v", err)
	}
	mustBeSound(t, s, sold)
	if err := one(ctx, s.writer, `PRAGMA max_page_count = 1000000`, nil, &most); err != nil {
		t.Fatal(err)
	}
	sl, p := cashSale(sold) // the same sale again, with space
	if out, err := s.SellCash(ctx, sl, p); err != nil || out.Sale.Sale.Receipt.Seq != sold+1 {
		t.Fatalf("%+v %v", out, err)
	}
	mustBeSound(t, s, sold+1)
}

func TestWrite_ACommitThatFailsLeavesNothingAndTheNextOneWorks(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, practice(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	err = s.write(ctx, "break", func(t *tx) error {
		if _, err := t.exec(`PRAGMA defer_foreign_keys = ON`); err != nil {
			return err
		}
		_, err := t.exec(sqlAddPosting, 99, 1, "bank", 5) // of no entry: the commit finds it
		return err
	})
	if pos.CodeOf(err) != pos.CodeInternal {
		t.Fatalf("%v", err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = s.write(ctx, "break", func(t *tx) error {
			if _, err := t.exec(sqlPutSetting, "half", "done"); err != nil {
				return err
			}
			panic("a fault of the program")
		})
	}()
	if _, err := setting(ctx, s.writer, "half"); err == nil {
		t.Error("half a write is left")
	}
	sl, p := cashSale(1)
	if _, err := s.SellCash(ctx, sl, p); err != nil {
		t.Fatal(err)
	}
	mustBeSound(t, s, 1)
}

func TestWrite_LooksAtTheContextBeforeItBegins(t *testing.T) {
	s, err := Open(context.Background(), practice(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	sl, p := cashSale(1)
	if _, err := s.SellCash(ctx, sl, p); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	mustBeSound(t, s, 0)
}

func TestBusy_IsInUse(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, practice(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	other, err := openWriter(ctx, s.Path(), writerOptions+"&_busy_timeout=1")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.close() }()
	if _, err := other.conn.ExecContext(ctx, `PRAGMA busy_timeout = 1`); err != nil {
		t.Fatal(err)
	}
	err = s.write(ctx, "hold", func(*tx) error {
		st, err := other.stmt(ctx, sqlBegin)
		if err == nil {
			_, err = st.ExecContext(ctx)
		}
		return err
	})
	if pos.CodeOf(err) != pos.CodeInUse {
		t.Errorf("%v", err)
	}
}

func TestReceipts_ShowTheEpochAndCountOnOverIt(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	o := practice(dir)
	o.Clock = still{}
	Blank(t, o)
	s, err := Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		sl, p := cashSale(i)
		p.PaidAt = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
		if _, err := s.SellCash(ctx, sl, p); err != nil {
			t.Fatal(err)
		}
	}
	err = s.write(ctx, "restore", func(t *tx) error { // what a restore will do
		_, err := t.exec(sqlPutSetting, settingEpoch, "2")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	if s, err = Open(ctx, o); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	sl, p := cashSale(3)
	p.PaidAt = time.Date(2026, 11, 20, 13, 0, 0, 0, time.UTC)
	out, err := s.SellCash(ctx, sl, p)
	if err != nil || out.Sale.Sale.Receipt.String() != "S001-T1-20261120-R2-0001" || out.Sale.Nth != 3 {
		t.Fatalf("%+v %v", out.Sale, err)
	}
	mustBeSound(t, s, 3)
}

func TestOpen_NeedsAFolderAndACalendar(t *testing.T) {
	for _, o := range []Options{{Dir: t.TempDir()}, {Shop: practice("").Shop}} {
		if _, err := Open(context.Background(), o); pos.CodeOf(err) != pos.CodeInvalid {
			t.Errorf("%v", err)
		}
	}
}

func TestDSN_NamesAnyPath(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "柜台 100% #1?mode=memory&x=y")
	s, err := Open(ctx, practice(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	sl, p := cashSale(1)
	if _, err := s.SellCash(ctx, sl, p); err != nil {
		t.Fatal(err)
	}
	if files, err := filepath.Glob(filepath.Join(filepath.Dir(dir), "*", File)); err != nil || len(files) != 1 {
		t.Errorf("%v %v", files, err)
	}
}

func TestClose_IsSafeToRepeatAndEndsEverything(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, practice(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Live(ctx); err == nil {
		t.Error("a closed ledger answers")
	}
	sl, p := cashSale(1)
	if _, err := s.SellCash(ctx, sl, p); err == nil {
		t.Error("a closed ledger sells")
	}
}
