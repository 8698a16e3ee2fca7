package receipt

import (
	"strconv"
	"strings"
)

// trial is a part of the test page: what is sent to the printer as it stands, and what that shows if the printer understands it.
type trial struct {
	bytes string
	shows []Block
}

func (trial) block() {}

// The letters of the test page's lines, and of what can have become of its end. They are what people answer with.
const (
	sawChinese = 'A' // text in Chinese mode
	sawOutside = 'B' // the same outside Chinese mode
	sawBits    = 'C' // a picture by GS v 0
	sawGraph   = 'D' // by GS ( L
	sawColumns = 'E' // by ESC *
	sawNative  = 'F' // a QR of the printer's own
	sawRaster  = 'G' // a QR as a picture
	saw32      = 'H' // a ruler of 32 columns on one line
	saw42      = 'I'
	saw48      = 'J'
	sawWhole   = 'K' // cut off below the last line
	sawThrough = 'L' // cut off above it
	sawNoCut   = 'M' // not cut
)

// Answers are the letters that can be answered with, in order.
const Answers = "ABCDEFGHIJKLM"

// TestPage is the page that finds out what a printer can do, whatever it is: each of its lines is sent in another way and has a
// letter, and [Diagnose] makes a profile of the letters that came out well. It asks nothing of the printer's profile, so it is to
// be encoded with [TestESCPOS]. The same bytes go to every paper; p is that of the preview.
func TestPage(w Words, p Paper) Doc {
	t := w.Test
	mark := testMark()
	label := func(letter rune, s string) Block { return Text{Text: string(letter) + " " + s} }
	say := func(letter rune, s string) trial {
		shows := label(letter, s)
		return trial{string(encode(nil, string(letter)+" "+s)) + "\n", []Block{shows}}
	}
	shown := func(letter rune, name, bytes string, b Block) []Block {
		return []Block{label(letter, name), trial{bytes, []Block{b}}}
	}
	picture := func(m RasterMethod) string {
		pen := &writer{paper: Paper58, opts: ESCPOS{Profile: Profile{Raster: m, Band: 24}}}
		pen.picture(mark)
		pen.style(Left, false, false)
		return string(pen.out)
	}
	blocks := []Block{
		Text{Text: t.Title, Align: Centre, Bold: true},
		Text{Text: t.How},
		rule58(),
		say(sawChinese, t.Chinese),
	}
	outside := say(sawOutside, t.Chinese)
	outside.bytes = "\x1c." + outside.bytes + "\x1c&"
	blocks = append(blocks, outside)
	blocks = append(blocks, shown(sawBits, t.Picture, picture(RasterBits), Image{Bitmap: mark})...)
	blocks = append(blocks, shown(sawGraph, t.Picture, picture(RasterGraph), Image{Bitmap: mark})...)
	blocks = append(blocks, shown(sawColumns, t.Picture, picture(RasterColumns), Image{Bitmap: mark})...)
	native := "\x1ba\x01\n" + string(nativeQR(nil, testQR, qrModule-1)) + "\n\x1ba\x00"
	blocks = append(blocks, shown(sawNative, t.QR, native, QR{testQR})...)
	blocks = append(blocks, label(sawRaster, t.QR), QR{testQR}, Text{Text: t.Rulers})
	for _, r := range []struct {
		letter  rune
		columns int
	}{{saw32, 32}, {saw42, 42}, {saw48, 48}} {
		text := ruler(r.letter, r.columns)
		blocks = append(blocks, trial{text + "\n", []Block{Text{Text: text}}})
	}
	blocks = append(
		blocks, rule58(), Text{Text: t.Cutting},
		label(sawWhole, t.CutWhole), label(sawThrough, t.CutThrough), label(sawNoCut, t.CutNot), Text{Text: t.Last, Bold: true}, Cut{},
	)
	return Doc{Paper: p, Blocks: blocks}
}

// rule58 is a line across the narrower paper, on any.
func rule58() Block { return Text{Text: strings.Repeat("-", Paper58.Columns())} }

// TestESCPOS encodes the test page: the commands that the least able of the printers knows, and those that are to be tried.
func TestESCPOS(w Words) ([]byte, error) {
	return ESCPOS{Cut: CutFeedPartial, QR: QRRaster}.Encode(TestPage(w, Paper58))
}

// testQR is what the QRs of the test page say.
const testQR = "GUITAI-TEST"

// ruler is a line of exactly so many columns, from its letter to how many there are.
func ruler(letter rune, columns int) string {
	end := strconv.Itoa(columns)
	return string(letter) + strings.Repeat("-", columns-1-len(end)) + end
}

// testMark is a picture of squares and stripes of whole bytes, none of which is a control character: a printer that does not
// know the command it comes with prints a line of nonsense, and does nothing else.
func testMark() Bitmap {
	const rows = 24
	bm := NewBitmap(20*8, rows)
	for y := range rows {
		for x := range bm.Stride() {
			if edge := y < 8 || y >= rows-8; x%4 == 0 || x%4 == 2 == edge {
				bm.Bits[y*bm.Stride()+x] = 0xff
			}
		}
	}
	return bm
}

// Diagnosis is what a printer's test page says of it.
type Diagnosis struct {
	Family string // a name for [ProfileOf]
	Paper  Paper
	Cut    CutMode
	QR     QRMode
}

// Diagnose makes out a printer from the letters of the test page's lines that came out well, in any order; other characters are
// left out. ok is false when nothing that could be printed on came out: then it is no printer of this kind, or the wrong speed.
func Diagnose(answers string) (d Diagnosis, ok bool) {
	saw := func(letter rune) bool { return strings.ContainsRune(strings.ToUpper(answers), letter) }
	d = Diagnosis{Family: profiles[0].Name, Paper: Paper58, Cut: CutNone, QR: QRRaster}
	if saw(saw48) {
		d.Paper = Paper80
	}
	switch {
	case saw(sawThrough):
		d.Cut = CutPartial
	case saw(sawWhole):
		d.Cut = CutFeedPartial
	}
	if saw(sawNative) {
		d.QR = QRNative
	}
	chinese := saw(sawChinese) || saw(sawOutside)
	bits := saw(sawBits) || saw(sawRaster)
	switch {
	case !chinese && bits:
		d.Family = "raster"
	case !chinese:
		return d, false
	case !bits && saw(sawGraph), saw(sawGraph) && saw(sawNative):
		d.Family = "epson"
	case !bits && saw(sawColumns):
		d.Family = "star"
	case d.Cut == CutPartial:
		d.Family = "xprinter"
	case saw(sawNative):
		d.Family = "gprinter"
	}
	return d, true
}

// ProfileFor names the family of printers that the answers to the test page speak of, for [ProfileOf]. Whatever they are, it
// names one.
func ProfileFor(answers string) string {
	d, _ := Diagnose(answers)
	return d.Family
}
