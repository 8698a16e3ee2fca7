package settings

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// The keys of this page, besides Enter, Esc, Tab and the arrows.
const (
	keyDevice = fyne.KeyF3
	keyStatus = fyne.KeyF5
	keyTest   = fyne.KeyF6
	keyDrawer = fyne.KeyF7
	keyTry    = fyne.KeyF8
	keyDrop   = fyne.KeyF4
	keyAnew   = fyne.KeyF9
)

// keysOf has the key of everything that can be tried.
var keysOf = map[Act]fyne.KeyName{
	ActStatus: keyStatus, ActTestPage: keyTest, ActDrawer: keyDrawer, ActCalibrate: keyTry, ActPole: keyTry, ActSounds: keyTry,
	ActWeChat: keyStatus, ActCopyTo: keyStatus, ActRestart: keyAnew,
	ActPair: keyStatus, ActRelay: keyStatus, ActCallback: keyTest, ActPrepay: keyTest, ActPhoneKey: keyDrawer, ActCopyKey: keyTry, ActUnpair: keyTry,
}

// View draws the page.
type View struct {
	p    *Presenter
	w    *i18n.Words
	sink *widgets.Sink

	tabs   map[Part]*widgets.Button
	list   *container.Scroll // of the tabs
	tab    Part              // that was shown last
	forms  map[Part]*form
	side   *side
	keys   *keyView
	notice *widgets.Notice
	save   *widgets.Button
	ask    *widgets.Layer
	asking Question
	all    fyne.CanvasObject
}

// New makes the page, with what was changed and not saved before; nil is nothing. leave closes it.
func New(cfg Config, sink *widgets.Sink, old *Draft, leave func()) *View {
	v := &View{w: cfg.Words, sink: sink, tabs: map[Part]*widgets.Button{}, forms: map[Part]*form{}}
	after := cfg.Changed
	cfg.Changed = func() { v.draw(); after() }
	cfg.Focus, cfg.Leave = v.focus, leave
	v.p = NewPresenter(cfg, old)
	v.build()
	v.draw()
	v.p.Open()
	return v
}

// Object is the page.
func (v *View) Object() fyne.CanvasObject { return v.all }

// Close ends what goes on by itself; what was changed and not saved comes back.
func (v *View) Close() *Draft { return v.p.Close() }

// Turn puts a part in front, if this till has it.
func (v *View) Turn(part Part) {
	if slices.Contains(v.p.Parts(), part) {
		v.p.Turn(part)
	}
}

// Dropped takes a file that was dropped on the window.
func (v *View) Dropped(path string) { v.p.Dropped(path) }

// Update takes note of how the line to the relay is now.
func (v *View) Update() { v.p.Update() }

// Scanned takes a scan.
func (v *View) Scanned(s Scan) { v.p.Scanned(s) }

// Grabs reports whether every key is the page's: the next one is to be an action's.
func (v *View) Grabs() bool { return v.p.AskingKey() }

// Focus gives the keyboard to where the presenter is.
func (v *View) Focus() { v.focus() }

func (v *View) focus() {
	c := v.canvas()
	if c == nil {
		return
	}
	if in := v.forms[v.p.Part()].inputs[v.p.At()]; in != nil && v.p.Asked() == AskNothing {
		c.Focus(in.keys())
		v.forms[v.p.Part()].reveal(in)
		return
	}
	c.Focus(v.sink)
}

func (v *View) canvas() fyne.Canvas {
	if v.all == nil {
		return nil
	}
	return fyne.CurrentApp().Driver().CanvasForObject(v.all)
}

// heed tells the presenter which field has the keyboard: a person may have clicked into another.
func (v *View) heed() {
	c := v.canvas()
	if c == nil {
		return
	}
	for f, in := range v.forms[v.p.Part()].inputs {
		if c.Focused() == in.keys() {
			v.p.Enter(f)
			return
		}
	}
}

// Typed is for the sink: a character that no text field took.
func (v *View) Typed(r rune) {
	if v.keys.typed(r) {
		return
	}
	v.heed()
	in := v.forms[v.p.Part()].inputs[v.p.At()]
	reading, _, _ := v.p.Reading()
	switch {
	case reading:
		v.p.Letter(r)
	case v.p.Asked() != AskNothing:
	case v.p.Pairing() && r != ' ': // pasted, or typed, while the keyboard was at the list
		v.p.Enter(FieldPairing)
		v.p.Set(FieldPairing, v.p.Text(FieldPairing)+string(r))
		v.focus()
	case v.p.TakesLine() && (r != ' ' || v.p.Text(FieldPairing) != ""): // the field is not there yet
		v.p.Set(FieldPairing, v.p.Text(FieldPairing)+string(r))
	case in == nil:
	case in.typing():
		v.focus() // the keyboard was at the window: a list that closed, a click beside
	case r == ' ':
		v.p.Shift(v.p.At(), 1)
	}
}

// Pressed is for the sink.
func (v *View) Pressed(k widgets.Key) bool {
	if v.keys.pressed(k) {
		return true
	}
	v.heed()
	if k.Ctrl {
		if k.Name != fyne.KeyS {
			return false
		}
		v.p.Save()
		return true
	}
	for _, a := range v.p.Acts() {
		if k.Name == keysOf[a] {
			v.p.Try(a)
			return true
		}
	}
	switch k.Name {
	case fyne.KeyEscape:
		v.p.Escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Confirm()
	case keyDrop:
		v.p.Drop()
	case keyDevice:
		v.p.TakeNext()
	case fyne.KeyPageDown:
		v.p.Page(1)
	case fyne.KeyPageUp:
		v.p.Page(-1)
	case fyne.KeyTab:
		if k.Shift {
			v.p.Move(-1)
		} else {
			v.p.Move(1)
		}
	default:
		return v.pressedArrow(k)
	}
	return true
}

// pressedArrow goes through the list of parts, or through the fields and their values.
func (v *View) pressedArrow(k widgets.Key) bool {
	step, along := 0, false
	switch k.Name {
	case fyne.KeyDown:
		step = 1
	case fyne.KeyUp:
		step = -1
	case fyne.KeyRight:
		step, along = 1, true
	case fyne.KeyLeft:
		step, along = -1, true
	default:
		return false
	}
	switch at := v.p.At(); {
	case v.p.Asked() != AskNothing:
	case at == "" && along && step > 0:
		v.p.Move(1)
	case at == "" && !along:
		v.p.Page(step)
	case at == "":
	case along:
		v.p.Shift(at, step)
	default:
		v.p.Move(step)
	}
	return true
}

func show(o fyne.CanvasObject, on bool) {
	switch {
	case on && !o.Visible():
		o.Show()
	case !on && o.Visible():
		o.Hide()
	}
}

func (v *View) draw() {
	if v.all == nil {
		return
	}
	part := v.p.Part()
	for x, tab := range v.tabs {
		tab.SetChosen(x == part)
	}
	for x, f := range v.forms {
		show(f.object, x == part)
	}
	v.revealTab(part)
	v.forms[part].draw(v.p)
	v.side.draw(v.p)
	if part == PartKeys {
		v.keys.draw()
	}
	words, trouble := v.p.Notice()
	tone := widgets.Calm
	if trouble {
		tone = widgets.Warning
	}
	v.notice.Say(tone, words)
	v.save.SetDisabled(v.p.saving || !v.p.Dirty())
	v.drawQuestion()
	v.all.Refresh()
}

// revealTab scrolls the list of parts as little as needed to show the one in front.
func (v *View) revealTab(part Part) {
	height := v.list.Size().Height
	if v.tab == part || height == 0 {
		return
	}
	v.tab = part
	tab := v.tabs[part]
	top, bottom, y := tab.Position().Y, tab.Position().Y+tab.Size().Height, v.list.Offset.Y
	switch {
	case top < y:
		y = top
	case bottom > y+height:
		y = bottom - height
	default:
		return
	}
	v.list.ScrollToOffset(fyne.NewPos(0, y))
}

// drawQuestion puts the question over the page, or takes it away.
func (v *View) drawQuestion() {
	q := v.p.Asked()
	if q == v.asking {
		return
	}
	v.asking = q
	t := v.w.T
	var ids [4]string // what is asked, what it means, and the two answers
	switch q {
	case AskNothing:
		v.ask.Close()
		return
	case AskLeave:
		ids = [4]string{"settings.ask.leave", "settings.ask.leave.means", "settings.ask.leave.yes", "settings.ask.leave.no"}
	case AskMerge:
		ids = [4]string{"settings.ask.merge", "settings.ask.merge.means", "settings.ask.merge.yes", "settings.ask.merge.no"}
	case AskUnpair:
		ids = [4]string{"settings.ask.unpair", "settings.ask.unpair.means", "settings.ask.unpair.yes", "settings.ask.unpair.no"}
	case AskKey:
		ids = [4]string{"settings.ask.key", "settings.ask.key.means", "settings.ask.key.yes", "settings.ask.key.no"}
	}
	title := widgets.NewText(t(ids[0]), widgets.Style{Size: widgets.SizeTitle, Bold: true, Fit: widgets.FitShrink})
	means := widgets.NewText(t(ids[1]), widgets.Style{Size: widgets.SizeStrong, Fit: widgets.FitWrap, Lines: 3})
	yes := widgets.NewButton(t(ids[2]), "Enter", widgets.Primary, v.p.Confirm)
	no := widgets.NewButton(t(ids[3]), string(keyDrop), widgets.Grave, v.p.Drop).Sized(widgets.SizeBody, widgets.TargetPrimary)
	back := widgets.NewButton(t("ask.back"), "Esc", widgets.Plain, v.p.Escape).Sized(widgets.SizeBody, widgets.TargetPrimary)
	answers := widgets.Columns(widgets.Gap, widgets.Grow(yes), back, no, yes)
	if q == AskUnpair || q == AskKey { // to leave it is what Enter says already
		answers = widgets.Columns(widgets.Gap, widgets.Grow(yes), no, yes)
	}
	rows := widgets.Rows(widgets.Space, nil, title, widgets.Sized(0, 60, means), answers)
	v.ask.Put(widgets.Sheet(680, rows, v.p.Escape))
}

func (v *View) build() {
	t := v.w.T
	list := widgets.Rows(4, nil)
	for _, part := range v.p.Parts() {
		tab := widgets.NewButton(t("settings.part."+string(part)), "", widgets.Tab, func() { v.p.Turn(part) }).Sized(widgets.SizeBody, widgets.Target).Left()
		v.tabs[part] = tab
		list.Add(tab)
	}
	hint := widgets.NewText(t("settings.keys"), widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft, Fit: widgets.FitWrap, Lines: 4})
	v.list = container.NewVScroll(list)
	nav := widgets.NewPanel(widgets.Paper, widgets.Radius, 8, widgets.Rows(8, widgets.Grow(v.list), v.list, widgets.Inset(8, 4, hint)))

	v.keys = v.newKeyView()
	bodies := make([]fyne.CanvasObject, 0, len(Parts))
	for _, part := range v.p.Parts() {
		f := v.newForm(part)
		v.forms[part] = f
		bodies = append(bodies, f.object)
	}
	middle := widgets.NewPanel(widgets.Paper, widgets.Radius, 0, widgets.Over(bodies...))
	v.side = v.newSide()

	title := widgets.NewText(t("settings.title"), widgets.Style{Size: widgets.SizeTitle, Bold: true, Fit: widgets.FitElide})
	back := widgets.NewButton(t("takings.leave"), "Esc", widgets.Plain, v.p.Quit).Sized(widgets.SizeDetail+1, widgets.Target)
	bar := widgets.Columns(widgets.Gap, widgets.Grow(title), title, back)
	body := container.New(&three{}, nav, middle, v.side.object)

	v.notice = widgets.NewNotice()
	room := widgets.Over(v.notice) // kept while there is nothing to say
	v.save = widgets.NewButton(t("settings.save"), "Ctrl+S", widgets.Primary, v.p.Save).Sized(widgets.SizeStrong, 60)
	foot := widgets.Columns(widgets.Space, widgets.Grow(room), room, widgets.Sized(240, 60, v.save))

	v.ask = widgets.NewLayer(nil)
	content := widgets.Inset(12, 10, widgets.Rows(10, widgets.Grow(body), bar, body, foot))
	v.all = widgets.Over(widgets.NewPanel(widgets.Ground, 0, 0, nil).OnTap(nil), content, v.ask.Object())
}

// three lays the list of parts, what they ask for and what is seen of it side by side.
type three struct{}

// Widths in device-independent pixels, and what the window is called wide from.
const (
	listWidth, listNarrow float32 = 168, 136
	sideWidth, sideNarrow float32 = 404, 328
	wide                  float32 = 1200
	threeGap              float32 = 10
)

// Layout is for Fyne.
func (three) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left, right := listNarrow, sideNarrow
	if size.Width >= wide {
		left, right = listWidth, sideWidth
	}
	at := float32(0)
	for i, width := range []float32{left, size.Width - left - right - 2*threeGap, right} {
		objects[i].Move(fyne.NewPos(at, 0))
		objects[i].Resize(fyne.NewSize(width, size.Height))
		at += width + threeGap
	}
}

// MinSize is for Fyne. A window that is too small cuts.
func (three) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(960, 460) }
