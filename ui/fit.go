package ui

import (
	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.3/glfw"
)

// The size that the till is drawn for, and the least it works in, in device-independent pixels.
const (
	bestWidth, bestHeight   = 1366, 768
	leastWidth, leastHeight = 1024, 700
)

// fitToScreen opens a window at its best size, or as large as the screen lets it: Fyne does not ask the screen, and a
// window that is larger than it would hide its buttons. Call it before the window is shown.
func fitToScreen(a fyne.App, w fyne.Window) {
	w.Resize(fyne.NewSize(bestWidth, bestHeight))
	a.Lifecycle().SetOnStarted(func() { // glfw is ready now, and this is the main goroutine
		screen := glfw.GetPrimaryMonitor()
		if screen == nil {
			return
		}
		_, _, width, height := screen.GetWorkarea()
		scale := w.Canvas().Scale()
		if width <= 0 || height <= 0 || scale <= 0 {
			return
		}
		w.Resize(fyne.NewSize(
			max(leastWidth, min(bestWidth, float32(width)/scale)),
			max(leastHeight, min(bestHeight, float32(height)/scale)),
		))
	})
}
