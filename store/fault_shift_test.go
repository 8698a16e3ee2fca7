package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"guitai/pos"
)

// countedShift has an open shift with a sale that was counted, and one more that was closed before.
func countedShift(t *testing.T) (*Store, pos.Counted) {
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
	var n pos.Counted
	for i := range 2 {
		if _, err := s.OpenShift(ctx, pos.DrawerCount{Other: 10000}, "王芳", "", faultDay); err != nil {
			t.Fatal(err)
		}
		sl, p := cashSale(i)
		if _, err := s.SellCash(ctx, sl, p); err != nil {
			t.Fatal(err)
		}
		if n, err = s.CountDrawer(ctx, pos.DrawerCount{Other: 10500}, "王芳", faultDay); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if _, err := s.CloseShift(ctx, closing(n)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s, n
}

func closing(n pos.Counted) pos.ShiftClose {
	return pos.ShiftClose{Count: n.ID, Reason: "找错钱", Keep: 5000, By: "王芳", Signer: "店长", At: faultDay}
}

// unclosed wants the shift open and its count standing, and nothing of a close.
func unclosed(t *testing.T, s *Store, n pos.Counted) {
	t.Helper()
	ctx := context.Background()
	h, err := s.Shift(ctx)
	if err != nil || h == nil || h.ID != n.Shift {
		t.Fatalf("%+v %v", h, err)
	}
	if got, err := s.LastCount(ctx); err != nil || !reflect.DeepEqual(got, &n) {
		t.Fatalf("%+v %v, want %+v", got, err, n)
	}
	if z, err := s.LastZ(ctx); err != nil || z != 1 {
		t.Fatalf("Z %d %v", z, err)
	}
	mustBeSound(t, s, 2)
}

func TestClose_FailsWholeWhereverItFails(t *testing.T) {
	ctx := context.Background()
	for i, point := range []string{
		"INSERT ON journal", "INSERT ON posting", "INSERT ON day_total", "UPDATE ON day_total", "UPDATE ON chain", "UPDATE ON shift", "INSERT ON print_job",
	} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			s, n := countedShift(t)
			trigger := fmt.Sprintf(`CREATE TEMP TRIGGER broken BEFORE %s BEGIN SELECT RAISE(ABORT, 'broken'); END`, strings.Replace(point, "ON ", "ON main.", 1))
			if _, err := s.writer.conn.ExecContext(ctx, trigger); err != nil {
				t.Fatal(i, err)
			}
			if _, err := s.CloseShift(ctx, closing(n)); err == nil {
				t.Fatal("closed")
			}
			unclosed(t, s, n)
			if _, err := s.writer.conn.ExecContext(ctx, `DROP TRIGGER broken`); err != nil {
				t.Fatal(err)
			}
			r, err := s.CloseShift(ctx, closing(n))
			if err != nil || r.Z != 2 {
				t.Fatalf("%+v %v", r, err)
			}
			mustBeSound(t, s, 2)
		})
	}
}

func TestClose_WhoseCommitFailsIsLostOrWhole(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, end := range map[string]string{"lost": sqlRollback, "whole, and its answer lost": sqlCommit} {
		t.Run(name, func(t *testing.T) {
			s, n := countedShift(t)
			commit, failed := s.writer.seal, false
			s.writer.seal = func() error {
				if failed {
					return commit()
				}
				failed = true
				return errors.Join(run(ctx, s.writer, end), syscall.EIO)
			}
			if _, err := s.CloseShift(ctx, closing(n)); !errors.Is(err, syscall.EIO) {
				t.Fatal(err)
			}
			if end == sqlRollback {
				unclosed(t, s, n)
				if _, err := s.CloseShift(ctx, closing(n)); err != nil {
					t.Fatal(err)
				}
			}
			_, err := s.CloseShift(ctx, closing(n)) // the same again closes nothing
			if pos.CodeOf(err) != pos.CodeConflict {
				t.Fatal(err)
			}
			h, err := s.Shift(ctx)
			if err != nil || h != nil {
				t.Fatalf("%+v %v", h, err)
			}
			if r, err := s.ZReport(ctx, 2); err != nil || r.Cash.Kept != 5000 || r.Signer != "店长" {
				t.Fatalf("%+v %v", r, err)
			}
			var jobs int
			if err := one(ctx, s.writer, `SELECT count(*) FROM print_job WHERE z = 2`, nil, &jobs); err != nil || jobs != 1 {
				t.Errorf("%d papers %v", jobs, err)
			}
			mustBeSound(t, s, 2)
		})
	}
}

func TestClose_OnAFullDiskRefusesAndRecovers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, n := countedShift(t)
	limit := func(pages int) {
		t.Helper()
		var most int
		if err := one(ctx, s.writer, fmt.Sprintf(`PRAGMA max_page_count = %d`, pages), nil, &most); err != nil {
			t.Fatal(err)
		}
	}
	var pages int
	if err := one(ctx, s.writer, `PRAGMA page_count`, nil, &pages); err != nil {
		t.Fatal(err)
	}
	c := closing(n)
	for i := range 400 { // a report of many pages
		c.Open = append(c.Open, pos.OpenItem{Kind: "payment", Name: fmt.Sprintf("S001-T1-%024d", i), Amount: 100, Since: faultDay.UnixMilli()})
	}
	room := 0
	for ; ; room++ { // it fails with no page, with one, with two, ... until there is room for all of it
		limit(pages + room)
		_, err := s.CloseShift(ctx, c)
		if err == nil {
			break
		}
		if pos.CodeOf(err) != pos.CodeFull {
			t.Fatal(err)
		}
		unclosed(t, s, n)
	}
	if room < 8 {
		t.Errorf("it took only %d pages", room)
	}
	mustBeSound(t, s, 2)
}

func TestProve_OnAFullDiskGivesNoGuessThatDoesNotCount(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, _ := countedShift(t)
	p, err := s.AddPerson(ctx, "老板", pos.RoleOwner, "1357", "", faultDay)
	if err != nil {
		t.Fatal(err)
	}
	commit := s.writer.seal
	s.writer.seal = func() error { return errors.Join(run(ctx, s.writer, sqlRollback), syscall.ENOSPC) }
	for _, pin := range []pos.PIN{"1357", "2468"} { // right or wrong, nobody learns which
		if _, err := s.Prove(ctx, p.ID, pin, faultDay); pos.CodeOf(err) != pos.CodeFull {
			t.Errorf("%v", err)
		}
	}
	s.writer.seal = commit
	if _, err := s.Prove(ctx, p.ID, "1357", faultDay); err != nil {
		t.Error(err)
	}
}

func TestStaff_RepeatedAfterADiskErrorIsToldApart(t *testing.T) {
	ctx := context.Background()
	s, _ := countedShift(t)
	commit := s.writer.seal
	s.writer.seal = func() error { s.writer.seal = commit; return errors.Join(run(ctx, s.writer, sqlCommit), syscall.EIO) }
	if _, err := s.AddPerson(ctx, "老板", pos.RoleOwner, "1357", "", faultDay); !errors.Is(err, syscall.EIO) {
		t.Fatal(err)
	}
	if _, err := s.AddPerson(ctx, "老板", pos.RoleOwner, "1357", "", faultDay); !errors.Is(err, pos.ErrTaken) {
		t.Fatal(err)
	}
	if all, err := s.People(ctx); err != nil || len(all) != 1 {
		t.Fatalf("%v %v", all, err)
	}
	mustBeSound(t, s, 2)
}
