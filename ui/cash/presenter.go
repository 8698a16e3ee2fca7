// Package cash is the cash prompt: what is due, what the customer gives, what goes back. It opens over the selling screen
// and over an open payment alike.
package cash

import (
	"slices"
	"strings"

	"guitai/pos"
	"guitai/pos/i18n"
)

// AtMostOver is how much more than what is due a customer may hand over: more is a slip of the finger.
const AtMostOver pos.Fen = 100_000

// Config is what the prompt works with. All functions are called on the goroutine that draws.
type Config struct {
	Words *i18n.Words
	Post  func(pos.Command)
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Presenter is the prompt without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg    Config
	open   bool
	sold   bool    // there is something to pay for
	total  pos.Fen // what is still to be paid of all; negative when the customer is owed something
	round  pos.Fen // the same as cash is rounded
	online pos.Fen // of what the customer is owed, what goes back through WeChat
	part   pos.Fen // what is paid now, of total; 0 is all
	glass  pos.Fen // the part that a code on the glass is for; 0 for none
	split  bool    // the amount that is typed is a part, to be taken exactly
	typed  pos.Typing
	tried  bool // Enter met an amount that cannot be taken
	over   over
	armed  bool // the first of two Enters was pressed
}

// over says what payment the prompt is over.
type over int

const (
	overNothing over = iota // none, or one that nobody can pay
	overCode                // a code is on the glass, and nobody has paid it
	overUnsure              // the customer may have paid without the till knowing
)

func overOf(v *pos.PayView) over {
	switch {
	case v == nil:
		return overNothing
	case v.Unsure():
		return overUnsure
	case v.Phase == pos.PayWaiting:
		return overCode
	}
	return overNothing
}

// NewPresenter makes a closed prompt.
func NewPresenter(cfg Config) *Presenter {
	return &Presenter{cfg: cfg, typed: pos.Typing{Places: 2}}
}

// Open asks for cash against what is due; with nothing to pay for it stays closed. Of a code for a part on the glass it is that part.
func (p *Presenter) Open() { p.OpenFor(p.glass) }

// OpenFor asks for cash against a part of what is due; 0 is all.
func (p *Presenter) OpenFor(part pos.Fen) {
	if !p.sold {
		return
	}
	p.open, p.part, p.split, p.typed.Text = true, part, false, ""
	p.again()
}

// Close puts the prompt away.
func (p *Presenter) Close() {
	if p.open {
		p.open = false
		p.cfg.Changed()
	}
}

// IsOpen reports whether the prompt is in front.
func (p *Presenter) IsOpen() bool { return p.open }

// Show takes the till's newest state. Another sum than before takes back what was typed against the old one.
func (p *Presenter) Show(s pos.Snapshot) {
	total, round, glass := dueOf(s)
	sold := s.Done == nil && (!s.Cart.Empty() || s.Pay != nil)
	on := overOf(s.Pay)
	if sold == p.sold && total == p.total && round == p.round && glass == p.glass && on == p.over && s.OwedOnline == p.online {
		return
	}
	if total != p.total || glass != p.glass {
		p.typed.Text, p.split, p.part = "", false, glass
	}
	p.sold, p.total, p.round, p.glass, p.over, p.tried, p.armed = sold, total, round, glass, on, false, false
	p.online = s.OwedOnline
	if !sold {
		p.Close()
	} else if p.open {
		p.cfg.Changed()
	}
}

// dueOf is what is still to be paid, the same as cash is rounded, and the part of it that a code on the glass is for; 0 is all of it.
func dueOf(s pos.Snapshot) (total, round, glass pos.Fen) {
	total = s.Due
	if len(s.Parts) == 0 {
		total = s.Cart.Due()
	}
	if s.Pay != nil && s.Cart.Empty() {
		total = s.Pay.Amount
	}
	round = total - s.Rules.Rounding.Of(total)
	if s.Pay != nil && s.Pay.Amount < total {
		glass = s.Pay.Amount
	}
	return total, round, glass
}

// due is what is asked for. A part is not rounded: only what closes the sale is.
func (p *Presenter) due() pos.Fen {
	switch {
	case p.part > 0:
		return p.part
	case p.split:
		return p.total
	}
	return max(0, p.round)
}

// owed reports whether nothing is to be taken: goods that come back are worth as much as the others, or more.
func (p *Presenter) owed() bool { return p.total <= 0 }

// again is drawn after the amount changed: what Enter said of the old one is behind us.
func (p *Presenter) again() {
	p.tried, p.armed = false, false
	p.cfg.Changed()
}

// Typed takes a character.
func (p *Presenter) Typed(r rune) {
	if !p.owed() && p.typed.Type(r) {
		p.again()
	}
}

// Backspace takes back the last character.
func (p *Presenter) Backspace() {
	if p.typed.Text != "" {
		p.typed.Back()
		p.again()
	}
}

// TakeBack takes back n characters, which were a scan.
func (p *Presenter) TakeBack(n int) {
	p.typed.TakeBack(n)
	p.again()
}

// Give fills in an amount.
func (p *Presenter) Give(f pos.Fen) {
	p.typed.Text = strings.TrimSuffix(f.String(), ".00")
	p.again()
}

// Split makes what is typed a part that is taken exactly, the rest to be paid in another way; or what the customer gives for all of it.
func (p *Presenter) Split() {
	if p.part == 0 && !p.owed() {
		p.split = !p.split
		p.again()
	}
}

// Enter takes the money: what was typed, or exactly what is due when nothing was. While the customer may have paid already,
// the first Enter only asks for a second.
func (p *Presenter) Enter() {
	c, ok := p.meant()
	switch {
	case !ok:
		p.tried = true
		p.cfg.Changed()
	case p.over == overUnsure && !p.armed:
		p.armed = true
		p.cfg.Changed()
	default:
		p.Close()
		p.cfg.Post(c)
	}
}

// meant is what Enter asks of the till; ok is false while it is nothing.
func (p *Presenter) meant() (c pos.PayCash, ok bool) {
	given, ok := p.tendered()
	switch {
	case p.owed():
		return pos.PayCash{}, true
	case p.split && given == p.total:
		return pos.PayCash{}, ok
	case p.split:
		return pos.PayCash{Part: given}, ok && given > 0 && given < p.total
	case p.typed.Text == "":
		given = 0 // exactly, whatever is due by the time the till hears it
	case given < p.due() || given > p.due()+AtMostOver:
		ok = false
	}
	return pos.PayCash{Tendered: given, Part: p.part}, ok
}

func (p *Presenter) tendered() (pos.Fen, bool) {
	if p.typed.Text == "" && !p.split {
		return p.due(), true
	}
	return p.typed.Fen()
}

// Model is the prompt in words.
type Model struct {
	Title      string
	DueName    string
	Due        string
	Rounded    string // what rounding makes of it; "" for nothing
	Given      string // what Tendered is called
	Tendered   string
	ChangeName string
	Change     string // "" while too little was typed
	Hint       string // what Enter does, or why it cannot
	Bad        bool   // Hint is a refusal
	Ready      bool   // Enter takes the money
	Over       string // what this means for the payment under the prompt; "" without one
	Unsure     bool   // Over is a warning
	Take       string // what Enter does, on its button
	Split      string // what the key of parts does; "" for nothing
	Owed       bool   // nothing is taken
}

// Model gives the prompt in words.
func (p *Presenter) Model() Model {
	w, due := p.cfg.Words, p.due()
	m := Model{
		Title: w.T("cash.title"), DueName: w.T("cash.due"), Due: w.Money(due), Given: w.T("cash.tendered"), Tendered: p.typed.Text,
		ChangeName: w.T("cash.change"), Take: w.T("cash.ok"), Owed: p.owed(),
	}
	switch {
	case p.over == overCode:
		m.Over = w.T("cash.withdrawn")
	case p.over == overUnsure:
		m.Over, m.Unsure, m.Take = w.T("cash.unsure"), true, w.T("cash.ok.twice")
		if p.armed {
			m.Take = w.T("cash.ok.sure")
		}
	}
	_, m.Ready = p.meant()
	switch {
	case p.owed():
		p.giving(&m)
		return m
	case p.split:
		p.splitting(&m)
		return m
	case p.part > 0:
		m.Title, m.DueName = w.T("cash.title.part"), w.T("cash.due.part")
	default:
		m.Split = w.T("cash.split")
		if off := p.total - p.round; off != 0 {
			m.Rounded = w.T("cash.rounded", p.total, -off)
		}
	}
	given, ok := p.tendered()
	switch {
	case !ok, given > due+AtMostOver:
		m.Hint, m.Bad = w.T("cash.over", due+AtMostOver), ok || p.tried
	case given < due:
		m.Hint, m.Bad = w.T("cash.short", due-given), p.tried
		if m.Split != "" && given > 0 {
			m.Hint += w.T("cash.short.split")
		}
	default:
		m.Change = w.Money(given - due)
		if p.typed.Text == "" {
			m.Hint = w.T("cash.hint", due)
		}
	}
	return m
}

// splitting is a part that is taken exactly.
func (p *Presenter) splitting(m *Model) {
	w := p.cfg.Words
	m.Title, m.Given, m.ChangeName, m.Split = w.T("cash.title.part"), w.T("cash.part"), w.T("sell.left"), w.T("cash.whole")
	given, ok := p.tendered()
	switch {
	case m.Ready:
		m.Change = w.Money(p.total - given)
		if given == p.total {
			m.Hint = w.T("cash.part.all")
		}
	case !ok && !p.tried:
		m.Hint = w.T("cash.part.hint", p.total)
	default:
		m.Hint, m.Bad = w.T("cash.part.bad", p.total), true
	}
}

// giving is what the customer is owed, and which way it goes: what goes back through WeChat must not be handed out as well.
func (p *Presenter) giving(m *Model) {
	w := p.cfg.Words
	m.Title, m.DueName, m.Due, m.Take, m.Hint = w.T("cash.title.owed"), w.T("sell.owed"), w.Money(-p.total), w.T("cash.ok.owed"), w.T("cash.owed.hint")
	switch cash := -p.total - p.online; {
	case p.online > 0 && cash > 0:
		m.Hint = w.T("cash.owed.both", cash, p.online)
	case p.online > 0:
		m.Take, m.Hint = w.T("cash.ok.owed.online"), w.T("cash.owed.online")
	}
	if p.total == 0 {
		m.Title, m.DueName, m.Take, m.Hint = w.T("cash.title.even"), w.T("cash.due"), w.T("cash.ok.even"), w.T("cash.even.hint")
	}
}

// NoteCount is how many amounts are offered at a tap.
const NoteCount = 6

// Notes are the amounts a customer is likely to hand over: exactly what is due, and what the notes in people's purses come
// to.
func (p *Presenter) Notes() []pos.Fen {
	due := p.due()
	notes := []pos.Fen{due}
	for _, step := range []pos.Fen{500, 1000, 2000, 5000, 10000} {
		up := (due + step - 1) / step * step
		if !slices.Contains(notes, up) {
			notes = append(notes, up)
		}
	}
	slices.Sort(notes)
	for len(notes) < NoteCount {
		notes = append(notes, (notes[len(notes)-1]/10000+1)*10000)
	}
	return notes
}
