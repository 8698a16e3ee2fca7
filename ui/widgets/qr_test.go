package widgets

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"testing"

	"github.com/skip2/go-qrcode"
)

const codeURL = "weixin://wxpay/bizpayurl?pr=NwY5Mz9QX"

func TestPaintModules_EveryModuleIsTheSameWholePixels(t *testing.T) {
	code, err := qrcode.New(codeURL, qrcode.Medium)
	if err != nil {
		t.Fatal(err)
	}
	code.DisableBorder = true
	modules := code.Bitmap()
	n := len(modules)
	for _, size := range []image.Point{{340, 340}, {346, 346}, {372, 372}, {419, 443}, {512, 512}, {777, 640}, {1024, 1024}, {n + 8, n + 8}} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			img := paintModules(modules, size.X, size.Y)
			scale := min(size.X, size.Y) / (n + 8)
			left, top := (size.X-n*scale)/2, (size.Y-n*scale)/2
			if left < 4*scale || top < 4*scale {
				t.Errorf("quiet zone of %d by %d pixels at %d per module", left, top, scale)
			}
			for y := range size.Y {
				for x := range size.X {
					mx, my := (x-left)/scale, (y-top)/scale
					dark := x >= left && y >= top && mx < n && my < n && modules[my][mx]
					if got := img.GrayAt(x, y).Y; (got == 0) != dark || got != 0 && got != 0xFF {
						t.Fatalf("pixel %d,%d is %d, module is dark: %v", x, y, got, dark)
					}
				}
			}
		})
	}
}

func TestPaintModules_TooSmallShowsNone(t *testing.T) {
	img := paintModules([][]bool{{true}}, 5, 5)
	for _, p := range img.Pix {
		if p != 0xFF {
			t.Fatal("something was painted")
		}
	}
}

func TestQR_KeepsThePictureOfTheSameText(t *testing.T) {
	q := NewQR(300)
	if !q.Set(codeURL) {
		t.Fatal("refused")
	}
	a := q.draw(400, 400)
	if q.Set(codeURL); q.draw(400, 400) != a {
		t.Error("the same text was painted again")
	}
	q.Set(codeURL + "2")
	if q.draw(400, 400) == a {
		t.Error("another text shows the old picture")
	}
	q.Set("")
	for _, p := range q.draw(400, 400).(*image.Gray).Pix {
		if p != 0xFF {
			t.Fatal("an empty code shows something")
		}
	}
}

func BenchmarkQR_ToPixels(b *testing.B) {
	q := NewQR(300)
	for i := range b.N {
		q.Set(fmt.Sprintf("weixin://wxpay/bizpayurl?pr=%07d", i))
		q.draw(430, 430)
	}
}

// BenchmarkQR_PNGFloor is the way that the library offers: a PNG, which the window system then has to decode.
func BenchmarkQR_PNGFloor(b *testing.B) {
	for i := range b.N {
		raw, err := qrcode.Encode(fmt.Sprintf("weixin://wxpay/bizpayurl?pr=%07d", i), qrcode.Medium, 430)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := png.Decode(bytes.NewReader(raw)); err != nil {
			b.Fatal(err)
		}
	}
}
