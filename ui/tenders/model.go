package tenders

import (
	"strconv"
	"strings"

	"guitai/pos"
)

// Part is a part that was paid, in words.
type Part struct{ Tender, Amount string }

// Model is the screen in words.
type Model struct {
	Due    string // what is left
	Name   string // what that is called
	Parts  []Part // what was paid, newest last
	Paid   string // that together; "" for nothing
	Split  bool
	Typing bool   // the part's amount
	Typed  string // of it
	Left   string // what is left after the part; "" while that is not known
	Hint   string
	Bad    bool // Hint is a refusal

	Names   []string // of the tenders, with their digits
	At      int      // the chosen one
	None    bool     // the shop takes nothing outside
	Over    string   // what this means for the code on the glass; "" without one
	Unsure  bool     // Over is a warning
	Enter   string   // what Enter does
	Ready   bool     // and whether it does
	Grave   bool     // and that it cannot be taken back
	ByCode  bool     // WeChat can be asked for a code
	Giving  bool     // whether to give back is asked
	Asks    string
	Means   string
	MayBack bool // what was paid can be given back
}

// Model gives the screen in words.
func (p *Presenter) Model() Model {
	w := p.cfg.Words
	m := Model{
		Due: w.Money(p.due), Name: w.T("sell.total"), Split: p.split, Typing: p.typing, Typed: p.typed.Text,
		At: p.at, None: len(p.names) == 0, ByCode: p.pay == nil, Giving: p.giving, MayBack: len(p.parts) > 0 && p.pay == nil,
	}
	for _, v := range p.parts {
		m.Parts = append(m.Parts, Part{w.Tender(v.Tender), w.Money(v.Amount)})
	}
	if len(p.parts) > 0 {
		m.Name, m.Paid = w.T("sell.left"), w.Money(p.Paid())
	}
	for i, name := range p.names {
		m.Names = append(m.Names, strconv.Itoa(i+1)+"  "+name)
	}
	if p.giving {
		m.Asks, m.Means = w.T("outside.back.what", p.Paid()), p.means()
		m.Enter, m.Ready, m.Grave = w.T("outside.back.yes"), true, true
		return m
	}
	part, ok := p.part()
	amount := part
	if part == 0 {
		amount = p.due
	}
	m.Ready = ok && (p.typing || len(p.names) > 0)
	switch {
	case p.typing && ok && part > 0:
		m.Left, m.Hint = w.Money(p.due-part), w.T("outside.part.then")
	case p.typing && ok:
		m.Left, m.Hint = w.Money(0), w.T("outside.part.all")
	case p.typing && (p.tried || p.typed.Text != ""):
		m.Hint, m.Bad = w.T("outside.part.bad", p.due), true
	case p.typing:
		m.Hint = w.T("outside.part.hint", p.due)
	case p.split && part > 0:
		m.Left = w.Money(p.due - part)
	}
	if !p.typing {
		m.Hint = w.T("outside.word")
	}
	switch {
	case p.typing:
		m.Enter = w.T("outside.next")
	case len(p.names) == 0:
		m.Enter, m.Hint = w.T("outside.next"), w.T("outside.none.todo")
	default:
		m.Enter = w.T("outside.ok", p.names[p.at], amount)
	}
	switch {
	case p.unsure():
		m.Over, m.Unsure = w.T("cash.unsure"), true
		if p.armed && !p.typing && len(p.names) > 0 {
			m.Enter = w.T("outside.ok.sure", p.names[p.at])
		}
	case p.pay != nil && p.pay.Phase == pos.PayWaiting:
		m.Over = w.T("outside.withdrawn")
	}
	return m
}

// means says where what was paid goes when it is given back: each part the way it came.
func (p *Presenter) means() string {
	w := p.cfg.Words
	words := w.T("outside.back.means", strings.Join(p.tenderWords(), " · "))
	for _, v := range p.parts {
		if _, other := v.Tender.Other(); other {
			return words + w.T("outside.back.other")
		}
	}
	return words
}
