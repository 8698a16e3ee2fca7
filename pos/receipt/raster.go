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

// disarm takes out of a payload what a printer would execute the moment it arrives, whatever it is part of: DLE EOT, DLE
// ENQ and DLE DC4 ask for status, recover from errors, open the drawer or switch off. The lone dot of the DLE byte gets a
// neighbour, the smallest change that can be made.
func disarm(payload []byte) {
	for i := 0; i+1 < len(payload); i++ {
		if payload[i] == 0x10 && (payload[i+1] == 0x04 || payload[i+1] == 0x05 || payload[i+1] == 0x14) {
			payload[i] = 0x18
		}
	}
}
