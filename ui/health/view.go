package health

import (
	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// Width is the sheet's, in device-independent pixels.
const Width = 820

// View draws the panel, for a sheet of the shell.
type View struct {
	w      *i18n.Words
	rows   *fyne.Container
	prints *widgets.Button
	all    fyne.CanvasObject
}

// New makes an empty panel; prints opens the print jobs.
func New(w *i18n.Words, prints func()) *View {
	v := &View{w: w, rows: widgets.Rows(0, nil)}
	v.prints = widgets.NewButton("", w.Key(pos.KeyPrints), widgets.Plain, prints).Sized(widgets.SizeBody, widgets.Target)
	gap := widgets.Spring()
	v.all = widgets.Rows(widgets.Gap, nil, v.rows, widgets.Columns(0, widgets.Grow(gap), gap, v.prints))
	return v
}

// Object is the panel.
func (v *View) Object() fyne.CanvasObject { return v.all }

// Show draws how the parts are, and how many print jobs wait for somebody.
func (v *View) Show(rows []Row, open int) {
	label := v.w.T("health.prints")
	if open > 0 {
		label += " · " + v.w.T("health.prints.open", open)
	}
	v.prints.SetLabel(label)
	v.rows.RemoveAll()
	for i, r := range rows {
		if i > 0 {
			v.rows.Add(widgets.Sized(0, 1, widgets.NewPanel(widgets.Line, 0, 0, nil)))
		}
		v.rows.Add(widgets.Inset(0, 10, line(r)))
	}
}

func line(r Row) fyne.CanvasObject {
	ink := widgets.AccentInk
	switch {
	case r.Trouble():
		ink = widgets.DangerInk
	case r.Sign != Good:
		ink = widgets.InkSoft
	}
	sign := widgets.NewText(string(r.Sign), widgets.Style{Size: widgets.SizeStrong, Bold: true, Color: ink, Align: fyne.TextAlignCenter})
	name := widgets.NewText(r.Name, widgets.Style{Size: widgets.SizeStrong, Bold: true, Fit: widgets.FitShrink})
	state := widgets.NewText(r.State, widgets.Style{Size: widgets.SizeBody, Bold: r.Trouble(), Fit: widgets.FitWrap, Lines: 2})
	words := widgets.Rows(2, nil, state)
	for _, s := range []string{r.Money, r.Todo} {
		if s != "" {
			words.Add(widgets.NewText(s, widgets.Style{Size: widgets.SizeDetail + 1, Fit: widgets.FitWrap, Lines: 2}))
		}
	}
	if r.Facts != "" {
		words.Add(widgets.NewText(r.Facts, widgets.Style{Size: widgets.SizeDetail, Color: widgets.InkSoft, Fit: widgets.FitShrink}))
	}
	top := func(o fyne.CanvasObject) fyne.CanvasObject {
		gap := widgets.Spring()
		return widgets.Rows(0, widgets.Grow(gap), o, gap)
	}
	return widgets.Columns(widgets.Gap, widgets.Grow(words), widgets.Sized(28, 0, top(sign)), widgets.Sized(132, 0, top(name)), words)
}
