package store

import (
	"context"
	"os"
)

// logSize is how far the log is grown ahead: what SQLite lets it grow to between two checkpoints (1000 pages and a bit).
const logSize = 5 << 20

// growLog gives the log its size before the first sale. A commit that makes a file longer costs much more than one that
// writes into it, because the file's length has to be made durable too; SQLite starts each day with an empty log, so the
// first hundred sales would pay for that.
//
// It writes zeros under the write lock, and only while the log holds nothing, so no other program can be writing there.
// SQLite takes a log that begins with zeros for an empty one. What fails here costs speed and nothing else.
func (s *Store) growLog(ctx context.Context) error {
	return s.write(ctx, "grow log", func(*tx) error {
		f, err := os.OpenFile(s.Path()+"-wal", os.O_RDWR, 0)
		if err != nil {
			return nil //nolint:nilerr // see above
		}
		defer func() { _ = f.Close() }()
		if info, err := f.Stat(); err != nil || info.Size() != 0 {
			return nil //nolint:nilerr // see above
		}
		if _, err := f.Write(make([]byte, logSize)); err != nil {
			_ = f.Truncate(0) // a full disk: SQLite will say so when it matters
			return nil        //nolint:nilerr // see above
		}
		_ = f.Sync()
		return nil
	})
}
