package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"guitai/pos"
)

// Request is what is to be exported, whose it is and in which language its workbook speaks to people.
type Request struct {
	pos.ExportRequest
	Shop pos.Shop
	Lang string // of the workbook's last sheet
}

func (r Request) zone() *time.Location {
	if r.Shop.Calendar.Zone == nil {
		return time.UTC
	}
	return r.Shop.Calendar.Zone
}

// Write writes the rows of a kind to w and returns the sums that prove them; they count only if the error is nil. Rows of sales
// and lines are held against the totals of their days, a shift against its own report, the journal against its chain: CodeCorrupt if they
// do not come to those. CodeInvalid for a kind or format there is not, and for days that run backwards. The end of ctx and an error of the
// writer come back as they are, so that a closed pipe and a full disk can be told; others are those of [pos.Exports].
//
// progress is called now and then, and at the end; it may be nil.
func Write(ctx context.Context, w io.Writer, r Request, books pos.Exports, progress func(pos.ExportProgress)) (pos.ExportSummary, error) {
	if r.Kind.Whole() {
		r.Span = pos.Span{}
	} else if r.Span.To < r.Span.From {
		return pos.ExportSummary{}, pos.E(pos.CodeInvalid, "export "+string(r.Kind), errors.New("the days run backwards"))
	}
	if progress == nil {
		progress = func(pos.ExportProgress) {}
	}
	switch r.Kind {
	case pos.ExportPayments:
		a := &paymentSums{}
		return write(ctx, w, r, progress, paymentColumns(), books.EachPayment, sums[pos.PaymentRow]{nil, a.add, a.end})
	case pos.ExportSales:
		a := &saleSums{books: books, span: r.Span}
		return write(ctx, w, r, progress, saleColumns(), books.EachSale, sums[pos.SaleRow]{a.begin, a.add, a.end})
	case pos.ExportLines:
		a := &lineSums{books: books, span: r.Span}
		return write(ctx, w, r, progress, lineColumns(), books.EachLine, sums[pos.LineRow]{a.begin, a.add, a.end})
	case pos.ExportRefunds:
		a := &refundSums{}
		return write(ctx, w, r, progress, refundColumns(), books.EachRefund, sums[pos.RefundRow]{nil, a.add, a.end})
	case pos.ExportShifts:
		a := &shiftSums{}
		return write(ctx, w, r, progress, shiftColumns(), books.EachShift, sums[pos.ShiftRow]{nil, a.add, a.end})
	case pos.ExportJournal:
		a := &entrySums{}
		return write(ctx, w, r, progress, entryColumns(), entriesOf(books), sums[entryRow]{nil, a.add, a.end})
	}
	return pos.ExportSummary{}, pos.E(pos.CodeInvalid, "begin export", errors.New("there are no such rows"))
}

// sums adds up the rows of a kind.
type sums[R any] struct {
	begin func(context.Context) error                     // before the first row; nil when nothing is read first
	add   func(*R) (pos.Day, error)                       // counts a row and says which day it is of, 0 for a kind without days
	end   func(context.Context, *pos.ExportSummary) error // after the last row: completes the summary
}

// tick is after how many rows progress is told.
const tick = 1000

func write[R any](
	ctx context.Context, w io.Writer, r Request, progress func(pos.ExportProgress), columns []column[R],
	each func(context.Context, pos.Span, func(R) error) error, all sums[R],
) (pos.ExportSummary, error) {
	s := pos.ExportSummary{Kind: r.Kind, Span: r.Span}
	if all.begin != nil {
		if err := all.begin(ctx); err != nil {
			return s, err
		}
	}
	t, err := newTable(w, r, columns)
	if err != nil {
		return s, err
	}
	span := daysOf(r.Span.To) - daysOf(r.Span.From) + 1
	permille := 0
	err = each(ctx, r.Span, func(row R) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		day, err := all.add(&row)
		if err != nil {
			return err
		}
		if s.Rows++; s.Rows%tick == 0 {
			if day != 0 {
				permille = int(max(0, min(1000, (daysOf(day)-daysOf(r.Span.From))*1000/span)))
			}
			progress(pos.ExportProgress{Rows: s.Rows, Permille: permille})
		}
		return t.write(&row)
	})
	if err != nil && ctx.Err() != nil {
		return s, ctx.Err() // the books give it an operation and a code of their own
	}
	if err != nil {
		return s, err
	}
	s.Cut = t.lost()
	if err := all.end(ctx, &s); err != nil {
		return s, err
	}
	for _, i := range s.Identities {
		if !i.Holds() {
			return s, pos.E(pos.CodeCorrupt, "export "+string(r.Kind), fmt.Errorf("the figures of its rows do not add up to %v", i.Total.Fen))
		}
	}
	if err := t.close(s); err != nil {
		return s, err
	}
	progress(pos.ExportProgress{Rows: s.Rows, Permille: 1000})
	return s, nil
}

// identity is an equation of an export: the terms come to the last of the figures.
func identity(figures ...pos.Figure) pos.Identity {
	last := len(figures) - 1
	return pos.Identity{Terms: figures[:last], Total: figures[last]}
}

func plus(n pos.FigureName, f pos.Fen) pos.Figure  { return pos.Figure{Name: n, Fen: f} }
func minus(n pos.FigureName, f pos.Fen) pos.Figure { return pos.Figure{Name: n, Minus: true, Fen: f} }
