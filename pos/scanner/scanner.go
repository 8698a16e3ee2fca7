// Package scanner reads a barcode scanner on a serial port. Scanners call it USB-COM or virtual serial port: the codes come as bytes
// over the cable, so neither the focus nor an input method is in their way.
//
// A scanner that is unplugged is waited for; the till sells on with the keyboard meanwhile.
package scanner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"go.bug.st/serial"

	"guitai/pos"
)

// Port is an open serial port, as go.bug.st/serial's is.
type Port interface {
	// Read returns 0 and nil when the time is up.
	Read(p []byte) (n int, err error)
	SetReadTimeout(t time.Duration) error
	Close() error
}

// Config is which scanner is read, and how it sends.
type Config struct {
	Device string // "/dev/ttyACM0", "COM3"
	Baud   int    // 8 data bits, no parity, 1 stop bit; a USB scanner takes any speed
	Prefix string // taken off each code
	Silent bool   // it sends nothing after a code: a silence of 100 ms ends one
	// Changed hears how the scanner is, each time that changes, on the goroutine of Run. It must not wait. May be nil.
	Changed func(pos.Part)
	// Open opens the port; nil is the system's.
	Open func(device string, baud int) (Port, error)
}

// ErrURL is what no scanner is called.
var ErrURL = errors.New("a scanner is serial:///DEVICE?baud=N or serial://COM3")

const defaultBaud = 9600

// Parse reads the name of a scanner, serial:///dev/ttyACM0?baud=9600, into a Config. The error is CodeInvalid.
func Parse(name string) (Config, error) {
	bad := pos.E(pos.CodeInvalid, "read scanner", fmt.Errorf("%w, not %q", ErrURL, name))
	rest, ok := strings.CutPrefix(name, "serial://")
	device, query, _ := strings.Cut(rest, "?")
	values, err := url.ParseQuery(query)
	if !ok || err != nil || strings.Trim(device, "/") == "" {
		return Config{}, bad
	}
	baud, err := strconv.Atoi(cmp.Or(values.Get("baud"), strconv.Itoa(defaultBaud)))
	if err != nil || baud < 300 || baud > 921600 {
		return Config{}, bad
	}
	return Config{Device: device, Baud: baud}, nil
}

// Reader reads one scanner.
type Reader struct {
	cfg  Config
	part pos.Part
}

// New makes a reader. Nothing is opened before Run.
func New(cfg Config) *Reader {
	if cfg.Open == nil {
		cfg.Open = func(device string, baud int) (Port, error) {
			return serial.Open(device, &serial.Mode{BaudRate: baud, DataBits: 8, Parity: serial.NoParity, StopBits: serial.OneStopBit})
		}
	}
	cfg.Prefix = pos.ASCII(cfg.Prefix)
	return &Reader{cfg: cfg}
}

// How long it is waited before a scanner that is not there is looked for again.
const (
	firstWait   = time.Second
	longestWait = 5 * time.Second
)

// Run reads codes until ctx ends, and returns then, within a tenth of a second. code gets each in ASCII, without its prefix and its end, on
// this goroutine, in order; it must not wait. Call it once.
func (r *Reader) Run(ctx context.Context, code func(string)) {
	wait := firstWait
	r.tell(pos.LightBusy, pos.CodeNone)
	for ctx.Err() == nil {
		p, err := r.cfg.Open(r.cfg.Device, r.cfg.Baud)
		if err == nil {
			wait = firstWait
			r.read(ctx, p, code)
		}
		if ctx.Err() != nil {
			return
		}
		r.tell(pos.LightBad, pos.CodeScanner)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
			wait = min(2*wait, longestWait)
		}
	}
}

// read reads an open port until it fails or ctx ends. What was half read is dropped: half a code is another code.
func (r *Reader) read(ctx context.Context, p Port, code func(string)) {
	defer p.Close() //nolint:errcheck // nothing was written
	if p.SetReadTimeout(silence) != nil {
		return
	}
	r.tell(pos.LightOK, pos.CodeNone)
	f := frame{prefix: r.cfg.Prefix, silent: r.cfg.Silent}
	buf := make([]byte, 256)
	for ctx.Err() == nil {
		n, err := p.Read(buf)
		if err != nil {
			return
		}
		var codes []string
		var noise bool
		if n > 0 {
			codes, noise = f.take(buf[:n], time.Now())
		} else if last, bad := f.idle(time.Now()); last != "" {
			codes = []string{last}
		} else {
			noise = bad
		}
		for _, c := range codes {
			code(c)
		}
		switch {
		case noise:
			r.tell(pos.LightBad, pos.CodeScanner)
		case len(codes) > 0:
			r.part.At = time.Now()
			r.tell(pos.LightOK, pos.CodeNone)
		}
	}
}

// tell says how the scanner is, if that is news.
func (r *Reader) tell(l pos.Light, c pos.Code) {
	if r.part.Light == l && r.part.Cause == c {
		return
	}
	r.part.Light, r.part.Cause = l, c
	if r.cfg.Changed != nil {
		r.cfg.Changed(r.part)
	}
}
