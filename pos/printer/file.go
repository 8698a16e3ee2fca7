package printer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guitai/pos"
)

// file keeps each job in a file of its own, named after the receipt: .bin, or .pdf when the jobs are such. A file is there whole or
// not at all, and is never written over: a second one of the same name gets "-2".
type file struct {
	scheme string // file or pdf
	dir    string
}

func (f *file) String() string { return f.scheme + ":" + f.dir }

// errNotPDF is a job for a folder of PDFs that is none: somebody rendered it for a printer.
var errNotPDF = errors.New("this job is no PDF")

// Print implements [pos.Printer].
func (f *file) Print(ctx context.Context, job []byte) (began bool, err error) {
	return f.printNamed(ctx, "job", job)
}

func (f *file) printNamed(_ context.Context, name string, job []byte) (began bool, err error) {
	if f.scheme == "pdf" && !bytes.HasPrefix(job, []byte("%PDF-")) {
		return false, pos.E(pos.CodeInternal, "save receipt", errNotPDF)
	}
	if err := f.save(fileName(name), job); err != nil {
		return false, pos.E(codeOfFolder(err), "save receipt", err)
	}
	return true, nil
}

// codeOfFolder is what is wrong with a folder: no room, or no leave to write there.
func codeOfFolder(err error) pos.Code {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return pos.CodePrinterAccess
	case errors.Is(err, fs.ErrNotExist):
		return pos.CodePrinterOff // a stick that is not plugged in
	}
	return pos.CodePrinter
}

// pulse does nothing: no drawer hangs on a folder.
func (f *file) pulse(context.Context, []byte) error { return nil }

func (f *file) save(name string, job []byte) error {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(f.dir, ".job-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // after the rename there is nothing to remove
	_, err = tmp.Write(job)
	if err == nil {
		err = tmp.Sync()
	}
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	ending := ".bin"
	if f.scheme == "pdf" {
		ending = ".pdf"
	}
	target := filepath.Join(f.dir, name+ending)
	for n := 2; exists(target); n++ {
		target = filepath.Join(f.dir, fmt.Sprintf("%s-%d%s", name, n, ending))
	}
	return os.Rename(tmp.Name(), target)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// fileName keeps of a name what every file system takes.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r == '-', r == '_':
			return r
		}
		return '_'
	}, name)
	if name == "" {
		return "job"
	}
	return name[:min(len(name), 100)]
}

// Status implements [pos.Printer].
func (f *file) Status(context.Context) (pos.PrinterStatus, error) {
	return pos.PrinterStatus{Silent: true, Checked: time.Now()}, nil
}
