package printer

import (
	"errors"
	"io"
	"os"
	"time"

	"go.bug.st/serial"
	"golang.org/x/sys/unix"
)

// ttyPort is a serial port that is read and written through a file of our own, which does not block: a device that takes nothing keeps a
// blocking write for ever, and no signal, close or flush ends it. The library sets the port up, and knows its lines.
type ttyPort struct {
	serial.Port
	f       *os.File
	timeout time.Duration
}

func openSerial(name string, baud int) (SerialPort, error) {
	f, err := os.OpenFile(name, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0) // first: the library takes the port for itself
	if err != nil {
		return nil, err
	}
	p, err := serial.Open(name, &serial.Mode{BaudRate: baud, DataBits: 8, StopBits: serial.OneStopBit})
	if err != nil {
		f.Close()
		return nil, err
	}
	return &ttyPort{Port: p, f: f}, nil
}

func (p *ttyPort) SetReadTimeout(t time.Duration) error {
	p.timeout = t
	return nil
}

func (p *ttyPort) Read(b []byte) (int, error) {
	if err := p.f.SetReadDeadline(time.Now().Add(p.timeout)); err != nil {
		return 0, err
	}
	n, err := p.f.Read(b)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return n, nil
	case errors.Is(err, io.EOF): // its device is gone
		return n, unix.ENODEV
	}
	return n, err
}

func (p *ttyPort) Write(b []byte) (int, error)        { return p.f.Write(b) }
func (p *ttyPort) SetWriteDeadline(t time.Time) error { return p.f.SetWriteDeadline(t) }
func (p *ttyPort) ResetOutputBuffer() error {
	return errors.Join(p.f.SetWriteDeadline(time.Unix(1, 0)), p.Port.ResetOutputBuffer())
}
func (p *ttyPort) Close() error { return errors.Join(p.f.Close(), p.Port.Close()) }
