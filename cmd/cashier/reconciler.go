package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"time"

	"guitai/pos"
	"guitai/pos/export"
	"guitai/pos/reconcile"
)

// billTill is the till as the reconciler needs it.
type billTill interface {
	Leave(ctx context.Context, by string, d pos.Deed) error
	PostBy(c pos.Command, by string)
	Billed(day pos.Day, differs int, err error)
}

// reconciler joins the books, WeChat's bills and the till. It implements [pos.Reconciler], and fetches the bill of the day before by
// itself where there are keys.
type reconciler struct {
	shop   pos.Shop
	appID  string
	apps   []string // the merchant's other appids
	lang   string
	books  pos.BillBook
	cases  func(ctx context.Context) ([]pos.ExceptionCase, error)
	biller pos.Biller // nil without keys
	off    pos.Code   // why it is nil
	till   billTill
	poke   func()       // a paper is queued
	dir    string       // where a bill that is fetched lies while it is read
	free   func() int64 // what that disk has, below 0 when nobody knows
	log    *slog.Logger
	now    func() time.Time

	one sync.Mutex // one bill at a time: two readings of one day must not resolve each other's findings
}

var _ pos.Reconciler = (*reconciler)(nil)

// Reconcile implements [pos.Reconciler].
func (r *reconciler) Reconcile(ctx context.Context, bill io.Reader, day pos.Day, by string, progress func(pos.BillProgress)) (pos.BillResult, error) {
	return r.read(ctx, bill, 0, day, by, progress)
}

// ReconcileFile implements [pos.Reconciler]. CodeNotFound when there is no such file.
func (r *reconciler) ReconcileFile(ctx context.Context, path string, day pos.Day, by string, progress func(pos.BillProgress)) (pos.BillResult, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return pos.BillResult{}, pos.E(pos.CodeNotFound, "read bill", err)
	}
	if err != nil {
		return pos.BillResult{}, diskError("read bill", err)
	}
	defer func() { _ = file.Close() }() // it only read
	var size int64
	if info, err := file.Stat(); err == nil {
		size = info.Size()
	}
	return r.read(ctx, file, size, day, by, progress)
}

// read matches a bill and keeps what was found. A bill of payments or refunds alone is only shown.
func (r *reconciler) read(ctx context.Context, bill io.Reader, size int64, day pos.Day, by string, progress func(pos.BillProgress)) (pos.BillResult, error) {
	r.one.Lock()
	defer r.one.Unlock()
	in := &counting{r: bill}
	o := reconcile.Options{Shop: r.shop, AppID: r.appID, Apps: r.apps, Day: day}
	if progress != nil {
		o.Progress = func(rows int) { progress(pos.BillProgress{Rows: rows, Read: in.n, Size: size}) }
	}
	m, err := reconcile.Match(ctx, in, r.books, o)
	if err != nil {
		if ctx.Err() != nil {
			return pos.BillResult{}, ctx.Err()
		}
		return pos.BillResult{}, err
	}
	if progress != nil {
		progress(pos.BillProgress{Rows: m.Summary.Rows, Read: in.n, Size: size})
	}
	kept, err := r.books.KeepBill(ctx, m, by, r.now())
	if err != nil {
		return pos.BillResult{}, err
	}
	m.Summary = kept
	r.log.Info("bill", "kind", kept.Kind, "day", kept.Day.String(), "rows", kept.Rows, "match", kept.Match, "ours", kept.OursOnly, "theirs", kept.TheirsOnly, "differs", kept.Differs, "kept", kept.ID)
	if kept.ID == 0 {
		return m, nil
	}
	m.Findings, err = r.standing(ctx, kept)
	return m, err
}

// standing is what of a bill stands, with what was decided.
func (r *reconciler) standing(ctx context.Context, b pos.BillSummary) ([]pos.Finding, error) {
	all, err := r.books.Findings(ctx, b.Day, false)
	return slices.DeleteFunc(all, func(f pos.Finding) bool { return f.Bill != b.Kind }), err
}

// counting counts what was read.
type counting struct {
	r io.Reader
	n int64
}

func (c *counting) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// CanFetch implements [pos.Reconciler].
func (r *reconciler) CanFetch() pos.Code {
	if r.biller != nil {
		return pos.CodeNone
	}
	if r.off == pos.CodeNone {
		return pos.CodeSecret
	}
	return r.off
}

// Fetch implements [pos.Reconciler]. What the fund-flow bill says is kept beside the trade bill's; without it the trade bill stands alone.
func (r *reconciler) Fetch(ctx context.Context, day pos.Day, by string, progress func(pos.BillProgress)) (pos.BillResult, error) {
	m, err := r.fetch(ctx, day, pos.BillTrade, by, progress)
	if err != nil {
		return m, err
	}
	if _, err := r.fetch(ctx, day, pos.BillFund, by, progress); err != nil {
		r.log.Info("no fund-flow bill", "day", day.String(), "err", err)
	}
	return m, ctx.Err()
}

// fetch gets one bill of a day. Where WeChat has none because there was no trade, the books should have none either.
func (r *reconciler) fetch(ctx context.Context, day pos.Day, kind pos.BillKind, by string, progress func(pos.BillProgress)) (pos.BillResult, error) {
	if code := r.CanFetch(); code != pos.CodeNone {
		return pos.BillResult{}, pos.E(code, "fetch bill", errors.New("there are no keys to ask WeChat with"))
	}
	get := r.biller.TradeBill
	if kind == pos.BillFund {
		get = r.biller.FundFlow
	}
	file, err := get(ctx, day)
	if pos.CodeOf(err) == pos.CodeNotFound && kind == pos.BillTrade && !pos.BillOld(day, r.now()) {
		return r.Reconcile(ctx, reconcile.Empty(), day, by, progress)
	}
	if err != nil {
		return pos.BillResult{}, err
	}
	defer func() { _ = file.Close() }() // it only read
	whole, err := downloadTo(ctx, r.dir, file, r.free, func(n int64) {
		if progress != nil {
			progress(pos.BillProgress{Read: n})
		}
	})
	if err != nil {
		return pos.BillResult{}, err
	}
	defer func() {
		if err := whole.Close(); err != nil {
			r.log.Warn("remove bill", "err", err)
		}
	}()
	return r.read(ctx, whole, whole.size, day, by, progress)
}

// Bills implements [pos.Reconciler].
func (r *reconciler) Bills(ctx context.Context, limit int) ([]pos.BillSummary, error) {
	return r.books.Bills(ctx, limit)
}

// Findings implements [pos.Reconciler].
func (r *reconciler) Findings(ctx context.Context, day pos.Day, all bool) ([]pos.Finding, error) {
	return r.books.Findings(ctx, day, all)
}

// PrintBill implements [pos.Reconciler].
func (r *reconciler) PrintBill(ctx context.Context, id int64, by string) error {
	if _, err := r.books.PrintBill(ctx, id, by, r.now()); err != nil {
		return err
	}
	r.poke()
	return nil
}

// Export implements [pos.Reconciler]. CodeNotFound for a day whose trade bill was not kept.
func (r *reconciler) Export(ctx context.Context, w io.Writer, day pos.Day, format string) error {
	kept, err := r.books.Bills(ctx, exportedBills)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(kept, func(b pos.BillSummary) bool { return b.Day == day && b.Kind == pos.BillTrade })
	if i < 0 {
		return pos.E(pos.CodeNotFound, "export findings", errors.New("no bill of this day was kept"))
	}
	all, err := r.books.Findings(ctx, day, true)
	if err != nil {
		return err
	}
	_, err = export.Findings(ctx, w, export.Request{
		ExportRequest: pos.ExportRequest{Format: pos.ExportFormat(format)}, Shop: r.shop, Lang: r.lang,
	}, pos.BillResult{Summary: kept[i], Findings: all})
	return err
}

// exportedBills is how far back bills are looked for, in bills: two a day for three years.
const exportedBills = 2 * 3 * 366

// Decide implements [pos.Reconciler]. The till is asked first who may, so that nothing stands on record that was not done. CodeConflict for a refund of what is no exception in the books: it must be booked first.
func (r *reconciler) Decide(ctx context.Context, id int64, d pos.FindingDecision) (pos.Finding, error) {
	if d.At.IsZero() {
		d.At = r.now()
	}
	if err := r.till.Leave(ctx, d.By, d.Action.Deed()); err != nil {
		return pos.Finding{}, err
	}
	var refund *pos.ExceptionCase
	if d.Action == pos.FindRefund {
		x, err := r.exceptionOf(ctx, id)
		if err != nil {
			return pos.Finding{}, err
		}
		refund = x
	}
	f, err := r.books.DecideFinding(ctx, id, d)
	if err != nil {
		return f, err
	}
	switch {
	case refund != nil:
		r.till.PostBy(pos.DecideException{ID: refund.ID, Action: pos.ActRefund, By: d.By, Reason: d.Reason}, d.By)
	case d.Action == pos.FindBook || d.Action == pos.FindAsk:
		r.till.PostBy(pos.AskBilled{Item: f.Item(), Book: d.Action == pos.FindBook, By: d.By, Reason: d.Reason}, d.By)
	}
	return f, nil
}

// exceptionOf is the money of a finding as an exception that is open.
func (r *reconciler) exceptionOf(ctx context.Context, id int64) (*pos.ExceptionCase, error) {
	all, err := r.books.Findings(ctx, 0, true)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(f pos.Finding) bool { return f.ID == id })
	if i < 0 {
		return nil, pos.E(pos.CodeNotFound, "refund finding", errors.New("there is no such finding"))
	}
	cases, err := r.cases(ctx)
	if err != nil {
		return nil, err
	}
	item := all[i].Item()
	for _, x := range cases {
		if x.OutTradeNo == item.OutTradeNo && x.TransactionID == item.TransactionID && x.Allowed(pos.ActRefund) {
			return &x, nil
		}
	}
	return nil, pos.E(pos.CodeConflict, "refund finding", errors.New("the books have no such money to give back: book it first"))
}

// How many days back bills are fetched that were not while the till was closed, a long holiday, and how long the till has come up before
// the first.
const (
	billCatchUp = 31
	billFirst   = 2 * time.Minute
)

// errand is a bill to fetch.
type errand struct {
	day  pos.Day
	kind pos.BillKind
}

// attempt is what became of an errand so far.
type attempt struct {
	asked int
	next  time.Time
	over  bool // asking again changes nothing
}

// run fetches the bills of the days before, each from ten o'clock of its next day on, until ctx ends.
func (r *reconciler) run(ctx context.Context) {
	if r.biller == nil {
		return
	}
	tried := map[errand]*attempt{}
	timer := time.NewTimer(billFirst)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		timer.Reset(r.errands(ctx, tried))
	}
}

// errands does what is due and says how long nothing is.
func (r *reconciler) errands(ctx context.Context, tried map[errand]*attempt) time.Duration {
	now := r.now()
	yesterday := pos.BillDay(now).Add(-1)
	next := pos.BillFrom(yesterday.Next())
	if from := pos.BillFrom(yesterday); from.After(now) {
		next = from
	}
	var clean pos.Day // the newest bill that agreed
	told := false     // of something worse, which good news must not cover
	for _, e := range r.missing(ctx, now) {
		a := tried[e]
		if a == nil {
			a = &attempt{}
			tried[e] = a
		}
		if a.over {
			continue
		}
		if !a.next.After(now) {
			switch agrees, worse := r.try(ctx, e, a); {
			case worse:
				told = true
			case agrees:
				clean = e.day
			}
		}
		if !a.over && a.next.Before(next) && a.next.After(now) {
			next = a.next
		}
	}
	if clean != 0 && !told {
		r.till.Billed(clean, 0, nil)
	}
	for e := range tried {
		if e.day < yesterday.Add(-billCatchUp) {
			delete(tried, e)
		}
	}
	return max(time.Minute, next.Sub(r.now()))
}

// missing lists the bills that can be fetched and were not, oldest first: yesterday's, and those of the days before since the till is
// known to have been in use. A day of which the books have nothing counts too: WeChat may have paid out on it while the till was off, or
// the books be a backup that knows nothing of it.
func (r *reconciler) missing(ctx context.Context, now time.Time) (list []errand) {
	kept, err := r.books.Bills(ctx, 4*billCatchUp)
	if err != nil {
		r.log.Error("list bills", "err", err)
		return nil
	}
	yesterday := pos.BillDay(now).Add(-1)
	used := false
	for d := yesterday.Add(1 - billCatchUp); d <= yesterday; d = d.Next() {
		used = used || slices.ContainsFunc(kept, func(b pos.BillSummary) bool { return b.Day <= d }) || r.took(ctx, d)
		if pos.BillFrom(d).After(now) || d != yesterday && !used {
			continue
		}
		for _, kind := range []pos.BillKind{pos.BillTrade, pos.BillFund} {
			if !slices.ContainsFunc(kept, func(b pos.BillSummary) bool { return b.Day == d && b.Kind == kind }) {
				list = append(list, errand{d, kind})
			}
		}
	}
	return list
}

var errSome = errors.New("there is one")

// took reports whether the books have anything for a day's bill.
func (r *reconciler) took(ctx context.Context, d pos.Day) bool {
	return errors.Is(r.books.EachBillItem(ctx, d, func(*pos.BillItem) error { return errSome }), errSome)
}

// try fetches one bill. It tells of what differs and of what cannot be fetched, which is worse, and not of what agrees.
func (r *reconciler) try(ctx context.Context, e errand, a *attempt) (agrees, worse bool) {
	a.asked++
	m, err := r.fetch(ctx, e.day, e.kind, "", nil)
	if ctx.Err() != nil {
		return false, false
	}
	if err == nil {
		a.over = true
		if m.Summary.Open > 0 {
			r.till.Billed(e.day, m.Summary.Open, nil)
			return false, true
		}
		return m.Summary.Rows > 0 && e.kind == pos.BillTrade, false
	}
	wait, again := pos.BillRetry(pos.CodeOf(err), a.asked)
	if !again {
		a.over = true
		r.log.Warn("bill not fetched", "kind", e.kind, "day", e.day.String(), "err", err)
		if e.kind == pos.BillTrade {
			r.till.Billed(e.day, 0, err)
		}
		return false, e.kind == pos.BillTrade
	}
	r.log.Info("bill not fetched yet", "kind", e.kind, "day", e.day.String(), "err", err, "again", wait)
	a.next = r.now().Add(wait + rand.N(wait/4+time.Second)) // the tills of a chain should not come in one moment
	return false, false
}
