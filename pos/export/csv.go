package export

import (
	"io"
	"strconv"
	"strings"
	"time"

	"guitai/pos"
)

const (
	bom     = "\uFEFF" // without it a spreadsheet takes the file for one in the system's old code page
	lineEnd = "\r\n"
	moments = "2006-01-02T15:04:05-07:00" // RFC 3339 with the offset of the shop's clock, also where that is zero
)

// page is how much is gathered before it is handed on.
const page = 64 << 10

// csvCells writes CSV for a spreadsheet: RFC 4180, UTF-8 with a byte order mark.
type csvCells struct {
	w    io.Writer
	zone *time.Location
	buf  []byte
	n    int // cells of this row
}

func newCSV(w io.Writer, heads []head, zone *time.Location) (*csvCells, error) {
	c := &csvCells{w: w, zone: zone, buf: append(make([]byte, 0, page+page/4), bom...)}
	for _, h := range heads {
		c.text(h.name)
	}
	return c, c.endRow()
}

func (c *csvCells) next() {
	if c.n > 0 {
		c.buf = append(c.buf, ',')
	}
	c.n++
}

func (c *csvCells) text(s string) {
	c.next()
	c.buf = quote(c.buf, safe(s))
}

func (c *csvCells) number(n int64) {
	c.next()
	c.buf = strconv.AppendInt(c.buf, n, 10)
}

func (c *csvCells) hundredths(n int64) {
	c.next()
	c.buf = appendHundredths(c.buf, n)
}

func (c *csvCells) day(d pos.Day) {
	c.next()
	c.buf = appendDay(c.buf, d)
}

func (c *csvCells) instant(t time.Time) {
	c.next()
	c.buf = t.In(c.zone).AppendFormat(c.buf, moments)
}

func (c *csvCells) none() { c.next() }

func (c *csvCells) endRow() error {
	c.buf = append(c.buf, lineEnd...)
	c.n = 0
	return c.flush(page)
}

func (c *csvCells) close(pos.ExportSummary) error { return c.flush(1) }

func (c *csvCells) lost() int { return 0 }

// flush hands on what was gathered once it is so much.
func (c *csvCells) flush(from int) error {
	if len(c.buf) < from {
		return nil
	}
	_, err := c.w.Write(c.buf)
	c.buf = c.buf[:0]
	return err
}

// safe keeps a spreadsheet from taking a text for a formula, and the file from being anything but text in UTF-8.
func safe(s string) string {
	s = clean(s)
	if formula(s) {
		return "'" + s
	}
	return s
}

// formula reports whether a spreadsheet that reads text could take it for a formula.
func formula(s string) bool { return s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 }

// clean replaces what is no text: bytes that are no UTF-8, and the control characters that no cell can hold.
func clean(s string) string {
	if plainText(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// plainText reports whether a text has nothing but visible ASCII, which nearly all have.
func plainText(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// quote writes one cell as RFC 4180 has it, byte for byte: encoding/csv would drop a CR and change a line feed on the way.
func quote(b []byte, s string) []byte {
	if !strings.ContainsAny(s, ",\"\r\n") && strings.Trim(s, " \t") == s {
		return append(b, s...)
	}
	b = append(b, '"')
	for {
		before, after, found := strings.Cut(s, `"`)
		b = append(b, before...)
		if !found {
			return append(b, '"')
		}
		b = append(b, `""`...)
		s = after
	}
}

// appendHundredths writes n/100 with two places, from the whole number.
func appendHundredths(b []byte, n int64) []byte {
	u := uint64(n)
	if n < 0 {
		b, u = append(b, '-'), -u
	}
	b = strconv.AppendUint(b, u/100, 10)
	return append(b, '.', byte('0'+u/10%10), byte('0'+u%10))
}

// appendDay writes "2026-11-20".
func appendDay(b []byte, d pos.Day) []byte {
	n := uint(d)
	for _, place := range [...]uint{1000_0000, 100_0000, 10_0000, 1_0000, 0, 1000, 100, 0, 10, 1} {
		if place == 0 {
			b = append(b, '-')
		} else {
			b = append(b, byte('0'+n/place%10))
		}
	}
	return b
}
