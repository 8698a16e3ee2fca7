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

// ESCPOS renders documents for receipt printers that speak ESC/POS and have a Chinese character set.
type ESCPOS struct {
	Cut      CutMode // empty is feed-partial
	NativeQR bool    // let the printer draw QRs; printers that cannot print gibberish instead, so it is off by default
	Face     *Face   // draws lines with characters that the printer does not have; nil prints □ for them

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

	// Initialise; Chinese mode; no gaps beside Chinese characters; left; normal size both ways (some clones heed only GS !
	// and some only FS W for Chinese); not bold; default line spacing. Chinese mode stays on for the whole document: it may
	// only change at the start of a line, and ASCII prints as ever in it.
	preamble = "\x1b@" + "\x1c&" + "\x1cS\x00\x00" + "\x1ba\x00" + normalSize + "\x1bE\x00" + "\x1b2"

	normalSize  = "\x1d!\x00\x1cW\x00"
	doubleSize  = "\x1d!\x11\x1cW\x01"
	acknowledge = "\x1dr\x01"

	bandRows  = 128 // clones buffer about this much of a picture
	feedToBar = 4   // lines between print head and blade or tear bar
)

// Encode renders a document. The error is CodePrinter: the document cannot be laid out, or a row with an amount cannot be
// printed whole.
func (e ESCPOS) Encode(d Doc) ([]byte, error) {
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

// Kick is the command that opens a cash drawer on the printer's first connector: 50 ms on, 500 ms off, all five bytes, since
// a printer takes the next two for the times when they are left out. It is a job of its own and never part of a receipt.
func Kick() []byte { return []byte{esc, 'p', 0, 25, 250} }

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
		if double {
			w.raw(doubleSize)
		} else {
			w.raw(normalSize)
		}
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
	case Feed:
		w.feed(b.Lines)
	case Cut:
		w.cut()
	default:
		return pos.E(pos.CodePrinter, "encode document", fmt.Errorf("no way to print %T", b))
	}
	return nil
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
		w.feed(feedToBar)
	case CutFull:
		w.feed(feedToBar)
		w.out = append(w.out, gs, 'V', 0)
	case CutPartial:
		w.feed(feedToBar)
		w.out = append(w.out, gs, 'V', 1)
	default:
		w.feed(1)
		w.out = append(w.out, gs, 'V', 66, 0)
	}
	if w.opts.Acknowledge {
		w.raw(acknowledge)
	}
}

// picture prints a bitmap in the middle of the paper, in bands that small buffers hold.
func (w *writer) picture(bm Bitmap) {
	w.style(Centre, false, false)
	stride := bm.Stride()
	for y := 0; y < bm.H; y += bandRows {
		rows := min(bandRows, bm.H-y)
		w.out = append(w.out, gs, 'v', '0', 0, byte(stride), byte(stride>>8), byte(rows), byte(rows>>8))
		start := len(w.out)
		w.out = append(w.out, bm.Bits[y*stride:(y+rows)*stride]...)
		disarm(w.out[start:])
	}
}

// qr prints a QR. The printer's own is used only if the content is plain ASCII, where nothing can be mistaken for a
// command; it comes without a quiet zone, which two blank lines and the middle of the paper give it.
func (w *writer) qr(content string) error {
	bm, err := drawQR(content, w.paper.Dots())
	if err != nil {
		return err
	}
	if !w.opts.NativeQR || strings.Trim(content, printable) != "" {
		w.picture(bm)
		return nil
	}
	w.style(Centre, false, false)
	module := byte(qrModule)
	if w.paper == Paper58 {
		module--
	}
	n := len(content) + 3
	w.out = append(w.out, lf)
	w.out = append(w.out, gs, '(', 'k', 4, 0, '1', 'A', '2', 0)             // model 2
	w.out = append(w.out, gs, '(', 'k', 3, 0, '1', 'C', module)             // dots of a module
	w.out = append(w.out, gs, '(', 'k', 3, 0, '1', 'E', '1')                // level M
	w.out = append(w.out, gs, '(', 'k', byte(n), byte(n>>8), '1', 'P', '0') // store
	w.raw(content)
	w.out = append(w.out, gs, '(', 'k', 3, 0, '1', 'Q', '0') // print
	w.out = append(w.out, lf)
	return nil
}

// printable is ASCII that prints.
const printable = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
