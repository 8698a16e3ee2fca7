package inbox

import (
	"strconv"
	"time"

	"guitai/pos"
)

// Row is a case in the list.
type Row struct {
	Amount string
	Why    string
	When   string // how long ago it was learned of
	Next   string // that it refunds itself, or where the refund stands; "" for neither
	Chosen bool
}

// Len is how many cases there are.
func (p *Presenter) Len() int { return len(p.cases) }

// At is the chosen case.
func (p *Presenter) At() int { return p.at }

// Row gives case i.
func (p *Presenter) Row(i int) Row {
	if i >= len(p.cases) {
		return Row{}
	}
	x := p.cases[i]
	return Row{Amount: p.amount(x), Why: p.cfg.Words.Exception(x.Reason), When: p.age(x.At), Next: p.next(x), Chosen: i == p.at}
}

// amount is the money in words: of another currency by its name, and unknown when WeChat has not told it.
func (p *Presenter) amount(x pos.ExceptionCase) string {
	switch {
	case x.Amount == 0:
		return p.cfg.Words.T("inbox.unknown-sum")
	case x.Currency != "" && x.Currency != pos.Currency:
		return x.Amount.String() + " " + x.Currency
	}
	return p.cfg.Words.Money(x.Amount)
}

// age says how long ago something was.
func (p *Presenter) age(t time.Time) string {
	w, d := p.cfg.Words, p.cfg.Now().Sub(t)
	switch {
	case t.IsZero():
		return ""
	case d < time.Minute:
		return w.T("age.now")
	case d < time.Hour:
		return w.T("age.minutes", int(d/time.Minute))
	case d < 24*time.Hour:
		return w.T("age.hours", int(d/time.Hour))
	}
	return w.T("age.days", int(d/(24*time.Hour)))
}

// next says what happens by itself.
func (p *Presenter) next(x pos.ExceptionCase) string {
	w := p.cfg.Words
	switch {
	case x.State == pos.ExceptionOpen && !x.RefundAt.IsZero():
		return w.T("inbox.auto", w.Span(x.RefundAt.Sub(p.cfg.Now())))
	case x.Refund != nil:
		state, _ := w.Giving(x.Refund.State)
		return state
	case x.State != pos.ExceptionOpen:
		return w.Standing(x.State)
	}
	return ""
}

// Button is something that can be done.
type Button struct {
	Action pos.Action
	Label  string
	Key    string
}

// Event is a line of evidence.
type Event struct{ When, Who, What string }

// Detail is what is known of the chosen case.
type Detail struct {
	Amount string
	Why    string
	Money  string // what it means for the money
	Todo   string // what to do
	Auto   string // that it refunds itself, and how to stop it; "" when it does not
	State  string // where its refund stands, or who decided what; "" for nothing yet
	Next   string // what that means
	Bad    bool   // State is trouble
	Facts  []string
	Events []Event
	None   string // said in place of the evidence
	Cannot string // why WeChat refunds do not work here; "" when they do or are not wanted
	Main   Button
	Others []Button
}

// Detail gives the chosen case; ok is false when there is none.
func (p *Presenter) Detail() (d Detail, ok bool) {
	x, ok := p.current()
	if !ok {
		return d, false
	}
	w := p.cfg.Words
	d = Detail{Amount: p.amount(x), Why: w.Exception(x.Reason), Facts: p.facts(x)}
	d.Money, d.Todo = w.Case(x.Reason)
	if x.State == pos.ExceptionOpen && !x.RefundAt.IsZero() {
		d.Auto = w.T("inbox.auto.stop", w.Span(x.RefundAt.Sub(p.cfg.Now())))
	}
	d.State, d.Next, d.Bad = p.standing(x)
	for _, e := range p.events {
		d.Events = append(d.Events, p.event(e))
	}
	switch {
	case p.unread:
		d.None = w.T("inbox.evidence.unread")
	case len(d.Events) == 0:
		d.None = w.T("inbox.evidence.none")
	}
	if p.can != pos.CodeNone && x.Allowed(pos.ActRefund) {
		d.Cannot = w.T("inbox.cannot", w.NoRefund(p.can))
	}
	main := p.proposed(x)
	name, _ := w.Action(main, d.Amount)
	d.Main = Button{Action: main, Label: name, Key: "Enter"}
	if main == pos.ActRefund {
		d.Main.Label += " " + d.Amount
	}
	for i, a := range actions {
		if a != main && p.possible(x, a) {
			name, _ := w.Action(a, d.Amount)
			d.Others = append(d.Others, Button{Action: a, Label: name, Key: strconv.Itoa(i + 1)})
		}
	}
	return d, true
}

// facts are the numbers that a person compares with the customer's bill.
func (p *Presenter) facts(x pos.ExceptionCase) []string {
	w := p.cfg.Words
	facts := []string{w.T("inbox.order", x.OutTradeNo)}
	if x.TransactionID != "" {
		facts = append(facts, w.T("inbox.transaction", x.TransactionID))
	}
	line := ""
	if !x.PaidAt.IsZero() {
		line = w.T("inbox.paid-at", x.PaidAt.In(p.cfg.Zone).Format("2006-01-02 15:04:05"))
	}
	if x.Asked > 0 && x.Asked != x.Amount {
		if line != "" {
			line += " · "
		}
		line += w.T("inbox.asked", x.Asked)
	}
	if line != "" {
		facts = append(facts, line)
	}
	return facts
}

// standing says where the refund is, or what was decided.
func (p *Presenter) standing(x pos.ExceptionCase) (state, next string, bad bool) {
	w := p.cfg.Words
	switch {
	case x.Refund != nil:
		r := x.Refund
		state, next = w.Giving(r.State)
		bad = r.State == pos.RefundStuck || r.State == pos.RefundClosed || r.State == pos.RefundRefused
		if r.Cause != pos.CodeNone && r.State != pos.RefundDone {
			what, _, _ := w.Trouble(r.Cause)
			state += " · " + what
		}
	case x.State != pos.ExceptionOpen:
		state = w.Standing(x.State)
	case x.Decided.Action == pos.ActHold:
		state = w.T("inbox.held")
	}
	if d := x.Decided; d.By != "" && state != "" {
		state += " · " + w.T("inbox.by", d.By)
	}
	return state, next, bad
}

func (p *Presenter) event(e pos.PaymentEvent) Event {
	x, _ := p.current()
	who, what := p.cfg.Words.Event(e, func(f pos.Fen) string { x.Amount = f; return p.amount(x) })
	return Event{When: e.At.In(p.cfg.Zone).Format("15:04:05"), Who: who, What: what}
}

// Form is the question before something is done.
type Form struct {
	Title   string
	Does    string // what happens to the money
	Named   bool   // a name is typed: the till does not know its people
	By      string
	Reason  string
	Field   Field
	Needed  bool // the reason has to be filled in
	Lacks   bool // the line that Field names is needed
	Usual   []string
	Confirm string
}

// Form gives the question; ok is false while none is asked.
func (p *Presenter) Form() (f Form, ok bool) {
	x, ok := p.current()
	if !ok || p.form == nil {
		return f, false
	}
	w := p.cfg.Words
	f = Form{By: p.form.by, Reason: p.form.reason, Field: p.form.field, Needed: needsReason(p.form.action), Lacks: p.form.lacks, Named: !p.known()}
	f.Title, f.Does = w.Action(p.form.action, p.amount(x))
	f.Confirm = w.T("inbox.confirm", f.Title)
	for _, id := range usual(p.form.action) {
		f.Usual = append(f.Usual, w.T(id))
	}
	return f, true
}
