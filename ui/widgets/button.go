package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Kind is how much a button stands out.
type Kind int

// The kinds of button. One primary per state.
const (
	Plain Kind = iota
	Primary
	Grave // loses something
	Quiet // a word to tap, without a ground
	Tab   // one of several, chosen or not
)

// Button is a big target with its key written on it. It never takes the keyboard, so no Enter of a scanner presses it.
type Button struct {
	widget.BaseWidget
	label, key string
	kind       Kind
	size       float32
	min        fyne.Size
	left       bool
	below      bool
	chosen     bool
	disabled   bool
	dimmed     bool
	hovered    bool
	pressed    bool
	tap        func()
}

// NewButton makes a button; key is what is written beside the label, "" for none.
func NewButton(label, key string, kind Kind, tap func()) *Button {
	b := &Button{label: label, key: key, kind: kind, size: SizeBody, min: fyne.NewSize(Target, Target), tap: tap}
	if kind == Primary {
		b.size, b.min.Height = SizeStrong, TargetPrimary
	}
	b.ExtendBaseWidget(b)
	return b
}

// Sized gives the button a letter size and a least height, and returns it.
func (b *Button) Sized(letter, height float32) *Button {
	b.size, b.min.Height = letter, height
	return b
}

// Left writes from the left, as in a menu, and returns the button.
func (b *Button) Left() *Button {
	b.left = true
	return b
}

// Below writes the key under the label, where many stand side by side, and returns the button.
func (b *Button) Below() *Button {
	b.below = true
	return b
}

// SetLabel changes what it says.
func (b *Button) SetLabel(s string) {
	if s == b.label {
		return
	}
	b.label = s
	b.Refresh()
}

// Label returns what it says.
func (b *Button) Label() string { return b.label }

// SetKind changes how much it stands out.
func (b *Button) SetKind(k Kind) {
	if k == b.kind {
		return
	}
	b.kind = k
	b.Refresh()
}

// SetChosen marks a tab.
func (b *Button) SetChosen(on bool) {
	if on == b.chosen {
		return
	}
	b.chosen = on
	b.Refresh()
}

// SetDisabled takes or gives back its effect.
func (b *Button) SetDisabled(on bool) {
	if on == b.disabled {
		return
	}
	b.disabled = on
	b.Refresh()
}

// Disabled reports whether tapping does nothing.
func (b *Button) Disabled() bool { return b.disabled }

// SetDimmed makes it look as if it had no effect. Tapped, it still has the one to say why.
func (b *Button) SetDimmed(on bool) {
	if on == b.dimmed {
		return
	}
	b.dimmed = on
	b.Refresh()
}

// SetTap changes what tapping does.
func (b *Button) SetTap(f func()) { b.tap = f }

// Tapped is for Fyne.
func (b *Button) Tapped(*fyne.PointEvent) {
	if !b.disabled && b.tap != nil {
		b.tap()
	}
}

// MouseIn is for Fyne.
func (b *Button) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.Refresh() }

// MouseMoved is for Fyne.
func (b *Button) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is for Fyne.
func (b *Button) MouseOut() { b.hovered, b.pressed = false, false; b.Refresh() }

// MouseDown is for Fyne.
func (b *Button) MouseDown(*desktop.MouseEvent) { b.pressed = true; b.Refresh() }

// MouseUp is for Fyne.
func (b *Button) MouseUp(*desktop.MouseEvent) { b.pressed = false; b.Refresh() }

// CreateRenderer is for Fyne.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	r := &buttonRenderer{
		b: b, back: canvas.NewRectangle(nil), veil: canvas.NewRectangle(nil),
		label: NewText(b.label, Style{Size: b.size, Bold: b.kind == Primary}),
		key:   NewText(b.key, Style{Size: b.keySize()}),
	}
	r.look()
	return r
}

// keySize is the letter size of its key.
func (b *Button) keySize() float32 {
	if b.below {
		return SizeDetail - 2
	}
	return SizeDetail
}

type buttonRenderer struct {
	b          *Button
	back, veil *canvas.Rectangle
	label, key *Text
}

func (r *buttonRenderer) look() {
	b := r.b
	fill, ink, soft, stroke := Paper, Ink, InkSoft, Line
	switch {
	case b.disabled || b.dimmed:
		fill, ink, soft, stroke = Ground, InkSoft, InkSoft, Line
	case b.kind == Primary:
		fill, ink, soft, stroke = Accent, OnAccent, OnAccent, ""
	case b.kind == Grave:
		fill, ink, soft, stroke = Paper, DangerInk, DangerInk, Line
	case b.kind == Quiet:
		fill, stroke = Clear, ""
	case b.kind == Tab && b.chosen:
		fill, ink, soft, stroke = Accent, OnAccent, OnAccent, ""
	case b.kind == Tab:
		fill, stroke = Clear, ""
	}
	r.back.FillColor, r.back.StrokeColor, r.back.StrokeWidth, r.back.CornerRadius = paint(fill), paint(stroke), 0, Radius
	if stroke != "" {
		r.back.StrokeWidth = 1
	}
	r.veil.CornerRadius = Radius
	r.veil.FillColor = paint(Clear)
	if !b.disabled && (b.hovered || b.pressed) {
		r.veil.FillColor = paint(Hover)
		if b.pressed {
			r.veil.FillColor = paint(Line)
			if fill == Accent {
				r.veil.FillColor = paint(Hover)
			}
		}
	}
	r.label.Set(b.label)
	r.label.SetColor(ink)
	r.key.Set(b.key)
	r.key.SetColor(soft)
}

func (r *buttonRenderer) Refresh() {
	r.look()
	r.Layout(r.b.Size())
	canvas.Refresh(r.b)
}

func (r *buttonRenderer) gap() float32 {
	if r.b.key == "" || r.b.label == "" {
		return 0
	}
	return Gap - 1
}

func (r *buttonRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	r.veil.Resize(size)
	l, k := r.label.MinSize(), r.key.MinSize()
	if r.b.below {
		top := float32(int((size.Height - l.Height - k.Height + 4) / 2)) // letters do not fill their lines
		r.label.Move(fyne.NewPos(float32(int((size.Width-l.Width)/2)), top))
		r.label.Resize(l)
		r.key.Move(fyne.NewPos(float32(int((size.Width-k.Width)/2)), top+l.Height-4))
		r.key.Resize(k)
		return
	}
	x := max(0, float32(int((size.Width-l.Width-k.Width-r.gap())/2)))
	at := x + l.Width + r.gap()
	if r.b.left {
		x, at = Space, size.Width-Space-k.Width
	}
	r.label.Move(fyne.NewPos(x, 0))
	r.label.Resize(fyne.NewSize(l.Width, size.Height))
	r.key.Move(fyne.NewPos(at, 0))
	r.key.Resize(fyne.NewSize(k.Width, size.Height))
}

func (r *buttonRenderer) MinSize() fyne.Size {
	l, k := r.label.MinSize(), r.key.MinSize()
	pad := float32(24)
	if r.b.below {
		return fyne.NewSize(max(l.Width, k.Width)+16, l.Height+k.Height-4).Max(r.b.min)
	}
	switch {
	case r.b.kind == Quiet:
		pad = 20
	case r.b.size < SizeBody:
		pad = 18
	}
	return fyne.NewSize(l.Width+k.Width+r.gap()+pad, l.Height).Max(r.b.min)
}

func (r *buttonRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.veil, r.label, r.key}
}

func (r *buttonRenderer) Destroy() {}
