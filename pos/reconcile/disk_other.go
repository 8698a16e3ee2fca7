//go:build !unix

package reconcile

import (
	"errors"
	"syscall"
)

// isFull reports whether there was no space left for what does not fit into memory (ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL).
func isFull(err error) bool {
	return errors.Is(err, syscall.Errno(112)) || errors.Is(err, syscall.Errno(39))
}
