package printer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"guitai/pos"
)

// outbox is print jobs in memory, with faults to order. What a call commits before it fails is the caller's to find out,
// as with a real disk.
type outbox struct {
	mu    sync.Mutex
	jobs  []*pos.PrintJob
	fault func(op string, state pos.PrintState) (fail, commit bool)
	moves map[int64][]pos.PrintState
}

var errDisk = pos.E(pos.CodeFull, "write", errors.New("no space left"))

func newOutbox(jobs ...pos.PrintJob) *outbox {
	o := &outbox{moves: map[int64][]pos.PrintState{}}
	for _, j := range jobs {
		o.add(j)
	}
	return o
}

func (o *outbox) add(j pos.PrintJob) {
	o.mu.Lock()
	defer o.mu.Unlock()
	j.ID = int64(len(o.jobs) + 1)
	j.Sale = pos.SaleID(100 + j.ID)
	if j.State == "" {
		j.State = pos.PrintQueued
	}
	if j.QueuedAt.IsZero() {
		j.QueuedAt = time.Now()
	}
	j.Document = pos.DocSale
	if j.Copy > 0 {
		j.Document = pos.DocReprint
	}
	o.jobs = append(o.jobs, &j)
}

func (o *outbox) faulty(op string, state pos.PrintState) (fail, commit bool) {
	if o.fault == nil {
		return false, true
	}
	return o.fault(op, state)
}

func (o *outbox) NextJob(ctx context.Context) (*pos.PrintJob, error) { return o.NextJobOf(ctx, false) }

func (o *outbox) NextJobOf(ctx context.Context, other bool) (*pos.PrintJob, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if fail, _ := o.faulty("next", ""); fail || ctx.Err() != nil {
		return nil, errDisk
	}
	for _, j := range o.jobs {
		if j.State == pos.PrintQueued && j.Other == other {
			c := *j
			return &c, nil
		}
	}
	return nil, nil
}

func (o *outbox) StoreBytes(ctx context.Context, id int64, rendered []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	fail, commit := o.faulty("store", "")
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if commit {
		o.jobs[id-1].Bytes = slices.Clone(rendered)
	}
	if fail {
		return errDisk
	}
	return nil
}

func (o *outbox) MarkJob(ctx context.Context, id int64, state pos.PrintState, tries int, code pos.Code, cause string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	fail, commit := o.faulty("mark", state)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if commit {
		j := o.jobs[id-1]
		if j.State == pos.PrintCancelled {
			return pos.E(pos.CodeConflict, "mark print job", errors.New("it was taken out of the queue"))
		}
		if state == pos.PrintSending && (j.State != pos.PrintQueued || tries != j.Tries+1) {
			return pos.E(pos.CodeConflict, "mark print job", errors.New("another spool has it"))
		}
		j.State, j.Tries, j.Code, j.Cause = state, tries, code, cause
		o.moves[id] = append(o.moves[id], state)
	}
	if fail {
		return errDisk
	}
	return nil
}

func (o *outbox) RecoverJobs(ctx context.Context) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if fail, _ := o.faulty("recover", ""); fail || ctx.Err() != nil {
		return 0, errDisk
	}
	n := 0
	for _, j := range o.jobs {
		if j.State == pos.PrintSending {
			j.State = pos.PrintUnconfirmed
			n++
		}
	}
	return n, nil
}

// end is a person who takes a job out of the queue.
func (o *outbox) end(id int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.jobs[id-1].State = pos.PrintCancelled
}

func (o *outbox) job(id int64) pos.PrintJob {
	o.mu.Lock()
	defer o.mu.Unlock()
	return *o.jobs[id-1]
}

func (o *outbox) want(t *testing.T, id int64, states ...pos.PrintState) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if !slices.Equal(o.moves[id], states) {
		t.Errorf("job %d went %v, want %v", id, o.moves[id], states)
	}
}

// sheet is a printer of paper that remembers what it was sent. do decides about each job; nil prints it.
type sheet struct {
	mu   sync.Mutex
	got  []string
	when []time.Time
	do   func(ctx context.Context, n int, job string) (began bool, err error)
}

var errOff = pos.E(pos.CodePrinter, "connect to printer", errors.New("connection refused"))

func (p *sheet) Status(context.Context) (pos.PrinterStatus, error) { return pos.PrinterStatus{}, nil }

func (p *sheet) String() string { return "a sheet" }

func (p *sheet) Print(ctx context.Context, job []byte) (bool, error) {
	p.mu.Lock()
	n := len(p.got)
	p.got, p.when = append(p.got, string(job)), append(p.when, time.Now())
	do := p.do
	p.mu.Unlock()
	if do == nil {
		return true, nil
	}
	return do(ctx, n, string(job))
}

func (p *sheet) want(t *testing.T, jobs ...string) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Equal(p.got, jobs) {
		t.Errorf("sent %q, want %q", p.got, jobs)
	}
}

// rendered is what the test's Render makes of a job.
func rendered(id int64) string { return fmt.Sprintf("receipt %d", id) }

func render(_ context.Context, j pos.PrintJob) ([]byte, error) { return []byte(rendered(j.ID)), nil }

// start runs a spool until the returned stop is called, which waits for it.
func start(t *testing.T, o SpoolOptions) (s *Spool, stop func()) {
	t.Helper()
	if o.Render == nil {
		o.Render = render
	}
	s = NewSpool(o)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				t.Errorf("the spool ended with %v", err)
			}
		})
	}
	t.Cleanup(stop)
	return s, stop
}
