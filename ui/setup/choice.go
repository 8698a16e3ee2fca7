package setup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"guitai/ui/widgets"
)

// choice shows a few values side by side, one of them chosen. It takes the keyboard like a text field and hands every key
// to the sink, which knows the arrows.
type choice struct {
	widget.BaseWidget
	sink    *widgets.Sink
	values  []string
	labels  []string
	buttons []*widgets.Button
	ring    *widgets.Panel
	inside  fyne.CanvasObject
	// entered and left hear of the keyboard.
	entered, left func()
}

func newChoice(sink *widgets.Sink, values, labels []string, choose func(string)) *choice {
	c := &choice{sink: sink, values: values, labels: labels, ring: widgets.NewPanel(widgets.Paper, widgets.Radius, 0, nil).Border(widgets.Line)}
	row := make([]fyne.CanvasObject, len(values))
	for i, value := range values {
		b := widgets.NewButton(labels[i], "", widgets.Tab, func() {
			c.take()
			choose(value)
		}).Sized(widgets.SizeBody, boxHeight-2*ringWidth)
		c.buttons = append(c.buttons, b)
		row[i] = b
	}
	c.inside = widgets.Inset(ringWidth, ringWidth, widgets.Even(0, row...))
	c.ExtendBaseWidget(c)
	return c
}

// show marks the chosen value, by a sign as well as by colour.
func (c *choice) show(value string) {
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

func (c *choice) take() {
	if canvas := fyne.CurrentApp().Driver().CanvasForObject(c); canvas != nil {
		canvas.Focus(c)
	}
}

// FocusGained is for Fyne.
func (c *choice) FocusGained() {
	c.ring.Border(widgets.Accent).Refresh()
	c.entered()
}

// FocusLost is for Fyne.
func (c *choice) FocusLost() {
	c.ring.Border(widgets.Line).Refresh()
	c.left()
}

// TypedRune is for Fyne.
func (c *choice) TypedRune(r rune) { c.sink.TypedRune(r) }

// TypedKey is for Fyne.
func (c *choice) TypedKey(k *fyne.KeyEvent) { c.sink.TypedKey(k) }

// TypedShortcut is for Fyne.
func (c *choice) TypedShortcut(s fyne.Shortcut) { c.sink.TypedShortcut(s) }

// AcceptsTab keeps Tab a key of the screen.
func (c *choice) AcceptsTab() bool { return true }

// CreateRenderer is for Fyne.
func (c *choice) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(widgets.Over(c.ring, c.inside))
}
