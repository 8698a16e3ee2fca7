package export_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"guitai/pos"
	"guitai/pos/export"
)

// journalFile is the journal of the shop as a file.
func journalFile(t *testing.T, format pos.ExportFormat, links []pos.Link) string {
	t.Helper()
	var out bytes.Buffer
	if _, err := write(t, &out, pos.ExportJournal, format, &books{links: links}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// forge is the file of a journal that no till would write.
func forge(links []pos.Link) string {
	var b strings.Builder
	for _, l := range links {
		body, _ := json.Marshal(string(l.Body))
		fmt.Fprintf(&b, `{"seq":%d,"epoch":%d,"kind":%q,"prev_hash":%q,"hash":%q,"body":%s}`+"\n", l.Seq, l.Epoch, l.Kind, l.PrevHash, l.Hash, body)
	}
	return b.String()
}

// follow links bodies to a chain that holds.
func follow(bodies ...string) []pos.Link {
	var links []pos.Link
	prev := pos.Link{Hash: pos.ChainStart}
	for _, body := range bodies {
		var e struct {
			Kind pos.EntryKind `json:"kind"`
		}
		_ = json.Unmarshal([]byte(body), &e)
		l := pos.Link{Seq: prev.Seq + 1, Epoch: 1, Kind: e.Kind, Body: []byte(body), PrevHash: prev.Hash}
		l.Hash = l.Sum()
		links, prev = append(links, l), l
	}
	return links
}

func TestProveJournal_ProvesWhatWasExportedByTheFileAlone(t *testing.T) {
	for _, format := range []pos.ExportFormat{pos.FormatCSV, pos.FormatJSONL} {
		j, err := export.ProveJournal(t.Context(), strings.NewReader(journalFile(t, format, journal())), "")
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		if j.Entries != 4 || j.Last != 4 || j.Head != journal()[3].Hash || j.Epoch != 2 || j.Owner != "real S001 T1" || j.From != day || j.To != day || j.Mangled != nil {
			t.Errorf("%s: %+v", format, j)
		}
	}
}

func TestProveJournal_AHashThatWasPrintedProvesWhatCameBeforeIt(t *testing.T) {
	file := journalFile(t, pos.FormatCSV, journal())
	hash := journal()[1].Hash
	for _, head := range []string{hash, hash[:16], strings.ToUpper(hash), hash[:8] + " " + hash[8:24]} {
		if j, err := export.ProveJournal(t.Context(), strings.NewReader(file), head); err != nil || j.Found != 2 {
			t.Errorf("%s is of entry %d, want 2: %v", head, j.Found, err)
		}
	}
	_, err := export.ProveJournal(t.Context(), strings.NewReader(file), strings.Repeat("0", 16))
	if f, ok := errors.AsType[*export.ChainFault](err); !ok || f.ID != export.FaultHead || pos.CodeOf(err) != pos.CodeCorrupt {
		t.Errorf("a hash that is nowhere: %v", err)
	}
}

func TestProveJournal_NamesTheLastZReport(t *testing.T) {
	j, err := export.ProveJournal(t.Context(), strings.NewReader(forge(follow(
		`{"kind":"ledger-opened","day":20261120,"postings":[]}`,
		`{"kind":"shift-closed","day":20261120,"z":1,"document_sha256":"aa","postings":[]}`,
		`{"kind":"shift-closed","day":20261121,"z":2,"document_sha256":"bb","postings":[]}`,
		`{"kind":"reprint","day":20261122,"postings":[]}`,
	))), "")
	if err != nil || j.Z != 2 || j.ZSeq != 3 || j.ZDocument != "bb" || j.To != 20261122 {
		t.Errorf("%+v, %v", j, err)
	}
}

// The file may have been through other hands, as long as they left what is hashed.
func TestProveJournal_TakesWhatOtherProgramsMakeOfIt(t *testing.T) {
	file := journalFile(t, pos.FormatCSV, journal())
	bare := strings.TrimPrefix(file, "\uFEFF")
	var turned strings.Builder // the columns in another order, one of them gone
	for _, row := range readCSV(t, file) {
		for i, c := range []int{13, 0, 12, 5, 11, 2, 1} {
			if i > 0 {
				turned.WriteByte(',')
			}
			turned.WriteString(`"` + strings.ReplaceAll(row[c], `"`, `""`) + `"`)
		}
		turned.WriteByte('\n')
	}
	lines := journalFile(t, pos.FormatJSONL, journal())
	for name, file := range map[string]string{
		"as it was":                file,
		"without byte order mark":  bare,
		"with LF":                  strings.ReplaceAll(file, "\r\n", "\n"),
		"with semicolons":          retell(t, file, ';'),
		"with tabs":                retell(t, file, '\t'),
		"columns in another order": turned.String(),
		"JSON with CR LF":          strings.ReplaceAll(lines, "\n", "\r\n"),
		"JSON with a mark":         "\uFEFF" + lines,
		"JSON with empty lines":    "\n" + strings.ReplaceAll(lines, "\n", "\n\n"),
	} {
		j, err := export.ProveJournal(t.Context(), iotest.OneByteReader(strings.NewReader(file)), "")
		if name == "JSON with empty lines" {
			file = strings.TrimPrefix(file, "\n")
			j, err = export.ProveJournal(t.Context(), strings.NewReader(file), "")
		}
		if err != nil || j.Entries != 4 || j.Mangled != nil {
			t.Errorf("%s: %+v, %v", name, j, err)
		}
	}
}

// retell is a CSV with another separator.
func retell(t *testing.T, file string, comma byte) string {
	t.Helper()
	var b strings.Builder
	for _, row := range readCSV(t, file) {
		for i, c := range row {
			if i > 0 {
				b.WriteByte(comma)
			}
			b.WriteString(`"` + strings.ReplaceAll(c, `"`, `""`) + `"`)
		}
		b.WriteString("\r\n")
	}
	return b.String()
}

func TestProveJournal_SaysWhatASpreadsheetRewroteAndProvesItAllTheSame(t *testing.T) {
	file := journalFile(t, pos.FormatCSV, journal())
	file = strings.ReplaceAll(file, ",2026-11-20,", ",2026/11/20,")
	file = strings.Replace(file, ","+pos.ChainStart+",", ",0,", 1)
	file = strings.Replace(file, ",1500,15.00,", `,"1,500.00",15,`, 1)
	j, err := export.ProveJournal(t.Context(), strings.NewReader(file), "")
	if err != nil {
		t.Fatal(err)
	}
	want := []export.Mangled{
		{Column: "prev_hash", Row: 2, Looks: "0", Rows: 1},
		{Column: "day", Row: 2, Looks: "2026/11/20", Rows: 4},
		{Column: "debit_fen", Row: 3, Looks: "1,500.00", Rows: 1},
		{Column: "debit_yuan", Row: 3, Looks: "15", Rows: 1},
	}
	if fmt.Sprint(j.Mangled) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", j.Mangled, want)
	}
}

func TestProveJournal_NamesTheFirstThingThatIsWrong(t *testing.T) {
	opened := `{"kind":"ledger-opened","day":20261120,"postings":[]}`
	sale := `{"kind":"sale","day":20261120,"postings":[{"account":"cash:drawer","fen":7},{"account":"sales","fen":-7}]}`
	change := func(f func(l []pos.Link) []pos.Link) string { return forge(f(journal())) }
	rehash := func(l []pos.Link, from int) {
		for i := from; i < len(l); i++ {
			if i > 0 {
				l[i].PrevHash = l[i-1].Hash
			}
			l[i].Hash = l[i].Sum()
		}
	}
	csv := journalFile(t, pos.FormatCSV, journal())
	lines := journalFile(t, pos.FormatJSONL, journal())
	for _, c := range []struct {
		name, file, id string
		row            int
		seq            int64
	}{
		{"an entry left out", change(func(l []pos.Link) []pos.Link { return append(l[:1], l[2:]...) }), export.FaultGap, 2, 3},
		{"the beginning left out", change(func(l []pos.Link) []pos.Link { return l[1:] }), export.FaultGap, 1, 2},
		{"an entry twice", change(func(l []pos.Link) []pos.Link { return append(l[:2:2], l[1:]...) }), export.FaultGap, 3, 2},
		{"two changed places", change(func(l []pos.Link) []pos.Link { l[1], l[2] = l[2], l[1]; return l }), export.FaultGap, 2, 3},
		{"an entry left out and the others numbered anew", change(func(l []pos.Link) []pos.Link { l = append(l[:1], l[2:]...); l[1].Seq, l[2].Seq = 2, 3; return l }), export.FaultPrev, 2, 2},
		{"a body changed", change(func(l []pos.Link) []pos.Link {
			l[1].Body = bytes.Replace(l[1].Body, []byte("1350"), []byte("1340"), 1)
			return l
		}), export.FaultHash, 2, 2},
		{"a body changed and hashed anew", change(func(l []pos.Link) []pos.Link {
			l[2].Body = bytes.Replace(l[2].Body, []byte("李强"), []byte("王芳"), 1)
			l[2].Hash = l[2].Sum()
			return l
		}), export.FaultPrev, 4, 4},
		{"a kind changed", change(func(l []pos.Link) []pos.Link { l[2].Kind = pos.EntryReprint; return l }), export.FaultHash, 3, 3},
		{"a kind changed and all hashed anew", change(func(l []pos.Link) []pos.Link { l[2].Kind = pos.EntryReprint; rehash(l, 2); return l }), export.FaultKind, 3, 3},
		{"an epoch changed and all hashed anew", change(func(l []pos.Link) []pos.Link { l[1].Epoch = 3; rehash(l, 1); return l }), export.FaultEpoch, 3, 3},
		{"opened twice", forge(follow(opened, opened)), export.FaultOpening, 2, 2},
		{"never opened", forge(follow(sale)), export.FaultOpening, 1, 1},
		{"a fen too many, hashed anew", forge(follow(opened, strings.Replace(sale, "-7", "-6", 1))), export.FaultUnbalanced, 2, 2},
		{"amounts that run over to zero", forge(follow(opened, fmt.Sprintf(`{"kind":"sale","postings":[{"account":"sales","fen":%d},{"account":"sales","fen":%[1]d},{"account":"sales","fen":2}]}`, int64(math.MaxInt64)))), export.FaultUnbalanced, 2, 2},
		{"a body that is none", forge(follow(opened, `{"kind":"sale","postings":7}`)), export.FaultBody, 2, 2},
		{"the column of the debit changed", strings.Replace(csv, ",1500,15.00,", ",1400,15.00,", 1), export.FaultDiffers, 3, 2},
		{"the column of the yuan changed", strings.Replace(csv, ",1500,15.00,", ",1500,15.01,", 1), export.FaultDiffers, 3, 2},
		{"the column of who did it changed", strings.Replace(csv, ",李强,", ",王芳,", 1), export.FaultDiffers, 4, 3},
		{"the column of the day changed", strings.Replace(csv, "2026-11-20,2026-11-20T12:01", "2026-11-19,2026-11-20T12:01", 1), export.FaultDiffers, 3, 2},
		{"the column of the time changed", strings.Replace(lines, "T12:01:00+08:00", "T12:01:00+09:00", 1), export.FaultDiffers, 2, 2},
		{"a hash rounded", strings.Replace(csv, ","+journal()[1].Hash+",", ",1.23457E+63,", 1), export.FaultRounded, 3, 2},
		{"zeros rounded where the format knows texts", strings.Replace(lines, pos.ChainStart, "0", 1), export.FaultRounded, 1, 1},
		{"a hash cut", strings.Replace(csv, journal()[1].Hash+",", journal()[1].Hash[:63]+",", 1), export.FaultCell, 3, 2},
		{"a number that is none", strings.Replace(csv, "\r\n2,1,", "\r\n2.0,1,", 1), export.FaultCell, 3, 0},
		{"a column gone", strings.Replace(csv, "prev_hash", "previous", 1), export.FaultColumn, 1, 0},
		{"a column twice", strings.Replace(csv, "debit_yuan", "body", 1), export.FaultTwice, 1, 0},
		{"a key twice", strings.Replace(lines, `"epoch":1`, `"seq":1,"epoch":1`, 1), export.FaultTwice, 1, 0},
		{"a key gone", strings.Replace(lines, `"epoch"`, `"era"`, 1), export.FaultColumn, 1, 0},
		{"the last row cut off", csv[:len(csv)-30], export.FaultRow, 5, 0},
		{"the last line cut off", lines[:len(lines)-30], export.FaultRow, 4, 0},
		{"a row with a cell too many", strings.Replace(csv, "\r\n3,", "\r\n3,,", 1), export.FaultRow, 4, 0},
		{"an object within", "{\"seq\":{}}\n", export.FaultRow, 1, 0},
		{"something behind the object", strings.Replace(lines, "}\n", "}{}\n", 1), export.FaultRow, 1, 0},
		{"a quote that never closes", csv + `5,1,"` + strings.Repeat("x", 4<<20), export.FaultLong, 6, 0},
		{"a line that never ends", lines + `{"seq":"` + strings.Repeat("x", 4<<20), export.FaultLong, 5, 0},
		{"a body that a spreadsheet cut", strings.Replace(retell(t, "\uFEFF"+strings.TrimPrefix(csv, "\uFEFF"), ','), `{""kind"":""sale""`, strings.Repeat("x", 32767), 1), export.FaultCut, 3, 2},
		{"Chinese in another code", strings.Replace(csv, "李强", "\xc0\xee\xc7\xbf", 1), export.FaultEncoding, 4, 0},
		{"Chinese in another code in JSON", strings.Replace(lines, "李强", "\xc0\xee\xc7\xbf", 1), export.FaultEncoding, 3, 0},
		{"UTF-16", "\xff\xfes\x00e\x00q\x00", export.FaultEncoding, 0, 0},
		{"a workbook", "PK\x03\x04rest", export.FaultWorkbook, 0, 0},
		{"gzip", "\x1f\x8b\x08\x00", export.FaultPacked, 0, 0},
		{"nothing", "", export.FaultEmpty, 0, 0},
		{"only a mark", "\uFEFF", export.FaultEmpty, 0, 0},
		{"only a header", csv[:strings.Index(csv, "\n")+1], export.FaultEmpty, 0, 0},
		{"prose", "Dear bookkeeper", export.FaultColumn, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := export.ProveJournal(t.Context(), strings.NewReader(c.file), "")
			f, ok := errors.AsType[*export.ChainFault](err)
			if !ok || pos.CodeOf(err) != pos.CodeCorrupt {
				t.Fatalf("%v", err)
			}
			if f.ID != c.id || f.Row != c.row || f.Seq != c.seq {
				t.Errorf("%s in row %d, entry %d; want %s in row %d, entry %d", f.ID, f.Row, f.Seq, c.id, c.row, c.seq)
			}
		})
	}
}

func TestProveJournal_PassesOnWhatTheDiskSays(t *testing.T) {
	file := journalFile(t, pos.FormatCSV, journal())
	broken := io.MultiReader(strings.NewReader(file[:900]), iotest.ErrReader(io.ErrUnexpectedEOF))
	if _, err := export.ProveJournal(t.Context(), broken, ""); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%v", err)
	}
}

// FuzzProveJournal: no file does harm, and what is taken for proven is a chain.
func FuzzProveJournal(f *testing.F) {
	for _, format := range []pos.ExportFormat{pos.FormatCSV, pos.FormatJSONL} {
		var out bytes.Buffer
		if _, err := export.Write(f.Context(), &out, request(pos.ExportJournal, format), &books{links: journal()}, nil); err != nil {
			f.Fatal(err)
		}
		f.Add(out.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		j, err := export.ProveJournal(t.Context(), bytes.NewReader(data), "")
		if err != nil {
			return
		}
		if j.Entries < 1 || int64(j.Entries) != j.Last || len(j.Head) != 64 {
			t.Errorf("%+v", j)
		}
	})
}
