package want

import (
	"strconv"

	"guitai/pos"
)

// Model is the screen in words.
type Model struct {
	Kind   pos.WantKind
	Item   string // what is asked about
	Detail string // what is known of it
	Times  string // so many of it; "" for one
	Typed  string
	Fresh  bool   // the next digit replaces it
	Unit   int    // the weight's
	Sum    string // what it comes to; "" while that is not known
	Hint   string // what to type, or why it cannot be
	Bad    bool   // Hint is a refusal
	Ready  bool   // Enter answers

	Field      Field
	Name       string
	Unnamed    string // what it is called without a name
	Categories []string
	Category   int
}

// Title is what the question is called.
func (p *Presenter) Title() string {
	switch p.want.Kind {
	case pos.WantPrice:
		return p.cfg.Words.T("want.price")
	case pos.WantWeight:
		return p.cfg.Words.T("want.weight")
	}
	return p.cfg.Words.T("want.item")
}

// Units are what a weight can be typed in.
func (p *Presenter) Units() []string {
	return []string{"kg", p.cfg.Words.T("unit.jin"), "g"}
}

// Model gives the screen in words.
func (p *Presenter) Model() Model {
	w, it := p.cfg.Words, p.want.Item
	m := Model{
		Kind: p.want.Kind, Item: it.Name, Typed: p.typed.Text, Fresh: p.typed.Fresh, Unit: p.unit,
		Field: p.field, Name: p.name, Categories: p.categories, Category: p.category,
	}
	if p.want.Times > 1 {
		m.Times = "× " + strconv.Itoa(p.want.Times)
	}
	l, ok := p.line()
	m.Ready, m.Bad = ok, p.tried
	switch p.want.Kind {
	case pos.WantWeight:
		m.Detail = w.T("want.per", w.Rate(it.Price, it.Unit), w.PerUnit(it.Unit))
		m.Hint = w.T("want.weight.hint")
		if ok {
			m.Hint, m.Sum = w.Calc(l), w.Money(l.Amount())
		} else if p.tried {
			m.Hint = w.T("want.weight.bad")
		}
	case pos.WantPrice:
		m.Detail = p.want.Code
		m.Hint = w.T("want.price.hint")
		if ok {
			m.Hint, m.Sum = w.Calc(l), w.Money(l.Amount())
		} else if p.tried {
			m.Hint = w.T("want.price.bad")
		}
	default:
		m.Item, m.Detail = w.T("want.unknown"), p.want.Code
		m.Unnamed = w.T("want.name.hint", p.calledWithout())
		m.Ready = ok || p.typed.Text == "" && p.field == FieldName
		if m.Hint = w.T("want.item.hint"); p.tried {
			m.Hint = w.T("want.price.bad")
		}
	}
	return m
}

// calledWithout is the name of a new item that is given none.
func (p *Presenter) calledWithout() string {
	if p.under() != "" {
		return p.under()
	}
	return p.cfg.Words.T("want.unnamed")
}
