package printer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"guitai/pos"
)

// channel is an open way to a device, in both directions. Close ends a Read that waits.
type channel interface {
	io.ReadWriteCloser
	SetWriteDeadline(t time.Time) error
}

// halfCloser is a channel whose other end can be told that no more comes: TCP.
type halfCloser interface{ CloseWrite() error }

// flusher is a channel that takes bytes before the device has them. flush waits until it has.
type flusher interface {
	flush(ctx context.Context, limit time.Duration) error
}

var (
	errSilent   = errors.New("it took everything and did not confirm")
	errNoReply  = errors.New("it does not answer")
	errForeign  = errors.New("something else than a printer answers")
	errPaperEnd = errors.New("it reports the end of the paper")
	errNoAck    = errors.New("it is well and does not say that it printed")
	errHeld     = errors.New("it asked to wait, and did not take that back")
)

// saysSo is the printer's own word for trouble.
type saysSo pos.Code

func (c saysSo) Error() string { return "it reports " + string(c) }

// talk is one conversation with a printer: a channel, and what came back on it. What it starts ends with close.
type talk struct {
	c       channel
	o       *Options
	piece   int
	replies *replies
	reading chan struct{} // closed when nobody reads any more
	unhook  func() bool
	ctx     context.Context
	answers bool // DLE EOT was answered in this conversation
}

// newTalk starts to listen. When ctx ends the channel is closed, and whoever waits for it goes on.
func newTalk(ctx context.Context, c channel, o *Options, piece int) *talk {
	t := &talk{c: c, o: o, piece: piece, replies: newReplies(), reading: make(chan struct{}), ctx: ctx}
	t.unhook = context.AfterFunc(ctx, func() { c.Close() })
	go func() {
		defer close(t.reading)
		var buf [64]byte
		for {
			n, err := c.Read(buf[:])
			if n > 0 {
				t.replies.hear(buf[:n])
			}
			if err != nil {
				t.replies.end(err)
				return
			}
		}
	}()
	return t
}

func (t *talk) close() {
	t.unhook()
	t.c.Close()
	<-t.reading
}

// await waits until ok holds of what was heard, at most for d. nil when it does; the error with which the reading ended;
// errNoReply.
func (t *talk) await(d time.Duration, ok func(heard) bool) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		h := t.replies.now()
		switch {
		case h.text: // whatever else may be read into it
			return errForeign
		case ok(h):
			return nil
		case t.ctx.Err() != nil:
			return t.ctx.Err()
		case h.err != nil:
			return h.err
		}
		select {
		case <-t.replies.changed:
		case <-t.ctx.Done():
		case <-timer.C:
			return errNoReply
		}
	}
}

// realtime sends a request that a printer carries out the moment it comes.
func (t *talk) realtime(n int) error {
	t.replies.owe(n)
	if err := t.c.SetWriteDeadline(time.Now().Add(t.o.ChunkTimeout)); err != nil {
		return err
	}
	_, err := t.c.Write([]byte{0x10, 0x04, byte(n)}) // DLE EOT n
	return err
}

// ask asks for the whole state, waiting for the first reply at most for first. One request after the other: clones that answer
// one of two at once are known, and then nobody could tell which. nil with !t.answers when nothing came.
func (t *talk) ask(first time.Duration) (report, error) {
	limit := first
	for n := 1; n <= 4; n++ {
		if err := t.realtime(n); err != nil {
			return report{}, err
		}
		err := t.await(limit, func(h heard) bool { return !h.owes })
		switch {
		case err == nil:
			t.answers = true
		case !errors.Is(err, errNoReply):
			return report{}, err
		case n == 1: // what does not answer this one answers none; but it may have spoken by itself
			h := t.replies.now()
			if h.strays > 0 && !h.state.said {
				return report{}, errForeign
			}
			t.answers = h.state.said
			return h.state, nil
		}
		limit = nextReply
	}
	return t.replies.now().state, nil
}

// nextReply is how long a printer may take to answer after it answered once.
const nextReply = 300 * time.Millisecond

// send sends a job. sent counts the bytes that left.
func (t *talk) send(job []byte) (sent int, err error) {
	if acknowledges(job) {
		t.replies.oweAck()
	}
	for sent < len(job) {
		if err := t.await(t.o.ChunkTimeout, func(h heard) bool { return !h.held || h.err != nil }); err != nil {
			return sent, cmp.Or(t.refusal(), orElse(err, errNoReply, errHeld))
		}
		if err := t.c.SetWriteDeadline(time.Now().Add(t.o.ChunkTimeout)); err != nil {
			return sent, err
		}
		n, err := t.c.Write(job[sent:min(sent+t.piece, len(job))])
		sent += n
		if err != nil {
			_ = t.await(lastWord, func(heard) bool { return false })
			return sent, cmp.Or(t.refusal(), t.ctx.Err(), err)
		}
	}
	return sent, nil
}

// lastWord is how long what takes no more is listened to for the reason: a web server that was sent a receipt says so and hangs up.
const lastWord = 100 * time.Millisecond

func orElse(err, is, other error) error {
	if errors.Is(err, is) {
		return other
	}
	return err
}

// refusal is what the printer said that explains why it took no more; nil for nothing.
func (t *talk) refusal() error {
	h := t.replies.now()
	if h.text {
		return errForeign
	}
	if c := h.state.code(); !prints(c) {
		return saysSo(c)
	}
	return nil
}

// acknowledges reports whether a job ends in GS r 1, which the printer answers when it has come so far.
func acknowledges(job []byte) bool {
	return len(job) > 3 && string(job[len(job)-3:]) == "\x1dr\x01"
}

// confirmed waits for the answer to GS r 1 of a printer that answers, looking meanwhile at how it does. errNoAck is a printer that
// says for the time of enough that it is well, and does not give that answer.
func (t *talk) confirmed(limit, enough time.Duration) error {
	from := time.Now()
	for {
		left := limit - time.Since(from)
		if left <= 0 {
			return errSilent
		}
		err := t.await(min(left, lookAgain), func(h heard) bool { return h.acked || !prints(h.state.code()) })
		h := t.replies.now()
		switch {
		case err != nil && !errors.Is(err, errNoReply):
			return err
		case h.acked && h.ackEnd:
			return errPaperEnd
		case h.acked:
			return nil
		case err == nil:
			return saysSo(h.state.code())
		}
		if _, err := t.ask(nextReply); err != nil {
			return err
		}
		if h := t.replies.now(); !h.owes && !h.acked && prints(h.state.code()) && time.Since(from) >= enough {
			return errNoAck
		}
	}
}

// lookAgain is how often a printer is asked how it does while it prints.
const lookAgain = time.Second

// finish ends the conversation as the channel wants it: over TCP by half-closing and reading to the end, for a close with unread
// bytes is a reset on some systems, and a printer drops the job for it; elsewhere by waiting until the device has it all. nil is
// a clean end; errNoReply is a TCP printer that does not close within limit.
func (t *talk) finish(limit time.Duration) error {
	if f, ok := t.c.(flusher); ok {
		return f.flush(t.ctx, t.o.ChunkTimeout)
	}
	half, ok := t.c.(halfCloser)
	if !ok {
		return nil
	}
	if err := half.CloseWrite(); err != nil {
		return cmp.Or(t.refusal(), t.ctx.Err(), err)
	}
	err := t.await(limit, func(h heard) bool { return errors.Is(h.err, io.EOF) })
	if err != nil && !errors.Is(err, errNoReply) {
		return fmt.Errorf("close: %w", err)
	}
	return err
}
