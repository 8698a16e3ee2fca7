package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"

	"guitai/pos"
)

// Format is how rows become bytes.
type Format string

// The formats. A spreadsheet workbook (XLSX) is not among them yet.
const (
	CSV   Format = "csv"
	JSONL Format = "jsonl" // one JSON object a line
)

// column is one column of an export, once for every format. Exactly one of text, number and yuan is set.
type column[R any] struct {
	name   string
	text   func(R) string
	number func(R) int64
	yuan   func(R) pos.Fen // decimal, for spreadsheets: JSON has fen only
	blank  bool            // a number 0 means there is none
}

func text[R any](name string, f func(R) string) column[R] { return column[R]{name: name, text: f} }

func count[R any](name string, f func(R) int) column[R] {
	return column[R]{name: name, number: func(r R) int64 { return int64(f(r)) }}
}

// ordinal is a count from 1, where 0 means that there is none.
func ordinal[R any](name string, f func(R) int) column[R] {
	c := count(name, f)
	c.blank = true
	return c
}

func fen[R any](name string, f func(R) pos.Fen) column[R] {
	return column[R]{name: name + "_fen", number: func(r R) int64 { return int64(f(r)) }}
}

func yuan[R any](name string, f func(R) pos.Fen) column[R] {
	return column[R]{name: name + "_yuan", yuan: f}
}

// table writes rows. Its buffer is of a fixed size; a row lives only while it is written.
type table[R any] struct {
	columns []column[R]
	format  Format
	w       *bufio.Writer
	row     bytes.Buffer
}

// newTable begins an export with its header. CodeInvalid for a format there is not.
func newTable[R any](w io.Writer, f Format, columns []column[R]) (*table[R], error) {
	t := &table[R]{columns: columns, format: f, w: bufio.NewWriterSize(w, 64<<10)}
	switch f {
	case CSV:
		t.row.WriteString(bom)
		for i, c := range columns {
			t.cell(i, c.name)
		}
		t.row.WriteString(lineEnd)
		return t, t.flushRow()
	case JSONL:
		return t, nil
	}
	return nil, pos.E(pos.CodeInvalid, "begin export", errors.New("the formats are csv and jsonl"))
}

func (t *table[R]) write(r R) error {
	if t.format == CSV {
		t.csv(r)
	} else {
		t.json(r)
	}
	return t.flushRow()
}

// end hands on what is still in the buffer.
func (t *table[R]) end() error { return t.w.Flush() }

func (t *table[R]) flushRow() error {
	_, err := t.row.WriteTo(t.w)
	t.row.Reset()
	return err
}

func (t *table[R]) csv(r R) {
	for i, c := range t.columns {
		switch {
		case c.text != nil:
			t.cell(i, safe(c.text(r)))
		case c.yuan != nil:
			t.cell(i, c.yuan(r).String())
		case c.blank && c.number(r) == 0:
			t.cell(i, "")
		default:
			t.cell(i, strconv.FormatInt(c.number(r), 10))
		}
	}
	t.row.WriteString(lineEnd)
}

func (t *table[R]) cell(i int, s string) {
	if i > 0 {
		t.row.WriteByte(',')
	}
	quote(&t.row, s)
}

func (t *table[R]) json(r R) {
	mark := byte('{')
	for _, c := range t.columns {
		if c.yuan != nil {
			continue
		}
		t.row.WriteByte(mark)
		mark = ','
		t.jsonString(c.name)
		t.row.WriteByte(':')
		switch {
		case c.text != nil:
			t.jsonString(c.text(r))
		case c.blank && c.number(r) == 0:
			t.row.WriteString("null")
		default:
			t.row.WriteString(strconv.FormatInt(c.number(r), 10))
		}
	}
	t.row.WriteString("}\n")
}

func (t *table[R]) jsonString(s string) {
	e := json.NewEncoder(&t.row)
	e.SetEscapeHTML(false)          // this is a file, not a web page
	_ = e.Encode(s)                 // a string into memory
	t.row.Truncate(t.row.Len() - 1) // the line feed that Encode adds
}
