package icon_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"testing"

	"guitai/assets/icon"
)

func TestPNG_IsTheMarkOnTransparentGround(t *testing.T) {
	checkMark(t, icon.PNG, 512)
}

func TestSmallPNG_IsTheSameMark(t *testing.T) {
	small, err := os.ReadFile("icon-256.png")
	if err != nil {
		t.Fatal(err)
	}
	checkMark(t, small, 256)
}

func checkMark(t *testing.T, file []byte, side int) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatalf("decode: %v", err)
	}
	if got, want := img.Bounds(), image.Rect(0, 0, side, side); got != want {
		t.Fatalf("bounds %v, want %v", got, want)
	}
	accent := color.NRGBA{R: 0x0F, G: 0x7B, B: 0x5F, A: 0xFF}
	if got := color.NRGBAModel.Convert(img.At(side/2, side/16)); got != accent {
		t.Errorf("ground is %v, want the accent %v", got, accent)
	}
	if _, _, _, a := img.At(0, 0).RGBA(); a != 0 {
		t.Errorf("the corner has alpha %d, want none", a)
	}
}
