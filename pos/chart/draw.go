package chart

import (
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"slices"

	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"

	"guitai/pos"
)

// Look is what a chart is drawn with.
type Look struct {
	Paper color.Color // the ground
	Ink   color.Color // values, the chosen label's plate
	Soft  color.Color // labels and the axis
	Line  color.Color // the axis' lines
	Bar   color.Color
	Em    int // height of a label's letters in pixels
}

// Print is the look of a report on white paper, for letters of that many pixels.
func Print(em int) Look {
	return Look{
		Paper: color.White, Ink: color.NRGBA{0x14, 0x20, 0x1B, 0xFF}, Soft: color.NRGBA{0x51, 0x60, 0x5A, 0xFF},
		Line: color.NRGBA{0xD5, 0xDC, 0xD7, 0xFF}, Bar: color.NRGBA{0x0F, 0x7B, 0x5F, 0xFF}, Em: em,
	}
}

const (
	mostLines  = 4 // of the axis, without zero
	mostValues = 4 // that are written on their bars, besides the chosen one's
	mostPixels = 1 << 14
)

// Draw paints a chart, w by h pixels. Too small a picture for the letters is left empty; one that is larger than any screen is
// not painted. Safe for concurrent use.
func (p *Pen) Draw(c Chart, w, h int, look Look) *image.RGBA {
	w, h = max(0, min(w, mostPixels)), max(0, min(h, mostPixels))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Rect, image.NewUniform(look.Paper), image.Point{}, draw.Src)
	p.mu.Lock()
	defer p.mu.Unlock()
	l, ok := p.lay(c, w, h, look.Em)
	if !ok {
		return img
	}
	for _, t := range l.ticks {
		fill(img, t.line, look.Line)
		p.write(img, t.text, look.Soft)
	}
	for i, r := range l.bars {
		if c.Bars[i].Going {
			stripe(img, r, look.Bar, max(2, look.Em/5))
			continue
		}
		fill(img, r, look.Bar)
	}
	fill(img, l.floor, look.Soft)
	fill(img, l.plate, look.Ink)
	for _, t := range l.labels {
		ink := look.Soft
		if t.on {
			ink = look.Paper
		}
		p.write(img, t, ink)
	}
	for _, t := range l.values {
		p.write(img, t, look.Ink)
	}
	return img
}

// WritePNG paints a chart and writes it as a PNG.
func (p *Pen) WritePNG(out io.Writer, c Chart, w, h int, look Look) error {
	return png.Encode(out, p.Draw(c, w, h, look))
}

// BarAt is the bar of a chart drawn in that size whose room a point x pixels from the left is in; negative for none.
func (p *Pen) BarAt(c Chart, x, w, h, em int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	l, ok := p.lay(c, w, h, em)
	if !ok || x < l.floor.Min.X || x >= w {
		return -1
	}
	return (x - l.floor.Min.X) * len(c.Bars) / l.floor.Dx()
}

// layout is where everything goes.
type layout struct {
	ticks  []tick
	bars   []image.Rectangle // one for each bar, empty for one without height
	floor  image.Rectangle
	plate  image.Rectangle // under the chosen label
	labels []text
	values []text
}

type tick struct {
	line image.Rectangle
	text text
}

// text is words in the box that they fill.
type text struct {
	words string
	box   image.Rectangle
	bold  bool
	size  int
	on    bool // it stands on the plate
}

// lay puts everything in its place; ok is false when there is no room.
func (p *Pen) lay(c Chart, w, h, em int) (l layout, ok bool) {
	n := len(c.Bars)
	if n == 0 || em < 6 || w < 12*em || h < 5*em {
		return l, false
	}
	top, foot := em*3/2, h-em*7/4 // above: a value on the highest bar; below: the labels
	most := c.most()
	by := step(most, mostLines)
	lines := pos.Fen(1)
	for lines*by < most {
		lines++
	}
	full := lines * by

	left := 0
	for i := range lines + 1 {
		left = max(left, p.width(whole(i*by), em, false))
	}
	left += em / 2
	y := func(v pos.Fen) int { return foot - scale(foot-top, v, full) }
	thin := max(1, em/14)
	if most <= 0 {
		lines = 0 // nothing to read off
	}
	for i := range lines + 1 {
		words := whole(i * by)
		at := y(i * by)
		box := p.box(words, em, false, 0, at)
		l.ticks = append(l.ticks, tick{
			line: image.Rect(left, at, w, at+thin),
			text: text{words: words, box: box.Add(image.Pt(left-em/2-box.Dx(), 0)), size: em},
		})
	}
	l.ticks[0].line = image.Rectangle{}
	l.floor = image.Rect(left, foot, w, foot+max(2, thin))

	// Whole pixels for every slot would leave a gap at the end; the edges are shared out instead.
	edge := func(i int) int { return left + (w-left)*i/n }
	for i, b := range c.Bars {
		a, z := edge(i), edge(i+1)
		space := max(1, (z-a)/7)
		r := image.Rect(a+space, y(max(0, b.Value)), z-space, foot)
		if b.Absent || b.Value <= 0 {
			r = image.Rectangle{}
		} else if r.Dy() < 2 {
			r.Min.Y = foot - 2 // little is not nothing
		}
		l.bars = append(l.bars, r)
	}
	p.label(c, &l, edge, w, foot, em)
	p.value(c, &l, edge, left, w, top, foot, em)
	return l, true
}

// scale is length * v / full without leaving whole numbers, whatever the amount.
func scale(length int, v, full pos.Fen) int {
	for full > 1<<40 { // length * v must fit
		v, full = v>>1, full>>1
	}
	return int(pos.Fen(length) * v / max(1, full))
}

// label writes under the bars: the chosen one first, then as many of the others, in even steps, as have room.
func (p *Pen) label(c Chart, l *layout, edge func(int) int, w, foot, em int) {
	air := em / 3
	place := func(i int, bold bool) text {
		words := c.Bars[i].Label
		box := p.box(words, em, bold, 0, foot+em*9/8)
		x := (edge(i)+edge(i+1))/2 - box.Dx()/2
		return text{words: words, box: box.Add(image.Pt(min(max(x, 0), w-box.Dx()), 0)), bold: bold, size: em}
	}
	if i := c.Chosen; i >= 0 && i < len(c.Bars) {
		t := place(i, true)
		t.on = true
		if t.box.Dx() <= w/3 {
			l.plate = image.Rect(t.box.Min.X-air, foot+em/3, t.box.Max.X+air, foot+em*7/4)
			l.labels = append(l.labels, t)
		}
	}
	widest := 0
	for i := range c.Bars {
		widest = max(widest, p.width(c.Bars[i].Label, em, false))
	}
	every := 1
	for every < len(c.Bars) && widest+air > edge(every)-edge(0) {
		every++
	}
	for i := 0; i < len(c.Bars); i += every {
		t := place(i, false)
		free := i != c.Chosen && t.box.Dx() <= w
		for _, other := range l.labels {
			taken := other.box
			if other.on {
				taken = l.plate
			}
			free = free && !t.box.Inset(-air/2).Overlaps(taken)
		}
		if free {
			l.labels = append(l.labels, t)
		}
	}
}

// value writes on the bars that matter: the chosen one, then the highest, wherever the words cover neither another bar nor
// other words.
func (p *Pen) value(c Chart, l *layout, edge func(int) int, left, w, top, foot, em int) {
	var order []int
	for i := range c.Bars {
		if !l.bars[i].Empty() && i != c.Chosen {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(c.Bars[b].Value, c.Bars[a].Value) })
	order = order[:min(mostValues, len(order))]
	if i := c.Chosen; i >= 0 && i < len(c.Bars) && !l.bars[i].Empty() {
		order = append([]int{i}, order...)
	}
	for _, i := range order {
		words := whole(c.Bars[i].Value)
		box := p.box(words, em, true, 0, l.bars[i].Min.Y-em*3/4)
		x := (edge(i)+edge(i+1))/2 - box.Dx()/2
		box = box.Add(image.Pt(min(max(x, left), w-box.Dx()), 0))
		free := box.Min.X >= left
		for k, r := range l.bars {
			free = free && (k == i || !box.Overlaps(r))
		}
		for _, other := range l.values {
			free = free && !box.Inset(-em/4).Overlaps(other.box)
		}
		if free {
			l.values = append(l.values, text{words: words, box: box, bold: true, size: em})
		}
	}
}

func (p *Pen) width(words string, size int, bold bool) int {
	return font.MeasureString(p.face(size, bold), words).Ceil()
}

// box is the room of words whose middle is at (x from the left, y).
func (p *Pen) box(words string, size int, bold bool, x, y int) image.Rectangle {
	high := p.face(size, bold).Metrics().CapHeight.Ceil()
	return image.Rect(x, y-high/2, x+p.width(words, size, bold), y-high/2+high)
}

func (p *Pen) write(img *image.RGBA, t text, ink color.Color) {
	d := font.Drawer{Dst: img, Src: image.NewUniform(ink), Face: p.face(t.size, t.bold), Dot: fixed.P(t.box.Min.X, t.box.Max.Y)}
	d.DrawString(t.words)
}

func fill(img *image.RGBA, r image.Rectangle, c color.Color) {
	draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Over)
}

// stripe fills a box with slanting stripes and a frame, so that it is told from the others without its colour.
func stripe(img *image.RGBA, r image.Rectangle, c color.Color, wide int) {
	r = r.Intersect(img.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			frame := x < r.Min.X+wide/2+1 || x >= r.Max.X-wide/2-1 || y < r.Min.Y+wide/2+1
			if frame || (x+y)/wide%2 == 0 {
				img.Set(x, y, c)
			}
		}
	}
}
