package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"guitai/pos"
)

//go:embed migration/*.sql
var migrations embed.FS

// migration is one step of the schema: migration/0001_first_sale.sql is version 1.
type migration struct {
	version int
	name    string
	sql     string
}

// moreSteps is what a migration does beside its SQL, after it and in the same transaction, by its name. It leaves the schema as
// the SQL made it.
var moreSteps = map[string]func(*tx) error{"totals": (*tx).fillTotals}

// title is the name without folder, number and ending: "totals".
func (m migration) title() string {
	_, title, _ := strings.Cut(strings.TrimSuffix(filepath.Base(m.name), ".sql"), "_")
	return title
}

// readMigrations reads the numbered migrations in order. They count from 1 without gaps.
func readMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migration/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	all := make([]migration, 0, len(names))
	for i, name := range names {
		number, _, _ := strings.Cut(filepath.Base(name), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s is not number %d", name, i+1)
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		all = append(all, migration{version, name, string(body)})
	}
	return all, nil
}

func newestVersion(files fs.FS) (int, error) {
	all, err := readMigrations(files)
	return len(all), err
}

func schemaVersion(ctx context.Context, h handle) (version int, err error) {
	err = one(ctx, h, `PRAGMA user_version`, nil, &version)
	return version, err
}

// create makes a new ledger beside its place and moves it there when it is whole, so that a ledger exists entirely or
// not at all, whenever the power goes.
func (s *Store) create(ctx context.Context, files fs.FS) error {
	all, err := readMigrations(files)
	if err != nil {
		return err
	}
	temp := s.Path() + ".new"
	if err := removeDatabase(temp); err != nil {
		return err
	}
	w, err := openWriter(ctx, temp, "&mode=rwc&_pragma=journal_mode(DELETE)")
	if err != nil {
		return err
	}
	maker := &Store{dir: s.dir, shop: s.shop, clock: s.clock, epoch: 1, writer: w}
	for _, m := range all {
		if err = maker.step(ctx, m); err != nil {
			break
		}
	}
	if err == nil {
		err = maker.stamp(ctx)
	}
	if err == nil { // as the till will use it: switching over later would be one more moment at which the power may go
		var mode string
		err = one(ctx, w, `PRAGMA journal_mode = WAL`, nil, &mode)
	}
	if err = errors.Join(err, w.close()); err != nil {
		return errors.Join(err, removeDatabase(temp))
	}
	return publish(temp, s.Path())
}

// stamp writes what every ledger has from its first moment.
func (s *Store) stamp(ctx context.Context) error {
	now := s.clock.Now()
	return s.write(ctx, "stamp ledger", func(t *tx) error {
		for _, kv := range [][2]string{
			{settingMode, modeOf(s.shop.Practice)},
			{settingShop, s.shop.ID},
			{settingTill, s.shop.Till},
			{settingEpoch, "1"},
			{settingRevision, "0"},
			{settingMadeAt, strconv.FormatInt(now.UnixMilli(), 10)},
		} {
			if _, err := t.exec(sqlPutSetting, kv[0], kv[1]); err != nil {
				return err
			}
		}
		if _, err := t.exec(sqlStartChain, pos.ChainStart); err != nil {
			return err
		}
		_, err := t.book(pos.Entry{
			Kind: pos.EntryOpened, At: now.UnixMilli(), Day: s.day(now),
			Note: stampNote(modeOf(s.shop.Practice), s.shop.ID, s.shop.Till), Postings: []pos.Posting{},
		})
		return err
	})
}

// stampNote is what the journal's first entry says of whose the ledger is.
func stampNote(mode, shop, till string) string { return mode + " " + shop + " " + till }

// migrate brings an existing ledger to the newest version: first a backup that has been opened and checked, then each step as one
// transaction. The one backup is enough for all of them: nobody goes back to what stood between two steps. CodeFull, and nothing is
// changed, when the disk has no room for it.
func (s *Store) migrate(ctx context.Context, files fs.FS) error {
	all, err := readMigrations(files)
	if err != nil {
		return err
	}
	version, err := schemaVersion(ctx, s.writer)
	if err != nil {
		return err
	}
	if version < 1 || version > len(all) {
		return pos.E(pos.CodeCorrupt, "migrate ledger", fmt.Errorf("the ledger has no version %d", version))
	}
	if version == len(all) {
		return nil
	}
	first := all[version]
	file := filepath.Join(s.dir, BackupDir, fmt.Sprintf("before-%04d-%s.db", first.version, s.clock.Now().UTC().Format("20060102T150405Z")))
	if err := s.backUp(ctx, file, "", nil); err != nil {
		return fmt.Errorf("back up before %s: %w", first.name, err)
	}
	for _, m := range all[version:] {
		if err := s.step(ctx, m); err != nil {
			return errors.Join(err, s.spareBackup(context.WithoutCancel(ctx), version, file))
		}
	}
	return run(ctx, s.writer, `PRAGMA wal_checkpoint(TRUNCATE)`) // the log holds all that was made anew, and would keep that size
}

// spareBackup takes away the backup of a ledger that is still what was backed up: else every start that fails would leave one more,
// on a disk that is perhaps too small for the step.
func (s *Store) spareBackup(ctx context.Context, version int, file string) error {
	if now, err := schemaVersion(ctx, s.writer); err != nil || now != version {
		return err
	}
	return os.Remove(file)
}

// step runs one migration and counts it, in one transaction. A table whose checks change is made anew under its name, which
// needs foreign keys off from before the transaction begins; what they promise is checked before it commits.
func (s *Store) step(ctx context.Context, m migration) (err error) {
	if err := setForeignKeys(ctx, s.writer, false); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, setForeignKeys(context.WithoutCancel(ctx), s.writer, true)) }()
	return s.write(ctx, "migrate ledger", func(t *tx) error {
		if _, err := t.conn.ExecContext(t.ctx, m.sql); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		if more := moreSteps[m.title()]; more != nil {
			if err := more(t); err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
		}
		var orphans int
		if err := one(t.ctx, t, `SELECT count(*) FROM pragma_foreign_key_check`, nil, &orphans); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		if orphans > 0 {
			return pos.E(pos.CodeCorrupt, "migrate ledger", fmt.Errorf("%s: %d rows name others that are not there", m.name, orphans))
		}
		_, err := t.conn.ExecContext(t.ctx, fmt.Sprintf("PRAGMA user_version = %d", m.version))
		return err
	})
}

// setForeignKeys turns foreign keys on or off, outside a transaction, and reads back that they are.
func setForeignKeys(ctx context.Context, w *writer, on bool) error {
	value := "0"
	if on {
		value = "1"
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := w.conn.ExecContext(ctx, `PRAGMA foreign_keys = `+value); err != nil {
		return err
	}
	return assertPragmas(ctx, w, []struct{ query, want string }{{`PRAGMA foreign_keys`, value}})
}

// removeDatabase removes a database and what SQLite keeps beside it.
func removeDatabase(path string) error {
	var errs []error
	for _, suffix := range []string{"", "-journal", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
