package printer

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
	"guitai/pos/printer/printertest"
)

// hands is a network to a printer that carries so many bytes of the jobs and no more: then the till is dead.
type hands struct {
	net.Conn
	left *int
	die  func()
}

func (h hands) CloseWrite() error { return h.Conn.(interface{ CloseWrite() error }).CloseWrite() }

func (h hands) Write(p []byte) (int, error) {
	if len(p) == 3 && p[0] == 0x10 { // only a question
		return h.Conn.Write(p)
	}
	n := min(len(p), *h.left)
	if n > 0 {
		if n, err := h.Conn.Write(p[:n]); err != nil {
			return n, err
		}
	}
	*h.left -= n
	if n < len(p) || *h.left == 0 && n > 0 {
		h.die()
		h.Conn.Close()
		return n, net.ErrClosed
	}
	return n, nil
}

// TestSpool_KilledAtEachByteOfAJob stops the till dead after every number of bytes of a receipt, and starts it again. The receipt is on
// paper once at most and its end is true; the next one is printed whole.
func TestSpool_KilledAtEachByteOfAJob(t *testing.T) {
	whole := len(shortReceipt("no 1."))
	ends := map[pos.PrintState]int{}
	for _, m := range []made{{}, {Silent: true}, {Chatter: true}} {
		for k := range whole + 1 {
			synctest.Test(t, func(t *testing.T) { ends[killedAfter(t, m, k)]++ })
		}
	}
	if ends[pos.PrintUnconfirmed] != 3*(whole+1) {
		t.Errorf("%v", ends)
	}
}

// shortReceipt has of each kind of command one.
func shortReceipt(name string) []byte {
	return []byte("\x1b@\x1c&\x1cS\x00\x00\x1ba\x01" + name + "\n\x1d!\x11two\n\x1d!\x00\x1dv0\x00\x04\x00\x10\x00" +
		strings.Repeat("\xf0", 64) + "\x1d(k\x03\x001C\x06\x1bd\x04\x1dVB\x00\x1dr\x01")
}

func renderShort(_ context.Context, j pos.PrintJob) ([]byte, error) {
	return shortReceipt(fmt.Sprintf("no %d.", j.ID)), nil
}

func killedAfter(t *testing.T, m made, k int) pos.PrintState {
	fake := printertest.New(m)
	box := newOutbox(pos.PrintJob{}, pos.PrintJob{})
	var mu sync.Mutex
	dead := false
	box.fault = func(string, pos.PrintState) (bool, bool) {
		mu.Lock()
		defer mu.Unlock()
		return dead, !dead
	}
	kill := func(now bool) {
		mu.Lock()
		defer mu.Unlock()
		dead = now
	}
	left := k
	p := inMemory(t, fake, Options{})
	p.open = func(ctx context.Context) (channel, error) {
		c, err := fake.Dial(ctx, "", "")
		return hands{c, &left, func() { kill(true) }}, err
	}
	_, stop := start(t, SpoolOptions{Outbox: box, Printer: p, Render: renderShort})
	bubble.Sleep(3 * time.Second)
	stop()
	kill(false)
	_, stop = start(t, SpoolOptions{Outbox: box, Printer: inMemory(t, fake, Options{}), Render: renderShort})
	bubble.Sleep(time.Minute)
	stop()
	first, second := box.job(1), box.job(2)
	if n := fake.Count("no 1."); n > 1 {
		t.Errorf("after %d bytes: the first receipt is on paper %d times", k, n)
	}
	if n := fake.Count("no 2."); n != 1 || second.State != pos.PrintDone {
		t.Errorf("after %d bytes: the second receipt is on paper %d times and %s", k, n, second.State)
	}
	if paper := fake.Papers(); len(paper) == 0 || !strings.HasSuffix(string(paper[len(paper)-1]), string(trimAck(shortReceipt("no 2.")))) {
		t.Errorf("after %d bytes: the second receipt is not whole", k)
	}
	if f := fake.Faults(); len(f) > 0 {
		t.Errorf("after %d bytes: %v", k, f)
	}
	return first.State
}

func trimAck(job []byte) []byte { return job[:len(job)-3] }

// TestSpool_KilledBeforeAnythingLeft is the same before the till wrote down that it begins: then the receipt is printed.
func TestSpool_KilledBeforeAnythingLeft(t *testing.T) {
	for _, op := range []string{"recover ", "next ", "store ", "mark sending"} {
		synctest.Test(t, func(t *testing.T) {
			fake := printertest.New(made{})
			box := newOutbox(pos.PrintJob{})
			box.fault = func(what string, state pos.PrintState) (bool, bool) {
				dead := what+" "+string(state) == op
				return dead, !dead
			}
			_, stop := start(t, SpoolOptions{Outbox: box, Printer: inMemory(t, fake, Options{}), Render: renderPaper})
			bubble.Sleep(time.Second)
			stop()
			box.fault = nil
			_, stop = start(t, SpoolOptions{Outbox: box, Printer: inMemory(t, fake, Options{}), Render: renderPaper})
			bubble.Sleep(time.Minute)
			stop()
			if j := box.job(1); j.State != pos.PrintDone || fake.Count("no 1.") != 1 {
				t.Errorf("%s: %+v", op, j)
			}
		})
	}
}

// TestSpool_KilledAfterThePrinterConfirmed is the same after the whole job: what the printer said is not written down, so nobody knows.
func TestSpool_KilledAfterThePrinterConfirmed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := printertest.New(made{})
		box := newOutbox(pos.PrintJob{})
		box.fault = func(_ string, state pos.PrintState) (bool, bool) {
			return state == pos.PrintDone, state != pos.PrintDone
		}
		_, stop := start(t, SpoolOptions{Outbox: box, Printer: inMemory(t, fake, Options{}), Render: renderPaper})
		bubble.Sleep(time.Second)
		stop()
		box.fault = nil
		_, stop = start(t, SpoolOptions{Outbox: box, Printer: inMemory(t, fake, Options{}), Render: renderPaper})
		bubble.Sleep(time.Minute)
		stop()
		if j := box.job(1); j.State != pos.PrintUnconfirmed || fake.Count("no 1.") != 1 {
			t.Errorf("%+v", j)
		}
		if states := box.moves[1]; slices.Contains(states, pos.PrintDone) {
			t.Errorf("%v", states)
		}
	})
}
