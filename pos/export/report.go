package export

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Report is a day's or a span's takings for a file that a person reads or prints.
type Report struct {
	Shop pos.Shop
	Made time.Time // in the shop's zone
	// Day is one business day; else Days are several, in order, Total their sum and Before the sum of the days to compare with, which
	// Whom names in words.
	Day       *pos.DayReport
	Days      []pos.DayTakings
	Total     pos.DayTakings
	Before    pos.DayTakings
	Whom      string // "" without any to compare with
	Cashiers  []pos.CashierTakings
	Top       []pos.ItemTakings
	Unsettled Open   // what is open as of now, on whichever day
	Chart     []byte // PNG
}

// MonthOf makes the report of a month.
func MonthOf(m pos.MonthReport, w *i18n.Words) Report {
	return Report{Days: m.Days, Total: m.Total, Before: m.Before, Whom: w.T("takings.last-month"), Cashiers: m.Cashiers, Top: m.Top}
}

// reportTable is a table of the report.
type reportTable struct {
	Title string
	Head  []string
	Rows  [][]string
	Sum   []string
}

// reportPage is what the template gets.
type reportPage struct {
	Lang, Title, Shop, Practice, Made, Net, NetName, ChartName string
	Sums                                                       reportTable
	Tables                                                     []reportTable
	Notes                                                      []string
	Picture                                                    template.URL
}

// ReportHTML writes a report as one file that needs no other: tables and the chart. Whatever names are in it, none of it becomes
// part of the page's own language.
func ReportHTML(out io.Writer, r Report, w *i18n.Words) error {
	sum, before, whom := r.Total, r.Before, r.Whom
	people, items, chartName := r.Cashiers, r.Top, w.T("takings.by-day")
	title := ""
	if r.Day != nil {
		sum, before, whom = r.Day.DayTakings, r.Day.Before, r.Day.Before.Day.String()
		people, items, chartName = r.Day.Cashiers, r.Day.Top, w.T("takings.by-hour")
		title = r.Day.Day.String()
	} else if n := len(r.Days); n > 0 {
		title = w.T("takings.paper.days", r.Days[0].Day, r.Days[n-1].Day)
	}
	p := reportPage{
		Lang: w.Lang(), Title: w.T("takings.paper.title", title), Shop: fmt.Sprintf("%s · %s %s", r.Shop.Name, r.Shop.ID, r.Shop.Till),
		Made: w.T("takings.paper.made", w.Clock(r.Made)), Net: w.Money(sum.Net), NetName: w.T("takings.net"), ChartName: chartName,
		Picture: template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(r.Chart)), // base64 has nothing to escape
	}
	if r.Shop.Practice {
		p.Practice = w.T("head.practice")
	}
	p.Sums = sumsTable(sum, before, whom, w)
	p.Tables = append(p.Tables, tendersTable(sum, w))
	if len(people) > 0 {
		p.Tables = append(p.Tables, peopleTable(people, sum, w))
	}
	if len(items) > 0 {
		t := reportTable{Title: w.T("takings.top"), Head: []string{w.T("takings.paper.item"), w.T("takings.paper.pieces"), w.T("takings.paper.amount")}}
		for _, x := range items {
			t.Rows = append(t.Rows, []string{x.Name, strconv.Itoa(x.Pieces), x.Fen.String()})
		}
		p.Tables = append(p.Tables, t)
	}
	if r.Day != nil {
		p.Tables = append(p.Tables, hoursTable(*r.Day, w))
	} else {
		p.Tables = append(p.Tables, daysTable(r.Days, sum, w))
	}
	if sum.Excepted != 0 {
		p.Notes = append(p.Notes, w.T("takings.paper.excepted", w.Money(sum.Excepted)))
	}
	if o := r.Unsettled; o.Payments+o.Refunds+o.Exceptions > 0 {
		p.Notes = append(p.Notes, w.T("takings.paper.open", o.Payments, o.Refunds, o.Exceptions))
	}
	return reportForm.Execute(out, p)
}

func sumsTable(now, before pos.DayTakings, whom string, w *i18n.Words) reportTable {
	t := reportTable{Head: []string{"", w.T("takings.paper.now")}}
	if whom != "" {
		t.Head = append(t.Head, whom, w.T("takings.paper.difference"))
	}
	row := func(id, a, b, d string) {
		cells := []string{w.T(id), a}
		if whom != "" {
			cells = append(cells, b, d)
		}
		t.Rows = append(t.Rows, cells)
	}
	money := func(id string, a, b pos.Fen) { row(id, a.String(), b.String(), signed(a-b)) }
	money("takings.gross", now.Gross, before.Gross)
	money("takings.discount", now.Discount, before.Discount)
	if now.Rounding != 0 || before.Rounding != 0 {
		money("takings.rounding", now.Rounding, before.Rounding)
	}
	money("takings.net", now.Net, before.Net)
	money("takings.refunded", now.Refunded, before.Refunded)
	money("takings.paper.kept", now.Net-now.Refunded, before.Net-before.Refunded)
	more := strconv.Itoa(now.Sales - before.Sales)
	if now.Sales > before.Sales {
		more = "+" + more
	}
	row("takings.sales", strconv.Itoa(now.Sales), strconv.Itoa(before.Sales), more)
	money("takings.basket", now.Basket(), before.Basket())
	return t
}

// signed is an amount with its sign, zero without.
func signed(f pos.Fen) string {
	if f > 0 {
		return "+" + f.String()
	}
	return f.String()
}

func tendersTable(sum pos.DayTakings, w *i18n.Words) reportTable {
	t := reportTable{Title: w.T("takings.by-tender"), Head: []string{w.T("takings.paper.tender"), w.T("takings.sales"), w.T("takings.paper.amount")}}
	n := 0
	for _, x := range sum.Tenders {
		t.Rows = append(t.Rows, []string{w.TenderTaken(x.Tender), strconv.Itoa(x.Count), x.Fen.String()})
		n += x.Count
	}
	t.Sum = []string{w.T("takings.paper.total"), strconv.Itoa(n), sum.Net.String()}
	return t
}

func peopleTable(people []pos.CashierTakings, sum pos.DayTakings, w *i18n.Words) reportTable {
	t := reportTable{Title: w.T("takings.by-person"), Head: []string{w.T("takings.paper.person"), w.T("takings.sales"), w.T("takings.paper.amount")}}
	for _, x := range people {
		name := x.Cashier
		if name == "" {
			name = w.T("takings.nobody")
		}
		t.Rows = append(t.Rows, []string{name, strconv.Itoa(x.Count), x.Net.String()})
	}
	t.Sum = []string{w.T("takings.paper.total"), strconv.Itoa(sum.Sales), sum.Net.String()}
	return t
}

// hoursTable has the hours that took something, by the clock.
func hoursTable(r pos.DayReport, w *i18n.Words) reportTable {
	t := reportTable{Title: w.T("takings.by-hour"), Head: []string{w.T("takings.paper.hour"), w.T("takings.sales"), w.T("takings.paper.amount")}}
	for hour, x := range r.Hours {
		if x != (pos.HourTakings{}) {
			t.Rows = append(t.Rows, []string{fmt.Sprintf("%02d:00", hour), strconv.Itoa(x.Count), x.Net.String()})
		}
	}
	t.Sum = []string{w.T("takings.paper.total"), strconv.Itoa(r.Sales), r.Net.String()}
	return t
}

func daysTable(days []pos.DayTakings, sum pos.DayTakings, w *i18n.Words) reportTable {
	t := reportTable{Title: w.T("takings.by-day"), Head: []string{
		w.T("takings.paper.day"), w.T("takings.sales"), w.T("takings.gross"), w.T("takings.discount"), w.T("takings.net"), w.T("takings.refunded"),
	}}
	row := func(name string, d pos.DayTakings) []string {
		return []string{name, strconv.Itoa(d.Sales), d.Gross.String(), d.Discount.String(), d.Net.String(), d.Refunded.String()}
	}
	for _, d := range days {
		t.Rows = append(t.Rows, row(d.Day.String(), d))
	}
	t.Sum = row(w.T("takings.paper.total"), sum)
	return t
}

var reportForm = template.Must(template.New("report").Parse(`<!DOCTYPE html>
<html lang="{{.Lang}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Shop}} · {{.Title}}</title>
<style>
@page { size: A4; margin: 14mm; }
* { box-sizing: border-box; }
body { font: 14px/1.45 "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; color: #14201b; max-width: 820px; margin: 24px auto; padding: 0 16px; font-variant-numeric: tabular-nums; }
header { display: flex; justify-content: space-between; align-items: flex-end; border-bottom: 2px solid #14201b; padding-bottom: 10px; }
h1 { font-size: 22px; margin: 0; } h2 { font-size: 15px; margin: 22px 0 6px; }
.soft { color: #51605a; } .right { text-align: right; }
.net { font-size: 44px; font-weight: 700; margin: 4px 0 10px; }
.practice { border: 2px dashed #a8201a; color: #a8201a; font-weight: 700; padding: 6px 10px; margin: 12px 0; }
.note { background: #fbe6e3; padding: 8px 12px; border-radius: 6px; margin: 8px 0; }
img { width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; break-inside: auto; }
th, td { text-align: right; padding: 3px 8px; border-bottom: 1px solid #d5dcd7; font-weight: 400; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; white-space: normal; overflow-wrap: anywhere; padding-left: 0; }
thead th { color: #51605a; } tfoot td { font-weight: 700; border-bottom: 0; border-top: 2px solid #14201b; }
tr { break-inside: avoid; } thead { display: table-header-group; }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 28px; }
.two > section:last-child { grid-column: 1 / -1; }
@media print { body { margin: 0; padding: 0; max-width: none; font-size: 11px; } .net { font-size: 34px; } }
</style>
</head>
<body>
<header><div><h1>{{.Title}}</h1><div class="soft">{{.Shop}}</div></div><div class="soft right">{{.Made}}</div></header>
{{with .Practice}}<div class="practice">{{.}}</div>{{end}}
{{range .Notes}}<div class="note">{{.}}</div>{{end}}
<h2>{{.NetName}}</h2>
<div class="net">{{.Net}}</div>
{{template "table" .Sums}}
<h2>{{.ChartName}}</h2>
<img alt="{{.ChartName}}" src="{{.Picture}}">
<div class="two">
{{range .Tables}}<section><h2>{{.Title}}</h2>{{template "table" .}}</section>
{{end}}</div>
</body>
</html>
{{define "table"}}<table>
<thead><tr>{{range .Head}}<th>{{.}}</th>{{end}}</tr></thead>
<tbody>
{{range .Rows}}<tr>{{range .}}<td>{{.}}</td>{{end}}</tr>
{{end}}</tbody>
{{with .Sum}}<tfoot><tr>{{range .}}<td>{{.}}</td>{{end}}</tr></tfoot>{{end}}
</table>{{end}}`))
