package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"

	"guitai/pos/export"
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
	file, err := export.Create(name)
	if err != nil {
		return fault(exitFailed, "output-file", name, err)
	}
	out := &pipe{w: file}
	err = write(out)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = file.Keep()
		out.err = err
	}
	if err != nil {
		file.Discard()
	}
	if out.err != nil {
		return fault(exitFailed, "output-file", name, out.err)
	}
	return err
}
