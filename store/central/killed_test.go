package central_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store/central"
)

// child is a relay that does nothing but keep notices, and let some be taken, until it is killed. It says on its output what it was told
// is on disk: "kept TILL ID", and "taking TILL ID" before and "took TILL ID" after an answer.
func child(url string) int {
	ctx := context.Background()
	c, err := central.Open(ctx, url)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	tills, err := c.Tills(ctx)
	if err != nil || len(tills) == 0 {
		fmt.Fprintln(os.Stderr, "no tills", err)
		return 1
	}
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			till := tills[worker%len(tills)].ID
			for n := 0; ; n++ {
				r := notice(n)
				r.ID = fmt.Sprintf("%d-%d-%d", os.Getpid(), worker, n)
				if _, _, err := c.Keep(ctx, till, r); err != nil {
					fmt.Fprintln(os.Stderr, err)
					return
				}
				fmt.Println("kept", till, r.ID)
				if n%3 != 0 {
					continue
				}
				fmt.Println("taking", till, r.ID)
				if err := c.Answered(ctx, till, []pos.NoticeOutcome{{ID: r.ID, Status: 200}}, noon); err != nil {
					fmt.Fprintln(os.Stderr, err)
					return
				}
				fmt.Println("took", till, r.ID)
			}
		})
	}
	wg.Wait()
	return 1
}

// longEnough is how long a test waits for what other goroutines, other programs and the system bring. It is no measure of anything, and a
// test that works waits for a small part of it: it is for a machine that does much beside.
const longEnough = 2 * time.Minute

// told is what the children said; the last word about a notice counts.
type told struct {
	mu    sync.Mutex
	words map[string]string // "TILL ID" -> word
	errs  strings.Builder
}

// run starts a child and kills it after a time, with what it said up to then.
func (d *told) run(t *testing.T, url string, after time.Duration) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childURL+"="+url)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Error(err)
		return
	}
	var errs strings.Builder
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Error(err)
		return
	}
	killer := time.AfterFunc(longEnough, func() { _ = cmd.Process.Kill() }) // one that never says anything
	defer killer.Stop()
	lines := bufio.NewScanner(out)
	for began := false; lines.Scan(); began = true {
		word, name, _ := strings.Cut(lines.Text(), " ")
		d.mu.Lock()
		d.words[name] = word
		d.mu.Unlock()
		if !began { // the clock starts when it is at work
			killer.Reset(after)
		}
	}
	_ = cmd.Wait() // it was killed
	d.mu.Lock()
	defer d.mu.Unlock()
	d.errs.WriteString(errs.String())
}

// So much must have been said for a test to prove anything.
const (
	leastKept = 10
	leastTook = 5
)

// proves reports whether it was.
func (d *told) proves() bool {
	kept, took := 0, 0
	for _, word := range d.words {
		switch word {
		case "kept":
			kept++
		case "took":
			took++
		}
	}
	return kept >= leastKept && took >= leastTook
}

// testKilled kills two relays on one database, again and again: what either was told is on disk must be there, once.
func testKilled(t *testing.T, url string) {
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	c := open(t, url)
	for n := range 3 {
		paired(t, c, "", fmt.Sprint("T", n))
	}
	d, kills := &told{words: map[string]string{}}, 0
	for n := 0; n < rounds || !d.proves() && n < 20*rounds; n++ { // a child on a busy machine has little time to work in
		kills += 2
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { d.run(t, url, rand.N(120*time.Millisecond)) })
		}
		wg.Wait()
	}
	if d.errs.Len() > 0 {
		t.Errorf("a child failed: %s", d.errs.String())
	}
	again := open(t, url)
	box, err := again.Mailbox(t.Context(), nil, noon.Add(time.Hour), 1_000_000)
	must(t, err)
	waiting := map[string]bool{}
	for till, requests := range box {
		for _, r := range requests {
			waiting[till+" "+r.ID] = true
		}
	}
	kept, took := 0, 0
	for name, word := range d.words {
		switch till, id, _ := strings.Cut(name, " "); word {
		case "kept":
			kept++
			if !waiting[name] {
				t.Errorf("%s was acknowledged and is gone", name)
			}
		case "took":
			took++
			r := notice(0)
			r.ID = id
			if waiting[name] {
				t.Errorf("%s was taken and is delivered again", name)
			} else if known, taken := keep(t, again, till, r); !known || !taken {
				t.Errorf("%s was taken and is not known", name)
			}
		}
	}
	t.Logf("%d kept, %d taken, %d kills", kept, took, kills)
	if kept < leastKept || took < leastTook {
		t.Errorf("%d kept, %d taken: nothing was proved", kept, took)
	}
}

func TestKilled(t *testing.T) {
	t.Parallel()
	testKilled(t, freshFile(t))
}
