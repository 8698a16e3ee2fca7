package store_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"guitai/pos"
	"guitai/store"
)

// TestCrash_AShiftIsCountedAndOpenOrClosedWithItsPaper kills a till that opens, counts and closes shifts, again and again on the same
// folder, and holds the ledger to every count and every report that was acknowledged.
func TestCrash_AShiftIsCountedAndOpenOrClosedWithItsPaper(t *testing.T) {
	if dir := os.Getenv("STORE_TEST_SHIFTS"); dir != "" {
		closeForEver(t, dir)
		return
	}
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(3, 4))
	between := 0
	for round := range 20 {
		count, z := killClosing(t, dir, 2+random.IntN(8))
		s := mustOpen(t, dir)
		mustVerify(t, s)
		last, err := s.LastZ(ctx)
		if err != nil || last < z {
			t.Fatalf("round %d: Z %d was acknowledged and the last is %d %v", round, z, last, err)
		}
		if standing, err := s.LastCount(ctx); err != nil || count > 0 && last == z && (standing == nil || standing.ID < count) {
			t.Fatalf("round %d: count %d was acknowledged after Z %d, and %+v stands %v", round, count, z, standing, err)
		} else if standing != nil {
			between++
		}
		for n := 1; n <= last; n++ {
			r, err := s.ZReport(ctx, n)
			if err != nil || r.Cash.Counted == nil {
				t.Fatalf("round %d: Z %d %+v %v", round, n, r, err)
			}
		}
		db := raw(t, dir)
		if got := rowsOf(t, db, `SELECT count(*) FROM print_job WHERE document = 'z' AND copy = 0`); got != fmt.Sprintln(last) {
			t.Fatalf("round %d: %s papers for %d reports", round, got, last)
		}
		_ = db.Close()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d of 20 lives ended between a count and its close", between)
	if between == 0 {
		t.Error("nothing was killed between a count and its close")
	}
}

// killClosing starts a till that closes shifts, takes acks off it, kills it, and returns the last count and report that it acknowledged:
// the count is 0 when a report came after it.
func killClosing(t *testing.T, dir string, acks int) (count int64, z int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrash_AShiftIsCountedAndOpenOrClosedWithItsPaper$")
	cmd.Env = append(os.Environ(), "STORE_TEST_SHIFTS="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); {
		word, number, _ := strings.Cut(lines.Text(), " ")
		i, err := strconv.Atoi(number)
		if err != nil || word != "count" && word != "z" {
			continue // a word of the test runner, or half a line
		}
		if word == "count" {
			count = int64(i)
		} else {
			count, z = 0, i
		}
		if n++; n == acks {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // it was killed
	if count == 0 && z == 0 {
		t.Fatal("the till stopped by itself")
	}
	return count, z
}

// closeForEver opens, sells, counts and closes until it is killed. It acknowledges what the ledger says is stored.
func closeForEver(t *testing.T, dir string) {
	ctx := context.Background()
	s := mustOpen(t, dir)
	for i := 0; ; i++ {
		h, err := s.Shift(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if h == nil || !h.Float {
			mustOpenShift(t, s, yuan(100), noon)
		}
		sl := sale(2)
		if _, err := s.SellCash(ctx, sl, cash(fmt.Sprintf("S001-T1-%d-%d", os.Getpid(), i), sl, 5000)); err != nil {
			t.Fatal(err)
		}
		n := mustCount(t, s, yuan(150), noon)
		fmt.Printf("count %d\n", n.ID)
		r := mustClose(t, s, pos.ShiftClose{Count: n.ID, Reason: "x", Keep: 5000, By: "王芳", At: noon})
		fmt.Printf("z %d\n", r.Z)
	}
}

func TestReaders_SeeWholeShiftsWhileTheTillCloses(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := mustOpen(t, t.TempDir())
	look := func(s *store.Store) error {
		z, err := s.LastZ(context.Background())
		if err != nil {
			return err
		}
		if z > 0 {
			r, err := s.ZReport(context.Background(), z)
			if err != nil || r.Check() != nil || r.Z != z || r.Sales != 2 {
				return fmt.Errorf("Z %d: %+v %w", z, r, err)
			}
		}
		r, err := s.XReport(context.Background(), noon)
		if pos.CodeOf(err) == pos.CodeNotFound {
			return nil
		}
		if err == nil && r.Cash.Start+r.Cash.Float != 10000 {
			err = fmt.Errorf("X %+v", r)
		}
		return err
	}
	failed := make(chan error, 4)
	for i := range cap(failed) {
		go func() {
			failed <- func() error {
				for ctx.Err() == nil {
					if err := look(s); err != nil {
						return err
					}
					if i == 0 {
						if v, err := s.Verify(context.Background()); err != nil || !v.OK() {
							return fmt.Errorf("%v %w", v, err)
						}
					}
				}
				return nil
			}()
		}()
	}
	for i := range 25 {
		mustOpenShift(t, s, yuan(100), noon)
		mustCash(t, s, 2*i, sale(1), noon)
		mustCash(t, s, 2*i+1, sale(2), noon)
		n := mustCount(t, s, yuan(110), noon)
		mustClose(t, s, pos.ShiftClose{Count: n.ID, Reason: "x", Keep: pos.Fen(i), At: noon})
	}
	cancel()
	for range cap(failed) {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
}
