package reconcile

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/ui/widgets"
)

// findingView shows the differences of a day and the chosen one with both sides, or what is asked before something is done.
type findingView struct {
	v    *View
	rows []Row

	day, left *widgets.Text
	list      *widgets.List
	list0     *fyne.Container

	amount, kind, what, money *widgets.Text
	sides                     []*sideRow
	table                     *fyne.Container
	next, state, cannot       *widgets.Text
	logHead                   *widgets.Text
	log                       []*widgets.Text
	main                      *widgets.Button
	others                    map[pos.FindingAction]*widgets.Button
	keys, detail              *fyne.Container

	title, does *widgets.Text
	by, reason  *widgets.Blank
	usual       []*widgets.Button
	tab         *widgets.Text
	confirm     *widgets.Button
	form        *fyne.Container
	all         fyne.CanvasObject
}

func newFindingView(v *View) *findingView {
	f := &findingView{v: v, others: map[pos.FindingAction]*widgets.Button{}}
	f.day, f.left = text(widgets.SizeStrong, true, widgets.Ink, 0), text(widgets.SizeBody, true, widgets.DangerInk, 0)
	f.list = widgets.NewList(rowHeight, func() widgets.Row { return newFindingRow(v.p, func() []Row { return f.rows }) })
	back := widgets.NewButton(v.w.T("recon.back"), "←", widgets.Plain, func() { v.p.Escape() }).Sized(widgets.SizeDetail+1, widgets.Target)
	f.list0 = widgets.Rows(6, widgets.Grow(f.list), f.day, f.left, f.list, back)
	f.buildDetail()
	f.buildForm()
	over := widgets.Over(f.detail, f.form)
	f.all = widgets.Zones(leftWidth, f.list0, widgets.Columns(0, widgets.Grow(over), widgets.Sized(24, 0, widgets.Spring()), over))
	return f
}

func (f *findingView) buildDetail() {
	t := f.v.w.T
	f.amount, f.kind = text(widgets.SizeLarge, true, widgets.Ink, 0), right(widgets.SizeStrong, false, widgets.InkSoft)
	f.what, f.money = text(widgets.SizeStrong, true, widgets.DangerInk, 2), text(widgets.SizeBody, false, widgets.Ink, 3)
	head := newSideRow()
	head.their.Set(t("recon.theirs"))
	head.our.Set(t("recon.ours"))
	f.table = widgets.Rows(0, nil, head.all)
	for range mostSides {
		r := newSideRow()
		f.sides = append(f.sides, r)
		f.table.Add(r.all)
	}
	f.next, f.state = text(widgets.SizeBody, true, widgets.Ink, 2), text(widgets.SizeBody, true, widgets.AccentInk, 1)
	f.cannot = text(widgets.SizeDetail+1, true, widgets.DangerInk, 1)
	f.logHead = widgets.NewText(t("recon.log"), widgets.Style{Size: widgets.SizeDetail, Bold: true, Color: widgets.InkSoft})
	log := widgets.Rows(0, nil, f.logHead)
	for range mostLog {
		l := widgets.NewText("", widgets.Style{Size: widgets.SizeDetail, Fit: widgets.FitElide})
		f.log = append(f.log, l)
		log.Add(l)
	}
	f.main = widgets.NewButton("", "Enter", widgets.Primary, f.v.p.Enter)
	f.keys = widgets.Columns(widgets.Gap, nil)
	for i, a := range actions {
		b := widgets.NewButton(f.v.w.FindingAction(a), string(rune('1'+i)), widgets.Plain, func() { f.v.p.Start(a) }).Sized(widgets.SizeDetail+1, widgets.Target)
		f.others[a] = b
		f.keys.Add(b)
	}
	above := widgets.Sized(0, 44, widgets.Columns(widgets.Gap, widgets.Grow(f.amount), f.amount, widgets.Sized(100, 0, f.kind)))
	gap := widgets.Spring()
	f.detail = widgets.Rows(7, widgets.Grow(gap), above, f.what, f.money,
		widgets.NewPanel(widgets.Ground, widgets.Radius, 10, f.table), f.next, f.state, f.cannot, gap, log, f.keys, f.main)
}

func (f *findingView) buildForm() {
	t, p := f.v.w.T, f.v.p
	f.title = text(widgets.SizeTitle, true, widgets.Ink, 0)
	f.does = text(widgets.SizeStrong, true, widgets.Ink, 3)
	f.by = widgets.NewBlank(t("inbox.who"), t("inbox.who.hint"), func() { p.Fill(FieldBy) })
	f.reason = widgets.NewBlank(t("inbox.why"), t("inbox.why.hint"), func() { p.Fill(FieldReason) })
	usual := widgets.Columns(6, nil)
	for i := range mostUsual {
		b := widgets.NewButton("", "", widgets.Plain, func() { p.Reason(i) }).Sized(widgets.SizeDetail+1, widgets.Target)
		f.usual = append(f.usual, b)
		usual.Add(b)
	}
	f.confirm = widgets.NewButton("", "Enter", widgets.Primary, p.Enter)
	back := widgets.NewButton(t("ask.back"), "Esc", widgets.Plain, func() { p.Escape() }).Sized(widgets.SizeBody, widgets.TargetPrimary)
	f.tab = widgets.NewText(t("inbox.tab"), widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft})
	gap := widgets.Spring()
	keys := widgets.Columns(widgets.Gap, widgets.Grow(f.confirm), back, f.confirm)
	f.form = widgets.Rows(12, widgets.Grow(gap), f.title,
		widgets.NewPanel(widgets.Ground, widgets.Radius, 12, f.does), f.by, f.reason, usual, f.tab, gap, keys)
}

func (f *findingView) draw(m Model, d Detail) {
	f.rows = f.v.p.Rows()
	f.day.Set(m.Title)
	left := m.Open
	if left == "" {
		left = "✓ " + m.Clean
	}
	f.left.Set(left)
	f.left.SetColor(widgets.DangerInk)
	if m.MainKey == "" {
		f.left.SetColor(widgets.AccentInk)
	}
	f.list.Update(len(f.rows))
	f.list.Reveal(f.v.p.index())
	q, asked := f.v.p.Form()
	show(f.form, asked)
	show(f.detail, !asked)
	if asked {
		f.drawForm(q)
		f.list0.Refresh()
		return
	}
	f.amount.Set(d.Amount)
	f.kind.Set(d.Kind)
	sign, ink := "! ", widgets.DangerInk
	if d.Past {
		sign, ink = "", widgets.Ink
	}
	f.what.SetColor(ink)
	f.what.Set(sign + d.What)
	put(f.money, d.Money)
	for i, r := range f.sides {
		show(r.all, i < len(d.Sides))
		if i < len(d.Sides) {
			absent := ""
			if i == 0 {
				absent = f.v.w.T("recon.absent")
			}
			r.set(d.Sides[i], absent)
		}
	}
	put(f.next, d.Next)
	state := d.State
	if state != "" {
		state = "✓ " + state
	}
	put(f.state, state)
	put(f.cannot, d.Cannot)
	show(f.logHead, len(d.Log) > 0)
	last := d.Log[max(0, len(d.Log)-mostLog):]
	for i, l := range f.log {
		words := ""
		if i < len(last) {
			words = last[i]
		}
		put(l, words)
	}
	f.main.SetLabel(d.Main)
	any := false
	for a, b := range f.others {
		show(b, d.Others[a])
		any = any || d.Others[a]
	}
	show(f.keys, any)
	for _, c := range []*fyne.Container{f.list0, f.table, f.detail} {
		c.Refresh() // a panel does not lay out what is in it
	}
}

func (f *findingView) drawForm(q Form) {
	f.title.Set(q.Title)
	f.does.Set(q.Does)
	why := "inbox.why.maybe"
	if q.Needed {
		why = "inbox.why"
	}
	label := func(b *widgets.Blank, id string, lacks bool) {
		if lacks {
			b.SetLabel(f.v.w.T(id)+" · "+f.v.w.T("inbox.lacks"), widgets.Warning)
			return
		}
		b.SetLabel(f.v.w.T(id), widgets.Calm)
	}
	label(f.by, "inbox.who", q.Lacks && q.Field == FieldBy)
	label(f.reason, why, q.Lacks && q.Field == FieldReason)
	f.by.Set(q.By, q.Field == FieldBy)
	show(f.by, q.Named)
	show(f.tab, q.Named)
	f.reason.Set(q.Reason, q.Field == FieldReason)
	for i, b := range f.usual {
		show(b, i < len(q.Usual))
		if i < len(q.Usual) {
			b.SetLabel(q.Usual[i])
		}
	}
	f.confirm.SetLabel(q.Confirm)
	f.confirm.SetDisabled(q.Busy)
	f.form.Refresh()
}

// sideRow is a line of both sides.
type sideRow struct {
	name, their, our *widgets.Text
	all              fyne.CanvasObject
}

func newSideRow() *sideRow {
	r := &sideRow{
		name: text(widgets.SizeDetail, false, widgets.InkSoft, 0), their: text(widgets.SizeDetail, true, widgets.Ink, 0), our: text(widgets.SizeDetail, true, widgets.Ink, 0),
	}
	both := widgets.Even(12, r.their, r.our)
	r.all = widgets.Sized(0, sideHeight, widgets.Columns(widgets.Gap, widgets.Grow(both), widgets.Sized(92, 0, r.name), both))
	return r
}

func (r *sideRow) set(s Side, absent string) {
	r.name.Set(s.Name)
	for t, words := range map[*widgets.Text]string{r.their: s.Their, r.our: s.Our} {
		ink := widgets.Ink
		switch {
		case words == "":
			words, ink = absent, widgets.InkSoft
		case s.Differ:
			words, ink = "≠ "+words, widgets.DangerInk
		}
		t.Set(words)
		t.SetColor(ink)
	}
}

// findingRow is a difference in a list.
type findingRow struct {
	widgets.TapRow
	p                     *Presenter
	rows                  func() []Row
	i                     int
	what, amount, no, why *widgets.Text
}

func newFindingRow(p *Presenter, rows func() []Row) *findingRow {
	r := &findingRow{
		p: p, rows: rows, what: text(widgets.SizeDetail+1, false, widgets.Ink, 0), amount: text(widgets.SizeBody, true, widgets.Ink, 0),
		no: text(widgets.SizeDetail, false, widgets.InkSoft, 0), why: right(widgets.SizeDetail, true, widgets.AccentInk),
	}
	top := widgets.Columns(widgets.Gap, widgets.Grow(r.why), widgets.Sized(112, 0, r.amount), widgets.Sized(70, 0, r.no), r.why)
	r.Init(r, 6, 0, widgets.Rows(0, nil, top, r.what))
	return r
}

// Tapped is for Fyne.
func (r *findingRow) Tapped(*fyne.PointEvent) { r.p.Choose(r.i) }

// Draw is for the list.
func (r *findingRow) Draw(i int) {
	rows := r.rows()
	if r.i = i; i >= len(rows) {
		return
	}
	x := rows[i]
	ink := widgets.DangerInk
	if !x.Open {
		ink = widgets.InkSoft
	}
	r.amount.Set(x.Sign + " " + x.Amount)
	r.amount.SetColor(ink)
	r.no.Set(x.Number)
	r.what.Set(x.What)
	r.why.Set(x.State)
	r.Choose(x.Chosen)
}
