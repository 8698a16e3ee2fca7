package refund

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Width is the sheet's, in device-independent pixels.
const Width = 900

const (
	height     = 548
	padWidth   = 260
	lineHeight = 62
	mostWays   = 4 // where money goes that was paid in parts, each on a line of its own
)

// View draws the screen, for a sheet of the shell.
type View struct {
	p *Presenter
	w *i18n.Words

	find             *fyne.Container
	receipt          *widgets.Blank
	findBad          *widgets.Text
	findGo           *widgets.Button
	what             *fyne.Container
	sale, facts      *widgets.Text
	back             *widgets.Text
	list             *widgets.List
	sum              *widgets.Blank
	blocked          fyne.CanvasObject
	stop, todo       *widgets.Text
	left, total, bad *widgets.Text
	all, mode, next  *widgets.Button
	why              *fyne.Container
	title            *widgets.Text
	where            *fyne.Container
	reason, by       *widgets.Blank
	tab              *widgets.Text
	usual            []*widgets.Button
	confirm          *widgets.Button
	void, exchanges  *widgets.Button
	returns, outside *widgets.Button
	money            fyne.CanvasObject // the amount, and digits for a finger
	object           fyne.CanvasObject
}

// New makes the screen. cfg.Changed is called after the view has drawn.
func New(cfg Config) *View {
	v := &View{w: cfg.Words}
	after := cfg.Changed
	cfg.Changed = func() { v.draw(); after() }
	v.p = NewPresenter(cfg)
	v.buildFind()
	v.buildWhat()
	v.buildWhy()
	v.object = widgets.Sized(0, height, widgets.Over(v.find, v.what, v.why))
	v.draw()
	return v
}

// Object is the screen.
func (v *View) Object() fyne.CanvasObject { return v.object }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) { v.p.Show(s) }

// Typed is for the sink.
func (v *View) Typed(r rune) { v.p.Typed(r) }

// Number is for the sink: whether an amount or pieces are typed.
func (v *View) Number() bool { return v.p.step == StepWhat }

// Scanned is for the sink: here a scan is a receipt, or goods of the sale.
func (v *View) Scanned(code string, back int) { v.p.Scanned(code, back) }

// Pressed is for the sink. Esc means something only while there is a step to go back.
func (v *View) Pressed(k widgets.Key) bool {
	if v.p.cfg.Words.Keys().Does(k.Chord(), pos.KeysOnPages) == pos.KeyRefund {
		return true // pressed again it is still the same screen
	}
	switch k.Name {
	case fyne.KeyEscape:
		return v.p.Escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	case fyne.KeyUp:
		v.p.Move(-1)
	case fyne.KeyDown:
		v.p.Move(1)
	case fyne.KeyRight:
		v.p.More(1)
	case fyne.KeyLeft:
		v.p.More(-1)
	case fyne.KeyF4:
		v.p.All()
	case fyne.KeyF5:
		v.p.Outside()
	case fyne.KeyF8:
		v.p.Void()
	case fyne.KeyF9:
		v.exchange()
	case fyne.KeyTab:
		v.p.Tab()
	case fyne.KeyBackspace, fyne.KeyDelete:
		v.p.Backspace()
	default:
		return false
	}
	return true
}

// exchange is the key of both: goods of a receipt count towards the next ones, those in the cart come back without one.
func (v *View) exchange() {
	if v.p.step == StepFind {
		v.p.Return()
		return
	}
	v.p.Exchange()
}

func text(size float32, bold bool, ink fyne.ThemeColorName, lines int) *widgets.Text {
	s := widgets.Style{Size: size, Bold: bold, Color: ink, Fit: widgets.FitShrink}
	if lines > 0 {
		s.Fit, s.Lines = widgets.FitWrap, lines
	}
	return widgets.NewText("", s)
}

func (v *View) buildFind() {
	t := v.w.T
	v.receipt = widgets.NewBlank(t("refund.number"), t("refund.number.hint"), nil)
	v.findBad = text(widgets.SizeBody, true, widgets.DangerInk, 2)
	v.findGo = widgets.NewButton(t("refund.find"), "Enter", widgets.Primary, v.p.Enter)
	advice := text(widgets.SizeBody, false, widgets.InkSoft, 3)
	advice.Set(t("refund.advice"))
	gap := widgets.Spring()
	without := text(widgets.SizeBody, false, widgets.InkSoft, 3)
	without.Set(t("refund.return.hint", v.w.Key(pos.KeyRefund)))
	v.returns = widgets.NewButton(t("refund.return"), "F9", widgets.Plain, v.p.Return).Sized(widgets.SizeBody, widgets.TargetPrimary)
	keys := widgets.Columns(widgets.Gap, widgets.Grow(v.findGo), v.returns, v.findGo)
	left := widgets.Rows(widgets.Space, widgets.Grow(gap), v.receipt, v.findBad, advice, without, gap, keys)
	v.find = widgets.Columns(24, widgets.Grow(left), left, v.pad('-'))
}

// pad is the digits for a finger; last is what else is typed here.
func (v *View) pad(last rune) fyne.CanvasObject {
	pad := widgets.Numpad(60, last, func(r rune) {
		if r == widgets.NumpadBack {
			v.p.Backspace()
			return
		}
		v.p.Typed(r)
	})
	return widgets.Sized(padWidth, 0, widgets.Rows(0, nil, pad))
}

func (v *View) buildWhat() {
	t := v.w.T
	v.sale = text(widgets.SizeStrong, true, widgets.Ink, 0)
	v.facts = text(widgets.SizeBody, false, widgets.InkSoft, 0)
	v.back = widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Bold: true, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})
	which := widgets.Rows(2, nil, v.sale, v.facts)
	head := widgets.Columns(widgets.Space, widgets.Grow(which), which, widgets.Sized(230, 0, v.back))
	v.list = widgets.NewList(lineHeight, func() widgets.Row { return newLineRow(v.p) })
	v.sum = widgets.NewBlank(t("refund.amount"), t("refund.amount.hint"), nil)
	v.stop, v.todo = text(widgets.SizeBody, true, widgets.DangerInk, 2), text(widgets.SizeDetail+1, false, widgets.Ink, 2)
	v.blocked = widgets.NewPanel(widgets.DangerSoft, widgets.Radius, 10, widgets.Rows(2, nil, v.stop, v.todo))
	v.left = text(widgets.SizeBody, false, widgets.InkSoft, 0)
	v.bad = text(widgets.SizeBody, true, widgets.DangerInk, 0)
	v.total = widgets.NewText("", widgets.Style{Size: widgets.SizeLarge, Bold: true, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})
	said := widgets.Rows(0, nil, v.left, v.bad)
	sum := widgets.Columns(widgets.Space, widgets.Grow(said), said, widgets.Sized(220, 48, v.total))
	v.all = widgets.NewButton(t("refund.all"), "F4", widgets.Plain, v.p.All).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.mode = widgets.NewButton("", "Tab", widgets.Plain, v.p.Tab).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.next = widgets.NewButton(t("refund.next"), "Enter", widgets.Primary, v.p.Enter)
	v.void = widgets.NewButton(t("refund.void"), "F8", widgets.Grave, v.p.Void).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.exchanges = widgets.NewButton(t("refund.exchange"), "F9", widgets.Plain, v.exchange).Sized(widgets.SizeBody, widgets.TargetPrimary)
	keys := widgets.Columns(widgets.Gap, widgets.Grow(v.next), v.void, v.all, v.mode, v.exchanges, v.next)
	rule := widgets.Sized(0, 1, widgets.NewPanel(widgets.Line, 0, 0, nil))
	typed := widgets.Rows(0, nil, v.sum)
	v.money = widgets.Columns(24, widgets.Grow(typed), typed, v.pad('.'))
	room := widgets.Over(v.list, v.money)
	v.what = widgets.Rows(10, widgets.Grow(room), head, rule, room, v.blocked, sum, keys)
}

func (v *View) buildWhy() {
	t := v.w.T
	v.title = text(widgets.SizeTitle, true, widgets.Ink, 0)
	v.where = widgets.Rows(4, nil)
	for range mostWays {
		v.where.Add(text(widgets.SizeStrong, true, widgets.Ink, 2))
	}
	v.outside = widgets.NewButton("", "F5", widgets.Plain, v.p.Outside).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.reason = widgets.NewBlank(t("refund.why"), t("inbox.why.hint"), func() { v.p.Fill(FieldReason) })
	v.by = widgets.NewBlank(t("refund.who"), t("inbox.who.hint"), func() { v.p.Fill(FieldBy) })
	chips := widgets.Columns(widgets.Gap, nil)
	for i, id := range usual {
		b := widgets.NewButton(t(id), "", widgets.Plain, func() { v.p.Reason(i) }).Sized(widgets.SizeBody, widgets.Target)
		v.usual = append(v.usual, b)
		chips.Add(b)
	}
	v.tab = widgets.NewText(t("inbox.tab"), widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft})
	v.confirm = widgets.NewButton("", "Enter", widgets.Primary, v.p.Enter)
	back := widgets.NewButton(t("ask.back"), "Esc", widgets.Plain, func() { v.p.Escape() }).Sized(widgets.SizeBody, widgets.TargetPrimary)
	gap := widgets.Spring()
	keys := widgets.Columns(widgets.Gap, widgets.Grow(v.confirm), back, v.outside, v.confirm)
	v.why = widgets.Rows(12, widgets.Grow(gap), v.title,
		widgets.NewPanel(widgets.Ground, widgets.Radius, 12, v.where), v.reason, chips, v.by, v.tab, gap, keys)
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
	m := v.p.Model()
	show(v.find, m.Step == StepFind)
	show(v.what, m.Step == StepWhat)
	show(v.why, m.Step == StepWhy)
	switch m.Step {
	case StepFind:
		v.receipt.Set(m.Typed, true)
		put(v.findBad, m.Bad)
		v.findGo.SetDisabled(!m.Ready)
		show(v.returns, m.Return)
		v.find.Refresh()
	case StepWhat:
		v.drawWhat(m)
	case StepWhy:
		v.drawWhy(m)
	}
}

func (v *View) drawWhat(m Model) {
	v.sale.Set(m.Sale)
	v.facts.Set(m.Facts)
	v.back.Set(m.Back)
	show(v.list, !m.Money)
	show(v.money, m.Money)
	v.list.Update(v.p.Lines())
	v.list.Reveal(v.p.At())
	v.sum.Set(m.Amount, true)
	show(v.blocked, m.Blocked != "")
	v.stop.Set("⚠ " + m.Blocked)
	put(v.todo, m.Todo)
	left := m.Left
	if !m.Money && m.Blocked == "" {
		left += " · " + v.w.T("refund.keys")
	}
	v.left.Set(left)
	v.left.SetColor(widgets.InkSoft)
	if m.Over {
		v.left.Set("! " + m.Left)
		v.left.SetColor(widgets.DangerInk)
	}
	put(v.bad, m.Bad)
	v.total.Set(m.Total)
	mode := "refund.by-amount"
	if m.Money {
		mode = "refund.by-pieces"
	}
	v.mode.SetLabel(v.w.T(mode))
	v.next.SetDisabled(!m.Ready)
	show(v.void, m.Void)
	show(v.exchanges, m.Exchange)
	v.what.Refresh()
}

func (v *View) drawWhy(m Model) {
	v.title.Set(m.Title)
	for i, o := range v.where.Objects {
		words := ""
		if i < len(m.Where) {
			words = m.Where[i]
		}
		put(o.(*widgets.Text), words)
	}
	v.outside.SetLabel(m.Outside)
	show(v.outside, m.Outside != "")
	label := func(b *widgets.Blank, id string, f Field) {
		if m.Lacks && m.Field == f {
			b.SetLabel(v.w.T(id)+" · "+v.w.T("inbox.lacks"), widgets.Warning)
			return
		}
		b.SetLabel(v.w.T(id), widgets.Calm)
	}
	label(v.reason, "refund.why", FieldReason)
	label(v.by, "refund.who", FieldBy)
	v.reason.Set(m.Reason, m.Field == FieldReason)
	v.by.Set(m.By, m.Field == FieldBy)
	show(v.by, m.Named)
	show(v.tab, m.Named)
	v.where.Refresh()
	v.confirm.SetLabel(m.Confirm)
	v.why.Refresh()
}

// lineRow is a line of the sale.
type lineRow struct {
	widgets.TapRow
	p                               *Presenter
	name, calc, may, pieces, amount *widgets.Text
	at                              int
}

func newLineRow(p *Presenter) *lineRow {
	r := &lineRow{
		p: p, name: widgets.NewText("", widgets.Style{Fit: widgets.FitElide}),
		calc:   text(widgets.SizeDetail+1, false, widgets.InkSoft, 0),
		may:    widgets.NewText("", widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.InkSoft, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink}),
		pieces: widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Bold: true, Align: fyne.TextAlignCenter, Fit: widgets.FitShrink}),
		amount: widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink}),
	}
	step := func(label string, n int) fyne.CanvasObject {
		return widgets.NewButton(label, "", widgets.Plain, func() { r.p.Choose(r.at); r.p.More(n) }).Sized(widgets.SizeStrong, widgets.Target)
	}
	left := widgets.Rows(0, nil, r.name, r.calc)
	r.Init(r, 6, 4, widgets.Columns(widgets.Gap, widgets.Grow(left), left, widgets.Sized(110, 0, r.may),
		step("−", -1), widgets.Sized(56, 0, r.pieces), step("+", 1), widgets.Sized(104, 0, r.amount)))
	return r
}

// Draw shows line i.
func (r *lineRow) Draw(i int) {
	r.at = i
	m := r.p.Line(i)
	r.name.Set(m.Name)
	r.calc.Set(m.Calc)
	r.may.Set(m.May)
	r.pieces.Set(m.Pieces)
	r.amount.Set(m.Amount)
	r.Choose(m.Chosen)
}

// Tapped chooses the line.
func (r *lineRow) Tapped(*fyne.PointEvent) { r.p.Choose(r.at) }
