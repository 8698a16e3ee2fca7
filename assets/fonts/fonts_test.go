package fonts_test

import (
	"fmt"
	"image"
	"os"
	"strings"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/encoding/simplifiedchinese"

	"guitai/assets/fonts"
)

// most is how large one weight may grow, in bytes; both lie in every program that draws.
const most = 2_600_000

// symbols are what screens, captions of keys and receipts may use beyond GB 2312.
const symbols = "✓✔✗✘●○■□▲△▼▽◀▶◁▷◆◇★☆⚠←→↑↓⇧⏎⌫×÷−–—…·•‧¥￥€£°℃№™®©‰′″‘’“”‹›‾⌘⌥␣♪☎"

type weight struct {
	name string
	ttf  []byte
}

func weights() []weight {
	return []weight{{"Regular", fonts.Regular()}, {"Bold", fonts.Bold()}}
}

func parse(t *testing.T, w weight) *opentype.Font {
	t.Helper()
	f, err := opentype.Parse(w.ttf)
	if err != nil {
		t.Fatalf("parse %s: %v", w.name, err)
	}
	return f
}

// hanzi returns the 6763 hanzi of GB 2312, rows 16 to 87.
func hanzi(t *testing.T) []rune {
	t.Helper()
	var all []rune
	dec := simplifiedchinese.GBK.NewDecoder()
	for row := 16; row <= 87; row++ {
		for cell := 1; cell <= 94; cell++ {
			if row == 55 && cell > 89 {
				break // the five cells left free between the two levels
			}
			s, err := dec.Bytes([]byte{byte(0xA0 + row), byte(0xA0 + cell)})
			if err != nil {
				t.Fatalf("decode row %d cell %d: %v", row, cell, err)
			}
			all = append(all, []rune(string(s))...)
		}
	}
	if len(all) != 6763 {
		t.Fatalf("GB 2312 has 6763 hanzi, the table made here %d", len(all))
	}
	return all
}

// signs returns what GBK has in rows 1 to 9, the symbols, letters and lines of GB 2312.
func signs(t *testing.T) []rune {
	t.Helper()
	var all []rune
	dec := simplifiedchinese.GBK.NewDecoder()
	for row := 1; row <= 9; row++ {
		for cell := 1; cell <= 94; cell++ {
			s, err := dec.Bytes([]byte{byte(0xA0 + row), byte(0xA0 + cell)})
			if err != nil {
				t.Fatalf("decode row %d cell %d: %v", row, cell, err)
			}
			if r := []rune(string(s))[0]; r != '\uFFFD' { // else a cell nobody assigned
				all = append(all, r)
			}
		}
	}
	if len(all) < 682 {
		t.Fatalf("GB 2312 has 682 symbols, the table made here %d", len(all))
	}
	return all
}

func span(first, last rune) []rune {
	var all []rune
	for r := first; r <= last; r++ {
		all = append(all, r)
	}
	return all
}

func TestFonts_HaveEveryCharacterOfTheTill(t *testing.T) {
	sets := []struct {
		name  string
		runes []rune
	}{
		{"GB 2312 hanzi", hanzi(t)},
		{"GB 2312 symbols", signs(t)},
		{"ASCII", span(0x20, 0x7E)},
		{"Latin-1", span(0xA0, 0xFF)},
		{"Latin Extended-A", span(0x100, 0x17F)},
		{"CJK punctuation", span(0x3000, 0x301F)},
		{"box drawing", span(0x2500, 0x257F)},
		{"full-width ASCII", span(0xFF01, 0xFF5E)},
		{"names and goods of our days", []rune("镕喆堃玥珺昇旻祎翀赟頔颢璟彧湉焗啫喱粿")},
		{"symbols of the till", []rune(symbols)},
	}
	for _, w := range weights() {
		f := parse(t, w)
		var buf sfnt.Buffer
		for _, set := range sets {
			t.Run(w.name+"/"+set.name, func(t *testing.T) {
				for _, r := range set.runes {
					glyph, err := f.GlyphIndex(&buf, r)
					if err != nil || glyph == 0 {
						t.Errorf("%U %c: glyph %d, %v", r, r, glyph, err)
					}
				}
			})
		}
	}
}

// TestFonts_EveryGlyphLoads walks all outlines: a glyph that cannot be read is a blank on the receipt.
func TestFonts_EveryGlyphLoads(t *testing.T) {
	for _, w := range weights() {
		f := parse(t, w)
		var buf sfnt.Buffer
		for g := range f.NumGlyphs() {
			if _, err := f.LoadGlyph(&buf, sfnt.GlyphIndex(g), fixed.I(24), nil); err != nil {
				t.Errorf("%s: glyph %d: %v", w.name, g, err)
			}
		}
	}
}

func TestFonts_EverySymbolLeavesInk(t *testing.T) {
	for _, w := range weights() {
		face, err := opentype.NewFace(parse(t, w), &opentype.FaceOptions{Size: 24, DPI: 72})
		if err != nil {
			t.Fatalf("face %s: %v", w.name, err)
		}
		for _, r := range symbols + "柜台微信收款0123456789ŁőŠž" {
			_, mask, at, _, ok := face.Glyph(fixed.P(0, 24), r)
			if !ok || !inked(mask, at) {
				t.Errorf("%s: %U %c leaves no ink", w.name, r, r)
			}
		}
	}
}

func inked(mask image.Image, at image.Point) bool {
	b := mask.Bounds()
	for y := max(b.Min.Y, at.Y); y < b.Max.Y; y++ {
		for x := max(b.Min.X, at.X); x < b.Max.X; x++ {
			if _, _, _, a := mask.At(x, y).RGBA(); a > 0x8000 {
				return true
			}
		}
	}
	return false
}

// TestFonts_DigitsShareOneAdvance keeps money columns straight: no consumer of ours applies the tabular
// feature, so the plain digits have to be tabular.
func TestFonts_DigitsShareOneAdvance(t *testing.T) {
	for _, w := range weights() {
		f := parse(t, w)
		em := fixed.I(int(f.UnitsPerEm()))
		var buf sfnt.Buffer
		advance := func(r rune) fixed.Int26_6 {
			g, err := f.GlyphIndex(&buf, r)
			if err != nil {
				t.Fatalf("%s: %c: %v", w.name, r, err)
			}
			a, err := f.GlyphAdvance(&buf, g, em, font.HintingNone)
			if err != nil {
				t.Fatalf("%s: advance of %c: %v", w.name, r, err)
			}
			return a
		}
		zero := advance('0')
		if zero <= 0 || zero >= em {
			t.Errorf("%s: advance of 0 is %v of %v", w.name, zero, em)
		}
		for _, r := range "123456789¥" {
			if got := advance(r); got != zero {
				t.Errorf("%s: advance of %c is %v, of 0 %v", w.name, r, got, zero)
			}
		}
		for _, r := range "柜台￥，。０９" {
			if got := advance(r); got != em {
				t.Errorf("%s: advance of %c is %v, not one em", w.name, r, got)
			}
		}
	}
}

// TestFonts_AreSmallTrueType holds the file to what its readers take: the PDF writer knows outlines in glyf
// only, and the size is paid once for every program and twice in memory.
func TestFonts_AreSmallTrueType(t *testing.T) {
	for _, w := range weights() {
		if len(w.ttf) > most {
			t.Errorf("%s: %d bytes, at most %d", w.name, len(w.ttf), most)
		}
		tables := tableTags(w.ttf)
		for _, tag := range []string{"glyf", "loca", "cmap", "head", "hhea", "hmtx", "maxp", "name", "OS/2", "post"} {
			if !tables[tag] {
				t.Errorf("%s: no table %s", w.name, tag)
			}
		}
		for _, tag := range []string{"CFF ", "CFF2", "fvar", "kern", "GPOS"} {
			if tables[tag] {
				t.Errorf("%s: table %q should not be there", w.name, tag)
			}
		}
	}
}

func TestFonts_TravelWithTheirLicence(t *testing.T) {
	text, err := os.ReadFile("OFL.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"SIL OPEN FONT LICENSE Version 1.1", "2014-2021 Adobe", "2010-2020 Adobe"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("OFL.txt does not say %q", want)
		}
	}
	var buf sfnt.Buffer
	for _, w := range weights() {
		family, err := parse(t, w).Name(&buf, sfnt.NameIDFull)
		if want := fmt.Sprintf("Noto Sans SC %s", w.name); err != nil || family != want {
			t.Errorf("full name %q, %v; want %q", family, err, want)
		}
		if strings.Contains(family, "Source") {
			t.Errorf("%q uses the name the licence reserves", family)
		}
	}
}

// tableTags reads the table directory of an sfnt file: 12 bytes of header, then 16 per table.
func tableTags(ttf []byte) map[string]bool {
	tags := map[string]bool{}
	count := int(ttf[4])<<8 | int(ttf[5])
	for i := range count {
		entry := ttf[12+16*i:]
		tags[string(entry[:4])] = true
	}
	return tags
}
