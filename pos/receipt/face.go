package receipt

import (
	"image"
	"sync"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"guitai/assets/fonts"
	"guitai/pos"
)

const (
	columnDots = 12 // a column on every paper
	glyphDots  = 24 // the height of a character, and the width of a Chinese one
	emDots     = 22 // our font's em in that box, so that characters do not touch
	leadDots   = 3  // white above and below a drawn line, which makes it as high as a printed one
	lineDots   = glyphDots + 2*leadDots
	inkLevel   = 0x60
)

// Face draws text where no printer's own characters do. Safe for concurrent use.
type Face struct {
	ttf []byte

	mu    sync.Mutex
	font  *sfnt.Font
	buf   sfnt.Buffer
	sizes map[int]font.Face // by scale
}

// ParseFace reads a TrueType font, of which the face keeps the bytes. CodeInvalid when it is none.
func ParseFace(ttf []byte) (*Face, error) {
	f, err := opentype.Parse(ttf)
	if err != nil {
		return nil, pos.E(pos.CodeInvalid, "read font", err)
	}
	face := &Face{ttf: ttf, font: f, sizes: map[int]font.Face{}}
	for _, scale := range []int{1, 2} {
		if _, err := face.size(scale); err != nil {
			return nil, pos.E(pos.CodeInvalid, "read font", err)
		}
	}
	return face, nil
}

// shipped is the font that comes with the program.
var shipped = sync.OnceValues(func() (*Face, error) { return ParseFace(fonts.Regular()) })

// size returns the font at a multiple of its size for text.
func (f *Face) size(scale int) (font.Face, error) {
	if face, ok := f.sizes[scale]; ok {
		return face, nil
	}
	face, err := opentype.NewFace(f.font, &opentype.FaceOptions{Size: float64(emDots * scale), DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, err
	}
	f.sizes[scale] = face
	return face, nil
}

// has reports whether the font draws a character.
func (f *Face) has(r rune) bool {
	i, err := f.font.GlyphIndex(&f.buf, r)
	return err == nil && i != 0
}

// missing counts the characters of a text that the font does not draw.
func (f *Face) missing(s string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, r := range s {
		if r != ' ' && !f.has(r) {
			n++
		}
	}
	return n
}

// draw sets a line on its columns, so that what stood under each other in text does so here; width is the paper's, in
// dots. A character wider than its columns is made narrow, never cut; for one that the font does not have there is a box.
func (f *Face) draw(l line, width int) Bitmap {
	bm := NewBitmap(width, lineDots*l.scale())
	f.drawOn(bm, 0, l, l.scale())
	return bm
}

// drawOn sets a line, at a multiple of its size, on a picture from row y on.
func (f *Face) drawOn(bm Bitmap, y int, l line, scale int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	face, err := f.size(scale)
	if err != nil {
		return // a font that made its first two sizes makes every other
	}
	x := l.indent(bm.W, scale)
	height := lineDots * scale
	baseline := baselineOf(face, scale)
	for _, r := range l.text {
		cell := image.Rect(x, y, x+runeColumns(r)*columnDots*scale, y+height)
		switch {
		case r == ' ' || r == '\u3000':
		case !f.has(r):
			drawBox(bm, cell.Inset(leadDots*scale))
		default:
			drawGlyph(bm, face, r, cell, baseline)
			if l.bold {
				drawGlyph(bm, face, r, cell.Add(image.Pt(1, 0)), baseline)
			}
		}
		x = cell.Max.X
	}
}

// baselineOf is how far below the top of its line a text stands, so that capitals are in the middle.
func baselineOf(face font.Face, scale int) int {
	return lineDots*scale/2 + (face.Metrics().CapHeight.Round()+1)/2 + scale
}

// indent is the white before a line on so many dots.
func (l line) indent(width, scale int) int {
	switch free := width - columns(l.text)*columnDots*scale; l.align {
	case Centre:
		return free / 2
	case Right:
		return free
	}
	return 0
}

// drawGlyph draws a character in the middle of its cell.
func drawGlyph(bm Bitmap, face font.Face, r rune, cell image.Rectangle, baseline int) {
	advance, ok := face.GlyphAdvance(r)
	if !ok {
		return
	}
	glyph := image.NewAlpha(image.Rect(0, 0, max(1, advance.Ceil()), cell.Dy()))
	d := font.Drawer{Dst: glyph, Src: image.Opaque, Face: face, Dot: fixed.P(0, baseline)}
	d.DrawString(string(r))
	if glyph.Rect.Dx() > cell.Dx() {
		narrow := image.NewAlpha(image.Rect(0, 0, cell.Dx(), cell.Dy()))
		draw.ApproxBiLinear.Scale(narrow, narrow.Rect, glyph, glyph.Rect, draw.Src, nil)
		glyph = narrow
	}
	left := cell.Min.X + (cell.Dx()-glyph.Rect.Dx())/2
	for y := range glyph.Rect.Dy() {
		for x := range glyph.Rect.Dx() {
			if glyph.AlphaAt(x, y).A >= inkLevel {
				bm.Set(left+x, cell.Min.Y+y)
			}
		}
	}
}

// drawBox draws what stands for a character that nobody has.
func drawBox(bm Bitmap, r image.Rectangle) {
	for x := r.Min.X; x < r.Max.X; x++ {
		bm.Set(x, r.Min.Y)
		bm.Set(x, r.Max.Y-1)
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		bm.Set(r.Min.X, y)
		bm.Set(r.Max.X-1, y)
	}
}
