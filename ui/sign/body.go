package sign

import (
	"fyne.io/fyne/v2"

	"guitai/ui/widgets"
)

const (
	bodyWidth  = 800
	bodyHeight = 452
	rowHeight  = 68
)

// body is the people to choose from and the pad for the PIN, the same on the lock and in the prompt.
type body struct {
	p          *Presenter
	list       *widgets.List
	name, role *widgets.Text
	dots, hint *widgets.Text
	dotsBack   *widgets.Panel
	enter      *widgets.Button
	pick, send string // what Enter does, on its button
	right      *fyne.Container
	all        fyne.CanvasObject
}

func newBody(p *Presenter, enter string, back fyne.CanvasObject) *body {
	b := &body{p: p, pick: p.cfg.Words.T("sign.next"), send: enter}
	b.list = widgets.NewList(rowHeight, func() widgets.Row { return newPersonRow(p) })
	b.name = widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Bold: true, Fit: widgets.FitShrink})
	b.role = widgets.NewText("", widgets.Style{Color: widgets.InkSoft, Align: fyne.TextAlignTrailing})
	b.dots = widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Align: fyne.TextAlignCenter, Fit: widgets.FitShrink})
	b.dotsBack = widgets.NewPanel(widgets.Ground, widgets.Radius, 0, widgets.Sized(0, 52, b.dots)).Border(widgets.Line)
	b.hint = widgets.NewText("", widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.InkSoft, Fit: widgets.FitWrap, Lines: 2})
	b.enter = widgets.NewButton(enter, "Enter", widgets.Primary, p.Enter)
	pad := widgets.Numpad(50, 0, func(r rune) {
		if r == widgets.NumpadBack {
			p.Backspace()
			return
		}
		if !p.Private() { // a finger on the pad means the PIN of whoever is chosen
			p.Enter()
		}
		p.Typed(r)
	})
	keys := widgets.Columns(widgets.Gap, widgets.Grow(b.enter), b.enter)
	if back != nil {
		keys = widgets.Columns(widgets.Gap, widgets.Grow(b.enter), back, b.enter)
	}
	gap := widgets.Spring()
	who := widgets.Columns(widgets.Gap, widgets.Grow(b.name), b.name, b.role)
	b.right = widgets.Rows(10, widgets.Grow(gap), who, b.dotsBack, widgets.Sized(0, 42, b.hint), pad, gap, keys)
	rule := widgets.Sized(1, 0, widgets.NewPanel(widgets.Line, 0, 0, nil))
	right := widgets.Sized(360, 0, b.right)
	b.all = widgets.Sized(bodyWidth, bodyHeight, widgets.Columns(24, widgets.Grow(b.list), b.list, rule, right))
	return b
}

func (b *body) pressed(k widgets.Key) bool {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		b.p.Enter()
	case fyne.KeyUp:
		b.p.Move(-1)
	case fyne.KeyDown, fyne.KeyTab:
		b.p.Move(1)
	case fyne.KeyBackspace, fyne.KeyDelete:
		b.p.Backspace()
	case fyne.KeyEscape:
		return b.p.Escape()
	default:
		return false
	}
	return true
}

func (b *body) draw() {
	m := b.p.Model()
	b.list.Update(b.p.Len())
	b.list.Reveal(b.p.At())
	b.name.Set(m.Name)
	b.role.Set(m.Role)
	b.dots.Set(m.Dots)
	edge := widgets.Line
	if m.PIN {
		edge = widgets.Accent
	}
	b.dotsBack.Border(edge).Refresh()
	ink, sign := widgets.InkSoft, ""
	if m.Bad {
		ink, sign = widgets.DangerInk, "! "
	}
	b.hint.SetColor(ink)
	b.hint.Set(sign + m.Hint)
	b.enter.SetLabel(b.pick)
	if m.PIN {
		b.enter.SetLabel(b.send)
	}
	b.enter.SetDisabled(!m.Can)
	b.right.Refresh()
}

// personRow is somebody in the list.
type personRow struct {
	widgets.TapRow
	p                     *Presenter
	sign, name, role, key *widgets.Text
	at                    int
}

func newPersonRow(p *Presenter) *personRow {
	r := &personRow{
		p:    p,
		sign: widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Color: widgets.AccentInk, Align: fyne.TextAlignCenter}),
		name: widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Fit: widgets.FitElide}),
		role: widgets.NewText("", widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.InkSoft}),
		key:  widgets.NewText("", widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft}),
	}
	face := widgets.Middle(widgets.NewPanel(widgets.AccentSoft, 22, 0, widgets.Sized(44, 44, r.sign)).Border(widgets.Line))
	who := widgets.Rows(0, nil, r.name, r.role)
	r.Init(r, 8, 6, widgets.Columns(12, widgets.Grow(who), face, who, r.key))
	return r
}

// Draw shows person i.
func (r *personRow) Draw(i int) {
	r.at = i
	m := r.p.Row(i)
	r.sign.Set(m.Sign)
	r.name.Set(m.Name)
	r.role.Set(m.Role)
	r.key.Set(m.Key)
	r.Choose(m.Chosen)
	r.Refresh()
}

// Tapped chooses the person.
func (r *personRow) Tapped(*fyne.PointEvent) { r.p.Choose(r.at) }
