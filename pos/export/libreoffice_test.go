//go:build services

package export_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

// TestLibreOffice_ReadsBackWhatWasExported has a spreadsheet that is not ours open every kind of export and save it again as something
// else, and finds every cell as it was.
func TestLibreOffice_ReadsBackWhatWasExported(t *testing.T) {
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatal("LibreOffice is not installed: .ci/install services")
	}
	dir := t.TempDir()
	for _, kind := range pos.ExportKinds {
		for _, format := range []pos.ExportFormat{pos.FormatXLSX, pos.FormatCSV} {
			var out bytes.Buffer
			if _, err := write(t, &out, kind, format, nasty(kind)); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, string(kind)+"."+string(format)), out.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	office := &office{t: t, program: soffice, dir: dir, profile: "file://" + filepath.Join(t.TempDir(), "profile")}
	each := func(ext string) (files []string) {
		for _, kind := range pos.ExportKinds {
			files = append(files, string(kind)+ext)
		}
		return files
	}

	t.Run("XLSX saved as CSV", func(t *testing.T) {
		// Comma, quote, UTF-8, every cell as it is shown, texts in quotes.
		office.convert("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true", "as-csv", each(".xlsx")...)
		for _, kind := range pos.ExportKinds {
			same(t, kind, wanted(t, kind, nasty(kind)), fromCSV(t, filepath.Join(dir, "as-csv", string(kind)+".csv")))
		}
	})
	t.Run("XLSX saved as XLSX", func(t *testing.T) {
		office.convert("xlsx", "as-xlsx", each(".xlsx")...)
		for _, kind := range pos.ExportKinds {
			same(t, kind, wanted(t, kind, nasty(kind)), fromWorkbook(t, filepath.Join(dir, "as-xlsx", string(kind)+".xlsx"), 2))
		}
	})
	t.Run("CSV saved as XLSX and as CSV again", func(t *testing.T) {
		for _, kind := range pos.ExportKinds { // a bookkeeper tells a spreadsheet which columns are text; a CSV cannot
			office.infilter = "CSV:44,34,76,1," + textColumns(kind) + ",0,false,false"
			office.convert("xlsx", "csv-as-xlsx", string(kind)+".csv")
			office.infilter = ""
			same(t, kind, asCSV(t, kind), fromWorkbook(t, filepath.Join(dir, "csv-as-xlsx", string(kind)+".xlsx"), 1))
		}
		for _, kind := range pos.ExportKinds {
			copyFile(t, filepath.Join(dir, "csv-as-xlsx", string(kind)+".xlsx"), filepath.Join(dir, "again-"+string(kind)+".xlsx"))
		}
		var files []string
		for _, kind := range pos.ExportKinds {
			files = append(files, "again-"+string(kind)+".xlsx")
		}
		office.convert("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true", "csv-again", files...)
		for _, kind := range pos.ExportKinds {
			same(t, kind, asCSV(t, kind), fromCSV(t, filepath.Join(dir, "csv-again", "again-"+string(kind)+".csv")))
		}
	})
	t.Run("CSV opened as the dialog proposes", func(t *testing.T) {
		// Comma and UTF-8, which it knows by the mark, and nothing about the columns: numbers are numbers, and no cell is a formula.
		office.infilter = "CSV:44,34,76"
		var out bytes.Buffer
		if _, err := write(t, &out, pos.ExportPayments, pos.FormatCSV, shop()); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "proposed.csv"), out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		office.convert("xlsx", "proposed", "proposed.csv")
		rows := fromWorkbook(t, filepath.Join(dir, "proposed", "proposed.xlsx"), 1)
		if len(rows) < 3 || len(rows[1]) < 12 || rows[1][0] != "2026-11-20" || rows[1][11] != "王芳" || rows[1][7] != "1350" {
			t.Errorf("%q", rows)
		}
	})
}

// office converts files with LibreOffice.
type office struct {
	t                               *testing.T
	program, dir, profile, infilter string
}

func (o *office) convert(to, into string, files ...string) {
	o.t.Helper()
	args := []string{"-env:UserInstallation=" + o.profile, "--headless", "--norestore"}
	if o.infilter != "" {
		args = append(args, "--infilter="+o.infilter)
	}
	args = append(args, "--convert-to", to, "--outdir", filepath.Join(o.dir, into))
	for _, f := range files {
		args = append(args, filepath.Join(o.dir, f))
	}
	ctx, cancel := context.WithTimeout(o.t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, o.program, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	if text, err := cmd.CombinedOutput(); err != nil {
		o.t.Fatalf("%v: %v\n%s", cmd, err, text)
	}
}

// nasty are the books with what spreadsheets stumble over in every text that a person writes.
func nasty(kind pos.ExportKind) *books {
	b := shop()
	if kind == pos.ExportJournal { // it has them in its bodies
		return b
	}
	for i, s := range []string{
		"=1+1", "=HYPERLINK(\"http://x\",\"a\")", "+86 21", "-5", "@SUM(A1)", "007", "00000000000000000000000000001", "4200000000202611200000000001", "1E5", "1/2",
		"2026-11-20", "TRUE", "#N/A", "a,b;c\td", "\"\"", "'", "'=1", "上海 😀 \u200d👩‍👩‍👧", "zwei\nZeilen", " Rand ", "&lt;b&gt; <i> ]]>", "_x0041_", "١٢", "12%", "￥5",
		strings.Repeat("長い文 ", 2000),
	} {
		p := order(100+i, pos.TenderCash, pos.Paid, 1350, 1350)
		p.Payment.Cashier = s
		b.payments = append(b.payments, p)
		f := giveBack(100+i, pos.TenderCash, pos.RefundDone, 200, receipt(1))
		f.Refund.Reason = s
		b.refunds = append(b.refunds, f)
		b.sales = append(b.sales, pos.SaleRow{Day: day, Lines: 1, Shift: 1, Tenders: []pos.Tender{"other:" + pos.Tender(s)}, Sale: pos.Sale{
			State: pos.SaleClosed, Gross: 100, Cashier: s, Receipt: receipt(100 + i), ClosedAt: noon,
		}})
		b.lines = append(b.lines, saleLine(100+i, 1, 0, pos.Line{Barcode: s, Name: s, Category: s, Unit: "罐", Price: 100, Quantity: 1}))
		b.days[0].Sales++
		b.days[0].Gross += 100
		b.days[0].Net += 100
		z := zReport()
		z.Report.Cash.Reason = s
		b.shifts = append(b.shifts, z)
	}
	return b
}

// asCSV are the cells of the CSV as they are.
func asCSV(t *testing.T, kind pos.ExportKind) [][]string {
	t.Helper()
	var out bytes.Buffer
	if _, err := write(t, &out, kind, pos.FormatCSV, nasty(kind)); err != nil {
		t.Fatal(err)
	}
	return readCSV(t, out.String())
}

// textColumns says for every column whether it is a text (2) or whatever it looks like (1): of these there are numbers alone.
func textColumns(kind pos.ExportKind) string {
	var all []string
	for i, name := range strings.Split(columns[kind], ",") {
		format := "/2"
		if strings.HasSuffix(name, "_fen") {
			format = "/1"
		}
		all = append(all, strconv.Itoa(i+1)+format)
	}
	return strings.Join(all, "/")
}

func fromCSV(t *testing.T, name string) [][]string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	// LibreOffice ends its lines with a line feed and writes no mark.
	return readCSVWith(t, strings.TrimPrefix(string(data), "\uFEFF"), "\n")
}

func fromWorkbook(t *testing.T, name string, sheets int) [][]string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	all, err := readWorkbook(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != sheets {
		t.Fatalf("%s has %d sheets, want %d", name, len(all), sheets)
	}
	var rows [][]string
	for _, r := range all[0].rows {
		var row []string
		for _, c := range r {
			if c.formula {
				t.Errorf("%s: %q is a formula", name, c.text)
			}
			row = append(row, c.text)
		}
		rows = append(rows, row)
	}
	return rows
}

// sight is what nobody sees: a spreadsheet ends the lines of a cell in its own way, and XML has no U+FFFF.
var sight = strings.NewReplacer("\r\n", "\n", "\uFFFF", "\uFFFD")

// same compares cell by cell; cells that are empty at the end of a row need not be there.
func same(t *testing.T, kind pos.ExportKind, want, got [][]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d rows, want %d", kind, len(got), len(want))
		return
	}
	cells := 0
	for i, row := range want {
		for k, text := range row {
			cell := ""
			if k < len(got[i]) {
				cell = got[i][k]
			}
			if sight.Replace(cell) != sight.Replace(text) {
				t.Errorf("%s: row %d %s is %q, want %q", kind, i+1, want[0][k], cell, text)
			}
			cells++
		}
	}
	t.Logf("%s: %d rows, %d cells", kind, len(want), cells)
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
