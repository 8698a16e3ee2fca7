package printer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"guitai/pos"
)

// spooler is the system's print system.
type spooler interface {
	// state tells how a queue is. An error says that it cannot be told.
	state(ctx context.Context, queue string) (pos.Code, string, error)
	// submit hands a job over. Nothing of it is on its way when there is an error.
	submit(ctx context.Context, queue, title string, job []byte) (handed, error)
}

// handed is a job that a print system has.
type handed interface {
	// left reports whether the job has left the queue, and what keeps it. gone with an error: it left, but not for the printer, or not
	// all of it. An error without gone is asked again.
	left(ctx context.Context) (gone bool, code pos.Code, err error)
	// withdraw takes it out again: what stays in a queue comes out when nobody knows of it any more.
	withdraw(ctx context.Context) error
	close()
}

// queue is a print queue of the system. What such a queue knows is that a job left it; the printer's own word for it does not come
// back.
type queue struct {
	name string
	o    Options
	sys  spooler

	mu   sync.Mutex
	last pos.PrinterStatus
}

const queuePoll = 250 * time.Millisecond // between looks at a job

var errStays = errors.New("it stays in the print queue, and was taken out")

func newQueue(name string, o Options) *queue {
	o.QueueTimeout = cmp.Or(o.QueueTimeout, time.Minute)
	return &queue{name: name, o: o, sys: newSpooler(o)}
}

func (q *queue) String() string { return "queue:" + q.name }

// Print implements [pos.Printer].
func (q *queue) Print(ctx context.Context, job []byte) (began bool, err error) {
	return q.printNamed(ctx, "receipt", job)
}

func (q *queue) printNamed(ctx context.Context, name string, job []byte) (began bool, err error) {
	if status, err := q.Status(ctx); err != nil {
		return false, err
	} else if !prints(status.Code) {
		return false, q.fail(status.Code, "look at print queue", errors.New(status.Detail))
	}
	h, err := q.sys.submit(ctx, q.name, name, job)
	if err != nil {
		return ctx.Err() != nil, q.fail(q.codeOf(err), "hand over to print queue", err) // cut short, it may have it all the same
	}
	defer h.close()
	if q.o.Ask == AskNone {
		return true, nil
	}
	if code, err := q.follow(ctx, h); err != nil {
		return true, q.fail(code, "wait for print queue", err)
	}
	if q.o.Ask == AskRequire { // to leave a queue is not to be on paper
		return true, q.fail(pos.CodePrinter, "confirm printing", errSilent)
	}
	return true, nil
}

// follow waits until a job has left its queue. What does not leave is taken out: it would come out when nobody expects it.
func (q *queue) follow(ctx context.Context, h handed) (pos.Code, error) {
	limit, cancel := context.WithTimeout(ctx, q.o.QueueTimeout)
	defer cancel()
	tick := time.NewTicker(queuePoll)
	defer tick.Stop()
	kept := pos.CodePrinter
	for {
		gone, code, err := h.left(limit)
		switch {
		case gone && err != nil: // nothing is left to wait for, or to take out
			return cmp.Or(code, pos.CodePrinter), err
		case gone:
			return pos.CodeNone, nil
		}
		if code != pos.CodeNone {
			kept = code
		}
		select {
		case <-tick.C:
		case <-limit.Done():
			after, cancel := context.WithTimeout(context.WithoutCancel(ctx), statusTime)
			defer cancel()
			return kept, errors.Join(errStays, h.withdraw(after))
		}
	}
}

// pulse hands a drawer kick over, and takes it out again if it has not left in its time: a queue that is stopped would keep it, and the
// drawer spring open when somebody starts it again. A receipt could not come before it leaves anyway.
func (q *queue) pulse(ctx context.Context, command []byte) error {
	h, err := q.sys.submit(ctx, q.name, "drawer", command)
	if err != nil {
		return q.fail(q.codeOf(err), "hand over to print queue", err)
	}
	defer h.close()
	ctx, cancel := context.WithTimeout(ctx, KickLife)
	defer cancel()
	if code, err := q.follow(ctx, h); err != nil {
		return q.fail(code, "wait for print queue", err)
	}
	return nil
}

// Status implements [pos.Printer]: how the queue is, which is all that is known of the printer.
func (q *queue) Status(ctx context.Context) (pos.PrinterStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, statusTime)
	defer cancel()
	code, detail, err := q.sys.state(ctx, q.name)
	status := pos.PrinterStatus{Code: code, Detail: detail, Silent: true, Checked: time.Now()}
	if err != nil {
		return status, q.fail(q.codeOf(err), "look at print queue", err)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.last = status
	return status, nil
}

func (q *queue) lastStatus() pos.PrinterStatus {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.last
}

func (q *queue) codeOf(err error) pos.Code {
	if e, ok := errors.AsType[*pos.Error](err); ok {
		return e.Code
	}
	return codeOfSystem(err)
}

func (q *queue) fail(code pos.Code, op string, err error) error {
	return pos.E(code, op, fmt.Errorf("%s: %w", q, err))
}
