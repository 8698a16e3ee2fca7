package shift

import (
	"fyne.io/fyne/v2"

	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// resultPart is what became of the count.
type resultPart struct {
	p                      *Presenter
	w                      *i18n.Words
	counted, expected, off *widgets.Text
	says, nth, safe        *widgets.Text
	signer                 *widgets.Text
	signPanel              fyne.CanvasObject
	offPanel               *widgets.Panel
	reason, keep           *widgets.Blank
	usual                  []*widgets.Button
	chips                  *fyne.Container
	tab                    *widgets.Text
	open                   *widgets.List
	none                   *widgets.Text
	shown                  Result
	all                    *fyne.Container
}

func newResult(p *Presenter, w *i18n.Words) *resultPart {
	r := &resultPart{
		p: p, w: w, counted: number(widgets.SizeTitle, true), expected: number(widgets.SizeTitle, true), off: number(widgets.SizeTotal, true),
		says: text(widgets.SizeTitle, true, widgets.Ink, 0), nth: text(widgets.SizeDetail+1, false, widgets.InkSoft, 2),
		safe: text(widgets.SizeBody, false, widgets.Ink, 2), signer: text(widgets.SizeBody, true, widgets.DangerInk, 2),
		none: text(widgets.SizeBody, false, widgets.InkSoft, 2),
	}
	t := w.T
	line := func(id string, n *widgets.Text) fyne.CanvasObject {
		l := widgets.NewText(t(id), widgets.Style{Size: widgets.SizeStrong, Color: widgets.InkSoft})
		return widgets.Inset(14, 0, widgets.Columns(widgets.Gap, widgets.Grow(n), l, n))
	}
	r.offPanel = widgets.NewPanel(widgets.AccentSoft, widgets.Radius, 0, widgets.Inset(14, 6, widgets.Columns(widgets.Gap, widgets.Grow(r.off), widgets.Sized(170, 0, r.says), r.off)))
	r.reason = widgets.NewBlank(t("shift.reason.off"), t("inbox.why.hint"), func() { p.Fill(true) })
	r.keep = widgets.NewBlank(t("shift.keep"), t("shift.amount.hint"), func() { p.Fill(false) })
	r.usual, r.chips = usualButtons(p)
	r.tab = widgets.NewText(t("inbox.tab"), widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft})
	kept := widgets.Even(widgets.Space, r.keep, widgets.Rows(0, nil, widgets.Sized(0, 30, widgets.Spring()), r.safe))
	left := widgets.Rows(8, nil, line("shift.counted", r.counted), line("shift.expected", r.expected), widgets.Sized(0, 72, r.offPanel), r.nth,
		r.reason, r.chips, kept, r.tab)
	head := widgets.NewText(t("shift.open.title"), widgets.Style{Size: widgets.SizeDetail + 1, Bold: true, Color: widgets.InkSoft})
	r.open = widgets.NewList(openHeight, func() widgets.Row { return newOpenRow(r) })
	r.signPanel = widgets.NewPanel(widgets.DangerSoft, widgets.Radius, 10, r.signer)
	room := widgets.Over(r.open, widgets.Rows(0, nil, r.none))
	right := widgets.Rows(8, widgets.Grow(room), head, room, r.signPanel)
	rule := widgets.Sized(1, 0, widgets.NewPanel(widgets.Line, 0, 0, nil))
	top := widgets.Columns(widgets.Space, widgets.Grow(right), widgets.Sized(520, 0, left), rule, right)
	back := widgets.NewButton(t("shift.close.leave"), "Esc", widgets.Plain, func() { p.Escape() }).Sized(widgets.SizeBody, widgets.TargetPrimary)
	again := widgets.NewButton(t("shift.recount"), "F4", widgets.Plain, p.Recount).Sized(widgets.SizeBody, widgets.TargetPrimary)
	confirm := widgets.NewButton(t("shift.close.do"), "Enter", widgets.Primary, p.Enter)
	keys := widgets.Columns(widgets.Gap, widgets.Grow(confirm), back, again, confirm)
	r.all = widgets.Rows(10, widgets.Grow(top), top, keys)
	return r
}

func (r *resultPart) draw() {
	m := r.p.Result()
	r.shown = m
	r.counted.Set(m.Counted)
	r.expected.Set(m.Expected)
	r.off.Set(m.Off)
	r.says.Set(m.Sign + " " + m.Says)
	ink, fill := widgets.AccentInk, widgets.AccentSoft
	if m.Bad {
		ink, fill = widgets.DangerInk, widgets.DangerSoft
	}
	r.off.SetColor(ink)
	r.says.SetColor(ink)
	r.offPanel.SetFill(fill)
	put(r.nth, m.Nth)
	show(r.reason, m.Bad)
	show(r.chips, m.Bad)
	show(r.tab, m.Bad)
	label(r.w, r.reason, "shift.reason.off", m.Lacks && m.Why)
	r.keep.SetLabel(r.w.T("shift.keep"), widgets.Calm)
	r.reason.Set(m.Reason, m.Why)
	r.keep.Set(m.Keep, !m.Why)
	safe := widgets.Ink
	if m.Lacks && !m.Why {
		safe = widgets.DangerInk
	}
	r.safe.SetColor(safe)
	r.safe.Set(m.Safe)
	drawUsual(r.usual, m.Usual)
	show(r.signPanel, m.Signer != "")
	r.signer.Set("✎ " + m.Signer)
	r.open.Update(len(m.Open))
	put(r.none, m.None)
	r.all.Refresh()
}

// openRow is something that is not at its end.
type openRow struct {
	widgets.TapRow
	r                         *resultPart
	what, name, amount, since *widgets.Text
}

func newOpenRow(r *resultPart) *openRow {
	o := &openRow{
		r: r, what: text(widgets.SizeBody, true, widgets.Ink, 0), amount: number(widgets.SizeBody, true),
		name: text(widgets.SizeDetail, false, widgets.InkSoft, 0), since: number(widgets.SizeDetail, false),
	}
	o.Init(o, -8, 2, widgets.Rows(0, nil,
		widgets.Columns(widgets.Gap, widgets.Grow(o.what), o.what, widgets.Sized(120, 0, o.amount)),
		widgets.Columns(widgets.Gap, widgets.Grow(o.name), o.name, widgets.Sized(60, 0, o.since))))
	return o
}

// Draw shows line i.
func (o *openRow) Draw(i int) {
	if i >= len(o.r.shown.Open) {
		return
	}
	m := o.r.shown.Open[i]
	o.what.Set(m.What)
	o.name.Set(m.Name)
	o.amount.Set(m.Amount)
	o.since.Set(m.Since)
}

// listPart is the Z reports there are.
type listPart struct {
	p    *Presenter
	list *widgets.List
	none *widgets.Text
	all  *fyne.Container
}

func newZList(p *Presenter, w *i18n.Words) *listPart {
	l := &listPart{p: p, none: text(widgets.SizeStrong, false, widgets.InkSoft, 2)}
	l.list = widgets.NewList(zHeight, func() widgets.Row { return newZRow(p) })
	head := widgets.NewText(w.T("shift.zs"), widgets.Style{Size: widgets.SizeTitle, Bold: true})
	room := widgets.Over(l.list, widgets.Rows(0, nil, l.none))
	open := widgets.NewButton(w.T("shift.zs.open"), "Enter", widgets.Primary, p.Enter)
	back := widgets.NewButton(w.T("ask.back"), "Esc", widgets.Plain, func() { p.Escape() }).Sized(widgets.SizeBody, widgets.TargetPrimary)
	l.all = widgets.Rows(10, widgets.Grow(room), head, room, widgets.Columns(widgets.Gap, widgets.Grow(open), back, open))
	return l
}

func (l *listPart) draw() {
	l.list.Update(l.p.Zs())
	l.list.Reveal(l.p.ZAt())
	put(l.none, l.p.ListNone())
	l.all.Refresh()
}

// zRow is a Z report in the list.
type zRow struct {
	widgets.TapRow
	p                 *Presenter
	z, when, net, off *widgets.Text
	at                int
}

func newZRow(p *Presenter) *zRow {
	r := &zRow{
		p: p, z: text(widgets.SizeStrong, true, widgets.Ink, 0), when: text(widgets.SizeBody, false, widgets.Ink, 0),
		net: number(widgets.SizeStrong, true), off: number(widgets.SizeBody, false),
	}
	r.Init(r, 6, 4, widgets.Columns(widgets.Space, widgets.Grow(r.when), widgets.Sized(190, 0, r.z), r.when, widgets.Sized(180, 0, r.off), widgets.Sized(160, 0, r.net)))
	return r
}

// Draw shows Z report i.
func (r *zRow) Draw(i int) {
	r.at = i
	m := r.p.Z(i)
	r.z.Set(m.Z)
	r.when.Set(m.When)
	r.net.Set(m.Net)
	ink := widgets.InkSoft
	if m.Bad {
		ink = widgets.DangerInk
	}
	r.off.SetColor(ink)
	r.off.Set(m.Off)
	r.Choose(m.Chosen)
	r.Refresh()
}

// Tapped chooses it.
func (r *zRow) Tapped(*fyne.PointEvent) { r.p.ChooseZ(r.at) }

// reportPart is an X or Z report.
type reportPart struct {
	p           *Presenter
	title, note *widgets.Text
	list        *widgets.List
	at          int
	shown       Report
	main        *widgets.Button
	all         *fyne.Container
}

func newReport(p *Presenter, w *i18n.Words) *reportPart {
	r := &reportPart{p: p, title: text(widgets.SizeTitle, true, widgets.Ink, 0)}
	r.note = widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Color: widgets.InkSoft, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})
	r.list = widgets.NewList(entryHeight, func() widgets.Row { return newEntryRow(r) })
	paper := widgets.NewPanel(widgets.Ground, widgets.Radius, 12, r.list)
	room := widgets.Columns(0, widgets.Grow(paper), widgets.Sized(120, 0, widgets.Spring()), paper, widgets.Sized(120, 0, widgets.Spring()))
	r.main = widgets.NewButton("", "Enter", widgets.Primary, p.Enter)
	scroll := widgets.NewText(w.T("shift.scroll"), widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft})
	back := widgets.NewButton(w.T("ask.back"), "Esc", widgets.Plain, func() {
		if !p.Escape() {
			p.cfg.Close()
		}
	}).Sized(widgets.SizeBody, widgets.TargetPrimary)
	head := widgets.Columns(widgets.Space, widgets.Grow(r.note), widgets.Sized(220, 0, r.title), r.note)
	r.all = widgets.Rows(10, widgets.Grow(room), head, room, scroll, widgets.Columns(widgets.Gap, widgets.Grow(r.main), back, r.main))
	return r
}

func (r *reportPart) draw() {
	m := r.p.Report()
	if len(m.Entries) != len(r.shown.Entries) || m.Title != r.shown.Title {
		r.at = 0
		r.list.Top()
	}
	r.shown = m
	r.title.Set(m.Title)
	r.note.Set(m.Note)
	r.main.SetLabel(m.Main)
	r.list.Update(len(m.Entries))
	r.all.Refresh()
}

// scroll moves by so many lines.
func (r *reportPart) scroll(lines int) {
	n := len(r.shown.Entries)
	if r.p.mode != ModeReport || n == 0 {
		return
	}
	const seen = 12 // lines that are in sight at least
	r.at = max(0, min(n-1, r.at+lines))
	if lines > 0 {
		r.at = max(r.at, min(n-1, seen))
	} else {
		r.at = min(r.at, max(0, n-1-seen))
	}
	r.list.Reveal(r.at)
}

// entryRow is a line of a report.
type entryRow struct {
	widgets.TapRow
	r                    *reportPart
	head, label, strong  *widgets.Text
	value, total         *widgets.Text
	headLine, line, sums fyne.CanvasObject
}

func newEntryRow(r *reportPart) *entryRow {
	e := &entryRow{
		r: r, head: text(widgets.SizeBody, true, widgets.AccentInk, 0), label: text(widgets.SizeBody, false, widgets.Ink, 0),
		strong: text(widgets.SizeBody, true, widgets.Ink, 0), value: number(widgets.SizeBody, false), total: number(widgets.SizeBody, true),
	}
	e.headLine = e.head
	e.line = widgets.Columns(widgets.Gap, widgets.Grow(e.label, e.value), e.label, e.value)
	e.sums = widgets.Columns(widgets.Gap, widgets.Grow(e.strong, e.total), e.strong, e.total)
	e.Init(e, 4, 0, widgets.Over(e.headLine, e.line, e.sums))
	return e
}

// Draw shows line i.
func (e *entryRow) Draw(i int) {
	if i >= len(e.r.shown.Entries) {
		return
	}
	m := e.r.shown.Entries[i]
	show(e.headLine, m.Head)
	show(e.line, !m.Head && !m.Strong)
	show(e.sums, m.Strong)
	e.head.Set(m.Label)
	e.label.Set(m.Label)
	e.value.Set(m.Value)
	e.strong.Set(m.Label)
	e.total.Set(m.Value)
	ink := widgets.Ink
	if m.Bad {
		ink = widgets.DangerInk
	}
	e.total.SetColor(ink)
	e.Refresh()
}

// Tapped does nothing: a report is for reading.
func (e *entryRow) Tapped(*fyne.PointEvent) {}
