package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// syscalls kills the till at every call of a short day that writes, syncs or names a file.
func syscalls(r *run) error {
	if err := straceWorks(); err != nil {
		return err
	}
	points, err := r.points(calls, false, func(p point) []point {
		p.what = "signal=SIGKILL"
		return []point{p}
	})
	if err != nil {
		return err
	}
	return r.eachPoint(points, 1<<30, 20, func(c *one, p point) error {
		s, t, err := c.under(p)
		if err != nil {
			return err
		}
		defer s.close()
		err = s.playDay(t)
		if !errors.Is(err, errGone) { // not reached this time: how often the till asks WeChat depends on the clock
			t.detach()
		} else {
			c.faults++
		}
		t.kill()
		s.excused++
		return c.judge(s, p)
	})
}

// points lists every call of every job, each made into what shall happen to it.
func (r *run) points(names []string, disk bool, make func(point) []point) ([]point, error) {
	var all []point
	for i, p := range []point{{job: jobOpen, fresh: true}, {job: jobOpen}, {job: jobTill}, {job: jobSpool}} {
		p.disk = disk
		c := &one{run: r, random: newRandom(r.set.seed, uint64(i)), dir: filepath.Join(r.dir, fmt.Sprintf("%s-count-%d", r.mode, i))}
		s, err := c.prepared(p)
		if err != nil {
			return nil, err
		}
		n, err := s.countCalls(p, names, func(s *shop, t *till) error { return s.playDay(t) })
		s.close()
		if err != nil {
			return nil, fmt.Errorf("count the calls of the %s: %w", p.job, err)
		}
		for _, call := range names {
			for k := range n[call] {
				p.call, p.k = call, k+1
				all = append(all, make(p)...)
			}
		}
	}
	return all, nil
}

// eachPoint runs every point, or the form's number of them, drawn by the seed.
func (r *run) eachPoint(points []point, long, short int, f func(*one, point) error) error {
	random := newRandom(r.set.seed, 1<<40)
	size := min(r.size(long, short), len(points))
	if size < len(points) {
		random.Shuffle(len(points), func(i, j int) { points[i], points[j] = points[j], points[i] })
	} else {
		r.note("all %d points", len(points))
	}
	return r.each(size, func(c *one) error {
		c.rounds++
		err := f(c, points[c.number])
		if err != nil {
			err = fmt.Errorf("%v: %w", points[c.number], err)
		}
		return err
	})
}

// prepared is a shop for a point. A till that opens an old ledger finds a log to play back: an earlier one was killed.
func (c *one) prepared(p point) (*shop, error) {
	s, err := c.shop(c.run.bin, !p.fresh)
	if err != nil || p.fresh {
		return s, err
	}
	t, err := s.startTill(nil)
	if err == nil {
		err = (&cashier{shop: s, till: t}).serve(turnOf("cash"))
		t.kill()
	}
	s.excused++
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// under starts a prepared shop's till with its point set.
func (c *one) under(p point) (*shop, *till, error) {
	s, err := c.prepared(p)
	if err != nil {
		return nil, nil, err
	}
	t, err := s.startUnder(p, nil, os.DevNull)
	if err != nil {
		s.close()
		return nil, nil, err
	}
	return s, t, nil
}

// playDay plays the short day. A shop without goods sells nothing: it is about opening the books. What a till refuses is for
// the caller; the first error that is not a refusal ends the day.
func (s *shop) playDay(t *till) error {
	c := &cashier{shop: s, till: t}
	if s.sold == 0 {
		return c.tidy()
	}
	for _, name := range shortDay {
		if err := c.serve(turnOf(name)); err != nil {
			return err
		}
	}
	return nil
}

// judge settles the shop and says of each broken promise at which point it broke.
func (c *one) judge(s *shop, p point) error {
	if p.fresh {
		if err := s.stock(); err != nil {
			c.broken(fmt.Sprintf("the ledger can be made again: %v (%v)", err, p))
			return nil
		}
	}
	broken, err := c.settle(s)
	for _, what := range broken {
		c.broken(strings.TrimSpace(what) + " (" + p.String() + ")")
	}
	return err
}
