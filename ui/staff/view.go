package staff

import (
	"strings"

	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Width is the sheet's, in device-independent pixels.
const Width = 900

const (
	height    = 520
	listWidth = 300
	padWidth  = 290
	rowHeight = 64
)

// View draws the screen, for a sheet of the shell.
type View struct {
	p *Presenter
	w *i18n.Words

	list             *widgets.List
	detail           *fyne.Container
	name, role, may  *widgets.Text
	code             *widgets.Text
	act              map[Mode]*widgets.Button
	some, none       fyne.CanvasObject
	form             *fyne.Container
	pad              fyne.CanvasObject // digits for a finger
	title, does, bad *widgets.Text
	doesPanel        fyne.CanvasObject
	typed            *widgets.Blank
	roles            map[pos.Role]*widgets.Button
	roleLine         fyne.CanvasObject
	roleLabel        *widgets.Text
	pin, again       *widgets.Blank
	confirm          *widgets.Button
	all              fyne.CanvasObject
}

// New makes the screen. cfg.Changed is called after the view has drawn.
func New(cfg Config) *View {
	v := &View{w: cfg.Words}
	after := cfg.Changed
	cfg.Changed = func() { v.draw(); after() }
	v.p = NewPresenter(cfg)
	v.build()
	v.draw()
	return v
}

// Object is the screen.
func (v *View) Object() fyne.CanvasObject { return v.all }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) { v.p.Show(s) }

// Private is for the sink.
func (v *View) Private() bool { return v.p.Private() }

// Typed is for the sink.
func (v *View) Typed(r rune) { v.p.Typed(r) }

// Scanned is for the sink.
func (v *View) Scanned(_ string, back int) { v.p.Scanned(back) }

// Pressed is for the sink. Esc means something only in a form.
func (v *View) Pressed(k widgets.Key) bool {
	switch k.Name {
	case fyne.KeyEscape:
		return v.p.Escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	case fyne.KeyUp:
		v.p.Move(-1)
	case fyne.KeyDown, fyne.KeyTab:
		v.p.Move(1)
	case fyne.KeyLeft:
		v.p.Aside(-1)
	case fyne.KeyRight:
		v.p.Aside(1)
	case fyne.KeyBackspace, fyne.KeyDelete:
		v.p.Backspace()
	default:
		return false
	}
	return true
}

func text(size float32, bold bool, ink fyne.ThemeColorName, lines int) *widgets.Text {
	s := widgets.Style{Size: size, Bold: bold, Color: ink, Fit: widgets.FitShrink}
	if lines > 0 {
		s.Fit, s.Lines = widgets.FitWrap, lines
	}
	return widgets.NewText("", s)
}

func (v *View) build() {
	t := v.w.T
	v.list = widgets.NewList(rowHeight, func() widgets.Row { return newPersonRow(v.p) })
	v.buildDetail()
	v.buildForm()
	right := widgets.Over(v.detail, v.form)
	rule := widgets.Sized(1, 0, widgets.NewPanel(widgets.Line, 0, 0, nil))
	left := widgets.Sized(listWidth, 0, v.list)
	v.some = widgets.Columns(widgets.Space, widgets.Grow(right), left, rule, right)
	why := text(widgets.SizeStrong, false, widgets.Ink, 2)
	why.Set(t("staff.none.why"))
	points := widgets.Rows(14, nil)
	for _, id := range []string{"staff.none.sign", "staff.none.allow", "staff.none.record", "staff.none.first"} {
		say := text(widgets.SizeStrong, false, widgets.Ink, 2)
		say.Set(t(id))
		dot := widgets.NewText("●", widgets.Style{Size: widgets.SizeDetail, Color: widgets.AccentInk})
		points.Add(widgets.Columns(12, widgets.Grow(say), widgets.Rows(0, nil, widgets.Sized(0, 30, dot)), say))
	}
	head := widgets.NewText(t("staff.none"), widgets.Style{Size: widgets.SizeTitle, Bold: true})
	add := widgets.NewButton(t("staff.none.add"), "Enter", widgets.Primary, func() { v.p.Start(ModeAdd) })
	gap := widgets.Spring()
	v.none = widgets.Rows(widgets.Space, widgets.Grow(gap), head, why, widgets.Inset(8, 8, points), gap, add)
	v.all = widgets.Sized(0, height, widgets.Over(v.some, v.none))
}

func (v *View) buildDetail() {
	t := v.w.T
	v.name = text(widgets.SizeLarge, true, widgets.Ink, 0)
	v.role = text(widgets.SizeStrong, false, widgets.InkSoft, 0)
	v.may = text(widgets.SizeBody, false, widgets.Ink, 5)
	head := widgets.NewText(t("staff.may"), widgets.Style{Size: widgets.SizeDetail + 1, Bold: true})
	v.act = map[Mode]*widgets.Button{}
	keys := widgets.Rows(widgets.Gap, nil)
	for _, a := range []struct {
		m  Mode
		id string
	}{{ModeChange, "staff.change"}, {ModePIN, "staff.pin.new"}, {ModeLeave, "staff.leave"}, {ModeCode, "recovery.new"}} {
		b := widgets.NewButton(t(a.id), number(a.m), widgets.Plain, func() { v.p.Start(a.m) }).Sized(widgets.SizeBody, widgets.Target)
		v.act[a.m] = b
		keys.Add(b)
	}
	add := widgets.NewButton(t("staff.add"), "Enter", widgets.Primary, func() { v.p.Start(ModeAdd) })
	gap := widgets.Spring()
	v.code = text(widgets.SizeDetail+1, false, widgets.InkSoft, 0)
	keys.Add(v.code)
	v.detail = widgets.Rows(10, widgets.Grow(gap), v.name, v.role, widgets.NewPanel(widgets.Ground, widgets.Radius, 12,
		widgets.Rows(4, nil, head, v.may)), gap, keys, add)
}

func (v *View) buildForm() {
	t := v.w.T
	v.title = text(widgets.SizeTitle, true, widgets.Ink, 0)
	v.does = text(widgets.SizeBody, false, widgets.Ink, 3)
	v.doesPanel = widgets.NewPanel(widgets.Ground, widgets.Radius, 10, v.does)
	v.typed = widgets.NewBlank(t("staff.name"), t("staff.name.hint"), func() { v.p.Fill(FieldName) })
	v.pin = widgets.NewBlank(t("staff.pin"), t("staff.pin.hint"), func() { v.p.Fill(FieldPIN) })
	v.again = widgets.NewBlank(t("staff.again"), t("staff.again.hint"), func() { v.p.Fill(FieldAgain) })
	v.roles = map[pos.Role]*widgets.Button{}
	three := make([]fyne.CanvasObject, 0, len(pos.Roles))
	for i, r := range pos.Roles {
		b := widgets.NewButton(v.w.Role(r), number(Mode(i+1)), widgets.Tab, func() { v.p.Fill(FieldRole); v.p.SetRole(r) }).Sized(widgets.SizeBody, widgets.Target)
		v.roles[r] = b
		three = append(three, b)
	}
	v.roleLabel = widgets.NewText(t("staff.role"), widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.InkSoft})
	v.roleLine = widgets.Rows(2, nil, v.roleLabel, widgets.NewPanel(widgets.Paper, widgets.Radius, 2, widgets.Even(4, three...)).Border(widgets.Line))
	v.bad = text(widgets.SizeBody, true, widgets.DangerInk, 2)
	v.confirm = widgets.NewButton("", "Enter", widgets.Primary, v.p.Enter)
	back := widgets.NewButton(t("ask.back"), "Esc", widgets.Plain, func() { v.p.Escape() }).Sized(widgets.SizeBody, widgets.TargetPrimary)
	gap := widgets.Spring()
	keys := widgets.Columns(widgets.Gap, widgets.Grow(v.confirm), back, v.confirm)
	pins := widgets.Even(widgets.Space, v.pin, v.again)
	pad := widgets.Numpad(widgets.Target, 0, func(r rune) {
		if r == widgets.NumpadBack {
			v.p.Backspace()
			return
		}
		v.p.Typed(r)
	})
	v.pad = widgets.Columns(0, nil, widgets.Sized(padWidth, 0, pad))
	v.form = widgets.Rows(10, widgets.Grow(gap), v.title, v.doesPanel, v.typed, v.roleLine, pins, v.bad, v.pad, gap, keys)
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

func (v *View) draw() {
	m := v.p.Model()
	nobody := m.First && m.Mode == ModeList
	show(v.none, nobody)
	show(v.some, !nobody)
	show(v.detail, m.Mode == ModeList)
	show(v.form, m.Mode != ModeList)
	v.list.Update(v.p.Len())
	v.list.Reveal(v.p.At())
	if m.Mode == ModeList {
		v.name.Set(m.Name)
		v.role.Set(m.Role)
		v.may.Set(strings.Join(m.May, v.w.T("staff.and")))
		v.act[ModeLeave].SetLabel(m.Leave)
		v.act[ModePIN].SetDisabled(!m.CanPIN)
		v.code.Set(m.Code)
		show(v.code, m.Code != "")
		show(v.act[ModeCode], m.Code != "")
		v.detail.Refresh()
		return
	}
	v.title.Set(m.Title)
	v.does.Set(m.Does)
	show(v.doesPanel, m.Does != "")
	names, pins := m.Mode == ModeAdd || m.Mode == ModeChange, m.Mode == ModeAdd || m.Mode == ModePIN
	show(v.typed, names)
	show(v.roleLine, names && !m.First)
	show(v.pin, pins)
	show(v.again, pins)
	show(v.pad, m.Mode == ModePIN) // beside a name there is a keyboard
	v.typed.Set(m.Typed, m.Field == FieldName)
	v.pin.Set(m.PIN, m.Field == FieldPIN)
	v.again.Set(m.Again, m.Field == FieldAgain)
	ink := widgets.InkSoft
	if m.Field == FieldRole {
		ink = widgets.AccentInk
	}
	v.roleLabel.SetColor(ink)
	for r, b := range v.roles {
		b.SetChosen(r == m.Chosen)
	}
	show(v.bad, m.Bad != "")
	v.bad.Set("! " + m.Bad)
	v.confirm.SetLabel(m.Confirm)
	v.form.Refresh()
}

// personRow is somebody in the list.
type personRow struct {
	widgets.TapRow
	p                 *Presenter
	name, role, state *widgets.Text
	at                int
}

func newPersonRow(p *Presenter) *personRow {
	r := &personRow{
		p: p, name: widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Fit: widgets.FitElide}),
		role:  text(widgets.SizeDetail+1, false, widgets.InkSoft, 0),
		state: widgets.NewText("", widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.InkSoft, Align: fyne.TextAlignTrailing}),
	}
	r.Init(r, 6, 4, widgets.Rows(0, nil, r.name, widgets.Columns(widgets.Gap, widgets.Grow(r.role), r.role, r.state)))
	return r
}

// Draw shows person i.
func (r *personRow) Draw(i int) {
	r.at = i
	m := r.p.Row(i)
	ink := widgets.Ink
	if m.Gone {
		ink = widgets.InkSoft
	}
	r.name.SetColor(ink)
	r.name.Set(m.Name)
	r.role.Set(m.Role)
	r.state.Set(m.State)
	r.Choose(m.Chosen)
	r.Refresh()
}

// Tapped chooses the person.
func (r *personRow) Tapped(*fyne.PointEvent) { r.p.Choose(r.at) }
