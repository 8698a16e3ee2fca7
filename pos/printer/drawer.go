package printer

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"guitai/pos"
)

// KickLife is how long a kick may wait for the printer. A drawer that springs open later than that may do so with nobody
// there.
const KickLife = 5 * time.Second

var (
	errLate     = errors.New("the printer was not free in time")
	errNoDrawer = errors.New("no drawer is set up")
)

// kick is one request to open the drawer. Whoever claims it decides: the spool by doing it, the one who asked by giving up.
type kick struct {
	expires time.Time
	claimed atomic.Bool
	answer  chan error // takes one without waiting
}

func newKick() *kick {
	return &kick{expires: time.Now().Add(KickLife), answer: make(chan error, 1)}
}

// Kick opens the cash drawer and waits until the command has left: before every receipt that waits, but not in the middle
// of one. It is tried once and not after 5 s; it is never kept for later. CodePrinter when it did not happen, or may not
// have; CodeInvalid when there is no drawer. Not safe to repeat by itself: each call opens the drawer.
func (s *Spool) Kick(ctx context.Context) error {
	if len(s.wanted.Load().Drawer) == 0 {
		return pos.E(pos.CodeInvalid, "open drawer", errNoDrawer)
	}
	k := newKick()
	timer := time.NewTimer(KickLife)
	defer timer.Stop()
	select {
	case s.kicks <- k:
	case <-timer.C:
		return notOpened(errLate)
	case <-ctx.Done():
		return notOpened(ctx.Err())
	case <-s.done:
		return notOpened(errLate)
	}
	reason := errLate
	select {
	case err := <-k.answer:
		return err
	case <-timer.C:
	case <-s.done:
	case <-ctx.Done():
		reason = ctx.Err()
	}
	if k.claimed.CompareAndSwap(false, true) {
		return notOpened(reason)
	}
	return <-k.answer
}

// PostKick asks for the drawer to be opened and returns at once: what [Spool.Kick] does, for callers that may not wait.
// What comes of it is in the log and in the printer's health. A kick that still waits is enough for both.
func (s *Spool) PostKick() {
	if len(s.wanted.Load().Drawer) == 0 {
		return
	}
	k := newKick()
	for {
		select {
		case s.kicks <- k:
			return
		default:
		}
		select {
		case old := <-s.kicks:
			if time.Now().Before(old.expires) && !old.claimed.Load() {
				k = old
			} // else it opens nothing any more, and must not be in the way of the next sale's
		default:
		}
	}
}

func notOpened(err error) error { return pos.E(pos.CodePrinter, "open drawer", err) }

// kickWaiting opens the drawer if somebody waits for it.
func (s *Spool) kickWaiting(ctx context.Context) {
	select {
	case k := <-s.kicks:
		s.open(ctx, k)
	default:
	}
}

func (s *Spool) open(ctx context.Context, k *kick) {
	if !k.claimed.CompareAndSwap(false, true) {
		return
	}
	s.adopt()
	err := s.pulse(ctx, k.expires)
	if err != nil {
		s.o.Log.Warn("drawer not opened", "err", err)
		if !errors.Is(err, errLate) && !errors.Is(err, errNoDrawer) {
			s.bad(printerCode(err))
		}
		err = notOpened(err)
	} else {
		s.o.Log.Info("drawer opened")
		if s.trouble == pos.CodeNone { // that the drawer opened says nothing of the paper
			s.worked()
		}
	}
	k.answer <- err
}

// Kick sends a drawer kick to a printer, whatever state it is in, and does not wait for an answer. A printer that is out of paper may
// keep it until there is some. Not safe to repeat by itself.
func Kick(ctx context.Context, p pos.Printer, command []byte) error {
	if p, ok := p.(pulser); ok {
		return p.pulse(ctx, command)
	}
	_, err := p.Print(ctx, command)
	return err
}

func (s *Spool) pulse(ctx context.Context, expires time.Time) error {
	if !time.Now().Before(expires) {
		return errLate
	}
	if s.out.Printer == nil || len(s.out.Drawer) == 0 { // switched away meanwhile
		return errNoDrawer
	}
	ctx, cancel := context.WithDeadline(ctx, expires)
	defer cancel()
	return Kick(ctx, s.out.Printer, s.out.Drawer)
}
