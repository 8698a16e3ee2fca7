package reconcile

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/maphash"
	"io"
	"os"
	"time"

	"guitai/pos"
)

// entry is one side of something whose other side has not come by.
type entry struct {
	item     pos.BillItem
	feeWrong bool
	next     *entry // another one with the same key: an order that was paid twice
}

// key is as [row.key].
func (e *entry) key() string {
	if e.item.Kind == pos.BillRefund {
		if e.item.OutRefundNo == "" {
			return e.item.RefundID
		}
		return e.item.OutRefundNo
	}
	return e.item.OutTradeNo
}

// side is what one side has waiting: payments, refunds and reversals have numbers of their own kind.
type side [3]map[string]*entry

func newSide() side { return side{{}, {}, {}} }

// place is where a kind has its map.
func place(k pos.BillItemKind) int {
	switch k {
	case pos.BillRefund:
		return 1
	case pos.BillReversal:
		return 2
	}
	return 0
}

func (s *side) put(e *entry) {
	m := s[place(e.item.Kind)]
	k := e.key()
	e.next = m[k]
	m[k] = e
}

// take removes and returns the entry of a key that is the same trade. Of a payment whose transaction nobody told, the order is enough.
func (s *side) take(k pos.BillItemKind, key, trans []byte) *entry {
	m := s[place(k)]
	e := m[string(key)]
	for prev := (*entry)(nil); e != nil; prev, e = e, e.next {
		if e.item.TransactionID != "" && len(trans) > 0 && e.item.TransactionID != string(trans) {
			continue
		}
		switch {
		case prev != nil:
			prev.next = e.next
		case e.next != nil:
			m[string(key)] = e.next
		default:
			delete(m, string(key))
		}
		return e
	}
	return nil
}

// each calls f for everything that waits.
func (s *side) each(f func(*entry) error) error {
	for _, m := range s {
		for _, e := range m {
			for e != nil {
				next := e.next // f may put e elsewhere
				if err := f(e); err != nil {
					return err
				}
				e = next
			}
		}
	}
	return nil
}

// window is what waits on both sides. Beyond max it moves to files, by the hash of its keys; what was moved is matched part by part
// in the end.
type window struct {
	ours, theirs side
	n, max       int
	dir          string
	parts        []*part
	seed         maphash.Seed
	free         *entry
}

const partCount = 64

// part is a file with the keys of one hash.
type part struct {
	file *os.File
	w    *bufio.Writer
}

func newWindow(most int, dir string) *window {
	return &window{ours: newSide(), theirs: newSide(), max: most, dir: dir, seed: maphash.MakeSeed()}
}

// entry gives one to fill.
func (w *window) entry() *entry {
	e := w.free
	if e == nil {
		return &entry{}
	}
	w.free = e.next
	*e = entry{}
	return e
}

func (w *window) recycle(e *entry) {
	e.next = w.free
	w.free = e
}

// wait puts an entry into the window, and moves the window out when it is full.
func (w *window) wait(s *side, e *entry) error {
	s.put(e)
	if w.n++; w.n <= w.max {
		return nil
	}
	return w.spill()
}

// spill moves everything that waits to the files.
func (w *window) spill() error {
	if w.parts == nil {
		for range partCount {
			f, err := os.CreateTemp(w.dir, "reconcile-*.tmp")
			if err != nil {
				return pos.E(spillCode(err), "match bill", err)
			}
			w.parts = append(w.parts, &part{f, bufio.NewWriterSize(f, 4<<10)})
		}
	}
	for n, s := range []*side{&w.ours, &w.theirs} {
		err := s.each(func(e *entry) error {
			p := w.parts[maphash.String(w.seed, e.key())%partCount]
			return writeEntry(p.w, byte(n), e)
		})
		if err != nil {
			return pos.E(spillCode(err), "match bill", err)
		}
	}
	w.ours, w.theirs, w.n, w.free = newSide(), newSide(), 0, nil
	return nil
}

// finish calls f for everything that has no other side, a part at a time.
func (w *window) finish(f func(*window) error) error {
	if w.parts == nil {
		return f(w)
	}
	if err := w.spill(); err != nil {
		return err
	}
	for _, p := range w.parts {
		if err := p.w.Flush(); err != nil {
			return pos.E(spillCode(err), "match bill", err)
		}
		if _, err := p.file.Seek(0, io.SeekStart); err != nil {
			return pos.E(spillCode(err), "match bill", err)
		}
		w.ours, w.theirs = newSide(), newSide()
		in := bufio.NewReaderSize(p.file, 64<<10)
		for {
			ours, e, err := readEntry(in)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return pos.E(spillCode(err), "match bill", err)
			}
			if ours {
				w.ours.put(e)
			} else {
				w.theirs.put(e)
			}
		}
		if err := f(w); err != nil {
			return err
		}
	}
	return nil
}

// close removes the files. Safe to repeat.
func (w *window) close() {
	for _, p := range w.parts {
		_ = p.file.Close()
		_ = os.Remove(p.file.Name())
	}
	w.parts = nil
}

func spillCode(err error) pos.Code {
	if isFull(err) {
		return pos.CodeFull
	}
	return pos.CodeInternal
}

func writeEntry(w *bufio.Writer, side byte, e *entry) error {
	i := &e.item
	var buf [binary.MaxVarintLen64 * 12]byte
	b := append(buf[:0], side, byte(place(i.Kind)), 0)
	if e.feeWrong {
		b[2] = 1
	}
	at := int64(-1)
	if !i.At.IsZero() {
		at = i.At.UnixMilli()
	}
	for _, n := range []int64{int64(i.Amount), int64(i.Settlement), int64(i.Fee), at, int64(i.Payment), int64(i.Refund), int64(i.Line)} {
		b = binary.AppendVarint(b, n)
	}
	if _, err := w.Write(b); err != nil {
		return err
	}
	for _, s := range []string{i.OutTradeNo, i.TransactionID, i.OutRefundNo, i.RefundID, i.Currency, i.State} {
		if _, err := w.Write(binary.AppendUvarint(buf[:0], uint64(len(s)))); err != nil {
			return err
		}
		if _, err := w.WriteString(s); err != nil {
			return err
		}
	}
	return nil
}

func readEntry(r *bufio.Reader) (ours bool, e *entry, err error) {
	var head [3]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return false, nil, err
	}
	e = &entry{feeWrong: head[2] == 1}
	i := &e.item
	i.Kind = []pos.BillItemKind{pos.BillPayment, pos.BillRefund, pos.BillReversal}[head[1]]
	var n [7]int64
	for k := range n {
		if n[k], err = binary.ReadVarint(r); err != nil {
			return false, nil, io.ErrUnexpectedEOF
		}
	}
	i.Amount, i.Settlement, i.Fee, i.Payment, i.Refund, i.Line = pos.Fen(n[0]), pos.Fen(n[1]), pos.Mille(n[2]), pos.PaymentID(n[4]), pos.RefundID(n[5]), int(n[6])
	if n[3] >= 0 {
		i.At = time.UnixMilli(n[3]).UTC()
	}
	for _, s := range []*string{&i.OutTradeNo, &i.TransactionID, &i.OutRefundNo, &i.RefundID, &i.Currency, &i.State} {
		size, err := binary.ReadUvarint(r)
		if err != nil || size > maxLine {
			return false, nil, io.ErrUnexpectedEOF
		}
		b := make([]byte, size)
		if _, err := io.ReadFull(r, b); err != nil {
			return false, nil, io.ErrUnexpectedEOF
		}
		*s = string(b)
	}
	return head[0] == 0, e, nil
}
