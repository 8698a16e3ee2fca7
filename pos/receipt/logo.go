package receipt

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"

	"golang.org/x/image/draw"

	"guitai/pos"
)

// Limits of a logo's file, looked at before it is decoded: a small file can hold a picture that fills the memory.
const (
	maxLogoBytes  = 4 << 20
	maxLogoPixels = 8 << 20
)

// Reasons a logo is not taken, with CodeInvalid.
var (
	ErrNotPNG      = errors.New("not a PNG picture")
	ErrLogoTooBig  = errors.New("the picture is too large: at most 4 MB and 8 million pixels")
	ErrLogoIsBlank = errors.New("nothing of the picture is dark enough to be printed")
)

// LoadLogo reads a PNG and makes it black and white for a paper, white where it is transparent, as large as it is but at most as
// wide as the paper and about a quarter of a short receipt high. What has two tones keeps its edges; a picture with shades is made
// of dots (Floyd-Steinberg). CodeInvalid with [ErrNotPNG], [ErrLogoTooBig] or [ErrLogoIsBlank]; the error of the reader comes as it
// is.
func LoadLogo(r io.Reader, p Paper) (Bitmap, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxLogoBytes+1))
	if err != nil {
		return Bitmap{}, fmt.Errorf("read logo: %w", err)
	}
	invalid := func(reason error) (Bitmap, error) { return Bitmap{}, pos.E(pos.CodeInvalid, "read logo", reason) }
	if len(body) > maxLogoBytes {
		return invalid(ErrLogoTooBig)
	}
	size, err := png.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return invalid(fmt.Errorf("%w: %w", ErrNotPNG, err))
	}
	if size.Width < 1 || size.Height < 1 || size.Width > maxLogoPixels/size.Height {
		return invalid(fmt.Errorf("%w: it is %d by %d", ErrLogoTooBig, size.Width, size.Height))
	}
	img, err := png.Decode(bytes.NewReader(body))
	if err != nil {
		return invalid(fmt.Errorf("%w: %w", ErrNotPNG, err))
	}
	w, h := fitLogo(size.Width, size.Height, p)
	bm := blackAndWhite(shrink(img, w, h))
	for y := range bm.H {
		if !bm.blank(y) {
			return bm, nil
		}
	}
	return invalid(ErrLogoIsBlank)
}

// fitLogo is the size of a logo on a paper.
func fitLogo(w, h int, p Paper) (int, int) {
	maxW, maxH := p.Dots(), p.Dots()*5/12 // 20 mm of the narrower paper, 30 of the wider
	if w > maxW {
		w, h = maxW, h*maxW/w
	}
	if h > maxH {
		w, h = w*maxH/h, maxH
	}
	return max(1, w), max(1, h)
}

// shrink sets a picture on white at another size, in shades of grey.
func shrink(img image.Image, w, h int) *image.Gray {
	on := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(on, on.Rect, image.White, image.Point{}, draw.Src)
	draw.CatmullRom.Scale(on, on.Rect, img, img.Bounds(), draw.Over, nil)
	grey := image.NewGray(on.Rect)
	draw.Draw(grey, grey.Rect, on, image.Point{}, draw.Src)
	return grey
}

// Shades of a picture with two tones: all but a tenth of it is nearly black or nearly white, the rest is the edges between.
const (
	nearlyBlack = 48
	nearlyWhite = 208
	half        = 128
)

func blackAndWhite(grey *image.Gray) Bitmap {
	w, h := grey.Rect.Dx(), grey.Rect.Dy()
	between := 0
	for _, c := range grey.Pix {
		if c > nearlyBlack && c < nearlyWhite {
			between++
		}
	}
	bm := NewBitmap(w, h)
	if between*10 <= len(grey.Pix) {
		for i, c := range grey.Pix {
			if c < half {
				bm.Set(i%w, i/w)
			}
		}
		return bm
	}
	dots := image.NewPaletted(grey.Rect, color.Palette{color.White, color.Black})
	draw.FloydSteinberg.Draw(dots, dots.Rect, grey, image.Point{})
	for i, c := range dots.Pix {
		if c == 1 {
			bm.Set(i%w, i/w)
		}
	}
	return bm
}
