package display

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"guitai/pos"
)

// longEnough is how long a test waits for what other goroutines, other programs and the system bring. It is no measure of anything, and a
// test that works waits for a small part of it: it is for a machine that does much beside.
const longEnough = 2 * time.Minute

// pty opens a pseudo-terminal: the display's end, and the name of the till's.
func pty(t *testing.T) (*os.File, string) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() }) //nolint:errcheck // perhaps it is closed
	var n int
	raw, err := master.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var fault error
	if err := raw.Control(func(fd uintptr) {
		if fault = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); fault == nil {
			n, fault = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		}
	}); err != nil || fault != nil {
		t.Fatal(err, fault)
	}
	return master, fmt.Sprintf("/dev/pts/%d", n)
}

// see reads from a display's end until the panel says what is wanted.
func see(t *testing.T, master *os.File, p *panel, want string) {
	t.Helper()
	if err := master.SetReadDeadline(time.Now().Add(longEnough)); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 7) // whatever the pieces are
	for p.says() != want {
		n, err := master.Read(buf)
		if err != nil {
			t.Fatalf("it shows %q, want %q: %v", p.says(), want, err)
		}
		p.Write(buf[:n]) //nolint:errcheck // it takes everything
	}
	if len(p.faults) > 0 {
		t.Error(p.faults)
	}
}

// The system's own serial port, to the end of the wire.
func TestRun_OverAPort(t *testing.T) {
	master, name := pty(t)
	wrote := make(chan struct{}, 64)
	p, err := New(Config{URL: "serial://" + name + "?baud=115200", Kind: VFD, Welcome: "Hello", Report: func(pos.Part) { wrote <- struct{}{} }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { p.Run(ctx) })
	screen := newPanel(VFD)
	see(t, master, screen, "       Hello        |                    ")
	p.Show(pos.Snapshot{Cart: cart(t, pos.Line{Name: "可口可乐", Price: 300, Quantity: 2}), Due: 600})
	see(t, master, screen, "2 x 3.00        6.00|TOTAL           6.00")
	p.Show(pos.Snapshot{Done: &pos.Done{Tender: pos.TenderCash, Amount: 600, Change: 400}})
	see(t, master, screen, "CASH           10.00|CHANGE          4.00")
	cancel()
	see(t, master, screen, "|")
	running.Wait()
}

// What is unplugged is noticed with the next frame.
func TestRun_UnpluggedPort(t *testing.T) {
	master, name := pty(t)
	heard := make(chan pos.Part, 64)
	p, err := New(Config{URL: "serial://" + name, Kind: LED8, Report: func(p pos.Part) { heard <- p }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var running sync.WaitGroup
	running.Go(func() { p.Run(ctx) })
	if got := <-heard; got.Light != pos.LightOK {
		t.Fatalf("%+v", got)
	}
	see(t, master, newPanel(LED8), "0 0.00")
	if err := master.Close(); err != nil {
		t.Fatal(err)
	}
	p.Show(pos.Snapshot{Done: &pos.Done{Amount: 100}})
	if got := <-heard; got.Light != pos.LightBad || got.Cause != pos.CodeDisplay {
		t.Errorf("%+v", got)
	}
	cancel()
	running.Wait()
}

// An adapter that takes nothing any more: the write is ended by emptying the port, and nobody waits for ever.
func TestWriter_EndsAWriteThatHangs(t *testing.T) {
	_, name := pty(t)
	port, err := openPort(name, 9600)
	if err != nil {
		t.Fatal(err)
	}
	w := newWriter(port)
	var took error
	for range 2000 { // until what the system keeps for the other end is full
		if took = w.write(make([]byte, 1024)); took != nil {
			break
		}
	}
	if took != errHangs {
		t.Fatalf("%v: the port is never full", took)
	}
	w.close()
	select {
	case <-w.gone:
	default:
		t.Error("the write is still in there")
	}
}
