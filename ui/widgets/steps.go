package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Steps shows how much of something is set, as a bar and in words, with a button to either side of it. It takes the keyboard
// like a text field and hands every key to the sink, whose screen knows the arrows.
type Steps struct {
	widget.BaseWidget
	sink       *Sink
	less, more *Button
	ring       *Panel
	bar        *stepsBar
	say        *Text
	inside     fyne.CanvasObject
	// Entered and Left hear of the keyboard; both must be set before it is shown.
	Entered, Left func()
}

// NewSteps makes a bar; turn hears a finger on the buttons (-1, 1), at one upon the bar (0 to 1 of its length).
func NewSteps(sink *Sink, turn func(by int), at func(share float32)) *Steps {
	s := &Steps{sink: sink, ring: NewPanel(Paper, Radius, 0, nil).Border(Line), say: NewText("", Style{Size: SizeBody, Bold: true, Align: fyne.TextAlignTrailing, Fit: FitShrink})}
	s.less = NewButton("−", "", Tab, func() { s.take(); turn(-1) }).Sized(SizeStrong, Target)
	s.more = NewButton("+", "", Tab, func() { s.take(); turn(1) }).Sized(SizeStrong, Target)
	s.bar = newStepsBar(func(share float32) { s.take(); at(share) })
	s.inside = Inset(ringWidth, 0, Columns(Gap, Grow(s.bar), Sized(Target, 0, s.less), s.bar, Sized(84, 0, s.say), Sized(Target, 0, s.more)))
	s.ExtendBaseWidget(s)
	return s
}

// Set shows a share of the bar (0 to 1), and words for it.
func (s *Steps) Set(share float32, words string) {
	s.say.Set(words)
	if share = max(0, min(1, share)); share != s.bar.share {
		s.bar.share = share
		s.bar.Refresh()
	}
}

func (s *Steps) take() {
	if canvas := fyne.CurrentApp().Driver().CanvasForObject(s); canvas != nil {
		canvas.Focus(s)
	}
}

// FocusGained is for Fyne.
func (s *Steps) FocusGained() {
	s.ring.Border(Accent).Refresh()
	s.Entered()
}

// FocusLost is for Fyne.
func (s *Steps) FocusLost() {
	s.ring.Border(Line).Refresh()
	s.Left()
}

// TypedRune is for Fyne.
func (s *Steps) TypedRune(r rune) { s.sink.TypedRune(r) }

// TypedKey is for Fyne.
func (s *Steps) TypedKey(k *fyne.KeyEvent) { s.sink.TypedKey(k) }

// TypedShortcut is for Fyne.
func (s *Steps) TypedShortcut(c fyne.Shortcut) { s.sink.TypedShortcut(c) }

// AcceptsTab keeps Tab a key of the screen.
func (s *Steps) AcceptsTab() bool { return true }

// CreateRenderer is for Fyne.
func (s *Steps) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(Over(s.ring, s.inside))
}

// stepsBar is the bar itself.
type stepsBar struct {
	widget.BaseWidget
	share float32
	tap   func(float32)
}

func newStepsBar(tap func(float32)) *stepsBar {
	b := &stepsBar{tap: tap}
	b.ExtendBaseWidget(b)
	return b
}

// Tapped is for Fyne.
func (b *stepsBar) Tapped(e *fyne.PointEvent) {
	if w := b.Size().Width; w > 0 {
		b.tap(e.Position.X / w)
	}
}

// Dragged is for Fyne.
func (b *stepsBar) Dragged(e *fyne.DragEvent) { b.Tapped(&e.PointEvent) }

// DragEnd is for Fyne.
func (b *stepsBar) DragEnd() {}

// Cursor is for Fyne.
func (b *stepsBar) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer is for Fyne.
func (b *stepsBar) CreateRenderer() fyne.WidgetRenderer {
	r := &stepsBarRenderer{b: b, back: canvas.NewRectangle(nil), full: canvas.NewRectangle(nil)}
	r.look()
	return r
}

type stepsBarRenderer struct {
	b          *stepsBar
	back, full *canvas.Rectangle
}

const stepsBarHeight = 10

func (r *stepsBarRenderer) look() {
	r.back.FillColor, r.back.CornerRadius = paint(Line), stepsBarHeight/2
	r.full.FillColor, r.full.CornerRadius = paint(Accent), stepsBarHeight/2
}

func (r *stepsBarRenderer) Layout(size fyne.Size) {
	y := float32(int((size.Height - stepsBarHeight) / 2))
	for _, o := range []*canvas.Rectangle{r.back, r.full} {
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, stepsBarHeight))
	}
	r.full.Resize(fyne.NewSize(size.Width*r.b.share, stepsBarHeight))
	r.full.Hidden = r.b.share == 0
}

func (r *stepsBarRenderer) MinSize() fyne.Size { return fyne.NewSize(60, Target) }

func (r *stepsBarRenderer) Refresh() {
	r.look()
	r.Layout(r.b.Size())
	canvas.Refresh(r.b)
}

func (r *stepsBarRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.full}
}
func (r *stepsBarRenderer) Destroy() {}
