package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"guitai/pos"
)

// problem is an error that this program has words for: what happened, what it means for the money, what to do.
type problem struct {
	exit int
	id   string // of a label
	args []any
}

func (e *problem) Error() string { return fmt.Sprint(append([]any{e.id + ":"}, e.args...)...) }

func (e *problem) Unwrap() error {
	for _, a := range e.args {
		if err, ok := a.(error); ok {
			return err
		}
	}
	return nil
}

func usage(id string, args ...any) error { return &problem{exitUsage, id, args} }

func fault(id string, args ...any) error { return &problem{exitFailed, id, args} }

// explain gives the exit code and the line for stderr.
func (p *program) explain(err error) (exit int, line string) {
	w := p.words()
	if e, ok := errors.AsType[*problem](err); ok {
		return e.exit, "relay: " + plain(w.label(e.id, e.args...))
	}
	if errors.Is(err, context.Canceled) {
		return exitFailed, "relay: " + w.label("interrupted")
	}
	return exitFailed, "relay: " + plain(w.label(troubleOf(err), err))
}

// troubleOf is the label for what the database says.
func troubleOf(err error) string {
	switch pos.CodeOf(err) {
	case pos.CodeUnreachable, pos.CodeNoAnswer:
		return "db-unreachable"
	case pos.CodeFull:
		return "db-full"
	case pos.CodeReadOnly:
		return "db-read-only"
	case pos.CodeInvalid, pos.CodeConflict:
		return "db-invalid"
	}
	return "db-trouble"
}

// plain keeps a text to one line that can do nothing to a terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}

// say prints. The relay serves on when a terminal is gone; a command whose output nobody reads has failed.
func say(w io.Writer, format string, args ...any) error {
	if _, err := fmt.Fprintf(w, format, args...); err != nil {
		return fault("output-gone", err)
	}
	return nil
}
