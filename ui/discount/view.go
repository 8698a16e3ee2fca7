package discount

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Width is the sheet's, in device-independent pixels.
const Width = 820

const mostUsual = 5 // figures at a tap

// View draws the screen, for a sheet of the shell.
type View struct {
	p *Presenter
	w *i18n.Words

	what                      map[What]*widgets.Button
	kinds                     map[pos.CutKind]*widgets.Button
	ways                      *fyne.Container
	item, detail              *widgets.Text
	up, down                  *widgets.Button
	typed, unit, hint         *widgets.Text
	usual                     []*widgets.Button
	chips                     *fyne.Container
	before, off, after, arrow *widgets.Text
	remove, ok                *widgets.Button
	object                    *fyne.Container
}

// New makes the screen. cfg.Changed is called after the view has drawn.
func New(cfg Config) *View {
	v := &View{w: cfg.Words, what: map[What]*widgets.Button{}, kinds: map[pos.CutKind]*widgets.Button{}}
	after := cfg.Changed
	cfg.Changed = func() { v.draw(); after() }
	v.p = NewPresenter(cfg)
	v.build()
	return v
}

// Object is the screen.
func (v *View) Object() fyne.CanvasObject { return v.object }

// Open begins with one of the three, for a line of the cart.
func (v *View) Open(what What, line int) { v.p.Open(what, line) }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) { v.p.Show(s) }

// Typed is for the sink.
func (v *View) Typed(r rune) { v.p.Typed(r) }

// Number is for the sink: here only figures are typed.
func (v *View) Number() bool { return true }

// Does is what a key means while goods are sold, for the shell. It reports whether it is one of the screen's.
func (v *View) Does(a pos.KeyAction) bool {
	switch a {
	case pos.KeyDiscount:
		v.p.Choose(Line)
	case pos.KeyCartDiscount:
		v.p.Choose(Whole)
	case pos.KeyPrice:
		v.p.Choose(Price)
	default:
		return false
	}
	return true
}

// Pressed is for the sink.
func (v *View) Pressed(k widgets.Key) bool {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	case fyne.KeyBackspace:
		v.p.Backspace()
	case fyne.KeyDelete:
		v.p.Remove()
	case fyne.KeyTab, fyne.KeyRight:
		v.p.Next(1)
	case fyne.KeyLeft:
		v.p.Next(-1)
	case fyne.KeyUp:
		v.p.Move(-1)
	case fyne.KeyDown:
		v.p.Move(1)
	default:
		return false
	}
	return true
}

func (v *View) build() {
	t := v.w.T
	tabs := make([]fyne.CanvasObject, 0, 3)
	for _, x := range []struct {
		what What
		id   string
		key  pos.KeyAction
	}{{Line, "discount.line", pos.KeyDiscount}, {Whole, "discount.whole", pos.KeyCartDiscount}, {Price, "discount.price", pos.KeyPrice}} {
		b := widgets.NewButton(t(x.id), v.w.Key(x.key), widgets.Tab, func() { v.p.Choose(x.what) }).Sized(widgets.SizeBody, widgets.Target)
		v.what[x.what] = b
		tabs = append(tabs, b)
	}
	v.item = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Fit: widgets.FitElide})
	v.detail = widgets.NewText("", widgets.Style{Color: widgets.InkSoft, Fit: widgets.FitElide})
	which := widgets.Rows(0, nil, v.item, v.detail)
	v.up = widgets.NewButton("", "↑", widgets.Plain, func() { v.p.Move(-1) }).Sized(widgets.SizeStrong, widgets.Target)
	v.down = widgets.NewButton("", "↓", widgets.Plain, func() { v.p.Move(1) }).Sized(widgets.SizeStrong, widgets.Target)
	goods := widgets.Columns(widgets.Gap, widgets.Grow(which), which, v.up, v.down)

	ways := make([]fyne.CanvasObject, 0, len(kinds))
	for _, x := range []struct {
		kind pos.CutKind
		id   string
	}{{pos.CutPercent, "discount.by.percent"}, {pos.CutAmount, "discount.by.amount"}, {pos.CutTo, "discount.by.to"}} {
		b := widgets.NewButton(t(x.id), "", widgets.Tab, func() { v.p.Kind(x.kind) }).Sized(widgets.SizeBody, widgets.Target)
		v.kinds[x.kind] = b
		ways = append(ways, b)
	}
	three := widgets.Even(2, ways...)
	tab := widgets.NewText("Tab", widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft})
	v.ways = widgets.Columns(widgets.Gap, widgets.Grow(three), three, tab)

	v.typed = widgets.NewText("", widgets.Style{Size: widgets.SizeTotal, Bold: true, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})
	v.unit = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Color: widgets.InkSoft})
	number := widgets.NewPanel(widgets.Ground, widgets.Radius, 0,
		widgets.Inset(14, 4, widgets.Columns(widgets.Gap, widgets.Grow(v.typed), v.typed, widgets.Sized(100, 0, v.unit))))
	v.hint = widgets.NewText("", widgets.Style{Color: widgets.InkSoft, Fit: widgets.FitShrink})

	chips := make([]fyne.CanvasObject, 0, mostUsual)
	for i := range mostUsual {
		b := widgets.NewButton("", "", widgets.Plain, func() { v.p.Fill(i) }).Sized(widgets.SizeBody, widgets.Target)
		v.usual = append(v.usual, b)
		chips = append(chips, b)
	}
	v.chips = widgets.Even(widgets.Gap, chips...)

	sum := func(align fyne.TextAlign, ink fyne.ThemeColorName, size float32) *widgets.Text {
		return widgets.NewText("", widgets.Style{Size: size, Bold: true, Color: ink, Align: align, Fit: widgets.FitShrink})
	}
	v.before, v.off = sum(fyne.TextAlignLeading, widgets.Ink, widgets.SizeTitle), sum(fyne.TextAlignCenter, widgets.InkSoft, widgets.SizeStrong)
	v.arrow = sum(fyne.TextAlignCenter, widgets.InkSoft, widgets.SizeStrong)
	v.after = sum(fyne.TextAlignTrailing, widgets.AccentInk, widgets.SizeLarge)
	result := widgets.NewPanel(widgets.AccentSoft, widgets.Radius, 0, widgets.Inset(14, 6, widgets.Sized(0, 44,
		widgets.Columns(widgets.Gap, widgets.Grow(v.after), widgets.Sized(110, 0, v.before), widgets.Sized(96, 0, v.off), widgets.Sized(28, 0, v.arrow), v.after))))

	left := widgets.Rows(widgets.Gap, nil, goods, v.ways, number, v.hint, v.chips, result)
	pad := widgets.Numpad(64, '.', func(r rune) {
		if r == widgets.NumpadBack {
			v.p.Backspace()
			return
		}
		v.p.Typed(r)
	})
	v.remove = widgets.NewButton("", "Del", widgets.Grave, v.p.Remove).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.ok = widgets.NewButton("", "Enter", widgets.Primary, v.p.Enter)
	gap := widgets.Spring()
	body := widgets.Rows(widgets.Gap, widgets.Grow(gap), left, gap, widgets.Columns(widgets.Gap, widgets.Grow(v.ok), v.remove, v.ok))
	v.object = widgets.Rows(widgets.Space, nil, widgets.Even(widgets.Gap, tabs...),
		widgets.Sized(0, 416, widgets.Columns(24, widgets.Grow(body), body, widgets.Sized(280, 0, pad))))
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

func (v *View) draw() {
	m := v.p.Model()
	for what, b := range v.what {
		b.SetChosen(what == m.What)
	}
	for kind, b := range v.kinds {
		b.SetChosen(kind == m.Kind)
	}
	show(v.ways, m.What != Price)
	v.item.Set(m.Item)
	v.detail.Set(m.Detail)
	show(v.up, m.Many)
	show(v.down, m.Many)
	v.typed.Set(m.Typed)
	ink := widgets.Ink
	if m.Fresh {
		ink = widgets.InkSoft // it stands there already: the next digit replaces it
	}
	v.typed.SetColor(ink)
	v.unit.Set(m.Unit)
	v.hint.Set(m.Hint)
	v.hint.SetColor(widgets.InkSoft)
	if m.Bad {
		v.hint.Set("! " + m.Hint)
		v.hint.SetColor(widgets.DangerInk)
	}
	for i, b := range v.usual {
		show(b, i < len(m.Usual))
		if i < len(m.Usual) {
			b.SetLabel(m.Usual[i])
		}
	}
	show(v.chips, len(m.Usual) > 0)
	v.before.Set(m.Before)
	v.off.Set(m.Off)
	v.after.Set(m.After)
	v.arrow.Set("")
	if m.After != "" {
		v.arrow.Set("→")
	}
	v.remove.SetLabel(m.Remove)
	show(v.remove, m.Remove != "")
	v.ok.SetLabel(m.Enter)
	v.ok.SetDisabled(!m.Ready)
	v.object.Refresh()
}
