package receipt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"strings"
	"testing"
	"testing/iotest"

	"guitai/pos"
)

func TestLoadLogo_FitsThePaperAndIsNeverMadeLarger(t *testing.T) {
	for _, c := range []struct {
		w, h  int
		p     Paper
		wantW int
		wantH int
	}{
		{100, 60, Paper58, 100, 60},
		{1152, 240, Paper80, 576, 120},
		{400, 400, Paper58, 160, 160},
		{400, 400, Paper80, 240, 240},
		{3000, 40, Paper58, 384, 5},
		{400, 1600, Paper58, 40, 160},
	} {
		bm, err := LoadLogo(bytes.NewReader(aLogo(t, c.w, c.h)), c.p)
		if err != nil || bm.W != c.wantW || bm.H != c.wantH {
			t.Errorf("%d x %d became %d x %d: %v", c.w, c.h, bm.W, bm.H, err)
		}
	}
}

func TestLoadLogo_TransparencyIsWhiteAndTwoTonesKeepTheirEdges(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	for y := range 64 {
		for x := range 32 {
			img.SetNRGBA(x, y, color.NRGBA{0, 0, 0, 0xff})
		}
	}
	bm, err := LoadLogo(bytes.NewReader(pngOf(t, img)), Paper58)
	if err != nil {
		t.Fatal(err)
	}
	for y := range 64 {
		for x := range 64 {
			if bm.Black(x, y) != (x < 32) {
				t.Fatalf("dot %d,%d is wrong", x, y)
			}
		}
	}
}

func TestLoadLogo_ShadesBecomeAsManyDotsAsTheyAreDark(t *testing.T) {
	for _, shade := range []uint8{64, 128, 192} {
		img := image.NewGray(image.Rect(0, 0, 100, 100))
		for i := range img.Pix {
			img.Pix[i] = shade
		}
		bm, err := LoadLogo(bytes.NewReader(pngOf(t, img)), Paper58)
		if err != nil {
			t.Fatal(err)
		}
		black := 0
		for y := range bm.H {
			for x := range bm.W {
				if bm.Black(x, y) {
					black++
				}
			}
		}
		if want := int(255-shade) * 10000 / 255; black < want-400 || black > want+400 {
			t.Errorf("a shade of %d has %d black dots of 10000, not about %d", shade, black, want)
		}
	}
}

// bomb is the head of a PNG that says to be w by h, and no more.
func bomb(w, h uint32) []byte {
	head := []byte("IHDR")
	head = binary.BigEndian.AppendUint32(head, w)
	head = binary.BigEndian.AppendUint32(head, h)
	head = append(head, 1, 0, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	out = append(out, head...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(head))
}

func TestLoadLogo_SaysWhatIsWrong(t *testing.T) {
	good := aLogo(t, 50, 50)
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"empty":         {nil, ErrNotPNG},
		"a JPEG":        {[]byte("\xff\xd8\xff\xe0\x00\x10JFIF"), ErrNotPNG},
		"cut off":       {good[:len(good)/2], ErrNotPNG},
		"many pixels":   {bomb(60000, 60000), ErrLogoTooBig},
		"a long line":   {bomb(1<<30, 1), ErrLogoTooBig},
		"a large file":  {[]byte(string(good) + strings.Repeat("x", maxLogoBytes)), ErrLogoTooBig},
		"nothing on it": {pngOf(t, image.NewNRGBA(image.Rect(0, 0, 20, 20))), ErrLogoIsBlank},
	} {
		if _, err := LoadLogo(bytes.NewReader(c.file), Paper58); !errors.Is(err, c.want) || pos.CodeOf(err) != pos.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := errors.New("the disk is gone")
	if _, err := LoadLogo(iotest.ErrReader(broken), Paper58); !errors.Is(err, broken) || errors.Is(err, ErrNotPNG) {
		t.Error(err)
	}
}
