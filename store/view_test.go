package store

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"guitai/pos"
)

// endingContext ends by itself when somebody has looked at its Done so many times: it ends a question at any moment of it.
type endingContext struct {
	context.Context
	end   context.CancelFunc
	looks chan struct{} // one for every look that is left
}

func endAfter(looks int) *endingContext {
	ctx, cancel := context.WithCancel(context.Background())
	c := &endingContext{ctx, cancel, make(chan struct{}, looks)}
	for range looks {
		c.looks <- struct{}{}
	}
	return c
}

func (c *endingContext) Done() <-chan struct{} {
	select {
	case <-c.looks:
	default:
		c.end()
		for range 500 { // whoever waits for the end is to learn of it before the one who asks
			runtime.Gosched()
		}
	}
	return c.Context.Done()
}

// A question that is given up must not leave its connection inside its transaction: the next one would fail for ever.
func TestView_GivenUpAtAnyMomentLeavesTheReaderFree(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, practice(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	sl, p := cashSale(1)
	if _, err := s.SellCash(ctx, sl, p); err != nil {
		t.Fatal(err)
	}
	given := 0
	for i := range 2000 {
		c := endAfter(i % 40)
		_, err := s.Record(c, 1)
		c.end()
		if errors.Is(err, context.Canceled) {
			given++
		} else if err != nil {
			t.Fatalf("after %d: %v", i, err)
		}
	}
	if given == 0 {
		t.Error("no question was given up")
	}
	for range readerCount { // each of them in turn
		err := s.view(ctx, "look", func(h handle) error {
			_, err := saleBy(ctx, h, pos.SaleID(1))
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
