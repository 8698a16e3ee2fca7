package central

import (
	"context"
	"errors"
	"runtime"

	"guitai/pos"
)

// group lets one goroutine commit for many callers: what comes while a commit is under way goes into the next one together. A commit is
// waiting for a disk, so this is what a relay's speed is made of.
type group[T any] struct {
	in   chan T
	stop chan struct{}
	done chan struct{}
}

// groupMost is how many callers share a commit at most.
const groupMost = 256

// newGroup starts the goroutine. run tells each of its batch what became of it.
func newGroup[T any](run func(batch []T)) *group[T] {
	g := &group[T]{make(chan T), make(chan struct{}), make(chan struct{})}
	go func() {
		defer close(g.done)
		batch := make([]T, 0, groupMost)
		for {
			select {
			case first := <-g.in:
				batch = g.more(append(batch[:0], first))
				run(batch)
				clear(batch)
			case <-g.stop:
				return
			}
		}
	}()
	return g
}

// more takes what is there already. It lets others run once, who were just told of their commit and come again.
func (g *group[T]) more(batch []T) []T {
	for yielded := false; len(batch) < groupMost; {
		select {
		case one := <-g.in:
			batch = append(batch, one)
		default:
			if yielded {
				return batch
			}
			yielded = true
			runtime.Gosched()
		}
	}
	return batch
}

// add hands one over; what comes of it, run tells. It fails when ctx ends or the group is closed first.
func (g *group[T]) add(ctx context.Context, one T) error {
	select {
	case <-g.stop: // also when both are ready
		return errClosed
	default:
	}
	select {
	case g.in <- one:
		return nil
	case <-g.stop:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close waits for the commit under way.
func (g *group[T]) close() {
	close(g.stop)
	<-g.done
}

var errClosed = errors.New("the database is closed")

// ofOne reports whether an error may be the fault of one of a batch, so that the others are to be tried without it.
func ofOne(err error) bool {
	switch pos.CodeOf(err) {
	case pos.CodeNotFound, pos.CodeConflict, pos.CodeInvalid, pos.CodeInternal:
		return !errors.Is(err, context.Canceled)
	}
	return false
}
