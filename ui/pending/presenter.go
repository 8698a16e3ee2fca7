// Package pending is the list of what is not at its end without being in front of the cashier: payments that were put aside,
// payments that are closed or reversed and still watched, refunds on their way. It says of each what happens next.
package pending

import (
	"slices"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words *i18n.Words
	Zone  *time.Location
	Post  func(pos.Command)
	// Close puts the list away.
	Close func()
	Now   func() time.Time
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Presenter is the list without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg      Config
	payments []pos.PendingView // those put aside first
	refunds  []pos.Refund
	at       int
	slip     time.Time // when a slip was asked for last
}

// NewPresenter makes an empty list.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg} }

// Show takes the till's newest state. The choice stays on what was chosen.
func (p *Presenter) Show(s pos.Snapshot) {
	chosen := p.key(p.at)
	p.payments, p.refunds = slices.Clone(s.Pending), s.Refunds
	slices.SortStableFunc(p.payments, func(a, b pos.PendingView) int {
		switch {
		case a.Parked == b.Parked:
			return 0
		case a.Parked:
			return -1
		}
		return 1
	})
	p.at = max(0, min(p.at, p.Len()-1))
	for i := range p.Len() {
		if p.key(i) == chosen {
			p.at = i
		}
	}
	p.cfg.Changed()
}

// key tells entries apart.
func (p *Presenter) key(i int) string {
	switch n := len(p.payments); {
	case i < n:
		return p.payments[i].OutTradeNo
	case i-n < len(p.refunds):
		return p.refunds[i-n].OutRefundNo
	}
	return ""
}

// Len is how many entries there are.
func (p *Presenter) Len() int { return len(p.payments) + len(p.refunds) }

// At is the chosen entry.
func (p *Presenter) At() int { return p.at }

// Choose chooses entry i.
func (p *Presenter) Choose(i int) {
	if i = max(0, min(i, p.Len()-1)); i != p.at {
		p.at = i
		p.cfg.Changed()
	}
}

// Move goes up or down.
func (p *Presenter) Move(dy int) { p.Choose(p.at + dy) }

// Parked reports whether the chosen entry is a payment that was put aside.
func (p *Presenter) Parked() bool { return p.at < len(p.payments) && p.payments[p.at].Parked }

// Enter brings the chosen payment back, if it was put aside; else it asks WeChat about all of them.
func (p *Presenter) Enter() {
	if !p.Parked() {
		p.Ask()
		return
	}
	p.cfg.Post(pos.Unpark{Payment: p.payments[p.at].Payment})
	p.cfg.Close()
}

// Ask asks WeChat about all of them now.
func (p *Presenter) Ask() {
	if p.Len() > 0 {
		p.cfg.Post(pos.AskNow{})
	}
}

// slipRest is how long no second slip is asked for: a hand that strikes the key twice means one.
const slipRest = 3 * time.Second

// MaySlip reports whether a pending slip can be printed of the chosen entry: for the customer of a payment.
func (p *Presenter) MaySlip() bool { return p.at < len(p.payments) }

// Slipping reports whether one was just asked for.
func (p *Presenter) Slipping() bool { return !p.slip.IsZero() && p.cfg.Now().Sub(p.slip) < slipRest }

// Slip prints a pending slip of the chosen payment.
func (p *Presenter) Slip() {
	if p.MaySlip() && !p.Slipping() {
		p.slip = p.cfg.Now()
		p.cfg.Changed()
		p.cfg.Post(pos.PrintPending{Payment: p.payments[p.at].Payment})
	}
}

// Row is an entry in words.
type Row struct {
	Amount string
	State  string
	Next   string // what happens next
	No     string
	When   string // when it is asked about next, or was asked for
	Bad    bool   // a person has to act
	Parked bool
	Chosen bool
}

// Row gives entry i.
func (p *Presenter) Row(i int) Row {
	n := len(p.payments)
	switch {
	case i < n:
		return p.payment(p.payments[i], i == p.at)
	case i-n < len(p.refunds):
		return p.refund(p.refunds[i-n], i == p.at)
	}
	return Row{}
}

func (p *Presenter) payment(v pos.PendingView, chosen bool) Row {
	w := p.cfg.Words
	r := Row{Amount: w.Money(v.Amount), State: w.State(v.State), Next: w.Next(v), No: w.T("pending.order", v.OutTradeNo), Parked: v.Parked, Chosen: chosen}
	if v.Parked {
		r.State = w.T("pending.parked", w.State(v.State))
	}
	if v.Cause != pos.CodeNone && v.Cause != pos.CodeExpired {
		what, _, _ := w.Trouble(v.Cause)
		r.State += " · " + what
	}
	if !v.NextAsk.IsZero() {
		r.When = w.T("pending.next", v.NextAsk.In(p.cfg.Zone).Format("15:04:05"))
	}
	return r
}

func (p *Presenter) refund(f pos.Refund, chosen bool) Row {
	w := p.cfg.Words
	r := Row{Amount: w.Money(f.Amount), No: w.T("pending.refund", f.OutRefundNo), Chosen: chosen}
	r.State, r.Next = w.Giving(f.State)
	r.Bad = f.State == pos.RefundStuck || f.State == pos.RefundClosed || f.State == pos.RefundRefused
	if f.Cause != pos.CodeNone {
		what, _, _ := w.Trouble(f.Cause)
		r.State += " · " + what
	}
	if !f.AskedAt.IsZero() {
		r.When = w.T("pending.asked-at", f.AskedAt.In(p.cfg.Zone).Format("15:04"))
	}
	return r
}
