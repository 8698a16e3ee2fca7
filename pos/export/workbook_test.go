package export_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"math/big"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"guitai/pos"
	"guitai/pos/export"
)

// cell is one cell of a workbook as another program understands it.
type cell struct {
	text    string // what a person sees
	number  bool   // it is a number or a date
	format  string // of a number
	formula bool
}

// sheet is a named table.
type sheet struct {
	name string
	rows [][]cell
}

// readWorkbook reads an XLSX file with nothing of what wrote it.
func readWorkbook(data []byte) ([]sheet, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	part := func(name string, into any) error {
		f, err := archive.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		return xml.NewDecoder(f).Decode(into)
	}
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			Rel  string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := part("xl/workbook.xml", &book); err != nil {
		return nil, err
	}
	var rels struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := part("xl/_rels/workbook.xml.rels", &rels); err != nil {
		return nil, err
	}
	formats, err := readFormats(part)
	if err != nil {
		return nil, err
	}
	var shared struct {
		Items []richText `xml:"si"`
	}
	if err := part("xl/sharedStrings.xml", &shared); err != nil && !strings.Contains(err.Error(), "not exist") {
		return nil, err
	}
	var all []sheet
	for _, s := range book.Sheets {
		i := slices.IndexFunc(rels.All, func(r struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		},
		) bool {
			return r.ID == s.Rel
		})
		if i < 0 {
			return nil, fmt.Errorf("sheet %q leads nowhere", s.Name)
		}
		var page sheetXML
		if err := part(path.Join("xl", rels.All[i].Target), &page); err != nil {
			return nil, err
		}
		rows, err := page.cells(formats, shared.Items)
		if err != nil {
			return nil, fmt.Errorf("sheet %q: %w", s.Name, err)
		}
		all = append(all, sheet{s.Name, rows})
	}
	return all, nil
}

type richText struct {
	T string `xml:"t"`
	R []struct {
		T string `xml:"t"`
	} `xml:"r"`
}

var escaped = regexp.MustCompile(`_x([0-9A-Fa-f]{4})_`)

// String is the text with the escapes of spreadsheets undone.
func (r richText) String() string {
	s := r.T
	for _, run := range r.R {
		s += run.T
	}
	return escaped.ReplaceAllStringFunc(s, func(e string) string {
		n, _ := strconv.ParseUint(e[2:6], 16, 16)
		return string(rune(n))
	})
}

type sheetXML struct {
	Rows []struct {
		R     int `xml:"r,attr"`
		Cells []struct {
			R  string   `xml:"r,attr"`
			S  int      `xml:"s,attr"`
			T  string   `xml:"t,attr"`
			F  *string  `xml:"f"`
			V  string   `xml:"v"`
			Is richText `xml:"is"`
		} `xml:"c"`
	} `xml:"sheetData>row"`
}

func (p sheetXML) cells(formats []string, shared []richText) ([][]cell, error) {
	var rows [][]cell
	for _, r := range p.Rows {
		for len(rows) < r.R {
			rows = append(rows, nil)
		}
		for _, c := range r.Cells {
			letters := strings.TrimRight(c.R, "0123456789")
			if c.R != letters+strconv.Itoa(r.R) {
				return nil, fmt.Errorf("cell %s in row %d", c.R, r.R)
			}
			at := 0
			for _, l := range letters {
				at = at*26 + int(l-'A') + 1
			}
			row := &rows[r.R-1]
			for len(*row) < at {
				*row = append(*row, cell{})
			}
			got := cell{formula: c.F != nil}
			switch c.T {
			case "inlineStr":
				got.text = c.Is.String()
			case "s":
				i, err := strconv.Atoi(c.V)
				if err != nil || i >= len(shared) {
					return nil, fmt.Errorf("cell %s names text %q", c.R, c.V)
				}
				got.text = shared[i].String()
			case "str":
				got.text = c.V
			case "", "n":
				if c.V == "" {
					continue
				}
				if c.S >= len(formats) {
					return nil, fmt.Errorf("cell %s has style %d", c.R, c.S)
				}
				got.number, got.format = true, formats[c.S]
				var err error
				if got.text, err = shown(c.V, got.format); err != nil {
					return nil, fmt.Errorf("cell %s: %w", c.R, err)
				}
			default:
				return nil, fmt.Errorf("cell %s is of type %q", c.R, c.T)
			}
			(*row)[at-1] = got
		}
	}
	return rows, nil
}

// readFormats returns the format of numbers of every style.
func readFormats(part func(string, any) error) ([]string, error) {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := part("xl/styles.xml", &styles); err != nil {
		return nil, err
	}
	known := map[int]string{0: "General", 1: "0", 2: "0.00", 49: "@"}
	for _, f := range styles.Formats {
		known[f.ID] = strings.NewReplacer(`\`, "", `"`, "").Replace(strings.ToLower(f.Code))
	}
	var all []string
	for _, c := range styles.Cells {
		all = append(all, known[c.Format])
	}
	return all, nil
}

// shown is a number as its format shows it. It counts exactly, as far as the text of the number goes.
func shown(v, format string) (string, error) {
	n, ok := new(big.Rat).SetString(v)
	if !ok {
		return "", fmt.Errorf("%q is no number", v)
	}
	at := func() time.Time {
		seconds := new(big.Rat).Mul(n, big.NewRat(86400, 1))
		whole, _ := new(big.Int).SetString(seconds.FloatString(0), 10)
		return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Add(time.Duration(whole.Int64()) * time.Second)
	}
	switch {
	case format == "0.00":
		return n.FloatString(2), nil
	case strings.HasPrefix(format, "yyyy-mm-dd hh:mm:ss"):
		return at().Format(time.DateTime), nil
	case strings.HasPrefix(format, "yyyy-mm-dd"):
		return at().Format(time.DateOnly), nil
	case format == "0", format == "General", format == "@", format == "general":
		if n.IsInt() {
			return n.Num().String(), nil
		}
		return v, nil
	}
	return "", fmt.Errorf("no such format: %q", format)
}

// workbook is an export of the day as XLSX, read back: the rows and the last sheet.
func workbook(t *testing.T, kind pos.ExportKind, b pos.Exports) (rows [][]cell, last sheet) {
	t.Helper()
	var out bytes.Buffer
	if _, err := write(t, &out, kind, pos.FormatXLSX, b); err != nil {
		t.Fatal(err)
	}
	sheets, err := readWorkbook(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if len(sheets) != 2 || sheets[0].name != string(kind) || sheets[1].name != "Summary" {
		t.Fatalf("sheets %v", sheets)
	}
	return sheets[0].rows, sheets[1]
}

// wanted are the cells that a spreadsheet should show: texts as the JSON of the same rows has them, without the apostrophe that only a
// CSV needs; times on the shop's clock; the rest as in the CSV.
func wanted(t *testing.T, kind pos.ExportKind, b pos.Exports) [][]string {
	t.Helper()
	var csv, lines bytes.Buffer
	if _, err := write(t, &csv, kind, pos.FormatCSV, b); err != nil {
		t.Fatal(err)
	}
	if _, err := write(t, &lines, kind, pos.FormatJSONL, b); err != nil {
		t.Fatal(err)
	}
	rows := readCSV(t, csv.String())
	n := 0
	for line := range strings.Lines(lines.String()) {
		n++
		var cells map[string]any
		if err := json.Unmarshal([]byte(line), &cells); err != nil {
			t.Fatal(err)
		}
		for i, name := range rows[0] {
			s, isText := cells[name].(string)
			if at, err := time.Parse("2006-01-02T15:04:05-07:00", s); err == nil && strings.HasSuffix(name, "at") {
				s = at.Format(time.DateTime)
			}
			if isText {
				rows[n][i] = strings.ReplaceAll(noControls(s), "\uFFFF", "\uFFFD") // which XML cannot hold
			}
		}
	}
	if n != len(rows)-1 {
		t.Fatalf("%d lines, %d rows", n, len(rows))
	}
	return rows
}

func TestXLSX_ShowsEveryCellOfTheCSV(t *testing.T) {
	for _, kind := range pos.ExportKinds {
		got, _ := workbook(t, kind, shop())
		want := wanted(t, kind, shop())
		if len(got) != len(want) {
			t.Fatalf("%s: %d rows, want %d", kind, len(got), len(want))
		}
		for i, row := range want {
			for k, text := range row {
				var c cell
				if k < len(got[i]) {
					c = got[i][k]
				}
				if c.formula {
					t.Errorf("%s: row %d %s is a formula", kind, i, want[0][k])
				}
				if c.text != text {
					t.Errorf("%s: row %d %s is %q, want %q", kind, i, want[0][k], c.text, text)
				}
			}
		}
	}
}

func TestXLSX_MoneyAndCountsAreNumbersNumbersOfIDsAreTextAndDaysAreDates(t *testing.T) {
	got, _ := workbook(t, pos.ExportPayments, shop())
	formats := map[string]string{}
	for i, c := range got[2] {
		switch {
		case c.number:
			formats[got[0][i].text] = c.format
		case c.text != "":
			formats[got[0][i].text] = "text"
		}
	}
	want := map[string]string{
		"day": "yyyy-mm-dd", "paid_at": "yyyy-mm-dd hh:mm:ss", "receipt_no": "text", "out_trade_no": "text", "transaction_id": "text", "tender": "text",
		"state": "text", "amount_fen": "0", "amount_yuan": "0.00", "refunded_fen": "0", "evidence": "text", "cashier": "text", "shift": "0",
		"asked_fen": "0", "currency": "text",
	}
	if !reflect.DeepEqual(formats, want) {
		t.Errorf("%v, want %v", formats, want)
	}
}

func TestXLSX_TheLastSheetSaysWhatTheRowsComeTo(t *testing.T) {
	_, last := workbook(t, pos.ExportPayments, shop())
	var lines []string
	for _, row := range last.rows {
		var texts []string
		for _, c := range row {
			texts = append(texts, c.text)
		}
		lines = append(lines, strings.Join(texts, " | "))
	}
	got := strings.Join(lines, "\n")
	want := "Export of | Payments\nShop | 柜台便利店\nTill | S001 T1\nFrom | 2026-11-20\nTo | 2026-11-20\nTime zone | CST\n\n" +
		"Rows | 19\nRows of another currency | 1\n\npayments | 77.50\n− refunds | 27.50\n= net | 50.00"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	_, last = workbook(t, pos.ExportJournal, shop())
	head := last.rows[7][1].text
	if want := journal()[3].Hash; head != want {
		t.Errorf("head %q, want %q", head, want)
	}
}

func TestXLSX_DaysAndTimesAreRightTheWholeYearRound(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York") // with summer time
	if err != nil {
		t.Fatal(err)
	}
	b := &books{}
	for at := time.Date(2026, 1, 1, 0, 0, 1, 0, zone); at.Year() == 2026; at = at.Add(5*time.Hour + 7*time.Minute + 13*time.Second) {
		r := order(1, pos.TenderCash, pos.Paid, 1, 1)
		r.Payment.PaidAt, r.Day = at, pos.Calendar{Zone: zone}.DayOf(at)
		b.payments = append(b.payments, r)
	}
	r := request(pos.ExportPayments, pos.FormatXLSX)
	r.Shop.Calendar.Zone = zone
	var out bytes.Buffer
	if _, err := export.Write(t.Context(), &out, r, b, nil); err != nil {
		t.Fatal(err)
	}
	sheets, err := readWorkbook(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if len(b.payments) < 1000 {
		t.Fatal("no year")
	}
	for i, p := range b.payments {
		row := sheets[0].rows[i+1]
		at := p.Payment.PaidAt.In(zone)
		if row[0].text != at.Format(time.DateOnly) || row[1].text != at.Format(time.DateTime) {
			t.Fatalf("%v is written as %q %q", at, row[0].text, row[1].text)
		}
	}
}

func TestXLSX_NumbersThatASpreadsheetWouldRoundAreText(t *testing.T) {
	b := &books{}
	for _, amount := range []pos.Fen{999_999_999_999_999, 1_000_000_000_000_000, -1_000_000_000_000_000, -7, 9_223_372_036_854_775_807} {
		r := order(1, pos.TenderCash, pos.Paid, amount, amount)
		b.payments = append(b.payments, r)
	}
	rows, _ := workbook(t, pos.ExportPayments, b)
	var got []string
	for _, row := range rows[1:] {
		got = append(got, fmt.Sprint(row[13].text, " ", row[13].number), fmt.Sprint(row[8].text, " ", row[8].number))
	}
	want := []string{
		"999999999999999 true", "9999999999999.99 true", "1000000000000000 false", "10000000000000.00 false", "-1000000000000000 false", "-10000000000000.00 false",
		"-7 true", "-0.07 true", "9223372036854775807 false", "92233720368547758.07 false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestXLSX_ATextThatIsTooLongForACellIsCutAndCounted(t *testing.T) {
	for _, c := range []struct {
		name, text, want string
		cut              int
	}{
		{"as long as it may be", strings.Repeat("長", 32767), strings.Repeat("長", 32767), 0},
		{"one too many", strings.Repeat("長", 32768), strings.Repeat("長", 32766) + "…", 1},
		{"of two units each", strings.Repeat("😀", 16384), strings.Repeat("😀", 16383) + "…", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := order(1, pos.TenderCash, pos.Paid, 1, 1)
			r.Payment.Cashier = c.text
			b := &books{payments: []pos.PaymentRow{r}}
			var out bytes.Buffer
			s, err := write(t, &out, pos.ExportPayments, pos.FormatXLSX, b)
			if err != nil || s.Cut != c.cut {
				t.Fatalf("cut %d, want %d; %v", s.Cut, c.cut, err)
			}
			rows, _ := workbook(t, pos.ExportPayments, b)
			got := rows[1][11].text
			if n := len(utf16.Encode([]rune(got))); got != c.want || n > 32767 {
				t.Errorf("%d units, ends in %q", n, got[max(0, len(got)-10):])
			}
		})
	}
}

// FuzzXLSX: whatever a text is, it comes back as it was, but for what no cell can hold, and is no formula.
func FuzzXLSX(f *testing.F) {
	for _, s := range []string{
		"=1+1", "a&b<c>d", `"`, "\r\n", "\r", "\n", " lead", "trail ", "\t", "\x00", "\xff", "_x0041_", "_x005F_x0041_", "_x00", "\uFFFE", "😀", "]]>", "06901", "'",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := order(1, pos.TenderCash, pos.Paid, 1350, 1350)
		r.Payment.Cashier = s
		rows, _ := workbook(t, pos.ExportPayments, &books{payments: []pos.PaymentRow{r}})
		want := noControls(strings.ToValidUTF8(s, "\uFFFD"))
		want = strings.NewReplacer("\uFFFE", "\uFFFD", "\uFFFF", "\uFFFD").Replace(want)
		// invalid bytes are replaced one by one here, and by runs of them there
		squeeze := regexp.MustCompile("\uFFFD+")
		c := rows[1][11]
		if squeeze.ReplaceAllString(c.text, "\uFFFD") != squeeze.ReplaceAllString(want, "\uFFFD") || c.formula || c.number {
			t.Errorf("%q reads back as %+v, want %q", s, c, want)
		}
		if rows[1][13].text != "1350" {
			t.Errorf("%q moves the cells behind it: %+v", s, rows[1])
		}
	})
}

// readCSV reads what was exported, byte for byte: encoding/csv would change line ends within a cell.
func readCSV(t *testing.T, s string) [][]string {
	t.Helper()
	s, ok := strings.CutPrefix(s, "\uFEFF")
	if !ok {
		t.Fatalf("no byte order mark: %q", s[:min(len(s), 20)])
	}
	return readCSVWith(t, s, "\r\n")
}

// readCSVWith reads rows that end in end.
func readCSVWith(t *testing.T, s, end string) [][]string {
	t.Helper()
	var rows [][]string
	row := []string{}
	for s != "" {
		var c string
		if rest, quoted := strings.CutPrefix(s, `"`); quoted {
			for {
				part, after, found := strings.Cut(rest, `"`)
				if !found {
					t.Fatalf("a quote is not closed: %q", c)
				}
				c, rest = c+part, after
				if !strings.HasPrefix(rest, `"`) {
					break
				}
				c, rest = c+`"`, rest[1:]
			}
			s = rest
		} else {
			at := strings.IndexAny(s, ","+end[:1])
			if at < 0 {
				t.Fatalf("a row without an end: %q", s)
			}
			c, s = s[:at], s[at:]
		}
		row = append(row, c)
		switch {
		case strings.HasPrefix(s, ","):
			s = s[1:]
		case strings.HasPrefix(s, end):
			rows, row, s = append(rows, row), []string{}, s[len(end):]
		default:
			t.Fatalf("behind a cell stands %q", s[:min(len(s), 20)])
		}
	}
	return rows
}

// A sheet that is full is followed by another with a header of its own; no row is lost where they meet, and none is in both.
func TestXLSX_WhatASheetCannotHoldIsOnTheNext(t *testing.T) {
	const limit = 40 // the header and 39 rows
	for _, c := range []struct {
		rows int
		want []int // rows of each sheet, without its header
	}{{0, []int{0}}, {38, []int{38}}, {39, []int{39}}, {40, []int{39, 1}}, {78, []int{39, 39}}, {79, []int{39, 39, 1}}} {
		var file bytes.Buffer
		if err := export.WriteSheets(&file, request(pos.ExportPayments, pos.FormatXLSX), c.rows, limit); err != nil {
			t.Fatal(err)
		}
		sheets, err := readWorkbook(file.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		n := 0
		for i, s := range sheets[:len(sheets)-1] {
			name := "payments"
			if i > 0 {
				name += " " + strconv.Itoa(i+1)
			}
			if s.name != name || s.rows[0][0].text != "n" {
				t.Errorf("%d rows: sheet %q begins with %q", c.rows, s.name, s.rows[0][0].text)
			}
			for _, r := range s.rows[1:] {
				if n++; r[0].text != strconv.Itoa(n) {
					t.Fatalf("%d rows: row %q of sheet %q follows row %d", c.rows, r[0].text, s.name, n-1)
				}
			}
			got = append(got, len(s.rows)-1)
		}
		if !slices.Equal(got, c.want) || n != c.rows || sheets[len(sheets)-1].name != "Summary" {
			t.Errorf("%d rows: %d, and %q at the end", c.rows, got, sheets[len(sheets)-1].name)
		}
	}
}

// A spreadsheet opens no sheet that is longer, and a shop of three years has more payments than go into one.
func TestXLSX_ASheetIsAsLongAsASpreadsheetTakes(t *testing.T) {
	if testing.Short() {
		t.Skip("writes a million rows")
	}
	const most = 1_048_576 // of Excel and of LibreOffice
	if export.SheetRows != most {
		t.Fatalf("a sheet has %d rows", export.SheetRows)
	}
	var file bytes.Buffer
	if err := export.WriteSheets(&file, request(pos.ExportPayments, pos.FormatXLSX), most, export.SheetRows); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"sheet1.xml": most, "sheet2.xml": 2} { // the header on each, and the row that was one too many
		f, err := archive.Open("xl/worksheets/" + name)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		last := strconv.Itoa(want)
		if got := bytes.Count(data, []byte("<row ")); got != want || !bytes.Contains(data, []byte(`<row r="`+last+`"`)) {
			t.Errorf("%s has %d rows, not %d", name, got, want)
		}
	}
}
