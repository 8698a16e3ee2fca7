// Package pay is the payment in front of the cashier: the code on the glass, what is known of it in words, and then the
// paid panel. It takes the zone of the items; the cart stays beside it.
package pay

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

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
	// Act does what leads to a screen of its own: other tenders, parts. It reports whether it knows the action.
	Act func(pos.KeyAction) bool
	// Changed hears that something is to be drawn again.
	Changed func()
}

// Presenter is the pay screen without its looks. It belongs to the goroutine that draws.
type Presenter struct {
	cfg    Config
	pay    *pos.PayView
	done   *pos.Done
	parts  []pos.PartView // of its sale, that were paid before
	whole  pos.Fen        // what its sale comes to
	charge bool           // customers' payment codes can be charged
	asking bool           // "stop taking this payment?" is on the screen
	asked  bool           // somebody asked WeChat about this payment: the customer says that it is paid
	typed  string
	paper  pos.PrintJob // the receipt of done, while it needs somebody
	bare   bool         // there is no printer
	slip   time.Time    // when a pending slip of this payment was asked for last
}

// NewPresenter makes a presenter with nothing to pay.
func NewPresenter(cfg Config) *Presenter { return &Presenter{cfg: cfg} }

// Show takes the till's newest state.
func (p *Presenter) Show(s pos.Snapshot) {
	charge, paper, bare := s.CanCharge == pos.CodeNone, receipt(s), s.Health.Printer.Light == pos.LightOff
	whole := s.Cart.Due()
	if same(p.pay, s.Pay) && same(p.done, s.Done) && slices.Equal(p.parts, s.Parts) && whole == p.whole && charge == p.charge && paper.State == p.paper.State && paper.Code == p.paper.Code && bare == p.bare {
		return
	}
	// The question was about one payment that is still open; about any other it is not asked.
	if s.Pay == nil || p.pay == nil || s.Pay.Payment != p.pay.Payment || !open(s.Pay.Phase) {
		p.asking = false
	}
	if s.Pay == nil || p.pay == nil || s.Pay.Payment != p.pay.Payment {
		p.asked, p.typed, p.slip = false, "", time.Time{}
	}
	p.pay, p.done, p.parts, p.whole, p.charge, p.paper, p.bare = s.Pay, s.Done, s.Parts, whole, charge, paper, bare
	p.cfg.Changed()
}

func same[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// receipt is the print job of the receipt of the sale just paid, while it needs somebody; zero when it does not.
func receipt(s pos.Snapshot) pos.PrintJob {
	if s.Done != nil {
		for _, v := range s.Prints {
			if v.Job.Sale == s.Done.Sale && v.Job.Document == pos.DocSale && v.Open() {
				return v.Job
			}
		}
	}
	return pos.PrintJob{}
}

// open reports whether money may still come for a payment in this phase.
func open(ph pos.PayPhase) bool {
	switch ph {
	case pos.PayChecking, pos.PayFetching, pos.PayWaiting, pos.PayPaying, pos.PayCharging, pos.PayUndoing, pos.PayExpired:
		return true
	case pos.PayFailed, pos.PayRefused, pos.PayEnded:
	}
	return false
}

// noCode reports whether there never was a code of this payment on the glass, so that nobody can have paid it.
func noCode(v pos.PayView) bool { return v.Phase == pos.PayFetching && !v.Shown }

// charged reports whether the customer's own payment code was scanned and the till waits for what became of it.
func charged(v pos.PayView) bool {
	return v.Phase == pos.PayCharging || v.Phase == pos.PayPaying && v.Tender == pos.TenderCode
}

// Escape asks before it drops a payment that may still be paid; one that cannot, or that was dropped already, is left at
// once.
func (p *Presenter) Escape() {
	switch {
	case p.pay == nil:
		return
	case !open(p.pay.Phase), p.pay.Phase == pos.PayUndoing:
		p.cfg.Post(pos.DismissPay{})
		return
	}
	p.asking = !p.asking
	p.cfg.Changed()
}

// Idle reports whether nothing is being typed, so that a character may be a key.
func (p *Presenter) Idle() bool { return p.typed == "" && !p.asking }

// Typed takes a character of a code that is typed by hand, or sent by a scanner that is slow about its Enter.
func (p *Presenter) Typed(r rune) {
	p.typed += string(r)
	p.cfg.Changed()
}

// Backspace takes back the last character of what is typed.
func (p *Presenter) Backspace() {
	if p.typed == "" {
		return
	}
	_, n := utf8.DecodeLastRuneInString(p.typed)
	p.typed = p.typed[:len(p.typed)-n]
	p.cfg.Changed()
}

// Scanned takes a whole scan; back characters of it came through Typed before.
func (p *Presenter) Scanned(code string, back int) {
	if back > 0 {
		typed := []rune(p.typed)
		p.typed = string(typed[:max(0, len(typed)-back)])
		p.cfg.Changed()
	}
	p.cfg.Post(pos.ScanText{Text: code})
}

// Forget drops what was typed: another key means that it was none.
func (p *Presenter) Forget() {
	if p.typed != "" {
		p.typed = ""
		p.cfg.Changed()
	}
}

// Enter ends what is being typed, or else confirms what Escape asked. Typed characters never confirm anything.
func (p *Presenter) Enter() {
	if code := strings.TrimSpace(p.typed); code != "" {
		p.Forget()
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
		p.asking, p.asked = false, true
		p.cfg.Changed()
		p.cfg.Post(pos.AskNow{})
	}
}

// Park puts the payment aside, with its sale, to serve the next customer.
func (p *Presenter) Park() {
	if p.pay != nil && p.Model().MayPark {
		p.back()
		p.cfg.Post(pos.Park{})
	}
}

// slipRest is how long no second slip is asked for: a hand that strikes the key twice means one.
const slipRest = 3 * time.Second

// Slip prints a pending slip for a customer who says to have paid.
func (p *Presenter) Slip() {
	if p.pay != nil && p.Model().MaySlip && !p.slipping() {
		p.slip = p.cfg.Now()
		p.back()
		p.cfg.Changed()
		p.cfg.Post(pos.PrintPending{Payment: p.pay.Payment})
	}
}

// slipping reports whether a slip was just asked for.
func (p *Presenter) slipping() bool { return !p.slip.IsZero() && p.cfg.Now().Sub(p.slip) < slipRest }

// Renew asks for a fresh code.
func (p *Presenter) Renew() {
	if p.pay != nil && p.Model().MayRenew {
		p.back()
		p.cfg.Post(pos.NewCode{})
	}
}

// Other goes to what the shop takes outside.
func (p *Presenter) Other() {
	if p.pay != nil {
		p.back()
		p.cfg.Act(pos.KeyTenders)
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
	Before   string // of a part: what of the whole was paid before, and what stays; "" for a payment of all
	Code     string // what the QR says; "" for none
	Title    string
	State    string
	Todo     string
	Busy     bool    // something is under way
	Ended    bool    // nobody can pay this one any more
	Leaves   bool    // Esc leaves at once: nothing is dropped by it
	Left     string  // time left, in the last third of the code's life; "" before
	Share    float32 // of the last third
	What     string  // trouble: what happened
	Money    string  // what it means for the money
	Do       string  // what to do
	Detail   string  // what WeChat itself said of its refusal, for the person who sets the shop up
	Order    string  // the number that the customer's bill shows, too
	Own      string  // that the customer's own payment code can be scanned here, too; "" when it cannot
	Tip      string  // a line for the customer or the cashier; "" for none
	Asking   bool
	Question string // what leaving is called, while asked
	Leaving  string // what leaving means for the money, while asked
	Stay     string // how the way back is called, while asked
	MayRenew bool
	MayAsk   bool
	MayPark  bool
	MaySlip  bool   // a slip for a customer who says to have paid
	Slipping bool   // one was just asked for
	Fresh    string // how a fresh code is called
	NoCode   bool   // there never was a code, so there is no payment to ask about
}

// Model gives the pay screen in words; only while there is a payment.
func (p *Presenter) Model() Model {
	if p.pay == nil {
		return Model{}
	}
	w, v := p.cfg.Words, *p.pay
	m := Model{
		Amount: w.Money(v.Amount), Code: v.CodeURL, Title: w.T("pay.scan"), Asking: p.asking,
		Ended: !open(v.Phase), Leaves: !open(v.Phase) || v.Phase == pos.PayUndoing, MayAsk: open(v.Phase) && !noCode(v), NoCode: noCode(v), Order: w.T("pay.order", v.OutTradeNo),
		Busy: v.Phase == pos.PayFetching || v.Phase == pos.PayChecking, MayRenew: mayRenew(v), MayPark: mayPark(v),
		Fresh: w.T("pay.key.new"),
	}
	m.Before = p.before(v)
	if v.OutTradeNo == "" {
		m.Order = "" // it has no number yet
	}
	m.MaySlip = m.MayAsk && v.OutTradeNo != "" && (p.asked || v.Unsure())
	m.Slipping = m.MaySlip && p.slipping()
	m.State, m.Todo = w.Phase(v.Phase)
	if charged(v) && v.Phase == pos.PayPaying {
		m.State, m.Todo = w.T("pay.password"), w.T("pay.password.todo")
	}
	if v.Phase == pos.PayRefused && v.Tender == pos.TenderCode {
		m.Todo = w.T("pay.refused.todo")
	}
	tender := v.Tender
	if tender == "" {
		tender = pos.TenderNative
	}
	if v.CodeURL == "" {
		m.Title = w.Tender(tender)
	}
	switch {
	case v.Tender == pos.TenderCode:
		m.Fresh = w.T("pay.key.show")
	case m.Ended:
		m.Fresh = w.T("pay.key.retry")
	}
	if v.Asking && open(v.Phase) && !m.Busy && v.Phase != pos.PayCharging { // what holds while charging is said all the time
		m.Todo = w.T("pay.asking")
	}
	if v.Phase == pos.PayRefused || v.Phase == pos.PayFailed {
		m.Detail = v.Detail // while an answer is awaited, a cashier can do nothing with a transport's own words
	}
	if p.charge && v.Phase == pos.PayWaiting && v.CodeURL != "" {
		m.Own = w.T("pay.own")
	}
	m.Tip = p.tip(v)
	m.Question, m.Leaving, m.Stay = p.leaving(v)
	m.What, m.Money, m.Do = p.trouble(v)
	if m.What != "" && m.MaySlip && v.Phase == pos.PayWaiting && !v.Asking {
		m.Todo = "" // what to do about the trouble is said below
	}
	m.Left, m.Share = p.left(v)
	return m
}

// before says what part of the whole this payment is: what was paid before it, and what stays to be paid after it.
func (p *Presenter) before(v pos.PayView) string {
	w, paid := p.cfg.Words, pos.Fen(0)
	for _, x := range p.parts {
		paid += x.Amount
	}
	after := p.whole - paid - v.Amount
	switch {
	case paid > 0 && after > 0:
		return w.T("pay.part.both", paid, after)
	case paid > 0:
		return w.T("pay.part.before", paid, p.whole)
	case after > 0 && p.whole > 0:
		return w.T("pay.part.after", after)
	}
	return ""
}

// mayRenew reports whether a fresh code can be asked for: not while one is being fetched, and not while the customer pays.
func mayRenew(v pos.PayView) bool {
	switch v.Phase {
	case pos.PayFetching, pos.PayChecking, pos.PayPaying, pos.PayCharging:
		return false
	case pos.PayWaiting, pos.PayUndoing, pos.PayExpired, pos.PayFailed, pos.PayRefused, pos.PayEnded:
	}
	return true
}

// mayPark reports whether the payment can be put aside: it may be paid, and is still wanted.
func mayPark(v pos.PayView) bool {
	switch v.Phase {
	case pos.PayWaiting, pos.PayPaying, pos.PayCharging, pos.PayExpired:
		return true
	case pos.PayChecking, pos.PayFetching, pos.PayUndoing, pos.PayFailed, pos.PayRefused, pos.PayEnded:
	}
	return false
}

// tip is the line above the keys: what is being typed, else where the customer's proof goes, else how the code is scanned.
func (p *Presenter) tip(v pos.PayView) string {
	w := p.cfg.Words
	switch {
	case p.typed != "":
		return w.T("pay.typed", veiled(p.typed))
	case p.slipping():
		return w.T("pay.slip.asked")
	case open(v.Phase) && !noCode(v) && (p.asked || v.Unsure()):
		return w.T("pay.proof")
	case v.CodeURL != "":
		return w.T("pay.album")
	}
	return ""
}

// veiled is what was typed as it may stand on a screen that customers see: of what may become a payment code only the end.
func veiled(typed string) string {
	if len(typed) > 4 && typed >= "10" && typed < "16" && !strings.ContainsFunc(typed, func(r rune) bool { return r < '0' || r > '9' }) {
		return pos.PaymentCode(typed).String()
	}
	return pos.Mask(typed)
}

// trouble says what is wrong: what happened, what it means for the money, what to do; "" for nothing.
func (p *Presenter) trouble(v pos.PayView) (what, money, do string) {
	w := p.cfg.Words
	switch {
	case v.Phase == pos.PayRefused && v.Tender == pos.TenderCode:
		return p.refusal(v)
	case v.Cause == pos.CodeNone, v.Cause == pos.CodeExpired && (v.Phase == pos.PayExpired || v.Phase == pos.PayUndoing):
		return "", "", ""
	case noCode(v):
		what, _, _ = w.Trouble(v.Cause)
		return what, w.T("pay.no-code"), w.T("pay.no-code.todo")
	case v.Phase == pos.PayFailed, v.Phase == pos.PayEnded:
		// Nobody can pay this one any more. What a cause means while money may still come would frighten for nothing; the
		// phase says what is so.
		what, _, _ = w.Trouble(v.Cause)
		return what, "", ""
	}
	what, money, do = w.Trouble(v.Cause)
	if v.Phase == pos.PayUndoing {
		do = "" // the phase says what to do: nobody has to wait for it
	}
	if v.Cause == pos.CodeUnreachable && v.Shown {
		do = w.T("pay.unreachable.todo") // cash only after a look at the customer's bill
	}
	return what, money, do
}

// refusal says why a customer's payment code was refused, and what the customer does about it. WeChat names the reason in
// front of its own words.
func (p *Presenter) refusal(v pos.PayView) (what, money, do string) {
	w := p.cfg.Words
	what, do, known := w.Refusal(v.Detail)
	if !known && v.Cause != pos.CodeNone && v.Cause != pos.CodeRefused {
		return w.Trouble(v.Cause)
	}
	return what, w.T("pay.refused.money"), do
}

// left is the time the customer has, and its share: of a code on the glass in the last third of its life, of the password
// for a scanned code all the time.
func (p *Presenter) left(v pos.PayView) (words string, share float32) {
	left, whole := v.ExpiresAt.Sub(p.cfg.Now()), v.Life/3
	switch {
	case charged(v) && left <= pos.CodeWait: // before WeChat's first answer it does not count yet
		whole = pos.CodeWait
	case v.CodeURL == "", whole <= 0, left > whole:
		return "", 0
	}
	return p.cfg.Words.T("pay.left", p.cfg.Words.Span(left)), float32(left) / float32(whole)
}

// leaving says what leaving is called and means for the money, and how the way back is called.
func (p *Presenter) leaving(v pos.PayView) (question, money, stay string) {
	w := p.cfg.Words
	question, money, stay = w.T("pay.cancel.what"), w.T("pay.cancel.money"), w.T("pay.cancel.no")
	switch {
	case charged(v):
		question, money = w.T("pay.cancel.code"), w.T("pay.cancel.code.money")
	case !v.Shown:
		money = w.T("pay.cancel.no-code")
	case v.Unsure():
		money = w.T("pay.cancel.unsure")
	}
	if v.CodeURL == "" {
		stay = w.T("ask.back")
	}
	return question, money, stay
}

// Done is the paid panel in words.
type Done struct {
	Title  string
	Amount string // what was received; "" for nothing
	Line   string // tender, number of the day, tail of the receipt
	Change string // of cash, and what the customer is owed for goods that came back, or that it comes out even
	Print  string
	Failed bool   // the paper needs a hand
	Word   string // that nobody but the cashier vouches for it
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
	if why, ok := w.Brief(p.paper.Code); ok {
		switch p.paper.State {
		case pos.PrintQueued, pos.PrintSending:
			m.Print, m.Failed = w.T("done.waits", why), true
		case pos.PrintFailed:
			m.Print, m.Failed = w.T("done.failed", why), true
		case pos.PrintDone, pos.PrintUnconfirmed, pos.PrintCancelled, pos.PrintSuperseded:
		}
	}
	if p.bare && d.Print == pos.PrintDone { // what takes every job and drops it has printed nothing
		m.Print = w.T("done.paperless")
	}
	if d.Late {
		m.Title = w.T("done.late")
	}
	if d.Parts > 0 { // what goods that came back were worth was not received
		m.Amount = w.Money(d.Amount + d.Parts)
		if d.Amount > 0 { // not when rounding took what was left
			m.Line = w.T("done.last", w.Tender(d.Tender), d.Amount, d.Nth, d.Receipt.Tail())
		}
	}
	even := d.Owed == 0 && d.Amount == 0 && d.Net > 0 && d.Parts == 0
	if d.Owed > 0 || even { // nothing was received: what stands there is what moves, and which way
		m.Title, m.Amount, m.Line = w.T("done.exchanged"), "", w.T("done.line", w.Tender(pos.TenderExchange), d.Nth, d.Receipt.Tail())
	}
	switch {
	case even:
		m.Change = w.T("cash.title.even")
	case d.Online > 0 && d.Online < d.Owed:
		m.Change = w.T("done.owed.both", d.Owed-d.Online, d.Online)
	case d.Online > 0:
		m.Change = w.T("done.owed.online", d.Online)
	case d.Owed > 0:
		m.Change = w.T("done.owed", d.Owed)
	case d.Tender == pos.TenderCash:
		m.Change = w.T("done.change", d.Change)
	}
	if _, other := d.Tender.Other(); other {
		m.Word = w.T("done.word")
	}
	return m, true
}

// Paying reports whether there is a payment in front.
func (p *Presenter) Paying() bool { return p.pay != nil }
