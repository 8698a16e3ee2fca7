package widgets

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Fit says what a [Text] does when there is less room than it needs.
type Fit int

// The ways to fit.
const (
	FitNone   Fit = iota // it asks for its full width
	FitElide             // the end gives way to an ellipsis
	FitShrink            // it is written smaller
	FitWrap              // it goes on in the next line, at most Lines of them
)

// Style is how a [Text] looks; the zero Style is body text in ink.
type Style struct {
	Size  float32
	Bold  bool
	Color fyne.ThemeColorName
	Align fyne.TextAlign
	Fit   Fit
	Lines int // for FitWrap: at most so many, the rest elided; 0 is any number

	// Clauses is for FitWrap: a line rather ends where a clause of hanzi does than within a word of the next one, where that takes no line more.
	Clauses bool
}

// Text is a piece of text in the theme's typeface. Setting the words it already says costs nothing.
type Text struct {
	widget.BaseWidget
	words string
	style Style
}

// NewText makes a text.
func NewText(words string, style Style) *Text {
	if style.Size == 0 {
		style.Size = SizeBody
	}
	if style.Color == "" {
		style.Color = Ink
	}
	t := &Text{words: words, style: style}
	t.ExtendBaseWidget(t)
	return t
}

// Set changes the words.
func (t *Text) Set(words string) {
	if words == t.words {
		return
	}
	t.words = words
	t.Refresh()
}

// SetColor changes the colour.
func (t *Text) SetColor(c fyne.ThemeColorName) {
	if c == t.style.Color {
		return
	}
	t.style.Color = c
	t.Refresh()
}

// Words returns what the text says.
func (t *Text) Words() string { return t.words }

// CreateRenderer is for Fyne.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	r := &textRenderer{t: t}
	r.Refresh()
	return r
}

type textRenderer struct {
	t     *Text
	lines []*canvas.Text
	shown []fyne.CanvasObject
	min   fyne.Size
}

func (r *textRenderer) face() (fyne.TextStyle, fyne.Resource) {
	s := fyne.TextStyle{Bold: r.t.style.Bold}
	// Naming the font keeps Fyne from searching the system's fonts for the first letter; a letter that is not in it is
	// still looked for there, when it comes.
	return s, theme.Current().Font(s)
}

func (r *textRenderer) measure(s string, size float32) fyne.Size {
	style, source := r.face()
	m, _ := fyne.CurrentApp().Driver().RenderedTextSize(s, size, style, source)
	return m
}

func (r *textRenderer) MinSize() fyne.Size { return r.min }

func (r *textRenderer) Refresh() {
	s := r.t.style
	full := r.measure(r.t.words, s.Size)
	if r.t.words == "" {
		full = fyne.NewSize(0, r.measure("0", s.Size).Height)
	}
	switch s.Fit {
	case FitNone:
		r.min = full
	case FitElide, FitShrink:
		r.min = fyne.NewSize(min(full.Width, s.Size*2), full.Height)
	case FitWrap:
		r.min = fyne.NewSize(min(full.Width, s.Size*4), full.Height)
	}
	r.Layout(r.t.Size())
	canvas.Refresh(r.t)
}

func (r *textRenderer) Layout(size fyne.Size) {
	s := r.t.style
	words, letter := []string{r.t.words}, s.Size
	if size.Width > 0 {
		switch s.Fit {
		case FitElide:
			words[0] = r.elide(r.t.words, size.Width)
		case FitShrink:
			for letter > 12 && r.measure(r.t.words, letter).Width > size.Width {
				letter--
			}
		case FitWrap:
			words = r.broken(size.Width)
		case FitNone:
		}
	}
	style, source := r.face()
	for len(r.lines) < len(words) {
		r.lines = append(r.lines, canvas.NewText("", nil))
	}
	r.shown = r.shown[:0]
	line := r.measure("0", letter).Height
	top := (size.Height - line*float32(len(words))) / 2
	if s.Fit == FitWrap {
		top = 0
		r.min.Height = line * float32(len(words)) // known only now that the width is
	}
	for i, w := range words {
		l := r.lines[i]
		l.Text, l.TextSize, l.TextStyle, l.FontSource, l.Alignment, l.Color = w, letter, style, source, s.Align, paint(s.Color)
		l.Move(fyne.NewPos(0, top+line*float32(i)))
		l.Resize(fyne.NewSize(size.Width, line))
		r.shown = append(r.shown, l)
	}
}

func (r *textRenderer) elide(s string, width float32) string {
	if r.measure(s, r.t.style.Size).Width <= width {
		return s
	}
	runes := []rune(s)
	lo, hi := 0, len(runes)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if r.measure(string(runes[:mid])+"…", r.t.style.Size).Width <= width {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return strings.TrimSpace(string(runes[:lo])) + "…"
}

// broken is the words in lines.
func (r *textRenderer) broken(width float32) []string {
	lines := r.wrap(width, false)
	if !r.t.style.Clauses || len(lines) == 1 {
		return lines
	}
	better := r.wrap(width, true)
	if last := better[len(better)-1]; len(better) > len(lines) || strings.HasSuffix(last, "…") {
		return lines
	}
	return better
}

// wrap breaks at spaces where there are any, and between any two hanzi; what does not fit the last line is elided.
func (r *textRenderer) wrap(width float32, clauses bool) []string {
	var lines []string
	rest := []rune(r.t.words)
	for len(rest) > 0 {
		if n := r.t.style.Lines; n > 0 && len(lines) == n-1 {
			return append(lines, r.elide(string(rest), width))
		}
		cut := len(rest)
		if r.measure(string(rest), r.t.style.Size).Width > width {
			lo, hi := 1, len(rest)
			for lo < hi {
				mid := (lo + hi + 1) / 2
				if r.measure(string(rest[:mid]), r.t.style.Size).Width <= width {
					lo = mid
				} else {
					hi = mid - 1
				}
			}
			cut = breakAt(rest, lo)
			if clauses {
				cut = clauseAt(rest, cut)
			}
		}
		lines = append(lines, strings.TrimSpace(string(rest[:cut])))
		rest = []rune(strings.TrimLeft(string(rest[cut:]), " "))
	}
	if len(lines) == 0 {
		lines = []string{""}
	}
	return lines
}

// breakAt moves a break back from inside a Latin word or from before a closing mark, but never to nothing.
func breakAt(s []rune, at int) int {
	for i := at; i > 0; i-- {
		if i == len(s) || s[i] == ' ' || (s[i-1] > 0x2E80 && !strings.ContainsRune("，。；：！？、”）》", s[i]) && !strings.ContainsRune("“（《", s[i-1])) ||
			(s[i] > 0x2E80 && !strings.ContainsRune("，。；：！？、”）》", s[i]) && !strings.ContainsRune("“（《", s[i-1])) {
			return i
		}
	}
	return at
}

// nearClause is how many letters a line may be shorter for ending with a clause.
const nearClause = 6

// clauseAt moves a break back to behind the mark that ends a clause, if there is one near.
func clauseAt(s []rune, at int) int {
	for i := at; i > max(1, at-nearClause); i-- {
		if strings.ContainsRune("，。；：！？", s[i-1]) {
			return i
		}
	}
	return at
}

func (r *textRenderer) Objects() []fyne.CanvasObject { return r.shown }
func (r *textRenderer) Destroy()                     {}

// Cut reports whether not all of the words can be seen in the room they were given.
func (t *Text) Cut() bool {
	r := &textRenderer{t: t}
	words, size := t.words, t.Size()
	if words == "" {
		return false
	}
	switch t.style.Fit {
	case FitShrink:
		return r.measure(words, 12).Width > size.Width+0.5
	case FitWrap:
		lines := r.broken(size.Width)
		return strings.HasSuffix(lines[len(lines)-1], "…") && !strings.HasSuffix(words, "…")
	case FitNone, FitElide:
	}
	return r.measure(words, t.style.Size).Width > size.Width+0.5
}
