package central

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"syscall"

	"guitai/pos"
)

// fail gives an error its operation and code, without what must not be told. An error that has a code keeps it.
func (c *Central) fail(op string, err error) error {
	if err == nil {
		return nil
	}
	return failed(c.engine, op, err)
}

func failed(e engine, op string, err error) error {
	if _, ok := errors.AsType[*pos.Error](err); ok {
		return err
	}
	if code := codeOf(err); code != pos.CodeNone {
		return pos.E(code, op, e.clean(err))
	}
	return pos.E(e.code(err), op, e.clean(err))
}

// codeOf knows the errors that have nothing to do with an engine.
func codeOf(err error) pos.Code {
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return pos.CodeNotFound
	case errors.Is(err, context.Canceled):
		return pos.CodeInternal
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return pos.CodeFull
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return pos.CodeReadOnly
	}
	return pos.CodeNone
}

func invalid(op, why string) error  { return pos.E(pos.CodeInvalid, op, errors.New(why)) }
func notFound(op, why string) error { return pos.E(pos.CodeNotFound, op, errors.New(why)) }
func conflict(op, why string) error { return pos.E(pos.CodeConflict, op, errors.New(why)) }
