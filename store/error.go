package store

import (
	"database/sql"
	"errors"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"guitai/pos"
)

// fail gives an error its operation and code. An error that has a code already keeps it and its own operation.
func fail(op string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*pos.Error](err); ok {
		return err
	}
	return pos.E(codeOf(err), op, err)
}

// codeOf goes by the driver's result codes, never by words.
func codeOf(err error) pos.Code {
	switch {
	case errors.Is(err, sql.ErrNoRows), errors.Is(err, fs.ErrNotExist):
		return pos.CodeNotFound
	case errors.Is(err, syscall.ENOSPC):
		return pos.CodeFull
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return pos.CodeReadOnly
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return pos.CodeInternal
	}
	switch e.Code() & 0xff { // the upper bits say more than we ask
	case sqlite3.SQLITE_FULL:
		return pos.CodeFull
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
		return pos.CodeReadOnly
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return pos.CodeCorrupt
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return pos.CodeInUse
	}
	if e.Code() == sqlite3.SQLITE_IOERR_SHORT_READ || e.Code() == sqlite3.SQLITE_IOERR_CORRUPTFS {
		return pos.CodeCorrupt
	}
	return pos.CodeInternal
}

func conflict(op, why string) error { return pos.E(pos.CodeConflict, op, errors.New(why)) }
func invalid(op, why string) error  { return pos.E(pos.CodeInvalid, op, errors.New(why)) }
