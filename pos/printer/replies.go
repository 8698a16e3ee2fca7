package printer

import "sync"

// replies tells apart what a printer sends. Each kind is known by fixed bits (Epson, ESC/POS reference, "Status identification"):
//
//	DLE EOT n   0xx1 xx10                   the oldest one that is owed
//	ASB         0xx1 xx00, then 3 × 0xx0 xxxx
//	GS r        0xx0 xxxx                   only when it is owed: nothing else tells it from noise
//	flow        XON 0x11, XOFF 0x13
//
// Anything else is a stray: noise on the line, a wrong speed, or something that is no printer. Safe for concurrent use.
type replies struct {
	mu      sync.Mutex
	changed chan struct{} // holds one when something came

	state   report
	owed    []int  // n of each DLE EOT that has not been answered, oldest first
	ackOwed bool   // a GS r 1 is under way
	acked   bool   // and was answered
	ackEnd  bool   // with the paper at its end
	held    bool   // XOFF: it wants nothing more for now
	asb     []byte // of an automatic status that is not complete
	strays  int
	nuls    int    // among them
	first   []byte // what came first, in case it is a text
	err     error  // how the reading ended; io.EOF when it closed
}

func newReplies() *replies { return &replies{changed: make(chan struct{}, 1)} }

// Bytes by which the kinds are known.
const (
	xon, xoff = 0x11, 0x13

	kindMask  = 0x93
	kindDLE   = 0x12
	kindASB   = 0x10
	plainMask = 0x90 // GS r, and the rest of an ASB: both bits clear

	firstBytes = 16

	padded = 3 // NULs that nothing asked for: it fills its replies up with them, and one more says nothing
)

// hear takes bytes as they come.
func (r *replies) hear(bytes []byte) {
	r.mu.Lock()
	for _, b := range bytes {
		if len(r.first) < firstBytes {
			r.first = append(r.first, b)
		}
		r.one(b)
	}
	r.mu.Unlock()
	r.wake()
}

func (r *replies) one(b byte) {
	switch {
	case b == xon:
		r.held = false
	case b == xoff:
		r.held = true
	case b&kindMask == kindDLE: // also between the bytes of an ASB
		if len(r.owed) == 0 {
			r.strays++
			return
		}
		r.state.take(r.owed[0], b)
		r.owed = r.owed[1:]
	case len(r.asb) > 0 && b&plainMask == 0:
		if r.asb = append(r.asb, b); len(r.asb) == 4 {
			r.state.takeASB([4]byte(r.asb))
			r.asb = nil
		}
	case b&kindMask == kindASB:
		r.strays += len(r.asb)
		r.asb = []byte{b}
	case b == 0 && (!r.ackOwed || r.nuls >= padded): // also what GS r says of enough paper
		r.nuls++
		r.strays++
	case b&plainMask == 0 && r.ackOwed:
		r.acked, r.ackOwed = true, false
		r.ackEnd = b&0x0c != 0
	default:
		r.strays += 1 + len(r.asb)
		r.asb = nil
	}
}

// end notes how the reading ended.
func (r *replies) end(err error) {
	r.mu.Lock()
	r.err = err
	r.mu.Unlock()
	r.wake()
}

func (r *replies) wake() {
	select {
	case r.changed <- struct{}{}:
	default: // somebody will look anyway
	}
}

// owe says that DLE EOT n leaves. What was owed before is not expected any more: a reply that is late would be taken for
// another.
func (r *replies) owe(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.owed = []int{n}
}

// oweAck says that a job leaves which ends in GS r 1.
func (r *replies) oweAck() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ackOwed, r.acked, r.ackEnd = true, false, false
}

// heard is a copy of what replies knows.
type heard struct {
	state  report
	owes   bool // the reply to a DLE EOT
	acked  bool
	ackEnd bool
	held   bool
	strays int
	text   bool // it began with plain text, as servers of other protocols do
	http   bool // one of the web at that
	err    error
}

func (r *replies) now() heard {
	r.mu.Lock()
	defer r.mu.Unlock()
	return heard{
		state: r.state, owes: len(r.owed) > 0, acked: r.acked, ackEnd: r.ackEnd, held: r.held, strays: r.strays,
		text: isText(r.first), http: len(r.first) >= 5 && string(r.first[:5]) == "HTTP/", err: r.err,
	}
}

// isText reports whether there are several characters, all of them of plain text. Replies of a printer are not: the one to n = 1
// is below 0x20 unless it waits to be set on line, and the fourth byte of an ASB always is.
func isText(first []byte) bool {
	for _, b := range first {
		if b != '\r' && b != '\n' && b != '\t' && (b < ' ' || b > '~') {
			return false
		}
	}
	return len(first) >= 6
}
