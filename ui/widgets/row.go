package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// TapRow is what rows of a [List] are made from: a content on a ground that shows whether the row is the chosen one. A row
// embeds it, calls Init, and adds Draw and Tapped.
type TapRow struct {
	widget.BaseWidget
	back, edge *Panel
	content    fyne.CanvasObject
	chosen     bool
	hovered    bool
}

// Init joins the row to the widget that embeds it; x and y are the margins around its content.
func (r *TapRow) Init(self fyne.Widget, x, y float32, content fyne.CanvasObject) {
	r.back, r.edge = NewPanel(Clear, 0, 0, nil), NewPanel(Clear, 2, 0, nil)
	r.content = Inset(x+8, y, content)
	r.ExtendBaseWidget(self)
}

// Choose marks the row.
func (r *TapRow) Choose(on bool) {
	r.chosen = on
	r.look()
}

func (r *TapRow) look() {
	switch {
	case r.chosen:
		r.back.SetFill(AccentSoft)
		r.edge.SetFill(Accent)
	case r.hovered:
		r.back.SetFill(Hover)
		r.edge.SetFill(Clear)
	default:
		r.back.SetFill(Clear)
		r.edge.SetFill(Clear)
	}
}

// MouseIn is for Fyne.
func (r *TapRow) MouseIn(*desktop.MouseEvent) { r.hovered = true; r.look() }

// MouseMoved is for Fyne.
func (r *TapRow) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is for Fyne.
func (r *TapRow) MouseOut() { r.hovered = false; r.look() }

// CreateRenderer is for Fyne.
func (r *TapRow) CreateRenderer() fyne.WidgetRenderer { return &tapRowRenderer{r} }

type tapRowRenderer struct{ r *TapRow }

func (t *tapRowRenderer) Layout(size fyne.Size) {
	t.r.back.Resize(size)
	t.r.edge.Resize(fyne.NewSize(5, size.Height))
	m := t.r.content.MinSize().Height
	t.r.content.Move(fyne.NewPos(0, float32(int((size.Height-m)/2))))
	t.r.content.Resize(fyne.NewSize(size.Width, m))
}
func (t *tapRowRenderer) MinSize() fyne.Size { return t.r.content.MinSize() }
func (t *tapRowRenderer) Refresh() {
	t.r.back.Refresh()
	t.r.edge.Refresh()
	t.r.content.Refresh()
}

func (t *tapRowRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{t.r.back, t.r.edge, t.r.content}
}
func (t *tapRowRenderer) Destroy() {}
