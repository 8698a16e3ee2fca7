package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Entry is the project's text field: one line, which hands function keys, Esc, Enter, Tab, up and down, Ctrl+Del and Ctrl+Z on
// an empty field, and every scan to the sink first; while it is empty also the characters that are keys of the screen, as + and -. A scan that began as typing in it leaves it as it was.
type Entry struct {
	widget.Entry
	sink *Sink
	// Scans makes what comes as fast as a scan typing like any other: it stays in the field, and its Enter is a key.
	Scans bool
	// OnEntered hears that the keyboard has come to it, OnLeft that it went elsewhere.
	OnEntered, OnLeft func()
}

// NewEntry makes a field that belongs to a sink.
func NewEntry(sink *Sink) *Entry {
	e := &Entry{sink: sink}
	e.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	e.ExtendBaseWidget(e)
	return e
}

// TypedRune is for Fyne.
func (e *Entry) TypedRune(r rune) {
	if e.Text == "" && !e.Scans && e.sink.acts(r) {
		e.sink.TypedRune(r)
		return
	}
	e.sink.note(r, e)
	e.Entry.TypedRune(r)
}

// put makes it say what it said before a scan.
func (e *Entry) put(t text) {
	e.SetText(t.words)
	e.CursorColumn = t.column
	e.Refresh()
}

// TypedKey is for Fyne.
func (e *Entry) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyBackspace, fyne.KeyDelete, fyne.KeyLeft, fyne.KeyRight, fyne.KeyHome, fyne.KeyEnd:
		if e.Text == "" {
			e.sink.TypedKey(k)
			return
		}
		e.sink.forget()
		e.Entry.TypedKey(k)
	default:
		e.sink.TypedKey(k)
	}
}

// TypedShortcut is for Fyne.
func (e *Entry) TypedShortcut(s fyne.Shortcut) {
	switch s.(type) {
	case *fyne.ShortcutPaste, *fyne.ShortcutCopy, *fyne.ShortcutCut, *fyne.ShortcutSelectAll, *fyne.ShortcutRedo:
		e.Entry.TypedShortcut(s)
	case *fyne.ShortcutUndo:
		if e.Text == "" {
			e.sink.TypedShortcut(s)
			return
		}
		e.Entry.TypedShortcut(s)
	case *desktop.CustomShortcut:
		e.sink.TypedShortcut(s)
	default:
		e.Entry.TypedShortcut(s)
	}
}

// TappedSecondary does nothing: Fyne's menu would take the keyboard from the till.
func (e *Entry) TappedSecondary(*fyne.PointEvent) {}

// AcceptsTab keeps Tab a key of the screen.
func (e *Entry) AcceptsTab() bool { return true }

// FocusGained is for Fyne.
func (e *Entry) FocusGained() {
	e.Entry.FocusGained()
	e.sink.focused()
	if e.OnEntered != nil {
		e.OnEntered()
	}
}

// FocusLost is for Fyne.
func (e *Entry) FocusLost() {
	e.Entry.FocusLost()
	if e.OnLeft != nil {
		e.OnLeft()
	}
}
