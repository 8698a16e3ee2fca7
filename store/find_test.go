package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

// newYork has days of 23 and 25 hours.
func newYork(tb testing.TB) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		tb.Skip(err)
	}
	return zone
}

// known is all there is to know about a closed sale, read from the tables without the code that searches.
type known struct {
	hit            pos.SaleHit
	orders, trades []string // of its payments and refunds, whatever became of them
	tenders        []pos.Tender
}

// everySale reads the closed sales, newest first.
func (l *life) everySale() []known {
	l.tb.Helper()
	ctx := context.Background()
	db := raw(l.tb, l.dir)
	defer func() { _ = db.Close() }()
	column := func(query string, id pos.SaleID) []string {
		return strings.Fields(strings.ReplaceAll(rowsOf(l.tb, db, strings.ReplaceAll(query, "?", fmt.Sprint(int64(id)))), "\n", " "))
	}
	var all []known
	for id := range l.sales {
		rec, err := l.s.Record(ctx, id)
		if pos.CodeOf(err) == pos.CodeNotFound { // lost with the restore
			continue
		}
		l.must(err)
		if rec.Sale.State != pos.SaleClosed {
			continue
		}
		last := rec.Payments[len(rec.Payments)-1] // which closed it
		h := pos.SaleHit{Sale: rec.Sale, Tender: last.Tender, Order: last.OutTradeNo, Lines: len(rec.Sale.Lines), Pieces: pos.Cart{Lines: rec.Sale.Lines}.Pieces()}
		if h.Lines > 0 {
			h.First = rec.Sale.Lines[0].Name
		}
		for _, r := range rec.Refunds {
			if r.State.Counts() {
				h.Refunded += r.Amount
			}
		}
		k := known{hit: h}
		for _, p := range rec.Payments {
			k.tenders = append(k.tenders, p.Tender)
		}
		if len(rec.Sale.Credits) > 0 {
			k.tenders = append(k.tenders, pos.TenderExchange)
		}
		k.orders = append(column(`SELECT out_trade_no FROM payment WHERE sale = ?`, id), column(`SELECT out_refund_no FROM refund WHERE payment IN (SELECT id FROM payment WHERE sale = ?)`, id)...)
		k.orders = append(k.orders, column(`SELECT out_refund_no FROM refund WHERE for_sale = ?`, id)...)
		k.trades = slices.Concat(column(`SELECT transaction_id FROM payment WHERE sale = ?`, id), column(`SELECT transaction_id FROM exception WHERE payment IN (SELECT id FROM payment WHERE sale = ?)`, id),
			column(`SELECT refund_id FROM refund WHERE payment IN (SELECT id FROM payment WHERE sale = ?)`, id))
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b known) int {
		x, y := a.hit.Sale.Receipt, b.hit.Sale.Receipt
		return -slices.Compare([]int{int(x.Day), x.Epoch, x.Seq}, []int{int(y.Day), y.Epoch, y.Seq})
	})
	return all
}

// matches is what a query means, said once more.
func (k known) matches(q pos.SaleQuery, zone *time.Location) bool {
	s, no := k.hit.Sale, k.hit.Sale.Receipt
	at := s.ClosedAt.In(zone)
	minute := at.Hour()*60 + at.Minute()
	inTime := q.From == 0 && q.To == 0 || q.From <= q.To && q.From <= minute && minute <= q.To || q.From > q.To && (minute >= q.From || minute <= q.To)
	item := q.Item == "" || slices.ContainsFunc(s.Lines, func(l pos.Line) bool {
		return l.Barcode == q.Item || strings.Contains(strings.ToLower(l.Name), strings.ToLower(q.Item))
	})
	return inTime && item &&
		no.Day >= q.Span.From && (q.Span.To == 0 || no.Day <= q.Span.To) &&
		(q.Receipt.Seq == 0 || q.Receipt == no) &&
		(q.Tail == 0 || no.Seq == q.Tail || no.Seq > 9999 && no.Seq%10000 == q.Tail) &&
		(q.Order == "" || slices.Contains(k.orders, q.Order)) &&
		(q.Trans == "" || slices.Contains(k.trades, q.Trans)) &&
		(q.Amount == 0 || q.Amount == s.Net()) && (q.Cashier == "" || q.Cashier == s.Cashier) && (q.Tender == "" || slices.Contains(k.tenders, q.Tender))
}

// wantFound reads every page of a query, and wants each sale that matches once and in its place.
func (l *life) wantFound(all []known, q pos.SaleQuery) int {
	l.tb.Helper()
	var want, got []pos.SaleHit
	for _, k := range all {
		if k.matches(q, l.zone) {
			h := k.hit
			h.Sale.Lines, h.Sale.Credits, h.Sale.Paid = nil, nil, 0
			want = append(want, h)
		}
	}
	for page, more := q, true; more; page.Before = got[len(got)-1].Sale.ID {
		hits, next, err := l.s.FindSales(context.Background(), page)
		l.must(err)
		if got = append(got, hits...); len(hits) != q.Limit && next || len(hits) > q.Limit {
			l.tb.Fatalf("%+v: %d hits, more %v", page, len(hits), next)
		}
		if more = next; len(got) == 0 {
			break
		}
	}
	if !reflect.DeepEqual(got, want) {
		l.tb.Fatalf("%+v\n got %d %+v\nwant %d %+v", q, len(got), got, len(want), want)
	}
	return len(got)
}

func TestFindSales_FindsWhatAScanOfEverythingFinds(t *testing.T) {
	t.Parallel()
	for seed, zone := range []*time.Location{shanghai, newYork(t), shanghai} {
		t.Run(fmt.Sprint(seed, zone), func(t *testing.T) {
			t.Parallel()
			l := newLife(t, uint64(seed), zone, time.Date(2026, 10, 30, 9, 0, 0, 0, zone)) // summer ends in New York
			for range 210 {
				l.act()
			}
			backup := l.backup()
			for range 10 {
				l.act()
			}
			l.restore(backup)
			l.clock.now = l.clock.now.Add(8 * 24 * time.Hour)
			for range 210 {
				l.act()
			}
			l.s.SearchDays(seed) // and then in more than one stretch
			all := l.everySale()
			if oldest := all[len(all)-1].hit.Sale.Receipt.Day; len(all) < 150 || all[0].hit.Sale.Receipt.Day < oldest.Add(8) {
				t.Fatalf("only %d sales since %s", len(all), oldest)
			}
			if !slices.ContainsFunc(all, func(k known) bool { return k.hit.Sale.Receipt.Epoch == 2 }) || !slices.ContainsFunc(all, func(k known) bool { return k.hit.Lines == 0 }) {
				t.Fatal("no sale of the new epoch, or none without lines")
			}
			// Each of these alone, with what a sale has and with what none has; then several at once, of the same sale or not.
			r := rand.New(rand.NewPCG(9, uint64(seed)))
			some := func() known { return all[r.IntN(len(all))] }
			kinds := map[string]func(q *pos.SaleQuery, k known){
				"receipt":     func(q *pos.SaleQuery, k known) { q.Receipt = k.hit.Sale.Receipt },
				"tail":        func(q *pos.SaleQuery, k known) { q.Tail = k.hit.Sale.Receipt.Seq },
				"order":       func(q *pos.SaleQuery, k known) { q.Order = k.orders[r.IntN(len(k.orders))] },
				"transaction": func(q *pos.SaleQuery, k known) { q.Trans = append(k.trades, "x")[r.IntN(1+len(k.trades))] },
				"amount":      func(q *pos.SaleQuery, k known) { q.Amount = k.hit.Sale.Net() },
				"barcode":     func(q *pos.SaleQuery, _ known) { q.Item = fmt.Sprintf("69%05d", r.IntN(14)) },
				"name":        func(q *pos.SaleQuery, _ known) { q.Item = []string{"新品", "cola", "07", "%", "没有"}[r.IntN(5)] },
				"cashier":     func(q *pos.SaleQuery, k known) { q.Cashier = k.hit.Sale.Cashier },
				"tender":      func(q *pos.SaleQuery, k known) { q.Tender = k.tenders[r.IntN(len(k.tenders))] },
				"minutes":     func(q *pos.SaleQuery, _ known) { q.From, q.To = r.IntN(1440), r.IntN(1440) },
				"minute": func(q *pos.SaleQuery, k known) {
					at := k.hit.Sale.ClosedAt.In(zone)
					q.From, q.To = at.Hour()*60+at.Minute(), at.Hour()*60+at.Minute()
				},
				"days":  func(q *pos.SaleQuery, k known) { q.Span.From = k.hit.Sale.Receipt.Day },
				"until": func(q *pos.SaleQuery, k known) { q.Span.To = k.hit.Sale.Receipt.Day.Add(-r.IntN(2)) },
			}
			names := make([]string, 0, len(kinds))
			for name, set := range kinds {
				names = append(names, name)
				found := 0
				for n := 0; n < 8 || found == 0 && n < 200; n++ { // a sale for cash has no transaction to be found by
					q := pos.SaleQuery{Limit: 1 + r.IntN(40)}
					set(&q, some())
					found += l.wantFound(all, q)
				}
				if found == 0 {
					t.Errorf("nothing was found by %s", name)
				}
			}
			slices.Sort(names)
			for range 80 {
				q, k := pos.SaleQuery{Limit: 1 + r.IntN(3)}, some()
				for range 2 + r.IntN(3) {
					if r.IntN(4) == 0 {
						k = some()
					}
					kinds[names[r.IntN(len(names))]](&q, k)
				}
				l.wantFound(all, q)
			}
			if n := l.wantFound(all, pos.SaleQuery{Limit: 7}); n != len(all) {
				t.Errorf("%d of %d sales", n, len(all))
			}
			mustVerify(t, l.s)
		})
	}
}

// A day of more than 9999 sales: the paper's tail is the last four digits.
func TestFindSales_FindsTheTailOfALongNumber(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	for i := range 3 {
		sl := sale(1)
		if _, err := s.SellCash(ctx, sl, cash(no(i), sl, 300)); err != nil {
			t.Fatal(err)
		}
	}
	tamper(t, dir, `UPDATE sale SET seq = 10003 WHERE seq = 2`)
	for tail, want := range map[int]string{1: "[1]", 3: "[10003 3]", 10003: "[10003]", 2: "[]", 4: "[]"} {
		hits, _, err := s.FindSales(ctx, pos.SaleQuery{Tail: tail})
		got := []int{}
		for _, h := range hits {
			got = append(got, h.Sale.Receipt.Seq)
		}
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%d: %v %v", tail, got, err)
		}
	}
}

func TestFindSales_RefusesWhatMakesNoSense(t *testing.T) {
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	sl, _ := mustBegin(t, s, no(1), 1)
	for name, q := range map[string]pos.SaleQuery{
		"limit":       {Limit: -1},
		"tail":        {Tail: -1},
		"amount":      {Amount: -5},
		"minute":      {From: 1440},
		"late minute": {To: 1440},
		"early":       {From: -1},
		"day":         {Span: pos.Span{From: 20261131}},
		"month":       {Span: pos.Span{From: 20261101, To: 20261301}},
		"year":        {Span: pos.Span{To: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := s.FindSales(ctx, q)
			wantCode(t, err, pos.CodeInvalid)
		})
	}
	_, _, err := s.FindSales(ctx, pos.SaleQuery{Before: sl.ID}) // open
	wantCode(t, err, pos.CodeNotFound)
	_, _, err = s.FindSales(ctx, pos.SaleQuery{Before: 99})
	wantCode(t, err, pos.CodeNotFound)
	hits, more, err := s.FindSales(ctx, pos.SaleQuery{Span: pos.Span{From: 20261120, To: 20261119}})
	if err != nil || len(hits) != 0 || more {
		t.Errorf("%v %v %v", hits, more, err)
	}
	done, cancel := context.WithCancel(ctx)
	cancel()
	if _, _, err = s.FindSales(done, pos.SaleQuery{}); err == nil {
		t.Error("found although nobody waits")
	}
}
