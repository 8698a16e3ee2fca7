package printer

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
)

var drawer = []byte("kick")

func TestKick_OpensTheDrawerAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paper := &sheet{}
		s, _ := start(t, SpoolOptions{Outbox: newOutbox(), Printer: paper, Drawer: drawer})
		synctest.Wait()
		from := time.Now()
		if err := s.Kick(t.Context()); err != nil || time.Since(from) != 0 {
			t.Errorf("%v after %v", err, time.Since(from))
		}
		paper.want(t, "kick")
	})
}

func TestKick_ComesBeforeWaitingReceiptsAndAfterTheOneInHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newOutbox(pos.PrintJob{}, pos.PrintJob{}, pos.PrintJob{})
		paper := &sheet{do: func(context.Context, int, string) (bool, error) {
			<-time.After(2 * time.Second)
			return true, nil
		}}
		s, _ := start(t, SpoolOptions{Outbox: box, Printer: paper, Drawer: drawer})
		bubble.Sleep(time.Second)
		if err := s.Kick(t.Context()); err != nil {
			t.Error(err)
		}
		bubble.Sleep(time.Minute)
		paper.want(t, rendered(1), "kick", rendered(2), rendered(3))
	})
}

func TestKick_IsNotKeptForLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paper := &sheet{do: func(context.Context, int, string) (bool, error) {
			<-time.After(8 * time.Second)
			return true, nil
		}}
		s, _ := start(t, SpoolOptions{Outbox: newOutbox(pos.PrintJob{}), Printer: paper, Drawer: drawer})
		bubble.Sleep(time.Second)
		s.PostKick()
		from := time.Now()
		if err := s.Kick(t.Context()); pos.CodeOf(err) != pos.CodePrinter || time.Since(from) != 5*time.Second {
			t.Errorf("%v after %v", err, time.Since(from))
		}
		bubble.Sleep(time.Hour)
		paper.want(t, rendered(1))
	})
}

// The printer is busy for longer than a kick lives: the one of the next sale is not lost for it.
func TestPostKick_OneThatIsTooLateIsNotInTheWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paper := &sheet{do: func(_ context.Context, n int, _ string) (bool, error) {
			if n == 0 {
				<-time.After(8 * time.Second)
			}
			return true, nil
		}}
		s, _ := start(t, SpoolOptions{Outbox: newOutbox(pos.PrintJob{}), Printer: paper, Drawer: drawer})
		bubble.Sleep(time.Second)
		s.PostKick()
		bubble.Sleep(6 * time.Second)
		s.PostKick()
		s.PostKick() // one is enough for both
		bubble.Sleep(time.Minute)
		paper.want(t, rendered(1), "kick")
	})
}

func TestKick_IsNeverTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paper := &sheet{do: func(context.Context, int, string) (bool, error) { return false, errOff }}
		var health []pos.Part
		s, stop := start(t, SpoolOptions{Outbox: newOutbox(), Printer: paper, Drawer: drawer, OnHealth: func(p pos.Part) { health = append(health, p) }})
		if err := s.Kick(t.Context()); !errors.Is(err, errOff) || pos.CodeOf(err) != pos.CodePrinter {
			t.Error(err)
		}
		bubble.Sleep(time.Hour)
		stop()
		paper.want(t, "kick")
		if len(health) != 1 || health[0].Light != pos.LightBad {
			t.Errorf("%+v", health)
		}
	})
}

func TestKick_EndsWithItsTimeAlsoInThePrinter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paper := &sheet{do: func(ctx context.Context, _ int, _ string) (bool, error) {
			<-ctx.Done()
			return true, ctx.Err()
		}}
		s, _ := start(t, SpoolOptions{Outbox: newOutbox(), Printer: paper, Drawer: drawer})
		from := time.Now()
		if err := s.Kick(t.Context()); pos.CodeOf(err) != pos.CodePrinter || time.Since(from) != 5*time.Second {
			t.Errorf("%v after %v", err, time.Since(from))
		}
	})
}

func TestKick_WhileAReceiptWaitsForThePrinter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newOutbox(pos.PrintJob{})
		paper := &sheet{do: func(_ context.Context, n int, _ string) (bool, error) {
			if n == 0 {
				return false, errOff
			}
			return true, nil
		}}
		s, _ := start(t, SpoolOptions{Outbox: box, Printer: paper, Drawer: drawer})
		bubble.Sleep(time.Second)
		s.PostKick()
		bubble.Sleep(time.Minute)
		paper.want(t, rendered(1), "kick", rendered(1))
		if gap := paper.when[2].Sub(paper.when[0]); gap != 1500*time.Millisecond {
			t.Errorf("the receipt was tried again after %v", gap)
		}
	})
}

func TestKick_WhenNothingCanCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		without, stop := start(t, SpoolOptions{Outbox: newOutbox(), Printer: none{}})
		without.PostKick()
		if err := without.Kick(t.Context()); pos.CodeOf(err) != pos.CodeInvalid {
			t.Error(err)
		}
		stop()

		idle := NewSpool(SpoolOptions{Outbox: newOutbox(), Printer: none{}, Drawer: drawer})
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		for range 2 {
			if err := idle.Kick(gone); !errors.Is(err, context.Canceled) || pos.CodeOf(err) != pos.CodePrinter {
				t.Error(err)
			}
		}
		if err := idle.Kick(t.Context()); pos.CodeOf(err) != pos.CodePrinter {
			t.Error("nobody runs, yet", err)
		}

		s, stop := start(t, SpoolOptions{Outbox: newOutbox(), Printer: none{}, Drawer: drawer})
		if err := s.Kick(t.Context()); err != nil {
			t.Error(err)
		}
		stop()
		from := time.Now()
		if err := s.Kick(t.Context()); pos.CodeOf(err) != pos.CodePrinter || time.Since(from) != 0 {
			t.Errorf("after the stop: %v after %v", err, time.Since(from))
		}
	})
}
