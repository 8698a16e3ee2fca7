package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guitai/pos"
)

// Automatic backups are named by what they are of: auto-20261120.db by the business day, shift-Z0012.db by the Z report.
const (
	autoPrefix  = "auto-"
	shiftPrefix = "shift-"
	autoEvery   = 24 * time.Hour
)

// Keep is the rule by which automatic backups stay: the newest Days daily ones; of the older ones the newest of each month, for
// as many Months; and the newest Shifts that were made at a close. Each counts at least 1.
type Keep struct{ Days, Months, Shifts int }

// AutoBackup makes the day's backup when no daily one is younger than 24 h, and then removes what the rule does not keep. made is
// empty when none was due. It is a [Store.Backup]: proven before it takes its name, and a ledger that does not prove itself pushes
// no good backup out; of that one a copy is kept apart. A backup of the future, made by a clock that was wrong, does not count. Safe to
// call as often as one likes, while the till sells.
func (s *Store) AutoBackup(ctx context.Context, keep Keep) (made string, err error) {
	now := s.clock.Now()
	all, err := s.backups(autoPrefix)
	if err != nil {
		return "", fail("back up ledger", err)
	}
	for _, b := range all {
		if age := now.Sub(b.at); age >= 0 && age < autoEvery {
			return "", nil
		}
	}
	return s.automatic(ctx, autoPrefix+s.day(now).Compact(), keep)
}

// ShiftBackup makes the backup of a close; else it is as AutoBackup. Repeating it for the same Z makes it anew;
// what the backup of another epoch has stays.
func (s *Store) ShiftBackup(ctx context.Context, z int, keep Keep) (made string, err error) {
	return s.automatic(ctx, shiftPrefix+"Z"+pos.ShiftReport{Z: z, Epoch: s.epoch}.ZNo(), keep)
}

func (s *Store) automatic(ctx context.Context, name string, keep Keep) (made string, err error) {
	const op = "back up ledger"
	now := s.clock.Now()
	folder := filepath.Join(s.dir, BackupDir)
	made = filepath.Join(folder, name+".db")
	if err := s.backUp(ctx, made, filepath.Join(folder, unprovenPrefix+s.day(now).Compact()+".db"), s.prove); err != nil {
		return "", fail(op, errors.Join(err, s.keepNewest(unprovenPrefix)))
	}
	if err := os.Chtimes(made, now, now); err != nil {
		return made, fail(op, err)
	}
	return made, fail(op, errors.Join(prune(folder, keep, made), s.sweep()))
}

// keepNewest removes all but the newest backup of a kind.
func (s *Store) keepNewest(prefix string) error {
	all, err := s.backups(prefix)
	for _, b := range all[min(1, len(all)):] {
		err = errors.Join(err, os.Remove(b.path))
	}
	return err
}

// prune removes from a folder what the rule does not keep, but never made.
func prune(folder string, keep Keep, made string) error {
	daily, err := backupsIn(folder, autoPrefix)
	if err != nil {
		return err
	}
	shifts, err := backupsIn(folder, shiftPrefix)
	if err != nil {
		return err
	}
	for _, b := range append(spare(daily, keep.Days, keep.Months, made), spare(shifts, keep.Shifts, 0, made)...) {
		err = errors.Join(err, os.Remove(b.path))
	}
	return err
}

// spare is what a rule does not keep of the backups, newest first: beyond the newest ones, the newest of each month for as many
// months. made takes a place of the newest, whatever its time says.
func spare(all []backupFile, newest, months int, made string) []backupFile {
	room := max(newest, 1)
	if slices.ContainsFunc(all, func(b backupFile) bool { return b.path == made }) {
		room--
	}
	var gone []backupFile
	seen := map[string]bool{}
	for _, b := range all {
		month := b.at.UTC().Format("2006-01")
		switch {
		case b.path == made:
		case room > 0:
			room--
		case months > 0 && !seen[month] && len(seen) < months:
		default:
			gone = append(gone, b)
			continue
		}
		seen[month] = true
	}
	return gone
}

// sweep removes what a backup that was stopped left: nobody comes back to it but for one of the same name.
func (s *Store) sweep() error {
	left, err := filepath.Glob(filepath.Join(s.dir, BackupDir, "*.db.new*"))
	for _, name := range left {
		base := filepath.Base(name)
		if info, e := os.Stat(name); e == nil && s.clock.Now().Sub(info.ModTime()) > autoEvery &&
			(strings.HasPrefix(base, autoPrefix) || strings.HasPrefix(base, shiftPrefix)) {
			err = errors.Join(err, os.Remove(name))
		}
	}
	return err
}

// CopyBackup copies a backup into another place, best on another disk: into a folder of this till in it, so that several tills may
// share it. It reads the copy back and compares it before that gets the backup's name; then it removes there what the rule does
// not keep. The place must exist: a disk that is not there gets no folder of its name on this one. CodeNotFound, CodeFull,
// CodeReadOnly, CodeCorrupt. Safe to repeat.
func (s *Store) CopyBackup(ctx context.Context, file, place string, keep Keep) error {
	return fail("copy backup", s.copyBackup(ctx, file, place, keep))
}

func (s *Store) copyBackup(ctx context.Context, file, place string, keep Keep) error {
	info, err := os.Stat(place)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return invalid("copy backup", "the place for copies is no folder")
	}
	folder := filepath.Join(place, s.shop.ID+"-"+s.shop.Till)
	if s.shop.Practice {
		folder += "-practice"
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	to := filepath.Join(folder, filepath.Base(file))
	temp := to + ".new"
	if err := removeDatabase(temp); err != nil {
		return err
	}
	err = copyFile(ctx, file, temp)
	if err == nil {
		err = sameFile(file, temp)
	}
	if err != nil {
		return errors.Join(err, removeDatabase(temp))
	}
	if err := publish(temp, to); err != nil {
		return err
	}
	if info, err := os.Stat(file); err == nil {
		_ = os.Chtimes(to, info.ModTime(), info.ModTime()) // some disks keep no times: then its own counts
	}
	return prune(folder, keep, to)
}

// sameFile reads both files and compares them.
func sameFile(a, b string) error {
	var sums [2][]byte
	for i, name := range []string{a, b} {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		h := sha256.New()
		_, err = io.Copy(h, f)
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
		sums[i] = h.Sum(nil)
	}
	if !bytes.Equal(sums[0], sums[1]) {
		return pos.E(pos.CodeCorrupt, "copy backup", errors.New("the copy reads back as something else"))
	}
	return nil
}

// backupFile is a finished backup in the folder of backups.
type backupFile struct {
	path string
	at   time.Time
	size int64
}

// backups lists the finished ones whose names begin so, newest first.
func (s *Store) backups(prefix string) ([]backupFile, error) {
	return backupsIn(filepath.Join(s.dir, BackupDir), prefix)
}

func backupsIn(folder, prefix string) ([]backupFile, error) {
	entries, err := os.ReadDir(folder)
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
		all = append(all, backupFile{filepath.Join(folder, e.Name()), info.ModTime(), info.Size()})
	}
	slices.SortFunc(all, func(a, b backupFile) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(b.path, a.path)) })
	return all, nil
}

// Vitals tells how the machine is that keeps the books: the bytes left for the user where the ledger is, -1 when the system does
// not say, and when the newest backup in [BackupDir] was made: each of them was proven before it took its name.
func (s *Store) Vitals(ctx context.Context) (pos.Vitals, error) {
	v := pos.Vitals{DiskFree: -1}
	if err := ctx.Err(); err != nil {
		return v, fail("read vitals", err)
	}
	if free, err := diskFree(s.dir); err == nil {
		v.DiskFree = free
	}
	all, err := s.Backups(ctx)
	if err != nil {
		return v, err
	}
	if len(all) > 0 {
		v.BackupAt = all[0].At
	}
	return v, nil
}

// Backups lists what can be restored from [BackupDir], newest first: not a ledger that was replaced, nor a copy that did not prove
// itself.
func (s *Store) Backups(ctx context.Context) ([]pos.BackupFile, error) {
	if err := ctx.Err(); err != nil {
		return nil, fail("list backups", err)
	}
	all, err := s.backups("")
	if err != nil {
		return nil, fail("list backups", err)
	}
	var found []pos.BackupFile
	for _, b := range all {
		if base := filepath.Base(b.path); !strings.HasPrefix(base, asidePrefix) && !strings.HasPrefix(base, unprovenPrefix) {
			found = append(found, pos.BackupFile{Path: b.path, At: b.at, Bytes: b.size})
		}
	}
	return found, nil
}
