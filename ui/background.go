package ui

import (
	"context"
	"sync"
	"time"
)

// background owns what the window does off the goroutine that draws: catalogue look-ups, pauses, the clock. Everything comes
// back through do, and nothing does after stop.
type background struct {
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	do     func(func())
	timer  func(d time.Duration, f func()) (stop func() bool) // [time.AfterFunc]; a test's own
}

func newBackground(do func(func())) *background {
	b := &background{timer: func(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop }}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	b.do = func(f func()) {
		if b.ctx.Err() == nil {
			do(func() {
				if b.ctx.Err() == nil {
					f()
				}
			})
		}
	}
	return b
}

// run works elsewhere and then does on the drawing goroutine what work returned; nil is nothing.
func (b *background) run(work func(context.Context) func()) {
	if b.ctx.Err() != nil {
		return
	}
	b.wg.Go(func() {
		if then := work(b.ctx); then != nil {
			b.do(then)
		}
	})
}

// after calls f on the drawing goroutine after d. stop is called on that goroutine, too; after it f is not called.
func (b *background) after(d time.Duration, f func()) (stop func()) {
	stopped := false
	cancel := b.timer(d, func() {
		b.do(func() {
			if !stopped {
				f()
			}
		})
	})
	return func() { stopped = true; cancel() }
}

// every calls f on the drawing goroutine each time d has passed.
func (b *background) every(d time.Duration, f func()) {
	b.wg.Go(func() {
		t := time.NewTicker(d)
		defer t.Stop()
		for {
			select {
			case <-b.ctx.Done():
				return
			case <-t.C:
				b.do(f)
			}
		}
	})
}

// stop ends all of it and waits.
func (b *background) stop() {
	b.cancel()
	b.wg.Wait()
}
