// Package tenders is what people pay with beside the till's own code: what the shop takes outside (Alipay, a bank's terminal, a code on
// the wall), booked on the cashier's word, and a sale that is paid in parts. It says what was paid and what is left; the till books it.
package tenders

import (
	"slices"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words *i18n.Words
	Post  func(pos.Command)
	// Cash opens the cash prompt for a part; 0 for all that is left.
	Cash func(part pos.Fen)
	// Close puts the screen away.
	Close func()
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg    Config
	due    pos.Fen
	parts  []pos.PartView
	names  []string
	at     int // of names
	pay    *pos.PayView
	sold   bool // there is something to pay for
	split  bool // a part is paid, not all
	typing bool // of the part's amount; else a tender is chosen
	typed  pos.Typing
	tried  bool // Enter met an amount that is no part
	armed  bool // the first of two Enters was pressed, while the customer may have paid already
	giving bool // it is asked whether to give back what was paid
}

// NewPresenter makes a presenter with nothing to pay.
func NewPresenter(cfg Config) *Presenter {
	return &Presenter{cfg: cfg, typed: pos.Typing{Places: 2}}
}

// Open begins: with a part to type, or with all that is left.
func (p *Presenter) Open(split bool) {
	p.split, p.typing, p.giving, p.at = split, split, false, 0
	p.typed = pos.Typing{Places: 2}
	p.again()
}

// Show takes the till's newest state. Another sum than before takes back what was typed against the old one.
func (p *Presenter) Show(s pos.Snapshot) {
	due := s.Due
	if len(s.Parts) == 0 {
		due = s.Cart.Due()
	}
	if due != p.due || p.unsure() != unsure(s.Pay) {
		p.typed.Text, p.tried, p.armed = "", false, false
	}
	p.due, p.parts, p.names, p.pay = due, s.Parts, s.Rules.Others, s.Pay
	p.at = max(0, min(p.at, len(p.names)-1))
	p.giving = p.giving && len(p.parts) > 0
	if p.sold = !s.Cart.Empty(); !p.sold || s.Done != nil {
		p.cfg.Close()
		return
	}
	p.cfg.Changed()
}

func unsure(v *pos.PayView) bool { return v != nil && v.Unsure() }

// unsure reports whether the customer may have paid by a code without the till knowing.
func (p *Presenter) unsure() bool { return unsure(p.pay) }

func (p *Presenter) again() {
	p.tried, p.armed = false, false
	p.cfg.Changed()
}

// part is what is paid now; 0 for all that is left. ok is false while no such part is typed.
func (p *Presenter) part() (part pos.Fen, ok bool) {
	if !p.split || p.typed.Text == "" && !p.typing {
		return 0, p.due > 0
	}
	f, ok := p.typed.Fen()
	if f == p.due {
		return 0, ok && f > 0
	}
	return f, ok && f > 0 && f < p.due
}

// Split goes from all to a part and back.
func (p *Presenter) Split() {
	p.split, p.giving = !p.split, false
	p.typing, p.typed.Text = p.split, ""
	p.again()
}

// Amount goes back to the part's amount.
func (p *Presenter) Amount() {
	p.split, p.typing, p.giving = true, true, false
	p.again()
}

// Half takes half of what is left as the part; the odd fen stays for the other half.
func (p *Presenter) Half() {
	p.split, p.typing, p.giving = true, true, false
	p.typed = pos.TypedFen(p.due / 2)
	p.again()
}

// Typed takes a character: of the part while that is typed, else the number of a tender.
func (p *Presenter) Typed(r rune) {
	switch {
	case p.giving:
	case p.typing:
		if p.typed.Type(r) {
			p.again()
		}
	default:
		p.Choose(int(r - '1'))
	}
}

// Digit takes a character of the pad, which is of the part.
func (p *Presenter) Digit(r rune) {
	if !p.giving {
		p.split, p.typing = true, true
		p.Typed(r)
	}
}

// Backspace takes back the last character.
func (p *Presenter) Backspace() {
	if p.split && !p.giving {
		p.typing = true
		p.typed.Back()
		p.again()
	}
}

// Choose chooses a tender. Choosing books nothing.
func (p *Presenter) Choose(i int) {
	if i < 0 || i >= len(p.names) || p.giving {
		return
	}
	if p.typing {
		if _, ok := p.part(); !ok {
			p.tried = true
			p.cfg.Changed()
			return
		}
	}
	p.at, p.typing = i, false
	p.again()
}

// Move goes to the tender beside, or below.
func (p *Presenter) Move(d int) { p.Choose(p.at + d) }

// Enter goes on from the part to the tender, and books what the cashier saw arrive there.
func (p *Presenter) Enter() {
	part, ok := p.part()
	switch {
	case p.giving:
		p.giving = false
		p.cfg.Post(pos.GiveBack{})
		p.cfg.Close()
	case !ok:
		p.tried = true
		p.cfg.Changed()
	case p.typing:
		p.typing = false
		p.again()
	case len(p.names) == 0:
	case p.unsure() && !p.armed:
		p.armed = true
		p.cfg.Changed()
	default:
		p.cfg.Post(pos.PayOther{Name: p.names[p.at], Part: part})
		p.cfg.Close()
	}
}

// Cash takes the part, or all that is left, in cash.
func (p *Presenter) Cash() { p.by(func(part pos.Fen) { p.cfg.Cash(part) }) }

// WeChat asks for a code for the part, or for all that is left.
func (p *Presenter) WeChat() {
	if p.pay == nil { // one code at a time
		p.by(func(part pos.Fen) { p.cfg.Post(pos.PayWeChat{Part: part}) })
	}
}

func (p *Presenter) by(pay func(part pos.Fen)) {
	part, ok := p.part()
	if !ok || p.giving {
		p.tried = !p.giving
		p.cfg.Changed()
		return
	}
	p.cfg.Close()
	pay(part)
}

// Back asks whether to give back what was paid already.
func (p *Presenter) Back() {
	if len(p.parts) > 0 && p.pay == nil && !p.giving {
		p.giving = true
		p.cfg.Changed()
	}
}

// Escape takes one step back. It reports whether there was one.
func (p *Presenter) Escape() bool {
	switch {
	case p.giving:
		p.giving = false
	case p.split && !p.typing:
		p.typing = true
	default:
		return false
	}
	p.again()
	return true
}

// Paid is what parts took.
func (p *Presenter) Paid() pos.Fen {
	var sum pos.Fen
	for _, v := range p.parts {
		sum += v.Amount
	}
	return sum
}

// tenderWords names the tenders of what was paid, each once.
func (p *Presenter) tenderWords() []string {
	var all []string
	for _, v := range p.parts {
		if name := p.cfg.Words.Tender(v.Tender); !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}
