package export

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Unfinished is how the name of a file ends while it is written. A program that was killed leaves such a file behind and no other.
const Unfinished = ".tmp"

// File is a file that appears whole or not at all: what is written goes beside its place until it is durable. A program that
// replaces one leaves the older as it was until then. It is used by one goroutine.
type File struct {
	file   *os.File
	target string
}

// ErrFolder is why nothing is written: a folder has the name.
var ErrFolder = errors.New("it is a folder")

// Create begins a file, with the access that the user's new files have. What is no ordinary file (a device, a named pipe) is
// written to directly; of a link, the file it leads to is replaced.
func Create(target string) (*File, error) {
	info, err := os.Stat(target)
	switch {
	case err == nil && info.IsDir():
		return nil, ErrFolder
	case err == nil && !info.Mode().IsRegular():
		file, err := os.OpenFile(target, os.O_WRONLY, 0)
		return &File{file, target}, err
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	if real, err := filepath.EvalSymlinks(target); err == nil {
		target = real
	}
	file, err := os.OpenFile(target+"."+rand.Text()[:8]+Unfinished, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	return &File{file, target}, err
}

// Write implements io.Writer.
func (f *File) Write(b []byte) (int, error) { return f.file.Write(b) }

// Keep makes the file durable and gives it its name, in place of one that has it.
func (f *File) Keep() error {
	if err := f.durable(); err != nil || f.direct() {
		return err
	}
	return os.Rename(f.file.Name(), f.target)
}

// KeepBeside does the same, but leaves a file alone that has the name: then this one is numbered, "name-2.csv". It returns the
// name.
func (f *File) KeepBeside() (string, error) {
	if err := f.durable(); err != nil || f.direct() {
		return f.target, err
	}
	ext := filepath.Ext(f.target)
	for n := 1; ; n++ {
		name := f.target
		if n > 1 {
			name = strings.TrimSuffix(f.target, ext) + "-" + strconv.Itoa(n) + ext
		}
		// A file system that has no links gets a look before the leap; there, only another program could come between.
		err := os.Link(f.file.Name(), name)
		if err == nil {
			return name, os.Remove(f.file.Name())
		}
		if _, there := os.Lstat(name); errors.Is(err, fs.ErrExist) || there == nil {
			continue
		}
		return name, os.Rename(f.file.Name(), name)
	}
}

// Discard leaves nothing behind. Safe after Keep failed, and without effect on a file that was kept.
func (f *File) Discard() {
	_ = f.file.Close()
	if !f.direct() {
		_ = os.Remove(f.file.Name())
	}
}

// direct reports whether the file is written where it is.
func (f *File) direct() bool { return f.file.Name() == f.target }

func (f *File) durable() error {
	if !f.direct() {
		if err := f.file.Sync(); err != nil {
			return err
		}
	}
	return f.file.Close()
}
