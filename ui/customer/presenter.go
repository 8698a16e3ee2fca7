// Package customer is what the customer sees on a screen of their own: what is being bought, what it comes to, the code to scan,
// what became of the payment. It shows nothing of the staff's: no names, no counts, no causes of trouble, and no other customer's
// data. What nobody knows yet it calls neither paid nor failed.
package customer

import (
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words    *i18n.Words // of the shop, whatever the cashier's window speaks
	Shop     string
	Welcome  string // what stands there while nobody is served; "" takes the words for it
	Practice bool
	Now      func() time.Time
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Face is which of its faces the screen shows.
type Face int

// The faces.
const (
	Idle   Face = iota // the shop's name and its welcome
	Basket             // what is being bought
	Code               // that, and a code to scan
	Wait               // that, and what is awaited
	Paid
)

// Mark is the sign beside what is awaited.
type Mark int

// The marks.
const (
	NoMark Mark = iota
	Clock       // something takes its time
	Phone       // the customer has something to do on the phone
)

// linesMost is how many lines are put into words beside the newest: more than any screen has room for.
const linesMost = 24

// Presenter is the screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg    Config
	locked bool
	cart   pos.Cart
	due    pos.Fen
	parts  pos.Fen // what was paid of it before
	newest int
	pay    *pos.PayView
	done   *pos.Done
	hint   bool // how the window is moved is still said
	left   string
}

// NewPresenter makes a screen that shows the welcome.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg, newest: -1} }

// Show takes the till's newest state. What a customer does not see of it costs nothing.
func (p *Presenter) Show(s pos.Snapshot) {
	due, parts := s.Cart.Due(), pos.Fen(0)
	for _, v := range s.Parts {
		parts += v.Amount
	}
	if parts != 0 {
		due = s.Due
	}
	if s.Staff.Locked == p.locked && due == p.due && parts == p.parts && s.Cart.Same(p.cart) && same(s.Pay, p.pay) && same(s.Done, p.done) {
		return
	}
	p.newest = s.Cart.Newest(p.cart, p.newest)
	p.locked, p.cart, p.pay, p.done, p.due, p.parts = s.Staff.Locked, s.Cart, s.Pay, s.Done, due, parts
	if p.face() != Idle {
		p.hint = false
	}
	p.cfg.Changed()
}

func same[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// Hint says, or stops saying, how the window is moved to the other screen.
func (p *Presenter) Hint(on bool) {
	if p.hint != on {
		p.hint = on
		p.cfg.Changed()
	}
}

// Hinting reports whether the screen still says how the window is moved.
func (p *Presenter) Hinting() bool { return p.hint }

// Tick lets the countdown go on.
func (p *Presenter) Tick() {
	if p.face() == Code && p.time() != p.left {
		p.cfg.Changed()
	}
}

func (p *Presenter) face() Face {
	switch {
	case p.locked:
		return Idle
	case p.done != nil:
		return Paid
	case p.pay != nil && p.pay.Phase == pos.PayWaiting && p.pay.CodeURL != "":
		return Code
	case p.pay != nil && awaited(*p.pay):
		return Wait
	case p.cart.Empty():
		return Idle
	}
	return Basket
}

// awaited reports whether something is still to come of a payment. One that ended without taking anything leaves the goods on the
// screen: what comes next is between the cashier and the customer.
func awaited(v pos.PayView) bool {
	switch v.Phase {
	case pos.PayChecking, pos.PayFetching, pos.PayWaiting, pos.PayPaying, pos.PayCharging, pos.PayUndoing, pos.PayExpired:
		return true
	case pos.PayFailed, pos.PayRefused, pos.PayEnded:
	}
	return false
}

// Row is a line of what is being bought.
type Row struct {
	Name   string
	Count  string // "2 × 3.00"; "" for a single piece, but on the newest line
	Off    string // what is taken off it; "" for nothing
	Amount string
}

// Model is the screen in words.
type Model struct {
	Face     Face
	Shop     string
	Welcome  string
	Hint     string
	Practice string // that no money is real; "" where it is

	Newest Row
	Lines  []Row // the others, newest first, at most linesMost
	Others int   // how many others there are
	Pieces string
	Due    string // what the amount is called
	Amount string
	Less   string // what leads to it: what is taken off, what was paid before; "" for nothing

	Code string // what the QR says
	Ask  string // what the customer is asked for
	Left string // time left

	Mark  Mark
	Title string
	Todo  string
	Sure  bool // of Paid: all of it is the till's own word, and none just the cashier's

	Tender string // in cash: what was given, and the change; of a sale that was paid in parts, how
	Change string
	Thanks string
}

// Model gives the screen in words.
func (p *Presenter) Model() Model {
	w := p.cfg.Words
	m := Model{Face: p.face(), Shop: p.cfg.Shop, Welcome: p.cfg.Welcome}
	if p.cfg.Practice {
		m.Practice = w.T("head.practice")
	}
	switch m.Face {
	case Idle:
		if m.Welcome == "" {
			m.Welcome = w.T("customer.welcome")
		}
		if p.hint {
			m.Hint = w.T("customer.hint")
		}
	case Paid:
		p.paid(&m)
	case Code:
		p.goods(&m)
		p.left = p.time()
		m.Amount, m.Code, m.Left = w.Money(p.pay.Amount), p.pay.CodeURL, w.T("customer.left", p.left)
		if m.Ask = w.T("customer.scan"); p.pay.Cause != pos.CodeNone {
			m.Ask = w.T("customer.scan.slow") // who scans and pays now sees it here a little later
		}
	case Wait:
		p.goods(&m)
		m.Amount = w.Money(p.pay.Amount)
		m.Mark, m.Title, m.Todo = p.waiting(*p.pay)
	case Basket:
		p.goods(&m)
		switch m.Due = w.T("customer.due"); {
		case p.due < 0:
			m.Due = w.T("customer.owed")
		case p.parts > 0:
			m.Due = w.T("customer.rest")
		}
	}
	return m
}

// goods puts what is being bought into words.
func (p *Presenter) goods(m *Model) {
	w := p.cfg.Words
	m.Amount, m.Pieces, m.Less = w.Money(max(p.due, -p.due)), w.T("customer.pieces", p.cart.Pieces()), p.less()
	for _, c := range p.cart.Credits {
		m.Lines = append(m.Lines, Row{Name: w.T("customer.back", c.Goods), Amount: (-c.Amount).String()})
	}
	m.Others = len(m.Lines)
	switch {
	case p.newest >= 0:
		m.Newest = p.row(p.cart.Lines[p.newest])
		m.Newest.Count = w.Calc(p.cart.Lines[p.newest])
		m.Others += len(p.cart.Lines) - 1
	case len(m.Lines) > 0:
		m.Newest, m.Lines, m.Others = m.Lines[0], m.Lines[1:], m.Others-1
	}
	for i := len(p.cart.Lines) - 1; i >= 0 && len(m.Lines) < linesMost; i-- {
		if i != p.newest {
			m.Lines = append(m.Lines, p.row(p.cart.Lines[i]))
		}
	}
}

func (p *Presenter) row(l pos.Line) Row {
	r := Row{Name: l.Name, Amount: l.Net().String()}
	if l.Quantity > 1 || l.Weight != 0 {
		r.Count = p.cfg.Words.Calc(l)
	}
	if off := l.Off(); off != 0 {
		r.Off = (-off).String()
		why := l.Deal
		if l.DealOff == 0 {
			why = p.cfg.Words.Cut(l.Cut)
		}
		r.Off = why + "  " + r.Off
	}
	return r
}

// less is what leads to the amount: what is taken off, what was paid before.
func (p *Presenter) less() string {
	var all []string
	if off := p.cart.Off(); off > 0 {
		all = append(all, p.cfg.Words.T("customer.off", p.cfg.Words.Money(off)))
	}
	if p.parts > 0 {
		all = append(all, p.cfg.Words.T("customer.part", p.cfg.Words.Money(p.parts)))
	}
	return strings.Join(all, "   ·   ")
}

// More says that so many lines more are being bought than there is room for.
func (p *Presenter) More(n int) string { return p.cfg.Words.T("customer.more", n) }

// time is what is left of the code's life.
func (p *Presenter) time() string { return p.cfg.Words.Span(p.pay.ExpiresAt.Sub(p.cfg.Now())) }

// waiting says what is awaited, and what the customer can do meanwhile. Of a payment that nobody is sure of it says just that it is
// being confirmed.
func (p *Presenter) waiting(v pos.PayView) (mark Mark, title, todo string) {
	w := p.cfg.Words
	switch v.Phase {
	case pos.PayPaying:
		return Phone, w.T("customer.paying"), w.T("customer.paying.todo")
	case pos.PayCharging:
		return Clock, w.T("customer.confirming"), w.T("customer.charging.todo")
	case pos.PayFetching, pos.PayChecking:
		if !v.Shown {
			return Clock, w.T("customer.moment"), w.T("customer.moment.todo")
		}
	case pos.PayWaiting, pos.PayUndoing, pos.PayExpired, pos.PayFailed, pos.PayRefused, pos.PayEnded:
	}
	return Clock, w.T("customer.confirming"), w.T("customer.confirming.todo")
}

func (p *Presenter) paid(m *Model) {
	w, d := p.cfg.Words, *p.done
	m.Title, m.Amount, m.Thanks = w.T("customer.paid"), w.Money(max(d.Amount, d.Net)), w.T("customer.thanks")
	_, outside := d.Tender.Other()
	split := d.Owed == 0 && d.Net > d.Amount
	m.Sure = !outside && d.Told == 0
	switch {
	case d.Owed > 0: // nobody paid anything
		m.Title = w.T("done.exchanged")
	case outside:
		m.Title = w.T("customer.booked")
	case split:
		m.Title = w.T("customer.paid.all")
	}
	if split {
		m.Tender = p.how(d)
	}
	switch {
	case d.Owed > 0:
		m.Due, m.Change = w.T("customer.owed"), w.Money(d.Owed)
	case d.Tender == pos.TenderCash && d.Change > 0:
		m.Due, m.Change = w.T("customer.change"), w.Money(d.Change)
		if !split {
			m.Tender = w.T("customer.tendered", w.Money(d.Amount), w.Money(d.Amount+d.Change))
		}
	}
}

// how says how a sale was paid of which the payment that closed it took a part only. The whole is never said to be that one payment.
func (p *Presenter) how(d pos.Done) string {
	w := p.cfg.Words
	var all []string
	say := func(id string, f pos.Fen) {
		if f > 0 {
			all = append(all, w.T(id, w.Money(f)))
		}
	}
	_, outside := d.Tender.Other()
	switch {
	case outside:
		say("customer.by.word", d.Amount)
	case d.Tender == pos.TenderCash && d.Change > 0:
		all = append(all, w.T("customer.tendered.rest", w.Money(d.Amount), w.Money(d.Amount+d.Change)))
	case d.Tender == pos.TenderCash:
		say("customer.by.cash", d.Amount)
	case d.Tender.WeChat():
		say("customer.by.wechat", d.Amount)
	}
	say("customer.before", d.Parts)
	say("customer.by.goods", d.Net-d.Amount-d.Parts)
	return strings.Join(all, "   ·   ")
}
