package display

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"guitai/pos"
	"guitai/pos/bubble"
)

// wire is a serial port that leads to a panel.
type wire struct {
	mu     sync.Mutex
	panel  *panel
	fails  bool
	hangs  chan struct{} // a Write waits for it
	frames int
	dtr    bool
	rts    bool
	closed bool
}

var errUnplugged = errors.New("input/output error")

func (w *wire) Write(b []byte) (int, error) {
	w.mu.Lock()
	hangs := w.hangs
	w.mu.Unlock()
	if hangs != nil {
		<-hangs
		return len(b), nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fails {
		return 0, errUnplugged
	}
	w.frames++
	return w.panel.Write(b)
}

func (w *wire) Interrupt() {
	w.set(func(w *wire) {
		if w.hangs != nil {
			close(w.hangs)
			w.hangs = nil
		}
	})
}

func (w *wire) set(f func(*wire)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f(w)
}

func (w *wire) SetDTR(on bool) error { w.set(func(w *wire) { w.dtr = on }); return nil }
func (w *wire) SetRTS(on bool) error {
	w.set(func(w *wire) { w.rts = on })
	return errors.New("no such line")
}
func (w *wire) Close() error { w.set(func(w *wire) { w.closed = true }); return nil }

func (w *wire) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.frames
}

func (w *wire) says() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.panel.says()
}

// counter is a pole on a wire, in a bubble of virtual time.
type counter struct {
	*Pole
	wire *wire
	stop func()

	mu    sync.Mutex
	opens int
	gone  bool // there is no such port
	heard []pos.Part
}

func stand(t *testing.T, k Kind) *counter {
	t.Helper()
	c := &counter{wire: &wire{panel: newPanel(k)}}
	p, err := New(Config{
		URL: "serial:///dev/ttyS0", Kind: k, Report: func(p pos.Part) { c.set(func() { c.heard = append(c.heard, p) }) },
		Open: func(device string, baud int) (Port, error) {
			if device != "/dev/ttyS0" || baud != k.speed() {
				t.Errorf("opens %s at %d", device, baud)
			}
			c.mu.Lock()
			defer c.mu.Unlock()
			c.opens++
			if c.gone {
				return nil, errors.New("no such file or directory")
			}
			return c.wire, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Pole = p
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { p.Run(ctx) })
	c.stop = func() { cancel(); running.Wait() }
	return c
}

func (c *counter) set(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
}

func (c *counter) light(t *testing.T, want pos.Light) {
	t.Helper()
	if got, _ := c.Health(); got.Light != want {
		t.Errorf("light %s, want %s", got.Light, want)
	}
}

func TestRun_ShowsTheNewestAndClearsAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := stand(t, VFD)
		bubble.Sleep(time.Second)
		c.light(t, pos.LightOK)
		c.wire.set(func(w *wire) {
			if !w.dtr || !w.rts {
				t.Error("a display that lives on DTR stays dark")
			}
		})
		frames := c.wire.count()
		for i := range 100 {
			c.Show(pos.Snapshot{Cart: cart(t, pos.Line{Name: "A", Price: 100, Quantity: i + 1}), Due: pos.Fen(100 * (i + 1))})
		}
		bubble.Sleep(time.Second)
		if got := c.wire.says(); got != "A             100.00|TOTAL         100.00" {
			t.Errorf("it shows %q", got)
		}
		if n := c.wire.count() - frames; n > 2 {
			t.Errorf("%d frames for a hundred states at once", n)
		}
		c.Show(pos.Snapshot{Cart: cart(t, pos.Line{Name: "A", Price: 100, Quantity: 100}), Due: 10000, Items: 7}) // nothing a customer sees
		frames = c.wire.count()
		bubble.Sleep(again / 2)
		if c.wire.count() != frames {
			t.Error("it writes what is there")
		}
		c.stop()
		if got := c.wire.says(); got != "|" || !c.wire.closed {
			t.Errorf("after the end it shows %q", got)
		}
		if len(c.wire.panel.faults) > 0 {
			t.Error(c.wire.panel.faults)
		}
	})
}

func TestRun_ATestStandsAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := stand(t, LED8)
		c.Show(pos.Snapshot{Done: &pos.Done{Amount: 1350}})
		c.Test()
		bubble.Sleep(time.Second)
		if got := c.wire.says(); got != "2 88888888" {
			t.Errorf("it shows %q", got)
		}
		bubble.Sleep(testTime)
		if got := c.wire.says(); got != "3 13.50" {
			t.Errorf("after the test it shows %q", got)
		}
		c.stop()
	})
}

func TestRun_FindsADisplayAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := stand(t, VFD)
		bubble.Sleep(time.Second)
		c.wire.set(func(w *wire) { w.fails = true })
		c.set(func() { c.gone = true })
		c.Show(pos.Snapshot{Done: &pos.Done{Amount: 1350}})
		bubble.Sleep(time.Minute)
		c.light(t, pos.LightBad)
		if part, err := c.Health(); part.Cause != pos.CodeDisplay || err == nil || part.At.IsZero() {
			t.Errorf("%+v, %v", part, err)
		}
		c.set(func() {
			if c.opens < 6 || c.opens > 12 {
				t.Errorf("opened %d times in a minute", c.opens)
			}
		})
		c.wire.set(func(w *wire) { w.fails = false; w.panel = newPanel(VFD) })
		c.set(func() { c.gone = false })
		bubble.Sleep(lastWait + time.Second)
		if got := c.wire.says(); got != "PAID           13.50|     THANK YOU      " {
			t.Errorf("it shows %q", got)
		}
		c.light(t, pos.LightOK)
		c.stop()
		if len(c.heard) != 3 {
			t.Errorf("heard %v", c.heard)
		}
	})
}

// A display that is unplugged while nobody buys anything is missed all the same, and one that lost its power shows again.
func TestRun_NoticesWithoutNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := stand(t, VFD)
		bubble.Sleep(time.Second)
		c.wire.set(func(w *wire) { w.panel = newPanel(VFD) })
		bubble.Sleep(again)
		if got := c.wire.says(); got != "      WELCOME       |                    " {
			t.Errorf("it shows %q", got)
		}
		c.wire.set(func(w *wire) { w.fails = true })
		bubble.Sleep(again)
		c.light(t, pos.LightBad)
		c.stop()
	})
}

func TestRun_AWriteThatHangsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := stand(t, VFD)
		bubble.Sleep(time.Second)
		c.wire.set(func(w *wire) { w.hangs = make(chan struct{}) })
		c.Show(pos.Snapshot{Done: &pos.Done{Amount: 1350}}) // never waits
		bubble.Sleep(writeTime + 100*time.Millisecond)
		c.light(t, pos.LightBad)
		bubble.Sleep(time.Second)
		c.light(t, pos.LightOK)
		if got := c.wire.says(); got != "PAID           13.50|     THANK YOU      " {
			t.Errorf("it shows %q", got)
		}
		c.stop()
	})
}

func TestParse(t *testing.T) {
	for address, want := range map[string]struct {
		device string
		baud   int
	}{
		"serial:///dev/ttyS0?baud=4800": {"/dev/ttyS0", 4800}, "serial:///dev/ttyUSB0": {"/dev/ttyUSB0", 9600},
		"serial://COM3?baud=2400": {"COM3", 2400}, "serial:///COM12": {"COM12", 9600},
	} {
		device, baud, err := parse(address, VFD)
		if device != want.device || baud != want.baud || err != nil {
			t.Errorf("%s: %s at %d, %v", address, device, baud, err)
		}
	}
	if _, baud, _ := parse("serial:///dev/ttyS0", LED8); baud != 2400 {
		t.Errorf("an LED8 at %d", baud)
	}
	for _, address := range []string{"", "tcp://x:1", "serial://", "serial:///", "serial:///dev/x?baud=fast", "serial:///dev/x?baud=0"} {
		if _, err := New(Config{URL: address}); pos.CodeOf(err) != pos.CodeInvalid {
			t.Errorf("%q: %v", address, err)
		}
	}
}
