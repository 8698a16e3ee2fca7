// Package prints is the list of print jobs: what has not come out of the printer and why, what nobody saw come out, and the
// last that did. It says of every key what paper it makes, and no key makes any twice by surprise.
package prints

import (
	"slices"
	"strconv"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words *i18n.Words
	Zone  *time.Location
	Now   func() time.Time
	Post  func(pos.Command)
	// Changed hears that something is to be drawn again.
	Changed func()
}

// restFor is how long nothing more is asked of a job after something was. The till answers within milliseconds and a printer within
// seconds; a hand that strikes a key twice does so within one.
const restFor = 3 * time.Second

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg    Config
	jobs   []pos.PrintView // open ones first, each newest first
	open   int             // how many of them are open
	other  bool            // there is a second printer
	chosen int64           // the job that the keys mean; 0 for none
	waits  bool            // it was open when it was seen last
	left   int64           // the one that was chosen before it was done with
	shown  bool            // there was a first state
	asked  asked
}

// asked is the last thing asked for.
type asked struct {
	job   int64
	did   Action
	until time.Time // until then nothing else is asked of that job
}

// NewPresenter makes an empty list.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg} }

// Show takes the till's newest state. The choice stays on its job while somebody has to do something about it. When that is done nothing
// is chosen, so that a key struck once too often acts neither on the same paper again nor on the next.
func (p *Presenter) Show(s pos.Snapshot) {
	p.jobs, p.other = slices.Clone(s.Prints), s.HasOther
	slices.SortStableFunc(p.jobs, func(a, b pos.PrintView) int { return rank(a) - rank(b) })
	p.open = 0
	for _, v := range p.jobs {
		if v.Open() {
			p.open++
		}
	}
	at := p.At()
	switch {
	case !p.shown && p.open > 0:
		p.choose(0)
	case at >= 0 && at < p.open:
		p.waits = true
	case p.waits || at < 0:
		if p.chosen != 0 {
			p.left = p.chosen
		}
		p.chosen, p.waits = 0, false
		p.back()
	}
	p.shown = true
	p.cfg.Changed()
}

// back chooses the job that was chosen last again when it waits or failed once more: it is the same paper, and still none.
func (p *Presenter) back() {
	i := slices.IndexFunc(p.jobs, func(v pos.PrintView) bool { return v.Job.ID == p.left })
	if i >= 0 && i < p.open && (p.jobs[i].Job.State == pos.PrintQueued || p.jobs[i].Job.State == pos.PrintFailed) {
		p.choose(i)
	}
}

func (p *Presenter) choose(i int) { p.chosen, p.waits = p.jobs[i].Job.ID, i < p.open }

func rank(v pos.PrintView) int {
	if v.Open() {
		return 0
	}
	return 1
}

// Len is how many jobs there are.
func (p *Presenter) Len() int { return len(p.jobs) }

// Open is how many of the jobs wait for somebody.
func (p *Presenter) Open() int { return p.open }

// At is the chosen job, -1 for none.
func (p *Presenter) At() int {
	return slices.IndexFunc(p.jobs, func(v pos.PrintView) bool { return v.Job.ID == p.chosen })
}

// Choose chooses job i.
func (p *Presenter) Choose(i int) {
	if i < 0 || i >= len(p.jobs) || p.jobs[i].Job.ID == p.chosen {
		return
	}
	p.choose(i)
	p.cfg.Changed()
}

// Move goes up or down; from nothing it comes to the first.
func (p *Presenter) Move(dy int) {
	at := p.At()
	if at < 0 {
		p.Choose(0)
		return
	}
	p.Choose(max(0, min(len(p.jobs)-1, at+dy)))
}

// Action is something that can be done about a job.
type Action int

// The actions.
const (
	None    Action = iota
	Confirm        // the paper came out
	Again          // print it
	Other          // print it at the other printer
	Cancel         // nobody needs it
)

// Actions are what can be done about the chosen job as it stands; the first is what Enter does, None when Enter does nothing.
func (p *Presenter) Actions() []Action {
	at := p.At()
	if at < 0 || p.resting() {
		return nil
	}
	v := p.jobs[at]
	var can []Action
	switch v.Job.State {
	case pos.PrintQueued, pos.PrintFailed:
		can = []Action{Again, Other, Cancel}
	case pos.PrintUnconfirmed:
		can = []Action{Confirm, Again, Other, Cancel}
	case pos.PrintDone:
		if again(v) != nil {
			return []Action{None, Again}
		}
	case pos.PrintSending, pos.PrintCancelled, pos.PrintSuperseded:
	}
	if !p.other {
		can = slices.DeleteFunc(can, func(a Action) bool { return a == Other })
	}
	return can
}

// resting reports whether something was just asked of the chosen job.
func (p *Presenter) resting() bool {
	return p.chosen != 0 && p.asked.job == p.chosen && p.cfg.Now().Before(p.asked.until)
}

// Enter does what the big button says.
func (p *Presenter) Enter() {
	if can := p.Actions(); len(can) > 0 {
		p.Do(can[0])
	}
}

// Do asks the till for an action of the chosen job, once.
func (p *Presenter) Do(a Action) {
	if a == None || !slices.Contains(p.Actions(), a) {
		return
	}
	v := p.jobs[p.At()]
	c := command(v, a)
	if c == nil {
		return
	}
	p.asked = asked{job: v.Job.ID, did: a, until: p.cfg.Now().Add(restFor)}
	p.cfg.Changed()
	p.cfg.Post(c)
}

// command is what the till is asked for. What failed or waits is sent as it is: nothing of it is on paper. What may be on paper is printed
// anew, marked 补打.
func command(v pos.PrintView, a Action) pos.Command {
	id, there := v.Job.ID, v.Job.Other
	switch a {
	case Confirm:
		return pos.ConfirmPrint{Job: id}
	case Cancel:
		return pos.CancelPrint{Job: id}
	case Again, Other:
		if a == Other {
			there = !there
		}
		switch v.Job.State {
		case pos.PrintUnconfirmed:
			return pos.ReprintJob{Job: id, Other: there}
		case pos.PrintDone:
			return again(v)
		case pos.PrintQueued, pos.PrintFailed, pos.PrintSending, pos.PrintCancelled, pos.PrintSuperseded:
		}
		return pos.RetryPrint{Job: id, Other: there}
	case None:
	}
	return nil
}

// again prints something that printed once more; nil for paper that is not printed again from here.
func again(v pos.PrintView) pos.Command {
	switch v.Job.Document {
	case pos.DocSale, pos.DocReprint:
		if v.Job.Sale != 0 {
			return pos.Reprint{Sale: v.Job.Sale}
		}
	case pos.DocZ:
		if z, err := strconv.Atoi(v.Title); err == nil { // of the books before a restore it is found at the shift
			return pos.PrintZ{Z: z}
		}
	case pos.DocRefund, pos.DocX, pos.DocCash, pos.DocBill, pos.DocPending, pos.DocExceptions, pos.DocLabel, pos.DocGivenBack:
	}
	return nil
}

// Tick reports whether an action is offered again, so that it is to be drawn.
func (p *Presenter) Tick() bool {
	if p.asked.job == 0 || p.cfg.Now().Before(p.asked.until) {
		return false
	}
	p.asked = asked{}
	return true
}
