package export

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"guitai/pos"
)

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
		{colYuan, func(s string) (bool, bool) { return sameYuan(s, debit(e)) }},
		{colNo, func(s string) (bool, bool) { return sameText(s, e.Receipt) }},
		{colOrder, func(s string) (bool, bool) { return sameText(s, e.OutTradeNo) }},
		{colBy, func(s string) (bool, bool) { return sameText(s, e.By) }},
		{colNote, func(s string) (bool, bool) { return sameText(s, e.Note) }},
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

// sameYuan reports whether a cell is an amount, also with the zeros left out, the commas or the sign that a spreadsheet may make of it.
func sameYuan(s string, f pos.Fen) (same, plain bool) {
	if s == f.String() {
		return true, true
	}
	whole, places, _ := strings.Cut(strings.NewReplacer(",", "", " ", "", "\u00a0", "", "¥", "", "￥", "").Replace(s), ".")
	if places = strings.TrimRight(places, "0"); len(places) > 2 {
		return false, false
	}
	n, err := strconv.ParseInt(whole+places+strings.Repeat("0", 2-len(places)), 10, 64)
	return err == nil && n == int64(f), false
}

// sameText reports whether a cell is a text, with the mark that keeps it from being a formula or without, and also with the blanks or the leading
// zeros that a spreadsheet takes away.
func sameText(s, text string) (same, plain bool) {
	s, text = strings.ReplaceAll(s, "\r\n", "\n"), strings.ReplaceAll(text, "\r\n", "\n") // a CSV's reader makes the one of the other
	if s == text || s == "'"+text {
		return true, true
	}
	folded := func(s string) string {
		return strings.TrimLeft(strings.Join(strings.Fields(strings.TrimPrefix(s, "'")), " "), "0")
	}
	return folded(s) == folded(text), false
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
