package deals

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Sizes in device-independent pixels: all of it fits the smaller of the two windows.
const (
	rowHeight   = 76
	listPercent = 60
	askWidth    = 620
	pageOfRows  = 6
)

// The keys of this screen.
const (
	keyUp     = fyne.KeyF3
	keyDown   = fyne.KeyF4
	keyNew    = fyne.KeyF5
	keyStop   = fyne.KeyF8
	keyRemove = fyne.KeyDelete
)

// View draws the screen, for a part of the goods page.
type View struct {
	p    *Presenter
	w    *i18n.Words
	sink *widgets.Sink
	shut bool

	list                          *widgets.List
	none, todo                    *widgets.Text
	nothing                       *fyne.Container
	name, says, what, when, state *widgets.Text
	trialHead                     *widgets.Text
	trials                        []*trial
	detail, right                 *fyne.Container
	up, down, stop, remove, enter *widgets.Button
	browse                        fyne.CanvasObject
	form                          *formView
	keypad                        *widgets.Keypad
	leave, drop                   fyne.CanvasObject
	layer                         *widgets.Layer
	said                          *widgets.Notice
	all                           *fyne.Container
}

// trial is what a promotion takes off some goods.
type trial struct {
	goods, prices *widgets.Text
	all           *fyne.Container
}

func newTrial() *trial {
	t := &trial{goods: text(widgets.SizeBody, false, widgets.Ink, widgets.FitElide), prices: widgets.NewText("", widgets.Style{Bold: true, Color: widgets.AccentInk, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})}
	t.all = widgets.Sized(0, 28, widgets.Columns(widgets.Gap, widgets.Grow(t.goods), t.goods, widgets.Sized(136, 0, t.prices)))
	return t
}

func drawTrials(rows []*trial, all []Trial) {
	for i, r := range rows {
		show(r.all, i < len(all))
		if i < len(all) {
			r.goods.Set(all[i].Goods)
			r.prices.Set(all[i].Prices)
		}
	}
}

// New makes the screen, with the form that was left before; nil for none. cfg.Changed is called after the view has drawn.
func New(cfg Config, sink *widgets.Sink, old *Draft) *View {
	v := &View{w: cfg.Words, sink: sink}
	after := cfg.Changed
	cfg.Changed = func() {
		if v.all != nil {
			v.draw()
		}
		after()
	}
	cfg.Focus = v.focus
	v.p = NewPresenter(cfg, old)
	v.keypad = widgets.NewKeypad(cfg.Words, v.focus)
	v.build()
	v.p.Open()
	v.draw()
	return v
}

// Object is the screen.
func (v *View) Object() fyne.CanvasObject { return v.all }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) { v.p.Show(s) }

// Close gives what was changed in the form and not saved; nil for nothing.
func (v *View) Close() *Draft {
	v.shut = true
	return v.p.Close()
}

// Editing reports whether a form is open.
func (v *View) Editing() bool { return v.p.Editing() }

// Number reports whether an amount is typed, so that digits are no scan of a slow scanner.
func (v *View) Number() bool {
	switch v.p.At() {
	case FieldN, FieldPrice, FieldPercent, FieldFrom, FieldTo, FieldStarts, FieldEnds:
		return true
	}
	return false
}

// Typed is for the sink.
func (v *View) Typed(r rune) {
	switch {
	case v.keypad.IsOpen():
		v.keypad.Typed(r)
	case v.p.Editing() && !v.p.Leaving():
		v.form.typed(r)
	}
}

// Scanned is for the sink: here a scan is goods that the promotion is for.
func (v *View) Scanned(code string, _ int) {
	v.keypad.Close()
	v.p.Scanned(code)
}

// Pressed is for the sink.
func (v *View) Pressed(k widgets.Key) bool {
	switch {
	case v.keypad.IsOpen():
		return v.keypad.Pressed(k)
	case v.p.Removing():
		switch k.Name {
		case keyDown, keyRemove:
			v.p.Remove()
		case fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter: // Enter takes nothing away
			v.p.Escape()
		}
		return !k.Ctrl
	case v.p.Editing():
		return v.form.pressed(k)
	case k.Ctrl || k.Alt:
		return false
	}
	switch k.Name {
	case fyne.KeyEscape:
		return v.p.Escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	case keyNew:
		v.p.New()
	case keyUp:
		v.p.Shift(-1)
	case keyDown:
		v.p.Shift(1)
	case keyStop:
		v.p.Stop()
	case keyRemove:
		v.p.AskRemove()
	case fyne.KeyUp:
		v.p.Move(-1)
	case fyne.KeyDown:
		v.p.Move(1)
	case fyne.KeyPageUp:
		v.p.Move(-pageOfRows)
	case fyne.KeyPageDown:
		v.p.Move(pageOfRows)
	case fyne.KeyHome:
		v.p.Choose(0)
	default:
		return false
	}
	return true
}

func (v *View) canvas() fyne.Canvas {
	if v.all == nil || v.shut || !v.all.Visible() {
		return nil
	}
	return fyne.CurrentApp().Driver().CanvasForObject(v.all)
}

func (v *View) focus() {
	c := v.canvas()
	if c == nil {
		return
	}
	if v.p.Editing() && !v.p.Leaving() {
		if in := v.form.inputs[v.p.At()]; in != nil {
			c.Focus(in.keys())
			if v.Number() { // what is typed takes its place
				in.entry.TypedShortcut(&fyne.ShortcutSelectAll{})
			}
			return
		}
	}
	c.Focus(v.sink)
}

// Focus gives the keyboard to where the presenter is.
func (v *View) Focus() { v.focus() }

func text(size float32, bold bool, ink fyne.ThemeColorName, fit widgets.Fit) *widgets.Text {
	return widgets.NewText("", widgets.Style{Size: size, Bold: bold, Color: ink, Fit: fit})
}

func wrapped(size float32, bold bool, ink fyne.ThemeColorName, lines int) *widgets.Text {
	return widgets.NewText("", widgets.Style{Size: size, Bold: bold, Color: ink, Fit: widgets.FitWrap, Lines: lines})
}

func show(o fyne.CanvasObject, on bool) {
	switch {
	case on && !o.Visible():
		o.Show()
	case !on && o.Visible():
		o.Hide()
	}
}

func put(t *widgets.Text, words string) {
	t.Set(words)
	show(t, words != "")
}

func (v *View) build() {
	t := v.w.T
	v.list = widgets.NewList(rowHeight, func() widgets.Row { return newRow(v.p) })
	v.none = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Align: fyne.TextAlignCenter, Fit: widgets.FitWrap, Lines: 3})
	v.todo = widgets.NewText("", widgets.Style{Color: widgets.InkSoft, Align: fyne.TextAlignCenter, Fit: widgets.FitWrap, Lines: 4})
	above, below := widgets.Spring(), widgets.Spring()
	v.nothing = widgets.Inset(24, 0, widgets.Rows(6, widgets.Grow(above, below), above, v.none, v.todo, below))
	hint := wrapped(widgets.SizeDetail+1, false, widgets.InkSoft, 2)
	hint.Set(t("deals.order"))
	body := widgets.Over(v.list, v.nothing)
	left := widgets.NewPanel(widgets.Paper, widgets.Radius, 6, widgets.Rows(6, widgets.Grow(body), body, widgets.Inset(10, 4, hint)))
	right := widgets.NewPanel(widgets.Paper, widgets.Radius, 14, v.buildDetail())
	v.browse = widgets.Zones(listPercent, widgets.Columns(0, widgets.Grow(left), left, widgets.Sized(10, 0, widgets.Spring())), right)
	v.form = newFormView(v)
	v.said = widgets.NewNotice()
	v.layer = widgets.NewLayer(nil)

	away := func() { v.p.Escape() }
	back := func() *widgets.Button {
		return widgets.NewButton(t("ask.back"), "Esc", widgets.Plain, away).Sized(widgets.SizeBody, widgets.TargetPrimary)
	}
	ask := func(title string, buttons fyne.CanvasObject) fyne.CanvasObject {
		head := widgets.NewText(t(title), widgets.Style{Size: widgets.SizeTitle, Bold: true, Fit: widgets.FitShrink})
		return widgets.Sheet(askWidth, widgets.Rows(widgets.Space, nil, head, buttons), away)
	}
	yes := widgets.NewButton(t("goods.leave.save"), "Enter", widgets.Primary, v.p.Save)
	no := widgets.NewButton(t("goods.leave.drop"), "F4", widgets.Grave, v.p.Drop).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.leave = ask("goods.leave", widgets.Columns(widgets.Gap, widgets.Grow(yes), back(), no, yes))
	stay := widgets.NewButton(t("deals.remove.keep"), "Enter", widgets.Primary, away)
	gone := widgets.NewButton(t("deals.remove.yes"), "F4", widgets.Grave, v.p.Remove).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.drop = ask("deals.remove.ask", widgets.Columns(widgets.Gap, widgets.Grow(stay), gone, stay))
	v.all = widgets.Over(v.browse, v.form.all, widgets.Inset(widgets.Space, 84, widgets.Foot(v.said)), v.layer.Object(), v.keypad.Layer())
}

// buildDetail is everything about the chosen promotion.
func (v *View) buildDetail() fyne.CanvasObject {
	t := v.w.T
	v.name, v.says = wrapped(widgets.SizeTitle, true, widgets.Ink, 2), wrapped(widgets.SizeStrong, false, widgets.Ink, 2)
	v.what, v.when = wrapped(widgets.SizeBody, false, widgets.Ink, 3), wrapped(widgets.SizeBody, false, widgets.InkSoft, 3)
	v.state = text(widgets.SizeBody, true, widgets.AccentInk, widgets.FitShrink)
	v.trialHead = text(widgets.SizeDetail+1, true, widgets.Ink, widgets.FitShrink)
	v.trialHead.Set(t("deals.try"))
	v.detail = widgets.Rows(6, nil, v.name, v.says, v.what, v.when, v.state, widgets.Sized(0, 30, v.trialHead))
	for range mostTrials {
		x := newTrial()
		v.trials = append(v.trials, x)
		v.detail.Add(x.all)
	}
	small := func(label string, key fyne.KeyName, kind widgets.Kind, do func()) *widgets.Button {
		return widgets.NewButton(label, string(key), kind, do).Sized(widgets.SizeDetail+1, widgets.Target)
	}
	v.up, v.down = small(t("deals.up"), keyUp, widgets.Plain, func() { v.p.Shift(-1) }), small(t("deals.down"), keyDown, widgets.Plain, func() { v.p.Shift(1) })
	v.stop, v.remove = small(t("deals.stop"), keyStop, widgets.Plain, v.p.Stop), small(t("deals.remove"), "Del", widgets.Grave, v.p.AskRemove)
	fresh := small(t("deals.new"), keyNew, widgets.Plain, v.p.New)
	fresh.Sized(widgets.SizeBody, 60)
	v.enter = widgets.NewButton(t("deals.change"), "Enter", widgets.Primary, v.p.Enter).Sized(widgets.SizeStrong, 60)
	gap := widgets.Spring()
	last := widgets.Columns(6, widgets.Grow(v.enter), fresh, v.enter)
	v.right = widgets.Rows(6, widgets.Grow(gap), v.detail, gap, widgets.Even(6, v.up, v.down), widgets.Even(6, v.stop, v.remove), last)
	return v.right
}

func (v *View) draw() {
	m := v.p.Model()
	editing := v.p.Editing()
	show(v.browse, !editing)
	show(v.form.all, editing)
	if editing {
		v.form.draw()
	} else {
		v.drawList(m)
	}
	tone := widgets.Calm
	if m.Sour {
		tone = widgets.Warning
	}
	v.said.Say(tone, m.Said)
	switch {
	case v.p.Leaving():
		v.layer.Put(v.leave)
	case v.p.Removing():
		v.layer.Put(v.drop)
	default:
		v.layer.Close()
	}
	v.all.Refresh()
}

func (v *View) drawList(m Model) {
	v.list.Update(v.p.Len())
	v.list.Reveal(v.p.at)
	show(v.nothing, m.None != "")
	v.none.Set(m.None)
	put(v.todo, m.Todo)
	d := v.p.Detail()
	show(v.detail, d.There)
	v.name.Set(d.Name)
	v.says.Set(d.Says)
	v.what.Set(d.Goods)
	v.when.Set(d.When)
	sign, ink := "○ ", widgets.InkSoft
	if d.On {
		sign, ink = "● ", widgets.AccentInk
	}
	v.state.SetColor(ink)
	v.state.Set(sign + d.State)
	show(v.trialHead, len(d.Trials) > 0)
	drawTrials(v.trials, d.Trials)
	if d.Stop != "" {
		v.stop.SetLabel(d.Stop)
	}
	for _, b := range []*widgets.Button{v.up, v.down, v.stop, v.remove, v.enter} {
		b.SetDisabled(!d.There || m.Busy)
	}
	v.nothing.Refresh()
	v.right.Refresh()
}

// row is a promotion of the list.
type row struct {
	widgets.TapRow
	p                          *Presenter
	at                         int
	n, name, says, when, state *widgets.Text
}

func newRow(p *Presenter) *row {
	r := &row{
		p: p, n: text(widgets.SizeStrong, true, widgets.InkSoft, widgets.FitShrink), name: text(widgets.SizeBody, true, widgets.Ink, widgets.FitElide),
		says: text(widgets.SizeDetail+1, false, widgets.Ink, widgets.FitElide), when: text(widgets.SizeDetail, false, widgets.InkSoft, widgets.FitElide),
		state: widgets.NewText("", widgets.Style{Size: widgets.SizeDetail + 1, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink}),
	}
	words := widgets.Rows(0, nil, r.name, r.says, r.when)
	r.Init(r, 4, 2, widgets.Columns(widgets.Gap, widgets.Grow(words), widgets.Sized(26, 0, r.n), words, widgets.Sized(104, 0, r.state), widgets.Sized(4, 0, widgets.Spring())))
	return r
}

// Draw shows entry i.
func (r *row) Draw(i int) {
	r.at = i
	m := r.p.Row(i)
	r.n.Set(m.N)
	r.name.Set(m.Name)
	r.says.Set(m.Says)
	r.when.Set(m.When)
	sign, ink := "○ ", widgets.InkSoft
	if m.On {
		sign, ink = "● ", widgets.AccentInk
	}
	r.state.SetColor(ink)
	r.state.Set(sign + m.State)
	r.Choose(m.Chosen)
}

// Tapped chooses the promotion; once more opens it.
func (r *row) Tapped(*fyne.PointEvent) {
	if r.at == r.p.at {
		r.p.Enter()
		return
	}
	r.p.Choose(r.at)
}
