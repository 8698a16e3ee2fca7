package main

import (
	"context"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"

	"guitai/pos/export"
)

// hashForm is a hash, or as much of its beginning as nobody else will have.
var hashForm = regexp.MustCompile(`^[0-9a-f]{16,64}$`)

// verifyJournal proves a journal by the file that somebody was given, without any data folder.
func (p *program) verifyJournal(ctx context.Context, name, head string) error {
	head = strings.ToLower(strings.Join(strings.Fields(head), "")) // as it is printed, in groups
	if head != "" && !hashForm.MatchString(head) {
		return usage("head-form", head)
	}
	file, err := os.Open(name)
	if err != nil {
		return fault(exitFailed, "journal-unreadable", name, err)
	}
	defer func() { _ = file.Close() }() // it only read
	journal, err := export.ProveJournal(ctx, file, head)
	if wrong, ok := errors.AsType[*export.ChainFault](err); ok {
		what := p.words().chainFault(wrong)
		if wrong.ID == export.FaultHead {
			return fault(exitLedger, "journal-no-head", name, journal.Last, wrong.Arg)
		}
		if journal.Entries == 0 {
			return fault(exitLedger, "journal-bad", name, what)
		}
		return fault(exitLedger, "journal-unproven", name, what, journal.Last)
	}
	if err != nil && ctx.Err() == nil {
		return fault(exitFailed, "journal-unreadable", name, err)
	}
	if err != nil {
		return err
	}
	return p.into(ctx, "", func(w io.Writer) error {
		p.printJournal(w, journal)
		return nil
	})
}

func (p *program) printJournal(w io.Writer, j export.Journal) {
	l := p.words()
	line := func(s string) { printf(w, "%s\n", plain(s)) }
	owner, practice := strings.CutPrefix(j.Owner, "practice ")
	if owner = strings.TrimPrefix(owner, "real "); practice {
		owner = l.T("mark.practice") + " " + owner
	}
	line(l.label("journal-proven", owner, j.Entries, j.From, j.To))
	line(l.label("journal-head", j.Last, j.Head))
	if j.Z != 0 {
		line(l.label("journal-z", j.Z, j.ZSeq, j.ZDocument))
	}
	if j.Found != 0 {
		line(l.label("journal-found", j.Found))
	}
	for _, m := range j.Mangled {
		line(l.label("journal-mangled", m.Column, m.Rows, m.Looks, m.Row))
	}
}

// chainFault is the first fault of a journal's file, in words.
func (w words) chainFault(f *export.ChainFault) string {
	var where []string
	if f.Row > 0 {
		where = append(where, w.label("chain-row", f.Row))
	}
	if f.Seq > 0 {
		where = append(where, w.label("chain-entry", f.Seq))
	}
	what := w.label("chain-" + f.ID)
	if strings.Contains(what, "%") {
		what = w.label("chain-"+f.ID, f.Arg)
	}
	if len(where) == 0 {
		return what
	}
	return w.label("chain-at", strings.Join(where, w.label("chain-comma")), what)
}
