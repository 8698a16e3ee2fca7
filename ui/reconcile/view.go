package reconcile

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Sizes in device-independent pixels: all of it fits the smaller of the two windows.
const (
	dayHeight     = 60
	rowHeight     = 56
	sideHeight    = 24
	leftWidth     = 35 // percent
	calendarWidth = 480
	filesWidth    = 760
	filesHeight   = 300
	mostFacts     = 3
	mostSides     = 9
	mostLog       = 2
	mostUsual     = 3
)

// View draws the screen, for a part of the books page.
type View struct {
	p *Presenter
	w *i18n.Words

	dayView *dayView
	one     *findingView
	said    *widgets.Notice

	calendar *widgets.Calendar
	files    *widgets.List
	fileRows []FileRow
	none     *widgets.Text
	path     *widgets.Blank
	layer    *widgets.Layer
	pick     fyne.CanvasObject // the open calendar
	choose   fyne.CanvasObject // the open choice of files
	all      fyne.CanvasObject
}

// New makes the screen. cfg.Changed is called after the view has drawn.
func New(cfg Config) *View {
	v := &View{w: cfg.Words}
	after := cfg.Changed
	cfg.Changed = func() { v.draw(); after() }
	v.p = NewPresenter(cfg)
	v.build()
	v.p.Open()
	v.draw()
	return v
}

// Object is the screen.
func (v *View) Object() fyne.CanvasObject { return v.all }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) { v.p.Show(s) }

// Say shows what the till says.
func (v *View) Say(tone widgets.Tone, words string) { v.p.Tell(words, tone != widgets.Calm) }

// Leave calls off what is under way.
func (v *View) Leave() { v.p.Leave() }

// Dropped reads a file that was dropped on the window.
func (v *View) Dropped(path string) { v.p.ReadFile(path) }

// Typed is for the sink.
func (v *View) Typed(r rune) { v.p.Typed(r) }

// Pressed is for the sink. Esc means something only while there is a step to take back, Tab only in a form.
func (v *View) Pressed(k widgets.Key) bool {
	v.p.Hush()
	_, picking := v.p.Picking()
	switch {
	case v.p.Choosing():
		return v.pressedFiles(k)
	case picking:
		return v.pressedCalendar(k)
	case v.w.Keys().Does(k.Chord(), pos.KeysOnPages) == pos.KeyReprint:
		v.p.Print()
	case k.Ctrl && k.Name == fyne.KeyS:
		v.p.Save()
	case k.Ctrl:
		return false
	case k.Name == fyne.KeyEscape:
		return v.p.Escape()
	case k.Name == fyne.KeyTab:
		return v.p.Tab()
	case k.Name == fyne.KeyF5:
		v.p.Fetch()
	case k.Name == fyne.KeyF2:
		v.p.OpenFiles()
	case k.Name == fyne.KeyF3:
		v.p.Calendar()
	default:
		return v.pressedList(k)
	}
	return true
}

func (v *View) pressedList(k widgets.Key) bool {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	case fyne.KeyUp:
		v.p.Move(-1)
	case fyne.KeyDown:
		v.p.Move(1)
	case fyne.KeyPageUp:
		v.p.Move(-7)
	case fyne.KeyPageDown:
		v.p.Move(7)
	case fyne.KeyHome:
		if !v.p.inside {
			v.p.Day(v.p.last())
		}
	case fyne.KeyRight:
		v.p.Inside()
	case fyne.KeyLeft:
		if v.p.inside && v.p.form == nil {
			v.p.Escape()
		}
	case fyne.KeyBackspace:
		v.p.Backspace()
	default:
		return false
	}
	return true
}

func (v *View) pressedCalendar(k widgets.Key) bool {
	switch {
	case k.Ctrl:
		return false
	case k.Name == fyne.KeyEscape:
		v.p.Escape()
	case k.Name == fyne.KeyLeft:
		v.p.Point(-1, false)
	case k.Name == fyne.KeyRight:
		v.p.Point(1, false)
	case k.Name == fyne.KeyUp:
		v.p.Point(-7, false)
	case k.Name == fyne.KeyDown:
		v.p.Point(7, false)
	case k.Name == fyne.KeyPageUp:
		v.p.Point(-1, true)
	case k.Name == fyne.KeyPageDown:
		v.p.Point(1, true)
	case k.Name == fyne.KeyHome:
		v.p.Day(v.p.last())
	case k.Name == fyne.KeyReturn, k.Name == fyne.KeyEnter:
		v.p.Day(v.p.points)
	case k.Name == fyne.KeyF3:
		v.p.Calendar()
	}
	return true
}

func (v *View) pressedFiles(k widgets.Key) bool {
	at := v.p.files.at
	switch {
	case k.Ctrl:
		return false
	case k.Name == fyne.KeyEscape, k.Name == fyne.KeyF2:
		v.p.Escape()
	case k.Name == fyne.KeyUp:
		v.p.PointFile(at - 1)
	case k.Name == fyne.KeyDown:
		v.p.PointFile(at + 1)
	case k.Name == fyne.KeyReturn, k.Name == fyne.KeyEnter:
		v.p.TakeFile()
	case k.Name == fyne.KeyBackspace:
		v.p.Backspace()
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

func right(size float32, bold bool, ink fyne.ThemeColorName) *widgets.Text {
	return widgets.NewText("", widgets.Style{Size: size, Bold: bold, Color: ink, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})
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

func (v *View) build() {
	v.dayView, v.one = newDayView(v), newFindingView(v)
	v.said = widgets.NewNotice()
	var week [7]string
	for i, id := range weekdays {
		week[i] = v.w.T(id)
	}
	v.calendar = widgets.NewCalendar(week, v.p.Day, func(n int) { v.p.Point(n, true) })
	v.buildFiles()
	v.layer = widgets.NewLayer(nil)
	body := widgets.NewPanel(widgets.Paper, widgets.Radius, 14, widgets.Over(v.dayView.all, v.one.all))
	v.all = widgets.Over(body, widgets.Inset(14, 90, widgets.Foot(v.said)), v.layer.Object())
}

func (v *View) buildFiles() {
	t := v.w.T
	v.files = widgets.NewList(dayHeight, func() widgets.Row { return newFileRow(v) })
	v.none = text(widgets.SizeBody, false, widgets.InkSoft, 2)
	v.path = widgets.NewBlank(t("recon.files.path"), t("recon.files.path.hint"), nil)
}

// filesSheet is the choice of a file over the screen.
func (v *View) filesSheet() fyne.CanvasObject {
	if v.choose == nil {
		t := v.w.T
		away := func() { v.p.Escape() }
		title := widgets.NewText(t("recon.files.title"), widgets.Style{Size: widgets.SizeTitle, Bold: true, Fit: widgets.FitShrink})
		back := widgets.NewButton(t("ask.back"), "Esc", widgets.Quiet, away)
		take := widgets.NewButton(t("recon.files.read"), "Enter", widgets.Primary, v.p.TakeFile)
		v.choose = widgets.Sheet(filesWidth, widgets.Rows(10, nil, widgets.Columns(widgets.Gap, widgets.Grow(title), title, back),
			widgets.Sized(0, filesHeight, widgets.Over(v.files, v.none)), v.path, take), away)
	}
	return v.choose
}

// calendarSheet is the calendar over the screen.
func (v *View) calendarSheet() fyne.CanvasObject {
	if v.pick == nil {
		away := func() { v.p.Escape() }
		v.pick = widgets.CalendarSheet(calendarWidth, v.calendar, v.w.T("recon.calendar"), v.w.T("takings.calendar.keys"), v.w.T("ask.back"), away)
	}
	return v.pick
}

func (v *View) draw() {
	m := v.p.Model()
	d, inside := v.p.Detail()
	show(v.dayView.all, !inside)
	show(v.one.all, inside)
	if inside {
		v.one.draw(m, d)
	} else {
		v.dayView.draw(m)
	}
	tone := widgets.Calm
	if m.Sour {
		tone = widgets.Warning
	}
	v.said.Say(tone, m.Said)
	at, picking := v.p.Picking()
	switch {
	case v.p.Choosing():
		v.drawFiles()
		v.layer.Put(v.filesSheet())
	case picking:
		v.calendar.Set(noon(at).Format(v.w.T("takings.month-form")), at, v.p.last())
		v.layer.Put(v.calendarSheet())
	default:
		v.layer.Close()
	}
	v.all.Refresh()
}

func (v *View) drawFiles() {
	typed, rows, none := v.p.Files()
	v.fileRows = rows
	v.files.Update(len(rows))
	v.files.Reveal(v.p.files.at)
	put(v.none, none)
	v.path.Set(typed, true)
}

// fileRow is a file to choose.
type fileRow struct {
	widgets.TapRow
	v                        *View
	i                        int
	name, folder, when, size *widgets.Text
}

func newFileRow(v *View) *fileRow {
	r := &fileRow{
		v: v, name: widgets.NewText("", widgets.Style{Bold: true, Fit: widgets.FitShrink}),
		folder: widgets.NewText("", widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft, Fit: widgets.FitElide}),
		when:   right(widgets.SizeDetail, false, widgets.InkSoft), size: right(widgets.SizeDetail, false, widgets.InkSoft),
	}
	words, facts := widgets.Rows(0, nil, r.name, r.folder), widgets.Rows(0, nil, r.when, r.size)
	r.Init(r, 6, 0, widgets.Columns(widgets.Gap, widgets.Grow(words), words, widgets.Sized(140, 0, facts)))
	return r
}

// Tapped is for Fyne.
func (r *fileRow) Tapped(*fyne.PointEvent) {
	r.v.p.PointFile(r.i)
	r.v.p.TakeFile()
}

// Draw is for the list.
func (r *fileRow) Draw(i int) {
	if r.i = i; i >= len(r.v.fileRows) {
		return
	}
	x := r.v.fileRows[i]
	r.name.Set(x.Name)
	r.folder.Set(x.Folder)
	r.when.Set(x.When)
	r.size.Set(x.Size)
	r.Choose(x.Chosen)
}
