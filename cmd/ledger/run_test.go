package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/store"
	"guitai/store/storetest"
)

var (
	shanghai = time.FixedZone("CST", 8*60*60)
	noon     = time.Date(2026, 11, 20, 12, 0, 0, 0, shanghai)
)

// clock is a clock that a test moves by hand.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// till is a shop with books that a test fills as a till does.
type till struct {
	t     *testing.T
	dir   string // what --data names
	books *store.Store
	clock *clock
	n     int
}

const settings = `[shop]
name = "柜台便利店"
id = "S001"
till = "T1"
language = "en"

[wechat]
appid = "wx8888888888888888"
mch_id = "1900000109"
api_key = "env:NO_SUCH_KEY"
`

// newTill opens a till and leaves it open: every test reads the books of a till that is running.
func newTill(t *testing.T, practice bool) *till {
	t.Helper()
	s := &till{t: t, dir: filepath.Join(t.TempDir(), "shop"), clock: &clock{noon}}
	folder := s.dir
	if practice {
		folder += "-practice"
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	s.write(filepath.Join(folder, "config.toml"), settings)
	s.books = s.open(practice)
	t.Cleanup(func() { _ = s.books.Close() })
	return s
}

// open opens the books once more, which have to be closed.
func (s *till) open(practice bool) *store.Store {
	s.t.Helper()
	folder := s.dir
	if practice {
		folder += "-practice"
	}
	books, err := storetest.Open(s.t.Context(), store.Options{Dir: folder, Clock: s.clock, Shop: pos.Shop{
		Name: "柜台便利店", ID: "S001", Till: "T1", MchID: "1900000109", Practice: practice,
		Calendar: pos.Calendar{Zone: shanghai, Starts: 4 * time.Hour},
	}})
	if err != nil {
		s.t.Fatal(err)
	}
	return books
}

func (s *till) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *till) sale(prices ...pos.Fen) pos.Sale {
	sale := pos.Sale{State: pos.SaleOpen, Cashier: "王芳", OpenedAt: s.clock.now}
	for i, price := range prices {
		sale.Lines = append(sale.Lines, pos.Line{
			Item: pos.ItemID(i + 1), Barcode: "6901234567892", Name: "可口可乐 330ml", Unit: "罐", Price: price, Quantity: 1, TaxRate: 1300,
		})
		sale.Gross += price
	}
	return sale
}

func (s *till) number() string {
	s.n++
	return fmt.Sprintf("S001-T1-261120AAAAAAAA%04d", s.n)
}

// cash sells for cash.
func (s *till) cash(tendered, discount pos.Fen, prices ...pos.Fen) pos.ReceiptNo {
	s.t.Helper()
	sale := s.sale(prices...)
	sale.Discount = discount
	out, err := s.books.SellCash(s.t.Context(), sale, pos.Payment{
		OutTradeNo: s.number(), Tender: pos.TenderCash, Asked: sale.Net(), Tendered: tendered, OpenedAt: s.clock.now, Cashier: sale.Cashier,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out.Sale.Sale.Receipt
}

// order opens a sale with a QR.
func (s *till) order(prices ...pos.Fen) pos.Payment {
	s.t.Helper()
	sale, p, err := s.books.BeginSale(s.t.Context(), s.sale(prices...), pos.Payment{
		OutTradeNo: s.number(), Tender: pos.TenderNative, State: pos.Opened, Asked: s.sale(prices...).Net(), Request: []byte("<xml/>"),
		OpenedAt: s.clock.now, ExpiresAt: s.clock.now.Add(5 * time.Minute), Cashier: "王芳",
	})
	if err != nil || sale.ID == 0 {
		s.t.Fatal(sale.ID, err)
	}
	return p
}

// learn applies a signal as the till does.
func (s *till) learn(p pos.Payment, signal pos.Signal) pos.Settled {
	s.t.Helper()
	to, _ := pos.Step(p, signal, s.clock.now)
	out, err := s.books.Apply(s.t.Context(), pos.Change{
		From: p, To: to, Signal: signal, At: s.clock.now, Second: pos.SecondTransaction(p, signal),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// pay is WeChat's verified answer that an amount was paid.
func (s *till) pay(p pos.Payment, amount pos.Fen) pos.Settled {
	s.t.Helper()
	return s.learn(p, pos.Signal{
		Kind: pos.SigPaid, To: pos.DoQuery, Source: pos.ByPoll, Stands: true,
		Trade: pos.Trade{TransactionID: "4200000000" + p.OutTradeNo[len(p.OutTradeNo)-4:], Amount: amount, Currency: pos.Currency, PaidAt: s.clock.now},
	})
}

// giveBack begins a refund of a payment, or of the exception x.
func (s *till) giveBack(p pos.Payment, tender pos.Tender, amount pos.Fen, x pos.ExceptionID, lines ...pos.RefundLine) pos.Refund {
	s.t.Helper()
	s.n++
	r := pos.Refund{
		OutRefundNo: fmt.Sprintf("S001-T1-R261120AAAAAAA%04d", s.n), Payment: p.ID, Exception: x, Tender: tender, Amount: amount,
		Lines: lines, Reason: "包装破损", Cashier: "王芳", Approver: "李强", AskedAt: s.clock.now,
	}
	if tender != pos.TenderCash {
		r.Request = []byte("<xml/>")
	}
	out, err := s.books.BeginRefund(s.t.Context(), r)
	if err != nil {
		s.t.Fatal(err)
	}
	return out.Refund
}

// learnRefund applies a signal about a refund as the till does.
func (s *till) learnRefund(r pos.Refund, signal pos.RefundSignal) pos.Refund {
	s.t.Helper()
	to, _ := pos.StepRefund(r, signal, s.clock.now)
	out, err := s.books.ApplyRefund(s.t.Context(), pos.RefundChange{From: r, To: to, Signal: signal, At: s.clock.now})
	if err != nil {
		s.t.Fatal(err)
	}
	return out.Refund
}

// payment is how a payment stands now.
func (s *till) payment(no string) pos.Payment {
	s.t.Helper()
	p, err := s.books.Payment(s.t.Context(), no)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// run runs the program on the till's folder.
func (s *till) run(args ...string) result {
	s.t.Helper()
	return start(s.t, s.clock.now, append([]string{"--data", s.dir}, args...)...)
}

type result struct {
	code        int
	out, errors string
}

// last is the last line on stderr.
func (r result) last() string {
	lines := strings.Split(strings.TrimSuffix(r.errors, "\n"), "\n")
	return lines[len(lines)-1]
}

func start(t *testing.T, now time.Time, args ...string) result {
	t.Helper()
	return startWith(t.Context(), now, args...)
}

func startWith(ctx context.Context, now time.Time, args ...string) result {
	var out, errs bytes.Buffer
	code := newProgram(&out, &errs, func() time.Time { return now }).run(ctx, args)
	return result{code, out.String(), errs.String()}
}

// want checks a result: its code, and that its parts say what they should.
func (r result) want(t *testing.T, code int, out, last string) {
	t.Helper()
	if r.code != code || !strings.Contains(r.out, out) || !strings.Contains(r.last(), last) {
		t.Errorf("exit %d, want %d\nstdout %q, want %q\nstderr %q, want its last line to have %q", r.code, code, r.out, out, r.errors, last)
	}
	if code != exitDone && strings.Count(r.last(), ". ") < 2 {
		t.Errorf("the last line does not say what happened, what it means and what to do: %q", r.last())
	}
}

func TestRun_BadUsageIsExit2AndTouchesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	t.Setenv("GUITAI_HOME", dir)
	for _, c := range []struct{ args, want string }{
		{"", "no command"},
		{"sell", `no command "sell"`},
		{"reconcile", "the bill was not named"},
		{"reconcile --bill x.csv --format pdf", "reconcile has no --format"},
		{"restore", "the backup to restore was not named"},
		{"restore x.db y.db", `does not take "y.db"`},
		{"restore " + os.TempDir(), "no ordinary file"},
		{"export lines --from 2026-11-20", "Add --from DAY --to DAY"},
		{"export refunds", "Add --from DAY --to DAY"},
		{"export shifts", "Add --from DAY --to DAY"},
		{"export journal --from 2026-11-20", "Add --from DAY --to DAY"},
		{"export journal --format xml", `no --format "xml"`},
		{"export payments --from 2026-11-20 --to 2026-11-20 --format json", `no --format "json"`},
		{"export payments --from 2026-11-20", "Add --from DAY --to DAY"},
		{"export payments --from 2026-11-31 --to 2026-12-01", `--from "2026-11-31" is no day`},
		{"export payments --from 2026-11-20 --to tomorrow", `--to "tomorrow" is no day`},
		{"export payments --from 2026-11-21 --to 2026-11-20", "runs backwards"},
		{"export payments sales --from 2026-11-20 --to 2026-11-20", `does not take "sales"`},
		{"export", "what to export was not named"},
		{"export coins", `"coins" cannot be exported`},
		{"takings --day 20.11.2026", "is no day"},
		{"takings --day 2026-11-20 --to 2206-11-20", "more than 100 years"},
		{"takings --day 2026-11-20 --to 2026-11-19", "runs backwards"},
		{"takings --format xlsx", "comes with a later version"},
		{"takings --format text", "It can be: table, csv, json"},
		{"takings 2026-11-20", `does not take "2026-11-20"`},
		{"takings --bogus", "bad flag"},
		{"--bogus takings", "bad flag"},
		{"pending now", `does not take "now"`},
		{"verify all", `does not take "all"`},
		{"receipt", "which receipt was not named"},
		{"receipt 42", `"42" is no receipt number`},
		{"receipt S001-T1-20261120-0001 S001-T1-20261120-0002", "does not take"},
		{"receipt S001-T1-20261120-0001 --format jpeg", "It can be: text, escpos, png, pdf"},
		{"import", "what to import was not named"},
		{"import staff x.csv", "what to import was not named"},
		{"import items", "the file to import was not named"},
		{"import items a.csv b.csv", `does not take "b.csv"`},
		{"backup", "the file to back up to was not named"},
		{"backup " + os.TempDir(), "no ordinary file"},
	} {
		t.Run(c.args, func(t *testing.T) {
			args := append(strings.Fields(c.args), "--lang", "en")
			if c.args == "" {
				args = []string{"--lang", "en"}
			}
			start(t, noon, args...).want(t, exitUsage, "", c.want)
		})
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Error("bad usage made a data folder")
	}
	if r := start(t, noon, "takings", "--lang", "fr"); r.code != exitUsage || !strings.Contains(r.last(), `"fr"`) {
		t.Errorf("--lang fr: %+v", r)
	}
}

func TestRun_HelpAndVersionNeedNoBooks(t *testing.T) {
	t.Setenv("GUITAI_HOME", filepath.Join(t.TempDir(), "none"))
	for _, args := range []string{"help", "--help", "-h", "takings --help", "export -h", "help export"} {
		start(t, noon, append(strings.Fields(args), "--lang", "en")...).want(t, exitDone, usageEN, "")
	}
	start(t, noon, "help").want(t, exitDone, usageZH, "")
	start(t, noon, "--version").want(t, exitDone, "ledger ", "")
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"--version"}, &out, &errs); code != exitDone || !strings.HasPrefix(out.String(), "ledger ") {
		t.Errorf("exit %d, %q, %q", code, out.String(), errs.String())
	}
}

func TestRun_FlagsMayStandAnywhere(t *testing.T) {
	s := newTill(t, false)
	no := s.cash(2000, 0, 1350).String()
	want := s.run("receipt", no)
	if want.code != exitDone {
		t.Fatal(want)
	}
	for _, args := range [][]string{
		{"receipt", no, "--data", s.dir},
		{"receipt", "--format", "text", no, "--data=" + s.dir},
		{"--lang=en", "receipt", "-data", s.dir, no, "--format=text"},
		{"--data", "/nowhere", "receipt", no, "--data", s.dir},
	} {
		if got := start(t, noon, args...); got != want {
			t.Errorf("%q: %+v", args, got)
		}
	}
	t.Setenv("GUITAI_HOME", s.dir)
	if got := start(t, noon, "receipt", no); got != want {
		t.Errorf("GUITAI_HOME: %+v", got)
	}
}

func TestRun_AFolderWithoutALedgerIsExit4AndStaysEmpty(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "misspelt")
	items := filepath.Join(t.TempDir(), "items.csv")
	if err := os.WriteFile(items, []byte("barcode,name,price_yuan\n6901234567892,Cola,3.00\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{
		"takings", "export sales --from 2026-11-20 --to 2026-11-20", "pending", "verify", "receipt S001-T1-20261120-0001",
		"import items " + items, "import items --preview " + items, "backup " + filepath.Join(t.TempDir(), "b.db"), "--practice takings",
	} {
		r := start(t, noon, append(strings.Fields(args), "--data", dir, "--lang", "en")...)
		r.want(t, exitLedger, "", dir)
	}
	for _, made := range []string{dir, dir + "-practice"} {
		if _, err := os.Stat(made); !os.IsNotExist(err) {
			t.Errorf("%s was made", made)
		}
	}
}

func TestRun_PracticeAndRealBooksAreKeptApart(t *testing.T) {
	practice, shop := newTill(t, true), newTill(t, false)
	practice.cash(100, 0, 100)

	practice.run("takings", "--practice").want(t, exitDone, "PRACTICE", "")
	practice.run("takings", "--lang", "en").want(t, exitLedger, "", "Add --practice to read those")
	start(t, noon, "takings", "--data", practice.dir+"-practice").want(t, exitUsage, "", "practice one")

	if err := os.Rename(shop.dir, shop.dir+"-practice"); err != nil {
		t.Fatal(err)
	}
	shop.run("takings", "--practice").want(t, exitUsage, "", "real one")
	items := filepath.Join(t.TempDir(), "items.csv")
	shop.write(items, "barcode,name,price_yuan\n6901234567892,Cola,3.00\n")
	shop.run("import", "items", items, "--practice").want(t, exitUsage, "", "real one")
}

func TestRun_BadConfigurationIsExit2AndNamesKeyAndLine(t *testing.T) {
	s := newTill(t, false)
	s.write(filepath.Join(s.dir, "config.toml"), settings+"\nsecret_of_mine = \"hunter2hunter2\"\n")
	r := s.run("takings", "--lang", "en")
	r.want(t, exitUsage, "", "the shop's settings are wrong")
	if !strings.Contains(r.errors, "config.toml:12: wechat.secret_of_mine") || strings.Contains(r.errors, "hunter2") {
		t.Errorf("stderr %q", r.errors)
	}
}

func TestRun_InterruptedIsNotDone(t *testing.T) {
	s := newTill(t, false)
	s.cash(100, 0, 100)
	file := filepath.Join(t.TempDir(), "p.csv")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	startWith(ctx, noon, "--data", s.dir, "export", "payments", "--from", "2026-11-20", "--to", "2026-11-20", "-o", file).
		want(t, exitFailed, "", "interrupted")
	if left, _ := filepath.Glob(file + "*"); len(left) > 0 {
		t.Errorf("left %q", left)
	}
}
