package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Blank is a line to be filled in: its name, and what is typed. It never takes the keyboard: characters come to the screen
// through the sink, and the screen says which of its blanks they are for.
type Blank struct {
	widget.BaseWidget
	label, say *Text
	back       *Panel
	hint       string
	tap        func()
}

// NewBlank makes an empty line; hint stands in it while it is empty, tap hears a finger.
func NewBlank(label, hint string, tap func()) *Blank {
	b := &Blank{
		label: NewText(label, Style{Size: SizeDetail + 1, Color: InkSoft, Fit: FitElide}),
		say:   NewText(hint, Style{Size: SizeBody, Color: InkSoft, Fit: FitShrink}),
		back:  NewPanel(Paper, Radius, 0, nil).Border(Line),
		hint:  hint, tap: tap,
	}
	b.ExtendBaseWidget(b)
	return b
}

// Set shows what is typed; the one that characters are for has a caret.
func (b *Blank) Set(words string, here bool) {
	ink, edge := Ink, Line
	if words == "" {
		ink = InkSoft
	}
	if here {
		edge = Accent
	}
	if words == "" {
		words = b.hint
	} else if here {
		words += "▏"
	}
	b.say.SetColor(ink)
	b.say.Set(words)
	if b.back.stroke != edge {
		b.back.stroke = edge
		b.back.Refresh()
	}
}

// SetLabel changes its name, in a tone.
func (b *Blank) SetLabel(label string, tone Tone) {
	ink := InkSoft
	if tone != Calm {
		ink = DangerInk
	}
	b.label.SetColor(ink)
	b.label.Set(label)
}

// SetHint changes what stands in it while it is empty; it shows with the next Set.
func (b *Blank) SetHint(hint string) { b.hint = hint }

// Tapped is for Fyne.
func (b *Blank) Tapped(*fyne.PointEvent) {
	if b.tap != nil {
		b.tap()
	}
}

// Cursor is for Fyne.
func (b *Blank) Cursor() desktop.Cursor { return desktop.TextCursor }

// CreateRenderer is for Fyne.
func (b *Blank) CreateRenderer() fyne.WidgetRenderer { return &blankRenderer{b} }

type blankRenderer struct{ b *Blank }

const blankHead = 24

func (r *blankRenderer) Layout(size fyne.Size) {
	r.b.label.Resize(fyne.NewSize(size.Width, blankHead))
	r.b.back.Move(fyne.NewPos(0, blankHead))
	r.b.back.Resize(fyne.NewSize(size.Width, size.Height-blankHead))
	r.b.say.Move(fyne.NewPos(14, blankHead))
	r.b.say.Resize(fyne.NewSize(max(0, size.Width-28), size.Height-blankHead))
}
func (r *blankRenderer) MinSize() fyne.Size { return fyne.NewSize(160, blankHead+Target) }
func (r *blankRenderer) Refresh() {
	r.b.label.Refresh()
	r.b.back.Refresh()
	r.b.say.Refresh()
}

func (r *blankRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.b.label, r.b.back, r.b.say}
}
func (r *blankRenderer) Destroy() {}
