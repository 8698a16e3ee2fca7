package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

// life is days of a shop, by chance: cash and WeChat, discounts, sales of nothing, lines of one item twice, refunds of goods and of
// amounts, money that settles its sale days later, orders that the ledger did not know, a clock that goes back, and a restore; and,
// unless it is plain, all that a full counter does.
type life struct {
	tb    testing.TB
	r     *rand.Rand
	dir   string
	zone  *time.Location
	clock *clock
	s     *store.Store
	plain bool                // no more than the first versions could do
	n     int                 // order numbers
	sold  []pos.Payment       // what settled a sale, for refunds
	stray []pos.ExceptionID   // money that may yet settle its sale
	sales map[pos.SaleID]bool // every sale that there is, closed or not
	db    *sql.DB             // for counting again; opened when it is needed

	closed, parted, exchanged, owing, givenUp, loosely int // how often that came
}

var cashiers = []string{"", "王芳", "李雷", "Ann'; --"}

func newLife(tb testing.TB, seed uint64, zone *time.Location, from time.Time) *life {
	tb.Helper()
	l := &life{tb: tb, r: rand.New(rand.NewPCG(seed, 4)), dir: tb.TempDir(), zone: zone, clock: &clock{from}, sales: map[pos.SaleID]bool{}}
	l.open()
	return l
}

func (l *life) options() store.Options {
	o := store.Options{Dir: l.dir, Shop: shop(), Clock: l.clock}
	o.Shop.Calendar.Zone = l.zone
	return o
}

func (l *life) open() {
	l.tb.Helper()
	var err error
	store.Blank(l.tb, l.options())
	if l.s, err = store.Open(context.Background(), l.options()); err != nil {
		l.tb.Fatal(err)
	}
	l.tb.Cleanup(func() { _ = l.s.Close() })
}

func (l *life) must(err error) {
	l.tb.Helper()
	if err != nil {
		l.tb.Fatal(err)
	}
}

// restore goes back to how the ledger was when it was backed up: what came since is lost, and a new epoch begins.
func (l *life) restore(backup string) {
	l.tb.Helper()
	l.must(l.s.Close())
	if l.db != nil { // the file is another one afterwards
		l.must(l.db.Close())
		l.db = nil
	}
	_, err := store.Restore(context.Background(), backup, l.options())
	l.must(err)
	l.open()
	l.sold, l.stray = nil, nil
}

func (l *life) backup() string {
	l.tb.Helper()
	file := filepath.Join(l.tb.TempDir(), "backup.db")
	l.must(l.s.Backup(context.Background(), file))
	return file
}

// basket is a sale that nobody has asked money for yet.
func (l *life) basket() pos.Sale {
	s := pos.Sale{Cashier: cashiers[l.r.IntN(len(cashiers))], OpenedAt: l.clock.now}
	for range 1 + l.r.IntN(5) {
		id := 1 + l.r.IntN(12)
		price := pos.Fen(id*37 - 37) // the first one costs nothing
		name := fmt.Sprintf("商品%02d", id)
		if l.r.IntN(9) == 0 { // it was called and priced otherwise
			name, price = fmt.Sprintf("新品%02d Cola", id), price+5
		}
		s.Lines = append(s.Lines, pos.Line{Item: pos.ItemID(id), Barcode: fmt.Sprintf("69%05d", id), Name: name, Unit: "个", Category: "杂", Price: price, Quantity: 1 + l.r.IntN(4)})
	}
	if l.r.IntN(12) == 0 { // a gift
		s.Lines = s.Lines[:1]
		s.Lines[0].Price = 0
	}
	s.Gross = pos.Cart{Lines: s.Lines}.Total()
	if !l.plain {
		l.dress(&s)
		return s
	}
	if s.Gross > 0 && l.r.IntN(3) == 0 {
		s.Discount = pos.Fen(l.r.Int64N(int64(s.Gross)))
	}
	return s
}

// act is one thing that happens, some minutes after the last one.
func (l *life) act() {
	ctx := context.Background()
	l.clock.now = l.clock.now.Add(time.Duration(l.r.IntN(40)) * time.Minute)
	switch l.r.IntN(40) {
	case 0:
		l.clock.now = l.clock.now.Add(-26 * time.Hour) // somebody set it
	case 1:
		l.clock.now = l.clock.now.Add(30 * time.Hour) // closed on a holiday
	}
	if !l.plain && l.r.IntN(5) < 2 {
		l.counter()
		return
	}
	number := l.number()
	trans := fmt.Sprintf("4200%024d", l.n)
	s := l.basket()
	switch do := l.r.IntN(10); {
	case do < 5 || s.Net() == 0:
		out, err := l.s.SellCash(ctx, s, pos.Payment{OutTradeNo: number, Tender: pos.TenderCash, Asked: s.Net(), Tendered: s.Net() + 100, OpenedAt: l.clock.now, Cashier: s.Cashier})
		l.must(err)
		l.sold = append(l.sold, out.Payment)
		l.sales[out.Payment.Sale] = true
	case do < 8:
		p := native(number, s)
		p.OpenedAt = l.clock.now
		s, p, err := l.s.BeginSale(ctx, s, p)
		l.must(err)
		l.sales[s.ID] = true
		stands := l.r.IntN(3) > 0
		if !stands {
			l.must(l.s.AbandonSale(ctx, s.ID))
		}
		sig := paid(trans, s.Net(), stands)
		sig.Trade.PaidAt = l.clock.now
		out, err := l.s.Apply(ctx, change(p, sig, l.clock.now))
		l.must(err)
		if stands {
			l.sold = append(l.sold, out.Payment)
			break
		}
		all, err := l.s.Exceptions(ctx)
		l.must(err)
		l.stray = append(l.stray, all[len(all)-1].ID)
	case do == 8 && len(l.stray) > 0:
		i := l.r.IntN(len(l.stray))
		out, _, err := l.s.Decide(ctx, l.stray[i], pos.Decision{Action: pos.ActSettle, By: "店长", Reason: "货已拿走", At: l.clock.now})
		l.must(err)
		l.sold, l.stray = append(l.sold, out.Payment), append(l.stray[:i], l.stray[i+1:]...)
	case do == 8: // an order that a lost ledger made
		p := pos.Payment{OutTradeNo: number, Tender: pos.TenderNative, State: pos.Opened, Asked: 500, OpenedAt: l.clock.now}
		sig := paid(trans, 500, false)
		sig.Trade.PaidAt = l.clock.now
		p, err := l.s.Adopt(ctx, p, sig, l.clock.now)
		l.must(err)
		l.sales[p.Sale] = true
		l.stray = append(l.stray, exceptionOf(l.tb, l.s, number).ID)
	case len(l.sold) > 0:
		l.refund(l.sold[l.r.IntN(len(l.sold))])
	}
}

// refund gives goods of a sale back, or part of its money; it stays on its way, goes back or comes to nothing.
func (l *life) refund(p pos.Payment) {
	ctx := context.Background()
	rec, err := l.s.Record(ctx, p.Sale)
	l.must(err)
	left := pos.Refundable(p, rec.Refunds)
	if left == 0 {
		return
	}
	r := pos.Refund{
		OutRefundNo: fmt.Sprintf("S001-T1-261120R%011d", l.n), Payment: p.ID, Sale: p.Sale, TransactionID: p.TransactionID, Tender: p.Tender, State: pos.RefundAsked,
		Amount: 1 + pos.Fen(l.r.Int64N(int64(left))), Total: p.Amount, Reason: "不要了", Cashier: "王芳", Approver: "店长", AskedAt: l.clock.now,
	}
	if len(rec.Sale.Lines) > 0 && l.r.IntN(2) == 0 {
		lines, amount, err := pos.PriceLines(rec.Sale, rec.Refunds, map[int]int{1 + l.r.IntN(len(rec.Sale.Lines)): 1})
		if err != nil || amount == 0 || amount > left {
			return
		}
		r.Lines, r.Amount = lines, amount
	}
	if p.Tender.Handed() {
		r.State = pos.RefundDone
	} else {
		r.Request = []byte("<xml/>")
	}
	out, err := l.s.BeginRefund(ctx, r)
	l.must(err)
	if p.Tender.Handed() {
		return
	}
	for _, kind := range [][]pos.RefundSignalKind{{}, {pos.RefTaken}, {pos.RefTaken, pos.RefSuccess}, {pos.RefTaken, pos.RefClose}, {pos.RefRefused}}[l.r.IntN(5)] {
		sig := pos.RefundSignal{Kind: kind, Source: pos.ByPoll, RefundID: fmt.Sprintf("5030%024d", l.n), At: l.clock.now, Amount: r.Amount}
		out, err = l.s.ApplyRefund(ctx, learned(out.Refund, sig, l.clock.now))
		l.must(err)
	}
}
