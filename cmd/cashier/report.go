//go:build !windowless

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"guitai/assets/fonts"
	"guitai/pos"
	"guitai/pos/chart"
	"guitai/pos/export"
	"guitai/pos/i18n"
	"guitai/ui/takings"
)

// reporter writes takings as reports into the till's folder of exports.
type reporter struct {
	books pos.Reports
	shop  pos.Shop
	dir   string
	now   func() time.Time
}

// save writes a page and its chart, takings-20261120.html and .png, and returns the page's name with its folder's. A report of
// the same day takes the place of the one before.
func (x *reporter) save(ctx context.Context, r takings.Report, w *i18n.Words) (string, error) {
	const op = "save report"
	rows, err := x.books.PendingRows(ctx)
	if err != nil {
		return "", err
	}
	pen, err := chart.NewPen(fonts.Regular(), fonts.Bold())
	if err != nil {
		return "", err
	}
	now := x.now().In(x.shop.Calendar.Zone)
	today := x.shop.Calendar.DayOf(now)
	var paper export.Report
	var bars chart.Chart
	name := "takings-"
	switch {
	case r.Day != nil:
		hour := -1
		if r.Day.Day == today {
			hour = now.Hour()
		}
		paper.Day, bars, name = r.Day, chart.Hours(*r.Day, x.shop.Calendar.Starts, hour), name+r.Day.Day.Compact()
	case r.Month != nil:
		paper, bars, name = export.MonthOf(*r.Month, w), chart.Days(r.Month.Days, today, 0), name+strconv.Itoa(r.Month.Month)
	default:
		return "", pos.E(pos.CodeInvalid, op, nil)
	}
	paper.Shop, paper.Made, paper.Unsettled = x.shop, now, export.OpenOf(rows)
	if paper.Chart, err = pen.Report(bars); err != nil {
		return "", err
	}
	var page bytes.Buffer
	if err := export.ReportHTML(&page, paper, w); err != nil {
		return "", pos.E(pos.CodeInternal, op, err)
	}
	if err := os.MkdirAll(x.dir, 0o700); err != nil {
		return "", diskError(op, err)
	}
	for ext, raw := range map[string][]byte{".png": paper.Chart, ".html": page.Bytes()} {
		if err := put(filepath.Join(x.dir, name+ext), raw); err != nil {
			return "", diskError(op, fmt.Errorf("%s: %w", name+ext, err))
		}
	}
	return filepath.Join(filepath.Base(x.dir), name+".html"), nil
}

// put writes a file that appears whole or not at all.
func put(path string, raw []byte) error {
	file, err := export.Create(path)
	if err != nil {
		return err
	}
	if _, err = file.Write(raw); err == nil {
		err = file.Keep()
	}
	if err != nil {
		file.Discard()
	}
	return err
}
