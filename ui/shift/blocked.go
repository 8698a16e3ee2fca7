package shift

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Blocked covers the shelf while nothing is sold: no shift is open that a person has to open, yesterday's is not closed, or the
// drawer was counted and holds still until the close.
type Blocked struct {
	w      *i18n.Words
	what   *widgets.Text
	open   *widgets.Button
	object fyne.CanvasObject
}

// NewBlocked makes a hidden cover; open opens the screen of the shift.
func NewBlocked(w *i18n.Words, open func()) *Blocked {
	b := &Blocked{w: w}
	b.what = widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Bold: true, Fit: widgets.FitShrink})
	money := widgets.NewText(w.T("shift.blocked.money"), widgets.Style{Color: widgets.InkSoft, Fit: widgets.FitWrap, Lines: 3})
	b.open = widgets.NewButton("", w.Key(pos.KeyShift), widgets.Primary, open)
	card := widgets.NewPanel(widgets.Paper, 16, 24, widgets.Sized(440, 0, widgets.Rows(widgets.Space, nil, b.what, widgets.Sized(0, 52, money), b.open))).Border(widgets.Line)
	b.object = widgets.Over(widgets.NewPanel(widgets.Ground, 0, 0, nil).OnTap(nil), widgets.Middle(card))
	b.object.Hide()
	return b
}

// Object is what to lay over the shelf.
func (b *Blocked) Object() fyne.CanvasObject { return b.object }

// Show takes how the shift stands.
func (b *Blocked) Show(v pos.ShiftView) {
	show(b.object, v.Blocked != pos.CodeNone || v.Counted != nil)
	label := b.w.T("shift.open")
	switch {
	case v.Counted != nil:
		b.what.Set(b.w.T("shift.blocked.counted"))
		label = b.w.T("shift.close.go-on")
	case v.Blocked == pos.CodeNone:
		return
	default:
		b.what.Set(blockedWords(b.w, v))
		if v.Current != nil {
			label = b.w.T("shift.close")
		}
	}
	b.open.SetLabel(label)
}
