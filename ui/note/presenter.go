// Package note is a person's words on a line of the cart: they stand under its name, on the window and on paper.
package note

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"guitai/pos"
	"guitai/pos/i18n"
)

// mostTyped is how many characters a note has at most: one line of narrow paper.
const mostTyped = 24

// usual are the words that come up most, by message id.
var usual = []string{"note.gift", "note.damaged", "note.chilled", "note.later", "note.ordered"}

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words *i18n.Words
	Post  func(pos.Command)
	// Close puts the screen away.
	Close func()
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg  Config
	cart pos.Cart
	line int
	note string
}

// NewPresenter makes a presenter without a cart.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg} }

// Open begins with what is noted on a line.
func (p *Presenter) Open(line int) {
	p.line = max(0, min(line, len(p.cart.Lines)-1))
	p.note = p.at().Note
	p.cfg.Changed()
}

// Show takes the till's newest state. In another cart the line may be another.
func (p *Presenter) Show(s pos.Snapshot) {
	if len(p.cart.Lines) > 0 && !p.cart.Same(s.Cart) || len(s.Cart.Lines) == 0 || s.Pay != nil {
		p.cfg.Close()
	}
	p.cart = s.Cart
}

func (p *Presenter) at() pos.Line {
	if p.line >= len(p.cart.Lines) {
		return pos.Line{}
	}
	return p.cart.Lines[p.line]
}

// Item is what the note is about.
func (p *Presenter) Item() string { return p.at().Name }

// Note is what is typed.
func (p *Presenter) Note() string { return p.note }

// Usual are the words at a tap.
func (p *Presenter) Usual() []string {
	var all []string
	for _, id := range usual {
		all = append(all, p.cfg.Words.T(id))
	}
	return all
}

// Typed takes a character.
func (p *Presenter) Typed(r rune) {
	if unicode.IsPrint(r) && utf8.RuneCountInString(p.note) < mostTyped {
		p.note += string(r)
		p.cfg.Changed()
	}
}

// Backspace takes back the last character.
func (p *Presenter) Backspace() {
	_, n := utf8.DecodeLastRuneInString(p.note)
	p.note = p.note[:len(p.note)-n]
	p.cfg.Changed()
}

// Clear takes back all of them.
func (p *Presenter) Clear() {
	p.note = ""
	p.cfg.Changed()
}

// Fill takes the i-th of the usual words.
func (p *Presenter) Fill(i int) {
	if i >= 0 && i < len(usual) {
		p.note = p.cfg.Words.T(usual[i])
		p.cfg.Changed()
	}
}

// Move goes to the next of the usual words, or to the one before.
func (p *Presenter) Move(dy int) {
	at := slices.Index(p.Usual(), p.note)
	if at < 0 && dy < 0 {
		at = 0
	}
	p.Fill((at + dy + len(usual)) % len(usual))
}

// Enter puts the note on the line; an empty one takes it away.
func (p *Presenter) Enter() {
	if note := strings.TrimSpace(p.note); note != p.at().Note {
		p.cfg.Post(pos.SetNote{Line: p.line, Note: note})
	}
	p.cfg.Close()
}
