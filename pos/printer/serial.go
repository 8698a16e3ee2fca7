package printer

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.bug.st/serial"

	"guitai/pos"
)

// SerialPort is what is needed of a serial port; go.bug.st/serial's has it.
type SerialPort interface {
	Read(p []byte) (n int, err error) // 0 and nil when the time is up
	Write(p []byte) (n int, err error)
	SetReadTimeout(t time.Duration) error
	SetDTR(dtr bool) error
	SetRTS(rts bool) error
	GetModemStatusBits() (*serial.ModemStatusBits, error)
	ResetInputBuffer() error
	ResetOutputBuffer() error
	Close() error
}

const (
	defaultBaud = 9600
	bitsOfByte  = 10 // start, eight, stop
	serialPiece = 128
	serialPoll  = 50 * time.Millisecond // between looks whether a read is still wanted
	linesPoll   = 10 * time.Millisecond // between looks at the lines of a printer that is not ready
)

// newSerial is a printer on a serial port, or on an adapter that looks like one.
func newSerial(rest string, o Options) (pos.Printer, error) {
	device, query, _ := strings.Cut(rest, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, badURL(ErrURL, "serial://"+rest)
	}
	baud, err := strconv.Atoi(cmp.Or(values.Get("baud"), strconv.Itoa(defaultBaud)))
	if err != nil || baud < 300 || baud > 921600 {
		return nil, badURL(ErrURL, "serial://"+rest)
	}
	open := o.Port
	if open == nil {
		open = openSerial
	}
	l := newLine("serial://"+device, o, func(context.Context) (channel, error) {
		p, err := open(device, baud)
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) && plugged.MatchString(device) {
				err = unplugged{err}
			}
			return nil, err
		}
		return newPort(p, baud)
	})
	l.piece = serialPiece
	return l, nil
}

// port is an open serial port. Bytes leave no faster than the wire carries them, so that hardly any wait in the system, where they can be
// neither counted nor called back; and where the printer drives CTS or DSR it is waited for while it lowers them. XON and XOFF
// are heard by whoever listens.
type port struct {
	p    SerialPort
	baud int

	closing chan struct{}
	once    sync.Once
	reads   chan struct{} // holds one while a read is under way
	writes  chan struct{} // while a write is: a port that is closed under it might be another file by then

	// Of the one who writes:
	cts, dsr bool          // which lines the printer drives
	stall    time.Duration // how long it may not be ready
	free     time.Time     // when the wire has carried what left
}

func newPort(p SerialPort, baud int) (*port, error) {
	if err := p.SetReadTimeout(serialPoll); err != nil {
		p.Close()
		return nil, err
	}
	_, _ = p.SetDTR(true), p.SetRTS(true) // some printers say nothing before; what is no real port has no such lines
	_ = p.ResetInputBuffer()              // what came before is not an answer to us
	c := &port{
		p: p, baud: baud, closing: make(chan struct{}), reads: make(chan struct{}, 1), writes: make(chan struct{}, 1), free: time.Now(),
	}
	if bits, err := p.GetModemStatusBits(); err == nil {
		c.cts, c.dsr = bits.CTS, bits.DSR
	}
	return c, nil
}

func (c *port) Read(buf []byte) (int, error) {
	c.reads <- struct{}{}
	defer func() { <-c.reads }()
	for {
		select {
		case <-c.closing:
			return 0, os.ErrClosed
		default:
		}
		if n, err := c.p.Read(buf); n > 0 || err != nil {
			return n, err
		}
	}
}

func (c *port) Write(job []byte) (sent int, err error) {
	for sent < len(job) {
		if err := c.ready(); err != nil {
			return sent, err
		}
		n, err := c.write(job[sent:min(sent+serialPiece, len(job))])
		sent += n
		if err != nil {
			return sent, err
		}
		took := time.Duration(n*bitsOfByte) * time.Second / time.Duration(c.baud)
		if now := time.Now(); now.After(c.free) {
			c.free = now
		}
		c.free = c.free.Add(took)
	}
	return sent, nil
}

// write hands the system a piece. A device that takes nothing keeps it there: where a port knows no deadline, what waits is dropped.
func (c *port) write(piece []byte) (int, error) {
	c.writes <- struct{}{}
	defer func() { <-c.writes }()
	select {
	case <-c.closing:
		return 0, os.ErrClosed
	default:
	}
	if p, ok := c.p.(interface{ SetWriteDeadline(time.Time) error }); ok {
		if err := p.SetWriteDeadline(time.Now().Add(c.stall)); err != nil {
			return 0, err
		}
		return c.p.Write(piece)
	}
	var late atomic.Bool
	watch := time.AfterFunc(c.stall, func() {
		late.Store(true)
		_ = c.p.ResetOutputBuffer()
	})
	defer watch.Stop()
	n, err := c.p.Write(piece)
	if err == nil && late.Load() {
		err = os.ErrDeadlineExceeded
	}
	return n, err
}

// ready waits until the wire and the printer take more.
func (c *port) ready() error {
	if err := c.pause(time.Until(c.free)); err != nil || !c.cts && !c.dsr {
		return err
	}
	for from := time.Now(); ; {
		bits, err := c.p.GetModemStatusBits()
		if err != nil {
			return err
		}
		if bits.CTS == c.cts && bits.DSR == c.dsr || bits.CTS && bits.DSR {
			return nil
		}
		if time.Since(from) >= c.stall {
			return os.ErrDeadlineExceeded
		}
		if err := c.pause(linesPoll); err != nil {
			return err
		}
	}
}

func (c *port) pause(d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-c.closing:
		return os.ErrClosed
	}
}

// SetWriteDeadline says how long the printer may not be ready. That a slow wire takes longer is no trouble.
func (c *port) SetWriteDeadline(t time.Time) error {
	c.stall = time.Until(t)
	return nil
}

// flush waits until the wire has carried everything.
func (c *port) flush(context.Context, time.Duration) error { return c.pause(time.Until(c.free)) }

func (c *port) Close() error {
	var err error
	c.once.Do(func() {
		close(c.closing)
		select {
		case c.writes <- struct{}{}:
		default: // a device that takes nothing: what waits for it is given up
			_ = c.p.ResetOutputBuffer()
			c.writes <- struct{}{}
		}
		c.reads <- struct{}{}
		err = c.p.Close()
		<-c.reads
		<-c.writes
	})
	return err
}
