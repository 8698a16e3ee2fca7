package cash

import (
	"strings"

	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// View draws the prompt.
type View struct {
	p                          *Presenter
	w                          *i18n.Words
	post                       func(pos.Command)
	layer                      *widgets.Layer
	title, hint, rounded       *widgets.Text
	due, tendered, change      *widgets.Text
	dueName, given, changeName *widgets.Text
	paying, back               fyne.CanvasObject // the lines of what is given, and of what goes back
	rows                       []*fyne.Container
	offers                     *fyne.Container
	notes                      []*widgets.Button
	split                      *widgets.Button
	pad, padRoom               fyne.CanvasObject
	take                       *widgets.Button
	over                       *widgets.Text // of the payment under the prompt
	warning                    *widgets.Panel
	card                       *fyne.Container
}

// New makes a closed prompt. cfg.Changed is called after the view has drawn, so that the shell can give the keys.
func New(cfg Config) *View {
	v := &View{w: cfg.Words, post: cfg.Post}
	after := cfg.Changed
	cfg.Changed = func() { v.draw(); after() }
	v.p = NewPresenter(cfg)
	v.build()
	return v
}

// Layer is what the prompt lays over the window.
func (v *View) Layer() fyne.CanvasObject { return v.layer.Object() }

// Open asks for cash.
func (v *View) Open() { v.p.Open() }

// OpenFor asks for a part of what is due in cash; 0 is all.
func (v *View) OpenFor(part pos.Fen) { v.p.OpenFor(part) }

// Close puts the prompt away.
func (v *View) Close() { v.p.Close() }

// IsOpen reports whether the prompt is in front.
func (v *View) IsOpen() bool { return v.p.IsOpen() }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) { v.p.Show(s) }

// Scanned is for the sink: goods that were scanned meanwhile go to the till, not into the amount.
func (v *View) Scanned(code string, back int) {
	v.p.TakeBack(back)
	v.post(pos.ScanText{Text: code})
}

// Typed is for the sink.
func (v *View) Typed(r rune) { v.p.Typed(r) }

// Pressed is for the sink.
func (v *View) Pressed(k widgets.Key) bool {
	switch v.w.Keys().Does(k.Chord(), pos.KeysSelling) {
	case pos.KeyCash:
		return true // pressed twice it is still one prompt, and nothing is taken by it
	case pos.KeySplit:
		v.p.Split()
		return true
	}
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	case fyne.KeyEscape:
		v.p.Close()
	case fyne.KeyBackspace, fyne.KeyDelete:
		v.p.Backspace()
	default:
		return false
	}
	return true
}

func (v *View) build() {
	t := v.w.T
	label := func() *widgets.Text {
		return widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Color: widgets.InkSoft})
	}
	number := func(size float32) *widgets.Text {
		return widgets.NewText("", widgets.Style{Size: size, Bold: true, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})
	}
	v.title = widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Bold: true})
	v.dueName, v.given, v.changeName = label(), label(), label()
	v.due, v.tendered, v.change = number(widgets.SizeLarge), number(widgets.SizeTotal), number(widgets.SizeTotal)
	v.change.SetColor(widgets.AccentInk)
	v.hint = widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Color: widgets.InkSoft, Fit: widgets.FitShrink})
	v.rounded = widgets.NewText("", widgets.Style{Size: widgets.SizeBody - 1, Color: widgets.InkSoft, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})

	v.over = widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Bold: true, Fit: widgets.FitWrap, Lines: 2})
	v.warning = widgets.NewPanel(widgets.DangerSoft, widgets.Radius, 10, widgets.Sized(0, 48, v.over))

	line := func(l, n *widgets.Text, fill fyne.ThemeColorName) fyne.CanvasObject {
		row := widgets.Columns(widgets.Gap, widgets.Grow(n), l, n)
		v.rows = append(v.rows, row)
		return widgets.NewPanel(fill, widgets.Radius, 0, widgets.Inset(14, 4, row))
	}
	v.paying, v.back = line(v.given, v.tendered, widgets.Ground), line(v.changeName, v.change, widgets.AccentSoft)
	left := widgets.Rows(widgets.Gap, nil, v.title, v.warning, line(v.dueName, v.due, widgets.Clear), widgets.Inset(14, 0, v.rounded), v.paying, v.back, v.hint)
	notes := widgets.Rows(widgets.Gap, nil)
	for row := range 2 {
		three := make([]fyne.CanvasObject, 0, 3)
		for i := range NoteCount / 2 {
			b := widgets.NewButton("", "", widgets.Plain, func() { v.give(row*NoteCount/2 + i) }).Sized(widgets.SizeStrong, 56)
			v.notes = append(v.notes, b)
			three = append(three, b)
		}
		notes.Add(widgets.Even(widgets.Gap, three...))
	}
	back := widgets.NewButton(t("ask.back"), "Esc", widgets.Plain, v.p.Close).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.take = widgets.NewButton(t("cash.ok"), "Enter", widgets.Primary, v.p.Enter)
	v.split = widgets.NewButton("", v.w.Key(pos.KeySplit), widgets.Plain, v.p.Split).Sized(widgets.SizeBody, widgets.TargetPrimary)
	keys := widgets.Columns(widgets.Gap, widgets.Grow(v.take), back, v.split, v.take)
	gap := widgets.Spring()
	v.offers = notes
	left.Add(notes)
	first := widgets.Rows(widgets.Gap, widgets.Grow(gap), left, gap, keys)
	v.pad = widgets.Numpad(74, '.', func(r rune) {
		if r == widgets.NumpadBack {
			v.p.Backspace()
			return
		}
		v.p.Typed(r)
	})
	v.padRoom = widgets.Sized(280, 0, v.pad)
	v.card = widgets.Columns(24, widgets.Grow(first), first, v.padRoom)
	v.layer = widgets.NewLayer(widgets.Sheet(860, v.card, v.p.Close))
}

func (v *View) give(i int) {
	v.p.Give(v.p.Notes()[i])
}

func (v *View) draw() {
	open := v.p.IsOpen()
	if !open {
		v.layer.Close()
		return
	}
	m := v.p.Model()
	v.title.Set(m.Title)
	v.dueName.Set(m.DueName)
	v.due.Set(m.Due)
	v.rounded.Set(m.Rounded)
	show(v.rounded, m.Rounded != "")
	v.given.Set(m.Given)
	v.tendered.Set(m.Tendered)
	v.changeName.Set(m.ChangeName)
	v.change.Set(m.Change)
	v.split.SetLabel(m.Split)
	show(v.split, m.Split != "")
	show(v.padRoom, !m.Owed)
	show(v.paying, !m.Owed)
	show(v.back, !m.Owed)
	show(v.offers, !m.Owed && !v.p.split)
	v.hint.Set(m.Hint)
	v.hint.SetColor(widgets.InkSoft)
	if m.Bad {
		v.hint.Set("! " + m.Hint)
		v.hint.SetColor(widgets.DangerInk)
	}
	v.drawOver(m)
	v.take.SetDisabled(!m.Ready)
	notes := v.p.Notes()
	for i, b := range v.notes {
		words := strings.TrimSuffix(notes[i].String(), ".00")
		if i == 0 {
			words = v.w.T("cash.exact")
		}
		b.SetLabel(words)
	}
	for _, row := range v.rows {
		row.Refresh() // what the figures are called is as wide as its words
	}
	v.layer.Open()
	v.card.Refresh()
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// drawOver says what cash means for the payment under the prompt.
func (v *View) drawOver(m Model) {
	v.take.SetLabel(m.Take)
	if m.Over == "" {
		v.warning.Hide()
		return
	}
	v.warning.Show()
	if m.Unsure {
		v.over.Set("⚠ " + m.Over)
		v.over.SetColor(widgets.DangerInk)
		v.warning.SetFill(widgets.DangerSoft)
		return
	}
	v.over.Set(m.Over)
	v.over.SetColor(widgets.InkSoft)
	v.warning.SetFill(widgets.Clear)
}
