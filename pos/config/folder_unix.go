//go:build !windows

package config

import (
	"errors"
	"syscall"
)

// isNoSpace counts a file that may not grow any further: a stick has room for none longer than 4 GB, and its user for so much.
func isNoSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }
