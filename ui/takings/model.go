package takings

import (
	"strconv"
	"time"

	"guitai/pos"
)

// Model is what the screen says.
type Model struct {
	Title   string // the day with its weekday, or the month
	Note    string // today, yesterday; "" for neither
	Monthly bool
	Now     bool // today or this month is shown
	Last    bool // there is nothing later to go to

	Busy    bool   // nothing is known yet
	Trouble string // the books cannot be read: what that means and what to do
	Empty   string // nothing was sold

	NetName string // says what is left of it when something was given back
	Net     string
	Against string // the net takings against those before, in a sentence
	Figures []Figure
	Chart   string // what the chart shows
	Chosen  string // the chosen day of the month; "" in a day

	Exceptions string // what needs a decision; "" for nothing
	Pending    string // what is waited for; "" for nothing

	CanSave bool
	Said    string // what became of the report
	Sour    bool   // Said is trouble
}

// Figure is a number with what it was before.
type Figure struct {
	Name   string
	Value  string
	Change string // "▲ 12%", "▼ 3%", "=", or how much of it is reached; "" when that says nothing
	Before string // "上周五 96"
}

// Section is a list with a heading.
type Section struct {
	Name string
	Rows []Row
}

// Row is a line of a section.
type Row struct{ Name, Count, Amount string }

// How many lines tenders and people may take, when there are few lines and when there are many.
const (
	fewLines  = 13
	mostOfFew = 3
	mostOf    = 4
)

var weekdays = [7]string{"week.sun", "week.mon", "week.tue", "week.wed", "week.thu", "week.fri", "week.sat"}

var lastWeekdays = [7]string{
	"takings.last.sun", "takings.last.mon", "takings.last.tue", "takings.last.wed", "takings.last.thu", "takings.last.fri", "takings.last.sat",
}

// noon is a moment of a day, for writing its date.
func noon(d pos.Day) time.Time {
	return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 12, 0, 0, 0, time.UTC)
}

// Model gives the screen.
func (p *Presenter) Model() Model {
	w := p.cfg.Words
	today := p.today()
	m := Model{Monthly: p.monthly, Now: p.current(), Said: p.said, Sour: p.sour, CanSave: p.cfg.Save != nil && !p.saving}
	if p.monthly {
		m.Title = noon(p.day).Format(w.T("takings.month-form"))
		m.Last = p.day.Month() >= today.Month()
	} else {
		m.Title = w.Date(noon(p.day)) + " " + w.T(weekdays[p.day.Weekday()])
		m.Last = p.day >= today
		switch p.day {
		case today:
			m.Note = w.T("takings.today")
		case today.Add(-1):
			m.Note = w.T("takings.yesterday")
		}
	}
	if n := p.snap.Excepted; n > 0 {
		m.Exceptions = w.T("takings.exceptions", n)
	}
	if n := len(p.snap.Pending) + len(p.snap.Refunds); n > 0 {
		m.Pending = w.T("takings.pending", n)
	}
	switch {
	case p.bad != pos.CodeNone:
		what, money, todo := w.Trouble(p.bad)
		m.Trouble = w.T("takings.unread", what, money, todo)
	case p.has.Day != nil:
		p.dayModel(&m, *p.has.Day)
	case p.has.Month != nil:
		p.monthModel(&m, *p.has.Month)
	default:
		m.Busy = true
	}
	m.CanSave = m.CanSave && p.has != (Report{}) && m.Trouble == ""
	return m
}

func (p *Presenter) dayModel(m *Model, r pos.DayReport) {
	w := p.cfg.Words
	last := w.T(lastWeekdays[r.Day.Weekday()])
	going := r.Day == p.today()
	p.sums(m, r.DayTakings, r.Before, last, last, going)
	m.Chart = w.T("takings.by-hour")
	if going && r.Sales > 0 {
		m.Chart = w.T("takings.by-hour.going")
	}
	if r.Sales == 0 {
		m.Empty = w.T("takings.empty")
		if going {
			m.Empty = w.T("takings.empty.today")
		}
	}
}

func (p *Presenter) monthModel(m *Model, r pos.MonthReport) {
	w := p.cfg.Words
	p.sums(m, r.Total, r.Before, w.T("takings.last-month"), w.T("takings.before.month"), r.Month == p.today().Month())
	m.Chart = w.T("takings.by-day")
	if r.Total.Sales == 0 {
		m.Empty = w.T("takings.empty.month")
	}
	for _, d := range r.Days {
		if d.Day == p.day {
			m.Chosen = w.T("takings.chosen", int(d.Day)%100, w.T(weekdays[d.Day.Weekday()]), w.Money(d.Net), d.Sales)
		}
	}
}

// sums are the figures on top; whom names those before in a sentence, short beside a number. going tells that the day or month is not over, so that less than before is no news.
func (p *Presenter) sums(m *Model, now, before pos.DayTakings, whom, short string, going bool) {
	w := p.cfg.Words
	m.NetName, m.Net = w.T("takings.net"), w.Money(now.Net)
	if now.Refunded != 0 {
		m.NetName = w.T("takings.net.kept", w.Money(now.Net-now.Refunded))
	}
	m.Against = p.against(now.Net, before.Net, whom, going)
	money := func(id string, now, before pos.Fen, all bool) Figure {
		return Figure{
			Name: w.T(id), Value: now.String(), Change: p.change(int64(now), int64(before), going && all),
			Before: w.T("takings.before", short, before.String()),
		}
	}
	m.Figures = []Figure{
		{
			Name: w.T("takings.sales"), Value: strconv.Itoa(now.Sales), Change: p.change(int64(now.Sales), int64(before.Sales), going),
			Before: w.T("takings.before", short, before.Sales),
		},
		money("takings.basket", now.Basket(), before.Basket(), false),
		money("takings.gross", now.Gross, before.Gross, true),
		money("takings.discount", now.Discount, before.Discount, true),
		money("takings.refunded", now.Refunded, before.Refunded, true),
	}
	if now.Rounding != 0 {
		m.Figures[3].Before = w.T("takings.rounded", now.Rounding)
	}
	if now.Refunds > 0 {
		m.Figures[4].Name = w.T("takings.refunded.n", now.Refunds)
	}
}

// percent is part of whole in percent, rounded half away from zero; whole is not zero.
func percent(part, whole int64) int64 {
	if whole < 0 {
		part, whole = -part, -whole
	}
	half := whole / 2
	if part < 0 {
		half = -half
	}
	return (part*100 + half) / whole
}

// manyTimes is from where a growth is told as so many times.
const manyTimes = 1000

// against compares in a sentence.
func (p *Presenter) against(now, before pos.Fen, whom string, going bool) string {
	w := p.cfg.Words
	switch {
	case before <= 0:
		return w.T("takings.against.nothing", whom)
	case going && p.monthly:
		return w.T("takings.against.reached.month", percent(int64(now), int64(before)), whom, w.Money(before))
	case going:
		return w.T("takings.against.reached", percent(int64(now), int64(before)), whom, w.Money(before))
	}
	more := percent(int64(now-before), int64(before))
	switch {
	case more >= manyTimes:
		return w.T("takings.against.times", int64(now)/int64(before), whom)
	case more > 0:
		return w.T("takings.against.more", more, whom, w.Money(now-before))
	case more < 0:
		return w.T("takings.against.less", -more, whom, w.Money(before-now))
	}
	return w.T("takings.against.same", whom)
}

// change compares in a sign and a number.
func (p *Presenter) change(now, before int64, going bool) string {
	w := p.cfg.Words
	switch {
	case before <= 0:
		return ""
	case going:
		return w.T("takings.change.reached", percent(now, before))
	}
	more := percent(now-before, before)
	switch {
	case more >= manyTimes:
		return w.T("takings.change.times", now/before)
	case more > 0:
		return w.T("takings.change.more", more)
	case more < 0:
		return w.T("takings.change.less", -more)
	}
	return w.T("takings.change.same")
}

// Lists are the sections beside the chart, in at most that many lines, headings included. What does not fit is summed in the last
// line of its section, so that tenders and people always add up; best sellers get the lines that are left.
func (p *Presenter) Lists(lines int) []Section {
	var tenders []pos.TenderTakings
	var people []pos.CashierTakings
	var items []pos.ItemTakings
	switch {
	case p.bad != pos.CodeNone:
	case p.has.Day != nil:
		tenders, people, items = p.has.Day.Tenders, p.has.Day.Cashiers, p.has.Day.Top
	case p.has.Month != nil:
		tenders, people, items = p.has.Month.Total.Tenders, p.has.Month.Cashiers, p.has.Month.Top
	}
	w := p.cfg.Words
	most := mostOf
	if lines < fewLines {
		most = mostOfFew
	}
	var all []Section
	add := func(name string, rows []Row) {
		if len(rows) > 0 {
			all, lines = append(all, Section{name, rows}), lines-len(rows)-1
		}
	}
	taken := make([]line, 0, len(tenders))
	for _, t := range tenders {
		taken = append(taken, line{w.TenderTaken(t.Tender), t.Count, t.Fen})
	}
	add(w.T("takings.by-tender"), p.rows(taken, most))
	if len(people) != 1 || people[0].Cashier != "" { // else no staff is set up, and the day's figures say it all
		sold := make([]line, 0, len(people))
		for _, c := range people {
			name := c.Cashier
			if name == "" {
				name = w.T("takings.nobody")
			}
			sold = append(sold, line{name, c.Count, c.Net})
		}
		add(w.T("takings.by-person"), p.rows(sold, most))
	}
	var best []Row
	for _, x := range items[:max(0, min(len(items), lines-1))] {
		best = append(best, Row{x.Name, w.T("takings.pieces", x.Pieces), x.Fen.String()})
	}
	add(w.T("takings.top"), best)
	return all
}

// line is a line of a section that adds up.
type line struct {
	name  string
	count int
	fen   pos.Fen
}

// rows are at most that many lines, the last of them for all that remain.
func (p *Presenter) rows(lines []line, most int) []Row {
	w := p.cfg.Words
	if len(lines) > most {
		rest := line{name: w.T("takings.others", len(lines)-most+1)}
		for _, l := range lines[most-1:] {
			rest.count, rest.fen = rest.count+l.count, rest.fen+l.fen
		}
		lines = append(lines[:most-1:most-1], rest)
	}
	var rows []Row
	for _, l := range lines {
		rows = append(rows, Row{l.name, w.T("takings.n", l.count), l.fen.String()})
	}
	return rows
}

// Hours gives the day's report for its chart, and the hour that is not over, negative for none; ok is false when no day is
// shown.
func (p *Presenter) Hours() (r pos.DayReport, now int, ok bool) {
	if p.has.Day == nil {
		return r, -1, false
	}
	now = -1
	if p.has.Day.Day == p.today() {
		now = p.cfg.Now().Hour()
	}
	return *p.has.Day, now, true
}

// Days gives the month's days for its chart; ok is false when no month is shown.
func (p *Presenter) Days() (days []pos.DayTakings, today, chosen pos.Day, ok bool) {
	if p.has.Month == nil {
		return nil, 0, 0, false
	}
	return p.has.Month.Days, p.today(), p.day, true
}
