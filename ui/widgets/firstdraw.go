package widgets

import (
	"image"
	"image/color"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// FirstDraw is an invisible dot that calls f once, when the window is drawn for the first time. It is for measuring.
func FirstDraw(f func()) fyne.CanvasObject {
	var once sync.Once
	nothing := image.NewUniform(color.Transparent)
	r := canvas.NewRaster(func(int, int) image.Image {
		once.Do(f)
		return nothing
	})
	r.SetMinSize(fyne.NewSize(1, 1))
	return r
}
