package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"guitai/pos"
)

// entryRestored is the journal's word for a ledger that began again from a backup; no money.
const entryRestored pos.EntryKind = "ledger-restored"

// asidePrefix begins the names of the ledgers that a restore replaced, in [BackupDir]; the epoch that replaced them follows.
const asidePrefix = "before-R"

// stagedSuffix follows [File] in the name of a restored ledger that stands ready; the epoch follows.
const stagedSuffix = ".restored-R"

// Restored tells what a restore did.
type Restored struct {
	Epoch   int    // that the ledger is in now: receipt numbers show it from the second on
	Entries int64  // of the backup's journal; what was booked after the last of them is not in it
	Aside   string // where the replaced ledger is now; empty when there was none
}

// Restore makes a backup, or a copy of another folder's ledger, the ledger of a data folder. The backup must prove itself, and
// be of the shop, till and mode that the options name. The ledger that it replaces is kept in [BackupDir], with its log.
//
// A restored ledger begins a new epoch, with an entry that says so: receipt numbers count anew and show it, so none that was
// handed out after the backup comes a second time. Payments and refunds that were live in the backup are live again, so the
// till asks WeChat what became of them, and then of every other order that the backup knows ([pos.Rechecks]); receipts that were waiting may have been printed long ago, and exceptions refunded, so
// neither goes on by itself.
//
// The moment that counts is a rename; a crash before it leaves the ledger as it was, one after it is finished by the next
// [Open]. CodeInUse while a till runs on the folder, CodeNotFound when there is no such backup, CodeCorrupt, CodeMode,
// CodeFull, CodeReadOnly; [ErrNewer].
func Restore(ctx context.Context, file string, o Options) (Restored, error) {
	out, err := restore(ctx, file, o)
	return out, fail("restore ledger", err)
}

func restore(ctx context.Context, file string, o Options) (out Restored, err error) {
	s, err := newStore(o)
	if err != nil {
		return out, err
	}
	if file, err = filepath.Abs(file); err != nil {
		return out, err
	}
	if file == s.Path() {
		return out, invalid("restore ledger", "the backup is the ledger itself")
	}
	release, err := Lock(s.dir)
	if err != nil {
		return out, err
	}
	defer release()
	if err := os.MkdirAll(filepath.Join(s.dir, BackupDir), 0o700); err != nil {
		return out, err
	}
	gate, err := openGate(ctx, s.dir)
	if err != nil {
		return out, err
	}
	defer func() { _ = gate.Close() }()
	if err := finishRestore(s.dir); err != nil {
		return out, err
	}

	temp := filepath.Join(s.dir, "restore")
	if err := os.RemoveAll(temp); err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	if err := copyDatabase(ctx, file, filepath.Join(temp, File)); err != nil {
		return out, err
	}
	if out, err = s.beginEpoch(ctx, temp); err != nil {
		return out, err
	}
	if !logEmpty(filepath.Join(temp, File)) {
		return out, errors.New("the log of the copy did not go into its file")
	}
	if _, err := os.Stat(s.Path()); err == nil {
		out.Aside = asideOf(s.dir, out.Epoch)
	}
	if err := publish(filepath.Join(temp, File), staged(s.dir, out.Epoch)); err != nil {
		return out, err
	}
	return out, finishRestore(s.dir)
}

// beginEpoch opens the copy of a backup, proves it, and books the new epoch.
func (s *Store) beginEpoch(ctx context.Context, dir string) (out Restored, err error) {
	b := &Store{dir: dir, shop: s.shop, clock: s.clock}
	if err := os.MkdirAll(filepath.Join(dir, BackupDir), 0o700); err != nil {
		return out, err
	}
	if err := b.openReaders(ctx, b.Path(), ""); err != nil {
		return out, err
	}
	defer func() {
		if e := b.Close(); err == nil { // it moves the log into the file
			err = e
		}
	}()
	if err := b.prepare(ctx, migrations); err != nil {
		return out, err
	}
	v, err := b.Verify(ctx)
	if err != nil {
		return out, err
	}
	if !v.OK() {
		return out, pos.E(pos.CodeCorrupt, "restore ledger", fmt.Errorf("the backup does not prove itself: %s", v.Faults[0]))
	}
	out.Entries = int64(v.Entries)
	out.Epoch = max(b.epoch, lastEpoch(ctx, s.dir)) + 1
	if s.from != "" {
		out.Epoch = max(out.Epoch, lastEpoch(ctx, s.from)+1)
	}
	b.epoch = out.Epoch
	now := s.clock.Now()
	return out, b.write(ctx, "begin epoch", func(t *tx) error {
		for _, query := range []string{
			`UPDATE print_job SET state = 'unconfirmed', code = '', cause = 'restored' WHERE state IN ('queued', 'sending')`,
			`UPDATE print_queue SET first = (SELECT coalesce(max(id), 0) + 1 FROM print_job)`,
			`UPDATE exception SET refund_at = NULL WHERE refund_at IS NOT NULL`,
		} {
			if _, err := t.exec(query); err != nil {
				return err
			}
		}
		if _, err := t.exec(sqlPutSetting, settingEpoch, strconv.Itoa(out.Epoch)); err != nil {
			return err
		}
		if err := t.beginRecheck(v.Entries); err != nil {
			return err
		}
		_, err := t.book(pos.Entry{
			Kind: entryRestored, At: now.UnixMilli(), Day: s.day(now), Postings: []pos.Posting{},
			Note: fmt.Sprintf("from a backup of %d entries", v.Entries),
		})
		return err
	})
}

// lastEpoch is the newest epoch that a folder is known to have been in, 0 for none: by its ledger, if that can be read, and
// by the ledgers that were replaced.
func lastEpoch(ctx context.Context, dir string) (last int) {
	names, _ := filepath.Glob(filepath.Join(dir, BackupDir, asidePrefix+"*.db")) // the pattern is right
	for _, name := range names {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), asidePrefix), ".db"))
		if err == nil {
			last = max(last, n)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, File)); err != nil {
		return last
	}
	w, err := openWriter(ctx, filepath.Join(dir, File), "&mode=ro")
	if err != nil {
		return last
	}
	defer func() { _ = w.close() }()
	if n, err := settingNumber(ctx, w, settingEpoch); err == nil {
		last = max(last, n)
	}
	return last
}

// staged is where a restored ledger stands ready, and asideOf where the one that it replaces goes.
func staged(dir string, epoch int) string {
	return filepath.Join(dir, File+stagedSuffix+strconv.Itoa(epoch))
}

func asideOf(dir string, epoch int) string {
	return filepath.Join(dir, BackupDir, fmt.Sprintf("%s%d.db", asidePrefix, epoch))
}

// finishRestore puts a restored ledger that stands ready in its place. It may be stopped anywhere and begun again.
func finishRestore(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	epoch := 0
	for _, e := range entries {
		if number, ok := strings.CutPrefix(e.Name(), File+stagedSuffix); ok {
			if n, err := strconv.Atoi(number); err == nil { // else it is half a copy, or somebody's own
				epoch = max(epoch, n)
			}
		}
	}
	if epoch == 0 {
		return nil
	}
	name := staged(dir, epoch)
	path, aside := filepath.Join(dir, File), asideOf(dir, epoch)
	for _, suffix := range []string{"", "-wal", "-shm"} { // the log goes with its file
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := syncDir(filepath.Dir(aside)); err != nil {
		return err
	}
	if err := os.Rename(name, path); err != nil {
		return err
	}
	return syncDir(dir)
}

// openGate waits until nobody else opens, makes, migrates or replaces the ledger of a folder.
func openGate(ctx context.Context, dir string) (*flock.Flock, error) {
	gate := flock.New(filepath.Join(dir, "open.lock"), flock.SetPermissions(0o600))
	if _, err := gate.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		return nil, err
	}
	return gate, nil
}

// copyDatabase copies a database with the log beside it, if it has one: a folder that was copied while its till ran.
func copyDatabase(ctx context.Context, from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	for _, suffix := range []string{"", "-wal"} {
		err := copyFile(ctx, from+suffix, to+suffix)
		if suffix != "" && errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func copyFile(ctx context.Context, from, to string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }() // it was only read
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return errors.Join(err, dst.Sync(), dst.Close())
}
