package receipt

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"guitai/pos"
)

// Shift makes out an X report (当班报表), or a Z report (交班单) as it was frozen at the close. entryHash is the hash of the
// journal's entry of the close, "" for an X report: with it on paper, a journal that was changed afterwards no longer leads to it.
//
// A report whose figures do not add up is refused with CodePrinter: a paper that people sign must not be wrong.
func Shift(r pos.ShiftReport, entryHash string, shop pos.Shop, o Options) (Doc, error) {
	if err := r.Check(); err != nil {
		return Doc{}, pos.E(pos.CodePrinter, "make out shift report", err)
	}
	b := newBuilder(shop, o)
	w := b.w.Shift
	marks := b.shiftMarks()
	b.marks(marks)
	b.title()
	b.add(Text{Text: w.title(r), Align: Centre, Bold: true, Double: true})
	b.shiftHead(r)
	b.shiftSales(r)
	b.shiftDrawer(r.Cash)
	b.shiftEvents(r)
	b.shiftLate(r.Late)
	b.shiftOpen(r.Open)
	b.shiftProof(r, entryHash)
	b.marks(reversed(marks))
	b.add(Cut{})
	return b.doc, nil
}

// CashSlip makes out the paper of cash that was put into the drawer or taken out, for whoever signs for it.
func CashSlip(m pos.CashMovement, shop pos.Shop, o Options) (Doc, error) {
	if m.Amount <= 0 {
		return Doc{}, pos.E(pos.CodePrinter, "make out cash slip", fmt.Errorf("%w: %v", ErrSum, m.Amount))
	}
	b := newBuilder(shop, o)
	w := b.w.Shift
	marks := b.shiftMarks()
	b.marks(marks)
	b.title()
	b.add(Text{Text: w.Slip[m.Kind], Align: Centre, Bold: true, Double: true})
	b.pair(b.w.Till+" "+shop.Till, w.SlipNo+" "+strconv.FormatInt(m.ID, 10))
	b.add(Text{Text: b.w.Time + " " + b.clock(m.At)})
	b.rule()
	b.due(b.w.Amount, m.Amount)
	b.rule()
	if m.Reason != "" {
		b.field(b.w.Reason, m.Reason)
	}
	if m.By != "" {
		b.field(b.w.Cashier, m.By)
	}
	if m.Approver != "" && m.Approver != m.By {
		b.field(b.w.Approver, m.Approver)
	}
	b.sign(w.Signature)
	b.marks(reversed(marks))
	b.add(Cut{})
	return b.doc, nil
}

// shiftMarks head a paper of the house: it is nobody's proof of payment, so it does not say that it is none.
func (b *builder) shiftMarks() []string {
	proof := b.proof
	b.proof = true
	marks := b.saleMarks()
	b.proof = proof
	if b.shop.Practice {
		marks[0] = b.w.Practice
	}
	return marks
}

func (b *builder) shiftHead(r pos.ShiftReport) {
	w := b.w.Shift
	b.pair(b.w.Till+" "+r.Shop+"-"+r.Till, w.number(r))
	b.pair(w.Opened+" "+b.clock(time.UnixMilli(r.OpenedAt)), r.OpenedBy)
	until := w.AsOf
	if r.Z > 0 {
		until = w.Closed
	}
	b.pair(until+" "+b.clock(time.UnixMilli(r.At)), r.ClosedBy)
	if r.Signer != "" {
		b.pair(w.SignedBy, r.Signer)
	}
	b.rule()
}

// sum is a row of figures. A label that begins with a space belongs to the row above it.
func (b *builder) sum(label string, f pos.Fen) { b.counted(label, "", f) }

// counted is a sum with how many it is of.
func (b *builder) counted(label, count string, f pos.Fen) {
	cells := []Cell{{Text: label}}
	if strings.HasPrefix(label, " ") {
		cells = []Cell{{Width: indent}, {Text: label}}
	}
	if count != "" {
		cells = append(cells, Cell{Text: count, Width: columns(count) + 1, Align: Right})
	}
	b.add(Columns{Cells: append(cells, Cell{Text: f.String(), Width: amountColumns + 1, Align: Right, Money: true})})
}

// under is a text that belongs to the row above it.
func (b *builder) under(s string) { b.add(Columns{Cells: []Cell{{Width: indent}, {Text: s}}}) }

func (b *builder) shiftSales(r pos.ShiftReport) {
	w := b.w.Shift
	b.counted(w.Gross, w.times(r.Sales), r.Gross)
	if r.Discount != 0 {
		b.sum(b.w.Discount, -r.Discount)
	}
	if r.Rounding != 0 {
		b.sum(b.w.Rounding, -r.Rounding)
	}
	b.due(w.Net, r.Net)
	for _, t := range r.Tenders {
		b.counted(" "+w.tender(t.Tender), w.times(t.Count), t.Fen)
	}
	if r.Refunds > 0 || r.Refunded != 0 {
		b.counted(b.w.GivenBack, w.times(r.Refunds), -r.Refunded)
		for _, t := range r.Returned {
			b.counted(" "+w.tender(t.Tender), w.times(t.Count), -t.Fen)
		}
		b.sum(w.AfterRefunds, r.Net-r.Refunded)
	}
	if r.First != "" {
		b.add(Text{Text: w.Receipts})
		b.under(r.First)
		if r.Last != r.First {
			b.under(r.Last)
		}
	}
	b.rule()
}

// shiftDrawer is the drawer from what was in it to what is left. Rows of nothing are left out, but for those that a reader
// looks for.
func (b *builder) shiftDrawer(c pos.CashReport) {
	w := b.w.Shift
	b.add(Text{Text: w.Drawer, Bold: true})
	for _, row := range []struct {
		label string
		f     pos.Fen
	}{
		{w.Start, c.Start},
		{w.Float, c.Float},
		{w.CashSales, c.Sales},
		{w.Parts, c.Parts},
		{w.CashRefunds, -c.Refunds},
		{w.In, c.In},
		{w.Dropped, -c.Dropped},
		{w.PaidOut, -c.PaidOut},
		{w.HandedBack, -c.HandedBack},
	} {
		if row.f != 0 || row.label == w.Start || row.label == w.CashSales {
			b.sum(" "+row.label, row.f)
		}
	}
	b.sum(w.Expected, c.Expected)
	if c.Counted == nil {
		b.pair(w.Counted, w.NotCounted)
		b.rule()
		return
	}
	if c.Count != nil {
		for _, p := range c.Count.Pieces {
			b.counted(" "+denomination(p.Fen), b.w.Times+" "+strconv.Itoa(p.N), p.Fen.Times(p.N))
		}
		if c.Count.Other != 0 {
			b.sum(" "+w.Other, c.Count.Other)
		}
	}
	b.sum(w.Counted, *c.Counted)
	b.due(w.difference(c.Variance), c.Variance)
	if c.Reason != "" {
		b.field(b.w.Reason, c.Reason)
	}
	if c.Counts > 1 {
		b.add(Text{Text: w.recounted(c.Counts)})
	}
	b.sum(w.Kept, c.Kept)
	b.sum(w.ToSafe, c.ToSafe)
	b.rule()
}

// denomination is a note or coin as people say it: "100", "0.5".
func denomination(f pos.Fen) string {
	if f%100 == 0 {
		return strconv.FormatInt(int64(f/100), 10)
	}
	return "0." + strconv.FormatInt(int64(f%100/10), 10)
}

func (b *builder) shiftEvents(r pos.ShiftReport) {
	w := b.w.Shift
	if r.Arrived != 0 || r.WentBack != 0 {
		b.sum(w.Arrived, r.Arrived)
		b.sum(w.WentBack, -r.WentBack)
	}
	for _, row := range []struct {
		label string
		n     int
	}{{w.DrawerOpened, r.Drawer}, {w.Reprints, r.Reprints}, {w.Voids, r.Voids}} {
		b.pair(row.label, fmt.Sprintf(w.Often, row.n))
	}
	b.rule()
}

func (b *builder) shiftLate(late []pos.LateFact) {
	if len(late) == 0 {
		return
	}
	w := b.w.Shift
	b.add(Text{Text: w.Late, Bold: true})
	for _, f := range late {
		b.sum(" "+w.entry(f.Kind), f.Amount)
		b.under(b.clock(time.UnixMilli(f.At)))
		if f.Name != "" {
			b.under(f.Name)
		}
	}
	b.rule()
}

func (b *builder) shiftOpen(open []pos.OpenItem) {
	if len(open) == 0 {
		return
	}
	w := b.w.Shift
	b.add(Text{Text: w.Open, Bold: true})
	for _, i := range open {
		b.sum(" "+w.openItem(i.Kind), i.Amount)
		b.under(i.Name)
	}
	b.rule()
}

// shiftProof is what leads from the paper to the journal and back.
func (b *builder) shiftProof(r pos.ShiftReport, entryHash string) {
	w := b.w.Shift
	b.pair(w.Journal, fmt.Sprintf("%d - %d", r.From, r.To))
	b.hash(w.Head, r.Head)
	if entryHash != "" {
		b.hash(w.Entry, entryHash)
	}
	if r.Z > 0 {
		b.sign(w.SignCashier)
		b.sign(w.SignManager)
	}
}

// hash sets 64 hex digits in groups of eight, which people can compare.
func (b *builder) hash(label, sum string) {
	b.add(Text{Text: label})
	perLine := 32
	if !b.wide {
		perLine = 24
	}
	for at := 0; at < len(sum); at += perLine {
		line := ""
		for i := at; i < min(at+perLine, len(sum)); i += 8 {
			line += " " + sum[i:min(i+8, len(sum))]
		}
		b.under(line)
	}
}

// sign is a line to sign on.
func (b *builder) sign(label string) {
	const room = "________________"
	b.add(Feed{Lines: 1}, Text{Text: label + " " + room})
}
