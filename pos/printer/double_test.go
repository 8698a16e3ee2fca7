package printer

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
)

// world is one outbox and one printer through several lives of the program, with faults drawn by chance.
type world struct {
	box     *outbox
	paper   *sheet
	reached map[string]int // how often each receipt came to paper, or may have
	dead    bool           // the program has crashed: nothing is committed any more
}

func newWorld(r *rand.Rand) *world {
	w := &world{box: newOutbox(), reached: map[string]int{}}
	w.box.fault = func(string, pos.PrintState) (bool, bool) {
		switch {
		case w.dead:
			return true, false
		case r.IntN(4) > 0:
			return false, true
		}
		return true, r.IntN(2) == 0
	}
	w.paper = &sheet{do: func(ctx context.Context, _ int, job string) (bool, error) {
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(r.IntN(9000)) * time.Millisecond):
		}
		switch r.IntN(4) {
		case 0:
			return false, errOff
		case 1:
			w.reached[job]++
			return true, pos.E(pos.CodePrinter, "send to printer", errors.New("reset"))
		}
		w.reached[job]++
		return true, nil
	}}
	return w
}

func (w *world) crash(dead bool) {
	w.box.mu.Lock()
	defer w.box.mu.Unlock()
	w.dead = dead
}

// live runs the program once, and ends it cleanly or by a crash.
func (w *world) live(t *testing.T, r *rand.Rand) {
	s, stop := start(t, SpoolOptions{Outbox: w.box, Printer: w.paper})
	for range r.IntN(4) {
		w.box.add(pos.PrintJob{})
		s.Poke()
		bubble.Sleep(time.Duration(r.IntN(8000)) * time.Millisecond)
	}
	w.crash(r.IntN(2) == 0)
	stop()
	w.crash(false)
}

// TestSpool_NoFaultPrintsTwice goes through random faults of printer and disk, crashes and clean stops. Whatever happens,
// no job that may have reached paper is sent again, every job comes to an end, and the end is true.
func TestSpool_NoFaultPrintsTwice(t *testing.T) {
	ends := map[pos.PrintState]int{}
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) {
			lives, faults := rand.New(rand.NewPCG(seed, 1)), rand.New(rand.NewPCG(seed, 2))
			w := newWorld(faults)
			for range 6 {
				w.live(t, lives)
			}
			w.box.fault = nil
			_, stop := start(t, SpoolOptions{Outbox: w.box, Printer: w.paper})
			bubble.Sleep(2 * time.Hour)
			stop()
			for _, j := range w.box.jobs {
				ends[j.State]++
				n := w.reached[rendered(j.ID)]
				switch j.State {
				case pos.PrintDone:
					if n != 1 {
						t.Errorf("seed %d: job %d is printed and reached paper %d times", seed, j.ID, n)
					}
				case pos.PrintFailed:
					if n != 0 {
						t.Errorf("seed %d: job %d failed and is on paper", seed, j.ID)
					}
				case pos.PrintUnconfirmed:
					if n > 1 {
						t.Errorf("seed %d: job %d reached paper %d times: %v", seed, j.ID, n, w.box.moves[j.ID])
					}
				default:
					t.Errorf("seed %d: job %d is still %s", seed, j.ID, j.State)
				}
			}
		})
	}
	if ends[pos.PrintDone] < 50 || ends[pos.PrintUnconfirmed] < 50 {
		t.Errorf("the faults were too kind or too cruel to show anything: %v", ends)
	}
	t.Log(ends)
}
