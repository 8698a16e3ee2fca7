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

// Backup writes the ledger as it is at this moment to a file of its own, checks that copy, and only then puts it in its
// place; an older file there is replaced. It reads through a connection of its own and holds up nobody. CodeFull,
// CodeReadOnly, CodeCorrupt. Safe to repeat.
func (s *Store) Backup(ctx context.Context, file string) error {
	return fail("back up ledger", backup(ctx, s.Path(), file))
}

func backup(ctx context.Context, ledger, file string) error {
	file, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	if file == ledger {
		return invalid("back up ledger", "a backup is another file than the ledger")
	}
	temp := file + ".new"
	if err := removeDatabase(temp); err != nil {
		return err
	}
	if err := copyLedger(ctx, ledger, temp); err != nil {
		return errors.Join(err, removeDatabase(temp))
	}
	return publish(temp, file)
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
