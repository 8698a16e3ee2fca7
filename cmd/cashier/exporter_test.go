package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/export"
)

// soldBooks is a fake of the books: so many cash sales on a day.
type soldBooks struct {
	pos.Exports
	rows int
	each func(n int) error // before each row
}

func (b soldBooks) EachPayment(_ context.Context, span pos.Span, f func(pos.PaymentRow) error) error {
	for n := range b.rows {
		if b.each != nil {
			if err := b.each(n); err != nil {
				return err
			}
		}
		if err := f(pos.PaymentRow{Day: span.From, Payment: pos.Payment{Tender: pos.TenderCash, State: pos.Paid, Amount: 100}}); err != nil {
			return err
		}
	}
	return nil
}

var november = pos.ExportRequest{Kind: pos.ExportPayments, Format: pos.FormatCSV, Span: pos.Span{From: 20261101, To: 20261130}}

func newExporter(t *testing.T, books pos.Exports) *exporter {
	t.Helper()
	return &exporter{books: books, shop: pos.Shop{Name: "柜台便利店", ID: "S001", Till: "T1", Calendar: pos.Calendar{Zone: time.UTC}}, lang: "zh-CN", dir: filepath.Join(t.TempDir(), "exports")}
}

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

func TestExporter_NamesAFileAfterWhatItIsOfAndNeverReplacesOne(t *testing.T) {
	x := newExporter(t, soldBooks{rows: 2500})
	var told []pos.ExportProgress
	for range 3 {
		f, err := x.Export(t.Context(), november, func(p pos.ExportProgress) { told = append(told, p) })
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(f.Path)
		if err != nil || info.Size() != f.Size || f.Summary.Rows != 2500 || f.Summary.Sum != 250000 {
			t.Errorf("%+v: %v", f, err)
		}
	}
	oneDay := november
	oneDay.Span.To, oneDay.Format = oneDay.Span.From, pos.FormatXLSX
	if _, err := x.Export(t.Context(), oneDay, nil); err != nil {
		t.Fatal(err)
	}
	want := "payments-2026-11-01.xlsx payments-2026-11-01_2026-11-30-2.csv payments-2026-11-01_2026-11-30-3.csv payments-2026-11-01_2026-11-30.csv"
	if got := names(t, x.dir); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if len(told) != 9 || told[1].Rows != 2000 || told[2] != (pos.ExportProgress{Rows: 2500, Permille: 1000}) {
		t.Errorf("progress %+v", told)
	}
}

func TestExporter_LeavesNothingWhenItIsCancelledOrTheBooksFail(t *testing.T) {
	damaged := pos.E(pos.CodeCorrupt, "read", nil)
	ctx, cancel := context.WithCancel(t.Context())
	for _, c := range []struct {
		name string
		each func(int) error
		want error
	}{
		{"cancelled", func(n int) error {
			if n == 50_000 {
				cancel()
			}
			return nil
		}, context.Canceled},
		{"damaged", func(n int) error {
			if n == 50_000 {
				return damaged
			}
			return nil
		}, damaged},
	} {
		x := newExporter(t, soldBooks{rows: 100_000, each: c.each})
		if c.name == "damaged" {
			ctx = t.Context()
		}
		if _, err := x.Export(ctx, november, nil); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := names(t, x.dir); got != "" {
			t.Errorf("%s: left %s", c.name, got)
		}
	}
}

func TestExporter_WhatWasKilledIsSweptAwayAndLooksLikeNoExport(t *testing.T) {
	x := newExporter(t, soldBooks{rows: 1})
	if err := os.MkdirAll(x.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	file, err := export.Create(filepath.Join(x.dir, "payments-2026-11-01.csv")) // and then the program was killed
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write([]byte("half a row")); err != nil {
		t.Fatal(err)
	}
	left := names(t, x.dir)
	if !strings.HasSuffix(left, export.Unfinished) {
		t.Errorf("%s could be taken for an export", left)
	}
	info, err := os.Stat(filepath.Join(x.dir, left))
	if err != nil {
		t.Fatal(err)
	}
	sweep(x.dir, info.ModTime().Add(abandoned-time.Minute))
	if names(t, x.dir) != left {
		t.Error("took away what another export is writing")
	}
	sweep(x.dir, info.ModTime().Add(abandoned+time.Minute))
	if got := names(t, x.dir); got != "" {
		t.Errorf("left %s", got)
	}
}

func TestExporter_TroubleOfTheFolderHasACode(t *testing.T) {
	x := newExporter(t, soldBooks{rows: 1})
	if err := os.WriteFile(x.dir, nil, 0o600); err != nil { // a file in its place
		t.Fatal(err)
	}
	if _, err := x.Export(t.Context(), november, nil); pos.CodeOf(err) != pos.CodeReadOnly {
		t.Errorf("%v", err)
	}
}
