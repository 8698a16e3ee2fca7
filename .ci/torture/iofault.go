package main

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// diskFaults are what a disk answers instead of doing what it was asked, by call. A write that returns 0 is the shortest of
// short writes: SQLite takes it for a full disk. Reads are broken only with an error, since one that returns too little
// without one is a disk that lies.
var diskFaults = map[string][]string{
	"pwrite64":  {"error=EIO", "error=ENOSPC", "error=EINTR", "retval=0"},
	"write":     {"error=EIO", "error=ENOSPC"},
	"fsync":     {"error=EIO", "error=ENOSPC", "error=EINTR"},
	"fdatasync": {"error=EIO", "error=ENOSPC", "error=EINTR"},
	"ftruncate": {"error=EIO"},
	"open":      {"error=EIO", "error=EMFILE", "error=ENOSPC"},
	"openat":    {"error=EIO", "error=EMFILE", "error=ENOSPC"},
	"unlink":    {"error=EIO"},
	"unlinkat":  {"error=EIO"},
	"rename":    {"error=EIO"},
	"renameat":  {"error=EIO"},
	"mkdirat":   {"error=EIO", "error=ENOSPC"},
	"pread64":   {"error=EIO"},
}

// readCalls are broken beside those that write.
var readCalls = []string{"pread64"}

// ioFaults lets the disk fail at every call of a short day, once and for good.
func ioFaults(r *run) error {
	if err := straceWorks(); err != nil {
		return err
	}
	points, err := r.points(append(calls, readCalls...), true, func(p point) (all []point) {
		for _, what := range diskFaults[p.call] {
			p.what = what
			p.lasting = false
			all = append(all, p)
			if what != "error=EINTR" { // a call that is interrupted for ever is no fault that there is
				p.lasting = true
				all = append(all, p)
			}
		}
		return all
	})
	if err != nil {
		return err
	}
	return r.eachPoint(points, 1<<30, 16, breakDisk)
}

// breakDisk runs a day over a disk that fails, repairs the disk, and wants the same till to sell on, or to have ended with
// an exit code and a sentence.
func breakDisk(c *one, p point) error {
	s, t, err := c.under(p)
	if errors.Is(err, errGone) {
		return nil
	}
	if err != nil {
		return err
	}
	defer s.close()
	c.faults++
	defer t.kill()
	err = s.sellOn(c, t, p)
	t.detach()
	switch {
	case errors.Is(err, errGone):
		c.lastWords(t, p)
	case err != nil:
		return err
	case p.job != jobOpen || !p.lasting: // strace cannot be taken off the main thread: the disk stays broken to the end
		if err := s.sellAgain(t); err != nil {
			c.broken(fmt.Sprintf("the till recovers without a restart: %v (%v)", err, p))
		}
		if code := t.leave(); code != 0 {
			c.broken(fmt.Sprintf("the till closes cleanly: exit %d: %s (%v)", code, t.errs.String(), p))
		}
	}
	t.kill()
	s.excused += 2 // the job in hand when the disk failed, and the one when the till was closed
	return c.judge(s, p)
}

// sellOn plays the short day as a cashier does who is refused: the next customer is served. A refusal comes with words.
func (s *shop) sellOn(c *one, t *till, p point) error {
	k := &cashier{shop: s, till: t}
	if s.sold == 0 {
		return k.tidy()
	}
	for _, name := range shortDay {
		err := k.serve(turnOf(name))
		switch {
		case err == nil:
		case errors.Is(err, errRefused), errors.Is(err, errWaiting):
			if !t.hasAlarmed() {
				c.broken(fmt.Sprintf("a till that refuses says so in words: %s: %v (%v)", name, err, p))
			}
			if p.lasting {
				return nil // it will be the same with the next customer
			}
		default:
			return err
		}
	}
	return nil
}

// sellAgain sells once more. The till may need a moment to find out that the disk is well.
func (s *shop) sellAgain(t *till) (err error) {
	for end := time.Now().Add(longEnough); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if s.sold == 0 {
			return nil
		}
		if err = (&cashier{shop: s, till: t}).serve(turnOf("cash")); err == nil || errors.Is(err, errGone) {
			return err
		}
	}
	return err
}

// lastWords wants an exit code (2 where the configuration could not be read) and a sentence of a till that ended by itself.
func (c *one) lastWords(t *till, p point) {
	<-t.ended
	code, said := t.cmd.ProcessState.ExitCode(), t.errs.String()
	if (code != 1 && code != 2 && code != 4) || said == "" || strings.Contains(said, "goroutine ") {
		c.broken(fmt.Sprintf("a till that cannot go on ends with a sentence: exit %d: %s (%v)", code, said, p))
	}
}
