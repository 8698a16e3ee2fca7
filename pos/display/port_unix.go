//go:build !windows

package display

import (
	"os"
	"syscall"
	"time"

	"go.bug.st/serial"
)

// openPort opens a port. Here a Write to the library's port that hangs in the kernel is ended by nothing, not even by closing it. So
// the bytes go through a file of our own that never waits in there, and the library's port sets the line and keeps others away.
func openPort(device string, baud int) (Port, error) {
	f, err := os.OpenFile(device, os.O_WRONLY|syscall.O_NOCTTY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	line, err := serial.Open(device, mode(baud))
	if err != nil {
		f.Close() //nolint:errcheck // nothing was written
		return nil, err
	}
	return &filePort{Port: line, bytes: f}, nil
}

type filePort struct {
	serial.Port
	bytes *os.File
}

func (p *filePort) Write(b []byte) (int, error) { return p.bytes.Write(b) }
func (p *filePort) Interrupt()                  { _ = p.bytes.SetWriteDeadline(time.Unix(1, 0)) }

func (p *filePort) Close() error {
	err := p.bytes.Close()
	if e := p.Port.Close(); err == nil {
		err = e
	}
	return err
}
