package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Tone is how a [Notice] or [Badge] speaks. It always comes with a sign and words, never as colour alone.
type Tone int

// The tones.
const (
	Calm    Tone = iota // for knowing
	Warning             // to be read
	Alarm               // to be acted on
)

// noticeHeight is the least height of a notice: that of two lines.
const noticeHeight = 60

// Notice tells the cashier something, over the lower edge of what is there. Nothing jumps when it speaks, and a tap puts it
// away.
type Notice struct {
	widget.BaseWidget
	words string
	tone  Tone
	back  *Panel
	sign  *Text
	say   *Text
	foot  *fyne.Container // that it stands in, and that gives it its height; may be nil

	// spark is never seen and always there. What was hidden ever since the window opened is on no canvas that Fyne knows of, so showing
	// it draws nothing before something else does; this is known, and has the window drawn.
	spark *canvas.Rectangle
}

// NewNotice makes a silent notice. What it says of money may be long: it grows with its words.
func NewNotice() *Notice { return newNotice(5) }

func newNotice(lines int) *Notice {
	n := &Notice{
		back: NewPanel(Clear, Radius, 0, nil),
		sign: NewText("", Style{Size: SizeStrong, Bold: true, Align: fyne.TextAlignCenter}),
		say:  NewText("", Style{Size: SizeBody, Fit: FitWrap, Lines: lines, Clauses: true}),

		spark: canvas.NewRectangle(color.Transparent),
	}
	n.ExtendBaseWidget(n)
	n.Hide()
	return n
}

// Say shows words in a tone; "" is silence.
func (n *Notice) Say(tone Tone, words string) {
	if words == n.words && tone == n.tone {
		return
	}
	n.words, n.tone = words, tone
	n.Refresh()
	if n.foot != nil {
		n.foot.Refresh()
	}
	if words == "" {
		n.Hide()
	} else {
		n.Show()
		n.spark.Refresh()
	}
}

// Words returns what it says.
func (n *Notice) Words() string { return n.words }

// Tapped is for Fyne.
func (n *Notice) Tapped(*fyne.PointEvent) { n.Say(n.tone, "") }

// CreateRenderer is for Fyne.
func (n *Notice) CreateRenderer() fyne.WidgetRenderer {
	r := &noticeRenderer{n}
	r.look()
	return r
}

type noticeRenderer struct{ n *Notice }

func (r *noticeRenderer) look() {
	n := r.n
	fill, edge, ink, sign := AccentSoft, Accent, Ink, "i"
	switch n.tone {
	case Warning:
		fill, edge, ink, sign = DangerSoft, Danger, Ink, "!"
	case Alarm:
		fill, edge, ink, sign = Danger, Danger, OnDanger, "⚠"
	case Calm:
	}
	n.back.stroke = edge
	n.back.SetFill(fill)
	n.sign.Set(sign)
	n.sign.SetColor(ink)
	n.say.Set(n.words)
	n.say.SetColor(ink)
}

func (r *noticeRenderer) Refresh() {
	r.look()
	r.Layout(r.n.Size())
}

func (r *noticeRenderer) Layout(size fyne.Size) {
	n := r.n
	n.back.Resize(size)
	n.sign.Move(fyne.NewPos(6, 0))
	n.sign.Resize(fyne.NewSize(34, size.Height))
	n.say.Resize(fyne.NewSize(max(0, size.Width-54), n.say.Size().Height))
	n.say.Move(fyne.NewPos(42, float32(int((size.Height-n.say.MinSize().Height)/2))))
}

func (r *noticeRenderer) MinSize() fyne.Size {
	if r.n.say.Size().Width < 100 { // it does not know yet how wide it is
		return fyne.NewSize(100, noticeHeight)
	}
	return fyne.NewSize(100, max(noticeHeight, r.n.say.MinSize().Height+2*Gap-4))
}

func (r *noticeRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.n.back, r.n.sign, r.n.say}
}
func (r *noticeRenderer) Destroy() {}

// Badge is a sign and a word on the header.
type Badge struct {
	widget.BaseWidget
	say *Text
	tap func()
}

// NewBadge makes a badge; tap may be nil.
func NewBadge(tap func()) *Badge {
	b := &Badge{say: NewText("", Style{Size: SizeDetail + 1}), tap: tap}
	b.ExtendBaseWidget(b)
	return b
}

// Say shows sign and words in a tone and reports whether they need another width.
func (b *Badge) Say(tone Tone, sign, words string) bool {
	before := b.say.MinSize().Width
	c := InkSoft
	if tone != Calm {
		c = DangerInk
	}
	b.say.SetColor(c)
	b.say.Set(sign + " " + words)
	return b.say.MinSize().Width != before
}

// Words returns what it says, sign and all.
func (b *Badge) Words() string { return b.say.Words() }

// MinSize is for Fyne. However short its words are, a finger hits it.
func (b *Badge) MinSize() fyne.Size {
	m := b.BaseWidget.MinSize()
	return fyne.NewSize(max(m.Width, Target), m.Height)
}

// Tapped is for Fyne.
func (b *Badge) Tapped(*fyne.PointEvent) {
	if b.tap != nil {
		b.tap()
	}
}

// CreateRenderer is for Fyne.
func (b *Badge) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(b.say) }
