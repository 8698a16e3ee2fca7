package sales

import (
	"slices"

	"guitai/pos"
)

// filter is what the sales of the list have in common, beside what was typed.
type filter struct {
	days    days
	day     pos.Day // with oneDay
	person  string
	tender  pos.Tender
	part    part
	picking bool // the calendar is open
	picked  pos.Day
}

// days are those that are looked through.
type days int

const (
	today days = iota
	yesterday
	week
	month
	ever
	oneDay // from the calendar; not among those that follow each other
)

var dayWords = [...]string{today: "sales.today", yesterday: "sales.yesterday", week: "sales.week", month: "sales.month", ever: "sales.ever"}

// part is a part of the day, by the shop's clock.
type part int

const (
	anyTime part = iota
	morning
	afternoon
	evening
)

var partWords = [...]string{anyTime: "sales.anytime", morning: "sales.morning", afternoon: "sales.afternoon", evening: "sales.evening"}

// minutes are the first and the last minute of a part; zero and zero for any. The evening goes on over midnight.
func (x part) minutes() (from, to int) {
	switch x {
	case morning:
		return 5 * 60, 12*60 - 1
	case afternoon:
		return 12 * 60, 18*60 - 1
	case evening:
		return 18 * 60, 5*60 - 1
	case anyTime:
	}
	return 0, 0
}

// tenders are those that can be looked for, the first is any: WeChat's, cash, those of the shop that are taken outside, and exchange.
func (p *Presenter) tenders() []pos.Tender {
	all := []pos.Tender{"", pos.TenderNative, pos.TenderCode, pos.TenderCash, pos.TenderJSAPI, pos.TenderApp}
	for _, name := range p.others {
		all = append(all, pos.OtherTender(name))
	}
	return append(all, pos.TenderExchange)
}

// everyDay reports whether the one at the till may look at more than today: what the shop took is not for everybody.
func (p *Presenter) everyDay() bool { return p.staff.May(pos.DeedTakings) }

// span is the days that are looked through; a side that is zero is open.
func (p *Presenter) span() pos.Span {
	d := p.today()
	if !p.everyDay() {
		return pos.Span{From: d, To: d}
	}
	switch p.filter.days {
	case today:
	case yesterday:
		return pos.Span{From: d.Add(-1), To: d.Add(-1)}
	case week:
		return pos.Span{From: d.Add(-6), To: d}
	case month:
		return pos.Span{From: pos.MonthSpan(d.Month()).From, To: d}
	case ever:
		return pos.Span{}
	case oneDay:
		return pos.Span{From: p.filter.day, To: p.filter.day}
	}
	return pos.Span{From: d, To: d}
}

// Days looks through the next choice of days.
func (p *Presenter) Days() {
	if !p.everyDay() {
		p.cfg.Changed()
		return
	}
	if p.filter.days++; p.filter.days > ever {
		p.filter.days = today
	}
	p.again()
}

// Person looks for the next person's sales, after the last for everybody's.
func (p *Presenter) Person() {
	names := []string{""}
	for _, x := range p.staff.People {
		names = append(names, x.Name)
	}
	p.filter.person = names[(slices.Index(names, p.filter.person)+1)%len(names)]
	p.again()
}

// Tender looks for sales paid in the next way.
func (p *Presenter) Tender() {
	tenders := p.tenders()
	p.filter.tender = tenders[(slices.Index(tenders, p.filter.tender)+1)%len(tenders)]
	p.again()
}

// Part looks at the next part of the day.
func (p *Presenter) Part() {
	p.filter.part = (p.filter.part + 1) % part(len(partWords))
	p.again()
}

// Calendar opens the calendar, or closes it.
func (p *Presenter) Calendar() {
	if p.everyDay() {
		p.filter.picking = !p.filter.picking
		p.filter.picked = p.today()
		if p.filter.days == oneDay {
			p.filter.picked = p.filter.day
		}
	}
	p.cfg.Changed()
}

// Point moves in the calendar by days, or to the first of a month so many months on.
func (p *Presenter) Point(n int, months bool) {
	d := p.filter.picked.Add(n)
	if months {
		d = pos.MonthSpan(pos.MonthAfter(p.filter.picked.Month(), n)).From
	}
	p.filter.picked = min(d, p.today())
	p.cfg.Changed()
}

// Picking gives the calendar: the day it points at; ok is false while it is closed.
func (p *Presenter) Picking() (d pos.Day, ok bool) { return p.filter.picked, p.filter.picking }

// Pick looks through one day.
func (p *Presenter) Pick(d pos.Day) {
	if d > p.today() {
		return
	}
	p.filter.picking, p.filter.days, p.filter.day = false, oneDay, d
	p.again()
}
