package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Choice shows a few values side by side, one of them chosen. It takes the keyboard like a text field and hands every key
// to the sink, whose screen knows the arrows.
type Choice struct {
	widget.BaseWidget
	sink    *Sink
	values  []string
	labels  []string
	buttons []*Button
	ring    *Panel
	inside  fyne.CanvasObject
	// Entered and Left hear of the keyboard; both must be set before it is shown.
	Entered, Left func()
}

// NewChoice makes a choice with perRow values in a row, 0 for all of them in one; choose hears a finger.
func NewChoice(sink *Sink, values, labels []string, perRow int, choose func(string)) *Choice {
	c := &Choice{sink: sink, values: values, labels: labels, ring: NewPanel(Paper, Radius, 0, nil).Border(Line)}
	if perRow == 0 {
		perRow = len(values)
	}
	rows := Rows(2, nil)
	for from := 0; from < len(values); from += perRow {
		row := make([]fyne.CanvasObject, perRow)
		for i := range row {
			row[i] = Spring()
			if at := from + i; at < len(values) {
				b := NewButton(labels[at], "", Tab, func() {
					c.take()
					choose(values[at])
				}).Sized(SizeBody, Target)
				c.buttons = append(c.buttons, b)
				row[i] = b
			}
		}
		rows.Add(Even(0, row...))
	}
	c.inside = Inset(ringWidth, ringWidth, rows)
	c.ExtendBaseWidget(c)
	return c
}

// Choose marks the chosen value, by a sign as well as by colour.
func (c *Choice) Choose(value string) {
	for i, b := range c.buttons {
		on := c.values[i] == value
		b.SetChosen(on)
		if on {
			b.SetLabel("✓ " + c.labels[i])
		} else {
			b.SetLabel(c.labels[i])
		}
	}
}

// Buttons are what a finger may hit, in order.
func (c *Choice) Buttons() []*Button { return c.buttons }

func (c *Choice) take() {
	if canvas := fyne.CurrentApp().Driver().CanvasForObject(c); canvas != nil {
		canvas.Focus(c)
	}
}

// FocusGained is for Fyne.
func (c *Choice) FocusGained() {
	c.ring.Border(Accent).Refresh()
	c.Entered()
}

// FocusLost is for Fyne.
func (c *Choice) FocusLost() {
	c.ring.Border(Line).Refresh()
	c.Left()
}

// TypedRune is for Fyne.
func (c *Choice) TypedRune(r rune) { c.sink.TypedRune(r) }

// TypedKey is for Fyne.
func (c *Choice) TypedKey(k *fyne.KeyEvent) { c.sink.TypedKey(k) }

// TypedShortcut is for Fyne.
func (c *Choice) TypedShortcut(s fyne.Shortcut) { c.sink.TypedShortcut(s) }

// AcceptsTab keeps Tab a key of the screen.
func (c *Choice) AcceptsTab() bool { return true }

// CreateRenderer is for Fyne.
func (c *Choice) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(Over(c.ring, c.inside))
}
