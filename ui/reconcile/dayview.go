package reconcile

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/ui/widgets"
)

// dayView shows the days, and the chosen one in figures.
type dayView struct {
	v    *View
	days []Day
	rows []Row

	state, todo *widgets.Text
	list        *widgets.List
	left        *fyne.Container
	fetch       *widgets.Button
	file, pick  *widgets.Button

	title         *widgets.Text
	print, save   *widgets.Button
	head, more    *widgets.Text // in the place of figures
	sad, why, how *widgets.Text // trouble
	of            *widgets.Text
	bar           *widgets.Countdown
	stop          *widgets.Button
	what          *widgets.Text // what all this is for
	empty         *fyne.Container
	trouble       *fyne.Container
	running       *fyne.Container

	figures  *fyne.Container
	stands   fyne.CanvasObject
	standing *widgets.Text
	proof    *widgets.Text
	table    []figureRow
	facts    []*widgets.Text
	findings *widgets.List
	clean    fyne.CanvasObject
	main     *widgets.Button
	right    *fyne.Container
	all      fyne.CanvasObject
}

type figureRow struct {
	name, theirN, their, ourN, our *widgets.Text
	all                            fyne.CanvasObject
}

func newFigureRow(size float32) figureRow {
	r := figureRow{
		name: text(widgets.SizeBody, false, widgets.InkSoft, 0), theirN: right(widgets.SizeDetail, false, widgets.InkSoft), their: right(size, true, widgets.Ink),
		ourN: right(widgets.SizeDetail, false, widgets.InkSoft), our: right(size, true, widgets.Ink),
	}
	their := widgets.Columns(6, widgets.Grow(r.their), widgets.Sized(58, 0, r.theirN), r.their)
	our := widgets.Columns(6, widgets.Grow(r.our), widgets.Sized(58, 0, r.ourN), r.our)
	both := widgets.Even(16, their, our)
	r.all = widgets.Sized(0, size+10, widgets.Columns(widgets.Gap, widgets.Grow(both), widgets.Sized(124, 0, r.name), both))
	return r
}

func newDayView(v *View) *dayView {
	d := &dayView{v: v}
	t := v.w.T
	d.state, d.todo = text(widgets.SizeBody, true, widgets.Ink, 2), text(widgets.SizeDetail+1, false, widgets.InkSoft, 3)
	d.list = widgets.NewList(dayHeight, func() widgets.Row { return newDayRow(d) })
	d.fetch = widgets.NewButton(t("recon.fetch"), "F5", widgets.Plain, v.p.Fetch).Sized(widgets.SizeDetail+1, widgets.Target)
	d.file = widgets.NewButton(t("recon.file"), "F2", widgets.Plain, v.p.OpenFiles).Sized(widgets.SizeDetail+1, widgets.Target)
	d.pick = widgets.NewButton(t("recon.calendar"), "F3", widgets.Plain, v.p.Calendar).Sized(widgets.SizeDetail+1, widgets.Target)
	keys := widgets.Columns(6, widgets.Grow(d.fetch, d.file, d.pick), d.fetch, d.file, d.pick)
	d.left = widgets.Rows(8, widgets.Grow(d.list), d.state, d.todo, d.list, keys)

	d.title = text(widgets.SizeTitle, true, widgets.Ink, 0)
	d.print = widgets.NewButton(t("recon.print"), v.w.Key(pos.KeyReprint), widgets.Plain, v.p.Print).Sized(widgets.SizeDetail+1, widgets.Target)
	d.save = widgets.NewButton(t("recon.save"), "Ctrl+S", widgets.Plain, v.p.Save).Sized(widgets.SizeDetail+1, widgets.Target)
	top := widgets.Columns(6, widgets.Grow(d.title), d.title, d.print, d.save)
	d.buildFigures()
	d.buildOthers()
	body := widgets.Over(d.figures, d.empty, d.trouble, d.running)
	d.main = widgets.NewButton("", "Enter", widgets.Primary, v.p.Enter)
	d.right = widgets.Rows(10, widgets.Grow(body), top, body, d.main)
	d.all = widgets.Zones(leftWidth, d.left, widgets.Columns(0, widgets.Grow(d.right), widgets.Sized(24, 0, widgets.Spring()), d.right))
	return d
}

// buildFigures is a day that was matched.
func (d *dayView) buildFigures() {
	t := d.v.w.T
	d.standing = text(widgets.SizeLarge, true, widgets.DangerInk, 0)
	heads := newFigureRow(widgets.SizeDetail + 1)
	heads.their.Set(t("recon.theirs"))
	heads.our.Set(t("recon.ours"))
	table := widgets.Rows(0, nil, heads.all)
	for i := range 3 {
		size := widgets.SizeStrong
		if i == 2 {
			size = widgets.SizeTitle
		}
		r := newFigureRow(size)
		d.table = append(d.table, r)
		table.Add(r.all)
	}
	d.proof = text(widgets.SizeDetail+1, false, widgets.Ink, 2)
	facts := widgets.Rows(0, nil)
	for range mostFacts {
		f := text(widgets.SizeDetail, false, widgets.InkSoft, 2)
		d.facts = append(d.facts, f)
		facts.Add(f)
	}
	d.findings = widgets.NewList(rowHeight, func() widgets.Row {
		return newFindingRow(d.v.p, func() []Row { return d.rows })
	})
	big := widgets.NewText("✓ "+t("recon.clean"), widgets.Style{Size: widgets.SizeTotal, Bold: true, Color: widgets.AccentInk, Align: fyne.TextAlignCenter, Fit: widgets.FitShrink})
	what := widgets.NewText(t("recon.clean.what"), widgets.Style{Size: widgets.SizeStrong, Color: widgets.InkSoft, Align: fyne.TextAlignCenter, Fit: widgets.FitShrink})
	d.clean = widgets.Middle(widgets.Rows(4, nil, widgets.Sized(440, 0, big), what))
	under := widgets.Over(d.findings, d.clean)
	sums := widgets.NewPanel(widgets.Ground, widgets.Radius, 12, table)
	d.stands = widgets.Sized(0, 40, d.standing)
	d.figures = widgets.Rows(8, widgets.Grow(under), d.stands, sums, d.proof, facts, under)
}

// buildOthers is what stands in the place of figures.
func (d *dayView) buildOthers() {
	t := d.v.w.T
	d.head, d.more = text(widgets.SizeLarge, true, widgets.Ink, 3), text(widgets.SizeStrong, false, widgets.Ink, 3)
	d.what = text(widgets.SizeBody, false, widgets.InkSoft, 5)
	gap := widgets.Spring()
	d.empty = widgets.Rows(12, widgets.Grow(gap), widgets.Sized(0, 24, widgets.Spring()), d.head, d.more, d.what, gap)
	d.sad, d.why, d.how = text(widgets.SizeTitle, true, widgets.DangerInk, 3), text(widgets.SizeStrong, false, widgets.Ink, 6), text(widgets.SizeStrong, true, widgets.Ink, 3)
	rest := widgets.Spring()
	d.trouble = widgets.Rows(12, widgets.Grow(rest), widgets.Sized(0, 24, widgets.Spring()), d.sad, d.why, d.how, rest)
	d.of, d.bar = text(widgets.SizeTitle, true, widgets.Ink, 2), widgets.NewCountdown()
	d.stop = widgets.NewButton(t("recon.stop"), "Esc", widgets.Plain, func() { d.v.p.Escape() }).Sized(widgets.SizeBody, widgets.TargetPrimary)
	space, side := widgets.Spring(), widgets.Spring()
	d.running = widgets.Rows(16, widgets.Grow(space), widgets.Sized(0, 24, widgets.Spring()), d.of, d.bar, space, widgets.Columns(0, widgets.Grow(side), side, d.stop))
}

func (d *dayView) draw(m Model) {
	v := d.v
	d.days, d.rows = m.Days, m.Rows
	ink := widgets.Ink
	if m.StateOpen {
		ink = widgets.DangerInk
	}
	d.state.SetColor(ink)
	put(d.state, m.State)
	put(d.todo, m.StateTodo)
	d.list.Update(len(m.Days))
	for i, x := range m.Days {
		if x.Chosen {
			d.list.Reveal(i)
		}
	}
	d.fetch.SetLabel(m.Fetch)
	d.fetch.SetDisabled(!m.CanFetch)
	running := m.Running != ""
	d.file.SetDisabled(running || v.p.cfg.Reconciler == nil)
	d.pick.SetDisabled(running)
	d.title.Set(m.Title)
	d.print.SetDisabled(!m.CanPrint || running)
	d.save.SetDisabled(!m.CanSave || running)
	show(d.running, running)
	if running {
		d.of.Set(m.RunningOf)
		d.bar.Say(m.Running, m.Share)
	}
	trouble := m.Trouble
	show(d.trouble, trouble != "")
	if trouble != "" {
		put(d.sad, "× "+trouble)
	}
	put(d.why, m.TroubleMoney)
	put(d.how, m.TroubleDo)
	show(d.empty, m.Headline != "")
	put(d.head, m.Headline)
	put(d.more, m.Todo)
	put(d.what, m.What)
	d.drawFigures(m)
	show(d.main, m.Main != "" && !running)
	d.main.SetLabel(m.Main)
	for _, c := range []*fyne.Container{d.left, d.empty, d.trouble, d.running, d.figures, d.right} {
		c.Refresh() // a panel does not lay out what is in it
	}
}

func (d *dayView) drawFigures(m Model) {
	shown := m.Figures != nil || len(m.Facts) > 0 || m.Open != "" || m.Clean != ""
	show(d.figures, shown)
	if !shown {
		return
	}
	d.standing.Set(m.Open)
	show(d.stands, m.Open != "")
	ink := widgets.DangerInk
	if m.Main == "" {
		ink = widgets.AccentInk
	}
	d.standing.SetColor(ink)
	for i, r := range d.table {
		show(r.all, i < len(m.Figures))
		if i >= len(m.Figures) {
			continue
		}
		x := m.Figures[i]
		r.name.Set(x.Name)
		r.theirN.Set(x.TheirN)
		r.their.Set(x.Their)
		r.ourN.Set(x.OurN)
		r.our.Set(x.Our)
	}
	put(d.proof, m.Proof)
	for i, f := range d.facts {
		words := ""
		if i < len(m.Facts) {
			words = m.Facts[i]
		}
		put(f, words)
	}
	show(d.clean, m.Clean != "" && len(m.Rows) == 0)
	show(d.findings, len(m.Rows) > 0)
	d.findings.Update(len(m.Rows))
}

// dayRow is a day in the list.
type dayRow struct {
	widgets.TapRow
	d                        *dayView
	i                        int
	name, facts, note, state *widgets.Text
}

func newDayRow(d *dayView) *dayRow {
	r := &dayRow{
		d: d, name: text(widgets.SizeBody, true, widgets.Ink, 0), facts: text(widgets.SizeDetail, false, widgets.InkSoft, 0),
		note: text(widgets.SizeDetail, false, widgets.AccentInk, 0), state: right(widgets.SizeTitle, true, widgets.AccentInk),
	}
	words := widgets.Rows(0, nil, widgets.Columns(widgets.Gap, widgets.Grow(r.note), widgets.Sized(158, 0, r.name), r.note), r.facts)
	r.Init(r, 6, 0, widgets.Columns(widgets.Gap, widgets.Grow(words), words, widgets.Sized(56, 0, r.state)))
	return r
}

// Tapped is for Fyne.
func (r *dayRow) Tapped(*fyne.PointEvent) {
	if r.i < len(r.d.v.p.days()) {
		r.d.v.p.Day(r.d.v.p.days()[r.i].day)
	}
}

// Draw is for the list.
func (r *dayRow) Draw(i int) {
	if r.i = i; i >= len(r.d.days) {
		return
	}
	x := r.d.days[i]
	r.name.Set(x.Name)
	r.facts.Set(x.Facts)
	r.note.Set(x.Note)
	r.state.Set(x.State)
	ink := widgets.AccentInk
	switch {
	case x.Open:
		ink = widgets.DangerInk
	case x.State == "–":
		ink = widgets.InkSoft
	}
	r.state.SetColor(ink)
	r.Choose(x.Chosen)
}
