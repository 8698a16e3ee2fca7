package main

import (
	"context"
	"io"

	"guitai/assets/fonts"
	"guitai/pos"
	"guitai/pos/chart"
	"guitai/pos/export"
)

// bestSellers is how many items a report lists.
const bestSellers = 10

// report writes the takings of some days as the window's report: a page, or only its chart. A day comes with its hours, a calendar
// month with what the month before took.
func (p *program) report(ctx context.Context, w io.Writer, shop pos.Shop, books pos.Overview, span pos.Span, days []pos.DayTakings, open export.Open, html bool) error {
	now := p.now().In(shop.Calendar.Zone)
	today := shop.Calendar.DayOf(now)
	var r export.Report
	var bars chart.Chart
	switch {
	case span.From == span.To:
		day, err := books.Day(ctx, span.From, bestSellers)
		if err != nil {
			return err
		}
		hour := -1
		if day.Day == today {
			hour = now.Hour()
		}
		r.Day, bars = &day, chart.Hours(day, shop.Calendar.Starts, hour)
	case span == pos.MonthSpan(span.From.Month()):
		month, err := books.Month(ctx, span.From.Month(), bestSellers)
		if err != nil {
			return err
		}
		r, bars = export.MonthOf(month, p.words().Words), chart.Days(month.Days, today, 0)
	default:
		r.Days, r.Total, bars = days, export.Sum(days), chart.Days(days, today, 0)
	}
	pen, err := chart.NewPen(fonts.Regular(), fonts.Bold())
	if err != nil {
		return err
	}
	if r.Chart, err = pen.Report(bars); err != nil {
		return err
	}
	if !html {
		_, err = w.Write(r.Chart)
		return err
	}
	r.Shop, r.Made, r.Unsettled = shop, now, open
	return export.ReportHTML(w, r, p.words().Words)
}
