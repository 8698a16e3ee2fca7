package export

import (
	"errors"
	"io"
	"time"

	"guitai/pos"
)

// kind is what the values of a column are.
type kind int

const (
	isText    kind = iota
	isCount        // a whole number
	isYuan         // fen, written as decimal yuan with two places; JSON has fen only
	isPercent      // 1/100 of a percent, written as a decimal with two places
	isDay          // a business day
	isInstant      // a moment, on the shop's clock
)

// column is one column of an export, once for every format: what it is called, what its values are and how a row tells its own.
// Of text, number and at there is the one that goes with kind. A number that is not known and a zero moment are empty cells.
type column[R any] struct {
	name   string
	kind   kind
	text   func(*R) string
	number func(*R) (n int64, known bool)
	at     func(*R) time.Time
}

func text[R any](name string, f func(*R) string) column[R] {
	return column[R]{name: name, kind: isText, text: f}
}

func day[R any](name string, f func(*R) pos.Day) column[R] {
	c := ordinal(name, f)
	c.kind = isDay
	return c
}

func moment[R any](name string, f func(*R) time.Time) column[R] {
	return column[R]{name: name, kind: isInstant, at: f}
}

// number is a column of whole numbers of any type.
func number[R any, N ~int | ~int64](name string, f func(*R) N) column[R] {
	return column[R]{name: name, kind: isCount, number: func(r *R) (int64, bool) { return int64(f(r)), true }}
}

// ordinal counts from 1; 0 means that there is none.
func ordinal[R any, N ~int | ~int64](name string, f func(*R) N) column[R] {
	return column[R]{name: name, kind: isCount, number: func(r *R) (int64, bool) { n := int64(f(r)); return n, n != 0 }}
}

func percent[R any](name string, f func(*R) int) column[R] {
	c := number(name, f)
	c.kind = isPercent
	return c
}

func fen[R any](name string, f func(*R) pos.Fen) column[R] { return number(name+"_fen", f) }

func yuan[R any](name string, f func(*R) pos.Fen) column[R] {
	c := number(name+"_yuan", f)
	c.kind = isYuan
	return c
}

// both is an amount in fen for programs and in yuan for people.
func both[R any](name string, f func(*R) pos.Fen) []column[R] {
	return []column[R]{fen(name, f), yuan(name, f)}
}

// where empties the cells of the rows that have no such thing.
func where[R any](has func(*R) bool, columns ...column[R]) []column[R] {
	for i, c := range columns {
		switch {
		case c.text != nil:
			columns[i].text = func(r *R) string {
				if !has(r) {
					return ""
				}
				return c.text(r)
			}
		case c.at != nil:
			columns[i].at = func(r *R) time.Time {
				if !has(r) {
					return time.Time{}
				}
				return c.at(r)
			}
		default:
			columns[i].number = func(r *R) (int64, bool) {
				if !has(r) {
					return 0, false
				}
				return c.number(r)
			}
		}
	}
	return columns
}

// head is what a format must know of a column before its first cell.
type head struct {
	name string
	kind kind
}

// cells takes rows cell by cell, in the order of the columns, in one format. Its buffer is of a fixed size; an error is that
// of its writer, and comes with the end of a row.
type cells interface {
	text(s string)
	number(n int64)
	hundredths(n int64)
	day(d pos.Day)
	instant(t time.Time)
	none()
	endRow() error
	// close ends the export. What it says of itself has a place in some formats only.
	close(s pos.ExportSummary) error
	// lost is how many texts had no room in their cell.
	lost() int
}

// table writes rows of one kind in one format. A row lives only while it is written.
type table[R any] struct {
	columns []column[R]
	cells
}

// newTable begins an export with its header. CodeInvalid for a format there is not.
func newTable[R any](w io.Writer, r Request, columns []column[R]) (*table[R], error) {
	t := &table[R]{}
	heads := make([]head, 0, len(columns))
	for _, c := range columns {
		if c.kind == isYuan && r.Format == pos.FormatJSONL {
			continue
		}
		t.columns = append(t.columns, c)
		heads = append(heads, head{c.name, c.kind})
	}
	var err error
	switch r.Format {
	case pos.FormatCSV:
		t.cells, err = newCSV(w, heads, r.zone())
	case pos.FormatJSONL:
		t.cells = newJSON(w, heads, r.zone())
	case pos.FormatXLSX:
		t.cells, err = newWorkbook(w, heads, r, sheetRows)
	default:
		err = pos.E(pos.CodeInvalid, "begin export", errors.New("the formats are csv, xlsx and jsonl"))
	}
	return t, err
}

func (t *table[R]) write(r *R) error {
	for i := range t.columns {
		c := &t.columns[i]
		switch c.kind {
		case isText:
			t.text(c.text(r))
			continue
		case isInstant:
			if at := c.at(r); at.IsZero() {
				t.text("")
			} else {
				t.instant(at)
			}
			continue
		}
		n, known := c.number(r)
		switch {
		case !known:
			t.none()
		case c.kind == isCount:
			t.number(n)
		case c.kind == isDay:
			t.day(pos.Day(n))
		default:
			t.hundredths(n)
		}
	}
	return t.endRow()
}
