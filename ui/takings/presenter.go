// Package takings is the manager's day at a glance: what the shop took, by hour, tender, person and item, against the same
// weekday before, with what needs a decision on top. A month shows its days.
//
// It reads totals, never sales, so it costs the same however many there are, and it never waits for the books: what is asked is
// answered later, and an answer to an older question is dropped.
package takings

import (
	"context"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words   *i18n.Words
	Shop    pos.Shop
	Figures pos.Overview     // nil reads nothing
	Now     func() time.Time // in the shop's zone
	// Save writes what is shown as a report and returns its name. It is called elsewhere. nil is a till without reports.
	Save func(ctx context.Context, r Report) (name string, err error)
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns.
	Go func(work func(context.Context) (then func()))
	// Inbox and Pending open what needs a decision, and what is waited for.
	Inbox, Pending func()
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Report is what is on the screen: a day or a month.
type Report struct {
	Day   *pos.DayReport
	Month *pos.MonthReport
}

// top is how many best sellers are asked for.
const top = 10

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg     Config
	day     pos.Day // the chosen one, also in the month
	monthly bool
	picking bool // the calendar is open …
	picked  pos.Day

	asked  int // generation: an answer to an older question is dropped
	busy   bool
	bad    pos.Code
	has    Report // nil and nil while nothing is known of what was chosen
	news   news
	snap   pos.Snapshot
	saving bool
	said   string // what became of the report
	sour   bool   // and it is trouble
}

// news is what makes the figures of today another day's: when it changes they are read again.
type news struct {
	last     pos.SaleID
	excepted int
	refunds  int
	latest   pos.RefundID
}

// NewPresenter makes a presenter that shows today.
func NewPresenter(cfg Config) *Presenter {
	p := &Presenter{cfg: cfg}
	p.day = p.today()
	return p
}

func (p *Presenter) today() pos.Day {
	now := p.cfg.Now()
	return pos.Calendar{Zone: now.Location(), Starts: p.cfg.Shop.Calendar.Starts}.DayOf(now)
}

// Open reads the figures for the first time.
func (p *Presenter) Open() { p.load() }

// Show takes the till's newest state. A sale makes what is shown of today be read again, in place.
func (p *Presenter) Show(s pos.Snapshot) {
	n := news{last: s.Last, excepted: s.Excepted, refunds: len(s.Refunds)}
	if k := len(s.Refunds); k > 0 {
		n.latest = s.Refunds[k-1].ID
	}
	moved := n != p.news
	p.snap, p.news = s, n
	if moved && p.asked > 0 && p.current() {
		p.read()
	}
	p.cfg.Changed()
}

// current reports whether what is shown may still grow.
func (p *Presenter) current() bool {
	if p.monthly {
		return p.day.Month() == p.today().Month()
	}
	return p.day == p.today()
}

// load forgets what is shown and reads what was chosen.
func (p *Presenter) load() {
	p.has, p.bad, p.said = Report{}, pos.CodeNone, ""
	p.read()
	p.cfg.Changed()
}

func (p *Presenter) read() {
	if p.cfg.Figures == nil {
		p.bad = pos.CodeInternal
		return
	}
	p.asked++
	p.busy = true
	mine, day, monthly := p.asked, p.day, p.monthly
	p.cfg.Go(func(ctx context.Context) func() {
		var r Report
		var err error
		if monthly {
			var m pos.MonthReport
			m, err = p.cfg.Figures.Month(ctx, day.Month(), top)
			r.Month = &m
		} else {
			var d pos.DayReport
			d, err = p.cfg.Figures.Day(ctx, day, top)
			r.Day = &d
		}
		return func() {
			if mine != p.asked {
				return
			}
			p.busy, p.bad = false, pos.CodeOf(err)
			if err == nil {
				p.has = r
			}
			p.cfg.Changed()
		}
	})
}

// Day shows another day, or in the month chooses it. A day that has not begun is not shown.
func (p *Presenter) Day(d pos.Day) {
	d = min(d, p.today())
	if d < 19700101 || d == p.day {
		return
	}
	before := p.day
	p.day = d
	if p.monthly && before.Month() == d.Month() {
		p.cfg.Changed()
		return
	}
	p.load()
}

// Step goes n days on, Page n weeks or months.
func (p *Presenter) Step(n int) { p.Day(p.day.Add(n)) }

// Page goes n weeks on, in the month n months.
func (p *Presenter) Page(n int) {
	if !p.monthly {
		p.Day(p.day.Add(7 * n))
		return
	}
	p.Day(inMonth(p.day, n))
}

// inMonth is the same day n months after, or the last of that month.
func inMonth(d pos.Day, n int) pos.Day {
	span := pos.MonthSpan(pos.MonthAfter(d.Month(), n))
	return min(span.From+d%100-1, span.To)
}

// Today shows today.
func (p *Presenter) Today() { p.Day(p.today()) }

// Monthly goes from the day to its month and back.
func (p *Presenter) Monthly() {
	p.monthly = !p.monthly
	p.load()
}

// Enter opens the chosen day of a month, or takes what the calendar shows.
func (p *Presenter) Enter() {
	switch {
	case p.picking:
		p.Pick(p.picked)
	case p.monthly:
		p.Monthly()
	}
}

// Bar opens a day of the month by its bar.
func (p *Presenter) Bar(i int) {
	if p.has.Month == nil || i < 0 || i >= len(p.has.Month.Days) {
		return
	}
	d := p.has.Month.Days[i].Day
	if d > p.today() {
		return
	}
	if d == p.day {
		p.Monthly()
		return
	}
	p.Day(d)
}

// Calendar opens the calendar, or closes it.
func (p *Presenter) Calendar() {
	p.picking, p.picked = !p.picking, p.day
	p.cfg.Changed()
}

// Pick takes a day from the calendar.
func (p *Presenter) Pick(d pos.Day) {
	if d > p.today() {
		return
	}
	p.picking = false
	if d == p.day {
		p.cfg.Changed()
		return
	}
	p.Day(d)
}

// Point moves in the calendar by days; by months when over is set.
func (p *Presenter) Point(n int, over bool) {
	d := p.picked.Add(n)
	if over {
		d = inMonth(p.picked, n)
	}
	p.picked = min(d, p.today())
	p.cfg.Changed()
}

// Picking gives the calendar: the day it points at; ok is false while it is closed.
func (p *Presenter) Picking() (d pos.Day, ok bool) { return p.picked, p.picking }

// Escape takes one step back. It reports whether there was one.
func (p *Presenter) Escape() bool {
	if !p.picking {
		return false
	}
	p.picking = false
	p.cfg.Changed()
	return true
}

// Hush takes back what was said about a report.
func (p *Presenter) Hush() {
	if p.said != "" {
		p.said = ""
		p.cfg.Changed()
	}
}

// Save writes what is shown as a report. What is not read yet is not saved.
func (p *Presenter) Save() {
	if p.cfg.Save == nil || p.saving || p.has == (Report{}) {
		return
	}
	p.saving, p.said = true, ""
	r := p.has
	p.cfg.Go(func(ctx context.Context) func() {
		name, err := p.cfg.Save(ctx, r)
		return func() {
			p.saving = false
			p.said, p.sour = p.cfg.Words.T("takings.saved", name), false
			if err != nil {
				what, _, todo := p.cfg.Words.Trouble(pos.CodeOf(err))
				p.said, p.sour = p.cfg.Words.T("takings.unsaved", what, todo), true
			}
			p.cfg.Changed()
		}
	})
	p.cfg.Changed()
}
