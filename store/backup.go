package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"guitai/pos"
)

const sqlVacuumInto = `VACUUM INTO ?`

// unprovenPrefix begins the names of copies that are whole files and whose books do not prove themselves, in [BackupDir]; the
// business day follows. The newest one is kept for whoever repairs it; it is no backup.
const unprovenPrefix = "unproven-"

// roomBeside is what a backup leaves free for the ledger itself, in bytes: a copy must never be what keeps a sale out of the books.
const roomBeside = 64 << 20

// Backup writes the ledger as it is at this moment to a file of its own, proves that copy as [Store.Verify] does, and only then
// puts it in its place; an older file there is replaced. It reads through connections of its own and holds up nobody; proving
// takes as long as Verify. CodeFull, also when the copy would leave less than 64 MiB for the ledger; CodeReadOnly. CodeCorrupt when
// the copy does not prove itself: then nothing is replaced. Safe to repeat.
func (s *Store) Backup(ctx context.Context, file string) error {
	return fail("back up ledger", s.backUp(ctx, file, "", s.prove))
}

// backUp is Backup; a copy that does not prove itself goes to aside, "" for nowhere. Without prove the file is checked and not the books:
// before a migration only the program of before could prove those.
func (s *Store) backUp(ctx context.Context, file, aside string, prove func(ctx context.Context, file string) error) error {
	file, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	if file == s.Path() {
		return invalid("back up ledger", "a backup is another file than the ledger")
	}
	if err := roomFor(s.Size(), file); err != nil {
		return err
	}
	temp := file + ".new"
	if err := removeDatabase(temp); err != nil {
		return err
	}
	err = copyLedger(ctx, s.Path(), temp)
	if err == nil && prove != nil {
		err = prove(ctx, temp)
	}
	if err == nil {
		return publish(temp, file)
	}
	if pos.CodeOf(err) == pos.CodeCorrupt && aside != "" {
		if _, e := os.Stat(temp); e == nil {
			return errors.Join(err, publish(temp, aside))
		}
	}
	return errors.Join(err, removeDatabase(temp))
}

// roomFor refuses a copy that would leave too little for the ledger. Where the system does not say how much there is, it is tried.
func roomFor(size int64, file string) error {
	free, err := diskFree(filepath.Dir(file))
	if err != nil || free >= size+roomBeside {
		return nil //nolint:nilerr // it is tried
	}
	return pos.E(pos.CodeFull, "back up ledger", fmt.Errorf("a copy takes %d MiB beside 64 MiB for the ledger, and %d MiB are free", size>>20, free>>20))
}

// prove proves a finished copy that nobody writes.
func (s *Store) prove(ctx context.Context, file string) error {
	c := &Store{dir: filepath.Dir(file), shop: s.shop, clock: s.clock, epoch: s.epoch}
	if err := c.openReaders(ctx, file, "&immutable=1"); err != nil {
		return err
	}
	v, err := c.Verify(ctx)
	if err == nil && !v.OK() {
		err = pos.E(pos.CodeCorrupt, "prove backup", fmt.Errorf("the books in the copy do not prove themselves: %s", v.Faults[0]))
	}
	return errors.Join(err, c.readers.close())
}

func copyLedger(ctx context.Context, ledger, temp string) error {
	from, err := openWriter(ctx, ledger, "&mode=ro")
	if err != nil {
		return err
	}
	_, err = from.conn.ExecContext(ctx, sqlVacuumInto, temp)
	if err = errors.Join(err, from.close()); err != nil {
		return err
	}
	to, err := openWriter(ctx, temp, "&mode=ro")
	if err != nil {
		return err
	}
	var answer string
	err = one(ctx, to, `PRAGMA quick_check(1)`, nil, &answer)
	if err == nil && answer != "ok" {
		err = pos.E(pos.CodeCorrupt, "check backup", fmt.Errorf("the copy is damaged: %s", answer))
	}
	if err == nil {
		err = quickCheck(ctx, to)
	}
	return errors.Join(err, to.close())
}

// publish makes a file durable and moves it to its place.
func publish(temp, file string) error {
	f, err := os.OpenFile(temp, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Chmod(temp, 0o600); err != nil {
		return err
	}
	if err := os.Rename(temp, file); err != nil {
		return err
	}
	return syncDir(filepath.Dir(file))
}

// syncDir makes a rename durable. Windows has no such call and needs none.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
