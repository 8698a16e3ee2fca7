package takings

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Sizes in device-independent pixels: all of it fits the smaller of the two windows.
const (
	rowHeight     = 25
	chartPercent  = 60
	smallest      = 686 // of the screen, in a window of 768 with the signs of practice
	around        = 304 // of that is not for the lists' lines
	calendarWidth = 480
)

// View draws the screen, for a page of the shell.
type View struct {
	p *Presenter
	w *i18n.Words

	title         *widgets.Text
	back, forth   *widgets.Button
	today, month  *widgets.Button
	save          *widgets.Button
	odd, pending  *widgets.Button
	alerts        *fyne.Container
	netName       *widgets.Text
	net, against  *widgets.Text
	figures       [5]figure
	head, chosen  *widgets.Text
	chart         *widgets.Chart
	empty, bad    *widgets.Text
	lists         *fyne.Container
	left, foot    *fyne.Container
	heads         []*widgets.Text
	rows          []*listRow
	some, trouble fyne.CanvasObject
	open          *widgets.Button
	said          *widgets.Notice
	calendar      *widgets.Calendar
	layer         *widgets.Layer
	card          fyne.CanvasObject // the open calendar
	all           fyne.CanvasObject
	close         func()
}

type figure struct{ name, value, change, before *widgets.Text }

// New makes the screen; close puts it away. cfg.Changed is called after the view has drawn.
func New(cfg Config, close func()) *View {
	v := &View{w: cfg.Words, close: close}
	after := cfg.Changed
	cfg.Changed = func() { v.draw(); after() }
	v.p = NewPresenter(cfg)
	v.build(cfg)
	v.p.Open()
	v.draw()
	return v
}

// Object is the screen.
func (v *View) Object() fyne.CanvasObject { return v.all }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) { v.p.Show(s) }

// Typed is for the sink. The letters that mean something here do no harm at the beginning of a scan.
func (v *View) Typed(r rune) {
	if _, open := v.p.Picking(); open {
		return
	}
	switch r {
	case 't', 'T', 'ｔ', 'Ｔ':
		v.p.Today()
	case 'm', 'M', 'ｍ', 'Ｍ':
		v.p.Monthly()
	}
}

// Pressed is for the sink.
func (v *View) Pressed(k widgets.Key) bool {
	v.p.Hush()
	_, picking := v.p.Picking()
	move, page := v.p.Step, v.p.Page
	week := 7
	if picking {
		move = func(n int) { v.p.Point(n, false) }
		page = func(n int) { v.p.Point(n, true) }
	} else if !v.p.monthly {
		week = 1
	}
	switch {
	case k.Ctrl && k.Name == fyne.KeyS:
		v.p.Save()
	case k.Ctrl:
		return false
	case k.Name == fyne.KeyEscape:
		return v.p.Escape()
	case k.Name == fyne.KeyLeft:
		move(-1)
	case k.Name == fyne.KeyRight:
		move(1)
	case k.Name == fyne.KeyUp:
		move(-week)
	case k.Name == fyne.KeyDown:
		move(week)
	case k.Name == fyne.KeyPageUp:
		page(-1)
	case k.Name == fyne.KeyPageDown:
		page(1)
	case k.Name == fyne.KeyHome:
		if picking {
			v.p.Pick(v.p.today())
		} else {
			v.p.Today()
		}
	case k.Name == fyne.KeyTab && !picking:
		v.p.Monthly()
	case k.Name == fyne.KeyF2:
		v.p.Calendar()
	case k.Name == fyne.KeyReturn, k.Name == fyne.KeyEnter:
		v.p.Enter()
	default:
		return false
	}
	return true
}

func text(size float32, bold bool, ink fyne.ThemeColorName, align fyne.TextAlign, fit widgets.Fit) *widgets.Text {
	return widgets.NewText("", widgets.Style{Size: size, Bold: bold, Color: ink, Align: align, Fit: fit})
}

const (
	leading  = fyne.TextAlignLeading
	center   = fyne.TextAlignCenter
	trailing = fyne.TextAlignTrailing
)

func (v *View) build(cfg Config) {
	t := v.w.T
	bar := v.buildBar(cfg)
	v.odd = widgets.NewButton("", v.p.cfg.Words.Key(pos.KeyInbox), widgets.Grave, cfg.Inbox).Sized(widgets.SizeBody, widgets.Target)
	v.pending = widgets.NewButton("", v.p.cfg.Words.Key(pos.KeyPending), widgets.Plain, cfg.Pending).Sized(widgets.SizeBody, widgets.Target)
	v.alerts = widgets.Columns(widgets.Gap, nil, v.odd, v.pending)

	v.head = text(widgets.SizeBody, true, widgets.Ink, leading, widgets.FitShrink)
	v.chosen = text(widgets.SizeBody, false, widgets.Ink, leading, widgets.FitShrink)
	v.chart = widgets.NewChart(v.p.Bar)
	v.empty = text(widgets.SizeTitle, true, widgets.InkSoft, center, widgets.FitShrink)
	v.open = widgets.NewButton(t("takings.open"), "Enter", widgets.Plain, v.p.Enter).Sized(widgets.SizeBody, widgets.Target)
	v.foot = widgets.Columns(widgets.Gap, widgets.Grow(v.chosen), v.chosen, v.open)
	drawing := widgets.Over(v.chart, v.empty)
	v.left = widgets.Rows(8, widgets.Grow(drawing), v.head, drawing, v.foot)
	left := widgets.NewPanel(widgets.Paper, widgets.Radius, 14, v.left)
	v.lists = widgets.Rows(0, nil)
	right := widgets.NewPanel(widgets.Paper, widgets.Radius, 14, v.lists)
	body := widgets.Zones(chartPercent, widgets.Columns(0, widgets.Grow(left), left, widgets.Sized(10, 0, widgets.Spring())), right)
	sums := v.buildSums()
	v.some = widgets.Rows(10, widgets.Grow(body), sums, body)
	v.bad = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Color: widgets.DangerInk, Align: center, Fit: widgets.FitWrap, Lines: 4})
	v.trouble = widgets.NewPanel(widgets.Paper, widgets.Radius, 40, v.bad)
	shown := widgets.Over(v.some, v.trouble)

	v.said = widgets.NewNotice()
	var week [7]string
	for i, id := range weekdays {
		week[i] = t(id)
	}
	v.calendar = widgets.NewCalendar(week, v.p.Pick, func(n int) { v.p.Point(n, true) })
	v.layer = widgets.NewLayer(nil)
	content := widgets.Inset(12, 10, widgets.Rows(10, widgets.Grow(shown), bar, v.alerts, shown))
	ground := widgets.NewPanel(widgets.Ground, 0, 0, nil).OnTap(nil)
	v.all = widgets.Over(ground, content, widgets.Inset(widgets.Space, widgets.Space, widgets.Foot(v.said)), v.layer.Object())
}

// buildBar is the line on top: which day, and the ways to another.
func (v *View) buildBar(cfg Config) fyne.CanvasObject {
	t := v.w.T
	v.title = text(widgets.SizeTitle, true, widgets.Ink, leading, widgets.FitShrink)
	v.back = widgets.NewButton("◀", "←", widgets.Plain, func() { v.turn(-1) }).Sized(widgets.SizeBody, widgets.Target)
	v.forth = widgets.NewButton("▶", "→", widgets.Plain, func() { v.turn(1) }).Sized(widgets.SizeBody, widgets.Target)
	button := func(id, key string, do func()) *widgets.Button {
		return widgets.NewButton(t(id), key, widgets.Plain, do).Sized(widgets.SizeDetail+1, widgets.Target)
	}
	v.today = button("takings.today", "T", v.p.Today)
	v.month = button("takings.month", "M", v.p.Monthly)
	calendar := button("takings.calendar", "F2", v.p.Calendar)
	v.save = button("takings.save", "Ctrl+S", v.p.Save)
	if cfg.Save == nil {
		v.save.Hide()
	}
	leave := button("takings.leave", "Esc", v.close)
	keys := widgets.Columns(6, nil, v.today, v.month, calendar, v.save, leave)
	return widgets.Columns(widgets.Gap, widgets.Grow(v.title), v.back, v.forth, v.title, keys)
}

// turn is what the arrows beside the title do: a day on, or a month.
func (v *View) turn(n int) {
	if v.p.monthly {
		v.p.Page(n)
		return
	}
	v.p.Step(n)
}

// buildSums is the figures on top, the net takings huge.
func (v *View) buildSums() fyne.CanvasObject {
	v.net = text(widgets.SizeHuge-12, true, widgets.Ink, leading, widgets.FitShrink)
	v.against = text(widgets.SizeBody, true, widgets.AccentInk, leading, widgets.FitShrink)
	v.netName = text(widgets.SizeDetail+1, false, widgets.InkSoft, leading, widgets.FitShrink)
	hero := widgets.Rows(0, nil, v.netName, widgets.Sized(0, 80, v.net), v.against)
	cells := make([]fyne.CanvasObject, len(v.figures))
	for i := range v.figures {
		f := figure{
			name:   text(widgets.SizeDetail, false, widgets.InkSoft, trailing, widgets.FitShrink),
			value:  text(widgets.SizeTitle-2, true, widgets.Ink, trailing, widgets.FitShrink),
			change: text(widgets.SizeBody, true, widgets.Ink, trailing, widgets.FitShrink),
			before: text(widgets.SizeDetail-1, false, widgets.InkSoft, trailing, widgets.FitShrink),
		}
		v.figures[i] = f
		cells[i] = widgets.Rows(2, nil, f.name, f.value, f.change, f.before)
	}
	numbers := widgets.Even(7, cells...)
	return widgets.NewPanel(widgets.Paper, widgets.Radius, 14, widgets.Zones(34, hero, widgets.Inset(0, 16, numbers)))
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
	title := m.Title
	if m.Note != "" {
		title += " · " + m.Note
	}
	v.title.Set(title)
	v.forth.SetDisabled(m.Last)
	v.today.SetDisabled(m.Now)
	id := "takings.month"
	if m.Monthly {
		id = "takings.day"
	}
	v.month.SetLabel(v.w.T(id))
	v.save.SetDisabled(!m.CanSave)
	show(v.odd, m.Exceptions != "")
	v.odd.SetLabel("! " + m.Exceptions)
	show(v.pending, m.Pending != "")
	v.pending.SetLabel("… " + m.Pending)
	show(v.alerts, m.Exceptions != "" || m.Pending != "")
	show(v.trouble, m.Trouble != "")
	show(v.some, m.Trouble == "")
	v.bad.Set(m.Trouble)
	tone := widgets.Calm
	if m.Sour {
		tone = widgets.Warning
	}
	v.said.Say(tone, m.Said)
	v.drawFigures(m)
	v.drawLists(v.p.Lists(v.room()))
	v.head.Set(m.Chart)
	put(v.chosen, m.Chosen)
	show(v.open, m.Chosen != "")
	show(v.foot, m.Chosen != "")
	put(v.empty, m.Empty)
	if r, now, ok := v.p.Hours(); ok {
		v.chart.SetHours(r, v.p.cfg.Shop.Calendar.Starts, now)
	} else if days, today, chosen, ok := v.p.Days(); ok {
		v.chart.SetDays(days, today, chosen)
	} else {
		v.chart.SetDays(nil, 0, 0)
	}
	if d, open := v.p.Picking(); open {
		v.calendar.Set(noon(d).Format(v.w.T("takings.month-form")), d, v.p.today())
		v.layer.Put(v.sheet())
	} else {
		v.layer.Close()
		v.card = nil
	}
	for _, c := range []*fyne.Container{v.alerts, v.foot, v.left, v.lists} {
		c.Refresh() // a panel does not lay out what is in it
	}
	v.all.Refresh()
}

// room is how many lines the lists have room for, headings included.
func (v *View) room() int {
	high := v.all.Size().Height
	if high == 0 {
		high = smallest
	}
	if v.alerts.Visible() {
		high -= widgets.Target + 10
	}
	return int((high - around) / rowHeight)
}

func (v *View) drawFigures(m Model) {
	v.netName.Set(m.NetName)
	v.net.Set(m.Net)
	v.against.Set(m.Against)
	for i, f := range v.figures {
		var x Figure
		if i < len(m.Figures) {
			x = m.Figures[i]
		}
		f.name.Set(x.Name)
		f.value.Set(x.Value)
		f.change.Set(x.Change)
		f.before.Set(x.Before)
	}
}

// drawLists puts the lists together from the lines that there are.
func (v *View) drawLists(lists []Section) {
	v.lists.Objects = v.lists.Objects[:0]
	rows, heads := 0, 0
	for _, s := range lists {
		if heads == len(v.heads) {
			v.heads = append(v.heads, text(widgets.SizeBody, true, widgets.Ink, leading, widgets.FitShrink))
		}
		v.heads[heads].Set(s.Name)
		if heads > 0 {
			v.lists.Add(widgets.Sized(0, 10, widgets.Spring()))
		}
		v.lists.Add(widgets.Sized(0, rowHeight+3, v.heads[heads]))
		heads++
		for _, r := range s.Rows {
			if rows == len(v.rows) {
				v.rows = append(v.rows, newListRow())
			}
			v.rows[rows].set(r)
			v.lists.Add(v.rows[rows].all)
			rows++
		}
	}
}

// sheet is the calendar over the screen.
func (v *View) sheet() fyne.CanvasObject {
	if v.card == nil {
		away := func() { v.p.Escape() }
		v.card = widgets.CalendarSheet(calendarWidth, v.calendar, v.w.T("takings.calendar"), v.w.T("takings.calendar.keys"), v.w.T("ask.back"), away)
	}
	return v.card
}

// listRow is a line of a list: what, how many, how much.
type listRow struct {
	name, count, amount *widgets.Text
	all                 fyne.CanvasObject
}

func newListRow() *listRow {
	r := &listRow{
		name:   text(widgets.SizeBody-1, false, widgets.Ink, leading, widgets.FitElide),
		count:  text(widgets.SizeDetail, false, widgets.InkSoft, trailing, widgets.FitShrink),
		amount: text(widgets.SizeBody-1, true, widgets.Ink, trailing, widgets.FitShrink),
	}
	r.all = widgets.Sized(0, rowHeight, widgets.Columns(widgets.Gap, widgets.Grow(r.name),
		r.name, widgets.Sized(74, 0, r.count), widgets.Sized(96, 0, r.amount)))
	return r
}

func (r *listRow) set(m Row) {
	r.name.Set(m.Name)
	r.count.Set(m.Count)
	r.amount.Set(m.Amount)
}
