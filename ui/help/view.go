package help

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"guitai/pos"
	"guitai/ui/widgets"
)

// Sizes in device-independent pixels: all of it fits the smaller of the two windows.
const (
	rowHeight          = 54
	listWidth  float32 = 262
	mostWide   float32 = 1180
	mostHigh   float32 = 900
	aroundWide float32 = 40
	aroundHigh float32 = 36
	stepDown   float32 = 72
)

// View draws the guide over the window.
type View struct {
	p       *Presenter
	looked  *widgets.Blank
	entries []Entry
	list    *widgets.List
	none    *widgets.Text
	page    *prose
	scroll  *container.Scroll
	shown   string // which page, and for which words it was scrolled to
	all     fyne.CanvasObject
	close   func()
}

// New makes a closed guide. cfg.Changed is called after the view has drawn.
func New(cfg Config) *View {
	v := &View{close: cfg.Close}
	after := cfg.Changed
	cfg.Changed = func() { v.draw(); after() }
	v.p = NewPresenter(cfg)
	v.build(cfg)
	return v
}

// Object is the guide, to be laid over the window while it is open.
func (v *View) Object() fyne.CanvasObject { return v.all }

// Open shows the page of what is in front.
func (v *View) Open(page string) {
	v.shown = ""
	v.p.Open(page)
}

// Close puts it away; what is below is as it was.
func (v *View) Close() { v.p.Close() }

// IsOpen reports whether it is in front.
func (v *View) IsOpen() bool { return v.p.IsOpen() }

// TakeBack forgets the last characters: they were a scan.
func (v *View) TakeBack(n int) { v.p.Backspace(n) }

// Typed is for the sink: what is typed is looked for.
func (v *View) Typed(r rune) { v.p.Typed(r) }

// Pressed is for the sink.
func (v *View) Pressed(k widgets.Key) bool {
	if k.Ctrl || k.Alt {
		return false
	}
	page := v.scroll.Size().Height - stepDown
	switch k.Name {
	case fyne.KeyEscape:
		if !v.p.Escape() {
			v.close()
		}
	case fyne.KeyBackspace, fyne.KeyDelete:
		v.p.Backspace(1)
	case fyne.KeyUp:
		v.p.Move(-1)
	case fyne.KeyDown, fyne.KeyTab:
		v.p.Move(1)
	case fyne.KeyPageDown, fyne.KeyRight, fyne.KeyReturn, fyne.KeyEnter:
		v.roll(page)
	case fyne.KeyPageUp, fyne.KeyLeft:
		v.roll(-page)
	case fyne.KeyHome:
		v.scroll.ScrollToTop()
	case fyne.KeyEnd:
		v.scroll.ScrollToBottom()
	default:
		return false
	}
	return true
}

// roll moves the page.
func (v *View) roll(by float32) {
	most := max(0, v.page.height-v.scroll.Size().Height)
	v.scroll.ScrollToOffset(fyne.NewPos(0, max(0, min(most, v.scroll.Offset.Y+by))))
}

func (v *View) build(cfg Config) {
	t := cfg.Words.T
	title := widgets.NewText(t("help.title"), widgets.Style{Size: widgets.SizeTitle, Bold: true, Fit: widgets.FitElide})
	back := widgets.NewButton(t("ask.back"), cfg.Words.Key(pos.KeyHelp), widgets.Plain, v.close).Sized(widgets.SizeDetail+1, widgets.Target)
	up := widgets.NewButton("▲", "PgUp", widgets.Plain, func() { v.roll(stepDown - v.scroll.Size().Height) }).Sized(widgets.SizeDetail+1, widgets.Target)
	down := widgets.NewButton("▼", "PgDn", widgets.Plain, func() { v.roll(v.scroll.Size().Height - stepDown) }).Sized(widgets.SizeDetail+1, widgets.Target)
	top := widgets.Columns(widgets.Gap, widgets.Grow(title), title, up, down, back)

	v.looked = widgets.NewBlank(t("help.look"), t("help.look.hint"), nil)
	v.list = widgets.NewList(rowHeight, func() widgets.Row { return newEntryRow(v) })
	v.none = widgets.NewText("", widgets.Style{Color: widgets.InkSoft, Fit: widgets.FitWrap, Lines: 3})
	pages := widgets.NewPanel(widgets.Ground, widgets.Radius, 4, widgets.Over(v.list, widgets.Inset(12, 12, v.none)))
	left := widgets.Rows(10, widgets.Grow(pages), v.looked, pages)

	v.page = newProse()
	v.scroll = container.NewVScroll(container.New(&column{v}, v.page))
	body := widgets.Columns(24, widgets.Grow(v.scroll), widgets.Sized(listWidth, 0, left), v.scroll)
	card := widgets.NewPanel(widgets.Paper, 16, 20, widgets.Rows(12, widgets.Grow(body), top, body)).OnTap(nil)
	scrim := widgets.NewPanel(widgets.Scrim, 0, 0, nil).OnTap(v.close)
	v.all = widgets.Over(scrim, container.New(&room{}, card))
}

func (v *View) draw() {
	if !v.p.IsOpen() {
		return
	}
	v.looked.Set(v.p.Looked(), true)
	v.entries = v.p.Entries()
	v.list.Update(len(v.entries))
	v.list.Reveal(v.p.At())
	none := v.p.None()
	v.none.Set(none)
	if none == "" {
		v.none.Hide()
	} else {
		v.none.Show()
	}
	id, blocks, from := v.p.Shown()
	if said := id + "\x00" + v.p.Looked(); said != v.shown || from > 0 {
		v.shown = said
		v.page.set(blocks)
		v.page.fit(v.scroll.Size().Width - 14)
		v.scroll.Refresh()
		y := float32(0)
		if from > 0 && from < len(v.page.tops) {
			y = min(v.page.tops[from], max(0, v.page.height-v.scroll.Size().Height))
		}
		v.scroll.ScrollToOffset(fyne.NewPos(0, y))
	}
}

// column gives the page the width there is, but for the bar.
type column struct{ v *View }

// Layout is for Fyne.
func (c *column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	before := c.v.page.height
	c.v.page.fit(size.Width - 14)
	objects[0].Move(fyne.Position{})
	objects[0].Resize(fyne.NewSize(size.Width, c.v.page.height))
	if c.v.page.height != before {
		c.v.scroll.Refresh()
	}
}

// MinSize is for Fyne.
func (c *column) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(10, c.v.page.height) }

// room puts the card in the middle, as large as the window lets it.
type room struct{}

// Layout is for Fyne.
func (*room) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	want := fyne.NewSize(min(mostWide, size.Width-aroundWide), min(mostHigh, size.Height-aroundHigh))
	objects[0].Resize(want)
	objects[0].Move(fyne.NewPos(float32(int((size.Width-want.Width)/2)), float32(int((size.Height-want.Height)/2))))
}

// MinSize is for Fyne. A window that is too small cuts.
func (*room) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(600, 300) }

// entryRow is a page of the guide, or a part of one that says what is looked for.
type entryRow struct {
	widgets.TapRow
	v             *View
	title, detail *widgets.Text
	at            int
}

func newEntryRow(v *View) *entryRow {
	r := &entryRow{
		v:      v,
		title:  widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Fit: widgets.FitShrink}),
		detail: widgets.NewText("", widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft, Fit: widgets.FitElide}),
	}
	r.Init(r, 6, 2, widgets.Rows(0, nil, r.title, r.detail))
	return r
}

// Draw shows entry i.
func (r *entryRow) Draw(i int) {
	r.at = i
	e := r.v.entries[i]
	r.title.Set(e.Title)
	r.detail.Set(e.Detail)
	if e.Detail == "" {
		r.detail.Hide()
	} else {
		r.detail.Show()
	}
	r.Choose(e.Chosen)
}

// Tapped shows it.
func (r *entryRow) Tapped(*fyne.PointEvent) { r.v.p.Choose(r.at) }
