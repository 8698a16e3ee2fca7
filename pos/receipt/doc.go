// Package receipt puts a sale, and every other paper of the shop, on paper. It has one model of a document, [Doc], which typed
// functions build from what the ledger committed ([Sale], [Refund], [Shift], [Pending], …), and renderers that read it:
// [ESCPOS] for receipt printers, [PlainText] for terminals, [Raster] for eyes, and for printers that have no Chinese characters,
// and [PDF] for files. A renderer never decides what a paper says, so every rendering says the same. [Setup] joins them: how a
// shop prints, and a print job rendered by it.
//
// Widths are counted in columns, and a column is one byte of GBK: a Chinese character, and everything else that GBK
// writes in two bytes (— … × ￥), takes two. That is what the printers do, whatever Unicode says of the character.
//
// Everything here is a pure function of its arguments and safe for concurrent use.
package receipt

// Paper is the width of the roll in millimetres.
type Paper int

// The rolls that receipt printers take.
const (
	Paper58 Paper = 58
	Paper80 Paper = 80
)

// Columns is how many columns fit on a line: 32 or 48.
func (p Paper) Columns() int {
	if p == Paper58 {
		return 32
	}
	return 48
}

// Dots is how many dots the print head has, at 8 per mm: 384 or 576. A column is always 12 of them.
func (p Paper) Dots() int { return p.Columns() * columnDots }

// Align says where a text or a cell stands in its width.
type Align int

// The three alignments; the zero value is left.
const (
	Left Align = iota
	Centre
	Right
)

// Doc is a document on a paper: what it says and how its parts stand, not how a device is told.
type Doc struct {
	Paper  Paper
	Blocks []Block
}

// Block is one part of a document: [Text], [Columns], [Large], [Rule], [QR], [Barcode], [Image], [Feed] or [Cut].
type Block interface{ block() }

// Text is a paragraph. It wraps at the paper's width, between words where there are any, and never inside a character.
type Text struct {
	Text   string
	Align  Align
	Bold   bool
	Double bool // twice as wide and twice as high
}

// Columns is a row of cells. A cell whose text is too long wraps within its own width, but a cell of money never does: the
// document is refused instead.
type Columns struct {
	Cells  []Cell
	Bold   bool
	Double bool
}

// Cell is one field of a row.
type Cell struct {
	Text  string
	Width int // in columns of the row's size; 0, for one cell of a row, takes what the others leave
	Align Align
	Money bool // an amount: it is printed whole and exactly, or not at all
}

// Large is an amount as large as the paper allows, in the middle.
type Large struct{ Amount string }

// Rule is a line across the paper.
type Rule struct{}

// QR is a QR code of error correction level M with its quiet zone.
type QR struct{ Content string }

// Image is a picture in black and white, centred.
type Image struct {
	Bitmap Bitmap
	Alt    string // what plain text shows in its place; empty shows nothing
}

// Feed is blank paper.
type Feed struct{ Lines int }

// Cut ends a piece of paper.
type Cut struct{}

func (Text) block()    {}
func (Columns) block() {}
func (Large) block()   {}
func (Rule) block()    {}
func (QR) block()      {}
func (Image) block()   {}
func (Feed) block()    {}
func (Cut) block()     {}
