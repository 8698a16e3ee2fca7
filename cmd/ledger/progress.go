package main

import (
	"io"
	"os"
	"time"

	"guitai/pos"
)

// progressEvery is how often a terminal is told how far an export has come.
const progressEvery = 200 * time.Millisecond

// progress tells a terminal how far an export has come, on one line that it writes over; clear takes the line away. Where nobody looks,
// and where the rows themselves go to the terminal, it says nothing.
func (p *program) progress(toScreen bool) (told func(pos.ExportProgress), clear func()) {
	if toScreen || !p.terminal(p.stderr) {
		return nil, func() {}
	}
	l := p.words()
	next := p.now().Add(progressEvery) // what is done at once needs no line
	shown := false
	told = func(e pos.ExportProgress) {
		if now := p.now(); now.Before(next) {
			return
		} else {
			next = now.Add(progressEvery)
		}
		line := l.label("progress", e.Rows)
		if e.Permille > 0 {
			line = l.label("progress-part", e.Rows, e.Permille/10)
		}
		printf(p.stderr, "\r%s\x1b[K", line)
		shown = true
	}
	return told, func() {
		if shown {
			printf(p.stderr, "\r\x1b[K")
		}
	}
}

// onTerminal reports whether what is written there is seen by a person at once.
func onTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}
