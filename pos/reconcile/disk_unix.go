//go:build unix

package reconcile

import (
	"errors"
	"syscall"
)

// isFull reports whether there was no space left for what does not fit into memory.
func isFull(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }
