package chart

import (
	"bytes"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"

	"guitai/pos"
)

// Pen writes the labels. Safe for concurrent use; drawings wait for each other.
type Pen struct {
	mu            sync.Mutex
	regular, bold *opentype.Font
	faces         map[cut]font.Face
}

type cut struct {
	size int
	bold bool
}

// NewPen reads the two weights of a TrueType or OpenType font. CodeInvalid when they are none.
func NewPen(regular, bold []byte) (*Pen, error) {
	p := &Pen{faces: map[cut]font.Face{}}
	var err error
	if p.regular, err = opentype.Parse(regular); err == nil {
		p.bold, err = opentype.Parse(bold)
	}
	if err != nil {
		return nil, pos.E(pos.CodeInvalid, "read font", err)
	}
	return p, nil
}

// mostFaces is how many sizes are kept: a window that is drawn larger and larger must not fill the memory.
const mostFaces = 24

// face is a weight in a size, in pixels.
func (p *Pen) face(size int, bold bool) font.Face {
	c := cut{size, bold}
	if f, ok := p.faces[c]; ok {
		return f
	}
	if len(p.faces) >= mostFaces {
		clear(p.faces)
	}
	of := p.regular
	if bold {
		of = p.bold
	}
	f, err := opentype.NewFace(of, &opentype.FaceOptions{Size: float64(size), DPI: 72, Hinting: font.HintingFull})
	if err != nil { // only options it does not know, and these are constant
		return nil
	}
	p.faces[c] = f
	return f
}

// The size of a chart in a report, in pixels: sharp on a page of A4.
const (
	reportWidth, reportHeight, reportEm = 1640, 620, 30
)

// Report draws a chart for a report, as a PNG.
func (p *Pen) Report(c Chart) ([]byte, error) {
	var b bytes.Buffer
	if err := p.WritePNG(&b, c, reportWidth, reportHeight, Print(reportEm)); err != nil {
		return nil, pos.E(pos.CodeInternal, "draw chart", err)
	}
	return b.Bytes(), nil
}
