package export

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guitai/pos"
)

// maxRow is the longest row of a journal that is read, in bytes: many times what any entry comes to, and little enough to hold.
const maxRow = 1 << 20

// What can be wrong with a file before an entry can be proven. They are IDs of [ChainFault].
const (
	FaultEmpty    = "empty"    // nothing is in it
	FaultWorkbook = "workbook" // it is a workbook, not text
	FaultPacked   = "packed"   // it is compressed
	FaultEncoding = "encoding" // it is text, but not in UTF-8
	FaultColumn   = "column"   // there is no column Arg
	FaultTwice    = "twice"    // there are two columns Arg
	FaultLong     = "long"     // a row is longer than any entry
	FaultRow      = "row-bad"  // a row cannot be read; Arg says why
	FaultCell     = "cell"     // what stands in column Arg is none of what belongs there
	FaultRounded  = "rounded"  // a spreadsheet has made a number of what stands in column Arg
	FaultCut      = "cut"      // a spreadsheet has cut the body: no cell holds more than 32767 characters
	FaultDiffers  = "differs"  // column Arg, which is for reading, says something else than the body
	FaultHead     = "head"     // no entry has the hash that was asked for
)

// Journal is what the proof of a journal's file says of it.
type Journal struct {
	Entries   int
	Last      int64
	Head      string // hash of the last entry
	From, To  pos.Day
	Epoch     int    // of the last entry
	Owner     string // mode, shop and till, as the first entry has them: "real S001 T1"
	Z         int    // number of the last Z report; 0 for none
	ZSeq      int64  // of the entry that closed its shift
	ZDocument string // SHA-256 of its report
	Found     int64  // number of the entry that has the hash that was asked for; 0 for none
	Mangled   []Mangled
}

// Mangled is a column that a spreadsheet has written in its own way. What it says is still the same, so nothing is lost but the looks.
type Mangled struct {
	Column string
	Row    int    // the first
	Looks  string // what stands there
	Rows   int    // how many
}

// ProveJournal proves a journal by a file that [Write] made of it, CSV or JSON lines, and by nothing else: every entry follows the one
// before it without a gap, carries its hash and has the hash of what it says, and its postings sum to zero. Columns may stand in any
// order, lines may end in LF or CR LF, and a CSV may have been saved again by a spreadsheet, as long as what is hashed is still there. head,
// if it is not empty, is a hash, or at least its first 16 digits, that an entry must have; a Z report prints one.
//
// The error is a [ChainFault], with CodeCorrupt, or that of the reader or of ctx as it is. The file is not trusted: no more than a row is in
// memory, and one that is too long is refused.
//
// A chain proves that nothing within it was changed, left out or added. That its end is the end of the books, and that nobody made the
// whole of it anew, is proven by a hash that was written down elsewhere.
func ProveJournal(ctx context.Context, file io.Reader, head string) (Journal, error) {
	p := &prover{head: strings.ToLower(strings.Join(strings.Fields(head), ""))}
	rows, fault, err := openJournal(file)
	for fault == nil && err == nil {
		if err = ctx.Err(); err != nil {
			break
		}
		var r journalRow
		if r, fault, err = rows.next(); err != nil || fault != nil {
			break
		}
		fault = p.add(r)
	}
	if errors.Is(err, io.EOF) {
		err = nil
		if p.j.Entries == 0 {
			fault = &ChainFault{ID: FaultEmpty}
		} else if p.head != "" && p.j.Found == 0 {
			fault = &ChainFault{ID: FaultHead, Arg: p.head}
		}
	}
	if fault != nil {
		return p.j, pos.E(pos.CodeCorrupt, "prove journal", fault)
	}
	return p.j, err
}

// journalRow is a row of the file: cells by the name of their column.
type journalRow struct {
	n     int
	cells map[string]string
	exact bool // the format knows numbers from texts: nothing mangles it by itself
}

// prover goes through the rows.
type prover struct {
	head  string
	chain chain
	j     Journal
}

func (p *prover) add(r journalRow) *ChainFault {
	l, fault := p.read(r)
	if fault != nil {
		return fault
	}
	e, bad := l.Entry()
	if bad != nil && l.Sum() == l.Hash { // else the hash is what is wrong
		return &ChainFault{ID: FaultBody, Row: r.n, Seq: l.Seq}
	}
	if fault := p.chain.link(l, e); fault != nil {
		if fault.Row = r.n; fault.ID == FaultHash && utf16Units(string(l.Body)) >= cellUnits {
			fault.ID = FaultCut
		}
		return fault
	}
	if fault := p.forReading(r, l, e); fault != nil {
		return fault
	}
	p.count(l, e)
	return nil
}

// read finds what is hashed. What stands there must be just that, but for what a spreadsheet does to the one hash that looks like a
// number.
func (p *prover) read(r journalRow) (pos.Link, *ChainFault) {
	var l pos.Link
	fault := func(id, column string) (pos.Link, *ChainFault) {
		return l, &ChainFault{ID: id, Row: r.n, Seq: l.Seq, Arg: column}
	}
	var err error
	if l.Seq, err = strconv.ParseInt(r.cells[colSeq], 10, 64); err != nil || l.Seq < 1 {
		return fault(FaultCell, colSeq)
	}
	if l.Epoch, err = strconv.Atoi(r.cells[colEpoch]); err != nil {
		return fault(FaultCell, colEpoch)
	}
	l.Kind, l.Body = pos.EntryKind(r.cells[colKind]), []byte(r.cells[colBody])
	l.PrevHash, l.Hash = r.cells[colPrev], r.cells[colHash]
	if l.PrevHash == "0" && l.Seq == 1 && !r.exact {
		p.mangled(r, colPrev)
		l.PrevHash = pos.ChainStart
	}
	for _, column := range []string{colPrev, colHash} {
		hash := l.Hash
		if column == colPrev {
			hash = l.PrevHash
		}
		switch {
		case len(hash) == len(pos.ChainStart) && strings.Trim(hash, "0123456789abcdef") == "":
		case strings.Trim(hash, "0123456789.,E+") == "" && hash != "":
			return fault(FaultRounded, column)
		default:
			return fault(FaultCell, column)
		}
	}
	return l, nil
}

// forReading holds the columns that are there to be read against what the body says. A file need not have them.
func (p *prover) forReading(r journalRow, l pos.Link, e pos.Entry) *ChainFault {
	for _, c := range []struct {
		name string
		same func(s string) (same, plain bool)
	}{
		{colDay, func(s string) (bool, bool) { return sameDay(s, e.Day) }},
		{colAt, func(s string) (bool, bool) {
			at, err := time.Parse(moments, s)
			return err == nil && at.Unix() == e.At/1000, true // written to the second
		}},
		{colDebit, func(s string) (bool, bool) { return sameNumber(s, int64(debit(e))) }},
	} {
		s, there := r.cells[c.name]
		if !there {
			continue
		}
		same, plain := c.same(s)
		if !same {
			return &ChainFault{ID: FaultDiffers, Row: r.n, Seq: l.Seq, Arg: c.name}
		}
		if !plain {
			p.mangled(r, c.name)
		}
	}
	return nil
}

// sameDay reports whether a cell is a day, also in the order or with the marks that a spreadsheet likes better.
func sameDay(s string, d pos.Day) (same, plain bool) {
	if s == d.String() {
		return true, true
	}
	for _, layout := range []string{"2006/1/2", "2006-1-2", "2006年1月2日", "20060102", "1/2/2006", "2/1/2006", "1/2/06", "2.1.2006", "2/1/06", "02.01.06"} {
		if at, err := time.Parse(layout, s); err == nil && at.Format(time.DateOnly) == d.String() {
			return true, false
		}
	}
	return false, false
}

// sameNumber reports whether a cell is a whole number, also with the commas or the point that a spreadsheet may add.
func sameNumber(s string, n int64) (same, plain bool) {
	if s == strconv.FormatInt(n, 10) {
		return true, true
	}
	whole, places, _ := strings.Cut(strings.NewReplacer(",", "", " ", "", "\u00a0", "").Replace(s), ".")
	return whole == strconv.FormatInt(n, 10) && strings.Trim(places, "0") == "", false
}

func (p *prover) mangled(r journalRow, column string) {
	i := slices.IndexFunc(p.j.Mangled, func(m Mangled) bool { return m.Column == column })
	if i < 0 {
		p.j.Mangled = append(p.j.Mangled, Mangled{Column: column, Row: r.n, Looks: r.cells[column]})
		i = len(p.j.Mangled) - 1
	}
	p.j.Mangled[i].Rows++
}

// count takes an entry that is proven into what is said of the whole.
func (p *prover) count(l pos.Link, e pos.Entry) {
	j := &p.j
	if j.Entries++; j.Entries == 1 {
		j.Owner, j.From = e.Note, e.Day
	}
	j.Last, j.Head, j.Epoch, j.To = l.Seq, l.Hash, l.Epoch, max(j.To, e.Day)
	j.From = min(j.From, e.Day)
	if e.Kind == pos.EntryShiftClosed && e.Z != 0 {
		j.Z, j.ZSeq, j.ZDocument = e.Z, l.Seq, e.Document
	}
	if p.head != "" && j.Found == 0 && strings.HasPrefix(l.Hash, p.head) {
		j.Found = l.Seq
	}
}

func utf16Units(s string) (n int) {
	for _, r := range s {
		if n++; r > 0xFFFF {
			n++
		}
	}
	return n
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
