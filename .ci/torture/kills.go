package main

import (
	"errors"
	"fmt"
	"time"
)

// killsAShop is how often one shop's till is killed before the shop is judged and a new one begun.
const killsAShop = 20

// kills kills the till at random moments of random days, with WeChat's faults in between, and opens the same folder again
// and again.
func kills(r *run) error {
	rounds := r.size(10_000, 30)
	aShop := max(1, min(killsAShop, rounds/6)) // several shops also in the short form
	return r.each((rounds+aShop-1)/aShop, func(c *one) error {
		s, err := c.shop(r.bin, c.random.IntN(4) > 0)
		if err != nil {
			return err
		}
		defer s.close()
		if len(s.totals) == 0 { // a shop whose ledger is made by the till has no goods: it is killed while it makes it
			if err := s.killOpening(c); err != nil {
				return err
			}
			if err := s.stock(); err != nil {
				return err
			}
		}
		for range aShop {
			if err := s.killSelling(c); err != nil {
				return err
			}
		}
		broken, err := c.settle(s)
		c.faults += s.faults
		c.broken(broken...)
		return err
	})
}

// killOpening kills a till that makes its ledger or opens it, a few times.
func (s *shop) killOpening(c *one) error {
	for range 3 {
		t, err := s.startTill(nil)
		if err != nil {
			return err
		}
		time.Sleep(time.Duration(c.random.IntN(120)) * time.Millisecond)
		t.kill()
		c.rounds++
		c.faults++
	}
	return nil
}

// killSelling runs the till and the script until the till is killed at a moment nobody chose.
func (s *shop) killSelling(c *one) error {
	t, err := s.startTill(nil)
	if err != nil {
		return err
	}
	longest := []int{100, 600, 2500}[c.random.IntN(3)] // ms: while it starts, in the first sale, in the middle of the day
	death := time.AfterFunc(time.Duration(c.random.IntN(longest))*time.Millisecond, t.shoot)
	defer death.Stop()
	c.rounds++
	c.faults++
	s.excused++
	for {
		if s.random.IntN(4) == 0 {
			if err := s.trouble(); err != nil {
				return err
			}
		}
		err := (&cashier{shop: s, till: t}).serve(s.draw())
		if errors.Is(err, errGone) {
			break
		}
		// A turn that was refused, or whose answer takes its time, is left: the next customer is served.
		if err != nil && !errors.Is(err, errRefused) && !errors.Is(err, errWaiting) {
			t.kill()
			return err
		}
	}
	<-t.ended
	if code := t.cmd.ProcessState.ExitCode(); code != -1 {
		c.broken(fmt.Sprintf("the till runs until it is killed: it ended by itself with exit %d: %s", code, t.errs.String()))
	}
	return nil
}
