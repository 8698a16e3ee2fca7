package export

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"guitai/pos"
)

// jsonCells writes one JSON object a line.
type jsonCells struct {
	w    io.Writer
	zone *time.Location
	keys [][]byte // what stands before the value of each column
	buf  []byte
	n    int
}

func newJSON(w io.Writer, heads []head, zone *time.Location) *jsonCells {
	c := &jsonCells{w: w, zone: zone, buf: make([]byte, 0, page+page/4)}
	for i, h := range heads {
		mark := byte(',')
		if i == 0 {
			mark = '{'
		}
		c.keys = append(c.keys, append(appendString([]byte{mark}, h.name), ':'))
	}
	return c
}

func (c *jsonCells) next() {
	c.buf = append(c.buf, c.keys[c.n]...)
	c.n++
}

func (c *jsonCells) text(s string) {
	c.next()
	c.buf = appendString(c.buf, s)
}

func (c *jsonCells) number(n int64) {
	c.next()
	c.buf = strconv.AppendInt(c.buf, n, 10)
}

func (c *jsonCells) hundredths(n int64) {
	c.next()
	c.buf = appendHundredths(c.buf, n)
}

func (c *jsonCells) day(d pos.Day) {
	c.next()
	c.buf = append(appendDay(append(c.buf, '"'), d), '"')
}

func (c *jsonCells) instant(t time.Time) {
	c.next()
	c.buf = append(t.In(c.zone).AppendFormat(append(c.buf, '"'), moments), '"')
}

func (c *jsonCells) none() {
	c.next()
	c.buf = append(c.buf, "null"...)
}

func (c *jsonCells) endRow() error {
	c.buf = append(c.buf, "}\n"...)
	c.n = 0
	return c.flush(page)
}

func (c *jsonCells) close(pos.ExportSummary) error { return c.flush(1) }

func (c *jsonCells) lost() int { return 0 }

func (c *jsonCells) flush(from int) error {
	if len(c.buf) < from {
		return nil
	}
	_, err := c.w.Write(c.buf)
	c.buf = c.buf[:0]
	return err
}

// appendString writes a JSON string. This is a file, not a web page: nothing of HTML is escaped.
func appendString(b []byte, s string) []byte {
	if simple(s) {
		return append(append(append(b, '"'), s...), '"')
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)                                  // a string into memory
	return append(b, text.Bytes()[:text.Len()-1]...) // without the line feed that Encode adds
}

// simple reports whether a text is its own JSON between quotes.
func simple(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
