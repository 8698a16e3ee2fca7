// Command mutants shows that the proofs have teeth: it plants one defect after another into a till and lets the one that is to find
// it look: for what a sale does, the judge of the simulated years; for what a manager and a bookkeeper rely on, one named test, the
// cheapest that must notice. A defect that is not found fails the run, and so does one whose text is no longer in the source, or whose
// test is not there or fails without it.
//
//	go run ./.ci/mutants                 all of them
//	go run ./.ci/mutants -run glass,pin  those whose name contains "glass" or "pin"
//	go run ./.ci/mutants -list           their names
//
// Nothing in the tree is changed: the changed files are laid over it (go test -overlay). Only the named judge counts; the other tests
// are not run. The defect of a disk that is not awaited is judged by the power cuts of .ci/torture.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := mutants(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// seeds are the first seeds of the lives that a defect is tried with until it is found; without defect all must pass.
var seeds = []string{"1", "101", "201"}

// patience is how long the lives of one seed, or one test, may take, whatever the defect does to them: many times what they take on a
// machine that has other things to do.
const patience = 15 * time.Minute

func mutants(ctx context.Context, args []string, out, errs io.Writer) int {
	f := flag.NewFlagSet("mutants", flag.ContinueOnError)
	f.SetOutput(errs)
	only := f.String("run", "", "only defects whose name contains one of these `texts`, separated by commas")
	list := f.Bool("list", false, "print the names and do nothing")
	workers := f.Int("workers", 2, "defects at the same time")
	if err := f.Parse(args); err != nil || f.NArg() > 0 {
		return 2
	}
	var wanted []defect
	for _, d := range slices.Concat(defects, booksDefects, paperDefects, relayDefects) {
		if slices.ContainsFunc(strings.Split(*only, ","), func(part string) bool { return strings.Contains(d.name, part) }) {
			wanted = append(wanted, d)
		}
	}
	if *list {
		for _, d := range wanted {
			fmt.Fprintf(out, "%-40s %s\n", d.name, d.about)
		}
		return 0
	}
	root, err := moduleRoot(ctx)
	if err != nil {
		fmt.Fprintln(errs, err)
		return 1
	}
	dir, err := os.MkdirTemp("", "guitai-mutants-")
	if err != nil {
		fmt.Fprintln(errs, err)
		return 1
	}
	defer os.RemoveAll(dir) //nolint:errcheck // what is left is in the temporary folder
	b := bench{ctx: ctx, root: root, dir: dir, out: out}
	began := time.Now()
	if !b.innocent(wanted) || !b.all(wanted, max(1, *workers)) {
		return 1
	}
	fmt.Fprintf(out, "%d defects, all caught, %.0f s\n", len(wanted), time.Since(began).Seconds())
	return 0
}

func moduleRoot(ctx context.Context) (string, error) {
	text, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// bench is where defects are planted and looked for.
type bench struct {
	ctx       context.Context
	root, dir string

	mu  sync.Mutex
	out io.Writer
}

func (b *bench) say(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	fmt.Fprintf(b.out, format+"\n", args...)
}

// innocent makes sure that nothing is found where nothing was planted.
func (b *bench) innocent(wanted []defect) bool {
	for _, d := range wanted {
		if d.by == (proof{}) && !d.power {
			if !b.lives() {
				return false
			}
			break
		}
	}
	tests := map[string][]string{}
	for _, d := range wanted {
		if p := d.by; p != (proof{}) && !slices.Contains(tests[p.pkg], p.test) {
			tests[p.pkg] = append(tests[p.pkg], p.test)
		}
	}
	for _, pkg := range slices.Sorted(maps.Keys(tests)) {
		began := time.Now()
		bin, err := b.build("innocent", pkg, nil)
		if err != nil {
			b.say("%v", err)
			return false
		}
		for _, test := range tests[pkg] {
			if v := b.prove(bin, proof{pkg, test}); v.found != "" || v.err != nil {
				b.say("without any defect: %s %v\n%s", v.found, v.err, v.text)
				return false
			}
		}
		b.say("%-40s %-10s %6.1f s", "no defect in "+pkg, "nothing", time.Since(began).Seconds())
	}
	return true
}

// lives lets the judge look at a till without defect.
func (b *bench) lives() bool {
	began := time.Now()
	bin, err := b.build("innocent", years, nil)
	if err != nil {
		b.say("%v", err)
		return false
	}
	for _, seed := range seeds {
		if v := b.judge(bin, seed); v.found != "" || v.err != nil {
			b.say("without any defect, seed %s: %s %v\n%s", seed, v.found, v.err, v.text)
			return false
		}
	}
	b.say("%-40s %-10s %6.1f s", "no defect", "nothing", time.Since(began).Seconds())
	return true
}

// all tries every defect and reports whether each was caught.
func (b *bench) all(wanted []defect, workers int) bool {
	queue := make(chan defect)
	var busy sync.WaitGroup
	var mu sync.Mutex
	good := true
	for range workers {
		busy.Go(func() {
			for d := range queue {
				if !b.try(d) {
					mu.Lock()
					good = false
					mu.Unlock()
				}
			}
		})
	}
	for _, d := range wanted {
		if b.ctx.Err() != nil {
			good = false
			break
		}
		queue <- d
	}
	close(queue)
	busy.Wait()
	return good
}

// try plants one defect and says what became of it.
func (b *bench) try(d defect) bool {
	began := time.Now()
	by, err := b.caught(d)
	seconds := time.Since(began).Seconds()
	if err != nil {
		b.say("%-40s %-10s %6.1f s\n    %v", d.name, "NOT CAUGHT", seconds, err)
		return false
	}
	b.say("%-40s %-10s %6.1f s", d.name, by, seconds)
	return true
}

var errSurvived = errors.New("nothing was found")

// caught says which demand of the judge a defect broke, or which test.
func (b *bench) caught(d defect) (by string, err error) {
	if d.power {
		return b.power()
	}
	pkg := years
	if d.by != (proof{}) {
		pkg = d.by.pkg
	}
	bin, err := b.build(d.name, pkg, d.edits)
	if err != nil {
		return "", err
	}
	if d.by != (proof{}) {
		v := b.prove(bin, d.by)
		if v.found == "" && v.err == nil {
			v.err = fmt.Errorf("%w by %s", errSurvived, d.by.test)
		}
		return v.found, v.err
	}
	for _, seed := range seeds {
		v := b.judge(bin, seed)
		if v.found != "" || v.err != nil {
			return v.found, v.err
		}
	}
	return "", errSurvived
}

// years is the package of the judge.
const years = "./cmd/cashier"

// build makes the test program of a package with edits laid over the tree.
func (b *bench) build(name, pkg string, edits []edit) (bin string, err error) {
	dir := filepath.Join(b.dir, name, filepath.FromSlash(pkg))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	replace := map[string]string{}
	changed, err := plant(b.root, edits)
	if err != nil {
		return "", err
	}
	for file, text := range changed {
		to := filepath.Join(dir, fmt.Sprintf("%d.go", len(replace)))
		if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(b.root, filepath.FromSlash(file))] = to
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	laid := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(laid, overlay, 0o600); err != nil {
		return "", err
	}
	bin = filepath.Join(dir, "planted.test")
	cmd := exec.CommandContext(b.ctx, "go", "test", "-c", "-tags", "migrated_fynedo", "-overlay", laid, "-o", bin, pkg)
	cmd.Dir = b.root
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s does not build: %w\n%s", name, err, text)
	}
	return bin, nil
}

// plant carries out edits, one after another, and returns the files that they change. Each text must be there, and once.
func plant(root string, edits []edit) (map[string]string, error) {
	changed := map[string]string{}
	for _, e := range edits {
		text, again := changed[e.file]
		if !again {
			source, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(e.file)))
			if err != nil {
				return nil, err
			}
			text = string(source)
		}
		if n := strings.Count(text, e.old); n != 1 {
			return nil, fmt.Errorf("%s has the text to change %d times, not once:\n%s", e.file, n, e.old)
		}
		changed[e.file] = strings.Replace(text, e.old, e.new, 1)
	}
	return changed, nil
}

// verdict is what the judge said. err means that there was none.
type verdict struct {
	found string // the demand that was broken; empty for none
	err   error
	text  string
}

var verdictForm = regexp.MustCompile(`judge (I\d+) \(`)

// judge lets ten short lives run.
func (b *bench) judge(bin, seed string) verdict {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, bin, "-test.run", "^TestYears$", "-test.failfast", "-years.sales", "1200", "-years.shop", "120", "-years.seed", seed)
	cmd.Dir = filepath.Join(b.root, "cmd", "cashier")
	text, err := cmd.CombinedOutput()
	switch m := verdictForm.FindSubmatch(text); {
	case m != nil:
		return verdict{found: string(m[1]), text: string(text)}
	case ctx.Err() != nil:
		return verdict{err: fmt.Errorf("seed %s did not come to an end: %w", seed, ctx.Err())}
	case err != nil:
		return verdict{err: fmt.Errorf("the till died and the judge said nothing: %w\n%.2000s", err, text)}
	}
	return verdict{}
}

// prove lets one named test run. It must be there, and say of itself that it failed.
func (b *bench) prove(bin string, p proof) verdict {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, bin, "-test.run", "^"+p.test+"$", "-test.v", "-test.failfast")
	cmd.Dir = filepath.Join(b.root, filepath.FromSlash(p.pkg))
	text, err := cmd.CombinedOutput()
	said := "\n" + string(text)
	switch {
	case strings.Contains(said, "\n--- FAIL: "+p.test+" "):
		return verdict{found: "the test", text: string(text)}
	case ctx.Err() != nil:
		return verdict{err: fmt.Errorf("%s did not come to an end: %w", p.test, ctx.Err())}
	case err != nil:
		return verdict{err: fmt.Errorf("%s died and did not say that it failed: %w\n%.2000s", p.test, err, text)}
	case !strings.Contains(said, "\n--- PASS: "+p.test+" "):
		return verdict{err: fmt.Errorf("%s has no test %s\n%.2000s", p.pkg, p.test, text)}
	}
	return verdict{}
}

var powerForm = regexp.MustCompile(`synchronous=NORMAL is caught in [1-9]\d* of \d+ images`)

// power lets the power cuts judge a till that does not wait for its disk; the torture plants that defect itself.
func (b *bench) power() (by string, err error) {
	cmd := exec.CommandContext(b.ctx, "go", "run", "./.ci/torture", "-mode", "power", "-size", "400", "-seed", "1")
	cmd.Dir = b.root
	text, err := cmd.CombinedOutput()
	switch {
	case err != nil:
		return "", fmt.Errorf("the power cuts failed: %w\n%.2000s", err, text)
	case !powerForm.Match(text):
		return "", fmt.Errorf("the power cuts found nothing\n%.2000s", text)
	}
	return "power", nil
}
