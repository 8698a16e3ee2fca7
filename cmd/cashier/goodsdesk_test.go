//go:build !windowless

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/store"
)

// What is exported changes nothing when it is imported again: every column comes back, in both formats and languages.
func TestGoods_AnExportIsImportedAsItWas(t *testing.T) {
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Shop: testShop, Clock: systemClock{}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the test is over
	items := []pos.Item{
		{
			Name: "可口可乐, \"330ml\"", Barcodes: []string{"6901028042413", "6901028042420"}, Price: 300, Member: 280, Cost: 211, TaxRate: 1300, Category: "饮料",
			Unit: "罐", Pinyin: "kkkl330ml", PLU: "0012", Colour: "red",
		},
		{Name: "-5度冰", PLU: "9", Price: 450, Weighed: true, Unit: "500g", TaxRate: 905, Retired: true, Category: "=1+1"},
		{Name: "复印", PLU: "5", Open: true, Unit: "@"},
		{Name: "'单引号", Barcodes: []string{"0036000291452"}, Price: 100},
	}
	for _, it := range items {
		if _, err := s.SaveItem(t.Context(), it, "王芳", time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	for _, lang := range []string{"zh-CN", "en"} {
		for _, format := range []pos.ExportFormat{pos.FormatCSV, pos.FormatXLSX} {
			folder := config.Folder(t.TempDir())
			desk := newGoodsDesk(s, folder, lang)
			name, n, err := desk.Export(t.Context(), format)
			if err != nil || n != len(items) {
				t.Fatal(n, err)
			}
			path := filepath.Join(string(folder), name)
			plan, err := s.PlanImport(t.Context(), path)
			if err != nil || plan.Same != len(items) || len(plan.New)+len(plan.Changed) != 0 {
				t.Errorf("%s %s: %+v, %v", lang, format, plan, err)
			}
			again, _, err := desk.Export(t.Context(), format)
			if err != nil || again == name {
				t.Errorf("a second file is %q, the first %q: %v", again, name, err)
			}
			found := desk.Lists(t.Context())
			if len(found) < 2 || !strings.HasPrefix(filepath.Base(found[0].Path), "items-") {
				t.Errorf("what was exported is not offered: %v", found)
			}
		}
	}
}

func TestGoods_WhatMayBeMeantIsOfferedNewestFirst(t *testing.T) {
	dir := t.TempDir()
	for i, name := range []string{"旧.CSV", "新.xlsx", ".隐藏.csv", "图.png", "账.txt"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		at := time.Unix(int64(1_700_000_000+i), 0)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "夹.csv"), 0o700); err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, f := range likely(t.Context(), []string{filepath.Join(dir, "none"), dir}, ".csv", ".xlsx") {
		got += fmt.Sprint(filepath.Base(f.Path), f.Size, " ")
	}
	if got != "新.xlsx1 旧.CSV1 " {
		t.Errorf("it offers %q", got)
	}
}
