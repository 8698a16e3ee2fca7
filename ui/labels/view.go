package labels

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/ui/widgets"
)

const (
	listPercent = 56
	rowHeight   = 58
	qrSide      = 208 // three of the screen's pixels to a module of the longest code
)

// The keys of the two kinds of label.
const (
	keyPrices   = fyne.KeyF3
	keyProducts = fyne.KeyF4
)

// View draws the screen, for a page of the shell.
type View struct {
	p *Presenter

	typed                          *widgets.Blank
	list                           *widgets.List
	none, todo                     *widgets.Text
	nothing                        fyne.CanvasObject
	left, right                    *fyne.Container
	card                           *fyne.Container
	label                          fyne.CanvasObject
	name, price, per, code, copies *widgets.Text
	qr                             *widgets.QR
	qrRoom                         fyne.CanvasObject
	uncoded                        *widgets.Text
	prices, products               *widgets.Button
	fewer, more, remove, print     *widgets.Button
	stepper                        fyne.CanvasObject
	said                           *widgets.Notice
	all                            *fyne.Container
}

// New makes the screen. cfg.Changed is called after the view has drawn; close goes back to selling.
func New(cfg Config, close func()) *View {
	v := &View{}
	after := cfg.Changed
	cfg.Changed = func() {
		if v.all != nil {
			v.draw()
		}
		after()
	}
	v.p = NewPresenter(cfg)
	v.build(cfg, close)
	v.draw()
	return v
}

// Object is the screen.
func (v *View) Object() fyne.CanvasObject { return v.all }

// Kept is the list, for when the screen is opened again.
func (v *View) Kept() []Want { return v.p.Kept() }

// Say shows what the till says.
func (v *View) Say(tone widgets.Tone, words string) {
	if words != "" {
		v.p.Answered(tone != widgets.Calm)
	}
	v.said.Say(tone, words)
}

// Typed is for the sink.
func (v *View) Typed(r rune) { v.p.Typed(r) }

// Scanned is for the sink: here a scan is a label.
func (v *View) Scanned(code string, back int) { v.p.Scanned(code, back) }

// Pressed is for the sink.
func (v *View) Pressed(k widgets.Key) bool {
	if v.p.cfg.Words.Keys().Does(k.Chord(), pos.KeysOnPages) == pos.KeyReprint {
		v.p.Print()
		return true
	}
	if k.Ctrl {
		return false
	}
	switch k.Name {
	case fyne.KeyEscape:
		return v.p.Escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		v.p.Enter()
	case fyne.KeyBackspace:
		v.p.Backspace()
	case keyPrices:
		v.p.ChooseProducts(false)
	case keyProducts:
		v.p.ChooseProducts(true)
	case fyne.KeyDelete:
		v.p.Remove()
	case fyne.KeyUp:
		v.p.Move(-1)
	case fyne.KeyDown, fyne.KeyTab:
		v.p.Move(1)
	case fyne.KeyLeft:
		v.p.More(-1)
	case fyne.KeyRight:
		v.p.More(1)
	default:
		return false
	}
	return true
}

func (v *View) build(cfg Config, close func()) {
	t := cfg.Words.T
	v.typed = widgets.NewBlank(t("labels.what"), t("labels.hint"), nil)
	leave := widgets.NewButton(t("takings.leave"), "Esc", widgets.Plain, close).Sized(widgets.SizeDetail+1, widgets.Target)
	add := widgets.NewButton(t("labels.add"), "Enter", widgets.Plain, v.p.Enter).Sized(widgets.SizeBody, widgets.Target)
	bar := widgets.Columns(widgets.Gap, widgets.Grow(v.typed), v.typed, widgets.Foot(add), widgets.Foot(leave))

	v.list = widgets.NewList(rowHeight, func() widgets.Row { return newRow(v.p) })
	centred := func(size float32, bold bool, ink fyne.ThemeColorName) *widgets.Text {
		return widgets.NewText("", widgets.Style{Size: size, Bold: bold, Color: ink, Align: fyne.TextAlignCenter, Fit: widgets.FitWrap, Lines: 3})
	}
	v.none, v.todo = centred(widgets.SizeStrong, true, widgets.Ink), centred(widgets.SizeBody, false, widgets.InkSoft)
	above, below := widgets.Spring(), widgets.Spring()
	v.nothing = widgets.Inset(24, 0, widgets.Rows(6, widgets.Grow(above, below), above, v.none, v.todo, below))
	v.left = widgets.Over(v.list, v.nothing)
	v.said = widgets.NewNotice()
	left := widgets.NewPanel(widgets.Paper, widgets.Radius, 6, widgets.Over(v.left, widgets.Inset(widgets.Gap, widgets.Gap, widgets.Foot(v.said))))
	right := widgets.NewPanel(widgets.Paper, widgets.Radius, 14, v.buildLabel(cfg))
	body := widgets.Zones(listPercent, widgets.Columns(0, widgets.Grow(left), left, widgets.Sized(10, 0, widgets.Spring())), right)

	content := widgets.Inset(12, 6, widgets.Rows(10, widgets.Grow(body), bar, body))
	ground := widgets.NewPanel(widgets.Ground, 0, 0, nil).OnTap(nil)
	v.all = widgets.Over(ground, content)
}

// buildLabel is the chosen label, with its price as large as on the shelf, and what is done with it.
func (v *View) buildLabel(cfg Config) fyne.CanvasObject {
	t := cfg.Words.T
	v.name = widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Bold: true, Fit: widgets.FitWrap, Lines: 2})
	v.price = widgets.NewText("", widgets.Style{Size: widgets.SizeHuge, Bold: true, Fit: widgets.FitShrink})
	v.per = widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Fit: widgets.FitShrink})
	v.code = widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Color: widgets.InkSoft, Fit: widgets.FitShrink})
	v.qr = widgets.NewQR(qrSide)
	v.qrRoom = widgets.Inset(0, 8, v.qr)
	v.uncoded = widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Color: widgets.DangerInk, Fit: widgets.FitWrap, Lines: 4})
	v.card = widgets.Rows(4, nil, v.name, v.price, v.qrRoom, v.uncoded, v.per, v.code)
	v.label = widgets.NewPanel(widgets.Paper, widgets.Radius, 18, v.card).Border(widgets.Line)

	v.fewer = widgets.NewButton("−", "←", widgets.Plain, func() { v.p.More(-1) }).Sized(widgets.SizeStrong, 56)
	v.more = widgets.NewButton("+", "→", widgets.Plain, func() { v.p.More(1) }).Sized(widgets.SizeStrong, 56)
	v.copies = widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Bold: true, Align: fyne.TextAlignCenter, Fit: widgets.FitShrink})
	v.remove = widgets.NewButton(t("labels.remove"), "Del", widgets.Grave, v.p.Remove).Sized(widgets.SizeBody, 56)
	side := func(b *widgets.Button) fyne.CanvasObject { return widgets.Sized(84, 0, b) }
	v.stepper = widgets.Columns(widgets.Gap, widgets.Grow(v.copies), side(v.fewer), v.copies, side(v.more), v.remove)
	v.print = widgets.NewButton("", cfg.Words.Key(pos.KeyReprint), widgets.Primary, v.p.Print)
	gap := widgets.Spring()
	v.prices = widgets.NewButton(t("labels.prices"), string(keyPrices), widgets.Tab, func() { v.p.ChooseProducts(false) }).Sized(widgets.SizeBody, widgets.Target)
	v.products = widgets.NewButton(t("labels.product"), string(keyProducts), widgets.Tab, func() { v.p.ChooseProducts(true) }).Sized(widgets.SizeBody, widgets.Target)
	v.products.SetDimmed(!v.p.CanProducts())
	v.right = widgets.Rows(14, widgets.Grow(gap), widgets.Even(6, v.prices, v.products), v.label, v.stepper, gap, v.print)
	return v.right
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
	m := v.p.Model()
	v.typed.Set(m.Typed, true)
	v.list.Update(v.p.Len())
	v.list.Reveal(v.p.At())
	show(v.nothing, m.None != "")
	v.none.Set(m.None)
	put(v.todo, m.Todo)
	show(v.label, m.Label)
	v.name.Set(m.Name)
	put(v.price, m.Price)
	v.qr.Set(m.QR)
	show(v.qrRoom, m.QR != "")
	put(v.uncoded, m.Uncoded)
	put(v.per, m.Per)
	v.prices.SetChosen(!v.p.Products())
	v.products.SetChosen(v.p.Products())
	put(v.code, m.Code)
	show(v.stepper, m.Copies != "")
	v.copies.Set(m.Copies)
	v.print.SetLabel(m.Print)
	v.print.SetDisabled(!m.Ready)
	tone := widgets.Calm
	if m.Bad {
		tone = widgets.Warning
	}
	v.said.Say(tone, m.Said)
	for _, c := range []*fyne.Container{v.left, v.card, v.right} {
		c.Refresh() // a panel does not lay out what is in it
	}
	v.all.Refresh()
}

// row is an entry of the list.
type row struct {
	widgets.TapRow
	p                           *Presenter
	name, detail, price, copies *widgets.Text
	at                          int
}

func newRow(p *Presenter) *row {
	trailing := fyne.TextAlignTrailing
	r := &row{
		p:      p,
		name:   widgets.NewText("", widgets.Style{Bold: true, Fit: widgets.FitElide}),
		detail: widgets.NewText("", widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft, Fit: widgets.FitElide}),
		price:  widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Align: trailing}),
		copies: widgets.NewText("", widgets.Style{Size: widgets.SizeStrong, Bold: true, Align: trailing}),
	}
	words := widgets.Rows(0, nil, r.name, r.detail)
	r.Init(r, 6, 2, widgets.Columns(widgets.Gap, widgets.Grow(words), words, widgets.Sized(90, 0, r.price), widgets.Sized(62, 0, r.copies)))
	return r
}

// Draw shows entry i.
func (r *row) Draw(i int) {
	r.at = i
	m := r.p.Row(i)
	r.name.Set(m.Name)
	r.detail.Set(m.Detail)
	r.price.Set(m.Price)
	r.copies.Set(m.Copies)
	r.Choose(m.Chosen)
	r.Refresh()
}

// Tapped is a finger on the entry.
func (r *row) Tapped(*fyne.PointEvent) { r.p.Choose(r.at) }
