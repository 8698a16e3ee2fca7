//go:build !unix && !windows

package sound

import "context"

// Open returns [ErrNoDevice]: on this system the till is silent.
func Open(context.Context) (Device, error) { return nil, ErrNoDevice }
