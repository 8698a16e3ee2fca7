package widgets

import (
	"fyne.io/fyne/v2"
)

// Lines is the project's text field of several lines. Enter begins another line, up and down go from line to line and beyond
// the first and last are keys of the screen; Tab, Esc, function keys and Ctrl with a letter are the screen's as everywhere.
type Lines struct{ Entry }

// NewLines makes a field that belongs to a sink and has room for so many lines.
func NewLines(sink *Sink, rows int) *Lines {
	l := &Lines{}
	l.sink, l.Scans, l.MultiLine = sink, true, true
	l.Wrapping = fyne.TextWrapWord
	l.SetMinRowsVisible(rows)
	l.ExtendBaseWidget(l)
	return l
}

// TypedKey is for Fyne.
func (l *Lines) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		l.sink.forget()
		l.Entry.Entry.TypedKey(k)
	case fyne.KeyUp, fyne.KeyDown:
		row := l.CursorRow
		if l.Entry.Entry.TypedKey(k); l.CursorRow == row {
			l.sink.TypedKey(k)
		}
	default:
		l.Entry.TypedKey(k)
	}
}
