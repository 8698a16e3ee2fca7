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
	cfg   Config
	open  bool
	due   pos.Fen
	typed string
	tried bool // Enter met an amount that cannot be taken
	over  over
	armed bool // the first of two Enters was pressed
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
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg} }

// Open asks for cash against what is due; nothing due keeps it closed.
func (p *Presenter) Open() {
	if p.due <= 0 {
		return
	}
	p.open, p.typed = true, ""
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
	due := s.Cart.Total()
	if s.Pay != nil {
		due = s.Pay.Amount
	}
	if s.Done != nil {
		due = 0
	}
	on := overOf(s.Pay)
	if due == p.due && on == p.over {
		return
	}
	if due != p.due {
		p.typed = ""
	}
	p.due, p.over, p.tried, p.armed = due, on, false, false
	if due == 0 {
		p.Close()
	} else if p.open {
		p.cfg.Changed()
	}
}

// again is drawn after the amount changed: what Enter said of the old one is behind us.
func (p *Presenter) again() {
	p.tried, p.armed = false, false
	p.cfg.Changed()
}

// Typed takes a character.
func (p *Presenter) Typed(r rune) {
	if r >= '！' && r <= '～' {
		r -= 0xFEE0
	}
	if r == '。' {
		r = '.' // the same key under a Chinese input method
	}
	point := strings.IndexByte(p.typed, '.')
	switch {
	case r == '.' && point < 0:
	case r < '0' || r > '9', len(p.typed) >= 10, point >= 0 && len(p.typed)-point > 2:
		return
	}
	if p.typed == "0" && r != '.' {
		p.typed = ""
	}
	p.typed += string(r)
	p.again()
}

// Backspace takes back the last character.
func (p *Presenter) Backspace() {
	if p.typed != "" {
		p.typed = p.typed[:len(p.typed)-1]
		p.again()
	}
}

// TakeBack takes back n characters, which were a scan.
func (p *Presenter) TakeBack(n int) {
	p.typed = p.typed[:max(0, len(p.typed)-n)]
	p.again()
}

// Give fills in an amount.
func (p *Presenter) Give(f pos.Fen) {
	p.typed = strings.TrimSuffix(f.String(), ".00")
	p.again()
}

// Enter takes the money: what was typed, or exactly what is due when nothing was. While the customer may have paid already,
// the first Enter only asks for a second.
func (p *Presenter) Enter() {
	given, ok := p.tendered()
	if !ok || given < p.due || given > p.due+AtMostOver {
		p.tried = true
		p.cfg.Changed()
		return
	}
	if p.over == overUnsure && !p.armed {
		p.armed = true
		p.cfg.Changed()
		return
	}
	if p.typed == "" {
		given = 0 // exactly, whatever is due by the time the till hears it
	}
	p.Close()
	p.cfg.Post(pos.PayCash{Tendered: given})
}

func (p *Presenter) tendered() (pos.Fen, bool) {
	if p.typed == "" {
		return p.due, true
	}
	f, err := pos.ParseYuan(p.typed)
	return f, err == nil
}

// Model is the prompt in words.
type Model struct {
	Due      string
	Tendered string
	Change   string // "" while too little was typed
	Hint     string // what Enter does, or why it cannot
	Bad      bool   // Hint is a refusal
	Ready    bool   // Enter takes the money
	Over     string // what this means for the payment under the prompt; "" without one
	Unsure   bool   // Over is a warning
	Take     string // what Enter does, on its button
}

// Model gives the prompt in words.
func (p *Presenter) Model() Model {
	w := p.cfg.Words
	m := Model{Due: w.Money(p.due), Tendered: p.typed, Take: w.T("cash.ok")}
	switch {
	case p.over == overCode:
		m.Over = w.T("cash.withdrawn")
	case p.over == overUnsure:
		m.Over, m.Unsure, m.Take = w.T("cash.unsure"), true, w.T("cash.ok.twice")
		if p.armed {
			m.Take = w.T("cash.ok.sure")
		}
	}
	given, ok := p.tendered()
	switch {
	case !ok, given > p.due+AtMostOver:
		m.Hint, m.Bad = w.T("cash.over", p.due+AtMostOver), ok || p.tried
	case given < p.due:
		m.Hint, m.Bad = w.T("cash.short", p.due-given), p.tried
	default:
		m.Change, m.Ready = w.Money(given-p.due), true
		if p.typed == "" {
			m.Hint = w.T("cash.hint", p.due)
		}
	}
	return m
}

// NoteCount is how many amounts are offered at a tap.
const NoteCount = 6

// Notes are the amounts a customer is likely to hand over: exactly what is due, and what the notes in people's purses come
// to.
func (p *Presenter) Notes() []pos.Fen {
	notes := []pos.Fen{p.due}
	for _, step := range []pos.Fen{500, 1000, 2000, 5000, 10000} {
		up := (p.due + step - 1) / step * step
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
