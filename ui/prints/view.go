package prints

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// The sheet's size in device-independent pixels: it fits the smaller of the two windows.
const (
	Width     = 984
	height    = 548
	listWidth = 372
	rowHeight = 66
)

// View draws the screen, for a sheet of the shell.
type View struct {
	p *Presenter
	w *i18n.Words

	list               *widgets.List
	detail             *fyne.Container
	what               *widgets.Text
	facts              []*widgets.Text
	why, money, todo   *widgets.Text
	trouble            *fyne.Container
	cause, asked       *widgets.Text
	main               *widgets.Button
	more               map[Action]*widgets.Button
	second, keys       *fyne.Container
	nothing            fyne.CanvasObject
	none, noneTodo     *widgets.Text
	some, empty        fyne.CanvasObject
	emptyTo, emptyTodo *widgets.Text
	all                fyne.CanvasObject
}

// New makes the screen. cfg.Changed is called after the view has drawn.
func New(cfg Config) *View {
	v := &View{w: cfg.Words}
	after := cfg.Changed
	cfg.Changed = func() { v.draw(); after() }
	v.p = NewPresenter(cfg)
	v.build()
	v.draw()
	return v
}

// Object is the screen.
func (v *View) Object() fyne.CanvasObject { return v.all }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) { v.p.Show(s) }

// Tick offers again what was offered before; call it every second.
func (v *View) Tick() {
	if v.p.Tick() {
		v.draw()
	}
}

// Pressed is for the sink.
func (v *View) Pressed(k widgets.Key) bool {
	if k.Ctrl {
		return false
	}
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	case fyne.KeyF5:
		v.p.Do(Again)
	case fyne.KeyF6:
		v.p.Do(Other)
	case fyne.KeyDelete:
		v.p.Do(Cancel)
	case fyne.KeyUp:
		v.p.Move(-1)
	case fyne.KeyDown, fyne.KeyTab:
		v.p.Move(1)
	case fyne.KeyPageUp:
		v.p.Move(-7)
	case fyne.KeyPageDown:
		v.p.Move(7)
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

func (v *View) build() {
	v.list = widgets.NewList(rowHeight, func() widgets.Row { return newRow(v.p) })
	v.buildDetail()
	centred := func(size float32, bold bool, ink fyne.ThemeColorName, lines int) *widgets.Text {
		return widgets.NewText("", widgets.Style{Size: size, Bold: bold, Color: ink, Align: fyne.TextAlignCenter, Fit: widgets.FitWrap, Lines: lines})
	}
	v.none, v.noneTodo = centred(widgets.SizeStrong, true, widgets.Ink, 2), centred(widgets.SizeBody, false, widgets.InkSoft, 4)
	v.nothing = widgets.Middle(widgets.Sized(440, 0, widgets.Rows(6, nil, v.none, v.noneTodo)))
	right := widgets.Over(v.detail, v.nothing)
	rule := widgets.Sized(1, 0, widgets.NewPanel(widgets.Line, 0, 0, nil))
	v.some = widgets.Columns(widgets.Space, widgets.Grow(right), widgets.Sized(listWidth, 0, v.list), rule, right)
	v.emptyTo, v.emptyTodo = centred(widgets.SizeTitle, true, widgets.AccentInk, 1), centred(widgets.SizeBody, false, widgets.InkSoft, 3)
	v.empty = widgets.Middle(widgets.Sized(620, 0, widgets.Rows(10, nil, v.emptyTo, v.emptyTodo)))
	v.all = widgets.Sized(0, height, widgets.Over(v.some, v.empty))
}

func (v *View) buildDetail() {
	v.what = text(widgets.SizeTitle, true, widgets.Ink, 0)
	facts := widgets.Rows(0, nil)
	for range 2 {
		f := text(widgets.SizeDetail+1, false, widgets.InkSoft, 0)
		v.facts = append(v.facts, f)
		facts.Add(f)
	}
	v.why = text(widgets.SizeStrong, true, widgets.Ink, 2)
	v.money, v.todo = text(widgets.SizeBody, false, widgets.Ink, 3), text(widgets.SizeBody, true, widgets.Ink, 5)
	v.cause = text(widgets.SizeDetail, false, widgets.InkSoft, 2)
	v.trouble = widgets.Rows(6, nil, v.why, v.money, v.todo, v.cause)
	v.asked = text(widgets.SizeStrong, true, widgets.AccentInk, 2)
	v.more = map[Action]*widgets.Button{}
	for _, a := range []Action{Again, Other, Cancel} {
		v.more[a] = widgets.NewButton("", keys[a], widgets.Plain, func() { v.p.Do(a) }).Sized(widgets.SizeBody, widgets.Target)
	}
	v.more[Cancel].SetKind(widgets.Grave)
	v.main = widgets.NewButton("", "Enter", widgets.Primary, v.p.Enter)
	v.second = widgets.Even(widgets.Gap, v.more[Other], v.more[Cancel])
	v.keys = widgets.Rows(widgets.Gap, nil, v.more[Again], v.second, v.main)
	gap := widgets.Spring()
	v.detail = widgets.Rows(10, widgets.Grow(gap), v.what, facts, widgets.NewPanel(widgets.Ground, widgets.Radius, 14, v.trouble), gap, v.asked, v.keys)
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
	v.list.Update(v.p.Len())
	v.list.Reveal(v.p.At())
	d, ok := v.p.Detail()
	what, todo := v.p.Nothing()
	show(v.some, v.p.Len() > 0)
	show(v.empty, v.p.Len() == 0)
	show(v.detail, ok)
	show(v.nothing, !ok)
	if !ok {
		v.emptyTo.Set("✓ " + what)
		v.emptyTodo.Set(todo)
		if v.p.Open() == 0 {
			what = "✓ " + what
		}
		v.none.Set(what)
		v.noneTodo.Set(todo)
		return
	}
	v.drawDetail(d)
}

func (v *View) drawDetail(d Detail) {
	v.what.Set(d.What)
	ink := widgets.AccentInk
	if d.Bad {
		ink = widgets.DangerInk
	}
	for i, f := range v.facts {
		words := ""
		if i < len(d.Facts) {
			words = d.Facts[i]
		}
		put(f, words)
	}
	v.why.SetColor(ink)
	v.why.Set(d.Sign + " " + d.Head)
	put(v.money, d.Money)
	put(v.todo, d.Todo)
	put(v.cause, d.Cause)
	put(v.asked, d.Asked)
	for a, b := range v.more {
		label := ""
		for _, m := range d.More {
			if m.Action == a {
				label = m.Label
			}
		}
		b.SetLabel(label)
		show(b, label != "")
	}
	show(v.second, v.more[Other].Visible() || v.more[Cancel].Visible())
	v.second.Refresh()
	v.main.SetLabel(d.Main.Label)
	show(v.main, d.Main.Action != None)
	v.detail.Refresh()
}

// row is a job in the list.
type row struct {
	widgets.TapRow
	p                 *Presenter
	what, when, state *widgets.Text
	at                int
}

func newRow(p *Presenter) *row {
	r := &row{
		p: p, what: widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Bold: true, Fit: widgets.FitElide}),
		when:  widgets.NewText("", widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft, Align: fyne.TextAlignTrailing}),
		state: text(widgets.SizeDetail+1, false, widgets.Ink, 0),
	}
	r.Init(r, 6, 4, widgets.Rows(2, nil, widgets.Columns(widgets.Gap, widgets.Grow(r.what), r.what, r.when), r.state))
	return r
}

// Draw shows job i.
func (r *row) Draw(i int) {
	r.at = i
	m := r.p.Row(i)
	ink, say := widgets.Ink, widgets.InkSoft
	switch {
	case m.Bad:
		say = widgets.DangerInk
	case m.Past:
		ink = widgets.InkSoft
	}
	r.what.SetColor(ink)
	r.state.SetColor(say)
	r.what.Set(m.What)
	r.when.Set(m.When)
	r.state.Set(m.Sign + " " + m.State)
	r.Choose(m.Chosen)
	r.Refresh()
}

// Tapped chooses the job.
func (r *row) Tapped(*fyne.PointEvent) { r.p.Choose(r.at) }
