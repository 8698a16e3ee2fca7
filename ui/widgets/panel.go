package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Panel is a coloured ground under a content.
type Panel struct {
	widget.BaseWidget
	fill, stroke fyne.ThemeColorName
	radius, pad  float32
	content      fyne.CanvasObject
	onTap        func()
}

// NewPanel makes a panel with a corner radius and a margin around its content.
func NewPanel(fill fyne.ThemeColorName, radius, pad float32, content fyne.CanvasObject) *Panel {
	p := &Panel{fill: fill, radius: radius, pad: pad, content: content}
	p.ExtendBaseWidget(p)
	return p
}

// Border gives the panel a hairline and returns it.
func (p *Panel) Border(c fyne.ThemeColorName) *Panel {
	p.stroke = c
	return p
}

// OnTap makes the panel take taps, also those that miss its content, so that nothing below it is hit; it returns it.
func (p *Panel) OnTap(f func()) fyne.CanvasObject {
	t := &tapPanel{Panel: Panel{fill: p.fill, stroke: p.stroke, radius: p.radius, pad: p.pad, content: p.content, onTap: f}}
	t.ExtendBaseWidget(t)
	return t
}

// SetFill changes the ground's colour.
func (p *Panel) SetFill(c fyne.ThemeColorName) {
	if p.fill == c {
		return
	}
	p.fill = c
	p.Refresh()
}

// CreateRenderer is for Fyne.
func (p *Panel) CreateRenderer() fyne.WidgetRenderer {
	r := &panelRenderer{p: p, back: canvas.NewRectangle(nil)}
	r.look()
	return r
}

type tapPanel struct{ Panel }

func (p *tapPanel) Tapped(*fyne.PointEvent) {
	if p.onTap != nil {
		p.onTap()
	}
}

func (p *tapPanel) Cursor() desktop.Cursor { return desktop.DefaultCursor }

// Scrolled keeps the wheel from moving what the panel covers.
func (p *tapPanel) Scrolled(*fyne.ScrollEvent) {}

type panelRenderer struct {
	p    *Panel
	back *canvas.Rectangle
}

func (r *panelRenderer) look() {
	r.back.FillColor = paint(r.p.fill)
	r.back.CornerRadius = r.p.radius
	r.back.StrokeColor, r.back.StrokeWidth = paint(r.p.stroke), 0
	if r.p.stroke != "" {
		r.back.StrokeWidth = 1
	}
}

func (r *panelRenderer) Refresh() {
	r.look()
	canvas.Refresh(r.back)
}

func (r *panelRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	if r.p.content != nil {
		r.p.content.Move(fyne.NewPos(r.p.pad, r.p.pad))
		r.p.content.Resize(size.Subtract(fyne.NewSquareSize(2 * r.p.pad)))
	}
}

func (r *panelRenderer) MinSize() fyne.Size {
	m := fyne.Size{}
	if r.p.content != nil {
		m = r.p.content.MinSize()
	}
	return m.Add(fyne.NewSquareSize(2 * r.p.pad))
}

func (r *panelRenderer) Objects() []fyne.CanvasObject {
	if r.p.content == nil {
		return []fyne.CanvasObject{r.back}
	}
	return []fyne.CanvasObject{r.back, r.p.content}
}

func (r *panelRenderer) Destroy() {}
