// Package inbox is the list of exceptions: real money without its sale. It shows what is known of each and who said so,
// proposes one thing to do, and asks who decides and why before anything is done.
package inbox

import (
	"context"
	"slices"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Evidence reads who said what about a payment, as pos.Reports does. Safe for concurrent use.
type Evidence interface {
	Evidence(ctx context.Context, id pos.PaymentID) ([]pos.PaymentEvent, error)
}

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words    *i18n.Words
	Zone     *time.Location
	Evidence Evidence // nil shows none
	Post     func(pos.Command)
	// Give hands a command to the till once it is allowed, and calls then.
	Give func(c pos.Command, what string, then func())
	Now  func() time.Time
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns.
	Go func(work func(context.Context) (then func()))
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg    Config
	cases  []pos.ExceptionCase
	can    pos.Code // why WeChat refunds do not work here
	staff  pos.StaffView
	chosen pos.ExceptionID
	at     int // where the chosen one stood last, for when it has gone
	by     string
	form   *form
	slip   time.Time // when the list was printed last

	events  []pos.PaymentEvent
	unread  bool // they could not be read
	reading int  // generation: an answer to an older question is dropped
	readFor known
}

// known is what the evidence was read for: when it changes, there is more of it.
type known struct {
	payment pos.PaymentID
	state   pos.ExceptionState
	refund  pos.RefundState
	amount  pos.Fen
	decided time.Time
}

// NewPresenter makes a presenter with nothing to decide.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg} }

// Show takes the till's newest state.
func (p *Presenter) Show(s pos.Snapshot) {
	p.cases, p.can, p.staff = s.Exceptions, s.CanRefund, s.Staff
	if i := p.index(); i >= 0 {
		p.at = i
	} else {
		p.at = max(0, min(p.at, len(p.cases)-1))
		p.chosen, p.form = 0, nil
		if len(p.cases) > 0 {
			p.chosen = p.cases[p.at].ID
		}
	}
	if p.form != nil && !p.offered(p.cases[p.at], p.form.action) {
		p.form = nil // what it asked about has been done
	}
	p.read()
	p.cfg.Changed()
}

func (p *Presenter) index() int {
	return slices.IndexFunc(p.cases, func(x pos.ExceptionCase) bool { return x.ID == p.chosen })
}

// current is the chosen case; ok is false when there is none.
func (p *Presenter) current() (x pos.ExceptionCase, ok bool) {
	if len(p.cases) == 0 {
		return x, false
	}
	return p.cases[p.at], true
}

// Choose shows case i.
func (p *Presenter) Choose(i int) {
	if i < 0 || i >= len(p.cases) || i == p.at {
		return
	}
	p.at, p.chosen, p.form = i, p.cases[i].ID, nil
	p.read()
	p.cfg.Changed()
}

// read gets the evidence of the chosen case, if there may be more than what is shown.
func (p *Presenter) read() {
	x, ok := p.current()
	if !ok || p.cfg.Evidence == nil {
		p.events, p.readFor = nil, known{}
		return
	}
	k := known{payment: x.Payment, state: x.State, amount: x.Amount, decided: x.Decided.At}
	if x.Refund != nil {
		k.refund = x.Refund.State
	}
	if k == p.readFor {
		return
	}
	if k.payment != p.readFor.payment {
		p.events, p.unread = nil, false
	}
	p.readFor = k
	p.reading++
	mine := p.reading
	p.cfg.Go(func(ctx context.Context) func() {
		events, err := p.cfg.Evidence.Evidence(ctx, x.Payment)
		return func() {
			if mine != p.reading {
				return
			}
			p.unread = err != nil
			if err == nil {
				p.events = i18n.Telling(events)
			}
			p.cfg.Changed()
		}
	})
}

// known reports whether the till knows its people: then nobody types a name, whoever is at the till or allows it counts.
func (p *Presenter) known() bool { return len(p.staff.People) > 0 }

// actions is what a digit stands for, the same on every case: what is not offered keeps its place free.
var actions = []pos.Action{pos.ActHold, pos.ActSettle, pos.ActCash, pos.ActNote, pos.ActRefund}

// proposed is the one thing that the big button does.
func (p *Presenter) proposed(x pos.ExceptionCase) pos.Action {
	a := x.Proposed(p.can == pos.CodeNone)
	if a == pos.ActWait || p.possible(x, a) {
		return a
	}
	for _, other := range []pos.Action{pos.ActRefund, pos.ActSettle, pos.ActNote} {
		if p.possible(x, other) {
			return other
		}
	}
	return pos.ActWait
}

func (p *Presenter) possible(x pos.ExceptionCase, a pos.Action) bool {
	return x.Allowed(a) && (a != pos.ActRefund || p.can == pos.CodeNone)
}

// offered reports whether an action has a button.
func (p *Presenter) offered(x pos.ExceptionCase, a pos.Action) bool {
	return a == p.proposed(x) || p.possible(x, a)
}

// Start asks who and why before an action of the chosen case; asking WeChat needs neither.
func (p *Presenter) Start(a pos.Action) {
	x, ok := p.current()
	if !ok || p.form != nil || !p.offered(x, a) {
		return
	}
	if a == pos.ActWait {
		p.cfg.Post(pos.AskNow{})
		return
	}
	p.form = &form{action: a, by: p.by}
	if p.known() {
		p.form.by = "" // whoever allows it, by the till
		if p.staff.May(pos.DeedDecide) {
			p.form.by = p.staff.Who.Name
		}
	}
	if p.form.by != "" || p.known() {
		p.form.field = FieldReason
	}
	p.cfg.Changed()
}

// Enter does what the big button says.
func (p *Presenter) Enter() {
	x, ok := p.current()
	switch {
	case !ok:
	case p.form != nil:
		p.confirm(x)
	default:
		p.Start(p.proposed(x))
	}
}

// slipRest is how long no second list is printed: a hand that strikes the key twice means one.
const slipRest = 3 * time.Second

// Slip prints what waits for a decision.
func (p *Presenter) Slip() {
	if len(p.cases) > 0 && p.form == nil && !p.Slipping() {
		p.slip = p.cfg.Now()
		p.cfg.Changed()
		p.cfg.Post(pos.PrintExceptions{})
	}
}

// Slipping reports whether the list was just asked for on paper.
func (p *Presenter) Slipping() bool { return !p.slip.IsZero() && p.cfg.Now().Sub(p.slip) < slipRest }

// Escape takes one step back. It reports whether there was one.
func (p *Presenter) Escape() bool {
	if p.form == nil {
		return false
	}
	p.form = nil
	p.cfg.Changed()
	return true
}

// Move goes to another case, or in the form to another of the usual reasons.
func (p *Presenter) Move(dy int) {
	if p.form != nil {
		p.nextReason(dy)
		return
	}
	p.Choose(max(0, min(len(p.cases)-1, p.at+dy)))
}

// Tick reports whether a case counts down, so that it is to be drawn every second.
func (p *Presenter) Tick() bool {
	return slices.ContainsFunc(p.cases, func(x pos.ExceptionCase) bool { return !x.RefundAt.IsZero() && x.State == pos.ExceptionOpen })
}
