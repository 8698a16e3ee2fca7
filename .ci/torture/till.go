package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"guitai/.ci/torture/judge"
)

// snapshot is what a line of the till without a window says, as far as the script needs it.
type snapshot struct {
	Job    string `json:"job"` // a line about a thread
	Thread int    `json:"thread"`

	Taken uint64
	Cart  struct {
		Lines []struct{ Price, Quantity int64 }
	}
	Pay *struct {
		OutTradeNo, Phase, CodeURL, Cause string
		Shown                             bool
	}
	Done *struct {
		Sale   int64
		Amount int64
		Tender string
		Late   bool
	}
	Receipt string
	Shift   struct {
		Counted *struct{ Sum, Expected int64 }
		Closed  *struct {
			Z    int `json:"z"`
			Cash struct {
				Counted int64 `json:"counted_fen"`
			} `json:"cash"`
		}
	}
	Pending  []struct{ OutTradeNo, State string }
	Refunds  []struct{ OutRefundNo string } // of sales, that are not at their end
	Excepted int
	// Exceptions are those that have not ended; CanCharge and CanRefund say why something is not offered, "" when it is.
	Exceptions           []struct{ ID int64 }
	CanCharge, CanRefund string
	Message              struct {
		N        uint64
		Kind, ID string
	}
	Health struct{ Ledger struct{ Light, Cause string } }
}

func (s snapshot) total() (sum int64) {
	for _, l := range s.Cart.Lines {
		sum += l.Price * l.Quantity
	}
	return sum
}

// till is a running till without a window.
type till struct {
	shop *shop
	cmd  *exec.Cmd
	in   io.WriteCloser
	// tracer, if any, is attached to one of its threads.
	tracer *exec.Cmd
	errs   words
	ended  chan struct{} // closed once the process is gone and all it wrote was read

	mu      sync.Mutex
	news    chan struct{} // closed and replaced with every line
	last    snapshot
	seen    bool           // a snapshot has come
	threads map[string]int // job -> thread
	alarmed bool           // the till said in words that its books have trouble
	posted  uint64
}

// words are what a program says on standard error while others read it.
type words struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *words) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *words) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.TrimSpace(w.text.String())
}

// longEnough is how long a till has for what it does at once. It is no measure of anything: it is for a machine that does much beside.
const longEnough = 2 * time.Minute

var (
	errGone    = errors.New("the till is gone")
	errWaiting = errors.New("it never happened")
)

// startTill starts the till; wrap, if any, is the command it runs under.
func (s *shop) startTill(env []string, wrap ...string) (*till, error) {
	args := append(wrap, s.bin.path("till"), "--data", s.data)
	t := &till{shop: s, cmd: exec.Command(args[0], args[1:]...), ended: make(chan struct{}), news: make(chan struct{}), threads: map[string]int{}}
	t.cmd.Env = append(append(os.Environ(), s.secrets()...), env...)
	t.cmd.Stderr = &t.errs
	t.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that a till under a tracer is killed with it
	var err error
	if t.in, err = t.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := t.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := t.cmd.Start(); err != nil {
		return nil, err
	}
	go t.listen(out)
	return t, nil
}

// listen takes the lines. A line that was cut off by the end of the till acknowledges nothing.
func (t *till) listen(out io.Reader) {
	defer close(t.ended)
	in := bufio.NewReader(out)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			break
		}
		var s snapshot
		if json.Unmarshal(line, &s) != nil {
			continue
		}
		t.take(s)
	}
	_ = t.cmd.Wait() // its end is looked at by those who wait for it
}

func (t *till) take(s snapshot) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.Job != "" {
		t.threads[s.Job] = s.Thread
	} else {
		if s.Done != nil && (t.last.Done == nil || t.last.Receipt != s.Receipt) {
			t.shop.acknowledged(judge.Ack{
				Receipt: s.Receipt, Amount: s.Done.Amount, Tender: s.Done.Tender, Lines: linesOf(s.Done.Amount),
			})
		}
		if z := s.Shift.Closed; z != nil && (t.last.Shift.Closed == nil || t.last.Shift.Closed.Z != z.Z) {
			t.shop.closed(judge.Close{Z: z.Z, Counted: z.Cash.Counted})
		}
		t.last, t.seen = s, true
		t.alarmed = t.alarmed || s.Message.ID == "ledger-trouble" || s.Health.Ledger.Light == "bad"
	}
	close(t.news)
	t.news = make(chan struct{})
}

// linesOf is how many lines a sale of that total has.
func linesOf(total int64) int {
	if total%100 == 0 {
		return 1
	}
	return 2
}

// hasAlarmed reports whether the till has said in words that its books have trouble.
func (t *till) hasAlarmed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.alarmed
}

func (t *till) now() (snapshot, <-chan struct{}, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last, t.news, t.seen
}

// await waits until the newest snapshot is as wanted: errGone when the till ended, errWaiting when it took too long.
func (t *till) await(what string, limit time.Duration, good func(snapshot) bool) (snapshot, error) {
	late := time.NewTimer(limit)
	defer late.Stop()
	for {
		s, news, seen := t.now()
		if seen && good(s) {
			return s, nil
		}
		select {
		case <-news:
		case <-t.ended:
			return s, errGone
		case <-late.C:
			return s, fmt.Errorf("%w within %v: %s", errWaiting, limit, what)
		}
	}
}

// do gives a command and waits until the till has carried it out.
func (t *till) do(name string, fields map[string]any) (snapshot, error) {
	line := map[string]any{"do": name}
	for k, v := range fields {
		line[k] = v
	}
	text, err := json.Marshal(line)
	if err != nil {
		return snapshot{}, err
	}
	if _, err := t.in.Write(append(text, '\n')); err != nil {
		<-t.ended
		return snapshot{}, errGone
	}
	t.posted++
	n := t.posted
	return t.await(name, longEnough, func(s snapshot) bool { return s.Taken >= n })
}

// shoot sends the signal and does not wait.
func (t *till) shoot() { _ = syscall.Kill(-t.cmd.Process.Pid, syscall.SIGKILL) } // it may be gone already

// kill ends the till as a power button does, and waits.
func (t *till) kill() {
	t.shoot()
	<-t.ended
	t.detach()
}

// leave closes the till as its user does and returns its exit code; what had to be killed is -1.
func (t *till) leave() int {
	_ = t.in.Close()
	select {
	case <-t.ended:
	case <-time.After(longEnough):
		t.kill()
	}
	return t.cmd.ProcessState.ExitCode()
}
