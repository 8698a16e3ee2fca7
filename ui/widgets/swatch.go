package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"guitai/pos"
)

// TileFill is the ground of a tile of one of [pos.TileColours]; [Paper] for any other.
func TileFill(colour string) fyne.ThemeColorName { return tileName("guitai-tile-", colour, Paper) }

// TileEdge is the edge of such a tile; [Line] for any other.
func TileEdge(colour string) fyne.ThemeColorName { return tileName("guitai-tile-edge-", colour, Line) }

func tileName(prefix, colour string, plain fyne.ThemeColorName) fyne.ThemeColorName {
	for _, c := range pos.TileColours {
		if c == colour {
			return fyne.ThemeColorName(prefix + colour)
		}
	}
	return plain
}

// Swatches shows the colours of a tile in two rows, the plain one first, one of them chosen. It takes the keyboard like a text field and
// hands every key to the sink, whose screen knows the arrows.
type Swatches struct {
	widget.BaseWidget
	sink   *Sink
	values []string
	spots  []*swatch
	ring   *Panel
	inside fyne.CanvasObject
	// Entered and Left hear of the keyboard; both must be set before it is shown.
	Entered, Left func()
}

// NewSwatches makes a choice of colours; choose hears a finger.
func NewSwatches(sink *Sink, choose func(string)) *Swatches {
	s := &Swatches{sink: sink, values: append([]string{""}, pos.TileColours...), ring: NewPanel(Paper, Radius, 0, nil).Border(Line)}
	const perRow = 5 // a finger needs room
	rows := Rows(4, nil)
	row := make([]fyne.CanvasObject, 0, perRow)
	for i, v := range s.values {
		x := newSwatch(v, func() {
			s.take()
			choose(v)
		})
		s.spots = append(s.spots, x)
		if row = append(row, x); len(row) == perRow || i == len(s.values)-1 {
			for len(row) < perRow {
				row = append(row, Spring())
			}
			rows.Add(Sized(0, Target, Even(4, row...)))
			row = nil
		}
	}
	s.inside = Inset(ringWidth, ringWidth, rows)
	s.ExtendBaseWidget(s)
	return s
}

// Choose marks the chosen colour, by a sign as well as by its edge.
func (s *Swatches) Choose(value string) {
	for i, x := range s.spots {
		x.choose(s.values[i] == value)
	}
}

func (s *Swatches) take() {
	if canvas := fyne.CurrentApp().Driver().CanvasForObject(s); canvas != nil {
		canvas.Focus(s)
	}
}

// FocusGained is for Fyne.
func (s *Swatches) FocusGained() {
	s.ring.Border(Accent).Refresh()
	s.Entered()
}

// FocusLost is for Fyne.
func (s *Swatches) FocusLost() {
	s.ring.Border(Line).Refresh()
	s.Left()
}

// TypedRune is for Fyne.
func (s *Swatches) TypedRune(r rune) { s.sink.TypedRune(r) }

// TypedKey is for Fyne.
func (s *Swatches) TypedKey(k *fyne.KeyEvent) { s.sink.TypedKey(k) }

// TypedShortcut is for Fyne.
func (s *Swatches) TypedShortcut(c fyne.Shortcut) { s.sink.TypedShortcut(c) }

// AcceptsTab keeps Tab a key of the screen.
func (s *Swatches) AcceptsTab() bool { return true }

// CreateRenderer is for Fyne.
func (s *Swatches) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(Over(s.ring, s.inside))
}

// swatch is one colour.
type swatch struct {
	widget.BaseWidget
	back *Panel
	sign *Text
	tap  func()
}

func newSwatch(colour string, tap func()) *swatch {
	x := &swatch{back: NewPanel(TileFill(colour), Radius-3, 0, nil).Border(TileEdge(colour)), sign: NewText("", Style{Bold: true, Align: fyne.TextAlignCenter}), tap: tap}
	x.ExtendBaseWidget(x)
	return x
}

func (x *swatch) choose(on bool) {
	sign := ""
	if on {
		sign = "✓"
	}
	x.sign.Set(sign)
}

// Tapped is for Fyne.
func (x *swatch) Tapped(*fyne.PointEvent) { x.tap() }

// Cursor is for Fyne.
func (x *swatch) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer is for Fyne.
func (x *swatch) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(Over(x.back, x.sign))
}
