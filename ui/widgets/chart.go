package widgets

import (
	"image"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"guitai/pos"
	"guitai/pos/chart"
)

// Chart shows bars at the screen's own pixels, in the colours of the theme.
type Chart struct {
	widget.BaseWidget
	shows  chart.Chart
	raster *canvas.Raster
	tap    func(bar int)
}

// NewChart makes an empty chart; tap hears a finger on the room of a bar, and may be nil.
func NewChart(tap func(bar int)) *Chart {
	c := &Chart{tap: tap}
	c.raster = canvas.NewRaster(c.draw)
	c.ExtendBaseWidget(c)
	return c
}

// SetHours shows a day by its hours, as [chart.Hours].
func (c *Chart) SetHours(r pos.DayReport, starts time.Duration, now int) {
	c.set(chart.Hours(r, starts, now))
}

// SetDays shows days, as [chart.Days].
func (c *Chart) SetDays(days []pos.DayTakings, today, chosen pos.Day) {
	c.set(chart.Days(days, today, chosen))
}

func (c *Chart) set(shows chart.Chart) {
	c.shows = shows
	c.raster.Refresh()
}

// pen is made with the first chart: reading the font takes a moment that nobody has at the start.
var pen = sync.OnceValues(func() (*chart.Pen, error) {
	font := func(bold bool) []byte { return theme.Current().Font(fyne.TextStyle{Bold: bold}).Content() }
	return chart.NewPen(font(false), font(true))
})

// draw is called by Fyne with the size in the screen's own pixels.
func (c *Chart) draw(w, h int) image.Image {
	p, err := pen()
	if err != nil || c.Size().Width <= 0 { // a font that Fyne could read and we cannot: the figures beside it still stand
		return image.NewUniform(paint(Paper))
	}
	em := int(float32(w)/c.Size().Width*(SizeBody-1) + 0.5)
	return p.Draw(c.shows, w, h, chart.Look{
		Paper: paint(Paper), Ink: paint(Ink), Soft: paint(InkSoft), Line: paint(Line), Bar: paint(Accent), Em: em,
	})
}

// Tapped is for Fyne.
func (c *Chart) Tapped(e *fyne.PointEvent) {
	p, err := pen()
	if err != nil || c.tap == nil || c.Size().Width <= 0 {
		return
	}
	if bar := p.BarAt(c.shows, int(e.Position.X), int(c.Size().Width), int(c.Size().Height), int(SizeBody-1)); bar >= 0 {
		c.tap(bar)
	}
}

// Cursor is for Fyne.
func (c *Chart) Cursor() desktop.Cursor {
	if c.tap != nil {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// CreateRenderer is for Fyne.
func (c *Chart) CreateRenderer() fyne.WidgetRenderer { return &chartRenderer{c} }

type chartRenderer struct{ c *Chart }

func (r *chartRenderer) Layout(size fyne.Size)        { r.c.raster.Resize(size) }
func (r *chartRenderer) MinSize() fyne.Size           { return fyne.NewSize(240, 120) }
func (r *chartRenderer) Refresh()                     { r.c.raster.Refresh() }
func (r *chartRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.c.raster} }
func (r *chartRenderer) Destroy()                     {}
