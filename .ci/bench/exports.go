package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"guitai/pos"
	"guitai/store"
)

// shellPayments is the export of payments as SQLite's own shell can write it: the same rows and columns.
const shellPayments = `SELECT printf('%04d-%02d-%02d', s.day / 10000, s.day / 100 % 100, s.day % 100) AS day,
	strftime('%Y-%m-%dT%H:%M:%S+08:00', p.paid_at / 1000 + 28800, 'unixepoch') AS paid_at,
	printf('%s-%s-%08d-%04d', s.shop, s.till, s.day, s.seq) AS receipt_no, p.out_trade_no, p.transaction_id, p.tender, p.state,
	p.amount AS amount_fen, printf('%d.%02d', p.amount / 100, p.amount % 100) AS amount_yuan,
	(SELECT coalesce(sum(f.amount), 0) FROM refund f WHERE f.payment = p.id AND f.state = 'done') AS refunded_fen,
	p.evidence, p.cashier, h.number AS shift, p.asked AS asked_fen, p.currency
	FROM sale s JOIN payment p ON p.id = s.payment JOIN shift h ON h.id = s.shift WHERE s.day BETWEEN 20000101 AND 20991231 ORDER BY s.day, p.id;`

// exported is one run of a program that writes a file. Its time is that of the processor, in the program and for it in the system: a
// machine with other things to do stretches any other.
type exported struct {
	took time.Duration
	rss  int64 // bytes, at its peak
}

// exports measures a million payments as CSV, XLSX and JSON lines against SQLite's own shell. books is the folder of their ledger.
func exports(out io.Writer, books string) error {
	dir, err := os.MkdirTemp("", "guitai-bench-exports-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ledger := filepath.Join(dir, "ledger")
	build := exec.Command("go", "build", "-ldflags", "-s -w", "-o", ledger, "./cmd/ledger")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build ledger: %w\n%s", err, text)
	}
	programs := []struct {
		name string
		args []string
	}{{"shell", []string{"sqlite3", "-readonly", "-header", "-csv", filepath.Join(books+"-practice", "ledger.db"), shellPayments}}}
	for _, format := range pos.ExportFormats {
		programs = append(programs, struct {
			name string
			args []string
		}{string(format), []string{
			ledger, "export", "payments", "--practice", "--data", books, "--from", "2000-01-01", "--to", "2099-12-31", "--format", string(format),
		}})
	}
	runs := map[string][]exported{}
	for range 3 { // interleaved, so that all see the same machine
		for _, p := range programs {
			e, err := timed(filepath.Join(dir, "out"), p.args)
			if err != nil {
				return err
			}
			runs[p.name] = append(runs[p.name], e)
		}
	}
	took := func(name string) float64 {
		return float64(slices.MinFunc(runs[name], func(a, b exported) int { return int(a.took - b.took) }).took)
	}
	const limit = 64 << 20
	for _, format := range pos.ExportFormats {
		aim := map[pos.ExportFormat]float64{pos.FormatCSV: 2.2}[format]
		n := took(string(format))
		what := fmt.Sprintf("export %s, %.0f k rows/s / sqlite3 -csv", format, manySales/(n/1e9)/1000)
		show(out, what, nanos(n), nanos(took("shell")), n/took("shell"), aim)
		peak := float64(slices.MaxFunc(runs[string(format)], func(a, b exported) int { return int(a.rss - b.rss) }).rss)
		show(out, fmt.Sprintf("export %s, peak memory / 64 MiB", format), mib(peak), mib(limit), peak/limit, 1)
	}
	return nil
}

// timed runs a program with its output into a file.
func timed(name string, args []string) (exported, error) {
	file, err := os.Create(name)
	if err != nil {
		return exported{}, err
	}
	defer file.Close()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout = file
	if err := cmd.Run(); err != nil {
		return exported{}, fmt.Errorf("%s: %w", args[0], err)
	}
	e := exported{took: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		e.rss = int64(usage.Maxrss) << 10 // Linux counts in KiB
	}
	if info, err := file.Stat(); err != nil || info.Size() < manySales*10 {
		return e, errors.Join(err, fmt.Errorf("%s wrote next to nothing", args[0]))
	}
	return e, nil
}

// fillPaid makes a practice ledger of many sales, every other one paid by WeChat.
func fillPaid(dir string) error {
	ctx := context.Background()
	shop := pos.Shop{Name: "柜台便利店", ID: "S001", Till: "T1", Practice: true, Calendar: pos.Calendar{Zone: time.FixedZone("CST", 8*60*60), Starts: 4 * time.Hour}}
	s, err := store.Open(ctx, store.Options{Dir: dir, Shop: shop, Clock: clock{}})
	if err != nil {
		return err
	}
	lines := []pos.Line{{Item: 1, Name: "可口可乐 330ml", Price: 300, Quantity: 2}, {Item: 2, Name: "农夫山泉 550ml", Price: 200, Quantity: 1}}
	from := time.Now().AddDate(-3, 0, 0)
	err = s.FillAs(ctx, manySales, func(i int) (pos.Sale, pos.Payment) {
		at := from.AddDate(0, 0, i/1000).Add(time.Duration(i%1000) * 40 * time.Second)
		sale := pos.Sale{Lines: lines, Gross: 800, Cashier: "王芳", OpenedAt: at}
		p := pos.Payment{OutTradeNo: fmt.Sprintf("S001-T1-261120%012d", i), Tender: pos.TenderCash, Asked: 800, Tendered: 800, OpenedAt: at, PaidAt: at, Cashier: "王芳"}
		if i%2 == 1 {
			p = pos.Payment{
				OutTradeNo: p.OutTradeNo, Tender: pos.TenderNative, Asked: 800, Amount: 800, Settlement: 800, Currency: pos.Currency, OpenedAt: at, PaidAt: at,
				ExpiresAt: at.Add(5 * time.Minute), Cashier: "王芳", TransactionID: fmt.Sprintf("4200000000%018d", i), Evidence: pos.ByPoll, Request: []byte("<xml/>"),
			}
		}
		return sale, p
	})
	return errors.Join(err, s.Close())
}
