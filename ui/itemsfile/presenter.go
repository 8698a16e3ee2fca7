// Package itemsfile is the page on which a list of goods is brought in from a table, and written as one. What a file would change is shown
// before anything is changed; then all of it is taken or nothing.
package itemsfile

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Config is what the screen works with. All functions but Export are called on the goroutine that draws.
type Config struct {
	Words *i18n.Words
	Goods pos.Goods        // nil shows that the catalogue cannot be changed here
	Now   func() time.Time // in the shop's zone
	// Allow asks for leave for a deed where the one at the till may not do it himself, and calls then with whose leave it is, "" without
	// staff.
	Allow func(d pos.Deed, what string, then func(by string))
	// Export writes all items into a file for people and returns its name and how many they are. It is called elsewhere. nil is a till
	// that writes none.
	Export func(ctx context.Context, format pos.ExportFormat) (name string, n int, err error)
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns.
	Go func(work func(context.Context) (then func()))
	// Changed hears that something is to be drawn again.
	Changed func()
}

// stage is how far an import is.
type stage int

const (
	idle    stage = iota
	reading       // the file is looked at
	planned       // what it would change is shown
	refused       // why it cannot be taken is shown
	writing       // it is being taken
	done
)

// Filter is which of the changes are listed.
type Filter int

// The filters.
const (
	FilterAll Filter = iota
	FilterNew
	FilterChanged
)

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg    Config
	stage  stage
	path   string
	plan   pos.ImportPlan
	faults pos.ItemFaults
	wayOut string // of a refusal
	filter Filter
	at     int
	asked  int // generation: an answer about another file is dropped
	added  int
	edited int
	same   int // that the file left as they were

	exporting bool
	said      string
	sour      bool
}

// NewPresenter makes the screen without a file.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg} }

// Take looks at a file.
func (p *Presenter) Take(path string) {
	if p.cfg.Goods == nil || p.stage == writing || path == "" {
		return
	}
	p.asked++
	mine := p.asked
	p.stage, p.path, p.plan, p.faults, p.at, p.filter, p.said = reading, path, pos.ImportPlan{}, nil, 0, FilterAll, ""
	p.cfg.Go(func(ctx context.Context) func() {
		plan, err := p.cfg.Goods.PlanImport(ctx, path)
		return func() {
			if mine == p.asked {
				p.looked(plan, err)
			}
		}
	})
	p.cfg.Changed()
}

func (p *Presenter) looked(plan pos.ImportPlan, err error) {
	p.stage, p.plan = planned, plan
	if err != nil {
		p.refuse(err)
	}
	p.cfg.Changed()
}

// refuse says why a file is not taken. Nothing was changed.
func (p *Presenter) refuse(err error) {
	p.stage, p.plan, p.wayOut = refused, pos.ImportPlan{}, p.cfg.Words.T("items-file.refused.todo")
	if faults, ok := errors.AsType[pos.ItemFaults](err); ok {
		p.faults = faults
		return
	}
	switch c := pos.CodeOf(err); c {
	case pos.CodeConflict:
		p.said, p.sour, p.wayOut = p.cfg.Words.T("items-file.conflict"), true, p.cfg.Words.T("items-file.conflict.todo")
	case pos.CodeNotFound:
		p.said, p.sour = p.cfg.Words.T("items-file.gone"), true
	case pos.CodeReadOnly:
		p.said, p.sour = p.cfg.Words.T("items-file.locked"), true
	default:
		what, _, todo := p.cfg.Words.Trouble(c)
		p.said, p.sour = what+" · "+todo, true
	}
}

// Ready reports whether there is something to take.
func (p *Presenter) Ready() bool {
	return p.stage == planned && len(p.plan.New)+len(p.plan.Changed) > 0
}

// Again reports whether the file that was refused can be looked at once more.
func (p *Presenter) Again() bool { return p.stage == refused && p.path != "" }

// Enter takes what is shown, or looks at the file again once it was put right. It reports whether there was a file.
func (p *Presenter) Enter() bool {
	switch {
	case p.Ready():
		p.confirm()
	case p.Again():
		p.Take(p.path)
	default:
		return p.stage == reading || p.stage == writing
	}
	return true
}

// confirm takes it, if somebody gives leave.
func (p *Presenter) confirm() {
	plan, mine := p.plan, p.asked
	what := p.cfg.Words.T("items-file.what", len(plan.New), len(plan.Changed))
	p.cfg.Allow(pos.DeedGoods, what, func(by string) {
		if mine != p.asked || p.stage != planned {
			return
		}
		p.stage = writing
		at := p.cfg.Now()
		p.cfg.Go(func(ctx context.Context) func() {
			err := p.cfg.Goods.Import(ctx, plan, by, at)
			return func() {
				if err != nil {
					p.refuse(err)
				} else {
					p.stage, p.added, p.edited, p.same, p.plan = done, len(plan.New), len(plan.Changed), plan.Same, pos.ImportPlan{}
				}
				p.cfg.Changed()
			}
		})
		p.cfg.Changed()
	})
}

// Escape puts the file away. It reports whether there was one.
func (p *Presenter) Escape() bool {
	if p.stage == idle || p.stage == writing {
		return p.stage == writing
	}
	p.asked++
	p.stage, p.path, p.plan, p.faults, p.said = idle, "", pos.ImportPlan{}, nil, ""
	p.cfg.Changed()
	return true
}

// Show lists only some of the changes.
func (p *Presenter) Show(f Filter) {
	p.filter, p.at = f, 0
	p.cfg.Changed()
}

// Next lists others of them.
func (p *Presenter) Next() { p.Show((p.filter + 1) % (FilterChanged + 1)) }

// Move goes through the list.
func (p *Presenter) Move(n int) {
	p.at = max(0, min(p.Len()-1, p.at+n))
	p.cfg.Changed()
}

// Export writes all items into a file.
func (p *Presenter) Export(format pos.ExportFormat) {
	if p.cfg.Export == nil || p.exporting {
		return
	}
	p.exporting, p.said = true, ""
	p.cfg.Go(func(ctx context.Context) func() {
		name, n, err := p.cfg.Export(ctx, format)
		return func() {
			p.exporting = false
			if c := pos.CodeOf(err); c != pos.CodeNone {
				what, _, todo := p.cfg.Words.Trouble(c)
				p.said, p.sour = what+" · "+todo, true
			} else {
				p.said, p.sour = p.cfg.Words.T("items-file.exported", n, name), false
			}
			p.cfg.Changed()
		}
	})
	p.cfg.Changed()
}

// Row is an entry of the list in words: a change, or a fault.
type Row struct {
	Sign, Name, Detail string
	Bad, Chosen        bool
}

// Len is how many entries there are.
func (p *Presenter) Len() int {
	if p.stage == refused {
		return len(p.faults)
	}
	return p.news() + p.changes()
}

func (p *Presenter) news() int {
	if p.filter == FilterChanged {
		return 0
	}
	return len(p.plan.New)
}

func (p *Presenter) changes() int {
	if p.filter == FilterNew {
		return 0
	}
	return len(p.plan.Changed)
}

// Row gives entry i. What changes stands first: it is what a person has to look at.
func (p *Presenter) Row(i int) Row {
	w := p.cfg.Words
	switch n := p.changes(); {
	case i < 0 || i >= p.Len():
		return Row{}
	case p.stage == refused:
		f := p.faults[i]
		return Row{Sign: w.T("items-file.line", f.Line), Name: w.ItemFault(f), Bad: true, Chosen: i == p.at}
	case i < n:
		c := p.plan.Changed[i]
		return Row{Sign: w.T("items-file.sign.changed"), Name: c.To.Name, Detail: strings.Join(p.differences(c), " · "), Chosen: i == p.at}
	default:
		it := p.plan.New[i-n]
		facts := []string{it.Barcode(), it.PLU, it.Category, it.Price.String()}
		facts = slices.DeleteFunc(facts, func(s string) bool { return s == "" })
		return Row{Sign: w.T("items-file.sign.new"), Name: it.Name, Detail: strings.Join(facts, " · "), Chosen: i == p.at}
	}
}

// differences says field by field what an item was and what it would be.
func (p *Presenter) differences(c pos.ItemChange) (all []string) {
	w := p.cfg.Words
	note := func(id, from, to string) {
		if from == to {
			return
		}
		if from == "" {
			from = w.T("items-file.nothing")
		}
		if to == "" {
			to = w.T("items-file.nothing")
		}
		all = append(all, w.T("items-file.change", w.T("item-fact."+id), from, to))
	}
	yes := func(on bool) string {
		if on {
			return w.T("items-file.yes")
		}
		return w.T("items-file.no")
	}
	a, b := c.From, c.To
	note("price", a.Price.String(), b.Price.String())
	note("member", amount(a.Member), amount(b.Member))
	note("name", a.Name, b.Name)
	note("cost", amount(a.Cost), amount(b.Cost))
	note("tax", percent(a.TaxRate), percent(b.TaxRate))
	note("codes", strings.Join(a.Barcodes, " "), strings.Join(b.Barcodes, " "))
	note("plu", a.PLU, b.PLU)
	note("category", a.Category, b.Category)
	note("unit", a.Unit, b.Unit)
	note("pinyin", a.Pinyin, b.Pinyin)
	note("colour", a.Colour, b.Colour)
	note("weighed", yes(a.Weighed), yes(b.Weighed))
	note("open", yes(a.Open), yes(b.Open))
	note("retired", yes(a.Retired), yes(b.Retired))
	return all
}

func amount(f pos.Fen) string {
	if f == 0 {
		return ""
	}
	return f.String()
}

// percent is a rate in 1/100 of a percent.
func percent(rate int) string {
	return strings.TrimSuffix(strings.TrimRight(pos.Fen(rate).String(), "0"), ".") + "%"
}

// Model is the screen in words.
type Model struct {
	Title, Facts, Todo string
	Bad                bool
	Busy               bool
	Counts             [3]string // all, new, changed; "" without a plan
	Filter             Filter
	Action             string
	Off                bool
	None, NoneTodo     string
	Exporting          bool
	Said               string
	Sour               bool
}

// Model gives the screen in words.
func (p *Presenter) Model() Model {
	w := p.cfg.Words
	m := Model{Said: p.said, Sour: p.sour, Filter: p.filter, Exporting: p.exporting, Action: w.T("items-file.choose")}
	name := filepath.Base(p.path)
	switch p.stage {
	case idle:
		m.Title, m.Facts = w.T("items-file.title"), w.T("items-file.how")
		m.None, m.NoneTodo = w.T("items-file.columns"), w.T("items-file.columns.all")
	case reading:
		m.Title, m.Busy, m.Off, m.None = name, true, true, w.T("items-file.reading")
	case planned:
		m.Title, m.Action, m.Off = name, w.T("items-file.take", len(p.plan.New)+len(p.plan.Changed)), !p.Ready()
		m.Facts = w.T("items-file.plan", len(p.plan.New), len(p.plan.Changed), p.plan.Same)
		m.Todo = w.T("items-file.plan.todo")
		if !p.Ready() {
			m.Todo = w.T("items-file.same")
		}
		m.Counts = [3]string{
			w.T("items-file.all", len(p.plan.New)+len(p.plan.Changed)), w.T("items-file.new", len(p.plan.New)), w.T("items-file.changed", len(p.plan.Changed)),
		}
		if p.Len() == 0 {
			m.None = w.T("items-file.none")
		}
	case refused:
		m.Title, m.Bad, m.Action = name, true, w.T("items-file.again")
		m.Facts, m.Todo = w.T("items-file.refused"), p.wayOut
		if n := len(p.faults); n > 0 {
			m.Facts = w.T("items-file.faults", n)
		}
	case writing:
		m.Title, m.Busy, m.Off, m.None = name, true, true, w.T("items-file.writing")
	case done:
		m.Title, m.Facts, m.None = w.T("items-file.done"), w.T("items-file.done.facts", p.added, p.edited, p.same), w.T("items-file.done")
		m.Todo, m.NoneTodo = w.T("items-file.done.todo"), w.T("items-file.done.labels")
	}
	if p.cfg.Goods == nil {
		m.Off, m.Facts, m.None, m.NoneTodo = true, w.T("goods.closed"), "", ""
	}
	return m
}
