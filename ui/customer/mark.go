package customer

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"guitai/ui/widgets"
)

// done is the mark of what is paid.
const done Mark = -1

// drawn are the marks on a square of a hundred, in two colours: a disc, and what is on it.
var drawn = map[Mark]string{
	done: `<circle cx="50" cy="50" r="50" fill="%[1]s"/>` +
		`<path d="M29 52 L44 67 L72 36" fill="none" stroke="%[2]s" stroke-width="9" stroke-linecap="round" stroke-linejoin="round"/>`,
	Clock: `<circle cx="50" cy="50" r="50" fill="%[1]s"/>` +
		`<circle cx="50" cy="50" r="24" fill="none" stroke="%[2]s" stroke-width="6"/>` +
		`<path d="M50 36 L50 51 L60 57" fill="none" stroke="%[2]s" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/>`,
	Phone: `<circle cx="50" cy="50" r="50" fill="%[1]s"/>` +
		`<path d="M40 25 L60 25 Q64 25 64 29 L64 71 Q64 75 60 75 L40 75 Q36 75 36 71 L36 29 Q36 25 40 25 Z" fill="none" stroke="%[2]s" stroke-width="6" stroke-linejoin="round"/>` +
		`<path d="M46 66 L54 66" fill="none" stroke="%[2]s" stroke-width="5" stroke-linecap="round"/>`,
}

// sign draws a mark in the colours of the theme, sharp at any size.
type sign struct {
	widget.BaseWidget
	side float32
	mark Mark
}

func newSign(side float32, m Mark) *sign {
	s := &sign{side: side, mark: m}
	s.ExtendBaseWidget(s)
	return s
}

// set changes the mark.
func (s *sign) set(m Mark) {
	if s.mark != m {
		s.mark = m
		s.Refresh()
	}
}

// CreateRenderer is for Fyne.
func (s *sign) CreateRenderer() fyne.WidgetRenderer {
	r := &signRenderer{s: s, image: &canvas.Image{FillMode: canvas.ImageFillContain}}
	r.look()
	return r
}

type signRenderer struct {
	s     *sign
	image *canvas.Image
	shown string
}

// look makes the picture, if it is another one or in other colours.
func (r *signRenderer) look() {
	back, ink := theme.Color(widgets.AccentSoft), theme.Color(widgets.AccentInk)
	if r.s.mark == done {
		back, ink = theme.Color(widgets.Accent), theme.Color(widgets.OnAccent)
	}
	picture := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">` + fmt.Sprintf(drawn[r.s.mark]+"<!--%[1]s%[2]s-->", hex(back), hex(ink)) + `</svg>`
	if picture == r.shown {
		return
	}
	r.shown = picture
	// Fyne keeps pictures by their name.
	r.image.Resource = fyne.NewStaticResource(fmt.Sprintf("mark%d%s%s.svg", r.s.mark, hex(back)[1:], hex(ink)[1:]), []byte(picture))
}

func hex(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

func (r *signRenderer) Refresh() {
	r.look()
	r.image.Refresh()
}

func (r *signRenderer) Layout(size fyne.Size)        { r.image.Resize(size) }
func (r *signRenderer) MinSize() fyne.Size           { return fyne.NewSquareSize(r.s.side) }
func (r *signRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.image} }
func (r *signRenderer) Destroy()                     {}
