// Package discount is what a person takes off: from a line, from the whole sale, or by selling a line at another price. It shows what
// that comes to while it is typed; what it comes to in the end is the till's to say.
package discount

import (
	"strconv"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words *i18n.Words
	Post  func(pos.Command)
	// Give hands a command to the till once it is allowed, and calls then.
	Give func(c pos.Command, what string, then func())
	// Close puts the screen away.
	Close func()
	// Changed hears that something is to be drawn again.
	Changed func()
}

// What is what something is taken off.
type What int

// What something is taken off.
const (
	Line  What = iota // the chosen line
	Whole             // the whole sale
	Price             // the chosen line, by another price
)

// kinds are the ways to say a discount, in the order they are offered.
var kinds = []pos.CutKind{pos.CutPercent, pos.CutAmount, pos.CutTo}

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg   Config
	cart  pos.Cart
	line  int
	what  What
	kind  pos.CutKind
	typed pos.Typing
	tried bool // Enter met something that cannot be
}

// NewPresenter makes a presenter without a cart.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg, kind: pos.CutPercent} }

// Open begins with one of the three, for the line that is chosen in the cart.
func (p *Presenter) Open(what What, line int) {
	p.what, p.line = what, max(0, min(line, len(p.cart.Lines)-1))
	p.begin()
}

// Show takes the till's newest state. A cart that became another one is none that anything was typed for.
func (p *Presenter) Show(s pos.Snapshot) {
	changed := !p.cart.Same(s.Cart)
	p.cart = s.Cart
	switch {
	case len(p.cart.Lines) == 0 || s.Pay != nil:
		p.cfg.Close()
	case changed:
		p.line = min(p.line, len(p.cart.Lines)-1)
		p.begin()
	}
}

// begin fills in what holds already.
func (p *Presenter) begin() {
	p.tried = false
	if p.what == Price {
		p.typed = pos.TypedFen(p.at().Price)
		p.cfg.Changed()
		return
	}
	cut := p.cut()
	if cut.Kind != pos.CutNone {
		p.kind = cut.Kind
	}
	p.typed = pos.Typing{Places: 2, Fresh: true, Text: p.written(cut)}
	p.cfg.Changed()
}

func (p *Presenter) at() pos.Line {
	if p.line >= len(p.cart.Lines) {
		return pos.Line{}
	}
	return p.cart.Lines[p.line]
}

// cut is the discount that holds already.
func (p *Presenter) cut() pos.Cut {
	if p.what == Whole {
		return p.cart.Cut
	}
	return p.at().Cut
}

// base is what the discount is taken off.
func (p *Presenter) base() pos.Fen {
	if p.what != Whole {
		return p.at().Amount() - p.at().DealOff
	}
	var net pos.Fen
	for _, l := range p.cart.Lines {
		net += l.Net()
	}
	return net
}

// written is a discount as a person would have typed it.
func (p *Presenter) written(c pos.Cut) string {
	switch {
	case c.Kind == pos.CutNone:
		return ""
	case c.Kind != pos.CutPercent:
		return pos.TypedFen(pos.Fen(c.N)).Text
	case p.cfg.Words.Lang() == i18n.Chinese:
		return tenths(100_00 - c.N)
	}
	return hundredths(c.N)
}

// tenths writes 1/1000 of tenths as people say them: 8500 is "8.5" (八五折).
func tenths(n int64) string {
	return trimmed(n/1000, n%1000, 3)
}

func hundredths(n int64) string { return trimmed(n/100, n%100, 2) }

func trimmed(whole, frac int64, places int) string {
	s := strconv.FormatInt(frac, 10)
	for len(s) < places {
		s = "0" + s
	}
	for s != "" && s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	if s == "" {
		return strconv.FormatInt(whole, 10)
	}
	return strconv.FormatInt(whole, 10) + "." + s
}

// meant is the discount that is typed; ok is false while it is none that can be given.
func (p *Presenter) meant() (c pos.Cut, ok bool) {
	n, typed := p.typed.Value()
	if !typed {
		return pos.Cut{}, false
	}
	c = pos.Cut{Kind: p.kind, N: n}
	if p.kind == pos.CutPercent && p.cfg.Words.Lang() == i18n.Chinese {
		// 8.5 and 85 are both 八五折: the customer pays 85 of a hundred. 十折 is the full price: whoever types it for ten in a hundred off must not
		// give ninety away.
		if n <= 10_00 {
			n *= 10
		}
		c.N = 100_00 - n
		if n == 0 {
			return c, false // nothing begins with a zero that is meant as a gift: that is typed as an amount
		}
	}
	base := p.base()
	ok = c.Check() == nil && c.Of(base) > 0
	switch p.kind {
	case pos.CutAmount:
		ok = ok && pos.Fen(c.N) <= base
	case pos.CutTo:
		ok = ok && pos.Fen(c.N) < base
	case pos.CutNone, pos.CutPercent:
	}
	return c, ok
}

// price is the price that is typed; ok is false while it is none that the line can be sold at.
func (p *Presenter) price() (pos.Fen, bool) {
	f, ok := p.typed.Fen()
	return f, ok && f <= pos.MaxAmount && !p.labelled()
}

// labelled reports whether the line's price is printed on its goods, and so stands.
func (p *Presenter) labelled() bool { return p.what == Price && p.at().Label != 0 }

// Choose goes to another of the three.
func (p *Presenter) Choose(w What) {
	if w != p.what {
		p.what = w
		p.begin()
	}
}

// Kind chooses another way to say the discount.
func (p *Presenter) Kind(k pos.CutKind) {
	if p.what == Price || k == p.kind {
		return
	}
	p.kind, p.tried = k, false
	p.typed = pos.Typing{Places: 2, Fresh: true}
	if c := p.cut(); c.Kind == k {
		p.typed.Text = p.written(c)
	}
	p.cfg.Changed()
}

// Next goes to the next way to say it, or to the one before.
func (p *Presenter) Next(dx int) {
	for i, k := range kinds {
		if k == p.kind {
			p.Kind(kinds[(i+dx+len(kinds))%len(kinds)])
			return
		}
	}
}

// Move goes to another line.
func (p *Presenter) Move(dy int) {
	to := max(0, min(p.line+dy, len(p.cart.Lines)-1))
	if p.what == Whole || to == p.line {
		return
	}
	p.line = to
	p.cfg.Post(pos.SelectLine{Line: to})
	p.begin()
}

// Typed takes a character.
func (p *Presenter) Typed(r rune) {
	if p.typed.Type(r) {
		p.tried = false
		p.cfg.Changed()
	}
}

// Backspace takes back the last character.
func (p *Presenter) Backspace() {
	p.typed.Back()
	p.tried = false
	p.cfg.Changed()
}

// Fill takes one of the usual figures.
func (p *Presenter) Fill(i int) {
	if all := p.usual(); i >= 0 && i < len(all) {
		p.typed.Text, p.typed.Fresh, p.tried = all[i], true, false
		p.cfg.Changed()
	}
}

// usual are the figures that come up most, as they would be typed.
func (p *Presenter) usual() []string {
	switch {
	case p.what == Price:
		return nil
	case p.kind == pos.CutPercent && p.cfg.Words.Lang() == i18n.Chinese:
		return []string{"9.5", "9", "8.5", "8", "5"}
	case p.kind == pos.CutPercent:
		return []string{"5", "10", "15", "20", "50"}
	case p.kind == pos.CutAmount:
		return []string{"1", "2", "5", "10", "20"}
	}
	// Down to round sums below what it comes to now.
	var all []string
	base := p.base()
	for _, step := range []pos.Fen{10, 100, 500, 1000} {
		if to := base / step * step; to > 0 && to < base {
			if s := pos.TypedFen(to).Text; len(all) == 0 || all[len(all)-1] != s {
				all = append(all, s)
			}
		}
	}
	return all
}

// Enter gives the discount, or the price.
func (p *Presenter) Enter() {
	w := p.cfg.Words
	if p.what == Price {
		f, ok := p.price()
		switch {
		case !ok:
			p.tried = true
			p.cfg.Changed()
		case f == p.at().Price:
			p.cfg.Close()
		default:
			p.cfg.Give(pos.SetPrice{Line: p.line, Price: f}, w.T("discount.ask.price", p.at().Name, f), p.cfg.Close)
		}
		return
	}
	c, ok := p.meant()
	switch {
	case !ok:
		p.tried = true
		p.cfg.Changed()
	case c == p.cut():
		p.cfg.Close()
	case p.what == Whole:
		p.cfg.Give(pos.CutCart{Cut: c}, w.T("discount.ask.whole", c.Of(p.base())), p.cfg.Close)
	default:
		p.cfg.Give(pos.CutLine{Line: p.line, Cut: c}, w.T("discount.ask.line", p.at().Name, c.Of(p.base())), p.cfg.Close)
	}
}

// MayRemove reports whether there is something to take away again.
func (p *Presenter) MayRemove() bool {
	if p.what == Price {
		return p.at().List != 0
	}
	return p.cut() != pos.Cut{}
}

// Remove takes the discount away, or goes back to the catalogue's price.
func (p *Presenter) Remove() {
	switch {
	case !p.MayRemove():
	case p.what == Price:
		p.cfg.Give(pos.SetPrice{Line: p.line, Price: p.at().List}, p.cfg.Words.T("discount.ask.price", p.at().Name, p.at().List), p.cfg.Close)
	case p.what == Whole:
		p.cfg.Give(pos.CutCart{}, "", p.cfg.Close)
	default:
		p.cfg.Give(pos.CutLine{Line: p.line}, "", p.cfg.Close)
	}
}
