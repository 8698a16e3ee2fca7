package printer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"guitai/pos"
)

// chunkBytes is what is written under one deadline.
const chunkBytes = 4096

// line is a printer at the end of a line that may carry answers: TCP, USB or serial. Each job has a conversation of its own, for
// network printers serve one at a time and may lose what follows on the same one, and two at once is what none of them takes:
// a second call waits for the first. Safe for concurrent use.
type line struct {
	name string
	o    Options
	open func(ctx context.Context) (channel, error) // errors as the system gives them
	busy chan struct{}                              // holds one while somebody talks

	piece int // how much is written between two looks at whether the printer asked to wait

	mu     sync.Mutex
	habits habits
	torn   bool   // a job broke off, perhaps in the middle of a picture
	last   report // what the printer said last of itself
}

// habits is what was learned of a printer since the program started.
type habits struct {
	there   bool // it was reached once
	answers bool // it answered DLE EOT once
	silent  int  // how often in a row it was asked and did not, having never answered
	acks    bool // it answered GS r once
	noAck   bool // it answers, but not GS r
	portOK  bool // its USB port said once that all is well: it tells the truth, and not always the same
	closes  bool // it closed its end after ours once
	stays   int  // how often in a row it did not
}

// Times of a conversation.
const (
	firstReply = 800 * time.Millisecond // to answer the first request
	quickReply = 250 * time.Millisecond // of a printer that never answered before
	lastReply  = 1300 * time.Millisecond
	statusTime = 1900 * time.Millisecond // all of Status

	briefly = 200 * time.Millisecond // to close after nothing but a question

	silentTwice = 2
	staysTwice  = 2
	healthy     = 8 * time.Second // of good health without GS r: it knows no such command
)

func newLine(name string, o Options, open func(ctx context.Context) (channel, error)) *line {
	o.DialTimeout = cmp.Or(o.DialTimeout, 3*time.Second)
	o.ChunkTimeout = cmp.Or(o.ChunkTimeout, 10*time.Second)
	o.ReplyTimeout = cmp.Or(o.ReplyTimeout, 30*time.Second)
	o.CloseTimeout = cmp.Or(o.CloseTimeout, 2*time.Second)
	return &line{name: name, o: o, open: open, busy: make(chan struct{}, 1), piece: chunkBytes}
}

func (l *line) String() string { return l.name }

// Print implements [pos.Printer]. It returns within the timeouts of [Options], or at once when ctx ends; ctx ending in the
// middle of a job leaves it half printed.
func (l *line) Print(ctx context.Context, job []byte) (began bool, err error) {
	t, free, err := l.talk(ctx)
	if err != nil {
		return false, err
	}
	defer free()
	if err := l.before(t, false); err != nil {
		return false, l.fail("ask printer", err)
	}
	if err := l.mend(t); err != nil {
		return false, l.fail("send to printer", err)
	}
	sent, err := t.send(job)
	if err != nil {
		if sent > 0 {
			l.mayBeTorn()
		}
		return l.reached(t, sent), l.fail("send to printer", fmt.Errorf("after %d of %d bytes: %w", sent, len(job), err))
	}
	if err := l.after(t, job); err != nil {
		if _, told := errors.AsType[saysSo](err); !told && !errors.Is(err, errPaperEnd) {
			l.mayBeTorn() // the system took it all; how much of that the printer has, nobody knows
		}
		return l.reached(t, sent), l.fail("confirm printing", err)
	}
	return sent > 0, nil
}

// reached reports whether bytes that were sent may be on paper. A server of the web says itself that it is no printer.
func (l *line) reached(t *talk, sent int) bool {
	return sent > 0 && !t.replies.now().http
}

// pulse sends a drawer kick, whatever state the printer is in: no answer is expected to it, so none is waited for beyond the
// end of the conversation. What a job that broke off left open is made up for first: as the size of a picture the kick would swallow
// receipts.
func (l *line) pulse(ctx context.Context, command []byte) error {
	t, free, err := l.talk(ctx)
	if err != nil {
		return err
	}
	defer free()
	if err := l.mend(t); err != nil {
		return l.fail("send to printer", err)
	}
	if _, err := t.send(command); err != nil {
		return l.fail("send to printer", err)
	}
	if err := l.part(t); errors.Is(err, errForeign) {
		return l.fail("send to printer", err)
	}
	return nil
}

// Status implements [pos.Printer]. A printer that is not to be asked is only connected to.
func (l *line) Status(ctx context.Context) (pos.PrinterStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, statusTime)
	defer cancel()
	t, free, err := l.talk(ctx)
	if err != nil {
		return pos.PrinterStatus{Checked: time.Now()}, err
	}
	defer free()
	err = l.before(t, true)
	if closed := t.finish(briefly); err == nil && errors.Is(closed, errForeign) {
		err = closed
	}
	status := l.lastStatus()
	status.Silent = !t.answers
	if c, ok := errors.AsType[saysSo](err); ok {
		status.Code = pos.Code(c)
		err = nil
	}
	if err != nil {
		return pos.PrinterStatus{Checked: status.Checked}, l.fail("ask printer", err)
	}
	return status, nil
}

// lastStatus is what the printer said last of itself, in whatever conversation.
func (l *line) lastStatus() pos.PrinterStatus {
	l.mu.Lock()
	defer l.mu.Unlock()
	return pos.PrinterStatus{Code: l.last.code(), Silent: !l.last.said, Drawer: l.last.drawer(l.o.Sensor), Checked: time.Now()}
}

// talk opens a conversation. free ends it.
func (l *line) talk(ctx context.Context) (t *talk, free func(), err error) {
	select {
	case l.busy <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, pos.E(pos.CodePrinterBusy, "connect to printer", fmt.Errorf("%s: %w", l, ctx.Err()))
	}
	dial, cancel := context.WithTimeout(ctx, l.o.DialTimeout)
	defer cancel()
	c, err := l.open(dial)
	if err != nil {
		<-l.busy
		return nil, nil, l.fail("connect to printer", err)
	}
	l.learn(func(h *habits) { h.there = true })
	t = newTalk(ctx, c, &l.o, l.piece)
	return t, func() {
		t.close()
		l.note(t)
		<-l.busy
	}, nil
}

// note keeps what the printer said of itself.
func (l *line) note(t *talk) {
	h := t.replies.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if h.state.said {
		l.last = h.state
	}
	l.habits.acks = l.habits.acks || h.acked
}

func (l *line) learn(f func(*habits)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f(&l.habits)
}

func (l *line) known() habits {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.habits
}

// before asks how the printer is, as far as it is to be asked. An error is a reason to send nothing. look is a question that no job
// waits for: it is also put to a printer that never answered, which may have been another one.
func (l *line) before(t *talk, look bool) error {
	h := l.known()
	silent := h.silent >= silentTwice
	switch {
	case l.o.Ask == AskNone:
		return nil
	case l.o.Ask == AskAuto && silent && !look:
		return l.portSays(t)
	}
	limit := firstReply
	switch {
	case h.answers:
		limit = lastReply
	case silent:
		limit = quickReply
	}
	state, err := t.ask(limit)
	if err != nil {
		return err
	}
	l.note(t)
	if !t.answers {
		l.learn(func(h *habits) { h.silent++ })
		if l.o.Ask == AskRequire || h.answers {
			return errNoReply
		}
		return l.portSays(t)
	}
	l.learn(func(h *habits) { h.answers, h.silent = true, 0 })
	if c := state.code(); !prints(c) {
		return saysSo(c)
	}
	return nil
}

// portSays is the word of the USB port for a printer that has none itself. Ports that always say the same are not believed.
func (l *line) portSays(t *talk) error {
	p, ok := t.c.(interface{ portStatus() (int, bool) })
	if !ok {
		return nil
	}
	status, ok := p.portStatus()
	switch {
	case !ok:
		return nil
	case status&(lpPaperOut|lpNoError) == lpNoError:
		l.learn(func(h *habits) { h.portOK = true })
		return nil
	case !l.known().portOK:
		return nil
	case status&lpPaperOut != 0:
		return saysSo(pos.CodePaper)
	}
	return saysSo(pos.CodePrinterError)
}

// after waits for what counts as proof that a job printed. Whatever that is, the conversation is finished before it returns: the next
// one must not come before this one is over.
func (l *line) after(t *talk, job []byte) error {
	switch {
	case l.o.Ask == AskNone:
		_ = l.part(t) // such a printer may well not close
		return nil
	case !t.answers:
		return l.taken(t)
	case !acknowledges(job) && l.o.Ask == AskRequire:
		_ = t.finish(l.o.CloseTimeout)
		return errSilent
	case !acknowledges(job), l.o.Ask == AskAuto && l.known().noAck && !l.known().acks:
		return l.stillWell(t)
	}
	enough := l.o.ReplyTimeout // which ends the waiting anyway
	if l.o.Ask == AskAuto && !l.known().acks {
		enough = healthy
	}
	err := t.confirmed(l.o.ReplyTimeout, enough)
	_ = l.part(t)
	if errors.Is(err, errNoAck) && enough == healthy {
		// Its answers to other questions show that the line is good, and no trouble came: it knows no such command.
		l.learn(func(h *habits) { h.noAck = true })
		return nil
	}
	return err
}

// part finishes a conversation in which nothing more is to be learned. Who keeps every conversation open is not waited for each time:
// the receipt stands behind the drawer.
func (l *line) part(t *talk) error {
	limit := l.o.CloseTimeout
	if l.known().stays >= staysTwice {
		limit = min(limit, briefly)
	}
	err := t.finish(limit)
	switch {
	case errors.Is(err, errNoReply):
		l.learn(func(h *habits) { h.stays++ })
	case err == nil:
		l.learn(func(h *habits) { h.stays = 0 })
	}
	return err
}

// taken is the proof of a printer that never answers: it closed when we did; or, where that shows nothing, it has taken every byte.
func (l *line) taken(t *talk) error {
	err := t.finish(l.o.CloseTimeout)
	h := t.replies.now()
	switch {
	case errors.Is(err, errForeign):
		return err
	case h.acked && h.ackEnd, h.state.paperEnd:
		return errPaperEnd
	case h.acked:
		return nil
	case err == nil:
		if _, tcp := t.c.(halfCloser); tcp {
			l.learn(func(h *habits) { h.closes = true })
		}
		return nil
	case errors.Is(err, errNoReply) && !l.known().closes: // it keeps every conversation open
		return nil
	case errors.Is(err, errNoReply):
		return errSilent
	}
	return err
}

// stillWell is the proof of a printer that answers, but not GS r: asked after it took everything, it has no trouble.
func (l *line) stillWell(t *talk) error {
	err := t.realtime(1)
	if err == nil { // one that was well before and now says nothing may hang in the middle of it
		err = orElse(t.await(l.o.ReplyTimeout, func(h heard) bool { return !h.owes }), errNoReply, errSilent)
	}
	var state report
	if err == nil {
		state, err = t.ask(lastReply)
	}
	_ = t.finish(l.o.CloseTimeout)
	switch {
	case err != nil:
		return err
	case !prints(state.code()):
		return saysSo(state.code())
	}
	return nil
}

// fail gives trouble its code.
func (l *line) fail(op string, err error) error {
	return pos.E(l.codeOf(err), op, fmt.Errorf("%s: %w", l, err))
}

func (l *line) codeOf(err error) pos.Code {
	if c, ok := errors.AsType[saysSo](err); ok {
		return pos.Code(c)
	}
	switch h := l.known(); {
	case errors.Is(err, errPaperEnd):
		return pos.CodePaper
	case errors.Is(err, errForeign):
		return pos.CodePrinterPort
	case errors.Is(err, errSilent):
		return pos.CodePrinter
	case errors.Is(err, errNoReply) && !h.answers:
		return pos.CodePrinterPort
	case errors.Is(err, errNoReply), errors.Is(err, errHeld):
		return pos.CodePrinterOff
	case isRefused(err) && h.there: // it took us before: somebody else is with it
		return pos.CodePrinterBusy
	}
	return codeOfSystem(err)
}
