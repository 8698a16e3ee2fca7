package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/store"
)

// restore makes a backup the books of the data folder, while no till is open on it. What it replaces is kept aside.
func (p *program) restore(ctx context.Context, args []string) error {
	flags := p.flags("restore")
	into := flags.String("into", "", "")
	others, err := p.parse(flags, args)
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
	o := at.options()
	start := ""
	if *into != "" {
		if o, err = at.elsewhere(*into); err != nil {
			return err
		}
		if start = "--data " + o.Dir; p.practice {
			start = "--practice --data " + strings.TrimSuffix(o.Dir, "-practice") // to which the till adds it again
		}
	}
	done, err := store.Restore(ctx, file, o)
	if err != nil {
		return at.cannotRestore(file, err)
	}
	l := p.words()
	if *into != "" {
		printf(p.stdout, "%s\n", plain(l.label("restored-into", file, o.Dir, done.Entries, done.Epoch)))
		printf(p.stdout, "%s\n", plain(l.label("restored-into-next", start)))
		return nil
	}
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

// elsewhere makes a folder for a restored ledger beside the one in use: new or empty, with the settings and the files they name. A
// till may be open on the old one meanwhile. Practice books get -practice after the folder's name, or no till could be started on them.
func (at *place) elsewhere(dir string) (store.Options, error) {
	o := at.options()
	dir, err := filepath.Abs(dir)
	if err != nil {
		return o, fault(exitFailed, "restore-folder", dir)
	}
	if at.shop.Practice {
		folder, err := config.FindFolder(dir, true)
		if err != nil {
			return o, fault(exitFailed, "restore-folder", dir)
		}
		dir = string(folder)
	}
	o.From, o.Dir = o.Dir, dir
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return o, fault(exitFailed, "restore-into", dir, err)
	}
	there, err := os.ReadDir(dir)
	if err != nil {
		return o, fault(exitFailed, "restore-into", dir, err)
	}
	if len(there) > 0 {
		return o, fault(exitUsage, "restore-into-full", dir)
	}
	here, err := os.ReadDir(o.From)
	if err != nil {
		return o, fault(exitFailed, "restore-into", dir, err)
	}
	for _, e := range here {
		if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), store.File) || filepath.Ext(e.Name()) == ".lock" {
			continue // books, locks and folders stay
		}
		if err := copySetting(filepath.Join(o.From, e.Name()), filepath.Join(dir, e.Name())); err != nil {
			return o, fault(exitFailed, "restore-into", dir, err)
		}
	}
	return o, nil
}

// copySetting copies a small file that only its owner may read.
func copySetting(from, to string) error {
	body, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, body, 0o600)
}
