package printer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
)

func TestSpool_PrintsWhatItIsPokedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newOutbox()
		paper := &sheet{}
		paper.do = func(_ context.Context, n int, job string) (bool, error) {
			if j := box.job(int64(n + 1)); string(j.Bytes) != job || j.State != pos.PrintSending {
				t.Errorf("sent before it was stored and marked: %+v", j)
			}
			return true, nil
		}
		var heard []pos.PrintJob
		var health []pos.Part
		s, stop := start(t, SpoolOptions{
			Outbox: box, Printer: paper,
			OnState:  func(j pos.PrintJob) { heard = append(heard, j) },
			OnHealth: func(p pos.Part) { health = append(health, p) },
		})
		synctest.Wait()
		box.add(pos.PrintJob{})
		box.add(pos.PrintJob{})
		for range 100 {
			s.Poke() // never waits
		}
		synctest.Wait()
		paper.want(t, rendered(1), rendered(2))
		box.want(t, 1, pos.PrintSending, pos.PrintDone)
		box.want(t, 2, pos.PrintSending, pos.PrintDone)
		stop()
		var states []string
		for _, j := range heard {
			if j.Bytes != nil || j.Tries != 1 || j.Cause != "" {
				t.Errorf("heard %+v", j)
			}
			states = append(states, fmt.Sprintf("%d %s", j.ID, j.State))
		}
		if want := []string{"1 sending", "1 printed", "2 sending", "2 printed"}; !slices.Equal(states, want) {
			t.Errorf("heard %q", states)
		}
		if len(health) != 2 || health[1].Light != pos.LightOK || health[1].Cause != pos.CodeNone || health[1].At.IsZero() {
			t.Errorf("health %+v", health)
		}
	})
}

func TestSpool_LooksByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box, paper := newOutbox(), &sheet{}
		_, _ = start(t, SpoolOptions{Outbox: box, Printer: paper})
		synctest.Wait()
		box.add(pos.PrintJob{})
		bubble.Sleep(14 * time.Second)
		paper.want(t)
		bubble.Sleep(2 * time.Second)
		paper.want(t, rendered(1))
	})
}

func TestSpool_TriesWhatNeverReachedThePrinterAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box, paper := newOutbox(pos.PrintJob{}, pos.PrintJob{}), &sheet{}
		paper.do = func(_ context.Context, n int, _ string) (bool, error) {
			if n < 4 {
				return false, errOff
			}
			return true, nil
		}
		renders := 0
		var bad int
		s, _ := start(t, SpoolOptions{
			Outbox: box, Printer: paper,
			Render: func(ctx context.Context, j pos.PrintJob) ([]byte, error) { renders++; return render(ctx, j) },
			OnHealth: func(p pos.Part) {
				if p.Light == pos.LightBad && p.Cause == pos.CodePrinter {
					bad++
				}
			},
		})
		from := time.Now()
		for range 15 {
			bubble.Sleep(time.Second)
			s.Poke() // does not hurry a printer that is off
		}
		synctest.Wait()
		paper.want(t, rendered(1), rendered(1), rendered(1), rendered(1), rendered(1), rendered(2))
		for i, at := range paper.when[:5] {
			if at.Sub(from) != time.Duration(i)*1500*time.Millisecond {
				t.Errorf("try %d after %v", i+1, at.Sub(from))
			}
		}
		if j := box.job(1); j.State != pos.PrintDone || j.Tries != 5 || j.Cause != "" || renders != 2 || bad != 1 {
			t.Errorf("%+v after %d renders and %d bad reports", j, renders, bad)
		}
	})
}

func TestSpool_GivesUpAfterTenMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newOutbox(pos.PrintJob{}, pos.PrintJob{})
		paper := &sheet{do: func(context.Context, int, string) (bool, error) { return false, errOff }}
		_, _ = start(t, SpoolOptions{Outbox: box, Printer: paper})
		bubble.Sleep(10*time.Minute - time.Second)
		if j := box.job(1); j.State != pos.PrintQueued {
			t.Errorf("after almost ten minutes: %+v", j)
		}
		bubble.Sleep(2 * time.Second)
		for id := range int64(2) {
			if j := box.job(id + 1); j.State != pos.PrintFailed || !strings.Contains(j.Cause, "refused") || j.Tries == 0 {
				t.Errorf("after ten minutes: %+v", j)
			}
		}
	})
}

func TestSpool_AJobOfThisRunIsTriedHoweverLongItWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paper := &sheet{do: func(context.Context, int, string) (bool, error) {
			<-time.After(11 * time.Minute) // a very long roll, or a clock put forward
			return true, nil
		}}
		_, stop := start(t, SpoolOptions{Outbox: newOutbox(pos.PrintJob{}, pos.PrintJob{}), Printer: paper})
		bubble.Sleep(time.Hour)
		stop()
		paper.want(t, rendered(1), rendered(2))
	})
}

func TestSpool_NeverSendsAgainWhatMayBeOnPaper(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newOutbox(pos.PrintJob{}, pos.PrintJob{})
		paper := &sheet{do: func(_ context.Context, n int, _ string) (bool, error) {
			if n == 0 {
				return true, pos.E(pos.CodePrinter, "send to printer", errors.New("reset"))
			}
			return true, nil
		}}
		_, _ = start(t, SpoolOptions{Outbox: box, Printer: paper})
		bubble.Sleep(time.Hour)
		paper.want(t, rendered(1), rendered(2))
		box.want(t, 1, pos.PrintSending, pos.PrintUnconfirmed)
		if j := box.job(1); !strings.Contains(j.Cause, "reset") {
			t.Errorf("%+v", j)
		}
	})
}

func TestSpool_AFaultInOneReceiptStopsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box, paper := newOutbox(pos.PrintJob{}, pos.PrintJob{}, pos.PrintJob{}, pos.PrintJob{}), &sheet{}
		_, _ = start(t, SpoolOptions{Outbox: box, Printer: paper, Render: func(ctx context.Context, j pos.PrintJob) ([]byte, error) {
			switch j.ID {
			case 1:
				return nil, pos.E(pos.CodePrinter, "lay out receipt", errors.New("an amount does not fit"))
			case 2:
				var none []byte
				return none[5:9], nil // a fault of the program
			case 3:
				return nil, nil
			}
			return render(ctx, j)
		}})
		synctest.Wait()
		paper.want(t, rendered(4))
		for id, cause := range map[int64]string{1: "does not fit", 2: "out of range", 3: "nothing was rendered"} {
			if j := box.job(id); j.State != pos.PrintFailed || !strings.Contains(j.Cause, cause) || j.Tries != 0 {
				t.Errorf("%+v", j)
			}
		}
	})
}

func TestSpool_AfterACrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		box := newOutbox(
			pos.PrintJob{State: pos.PrintSending, Bytes: []byte("half on paper"), QueuedAt: now.Add(-time.Minute)},
			pos.PrintJob{QueuedAt: now.Add(-time.Minute), Bytes: []byte("rendered before")},
			pos.PrintJob{QueuedAt: now.Add(-11 * time.Minute)},
		)
		paper, told := &sheet{}, 0
		_, _ = start(t, SpoolOptions{Outbox: box, Printer: paper, OnRecover: func() { told++ }})
		synctest.Wait()
		if told != 1 {
			t.Errorf("told %d times that a job is not confirmed", told)
		}
		paper.want(t, rendered(2)) // for the printer that is there now: the settings may have changed meanwhile
		if j := box.job(1); j.State != pos.PrintUnconfirmed {
			t.Errorf("%+v", j)
		}
		if j := box.job(3); j.State != pos.PrintFailed || j.Cause == "" {
			t.Errorf("%+v", j)
		}
	})
}

func TestSpool_ALedgerThatFailsDelaysPaperAndDoublesNothing(t *testing.T) {
	for _, op := range []string{"recover ", "next ", "store ", "mark sending", "mark printed"} {
		for _, commit := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s committed %v", op, commit), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					box, paper := newOutbox(pos.PrintJob{}, pos.PrintJob{}), &sheet{}
					left := 5
					box.fault = func(what string, state pos.PrintState) (bool, bool) {
						if what+" "+string(state) == op && left > 0 {
							left--
							return true, commit
						}
						return false, true
					}
					var log bytes.Buffer
					_, stop := start(t, SpoolOptions{Outbox: box, Printer: paper, Log: slog.New(slog.NewTextHandler(&log, nil))})
					bubble.Sleep(2 * time.Minute)
					stop()
					paper.want(t, rendered(1), rendered(2))
					for id := range int64(2) {
						if j := box.job(id + 1); j.State != pos.PrintDone || j.Tries != 1 {
							t.Errorf("%+v", j)
						}
					}
					streaks := 1
					if op == "store " && commit {
						streaks = 2 // each job fails once, with one printed between them
					}
					if n := strings.Count(log.String(), "no space left"); n != streaks {
						t.Errorf("logged %d times:\n%s", n, &log)
					}
				})
			})
		}
	}
}

func TestSpool_StopLetsTheJobInHandFinish(t *testing.T) {
	for name, c := range map[string]struct {
		takes time.Duration
		state pos.PrintState
		stops time.Duration
	}{
		"in time":  {4 * time.Second, pos.PrintDone, 3 * time.Second},
		"too long": {time.Hour, pos.PrintUnconfirmed, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				box := newOutbox(pos.PrintJob{}, pos.PrintJob{})
				paper := &sheet{do: func(ctx context.Context, _ int, _ string) (bool, error) {
					select {
					case <-time.After(c.takes):
						return true, nil
					case <-ctx.Done():
						return true, pos.E(pos.CodePrinter, "send to printer", ctx.Err())
					}
				}}
				_, stop := start(t, SpoolOptions{Outbox: box, Printer: paper})
				bubble.Sleep(time.Second)
				from := time.Now()
				stop()
				if took := time.Since(from); took != c.stops {
					t.Errorf("stopped after %v", took)
				}
				paper.want(t, rendered(1))
				box.want(t, 1, pos.PrintSending, c.state)
				if j := box.job(2); j.State != pos.PrintQueued {
					t.Errorf("%+v", j)
				}
			})
		})
	}
}

func TestSpool_StopInTheMiddleOfRenderingLeavesTheJobAsItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box, paper := newOutbox(pos.PrintJob{}), &sheet{}
		_, stop := start(t, SpoolOptions{Outbox: box, Printer: paper, Render: func(ctx context.Context, _ pos.PrintJob) ([]byte, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}})
		synctest.Wait()
		stop()
		paper.want(t)
		box.want(t, 1)
	})
}

func TestSpool_RunsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stop := start(t, SpoolOptions{Outbox: newOutbox(), Printer: none{}})
		synctest.Wait()
		if err := s.Run(t.Context()); pos.CodeOf(err) != pos.CodeConflict {
			t.Error(err)
		}
		stop()
	})
}

func TestSpool_WithoutAPrinterTheLightIsOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newOutbox(pos.PrintJob{})
		var health []pos.Light
		_, stop := start(t, SpoolOptions{Outbox: box, Printer: none{}, OnHealth: func(p pos.Part) { health = append(health, p.Light) }})
		synctest.Wait()
		stop()
		box.want(t, 1, pos.PrintSending, pos.PrintDone)
		if !slices.Equal(health, []pos.Light{pos.LightOff}) {
			t.Errorf("health %v", health)
		}
	})
}

func TestSpool_NamesFilesAfterTheReceipt(t *testing.T) {
	dir := t.TempDir()
	p, err := Open("file:"+dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	box := newOutbox(pos.PrintJob{}, pos.PrintJob{Copy: 2}, pos.PrintJob{})
	printed := make(chan int64, 3)
	_, stop := start(t, SpoolOptions{
		Outbox: box, Printer: p,
		Name: func(_ context.Context, j pos.PrintJob) string {
			if j.ID == 3 {
				return ""
			}
			return "S001-T1-20261120-0001"
		},
		OnState: func(j pos.PrintJob) {
			if j.State == pos.PrintDone {
				printed <- j.ID
			}
		},
	})
	for range 3 {
		<-printed
	}
	stop()
	for id, name := range []string{"S001-T1-20261120-0001.bin", "S001-T1-20261120-0001-r2.bin", "job-000003.bin"} {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(b) != rendered(int64(id+1)) {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
}
