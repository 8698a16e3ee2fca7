package apiv2

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"time"

	"guitai/pos"
)

// bill is a file on its way. For one goroutine at a time.
type bill struct {
	op   string
	ctx  context.Context
	stop context.CancelCauseFunc
	body *patient
	text *bufio.Reader // unpacked
	left int64         // how many bytes more it may have
	err  error         // what every further Read says
}

// billBuffer holds what came and what is not unpacked yet.
const billBuffer = 32 << 10

// begin looks at the first bytes: a packed file, a plain one, or a document that stands in its place and that text then holds.
func (b *bill) begin() (document bool, err *pos.Error) {
	b.text = bufio.NewReaderSize(b.body, billBuffer)
	if magic, _ := b.text.Peek(2); bytes.Equal(magic, []byte("\x1f\x8b")) {
		unpacked, err := gzip.NewReader(b.text)
		if err != nil {
			return false, b.trouble(err)
		}
		b.text = bufio.NewReaderSize(unpacked, billBuffer)
	}
	start, failed := b.text.Peek(64)
	if failed != nil && failed != io.EOF { // both readers give the plain one for a proper end, and only then
		return false, b.trouble(failed)
	}
	switch start = trimStart(start); {
	case len(start) == 0:
		return false, pos.E(pos.CodeBadAnswer, b.op, errBillEmpty)
	case start[0] == '<':
		return true, nil
	case !isPlainText(start):
		return false, pos.E(pos.CodeBadAnswer, b.op, errNoBill)
	}
	return false, nil
}

// Read reads the file as text. io.EOF means that it came to its own end.
func (b *bill) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.text.Read(p)
	if b.left -= int64(n); b.left < 0 {
		b.err = pos.E(pos.CodeBadAnswer, b.op, errBillSize)
		return 0, b.err
	}
	switch {
	case err == io.EOF:
		b.err = io.EOF
	case err != nil:
		b.err = b.trouble(err)
	}
	return n, b.err
}

// trouble says why there is no more: the connection is to blame unless all that was sent did come.
func (b *bill) trouble(err error) *pos.Error {
	cause := context.Cause(b.ctx)
	switch {
	case cause != nil:
		return pos.E(pos.CodeNoAnswer, b.op, cause)
	case b.body.err != nil && b.body.err != io.EOF:
		return pos.E(pos.CodeNoAnswer, b.op, errors.New(reason(b.body.err)))
	}
	return pos.E(pos.CodeBadAnswer, b.op, err) // cut short, or damaged
}

// Close lets the connection go, at whatever point. Safe to repeat.
func (b *bill) Close() error {
	if b.err == nil || b.err == io.EOF {
		b.err = pos.E(pos.CodeInvalid, b.op, errClosed)
	}
	err := b.body.Close()
	b.stop(nil)
	return err
}

// patient is a body that ends the call when it does not bring billPiece bytes within every billStall that somebody waits for it. What
// its reader does in between takes as long as it takes.
type patient struct {
	body  io.ReadCloser
	timer *time.Timer
	left  time.Duration // of waiting, until billPiece must have come
	got   int
	err   error // how the body ended
}

func newPatient(body io.ReadCloser, stop context.CancelCauseFunc) *patient {
	p := &patient{body: body, left: billStall, timer: time.AfterFunc(billStall, func() { stop(errStalled) })}
	p.timer.Stop()
	return p
}

func (p *patient) Read(to []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	began := time.Now()
	p.timer.Reset(p.left)
	n, err := p.body.Read(to)
	p.timer.Stop()
	p.left -= time.Since(began)
	if p.got += n; p.got >= billPiece {
		p.got, p.left = 0, billStall
	}
	if err != nil {
		p.err = err
	}
	return n, err
}

func (p *patient) Close() error {
	p.timer.Stop()
	return p.body.Close()
}
