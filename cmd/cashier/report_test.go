//go:build !windowless

package main

import (
	"bytes"
	"context"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/takings"
)

// openRows are books with one payment that is not at its end.
type openRows struct {
	pos.Reports
	err error
}

func (o openRows) PendingRows(context.Context) ([]pos.PendingRow, error) {
	return []pos.PendingRow{{Payment: pos.Payment{State: pos.Waiting}}}, o.err
}

func TestReporter_WritesAPageAndItsChartAndNothingElse(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	dir := filepath.Join(t.TempDir(), "exports")
	x := &reporter{
		books: openRows{}, dir: dir, shop: pos.Shop{Name: "店", ID: "S001", Till: "T1", Calendar: pos.Calendar{Zone: zone}},
		now: func() time.Time { return time.Date(2026, 11, 20, 4, 30, 0, 0, time.UTC) },
	}
	day := takings.Report{Day: &pos.DayReport{DayTakings: pos.DayTakings{Day: 20261120, Sales: 1, Gross: 4242, Net: 4242}}}
	month := takings.Report{Month: &pos.MonthReport{Month: 202611, Days: []pos.DayTakings{{Day: 20261101}}}}
	for range 2 { // the second takes the place of the first
		for want, r := range map[string]takings.Report{"exports/takings-20261120.html": day, "exports/takings-202611.html": month} {
			if name, err := x.save(context.Background(), r, i18n.For(i18n.Chinese)); err != nil || filepath.ToSlash(name) != want {
				t.Fatalf("%s, %v", name, err)
			}
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
	}
	if !slices.Equal(names, []string{"takings-202611.html", "takings-202611.png", "takings-20261120.html", "takings-20261120.png"}) {
		t.Errorf("%v", names)
	}
	page, _ := os.ReadFile(filepath.Join(dir, "takings-20261120.html"))
	if !strings.Contains(string(page), "¥42.42") || !strings.Contains(string(page), "付款 1 笔") || !strings.Contains(string(page), "2026-11-20 12:30") {
		t.Errorf("%s", page)
	}
	raw, _ := os.ReadFile(filepath.Join(dir, "takings-20261120.png"))
	if _, err := png.Decode(bytes.NewReader(raw)); err != nil {
		t.Error(err)
	}
}

func TestReporter_SaysWhatKeepsItFromWriting(t *testing.T) {
	x := &reporter{books: openRows{}, shop: pos.Shop{Calendar: pos.Calendar{Zone: time.UTC}}, now: time.Now}
	day := takings.Report{Day: &pos.DayReport{}}
	x.dir = filepath.Join(t.TempDir(), "exports")
	if err := os.WriteFile(x.dir, nil, 0o600); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	if _, err := x.save(context.Background(), day, i18n.For(i18n.English)); pos.CodeOf(err) != pos.CodeReadOnly {
		t.Errorf("%v", err)
	}
	if _, err := x.save(context.Background(), takings.Report{}, i18n.For(i18n.English)); pos.CodeOf(err) != pos.CodeInvalid {
		t.Errorf("of nothing: %v", err)
	}
	x.books = openRows{err: pos.E(pos.CodeCorrupt, "read", nil)}
	if _, err := x.save(context.Background(), day, i18n.For(i18n.English)); pos.CodeOf(err) != pos.CodeCorrupt {
		t.Errorf("%v", err)
	}
}
