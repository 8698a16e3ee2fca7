//go:build !windows

package photo

import (
	"errors"
	"syscall"
)

// full reports whether there is no room left.
func full(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }
