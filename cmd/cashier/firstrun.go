package main

import (
	"context"
	"io"

	"guitai/pos/config"
)

func firstRun(ctx context.Context, o options, folder config.Folder, lang string, stderr io.Writer) int {
	return exitUsage
}
