// Command empty is the floor that the till's start is measured against: a window of the same size, with the same typeface
// and look, and one word in it.
package main

import (
	"fmt"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"guitai/ui"
	"guitai/ui/widgets"
)

func main() {
	a := app.NewWithID("cn.guitai.empty")
	a.Settings().SetTheme(ui.NewTheme(false))
	w := a.NewWindow("empty")
	w.Resize(fyne.NewSize(1366, 768))
	w.SetContent(container.NewStack(widget.NewLabel("柜台"), widgets.FirstDraw(func() { fmt.Fprintln(os.Stderr, "trace: first frame") })))
	w.ShowAndRun()
}
