package customer

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"guitai/pos"
	"guitai/ui/widgets"
)

// View draws the screen. Everything on it is drawn for 1366 by 768 and grows and shrinks with the window: it is read from a step away,
// whatever the monitor.
type View struct {
	p       *Presenter
	stage   *fyne.Container
	scale   float32
	shown   Model
	counted int // how often something was drawn anew

	idle, work, bye fyne.CanvasObject // the faces
	due, code, wait fyne.CanvasObject // what stands beside the goods
	strip           *widgets.Panel    // at the bottom, when there is something to say
	foot            *widgets.Text

	shop, welcome *widgets.Text

	goods        fyne.CanvasObject
	head, pieces *widgets.Text
	newest       *goods
	rows         []*line
	shelf        *shelf
	more         *widgets.Text

	sumName, sum, less   *widgets.Text
	toPay, ask, left     *widgets.Text
	before               *widgets.Text
	qr                   *widgets.QR
	awaited, title, todo *widgets.Text
	mark                 *sign

	done                       fyne.CanvasObject // the sign of what is proven
	paid, amount, tender       *widgets.Text
	changeName, change, thanks *widgets.Text
}

// New makes the screen. cfg.Changed is taken over by the view.
func New(cfg Config) *View {
	v := &View{}
	cfg.Changed = v.draw
	v.p = NewPresenter(cfg)
	v.stage = container.New(&stage{v})
	v.build(1)
	return v
}

// Content is the whole screen.
func (v *View) Content() fyne.CanvasObject { return v.stage }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) { v.p.Show(s) }

// Tick lets the countdown go on.
func (v *View) Tick() { v.p.Tick() }

// Hint says, or stops saying, how the window is moved to the other screen.
func (v *View) Hint(on bool) { v.p.Hint(on) }

// Hinting reports whether the screen still says how the window is moved.
func (v *View) Hinting() bool { return v.p.Hinting() }

// Drawn is how often something of it was drawn anew.
func (v *View) Drawn() int { return v.counted }

// build makes everything at a scale and draws it.
func (v *View) build(scale float32) {
	v.scale, v.rows = scale, nil
	v.idle, v.bye = v.buildIdle(), v.buildBye()
	v.work = v.buildWork()
	v.foot = v.text(20, false, widgets.InkSoft, fyne.TextAlignCenter, widgets.FitShrink)
	v.strip = widgets.NewPanel(widgets.Ground, 0, 8*v.scale, v.foot)
	faces := widgets.Over(v.idle, v.work, v.bye)
	v.stage.Objects = []fyne.CanvasObject{
		widgets.NewPanel(widgets.Ground, 0, 0, nil), widgets.Rows(0, widgets.Grow(faces), faces, v.strip),
	}
	v.draw()
}

// text makes a text of a size at 1366 by 768.
func (v *View) text(size float32, bold bool, c fyne.ThemeColorName, align fyne.TextAlign, fit widgets.Fit) *widgets.Text {
	return widgets.NewText("", widgets.Style{Size: float32(int(size * v.scale)), Bold: bold, Color: c, Align: align, Fit: fit, Lines: 2})
}

func (v *View) inset(x, y float32, o fyne.CanvasObject) fyne.CanvasObject {
	return widgets.Inset(x*v.scale, y*v.scale, o)
}

// column is a face that stands in the middle: its lines, with equal room above and below.
func (v *View) column(gap float32, lines ...fyne.CanvasObject) fyne.CanvasObject {
	above, below := widgets.Spring(), widgets.Spring()
	all := append([]fyne.CanvasObject{above}, lines...)
	return v.inset(56, 20, widgets.Rows(gap*v.scale, widgets.Grow(above, below), append(all, below)...))
}

func (v *View) buildIdle() fyne.CanvasObject {
	v.shop = v.text(88, true, widgets.Ink, fyne.TextAlignCenter, widgets.FitShrink)
	v.welcome = v.text(40, false, widgets.InkSoft, fyne.TextAlignCenter, widgets.FitWrap)
	bar := widgets.Middle(widgets.Sized(96*v.scale, 6*v.scale, widgets.NewPanel(widgets.Accent, 3*v.scale, 0, nil)))
	return v.column(28, v.shop, bar, v.welcome)
}

func (v *View) buildBye() fyne.CanvasObject {
	centre := fyne.TextAlignCenter
	v.paid = v.text(46, true, widgets.Ink, centre, widgets.FitShrink)
	v.amount = v.text(128, true, widgets.Ink, centre, widgets.FitShrink)
	v.tender = v.text(34, false, widgets.InkSoft, centre, widgets.FitShrink)
	v.changeName = v.text(38, true, widgets.AccentInk, centre, widgets.FitShrink)
	v.change = v.text(148, true, widgets.AccentInk, centre, widgets.FitShrink)
	v.thanks = v.text(34, false, widgets.InkSoft, centre, widgets.FitShrink)
	v.done = widgets.Middle(newSign(124*v.scale, done))
	return v.column(14, v.done, v.paid, v.amount, v.tender, v.changeName, v.change, v.thanks)
}

func (v *View) buildWork() fyne.CanvasObject {
	s := v.scale
	v.head = v.text(24, false, widgets.InkSoft, fyne.TextAlignLeading, widgets.FitElide)
	v.pieces = v.text(24, false, widgets.InkSoft, fyne.TextAlignTrailing, widgets.FitNone)
	v.newest = v.newGoods()
	v.shelf = &shelf{v: v, row: 56 * s}
	v.more = v.text(24, false, widgets.InkSoft, fyne.TextAlignLeading, widgets.FitElide)
	lines := container.New(v.shelf, v.more)
	for range linesMost {
		l := v.newLine()
		v.rows = append(v.rows, l)
		lines.Add(l.all)
	}
	others := v.inset(24, 0, lines)
	top := widgets.Columns(16*s, widgets.Grow(v.head), v.head, v.pieces)
	v.goods = widgets.Rows(20*s, widgets.Grow(others), top, v.newest.all, others)

	centre := fyne.TextAlignCenter
	v.sumName = v.text(36, false, widgets.InkSoft, centre, widgets.FitShrink)
	v.sum = v.text(116, true, widgets.Ink, centre, widgets.FitShrink)
	v.less = v.text(28, false, widgets.AccentInk, centre, widgets.FitShrink)
	v.due = v.middle(8, v.sumName, v.sum, v.less)
	v.toPay = v.text(64, true, widgets.Ink, centre, widgets.FitShrink)
	v.qr = widgets.NewQR(120) // as large as there is room for
	v.ask = v.text(32, true, widgets.Ink, centre, widgets.FitShrink)
	v.left = v.text(26, false, widgets.InkSoft, centre, widgets.FitShrink)
	v.before = v.text(26, false, widgets.AccentInk, centre, widgets.FitShrink)
	v.code = widgets.Rows(8*s, widgets.Grow(v.qr), v.toPay, v.before, v.qr, v.ask, v.left)
	v.awaited = v.text(64, true, widgets.Ink, centre, widgets.FitShrink)
	v.mark = newSign(168*s, Clock)
	v.title = v.text(42, true, widgets.Ink, centre, widgets.FitWrap)
	v.todo = v.text(28, false, widgets.InkSoft, centre, widgets.FitWrap)
	v.wait = v.middle(20, v.awaited, widgets.Middle(v.mark), v.title, v.todo)
	pay := widgets.NewPanel(widgets.Paper, 0, 28*s, widgets.Over(v.due, v.code, v.wait))
	return container.New(&table{v}, v.inset(36, 28, v.goods), pay)
}

// middle is lines with equal room above and below.
func (v *View) middle(gap float32, lines ...fyne.CanvasObject) fyne.CanvasObject {
	above, below := widgets.Spring(), widgets.Spring()
	all := append([]fyne.CanvasObject{above}, lines...)
	return widgets.Rows(gap*v.scale, widgets.Grow(above, below), append(all, below)...)
}

// goods is the line that was just scanned.
type goods struct {
	name, count, amount *widgets.Text
	off                 *widgets.Text
	below, all          fyne.CanvasObject
}

func (v *View) newGoods() *goods {
	g := &goods{
		name:   v.text(42, true, widgets.Ink, fyne.TextAlignLeading, widgets.FitWrap),
		count:  v.text(30, false, widgets.InkSoft, fyne.TextAlignLeading, widgets.FitElide),
		amount: v.text(54, true, widgets.Ink, fyne.TextAlignTrailing, widgets.FitNone),
	}
	g.off = v.text(28, false, widgets.AccentInk, fyne.TextAlignLeading, widgets.FitShrink)
	g.below = widgets.Columns(12*v.scale, widgets.Grow(g.count), g.count, g.amount)
	g.all = widgets.NewPanel(widgets.AccentSoft, 14*v.scale, 24*v.scale, widgets.Rows(4*v.scale, nil, g.name, g.below, g.off))
	return g
}

// line is one of the others.
type line struct {
	name, count, amount *widgets.Text
	all                 fyne.CanvasObject
}

func (v *View) newLine() *line {
	l := &line{
		name:   v.text(28, false, widgets.Ink, fyne.TextAlignLeading, widgets.FitElide),
		count:  v.text(24, false, widgets.InkSoft, fyne.TextAlignTrailing, widgets.FitNone),
		amount: v.text(28, false, widgets.Ink, fyne.TextAlignTrailing, widgets.FitNone),
	}
	l.all = widgets.Columns(24*v.scale, widgets.Grow(l.name), l.name, l.count, l.amount)
	return l
}

// draw draws what changed.
func (v *View) draw() {
	if v.work == nil || v.stage == nil {
		return
	}
	m := v.p.Model()
	v.shown = m
	v.counted++
	show(v.idle, m.Face == Idle)
	show(v.bye, m.Face == Paid)
	show(v.work, m.Face == Basket || m.Face == Code || m.Face == Wait)
	v.foot.Set(joined(m.Hint, m.Practice))
	show(v.strip, v.foot.Words() != "")
	v.strip.SetFill(widgets.Ground)
	if m.Practice != "" {
		v.strip.SetFill(widgets.AccentSoft)
	}
	v.shop.Set(m.Shop)
	switch m.Face {
	case Idle:
		v.welcome.Set(m.Welcome)
	case Paid:
		v.paid.Set(m.Title)
		show(v.done, m.Sure)
		v.amount.Set(m.Amount)
		v.tender.Set(m.Tender)
		v.changeName.Set(m.Due)
		v.change.Set(m.Change)
		v.thanks.Set(m.Thanks)
		show(v.amount, m.Change == "")
		for _, o := range []fyne.CanvasObject{v.changeName, v.change} {
			show(o, m.Change != "")
		}
		show(v.tender, m.Tender != "")
	case Basket, Code, Wait:
		v.drawWork(m)
	}
	if m.Face != Code {
		v.qr.Set("") // what is off the glass is not to be scanned
	}
}

func (v *View) drawWork(m Model) {
	v.head.Set(m.Shop)
	v.pieces.Set(m.Pieces)
	changed := set(v.newest.name, m.Newest.Name)
	changed = set(v.newest.count, m.Newest.Count) || changed
	changed = set(v.newest.off, m.Newest.Off) || changed
	show(v.newest.off, m.Newest.Off != "")
	if set(v.newest.amount, m.Newest.Amount) || changed {
		v.newest.below.Refresh()
		v.goods.Refresh() // a name of two lines needs more room
	}
	v.drawLines()
	show(v.due, m.Face == Basket)
	show(v.code, m.Face == Code)
	show(v.wait, m.Face == Wait)
	switch m.Face {
	case Basket:
		v.sumName.Set(m.Due)
		v.sum.Set(m.Amount)
		v.less.Set(m.Less)
		show(v.less, m.Less != "")
	case Code:
		v.toPay.Set(m.Amount)
		if v.before.Set(m.Less); v.before.Visible() != (m.Less != "") {
			show(v.before, m.Less != "")
			v.code.Refresh()
		}
		v.qr.Set(m.Code)
		v.ask.Set(m.Ask)
		v.left.Set(m.Left)
	case Wait:
		v.awaited.Set(m.Amount)
		v.mark.set(m.Mark)
		v.title.Set(m.Title)
		v.todo.Set(m.Todo)
	case Idle, Paid:
	}
}
