package main

import (
	"context"
	"io"
	"time"

	"guitai/pos/config"
)

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func start(ctx context.Context, o options, folder config.Folder, stderr io.Writer) int { return 0 }
