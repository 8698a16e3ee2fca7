package main

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"guitai/pos/config"
)

// maxLog is when the log is put aside at start, in bytes; one older file is kept.
const maxLog = 8 << 20

// openLog opens log/cashier.log. When it cannot be opened the till runs without a log: the books matter more.
func openLog(folder config.Folder) (*slog.Logger, io.Closer) {
	name := filepath.Join(folder.Log(), "cashier.log")
	if info, err := os.Stat(name); err == nil && info.Size() > maxLog {
		os.Rename(name, name+".1") //nolint:errcheck // then it goes on growing
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return slog.New(slog.DiscardHandler), io.NopCloser(nil)
	}
	return slog.New(slog.NewTextHandler(f, nil)), f
}
