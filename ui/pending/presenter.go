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
	slip     time.Time     // when a slip was asked for last
	ending   pos.PaymentID // the phone's order of which it is asked whether to end it; 0 for none
}

// NewPresenter makes an empty list.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg} }

// Show takes the till's newest state. The choice stays on what was chosen.
func (p *Presenter) Show(s pos.Snapshot) {
	chosen := p.key(p.at)
	p.payments, p.refunds = slices.Clone(s.Pending), s.Refunds
	slices.SortStableFunc(p.payments, func(a, b pos.PendingView) int { return rank(a) - rank(b) })
	if !slices.ContainsFunc(p.payments, func(v pos.PendingView) bool { return v.Payment == p.ending && v.ByPhone() }) {
		p.ending = 0 // it was paid, or has ended by itself
	}
	p.at = max(0, min(p.at, p.Len()-1))
	for i := range p.Len() {
		if p.key(i) == chosen {
			p.at = i
		}
	}
	p.cfg.Changed()
}

// rank puts what was put aside first, then what phones ordered and can still pay.
func rank(v pos.PendingView) int {
	switch {
	case aside(v):
		return 0
	case v.ByPhone():
		return 1
	}
	return 2
}

// aside reports whether a payment was put aside by a cashier, who can bring it back. A phone's order never stood at the counter.
func aside(v pos.PendingView) bool { return v.Parked && v.Origin == pos.OriginCounter }

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
	if i = max(0, min(i, p.Len()-1)); i != p.at && p.ending == 0 {
		p.at = i
		p.cfg.Changed()
	}
}

// Move goes up or down.
func (p *Presenter) Move(dy int) { p.Choose(p.at + dy) }

// Parked reports whether the chosen entry is a payment that was put aside.
func (p *Presenter) Parked() bool { return p.at < len(p.payments) && aside(p.payments[p.at]) }

// Counting reports whether an entry says how long it may still be paid.
func (p *Presenter) Counting() bool { return slices.ContainsFunc(p.payments, pos.PendingView.ByPhone) }

// MayEnd reports whether the chosen entry is a phone's order that can be ended.
func (p *Presenter) MayEnd() bool { return p.at < len(p.payments) && p.payments[p.at].ByPhone() }

// End asks whether to end the chosen phone's order.
func (p *Presenter) End() {
	if p.MayEnd() {
		p.ending = p.payments[p.at].Payment
		p.cfg.Changed()
	}
}

// Ending is the question whether to end a phone's order; "" while it is not asked.
func (p *Presenter) Ending() (title, means string) {
	w := p.cfg.Words
	for _, v := range p.payments {
		if p.ending != 0 && v.Payment == p.ending {
			return w.T("pending.end.ask", w.Money(v.Amount), goods(w, v)), w.T("pending.end.means")
		}
	}
	return "", ""
}

// Escape takes the question back. It reports whether there was one.
func (p *Presenter) Escape() bool {
	if p.ending == 0 {
		return false
	}
	p.ending = 0
	p.cfg.Changed()
	return true
}

// Enter answers the question with yes, or brings the chosen payment back, if it was put aside; else it asks WeChat about all of them.
func (p *Presenter) Enter() {
	if p.ending != 0 {
		p.cfg.Post(pos.EndPhoneOrder{Payment: p.ending})
		p.ending = 0
		p.cfg.Changed()
		return
	}
	if !p.Parked() {
		p.Ask()
		return
	}
	p.cfg.Post(pos.Unpark{Payment: p.payments[p.at].Payment})
	p.cfg.Close()
}

// Ask asks WeChat about all of them now.
func (p *Presenter) Ask() {
	if p.Len() > 0 && p.ending == 0 {
		p.cfg.Post(pos.AskNow{})
	}
}

// slipRest is how long no second slip is asked for: a hand that strikes the key twice means one.
const slipRest = 3 * time.Second

// MaySlip reports whether a pending slip can be printed of the chosen entry: for the customer of a payment, who stands at the counter.
func (p *Presenter) MaySlip() bool {
	return p.at < len(p.payments) && p.payments[p.at].Origin == pos.OriginCounter
}

// Slipping reports whether one was just asked for.
func (p *Presenter) Slipping() bool { return !p.slip.IsZero() && p.cfg.Now().Sub(p.slip) < slipRest }

// Slip prints a pending slip of the chosen payment.
func (p *Presenter) Slip() {
	if p.MaySlip() && !p.Slipping() && p.ending == 0 {
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
	Phone  bool // a customer's phone's order that may still be paid
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
	r := Row{Amount: w.Money(v.Amount), State: w.State(v.State), Next: w.Next(v), No: w.T("pending.order", v.OutTradeNo), Parked: aside(v), Chosen: chosen}
	if r.Parked {
		r.State = w.T("pending.parked", w.State(v.State))
	}
	if v.Origin != pos.OriginCounter {
		r.State, r.Phone = w.T("pending.phone", w.State(v.State)), v.ByPhone()
		r.No = w.T("pending.phone.no", w.Origin(v.Origin), v.OpenedAt.In(p.cfg.Zone).Format("15:04"), v.OutTradeNo)
		if r.Phone {
			r.Next = goods(w, v)
		} else {
			r.Next = w.Next(pos.PendingView{State: v.State})
		}
	}
	if v.Cause != pos.CodeNone && v.Cause != pos.CodeExpired {
		what, _, _ := w.Trouble(v.Cause)
		r.State += " · " + what
	}
	switch left := v.ExpiresAt.Sub(p.cfg.Now()); {
	case r.Phone && left > 0:
		r.When = w.T("pending.phone.left", w.Span(left))
	case r.Phone:
		r.When = w.T("pending.phone.over")
	case !v.NextAsk.IsZero():
		r.When = w.T("pending.next", v.NextAsk.In(p.cfg.Zone).Format("15:04:05"))
	}
	return r
}

// goods says what a phone ordered.
func goods(w *i18n.Words, v pos.PendingView) string {
	if v.Goods == "" {
		return w.T("pending.phone.pieces", v.Pieces)
	}
	if v.Pieces > 1 {
		return w.T("pending.phone.goods", v.Goods, v.Pieces)
	}
	return v.Goods
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
