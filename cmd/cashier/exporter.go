package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/pos/export"
)

// exporter writes the books into the till's folder of exports. It implements [pos.Exporter].
type exporter struct {
	books pos.Exports
	shop  pos.Shop
	lang  string
	dir   string
}

// Export implements [pos.Exporter].
func (x *exporter) Export(ctx context.Context, r pos.ExportRequest, progress func(pos.ExportProgress)) (pos.ExportFile, error) {
	const op = "export"
	if err := os.MkdirAll(x.dir, 0o700); err != nil {
		return pos.ExportFile{}, diskError(op, err)
	}
	sweep(x.dir, time.Now())
	file, err := export.Create(filepath.Join(x.dir, exportName(r)))
	if err != nil {
		return pos.ExportFile{}, diskError(op, err)
	}
	defer file.Discard()
	out := &remembering{w: file}
	s, err := export.Write(ctx, out, export.Request{ExportRequest: r, Shop: x.shop, Lang: x.lang}, x.books, progress)
	if err == nil {
		err = ctx.Err()
	}
	if out.err != nil {
		return pos.ExportFile{}, diskError(op, out.err)
	}
	if err != nil {
		return pos.ExportFile{}, err
	}
	path, err := file.KeepBeside()
	if err != nil {
		return pos.ExportFile{}, diskError(op, err)
	}
	return pos.ExportFile{Path: path, Size: out.n, Summary: s}, nil
}

// exportName says what a file is of: payments-2026-11-01_2026-11-30.xlsx.
func exportName(r pos.ExportRequest) string {
	name := string(r.Kind)
	switch {
	case r.Kind.Whole():
	case r.Span.From == r.Span.To:
		name += "-" + r.Span.From.String()
	default:
		name += "-" + r.Span.From.String() + "_" + r.Span.To.String()
	}
	return name + "." + string(r.Format)
}

// remembering counts what went through and keeps the error that stopped it, so that a disk's trouble is told from the books'.
type remembering struct {
	w   io.Writer
	n   int64
	err error
}

func (w *remembering) Write(b []byte) (int, error) {
	n, err := w.w.Write(b)
	w.n += int64(n)
	w.err = err
	return n, err
}

// diskError gives trouble with a file its code.
func diskError(op string, err error) error {
	code := pos.CodeInternal
	switch config.ProblemOf(err) {
	case config.FolderNoSpace:
		code = pos.CodeFull
	case config.FolderForbidden, config.FolderIsFile:
		code = pos.CodeReadOnly
	}
	return pos.E(code, op, err)
}
