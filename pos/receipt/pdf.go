package receipt

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"guitai/pos"
)

// PDF renders a document as a file: each piece of paper a page, as wide as the roll and as long as it takes, with the text as text
// that can be selected and searched. Only the glyphs that are used are in it. A nil face is the font that comes with the program. The
// same document at the same time is the same file. CodePrinter when the document is refused, CodeInvalid for a font whose
// outlines are not TrueType.
func PDF(d Doc, face *Face, title string, at time.Time) ([]byte, error) {
	pieces, err := cutUp(d)
	if err != nil {
		return nil, err
	}
	if face == nil {
		if face, err = shipped(); err != nil {
			return nil, err
		}
	}
	f := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: float64(d.Paper), Ht: float64(d.Paper)}})
	f.SetCatalogSort(true)
	f.SetCreationDate(at)
	f.SetModificationDate(at)
	f.SetTitle(title, true)
	f.SetCreator("Guitai", true)
	f.SetAutoPageBreak(false, 0)
	f.SetMargins(0, 0, 0)
	f.AddUTF8FontFromBytes(pdfFont, "", face.ttf)
	f.SetFont(pdfFont, "", emDots*mm)
	for _, p := range pieces {
		f.AddPageFormat("P", fpdf.SizeType{Wd: float64(d.Paper), Ht: float64(p.height)*mm + 2*pdfMargin})
		p.draw(&pdfSheet{f: f, face: face, paper: d.Paper})
	}
	var b bytes.Buffer
	if err := f.Output(&b); err != nil {
		return nil, pos.E(pos.CodeInvalid, "write pdf", err)
	}
	return b.Bytes(), nil
}

const (
	pdfFont   = "receipt"
	mm        = 1.0 / 8 // of a dot
	pdfMargin = 4.0     // mm above and below; beside, what the printer leaves
)

// pdfSheet is a page.
type pdfSheet struct {
	f     *fpdf.Fpdf
	face  *Face
	paper Paper
}

// text sets each word on its columns, so that what stood under each other does so here: a word is stretched or narrowed to them, by
// little, since our columns are about as wide as its letters. A word stays one text, which is what programs that read a PDF need.
func (s *pdfSheet) text(y int, l line, scale int) {
	s.f.SetFontUnitSize(emDots * mm * float64(scale))
	mode := 0 // fill
	if l.bold {
		mode = 2 // and stroke: one weight is enough to carry
		s.f.SetLineWidth(emDots * mm * float64(scale) / 40)
	}
	s.f.SetTextRenderingMode(mode)
	x := l.indent(s.paper.Dots(), scale)
	for word := range strings.SplitSeq(l.text, " ") {
		s.word(x, y+s.face.baseline(scale), scale, word)
		x += (columns(word) + 1) * columnDots * scale
	}
}

// mostStretch is how much wider a word may get, for a word that is no line.
const mostStretch = 1.2

func (s *pdfSheet) word(x, baseline, scale int, word string) {
	word = s.face.known(strings.Trim(word, "\u3000"))
	if word == "" {
		return
	}
	room := float64(columns(word)*columnDots*scale) * mm
	natural := s.f.GetStringWidth(word)
	if natural <= 0 {
		return
	}
	stretch := room / natural
	if strings.Trim(word, "-_") != "" {
		stretch = min(stretch, mostStretch)
	}
	left := s.left() + float64(x)*mm + (room-natural*stretch)/2
	s.f.RawWriteStr(fmt.Sprintf("%.2f Tz", 100*stretch))
	s.f.Text(left, pdfMargin+float64(baseline)*mm, word)
}

func (s *pdfSheet) left() float64 { return (float64(s.paper) - float64(s.paper.Dots())*mm) / 2 }

func (s *pdfSheet) picture(y int, bm Bitmap) {
	body, err := PNG(bm)
	if err != nil {
		s.f.SetError(err)
		return
	}
	sum := sha256.Sum256(body)
	name := hex.EncodeToString(sum[:])
	kind := fpdf.ImageOptions{ImageType: "PNG"}
	s.f.RegisterImageOptionsReader(name, kind, bytes.NewReader(body))
	w, h := float64(bm.W)*mm, float64(bm.H)*mm
	s.f.ImageOptions(name, (float64(s.paper)-w)/2, pdfMargin+float64(y)*mm, w, h, false, kind, 0, "")
}

// baseline is baselineOf at a scale.
func (f *Face) baseline(scale int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	face, err := f.size(scale)
	if err != nil {
		return lineDots * scale
	}
	return baselineOf(face, scale)
}

// known is a text with a box for each character that the font does not have, or that is beyond what a PDF of ours can name.
func (f *Face) known(s string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Map(func(r rune) rune {
		if r > 0xffff || !f.has(r) {
			return missing
		}
		return r
	}, s)
}
