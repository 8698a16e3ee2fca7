// Package deals is the page of the shop's promotions: the list in the order in which they are tried, each in words, and the form to make and
// change them, with what it would take off real goods.
package deals

import (
	"context"
	"slices"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words    *i18n.Words
	Goods    pos.Goods        // nil shows that promotions cannot be changed here
	Now      func() time.Time // in the shop's zone
	Calendar pos.Calendar
	// Allow asks for leave for a deed where the one at the till may not do it himself, and calls then with whose leave it is, "" without
	// staff.
	Allow func(d pos.Deed, what string, then func(by string))
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns.
	Go func(work func(context.Context) (then func()))
	// Changed hears that something is to be drawn again; Focus that the keyboard is to go where the form is.
	Changed, Focus func()
}

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg      Config
	revision uint64
	shown    bool

	list   []pos.Deal
	known  bool
	bad    pos.Code
	asked  int // generation of the list
	at     int
	busy   bool // the list is being saved
	remove bool // asked whether to take the chosen one away

	items  map[pos.ItemID]pos.Item // names and prices of the goods of promotions, as they are read
	asking map[pos.ItemID]bool
	some   map[string][]pos.Item // a few goods of a category, "" of all: for trying a promotion
	form   *form

	said string
	sour bool
}

// NewPresenter makes an empty list, or the form that was left; nil for none.
func NewPresenter(cfg Config, old *Draft) *Presenter {
	p := &Presenter{cfg: cfg, items: map[pos.ItemID]pos.Item{}, asking: map[pos.ItemID]bool{}, some: map[string][]pos.Item{}}
	if old != nil {
		p.form = old.form.again()
	}
	return p
}

// Open reads the list.
func (p *Presenter) Open() { p.read() }

// Close gives what was changed in the form and not saved; nil for nothing.
func (p *Presenter) Close() *Draft {
	if p.form == nil || !p.form.dirty() {
		return nil
	}
	return &Draft{p.form}
}

// Show takes the till's newest state. Promotions that somebody else changed are read again.
func (p *Presenter) Show(s pos.Snapshot) {
	moved := p.shown && s.Items != p.revision
	p.revision, p.shown = s.Items, true
	if moved && !p.busy {
		p.items, p.some = map[pos.ItemID]pos.Item{}, map[string][]pos.Item{}
		p.read()
	}
}

func (p *Presenter) read() {
	if p.cfg.Goods == nil {
		return
	}
	p.asked++
	mine := p.asked
	p.cfg.Go(func(ctx context.Context) func() {
		list, err := p.cfg.Goods.Deals(ctx)
		return func() {
			if mine != p.asked {
				return
			}
			if p.bad = pos.CodeOf(err); err == nil {
				p.list, p.known = list, true
				p.at = max(0, min(p.at, len(list)-1))
			}
			p.cfg.Changed()
		}
	})
}

// item is goods by their number; what is not known yet is read, and drawn then.
func (p *Presenter) item(id pos.ItemID) (pos.Item, bool) {
	if it, ok := p.items[id]; ok {
		return it, it.ID != 0
	}
	if p.asking[id] || p.cfg.Goods == nil {
		return pos.Item{}, false
	}
	p.asking[id] = true
	p.cfg.Go(func(ctx context.Context) func() {
		it, err := p.cfg.Goods.ItemByID(ctx, id)
		return func() {
			delete(p.asking, id)
			if err == nil || pos.CodeOf(err) == pos.CodeNotFound {
				p.items[id] = it // goods that are gone have no name
				p.cfg.Changed()
			}
		}
	})
	return pos.Item{}, false
}

// sample is a few goods of a category, "" of all; nil while they are being read.
func (p *Presenter) sample(category string) []pos.Item {
	if some, ok := p.some[category]; ok || p.cfg.Goods == nil {
		return some
	}
	p.some[category] = nil
	p.cfg.Go(func(ctx context.Context) func() {
		some, err := p.cfg.Goods.InCategory(ctx, category, 20)
		return func() {
			if err == nil {
				p.some[category] = some
				p.cfg.Changed()
			}
		}
	})
	return nil
}

// Current is the chosen promotion.
func (p *Presenter) Current() (d pos.Deal, ok bool) {
	if p.at < len(p.list) {
		return p.list[p.at], true
	}
	return d, false
}

// Move goes up and down the list.
func (p *Presenter) Move(n int) { p.Choose(max(0, min(len(p.list)-1, p.at+n))) }

// Choose shows a promotion.
func (p *Presenter) Choose(i int) {
	if i >= 0 && i < len(p.list) {
		p.at, p.said = i, ""
		p.cfg.Changed()
	}
}

// Enter opens the chosen promotion.
func (p *Presenter) Enter() {
	if d, ok := p.Current(); ok {
		p.edit(d)
	}
}

// New opens the form for a new promotion.
func (p *Presenter) New() {
	if p.cfg.Goods != nil && p.known {
		p.edit(pos.Deal{Kind: pos.DealBundle, N: 2})
	}
}

func (p *Presenter) edit(d pos.Deal) {
	p.form, p.said, p.remove = newForm(d), "", false
	p.seek() // the categories, of one that is for a category
	p.cfg.Changed()
	p.cfg.Focus()
}

// Shift has the chosen promotion tried earlier (-1) or later (1).
func (p *Presenter) Shift(by int) {
	to := p.at + by
	if p.at >= len(p.list) || to < 0 || to >= len(p.list) {
		return
	}
	list := slices.Clone(p.list)
	list[p.at], list[to] = list[to], list[p.at]
	p.store(list, to, p.cfg.Words.T("deals.what.order"), "")
}

// Stop ends the chosen promotion with yesterday, or has one that ended go on.
func (p *Presenter) Stop() {
	d, ok := p.Current()
	if !ok {
		return
	}
	list := slices.Clone(p.list)
	today := p.today()
	said := "deals.said.stopped"
	if p.over(d) {
		d.To, said = 0, "deals.said.goes"
		if d.From > today {
			d.From = today
		}
	} else {
		d.To = today.Add(-1)
		d.From = min(d.From, d.To)
	}
	list[p.at] = d
	p.store(list, p.at, p.cfg.Words.T("deals.what.change", d.Name), p.cfg.Words.T(said, d.Name))
}

// AskRemove asks whether to take the chosen promotion away.
func (p *Presenter) AskRemove() {
	if _, ok := p.Current(); ok {
		p.remove = true
		p.cfg.Changed()
	}
}

// Removing reports whether that is asked.
func (p *Presenter) Removing() bool { return p.remove }

// Remove takes it away.
func (p *Presenter) Remove() {
	d, ok := p.Current()
	if !ok || !p.remove {
		return
	}
	p.remove = false
	p.store(slices.Delete(slices.Clone(p.list), p.at, p.at+1), p.at, p.cfg.Words.T("deals.what.remove", d.Name), p.cfg.Words.T("deals.said.removed", d.Name))
	p.cfg.Changed()
}

// store saves the list, if somebody gives leave, and goes to entry at.
func (p *Presenter) store(list []pos.Deal, at int, what, said string) {
	if p.busy || p.cfg.Goods == nil {
		return
	}
	mine := p.form
	p.cfg.Allow(pos.DeedGoods, what, func(by string) {
		if p.busy {
			return
		}
		p.busy, p.said = true, ""
		now := p.cfg.Now()
		p.asked++
		p.cfg.Go(func(ctx context.Context) func() {
			saved, err := p.cfg.Goods.SaveDeals(ctx, list, by, now)
			return func() {
				p.busy = false
				p.stored(mine, saved, at, said, err)
			}
		})
		p.cfg.Changed()
	})
}

func (p *Presenter) stored(f *form, saved []pos.Deal, at int, said string, err error) {
	switch c := pos.CodeOf(err); c {
	case pos.CodeNone:
		p.list, p.known, p.at = saved, true, max(0, min(at, len(saved)-1))
		p.said, p.sour = said, false
		if f != nil && p.form == f {
			p.form = nil
		}
	case pos.CodeConflict:
		p.said, p.sour = p.cfg.Words.T("deals.conflict"), true
		p.read()
	case pos.CodeInvalid:
		p.said, p.sour = p.cfg.Words.T("deals.invalid"), true
	default:
		what, _, todo := p.cfg.Words.Trouble(c)
		p.said, p.sour = what+" · "+todo, true
	}
	p.cfg.Changed()
	p.cfg.Focus()
}

// Escape takes one step back. It reports whether there was one.
func (p *Presenter) Escape() bool {
	switch {
	case p.remove:
		p.remove = false
	case p.form != nil:
		p.quitForm()
		return true
	default:
		return false
	}
	p.cfg.Changed()
	return true
}

func (p *Presenter) today() pos.Day {
	c := p.cfg.Calendar
	c.Zone = p.cfg.Now().Location()
	return c.DayOf(p.cfg.Now())
}

func (p *Presenter) moment() pos.ShopTime {
	c := p.cfg.Calendar
	c.Zone = p.cfg.Now().Location()
	return c.At(p.cfg.Now())
}

// over reports whether the last day of a promotion is behind us.
func (p *Presenter) over(d pos.Deal) bool { return d.To != 0 && d.To < p.today() }
