package receipt

import (
	"errors"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/ean"
)

// Barcode is a code of bars with its digits under it: EAN-13 or EAN-8 for what is one, else Code 128. It is always drawn, never
// left to the printer: what a printer's own Code 128 is sent can hold real-time commands. What has no bars, or too many for the
// paper, stands in digits alone.
type Barcode struct{ Content string }

func (Barcode) block() {}

var errNoBars = errors.New("a code has no bars")

const (
	barDots   = 80 // high: 10 mm
	barModule = 3  // dots of a module at most
	barLeast  = 2  // and at least: scanners do not see less, and a lone dot could be part of a command
	barQuiet  = 10 // modules of white on either side
)

// drawBarcode draws the bars of a code and their quiet zones; ok is false where there are none.
func drawBarcode(content string, width int) (bm Bitmap, ok bool) {
	code, err := barsOf(content)
	if err != nil {
		return Bitmap{}, false
	}
	modules := code.Bounds().Dx()
	dots := min(barModule, width/(modules+2*barQuiet))
	if dots < barLeast {
		return Bitmap{}, false
	}
	bm = NewBitmap((modules+2*barQuiet)*dots, barDots)
	for x := range modules * dots {
		if r, _, _, _ := code.At(x/dots, 0).RGBA(); r != 0 {
			continue
		}
		for y := range bm.H {
			bm.Set(barQuiet*dots+x, y)
		}
	}
	return bm, true
}

func barsOf(content string) (barcode.Barcode, error) {
	digits := strings.Trim(content, "0123456789") == ""
	switch {
	case digits && len(content) == 12 && checkDigit("0"+content): // UPC-A
		return ean.Encode("0" + content)
	case digits && (len(content) == 13 || len(content) == 8) && checkDigit(content):
		return ean.Encode(content)
	case strings.Trim(content, printable) != "":
		return nil, errNoBars
	}
	return code128.Encode(content)
}

// checkDigit reports whether the last digit is what GS1 makes of the others: they weigh 3 and 1 in turns from the right.
func checkDigit(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d *= 3
		}
		sum += d
	}
	return sum%10 == 0
}
