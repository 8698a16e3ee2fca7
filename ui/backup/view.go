package backup

import (
	"fyne.io/fyne/v2"

	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

const (
	rowHeight = 58
	leftWidth = 42 // percent
)

// View draws the screen, for a part of the books page.
type View struct {
	p *Presenter
	w *i18n.Words

	age, money, copy, made, none *widgets.Text
	trouble, tMoney, todo        *widgets.Text
	make, restore                *widgets.Button
	list                         *widgets.List
	rows                         []Row
	left, question, meaning      *fyne.Container
	means                        []*widgets.Text
	blank                        *widgets.Blank
	confirm                      *widgets.Button
	gone                         *widgets.Text
	normal                       fyne.CanvasObject
	all                          fyne.CanvasObject
}

// New makes the screen. cfg.Changed is called after the view has drawn.
func New(cfg Config) *View {
	v := &View{w: cfg.Words}
	after := cfg.Changed
	cfg.Changed = func() { v.draw(); after() }
	v.p = NewPresenter(cfg)
	v.build()
	v.p.Open()
	v.draw()
	return v
}

// Object is the screen.
func (v *View) Object() fyne.CanvasObject { return v.all }

// Tick lets the age go on; call it now and then.
func (v *View) Tick() { v.draw() }

// Typed is for the sink.
func (v *View) Typed(r rune) { v.p.Typed(r) }

// Pressed is for the sink. Esc means something only while a question is asked.
func (v *View) Pressed(k widgets.Key) bool {
	switch {
	case k.Ctrl && k.Name == fyne.KeyR:
		v.p.Ask()
	case k.Ctrl:
		return false
	case k.Name == fyne.KeyEscape:
		return v.p.Escape()
	case k.Name == fyne.KeyReturn, k.Name == fyne.KeyEnter:
		v.p.Enter()
	case k.Name == fyne.KeyUp:
		v.p.Move(-1)
	case k.Name == fyne.KeyDown:
		v.p.Move(1)
	case k.Name == fyne.KeyBackspace:
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

func (v *View) build() {
	t := v.w.T
	head := text(widgets.SizeDetail+1, false, widgets.InkSoft, 0)
	head.Set(t("books.backup.newest"))
	v.age = text(widgets.SizeTotal, true, widgets.Ink, 0)
	v.money = text(widgets.SizeBody, false, widgets.Ink, 2)
	v.made = text(widgets.SizeBody, true, widgets.AccentInk, 2)
	v.trouble = text(widgets.SizeStrong, true, widgets.DangerInk, 2)
	v.tMoney, v.todo = text(widgets.SizeBody, false, widgets.Ink, 2), text(widgets.SizeBody, true, widgets.Ink, 2)
	v.copy = text(widgets.SizeDetail+1, false, widgets.InkSoft, 3)
	v.make = widgets.NewButton(t("books.backup.make"), "Enter", widgets.Primary, v.p.Make)
	gap := widgets.Spring()
	v.left = widgets.Rows(10, widgets.Grow(gap), head, widgets.Sized(0, 60, v.age), v.money, v.made, v.trouble, v.tMoney, v.todo, gap, v.copy, v.make)

	title := text(widgets.SizeBody, true, widgets.Ink, 0)
	title.Set(t("books.backup.list"))
	v.none = text(widgets.SizeBody, false, widgets.InkSoft, 2)
	v.list = widgets.NewList(rowHeight, func() widgets.Row { return newBackupRow(v) })
	listed := widgets.Over(v.list, v.none)
	v.restore = widgets.NewButton(t("books.restore"), "Ctrl+R", widgets.Grave, v.p.Ask).Sized(widgets.SizeBody, widgets.Target)
	space := widgets.Spring()
	right := widgets.Rows(8, widgets.Grow(listed), widgets.Sized(0, 32, title), listed, widgets.Columns(widgets.Gap, widgets.Grow(space), space, v.restore))
	v.normal = widgets.Zones(leftWidth, v.left, widgets.Columns(0, widgets.Grow(right), widgets.Sized(28, 0, widgets.Spring()), right))

	v.buildQuestion()
	v.gone = widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Bold: true, Align: fyne.TextAlignCenter, Fit: widgets.FitWrap, Lines: 3})
	v.all = widgets.NewPanel(widgets.Paper, widgets.Radius, 18, widgets.Over(v.normal, v.question, widgets.Middle(widgets.Sized(640, 0, v.gone))))
}

// buildQuestion is what is asked before the till goes back to a backup.
func (v *View) buildQuestion() {
	t := v.w.T
	title := text(widgets.SizeTitle, true, widgets.DangerInk, 0)
	title.Set(t("books.restore.title"))
	v.meaning = widgets.Rows(10, nil)
	for range 4 {
		m := text(widgets.SizeStrong, false, widgets.Ink, 2)
		v.means = append(v.means, m)
		v.meaning.Add(m)
	}
	v.blank = widgets.NewBlank("", t("books.restore.hint"), nil)
	v.confirm = widgets.NewButton(t("books.restore.do"), "Enter", widgets.Grave, v.p.Enter).Sized(widgets.SizeStrong, widgets.TargetPrimary)
	back := widgets.NewButton(t("ask.back"), "Esc", widgets.Plain, func() { v.p.Escape() }).Sized(widgets.SizeBody, widgets.TargetPrimary)
	gap := widgets.Spring()
	v.question = widgets.Rows(16, widgets.Grow(gap), title, v.meaning, widgets.Sized(320, 0, v.blank), gap, widgets.Columns(widgets.Gap, widgets.Grow(back), back, v.confirm))
}

func (v *View) draw() {
	m := v.p.Model()
	v.rows = m.Rows
	v.age.Set(m.Age)
	v.age.SetColor(widgets.Ink)
	if m.Old {
		v.age.Set("! " + m.Age)
		v.age.SetColor(widgets.DangerInk)
	}
	put(v.money, m.AgeMoney)
	made := m.Made
	if m.Making {
		made = "… " + v.w.T("books.backup.making")
	} else if made != "" {
		made = "✓ " + made
	}
	put(v.made, made)
	trouble := m.Trouble
	if trouble != "" {
		trouble = "× " + trouble
	}
	put(v.trouble, trouble)
	put(v.tMoney, m.TroubleMoney)
	put(v.todo, m.TroubleDo)
	put(v.copy, m.CopyTo)
	put(v.none, m.None)
	v.make.SetDisabled(m.Making)
	v.restore.SetDisabled(m.Making || len(m.Rows) == 0)
	v.list.Update(len(m.Rows))
	v.list.Reveal(v.p.at)
	for i, t := range v.means {
		words := ""
		if i < len(m.Means) {
			words = "· " + m.Means[i]
		}
		put(t, words)
	}
	tone := widgets.Calm
	if m.Wrong {
		tone = widgets.Warning
	}
	v.blank.SetLabel(m.Ask, tone)
	v.blank.Set(m.Typed, m.Asking)
	show(v.normal, !m.Asking && m.Gone == "")
	show(v.question, m.Asking && m.Gone == "")
	put(v.gone, m.Gone)
	for _, c := range []*fyne.Container{v.left, v.meaning, v.question} {
		c.Refresh() // a panel does not lay out what is in it
	}
	v.all.Refresh()
}

// backupRow is a backup in the list.
type backupRow struct {
	widgets.TapRow
	v                *View
	i                int
	when, what, size *widgets.Text
}

func newBackupRow(v *View) *backupRow {
	r := &backupRow{
		v: v, when: text(widgets.SizeBody, true, widgets.Ink, 0), what: text(widgets.SizeDetail, false, widgets.InkSoft, 0),
		size: widgets.NewText("", widgets.Style{Color: widgets.InkSoft, Align: fyne.TextAlignTrailing}),
	}
	words := widgets.Rows(0, nil, r.when, r.what)
	r.Init(r, 6, 0, widgets.Columns(widgets.Gap, widgets.Grow(words), words, widgets.Sized(110, 0, r.size)))
	return r
}

// Tapped is for Fyne.
func (r *backupRow) Tapped(*fyne.PointEvent) { r.v.p.Choose(r.i) }

// Draw is for the list.
func (r *backupRow) Draw(i int) {
	if r.i = i; i >= len(r.v.rows) {
		return
	}
	x := r.v.rows[i]
	r.when.Set(x.When)
	r.what.Set(x.Name)
	r.size.Set(x.Size)
	r.Choose(x.Chosen)
}
