package scanner

import (
	"strings"
	"time"
	"unicode/utf8"

	"guitai/pos"
)

const (
	codeMost  = 128                    // bytes of a code; what is longer is noise
	silence   = 100 * time.Millisecond // ends a code of a scanner that sends nothing after it
	halfLives = time.Second            // how long the beginning of a code waits for the rest of it
)

// frame cuts the bytes of a scanner into codes. Codes end with CR, LF, Tab or any row of them. A scanner that was never seen to end a code
// so ends them with silence; of one that was, what is left over is only the beginning of a code.
type frame struct {
	prefix string
	silent bool // the shop says that it sends nothing after a code
	ended  bool // a key was seen at the end of a code
	buf    []byte
	noise  bool      // what is being read is no code, up to its end
	last   time.Time // of the last byte
}

// take reads bytes. noise tells that some of them were no code's: the speed of the port may be wrong.
func (f *frame) take(p []byte, now time.Time) (codes []string, noise bool) {
	if len(f.buf) > 0 && now.Sub(f.last) > halfLives {
		f.drop()
	}
	f.last = now
	for _, b := range p {
		switch {
		case b == '\r', b == '\n', b == '\t':
			f.ended = true
			code, bad := f.cut()
			noise = noise || bad
			if code != "" {
				codes = append(codes, code)
			}
		case b < ' ', b == 0x7F: // STX, ETX and other signs between machines
		case len(f.buf) >= codeMost:
			f.noise = true
		default:
			f.buf = append(f.buf, b)
		}
	}
	return codes, noise
}

// idle is for when nothing came for the time of a silence.
func (f *frame) idle(now time.Time) (code string, noise bool) {
	quiet := now.Sub(f.last)
	switch {
	case len(f.buf) == 0 && !f.noise, quiet < silence:
	case f.silent || !f.ended:
		return f.cut()
	case quiet > halfLives:
		f.drop()
	}
	return "", false
}

// cut ends the code that is being read.
func (f *frame) cut() (code string, noise bool) {
	text, noise := string(f.buf), f.noise
	f.drop()
	if noise || !utf8.ValidString(text) {
		return "", true
	}
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(pos.ASCII(text)), f.prefix)), false
}

func (f *frame) drop() { f.buf, f.noise = f.buf[:0], false }
