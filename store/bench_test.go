package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"guitai/pos"
)

// filled is how many sales are in the file of the second half of the benchmarks: 1,000,000 when measured in earnest.
func filled(b *testing.B) int {
	b.Helper()
	n, err := strconv.Atoi(os.Getenv("STORE_BENCH_SALES"))
	if err != nil {
		return 20_000
	}
	return n
}

func fiveLines() []pos.Line {
	l := make([]pos.Line, 5)
	for i := range l {
		l[i] = pos.Line{Item: pos.ItemID(i + 1), Barcode: "6901234567892", Name: "可口可乐 330ml", Unit: "瓶", Category: "饮料", Price: pos.Fen(300 + i), Quantity: 1, TaxRate: 1300}
	}
	return l
}

func benchLedger(b *testing.B, sales int) *Store {
	b.Helper()
	s, err := Open(context.Background(), practice(b.TempDir()))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	if sales > 0 {
		start := time.Now()
		if err := s.Fill(context.Background(), sales, fiveLines(), time.Date(2023, 1, 1, 8, 0, 0, 0, time.UTC)); err != nil {
			b.Fatal(err)
		}
		b.Logf("filled with %d sales in %v", sales, time.Since(start))
	}
	return s
}

// commits sells b.N times and returns how long each took.
func commits(b *testing.B, s *Store) []time.Duration {
	b.Helper()
	lines := fiveLines()
	sale := pos.Sale{Lines: lines, Gross: pos.Cart{Lines: lines}.Total(), Cashier: "王芳"}
	all := make([]time.Duration, 0, b.N)
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for i := 0; b.Loop(); i++ {
		p := pos.Payment{OutTradeNo: fmt.Sprintf("S001-T1-261120%012d", i), Tender: pos.TenderCash, Asked: sale.Gross, Tendered: 2000, OpenedAt: at, PaidAt: at}
		start := time.Now()
		if _, err := s.SellCash(context.Background(), sale, p); err != nil {
			b.Fatal(err)
		}
		all = append(all, time.Since(start))
	}
	return all
}

func percentile(all []time.Duration, p int) float64 {
	slices.Sort(all)
	return float64(all[min(len(all)-1, len(all)*p/100)].Nanoseconds()) / 1000
}

func report(b *testing.B, all []time.Duration) {
	b.Helper()
	b.ReportMetric(percentile(all, 50), "p50-µs")
	b.ReportMetric(percentile(all, 99), "p99-µs")
}

// BenchmarkSaleCommit is the durable commit of a 5-line cash sale: lines, payment, evidence, journal, postings, totals,
// print job, in a new ledger and in one with years of sales.
func BenchmarkSaleCommit(b *testing.B) {
	b.Run("new", func(b *testing.B) { report(b, commits(b, benchLedger(b, 0))) })
	n := filled(b)
	s := benchLedger(b, n)
	b.Run(fmt.Sprint(n), func(b *testing.B) { report(b, commits(b, s)) })
}

// frameBytes is what one such commit writes to the log.
func frameBytes(b *testing.B) int {
	b.Helper()
	ctx := context.Background()
	s, err := Open(ctx, practice(b.TempDir()))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	frames := func() (n int) {
		var busy, done int
		if err := one(ctx, s.writer, `PRAGMA wal_checkpoint(NOOP)`, nil, &busy, &n, &done); err != nil {
			b.Fatal(err)
		}
		return n
	}
	lines := fiveLines()
	const sales = 20
	before := frames()
	for i := range sales {
		if _, err := s.SellCash(ctx, pos.Sale{Lines: lines, Gross: pos.Cart{Lines: lines}.Total()}, pos.Payment{OutTradeNo: strconv.Itoa(i), Tender: pos.TenderCash, Asked: 1510, Tendered: 1510}); err != nil {
			b.Fatal(err)
		}
	}
	return (frames() - before) * (4096 + 24) / sales
}

// BenchmarkFloor is what no ledger can beat: the bytes of such a commit, written over an existing file and made durable.
func BenchmarkFloor(b *testing.B) {
	data := make([]byte, frameBytes(b))
	f, err := os.Create(filepath.Join(b.TempDir(), "floor"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	const places = 64
	if _, err := f.Write(make([]byte, places*len(data))); err != nil {
		b.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		b.Fatal(err)
	}
	var all []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		if _, err := f.WriteAt(data, int64(i%places*len(data))); err != nil {
			b.Fatal(err)
		}
		if err := syncData(f); err != nil {
			b.Fatal(err)
		}
		all = append(all, time.Since(start))
	}
	report(b, all)
	b.ReportMetric(float64(len(data)), "bytes")
}

func BenchmarkTakingsOfAMonth(b *testing.B) {
	s := benchLedger(b, filled(b))
	for b.Loop() {
		if _, err := s.Takings(context.Background(), pos.Span{From: 20230101, To: 20230131}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkItemByCode(b *testing.B) {
	const items = 50_000
	s := benchLedger(b, 0)
	list := make([]pos.Item, items)
	for i := range list {
		list[i] = pos.Item{Name: fmt.Sprintf("商品 %d", i), Barcodes: []string{fmt.Sprintf("G%07d", i)}, Price: 300, Pinyin: "sp", Category: "饮料"}
	}
	start := time.Now()
	if _, _, err := s.ImportItems(context.Background(), list); err != nil {
		b.Fatal(err)
	}
	b.Logf("imported %d items in %v", items, time.Since(start))
	b.Run("code", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if _, err := s.Item(context.Background(), list[i*7919%items].Barcodes[0]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("find", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Find(context.Background(), "4999", 20); err != nil {
				b.Fatal(err)
			}
		}
	})
}
