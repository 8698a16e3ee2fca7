package main

import (
	"bytes"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// headed gives the shop of a till a letterhead with a logo in a file, and returns that file.
func (s *till) headed() string {
	s.t.Helper()
	logo := filepath.Join(s.dir, "logo.png")
	s.write(filepath.Join(s.dir, "config.toml"), settings+`
[receipt]
logo = "logo.png"
header = "Renmin Road 128\nTel. 020-12345678"
footer = "Exchange within 7 days"
link = "https://example.com/r/{receipt}?yuan={amount}"
hint = "Scan for an invoice"
`)
	return logo
}

func TestReceipt_EveryFormatInAFileAndPiped(t *testing.T) {
	s := newTill(t, false)
	no := s.cash(2000, 150, 750, 750).String()
	for format, head := range map[string]string{"text": "***", "escpos": "\x1b@", "png": "\x89PNG\r\n\x1a\n", "pdf": "%PDF-"} {
		file := filepath.Join(t.TempDir(), "receipt")
		s.run("receipt", no, "--format", format, "-o", file).want(t, exitDone, "", "")
		paper, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(bytes.TrimLeft(paper, " "), []byte(head)) {
			t.Errorf("%s begins with %q", format, paper[:min(20, len(paper))])
		}
		if piped := s.run("receipt", no, "--format", format); piped.out != string(paper) {
			t.Errorf("%s is another when it is piped", format)
		}
	}
}

func TestReceipt_ATerminalGetsOnlyText(t *testing.T) {
	s := newTill(t, false)
	no := s.cash(2000, 0, 750).String()
	for _, format := range []string{"escpos", "png", "pdf", "text"} {
		for _, file := range []string{"", "-", "/dev/stdout"} {
			var out, errs bytes.Buffer
			p := newProgram(&out, &errs, s.clock.Now)
			p.terminal = func(io.Writer) bool { return true }
			code := p.run(t.Context(), []string{"--data", s.dir, "--lang", "en", "receipt", no, "--format", format, "-o", file})
			if format == "text" {
				if code != exitDone || out.Len() == 0 {
					t.Errorf("text, exit %d: %s", code, errs.String())
				}
				continue
			}
			if code != exitUsage || out.Len() > 0 || !strings.Contains(errs.String(), "with -o FILE") {
				t.Errorf("%s to %q, exit %d: %q, %q", format, file, code, out.String(), errs.String())
			}
		}
	}
}

func TestReceipt_StandsOnTheShopsLetterhead(t *testing.T) {
	s := newTill(t, false)
	no := s.cash(2000, 150, 750, 750).String()
	logo := s.headed()

	// Without its logo it is a receipt all the same.
	for _, wrong := range []func() error{
		func() error { return nil }, // there is no such file
		func() error { return os.WriteFile(logo, []byte("GIF89a"), 0o600) },
	} {
		if err := wrong(); err != nil {
			t.Fatal(err)
		}
		r := s.run("receipt", no)
		if r.code != exitDone || !strings.Contains(r.errors, "without the shop's logo") {
			t.Errorf("%+v", r)
		}
		for _, part := range []string{"Tel. 020-12345678", "Exchange within 7 days", "Scan for an invoice", "S001-T1-20261120-0001?yuan=13.50"} {
			if !strings.Contains(strings.Join(strings.Fields(r.out), ""), strings.ReplaceAll(part, " ", "")) {
				t.Errorf("the receipt lacks %q:\n%s", part, r.out)
			}
		}
	}

	picture := func() int {
		r := s.run("receipt", no, "--format", "png")
		img, err := png.Decode(strings.NewReader(r.out))
		if err != nil {
			t.Fatalf("%+v, %v", r.errors, err)
		}
		if img.Bounds().Dx() != 576 {
			t.Errorf("%v on paper of 576 dots", img.Bounds())
		}
		return img.Bounds().Dy()
	}
	without := picture()
	body, err := os.ReadFile("../../assets/icon/icon.png")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(logo, body, 0o600); err != nil {
		t.Fatal(err)
	}
	if with := picture(); with <= without {
		t.Errorf("%d rows with a logo, %d without", with, without)
	}
	s.run("receipt", no).want(t, exitDone, "COPY FROM THE LEDGER", "")
}
