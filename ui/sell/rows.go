package sell

import (
	"fyne.io/fyne/v2"

	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// mostExtra is how many rows a line has at most below its sum: its promotion, its discount, its note.
const mostExtra = 3

// cartRow is a line of the cart: its name, under it the sum, under that what is taken off and what is noted.
type cartRow struct {
	widgets.TapRow
	p                         *Presenter
	name, calc, gross, amount *widgets.Text
	struck                    fyne.CanvasObject
	offs, sums                [mostExtra]*widgets.Text
	extra                     [mostExtra]*fyne.Container
	sum, all                  *fyne.Container
	at                        int
}

func newCartRow(p *Presenter) *cartRow {
	soft := widgets.Style{Size: widgets.SizeBody - 1, Color: widgets.InkSoft}
	r := &cartRow{
		p:      p,
		name:   widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Fit: widgets.FitElide}),
		calc:   widgets.NewText("", widgets.Style{Size: soft.Size, Color: soft.Color, Fit: widgets.FitShrink}),
		gross:  widgets.NewText("", soft),
		amount: widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Align: fyne.TextAlignTrailing}),
	}
	above, below := widgets.Spring(), widgets.Spring()
	line := widgets.Sized(0, 1, widgets.NewPanel(widgets.InkSoft, 0, 0, nil))
	r.struck = widgets.Over(r.gross, widgets.Rows(0, widgets.Grow(above, below), above, line, below))
	r.sum = widgets.Columns(widgets.Gap, widgets.Grow(r.calc), r.calc, r.struck, r.amount)
	r.all = widgets.Rows(0, nil, r.name, r.sum)
	for i := range mostExtra {
		r.offs[i] = widgets.NewText("", widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.AccentInk, Fit: widgets.FitElide})
		r.sums[i] = widgets.NewText("", widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.AccentInk, Align: fyne.TextAlignTrailing})
		r.extra[i] = widgets.Sized(0, extraHeight, widgets.Columns(widgets.Gap, widgets.Grow(r.offs[i]), r.offs[i], r.sums[i]))
		r.all.Add(r.extra[i])
	}
	r.Init(r, 12, 4, r.all)
	return r
}

// Draw shows line i.
func (r *cartRow) Draw(i int) {
	r.at = i
	l := r.p.Line(i)
	r.name.Set(l.Name)
	r.calc.Set(l.Calc)
	r.gross.Set(l.Gross)
	show(r.struck, l.Gross != "")
	r.amount.Set(l.Amount)
	for n := range mostExtra {
		words, sum, ink := "", "", widgets.AccentInk
		switch {
		case n < len(l.Offs):
			words, sum = l.Offs[n].What, l.Offs[n].Amount
		case n == len(l.Offs):
			words, ink = l.Note, widgets.InkSoft
		}
		r.offs[n].SetColor(ink)
		r.offs[n].Set(words)
		r.sums[n].Set(sum)
		show(r.extra[n], words != "")
		r.extra[n].Objects[0].Refresh()
	}
	r.sum.Refresh() // the columns are as wide as what stands in them
	r.all.Refresh()
	r.Choose(l.Chosen)
}

// Tapped chooses the line.
func (r *cartRow) Tapped(*fyne.PointEvent) { r.p.Select(r.at) }

// foundRow is a search result.
type foundRow struct {
	widgets.TapRow
	p                   *Presenter
	name, detail, price *widgets.Text
	at                  int
}

func newFoundRow(p *Presenter) *foundRow {
	r := &foundRow{
		p:      p,
		name:   widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Fit: widgets.FitElide}),
		detail: widgets.NewText("", widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft, Fit: widgets.FitElide}),
		price:  widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Color: widgets.AccentInk, Align: fyne.TextAlignTrailing}),
	}
	left := widgets.Rows(0, nil, r.name, r.detail)
	r.Init(r, 12, 4, widgets.Columns(widgets.Gap, widgets.Grow(left), left, widgets.Sized(104, 0, r.price)))
	return r
}

// Draw shows result i.
func (r *foundRow) Draw(i int) {
	r.at = i
	name, detail, price, chosen := r.p.FoundItem(i)
	r.name.Set(name)
	r.detail.Set(detail)
	r.price.Set(price)
	r.Choose(chosen)
}

// Tapped adds the item.
func (r *foundRow) Tapped(*fyne.PointEvent) { r.p.TapFound(r.at) }

// quantityPrompt asks how many.
type quantityPrompt struct {
	p                      *Presenter
	layer                  *widgets.Layer
	item, number, sum, bad *widgets.Text
}

func newQuantityPrompt(p *Presenter, w *i18n.Words) *quantityPrompt {
	q := &quantityPrompt{
		p:      p,
		item:   widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Color: widgets.InkSoft, Fit: widgets.FitElide}),
		number: widgets.NewText("", widgets.Style{Size: widgets.SizeTotal, Bold: true, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink}),
		sum:    widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Color: widgets.InkSoft, Align: fyne.TextAlignTrailing, Fit: widgets.FitElide}),
		bad:    widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Bold: true, Color: widgets.DangerInk, Fit: widgets.FitElide}),
	}
	press := func(r rune) {
		if r == widgets.NumpadBack {
			p.Backspace()
			return
		}
		p.Typed(r)
	}
	back := widgets.NewButton(w.T("ask.back"), "Esc", widgets.Plain, func() { p.Escape() }).Sized(widgets.SizeBody, widgets.TargetPrimary)
	ok := widgets.NewButton(w.T("sell.quantity.ok"), "Enter", widgets.Primary, p.Enter)
	q.layer = widgets.NewLayer(widgets.Sheet(420, widgets.Rows(widgets.Gap, nil,
		widgets.NewText(w.T("sell.quantity.title"), widgets.Style{Size: widgets.SizeTitle, Bold: true}),
		q.item,
		widgets.NewPanel(widgets.Ground, widgets.Radius, 8, q.number),
		widgets.Over(q.sum, q.bad),
		widgets.Numpad(58, 0, press),
		widgets.Columns(widgets.Gap, widgets.Grow(ok), back, ok),
	), func() { p.Escape() }))
	return q
}

func (q *quantityPrompt) draw() {
	m := q.p.Prompt()
	if !m.Open {
		q.layer.Close()
		return
	}
	q.item.Set(m.Item)
	q.number.Set(m.Quantity)
	q.sum.Set(m.Amount)
	q.bad.Set(m.Bad)
	q.layer.Open()
}
