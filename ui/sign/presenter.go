// Package sign asks who somebody is: the name, then the PIN. It does so in two places: on the lock, which covers the window
// while nobody is signed in, and in the prompt in which somebody who may allows what the one at the till may not.
//
// A PIN lives here only until Enter, and is never shown, kept or said.
package sign

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Config is what the question works with. All functions are called on the goroutine that draws.
type Config struct {
	Words *i18n.Words
	// Send has a PIN looked at; the answer is the next Proof of the snapshot.
	Send func(who pos.StaffID, pin pos.PIN)
	// Proven hears that the PIN was right. May be nil.
	Proven func()
	Now    func() time.Time
	// Changed hears that something is to be drawn again.
	Changed func()
}

// The shortest and the longest PIN.
const leastPIN, mostPIN = 4, 8

// longestWait is the longest that wrong PINs bring.
var longestWait = pos.PINWait(1 << 10)

// Presenter is the question without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg     Config
	may     func(pos.Person) bool
	people  []pos.Person
	at      int
	pinning bool // the PIN is asked for; else the name
	typed   string
	pin     pos.PIN
	sent    bool   // an answer is awaited
	seen    uint64 // the answers up to this one are of before
	trouble trouble
	code    pos.Code // of the last answer
	until   time.Time
}

// trouble is why nothing was done.
type trouble int

const (
	noTrouble trouble = iota
	tooShort
	refused // the till says no, by code
	scanned // something was scanned
)

// NewPresenter asks among nobody yet.
func NewPresenter(cfg Config) *Presenter {
	return &Presenter{cfg: cfg, may: func(pos.Person) bool { return true }}
}

// Begin asks anew, among those who may; the one named first is chosen if he is among them.
func (p *Presenter) Begin(v pos.StaffView, first pos.StaffID, may func(pos.Person) bool) {
	p.may, p.seen, p.sent = may, v.Answer.N, false
	p.choose(v.People)
	p.at = 0
	for i, x := range p.people {
		if x.ID == first {
			p.at = i
		}
	}
	p.pinning = len(p.people) == 1
	p.forget()
	p.cfg.Changed()
}

func (p *Presenter) choose(people []pos.Person) {
	p.people = p.people[:0:0]
	for _, x := range people {
		if p.may(x) {
			p.people = append(p.people, x)
		}
	}
}

// forget drops what was typed and said.
func (p *Presenter) forget() {
	p.pin, p.typed, p.trouble, p.code, p.until = "", "", noTrouble, pos.CodeNone, time.Time{}
}

// Show takes the till's newest state.
func (p *Presenter) Show(v pos.StaffView) {
	was := pos.StaffID(0)
	if p.at < len(p.people) {
		was = p.people[p.at].ID
	}
	p.choose(v.People)
	p.at = max(0, min(p.at, len(p.people)-1))
	for i, x := range p.people {
		if x.ID == was {
			p.at = i
		}
	}
	if p.sent && v.Answer.N > p.seen && !v.Proving {
		p.sent, p.seen = false, v.Answer.N
		p.code, p.until = v.Answer.Code, v.Answer.Until
		p.trouble = noTrouble
		if p.code != pos.CodeNone {
			p.trouble = refused
		} else if p.cfg.Proven != nil {
			p.cfg.Proven()
		}
	}
	p.cfg.Changed()
}

// Private reports whether a PIN is being typed.
func (p *Presenter) Private() bool { return p.pinning }

// Typed takes a character: of a name, or of the PIN. A digit chooses the person it stands beside.
func (p *Presenter) Typed(r rune) {
	if r >= '！' && r <= '～' {
		r -= 0xFEE0
	}
	digit := r >= '0' && r <= '9'
	switch {
	case p.sent || p.waits() > 0 && p.pinning:
		return
	case p.pinning:
		if digit && len(p.pin) < mostPIN {
			p.pin += pos.PIN(r)
			p.trouble = noTrouble
		}
	case digit:
		if i := int(r - '1'); i >= 0 && i < len(p.people) {
			p.Choose(i)
			return
		}
	case unicode.IsPrint(r) && len(p.typed) < 4*pos.MaxName:
		p.find(p.typed + string(r))
	}
	p.cfg.Changed()
}

// find chooses the first whose name has these characters; what nobody is called begins anew.
func (p *Presenter) find(typed string) {
	last := []rune(typed)
	for _, t := range []string{typed, string(last[len(last)-1:])} {
		for i, x := range p.people {
			if strings.Contains(strings.ToLower(x.Name), strings.ToLower(t)) {
				p.at, p.typed, p.trouble = i, t, noTrouble
				return
			}
		}
	}
	p.typed = ""
}

// Choose takes person i and asks for the PIN.
func (p *Presenter) Choose(i int) {
	if p.sent || i < 0 || i >= len(p.people) {
		return
	}
	p.at, p.pinning = i, true
	p.forget()
	p.cfg.Changed()
}

// Move goes to another person, whose PIN is another one.
func (p *Presenter) Move(dy int) {
	if p.sent || len(p.people) == 0 {
		return
	}
	p.at = max(0, min(len(p.people)-1, p.at+dy))
	p.forget()
	p.cfg.Changed()
}

// Backspace takes back the last digit; without one it asks for the name again.
func (p *Presenter) Backspace() {
	switch {
	case p.sent:
		return
	case p.pin != "":
		p.pin = p.pin[:len(p.pin)-1]
	case p.pinning:
		p.pinning = len(p.people) == 1
	default:
		p.typed = ""
	}
	p.trouble = noTrouble
	p.cfg.Changed()
}

// Enter goes from the name to the PIN, and has the PIN looked at.
func (p *Presenter) Enter() {
	switch {
	case p.sent || p.at >= len(p.people) || p.pinning && p.waits() > 0:
		return
	case !p.pinning:
		p.pinning = true
		p.forget()
	case len(p.pin) < leastPIN:
		p.trouble = tooShort
	default:
		who, pin := p.people[p.at].ID, p.pin
		p.forget()
		p.sent = true
		p.cfg.Send(who, pin)
	}
	p.cfg.Changed()
}

// Escape takes one step back. It reports whether there was one.
func (p *Presenter) Escape() bool {
	switch {
	case p.sent:
		return true
	case p.pin != "" || p.typed != "":
		p.forget()
	case p.pinning && len(p.people) > 1:
		p.pinning = false
		p.forget()
	default:
		return false
	}
	p.cfg.Changed()
	return true
}

// Scanned says that a scan has no business here; its digits are no PIN.
func (p *Presenter) Scanned() {
	if p.sent {
		return
	}
	p.forget()
	p.pinning, p.trouble = len(p.people) == 1, scanned
	p.cfg.Changed()
}

// waits is how long no PIN of the chosen person is looked at. A wait that is longer than any can be was begun under another clock: the
// till is asked, which knows what is left of it.
func (p *Presenter) waits() time.Duration {
	if p.at >= len(p.people) {
		return 0
	}
	until := p.people[p.at].Wait
	if p.until.After(until) {
		until = p.until
	}
	left := until.Sub(p.cfg.Now())
	if left > longestWait {
		return 0
	}
	return max(0, left)
}

// Tick reports whether a wait counts down, so that it is to be drawn every second.
func (p *Presenter) Tick() bool { return p.trouble == refused || p.waits() > 0 }

// Model is the question in words.
type Model struct {
	Name string // who was chosen; "" for nobody
	Role string
	Dots string // as many as digits were typed
	Hint string // what to do, or why nothing was done
	Bad  bool   // Hint is a refusal
	Busy bool   // the PIN is being looked at
	PIN  bool   // the PIN is asked for
	Can  bool   // Enter does something
}

// Model gives the question in words.
func (p *Presenter) Model() Model {
	w := p.cfg.Words
	m := Model{Dots: strings.Repeat("●", len(p.pin)), PIN: p.pinning, Busy: p.sent, Hint: w.T("sign.pick")}
	if p.at >= len(p.people) {
		m.Hint, m.Bad = w.T("sign.nobody"), true
		return m
	}
	who := p.people[p.at]
	m.Name, m.Role = who.Name, w.Role(who.Role)
	wait := p.waits()
	m.Can = !p.sent && (!p.pinning || wait == 0 && len(p.pin) >= leastPIN)
	if p.pinning {
		m.Hint = w.T("sign.pin")
	}
	switch {
	case p.sent:
		m.Hint = w.T("sign.busy")
	case wait > 0 && p.pinning:
		m.Hint, m.Bad = w.T("sign.wait", w.Span(wait)), true
	case p.trouble == tooShort:
		m.Hint, m.Bad = w.T("sign.short"), true
	case p.trouble == scanned:
		m.Hint, m.Bad = w.T("sign.scanned"), true
	case p.trouble == refused && p.code != pos.CodePINWait:
		what, _, todo := w.Trouble(p.code)
		m.Hint, m.Bad = what+w.T("sign.stop")+todo, true
	}
	return m
}

// Row is a person in the list.
type Row struct {
	Key    string // that chooses; "" beyond the ninth
	Sign   string // the first character of the name
	Name   string
	Role   string
	Chosen bool
}

// Len is how many can be chosen.
func (p *Presenter) Len() int { return len(p.people) }

// At is who is chosen.
func (p *Presenter) At() int { return p.at }

// Row gives person i.
func (p *Presenter) Row(i int) Row {
	if i >= len(p.people) {
		return Row{}
	}
	x := p.people[i]
	r := Row{Name: x.Name, Role: p.cfg.Words.Role(x.Role), Chosen: i == p.at}
	for _, first := range x.Name {
		r.Sign = strings.ToUpper(string(first))
		break
	}
	if i < 9 {
		r.Key = strconv.Itoa(i + 1)
	}
	return r
}
