package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"guitai/pos"
	"guitai/pos/config"
)

// problem is an error that this program has words for: what happened, what it means for the money, what to do.
type problem struct {
	exit int
	id   string // of a label
	args []any
}

func (e *problem) Error() string { return fmt.Sprint(append([]any{e.id + ":"}, e.args...)...) }

func (e *problem) Unwrap() error {
	for _, a := range e.args {
		if err, ok := a.(error); ok {
			return err
		}
	}
	return nil
}

func usage(id string, args ...any) error { return &problem{exitUsage, id, args} }

func fault(exit int, id string, args ...any) error { return &problem{exit, id, args} }

// explain gives the exit code and the line, or lines, for stderr. The last one says what happened, what it means for the
// money and what to do.
func (p *program) explain(err error) (exit int, lines string) {
	w := p.words()
	if e, ok := errors.AsType[*problem](err); ok {
		return e.exit, "ledger: " + plain(w.label(e.id, e.args...))
	}
	if es, ok := errors.AsType[config.Errors](err); ok {
		return exitUsage, es.Error() + "\nledger: " + w.label("bad-config")
	}
	if errors.Is(err, context.Canceled) {
		return exitFailed, "ledger: " + w.label("interrupted")
	}
	exit = exitFailed
	code := pos.CodeOf(err)
	if code == pos.CodeCorrupt {
		exit = exitLedger
	}
	what, money, todo := w.Trouble(code)
	return exit, "ledger: " + plain(w.label("trouble", what, err, money, todo))
}

// plain keeps a text to one line that can do nothing to a terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}
