package store

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"guitai/pos"
)

// Lock takes the data folder for one till. The system lets go of it when the process ends, however it ends. CodeInUse
// when another process has it, CodeReadOnly when the folder cannot be written.
func Lock(dir string) (release func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fail("lock data folder", err)
	}
	l := flock.New(filepath.Join(dir, "till.lock"), flock.SetPermissions(0o600))
	ok, err := l.TryLock()
	if err != nil {
		return nil, fail("lock data folder", err)
	}
	if !ok {
		return nil, pos.E(pos.CodeInUse, "lock data folder", errors.New("another till runs on this data folder"))
	}
	return func() { _ = l.Close() }, nil // the file stays: removing it would race with the next till
}
