package sell

import (
	"fmt"
)

// Line is a line of the cart in words.
type Line struct {
	Name   string
	Calc   string // "2 × 3.00"
	Amount string // "6.00"
	Chosen bool
}

// Lines is how many lines the cart has.
func (p *Presenter) Lines() int { return len(p.snap.Cart.Lines) }

// Line gives line i.
func (p *Presenter) Line(i int) Line {
	if i >= len(p.snap.Cart.Lines) {
		return Line{}
	}
	l := p.snap.Cart.Lines[i]
	return Line{
		Name: l.Name, Calc: fmt.Sprintf("%d × %s", l.Quantity, l.Price), Amount: l.Amount().String(), Chosen: i == p.Chosen(),
	}
}

// Chosen is the line that quantity and remove act on.
func (p *Presenter) Chosen() int { return max(0, min(p.sel, len(p.snap.Cart.Lines)-1)) }

// Pieces says how many pieces are in the cart; "" for none.
func (p *Presenter) Pieces() string {
	if p.snap.Cart.Empty() {
		return ""
	}
	return p.cfg.Words.T("sell.pieces", p.snap.Cart.Pieces())
}

// Phones says how many customers' phones have ordered and may still pay; "" for none.
func (p *Presenter) Phones() string {
	n := p.snap.PhoneOrders()
	if n == 0 {
		return ""
	}
	return p.cfg.Words.T("sell.phones", n)
}

// Total is what is due, in words.
func (p *Presenter) Total() string { return p.cfg.Words.Money(p.snap.Cart.Total()) }

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
	return it.Name, detail, it.Price.String(), i == p.foundSel
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
	return p.tiles[i].Name, p.tiles[i].Price.String(), i == p.tile
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
	if !p.asking || p.snap.Cart.Empty() {
		return Prompt{}
	}
	l := p.snap.Cart.Lines[p.Chosen()]
	m := Prompt{Open: true, Item: l.Name, Quantity: p.quantity}
	if n := atoi(p.quantity); n > 0 {
		m.Amount = fmt.Sprintf("%d × %s = %s", n, l.Price, l.Price.Times(n))
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
