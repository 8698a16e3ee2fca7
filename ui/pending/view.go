package pending

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Width is the sheet's, in device-independent pixels.
const Width = 900

const (
	rowHeight  = 86
	listHeight = 5*rowHeight - 20 // the fifth is cut, so that it is seen to go on
)

// View draws the list, for a sheet of the shell.
type View struct {
	p    *Presenter
	w    *i18n.Words
	list *widgets.List
	none fyne.CanvasObject
	main *widgets.Button
	ask  *widgets.Button
	slip *widgets.Button
	end  *widgets.Button

	whole         fyne.CanvasObject // the list, or that there is none
	asks, means   *widgets.Text     // whether to end a phone's order
	question      fyne.CanvasObject
	keys, answers *fyne.Container
	all           *fyne.Container
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
		widgets.NewText(t("pending.none"), widgets.Style{Size: widgets.SizeStrong, Bold: true, Align: fyne.TextAlignCenter}),
		widgets.Sized(520, 0, widgets.NewText(t("pending.none.todo"), widgets.Style{Color: widgets.InkSoft, Align: fyne.TextAlignCenter, Fit: widgets.FitWrap, Lines: 3}))))
	v.main = widgets.NewButton(t("pending.ask"), "Enter", widgets.Primary, v.p.Enter)
	v.ask = widgets.NewButton(t("pending.ask"), "F5", widgets.Plain, v.p.Ask).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.slip = widgets.NewButton(t("pending.slip"), "F4", widgets.Plain, v.p.Slip).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.end = widgets.NewButton(t("pending.end"), "Del", widgets.Grave, v.p.End).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.keys = widgets.Columns(widgets.Gap, widgets.Grow(v.main), v.end, v.slip, v.ask, v.main)

	v.asks = widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Bold: true, Align: fyne.TextAlignCenter, Fit: widgets.FitWrap, Lines: 2})
	v.means = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Align: fyne.TextAlignCenter, Fit: widgets.FitWrap, Lines: 3})
	v.question = widgets.Middle(widgets.Sized(640, 0, widgets.Rows(widgets.Space, nil, v.asks, v.means)))
	yes := widgets.NewButton(t("pending.end.yes"), "Enter", widgets.Grave, v.p.Enter).Sized(widgets.SizeStrong, widgets.TargetPrimary)
	back := widgets.NewButton(t("pending.end.no"), "Esc", widgets.Plain, func() { v.p.Escape() }).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.answers = widgets.Columns(widgets.Gap, widgets.Grow(back), back, widgets.Sized(300, 0, yes))

	v.whole = widgets.Over(v.list, v.none)
	v.all = widgets.Rows(widgets.Space, nil, widgets.Sized(0, listHeight, widgets.Over(v.whole, v.question)), widgets.Over(v.keys, v.answers))
	v.draw()
	return v
}

// Object is the list.
func (v *View) Object() fyne.CanvasObject { return v.all }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) { v.p.Show(s) }

// Tick offers the slip again, and counts how long phones may still pay; call it every second.
func (v *View) Tick() {
	if v.p.Counting() || v.slip.Disabled() != v.p.Slipping() {
		v.draw()
	}
}

// Pressed is for the sink.
func (v *View) Pressed(k widgets.Key) bool {
	switch k.Name {
	case fyne.KeyEscape:
		return v.p.Escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	case fyne.KeyDelete:
		v.p.End()
	case fyne.KeyUp:
		v.p.Move(-1)
	case fyne.KeyDown:
		v.p.Move(1)
	case fyne.KeyPageUp:
		v.p.Move(-4)
	case fyne.KeyPageDown:
		v.p.Move(4)
	case fyne.KeyF4:
		v.p.Slip()
	case fyne.KeyF5:
		v.p.Ask()
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
	n := v.p.Len()
	title, means := v.p.Ending()
	asking := title != ""
	v.asks.Set(title)
	v.means.Set(means)
	show(v.question, asking)
	show(v.whole, !asking)
	show(v.answers, asking)
	show(v.keys, !asking)
	v.list.Update(n)
	v.list.Reveal(v.p.At())
	show(v.none, n == 0)
	label := "pending.ask"
	if v.p.Parked() {
		label = "pending.unpark"
	}
	v.main.SetLabel(v.w.T(label))
	v.main.SetDisabled(n == 0)
	show(v.ask, v.p.Parked())
	show(v.end, v.p.MayEnd())
	show(v.slip, v.p.MaySlip())
	v.slip.SetDisabled(v.p.Slipping())
	v.all.Refresh()
}

// row is an entry of the list.
type row struct {
	widgets.TapRow
	p                             *Presenter
	amount, state, next, no, when *widgets.Text
	at                            int
}

func newRow(p *Presenter) *row {
	r := &row{
		p:      p,
		amount: widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Fit: widgets.FitShrink}),
		state:  widgets.NewText("", widgets.Style{Bold: true, Fit: widgets.FitShrink}),
		next:   widgets.NewText("", widgets.Style{Size: widgets.SizeDetail + 1, Fit: widgets.FitShrink}),
		no:     widgets.NewText("", widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft, Fit: widgets.FitElide}),
		when:   widgets.NewText("", widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft, Align: fyne.TextAlignTrailing}),
	}
	words := widgets.Rows(0, nil, r.state, r.next, r.no)
	r.Init(r, 6, 4, widgets.Columns(widgets.Space, widgets.Grow(words), widgets.Sized(112, 0, r.amount), words, widgets.Sized(150, 0, r.when)))
	return r
}

// Draw shows entry i.
func (r *row) Draw(i int) {
	r.at = i
	m := r.p.Row(i)
	sign, ink := "", widgets.Ink
	switch {
	case m.Bad:
		sign, ink = "! ", widgets.DangerInk
	case m.Parked:
		sign, ink = "‖ ", widgets.AccentInk
	case m.Phone:
		sign, ink = "… ", widgets.AccentInk
	}
	r.amount.Set(m.Amount)
	r.state.SetColor(ink)
	r.state.Set(sign + m.State)
	r.next.Set(m.Next)
	r.no.Set(m.No)
	r.when.Set(m.When)
	r.Choose(m.Chosen)
}

// Tapped chooses the entry.
func (r *row) Tapped(*fyne.PointEvent) { r.p.Choose(r.at) }
