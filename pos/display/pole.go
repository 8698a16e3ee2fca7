package display

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"guitai/pos"
)

// How a pole is kept in touch with.
const (
	writeTime = 2 * time.Second        // a frame at 2400 baud takes a quarter of one
	freeTime  = 2 * time.Second        // how long a write that hangs may take to end after it was interrupted
	again     = 30 * time.Second       // the same frame is sent again: a display that lost its power shows it, one that is gone is noticed
	testTime  = 4 * time.Second        // how long a test stands
	firstWait = 500 * time.Millisecond // before a port that did not open is tried again; doubled up to lastWait
	lastWait  = 15 * time.Second
)

var (
	errHangs = errors.New("the port takes no bytes")
	errShort = errors.New("the port took a part of the bytes")
)

// Config is a pole display.
type Config struct {
	URL     string // serial:///DEVICE?baud=N
	Kind    Kind
	Welcome string // what an idle VFD says, as far as it is ASCII; else WELCOME
	Log     *slog.Logger
	// Report hears of every change of the display's health, on the goroutine of Run. May be nil.
	Report func(pos.Part)
	// Open opens a port; nil is the system's.
	Open func(device string, baud int) (Port, error)
}

// Pole is a pole display. Show, Test and Health are safe for concurrent use and never wait.
type Pole struct {
	cfg    Config
	device string
	baud   int
	news   chan struct{} // holds one: there is something that Run has not seen

	mu    sync.Mutex
	shown Shown
	tests time.Time // until when a test stands
	part  pos.Part
	cause error // of trouble
}

// New makes a pole display that shows nothing before Run. CodeInvalid for a URL that is none.
func New(cfg Config) (*Pole, error) {
	device, baud, err := parse(cfg.URL, cfg.Kind)
	if err != nil {
		return nil, err
	}
	if cfg.Open == nil {
		cfg.Open = openPort
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Pole{cfg: cfg, device: device, baud: baud, news: make(chan struct{}, 1), part: pos.Part{Light: pos.LightBusy}}, nil
}

// Show takes the till's newest state.
func (p *Pole) Show(s pos.Snapshot) {
	p.mu.Lock()
	next := Next(p.shown, s)
	same := next.Frame == p.shown.Frame
	p.shown = next
	p.mu.Unlock()
	if !same {
		p.wake()
	}
}

// Test shows every digit for a few seconds, so that somebody can see whether the display works.
func (p *Pole) Test() {
	p.mu.Lock()
	p.tests = time.Now().Add(testTime)
	p.mu.Unlock()
	p.wake()
}

func (p *Pole) wake() {
	select {
	case p.news <- struct{}{}:
	default: // Run will look anyway
	}
}

// Health is how the display is: LightBusy before the first try, LightBad with CodeDisplay when it is not reached; err says why in the
// system's own words.
func (p *Pole) Health() (part pos.Part, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.part, p.cause
}

// Run keeps the display showing the newest frame until ctx ends, which clears it. Call it once.
func (p *Pole) Run(ctx context.Context) {
	wait := firstWait
	for {
		port, err := p.cfg.Open(p.device, p.baud)
		if err == nil {
			err = p.serve(ctx, port, func() { wait = firstWait })
		}
		if ctx.Err() != nil {
			return
		}
		p.is(pos.Part{Light: pos.LightBad, Cause: pos.CodeDisplay}, err)
		if !pause(ctx, wait, nil) {
			return
		}
		wait = min(2*wait, lastWait)
	}
}

// serve writes frames to a port until it fails or ctx ends, and closes it.
func (p *Pole) serve(ctx context.Context, port Port, worked func()) error {
	w := newWriter(port)
	defer w.close()
	// Some displays and level shifters draw their power from these, or ignore bytes while they are low; some adapters do not have
	// them, which is no reason not to write.
	_ = port.SetDTR(true)
	_ = port.SetRTS(true)
	if err := w.write([]byte(afresh)); err != nil {
		return err
	}
	for {
		frame, stands := p.look()
		b := encode(p.cfg.Kind, frame, p.cfg.Welcome)
		if err := w.write(b); err != nil {
			return err
		}
		worked()
		p.is(pos.Part{Light: pos.LightOK, At: time.Now()}, nil)
		// What the system took is still on its way: waiting for that keeps a queue from building up, and the newest is what is
		// written next.
		if !pause(ctx, time.Duration(len(b))*10*time.Second/time.Duration(p.baud), nil) || !pause(ctx, stands, p.news) {
			return w.write([]byte(afresh)) // a price on the display of a shop that is closed looks like a fault
		}
	}
}

// pause waits for d, or news; it is false when ctx ended.
func pause(ctx context.Context, d time.Duration, news <-chan struct{}) bool {
	alarm := time.NewTimer(d)
	defer alarm.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-news:
	case <-alarm.C:
	}
	return true
}

// look is what is to be shown, and for how long without news.
func (p *Pole) look() (Frame, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if left := time.Until(p.tests); left > 0 {
		return Frame{What: Test}, left
	}
	return p.shown.Frame, again
}

// is keeps and reports how the display is.
func (p *Pole) is(part pos.Part, err error) {
	p.mu.Lock()
	changed := part.Light != p.part.Light
	if part.Light != pos.LightOK {
		part.At = p.part.At
	}
	p.part, p.cause = part, err
	p.mu.Unlock()
	if !changed {
		return
	}
	if err != nil {
		p.cfg.Log.Warn("pole display", "device", p.device, "baud", p.baud, "err", err)
	} else {
		p.cfg.Log.Info("pole display", "device", p.device, "baud", p.baud, "state", string(part.Light))
	}
	if p.cfg.Report != nil {
		p.cfg.Report(part)
	}
}

// writer is a port with a time limit. A serial port has none of its own: a Write to an adapter that hangs does not return until it
// is interrupted.
type writer struct {
	port Port
	jobs chan []byte
	done chan error
	gone chan struct{}
	dead bool
}

func newWriter(port Port) *writer {
	w := &writer{port: port, jobs: make(chan []byte), done: make(chan error, 1), gone: make(chan struct{})}
	go func() { // ends with close
		defer close(w.gone)
		for b := range w.jobs {
			n, err := port.Write(b)
			if err == nil && n < len(b) {
				err = errShort
			}
			w.done <- err
		}
	}()
	return w
}

func (w *writer) write(b []byte) error {
	w.jobs <- b
	limit := time.NewTimer(writeTime)
	defer limit.Stop()
	select {
	case err := <-w.done:
		return err
	case <-limit.C:
		w.dead = true // nothing is written after that
		return errHangs
	}
}

// close ends the writer, waits for it and closes the port. A write that does not end even then is in the system's hands and is left
// there: its goroutine ends when the system lets go of it.
func (w *writer) close() {
	close(w.jobs)
	if w.dead {
		w.port.Interrupt()
	}
	limit := time.NewTimer(freeTime)
	defer limit.Stop()
	select {
	case <-w.gone:
	case <-limit.C:
	}
	_ = w.port.Close()
}
