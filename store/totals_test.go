package store_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
)

// recount makes the figures of a day again from sales, lines, payments and postings, without any total.
func (l *life) recount(span pos.Span) (hours [24]pos.HourTakings, cashiers []pos.CashierTakings, top []pos.ItemTakings, total pos.DayTakings) {
	l.tb.Helper()
	if l.db == nil { // one for all: opening it costs more than asking
		l.db = raw(l.tb, l.dir)
	}
	db := l.db
	days := fmt.Sprintf(` BETWEEN %d AND %d`, span.From, span.To)
	total.Day = span.From
	people, tenders, items, newest := map[string]pos.CashierTakings{}, map[pos.Tender]pos.TenderTakings{}, map[pos.ItemID]pos.ItemTakings{}, map[pos.ItemID]int64{}
	query := func(text string, into []any, f func()) {
		rows, err := db.Query(text)
		l.must(err)
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			l.must(rows.Scan(into...))
			f()
		}
		l.must(rows.Err())
	}
	var at, id int64
	var cashier, name, account, unit string
	var more []byte
	var gross, discount, rounding, fen pos.Fen
	var tender pos.Tender
	var item pos.ItemID
	var n int
	query(`SELECT closed_at, sale.cashier, gross, discount, rounding FROM sale WHERE sale.day`+days,
		[]any{&at, &cashier, &gross, &discount, &rounding}, func() {
			net := gross - discount - rounding
			h := &hours[time.UnixMilli(at).In(l.zone).Hour()]
			h.Count, h.Net = h.Count+1, h.Net+net
			c := people[cashier]
			people[cashier] = pos.CashierTakings{Cashier: cashier, Count: c.Count + 1, Net: c.Net + net}
			total.Sales, total.Gross, total.Discount, total.Net = total.Sales+1, total.Gross+gross, total.Discount+discount, total.Net+net
			total.Rounding += rounding
		})
	query(`SELECT p.tender, p.amount FROM sale s JOIN payment p ON p.sale = s.id AND p.state = 'paid' WHERE s.state = 'closed' AND s.day`+days+`
		UNION ALL SELECT f.tender, f.amount FROM sale s JOIN refund f ON f.for_sale = s.id WHERE s.state = 'closed' AND s.day`+days, []any{&tender, &fen}, func() {
		w := tenders[tender]
		tenders[tender] = pos.TenderTakings{Tender: tender, Count: w.Count + 1, Fen: w.Fen + fen}
	})
	query(`SELECT sale.id, item, name, unit, price, quantity, coalesce(more, '{}') FROM sale JOIN sale_line ON sale = sale.id WHERE day`+days+` ORDER BY sale.id, n`,
		[]any{&id, &item, &name, &unit, &fen, &n, &more}, func() {
			var k struct {
				Weight int
				Label  pos.Fen
				ByDeal pos.Fen `json:"deal_off"`
				ByHand pos.Fen `json:"cut_off"`
			}
			l.must(json.Unmarshal(more, &k))
			sold := pos.Line{Unit: unit, Price: fen, Quantity: n, Weight: k.Weight, Label: k.Label, DealOff: k.ByDeal, CutOff: k.ByHand}
			it := items[item]
			it.Item, it.Pieces, it.Fen = item, it.Pieces+n, it.Fen+sold.Net()
			if id >= newest[item] {
				it.Name, newest[item] = name, id
			}
			items[item] = it
		})
	query(`SELECT account, fen FROM posting JOIN journal USING (seq) WHERE account = 'sales:returns' AND json_extract(body, '$.day')`+days, []any{&account, &fen}, func() {
		total.Refunds, total.Refunded = total.Refunds+1, total.Refunded+fen
	})
	for _, c := range people {
		cashiers = append(cashiers, c)
	}
	slices.SortFunc(cashiers, func(a, b pos.CashierTakings) int {
		return cmp.Or(cmp.Compare(b.Net, a.Net), cmp.Compare(a.Cashier, b.Cashier))
	})
	for _, it := range items {
		top = append(top, it)
	}
	slices.SortFunc(top, func(a, b pos.ItemTakings) int { return cmp.Or(cmp.Compare(b.Fen, a.Fen), cmp.Compare(a.Item, b.Item)) })
	for _, w := range tenders {
		total.Tenders = append(total.Tenders, w)
	}
	slices.SortFunc(total.Tenders, func(a, b pos.TenderTakings) int { return cmp.Compare(a.Tender, b.Tender) })
	return hours, cashiers, top, total
}

// sameTakings leaves out what the exceptions say, which have tests of their own.
func (l *life) sameTakings(what string, got, want pos.DayTakings) {
	l.tb.Helper()
	got.Excepted = 0
	if !reflect.DeepEqual(got, want) {
		l.tb.Errorf("%s\n got %+v\nwant %+v", what, got, want)
	}
}

// judge holds every day and month to a recount.
func (l *life) judge() {
	l.tb.Helper()
	ctx := context.Background()
	best := func(all []pos.ItemTakings, top int) []pos.ItemTakings { return slices.Clip(all[:min(top, len(all))]) }
	same := func(what string, got, want any) {
		l.tb.Helper()
		if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
			l.tb.Errorf("%s\n got %s\nwant %s", what, g, w)
		}
	}
	for month := 202610; month != 202701; month = pos.MonthAfter(month, 1) {
		span := pos.MonthSpan(month)
		top := l.r.IntN(15)
		m, err := l.s.Month(ctx, month, top)
		l.must(err)
		_, cashiers, items, total := l.recount(span)
		_, _, _, before := l.recount(pos.MonthSpan(pos.MonthAfter(month, -1)))
		l.sameTakings(fmt.Sprint("total of ", month), m.Total, total)
		l.sameTakings(fmt.Sprint("before ", month), m.Before, before)
		same(fmt.Sprint("cashiers of ", month), m.Cashiers, cashiers)
		same(fmt.Sprint("best of ", month), m.Top, best(items, top))
		if m.Month != month || len(m.Days) != int(span.To-span.From)+1 {
			l.tb.Errorf("%d has %d days", m.Month, len(m.Days))
		}
		for i, day := 0, span.From; day <= span.To; i, day = i+1, day.Next() {
			hours, cashiers, items, total := l.recount(pos.Span{From: day, To: day})
			l.sameTakings(fmt.Sprint("of the month, day ", day), m.Days[i], total)
			if total.Sales == 0 {
				continue
			}
			d, err := l.s.Day(ctx, day, top)
			l.must(err)
			_, _, _, before := l.recount(pos.Span{From: day.Add(-7), To: day.Add(-7)})
			l.sameTakings(day.String(), d.DayTakings, total)
			l.sameTakings("a week before "+day.String(), d.Before, before)
			same("hours of "+day.String(), d.Hours, hours)
			same("cashiers of "+day.String(), d.Cashiers, cashiers)
			same("best of "+day.String(), d.Top, best(items, top))
		}
	}
}

func TestOverview_IsWhatARecountSays(t *testing.T) {
	t.Parallel()
	for seed, zone := range []*time.Location{shanghai, newYork(t), time.FixedZone("NPT", 20700)} {
		t.Run(zone.String(), func(t *testing.T) {
			t.Parallel()
			l := newLife(t, 100+uint64(seed), zone, time.Date(2026, 10, 28, 9, 0, 0, 0, zone))
			for range 120 {
				l.act()
			}
			l.judge()
			backup := l.backup()
			for range 30 {
				l.act()
			}
			l.restore(backup)
			for range 3 {
				for range 60 {
					l.act()
				}
				l.judge()
				mustVerify(t, l.s)
				l.clock.now = l.clock.now.Add(9 * 24 * time.Hour)
			}
			// The shop moves: what was, stays, and the ledger still proves itself.
			_ = l.s.Close()
			o := l.options()
			o.Shop.Calendar.Zone = time.FixedZone("elsewhere", -9*3600)
			s, err := store.Open(context.Background(), o)
			l.must(err)
			defer func() { _ = s.Close() }()
			mustVerify(t, s)
			got, err := s.Month(context.Background(), 202611, 20)
			l.must(err)
			_, _, items, _ := l.recount(pos.MonthSpan(202611))
			if !reflect.DeepEqual(got.Top, items) {
				t.Errorf("got %+v\nwant %+v", got.Top, items)
			}
		})
	}
}

// totalTables are all totals there are, and the hours they come from.
func totalTables(tb testing.TB, dir string) string {
	tb.Helper()
	db := raw(tb, dir)
	defer func() { _ = db.Close() }()
	return rowsOf(tb, db, `SELECT * FROM day_total ORDER BY day, account`) + rowsOf(tb, db, `SELECT * FROM month_item ORDER BY month, item`) +
		rowsOf(tb, db, `SELECT * FROM month_item_through`) + rowsOf(tb, db, `SELECT id, hour FROM sale ORDER BY id`)
}

// withoutTotals takes from a ledger what their migration brings, and before it what the later ones added to the same tables.
func withoutTotals(tb testing.TB, dir string) {
	tb.Helper()
	db := raw(tb, dir)
	defer func() { _ = db.Close() }()
	var later []string
	for _, table := range []string{"sale_credit", "sale_part", "refund_goods", "held_cart", "price_change", "deal"} {
		later = append(later, `DROP TABLE `+table)
	}
	for table, columns := range map[string]string{
		"sale": "rounding member", "sale_line": "more", "item": "member weighed open retired colour photo",
	} {
		for c := range strings.FieldsSeq(columns) {
			later = append(later, `ALTER TABLE `+table+` DROP COLUMN `+c)
		}
	}
	for _, query := range append(later,
		`DROP TRIGGER sale_origin`, `DROP INDEX sale_ref`, `ALTER TABLE sale DROP COLUMN ref`, `ALTER TABLE sale DROP COLUMN origin`,
		`DROP TRIGGER payment_fixed`, `ALTER TABLE payment DROP COLUMN prepay_id`, `ALTER TABLE payment DROP COLUMN api`,
		`CREATE TRIGGER payment_fixed BEFORE UPDATE OF sale ON payment BEGIN SELECT 1; END`,
		`DROP TABLE month_item`, `DROP TABLE month_item_through`, `DROP INDEX refund_refund_id`, `ALTER TABLE sale DROP COLUMN hour`,
		`DELETE FROM day_total WHERE account GLOB 'hour:*' OR account GLOB 'cashier:*'`) {
		if _, err := db.Exec(query); err != nil {
			tb.Fatal(query, err)
		}
	}
}

func TestMigrate_TotalsAreThoseThatWouldHaveBeenKept(t *testing.T) {
	t.Parallel()
	for seed, zone := range []*time.Location{shanghai, newYork(t)} {
		t.Run(zone.String(), func(t *testing.T) {
			l := newLife(t, 200+uint64(seed), zone, time.Date(2026, 10, 31, 2, 0, 0, 0, zone))
			l.plain = true // as sales were then
			for range 3 {
				for range 100 {
					l.act()
				}
				l.clock.now = l.clock.now.Add(50 * time.Hour)
			}
			want := totalTables(t, l.dir)
			if !strings.Contains(want, "\n202610|") || !strings.Contains(want, "\n202611|") {
				t.Fatalf("no month is over: %s", want)
			}
			_ = l.s.Close()
			withoutTotals(t, l.dir)
			l.open()
			l.must(l.s.StepAgain(context.Background(), "totals"))
			l.must(l.s.StepAgain(context.Background(), "phone_orders"))
			l.must(l.s.StepAgain(context.Background(), "counter"))
			l.must(l.s.StepAgain(context.Background(), "given_back"))
			if got := totalTables(t, l.dir); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			mustVerify(t, l.s)
			for range 20 {
				l.act()
			}
			l.judge()
			mustVerify(t, l.s)
			if _, err := raw(t, l.dir).Exec(`UPDATE sale SET hour = 0 WHERE state = 'closed'`); err == nil {
				t.Error("closed sales may be changed since the migration")
			}
		})
	}
}

func TestMigrate_ALedgerOfTheSecondSchemaGetsItsTotals(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secondLedger(t, dir)
	s := mustOpen(t, dir)
	mustVerify(t, s)
	if got := rowsOf(t, raw(t, dir), `SELECT day FROM month_item_through`); got != "20261121\n" {
		t.Errorf("through %s", got)
	}
	l := &life{tb: t, r: newLife(t, 0, shanghai, noon).r, dir: dir, zone: shanghai, clock: &clock{noon}, s: s}
	l.judge()
}

func TestVerify_NamesEveryTamperingWithTotals(t *testing.T) {
	ctx := context.Background()
	source := t.TempDir()
	c := &clock{noon}
	o := store.Options{Dir: source, Shop: shop(), Clock: c}
	store.Blank(t, o)
	s, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		sl := sale(3)
		sl.Cashier, sl.Discount = cashiers[i%2], pos.Fen(i)
		if _, err := s.SellCash(ctx, sl, cash(no(i), sl, 5000)); err != nil {
			t.Fatal(err)
		}
		c.now = c.now.Add(9 * time.Hour)
	}
	mustVerify(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	image, err := os.ReadFile(filepath.Join(source, store.File))
	if err != nil {
		t.Fatal(err)
	}
	tamperEach(t, image, map[string][]string{
		"nothing":                 nil,
		"hour fen":                {`UPDATE day_total SET fen = fen + 1 WHERE account = 'hour:12'`},
		"hour n":                  {`UPDATE day_total SET n = n + 1 WHERE account = 'hour:21'`},
		"hour moved":              {`UPDATE day_total SET account = 'hour:13' WHERE account = 'hour:12'`},
		"hour gone":               {`DELETE FROM day_total WHERE account = 'hour:12'`},
		"last hour gone":          {`DELETE FROM day_total WHERE account = 'hour:09'`},
		"hour added":              {`INSERT INTO day_total VALUES (20261124, 'hour:13', 0, 1)`},
		"hour of an early day":    {`INSERT INTO day_total VALUES (20200101, 'hour:13', 0, 1)`},
		"cashier fen":             {`UPDATE day_total SET fen = fen - 1 WHERE account = 'cashier:王芳'`},
		"cashier renamed":         {`UPDATE day_total SET account = 'cashier:李雷' WHERE account = 'cashier:王芳'`},
		"cashier gone":            {`DELETE FROM day_total WHERE account = 'cashier:'`},
		"sale of another hour":    {`UPDATE sale SET hour = 13 WHERE id = 1`},
		"sale of another cashier": {`UPDATE sale SET cashier = '李雷' WHERE id = 1`},
		"month_item pieces":       {`UPDATE month_item SET pieces = pieces + 1 WHERE item = 2`},
		"month_item fen":          {`UPDATE month_item SET fen = fen - 1 WHERE item = 2`},
		"month_item last":         {`UPDATE month_item SET last = 1 WHERE item = 2`},
		"month_item month":        {`UPDATE month_item SET month = 202610 WHERE item = 2`},
		"month_item gone":         {`DELETE FROM month_item WHERE item = 2`},
		"month_item all gone":     {`DELETE FROM month_item`},
		"month_item added":        {`INSERT INTO month_item VALUES (202611, 99, 1, 1, 1)`},
		"month_item of no sales":  {`INSERT INTO month_item VALUES (203001, 2, 1, 1, 1)`},
		"through too early":       {`UPDATE month_item_through SET day = 20261120`},
		"through too late":        {`UPDATE month_item_through SET day = 20261201`},
		"through gone":            {`DELETE FROM month_item_through`},
		"line of another item":    {`UPDATE sale_line SET item = 99 WHERE sale = 1 AND n = 1`},
	})
}

// A day that was over gets one more sale under a clock that was set back: its month has it at once.
func TestTotalItems_ALateSaleComesInAtOnce(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	c := &clock{noon}
	dir := t.TempDir()
	o := store.Options{Dir: dir, Shop: shop(), Clock: c}
	store.Blank(t, o)
	s, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var got []string
	for i, days := range []int{0, 0, 1, 0, 40, 1, 41} {
		c.now = noon.AddDate(0, 0, days)
		sl := sale(1)
		if _, err := s.SellCash(ctx, sl, cash(no(i), sl, 5000)); err != nil {
			t.Fatal(err)
		}
		m, err := s.Month(ctx, 202611, 5)
		if err != nil {
			t.Fatal(err)
		}
		rolled := rowsOf(t, raw(t, dir), `SELECT coalesce((SELECT pieces FROM month_item WHERE month = 202611), 0) || ' to ' || day FROM month_item_through`)
		got = append(got, fmt.Sprint(m.Top[0].Pieces, " kept ", strings.TrimSpace(rolled)))
		mustVerify(t, s)
	}
	want := []string{
		"1 kept 0 to 20261119", "2 kept 0 to 20261119", "3 kept 2 to 20261120", "4 kept 3 to 20261120", "4 kept 4 to 20261229", "5 kept 5 to 20261229", "5 kept 5 to 20261230",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestOverview_RefusesWhatIsNoDay(t *testing.T) {
	ctx := context.Background()
	s := mustOpen(t, t.TempDir())
	for _, day := range []pos.Day{0, -1, 20261131, 20260229, 20261301, 19691231, 100000101} {
		_, err := s.Day(ctx, day, 5)
		wantCode(t, err, pos.CodeInvalid)
	}
	for _, month := range []int{0, -1, 202600, 202613, 196912, 20261101} {
		_, err := s.Month(ctx, month, 5)
		wantCode(t, err, pos.CodeInvalid)
	}
	for _, top := range []int{-1, 0, 3} {
		d, err := s.Day(ctx, 20280229, top)
		if err != nil || d.Day != 20280229 || d.Before.Day != 20280222 || len(d.Top) != 0 || d.Sales != 0 {
			t.Errorf("%+v %v", d, err)
		}
		m, err := s.Month(ctx, 202802, top)
		if err != nil || len(m.Days) != 29 || m.Total.Day != 20280201 || m.Before.Day != 20280101 || len(m.Top) != 0 {
			t.Errorf("%+v %v", m, err)
		}
	}
}
