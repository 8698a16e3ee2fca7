package main

import (
	"context"
	"errors"
	"os"

	"guitai/pos"
	"guitai/store"
)

// restore makes a backup the books of the data folder, while no till is open on it. What it replaces is kept aside.
func (p *program) restore(ctx context.Context, args []string) error {
	others, err := p.parse(p.flags("restore"), args)
	if err != nil {
		return err
	}
	switch {
	case len(others) == 0:
		return usage("restore-file")
	case len(others) > 1:
		return usage("extra", "restore", others[1])
	}
	file := others[0]
	at, err := p.where()
	if err != nil {
		return err
	}
	if info, err := os.Stat(file); err != nil {
		return fault(exitFailed, "restore-unreadable", file, err)
	} else if !info.Mode().IsRegular() {
		return usage("restore-not-file", file)
	}
	if info, err := os.Stat(string(at.folder)); err != nil || !info.IsDir() { // a misspelt folder gets no books
		return fault(exitFailed, "restore-folder", string(at.folder))
	}
	done, err := store.Restore(ctx, file, at.options())
	if err != nil {
		return at.cannotRestore(file, err)
	}
	l := p.words()
	printf(p.stdout, "%s\n", plain(l.label("restored", file, done.Entries, done.Epoch)))
	if done.Aside != "" {
		printf(p.stdout, "%s\n", plain(l.label("restored-aside", done.Aside)))
	}
	printf(p.stdout, "%s\n", l.label("restored-next"))
	return nil
}

// cannotRestore says why the books are not those of the backup, and that they are as they were.
func (at *place) cannotRestore(file string, err error) error {
	other, owned := errors.AsType[*store.OwnerError](err)
	switch code := pos.CodeOf(err); {
	case errors.Is(err, context.Canceled):
		return err
	case code == pos.CodeInUse:
		return fault(exitInUse, "restore-in-use", string(at.folder))
	case owned:
		return fault(exitUsage, "restore-other-till", file, other.Shop, other.Till, at.shop.ID, at.shop.Till)
	case code == pos.CodeMode && at.shop.Practice:
		return fault(exitUsage, "restore-real", file)
	case code == pos.CodeMode:
		return fault(exitUsage, "restore-practice", file)
	case code == pos.CodeCorrupt, errors.Is(err, store.ErrNewer):
		return fault(exitLedger, "restore-bad", file, err)
	}
	return fault(exitFailed, "restore-failed", file, err)
}
