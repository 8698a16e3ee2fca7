package export

import (
	"fyne.io/fyne/v2"

	"guitai/ui/widgets"
)

const (
	rowHeight  = 56
	mostProofs = 4
	kindWidth  = 30 // percent of the screen for what, of the rest …
	daysWidth  = 55 // … for the days
)

// View draws the screen, for a part of the books page.
type View struct {
	p *Presenter

	columns [3][]*choiceRow
	heads   [3]*widgets.Text
	blank   *widgets.Blank
	whole   *widgets.Text
	run     *widgets.Button
	stop    *widgets.Button

	bar                     *widgets.Countdown
	idle, said, money, todo *widgets.Text
	name, facts, folder     *widgets.Text
	proofs                  []*widgets.Text
	earlierHead, earlier    *widgets.Text
	progress, file, trouble *fyne.Container
	days, result            *fyne.Container
	all                     fyne.CanvasObject
}

// New makes the screen. cfg.Changed is called after the view has drawn.
func New(cfg Config) *View {
	v := &View{}
	after := cfg.Changed
	cfg.Changed = func() { v.draw(); after() }
	v.p = NewPresenter(cfg)
	v.build(cfg)
	v.draw()
	return v
}

// Object is the screen.
func (v *View) Object() fyne.CanvasObject { return v.all }

// Leave calls off what is under way.
func (v *View) Leave() { v.p.Leave() }

// Typed is for the sink.
func (v *View) Typed(r rune) { v.p.Typed(r) }

// Pressed is for the sink. Esc means something only while a file is being written.
func (v *View) Pressed(k widgets.Key) bool {
	switch {
	case k.Ctrl:
		return false
	case k.Name == fyne.KeyEscape:
		return v.p.Cancel()
	case k.Name == fyne.KeyReturn, k.Name == fyne.KeyEnter:
		v.p.Enter()
	case k.Name == fyne.KeyUp:
		v.p.Move(0, -1)
	case k.Name == fyne.KeyDown:
		v.p.Move(0, 1)
	case k.Name == fyne.KeyLeft:
		v.p.Move(-1, 0)
	case k.Name == fyne.KeyRight:
		v.p.Move(1, 0)
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

func (v *View) build(cfg Config) {
	t := cfg.Words.T
	v.blank = widgets.NewBlank(t("books.days.from-to"), t("books.days.hint"), func() { v.p.Choose(ColumnDays, int(chosen)) })
	v.whole = text(widgets.SizeDetail+1, false, widgets.InkSoft, 3)
	boxes := make([]fyne.CanvasObject, 3)
	for c, id := range []string{"books.what", "books.days", "books.format"} {
		v.heads[c] = text(widgets.SizeBody, true, widgets.Ink, 0)
		v.heads[c].Set(t(id))
		rows := widgets.Rows(2, nil, widgets.Sized(0, 32, v.heads[c]))
		for i := range v.p.rows(Column(c)) {
			r := newChoiceRow(func() { v.p.Choose(Column(c), i) })
			v.columns[c] = append(v.columns[c], r)
			rows.Add(widgets.Sized(0, rowHeight, r))
		}
		switch Column(c) {
		case ColumnKind:
		case ColumnDays:
			v.days = rows
			rows.Add(widgets.Inset(13, 4, v.blank))
			rows.Add(widgets.Inset(13, 0, v.whole))
		case ColumnFormat:
		}
		boxes[c] = rows
	}
	v.run = widgets.NewButton(t("books.export.run"), "Enter", widgets.Primary, v.p.Enter)
	v.stop = widgets.NewButton(t("books.export.stop"), "Esc", widgets.Plain, func() { v.p.Cancel() }).Sized(widgets.SizeBody, widgets.TargetPrimary)
	right := v.buildResult(cfg)
	gap := widgets.Spring()
	middle := widgets.Rows(12, widgets.Grow(gap), boxes[ColumnDays], gap)
	last := widgets.Rows(10, widgets.Grow(right), boxes[ColumnFormat], right, widgets.Columns(widgets.Gap, widgets.Grow(v.run), v.stop, v.run))
	rest := widgets.Zones(100-daysWidth, middle, widgets.Columns(0, widgets.Grow(last), widgets.Sized(24, 0, widgets.Spring()), last))
	v.all = widgets.NewPanel(widgets.Paper, widgets.Radius, 14,
		widgets.Zones(kindWidth, boxes[ColumnKind], widgets.Columns(0, widgets.Grow(rest), widgets.Sized(24, 0, widgets.Spring()), rest)))
}

// buildResult is the place where one sees what became of it.
func (v *View) buildResult(cfg Config) fyne.CanvasObject {
	t := cfg.Words.T
	v.bar = widgets.NewCountdown()
	v.progress = widgets.Rows(8, nil, v.bar)
	v.idle = text(widgets.SizeDetail+1, false, widgets.InkSoft, 3)
	v.idle.Set(t("books.export.idle"))

	v.name = text(widgets.SizeStrong, true, widgets.AccentInk, 0)
	v.facts = text(widgets.SizeBody, false, widgets.Ink, 2)
	v.folder = text(widgets.SizeDetail, false, widgets.InkSoft, 2)
	v.file = widgets.Rows(4, nil, v.name, v.facts)
	for range mostProofs {
		proof := text(widgets.SizeDetail+1, false, widgets.Ink, 2)
		v.proofs = append(v.proofs, proof)
		v.file.Add(proof)
	}
	v.file.Add(v.folder)

	v.said = text(widgets.SizeStrong, true, widgets.DangerInk, 2)
	v.money, v.todo = text(widgets.SizeBody, false, widgets.Ink, 2), text(widgets.SizeBody, true, widgets.Ink, 2)
	v.trouble = widgets.Rows(4, nil, v.said, v.money, v.todo)

	v.earlierHead = text(widgets.SizeDetail, true, widgets.InkSoft, 0)
	v.earlierHead.Set(t("books.export.earlier"))
	v.earlier = text(widgets.SizeDetail, false, widgets.InkSoft, 3)
	gap := widgets.Spring()
	v.result = widgets.Rows(6, widgets.Grow(gap), v.idle, v.progress, v.file, v.trouble, gap, v.earlierHead, v.earlier)
	return widgets.NewPanel(widgets.Ground, widgets.Radius, 12, v.result)
}

func (v *View) draw() {
	m := v.p.Model()
	for c, choices := range [][]Choice{m.Kinds, m.Days, m.Formats} {
		for i, x := range choices {
			v.columns[c][i].set(x, Column(c) == m.Column)
		}
	}
	v.blank.Set(m.Typed, m.Column == ColumnDays && m.Days[chosen].Chosen)
	show(v.blank, m.Whole == "")
	put(v.whole, m.Whole)
	v.run.SetDisabled(!m.CanRun)
	show(v.stop, m.Running)
	show(v.progress, m.Running)
	if m.Running {
		v.bar.Say(m.Progress, m.Share)
	}
	show(v.file, m.File != nil)
	if f := m.File; f != nil {
		v.name.Set("✓ " + f.Name)
		v.facts.Set(f.Facts + " · " + f.Size)
		v.folder.Set(f.Folder)
		for i, proof := range v.proofs {
			words := ""
			if i < len(f.Proof) {
				words = f.Proof[i]
			}
			put(proof, words)
		}
	}
	said := m.Trouble
	if said == "" {
		said = m.Stopped
	} else {
		said = "× " + said
	}
	show(v.trouble, said != "" && !m.Running)
	put(v.said, said)
	put(v.money, m.TroubleMoney)
	put(v.todo, m.TroubleDo)
	show(v.idle, !m.Running && m.File == nil && said == "")
	earlier := ""
	for _, name := range m.Earlier {
		if earlier != "" {
			earlier += " · "
		}
		earlier += name
	}
	show(v.earlierHead, earlier != "")
	put(v.earlier, earlier)
	for _, c := range []*fyne.Container{v.days, v.progress, v.file, v.trouble, v.result} {
		c.Refresh() // a panel does not lay out what is in it
	}
	v.all.Refresh()
}

// choiceRow is one of several to choose from.
type choiceRow struct {
	widgets.TapRow
	name, what *widgets.Text
	tap        func()
}

func newChoiceRow(tap func()) *choiceRow {
	r := &choiceRow{name: text(widgets.SizeBody, true, widgets.Ink, 0), what: text(widgets.SizeDetail, false, widgets.InkSoft, 0), tap: tap}
	r.Init(r, 6, 0, widgets.Rows(0, nil, r.name, r.what))
	return r
}

// Tapped is for Fyne.
func (r *choiceRow) Tapped(*fyne.PointEvent) { r.tap() }

func (r *choiceRow) set(c Choice, here bool) {
	mark := ""
	if c.Chosen {
		mark = "● "
	}
	r.name.Set(mark + c.Name)
	r.name.SetColor(widgets.Ink)
	if c.Chosen && here {
		r.name.SetColor(widgets.AccentInk)
	}
	r.what.Set(c.What)
	r.Choose(c.Chosen)
}
