package refund

import (
	"guitai/pos"
)

// Model is the screen in words.
type Model struct {
	Step  Step
	Typed string // of the receipt number
	Busy  bool
	Bad   string // why Enter did nothing

	Sale    string // which sale: its receipt number
	Facts   string // when, how it was paid, what it came to
	Back    string // what went back before; "" for nothing
	Money   bool   // by amount
	Amount  string // as typed
	Total   string
	Left    string // what can go back at most
	Over    bool   // Total is more than that
	Blocked string // why nothing can go back
	Todo    string // and what to do
	Ready   bool   // Enter goes on

	Title   string   // what is about to be done
	Where   []string // where the money goes, each part of it
	Named   bool     // a name is typed: the till does not know its people
	By      string
	Reason  string
	Field   Field
	Lacks   bool // the line that Field names is needed
	Usual   []string
	Confirm string

	Void     bool   // all of it can be taken back
	Exchange bool   // pieces can count towards the next goods
	Return   bool   // the goods in the cart can come back
	Way      Way    // of the last step
	Outside  string // the other way for what was taken outside; "" for none
}

// Model gives the screen in words.
func (p *Presenter) Model() Model {
	w := p.cfg.Words
	m := Model{Step: p.step, Typed: p.typed, Busy: p.busy, Bad: p.badWords()}
	m.Void, m.Exchange, m.Return = p.MayVoid(), p.step == StepWhat && !p.money, p.MayReturn()
	if p.step == StepFind {
		m.Ready = p.typed != "" && !p.busy
		return m
	}
	p.last(&m)
	if p.way == WayReturn && p.step == StepWhy {
		return m
	}
	s, left := p.record.Sale, p.left()
	m.Sale = w.T("refund.receipt", s.Receipt)
	m.Facts = w.T("refund.facts", s.ClosedAt.In(p.cfg.Now().Location()).Format(w.T("day.clock")), p.tenders(), p.paid())
	if back := p.paid() - left; back > 0 {
		m.Back = w.T("refund.before", back)
	}
	m.Money, m.Amount, m.Left = p.money, p.amount, w.T("refund.left", left)
	total, err := p.total()
	if err == nil {
		m.Total = w.Money(total)
	} else {
		m.Total = w.Money(0)
	}
	m.Over = err == nil && total > left
	if id := p.blocked(); id != "" {
		m.Blocked, m.Todo = w.T(id, w.NoRefund(p.can)), w.T("refund.platform")
		if id == "refund.gone" {
			m.Todo = ""
		}
	}
	m.Ready = err == nil && !m.Over && m.Blocked == ""
	return m
}

// last is the last step: what is about to be done, where the money goes, why and by whose leave.
func (p *Presenter) last(m *Model) {
	m.Way, m.Where, m.Named = p.way, p.where(), !p.known()
	m.Title, m.Confirm = p.named()
	m.By, m.Reason, m.Field, m.Lacks = p.by, p.reason, p.field, p.lacks
	for _, id := range usual {
		m.Usual = append(m.Usual, p.cfg.Words.T(id))
	}
	if p.MayOutside() {
		m.Outside = p.cfg.Words.T("refund.in-cash")
		if !p.outside {
			m.Outside = p.cfg.Words.T("refund.outside")
		}
	}
}

func (p *Presenter) badWords() string {
	w := p.cfg.Words
	switch p.bad {
	case badNumber:
		return w.T("refund.bad-number")
	case several:
		return w.T("refund.several")
	case notFound:
		return w.T("refund.not-found")
	case unread:
		return w.T("refund.unread")
	case nothing:
		return w.T("refund.nothing")
	case notOnSale:
		return w.T("refund.not-on-sale")
	case noTrouble:
	}
	return ""
}

// Line is a line of the sale in words.
type Line struct {
	Name   string
	Calc   string // "2 × 3.00"
	May    string // how many can still go back
	Pieces string // how many do
	Amount string // what they come to
	None   bool   // all of it went back before
	Chosen bool
}

// Lines is how many lines the sale has.
func (p *Presenter) Lines() int { return len(p.record.Sale.Lines) }

// At is the chosen line.
func (p *Presenter) At() int { return p.at }

// Line gives line i.
func (p *Presenter) Line(i int) Line {
	if i >= p.Lines() {
		return Line{}
	}
	w, l, may, n := p.cfg.Words, p.record.Sale.Lines[i], p.may(i), p.pieces[i+1]
	m := Line{
		Name: l.Name, Calc: w.Calc(l), May: w.T("refund.may", may), Pieces: count(n),
		None: may <= 0, Chosen: i == p.at && !p.money,
	}
	if m.None {
		m.May = w.T("refund.line.gone")
	}
	if lines, _, err := pos.PriceLines(p.record.Sale, p.record.Refunds, p.pieces); err == nil {
		for _, r := range lines {
			if r.N == i+1 {
				m.Amount = r.Amount.String()
			}
		}
	}
	return m
}
