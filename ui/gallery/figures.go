package main

import (
	"context"

	"guitai/pos"
)

// hourly is how a shop at a corner sells through a working day, in sales an hour by the clock.
var hourly = [24]int{2, 0, 0, 0, 0, 1, 6, 21, 34, 17, 12, 23, 41, 26, 14, 12, 15, 24, 38, 31, 22, 17, 11, 5}

// people and what part of the sales they made, in percent.
var people = []struct {
	name string
	part int
}{{"王芳", 46}, {"李建国", 33}, {"欧阳娜娜", 21}}

var best = []struct{ item, pieces int }{{0, 62}, {19, 14}, {4, 38}, {8, 17}, {1, 51}, {20, 15}, {3, 16}, {12, 9}, {15, 6}, {17, 4}}

// dayOf makes up a business day up to an hour of the clock; the same day is always the same.
func dayOf(d pos.Day, until int) pos.DayReport {
	r := pos.DayReport{DayTakings: pos.DayTakings{Day: d}}
	seed := uint32(d) * 2654435761
	next := func(n int) int {
		seed = seed*1664525 + 1013904223
		return int(seed>>8) % n
	}
	for i := range 24 {
		hour := (i + 4) % 24
		n := hourly[hour] * (80 + next(45) + 25*(int(d.Weekday())/6)) / 100
		if i > (until+20)%24 {
			continue
		}
		net := pos.Fen(n) * pos.Fen(1480+next(900))
		r.Hours[hour] = pos.HourTakings{Count: n, Net: net}
		r.Sales += n
		r.Net += net
	}
	r.Discount = r.Net / 90 / 10 * 10
	r.Rounding = r.Net / 4000
	r.Gross = r.Net + r.Discount + r.Rounding
	r.Refunds, r.Refunded = next(3), 0
	r.Refunded = pos.Fen(r.Refunds) * 1290
	cash := r.Net * 17 / 100
	code := r.Net * 21 / 100
	outside := r.Net * 6 / 100
	r.Tenders = []pos.TenderTakings{
		{Tender: pos.TenderNative, Count: r.Sales * 60 / 100, Fen: r.Net - cash - code - outside},
		{Tender: pos.TenderCode, Count: r.Sales * 21 / 100, Fen: code},
		{Tender: pos.OtherTender("支付宝"), Count: r.Sales * 5 / 100, Fen: outside},
		{Tender: pos.TenderCash, Count: r.Sales - r.Sales*5/100 - r.Sales*60/100 - r.Sales*21/100, Fen: cash},
	}
	left, n := r.Net, r.Sales
	for i, p := range people {
		c := pos.CashierTakings{Cashier: p.name, Count: r.Sales * p.part / 100, Net: r.Net * pos.Fen(p.part) / 100}
		if i == len(people)-1 {
			c.Count, c.Net = n, left
		}
		left, n = left-c.Net, n-c.Count
		r.Cashiers = append(r.Cashiers, c)
	}
	for _, b := range best {
		it := items[b.item]
		r.Top = append(r.Top, pos.ItemTakings{Item: it.ID, Name: it.Name, Pieces: b.pieces, Fen: it.Price.Times(b.pieces)})
	}
	return r
}

const allDay = 3 // the last hour of a business day

// figures are made-up takings: "" a shop as it is, "empty" one that never sold, "huge" one that sells cars, "broken" books.
type figures struct{ kind string }

func (f figures) Day(_ context.Context, d pos.Day, top int) (pos.DayReport, error) {
	until := allDay
	if d == 20261120 {
		until = shownAt.Hour()
	}
	r := dayOf(d, until)
	r.Before = dayOf(d.Add(-7), allDay).DayTakings
	switch f.kind {
	case "broken":
		return pos.DayReport{}, pos.E(pos.CodeCorrupt, "read takings", nil)
	case "empty":
		r = pos.DayReport{DayTakings: pos.DayTakings{Day: d}}
	case "huge":
		r.DayTakings, r.Before = enlarge(r.DayTakings), enlarge(r.Before)
		r.Tenders = append(r.Tenders,
			pos.TenderTakings{Tender: "other:支付宝", Count: 812, Fen: 1_234_567_89}, pos.TenderTakings{Tender: "other:银行卡 POS 机", Count: 95, Fen: 987_654_32})
		for i := range r.Hours {
			r.Hours[i].Net *= 4321
		}
		for i := range r.Cashiers {
			r.Cashiers[i].Net *= 4321
			r.Cashiers[i].Count *= 99
		}
		r.Cashiers = append(r.Cashiers, pos.CashierTakings{Cashier: "阿依古丽·买买提·艾合买提江", Count: 4, Net: 80}, pos.CashierTakings{Cashier: "Maximilian Mustermann", Count: 2, Net: 60})
		for i := range r.Top {
			r.Top[i].Fen *= 4321
			r.Top[i].Pieces *= 999
		}
	}
	r.Top = r.Top[:min(top, len(r.Top))]
	return r, nil
}

func enlarge(d pos.DayTakings) pos.DayTakings {
	d.Gross, d.Discount, d.Net, d.Refunded, d.Sales, d.Refunds = d.Gross*4321, d.Discount*4321, d.Net*4321, d.Refunded*4321, d.Sales*99, d.Refunds*99
	for i := range d.Tenders {
		d.Tenders[i].Fen *= 4321
		d.Tenders[i].Count *= 99
	}
	return d
}

func (f figures) Month(_ context.Context, month, top int) (pos.MonthReport, error) {
	m := pos.MonthReport{Month: month}
	if f.kind == "broken" {
		return m, pos.E(pos.CodeCorrupt, "read takings", nil)
	}
	sum := func(month int, each func(pos.DayTakings)) (all pos.DayTakings) {
		span := pos.MonthSpan(month)
		all.Day = span.From
		for d := span.From; d <= span.To; d = d.Next() {
			t := pos.DayTakings{Day: d}
			if d <= 20261120 && f.kind != "empty" {
				until := allDay
				if d == 20261120 {
					until = shownAt.Hour()
				}
				t = dayOf(d, until).DayTakings
			}
			if each != nil {
				each(t)
			}
			all.Sales, all.Gross, all.Discount, all.Net = all.Sales+t.Sales, all.Gross+t.Gross, all.Discount+t.Discount, all.Net+t.Net
			all.Refunds, all.Refunded = all.Refunds+t.Refunds, all.Refunded+t.Refunded
			for i, x := range t.Tenders {
				if i == len(all.Tenders) {
					all.Tenders = append(all.Tenders, pos.TenderTakings{Tender: x.Tender})
				}
				all.Tenders[i].Count, all.Tenders[i].Fen = all.Tenders[i].Count+x.Count, all.Tenders[i].Fen+x.Fen
			}
		}
		return all
	}
	m.Total = sum(month, func(d pos.DayTakings) { m.Days = append(m.Days, d) })
	m.Before = sum(pos.MonthAfter(month, -1), nil)
	if f.kind == "empty" {
		return m, nil
	}
	for _, p := range people {
		m.Cashiers = append(m.Cashiers, pos.CashierTakings{Cashier: p.name, Count: m.Total.Sales * p.part / 100, Net: m.Total.Net * pos.Fen(p.part) / 100})
	}
	for _, b := range best {
		it := items[b.item]
		m.Top = append(m.Top, pos.ItemTakings{Item: it.ID, Name: it.Name, Pieces: b.pieces * 19, Fen: it.Price.Times(b.pieces * 19)})
	}
	m.Top = m.Top[:min(top, len(m.Top))]
	return m, nil
}

// figuresOf are those that go with a state.
func figuresOf(state string) figures {
	switch state {
	case "empty", "huge", "broken":
		return figures{state}
	}
	return figures{}
}

// saved stands for a folder of reports.
const saved = "exports/takings-20261120.html"
