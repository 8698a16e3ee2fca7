//go:build !windowless

package main

import (
	"context"

	"guitai/pos/sound"
)

func openSound(ctx context.Context) (sound.Device, error) { return sound.Open(ctx) }
