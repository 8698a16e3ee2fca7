package widgets

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// photoSide is a tile's photo, in device-independent pixels: a square beside the price.
const photoSide = 36

// Tile is an item to tap: its name in two lines, its price, and where it has one its photo.
type Tile struct {
	widget.BaseWidget
	name    *Text
	price   *Text
	photo   *canvas.Image
	back    *Panel
	colour  string
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
		photo: canvas.NewImageFromImage(nil),
	}
	t.photo.FillMode, t.photo.ScaleMode, t.photo.CornerRadius = canvas.ImageFillContain, canvas.ImageScaleSmooth, 5
	t.photo.Hide()
	t.ExtendBaseWidget(t)
	return t
}

// Dress gives the tile a colour ([pos.TileColours], "" for the plain one) and a photo; nil for none.
func (t *Tile) Dress(colour string, photo image.Image) {
	if colour != t.colour {
		t.colour = colour
		t.look()
	}
	if photo == t.photo.Image {
		return
	}
	t.photo.Image = photo
	if photo == nil {
		t.photo.Hide()
	} else {
		t.photo.Show()
	}
	t.Refresh()
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
	fill, stroke := TileFill(t.colour), TileEdge(t.colour)
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
	left := float32(x)
	if r.t.photo.Visible() {
		r.t.photo.Move(fyne.NewPos(7, size.Height-photoSide-6))
		r.t.photo.Resize(fyne.NewSquareSize(photoSide))
		left = 7 + photoSide + 4
	}
	r.t.price.Move(fyne.NewPos(left, size.Height-p-4))
	r.t.price.Resize(fyne.NewSize(size.Width-left-x, p))
}
func (r *tileRenderer) MinSize() fyne.Size { return fyne.NewSize(120, 96) }
func (r *tileRenderer) Refresh() {
	r.t.back.Refresh()
	r.t.name.Refresh()
	r.t.price.Refresh()
	r.t.photo.Refresh()
	r.Layout(r.t.Size())
}

func (r *tileRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.t.back, r.t.photo, r.t.name, r.t.price}
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
