package printertest

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// wire is a connection made of two pipes.
type wire struct {
	in, out net.Conn
	closed  chan struct{} // when the till's end is closed
	once    *sync.Once
	till    bool
}

func newWire() (near, far *wire) {
	a, b := net.Pipe()
	c, d := net.Pipe()
	closed, once := make(chan struct{}), new(sync.Once)
	return &wire{in: a, out: c, closed: closed, once: once, till: true}, &wire{in: d, out: b, closed: closed, once: once}
}

func (w *wire) Read(p []byte) (int, error)  { return w.in.Read(p) }
func (w *wire) Write(p []byte) (int, error) { return w.out.Write(p) }

// CloseWrite tells the other end that no more comes.
func (w *wire) CloseWrite() error { return w.out.Close() }

func (w *wire) Close() error {
	if w.till {
		w.once.Do(func() { close(w.closed) })
	}
	return errors.Join(w.in.Close(), w.out.Close())
}
func (w *wire) LocalAddr() net.Addr  { return w.in.LocalAddr() }
func (w *wire) RemoteAddr() net.Addr { return w.in.RemoteAddr() }

func (w *wire) SetReadDeadline(t time.Time) error  { return tolerate(w.in.SetReadDeadline(t)) }
func (w *wire) SetWriteDeadline(t time.Time) error { return tolerate(w.out.SetWriteDeadline(t)) }
func (w *wire) SetDeadline(t time.Time) error {
	return errors.Join(w.SetReadDeadline(t), w.SetWriteDeadline(t))
}

// tolerate makes a pipe whose other end is closed take a deadline, as a socket does.
func tolerate(err error) error {
	if errors.Is(err, io.ErrClosedPipe) {
		return nil
	}
	return err
}
