// Command torture kills tills, cuts their power and breaks their disks, and holds the books that are left to what was
// promised.
//
//	go run ./.ci/torture              the short form, under a minute
//	go run ./.ci/torture -long        the long form, hours
//	go run ./.ci/torture -mode kills -size 1000 -seed 7
//	go run ./.ci/torture -mode syscalls -long -day 'the shift is closed;a float is counted'
//
// The modes:
//
//	kills     SIGKILL at random moments of random days, with WeChat's faults in between; the same folder again and again
//	syscalls  SIGKILL at the k-th system call that writes, syncs or names a file, for every k of a short day, in the thread
//	          that opens the books, the till's and the spool's
//	io        an error of the disk at the k-th such call, once and from then on
//	power     every write and sync of a day is recorded; at each cut disks are made that the power may have left
//	relay     the same of what a relay writes that keeps notices
//	window    SIGKILL of the real till with its window, on the display at hand
//
// Every mode prints one line and, for each broken promise, the command that repeats it. Exit code 1: something is broken.
//
// A seed gives the same days, faults and moments; how far a till has come at such a moment is up to the machine. The modes
// syscalls and io count calls instead of time. The power mode does not model disks that lie about a flush, nor a file
// system that loses the order of its own directory entries (it keeps them in order, and keeps at least what was synced).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

func main() {
	if dir := os.Getenv(relayFolder); dir != "" {
		if err := beRelay(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := torture(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// modes in the order in which they run.
var modes = []struct {
	name, unit string
	run        func(*run) error
}{
	{"kills", "kills", kills},
	{"syscalls", "points", syscalls},
	{"io", "points", ioFaults},
	{"power", "images", power},
	{"relay", "images", relay},
	{"window", "kills", window},
}

type settings struct {
	long       bool
	mode, day  string
	seed       uint64
	size, only int
	workers    int
	keep       bool
}

func torture(ctx context.Context, args []string, out, errs io.Writer) int {
	var set settings
	f := flag.NewFlagSet("torture", flag.ContinueOnError)
	f.SetOutput(errs)
	f.BoolVar(&set.long, "long", false, "the long form: every mode in full")
	f.StringVar(&set.mode, "mode", "", "only these `modes`, separated by commas: kills syscalls io power relay window")
	f.StringVar(&set.day, "day", "", "only these `turns`, separated by semicolons, instead of the short day of syscalls and io")
	f.Uint64Var(&set.seed, "seed", uint64(time.Now().Unix()), "the `number` that everything random comes from")
	f.IntVar(&set.size, "size", 0, "how many kills, points or images; 0 is what the form has")
	f.IntVar(&set.only, "only", -1, "only the case of this `number`: to repeat one")
	f.IntVar(&set.workers, "workers", 3*runtime.NumCPU(), "shops at the same time")
	f.BoolVar(&set.keep, "keep", false, "leave the shops and programs where they are, to look at")
	if err := f.Parse(args); err != nil || f.NArg() > 0 {
		return 2
	}
	if set.day != "" {
		if err := shorten(set.day); err != nil {
			fmt.Fprintln(errs, err)
			return 2
		}
	}
	dir, err := os.MkdirTemp("", "guitai-torture-")
	if err != nil {
		fmt.Fprintln(errs, err)
		return 1
	}
	if set.keep {
		fmt.Fprintln(out, "kept in", dir)
	} else {
		defer os.RemoveAll(dir) //nolint:errcheck // what is left is in the temporary folder
	}
	bin, err := build(ctx, dir, wanted(set, "window"))
	if err != nil {
		fmt.Fprintln(errs, err)
		return 1
	}
	failed := false
	for _, m := range modes {
		if !wanted(set, m.name) {
			continue
		}
		r := &run{ctx: ctx, mode: m.name, unit: m.unit, set: set, bin: bin, dir: dir, out: out, began: time.Now()}
		err := m.run(r)
		failed = !r.report(err) || failed
	}
	if failed {
		return 1
	}
	return 0
}

// wanted reports whether a mode runs: the window needs a display, so the short form leaves it to those who name it.
func wanted(set settings, name string) bool {
	if set.mode == "" {
		return set.long || name != "window"
	}
	return slices.Contains(strings.Split(set.mode, ","), name)
}

// run is one mode's run.
type run struct {
	ctx        context.Context
	mode, unit string
	set        settings
	bin        programs
	dir        string
	out        io.Writer
	began      time.Time

	mu             sync.Mutex
	rounds, faults int
	sales          int // that the judged books had
	failures       int
	notes          []string // what the summary says beside the figures
}

// size is how much of a mode is run.
func (r *run) size(long, short int) int {
	switch {
	case r.set.size > 0:
		return r.set.size
	case r.set.long:
		return long
	}
	return short
}

// one is one case of a mode: a shop of its own, or a point.
type one struct {
	run            *run
	number         int
	random         *rand.Rand
	dir            string
	rounds, faults int
	sales          int
	found          []string
}

func (c *one) broken(what ...string) { c.found = append(c.found, what...) }

// shop makes the case's shop.
func (c *one) shop(bin programs, ledger bool) (*shop, error) {
	seed := fmt.Sprintf("seed %d, case %d", c.run.set.seed, c.number)
	s, err := newShop(bin, c.dir, c.random, seed, ledger)
	if err == nil {
		s.keep = c.run.set.keep
	}
	if err == nil && ledger {
		s.sold++ // its ledger is there
	}
	return s, err
}

// each runs n cases, several at a time. A case's randomness depends on the seed and its number alone.
func (r *run) each(n int, f func(*one) error) error {
	numbers := make(chan int)
	errs := make([]error, r.set.workers)
	var working sync.WaitGroup
	for w := range r.set.workers {
		working.Go(func() {
			for i := range numbers {
				if errs[w] == nil {
					errs[w] = r.case1(i, f)
				}
			}
		})
	}
	for i := range n {
		if r.ctx.Err() != nil {
			break
		}
		if r.set.only < 0 || r.set.only == i {
			numbers <- i
		}
	}
	close(numbers)
	working.Wait()
	return errors.Join(append(errs, r.ctx.Err())...)
}

func (r *run) case1(i int, f func(*one) error) error {
	c := &one{
		run: r, number: i, random: newRandom(r.set.seed, uint64(i)),
		dir: filepath.Join(r.dir, fmt.Sprintf("%s-%d", r.mode, i)),
	}
	err := f(c)
	r.add(c)
	if err != nil {
		err = fmt.Errorf("%s, case %d: %w", r.mode, i, err)
	}
	return err
}

// newRandom is the randomness of a case.
func newRandom(seed, number uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, number)) }

// maxTold is how many broken promises of one case are told.
const maxTold = 5

// add counts a case and says what it broke.
func (r *run) add(c *one) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rounds, r.faults, r.sales = r.rounds+c.rounds, r.faults+c.faults, r.sales+c.sales
	if len(c.found) == 0 {
		return
	}
	r.failures++
	for i, what := range c.found {
		if i == maxTold {
			fmt.Fprintf(r.out, "  and %d more\n", len(c.found)-i)
			break
		}
		fmt.Fprintf(r.out, "BROKEN  %s\n", what)
	}
	again := fmt.Sprintf("go run ./.ci/torture -mode %s -seed %d -only %d", r.mode, r.set.seed, c.number)
	if r.set.day != "" {
		again += fmt.Sprintf(" -day '%s'", r.set.day)
	}
	switch {
	case r.set.size > 0:
		again += fmt.Sprintf(" -size %d", r.set.size)
	case r.set.long:
		again += " -long"
	}
	fmt.Fprintf(r.out, "  again: %s\n", again)
}

func (r *run) note(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

// report prints the mode's line and says whether all is well.
func (r *run) report(err error) bool {
	line := fmt.Sprintf("%-8s  %6d %-6s  %5d faults  %5d sales  %d failures  %4.0f s  seed %d", r.mode, r.rounds, r.unit, r.faults, r.sales, r.failures,
		time.Since(r.began).Seconds(), r.set.seed)
	if skipped := (*skippedError)(nil); errors.As(err, &skipped) {
		fmt.Fprintf(r.out, "%-8s  SKIPPED: %s\n", r.mode, skipped.why)
		return true
	}
	fmt.Fprintln(r.out, strings.Join(append([]string{line}, r.notes...), "; "))
	if err == nil && r.sales == 0 {
		err = errors.New("nothing was sold, so nothing was proved")
	}
	if err != nil {
		fmt.Fprintf(r.out, "%-8s  could not be carried out: %v\n", r.mode, err)
	}
	return err == nil && r.failures == 0
}

// skippedError is a mode that this machine does not let run.
type skippedError struct{ why string }

func (e *skippedError) Error() string { return e.why }
