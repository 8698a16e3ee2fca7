package setup

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"guitai/ui/widgets"
)

// Sizes in device-independent pixels.
const (
	boxHeight float32 = 52   // of a field
	edge      float32 = 2    // of the text field that has the keyboard
	ringWidth float32 = 3    // between a field's edge and what is in it
	pageWidth float32 = 1120 // the form is no wider, however wide the window
	cardWidth float32 = 960  // both choices of the welcome screen
	partGap   float32 = 56   // between the two columns
)

// formTheme is the till's look, with an edge in the accent colour around the text field that has the keyboard. The others
// have none of Fyne's: they stand on a panel. A text longer than its field follows the cursor, without a scroll bar over it.
type formTheme struct{}

func (formTheme) parent() fyne.Theme { return fyne.CurrentApp().Settings().Theme() }

// Color is for Fyne.
func (t formTheme) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	switch n {
	case theme.ColorNameInputBorder, theme.ColorNameShadow, theme.ColorNameScrollBar, theme.ColorNameScrollBarBackground:
		return color.Transparent
	case theme.ColorNamePlaceHolder:
		// Paler than what a person filled in, so that an example is not taken for it.
		c := color.NRGBAModel.Convert(t.parent().Color(n, v)).(color.NRGBA)
		c.A = 0x99
		return c
	}
	return t.parent().Color(n, v)
}

// Font is for Fyne.
func (t formTheme) Font(s fyne.TextStyle) fyne.Resource { return t.parent().Font(s) }

// Icon is for Fyne.
func (t formTheme) Icon(n fyne.ThemeIconName) fyne.Resource { return t.parent().Icon(n) }

// Size is for Fyne.
func (t formTheme) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case theme.SizeNameText:
		return widgets.SizeBody + 1
	case theme.SizeNameInputBorder:
		return edge
	case theme.SizeNameInnerPadding:
		return 12
	}
	return t.parent().Size(n)
}

// atMost keeps an object in the middle, at its least height and no wider than width.
func atMost(width float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&page{width: width}, o)
}

type page struct{ width float32 }

func (p *page) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		w, h := min(p.width, size.Width), min(o.MinSize().Height, size.Height)
		// A little above the middle looks like the middle.
		o.Move(fyne.NewPos(float32(int((size.Width-w)/2)), float32(int((size.Height-h)*0.42))))
		o.Resize(fyne.NewSize(w, h))
	}
}

func (p *page) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range objects {
		m = m.Max(o.MinSize())
	}
	return m
}
