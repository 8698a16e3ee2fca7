package receipt

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"guitai/pos"
)

// This file reads a PDF as a viewer does, by ISO 32000, and knows nothing of how it was written: objects, their streams, the text
// operators of the pages, and from each character through the font's maps to an outline that leaves ink.

type pdfFile struct {
	objects map[int][]byte
	pages   []pdfPage
	glyphs  []byte // CIDToGIDMap
	font    []byte // FontFile2
}

type pdfPage struct {
	w, h   float64 // mm
	words  []pdfWord
	images int
}

type pdfWord struct {
	x, y, size float64
	text       string
}

var (
	pdfObject = regexp.MustCompile(`(?s)(\d+) 0 obj\n(.*?)\nendobj`)
	pdfPageOf = regexp.MustCompile(`/Type /Page\n`)
	pdfBox    = regexp.MustCompile(`/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]`)
	pdfSize   = regexp.MustCompile(`/F[^ ]* ([\d.]+) Tf`)
	pdfText   = regexp.MustCompile(`(?s)BT ([-\d.]+) ([-\d.]+) Td \(((?:\\.|[^\\)])*)\) Tj ET|/F[^ ]* [\d.]+ Tf|/I[^ ]* Do`)
)

func readPDF(t *testing.T, file []byte) *pdfFile {
	t.Helper()
	if !bytes.HasPrefix(file, []byte("%PDF-")) || !bytes.HasSuffix(bytes.TrimSpace(file), []byte("%%EOF")) {
		t.Fatalf("no PDF: %q … %q", file[:min(8, len(file))], file[max(0, len(file)-8):])
	}
	p := &pdfFile{objects: map[int][]byte{}}
	for _, m := range pdfObject.FindAllSubmatch(file, -1) {
		n, err := strconv.Atoi(string(m[1]))
		if err != nil {
			t.Fatal(err)
		}
		p.objects[n] = m[2]
	}
	for n := range len(p.objects) + 1 {
		body := p.objects[n]
		switch {
		case bytes.Contains(body, []byte("/Type /Pages")):
		case pdfPageOf.Match(body):
			p.pages = append(p.pages, p.page(t, body, file))
		case bytes.Contains(body, []byte("/Subtype /CIDFontType2")):
			p.glyphs = p.stream(t, p.ref(t, body, "CIDToGIDMap"))
		case bytes.Contains(body, []byte("/FontFile2")):
			p.font = p.stream(t, p.ref(t, body, "FontFile2"))
		}
	}
	return p
}

func (p *pdfFile) ref(t *testing.T, body []byte, key string) []byte {
	t.Helper()
	m := regexp.MustCompile(`/` + key + ` (\d+) 0 R`).FindSubmatch(body)
	if m == nil {
		t.Fatalf("no %s in %q", key, body)
	}
	n, err := strconv.Atoi(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	return p.objects[n]
}

func (p *pdfFile) stream(t *testing.T, body []byte) []byte {
	t.Helper()
	_, raw, ok := bytes.Cut(body, []byte("stream\n"))
	raw = bytes.TrimSuffix(raw, []byte("\nendstream"))
	if !ok {
		t.Fatalf("no stream in %q", body)
	}
	if !bytes.Contains(body, []byte("/FlateDecode")) {
		return raw
	}
	r, err := zlib.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func number(t *testing.T, s []byte) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(string(s), 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const pointsPerMM = 72 / 25.4

func (p *pdfFile) page(t *testing.T, body, file []byte) pdfPage {
	t.Helper()
	box := pdfBox.FindSubmatch(body)
	if box == nil {
		if box = pdfBox.FindSubmatch(file); box == nil {
			t.Fatalf("a page of no size: %q", body)
		}
	}
	page := pdfPage{w: number(t, box[1]) / pointsPerMM, h: number(t, box[2]) / pointsPerMM}
	size := 0.0
	for _, m := range pdfText.FindAllSubmatch(p.stream(t, p.ref(t, body, "Contents")), -1) {
		switch {
		case bytes.HasSuffix(m[0], []byte("Do")):
			page.images++
		case bytes.HasSuffix(m[0], []byte("Tf")):
			size = number(t, pdfSize.FindSubmatch(m[0])[1]) / pointsPerMM
		default:
			x, y := number(t, m[1])/pointsPerMM, page.h-number(t, m[2])/pointsPerMM
			page.words = append(page.words, pdfWord{x, y, size, unescape(m[3])})
		}
	}
	return page
}

// unescape reads a string of UTF-16 as a PDF writes it.
func unescape(s []byte) string {
	var raw []byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\\' {
			i++
			c = s[i]
			switch c {
			case 'r':
				c = '\r'
			case 'n':
				c = '\n'
			}
		}
		raw = append(raw, c)
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16(raw[2*i:])
	}
	return string(utf16.Decode(units))
}

// sorted is the words from top to bottom, from left to right.
func (p pdfPage) sorted() []pdfWord {
	words := slices.Clone(p.words)
	slices.SortStableFunc(words, func(a, b pdfWord) int {
		if d := a.y - b.y; d > 0.5 || d < -0.5 {
			return int(d*100 + 0.5)
		}
		return int((a.x - b.x) * 100)
	})
	return words
}

// lines joins words that stand on one line.
func (p pdfPage) lines() []string {
	var all []string
	y := -100.0
	for _, w := range p.sorted() {
		if w.y-y > 0.5 {
			all = append(all, w.text)
		} else {
			all[len(all)-1] += " " + w.text
		}
		y = w.y
	}
	return all
}

func TestPDF_HasTheTextOfEveryDocumentOnPagesOfThePaper(t *testing.T) {
	for i, c := range everyCase(t) {
		paper := []Paper{Paper58, Paper80}[i%2]
		setup, shop := Setup{Language: []string{"zh-CN", "en"}[i/2%2], Paper: paper}, shop
		c.change(&setup, &shop)
		setup.Device.Face = nil
		file, err := setup.PDF(c.job, c.record, shop)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := setup.doc(c.job, c.record, shop)
		if err != nil {
			t.Fatal(err)
		}
		comparePDF(t, fmt.Sprintf("%s at %d mm", c.name, paper), doc, readPDF(t, file))
	}
}

func TestPDF_TheSameReceiptIsTheSameFile(t *testing.T) {
	var files [2][]byte
	for i := range files {
		var err error
		if files[i], err = (Setup{Paper: Paper80}).PDF(pos.PrintJob{Document: pos.DocSale}, wechat(small), shop); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("they differ")
	}
}

// comparePDF holds the pages against the layout.
func comparePDF(t *testing.T, name string, doc Doc, p *pdfFile) {
	t.Helper()
	items, err := lay(doc, false)
	if err != nil {
		t.Fatal(err)
	}
	face, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	var places [][2]float64 // where each word may begin, in mm
	pictures, images, pages := 0, 0, 0
	for _, it := range items {
		text, scale, l := it.line.text, it.line.scale(), it.line
		switch b := it.block.(type) {
		case Large:
			text, scale, l = b.Amount, largeScale(b.Amount, doc.Paper), line{text: b.Amount, align: Centre}
		case QR, Image:
			pictures++
		case Cut:
			pages++
		}
		if words := strings.Fields(face.known(text)); len(words) > 0 {
			want = append(want, strings.Join(words, " "))
		}
		at := 0
		for _, word := range strings.Split(text, " ") {
			if word != "" {
				left := float64(doc.Paper)/2 - float64(doc.Paper.Dots())/16 + float64(l.indent(doc.Paper.Dots(), scale)+at*12*scale)/8
				places = append(places, [2]float64{left - 0.05, left + float64(columns(word)*12*scale)/16})
			}
			at += columns(word) + 1
		}
	}
	for _, page := range p.pages {
		got = append(got, page.lines()...)
		images += page.images
		if page.w < float64(doc.Paper)-0.1 || page.w > float64(doc.Paper)+0.1 {
			t.Errorf("%s: a page is %.1f mm wide", name, page.w)
		}
		for _, w := range page.words {
			if w.x < 3.9 || w.y < pdfMargin || w.y > page.h-pdfMargin || w.size <= 0 {
				t.Errorf("%s: %+v is off the page of %.1f x %.1f", name, w, page.w, page.h)
			}
		}
	}
	i := 0
	for _, page := range p.pages {
		for _, w := range page.sorted() {
			if i < len(places) && (w.x < places[i][0] || w.x > places[i][1]) {
				t.Errorf("%s: %+v begins at %.2f mm, not from %.2f to %.2f", name, w, w.x, places[i][0], places[i][1])
			}
			i++
		}
	}
	if !slices.Equal(got, want) || images != pictures || len(p.pages) != pages {
		t.Errorf("%s: %d pages of %d, %d pictures of %d, and\n%s\nnot\n%s", name, len(p.pages), pages, images, pictures, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestPDF_EveryCharacterHasAnOutlineThatLeavesInk(t *testing.T) {
	file, err := Setup{Paper: Paper80}.PDF(pos.PrintJob{Document: pos.DocSale}, wechat(rareNames()), shop)
	if err != nil {
		t.Fatal(err)
	}
	p := readPDF(t, file)
	font, err := sfnt.Parse(p.font)
	if err != nil {
		t.Fatal(err)
	}
	var buf sfnt.Buffer
	for _, w := range p.pages[0].words {
		for _, r := range w.text {
			glyph := binary.BigEndian.Uint16(p.glyphs[2*r:])
			outline, err := font.LoadGlyph(&buf, sfnt.GlyphIndex(glyph), fixed.I(24), nil)
			if err != nil || glyph == 0 || len(outline) == 0 {
				t.Errorf("%q of %q is glyph %d of %d strokes, %v", r, w.text, glyph, len(outline), err)
			}
		}
	}
	if n := font.NumGlyphs(); n > 400 || len(file) > 40_000 {
		t.Errorf("%d glyphs in %d bytes: more than the receipt needs", n, len(file))
	}
	if !bytes.Contains(file, []byte("/Identity-H")) || !bytes.Contains(file, []byte("/ToUnicode")) {
		t.Error("nothing says which characters the text is of")
	}
}

func TestPDF_RefusesWhatEveryRendererRefuses(t *testing.T) {
	bad := Doc{Paper58, []Block{Large{Amount: "12.5O"}}}
	if _, err := PDF(bad, nil, "", closedAt); pos.CodeOf(err) != pos.CodePrinter {
		t.Error(err)
	}
	if _, err := Raster(bad, nil); pos.CodeOf(err) != pos.CodePrinter {
		t.Error(err)
	}
	if _, err := PlainText(bad); pos.CodeOf(err) != pos.CodePrinter {
		t.Error(err)
	}
}

func BenchmarkPDF(b *testing.B) {
	setup, rec := Setup{Paper: Paper80}, wechat(small)
	for b.Loop() {
		if _, err := setup.PDF(pos.PrintJob{Document: pos.DocSale}, rec, shop); err != nil {
			b.Fatal(err)
		}
	}
}
