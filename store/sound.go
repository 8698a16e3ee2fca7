package store

import (
	"context"
	"errors"
	"os"

	"guitai/pos"
)

// Sound asks SQLite whether every page of the file is what it should be: what [Store.Verify] proves, but for the rows' meaning.
// It reads the whole file, so a large ledger takes seconds; the till may go on meanwhile. CodeCorrupt when it is not.
func (s *Store) Sound(ctx context.Context) error {
	return s.view(ctx, "check ledger", func(v handle) error {
		var answer string
		if err := one(ctx, v, `PRAGMA quick_check(1)`, nil, &answer); err != nil {
			return err
		}
		if answer != "ok" {
			return pos.E(pos.CodeCorrupt, "check ledger", errors.New(answer))
		}
		return nil
	})
}

// Size is the ledger's size on disk in bytes, 0 when the system does not say.
func (s *Store) Size() int64 {
	info, err := os.Stat(s.Path())
	if err != nil {
		return 0
	}
	return info.Size()
}
