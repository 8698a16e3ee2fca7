package receipt

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"guitai/pos"
)

// Raster draws a whole document as black and white dots, as wide as the paper: exactly what a printer prints that has no
// characters of its own, and what a person may see before anything is printed. Where a document is cut apart there is a broken
// line. A nil face is the font that comes with the program. CodePrinter when the document is refused.
func Raster(d Doc, face *Face) (Bitmap, error) {
	pieces, err := drawPieces(d, face)
	if err != nil {
		return Bitmap{}, err
	}
	height := 0
	for i, p := range pieces {
		if height += p.H; i > 0 {
			height += lineDots
		}
	}
	all := NewBitmap(d.Paper.Dots(), height)
	at := all.Bits
	for i, p := range pieces {
		if i > 0 {
			between := NewBitmap(all.W, lineDots)
			for x := range between.W {
				if x/columnDots%2 == 0 {
					between.Set(x, lineDots/2)
				}
			}
			at = at[copy(at, between.Bits):]
		}
		at = at[copy(at, p.Bits):]
	}
	return all, nil
}

// PNG writes a picture as a PNG of two colours. Equal pictures are equal files.
func PNG(bm Bitmap) ([]byte, error) {
	img := image.NewPaletted(image.Rect(0, 0, bm.W, bm.H), color.Palette{color.White, color.Black})
	for y := range bm.H {
		for x := range bm.W {
			if bm.Black(x, y) {
				img.Pix[y*img.Stride+x] = 1
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, pos.E(pos.CodePrinter, "draw document", err)
	}
	return b.Bytes(), nil
}

// drawn is a piece as a picture.
type drawn struct {
	Bitmap
	cut bool
}

// drawPieces draws a document piece by piece.
func drawPieces(d Doc, face *Face) ([]drawn, error) {
	pieces, err := cutUp(d)
	if err != nil {
		return nil, err
	}
	if face == nil {
		if face, err = shipped(); err != nil {
			return nil, err
		}
	}
	all := make([]drawn, len(pieces))
	for i, p := range pieces {
		page := dots{NewBitmap(d.Paper.Dots(), p.height), face}
		p.draw(page)
		all[i] = drawn{page.Bitmap, p.cut}
	}
	return all, nil
}

// dots is a sheet of black and white.
type dots struct {
	Bitmap
	face *Face
}

func (s dots) text(y int, l line, scale int) { s.face.drawOn(s.Bitmap, y, l, scale) }

func (s dots) picture(y int, bm Bitmap) { s.put((s.W-bm.W)/2, y, bm) }

// sheet is what a piece of a document is drawn on, in dots from its top.
type sheet interface {
	text(y int, l line, scale int)
	picture(y int, bm Bitmap) // in the middle
}

// piece is what a document is between two cuts.
type piece struct {
	height int // dots
	strips []strip
	cut    bool // and not just the end
}

// strip is a part of a piece that goes from side to side.
type strip struct {
	height int
	draw   func(s sheet, y int) // nil for white
}

func (p piece) draw(s sheet) {
	y := 0
	for _, part := range p.strips {
		if part.draw != nil {
			part.draw(s, y)
		}
		y += part.height
	}
}

// cutUp lays a document out as pieces to be drawn.
func cutUp(d Doc) ([]piece, error) {
	items, err := lay(d, false)
	if err != nil {
		return nil, err
	}
	var all []piece
	var p piece
	for _, it := range items {
		if _, ok := it.block.(Cut); ok {
			p.cut = true
			all, p = append(all, p), piece{}
			continue
		}
		strips, err := stripsOf(it, d.Paper)
		if err != nil {
			return nil, err
		}
		for _, s := range strips {
			p.height += s.height
		}
		p.strips = append(p.strips, strips...)
	}
	if p.height > 0 {
		all = append(all, p)
	}
	return all, nil
}

func stripsOf(it item, p Paper) ([]strip, error) {
	text := func(l line, scale int) []strip {
		return []strip{{lineDots * scale, func(s sheet, y int) { s.text(y, l, scale) }}}
	}
	picture := func(bm Bitmap) []strip {
		return []strip{{bm.H, func(s sheet, y int) { s.picture(y, bm) }}}
	}
	switch b := it.block.(type) {
	case nil:
		return text(it.line, it.line.scale()), nil
	case QR:
		bm, err := drawQR(b.Content, p.Dots())
		return picture(bm), err
	case Image:
		if b.Bitmap.W > p.Dots() {
			return nil, refuse(ErrWide, fmt.Sprintf("%d dots", b.Bitmap.W))
		}
		return picture(b.Bitmap), nil
	case Large:
		return text(b.line(), largeScale(b.Amount, p)), nil
	case Feed:
		return []strip{{height: lineDots * max(0, b.Lines)}}, nil
	case trial:
		shown, err := cutUp(Doc{p, b.shows})
		if err != nil || len(shown) == 0 {
			return nil, err
		}
		return shown[0].strips, nil
	}
	return nil, pos.E(pos.CodePrinter, "draw document", fmt.Errorf("no way to draw %T", it.block))
}

// largestScale is as large as an amount gets: 15 mm.
const largestScale = 5

// largeScale is how many times its size in text an amount has.
func largeScale(amount string, p Paper) int {
	return max(1, min(largestScale, p.Columns()/columns(amount)))
}

func (b Large) line() line { return line{text: b.Amount, align: Centre, bold: true, money: true} }

func (f *Face) drawLarge(b Large, p Paper) Bitmap {
	scale := largeScale(b.Amount, p)
	bm := NewBitmap(p.Dots(), lineDots*scale)
	f.drawOn(bm, 0, b.line(), scale)
	return bm
}
