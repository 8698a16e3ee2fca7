package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Wheel is a form that scrolls wherever the pointer is. An entry scrolls sideways by itself and takes the turn of the wheel for that, so
// over a page of entries the wheel would stand still as soon as one of them is under the pointer.
func Wheel(scroll *container.Scroll) fyne.CanvasObject {
	w := &wheel{scroll: scroll}
	w.ExtendBaseWidget(w)
	return Over(scroll, w)
}

// wheel lies over what scrolls, cannot be seen, and takes nothing but the wheel.
type wheel struct {
	widget.BaseWidget
	scroll *container.Scroll
}

// Scrolled is for Fyne.
func (w *wheel) Scrolled(e *fyne.ScrollEvent) { w.scroll.Scrolled(e) }

// CreateRenderer is for Fyne.
func (w *wheel) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewWithoutLayout())
}
