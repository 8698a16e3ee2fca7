package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The jobs whose system calls are counted, each on a thread of its own: who opens the books, the till, the spool.
const (
	jobOpen  = "open"
	jobTill  = "till"
	jobSpool = "spool"
)

// calls are what changes a disk, or names a file on it.
var calls = []string{"pwrite64", "write", "fsync", "fdatasync", "ftruncate", "open", "openat", "unlink", "unlinkat", "rename", "renameat", "mkdirat"}

// point is the k-th call of that name in the thread of that job, and what happens to it.
type point struct {
	job, call string
	k         int
	what      string // "signal=SIGKILL", "error=EIO", "retval=0"
	lasting   bool   // and to every later one
	fresh     bool   // the till makes its ledger
	disk      bool   // only calls on the files of the data folder are counted
}

// diskFiles are the files of the data folder on which a disk may fail.
var diskFiles = []string{
	"", "config.toml", "open.lock", "till.lock", "log/cashier.log", "backups", "ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger.db-journal",
	"ledger.db.new", "ledger.db.new-journal",
}

func (p point) String() string {
	text := fmt.Sprintf("%s at %s %d of the %s's thread", p.what, p.call, p.k, p.job)
	if p.lasting {
		text += " and from then on"
	}
	if p.fresh {
		text += ", in a new folder"
	}
	return text
}

// inject is what strace is told.
func (p point) inject() []string {
	when := strconv.Itoa(p.k)
	if p.lasting {
		when += "+"
	}
	return []string{"-e", "trace=" + p.call, "-e", fmt.Sprintf("inject=%s:%s:when=%s", p.call, p.what, when)}
}

// straceWorks says in words why strace cannot break a till here; nil when it can. A machine that lacks it must get it; one that
// forbids tracing skips the mode, and says so.
func straceWorks() error {
	if runtime.GOOS != "linux" {
		return &skippedError{"only Linux has strace, so nothing was proved by this mode"}
	}
	if _, err := exec.LookPath("strace"); err != nil {
		return errors.New("strace is not installed; .ci/install tests brings it")
	}
	out, err := exec.Command("strace", "-o", os.DevNull, "-e", "trace=fsync", "-e", "inject=fsync:error=EIO:when=99", "true").CombinedOutput()
	if err != nil {
		return &skippedError{fmt.Sprintf("strace may not trace here (%s), so nothing was proved by this mode", strings.TrimSpace(string(out)))}
	}
	return nil
}

// startUnder starts the till with a tracer on the thread of p's job from its first call on. It does to the till what p says,
// or, given names of calls, only looks. log gets what it saw.
func (s *shop) startUnder(p point, names []string, log string) (*till, error) {
	do := []string{"-e", "trace=" + strings.Join(names, ",")}
	if names == nil {
		do = p.inject()
	}
	strace := append([]string{"strace", "-o", log}, do...)
	if p.disk {
		for _, name := range diskFiles {
			strace = append(strace, "-P", filepath.Join(s.data, name))
		}
	}
	if p.job == jobOpen { // the main thread, which no -f leaves
		return s.startTill(nil, strace...)
	}
	t, err := s.startTill([]string{"GUITAI_STOP=" + p.job})
	if err != nil {
		return nil, err
	}
	if err := t.attach(p.job, append(strace[1:], "-p")); err != nil {
		t.kill()
		return nil, err
	}
	return t, nil
}

// attach puts a tracer on the thread of a job, where the till has stopped itself, and lets it go on.
func (t *till) attach(job string, args []string) error {
	thread, err := t.threadOf(job)
	if err != nil {
		return err
	}
	t.tracer = exec.Command("strace", append(args, strconv.Itoa(thread))...)
	said, err := t.tracer.StderrPipe()
	if err != nil {
		return err
	}
	if err := t.tracer.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(said)
	if !lines.Scan() || !strings.Contains(lines.Text(), "attached") {
		return &skippedError{"strace may not attach here: " + lines.Text()}
	}
	return t.cmd.Process.Signal(syscall.SIGCONT)
}

// threadOf waits until the till has stopped at the beginning of a job and returns its thread.
func (t *till) threadOf(job string) (int, error) {
	for end := time.Now().Add(longEnough); time.Now().Before(end); time.Sleep(time.Millisecond) {
		t.mu.Lock()
		thread := t.threads[job]
		t.mu.Unlock()
		select {
		case <-t.ended:
			return 0, errGone
		default:
		}
		if thread == 0 {
			continue
		}
		stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(thread), "stat"))
		if err != nil {
			return 0, err
		}
		if _, state, _ := strings.Cut(string(stat), ") "); strings.HasPrefix(state, "T") {
			return thread, nil
		}
	}
	return 0, errors.New("the till did not stop at the beginning of its job")
}

// detach takes the tracer off: from then on the disk is well again.
func (t *till) detach() {
	if t.tracer == nil {
		return
	}
	_ = t.tracer.Process.Signal(syscall.SIGTERM)
	_ = t.tracer.Wait() // its exit code is its own business
	t.tracer = nil
}

// countCalls plays a day under a tracer that only looks and returns how many of each call a job made.
func (s *shop) countCalls(p point, names []string, play func(*shop, *till) error) (map[string]int, error) {
	log := filepath.Join(filepath.Dir(s.data), "calls")
	t, err := s.startUnder(p, names, log)
	if err != nil {
		return nil, err
	}
	if err := play(s, t); err != nil {
		t.kill()
		return nil, err
	}
	t.leave()
	t.detach()
	raw, err := os.ReadFile(log)
	if err != nil {
		return nil, err
	}
	n := map[string]int{}
	for line := range strings.Lines(string(raw)) {
		if name, _, ok := strings.Cut(line, "("); ok {
			n[strings.TrimSpace(name)]++
		}
	}
	return n, nil
}
