package widgets

import (
	"fyne.io/fyne/v2"
)

// Sheet puts a card of the given width over a dimmed window. It takes every tap, so nothing below is hit; a tap beside the
// card calls miss. It is hidden until shown.
func Sheet(width float32, content fyne.CanvasObject, miss func()) fyne.CanvasObject {
	card := NewPanel(Paper, 16, 24, Sized(width-48, 0, content)).OnTap(nil)
	back := NewPanel(Scrim, 0, 0, nil).OnTap(miss)
	s := Over(back, Middle(card))
	s.Hide()
	return s
}
