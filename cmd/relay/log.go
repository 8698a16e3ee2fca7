package main

import (
	"io"
	"log/slog"
	"os"
	"strconv"
)

// logger writes JSON for a machine, or text for a person who looks on. No line has a payment in it.
func (p *program) logger(format string) *slog.Logger {
	if format == "text" || format == "" && onTerminal(p.stderr) {
		return slog.New(slog.NewTextHandler(p.stderr, nil))
	}
	return slog.New(slog.NewJSONHandler(p.stderr, nil))
}

func onTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func itoa(n int) string { return strconv.Itoa(n) }
