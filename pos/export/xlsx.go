package export

import (
	"archive/zip"
	"compress/flate"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guitai/pos"
	"guitai/pos/i18n"
)

// What a spreadsheet takes.
const (
	sheetRows = 1 << 20   // rows of a sheet, the header included
	cellUnits = 1<<15 - 1 // UTF-16 units in a cell
)

// The styles of styles.xml, in its order.
const (
	styleNone    = iota
	styleText    // stays text when somebody edits the cell
	styleQuoted  // the same, of what would be a formula if it were typed
	styleCount   // 0
	styleMoney   // 0.00
	styleDay     // yyyy-mm-dd
	styleInstant // yyyy-mm-dd hh:mm:ss
	styleHead
	styleBig // a whole number that a spreadsheet would round, as text to the right
)

// workbook writes an XLSX file as a stream: nothing but the row being written and the compressor's window is in memory, however
// many rows there are. Its cells carry their text themselves, so there is no table of texts to keep.
//
// A text is an inline string, which a spreadsheet never takes for a formula, and it is as it was: no apostrophe is put before it. The
// style says that it stays text, also where somebody edits the cell. Money is a number, written as exact decimal text from the whole
// number of fen. A day and a moment are dates, the latter on the shop's clock, which the last sheet names.
type workbook struct {
	zip    *zip.Writer
	sheet  io.Writer
	heads  []head
	letter []string // of each column
	title  string
	of     Request
	limit  int  // rows of a sheet, the header included
	bare   bool // there is no last sheet that says what the others come to
	sheets int  // begun, without the last one
	row    int  // of the sheet, from 1
	n      int  // cells of this row
	cut    int
	err    error // of the sheet that could not be begun
	buf    []byte
}

// newWorkbook begins a workbook whose sheets have up to limit rows: [sheetRows], but where a test has not so many.
func newWorkbook(w io.Writer, heads []head, of Request, limit int) (*workbook, error) {
	b := &workbook{zip: zip.NewWriter(w), heads: heads, title: string(of.Kind), of: of, limit: limit, buf: make([]byte, 0, page+page/4)}
	// The fastest level: rows are much alike, so the slower ones gain little.
	b.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for i := range heads {
		b.letter = append(b.letter, columnLetter(i))
	}
	if err := b.part("_rels/.rels", relsXML); err != nil { // first, so that the file is known for what it is
		return nil, err
	}
	return b, b.newSheet()
}

// columnLetter is what a column is called: A, B, … Z, AA.
func columnLetter(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return columnLetter(i/26-1) + string(rune('A'+i%26))
}

// part adds a small file whole.
func (b *workbook) part(name, content string) error {
	w, err := b.zip.Create(name)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, content)
	return err
}

// newSheet begins a sheet with its header, which stays in sight.
func (b *workbook) newSheet() (err error) {
	b.sheets++
	b.row = 1
	if b.sheet, err = b.zip.Create("xl/worksheets/sheet" + strconv.Itoa(b.sheets) + ".xml"); err != nil {
		return err
	}
	b.add(xmlHead, `<worksheet xmlns="`, spreadsheetML, `"><sheetViews><sheetView workbookViewId="0"`)
	if b.sheets == 1 {
		b.add(` tabSelected="1"`)
	}
	b.add(`><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`)
	b.widths(b.heads)
	b.add(`<sheetData><row r="1">`)
	for _, h := range b.heads {
		b.n++
		b.string(h.name, styleHead)
	}
	return b.endRow()
}

// widths gives the columns room for what is in them.
func (b *workbook) widths(heads []head) {
	b.add(`<cols>`)
	for i, h := range heads {
		wide := max(utf8.RuneCountInString(h.name)+2, [...]int{isText: 16, isCount: 10, isYuan: 12, isPercent: 10, isDay: 12, isInstant: 20}[h.kind])
		if w, ok := wider[h.name]; ok {
			wide = max(wide, w)
		}
		n := strconv.Itoa(i + 1)
		b.add(`<col min="`, n, `" max="`, n, `" width="`, strconv.Itoa(wide), `" customWidth="1"/>`)
	}
	b.add(`</cols>`)
}

// wider are the columns whose texts are longer than most.
var wider = map[string]int{
	"receipt_no": 24, "out_trade_no": 30, "out_refund_no": 30, "transaction_id": 31, "refund_id": 31, "name": 30, "tenders": 24, "reason": 24,
	"first_receipt": 24, "last_receipt": 24, "body": 60,
}

func (b *workbook) add(parts ...string) {
	for _, p := range parts {
		b.buf = append(b.buf, p...)
	}
}

// next is before every cell: the first one begins the row, and the sheet if the one before is full.
func (b *workbook) next() {
	if b.n == 0 {
		if b.row == b.limit && b.err == nil {
			b.err = b.endSheet()
			if b.err == nil {
				b.err = b.newSheet()
			}
		}
		b.row++
		b.buf = append(b.buf, `<row r="`...)
		b.buf = strconv.AppendInt(b.buf, int64(b.row), 10)
		b.buf = append(b.buf, `">`...)
	}
	b.n++
}

// cell begins the cell of the last next.
func (b *workbook) cell(style int) {
	b.buf = append(b.buf, `<c r="`...)
	b.buf = append(b.buf, b.letter[b.n-1]...)
	b.buf = strconv.AppendInt(b.buf, int64(b.row), 10)
	b.buf = append(b.buf, `" s="`...)
	b.buf = append(b.buf, byte('0'+style), '"')
}

func (b *workbook) string(s string, style int) {
	b.cell(style)
	b.buf = append(b.buf, ` t="inlineStr"><is><t`...)
	if s[0] <= ' ' || s[len(s)-1] <= ' ' {
		b.buf = append(b.buf, ` xml:space="preserve"`...)
	}
	b.buf = append(b.buf, '>')
	b.buf = appendXML(b.buf, s)
	b.buf = append(b.buf, `</t></is></c>`...)
}

func (b *workbook) text(s string) {
	b.next()
	if s == "" {
		return
	}
	if len(s) > cellUnits {
		short := fit(s, cellUnits)
		if short != s {
			b.cut++
		}
		s = short
	}
	if formula(s) {
		b.string(s, styleQuoted)
	} else {
		b.string(s, styleText)
	}
}

const (
	valueBegin = `><v>`
	valueEnd   = `</v></c>`
)

// exact is up to where a spreadsheet, which counts in binary floating point of 15 digits, keeps a whole number as it is.
const exact = 999_999_999_999_999

func (b *workbook) number(n int64) {
	b.next()
	if n > exact || n < -exact {
		b.string(strconv.FormatInt(n, 10), styleBig)
		return
	}
	b.cell(styleCount)
	b.buf = append(b.buf, valueBegin...)
	b.buf = strconv.AppendInt(b.buf, n, 10)
	b.buf = append(b.buf, valueEnd...)
}

func (b *workbook) hundredths(n int64) {
	b.next()
	if n > exact || n < -exact {
		b.string(string(appendHundredths(nil, n)), styleBig)
		return
	}
	b.cell(styleMoney)
	b.buf = append(b.buf, valueBegin...)
	b.buf = appendHundredths(b.buf, n)
	b.buf = append(b.buf, valueEnd...)
}

// epoch is the day 0 of a spreadsheet, in days before 1970. It believes that 1900 was a leap year; from March of that year on the
// count is right.
const epoch = 25569

func (b *workbook) day(d pos.Day) {
	b.next()
	b.cell(styleDay)
	b.buf = append(b.buf, valueBegin...)
	b.buf = strconv.AppendInt(b.buf, epoch+daysOf(d), 10)
	b.buf = append(b.buf, valueEnd...)
}

// daysOf counts from 1970.
func daysOf(d pos.Day) int64 {
	return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, time.UTC).Unix() / 86400
}

// instant is a day and the part of it that has passed on the wall clock, in as many places as a spreadsheet has.
func (b *workbook) instant(t time.Time) {
	const places = 10_000_000_000
	b.next()
	t = t.In(b.of.zone())
	_, offset := t.Zone()
	wall := t.Unix() + int64(offset)
	days, seconds := wall/86400, wall%86400
	if seconds < 0 {
		days, seconds = days-1, seconds+86400
	}
	part := (seconds*places + 86400/2) / 86400
	b.cell(styleInstant)
	b.buf = append(b.buf, valueBegin...)
	b.buf = append(strconv.AppendInt(b.buf, epoch+days, 10), '.')
	for p := int64(places / 10); p > 0; p /= 10 {
		b.buf = append(b.buf, byte('0'+part/p%10))
	}
	b.buf = append(b.buf, valueEnd...)
}

func (b *workbook) none() { b.next() }

func (b *workbook) endRow() error {
	b.add(`</row>`)
	b.n = 0
	if b.err != nil {
		return b.err
	}
	return b.flush(page)
}

func (b *workbook) endSheet() error {
	b.add(`</sheetData></worksheet>`)
	return b.flush(1)
}

func (b *workbook) flush(from int) error {
	if len(b.buf) < from {
		return nil
	}
	_, err := b.sheet.Write(b.buf)
	b.buf = b.buf[:0]
	return err
}

func (b *workbook) lost() int { return b.cut }

// close adds the last sheet, which says what the others come to, and what holds the parts together.
func (b *workbook) close(s pos.ExportSummary) error {
	if err := b.endSheet(); err != nil {
		return err
	}
	all := b.sheets
	if !b.bare {
		if err := b.summary(s); err != nil {
			return err
		}
		all++
	}
	w := i18n.For(b.of.Lang)
	var sheets, rels, types strings.Builder
	for i := range all {
		n := strconv.Itoa(i + 1)
		name := b.title
		switch {
		case i == b.sheets:
			name = w.T("export.summary")
		case i > 0:
			name += " " + n
		}
		sheets.WriteString(`<sheet name="` + name + `" sheetId="` + n + `" r:id="rId` + n + `"/>`)
		rels.WriteString(`<Relationship Id="rId` + n + `" Type="` + officeRel + `/worksheet" Target="worksheets/sheet` + n + `.xml"/>`)
		types.WriteString(`<Override PartName="/xl/worksheets/sheet` + n + `.xml" ContentType="` + openXML + `.worksheet+xml"/>`)
	}
	styles := strconv.Itoa(all + 1)
	rels.WriteString(`<Relationship Id="rId` + styles + `" Type="` + officeRel + `/styles" Target="styles.xml"/>`)
	for _, p := range []struct{ name, content string }{
		{"xl/workbook.xml", `<workbook xmlns="` + spreadsheetML + `" xmlns:r="` + officeRel + `"><bookViews><workbookView/></bookViews><sheets>` + sheets.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packageRel + `">` + rels.String() + `</Relationships>`},
		{"xl/styles.xml", stylesXML},
		{"[Content_Types].xml", `<Types xmlns="` + contentTypes + `"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="` + openXML + `.sheet.main+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="` + openXML + `.styles+xml"/>` + types.String() + `</Types>`},
	} {
		if err := b.part(p.name, xmlHead+p.content); err != nil {
			return err
		}
	}
	return b.zip.Close()
}

// summary writes the last sheet: what the file is of, and the figures that prove it whole.
func (b *workbook) summary(s pos.ExportSummary) (err error) {
	if b.sheet, err = b.zip.Create("xl/worksheets/sheet" + strconv.Itoa(b.sheets+1) + ".xml"); err != nil {
		return err
	}
	b.add(xmlHead, `<worksheet xmlns="`, spreadsheetML, `"><cols><col min="1" max="1" width="24" customWidth="1"/>`,
		`<col min="2" max="2" width="30" customWidth="1"/></cols><sheetData>`)
	b.row, b.n = 0, 0
	for _, f := range facts(s, b.of) {
		if f.name != "" {
			b.next()
			b.string(f.name, styleHead)
			switch {
			case f.text != "":
				b.text(f.text)
			case f.money:
				b.hundredths(int64(f.n))
			default:
				b.number(int64(f.n))
			}
		} else {
			b.next() // an empty row between what belongs together
		}
		if err := b.endRow(); err != nil {
			return err
		}
	}
	return b.endSheet()
}

// fit cuts a text to so many UTF-16 units, and marks the cut.
func fit(s string, units int) string {
	n, cut := 0, 0
	for i, r := range s {
		if n <= units-1 {
			cut = i // where a mark of one unit would still have room
		}
		if n++; r > 0xFFFF {
			n++
		}
		if n > units {
			return s[:cut] + "…"
		}
	}
	return s
}

// appendXML writes text into an element. What XML cannot hold is replaced; a CR, which its readers would make a line feed, and what
// looks like the escape for it are escaped as spreadsheets do it.
func appendXML(b []byte, s string) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '&' && c != '<' && c != '>' && c != '_' {
			b = append(b, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '\r':
			b = append(b, "_x000D_"...)
		case r == '_' && escape(s[i:]):
			b = append(b, "_x005F_"...)
		case r == utf8.RuneError && size == 1, r < ' ' && r != '\t' && r != '\n', r == 0xFFFE, r == 0xFFFF:
			b = append(b, "\uFFFD"...)
		default:
			b = append(b, s[i:i+size]...)
		}
		i += size
	}
	return b
}

// escape reports whether a text begins like the escape of a character: _x005F_.
func escape(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}
