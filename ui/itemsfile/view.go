package itemsfile

import (
	"context"

	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/ui/widgets"
)

// Sizes in device-independent pixels: all of it fits the smaller of the two windows.
const (
	rowHeight   = 56
	leftPercent = 38
	pageOfRows  = 8
)

// The keys of this screen.
const (
	keyFile   = fyne.KeyF2
	keyFilter = fyne.KeyF3
	keyCSV    = fyne.KeyF5
	keyXLSX   = fyne.KeyF6
)

// View draws the screen, for a part of the goods page.
type View struct {
	p     *Presenter
	files *widgets.Files

	title, facts, todo *widgets.Text
	choose, action     *widgets.Button
	csv, xlsx          *widgets.Button
	filters            [3]*widgets.Button
	tabs               *fyne.Container
	list               *widgets.List
	none, noneTodo     *widgets.Text
	nothing            *fyne.Container
	left, right        *fyne.Container
	said               *widgets.Notice
	all                *fyne.Container
}

// New makes the screen. cfg.Changed is called after the view has drawn; lists lists files that may be of goods, it is called elsewhere, and
// may be nil.
func New(cfg Config, lists func(context.Context) []widgets.File) *View {
	v := &View{}
	after := cfg.Changed
	cfg.Changed = func() {
		if v.all != nil {
			v.draw()
		}
		after()
	}
	v.p = NewPresenter(cfg)
	v.files = widgets.NewFiles(widgets.FilesConfig{
		Words: cfg.Words, Title: cfg.Words.T("items-file.which"), List: lists, Go: cfg.Go, Take: v.p.Take, Zone: cfg.Now().Location(),
	})
	v.build(cfg)
	v.draw()
	return v
}

// Object is the screen.
func (v *View) Object() fyne.CanvasObject { return v.all }

// Dropped looks at a file that was dropped on the window.
func (v *View) Dropped(path string) bool {
	v.files.Close()
	v.p.Take(path)
	return true
}

// Typed is for the sink.
func (v *View) Typed(r rune) {
	if v.files.IsOpen() {
		v.files.Typed(r)
	}
}

// Pressed is for the sink.
func (v *View) Pressed(k widgets.Key) bool {
	switch {
	case v.files.IsOpen():
		return v.files.Pressed(k)
	case k.Ctrl || k.Alt:
		return false
	}
	switch k.Name {
	case fyne.KeyEscape:
		return v.p.Escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		v.enter()
	case keyFile:
		v.open()
	case keyFilter:
		v.p.Next()
	case keyCSV:
		v.p.Export(pos.FormatCSV)
	case keyXLSX:
		v.p.Export(pos.FormatXLSX)
	case fyne.KeyUp:
		v.p.Move(-1)
	case fyne.KeyDown:
		v.p.Move(1)
	case fyne.KeyPageUp:
		v.p.Move(-pageOfRows)
	case fyne.KeyPageDown:
		v.p.Move(pageOfRows)
	default:
		return false
	}
	return true
}

func (v *View) enter() {
	if !v.p.Enter() {
		v.open()
	}
}

func (v *View) open() {
	if v.p.cfg.Goods != nil && v.p.stage != writing {
		v.files.Open()
	}
}

func text(size float32, bold bool, ink fyne.ThemeColorName, lines int) *widgets.Text {
	s := widgets.Style{Size: size, Bold: bold, Color: ink, Fit: widgets.FitElide}
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

func (v *View) build(cfg Config) {
	t := cfg.Words.T
	v.title, v.facts, v.todo = text(widgets.SizeStrong, true, widgets.Ink, 2), text(widgets.SizeBody, false, widgets.Ink, 6), text(widgets.SizeBody, false, widgets.InkSoft, 4)
	v.choose = widgets.NewButton(t("items-file.choose"), string(keyFile), widgets.Plain, v.open).Sized(widgets.SizeBody, 56)
	v.action = widgets.NewButton("", "Enter", widgets.Primary, v.enter)
	gap := widgets.Spring()
	v.left = widgets.Rows(10, widgets.Grow(gap), v.title, v.facts, v.todo, gap, v.choose, v.action)

	head := text(widgets.SizeBody, true, widgets.Ink, 0)
	head.Set(t("items-file.export"))
	why := text(widgets.SizeDetail+1, false, widgets.InkSoft, 3)
	why.Set(t("items-file.export.why"))
	v.csv = widgets.NewButton("CSV", string(keyCSV), widgets.Plain, func() { v.p.Export(pos.FormatCSV) }).Sized(widgets.SizeBody, 56)
	v.xlsx = widgets.NewButton("XLSX", string(keyXLSX), widgets.Plain, func() { v.p.Export(pos.FormatXLSX) }).Sized(widgets.SizeBody, 56)
	export := widgets.NewPanel(widgets.Paper, widgets.Radius, 14, widgets.Rows(6, nil, head, why, widgets.Even(widgets.Gap, v.csv, v.xlsx)))
	upper := widgets.NewPanel(widgets.Paper, widgets.Radius, 14, v.left)
	left := widgets.Rows(10, widgets.Grow(upper), upper, export)

	v.list = widgets.NewList(rowHeight, func() widgets.Row { return newRow(v.p) })
	v.none = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Align: fyne.TextAlignCenter, Fit: widgets.FitWrap, Lines: 3})
	v.noneTodo = widgets.NewText("", widgets.Style{Color: widgets.InkSoft, Align: fyne.TextAlignCenter, Fit: widgets.FitWrap, Lines: 6})
	above, below := widgets.Spring(), widgets.Spring()
	v.nothing = widgets.Inset(40, 0, widgets.Rows(8, widgets.Grow(above, below), above, v.none, v.noneTodo, below))
	tabs := make([]fyne.CanvasObject, 3)
	for i := range v.filters {
		v.filters[i] = widgets.NewButton("", "", widgets.Tab, func() { v.p.Show(Filter(i)) }).Sized(widgets.SizeBody, widgets.Target)
		tabs[i] = v.filters[i]
	}
	more := widgets.NewText(string(keyFilter), widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft})
	even := widgets.Even(4, tabs...)
	v.tabs = widgets.Columns(widgets.Gap, widgets.Grow(even), even, more)
	body := widgets.Over(v.list, v.nothing)
	v.right = widgets.Rows(6, widgets.Grow(body), v.tabs, body)
	right := widgets.NewPanel(widgets.Paper, widgets.Radius, 8, v.right)
	v.said = widgets.NewNotice()
	zones := widgets.Zones(leftPercent, widgets.Columns(0, widgets.Grow(left), left, widgets.Sized(10, 0, widgets.Spring())), right)
	v.all = widgets.Over(zones, widgets.Inset(widgets.Space, widgets.Space, widgets.Foot(v.said)), v.files.Layer())
}

func (v *View) draw() {
	m := v.p.Model()
	ink := widgets.Ink
	if m.Bad {
		ink = widgets.DangerInk
	}
	v.facts.SetColor(ink)
	v.title.Set(m.Title)
	put(v.facts, m.Facts)
	put(v.todo, m.Todo)
	v.action.SetLabel(m.Action)
	v.action.SetDisabled(m.Off)
	show(v.choose, v.p.stage == planned || v.p.stage == refused)
	v.csv.SetDisabled(m.Exporting || v.p.cfg.Export == nil)
	v.xlsx.SetDisabled(m.Exporting || v.p.cfg.Export == nil)
	show(v.tabs, m.Counts[0] != "")
	for i, b := range v.filters {
		b.SetLabel(m.Counts[i])
		b.SetChosen(Filter(i) == m.Filter)
	}
	v.list.Update(v.p.Len())
	v.list.Reveal(v.p.at)
	show(v.nothing, m.None != "")
	v.none.Set(m.None)
	put(v.noneTodo, m.NoneTodo)
	v.nothing.Refresh()
	tone := widgets.Calm
	if m.Sour {
		tone = widgets.Warning
	}
	v.said.Say(tone, m.Said)
	v.left.Refresh()
	v.right.Refresh()
	v.all.Refresh()
}

// row is an entry of the list.
type row struct {
	widgets.TapRow
	p                  *Presenter
	at                 int
	sign, name, detail *widgets.Text
	fault              *widgets.Text // in the place of name and detail
}

func newRow(p *Presenter) *row {
	r := &row{p: p, sign: text(widgets.SizeDetail+1, true, widgets.AccentInk, 0), name: text(widgets.SizeBody, false, widgets.Ink, 0), detail: text(widgets.SizeDetail, false, widgets.InkSoft, 0)}
	r.fault = text(widgets.SizeBody, false, widgets.Ink, 2)
	words := widgets.Rows(0, nil, r.name, r.detail, r.fault)
	r.Init(r, 4, 2, widgets.Columns(widgets.Gap, widgets.Grow(words), widgets.Sized(76, 0, r.sign), words))
	return r
}

// Draw shows entry i.
func (r *row) Draw(i int) {
	r.at = i
	m := r.p.Row(i)
	ink := widgets.AccentInk
	if m.Bad {
		ink = widgets.DangerInk
	}
	r.sign.SetColor(ink)
	r.sign.Set(m.Sign)
	name, fault := m.Name, ""
	if m.Bad {
		name, fault = "", m.Name
	}
	put(r.name, name)
	put(r.detail, m.Detail)
	put(r.fault, fault)
	r.Choose(m.Chosen)
	r.Refresh()
}

// Tapped goes to the entry.
func (r *row) Tapped(*fyne.PointEvent) { r.p.Move(r.at - r.p.at) }
