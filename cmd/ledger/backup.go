package main

import (
	"context"
	"errors"
	"os"

	"guitai/pos"
)

// backup copies the books, as they are at one moment, to a file that is checked before it takes its name.
func (p *program) backup(ctx context.Context, args []string) error {
	others, err := p.parse(p.flags("backup"), args)
	if err != nil {
		return err
	}
	switch {
	case len(others) == 0:
		return usage("backup-file")
	case len(others) > 1:
		return usage("extra", "backup", others[1])
	}
	file := others[0]
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return usage("backup-not-file", file)
	}
	books, _, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = books.Close() }() // it only read
	if err := books.Backup(ctx, file); err != nil {
		return p.backupFault(file, err)
	}
	info, err := os.Stat(file)
	if err != nil {
		return fault(exitFailed, "backup-failed", file, err)
	}
	printf(p.stdout, "%s\n", plain(p.words().label("backed-up", file, info.Size())))
	return nil
}

// backupFault tells what went wrong with the copy from what is wrong with the books.
func (p *program) backupFault(file string, err error) error {
	if pos.CodeOf(err) == pos.CodeCorrupt {
		return fault(exitLedger, "damaged", err)
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	return fault(exitFailed, "backup-failed", file, err)
}
