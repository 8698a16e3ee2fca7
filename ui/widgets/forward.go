package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Forward makes the keys of another window the till's: whoever clicked on that window by mistake types and scans as if it were the
// till's own. It lies unseen over the whole window, so that a click cannot take the keyboard from it.
type Forward struct {
	widget.BaseWidget
	to  *Sink
	own func(k Key) bool
}

// NewForward makes one that hands keys to a sink. own is asked first about every key that is no character: it reports whether the key
// was the window's own.
func NewForward(to *Sink, own func(k Key) bool) *Forward {
	f := &Forward{to: to, own: own}
	f.ExtendBaseWidget(f)
	return f
}

// Attach makes the window's keys go the same way when nothing has the focus, and gives it the focus.
func (f *Forward) Attach(w fyne.Window) {
	f.to.Attach(w)
	w.Canvas().SetOnTypedKey(f.TypedKey)
	w.Canvas().Focus(f)
}

// TypedRune is for Fyne.
func (f *Forward) TypedRune(r rune) { f.to.TypedRune(r) }

// TypedKey is for Fyne.
func (f *Forward) TypedKey(e *fyne.KeyEvent) {
	if !f.own(Key{Name: e.Name, Shift: f.to.shifted()}) {
		f.to.TypedKey(e)
	}
}

// TypedShortcut is for Fyne.
func (f *Forward) TypedShortcut(s fyne.Shortcut) {
	if k, ok := keyOf(s); !ok || !f.own(k) {
		f.to.TypedShortcut(s)
	}
}

// AcceptsTab keeps Tab, which some scanners end a code with, from wandering off.
func (f *Forward) AcceptsTab() bool { return true }

// FocusGained is for Fyne.
func (f *Forward) FocusGained() {}

// FocusLost is for Fyne.
func (f *Forward) FocusLost() {}

// CreateRenderer is for Fyne. It is not seen.
func (f *Forward) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(nil))
}
