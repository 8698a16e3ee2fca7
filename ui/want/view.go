package want

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Width is the sheet's, in device-independent pixels.
const Width = 820

const height = 396

// View draws the screen, for a sheet of the shell.
type View struct {
	p *Presenter
	w *i18n.Words

	item, detail, times *widgets.Text
	figure              *fyne.Container // price or weight
	number, hint, sum   *widgets.Text
	units               []*widgets.Button
	scale               fyne.CanvasObject
	ok                  *widgets.Button

	goods       *fyne.Container // a new item
	name, price *widgets.Blank
	categories  *fyne.Container
	shelf       *container.Scroll
	said        *widgets.Text
	keep, once  *widgets.Button
	object      *fyne.Container
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

// Title is what the question is called.
func (v *View) Title() string { return v.p.Title() }

// Open asks a question.
func (v *View) Open(w pos.Want) { v.p.Open(w) }

// Leave leaves it without an answer.
func (v *View) Leave() { v.p.Leave() }

// Typed is for the sink.
func (v *View) Typed(r rune) { v.p.Typed(r) }

// Number is for the sink: whether a price or a weight is typed.
func (v *View) Number() bool { return v.p.want.Kind != pos.WantItem || v.p.field != FieldName }

// Pressed is for the sink.
func (v *View) Pressed(k widgets.Key) bool {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	case fyne.KeyF2:
		v.p.Once()
	case fyne.KeyBackspace, fyne.KeyDelete:
		v.p.Backspace()
	case fyne.KeyTab, fyne.KeyDown:
		v.p.Next(1)
	case fyne.KeyUp:
		v.p.Next(-1)
	case fyne.KeyLeft:
		v.p.Aside(-1)
	case fyne.KeyRight:
		v.p.Aside(1)
	default:
		return false
	}
	return true
}

func (v *View) build() {
	v.item = widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Bold: true, Fit: widgets.FitElide})
	v.detail = widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Color: widgets.InkSoft, Fit: widgets.FitElide})
	v.times = widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Bold: true, Color: widgets.AccentInk})
	which := widgets.Rows(0, nil, v.item, v.detail)
	head := widgets.Columns(widgets.Gap, widgets.Grow(which), which, v.times)
	v.buildFigure()
	v.buildGoods()
	faces := widgets.Over(v.figure, v.goods)
	left := widgets.Rows(12, widgets.Grow(faces), head, faces)
	pad := widgets.Numpad(64, '.', func(r rune) {
		if r == widgets.NumpadBack {
			v.p.Backspace()
			return
		}
		v.p.Digit(r)
	})
	v.object = widgets.Sized(0, height, widgets.Columns(24, widgets.Grow(left), left, widgets.Sized(280, 0, pad)))
}

func (v *View) buildFigure() {
	t := v.w.T
	v.number = widgets.NewText("", widgets.Style{Size: widgets.SizeTotal, Bold: true, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})
	panel := widgets.NewPanel(widgets.Ground, widgets.Radius, 0, widgets.Inset(14, 8, v.number))
	three := make([]fyne.CanvasObject, 0, len(units))
	for i, name := range v.p.Units() {
		b := widgets.NewButton(name, []string{"K", "J", "G"}[i], widgets.Tab, func() { v.p.Unit(i) }).Sized(widgets.SizeBody, widgets.Target)
		v.units = append(v.units, b)
		three = append(three, b)
	}
	v.scale = widgets.Even(widgets.Gap, three...)
	v.hint = widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Color: widgets.InkSoft, Fit: widgets.FitShrink})
	v.sum = widgets.NewText("", widgets.Style{Size: widgets.SizeLarge, Bold: true, Color: widgets.AccentInk, Align: fyne.TextAlignTrailing, Fit: widgets.FitShrink})
	result := widgets.Sized(0, 48, widgets.Columns(widgets.Gap, widgets.Grow(v.hint), v.hint, widgets.Sized(180, 0, v.sum)))
	v.ok = widgets.NewButton(t("want.ok"), "Enter", widgets.Primary, v.p.Enter)
	gap := widgets.Spring()
	v.figure = widgets.Rows(widgets.Gap, widgets.Grow(gap), panel, v.scale, result, gap, v.ok)
}

func (v *View) buildGoods() {
	t := v.w.T
	v.name = widgets.NewBlank(t("want.name"), "", func() { v.p.Go(FieldName) })
	v.price = widgets.NewBlank(t("want.item.price"), t("want.item.price.hint"), func() { v.p.Go(FieldPrice) })
	v.categories = widgets.Columns(2, nil)
	v.shelf = container.NewHScroll(widgets.Rows(0, widgets.Grow(v.categories), v.categories, widgets.Sized(0, 8, widgets.Spring())))
	v.said = widgets.NewText("", widgets.Style{Size: widgets.SizeDetail + 1, Color: widgets.InkSoft, Fit: widgets.FitShrink})
	v.once = widgets.NewButton(t("want.once"), "F2", widgets.Plain, v.p.Once).Sized(widgets.SizeBody, widgets.TargetPrimary)
	v.keep = widgets.NewButton(t("want.keep"), "Enter", widgets.Primary, v.p.Enter)
	gap := widgets.Spring()
	v.goods = widgets.Rows(widgets.Gap, widgets.Grow(gap), v.name, v.price, widgets.Sized(0, widgets.Target+8, v.shelf), v.said, gap,
		widgets.Columns(widgets.Gap, widgets.Grow(v.keep), v.once, v.keep))
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
	v.item.Set(m.Item)
	v.detail.Set(m.Detail)
	show(v.detail, m.Detail != "")
	v.times.Set(m.Times)
	isItem := m.Kind == pos.WantItem
	show(v.goods, isItem)
	show(v.figure, !isItem)
	judge := func(t *widgets.Text) {
		t.Set(m.Hint)
		t.SetColor(widgets.InkSoft)
		if m.Bad {
			t.Set("! " + m.Hint)
			t.SetColor(widgets.DangerInk)
		}
	}
	if isItem {
		judge(v.said)
		v.drawGoods(m)
	} else {
		judge(v.hint)
		ink := widgets.Ink
		if m.Fresh {
			ink = widgets.InkSoft // it stands there already: the next digit replaces it
		}
		v.number.SetColor(ink)
		v.number.Set(m.Typed)
		v.sum.Set(m.Sum)
		show(v.scale, m.Kind == pos.WantWeight)
		for i, b := range v.units {
			b.SetChosen(i == m.Unit)
		}
		v.ok.SetDisabled(!m.Ready)
	}
	v.object.Refresh()
}

func (v *View) drawGoods(m Model) {
	v.name.SetHint(m.Unnamed)
	v.name.Set(m.Name, m.Field == FieldName)
	v.price.Set(m.Typed, m.Field == FieldPrice)
	names := make([]string, 0, len(v.categories.Objects))
	for _, o := range v.categories.Objects {
		names = append(names, o.(*widgets.Button).Label())
	}
	if !slices.Equal(names, m.Categories) {
		v.categories.RemoveAll()
		for i, name := range m.Categories {
			v.categories.Add(widgets.NewButton(name, "", widgets.Tab, func() { v.p.Category(i) }))
		}
	}
	for i, o := range v.categories.Objects {
		o.(*widgets.Button).SetChosen(i == m.Category)
	}
	show(v.shelf, len(m.Categories) > 0)
	if m.Category >= 0 && m.Category < len(v.categories.Objects) {
		reveal(v.shelf, v.categories.Objects[m.Category])
	}
	v.keep.SetDisabled(!m.Ready)
	v.once.SetDisabled(!m.Ready)
}

// reveal scrolls a category into sight.
func reveal(s *container.Scroll, o fyne.CanvasObject) {
	x, w, room := o.Position().X, o.Size().Width, s.Size().Width
	switch {
	case room == 0:
		return
	case x < s.Offset.X:
		s.ScrollToOffset(fyne.NewPos(x, 0))
	case x+w > s.Offset.X+room:
		s.ScrollToOffset(fyne.NewPos(x+w-room, 0))
	}
}
