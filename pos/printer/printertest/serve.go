package printertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// conversation is one connection of a till.
type conversation struct {
	c       io.ReadWriteCloser
	answers chan []byte
	gone    chan struct{} // closed when it is over
	once    sync.Once
}

func (c *conversation) say(b []byte) {
	select {
	case c.answers <- b:
	case <-c.gone:
	default: // nobody reads: real printers lose what does not fit, too
	}
}

func (c *conversation) end() { c.once.Do(func() { close(c.gone) }) }

// drop ends it as a power cut does.
func (c *conversation) drop() {
	if t, ok := c.c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	c.end()
	c.c.Close()
}

// Serve is the printer's end of one connection. It returns when the connection is over, which the till or [Printer.Restart] decides.
func (p *Printer) Serve(c io.ReadWriteCloser) {
	talk := &conversation{c: c, answers: make(chan []byte, 256), gone: make(chan struct{})}
	p.mu.Lock()
	p.conn = talk
	m := p.manner
	p.mu.Unlock()
	var writer sync.WaitGroup
	writer.Go(func() {
		for {
			select {
			case b := <-talk.answers:
				if _, err := c.Write(b); err != nil {
					return
				}
			case <-talk.gone:
				talk.lastWords()
				return
			}
		}
	})
	var err error
	if m.Web {
		err = web(c)
	} else {
		err = p.listen(talk, m)
	}
	if errors.Is(err, io.EOF) && m.KeepsOpen {
		talk.waitClosed()
	}
	p.mu.Lock()
	if p.conn == talk {
		p.conn = nil
	}
	p.mu.Unlock()
	if errors.Is(err, errReset) {
		talk.drop()
	}
	talk.end()
	writer.Wait()
	c.Close()
}

// lastWords says what is still to be said.
func (c *conversation) lastWords() {
	for {
		select {
		case b := <-c.answers:
			if _, err := c.c.Write(b); err != nil {
				return
			}
		default:
			return
		}
	}
}

// waitClosed waits until the till has closed altogether, which shows in what is said to it.
func (c *conversation) waitClosed() {
	if w, ok := c.c.(*wire); ok {
		<-w.closed
		return
	}
	for {
		if _, err := c.c.Write([]byte{0x11}); err != nil { // XON
			return
		}
		select {
		case <-c.gone:
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}

var errReset = errors.New("reset")

// bufferSize is how much a printer takes at a time; with a pause before each.
const bufferSize = 512

// listen takes bytes, tells those of real-time commands from the others, and answers.
func (p *Printer) listen(talk *conversation, m Manner) error {
	var pending []byte // of a real-time command
	taken := 0
	buf := make([]byte, bufferSize)
	for {
		if m.Pause > 0 {
			time.Sleep(m.Pause)
		}
		n := len(buf)
		for _, limit := range []int{m.HangAfter, m.ResetAfter} {
			if limit > 0 {
				n = min(n, limit-taken)
			}
		}
		n, err := talk.c.Read(buf[:n])
		taken += n
		p.mu.Lock()
		for _, b := range buf[:n] {
			pending = p.one(pending, b)
		}
		p.print()
		p.mu.Unlock()
		switch {
		case err != nil:
			return err
		case m.HangAfter > 0 && taken >= m.HangAfter:
			talk.hang()
			return nil
		case m.ResetAfter > 0 && taken >= m.ResetAfter:
			return errReset
		}
	}
}

// hang does nothing until the connection is over.
func (c *conversation) hang() {
	if w, ok := c.c.(*wire); ok {
		select {
		case <-w.closed:
		case <-c.gone:
		}
		return
	}
	c.waitClosed()
}

// one takes a byte. Real-time commands are carried out where they stand, also in the middle of a picture: that is what makes them
// dangerous in data. p.mu is held.
func (p *Printer) one(pending []byte, b byte) []byte {
	if len(pending) == 0 && b != 0x10 {
		p.buffer = append(p.buffer, b)
		return nil
	}
	pending = append(pending, b)
	switch {
	case pending[0] != 0x10:
	case len(pending) == 1:
		return pending
	case pending[1] != 0x04 && pending[1] != 0x05 && pending[1] != 0x14:
	case len(pending) == 2:
		return pending
	case pending[1] == 0x04 && b >= 1 && b <= 4:
		p.realtime(b)
		return nil
	case pending[1] == 0x05 && b <= 2, pending[1] == 0x14 && (b == 1 || b == 2 || b == 8):
		p.bad = append(p.bad, fmt.Sprintf("real-time command % x", pending))
	}
	last := pending[len(pending)-1]
	if len(pending) > 1 && last == 0x10 { // it may begin one itself
		p.buffer = append(p.buffer, pending[:len(pending)-1]...)
		return []byte{0x10}
	}
	p.buffer = append(p.buffer, pending...)
	return nil
}

// web is a server that is no printer: it reads a line and does not like it.
func web(c io.ReadWriter) error {
	var got []byte
	buf := make([]byte, 512)
	for !bytes.Contains(got, []byte("\n")) {
		n, err := c.Read(buf)
		if err != nil {
			return err
		}
		got = append(got, buf[:n]...)
	}
	_, err := io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n400 Bad Request")
	return errors.Join(err, io.EOF)
}

// Listen lets the printer answer on a port of the loopback, one connection after the other as such printers do. url is how the till
// names it; stop ends it.
func (p *Printer) Listen() (url string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.Serve(c)
		}
	})
	return "tcp://" + l.Addr().String(), func() {
		l.Close()
		p.Restart()
		all.Wait()
	}, nil
}

// Dial connects to the printer in memory, with each direction closing by itself as with TCP, so that time can be virtual.
func (p *Printer) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	near, far := newWire()
	go p.Serve(far)
	return near, nil
}
