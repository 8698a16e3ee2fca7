package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

// TestProperty_EveryReportIsWhatAnotherCountSays lets a shop have random days under a clock that jumps, and keeps figures of its own
// beside the ledger's. Every report, X or Z, must be those figures.
func TestProperty_EveryReportIsWhatAnotherCountSays(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s, c := clocked(t, t.TempDir())
			w := &counter{t: t, s: s, c: c, r: rand.New(rand.NewPCG(seed, 23)), number: map[pos.Day]int{}, printed: map[int]bool{}}
			w.begin()
			for i := range 300 {
				w.act()
				w.look()
				if i%60 == 59 {
					mustVerify(t, s)
				}
			}
			mustVerify(t, s)
			if w.z < 8 || w.byHand < 3 || w.z == w.byHand || w.late < 3 || w.refused < 3 {
				t.Errorf("only %d reports, %d of them counted, %d late facts, %d refusals", w.z, w.byHand, w.late, w.refused)
			}
		})
	}
}

// counter is a shop that counts for itself.
type counter struct {
	t *testing.T
	s *store.Store
	c *clock
	r *rand.Rand
	n int

	drawer pos.Fen // by its own count
	figures
	open    bool
	day     pos.Day // of the open shift
	float   bool
	number  map[pos.Day]int
	counted *pos.Counted
	counts  int
	z       int
	byHand  int
	late    int
	refused int

	paid     []pos.Payment
	excepted []pos.ExceptionCase
	taken    []pos.Refund
	closed   []pos.SaleID
	printed  map[int]bool
}

// figures are those of the shift that is open, or opens next.
type figures struct {
	sales, refunds, lates    int
	gross, discount          pos.Fen
	tenders, returned        map[pos.Tender]pos.TenderTakings
	cash                     pos.CashReport
	arrived, back            pos.Fen
	drawers, reprints, voids int
}

func (w *counter) begin() {
	w.figures = figures{tenders: map[pos.Tender]pos.TenderTakings{}, returned: map[pos.Tender]pos.TenderTakings{}}
	w.cash.Start = w.drawer
	w.open, w.float, w.counted, w.counts = false, false, nil, 0
}

func (w *counter) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *counter) next() int { w.n++; return w.n }

func (w *counter) today() pos.Day { return shop().Calendar.DayOf(w.c.now) }

func (w *counter) act() {
	w.t.Helper()
	switch k := w.r.IntN(40); {
	case k < 30:
		w.c.now = w.c.now.Add(time.Duration(w.r.IntN(120)) * time.Minute)
	case k == 30:
		w.c.now = w.c.now.AddDate(0, 0, -1)
	case k == 31:
		w.c.now = w.c.now.AddDate(0, 0, 1+w.r.IntN(40))
	}
	switch k := w.r.IntN(20); {
	case k < 4:
		w.sellCash()
	case k < 7:
		w.sellWeChat()
	case k == 7:
		w.except()
	case k == 8:
		w.decide()
	case k < 11:
		w.refund()
	case k == 11:
		w.learn()
	case k < 14:
		w.move()
	case k == 14:
		w.openShift()
	case k < 17:
		w.countDrawer()
	case k == 17:
		w.close()
	case k == 18:
		w.note()
	default:
		w.countDrawer()
		w.look()
		w.close()
		for range w.r.IntN(4) { // while none is open
			[]func(){w.refund, w.except, w.learn, w.note}[w.r.IntN(4)]()
		}
		w.openShift()
	}
}

// booking is told before what opens a shift, or closes an old one by itself.
func (w *counter) booking() {
	if w.open && w.day != w.today() {
		w.ended(nil)
	}
	if !w.open {
		w.open, w.day = true, w.today()
		w.number[w.day]++
	}
}

// leaving is told before cash is given out: an old shift ends, and today's begins in its place.
func (w *counter) leaving() {
	if w.open {
		w.booking()
	}
}

// ended is told before a shift is closed by itself, and after it was closed by hand.
func (w *counter) ended(by *pos.ShiftClose) {
	w.z++
	w.cash.Counts = w.counts
	if by == nil {
		w.cash.Kept = w.drawer
	} else {
		w.byHand++
		w.drawer = w.cash.Kept
	}
	defer w.begin()
	f, z, number := w.figures, w.z, w.number[w.day]
	day := w.day
	w.t.Cleanup(func() { // the report is frozen: it says the same at the end of the month
		r, err := w.s.ZReport(context.Background(), z)
		if err != nil || r.Z != z || r.Day != day || r.Number != number {
			w.t.Errorf("Z %d: %+v %v", z, r, err)
		}
		f.compare(w.t, fmt.Sprint("Z ", z), r)
	})
}

func (f figures) compare(t *testing.T, name string, r pos.ShiftReport) {
	t.Helper()
	sorted := func(m map[pos.Tender]pos.TenderTakings) (all []pos.TenderTakings) {
		for _, tender := range []pos.Tender{pos.TenderCash, pos.TenderCode, pos.TenderNative} {
			if x := m[tender]; x.Count != 0 || x.Fen != 0 {
				x.Tender = tender
				all = append(all, x)
			}
		}
		return all
	}
	var refunded pos.Fen
	for _, x := range f.returned {
		refunded += x.Fen
	}
	c := f.cash
	c.Expected = c.Start + c.Float + c.Sales - c.Refunds + c.In - c.Dropped - c.PaidOut - c.HandedBack
	got := []any{r.Sales, r.Gross, r.Discount, r.Net, len(r.Tenders), r.Refunds, r.Refunded, len(r.Returned), r.Arrived, r.WentBack, r.Drawer, r.Reprints, r.Voids, len(r.Late)}
	want := []any{f.sales, f.gross, f.discount, f.gross - f.discount, len(sorted(f.tenders)), f.refunds, refunded, len(sorted(f.returned)), f.arrived, f.back, f.drawers, f.reprints, f.voids, f.lates}
	if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(r.Cash, c) {
		t.Errorf("%s says\n%v %+v, counted were\n%v %+v", name, got, r.Cash, want, c)
	}
	for i, x := range sorted(f.tenders) {
		if r.Tenders[i] != x {
			t.Errorf("%s: %+v, want %+v", name, r.Tenders[i], x)
		}
	}
	for i, x := range sorted(f.returned) {
		if r.Returned[i] != x {
			t.Errorf("%s: returned %+v, want %+v", name, r.Returned[i], x)
		}
	}
	if err := r.Check(); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// look compares the X report, and which shift is open, with the count.
func (w *counter) look() {
	w.t.Helper()
	ctx := context.Background()
	h, err := w.s.Shift(ctx)
	w.must(err)
	if (h != nil) != w.open || h != nil && (h.Day != w.day || h.Float != w.float || h.Number != w.number[w.day]) {
		w.t.Fatalf("%+v is open, want %v of %v, float %v", h, w.open, w.day, w.float)
	}
	r, err := w.s.XReport(ctx, w.c.now)
	if !w.open {
		wantCode(w.t, err, pos.CodeNotFound)
		return
	}
	w.must(err)
	w.compare(w.t, "X", r)
	last, err := w.s.LastCount(ctx)
	w.must(err)
	if stands := w.counted != nil && w.counted.Expected == w.drawer; (last != nil) != stands || stands && !reflect.DeepEqual(last, w.counted) {
		w.t.Fatalf("counted %+v, want %+v and %s in the drawer", last, w.counted, w.drawer)
	}
}

func (w *counter) sold(tender pos.Tender, sl pos.Sale) {
	w.sales++
	w.gross, w.discount = w.gross+sl.Gross, w.discount+sl.Discount
	x := w.tenders[tender]
	w.tenders[tender] = pos.TenderTakings{Count: x.Count + 1, Fen: x.Fen + sl.Net()}
}

func (w *counter) sellCash() {
	w.t.Helper()
	sl := sale(1 + w.r.IntN(4))
	sl.Discount = pos.Fen(w.r.IntN(3) * 10)
	if w.r.IntN(8) == 0 {
		sl.Discount = sl.Gross // a present
	}
	w.booking()
	out := mustCash(w.t, w.s, w.next(), sl, w.c.now)
	w.sold(pos.TenderCash, sl)
	w.cash.Sales += sl.Net()
	w.drawer += sl.Net()
	w.keep(out)
}

func (w *counter) keep(out pos.Settled) {
	w.paid, w.closed = append(w.paid, out.Payment), append(w.closed, out.Sale.Sale.ID)
}

func (w *counter) order(abandon bool) (pos.Sale, pos.Payment) {
	w.t.Helper()
	ctx := context.Background()
	sl := sale(1 + w.r.IntN(3))
	sl.Discount, sl.OpenedAt = pos.Fen(w.r.IntN(2)*7), w.c.now
	p := native(no(w.next()), sl)
	if w.r.IntN(3) == 0 {
		p.Tender = pos.TenderCode
	}
	p.OpenedAt, p.ExpiresAt = w.c.now, w.c.now.Add(5*time.Minute)
	sl, p, err := w.s.BeginSale(ctx, sl, p)
	w.must(err)
	if abandon {
		w.must(w.s.AbandonSale(ctx, sl.ID))
	}
	return sl, p
}

func (w *counter) sellWeChat() {
	w.t.Helper()
	sl, p := w.order(false)
	w.booking()
	out := mustApply(w.t, w.s, change(p, withCoupon("42"+p.OutTradeNo, sl.Net(), sl.Net()-pos.Fen(w.r.IntN(30)), true), w.c.now))
	w.sold(p.Tender, sl)
	w.keep(out)
}

func (w *counter) tardy() {
	if !w.open {
		w.lates, w.late = w.lates+1, w.late+1
	}
}

func (w *counter) except() {
	w.t.Helper()
	_, p := w.order(true)
	mustApply(w.t, w.s, change(p, paid("42"+p.OutTradeNo, p.Asked, false), w.c.now))
	w.arrived += p.Asked
	w.tardy()
	w.excepted = append(w.excepted, exceptionOf(w.t, w.s, p.OutTradeNo))
}

// decide ends an exception in one of four ways.
func (w *counter) decide() {
	w.t.Helper()
	if len(w.excepted) == 0 {
		return
	}
	x := w.excepted[0]
	w.excepted = w.excepted[1:]
	d := pos.Decision{Action: []pos.Action{pos.ActSettle, pos.ActCash, pos.ActNote, pos.ActRefund}[w.r.IntN(4)], By: "店长", Reason: "问过", At: w.c.now}
	switch d.Action {
	case pos.ActSettle:
		w.booking()
	case pos.ActCash:
		w.leaving()
	}
	if d.Action == pos.ActRefund {
		r := refundOf(w.next(), x, x.Amount)
		r.AskedAt = w.c.now
		r = mustRefund(w.t, w.s, r).Refund
		_, err := w.s.ApplyRefund(context.Background(), learned(r, pos.RefundSignal{Kind: pos.RefSuccess, Source: pos.ByPoll}, w.c.now))
		w.must(err)
	} else {
		out, _, err := w.s.Decide(context.Background(), x.ID, d)
		w.must(err)
		if out.Sale != nil {
			w.sold(x.Tender, out.Sale.Sale)
			w.keep(out)
		}
	}
	w.back += x.Amount
	if d.Action != pos.ActSettle {
		w.tardy()
	}
	if d.Action == pos.ActCash {
		w.cash.HandedBack += x.Amount
		w.drawer -= x.Amount
	}
}

func (w *counter) gaveBack(tender pos.Tender, n int, amount pos.Fen) {
	w.refunds += n
	x := w.returned[tender]
	w.returned[tender] = pos.TenderTakings{Count: x.Count + n, Fen: x.Fen + amount}
	w.tardy()
}

func (w *counter) refund() {
	w.t.Helper()
	if len(w.paid) == 0 {
		return
	}
	i := w.r.IntN(len(w.paid))
	p := w.paid[i]
	w.paid = append(w.paid[:i], w.paid[i+1:]...)
	if p.Amount < 2 {
		return
	}
	r := refund(w.next(), p, 1+pos.Fen(w.r.IntN(int(p.Amount))))
	r.AskedAt = w.c.now
	if p.Tender == pos.TenderCash || w.r.IntN(3) == 0 {
		r.Tender, r.Request = pos.TenderCash, nil
		w.leaving()
		mustRefund(w.t, w.s, r)
		w.cash.Refunds += r.Amount
		w.drawer -= r.Amount
		w.gaveBack(pos.TenderCash, 1, r.Amount)
		return
	}
	out, err := w.s.ApplyRefund(context.Background(), learned(mustRefund(w.t, w.s, r).Refund, pos.RefundSignal{Kind: pos.RefTaken, Source: pos.ByReply}, w.c.now))
	w.must(err)
	w.gaveBack(p.Tender, 1, r.Amount)
	w.taken = append(w.taken, out.Refund)
}

// learn is what became of a refund, perhaps much later.
func (w *counter) learn() {
	w.t.Helper()
	if len(w.taken) == 0 {
		return
	}
	r := w.taken[0]
	w.taken = w.taken[1:]
	kind := pos.RefSuccess
	if w.r.IntN(2) == 0 {
		kind = pos.RefClose
	}
	out, err := w.s.ApplyRefund(context.Background(), learned(r, pos.RefundSignal{Kind: kind, Source: pos.ByPoll}, w.c.now))
	w.must(err)
	if out.Refund.State == pos.RefundClosed {
		w.gaveBack(r.Tender, -1, -r.Amount)
	} else {
		w.tardy()
	}
}

func (w *counter) move() {
	w.t.Helper()
	m := pos.CashMovement{Kind: pos.CashKinds[w.r.IntN(3)], Amount: 1 + pos.Fen(w.r.IntN(4000)), Reason: "换零钱", By: "王芳", At: w.c.now}
	if m.Kind != pos.CashIn && m.Amount > w.drawer {
		_, err := w.s.MoveCash(context.Background(), m)
		wantCode(w.t, err, pos.CodeInvalid)
		w.refused++
		return
	}
	w.booking()
	_, err := w.s.MoveCash(context.Background(), m)
	w.must(err)
	switch m.Kind {
	case pos.CashIn:
		w.cash.In, w.drawer = w.cash.In+m.Amount, w.drawer+m.Amount
	case pos.CashDrop:
		w.cash.Dropped, w.drawer = w.cash.Dropped+m.Amount, w.drawer-m.Amount
	case pos.CashPaidOut:
		w.cash.PaidOut, w.drawer = w.cash.PaidOut+m.Amount, w.drawer-m.Amount
	}
}

func (w *counter) openShift() {
	w.t.Helper()
	sum := pos.Fen(w.r.IntN(30000))
	_, err := w.s.OpenShift(context.Background(), pos.DrawerCount{Other: sum}, "王芳", "", w.c.now)
	if w.open && (w.day != w.today() || w.float) {
		wantCode(w.t, err, pos.CodeConflict)
		w.refused++
		return
	}
	w.must(err)
	w.booking()
	w.float = true
	w.cash.Float = sum - w.drawer
	w.drawer = sum
}

func (w *counter) countDrawer() {
	w.t.Helper()
	c := pos.DrawerCount{Other: max(0, w.drawer+pos.Fen(w.r.IntN(3)-1)*50)}
	n, err := w.s.CountDrawer(context.Background(), c, "王芳", w.c.now)
	if !w.open {
		wantCode(w.t, err, pos.CodeConflict)
		return
	}
	w.must(err)
	w.counts++
	if n.Expected != w.drawer || n.Sum != c.Other || n.Nth != w.counts {
		w.t.Fatalf("%+v, want %s", n, w.drawer)
	}
	w.counted = &n
}

// close closes by the newest count, whether it stands or not.
func (w *counter) close() {
	w.t.Helper()
	c := pos.ShiftClose{Reason: "不知道", By: "王芳", Signer: "店长", At: w.c.now}
	if w.counted != nil {
		c.Count, c.Keep = w.counted.ID, w.counted.Sum/2
	}
	r, err := w.s.CloseShift(context.Background(), c)
	if w.counted == nil || w.counted.Expected != w.drawer {
		wantCode(w.t, err, pos.CodeConflict)
		w.refused++
		return
	}
	w.must(err)
	sum, count := w.counted.Sum, w.counted.Count
	w.cash.Counted, w.cash.Count, w.cash.Variance, w.cash.Reason, w.cash.Kept, w.cash.ToSafe = &sum, &count, sum-w.drawer, c.Reason, c.Keep, sum-c.Keep
	w.ended(&c)
	if r.Z != w.z {
		w.t.Fatalf("Z %d, want %d", r.Z, w.z)
	}
}

func (w *counter) note() {
	w.t.Helper()
	ctx := context.Background()
	switch w.r.IntN(4) {
	case 0:
		w.must(w.s.Note(ctx, pos.Happening{Kind: pos.EntryDrawer, By: "王芳", Approver: "店长", Reason: "看看", At: w.c.now}))
		w.drawers++
	case 1:
		w.must(w.s.Note(ctx, pos.Happening{Kind: pos.EntryVoid, By: "王芳", Reason: "不要了", At: w.c.now}))
		w.voids++
	case 2:
		if len(w.closed) > 0 {
			_, err := w.s.Reprint(ctx, w.closed[w.r.IntN(len(w.closed))], "王芳", w.c.now)
			w.must(err)
			w.reprints++
		}
	case 3:
		if w.z > 0 {
			z := 1 + w.r.IntN(w.z)
			r, err := w.s.ZReport(ctx, z)
			w.must(err)
			_, err = w.s.PrintZ(ctx, z, w.c.now, "王芳")
			w.must(err)
			if r.Cash.Counted != nil || w.printed[z] { // the first paper of one that froze by itself is no copy
				w.reprints++
			}
			w.printed[z] = true
		}
	}
}
