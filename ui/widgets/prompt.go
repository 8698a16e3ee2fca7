package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Layer is room over the whole window that a prompt opens in. Closed, it lets every tap through.
type Layer struct {
	room  *fyne.Container
	sheet fyne.CanvasObject
	open  bool
}

// NewLayer makes a closed layer that shows sheet when it opens; nil for one whose sheets change.
func NewLayer(sheet fyne.CanvasObject) *Layer {
	return &Layer{room: container.NewStack(), sheet: sheet}
}

// Object is what to put over the window.
func (l *Layer) Object() fyne.CanvasObject { return l.room }

// Open shows the layer's sheet.
func (l *Layer) Open() { l.Put(l.sheet) }

// Put shows a sheet in place of any other.
func (l *Layer) Put(sheet fyne.CanvasObject) {
	if l.open && l.room.Objects[0] == sheet {
		return
	}
	// The room itself stays on the window: Fyne finds no window for what it has never drawn, and would not draw it.
	l.open, l.room.Objects = true, []fyne.CanvasObject{sheet}
	l.room.Refresh()
}

// Close takes the sheet away.
func (l *Layer) Close() {
	if l.open {
		l.open, l.room.Objects = false, nil
		l.room.Refresh()
	}
}

// Sheet puts a card of the given width over a dimmed window. It takes every tap, so nothing below is hit; a tap beside the
// card calls miss.
func Sheet(width float32, content fyne.CanvasObject, miss func()) fyne.CanvasObject {
	card := NewPanel(Paper, 16, 24, Sized(width-48, 0, content)).OnTap(nil)
	back := NewPanel(Scrim, 0, 0, nil).OnTap(miss)
	return Over(back, Middle(card))
}
