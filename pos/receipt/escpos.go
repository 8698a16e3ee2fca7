package receipt

import (
	"fmt"
	"strings"

	"guitai/pos"
)

// CutMode is how a document ends on a printer.
type CutMode string

// The cut modes, as the configuration names them.
const (
	CutNone        CutMode = "none"         // a tear bar: feeds the last line past it
	CutFull        CutMode = "full"         // feeds, then cuts off
	CutPartial     CutMode = "partial"      // feeds, then cuts all but a bridge: for printers that do not feed by themselves
	CutFeedPartial CutMode = "feed-partial" // the printer feeds to its blade and cuts all but a bridge
)

// QRMode is who draws a QR.
type QRMode string

// The QR modes, as the configuration names them.
const (
	QRRaster QRMode = "raster" // we do, as a picture
	QRNative QRMode = "native" // the printer does
)

// ESCPOS renders documents for receipt printers that speak ESC/POS.
type ESCPOS struct {
	Profile Profile // the zero value is a usual printer with a cutter, whatever the paper
	Cut     CutMode // "" is the profile's
	QR      QRMode  // "" is the profile's
	Face    *Face   // draws lines with characters that the printer does not have; nil prints □ for them

	// Acknowledge ends each document with GS r 1. The printer answers it when it has come so far: the proof that the
	// document was printed. Only for printers that are read.
	Acknowledge bool
}

// The control bytes and the commands that are always the same.
const (
	esc = 0x1b
	fs  = 0x1c
	gs  = 0x1d
	lf  = 0x0a

	initialise = "\x1b@"

	// Initialise; Chinese mode; no gaps beside Chinese characters; left; normal size both ways; not bold; default line spacing.
	// Chinese mode stays on for the whole document: it may only change at the start of a line, and ASCII prints as ever in it.
	preamble = initialise + "\x1c&" + "\x1cS\x00\x00" + "\x1ba\x00" + normalSize + "\x1bE\x00" + "\x1b2"

	normalSize  = "\x1d!\x00\x1cW\x00"
	doubleSize  = "\x1d!\x11\x1cW\x01"
	acknowledge = "\x1dr\x01"
)

// Encode renders a document. The error is CodePrinter: the document cannot be laid out, or a row with an amount cannot be
// printed whole.
//
// # Real-time commands
//
// A printer executes DLE EOT, DLE ENQ and DLE DC4 the moment they arrive, whatever they are part of: a picture of the wrong dots
// could open the drawer, clear the buffer or switch off. No document carries the byte 10 with 04, 05 or 14 after it:
//
//   - Text is GBK, in which no byte is below 20, of characters from which control characters were taken out.
//   - Every command begins with ESC, FS, GS, LF or a byte of text, so that no pair stands across two commands; what a command
//     ends with does not matter.
//   - The sizes of a picture sent with GS v 0 are below 256, so that each second byte is 0, which ends a pair and begins none.
//   - The dots of a picture are looked through: where they hold a pair, the lone dot of its first byte gets a neighbour. A QR and
//     a barcode hold none, since their modules are at least two dots wide and high.
//   - What is left is lengths and sizes of two bytes: of a QR for the printer to draw, of a picture sent with GS ( L. So the
//     whole document is looked through in the end, and if it holds a pair it is made anew with pictures by GS v 0 alone.
func (e ESCPOS) Encode(d Doc) ([]byte, error) {
	if e.Profile.Name == "" {
		e.Profile = profiles[0]
	}
	if e.Cut == "" {
		e.Cut = e.Profile.Cut
	}
	if e.QR == "" && e.Profile.NativeQR {
		e.QR = QRNative
	}
	out, err := e.encode(d)
	if err == nil && armed(out) {
		e.QR, e.Profile.Raster = QRRaster, RasterBits
		out, err = e.encode(d)
	}
	return out, err
}

func (e ESCPOS) encode(d Doc) ([]byte, error) {
	if !e.Profile.Chinese {
		return e.encodePages(d)
	}
	items, err := lay(d, false)
	if err != nil {
		return nil, err
	}
	w := &writer{opts: e, paper: d.Paper}
	w.raw(preamble)
	for _, it := range items {
		if it.block == nil {
			w.line(it.line)
			continue
		}
		if err := w.block(it.block); err != nil {
			return nil, err
		}
	}
	return w.out, nil
}

// encodePages renders a document for a printer that has no Chinese characters: all of it drawn.
func (e ESCPOS) encodePages(d Doc) ([]byte, error) {
	pieces, err := drawPieces(d, e.Face)
	if err != nil {
		return nil, err
	}
	w := &writer{opts: e, paper: d.Paper}
	w.raw(initialise)
	for _, p := range pieces {
		w.page(p.Bitmap)
		if p.cut {
			w.cut()
		}
	}
	return w.out, nil
}

// writer appends commands. Between two items it stands at the start of a line, with the style that w says.
type writer struct {
	opts   ESCPOS
	paper  Paper
	out    []byte
	align  Align
	bold   bool
	double bool
}

func (w *writer) raw(s string) { w.out = append(w.out, s...) }

// style sends what differs from what the printer has.
func (w *writer) style(align Align, bold, double bool) {
	if align != w.align {
		w.out = append(w.out, esc, 'a', byte(align))
	}
	if bold != w.bold {
		w.out = append(w.out, esc, 'E', bit(bold))
	}
	if double != w.double {
		size := normalSize
		if double {
			size = doubleSize
		}
		if w.opts.Profile.Size == SizeGS {
			size = size[:3]
		}
		w.raw(size)
	}
	w.align, w.bold, w.double = align, bold, double
}

func bit(on bool) byte {
	if on {
		return 1
	}
	return 0
}

func (w *writer) line(l line) {
	if lost := unprintable(l.text); lost > 0 && w.opts.Face != nil {
		lostDrawn := w.opts.Face.missing(l.text)
		if lostDrawn == 0 || (lostDrawn < lost && !l.money) {
			w.picture(w.opts.Face.draw(l, w.paper.Dots()))
			return
		}
	}
	w.style(l.align, l.bold, l.double)
	w.out = encode(w.out, strings.TrimRight(l.text, " "))
	w.out = append(w.out, lf)
}

func (w *writer) block(b Block) error {
	switch b := b.(type) {
	case QR:
		return w.qr(b.Content)
	case Image:
		if b.Bitmap.W > w.paper.Dots() {
			return refuse(ErrWide, fmt.Sprintf("%d dots", b.Bitmap.W))
		}
		w.picture(b.Bitmap)
	case Large:
		w.large(b)
	case Feed:
		w.feed(b.Lines)
	case Cut:
		w.cut()
	case trial:
		w.style(Left, false, false)
		w.raw(b.bytes)
	default:
		return pos.E(pos.CodePrinter, "encode document", fmt.Errorf("no way to print %T", b))
	}
	return nil
}

// large prints an amount as large as it goes, with a font; without one only as large as printers make it.
func (w *writer) large(b Large) {
	if w.opts.Face == nil {
		l := b.line()
		l.double = true
		w.line(l)
		return
	}
	w.picture(w.opts.Face.drawLarge(b, w.paper))
}

func (w *writer) feed(lines int) {
	for ; lines > 0; lines -= 255 {
		w.out = append(w.out, esc, 'd', byte(min(lines, 255)))
	}
}

func (w *writer) cut() {
	w.style(Left, false, false)
	switch w.opts.Cut {
	case CutNone:
		w.feed(w.opts.Profile.Feed)
	case CutFull:
		w.feed(w.opts.Profile.Feed)
		w.out = append(w.out, gs, 'V', 0)
	case CutPartial:
		w.feed(w.opts.Profile.Feed)
		w.out = append(w.out, gs, 'V', 1)
	default:
		w.feed(1)
		w.out = append(w.out, gs, 'V', 66, 0)
	}
	if w.opts.Acknowledge {
		w.raw(acknowledge)
	}
}

// qr prints a QR. The printer's own is used only if the content is plain ASCII, where nothing can be mistaken for a
// command; it comes without a quiet zone, which two blank lines and the middle of the paper give it.
func (w *writer) qr(content string) error {
	bm, err := drawQR(content, w.paper.Dots())
	if err != nil {
		return err
	}
	if w.opts.QR != QRNative || strings.Trim(content, printable) != "" {
		w.picture(bm)
		return nil
	}
	w.style(Centre, false, false)
	module := byte(qrModule)
	if w.paper == Paper58 {
		module--
	}
	w.out = append(w.out, lf)
	w.out = nativeQR(w.out, content, module)
	w.out = append(w.out, lf)
	return nil
}

// nativeQR has a printer draw a QR of model 2 and level M (GS ( k, functions 65, 67, 69, 80 and 81).
func nativeQR(out []byte, content string, module byte) []byte {
	n := len(content) + 3
	out = append(out, gs, '(', 'k', 4, 0, '1', 'A', '2', 0)
	out = append(out, gs, '(', 'k', 3, 0, '1', 'C', module)
	out = append(out, gs, '(', 'k', 3, 0, '1', 'E', '1')
	out = append(out, gs, '(', 'k', byte(n), byte(n>>8), '1', 'P', '0')
	out = append(out, content...)
	return append(out, gs, '(', 'k', 3, 0, '1', 'Q', '0')
}

// printable is ASCII that prints.
const printable = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
