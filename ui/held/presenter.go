// Package held lists the carts that were put aside (挂单): bring one back, or throw it away.
package held

import (
	"slices"
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Config is what the list works with. All functions are called on the goroutine that draws.
type Config struct {
	Words *i18n.Words
	Zone  *time.Location
	Post  func(pos.Command)
	// Close puts the list away.
	Close func()
	Now   func() time.Time
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Presenter is the list without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg    Config
	all    []pos.Held // newest first: most often it is the one that just went to fetch something
	busy   bool       // there is something in the cart, which has to go aside for another
	at     int
	asking bool // whether the chosen one is thrown away
}

// NewPresenter makes an empty list.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg} }

// Show takes the till's newest state. The choice stays with its cart; a question about one that is gone is not asked.
func (p *Presenter) Show(s pos.Snapshot) {
	was := p.chosen().ID
	p.all = slices.Clone(s.Held)
	slices.Reverse(p.all)
	p.busy = !s.Cart.Empty()
	if i := slices.IndexFunc(p.all, func(h pos.Held) bool { return h.ID == was }); i >= 0 {
		p.at = i
	} else {
		p.at, p.asking = max(0, min(p.at, len(p.all)-1)), false
	}
	if s.Pay != nil {
		p.cfg.Close()
	}
	p.cfg.Changed()
}

func (p *Presenter) chosen() pos.Held {
	if p.at >= len(p.all) {
		return pos.Held{}
	}
	return p.all[p.at]
}

// Len is how many there are.
func (p *Presenter) Len() int { return len(p.all) }

// At is the chosen one.
func (p *Presenter) At() int { return p.at }

// Asking reports whether it is asked whether to throw the chosen one away.
func (p *Presenter) Asking() bool { return p.asking }

// Busy reports whether the cart in front goes aside for the one that is brought back.
func (p *Presenter) Busy() bool { return p.busy }

// Choose goes to one of them.
func (p *Presenter) Choose(i int) {
	if !p.asking {
		p.at = max(0, min(i, len(p.all)-1))
		p.cfg.Changed()
	}
}

// Move goes up or down.
func (p *Presenter) Move(dy int) { p.Choose(p.at + dy) }

// Enter brings the chosen one back, or throws it away when that was asked. What is in the cart goes aside for it.
func (p *Presenter) Enter() {
	h := p.chosen()
	switch {
	case h.ID == 0:
		return
	case p.asking:
		p.asking = false
		p.cfg.Changed()
		p.cfg.Post(pos.DropHeld{ID: h.ID})
		return
	case p.busy:
		p.cfg.Post(pos.HoldCart{})
	}
	p.cfg.Post(pos.RecallCart{ID: h.ID})
	p.cfg.Close()
}

// Drop asks whether to throw the chosen one away.
func (p *Presenter) Drop() {
	if p.chosen().ID != 0 && !p.asking {
		p.asking = true
		p.cfg.Changed()
	}
}

// Escape takes one step back. It reports whether there was one.
func (p *Presenter) Escape() bool {
	if !p.asking {
		return false
	}
	p.asking = false
	p.cfg.Changed()
	return true
}

// Row is one of them in words.
type Row struct {
	Time   string
	Ago    string
	Name   string // what it was called, else its first goods
	Goods  string // the goods, as many as there is room for
	Pieces string
	Total  string
	Who    string
	Chosen bool
}

// Row gives the i-th in words.
func (p *Presenter) Row(i int) Row {
	if i >= len(p.all) {
		return Row{}
	}
	w, h := p.cfg.Words, p.all[i]
	r := Row{
		Time: h.At.In(p.cfg.Zone).Format("15:04"), Ago: p.ago(h.At), Name: h.Name, Pieces: w.T("sell.pieces", h.Cart.Pieces()),
		Total: w.Money(h.Cart.Due()), Who: h.Cashier, Chosen: i == p.at,
	}
	names := make([]string, 0, len(h.Cart.Lines))
	for _, l := range h.Cart.Lines {
		names = append(names, l.Name)
	}
	if r.Name == "" && len(names) > 0 {
		r.Name, names = names[0], names[1:]
	}
	r.Goods = strings.Join(names, w.T("held.comma"))
	return r
}

// ago says how long ago it was put aside; of an earlier day it says which.
func (p *Presenter) ago(at time.Time) string {
	w, now := p.cfg.Words, p.cfg.Now()
	switch d := now.Sub(at); {
	case d < time.Minute:
		return w.T("held.now")
	case d < time.Hour:
		return w.T("held.minutes", int(d/time.Minute))
	case d < 12*time.Hour:
		return w.T("held.hours", int(d/time.Hour))
	}
	return at.In(p.cfg.Zone).Format("01-02")
}

// Question asks whether to throw the chosen one away: what, and what that means.
func (p *Presenter) Question() (what, means string) {
	r := p.Row(p.at)
	return p.cfg.Words.T("held.drop.what", r.Name, r.Pieces, r.Total), p.cfg.Words.T("held.drop.means")
}
