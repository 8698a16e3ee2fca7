// Package reconcile is the screen that holds the books against WeChat's bill: the days that were matched, both sides of a day in
// figures, and each difference with one proposed action, decided by a person who says why.
//
// A bill is fetched, or read from a file. It is not signed: what is not believed is told with its line and changes nothing.
package reconcile

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Config is what the screen works with. All functions but Save and Files are called on the goroutine that draws.
type Config struct {
	Words      *i18n.Words
	Shop       pos.Shop
	Reconciler pos.Reconciler   // nil has no bills
	Now        func() time.Time // in the shop's zone
	// Allow asks for leave for a deed where the one at the till may not do it himself, and calls then with whose leave it is, "" without
	// staff.
	Allow func(d pos.Deed, what string, then func(by string))
	// Save writes a day's differences as a workbook and returns its name for people. It is called elsewhere. nil saves none.
	Save func(ctx context.Context, day pos.Day) (name string, err error)
	// Files lists files that may be bills, newest first. It is called elsewhere. nil lists none.
	Files func(ctx context.Context) []File
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns. Do brings a call from elsewhere to that goroutine.
	Go func(work func(context.Context) (then func()))
	Do func(f func())
	// Changed hears that something is to be drawn again.
	Changed func()
}

// File is a file that may be a bill.
type File struct {
	Path string
	Size int64 // bytes
	At   time.Time
}

// keptBills is how many bills are listed: two a day for a quarter, which is as long as WeChat gives them.
const keptBills = 2 * 92

// day is what is kept of a day's bills.
type day struct {
	day         pos.Day
	trade, fund *pos.BillSummary // nil for one that was not matched
}

// open is how many differences nobody looked at yet.
func (d day) open() (n int) {
	for _, b := range []*pos.BillSummary{d.trade, d.fund} {
		if b != nil {
			n += b.Open
		}
	}
	return n
}

func (d day) matched() bool { return d.trade != nil || d.fund != nil }

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg   Config
	staff pos.StaffView
	cases []pos.ExceptionCase
	can   pos.Code // why WeChat refunds do not work here
	seen  news
	shown bool // the till's state came once

	kept    []day // newest first
	at      pos.Day
	picked  pos.Day // chosen by the calendar; 0 for none
	picking bool    // the calendar is open …
	points  pos.Day

	asked  int // generation: an answer to an older question is dropped
	known  bool
	bad    pos.Code // the books cannot be read
	found  []pos.Finding
	of     pos.Day           // whose they are; 0 while they are being read
	missed map[pos.Day]error // why a bill could not be fetched that nobody had asked for

	inside   bool // among the differences
	chosen   int64
	form     *form
	by       string // typed last
	deciding bool

	running  *run
	progress pos.BillProgress
	refused  *refusal
	partial  *pos.BillSummary // the last bill read was one that is only looked at
	files    *chooser

	busy bool   // printing or saving
	said string // what became of it
	sour bool   // and it is trouble
}

// news is what makes the differences be read again.
type news struct {
	message  uint64
	excepted int
}

// run is a bill that is being fetched or read; cancel calls it off, and may be called again.
type run struct {
	day    pos.Day
	file   string // "" for one that is fetched
	cancel func()
}

// refusal is a bill that could not be had or is not believed. Nothing was booked.
type refusal struct {
	run run
	err error
}

// NewPresenter makes a presenter that knows of no bill yet and has yesterday chosen; in practice today, whose bill is there at once.
func NewPresenter(cfg Config) *Presenter {
	p := &Presenter{cfg: cfg, missed: map[pos.Day]error{}}
	p.at = p.last()
	return p
}

func (p *Presenter) today() pos.Day { return pos.BillDay(p.cfg.Now()) }

func (p *Presenter) yesterday() pos.Day { return p.today().Add(-1) }

// last is the newest day that can have a bill.
func (p *Presenter) last() pos.Day {
	if p.cfg.Shop.Practice {
		return p.today()
	}
	return p.yesterday()
}

// Open reads what was kept.
func (p *Presenter) Open() { p.read() }

// Show takes the till's newest state. What it has to say may be about a bill.
func (p *Presenter) Show(s pos.Snapshot) {
	n := news{s.Message.N, s.Excepted}
	moved := p.shown && n != p.seen
	p.staff, p.cases, p.can, p.seen, p.shown = s.Staff, s.Exceptions, s.CanRefund, n, true
	if m := s.Message; m.ID == "bill-trouble" && len(m.Args) == 2 {
		for d := p.last().Add(-billsMissed); d <= p.last(); d = d.Next() {
			if d.String() == m.Args[0] {
				p.missed[d] = pos.E(pos.Code(m.Args[1]), "fetch bill", nil)
			}
		}
	}
	if moved {
		p.read()
	}
	p.cfg.Changed()
}

// billsMissed is how many days back it is told that a bill could not be fetched.
const billsMissed = 7

// read gets the kept bills, and the differences of the chosen day.
func (p *Presenter) read() {
	if p.cfg.Reconciler == nil {
		return
	}
	p.asked++
	mine, of := p.asked, p.at
	p.cfg.Go(func(ctx context.Context) func() {
		bills, err := p.cfg.Reconciler.Bills(ctx, keptBills)
		var found []pos.Finding
		if err == nil {
			found, err = p.cfg.Reconciler.Findings(ctx, of, true)
		}
		return func() {
			if mine != p.asked {
				return
			}
			p.known, p.bad = true, pos.CodeOf(err)
			if err == nil {
				p.kept, p.found, p.of = byDay(bills), inOrder(found), of
				p.keepChosen()
			}
			p.cfg.Changed()
		}
	})
}

// byDay puts the bills of a day together.
func byDay(bills []pos.BillSummary) (all []day) {
	for i := range bills {
		b := &bills[i]
		k := slices.IndexFunc(all, func(d day) bool { return d.day == b.Day })
		if k < 0 {
			k, all = len(all), append(all, day{day: b.Day})
		}
		if b.Kind == pos.BillFund {
			all[k].fund = b
		} else {
			all[k].trade = b
		}
	}
	return all
}

// inOrder puts first what nobody looked at yet and last what has gone by itself. What matched over midnight is no difference.
func inOrder(found []pos.Finding) []pos.Finding {
	all := slices.DeleteFunc(slices.Clone(found), func(f pos.Finding) bool { return f.Class == pos.FindMatch })
	slices.SortStableFunc(all, func(a, b pos.Finding) int { return rank(a) - rank(b) })
	return all
}

func rank(f pos.Finding) int {
	switch {
	case f.Open():
		return 0
	case f.Resolved.IsZero():
		return 1
	}
	return 2
}

// days are the rows of the list: what was matched, and what may be fetched next.
func (p *Presenter) days() []day {
	all := slices.Clone(p.kept)
	for _, d := range []pos.Day{p.last(), p.yesterday(), p.picked} {
		if d != 0 && !slices.ContainsFunc(all, func(x day) bool { return x.day == d }) {
			all = append(all, day{day: d})
		}
	}
	slices.SortStableFunc(all, func(a, b day) int { return int(b.day) - int(a.day) })
	return all
}

// current is the chosen day.
func (p *Presenter) current() day {
	for _, d := range p.days() {
		if d.day == p.at {
			return d
		}
	}
	return day{day: p.at}
}

// Day chooses a day, of the list or by the calendar.
func (p *Presenter) Day(d pos.Day) {
	if d > p.last() || d < 20130805 { // the day WeChat Pay began
		return
	}
	p.picking, p.refused, p.partial = false, nil, nil
	if !slices.ContainsFunc(p.days(), func(x day) bool { return x.day == d }) {
		p.picked = d
	}
	if d != p.at {
		p.at, p.inside, p.form, p.chosen = d, false, nil, 0
		p.found, p.of = nil, 0
		p.read()
	}
	p.cfg.Changed()
}

// Move goes to another day, another difference, or in the form another of the usual reasons.
func (p *Presenter) Move(dy int) {
	switch {
	case p.form != nil:
		p.nextReason(dy)
	case p.inside:
		p.Choose(max(0, min(len(p.found)-1, p.index()+dy)))
	default:
		all := p.days()
		i := slices.IndexFunc(all, func(d day) bool { return d.day == p.at })
		p.Day(all[max(0, min(len(all)-1, i+dy))].day)
	}
}

// Enter does what the big button says.
func (p *Presenter) Enter() {
	switch {
	case p.cfg.Reconciler == nil || p.running != nil || p.deciding:
	case p.form != nil:
		p.confirm()
	case p.inside:
		if f, ok := p.finding(); ok && !f.Open() {
			p.onward()
		} else if ok {
			p.Start(p.proposed(f))
		}
	case p.refused != nil && p.dayNeeded():
		p.readFile(p.refused.run.file, p.at)
	case p.refused == nil && len(p.found) > 0:
		p.Inside()
	case p.CanFetch():
		p.Fetch()
	default:
		p.OpenFiles()
	}
}

// Inside goes to the differences of the chosen day.
func (p *Presenter) Inside() {
	if len(p.found) == 0 || p.inside {
		return
	}
	p.refused, p.partial = nil, nil
	p.inside = true
	p.keepChosen()
	p.cfg.Changed()
}

// Escape takes one step back. It reports whether there was one.
func (p *Presenter) Escape() bool {
	switch {
	case p.files != nil:
		p.files = nil
	case p.picking:
		p.picking = false
	case p.running != nil:
		p.running.cancel()
		return true
	case p.form != nil:
		p.form = nil
	case p.inside:
		p.inside = false
	case p.refused != nil || p.partial != nil:
		p.refused, p.partial = nil, nil
	default:
		return false
	}
	p.cfg.Changed()
	return true
}

// CanFetch reports whether WeChat can be asked for bills.
func (p *Presenter) CanFetch() bool {
	return p.cfg.Reconciler != nil && p.cfg.Reconciler.CanFetch() == pos.CodeNone
}

// Fetch gets the chosen day's bills from WeChat.
func (p *Presenter) Fetch() {
	if p.cfg.Reconciler == nil || p.running != nil || p.deciding {
		return
	}
	at, by := p.at, p.staff.Who.Name
	p.start(run{day: at}, func(ctx context.Context, progress func(pos.BillProgress)) (pos.BillResult, error) {
		return p.cfg.Reconciler.Fetch(ctx, at, by, progress)
	})
}

// ReadFile reads a bill from a file.
func (p *Presenter) ReadFile(path string) { p.readFile(path, 0) }

func (p *Presenter) readFile(path string, at pos.Day) {
	if p.cfg.Reconciler == nil || p.running != nil || p.deciding || path == "" {
		return
	}
	p.files = nil
	by := p.staff.Who.Name
	p.start(run{day: at, file: path}, func(ctx context.Context, progress func(pos.BillProgress)) (pos.BillResult, error) {
		return p.cfg.Reconciler.ReconcileFile(ctx, path, at, by, progress)
	})
}

// start has a bill matched elsewhere.
func (p *Presenter) start(r run, match func(context.Context, func(pos.BillProgress)) (pos.BillResult, error)) {
	stop := make(chan struct{})
	r.cancel = sync.OnceFunc(func() { close(stop) })
	mine := &r
	p.running, p.progress, p.refused, p.partial, p.inside, p.form, p.picking, p.said = mine, pos.BillProgress{}, nil, nil, false, nil, false, ""
	p.cfg.Go(func(ctx context.Context) func() {
		ctx, cancel := context.WithCancel(ctx)
		var watch sync.WaitGroup
		watch.Go(func() {
			select {
			case <-stop:
				cancel()
			case <-ctx.Done():
			}
		})
		defer watch.Wait()
		defer cancel()
		got, err := match(ctx, func(at pos.BillProgress) {
			p.cfg.Do(func() {
				if p.running == mine {
					p.progress = at
					p.cfg.Changed()
				}
			})
		})
		return func() { p.over(mine, got, err) }
	})
	p.cfg.Changed()
}

// over takes what became of a bill.
func (p *Presenter) over(mine *run, got pos.BillResult, err error) {
	if p.running != mine {
		return
	}
	p.running = nil
	switch {
	case errors.Is(err, context.Canceled):
		p.say("recon.stopped", false)
	case err != nil:
		p.refused = &refusal{*mine, err}
	case got.Summary.ID == 0:
		p.partial = &got.Summary
	default:
		delete(p.missed, got.Summary.Day)
		if got.Summary.Day != p.at {
			p.at, p.chosen, p.found, p.of = got.Summary.Day, 0, nil, 0
		}
	}
	p.read() // also what was called off may have been kept in part
	p.cfg.Changed()
}

// dayNeeded reports whether a file was refused only because nothing in it tells its day.
func (p *Presenter) dayNeeded() bool {
	e, ok := errors.AsType[*pos.BillError](p.refused.err)
	return ok && e.ID == "no-day" && p.refused.run.file != ""
}

// Leave calls off what is under way: whoever leaves does not wait for a bill.
func (p *Presenter) Leave() {
	if p.running != nil {
		p.running.cancel()
	}
}

// Calendar opens the calendar, or closes it.
func (p *Presenter) Calendar() {
	if p.running != nil || p.form != nil || p.files != nil {
		return
	}
	p.picking, p.points = !p.picking, p.at
	p.cfg.Changed()
}

// Picking gives the calendar: the day it points at; ok is false while it is closed.
func (p *Presenter) Picking() (d pos.Day, ok bool) { return p.points, p.picking }

// Point moves in the calendar by days; by months when over is set.
func (p *Presenter) Point(n int, over bool) {
	d := p.points.Add(n)
	if over {
		span := pos.MonthSpan(pos.MonthAfter(p.points.Month(), n))
		d = min(span.From+p.points%100-1, span.To)
	}
	p.points = min(d, p.last())
	p.cfg.Changed()
}

// Print puts the list of the chosen day on paper.
func (p *Presenter) Print() {
	d := p.current()
	if p.busy || !d.matched() {
		return
	}
	by := p.staff.Who.Name
	p.work(func(ctx context.Context) (string, error) {
		for _, b := range []*pos.BillSummary{d.trade, d.fund} {
			if b == nil || b.Kind == pos.BillFund && d.trade != nil && b.Clean() {
				continue
			}
			if err := p.cfg.Reconciler.PrintBill(ctx, b.ID, by); err != nil {
				return "", err
			}
		}
		return p.cfg.Words.T("recon.printing", d.day.String()), nil
	})
}

// Save writes the differences of the chosen day as a workbook.
func (p *Presenter) Save() {
	d := p.current()
	if p.busy || p.cfg.Save == nil || d.trade == nil {
		return
	}
	p.work(func(ctx context.Context) (string, error) {
		name, err := p.cfg.Save(ctx, d.day)
		return p.cfg.Words.T("recon.saved", name), err
	})
}

// work does something that ends with a word about it.
func (p *Presenter) work(do func(context.Context) (string, error)) {
	p.busy, p.said = true, ""
	p.cfg.Go(func(ctx context.Context) func() {
		words, err := do(ctx)
		return func() {
			p.busy = false
			p.said, p.sour = words, false
			if err != nil {
				what, _, _ := p.cfg.Words.Trouble(pos.CodeOf(err))
				p.said, p.sour = p.cfg.Words.T("recon.undone", what), true
			}
			p.cfg.Changed()
		}
	})
	p.cfg.Changed()
}

func (p *Presenter) say(id string, sour bool) { p.said, p.sour = p.cfg.Words.T(id), sour }

// Tell shows what the till says.
func (p *Presenter) Tell(words string, sour bool) {
	p.said, p.sour = words, sour
	p.cfg.Changed()
}

// Hush takes back what was said.
func (p *Presenter) Hush() {
	if p.said != "" {
		p.said = ""
		p.cfg.Changed()
	}
}

// chooser is the choice of a file.
type chooser struct {
	list  []File
	known bool
	at    int
	typed string // a path; takes the place of the list
}

// mostPath is the longest path that can be typed, in characters.
const mostPath = 400

// OpenFiles lists files that may be bills.
func (p *Presenter) OpenFiles() {
	if p.cfg.Reconciler == nil || p.running != nil || p.form != nil || p.files != nil {
		return
	}
	mine := &chooser{}
	p.files, p.picking = mine, false
	if p.cfg.Files == nil {
		mine.known = true
		p.cfg.Changed()
		return
	}
	p.cfg.Go(func(ctx context.Context) func() {
		list := p.cfg.Files(ctx)
		return func() {
			mine.list, mine.known = list, true
			p.cfg.Changed()
		}
	})
	p.cfg.Changed()
}

// Choosing reports whether a file is being chosen.
func (p *Presenter) Choosing() bool { return p.files != nil }

// PointFile moves among the files.
func (p *Presenter) PointFile(i int) {
	if p.files != nil && len(p.files.list) > 0 {
		p.files.at = max(0, min(len(p.files.list)-1, i))
		p.cfg.Changed()
	}
}

// TakeFile reads the file whose path is typed, else the one pointed at.
func (p *Presenter) TakeFile() {
	c := p.files
	switch typed := strings.Trim(strings.TrimSpace(c.typed), `"'`); {
	case typed != "":
		p.readFile(filepath.Clean(strings.TrimPrefix(typed, "file://")), 0)
	case len(c.list) > 0:
		p.readFile(c.list[c.at].Path, 0)
	}
}
