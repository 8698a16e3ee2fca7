package shift

import (
	"context"
	"fmt"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// report is an X or Z report on the screen.
type report struct {
	r        pos.ShiftReport
	closed   bool // it was just made by the close, and is printing
	fromList bool
	printed  bool
	unread   pos.Code // why there is none
}

// list is the Z reports there are, newest first.
type list struct {
	last int // the newest number
	rows []pos.ShiftReport
	at   int
	busy bool
	bad  pos.Code
}

// page is how many Z reports are read at once.
const page = 20

func (p *Presenter) showReport(r pos.ShiftReport, closed bool) {
	p.report = report{r: r, closed: closed}
	p.mode = ModeReport
}

// readX shows how the shift stands.
func (p *Presenter) readX() {
	if p.cfg.Books == nil {
		return
	}
	p.asked++
	mine, at := p.asked, p.cfg.Now()
	p.cfg.Go(func(ctx context.Context) func() {
		x, err := p.cfg.Books.XReport(ctx, at)
		return func() {
			if mine != p.asked {
				return
			}
			p.showReport(x, false)
			p.report.unread = pos.CodeOf(err)
			p.cfg.Changed()
		}
	})
}

// readList shows the Z reports, as many as fit a page; more come as one goes on.
func (p *Presenter) readList() {
	p.mode, p.list = ModeList, list{}
	p.cfg.Changed()
	if p.cfg.Books == nil {
		return
	}
	p.list.busy = true
	p.asked++
	mine := p.asked
	p.cfg.Go(func(ctx context.Context) func() {
		last, err := p.cfg.Books.LastZ(ctx)
		rows := []pos.ShiftReport{}
		if err == nil {
			rows, err = p.readZ(ctx, last)
		}
		return func() { p.listed(mine, last, rows, err) }
	})
}

// readZ reads a page of Z reports from one on, downwards.
func (p *Presenter) readZ(ctx context.Context, from int) ([]pos.ShiftReport, error) {
	rows := []pos.ShiftReport{}
	for z := from; z > max(0, from-page); z-- {
		r, err := p.cfg.Books.ZReport(ctx, z)
		if err != nil {
			return rows, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func (p *Presenter) listed(mine, last int, rows []pos.ShiftReport, err error) {
	if mine != p.asked {
		return
	}
	p.list.busy, p.list.bad, p.list.last = false, pos.CodeOf(err), last
	p.list.rows = append(p.list.rows, rows...)
	p.cfg.Changed()
}

// chooseZ goes to a Z report of the list, reading more when it comes near the end.
func (p *Presenter) chooseZ(i int) {
	l := &p.list
	l.at = max(0, min(i, len(l.rows)-1))
	if n := len(l.rows); l.at < n-5 || l.busy || n == 0 || l.rows[n-1].Z <= 1 {
		return
	}
	from := l.rows[len(l.rows)-1].Z - 1
	l.busy = true
	p.asked++
	mine, last := p.asked, l.last
	p.cfg.Go(func(ctx context.Context) func() {
		rows, err := p.readZ(ctx, from)
		return func() { p.listed(mine, last, rows, err) }
	})
}

// ChooseZ shows a Z report of the list.
func (p *Presenter) ChooseZ(i int) {
	if p.mode == ModeList {
		p.chooseZ(i)
		p.cfg.Changed()
	}
}

func (p *Presenter) openZ() {
	if p.list.at < len(p.list.rows) {
		p.showReport(p.list.rows[p.list.at], false)
		p.report.fromList = true
		p.cfg.Changed()
	}
}

// printReport prints what is shown; one that the close just made prints by itself, and Enter puts it away.
func (p *Presenter) printReport() {
	r := &p.report
	switch {
	case r.closed || r.unread != pos.CodeNone:
		p.cfg.Close()
	case r.r.Z > 0:
		p.cfg.Give(pos.PrintZ{Z: r.r.Z}, p.cfg.Words.T("shift.what.z", r.r.ZNo()), func() { r.printed = true })
	default:
		p.cfg.Give(pos.PrintX{}, p.cfg.Words.T("shift.what.x"), func() { r.printed = true })
	}
	p.cfg.Changed()
}

// ListRow is a Z report in the list.
type ListRow struct {
	Z, When, Net, Off string
	Bad               bool // the drawer differed
	Chosen            bool
}

// Zs is how many Z reports were read.
func (p *Presenter) Zs() int { return len(p.list.rows) }

// ZAt is which one is chosen.
func (p *Presenter) ZAt() int { return p.list.at }

// Z gives Z report i of the list.
func (p *Presenter) Z(i int) ListRow {
	if i >= len(p.list.rows) {
		return ListRow{}
	}
	w, r := p.cfg.Words, p.list.rows[i]
	row := ListRow{
		Z: zNumber(w, r), When: w.T("shift.title", r.Number, day(r.Day)), Net: w.Money(r.Net), Chosen: i == p.list.at,
		Off: w.T("shift.fits"),
	}
	if off := r.Cash.Variance; r.Cash.Counted == nil {
		row.Bad, row.Off = true, w.T("report.not-counted")
	} else if off != 0 {
		row.Bad, row.Off = true, mark(off)+" "+variance(w.Money(off), off)
	}
	return row
}

// zNumber names a Z report as its paper does.
func zNumber(w *i18n.Words, r pos.ShiftReport) string { return w.T("shift.z", r.ZNo()) }

// mark is a difference as a sign that needs no colour.
func mark(off pos.Fen) string {
	switch {
	case off > 0:
		return "▲"
	case off < 0:
		return "▼"
	}
	return "✓"
}

// ListNone is said in place of the list; "" while there is one.
func (p *Presenter) ListNone() string {
	w := p.cfg.Words
	switch {
	case len(p.list.rows) > 0:
		return ""
	case p.list.busy:
		return w.T("shift.reading")
	case p.list.bad != pos.CodeNone || p.cfg.Books == nil:
		return w.T("shift.unread")
	}
	return w.T("shift.zs.none")
}

// Entry is a line of a report.
type Entry struct {
	Label, Value string
	Head         bool // a heading
	Strong       bool // a sum
	Bad          bool
}

// Report is a report in words.
type Report struct {
	Title   string
	Note    string // what became of its printing
	Main    string // what Enter does
	Entries []Entry
}

// Report gives the report.
func (p *Presenter) Report() Report {
	w, x := p.cfg.Words, p.report
	m := Report{Title: w.T("shift.x"), Main: w.T("shift.print")}
	if x.r.Z > 0 {
		m.Title = zNumber(w, x.r)
	}
	switch {
	case x.unread != pos.CodeNone:
		m.Note, m.Main = w.T("shift.unread"), w.T("ask.back")
		return m
	case x.closed:
		m.Note, m.Main = w.T("shift.z.printing"), w.T("shift.done")
	case x.printed:
		m.Note = w.T("shift.printing")
	case x.r.Z == 0:
		m.Note = w.T("shift.x.note")
	}
	m.Entries = p.entries(x.r)
	return m
}

// entries are the lines of a report, in the order of the paper.
func (p *Presenter) entries(r pos.ShiftReport) []Entry {
	w := p.cfg.Words
	var all []Entry
	head := func(id string) { all = append(all, Entry{Label: w.T(id), Head: true}) }
	line := func(label, value string) { all = append(all, Entry{Label: label, Value: value}) }
	sum := func(id string, f pos.Fen) { all = append(all, Entry{Label: w.T(id), Value: w.Money(f), Strong: true}) }
	money := func(id string, f pos.Fen) {
		if f != 0 {
			line(w.T(id), w.Money(f))
		}
	}
	at := func(ms int64) string {
		return time.UnixMilli(ms).In(p.cfg.Now().Location()).Format(w.T("day.clock"))
	}
	line(w.T("report.till", r.Shop, r.Till), w.T("shift.title", r.Number, day(r.Day)))
	line(w.T("report.opened"), join(at(r.OpenedAt), r.OpenedBy))
	if r.Z > 0 {
		line(w.T("report.closed"), join(at(r.At), r.ClosedBy))
	} else {
		line(w.T("report.as-of"), at(r.At))
	}
	if r.Signer != "" {
		line(w.T("report.signer"), r.Signer)
	}
	head("report.sales")
	switch {
	case r.First != r.Last:
		line(w.T("report.first"), r.First)
		line(w.T("report.last"), r.Last)
	case r.First != "":
		line(w.T("report.receipt"), r.First)
	}
	line(w.T("report.count"), fmt.Sprint(r.Sales))
	line(w.T("report.gross"), w.Money(r.Gross))
	money("report.discount", -r.Discount)
	money("report.rounding", -r.Rounding)
	for _, t := range r.Tenders {
		line(w.T("report.tender", w.TenderTaken(t.Tender), t.Count), w.Money(t.Fen))
	}
	sum("report.net", r.Net)
	if r.Refunds > 0 {
		head("report.refunds")
		for _, t := range r.Returned {
			line(w.T("report.tender", w.TenderTaken(t.Tender), t.Count), w.Money(t.Fen))
		}
		sum("report.refunded", r.Refunded)
	}
	all = append(all, p.drawer(r.Cash, r.Z > 0)...)
	if r.Arrived != 0 || r.WentBack != 0 || r.Drawer+r.Reprints+r.Voids > 0 {
		head("report.notes")
		money("report.arrived", r.Arrived)
		money("report.went-back", r.WentBack)
		for _, n := range []struct {
			id string
			n  int
		}{{"report.drawer", r.Drawer}, {"report.reprints", r.Reprints}, {"report.voids", r.Voids}} {
			if n.n > 0 {
				line(w.T(n.id), fmt.Sprint(n.n))
			}
		}
	}
	if len(r.Late) > 0 {
		head("report.late")
		for _, l := range r.Late {
			line(join(at(l.At), l.Name), w.Money(l.Amount))
		}
	}
	if len(r.Open) > 0 {
		head("report.open")
		for _, o := range r.Open {
			line(join(openKind(w.T, o.Kind), o.Name), w.Money(o.Amount))
		}
	}
	head("report.chain")
	line(w.T("report.entries", r.From, r.To), "")
	line(short(r.Head), "")
	return all
}

// drawer is the part of a report about the drawer; z of a Z report, which says so when nobody counted.
func (p *Presenter) drawer(c pos.CashReport, z bool) []Entry {
	w := p.cfg.Words
	all := []Entry{{Label: w.T("report.cash"), Head: true}, {Label: w.T("report.start"), Value: w.Money(c.Start)}}
	for _, m := range []struct {
		id string
		f  pos.Fen
	}{
		{"report.float", c.Float},
		{"report.cash-sales", c.Sales},
		{"report.parts", c.Parts},
		{"report.cash-refunds", -c.Refunds},
		{"report.in", c.In},
		{"report.dropped", -c.Dropped},
		{"report.paid-out", -c.PaidOut},
		{"report.handed", -c.HandedBack},
	} {
		if m.f != 0 {
			all = append(all, Entry{Label: w.T(m.id), Value: w.Money(m.f)})
		}
	}
	all = append(all, Entry{Label: w.T("report.expected"), Value: w.Money(c.Expected), Strong: true})
	if c.Counted == nil {
		if z {
			all = append(all, Entry{Label: w.T("report.counted"), Value: w.T("report.not-counted"), Bad: true})
		}
		return all
	}
	counted := w.T("report.counted")
	if c.Counts > 1 {
		counted = w.T("report.counted.times", c.Counts)
	}
	off := Entry{Label: w.T("report.variance"), Value: mark(c.Variance) + " " + variance(w.Money(c.Variance), c.Variance), Strong: true, Bad: c.Variance != 0}
	all = append(all, Entry{Label: counted, Value: w.Money(*c.Counted)}, off)
	if c.Reason != "" {
		all = append(all, Entry{Label: w.T("report.reason"), Value: c.Reason})
	}
	return append(all, Entry{Label: w.T("report.kept"), Value: w.Money(c.Kept)}, Entry{Label: w.T("report.to-safe"), Value: w.Money(c.ToSafe)})
}

func join(a, b string) string {
	if b == "" {
		return a
	}
	return a + " · " + b
}

// short is a hash as it fits a line: what is on the paper in full is recognized by its ends.
func short(hash string) string {
	if len(hash) <= 40 {
		return hash
	}
	return hash[:20] + "…" + hash[len(hash)-20:]
}
