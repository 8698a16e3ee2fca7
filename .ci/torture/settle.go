package main

import (
	"fmt"
	"time"
)

// settleTime is how long a till may take to learn what became of everything that was open. A refund is asked about after 3, 5,
// 10 and 20 seconds, and the one that was under way when the till was killed begins anew.
const settleTime = 90 * time.Second

// settle starts the till once more without faults, lets it sell and find out what became of everything, closes it, and returns
// the promises that are broken.
func (c *one) settle(s *shop) ([]string, error) {
	if err := s.calm(); err != nil {
		return nil, err
	}
	t, err := s.startTill(nil)
	if err != nil {
		return nil, err
	}
	var broken []string
	if err := s.drain(t); err != nil {
		broken = append(broken, fmt.Sprintf("the till comes back: %v: %s", err, t.errs.String()))
	}
	if code := t.leave(); code != 0 {
		broken = append(broken, fmt.Sprintf("the till closes cleanly: exit %d: %s", code, t.errs.String()))
	}
	found, err := s.look()
	if err != nil {
		return append(broken, err.Error()), nil
	}
	c.sales += len(found.Books.Sales)
	return append(broken, found.Broken()...), nil
}

// drain waits until the till knows what WeChat knows and its printer has printed what it may print.
func (s *shop) drain(t *till) error {
	if _, err := t.await("the till shows itself", longEnough, func(snapshot) bool { return true }); err != nil {
		return err
	}
	c := &cashier{shop: s, till: t}
	if err := c.serve(turnOf("cash")); err != nil { // nobody waits for the recovery
		return err
	}
	paper := -1
	for end := time.Now().Add(settleTime); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if err := c.command("AskNow")(); err != nil {
			return err
		}
		found, err := s.look()
		if err != nil {
			return err
		}
		// A refund that WeChat has accepted comes to its end by itself, and must not do so after the till has left.
		now, _, _ := t.now()
		if len(now.Refunds) == 0 && !found.Unsettled() && (found.MissingPaper() == 0 || found.MissingPaper() <= s.excused && len(found.Paper) == paper) {
			return nil
		}
		paper = len(found.Paper)
	}
	return nil // the judge will say what is still missing
}
