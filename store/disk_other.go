//go:build !linux && !darwin && !windows

package store

import "errors"

// diskFree is not known here.
func diskFree(string) (int64, error) { return 0, errors.ErrUnsupported }
