package photo

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guitai/pos"
)

// halves is a picture that is red on the left and blue on the right.
func halves(w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{0xFF, 0, 0, 0xFF}
			if x >= w/2 {
				c = color.RGBA{0, 0, 0xFF, 0xFF}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func write(t *testing.T, name string, body []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func encoded(t *testing.T, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func red(c color.Color) bool  { r, _, b, _ := c.RGBA(); return r > 0xC000 && b < 0x4000 }
func blue(c color.Color) bool { r, _, b, _ := c.RGBA(); return b > 0xC000 && r < 0x4000 }

func TestFolder_KeepsASmallPictureOnce(t *testing.T) {
	f := Folder(filepath.Join(t.TempDir(), "photos"))
	path := write(t, "大图.png", encoded(t, halves(3000, 1500)))
	name, err := f.Add(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := f.Add(t.Context(), path)
	if err != nil || again != name {
		t.Errorf("again it is %q: %v", again, err)
	}
	files, err := os.ReadDir(string(f))
	if err != nil || len(files) != 1 {
		t.Fatalf("the folder has %v: %v", files, err)
	}
	m, err := f.Read(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	if b := m.Bounds(); b.Dx() != 240 || b.Dy() != 120 || !red(m.At(10, 60)) || !blue(m.At(230, 60)) {
		t.Errorf("it is %v, left %v, right %v", b, m.At(10, 60), m.At(230, 60))
	}
}

func TestSmall_OfWhatIsTransparentIsOnWhite(t *testing.T) {
	body, err := Small(bytes.NewReader(encoded(t, image.NewRGBA(image.Rect(0, 0, 50, 50)))))
	if err != nil {
		t.Fatal(err)
	}
	m, err := jpeg.Decode(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := m.At(25, 25).RGBA(); r < 0xFA00 || g < 0xFA00 || b < 0xFA00 || m.Bounds().Dx() != 50 {
		t.Errorf("it is %v of %v", m.At(25, 25), m.Bounds())
	}
}

// held is a JPEG whose camera says how it was held.
func held(t *testing.T, how uint16, order binary.ByteOrder) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, halves(80, 40), &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	tiff := []byte("II*\x00")
	if order == binary.BigEndian {
		tiff = []byte("MM\x00*")
	}
	u32 := func(n uint32) []byte { b := make([]byte, 4); order.PutUint32(b, n); return b }
	u16 := func(n uint16) []byte { b := make([]byte, 2); order.PutUint16(b, n); return b }
	tiff = append(tiff, u32(8)...)
	tiff = append(tiff, u16(1)...)
	tiff = append(tiff, u16(0x0112)...)
	tiff = append(tiff, u16(3)...)
	tiff = append(tiff, u32(1)...)
	tiff = append(tiff, u16(how)...)
	tiff = append(tiff, 0, 0, 0, 0, 0, 0)
	app := append([]byte("Exif\x00\x00"), tiff...)
	segment := append([]byte{0xFF, 0xE1, byte((len(app) + 2) >> 8), byte(len(app) + 2)}, app...)
	return append(append([]byte{0xFF, 0xD8}, segment...), out.Bytes()[2:]...)
}

func TestSmall_IsUprightAsTheCameraSays(t *testing.T) {
	for how, redAt := range map[uint16]image.Point{
		1: {10, 20}, 2: {70, 20}, 3: {70, 20}, 4: {10, 20}, 5: {20, 10}, 6: {20, 10}, 7: {20, 70}, 8: {20, 70},
	} {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			body, err := Small(bytes.NewReader(held(t, how, order)))
			if err != nil {
				t.Fatal(err)
			}
			m, err := jpeg.Decode(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if wide := m.Bounds().Dx() == 80; wide != (how < 5) || !red(m.At(redAt.X, redAt.Y)) {
				t.Errorf("held as %d (%v) it is %v, and at %v %v", how, order, m.Bounds(), redAt, m.At(redAt.X, redAt.Y))
			}
		}
	}
}

func TestSmall_RefusesWhatIsNoPictureOrTooLarge(t *testing.T) {
	whole := encoded(t, halves(64, 64))
	bomb := []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00") // says that it is 65535 by 65535
	if _, err := Small(bytes.NewReader(bomb)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("of a bomb it says %v", err)
	}
	for name, body := range map[string][]byte{
		"empty": nil, "text": []byte("hello"), "cut off": whole[:len(whole)/2], "too many bytes": make([]byte, MaxBytes+1),
	} {
		if _, err := Small(bytes.NewReader(body)); pos.CodeOf(err) != pos.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, junk := range []string{"\xff\xd8", "\xff\xd8\xff\xe1\x00\x08Exif\x00\x00", "\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II*\x00\xff\xff\xff\xff", "\xff\xd8\xff\xe1\x00\x00"} {
		if got := orientation([]byte(junk)); got != 1 {
			t.Errorf("%q is held as %d", junk, got)
		}
	}
}

func TestFolder_IsNotLeft(t *testing.T) {
	dir := t.TempDir()
	f := Folder(filepath.Join(dir, "photos"))
	name, err := f.Add(t.Context(), write(t, "a.png", encoded(t, halves(8, 8))))
	if err != nil || strings.ContainsAny(name, `/\`) {
		t.Fatal(name, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "secret.png"), encoded(t, halves(8, 8)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", ".", "..", "../secret.png", `..\secret.png`, "/etc/passwd", "x/" + name, filepath.Join(dir, "secret.png")} {
		if _, err := f.Read(t.Context(), bad); pos.CodeOf(err) != pos.CodeNotFound {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "secret.png"), filepath.Join(string(f), "link.png")); err == nil {
		if _, err := f.Read(t.Context(), "link.png"); err == nil {
			t.Error("a link leads out of the folder")
		}
	}
}

func TestFolder_SaysWhatIsMissing(t *testing.T) {
	f := Folder(filepath.Join(t.TempDir(), "photos"))
	if _, err := f.Add(t.Context(), filepath.Join(t.TempDir(), "none.png")); pos.CodeOf(err) != pos.CodeNotFound {
		t.Errorf("of no file: %v", err)
	}
	if _, err := f.Add(t.Context(), t.TempDir()); pos.CodeOf(err) != pos.CodeInvalid || !errors.Is(err, ErrNoPicture) {
		t.Errorf("of a folder: %v", err)
	}
	if _, err := f.Read(t.Context(), "a.jpg"); pos.CodeOf(err) != pos.CodeNotFound {
		t.Errorf("of no photo: %v", err)
	}
}
