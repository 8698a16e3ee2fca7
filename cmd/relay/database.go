package main

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"guitai/pos"
	"guitai/store/central"
)

// open opens the database of a relay that serves, and makes it if it is not there. Close it.
func (p *program) open(ctx context.Context) (*central.Central, string, error) {
	dsn, err := p.dsn()
	if err != nil {
		return nil, "", err
	}
	state, err := central.Open(ctx, dsn)
	return state, dsn, cannotOpen(dsn, err)
}

// openThere opens the database of a relay for a command, and makes none: an empty one beside the real one would only mislead. Close it.
func (p *program) openThere(ctx context.Context) (*central.Central, error) {
	dsn, err := p.dsn()
	if err != nil {
		return nil, err
	}
	if !isServer(dsn) {
		_, err := os.Stat(dsn)
		if errors.Is(err, fs.ErrNotExist) && p.db == "" && p.getenv("GUITAI_RELAY_DB") == "" {
			// A person's own shell does not know the state folder that systemd keeps for the relay.
			if _, other := os.Stat(systemFile); !errors.Is(other, fs.ErrNotExist) {
				dsn, err = systemFile, other
			}
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fault("no-db", dsn)
		case err != nil:
			return nil, fault("db-denied", dsn, err)
		}
	}
	state, err := central.Open(ctx, dsn)
	return state, cannotOpen(dsn, err)
}

// cannotOpen says why a database stays shut.
func cannotOpen(dsn string, err error) error {
	switch pos.CodeOf(err) {
	case pos.CodeNone:
		return nil
	case pos.CodeUnreachable, pos.CodeNoAnswer:
		return fault("db-no-server", named(dsn), err)
	case pos.CodeInvalid, pos.CodeConflict:
		return fault("db-other", named(dsn), err)
	case pos.CodeReadOnly:
		return fault("db-denied", named(dsn), err)
	case pos.CodeCorrupt:
		return fault("db-damaged", named(dsn), err)
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	return fault("db-open", named(dsn), err)
}
