package sell

import (
	"slices"
	"strings"

	"guitai/pos"
)

// Line is a line of the cart in words, or goods that come back in exchange.
type Line struct {
	Name   string
	Calc   string // "2 × 3.00"
	Gross  string // what it came to before something was taken off, struck out; "" where nothing is
	Amount string // "6.00"
	Offs   []Off  // what is taken off
	Note   string
	Chosen bool
}

// Off is something that is taken off: what, and how much.
type Off struct{ What, Amount string }

// Lines is how many lines the cart has, with what comes back in exchange.
func (p *Presenter) Lines() int { return len(p.snap.Cart.Lines) + len(p.snap.Cart.Credits) }

// Line gives line i.
func (p *Presenter) Line(i int) Line {
	c, w := p.snap.Cart, p.cfg.Words
	if i >= p.Lines() {
		return Line{}
	}
	if i >= len(c.Lines) {
		r := c.Credits[i-len(c.Lines)]
		return Line{Name: w.T("sell.back", r.Goods), Calc: w.T("refund.receipt", r.Receipt), Amount: (-r.Amount).String(), Chosen: i == p.Chosen()}
	}
	l := c.Lines[i]
	m := Line{Name: l.Name, Calc: w.Calc(l), Amount: l.Net().String(), Note: l.Note, Chosen: i == p.Chosen()}
	if l.List != 0 {
		m.Calc += " · " + w.T("sell.listed", l.List)
	}
	if l.Off() != 0 {
		m.Gross = l.Amount().String()
	}
	if l.DealOff != 0 {
		m.Offs = append(m.Offs, Off{l.Deal, (-l.DealOff).String()})
	}
	if l.CutOff != 0 {
		m.Offs = append(m.Offs, Off{w.Cut(l.Cut), (-l.CutOff).String()})
	}
	return m
}

// Extra is how many rows line i has below what every line has.
func (p *Presenter) Extra(i int) int {
	if i >= len(p.snap.Cart.Lines) {
		return 0
	}
	l, n := p.snap.Cart.Lines[i], 0
	for _, there := range []bool{l.DealOff != 0, l.CutOff != 0, l.Note != ""} {
		if there {
			n++
		}
	}
	return n
}

// Chosen is the line that quantity and remove act on.
func (p *Presenter) Chosen() int { return max(0, min(p.sel, p.Lines()-1)) }

// At is the line that discounts, prices and notes are for; ok is false where there is none.
func (p *Presenter) At() (line int, ok bool) {
	return p.Chosen(), p.Chosen() < len(p.snap.Cart.Lines)
}

// Pieces says how many pieces are in the cart; "" for none.
func (p *Presenter) Pieces() string {
	if p.snap.Cart.Empty() {
		return ""
	}
	return p.cfg.Words.T("sell.pieces", p.snap.Cart.Pieces())
}

// Member reports whether the customer pays members' prices.
func (p *Presenter) Member() bool { return p.snap.Cart.Member }

// Phones says how many customers' phones have ordered and may still pay; "" for none.
func (p *Presenter) Phones() string {
	n := p.snap.PhoneOrders()
	if n == 0 {
		return ""
	}
	return p.cfg.Words.T("sell.phones", n)
}

// due is what is still to be paid; negative when the customer is owed something.
func (p *Presenter) due() pos.Fen { return dueOf(p.snap) }

func dueOf(s pos.Snapshot) pos.Fen {
	if len(s.Parts) == 0 {
		return s.Cart.Due()
	}
	return s.Due
}

// Total is what is due, in words: what it is called, and how much.
func (p *Presenter) Total() (name, amount string) {
	w, due := p.cfg.Words, p.due()
	switch {
	case due < 0:
		return w.T("sell.owed"), w.Money(-due)
	case len(p.snap.Parts) > 0:
		return w.T("sell.left"), w.Money(due)
	}
	return w.T("sell.total"), w.Money(due)
}

// mostSums is how many figures stand over the total at most.
const mostSums = 4

// Sums are the figures over the total that are not nothing: what is taken off, what was paid, what cash comes to.
func (p *Presenter) Sums() []Off {
	w, s := p.cfg.Words, p.snap
	var all []Off
	if off := s.Cart.Off(); off != 0 {
		what := w.T("sell.off")
		if s.Cart.CutOff != 0 {
			what += " · " + w.T("sell.off.whole", w.Cut(s.Cart.Cut))
		}
		all = append(all, Off{what, (-off).String()})
	}
	rounded := s.CashDue != 0 && s.CashDue != p.due() && s.Pay == nil
	room := mostSums - len(all)
	if rounded {
		room--
	}
	all = append(all, p.paid(room)...)
	if rounded {
		all = append(all, Off{w.T("sell.in-cash"), s.CashDue.String()})
	}
	return all
}

// paid is what parts took, each on a line of its own while there is room for that.
func (p *Presenter) paid(room int) []Off {
	w, parts := p.cfg.Words, p.snap.Parts
	if len(parts) > room {
		var sum pos.Fen
		names := make([]string, 0, len(parts))
		for _, v := range parts {
			sum += v.Amount
			if name := w.Tender(v.Tender); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		return []Off{{w.T("sell.paid", strings.Join(names, " · ")), (-sum).String()}}
	}
	all := make([]Off, 0, len(parts))
	for _, v := range parts {
		all = append(all, Off{w.T("sell.paid", w.Tender(v.Tender)), (-v.Amount).String()})
	}
	return all
}

// Held is how many carts were put aside.
func (p *Presenter) Held() int { return len(p.snap.Held) }

// Empty reports whether the cart is empty.
func (p *Presenter) Empty() bool { return p.snap.Cart.Empty() }

// CanUndo reports whether there is a change to take back.
func (p *Presenter) CanUndo() bool { return p.snap.CanUndo }

// CanReprint reports whether there is a receipt to print again.
func (p *Presenter) CanReprint() bool { return p.snap.Last != 0 }

// Field is what is typed.
func (p *Presenter) Field() string { return p.field }

// Times says that a quantity waits for the next goods; "" for none.
func (p *Presenter) Times() string {
	if p.snap.Times == 0 {
		return ""
	}
	return p.cfg.Words.T("sell.times", p.snap.Times)
}

// Finding reports whether search results stand in place of the tiles.
func (p *Presenter) Finding() bool { return p.foundFor != "" }

// Found is how many results there are.
func (p *Presenter) Found() int { return len(p.found) }

// FoundItem gives result i in words.
func (p *Presenter) FoundItem(i int) (name, detail, price string, chosen bool) {
	if i >= len(p.found) {
		return "", "", "", false
	}
	it := p.found[i]
	detail = it.Barcode()
	if it.PLU != "" {
		detail += " · " + it.PLU
	}
	if it.Category != "" {
		detail += " · " + it.Category
	}
	return it.Name, detail, p.price(it), i == p.foundSel
}

// FoundChosen is the result that Enter adds.
func (p *Presenter) FoundChosen() int { return p.foundSel }

// FoundWords says how the search went: what, and what to do.
func (p *Presenter) FoundWords() (what, todo string) {
	if len(p.found) == 0 {
		return p.cfg.Words.T("sell.hits.none", p.foundFor), p.cfg.Words.T("sell.hits.todo")
	}
	return p.cfg.Words.T("sell.hits", len(p.found)), p.cfg.Words.T("sell.hits.pick")
}

// Tabs are the categories' names, and which is chosen.
func (p *Presenter) Tabs() (names []string, chosen int) {
	for _, t := range p.tabs {
		if t == "" {
			t = p.cfg.Words.T("sell.all")
		}
		names = append(names, t)
	}
	return names, p.tab
}

// TileCount is how many tiles there are.
func (p *Presenter) TileCount() int { return len(p.tiles) }

// Tile gives tile i in words.
func (p *Presenter) Tile(i int) (name, price string, chosen bool) {
	if i >= len(p.tiles) {
		return "", "", false
	}
	return p.tiles[i].Name, p.price(p.tiles[i]), i == p.tile
}

// TileLook is the colour of tile i and the name of its photo, "" for none.
func (p *Presenter) TileLook(i int) (colour, photo string) {
	if i >= len(p.tiles) {
		return "", ""
	}
	return p.tiles[i].Colour, p.tiles[i].Photo
}

// price is what an item costs, as a tile says it: of what is weighed with its unit, of what is asked for that it is.
func (p *Presenter) price(it pos.Item) string {
	switch w := p.cfg.Words; {
	case it.Open:
		return w.T("sell.open")
	case it.Weighed:
		return it.Price.String() + "/" + w.PerUnit(it.Unit)
	}
	return it.Price.String()
}

// TileChosen is the tile that the keyboard is on, -1 for none.
func (p *Presenter) TileChosen() int { return p.tile }

// Prompt is the quantity prompt.
type Prompt struct {
	Open     bool
	Item     string
	Quantity string
	Amount   string // what the line comes to, "" while the quantity is none
	Bad      string // why it was refused
}

// Prompt gives the quantity prompt.
func (p *Presenter) Prompt() Prompt {
	i, ok := p.At()
	if !p.asking || !ok {
		return Prompt{}
	}
	l := p.snap.Cart.Lines[i]
	m := Prompt{Open: true, Item: l.Name, Quantity: p.quantity}
	if n := atoi(p.quantity); n > 0 {
		l.Quantity = n
		m.Amount = p.cfg.Words.Calc(l) + " = " + l.Amount().String()
	}
	if p.bad {
		m.Bad = p.cfg.Words.T("sell.quantity.bad")
	}
	return m
}

func atoi(s string) int {
	n := 0
	for _, r := range s {
		n = n*10 + int(r-'0')
	}
	return n
}
