package store

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guitai/pos"
)

const (
	autoPrefix = "auto-"
	autoEvery  = 24 * time.Hour
)

// AutoBackup makes backups/auto-YYYYMMDD.db, named by the business day, when no automatic backup is younger than 24 h, and
// then removes all but the newest keep of them (at least one). made is empty when none was due. It is a [Store.Backup]: checked
// before it takes its name, and a ledger that is damaged pushes no good backup out. A backup of the future, made by a clock
// that was wrong, does not count. Safe to call as often as one likes, while the till sells.
func (s *Store) AutoBackup(ctx context.Context, keep int) (made string, err error) {
	const op = "back up ledger"
	now := s.clock.Now()
	all, err := s.backups(autoPrefix)
	if err != nil {
		return "", fail(op, err)
	}
	for _, b := range all {
		if age := now.Sub(b.at); age >= 0 && age < autoEvery {
			return "", nil
		}
	}
	made = filepath.Join(s.dir, BackupDir, autoPrefix+strings.ReplaceAll(s.day(now).String(), "-", "")+".db")
	if err := s.Backup(ctx, made); err != nil {
		return "", err
	}
	if err := os.Chtimes(made, now, now); err != nil {
		return made, fail(op, err)
	}
	if all, err = s.backups(autoPrefix); err != nil {
		return made, fail(op, err)
	}
	all = slices.DeleteFunc(all, func(b backupFile) bool { return b.path == made })
	for i, b := range all { // newest first
		if i >= max(keep, 1)-1 {
			err = errors.Join(err, os.Remove(b.path))
		}
	}
	return made, fail(op, err)
}

// backupFile is a finished backup in the folder of backups.
type backupFile struct {
	path string
	at   time.Time
}

// backups lists the finished ones whose names begin so, newest first.
func (s *Store) backups(prefix string) ([]backupFile, error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, BackupDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var all []backupFile
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), prefix) || filepath.Ext(e.Name()) != ".db" || !e.Type().IsRegular() {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) { // removed meanwhile
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, backupFile{filepath.Join(s.dir, BackupDir, e.Name()), info.ModTime()})
	}
	slices.SortFunc(all, func(a, b backupFile) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(b.path, a.path)) })
	return all, nil
}

// Vitals tells how the machine is that keeps the books: the bytes left for the user where the ledger is, -1 when the system does
// not say, and when the newest backup in [BackupDir] was made.
func (s *Store) Vitals(ctx context.Context) (pos.Vitals, error) {
	v := pos.Vitals{DiskFree: -1}
	if err := ctx.Err(); err != nil {
		return v, fail("read vitals", err)
	}
	if free, err := diskFree(s.dir); err == nil {
		v.DiskFree = free
	}
	all, err := s.backups("")
	if err != nil {
		return v, fail("read vitals", err)
	}
	for _, b := range all {
		if !strings.HasPrefix(filepath.Base(b.path), asidePrefix) { // a ledger that was replaced is no backup of this one
			v.BackupAt = b.at
			break
		}
	}
	return v, nil
}
