package export

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxRow is the longest row of a journal that is read, in bytes: many times what any entry comes to, and little enough to hold.
const maxRow = 1 << 20

// journalRow is a row of the file: cells by the name of their column.
type journalRow struct {
	n     int
	cells map[string]string
	exact bool // the format knows numbers from texts: nothing mangles it by itself
}

// journalRows reads one row after another; io.EOF after the last.
type journalRows interface {
	next() (journalRow, *ChainFault, error)
}

// openJournal finds out what a file is.
func openJournal(file io.Reader) (journalRows, *ChainFault, error) {
	in := bufio.NewReaderSize(file, page)
	start, err := in.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	switch {
	case len(start) == 0:
		return nil, &ChainFault{ID: FaultEmpty}, nil
	case bytes.HasPrefix(start, []byte("PK\x03\x04")):
		return nil, &ChainFault{ID: FaultWorkbook}, nil
	case bytes.HasPrefix(start, []byte("\x1f\x8b")):
		return nil, &ChainFault{ID: FaultPacked}, nil
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")), slices.Contains(start, 0):
		return nil, &ChainFault{ID: FaultEncoding}, nil
	case bytes.HasPrefix(start, []byte(bom)):
		_, _ = in.Discard(len(bom)) // it was peeked at
		start, _ = in.Peek(1)
	}
	if bytes.HasPrefix(start, []byte("{")) {
		return &jsonJournal{in: in}, nil, nil
	}
	return openCSVJournal(in)
}

// jsonJournal reads JSON lines.
type jsonJournal struct {
	in  *bufio.Reader
	n   int
	row []byte
}

func (j *jsonJournal) next() (journalRow, *ChainFault, error) {
	for {
		j.n++
		j.row = j.row[:0]
		for {
			part, err := j.in.ReadSlice('\n')
			if j.row = append(j.row, part...); len(j.row) > maxRow {
				return journalRow{}, &ChainFault{ID: FaultLong, Row: j.n}, nil
			}
			if err == nil || errors.Is(err, io.EOF) && len(j.row) > 0 {
				break
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				return journalRow{}, nil, err
			}
		}
		if len(bytes.TrimSpace(j.row)) > 0 {
			break
		}
	}
	fault := func(why string) (journalRow, *ChainFault, error) {
		return journalRow{}, &ChainFault{ID: FaultRow, Row: j.n, Arg: why}, nil
	}
	if !utf8.Valid(j.row) {
		return journalRow{}, &ChainFault{ID: FaultEncoding, Row: j.n}, nil
	}
	cells := map[string]string{}
	d := json.NewDecoder(bytes.NewReader(j.row))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return fault("{")
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return fault(err.Error())
		}
		name, _ := key.(string) // a key of an object is nothing else
		value, err := d.Token()
		if err != nil {
			return fault(err.Error())
		}
		if _, twice := cells[name]; twice {
			return journalRow{}, &ChainFault{ID: FaultTwice, Row: j.n, Arg: name}, nil
		}
		switch v := value.(type) {
		case json.Delim:
			return fault(name)
		case nil:
			cells[name] = ""
		default:
			cells[name] = fmt.Sprint(v)
		}
	}
	if _, err := d.Token(); err != nil {
		return fault("}")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fault("}")
	}
	if missing := missingColumn(func(name string) bool { _, there := cells[name]; return there }); missing != "" {
		return journalRow{}, &ChainFault{ID: FaultColumn, Row: j.n, Arg: missing}, nil
	}
	return journalRow{n: j.n, cells: cells, exact: true}, nil, nil
}

// missingColumn is the first of what proves a journal that is not there, "" for none.
func missingColumn(there func(string) bool) string {
	for _, name := range []string{colSeq, colEpoch, colKind, colPrev, colHash, colBody} {
		if !there(name) {
			return name
		}
	}
	return ""
}

// csvJournal reads CSV.
type csvJournal struct {
	rows  *csv.Reader
	leash *leash
	heads []string
	n     int
	cells map[string]string // reused
}

// leash lets no row be longer than it may: a quote that is never closed would take the rest of the file for one cell.
type leash struct {
	r    io.Reader
	left int
}

var errLeash = errors.New("the row does not end")

func (l *leash) Read(b []byte) (int, error) {
	if l.left <= 0 {
		return 0, errLeash
	}
	n, err := l.r.Read(b[:min(len(b), l.left)])
	l.left -= n
	return n, err
}

func openCSVJournal(in *bufio.Reader) (journalRows, *ChainFault, error) {
	first, err := in.Peek(page)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	first, _, _ = bytes.Cut(first, []byte("\n"))
	c := &csvJournal{leash: &leash{r: in}, cells: map[string]string{}}
	c.rows = csv.NewReader(c.leash)
	c.rows.ReuseRecord = true
	// Where a comma is the decimal point, a spreadsheet saves with semicolons; as "text" with tabs.
	for _, comma := range []byte(";\t") {
		if bytes.Count(first, []byte{comma}) > bytes.Count(first, []byte(",")) {
			c.rows.Comma = rune(comma)
		}
	}
	head, fault, err := c.record()
	if fault != nil || err != nil {
		return nil, fault, err
	}
	for _, name := range head {
		name = strings.TrimSpace(strings.Clone(name))
		if name != "" && slices.Contains(c.heads, name) {
			return nil, &ChainFault{ID: FaultTwice, Row: 1, Arg: name}, nil
		}
		c.heads = append(c.heads, name)
	}
	if missing := missingColumn(func(name string) bool { return slices.Contains(c.heads, name) }); missing != "" {
		return nil, &ChainFault{ID: FaultColumn, Row: 1, Arg: missing}, nil
	}
	return c, nil, nil
}

func (c *csvJournal) record() ([]string, *ChainFault, error) {
	c.n++
	c.leash.left = maxRow + page // what is read ahead belongs to the rows after it
	row, err := c.rows.Read()
	var bad *csv.ParseError
	switch {
	case errors.Is(err, errLeash):
		return nil, &ChainFault{ID: FaultLong, Row: c.n}, nil
	case errors.As(err, &bad):
		return nil, &ChainFault{ID: FaultRow, Row: c.n, Arg: bad.Err.Error()}, nil
	}
	return row, nil, err
}

func (c *csvJournal) next() (journalRow, *ChainFault, error) {
	row, fault, err := c.record()
	if fault != nil || err != nil {
		return journalRow{}, fault, err
	}
	clear(c.cells)
	for i, name := range c.heads {
		if name == "" || i >= len(row) {
			continue
		}
		if !utf8.ValidString(row[i]) {
			return journalRow{}, &ChainFault{ID: FaultEncoding, Row: c.n}, nil
		}
		c.cells[name] = row[i]
	}
	return journalRow{n: c.n, cells: c.cells}, nil, nil
}
