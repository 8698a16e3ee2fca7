package main

import (
	"context"
	"io"
	"strconv"

	"guitai/pos"
	"guitai/pos/export"
)

// takings tells what the shop took, by day and tender.
func (p *program) takings(ctx context.Context, args []string) error {
	flags := p.flags("takings")
	first := flags.String("day", "today", "")
	last := flags.String("to", "", "")
	format := flags.String("format", "table", "")
	file := flags.String("o", "", "")
	others, err := p.parse(flags, args)
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return usage("extra", "takings", others[0])
	}
	if err := oneOf("takings", *format, []string{"table", "csv", "json", "html", "png"}, "xlsx"); err != nil {
		return err
	}
	at, err := p.where()
	if err != nil {
		return err
	}
	span, err := p.takingsSpan(at, *first, *last)
	if err != nil {
		return err
	}
	books, _, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = books.Close() }() // it only read
	days, err := books.Takings(ctx, span)
	if err != nil {
		return err
	}
	rows, err := books.PendingRows(ctx)
	if err != nil {
		return err
	}
	open := export.OpenOf(rows)
	return p.into(ctx, *file, func(w io.Writer) error {
		switch *format {
		case "html", "png":
			return p.report(ctx, w, at.shop, books, span, days, open, *format == "html")
		case "csv":
			return export.TakingsCSV(w, days)
		case "json":
			return export.TakingsJSON(w, days, open)
		}
		p.printTakings(w, at.shop, days, open)
		return nil
	})
}

// takingsSpan is one day unless --to names another.
func (p *program) takingsSpan(at *place, first, last string) (pos.Span, error) {
	from := at.shop.Calendar.DayOf(p.now())
	var err error
	if first != "today" {
		if from, err = day("--day", first); err != nil {
			return pos.Span{}, err
		}
	}
	to := from
	if last != "" {
		if to, err = day("--to", last); err != nil {
			return pos.Span{}, err
		}
	}
	return between(from, to)
}

func (p *program) printTakings(w io.Writer, shop pos.Shop, days []pos.DayTakings, open export.Open) {
	l := p.words()
	sum := export.Sum(days)
	title := days[0].Day.String()
	if len(days) > 1 {
		title = l.label("days", days[0].Day, days[len(days)-1].Day)
	}
	printf(w, "%s\n", plain(l.heading(shop, l.label("takings", title))))
	if open.Exceptions > 0 {
		printf(w, "! %s\n", l.label("undecided", open.Exceptions))
	}
	if open.Payments > 0 {
		printf(w, "! %s\n", l.label("waiting", open.Payments))
	}
	if open.Refunds > 0 {
		printf(w, "! %s\n", l.label("refunding", open.Refunds))
	}
	printf(w, "\n")

	tenders := export.TendersOf(days)
	g := &grid{left: []bool{true}}
	head := []string{l.label("day"), l.label("sales"), l.label("gross"), l.label("discount")}
	if sum.Rounding != 0 {
		head = append(head, l.label("rounding"))
	}
	head = append(head, l.label("net"))
	for _, t := range tenders {
		head = append(head, l.tender(t), l.label("count"))
	}
	if sum.Refunds != 0 {
		head = append(head, l.label("refunded"), l.label("count"), l.label("kept"))
	}
	if sum.Excepted != 0 {
		head = append(head, l.label("exceptions"))
	}
	g.add(head...)
	row := func(name string, d pos.DayTakings) {
		cells := []string{name, strconv.Itoa(d.Sales), d.Gross.String(), (-d.Discount).String()}
		if sum.Rounding != 0 {
			cells = append(cells, (-d.Rounding).String())
		}
		cells = append(cells, d.Net.String())
		for _, t := range tenders {
			taken := export.TakenBy(d, t)
			cells = append(cells, taken.Fen.String(), strconv.Itoa(taken.Count))
		}
		if sum.Refunds != 0 {
			cells = append(cells, (-d.Refunded).String(), strconv.Itoa(d.Refunds), (d.Net - d.Refunded).String())
		}
		if sum.Excepted != 0 {
			cells = append(cells, d.Excepted.String())
		}
		g.add(cells...)
	}
	for _, d := range days {
		row(d.Day.String(), d)
	}
	if len(days) > 1 {
		row(l.label("total"), sum)
	}
	g.print(w)
}
