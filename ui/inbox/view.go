package inbox

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// The sheet's size in device-independent pixels: it fits the smaller of the two windows.
const (
	Width      = 984
	height     = 560
	listWidth  = 300
	caseHeight = 92
	lineHeight = 26
	mostUsual  = 2
)

// View draws the screen, for a sheet of the shell.
type View struct {
	p *Presenter
	w *i18n.Words

	list   *widgets.List
	none   fyne.CanvasObject
	some   fyne.CanvasObject
	detail *fyne.Container
	form   *fyne.Container
	all    fyne.CanvasObject

	amount, why, money, todo, auto *widgets.Text
	standing                       fyne.CanvasObject
	state, next, cannot            *widgets.Text
	facts                          []*widgets.Text
	events                         *widgets.List
	noEvents                       *widgets.Text
	shown                          Detail
	main                           *widgets.Button
	others                         []*widgets.Button
	slip                           *widgets.Button

	title, does *widgets.Text
	by, reason  *widgets.Blank
	usual       []*widgets.Button
	tab         *widgets.Text
	confirm     *widgets.Button
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

// Tick lets the countdowns go on; call it every second.
func (v *View) Tick() {
	if v.p.Tick() || v.slip.Disabled() != v.p.Slipping() {
		v.draw()
	}
}

// Typed is for the sink.
func (v *View) Typed(r rune) { v.p.Typed(r) }

// Pressed is for the sink. Esc means something only while a question is asked.
func (v *View) Pressed(k widgets.Key) bool {
	switch k.Name {
	case fyne.KeyEscape:
		return v.p.Escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	case fyne.KeyUp:
		v.p.Move(-1)
	case fyne.KeyDown:
		v.p.Move(1)
	case fyne.KeyTab:
		v.p.Tab()
	case fyne.KeyF4:
		v.p.Slip()
	case fyne.KeyBackspace:
		v.p.Backspace()
	case fyne.KeyPageUp:
		v.events.Top()
	case fyne.KeyPageDown:
		v.events.Reveal(len(v.shown.Events) - 1)
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
	v.list = widgets.NewList(caseHeight, func() widgets.Row { return newCaseRow(v.p) })
	v.buildDetail()
	v.buildForm()
	v.slip = widgets.NewButton(t("inbox.slip"), "F4", widgets.Plain, v.p.Slip).Sized(widgets.SizeDetail+1, widgets.Target)
	left := widgets.Sized(listWidth, 0, widgets.Rows(widgets.Gap, widgets.Grow(v.list), v.list, v.slip))
	right := widgets.Over(v.detail, v.form)
	v.none = widgets.Middle(widgets.Rows(4, nil,
		widgets.NewText(t("inbox.none"), widgets.Style{Size: widgets.SizeStrong, Bold: true, Align: fyne.TextAlignCenter}),
		widgets.NewText(t("inbox.none.todo"), widgets.Style{Color: widgets.InkSoft, Align: fyne.TextAlignCenter})))
	rule := widgets.Sized(1, 0, widgets.NewPanel(widgets.Line, 0, 0, nil))
	v.some = widgets.Columns(widgets.Space, widgets.Grow(right), left, rule, right)
	v.all = widgets.Sized(0, height, widgets.Over(v.some, v.none))
}

func (v *View) buildDetail() {
	v.amount = text(widgets.SizeLarge, true, widgets.Ink, 0)
	v.why = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Color: widgets.DangerInk, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})
	v.money, v.todo = text(widgets.SizeBody, false, widgets.Ink, 2), text(widgets.SizeBody, true, widgets.Ink, 2)
	v.auto = text(widgets.SizeBody, true, widgets.DangerInk, 1)
	v.state, v.next = text(widgets.SizeBody, true, widgets.Ink, 2), text(widgets.SizeDetail+1, false, widgets.Ink, 2)
	v.standing = widgets.NewPanel(widgets.Ground, widgets.Radius, 10, widgets.Rows(2, nil, v.state, v.next))
	v.cannot = text(widgets.SizeDetail+1, true, widgets.DangerInk, 1)
	facts := widgets.Rows(0, nil)
	for range 3 {
		f := text(widgets.SizeDetail, false, widgets.InkSoft, 0)
		v.facts = append(v.facts, f)
		facts.Add(f)
	}
	v.events = widgets.NewList(lineHeight, func() widgets.Row { return newEventRow(v) })
	v.noEvents = text(widgets.SizeDetail+1, false, widgets.InkSoft, 1)
	head := widgets.NewText(v.w.T("inbox.evidence"), widgets.Style{Size: widgets.SizeDetail + 1, Bold: true})
	said := widgets.Over(v.events, v.noEvents)
	v.main = widgets.NewButton("", "Enter", widgets.Primary, v.p.Enter)
	keys := widgets.Columns(widgets.Gap, nil)
	for i, a := range actions {
		name, _ := v.w.Action(a, "")
		b := widgets.NewButton(name, string(rune('1'+i)), widgets.Plain, func() { v.p.Start(a) }).Sized(widgets.SizeDetail+1, widgets.Target)
		v.others = append(v.others, b)
		keys.Add(b)
	}
	above := widgets.Sized(0, 46, widgets.Even(widgets.Gap, v.amount, v.why))
	v.detail = widgets.Rows(7, widgets.Grow(said), above, v.auto, v.money, v.todo, v.standing, v.cannot, facts, head, said, keys, v.main)
}

func (v *View) buildForm() {
	t := v.w.T
	v.title = text(widgets.SizeTitle, true, widgets.Ink, 0)
	v.does = text(widgets.SizeStrong, true, widgets.Ink, 3)
	v.by = widgets.NewBlank(t("inbox.who"), t("inbox.who.hint"), func() { v.p.Fill(FieldBy) })
	v.reason = widgets.NewBlank(t("inbox.why"), t("inbox.why.hint"), func() { v.p.Fill(FieldReason) })
	usual := widgets.Columns(widgets.Gap, nil)
	for i := range mostUsual {
		b := widgets.NewButton("", "", widgets.Plain, func() { v.p.Reason(i) }).Sized(widgets.SizeBody, widgets.Target)
		v.usual = append(v.usual, b)
		usual.Add(b)
	}
	v.confirm = widgets.NewButton("", "Enter", widgets.Primary, v.p.Enter)
	back := widgets.NewButton(t("ask.back"), "Esc", widgets.Plain, func() { v.p.Escape() }).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.tab = widgets.NewText(t("inbox.tab"), widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft})
	gap := widgets.Spring()
	keys := widgets.Columns(widgets.Gap, widgets.Grow(v.confirm), back, v.confirm)
	v.form = widgets.Rows(12, widgets.Grow(gap), v.title,
		widgets.NewPanel(widgets.Ground, widgets.Radius, 12, v.does), v.by, v.reason, usual, v.tab, gap, keys)
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

func put(t *widgets.Text, words string) {
	t.Set(words)
	show(t, words != "")
}

func (v *View) draw() {
	v.list.Update(v.p.Len())
	v.list.Reveal(v.p.At())
	d, ok := v.p.Detail()
	f, asked := v.p.Form()
	show(v.none, !ok)
	show(v.some, ok)
	v.slip.SetDisabled(v.p.Slipping())
	show(v.detail, ok && !asked)
	show(v.form, asked)
	if asked {
		v.drawForm(f)
		return
	}
	if !ok {
		return
	}
	grown := len(d.Events) != len(v.shown.Events)
	v.shown = d
	v.amount.Set(d.Amount)
	v.why.Set("! " + d.Why)
	put(v.auto, d.Auto)
	put(v.money, d.Money)
	put(v.todo, d.Todo)
	put(v.cannot, d.Cannot)
	show(v.standing, d.State != "")
	sign, ink := "", widgets.Ink
	if d.Bad {
		sign, ink = "⚠ ", widgets.DangerInk
	}
	v.state.SetColor(ink)
	v.state.Set(sign + d.State)
	put(v.next, d.Next)
	for i, f := range v.facts {
		words := ""
		if i < len(d.Facts) {
			words = d.Facts[i]
		}
		put(f, words)
	}
	v.events.Update(len(d.Events))
	if grown {
		v.events.Reveal(len(d.Events) - 1)
	}
	put(v.noEvents, d.None)
	v.main.SetLabel(d.Main.Label)
	for i, a := range actions {
		on := false
		for _, o := range d.Others {
			on = on || o.Action == a
		}
		show(v.others[i], on)
	}
	v.detail.Refresh()
}

func (v *View) drawForm(f Form) {
	v.title.Set(f.Title)
	v.does.Set(f.Does)
	why := "inbox.why.maybe"
	if f.Needed {
		why = "inbox.why"
	}
	label := func(b *widgets.Blank, id string, lacks bool) {
		if lacks {
			b.SetLabel(v.w.T(id)+" · "+v.w.T("inbox.lacks"), widgets.Warning)
			return
		}
		b.SetLabel(v.w.T(id), widgets.Calm)
	}
	label(v.by, "inbox.who", f.Lacks && f.Field == FieldBy)
	label(v.reason, why, f.Lacks && f.Field == FieldReason)
	v.by.Set(f.By, f.Field == FieldBy)
	show(v.by, f.Named)
	show(v.tab, f.Named)
	v.reason.Set(f.Reason, f.Field == FieldReason)
	for i, b := range v.usual {
		show(b, i < len(f.Usual))
		if i < len(f.Usual) {
			b.SetLabel(f.Usual[i])
		}
	}
	v.confirm.SetLabel(f.Confirm)
	v.form.Refresh()
}

// caseRow is an exception in the list.
type caseRow struct {
	widgets.TapRow
	p                       *Presenter
	amount, why, when, next *widgets.Text
	at                      int
}

func newCaseRow(p *Presenter) *caseRow {
	r := &caseRow{
		p: p, amount: text(widgets.SizeStrong, true, widgets.Ink, 0),
		when: widgets.NewText("", widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft, Align: fyne.TextAlignTrailing}),
		why:  text(widgets.SizeBody, false, widgets.Ink, 0), next: text(widgets.SizeDetail+1, true, widgets.DangerInk, 0),
	}
	r.Init(r, 6, 4, widgets.Rows(0, nil, widgets.Columns(widgets.Gap, widgets.Grow(r.amount), r.amount, r.when), r.why, r.next))
	return r
}

// Draw shows case i.
func (r *caseRow) Draw(i int) {
	r.at = i
	m := r.p.Row(i)
	r.amount.Set(m.Amount)
	r.why.Set(m.Why)
	r.when.Set(m.When)
	r.next.Set(m.Next)
	r.Choose(m.Chosen)
	r.Refresh()
}

// Tapped chooses the case.
func (r *caseRow) Tapped(*fyne.PointEvent) { r.p.Choose(r.at) }

// eventRow is a line of evidence.
type eventRow struct {
	widgets.TapRow
	v               *View
	when, who, what *widgets.Text
}

func newEventRow(v *View) *eventRow {
	r := &eventRow{
		v: v, when: text(widgets.SizeDetail, false, widgets.InkSoft, 0),
		who: text(widgets.SizeDetail, true, widgets.Ink, 0), what: text(widgets.SizeDetail, false, widgets.Ink, 0),
	}
	r.Init(r, -8, 0, widgets.Columns(widgets.Gap, widgets.Grow(r.what), widgets.Sized(68, 0, r.when), widgets.Sized(122, 0, r.who), r.what))
	return r
}

// Draw shows line i.
func (r *eventRow) Draw(i int) {
	if i >= len(r.v.shown.Events) {
		return
	}
	e := r.v.shown.Events[i]
	r.when.Set(e.When)
	r.who.Set(e.Who)
	r.what.Set(e.What)
}
