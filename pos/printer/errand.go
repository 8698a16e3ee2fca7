package printer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"guitai/pos"
)

// errand is something that is to be done with the printer between two jobs.
type errand struct {
	ctx    context.Context
	do     func(ctx context.Context, p pos.Printer) error
	answer chan error // takes one without waiting
}

// Do runs something with the printer, on the spool's goroutine and between two jobs, so that nothing else is sent meanwhile: a test
// page, a look at its state, a try of the drawer. It waits for its turn as long as ctx lasts, and then for do, whose ctx ends
// with the caller's and with the spool. CodePrinterBusy when its turn did not come; CodePrinter when the spool has stopped, or
// there is no printer; else what do returns. do must not call the spool.
func (s *Spool) Do(ctx context.Context, do func(ctx context.Context, p pos.Printer) error) error {
	e := &errand{ctx: ctx, do: do, answer: make(chan error, 1)}
	select {
	case s.desk <- e:
	case <-ctx.Done():
		return pos.E(pos.CodePrinterBusy, "use printer", errors.Join(errBusy, ctx.Err()))
	case <-s.done:
		return pos.E(pos.CodePrinter, "use printer", errStopped)
	}
	return <-e.answer // it was taken: it is being done
}

var (
	errBusy      = errors.New("the printer was not free in time")
	errStopped   = errors.New("the spool has stopped")
	errNoPrinter = errors.New("no printer is set up")
)

// errandWaiting does what somebody waits for.
func (s *Spool) errandWaiting(ctx context.Context) {
	select {
	case e := <-s.desk:
		s.run(ctx, e)
	default:
	}
}

// run does an errand. How the printer is afterwards is looked at anew.
func (s *Spool) run(hand context.Context, e *errand) {
	s.adopt()
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	defer context.AfterFunc(hand, cancel)()
	e.answer <- s.guard(ctx, e)
	s.looked = time.Time{}
}

func (s *Spool) guard(ctx context.Context, e *errand) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = pos.E(pos.CodeInternal, "use printer", fmt.Errorf("%v", fault))
		}
	}()
	if s.out.Printer == nil {
		return pos.E(pos.CodePrinter, "use printer", errNoPrinter)
	}
	return e.do(ctx, s.out.Printer)
}
