package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// pipe remembers that the other end is gone, and says so at every further write.
type pipe struct {
	w   io.Writer
	err error
}

func (p *pipe) Write(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	n, err := p.w.Write(b)
	p.err = err
	return n, err
}

// printf prints. Who needs to know that nobody listens asks the [pipe].
func printf(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }

// ours are the names of stdout. What it is redirected to is the shell's file, which must not be replaced under its hands.
var ours = []string{"", "-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}

// into runs write with the named file as its output, or stdout for one of its names. A file appears whole or not at all, and
// one that was there before stays as it was until then.
func (p *program) into(ctx context.Context, name string, write func(io.Writer) error) error {
	if slices.Contains(ours, name) {
		w := bufio.NewWriter(p.stdout)
		if err := write(w); err != nil {
			_ = w.Flush() // what was written so far is theirs; the first error is the one to tell
			return err
		}
		return w.Flush()
	}
	file, target, err := create(name)
	if err != nil {
		return fault(exitFailed, "output-file", name, err)
	}
	out := &pipe{w: file}
	err = write(out)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = finish(file, target)
		out.err = err
	}
	if err != nil {
		_ = file.Close()
		if file.Name() != target {
			_ = os.Remove(file.Name())
		}
	}
	if out.err != nil {
		return fault(exitFailed, "output-file", name, out.err)
	}
	return err
}

// create begins a file beside its target, with the access that the user's new files have. What is no ordinary file (a
// device, a named pipe) is written to directly.
func create(target string) (*os.File, string, error) {
	info, err := os.Stat(target)
	switch {
	case err == nil && info.IsDir():
		return nil, "", errors.New("it is a folder")
	case err == nil && !info.Mode().IsRegular():
		file, err := os.OpenFile(target, os.O_WRONLY, 0)
		return file, target, err
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, "", err
	}
	if real, err := filepath.EvalSymlinks(target); err == nil {
		target = real // the file is replaced, not the link to it
	}
	file, err := os.OpenFile(target+"."+rand.Text()[:8]+".tmp", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	return file, target, err
}

// finish makes the file durable and gives it its name.
func finish(file *os.File, target string) error {
	if file.Name() == target {
		return file.Close()
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), target)
}
