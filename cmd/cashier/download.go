package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/export"
)

// A bill that is fetched lies on this machine before it is held against the books: the books are read as of one moment, and a line that
// trickles for an hour must not keep the ledger's log from being emptied for so long.
const (
	maxDownload  = 1 << 30  // bytes; WeChat's largest are far smaller
	downloadRoom = 64 << 20 // of the disk that stay for the ledger
	downloadStep = 1 << 20  // after how much the disk is looked at, and somebody hears of it
)

var (
	errDownloadSize = errors.New("the bill is larger than 1 GiB")
	errDownloadRoom = errors.New("the bill would leave less than 64 MiB for the ledger")
)

// download is a file that goes away when it is closed.
type download struct {
	*os.File
	size int64
}

// downloadTo writes what comes into a folder. free is what the disk has, below 0 when nobody knows. CodeFull, CodeReadOnly,
// CodeBadAnswer for more than 1 GiB; else what from says.
func downloadTo(ctx context.Context, dir string, from io.Reader, free func() int64, progress func(bytes int64)) (_ *download, err error) {
	const op = "fetch bill"
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, diskError(op, err)
	}
	sweep(dir, time.Now())
	file, err := os.CreateTemp(dir, "bill-*"+export.Unfinished) // only its owner may read it
	if err != nil {
		return nil, diskError(op, err)
	}
	d := &download{File: file}
	defer func() {
		if err != nil {
			_ = d.Close()
		}
	}()
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if room := free(); room >= 0 && room < downloadRoom+downloadStep {
			return nil, pos.E(pos.CodeFull, op, errDownloadRoom)
		}
		out := &remembering{w: file}
		_, err := io.CopyN(out, from, downloadStep)
		d.size += out.n
		switch {
		case out.err != nil:
			return nil, diskError(op, out.err)
		case errors.Is(err, io.EOF):
			more = false
		case err != nil:
			return nil, err
		}
		if d.size > maxDownload {
			return nil, pos.E(pos.CodeBadAnswer, op, errDownloadSize)
		}
		progress(d.size)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, diskError(op, err)
	}
	return d, nil
}

// Close removes the file. Safe to repeat.
func (d *download) Close() error {
	err := d.File.Close()
	if e := os.Remove(d.Name()); e != nil && !errors.Is(e, os.ErrNotExist) {
		err = errors.Join(err, e)
	}
	return err
}

// abandoned is how old an unfinished file is before it is taken for one of a program that was killed: a running one writes all the time.
const abandoned = time.Hour

// sweep takes away what was left unfinished in the folder of exports. What cannot be taken away does no harm: its name says what it is.
func sweep(dir string, now time.Time) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && strings.HasSuffix(e.Name(), export.Unfinished) && now.Sub(info.ModTime()) > abandoned {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
