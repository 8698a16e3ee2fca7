package ui

import (
	"runtime"

	"fyne.io/fyne/v2/driver"

	"guitai/ui/ime"
	"guitai/ui/widgets"
)

// method is the system's input method of the window.
type method struct {
	set     bool // it was said once
	allowed bool
}

// writes reports whether words are typed: a text field has the keyboard, or a sheet or page is open that takes words. Selling, paying,
// amounts and PINs need no input method, and a scanner is better without.
func (s *Shell) writes() bool {
	if _, entry := s.win.Canvas().Focused().(*widgets.Sink); !entry && s.win.Canvas().Focused() != nil {
		return true
	}
	return !s.Private() && !s.typesNumber() && (s.helping() || s.sheet != nil && s.sheet.typed != nil || s.sheet == nil && s.page != nil && s.page.typed != nil)
}

// chooseInput switches the input method off where no words are typed, on the systems where it stands between a scanner and the window.
func (s *Shell) chooseInput() {
	if runtime.GOOS != "windows" {
		return
	}
	allowed := s.writes()
	native, ok := s.win.(driver.NativeWindow)
	if !ok || s.method.set && s.method.allowed == allowed {
		return
	}
	native.RunNative(func(context any) {
		if w, ok := context.(driver.WindowsWindowContext); ok && w.HWND != 0 { // else it is not shown yet
			ime.Allow(w.HWND, allowed)
			s.method = method{true, allowed}
		}
	})
}
