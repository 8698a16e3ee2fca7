package export

import (
	"context"
	"time"

	"guitai/pos"
)

// entryRow is a link of the journal and what it says.
type entryRow struct {
	link  pos.Link
	entry pos.Entry
}

// The columns of a journal that prove it; the others are for reading and are held against the body.
const (
	colSeq   = "seq"
	colEpoch = "epoch"
	colKind  = "kind"
	colDay   = "day"
	colAt    = "at"
	colDebit = "debit_fen"
	colYuan  = "debit_yuan"
	colNo    = "receipt_no"
	colOrder = "out_trade_no"
	colBy    = "by"
	colNote  = "note"
	colPrev  = "prev_hash"
	colHash  = "hash"
	colBody  = "body"
)

// entryColumns are those of every entry of the journal. The body is what was hashed, byte for byte, so that the file alone can be
// verified; see [ProveJournal].
func entryColumns() []column[entryRow] {
	type row = entryRow
	columns := []column[row]{
		ordinal(colSeq, func(r *row) int64 { return r.link.Seq }),
		ordinal(colEpoch, func(r *row) int { return r.link.Epoch }),
		text(colKind, func(r *row) string { return string(r.link.Kind) }),
		day(colDay, func(r *row) pos.Day { return r.entry.Day }),
		moment(colAt, func(r *row) time.Time { return time.UnixMilli(r.entry.At) }),
		text(colNo, func(r *row) string { return r.entry.Receipt }),
		text(colOrder, func(r *row) string { return r.entry.OutTradeNo }),
	}
	columns = append(columns, both("debit", func(r *row) pos.Fen { return debit(r.entry) })...)
	return append(columns,
		text(colBy, func(r *row) string { return r.entry.By }),
		text(colNote, func(r *row) string { return r.entry.Note }),
		text(colPrev, func(r *row) string { return r.link.PrevHash }),
		text(colHash, func(r *row) string { return r.link.Hash }),
		text(colBody, func(r *row) string { return string(r.link.Body) }),
	)
}

// debit is one side of an entry; the other is as much.
func debit(e pos.Entry) (sum pos.Fen) {
	for _, p := range e.Postings {
		sum += max(0, p.Fen)
	}
	return sum
}

// entriesOf reads the journal; it has no days.
func entriesOf(books pos.Exports) func(context.Context, pos.Span, func(entryRow) error) error {
	return func(ctx context.Context, _ pos.Span, f func(entryRow) error) error {
		return books.EachLink(ctx, func(l pos.Link) error {
			e, err := l.Entry()
			if err != nil {
				return err
			}
			return f(entryRow{l, e})
		})
	}
}

// entrySums: debit - credit = zero, and the chain from its first entry to its head.
type entrySums struct {
	debit, credit pos.Fen
	chain         chain
}

func (a *entrySums) add(r *entryRow) (pos.Day, error) {
	for _, p := range r.entry.Postings {
		if p.Fen > 0 {
			a.debit += p.Fen
		} else {
			a.credit -= p.Fen
		}
	}
	if f := a.chain.link(r.link, r.entry); f != nil {
		return 0, pos.E(pos.CodeCorrupt, "export journal", f)
	}
	return 0, nil
}

func (a *entrySums) end(_ context.Context, s *pos.ExportSummary) error {
	s.Sum = a.debit
	s.Head, s.Last = a.chain.last.Hash, a.chain.last.Seq
	if s.Rows > 0 {
		s.First = 1
	}
	s.Identities = []pos.Identity{identity(plus(pos.FigureDebit, a.debit), minus(pos.FigureCredit, a.credit), plus(pos.FigureZero, 0))}
	return nil
}
