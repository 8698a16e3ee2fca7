package goods

import (
	"fyne.io/fyne/v2"

	"guitai/ui/widgets"
)

// itemRow is an item of the list.
type itemRow struct {
	widgets.TapRow
	p                           *Presenter
	at                          int
	edge                        *widgets.Panel
	mark                        *widgets.Text
	name, detail, price, member *widgets.Text
}

func newItemRow(p *Presenter) *itemRow {
	r := &itemRow{
		p: p, edge: widgets.NewPanel(widgets.Clear, 3, 0, nil), mark: text(widgets.SizeStrong, true, widgets.AccentInk, center, widgets.FitNone),
		name: text(widgets.SizeBody, false, widgets.Ink, leading, widgets.FitElide), detail: text(widgets.SizeDetail, false, widgets.InkSoft, leading, widgets.FitElide),
		price:  text(widgets.SizeStrong, true, widgets.Ink, trailing, widgets.FitShrink),
		member: text(widgets.SizeDetail, false, widgets.InkSoft, trailing, widgets.FitShrink),
	}
	words, sums := widgets.Rows(0, nil, r.name, r.detail), widgets.Rows(0, nil, r.price, r.member)
	r.Init(r, 2, 2, widgets.Columns(widgets.Gap, widgets.Grow(words), widgets.Sized(6, 36, r.edge), words, widgets.Sized(20, 0, r.mark), widgets.Sized(132, 0, sums),
		widgets.Sized(4, 0, widgets.Spring())))
	return r
}

// Draw shows entry i.
func (r *itemRow) Draw(i int) {
	r.at = i
	m := r.p.Row(i)
	r.edge.SetFill(widgets.Clear)
	if m.Colour != "" {
		r.edge.SetFill(widgets.TileEdge(m.Colour))
	}
	name, ink := m.Name, widgets.Ink
	if m.Off != "" {
		name, ink = m.Name+"  ·  "+m.Off, widgets.InkSoft
	}
	if m.Loading {
		name = "…"
	}
	r.name.SetColor(ink)
	r.price.SetColor(ink)
	r.name.Set(name)
	r.detail.Set(m.Detail)
	r.price.Set(m.Price)
	r.member.Set(m.Member)
	sign := ""
	if m.Marked {
		sign = "✓"
	}
	r.mark.Set(sign)
	r.Choose(m.Chosen)
}

// Tapped chooses the item; once more opens it.
func (r *itemRow) Tapped(*fyne.PointEvent) {
	if r.at == r.p.at {
		r.p.Enter()
		return
	}
	r.p.Choose(r.at)
}

// changeRow is a price that an item was given.
type changeRow struct {
	widgets.TapRow
	v                 *View
	when, prices, who *widgets.Text
}

func newChangeRow(v *View) *changeRow {
	r := &changeRow{
		v: v, when: text(widgets.SizeDetail, false, widgets.InkSoft, leading, widgets.FitNone),
		prices: text(widgets.SizeDetail+1, false, widgets.Ink, leading, widgets.FitShrink), who: text(widgets.SizeDetail, false, widgets.InkSoft, leading, widgets.FitElide),
	}
	r.Init(r, -8, 1, widgets.Rows(0, nil, r.prices, widgets.Columns(widgets.Gap, widgets.Grow(r.who), r.when, r.who)))
	return r
}

// Draw shows change i.
func (r *changeRow) Draw(i int) {
	if i >= len(r.v.shown.Changes) {
		return
	}
	c := r.v.shown.Changes[i]
	r.when.Set(c.When)
	r.prices.Set(c.Prices)
	r.who.Set(c.Who)
}

// choiceRow is a category to choose.
type choiceRow struct {
	widgets.TapRow
	p    *Presenter
	at   int
	name *widgets.Text
}

func newChoiceRow(p *Presenter) *choiceRow {
	r := &choiceRow{p: p, name: text(widgets.SizeBody, false, widgets.Ink, leading, widgets.FitElide)}
	r.Init(r, 8, 0, r.name)
	return r
}

// Draw shows entry i.
func (r *choiceRow) Draw(i int) {
	r.at = i
	if names, at, ok := r.p.Choosing(); ok && i < len(names) {
		r.name.Set(names[i])
		r.Choose(i == at)
	}
}

// Tapped takes the entry.
func (r *choiceRow) Tapped(*fyne.PointEvent) {
	r.p.Point(r.at)
	r.p.Take()
}
