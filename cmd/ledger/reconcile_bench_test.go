package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/reconcile"
	"guitai/store"
)

// BenchmarkReconcile matches a day of 1,000,000 payments with a bill of as many rows, in which some differ, against what any program
// must do: read the ledger's rows and part the file's. The memory is that of the program itself, in a process of its own.
func BenchmarkReconcile(b *testing.B) {
	const rows = 1_000_000
	ctx := context.Background()
	dir := b.TempDir()
	shop := pos.Shop{Name: "柜台便利店", ID: "S001", Till: "T1", MchID: practiceMchID, Calendar: pos.Calendar{Zone: pos.BillZone, Starts: 4 * time.Hour}}
	s, err := store.Open(ctx, store.Options{Dir: dir, Shop: shop})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	bill := filepath.Join(dir, "bill.csv")
	planted := wideDay(b, filepath.Join(dir, store.File), bill, rows)
	books, err := store.OpenReadOnly(ctx, store.Options{Dir: dir, Shop: shop})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = books.Close() }()

	var ledger, split, match time.Duration
	for b.Loop() {
		start := time.Now()
		n := 0
		if err := books.EachBillItem(ctx, 20261120, func(*pos.BillItem) error { n++; return nil }); err != nil || n != rows {
			b.Fatal(n, err)
		}
		ledger += time.Since(start)

		start = time.Now()
		if n := splitAlone(b, bill); n != rows {
			b.Fatal(n)
		}
		split += time.Since(start)

		start = time.Now()
		in, err := os.Open(bill)
		if err != nil {
			b.Fatal(err)
		}
		m, err := reconcile.Match(ctx, in, books, reconcile.Options{Shop: shop})
		_ = in.Close()
		if err != nil || len(m.Findings) != planted || m.Summary.Match != rows-planted {
			b.Fatalf("%d findings, want %d; %+v %v", len(m.Findings), planted, m.Summary, err)
		}
		match += time.Since(start)
	}
	per := func(d time.Duration) float64 { return float64(d) / float64(b.N) }
	b.ReportMetric(per(ledger+split), "bound-ns")
	b.ReportMetric(per(ledger), "ledger-ns")
	b.ReportMetric(per(split), "split-ns")
	b.ReportMetric(per(match), "match-ns")
	if peak := peakOf(b, dir, bill); peak > 0 {
		b.ReportMetric(float64(peak), "peak-bytes")
		b.ReportMetric(32<<20, "limit-bytes")
	}
}

// splitAlone parts every row of a bill into its fields and does nothing with them.
func splitAlone(b *testing.B, bill string) (rows int) {
	in, err := os.Open(bill)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	r := bufio.NewReaderSize(in, 64<<10)
	fields := make([][]byte, 0, 32)
	for {
		line, err := r.ReadSlice('\n')
		if err == io.EOF {
			return rows - 1 // the summary
		}
		if err != nil {
			b.Fatal(err)
		}
		if line[0] != '`' {
			continue
		}
		fields = fields[:0]
		line = line[1:]
		for {
			i := bytes.Index(line, []byte(",`"))
			if i < 0 {
				break
			}
			fields = append(fields, line[:i])
			line = line[i+2:]
		}
		rows++
	}
}

// peakOf is the most memory that the program takes for a match, in bytes.
func peakOf(b *testing.B, dir, bill string) int64 {
	program := filepath.Join(dir, "ledger")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	settings := "[shop]\nname = \"柜台便利店\"\nid = \"S001\"\ntill = \"T1\"\n[wechat]\nappid = \"wx8888888888888888\"\nmch_id = \"" + practiceMchID + "\"\napi_key = \"env:NO_KEY\"\n"
	if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(settings), 0o600); err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(program, "reconcile", "--data", dir, "--bill", bill, "--format", "csv", "-o", os.DevNull)
	var told bytes.Buffer
	cmd.Stderr = &told
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	peak := watchPeak(cmd.Process.Pid)
	if err := cmd.Wait(); err == nil || !strings.Contains(told.String(), "100") {
		b.Fatalf("%v: %s", err, told.String())
	}
	return <-peak
}

// wideDay writes a ledger's day of n paid sales, with their rows only, and its bill, in which a hundred amounts are another. The bill's
// order is that of the ledger but for neighbours.
func wideDay(b *testing.B, file, bill string, n int) (planted int) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=foreign_keys(0)&_pragma=synchronous(OFF)")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	from, _ := pos.BillSpan(20261120)
	const numbers = `WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < ?1)`
	for _, q := range []string{
		`INSERT INTO sale (id, state, gross, discount, cashier, opened_at, shop, till, day, epoch, seq, shift, closed_at, entry, payment, job) ` + numbers + `
			SELECT n, 'closed', 100 + n % 9000, 0, '王芳', ?2 + n * 86, 'S001', 'T1', 20261120, 1, n, 1, ?2 + n * 86, n, n, n FROM k`,
		`INSERT INTO payment (id, sale, out_trade_no, tender, state, day, asked, opened_at, cashier, code_url, paying, cause, detail, amount, settlement, currency,
				transaction_id, evidence, paid_at, tendered, reason, may_exist, declined, may_reverse, reversed, asks, closes, version) ` + numbers + `
			SELECT n, n, printf('S001-T1-261120%012d', n), 'wechat-native', 'paid', 20261120, 100 + n % 9000, ?2, '王芳', '', 0, '', '', 100 + n % 9000, 100 + n % 9000, 'CNY',
				printf('42000029%020d', n), 'poll', (?2 + n * 86) / 1000 * 1000, 0, '', 0, 0, 0, 0, 0, 0, 2 FROM k`,
	} {
		if _, err := db.Exec(q, n, from.UnixMilli()); err != nil {
			b.Fatal(err)
		}
	}
	out, err := os.Create(bill)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriterSize(out, 1<<20)
	fmt.Fprint(w, "\ufeff交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\r\n")
	var sum pos.Fen
	var fees pos.Mille
	for i := range n {
		k := i + 1
		if k%2 == 0 && k < n { // neighbours of neighbours change places
			k++
		} else if k%2 == 1 && k > 1 {
			k--
		}
		amount := pos.Fen(100 + k%9000)
		if k%(n/100) == 7 {
			amount++
			planted++
		}
		sum += amount
		fee := pos.Mille(amount) * 6
		fees += fee
		fmt.Fprintf(w, "`%s,`wx8888888888888888,`%s,`0,`,`42000029%020d,`S001-T1-261120%012d,`oUpF8uMuAJO_M2pxb1Q9zNjWeS6o,`NATIVE,`SUCCESS,`OTHERS,`CNY,`%s,`0.00,`0,`0,`0.00,`0.00,`,`,`柜台便利店-可口可乐 330ml 等,`,`%s,`0.60%%,`%s,`0.00,`\r\n",
			time.UnixMilli((from.UnixMilli()+int64(k)*86)/1000*1000).In(pos.BillZone).Format(time.DateTime), practiceMchID, k, k, amount, fee, amount)
	}
	fmt.Fprintf(w, "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n`%d,`%s,`0.00,`0.00,`%s,`%s,`0.00\r\n", n, sum, fees.Fen(), sum)
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := out.Close(); err != nil {
		b.Fatal(err)
	}
	return planted
}
