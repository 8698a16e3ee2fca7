// Package pay is the payment in front of the cashier: the code on the glass, what is known of it in words, and then the
// paid panel. It takes the zone of the items; the cart stays beside it.
package pay

import (
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Config is what the screen works with. All functions are called on the goroutine that draws.
type Config struct {
	Words *i18n.Words
	Post  func(pos.Command)
	Now   func() time.Time
	// Cash opens the cash prompt.
	Cash func()
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Presenter is the pay screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg    Config
	pay    *pos.PayView
	done   *pos.Done
	asking bool // "stop taking this payment?" is on the screen
	typed  string
}

// NewPresenter makes a presenter with nothing to pay.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg} }

// Show takes the till's newest state.
func (p *Presenter) Show(s pos.Snapshot) {
	if same(p.pay, s.Pay) && same(p.done, s.Done) {
		return
	}
	// The question was about one payment that is still open; about any other it is not asked.
	if s.Pay == nil || p.pay == nil || s.Pay.Payment != p.pay.Payment || !open(s.Pay.Phase) {
		p.asking = false
	}
	p.pay, p.done = s.Pay, s.Done
	p.cfg.Changed()
}

func same[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// open reports whether money may still come for a payment in this phase.
func open(ph pos.PayPhase) bool {
	switch ph {
	case pos.PayChecking, pos.PayFetching, pos.PayWaiting, pos.PayPaying, pos.PayExpired:
		return true
	case pos.PayFailed, pos.PayRefused, pos.PayEnded:
	}
	return false
}

// noCode reports whether there never was a code of this payment on the glass, so that nobody can have paid it.
func noCode(v pos.PayView) bool { return v.Phase == pos.PayFetching && !v.Shown }

// Escape asks before it drops a payment that may still be paid; one that cannot is left at once.
func (p *Presenter) Escape() {
	switch {
	case p.pay == nil:
		return
	case !open(p.pay.Phase):
		p.cfg.Post(pos.DismissPay{})
		return
	}
	p.asking = !p.asking
	p.cfg.Changed()
}

// Typed takes a character of a code that is typed by hand, or sent by a scanner that is slow about its Enter.
func (p *Presenter) Typed(r rune) { p.typed += string(r) }

// Scanned takes a whole scan; back characters of it came through Typed before.
func (p *Presenter) Scanned(code string, back int) {
	if back > 0 {
		p.typed = strings.TrimSuffix(p.typed, code)
	}
	p.cfg.Post(pos.ScanText{Text: code})
}

// Forget drops what was typed: another key means that it was none.
func (p *Presenter) Forget() { p.typed = "" }

// Enter ends what is being typed, or else confirms what Escape asked. Typed characters never confirm anything.
func (p *Presenter) Enter() {
	if code := strings.TrimSpace(p.typed); code != "" {
		p.typed = ""
		p.cfg.Post(pos.ScanText{Text: code})
		return
	}
	if p.pay != nil && p.asking {
		p.asking = false
		p.cfg.Changed()
		p.cfg.Post(pos.LeaveCode{})
	}
}

// Ask asks WeChat now.
func (p *Presenter) Ask() {
	if p.pay != nil && !noCode(*p.pay) {
		p.back()
		p.cfg.Post(pos.AskNow{})
	}
}

// Renew asks for a fresh code.
func (p *Presenter) Renew() {
	if p.pay != nil && p.Model().MayRenew {
		p.back()
		p.cfg.Post(pos.NewCode{})
	}
}

// Cash opens the cash prompt.
func (p *Presenter) Cash() {
	if p.pay != nil {
		p.back()
		p.cfg.Cash()
	}
}

func (p *Presenter) back() {
	if p.asking {
		p.asking = false
		p.cfg.Changed()
	}
}

// Model is the pay screen in words.
type Model struct {
	Amount   string
	Code     string // what the QR says; "" for none
	Title    string
	State    string
	Todo     string
	Busy     bool    // something is under way
	Ended    bool    // nobody can pay this one any more
	Left     string  // time left, in the last third of the code's life; "" before
	Share    float32 // of the last third
	What     string  // trouble: what happened
	Money    string  // what it means for the money
	Do       string  // what to do
	Detail   string  // what WeChat itself said of its refusal, for the person who sets the shop up
	Order    string  // the number that the customer's bill shows, too
	Asking   bool
	Leaving  string // what leaving means for the money, while asked
	Stay     string // how the way back is called, while asked
	MayRenew bool
	MayAsk   bool
	NoCode   bool // there never was a code, so there is no payment to ask about
}

// Model gives the pay screen in words; only while there is a payment.
func (p *Presenter) Model() Model {
	if p.pay == nil {
		return Model{}
	}
	w, v := p.cfg.Words, *p.pay
	m := Model{
		Amount: w.Money(v.Amount), Code: v.CodeURL, Title: w.T("pay.scan"), Asking: p.asking,
		Ended: !open(v.Phase), MayAsk: open(v.Phase) && !noCode(v), NoCode: noCode(v), Order: w.T("pay.order", v.OutTradeNo),
		Busy:     v.Phase == pos.PayFetching || v.Phase == pos.PayChecking,
		MayRenew: v.Phase != pos.PayFetching && v.Phase != pos.PayChecking && v.Phase != pos.PayPaying,
	}
	m.State, m.Todo = w.Phase(v.Phase)
	if v.CodeURL == "" {
		m.Title = w.Tender(pos.TenderNative)
	}
	if v.Asking && open(v.Phase) && !m.Busy {
		m.Todo = w.T("pay.asking")
	}
	if v.Phase == pos.PayRefused || v.Phase == pos.PayFailed {
		m.Detail = v.Detail // while an answer is awaited, a cashier can do nothing with a transport's own words
	}
	m.Leaving, m.Stay = p.leaving(v)
	switch {
	case v.Cause == pos.CodeNone, v.Cause == pos.CodeExpired && v.Phase == pos.PayExpired:
	case noCode(v):
		m.What, _, _ = w.Trouble(v.Cause)
		m.Money, m.Do = w.T("pay.no-code"), w.T("pay.no-code.todo")
	case v.Phase == pos.PayFailed, v.Phase == pos.PayEnded:
		// Nobody can pay this one any more. What a cause means while money may still come would frighten for nothing; the
		// phase says what is so.
		m.What, _, _ = w.Trouble(v.Cause)
	default:
		m.What, m.Money, m.Do = w.Trouble(v.Cause)
		if v.Cause == pos.CodeUnreachable && v.Shown {
			m.Do = w.T("pay.unreachable.todo") // cash only after a look at the customer's bill
		}
	}
	left := v.ExpiresAt.Sub(p.cfg.Now())
	if third := v.Life / 3; v.CodeURL != "" && third > 0 && left <= third {
		m.Left = w.T("pay.left", w.Span(left))
		m.Share = float32(left) / float32(third)
	}
	return m
}

// leaving says what leaving this payment means for the money, and how the way back is called.
func (p *Presenter) leaving(v pos.PayView) (money, stay string) {
	w := p.cfg.Words
	money, stay = w.T("pay.cancel.money"), w.T("pay.cancel.no")
	switch {
	case !v.Shown:
		money = w.T("pay.cancel.no-code")
	case v.Unsure():
		money = w.T("pay.cancel.unsure")
	}
	if v.CodeURL == "" {
		stay = w.T("ask.back")
	}
	return money, stay
}

// Done is the paid panel in words.
type Done struct {
	Title  string
	Amount string
	Line   string // tender, number of the day, tail of the receipt
	Change string // cash only
	Print  string
	Failed bool // the paper needs a hand
}

// Done gives the paid panel in words; ok is false when nothing was just paid.
func (p *Presenter) Done() (m Done, ok bool) {
	if p.done == nil {
		return Done{}, false
	}
	w, d := p.cfg.Words, *p.done
	m = Done{
		Title: w.T("done.paid"), Amount: w.Money(d.Amount), Print: w.Print(d.Print),
		Line:   w.T("done.line", w.Tender(d.Tender), d.Nth, d.Receipt.Tail()),
		Failed: d.Print == pos.PrintFailed || d.Print == pos.PrintUnconfirmed,
	}
	if d.Late {
		m.Title = w.T("done.late")
	}
	if d.Tender == pos.TenderCash {
		m.Change = w.T("done.change", d.Change)
	}
	return m, true
}

// Paying reports whether there is a payment in front.
func (p *Presenter) Paying() bool { return p.pay != nil }
