package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Sizes of a form's fields in device-independent pixels.
const (
	BoxHeight float32 = 52
	boxEdge   float32 = 2 // of the text field that has the keyboard
	ringWidth float32 = 3 // between a field's edge and what is in it
)

// FormTheme is the till's look, with an edge in the accent colour around the text field that has the keyboard. The others
// have none of Fyne's: they stand on a panel. A text longer than its field follows the cursor, without a scroll bar over it.
type FormTheme struct{}

func (FormTheme) parent() fyne.Theme { return fyne.CurrentApp().Settings().Theme() }

// Color is for Fyne.
func (t FormTheme) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
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
func (t FormTheme) Font(s fyne.TextStyle) fyne.Resource { return t.parent().Font(s) }

// Icon is for Fyne.
func (t FormTheme) Icon(n fyne.ThemeIconName) fyne.Resource { return t.parent().Icon(n) }

// Size is for Fyne.
func (t FormTheme) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case theme.SizeNameText:
		return SizeBody + 1
	case theme.SizeNameInputBorder:
		return boxEdge
	case theme.SizeNameInnerPadding:
		return 12
	}
	return t.parent().Size(n)
}

// Box puts a text field upon its ground.
func Box(height float32, e fyne.CanvasObject) fyne.CanvasObject {
	return Sized(0, height, Over(NewPanel(Paper, Radius, 0, nil).Border(Line), e))
}

// Note is one line under a field: a hint until there is something wrong.
type Note struct {
	line *Text
	hint string
}

// NewNote makes a note that gives a hint.
func NewNote(hint string) *Note {
	return &Note{NewText(hint, Style{Size: SizeDetail + 1, Color: InkSoft, Fit: FitShrink}), hint}
}

// Object is what to show.
func (n *Note) Object() fyne.CanvasObject { return n.line }

// Words is what it says.
func (n *Note) Words() string { return n.line.Words() }

// SetHint changes the hint; it shows with the next Judge.
func (n *Note) SetHint(hint string) { n.hint = hint }

// Judge says what is wrong, with a sign as well as in colour, or gives the hint when nothing is.
func (n *Note) Judge(problem string) {
	if problem == "" {
		n.line.SetColor(InkSoft)
		n.line.Set(n.hint)
		return
	}
	n.line.SetColor(DangerInk)
	n.line.Set("⚠ " + problem)
}
