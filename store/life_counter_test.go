package store_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"guitai/pos"
)

// TestProperty_ReportsAreWhatTheExportsCount lets random days of a full counter pass, and holds every Z report and every day's takings to
// what the exports of sales, payments and refunds come to.
func TestProperty_ReportsAreWhatTheExportsCount(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			l := newLife(t, 300+seed, shanghai, time.Date(2026, 11, 9, 9, 0, 0, 0, shanghai))
			for range 5 {
				for range 70 {
					l.act()
				}
				if n, err := l.s.CountDrawer(ctx, pos.DrawerCount{Other: 12345}, "王芳", l.clock.now); pos.CodeOf(err) != pos.CodeConflict { // none is open
					l.must(err)
					_, err = l.s.CloseShift(ctx, pos.ShiftClose{Count: n.ID, Reason: "数过", Keep: 5000, By: "王芳", At: l.clock.now})
					l.must(err)
				}
			}
			mustVerify(t, l.s)
			if l.closed < 25 || l.parted < 10 || l.exchanged < 5 || l.owing < 1 || l.givenUp < 2 || l.loosely < 10 {
				t.Errorf("only %d sales, %d in parts, %d exchanges, %d that owe, %d given up, %d loose returns", l.closed, l.parted, l.exchanged, l.owing, l.givenUp, l.loosely)
			}
			l.recountReports()
		})
	}
}

// turnOf is a shift as an export names it.
type turnOf struct {
	day    pos.Day
	number int
}

// exported is what exports add up to.
type exported struct {
	sales                          int
	gross, discount, rounding, net pos.Fen
	tenders                        map[pos.Tender]pos.TenderTakings
}

func (e *exported) tender(t pos.Tender, fen pos.Fen) {
	if e.tenders == nil {
		e.tenders = map[pos.Tender]pos.TenderTakings{}
	}
	e.tenders[t] = pos.TenderTakings{Tender: t, Count: e.tenders[t].Count + 1, Fen: e.tenders[t].Fen + fen}
}

func (e *exported) list() (all []pos.TenderTakings) {
	for _, t := range slices.Sorted(maps.Keys(e.tenders)) {
		all = append(all, e.tenders[t])
	}
	return all
}

// recountReports adds the exports up, by shift and by day, and compares.
func (l *life) recountReports() {
	l.tb.Helper()
	ctx := context.Background()
	span := pos.Span{From: 20261001, To: 20270131}
	all := map[turnOf]*exported{} // a day's have number 0
	of := func(day pos.Day, number int) *exported {
		if all[turnOf{day, number}] == nil {
			all[turnOf{day, number}] = &exported{}
		}
		return all[turnOf{day, number}]
	}
	shift, receipt := map[pos.ReceiptNo]int{}, map[pos.SaleID]pos.ReceiptNo{}
	l.must(l.s.EachSale(ctx, span, func(r pos.SaleRow) error {
		shift[r.Sale.Receipt], receipt[r.Sale.ID] = r.Shift, r.Sale.Receipt
		for _, e := range []*exported{of(r.Day, r.Shift), of(r.Day, 0)} {
			e.sales++
			e.gross, e.discount, e.rounding, e.net = e.gross+r.Sale.Gross, e.discount+r.Sale.Discount, e.rounding+r.Sale.Rounding, e.net+r.Sale.Net()
		}
		return nil
	}))
	took := func(no pos.ReceiptNo, t pos.Tender, fen pos.Fen) {
		of(no.Day, shift[no]).tender(t, fen)
		of(no.Day, 0).tender(t, fen)
	}
	l.must(l.s.EachPayment(ctx, span, func(r pos.PaymentRow) error {
		if r.Receipt.Seq != 0 {
			took(r.Receipt, r.Payment.Tender, r.Payment.Amount)
		}
		return nil
	}))
	l.must(l.s.EachRefund(ctx, span, func(r pos.RefundRow) error {
		if r.Refund.For != 0 && r.Refund.State == pos.RefundDone {
			took(receipt[r.Refund.For], r.Refund.Tender, r.Refund.Amount)
		}
		return nil
	}))
	compare := func(what string, got, want exported, tenders []pos.TenderTakings) {
		l.tb.Helper()
		if list := want.list(); got.sales != want.sales || got.gross != want.gross || got.discount != want.discount || got.rounding != want.rounding || got.net != want.net || !slices.Equal(tenders, list) {
			l.tb.Errorf("%s\n got %+v %+v\nwant %+v", what, got, tenders, want)
		}
	}
	last, err := l.s.LastZ(ctx)
	l.must(err)
	for z := 1; z <= last; z++ {
		r, err := l.s.ZReport(ctx, z)
		l.must(err)
		compare(fmt.Sprint("Z ", z), exported{sales: r.Sales, gross: r.Gross, discount: r.Discount, rounding: r.Rounding, net: r.Net}, *of(r.Day, r.Number), r.Tenders)
	}
	takings, err := l.s.Takings(ctx, span)
	l.must(err)
	for _, d := range takings {
		compare(d.Day.String(), exported{sales: d.Sales, gross: d.Gross, discount: d.Discount, rounding: d.Rounding, net: d.Net}, *of(d.Day, 0), d.Tenders)
	}
	if last < 5 {
		l.tb.Errorf("only %d reports", last)
	}
}

// dress gives lines what a full counter gives them: weights, labels, other prices, members' prices, promotions, discounts, words.
func (l *life) dress(s *pos.Sale) {
	s.Member = l.r.IntN(4) == 0
	for i := range s.Lines {
		k := &s.Lines[i]
		switch l.r.IntN(8) {
		case 0:
			k.Unit, k.Weight, k.Quantity = []string{"斤", "kg", "两", "100g"}[l.r.IntN(4)], 1+l.r.IntN(2000), 1
		case 1:
			k.Weight, k.Label = l.r.IntN(900), pos.Fen(1+l.r.IntN(3000))
		case 2:
			k.List, k.Note = k.Price+7, "少\"冰"
		case 3:
			k.Member = k.Price / 2
		}
		if l.r.IntN(4) == 0 {
			k.Deal, k.DealOff = "第二件半价", pos.Fen(l.r.Int64N(int64(k.Amount())+1))
		}
		if l.r.IntN(4) == 0 {
			k.Cut = pos.Cut{Kind: []pos.CutKind{pos.CutAmount, pos.CutPercent, pos.CutTo}[l.r.IntN(3)], N: 1 + l.r.Int64N(3000)}
			k.CutOff = k.Cut.Of(k.Amount() - k.DealOff)
		}
	}
	c := pos.Cart{Lines: s.Lines}
	s.Gross, s.Discount = c.Gross(), c.Off()
	if net := s.Net(); net > 0 && l.r.IntN(3) == 0 {
		s.Discount += pos.Fen(l.r.Int64N(int64(net)))
	}
}

// number is one that nothing had.
func (l *life) number() string {
	l.n++
	return fmt.Sprintf("S001-T1-261120%012d", l.n)
}

// settled keeps what closed a sale, or what sale is open.
func (l *life) settled(out pos.Settled, err error) {
	l.tb.Helper()
	l.must(err)
	l.sales[out.Payment.Sale] = true
	if out.Sale != nil {
		l.sold = append(l.sold, out.Sale.Payments...)
		l.closed++
		if len(out.Sale.Payments) > 1 {
			l.parted++
		}
		if len(out.Sale.Sale.Credits) > 0 {
			l.exchanged++
		}
	}
}

// byHand takes so much of what is due of a sale: all of it when that is as much. Cash is rounded at times.
func (l *life) byHand(s pos.Sale, amount pos.Fen) {
	l.tb.Helper()
	due := s.Due()
	p := pos.Payment{
		OutTradeNo: l.number(), Tender: []pos.Tender{pos.TenderCash, alipay, "other:银行卡"}[l.r.IntN(3)], Asked: amount, Part: amount < due,
		OpenedAt: l.clock.now, Cashier: s.Cashier,
	}
	s.Rounding = 0
	if !p.Part && p.Tender == pos.TenderCash {
		s.Rounding = []pos.Rounding{pos.RoundNone, pos.RoundJiao, pos.RoundHalf, pos.RoundYuan}[l.r.IntN(4)].Of(due)
		p.Asked -= s.Rounding
	}
	p.Tendered = p.Asked + 100
	l.settled(l.s.SellCash(context.Background(), s, p))
}

// byWeChat does the same by an order that is paid at once.
func (l *life) byWeChat(s pos.Sale, amount pos.Fen) {
	l.tb.Helper()
	ctx := context.Background()
	p := native(l.number(), s)
	p.OpenedAt, p.Asked, p.Part = l.clock.now, amount, amount < s.Due()
	var err error
	if s.ID == 0 {
		_, p, err = l.s.BeginSale(ctx, s, p)
	} else {
		p, err = l.s.AddPayment(ctx, p)
	}
	l.must(err)
	l.sales[p.Sale] = true
	sig := paid(fmt.Sprintf("4200%024d", l.n), amount, true)
	sig.Trade.PaidAt = l.clock.now
	l.settled(l.s.Apply(ctx, change(p, sig, l.clock.now)))
}

// pay takes all or a part of what is due, by whatever tender.
func (l *life) pay(s pos.Sale) {
	l.tb.Helper()
	amount := s.Due()
	if amount > 1 && l.r.IntN(2) == 0 {
		amount = 1 + pos.Fen(l.r.Int64N(int64(amount)-1))
	}
	if amount > 0 && l.r.IntN(3) == 0 {
		l.byWeChat(s, amount)
		return
	}
	l.byHand(s, amount)
}

// counter is one thing that only a full counter does.
func (l *life) counter() {
	l.tb.Helper()
	ctx := context.Background()
	open, err := l.s.OpenSales(ctx)
	l.must(err)
	open = slices.DeleteFunc(open, func(o pos.OpenSale) bool { return o.Sale.Paid == 0 && len(o.Sale.Credits) == 0 })
	switch do := l.r.IntN(10); {
	case do < 5 && len(open) > 0: // goes on with a sale, which may be of another day
		if s := open[l.r.IntN(len(open))].Sale; do > 0 {
			l.pay(s)
		} else {
			_, err := l.s.GiveBack(ctx, s.ID, "王芳", l.clock.now, true)
			l.must(err)
			l.givenUp++
		}
	case do < 6:
		l.pay(l.basket())
	case do < 8:
		l.exchange()
	default:
		l.loose()
	}
}

// exchange begins a sale for which goods of an earlier one come back.
func (l *life) exchange() {
	l.tb.Helper()
	s := l.basket()
	if len(l.sold) == 0 {
		l.pay(s)
		return
	}
	old := l.sold[l.r.IntN(len(l.sold))]
	rec, err := l.s.Record(context.Background(), old.Sale)
	l.must(err)
	left := min(pos.Refundable(old, rec.Refunds), s.Net())
	if left == 0 {
		return
	}
	c := pos.Credit{Number: l.number(), Payment: old.ID, Sale: old.Sale, Goods: "旧的", Reason: "换", Amount: 1 + pos.Fen(l.r.Int64N(int64(left)))}
	if len(rec.Sale.Lines) > 0 {
		lines, amount, err := pos.PriceLines(rec.Sale, rec.Refunds, map[int]int{1: 1})
		if err == nil && amount > 0 && amount <= left {
			c.Lines, c.Amount = lines, amount
		}
	}
	s.Credits = []pos.Credit{c}
	if owed := pos.Refundable(old, rec.Refunds) - s.Net(); owed > 0 && s.Net() > 0 && l.r.IntN(2) == 0 { // or all that is left of it, for less
		c.Lines, c.Amount = nil, s.Net()
		back := pos.Refund{OutRefundNo: l.number(), Payment: old.ID, Amount: owed, Tender: pos.TenderCash, Reason: "换", Cashier: "王芳", Approver: "店长", AskedAt: l.clock.now}
		if old.Tender.WeChat() && l.r.IntN(2) == 0 {
			back.Tender, back.Request = "", []byte("<r/>")
		}
		s.Credits, s.Owed = []pos.Credit{c}, []pos.Refund{back}
		l.owing++
	}
	l.pay(s)
}

// loose takes goods back without a receipt.
func (l *life) loose() {
	l.tb.Helper()
	s := l.basket()
	worth := s.Gross - s.OffLines()
	if worth == 0 {
		return
	}
	_, err := l.s.BeginRefund(context.Background(), pos.Refund{
		OutRefundNo: l.number(), Amount: 1 + pos.Fen(l.r.Int64N(int64(worth))), Goods: s.Lines, Reason: "没有小票", Cashier: "王芳", Approver: "店长", AskedAt: l.clock.now,
	})
	l.must(err)
	l.loosely++
}
