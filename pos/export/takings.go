package export

import (
	"encoding/json"
	"io"
	"slices"
	"strings"

	"guitai/pos"
)

// Sum adds days up; its Day is zero. Tenders come as in [TendersOf].
func Sum(days []pos.DayTakings) pos.DayTakings {
	var all pos.DayTakings
	for _, t := range TendersOf(days) {
		all.Tenders = append(all.Tenders, pos.TenderTakings{Tender: t})
	}
	for _, d := range days {
		all.Sales += d.Sales
		all.Gross += d.Gross
		all.Discount += d.Discount
		all.Rounding += d.Rounding
		all.Net += d.Net
		all.Refunds += d.Refunds
		all.Refunded += d.Refunded
		all.Excepted += d.Excepted
		for _, t := range d.Tenders {
			i := slices.IndexFunc(all.Tenders, func(a pos.TenderTakings) bool { return a.Tender == t.Tender })
			all.Tenders[i].Count += t.Count
			all.Tenders[i].Fen += t.Fen
		}
	}
	return all
}

// TendersOf lists the tenders of some days: cash and the QR always, in that order, then what else was taken, by name.
func TendersOf(days []pos.DayTakings) []pos.Tender {
	all := []pos.Tender{pos.TenderCash, pos.TenderNative}
	var more []pos.Tender
	for _, d := range days {
		for _, t := range d.Tenders {
			if !slices.Contains(all, t.Tender) && !slices.Contains(more, t.Tender) {
				more = append(more, t.Tender)
			}
		}
	}
	slices.SortFunc(more, func(a, b pos.Tender) int { return strings.Compare(string(a), string(b)) })
	return append(all, more...)
}

// TakenBy is what one tender took on a day, zero if nothing.
func TakenBy(d pos.DayTakings, t pos.Tender) pos.TenderTakings {
	for _, taken := range d.Tenders {
		if taken.Tender == t {
			return taken
		}
	}
	return pos.TenderTakings{Tender: t}
}

// TakingsCSV writes one row a day, with three columns for each of [TendersOf], and what was given back, and what rounding cash took off, at the end.
func TakingsCSV(w io.Writer, days []pos.DayTakings) error {
	type row = pos.DayTakings
	columns := []column[row]{
		day("day", func(d *row) pos.Day { return d.Day }),
		number("sales", func(d *row) int { return d.Sales }),
	}
	columns = append(columns, both("gross", func(d *row) pos.Fen { return d.Gross })...)
	columns = append(columns, both("discount", func(d *row) pos.Fen { return d.Discount })...)
	columns = append(columns, both("net", func(d *row) pos.Fen { return d.Net })...)
	columns = append(columns, both("exceptions", func(d *row) pos.Fen { return d.Excepted })...)
	for _, t := range TendersOf(days) {
		columns = append(columns, number(string(t)+"_count", func(d *row) int { return TakenBy(*d, t).Count }))
		columns = append(columns, both(string(t), func(d *row) pos.Fen { return TakenBy(*d, t).Fen })...)
	}
	columns = append(columns, number("refunds", func(d *row) int { return d.Refunds }))
	columns = append(columns, both("refunded", func(d *row) pos.Fen { return d.Refunded })...)
	columns = append(columns, both("rounding", func(d *row) pos.Fen { return d.Rounding })...)
	table, err := newTable(w, Request{ExportRequest: pos.ExportRequest{Format: pos.FormatCSV}}, columns)
	if err != nil {
		return err
	}
	for _, d := range days {
		if err := table.write(&d); err != nil {
			return err
		}
	}
	return table.close(pos.ExportSummary{})
}

// takingsDay is a day in JSON.
type takingsDay struct {
	Day        string          `json:"day,omitempty"`
	Sales      int             `json:"sales"`
	Gross      pos.Fen         `json:"gross_fen"`
	Discount   pos.Fen         `json:"discount_fen"`
	Net        pos.Fen         `json:"net_fen"`
	Exceptions pos.Fen         `json:"exceptions_fen"`
	Refunds    int             `json:"refunds"`
	Refunded   pos.Fen         `json:"refunded_fen"`
	Rounding   pos.Fen         `json:"rounding_fen"`
	Tenders    []takingsTender `json:"tenders"`
}

type takingsTender struct {
	Tender pos.Tender `json:"tender"`
	Count  int        `json:"count"`
	Amount pos.Fen    `json:"amount_fen"`
}

// Open is what the reader of a total must know of before trusting it.
type Open struct {
	Payments   int // not at an end, and parts of sales that are still open
	Exceptions int // nobody decided
	Refunds    int // not proven
}

// OpenOf counts what is pending.
func OpenOf(rows []pos.PendingRow) Open {
	var o Open
	for _, r := range rows {
		switch {
		case r.Refund != nil:
			o.Refunds++
		case r.Payment.State.Live(), r.Payment.State == pos.Paid:
			o.Payments++
		default:
			o.Exceptions++
		}
	}
	return o
}

// TakingsJSON writes one object: the days, their total, and what is open as of now, on whichever day.
func TakingsJSON(w io.Writer, days []pos.DayTakings, open Open) error {
	all := struct {
		Days       []takingsDay `json:"days"`
		Total      takingsDay   `json:"total"`
		Waiting    int          `json:"payments_waiting"`
		Exceptions int          `json:"exceptions_undecided"`
		Refunds    int          `json:"refunds_not_proven"`
	}{Days: []takingsDay{}, Total: dayJSON(Sum(days)), Waiting: open.Payments, Exceptions: open.Exceptions, Refunds: open.Refunds}
	for _, d := range days {
		all.Days = append(all.Days, dayJSON(d))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(all)
}

func dayJSON(d pos.DayTakings) takingsDay {
	j := takingsDay{
		Sales: d.Sales, Gross: d.Gross, Discount: d.Discount, Net: d.Net, Exceptions: d.Excepted,
		Refunds: d.Refunds, Refunded: d.Refunded, Rounding: d.Rounding, Tenders: []takingsTender{},
	}
	if d.Day != 0 {
		j.Day = d.Day.String()
	}
	for _, t := range TendersOf([]pos.DayTakings{d}) {
		taken := TakenBy(d, t)
		j.Tenders = append(j.Tenders, takingsTender{t, taken.Count, taken.Fen})
	}
	return j
}
