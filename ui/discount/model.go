package discount

import (
	"guitai/pos"
	"guitai/pos/i18n"
)

// Model is the screen in words.
type Model struct {
	What   What
	Kind   pos.CutKind
	Item   string // of what
	Detail string // how it comes to what it comes to now
	Many   bool   // there are other lines to go to

	Typed  string
	Unit   string // beside what is typed
	Fresh  bool   // the next digit replaces it
	Before string // what it comes to now
	Off    string // what is taken off; "" while nothing is
	After  string // what it comes to then; "" while that is not known
	Hint   string // what is typed, or why it cannot be
	Bad    bool   // Hint is a refusal

	Usual  []string // at a tap
	Ready  bool     // Enter does it
	Remove string   // what is taken away again; "" for nothing
	Enter  string   // what Enter does
}

// Model gives the screen in words.
func (p *Presenter) Model() Model {
	w := p.cfg.Words
	m := Model{
		What: p.what, Kind: p.kind, Typed: p.typed.Text, Fresh: p.typed.Fresh, Many: p.what != Whole && len(p.cart.Lines) > 1,
		Enter: w.T("discount.ok"),
	}
	if p.what == Whole {
		m.Item, m.Detail = w.T("discount.whole"), w.T("sell.pieces", p.cart.Pieces())
	} else {
		m.Item, m.Detail = p.at().Name, w.Calc(p.at())
	}
	if off := p.at().DealOff; off > 0 && p.what == Line {
		m.Detail += " · " + p.at().Deal + " −" + off.String()
	}
	if p.MayRemove() {
		m.Remove = w.T("discount.remove")
	}
	if p.what == Price {
		p.pricing(&m)
		return m
	}
	p.cutting(&m)
	return m
}

func (p *Presenter) pricing(m *Model) {
	w, l := p.cfg.Words, p.at()
	m.Enter, m.Unit = w.T("discount.ok.price"), w.T("discount.yuan")
	if l.Weight != 0 {
		m.Unit = w.T("discount.yuan.per", w.PerUnit(l.Unit))
	}
	if l.List != 0 {
		m.Remove = w.T("discount.restore", l.List)
		m.Hint = w.T("discount.listed", l.List)
	}
	m.Before = l.Amount().String()
	if p.labelled() {
		m.Hint, m.Bad = w.T("discount.labelled"), true
		return
	}
	f, ok := p.price()
	if !ok {
		m.Hint, m.Bad = w.T("discount.price.bad"), p.tried
		return
	}
	m.Ready = true
	l.Price, l.CutOff, l.DealOff = f, 0, 0
	m.After = l.Amount().String()
}

func (p *Presenter) cutting(m *Model) {
	w, base := p.cfg.Words, p.base()
	m.Before = base.String()
	switch {
	case p.kind != pos.CutPercent:
		m.Unit = w.T("discount.yuan")
	case w.Lang() == i18n.Chinese:
		m.Unit = w.T("discount.tenths")
	default:
		m.Unit = w.T("discount.percent")
	}
	for _, s := range p.usual() {
		if p.kind != pos.CutPercent {
			m.Usual = append(m.Usual, w.T("discount.usual.yuan", s))
			continue
		}
		m.Usual = append(m.Usual, w.T("discount.usual", s, m.Unit))
	}
	c, ok := p.meant()
	if ok {
		off := c.Of(base)
		m.Ready, m.Off, m.After = true, (-off).String(), (base - off).String()
		if p.kind == pos.CutPercent && w.Lang() == i18n.Chinese {
			m.Hint = w.T("discount.means", tenths(100_00-c.N), hundredths(c.N))
		}
		return
	}
	m.Bad = p.tried
	switch p.kind {
	case pos.CutPercent:
		m.Hint = w.T("discount.percent.bad")
	case pos.CutAmount:
		m.Hint = w.T("discount.amount.bad", base)
	default:
		m.Hint = w.T("discount.to.bad", base)
	}
	if m.Typed == "" && !p.tried {
		m.Hint = w.T(hints[p.kind])
	}
}

// hints say how each way is typed, by message id.
var hints = map[pos.CutKind]string{
	pos.CutPercent: "discount.hint.percent", pos.CutAmount: "discount.hint.amount", pos.CutTo: "discount.hint.to",
}
