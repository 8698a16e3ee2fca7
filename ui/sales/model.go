package sales

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// Model is the screen in words, but for the rows.
type Model struct {
	Typed  string
	Days   string
	Person string // "" without staff
	Tender string
	Part   string
	Count  string // how many there are, as far as they were read
	None   string // why there is nothing in the list; "" when there is something
	Todo   string // and what to do
	Busy   bool
	Only   bool // only today can be looked at
}

// Model gives it.
func (p *Presenter) Model() Model {
	w := p.cfg.Words
	m := Model{Typed: p.typed, Busy: p.busy && len(p.hits) == 0, Only: !p.everyDay()}
	m.Days = w.T(dayWords[today])
	switch {
	case m.Only:
	case p.filter.days == oneDay:
		m.Days = p.filter.day.String()
	default:
		m.Days = w.T(dayWords[p.filter.days])
	}
	if len(p.staff.People) > 0 {
		m.Person = p.filter.person
		if m.Person == "" {
			m.Person = w.T("sales.everybody")
		}
	}
	m.Tender = w.T("sales.any-tender")
	if p.filter.tender != "" {
		m.Tender = w.TenderTaken(p.filter.tender)
	}
	m.Part = w.T(partWords[p.filter.part])
	switch n := len(p.hits); {
	case n > 0 && p.more:
		m.Count = w.T("sales.count.more", n)
	case n > 0:
		m.Count = w.T("sales.count", n)
	case p.secret:
		m.None, m.Todo = w.T("sales.secret"), w.T("sales.secret.todo")
	case p.bad != pos.CodeNone:
		what, _, todo := w.Trouble(p.bad)
		m.None, m.Todo = what, todo
	case m.Busy:
		m.None = w.T("sales.busy")
	case p.text != "":
		m.None, m.Todo = w.T("sales.none", p.text), w.T("sales.none.todo")
		if m.Only {
			m.Todo = w.T("sales.none.today")
		}
	default:
		m.None, m.Todo = w.T("sales.empty"), w.T("sales.empty.todo")
	}
	return m
}

// Len is how many sales are listed; At the chosen one.
func (p *Presenter) Len() int { return len(p.hits) }

// At is the chosen one.
func (p *Presenter) At() int { return p.at }

// Row is a sale in the list.
type Row struct {
	Name   string // its first line, and how many more
	Facts  string // number, when, how it was paid, who sold it
	Amount string
	Back   string // what went back; "" for nothing
	Chosen bool
}

// Row gives sale i.
func (p *Presenter) Row(i int) Row {
	if i >= len(p.hits) {
		return Row{}
	}
	w, h := p.cfg.Words, p.hits[i]
	r := Row{Name: h.First, Amount: w.Money(h.Sale.Net()), Chosen: i == p.at}
	if h.Lines > 1 {
		r.Name = w.T("sales.and", h.First, h.Lines-1)
	}
	r.Facts = fmt.Sprintf("%s · %s · %s", h.Sale.Receipt.Tail(), p.when(h.Sale.ClosedAt), w.TenderTaken(h.Tender))
	r.Facts += p.seller(h.Sale)
	switch {
	case h.Refunded > 0 && h.Refunded >= h.Sale.Net():
		r.Back = w.T("sales.back.all")
	case h.Refunded > 0:
		r.Back = w.T("sales.back", h.Refunded)
	}
	return r
}

// when is a time of the list: of today without its date.
func (p *Presenter) when(t time.Time) string {
	now := p.cfg.Now()
	t = t.In(now.Location())
	if t.Year() == now.Year() && t.YearDay() == now.YearDay() {
		return t.Format("15:04")
	}
	return t.Format("01-02 15:04")
}

// Kind is what a line about a sale is.
type Kind int

// The kinds.
const (
	Head  Kind = iota // a heading, with a sum
	Goods             // name, calculation, amount
	Fact              // words, and a sum or none
	Event             // when, who, what
)

// Line is one line about the chosen sale.
type Line struct {
	Kind    Kind
	A, B, C string
}

// Detail is what is known of the chosen sale.
type Detail struct {
	Amount  string
	Receipt string
	Facts   string
	Lines   []Line
	None    string // said in place of the lines
	Ready   bool   // it can be printed again and given back
}

// Detail gives it; ok is false when none is chosen.
func (p *Presenter) Detail() (d Detail, ok bool) {
	if p.chosen == 0 {
		return d, false
	}
	w := p.cfg.Words
	if !p.known {
		d.None = w.T("sales.busy")
		if p.unread != pos.CodeNone {
			d.None = w.T("inbox.evidence.unread")
		}
		return d, true
	}
	s := p.record.Sale
	d = Detail{Amount: w.Money(s.Net()), Receipt: s.Receipt.String(), Ready: true}
	d.Facts = w.T("sales.facts", s.ClosedAt.In(p.cfg.Now().Location()).Format("2006-01-02 15:04:05"), p.record.Nth)
	d.Facts += p.seller(s)
	add := func(k Kind, a, b, c string) { d.Lines = append(d.Lines, Line{k, a, b, c}) }
	if s.Member {
		d.Facts += " · " + w.T("sales.member")
	}
	if p.voided() {
		d.Facts += " · " + w.T("sales.voided")
	}
	p.goods(add, s)
	for _, x := range p.record.Payments {
		p.payment(add, x)
	}
	for _, r := range p.record.Refunds {
		p.refund(add, r)
	}
	return d, true
}

// goods tells what was sold, and how that comes to what was paid.
func (p *Presenter) goods(add func(k Kind, a, b, c string), s pos.Sale) {
	w := p.cfg.Words
	off := func(by string, f pos.Fen) {
		if f != 0 {
			add(Fact, strings.TrimSpace(w.T("sales.off", by)), "", (-f).String())
		}
	}
	for _, l := range s.Lines {
		add(Goods, l.Name, w.Calc(l), l.Amount().String())
		if l.List != 0 {
			add(Fact, w.T("sales.listed", l.List), "", "")
		}
		off(l.Deal, l.DealOff)
		off(w.Cut(l.Cut), l.CutOff)
		if l.Note != "" {
			add(Fact, w.T("sales.note", l.Note), "", "")
		}
	}
	lines := s.OffLines()
	if whole := s.Discount - lines; whole != 0 {
		id := "sales.off.whole"
		if lines == 0 {
			id = "sales.discount"
		}
		add(Fact, w.T(id), "", (-whole).String())
	}
	if s.Rounding != 0 {
		add(Fact, w.T("sales.rounding"), "", (-s.Rounding).String())
	}
	for _, c := range s.Credits {
		add(Head, w.T("sales.exchange", c.Goods), "", c.Amount.String())
		add(Fact, w.T("sales.exchange.of", c.Receipt), "", "")
	}
}

// voided reports whether all of it was taken back on its own day.
func (p *Presenter) voided() bool {
	return slices.ContainsFunc(p.record.Refunds, func(r pos.Refund) bool { return r.Void && r.State == pos.RefundDone })
}

// payment tells how it was paid, and who said so.
func (p *Presenter) payment(add func(k Kind, a, b, c string), x pos.Payment) {
	w := p.cfg.Words
	add(Head, w.T("sales.paid", w.Tender(x.Tender)), "", x.Amount.String())
	if x.Part {
		add(Fact, w.T("sales.part"), "", "")
	}
	if _, outside := x.Tender.Other(); outside {
		add(Fact, w.T("sales.on-word"), "", "")
	}
	if x.Tender == pos.TenderCash && x.Tendered > 0 {
		add(Fact, w.T("sales.tendered", x.Tendered, x.Change()), "", "")
	} else {
		add(Fact, w.T("inbox.order", x.OutTradeNo), "", "")
	}
	if x.TransactionID != "" {
		add(Fact, w.T("inbox.transaction", x.TransactionID), "", "")
	}
	for _, e := range i18n.Telling(p.evidence[x.ID]) {
		who, what := w.Event(e, nil)
		add(Event, e.At.In(p.cfg.Now().Location()).Format("15:04:05"), who, what)
	}
}

// refund tells what went back, why, and who allowed it.
func (p *Presenter) refund(add func(k Kind, a, b, c string), r pos.Refund) {
	w := p.cfg.Words
	state, _ := w.Giving(r.State)
	id := "sales.refund"
	switch {
	case r.Void:
		id = "sales.void"
	case r.Tender == pos.TenderExchange:
		id = "sales.swapped"
	}
	add(Head, w.T(id, r.AskedAt.In(p.cfg.Now().Location()).Format("01-02 15:04")), "", (-r.Amount).String())
	add(Fact, w.TenderTaken(r.Tender)+" · "+state, "", "")
	if r.Reason != "" {
		add(Fact, w.T("sales.why", r.Reason, r.Approver), "", "")
	}
	if r.Tender.WeChat() && r.OutRefundNo != "" {
		add(Fact, w.T("sales.refund-no", r.OutRefundNo), "", "")
	}
}

// seller is who sold it, to stand behind other facts: a cashier, or nobody when a customer's phone ordered it.
func (p *Presenter) seller(s pos.Sale) string {
	switch {
	case s.Cashier != "":
		return " · " + s.Cashier
	case s.Origin != pos.OriginCounter:
		return " · " + p.cfg.Words.T("sales.by-phone", p.cfg.Words.Origin(s.Origin))
	}
	return ""
}
