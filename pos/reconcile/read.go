package reconcile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"guitai/pos"
)

// maxLine is the longest line that a bill may have; WeChat's are some 400 bytes.
const maxLine = 64 << 10

// errDone is the end of a bill that was whole.
var errDone = errors.New("end of bill")

// reader reads a bill row by row. Its memory does not depend on the bill.
type reader struct {
	in     *bufio.Reader
	digest hash.Hash
	header *header
	line   int
	fields [][]byte
	clock  clock

	rows  int
	sums  [sums]int64 // of the rows: counts, fen, of fees mille
	ended bool
}

// open finds out what kind of bill r is. Errors are [pos.BillError] with CodeInvalid, or r's own.
func open(r io.Reader) (*reader, error) {
	in := bufio.NewReaderSize(r, maxLine)
	start, err := in.Peek(2)
	if len(start) < 2 && err != nil && !errors.Is(err, io.EOF) {
		return nil, unread(err)
	}
	if len(start) == 2 && start[0] == 0x1f && start[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, refuse(&pos.BillError{ID: "gzip"})
		}
		in = bufio.NewReaderSize(z, maxLine)
	}
	b := &reader{in: in, digest: sha256.New()}
	line, err := b.next()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	line = bytes.TrimPrefix(line, []byte("\ufeff"))
	if b.header, err = readHeader(line); err != nil {
		return nil, refuse(err)
	}
	return b, nil
}

func refuse(err error) error { return pos.E(pos.CodeInvalid, "read bill", err) }

// at is an error about the current line.
func (b *reader) at(id string, args ...string) error {
	for i, a := range args { // it goes to a screen: short, and nothing that is no text
		a = strings.ToValidUTF8(a, "?")
		if utf8.RuneCountInString(a) > 40 {
			a = string([]rune(a)[:40]) + "…"
		}
		args[i] = a
	}
	return refuse(&pos.BillError{ID: id, Line: b.line, Args: args})
}

// next returns the next line without its end. io.EOF comes with nothing.
func (b *reader) next() ([]byte, error) {
	line, err := b.in.ReadSlice('\n')
	b.line++
	b.digest.Write(line)
	switch {
	case errors.Is(err, io.EOF):
		if len(line) == 0 {
			return nil, io.EOF
		}
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, b.at("long")
	case err != nil:
		if _, brought := errors.AsType[*pos.Error](err); brought {
			return nil, unread(err)
		}
		if errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) || isFlate(err) {
			return nil, refuse(&pos.BillError{ID: "gzip"})
		}
		return nil, unread(err)
	}
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r")), nil
}

// unread is why there is no more of a bill. Whoever fetches one says in a code whether to ask again, and that stays.
func unread(err error) error {
	if e, ok := errors.AsType[*pos.Error](err); ok {
		return e
	}
	return pos.E(pos.CodeInternal, "read bill", err)
}

// isFlate reports whether an error comes from unpacking.
func isFlate(err error) bool { return strings.HasPrefix(err.Error(), "flate: ") }

// record reads the next row's columns. errDone comes after the summary, once it was proven.
func (b *reader) record() error {
	if b.ended {
		return errDone
	}
	line, err := b.next()
	switch {
	case errors.Is(err, io.EOF):
		return refuse(&pos.BillError{ID: "truncated", Line: b.line})
	case err != nil:
		return err
	case len(line) > 0 && line[0] == '`':
		b.rows++
		return b.split(line[1:])
	case isSummary(line):
		return b.summary(line)
	case len(bytes.TrimSpace(line)) == 0:
		return b.at("blank")
	case bytes.Count(line, []byte(",")) >= b.header.n-1:
		return b.at("spreadsheet") // the marks before the fields are gone
	}
	return b.at("row", string(line))
}

// split parts a row at ,` and puts what a free text had of it back together.
func (b *reader) split(line []byte) error {
	n := b.header.n
	f := b.fields[:0]
	for {
		// A comma is found fast, and it is nearly always the right one.
		i, from := 0, 0
		for {
			if i = bytes.IndexByte(line[from:], ','); i < 0 {
				break
			}
			if i += from; i+1 < len(line) && line[i+1] == '`' {
				break
			}
			from = i + 1
		}
		if i < 0 {
			f = append(f, line)
			break
		}
		f = append(f, line[:i])
		line = line[i+2:]
	}
	b.fields = f
	if len(f) == n {
		return nil
	}
	if len(f) < n || len(b.header.texts) == 0 {
		return b.at("columns", strconv.Itoa(len(f)), strconv.Itoa(n))
	}
	return b.mend()
}

// mend deals with a row of too many parts: a free text holds ,` itself. The names of goods and what the shop sent with the order
// stand beside each other; what is before them is counted from the left, what is after them from the right.
func (b *reader) mend() error {
	h, f := b.header, b.fields
	more := len(f) - h.n
	for _, c := range []column{colGoods, colAttach, colRemark, colRateNote} {
		i := h.at[c]
		if i < 0 {
			continue
		}
		g := append(make([][]byte, 0, h.n), f[:i]...)
		text := bytes.Join(f[i:i+more+1], []byte(",`"))
		g = append(append(g, text), f[i+more+1:]...)
		if b.plausible(g) {
			b.fields = g
			return nil
		}
	}
	return b.at("columns", strconv.Itoa(len(f)), strconv.Itoa(h.n))
}

// plausible reports whether the numbers of a row are numbers.
func (b *reader) plausible(f [][]byte) bool {
	for _, c := range []column{colFee, colSettlement, colAmount, colRefunded, colRefundAsked, colFundAmount} {
		if i := b.header.at[c]; i >= 0 && len(f[i]) > 0 {
			if _, ok := milles(f[i]); !ok {
				return false
			}
		}
	}
	return true
}

// field is a column of the row; empty when the bill has none.
func (b *reader) field(c column) []byte {
	if i := b.header.at[c]; i >= 0 {
		return b.fields[i]
	}
	return nil
}

// fen reads a column of money and adds it to a sum.
func (b *reader) fen(c column, s sum) (pos.Fen, error) {
	f := b.field(c)
	v, ok := fens(f)
	if !ok {
		return 0, b.at("money", nameOf(c), string(f))
	}
	b.sums[s] += int64(v)
	return v, nil
}

// trade reads the next row of a trade bill.
func (b *reader) trade(r *row) error {
	if err := b.record(); err != nil {
		return err
	}
	h := b.header
	*r = row{
		line: b.line, order: b.field(colOrder), trans: b.field(colTransaction), no: b.field(colRefundNo), id: b.field(colRefundID),
		state: b.field(colState), money: b.field(colCurrency), app: b.field(colApp),
	}
	switch string(r.state) {
	case "SUCCESS":
		r.kind = pos.BillPayment
	case "REFUND":
		r.kind = pos.BillRefund
	case "REVOKED":
		r.kind = pos.BillReversal
	default:
		return b.at("state", string(r.state))
	}
	when := b.field(colTime)
	if r.kind != pos.BillPayment && h.has(colRefundTime) {
		if asked := b.field(colRefundTime); len(asked) > 0 {
			when = asked
		}
	}
	switch r.kind {
	case pos.BillPayment: // the columns of a refund say 0 or nothing then
		r.no, r.id = nil, nil
	case pos.BillReversal:
		if string(r.no) == "0" {
			r.no = nil
		}
		if string(r.id) == "0" {
			r.id = nil
		}
	}
	var ok bool
	if r.at, ok = b.clock.read(when); !ok {
		return b.at("time", string(when))
	}
	if !number(r.order) || !number(r.trans) || r.kind == pos.BillRefund && !number(r.key()) {
		return b.at("number", string(r.order), string(r.trans))
	}
	settlement, err := b.fen(colSettlement, sumSettlement)
	if err != nil {
		return err
	}
	amount, err := b.fen(colAmount, sumAmount)
	if err != nil {
		return err
	}
	refunded, err := b.fen(colRefunded, sumRefunded)
	if err != nil {
		return err
	}
	if _, err := b.fen(colRefundedCoupon, sumRefundedCoupon); err != nil {
		return err
	}
	asked, err := b.fen(colRefundAsked, sumRefundAsked)
	if err != nil {
		return err
	}
	if settlement < 0 || amount < 0 || refunded < 0 || asked < 0 {
		return b.at("money", nameOf(colAmount), "-")
	}
	if r.fee, ok = milles(b.field(colFee)); !ok {
		return b.at("money", nameOf(colFee), string(b.field(colFee)))
	}
	b.sums[sumFee] += int64(r.fee)
	if r.kind == pos.BillPayment {
		r.amount, r.settlement = amount, settlement
		if !h.has(colAmount) {
			r.amount = settlement
		} else if !h.has(colSettlement) {
			r.settlement = amount
		}
	} else {
		r.amount, r.settlement = asked, refunded
		if !h.has(colRefundAsked) {
			r.amount = refunded
		}
		r.state = b.field(colRefundState)
	}
	if ppm, ok := rate(b.field(colRate)); ok {
		r.feeWrong = feeOdd(r.kind, r.settlement, r.fee, ppm)
	}
	return nil
}

// number reports whether something can be one of a trade's numbers.
func number(b []byte) bool {
	for _, c := range b {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return len(b) > 0 && len(b) <= 64
}

// summary reads the end of the bill and holds it against what was counted.
func (b *reader) summary(line []byte) error {
	labels := strings.Split(string(line), ",")
	values, err := b.next()
	if errors.Is(err, io.EOF) || err == nil && len(values) == 0 {
		return refuse(&pos.BillError{ID: "truncated", Line: b.line})
	}
	if err != nil {
		return err
	}
	parts := strings.Split(string(values), ",")
	if len(parts) != len(labels) {
		return b.at("summary", string(values))
	}
	b.sums[sumRows] = int64(b.rows)
	counted := false
	for i, label := range labels {
		s, known := sumNames[cleanName(label)]
		if !known {
			continue
		}
		value := cleanName(parts[i])
		if !b.agrees(s, value) {
			return b.at("sum", cleanName(label), value, b.own(s))
		}
		counted = counted || s == sumRows
	}
	if !counted {
		return b.at("summary", string(line))
	}
	for {
		rest, err := b.next()
		switch {
		case errors.Is(err, io.EOF):
			b.ended = true
			return errDone
		case err != nil:
			return err
		case len(bytes.TrimSpace(rest)) > 0:
			return b.at("after-end", string(rest))
		}
	}
}

// agrees reports whether a sum of the summary is ours. WeChat may round the day's fees to fen, or cut them off there.
func (b *reader) agrees(s sum, value string) bool {
	switch s {
	case sumRows, sumIncomes, sumExpenses:
		n, err := strconv.ParseInt(value, 10, 64)
		return err == nil && n == b.sums[s]
	case sumFee:
		m, ok := milles([]byte(value))
		own := pos.Mille(b.sums[s])
		_, decimals, _ := strings.Cut(value, ".")
		return ok && (m == own || len(decimals) <= 2 && (m == pos.Mille(own.Fen()*1000) || m == own/1000*1000))
	}
	m, ok := milles([]byte(value))
	return ok && m == pos.Mille(b.sums[s]*1000)
}

// own is what we came to, as the summary would say it.
func (b *reader) own(s sum) string {
	switch s {
	case sumRows, sumIncomes, sumExpenses:
		return strconv.FormatInt(b.sums[s], 10)
	case sumFee:
		return pos.Mille(b.sums[s]).String()
	}
	return pos.Fen(b.sums[s]).String()
}

// sha names the bill's text.
func (b *reader) sha() string { return hex.EncodeToString(b.digest.Sum(nil)) }
