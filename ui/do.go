package ui

import "fyne.io/fyne/v2"

// onGlass runs f on the goroutine that draws, soon, in order. It is the only call of fyne.Do of the program.
func onGlass(f func()) { fyne.Do(f) }
