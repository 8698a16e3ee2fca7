// Package printertest is a receipt printer to test with. It speaks ESC/POS from the printer's side: it answers what it is asked,
// prints command by command into papers that can be looked at, and has every trouble a printer has. It shares no code with the till, so
// that it can disagree.
package printertest

import (
	"bytes"
	"slices"
	"sync"
	"time"
)

// State is what happens to a printer while it stands on the counter.
type State struct {
	PaperOut   bool
	PaperLow   bool
	Cover      bool // open
	Cutter     bool // jammed
	Fault      bool // too hot
	Offline    bool // by its button
	DrawerHigh bool // the level of the drawer's pin
}

// stops reports whether nothing is printed now.
func (s State) stops() bool {
	return s.PaperOut || s.Cover || s.Cutter || s.Fault || s.Offline
}

// Manner is how a printer is made, good or bad. The zero value answers everything and closes a connection when the till does.
type Manner struct {
	Silent    bool // answers nothing at all
	NoAck     bool // knows no GS r
	KeepsOpen bool // leaves a connection open that the till has half-closed
	Chatter   bool // sends its state unasked (ASB) before and after each answer
	Web       bool // it is no printer but a server of the web
	Noise     bool // answers at another speed
	Pause     time.Duration

	HangAfter   int // reads no more after this many bytes of a connection; 0: never
	ResetAfter  int // drops the connection after this many bytes of it; 0: never
	RunsOutLine int // the paper ends after this many lines; 0: never
}

// Printer is the fake. It is safe for concurrent use.
type Printer struct {
	mu     sync.Mutex
	manner Manner
	state  State
	buffer []byte // received, and not printed yet
	paper  []byte // printed since the last cut
	papers [][]byte
	lines  int
	kicks  int
	bad    []string
	conn   *conversation // nil when nobody is connected
}

// New makes a printer with paper in it and its cover closed.
func New(m Manner) *Printer { return &Printer{manner: m} }

// Set changes what happens to the printer. What it could not print before goes on.
func (p *Printer) Set(change func(*State)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.state)
	if p.manner.Chatter {
		p.say(p.asb()...)
	}
	p.print()
}

// Become changes how the printer is made, from the next connection on.
func (p *Printer) Become(m Manner) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.manner = m
}

// Restart is a power cut: what was received and not printed is lost, and so is the connection.
func (p *Printer) Restart() {
	p.mu.Lock()
	p.buffer = nil
	c := p.conn
	p.mu.Unlock()
	if c != nil {
		c.drop()
	}
}

// Papers are the papers that were cut off, as the commands and text that made them.
func (p *Printer) Papers() [][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.papers)
}

// Torn is what was printed since the last cut, NULs aside.
func (p *Printer) Torn() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Trim(p.paper, "\x00")
}

// Count tells on how many papers, whole or torn, a text is.
func (p *Printer) Count(text string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := bytes.Count(p.paper, []byte(text))
	for _, paper := range p.papers {
		n += bytes.Count(paper, []byte(text))
	}
	return n
}

// Kicks counts how often the drawer was opened.
func (p *Printer) Kicks() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kicks
}

// Faults are things that no till should have sent, in words.
func (p *Printer) Faults() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.bad)
}

// print prints whole commands for as long as nothing stops it. p.mu is held.
func (p *Printer) print() {
	for !p.state.stops() {
		n := commandLength(p.buffer)
		if n == 0 {
			return
		}
		command := p.buffer[:n:n]
		p.buffer = p.buffer[n:]
		p.carryOut(command)
	}
}

func (p *Printer) carryOut(c []byte) {
	switch {
	case bytes.HasPrefix(c, []byte("\x1bp")):
		p.kicks++
		return
	case bytes.HasPrefix(c, []byte("\x1dr")):
		if !p.manner.NoAck {
			p.reply(p.paperBits())
		}
		return
	}
	p.paper = append(p.paper, c...)
	switch {
	case bytes.HasPrefix(c, []byte("\x1dV")), c[0] == 0x1b && len(c) == 2 && (c[1] == 'i' || c[1] == 'm'):
		p.papers = append(p.papers, p.paper)
		p.paper = nil
	case c[0] == '\n':
		p.lines++
		if p.lines == p.manner.RunsOutLine {
			p.state.PaperOut = true
			if p.manner.Chatter {
				p.say(p.asb()...)
			}
		}
	}
}

// realtime answers DLE EOT n. p.mu is held.
func (p *Printer) realtime(n byte) {
	b := byte(0x12)
	s := p.state
	set := func(on bool, bits byte) {
		if on {
			b |= bits
		}
	}
	switch n {
	case 1:
		set(s.DrawerHigh, 0x04)
		set(s.stops(), 0x08)
	case 2:
		set(s.Cover, 0x04)
		set(s.PaperOut, 0x20)
		set(s.Cutter || s.Fault, 0x40)
	case 3:
		set(s.Cutter, 0x08)
		set(s.Fault, 0x40)
	case 4:
		set(s.PaperLow, 0x0c)
		set(s.PaperOut, 0x60)
	}
	p.reply(b)
}

func (p *Printer) paperBits() (b byte) {
	if p.state.PaperLow {
		b |= 0x03
	}
	if p.state.PaperOut {
		b |= 0x0c
	}
	return b
}

// asb is an automatic status.
func (p *Printer) asb() []byte {
	b := []byte{0x10, 0, p.paperBits(), 0x0f}
	s := p.state
	if s.DrawerHigh {
		b[0] |= 0x04
	}
	if s.stops() {
		b[0] |= 0x08
	}
	if s.Cover {
		b[0] |= 0x20
	}
	if s.Cutter {
		b[1] |= 0x08
	}
	if s.Fault {
		b[1] |= 0x40
	}
	return b
}

// reply answers. p.mu is held.
func (p *Printer) reply(b byte) {
	switch {
	case p.manner.Silent:
	case p.manner.Noise:
		p.say(b<<1 | 0x81)
	case p.manner.Chatter:
		p.say(slices.Concat(p.asb(), []byte{0x13, b, 0x11}, p.asb())...)
	default:
		p.say(b)
	}
}

func (p *Printer) say(b ...byte) {
	if p.conn != nil {
		p.conn.say(b)
	}
}
