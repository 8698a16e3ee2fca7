package ui

import (
	"fyne.io/fyne/v2"

	"guitai/ui/setup"
)

// SetUpTitle is the title of the first-run window.
const SetUpTitle = "Guitai 柜台"

// SetUp shows the first-run screen and returns when its window has closed: opt's functions say what was chosen, and close
// the window by quitting a. Call it from the main goroutine, once, instead of [New].
func SetUp(a fyne.App, dark bool, opt setup.Options) {
	opt.Do = onGlass
	wear(a, dark)
	w := a.NewWindow(SetUpTitle)
	w.SetPadded(false)
	w.SetMaster()
	fitToScreen(a, w)
	s := setup.New(opt)
	w.SetContent(s.Content())
	s.Attach(w)
	w.ShowAndRun()
	s.Close()
}
