package setup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Sizes in device-independent pixels.
const (
	pageWidth float32 = 1120 // the form is no wider, however wide the window
	cardWidth float32 = 960  // both choices of the welcome screen
	partGap   float32 = 56   // between the two columns
)

// atMost keeps an object in the middle, at its least height and no wider than width.
func atMost(width float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&page{width: width}, o)
}

type page struct{ width float32 }

func (p *page) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		w, h := min(p.width, size.Width), min(o.MinSize().Height, size.Height)
		// A little above the middle looks like the middle.
		o.Move(fyne.NewPos(float32(int((size.Width-w)/2)), float32(int((size.Height-h)*0.42))))
		o.Resize(fyne.NewSize(w, h))
	}
}

func (p *page) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range objects {
		m = m.Max(o.MinSize())
	}
	return m
}
