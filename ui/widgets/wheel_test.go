package widgets

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

func TestWheel_TurnsOverAnEntryToo(t *testing.T) {
	test.NewTempApp(t)
	rows := container.NewVBox()
	for range 30 {
		rows.Add(widget.NewEntry())
	}
	tapped := 0
	rows.Add(widget.NewButton("ok", func() { tapped++ }))
	scroll := container.NewVScroll(rows)
	w := test.NewTempWindow(t, Wheel(scroll))
	w.SetPadded(false)
	w.Resize(fyne.NewSize(300, 200))
	at := fyne.NewPos(150, 20)
	test.Scroll(w.Canvas(), at, 0, -30)
	test.Scroll(w.Canvas(), at, 0, -30)
	if scroll.Offset.Y != 60 {
		t.Errorf("two turns over entries went to %v", scroll.Offset.Y)
	}
	scroll.ScrollToBottom()
	test.TapCanvas(w.Canvas(), fyne.NewPos(150, 190))
	if tapped != 1 {
		t.Errorf("the button under it was tapped %d times", tapped)
	}
}
