package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guitai/pos"
	"guitai/pos/wechat/sim"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// busyShop has one of everything: two closed sales on one business day, of which one after midnight, one on the next; an
// order on the glass, one being closed, one that WeChat closed, and money of another amount than was asked.
func busyShop(t *testing.T) *till {
	t.Helper()
	s := newTill(t, false)
	s.cash(2000, 150, 750, 750)
	s.clock.now = noon.Add(13*time.Hour + 30*time.Minute) // 01:30: still the business day before
	p := s.order(300)
	s.pay(p, 300)
	s.clock.now = noon.Add(24 * time.Hour)
	s.pay(s.order(500), 500)
	s.order(450)
	s.learn(s.order(460), pos.Signal{Kind: pos.SigCancel})
	s.pay(s.order(470), 600)
	return s
}

func TestTakings_Tables(t *testing.T) {
	s := busyShop(t)
	for name, args := range map[string][]string{
		"takings-en.txt":    {"takings", "--day", "2026-11-20", "--to", "2026-11-22"},
		"takings-zh.txt":    {"takings", "--day", "2026-11-20", "--to", "2026-11-22", "--lang", "zh-CN"},
		"takings-today.txt": {"takings"},
		"takings.csv":       {"takings", "--day", "20261120", "--to", "2026-11-22", "--format", "csv"},
		"takings.json":      {"takings", "--day", "2026-11-20", "--format", "json"},
	} {
		t.Run(name, func(t *testing.T) {
			r := s.run(args...)
			if r.code != exitDone || r.errors != "" {
				t.Fatalf("%+v", r)
			}
			golden(t, name, r.out)
		})
	}
}

func TestTakings_TodayIsTheShopsBusinessDay(t *testing.T) {
	s := newTill(t, false)
	s.cash(100, 0, 100)
	for _, c := range []struct {
		now  time.Time
		want string
	}{
		{time.Date(2026, 11, 21, 3, 59, 59, 0, shanghai), "2026-11-20"},
		{time.Date(2026, 11, 21, 4, 0, 0, 0, shanghai), "2026-11-21"},
		{time.Date(2026, 11, 20, 20, 0, 0, 0, time.UTC), "2026-11-21"},
	} {
		start(t, c.now, "takings", "--data", s.dir).want(t, exitDone, "Takings "+c.want, "")
	}
}

func TestTakings_ColumnsStandUnderEachOtherInChinese(t *testing.T) {
	r := busyShop(t).run("takings", "--day", "2026-11-20", "--to", "2026-11-22", "--lang", "zh-CN")
	_, table, _ := strings.Cut(r.out, "\n\n")
	want := -1
	for line := range strings.Lines(table) {
		n := cells(strings.TrimSuffix(line, "\n"))
		if want >= 0 && n != want {
			t.Errorf("%q takes %d cells, the line before %d", line, n, want)
		}
		want = n
	}
	if cells("可乐 A") != 6 || cells("e\u0301") != 1 || cells("￥") != 2 || cells("¥") != 1 {
		t.Error("cells are counted wrong")
	}
}

func TestExport_FindsEveryOrderOnceAndAddsUp(t *testing.T) {
	s := busyShop(t)
	r := s.run("export", "payments", "--from", "2026-11-20", "--to", "2026-11-21")
	r.want(t, exitDone, "\uFEFFday,paid_at,", "payments 2026-11-20 to 2026-11-21: rows 6, sum 27.50; payments 27.50 - refunds 0.00 = net 27.50")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(r.out, "\uFEFF"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{ // day, paid_at, receipt_no, tender, state, amount_yuan
		{"2026-11-20", "2026-11-20T12:00:00+08:00", "S001-T1-20261120-0001", "cash", "paid", "13.50"},
		{"2026-11-20", "2026-11-21T01:30:00+08:00", "S001-T1-20261120-0002", "wechat-native", "paid", "3.00"},
		{"2026-11-21", "2026-11-21T12:00:00+08:00", "S001-T1-20261121-0001", "wechat-native", "paid", "5.00"},
		{"2026-11-21", "", "", "wechat-native", "waiting", "0.00"},
		{"2026-11-21", "", "", "wechat-native", "closing", "0.00"},
		{"2026-11-21", "2026-11-21T12:00:00+08:00", "", "wechat-native", "exception", "6.00"},
	}
	if len(rows) != len(want)+1 {
		t.Fatalf("%d rows: %q", len(rows), rows)
	}
	for i, w := range want {
		g := rows[i+1]
		if got := []string{g[0], g[1], g[2], g[5], g[6], g[8]}; strings.Join(got, "|") != strings.Join(w, "|") {
			t.Errorf("row %d: %q, want %q", i+1, got, w)
		}
	}
	s.run("export", "sales", "--from", "2026-11-20", "--to", "2026-11-21").
		want(t, exitDone, "S001-T1-20261120-0002,closed,1,300,0,300,wechat-native,王芳,1", "sales 2026-11-20 to 2026-11-21: rows 3, sum 21.50; payments 21.50 - refunds 0.00 = net 21.50")
}

func TestExport_JSONLinesHaveFenOnly(t *testing.T) {
	r := busyShop(t).run("export", "payments", "--from", "2026-11-20", "--to", "2026-11-21", "--format", "jsonl", "--lang", "zh-CN")
	r.want(t, exitDone, "", "行数 6，合计 27.50；收款 27.50 - 退款 0.00 = 净额 27.50")
	n, sum := 0, pos.Fen(0)
	for line := range strings.Lines(r.out) {
		var row map[string]json.RawMessage
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if _, has := row["amount_yuan"]; has || len(row) != 15 {
			t.Errorf("%q", line)
		}
		var amount pos.Fen
		if err := json.Unmarshal(row["amount_fen"], &amount); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		n, sum = n+1, sum+amount
	}
	if n != 6 || sum != 2750 {
		t.Errorf("%d rows of %v", n, sum)
	}
}

func TestExport_DaysWithoutSalesAreEmpty(t *testing.T) {
	s := newTill(t, false)
	for _, kind := range []string{"payments", "sales"} {
		r := s.run("export", kind, "--from", "2020-02-29", "--to", "2026-11-20")
		r.want(t, exitDone, "", "rows 0, sum 0.00; payments 0.00 - refunds 0.00 = net 0.00")
		if strings.Count(r.out, "\n") != 1 {
			t.Errorf("%s: %q", kind, r.out)
		}
	}
	s.run("takings", "--day", "2020-02-29").want(t, exitDone, "2020-02-29      0", "")
}

func TestExport_ASaleWithoutMoneyIsARowLikeAnyOther(t *testing.T) {
	s := newTill(t, false)
	s.cash(0, 0, 0)
	s.run("export", "sales", "--from", "2026-11-20", "--to", "2026-11-20").want(t, exitDone, "-0001,closed,1,0,0,0,cash", "rows 1,")
}

func TestExport_FilesAppearWholeOrNotAtAll(t *testing.T) {
	s := busyShop(t)
	file := filepath.Join(t.TempDir(), "payments.csv")
	span := []string{"--from", "2026-11-20", "--to", "2026-11-21"}
	s.write(file, "of last month")
	r := s.run(append([]string{"export", "payments", "-o", file}, span...)...)
	r.want(t, exitDone, "", "rows 6,")
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	stdout := s.run(append([]string{"export", "payments", "-o", "-"}, span...)...)
	if r.out != "" || string(got) != stdout.out || stdout.out == "" {
		t.Errorf("stdout %q, file %q", r.out, got)
	}
	if direct := s.run(append([]string{"export", "payments", "-o", "/dev/stdout"}, span...)...); direct != stdout {
		t.Errorf("/dev/stdout: %+v", direct)
	}
	s.run(append([]string{"export", "payments", "-o", filepath.Join(file, "below")}, span...)...).
		want(t, exitFailed, "", "cannot be written")
	s.run(append([]string{"export", "payments", "-o", filepath.Dir(file)}, span...)...).want(t, exitFailed, "", "it is a folder")

	s.tamper(`UPDATE day_total SET fen = fen - 1 WHERE account = 'sales'`)
	s.write(file, "of last month")
	s.run(append([]string{"export", "sales", "-o", file}, span...)...).want(t, exitLedger, "", "days' totals")
	if got, _ := os.ReadFile(file); string(got) != "of last month" {
		t.Errorf("a failed export left %q", got)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*")); len(left) != 1 {
		t.Errorf("left %q", left)
	}
}

func TestExport_ThroughALinkReplacesWhatItPointsTo(t *testing.T) {
	s := busyShop(t)
	dir := t.TempDir()
	file, link := filepath.Join(dir, "real.csv"), filepath.Join(dir, "link.csv")
	s.write(file, "old")
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	s.run("export", "sales", "--from", "2026-11-20", "--to", "2026-11-20", "-o", link).want(t, exitDone, "", "rows 2,")
	got, err := os.ReadFile(file)
	if info, lerr := os.Lstat(link); err != nil || lerr != nil || info.Mode()&os.ModeSymlink == 0 || !bytes.Contains(got, []byte("receipt_no")) {
		t.Errorf("file %q, %v, %v", got, err, lerr)
	}
}

func TestPending_SaysWhatHappensNext(t *testing.T) {
	r := busyShop(t).run("pending")
	if r.code != exitDone {
		t.Fatalf("%+v", r)
	}
	golden(t, "pending.txt", r.out)
	newTill(t, false).run("pending", "--lang", "zh-CN").want(t, exitDone, "没有未了结的付款", "")
}

func TestPending_MoneyOfASecondTransactionIsListed(t *testing.T) {
	s := newTill(t, false)
	p := s.pay(s.order(300), 300).Payment
	s.learn(p, pos.Signal{Kind: pos.SigPaid, To: pos.DoQuery, Source: pos.ByPoll, Trade: pos.Trade{
		TransactionID: "4299", Amount: 300, Currency: pos.Currency, PaidAt: noon,
	}})
	s.run("pending").want(t, exitDone, "Exception: paid twice", "")
	s.run("takings").want(t, exitDone, "! Exceptions that need a decision: 1", "")
}

func TestReceipt_TextAndESCPOS(t *testing.T) {
	s := newTill(t, true)
	no := s.cash(2000, 150, 750, 750).String()
	r := s.run("receipt", no, "--practice", "--lang", "zh-CN")
	if r.code != exitDone {
		t.Fatalf("%+v", r)
	}
	golden(t, "receipt-zh.txt", r.out)

	file := filepath.Join(t.TempDir(), "receipt.bin")
	s.run("receipt", no, "--practice", "--format", "escpos", "-o", file).want(t, exitDone, "", "")
	paper, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"\x1b@", no, "13.50", "COPY FROM THE LEDGER", "PRACTICE"} {
		if !bytes.Contains(paper, []byte(part)) {
			t.Errorf("the paper lacks %q", part)
		}
	}
	if bytes.Contains(paper, []byte("\x1bp")) {
		t.Error("the paper opens the drawer")
	}
	if err := os.Remove(filepath.Join(s.dir+"-practice", "config.toml")); err != nil {
		t.Fatal(err)
	}
	if again := s.run("receipt", no, "--practice"); again.out != r.out || practiceMchID != sim.PracticeMchID {
		t.Errorf("without a configuration, as the practice till has none: %+v", again)
	}
	s.write(filepath.Join(s.dir+"-practice", "config.toml"), "[tenders]\nother = \"Alipay\"\n")
	if again := s.run("receipt", no, "--practice"); again.out != r.out {
		t.Errorf("with what the practice till's window writes, which names no shop: %+v", again)
	}
	s.run("receipt", no, "--data", s.dir+"-practice", "--lang", "en").want(t, exitUsage, "", "is a practice one")
	s.run("receipt", "S001-T1-20261120-0002", "--practice", "--lang", "en").want(t, exitFailed, "", "no receipt S001-T1-20261120-0002")
	s.run("receipt", "S002-T1-20261120-0001", "--practice", "--lang", "en").want(t, exitFailed, "", "no receipt S002-T1-20261120-0001")
}
