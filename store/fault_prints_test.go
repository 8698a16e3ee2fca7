package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"guitai/pos"
)

// unconfirmed has one receipt that was sent, with nobody to say what became of it.
func unconfirmed(t *testing.T) *Store {
	t.Helper()
	ctx := context.Background()
	o := practice(t.TempDir())
	o.Clock = still{}
	Blank(t, o)
	s, err := Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	sl, p := cashSale(1)
	if _, err := s.SellCash(ctx, sl, p); err != nil {
		t.Fatal(err)
	}
	for _, state := range []pos.PrintState{pos.PrintSending, pos.PrintUnconfirmed} {
		if err := s.MarkJob(ctx, 1, state, 1, pos.CodeNone, ""); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// wantJobs wants the jobs in these states, as many entries about reprints as there are copies, and the books in order.
func wantJobs(t *testing.T, s *Store, want ...pos.PrintState) {
	t.Helper()
	ctx := context.Background()
	var got string
	var reprints int
	if err := one(ctx, s.writer, `SELECT group_concat(state, ' ') FROM (SELECT state FROM print_job ORDER BY id)`, nil, &got); err != nil {
		t.Fatal(err)
	}
	if err := one(ctx, s.writer, `SELECT count(*) FROM journal WHERE kind = 'reprint'`, nil, &reprints); err != nil {
		t.Fatal(err)
	}
	if want := strings.Trim(fmt.Sprint(want), "[]"); got != want || reprints != strings.Count(got, " ") {
		t.Errorf("jobs %s with %d entries, want %s", got, reprints, want)
	}
	mustBeSound(t, s, 1)
}

func TestReprintJob_FailsWholeWhereverItFails(t *testing.T) {
	ctx := context.Background()
	for _, point := range []string{"UPDATE ON print_job", "INSERT ON journal", "UPDATE ON chain", "INSERT ON print_job"} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			s := unconfirmed(t)
			trigger := fmt.Sprintf(`CREATE TEMP TRIGGER broken BEFORE %s BEGIN SELECT RAISE(ABORT, 'broken'); END`, strings.Replace(point, "ON ", "ON main.", 1))
			if _, err := s.writer.conn.ExecContext(ctx, trigger); err != nil {
				t.Fatal(err)
			}
			if _, err := s.ReprintJob(ctx, 1, false, "王芳", faultDay); err == nil {
				t.Fatal("printed again")
			}
			wantJobs(t, s, pos.PrintUnconfirmed)
			if _, err := s.writer.conn.ExecContext(ctx, `DROP TRIGGER broken`); err != nil {
				t.Fatal(err)
			}
			if job, err := s.ReprintJob(ctx, 1, false, "王芳", faultDay); err != nil || job != 2 {
				t.Fatal(job, err)
			}
			wantJobs(t, s, pos.PrintSuperseded, pos.PrintQueued)
		})
	}
}

// The answer to a commit was lost, or the commit: nobody has two copies of a receipt because of it.
func TestReprintJob_WhoseCommitFailsIsLostOrWhole(t *testing.T) {
	ctx := context.Background()
	for name, end := range map[string]string{"lost": sqlRollback, "whole, and its answer lost": sqlCommit} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := unconfirmed(t)
			commit, failed := s.writer.seal, false
			s.writer.seal = func() error {
				if failed {
					return commit()
				}
				failed = true
				return errors.Join(run(ctx, s.writer, end), syscall.EIO)
			}
			if _, err := s.ReprintJob(ctx, 1, true, "王芳", faultDay); !errors.Is(err, syscall.EIO) {
				t.Fatal(err)
			}
			_, err := s.ReprintJob(ctx, 1, true, "王芳", faultDay)
			if want := map[bool]pos.Code{true: pos.CodeNone, false: pos.CodeConflict}[end == sqlRollback]; pos.CodeOf(err) != want {
				t.Fatalf("pressed again: %v", err)
			}
			wantJobs(t, s, pos.PrintSuperseded, pos.PrintQueued)
			if j, err := s.NextJobOf(ctx, true); err != nil || j == nil || j.ID != 2 || j.Copy != 1 {
				t.Errorf("%+v %v", j, err)
			}
		})
	}
}
