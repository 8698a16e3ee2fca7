package pos

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// FloatEntry books a float that was counted while the books had drawer in the drawer: what is more came from the safe, what is
// less is missing, which signer may sign for.
func FloatEntry(shift int64, drawer, counted Fen, by, signer string, at time.Time, day Day) Entry {
	e := Entry{Kind: EntryShiftOpened, At: at.UnixMilli(), Day: day, Shift: shift, Postings: []Posting{}}
	e.Allowed(by, signer)
	e.add(CashDrawer, counted-drawer)
	if counted > drawer {
		e.add(CashSafe, drawer-counted)
	} else {
		e.add(CashOverShort, drawer-counted)
	}
	return e
}

// CashEntry books cash that goes into the drawer or out of it without a sale.
func CashEntry(m CashMovement, day Day) Entry {
	e := Entry{Kind: m.Kind.entry(), At: m.At.UnixMilli(), Day: day, Shift: m.Shift, Note: m.Reason, Postings: []Posting{}}
	e.Allowed(m.By, m.Approver)
	switch m.Kind {
	case CashIn:
		e.add(CashDrawer, m.Amount)
		e.add(CashSafe, -m.Amount)
	case CashDrop:
		e.add(CashSafe, m.Amount)
		e.add(CashDrawer, -m.Amount)
	case CashPaidOut:
		e.add(CashExpense, m.Amount)
		e.add(CashDrawer, -m.Amount)
	}
	return e
}

// entry is the kind of a movement's entry.
func (k CashKind) entry() EntryKind { return EntryKind(k) }

// ClosedEntry books the close of a shift by its report: what is over or short, and what goes to the safe. document is the SHA-256
// of the report's JSON, in hex. A close that nobody counted moves nothing.
func ClosedEntry(shift int64, r ShiftReport, document string, day Day) Entry {
	e := Entry{Kind: EntryShiftClosed, At: r.At, Day: day, Shift: shift, Z: r.Z, Document: document, Note: r.Cash.Reason, Postings: []Posting{}}
	e.Allowed(r.ClosedBy, r.Signer)
	e.add(CashDrawer, r.Cash.Variance-r.Cash.ToSafe)
	e.add(CashOverShort, -r.Cash.Variance)
	e.add(CashSafe, r.Cash.ToSafe)
	return e
}

// NoteEntry puts on record what happened without money.
func NoteEntry(h Happening, day Day) Entry {
	e := Entry{Kind: h.Kind, At: h.At.UnixMilli(), Day: day, Sale: h.Sale, Note: h.Reason, Postings: []Posting{}}
	e.Allowed(h.By, h.Approver)
	return e
}

// Allowed puts down who was at the till and who allowed it, if that was somebody else.
func (e *Entry) Allowed(by, approver string) {
	e.By = by
	if approver != "" && approver != by {
		e.By, e.Cashier = approver, by
	}
}

// ErrDrawer is why an entry is not counted that moves the drawer in a way no report has a line for, with CodeCorrupt.
var ErrDrawer = errors.New("an entry moves the drawer in a way that the report has no line for")

// Add counts an entry of the report's range, in the order of the journal. tender is that of the payment which the entry names,
// opened the first entry that was made while the shift was open: what comes before it is late. [ShiftReport.Begin] ends the
// counting. The count of Refunds, and of each tender's, goes back by one when nothing went back after all. CodeCorrupt.
func (r *ShiftReport) Add(seq int64, e Entry, tender Tender, opened int64) error {
	var drawer Fen
	for _, p := range e.Postings {
		switch p.Account {
		case CashDrawer:
			drawer += p.Fen
		case SalesReturns:
			by := tender
			switch e.Kind {
			case EntryRefundCash:
				by = TenderCash
			case EntryExchange:
				by = TenderExchange
			case EntryRefundOther:
				by = outside(e)
			}
			r.Refunds += sign(p.Fen)
			r.Refunded += p.Fen
			r.Returned = addTender(r.Returned, by, sign(p.Fen), p.Fen)
		case WeChatExceptions:
			if p.Fen < 0 {
				r.Arrived -= p.Fen
			} else {
				r.WentBack += p.Fen
			}
		}
	}
	c := &r.Cash
	switch e.Kind {
	case EntrySale:
		r.addSale(e, tender)
		c.Sales += drawer
	case EntryRefundCash:
		c.Refunds -= drawer
	case EntryPart, EntryPartBack:
		c.Parts += drawer
	case EntryHanded:
		c.HandedBack -= drawer
	case EntryCashIn:
		c.In += drawer
	case EntryCashDrop:
		c.Dropped -= drawer
	case EntryCashPaidOut:
		c.PaidOut -= drawer
	case EntryShiftOpened:
		c.Float += drawer
	case EntryDrawer:
		r.Drawer++
	case EntryReprint:
		r.Reprints++
	case EntryVoid:
		r.Voids++
	default:
		if drawer != 0 {
			return E(CodeCorrupt, "make report", fmt.Errorf("entry %d (%s): %w", seq, e.Kind, ErrDrawer))
		}
	}
	if seq < opened {
		r.addLate(seq, e)
	}
	return nil
}

func (r *ShiftReport) addSale(e Entry, tender Tender) {
	var gross, discount, rounding Fen
	for _, p := range e.Postings {
		switch p.Account {
		case Sales:
			gross -= p.Fen
		case DiscountGiven:
			discount += p.Fen
		case RoundingGiven:
			rounding += p.Fen
		}
	}
	r.Sales++
	net := gross - discount - rounding
	r.Gross, r.Discount, r.Rounding, r.Net = r.Gross+gross, r.Discount+discount, r.Rounding+rounding, r.Net+net
	for _, p := range e.Parts {
		r.Tenders = addTender(r.Tenders, p.Tender, 1, p.Fen)
		net -= p.Fen
	}
	r.Tenders = addTender(r.Tenders, tender, 1, net)
	if r.Last = e.Receipt; r.First == "" {
		r.First = e.Receipt
	}
}

// outside is the tender of an entry that moves what is taken outside.
func outside(e Entry) Tender {
	for _, p := range e.Postings {
		if t := Tender(p.Account); t.Handed() && p.Account != SalesReturns {
			return t
		}
	}
	return ""
}

// addLate lists money that moved while no shift was open. What an entry is about comes to the sum of its debits.
func (r *ShiftReport) addLate(seq int64, e Entry) {
	f := LateFact{Seq: seq, Kind: e.Kind, At: e.At}
	switch e.Kind {
	case EntryRefundTaken, EntryRefundDone, EntryRefundClosed, EntryRefundCash, EntryRefundOther:
		f.Name = e.Refund
	case EntryException, EntryReversed, EntryHanded, EntryNoted, EntryPartBack:
		f.Name = e.OutTradeNo
	default:
		return
	}
	for _, p := range e.Postings {
		f.Amount += max(0, p.Fen)
	}
	r.Late = append(r.Late, f)
}

// addTender keeps the tenders in order, and drops one of which nothing is left.
func addTender(all []TenderTakings, t Tender, n int, f Fen) []TenderTakings {
	i, found := slices.BinarySearchFunc(all, t, func(a TenderTakings, t Tender) int { return strings.Compare(string(a.Tender), string(t)) })
	if !found {
		all = slices.Insert(all, i, TenderTakings{Tender: t})
	}
	if all[i].Count += n; all[i].Count == 0 && all[i].Fen+f == 0 {
		return slices.Delete(all, i, i+1)
	}
	all[i].Fen += f
	return all
}

func sign(f Fen) int {
	if f < 0 {
		return -1
	}
	return 1
}

// Moved is what the counted entries did to the drawer.
func (c CashReport) Moved() Fen {
	return c.Float + c.Sales + c.Parts - c.Refunds + c.In - c.Dropped - c.PaidOut - c.HandedBack
}

// Begin ends the counting: start is what was in the drawer, by the books, before the report's first entry.
func (r *ShiftReport) Begin(start Fen) {
	r.Cash.Start, r.Cash.Expected = start, start+r.Cash.Moved()
}
