package tenders

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Width is the sheet's, in device-independent pixels.
const Width = 860

const (
	height    = 452
	mostNames = 6 // tenders with a button of their own
	mostParts = 4 // parts with a line of their own
)

// View draws the screen, for a sheet of the shell.
type View struct {
	p *Presenter
	w *i18n.Words

	name, due           *widgets.Text
	parts               []*widgets.Text
	sums                []*widgets.Text
	lines               []*fyne.Container
	list                *fyne.Container
	typed, left         *widgets.Text
	leftName            *widgets.Text
	amount              fyne.CanvasObject // the part
	hint                *widgets.Text
	names               []*widgets.Button
	grid                *fyne.Container
	over                *widgets.Text
	warning             *widgets.Panel
	split, half         *widgets.Button
	cash, wechat        *widgets.Button
	ok, back            *widgets.Button
	asks, means         *widgets.Text
	question, work, pad fyne.CanvasObject
	column              *fyne.Container
	keys                *fyne.Container
	object              *fyne.Container
}

// New makes the screen. cfg.Changed is called after the view has drawn.
func New(cfg Config) *View {
	v := &View{w: cfg.Words}
	after := cfg.Changed
	cfg.Changed = func() { v.draw(); after() }
	v.p = NewPresenter(cfg)
	v.build()
	return v
}

// Object is the screen.
func (v *View) Object() fyne.CanvasObject { return v.object }

// Open begins: with a part to type, or with all that is left.
func (v *View) Open(split bool) { v.p.Open(split) }

// Show takes the till's newest state.
func (v *View) Show(s pos.Snapshot) { v.p.Show(s) }

// Typed is for the sink.
func (v *View) Typed(r rune) { v.p.Typed(r) }

// Number is for the sink: here only figures are typed.
func (v *View) Number() bool { return true }

// Does is what a key means while goods are sold, for the shell. It reports whether it is one of the screen's.
func (v *View) Does(a pos.KeyAction) bool {
	switch a {
	case pos.KeySplit:
		v.p.Split()
	case pos.KeyTenders: // pressed again it is still the same screen
	case pos.KeyCash:
		v.p.Cash()
	case pos.KeyWeChat:
		v.p.WeChat()
	default:
		return false
	}
	return true
}

// Pressed is for the sink. Esc means something only while there is a step to go back.
func (v *View) Pressed(k widgets.Key) bool {
	switch k.Name {
	case fyne.KeyEscape:
		return v.p.Escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	case fyne.KeyBackspace:
		v.p.Backspace()
	case fyne.KeyDelete:
		v.p.Back()
	case fyne.KeyUp:
		v.p.Move(-2)
	case fyne.KeyDown:
		v.p.Move(2)
	case fyne.KeyLeft:
		v.p.Move(-1)
	case fyne.KeyRight, fyne.KeyTab:
		v.p.Move(1)
	default:
		return false
	}
	return true
}

func (v *View) build() {
	t := v.w.T
	v.name = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Color: widgets.InkSoft})
	v.due = widgets.NewText("", widgets.Style{Size: widgets.SizeLarge, Bold: true, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})
	due := widgets.Inset(14, 0, widgets.Columns(widgets.Gap, widgets.Grow(v.due), v.name, v.due))
	v.list = widgets.Rows(0, nil)
	for range mostParts {
		what := widgets.NewText("", widgets.Style{Color: widgets.InkSoft, Fit: widgets.FitElide})
		sum := widgets.NewText("", widgets.Style{Color: widgets.InkSoft, Align: fyne.TextAlignTrailing})
		line := widgets.Inset(14, 1, widgets.Columns(widgets.Gap, widgets.Grow(what), what, sum))
		v.parts, v.sums, v.lines = append(v.parts, what), append(v.sums, sum), append(v.lines, line)
		v.list.Add(line)
	}
	v.over = widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Bold: true, Fit: widgets.FitWrap, Lines: 2})
	v.warning = widgets.NewPanel(widgets.DangerSoft, widgets.Radius, 10, v.over)

	label := widgets.NewText(t("outside.part"), widgets.Style{Size: widgets.SizeStrong, Color: widgets.InkSoft})
	v.typed = widgets.NewText("", widgets.Style{Size: widgets.SizeLarge, Bold: true, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})
	v.leftName = widgets.NewText(t("outside.after"), widgets.Style{Size: widgets.SizeStrong, Color: widgets.InkSoft})
	v.left = widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Bold: true, Color: widgets.AccentInk, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})
	v.half = widgets.NewButton(t("outside.half"), "", widgets.Plain, v.p.Half).Sized(widgets.SizeBody, widgets.Target)
	typed := &tapped{p: v.p, text: v.typed}
	typed.ExtendBaseWidget(typed)
	v.amount = widgets.Rows(4, nil,
		widgets.NewPanel(widgets.Ground, widgets.Radius, 0, widgets.Inset(14, 4, widgets.Columns(widgets.Gap, widgets.Grow(typed), label, typed, v.half))),
		widgets.Inset(14, 0, widgets.Columns(widgets.Gap, widgets.Grow(v.left), v.leftName, v.left)))
	v.hint = widgets.NewText("", widgets.Style{Color: widgets.InkSoft, Fit: widgets.FitWrap, Lines: 2})

	v.grid = widgets.Rows(widgets.Gap, nil)
	for row := range mostNames / 2 {
		two := make([]fyne.CanvasObject, 0, 2)
		for i := range 2 {
			b := widgets.NewButton("", "", widgets.Tab, func() { v.p.Choose(row*2 + i) }).Sized(widgets.SizeStrong, 54)
			v.names = append(v.names, b)
			two = append(two, widgets.Over(widgets.NewPanel(widgets.Ground, widgets.Radius, 0, nil), b))
		}
		v.grid.Add(widgets.Even(widgets.Gap, two...))
	}
	v.split = widgets.NewButton("", v.w.Key(pos.KeySplit), widgets.Plain, v.p.Split).Sized(widgets.SizeBody, 54)
	v.cash = widgets.NewButton(t("sell.key.cash"), v.w.Key(pos.KeyCash), widgets.Plain, v.p.Cash).Sized(widgets.SizeBody, 54)
	v.wechat = widgets.NewButton(t("sell.key.wechat"), v.w.Key(pos.KeyWeChat), widgets.Plain, v.p.WeChat).Sized(widgets.SizeBody, 54)
	own := widgets.Even(widgets.Gap, v.cash, v.wechat)

	gap := widgets.Spring()
	v.column = widgets.Rows(widgets.Gap, widgets.Grow(gap), due, v.list, v.warning, v.amount, v.hint, v.grid, own, gap)
	v.pad = widgets.Numpad(64, '.', func(r rune) {
		if r == widgets.NumpadBack {
			v.p.Backspace()
			return
		}
		v.p.Digit(r)
	})
	side := widgets.Rows(widgets.Gap, widgets.Grow(v.pad), v.split, v.pad)
	v.work = widgets.Columns(24, widgets.Grow(v.column), v.column, widgets.Sized(264, 0, side))

	v.asks = widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Bold: true, Align: fyne.TextAlignCenter, Fit: widgets.FitWrap, Lines: 2})
	v.means = widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Align: fyne.TextAlignCenter, Fit: widgets.FitWrap, Lines: 4})
	v.question = widgets.Middle(widgets.Sized(640, 0, widgets.Rows(widgets.Space, nil, v.asks, v.means)))

	v.back = widgets.NewButton("", "", widgets.Grave, v.aside).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.ok = widgets.NewButton("", "Enter", widgets.Primary, v.p.Enter)
	v.keys = widgets.Columns(widgets.Gap, widgets.Grow(v.ok), v.back, v.ok)
	room := widgets.Over(v.work, v.question)
	v.object = widgets.Sized(0, height, widgets.Rows(widgets.Gap, widgets.Grow(room), room, v.keys))
}

// aside is the button beside the primary one: it gives back, or stays.
func (v *View) aside() {
	if v.p.giving {
		v.p.Escape()
		return
	}
	v.p.Back()
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
	show(v.question, m.Giving)
	show(v.work, !m.Giving)
	v.ok.SetLabel(m.Enter)
	v.ok.SetDisabled(!m.Ready)
	kind := widgets.Primary
	if m.Grave {
		kind = widgets.Grave
	}
	v.ok.SetKind(kind)
	if m.Giving {
		v.asks.Set(m.Asks)
		v.means.Set(m.Means)
		v.back.SetLabel(v.w.T("outside.back.no") + "  Esc")
		v.back.SetKind(widgets.Plain)
	} else {
		v.back.SetLabel(v.w.T("outside.back") + "  Del")
		v.back.SetKind(widgets.Grave)
		v.drawWork(m)
	}
	show(v.back, m.Giving || m.MayBack)
	v.object.Refresh()
}

func (v *View) drawWork(m Model) {
	v.name.Set(m.Name)
	v.due.Set(m.Due)
	from := max(0, len(m.Parts)-mostParts)
	for i := range mostParts {
		show(v.lines[i], from+i < len(m.Parts))
		if from+i < len(m.Parts) {
			v.parts[i].Set("✓ " + m.Parts[from+i].Tender)
			v.sums[i].Set(m.Parts[from+i].Amount)
		}
	}
	show(v.list, len(m.Parts) > 0)
	show(v.warning, m.Over != "")
	v.over.Set(m.Over)
	v.over.SetColor(widgets.InkSoft)
	v.warning.SetFill(widgets.Ground)
	if m.Unsure {
		v.over.Set("⚠ " + m.Over)
		v.over.SetColor(widgets.DangerInk)
		v.warning.SetFill(widgets.DangerSoft)
	}
	show(v.amount, m.Split)
	caret := ""
	if m.Typing {
		caret = "▏"
	}
	v.typed.Set(m.Typed + caret)
	v.left.Set(m.Left)
	show(v.left, m.Left != "")
	show(v.leftName, m.Left != "")
	v.hint.Set(m.Hint)
	v.hint.SetColor(widgets.InkSoft)
	if m.Bad {
		v.hint.Set("! " + m.Hint)
		v.hint.SetColor(widgets.DangerInk)
	}
	for i, b := range v.names {
		if i < len(m.Names) {
			b.SetLabel(m.Names[i])
		}
		b.SetChosen(i == m.At && !m.Typing)
	}
	for i, row := range v.grid.Objects {
		show(row, 2*i < len(m.Names))
		show(row.(*fyne.Container).Objects[1], 2*i+1 < len(m.Names))
	}
	show(v.grid, !m.None)
	split := "outside.to-part"
	if m.Split {
		split = "outside.to-whole"
	}
	v.split.SetLabel(v.w.T(split))
	show(v.wechat, m.ByCode)
	v.column.Refresh()
}

// tapped is the part's amount, which a finger can go back to.
type tapped struct {
	widget.BaseWidget
	p    *Presenter
	text *widgets.Text
}

// Tapped is for Fyne.
func (a *tapped) Tapped(*fyne.PointEvent) { a.p.Amount() }

// CreateRenderer is for Fyne.
func (a *tapped) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(a.text) }
