package main

import (
	"context"
	"path/filepath"
	"time"

	"guitai/pos"
	"guitai/store"
)

// houseEvery is how often the disk and the age of the backup are looked at, first after houseFirst, when the till has come up.
const (
	houseFirst = time.Minute
	houseEvery = 10 * time.Minute
)

// house makes backups and looks at the disk, one thing after another.
type house struct {
	e      *engine
	keep   store.Keep
	closed chan int // Z reports whose close wants a backup; the newest is enough
}

func newHouse(e *engine) *house {
	b := e.config.Backup
	return &house{e: e, keep: store.Keep{Days: b.Days, Months: b.Months, Shifts: b.Shifts}, closed: make(chan int, 1)}
}

// shiftClosed asks for the backup of a close. It never waits.
func (h *house) shiftClosed(z pos.ShiftReport) {
	for {
		select {
		case h.closed <- z.Z:
			return
		default:
		}
		select { // an older one that nobody has come to
		case <-h.closed:
		default:
		}
	}
}

// run keeps house until ctx ends.
func (h *house) run(ctx context.Context) {
	timer := time.NewTimer(houseFirst)
	defer timer.Stop()
	for {
		h.look(ctx)
		select {
		case <-ctx.Done():
			return
		case z := <-h.closed:
			h.done(ctx)(h.e.store.ShiftBackup(ctx, z, h.keep))
		case <-timer.C:
			timer.Reset(houseEvery)
			h.done(ctx)(h.e.store.AutoBackup(ctx, h.keep))
		}
	}
}

func (h *house) look(ctx context.Context) {
	if v, err := h.e.store.Vitals(ctx); err == nil {
		h.e.till.Vitals(v)
	} else if ctx.Err() == nil {
		h.e.log.Error("look at the disk", "err", err)
	}
}

// done says what became of an automatic backup, and copies it to the other place.
func (h *house) done(ctx context.Context) func(made string, err error) {
	return func(made string, err error) {
		switch {
		case ctx.Err() != nil: // the till stops: nobody failed
			return
		case err != nil:
			h.e.till.BackupTrouble(err)
		case made != "":
			h.e.log.Info("automatic backup", "file", made)
		}
		if place := h.e.config.Backup.CopyTo; err == nil && made != "" && place != "" {
			if !filepath.IsAbs(place) {
				place = filepath.Join(string(h.e.folder), place)
			}
			if err := h.e.store.CopyBackup(ctx, made, place, h.keep); err != nil && ctx.Err() == nil {
				h.e.till.CopyTrouble(err)
			}
		}
	}
}

// backupDesk is what the window can do about backups.
type backupDesk struct{ s *session }

var _ pos.Backups = backupDesk{}

func (d backupDesk) Backups(ctx context.Context) ([]pos.BackupFile, error) {
	return d.s.engine.store.Backups(ctx)
}

// BackUp names the backup by the second, so that it replaces none.
func (d backupDesk) BackUp(ctx context.Context) (pos.BackupFile, error) {
	e := d.s.engine
	now := time.Now()
	name := "by-hand-" + now.In(e.config.Shop.Location()).Format("20060102-150405") + ".db"
	file := filepath.Join(string(e.folder), store.BackupDir, name)
	if err := e.store.Backup(ctx, file); err != nil {
		return pos.BackupFile{}, err
	}
	all, err := e.store.Backups(ctx)
	if err != nil {
		return pos.BackupFile{}, err
	}
	if v, err := e.store.Vitals(ctx); err == nil {
		e.till.Vitals(v)
	}
	for _, b := range all {
		if b.Path == file {
			return b, nil
		}
	}
	return pos.BackupFile{Path: file, At: now}, nil
}

func (d backupDesk) Restore(file, by string) { d.s.restoreFrom(file, by) }
