package receipt

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"guitai/pos"
)

// Large is an amount as large as the paper allows, in the middle.
type Large struct{ Amount string }

func (Large) block() {}

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

// piece is what a document is between two cuts.
type piece struct {
	Bitmap
	cut bool // and not just the end
}

// drawPieces draws a document piece by piece.
func drawPieces(d Doc, face *Face) ([]piece, error) {
	items, err := lay(d, false)
	if err != nil {
		return nil, err
	}
	if face == nil {
		if face, err = shipped(); err != nil {
			return nil, err
		}
	}
	var pieces []piece
	var strips []strip
	height := 0
	end := func(cut bool) {
		bm := NewBitmap(d.Paper.Dots(), height)
		y := 0
		for _, s := range strips {
			s.draw(bm, y)
			y += s.height
		}
		pieces = append(pieces, piece{bm, cut})
		strips, height = nil, 0
	}
	for _, it := range items {
		if _, ok := it.block.(Cut); ok {
			end(true)
			continue
		}
		some, err := stripsOf(it, d.Paper, face)
		if err != nil {
			return nil, err
		}
		for _, s := range some {
			height += s.height
		}
		strips = append(strips, some...)
	}
	if height > 0 {
		end(false)
	}
	return pieces, nil
}

// strip is a part of a page that is so many rows high.
type strip struct {
	height int
	draw   func(bm Bitmap, y int)
}

func stripsOf(it item, p Paper, face *Face) ([]strip, error) {
	picture := func(bm Bitmap) []strip {
		return []strip{{bm.H, func(page Bitmap, y int) { page.put((page.W-bm.W)/2, y, bm) }}}
	}
	switch b := it.block.(type) {
	case nil:
		l := it.line
		return []strip{{lineDots * l.scale(), func(page Bitmap, y int) { face.drawOn(page, y, l, l.scale()) }}}, nil
	case QR:
		bm, err := drawQR(b.Content, p.Dots())
		return picture(bm), err
	case Image:
		if b.Bitmap.W > p.Dots() {
			return nil, refuse(ErrWide, fmt.Sprintf("%d dots", b.Bitmap.W))
		}
		return picture(b.Bitmap), nil
	case Large:
		return picture(face.drawLarge(b.Amount, p)), nil
	case Feed:
		return []strip{{lineDots * max(0, b.Lines), func(Bitmap, int) {}}}, nil
	case trial:
		var all []strip
		items, err := lay(Doc{p, b.shows}, false)
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			some, err := stripsOf(it, p, face)
			if err != nil {
				return nil, err
			}
			all = append(all, some...)
		}
		return all, nil
	}
	return nil, pos.E(pos.CodePrinter, "draw document", fmt.Errorf("no way to draw %T", it.block))
}

// largestScale is as large as an amount gets: 15 mm.
const largestScale = 5

// largeScale is how many times its size in text an amount has.
func largeScale(amount string, p Paper) int {
	return max(1, min(largestScale, p.Columns()/columns(amount)))
}

func (f *Face) drawLarge(amount string, p Paper) Bitmap {
	scale := largeScale(amount, p)
	bm := NewBitmap(p.Dots(), lineDots*scale)
	f.drawOn(bm, 0, line{text: amount, align: Centre, bold: true}, scale)
	return bm
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
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img); err != nil {
		return nil, pos.E(pos.CodePrinter, "draw document", err)
	}
	return b.Bytes(), nil
}
