package phone

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/ui/widgets"
)

// View draws the phone.
type View struct {
	p                *Presenter
	scans, shows     *widgets.Button // which side is up; nil on a phone that has one
	front, back      side            // scanning the till, showing a payment code
	again            *widgets.Button
	frontAll, backUp fyne.CanvasObject
	all              fyne.CanvasObject
}

// side is what both sides of the phone have: four lines of words, and buttons.
type side struct {
	to, amount, code, state *widgets.Text
	buttons                 []*widgets.Button
}

func newSide() side {
	centre := func(size float32, bold bool, c fyne.ThemeColorName, lines int) *widgets.Text {
		s := widgets.Style{Size: size, Bold: bold, Color: c, Align: fyne.TextAlignCenter, Fit: widgets.FitShrink}
		if lines > 0 {
			s.Fit, s.Lines = widgets.FitWrap, lines
		}
		return widgets.NewText("", s)
	}
	return side{
		to:     centre(widgets.SizeStrong, false, widgets.InkSoft, 0),
		amount: centre(60, true, widgets.Ink, 0),
		code:   centre(12, false, widgets.InkSoft, 2),
		state:  centre(widgets.SizeBody, true, widgets.AccentInk, 3),
	}
}

// New makes the phone's screen. cfg.Changed is taken over by the view.
func New(cfg Config) *View {
	v := &View{front: newSide(), back: newSide()}
	cfg.Changed = v.draw
	v.p = NewPresenter(cfg)
	t := cfg.Words.T
	var scans, shows []*widgets.Button
	for _, k := range v.p.Kinds() {
		scans = append(scans, widgets.NewButton(v.p.Label(k), "", kindOf(k == Pay), func() { v.p.Do(k) }))
	}
	v.frontAll = v.front.lay(t("phone.more"), scans, v.front.to, v.front.amount, v.front.code)
	v.all = widgets.NewPanel(widgets.Paper, 0, 20, v.frontAll)
	if v.p.CanShow() {
		for _, k := range CodeKinds {
			shows = append(shows, widgets.NewButton(v.p.CodeLabel(k), "", kindOf(k == CodePay), func() { v.p.ShowCode(k) }))
		}
		v.again = widgets.NewButton(t("phone.code.again"), "", widgets.Quiet, v.p.Again)
		v.backUp = v.back.lay(t("phone.more"), shows, v.back.to, v.back.amount, widgets.Middle(v.again))
		v.scans = widgets.NewButton(t("phone.tab.scan"), "", widgets.Tab, func() { v.p.Turn(false) })
		v.shows = widgets.NewButton(t("phone.tab.code"), "", widgets.Tab, func() { v.p.Turn(true) })
		sides := widgets.Over(v.frontAll, v.backUp)
		rows := widgets.Rows(widgets.Space, widgets.Grow(sides), widgets.Even(0, v.scans, v.shows), sides)
		v.all = widgets.NewPanel(widgets.Paper, 0, 20, rows)
	}
	v.draw()
	return v
}

func kindOf(first bool) widgets.Kind {
	if first {
		return widgets.Primary
	}
	return widgets.Plain
}

// lay puts a side together: its words on top, what the customer can do below, the first of it large.
func (s *side) lay(more string, buttons []*widgets.Button, words ...fyne.CanvasObject) fyne.CanvasObject {
	s.buttons = buttons
	gap := widgets.Spring()
	rows := widgets.Rows(widgets.Gap, widgets.Grow(gap), words...)
	rows.Add(gap)
	rows.Add(s.state)
	rows.Add(buttons[0])
	if len(buttons) > 1 {
		rows.Add(widgets.NewText(more, widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft}))
	}
	for i := 1; i < len(buttons); i += 2 {
		pair := []fyne.CanvasObject{buttons[i], widgets.Spring()}
		if i+1 < len(buttons) {
			pair[1] = buttons[i+1]
		}
		rows.Add(widgets.Even(widgets.Gap, pair...))
	}
	return rows
}

// say draws what a side says, and whether its buttons work.
func (s *side) say(to, amount, code, state string, bad, off bool) {
	s.to.Set(to)
	s.amount.Set(amount)
	s.code.Set(code)
	s.state.Set(state)
	s.state.SetColor(widgets.AccentInk)
	if bad {
		s.state.SetColor(widgets.DangerInk)
	}
	for _, b := range s.buttons {
		b.SetDisabled(off)
	}
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
	v.front.say(m.To, m.Amount, m.Code, m.State, m.Bad, !m.Scanned)
	if v.backUp == nil {
		return
	}
	c := v.p.CodeModel()
	v.back.say(c.Does, c.Code, "", c.State, c.Bad, c.Busy)
	v.again.SetDisabled(!c.Shown || c.Busy)
	v.scans.SetChosen(!c.Front)
	v.shows.SetChosen(c.Front)
	if c.Front {
		v.frontAll.Hide()
		v.backUp.Show()
	} else {
		v.backUp.Hide()
		v.frontAll.Show()
	}
}
