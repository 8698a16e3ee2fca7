package phone

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/ui/widgets"
)

// View draws the phone.
type View struct {
	p                       *Presenter
	to, amount, code, state *widgets.Text
	buttons                 []*widgets.Button
	all                     fyne.CanvasObject
}

// New makes the phone's screen. cfg.Changed is taken over by the view.
func New(cfg Config) *View {
	v := &View{}
	cfg.Changed = v.draw
	v.p = NewPresenter(cfg)
	centre := func(size float32, bold bool, c fyne.ThemeColorName, lines int) *widgets.Text {
		s := widgets.Style{Size: size, Bold: bold, Color: c, Align: fyne.TextAlignCenter, Fit: widgets.FitShrink}
		if lines > 0 {
			s.Fit, s.Lines = widgets.FitWrap, lines
		}
		return widgets.NewText("", s)
	}
	v.to = centre(widgets.SizeStrong, false, widgets.InkSoft, 0)
	v.amount = centre(60, true, widgets.Ink, 0)
	v.code = centre(12, false, widgets.InkSoft, 2)
	v.state = centre(widgets.SizeBody, true, widgets.AccentInk, 3)
	gap := widgets.Spring()
	rows := widgets.Rows(widgets.Gap, widgets.Grow(gap), v.to, v.amount, v.code, gap, v.state)
	more := widgets.NewText(cfg.Words.T("phone.more"), widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft})
	for i, k := range v.p.Kinds() {
		kind := widgets.Plain
		if k == Pay {
			kind = widgets.Primary
		}
		b := widgets.NewButton(v.p.Label(k), "", kind, func() { v.p.Do(k) })
		v.buttons = append(v.buttons, b)
		if i == 1 {
			rows.Add(more)
		}
		if i == 0 {
			rows.Add(b)
		}
	}
	for i := 1; i < len(v.buttons); i += 2 {
		pair := []fyne.CanvasObject{v.buttons[i], widgets.Spring()}
		if i+1 < len(v.buttons) {
			pair[1] = v.buttons[i+1]
		}
		rows.Add(widgets.Even(widgets.Gap, pair...))
	}
	v.all = widgets.NewPanel(widgets.Paper, 0, 20, rows)
	v.draw()
	return v
}

// Content is the whole screen.
func (v *View) Content() fyne.CanvasObject { return v.all }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) { v.p.Show(s) }

func (v *View) draw() {
	if v.all == nil {
		return
	}
	m := v.p.Model()
	v.to.Set(m.To)
	v.amount.Set(m.Amount)
	v.code.Set(m.Code)
	v.state.Set(m.State)
	v.state.SetColor(widgets.AccentInk)
	if m.Bad {
		v.state.SetColor(widgets.DangerInk)
	}
	for _, b := range v.buttons {
		b.SetDisabled(!m.Scanned)
	}
}
