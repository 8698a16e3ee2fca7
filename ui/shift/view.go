package shift

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Width is the sheet's, in device-independent pixels: it fits the smaller of the two windows.
const Width = 984

const (
	height      = 560
	lineHeight  = 50
	entryHeight = 27
	zHeight     = 58
	openHeight  = 48
	mostUsual   = 3
)

// View draws the screen, for a sheet of the shell.
type View struct {
	p *Presenter
	w *i18n.Words

	home   *homePart
	count  *countPart
	result *resultPart
	move   *movePart
	list   *listPart
	report *reportPart
	pages  map[Mode]fyne.CanvasObject
	all    fyne.CanvasObject
}

// New makes the screen. cfg.Changed is called after the view has drawn.
func New(cfg Config) *View {
	v := &View{w: cfg.Words}
	after := cfg.Changed
	cfg.Changed = func() { v.draw(); after() }
	v.p = NewPresenter(cfg)
	v.home, v.count, v.result = newHome(v.p, v.w), newCount(v.p, v.w), newResult(v.p, v.w)
	v.move, v.list, v.report = newMove(v.p, v.w), newZList(v.p, v.w), newReport(v.p, v.w)
	v.pages = map[Mode]fyne.CanvasObject{
		ModeHome: v.home.all, ModeCount: v.count.all, ModeResult: v.result.all, ModeMove: v.move.all, ModeList: v.list.all, ModeReport: v.report.all,
	}
	room := widgets.Over()
	for m := ModeHome; m <= ModeReport; m++ {
		room.Add(v.pages[m])
	}
	v.all = widgets.Sized(0, height, room)
	v.draw()
	return v
}

// Object is the screen.
func (v *View) Object() fyne.CanvasObject { return v.all }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) { v.p.Show(s) }

// Drawer asks only why the drawer is to be opened.
func (v *View) Drawer() { v.p.Drawer() }

// Typed is for the sink.
func (v *View) Typed(r rune) { v.p.Typed(r) }

// Number is for the sink: whether an amount or a count is typed.
func (v *View) Number() bool { return v.p.Number() }

// Scanned is for the sink: what is counted here has no barcode. The digits of a scan are taken back.
func (v *View) Scanned(_ string, back int) {
	for range back {
		v.p.Backspace()
	}
}

// Pressed is for the sink. Esc means something only while there is a step to go back.
func (v *View) Pressed(k widgets.Key) bool {
	switch k.Name {
	case fyne.KeyEscape:
		return v.p.Escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	case fyne.KeyUp:
		v.up(-1)
	case fyne.KeyDown:
		v.up(1)
	case fyne.KeyLeft:
		v.p.Aside(-1)
	case fyne.KeyRight:
		v.p.Aside(1)
	case fyne.KeyPageUp:
		v.report.scroll(-12)
	case fyne.KeyPageDown:
		v.report.scroll(12)
	case fyne.KeyTab:
		v.p.Tab()
	case fyne.KeyF4:
		v.p.Counted()
		v.p.Recount()
	case fyne.KeyBackspace, fyne.KeyDelete:
		v.p.Backspace()
	default:
		return false
	}
	return true
}

// up moves within what is shown; a report scrolls.
func (v *View) up(dy int) {
	if v.p.mode == ModeReport {
		v.report.scroll(dy * 3)
		return
	}
	v.p.Move(dy)
}

func (v *View) draw() {
	for m, page := range v.pages {
		show(page, m == v.p.mode)
	}
	switch v.p.mode {
	case ModeHome:
		v.home.draw()
	case ModeCount:
		v.count.draw()
	case ModeResult:
		v.result.draw()
	case ModeMove:
		v.move.draw()
	case ModeList:
		v.list.draw()
	case ModeReport:
		v.report.draw()
	}
}

func text(size float32, bold bool, ink fyne.ThemeColorName, lines int) *widgets.Text {
	s := widgets.Style{Size: size, Bold: bold, Color: ink, Fit: widgets.FitShrink}
	if lines > 0 {
		s.Fit, s.Lines = widgets.FitWrap, lines
	}
	return widgets.NewText("", s)
}

func number(size float32, bold bool) *widgets.Text {
	return widgets.NewText("", widgets.Style{Size: size, Bold: bold, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})
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

// homePart is the first page.
type homePart struct {
	p                          *Presenter
	title, state, float, alarm *widgets.Text
	warning                    fyne.CanvasObject
	buttons                    map[Action]*widgets.Button
	main                       *widgets.Button
	all                        *fyne.Container
}

func newHome(p *Presenter, w *i18n.Words) *homePart {
	h := &homePart{
		p: p, title: text(widgets.SizeLarge, true, widgets.Ink, 0), state: text(widgets.SizeStrong, false, widgets.Ink, 2),
		float: text(widgets.SizeBody, false, widgets.InkSoft, 0), alarm: text(widgets.SizeBody, true, widgets.DangerInk, 2),
		buttons: map[Action]*widgets.Button{},
	}
	h.warning = widgets.NewPanel(widgets.DangerSoft, widgets.Radius, 12, h.alarm)
	button := func(a Action) fyne.CanvasObject {
		b := widgets.NewButton("", string(rune('0'+a)), widgets.Plain, func() { p.Start(a) }).Sized(widgets.SizeBody, 60)
		h.buttons[a] = b
		return b
	}
	cash := widgets.Even(widgets.Gap, button(ActIn), button(ActDrop), button(ActOut))
	look := widgets.Even(widgets.Gap, button(ActX), button(ActZ), button(ActDrawer))
	label := func(id string) fyne.CanvasObject {
		return widgets.NewText(w.T(id), widgets.Style{Size: widgets.SizeDetail + 1, Bold: true, Color: widgets.InkSoft})
	}
	h.main = widgets.NewButton("", "Enter", widgets.Primary, p.Enter)
	gap := widgets.Spring()
	h.all = widgets.Rows(10, widgets.Grow(gap), h.title, h.state, h.float, h.warning, gap,
		label("shift.group.cash"), cash, label("shift.group.look"), look, button(ActFloat), h.main)
	return h
}

func (h *homePart) draw() {
	m := h.p.Home()
	h.title.Set(m.Title)
	h.state.Set(m.State)
	put(h.float, m.Float)
	show(h.warning, m.Alarm != "")
	h.alarm.Set("! " + m.Alarm)
	for a, b := range h.buttons {
		on := false
		for _, o := range m.Others {
			if o.Action == a {
				on = true
				b.SetLabel(o.Label)
			}
		}
		if a == ActX { // its place stays, and tells that there is nothing to see yet
			b.SetLabel(h.p.label(a))
			b.SetDisabled(!on)
			continue
		}
		show(b, on)
	}
	h.main.SetLabel(m.Main.Label)
	h.all.Refresh()
}

// countPart is the count.
type countPart struct {
	p                     *Presenter
	title, todo, sum, bad *widgets.Text
	lines                 []*countLine
	next, done            *widgets.Button
	all                   *fyne.Container
}

func newCount(p *Presenter, w *i18n.Words) *countPart {
	c := &countPart{
		p: p, title: text(widgets.SizeTitle, true, widgets.Ink, 0), todo: text(widgets.SizeBody, false, widgets.InkSoft, 3),
		sum: number(widgets.SizeTotal, true), bad: text(widgets.SizeBody, true, widgets.DangerInk, 2),
	}
	rows := widgets.Rows(6, nil)
	for i := range len(pos.Denominations) + 1 {
		l := newCountLine(p, i)
		c.lines = append(c.lines, l)
		rows.Add(widgets.Sized(0, lineHeight, l))
	}
	sumLabel := widgets.NewText(w.T("shift.count.sum"), widgets.Style{Size: widgets.SizeStrong, Color: widgets.InkSoft})
	sum := widgets.NewPanel(widgets.AccentSoft, widgets.Radius, 0, widgets.Inset(14, 4, widgets.Columns(widgets.Gap, widgets.Grow(c.sum), sumLabel, c.sum)))
	pad := widgets.Numpad(48, '.', func(r rune) {
		if r == widgets.NumpadBack {
			p.Backspace()
			return
		}
		p.Typed(r)
	})
	c.next = widgets.NewButton(w.T("shift.count.next"), "Enter", widgets.Plain, p.Enter).Sized(widgets.SizeBody, widgets.TargetPrimary)
	c.done = widgets.NewButton(w.T("shift.count.done"), "F4", widgets.Primary, p.Counted)
	keys := widgets.Columns(widgets.Gap, widgets.Grow(c.done), c.next, c.done)
	gap := widgets.Spring()
	right := widgets.Rows(10, widgets.Grow(gap), c.title, c.todo, widgets.Sized(0, 68, sum), c.bad, gap, pad, keys)
	c.all = widgets.Columns(24, widgets.Grow(right), widgets.Sized(460, 0, widgets.Rows(0, nil, rows)), right)
	return c
}

func (c *countPart) draw() {
	m := c.p.Count()
	c.title.Set(m.Title)
	c.todo.Set(m.Todo)
	c.sum.Set(m.Sum)
	bad := m.Bad
	if bad != "" {
		bad = "! " + bad
	}
	put(c.bad, bad)
	for i, l := range c.lines {
		l.draw(m.Lines[i])
	}
	c.all.Refresh()
}

// countLine is a denomination of the count.
type countLine struct {
	widgets.TapRow
	p               *Presenter
	i               int
	name, n, amount *widgets.Text
	back            *widgets.Panel
}

func newCountLine(p *Presenter, i int) *countLine {
	l := &countLine{p: p, i: i, name: text(widgets.SizeStrong, true, widgets.Ink, 0), n: number(widgets.SizeStrong, true), amount: number(widgets.SizeStrong, false)}
	l.back = widgets.NewPanel(widgets.Paper, widgets.Radius, 0, widgets.Inset(10, 0, l.n)).Border(widgets.Line)
	l.Init(l, 6, 2, widgets.Columns(12, widgets.Grow(l.name), l.name, widgets.Sized(120, 38, l.back), widgets.Sized(130, 0, l.amount)))
	return l
}

func (l *countLine) draw(m Line) {
	l.name.Set(m.Name)
	words, edge := m.N, widgets.Line
	if m.Chosen {
		words, edge = m.N+"▏", widgets.Accent
	}
	l.n.Set(words)
	l.back.Border(edge).Refresh()
	ink := widgets.Ink
	if m.N == "" {
		ink = widgets.InkSoft
	}
	l.amount.SetColor(ink)
	l.amount.Set(m.Amount)
	l.Choose(m.Chosen)
}

// Tapped goes to the line.
func (l *countLine) Tapped(*fyne.PointEvent) { l.p.Point(l.i) }

// movePart asks how much cash goes in or out, and why.
type movePart struct {
	p              *Presenter
	w              *i18n.Words
	title, does    *widgets.Text
	amount, reason *widgets.Blank
	usual          []*widgets.Button
	confirm        *widgets.Button
	tab            *widgets.Text
	pad            fyne.CanvasObject
	all            *fyne.Container
}

func newMove(p *Presenter, w *i18n.Words) *movePart {
	m := &movePart{p: p, w: w, title: text(widgets.SizeTitle, true, widgets.Ink, 0), does: text(widgets.SizeBody, false, widgets.Ink, 3)}
	t := w.T
	m.amount = widgets.NewBlank(t("shift.amount"), t("shift.amount.hint"), func() { p.Fill(false) })
	m.reason = widgets.NewBlank(t("shift.reason"), t("inbox.why.hint"), func() { p.Fill(true) })
	var chips *fyne.Container
	m.usual, chips = usualButtons(p)
	m.tab = widgets.NewText(t("inbox.tab"), widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft})
	m.confirm = widgets.NewButton("", "Enter", widgets.Primary, p.Enter)
	back := widgets.NewButton(t("ask.back"), "Esc", widgets.Plain, func() {
		if !p.Escape() {
			p.cfg.Close()
		}
	}).Sized(widgets.SizeBody, widgets.TargetPrimary)
	gap := widgets.Spring()
	keys := widgets.Columns(widgets.Gap, widgets.Grow(m.confirm), back, m.confirm)
	left := widgets.Rows(12, widgets.Grow(gap), m.title, widgets.NewPanel(widgets.Ground, widgets.Radius, 12, m.does),
		m.amount, m.reason, chips, m.tab, gap, keys)
	pad := widgets.Numpad(74, '.', func(r rune) {
		p.Fill(false)
		if r == widgets.NumpadBack {
			p.Backspace()
			return
		}
		p.Typed(r)
	})
	m.pad = widgets.Sized(280, 0, widgets.Rows(0, nil, pad))
	m.all = widgets.Columns(24, widgets.Grow(left), left, m.pad)
	return m
}

// usualButtons are the reasons to tap.
func usualButtons(p *Presenter) ([]*widgets.Button, *fyne.Container) {
	var all []*widgets.Button
	chips := widgets.Columns(widgets.Gap, nil)
	for i := range mostUsual {
		b := widgets.NewButton("", "", widgets.Plain, func() { p.Why(i) }).Sized(widgets.SizeBody, widgets.Target)
		all = append(all, b)
		chips.Add(b)
	}
	return all, chips
}

func drawUsual(buttons []*widgets.Button, words []string) {
	for i, b := range buttons {
		show(b, i < len(words))
		if i < len(words) {
			b.SetLabel(words[i])
		}
	}
}

// label names a blank, and says when it is needed.
func label(w *i18n.Words, b *widgets.Blank, id string, lacks bool) {
	if lacks {
		b.SetLabel(w.T(id)+" · "+w.T("inbox.lacks"), widgets.Warning)
		return
	}
	b.SetLabel(w.T(id), widgets.Calm)
}

func (m *movePart) draw() {
	f := m.p.Form()
	m.title.Set(f.Title)
	m.does.Set(f.Does)
	show(m.amount, f.Money)
	show(m.pad, f.Money)
	show(m.tab, f.Money)
	label(m.w, m.amount, "shift.amount", f.Lacks && !f.Why)
	label(m.w, m.reason, "shift.reason", f.Lacks && f.Why)
	m.amount.Set(f.Amount, !f.Why)
	m.reason.Set(f.Reason, f.Why)
	drawUsual(m.usual, f.Usual)
	m.confirm.SetLabel(f.Confirm)
	m.all.Refresh()
}
