package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guitai/pos"
)

func TestExport_EveryKindInEveryFormatWithItsIdentities(t *testing.T) {
	s := busyShop(t)
	proofs := map[pos.ExportKind]string{
		pos.ExportSales:    "rows 3, sum 21.50; payments 21.50 - refunds 0.00 = net 21.50; gross 23.00 - discount 1.50 = net 21.50",
		pos.ExportLines:    "rows 4, sum 21.50; gross 23.00 - discount 1.50 = net 21.50",
		pos.ExportPayments: "rows 6, sum 27.50; payments 27.50 - refunds 0.00 = net 27.50",
		pos.ExportRefunds:  "rows 0, sum 0.00; back 0.00 + on the way 0.00 + not given back 0.00 = asked for 0.00",
		pos.ExportShifts:   "shifts 2026-11-20 to 2026-11-21: rows 1, sum 16.50; gross 18.00 - discount 1.50 = net 16.50; cash 13.50 + WeChat 3.00 + other 0.00 = net 16.50; expected",
		pos.ExportJournal:  "journal: rows 6, entries 1 to 6, the last one's hash ",
	}
	for _, kind := range pos.ExportKinds {
		for _, format := range pos.ExportFormats {
			file := filepath.Join(t.TempDir(), "out."+string(format))
			args := []string{"export", string(kind), "--format", string(format), "-o", file}
			if !kind.Whole() {
				args = append(args, "--from", "2026-11-20", "--to", "2026-11-21")
			}
			s.run(args...).want(t, exitDone, "", proofs[kind])
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			switch format {
			case pos.FormatCSV:
				if !bytes.HasPrefix(data, []byte("\uFEFF")) {
					t.Errorf("%s: %q", file, data)
				}
			case pos.FormatXLSX:
				if _, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err != nil {
					t.Errorf("%s: %v", file, err)
				}
			}
		}
	}
}

func TestExport_AJournalIsWholeWhateverDaysAreNamed(t *testing.T) {
	s := busyShop(t)
	whole := s.run("export", "journal")
	part := s.run("export", "journal", "--from", "2026-11-20", "--to", "2026-11-20")
	if whole.code != exitDone || part.out != whole.out {
		t.Errorf("%q is not %q", part.out, whole.out)
	}
	if !strings.Contains(part.errors, "journal is always exported whole") || strings.Contains(whole.errors, "always") {
		t.Errorf("%q, %q", part.errors, whole.errors)
	}
}

func TestExport_ATerminalIsToldHowFarItIsAndGetsNoWorkbook(t *testing.T) {
	s := busyShop(t)
	var out, errs bytes.Buffer
	p := newProgram(&out, &errs, s.clock.Now)
	p.terminal = func(io.Writer) bool { return true }
	if code := p.run(t.Context(), []string{"--data", s.dir, "export", "journal", "--format", "xlsx"}); code != exitUsage || out.Len() > 0 ||
		!strings.Contains(errs.String(), "cannot be shown in a terminal") {
		t.Errorf("exit %d: %q %q", code, out.String(), errs.String())
	}
	told, clear := p.progress(false)
	errs.Reset()
	told(pos.ExportProgress{Rows: 1000})
	if errs.Len() > 0 {
		t.Errorf("told at once: %q", errs.String())
	}
	s.clock.now = s.clock.now.Add(progressEvery)
	told(pos.ExportProgress{Rows: 2000, Permille: 455})
	told(pos.ExportProgress{Rows: 3000, Permille: 600})
	clear()
	if got := errs.String(); got != "\r2000 rows, 45%\x1b[K\r\x1b[K" {
		t.Errorf("%q", got)
	}
	if told, _ := p.progress(true); told != nil {
		t.Error("writes between the rows")
	}
	if onTerminal(&out) {
		t.Error("a buffer is no terminal")
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if onTerminal(null) {
		t.Error("nobody looks at the null device")
	}
}

func TestVerifyJournal_ProvesAFileWithoutAnyBooks(t *testing.T) {
	s := busyShop(t)
	dir := t.TempDir()
	for _, format := range []string{"csv", "jsonl"} {
		file := filepath.Join(dir, "journal."+format)
		exported := s.run("export", "journal", "--format", format, "-o", file)
		_, head, _ := strings.Cut(exported.errors, "hash ")
		head = head[:64]
		for _, args := range [][]string{{}, {"--head", head}, {"--head", strings.ToUpper(head[:8]) + " " + head[8:20]}} {
			args = append([]string{"verify", "--journal", file, "--lang", "en", "--data", filepath.Join(dir, "none")}, args...)
			r := start(t, noon, args...)
			r.want(t, exitDone, "The journal proves itself: S001 T1, entries 6, 2026-11-20 to 2026-11-21", "")
			if !strings.Contains(r.out, head) || strings.Contains(r.out, "that was given") != (len(args) > 7) {
				t.Errorf("%q", r.out)
			}
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s.write(file, strings.Replace(string(data), "1350", "1250", 1))
		start(t, noon, "verify", "--journal", file, "--lang", "en").want(t, exitLedger, "", "entry 2: it was changed")
		if zh := start(t, noon, "verify", "--journal", file, "--lang", "zh-CN"); zh.code != exitLedger || !strings.Contains(zh.errors, "第 2 条分录：内容被改过") {
			t.Errorf("%+v", zh)
		}
	}
}

// A printed Z report proves the journal up to its shift.
func TestVerifyJournal_FindsTheHashOfAZReport(t *testing.T) {
	s := busyShop(t)
	file := filepath.Join(t.TempDir(), "journal.csv")
	s.run("export", "journal", "-o", file).want(t, exitDone, "", "journal: rows 6")
	var z struct {
		Z    int    `json:"z"`
		To   int    `json:"to_entry"`
		Head string `json:"chain_head"`
	}
	if err := json.Unmarshal([]byte(s.run("export", "shifts", "--from", "2026-11-20", "--to", "2026-11-20", "--format", "jsonl").out), &z); err != nil {
		t.Fatal(err)
	}
	if z.Z != 1 || z.To == 0 {
		t.Fatalf("%+v", z)
	}
	r := start(t, noon, "verify", "--lang", "en", "--journal", file, "--head", z.Head)
	r.want(t, exitDone, fmt.Sprintf("The hash that was given is that of entry %d:", z.To), "")
	r.want(t, exitDone, "The last Z report in it is No. 1:", "")
}

func TestVerifyJournal_SaysInWordsWhatIsNoJournal(t *testing.T) {
	s := busyShop(t)
	dir := t.TempDir()
	named := func(name, text string) string {
		file := filepath.Join(dir, name)
		s.write(file, text)
		return file
	}
	book := filepath.Join(dir, "book.xlsx")
	s.run("export", "journal", "--format", "xlsx", "-o", book).want(t, exitDone, "", "journal: rows 6")
	journal := filepath.Join(dir, "journal.csv")
	s.run("export", "journal", "-o", journal).want(t, exitDone, "", "journal: rows 6")
	for _, c := range []struct {
		exit       int
		file, head string
		want       string
	}{
		{exitLedger, book, "", "it is a workbook"},
		{exitLedger, named("empty", ""), "", "there are no entries in it"},
		{exitLedger, named("sales", "day,receipt_no\n"), "", `there is no column "seq"`},
		{exitLedger, journal, strings.Repeat("0", 64), "none of them has the hash"},
		{exitFailed, filepath.Join(dir, "nowhere"), "", "cannot be read"},
		{exitUsage, journal, "abc", "is no hash"},
		{exitUsage, "", strings.Repeat("0", 64), "--head goes with --journal"},
	} {
		args := []string{"verify", "--lang", "en"}
		if c.file != "" {
			args = append(args, "--journal", c.file)
		}
		if c.head != "" {
			args = append(args, "--head", c.head)
		}
		start(t, noon, args...).want(t, c.exit, "", c.want)
	}
}

func TestWords_EveryFaultOfAJournalHasItsOwn(t *testing.T) {
	for _, id := range faultsOfJournals(t) {
		for _, lang := range []string{"zh-CN", "en"} {
			p := newProgram(io.Discard, io.Discard, nil)
			p.lang = lang
			if p.words().label("chain-"+id) == "chain-"+id && id != "head" {
				t.Errorf("%s: no words for %q", lang, id)
			}
		}
	}
}

// faultsOfJournals reads them from where they are made.
func faultsOfJournals(t *testing.T) (ids []string) {
	t.Helper()
	for _, name := range []string{"chain.go", "prove.go"} {
		text, err := os.ReadFile(filepath.Join("../../pos/export", name))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if f := strings.Fields(line); len(f) > 2 && strings.HasPrefix(f[0], "Fault") && f[1] == "=" {
				ids = append(ids, strings.Trim(f[2], `"`))
			}
		}
	}
	if len(ids) < 15 {
		t.Fatalf("found only %q", ids)
	}
	return ids
}
