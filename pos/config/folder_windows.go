package config

import (
	"errors"
	"syscall"
)

// Windows error numbers that package syscall does not name.
const (
	errorWriteProtect   syscall.Errno = 19
	errorHandleDiskFull syscall.Errno = 39
	errorDiskFull       syscall.Errno = 112
	errorFileTooLarge   syscall.Errno = 223
)

func isNoSpace(err error) bool {
	return errors.Is(err, errorDiskFull) || errors.Is(err, errorHandleDiskFull) || errors.Is(err, errorFileTooLarge)
}

func isReadOnly(err error) bool { return errors.Is(err, errorWriteProtect) }
