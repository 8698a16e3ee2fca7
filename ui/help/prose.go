package help

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"guitai/ui/widgets"
)

// Sizes in device-independent pixels.
const (
	lineGap   float32 = 5  // between two lines of a paragraph
	blockGap  float32 = 12 // between two paragraphs
	itemGap   float32 = 6  // between two items of a list
	headGap   float32 = 18 // above a heading
	indent    float32 = 24
	cellPad   float32 = 8
	leastCell float32 = 76
	mostCell          = 0.42 // of the width, that a long word may ask for
)

// prose draws the blocks of a page one below the other, as wide as it is. Its height is known once [prose.fit] was told the width.
type prose struct {
	widget.BaseWidget
	blocks []Block
	width  float32
	height float32
	tops   []float32 // where each block begins
	things []fyne.CanvasObject
	pen    pen
}

func newProse() *prose {
	p := &prose{}
	p.ExtendBaseWidget(p)
	return p
}

// set shows other blocks.
func (p *prose) set(blocks []Block) {
	p.blocks, p.width = blocks, 0
}

// fit lays the page out for a width.
func (p *prose) fit(width float32) {
	if width == p.width || width <= 0 {
		return
	}
	p.width, p.things, p.tops = width, p.things[:0], p.tops[:0]
	p.pen = newPen()
	y := float32(0)
	for i, b := range p.blocks {
		if i > 0 {
			y += gapBefore(b, p.blocks[i-1])
		}
		p.tops = append(p.tops, y)
		y = p.block(b, y)
	}
	p.height = y + blockGap
	p.Refresh()
}

func gapBefore(b, before Block) float32 {
	switch {
	case b.Kind == Heading:
		return headGap
	case b.Kind == Item && before.Kind == Item:
		return itemGap
	}
	return blockGap
}

// block draws one and returns where it ends.
func (p *prose) block(b Block, y float32) float32 {
	switch b.Kind {
	case Heading:
		size := map[int]float32{1: widgets.SizeTitle, 2: widgets.SizeStrong + 1}[b.Level]
		if size == 0 {
			size = widgets.SizeBody + 1
		}
		return p.words(bold(b.Spans), 0, y, p.width, size, widgets.Ink)
	case Item:
		x := indent * float32(b.Level+1)
		p.piece(b.Mark, x-indent+2, y, widgets.SizeBody, false, widgets.InkSoft)
		return p.words(b.Spans, x, y, p.width-x, widgets.SizeBody, widgets.Ink)
	case Table:
		return p.table(b.Rows, y)
	case Code:
		return p.code(b.Lines, y)
	case Quote:
		end := p.words(b.Spans, indent, y, p.width-indent, widgets.SizeBody, widgets.InkSoft)
		p.rectangle(widgets.Line, 4, y, 3, end-y)
		return end
	case Paragraph:
	}
	return p.words(b.Spans, 0, y, p.width, widgets.SizeBody, widgets.Ink)
}

func bold(spans []Span) []Span {
	all := make([]Span, len(spans))
	for i, s := range spans {
		s.Bold = true
		all[i] = s
	}
	return all
}

// words writes spans into a width, line by line, and returns where they end.
func (p *prose) words(spans []Span, x, y, width, size float32, ink fyne.ThemeColorName) float32 {
	line := p.pen.height(size)
	for _, l := range p.pen.lines(spans, width, size) {
		at := x
		for _, r := range l {
			color := ink
			if r.Code {
				color = widgets.AccentInk
			}
			p.piece(r.Words, at, y, size, r.Bold || r.Code, color)
			at += p.pen.width(r.Words, size, r.Bold || r.Code)
		}
		y += line + lineGap
	}
	return y - lineGap
}

func (p *prose) piece(words string, x, y, size float32, bold bool, ink fyne.ThemeColorName) {
	t := canvas.NewText(words, theme.Color(ink))
	t.TextSize, t.TextStyle = size, fyne.TextStyle{Bold: bold}
	t.FontSource = theme.Current().Font(t.TextStyle)
	t.Move(fyne.NewPos(x, y))
	t.Resize(fyne.NewSize(p.pen.width(words, size, bold), p.pen.height(size)))
	p.things = append(p.things, t)
}

func (p *prose) rectangle(ink fyne.ThemeColorName, x, y, w, h float32) *canvas.Rectangle {
	r := canvas.NewRectangle(theme.Color(ink))
	r.Move(fyne.NewPos(x, y))
	r.Resize(fyne.NewSize(w, h))
	p.things = append(p.things, r)
	return r
}

// code writes lines as they are on a ground of their own; one that is too long goes on below.
func (p *prose) code(lines []string, y float32) float32 {
	ground := p.rectangle(widgets.Ground, 0, y, p.width, 0)
	ground.CornerRadius = widgets.Radius
	y += cellPad
	for _, l := range lines {
		y = p.words([]Span{{Words: l + " "}}, cellPad+4, y, p.width-2*cellPad-8, widgets.SizeDetail+1, widgets.Ink) + 3
	}
	y += cellPad
	ground.Resize(fyne.NewSize(p.width, y-ground.Position().Y))
	return y
}

// table writes rows in columns, with a line under each.
func (p *prose) table(rows [][][]Span, y float32) float32 {
	columns := p.columns(rows)
	const size = widgets.SizeDetail + 2
	for i, row := range rows {
		end, x := y+cellPad, float32(0)
		for c, cell := range row {
			if c >= len(columns) {
				break
			}
			ink := widgets.Ink
			if i == 0 {
				cell, ink = bold(cell), widgets.InkSoft
			}
			end = max(end, p.words(cell, x, y+cellPad, columns[c]-2*cellPad, size, ink))
			x += columns[c]
		}
		y = end + cellPad
		p.rectangle(widgets.Line, 0, y, p.width, 1)
	}
	return y
}

// columns shares the width out: what is short gets what it needs, the rest at least its longest word, and goes by how much there is to say.
func (p *prose) columns(rows [][][]Span) []float32 {
	var want, least []float32
	for _, row := range rows {
		for c, cell := range row {
			if c >= len(want) {
				want, least = append(want, 0), append(least, leastCell)
			}
			width := float32(0)
			for _, b := range bits(cell) {
				w := p.pen.width(b.Words, widgets.SizeDetail+2, true)
				width += w
				least[c] = max(least[c], min(w+2*cellPad+2, p.width*mostCell))
			}
			want[c] = max(want[c], width+2*cellPad+2)
		}
	}
	all := make([]float32, len(want))
	room, left := p.width, len(want)
	for changed := true; changed && left > 0; {
		changed = false
		for c, w := range want {
			if all[c] == 0 && w <= room/float32(left) {
				all[c], changed = w, true
				room -= w
				left--
			}
		}
	}
	sum := float32(0)
	for c, w := range want {
		if all[c] == 0 {
			sum += w
			room -= least[c]
		}
	}
	for c, w := range want {
		if all[c] == 0 {
			all[c] = least[c] + max(0, room)*w/sum
		}
	}
	return all
}

// CreateRenderer is for Fyne.
func (p *prose) CreateRenderer() fyne.WidgetRenderer { return &proseRenderer{p} }

type proseRenderer struct{ p *prose }

func (r *proseRenderer) Layout(fyne.Size)             {}
func (r *proseRenderer) MinSize() fyne.Size           { return fyne.NewSize(10, r.p.height) }
func (r *proseRenderer) Refresh()                     { canvas.Refresh(r.p) }
func (r *proseRenderer) Objects() []fyne.CanvasObject { return r.p.things }
func (r *proseRenderer) Destroy()                     {}

// pen knows how wide words are. What it has measured it does not measure again.
type pen struct{ known map[string]float32 }

func newPen() pen { return pen{map[string]float32{}} }

func measured(words string, size float32, bold bool) fyne.Size {
	style := fyne.TextStyle{Bold: bold}
	m, _ := fyne.CurrentApp().Driver().RenderedTextSize(words, size, style, theme.Current().Font(style))
	return m
}

func (p pen) width(words string, size float32, bold bool) float32 {
	key := words + string(rune(int(size)))
	if bold {
		key += "b"
	}
	w, ok := p.known[key]
	if !ok {
		w = measured(words, size, bold).Width
		p.known[key] = w
	}
	return w
}

func (p pen) height(size float32) float32 { return measured("国0", size, false).Height }

// bit is what no line breaks within: a hanzi with the mark behind it, or a word.
type bit struct {
	Span
	space bool // it may be left out at the end of a line
}

// lines breaks spans into lines of at most a width. Of each line the runs that look alike are together.
func (p pen) lines(spans []Span, width, size float32) (all [][]Span) {
	var line []Span
	used := float32(0)
	add := func(b bit) {
		if n := len(line); n > 0 && line[n-1].Bold == b.Bold && line[n-1].Code == b.Code {
			line[n-1].Words += b.Words
		} else {
			line = append(line, b.Span)
		}
	}
	for _, word := range glued(bits(spans)) {
		need := float32(0)
		for _, b := range word {
			need += p.width(b.Words, size, b.Bold || b.Code)
		}
		if used+need > width && len(line) > 0 && !word[0].space {
			all, line, used = append(all, line), nil, 0
		}
		if word[0].space && len(line) == 0 {
			continue
		}
		for _, b := range word {
			for p.width(b.Words, size, b.Bold || b.Code) > width { // a word that is longer than a line
				cut := p.cut(b, width-used, size)
				head := b
				head.Words = b.Words[:cut]
				add(head)
				all, line, used = append(all, line), nil, 0
				b.Words = b.Words[cut:]
			}
			add(b)
			used += p.width(b.Words, size, b.Bold || b.Code)
		}
	}
	if len(line) > 0 || len(all) == 0 {
		all = append(all, line)
	}
	return all
}

// cut is how many bytes of a word fit a width; at least one letter.
func (p pen) cut(b bit, width, size float32) int {
	last := 0
	for i := range b.Words {
		if i > 0 && p.width(b.Words[:i], size, b.Bold || b.Code) > width {
			break
		}
		last = i
	}
	if last == 0 {
		last = len(string([]rune(b.Words)[:1]))
	}
	return last
}

const (
	closing = "，。；：！？、”）》】」』…％,.;:!?)%"
	opening = "“（《【「『("
)

// bits takes spans apart where a line may break.
func bits(spans []Span) (all []bit) {
	for _, s := range spans {
		from := 0
		flush := func(to int) {
			if to > from {
				part := s
				part.Words = s.Words[from:to]
				all = append(all, bit{part, part.Words == " "})
			}
			from = to
		}
		for i, r := range s.Words {
			if r == ' ' || r > 0x2E80 && !unicode.IsSpace(r) {
				flush(i)
				from = i
				flush(i + len(string(r)))
			}
		}
		flush(len(s.Words))
	}
	return all
}

// glued puts together what no line may break between: closing marks stay behind what they close, opening ones before it.
func glued(all []bit) (words [][]bit) {
	for i, b := range all {
		first, last := []rune(b.Words)[0], rune(0)
		if i > 0 && len(words) > 0 && !all[i-1].space {
			before := []rune(all[i-1].Words)
			last = before[len(before)-1]
		}
		if last != 0 && !b.space && (strings.ContainsRune(closing, first) || strings.ContainsRune(opening, last)) {
			words[len(words)-1] = append(words[len(words)-1], b)
			continue
		}
		// Latin right behind Latin is one word, even where it looks different.
		if last != 0 && last < 0x2E80 && first < 0x2E80 && !b.space {
			words[len(words)-1] = append(words[len(words)-1], b)
			continue
		}
		words = append(words, []bit{b})
	}
	return words
}
