package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Tile is an item to tap: its name in two lines and its price.
type Tile struct {
	widget.BaseWidget
	name    *Text
	price   *Text
	back    *Panel
	chosen  bool
	hovered bool
	tap     func()
}

// NewTile makes an empty tile.
func NewTile() *Tile {
	t := &Tile{
		name:  NewText("", Style{Size: SizeBody, Fit: FitWrap, Lines: 2}),
		price: NewText("", Style{Size: SizeStrong, Bold: true, Color: AccentInk, Align: fyne.TextAlignTrailing, Fit: FitShrink}),
		back:  NewPanel(Paper, Radius, 0, nil).Border(Line),
	}
	t.ExtendBaseWidget(t)
	return t
}

// Set fills the tile.
func (t *Tile) Set(name, price string, chosen bool, tap func()) {
	t.name.Set(name)
	t.price.Set(price)
	t.tap = tap
	if t.chosen != chosen {
		t.chosen = chosen
		t.look()
	}
}

// Tapped is for Fyne.
func (t *Tile) Tapped(*fyne.PointEvent) {
	if t.tap != nil {
		t.tap()
	}
}

// MouseIn is for Fyne.
func (t *Tile) MouseIn(*desktop.MouseEvent) { t.hovered = true; t.look() }

// MouseMoved is for Fyne.
func (t *Tile) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is for Fyne.
func (t *Tile) MouseOut() { t.hovered = false; t.look() }

func (t *Tile) look() {
	fill, stroke := Paper, Line
	if t.hovered {
		stroke = Accent
	}
	if t.chosen {
		fill, stroke = AccentSoft, Accent
	}
	t.back.fill, t.back.stroke = fill, stroke
	t.back.Refresh()
}

// CreateRenderer is for Fyne.
func (t *Tile) CreateRenderer() fyne.WidgetRenderer { return &tileRenderer{t} }

type tileRenderer struct{ t *Tile }

func (r *tileRenderer) Layout(size fyne.Size) {
	const x, y = 12, 8
	r.t.back.Resize(size)
	p := r.t.price.MinSize().Height
	r.t.name.Move(fyne.NewPos(x, y))
	r.t.name.Resize(fyne.NewSize(size.Width-2*x, size.Height-p-y-4))
	r.t.price.Move(fyne.NewPos(x, size.Height-p-4))
	r.t.price.Resize(fyne.NewSize(size.Width-2*x, p))
}
func (r *tileRenderer) MinSize() fyne.Size { return fyne.NewSize(120, 96) }
func (r *tileRenderer) Refresh() {
	r.t.back.Refresh()
	r.t.name.Refresh()
	r.t.price.Refresh()
}

func (r *tileRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.t.back, r.t.name, r.t.price}
}
func (r *tileRenderer) Destroy() {}

// Tiles shows any number of tiles in rows; only those in sight exist.
type Tiles struct {
	widget.BaseWidget
	list   *List
	cols   int
	count  int
	least  float32
	height float32
	fill   func(i int, t *Tile)
	// OnColumns hears how many tiles stand side by side.
	OnColumns func(int)
}

// NewTiles makes a grid whose tiles are at least width wide; fill draws tile i.
func NewTiles(width, height float32, fill func(i int, t *Tile)) *Tiles {
	g := &Tiles{least: width, height: height, cols: 1, fill: fill}
	g.list = NewList(height+Gap, func() Row { return newTileRow(g) })
	g.ExtendBaseWidget(g)
	return g
}

// Update shows n tiles, drawing those in sight anew.
func (g *Tiles) Update(n int) {
	g.count = n
	g.list.Update((n + g.cols - 1) / g.cols)
}

// Reveal scrolls tile i into sight.
func (g *Tiles) Reveal(i int) { g.list.Reveal(i / g.cols) }

// Top scrolls to the first tile.
func (g *Tiles) Top() { g.list.Top() }

// CreateRenderer is for Fyne.
func (g *Tiles) CreateRenderer() fyne.WidgetRenderer { return &tilesRenderer{g} }

type tilesRenderer struct{ g *Tiles }

func (r *tilesRenderer) Layout(size fyne.Size) {
	g := r.g
	cols := max(1, int((size.Width+Gap)/(g.least+Gap)))
	if cols != g.cols {
		g.cols = cols
		g.list.count = (g.count + cols - 1) / cols
		for i := range g.list.shows {
			g.list.shows[i] = -1
		}
		if g.OnColumns != nil {
			g.OnColumns(cols)
		}
	}
	g.list.Resize(size)
	g.list.scroll.Refresh()
	g.list.place()
}
func (r *tilesRenderer) MinSize() fyne.Size           { return fyne.NewSize(r.g.least, r.g.height) }
func (r *tilesRenderer) Refresh()                     { r.g.list.Refresh() }
func (r *tilesRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.g.list} }
func (r *tilesRenderer) Destroy()                     {}

type tileRow struct {
	widget.BaseWidget
	g     *Tiles
	tiles []*Tile
	at    int
}

func newTileRow(g *Tiles) *tileRow {
	r := &tileRow{g: g}
	r.ExtendBaseWidget(r)
	return r
}

func (r *tileRow) Draw(i int) {
	r.at = i
	for len(r.tiles) < r.g.cols {
		r.tiles = append(r.tiles, NewTile())
	}
	for c, t := range r.tiles {
		n := i*r.g.cols + c
		if c < r.g.cols && n < r.g.count {
			r.g.fill(n, t)
			t.Show()
		} else {
			t.Hide()
		}
	}
	r.lay(r.Size())
}

func (r *tileRow) lay(size fyne.Size) {
	w := float32(int((size.Width - 10 - Gap*float32(r.g.cols-1)) / float32(r.g.cols))) // 10 keeps clear of the scroll bar
	for c, t := range r.tiles {
		t.Move(fyne.NewPos(float32(c)*(w+Gap), 0))
		t.Resize(fyne.NewSize(w, r.g.height))
	}
}

// CreateRenderer is for Fyne.
func (r *tileRow) CreateRenderer() fyne.WidgetRenderer { return &tileRowRenderer{r} }

type tileRowRenderer struct{ r *tileRow }

func (t *tileRowRenderer) Layout(size fyne.Size) { t.r.lay(size) }
func (t *tileRowRenderer) MinSize() fyne.Size    { return fyne.NewSize(10, t.r.g.height) }
func (t *tileRowRenderer) Refresh() {
	for _, x := range t.r.tiles {
		x.Refresh()
	}
}

func (t *tileRowRenderer) Objects() []fyne.CanvasObject {
	o := make([]fyne.CanvasObject, len(t.r.tiles))
	for i, x := range t.r.tiles {
		o[i] = x
	}
	return o
}
func (t *tileRowRenderer) Destroy() {}
