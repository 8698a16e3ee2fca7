package widgets

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
	"github.com/skip2/go-qrcode"
)

const quietZone = 4 // modules of white that the standard asks for on every side

// QR draws a code so that every module is the same whole number of the screen's own pixels, with its quiet zone, black on
// white whatever the theme. That, and not size alone, is what makes it quick to scan.
type QR struct {
	widget.BaseWidget
	side    float32
	text    string
	modules [][]bool // of text, without quiet zone
	raster  *canvas.Raster
	picture *image.Gray // the last one drawn
	drawn   string      // what it says
}

// NewQR makes an empty code of at least side device-independent pixels.
func NewQR(side float32) *QR {
	q := &QR{side: side}
	q.raster = canvas.NewRaster(q.draw)
	q.raster.ScaleMode = canvas.ImageScalePixels
	q.ExtendBaseWidget(q)
	return q
}

// Set shows text as a code; "" shows none. It reports whether text fits a code. The same text again costs nothing.
func (q *QR) Set(text string) bool {
	if text == q.text {
		return true
	}
	q.text, q.modules = text, nil
	ok := true
	if text != "" {
		code, err := qrcode.New(text, qrcode.Medium)
		if ok = err == nil; ok {
			code.DisableBorder = true
			q.modules = code.Bitmap()
		}
	}
	q.raster.Refresh()
	return ok
}

// Text returns what the code says.
func (q *QR) Text() string { return q.text }

// draw is called by Fyne with the size in the screen's own pixels.
func (q *QR) draw(w, h int) image.Image {
	if q.picture != nil && q.drawn == q.text && q.picture.Rect.Dx() == w && q.picture.Rect.Dy() == h {
		return q.picture
	}
	q.picture, q.drawn = paintModules(q.modules, w, h), q.text
	return q.picture
}

// paintModules paints a code in the middle of w by h pixels, as large as whole pixels per module allow.
func paintModules(modules [][]bool, w, h int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = 0xFF
	}
	n := len(modules)
	if n == 0 {
		return img
	}
	scale := min(w, h) / (n + 2*quietZone)
	if scale == 0 {
		return img // too small to be read: better none than a wrong one
	}
	left, top := (w-n*scale)/2, (h-n*scale)/2
	for y, row := range modules {
		for x, dark := range row {
			if !dark {
				continue
			}
			for py := top + y*scale; py < top+(y+1)*scale; py++ {
				at := img.PixOffset(left+x*scale, py)
				for px := range scale {
					img.Pix[at+px] = 0
				}
			}
		}
	}
	return img
}

// CreateRenderer is for Fyne.
func (q *QR) CreateRenderer() fyne.WidgetRenderer {
	back := canvas.NewRectangle(color.White)
	back.CornerRadius = Radius
	return &qrRenderer{q: q, back: back}
}

type qrRenderer struct {
	q    *QR
	back *canvas.Rectangle
}

func (r *qrRenderer) Layout(size fyne.Size) {
	side := min(size.Width, size.Height)
	side = float32(int(side))
	at := fyne.NewPos(float32(int((size.Width-side)/2)), float32(int((size.Height-side)/2)))
	r.back.Move(at)
	r.back.Resize(fyne.NewSquareSize(side))
	// The ground's round corners stay outside the code's own square.
	const edge = 6
	r.q.raster.Move(at.AddXY(edge, edge))
	r.q.raster.Resize(fyne.NewSquareSize(side - 2*edge))
}

func (r *qrRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(r.q.side) }
func (r *qrRenderer) Refresh() {
	canvas.Refresh(r.back)
	canvas.Refresh(r.q.raster)
}
func (r *qrRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.back, r.q.raster} }
func (r *qrRenderer) Destroy()                     {}
