package main

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func drawn(t *testing.T, line string) image.Image {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.png")
	o, err := parse(strings.Fields("-out "+file+" "+line), 0)
	if err != nil {
		t.Fatal(err)
	}
	if err = draw(o); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// differing counts how many points of two pictures are not the same.
func differing(a, b image.Image) (n int) {
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if a.At(x, y) != b.At(x, y) {
				n++
			}
		}
	}
	return n
}

func TestDraw_IsOfItsSizeAndTheSameEachTimeAndKeysChangeIt(t *testing.T) {
	plain := drawn(t, "-state cart -lang en -size 1024x768")
	if got := plain.Bounds().Size(); got != image.Pt(1024, 768) {
		t.Errorf("it is %v", got)
	}
	if n := differing(plain, drawn(t, "-state cart -lang en -size 1024x768")); n != 0 {
		t.Errorf("drawn again %d points differ", n)
	}
	typed := drawn(t, "-state cart -lang en -size 1024x768 -- F8 2 0")
	if n := differing(plain, typed); n < 100_000 {
		t.Errorf("the prompt for cash changes %d points", n)
	}
	if n := differing(typed, drawn(t, "-state cart -lang en -size 1024x768 -- F8 2 5")); n == 0 || n > 10_000 {
		t.Errorf("another amount changes %d points", n)
	}
}

func TestDraw_SaysWhatItCannotDo(t *testing.T) {
	for _, line := range []string{"-state nowhere", "-size large"} {
		o, err := parse(strings.Fields(line), 0)
		if err != nil {
			t.Fatal(err)
		}
		if draw(o) == nil {
			t.Errorf("%s is drawn", line)
		}
	}
}

func TestFewColours_KeepsWhatThereIsMostOf(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 40, 40))
	for i := range 1600 {
		c := color.RGBA{R: uint8(i), G: uint8(i >> 3), B: uint8(i % 7), A: 255} // more than a palette has
		if i < 900 {
			c = color.RGBA{R: 9, A: 255}
		}
		m.SetRGBA(i%40, i/40, c)
	}
	got := fewColours(m)
	if len(got.Palette) != 256 {
		t.Errorf("%d colours", len(got.Palette))
	}
	if c := got.At(3, 3); c != (color.RGBA{R: 9, A: 255}) {
		t.Errorf("most of it is %v", c)
	}
}
