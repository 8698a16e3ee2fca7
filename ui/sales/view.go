package sales

import (
	"time"

	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Sizes in device-independent pixels: all of it fits the smaller of the two windows.
const (
	rowHeight     = 60
	lineHeight    = 28
	listPercent   = 46
	calendarWidth = 480
	pageOfLines   = 10
)

var weekdays = [7]string{"week.sun", "week.mon", "week.tue", "week.wed", "week.thu", "week.fri", "week.sat"}

// View draws the screen, for a page of the shell.
type View struct {
	p *Presenter
	w *i18n.Words

	what                   *widgets.Blank
	days, person, tender   *widgets.Button
	part, pick             *widgets.Button
	filters                *fyne.Container
	count                  *widgets.Text
	list                   *widgets.List
	none, todo             *widgets.Text
	nothing                fyne.CanvasObject
	amount, receipt, facts *widgets.Text
	lines                  *widgets.List
	seen                   int // the line that was last scrolled to
	blank                  *widgets.Text
	reprint, refund        *widgets.Button
	detail, left, head     *fyne.Container
	said                   *widgets.Notice
	calendar               *widgets.Calendar
	layer                  *widgets.Layer
	card                   fyne.CanvasObject
	all                    fyne.CanvasObject
	shown                  Detail
	of                     pos.SaleID
}

// New makes the screen; close puts it away. cfg.Changed is called after the view has drawn.
func New(cfg Config, close func()) *View {
	v := &View{w: cfg.Words}
	after := cfg.Changed
	cfg.Changed = func() { v.draw(); after() }
	v.p = NewPresenter(cfg)
	v.build(close)
	return v
}

// Object is the screen.
func (v *View) Object() fyne.CanvasObject { return v.all }

// Open looks for text, "" for today's sales.
func (v *View) Open(s pos.Snapshot, text string) { v.p.Open(s, text) }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) { v.p.Show(s) }

// Say shows what the till says.
func (v *View) Say(tone widgets.Tone, words string) { v.said.Say(tone, words) }

// Typed is for the sink.
func (v *View) Typed(r rune) { v.p.Typed(r) }

// Scanned is for the sink: here a scan is looked for.
func (v *View) Scanned(code string, back int) { v.p.Scanned(code, back) }

// Pressed is for the sink.
func (v *View) Pressed(k widgets.Key) bool {
	switch v.w.Keys().Does(k.Chord(), pos.KeysOnPages) {
	case pos.KeyReprint:
		v.p.Reprint()
		return true
	case pos.KeyRefund:
		v.p.Refund()
		return true
	}
	if k.Ctrl {
		return false
	}
	if v.picking(k.Name) {
		return true
	}
	switch k.Name {
	case fyne.KeyEscape:
		return v.p.Escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	case fyne.KeyBackspace, fyne.KeyDelete:
		v.p.Backspace()
	case fyne.KeyUp:
		v.p.Move(-1)
	case fyne.KeyDown:
		v.p.Move(1)
	case fyne.KeyHome:
		v.p.Choose(0)
	case fyne.KeyPageUp:
		v.scroll(-pageOfLines)
	case fyne.KeyPageDown:
		v.scroll(pageOfLines)
	case fyne.KeyF2:
		v.p.Calendar()
	case fyne.KeyF3:
		v.p.Days()
	case fyne.KeyF4:
		v.p.Person()
	case fyne.KeyF6:
		v.p.Tender()
	case fyne.KeyF8:
		v.p.Part()
	default:
		return false
	}
	return true
}

// picking is the keys of the calendar. It reports whether the key was one.
func (v *View) picking(k fyne.KeyName) bool {
	if _, open := v.p.Picking(); !open {
		return false
	}
	switch k {
	case fyne.KeyLeft:
		v.p.Point(-1, false)
	case fyne.KeyRight:
		v.p.Point(1, false)
	case fyne.KeyUp:
		v.p.Point(-7, false)
	case fyne.KeyDown:
		v.p.Point(7, false)
	case fyne.KeyPageUp:
		v.p.Point(-1, true)
	case fyne.KeyPageDown:
		v.p.Point(1, true)
	case fyne.KeyHome:
		v.p.Pick(v.p.today())
	default:
		return false
	}
	return true
}

// scroll moves what is said about the sale.
func (v *View) scroll(n int) {
	v.seen = max(0, min(len(v.shown.Lines)-1, v.seen+n))
	v.lines.Reveal(v.seen)
}

func text(size float32, bold bool, ink fyne.ThemeColorName, align fyne.TextAlign, fit widgets.Fit) *widgets.Text {
	return widgets.NewText("", widgets.Style{Size: size, Bold: bold, Color: ink, Align: align, Fit: fit})
}

const (
	leading  = fyne.TextAlignLeading
	center   = fyne.TextAlignCenter
	trailing = fyne.TextAlignTrailing
)

func (v *View) build(close func()) {
	t := v.w.T
	v.what = widgets.NewBlank(t("sales.what"), t("sales.hint"), nil)
	leave := widgets.NewButton(t("takings.leave"), "Esc", widgets.Plain, close).Sized(widgets.SizeDetail+1, widgets.Target)
	find := widgets.NewButton(t("sales.find"), "Enter", widgets.Plain, v.p.Enter).Sized(widgets.SizeBody, widgets.Target)
	bar := widgets.Columns(widgets.Gap, widgets.Grow(v.what), v.what, widgets.Foot(find), widgets.Foot(leave))
	filter := func(key string, do func()) *widgets.Button {
		return widgets.NewButton("", key, widgets.Plain, do).Sized(widgets.SizeDetail+1, widgets.Target)
	}
	v.days, v.person, v.tender, v.part = filter("F3", v.p.Days), filter("F4", v.p.Person), filter("F6", v.p.Tender), filter("F8", v.p.Part)
	v.pick = filter("F2", v.p.Calendar)
	v.pick.SetLabel(t("takings.calendar"))
	v.count = text(widgets.SizeDetail+1, false, widgets.InkSoft, trailing, widgets.FitShrink)
	v.filters = widgets.Columns(6, widgets.Grow(v.count), v.days, v.pick, v.person, v.tender, v.part, v.count)

	v.list = widgets.NewList(rowHeight, func() widgets.Row { return newSaleRow(v.p) })
	v.none = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Align: center, Fit: widgets.FitWrap, Lines: 3})
	v.todo = widgets.NewText("", widgets.Style{Color: widgets.InkSoft, Align: center, Fit: widgets.FitWrap, Lines: 4})
	above, below := widgets.Spring(), widgets.Spring()
	v.nothing = widgets.Inset(24, 0, widgets.Rows(6, widgets.Grow(above, below), above, v.none, v.todo, below))
	v.left = widgets.Over(v.list, v.nothing)
	left := widgets.NewPanel(widgets.Paper, widgets.Radius, 6, v.left)
	right := widgets.NewPanel(widgets.Paper, widgets.Radius, 14, v.buildDetail())
	body := widgets.Zones(listPercent, widgets.Columns(0, widgets.Grow(left), left, widgets.Sized(10, 0, widgets.Spring())), right)

	v.said = widgets.NewNotice()
	var week [7]string
	for i, id := range weekdays {
		week[i] = t(id)
	}
	v.calendar = widgets.NewCalendar(week, v.p.Pick, func(n int) { v.p.Point(n, true) })
	v.layer = widgets.NewLayer(nil)
	content := widgets.Inset(12, 6, widgets.Rows(10, widgets.Grow(body), bar, v.filters, body))
	ground := widgets.NewPanel(widgets.Ground, 0, 0, nil).OnTap(nil)
	v.all = widgets.Over(ground, content, widgets.Inset(widgets.Space, widgets.Space, widgets.Foot(v.said)), v.layer.Object())
}

// buildDetail is everything about the chosen sale.
func (v *View) buildDetail() fyne.CanvasObject {
	t := v.w.T
	v.amount = text(widgets.SizeLarge, true, widgets.Ink, trailing, widgets.FitShrink)
	v.receipt = text(widgets.SizeStrong, true, widgets.Ink, leading, widgets.FitShrink)
	v.facts = text(widgets.SizeDetail+1, false, widgets.InkSoft, leading, widgets.FitShrink)
	which := widgets.Rows(2, nil, v.receipt, v.facts)
	v.head = widgets.Columns(widgets.Gap, widgets.Grow(which), which, widgets.Sized(160, 0, v.amount))
	v.lines = widgets.NewList(lineHeight, func() widgets.Row { return newLineRow(v) })
	v.blank = text(widgets.SizeBody, false, widgets.InkSoft, center, widgets.FitShrink)
	v.reprint = widgets.NewButton(t("sales.reprint"), v.w.Key(pos.KeyReprint), widgets.Plain, v.p.Reprint).Sized(widgets.SizeBody, 56)
	v.refund = widgets.NewButton(t("menu.refund"), v.w.Key(pos.KeyRefund), widgets.Plain, v.p.Refund).Sized(widgets.SizeBody, 56)
	rule := widgets.Sized(0, 1, widgets.NewPanel(widgets.Line, 0, 0, nil))
	room := widgets.Over(v.lines, v.blank)
	v.detail = widgets.Rows(8, widgets.Grow(room), v.head, rule, room, widgets.Even(widgets.Gap, v.refund, v.reprint))
	return v.detail
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
	v.what.Set(m.Typed, true)
	v.days.SetLabel(m.Days)
	v.days.SetDisabled(m.Only)
	v.pick.SetDisabled(m.Only)
	show(v.person, m.Person != "")
	v.person.SetLabel(m.Person)
	v.tender.SetLabel(m.Tender)
	v.part.SetLabel(m.Part)
	v.count.Set(m.Count)
	v.list.Update(v.p.Len())
	v.list.Reveal(v.p.At())
	show(v.nothing, m.None != "")
	v.none.Set(m.None)
	put(v.todo, m.Todo)

	d, ok := v.p.Detail()
	v.shown = d
	show(v.detail, ok)
	v.amount.Set(d.Amount)
	v.receipt.Set(d.Receipt)
	v.facts.Set(d.Facts)
	put(v.blank, d.None)
	v.reprint.SetDisabled(!d.Ready)
	v.refund.SetDisabled(!d.Ready)
	if v.of != v.p.chosen {
		v.of, v.seen = v.p.chosen, 0
		v.lines.Top()
	}
	v.lines.Update(len(d.Lines))
	if day, open := v.p.Picking(); open {
		noon := time.Date(int(day)/10000, time.Month(int(day)/100%100), int(day)%100, 12, 0, 0, 0, time.UTC)
		v.calendar.Set(noon.Format(v.w.T("takings.month-form")), day, v.p.today())
		v.layer.Put(v.sheet())
	} else {
		v.layer.Close()
		v.card = nil
	}
	for _, c := range []*fyne.Container{v.filters, v.left, v.head, v.detail} {
		c.Refresh() // a panel does not lay out what is in it
	}
	v.all.Refresh()
}

// sheet is the calendar over the screen.
func (v *View) sheet() fyne.CanvasObject {
	if v.card == nil {
		away := func() { v.p.Escape() }
		v.card = widgets.CalendarSheet(calendarWidth, v.calendar, v.w.T("takings.calendar"), v.w.T("takings.calendar.keys"), v.w.T("ask.back"), away)
	}
	return v.card
}

// saleRow is a sale in the list.
type saleRow struct {
	widgets.TapRow
	p                         *Presenter
	name, facts, amount, back *widgets.Text
	at                        int
}

func newSaleRow(p *Presenter) *saleRow {
	r := &saleRow{
		p: p, name: text(widgets.SizeBody, false, widgets.Ink, leading, widgets.FitElide),
		facts:  text(widgets.SizeDetail, false, widgets.InkSoft, leading, widgets.FitShrink),
		amount: text(widgets.SizeStrong, true, widgets.Ink, trailing, widgets.FitShrink),
		back:   text(widgets.SizeDetail, true, widgets.DangerInk, trailing, widgets.FitShrink),
	}
	left, right := widgets.Rows(0, nil, r.name, r.facts), widgets.Rows(0, nil, r.amount, r.back)
	r.Init(r, 4, 4, widgets.Columns(widgets.Gap, widgets.Grow(left), left, widgets.Sized(112, 0, right)))
	return r
}

// Draw shows sale i.
func (r *saleRow) Draw(i int) {
	r.at = i
	m := r.p.Row(i)
	r.name.Set(m.Name)
	r.facts.Set(m.Facts)
	r.amount.Set(m.Amount)
	r.back.Set(m.Back)
	r.Choose(m.Chosen)
	r.p.Reach(i)
}

// Tapped chooses the sale.
func (r *saleRow) Tapped(*fyne.PointEvent) { r.p.Choose(r.at) }

// lineRow is a line about the sale.
type lineRow struct {
	widgets.TapRow
	v                        *View
	goods, head, fact, event fyne.CanvasObject
	name, calc, amount       *widgets.Text
	title, sum               *widgets.Text
	words, part              *widgets.Text
	when, who, what          *widgets.Text
}

func newLineRow(v *View) *lineRow {
	soft := func() *widgets.Text {
		return text(widgets.SizeDetail, false, widgets.InkSoft, leading, widgets.FitShrink)
	}
	right := func(bold bool) *widgets.Text {
		return text(widgets.SizeBody-1, bold, widgets.Ink, trailing, widgets.FitShrink)
	}
	r := &lineRow{
		v: v, name: text(widgets.SizeBody-1, false, widgets.Ink, leading, widgets.FitElide),
		calc: text(widgets.SizeDetail, false, widgets.InkSoft, trailing, widgets.FitShrink), amount: right(false),
		title: text(widgets.SizeBody-1, true, widgets.Ink, leading, widgets.FitShrink), sum: right(true),
		words: soft(), part: right(false), when: soft(), who: text(widgets.SizeDetail, true, widgets.Ink, leading, widgets.FitShrink),
		what: text(widgets.SizeDetail, false, widgets.Ink, leading, widgets.FitShrink),
	}
	r.goods = widgets.Columns(widgets.Gap, widgets.Grow(r.name), r.name, widgets.Sized(110, 0, r.calc), widgets.Sized(96, 0, r.amount), edge())
	r.head = widgets.Columns(widgets.Gap, widgets.Grow(r.title), r.title, widgets.Sized(96, 0, r.sum), edge())
	r.fact = widgets.Columns(widgets.Gap, widgets.Grow(r.words), r.words, r.part, edge())
	r.event = widgets.Columns(widgets.Gap, widgets.Grow(r.what), widgets.Sized(66, 0, r.when), widgets.Sized(124, 0, r.who), r.what)
	r.Init(r, -8, 0, widgets.Over(r.goods, r.head, r.fact, r.event))
	return r
}

// edge keeps sums clear of the scroll bar.
func edge() fyne.CanvasObject { return widgets.Sized(4, 0, widgets.Spring()) }

// Draw shows line i.
func (r *lineRow) Draw(i int) {
	if i >= len(r.v.shown.Lines) {
		return
	}
	l := r.v.shown.Lines[i]
	show(r.goods, l.Kind == Goods)
	show(r.head, l.Kind == Head)
	show(r.fact, l.Kind == Fact)
	show(r.event, l.Kind == Event)
	switch l.Kind {
	case Goods:
		r.name.Set(l.A)
		r.calc.Set(l.B)
		r.amount.Set(l.C)
	case Head:
		r.title.Set(l.A)
		r.sum.Set(l.C)
	case Fact:
		r.words.Set(l.A)
		r.part.Set(l.C)
	case Event:
		r.when.Set(l.A)
		r.who.Set(l.B)
		r.what.Set(l.C)
	}
	r.Refresh()
}
