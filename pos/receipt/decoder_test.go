package receipt

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// This file is a printer: it reads ESC/POS as the manuals describe it and knows nothing of the encoder. It is strict: a
// command it does not know, in a place where it may not stand, or a line wider than the paper is an error.

type printed struct {
	kind   string // "text", "picture", "feed", "cut", "qr"
	text   string // of a text, of a cut, of a qr
	gbk    []byte
	align  int
	bold   bool
	double bool
	w, h   int // of a picture, in dots; w is a multiple of 8
	bits   []byte
	lines  int
}

type device struct {
	columns int
	in      []byte
	out     []printed
	line    []byte // not yet printed
	align   int
	bold    bool
	gsSize  byte
	fsQuad  byte
	chinese bool
	always  bool // reads Chinese in any mode, as many do
	gsOnly  bool // heeds GS ! alone for the size of Chinese
	qrData  string
	acks    int

	stored  *printed // a picture of GS ( L that is not printed yet
	stripe  *printed // of ESC *: 24 rows that are not printed yet
	methods string   // of the pictures that came, "v", "L" or "*"
}

func decode(in []byte, columns int) (*device, error) {
	return (&device{columns: columns}).read(in)
}

func (d *device) read(in []byte) (*device, error) {
	d.in = in
	for i := range in[:max(0, len(in)-1)] {
		if in[i] == 0x10 && bytes.IndexByte([]byte{0x04, 0x05, 0x14}, in[i+1]) >= 0 {
			return d, fmt.Errorf("a real-time command at byte %d: % x", i, in[i:min(len(in), i+5)])
		}
	}
	for len(d.in) > 0 {
		if err := d.step(); err != nil {
			return d, fmt.Errorf("at byte %d: %w", len(in)-len(d.in), err)
		}
	}
	if len(d.line) > 0 || d.stored != nil || d.stripe != nil {
		return d, fmt.Errorf("something was never printed: %q, %+v, %+v", d.line, d.stored, d.stripe)
	}
	return d, nil
}

func (d *device) step() error {
	c := d.in[0]
	switch {
	case c == 0x1b || c == 0x1c || c == 0x1d:
		return d.command()
	case c == 0x0a:
		d.in = d.in[1:]
		return d.endLine()
	case c < 0x20 || c == 0x7f:
		return fmt.Errorf("control byte %02x", c)
	case c < 0x80:
		d.line, d.in = append(d.line, c), d.in[1:]
	default:
		if len(d.in) < 2 || c < 0x81 || d.in[1] < 0x40 || d.in[1] == 0x7f {
			return fmt.Errorf("half a character, or four bytes of GB18030: % x", d.in[:min(4, len(d.in))])
		}
		if !d.chinese && !d.always {
			return fmt.Errorf("a Chinese character outside Chinese mode")
		}
		d.line, d.in = append(d.line, c, d.in[1]), d.in[2:]
	}
	return nil
}

func (d *device) endLine() error {
	scale := 1
	switch {
	case d.gsSize == 0x11 && (d.fsQuad == 1 || d.gsOnly):
		scale = 2
	case d.gsSize != 0 || d.fsQuad != 0:
		return fmt.Errorf("sizes differ: GS ! %02x, FS W %d", d.gsSize, d.fsQuad)
	}
	if len(d.line)*scale > d.columns {
		return fmt.Errorf("%d columns on a paper of %d: %q", len(d.line)*scale, d.columns, d.line)
	}
	text, err := simplifiedchinese.GBK.NewDecoder().Bytes(d.line)
	if err != nil || bytes.ContainsRune(text, '\uFFFD') {
		return fmt.Errorf("no GBK: % x", d.line)
	}
	d.out = append(d.out, printed{
		kind: "text", text: string(text), gbk: bytes.Clone(d.line),
		align: d.align, bold: d.bold, double: scale == 2,
	})
	d.line = d.line[:0]
	return nil
}

// command names what follows the two bytes of each command that this printer knows: how many bytes of parameters, and
// whether it may only stand at the start of a line.
func (d *device) command() error {
	if len(d.in) < 2 {
		return fmt.Errorf("half a command")
	}
	name := string(d.in[:2])
	lengths := map[string]int{
		"\x1b@": 0, "\x1ba": 1, "\x1bE": 1, "\x1b2": 0, "\x1bd": 1, "\x1c&": 0, "\x1cS": 2, "\x1cW": 1,
		"\x1d!": 1, "\x1dV": 1, "\x1dr": 1, "\x1dv": 6, "\x1d(": 3, "\x1bJ": 1, "\x1b*": 3, "\x1c.": 0,
	}
	n, ok := lengths[name]
	if !ok || len(d.in) < 2+n {
		return fmt.Errorf("unknown or cut off: % x", d.in[:min(8, len(d.in))])
	}
	p := d.in[2 : 2+n]
	d.in = d.in[2+n:]
	if len(d.line) > 0 {
		return fmt.Errorf("%q in the middle of a line", name)
	}
	if d.stripe != nil && name != "\x1bJ" {
		return fmt.Errorf("%q between a stripe of a picture and its printing", name)
	}
	switch name {
	case "\x1b@":
		d.align, d.bold, d.gsSize, d.fsQuad, d.chinese = 0, false, 0, 0, true
	case "\x1ba":
		d.align = int(p[0])
	case "\x1bE":
		d.bold = p[0] == 1
	case "\x1bd":
		d.out = append(d.out, printed{kind: "feed", lines: int(p[0])})
	case "\x1bJ":
		return d.dots(int(p[0]))
	case "\x1b*":
		return d.columnPicture(p)
	case "\x1c&":
		d.chinese = true
	case "\x1c.":
		d.chinese = false
	case "\x1cW":
		d.fsQuad = p[0]
	case "\x1d!":
		d.gsSize = p[0]
	case "\x1dV":
		return d.cut(p[0])
	case "\x1dr":
		d.acks++
	case "\x1dv":
		return d.raster(p)
	case "\x1d(":
		return d.symbol(p)
	}
	return nil
}

func (d *device) cut(m byte) error {
	names := map[byte]string{0: "full", 1: "partial", 66: "feed-partial"}
	if names[m] == "" {
		return fmt.Errorf("cut %d", m)
	}
	if m == 66 {
		if len(d.in) == 0 || d.in[0] != 0 {
			return fmt.Errorf("cut 66 without its feed")
		}
		d.in = d.in[1:]
	}
	d.out = append(d.out, printed{kind: "cut", text: names[m]})
	return nil
}

// raster is GS v 0.
func (d *device) raster(p []byte) error {
	stride, rows := int(p[2])+int(p[3])<<8, int(p[4])+int(p[5])<<8
	if p[0] != '0' || p[1] != 0 || rows == 0 || rows > 128 || stride*8 > d.columns*12 || len(d.in) < stride*rows {
		return fmt.Errorf("picture of %d bytes by %d rows, %d bytes left", stride, rows, len(d.in))
	}
	bits := bytes.Clone(d.in[:stride*rows])
	d.in = d.in[len(bits):]
	d.methods += "v"
	d.place(printed{kind: "picture", w: stride * 8, h: rows, align: d.align, bits: bits})
	return nil
}

// place joins a picture to the one that it follows, as paper does.
func (d *device) place(p printed) {
	if last := len(d.out) - 1; last >= 0 && d.out[last].kind == "picture" && d.out[last].w == p.w && d.out[last].align == p.align {
		d.out[last].bits = append(d.out[last].bits, p.bits...)
		d.out[last].h += p.h
		return
	}
	d.out = append(d.out, p)
}

// dots is ESC J: it prints what there is and feeds so many rows, which are those of a stripe.
func (d *device) dots(rows int) error {
	s := d.stripe
	d.stripe = nil
	switch {
	case rows == 0:
		return fmt.Errorf("fed nothing")
	case s == nil:
		d.place(printed{kind: "picture", w: d.columns * 12, h: rows, align: d.align, bits: make([]byte, d.columns*12/8*rows)})
		return nil
	case rows > s.h:
		return fmt.Errorf("fed %d rows past a stripe of %d", rows, s.h)
	}
	for y := rows; y < s.h; y++ {
		for x := range s.w {
			if s.black(x, y) {
				return fmt.Errorf("a dot of row %d is printed over: fed %d", y, rows)
			}
		}
	}
	s.bits, s.h = s.bits[:s.w/8*rows], rows
	d.place(*s)
	return nil
}

// columnPicture is ESC * 33: columns of three bytes, the highest bit on top.
func (d *device) columnPicture(p []byte) error {
	n := int(p[1]) + int(p[2])<<8
	if p[0] != 33 || n == 0 || n > d.columns*12 || len(d.in) < 3*n {
		return fmt.Errorf("stripe of mode %d, %d columns, %d bytes left", p[0], n, len(d.in))
	}
	s := &printed{kind: "picture", w: (n + 7) / 8 * 8, h: 24, align: d.align}
	s.bits = make([]byte, s.w/8*24)
	for x := range n {
		for y := range 24 {
			if d.in[3*x+y/8]>>(7-y%8)&1 == 1 {
				s.bits[y*(s.w/8)+x/8] |= 1 << (7 - x%8)
			}
		}
	}
	d.in = d.in[3*n:]
	d.methods += "*"
	d.stripe = s
	return nil
}

func (d *device) symbol(p []byte) error {
	n := int(p[1]) + int(p[2])<<8
	if len(d.in) < n {
		return fmt.Errorf("symbol % x with %d bytes left", p, len(d.in))
	}
	data := d.in[:n]
	d.in = d.in[n:]
	switch {
	case p[0] == 'k' && n >= 3 && data[0] == '1':
		return d.qr(data[1:])
	case p[0] == 'L' && n >= 2 && data[0] == '0':
		return d.graph(data[1:])
	}
	return fmt.Errorf("symbol % x % x", p, data)
}

func (d *device) qr(data []byte) error {
	switch data[0] {
	case 'P':
		d.qrData = string(data[2:])
	case 'Q':
		d.out = append(d.out, printed{kind: "qr", text: d.qrData, align: d.align})
	case 'A', 'C', 'E':
	default:
		return fmt.Errorf("symbol function %q", data[0])
	}
	return nil
}

// graph is GS ( L: function 112 stores a picture, function 50 prints it.
func (d *device) graph(data []byte) error {
	switch {
	case data[0] == 'p' && len(data) > 9 && d.stored == nil:
		w, h := int(data[5])+int(data[6])<<8, int(data[7])+int(data[8])<<8
		if string(data[1:5]) != "0\x01\x011" || w == 0 || w > d.columns*12 || h == 0 || h > 128 || len(data[9:]) != (w+7)/8*h {
			return fmt.Errorf("stored picture % x of %d x %d with %d bytes", data[:9], w, h, len(data[9:]))
		}
		d.methods += "L"
		d.stored = &printed{kind: "picture", w: (w + 7) / 8 * 8, h: h, align: d.align, bits: bytes.Clone(data[9:])}
	case data[0] == '2' && len(data) == 1 && d.stored != nil:
		d.place(*d.stored)
		d.stored = nil
	default:
		return fmt.Errorf("graphics function % x", data[:min(10, len(data))])
	}
	return nil
}

func (p printed) black(x, y int) bool { return p.bits[y*(p.w/8)+x/8]&(0x80>>(x%8)) != 0 }

// view draws what came out of the printer so that a person can read it.
func (d *device) view() string {
	var b strings.Builder
	for _, p := range d.out {
		switch p.kind {
		case "text":
			scale, mark := 1, " "
			if p.double {
				scale, mark = 2, "2"
			}
			if p.bold {
				mark += "b"
			} else {
				mark += " "
			}
			free := d.columns/scale - len(p.gbk)
			before := []int{0, free / 2, free}[p.align]
			row := strings.Repeat(" ", before) + p.text + strings.Repeat(" ", free-before)
			if p.double {
				row = strings.Join(strings.Split(row, ""), "·") + "·"
			}
			fmt.Fprintf(&b, "%s|%s|\n", mark, row)
		case "picture":
			fmt.Fprintf(&b, "  [picture %d x %d, %x]\n", p.w, p.h, sha256.Sum256(p.bits))
		case "feed":
			fmt.Fprintf(&b, "  [feed %d]\n", p.lines)
		default:
			fmt.Fprintf(&b, "  [%s %s]\n", p.kind, p.text)
		}
	}
	return b.String()
}

func mustDecode(t *testing.T, in []byte, p Paper) *device {
	t.Helper()
	columns := map[Paper]int{58: 32, 80: 48}[p]
	d, err := decode(in, columns)
	if err != nil {
		t.Fatalf("the printer cannot read it: %v\n%s", err, d.view())
	}
	return d
}

func TestDecoder_NoticesWhatAPrinterWouldGetWrong(t *testing.T) {
	for name, in := range map[string]string{
		"four bytes of GB18030":       "\x1b@\x81\x30\x84\x36\n",
		"the SUB byte":                "\x1b@a\x1ab\n",
		"a line too long":             "\x1b@" + strings.Repeat("x", 33) + "\n",
		"doubled, too long":           "\x1b@\x1d!\x11\x1cW\x01" + strings.Repeat("x", 17) + "\n",
		"one size of two":             "\x1b@\x1d!\x11x\n",
		"a drawer kick":               "\x1b@a\n\x1bp\x00\x19\xfa",
		"alignment inside a line":     "\x1b@a\x1ba\x01\n",
		"a picture wider than paper":  "\x1b@\x1dv0\x00\x31\x00\x01\x00" + strings.Repeat("\x00", 49),
		"a line without an end":       "\x1b@abc",
		"a status request in a text":  "\x1b@ab\x10\x04\x01\n",
		"one in a picture":            "\x1b@\x1dv0\x00\x03\x00\x01\x00\x00\x10\x14",
		"one in a picture's length":   "\x1b@\x1d(L\x10\x04" + strings.Repeat("0", 0x410),
		"a stripe that stays":         "\x1b@\x1b*\x21\x01\x00\xff\xff\xff",
		"a stripe printed over":       "\x1b@\x1b*\x21\x01\x00\xff\xff\xff\x1bJ\x08",
		"a stored picture that stays": "\x1b@\x1d(L\x0b\x000p0\x01\x011\x08\x00\x01\x00\xff",
	} {
		if _, err := decode([]byte(in), 32); err == nil {
			t.Errorf("%s went through", name)
		}
	}
}
