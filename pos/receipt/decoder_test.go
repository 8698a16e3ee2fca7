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
	qrData  string
	acks    int
}

func decode(in []byte, columns int) (*device, error) {
	d := &device{columns: columns, in: in}
	for len(d.in) > 0 {
		if err := d.step(); err != nil {
			return d, fmt.Errorf("at byte %d: %w", len(in)-len(d.in), err)
		}
	}
	if len(d.line) > 0 {
		return d, fmt.Errorf("a line was never ended: %q", d.line)
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
		if !d.chinese {
			return fmt.Errorf("a Chinese character outside Chinese mode")
		}
		d.line, d.in = append(d.line, c, d.in[1]), d.in[2:]
	}
	return nil
}

func (d *device) endLine() error {
	scale := 1
	switch {
	case d.gsSize == 0x11 && d.fsQuad == 1:
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
		"\x1d!": 1, "\x1dV": 1, "\x1dr": 1, "\x1dv": 6, "\x1d(": 3,
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
	switch name {
	case "\x1b@":
		d.align, d.bold, d.gsSize, d.fsQuad, d.chinese = 0, false, 0, 0, true
	case "\x1ba":
		d.align = int(p[0])
	case "\x1bE":
		d.bold = p[0] == 1
	case "\x1bd":
		d.out = append(d.out, printed{kind: "feed", lines: int(p[0])})
	case "\x1c&":
		d.chinese = true
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

// raster joins the bands that follow each other into one picture, as paper does.
func (d *device) raster(p []byte) error {
	stride, rows := int(p[2])+int(p[3])<<8, int(p[4])+int(p[5])<<8
	if p[0] != '0' || p[1] != 0 || rows == 0 || rows > 128 || stride*8 > d.columns*12 || len(d.in) < stride*rows {
		return fmt.Errorf("picture of %d bytes by %d rows, %d bytes left", stride, rows, len(d.in))
	}
	bits := d.in[:stride*rows]
	d.in = d.in[len(bits):]
	if last := len(d.out) - 1; last >= 0 && d.out[last].kind == "picture" && d.out[last].w == stride*8 {
		d.out[last].bits = append(d.out[last].bits, bits...)
		d.out[last].h += rows
		return nil
	}
	d.out = append(d.out, printed{kind: "picture", w: stride * 8, h: rows, align: d.align, bits: bytes.Clone(bits)})
	return nil
}

func (d *device) symbol(p []byte) error {
	n := int(p[1]) + int(p[2])<<8
	if p[0] != 'k' || n < 3 || len(d.in) < n || d.in[0] != '1' {
		return fmt.Errorf("symbol % x", p)
	}
	data := d.in[1:n]
	d.in = d.in[n:]
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
		"four bytes of GB18030":      "\x1b@\x81\x30\x84\x36\n",
		"the SUB byte":               "\x1b@a\x1ab\n",
		"a line too long":            "\x1b@" + strings.Repeat("x", 33) + "\n",
		"doubled, too long":          "\x1b@\x1d!\x11\x1cW\x01" + strings.Repeat("x", 17) + "\n",
		"one size of two":            "\x1b@\x1d!\x11x\n",
		"a drawer kick":              "\x1b@a\n\x1bp\x00\x19\xfa",
		"alignment inside a line":    "\x1b@a\x1ba\x01\n",
		"a picture wider than paper": "\x1b@\x1dv0\x00\x31\x00\x01\x00" + strings.Repeat("\x00", 49),
		"a line without an end":      "\x1b@abc",
	} {
		if _, err := decode([]byte(in), 32); err == nil {
			t.Errorf("%s went through", name)
		}
	}
}
