package printer

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/printer/printertest"
)

// counter is a spool, its printer, and what was heard of both.
type counter struct {
	*Spool
	fake *printertest.Printer
	box  *outbox
	stop func()

	mu     sync.Mutex
	health []pos.Part
	states []string
}

// renderPaper makes jobs of the kind that printers get.
func renderPaper(_ context.Context, j pos.PrintJob) ([]byte, error) {
	return receiptOf(fmt.Sprintf("no %d.", j.ID), true), nil
}

func newCounter(t *testing.T, m made, o SpoolOptions, jobs ...pos.PrintJob) *counter {
	t.Helper()
	c := &counter{fake: printertest.New(m), box: newOutbox(jobs...)}
	o.Outbox, o.Render = c.box, renderPaper
	if o.Printer == nil {
		o.Printer = inMemory(t, c.fake, Options{})
	}
	o.OnHealth = func(p pos.Part) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.health = append(c.health, p)
	}
	o.OnState = func(j pos.PrintJob) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.states = append(c.states, strings.TrimSpace(fmt.Sprintf("%d %s %s", j.ID, j.State, j.Code)))
	}
	c.Spool, c.stop = start(t, o)
	return c
}

// is what is told of the printer now.
func (c *counter) is() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.health) == 0 {
		return ""
	}
	last := c.health[len(c.health)-1]
	return strings.TrimSpace(fmt.Sprintf("%s %s", last.Light, last.Cause))
}

func (c *counter) want(t *testing.T, health string, papers int) {
	t.Helper()
	if c.is() != health || len(c.fake.Papers()) != papers {
		t.Errorf("health %q and %d papers, want %q and %d", c.is(), len(c.fake.Papers()), health, papers)
	}
}

func TestSpool_WaitsForPaperAsLongAsItTakesAndPrintsByItself(t *testing.T) {
	for name, set := range map[string]func(s *printertest.State, on bool){
		"paper-out":       func(s *printertest.State, on bool) { s.PaperOut = on },
		"cover-open":      func(s *printertest.State, on bool) { s.Cover = on },
		"cutter":          func(s *printertest.State, on bool) { s.Cutter = on },
		"printer-error":   func(s *printertest.State, on bool) { s.Fault = on },
		"printer-offline": func(s *printertest.State, on bool) { s.Offline = on },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCounter(t, made{}, SpoolOptions{})
				c.fake.Set(func(s *printertest.State) { set(s, true) })
				c.box.add(pos.PrintJob{})
				c.box.add(pos.PrintJob{})
				c.Poke()
				bubble.Sleep(2 * time.Second)
				c.want(t, "bad "+name, 0)
				if j := c.box.job(1); j.State != pos.PrintQueued || string(j.Code) != name || j.Cause == "" || j.Tries > 1 {
					t.Errorf("%+v", j)
				}
				if name != "printer-offline" { // which may as well be a cable
					bubble.Sleep(30 * time.Minute)
				}
				c.want(t, "bad "+name, 0)
				if moves := c.box.moves[1]; len(moves) > 3 { // nothing is written down over and over
					t.Errorf("%v", moves)
				}
				c.fake.Set(func(s *printertest.State) { set(s, false) })
				bubble.Sleep(2 * time.Second)
				c.want(t, "ok", 2)
				for id := range int64(2) {
					if j := c.box.job(id + 1); j.State != pos.PrintDone || j.Code != pos.CodeNone || j.Cause != "" {
						t.Errorf("%+v", j)
					}
				}
			})
		})
	}
}

func TestSpool_TroubleShowsBeforeACustomerWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCounter(t, made{}, SpoolOptions{})
		synctest.Wait()
		c.want(t, "ok", 0) // it was asked at once
		c.fake.Set(func(s *printertest.State) { s.PaperOut = true })
		bubble.Sleep(31 * time.Second)
		c.want(t, "bad paper-out", 0)
		c.fake.Set(func(s *printertest.State) { s.PaperOut, s.PaperLow = false, true })
		bubble.Sleep(2 * time.Second)
		c.want(t, "ok paper-low", 0)
		c.box.add(pos.PrintJob{})
		c.Poke()
		synctest.Wait()
		c.want(t, "ok paper-low", 1)
		bubble.Sleep(time.Hour)
		if n := len(c.health); n != 4 { // ready, out, low, printed: no look that finds nothing new is told of
			t.Errorf("%d reports: %+v", n, c.health)
		}
	})
}

func TestSpool_GivesUpWhatCannotBeReachedOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := printertest.New(made{})
		var away atomic.Bool
		dial := func(ctx context.Context, network, address string) (net.Conn, error) {
			if away.Load() {
				return nil, errors.New("no route to host")
			}
			return fake.Dial(ctx, network, address)
		}
		p, err := Open("tcp://printer.invalid:9100", Options{Dial: dial})
		if err != nil {
			t.Fatal(err)
		}
		c := newCounter(t, made{}, SpoolOptions{Printer: p})
		fake.Set(func(s *printertest.State) { s.PaperOut = true })
		c.box.add(pos.PrintJob{})
		bubble.Sleep(20 * time.Minute)
		away.Store(true) // only now begin the ten minutes
		bubble.Sleep(9 * time.Minute)
		if j := c.box.job(1); j.State != pos.PrintQueued {
			t.Errorf("%+v", j)
		}
		bubble.Sleep(2 * time.Minute)
		if j := c.box.job(1); j.State != pos.PrintFailed || j.Code != pos.CodePrinter || !strings.Contains(j.Cause, "no route") {
			t.Errorf("%+v", j)
		}
	})
}

func TestSpool_PaperThatEndsInAJobLeavesItToPeopleAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCounter(t, made{RunsOutLine: 10}, SpoolOptions{}, pos.PrintJob{}, pos.PrintJob{})
		bubble.Sleep(3 * time.Second)
		c.want(t, "bad paper-out", 0)
		if j := c.box.job(1); j.State != pos.PrintUnconfirmed || j.Code != pos.CodePaper {
			t.Errorf("%+v", j)
		}
		if j := c.box.job(2); j.State != pos.PrintQueued || j.Code != pos.CodePaper || j.Tries != 0 {
			t.Errorf("%+v", j)
		}
		c.fake.Set(func(s *printertest.State) { s.PaperOut = false })
		bubble.Sleep(2 * time.Second)
		c.want(t, "ok", 2) // the printer finished the first out of its own memory
		if c.fake.Count("no 1.") != 1 || c.fake.Count("no 2.") != 1 {
			t.Errorf("%q", c.fake.Papers())
		}
	})
}

func TestSpool_APowerCutInTheMiddle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCounter(t, made{Pause: 100 * time.Millisecond}, SpoolOptions{}, pos.PrintJob{}, pos.PrintJob{})
		bubble.Sleep(550 * time.Millisecond) // it asked four times, and a part of the job has left
		c.fake.Restart()
		bubble.Sleep(time.Minute)
		c.stop()
		bubble.Sleep(time.Second) // the printer's own end
		if j := c.box.job(1); j.State != pos.PrintUnconfirmed {
			t.Errorf("%+v", j)
		}
		if j := c.box.job(2); j.State != pos.PrintDone || c.fake.Count("no 1.") > 1 || c.fake.Count("no 2.") != 1 {
			t.Errorf("%+v, %q", j, c.fake.Papers())
		}
		if c.is() != "ok" {
			t.Error(c.is())
		}
	})
}

func TestSpool_WhatAPersonTookIsLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCounter(t, made{}, SpoolOptions{}, pos.PrintJob{})
		c.fake.Set(func(s *printertest.State) { s.PaperOut = true })
		bubble.Sleep(10 * time.Second)
		c.box.end(1)
		c.fake.Set(func(s *printertest.State) { s.PaperOut = false })
		bubble.Sleep(time.Minute)
		c.want(t, "ok", 0)
		if j := c.box.job(1); j.State != pos.PrintCancelled {
			t.Errorf("%+v", j)
		}
	})
	synctest.Test(t, func(t *testing.T) { // between reading it and beginning
		box, paper := newOutbox(pos.PrintJob{}, pos.PrintJob{}), &sheet{}
		_, _ = start(t, SpoolOptions{Outbox: box, Printer: paper, Render: func(ctx context.Context, j pos.PrintJob) ([]byte, error) {
			if j.ID == 1 {
				box.end(1)
			}
			return render(ctx, j)
		}})
		synctest.Wait()
		paper.want(t, rendered(2))
		if j := box.job(1); j.State != pos.PrintCancelled {
			t.Errorf("%+v", j)
		}
	})
}

func TestSpool_TwoPrintersEachWithTheirJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newOutbox(pos.PrintJob{State: pos.PrintSending}, pos.PrintJob{}, pos.PrintJob{Other: true}, pos.PrintJob{Other: true})
		recovery := new(Recovery)
		first, second := &sheet{}, &sheet{}
		one, _ := start(t, SpoolOptions{Outbox: box, Recover: recovery, Printer: first})
		two, _ := start(t, SpoolOptions{Outbox: box, Recover: recovery, Other: true, Printer: second})
		synctest.Wait()
		first.want(t, rendered(2))
		second.want(t, rendered(3), rendered(4))
		if j := box.job(1); j.State != pos.PrintUnconfirmed {
			t.Errorf("%+v", j)
		}

		// The second is taken away: the first does its jobs. And comes back.
		one.Switch(Output{Printer: first, Render: render, Both: true})
		two.Switch(Output{})
		box.add(pos.PrintJob{Other: true})
		bubble.Sleep(time.Minute)
		first.want(t, rendered(2), rendered(5))
		if err := two.Do(t.Context(), func(context.Context, pos.Printer) error { return nil }); pos.CodeOf(err) != pos.CodePrinter {
			t.Error(err)
		}
		two.Switch(Output{Printer: second, Render: render})
		one.Switch(Output{Printer: first, Render: render})
		box.add(pos.PrintJob{Other: true})
		two.Poke()
		synctest.Wait()
		second.want(t, rendered(3), rendered(4), rendered(6))
	})
}

// The only printer has read a job of the other one when that one is set up, and both go for it.
func TestSpool_AJobThatTwoSpoolsReadIsSentByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(context.Context, int, string) (bool, error) {
			<-time.After(10 * time.Second)
			return true, nil
		}
		box := newOutbox(pos.PrintJob{Other: true})
		recovery := new(Recovery)
		first, second := &sheet{do: slow}, &sheet{do: slow}
		late := func(ctx context.Context, j pos.PrintJob) ([]byte, error) {
			<-time.After(5 * time.Second)
			return render(ctx, j)
		}
		one, _ := start(t, SpoolOptions{Outbox: box, Recover: recovery, Printer: first, Render: late, Both: true})
		two, _ := start(t, SpoolOptions{Outbox: box, Recover: recovery, Other: true})
		bubble.Sleep(time.Second)
		one.Switch(Output{Printer: first, Render: render})
		two.Switch(Output{Printer: second, Render: render})
		bubble.Sleep(time.Minute)
		first.want(t)
		second.want(t, rendered(1))
		box.want(t, 1, pos.PrintSending, pos.PrintDone)
	})
}

func TestSpool_SwitchLosesNoJobAndRendersForTheNewPrinter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newOutbox(pos.PrintJob{}, pos.PrintJob{})
		old := &sheet{do: func(ctx context.Context, n int, _ string) (bool, error) {
			if n == 0 { // in hand while the printer is switched
				<-time.After(4 * time.Second)
				return true, nil
			}
			return false, errOff
		}}
		var health []pos.Part
		s, _ := start(t, SpoolOptions{
			Outbox: box, Printer: old, Drawer: []byte("old kick"),
			OnHealth: func(p pos.Part) { health = append(health, p) },
		})
		bubble.Sleep(time.Second)
		fresh := &sheet{}
		wide := func(ctx context.Context, j pos.PrintJob) ([]byte, error) {
			b, err := render(ctx, j)
			return append([]byte("wide "), b...), err
		}
		s.Switch(Output{Printer: &sheet{}, Render: render}) // the last one counts
		s.Switch(Output{Printer: fresh, Render: wide, Drawer: []byte("new kick")})
		if err := s.Kick(t.Context()); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		old.want(t, rendered(1))
		fresh.want(t, "new kick", "wide "+rendered(2))
		box.want(t, 1, pos.PrintSending, pos.PrintDone)
		box.want(t, 2, pos.PrintSending, pos.PrintDone)

		// What waits for a printer that is off is freed by another one, at once.
		broken := &sheet{do: func(context.Context, int, string) (bool, error) { return false, errOff }}
		s.Switch(Output{Printer: broken, Render: render})
		box.add(pos.PrintJob{})
		bubble.Sleep(time.Minute)
		if j := box.job(3); j.State != pos.PrintQueued || string(j.Bytes) != rendered(3) {
			t.Errorf("%+v", j)
		}
		s.Switch(Output{Printer: fresh, Render: wide})
		synctest.Wait()
		fresh.want(t, "new kick", "wide "+rendered(2), "wide "+rendered(3))
		if last := health[len(health)-1]; last.Light != pos.LightOK {
			t.Errorf("%+v", last)
		}
		s.Switch(Output{Printer: none{}, Render: render})
		synctest.Wait()
		if last := health[len(health)-1]; last.Light != pos.LightOff {
			t.Errorf("%+v", last)
		}
	})
}

// TestSpool_ASwitchWhileItLooksForAJob: the job that is found was queued behind the switch, and belongs to the new printer.
func TestSpool_ASwitchWhileItLooksForAJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newOutbox(pos.PrintJob{})
		old, fresh := &sheet{}, &sheet{}
		switched := make(chan struct{})
		box.fault = func(op string, _ pos.PrintState) (fail, commit bool) {
			if op == "next" {
				<-switched
			}
			return false, true
		}
		s, _ := start(t, SpoolOptions{Outbox: box, Printer: old})
		synctest.Wait() // it adopted the old one and waits for the outbox
		s.Switch(Output{Printer: fresh, Render: render})
		close(switched)
		synctest.Wait()
		old.want(t)
		fresh.want(t, rendered(1))
	})
}

func TestSpool_DoIsBetweenTwoJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newOutbox(pos.PrintJob{}, pos.PrintJob{})
		paper := &sheet{do: func(ctx context.Context, _ int, _ string) (bool, error) {
			<-time.After(2 * time.Second)
			return true, nil
		}}
		s, stop := start(t, SpoolOptions{Outbox: box, Printer: paper})
		bubble.Sleep(time.Second)
		hurried, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		if err := s.Do(hurried, func(context.Context, pos.Printer) error { t.Error("it was done"); return nil }); pos.CodeOf(err) != pos.CodePrinterBusy {
			t.Error(err)
		}
		if err := s.Do(t.Context(), func(ctx context.Context, p pos.Printer) error {
			_, err := p.Print(ctx, []byte("a test page"))
			return err
		}); err != nil {
			t.Error(err)
		}
		bubble.Sleep(time.Minute)
		paper.want(t, rendered(1), "a test page", rendered(2))
		if err := s.Do(t.Context(), func(context.Context, pos.Printer) error { panic("a fault") }); pos.CodeOf(err) != pos.CodeInternal {
			t.Error(err)
		}
		if err := s.Do(t.Context(), func(context.Context, pos.Printer) error { return errOff }); !errors.Is(err, errOff) {
			t.Error(err)
		}

		// It ends with the caller, and with the spool.
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		endless := func(ctx context.Context, _ pos.Printer) error { <-ctx.Done(); return ctx.Err() }
		if err := s.Do(short, endless); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- s.Do(t.Context(), endless) }()
		synctest.Wait()
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := s.Do(t.Context(), endless); pos.CodeOf(err) != pos.CodePrinter {
			t.Error(err)
		}
	})
}

func TestSpool_TheDrawerOpensWithoutPaperAndSaysNothingOfThePrinter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCounter(t, made{}, SpoolOptions{Drawer: []byte("\x1bp\x00\x19\xfa")})
		synctest.Wait()
		c.fake.Set(func(s *printertest.State) { s.PaperOut = true })
		c.box.add(pos.PrintJob{})
		c.Poke()
		bubble.Sleep(time.Second)
		from := time.Now()
		if err := c.Kick(t.Context()); err != nil || time.Since(from) > time.Second {
			t.Error(err, time.Since(from))
		}
		c.want(t, "bad paper-out", 0)
	})
}

func TestSpool_ASilentPrinterIsBelievedWhenItTakesThings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCounter(t, made{Silent: true, ResetAfter: 300}, SpoolOptions{}, pos.PrintJob{}, pos.PrintJob{})
		bubble.Sleep(time.Second)
		if j := c.box.job(1); j.State != pos.PrintUnconfirmed || j.Code != pos.CodePrinterOff || c.is() != "bad printer-offline" {
			t.Errorf("%+v, %s", j, c.is())
		}
		c.fake.Become(made{Silent: true})
		bubble.Sleep(5 * time.Second)
		if j := c.box.job(2); j.State != pos.PrintDone || c.is() != "ok" || c.fake.Count("no 2.") != 1 {
			t.Errorf("%+v, %s", j, c.is())
		}
	})
}

func TestSpool_AWebServerGetsNoReceiptsAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCounter(t, made{Web: true}, SpoolOptions{}, pos.PrintJob{})
		bubble.Sleep(2 * time.Second)
		if j := c.box.job(1); j.State != pos.PrintQueued || j.Code != pos.CodePrinterPort || c.is() != "bad printer-port" {
			t.Errorf("%+v, %s", j, c.is())
		}
		c.fake.Become(made{})
		bubble.Sleep(5 * time.Second)
		c.want(t, "ok", 1)
	})
}
