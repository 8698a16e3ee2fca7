package widgets

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Hatch is a striped band with words on it: the sign of practice mode. It has a place of its own, so it covers nothing.
type Hatch struct {
	widget.BaseWidget
	say *Text
}

// NewHatch makes a band.
func NewHatch(words string) *Hatch {
	h := &Hatch{say: NewText(words, Style{Size: SizeDetail + 1, Bold: true, Color: AccentInk, Align: fyne.TextAlignCenter})}
	h.ExtendBaseWidget(h)
	return h
}

// CreateRenderer is for Fyne.
func (h *Hatch) CreateRenderer() fyne.WidgetRenderer {
	return &hatchRenderer{h: h, stripes: canvas.NewRaster(stripes), plate: NewPanel(Ground, 0, 0, nil)}
}

// stripes are made anew for every size and theme; they are too cheap to keep.
func stripes(w, h int) image.Image {
	img := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{paint(Ground), paint(AccentSoft)})
	const period = 24
	for y := range h {
		for x := range w {
			if (x+y)%period < period/2 {
				img.Pix[y*img.Stride+x] = 1
			}
		}
	}
	return img
}

type hatchRenderer struct {
	h       *Hatch
	stripes *canvas.Raster
	plate   *Panel
}

func (r *hatchRenderer) Layout(size fyne.Size) {
	r.stripes.Resize(size)
	w := float32(int(r.h.say.MinSize().Width)) + 48
	r.plate.Move(fyne.NewPos(float32(int((size.Width-w)/2)), 0))
	r.plate.Resize(fyne.NewSize(w, size.Height))
	r.h.say.Resize(size)
}
func (r *hatchRenderer) MinSize() fyne.Size { return fyne.NewSize(100, 26) }
func (r *hatchRenderer) Refresh() {
	r.stripes.Refresh()
	r.plate.Refresh()
	r.h.say.Refresh()
}

func (r *hatchRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.stripes, r.plate, r.h.say}
}
func (r *hatchRenderer) Destroy() {}
