// Package phone is the customer's phone of practice mode: a second window that scans what is on the glass and pays, or shows
// a payment code (付款码) for the till to scan, or does one of the other things customers do. Nothing in it is the till's: it
// acts on the simulator as a customer acts on WeChat, and what it shows reaches the till as any scan does.
package phone

import (
	"context"
	"slices"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Kind is a thing a customer can do with a code, by the name the simulator knows it by.
type Kind string

// The things a customer can do.
const (
	Pay           Kind = "pay"
	WrongPassword Kind = "wrong-password" // then the right one
	WalkAway      Kind = "walk-away"      // scanned, looked at, left
	OtherAmount   Kind = "other-amount"
	PayTwice      Kind = "pay-twice"
	PayLate       Kind = "pay-late" // only after the till cancelled
	Expire        Kind = "expire"   // the order's time runs out now
)

// Kinds lists them in the order of their buttons. All but the first are for practising what goes wrong.
var Kinds = []Kind{Pay, WrongPassword, WalkAway, OtherAmount, PayTwice, PayLate, Expire}

// Payer is a practice customer that can do more than pay. A pos.Phone that is one gets all the buttons.
type Payer interface {
	// PayAs does one of [Kinds] with a code. Safe for concurrent use.
	PayAs(ctx context.Context, kind Kind, codeURL string) error
}

// Shower is a practice customer that can show payment codes, too.
type Shower interface {
	// ShowCode gives a fresh code of 18 digits, and keeps in mind which of [CodeKinds] the customer does when it is charged.
	// Safe for concurrent use.
	ShowCode(ctx context.Context, kind CodeKind) (code string, err error)
}

// Config is what the phone works with. All functions but the phone's own are called on the goroutine that draws.
type Config struct {
	Words *i18n.Words
	Shop  string
	Phone pos.Phone
	// Scan is the till's scanner over the phone: it hands a payment code to the till. nil is a till without one, and a phone
	// that shows no codes.
	Scan func(code string)
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns.
	Go func(work func(context.Context) (then func()))
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Presenter is the phone without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg     Config
	code    string // the last one scanned
	amount  pos.Fen
	onGlass bool
	doing   int // how many things are under way for code
	said    string
	bad     bool
	shown   shown
}

// NewPresenter makes a phone that has scanned nothing.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg} }

// Show takes the till's newest state: the phone scans every new code by itself, and remembers it when it leaves the glass.
func (p *Presenter) Show(s pos.Snapshot) {
	code := ""
	if s.Pay != nil {
		code = s.Pay.CodeURL
	}
	if code != "" && code != p.code {
		p.code, p.amount, p.said, p.bad = code, s.Pay.Amount, "", false
	} else if p.onGlass == (code != "") {
		return
	}
	p.onGlass = code != ""
	p.cfg.Changed()
}

// Kinds are the things this phone can do.
func (p *Presenter) Kinds() []Kind {
	if _, ok := p.cfg.Phone.(Payer); ok {
		return slices.Clone(Kinds)
	}
	return []Kind{Pay}
}

// Do does a thing with the code that was scanned last.
func (p *Presenter) Do(k Kind) {
	if p.code == "" {
		return
	}
	code := p.code
	p.doing++
	p.said, p.bad = p.cfg.Words.T("phone.busy"), false
	p.cfg.Changed()
	p.cfg.Go(func(ctx context.Context) func() {
		err := p.pay(ctx, k, code)
		return func() {
			p.doing--
			if code != p.code {
				return // the phone has scanned another since
			}
			p.said, p.bad = p.sent(k), false
			if err != nil {
				p.said, p.bad = p.cfg.Words.T("phone.failed"), true
			}
			p.cfg.Changed()
		}
	})
}

// sent says what the customer has done. Not all of it pays, and not all at once.
func (p *Presenter) sent(k Kind) string {
	w := p.cfg.Words
	switch k {
	case WalkAway:
		return w.T("phone.sent.walk-away")
	case PayLate:
		return w.T("phone.sent.pay-late")
	case Expire:
		return w.T("phone.sent.expire")
	case Pay, WrongPassword, OtherAmount, PayTwice:
	}
	return w.T("phone.sent")
}

func (p *Presenter) pay(ctx context.Context, k Kind, code string) error {
	if payer, ok := p.cfg.Phone.(Payer); ok {
		return payer.PayAs(ctx, k, code)
	}
	return p.cfg.Phone.Pay(ctx, code)
}

// Model is the phone in words.
type Model struct {
	Scanned bool
	To      string
	Amount  string
	Code    string
	State   string
	Bad     bool
}

// Model gives the phone in words.
func (p *Presenter) Model() Model {
	w := p.cfg.Words
	if p.code == "" {
		return Model{To: w.T("phone.idle"), State: w.T("phone.idle.todo")}
	}
	m := Model{Scanned: true, To: w.T("phone.to", p.cfg.Shop), Amount: w.Money(p.amount), Code: p.code, State: p.said, Bad: p.bad}
	if m.State == "" {
		m.State = w.T("phone.scanned")
		if !p.onGlass {
			m.State = w.T("phone.gone")
		}
	}
	return m
}

// Label names a thing a customer can do.
func (p *Presenter) Label(k Kind) string {
	return p.cfg.Words.T(map[Kind]string{
		Pay: "phone.pay", WrongPassword: "phone.wrong-password", WalkAway: "phone.walk-away", OtherAmount: "phone.other-amount",
		PayTwice: "phone.pay-twice", PayLate: "phone.pay-late", Expire: "phone.expire",
	}[k])
}
