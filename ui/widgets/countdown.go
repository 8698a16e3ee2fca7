package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Countdown is a thin bar that empties, with the time in words under it. It is silent until somebody needs to hurry.
type Countdown struct {
	widget.BaseWidget
	words string
	share float32
}

// NewCountdown makes a silent countdown.
func NewCountdown() *Countdown {
	c := &Countdown{}
	c.ExtendBaseWidget(c)
	return c
}

// Say says how long is left, and its share of the time shown, 0 to 1; "" is silence.
func (c *Countdown) Say(words string, share float32) {
	if words == c.words && share == c.share {
		return
	}
	c.words, c.share = words, share
	c.Refresh()
}

// CreateRenderer is for Fyne.
func (c *Countdown) CreateRenderer() fyne.WidgetRenderer {
	r := &countdownRenderer{
		c: c, track: canvas.NewRectangle(nil), bar: canvas.NewRectangle(nil),
		say: NewText("", Style{Size: SizeStrong, Bold: true}),
	}
	r.look()
	return r
}

type countdownRenderer struct {
	c          *Countdown
	track, bar *canvas.Rectangle
	say        *Text
}

func (r *countdownRenderer) look() {
	quiet := r.c.words == ""
	r.track.FillColor, r.bar.FillColor = paint(Line), paint(Accent)
	if quiet {
		r.track.FillColor, r.bar.FillColor = paint(Clear), paint(Clear)
	}
	r.track.CornerRadius, r.bar.CornerRadius = 3, 3
	r.say.Set(r.c.words)
}

func (r *countdownRenderer) Refresh() {
	r.look()
	r.Layout(r.c.Size())
	canvas.Refresh(r.c)
}

func (r *countdownRenderer) Layout(size fyne.Size) {
	h := r.say.MinSize().Height
	r.say.Resize(fyne.NewSize(size.Width, h))
	r.track.Move(fyne.NewPos(0, h+4))
	r.track.Resize(fyne.NewSize(size.Width, 6))
	r.bar.Move(fyne.NewPos(0, h+4))
	r.bar.Resize(fyne.NewSize(size.Width*max(0, min(1, r.c.share)), 6))
}

func (r *countdownRenderer) MinSize() fyne.Size {
	return fyne.NewSize(140, r.say.MinSize().Height+10)
}

func (r *countdownRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.track, r.bar, r.say}
}
func (r *countdownRenderer) Destroy() {}
