package store

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

// A shop's three years: 20,000 items of which some sell far more than others, three lines a sale on average, four people, half of
// it WeChat.
const (
	yearsItems  = 20_000
	yearsPerDay = 913
)

var yearsFrom = time.Date(2023, 11, 21, 0, 0, 0, 0, time.UTC)

func yearsTrade(i int) string { return fmt.Sprintf("4200%024d", i) }
func yearsOrder(i int) string { return fmt.Sprintf("S001-T1-231121%012d", i) }

// chance is the i-th of a row of numbers that look like chance and are the same every time.
func chance(i uint64) uint64 {
	i = (i + 1) * 0x9e3779b97f4a7c15
	i = (i ^ i>>30) * 0xbf58476d1ce4e5b9
	i = (i ^ i>>27) * 0x94d049bb133111eb
	return i ^ i>>31
}

// yearsSale is the i-th sale of the shop, always the same one.
func yearsSale(i int) (pos.Sale, pos.Payment) {
	at := yearsFrom.AddDate(0, 0, i/yearsPerDay).Add(7*time.Hour + time.Duration(i%yearsPerDay)*60*time.Second)
	r := chance(uint64(i))
	sale := pos.Sale{Cashier: [...]string{"王芳", "李雷", "韩梅梅", "赵敏"}[r%4], OpenedAt: at}
	for n := range 1 + r>>8%5 {
		u := chance(r+n) >> 40 // 24 bits
		id := int(u * u / (1 << 24) * yearsItems >> 24)
		sale.Lines = append(sale.Lines, pos.Line{
			Item: pos.ItemID(id + 1), Barcode: fmt.Sprintf("690%010d", id), Name: fmt.Sprintf("商品 %05d 原味 330ml", id), Unit: "瓶", Category: "饮料",
			Price: pos.Fen(50 + id%400*25), Quantity: 1 + int(u%3), TaxRate: 1300,
		})
	}
	if sale.Gross = (pos.Cart{Lines: sale.Lines}).Total(); r>>16%8 == 0 {
		sale.Discount = sale.Gross / 10
	}
	p := pos.Payment{OutTradeNo: yearsOrder(i), Tender: pos.TenderCash, Asked: sale.Net(), Tendered: sale.Net(), OpenedAt: at, PaidAt: at, Cashier: sale.Cashier}
	if r>>24%2 == 0 {
		p.Tender, p.Tendered, p.TransactionID, p.Request = pos.TenderNative, 0, yearsTrade(i), []byte("<xml/>")
	}
	return sale, p
}

// yearsLedger is that shop's ledger. STORE_BENCH_LEDGER names a folder that keeps it from one run to the next.
func yearsLedger(b *testing.B) (s *Store, sales int) {
	b.Helper()
	dir := os.Getenv("STORE_BENCH_LEDGER")
	if dir == "" {
		dir = b.TempDir()
	}
	s, err := Open(context.Background(), practice(dir))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	sales = filled(b)
	if last, err := s.LastClosed(context.Background()); err != nil || last != 0 {
		return s, int(last)
	}
	start := time.Now()
	if err := s.FillAs(context.Background(), sales, yearsSale); err != nil {
		b.Fatal(err)
	}
	b.Logf("filled with %d sales in %v", sales, time.Since(start))
	return s, sales
}

// shell is the C shell of SQLite on the same file, ready for the next question.
type shell struct {
	in  io.WriteCloser
	out *bufio.Scanner
}

func newShell(b *testing.B, path string) *shell {
	b.Helper()
	name, err := exec.LookPath("sqlite3")
	if err != nil {
		return nil
	}
	cmd := exec.Command(name, "-batch", "-readonly", path)
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2, cmd.Start()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	sh := &shell{in, bufio.NewScanner(out)}
	sh.time(b, []string{`SELECT count(*) FROM sqlite_schema`})
	return sh
}

// shellRepeats is how often the shell answers a question at once, so that telling it weighs little.
const shellRepeats = 5

// time asks and returns how long one answer took.
func (s *shell) time(b *testing.B, queries []string) time.Duration {
	b.Helper()
	var text strings.Builder
	text.WriteString(".output /dev/null\n")
	for range shellRepeats {
		for _, q := range queries {
			text.WriteString(q + ";\n")
		}
	}
	text.WriteString(".output stdout\n.print done\n")
	start := time.Now()
	if _, err := io.WriteString(s.in, text.String()); err != nil {
		b.Fatal(err)
	}
	if !s.out.Scan() || s.out.Text() != "done" {
		b.Fatalf("the shell says %q", s.out.Text())
	}
	return time.Since(start) / shellRepeats
}

// written is a query with its values in it.
func written(query string, args ...any) string {
	for i := len(args); i > 0; i-- {
		query = strings.ReplaceAll(query, fmt.Sprint("?", i), literal(args[i-1]))
	}
	for _, a := range args {
		query = strings.Replace(query, "?", literal(a), 1)
	}
	return strings.ReplaceAll(query, "\n", " ")
}

func literal(v any) string {
	if s, ok := v.(string); ok {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return fmt.Sprint(v)
}

// against times f, with the i-th values, and the same questions in the shell.
func against(b *testing.B, sh *shell, f func(i int) error, queries func(i int) []string) {
	b.Helper()
	var ours, theirs []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		if err := f(i); err != nil {
			b.Fatal(err)
		}
		ours = append(ours, time.Since(start))
		if sh != nil {
			theirs = append(theirs, sh.time(b, queries(i)))
		}
	}
	report(b, ours)
	if sh != nil {
		b.ReportMetric(percentile(theirs, 50), "shell-p50-µs")
	}
}

// BenchmarkOverview is every panel of a day and a month, with the sales of three years in the file.
func BenchmarkOverview(b *testing.B) {
	ctx := context.Background()
	s, sales := yearsLedger(b)
	sh := newShell(b, s.Path())
	days := (sales + yearsPerDay - 1) / yearsPerDay
	last := s.day(yearsFrom.AddDate(0, 0, days-1))
	day := func(i int) pos.Day { return last.Add(-int(chance(uint64(i)) % uint64(days))) }
	one := func(i int) pos.Span { return pos.Span{From: day(i), To: day(i)} }
	month := func(i int) pos.Span { return pos.MonthSpan(day(i).Month()) }
	panel := func(name string, f func(v handle, i int) error, queries func(i int) []string) {
		b.Run(name, func(b *testing.B) {
			against(b, sh, func(i int) error { return s.view(ctx, "bench", func(v handle) error { return f(v, i) }) }, queries)
		})
	}
	sums := func(of func(int) pos.Span) func(int) []string {
		return func(i int) []string {
			days := []any{int(of(i).From), int(of(i).To)}
			return []string{written(sqlTotals, days...), written(sqlExcepted, days...)}
		}
	}
	panel("day/takings", func(v handle, i int) error { _, err := takings(ctx, v, one(i)); return err }, sums(one))
	panel("day/hours", func(v handle, i int) error { _, err := hours(ctx, v, day(i)); return err },
		func(i int) []string { return []string{written(sqlHours, int(day(i)))} })
	panel("day/cashiers", func(v handle, i int) error { _, err := cashiers(ctx, v, one(i)); return err },
		func(i int) []string { return []string{written(sqlCashiers, int(day(i)), int(day(i)))} })
	panel("day/best", func(v handle, i int) error { _, err := bestOfDay(ctx, v, day(i), 10); return err },
		func(i int) []string { return []string{written(sqlBestOfDay, int(day(i)), 10)} })
	panel("month/takings", func(v handle, i int) error { _, err := takings(ctx, v, month(i)); return err }, sums(month))
	panel("month/cashiers", func(v handle, i int) error { _, err := cashiers(ctx, v, month(i)); return err },
		func(i int) []string { return []string{written(sqlCashiers, int(month(i).From), int(month(i).To))} })
	panel("month/best", func(v handle, i int) error { _, err := bestOfMonth(ctx, v, day(i).Month(), 10); return err },
		func(i int) []string { return []string{written(sqlBestOfMonth, day(i).Month()) + ` LIMIT 10`} })
	this := pos.MonthSpan(last.Month())
	panel("month/best-so-far", func(v handle, _ int) error { _, err := bestOfMonth(ctx, v, last.Month(), 10); return err },
		func(int) []string {
			return []string{written(sqlOpenItems, int(last)-1, int(this.To), last.Month()), written(sqlBestOfMonth, last.Month()) + ` LIMIT 10`}
		})
	whole := func(name string, f func(i int) error) {
		b.Run(name, func(b *testing.B) {
			against(b, nil, f, nil)
			b.ReportMetric(10_000, "limit-µs")
		})
	}
	whole("day", func(i int) error { _, err := s.Day(ctx, day(i), 10); return err })
	whole("month", func(i int) error { _, err := s.Month(ctx, day(i).Month(), 10); return err })
}

// BenchmarkFindSales is every key of a search. What no index has is looked for in a day, a month and everywhere.
func BenchmarkFindSales(b *testing.B) {
	ctx := context.Background()
	s, sales := yearsLedger(b)
	sh := newShell(b, s.Path())
	some := func(i int) int { return int(chance(uint64(i)) % uint64(sales)) }
	day := func(i int) pos.Day { return s.day(yearsFrom.AddDate(0, 0, some(i)/yearsPerDay)) }
	month := func(i int) pos.Span { return pos.MonthSpan(day(i).Month()) }
	name := func(i int) string { return fmt.Sprintf("商品 %05d", some(i)%yearsItems) }
	for _, k := range []struct {
		name  string
		query func(i int) pos.SaleQuery
	}{
		{"newest", func(int) pos.SaleQuery { return pos.SaleQuery{} }},
		{"page", func(i int) pos.SaleQuery { return pos.SaleQuery{Before: pos.SaleID(some(i) + 1)} }},
		{"receipt", func(i int) pos.SaleQuery {
			return pos.SaleQuery{Receipt: pos.ReceiptNo{Shop: "S001", Till: "T1", Day: day(i), Epoch: 1, Seq: 1 + some(i)%yearsPerDay}}
		}},
		{"tail", func(i int) pos.SaleQuery { return pos.SaleQuery{Tail: 1 + some(i)%yearsPerDay} }},
		{"tail/none", func(i int) pos.SaleQuery { return pos.SaleQuery{Tail: 5000 + i} }},
		{"order", func(i int) pos.SaleQuery { return pos.SaleQuery{Order: yearsOrder(some(i))} }},
		{"transaction", func(i int) pos.SaleQuery { return pos.SaleQuery{Trans: yearsTrade(some(i))} }},
		{"amount/day", func(i int) pos.SaleQuery {
			sl, _ := yearsSale(some(i))
			return pos.SaleQuery{Amount: sl.Net(), Span: pos.Span{From: day(i), To: day(i)}}
		}},
		{"amount/month", func(i int) pos.SaleQuery {
			sl, _ := yearsSale(some(i))
			return pos.SaleQuery{Amount: sl.Net(), Span: month(i)}
		}},
		{"amount/everywhere", func(i int) pos.SaleQuery { sl, _ := yearsSale(some(i)); return pos.SaleQuery{Amount: sl.Net()} }},
		{"amount/none", func(i int) pos.SaleQuery { return pos.SaleQuery{Amount: pos.Fen(900_000_00 + i)} }},
		{"item/day", func(i int) pos.SaleQuery {
			return pos.SaleQuery{Item: name(i), Span: pos.Span{From: day(i), To: day(i)}}
		}},
		{"item/month", func(i int) pos.SaleQuery { return pos.SaleQuery{Item: name(i), Span: month(i)} }},
		{"item/everywhere", func(i int) pos.SaleQuery { return pos.SaleQuery{Item: name(i)} }},
		{"item/none", func(i int) pos.SaleQuery { return pos.SaleQuery{Item: fmt.Sprint("没有", i)} }},
		{"cashier/day", func(i int) pos.SaleQuery {
			return pos.SaleQuery{Cashier: "韩梅梅", Span: pos.Span{From: day(i), To: day(i)}}
		}},
		{"tender/month", func(i int) pos.SaleQuery { return pos.SaleQuery{Tender: pos.TenderNative, Span: month(i)} }},
		{"minutes/month", func(i int) pos.SaleQuery { return pos.SaleQuery{From: 8 * 60, To: 8*60 + 5, Span: month(i)} }},
	} {
		b.Run(k.name, func(b *testing.B) {
			against(b, sh, func(i int) error { _, _, err := s.FindSales(ctx, k.query(i)); return err }, func(i int) (all []string) {
				err := s.view(ctx, "bench", func(v handle) error {
					found := 0
					days, end, err := s.stretches(ctx, v, k.query(i))
					for n := 0; err == nil && n < len(days) && found <= pageSize; n++ {
						var c *conditions
						if c, err = s.conditions(ctx, v, k.query(i), days[n], end); err != nil {
							return err
						}
						text := fmt.Sprintf(sqlFoundSales, c.query(pageSize+1-found))
						all = append(all, written(text, c.args...))
						err = each(ctx, v, text, c.args, func(*sql.Rows) error { found++; return nil })
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
				return all
			})
		})
	}
}

// The ledger that is measured proves itself.
func TestFillAs_MakesALedgerThatProvesItself(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s, err := Open(ctx, practice(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	const sales = 2*yearsPerDay + 100
	if err := s.FillAs(ctx, sales, yearsSale); err != nil {
		t.Fatal(err)
	}
	v, err := s.Verify(ctx)
	if err != nil || !v.OK() || v.Sales != sales {
		t.Fatalf("%+v %v", v, err)
	}
	for _, q := range []pos.SaleQuery{{Order: yearsOrder(7)}, {Trans: yearsTrade(firstWeChat())}} {
		if hits, _, err := s.FindSales(ctx, q); err != nil || len(hits) != 1 {
			t.Errorf("%+v: %v %v", q, hits, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, File)); err != nil {
		t.Error(err)
	}
}

// firstWeChat is the first sale of the shop that was not paid in cash.
func firstWeChat() int {
	for i := 0; ; i++ {
		if _, p := yearsSale(i); p.Tender != pos.TenderCash {
			return i
		}
	}
}
