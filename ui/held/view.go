package held

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Width is the sheet's, in device-independent pixels.
const Width = 860

const (
	rowHeight  = 66
	listHeight = 6*rowHeight - 20 // the sixth is cut, so that it is seen to go on
)

// View draws the list, for a sheet of the shell.
type View struct {
	p           *Presenter
	w           *i18n.Words
	list        *widgets.List
	none        fyne.CanvasObject
	whole       fyne.CanvasObject
	asks, means *widgets.Text
	question    fyne.CanvasObject
	tip         *widgets.Text
	back, drop  *widgets.Button
	keys        *fyne.Container
	answers     *fyne.Container
	all         *fyne.Container
}

// New makes the list. cfg.Changed is called after the view has drawn.
func New(cfg Config) *View {
	v := &View{w: cfg.Words}
	after := cfg.Changed
	cfg.Changed = func() { v.draw(); after() }
	v.p = NewPresenter(cfg)
	t := v.w.T
	v.list = widgets.NewList(rowHeight, func() widgets.Row { return newRow(v.p) })
	v.none = widgets.Middle(widgets.Rows(4, nil,
		widgets.NewText(t("held.none"), widgets.Style{Size: widgets.SizeStrong, Bold: true, Align: fyne.TextAlignCenter}),
		widgets.Sized(560, 0, widgets.NewText(t("held.none.todo"), widgets.Style{Color: widgets.InkSoft, Align: fyne.TextAlignCenter, Fit: widgets.FitWrap, Lines: 3}))))
	v.back = widgets.NewButton("", "Enter", widgets.Primary, v.p.Enter)
	v.drop = widgets.NewButton(t("held.drop"), "Del", widgets.Grave, v.p.Drop).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.keys = widgets.Columns(widgets.Gap, widgets.Grow(v.back), v.drop, v.back)

	v.asks = widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Bold: true, Align: fyne.TextAlignCenter, Fit: widgets.FitWrap, Lines: 3})
	v.means = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Align: fyne.TextAlignCenter, Fit: widgets.FitWrap, Lines: 3})
	v.question = widgets.Middle(widgets.Sized(640, 0, widgets.Rows(widgets.Space, nil, v.asks, v.means)))
	yes := widgets.NewButton(t("held.drop.yes"), "Enter", widgets.Grave, v.p.Enter).Sized(widgets.SizeStrong, widgets.TargetPrimary)
	no := widgets.NewButton(t("held.drop.no"), "Esc", widgets.Plain, func() { v.p.Escape() }).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.answers = widgets.Columns(widgets.Gap, widgets.Grow(no), no, widgets.Sized(300, 0, yes))

	v.whole = widgets.Over(v.list, v.none)
	v.tip = widgets.NewText(t("held.tip"), widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.InkSoft, Fit: widgets.FitShrink})
	v.all = widgets.Rows(12, nil, widgets.Sized(0, listHeight, widgets.Over(v.whole, v.question)), v.tip, widgets.Over(v.keys, v.answers))
	v.draw()
	return v
}

// Object is the list.
func (v *View) Object() fyne.CanvasObject { return v.all }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) { v.p.Show(s) }

// Pressed is for the sink. Esc means something only while there is a step to go back.
func (v *View) Pressed(k widgets.Key) bool {
	switch k.Name {
	case fyne.KeyEscape:
		return v.p.Escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	case fyne.KeyDelete:
		v.p.Drop()
	case fyne.KeyUp:
		v.p.Move(-1)
	case fyne.KeyDown:
		v.p.Move(1)
	case fyne.KeyPageUp:
		v.p.Move(-5)
	case fyne.KeyPageDown:
		v.p.Move(5)
	default:
		return false
	}
	return true
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

func (v *View) draw() {
	n, asking := v.p.Len(), v.p.Asking()
	show(v.question, asking)
	show(v.whole, !asking)
	show(v.answers, asking)
	show(v.keys, !asking)
	show(v.tip, !asking)
	if asking {
		what, means := v.p.Question()
		v.asks.Set(what)
		v.means.Set(means)
	}
	v.list.Update(n)
	v.list.Reveal(v.p.At())
	show(v.none, n == 0)
	label := "held.back"
	if v.p.Busy() {
		label = "held.swap"
	}
	v.back.SetLabel(v.w.T(label))
	v.back.SetDisabled(n == 0)
	v.drop.SetDisabled(n == 0)
	v.all.Refresh()
}

// row is one of the carts.
type row struct {
	widgets.TapRow
	p                                           *Presenter
	time, ago, name, goods, pieces, total, whom *widgets.Text
	at                                          int
}

func newRow(p *Presenter) *row {
	soft := func(align fyne.TextAlign) *widgets.Text {
		return widgets.NewText("", widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft, Align: align, Fit: widgets.FitElide})
	}
	r := &row{
		p: p, time: widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true}), ago: soft(fyne.TextAlignLeading),
		name: widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Bold: true, Fit: widgets.FitElide}), goods: soft(fyne.TextAlignLeading),
		pieces: soft(fyne.TextAlignTrailing), whom: soft(fyne.TextAlignTrailing),
		total: widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink}),
	}
	words := widgets.Rows(2, nil, r.name, r.goods)
	r.Init(r, 6, 4, widgets.Columns(widgets.Space, widgets.Grow(words), widgets.Sized(96, 0, widgets.Rows(2, nil, r.time, r.ago)), words,
		widgets.Sized(96, 0, widgets.Rows(2, nil, r.pieces, r.whom)), widgets.Sized(130, 0, r.total)))
	return r
}

// Draw shows the i-th.
func (r *row) Draw(i int) {
	r.at = i
	m := r.p.Row(i)
	r.time.Set(m.Time)
	r.ago.Set(m.Ago)
	r.name.Set(m.Name)
	r.goods.Set(m.Goods)
	r.pieces.Set(m.Pieces)
	r.total.Set(m.Total)
	r.whom.Set(m.Who)
	r.Choose(m.Chosen)
}

// Tapped chooses it.
func (r *row) Tapped(*fyne.PointEvent) { r.p.Choose(r.at) }
