package printer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"guitai/pos"
)

// chunkBytes is what is written under one deadline.
const chunkBytes = 4096

var (
	errSilent   = errors.New("it took everything and did not confirm")
	errPaperEnd = errors.New("it reports the end of the paper")
)

// tcp is a printer on a raw TCP port. Each job has a connection of its own, for such printers serve one at a time and may
// lose what follows on the same one. The spool sends one job after the other; tcp does not guard against two at once.
type tcp struct {
	address string
	o       Options
}

func newTCP(address string, o Options) *tcp {
	o.DialTimeout = cmp.Or(o.DialTimeout, 3*time.Second)
	o.ChunkTimeout = cmp.Or(o.ChunkTimeout, 10*time.Second)
	o.ReplyTimeout = cmp.Or(o.ReplyTimeout, 30*time.Second)
	o.CloseTimeout = cmp.Or(o.CloseTimeout, 2*time.Second)
	if o.Dial == nil {
		o.Dial = new(net.Dialer).DialContext
	}
	return &tcp{address: address, o: o}
}

func (p *tcp) String() string { return "tcp://" + p.address }

// Print implements [pos.Printer]. It returns within the timeouts of [Options], or at once when ctx ends; ctx ending in the
// middle of a job leaves it half printed.
func (p *tcp) Print(ctx context.Context, job []byte) (began bool, err error) {
	return p.send(ctx, job, p.o.Confirm)
}

// pulse sends a drawer kick: no answer is expected to it, so none is waited for beyond the close.
func (p *tcp) pulse(ctx context.Context, command []byte) error {
	_, err := p.send(ctx, command, ConfirmWrite)
	return err
}

func (p *tcp) send(ctx context.Context, job []byte, confirm Confirm) (began bool, err error) {
	conn, err := p.dial(ctx)
	if err != nil {
		return false, p.fail("connect to printer", err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	sent, err := p.write(conn, job)
	if err != nil {
		return sent > 0, p.fail("send to printer", fmt.Errorf("%w after %d of %d bytes", cmp.Or(ctx.Err(), err), sent, len(job)))
	}
	if err := p.confirm(conn, confirm); err != nil {
		return sent > 0, p.fail("confirm printing", cmp.Or(ctx.Err(), err))
	}
	return sent > 0, nil
}

func (p *tcp) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, p.o.DialTimeout)
	defer cancel()
	return p.o.Dial(ctx, "tcp", p.address)
}

func (p *tcp) write(conn net.Conn, job []byte) (sent int, err error) {
	for sent < len(job) {
		if err := conn.SetWriteDeadline(time.Now().Add(p.o.ChunkTimeout)); err != nil {
			return sent, err
		}
		n, err := conn.Write(job[sent:min(sent+chunkBytes, len(job))])
		sent += n
		if err != nil {
			return sent, err
		}
	}
	return sent, nil
}

// confirm waits for what counts as proof. Whatever that is, it half-closes and reads to the end before it returns: a close
// with unread bytes is a reset on some systems, and a printer drops the job for it; and the next connection must not come
// before this one is over.
func (p *tcp) confirm(conn net.Conn, want Confirm) error {
	var heard replies
	if want == ConfirmReply {
		err := heard.read(conn, p.o.ReplyTimeout, true)
		p.drain(conn, &heard)
		switch {
		case heard.paperEnd:
			return errPaperEnd
		case !heard.status:
			return cmp.Or(err, errSilent)
		}
		return nil
	}
	err := p.drain(conn, &heard)
	switch {
	case want == ConfirmWrite:
		return nil
	case heard.paperEnd:
		return errPaperEnd
	case heard.status:
		return nil
	}
	return err
}

// drain half-closes and reads until the printer closes. nil is a clean close.
func (p *tcp) drain(conn net.Conn, heard *replies) error {
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		if err := half.CloseWrite(); err != nil {
			return err
		}
	}
	return heard.read(conn, p.o.CloseTimeout, false)
}

func (p *tcp) fail(op string, err error) error {
	return pos.E(pos.CodePrinter, op, fmt.Errorf("%s: %w", p, err))
}

// replies is what a printer said so far.
type replies struct {
	status   bool // it answered GS r 1
	paperEnd bool // with the paper at its end
	skip     int  // bytes of an automatic status that follow its first
}

// read takes bytes until the printer closes, which is nil, or the time is up. With untilStatus it also ends, with nil, at
// the first status reply.
func (r *replies) read(conn net.Conn, limit time.Duration, untilStatus bool) error {
	if err := conn.SetReadDeadline(time.Now().Add(limit)); err != nil {
		return err
	}
	var buf [64]byte
	for {
		n, err := conn.Read(buf[:])
		for _, b := range buf[:n] {
			r.hear(b)
		}
		switch {
		case untilStatus && r.status, errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, os.ErrDeadlineExceeded):
			return errSilent
		case err != nil:
			return err
		}
	}
}

// hear tells a reply to GS r 1 (bits 4 and 7 are 0; bits 2 and 3 say the paper ended) from flow control and from the four
// bytes of an automatic status, of which only the first can be told by itself.
func (r *replies) hear(b byte) {
	switch {
	case r.skip > 0:
		r.skip--
	case b == 0x11 || b == 0x13: // XON, XOFF
	case b&0x93 == 0x10:
		r.skip = 3
	case b&0x90 == 0:
		r.status = true
		r.paperEnd = b&0x0c != 0
	}
}

// Status implements [pos.Printer].
func (p *tcp) Status(context.Context) (pos.PrinterStatus, error) {
	return pos.PrinterStatus{Silent: true, Checked: time.Now()}, nil
}
