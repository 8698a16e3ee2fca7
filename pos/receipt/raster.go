package receipt

import (
	"github.com/skip2/go-qrcode"

	"guitai/pos"
)

// Bitmap is a picture of black and white dots.
type Bitmap struct {
	W, H int    // dots
	Bits []byte // row by row, each row filled up to whole bytes; the highest bit is the leftmost dot; 1 is black
}

// NewBitmap returns a white picture.
func NewBitmap(w, h int) Bitmap { return Bitmap{W: w, H: h, Bits: make([]byte, (w+7)/8*h)} }

// Stride is the bytes of one row.
func (b Bitmap) Stride() int { return (b.W + 7) / 8 }

// Black reports whether the dot is black. Outside the picture everything is white.
func (b Bitmap) Black(x, y int) bool {
	return x >= 0 && y >= 0 && x < b.W && y < b.H && b.Bits[y*b.Stride()+x/8]&(0x80>>(x%8)) != 0
}

// Set makes a dot black. Outside the picture it does nothing.
func (b Bitmap) Set(x, y int) {
	if x >= 0 && y >= 0 && x < b.W && y < b.H {
		b.Bits[y*b.Stride()+x/8] |= 0x80 >> (x % 8)
	}
}

// blank reports whether a row is all white.
func (b Bitmap) blank(y int) bool {
	for _, c := range b.Bits[y*b.Stride() : (y+1)*b.Stride()] {
		if c != 0 {
			return false
		}
	}
	return true
}

// put draws another picture's black dots over this one's, from x, y on.
func (b Bitmap) put(x, y int, other Bitmap) {
	for oy := range other.H {
		if other.blank(oy) {
			continue
		}
		for ox := range other.W {
			if other.Black(ox, oy) {
				b.Set(x+ox, y+oy)
			}
		}
	}
}

// qrModule is how many dots a module of a QR has at most. Weak print heads blur anything below 6.
const qrModule = 6

// drawQR draws a QR of level M with its quiet zone of 4 modules, every module the same whole number of dots, as large as
// qrModule and the width allow.
func drawQR(content string, width int) (Bitmap, error) {
	code, err := qrcode.New(content, qrcode.Medium)
	if err != nil {
		return Bitmap{}, pos.E(pos.CodePrinter, "draw qr", err)
	}
	modules := code.Bitmap()                  // with the quiet zone
	dots := min(qrModule, width/len(modules)) // 2 at least: the largest code has 185 modules, the narrowest paper 384 dots
	bm := NewBitmap(len(modules)*dots, len(modules)*dots)
	for y := range bm.H {
		for x := range bm.W {
			if modules[y/dots][x/dots] {
				bm.Set(x, y)
			}
		}
	}
	return bm, nil
}

// picture prints a bitmap in the middle of the paper, in bands that small buffers hold.
func (w *writer) picture(bm Bitmap) {
	w.style(Centre, false, false)
	for y := 0; y < bm.H; y += w.opts.Profile.Band {
		w.band(bm, y, min(w.opts.Profile.Band, bm.H-y))
	}
}

// shortestSkip rows of white are worth a command of their own.
const shortestSkip = 8

// page prints a bitmap as wide as the paper. White is fed, not sent: a drawn receipt is many times the bytes of one that is
// written, and more than half of it is white.
func (w *writer) page(bm Bitmap) {
	for y := 0; y < bm.H; {
		white := 0
		for y+white < bm.H && bm.blank(y+white) {
			white++
		}
		if white >= shortestSkip || y+white == bm.H {
			w.skip(white)
			y += white
			continue
		}
		rows := white
		for run := 0; y+rows < bm.H && rows < w.opts.Profile.Band && run < shortestSkip; rows++ {
			if run++; !bm.blank(y + rows) {
				run = 0
			}
		}
		w.band(bm, y, rows)
		y += rows
	}
}

// skip feeds rows of white. (ESC J; a row of ours is a dot of a printer with 8 to the mm, as all but some of Epson's are.)
func (w *writer) skip(rows int) {
	for ; rows > 0; rows -= 255 {
		w.out = append(w.out, esc, 'J', byte(min(rows, 255)))
	}
}

// band sends rows of a picture by the printer's method.
func (w *writer) band(bm Bitmap, y, rows int) {
	stride := bm.Stride()
	bits := bm.Bits[y*stride : (y+rows)*stride]
	switch w.opts.Profile.Raster {
	case RasterGraph: // functions 112, store, and 50, print
		n, dots := len(bits)+10, stride*8
		w.out = append(w.out, gs, '(', 'L', byte(n), byte(n>>8), '0', 'p', '0', 1, 1, '1', byte(dots), byte(dots>>8), byte(rows), byte(rows>>8))
		w.payload(bits)
		w.out = append(w.out, gs, '(', 'L', 2, 0, '0', '2')
	case RasterColumns:
		for top := 0; top < rows; top += columnRows {
			some := min(columnRows, rows-top)
			w.out = append(w.out, esc, '*', 33, byte(bm.W), byte(bm.W>>8))
			w.payload(turned(bm, y+top, some))
			w.out = append(w.out, esc, 'J', byte(some)) // prints it and feeds past it
		}
	default:
		w.out = append(w.out, gs, 'v', '0', 0, byte(stride), byte(stride>>8), byte(rows), byte(rows>>8))
		w.payload(bits)
	}
}

// columnRows is how high a picture of ESC * 33 is.
const columnRows = 24

// turned is rows of a picture in columns from left to right, each of three bytes from top to bottom.
func turned(bm Bitmap, y, rows int) []byte {
	bits := make([]byte, bm.W*columnRows/8)
	for dy := range rows {
		for x := range bm.W {
			if bm.Black(x, y+dy) {
				bits[x*columnRows/8+dy/8] |= 0x80 >> (dy % 8)
			}
		}
	}
	return bits
}

// payload appends the dots of a picture without what a printer would take for a command.
func (w *writer) payload(bits []byte) {
	start := len(w.out)
	w.out = append(w.out, bits...)
	disarm(w.out[start:])
}

// realTime reports whether two bytes begin a command that a printer executes the moment it arrives, whatever it is part of: DLE
// EOT, DLE ENQ and DLE DC4 ask for status, recover from errors, open the drawer or switch off.
func realTime(a, b byte) bool {
	return a == 0x10 && (b == 0x04 || b == 0x05 || b == 0x14)
}

// armed reports whether such a command stands anywhere in a document.
func armed(out []byte) bool {
	for i := 0; i+1 < len(out); i++ {
		if realTime(out[i], out[i+1]) {
			return true
		}
	}
	return false
}

// disarm takes such commands out of the dots of a picture. The lone dot of the DLE byte gets a neighbour, the smallest change
// that can be made.
func disarm(dots []byte) {
	for i := 0; i+1 < len(dots); i++ {
		if realTime(dots[i], dots[i+1]) {
			dots[i] = 0x18
		}
	}
}
