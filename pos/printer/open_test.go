package printer

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"guitai/pos"
)

func TestOpen_KnowsItsPrinters(t *testing.T) {
	for url, want := range map[string]error{
		"none:": nil, "tcp://192.168.1.50:9100": nil, "tcp://[::1]:9100/": nil, "file:receipts": nil, "file:///var/receipts": nil,
		"": ErrURL, "none": ErrURL, "none:x": ErrURL, "file:": ErrURL, "file://": ErrURL, "tcp:1.2.3.4:9100": ErrURL,
		"tcp://1.2.3.4": ErrURL, "tcp://:9100": ErrURL, "tcp://host:": ErrURL, "http://1.2.3.4:80": ErrURL,
		"usb:///dev/usb/lp0": nil, "usb:///dev/usb/lp1?id=X123": nil, "usb:///": ErrURL, "usb:/dev/usb/lp0": ErrURL, "usb:///d?%zz": ErrURL,
		"serial:///dev/ttyUSB0": nil, "serial://COM3?baud=19200": nil, "serial://": ErrURL, "serial:///dev/ttyS0?baud=fast": ErrURL,
		"serial:///dev/ttyS0?baud=1": ErrURL, "queue:Kasse 1": nil, "queue: ": ErrURL, "pdf:x": nil, "pdf:": ErrURL,
	} {
		p, err := Open(url, Options{})
		if !errors.Is(err, want) || (err == nil) != (want == nil) || (want != nil && pos.CodeOf(err) != pos.CodeInvalid) {
			t.Errorf("%q: %v", url, err)
		}
		if err == nil && p.String() == "" {
			t.Errorf("%q has no name", url)
		}
	}
}

func TestNone_TakesAndDrops(t *testing.T) {
	p, err := Open("none:", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if began, err := p.Print(t.Context(), []byte("x")); began || err != nil {
		t.Error(began, err)
	}
}

func TestFile_KeepsEachJobWhole(t *testing.T) {
	base := t.TempDir()
	p, err := Open("file:out/receipts", Options{Dir: base})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(base, "out", "receipts")
	if p.String() != "file:"+dir {
		t.Errorf("%s", p)
	}
	jobs := []struct{ name, want, text string }{
		{"S001-T1-20261120-0001", "S001-T1-20261120-0001.bin", "one"},
		{"S001-T1-20261120-0001", "S001-T1-20261120-0001-2.bin", "two"},
		{"S001-T1-20261120-0001", "S001-T1-20261120-0001-3.bin", "three"},
		{"../../etc/pass wd", "______etc_pass_wd.bin", "four"},
		{"", "job.bin", "five"},
	}
	var names []string
	for _, j := range jobs {
		if began, err := p.(named).printNamed(t.Context(), j.name, []byte(j.text)); !began || err != nil {
			t.Fatal(began, err)
		}
		names = append(names, j.want)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	slices.Sort(names)
	if !slices.Equal(got, names) {
		t.Errorf("kept %q, want %q", got, names)
	}
	for _, j := range jobs {
		if b, err := os.ReadFile(filepath.Join(dir, j.want)); err != nil || string(b) != j.text {
			t.Errorf("%s: %q, %v", j.want, b, err)
		}
	}
}

func TestPDF_KeepsDocumentsUnderTheirOwnEnding(t *testing.T) {
	dir := t.TempDir()
	p, err := Open("pdf:"+dir, Options{})
	if err != nil || p.String() != "pdf:"+dir || !WantsPDF("pdf:"+dir) || WantsPDF("file:"+dir) {
		t.Fatal(p, err)
	}
	for _, want := range []string{"Z0001.pdf", "Z0001-2.pdf"} {
		if began, err := p.(named).printNamed(t.Context(), "Z0001", []byte("%PDF-1.3 …")); !began || err != nil {
			t.Fatal(began, err)
		}
		if b, err := os.ReadFile(filepath.Join(dir, want)); err != nil || string(b) != "%PDF-1.3 …" {
			t.Errorf("%q, %v", b, err)
		}
	}
	if began, err := p.Print(t.Context(), []byte("\x1b@ for another printer")); began || pos.CodeOf(err) != pos.CodeInternal {
		t.Error(began, err)
	}
}

func TestFile_AFolderThatCannotBe(t *testing.T) {
	base := t.TempDir()
	if err := os.WriteFile(filepath.Join(base, "taken"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := Open("file:taken", Options{Dir: base})
	if err != nil {
		t.Fatal(err)
	}
	if began, err := p.Print(t.Context(), []byte("x")); began || pos.CodeOf(err) != pos.CodePrinter {
		t.Error(began, err)
	}
}
