package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
)

// NumpadBack is what the pad sends for its take-back key.
const NumpadBack = '\b'

// Numpad is a pad of digits for a finger. last is what the key left of zero sends: '.' for money, 0 for none.
func Numpad(height float32, last rune, press func(rune)) fyne.CanvasObject {
	keys := []rune{'7', '8', '9', '4', '5', '6', '1', '2', '3', last, '0', NumpadBack}
	grid := container.New(layout.NewGridLayout(3))
	for _, k := range keys {
		label := string(k)
		if k == NumpadBack {
			label = "⌫"
		}
		if k == 0 {
			grid.Add(Spring())
			continue
		}
		grid.Add(NewButton(label, "", Plain, func() { press(k) }).Sized(SizeTitle, height))
	}
	return grid
}
