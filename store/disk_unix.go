//go:build linux || darwin

package store

import (
	"math"

	"golang.org/x/sys/unix"
)

// diskFree is how many bytes this user may still write where dir is.
func diskFree(dir string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, err
	}
	if st.Bavail > math.MaxInt64/uint64(st.Bsize) {
		return math.MaxInt64, nil
	}
	return int64(st.Bavail * uint64(st.Bsize)), nil
}
